"""The Hessian at a block-symmetric point, one isotypic component after the other (lemma 9).

The Hessian commutes with the group of the partition, so it is given on each isotypic component by a
small symmetric matrix: its values on one test matrix in each copy of the irreducible type.  The
test matrices of a type correspond to each other and are fixed by the group of a finer partition, so
one formula, `component`, serves them all; the sizes of the blocks enter as numbers only.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from certify.kernel.gaussian.blocks import (
    Block,
    Blocks,
    Fixed,
    Geometry,
    Number,
    Row,
    inner,
    is_exactly,
    unknowns,
)

__all__ = [
    "ComponentType",
    "Pencil",
    "component",
    "component_types",
    "neuron_block",
    "padding",
    "padding_types",
    "representatives",
]


@dataclass(frozen=True)
class ComponentType:
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


def component_types(blocks: Blocks) -> list[ComponentType]:
    """The isotypic components of R^(n x k) in the order of the format; copies * dimension add up to
    n k (lemma 9).
    """
    rows, columns = sum(b.rows for b in blocks), sum(b.columns for b in blocks)
    types = [ComponentType("1", "1", (), len(unknowns(blocks)), 1)]
    for b, block in enumerate(blocks):
        p, name = block.size, str(b + 1)
        if block.columns and _at_least(p, 2):
            copies = rows + columns + int(_at_least(p, 3)) if block.rows else rows
            types.append(ComponentType(f"s{name}", "s", (b,), copies, p - 1))
        if block.columns and block.rows and _at_least(p, 3):
            types.append(ComponentType(f"x{name}", "x", (b,), 1, _half((p - 1) * (p - 2))))
        if block.columns and block.rows and _at_least(p, 4):
            types.append(ComponentType(f"y{name}", "y", (b,), 1, _half(p * (p - 3))))
    for b, block in enumerate(blocks):
        for c in range(b + 1, len(blocks)):
            other = blocks[c]
            copies = int(block.rows and other.columns) + int(other.rows and block.columns)
            if copies and _at_least(block.size, 2) and _at_least(other.size, 2):
                dimension = (block.size - 1) * (other.size - 1)
                types.append(ComponentType(f"s{b + 1}*s{c + 1}", "ss", (b, c), copies, dimension))
    return types


def padding_types(blocks: Blocks) -> list[ComponentType]:
    """The same for R^n, on which the matrix M of lemma 5 acts, once for each dimension beyond k."""
    types = [ComponentType("1", "1", (), sum(b.rows for b in blocks), 1)]
    for b, block in enumerate(blocks):
        if block.rows and _at_least(block.size, 2):
            types.append(ComponentType(f"s{b + 1}", "s", (b,), 1, block.size - 1))
    return types


def _half(value: Number) -> Number:
    return value // 2 if isinstance(value, int) else value / 2


def _split(blocks: Blocks, parts: dict[int, int]) -> tuple[Blocks, dict[int, list[int]]]:
    """The finer partition in which parts[b] indices of block b stand alone; where these and, behind
    them, the rest of b came to be.
    """
    finer: list[Block] = []
    where: dict[int, list[int]] = {}
    for b, block in enumerate(blocks):
        singles = parts.get(b, 0)
        where[b] = list(range(len(finer), len(finer) + singles + 1))
        finer += [Block(1, block.rows, block.columns, b)] * singles
        finer.append(Block(block.size - singles, block.rows, block.columns, b))
    return tuple(finer), where


def _matrix(
    blocks: Blocks, entries: dict[tuple[int, int], int], extra: dict[int, int] | None = None
) -> Fixed:
    rows = []
    for i, _ in enumerate(blocks):
        across = tuple(entries.get((i, j), 0) for j in range(len(blocks)))
        rows.append(Row(across, (extra or {}).get(i, 0)))
    return tuple(rows)


def representatives(blocks: Blocks, kind: ComponentType) -> tuple[Blocks, list[Fixed]]:
    """A finer partition and matrices fixed by its group: one in each copy of the type,
    corresponding to each other, orthogonal (lemma 9).
    """
    if kind.letter == "1":
        matrices = []
        for i, j, diagonal in unknowns(blocks):
            if diagonal and not is_exactly(blocks[i].size, 1):
                matrices.append(_matrix(blocks, {}, {i: 1}))
            else:
                matrices.append(
                    _matrix(blocks, {(i, j): 1}, {i: -1} if i == j and not diagonal else {})
                )
        return blocks, matrices
    if kind.letter == "s":
        (b,) = kind.of
        finer, where = _split(blocks, {b: 2})
        one, two, rest = where[b]
        matrices = []
        for i, block in enumerate(
            blocks
        ):  # a column pattern: every row of block i has epsilon in the columns of b
            if block.rows and i != b:
                matrices.append(_matrix(finer, {(where[i][0], one): 1, (where[i][0], two): -1}))
        if blocks[b].rows:
            for j, block in enumerate(
                blocks
            ):  # a row pattern: every column of block j has epsilon in the rows of b
                if block.columns and j != b:
                    matrices.append(_matrix(finer, {(one, where[j][0]): 1, (two, where[j][0]): -1}))
            matrices.append(
                _matrix(finer, {(one, one): 1, (two, two): -1})
            )  # epsilon on the diagonal
            outside = {(one, rest): 1, (two, rest): -1}
            across = {(j, i): -value for (i, j), value in outside.items()}
            matrices.append(
                _matrix(finer, {(one, two): 2, (two, one): -2, **outside, **across})
            )  # epsilon_r - epsilon_c
            if _at_least(blocks[b].size, 3):  # epsilon_r + epsilon_c off the diagonal
                matrices.append(
                    _matrix(
                        finer, {**outside, **{place: -value for place, value in across.items()}}
                    )
                )
        return finer, matrices
    if kind.letter == "x":
        finer, where = _split(blocks, {kind.of[0]: 3})
        one, two, three, _ = where[kind.of[0]]
        cycle = [(one, two), (two, three), (three, one)]
        return finer, [_matrix(finer, dict.fromkeys(cycle, 1) | {(j, i): -1 for i, j in cycle})]
    if kind.letter == "y":
        finer, where = _split(blocks, {kind.of[0]: 4})
        one, two, three, four, _ = where[kind.of[0]]
        square = {(one, three): 1, (two, four): 1, (one, four): -1, (two, three): -1}
        return finer, [_matrix(finer, square | {(j, i): value for (i, j), value in square.items()})]
    b, c = kind.of
    finer, where = _split(blocks, {b: 2, c: 2})
    matrices = []
    for i, j in ((b, c), (c, b)):
        if blocks[i].rows and blocks[j].columns:
            (one, two, _), (three, four, _) = where[i], where[j]
            square = {(one, three): 1, (two, four): 1, (one, four): -1, (two, three): -1}
            matrices.append(_matrix(finer, square))
    return finer, matrices


@dataclass(frozen=True)
class Pencil:
    """The Hessian on an isotypic component: its eigenvalues there are those of (form, diag(norms))
    (lemma 9).

    form: the lower triangle of the Hessian's values on the test matrices; norms: their squared
    norms.
    """

    form: list[list[Number]]
    norms: list[Number]

    def matrix(self) -> list[list[Number]]:
        """The form as the rows of a full symmetric matrix."""
        size = len(self.norms)
        return [[self.form[max(a, b)][min(a, b)] for b in range(size)] for a in range(size)]

    def jacobian(self) -> list[list[Number]]:
        """Of the fixed matrices' pencil: the derivative of the gradient's entries, each row over
        the size of its orbit (8.4).
        """
        return [
            [entry / norm for entry in row]
            for row, norm in zip(self.matrix(), self.norms, strict=True)
        ]

    def add(self, coefficient: Number, left: list[Number], right: list[Number]) -> None:
        """Add coefficient (left_a right_b + right_a left_b) to the entries of the form."""
        for a, row in enumerate(self.form):
            for b in range(a + 1):
                row[b] = row[b] + coefficient * (left[a] * right[b] + right[a] * left[b])


def component(geometry: Geometry, kind: ComponentType) -> Pencil:
    """The Hessian on one isotypic component of R^(n x k) (lemma 9)."""
    return _form(geometry, *representatives(geometry.blocks, kind))


def neuron_block(geometry: Geometry, b: int) -> Pencil:
    """The block H_rr of the Hessian of one row r of block b, on the vectors that the stabiliser of
    r fixes: one test vector for each block of columns, and one for r's own column.
    """
    block = geometry.blocks[b]
    alone = {b: 1} if block.columns and not is_exactly(block.size, 1) else {}
    finer, where = _split(geometry.blocks, alone)
    row = where[b][0]
    return _form(
        geometry,
        finer,
        [_matrix(finer, {(row, c): 1}) for c, other in enumerate(finer) if other.columns],
    )


def _form(geometry: Geometry, blocks: Blocks, tests: list[Fixed]) -> Pencil:
    """Lemma 8, (8.3), on matrices fixed by the group of a finer partition, orthogonal to each
    other.
    """
    parents = [block.parent for block in blocks]
    point = [_refined(geometry, blocks, block.parent) for block in blocks]
    rows = [i for i, block in enumerate(blocks) if not is_exactly(block.height, 0)]
    size, two_pi = len(tests), 2 * arb.pi()
    pencil = Pencil([[arb(0)] * (a + 1) for a in range(size)], [arb(0)] * size)
    # u.z for the test matrices z: own[i] with u = w_r and the row r of z; other[i, j] with u = w_s,
    # s != r in block j, and the row r of z
    own = {i: [inner(blocks, point[i], i, z[i], i, same=True) for z in tests] for i in rows}
    other = {
        (i, j): [inner(blocks, point[j], j, z[i], i, same=False) for z in tests]
        for i in rows
        for j in rows
    }

    for i in rows:
        b, height = parents[i], blocks[i].height
        weight, square = geometry.weight[b], geometry.square[b]
        for a in range(size):
            for c in range(a + 1):
                same = inner(blocks, tests[a][i], i, tests[c][i], i, same=True)
                pencil.form[a][c] = pencil.form[a][c] + height * weight * same
            pencil.norms[a] = pencil.norms[a] + height * same
        pencil.add(-height * (weight - arb(1) / 2) / (2 * square), own[i], own[i])

        def transverse(
            count: Number, s: Number, p: Number, values: list[Number], i: int = i
        ) -> None:
            """The term q q^T / (2 pi S) of H_rr, for `count` rows u with these values u.z."""
            ratio = p / geometry.square[parents[i]]
            q = [value - ratio * along for value, along in zip(values, own[i], strict=True)]
            pencil.add(blocks[i].height * count / (2 * two_pi * s), q, q)

        for j in rows:
            count = blocks[j].height - (j == i)
            if not is_exactly(count, 0):
                transverse(
                    count, geometry.sine[b, parents[j]], geometry.inner[b, parents[j]], other[i, j]
                )
        if blocks[i].columns:
            p = point[i].across[i] + point[i].extra
            transverse(-1, geometry.own_sine[b], p, [z[i].across[i] + z[i].extra for z in tests])
        for t, block in enumerate(blocks):
            count = block.width - int(t == i and block.columns)
            if not is_exactly(count, 0):
                transverse(
                    -count,
                    geometry.teacher_sine[b, block.parent],
                    point[i].across[t],
                    [z[i].across[t] for z in tests],
                )

    for i in rows:
        for j in rows:
            if j > i or (j == i and not is_exactly(blocks[i].size, 1)):
                # ordered pairs (r, s) and (s, r), r of block i and s of block j
                couples = (
                    blocks[i].height * blocks[j].height
                    if j > i
                    else _half(blocks[i].height * (blocks[i].height - 1))
                )
                pair = parents[i], parents[j]
                for a in range(size):
                    for c in range(a + 1):
                        both = inner(blocks, tests[a][i], i, tests[c][j], j, same=False) + inner(
                            blocks, tests[c][i], i, tests[a][j], j, same=False
                        )
                        pencil.form[a][c] = pencil.form[a][c] + couples * geometry.turn[pair] * both
                over, p = couples / (two_pi * geometry.sine[pair]), geometry.inner[pair]
                pencil.add(over, own[i], own[j])
                pencil.add(over, other[i, j], other[j, i])
                pencil.add(-over * p / geometry.square[parents[j]], other[i, j], own[j])
                pencil.add(-over * p / geometry.square[parents[i]], own[i], other[j, i])
    return pencil


def _refined(geometry: Geometry, blocks: Blocks, parent: int) -> Row:
    """The rows of a block of the point, written in a finer partition."""
    row = geometry.point[parent]
    return Row(tuple(row.across[block.parent] for block in blocks), row.extra)


def padding(geometry: Geometry, kind: ComponentType) -> Pencil:
    """The matrix M of lemma 5 on one isotypic component of R^n: M_rr = 1/2 + kappa_r, M_rs = A(w_r,
    w_s)/(2 pi).
    """
    blocks = geometry.blocks
    if kind.letter == "s":
        (b,) = kind.of
        return Pencil([[geometry.weight[b] - geometry.turn[b, b]]], [arb(1)])
    form: list[list[Number]] = []
    for i in geometry.students:
        height = blocks[i].height
        row = [height * blocks[j].height * geometry.turn[i, j] for j in geometry.students if j < i]
        diagonal = geometry.weight[i]
        if not is_exactly(height, 1):
            diagonal = diagonal + (height - 1) * geometry.turn[i, i]
        form.append([*row, height * diagonal])
    return Pencil(form, [arb(1) * blocks[i].height for i in geometry.students])
