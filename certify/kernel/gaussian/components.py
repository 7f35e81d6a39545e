"""The isotypic components of the matrices on which a partition acts, and test matrices in each
(lemma 9).

The test matrices of a component are fixed by the group of a finer partition, so that one formula
serves all components (`isotypic`); the sizes of the blocks enter as numbers only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from certify.kernel.gaussian.blocks import (
    Block,
    Blocks,
    Fixed,
    Number,
    Row,
    is_exactly,
    owner,
    unknowns,
)

__all__ = [
    "Component",
    "components",
    "half",
    "matrix_of",
    "padding_components",
    "refine",
    "representatives",
]


@dataclass(frozen=True)
class Component:
    """An isotypic component: `copies` of an irreducible type of this dimension, belonging to the
    blocks `of`.

    letter: "1" the fixed matrices; s, x, y: the standard, the antisymmetric and the symmetric type
    of one block; ss: of two blocks.
    """

    name: str
    letter: str
    of: tuple[int, ...]
    copies: int
    dimension: Number


def _at_least(size: Number, least: int) -> bool:
    return size >= least if isinstance(size, int) else True


def components(blocks: Blocks) -> list[Component]:
    """The isotypic components of R^(n x k) in the order of the format; copies * dimension add up to
    n k (lemma 9).
    """
    rows, columns = sum(b.rows for b in blocks), sum(b.columns for b in blocks)
    tied = [len(_tied(blocks, b)) for b, _ in enumerate(blocks)]
    found = [Component("1", "1", (), len(unknowns(blocks)), 1)]
    for b, block in enumerate(blocks):
        p, name = block.size, str(b + 1)
        if block.columns and _at_least(p, 2):
            copies = rows + tied[b] * (columns + int(_at_least(p, 3)))
            found.append(Component(f"s{name}", "s", (b,), copies, p - 1))
        if tied[b] and _at_least(p, 3):
            found.append(Component(f"x{name}", "x", (b,), tied[b], half((p - 1) * (p - 2))))
        if tied[b] and _at_least(p, 4):
            found.append(Component(f"y{name}", "y", (b,), tied[b], half(p * (p - 3))))
    for b, block in enumerate(blocks):
        for c in range(b + 1, len(blocks)):
            other = blocks[c]
            copies = tied[b] + tied[c] if block.columns and other.columns else 0
            if copies and _at_least(block.size, 2) and _at_least(other.size, 2):
                dimension = (block.size - 1) * (other.size - 1)
                found.append(Component(f"s{b + 1}*s{c + 1}", "ss", (b, c), copies, dimension))
    return found


def _tied(blocks: Blocks, b: int) -> list[int]:
    """The blocks of rows that have their own columns in block b: b itself and its copies."""
    return [i for i, _ in enumerate(blocks) if owner(blocks, i) == b]


def padding_components(blocks: Blocks) -> list[Component]:
    """The same for R^n, on which the matrix M of lemma 5 acts, once for each dimension beyond k."""
    found = [Component("1", "1", (), sum(b.rows for b in blocks), 1)]
    for b, block in enumerate(blocks):
        tied = len(_tied(blocks, b))
        if tied and _at_least(block.size, 2):
            found.append(Component(f"s{b + 1}", "s", (b,), tied, block.size - 1))
    return found


def half(value: Number) -> Number:
    """Half of an even int, or of any other number."""
    return value // 2 if isinstance(value, int) else value / 2


def refine(blocks: Blocks, parts: dict[int, int]) -> tuple[Blocks, dict[int, list[int]]]:
    """The finer partition in which parts[b] indices of block b stand alone, in its copies too, and
    for each block the numbers of its new blocks: first the single indices, then the rest.
    """
    finer: list[Block] = []
    where: dict[int, list[int]] = {}
    for b, block in enumerate(blocks):
        of = block.copy_of
        singles = parts.get(b if of is None else of, 0)
        where[b] = list(range(len(finer), len(finer) + singles + 1))
        for place, size in enumerate([1] * singles + [block.size - singles]):
            copy_of = None if of is None else where[of][place]
            finer.append(Block(size, block.rows, block.columns, b, copy_of=copy_of))
    return tuple(finer), where


def matrix_of(
    blocks: Blocks, entries: dict[tuple[int, int], int], extra: dict[int, int] | None = None
) -> Fixed:
    """The matrix with these entries by row and column block, 0 elsewhere; `extra` is added at the
    rows' own columns.
    """
    rows = []
    for i, _ in enumerate(blocks):
        across = tuple(entries.get((i, j), 0) for j in range(len(blocks)))
        rows.append(Row(across, (extra or {}).get(i, 0)))
    return tuple(rows)


def representatives(blocks: Blocks, component: Component) -> tuple[Blocks, list[Fixed]]:
    """A finer partition, and matrices fixed by its group: one in each copy of the type. They
    correspond to each other and are orthogonal (lemma 9).
    """
    return _REPRESENTATIVES[component.letter](blocks, *component.of)


def _fixed_ones(blocks: Blocks) -> tuple[Blocks, list[Fixed]]:
    """Letter 1: the indicator of each orbit of entries."""
    matrices = []
    for i, j, diagonal in unknowns(blocks):
        if diagonal and not is_exactly(blocks[j].size, 1):
            matrices.append(matrix_of(blocks, {}, {i: 1}))
        else:
            off = {i: -1} if j == owner(blocks, i) and not diagonal else {}
            matrices.append(matrix_of(blocks, {(i, j): 1}, off))
    return blocks, matrices


def _standard_ones(blocks: Blocks, b: int) -> tuple[Blocks, list[Fixed]]:
    """Letter s: patterns of epsilon = e_1 - e_2, two indices of block b."""
    finer, where = refine(blocks, {b: 2})
    tied, matrices = _tied(blocks, b), []
    # column patterns: every row of block i has epsilon in the columns of b
    one, two, rest = where[b]
    for i, block in enumerate(blocks):
        if block.rows and i not in tied:
            matrices.append(matrix_of(finer, {(where[i][0], one): 1, (where[i][0], two): -1}))
    for i in tied:
        first, second, others = where[i]  # rows
        # row patterns: every column of block j has epsilon in the rows of i
        for j, block in enumerate(blocks):
            if block.columns and j != b:
                here = where[j][0]
                matrices.append(matrix_of(finer, {(first, here): 1, (second, here): -1}))
        # epsilon on the diagonal
        matrices.append(matrix_of(finer, {(first, one): 1, (second, two): -1}))
        # epsilon_r - epsilon_c
        along = {(first, rest): 1, (second, rest): -1}
        down = {(others, one): -1, (others, two): 1}
        matrices.append(matrix_of(finer, {(first, two): 2, (second, one): -2, **along, **down}))
        # epsilon_r + epsilon_c off the diagonal
        if _at_least(blocks[b].size, 3):
            opposite = {place: -value for place, value in down.items()}
            matrices.append(matrix_of(finer, {**along, **opposite}))
    return finer, matrices


def _antisymmetric_one(blocks: Blocks, b: int) -> tuple[Blocks, list[Fixed]]:
    """Letter x: a cycle of three indices, minus its transpose."""
    finer, where = refine(blocks, {b: 3})
    cycle, matrices = [(0, 1), (1, 2), (2, 0)], []
    for i in _tied(blocks, b):
        rows, columns = where[i], where[b]
        entries = {(rows[r], columns[c]): 1 for r, c in cycle}
        matrices.append(matrix_of(finer, entries | {(rows[c], columns[r]): -1 for r, c in cycle}))
    return finer, matrices


def _symmetric_one(blocks: Blocks, b: int) -> tuple[Blocks, list[Fixed]]:
    """Letter y: (e_1 - e_2)(e_3 - e_4)^T, plus its transpose."""
    finer, where = refine(blocks, {b: 4})
    matrices = []
    for i in _tied(blocks, b):
        rows, columns = where[i], where[b]
        square = _square(rows[:2], columns[2:4]) | _square(rows[2:4], columns[:2])
        matrices.append(matrix_of(finer, square))
    return finer, matrices


def _products(blocks: Blocks, b: int, c: int) -> tuple[Blocks, list[Fixed]]:
    """Letters ss: epsilon of one block times epsilon^T of the other."""
    finer, where = refine(blocks, {b: 2, c: 2})
    matrices = []
    for own, j in ((b, c), (c, b)):
        squares = [_square(where[i][:2], where[j][:2]) for i in _tied(blocks, own)]
        matrices += [matrix_of(finer, square) for square in squares]
    return finer, matrices


def _square(rows: list[int], columns: list[int]) -> dict[tuple[int, int], int]:
    """The entries of (e_1 - e_2)(e_3 - e_4)^T, the first two being rows."""
    (one, two), (three, four) = rows, columns
    return {(one, three): 1, (two, four): 1, (one, four): -1, (two, three): -1}


_REPRESENTATIVES: dict[str, Callable[..., tuple[Blocks, list[Fixed]]]] = {
    "1": _fixed_ones,
    "s": _standard_ones,
    "x": _antisymmetric_one,
    "y": _symmetric_one,
    "ss": _products,
}
