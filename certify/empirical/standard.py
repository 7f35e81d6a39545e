"""Standardised data. A search on them does not depend on the units of the data.

Columns are shifted and scaled by exact rationals; the scales are powers of two. The first layer of
a network takes up the change of the inputs, and the last one that of the targets. So the
parameters of the two problems correspond exactly, and a point is better in one problem if it is
better in the other. Searches run on the standardised problem. Certificates are about the user's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.layers import Affine, Pooling, Residual
from certify.kernel.piecewise.network import Network, Parameters
from certify.kernel.piecewise.problem import DataProblem, Loss
from certify.rationals import fraction

__all__ = ["Standard", "spread_exponent", "weights_inside", "why_global"]

# degree of the loss in f and y (and delta); the squared hinge has its own units
_HOMOGENEOUS = {
    "squared": 2,
    "huber": 2,
    "quartic": 4,
}


def spread_exponent(values: Sequence[fmpq], centre: fmpq) -> int:
    """The e with 2^(e - 1) < s <= 2^(e + 1), s the root mean square of the distances from the
    centre; 0 where all are 0.
    """
    square = fraction(sum(((value - centre) ** 2 for value in values), fmpq(0)) / len(values))
    if square == 0:
        return 0
    # then 2^(double - 1) < square, and square < 2^(double + 1)
    double = square.numerator.bit_length() - square.denominator.bit_length()
    return (double + 1) // 2


def _centre(values: Sequence[fmpq]) -> fmpq:
    """About the mean, with few digits: a multiple of a power of two, about an eighth of the
    spread.
    """
    mean = sum(values, fmpq(0)) / len(values)
    if all(value == values[0] for value in values):
        return values[0]
    grid = fmpq(2) ** (spread_exponent(values, mean) - 3)
    return fmpq((mean / grid + fmpq(1, 2)).floor()) * grid


@dataclass(frozen=True)
class Standard:
    """Standardised inputs: scales (x - shifts), one of each for an input unit; targets:
    size (y - levels), one level for an output.
    """

    network: Network
    shifts: tuple[fmpq, ...]
    scales: tuple[fmpq, ...]
    levels: tuple[fmpq, ...]
    size: fmpq

    @classmethod
    def of(
        cls,
        network: Network,
        inputs: RationalMatrix,
        targets: RationalMatrix | None = None,
        *,
        inside: bool = False,
    ) -> Standard:
        """For these data (units x data); the targets keep their units if none are given.

        Zeros that pad an input cannot be shifted: before a padded convolution the inputs are only
        scaled. inside: they are shifted all the same, and parameters correspond where all weights
        that `weights_inside` does not name are 0.
        """
        rows, first = inputs.tolist(), network.affine[0][1]
        shifts, scales = [fmpq(0)] * len(rows), [fmpq(1)] * len(rows)
        for group in _groups(network):
            values = [value for i in group for value in rows[i]]
            shift = (
                _centre(values)
                if first.biases and (inside or all(weights_inside(first)))
                else fmpq(0)
            )
            scale = fmpq(2) ** -spread_exponent(values, shift)
            for i in group:
                shifts[i], scales[i] = shift, scale
        levels, size = [fmpq(0)] * network.outputs, fmpq(1)
        if targets is not None:
            columns = targets.tolist()
            if network.affine[-1][1].biases and network.ends_dense:
                levels = [_centre(column) for column in columns]
            exponents = [
                spread_exponent(column, level)
                for column, level in zip(columns, levels, strict=True)
                if any(value != level for value in column)
            ]
            size = fmpq(2) ** -max(exponents, default=0)
        return cls(network, tuple(shifts), tuple(scales), tuple(levels), size)

    @classmethod
    def of_problem(
        cls, problem: DataProblem, *, inside: bool = False
    ) -> tuple[Standard, DataProblem]:
        """The change of units and the problem in them."""
        known = isinstance(problem.network.layers[-1], Affine) and problem.loss.name in _HOMOGENEOUS
        standard = cls.of(
            problem.network, problem.inputs, problem.targets if known else None, inside=inside
        )
        loss = Loss(problem.loss.name, problem.loss.delta * standard.size)
        return standard, DataProblem(
            problem.network,
            standard.inputs(problem.inputs),
            standard.targets(problem.targets),
            loss,
        )

    def inputs(self, inputs: RationalMatrix) -> RationalMatrix:
        """These inputs, standardised (units x data)."""
        return _shifted(inputs, self.shifts, self.scales)

    def targets(self, targets: RationalMatrix) -> RationalMatrix:
        """These targets, standardised (outputs x data)."""
        return _shifted(targets, self.levels, [self.size] * len(self.levels))

    def risk(self, risk: fmpq, loss: Loss) -> fmpq:
        """A risk of the user's problem as one of the standardised problem."""
        return risk * self.size ** _HOMOGENEOUS.get(loss.name, 0)

    def back(self, parameters: Parameters) -> Parameters:
        """The parameters of the user's problem that belong to these of the standardised one."""
        layers = list(parameters)
        weights, biases = layers[0]
        scaled = tuple(
            weight * self.scales[place] for weight, place in zip(weights, self._places, strict=True)
        )
        layers[0] = scaled, self._moved(scaled, biases, -1)
        weights, biases = layers[-1]
        layers[-1] = (
            tuple(weight / self.size for weight in weights),
            tuple(
                bias / self.size + level
                for bias, level in zip(biases, self._levels(biases), strict=True)
            ),
        )
        return tuple(layers)

    def forth(self, parameters: Parameters) -> Parameters:
        """The parameters of the standardised problem that belong to these of the user's."""
        layers = list(parameters)
        weights, biases = layers[-1]
        layers[-1] = (
            tuple(weight * self.size for weight in weights),
            tuple(
                (bias - level) * self.size
                for bias, level in zip(biases, self._levels(biases), strict=True)
            ),
        )
        weights, biases = layers[0]
        layers[0] = (
            tuple(
                weight / self.scales[place]
                for weight, place in zip(weights, self._places, strict=True)
            ),
            self._moved(weights, biases, 1),
        )
        return tuple(layers)

    def forth_map(self, affine: fmpq_mat) -> fmpq_mat:
        """The affine map (outputs x (inputs + 1)) of the standardised inputs to the standardised
        targets that belongs to this one of the user's.
        """
        rows = []
        for row, level in zip(affine.tolist(), self.levels, strict=True):
            weights, bias = row[:-1], row[-1] - level
            moved = sum((a * s for a, s in zip(weights, self.shifts, strict=True)), bias)
            slopes = [a / s for a, s in zip(weights, self.scales, strict=True)]
            rows.append([self.size * entry for entry in (*slopes, moved)])
        return fmpq_mat(rows)

    @property
    def offset(self) -> fmpq:
        """The largest shift, in units of the spread of its input."""
        return max(
            abs(shift) * scale for shift, scale in zip(self.shifts, self.scales, strict=True)
        )

    def direction(self, parameters: Parameters) -> Parameters:
        """A change of parameters, back in the user's problem."""
        return replace(self, levels=(fmpq(0),) * len(self.levels)).back(parameters)

    def _levels(self, biases: Sequence[fmpq]) -> Sequence[fmpq]:
        return self.levels if any(self.levels) else [fmpq(0)] * len(biases)

    @cached_property
    def _places(self) -> list[int]:
        """For each weight of the first layer an input unit of the network with the shift and the
        scale of those that it acts on.
        """
        number, first = self.network.affine[0]
        place = list(range(self.network.inputs))
        for layer in self.network.layers[: number - 1]:
            if isinstance(layer, Pooling):
                place = [place[window[0]] for window in layer.windows]
        return [place[pairs[0][1]] if pairs else 0 for pairs in first.weights]

    def _moved(
        self, weights: Sequence[fmpq], biases: tuple[fmpq, ...], sign: int
    ) -> tuple[fmpq, ...]:
        """Biases of the first layer when the inputs are shifted."""
        if not any(self.shifts):
            return biases
        moves = [
            weight * self.shifts[place] for weight, place in zip(weights, self._places, strict=True)
        ]
        each = len(weights) // len(biases)
        return tuple(
            bias + sign * sum(moves[o * each : (o + 1) * each], fmpq(0))
            for o, bias in enumerate(biases)
        )


def _shifted(
    matrix: RationalMatrix, shifts: Sequence[fmpq], scales: Sequence[fmpq]
) -> RationalMatrix:
    """scale (value - shift) for the values of each row."""
    scale = RationalMatrix.of(fmpq_mat([scales]))
    shift = RationalMatrix.of(fmpq_mat([[a * b for a, b in zip(shifts, scales, strict=True)]]))
    below = (matrix.below * scale.below).lcm(shift.below)
    more, own = below // (matrix.below * scale.below), below // shift.below
    entries = [
        value * a - b
        for row, a, b in zip(
            matrix.rows,
            [a * more for a in scale.row(0)],
            [b * own for b in shift.row(0)],
            strict=True,
        )
        for value in row
    ]
    return RationalMatrix(fmpz_mat(matrix.nrows(), matrix.ncols(), entries), below)


def weights_inside(layer: Affine) -> list[bool]:
    """Whether each weight acts in all places of its channel, and so never on zeros that pad the
    input.
    """
    return [len(pairs) == len(layer.channels[0]) for pairs in layer.weights]


def _groups(network: Network) -> list[list[int]]:
    """Input units that must keep a common scale: each alone before a dense layer, a channel before
    convolutions and averages, none elsewhere.
    """
    number, first = network.affine[0]
    if any(isinstance(layer, Residual) and layer.source < number for layer in network.layers):
        return []
    if number == 1 and len(first.form) == 2:
        return [[i] for i in range(network.inputs)]
    if not all(isinstance(layer, Pooling) for layer in network.layers[: number - 1]):
        return []
    each = network.inputs // network.shape[0] if len(network.shape) == 3 else 1
    return [list(range(start, start + each)) for start in range(0, network.inputs, each)]


def why_global(inputs: RationalMatrix, slopes: RationalMatrix) -> str:
    """Why no function of the inputs has a smaller risk than outputs with these slopes of the loss
    (outputs x data), equal where inputs are; empty where one has.

    The loss is convex, so the slopes must sum to 0 over the data of equal inputs.
    """
    sums: dict[tuple[fmpz, ...], list[fmpz]] = {}
    for point, column in zip(
        zip(*inputs.rows, strict=True), zip(*slopes.rows, strict=True), strict=True
    ):
        total = sums.setdefault(point, [fmpz(0)] * len(column))
        for output, slope in enumerate(column):
            total[output] += slope
    if any(entry for total in sums.values() for entry in total):
        return ""
    return (
        "all inputs are equal"
        if len(sums) == 1
        else "its outputs are the best ones for each of the different inputs"
    )
