"""A cover of all slopes at one k: the branch as polynomials in w, boxes as wide as the kernel
accepts. Nothing here is trusted.
"""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, log10
from typing import Any

import numpy as np
from flint import arb, fmpq

from certify.attempt import Attempt, Refusal, Say, judged, silent
from certify.errors import NotProved, UnusableInput
from certify.gaussian.names import family_name
from certify.gaussian.prove.covering import ORDER, Path, coefficient, record, taylor
from certify.gaussian.search.families import family
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.expansion import Expansion
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.blocks import Number, unknowns
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.cover import CoverBox
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of
from certify.kernel.gaussian.slopes import GaussianSlopes, SlopesChart, verify_slopes_box
from certify.rationals import flint_rational, fraction

__all__ = ["prove_slopes"]

_BITS = 160
_RADII = tuple(fmpq(1, 10**exponent) for exponent in (12, 10, 8, 7, 6, 5, 4, 3))
_SIGNS = {"II": (1, -1)}  # of the teachers at c = 0
_LEAST_C = Fraction(1, 10**7)  # where the branch is followed down to


class _Branch:
    """The branch of one symmetric problem: solutions at single w, and Taylor polynomials."""

    def __init__(self, claim: GaussianSlopes, signs: tuple[int, ...]) -> None:
        self.claim, self.signs = claim, signs

    def chart(self, box: CoverBox) -> SlopesChart:
        """The chart of a box."""
        return SlopesChart(self.claim, box, self.signs)

    def system(self, box: CoverBox) -> tuple[list[Number], list[list[Number]]]:
        """The equations on a box, and their Jacobian."""
        chart = self.chart(box)
        geometry, multipliers = chart.at(fmpq(0))
        first = pencil_of(geometry, components(chart.blocks)[0])
        return chart.equations(geometry, multipliers), chart.jacobian(first)

    def verify(self, box: CoverBox, _: bool | None) -> bool:
        """The kernel's verification of a box. Raises `Unverified`."""
        verify_slopes_box(self.claim, self.chart(box), "the box", Ledger())
        return True

    def onward(self, box: CoverBox) -> list[fmpq]:
        """Coordinates and multipliers at the upper end of a box."""
        found = box.at(box.high)
        if box.low != 0:
            return found
        return [x * box.high + b for x, b in zip(found, self.teachers(), strict=True)]

    def teachers(self) -> list[fmpq]:
        """Coordinates and multipliers at c = 0: the teachers with signs."""
        blocks = self.claim.problem.blocks
        found = [fmpq(self.signs[i] * diagonal) for i, _, diagonal in unknowns(blocks)]
        return found + [fmpq(0)] * sum(block.columns for block in blocks)

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
        return [p[0] for p in taylor(self.system, w * Fraction(999, 1000), w, start, 0)]

    def along(self, first: Fraction, last: Fraction, start: list[fmpq]) -> list[fmpq]:
        """From the solution at c = first to that at c = last, in steps of a constant ratio."""
        steps = max(1, ceil(abs(log10(last / first)) * 4))
        for step in range(1, steps + 1):
            c = Fraction(float(first) * float(last / first) ** (step / steps))
            start = self.at(_place(self.claim, c), start)
        return start

    def least_eigenvalue(self, w: Fraction, solution: list[fmpq]) -> float:
        """Of the Hessian divided by (p + q)^2, about."""
        ends = flint_rational(w - w / 10**9), flint_rational(w)
        chart = self.chart(CoverBox(*ends, ORDER, 1, fmpq(1), tuple((x,) for x in solution)))
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
            relu = [flint_rational(x) for x in member.values] + [fmpq(0)] * sum(
                kind != "row" for kind, _ in member.parts
            )
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
    path = Path(
        name="w",
        bits=_BITS,
        system=branch.system,
        verify=branch.verify,
        radii=_RADII,
        first=Fraction(1, 50),
        onward=branch.onward,
    )
    try:
        cover = path.cover(first, last, start, progress)
    except NotProved as error:
        return Attempt(refusal=Refusal(str(error)))
    document = {
        "format": FORMAT,
        "kind": "gaussian-slopes-minimum",
        "statement": statement,
        "witness": {
            "bits": _BITS,
            "signs": list(branch.signs),
            "cover": [record(box) for box in cover],
        },
    }
    return judged(document, command, {"family": name})


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
            float(arb(x).mid() if not isinstance(x, Expansion) else coefficient(x, 0))
            for x in pencil.norms
        ]
    )
    matrix = np.array([[float(coefficient(x, 0)) for x in row] for row in pencil.matrix()])
    return float(np.linalg.eigvalsh(matrix / np.sqrt(np.outer(norms, norms)))[0])
