"""The loss at points with up to m diagonal blocks, n = k, orthonormal teachers, ReLU: float64, many
points at once. Nothing here is trusted.

A point has m sizes p, some of them 0 (shape (b, m)), and coordinates z (shape (b, m^2 + m)): m^2
entries A_IJ, row by row, of a row of block I at the columns of block J that are not its own, and m
entries D_I at its own column. Coordinates that no entry has are 0; D_I = 1 where block I is empty,
so that no norm is 0. The formulas are those of lemma 8.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from certify.floats import Array

__all__ = ["Ends", "Marks", "Points", "descend"]

Marks = NDArray[np.bool_]

_TURN = 2 * np.pi
_STEPS = 200
_HALVINGS = 30
_FLAT = 1e-3  # eigenvalues nearer to 0 count as this in a step
_DIFFERENCE = 1e-5  # in each coordinate, for the Hessian
_SETTLED = 1e-10  # norm of the gradient, for each row of the matrix: times sqrt(k)
_ROUNDING = 2e-15  # of the loss, times k^2
_PORTION = 4000  # points that descend together


class Points:
    """The loss at some points, and what it is made of: inner products, norms, sines, angles."""

    def __init__(self, sizes: Array, coordinates: Array) -> None:
        self.sizes = sizes
        count = sizes.shape[1]
        self.across = across = coordinates[:, :-count].reshape(-1, count, count)
        self.own = own = coordinates[:, -count:]
        diagonal = np.einsum("bii->bi", across)
        self.extra = extra = own - diagonal
        self.square = square = (
            np.einsum("bl,bil,bil->bi", sizes, across, across) + 2 * extra * diagonal + extra**2
        )
        # of two different rows of blocks I and J: product, |u| |v| sine, pi - angle
        self.inner = (
            np.einsum("bl,bil,bjl->bij", sizes, across, across)
            + extra[:, :, None] * across.transpose(0, 2, 1)
            + across * extra[:, None, :]
        )
        lengths = square[:, :, None] * square[:, None, :]
        self.sine = np.sqrt(np.maximum(lengths - self.inner**2, 0))
        self.turn = np.pi - np.arctan2(self.sine, self.inner)
        # of a row and a teacher that is not its own, and that is
        self.teacher_sine = np.sqrt(np.maximum(square[:, :, None] - across**2, 0))
        self.teacher_turn = np.pi - np.arctan2(self.teacher_sine, across)
        self.own_sine = np.sqrt(np.maximum(square - own**2, 0))
        self.own_turn = np.pi - np.arctan2(self.own_sine, own)
        self.others = _others(sizes)

    def loss(self) -> Array:
        """F, shape (b,)."""
        k = self.sizes.sum(1)
        pairs = self.sizes[:, :, None] * self.others
        students = (pairs * (self.sine + self.turn * self.inner)).sum((1, 2)) / 2
        teachers = (pairs * (self.teacher_sine + self.teacher_turn * self.across)).sum((1, 2))
        teachers += (self.sizes * (self.own_sine + self.own_turn * self.own)).sum(1)
        constant = k / 4 + k * (k - 1) / (2 * _TURN)
        own = (self.sizes * self.square).sum(1) / 4
        value: Array = constant + own + (students - teachers) / _TURN
        return value

    @property
    def weight(self) -> Array:
        """The coefficient of a row in its own gradient, shape (b, m)."""
        rows = (self.others * (self.sine - self.teacher_sine)).sum(2) - self.own_sine
        weight: Array = 0.5 + rows / self.square / _TURN
        return weight

    def gradient(self) -> Array:
        """The entries of the gradient of F at the entries z, shaped as these."""
        weight = self.weight
        columns = np.einsum("bil,blj->bij", self.turn * self.others, self.across)
        across = columns + self.turn * self.extra[:, None, :] - self.teacher_turn
        across = weight[:, :, None] * self.across + across / _TURN
        own = np.einsum("bii->bi", columns) - self.own_turn
        own = weight * self.own + own / _TURN
        return np.concatenate([across.reshape(len(own), -1), own], axis=1)

    def least_away(self) -> Array:
        """The smallest eigenvalue of the Hessian on the representations x_I, y_I and s_I (x) s_J,
        where it has a closed form; shape (b,).
        """
        weight, sizes = self.weight, self.sizes
        least: Array
        slope = 1 / self.teacher_sine
        turn, sine, over = (np.einsum("bii->bi", part) for part in (self.turn, self.sine, slope))
        x = weight - (turn + over) / _TURN
        y = weight + (2 * self.extra**2 / sine - turn - over) / _TURN
        least = np.minimum(
            np.where(sizes >= 3, x, np.inf).min(1), np.where(sizes >= 4, y, np.inf).min(1)
        )
        for i, j in combinations(range(sizes.shape[1]), 2):
            gap = self.sine[:, i, j]
            first, second = (
                weight[:, a]
                + (self.extra[:, b] ** 2 / gap - self.turn[:, i, j] - slope[:, a, b]) / _TURN
                for a, b in ((i, j), (j, i))
            )
            mixed = self.extra[:, i] * self.extra[:, j] / gap / _TURN
            low = (first + second) / 2 - np.hypot((first - second) / 2, mixed)
            both = (sizes[:, i] >= 2) & (sizes[:, j] >= 2)
            least = np.minimum(least, np.where(both, low, np.inf))
        return least


@dataclass(frozen=True)
class Ends:
    """Where a descent ended: sizes, coordinates, loss; settled: at a minimum of the fixed space, as
    far as floats can tell.
    """

    sizes: Array
    coordinates: Array
    loss: Array
    settled: Marks

    def minima(self) -> Marks:
        """Which of them are minima among all matrices, as far as floats can tell; shape (b,)."""
        found = self.settled.copy()
        with np.errstate(all="ignore"):  # what did not settle may lie anywhere
            found[found] = Points(self.sizes[found], self.coordinates[found]).least_away() > 0
        for block in range(self.sizes.shape[1]):
            some = np.flatnonzero(found & (self.sizes[:, block] >= 2))
            if len(some):
                finer = _parted(self.sizes[some], self.coordinates[some], block)
                found[some] = np.linalg.eigvalsh(_hessian(*finer))[:, 0] > 0
        return found


def descend(sizes: Array, starts: Array) -> Ends:
    """Newton's method from each start, shapes (b, m) and (b, m^2 + m): downhill along each
    eigenvector of the Hessian in the fixed space, with half the step until the loss is smaller.
    """
    coordinates = np.array(starts)
    settled = np.zeros(len(sizes), dtype=bool)
    for first in range(0, len(sizes), _PORTION):
        some = slice(first, first + _PORTION)
        coordinates[some], settled[some] = _descended(sizes[some], starts[some])
    with np.errstate(all="ignore"):  # what did not settle may lie anywhere
        return Ends(sizes, coordinates, Points(sizes, coordinates).loss(), settled)


def _descended(sizes: Array, starts: Array) -> tuple[Array, Marks]:
    """End points, and whether each settled at a minimum of the fixed space."""
    scale, inverse = _scales(sizes)
    z = np.where(scale > 0, starts, 0)
    z[:, -sizes.shape[1] :] += sizes == 0
    rows = np.sqrt(sizes.sum(1))
    settled = np.zeros(len(z), dtype=bool)
    going = np.arange(len(z))
    for _ in range(_STEPS):
        if not len(going):
            break
        p, here = sizes[going], z[going]
        with np.errstate(all="ignore"):
            points = Points(p, here)
            loss = points.loss()
            # in coordinates that are orthonormal in the space of matrices
            gradient = points.gradient() * scale[going]
            hessian = _hessian(p, here)
        sound: Marks = np.isfinite(gradient.sum(1) + hessian.sum((1, 2)))
        gradient[~sound], hessian[~sound] = 0, np.eye(z.shape[1])
        values, vectors = np.linalg.eigh(hessian)
        along = np.einsum("bij,bi->bj", vectors, gradient)
        step = -np.einsum("bij,bj->bi", vectors, along / np.maximum(np.abs(values), _FLAT))
        length = np.linalg.norm(step, axis=1)
        step *= np.minimum(1, rows[going] / 2 / np.maximum(length, 1e-300))[:, None]
        ended = np.linalg.norm(gradient, axis=1) < _SETTLED * rows[going]
        settled[going[ended]] = sound[ended] & (values[ended, 0] > 0)
        slope = (step * gradient).sum(1)
        after, moved = _lower(p, here, step * inverse[going], (loss, slope), ended)
        z[going] = after
        going = going[moved & ~ended]
    return z, settled


def _lower(
    sizes: Array, here: Array, step: Array, model: tuple[Array, Array], ended: Marks
) -> tuple[Array, Marks]:
    """The points after half the step, halved until the loss is smaller, and where that worked.
    model: loss and slope.
    """
    loss, slope = model
    after, moved, factor = here.copy(), ended.copy(), 1.0
    slack = _ROUNDING * sizes.sum(1) ** 2
    for _ in range(_HALVINGS):
        left = np.flatnonzero(~moved)
        if not len(left):
            break
        trial = here[left] + factor * step[left]
        with np.errstate(all="ignore"):
            value = Points(sizes[left], trial).loss()
        good = value <= loss[left] + 1e-4 * factor * slope[left] + slack[left]
        after[left[good]], moved[left[good]] = trial[good], True
        factor /= 2
    return after, moved


def _others(sizes: Array) -> Array:
    """How many rows of block J there are beside a row of block I, shape (b, m, m)."""
    return sizes[:, None, :] - np.eye(sizes.shape[1])


def _scales(sizes: Array) -> tuple[Array, Array]:
    """The roots of the numbers of entries that have each of the coordinates, and their inverses, 0
    for coordinates that no entry has; shaped as the coordinates.
    """
    across = sizes[:, :, None] * _others(sizes)
    numbers = np.concatenate([across.reshape(len(sizes), -1), sizes], axis=1)
    scale = np.sqrt(numbers)
    return scale, np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)


def _hessian(sizes: Array, z: Array) -> Array:
    """The Hessian in the fixed space, in coordinates that are orthonormal in the space of matrices,
    by central differences; the identity in coordinates that no entry has.
    """
    (count, size), each = z.shape, np.arange(z.shape[1])
    scale, inverse = _scales(sizes)
    around = np.repeat(z[:, None, :], 2 * size, axis=1)
    around[:, each, each] += _DIFFERENCE
    around[:, size + each, each] -= _DIFFERENCE
    points = Points(np.repeat(sizes, 2 * size, axis=0), around.reshape(-1, size))
    values = points.gradient().reshape(count, 2, size, size)
    jacobian = (values[:, 0] - values[:, 1]) / (2 * _DIFFERENCE)
    hessian = jacobian * scale[:, None, :] * inverse[:, :, None]
    nothing = scale == 0
    hessian = np.where(nothing[:, :, None] | nothing[:, None, :], 0, hessian)
    hessian[:, each, each] += nothing
    return (hessian + hessian.transpose(0, 2, 1)) / 2


def _parted(sizes: Array, z: Array, block: int) -> tuple[Array, Array]:
    """The same points where one index of a block is a block of its own, the last: their fixed space
    holds a matrix of each copy of the representation s_block (lemma 9).
    """
    count = sizes.shape[1]
    parents = [*range(count), block]
    finer = sizes[:, parents].copy()
    finer[:, block] -= 1
    finer[:, count] = 1
    across = z[:, :-count].reshape(-1, count, count)[:, parents][:, :, parents]
    own = z[:, -count:][:, parents]
    across[:, count, count] = 0  # of one index there is no other
    return finer, np.concatenate([across.reshape(len(z), -1), own], axis=1)
