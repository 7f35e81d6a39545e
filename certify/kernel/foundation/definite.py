"""Positive definiteness of a symmetric matrix of balls, and a direction that bounds its smallest
eigenvalue from above.

The proof is one inequality (LEMMAS.md, lemma 6): for ANY real matrix L, if | A - L L^T - e I |_F <
e then A is positive definite.
So L may come from anywhere; here it is an approximate Cholesky factor of the midpoint, computed in
fixed-point integers, and only L L^T (an exact product of integer matrices) and the residual (balls)
are trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from operator import mul

from flint import arb, arb_mat, fmpq, fmpz, fmpz_mat

from certify.kernel.foundation.balls import (
    ball,
    interval_text,
    less,
    upper_rational,
)
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.pivots import require_triangle

__all__ = [
    "Definiteness",
    "positive_definite",
    "rayleigh_quotient",
    "require_definite",
    "triangle",
]

_STEPS = 300  # of inverse iteration at most; two or three suffice where the claimed bound is sharp
_TINY = 1 / arb(fmpz(2) ** 4096)
_WIDEST = arb(fmpz(2) ** 64)  # norm of the radii of a matrix
_BLOCK = (
    48  # columns factored at a time: smaller means more conversions, larger means more scalar work
)


@dataclass(frozen=True)
class Definiteness:
    """The verdict on `A - shift I` being positive definite, for every symmetric A in the balls.

    proved: the residual inequality `left < right` of lemma 6 holds. Where it is false, nothing was
    shown; if the factorisation broke down, left is the shift (and the slack) and right an upper
    bound (Rayleigh quotient) of the smallest eigenvalue it would have to lie below.
    direction: an integer vector x, approximately the lowest eigenvector (or one found to have x^T
    (A - shift I) x <= 0).
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


def _fixed_point(rows: list[list[arb]], fraction: int) -> list[list[int]] | None:
    """Midpoints times 2^fraction, about, or None where one is not finite (a guess: nothing rests on
    it).
    """
    scale = arb(fmpz(2) ** fraction)
    result = []
    for row in rows:
        if not all(less(abs(value), 1 / _TINY) for value in row):
            return None
        scaled = (arb_mat([row]) * scale).mid().entries()
        whole = [value.floor().unique_fmpz() for value in scaled]
        if None in whole:
            return None
        result.append([int(value) for value in whole])
    return result


def _back_substitute(factor: list[list[int]], right: list[int], bits: int) -> list[int]:
    """Approximate solution x of factor^T x = right, all in fixed point with `bits` fractional bits."""
    x = list(right)
    for j in range(len(x) - 1, -1, -1):
        row = factor[j]
        x[j] = value = (x[j] << bits) // row[j]
        for i in range(j):
            x[i] -= row[i] * value >> bits
    return x


def _forward_substitute(factor: list[list[int]], right: list[int], bits: int) -> list[int]:
    """Approximate solution x of factor x = right, in fixed point."""
    x: list[int] = []
    for row, value in zip(factor, right, strict=True):
        done = sum(map(mul, row, x))
        x.append(((value << bits) - done) // row[len(x)])
    return x


def _invert_triangle(block: list[list[int]], bits: int) -> list[list[int]]:
    """Approximate inverse of a lower triangular fixed-point matrix, as full square rows."""
    size = len(block)
    columns = []
    for j in range(size):
        column = [0] * j + [(1 << 2 * bits) // block[j][j]]
        for i in range(j + 1, size):
            column.append(-sum(map(mul, block[i][j:i], column[j:i])) // block[i][i])
        columns.append(column)
    return [list(row) for row in zip(*columns, strict=True)]


def _cholesky(matrix: list[list[int]], bits: int) -> tuple[list[list[int]], list[int] | None]:
    """Approximate Cholesky factor of a fixed-point matrix (rows of the lower triangle), in blocks
    of columns.

    Returns the rows of the factor, and None or, where a pivot is not positive, the integer vector x
    that shows x^T M x <= 0 up to rounding (the factor then ends before that row).
    """
    size = len(matrix)
    factor: list[list[int]] = [[] for _ in range(size)]
    for start in range(0, size, _BLOCK):
        stop = min(start + _BLOCK, size)
        panel = fmpz_mat(
            [row[start:stop] + [0] * (stop - max(len(row), start)) for row in matrix[start:]]
        ) * (1 << bits)
        if start:
            panel -= fmpz_mat(factor[start:]) * fmpz_mat(factor[start:stop]).transpose()
        rows = panel.tolist()
        head = [[int(value) for value in row] for row in rows[: stop - start]]
        # the diagonal block, entry by entry
        block: list[list[int]] = []
        for i in range(stop - start):
            row: list[int] = []
            for j in range(i):
                row.append((head[i][j] - sum(map(mul, row, block[j]))) // block[j][j])
            pivot = head[i][i] - sum(map(mul, row, row))
            if pivot <= 0:
                known = factor[start + i] + row
                above = factor[:start] + [factor[start + m] + block[m] for m in range(i)]
                return above, [-x for x in _back_substitute(above, known, bits)] + [1 << bits]
            row.append(isqrt(pivot))
            if not row[-1]:
                return factor[:start], [0] * (start + i) + [1 << bits]
            block.append(row)
        # the rows below it: panel * block^-T
        if stop < size:
            inverse = fmpz_mat(_invert_triangle(block, bits)).transpose()
            for offset, row in enumerate(
                (fmpz_mat(rows[stop - start :]) * inverse).tolist(), start=stop
            ):
                factor[offset] += [int(x) >> 2 * bits for x in row]
        for offset, row in enumerate(block, start=start):
            factor[offset] += row
    return factor, None


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
    """Prove that A - shift I is positive definite for every symmetric A in the balls (LEMMAS.md,
    lemma 6).

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
    middle = _fixed_point(lowered, fraction)
    if middle is None:
        return Definiteness(False, arb.nan(), slack, [0] * size)
    for row in middle:
        row[-1] -= slack_fixed
    factor, breakdown = _cholesky(middle, fraction)
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
        less(norm, epsilon), norm, slack, _lowest_direction(factor, fraction) if seek else []
    )


def triangle(matrix: arb_mat) -> list[list[arb]]:
    """The rows of the lower triangle."""
    return [row[: i + 1] for i, row in enumerate(matrix.tolist())]


def require_definite(
    ledger: Ledger, code: str, what: str, matrix: list[list[arb]], bound: fmpq, bits: int
) -> None:
    """Every symmetric matrix in the balls, which may be wide, is above bound I: their midpoints are
    above it by more than the norm of the radii.

    Positive definite stays what it is when rows and columns i are multiplied by the same positive
    number s_i.
    matrix: lower triangle; what: its name in the sentences of the ledger.
    """
    require_triangle(matrix)
    total = arb(0)
    for row in matrix:
        for j, entry in enumerate(row):
            radius = entry.rad() if entry.is_finite() else arb.nan()
            total += radius * radius * (1 if j == len(row) - 1 else 2)
    spread = total.sqrt()
    if not less(spread, _WIDEST):
        ledger.require(code, f"the enclosure of {what} is not too wide", spread, _WIDEST)
    shift = bound + upper_rational(spread)
    offset = ball(shift)
    lowered = [[*(entry.mid() for entry in row[:-1]), row[-1].mid() - offset] for row in matrix]
    scales = [_root_of_size(row[-1]) for row in lowered]
    scaled = [
        [entry * ball(scales[i] * scales[j]) for j, entry in enumerate(row)]
        for i, row in enumerate(lowered)
    ]
    definite = positive_definite(scaled, fmpq(0), bits, seek=False)
    above = "positive definite" if bound == 0 else f"above {interval_text(bound)}"
    sentence = f"{what} is {above}: with rows and columns scaled, a residual (lemma 6)"
    if not definite.proved:
        sentence = (
            f"{what} is {above}: with rows and columns scaled, what its smallest eigenvalue has to"
            " exceed, and an upper bound of it"
        )
    definite.require(ledger, code, sentence)


def _root_of_size(value: arb) -> fmpq:
    """A power of two, about 1/sqrt(value); 1 where that is not a positive number (any scale that is
    not 0 is as true as another).
    """
    middle = value.mid()
    if not (middle.is_finite() and less(_TINY, middle) and less(middle, 1 / _TINY)):
        return fmpq(1)
    mantissa, exponent = middle.man_exp()
    half = (int(mantissa).bit_length() + int(exponent)) // 2
    return fmpq(1, fmpz(2) ** half) if half >= 0 else fmpq(fmpz(2) ** -half)


def _squares(rows: list[list[arb]], exact: list[list[fmpz]], fraction: int) -> arb:
    """Upper bound of the sum of ( entry - exact entry / 4^fraction )^2 over all entries."""
    unit = arb(fmpz(4) ** fraction)
    total = arb(0)
    for row, whole in zip(rows, exact, strict=True):
        residual = arb_mat([row]) - arb_mat(fmpz_mat([whole])) / unit
        total += (residual * residual.transpose())[0, 0].abs_upper()
    return total


def _lowest_direction(factor: list[list[int]], bits: int) -> list[int]:
    """Inverse iteration with L L^T from a fixed start, until the eigenvalue it shows settles (a
    guess: nothing rests on it).
    """
    x = [((7 * i * i + 3 * i + 1) % 17 - 8) << bits for i in range(len(factor))]
    shown = 0
    for _ in range(_STEPS):
        x = _back_substitute(factor, _forward_substitute(factor, x, bits), bits)
        size = max(abs(value) for value in x)
        if not size:
            break
        x = [(value << bits) // size for value in x]
        last, shown = shown, (1 << 2 * bits) // size  # about (lowest eigenvalue - shift) 2^bits
        if abs(shown - last) >> max(bits - 52, 0) == 0:
            break
    return x
