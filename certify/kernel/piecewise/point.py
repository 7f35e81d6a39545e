"""What the exact kinds about piecewise linear networks begin with: a problem, parameters, and the
value of the risk there (FORMAT 4.10).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpz, fmpz_mat

from certify.kernel.foundation.balls import interval_text
from certify.kernel.foundation.exact import fields, rational
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.foundation.reals import counted
from certify.kernel.foundation.words import Numeral, Words, equals, line
from certify.kernel.piecewise.cells import Cell
from certify.kernel.piecewise.network import Parameters
from certify.kernel.piecewise.problem import DataProblem

__all__ = ["Point", "affine_products", "read_point", "verify_point"]


@dataclass(frozen=True)
class Point:
    """What all four kinds begin with: a problem, parameters theta, and the exact value of the risk
    there.
    """

    problem: DataProblem
    parameters: Parameters
    risk: fmpq

    def where(self) -> Words:
        """Network, data, loss and risk, for a headline."""
        p = self.problem
        return line(
            f"{p.network.in_words()}; {counted(int(p.inputs.ncols()), 'datum', 'data')}, loss"
            f" {p.loss.in_words()}",
            ", risk ",
            Numeral(interval_text(self.risk)),
        )

    def words(self) -> Iterator[Words]:
        """The first lines of a theorem."""
        yield from self.problem.in_words()
        yield line(
            "Let $θ$ be the parameters in the file, where $R(θ)$ ",
            *equals(self.risk),
            ".",
        )


def read_point(
    value: Any, names: list[str]
) -> tuple[DataProblem, Parameters, fmpq, dict[str, Any]]:
    """Problem, parameters, risk, and all claims: the risk and these. Raises `Malformed`."""
    known = fields(value, "the statement", ["problem", "parameters", "claims"])
    problem = DataProblem.read(known["problem"])
    parameters = problem.read_parameters(known["parameters"], "the parameters")
    claims = fields(known["claims"], "the claims", ["risk", *names])
    return problem, parameters, rational(claims["risk"], "the risk"), claims


def verify_point(claim: Point, ledger: Ledger) -> Cell:
    """The cell of theta; the risk is as claimed."""
    cell = claim.problem.at(claim.parameters)
    ledger.require_equal(
        "risk", "the risk has the claimed value", claim.problem.risk(cell.outputs[-1]), claim.risk
    )
    return cell


def affine_products(cell: Cell, slope: RationalMatrix) -> list[list[fmpq]]:
    """For each output the products of its slope with the constant vector 1 and with each input
    coordinate, on the data.
    """
    ones = RationalMatrix(fmpz_mat(cell.data, 1, [1] * cell.data), fmpz(1))
    sums, products = slope * ones, slope * cell.outputs[0].transpose()
    return [[*one, *others] for one, others in zip(sums.tolist(), products.tolist(), strict=True)]
