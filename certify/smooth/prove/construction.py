"""Points at which a network with smooth units is constant: all hidden units are at one point of the
activation, and outgoing weights are chosen that make the matrices definite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise, product
from typing import NamedTuple

import numpy as np

from certify.decimals import round_down
from certify.empirical.parameters import Layers
from certify.errors import UnusableInput
from certify.kernel.foundation.balls import ball, less, precision
from certify.kernel.smooth.moments import Moments
from certify.kernel.smooth.parameters import read_parameters
from certify.kernel.smooth.problem import SmoothProblem
from certify.rationals import fraction
from certify.smooth.activations import ActivationFunction
from certify.smooth.network import nested_layers, significant_down

__all__ = ["BITS", "LEAST", "Bounds", "Construction", "Entry", "good_points", "rounded_layers"]

Bounds = tuple[Fraction, Fraction]  # on both sides of some eigenvalues
BITS = 256  # of the kernel's balls
LEAST = 1e-3  # of derivatives at a point, relative to the largest seen
_DIGITS = 50  # of biases that hold units at a point
# simple points first
_POINTS = [Fraction(sign * n, 8) for n in (4, 8, 2, 6, 12, 16, 3, 5, 1, 24) for sign in (1, -1)]


class Entry(NamedTuple):
    """A point of an activation, and h, h', h'' there."""

    point: Fraction
    value: float
    slope: float
    bend: float


def good_points(
    function: ActivationFunction, point: Fraction | None, least_slope: float = 0.0
) -> list[Entry]:
    """Points away from kinks where h'' is not tiny; only `point` if one is given. least_slope: of
    h' relative to the largest seen. Raises `UnusableInput` where there are none.
    """
    found: list[Entry] = []
    for a in _POINTS if point is None else [point]:
        if a in function.kinks:
            continue
        value, slope, bend = (float(part(float(a))) for part in function.numeric)
        if np.isfinite([value, slope, bend]).all() and (point is not None or bend):
            found.append(Entry(a, value, slope, bend))
    if point is None:
        steep = least_slope * min(1.0, max((abs(entry.slope) for entry in found), default=0.0))
        found = [entry for entry in found if abs(entry.slope) >= steep]
    largest = max((abs(entry.bend) for entry in found), default=0.0)
    good = [entry for entry in found if abs(entry.bend) > LEAST * largest or point is not None]
    if not good:
        raise UnusableInput(
            f"{function.label} has no suitable point: its second derivative was not found to be"
            " different from 0"
            if point is None
            else f"{function.label} is not smooth at {point}"
        )
    return good


@dataclass(frozen=True)
class Construction:
    """A network of these hidden widths that is constant: all hidden units are at `point`.

    Weights are 0 in the first layer, |scale| divided by the units below in the second, 1 divided by
    them after that; the output weights have the sign of the scale.
    """

    function: ActivationFunction
    widths: Sequence[int]
    scale: Fraction
    point: Fraction

    @classmethod
    def best(
        cls,
        function: ActivationFunction,
        widths: Sequence[int],
        point: Fraction | None,
        bounds: Bounds,
    ) -> Construction:
        """The one with the scale and the point that make the matrices most definite.

        bounds: of the moment relative to the variance. Raises `UnusableInput`.
        """
        options = [
            (
                _least_eigenvalue(widths, epsilon * sign, entry, bounds),
                -place,
                epsilon * sign,
                entry,
            )
            for place, entry in enumerate(good_points(function, point))
            for epsilon in (Fraction(1, 2**j) for j in range(8))
            for sign in (1, -1)
        ]
        _, _, scale, entry = max(options, key=lambda option: option[:2])
        return cls(function, widths, scale, entry.point)

    def flipped(self, shrink: int = 0) -> Construction:
        """The same with the other sign, and a scale 2^shrink times smaller."""
        return replace(self, scale=-self.scale / 2**shrink)

    def layers(self, inputs: int, level: Fraction) -> Layers:
        """The parameters as the format writes them, the output being `level`."""
        at_point = self.function.value(self.point)
        layers = [
            ([[Fraction(0)] * inputs for _ in range(self.widths[0])], [self.point] * self.widths[0])
        ]
        last = len(self.widths) - 1
        for number, (below, above) in enumerate(pairwise((*self.widths, 1))):
            size = abs(self.scale) if number == 0 else Fraction(1)
            sign = -1 if number == last and self.scale < 0 else 1
            weight = Fraction(round_down(size * sign / below, 30))
            value = level if number == last else self.point
            layers.append(
                (
                    [[weight] * below for _ in range(above)],
                    [value - below * weight * at_point] * above,
                )
            )
        return rounded_layers(layers, at_point)

    def beside(self, problem: SmoothProblem, moments: Moments) -> Layers | None:
        """A point beside one with small outgoing weights of the other sign, as in lemma 22 (b),
        with a smaller risk; None if none of a few is.
        """
        inputs, widths = problem.dimension, tuple(self.widths)
        varying = next(i for i, row in enumerate(moments.centred.tolist()) if any(row))
        spread = max(abs(fraction(entry)) for entry in moments.centred.tolist()[varying])
        mean = fraction(moments.centre[varying])
        for shrink, exponent in product((0, 4, 12, 24, 48), (1, 4, 8, 16)):
            step = Fraction(significant_down(Fraction(1, 2**exponent) / spread, 30))
            first, *above = self.flipped(shrink).layers(inputs, fraction(moments.level))
            row = ["0"] * varying + [significant_down(step, 30)] + ["0"] * (inputs - varying - 1)
            bias = [round_down(Fraction(b) - step * mean, _DIGITS) for b in first["bias"]]
            layers = [{"weights": [row] * widths[0], "bias": bias}, *above]
            with precision(BITS):
                parameters = read_parameters(layers, "the parameters", problem, widths)
                if less(problem.risk(parameters), ball(moments.risk)):
                    return layers
        return None


def _least_eigenvalue(
    widths: Sequence[int], scale: Fraction, entry: Entry, bounds: Bounds
) -> float:
    """The least eigenvalue of the matrices g g^T - mu H of the construction, relative to their
    size. H = alpha I + beta 1 1^T, g = gamma 1.
    """
    slope, bend = entry.slope, entry.bend
    # derivatives of the output by the sum the second layer takes of the first one's outputs
    first, second = 1.0, 0.0
    for _ in widths[1:]:
        first, second = slope * first, bend * first * first + slope * second
    factor, d = float(abs(scale)) / widths[0], widths[0]
    sign = 1.0 if scale > 0 else -1.0
    first, second = sign * first, sign * second
    gamma, alpha, beta = (
        factor * first * slope,
        factor * first * bend,
        factor * factor * second * slope * slope,
    )
    values = [-float(mu) * alpha for mu in bounds] if d > 1 else []
    values += [-float(mu) * (alpha + d * beta) + d * gamma * gamma for mu in bounds]
    return min(values) / (1 + abs(gamma) + abs(alpha) + abs(beta))


def rounded_layers(
    layers: list[tuple[list[list[Fraction]], list[Fraction]]], *values: Fraction
) -> Layers:
    """As the format writes them, more digits where weights meet large values of h."""
    digits = _DIGITS + min(max(len(str(int(abs(value)))) for value in values), 300)
    return nested_layers(layers, lambda value: round_down(value, digits))
