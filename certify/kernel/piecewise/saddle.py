"""The kind `data-saddle`: a saddle of the empirical risk of a network, exactly (theorem 12).

How the proof goes. All partial derivatives vanish. Along a curve of parameters the risk is a
polynomial in eps; its first coefficient that is not 0 is negative along one curve of the file and
positive along another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import counted
from certify.kernel.foundation.witness import Exact, read_exact
from certify.kernel.foundation.words import Words, line
from certify.kernel.kind import Kind
from certify.kernel.piecewise.cells import Cell, gradients, outputs_along
from certify.kernel.piecewise.network import Parameters
from certify.kernel.piecewise.point import (
    Point,
    read_point,
    verify_point,
)
from certify.kernel.piecewise.problem import DataProblem, require_differentiable

__all__ = ["DATA_SADDLE", "DataSaddle", "first_change", "verify_data_saddle"]

_MAX_POWERS = 8
_MAX_ORDER = 64  # of the outputs along a curve

Curve = tuple[Parameters, ...]


@dataclass(frozen=True)
class DataSaddle(Point):
    """Kind `data-saddle`. theta is a critical point of R, R(theta) = risk, and neither a local
    minimum nor a local maximum:

    along theta + eps descent[0] + eps^2 descent[1] + ... R falls below R(theta) for small eps > 0,
    along `ascent` it rises above.
    """

    descent: Curve
    ascent: Curve

    @classmethod
    def read(cls, value: Any) -> DataSaddle:
        """From the field `statement` of a certificate (FORMAT 4.12)."""
        problem, parameters, risk, claims = read_point(value, ["descent", "ascent"])
        if problem.loss.name != "squared":
            raise Malformed("a saddle is claimed for the squared loss only")
        curves = (
            _read_curve(claims[name], problem, parameters, name) for name in ("descent", "ascent")
        )
        return cls(problem, parameters, risk, *curves)

    def headline(self) -> Words:
        """The theorem in one line."""
        return line("saddle of the empirical risk of a network: ", *self.where())

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.words()
        yield line(
            "$θ$ is a critical point of $R$ and neither a local minimum nor a local maximum: along"
            " the curve `descent` of the file $R$ falls"
        )
        yield line("below $R(θ)$ at once, along the curve `ascent` it rises above.")


def _read_curve(value: Any, problem: DataProblem, parameters: Parameters, name: str) -> Curve:
    network = problem.network
    if not isinstance(value, list) or not 1 <= len(value) <= _MAX_POWERS:
        raise Malformed(f"the curve {name} is not a list of 1 to {_MAX_POWERS} coefficients")
    if len(value) * len(network.affine) > _MAX_ORDER:
        raise Malformed(f"the outputs along the curve {name} may have an order above {_MAX_ORDER}")
    curve = tuple(
        network.read_parameters(entry, f"the coefficients of eps^{power} of {name}")
        for power, entry in enumerate(value, start=1)
    )
    problem.require_room([parameters, *curve])
    return curve


def verify_data_saddle(claim: DataSaddle, _witness: Exact, ledger: Ledger) -> None:
    """Theorem 12: all partial derivatives vanish, and the first coefficient of R along each curve
    that does not has the sign claimed.
    """
    cell = verify_point(claim, ledger)
    require_differentiable(ledger, cell)
    slopes = gradients(cell, claim.problem.slope(cell.outputs[-1]))
    layers = [layer for layer, _ in cell.network.affine]
    for layer, (weights, biases) in zip(layers, slopes, strict=True):
        for derivative in (*weights, *biases):
            if derivative != 0:
                sentence = f"the partial derivatives by the parameters of layer {layer} vanish"
                ledger.require_equal("critical", sentence, derivative, fmpq(0))
        parameters = counted(len(weights) + len(biases), "parameter")
        sentence = f"the partial derivatives by the {parameters} of layer {layer} vanish"
        ledger.require_equal("critical", sentence, fmpq(0), fmpq(0))
    power, first = first_change(claim.problem, cell, claim.descent)
    sentence = f"the first coefficient of R along the descent, that of eps^{power}, is negative"
    ledger.require("descent", sentence, first, fmpq(0))
    power, first = first_change(claim.problem, cell, claim.ascent)
    sentence = f"the first coefficient of R along the ascent, that of eps^{power}, is positive"
    ledger.require("ascent", sentence, fmpq(0), first)


def first_change(problem: DataProblem, cell: Cell, curve: Curve) -> tuple[int, fmpq]:
    """The first coefficient, of eps or a higher power, of R along the curve that is not 0, with its
    power; (0, 0) if all are.
    """
    outputs = outputs_along(cell, curve)
    residuals = [outputs[0] - problem.targets, *outputs[1:]]
    for power in range(1, 2 * len(residuals) - 1):
        pairs = [(i, power - i) for i in range(len(residuals)) if 0 <= power - i < len(residuals)]
        coefficient = sum((residuals[i].dot(residuals[j]) for i, j in pairs), fmpq(0)) / 2
        if coefficient != 0:
            return power, coefficient
    return 0, fmpq(0)


DATA_SADDLE = Kind(
    name="data-saddle",
    section="4.12",
    theorem="theorem 12",
    read_statement=DataSaddle.read,
    read_witness=lambda value, _statement: read_exact(value),
    verify=verify_data_saddle,
)
