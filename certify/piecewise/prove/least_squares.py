"""The best point of a cell: exact least squares of the formula that holds in it, for a network of
one hidden layer and one output.
"""

from __future__ import annotations

import numpy as np
from flint import fmpq, fmpq_mat
from scipy.linalg import qr

from certify.decimals import exact_decimal
from certify.empirical.parameters import floats, spreads
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.piecewise.cells import Cell
from certify.kernel.piecewise.network import Parameters
from certify.kernel.piecewise.problem import DataProblem
from certify.tables import exact

__all__ = ["least_squares"]


_RANK = 1e-9  # singular values below it, relative to the largest, are 0


def least_squares(problem: DataProblem, cell: Cell) -> Parameters:
    """A best point of the formula that holds in the cell, exact: near the one that is nearest in q
    = v (w, b), as float64 knows it.
    Raises `UnusableInput` where float64 finds no basis of the features.
    """
    (w, b), (v, c) = cell.parameters
    inputs = [*problem.inputs.tolist(), [fmpq(1)] * cell.data]
    features = [
        [s * entry for s, entry in zip(slopes, row, strict=True)]
        for slopes in cell.slopes[2]
        for row in inputs
    ]
    features.append([fmpq(1)] * cell.data)
    matrix = fmpq_mat(features)
    width = len(inputs)
    each = problem.network.inputs
    q = [v[j] * entry for j in range(len(v)) for entry in (*w[j * each : (j + 1) * each], b[j])] + [
        c[0]
    ]
    chosen = _independent(floats(matrix))
    if len(chosen) < len(features):
        nearest = _nearest(
            problem.inputs, cell, floats(problem.targets - fmpq_mat([q]) * matrix)[0]
        )
        q = [
            old + exact(exact_decimal(float(change)))
            for old, change in zip(q, nearest, strict=True)
        ]
    basis = fmpq_mat([features[i] for i in chosen])
    missing = problem.targets - fmpq_mat([q]) * matrix
    try:
        change = (basis * basis.transpose()).solve(basis * missing.transpose()).entries()
    except ZeroDivisionError:
        raise UnusableInput(
            "the features of the network's cell are too nearly dependent for float64 to choose a"
            " basis of them"
        ) from None
    for i, value in zip(chosen, change, strict=True):
        q[i] += value
    rows = [[q[j * width + i] / v[j] for i in range(width)] for j in range(len(v))]
    return (tuple(entry for row in rows for entry in row[:-1]), tuple(row[-1] for row in rows)), (
        v,
        (q[-1],),
    )


def _independent(rows: Array) -> list[int]:
    """Numbers of rows that are a basis of the row space, as float64 sees it."""
    size = np.linalg.norm(rows, axis=1)
    scaled = rows / np.where(size > 0, size, 1)[:, None]
    triangle, pivots = qr(scaled.T, mode="r", pivoting=True)
    diagonal = np.abs(np.diag(triangle))
    rank = int(np.sum(diagonal > _RANK * max(1e-300, diagonal[0])))
    return sorted(int(i) for i in pivots[:rank])


def _nearest(inputs: fmpq_mat, cell: Cell, missing: Array) -> Array:
    """The least change of q (for standardised inputs) that lets the outputs change as near to
    `missing` as they can, in float64.
    """
    x = floats(inputs)
    middle, spread = x.mean(axis=1), spreads(x)
    scaled = np.vstack([(x - middle[:, None]) / spread[:, None], np.ones(x.shape[1])])
    slopes = floats(fmpq_mat([list(row) for row in cell.slopes[2]]))
    features = np.vstack(
        [(slopes[:, None, :] * scaled).reshape(-1, x.shape[1]), np.ones(x.shape[1])]
    )
    change = np.linalg.lstsq(features.T, missing, rcond=_RANK)[0]
    weights = change[:-1].reshape(len(slopes), -1)
    weights[:, :-1] /= spread
    weights[:, -1] -= weights[:, :-1] @ middle
    return np.concatenate([weights.ravel(), change[-1:]])
