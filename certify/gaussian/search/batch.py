"""Gradient descent in float64 from many starts at once.

What one start does depends on no other: a batch only spares overhead. So a start may also go on in
another batch than the one it began in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from certify.floats import Array

__all__ = ["DEAD", "LIMIT", "MANY", "Going", "Slope", "descend", "portion", "step_size"]

T = TypeVar("T")

_ROUND = 50  # steps between looks
LIMIT = 50_000  # steps of one start
MANY = 4000  # steps; few starts need more
_DEGREES = 8, 14  # of the polynomial, before and after so many steps
_TINY = 1e-150
_ABOVE_ONE = 1 + 1e-14  # no cosine exceeds it by rounding
DEAD = 1e-6  # a row shorter than this is dying: the loss is not differentiable at 0


def _arccosine(degree: int) -> list[float]:
    """Coefficients of q, the highest first: arccos c = sqrt(1 - c) q(c) on [0, 1]; up to 4e-9 for
    degree 8, 1e-13 for 14.
    """
    c = (np.cos(np.pi * (np.arange(400) + 0.5) / 400) + 1) / 2
    fit = np.polynomial.Chebyshev.fit(c, np.arccos(c) / np.sqrt(1 - c), degree, domain=[0, 1])
    return [float(a) for a in fit.convert(kind=np.polynomial.Polynomial).coef[::-1]]


class Slope:
    """The gradient (lemma 2) at up to `width` points of shape (n, d) at once, up to about 1e-8, or
    1e-13 where no rows are nearly parallel, for polynomials of degree 8 and 14.

    teachers: shape (k, d). It holds its tables, since making them anew at each step costs more than
    filling them.
    """

    def __init__(self, teachers: Array, n: int, width: int, degree: int) -> None:
        k, d = teachers.shape
        length = np.linalg.norm(teachers, axis=1)
        self._n, self._own = n, np.arange(n)
        # students, then teachers with the sign with which f(w, v) enters the loss
        self._rows, self._lengths = np.empty((width, n + k, d)), np.empty((width, n + k, 1))
        self._rows[:, n:], self._lengths[:, n:, 0] = -teachers, -length
        self._units = np.empty((width, n + k, d))
        self._units[:, n:] = teachers / length[:, None]
        self._tables = [np.empty((width, n, n + k)) for _ in range(4)]
        self._polynomial = _arccosine(degree)

    def __call__(self, w: Array) -> Array:
        """The gradient at each point, w of shape (points, n, d)."""
        n, count = self._n, len(w)
        units, rows, lengths = (t[:count] for t in (self._units, self._rows, self._lengths))
        cosine, sine, angle, rest = (table[:count] for table in self._tables)
        norms = np.maximum(np.sqrt(np.einsum("bid,bid->bi", w, w)), _TINY)[..., None]
        rows[:, :n], lengths[:, :n] = w, norms
        np.divide(w, norms, out=units[:, :n])
        np.matmul(units[:, :n], np.swapaxes(units, 1, 2), out=cosine)
        np.abs(cosine, out=sine)
        np.multiply(sine, self._polynomial[0], out=angle)
        angle += self._polynomial[1]
        for a in self._polynomial[2:]:
            angle *= sine
            angle += a
        np.subtract(_ABOVE_ONE, sine, out=rest)
        sine += 1.0
        sine *= rest
        np.sqrt(sine, out=sine)
        np.sqrt(rest, out=rest)
        angle *= rest
        # pi - arccos c = pi/2 + sign(c) (pi/2 - arccos |c|)
        np.subtract(np.pi / 2, angle, out=angle)
        np.copysign(angle, cosine, out=angle)
        angle += np.pi / 2
        sine[:, self._own, self._own] = 0.0
        angle[:, self._own, self._own] = 0.0
        kappa = (sine @ lengths) / (norms * (2 * np.pi))
        return np.asarray((0.5 + kappa) * w + (angle @ rows) / (2 * np.pi))


@dataclass(frozen=True)
class Going:
    """A start on its way: its number, where it is (shape (n, d)), the steps it has taken, and the
    gradient norm when it was last asked about.
    """

    number: int
    point: Array
    steps: int = 0
    size: float = np.inf


def step_size(teachers: Array, n: int) -> float:
    """The step of descent for n students and teachers of shape (k, d)."""
    return 1.0 / (0.5 + n / 4 * max(1.0, float(np.linalg.norm(teachers, axis=1).max())))


def portion(n: int, k: int) -> int:
    """How many starts to descend from at once: enough to spare overhead, and few enough for the
    tables to stay in the cache.
    """
    return max(25, min(100, 40_000 // (n * (n + k))))


def descend(
    teachers: Array,
    starts: Sequence[Going],
    small: float,
    ended: Callable[[Going], T | None],
    until: int = LIMIT,
    tilt: float = 0.0,
) -> tuple[list[T], list[Going]]:
    """The answers of `ended` that are not None, in the order of the starts, and the starts that
    are still on their way after `until` steps. teachers: shape (k, d). All starts have taken the
    same number of steps.

    `ended` is asked about a start where its gradient norm is below `small`, again when that has
    halved or doubled, where a row is dying, and after the last of all steps; then it has to answer.

    tilt: the loss of ReLU plus tilt/2 |sum_i w_i - sum_j v_j|^2 descends. That term acts only on
    the sum of the rows; where it is steep, steps along it are the shorter.
    """
    active, left = list(starts), []
    answers: dict[int, T] = {}
    w = np.stack([one.point for one in active])
    step = step_size(teachers, w.shape[1])
    steep = max(tilt, 0.0) * w.shape[1]
    damping, total = steep / (steep + 1 / step), teachers.sum(0)
    slopes = [Slope(teachers, w.shape[1], len(active), degree) for degree in _DEGREES]
    while active:
        # where it takes many steps to leave a saddle, small errors of the gradient add up
        slope = slopes[active[0].steps >= MANY]
        for _ in range(_ROUND):
            gradient = slope(w)
            if tilt:
                gradient += tilt * (w.sum(1) - total)[:, None, :]
            w = w - step * gradient
            if damping:
                w += damping * step * gradient.mean(axis=1, keepdims=True)
        sizes = np.sqrt((gradient**2).sum((1, 2))).tolist()
        dying = (np.einsum("bid,bid->bi", w, w).min(axis=1) < DEAD**2).tolist()
        kept = []
        for i, (one, size, dies) in enumerate(zip(active, sizes, dying, strict=True)):
            asked = size < small and not one.size / 2 < size < one.size * 2
            last = one.steps + _ROUND >= LIMIT
            now = Going(one.number, w[i], one.steps + _ROUND, size if asked else one.size)
            active[i] = now
            if (asked or dies or last) and (answer := ended(now)) is not None:
                answers[one.number] = answer
            elif now.steps >= until:
                left.append(now)
            else:
                kept.append(i)
        if len(kept) < len(active):
            w, active = w[kept], [active[i] for i in kept]
    return [answers[one.number] for one in starts if one.number in answers], left
