"""Activations, as formulas of the format, on arrays of float64 with their first two derivatives."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.special import erf, expit

from certify.floats import Array
from certify.kernel.smooth.formula import Formula
from certify.kernel.trained import symmetries
from certify.rationals import fraction

__all__ = ["RELU", "Jet", "evaluated", "slopes_of"]

Jet = tuple[Array, Array, Array]  # values, first and second derivatives, all of one shape

RELU = ["piecewise", "0", "0", "t"]
_LARGEST = 300.0  # of an argument of exp in slopes: its cube does not overflow


def evaluated(formula: Any, t: Array) -> Jet:
    """h, h' and h'' at each entry of t; NaN or infinite where h is not defined, or overflows.

    >>> value, first, second = evaluated(["tanh", "t"], np.array([0.0]))
    >>> float(value[0]), float(first[0]), float(abs(second[0]))
    (0.0, 1.0, 0.0)
    """
    with np.errstate(all="ignore"):
        value, first, second = _jet(formula, t)
    return (
        np.broadcast_to(value, t.shape),
        np.broadcast_to(first, t.shape),
        np.broadcast_to(second, t.shape),
    )


def _jet(node: Any, t: Array) -> Jet:
    """The jet of a node."""
    if isinstance(node, str):
        if node == "t":
            return t, np.ones_like(t), np.zeros_like(t)
        number = np.pi if node == "pi" else float(Fraction(node))
        return np.full_like(t, number), np.zeros_like(t), np.zeros_like(t)
    name, *parts = node
    if name == "piecewise":
        above = t >= float(Fraction(parts[0]))
        pairs = zip(_jet(parts[1], t), _jet(parts[2], t), strict=True)
        value, first, second = (np.where(above, right, left) for left, right in pairs)
        return value, first, second
    if name == "^":
        return _power(_jet(parts[0], t), parts[1])
    if name == "log":
        match parts[0]:
            case ["+", "1", ["exp", part]]:
                return _softplus(_jet(part, t))
    jets = [_jet(part, t) for part in parts]
    if name in _FUNCTIONS:
        return _chain(_FUNCTIONS[name](jets[0][0]), jets[0])
    result = jets[0]
    for other in jets[1:]:
        result = _OPERATIONS[name](result, other)
    return result


def _plus(f: Jet, g: Jet) -> Jet:
    return f[0] + g[0], f[1] + g[1], f[2] + g[2]


def _minus(f: Jet, g: Jet) -> Jet:
    return f[0] - g[0], f[1] - g[1], f[2] - g[2]


def _times(f: Jet, g: Jet) -> Jet:
    return f[0] * g[0], f[0] * g[1] + f[1] * g[0], f[0] * g[2] + 2 * f[1] * g[1] + f[2] * g[0]


def _over(f: Jet, g: Jet) -> Jet:
    inverse = 1 / g[0]
    square = inverse * inverse
    return _times(f, _chain((inverse, -square, 2 * square * inverse), g))


def _power(f: Jet, n: int) -> Jet:
    x = f[0]
    return _chain((x**n, n * x ** (n - 1), n * (n - 1) * x ** (n - 2)), f)


def _softplus(f: Jet) -> Jet:
    """log(1 + exp f), which is about f where exp overflows."""
    share = expit(f[0])
    return _chain((np.logaddexp(0, f[0]), share, share * expit(-f[0])), f)


def _chain(outer: Jet, f: Jet) -> Jet:
    return outer[0], outer[1] * f[1], outer[2] * f[1] * f[1] + outer[1] * f[2]


_OPERATIONS: dict[str, Callable[[Jet, Jet], Jet]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _over,
}


def _exp(x: Array) -> Jet:
    slope = np.exp(np.clip(x, -_LARGEST, _LARGEST))
    return np.exp(x), slope, slope


def _log(x: Array) -> Jet:
    return np.log(x), 1 / x, -1 / (x * x)


def _sqrt(x: Array) -> Jet:
    root = np.sqrt(x)
    return root, 0.5 / root, -0.25 / (root * x)


def _sin(x: Array) -> Jet:
    value = np.sin(x)
    return value, np.cos(x), -value


def _cos(x: Array) -> Jet:
    value = np.cos(x)
    return value, -np.sin(x), -value


def _tanh(x: Array) -> Jet:
    value = np.tanh(x)
    slope = 1 / np.cosh(np.clip(x, -_LARGEST, _LARGEST)) ** 2
    return value, slope, -2 * value * slope


def _atan(x: Array) -> Jet:
    slope = 1 / (1 + x * x)
    return np.arctan(x), slope, -2 * x * slope * slope


def _erf(x: Array) -> Jet:
    slope = 2 / np.sqrt(np.pi) * np.exp(-x * x)
    return erf(x), slope, -2 * x * slope


_FUNCTIONS: dict[str, Callable[[Array], Jet]] = {
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "sin": _sin,
    "cos": _cos,
    "tanh": _tanh,
    "atan": _atan,
    "erf": _erf,
}


def slopes_of(formula: Any) -> tuple[Fraction, Fraction] | None:
    """The slopes below and above 0 of a unit of two lines with its kink at 0; None for others.

    >>> slopes_of(["piecewise", "0", ["*", "1/10", "t"], "t"])
    (Fraction(1, 10), Fraction(1, 1))
    """
    slopes = symmetries.slopes_of(Formula.read(formula).tree)
    return None if slopes is None else (fraction(slopes[0]), fraction(slopes[1]))
