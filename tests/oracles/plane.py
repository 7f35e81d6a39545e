"""The Gaussian loss of neurons in the plane, from its definition: integrals over angles that are
done exactly, piece by piece.

x = rho u(phi), rho^2 of mean 2. Between the angles at which some row is orthogonal to u the error
is linear, g.u with a vector g, so that every mean is a sum over pieces of g and of the integral of
u u^T. No closed form of S, A or kappa is used, and no identity between activations. mpmath, at the
precision set by the caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import mpmath

Vector = tuple[Any, Any]
Matrix = list[list[Any]]


class Plane(NamedTuple):
    """Students and teachers in R^2; sigma(t) = positive [t]_+ + negative [-t]_+; outputs, goals:
    the output weights of students and of teachers, 1 if none are given. Derivatives are by the rows
    only.
    """

    students: list[Vector]
    teachers: list[Vector]
    positive: Any
    negative: Any
    outputs: list[Any] | None = None
    goals: list[Any] | None = None

    @property
    def rows(self) -> list[tuple[Any, Vector]]:
        """(weight, row) of students, then of teachers."""
        goals = self.goals or [1] * len(self.teachers)
        weighted = zip(self._weights, self.students, strict=True)
        return [*weighted, *((-t, row) for t, row in zip(goals, self.teachers, strict=True))]

    @property
    def _weights(self) -> list[Any]:
        return self.outputs or [1] * len(self.students)

    def slope(self, row: Vector, u: Vector) -> Any:
        """sigma'(row.u)."""
        return self.positive if row[0] * u[0] + row[1] * u[1] > 0 else -self.negative

    def error(self, u: Vector) -> Any:
        """sum_i sigma(w_i.u) - sum_j sigma(v_j.u)."""
        return sum(
            weight * self.slope(row, u) * (row[0] * u[0] + row[1] * u[1])
            for weight, row in self.rows
        )

    def _pieces(self) -> Iterator[tuple[Vector, Matrix]]:
        """A direction inside each piece, and the integral of u u^T over it."""
        turn = 2 * mpmath.pi
        kinks = sorted(
            (mpmath.atan2(row[1], row[0]) + side * mpmath.pi / 2) % turn
            for _, row in self.rows
            for side in (1, -1)
        )
        for low, high in zip(kinks, [*kinks[1:], kinks[0] + turn], strict=True):
            if high > low:
                width, wave = high - low, (mpmath.sin(2 * high) - mpmath.sin(2 * low)) / 2
                mixed = (mpmath.cos(2 * low) - mpmath.cos(2 * high)) / 4
                middle = (low + high) / 2
                yield (
                    (mpmath.cos(middle), mpmath.sin(middle)),
                    [[(width + wave) / 2, mixed], [mixed, (width - wave) / 2]],
                )

    def _error_slope(self, u: Vector) -> Vector:
        """g with error = g.u near u."""
        parts = [(weight * self.slope(row, u), row) for weight, row in self.rows]
        return tuple(sum(slope * row[a] for slope, row in parts) for a in range(2))  # type: ignore[return-value]

    def loss(self) -> Any:
        """1/2 E error^2."""
        total = mpmath.mpf(0)
        for u, square in self._pieces():
            g = self._error_slope(u)
            total += sum(g[a] * square[a][b] * g[b] for a in range(2) for b in range(2))
        return total / (2 * mpmath.pi)

    def gradient(self) -> Matrix:
        """By the rows of the students: E( error weight sigma'(w.x) x )."""
        found = [[mpmath.mpf(0)] * 2 for _ in self.students]
        for u, square in self._pieces():
            g, slopes = self._error_slope(u), self._slopes(u)
            for line, slope in zip(found, slopes, strict=True):
                for a in range(2):
                    line[a] += slope * sum(square[a][b] * g[b] for b in range(2))
        return [[entry / mpmath.pi for entry in line] for line in found]

    def _slopes(self, u: Vector) -> list[Any]:
        """weight sigma'(w.u) of each student."""
        weighted = zip(self._weights, self.students, strict=True)
        return [weight * self.slope(row, u) for weight, row in weighted]

    def hessian(self) -> Matrix:
        """2n x 2n: E( sigma'(w.x) sigma'(w'.x) x x^T ), and for w = w' what the jump of sigma', of
        height positive + negative, adds on the line orthogonal to w: E( error delta(w.x) x x^T ).
        """
        size = len(self.students)
        found = [[mpmath.mpf(0)] * (2 * size) for _ in range(2 * size)]
        for u, square in self._pieces():
            slopes = self._slopes(u)
            for i in range(2 * size):
                for j in range(2 * size):
                    product = slopes[i // 2] * slopes[j // 2] * square[i % 2][j % 2]
                    found[i][j] += product / mpmath.pi
        for i, (jump, t) in enumerate(self._jumps()):
            for a in range(2):
                for b in range(2):
                    found[2 * i + a][2 * i + b] += 2 * jump * t[a] * t[b]
        return found

    def beyond(self) -> Matrix:
        """n x n: the same in a third coordinate, which is independent of the plane and has the
        variance 1.
        """
        size = len(self.students)
        found = [[mpmath.mpf(0)] * size for _ in range(size)]
        for u, square in self._pieces():
            width, slopes = square[0][0] + square[1][1], self._slopes(u)
            for i in range(size):
                for j in range(size):
                    found[i][j] += slopes[i] * slopes[j] * width / (2 * mpmath.pi)
        for i, (jump, _) in enumerate(self._jumps()):
            found[i][i] += jump
        return found

    def _jumps(self) -> Iterator[tuple[Any, Vector]]:
        """weight (positive + negative) E( error delta(w.x) ) for each student w, and the unit
        vector t orthogonal to it: w.x has the density 1/(sqrt(2 pi) |w|) at 0, x = y t with y
        standard normal, |y| of mean sqrt(2/pi), |y|^3 of mean 2 sqrt(2/pi).
        """
        for weight, row in zip(self._weights, self.students, strict=True):
            norm = mpmath.sqrt(row[0] ** 2 + row[1] ** 2)
            t = (-row[1] / norm, row[0] / norm)
            both = self.error(t) + self.error((-t[0], -t[1]))
            yield weight * (self.positive + self.negative) * both / (2 * mpmath.pi * norm), t
