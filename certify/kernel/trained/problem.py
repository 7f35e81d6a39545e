"""What was trained: data, a network, a loss and a decay, all exact (FORMAT 4.22)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.data import read_data
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, rational
from certify.kernel.foundation.reals import counted
from certify.kernel.foundation.witness import GUARD_BITS, require_work
from certify.kernel.foundation.words import Math, Words, equals, line, number, raised, series
from certify.kernel.trained.losses import BINARY, LOSSES, SQUARED, Target, read_targets
from certify.kernel.trained.network import Layer, Network, layers_in_words

__all__ = ["TrainedProblem", "is_identity", "words_of"]

_MAX_DATA = 10**4
_MAX_VALUES = 4 * 10**6  # data times units
MAX_HESSIAN = 3 * 10**9  # data and parameters, times squared parameters times squared words
MAX_DIRECTION = 10**7  # data times parameters times squared words
MAX_PAIRS = 3 * 10**7  # data times squared units, of all layers or the last, times squared words
MAX_UNITS = 2 * 10**6  # data times units times the nodes of their activations times squared words


def is_identity(layer: Layer) -> bool:
    """Whether the layer's activation is h(t) = t."""
    return bool(layer.activation.tree == "t")


@dataclass(frozen=True)
class TrainedProblem:
    """Data x_n with targets y_n, n = 1, ..., N, a network f_theta, and the risk

    R(theta) = factor sum_n l(f_theta(x_n), y_n) + 1/2 sum_l (d_l |W_l|^2 + e_l |b_l|^2).

    points: the x_n, N rows. decay: (d_l, e_l) for each layer. standard: whether the x_n are inputs
    of the file less a mean, over a scale.
    """

    network: Network
    points: tuple[tuple[fmpq, ...], ...]
    targets: tuple[Target, ...]
    loss: str
    factor: fmpq
    decay: tuple[tuple[fmpq, fmpq], ...]
    standard: bool

    @classmethod
    def read(cls, value: Any) -> TrainedProblem:
        """From the field `problem` of a statement. Raises `Malformed`."""
        needed = ["network", "inputs", "targets", "loss", "decay"]
        known = fields(value, "the problem", needed, ["standard"])
        network = Network.read(known["network"])
        points = _points(known, network.layers[0].inputs)
        if len(points) > _MAX_DATA:
            raise Malformed(f"there are more than {_MAX_DATA} data")
        if len(points) * sum(layer.units for layer in network.layers) > _MAX_VALUES:
            raise Malformed(
                f"the units of the network, times the data, are more than {_MAX_VALUES}"
            )
        how = fields(known["loss"], "the loss", ["type", "factor"])
        name, factor = how["type"], rational(how["factor"], "the factor of the loss")
        if not isinstance(name, str) or name not in LOSSES:
            raise Malformed(f"the type of the loss is not one of {', '.join(LOSSES)}")
        if factor <= 0:
            raise Malformed("the factor of the loss is not positive")
        targets = read_targets(known["targets"], name, network.outputs, len(points))
        decay = _decay(known["decay"], network)
        return cls(network, points, targets, name, factor, decay, "standard" in known)

    @property
    def data(self) -> int:
        """The number N of data."""
        return len(self.points)

    @property
    def decays(self) -> bool:
        """Whether there is any decay."""
        return any(value != 0 for pair in self.decay for value in pair)

    def table(self) -> arb_mat:
        """The inputs x_n as balls, N rows."""
        return arb_mat([[ball(entry) for entry in row] for row in self.points])

    def decay_at(self, number: int, column: int) -> fmpq:
        """That of the parameters in this column of (W_l, b_l), both counted from 0."""
        weights, biases = self.decay[number]
        return weights if column < self.network.layers[number].inputs else biases

    def penalty(self, layers: list[arb_mat]) -> arb:
        """1/2 sum_l (d_l |W_l|^2 + e_l |b_l|^2)."""
        total = arb(0)
        for layer, matrix in enumerate(layers):
            for row in matrix.tolist():
                for column, entry in enumerate(row):
                    total += ball(self.decay_at(layer, column)) * entry * entry
        return total / 2

    def part(self, start: int, stop: int) -> TrainedProblem:
        """The same with some of the data."""
        points, targets = self.points[start:stop], self.targets[start:stop]
        return replace(self, points=points, targets=targets)

    def wider(self, number: int, more: int) -> TrainedProblem:
        """The same with more units in a hidden layer."""
        return replace(self, network=self.network.wider(number, more))

    def require_room(self, bits: int, eliminations: int = 1) -> None:
        """`Malformed` where the Hessian is too much work at this precision. eliminations: the work
        with all parameters at once, as a multiple of a proof that a matrix is definite.
        """
        size = self.network.size
        work = (self.data + eliminations * size) * size**2 * words_of(bits) ** 2
        require_work("the data, the parameters", work, MAX_HESSIAN)
        self.require_room_for_values(bits, sum(layer.units for layer in self.network.layers))

    def require_room_for_direction(self, bits: int) -> None:
        """`Malformed` where one derivative of the gradient is too much work."""
        work = self.data * self.network.size * words_of(bits) ** 2
        require_work("the data, the parameters", work, MAX_DIRECTION)
        self.require_room_for_values(bits, self.network.outputs)

    def require_room_for_values(self, bits: int, paired: int = 0) -> None:
        """`Malformed` where the activations of all units on all data are too much work. paired:
        how many units there are second derivatives by, a matrix for each datum.
        """
        require_work("the pairs of units", self.data * paired**2 * words_of(bits) ** 2, MAX_PAIRS)
        layers = [layer for layer in self.network.layers if not is_identity(layer)]
        nodes = sum(layer.units * layer.activation.cost for layer in layers)
        require_work("the units", self.data * nodes * words_of(bits) ** 2, MAX_UNITS)

    def in_words(self, centre: str = "the centre") -> Iterator[Words]:
        """The first lines of a theorem: R, and what C and the norm are."""
        network, n = self.network, self.data
        where = "the inputs in the file"
        if self.standard:
            where += ", less the mean and divided by the scale that it gives"
        yield line(
            f"THEOREM.  Let ${series('x', n)} ∈ {_space(network.layers[0].inputs)}$ be {where},"
        )
        yield line(
            *_targets(self),
            f" and $f_θ$ the fully connected network with {network.in_words()},",
        )
        lines = network.activations_in_words()
        yield line(f"{_biases(network)}, and the activation{'s' * (len(lines) > 1)}")
        yield from lines[:-1]
        yield (*lines[-1], ".")
        yield line("For its parameters $θ$ let")
        yield self.risk_in_words()
        yield line(f"with the loss $l(f, y) = {LOSSES[self.loss]}$", *self._decay_in_words(), ".")
        yield line(
            f"Let $C$ be {centre} in the file; $‖·‖$ is the Euclidean norm, of parameters that of"
            " all of them together."
        )

    def risk_in_words(self) -> Words:
        """The formula of R, in a line of its own."""
        factor = () if self.factor == 1 else (number(self.factor), Math(" "))
        decay = "$ + ½ ∑ₖ (dₖ ‖Wₖ‖² + eₖ ‖bₖ‖²)$" if self.decays else ""
        return line("    $R(θ) = $", *factor, "$∑ₙ l(f_θ(xₙ), yₙ)$", decay)

    def _decay_in_words(self) -> Words:
        """What d_k and e_k are, layers with the same side by side."""
        if not self.decays:
            return line(" and without decay")
        words = line(", $Wₖ$ and $bₖ$ the weights and biases of layer $k$, and the decays")
        first, sign = 0, " "
        while first < len(self.decay):
            last, (weights, biases) = first, self.decay[first]
            while last + 1 < len(self.decay) and self.decay[last + 1] == self.decay[first]:
                last += 1
            told = line("$dₖ $", *equals(weights), ", $eₖ $", *equals(biases))
            words += line(sign, *told, f" in {layers_in_words(first, last)}")
            first, sign = last + 1, "; "
        return words


def _space(dimension: int) -> str:
    return f"ℝ{raised(dimension)}" if dimension > 1 else "ℝ"


def _targets(problem: TrainedProblem) -> Words:
    letters = series("y", problem.data)
    if problem.loss == SQUARED:
        return line(f"${letters} ∈ {_space(problem.network.outputs)}$ their targets,")
    which = "0 or 1" if problem.loss == BINARY else "which count the outputs from 0"
    return line(f"${letters}$ their labels, {which},")


def words_of(bits: int) -> int:
    """How many times 256 bits are worked with, rounded up."""
    return -(-(bits + GUARD_BITS) // 256)


def _points(known: dict[str, Any], inputs: int) -> tuple[tuple[fmpq, ...], ...]:
    """The x_n, exactly."""
    table = read_data(known["inputs"], "the inputs", inputs).transpose().tolist()
    if "standard" not in known:
        return tuple(tuple(row) for row in table)
    standard = fields(known["standard"], "the field standard", ["mean", "scale"])
    mean, scale = (_column(standard[name], f"the {name}", inputs) for name in ("mean", "scale"))
    if any(value == 0 for value in scale):
        raise Malformed("a number of the scale is 0")
    return tuple(
        tuple((x - m) / s for x, m, s in zip(row, mean, scale, strict=True)) for row in table
    )


def _column(value: Any, where: str, size: int) -> list[fmpq]:
    if not isinstance(value, list) or len(value) != size:
        raise Malformed(f"{where} is not a list of {counted(size, 'number')}")
    return [rational(entry, f"a number of {where}") for entry in value]


def _decay(value: Any, network: Network) -> tuple[tuple[fmpq, fmpq], ...]:
    """(weights, biases) of each layer."""
    if not isinstance(value, list) or len(value) != len(network.layers):
        raise Malformed(f"the decay is not a list of {counted(len(network.layers), 'pair')}")
    pairs = []
    for number_, (pair, layer) in enumerate(zip(value, network.layers, strict=True), 1):
        here = f"the decay of layer {number_}"
        if not isinstance(pair, list) or len(pair) != 2:
            raise Malformed(f"{here} is not a pair, of its weights and of its biases")
        weights, biases = (rational(entry, here) for entry in pair)
        if weights < 0 or biases < 0:
            raise Malformed(f"{here} is negative")
        if biases != 0 and not layer.bias:
            raise Malformed(f"layer {number_} has no biases, but a decay of them")
        pairs.append((weights, biases))
    return tuple(pairs)


def _biases(network: Network) -> str:
    with_bias = [i for i, layer in enumerate(network.layers, 1) if layer.bias]
    if len(with_bias) == len(network.layers):
        return "biases in all layers"
    if not with_bias:
        return "no biases"
    many = len(with_bias) > 1
    return f"biases in layer{'s' * many} {' and '.join(map(str, with_bias))} only"
