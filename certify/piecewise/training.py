"""Training in float64 with any network of the format: for better points, which are then rounded and
evaluated exactly. Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from certify.empirical.parameters import (
    floats,
    in_float,
    parameters_of,
    significant_digits,
    spreads,
)
from certify.floats import Array
from certify.kernel.piecewise.layers import Activation, Affine, Pooling, Residual
from certify.kernel.piecewise.network import Network, Parameters
from certify.kernel.piecewise.problem import DataProblem

__all__ = ["FloatNetwork", "train"]

_DIGITS = (8, 17)  # significant ones of trained parameters: as few as keep the risk below the goal


class FloatNetwork:
    """The network in float64: outputs (units x data) and derivatives by the flat vector of all
    parameters.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        sizes = [(len(layer.weights), len(layer.biases)) for _, layer in network.affine]
        self.sizes = [size for pair in sizes for size in pair]
        self._maps: dict[int, tuple[Any, Any]] = {}
        inputs = network.inputs
        for number, layer in enumerate(network.layers, 1):
            if isinstance(layer, Affine):
                self._maps[number] = (_taps(layer.weights), _units(layer))
            elif isinstance(layer, Pooling):
                rows = [o for o, window in enumerate(layer.windows) for _ in window]
                columns = [i for window in layer.windows for i in window]
                share = 1 / len(layer.windows[0])
                self._maps[number] = (
                    csr_matrix(
                        (np.full(len(rows), share), (rows, columns)), shape=(layer.units, inputs)
                    ),
                    None,
                )
            inputs = layer.units

    def parts(self, flat: Array) -> list[Array]:
        """Weights and biases of each affine layer in turn."""
        return list(np.split(flat, np.cumsum(self.sizes)[:-1]))

    def forward(self, flat: Array, x: Array) -> list[Array]:
        """The outputs of all layers, x first."""
        outputs, parts = [x], iter(self.parts(flat))
        for number, layer in enumerate(self.network.layers, 1):
            z = outputs[-1]
            match layer:
                case Affine():
                    z = (
                        self._matrix(number, next(parts), len(z)) @ z
                        + (self._maps[number][1] @ next(parts))[:, None]
                    )
                case Pooling():
                    z = self._maps[number][0] @ z
                case Residual():
                    z = z + outputs[layer.source]
                case Activation():
                    slopes, intercepts = self._pieces(layer, z)
                    z = slopes * z + intercepts
            outputs.append(z)
        return outputs

    def backward(self, flat: Array, outputs: list[Array], slope: Array) -> Array:
        """Derivatives by the parameters of sum(slope * outputs[-1])."""
        back: dict[int, Array] = {len(self.network.layers): slope}
        found: list[Array] = []
        parts = self.parts(flat)
        for number in range(len(self.network.layers), 0, -1):
            layer, here, below = self.network.layers[number - 1], back[number], outputs[number - 1]
            match layer:
                case Affine():
                    _, weights = parts.pop(), parts.pop()
                    (tap, rows, columns), units = self._maps[number]
                    found.append(units.T @ here.sum(axis=1))
                    products = here @ below.T  # units x units, far fewer than taps x data
                    found.append(
                        np.bincount(
                            tap, products[rows, columns], minlength=len(layer.weights)
                        ).astype(np.float64)
                    )
                    here = self._matrix(number, weights, len(below)).T @ here
                case Pooling():
                    here = self._maps[number][0].T @ here
                case Activation():
                    here = self._pieces(layer, below)[0] * here
                case Residual():
                    back[layer.source] = back.get(layer.source, 0) + here
            back[number - 1] = back.get(number - 1, 0) + here
        return np.concatenate(found[::-1])

    def _matrix(self, number: int, weights: Array, inputs: int) -> Any:
        """The weights of a layer as a sparse matrix (units x inputs)."""
        tap, rows, columns = self._maps[number][0]
        return csr_matrix(
            (weights[tap], (rows, columns)), shape=(self.network.layers[number - 1].units, inputs)
        )

    @staticmethod
    def _pieces(layer: Activation, z: Array) -> tuple[Array, Array]:
        """Slopes and intercepts of the pieces that hold the inputs z of the units."""
        kinks, slopes, intercepts = (
            np.array([in_float(v) for v in values])
            for values in (layer.kinks, layer.slopes, layer.intercepts)
        )
        piece = np.searchsorted(kinks, z)
        return slopes[piece], intercepts[piece]


def _taps(weights: Any) -> tuple[Any, Any, Any]:
    """For each tap of an affine layer: the number of its weight, output unit, input unit."""
    triples = np.array(
        [(number, o, i) for number, pairs in enumerate(weights) for o, i in pairs], dtype=int
    ).reshape(-1, 3)
    return triples[:, 0], triples[:, 1], triples[:, 2]


def _units(layer: Affine) -> Any:
    """The matrix (units x biases) that gives each output unit its bias."""
    pairs = [(o, number) for number, units in enumerate(layer.biases) for o in units]
    rows, columns = ([pair[i] for pair in pairs] for i in (0, 1))
    return csr_matrix(
        (np.ones(len(pairs)), (rows, columns)), shape=(layer.units, len(layer.biases))
    )


def _loss(problem: DataProblem, f: Array, y: Array) -> tuple[float, Array]:
    """The risk of outputs f (outputs x data) for targets y, and its derivatives by f."""
    r, delta = f - y, in_float(problem.loss.delta)
    match problem.loss.name:
        case "squared":
            return float(np.sum(r * r) / 2), r
        case "quartic":
            return float(np.sum(r**4) / 4), r**3
        case "huber":
            inside = np.abs(r) <= delta
            return float(
                np.sum(np.where(inside, r * r / 2, delta * (np.abs(r) - delta / 2)))
            ), np.clip(r, -delta, delta)
        case _:
            lack = np.maximum(0, 1 - y * f)
            return float(np.sum(lack * lack) / 2), -y * lack


def train(
    problem: DataProblem,
    goal: float,
    *,
    seed: int = 0,
    starts: int = 8,
    steps: int = 1000,
    held: Sequence[bool] = (),
) -> Parameters | None:
    """Parameters, rounded, whose risk in float64 is below `goal`, from random starts; None if none
    was found. The problem is a standardised one.

    held: which weights of the first layer stay 0.
    """
    network, x, y = FloatNetwork(problem.network), floats(problem.inputs), floats(problem.targets)
    middle, spread = x.mean(axis=1, keepdims=True), spreads(x)[:, None]
    scaled = (x - middle) / spread
    level, size = y.mean(axis=1, keepdims=True), float(y.std()) or 1.0
    first = problem.network.layers[0]
    free = np.ones(sum(network.sizes))
    free[: len(held)] -= held
    direct = not isinstance(first, Affine) or len(first.form) != 2 or not first.biases
    for start in range(starts):
        rng = np.random.default_rng([seed, start])
        flat = free * np.concatenate([_drawn(rng, layer) for _, layer in problem.network.affine])

        def risk(theta: Array, at: Array, wanted: Array) -> tuple[float, Array]:
            outputs = network.forward(theta, at)
            value, slope = _loss(problem, outputs[-1], wanted)
            return value, free * network.backward(theta, outputs, slope)

        # in scaled coordinates, which the first and last layers take up
        if not direct and problem.loss.name == "squared":
            found = minimize(
                risk,
                flat,
                args=(scaled, (y - level) / size),
                jac=True,
                method="L-BFGS-B",
                options={"maxiter": steps},
            ).x
            flat = _unscaled(network, found, middle[:, 0], spread[:, 0], level[:, 0], size)
        reached: list[Array] = []

        def look(theta: Array, reached: list[Array] = reached) -> None:
            if risk(theta, x, y)[0] < 0.95 * goal:  # clearly better: rounding will not lose it
                reached.append(theta)
                raise StopIteration

        end = minimize(
            risk,
            flat,
            args=(x, y),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": steps},
            callback=look,
        )
        for digits in _DIGITS:
            theta = significant_digits(reached[0] if reached else end.x, digits)
            if risk(theta, x, y)[0] < goal:
                return parameters_of(network.parts(theta))
    return None


def _drawn(rng: np.random.Generator, layer: Affine) -> Array:
    """Random parameters of a layer, flat: weights by their number of inputs, small biases."""
    fan = max(1, len(layer.weights) // layer.form[0])
    return np.concatenate(
        [
            rng.normal(size=len(layer.weights)) * np.sqrt(2 / fan),
            rng.normal(size=len(layer.biases)) * 0.1,
        ]
    )


def _unscaled(
    network: FloatNetwork, flat: Array, middle: Array, spread: Array, level: Array, size: float
) -> Array:
    """The parameters with the same outputs on the data as these have on the scaled data."""
    parts = network.parts(flat.copy())
    first = parts[0].reshape(-1, len(middle)) / spread
    parts[0] = first.ravel()
    parts[1] = parts[1] - first @ middle
    parts[-2] = parts[-2] * size
    if len(parts[-1]):
        parts[-1] = parts[-1] * size + level
    return np.concatenate(parts)
