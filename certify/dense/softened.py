"""Descent through kinks: with units of two slopes rounded off quadratically on |z| < h, h shrinking
by half decades from 1e-1 to 1e-6.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from certify.dense.derivatives import Risk, Unit
from certify.dense.polish import Slice, descended
from certify.dense.problem import TrainedProblem
from certify.empirical.attempts import Run
from certify.floats import Array
from certify.networks.formulas import Jet, evaluated, slopes_of

__all__ = ["WIDTH", "descended_softly", "softened", "unit_of"]

_WIDTHS = [10.0 ** (-k / 2) for k in range(2, 13)]
WIDTH = _WIDTHS[-1]
_STEPS = 200  # at each width


def softened(slopes: tuple[Fraction, Fraction], width: float) -> Unit:
    """The unit with its kink rounded off."""
    low, high = map(float, slopes)

    def unit(z: Array, _: slice) -> Jet:
        share = np.clip(z / (2 * width) + 0.5, 0, 1)
        bow = np.where(np.abs(z) < width, (z + width) ** 2 / (4 * width), np.maximum(z, 0))
        curve = (np.abs(z) < width) / (2 * width)
        rise = high - low
        return low * z + rise * bow, low + rise * share, rise * curve

    return unit


def unit_of(formula: Any) -> Unit:
    """The activation itself."""

    def unit(z: Array, _: slice) -> Jet:
        return evaluated(formula, z)

    return unit


def descended_softly(place: Slice, start: Array, run: Run) -> Array:
    """theta where descent ends whose kinks are softened less and less; `place` says what is free.
    Raises `ArithmeticError`.
    """
    problem: TrainedProblem = place.risk.problem
    theta = start
    for width in _WIDTHS:
        run.tell(f"descending with kinks softened to {width:.1g}")
        units = []
        for layer in problem.layers:
            slopes = slopes_of(layer.activation)
            plain = slopes is None or slopes[0] == slopes[1]
            units.append(
                unit_of(layer.activation) if plain or slopes is None else softened(slopes, width)
            )
        soft = Risk(problem, tuple(units), place.risk.shifts, place.risk.anchor)
        around = Slice(soft, theta, place.free)
        theta = around.full(descended(around, theta[place.free], most=_STEPS))
    return theta
