"""Centres of certificates as matrices: in float64, for pictures, and exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import accumulate
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from certify.kernel.gaussian.blocks import unknowns
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

if TYPE_CHECKING:
    from certify.floats import Array

__all__ = ["rows_as_floats", "written_exactly", "written_out"]


def rows_as_floats(rows: Iterable[Iterable[object]]) -> Array:
    """A matrix of exact numbers in float64."""
    import numpy as np

    return np.array([[float(Fraction(str(entry))) for entry in row] for row in rows])


def written_exactly(claim: GaussianSymmetric) -> list[list[Fraction]]:
    """The matrix that the coordinates of a block-symmetric centre stand for, n x k."""
    import numpy as np

    rows: list[list[Fraction]] = _written(claim, np.dtype(object), Fraction).tolist()
    return rows


def written_out(claim: GaussianSymmetric) -> Array:
    """The same in float64, shape (n, k)."""
    import numpy as np

    matrix: Array = _written(claim, np.dtype(np.float64), float)
    return matrix


def _written(claim: GaussianSymmetric, dtype: Any, number: Callable[[Fraction], Any]) -> Any:
    import numpy as np

    problem = claim.problem
    rows = [0, *accumulate(block.height for block in problem.blocks)]
    columns = [0, *accumulate(block.width for block in problem.blocks)]
    matrix = np.zeros((problem.n, problem.k), dtype=dtype)
    # What stands off a diagonal comes first: the diagonal is written over it.
    for i, j, diagonal in sorted(unknowns(problem.blocks), key=itemgetter(2)):
        part = matrix[rows[i] : rows[i + 1], columns[j] : columns[j + 1]]
        value = number(Fraction(str(claim.centre[i, j, diagonal])))
        if diagonal:
            np.fill_diagonal(part, value)
        else:
            part[:] = value
    return matrix
