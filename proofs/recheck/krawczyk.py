"""A system of equations has exactly one solution in a box: Krawczyk's test (lemma 10)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from operator import mul as times

from .arithmetic import Arithmetic, Num
from .verdict import require


def approximate_inverse(matrix: Sequence[Sequence[int]], bits: int) -> list[list[int]] | None:
    """The inverse in units of 2^-bits, by elimination with exchanges of rows.  Nothing depends on
    its accuracy.
    """
    order = len(matrix)
    rows = [[*row, *(int(i == j) << bits for j in range(order))] for i, row in enumerate(matrix)]
    for j in range(order):
        best = max(range(j, order), key=lambda i: abs(rows[i][j]))
        rows[j], rows[best] = rows[best], rows[j]
        pivot = rows[j][j]
        if pivot == 0:
            return None
        rows[j] = [(x << bits) // pivot for x in rows[j]]
        for i in range(order):
            if i != j:
                factor = rows[i][j]
                rows[i] = [x - (factor * y >> bits) for x, y in zip(rows[i], rows[j])]
    return [row[order:] for row in rows]


class Preconditioner:
    """C and theta of lemma 10 for a set of Jacobians.  C is an approximate inverse; where there is
    none, C = 0 and theta = 1.
    """

    def __init__(self, ar: Arithmetic, jacobian: list[list[Num]]) -> None:
        self.ar, order, columns = (
            ar,
            len(jacobian),
            [self._split(column) for column in zip(*jacobian)],
        )
        self.inverse = (
            approximate_inverse(list(zip(*(middles for middles, _ in columns))), ar.bits)
            or [[0] * order] * order
        )
        self.theta = max(
            sum(
                (self._largest(row, column, int(i == j)) for j, column in enumerate(columns)),
                Fraction(0),
            )
            for i, row in enumerate(self.inverse)
        )

    @staticmethod
    def _split(numbers: Sequence[Num]) -> tuple[list[int], list[int]]:
        middles = [sum(x.ends) >> 1 for x in numbers]
        # ends[1] is the farther end
        return middles, [x.ends[1] - middle for x, middle in zip(numbers, middles)]

    def _largest(
        self, row: Sequence[int], vector: tuple[list[int], list[int]], value: int
    ) -> Fraction:
        """The largest |value - row.x| for x in a vector of intervals."""
        off, bits = sum(map(times, map(abs, row), vector[1])), 2 * self.ar.bits
        return Fraction(abs((value << bits) - sum(map(times, row, vector[0]))) + off, 1 << bits)

    def size(self, vector: Sequence[Num]) -> Fraction:
        """At least |C x|, the largest entry, for all x in a vector of intervals."""
        return max(self._largest(row, self._split(vector), 0) for row in self.inverse)

    def solve(self, jacobian: list[list[Num]], right: list[Num]) -> list[Num]:
        """The solutions x of J x = right; theta < 1.  With y about C right, e = x - y and
        C J = I - E, |E| <= theta: e - E e = C (right - J y), so
        |e| <= |C (right - J y)|/(1 - theta) (largest entries).
        """
        middles, _ = self._split(right)
        y = [sum(map(times, row, middles)) >> self.ar.bits for row in self.inverse]
        rest = [
            b - sum(x * Num(self.ar, (z, z)) for x, z in zip(row, y))
            for row, b in zip(jacobian, right)
        ]
        bound = self.size(rest) / (1 - self.theta)
        error = self.ar.ratio(bound.numerator, bound.denominator)[1]
        return [Num(self.ar, (z - error, z + error)) for z in y]


def prove_unique(
    ar: Arithmetic, jacobian: list[list[Num]], gradient: list[Num], distance: Fraction
) -> Preconditioner:
    """Krawczyk's test (lemma 10): inequalities 7 and 8 of section 4.2, 2 and 3 of section 4.3."""
    newton = Preconditioner(ar, jacobian)
    step = newton.size(gradient)
    require("contraction", (Fraction(0), newton.theta), (Fraction(1),) * 2, " (theta on the left)")
    require("inclusion", (Fraction(0), step + newton.theta * distance), (distance,) * 2)
    return newton
