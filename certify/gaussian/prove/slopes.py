"""A cover of all slopes at one k: the branch as polynomials in w, boxes as wide as the kernel
accepts. Nothing here is trusted.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, log10
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq

from certify.attempt import Attempt, Refusal, Say, judged, silent
from certify.decimals import decimal_text
from certify.errors import NotProved, UnusableInput
from certify.gaussian.names import family_name
from certify.gaussian.search.families import family
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.expansion import Expansion
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.blocks import unknowns
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.cover import CoverBox
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of
from certify.kernel.gaussian.slopes import GaussianSlopes, SlopesChart, verify_slopes_box
from certify.rationals import flint_rational, fraction, midpoint

__all__ = ["prove_slopes"]

_BITS, _DEGREE, _ORDER, _PARTS, _PLACES = 160, 8, 16, 16, 40
_RADII = tuple(fmpq(1, 10**exponent) for exponent in (12, 10, 8, 7, 6, 5, 4, 3))
_SIGNS = {"II": (1, -1)}  # of the teachers at c = 0
_LEAST_C = Fraction(1, 10**7)  # where the branch is followed down to


class _Branch:
    """The branch of one symmetric problem: solutions at single w, and Taylor polynomials."""

    def __init__(self, claim: GaussianSlopes, signs: tuple[int, ...]) -> None:
        self.claim, self.signs = claim, signs

    def chart(self, low: Fraction, high: Fraction, polynomials: Any) -> SlopesChart:
        """The chart of a box with these polynomials."""
        ends = flint_rational(low), flint_rational(high)
        box = CoverBox(*ends, _ORDER, _PARTS, _RADII[0], tuple(map(tuple, polynomials)))
        return SlopesChart(self.claim, box, self.signs)

    def polynomials(
        self, low: Fraction, high: Fraction, start: list[fmpq], degree: int
    ) -> list[list[fmpq]]:
        """Newton's method on coefficients, with the Jacobian at the centre. start: the coordinates
        and multipliers at the centre; what is multiplied by w where the box begins at 0.
        """
        narrow, centre = (high - low) / 10**6, (low + high) / 2
        ends = (Fraction(0), narrow) if low == 0 else (centre - narrow, centre + narrow)
        found, inverse = [[x] for x in start], arb_mat(0, 0)
        for step in range(degree + 7):
            chart = self.chart(*ends, found)
            geometry, multipliers = chart.at(fmpq(0))
            values = chart.equations(geometry, multipliers)
            if step < 6:
                first = pencil_of(geometry, components(chart.blocks)[0])
                rows = [[_coefficient(x, 0) for x in row] for row in chart.jacobian(first)]
                inverse = arb_mat(rows).inv().mid()
            terms = 1 if step < 5 else min(step - 3, degree + 1)
            right = arb_mat([[_coefficient(x, i) for i in range(terms)] for x in values])
            found = [
                [_rounded(p[i] if i < len(p) else fmpq(0), row[i]) for i in range(terms)]
                for p, row in zip(found, (inverse * right).tolist(), strict=True)
            ]
        return found

    def teachers(self) -> list[fmpq]:
        """Coordinates and multipliers at c = 0: the teachers with signs."""
        blocks = self.claim.problem.blocks
        found = [fmpq(self.signs[i] * diagonal) for i, _, diagonal in unknowns(blocks)]
        return found + [fmpq(0)] * len(blocks)

    def near_teachers(self, c: Fraction) -> list[fmpq]:
        """A guess for a small c > 0."""
        start, c_small = self.teachers(), flint_rational(c)
        names = unknowns(self.claim.problem.blocks)
        for at, (i, j, diagonal) in enumerate(names):
            if not diagonal:
                start[at] = c_small if i != j else -c_small / 1000
        for j, sign in enumerate(self.signs):
            start[len(names) + j] = c_small * (sign - 1) / 4
        return start

    def at(self, w: Fraction, start: list[fmpq]) -> list[fmpq]:
        """Coordinates and multipliers at one w > 0."""
        return [p[0] for p in self.polynomials(w * Fraction(999, 1000), w, start, 0)]

    def along(self, first: Fraction, last: Fraction, start: list[fmpq]) -> list[fmpq]:
        """From the solution at c = first to that at c = last, in steps of a constant ratio."""
        steps = max(1, ceil(abs(log10(last / first)) * 4))
        for step in range(1, steps + 1):
            c = Fraction(float(first) * float(last / first) ** (step / steps))
            start = self.at(_place(self.claim, c), start)
        return start

    def least_eigenvalue(self, w: Fraction, solution: list[fmpq]) -> float:
        """Of the Hessian divided by (p + q)^2, about."""
        narrow = w / 10**9
        chart = self.chart(w - narrow, w, [[x] for x in solution])
        geometry, _ = chart.at(fmpq(0))
        c = 2 * w / (self.claim.problem.k * (1 - w)) if w < 1 else Fraction(10**9)
        tilted = geometry.tilted(ball(flint_rational(c / 4)))
        pencils = [pencil_of(tilted, part) for part in components(chart.blocks)]
        pencils += [padding_pencil(tilted, part) for part in padding_components(chart.blocks)]
        return min(_least(pencil) for pencil in pencils)


def prove_slopes(
    name: str,
    k: int,
    c: tuple[str, str] = ("0", "infinity"),
    *,
    command: str = "",
    progress: Say = silent,
) -> Attempt:
    """Certify a minimum of the named family at one k for every activation with c in this range.
    Raises `UnusableInput`.
    """
    name = str(family_name(name))
    member = family(name, k)
    blocks = [{"type": kind, "size": size} for kind, size in member.parts]
    statement: dict[str, Any] = {
        "problem": {
            "n": sum(size for kind, size in member.parts if kind != "columns"),
            "k": k,
            "targets": "orthonormal",
        },
        "blocks": blocks,
        "claims": {"c": list(c), "curvature": "1e-9"},
    }
    claim = GaussianSlopes.read(statement)
    from_zero = claim.low.value == 0
    if from_zero and name not in _SIGNS:
        raise UnusableInput(f"type {name} is not known to reach c = 0: give a lower end of c")
    branch = _Branch(claim, _SIGNS[name] if from_zero else ())
    with precision(_BITS + GUARD_BITS):
        low = _LEAST_C if from_zero else fraction(claim.low.value)
        high = Fraction(10**7) if claim.high is None else fraction(claim.high.value)
        if from_zero:
            start = branch.at(_place(claim, low), branch.near_teachers(low))
        else:
            relu = [flint_rational(x) for x in member.values] + [fmpq(0)] * len(blocks)
            start = branch.along(Fraction(1), low, branch.at(_place(claim, Fraction(1)), relu))
        ends = [(low, start), (high, branch.along(low, high, start))]
        least = min(branch.least_eigenvalue(_place(claim, at), x) for at, x in ends)
    if least <= 0:
        raise UnusableInput(f"type {name} at k = {k} is no minimum at an end of the range of c")
    statement["claims"]["curvature"] = f"{0.9 * least:.1e}"
    claim = GaussianSlopes.read(statement)
    branch.claim = claim
    first = Fraction(0) if from_zero else _decimal(_place(claim, low), up=False)
    last = Fraction(1) if claim.high is None else _decimal(_place(claim, high), up=True)
    if from_zero:
        w = flint_rational(_place(claim, low))
        base = branch.teachers()
        start = [(x - b) / w for x, b in zip(start, base, strict=True)]
    try:
        cover = _cover(branch, first, last, start, progress)
    except NotProved as error:
        return Attempt(refusal=Refusal(str(error)))
    document = {
        "format": FORMAT,
        "kind": "gaussian-slopes-minimum",
        "statement": statement,
        "witness": {
            "bits": _BITS,
            "signs": list(branch.signs),
            "cover": [_record(box) for box in cover],
        },
    }
    return judged(document, command, {"family": name})


def _cover(
    branch: _Branch, low: Fraction, end: Fraction, start: list[fmpq], progress: Say
) -> list[CoverBox]:
    """Boxes from low to the end, each as wide as the kernel accepts. Raises `NotProved`."""
    cover: list[CoverBox] = []
    width = Fraction(1, 50)
    while low < end:
        box, width = _widest(branch, low, end, width, start)
        cover.append(box)
        high = fraction(box.high)
        start = box.at(box.high)
        if low == 0:
            start = [x * box.high + b for x, b in zip(start, branch.teachers(), strict=True)]
        progress(f"box {len(cover)}: w up to {float(high):.4f} of {float(end):.4f}")
        low, width = high, width * 3 / 2
    return cover


def _widest(
    branch: _Branch, low: Fraction, end: Fraction, width: Fraction, start: list[fmpq]
) -> tuple[CoverBox, Fraction]:
    refusal = Refusal("")
    while width > Fraction(1, 10**6):
        places = max(4, 3 - floor(log10(width)))
        high = min(Fraction(ceil((low + width) * 10**places), 10**places), end)
        if end - high < width / 4:
            high = end
        try:
            return _box(branch, low, high, start), width
        except Unverified as failure:
            failed = failure.inequality
            refusal = Refusal(f"{failed.sentence}: {failed}", failed.code)
        except (ValueError, ZeroDivisionError) as error:
            refusal = Refusal(str(error))
        width = width * 2 / 3
    raise NotProved(f"no box beyond w = {float(low):.4f} was accepted: {refusal}")


def _box(branch: _Branch, low: Fraction, high: Fraction, start: list[fmpq]) -> CoverBox:
    """A box that the kernel accepts. Raises `Unverified`, `ValueError`, `ZeroDivisionError`."""
    with precision(_BITS + GUARD_BITS):
        polynomials = branch.polynomials(low, high, start, _DEGREE)
        box = branch.chart(low, high, polynomials).box
        for radius in _RADII:
            box = replace(box, radius=radius)
            try:
                chart = SlopesChart(branch.claim, box, branch.signs)
                verify_slopes_box(branch.claim, chart, "the box", Ledger())
            except Unverified as failure:
                if failure.inequality.code != "inclusion" or radius == _RADII[-1]:
                    raise
            else:
                return box
    raise NotProved("no radius")


def _decimal(w: Fraction, *, up: bool) -> Fraction:
    """An end of a cover with few digits."""
    scaled = w * 10**20
    return Fraction(ceil(scaled) if up else floor(scaled), 10**20)


def _place(claim: GaussianSlopes, c: Fraction) -> Fraction:
    k = claim.problem.k
    return k * c / (2 + k * c)


def _least(pencil: Pencil) -> float:
    norms = np.array(
        [
            float(arb(x).mid() if not isinstance(x, Expansion) else _coefficient(x, 0))
            for x in pencil.norms
        ]
    )
    matrix = np.array([[float(_coefficient(x, 0)) for x in row] for row in pencil.matrix()])
    return float(np.linalg.eigvalsh(matrix / np.sqrt(np.outer(norms, norms)))[0])


def _coefficient(value: Any, i: int) -> arb:
    if not isinstance(value, Expansion):
        return arb(value).mid() if i == 0 else arb(0)
    at = i - value.valuation
    return value.polynomial[at].mid() if 0 <= at < value.order else arb(0)


def _rounded(old: fmpq, change: arb) -> fmpq:
    value = fraction(old) - midpoint(change)
    return flint_rational(Fraction(round(value * 10**_PLACES), 10**_PLACES))


def _text(value: fmpq) -> str:
    return decimal_text(int(fraction(value) * 10**_PLACES), _PLACES)


def _record(box: CoverBox) -> dict[str, Any]:
    return {
        "from": _text(box.low),
        "to": _text(box.high),
        "order": box.order,
        "parts": box.parts,
        "radius": _text(box.radius),
        "branch": [[_text(c) for c in polynomial] for polynomial in box.branch],
    }
