"""Elimination without exchanges: pivots, and the number of negative eigenvalues (lemma 11)."""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import (
    ball,
    less,
)
from certify.kernel.foundation.triangle import require_triangle

__all__ = ["inertia", "pivots"]


def pivots(form: list[list[Any]]) -> list[Any]:
    """The pivots of elimination without exchanges on a symmetric matrix (lemma 11). Those after a
    pivot that may be 0 are not finite.

    form: lower triangle, of balls or of power series.
    """
    rows = [list(row) for row in form]
    for k in range(len(rows)):
        for i in range(k + 1, len(rows)):
            ratio = rows[i][k] / rows[k][k]
            for j in range(k + 1, i + 1):
                rows[i][j] = rows[i][j] - ratio * rows[j][k]
    return [row[-1] for row in rows]


def inertia(form: list[list[arb]], norms: list[arb], shift: fmpq) -> int | None:
    """How many eigenvalues of the pencil (form, diag(norms)) lie below the shift; None if
    elimination does not tell, for all members of the balls (lemma 11: the negative ones among the
    pivots of form - shift diag(norms), when none of the pivots can be 0).

    form: lower triangle; norms: positive; shift: exact.
    """
    require_triangle(form)
    offset, zero = ball(shift), arb(0)
    negative = 0
    for pivot in pivots(
        [[*row[:-1], row[-1] - offset * norm] for row, norm in zip(form, norms, strict=True)]
    ):
        if less(pivot, zero):
            negative += 1
        elif not less(zero, pivot):
            return None
    return negative
