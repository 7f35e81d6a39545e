"""How far a Hessian in balls holds: estimates from the kernel's enclosures, by which radii are
chosen. Only the kernel's check of a document decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from certify.dense.polish import Slice
from certify.dense.problem import TrainedProblem

__all__ = ["spread_of_hessian"]


def spread_of_hessian(
    problem: TrainedProblem, theta: Sequence[Fraction], place: Slice, room: float
) -> float | None:
    """About the radius of a box around theta at which the Hessian's balls are so wide that its
    eigenvalues may move by half of `room`; None where that is not known.
    """
    del problem, theta, place, room
    return None
