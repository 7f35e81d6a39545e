"""The point that is asked about, and how what was found is written: as decimals and documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import isqrt
from typing import Any

import numpy as np

from certify.attempt import Attempt, Refusal, judged
from certify.dense.problem import TrainedProblem
from certify.empirical.attempts import QUIET, Run
from certify.enclosure import rounded
from certify.floats import Array
from certify.kernel.check import FORMAT
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.outcomes import Proved
from certify.networks.formulas import slopes_of

__all__ = [
    "BITS",
    "Case",
    "apart",
    "distance_claim",
    "document_of",
    "interval",
    "largest_proved",
    "length",
    "refused",
    "shifts_of",
]

BITS = 128  # of the kernel's balls

Judge = Callable[[dict[str, Any]], Attempt]


@dataclass(frozen=True)
class Case:
    """A problem, the weights given, decimals in the order of theta, and others with a smaller risk,
    if they are at hand.
    """

    problem: TrainedProblem
    given: tuple[str, ...]
    better: tuple[str, ...] | None = None
    run: Run = field(default=QUIET)

    @cached_property
    def exact(self) -> list[Fraction]:
        """The weights given."""
        return list(map(Fraction, self.given))

    @cached_property
    def start(self) -> Array:
        """The weights given, in float64."""
        return np.array([float(value) for value in self.exact])

    @property
    def size(self) -> float:
        """The length of the weights given."""
        return float(np.linalg.norm(self.start))

    @property
    def homogeneous(self) -> bool:
        """Whether all hidden units are two lines with their kink at 0."""
        hidden = self.problem.layers[:-1]
        return bool(hidden) and all(slopes_of(layer.activation) is not None for layer in hidden)

    @property
    def kinked(self) -> bool:
        """Whether some hidden unit is two lines of different slopes."""
        pairs = [slopes_of(layer.activation) for layer in self.problem.layers]
        return any(pair is not None and pair[0] != pair[1] for pair in pairs)

    @property
    def decays(self) -> bool:
        """Whether there is any decay."""
        return bool(self.problem.decay_of_each.any())

    def judged(self, document: dict[str, Any], found: dict[str, object]) -> Attempt:
        """What the kernel says of a document."""
        try:
            return judged(document, self.run.command, found)
        except Malformed as error:
            return refused(f"no certificate holds it: {error}")


def shifts_of(problem: TrainedProblem) -> tuple[tuple[int, ...], ...]:
    """The directions along which the cross-entropy does not change: all outputs shifted alike. Each
    is the places in theta that move together.
    """
    last, (weights, biases) = problem.layers[-1], problem.decay[-1]
    top = len(problem.layers) - 1
    if problem.loss != "cross-entropy" or last.activation != "t":
        return ()
    found = []
    if last.bias and biases == 0:
        found.append(tuple(problem.bias(top, k) for k in range(last.units)))
    if weights == 0:
        found += [
            tuple(problem.weight(top, k, j) for k in range(last.units)) for j in range(last.inputs)
        ]
    return tuple(found)


def refused(reason: str) -> Attempt:
    """Nothing was proposed to the kernel."""
    return Attempt(refusal=Refusal(reason))


def document_of(
    kind: str, case: TrainedProblem, statement: dict[str, Any], witness: dict[str, Any]
) -> dict[str, Any]:
    """A document without provenance."""
    return {
        "format": FORMAT,
        "kind": kind,
        "statement": {"problem": case.document, **statement},
        "witness": {"bits": BITS, **witness},
    }


def interval(value: float | Fraction, margin: float | Fraction, digits: int) -> list[str]:
    """Decimals below value - margin and above value + margin."""
    low, high = Fraction(value) - Fraction(margin), Fraction(value) + Fraction(margin)
    return [rounded(low, digits, up=False), rounded(high, digits, up=True)]


def length(values: Sequence[Fraction]) -> Fraction:
    """The Euclidean norm, to 30 digits behind the point or more."""
    total = sum((value * value for value in values), Fraction(0))
    grid = 10**80
    return Fraction(isqrt(total.numerator * grid // total.denominator), 10**40)


def apart(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    """The Euclidean distance."""
    return length([a - b for a, b in zip(one, other, strict=True)])


def distance_claim(
    case: Case, point: Sequence[Fraction], location: Fraction
) -> dict[str, Any] | None:
    """The field `given`: how far the weights given lie from what is within `location` of a point;
    None where they are the point itself.
    """
    distance = apart(case.exact, point)
    if distance <= 10 * location:
        return None
    margin = 2 * location + distance / 10**9
    return {
        "parameters": case.problem.nested(case.given),
        "distance": interval(distance, margin, 8),
    }


def largest_proved(radii: Sequence[float], judge: Callable[[str], Attempt]) -> Attempt:
    """The attempt at the first radius at which the kernel proves, the largest first; else the last
    one.
    """
    attempt = refused("no radius was tried")
    for radius in radii:
        attempt = judge(rounded(Fraction(radius), 2, up=False))
        if isinstance(attempt.outcome, Proved):
            break
    return attempt
