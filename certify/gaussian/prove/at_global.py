"""Whether a candidate is a global minimum, or next to one: then there is nothing spurious to prove.
Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq

from certify.attempt import Refusal
from certify.decimals import exact_decimal
from certify.gaussian.activations import slope_of
from certify.gaussian.search.candidate import Candidate
from certify.gaussian.search.polish import NotPolished, exact_rows, newton
from certify.kernel.foundation.balls import ball, less, precision
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.closed_form import loss
from certify.kernel.gaussian.pairs import pairs
from certify.rationals import flint_rational

__all__ = ["EXACTLY_GLOBAL", "NEXT_TO_GLOBAL", "ends_globally", "is_global", "loss_vanishes"]

EXACTLY_GLOBAL = Refusal(
    "this is exactly a global minimum: the loss is 0 there, so there is nothing spurious to prove"
)
NEXT_TO_GLOBAL = Refusal(
    "this is a global minimum, or next to one: the loss is not distinguishable from 0, so there is"
    " nothing spurious to prove"
)
# The loss next to a global minimum known to float64, as a share of the teachers' sum of squares.
_LOSS_ZERO = Fraction(1, 10**24)
_BITS = 256


def is_global(candidate: Candidate) -> bool:
    """Whether the loss is exactly 0 because the students add up to the teachers on every ray:
    sigma(a x) + sigma(b x) = sigma((a + b) x) there, for a, b > 0, and for a multiple of |t| on
    every line. With signs these are the multiples times the output weights.
    """
    if float(candidate.loss().value(candidate.array)) > 1e-6 * sum(
        float(entry) ** 2 for row in candidate.teachers for entry in row
    ):
        return False  # float64 is enough to see that, and fast
    even = slope_of(candidate.activation) == -1
    signs = candidate.signs
    return _by_ray(candidate.students, signs.students, even=even) == _by_ray(
        candidate.teachers, signs.teachers, even=even
    )


def _by_ray(
    rows: Sequence[Sequence[str]], signs: tuple[int, ...], *, even: bool
) -> dict[tuple[Fraction, ...], Fraction]:
    """Rows that are positive multiples of each other, added up. For each direction, whose first
    entry is 1 or -1 (always 1 where opposite rows are `even`), the sum of the multiples, where it
    is not 0. No signs are all 1.
    """
    sums: dict[tuple[Fraction, ...], Fraction] = {}
    for row, sign in zip(rows, signs or (1,) * len(rows), strict=True):
        entries = [Fraction(entry) for entry in row]
        first = next(entry for entry in entries if entry)
        direction = tuple(entry / (first if even else abs(first)) for entry in entries)
        sums[direction] = sums.get(direction, Fraction(0)) + sign * abs(first)
    return {direction: total for direction, total in sums.items() if total}


def loss_vanishes(candidate: Candidate, students: Sequence[Sequence[str]]) -> bool:
    """Whether the loss at these students is as small as it is next to a global
    minimum rounded to float64.

    The loss is homogeneous of degree 2 in students and teachers together, so it is compared with
    the teachers' squares.
    """
    if any(all(Fraction(entry) == 0 for entry in row) for row in students):
        return False
    teachers, activation = exact_rows(candidate.teachers), candidate.activation
    rows = exact_rows(students)
    size = sum((entry**2 for row in teachers for entry in row), fmpq(0))
    size *= min(fmpq(1), activation.share)
    with precision(_BITS + GUARD_BITS):
        value = loss(pairs(rows, teachers, _BITS, activation, candidate.signs))
        return less(value, ball(size * flint_rational(_LOSS_ZERO)))


def ends_globally(candidate: Candidate) -> bool:
    """Whether the loss is 0, as far as can be told, at the candidate or where Newton's method in
    float64 leads from it.
    """
    model, w = candidate.loss(), candidate.array
    try:
        end = newton(model, w)
    except (NotPolished, np.linalg.LinAlgError):
        end = w
    return loss_vanishes(candidate, [[exact_decimal(float(entry)) for entry in row] for row in end])
