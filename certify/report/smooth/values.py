"""An activation in float64, for pictures."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["float_of", "values_of"]


def values_of(node: Any, t: Array) -> Array:
    """The formula at each entry of an array; NaN where it is not defined."""
    import numpy as np
    from scipy.special import erf

    if isinstance(node, str):
        return t if node == "t" else np.full_like(t, np.pi)
    if not isinstance(node, tuple):
        return np.full_like(t, float_of(node))
    name, *parts = node
    if name == "piecewise":
        return np.asarray(
            np.where(t < float_of(parts[0]), values_of(parts[1], t), values_of(parts[2], t))
        )
    if name == "^":
        return np.asarray(values_of(parts[0], t) ** parts[1])
    binary = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
    values = [values_of(part, t) for part in parts]
    if name in binary:
        return np.asarray(reduce(binary[name], values))
    unary = {
        "exp": np.exp,
        "log": np.log,
        "sqrt": np.sqrt,
        "sin": np.sin,
        "cos": np.cos,
        "tanh": np.tanh,
        "atan": np.arctan,
        "erf": erf,
    }
    return np.asarray(unary[name](values[0]))


def float_of(value: object) -> float:
    """The nearest float to a rational."""
    return float(Fraction(str(value)))
