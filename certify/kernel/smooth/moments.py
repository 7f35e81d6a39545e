"""Exact moments of the data: what lemma 22 needs where a network is constant on them."""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.smooth.problem import SmoothProblem

__all__ = ["Moments", "moments_of", "require_minors"]


@dataclass(frozen=True)
class Moments:
    """With xi_n = x_n - centre and Delta_n = y_n - level (the means):

    centred = (xi_1 ... xi_N), d x N; residuals = the Delta_n; and, in coordinates of the span of
    the xi_n, variance = sum xi xi^T, which is positive definite, and moment = sum Delta xi xi^T.
    """

    centre: tuple[fmpq, ...]
    centred: fmpq_mat
    level: fmpq
    residuals: tuple[fmpq, ...]
    variance: fmpq_mat
    moment: fmpq_mat

    @property
    def risk(self) -> fmpq:
        """1/2 sum_n Delta_n^2, the risk of a network with the constant output `level`."""
        return sum((r * r for r in self.residuals), fmpq(0)) / 2

    def require_uncorrelated(self, ledger: Ledger) -> None:
        """sum_n Delta_n xi_n = 0, exactly."""
        for i, row in enumerate(self.centred.tolist(), start=1):
            covariance = sum(
                (r * entry for r, entry in zip(self.residuals, row, strict=True)), fmpq(0)
            )
            ledger.require_equal(
                "uncorrelated", f"the targets are uncorrelated with input {i}", covariance, fmpq(0)
            )


def require_minors(ledger: Ledger, code: str, what: str, matrix: fmpq_mat) -> None:
    """A symmetric rational matrix is positive definite: its leading minors are positive
    (Sylvester).
    """
    rows, least = matrix.tolist(), None
    for size in range(1, len(rows) + 1):
        minor = fmpq_mat([row[:size] for row in rows[:size]]).det()
        if not minor > 0:
            ledger.require(code, f"leading minor {size} of {what} is positive", fmpq(0), minor)
        least = minor if least is None or minor < least else least
    if least is None:
        raise ValueError("an empty matrix")
    ledger.require(code, f"the leading minors of {what} are positive, the smallest", fmpq(0), least)


def moments_of(problem: SmoothProblem) -> Moments:
    """What lemma 22 needs of the data, exact. `Malformed` where all inputs are equal."""
    data = problem.data
    centre = [sum(row, fmpq(0)) / data for row in problem.inputs.tolist()]
    centred = [
        [entry - mean for entry in row]
        for row, mean in zip(problem.inputs.tolist(), centre, strict=True)
    ]
    level = sum(problem.targets, fmpq(0)) / data
    residuals = [y - level for y in problem.targets]
    gram = fmpq_mat(centred) * fmpq_mat(centred).transpose()
    reduced, rank = gram.rref()
    if rank == 0:
        raise Malformed("all inputs are equal")
    free = [
        centred[next(j for j in range(len(centred)) if reduced[i, j] != 0)] for i in range(rank)
    ]
    weighted = fmpq_mat(
        [[r * entry for r, entry in zip(residuals, row, strict=True)] for row in free]
    )
    rows = fmpq_mat(free).transpose()
    return Moments(
        tuple(centre),
        fmpq_mat(centred),
        level,
        tuple(residuals),
        fmpq_mat(free) * rows,
        weighted * rows,
    )
