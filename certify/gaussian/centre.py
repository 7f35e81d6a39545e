"""Centres of certificates as float64 matrices: for pictures, not for proofs."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING

from certify.kernel.gaussian.blocks import unknowns
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

if TYPE_CHECKING:
    from certify.floats import Array

__all__ = ["rows_as_floats", "written_out"]


def rows_as_floats(rows: Iterable[Iterable[object]]) -> Array:
    """A matrix of exact numbers in float64."""
    import numpy as np

    return np.array([[float(Fraction(str(entry))) for entry in row] for row in rows])


def written_out(claim: GaussianSymmetric) -> Array:
    """The matrix that the coordinates of a block-symmetric centre stand for, shape (n, k)."""
    import numpy as np

    problem = claim.problem
    rows = [0, *accumulate(block.height for block in problem.blocks)]
    columns = [0, *accumulate(block.width for block in problem.blocks)]
    matrix = np.zeros((problem.n, problem.k))
    # What stands off a diagonal comes first: the diagonal is written over it.
    for i, j, diagonal in sorted(unknowns(problem.blocks), key=itemgetter(2)):
        part = matrix[rows[i] : rows[i + 1], columns[j] : columns[j + 1]]
        value = float(Fraction(str(claim.centre[i, j, diagonal])))
        if diagonal:
            np.fill_diagonal(part, value)
        else:
            part[:] = value
    return matrix
