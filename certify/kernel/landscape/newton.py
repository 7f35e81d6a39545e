"""Tests of a system of equations on a box, by its values and derivatives there: that it has no
zero, or not two. The preconditioners are not trusted.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_mat

from certify.kernel.foundation.balls import less

__all__ = ["dot", "inverse_near", "mean_value", "one_to_one", "product", "some_apart"]

Rows = list[list[arb]]


def dot(one: Sequence[arb], other: Sequence[arb]) -> arb:
    """The sum of the products."""
    total = arb(0)
    for x, y in zip(one, other, strict=True):
        total += x * y
    return total


def product(matrix: Rows, other: Rows) -> Rows:
    """Of two matrices."""
    return [[dot(row, column) for column in zip(*other, strict=True)] for row in matrix]


def mean_value(start: list[arb], slopes: Rows, moved: list[arb]) -> list[arb]:
    """The values on a box: those in its middle, the derivatives on it, and how far it goes."""
    return [x + dot(row, moved) for x, row in zip(start, slopes, strict=True)]


def inverse_near(matrix: Rows) -> Rows | None:
    """About the inverse of the middle; None if it has none."""
    try:
        inverse = arb_mat(matrix).mid().inv().mid()
    except ZeroDivisionError:
        return None
    return [list(row) for row in inverse.tolist()]


def one_to_one(slopes: Rows) -> bool:
    """Whether a function with these derivatives on a convex set takes no value twice there:
    |I - C E'| < 1 in the maximum norm for some C (lemma 10).
    """
    inverse = inverse_near(slopes)
    if inverse is None:
        return False
    for i, row in enumerate(product(inverse, slopes)):
        total = arb(0)
        for j, entry in enumerate(row):
            total += abs(entry - int(i == j))
        if not less(total, arb(1)):
            return False
    return True


def some_apart(values: Sequence[arb]) -> bool:
    """Whether one of them is not 0 for sure."""
    return any(less(arb(0), value) or less(value, arb(0)) for value in values)
