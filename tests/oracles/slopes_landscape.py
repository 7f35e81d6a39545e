"""Local minima of two neurons and two orthonormal teachers for other activations than ReLU, in
floating point: descent from the teachers with all signs and from random starts.

Nothing here knows of angles as coordinates, of symmetries or of boxes. W: 2 x d, the teachers are
e_1 and e_2; sigma(t) = p max(0, t) + q max(0, -t) with p + q = 1 and (p - q)^2 = c.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from scipy.optimize import minimize

from oracles.landscape import local

Matrix = Any  # an array of floats
_MANY = 1e4  # in place of infinity
_SMALL = 1e-7  # of gradients and eigenvalues


def tilted(rows: Matrix, c: float) -> tuple[float, Matrix, Matrix]:
    """Loss, gradient and Hessian. sigma is |t|/2 plus root(c) t/2, and E (w.x)(v.x) = w.v: the loss
    is ReLU's with (c - 1)/8 times the square of the sum of the rows less e_1 + e_2 added.
    """
    relu, (n, d) = local(rows), rows.shape
    rest = rows.sum(axis=0) - np.eye(2, d).sum(axis=0)
    share = (c - 1) / 4
    hessian = relu.hessian + share * np.kron(np.ones((n, n)), np.eye(d))
    return relu.loss + share * rest @ rest / 2, relu.gradient + share * rest, hessian


def minima(c: float, dimension: int, seed: int, count: int) -> list[tuple[Matrix, float]]:
    """Where descent ends with a small gradient and a Hessian without negative eigenvalues, and the
    loss there; rows that are nearly 0 are left out.
    """
    rng = np.random.default_rng(seed)
    teachers = np.eye(2, dimension)
    begin = [teachers * np.array(signs)[:, None] for signs in product((1, -1), repeat=2)]
    begin += list(rng.standard_normal((count, 2, dimension)))

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        value, slope, _ = tilted(flat.reshape(2, dimension), c)
        return value, slope.ravel()

    found = []
    for start in begin:
        moved = start + 1e-3 * rng.standard_normal(start.shape)
        ended = minimize(loss, moved.ravel(), jac=True, method="BFGS", options={"gtol": 1e-10})
        rows = ended.x.reshape(2, dimension)
        if np.linalg.norm(rows, axis=1).min() < 1e-6:
            continue
        value, slope, hessian = tilted(rows, c)
        scale = max(1.0, c)
        if np.abs(slope).max() < _SMALL * scale and np.linalg.eigvalsh(hessian)[0] > -_SMALL:
            found.append((rows, value))
    return found


def is_global(rows: Matrix) -> bool:
    """Whether the rows are e_1 and e_2, in any order."""
    teachers = np.eye(*rows.shape)
    return min(np.abs(rows - teachers).max(), np.abs(rows[::-1] - teachers).max()) < 1e-5


def unequal(c: float) -> Iterator[tuple[Matrix, float, float]]:
    """Spurious minima in the plane with rows of different lengths: the rows, and their directions,
    the first less than pi beyond the second.
    """
    for rows, _ in minima(c, 2, 11, 0):
        lengths = np.linalg.norm(rows, axis=1)
        if is_global(rows) or abs(lengths[0] - lengths[1]) < 1e-3:
            continue
        first, second = (float(np.arctan2(*row[::-1])) for row in rows)
        if (first - second) % (2 * np.pi) > np.pi:
            first, second = second, first
        yield rows, first, second


def sample(ends: list[str], seed: int = 0) -> list[float]:
    """Both ends of the range, as far as they are positive and finite, and two c between."""
    low = max(1e-3, float(Fraction(ends[0])))
    high = _MANY if ends[1] == "infinity" else float(Fraction(ends[1]))
    shares = np.random.default_rng(seed).random(2)
    return [low, *(low * (high / low) ** share for share in shares), high]


def falsehood(document: dict, count: int = 4) -> str | None:
    """Why the claim of a `gaussian-slopes-landscape` is not true; None if nothing says so."""
    ends = document["statement"]["claims"]["c"]
    for number, c in enumerate(sample(ends)):
        for dimension in (2, 3):
            for rows, value in minima(c, dimension, number, count):
                if not is_global(rows) and value > 1e-9:
                    return f"at c = {c:.6g} there is a local minimum with the loss {value:.6g}"
    return None
