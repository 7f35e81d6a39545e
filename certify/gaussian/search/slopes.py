"""A critical point that is known at one slope, followed to others in small steps. Nothing here is
trusted.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from certify.gaussian.activations import leaky, slope_of
from certify.gaussian.search.polish import AtGlobalMinimum, NotPolished
from certify.gaussian.search.symmetric import Parts, fixed_newton, make_blocks
from certify.kernel.gaussian.activation import Activation

__all__ = ["flipped", "followed"]

_STEP = Fraction(1, 8)  # in the slope
_LEAST = Fraction(1, 2**12)
_LEAP = 0.1  # no coordinate moves farther in a step
_FLIPPED = Fraction(-9, 10)  # here type II is next to a flipped teacher


def flipped(k: int, activation: Activation, digits: int) -> tuple[Parts, tuple[Fraction, ...]]:
    """Type II for a negative slope, followed from slope -1 on. There it is the teachers, one of
    them flipped, which is a global minimum. Raises `NotPolished` where it is lost.
    """
    parts: Parts = (("diagonal", k - 1), ("diagonal", 1))
    first = min(_FLIPPED, slope_of(activation))
    c = ((1 + first) / (1 - first)) ** 2
    start = [Fraction(1), Fraction(0), c, c, c - 1]
    values = fixed_newton(make_blocks(parts), start, digits, damping=True, activation=leaky(first))
    return parts, followed(parts, tuple(values), activation, digits, first)


def followed(
    parts: Parts,
    values: tuple[Any, ...],
    activation: Activation,
    digits: int,
    first: Fraction = Fraction(0),
) -> tuple[Fraction, ...]:
    """The critical point of this symmetry that the one at slope `first` leads to, for the slope
    with the minima of this activation, to `digits` decimals. Raises `NotPolished` where it is lost.
    """
    blocks, goal = make_blocks(parts), slope_of(activation)
    here, step = first, _STEP
    point = tuple(map(Fraction, values))
    while here != goal:
        there = here + max(-step, min(step, goal - here))
        try:
            found = tuple(
                fixed_newton(blocks, list(point), digits, steps=12, activation=leaky(there))
            )
        except AtGlobalMinimum:
            raise
        except NotPolished:
            found = None
        if found is not None and max(abs(x - y) for x, y in zip(found, point, strict=True)) < _LEAP:
            point, here, step = found, there, min(2 * step, _STEP)
        elif step <= _LEAST:
            raise NotPolished(f"it is lost near slope {float(here):.4g}")
        else:
            step /= 2
    return point
