"""From random starts to end points, in float64: gradient descent on many starts at once, Newton's
method, and the match.

What is said of an end point is decided by `basins`; nothing else in this module is trusted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from certify.floats import Array
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.search.polish import NotPolished, newton
from certify.gaussian.survey.basins import Basin, ExactMatrix, match
from certify.gaussian.survey.ledger import Record

__all__ = ["NEAR_GLOBAL", "run_starts", "start"]

NEAR_GLOBAL = 1e-4  # for n > k a loss below this is reported as near the global minimum
_SMALL = 1e-4  # gradient norm from which on a start may have arrived
_ROUND = 250  # steps of descent between looks
_ROUNDS = 200
_DEAD = 1e-6
_NEAR = 0.1  # Newton's method may go this far from where descent stopped


def start(k: int, n: int, seed: int, index: int) -> Array:
    """Start number `index`: normal entries of standard deviation k^(-1/2), shape (n, k). Each start
    has a seed sequence of its own.
    """
    sequence = np.random.SeedSequence([seed, n, k, k], spawn_key=(index,))
    return np.asarray(np.random.default_rng(sequence).normal(size=(n, k)) / np.sqrt(k))


def settle(loss: GaussianLoss, w: Array) -> Array | None:
    """The minimum next to w: Newton's method while the Hessian is positive definite, or None.
    Shapes (n, k).
    """
    here = w
    for _ in range(12):
        gradient = loss.value_and_gradient(here)[1]
        try:
            factor = cho_factor(loss.hessian(here), check_finite=False)
        except LinAlgError:
            return None
        if np.linalg.norm(gradient) < 1e-14 * w.size:
            break
        here = here - cho_solve(factor, gradient.ravel(), check_finite=False).reshape(w.shape)
        if not np.linalg.norm(here - w) < _NEAR or np.linalg.norm(here, axis=1).min() < _DEAD:
            return None
    return here if np.linalg.norm(loss.value_and_gradient(here)[1]) < 1e-12 * w.size else None


def run_starts(
    k: int, n: int, seed: int, indices: Sequence[int], basins: Sequence[Basin]
) -> list[Record]:
    """Where these starts end, in their order. What one start does depends on no other."""
    loss = GaussianLoss(orthonormal(k, k))
    step = 1.0 / (0.5 + n / 4)
    active = list(indices)
    w = np.stack([start(k, n, seed, index) for index in active])
    records: dict[int, Record] = {}
    for _ in range(_ROUNDS):
        for _ in range(_ROUND):
            w = w - step * loss.value_and_gradient(w)[1]
        value, gradient = loss.value_and_gradient(w)
        size = np.sqrt((gradient**2).sum((1, 2)))
        for i, index in enumerate(active):
            blank = Record(k, n, seed, index, "unsettled", loss=float(value[i]))
            if np.linalg.norm(w[i], axis=1).min() < _DEAD:
                records[index] = blank  # a dying neuron: the loss is not differentiable there
            elif n > k and value[i] < NEAR_GLOBAL:
                records[index] = Record(k, n, seed, index, "near-global", loss=float(value[i]))
            elif size[i] < _SMALL and (record := _arrived(loss, w[i], blank, basins)) is not None:
                records[index] = record
        keep = [i for i, index in enumerate(active) if index not in records]
        w, active = w[keep], [active[i] for i in keep]
        if not active:
            break
    for i, index in enumerate(active):
        records[index] = _stuck(
            loss, w[i], Record(k, n, seed, index, "unsettled", loss=float(loss.value(w[i]))), basins
        )
    return [records[index] for index in indices]


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
    if np.linalg.norm(point, axis=1).min() < _DEAD:
        return blank
    return blank.unmatched(point, value, float(np.linalg.eigvalsh(loss.hessian(point))[0]))
