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

__all__ = ["flipped", "followed", "near_flipped"]

_STEP = Fraction(1, 8)  # in the slope
_LEAST = Fraction(1, 2**12)
_LEAP = 0.1  # no coordinate moves farther in a step
_FLIPPED = Fraction(-9, 10)  # here II_p is next to the flipped teachers


def flipped(
    k: int, p: int, activation: Activation, digits: int
) -> tuple[Parts, tuple[Fraction, ...]]:
    """II_p for a negative slope, followed from slope -1 on. There it is the teachers, p of them
    flipped, which is a global minimum. p = k is allowed. Raises `NotPolished` where it is lost.
    """
    first = min(_FLIPPED, slope_of(activation))
    parts, start = near_flipped(k, p, ((1 + first) / (1 - first)) ** 2)
    values = fixed_newton(make_blocks(parts), start, digits, damping=True, activation=leaky(first))
    return parts, followed(parts, tuple(values), activation, digits, first)


def near_flipped(k: int, p: int, c: Fraction) -> tuple[Parts, list[Fraction]]:
    """The blocks of II_p, and its coordinates for c near 0 (slope -1), where they are those of the
    teachers, the last p of them flipped.
    """
    kept = [Fraction(1), *[Fraction(0)] * (k - p > 1)]
    turned = [c - 1, *[c] * (p > 1)]
    if p == k:
        return (("diagonal", k),), turned
    return (("diagonal", k - p), ("diagonal", p)), [*kept, c, c, *turned]


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
