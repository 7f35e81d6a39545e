"""Data, and a fully connected network with a smooth activation and one output (FORMAT 4.15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.data import read_data
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.foundation.reals import counted
from certify.kernel.foundation.words import Words, line, raised, series
from certify.kernel.smooth.formula import Formula
from certify.kernel.smooth.jets import output
from certify.kernel.smooth.parameters import Parameters, as_balls

__all__ = ["SmoothProblem"]

_MAX_DATA = 10**4
_MAX_INPUTS = 16
_MAX_PRODUCTS = 10**6  # data times the square of the inputs


@dataclass(frozen=True)
class SmoothProblem:
    """Data x_n in R^d with targets y_n, n = 1, ..., N; f_theta a fully connected network with the
    activation h behind every layer but the last, which has one unit; every layer has biases. The
    risk is R(theta) = 1/2 sum_n (f_theta(x_n) - y_n)^2.

    inputs: d x N.
    """

    activation: Formula
    inputs: RationalMatrix
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

    def in_words(self, hidden: str) -> Iterator[Words]:
        """The first lines of a theorem; `hidden` says which hidden layers the network has."""
        n = self.data
        yield line(
            f"THEOREM.  Let ${series('x', n)} ∈ ℝ{raised(self.dimension)}$ and ${series('y', n)}$"
            " be the data in the file, $f_θ$ the fully connected network"
        )
        yield line(
            f"with {counted(self.dimension, 'input')}, {hidden}, one output, biases in all layers,"
            " and the activation"
        )
        yield line("    $h(t) = $", self.activation.in_words())
        yield line(
            "behind each hidden layer, and $R(θ) = 1/2 ∑_n (f_θ(xₙ) − yₙ)²$ where it is defined."
        )
