"""Fully connected networks with a smooth activation in float64: outputs, Jacobian, training by
least squares. Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from certify.decimals import exact_decimal, round_down, significant
from certify.empirical.architectures import Dense, unit
from certify.empirical.parameters import Layers, in_float, nest, parameters_of, spreads
from certify.empirical.standard import Standard, spread_exponent
from certify.floats import Array
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.network import Network
from certify.kernel.smooth.problem import SmoothProblem
from certify.rationals import fraction
from certify.smooth.activations import ActivationFunction

__all__ = ["SmoothNetwork", "StandardSmooth", "nested_layers", "significant_down", "significant_up"]

_LONGEST = 300  # characters of a decimal
_DIGITS = 12  # significant ones of trained parameters in a certificate
_LARGE = 20_000  # data times unknowns from which on the first clearly better point is taken


def significant_down(value: Fraction, digits: int) -> str:
    """A decimal of this many significant digits at or below the value."""
    if value == 0:
        return "0"
    return (
        significant(value, digits, up=False)
        if value > 0
        else f"-{significant(-value, digits, up=True)}"
    )


def significant_up(value: Fraction, digits: int) -> str:
    """A decimal of this many significant digits at or above the value."""
    if value == 0:
        return "0"
    return (
        significant(value, digits, up=True)
        if value > 0
        else f"-{significant(-value, digits, up=False)}"
    )


def nested_layers(layers: Sequence[tuple[Any, Any]], text: Any = str) -> Layers:
    """Weights and biases as the format nests them, each number by `text`."""
    return [
        {"weights": [[text(w) for w in row] for row in weights], "bias": [text(b) for b in biases]}
        for weights, biases in layers
    ]


@dataclass(frozen=True)
class StandardSmooth:
    """The change of units of a problem of a smooth network, and the problem in them; written layers
    go back and flat parameters forth.
    """

    standard: Standard
    problem: SmoothProblem

    @classmethod
    def of(cls, problem: SmoothProblem, widths: Sequence[int]) -> StandardSmooth:
        """For hidden layers of these widths."""
        standard = Standard.of(
            _affine(problem.dimension, widths),
            problem.inputs,
            RationalMatrix.of(fmpq_mat([list(problem.targets)])),
        )
        targets = standard.targets(RationalMatrix.of(fmpq_mat([list(problem.targets)])))
        return cls(
            standard,
            SmoothProblem(
                problem.activation, standard.inputs(problem.inputs), tuple(targets.entries())
            ),
        )

    @property
    def far(self) -> int:
        """How many powers of two the units of the data are away from standardised ones, in all."""
        standard = self.standard
        return max(
            spread_exponent([scale, 1 / scale], fmpq(0)) for scale in standard.scales
        ) + spread_exponent([standard.size, 1 / standard.size], fmpq(0))

    def back(self, layers: Layers) -> Layers:
        """These layers, of any widths, in the units of the user's problem, as decimals of all
        digits or very many.
        """
        network = _affine(self.problem.dimension, [len(layer["bias"]) for layer in layers[:-1]])
        parameters = replace(self.standard, network=network).back(
            network.read_parameters(layers, "the parameters")
        )
        return [
            {
                "weights": nest([_written(value) for value in weights], layer.form),
                "bias": [_written(value) for value in biases],
            }
            for (_, layer), (weights, biases) in zip(network.affine, parameters, strict=True)
        ]

    def forth(self, theta: Array) -> Array:
        """Flat parameters of the user's problem in standardised units."""
        sizes = [
            size
            for _, layer in self.standard.network.affine
            for size in (len(layer.weights), len(layer.biases))
        ]
        parameters = self.standard.forth(parameters_of(np.split(theta, np.cumsum(sizes)[:-1])))
        return np.array(
            [in_float(value) for layer in parameters for part in layer for value in part]
        )


def _affine(inputs: int, widths: Sequence[int]) -> Network:
    """The affine layers of a fully connected network with one output."""
    return Network.read(Dense(list(widths), unit("relu")).network(inputs, 1))


def _written(value: fmpq) -> str:
    """A decimal; only where it is very long it is rounded."""
    number = fraction(value)
    # all digits: the denominator divides a power of ten
    text = round_down(number, number.denominator.bit_length())
    return text if len(text) <= _LONGEST else significant_down(number, _LONGEST // 2)


@dataclass(frozen=True)
class SmoothNetwork:
    """sizes: inputs, units of the hidden layers, 1. Parameters are one flat vector: weights row by
    row and biases, layer by layer.
    """

    activation: ActivationFunction
    sizes: tuple[int, ...]

    @property
    def unknowns(self) -> int:
        """The number of parameters."""
        return sum(above * (below + 1) for below, above in pairwise(self.sizes))

    def layers(self, theta: Array) -> list[tuple[Array, Array]]:
        """Weights (units x inputs) and biases of each layer."""
        result, place = [], 0
        for below, above in pairwise(self.sizes):
            weights = theta[place : place + above * below].reshape(above, below)
            result.append((weights, theta[place + above * below : place + above * (below + 1)]))
            place += above * (below + 1)
        return result

    def outputs(self, theta: Array, x: Array) -> Array:
        """At the rows of x, shape (N,)."""
        *hidden, (weights, biases) = self.layers(theta)
        return np.asarray((self.hidden(theta, x, len(hidden)) @ weights.T + biases)[:, 0])

    def hidden(self, theta: Array, x: Array, layers: int) -> Array:
        """The outputs of so many hidden layers, shape (N, units); of none: x."""
        units = x
        for weights, biases in self.layers(theta)[:layers]:
            units = self.activation.numeric[0](units @ weights.T + biases)
        return units

    def jacobian(self, theta: Array, x: Array) -> Array:
        """The derivatives of the outputs by the parameters, shape (N, unknowns)."""
        value, slope, _ = self.activation.numeric
        layers = self.layers(theta)
        units, inputs = [x], []
        for weights, biases in layers[:-1]:
            inputs.append(units[-1] @ weights.T + biases)
            units.append(value(inputs[-1]))
        back, parts = np.ones((len(x), 1)), []
        for number in range(len(layers) - 1, -1, -1):
            parts += [back, (back[:, :, None] * units[number][:, None, :]).reshape(len(x), -1)]
            if number:
                back = (back @ layers[number][0]) * slope(inputs[number - 1])
        return np.hstack(parts[::-1])

    def start(self, rng: np.random.Generator, x: Array) -> Array:
        """Random parameters, their scale chosen for the data."""
        theta, spread = np.empty(self.unknowns), spreads(x.T)
        for number, (weights, biases) in enumerate(self.layers(theta)):
            fan = weights.shape[1]
            weights[:] = (
                rng.normal(size=weights.shape)
                * (2.0 / np.sqrt(fan))
                / (spread if number == 0 else 1.0)
            )
            biases[:] = rng.normal(size=biases.shape) - (
                weights @ x.mean(axis=0) if number == 0 else 0
            )
        return theta

    def train(self, theta: Array, x: Array, y: Array, most: int = 400) -> tuple[float, Array]:
        """The risk 1/2 |f - y|^2 that least squares reaches from theta, and where; infinity where
        it breaks down.
        """
        from scipy.optimize import least_squares

        try:
            end = least_squares(
                lambda p: self.outputs(p, x) - y,
                theta,
                jac=lambda p: self.jacobian(p, x),
                max_nfev=most,
                xtol=1e-14,
                ftol=1e-14,
                gtol=1e-14,
            )
        except (ValueError, np.linalg.LinAlgError):
            return float("inf"), theta
        return (float(end.cost), end.x) if np.isfinite(end.cost) else (float("inf"), theta)

    def below(
        self, risk: float, x: Array, y: Array, starts: Sequence[Array], seed: int, trials: int = 20
    ) -> Layers | None:
        """Parameters, with few digits, whose risk in float64 is clearly below `risk`; None if
        training finds none.
        """
        best: tuple[float, Array] | None = None
        large = len(x) * self.unknowns > _LARGE
        enough = (0.9 if large else 1e-3) * risk
        for trial in range(len(starts) + trials):
            rng = np.random.default_rng([seed, trial])
            theta = starts[trial] if trial < len(starts) else self.start(rng, x)
            _, end = self.train(theta, x, y, 30 if large else 400)
            short = np.array([float(f"{value:.{_DIGITS}g}") for value in end])
            value = float(np.sum((self.outputs(short, x) - y) ** 2) / 2)
            if np.isfinite(value) and (best is None or value < best[0]):
                best = value, short
            if best is not None and best[0] < enough:
                break
        if best is None or not best[0] < risk * (1 - 1e-6):
            return None
        return nested_layers(self.layers(best[1]), lambda value: exact_decimal(float(value)))
