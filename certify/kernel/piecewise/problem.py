"""Empirical risks: data, a network and a loss, all exact (FORMAT 4.10)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_mat

from certify.kernel.foundation.data import read_data
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.words import Words, line, raised, series
from certify.kernel.piecewise.cells import Cell, Vector, evaluate
from certify.kernel.piecewise.network import Network, Parameters
from certify.kernel.piecewise.paths import path_vectors
from certify.kernel.piecewise.room import length, require_room

__all__ = [
    "DataProblem",
    "Loss",
    "require_differentiable",
    "require_orthogonal",
    "vectors_of_outputs",
]


@dataclass(frozen=True)
class Loss:
    """The sum over the data and outputs of a convex, continuously differentiable l(f, y), by its
    name; delta for Huber's.
    """

    name: str
    delta: fmpq

    @classmethod
    def read(cls, value: Any) -> Loss:
        """From the field `loss` of a problem."""
        huber = isinstance(value, dict) and value.get("type") == "huber"
        known = fields(value, "the loss", ["type", "delta"] if huber else ["type"])
        if not isinstance(known["type"], str) or known["type"] not in _IN_WORDS:
            raise Malformed(f"the type of the loss is not one of {', '.join(_IN_WORDS)}")
        delta = decimal(known["delta"], "delta") if huber else fmpq(1)
        if not delta > 0:
            raise Malformed("delta is not positive")
        return cls(known["type"], delta)

    def value(self, f: fmpq, y: fmpq) -> fmpq:
        """The loss l(f, y)."""
        r = f - y
        match self.name:
            case "squared":
                return r * r / 2
            case "quartic":
                return r * r * r * r / 4
            case "huber":
                return r * r / 2 if abs(r) <= self.delta else self.delta * (abs(r) - self.delta / 2)
            case _:
                lack = 1 - y * f
                return lack * lack / 2 if lack > 0 else fmpq(0)

    def slope(self, f: fmpq, y: fmpq) -> fmpq:
        """Its derivative by f."""
        r = f - y
        match self.name:
            case "squared":
                return r
            case "quartic":
                return r * r * r
            case "huber":
                return r if abs(r) <= self.delta else self.delta if r > 0 else -self.delta
            case _:
                lack = 1 - y * f
                return -y * lack if lack > 0 else fmpq(0)

    def in_words(self) -> str:
        """The formula, a text for `line`."""
        delta = str(self.delta) if self.delta.q == 1 else f"({self.delta})"
        half = str(self.delta * self.delta / 2)
        return _IN_WORDS[self.name].replace("HALF", half).replace("DELTA", delta)


_IN_WORDS = {
    "squared": "$1/2 (f − y)²$",
    "quartic": "$1/4 (f − y)⁴$",
    "huber": "$1/2 (f − y)²$ where $|f − y| ≤ DELTA$, else $DELTA |f − y| − HALF$",
    "squared-hinge": "$1/2 max(0, 1 − y f)²$",
}


@dataclass(frozen=True)
class DataProblem:
    """Data x_n in R^inputs with targets y_n in R^outputs, n = 1, ..., N, a network f_theta, and the
    risk

    R(theta) = sum_n sum_u l( f_theta(x_n)_u, y_nu ).

    inputs, targets: units x data.
    """

    network: Network
    inputs: fmpq_mat
    targets: fmpq_mat
    loss: Loss

    @classmethod
    def read(cls, value: Any) -> DataProblem:
        """From the field `problem` of a statement."""
        known = fields(value, "the problem", ["network", "inputs", "targets", "loss"])
        network, loss = Network.read(known["network"]), Loss.read(known["loss"])
        inputs = read_data(known["inputs"], "the inputs", network.inputs)
        targets = read_data(known["targets"], "the targets", network.outputs)
        network.require_room(int(inputs.ncols()))
        if inputs.ncols() != targets.ncols():
            raise Malformed("there are not as many targets as inputs")
        if loss.name == "squared-hinge" and any(abs(y) != 1 for y in targets.entries()):
            raise Malformed("a target of the squared hinge loss is neither 1 nor -1")
        return cls(network, inputs, targets, loss)

    def risk(self, outputs: fmpq_mat) -> fmpq:
        """R of a network with these outputs, units x data."""
        return sum(
            (
                self.loss.value(f, y)
                for f, y in zip(outputs.entries(), self.targets.entries(), strict=True)
            ),
            fmpq(0),
        )

    def slope(self, outputs: fmpq_mat) -> fmpq_mat:
        """The derivatives of R by the outputs."""
        entries = [
            self.loss.slope(f, y)
            for f, y in zip(outputs.entries(), self.targets.entries(), strict=True)
        ]
        return fmpq_mat(outputs.nrows(), outputs.ncols(), entries)

    def read_parameters(self, value: Any, where: str) -> Parameters:
        """The parameters of the network, within the bound of the work on the data."""
        parameters = self.network.read_parameters(value, where)
        self.require_room([parameters])
        return parameters

    @cached_property
    def _long(self) -> int:
        return length(self.inputs.entries())

    def require_room(self, curve: Sequence[Parameters]) -> None:
        """`Malformed` where the network at these parameters, or along this curve, is too much work
        on the data.
        """
        require_room(self.network, int(self.inputs.ncols()), self._long, curve)

    def at(self, parameters: Parameters) -> Cell:
        """The network at these parameters, on the data."""
        return evaluate(self.network, parameters, self.inputs)

    def in_words(self) -> Iterator[Words]:
        """The first lines of a theorem."""
        n = self.inputs.ncols()
        yield line(
            f"THEOREM.  Let ${series('x', n)} ∈ ℝ{raised(self.inputs.nrows())}$ and"
            f" ${series('y', n)} ∈ ℝ{raised(self.targets.nrows())}$ be the data in the file,"
            " $f_θ$ the network"
        )
        yield line(f"    {self.network.in_words()},")
        yield line(
            "and $R(θ)$ the sum of $l(f_θ(xₙ), yₙ)$ over the data (and outputs), $l(f, y) = $"
            f"{self.loss.in_words()}."
        )


def require_differentiable(ledger: Ledger, cell: Cell) -> None:
    """No unit is at a kink on any datum (lemma 18)."""
    if cell.margin is not None:
        ledger.require(
            "kink",
            "the least distance of a unit from a kink on the data is positive",
            fmpq(0),
            cell.margin,
        )


def require_orthogonal(
    ledger: Ledger, slope: Vector, vectors: Iterable[Vector], code: str, what: str
) -> None:
    """The slope of the risk, a vector in R^N, is orthogonal to all these vectors, exactly."""
    whole, unit = fmpq_mat([slope]).numer_denom()
    count = 0
    for vector in vectors:
        column, own = fmpq_mat([[entry] for entry in vector]).numer_denom()
        product = (whole * column)[0, 0]  # an integer: no common divisors are looked for
        count += 1
        if product != 0:
            ledger.require_equal(
                code,
                f"the slope of the loss is orthogonal to {what}",
                fmpq(product, unit * own),
                fmpq(0),
            )
    ledger.require_equal(
        code, f"the slope of the loss is orthogonal to {what}, {count} of them", fmpq(0), fmpq(0)
    )


def vectors_of_outputs(cell: Cell) -> list[list[Vector]]:
    """For each output its path vectors. Raises `Unverified` (code `paths`)."""
    outputs = cell.network.outputs
    if cell.network.ends_dense:
        return [list(path_vectors(cell, 0))] * outputs
    return [list(path_vectors(cell, output)) for output in range(outputs)]
