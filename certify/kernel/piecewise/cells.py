"""A network on data, inside one cell: which piece every unit is on, its outputs, derivatives and
the vectors of its paths.

The parameters at which no unit is at a kink on any datum, with the same pieces throughout, form an
open set, a cell (lemma 18). In it the outputs are polynomials in the parameters; the vectors in R^N
(N data) that can occur in them are those of the paths (lemma 19).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.piecewise.network import (
    Activation,
    Affine,
    Layer,
    Network,
    Parameters,
    Pooling,
    Residual,
)
from certify.kernel.piecewise.room import WORD, adjoint_lengths

__all__ = ["Cell", "evaluate", "gradients", "outputs_along", "path_vectors"]

_UNIT = 2**10  # bits for each unit at which a field is not zero, beside those of its vector
_MAX_FIELDS = (
    2**31
)  # bits of all fields, those at the input and at the outputs of all layers together
_MAX_STEPS = 2**32  # bits of what is added up to make them, for all outputs that are followed

Vector = tuple[fmpq, ...]
Series = list[fmpq_mat]  # coefficients of eps^0, eps^1, ... of a matrix, units x data


@dataclass(frozen=True)
class Cell:
    """A point of a network on data. outputs[i]: that of layer i, units x data. slopes and
    intercepts: of each activation layer, by its number, the pieces its units are on, row by row.
    margin: the least distance of a unit from a kink, None if no unit has one.
    """

    network: Network
    parameters: Parameters
    outputs: tuple[fmpq_mat, ...]
    slopes: dict[int, tuple[Vector, ...]]
    intercepts: dict[int, tuple[Vector, ...]]
    margin: fmpq | None

    @property
    def data(self) -> int:
        """The number N of data."""
        return int(self.outputs[0].ncols())

    def one_piece(self) -> bool:
        """Whether every unit is on the same piece for all data."""
        rows = [
            row
            for part in (self.slopes, self.intercepts)
            for table in part.values()
            for row in table
        ]
        return all(entry == row[0] for row in rows for entry in row)


def matrix_of(layer: Affine, weights: Vector, inputs: int) -> fmpq_mat:
    """The matrix (output units x input units) of an affine layer."""
    entries = [fmpq(0)] * (layer.units * inputs)
    for weight, pairs in zip(weights, layer.weights, strict=True):
        for out, source in pairs:
            entries[out * inputs + source] += weight
    return fmpq_mat(layer.units, inputs, entries)


def _bias_of(layer: Affine, biases: Vector, data: int) -> fmpq_mat:
    entries = [fmpq(0)] * layer.units
    for bias, units in zip(biases, layer.biases, strict=True):
        for out in units:
            entries[out] = bias
    return fmpq_mat(layer.units, data, [entry for entry in entries for _ in range(data)])


def _average_of(layer: Pooling, inputs: int) -> fmpq_mat:
    entries = [fmpq(0)] * (layer.units * inputs)
    for out, window in enumerate(layer.windows):
        for source in window:
            entries[out * inputs + source] += fmpq(1, len(window))
    return fmpq_mat(layer.units, inputs, entries)


def evaluate(network: Network, parameters: Parameters, inputs: fmpq_mat) -> Cell:
    """The network at these parameters; inputs: units x data."""
    outputs, slopes, intercepts = [inputs], {}, {}
    margin: fmpq | None = None
    given = iter(parameters)
    for number, layer in enumerate(network.layers, start=1):
        z = outputs[-1]
        match layer:
            case Affine():
                weights, biases = next(given)
                z = matrix_of(layer, weights, z.nrows()) * z + _bias_of(layer, biases, z.ncols())
            case Pooling():
                z = _average_of(layer, z.nrows()) * z
            case Residual():
                z += outputs[layer.source]
            case Activation():
                rows = z.tolist()
                pieces = [[layer.piece(entry) for entry in row] for row in rows]
                slopes[number] = tuple(tuple(layer.slopes[j] for j in row) for row in pieces)
                intercepts[number] = tuple(
                    tuple(layer.intercepts[j] for j in row) for row in pieces
                )
                for row, places in zip(rows, pieces, strict=True):
                    for entry, j in zip(row, places, strict=True):
                        for kink in layer.kinks[
                            max(j - 1, 0) : j + 1
                        ]:  # the kinks at the ends of the piece
                            distance = abs(entry - kink)
                            if margin is None or distance < margin:
                                margin = distance
                z = _on_pieces(z, slopes[number], intercepts[number])
        outputs.append(z)
    return Cell(network, parameters, tuple(outputs), slopes, intercepts, margin)


def _on_pieces(
    z: fmpq_mat, slopes: tuple[Vector, ...], intercepts: tuple[Vector, ...] | None
) -> fmpq_mat:
    """Each slope * z + intercept, entry by entry; None: without the intercepts."""
    sloped = [
        s * entry
        for row, values in zip(slopes, z.tolist(), strict=True)
        for s, entry in zip(row, values, strict=True)
    ]
    if intercepts is not None:
        sloped = [
            entry + c
            for entry, c in zip(sloped, (c for row in intercepts for c in row), strict=True)
        ]
    return fmpq_mat(z.nrows(), z.ncols(), sloped)


def outputs_along(cell: Cell, curve: tuple[Parameters, ...]) -> Series:
    """The outputs at parameters + eps curve[0] + eps^2 curve[1] + ... as a polynomial in eps, for
    eps so small that the pieces stay.
    """
    series: list[Series] = [[cell.outputs[0]]]
    coefficients = iter(zip(cell.parameters, *curve, strict=True))
    for number, layer in enumerate(cell.network.layers, start=1):
        z = series[-1]
        match layer:
            case Affine():
                steps = next(coefficients)
                z = _product([matrix_of(layer, weights, z[0].nrows()) for weights, _ in steps], z)
                for power, (_, biases) in enumerate(steps):
                    z[power] += _bias_of(layer, biases, cell.data)
            case Pooling():
                z = _product([_average_of(layer, z[0].nrows())], z)
            case Residual():
                z = _sum(z, series[layer.source])
            case Activation():
                z = [
                    _on_pieces(
                        part, cell.slopes[number], None if power else cell.intercepts[number]
                    )
                    for power, part in enumerate(z)
                ]
        series.append(z)
    return series[-1]


def _product(left: Series, right: Series) -> Series:
    result = [left[0] * right[0] * 0 for _ in range(len(left) + len(right) - 1)]
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            result[i + j] += one * other
    return result


def _sum(left: Series, right: Series) -> Series:
    longer, shorter = (left, right) if len(left) >= len(right) else (right, left)
    return [
        part + shorter[power] if power < len(shorter) else part for power, part in enumerate(longer)
    ]


def gradients(cell: Cell, slope: fmpq_mat) -> Parameters:
    """Derivatives by the parameters of sum_(u, n) slope[u, n] f_u(x_n), in the form of the
    parameters (lemma 18).
    """
    back: dict[int, fmpq_mat] = {len(cell.network.layers): slope}
    result: list[tuple[Vector, Vector]] = []
    given = list(cell.parameters)
    for number in range(len(cell.network.layers), 0, -1):
        layer, here, below = cell.network.layers[number - 1], back[number], cell.outputs[number - 1]
        match layer:
            case Affine():
                weights, _ = given.pop()
                products = here * below.transpose()
                sums = [sum(row, fmpq(0)) for row in here.tolist()] if layer.biases else []
                result.append(
                    (
                        tuple(
                            sum((products[o, i] for o, i in pairs), fmpq(0))
                            for pairs in layer.weights
                        ),
                        tuple(sum((sums[o] for o in units), fmpq(0)) for units in layer.biases),
                    )
                )
                down = matrix_of(layer, weights, below.nrows()).transpose() * here
            case Pooling():
                down = _average_of(layer, below.nrows()).transpose() * here
            case Activation():
                down = _on_pieces(here, cell.slopes[number], None)
            case Residual():
                down = here
                back[layer.source] = back[layer.source] + here if layer.source in back else here
        back[number - 1] = back[number - 1] + down if number - 1 in back else down
    return tuple(reversed(result))


Field = tuple[tuple[int, int], ...]


class _Fields:
    """The adjoint fields at the output of each layer, up to a factor: (unit, vector) pairs, the
    vectors kept once each and named by numbers.
    """

    def __init__(self, cell: Cell) -> None:
        self.at: list[set[Field]] = [set() for _ in range(len(cell.network.layers) + 1)]
        self.cost = [
            cell.data * (bits + WORD) + _UNIT for bits in adjoint_lengths(cell.network)
        ]  # at a layer, of one unit
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

    def step(self, layer: int, vectors: int) -> None:
        """So many vectors are going to be added up for fields at the output of the layer."""
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
                str(count),
                str(most),
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
                    for weight in sorted(
                        {weight for unit in at for weight in layer.reach.get(unit, ())}
                    ):
                        fields.add(
                            number - 1,
                            [
                                (source, at[out])
                                for out, source in layer.weights[weight]
                                if out in at
                            ],
                        )
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
