"""From a dense matrix to a symmetric candidate: polish it, find the permutations of rows and
columns that fix it, and polish it in their fixed space.

Nothing here is trusted. The kernel decides whether the point has the symmetry and, where claimed,
no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from certify.errors import UnusableInput
from certify.floats import Array
from certify.gaussian.search.candidate import Candidate
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.search.pairing import Classes, Indices, joined, levels_of, paired, refined
from certify.gaussian.search.polish import AtGlobalMinimum, NotPolished, krylov_newton, newton
from certify.gaussian.search.symmetric import (
    Parts,
    SymmetricCandidate,
    expanded,
    fixed_newton,
    make_blocks,
)
from certify.gaussian.signs import of_blocks, reordered
from certify.kernel.gaussian.blocks import owner, unknowns
from certify.kernel.gaussian.partition import MAX_BLOCKS
from certify.kernel.gaussian.signs import UNSIGNED, Signs

__all__ = ["Detected", "detect", "symmetric_point"]

# entries up to which Newton's method writes the Hessian out, and applies it
_DENSE, _KRYLOV = 400, 40_000
_TOLERANCES = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5)
_COARSE = (1e-4, 1e-3, 1e-2)  # for matrices too large to be polished before their symmetry is known
_SAME = 1e-5  # the point found in the fixed space is the polished one
_DIGITS = 30
_GLOBAL_BELOW = 1e-12  # for each teacher


@dataclass(frozen=True)
class Detected:
    """A symmetric candidate, and with what tolerance the entries of the (polished, or given) matrix
    were taken to be equal.
    """

    candidate: SymmetricCandidate
    tolerance: float
    polished: bool


def symmetric_point(given: Candidate, progress: Callable[[str], None] | None = None) -> Detected:
    """The critical point near a dense matrix, in the fixed space of all permutations that fix it.

    Raises `NotPolished` (`AtGlobalMinimum`) where there is no such point to be found,
    `UnusableInput` for other teachers, for points off their span, and for a symmetry too small for
    the format.
    """
    say = progress or (lambda _text: None)
    if given.targets is not None:
        raise UnusableInput("a symmetric point has orthonormal teachers")
    matrix, k = given.array, given.k
    beyond = float(np.linalg.norm(matrix[:, k:]))
    if beyond > 0.1 * float(np.linalg.norm(matrix)):
        raise UnusableInput(
            f"the matrix has entries in the columns beyond the k = {k} teachers: a symmetric point"
            " lies in the span of its teachers (-k says how many)"
        )
    w = matrix[:, :k]
    loss = GaussianLoss(orthonormal(k, k), given.activation, given.signs)
    if float(loss.value(w)) < _GLOBAL_BELOW * k:
        raise AtGlobalMinimum
    if w.size > _DENSE:
        try:
            return _detected(w, given, _TOLERANCES, polished=False)
        except UnusableInput:
            pass  # the matrix is not clean enough for that
    if w.size <= _KRYLOV:
        say("polishing in float64")
        point = _polished(loss, w)
        if float(loss.value(point)) < _GLOBAL_BELOW * k:
            raise AtGlobalMinimum
        return _detected(point, given, _TOLERANCES, polished=True)
    return _detected(w, given, _COARSE, polished=False)


def _polished(loss: GaussianLoss, w: Array) -> Array:
    """The critical point near w: Newton's method, or descent first where it leads away."""
    step = newton if w.size <= _DENSE else krylov_newton
    try:
        return step(loss, w)
    except (NotPolished, np.linalg.LinAlgError):
        found = minimize(
            lambda x: _flat(loss, x.reshape(w.shape)),
            w.ravel(),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 2000, "gtol": 1e-9, "ftol": 0},
        )
        return step(loss, found.x.reshape(w.shape))


def _flat(loss: GaussianLoss, w: Array) -> tuple[float, Array]:
    value, gradient = loss.value_and_gradient(w)
    return float(value), gradient.ravel()


def _detected(
    point: Array, given: Candidate, tolerances: tuple[float, ...], *, polished: bool
) -> Detected:
    """With the smallest tolerance at which the symmetry is one of the format's and the fixed space
    holds a critical point near the matrix.
    """
    trouble = UnusableInput("no permutation of rows and columns fixes the point")
    for tolerance in tolerances:
        try:
            found = detect(point, tolerance, given.signs)
            found = replace(found, provenance=given.provenance, activation=given.activation)
            start = list(found.values)
            values = fixed_newton(found.blocks, start, _DIGITS, activation=found.activation)
        except UnusableInput as error:
            trouble = error
            continue
        except AtGlobalMinimum:
            raise
        except NotPolished as error:
            trouble = UnusableInput(
                f"in the symmetry found with the tolerance {tolerance:g},"
                f" {str(error)[0].lower()}{str(error)[1:]}"
            )
            continue
        moved = max(
            abs(float(new) - float(old)) for new, old in zip(values, found.values, strict=True)
        )
        if moved > (_SAME if polished else 10 * tolerance):
            trouble = UnusableInput(
                f"the symmetry found with the tolerance {tolerance:g} is not that of the point"
            )
            continue
        same = _merged(replace(found, values=tuple(values)), given.signs)
        return Detected(same, tolerance, polished)
    raise trouble


def _merged(found: SymmetricCandidate, signs: Signs) -> SymmetricCandidate:
    """The same point with the larger group that fixes it, where the matrix did not show it."""
    exact = expanded(found.blocks, found.values)
    matrix = np.array([[float(entry) for entry in row] for row in exact])
    again = detect(matrix, _TOLERANCES[0], reordered(signs, found.rows, found.columns))
    if len(again.parts) >= len(found.parts):
        return found
    values = tuple(exact[row][column] for row, column in _places(again))
    rows, columns = (
        tuple(old[i] for i in new)
        for old, new in ((found.rows, again.rows), (found.columns, again.columns))
    )
    return replace(
        found, parts=again.parts, values=values, rows=rows, columns=columns, signs=again.signs
    )


def _places(found: SymmetricCandidate) -> list[tuple[int, int]]:
    """For each coordinate an entry of the dense matrix that has it."""
    heights, widths, r, c = [], [], 0, 0
    for block in found.blocks:
        heights.append(r)
        widths.append(c)
        r, c = r + block.height, c + block.width
    places = []
    for i, j, diagonal in unknowns(found.blocks):
        shift = int(owner(found.blocks, i) == j and not diagonal)
        places.append((found.rows[heights[i]], found.columns[widths[j] + shift]))
    return places


def detect(students: Array, tolerance: float = 1e-6, signs: Signs = UNSIGNED) -> SymmetricCandidate:
    """The blocks of a dense matrix, shape (n, k), whose entries repeat up to the tolerance: the
    largest group of the format that fixes it, and the signs of rows and columns.

    The classes of rows and columns that tell each other apart are refined until nothing changes;
    where the rows of a class have no columns of their own, shared with another class at most (a
    copy), one of them is singled out, and what belongs together is merged afterwards. Nothing is
    proved of the group found. Raises `UnusableInput` where n < k, for parallel rows, and for more
    blocks than the format has.
    """
    n, k = students.shape
    if n < k:
        raise UnusableInput(f"n = {n} students are fewer than k = {k} columns")
    levels = levels_of(students, tolerance)
    if signs.mixed:  # entries of rows or columns of different signs count as different
        kinds = np.add.outer(2 * np.array(signs.students) + 2, np.array(signs.teachers) + 1)
        levels = levels + (int(levels.max()) + 1) * kinds
    rows, columns = refined(levels, np.zeros(n, dtype=np.int64), np.zeros(k, dtype=np.int64))
    singled = 0
    while True:
        found = paired(levels, rows, columns)
        if not isinstance(found, int):
            break
        singled += 1
        if singled > MAX_BLOCKS:
            raise UnusableInput(
                f"the group found with the tolerance {tolerance:g} has more than {MAX_BLOCKS}"
                " blocks: the point has too little symmetry for the format"
            )
        rows[found] = rows.max() + 1
        rows, columns = refined(levels, rows, columns)
    classes = joined(levels, found) if singled else found
    parts, members = _ordered(students, classes)
    if len(parts) > MAX_BLOCKS:
        raise UnusableInput(
            f"the group found with the tolerance {tolerance:g} has {len(parts)} blocks, not 1 to"
            f" {MAX_BLOCKS}: the point has too little symmetry for the format"
        )
    blocks = make_blocks(parts)
    values = [
        _mean(students, members[i][0], members[j][1], own=owner(blocks, i) == j, diagonal=diagonal)
        for i, j, diagonal in unknowns(blocks)
    ]
    order = tuple(i for r, _ in members for i in r), tuple(j for _, c in members for j in c)
    return SymmetricCandidate(
        parts, tuple(values), rows=order[0], columns=order[1], signs=of_blocks(signs, members)
    )


def _mean(students: Array, r: Indices, c: Indices, *, own: bool, diagonal: bool) -> float:
    block = students[np.ix_(r, c)]
    if not own or len(r) == 1:
        return float(block.mean())
    trace = float(np.trace(block))
    return trace / len(r) if diagonal else (float(block.sum()) - trace) / (len(r) * (len(r) - 1))


def _ordered(students: Array, found: Classes) -> tuple[Parts, list[tuple[Indices, Indices]]]:
    """Type and size of each block, and its rows and columns. Diagonal blocks come first, the
    largest first, then their copies. Of classes of rows with the same columns the one with the
    largest entries there is the diagonal block. A single row takes the single column where its
    entry is largest.
    """
    parts: list[tuple[str, int]] = []
    members: list[tuple[Indices, Indices]] = []
    further: list[tuple[Indices, int]] = []
    for r, c in sorted(found.diagonal, key=lambda part: len(part[0]), reverse=True):
        tied = [r, *(rows for rows, columns in found.copies if columns == c)]
        tied.sort(key=lambda rows: abs(float(students[rows, c].mean())), reverse=True)
        parts.append(("diagonal", len(c)))
        members.append((tied[0], c))
        further += [(rows, len(parts)) for rows in tied[1:]]
    for rows, number in further:
        parts.append(("copy", number))
        members.append((rows, []))
    left = list(found.single_columns)
    for row in found.single_rows:
        if left:
            column = max(left, key=lambda j: abs(float(students[row, j])))
            left.remove(column)
            parts.append(("diagonal", 1))
            members.append(([row], [column]))
        else:
            parts.append(("row", 1))
            members.append(([row], []))
    for c in [*found.columns, *([j] for j in left)]:
        parts.append(("columns", len(c)))
        members.append(([], c))
    return tuple(parts), members
