"""A cover of all k at once: the branch as polynomials in t = k^(-1/2), boxes as wide as the kernel
accepts. Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, isqrt, log10, pi
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.decimals import decimal_text
from certify.gaussian.names import family_name
from certify.gaussian.prove.minimum import Attempt, judged
from certify.gaussian.search.candidate import UnusableInput
from certify.gaussian.search.families import family
from certify.gaussian.search.polish import NotPolished
from certify.gaussian.search.symmetric import make_blocks, newton
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.expansion import Expansion
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import Interval, read_positive
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.branch import (
    GRADIENT_ORDER,
    Branch,
    Chart,
    derivative_by_x,
)
from certify.kernel.gaussian.components import components
from certify.kernel.gaussian.cover import CoverBox
from certify.kernel.gaussian.families import FAMILIES
from certify.kernel.gaussian.family import GaussianFamily, verify_box
from certify.kernel.gaussian.family_saddle import GaussianFamilySaddle, verify_saddle_box
from certify.kernel.gaussian.isotypic import pencil_of
from certify.rationals import flint_rational, fraction, midpoint

__all__ = ["prove_family", "prove_family_saddle"]

_BITS, _DEGREE, _ORDER, _PARTS, _PLACES = 192, 8, 16, 16, 40
_LIMITS = {  # of X as t -> 0
    "II": (8 / pi, -4 / pi, -2 - 8 / pi, 4 / pi, 2 + 8 / pi + 8 / pi**2),
    "A": (-4 + 8 / pi, -2 + 4 / pi),
    "I": (-4 + 16 / pi, -2 + 8 / pi, -12 / pi + 16 / pi**2, 2 - 4 / pi, 8 / pi - 8 / pi**2),
}
_CLAIMS = {  # the least k, the (scaled) loss, the smallest eigenvalue, the rate
    "II": (6, ("0.15", "0.2974"), ("0.0046", "0.09085"), "0.361"),
    "A": (6, ("0.0556", "0.1817"), ("0.0015", "0.09085"), "0.4245"),
    "I": (7, ("0.0553", "0.1817"), ("0.0016", "0.09085"), "0.4245"),
}
# a whole k at which the point is known, the type that turns negative below
_SADDLES = {
    "II": (6, "s1"),
    "A": (6, "x1"),
    "I": (7, "x1"),
}


def prove_family(
    name: str, k_from: int, *, command: str = "", progress: Callable[[str], None] | None = None
) -> Attempt:
    """Certify a minimum of the family for every k >= k_from. Raises `UnusableInput`: a family
    without a limit, k_from out of range.
    """
    name = str(family_name(name))
    if name not in _CLAIMS:
        raise UnusableInput(f"{name!r} is none of the families {', '.join(_CLAIMS)}")
    least, loss, eigenvalues, rate = _CLAIMS[name]
    if not least <= k_from <= 10**9:
        raise UnusableInput(
            f"type {name} is a minimum for k >= {least}; k = {k_from} is not in {least}..10^9"
        )
    claim = GaussianFamily(
        name, k_from, _interval(loss), _interval(eigenvalues), read_positive(rate, "the rate")
    )

    def verify(box: CoverBox, before: Branch | None) -> Branch:
        return verify_box(claim, box, "the box", Ledger(), before)

    start = [Fraction(x) for x in _LIMITS[name]]
    cover, trouble = _cover(
        name, Fraction(0), _inverse_root(k_from, up=True), start, verify, lambda _: (), progress
    )
    if trouble:
        return Attempt(None, None, trouble)
    claims = {
        "k_from": k_from,
        FAMILIES[name].loss_field(): list(loss),
        "lambda_min": list(eigenvalues),
        "rate": rate,
    }
    return _conclude("gaussian-family-minimum", name, claims, cover, command)


def prove_family_saddle(
    name: str,
    k_from: str,
    k_to: str,
    *,
    command: str = "",
    progress: Callable[[str], None] | None = None,
) -> Attempt:
    """Certify that the family is no minimum for any real k from k_from to k_to (decimals). Raises
    `UnusableInput`.
    """
    name = str(family_name(name))
    if name not in _SADDLES:
        raise UnusableInput(f"{name!r} is none of the families {', '.join(_SADDLES)}")
    known, kind = _SADDLES[name]
    try:
        low, high = Fraction(k_from), Fraction(k_to)
    except (ValueError, ZeroDivisionError):
        raise UnusableInput(f"k from {k_from!r} to {k_to!r} is no interval") from None
    if not 3 <= low < high <= known + 1:
        raise UnusableInput(
            f"k from {k_from} to {k_to} is no interval within 3..{known + 1}, where type {name} may"
            " fail to be a minimum"
        )
    try:
        centre = _at_real_k(name, known, high)
        claims = {
            "k": [k_from, k_to],
            "type": kind,
            "centre": [decimal_text(int(x * 10**_PLACES), _PLACES) for x in centre],
            "distance": "1e-8",
        }
        claim = GaussianFamilySaddle.read({**_problem(name), "claims": claims})
        first, last = _inverse_root(high, up=False), _inverse_root(low, up=True)
        start = _scaled(name, first, centre)
    except (Malformed, NotPolished) as error:
        raise UnusableInput(str(error)) from None

    def verify(box: CoverBox, before: Branch | None) -> Branch:
        return verify_saddle_box(claim, box, "the box", Ledger(), before)

    cover, trouble = _cover(
        name, first, last, start, verify, lambda box: _direction(name, kind, box), progress
    )
    if trouble:
        return Attempt(None, None, trouble)
    return _conclude("gaussian-family-saddle", name, claims, cover, command)


def _conclude(
    kind: str, name: str, claims: dict[str, Any], cover: list[CoverBox], command: str
) -> Attempt:
    document = {
        "format": FORMAT,
        "kind": kind,
        "statement": {**_problem(name), "claims": claims},
        "witness": {"bits": _BITS, "cover": [_record(box) for box in cover]},
    }
    return judged(document, command, {"family": name})


def _problem(name: str) -> dict[str, Any]:
    return {"problem": {"targets": "orthonormal"}, "family": name}


def _interval(ends: tuple[str, str]) -> Interval:
    low, high = (flint_rational(Fraction(end)) for end in ends)
    return Interval(low, high, ends)


def _inverse_root(k: Fraction | int, *, up: bool) -> Fraction:
    """1/sqrt(k), rounded to 15 decimals."""
    number = Fraction(k)
    t = Fraction(isqrt(10**30 * number.denominator // number.numerator), 10**15)
    while up and t * t * number < 1:
        t += Fraction(1, 10**15)
    return t


def _at_real_k(name: str, known: int, k: Fraction) -> list[Fraction]:
    """The family's critical point at real k, from the one at a whole k."""
    member = family(name, known)
    beside = FAMILIES[name].beside
    values: list[Any] = list(member.values)
    for step in range(1, 9):
        here = known + (k - known) * step / 8
        with precision(_BITS):
            blocks = make_blocks(
                (("diagonal", ball(flint_rational(here)) - beside), *member.parts[1:])
            )
        values = newton(blocks, values, _PLACES)
    return values


def _scaled(name: str, t: Fraction, values: list[Fraction]) -> list[Fraction]:
    """X from the coordinates."""
    shape = FAMILIES[name]
    bases = [
        sum((number * t**i for i, number in enumerate(base)), Fraction(0)) for base in shape.base
    ]
    return [
        (value - base) / t**scale
        for value, base, scale in zip(values, bases, shape.scale, strict=True)
    ]


def _cover(
    name: str,
    low: Fraction,
    end: Fraction,
    start: list[Fraction],
    verify: Callable[[CoverBox, Branch | None], Branch],
    direct: Callable[[CoverBox], tuple[fmpq, ...]],
    progress: Callable[[str], None] | None,
) -> tuple[list[CoverBox], str]:
    """Boxes from low to the end, each as wide as `verify` accepts; or why one was not accepted."""
    cover: list[CoverBox] = []
    before: Branch | None = None
    width = Fraction(3, 100)
    while low < end:
        trouble = ""
        while width > Fraction(1, 10**11):
            places = max(4, 3 - floor(log10(width)))
            high = min(Fraction(ceil((low + width) * 10**places), 10**places), end)
            box, trouble, found = _try(name, low, high, start, before, verify, direct)
            if box is not None:
                break
            width = width * 2 / 3
        else:
            return [], f"no box beyond t = {float(low):.4f} was accepted: {trouble}"
        if box is None:
            raise AssertionError
        cover.append(box)
        before = found
        if progress is not None:
            progress(
                f"box {len(cover)}: t up to {float(high):.4f}, that is k >="
                f" {float(1 / high**2):.4f}"
            )
        start = [fraction(x) for x in box.at(box.high)]
        low, width = high, width * 3 / 2
    return cover, ""


def _try(
    name: str,
    low: Fraction,
    high: Fraction,
    start: list[Fraction],
    before: Branch | None,
    verify: Callable[[CoverBox, Branch | None], Branch],
    direct: Callable[[CoverBox], tuple[fmpq, ...]],
) -> tuple[CoverBox | None, str, Branch | None]:
    """A box the kernel accepts and its branch, or why the last one was not accepted."""
    trouble = ""
    with precision(_BITS + GUARD_BITS):
        try:
            branch = _branch(name, low, high, start)
            direction: tuple[fmpq, ...] | None = None
            for exponent in (14, 12, 10, 8, 6, 5, 4):
                box = CoverBox(
                    flint_rational(low),
                    flint_rational(high),
                    _ORDER,
                    _PARTS,
                    fmpq(1, 10**exponent),
                    branch,
                )
                direction = direct(box) if direction is None else direction
                box = replace(box, direction=direction)
                try:
                    found = verify(box, before)
                except Unverified as failure:
                    trouble = (
                        f"[{failure.inequality.code}] {failure.inequality.sentence}:"
                        f" {failure.inequality}"
                    )
                    if failure.inequality.code not in {"inclusion", "joined"}:
                        return None, trouble, None
                else:
                    return box, "", found
        except (ValueError, ZeroDivisionError) as error:
            trouble = str(error)
    return None, trouble, None


def _direction(name: str, kind: str, box: CoverBox) -> tuple[fmpq, ...]:
    """The eigenvector of the smallest eigenvalue of the type at the middle of the box, to six
    digits.
    """
    import numpy as np

    geometry = Chart(FAMILIES[name], box).geometry(fmpq(0))
    pencil = pencil_of(
        geometry, next(entry for entry in components(geometry.blocks) if entry.name == kind)
    )
    matrix = np.array([[float(_coefficient(entry, 0)) for entry in row] for row in pencil.matrix()])
    _, vectors = np.linalg.eigh(matrix)
    return tuple(fmpq(round(float(x) * 10**6), 10**6) for x in vectors[:, 0])


def _branch(
    family: str, low: Fraction, high: Fraction, start: list[Fraction]
) -> tuple[tuple[fmpq, ...], ...]:
    """Taylor polynomials of the branch: Newton's method on coefficients, with the Jacobian at the
    centre of the expansion.
    """
    polynomials = [[flint_rational(x)] for x in start]
    inverse: Any = None
    for step in range(2 * _DEGREE + 6):
        narrow = (high - low) / 10**6
        centre = (low + high) / 2
        ends = (Fraction(0), narrow) if low == 0 else (centre - narrow, centre + narrow)
        box = CoverBox(
            flint_rational(ends[0]),
            flint_rational(ends[1]),
            _ORDER,
            1,
            fmpq(1),
            tuple(map(tuple, polynomials)),
        )
        chart = Chart(FAMILIES[family], box)
        geometry = chart.geometry(fmpq(0))
        value = [chart.known_order(g, GRADIENT_ORDER) for g in geometry.gradient()]
        if step < 6 and (low != 0 or inverse is None):
            first = pencil_of(geometry, components(geometry.blocks)[0])
            inverse = (
                arb_mat(
                    [
                        [_coefficient(entry, 0) for entry in row]
                        for row in derivative_by_x(chart, first)
                    ]
                )
                .inv()
                .mid()
            )
        terms = _DEGREE + 1 if step >= 6 or low == 0 else 1
        change = (
            inverse * arb_mat([[_coefficient(g, i) for i in range(terms)] for g in value])
        ).tolist()
        polynomials = [
            [_rounded((p[i] if i < len(p) else fmpq(0)), row[i]) for i in range(terms)]
            for p, row in zip(polynomials, change, strict=True)
        ]
    return tuple(map(tuple, polynomials))


def _coefficient(value: Any, i: int) -> arb:
    if not isinstance(value, Expansion):
        return arb(value).mid() if i == 0 else arb(0)
    at = i - value.valuation
    return value.polynomial[at].mid() if 0 <= at < value.order else arb(0)


def _rounded(old: fmpq, change: arb) -> fmpq:
    value = fraction(old) - midpoint(change)
    return flint_rational(Fraction(round(value * 10**_PLACES), 10**_PLACES))


def _text(value: fmpq) -> str:
    number = fraction(value)
    return decimal_text(int(number * 10**_PLACES), _PLACES)


def _record(box: CoverBox) -> dict[str, Any]:
    return {
        "from": _text(box.low),
        "to": _text(box.high),
        "order": box.order,
        "parts": box.parts,
        "radius": _text(box.radius),
        "branch": [[_text(c) for c in polynomial] for polynomial in box.branch],
        **({"direction": [_text(c) for c in box.direction]} if box.direction else {}),
    }
