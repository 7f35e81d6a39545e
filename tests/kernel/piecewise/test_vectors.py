"""Vectors as a rational times integers without a common divisor."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import fmpq, fmpz

from certify.kernel.piecewise.vectors import Vector, Vectors, total

pytestmark = pytest.mark.quick


def rational(vector: Vector | None, length: int) -> list[Fraction]:
    if vector is None:
        return [Fraction(0)] * length
    factor = Fraction(int(vector.factor.p), int(vector.factor.q))
    return [factor * int(entry) for entry in vector.whole]


def drawn(rng: random.Random, length: int) -> tuple[Vector | None, list[Fraction]]:
    factor = fmpq(rng.randint(-6, 6), rng.randint(1, 6))
    entries = [fmpz(rng.choice([0, 0, 1, -1, 2, -4, 6])) for _ in range(length)]
    value = Fraction(int(factor.p), int(factor.q))
    return Vector.of(factor, entries), [value * int(entry) for entry in entries]


@pytest.mark.parametrize("seed", range(50))
def test_vectors_are_what_they_are_made_of_and_equal_where_their_values_are(seed):
    rng, known = random.Random(seed), Vectors(3)
    made = [drawn(rng, 3) for _ in range(30)]
    for vector, value in made:
        assert rational(vector, 3) == value
        assert (vector is None) == (not any(value))
        if vector is not None:
            assert vector.lead == next(
                fmpq(entry.numerator, entry.denominator) for entry in value if entry
            )
    for one, value in made:
        for other, own in made:
            assert (one == other) == (value == own)
            if one is not None and other is not None:
                assert (known.number(one) == known.number(other)) == (value == own)
                products = [a * b for a, b in zip(value, own, strict=True)]
                assert rational(known.product(one, other), 3) == products
    sums = [sum(column, Fraction(0)) for column in zip(*(value for _, value in made), strict=True)]
    assert rational(total(vector for vector, _ in made), 3) == sums


def test_what_cancels_is_no_vector():
    one, other = Vector.of(fmpq(1, 3), [fmpz(2), fmpz(4)]), Vector.of(fmpq(2), [fmpz(-1), fmpz(-2)])
    assert one is not None
    assert one.whole == (1, 2)
    assert total([one, None, other, one, one]) is None
    assert total([]) is None


def test_entries_taken_from_a_table():
    known, table = Vectors(4), [fmpz(0), fmpz(3), fmpz(-6)]
    assert known.taken(table, fmpz(2), (0, 0, 0, 0)) is None
    constant = known.taken(table, fmpz(2), (1, 1, 1, 1))
    assert constant is not None
    assert constant.whole is known.ones.whole
    assert rational(constant, 4) == [Fraction(3, 2)] * 4
    mixed = known.taken(table, fmpz(2), (0, 2, 1, 0))
    assert rational(mixed, 4) == [0, -3, Fraction(3, 2), 0]
