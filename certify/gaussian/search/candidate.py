"""A candidate: a point that may be a spurious minimum, with the problem it belongs to. Nothing
about it is proved.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from certify.arrays import exact_matrix
from certify.errors import UnusableInput
from certify.floats import Array
from certify.gaussian.activations import with_activation
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.signs import with_signs
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.problem import MAX_SIZE
from certify.kernel.gaussian.signs import UNSIGNED, Signs

__all__ = ["Candidate", "UnusableInput", "check_sizes", "make_candidate", "make_matrix"]


@dataclass(frozen=True, repr=False)
class Candidate:
    """students: exact decimals, shape (n, d). targets: exact decimals, shape (k, d), or None for k
    orthonormal teachers.

    hits of trials: how many starts of a search ended in this class. provenance: how it was found,
    for the certificate.
    """

    k: int
    students: tuple[tuple[str, ...], ...]
    targets: tuple[tuple[str, ...], ...] | None = None
    hits: int = 0
    trials: int = 0
    provenance: dict[str, object] = field(default_factory=dict)
    activation: Activation = RELU
    signs: Signs = UNSIGNED

    def __repr__(self) -> str:
        """Sizes and loss in one line; the loss is a float."""
        teachers = "orthonormal" if self.targets is None else "given"
        with np.errstate(all="ignore"):
            value = float(self.loss().value(self.array))
        return (
            f"<Candidate, not proved: k = {self.k} teachers ({teachers}), students of shape"
            f" {(self.n, self.d)},{with_activation(self.activation)}{with_signs(self.signs)} loss"
            f" {value:.6g}>"
        )

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
            return GaussianLoss(orthonormal(self.k, self.d), self.activation, self.signs)
        teachers = np.array([[float(entry) for entry in row] for row in self.targets])
        return GaussianLoss(teachers, self.activation, self.signs)


def make_matrix(values: Any, what: str, most: int = MAX_SIZE) -> tuple[tuple[str, ...], ...]:
    """Exact decimals of a matrix, one row a neuron: an array or tensor of any library, or a list of
    rows. Raises `UnusableInput`: shape, NaN, zero row, more than `most` rows or columns.
    """
    rows = exact_matrix(values, what, most)
    for i, row in enumerate(rows):
        if all(Fraction(entry) == 0 for entry in row):
            raise UnusableInput(f"row {i + 1} of the {what} is a zero neuron")
    return rows


def make_candidate(
    students: Any,
    *,
    k: int | None = None,
    targets: Any = None,
    provenance: dict[str, object] | None = None,
    most: int = MAX_SIZE,
) -> Candidate:
    """A candidate from arrays, tensors or rows of decimals; orthonormal teachers (k of them, by
    default d) unless targets are given.

    most: of n, k and d; beyond the default only symmetric points can be proved. Raises
    `UnusableInput`: wrong shape, NaN, zero neuron, fewer students than teachers, sizes out of
    range.
    """
    rows = make_matrix(students, "students", most)
    n, d = len(rows), len(rows[0])
    goal = None if targets is None else make_matrix(targets, "teachers", most)
    if goal is not None and len(goal[0]) != d:
        raise UnusableInput(f"the students have {d} columns, the teachers {len(goal[0])}")
    if goal is not None and k is not None and k != len(goal):
        raise UnusableInput(f"k = {k} was asked for, but there are {len(goal)} teachers")
    teachers = len(goal) if goal is not None else (k if k is not None else min(n, d))
    check_sizes(n, teachers, d, orthonormal=goal is None, most=most)
    return Candidate(teachers, rows, goal, provenance=provenance or {})


def check_sizes(n: int, k: int, d: int, *, orthonormal: bool, most: int = MAX_SIZE) -> None:
    """Raise `UnusableInput` unless 1 <= k <= n, sizes are within the format's limit, and d >= k for
    orthonormal teachers.
    """
    for name, size in (("k", k), ("n", n), ("d", d)):
        if not 1 <= size <= most:
            raise UnusableInput(f"{name} = {size} is not in 1..{most}")
    if n < k:
        raise UnusableInput(
            f"n = {n} students are fewer than k = {k} teachers: then 0 need not be the infimum of"
            " the loss"
        )
    if orthonormal and d < k:
        raise UnusableInput(f"d = {d} dimensions hold no k = {k} orthonormal teachers")
