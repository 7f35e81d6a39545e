"""Critical points fixed by a group of permutations: Newton's method in the fixed space, detection of the group, named families.

The closed forms are the kernel's (certify.kernel.symmetry); here they only produce candidates, so nothing in this module is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat

from certify.kernel.balls import precision
from certify.kernel.isotypic import component, component_types
from certify.kernel.symmetric_statements import MAX_BLOCK_SIZE, MAX_BLOCKS
from certify.kernel.symmetry import Block, Blocks, Geometry, fixed_matrix, unknowns
from certify.search.candidate import UnusableInput
from certify.search.gaussian import Array
from certify.search.polish import NotPolished
from certify.search.rationals import flint_rational, midpoint

__all__ = ["Parts", "SymmetricCandidate", "detect", "make_blocks", "newton"]

Name = tuple[int, int, bool]
Parts = tuple[tuple[str, int], ...]  # ("diagonal" | "columns" | "row", size) for each block


@dataclass(frozen=True)
class SymmetricCandidate:
    """parts: the blocks. values: rationals, decimals or floats of the coordinates, in the order of `unknowns`. provenance: how it was
    found.
    """

    parts: Parts
    values: tuple[Any, ...]
    provenance: dict[str, object] = field(default_factory=dict)

    @property
    def blocks(self) -> Blocks:
        """The partition. Raises `UnusableInput`."""
        return make_blocks(self.parts)


def make_blocks(parts: Parts) -> Blocks:
    """The kernel's blocks. Raises `UnusableInput`: sizes out of range, fewer students than teachers."""
    if not 1 <= len(parts) <= MAX_BLOCKS:
        raise UnusableInput(f"a symmetric point has 1 to {MAX_BLOCKS} blocks, not {len(parts)}")
    for kind, size in parts:
        if kind not in ("diagonal", "columns", "row"):
            raise UnusableInput(f"a block is diagonal, columns or row, not {kind!r}")
        if isinstance(size, int) and not 1 <= size <= (1 if kind == "row" else MAX_BLOCK_SIZE):
            raise UnusableInput(f"a {kind} block of size {size} is out of range")
    blocks = tuple(Block(size, kind != "columns", kind != "row", i) for i, (kind, size) in enumerate(parts))
    n, k = sum(b.height for b in blocks), sum(b.width for b in blocks)
    if isinstance(n, int) and isinstance(k, int) and not 1 <= k <= n:
        raise UnusableInput(f"n = {n} students and k = {k} teachers: 1 <= k <= n is needed")
    return blocks


def newton(blocks: Blocks, start: list[Any], digits: int, *, steps: int = 60, damping: bool = False) -> list[Fraction]:
    """A critical point in the fixed space to `digits` decimals: Newton's method with midpoints. Raises `NotPolished`.

    damping: halve steps until the gradient's norm decreases, for rough starts.
    """
    names = unknowns(blocks)
    bits = digits * 10 // 3 + 80
    with precision(bits):
        x = [_exact(value).mid() for value in start]
        last = _system(blocks, names, x)
        for _ in range(steps):
            value, step = last
            factor = arb(1)
            for _ in range(30):
                trial = [(a - factor * b).mid() for a, b in zip(x, step, strict=True)]
                last = _system(blocks, names, trial)
                lower = (_size(last[0]) < _size(value)) is True
                if lower or not damping:
                    break
                factor = factor / 2
            x = trial
            if (_size(last[1]) < arb(10) ** -(digits + 3)) is True:
                return [Fraction(round(midpoint(value) * 10**digits), 10**digits) for value in x]
            if damping and not lower:
                break
    raise NotPolished("Newton's method does not settle at a critical point of this symmetry")


def _exact(value: Any) -> arb:
    if isinstance(value, float):
        return arb(value)
    return arb(flint_rational(Fraction(value)))


def _size(values: list[arb]) -> arb:
    return sum((value * value for value in values), arb(0)).sqrt().mid()


def _system(blocks: Blocks, names: list[Name], x: list[arb]) -> tuple[list[arb], list[arb]]:
    """Gradient entries and Newton's step at x."""
    geometry = Geometry(blocks, fixed_matrix(blocks, dict(zip(names, x, strict=True))))
    value = geometry.gradient()
    jacobian = component(geometry, component_types(blocks)[0]).jacobian()
    try:
        step = arb_mat(jacobian).mid().solve(arb_mat([[entry.mid()] for entry in value])).entries()
    except ZeroDivisionError:
        raise NotPolished("the Hessian on the fixed space is singular there") from None
    if not all(entry.is_finite() for entry in step):
        raise NotPolished("Newton's method left the region where the loss is smooth")
    return value, step


def detect(students: Array, tolerance: float = 1e-6) -> SymmetricCandidate:
    """The blocks of a dense matrix, shape (n, k), whose entries repeat up to the tolerance: the finest classes of rows and columns that
    tell each other apart, with the rows of a class matched to the columns of a class where each row has one entry of its own.

    Nothing is proved of the group found. Raises `UnusableInput` where n < k, or where the classes do not match.
    """
    n, k = students.shape
    if n < k:
        raise UnusableInput(f"n = {n} students are fewer than k = {k} columns")
    levels = _levels(students, tolerance)
    rows, columns = [0] * n, [0] * k
    for _ in range(n + k):
        finer_rows = _ranks([(rows[i], tuple(sorted((columns[j], levels[i, j]) for j in range(k)))) for i in range(n)])
        finer_columns = _ranks([(columns[j], tuple(sorted((rows[i], levels[i, j]) for i in range(n)))) for j in range(k)])
        if max(finer_rows) == max(rows) and max(finer_columns) == max(columns):
            break
        rows, columns = finer_rows, finer_columns
    row_classes = [[i for i in range(n) if rows[i] == c] for c in range(max(rows) + 1)]
    column_classes = [[j for j in range(k) if columns[j] == c] for c in range(max(columns) + 1)]
    parts: list[tuple[str, list[int], list[int]]] = []
    left = list(column_classes)
    for r in sorted(row_classes, key=len, reverse=True):
        match = _own_columns(levels, r, left) if len(r) > 1 else _largest_single(students, r[0], left)
        if match is not None:
            left.remove(sorted(match))
            parts.append(("diagonal", r, match))
        elif len(r) == 1:
            parts.append(("row", r, []))
        else:
            raise UnusableInput("equal rows without columns of their own (parallel neurons) are no symmetric point of the format")
    parts += [("columns", [], c) for c in left]
    sizes: Parts = tuple((kind, max(len(r), len(c))) for kind, r, c in parts)
    values = []
    for i, j, diagonal in unknowns(make_blocks(sizes)):
        r, c = parts[i][1], parts[j][2]
        entries = [students[a, b] for s, a in enumerate(r) for t, b in enumerate(c) if i != j or (s == t) == diagonal]
        values.append(float(np.mean(entries)))
    return SymmetricCandidate(sizes, tuple(values))


def _levels(matrix: Array, tolerance: float) -> Any:
    """The entries as numbers of the clusters they form on the line."""
    order = np.sort(matrix, axis=None)
    bounds = order[1:][np.diff(order) > tolerance]
    return np.searchsorted(bounds, matrix, side="right")


def _ranks(keys: list[Any]) -> list[int]:
    numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
    return [numbers[key] for key in keys]


def _own_columns(levels: Any, rows: list[int], classes: list[list[int]]) -> list[int] | None:
    """The column that each row has to itself, in a class of columns of the same size."""
    for columns in classes:
        if len(columns) != len(rows):
            continue
        block = levels[np.ix_(rows, columns)]
        for level in np.unique(block):
            own = block == level
            if (own.sum(axis=0) == 1).all() and (own.sum(axis=1) == 1).all() and len(np.unique(block)) == 2:
                return [columns[int(np.argmax(row))] for row in own]
    return None


def _largest_single(students: Array, row: int, classes: list[list[int]]) -> list[int] | None:
    single = [c for c in classes if len(c) == 1]
    return max(single, key=lambda c: abs(float(students[row, c[0]])), default=None)
