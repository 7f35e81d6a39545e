"""Exact fits: the rational coefficients at which a convex loss is stationary over linear combinations of given features."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat
from scipy.optimize import minimize

from certify.kernel.data_problem import Loss
from certify.search.gaussian import Array

__all__ = ["NoFit", "fit", "floats", "independent_rows", "rounded"]

_STEPS = 2000


class NoFit(Exception):
    """No exact fit was found; the message says why."""


def floats(matrix: fmpq_mat) -> Any:
    """The matrix in float64."""
    return np.array([[float(entry.p) / float(entry.q) if _small(entry) else _ratio(entry) for entry in row] for row in matrix.tolist()])


def _small(value: fmpq) -> bool:
    return max(int(value.p).bit_length(), int(value.q).bit_length()) < 1000


def _ratio(value: fmpq) -> float:
    return int(value.p) / int(value.q)  # Python divides long integers correctly


def rounded(matrix: fmpq_mat, digits: int) -> fmpq_mat:
    """Each entry to this many decimals."""
    tens = fmpq(10**digits)
    entries = [fmpq((entry * tens + fmpq(1, 2)).floor()) / tens for entry in matrix.entries()]
    return fmpq_mat(matrix.nrows(), matrix.ncols(), entries)


def independent_rows(matrix: fmpq_mat) -> list[int]:
    """Numbers of rows that are a basis of the row space: of each the first that adds to it."""
    gram = matrix * matrix.transpose()
    reduced, rank = gram.rref()
    pivots, row = [], 0
    for column in range(gram.ncols()):
        if row < rank and reduced[row, column] != 0:
            pivots.append(column)
            row += 1
    return pivots


def fit(features: fmpq_mat, targets: fmpq_mat, loss: Loss) -> fmpq_mat:
    """Coefficients (outputs x features) with sum_n l'(f_n, y_n) phi_n = 0 for every feature phi (features x data), f = coefficients * features.

    Exact for the squared loss; Huber's and the squared hinge are solved by finding which data lie on the quadratic part. Raises `NoFit`.
    """
    pivots = independent_rows(features)
    basis = fmpq_mat(len(pivots), features.ncols(), [entry for i in pivots for entry in features.tolist()[i]])
    result = [[fmpq(0)] * features.nrows() for _ in range(targets.nrows())]
    for output, row in enumerate(targets.tolist()):
        for pivot, value in zip(pivots, _fit_one(basis, row, loss), strict=True):
            result[output][pivot] = value
    return fmpq_mat(result)


def _fit_one(basis: fmpq_mat, y: list[fmpq], loss: Loss) -> list[fmpq]:
    if loss.name == "squared":
        return _solve(basis, y, [True] * len(y), [fmpq(0)] * len(y))
    if loss.name == "quartic":
        raise NoFit("the best fit for the quartic loss is not rational in general")
    phi, goal = floats(basis), np.array([float(v.p) / float(v.q) for v in y])
    delta = float(loss.delta.p) / float(loss.delta.q)
    size = np.linalg.norm(phi, axis=1, keepdims=True)
    scaled = phi / size

    def slope(values: Array) -> Array:
        return np.clip(values - goal, -delta, delta) if loss.name == "huber" else -goal * np.maximum(0, 1 - goal * values)

    def risk(a: Array) -> tuple[float, Array]:
        values = scaled.T @ a
        r = np.abs(values - goal)
        parts = np.where(r <= delta, r * r / 2, delta * (r - delta / 2)) if loss.name == "huber" else np.maximum(0, 1 - goal * values) ** 2 / 2
        return float(parts.sum()), scaled @ slope(values)

    guess = np.linalg.lstsq(scaled.T, goal, rcond=None)[0]
    guess = minimize(risk, guess, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": _STEPS}).x
    for _ in range(5):  # Newton's method: the pieces are right once they stay
        values = scaled.T @ guess
        inside = np.abs(values - goal) < delta if loss.name == "huber" else goal * values < 1
        step = np.linalg.lstsq((scaled * inside) @ scaled.T, scaled @ slope(values), rcond=None)[0]
        guess = guess - step
    values = scaled.T @ guess
    inside = np.abs(values - goal) < delta if loss.name == "huber" else goal * values < 1
    ends = [fmpq(0) if loss.name != "huber" or here else loss.delta * (1 if v > g else -1) for here, v, g in zip(inside, values, goal, strict=True)]
    return _solve(basis, y, [bool(here) for here in inside], ends)


def _solve(basis: fmpq_mat, y: list[fmpq], inside: list[bool], ends: list[fmpq]) -> list[fmpq]:
    """Coefficients at which the sum over the data inside of (f - y) phi, and of the constant slopes outside, is 0."""
    rows = basis.tolist()
    part = fmpq_mat([[entry if here else fmpq(0) for entry, here in zip(row, inside, strict=True)] for row in rows])
    goal = fmpq_mat(len(y), 1, [v if here else fmpq(0) for v, here in zip(y, inside, strict=True)])
    right = part * goal - basis * fmpq_mat(len(y), 1, ends)
    try:
        return list((part * part.transpose()).solve(right).entries())
    except ZeroDivisionError:
        raise NoFit("the best fit is not unique") from None
