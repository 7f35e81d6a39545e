"""Matrices of rationals as integers over one common denominator.

To multiply by a positive integer keeps equalities and signs: a sum of numerators is 0, or positive,
where that of the rationals is, and z > t for a rational t where the numerator of z is above the
floor of t times the denominator. So whole matrices are multiplied and compared in integers, and
nothing is ever rounded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

__all__ = ["RationalMatrix"]


@dataclass(frozen=True, eq=False)
class RationalMatrix:
    """The matrix whole / below, where below > 0; not necessarily in lowest terms."""

    whole: fmpz_mat
    below: fmpz

    @classmethod
    def of(cls, matrix: fmpq_mat) -> RationalMatrix:
        """These rationals, over their least common denominator."""
        return cls(*matrix.numer_denom())

    def rational(self) -> fmpq_mat:
        """Each entry a rational in lowest terms."""
        return fmpq_mat(self.whole) / self.below

    def nrows(self) -> int:
        """Number of rows."""
        return int(self.whole.nrows())

    def ncols(self) -> int:
        """Number of columns."""
        return int(self.whole.ncols())

    def row(self, i: int) -> list[fmpz]:
        """The numerators of a row."""
        return [self.whole[i, j] for j in range(self.ncols())]

    @cached_property
    def rows(self) -> list[list[fmpz]]:
        """The numerators of all rows."""
        return [self.row(i) for i in range(self.nrows())]

    def over(self, below: fmpz) -> fmpz_mat:
        """The numerators over this multiple of the denominator."""
        return self.whole if below == self.below else self.whole * (below // self.below)

    def entries(self) -> list[fmpq]:
        """The entries, row by row."""
        return [fmpq(entry, self.below) for entry in self.whole.entries()]

    def tolist(self) -> list[list[fmpq]]:
        """The entries of each row."""
        return [[fmpq(entry, self.below) for entry in self.row(i)] for i in range(self.nrows())]

    def transpose(self) -> RationalMatrix:
        """The transposed matrix."""
        return RationalMatrix(self.whole.transpose(), self.below)

    def __getitem__(self, place: tuple[int, int]) -> fmpq:
        return fmpq(self.whole[place], self.below)

    def __mul__(self, other: RationalMatrix) -> RationalMatrix:
        return RationalMatrix(self.whole * other.whole, self.below * other.below)

    def __add__(self, other: RationalMatrix) -> RationalMatrix:
        below = self.below.lcm(other.below)
        return RationalMatrix(self.over(below) + other.over(below), below)

    def __sub__(self, other: RationalMatrix) -> RationalMatrix:
        below = self.below.lcm(other.below)
        return RationalMatrix(self.over(below) - other.over(below), below)

    def dot(self, other: RationalMatrix) -> fmpq:
        """The sum of the products of entries in the same places."""
        pairs = zip(self.whole.entries(), other.whole.entries(), strict=True)
        return fmpq(sum((a * b for a, b in pairs), fmpz(0)), self.below * other.below)
