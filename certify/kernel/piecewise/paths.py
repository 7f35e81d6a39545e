"""The vectors in R^N that span all differences of the outputs within a cell: those of the paths
through the network (lemma 19).

The adjoint fields are followed from the output down, layer by layer; equal ones are followed once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from flint import fmpq, fmpq_mat

from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.piecewise.cells import Cell, Vector
from certify.kernel.piecewise.layers import Activation, Affine, Layer, Pooling, Residual
from certify.kernel.piecewise.room import WORD, adjoint_lengths

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
        self.vectors: list[Vector] = []
        self._numbers: dict[tuple[int, ...], int] = {}
        self._known: dict[
            int, int
        ] = {}  # id of a vector in the list -> its number: most come back as they are

    def add(self, layer: int, parts: Iterable[tuple[int, Vector]]) -> None:
        """The sum of these vectors at these units, unless it is 0."""
        sums: dict[int, list[Vector]] = {}
        for unit, vector in parts:
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

    def number(self, vector: Vector) -> int:
        """The number of this vector; equal vectors have the same."""
        if id(vector) in self._known:
            return self._known[id(vector)]
        above, below = fmpq_mat([vector]).numer_denom()
        number = self._numbers.setdefault(
            (int(below), *map(int, above.entries())), len(self.vectors)
        )
        if number == len(self.vectors):
            self.vectors.append(vector)
            self._known[id(vector)] = number
        return number

    def make(self, parts: dict[int, list[Vector]]) -> tuple[tuple[int, int], ...]:
        """The field of these sums at the units, scaled so that its first nonzero entry is 1; empty
        if it is 0.
        """
        sums = [
            (unit, vectors[0] if len(vectors) == 1 else _add(vectors))
            for unit, vectors in sorted(parts.items())
        ]
        sums = [(unit, vector) for unit, vector in sums if any(vector)]
        if not sums:
            return ()
        lead = next(entry for entry in sums[0][1] if entry)
        if lead != 1:
            sums = [(unit, tuple(entry / lead for entry in vector)) for unit, vector in sums]
        return tuple((unit, self.number(vector)) for unit, vector in sums)


def _add(vectors: list[Vector]) -> Vector:
    return tuple(sum(entries, fmpq(0)) for entries in zip(*vectors, strict=True))


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
    found: set[int] = set()

    def new(parts: list[Vector]) -> Iterator[Vector]:
        """The sum, unless it is 0 or was there before."""
        if parts and any(total := parts[0] if len(parts) == 1 else _add(parts)):
            number = fields.number(total)
            if number not in found:
                found.add(number)
                yield fields.vectors[number]

    fields.add(top, [(output, tuple([fmpq(1)] * cell.data))])
    for number in range(top, 0, -1):
        layer = cell.network.layers[number - 1]
        for field in sorted(fields.at[number]):
            at = {unit: fields.vectors[vector] for unit, vector in field}
            fields.step(number - 1, _additions(layer, at))
            match layer:
                case Affine():
                    for units in layer.biases:
                        yield from new([at[unit] for unit in units if unit in at])
                    fields.follow(number - 1, layer, at)
                case Pooling():
                    fields.add(
                        number - 1,
                        [
                            (source, vector)
                            for out, vector in at.items()
                            for source in layer.windows[out]
                        ],
                    )
                case Activation():
                    slopes, intercepts = cell.slopes[number], cell.intercepts[number]
                    yield from new(
                        [_times(intercepts[unit], vector) for unit, vector in at.items()]
                    )
                    fields.add(
                        number - 1,
                        [(unit, _times(slopes[unit], vector)) for unit, vector in at.items()],
                    )
                case Residual():
                    fields.put(number - 1, field)
                    fields.put(layer.source, field)
        fields.at[number].clear()
    inputs = [tuple(row) for row in cell.outputs[0].tolist()]
    for field in sorted(fields.at[0]):
        yield from new([_times(inputs[unit], fields.vectors[vector]) for unit, vector in field])


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


def _times(left: Vector, right: Vector) -> Vector:
    return tuple(a * b for a, b in zip(left, right, strict=True))
