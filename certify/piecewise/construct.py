"""Local minima by construction: every hidden unit strictly on one piece, outputs the best affine
map, or one for each group of data.

Theorem 1 of Yun, Sra and Jadbabaie, and Liu's mechanism for deep nets, for units with a kink
(theorem 10 proves what comes out).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat
from scipy.linalg import lstsq

from certify.empirical.architectures import Dense, Unit
from certify.empirical.parameters import Layers, floats
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.cells import evaluate
from certify.kernel.piecewise.layers import Activation
from certify.kernel.piecewise.network import Network
from certify.kernel.piecewise.problem import Loss
from certify.piecewise.fits import fit, rounded
from certify.tables import exact

__all__ = [
    "Bend",
    "Piece",
    "Split",
    "affine_features",
    "bent_pair",
    "best_split",
    "cuts_between",
    "grouped",
    "layers_of",
    "mapped",
    "of_data",
    "written",
]

_SHORT = 15  # decimals of what need not be exact
_DRIVER = "gelsy"  # by a QR factorisation with pivots


@dataclass(frozen=True)
class Readout:
    """The wanted outputs as an affine function of a layer's outputs: weights (outputs x units) and
    bias.
    """

    weights: fmpq_mat
    bias: list[fmpq]


@dataclass(frozen=True)
class Piece:
    """Where a unit is affine with a slope that is not 0. It is run at base + scale (v - centre)."""

    function: Activation

    def place(self, values: list[fmpq]) -> tuple[fmpq, fmpq, fmpq, fmpq]:
        """base, scale, centre and slope so that base + scale (v - centre) is inside one piece for
        all these values. Raises `UnusableInput`.
        """
        function = self.function
        kinks, slopes, one = function.kinks, function.slopes, fmpq(1)
        low, high = min(values), max(values)
        if slopes[-1] != 0:
            return (kinks[-1] + 1 if kinks else fmpq(0)), one, fmpq(low.floor()), slopes[-1]
        if slopes[0] != 0:
            return kinks[0] - 1, one, fmpq(high.ceil()), slopes[0]
        for i, slope in enumerate(slopes[1:-1]):
            if slope != 0:
                centre = fmpq(((low + high) / 2).floor())
                reach, room = max(high - centre, centre - low), (kinks[i + 1] - kinks[i]) / 2
                scale = one / (2 * reach / room).ceil() if reach > 0 else one
                return (kinks[i] + kinks[i + 1]) / 2, min(scale, one), centre, slope
        raise UnusableInput(
            "units without a piece of nonzero slope are constant: there is nothing to prove"
        )


@dataclass(frozen=True)
class Split:
    """Groups of the data by one input: between neighbouring groups it passes a cut. groups: data
    numbers, lowest first.
    """

    column: int
    cuts: tuple[fmpq, ...]
    groups: tuple[tuple[int, ...], ...]


def _at(function: Activation, z: fmpq) -> fmpq:
    piece = function.piece(z)
    return function.slopes[piece] * z + function.intercepts[piece]


def affine_features(inputs: RationalMatrix) -> RationalMatrix:
    """The inputs and 1: features x data."""
    ones = [inputs.below] * inputs.ncols()
    return RationalMatrix(fmpz_mat([*inputs.rows, ones]), inputs.below)


def of_data(matrix: RationalMatrix, data: Sequence[int]) -> RationalMatrix:
    """The columns of these data."""
    return RationalMatrix(fmpz_mat([[row[n] for n in data] for row in matrix.rows]), matrix.below)


def _short(value: float) -> fmpq:
    """The number to `_SHORT` decimals."""
    return exact(f"{value:.{_SHORT}f}")


def mapped(maps: fmpq_mat, features: RationalMatrix) -> RationalMatrix:
    """Linear combinations of the features, exactly."""
    return RationalMatrix.of(maps) * features


def _groups(row: Array, groups: int) -> Any:
    """The group of each value, about equally large groups of neighbours; None if there are fewer
    different values.
    """
    levels = np.unique(row)
    if len(levels) < groups:
        return None
    # by the data; if some value is too frequent, by the different values
    for order in (
        np.sort(row),
        levels,
    ):
        places = [
            max(1, int(np.searchsorted(levels, order[i * len(order) // groups])))
            for i in range(1, groups)
        ]
        if all(low < high for low, high in pairwise(places)):
            return np.searchsorted(levels[places], row, side="right")
    return None


def cuts_between(row: Sequence[fmpq], groups: Sequence[Sequence[int]]) -> tuple[fmpq, ...]:
    """The middles between neighbouring groups of an input's values, exactly; groups: numbers of
    data, lowest first.
    """
    return tuple(
        (max(row[n] for n in low) + min(row[n] for n in high)) / 2 for low, high in pairwise(groups)
    )


def best_split(inputs: RationalMatrix, targets: RationalMatrix, groups: int) -> Split:
    """The split into groups by one column that lets the group-wise affine fit have the least
    squared error. Raises `UnusableInput`.
    """
    if groups == 1:
        return Split(0, (), (tuple(range(inputs.ncols())),))
    x, y = floats(affine_features(inputs)), floats(targets)
    best: tuple[float, int, Any] | None = None
    for column in range(inputs.nrows()):
        sides = _groups(x[column], groups)
        if sides is None:
            continue
        error = 0.0
        for g in range(groups):
            phi, goal = x[:, sides == g].T, y[:, sides == g].T
            found = lstsq(phi, goal, lapack_driver=_DRIVER, check_finite=False)[0]
            error += float(np.sum((phi @ found - goal) ** 2))
        if best is None or error < best[0]:
            best = error, column, sides
    if best is None:
        raise UnusableInput(
            f"no input has {groups} different values, so the data cannot be cut into {groups}"
            " groups"
        )
    _, column, sides = best
    members = tuple(tuple(int(n) for n in np.flatnonzero(sides == g)) for g in range(groups))
    return Split(column, cuts_between(inputs.tolist()[column], members), members)


def grouped(
    inputs: RationalMatrix,
    targets: RationalMatrix,
    loss: Loss,
    split: Split,
    *,
    short: bool = False,
) -> list[fmpq_mat]:
    """For each group its best affine map (outputs x (inputs + 1)), exact, or to a few decimals if
    `short`. Raises `NoFit`.
    """
    x, maps = affine_features(inputs), []
    for group in split.groups:
        part, goal = of_data(x, group), of_data(targets, group)
        if short and loss.name == "squared":  # what need not be exact need not be solved exactly
            found = lstsq(floats(part).T, floats(goal).T, lapack_driver=_DRIVER)[0]
            maps.append(fmpq_mat([[_short(entry) for entry in row] for row in found.T]))
        else:
            best = fit(part, goal, loss)
            maps.append(rounded(best, _SHORT) if short else best)
    return maps


class _First:
    """The first hidden layer, unit by unit, and what the outputs are in terms of it."""

    def __init__(self, unit: Unit, inputs: RationalMatrix, outputs: int) -> None:
        self.function, self.x, self.outputs = unit.function, affine_features(inputs), outputs
        self.rows: list[list[fmpq]] = []
        self.readout: list[list[fmpq]] = []
        self.bias = [fmpq(0)] * outputs

    def carry(self, output: int, row: list[fmpq]) -> None:
        """Add the affine map `row` to an output, by one unit that stays on a piece."""
        values = mapped(fmpq_mat([row]), self.x).entries()
        base, scale, centre, slope = Piece(self.function).place(values)
        self._unit(
            [scale * entry for entry in row[:-1]] + [scale * (row[-1] - centre) + base],
            {output: 1 / (scale * slope)},
        )
        self.bias[output] += centre - _at(self.function, base) / (scale * slope)

    def bend(self, row: list[fmpq], shares: dict[int, fmpq]) -> None:
        """Add share * g(row . x) to the outputs, g(q) = s+ q for q > 0 and s- q for q < 0 at the
        unit's first kink; q must not be 0.
        """
        kink = self.function.kinks[0]
        room = self.function.kinks[1] - kink if len(self.function.kinks) > 1 else None
        largest = max(abs(value) for value in mapped(fmpq_mat([row]), self.x).entries())
        scale = (
            fmpq(1)
            if room is None or largest == 0
            else min(fmpq(1), fmpq(1) / (2 * largest / room).ceil())
        )
        self._unit(
            [scale * entry for entry in row[:-1]] + [scale * row[-1] + kink],
            {o: share / scale for o, share in shares.items()},
        )
        for output, share in shares.items():
            self.bias[output] -= share / scale * _at(self.function, kink)

    def _unit(self, row: list[fmpq], shares: dict[int, fmpq]) -> None:
        self.rows.append(row)
        self.readout.append([shares.get(o, fmpq(0)) for o in range(self.outputs)])

    def finish(self, width: int) -> tuple[Layers, Readout]:
        """With idle units up to this width. Raises `UnusableInput` where it is too small."""
        if len(self.rows) > width:
            raise UnusableInput(
                f"this needs {len(self.rows)} units in the first hidden layer, which has {width}"
            )
        base = Piece(self.function).place([fmpq(0)])[0]
        while len(self.rows) < width:
            self._unit([fmpq(0)] * (self.x.nrows() - 1) + [base], {})
        weights = fmpq_mat([[row[o] for row in self.readout] for o in range(self.outputs)])
        return [written([row[:-1] for row in self.rows], [row[-1] for row in self.rows])], Readout(
            weights, self.bias
        )


def written(weights: list[list[fmpq]], bias: list[fmpq]) -> dict[str, Any]:
    """The parameters of a dense layer as the format writes them."""
    return {
        "weights": [[str(entry) for entry in row] for row in weights],
        "bias": [str(entry) for entry in bias],
    }


def layers_of(
    dense: Dense, inputs: RationalMatrix, maps: Sequence[fmpq_mat], split: Split
) -> Layers:
    """Parameters of a dense network that is maps[g] on group g of the split, every unit strictly on
    one piece for each group.

    Raises `UnusableInput` where a layer is too narrow: the first needs
    outputs * groups + groups - 1 units, the others as many as outputs.
    """
    outputs = maps[0].nrows()
    first = _First(dense.unit, inputs, outputs)
    if len(maps) > 1:
        _bends(first, inputs, maps, split)
    else:
        for output, row in enumerate(maps[0].tolist()):
            first.carry(output, row)
    return _deeper(dense, inputs, *first.finish(dense.widths[0]))


def _bends(first: _First, inputs: RationalMatrix, maps: Sequence[fmpq_mat], split: Split) -> None:
    """maps[0] plus, behind each cut, the difference to the next map: two units, of which one is
    shared by all outputs.
    """
    below, above = first.function.slopes[0], first.function.slopes[1]
    x, side = first.x, inputs.tolist()[split.column]
    changes = [(later - earlier) / (above - below) for earlier, later in pairwise(maps)]
    base = maps[0]
    for change in changes:
        base -= change * below
    for output, row in enumerate(base.tolist()):
        first.carry(output, row)
    for change, cut in zip(changes, split.cuts, strict=True):
        values = mapped(change, x)
        ratios = [
            abs(values[o, n]) / abs(side[n] - cut)
            for o in range(values.nrows())
            for n in range(values.ncols())
        ]
        steep = fmpq(max(ratios).ceil() + 1)
        line = [fmpq(0)] * x.nrows()
        line[split.column], line[-1] = steep, -steep * cut
        for output, row in enumerate(change.tolist()):
            first.bend([a + b for a, b in zip(line, row, strict=True)], {output: fmpq(1)})
        first.bend(line, dict.fromkeys(range(first.outputs), fmpq(-1)))


@dataclass(frozen=True)
class Bend:
    """One output is bent at beta, by gamma, along q = row . x."""

    output: int
    row: list[fmpq]
    beta: fmpq
    gamma: fmpq


def bent_pair(dense: Dense, inputs: RationalMatrix, maps: fmpq_mat, bend: Bend) -> Layers:
    """Yun, Sra and Jadbabaie's better point: beta + (g(q - beta + gamma) - g(beta - q + gamma))/(s+
    + s-), q = row . x, for one output.
    """
    slopes = dense.unit.function.slopes
    total = slopes[0] + slopes[1]
    first = _First(dense.unit, inputs, maps.nrows())
    output, row, beta, gamma = bend.output, bend.row, bend.beta, bend.gamma
    first.bend([*row[:-1], row[-1] - beta + gamma], {output: 1 / total})
    first.bend([*(-entry for entry in row[:-1]), beta - row[-1] + gamma], {output: -1 / total})
    first.bias[output] += beta
    for other, other_row in enumerate(maps.tolist()):
        if other != output:
            first.carry(other, other_row)
    return _deeper(dense, inputs, *first.finish(dense.widths[0]))


def _deeper(dense: Dense, inputs: RationalMatrix, parameters: Layers, readout: Readout) -> Layers:
    """The further layers carry the outputs on. Raises `UnusableInput` where one is too narrow."""
    outputs, function = len(readout.bias), dense.unit.function
    for before, width in pairwise(dense.widths):
        if width < outputs:
            raise UnusableInput(f"a hidden layer of {width} units does not carry {outputs} outputs")
        base = Piece(function).place([fmpq(0)])[0]
        if dense.residual:  # the units add a constant to the layer before
            parameters.append(written([[fmpq(0)] * before for _ in range(width)], [base] * width))
            shift = _at(function, base)
            bias = [
                b - shift * sum(row, fmpq(0))
                for b, row in zip(readout.bias, readout.weights.tolist(), strict=True)
            ]
            readout = Readout(readout.weights, bias)
            continue
        reached = _values(dense.unit, inputs, parameters, readout).tolist()
        rows, biases, weights, bias = [], [], [], []
        for output, row in enumerate(readout.weights.tolist()):
            base, scale, centre, slope = Piece(function).place(reached[output])
            rows.append([scale * entry for entry in row])
            biases.append(scale * (readout.bias[output] - centre) + base)
            weights.append([1 / (scale * slope) if j == output else fmpq(0) for j in range(width)])
            bias.append(centre - _at(function, base) / (scale * slope))
        idle = width - outputs
        parameters.append(written(rows + [[fmpq(0)] * before] * idle, biases + [base] * idle))
        readout = Readout(fmpq_mat(weights), bias)
    return [*parameters, written(readout.weights.tolist(), readout.bias)]


def _values(
    unit: Unit, inputs: RationalMatrix, parameters: Layers, readout: Readout
) -> RationalMatrix:
    """The outputs that a network ending with this readout would have."""
    widths = [len(part["bias"]) for part in parameters]
    network = Network.read(Dense(widths, unit).network(inputs.nrows(), len(readout.bias)))
    full = [*parameters, written(readout.weights.tolist(), readout.bias)]
    return evaluate(network, network.read_parameters(full, "the parameters"), inputs).outputs[-1]
