"""Lemmas 8, 9 and 11: the closed forms by blocks and the isotypic pencils against the dense
formulas, at random block points.
"""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest
from flint import arb, arb_series, fmpq

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.pivots import inertia
from certify.kernel.gaussian import closed_form as gaussian
from certify.kernel.gaussian.blocks import (
    Block,
    fixed_matrix,
    inner,
    owner,
    unknowns,
)
from certify.kernel.gaussian.components import components, padding_components, representatives
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotropy import column_invariants, require_isotropy, row_invariants
from certify.kernel.gaussian.isotypic import padding_pencil, pencil_of
from certify.kernel.gaussian.pairs import pairs
from tests.triangles import hessian

pytestmark = pytest.mark.quick

# (diagonal sizes, single rows, sizes of blocks of columns): n = k, k + 1, k + 2 and k between 4 and
# 12
PARTITIONS = [
    ((4,), 0, ()), ((12,), 0, ()), ((5, 1), 0, ()), ((2, 3), 0, ()), ((3, 4, 1), 0, ()),
    ((2, 2, 2), 0, ()), ((1, 1, 4), 0, ()), ((5, 5), 0, ()), ((1, 1, 1, 1), 0, ()),
    ((4,), 1, ()), ((4, 1), 1, ()), ((9, 1), 1, ()), ((3, 2), 2, ()), ((3,), 2, (2,)),
    ((2, 1), 3, (2, 1)), ((), 4, (3, 1)), ((), 5, (2, 3)), ((2,), 2, (1,)),
    # with copies of these diagonal blocks
    ((3, 2), 0, (), (1,)), ((3, 4), 0, (), (1,)), ((2,), 1, (), (0,)), ((2,), 0, (3,), (0, 0)),
    ((4,), 0, (), (0,)), ((2, 3), 1, (1,), (1, 0, 1)), ((1, 3), 0, (), (1, 1)),
]  # fmt: skip


def partition(diagonal, rows, columns, copies=()):
    parts = (
        [(p, True, True, None) for p in diagonal]
        + [(1, True, False, None)] * rows
        + [(q, False, True, None) for q in columns]
        + [(diagonal[of], True, False, of) for of in copies]
    )
    return tuple(
        Block(size, has_rows, has_columns, i, copy_of=of)
        for i, (size, has_rows, has_columns, of) in enumerate(parts)
    )


def dense(blocks, values):
    """The matrix, row by row."""
    rows = [(i, r) for i, b in enumerate(blocks) if b.rows for r in range(b.size)]
    columns = [(j, t) for j, b in enumerate(blocks) if b.columns for t in range(b.size)]
    return (
        rows,
        columns,
        tuple(
            tuple(values[i, j, owner(blocks, i) == j and r == t] for j, t in columns)
            for i, r in rows
        ),
    )


def midpoint(value):
    return float(arb(value).mid())


def eigenvalues(pencil):
    size = len(pencil.norms)
    norms = np.sqrt([midpoint(x) for x in pencil.norms])
    form = np.array(
        [[midpoint(pencil.form[max(a, b)][min(a, b)]) for b in range(size)] for a in range(size)]
    )
    return np.linalg.eigvalsh(form / np.outer(norms, norms))


def full(lower):
    size = len(lower)
    return np.array(
        [[midpoint(lower[max(a, b)][min(a, b)]) for b in range(size)] for a in range(size)]
    )


@pytest.fixture(autouse=True)
def _precision():
    with precision(160):
        yield


@pytest.mark.parametrize("spec", PARTITIONS, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_blocks_agree_with_the_dense_formulas(spec, seed):
    blocks, rng = partition(*spec), random.Random(seed)
    values = {name: fmpq(rng.randint(-2000, 2000) * 2 + 1, 1500) for name in unknowns(blocks)}
    rows, columns, matrix = dense(blocks, values)
    n, k = len(rows), len(columns)
    point = pairs(matrix, tuple(tuple(fmpq(int(i == j)) for j in range(k)) for i in range(k)), 160)
    geometry = Geometry(
        blocks, fixed_matrix(blocks, {name: arb(value) for name, value in values.items()})
    )

    assert geometry.loss().overlaps(gaussian.loss(point))
    assert geometry.loss().rad() < 1e-40
    reduced = dict(zip(unknowns(blocks), geometry.gradient(), strict=True))
    for row, (i, r) in zip(gaussian.gradient(point), rows, strict=True):
        for entry, (j, t) in zip(row, columns, strict=True):
            assert entry.overlaps(reduced[i, j, owner(blocks, i) == j and r == t])

    types = components(blocks)
    assert sum(kind.copies * kind.dimension for kind in types) == n * k
    found = []
    for kind in types:
        pencil = pencil_of(geometry, kind)
        assert len(pencil.norms) == kind.copies
        found += list(np.repeat(eigenvalues(pencil), kind.dimension))
    assert np.allclose(sorted(found), np.linalg.eigvalsh(full(hessian(point))), rtol=0, atol=1e-11)
    beyond = [
        np.repeat(eigenvalues(padding_pencil(geometry, kind)), kind.dimension)
        for kind in padding_components(blocks)
    ]
    assert np.allclose(
        np.sort(np.concatenate(beyond)),
        np.linalg.eigvalsh(full(gaussian.pad_block(point))),
        rtol=0,
        atol=1e-12,
    )


@pytest.mark.parametrize("spec", PARTITIONS, ids=str)
def test_test_matrices_are_orthogonal_and_have_the_norms_of_the_pencil(spec):
    blocks = partition(*spec)
    for kind in components(blocks):
        finer, tests = representatives(blocks, kind)
        for a, x in enumerate(tests):
            for b, y in enumerate(tests):
                product = sum(
                    (
                        arb(block.height) * inner(finer, x[i], i, y[i], i, same=True)
                        for i, block in enumerate(finer)
                        if block.height
                    ),
                    arb(0),
                )
                assert (product == 0) == (a != b), (kind, a, b)


@pytest.mark.parametrize("k", [8, 10**3, 10**6, 10**12])
def test_sizes_are_numbers_only(k):
    """The same coordinates in a partition and in a finer one give the same loss and gradient,
    whatever the sizes.
    """
    coarse, fine = partition((k - 1, 1), 0, ()), partition((k - 3, 1, 1, 1), 0, ())
    a, b, c, d, e = (arb(x) / 100 for x in (97, -3, 21, 13, -64))
    rest = {(0, 0, True): a, (0, 0, False): b}
    for i in (1, 2):
        rest |= {
            (i, i, True): a,
            (0, i, False): b,
            (i, 0, False): b,
            (i, 3 - i, False): b,
            (i, 3, False): c,
            (3, i, False): d,
        }
    rest |= {(0, 3, False): c, (3, 0, False): d, (3, 3, True): e}
    one = Geometry(
        coarse,
        fixed_matrix(
            coarse,
            {
                (0, 0, True): a,
                (0, 0, False): b,
                (0, 1, False): c,
                (1, 0, False): d,
                (1, 1, True): e,
            },
        ),
    )
    two = Geometry(fine, fixed_matrix(fine, rest))
    assert one.loss().overlaps(two.loss())
    first, second = (
        dict(zip(unknowns(coarse), one.gradient(), strict=True)),
        dict(zip(unknowns(fine), two.gradient(), strict=True)),
    )
    for name, other in (
        ((0, 0, True), (1, 1, True)),
        ((0, 0, False), (2, 1, False)),
        ((0, 1, False), (1, 3, False)),
        ((1, 0, False), (3, 2, False)),
        ((1, 1, True), (3, 3, True)),
    ):
        assert first[name].overlaps(second[other])


def test_jacobian_is_the_derivative_of_the_gradient():
    """(8.4), along each coordinate, by power series."""
    blocks = partition((5, 2), 1, (1,))
    rng = random.Random(1)
    values = {name: arb(rng.randint(-900, 900)) / 701 for name in unknowns(blocks)}
    pencil = pencil_of(Geometry(blocks, fixed_matrix(blocks, values)), components(blocks)[0])
    for b, name in enumerate(unknowns(blocks)):
        moving = {
            other: arb_series([value, arb(int(other == name))], 2)
            for other, value in values.items()
        }
        for a, entry in enumerate(Geometry(blocks, fixed_matrix(blocks, moving)).gradient()):
            assert entry[1].overlaps(pencil.form[max(a, b)][min(a, b)] / pencil.norms[a])


def test_derivative_in_the_size_of_a_block():
    """The equations in real k: the series in k agrees with the equations at neighbouring sizes (a
    quadratic through three of them).
    """
    a, b, c, d, e = (arb(x) / 100 for x in (97, -3, 21, 13, -64))

    def gradient(k):
        blocks = (Block(k - 1, True, True, 0), Block(1, True, True, 1))
        return Geometry(
            blocks, fixed_matrix(blocks, dict(zip(unknowns(blocks), (a, b, c, d, e), strict=True)))
        ).gradient()

    step = arb(fmpq(1, 2**60))
    for entry, low, high in zip(
        gradient(arb_series([arb(8), arb(1)], 2)),
        gradient(arb(8) - step),
        gradient(arb(8) + step),
        strict=True,
    ):
        assert abs(midpoint(entry[1]) - midpoint((high - low) / (2 * step))) < 1e-15
    for whole, real in zip(gradient(8), gradient(arb(8)), strict=True):
        assert whole.overlaps(real)


def test_boxes_enclose_their_points():
    blocks = partition((4, 1), 1, ())
    rng = random.Random(5)
    values = {name: fmpq(rng.randint(-900, 900), 701) for name in unknowns(blocks)}
    spread = fmpq(1, 10**6)
    box = Geometry(
        blocks,
        fixed_matrix(
            blocks,
            {name: arb(value) + arb(0, arb(spread).upper()) for name, value in values.items()},
        ),
    )
    for _ in range(20):
        inside = {
            name: arb(value + spread * fmpq(rng.randint(-1000, 1000), 1000))
            for name, value in values.items()
        }
        point = Geometry(blocks, fixed_matrix(blocks, inside))
        assert box.loss().contains(point.loss().mid())
        assert all(
            big.contains(small.mid())
            for big, small in zip(box.gradient(), point.gradient(), strict=True)
        )
        for kind in components(blocks):
            for wide, thin in zip(
                pencil_of(box, kind).form, pencil_of(point, kind).form, strict=True
            ):
                assert all(arb(x).contains(arb(y).mid()) for x, y in zip(wide, thin, strict=True))


@pytest.mark.parametrize("spec", PARTITIONS, ids=str)
def test_invariants_are_norms_and_sums(spec):
    blocks, rng = partition(*spec), random.Random(9)
    values = {name: fmpq(rng.randint(-2000, 2000), 1500) for name in unknowns(blocks)}
    rows, columns, matrix = dense(blocks, values)
    geometry = Geometry(
        blocks, fixed_matrix(blocks, {name: arb(value) for name, value in values.items()})
    )
    for (i, _), row in zip(rows, matrix, strict=True):
        square, total = row_invariants(geometry)[i]
        assert square.overlaps(arb(sum((x * x for x in row), fmpq(0))))
        assert arb(total).overlaps(arb(sum(row, fmpq(0))))
    for (j, _), column in zip(columns, zip(*matrix, strict=True), strict=True):
        square, total = column_invariants(geometry)[j]
        assert square.overlaps(arb(sum((x * x for x in column), fmpq(0))))
        assert total.overlaps(arb(sum(column, fmpq(0))))
    assert set(row_invariants(geometry)) == {i for i, _ in rows}
    assert set(column_invariants(geometry)) == {j for j, _ in columns}


@pytest.mark.parametrize(
    ("rows", "exact"),
    [
        # norms and sums of rows and columns differ, in either order
        (((3, 1), (1, 1)), True), (((1, 1), (3, 1)), True),
        (((3, 1), (1, 3)), False),  # rows and columns can be exchanged together
        (((2, 1), (-1, 2)), True),  # equal norms, different sums
        (((1, 2), (2, -1)), True),
        (((5, 5), (7, 1)), True),  # rows of equal norm, columns that differ
        (((4, 2), (3, 3)), True),  # rows of equal sum
        (((0, 1), (1, 0)), False),
    ],
)  # fmt: skip
def test_isotropy_of_two_single_blocks(rows, exact):
    """Two blocks of size 1: the group is trivial, and the claim is that nothing else fixes the
    matrix.
    """
    blocks = partition((1, 1), 0, ())
    values = {(i, j, i == j): arb(rows[i][j]) for i in range(2) for j in range(2)}
    geometry = Geometry(blocks, fixed_matrix(blocks, values))
    if exact:
        ledger = Ledger()
        require_isotropy(geometry, ledger)
        assert len(ledger.inequalities) == 2
    else:
        with pytest.raises(Unverified):
            require_isotropy(geometry, Ledger())


def test_isotropy_needs_blocks_that_are_not_constant():
    blocks = partition((3,), 0, ())
    for diagonal, off, exact in ((1, 2, True), (2, 1, True), (1, 1, False)):
        geometry = Geometry(
            blocks, fixed_matrix(blocks, {(0, 0, True): arb(diagonal), (0, 0, False): arb(off)})
        )
        if exact:
            require_isotropy(geometry, Ledger())
        else:
            with pytest.raises(Unverified):
                require_isotropy(geometry, Ledger())


def test_zero_and_parallel_rows_give_no_finite_enclosure():
    blocks = partition((3, 1), 1, ())
    zero = dict.fromkeys(unknowns(blocks), arb(0))
    assert not Geometry(blocks, fixed_matrix(blocks, zero)).gradient()[0].is_finite()
    equal = {name: arb(1) for name in unknowns(blocks)}
    parallel = Geometry(blocks, fixed_matrix(blocks, equal))
    assert any(not (s > 0) for s in parallel.sines())
    assert not pencil_of(parallel, components(blocks)[0]).form[0][0].is_finite()


def test_inertia_counts_and_refuses():
    form = [[arb(2)], [arb(1), arb(3)], [arb(0), arb(1), arb(-4)]]
    norms = [arb(1), arb(2), arb(1)]
    matrix = np.array([[2, 1, 0], [1, 3, 1], [0, 1, -4]]) / np.sqrt(np.outer([1, 2, 1], [1, 2, 1]))
    values = np.linalg.eigvalsh(matrix)
    for shift in np.linspace(-6.003, 4.007, 41):
        assert inertia(form, norms, fmpq(int(shift * 1000), 1000)) == int(
            (values < int(shift * 1000) / 1000).sum()
        )
    assert inertia([[arb(1, 2)]], [arb(1)], fmpq(0)) is None
    assert inertia([[arb("nan")]], [arb(1)], fmpq(0)) is None
    # regular, but elimination needs an exchange
    assert inertia([[arb(0)], [arb(1), arb(0)]], [arb(1), arb(1)], fmpq(0)) is None
    assert inertia([[arb(3)]], [arb(1)], fmpq(3)) is None
    with pytest.raises(ValueError, match="lower triangle"):
        inertia([[arb(1), arb(2)]], [arb(1)], fmpq(0))


def test_krawczyk_bounds():
    contraction, reach = krawczyk(
        [arb(fmpq(1, 100)), arb(0)], [[arb(2), arb(0)], [arb(1), arb(1)]], fmpq(1)
    )
    assert contraction < 1e-40
    assert reach.overlaps(arb(fmpq(1, 200))) or reach >= arb(fmpq(1, 200))
    wide, _ = krawczyk([arb(0)], [[arb(1, 2)]], fmpq(1))
    assert not (wide < 1)
    for matrix in ([[arb(0)]], [[arb(1), arb(2)], [arb(2), arb(4)]], [[arb("nan")]]):
        bounds = krawczyk([arb(0)] * len(matrix), matrix, fmpq(1))
        assert not any((bound < 10**9) is True for bound in bounds)


def test_types_of_small_blocks():
    names = {p: [kind.name for kind in components(partition((p,), 0, ()))] for p in range(1, 6)}
    assert names == {
        1: ["1"],
        2: ["1", "s1"],
        3: ["1", "s1", "x1"],
        4: ["1", "s1", "x1", "y1"],
        5: ["1", "s1", "x1", "y1"],
    }
    copies = [
        next(kind.copies for kind in components(partition((p, 1), 0, ())) if kind.name == "s1")
        for p in range(2, 6)
    ]
    assert copies == [4, 5, 5, 5]
    assert all(x <= y for x, y in pairwise(copies))
