"""The vectors in R^N that span all differences of the outputs within a cell: those of the paths
through the network (lemma 19).

The adjoint fields are followed from the output down, layer by layer; equal ones are followed once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from flint import fmpq

from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.piecewise.cells import Cell
from certify.kernel.piecewise.layers import Activation, Affine, Layer, Pooling, Residual
from certify.kernel.piecewise.room import WORD, adjoint_lengths
from certify.kernel.piecewise.vectors import Vector, Vectors, total

__all__ = ["path_vectors"]


_UNIT = 2**10  # bits for each unit at which a field is not zero, beside those of its vector


# bits of all fields, those at the input and at the outputs of all layers together
_MAX_FIELDS = 2**31


_MAX_STEPS = 2**32  # bits of what is added up to make them, for all outputs that are followed


Field = tuple[tuple[int, int], ...]


class _Fields:
    """The adjoint fields at the output of each layer, up to a factor: (unit, vector) pairs, the
    vectors kept once each and named by numbers.
    """

    def __init__(self, cell: Cell) -> None:
        self.at: list[set[Field]] = [set() for _ in range(len(cell.network.layers) + 1)]
        # at a layer, of one unit
        self.cost = [cell.data * (bits + WORD) + _UNIT for bits in adjoint_lengths(cell.network)]
        self._held = 0
        self._steps = 0
        self._starts = 1 if cell.network.ends_dense else cell.network.outputs
        self.vectors = Vectors(cell.data)

    def add(self, layer: int, parts: Iterable[tuple[int, Vector | None]]) -> None:
        """The sum of these vectors at these units, unless it is 0."""
        sums: dict[int, list[Vector]] = {}
        for unit, vector in parts:
            if vector is not None:
                sums.setdefault(unit, []).append(vector)
        if field := self.make(sums):
            self.put(layer, field)

    def put(self, layer: int, field: Field) -> None:
        """A field made before."""
        if field not in self.at[layer]:
            self.at[layer].add(field)
            self._held += self.cost[layer] * len(field)
            _limit(self._held, _MAX_FIELDS, layer)

    def follow(self, below: int, layer: Affine, at: dict[int, Vector]) -> None:
        """The fields at the output of the layer below, one for each weight that ends in these
        units.
        """
        for weight in sorted({weight for unit in at for weight in layer.reach.get(unit, ())}):
            pairs = layer.weights[weight]
            self.add(below, [(source, at[out]) for out, source in pairs if out in at])

    def step(self, layer: int, vectors: int) -> None:
        """Count this many vectors that will be added for fields at the output of the layer. Raises
        `Unverified` above the limit.
        """
        self._steps += vectors * self.cost[layer] * self._starts
        _limit(self._steps, _MAX_STEPS, layer)

    def make(self, parts: dict[int, list[Vector]]) -> Field:
        """The field of these sums at the units, scaled so that its first nonzero entry is 1; empty
        if it is 0.
        """
        sums = [(unit, total(vectors)) for unit, vectors in sorted(parts.items())]
        found = [(unit, vector) for unit, vector in sums if vector is not None]
        if not found:
            return ()
        scale = 1 / found[0][1].lead
        return tuple((unit, self.vectors.number(vector.by(scale))) for unit, vector in found)


def _limit(count: int, most: int, layer: int) -> None:
    if count > most:
        raise Unverified(
            Inequality(
                "paths",
                f"the paths through layer {layer} can be followed",
                (str(count), str(most)),
                "<=",
            )
        )


def path_vectors(cell: Cell, output: int) -> Iterator[Vector]:
    """Distinct vectors in R^N that span a space with the differences of output `output` on the data
    within the cell (lemma 19).

    Raises `Unverified` (code `paths`) where they are too many to be followed.
    """
    fields, top = _Fields(cell), len(cell.network.layers)
    known, found = fields.vectors, set[int]()

    def new(parts: Iterable[Vector | None]) -> Iterator[Vector]:
        """The sum, unless it is 0 or was there before."""
        if (vector := total(parts)) is not None:
            number = known.number(vector)
            if number not in found:
                found.add(number)
                yield known[number]

    fields.add(top, [(output, known.ones)])
    for number in range(top, 0, -1):
        layer = cell.network.layers[number - 1]
        for field in sorted(fields.at[number]):
            at = {unit: known[vector] for unit, vector in field}
            fields.step(number - 1, _additions(layer, at))
            match layer:
                case Affine():
                    for units in layer.biases:
                        yield from new([at[unit] for unit in units if unit in at])
                    fields.follow(number - 1, layer, at)
                case Pooling():
                    sources = [(source, at[out]) for out in at for source in layer.windows[out]]
                    fields.add(number - 1, sources)
                case Activation():
                    pieces, below = cell.pieces[number], layer.table.below
                    slopes, constants = (
                        {unit: known.taken(row, below, pieces[unit]) for unit in at}
                        for row in layer.table.rows
                    )
                    yield from new(known.product(constants[unit], at[unit]) for unit in at)
                    sloped = [(unit, known.product(slopes[unit], at[unit])) for unit in at]
                    fields.add(number - 1, sloped)
                case Residual():
                    fields.put(number - 1, field)
                    fields.put(layer.source, field)
        fields.at[number].clear()
    share, rows = fmpq(1, cell.outputs[0].below), cell.outputs[0].rows
    inputs = [known.read(share, row) for row in rows]
    for field in sorted(fields.at[0]):
        yield from new(known.product(inputs[unit], known[vector]) for unit, vector in field)


def _additions(layer: Layer, units: Collection[int]) -> int:
    """How many vectors are added up for the fields below the layer that a field at these units
    gives.
    """
    match layer:
        case Affine():
            return sum(len(layer.reach.get(unit, ())) for unit in units)
        case Pooling():
            return sum(len(layer.windows[unit]) for unit in units)
        case _:
            return len(units)
