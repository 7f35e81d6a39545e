"""Path vectors (lemma 19): what the outputs of a network are linear in, near its parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import gcd, prod
from operator import mul as times

from .bounds import MOST_FIELDS, MOST_STEPS, PER_UNIT, WORD
from .data import Data, length
from .evaluation import Evaluation
from .layers import Affine, Average, Layer, Residual, Units
from .verdict import refuse


class Vectors:
    """Vectors of N integers by numbers, each kept once; the divisor of its entries and the sign of
    its first one.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, ...], int] = {}
        self.entries: list[tuple[int, ...]] = []
        self.divisor: list[int] = []  # 0 for the vector 0
        self.sign: list[int] = []
        self._products: dict[tuple[int, int], int] = {}

    def number(self, vector: tuple[int, ...]) -> int:
        known = self._numbers.setdefault(vector, len(self.entries))
        if known == len(self.entries):
            self.entries.append(vector)
            self.divisor.append(gcd(*vector))
            self.sign.append(next((1 if x > 0 else -1 for x in vector if x), 1))
        return known

    def product(self, a: int, b: int) -> int:
        """The number of the product entry by entry."""
        if (a, b) not in self._products:
            self._products[a, b] = self.number(tuple(map(times, self.entries[a], self.entries[b])))
        return self._products[a, b]

    def total(self, numbers: Sequence[int]) -> int:
        """The number of the sum."""
        if len(numbers) == 1:
            return numbers[0]
        return self.number(tuple(map(sum, zip(*(self.entries[v] for v in numbers)))))

    def field(self, parts: Iterable[tuple[int, int]]) -> Field:
        """Units with numbers of vectors, without zeros, divided by the divisor of all entries and
        the first sign.
        """
        kept = sorted((u, v) for u, v in parts if self.divisor[v])
        divisor = gcd(*(self.divisor[v] for _, v in kept)) * (self.sign[kept[0][1]] if kept else 1)
        if divisor in (0, 1):
            return tuple(kept)
        return tuple(
            (u, self.number(tuple(x // divisor for x in self.entries[v]))) for u, v in kept
        )


# of lemma 19: units and the numbers of their vectors, the others are 0
Field = tuple[tuple[int, int], ...]

# the sum of v o x_i over pairs (number of v, i); for i = -1 of v alone
Path = list[tuple[int, int]]


class Paths:
    """Lemma 19 for one output unit: the fields at each layer, no two of which are multiples, and
    the path vectors.
    """

    def __init__(self, found: Evaluation, output: int) -> None:
        """3 is verified while the fields are made, and before any path vector is."""
        data = found.model.data
        self.layers, self.shapes, self.n = data.layers, data.shapes, len(data.rows)
        self.vectors = Vectors()
        self.slopes: dict[int, list[int]] = {}
        self.shifts: dict[int, list[int]] = {}
        for number, units in found.pieces.items():
            bend, numbered = found.model.bends[number], self.vectors.number
            self.slopes[number] = [numbered(tuple(bend.slopes[j] for j in unit)) for unit in units]
            self.shifts[number] = [
                numbered(tuple(bend.intercepts[j] for j in unit)) for unit in units
            ]
        # in the order in which they are made
        self.fields: list[dict[Field, None]] = [{} for _ in self.shapes]
        self.held = self.steps = 0
        growth = [
            length(layer.slopes + layer.intercepts) + 1
            if isinstance(layer, Units)
            else (layer.count() // prod(layer.outputs)).bit_length()
            if isinstance(layer, Affine | Average)
            else 1
            for layer in self.layers
        ]
        self.cost = [
            self.n * (sum(growth[number:]) + WORD) + PER_UNIT for number in range(len(self.shapes))
        ]
        times_over = len(starts(data))
        self._keep(len(self.layers), ((output, self.vectors.number((1,) * self.n)),))
        for number in range(len(self.layers), 0, -1):
            layer, ends = self.layers[number - 1], self._ends(self.layers[number - 1])
            self.steps += (
                sum(ends[u] for made in self.fields[number] for u, _ in made)
                * self.cost[number - 1]
                * times_over
            )
            if self.steps > MOST_STEPS:
                refuse(
                    "paths",
                    f"{self.steps} <= {MOST_STEPS}, bits of what is added up for fields down to"
                    f" layer {number - 1}",
                )
            if isinstance(layer, Residual):
                for made in self.fields[number]:
                    self._keep(layer.source, made)
            for parts in self._below(number):
                self._keep(number - 1, self.vectors.field(parts))

    def _keep(self, number: int, made: Field) -> None:
        if not made or made in self.fields[number]:
            return
        self.fields[number][made] = None
        self.held += len(made) * self.cost[number]
        if self.held > MOST_FIELDS:
            refuse(
                "paths", f"{self.held} <= {MOST_FIELDS}, bits of the fields down to layer {number}"
            )

    @staticmethod
    def _ends(layer: Layer) -> Sequence[int]:
        """For each output unit how many pairs end in it."""
        if isinstance(layer, Affine):
            return [len(pairs) for pairs in layer.connections]
        return [prod(layer.kernel) if isinstance(layer, Average) else 1] * prod(layer.outputs)

    def _below(self, number: int) -> Iterator[Iterable[tuple[int, int]]]:
        """The fields made at layer number - 1, not in the form of `Vectors.field`."""
        layer, vectors = self.layers[number - 1], self.vectors
        if (
            isinstance(layer, Affine) and layer.window is None
        ):  # each weight has one pair, so one unit and one vector
            alone = dict.fromkeys(
                vectors.field([(0, v)]) for made in self.fields[number] for _, v in made
            )
            for v in [parts[0][1] for parts in alone]:
                for i in range(prod(layer.inputs)):
                    yield [(i, v)]
            return
        for made in self.fields[number]:
            if isinstance(
                layer, Affine
            ):  # a weight has each input unit in one pair at most: o is where the window is
                acted: dict[int, list[tuple[int, int]]] = {}
                for o, v in made:
                    for t, i in layer.connections[o]:
                        acted.setdefault(t, []).append((i, v))
                yield from acted.values()
            elif isinstance(layer, Average):
                held: dict[int, list[int]] = {}
                for o, v in made:
                    for i in layer.windows[o]:
                        held.setdefault(i, []).append(v)
                # times the size of the window
                yield [(i, vectors.total(several)) for i, several in held.items()]
            elif isinstance(layer, Units):
                yield [(u, vectors.product(v, self.slopes[number][u])) for u, v in made]
            else:
                yield made

    def _alone(self, number: int) -> Iterator[int]:
        """The path vectors made at a layer: of biases and of intercepts."""
        layer, vectors = self.layers[number - 1], self.vectors
        for made in self.fields[number]:
            if isinstance(layer, Affine) and layer.bias:
                channels: dict[int, list[int]] = {}
                for o, v in made:
                    channels.setdefault(o // layer.per_channel, []).append(v)
                yield from map(vectors.total, channels.values())
            elif isinstance(layer, Units):
                shifts = self.shifts[number]
                terms = [
                    vectors.product(v, shifts[u]) for u, v in made if vectors.divisor[shifts[u]]
                ]
                if terms:
                    yield vectors.total(terms)

    def __iter__(self) -> Iterator[Path]:
        """All path vectors, up to multiples."""
        for number in range(len(self.layers), 0, -1):
            for v in self._alone(number):
                yield [(v, -1)]
        for made in self.fields[0]:
            yield [(v, i) for i, v in made]


def starts(data: Data) -> list[tuple[int, Sequence[int]]]:
    """The outputs of which path vectors are to be made, each with the outputs that they serve for
    (end of lemma 19).
    """
    last, outputs = data.layers[-1], range(prod(data.shapes[-1]))
    if isinstance(last, Affine) and last.window is None:
        return [(0, outputs)]
    return [(u, [u]) for u in outputs]


def columns(data: Data) -> list[tuple[int, ...]]:
    """The input coordinates, and (at -1) the vector 1."""
    return [*zip(*data.rows), (1,) * len(data.rows)]
