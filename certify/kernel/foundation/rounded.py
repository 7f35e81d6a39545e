"""A symmetric matrix of real numbers as integers, with a bound on what was rounded away."""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat, fmpq, fmpz, fmpz_mat

from certify.kernel.foundation.balls import upper_rational
from certify.kernel.foundation.triangle import require_triangle

__all__ = ["SIDE", "TINY", "Rounded", "round_off"]

SIDE = 24  # rows of a block: a smaller one means more products, a larger one more work in Python
TINY = 1 / arb(fmpz(2) ** 4096)  # entries are below 1/TINY


@dataclass(frozen=True)
class Rounded:
    """A symmetric A with | 2^bits A - M | <= error in every entry.

    blocks: M, of integers, as the rows of its lower triangle of blocks; those on the diagonal are
    symmetric.
    """

    blocks: list[list[fmpz_mat]]
    error: fmpz
    bits: int

    @property
    def size(self) -> int:
        """How many rows A has."""
        return sum(row[-1].nrows() for row in self.blocks)

    def quotient(self, direction: list[int]) -> fmpq:
        """An upper bound of x^T A x / x^T x, hence of the smallest eigenvalue of A (lemma 7), for
        the integer vector x; ValueError for x = 0.
        """
        parts, first = [], 0
        for row in self.blocks:
            last = first + row[-1].nrows()
            parts.append(fmpz_mat([[entry] for entry in direction[first:last]]))
            first = last
        if first != len(direction) or not any(direction):
            raise ValueError("the direction is zero, or of another size than the matrix")
        total = fmpz(0)
        for i, row in enumerate(self.blocks):
            left = parts[i].transpose()
            for j, block in enumerate(row):
                total += (left * (block * parts[j]))[0, 0] * (1 if i == j else 2)
        norm = sum((fmpz(entry) ** 2 for entry in direction), fmpz(0))
        return (fmpq(total, norm) + self.size * self.error) / fmpz(2) ** self.bits


def round_off(rows: list[list[arb]], bits: int) -> Rounded | None:
    """The integers for every symmetric matrix in the balls (lemma 6), or None where one is not
    finite or beyond 1/TINY.

    rows: the lower triangle (ValueError otherwise).
    """
    require_triangle(rows)
    size, scale, beyond = len(rows), arb(fmpz(2) ** bits), arb(0, 1 / TINY)
    groups = [range(first, min(first + SIDE, size)) for first in range(0, size, SIDE)]
    blocks, within = [], arb(0, 2)
    for number, group in enumerate(groups):
        line = []
        for other in groups[: number + 1]:
            if other is group:
                balls = arb_mat([[rows[max(i, j)][min(i, j)] for j in group] for i in group])
            else:
                balls = arb_mat([rows[i][other.start : other.stop] for i in group])
            if not _all(beyond, balls).contains(balls):
                return None
            scaled = balls * scale
            whole = [entry.floor().unique_fmpz() for entry in scaled.mid().entries()]
            if None in whole:
                return None
            block = fmpz_mat(len(group), len(other), whole)
            away = scaled - arb_mat(block)
            while not _all(within, away).contains(away):
                within *= 2
            line.append(block)
        blocks.append(line)
    return Rounded(blocks, upper_rational(within).ceil(), bits)


def _all(entry: arb, like: arb_mat) -> arb_mat:
    """The matrix of the shape of another with this ball everywhere."""
    rows, columns = like.nrows(), like.ncols()
    return arb_mat(rows, columns, [entry] * (rows * columns))
