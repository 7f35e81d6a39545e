"""Lemma 10's two numbers, against exact arithmetic."""

from __future__ import annotations

from itertools import permutations

import pytest
from flint import arb, fmpq

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.krawczyk import krawczyk

SIZES = (fmpq(1, 10), fmpq(1, 5), fmpq(3, 10))


@pytest.fixture(autouse=True)
def _precision():
    with precision(128):
        yield


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_largest_row_and_the_largest_step_count(order):
    """A Jacobian of I and a defect of its own for each row, wherever the largest stands: the
    midpoint is I, so C = I, and row i of |I - C J| is the radius of its ball.
    """
    defects = [SIZES[i] for i in order]
    jacobian = [
        [arb(int(i == j), arb(defects[i]) if i == j else 0) for j in range(3)] for i in range(3)
    ]
    steps = [arb(SIZES[i]) / 100 * (-1) ** i for i in order]
    contraction, inclusion = krawczyk(steps, jacobian, fmpq(1, 2))
    assert abs(contraction - arb("0.3")) < arb("1e-6")
    assert abs(inclusion - (arb("0.003") + arb("0.15"))) < arb("1e-6")


@pytest.mark.parametrize("row", range(3))
def test_all_entries_of_a_row_count(row):
    jacobian = [[arb(int(i == j), 0.125 if i == row else 0) for j in range(3)] for i in range(3)]
    contraction, inclusion = krawczyk([arb(0)] * 3, jacobian, fmpq(2))
    assert abs(contraction - arb("0.375")) < arb("1e-6")
    assert abs(inclusion - arb("0.75")) < arb("1e-6")


def test_without_an_inverse_nothing_is_proved():
    contraction, inclusion = krawczyk([arb(0)] * 2, [[arb(1), arb(1)]] * 2, fmpq(1))
    assert contraction.is_nan() and inclusion.is_nan()
