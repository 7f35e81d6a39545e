"""Parameters and data: exact, in float64, and as the format writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from flint import fmpq

from certify.decimals import exact_decimal
from certify.floats import Array
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.network import Network, Parameters
from certify.tables import exact

__all__ = [
    "Layers",
    "floats",
    "in_float",
    "nest",
    "nested",
    "parameters_of",
    "significant_digits",
    "spreads",
]

Layers = list[dict[str, Any]]  # parameters as the format writes them


def floats(matrix: RationalMatrix) -> Any:
    """The matrix in float64."""
    return np.array([[in_float(entry) for entry in row] for row in matrix.tolist()])


def in_float(value: fmpq) -> float:
    """The number in float64, however long its numerator and denominator are."""
    above, below = int(value.p), int(value.q)
    if max(above.bit_length(), below.bit_length()) < 1000:
        return float(above) / float(below)
    return above / below  # Python divides long integers correctly


def spreads(rows: Array) -> Array:
    """The standard deviation of each row; 1 where that is 0."""
    result = rows.std(axis=1)
    return np.where(result > 0, result, 1.0)


def significant_digits(values: Array, digits: int) -> Array:
    """Each value to this many significant decimal digits."""
    return np.array([float(f"{value:.{digits - 1}e}") for value in values])


def parameters_of(parts: Sequence[Array]) -> Parameters:
    """The floats as the exact decimals they are written as; parts: weights and biases of each
    affine layer in turn.
    """
    exact_parts = [tuple(exact(exact_decimal(float(value))) for value in part) for part in parts]
    return tuple(zip(exact_parts[::2], exact_parts[1::2], strict=True))


def nested(network: Network, parameters: Parameters) -> Layers:
    """Parameters as the format writes them, all digits."""
    return [
        {
            "weights": nest([str(value) for value in weights], layer.form),
            "bias": [str(value) for value in biases],
        }
        for (_, layer), (weights, biases) in zip(network.affine, parameters, strict=True)
    ]


def nest(values: list[str], form: tuple[int, ...]) -> Any:
    """A flat list as nested lists of this shape."""
    if len(form) == 1:
        return values
    each = len(values) // form[0]
    return [nest(values[i * each : (i + 1) * each], form[1:]) for i in range(form[0])]
