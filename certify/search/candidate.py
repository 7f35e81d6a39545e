"""A candidate: a point that may be a spurious minimum, with the problem it belongs to. Nothing about it is proved."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from certify.search.decimals import exact_decimal
from certify.search.gaussian import Array, GaussianLoss, orthonormal
from certify.search.unusable import UnusableInput

__all__ = ["Candidate", "UnusableInput", "check_sizes", "make_candidate", "make_matrix"]


@dataclass(frozen=True)
class Candidate:
    """students: exact decimals, shape (n, d). targets: exact decimals, shape (k, d), or None for k orthonormal teachers.

    hits of trials: how many starts of a search ended in this class. provenance: how it was found, for the certificate.
    """

    k: int
    students: tuple[tuple[str, ...], ...]
    targets: tuple[tuple[str, ...], ...] | None = None
    hits: int = 0
    trials: int = 0
    provenance: dict[str, object] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Number of students."""
        return len(self.students)

    @property
    def d(self) -> int:
        """Dimension of the input."""
        return len(self.students[0])

    @property
    def array(self) -> Array:
        """Students as float64, shape (n, d)."""
        return np.array([[float(entry) for entry in row] for row in self.students])

    @property
    def teachers(self) -> list[list[str]]:
        """Teachers as exact decimals, shape (k, d)."""
        if self.targets is not None:
            return [list(row) for row in self.targets]
        return [[str(int(i == j)) for j in range(self.d)] for i in range(self.k)]

    def loss(self) -> GaussianLoss:
        """The loss in float64."""
        if self.targets is None:
            return GaussianLoss(orthonormal(self.k, self.d))
        return GaussianLoss(np.array([[float(entry) for entry in row] for row in self.targets]))


def make_matrix(values: Array | list[list[str]], what: str) -> tuple[tuple[str, ...], ...]:
    """Exact decimals of a matrix of floats (or the decimals given). Raises `UnusableInput`: shape, NaN, zero row."""
    if isinstance(values, np.ndarray):
        if values.ndim != 2 or 0 in values.shape:
            raise UnusableInput(f"the {what} must be a matrix, one row a neuron, not an array of shape {values.shape}")
        if values.dtype.kind not in "fiu":
            raise UnusableInput(f"the {what} must be real numbers, not {values.dtype}")
        values = values.astype(np.float64)
        if not np.isfinite(values).all():
            raise UnusableInput(f"the {what} hold a NaN or an infinity")
        values = [[exact_decimal(float(entry)) for entry in row] for row in values]
    rows = tuple(tuple(row) for row in values)
    for i, row in enumerate(rows):
        if all(Fraction(entry) == 0 for entry in row):
            raise UnusableInput(f"row {i + 1} of the {what} is a zero neuron")
    return rows


def make_candidate(
    students: Array | list[list[str]],
    *,
    k: int | None = None,
    targets: Array | list[list[str]] | None = None,
    provenance: dict[str, object] | None = None,
) -> Candidate:
    """A candidate from arrays or decimal strings; orthonormal teachers (k of them, by default d) unless targets are given.

    Raises `UnusableInput`: wrong shape, NaN, zero neuron, fewer students than teachers, sizes out of range.
    """
    rows = make_matrix(students, "students")
    n, d = len(rows), len(rows[0])
    goal = None if targets is None else make_matrix(targets, "targets")
    if goal is not None and len(goal[0]) != d:
        raise UnusableInput(f"the students have {d} columns, the targets {len(goal[0])}")
    if goal is not None and k is not None and k != len(goal):
        raise UnusableInput(f"k = {k} was asked for, but there are {len(goal)} targets")
    teachers = len(goal) if goal is not None else (k if k is not None else min(n, d))
    check_sizes(n, teachers, d, orthonormal=goal is None)
    return Candidate(teachers, rows, goal, provenance=provenance or {})


def check_sizes(n: int, k: int, d: int, *, orthonormal: bool) -> None:
    """Raise `UnusableInput` unless 1 <= k <= n, sizes are within the format's limit, and d >= k for orthonormal teachers."""
    from certify.kernel.statements import MAX_SIZE

    for name, size in (("k", k), ("n", n), ("d", d)):
        if not 1 <= size <= MAX_SIZE:
            raise UnusableInput(f"{name} = {size} is not in 1..{MAX_SIZE}")
    if n < k:
        raise UnusableInput(f"n = {n} students are fewer than k = {k} teachers: then 0 need not be the infimum of the loss")
    if orthonormal and d < k:
        raise UnusableInput(f"d = {d} dimensions hold no k = {k} orthonormal teachers")
