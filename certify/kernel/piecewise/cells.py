"""A network on data, inside one cell: which piece every unit is on, its outputs and derivatives.

The parameters at which no unit is at a kink on any datum, with the same pieces throughout, form an
open set, a cell (lemma 18). In it the outputs are polynomials in the parameters; the vectors in R^N
(N data) that can occur in them are those of the paths (lemma 19, `paths`).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from certify.kernel.piecewise.layers import Activation, Affine, Pooling, Residual
from certify.kernel.piecewise.network import Network, Parameters

__all__ = ["Cell", "Vector", "evaluate", "gradients", "outputs_along"]


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
                        # the kinks at the ends of the piece
                        for kink in layer.kinks[max(j - 1, 0) : j + 1]:
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
