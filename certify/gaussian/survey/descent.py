"""From random starts to end points, in float64: gradient descent on many starts at once, Newton's
method, and the match.

What is said of an end point is decided by `basins`; nothing else in this module is trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.linalg import LinAlgError

from certify.floats import Array
from certify.gaussian.search.batch import DEAD, LIMIT, MANY, Going, descend, step_size
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.search.polish import NotPolished, newton, settle
from certify.gaussian.survey.basins import Basin, ExactMatrix, match
from certify.gaussian.survey.ledger import Record

__all__ = ["NEAR_GLOBAL", "Ends", "go_on", "run_starts", "start"]

Ends = tuple[list[Record], list[Going]]  # of starts that have ended, and the others

NEAR_GLOBAL = 1e-4  # for n > k a loss below this is reported as near the global minimum
_SMALL = 5e-5  # gradient norm from which on a start may have arrived


def start(k: int, n: int, seed: int, index: int) -> Array:
    """Start number `index`: normal entries of standard deviation k^(-1/2), shape (n, k). Each start
    has a seed sequence of its own.
    """
    sequence = np.random.SeedSequence([seed, n, k, k], spawn_key=(index,))
    return np.asarray(np.random.default_rng(sequence).normal(size=(n, k)) / np.sqrt(k))


def run_starts(k: int, n: int, seed: int, indices: Sequence[int], basins: Sequence[Basin]) -> Ends:
    """Where these starts end, in their order, and those that are still on their way after some
    thousand steps. What one start does depends on no other.
    """
    starts = [Going(index, start(k, n, seed, index)) for index in indices]
    return _descend(k, seed, starts, basins, MANY)


def go_on(k: int, seed: int, starts: Sequence[Going], basins: Sequence[Basin]) -> Ends:
    """Where starts of `run_starts` end that were still on their way; now none of them is."""
    return _descend(k, seed, starts, basins, LIMIT)


def _descend(
    k: int, seed: int, starts: Sequence[Going], basins: Sequence[Basin], until: int
) -> Ends:
    teachers = orthonormal(k, k)
    loss, n = GaussianLoss(teachers), len(starts[0].point)
    # where the loss is below a, the gradient norm is below sqrt(2 a / step)
    small = _SMALL if n == k else float(np.sqrt(2 * NEAR_GLOBAL / step_size(teachers, n)))

    def ended(going: Going) -> Record | None:
        value = float(loss.value(going.point))
        blank = Record(k, n, seed, going.number, "unsettled", loss=value)
        if np.linalg.norm(going.point, axis=1).min() < DEAD:
            return blank  # the loss is not differentiable where a neuron is 0
        if n > k and value < NEAR_GLOBAL:
            return replace(blank, outcome="near-global")
        if going.size < _SMALL and (record := _arrived(loss, going.point, blank, basins)):
            return record
        return _stuck(loss, going.point, blank, basins) if going.steps >= LIMIT else None

    return descend(teachers, starts, small, ended, until)


def _arrived(loss: GaussianLoss, w: Array, blank: Record, basins: Sequence[Basin]) -> Record | None:
    """The record of a start that descent, or Newton's method after it, has brought to a minimum;
    None if it has to go on.
    """
    minima = [basin for basin in basins if basin.what != "saddle"]
    if (basin := match(ExactMatrix.from_floats(w), blank.loss, minima)) is not None:
        return blank.matched(basin)
    if (point := settle(loss, w)) is None:
        return None
    value = float(loss.value(point))
    if (basin := match(ExactMatrix.from_floats(point), value, minima)) is not None:
        return blank.matched(basin, newton=True)
    if value < NEAR_GLOBAL:
        return None
    return blank.unmatched(point, value, float(np.linalg.eigvalsh(loss.hessian(point))[0]))


def _stuck(loss: GaussianLoss, w: Array, blank: Record, basins: Sequence[Basin]) -> Record:
    """The record of a start that no step has brought to a minimum: at a saddle, or nowhere."""
    if blank.loss < NEAR_GLOBAL:
        return blank
    try:
        point = newton(loss, w)
    except (NotPolished, LinAlgError):
        return blank
    value = float(loss.value(point))
    if (basin := match(ExactMatrix.from_floats(point), value, basins)) is not None:
        return blank.matched(basin, newton=True)
    if np.linalg.norm(point, axis=1).min() < DEAD:
        return blank
    return blank.unmatched(point, value, float(np.linalg.eigvalsh(loss.hessian(point))[0]))
