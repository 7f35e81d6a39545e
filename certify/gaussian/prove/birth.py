"""Where a family becomes a minimum, or ceases to be one: the first whole k at which it has changed,
then the secant method on an eigenvalue in real k, and a proposed certificate. Nothing here is
trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import arb

from certify.attempt import Attempt, Refusal, judged
from certify.decimals import decimal_text
from certify.errors import UnusableInput
from certify.gaussian.activations import activation_field
from certify.gaussian.names import FamilyName, family_name
from certify.gaussian.prove.blocks import nested_centre
from certify.gaussian.search.families import family
from certify.gaussian.search.polish import NotPolished
from certify.gaussian.search.symmetric import (
    Parts,
    SymmetricCandidate,
    blocks_field,
    fixed_newton,
    make_blocks,
)
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.pivots import pivots
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.blocks import Blocks, fixed_matrix, unknowns
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.crossing import elimination_order
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of
from certify.rationals import flint_rational, midpoint

__all__ = ["prove_birth"]

_BITS, _DIGITS = 256, 60
_LAST_BIRTH = 100  # the whole k up to which a first minimum is looked for
_LAST = 999  # the format has k < 1000
_MOST_DIGITS = 40

Crossing = tuple[str, bool]  # the representation, and whether it is one of further dimensions


def prove_birth(
    name: str,
    digits: int = 35,
    activation: Activation = RELU,
    *,
    death: bool = False,
    command: str = "",
) -> Attempt:
    """Certify the real k at which the family `name` becomes a minimum, or ceases to be one
    (`death`), within 10^-digits. Raises `UnusableInput` for A_q.
    """
    known = family_name(name)
    if known.base == "A" and known.index is not None:
        raise UnusableInput(
            f"{known} has {known.index} reflected neurons at every k: births and deaths in k are of"
            " families whose first block grows with k, as II_p, A, I; with a whole k there is the"
            " birth of its member in the slope"
        )
    members = _Members(known, activation)
    try:
        minimum, other = members.death() if death else members.birth()
    except NotPolished as error:
        return Attempt(refusal=Refusal(str(error)))
    ends, found = f"between k = {minimum.k} and {other.k}", []
    attempt = Attempt()
    for crossing in other.negative:
        try:
            found.append((*_zero(minimum, other, crossing), crossing))
        except NotPolished as error:
            attempt = Attempt().after(attempt, f"representation {crossing[0]}: {error}")
    if found:  # the one nearest to the minimum
        k, point, crossing = min(found, key=lambda one: abs(one[0] - minimum.k))
        for more in range(digits, _MOST_DIGITS + 1, 6):  # a box may be too wide for Krawczyk's test
            document = _propose(point, members.beside, crossing, k, more, death=death)
            told = f"representation {crossing[0]}, k about {float(k):.12f}, within 10^-{more}"
            try:
                attempt = judged(document, command, {"family": str(known)}).after(attempt, told)
            except Malformed as error:  # k where the format has no claim
                attempt = Attempt().after(attempt, f"{told}: {error}")
                break
            if isinstance(attempt.outcome, Proved):
                return attempt
    return Attempt(
        refusal=Refusal(
            f"no crossing of an eigenvalue was proved within 10^-{digits} for k {ends}"
        ),
        trials=attempt.trials,
    )


@dataclass(frozen=True)
class _Member:
    """The member of a family at a real k. The first block has size k - beside."""

    k: Fraction
    beside: int
    point: SymmetricCandidate

    @cached_property
    def geometry(self) -> Geometry:
        """The closed forms at the point."""
        blocks = _blocks(self.point.parts, self.beside, ball(flint_rational(self.k)))
        values = [ball(flint_rational(Fraction(value))) for value in self.point.values]
        point = fixed_matrix(blocks, dict(zip(unknowns(blocks), values, strict=True)))
        return Geometry(blocks, point, self.point.activation)

    def pencils(self) -> Iterator[tuple[Crossing, Pencil]]:
        """All pencils, those of further dimensions last."""
        for part in components(self.geometry.blocks):
            yield (part.name, False), pencil_of(self.geometry, part)
        for part in padding_components(self.geometry.blocks):
            yield (part.name, True), padding_pencil(self.geometry, part)

    @cached_property
    def negative(self) -> list[Crossing]:
        """The representations with an eigenvalue that is not positive."""
        with precision(_BITS + GUARD_BITS):
            return [
                which
                for which, pencil in self.pencils()
                if not all((pivot > 0) is True for pivot in _pivots(pencil))
            ]

    def last_pivot(self, crossing: Crossing) -> Fraction:
        """The last pivot of a pencil, about: the others are positive near the crossing."""
        with precision(_BITS + GUARD_BITS):
            last = _pivots(next(pencil for which, pencil in self.pencils() if which == crossing))[
                -1
            ]
        if not last.is_finite():
            raise NotPolished("the pencil is not defined there")
        return midpoint(last)

    def at(self, k: Fraction) -> _Member:
        """The neighbour at another k, by Newton's method from here."""
        with precision(_BITS + GUARD_BITS):
            blocks = _blocks(self.point.parts, self.beside, ball(flint_rational(k)))
        start, activation = list(self.point.values), self.point.activation
        values = fixed_newton(blocks, start, _DIGITS, activation=activation)
        return replace(self, k=k, point=replace(self.point, values=tuple(values)))


@dataclass(frozen=True)
class _Members:
    """A family: its members at whole k."""

    name: FamilyName
    activation: Activation

    @property
    def beside(self) -> int:
        """The columns beside the growing block."""
        return self.name.index or int(self.name.base != "A")

    def at(self, k: int) -> _Member:
        """The member at a whole k. Raises `UnusableInput`."""
        return _Member(Fraction(k), self.beside, family(str(self.name), k, self.activation))

    def first_minimum(self) -> tuple[_Member, _Member | None]:
        """The first member that is a minimum, and the one before it, if there is one."""
        before: _Member | None = None
        for k in range(self.beside + 3, _LAST_BIRTH + 1):
            try:
                here = self.at(k)
            except UnusableInput:
                before = None
                continue
            if not here.negative:
                return here, before
            before = here
        raise NotPolished(
            f"in floating point no member of {self.name} up to k = {_LAST_BIRTH} is a minimum"
        )

    def birth(self) -> tuple[_Member, _Member]:
        """The first member that is a minimum, and the one before it. Raises `NotPolished`."""
        first, before = self.first_minimum()
        if before is None:
            raise NotPolished(
                f"{self.name} is a minimum at k = {first.k}, and no member was found at k ="
                f" {first.k - 1}: no birth by an eigenvalue that crosses 0 was found"
            )
        return first, before

    def death(self) -> tuple[_Member, _Member]:
        """A member that is a minimum, and the next one, which is none. Raises `NotPolished`."""
        first, k = self.first_minimum()[0], 0
        last = first
        while k < _LAST:
            k = min(_LAST, int(last.k * 5 / 4) + 1)
            here = self.at(k)
            if here.negative:
                break
            last = here
        else:
            raise NotPolished(
                f"in floating point {self.name} is a minimum at every k tried from {first.k} to"
                f" {_LAST}: no death was found"
            )
        while here.k > last.k + 1:
            middle = self.at(int(here.k + last.k) // 2)
            last, here = (last, middle) if middle.negative else (middle, here)
        return last, here


def _pivots(pencil: Pencil) -> list[arb]:
    return pivots(pencil.ordered(elimination_order(pencil)))


def _blocks(parts: Parts, beside: int, k: Any) -> Blocks:
    """The partition with block 1 of size k - beside."""
    return make_blocks((("diagonal", k - beside), *parts[1:]))


def _zero(
    minimum: _Member, other: _Member, crossing: Crossing
) -> tuple[Fraction, SymmetricCandidate]:
    """The zero of the last pivot between two k, to about 45 digits, and the point there: the secant
    method, and halves where it leaves the interval in which the sign changes.
    """
    one, two = minimum, other
    values = one.last_pivot(crossing), two.last_pivot(crossing)
    low, high = sorted((one.k, two.k))
    rises = two.k < one.k
    for _ in range(80):
        if values[0] == values[1]:
            break
        k = two.k - values[1] * (two.k - one.k) / (values[1] - values[0])
        k = Fraction(round((k if low < k < high else (low + high) / 2) * 10**50), 10**50)
        if abs(k - two.k) < Fraction(1, 10**45):
            return k, two.at(k).point
        one, two = two, two.at(k)
        values = values[1], two.last_pivot(crossing)
        low, high = (low, k) if (values[1] > 0) == rises else (k, high)
    raise NotPolished("the secant method does not settle")


def _propose(
    point: SymmetricCandidate,
    beside: int,
    crossing: Crossing,
    k: Fraction,
    digits: int,
    *,
    death: bool,
) -> dict[str, Any]:
    blocks, field = _blocks(point.parts, beside, arb(10)), blocks_field(point.parts)
    field[0]["size"] = f"k-{beside}" if beside else "k"
    width = Fraction(1, 10**digits)
    # k in the middle, to 50 digits
    low, high = (decimal_text(int((k + side * width) * 10**50), 50) for side in (-1, 1))
    name, beyond = crossing
    return {
        "format": FORMAT,
        "kind": "gaussian-birth",
        "statement": {
            "problem": {"targets": "orthonormal", **activation_field(point.activation)},
            "blocks": field,
            "centre": nested_centre(
                blocks, [decimal_text(int(value * 10**_DIGITS), _DIGITS) for value in point.values]
            ),
            "claims": {
                "k": [low, high],
                "crossing": name,
                "distance": f"1e-{digits - 2}",
                **({"beyond": True} if beyond else {}),
                **({"minimum": "below"} if death else {}),
            },
        },
        "witness": {"bits": _BITS},
    }
