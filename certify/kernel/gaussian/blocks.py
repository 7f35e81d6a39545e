"""Block-symmetric matrices: a handful of numbers, whatever n and k are.

The students (rows) and the coordinates (columns, one for each of the orthonormal teachers) are
parted into blocks. The symmetric group of a block permutes its rows and columns together (a
diagonal block), or its columns alone; a block of one row has none. The rows of a copy of a diagonal
block are permuted with the rows and columns of that block. So a row of a diagonal block or of a
copy has a column of its own. A matrix fixed by the product G of these groups has one number for
each pair of a row block and a column block, and one more where rows have their own columns (lemma
8).

A size is an int, or a ball or a power series where a family is followed in real k.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import arb

__all__ = [
    "Block",
    "Blocks",
    "Fixed",
    "Number",
    "Row",
    "fixed_matrix",
    "inner",
    "is_exactly",
    "owner",
    "partners",
    "sum_of",
    "unknowns",
]

# int, arb, arb_series, Expansion or Moving: what +, -, *, / and sqrt are defined for. python-flint
# has no types, so this cannot be said in a way that a type checker understands.
Number = Any


@dataclass(frozen=True)
class Block:
    """A diagonal block (size rows, size columns), or columns alone, or one row, or a copy: size
    rows, tied to the columns of the diagonal block `copy_of`. parent: the block of the point that
    it is part of. student, teacher: the output weights of the students that are its rows and of the
    teachers of its columns, 1 or -1 (lemma 25).
    """

    size: Number
    rows: bool
    columns: bool
    parent: int
    student: int = 1
    teacher: int = 1
    copy_of: int | None = None

    @property
    def height(self) -> Number:
        """How many rows."""
        return self.size if self.rows else 0

    @property
    def width(self) -> Number:
        """How many columns."""
        return self.size if self.columns else 0


@dataclass(frozen=True)
class Row:
    """The rows of one block: across[L] in the columns of block L, and `extra` added at the row's
    own column, if it has one.
    """

    across: tuple[Number, ...]
    extra: Number

    @cached_property
    def support(self) -> tuple[int, ...]:
        """The blocks of columns in which it is not the integer 0."""
        return tuple(c for c, entry in enumerate(self.across) if not is_exactly(entry, 0))


Blocks = tuple[Block, ...]
Fixed = tuple[Row, ...]  # a matrix fixed by the group, one Row for each block


def owner(blocks: Blocks, i: int) -> int | None:
    """The block of columns in which each row of block i has its own column, if it has one."""
    block = blocks[i]
    return i if block.rows and block.columns else block.copy_of


def partners(blocks: Blocks, i: int) -> Iterator[tuple[int, bool, Number]]:
    """The rows s other than a row r of block i: (block of s, whether s is tied to r, how many). Two
    rows of different blocks are tied if the same column is their own.
    """
    own = owner(blocks, i)
    for j, block in enumerate(blocks):
        count = block.height - (j == i)
        if own is not None and j != i and owner(blocks, j) == own:
            yield j, True, 1
            count = count - 1
        if not is_exactly(count, 0):
            yield j, False, count


def unknowns(blocks: Blocks) -> list[tuple[int, int, bool]]:
    """The coordinates of the fixed space: (row block, column block, at the row's own column), the
    own column before the others of its block.

    In a block of size 1 there are no others.
    """
    names = []
    for i, block in enumerate(blocks):
        for j, other in enumerate(blocks):
            if block.rows and other.columns:
                own = owner(blocks, i) == j
                if own:
                    names.append((i, j, True))
                if not own or not is_exactly(other.size, 1):
                    names.append((i, j, False))
    return names


def is_exactly(size: Number, value: int) -> bool:
    """A size known exactly to be `value`."""
    return isinstance(size, int) and size == value


def fixed_matrix(blocks: Blocks, values: dict[tuple[int, int, bool], Number]) -> Fixed:
    """The fixed matrix with these coordinates, 0 in the others."""
    rows = []
    for i, _ in enumerate(blocks):
        across: list[Number] = [values.get((i, j, False), 0) for j in range(len(blocks))]
        own, extra = owner(blocks, i), 0
        if own is not None:
            diagonal = values.get((i, own, True), 0)
            if is_exactly(blocks[own].size, 1):
                across[own] = diagonal
            else:
                extra = diagonal - across[own]
        rows.append(Row(tuple(across), extra))
    return tuple(rows)


def sum_of(terms: Iterator[Number]) -> Number:
    """The sum, 0 if there are none."""
    return sum(terms, arb(0))


def inner(blocks: Blocks, x: Row, i: int, y: Row, j: int, *, same: bool) -> Number:
    """Inner product of a row r of block i of one fixed matrix with a row s of block j of another
    (8.1); same: r = s, or s is tied to r. It is the integer 0 where one of each pair of coordinates
    is.
    """
    total: Number = 0
    shorter = x if len(x.support) < len(y.support) else y
    for c in shorter.support:  # elsewhere one of the two is the integer 0
        total = total + _product(blocks[c].width, x.across[c], y.across[c])
    own, others = owner(blocks, i), owner(blocks, j)
    if own is not None:
        total = total + _product(x.extra, y.across[own])
    if others is not None:
        total = total + _product(x.across[others], y.extra)
        if same:
            total = total + _product(x.extra, y.extra)
    return total


def _product(*factors: Number) -> Number:
    """The product; of an integer 0 and real numbers it is 0, whatever is known of these."""
    result: Number = 1
    for factor in factors:
        if is_exactly(factor, 0):
            return 0
        if not is_exactly(factor, 1):
            result = factor if is_exactly(result, 1) else result * factor
    return result
