"""Empirical risks: data, a network and a loss, all exact (FORMAT 4.10)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpz, fmpz_mat

from certify.kernel.foundation.data import read_data
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.foundation.words import Words, line, raised, series
from certify.kernel.piecewise.cells import Cell, evaluate
from certify.kernel.piecewise.network import Network, Parameters
from certify.kernel.piecewise.paths import path_vectors
from certify.kernel.piecewise.room import MAX_SIZE, require_room
from certify.kernel.piecewise.vectors import Vector

__all__ = [
    "DataProblem",
    "Loss",
    "path_products",
    "require_differentiable",
    "require_orthogonal",
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

    @property
    def degree(self) -> int:
        """p such that p l(f, y) is homogeneous of degree p in f, y, delta and 1."""
        return 4 if self.name == "quartic" else 2

    def value(self, f: fmpz, y: fmpz, one: fmpz) -> fmpz:
        """p one^p times the loss l(f/one, y/one), p its degree; one: a positive multiple of the
        denominator of delta.
        """
        r = f - y
        match self.name:
            case "squared":
                return r * r
            case "quartic":
                return r * r * r * r
            case "huber":
                delta = self._times(one)
                return r * r if abs(r) <= delta else delta * (2 * abs(r) - delta)
            case _:
                lack = self._lack(f, y, one)
                return lack * lack if lack > 0 else fmpz(0)

    def slope(self, f: fmpz, y: fmpz, one: fmpz) -> fmpz:
        """one^(p - 1) times the derivative of l by f at (f/one, y/one)."""
        r = f - y
        match self.name:
            case "squared":
                return r
            case "quartic":
                return r * r * r
            case "huber":
                delta = self._times(one)
                return r if abs(r) <= delta else delta if r > 0 else -delta
            case _:
                lack = self._lack(f, y, one)
                return fmpz(0) if lack <= 0 else -lack if y > 0 else lack

    def _times(self, one: fmpz) -> fmpz:
        return self.delta.p * (one // self.delta.q)

    @staticmethod
    def _lack(f: fmpz, y: fmpz, one: fmpz) -> fmpz:
        """one (1 - y f), where y is 1 or -1."""
        return one - f if y > 0 else one + f

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
    inputs: RationalMatrix
    targets: RationalMatrix
    loss: Loss

    @classmethod
    def read(cls, value: Any) -> DataProblem:
        """From the field `problem` of a statement."""
        known = fields(value, "the problem", ["network", "inputs", "targets", "loss"])
        network, loss = Network.read(known["network"]), Loss.read(known["loss"])
        inputs = read_data(known["inputs"], "the inputs", network.inputs, MAX_SIZE)
        targets = read_data(known["targets"], "the targets", network.outputs)
        network.require_room(inputs.ncols())
        if inputs.ncols() != targets.ncols():
            raise Malformed("there are not as many targets as inputs")
        if loss.name == "squared-hinge" and any(abs(y) != 1 for y in targets.entries()):
            raise Malformed("a target of the squared hinge loss is neither 1 nor -1")
        return cls(network, inputs, targets, loss)

    def risk(self, outputs: RationalMatrix) -> fmpq:
        """R of a network with these outputs, units x data."""
        one, degree = self._one(outputs), self.loss.degree
        values = (self.loss.value(f, y, one) for f, y in self._pairs(outputs, one))
        return fmpq(sum(values, fmpz(0)), degree * one**degree)

    def slope(self, outputs: RationalMatrix) -> RationalMatrix:
        """The derivatives of R by the outputs."""
        one, degree = self._one(outputs), self.loss.degree
        slopes = [self.loss.slope(f, y, one) for f, y in self._pairs(outputs, one)]
        matrix = fmpz_mat(outputs.nrows(), outputs.ncols(), slopes)
        return RationalMatrix(matrix, one ** (degree - 1))

    def _one(self, outputs: RationalMatrix) -> fmpz:
        """A common denominator of outputs, targets and delta."""
        return outputs.below.lcm(self.targets.below).lcm(self.loss.delta.q)

    def _pairs(self, outputs: RationalMatrix, one: fmpz) -> Iterator[tuple[fmpz, fmpz]]:
        """Output and target, both times their common denominator."""
        return zip(outputs.over(one).entries(), self.targets.over(one).entries(), strict=True)

    def read_parameters(self, value: Any, where: str) -> Parameters:
        """The parameters of the network, within the bound of the work on the data."""
        parameters = self.network.read_parameters(value, where)
        self.require_room([parameters])
        return parameters

    def require_room(self, curve: Sequence[Parameters]) -> None:
        """`Malformed` where the network at these parameters, or along this curve, is too much work
        on the data.
        """
        require_room(self.network, self.inputs, curve)

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


def require_orthogonal(ledger: Ledger, products: Sequence[fmpq], code: str, what: str) -> None:
    """The slope of the risk, a vector in R^N, is orthogonal to all vectors with which it has these
    products, exactly.
    """
    sentence = f"the slope of the loss is orthogonal to {what}"
    for product in products:
        if product != 0:
            ledger.require_equal(code, sentence, product, fmpq(0))
    ledger.require_equal(code, f"{sentence}, {len(products)} of them", fmpq(0), fmpq(0))


def path_products(cell: Cell, slope: RationalMatrix) -> list[list[fmpq]]:
    """For each output the products of its slope with its path vectors. Raises `Unverified` (code
    `paths`).
    """
    outputs = range(cell.network.outputs)
    if cell.network.ends_dense:
        columns = [_products(slope, vector) for vector in path_vectors(cell, 0)]
        return [[column[output] for column in columns] for output in outputs]
    rows = [RationalMatrix(fmpz_mat([slope.row(output)]), slope.below) for output in outputs]
    return [
        [_products(row, vector)[0] for vector in path_vectors(cell, output)]
        for output, row in enumerate(rows)
    ]


def _products(slope: RationalMatrix, vector: Vector) -> list[fmpq]:
    """The products of the rows of the slope with the vector."""
    column = slope.whole * fmpz_mat(len(vector.whole), 1, vector.whole)
    return [entry * vector.factor / slope.below for entry in column.entries()]
