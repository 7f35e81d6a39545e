"""Exact fits: the rational coefficients at which a convex loss is stationary over linear
combinations of given features.
"""

from __future__ import annotations

import numpy as np
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat, nmod_mat
from scipy.optimize import minimize

from certify.empirical.parameters import in_float
from certify.empirical.standard import spread_exponent
from certify.errors import NotProved
from certify.floats import Array
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.problem import Loss
from certify.piecewise.size import announce

__all__ = ["NoFit", "fit", "independent_rows", "rounded"]

_STEPS = 2000
_PRIME = 2**61 - 1
_RANK = 1e-10  # singular values below it, relative to the largest, are 0


class NoFit(NotProved):
    """No exact fit was found; the message says why."""


def rounded(matrix: fmpq_mat, digits: int) -> fmpq_mat:
    """Each entry to this many decimals."""
    tens = fmpq(10**digits)
    entries = [fmpq((entry * tens + fmpq(1, 2)).floor()) / tens for entry in matrix.entries()]
    return fmpq_mat(matrix.nrows(), matrix.ncols(), entries)


def independent_rows(matrix: RationalMatrix) -> list[int]:
    """The numbers of the rows that those before them do not span: a basis of the row space. They
    are found modulo a large prime: what is no basis of the rationals is no proof in the end.
    """
    reduced, rank = nmod_mat(matrix.whole.transpose(), _PRIME).rref()
    pivots: list[int] = []
    for column in range(reduced.ncols()):
        if len(pivots) < rank and reduced[len(pivots), column] != 0:
            pivots.append(column)
    return pivots


def fit(features: RationalMatrix, targets: RationalMatrix, loss: Loss) -> fmpq_mat:
    """Coefficients (outputs x features) with sum_n l'(f_n, y_n) phi_n = 0 for every feature phi
    (features x data), f = coefficients * features.

    Exact for the squared loss; Huber's and the squared hinge are solved by finding which data lie
    on the quadratic part. Raises `NoFit`.
    """
    pivots = independent_rows(features)
    if not pivots:
        return fmpq_mat(targets.nrows(), features.nrows())
    basis = fmpz_mat([features.rows[i] for i in pivots])
    announce(RationalMatrix(basis, features.below))
    if loss.name == "quartic":
        raise NoFit("the best fit for the quartic loss is not rational in general")
    if loss.name == "squared":
        solved = _solved(basis * basis.transpose(), basis * targets.whole.transpose())
        found = (solved * (features.below / fmpq(targets.below))).transpose().tolist()
    else:
        span = _span(features)
        found = [
            _solve(RationalMatrix(basis, features.below), row, *_pieces(*span, row, loss))
            for row in targets.tolist()
        ]
    result = [[fmpq(0)] * features.nrows() for _ in found]
    for row, values in zip(result, found, strict=True):
        for pivot, value in zip(pivots, values, strict=True):
            row[pivot] = value
    return fmpq_mat(result)


def _solved(left: fmpz_mat, right: fmpz_mat) -> fmpq_mat:
    """The solution of left * x = right. Raises `NoFit`."""
    try:
        return left.solve(right)
    except ZeroDivisionError:
        raise NoFit("the best fit is not unique") from None


def _span(features: RationalMatrix) -> tuple[Array, bool]:
    """An orthonormal basis, in float64, of the space that the rows span, whatever their units; and
    whether the constant is seen to be in it.
    """
    rows = features.tolist()
    constant = any(row[0] != 0 and all(entry == row[0] for entry in row) for row in rows)
    scaled = []
    for row in rows:
        centre = sum(row, fmpq(0)) / len(row) if constant else fmpq(0)
        if any(entry != centre for entry in row):
            size = fmpq(2) ** -spread_exponent(row, centre)
            scaled.append([in_float((entry - centre) * size) for entry in row])
    if constant:
        scaled.append([1.0] * features.ncols())
    _, values, vectors = np.linalg.svd(np.array(scaled), full_matrices=False)
    return vectors[values > _RANK * values[0]], constant


def _pieces(phi: Array, constant: bool, y: list[fmpq], loss: Loss) -> tuple[list[bool], list[fmpq]]:
    """Which data lie on the quadratic part of the loss at the best fit, and the slopes of the
    others; phi: orthonormal rows.
    """
    huber = loss.name == "huber"
    level = sum(y, fmpq(0)) / len(y) if huber and constant else fmpq(0)
    size = fmpq(2) ** -spread_exponent(y, level) if huber else fmpq(1)
    goal = np.array([in_float((value - level) * size) for value in y])
    delta = in_float(loss.delta * size)

    def slope(values: Array) -> Array:
        return (
            np.clip(values - goal, -delta, delta)
            if huber
            else -goal * np.maximum(0, 1 - goal * values)
        )

    def risk(a: Array) -> tuple[float, Array]:
        values = phi.T @ a
        r = np.abs(values - goal)
        parts = (
            np.where(r <= delta, r * r / 2, delta * (r - delta / 2))
            if huber
            else np.maximum(0, 1 - goal * values) ** 2 / 2
        )
        return float(parts.sum()), phi @ slope(values)

    guess = minimize(
        risk,
        phi @ goal,
        jac=True,
        method="BFGS",
        options={"gtol": 1e-9 * min(1.0, delta), "maxiter": _STEPS},
    ).x
    for _ in range(5):  # Newton's method: the pieces are right once they stay
        values = phi.T @ guess
        inside = np.abs(values - goal) < delta if huber else goal * values < 1
        step = np.linalg.lstsq((phi * inside) @ phi.T, phi @ slope(values), rcond=None)[0]
        guess = guess - step
    values = phi.T @ guess
    inside = np.abs(values - goal) < delta if huber else goal * values < 1
    ends = [
        fmpq(0) if not huber or here else loss.delta * (1 if v > g else -1)
        for here, v, g in zip(inside, values, goal, strict=True)
    ]
    return [bool(here) for here in inside], ends


def _solve(
    basis: RationalMatrix, y: list[fmpq], inside: list[bool], ends: list[fmpq]
) -> list[fmpq]:
    """Coefficients at which the sum over the data inside of (f - y) phi, and of the constant slopes
    outside, is 0. Raises `NoFit`.
    """
    part = fmpz_mat(
        [
            [entry if here else fmpz(0) for entry, here in zip(row, inside, strict=True)]
            for row in basis.rows
        ]
    )
    # the slopes outside are those of outputs that lie so far from 0
    goal = [v if here else -end for v, here, end in zip(y, inside, ends, strict=True)]
    wanted = RationalMatrix.of(fmpq_mat(len(y), 1, goal))
    solved = _solved(part * part.transpose(), basis.whole * wanted.whole)
    return list((solved * (basis.below / fmpq(wanted.below))).entries())
