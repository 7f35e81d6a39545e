"""Covers of an interval by boxes: the branch as Taylor polynomials, boxes as wide as the kernel
accepts. Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, log10
from typing import Any, Generic, TypeVar

from flint import arb, arb_mat, fmpq

from certify.attempt import Refusal, Say
from certify.decimals import decimal_text
from certify.errors import NotProved
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.expansion import Expansion
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.cover import CoverBox
from certify.rationals import flint_rational, fraction, midpoint

__all__ = [
    "DEGREE",
    "ORDER",
    "PARTS",
    "PLACES",
    "Path",
    "System",
    "coefficient",
    "record",
    "taylor",
]

ORDER, DEGREE, PARTS, PLACES = 16, 8, 16, 40
_OF_RADIUS = {"inclusion", "joined"}  # reason codes that a larger radius may cure

B = TypeVar("B")
# the equations of a box, at its centre, and their Jacobian there
System = Callable[[CoverBox], tuple[list[Number], list[list[Number]]]]


def taylor(
    system: System,
    low: Fraction,
    high: Fraction,
    start: list[fmpq],
    degree: int = DEGREE,
    order: int = ORDER,
) -> tuple[tuple[fmpq, ...], ...]:
    """Taylor polynomials of the branch on an interval, by Newton's method on coefficients with the
    Jacobian at the centre of the expansion. start: about the solution there. Raises
    `ZeroDivisionError` and `ValueError`.
    """
    narrow, centre = (high - low) / 10**6, (low + high) / 2
    ends = (Fraction(0), narrow) if low == 0 else (centre - narrow, centre + narrow)
    first, last = map(flint_rational, ends)
    box = CoverBox(first, last, order, 1, fmpq(1), tuple((x,) for x in start))
    inverse = arb_mat(0, 0)
    for step in range(2 * degree + 6):
        values, jacobian = system(box)
        if step < 6:
            inverse = arb_mat([[coefficient(x, 0) for x in row] for row in jacobian]).inv().mid()
        terms = degree + 1 if step >= 6 else 1
        right = arb_mat([[coefficient(x, i) for i in range(terms)] for x in values])
        change = (inverse * right).tolist()
        branch = tuple(
            tuple(_rounded(p[i] if i < len(p) else fmpq(0), row[i]) for i in range(terms))
            for p, row in zip(box.branch, change, strict=True)
        )
        box = replace(box, branch=branch)
    return box.branch


@dataclass(frozen=True)
class Path(Generic[B]):
    """The branch as its parameter grows.

    name: of the parameter. bits: of the witness. verify: the kernel's verification of one box that
    joins what it gave for the box before. direct: the direction that a box needs as a hint.
    onward: the solution at the upper end of a box, as the next box begins with it. told: what is
    said of a value of the parameter. first: width of the first box. growth: how many times as wide
    the next box may be. radii: that are tried. degree: of the polynomials. parts: of each box.
    order: of the expansions.
    """

    name: str
    bits: int
    system: System
    verify: Callable[[CoverBox, B | None], B]
    radii: tuple[fmpq, ...]
    first: Fraction
    onward: Callable[[CoverBox], list[fmpq]] = lambda box: box.at(box.high)
    direct: Callable[[CoverBox], tuple[fmpq, ...]] = lambda _: ()
    told: Callable[[Fraction], str] = lambda _: ""
    degree: int = DEGREE
    parts: int = PARTS
    order: int = ORDER
    growth: Fraction = Fraction(3, 2)

    def cover(
        self, low: Fraction, end: Fraction, start: list[fmpq], progress: Say
    ) -> list[CoverBox]:
        """Boxes from low to the end, each as wide as `verify` accepts. start: the solution at low.
        Raises `NotProved` where none is accepted.
        """
        cover: list[CoverBox] = []
        before: B | None = None
        width = self.first
        while low < end:
            box, before, width = self._widest(low, end, width, start, before)
            cover.append(box)
            high, start = fraction(box.high), self.onward(box)
            progress(
                f"box {len(cover)}: {self.name} up to {float(high):.4f} of"
                f" {float(end):.4f}{self.told(high)}"
            )
            low, width = high, width * self.growth
        return cover

    def _widest(
        self, low: Fraction, end: Fraction, width: Fraction, start: list[fmpq], before: B | None
    ) -> tuple[CoverBox, B, Fraction]:
        """A box that begins at low and is about `width` wide or less, what the kernel gives for it,
        and its width before rounding. Raises `NotProved`.
        """
        refusal = Refusal("")
        while width > Fraction(1, 10**11):
            places = max(4, 3 - floor(log10(width)))
            high = min(Fraction(ceil((low + width) * 10**places), 10**places), end)
            try:
                box, after = self._box(low, high, start, before)
            except Unverified as failure:
                failed = failure.inequality
                refusal = Refusal(f"{failed.sentence}: {failed}", failed.code)
            except (ValueError, ZeroDivisionError) as error:
                refusal = Refusal(str(error))
            else:
                return box, after, width
            width = width * 2 / 3
        raise NotProved(f"no box beyond {self.name} = {float(low):.4f} was accepted: {refusal}")

    def _box(
        self, low: Fraction, high: Fraction, start: list[fmpq], before: B | None
    ) -> tuple[CoverBox, B]:
        """A box that the kernel accepts, and what it gives for it. Raises `Unverified` where it
        accepts none, `ValueError` and `ZeroDivisionError` where no branch was found.
        """
        with precision(self.bits + GUARD_BITS):
            ends = flint_rational(low), flint_rational(high)
            branch = taylor(self.system, low, high, start, self.degree, self.order)
            box = CoverBox(*ends, self.order, self.parts, self.radii[0], branch)
            box = replace(box, direction=self.direct(box))
            for radius in self.radii[:-1]:
                box = replace(box, radius=radius)
                try:
                    return box, self.verify(box, before)
                except Unverified as failure:
                    if failure.inequality.code not in _OF_RADIUS:
                        raise
            box = replace(box, radius=self.radii[-1])
            return box, self.verify(box, before)


def coefficient(value: Any, i: int) -> arb:
    """The middle of a coefficient of an expansion; a number is its own first one."""
    if not isinstance(value, Expansion):
        return arb(value).mid() if i == 0 else arb(0)
    at = i - value.valuation
    return value.polynomial[at].mid() if 0 <= at < value.order else arb(0)


def _rounded(old: fmpq, change: arb) -> fmpq:
    value = fraction(old) - midpoint(change)
    return flint_rational(Fraction(round(value * 10**PLACES), 10**PLACES))


def _text(value: fmpq) -> str:
    return decimal_text(int(fraction(value) * 10**PLACES), PLACES)


def record(box: CoverBox) -> dict[str, Any]:
    """A box as the witness writes it."""
    return {
        "from": _text(box.low),
        "to": _text(box.high),
        "order": box.order,
        "parts": box.parts,
        "radius": _text(box.radius),
        "branch": [[_text(c) for c in polynomial] for polynomial in box.branch],
        **({"direction": [_text(c) for c in box.direction]} if box.direction else {}),
    }
