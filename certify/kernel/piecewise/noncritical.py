"""The kind `data-noncritical`: a point that is no critical point of the empirical risk of a
network, exactly (theorem 13).

How the proof goes. No unit is at a kink on the data, so the risk is differentiable, and one partial
derivative is a rational other than 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import natural, rational
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import Exact, read_exact
from certify.kernel.foundation.words import Math, Words, line, number
from certify.kernel.kind import Kind
from certify.kernel.piecewise.cells import gradients
from certify.kernel.piecewise.point import (
    Point,
    read_point,
    verify_point,
)
from certify.kernel.piecewise.problem import require_differentiable

__all__ = ["DATA_NONCRITICAL", "DataNoncritical", "verify_data_noncritical"]


@dataclass(frozen=True)
class DataNoncritical(Point):
    """Kind `data-noncritical`. R is differentiable at theta, R(theta) = risk, and its derivative by
    one parameter is `derivative`, not 0.

    So theta is no local minimum. layer: the number of the affine layer; entry: of its weights, row
    by row, or of its bias, from 0 on.
    """

    layer: int
    bias: bool
    entry: int
    derivative: fmpq

    @classmethod
    def read(cls, value: Any) -> DataNoncritical:
        """From the field `statement` of a certificate (FORMAT 4.13)."""
        problem, parameters, risk, claims = read_point(
            value, ["layer", "part", "entry", "derivative"]
        )
        numbers = [number for number, _ in problem.network.affine]
        layer = natural(claims["layer"], "the layer", 1, len(problem.network.layers))
        if layer not in numbers:
            raise Malformed("the layer has no parameters")
        if claims["part"] not in ("weights", "bias"):
            raise Malformed('the part is neither "weights" nor "bias"')
        part = parameters[numbers.index(layer)][claims["part"] == "bias"]
        entry = natural(claims["entry"], "the entry", 0, len(part) - 1)
        return cls(
            problem,
            parameters,
            risk,
            layer,
            claims["part"] == "bias",
            entry,
            rational(claims["derivative"], "the derivative"),
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        return line("not a critical point of the empirical risk of a network: ", *self.where())

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.words()
        part = "bias" if self.bias else "weight"
        derivative = number(self.derivative)
        yield line(
            f"$R$ is differentiable at $θ$, and its derivative by {part} {self.entry + 1} of layer"
            f" {self.layer} is {'' if isinstance(derivative, Math) else 'a rational in '}",
            derivative,
            ", not 0:",
        )
        yield line("$θ$ is no critical point, so no local minimum.")


def verify_data_noncritical(claim: DataNoncritical, _witness: Exact, ledger: Ledger) -> None:
    """Theorem 13: no unit is at a kink, and the derivative is as claimed and not 0."""
    cell = verify_point(claim, ledger)
    require_differentiable(ledger, cell)
    numbers = [number for number, _ in cell.network.affine]
    parts = gradients(cell, claim.problem.slope(cell.outputs[-1]))[numbers.index(claim.layer)]
    ledger.require_equal(
        "derivative",
        "the partial derivative has the claimed value",
        parts[claim.bias][claim.entry],
        claim.derivative,
    )
    ledger.require("critical", "the partial derivative is not 0", fmpq(0), abs(claim.derivative))


DATA_NONCRITICAL = Kind(
    name="data-noncritical",
    section="4.13",
    theorem="theorem 13",
    read_statement=DataNoncritical.read,
    read_witness=lambda value, _statement: read_exact(value),
    verify=verify_data_noncritical,
)
