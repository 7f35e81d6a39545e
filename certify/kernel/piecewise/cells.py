"""A network on data, inside one cell: which piece every unit is on, its outputs and derivatives.

The parameters at which no unit is at a kink on any datum, with the same pieces throughout, form an
open set, a cell (lemma 18). In it the outputs are polynomials in the parameters; the vectors in R^N
(N data) that can occur in them are those of the paths (lemma 19, `paths`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.layers import Activation, Affine, Pooling, Residual
from certify.kernel.piecewise.network import Network, Parameters
from certify.kernel.piecewise.pieces import Pieces, bent, on_pieces

__all__ = ["Cell", "evaluate", "gradients", "outputs_along"]


Series = list[RationalMatrix]  # coefficients of eps^0, eps^1, ... of a matrix, units x data


@dataclass(frozen=True)
class Cell:
    """A point of a network on data. outputs[i]: that of layer i, units x data. pieces: those of
    each activation layer, by its number. margin: the least distance of a unit from a kink, None if
    no unit has one.
    """

    network: Network
    parameters: Parameters
    outputs: tuple[RationalMatrix, ...]
    pieces: dict[int, Pieces]
    margin: fmpq | None

    @property
    def data(self) -> int:
        """The number N of data."""
        return self.outputs[0].ncols()

    def one_piece(self) -> bool:
        """Whether every unit has one slope and one intercept for all data."""
        return all(
            len(layer.functions(places)) == 1
            for number, layer in enumerate(self.network.layers, start=1)
            if isinstance(layer, Activation)
            for places in self.pieces[number]
        )


def matrix_of(layer: Affine, weights: tuple[fmpq, ...], inputs: int) -> RationalMatrix:
    """The matrix (output units x input units) of an affine layer."""
    entries = [fmpq(0)] * (layer.units * inputs)
    for weight, pairs in zip(weights, layer.weights, strict=True):
        for out, source in pairs:
            entries[out * inputs + source] += weight
    return RationalMatrix.of(fmpq_mat(layer.units, inputs, entries))


def _bias_of(layer: Affine, biases: tuple[fmpq, ...], data: int) -> RationalMatrix:
    entries = [fmpq(0)] * layer.units
    for bias, units in zip(biases, layer.biases, strict=True):
        for out in units:
            entries[out] = bias
    return RationalMatrix.of(fmpq_mat(layer.units, 1, entries)) * _ones(1, data)


def _ones(rows: int, columns: int) -> RationalMatrix:
    return RationalMatrix(fmpz_mat(rows, columns, [1] * (rows * columns)), fmpz(1))


def _average_of(layer: Pooling, inputs: int) -> RationalMatrix:
    entries = [fmpz(0)] * (layer.units * inputs)
    for out, window in enumerate(layer.windows):
        for source in window:
            entries[out * inputs + source] += 1
    return RationalMatrix(fmpz_mat(layer.units, inputs, entries), fmpz(len(layer.windows[0])))


def evaluate(network: Network, parameters: Parameters, inputs: RationalMatrix) -> Cell:
    """The network at these parameters; inputs: units x data."""
    outputs: list[RationalMatrix] = [inputs]
    pieces: dict[int, Pieces] = {}
    margins: list[fmpq] = []
    given = iter(parameters)
    for number, layer in enumerate(network.layers, start=1):
        z = outputs[-1]
        match layer:
            case Affine():
                weights, biases = next(given)
                z = matrix_of(layer, weights, z.nrows()) * z
                if any(biases):
                    z += _bias_of(layer, biases, z.ncols())
            case Pooling():
                z = _average_of(layer, z.nrows()) * z
            case Residual():
                z += outputs[layer.source]
            case Activation():
                pieces[number], near, z = bent(layer, z)
                margins += near
        outputs.append(z)
    margin = min(margins) if margins else None
    return Cell(network, parameters, tuple(outputs), pieces, margin)


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
                    on_pieces(layer, cell.pieces[number], part, intercepts=not power)
                    for power, part in enumerate(z)
                ]
        series.append(z)
    return series[-1]


def _product(left: Series, right: Series) -> Series:
    result: list[RationalMatrix | None] = [None] * (len(left) + len(right) - 1)
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            before, product = result[i + j], one * other
            result[i + j] = product if before is None else before + product
    return [part for part in result if part is not None]


def _sum(left: Series, right: Series) -> Series:
    longer, shorter = (left, right) if len(left) >= len(right) else (right, left)
    return [
        part + shorter[power] if power < len(shorter) else part for power, part in enumerate(longer)
    ]


def gradients(cell: Cell, slope: RationalMatrix) -> Parameters:
    """Derivatives by the parameters of sum_(u, n) slope[u, n] f_u(x_n), in the form of the
    parameters (lemma 18).
    """
    back: dict[int, RationalMatrix] = {len(cell.network.layers): slope}
    result: list[tuple[tuple[fmpq, ...], tuple[fmpq, ...]]] = []
    given = list(cell.parameters)
    for number in range(len(cell.network.layers), 0, -1):
        layer, here, below = cell.network.layers[number - 1], back[number], cell.outputs[number - 1]
        match layer:
            case Affine():
                weights, _ = given.pop()
                products, sums = here * below.transpose(), here * _ones(cell.data, 1)
                by_weights = (_total(products, pairs) for pairs in layer.weights)
                by_biases = (_total(sums, [(o, 0) for o in units]) for units in layer.biases)
                result.append((tuple(by_weights), tuple(by_biases)))
                down = matrix_of(layer, weights, below.nrows()).transpose() * here
            case Pooling():
                down = _average_of(layer, below.nrows()).transpose() * here
            case Activation():
                down = on_pieces(layer, cell.pieces[number], here, intercepts=False)
            case Residual():
                down = here
                back[layer.source] = back[layer.source] + here if layer.source in back else here
        back[number - 1] = back[number - 1] + down if number - 1 in back else down
    return tuple(reversed(result))


def _total(matrix: RationalMatrix, places: Iterable[tuple[int, int]]) -> fmpq:
    """The sum of these entries."""
    return fmpq(sum((matrix.whole[place] for place in places), fmpz(0)), matrix.below)
