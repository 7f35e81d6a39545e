"""Piecewise-linear networks in exact integers, at parameters or along a curve of them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from math import lcm, prod
from operator import itemgetter
from operator import mul as times

from .data import Data, Parameters
from .layers import Affine, Average, Units
from .verdict import refuse

# where this checker gives up: bits of a denominator, bits of many numbers together, products of
# 1024 bits
LONGEST, MOST_BITS, MOST_WORK = 1 << 22, 1 << 33, 3 * 10**9

# for each datum a number for each unit, over a denominator that is known from elsewhere
Rows = list[list[int]]


def common(numbers: Iterable[Fraction], code: str) -> int:
    """The least common denominator.  Where it is too long the certificate is rejected with
    the code given.
    """
    unit = 1
    for den in {x.denominator for x in numbers}:
        unit = lcm(unit, den)
        if unit.bit_length() > LONGEST:
            refuse(
                code,
                "this checker gives up, a common denominator of parameters has more than"
                f" {LONGEST} bits",
            )
    return unit


def picker(places: Sequence[int], length: int) -> Callable[[Sequence[int]], Sequence[int]]:
    """The entries at these places of a row."""
    if list(places) == list(range(length)):
        return lambda row: row
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: [row[place] for place in places]


class Stage:
    """A dense or convolutional layer with its numbers, integers over a common denominator; weights
    0 are left out.
    """

    def __init__(self, layer: Affine, weights: Sequence[int], bias: Sequence[int]) -> None:
        self.weights, self.layer = weights, layer
        self.bias = [
            bias[o // layer.per_channel] if layer.bias else 0 for o in range(prod(layer.outputs))
        ]
        used = [[(weights[t], i) for t, i in pairs if weights[t]] for pairs in layer.connections]
        length = prod(layer.inputs)
        self.lines = [
            ([w for w, _ in pairs], picker([i for _, i in pairs], length)) for pairs in used
        ]

    def of(self, rows: Rows, scale: int) -> Rows:
        """The outputs; `scale` is the denominator of the rows, or 0 to leave out the bias."""
        lines = [(*line, bias * scale) for line, bias in zip(self.lines, self.bias)]
        return [
            [sum(map(times, weights, pick(row)), bias) for weights, pick, bias in lines]
            for row in rows
        ]


class Bend:
    """A layer of units for inputs over `unit`, with slopes and intercepts as integers over `scale`.

    An integer z is above t unit, t a kink, if and only if it is above floor(t unit), and at it if t
    unit is whole.
    """

    def __init__(self, layer: Units, unit: int) -> None:
        ends = [(t.numerator * unit, t.denominator) for t in layer.kinks]
        self.floors, self.exact = (
            [num // den for num, den in ends],
            [num % den == 0 for num, den in ends],
        )
        self.scale = lcm(*(x.denominator for x in layer.slopes + layer.intercepts))
        self.slopes = [int(s * self.scale) for s in layer.slopes]
        self.intercepts = [int(c * self.scale) for c in layer.intercepts]
        self.shifts = [c * unit for c in self.intercepts]

    def piece(self, z: int) -> int:
        return bisect_left(self.floors, z)

    def at_kink(self, z: int, piece: int) -> bool:
        """Where several kinks have the same floor only the first of them can be whole, and `piece`
        is its number.
        """
        return piece < len(self.floors) and self.floors[piece] == z and self.exact[piece]


class Model:
    """A network with the parameters theta, or on a curve theta + eps P_1 + eps^2 P_2 + ..., in
    integers.

    The outputs of layer l (0: the data) are integers over self.units[l], each a multiple of the one
    before it.
    """

    def __init__(self, data: Data, curve: Sequence[Parameters], code: str) -> None:
        self.data, self.layers = data, data.layers
        self.units = [data.unit]
        self.stages: dict[int, list[Stage]] = {}
        self.bends: dict[int, Bend] = {}
        self.factors: list[int] = []  # of each layer, by which the denominator grows
        for number, layer in enumerate(data.layers, 1):
            factor, unit = 1, self.units[-1]
            if isinstance(layer, Affine):
                numbers = [x for point in curve for part in point[number] for x in part]
                factor = common(numbers, code)
                self.limit(code, 0, len(numbers) * factor.bit_length())
                self.stages[number] = [
                    Stage(
                        layer,
                        *(
                            [x.numerator * (factor // x.denominator) for x in part]
                            for part in point[number]
                        ),
                    )
                    for point in curve
                ]
            elif isinstance(layer, Average):
                factor = prod(layer.kernel)
            elif isinstance(layer, Units):
                self.bends[number] = Bend(layer, unit)
                factor = self.bends[number].scale
            self.factors.append(factor)
            self.units.append(unit * factor)
        length = self.units[-1].bit_length()
        self.units_in_all = sum(map(prod, data.shapes))
        pairs = (
            sum(layer.count() for layer in data.layers if isinstance(layer, Affine))
            + self.units_in_all
        )
        self.work = len(data.rows) * pairs * (1 + length // 1024)
        self.limit(
            code, self.work, max(self.units_in_all, len(data.rows) * prod(data.shapes[-1])) * length
        )

    @staticmethod
    def limit(code: str, work: int, bits: int) -> None:
        if work > MOST_WORK or bits > MOST_BITS:
            refuse(code, "this checker gives up, there are too many data, connections and digits")

    def blocks(self, order: int = 0) -> Iterator[tuple[int, Rows]]:
        """The data in groups that bound the memory, each with the number of its first datum."""
        bits = self.units_in_all * (512 + self.units[-1].bit_length()) * (order + 1)
        step = max(1, min(1024, (1 << 31) // bits))
        for first in range(0, len(self.data.rows), step):
            yield first, self.data.rows[first : first + step]

    def forward(self, rows: Rows, order: int = 0) -> tuple[list[list[Rows]], dict[int, Rows]]:
        """For each layer, from 0, the coefficients of the powers of eps up to `order`; the pieces
        of units at theta.
        """
        found, pieces = [[rows]], {}
        for number, layer in enumerate(self.layers, 1):
            series, unit = found[-1], self.units[number - 1]
            if isinstance(layer, Affine):
                stages = self.stages[number]
                new = [
                    self._coefficient(stages, series, d, unit)
                    for d in range(min(order, len(series) + len(stages) - 2) + 1)
                ]
            elif isinstance(layer, Average):
                picks = [picker(window, prod(layer.inputs)) for window in layer.windows]
                new = [[[sum(pick(row)) for pick in picks] for row in part] for part in series]
            elif isinstance(layer, Units):
                bend = self.bends[number]
                chosen = pieces[number] = [[bend.piece(z) for z in row] for row in series[0]]
                slopes, shifts = bend.slopes, bend.shifts
                new = [
                    [[slopes[j] * z for z, j in zip(row, js)] for row, js in zip(part, chosen)]
                    for part in series
                ]
                new[0] = [
                    [z + shifts[j] for z, j in zip(row, js)] for row, js in zip(new[0], chosen)
                ]
            else:
                source, factor = found[layer.source], unit // self.units[layer.source]
                new = [
                    [[x + factor * y for x, y in zip(*pair)] for pair in zip(part, source[d])]
                    if d < len(source)
                    else part
                    for d, part in enumerate(series)
                ]
            found.append(new)
        return found, pieces

    @staticmethod
    def _coefficient(stages: list[Stage], series: list[Rows], d: int, unit: int) -> Rows:
        parts = [
            stage.of(series[d - j], unit if d == j else 0)
            for j, stage in enumerate(stages)
            if 0 <= d - j < len(series)
        ]
        return [list(map(sum, zip(*rows))) for rows in zip(*parts)] if len(parts) > 1 else parts[0]

    def kink(self, inputs: Rows, chosen: Rows, number: int, first: int) -> str:
        """Where a unit of this layer is at a kink, in words; empty if none is."""
        bend = self.bends[number]
        for n, (row, js) in enumerate(zip(inputs, chosen)):
            for u, (z, j) in enumerate(zip(row, js)):
                if bend.at_kink(z, j):
                    datum = f"datum {first + n} (counted from 0)"
                    return f"unit {u} of layer {number} is at a kink on {datum}"
        return ""
