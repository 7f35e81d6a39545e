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
    found = [Component("1", "1", (), len(unknowns(blocks)), 1)]
    for b, block in enumerate(blocks):
        p, name = block.size, str(b + 1)
        if block.columns and _at_least(p, 2):
            copies = rows + columns + int(_at_least(p, 3)) if block.rows else rows
            found.append(Component(f"s{name}", "s", (b,), copies, p - 1))
        if block.columns and block.rows and _at_least(p, 3):
            found.append(Component(f"x{name}", "x", (b,), 1, half((p - 1) * (p - 2))))
        if block.columns and block.rows and _at_least(p, 4):
            found.append(Component(f"y{name}", "y", (b,), 1, half(p * (p - 3))))
    for b, block in enumerate(blocks):
        for c in range(b + 1, len(blocks)):
            other = blocks[c]
            copies = int(block.rows and other.columns) + int(other.rows and block.columns)
            if copies and _at_least(block.size, 2) and _at_least(other.size, 2):
                dimension = (block.size - 1) * (other.size - 1)
                found.append(Component(f"s{b + 1}*s{c + 1}", "ss", (b, c), copies, dimension))
    return found


def padding_components(blocks: Blocks) -> list[Component]:
    """The same for R^n, on which the matrix M of lemma 5 acts, once for each dimension beyond k."""
    found = [Component("1", "1", (), sum(b.rows for b in blocks), 1)]
    for b, block in enumerate(blocks):
        if block.rows and _at_least(block.size, 2):
            found.append(Component(f"s{b + 1}", "s", (b,), 1, block.size - 1))
    return found


def half(value: Number) -> Number:
    """Half of an even int, or of any other number."""
    return value // 2 if isinstance(value, int) else value / 2


def refine(blocks: Blocks, parts: dict[int, int]) -> tuple[Blocks, dict[int, list[int]]]:
    """The finer partition in which parts[b] indices of block b stand alone, and for each b the
    numbers of its new blocks: first the single indices, then the rest of b.
    """
    finer: list[Block] = []
    where: dict[int, list[int]] = {}
    for b, block in enumerate(blocks):
        singles = parts.get(b, 0)
        where[b] = list(range(len(finer), len(finer) + singles + 1))
        finer += [Block(1, block.rows, block.columns, b)] * singles
        finer.append(Block(block.size - singles, block.rows, block.columns, b))
    return tuple(finer), where


def matrix_of(
    blocks: Blocks, entries: dict[tuple[int, int], int], extra: dict[int, int] | None = None
) -> Fixed:
    """The matrix with these entries by row and column block, 0 elsewhere; `extra` is added on the
    diagonals of diagonal blocks.
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
        if diagonal and not is_exactly(blocks[i].size, 1):
            matrices.append(matrix_of(blocks, {}, {i: 1}))
        else:
            off = {i: -1} if i == j and not diagonal else {}
            matrices.append(matrix_of(blocks, {(i, j): 1}, off))
    return blocks, matrices


def _standard_ones(blocks: Blocks, b: int) -> tuple[Blocks, list[Fixed]]:
    """Letter s: patterns of epsilon = e_1 - e_2, two indices of block b."""
    finer, where = refine(blocks, {b: 2})
    one, two, rest = where[b]
    matrices = []
    # column patterns: every row of block i has epsilon in the columns of b
    for i, block in enumerate(blocks):
        if block.rows and i != b:
            matrices.append(matrix_of(finer, {(where[i][0], one): 1, (where[i][0], two): -1}))
    if not blocks[b].rows:
        return finer, matrices
    # row patterns: every column of block j has epsilon in the rows of b
    for j, block in enumerate(blocks):
        if block.columns and j != b:
            matrices.append(matrix_of(finer, {(one, where[j][0]): 1, (two, where[j][0]): -1}))
    # epsilon on the diagonal
    matrices.append(matrix_of(finer, {(one, one): 1, (two, two): -1}))
    # epsilon_r - epsilon_c
    outside = {(one, rest): 1, (two, rest): -1}
    across = {(j, i): -value for (i, j), value in outside.items()}
    matrices.append(matrix_of(finer, {(one, two): 2, (two, one): -2, **outside, **across}))
    # epsilon_r + epsilon_c off the diagonal
    if _at_least(blocks[b].size, 3):
        opposite = {place: -value for place, value in across.items()}
        matrices.append(matrix_of(finer, {**outside, **opposite}))
    return finer, matrices


def _antisymmetric_one(blocks: Blocks, b: int) -> tuple[Blocks, list[Fixed]]:
    """Letter x: a cycle of three indices, minus its transpose."""
    finer, where = refine(blocks, {b: 3})
    one, two, three, _ = where[b]
    cycle = [(one, two), (two, three), (three, one)]
    return finer, [matrix_of(finer, dict.fromkeys(cycle, 1) | {(j, i): -1 for i, j in cycle})]


def _symmetric_one(blocks: Blocks, b: int) -> tuple[Blocks, list[Fixed]]:
    """Letter y: (e_1 - e_2)(e_3 - e_4)^T, plus its transpose."""
    finer, where = refine(blocks, {b: 4})
    one, two, three, four, _ = where[b]
    square = _square(one, two, three, four)
    return finer, [matrix_of(finer, square | {(j, i): value for (i, j), value in square.items()})]


def _products(blocks: Blocks, b: int, c: int) -> tuple[Blocks, list[Fixed]]:
    """Letters ss: epsilon of one block times epsilon^T of the other."""
    finer, where = refine(blocks, {b: 2, c: 2})
    matrices = []
    for i, j in ((b, c), (c, b)):
        if blocks[i].rows and blocks[j].columns:
            (one, two, _), (three, four, _) = where[i], where[j]
            matrices.append(matrix_of(finer, _square(one, two, three, four)))
    return finer, matrices


def _square(one: int, two: int, three: int, four: int) -> dict[tuple[int, int], int]:
    """The entries of (e_1 - e_2)(e_3 - e_4)^T."""
    return {(one, three): 1, (two, four): 1, (one, four): -1, (two, three): -1}


_REPRESENTATIVES: dict[str, Callable[..., tuple[Blocks, list[Fixed]]]] = {
    "1": _fixed_ones,
    "s": _standard_ones,
    "x": _antisymmetric_one,
    "y": _symmetric_one,
    "ss": _products,
}
