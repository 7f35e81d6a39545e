"""Enclosures of the smallest eigenvalue of a symmetric matrix of intervals."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from .arithmetic import ceil_div
from .matrices import ITERATIONS, Cholesky, SymmetricMatrix, quotient
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

    allowed: the projection to the space that x is to lie in.  x comes from inverse iteration, whose
    shift moves half of the way to the quotient that is known.
    """
    bits = lower[0][0].bits
    matrix, e = integers(lower)
    (least, above), (most, _) = (in_units(q, e) for q in bounds)
    cholesky = Cholesky(matrix, above, bits)
    if cholesky.failure is not None:
        prove_definite(code, lowered(lower, bounds[0]), f"{what} less its lower bound")
        cholesky = Cholesky(SymmetricMatrix.around(matrix.rows, 0), least, bits)
    x = [((7919 * i * i + 104729 * i) % 2003 - 1001) << bits for i in range(len(lower))]
    solver, low, upper = cholesky, least, None
    if cholesky.failure is not None:
        x = cholesky.failure
    for _ in range(ITERATIONS):
        x = allowed(x)
        if not any(x):
            break
        upper = quotient(matrix, x)[1]
        if upper < most:
            return
        if cholesky.failure is not None:
            break
        # a shift nearer to the eigenvalue; where it is too large, a vector that shows how much
        closer = Cholesky(SymmetricMatrix.around(matrix.rows, 0), (low + upper) // 2, bits)
        if closer.failure is None:
            solver, low = closer, (low + upper) // 2
        x = solver.solve(x) if closer.failure is None else closer.failure
    shown = "" if upper is None else f": the best quotient found is {brackets_of(upper, e)}"
    limit = brackets(bounds[1].numerator, bounds[1].denominator)
    refuse(code, f"the smallest eigenvalue of {what} is below {limit}{shown}")


def brackets_of(number: int, e: int) -> str:
    return brackets(number << max(e, 0), 1 << max(-e, 0))
