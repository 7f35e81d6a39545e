"""An approximate Cholesky factor and an approximate lowest eigenvector, in fixed-point integers.

Nothing here is trusted: whatever these functions return, only the residual inequality of lemma 6
proves anything (`definite`).
"""

from __future__ import annotations

from math import isqrt
from operator import mul

from flint import arb, arb_mat, fmpz, fmpz_mat

from certify.kernel.foundation.balls import (
    less,
)

__all__ = ["TINY", "cholesky", "fixed_point", "lowest_direction"]


_STEPS = 300  # of inverse iteration at most; two or three suffice where the claimed bound is sharp


TINY = 1 / arb(fmpz(2) ** 4096)


_BLOCK = (
    48  # columns factored at a time: smaller means more conversions, larger means more scalar work
)


def fixed_point(rows: list[list[arb]], fraction: int) -> list[list[int]] | None:
    """Midpoints times 2^fraction, about, or None where one is not finite (a guess: nothing rests on
    it).
    """
    scale = arb(fmpz(2) ** fraction)
    result = []
    for row in rows:
        if not all(less(abs(value), 1 / TINY) for value in row):
            return None
        scaled = (arb_mat([row]) * scale).mid().entries()
        whole = [value.floor().unique_fmpz() for value in scaled]
        if None in whole:
            return None
        result.append([int(value) for value in whole])
    return result


def _back_substitute(factor: list[list[int]], right: list[int], bits: int) -> list[int]:
    """Approximate solution x of factor^T x = right, all in fixed point with `bits` fractional
    bits.
    """
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


def cholesky(matrix: list[list[int]], bits: int) -> tuple[list[list[int]], list[int] | None]:
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


def lowest_direction(factor: list[list[int]], bits: int) -> list[int]:
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
