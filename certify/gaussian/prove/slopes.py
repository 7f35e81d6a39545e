"""A cover of all slopes at one k: the branch as polynomials in w, boxes as wide as the kernel
accepts. Nothing here is trusted.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor, inf, log10
from typing import Any

import numpy as np
from flint import fmpq

from certify.attempt import Attempt, Refusal, Say, judged, silent
from certify.decimals import significant
from certify.errors import NotProved, UnusableInput
from certify.gaussian.activations import slopes_told
from certify.gaussian.names import FamilyName, family_name
from certify.gaussian.prove.covering import DEGREE, ORDER, Path, coefficient, record, taylor
from certify.gaussian.search.families import family
from certify.gaussian.search.slopes import near_flipped
from certify.gaussian.search.symmetric import Parts, blocks_field, make_blocks
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.blocks import Number, unknowns
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.cover import CoverBox
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of
from certify.kernel.gaussian.slope_range import SlopeRange
from certify.kernel.gaussian.slopes import GaussianSlopes, SlopesChart, verify_slopes_box
from certify.rationals import flint_rational, fraction

__all__ = ["EVERY", "prove_slopes", "range_of_slopes"]

EVERY = ("0", "infinity")  # the ends of c for all slopes in (-1, 1)
_BITS = 160
_EXPONENTS = (12, 10, 8, 7, 6, 5, 4, 3)  # of the radii, 10^-exponent
_MANY, _FINER, _DEGREE = 1000, 16, 15  # the loss of many neurons needs thinner tubes
_FROM_ZERO = 6  # teachers from which type II is a minimum for every c > 0
_LEAST_C, _LARGEST_C = Fraction(1, 10**7), Fraction(10**7)  # between them the branch is followed
_SHARE = 0.9  # of the smallest eigenvalue found, to be claimed


class _Branch:
    """The branch of one symmetric problem: solutions at single c, and Taylor polynomials. A
    solution consists of coordinates and multipliers.
    """

    def __init__(self, claim: GaussianSlopes, flipped: int) -> None:
        """flipped: how many teachers are at c = 0, where the branch is followed from there."""
        self.claim, self.flipped = claim, flipped
        starts = not claim.slopes.low.value
        self.signs = ((1,) * (flipped < claim.problem.k) + (-1,)) if starts else ()
        self.blocks, self.names = claim.problem.blocks, unknowns(claim.problem.blocks)

    def place(self, c: Fraction) -> Fraction:
        """The w of c."""
        k = self.claim.problem.k
        return k * c / (2 + k * c)

    def ends(self) -> tuple[Fraction, Fraction]:
        """Of a cover: those of w for the claimed range of c, outward to 20 decimals."""
        low = self.place(fraction(self.claim.slopes.low.value)) * 10**20
        high = self.claim.slopes.high
        if high is None:
            return Fraction(floor(low), 10**20), Fraction(1)
        last = self.place(fraction(high.value)) * 10**20
        return Fraction(floor(low), 10**20), Fraction(ceil(last), 10**20)

    def told(self, w: Fraction) -> str:
        """The slope of leaky ReLU at w, about."""
        root = float(2 * w / (self.claim.problem.k * (1 - w))) ** 0.5 if w < 1 else inf
        return f" (slope {1 - 2 / (1 + root):.4f})"

    def chart(self, box: CoverBox) -> SlopesChart:
        """The chart of a box."""
        return SlopesChart(self.claim, box, self.signs)

    def system(self, box: CoverBox) -> tuple[list[Number], list[list[Number]]]:
        """The equations on a box, and their Jacobian."""
        chart = self.chart(box)
        geometry, multipliers = chart.at(fmpq(0))
        first = pencil_of(geometry, components(self.blocks)[0])
        return chart.equations(geometry, multipliers), chart.system.jacobian(first)

    def verify(self, box: CoverBox, _: bool | None) -> bool:
        """The kernel's verification of a box. Raises `Unverified`."""
        verify_slopes_box(self.claim, self.chart(box), "the box", Ledger())
        return True

    def onward(self, box: CoverBox) -> list[fmpq]:
        """The solution at the upper end of a box."""
        found = box.at(box.high)
        if box.low != 0:
            return found
        return [x * box.high + b for x, b in zip(found, self.teachers(), strict=True)]

    def teachers(self) -> list[fmpq]:
        """The solution at c = 0: the teachers with signs."""
        found = [fmpq(self.signs[i] * diagonal) for i, _, diagonal in self.names]
        return found + [fmpq(0)] * sum(block.columns for block in self.blocks)

    def at(self, c: Fraction, start: list[fmpq]) -> list[fmpq]:
        """The solution at one c > 0 near a start."""
        w = self.place(c)
        around = w - w / 1000, w + w / 1000
        return [p[0] for p in taylor(self.system, *around, start, 0)]

    def near_zero(self, c: Fraction) -> list[fmpq]:
        """The solution at a small c > 0, on the branch from the teachers with signs."""
        k = self.claim.problem.k
        _, values = near_flipped(k, self.flipped, c)
        pulls = [Fraction(0)] * (self.flipped < k) + [-c / 2]
        return self.at(c, [flint_rational(x) for x in (*values, *pulls)])

    def along(self, first: Fraction, last: Fraction, start: list[fmpq]) -> list[fmpq]:
        """From the solution at c = first to that at c = last, in steps of a constant ratio."""
        steps = max(1, ceil(abs(log10(last / first)) * 4))
        for step in range(1, steps + 1):
            c = Fraction(float(first) * float(last / first) ** (step / steps))
            start = self.at(c, start)
        return start

    def least_eigenvalue(self, c: Fraction, solution: list[fmpq]) -> float:
        """Of the Hessian divided by (p + q)^2, about."""
        w = self.place(c)
        ends = flint_rational(w - w / 10**9), flint_rational(w + w / 10**9)
        box = CoverBox(*ends, ORDER, 1, fmpq(1), tuple((x,) for x in solution))
        tilted = self.chart(box).at(fmpq(0))[0].tilted(ball(flint_rational(c / 4)))
        pencils = [pencil_of(tilted, part) for part in components(self.blocks)]
        pencils += [padding_pencil(tilted, part) for part in padding_components(self.blocks)]
        return min(_least(pencil) for pencil in pencils)


def prove_slopes(
    name: str,
    k: int,
    c: tuple[str, str] = EVERY,
    *,
    command: str = "",
    progress: Say = silent,
) -> Attempt:
    """Certify a minimum of the named family at one k for every activation with c in this range.

    c: its ends, decimals; the second may be "infinity". Raises `UnusableInput`.
    """
    known, slopes = family_name(name), range_of_slopes(c)
    name = str(known)
    parts: Parts
    relu: tuple[Fraction, ...] = ()
    flipped = _flipped(known, k, slopes)
    if flipped:
        parts, _ = near_flipped(k, flipped, Fraction(0))
    else:
        member = family(name, k)
        parts, relu = member.parts, member.values
    statement = _statement(parts, k, c)
    branch = _Branch(GaussianSlopes.read(statement), flipped)
    with precision(_BITS + GUARD_BITS):
        start, least = _followed(branch, relu)
    if not least > 0:
        raise UnusableInput(
            f"type {name} at k = {k} is no minimum at an end of the range of c, {' to '.join(c)}"
        )
    statement["claims"]["curvature"] = significant(Fraction(_SHARE * least), 2, up=False)
    branch = _Branch(GaussianSlopes.read(statement), flipped)
    path = Path(
        name="w",
        bits=_BITS,
        system=branch.system,
        verify=branch.verify,
        radii=tuple(fmpq(1, 10 ** (_FINER * (k > _MANY) + e)) for e in _EXPONENTS),
        degree=_DEGREE if k > _MANY else DEGREE,
        first=Fraction(1, 50),
        onward=branch.onward,
        told=branch.told,
    )
    try:
        cover = path.cover(*branch.ends(), start, progress)
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
    attempt = judged(document, command, {"family": name})
    told = slopes_told(slopes)
    return replace(attempt, remarks=(f"as slopes a of leaky ReLU: {told}",) if told else ())


def _statement(parts: Parts, k: int, c: tuple[str, str]) -> dict[str, Any]:
    """What is to be proved, with a curvature to be replaced."""
    return {
        "problem": {
            "n": sum(block.height for block in make_blocks(parts)),
            "k": k,
            "targets": "orthonormal",
        },
        "blocks": blocks_field(parts),
        "claims": {"c": list(c), "curvature": "1e-9"},
    }


def range_of_slopes(c: tuple[str, str]) -> SlopeRange:
    """Read as the kernel reads it. Raises `UnusableInput`."""
    if not isinstance(c, tuple | list):
        raise UnusableInput('c is not a pair of two ends, as ("0.9", "1.2")')
    try:
        return SlopeRange.read(list(c))
    except Malformed as error:
        raise UnusableInput(
            f"{error}: it goes from a decimal, 0 or more, to a larger one or to infinity"
        ) from None


def _flipped(name: FamilyName, k: int, slopes: SlopeRange) -> int:
    """How many teachers are flipped at c = 0, if the family is followed from there: II_p, where the
    range begins there or does not reach beyond ReLU. Raises `UnusableInput` where the family is
    known to be no minimum in a part of the range, or not known to be one.
    """
    flipped = 1 if name.index is None else name.index
    if slopes.low.value:
        near = slopes.high is not None and slopes.high.value <= 1
        within = name.base == "II" and not name.extra and 1 <= flipped <= k and k >= 2
        return flipped if near and within else 0
    if name.base != "II" or name.extra:
        raise UnusableInput(
            f"type {name} is no minimum near c = 0 (slope -1), as far as is known: give a range of"
            " c, as 0.05 infinity"
        )
    if slopes.high is None and (k < _FROM_ZERO or name.index not in (None, 1)):
        few = f"with fewer than {_FROM_ZERO} teachers " if k < _FROM_ZERO else ""
        raise UnusableInput(
            f"{few}type {name} is known to be a minimum at small c only: give a range of c, as 0"
            " 0.08"
        )
    if not 1 <= flipped <= k or k < 2:
        raise UnusableInput(f"II_p has 1 <= p <= k flipped neurons, k >= 2, not p = {flipped}")
    return flipped


def _followed(branch: _Branch, relu: tuple[Fraction, ...]) -> tuple[list[fmpq], float]:
    """Where a cover begins, and the smallest eigenvalue at both ends of the range, about. relu: the
    member's coordinates at c = 1; none for a range from 0 on.
    """
    claim = branch.claim
    high = _LARGEST_C if claim.slopes.high is None else fraction(claim.slopes.high.value)
    low = fraction(claim.slopes.low.value)
    if branch.flipped:
        least_c = min(_LEAST_C, (low or high) / 2)
        first = branch.near_zero(least_c)
        if low:
            first = branch.along(least_c, low, first)
        low = low or least_c
    else:
        start = [flint_rational(x) for x in relu] + [fmpq(0)] * sum(
            block.columns for block in branch.blocks
        )
        first = branch.along(Fraction(1), low, branch.at(Fraction(1), start))
    last = branch.along(low, high, first)
    least = min(branch.least_eigenvalue(low, first), branch.least_eigenvalue(high, last))
    if not branch.signs:
        return first, least
    w = flint_rational(branch.place(low))
    return [(x - b) / w for x, b in zip(first, branch.teachers(), strict=True)], least


def _least(pencil: Pencil) -> float:
    """The smallest eigenvalue of a pencil, as floats."""
    norms = np.array([float(coefficient(norm, 0)) for norm in pencil.norms])
    matrix = np.array([[float(coefficient(x, 0)) for x in row] for row in pencil.matrix()])
    return float(np.linalg.eigvalsh(matrix / np.sqrt(np.outer(norms, norms)))[0])
