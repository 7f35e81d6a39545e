"""Matrices of integers over one denominator are the rational matrices, and tables of decimals are
read into them as `decimal` reads each entry.
"""

from __future__ import annotations

import random

import pytest
from flint import fmpq, fmpq_mat, fmpz, fmpz_mat

from certify.kernel.foundation.data import read_data
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, decimal_matrix
from certify.kernel.foundation.rational_matrix import RationalMatrix

pytestmark = pytest.mark.quick


def some(rng: random.Random, rows: int, columns: int) -> RationalMatrix:
    """A random matrix, not in lowest terms."""
    entries = [rng.randint(-(10**20), 10**20) for _ in range(rows * columns)]
    return RationalMatrix(fmpz_mat(rows, columns, entries), fmpz(rng.choice([1, 6, 10**7, 3**40])))


@pytest.mark.parametrize("seed", range(20))
def test_arithmetic_is_that_of_the_rationals(seed):
    rng = random.Random(seed)
    n, m, k = (rng.randint(1, 4) for _ in range(3))
    a, b, c = some(rng, n, m), some(rng, n, m), some(rng, m, k)
    x, y = a.rational(), b.rational()
    assert (a + b).rational() == x + y
    assert (a - b).rational() == x - y
    assert (a * c).rational() == x * c.rational()
    assert a.transpose().rational() == x.transpose()
    assert (a.entries(), a.tolist()) == (x.entries(), x.tolist())
    assert a[n - 1, m - 1] == x[n - 1, m - 1]
    assert a.dot(b) == sum((p * q for p, q in zip(x.entries(), y.entries(), strict=True)), fmpq(0))
    assert fmpq_mat(a.over(a.below * 12)) / (a.below * 12) == x
    assert RationalMatrix.of(x).rational() == x
    assert (a.nrows(), a.ncols(), a.rows[0]) == (n, m, a.row(0))


ENTRIES = [
    *("0", "-0", "7", "-12", "0.5", "-0.50", "123.456000", "-0.000", "1e-3", "2.5e2", "1e-300"),
    *("0." + "3" * 32, "0." + "3" * 33, "1" * 32, "1" * 33, "-" + "9" * 200 + ".5", "0e0"),
]
NO_DECIMALS = [
    "",
    "1,2",
    ",",
    "01",
    "1.",
    ".5",
    "+1",
    "1 ",
    "1\n",
    "٣",
    "1_0",
    "nan",
    "1/2",
    1,
    None,
]


@pytest.mark.parametrize("seed", range(30))
def test_tables_are_read_as_each_decimal_is(seed):
    rng = random.Random(seed)
    units, some_of_them = rng.randint(1, 4), rng.sample(ENTRIES, rng.randint(1, len(ENTRIES)))
    table = [[rng.choice(some_of_them) for _ in range(units)] for _ in range(rng.randint(1, 5))]
    expected = [[decimal(entry, "x") for entry in row] for row in table]
    assert read_data(table, "x", units).transpose().tolist() == expected


@pytest.mark.parametrize("entry", NO_DECIMALS)
def test_what_is_no_decimal_is_refused_with_its_place(entry):
    table = [["1", "2"], ["3", entry]]
    with pytest.raises(Malformed) as error:
        read_data(table, "the inputs", 2)
    with pytest.raises(Malformed) as known:
        decimal_matrix(table, "the inputs", 2, 2)
    assert str(error.value) == str(known.value)
    assert "entry (2, 2) of the inputs" in str(error.value)


def test_rows_of_another_length_are_refused():
    for row in (["1"], ["1", "2", "3"], ["1,2"], "12", None):
        with pytest.raises(Malformed, match="row 2 of x is not a list of 2 numbers"):
            read_data([["1", "2"], row], "x", 2)


def test_a_table_that_explodes_over_one_denominator_is_refused_where_there_is_a_bound():
    table = [["1e-300", "1"], ["0." + "7" * 390 + "e-300", "1"]]
    assert read_data(table, "x", 2).below == 10**690
    bits = (10**690).bit_length()
    assert read_data(table, "x", 2, 4 * bits).nrows() == 2
    with pytest.raises(Malformed, match="over their common denominator have more than"):
        read_data(table, "x", 2, 4 * bits - 1)
