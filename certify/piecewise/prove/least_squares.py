"""The best point of a cell: exact least squares of the formula that holds in it, for a network of
one hidden layer and one output.
"""

from __future__ import annotations

import numpy as np
from flint import fmpq_mat, fmpz_mat
from scipy.linalg import qr

from certify.decimals import exact_decimal
from certify.empirical.parameters import floats, spreads
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.cells import Cell
from certify.kernel.piecewise.layers import Activation
from certify.kernel.piecewise.network import Parameters
from certify.kernel.piecewise.problem import DataProblem
from certify.piecewise.construct import affine_features, mapped
from certify.piecewise.size import announce
from certify.tables import exact

__all__ = ["least_squares"]


_RANK = 1e-9  # singular values below it, relative to the largest, are 0


def least_squares(problem: DataProblem, cell: Cell) -> Parameters:
    """A best point of the formula that holds in the cell, exact: near the one that is nearest in q
    = v (w, b), as float64 knows it.
    Raises `UnusableInput` where float64 finds no basis of the features.
    """
    (w, b), (v, c) = cell.parameters
    inputs = affine_features(problem.inputs)
    slopes = _slopes(cell)
    features = [
        [s * entry for s, entry in zip(own, row, strict=True)]
        for own in slopes.rows
        for row in inputs.rows
    ]
    below = slopes.below * inputs.below
    features.append([below] * cell.data)
    matrix = RationalMatrix(fmpz_mat(features), below)
    width = inputs.nrows()
    each = problem.network.inputs
    q = [v[j] * entry for j in range(len(v)) for entry in (*w[j * each : (j + 1) * each], b[j])] + [
        c[0]
    ]
    chosen = _independent(floats(matrix))
    if len(chosen) < len(features):
        nearest = _nearest(
            problem.inputs, cell, floats(problem.targets - mapped(fmpq_mat([q]), matrix))[0]
        )
        q = [
            old + exact(exact_decimal(float(change)))
            for old, change in zip(q, nearest, strict=True)
        ]
    basis = fmpz_mat([features[i] for i in chosen])
    announce(RationalMatrix(basis, below))
    missing = problem.targets - mapped(fmpq_mat([q]), matrix)
    try:
        change = (basis * basis.transpose()).solve(basis * missing.whole.transpose())
    except ZeroDivisionError:
        raise UnusableInput(
            "the features of the network's cell are too nearly dependent for float64 to choose a"
            " basis of them"
        ) from None
    for i, value in zip(chosen, change.entries(), strict=True):
        q[i] += value * below / missing.below
    rows = [[q[j * width + i] / v[j] for i in range(width)] for j in range(len(v))]
    return (tuple(entry for row in rows for entry in row[:-1]), tuple(row[-1] for row in rows)), (
        v,
        (q[-1],),
    )


def _slopes(cell: Cell) -> RationalMatrix:
    """The slopes of the hidden units, units x data."""
    table = next(layer.table for layer in cell.network.layers if isinstance(layer, Activation))
    slopes = [[table.rows[0][j] for j in row] for row in cell.pieces[2]]
    return RationalMatrix(fmpz_mat(slopes), table.below)


def _independent(rows: Array) -> list[int]:
    """Numbers of rows that are a basis of the row space, as float64 sees it."""
    size = np.linalg.norm(rows, axis=1)
    scaled = rows / np.where(size > 0, size, 1)[:, None]
    triangle, pivots = qr(scaled.T, mode="r", pivoting=True)
    diagonal = np.abs(np.diag(triangle))
    rank = int(np.sum(diagonal > _RANK * max(1e-300, diagonal[0])))
    return sorted(int(i) for i in pivots[:rank])


def _nearest(inputs: RationalMatrix, cell: Cell, missing: Array) -> Array:
    """The least change of q (for standardised inputs) that lets the outputs change as near to
    `missing` as they can, in float64.
    """
    x = floats(inputs)
    middle, spread = x.mean(axis=1), spreads(x)
    scaled = np.vstack([(x - middle[:, None]) / spread[:, None], np.ones(x.shape[1])])
    slopes = floats(_slopes(cell))
    features = np.vstack(
        [(slopes[:, None, :] * scaled).reshape(-1, x.shape[1]), np.ones(x.shape[1])]
    )
    change = np.linalg.lstsq(features.T, missing, rcond=_RANK)[0]
    weights = change[:-1].reshape(len(slopes), -1)
    weights[:, :-1] /= spread
    weights[:, -1] -= weights[:, :-1] @ middle
    return np.concatenate([weights.ravel(), change[-1:]])
