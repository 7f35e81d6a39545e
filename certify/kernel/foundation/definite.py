"""Positive definiteness of a symmetric matrix of balls, and a direction that bounds its smallest
eigenvalue from above.

The proof is one inequality (lemma 6): for ANY real matrix L, if

    | A - L L^T - e I |_F < e

then A is positive definite. So L may come from anywhere; here it is an approximate Cholesky factor
of the midpoint, computed in fixed-point integers, and only L L^T (an exact product of integer
matrices) and the residual (balls) are trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat, fmpq, fmpz, fmpz_mat

from certify.kernel.foundation.balls import (
    ball,
    less,
)
from certify.kernel.foundation.factor import cholesky, fixed_point, lowest_direction
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.triangle import require_triangle

__all__ = [
    "Definiteness",
    "positive_definite",
    "rayleigh_quotient",
]


@dataclass(frozen=True)
class Definiteness:
    """The verdict on `A - shift I` being positive definite, for every symmetric A in the balls.

    proved: the residual inequality `left < right` of lemma 6 holds. Where it is false, nothing was
    shown; if the factorisation broke down, left is the shift (and the slack) and right an upper
    bound (Rayleigh quotient) of the smallest eigenvalue it would have to lie below.
    direction: an integer vector x, approximately the lowest eigenvector, or one found to have
    x^T (A - shift I) x <= 0.
    """

    proved: bool
    left: arb | fmpq
    right: arb | fmpq
    direction: list[int]

    def require(self, ledger: Ledger, code: str, sentence: str) -> None:
        """Enter the residual inequality."""
        if self.proved:
            ledger.require(code, sentence, self.left, self.right, (10, 5))
        else:
            ledger.refuse(code, sentence, self.left, self.right)


def rayleigh_quotient(rows: list[list[arb]], direction: list[int]) -> arb:
    """x^T A x / x^T x, an upper bound of the smallest eigenvalue of A (lemma 7); NaN for x = 0.

    rows: lower triangle of A; direction: the integer vector x.
    """
    require_triangle(rows)
    if len(direction) != len(rows):
        raise ValueError("the direction and the matrix have different sizes")
    x = [fmpz(value) for value in direction]
    total = arb(0)
    for i, row in enumerate(rows):
        if x[i]:
            part = row[i] * x[i]
            if i:
                product = arb_mat(1, i, row[:i]) * arb_mat(fmpz_mat(i, 1, x[:i]))
                part += 2 * product[0, 0]
            total += part * x[i]
    norm = sum((value * value for value in x), fmpz(0))
    return total / norm


def positive_definite(
    rows: list[list[arb]], shift: fmpq, bits: int, *, seek: bool = True
) -> Definiteness:
    """Prove that A - shift I is positive definite for every symmetric A in the balls (lemma 6).

    rows: lower triangle of A (row i has i + 1 balls; ValueError otherwise); shift: exact; bits:
    twice the fixed-point digits used for L, at most the working precision that the caller has set;
    seek: whether a direction near the lowest eigenvector is wanted (of a matrix that is proved, it
    takes hundreds of back-substitutions).
    """
    require_triangle(rows)
    size, fraction = len(rows), bits // 2 - 4
    slack_fixed = 16 * size  # the residual is about `size` units in the last place
    slack = fmpq(slack_fixed, fmpz(2) ** fraction)
    offset, epsilon = ball(shift), ball(slack)
    lowered = [[*row[:-1], row[-1] - offset] for row in rows]
    middle = fixed_point(lowered, fraction)
    if middle is None:
        return Definiteness(False, arb.nan(), slack, [0] * size)
    for row in middle:
        row[-1] -= slack_fixed
    factor, breakdown = cholesky(middle, fraction)
    if breakdown is not None:
        direction = breakdown + [0] * (size - len(breakdown))
        quotient = rayleigh_quotient(rows, direction)
        # where the quotient is above the shift, it is the slack that it does not exceed
        needed = shift + slack if less(offset, quotient) else shift
        return Definiteness(False, needed, quotient, direction)

    padded = fmpz_mat([row + [0] * (size - len(row)) for row in factor])
    product = (padded * padded.transpose()).tolist()
    below = _squares(
        [row[:-1] for row in lowered[1:]],
        [exact[:i] for i, exact in enumerate(product[1:], 1)],
        fraction,
    )
    diagonal = _squares(
        [[row[-1] - epsilon for row in lowered]], [[product[i][i] for i in range(size)]], fraction
    )
    norm = (diagonal + 2 * below).sqrt()
    return Definiteness(
        less(norm, epsilon), norm, slack, lowest_direction(factor, fraction) if seek else []
    )


def _squares(rows: list[list[arb]], exact: list[list[fmpz]], fraction: int) -> arb:
    """Upper bound of the sum of ( entry - exact entry / 4^fraction )^2 over all entries."""
    unit = arb(fmpz(4) ** fraction)
    total = arb(0)
    for row, whole in zip(rows, exact, strict=True):
        residual = arb_mat([row]) - arb_mat(fmpz_mat([whole])) / unit
        total += (residual * residual.transpose())[0, 0].abs_upper()
    return total
