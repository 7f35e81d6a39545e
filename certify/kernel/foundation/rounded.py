"""Matrices of real numbers as integers, with a bound on what was rounded away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from flint import arb, arb_mat, fmpq, fmpz, fmpz_mat

from certify.kernel.foundation.balls import upper_rational
from certify.kernel.foundation.triangle import require_triangle

__all__ = ["TINY", "Rounded", "Scaled", "identity", "nearest", "norm_square", "round_off"]

_SIDE = 24  # rows of a block: a smaller one means more products, a larger one more work in Python
TINY = 1 / arb(fmpz(2) ** 4096)  # entries are below 1/TINY


@dataclass(frozen=True)
class Scaled:
    """A matrix A of real numbers as integers M: | 2^bits A - M | <= error in every entry (the
    arithmetic of lemma 2, in integers).
    """

    whole: fmpz_mat
    error: fmpz
    bits: int

    def row(self, i: int) -> list[fmpz]:
        """Row i of M."""
        return [self.whole[i, j] for j in range(self.whole.ncols())]

    @cached_property
    def _largest(self) -> fmpz:
        """The largest entry of M in absolute value."""
        return max(map(abs, self.whole.entries()))

    def plus(self, other: Scaled) -> Scaled:
        """A + B, of the same shape and bits."""
        return Scaled(self.whole + other.whole, self.error + other.error, self.bits)

    def plus_unit(self, number: arb) -> Scaled:
        """A + number I; ArithmeticError where the ball is not finite."""
        unit, size = nearest(arb_mat([[number]]), self.bits), self.whole.nrows()
        diagonal = unit.whole[0, 0] * identity(size)
        return Scaled(self.whole + diagonal, self.error + unit.error, self.bits)

    def times(self, other: Scaled) -> Scaled:
        """A B. With M, N the integers and e, f the errors, entry by entry

        | 2^(b + c) A B - M N |  <=  m ( max|M| f + max|N| e + e f ),  m the length of a row of A.
        """
        e, f = self.error, other.error
        each = self._largest * f + other._largest * e + e * f
        return Scaled(self.whole * other.whole, self.whole.ncols() * each, self.bits + other.bits)

    def coarser(self, bits: int) -> Scaled:
        """The same matrix with fewer bits, rounded to nearest."""
        by = self.bits - bits
        half = fmpz(1) << by >> 1
        entries = [(entry + half) >> by for entry in self.whole.entries()]
        whole = fmpz_mat(self.whole.nrows(), self.whole.ncols(), entries)
        return Scaled(whole, -((-self.error - half) >> by), bits)


@cache
def identity(size: int) -> fmpz_mat:
    """I; the same object each time, so it is not to be changed."""
    return fmpz_mat([[int(i == j) for j in range(size)] for i in range(size)])


def nearest(balls: arb_mat, bits: int) -> Scaled:
    """Integers for every matrix in the balls; ArithmeticError where one is not finite or beyond
    1/TINY.
    """
    found = _whole(balls, bits)
    if found is None:
        raise ArithmeticError("no integers: an enclosure is not finite, or too large")
    return Scaled(*found, bits)


def _whole(balls: arb_mat, bits: int) -> tuple[fmpz_mat, fmpz] | None:
    """Integers near 2^bits times these balls, and how far away they may be at most."""
    rows, columns = balls.nrows(), balls.ncols()
    if not (_ones(rows, columns) / TINY).contains(balls):
        return None
    scaled = balls * arb(fmpz(2) ** bits)
    entries = [entry.floor().unique_fmpz() for entry in scaled.mid().entries()]
    if None in entries:
        return None
    whole = fmpz_mat(rows, columns, entries)
    return whole, _bound(scaled - arb_mat(whole), arb(2))


def norm_square(matrix: fmpz_mat, bits: int) -> fmpz:
    """An upper bound of the square of the Frobenius norm: entries are at most the first of 2^bits,
    2^(bits + 1), ... that is large enough.
    """
    rows, columns = matrix.nrows(), matrix.ncols()
    most = _bound(arb_mat(matrix), arb(fmpz(2) ** bits))
    return rows * columns * most * most


def _bound(balls: arb_mat, first: arb) -> fmpz:
    """A bound of all entries, in finite balls: the first, times a power of two."""
    box = _ones(balls.nrows(), balls.ncols()) * first
    while not box.contains(balls):
        box *= 2
    return upper_rational(box[0, 0]).ceil()


@cache
def _ones(rows: int, columns: int) -> arb_mat:
    """The matrix with [-1, 1] everywhere."""
    return arb_mat(rows, columns, [arb(0, 1)] * (rows * columns))


@dataclass(frozen=True)
class Rounded:
    """A symmetric A with | 2^bits A - M | <= error in every entry.

    blocks: M, of integers, as the rows of its lower triangle of blocks; what is above them is
    what is below, transposed. Blocks on the diagonal may differ from their transpose by roundings.
    """

    blocks: list[list[fmpz_mat]]
    error: fmpz
    bits: int

    @classmethod
    def of(cls, blocks: list[list[Scaled]]) -> Rounded:
        """From the blocks of the lower triangle, all with the same bits."""
        (bits,) = {block.bits for row in blocks for block in row}
        error = max(block.error for row in blocks for block in row)
        return cls(_joined([[block.whole for block in row] for row in blocks]), error, bits)

    @property
    def size(self) -> int:
        """How many rows A has."""
        return sum(row[-1].nrows() for row in self.blocks)

    def highest(self) -> fmpz:
        """The largest number on the diagonal of M."""
        return max(row[-1][a, a] for row in self.blocks for a in range(row[-1].nrows()))

    def negated(self) -> Rounded:
        """- A."""
        return Rounded([[-block for block in row] for row in self.blocks], self.error, self.bits)

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
    groups = [range(i, min(i + _SIDE, len(rows))) for i in range(0, len(rows), _SIDE)]
    lines = []
    for number, group in enumerate(groups):
        line = []
        for other in groups[: number + 1]:
            if other is group:
                balls = arb_mat([[rows[max(i, j)][min(i, j)] for j in group] for i in group])
            else:
                balls = arb_mat([rows[i][other.start : other.stop] for i in group])
            found = _whole(balls, bits)
            if found is None:
                return None
            line.append(Scaled(*found, bits))
        lines.append(line)
    return Rounded.of(lines)


def _joined(blocks: list[list[fmpz_mat]]) -> list[list[fmpz_mat]]:
    """The same lower triangle, with neighbouring blocks joined up to _SIDE rows.

    blocks: the rows of a lower triangle of blocks; those on the diagonal are square.
    """
    groups: list[list[int]] = []
    rows = _SIDE
    for i, row in enumerate(blocks):
        rows += row[-1].nrows()
        if rows > _SIDE:
            groups.append([])
            rows = row[-1].nrows()
        groups[-1].append(i)
    return [
        [_one(blocks, group, other) for other in groups[: g + 1]] for g, group in enumerate(groups)
    ]


def _one(blocks: list[list[fmpz_mat]], rows: list[int], columns: list[int]) -> fmpz_mat:
    """The block of these rows and columns of blocks."""
    first = blocks[rows[0]][columns[0]]
    if len(rows) == len(columns) == 1:
        return first
    lines = []
    for i in rows:
        # above the diagonal stands what is below it, transposed
        parts = [(blocks[i][j] if j <= i else blocks[j][i].transpose()).tolist() for j in columns]
        lines += [[entry for part in line for entry in part] for line in zip(*parts, strict=True)]
    return fmpz_mat(lines)
