"""Positive definiteness of a symmetric matrix of balls, and an upper bound of its smallest
eigenvalue.

The proof is one inequality (lemma 6): for ANY real matrix L, if

    | A - L L^T - e I |_F < e

then A is positive definite. So L may come from anywhere; here it is an approximate Cholesky factor
in integers (`factor`), taken block by block. What is trusted is that the integers are near A
(`rounded`), and the residual, which is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt

from flint import arb, fmpq, fmpz, fmpz_mat

from certify.kernel.foundation.factor import Corner, below, corner, downhill, lowest_direction
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.rounded import Rounded, identity, norm_square, round_off

__all__ = ["Definiteness", "above", "fixed_bits", "positive_definite"]


@dataclass(frozen=True)
class Definiteness:
    """The verdict on `A - shift I` being positive definite, for every symmetric A in the balls.

    proved: the residual inequality `left < right` of lemma 6 holds. False means that nothing was
    shown. If there was no factor, left is the shift (or the shift and the slack), and right is an
    upper bound of the smallest eigenvalue.
    lowest: an upper bound of the smallest eigenvalue of A (a Rayleigh quotient); NaN where none was
    sought.
    """

    proved: bool
    left: arb | fmpq
    right: arb | fmpq
    lowest: arb | fmpq

    def times(self, factor: fmpq) -> Definiteness:
        """The same of A and the shift multiplied by a positive number."""
        sides = (side * factor for side in (self.left, self.right, self.lowest))
        return Definiteness(self.proved, *sides)

    def require(self, ledger: Ledger, code: str, sentence: str) -> None:
        """Enter the residual inequality."""
        if self.proved:
            ledger.require(code, sentence, self.left, self.right, (10, 5))
        else:
            ledger.refuse(code, sentence, self.left, self.right)


def fixed_bits(bits: int) -> int:
    """The bits of integers for a matrix, twice those of its factor, at this working precision."""
    return 2 * (bits // 2 - 4)


def positive_definite(
    rows: list[list[arb]], shift: fmpq, bits: int, *, seek: bool = True
) -> Definiteness:
    """Prove that A - shift I is positive definite for every symmetric A in the balls (lemma 6).

    rows: lower triangle of A (row i has i + 1 balls; ValueError otherwise); shift: exact; bits:
    twice the fixed-point digits used for L, at most the working precision that the caller has set;
    seek: whether an upper bound of the smallest eigenvalue is wanted.
    """
    rounded = round_off(rows, fixed_bits(bits))
    if rounded is None:
        return Definiteness(False, arb.nan(), fmpq(0), arb.nan())
    return above(rounded, shift, seek=seek)


def above(rounded: Rounded, shift: fmpq, *, seek: bool = True) -> Definiteness:
    """The same for every symmetric A that is rounded to these integers M (lemma 6, in integers).

    Let s be the shift and c an integer above 2^b s. The integers R = M - c I - L L^T are exact, and

        2^b (A - s I) = L L^T + (c - 2^b s) I + R + E,    |E|_F <= size error.

    So lemma 6 asks for |R|_F + size error < c - 2^b s.
    """
    unit, half = fmpz(2) ** rounded.bits, rounded.bits // 2
    # entries of R are a few units in the last place of L, times the largest entry of L
    largest = isqrt(max(0, int((rounded.highest() - shift * unit).ceil()) >> rounded.bits))
    slack = rounded.size * (2 * rounded.error + (fmpz(8 * (largest + 2)) << half))
    lowered = (shift * unit).ceil() + slack
    factor: list[list[fmpz_mat]] = [[] for _ in rounded.blocks]
    turned: list[list[fmpz_mat]] = [[] for _ in rounded.blocks]  # the same, transposed
    corners: list[Corner] = []
    squares = fmpz(0)  # |R|_F^2
    # row by row, so that a pivot that is not positive ends it before entries grow below it
    for i in range(len(factor)):
        for j in range(i + 1):
            rest = rounded.blocks[i][j]
            for left, right in zip(factor[i], turned[j][:j], strict=False):
                rest = rest - left * right
            if i == j:
                rest = rest - identity(rest.nrows()) * lowered
                found = corner(fmpz_mat(rest), half)  # a copy: what is not trusted may change it
                if not isinstance(found, Corner):
                    x = downhill(factor[: i + 1], corners, found, half)
                    return _failed(rounded, shift, fmpq(slack, unit), x)
                corners.append(found)
                block = fmpz_mat(found.block)
            else:
                block = fmpz_mat(below(fmpz_mat(rest), corners[j], half))
            factor[i].append(block)
            turned[i].append(block.transpose())
            size = norm_square(rest - block * turned[j][j], half)
            squares += size if i == j else 2 * size
    norm = isqrt(int(squares)) + 1 + rounded.size * rounded.error
    gap = lowered - shift * unit
    direction = lowest_direction(factor, corners, half) if seek else []
    lowest = rounded.quotient(direction) if any(direction) else arb.nan()
    return Definiteness(bool(norm < gap), fmpq(norm, unit), gap / unit, lowest)


def _failed(rounded: Rounded, shift: fmpq, slack: fmpq, downhill: list[int]) -> Definiteness:
    """Where a pivot was not positive: the bound that the smallest eigenvalue would have to exceed,
    and an upper bound of it.
    """
    x = downhill + [0] * (rounded.size - len(downhill))
    quotient = rounded.quotient(x)
    # where the quotient is above the shift, it is the slack that it does not exceed
    return Definiteness(False, shift + slack if shift < quotient else shift, quotient, quotient)
