"""Enclosures of the smallest eigenvalue of a symmetric matrix of intervals."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from .arithmetic import ceil_div
from .matrices import ITERATIONS, Cholesky, SymmetricMatrix, lower_and_lower, quotient
from .smooth_networks import prove_definite
from .verdict import brackets, refuse
from .wide import Wide, shifted

Lower = list[list[Wide]]  # the rows of a lower triangle


def lowered(lower: Lower, by: Fraction) -> Lower:
    """X - by I."""
    number = Wide.of(by, lower[0][0].bits)
    return [[*row[:-1], row[-1] - number] for row in lower]


def negative(lower: Lower) -> Lower:
    return [[-x for x in row] for row in lower]


def integers(lower: Lower) -> tuple[SymmetricMatrix, int]:
    """The matrices in units of 2^e, where all entries are below 2^(bits + e)."""
    e = max(x.top for row in lower for x in row) - lower[0][0].bits
    return SymmetricMatrix([shifted(x.lo, x.hi, x.e - e) for x in row] for row in lower), e


def in_units(q: Fraction, e: int) -> tuple[int, int]:
    """q in units of 2^e, rounded down and up."""
    num, den = q.numerator << max(-e, 0), q.denominator << max(e, 0)
    return num // den, ceil_div(num, den)


def prove_least(
    code: str,
    lower: Lower,
    bounds: tuple[Fraction, Fraction],
    allowed: Callable[[list[int]], list[int]],
    what: str,
) -> None:
    """All eigenvalues are above bounds[0], and some x has x^T X x < bounds[1] x^T x, for all X.

    allowed: the projection to the space that x is to lie in.
    """
    bits = lower[0][0].bits
    matrix, e = integers(lower)
    (least, above), (most, _) = (in_units(q, e) for q in bounds)
    cholesky = Cholesky(matrix, above, bits)
    if cholesky.failure is not None:
        prove_definite(code, lowered(lower, bounds[0]), f"{what} less its lower bound")
        cholesky = Cholesky(SymmetricMatrix.around(matrix.rows, 0), least, bits)
    upper = None
    if cholesky.failure is None:
        found = lower_and_lower(matrix, cholesky, least, bits, range(1, ITERATIONS), allowed)
    else:
        found = (quotient(matrix, x) for x in [allowed(cholesky.failure)] if any(x))
    for _, upper in found:
        if upper < most:
            return
    shown = "" if upper is None else f": the best quotient found is {brackets_of(upper, e)}"
    limit = brackets(bounds[1].numerator, bounds[1].denominator)
    refuse(code, f"the smallest eigenvalue of {what} is below {limit}{shown}")


def brackets_of(number: int, e: int) -> str:
    return brackets(number << max(e, 0), 1 << max(-e, 0))
