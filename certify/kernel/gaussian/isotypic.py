"""The Hessian at a block-symmetric point, one isotypic component after the other (lemma 9).

The Hessian commutes with the group of the partition, so it is given on each isotypic component by a
small symmetric matrix: its values on one test matrix in each copy of the irreducible type.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from certify.kernel.gaussian.blocks import (
    Blocks,
    Fixed,
    Number,
    Row,
    inner,
    is_exactly,
    owner,
    partners,
)
from certify.kernel.gaussian.components import (
    Component,
    half,
    matrix_of,
    refine,
    representatives,
)
from certify.kernel.gaussian.geometry import Geometry

__all__ = ["Pencil", "neuron_block", "padding_pencil", "pencil_of"]


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

    def ordered(self, order: list[int]) -> list[list[Number]]:
        """The form with the test matrices in this order."""
        full = self.matrix()
        return [[full[a][b] for b in order[: i + 1]] for i, a in enumerate(order)]

    def jacobian(self) -> list[list[Number]]:
        """The derivative of the gradient's entries, from the pencil of the fixed matrices: each row
        divided by the size of its orbit (8.4).
        """
        return [
            [entry / norm for entry in row]
            for row, norm in zip(self.matrix(), self.norms, strict=True)
        ]

    def add(self, coefficient: Number, left: list[Number], right: list[Number]) -> None:
        """Add coefficient (left_a right_b + right_a left_b) to the entries of the form. What is the
        integer 0 in them adds nothing: the other factors are real numbers, since every kind
        requires that no sine and no norm is 0 (`require_regular`; in families `positive`).
        """
        symmetric = left is right
        factor = 2 * coefficient if symmetric else coefficient
        scaled = [(a, factor * value) for a, value in enumerate(left) if not is_exactly(value, 0)]
        others = [(b, value) for b, value in enumerate(right) if not is_exactly(value, 0)]
        for a, value in reversed(scaled):
            for b, other in others:
                if b <= a:
                    self.form[a][b] = self.form[a][b] + value * other
                if a <= b and not symmetric:
                    self.form[b][a] = self.form[b][a] + other * value


def pencil_of(geometry: Geometry, component: Component) -> Pencil:
    """The Hessian on one isotypic component of R^(n x k) (lemma 9)."""
    return _form(geometry, *representatives(geometry.blocks, component))


def neuron_block(geometry: Geometry, b: int) -> Pencil:
    """The block H_rr of the Hessian of one row r of block b, on the vectors that the stabiliser of
    r fixes: one test vector for each block of columns, and one for r's own column.
    """
    own = owner(geometry.blocks, b)
    alone = {} if own is None or is_exactly(geometry.blocks[own].size, 1) else {own: 1}
    finer, where = refine(geometry.blocks, alone)
    row = where[b][0]
    return _form(
        geometry,
        finer,
        [matrix_of(finer, {(row, c): 1}) for c, other in enumerate(finer) if other.columns],
    )


def _form(geometry: Geometry, blocks: Blocks, tests: list[Fixed]) -> Pencil:
    """Lemma 8, (8.3), on matrices fixed by the group of a finer partition, orthogonal to each
    other.
    """
    size = len(tests)
    pencil = Pencil([[arb(0)] * (a + 1) for a in range(size)], [arb(0)] * size)
    finer = _Finer(geometry, blocks, tests)
    for i in finer.rows:
        finer.add_row(pencil, i)
    for i in finer.rows:
        for j, tied, count in finer.partners[i]:
            if j >= i:
                finer.add_pair(pencil, i, j, tied, count)
    return pencil


class _Finer:
    """The point and the test matrices z in the finer partition, with the inner products of their
    rows: own[i] are the w_r.z_r, other[i, j, tied] the w_s.z_r, for rows r of block i and s != r of
    j, tied or not.
    """

    def __init__(self, geometry: Geometry, blocks: Blocks, tests: list[Fixed]) -> None:
        self.geometry, self.blocks, self.tests = geometry, blocks, tests
        self.parents = [block.parent for block in blocks]
        self.point = [_refined(geometry, blocks, block.parent) for block in blocks]
        self.rows = [i for i, block in enumerate(blocks) if not is_exactly(block.height, 0)]
        self.own = {
            i: [inner(blocks, self.point[i], i, z[i], i, same=True) for z in tests]
            for i in self.rows
        }
        self.partners = {i: list(partners(blocks, i)) for i in self.rows}
        self.other = {
            (i, j, tied): [inner(blocks, self.point[j], j, z[i], i, same=tied) for z in tests]
            for i in self.rows
            for j, tied, _ in self.partners[i]
        }

    def add_row(self, pencil: Pencil, i: int) -> None:
        """The blocks H_rr of lemma 2, r in block i: the radial part, and a term for each other
        row and each teacher.
        """
        geometry, blocks, tests, b = self.geometry, self.blocks, self.tests, self.parents[i]
        height, weight, square = blocks[i].height, geometry.weight[b], geometry.square[b]
        for a, row in enumerate(pencil.form):
            for c in range(a + 1):
                same = inner(blocks, tests[a][i], i, tests[c][i], i, same=True)
                row[c] = row[c] + height * weight * same
            pencil.norms[a] = pencil.norms[a] + height * same
        kappa = weight - geometry.own
        pencil.add(-height * kappa / (2 * square), self.own[i], self.own[i])

        for j, tied, count in self.partners[i]:
            pair, values = (b, self.parents[j], tied), self.other[i, j, tied]
            rows = count, geometry.sine[pair], geometry.inner[pair]
            self._add_transverse(pencil, i, rows, values)
        own = owner(blocks, i)
        if own is not None:
            p = self.point[i].across[own] + self.point[i].extra
            values = [z[i].across[own] + z[i].extra for z in tests]
            self._add_transverse(pencil, i, (-1, geometry.own_sine[b], p), values)
        for t, block in enumerate(blocks):
            count = block.width - (t == own)
            if not is_exactly(count, 0):
                s, p = geometry.teacher_sine[b, block.parent], self.point[i].across[t]
                values = [z[i].across[t] for z in tests]
                self._add_transverse(pencil, i, (-count, s, p), values)

    def _add_transverse(
        self, pencil: Pencil, i: int, rows: tuple[Number, Number, Number], values: list[Number]
    ) -> None:
        """The term q q^T / (2 pi S) of H_rr, times the share of lemma 24. rows: how many rows u
        there are, their S and p with w_r; values: u.z_r for each test matrix z.
        """
        count, s, p = rows
        ratio = p / self.geometry.square[self.parents[i]]
        q = [
            value if is_exactly(along, 0) else value - ratio * along
            for value, along in zip(values, self.own[i], strict=True)
        ]
        pencil.add(self.blocks[i].height * count * self.geometry.per_turn / (2 * s), q, q)

    def add_pair(self, pencil: Pencil, i: int, j: int, tied: bool, count: Number) -> None:
        """The blocks H_rs and H_sr of lemma 2, r in block i and s != r in block j; count: how many
        such s there are for each r.
        """
        geometry, blocks, tests = self.geometry, self.blocks, self.tests
        b, c = self.parents[i], self.parents[j]
        pair, couples = (b, c, tied), blocks[i].height * count
        if j == i:
            couples = half(couples)
        for a, row in enumerate(pencil.form):
            for e in range(a + 1):
                both = inner(blocks, tests[a][i], i, tests[e][j], j, same=tied) + inner(
                    blocks, tests[e][i], i, tests[a][j], j, same=tied
                )
                row[e] = row[e] + couples * geometry.turn[pair] * both
        over, p = couples * geometry.per_turn / geometry.sine[pair], geometry.inner[pair]
        own, of_i, of_j = self.own, self.other[i, j, tied], self.other[j, i, tied]
        pencil.add(over, own[i], own[j])
        pencil.add(over, of_i, of_j)
        pencil.add(-over * p / geometry.square[c], of_i, own[j])
        pencil.add(-over * p / geometry.square[b], own[i], of_j)


def _refined(geometry: Geometry, blocks: Blocks, parent: int) -> Row:
    """The rows of a block of the point, written in a finer partition."""
    row = geometry.point[parent]
    return Row(tuple(row.across[block.parent] for block in blocks), row.extra)


def padding_pencil(geometry: Geometry, component: Component) -> Pencil:
    """The matrix M of lemma 5 on one isotypic component of R^n:

    M_rr = 1/2 + kappa_r,  M_rs = A(w_r, w_s)/(2 pi)    for ReLU.
    """
    blocks, turn, form = geometry.blocks, geometry.turn, []
    if component.letter == "s":
        (b,) = component.of
        tied = [i for i in geometry.students if owner(blocks, i) == b]
        for i in tied:
            row = [turn[i, j, True] - turn[i, j, False] for j in tied if j < i]
            form.append([*row, geometry.weight[i] - turn[i, i, False]])
        return Pencil(form, [arb(1)] * len(tied))
    for i in geometry.students:
        sums: dict[int, Number] = {i: geometry.weight[i]}
        for j, is_tied, count in partners(blocks, i):
            if j > i:  # the lower triangle is enough
                break
            term = turn[i, j, is_tied] if is_exactly(count, 1) else count * turn[i, j, is_tied]
            sums[j] = sums[j] + term if j in sums else term
        form.append([blocks[i].height * sums[j] for j in geometry.students if j <= i])
    return Pencil(form, [arb(1) * blocks[i].height for i in geometry.students])
