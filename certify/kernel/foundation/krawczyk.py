"""Krawczyk's test: a square system has exactly one zero in a box (lemma 10)."""

from __future__ import annotations

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import ball

__all__ = ["krawczyk"]


def krawczyk(value: list[arb], jacobian: list[list[arb]], radius: fmpq) -> tuple[arb, arb]:
    """Upper bounds of |I - C J| (largest row sum) and of max_i |(C g(c))_i| + |I - C J| radius, for
    the box |x_i - c_i| <= radius.

    value: g at the centre c; jacobian: enclosure of g' on the box, rows of a square matrix. C is an
    approximate inverse of its midpoint.
    By lemma 10 the box holds exactly one zero of g, inside, if the first is below 1 and the second
    below the radius. Both are NaN if the midpoint has no inverse.
    """
    matrix = arb_mat(jacobian)
    try:
        inverse = matrix.mid().inv().mid()
    except ZeroDivisionError:
        return arb("nan"), arb("nan")
    size = len(value)
    identity = arb_mat([[arb(int(i == j)) for j in range(size)] for i in range(size)])
    defect = (identity - inverse * matrix).tolist()
    contraction = _largest([_sum_of_sizes(row) for row in defect])
    step = (inverse * arb_mat([[entry] for entry in value])).entries()
    return contraction, _largest([entry.abs_upper() for entry in step]) + contraction * ball(radius)


def _sum_of_sizes(row: list[arb]) -> arb:
    total = arb(0)
    for entry in row:
        total += entry.abs_upper()
    return total


def _largest(values: list[arb]) -> arb:
    largest = values[0]
    for value in values[1:]:
        largest = largest.max(value)
    return largest
