"""Data, and a fully connected network with a smooth activation and one output (FORMAT.md, section
4.15).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from flint import arb, fmpq, fmpq_mat

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, decimal_matrix, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import counted
from certify.kernel.piecewise.problem import read_data
from certify.kernel.smooth.formula import Formula
from certify.kernel.smooth.jets import Layers, output

__all__ = [
    "Moments",
    "Parameters",
    "SmoothProblem",
    "as_balls",
    "connections",
    "read_parameters",
    "read_widths",
    "require_minors",
]

_MAX_DATA = 10**4
_MAX_INPUTS = 16
_MAX_PRODUCTS = 10**6  # data times the square of the inputs
_MAX_LAYERS = 32
_MAX_WIDTH = 256
_MAX_EVALUATIONS = 2 * 10**6  # connections of the network times data

Parameters = tuple[
    tuple[tuple[tuple[fmpq, ...], ...], tuple[fmpq, ...]], ...
]  # weights (units x inputs) and biases of each layer


@dataclass(frozen=True)
class SmoothProblem:
    """Data x_n in R^d with targets y_n, n = 1, ..., N; f_theta a fully connected network with the
    activation h behind every layer but the last, which has one unit; every layer has biases. The
    risk is R(theta) = 1/2 sum_n (f_theta(x_n) - y_n)^2.   inputs: d x N.
    """

    activation: Formula
    inputs: fmpq_mat
    targets: tuple[fmpq, ...]

    @classmethod
    def read(cls, known: dict[str, Any]) -> SmoothProblem:
        """From the fields `activation`, `inputs` and `targets` of a problem."""
        first = (
            known["inputs"][0] if isinstance(known["inputs"], list) and known["inputs"] else None
        )
        if not isinstance(first, list) or not 1 <= len(first) <= _MAX_INPUTS:
            raise Malformed(f"the inputs are not a list of rows of 1 to {_MAX_INPUTS} numbers")
        inputs = read_data(known["inputs"], "the inputs", len(first))
        targets = read_data(known["targets"], "the targets", 1)
        data = int(inputs.ncols())
        if data != targets.ncols():
            raise Malformed("there are not as many targets as inputs")
        if data > _MAX_DATA or data * len(first) ** 2 > _MAX_PRODUCTS:
            raise Malformed(
                f"the data are more than {_MAX_DATA}, or times the square of the inputs more than"
                f" {_MAX_PRODUCTS}"
            )
        return cls(Formula.read(known["activation"]), inputs, tuple(targets.entries()))

    @property
    def data(self) -> int:
        """The number N of data."""
        return len(self.targets)

    @property
    def dimension(self) -> int:
        """The number d of inputs."""
        return int(self.inputs.nrows())

    @cached_property
    def points(self) -> list[list[arb]]:
        """The inputs, datum by datum."""
        return [[ball(entry) for entry in row] for row in self.inputs.transpose().tolist()]

    def risk(self, parameters: Parameters, targets: list[arb] | None = None) -> arb:
        """An enclosure of R(theta), for the targets or for all in these balls."""
        layers, total = as_balls(parameters), arb(0)
        for point, target in zip(
            self.points,
            [ball(y) for y in self.targets] if targets is None else targets,
            strict=True,
        ):
            residual = output(self.activation, layers, point) - target
            total += residual * residual
        return total / 2

    def moments(self) -> Moments:
        """What lemma 22 needs of the data, exact. `Malformed` where all inputs are equal."""
        data = self.data
        centre = [sum(row, fmpq(0)) / data for row in self.inputs.tolist()]
        centred = [
            [entry - mean for entry in row]
            for row, mean in zip(self.inputs.tolist(), centre, strict=True)
        ]
        level = sum(self.targets, fmpq(0)) / data
        residuals = [y - level for y in self.targets]
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

    def in_words(self, hidden: str) -> list[str]:
        """The first lines of a theorem; `hidden` says which hidden layers the network has."""
        return [
            (
                f"THEOREM.  Let x_1, ..., x_{self.data} in R^{self.dimension} and y_1, ...,"
                f" y_{self.data} be the data in the file, f_theta the fully connected network"
            ),
            (
                f"with {counted(self.dimension, 'input')}, {hidden}, one output, biases in all"
                " layers, and the activation"
            ),
            f"    h(t) = {self.activation.in_words()}",
            (
                "behind each hidden layer, and R(theta) = 1/2 sum_n (f_theta(x_n) - y_n)^2 where it"
                " is defined."
            ),
        ]


@dataclass(frozen=True)
class Moments:
    """With xi_n = x_n - centre and Delta_n = y_n - level (the means): centred = (xi_1 ... xi_N), d
    x N; residuals Delta_n; and, in coordinates of the span of the xi_n, variance = sum xi xi^T,
    which is positive definite, and moment = sum Delta xi xi^T.
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


def read_widths(value: Any, where: str) -> tuple[int, ...]:
    """The units of each hidden layer."""
    if not isinstance(value, list) or not 1 <= len(value) <= _MAX_LAYERS:
        raise Malformed(f"{where} are not a list of 1 to {_MAX_LAYERS} numbers of units")
    return tuple(natural(width, where, 1, _MAX_WIDTH) for width in value)


def connections(sizes: tuple[int, ...]) -> int:
    """Weights of a network with these numbers of units, from the inputs to the output."""
    return sum(below * above for below, above in pairwise(sizes))


def read_parameters(
    value: Any, where: str, problem: SmoothProblem, widths: tuple[int, ...]
) -> Parameters:
    """An object with weights and bias for each layer. Raises `Malformed`."""
    sizes = (problem.dimension, *widths, 1)
    if connections(sizes) * problem.data > _MAX_EVALUATIONS:
        raise Malformed(f"the weights of {where}, times the data, are more than {_MAX_EVALUATIONS}")
    if not isinstance(value, list) or len(value) != len(sizes) - 1:
        raise Malformed(f"{where} are not a list of {len(sizes) - 1} layers")
    result = []
    for number, (entry, (below, above)) in enumerate(
        zip(value, pairwise(sizes), strict=True), start=1
    ):
        here = f"layer {number} of {where}"
        if not isinstance(entry, dict) or entry.keys() != {"weights", "bias"}:
            raise Malformed(f"{here} is not an object with the fields weights and bias")
        weights = decimal_matrix(entry["weights"], f"the weights, {here}", above, below)
        if not isinstance(entry["bias"], list) or len(entry["bias"]) != above:
            raise Malformed(f"the bias, {here}, is not a list of {above} numbers")
        result.append(
            (weights, tuple(decimal(number, f"the bias, {here}") for number in entry["bias"]))
        )
    return tuple(result)


def as_balls(parameters: Parameters) -> Layers:
    """The layers as thin balls."""
    return [
        ([[ball(w) for w in row] for row in weights], [ball(b) for b in biases])
        for weights, biases in parameters
    ]
