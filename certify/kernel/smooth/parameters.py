"""Widths and parameters of a fully connected network with one output, and the bound of the work on
its values (FORMAT 3.1 and 4.15).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from flint import fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, decimal_matrix, natural
from certify.kernel.foundation.witness import GUARD_BITS, require_work
from certify.kernel.smooth.jets import Layers

if TYPE_CHECKING:
    from certify.kernel.smooth.problem import SmoothProblem

__all__ = [
    "Parameters",
    "as_balls",
    "connections",
    "read_parameters",
    "read_widths",
    "require_values_work",
]

_MAX_LAYERS = 32
_MAX_WIDTH = 256
_MAX_EVALUATIONS = 2 * 10**6  # connections of the network times data
# data * hidden units * nodes of the activation (erf counts 4) * the square of the words of 256 bits
MAX_VALUES = 15 * 10**4

# weights (units x inputs) and biases of each layer
Parameters = tuple[tuple[tuple[tuple[fmpq, ...], ...], tuple[fmpq, ...]], ...]


def read_widths(value: Any, where: str) -> tuple[int, ...]:
    """The units of each hidden layer."""
    if not isinstance(value, list) or not 1 <= len(value) <= _MAX_LAYERS:
        raise Malformed(f"{where} are not a list of 1 to {_MAX_LAYERS} numbers of units")
    return tuple(natural(width, where, 1, _MAX_WIDTH) for width in value)


def connections(sizes: tuple[int, ...]) -> int:
    """Weights of a network with these numbers of units, from the inputs to the output."""
    return sum(below * above for below, above in pairwise(sizes))


def read_parameters(
    value: Any, where: str, problem: SmoothProblem, widths: tuple[int, ...]
) -> Parameters:
    """An object with weights and bias for each layer. Raises `Malformed`."""
    sizes = (problem.dimension, *widths, 1)
    if connections(sizes) * problem.data > _MAX_EVALUATIONS:
        raise Malformed(f"the weights of {where}, times the data, are more than {_MAX_EVALUATIONS}")
    if not isinstance(value, list) or len(value) != len(sizes) - 1:
        raise Malformed(f"{where} are not a list of {len(sizes) - 1} layers")
    result = []
    for number, (entry, (below, above)) in enumerate(
        zip(value, pairwise(sizes), strict=True), start=1
    ):
        here = f"layer {number} of {where}"
        if not isinstance(entry, dict) or entry.keys() != {"weights", "bias"}:
            raise Malformed(f"{here} is not an object with the fields weights and bias")
        weights = decimal_matrix(entry["weights"], f"the weights, {here}", above, below)
        if not isinstance(entry["bias"], list) or len(entry["bias"]) != above:
            raise Malformed(f"the bias, {here}, is not a list of {above} numbers")
        result.append(
            (weights, tuple(decimal(number, f"the bias, {here}") for number in entry["bias"]))
        )
    return tuple(result)


def as_balls(parameters: Parameters) -> Layers:
    """The layers as thin balls."""
    return [
        ([[ball(w) for w in row] for row in weights], [ball(b) for b in biases])
        for weights, biases in parameters
    ]


def require_values_work(problem: SmoothProblem, widths: tuple[int, ...], bits: int) -> None:
    """`Malformed` where the values of a network on the data are too much work; a function takes
    about the square of the digits.
    """
    words = -(-(bits + GUARD_BITS) // 256)
    work = problem.data * sum(widths) * problem.activation.cost * words**2
    require_work("the hidden units", work, MAX_VALUES)
