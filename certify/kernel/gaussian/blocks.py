"""Block-symmetric matrices: a handful of numbers, whatever n and k are.

The students (rows) and the coordinates (columns, one for each of the orthonormal teachers) are
parted into blocks. The symmetric group of a block permutes its rows and columns together (a
diagonal block), or its columns alone; a block of one row has none. A matrix fixed by the product G
of these groups has one number for each pair of a row block and a column block, and one more on the
diagonal of each diagonal block (lemma 8).

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
    "sum_of",
    "unknowns",
]

# int, arb, arb_series, Expansion or Moving: what +, -, *, / and sqrt are defined for. python-flint
# has no types, so this cannot be said in a way that a type checker understands.
Number = Any


@dataclass(frozen=True)
class Block:
    """A diagonal block (size rows, size columns), or columns alone, or one row. parent: the block
    of the point that it is part of. student, teacher: the output weights of the students that are
    its rows and of the teachers of its columns, 1 or -1 (lemma 25).
    """

    size: Number
    rows: bool
    columns: bool
    parent: int
    student: int = 1
    teacher: int = 1

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


def unknowns(blocks: Blocks) -> list[tuple[int, int, bool]]:
    """The coordinates of the fixed space: (row block, column block, on the diagonal), the diagonal
    before the rest of its block.

    A diagonal block of size 1 is its diagonal.
    """
    names = []
    for i, block in enumerate(blocks):
        for j, other in enumerate(blocks):
            if block.rows and other.columns:
                if i == j:
                    names.append((i, j, True))
                if i != j or not is_exactly(block.size, 1):
                    names.append((i, j, False))
    return names


def is_exactly(size: Number, value: int) -> bool:
    """A size known exactly to be `value`."""
    return isinstance(size, int) and size == value


def fixed_matrix(blocks: Blocks, values: dict[tuple[int, int, bool], Number]) -> Fixed:
    """The fixed matrix with these coordinates, 0 in the others."""
    rows = []
    for i, block in enumerate(blocks):
        across = [values.get((i, j, False), 0) for j in range(len(blocks))]
        diagonal = values.get((i, i, True), 0)
        if is_exactly(block.size, 1):
            across[i], extra = diagonal, 0
        else:
            extra = diagonal - across[i]
        rows.append(Row(tuple(across), extra))
    return tuple(rows)


def sum_of(terms: Iterator[Number]) -> Number:
    """The sum, 0 if there are none."""
    return sum(terms, arb(0))


def inner(blocks: Blocks, x: Row, i: int, y: Row, j: int, *, same: bool) -> Number:
    """Inner product of a row r of block i of one fixed matrix with a row s of block j of another;
    same: r = s. It is the integer 0 where one of each pair of coordinates is.
    """
    total: Number = 0
    shorter = x if len(x.support) < len(y.support) else y
    for c in shorter.support:  # elsewhere one of the two is the integer 0
        total = total + _product(blocks[c].width, x.across[c], y.across[c])
    if blocks[i].columns:
        total = total + _product(x.extra, y.across[i])
    if blocks[j].columns:
        total = total + _product(x.across[j], y.extra)
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
