"""The second checker's matrices: sums of columns in long integers, few digits first, products of
integers near numbers; against the plain sums in exact numbers."""

from __future__ import annotations

import random
from fractions import Fraction
from math import isqrt

import pytest
from standalone import recheck

rc = recheck("matrices")
matrices, gaussian = rc.matrices, rc.gaussian


@pytest.mark.parametrize(("order", "top"), [(1, 1), (5, 2**30), (40, 2**81 - 1), (70, 3)])
def test_columns_add_up(order, top):
    rng = random.Random(order)
    columns, kept = matrices.Columns(order, top), []
    for j in range(order):
        ends = [rng.choice([-top, top, rng.randint(-top, top)]) for _ in range(j)]
        sums = columns.sums(ends)
        for i in range(j + 1, order):
            plain = sum(f * column[i - order] for f, column in zip(ends, kept, strict=True))
            assert sums[i - order] == plain
        kept.append([rng.choice([-top, top, rng.randint(-top, top)]) for _ in range(j + 1, order)])
        columns.append(kept[-1])


def gram(rng: random.Random, order: int, rank: int) -> list[list[int]]:
    rows = [[rng.randint(-(2**40), 2**40) for _ in range(rank)] for _ in range(order)]
    return [[sum(a * b for a, b in zip(u, v, strict=True)) for v in rows] for u in rows]


@pytest.mark.parametrize("order", [2, 7, 40])
def test_few_digits_are_enough_or_more_are_taken(order, monkeypatch):
    """A singular matrix is never above 0.  2^-100 more and it is, for 200 bits, not for 80."""
    rng, ar, asked = random.Random(order), rc.arithmetic.Arithmetic(200), []
    plain = matrices.Cholesky

    def cholesky(matrix, shift, bits):
        asked.append(bits)
        return plain(matrix, shift, bits)

    monkeypatch.setattr(matrices, "Cholesky", cholesky)
    full = gram(rng, order, order - 1)
    for more, proved, precisions in (
        (0, False, [80, 200]),
        (2**100, True, [80, 200]),
        (2**180, True, [80]),
    ):
        rows = [
            [(x << 118) + (more if i == j else 0) for j, x in enumerate(row[: i + 1])]
            for i, row in enumerate(full)
        ]
        matrix = matrices.SymmetricMatrix([[(x, x) for x in row] for row in rows])
        asked.clear()
        if proved:
            matrices.prove_above("curvature", matrix, (0, 0), ar)
        else:
            with pytest.raises(rc.verdict.Verdict):
                matrices.prove_above("curvature", matrix, (0, 0), ar)
        assert asked == precisions


@pytest.mark.parametrize("seed", range(20))
def test_an_indefinite_matrix_ends_in_a_vector_that_says_so(seed):
    """Entries off the diagonal of many sizes, far larger than the diagonal too."""
    rng, bits = random.Random(seed), 60
    order = rng.randint(2, 30)
    rows = [
        [rng.randint(-(2 ** rng.choice([50, 60, 63])), 2**60) for _ in range(i)] + [2**60]
        for i in range(order)
    ]
    rows[-1][0] = 2**61
    cholesky = matrices.Cholesky(matrices.SymmetricMatrix.around(rows, 0), 0, bits)
    assert cholesky.failure is not None
    assert len(cholesky.failure) == order
    assert any(cholesky.failure)


@pytest.mark.parametrize("bits", [0, 1, 20, 90])
def test_a_cut_matrix_holds_the_matrix(bits):
    rng = random.Random(bits)
    last = (1 << bits) - 1  # what is cut off, at most
    lower = [[rng.randint(-(2**9), 2**9) << bits | last for _ in range(i + 1)] for i in range(9)]
    matrix = matrices.SymmetricMatrix.around(lower, rng.randint(0, 2**95))
    cut = matrix.cut(bits)
    full = [
        [
            abs(Fraction(lower[max(i, j)][min(i, j)], 2**bits) - cut.rows[max(i, j)][min(i, j)])
            for j in range(9)
        ]
        for i in range(9)
    ]
    assert max(map(sum, full)) + Fraction(matrix.slack, 2**bits) <= cut.slack


@pytest.mark.parametrize("seed", range(20))
def test_products_of_integers_near_numbers(seed):
    """For members of all intervals the error, as a matrix, moves no vector by more than the bound
    times its length."""
    rng, bits, d = random.Random(seed), 64, 1 + seed % 7
    widths = [rng.choice([0, 3, 2**50]) for _ in range(3)]

    def drawn(wide: int) -> tuple[tuple[int, int], Fraction]:
        low = rng.randint(-(2**64), 2**64)
        high = low + rng.randint(0, wide)
        return (low, high), Fraction(rng.choice([low, high, rng.randint(low, high)]), 2**bits)

    terms, members = [], []
    for _ in range(rng.randint(1, 6)):
        c, c_0 = drawn(widths[0])
        x, y = ([drawn(wide) for _ in range(d)] for wide in widths[1:])
        terms.append((c, gaussian.near([e for e, _ in x]), gaussian.near([e for e, _ in y])))
        members.append((c_0, [q for _, q in x], [q for _, q in y]))
    found, bound = gaussian.outer_products(terms, d, bits)
    error = [
        [sum(c * x[a] * y[b] for c, x, y in members) * 2**bits - found[a][b] for b in range(d)]
        for a in range(d)
    ]
    assert max(abs(x) for row in error for x in row) <= bound
    for _ in range(20):
        v = [rng.randint(-9, 9) for _ in range(d)]
        image = [sum(x * z for x, z in zip(row, v, strict=True)) for row in error]
        assert sum(x * x for x in image) <= Fraction(bound) ** 2 * sum(z * z for z in v)
    for (_, x, _), (_, x_0, _) in zip(terms, members, strict=True):
        off = sum((q * 2**bits - z) ** 2 for q, z in zip(x_0, x.middles, strict=True))
        assert off <= x.off**2
        assert isqrt(sum(z * z for z in x.middles)) + x.off <= x.size
