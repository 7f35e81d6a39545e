"""Certified balls around critical points, and the exact test whether a point lies in one.

A basin is taken from a certificate that the kernel has proved in this very run.  In its closed ball
|W - C| <= r, W* is the only critical point, and the Hessian is positive definite if W* is a minimum
(theorems 1 and 2); |W* - C| <= delta.  A point W with

    |W - C| < r - 2 delta                                                                       (*)

lies on a ball around W* of radius |W - W*| < r - delta, which is part of that ball.  At a minimum
<grad F(W), W - W*> > 0 there, so gradient flow comes nearer to W*, stays, and ends in W*.  (At a
saddle (*) says only where W lies.)  Rows and columns may be permuted: with orthonormal
teachers F does not change.

The permutation is a guess in floats.  The test (*) is between exact rationals, so a wrong guess can
only miss a match.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt, lcm
from pathlib import Path

import numpy as np
from flint import fmpq
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from certify.floats import Array
from certify.gaussian.search.symmetric import expanded
from certify.kernel.check import check_document, read_claim
from certify.kernel.foundation.balls import ball, less, precision
from certify.kernel.foundation.definite import above, fixed_bits
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import parse_json, read_bytes
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.hessian import Hessian
from certify.kernel.gaussian.lipschitz import hessian_lipschitz
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.pairs import pairs
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.rationals import flint_rational, fraction

__all__ = [
    "Basin",
    "ExactMatrix",
    "align",
    "basin_of",
    "certified_basins",
    "global_basin",
    "inside",
    "match",
]

GLOBAL = "global"
_BITS = 128
_MANTISSA = 53  # bits of a float's
# below 1/4 - 1/(2 pi), the smallest eigenvalue at the global minimum
_GLOBAL_CURVATURE = Fraction(9, 100)


@dataclass(frozen=True)
class ExactMatrix:
    """The matrix numerators / denominator, of shape (n, k): exact rationals."""

    numerators: tuple[tuple[int, ...], ...]
    denominator: int

    @classmethod
    def from_floats(cls, w: Array) -> ExactMatrix:
        """The binary fractions that the floats are. Raises ValueError for NaN and infinities."""
        if not np.isfinite(w).all():
            raise ValueError("no binary fraction: NaN or infinite")
        mantissas, exponents = np.frexp(w)
        wholes = np.ldexp(mantissas, _MANTISSA).astype(np.int64)
        lowest = min(int(exponents.min()), _MANTISSA)
        rows = tuple(
            tuple(whole << shift for whole, shift in zip(*row, strict=True))
            for row in zip(wholes.tolist(), (exponents - lowest).tolist(), strict=True)
        )
        # an entry is its whole number times 2^(lowest - 53)
        return cls(rows, 1 << (_MANTISSA - lowest))

    @classmethod
    def from_rationals(cls, rows: Sequence[Sequence[Fraction]]) -> ExactMatrix:
        """Over the common denominator."""
        denominator = lcm(*(entry.denominator for row in rows for entry in row))
        return cls(
            tuple(
                tuple(entry.numerator * (denominator // entry.denominator) for entry in row)
                for row in rows
            ),
            denominator,
        )

    @cached_property
    def array(self) -> Array:
        """The nearest floats, shape (n, k)."""
        return np.array([[entry / self.denominator for entry in row] for row in self.numerators])


@dataclass(frozen=True)
class Basin:
    """A certified critical point and its ball. reach: r - 2 delta. what: "minimum", "saddle" or
    "global".

    digest: of the certificate. loss, lambda_min: midpoints of the certified intervals (for
    "global": 0, and a lower bound). fixed_by: the symmetry the certificate states, or "".
    """

    what: str
    digest: str
    path: str
    centre: ExactMatrix
    reach: Fraction
    loss: float
    lambda_min: float
    fixed_by: str = ""


def _midpoint(low: fmpq, high: fmpq) -> float:
    return float(fraction(low + high) / 2)


def _expanded(claim: GaussianSymmetric) -> ExactMatrix:
    """The n x k matrix of the claim's coordinates: rows and columns in the order of the blocks."""
    values = [fraction(value) for value in claim.centre.values()]
    return ExactMatrix.from_rationals(expanded(claim.problem.blocks, values))


def basin_of(document: object, path: str, k: int, n: int) -> Basin | None:
    """The basin of a certificate with these k, n, d = k, orthonormal teachers and ReLU, if the
    kernel proves it now; None otherwise.

    Raises `Malformed`.
    """
    claim = read_claim(document)
    if isinstance(claim, GaussianMinimum):
        problem = claim.problem
        if not problem.orthonormal or (problem.k, problem.n, problem.d) != (k, n, k):
            return None
    elif not isinstance(claim, GaussianSymmetric) or (claim.problem.k, claim.problem.n) != (k, n):
        return None
    if not claim.problem.activation.is_relu:
        return None
    outcome = check_document(document)
    if not isinstance(outcome, Proved):
        return None
    if isinstance(claim, GaussianMinimum):
        centre = ExactMatrix.from_rationals(
            [[fraction(entry) for entry in row] for row in claim.centre]
        )
        what, fixed_by, away = "minimum", "", fraction(claim.distance.value)
    else:
        what, fixed_by, centre = (
            "saddle" if claim.saddle else "minimum",
            claim.problem.isotropy(),
            _expanded(claim),
        )
        # entries within delta: |W* - C| <= sqrt(nk) delta
        away = fraction(claim.distance.value) * (isqrt(n * k) + 1)
    reach = fraction(claim.radius.value) - 2 * away
    loss, low = claim.loss, claim.lambda_min
    return Basin(
        what,
        outcome.digest,
        path,
        centre,
        reach,
        _midpoint(loss.low, loss.high),
        _midpoint(low.low, low.high),
        fixed_by,
    )


def global_basin(k: int) -> Basin:
    """The ball around the permutation matrices, n = k, in which each is the only critical point, by
    lemmas 2, 3 and 6.

    F(I) = 0 = inf F, so I is a critical point. If H(I) > s and B(r) r < s, the Hessian is positive
    definite for |W - I| <= r.
    """
    unit = tuple(tuple(fmpq(int(i == j)) for j in range(k)) for i in range(k))
    s = flint_rational(_GLOBAL_CURVATURE)
    with precision(_BITS + GUARD_BITS):
        point = pairs(unit, unit, _BITS)
        proved = above(Hessian(point, fixed_bits(_BITS)).whole(), s, seek=False).proved
        radius = Fraction(1, 2)
        while proved:
            r = flint_rational(radius)
            bound = hessian_lipschitz(point, r)
            if bound is not None and less(bound * ball(r), ball(s)):
                break
            radius = radius * 15 / 16
    centre = ExactMatrix.from_rationals([[fraction(entry) for entry in row] for row in unit])
    return Basin(
        GLOBAL, GLOBAL, "", centre, radius if proved else Fraction(0), 0.0, float(_GLOBAL_CURVATURE)
    )


def certified_basins(files: Iterable[Path], k: int, n: int) -> list[Basin]:
    """One basin for each class of critical points with these k and n that certificates among the
    files prove now.

    Symmetric kinds first, larger balls first; a certificate whose point W* is that of an earlier
    one is left out. Files that are no certificates, or not proved, are passed over: nothing is
    matched to them.
    """
    found = []
    for path in files:
        try:
            basin = basin_of(parse_json(read_bytes(path)), str(path), k, n)
        except Malformed:
            continue
        if basin is not None:
            found.append(basin)
    found.sort(key=lambda basin: (not basin.fixed_by, -basin.reach, basin.digest))
    kept: list[Basin] = []
    for basin in found:
        if match(basin.centre, basin.loss, kept) is None:
            kept.append(basin)
    return kept


def align(w: Array, centre: Array) -> tuple[list[int], list[int]]:
    """Rows and columns of the centre that face those of w, both of shape (n, k): w is near
    centre[rows][:, columns]. It is a guess.

    Rows are matched by their sorted entries, which permutations of the columns do not change; then
    columns are matched; then both once more.
    """
    rows = linear_sum_assignment(cdist(np.sort(w, axis=1), np.sort(centre, axis=1)))[1]
    columns = linear_sum_assignment(cdist(w.T, centre[rows].T))[1]
    rows = linear_sum_assignment(cdist(w, centre[:, columns]))[1]
    columns = linear_sum_assignment(cdist(w.T, centre[rows].T))[1]
    return rows.tolist(), columns.tolist()


def inside(point: ExactMatrix, basin: Basin, rows: Sequence[int], columns: Sequence[int]) -> bool:
    """Whether |W - C'| < reach (Frobenius norm), C' = C[rows][:, columns], in exact integers.

    Raises ValueError unless rows and columns are permutations of those of C and the shapes agree.
    """
    centre, reach = basin.centre, basin.reach
    n, k = len(centre.numerators), len(centre.numerators[0])
    if sorted(rows) != list(range(n)) or sorted(columns) != list(range(k)):
        raise ValueError("rows and columns must be permutations")
    p, q = point.denominator, centre.denominator
    total = 0
    for i, entries in zip(rows, point.numerators, strict=True):
        own = centre.numerators[i]
        for j, entry in zip(columns, entries, strict=True):
            gap = entry * q - own[j] * p
            total += gap * gap
    return reach > 0 and total * reach.denominator**2 < (reach.numerator * p * q) ** 2


def match(point: ExactMatrix, loss: float, basins: Iterable[Basin]) -> Basin | None:
    """The first basin that the point is proved to lie in, up to permutations; None if none was
    found, which proves nothing.

    loss: of the point, about. Basins whose loss differs too much for a Hessian below 2 k are not
    tried; so a match may be missed.
    """
    k = len(point.numerators[0])
    for basin in basins:
        if abs(loss - basin.loss) <= k * float(basin.reach) ** 2 + 1e-9 and inside(
            point, basin, *align(point.array, basin.centre.array)
        ):
            return basin
    return None
