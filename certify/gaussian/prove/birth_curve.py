"""The curve of births of type II in the slope: a cover of w, and a proposed certificate. Nothing
here is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import zip_longest
from math import ceil, floor
from typing import Any

from flint import arb, arb_mat, arb_series, fmpq

from certify.attempt import Attempt, Refusal, Say, judged, silent
from certify.decimals import decimal_text
from certify.errors import NotProved, UnusableInput
from certify.gaussian.names import family_name
from certify.gaussian.prove.covering import Path, record
from certify.gaussian.prove.slope_birth import born
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.birth_curve import Reached, verify_curve_box
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.branch import turn_of_expansions
from certify.kernel.gaussian.chart import BoxChart
from certify.kernel.gaussian.cover import CoverBox, read_boxes
from certify.kernel.gaussian.curve_point import UNKNOWN, CurvePoint
from certify.processes import WorkerDied, shared_out
from certify.rationals import decimal_of, flint_rational, fraction, midpoint

__all__ = ["CURVE_FROM", "prove_birth_curve"]

CURVE_FROM = "3.001"  # at k = 3 a test matrix of s1 vanishes

_BITS, _PARTS, _DEGREE, _PLACES = 192, 16, 8, 40
_RADII = tuple(fmpq(1, 10**e) for e in (12, 10, 8, 7, 6, 5, 4, 3))
_THIN, _NARROW = fmpq(1, 10**34), Fraction(1, 10**11)  # where k is wanted to 30 digits
_WIDTH, _CRAMPED = Fraction(1, 25), Fraction(1, 10**4)  # of first boxes; near k = 3
_GROWTH = Fraction(5, 2)  # from box to box: near k = 3 they are as wide as w's distance from there
_DIGITS = 31  # of values: to both sides 10^-31
_BEGIN, _WHOLE = 4, (4, 5)  # where the curve is found first; whole k on it above 3

Solution = list[fmpq]


@dataclass(frozen=True)
class _At:
    """A w and the solution there."""

    w: Fraction
    solution: Solution


def _system(box: CoverBox) -> tuple[list[Number], list[list[Number]]]:
    """The equations on a box, and their Jacobian at its centre."""
    chart = BoxChart(box)
    z = chart.tube(fmpq(0))
    by_z = _jacobian([ball(p[0]) for p in box.branch], ball(box.origin()))
    return CurvePoint(z, chart.t, turn_of_expansions).equations(), by_z


def _jacobian(z: list[arb], w: arb) -> list[list[Number]]:
    """Of the equations at one point, by power series."""
    columns = []
    for j in range(UNKNOWN):
        moved: list[Number] = [arb_series([x, arb(1)], 2) if i == j else x for i, x in enumerate(z)]
        columns.append([arb_series(x)[1] for x in CurvePoint(moved, w).equations()])
    return [list(row) for row in zip(*columns, strict=True)]


def _verify(box: CoverBox, _: Reached | None) -> Reached:
    """With room for the joint to the next box, which has to hold for both checkers."""
    found, ledger = verify_curve_box(box, "the box", Ledger()), Ledger()
    ledger.require("joined", "there is room in the tube", found.reach * 4, box.radius)
    return found


def _newton(at: _At) -> _At:
    """The solution at this w. Raises `ZeroDivisionError`, `NotProved`."""
    w, z = ball(flint_rational(at.w)), [ball(x) for x in at.solution]
    for _ in range(30):
        right = arb_mat([[x.mid()] for x in CurvePoint([*z], w).equations()])
        step = arb_mat(_jacobian(z, w)).mid().solve(right).entries()
        z = [arb((x - s).mid()) for x, s in zip(z, step, strict=True)]
        if all(abs(s) < arb(10) ** -42 for s in step):
            return _At(at.w, [flint_rational(_decimal(midpoint(x))) for x in z])
    raise NotProved(f"the curve is lost near w = {float(at.w):.6g}")


def _decimal(x: Fraction) -> Fraction:
    return Fraction(round(x * 10**50), 10**50)


def _where(k: Fraction, near: _At) -> _At:
    """The w of the birth at k, by the secant method along the curve. Raises `NotProved`."""
    step = Fraction(1, 10**4)
    other = _newton(_At(near.w + step, near.solution))
    for _ in range(200):
        here, there = (fraction(at.solution[-1]) for at in (near, other))
        if there == here:
            break
        onward = (k - there) * (other.w - near.w) / (there - here)
        onward = max(-Fraction(1, 500), min(Fraction(1, 500), onward))
        near, other = other, _newton(_At(_decimal(other.w + onward), other.solution))
        if abs(onward) < Fraction(1, 10**40):
            return other
    raise NotProved(f"no birth at k = {float(k):.6g} was found on the curve")


def prove_birth_curve(
    name: str = "II",
    k_from: str = CURVE_FROM,
    *,
    jobs: int = 1,
    command: str = "",
    progress: Say = silent,
) -> Attempt:
    """Certify the curve of births of type II in the slope, for all real k from this decimal on, and
    where it ends. Raises `UnusableInput`.
    """
    if str(family_name(name)) != "II":
        raise UnusableInput(f"the curve of births is proved for type II alone, not for {name}")
    least = decimal_of(k_from, "the k from which the curve of type II begins")
    if not 3 < least < _BEGIN:
        raise UnusableInput(f"the curve is followed from a k between 3 and {_BEGIN}, not {k_from}")
    try:
        births = {}
        with precision(_BITS + GUARD_BITS):
            begin = _begin()
            for k in (k_from, *map(str, _WHOLE)):
                births[k] = _where(Fraction(k), begin)
                progress(f"k = {k}: a birth at w = {float(births[k].w):.6f}")
        cover = _cover(list(births.values()), jobs, progress)
    except (NotProved, ValueError, ZeroDivisionError) as error:
        return Attempt(refusal=Refusal(str(error)))
    progress("the kernel checks the whole")
    return judged(_propose(births, cover), command, {"family": "II"})


def _begin() -> _At:
    """The birth at k = 4."""
    c, point = born("II", _BEGIN)
    a, b, column, row, lone = point
    sums = (a + (_BEGIN - 2) * b + row - 1, (_BEGIN - 1) * column + lone - 1)
    found = [*point, *(c * s / 4 for s in sums), Fraction(_BEGIN)]
    w = _BEGIN * c / (2 + _BEGIN * c)
    return _newton(_At(_decimal(w), [flint_rational(_decimal(x)) for x in found]))


def _cover(births: list[_At], jobs: int, progress: Say) -> list[CoverBox]:
    """Boxes from the first birth to w = 1, thin ones around the births and at the end."""
    cover: list[CoverBox] = []
    for made in shared_out(_stretch, list(zip_longest(births, births[1:])), jobs):
        if isinstance(made, WorkerDied):
            raise made
        boxes = read_boxes({"bits": _BITS, "cover": made}, UNKNOWN).boxes
        progress(f"{len(boxes)} boxes up to w = {float(fraction(boxes[-1].high)):.6f}")
        cover += boxes
    return cover


def _stretch(birth: _At, after: _At | None) -> list[dict[str, Any]]:
    """Boxes from a birth to the next one (None: to w = 1), as the witness writes them. Raises
    `NotProved`.
    """
    wide = Path(
        name="w",
        bits=_BITS,
        system=_system,
        verify=_verify,
        radii=_RADII,
        first=_WIDTH if birth.solution[-1] > fmpq(31, 10) else _CRAMPED,
        degree=_DEGREE,
        parts=_PARTS,
        growth=_GROWTH,
    )
    thin = replace(wide, radii=(_THIN,), first=2 * _NARROW, parts=1)
    low = _before(birth)
    with precision(_BITS + GUARD_BITS):
        start = _newton(_At(low, birth.solution))
    cover = thin.cover(low, low + 2 * _NARROW, start.solution, silent)
    end = 1 - 2 * _NARROW if after is None else _before(after)
    cover += wide.cover(low + 2 * _NARROW, end, cover[-1].at(cover[-1].high), silent)
    if after is None:
        cover += thin.cover(end, Fraction(1), cover[-1].at(cover[-1].high), silent)
    return [record(box) for box in cover]


def _before(birth: _At) -> Fraction:
    """Where the thin box of a birth begins."""
    return Fraction(floor(birth.w * 10**14), 10**14) - _NARROW


def _propose(births: dict[str, _At], cover: list[CoverBox]) -> dict[str, Any]:
    values = []
    for k, at in births.items():
        c = 2 * at.w / (Fraction(k) * (1 - at.w))
        values.append({"k": k, "c": _around(c)})
    return {
        "format": FORMAT,
        "kind": "gaussian-birth-curve",
        "statement": {
            "problem": {"targets": "orthonormal"},
            "family": "II",
            "claims": {"values": values, "limit": _around(fraction(cover[-1].at(fmpq(1))[-1]))},
        },
        "witness": {"bits": _BITS, "cover": [record(box) for box in cover]},
    }


def _around(value: Fraction) -> list[str]:
    """The ends of an interval around it, as decimals."""
    width = Fraction(1, 10**_DIGITS)
    low, high = floor((value - width) * 10**_PLACES), ceil((value + width) * 10**_PLACES)
    return [decimal_text(end, _PLACES) for end in (low, high)]
