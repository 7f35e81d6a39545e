"""Which rows and columns of a matrix are exchanged by the permutations that fix it: classes of rows
and columns that tell each other apart are refined, rows are paired with their own columns, and what
belongs together is joined.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, permutations, product
from typing import Any

import numpy as np

from certify.errors import UnusableInput
from certify.floats import Array

__all__ = ["Classes", "Indices", "Levels", "joined", "levels_of", "paired", "refined"]

Levels = Any  # integers, shape (n, k): entries are equal, within the tolerance, where these are
Indices = list[int]

_LARGEST_POOL = 12


def levels_of(matrix: Array, tolerance: float) -> Levels:
    """The entries as numbers of the clusters they form on the line."""
    order = np.sort(matrix, axis=None)
    bounds = order[1:][np.diff(order) > tolerance]
    return np.searchsorted(bounds, matrix, side="right")


def refined(levels: Levels, rows: Any, columns: Any) -> tuple[Any, Any]:
    """The coarsest finer classes in which rows of one class meet the same levels equally often in
    each class of columns, and columns likewise.
    """
    count = int(levels.max()) + 1
    while True:
        finer_rows = _ranks(rows, np.sort(columns[None, :] * count + levels, axis=1))
        finer_columns = _ranks(columns, np.sort(finer_rows[None, :] * count + levels.T, axis=1))
        if finer_rows.max() == rows.max() and finer_columns.max() == columns.max():
            return finer_rows, finer_columns
        rows, columns = finer_rows, finer_columns


def _ranks(before: Any, keys: Any) -> Any:
    return np.unique(np.column_stack([before, keys]), axis=0, return_inverse=True)[1].reshape(-1)


@dataclass
class Classes:
    """Diagonal classes (rows, and the column of each), further rows with these columns (for each
    class of them the rows in the order of the columns, and the columns), classes of columns without
    rows, single rows and single columns.
    """

    diagonal: list[tuple[Indices, Indices]]
    copies: list[tuple[Indices, Indices]]
    columns: list[Indices]
    single_rows: Indices
    single_columns: Indices


def paired(levels: Levels, rows: Any, columns: Any) -> Classes | int:
    """The classes with their columns, or a row of a class of several rows that have no columns of
    their own.
    """
    members = [np.flatnonzero(columns == c).tolist() for c in range(int(columns.max()) + 1)]
    found = Classes(
        [], [], [c for c in members if len(c) > 1], [], [c[0] for c in members if len(c) == 1]
    )
    for r in sorted(
        (np.flatnonzero(rows == c).tolist() for c in range(int(rows.max()) + 1)),
        key=len,
        reverse=True,
    ):
        if len(r) == 1:
            found.single_rows.append(r[0])
            continue
        match = _own_columns(levels, r, found.columns)
        if match is None:
            tied = _own_columns(levels, r, [c for _, c in found.diagonal])
            if tied is not None:
                columns_of = next(c for _, c in found.diagonal if set(c) == set(tied))
                found.copies.append(([r[tied.index(j)] for j in columns_of], columns_of))
                continue
            if (levels[r[0]] == levels[r[1]]).all():
                raise UnusableInput(
                    "equal rows without columns of their own (parallel neurons) are no symmetric"
                    " point of the format"
                )
            return int(r[0])
        found.columns.remove(sorted(match))
        found.diagonal.append((r, match))
    return found


def _own_columns(levels: Levels, rows: Indices, classes: list[Indices]) -> Indices | None:
    """The column that each row has to itself, in a class of columns of the same size."""
    for columns in classes:
        if len(columns) != len(rows):
            continue
        block = levels[np.ix_(rows, columns)]
        found = np.unique(block)
        for level in found if len(found) == 2 else ():
            own = block == level
            if (own.sum(axis=0) == 1).all() and (own.sum(axis=1) == 1).all():
                return [columns[int(np.argmax(row))] for row in own]
    return None


def _fixed(levels: Levels, rows: tuple[int, int] | None, columns: tuple[int, int]) -> bool:
    """Whether exchanging these two columns, and these two rows if any, changes nothing."""
    swapped = levels.copy()
    a, b = columns
    swapped[:, [a, b]] = swapped[:, [b, a]]
    if rows is not None:
        swapped[[rows[0], rows[1]]] = swapped[[rows[1], rows[0]]]
    return bool((swapped == levels).all())


def joined(levels: Levels, found: Classes) -> Classes:
    """Merge classes as long as an exchange between them fixes the matrix. Singling out rows has
    parted such classes.
    """
    if max(len(found.single_rows), len(found.single_columns)) > _LARGEST_POOL:
        return found
    while _join_once(levels, found):
        pass
    return found


def _join_once(levels: Levels, found: Classes) -> bool:
    for r, c in found.diagonal:
        pairings = [c, c[::-1]] if len(c) == 2 else [c]
        for own in pairings:
            for row, column in product(found.single_rows, found.single_columns):
                if _fixed(levels, (r[0], row), (own[0], column)):
                    c[:] = [*own, column]
                    r.append(row)
                    found.single_rows.remove(row)
                    found.single_columns.remove(column)
                    return True
    for (r, c), (r2, c2) in combinations(found.diagonal, 2):
        for own, other in product(
            [c, c[::-1]] if len(c) == 2 else [c], [c2, c2[::-1]] if len(c2) == 2 else [c2]
        ):
            if _fixed(levels, (r[0], r2[0]), (own[0], other[0])):
                c[:] = [*own, *other]
                r.extend(r2)
                found.diagonal.remove((r2, c2))
                return True
    for (row, row2), (column, column2) in product(
        combinations(found.single_rows, 2), permutations(found.single_columns, 2)
    ):
        if _fixed(levels, (row, row2), (column, column2)):
            found.diagonal.append(([row, row2], [column, column2]))
            found.single_rows = [i for i in found.single_rows if i not in (row, row2)]
            found.single_columns = [j for j in found.single_columns if j not in (column, column2)]
            return True
    groups = [*found.columns, *([j] for j in found.single_columns)]
    for one, two in combinations(groups, 2):
        if _fixed(levels, None, (one[0], two[0])):
            found.single_columns = [j for j in found.single_columns if j not in (one[0], two[0])]
            found.columns = [*(c for c in found.columns if c not in (one, two)), [*one, *two]]
            return True
    return False
