"""An approximate Cholesky factor, block by block, and an approximate lowest eigenvector, in
integers.

Nothing here is trusted: whatever these functions return, only the residual of lemma 6 proves
anything (`definite`). Matrices and vectors are integers, 2^bits times what they stand for; what is
to be factored is 2^(2 bits) times it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from operator import mul

from flint import fmpz_mat

__all__ = ["Breakdown", "Corner", "below", "corner", "downhill", "lowest_direction"]

_LARGE = 4  # beyond this, what the inverse was rounded by is seen in the blocks below
_STEPS = 300  # of inverse iteration at most; two or three suffice where the claimed bound is sharp

Factor = list[list[fmpz_mat]]  # blocks (i, j), j <= i


@dataclass(frozen=True)
class Corner:
    """A block on the diagonal of the factor, lower triangular, and its inverse. large: whether an
    entry stands for more than _LARGE.
    """

    block: fmpz_mat
    inverse: fmpz_mat
    large: bool = False


@dataclass(frozen=True)
class Breakdown:
    """The rows of a block on the diagonal before a pivot that is not positive, and its own row, the
    pivot left out.
    """

    rows: list[list[int]]
    row: list[int]


def corner(rest: fmpz_mat, bits: int) -> Corner | Breakdown:
    """The factor of a block on the diagonal, or the rows that there are where a pivot is not
    positive.
    """
    rows: list[list[int]] = []
    for given in rest.tolist():
        row: list[int] = []
        for above in rows:
            row.append((int(given[len(row)]) - sum(map(mul, row, above))) // above[-1])
        pivot = int(given[len(row)]) - sum(map(mul, row, row))
        if pivot <= 0:
            return Breakdown(rows, row)
        rows.append([*row, isqrt(pivot) or 1])
    large = any(row[-1] > _LARGE << bits for row in rows)
    return Corner(_square(rows), _inverse(rows, bits), large)


def _square(rows: list[list[int]]) -> fmpz_mat:
    """The rows of a lower triangle as a matrix."""
    return fmpz_mat([row + [0] * (len(rows) - len(row)) for row in rows])


def _inverse(rows: list[list[int]], bits: int) -> fmpz_mat:
    """The inverse of a lower triangle."""
    columns = []
    for j, pivots in enumerate(rows):
        column = [0] * j + [(1 << 2 * bits) // pivots[j]]
        for i in range(j + 1, len(rows)):
            column.append(-sum(map(mul, rows[i][j:i], column[j:i])) // rows[i][i])
        columns.append(column)
    return fmpz_mat(columns).transpose()


def below(rest: fmpz_mat, above: Corner, bits: int) -> fmpz_mat:
    """The factor of a block below one on the diagonal."""
    turned = above.inverse.transpose()
    block = _reduced(rest * turned, 2 * bits)
    if above.large:
        residual = rest - block * above.block.transpose()
        block += _reduced(residual * turned, 2 * bits)
    return block


def _reduced(matrix: fmpz_mat, bits: int) -> fmpz_mat:
    """Over 2^bits, rounded down."""
    return fmpz_mat(matrix.nrows(), matrix.ncols(), [x >> bits for x in matrix.entries()])


def _back(factor: Factor, corners: list[Corner], x: list[fmpz_mat], bits: int) -> list[fmpz_mat]:
    """The y with factor^T y = x, blocks of one column."""
    y = list(x)
    for i in reversed(range(len(x))):
        rest = y[i] * (1 << bits)
        for k in range(i + 1, len(x)):
            rest -= factor[k][i].transpose() * y[k]
        y[i] = _reduced(corners[i].inverse.transpose() * rest, 2 * bits)
    return y


def _forward(factor: Factor, corners: list[Corner], x: list[fmpz_mat], bits: int) -> list[fmpz_mat]:
    """The y with factor y = x, blocks of one column."""
    y: list[fmpz_mat] = []
    for i, column in enumerate(x):
        rest = column * (1 << bits)
        for k in range(i):
            rest -= factor[i][k] * y[k]
        y.append(_reduced(corners[i].inverse * rest, 2 * bits))
    return y


def _entries(x: list[fmpz_mat]) -> list[int]:
    return [int(entry) for block in x for entry in block.entries()]


def downhill(factor: Factor, corners: list[Corner], broken: Breakdown, bits: int) -> list[int]:
    """The vector x that shows x^T M x <= 0, about, where a pivot of the last block row is not
    positive. It ends at that pivot.

    factor: its last row ends before the corner.
    """
    size, last = len(broken.rows), factor[-1]
    right = [fmpz_mat([[block[size, a]] for a in range(block.ncols())]) for block in last]
    done, known = factor[:-1], corners
    if size:
        first = [fmpz_mat(block.tolist()[:size]) for block in last]
        done = [*done, [*first, _square(broken.rows)]]
        known = [*corners, Corner(_square(broken.rows), _inverse(broken.rows, bits))]
        right.append(fmpz_mat([[value] for value in broken.row]))
    return [-value for value in _entries(_back(done, known, right, bits))] + [1 << bits]


def lowest_direction(factor: Factor, corners: list[Corner], bits: int) -> list[int]:
    """Inverse iteration from a fixed start, until the eigenvalue it shows settles."""
    x, first = [], 0
    for one in corners:
        numbers = range(first, first + one.block.nrows())
        x.append(fmpz_mat([[((7 * i * i + 3 * i + 1) % 17 - 8) << bits] for i in numbers]))
        first += one.block.nrows()
    shown = 0
    for _ in range(_STEPS):
        x = _back(factor, corners, _forward(factor, corners, x, bits), bits)
        size = max(map(abs, _entries(x)))
        if not size:
            break
        x = [
            fmpz_mat(block.nrows(), 1, [(int(entry) << bits) // size for entry in block.entries()])
            for block in x
        ]
        last, shown = shown, (1 << 2 * bits) // size  # about (lowest eigenvalue - shift) 2^bits
        if abs(shown - last) >> max(bits - 52, 0) == 0:
            break
    return _entries(x)
