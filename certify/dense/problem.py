"""What was trained: a dense network, its data, its loss and its decay, exactly as the format writes
them, and in float64.

theta holds the parameters layer by layer, weights row by row (units x inputs), then biases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from certify.decimals import decimal_text
from certify.empirical.parameters import Layers
from certify.errors import UnusableInput
from certify.floats import Array

__all__ = ["DIGITS", "LOSSES", "Layer", "TrainedProblem", "decimal_of_fraction", "flat"]

LOSSES = ("squared", "cross-entropy", "binary")
DIGITS = 40  # of the parameters of a point that was polished, behind the point


@dataclass(frozen=True)
class Layer:
    """units: how many; inputs: how many; activation: a formula; bias: whether there is one."""

    units: int
    inputs: int
    activation: Any
    bias: bool = True

    @property
    def parameters(self) -> int:
        """How many there are."""
        return self.units * (self.inputs + self.bias)


@dataclass(frozen=True)
class TrainedProblem:
    """The risk of dense networks: factor * sum of the losses of all data + 1/2 (decay of weights
    |W|^2 + decay of biases |b|^2), summed over the layers.

    inputs: N rows of decimals; targets: N rows of decimals (squared), or none; labels: N classes
    0..K-1 (cross-entropy) or 0 and 1 (binary), or none; standard: means and scales that are
    subtracted and divided by before the first layer, decimals.
    """

    layers: tuple[Layer, ...]
    inputs: tuple[tuple[str, ...], ...]
    targets: tuple[tuple[str, ...], ...]
    labels: tuple[int, ...]
    loss: str
    factor: Fraction
    decay: tuple[tuple[Fraction, Fraction], ...]
    standard: tuple[tuple[str, ...], tuple[str, ...]] | None = None

    def __post_init__(self) -> None:
        wrong = self._wrong()
        if wrong:
            raise UnusableInput(wrong)

    def _wrong(self) -> str:
        """What does not fit together; empty where all does."""
        first, outputs, rows = self.layers[0], self.layers[-1].units, len(self.inputs)
        given = self.targets if self.loss == "squared" else self.labels
        if self.loss not in LOSSES:
            return f"the loss {self.loss} is none of {', '.join(LOSSES)}"
        if len(self.inputs[0]) != first.inputs:
            return (
                f"the network has {first.inputs} inputs, the data {len(self.inputs[0])}: choose"
                " the columns with --inputs or --drop"
            )
        if len(given) != rows:
            what = "targets" if self.loss == "squared" else "classes"
            return f"the loss {self.loss} needs {what}: {rows} rows have {len(given)}"
        if self.loss == "squared" and len(self.targets[0]) != outputs:
            return f"the network has {outputs} outputs, the data {len(self.targets[0])} targets"
        if self.loss == "binary" and (outputs != 1 or not set(self.labels) <= {0, 1}):
            return "the binary loss is for one output and the classes 0 and 1"
        if self.loss == "cross-entropy" and (outputs < 2 or max(self.labels) >= outputs):
            return (
                f"the cross-entropy is for an output for each class: {outputs} outputs,"
                f" {max(self.labels) + 1} classes"
            )
        if self.factor <= 0 or any(part < 0 for pair in self.decay for part in pair):
            return "the factor of the loss is above 0, and decay is not below 0"
        return ""

    @property
    def parameters(self) -> int:
        """P."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def document(self) -> dict[str, Any]:
        """The field `problem` of the format."""
        written: dict[str, Any] = {
            "network": {
                "inputs": self.layers[0].inputs,
                "layers": [
                    {"units": layer.units, "activation": layer.activation, "bias": layer.bias}
                    for layer in self.layers
                ],
            },
            "inputs": [list(row) for row in self.inputs],
        }
        if self.standard is not None:
            means, scales = self.standard
            written["standard"] = {"mean": list(means), "scale": list(scales)}
        written["targets"] = (
            [list(row) for row in self.targets] if self.loss == "squared" else list(self.labels)
        )
        written["loss"] = {"type": self.loss, "factor": str(self.factor)}
        written["decay"] = [
            [str(weights), str(biases) if layer.bias else "0"]
            for layer, (weights, biases) in zip(self.layers, self.decay, strict=True)
        ]
        return written

    @cached_property
    def exact_inputs(self) -> list[list[Fraction]]:
        """What the first layer sees, N rows."""
        rows = [[Fraction(value) for value in row] for row in self.inputs]
        if self.standard is None:
            return rows
        means, scales = (list(map(Fraction, part)) for part in self.standard)
        return [
            [(value - mean) / scale for value, mean, scale in zip(row, means, scales, strict=True)]
            for row in rows
        ]

    @cached_property
    def x(self) -> Array:
        """What the first layer sees, shape (N, d)."""
        return np.array([[float(value) for value in row] for row in self.exact_inputs])

    @cached_property
    def y(self) -> Array:
        """Targets, shape (N, K): one-hot for the cross-entropy, 0 and 1 for the binary loss."""
        if self.loss == "squared":
            return np.array([[float(Fraction(value)) for value in row] for row in self.targets])
        if self.loss == "binary":
            return np.array(self.labels, dtype=float)[:, None]
        return np.asarray(np.eye(self.layers[-1].units)[list(self.labels)])

    @cached_property
    def decay_of_each(self) -> Array:
        """The decay of each parameter, shape (P,)."""
        return np.concatenate(
            [
                np.repeat(
                    [float(weights), float(biases)],
                    [layer.units * layer.inputs, layer.units * layer.bias],
                )
                for layer, (weights, biases) in zip(self.layers, self.decay, strict=True)
            ]
        )

    @cached_property
    def places(self) -> tuple[int, ...]:
        """Where each layer begins in theta, and P."""
        return tuple(np.cumsum([0, *(layer.parameters for layer in self.layers)]).tolist())

    def weight(self, layer: int, unit: int, below: int) -> int:
        """The place in theta of a weight; all counted from 0."""
        return self.places[layer] + unit * self.layers[layer].inputs + below

    def bias(self, layer: int, unit: int) -> int:
        """The place in theta of a bias; counted from 0."""
        own = self.layers[layer]
        return self.places[layer] + own.units * own.inputs + unit

    def split(self, theta: Array) -> list[tuple[Array, Array]]:
        """Weights (units x inputs) and biases (units; 0 where the layer has none)."""
        result = []
        for layer, place in zip(self.layers, self.places[:-1], strict=True):
            end = place + layer.units * layer.inputs
            bias = theta[end : end + layer.units] if layer.bias else np.zeros(layer.units)
            result.append((theta[place:end].reshape(layer.units, layer.inputs), bias))
        return result

    def nested(self, values: Sequence[str]) -> Layers:
        """Parameters as the format writes them."""
        result: Layers = []
        for layer, place in zip(self.layers, self.places[:-1], strict=True):
            end = place + layer.units * layer.inputs
            rows = [
                list(values[place + i * layer.inputs : place + (i + 1) * layer.inputs])
                for i in range(layer.units)
            ]
            bias = list(values[end : end + layer.units]) if layer.bias else []
            result.append({"weights": rows, "bias": bias})
        return result

    def units_of(self, layer: int, unit: int) -> list[int]:
        """The places in theta of all that belongs to a hidden unit: incoming weights, bias,
        outgoing weights; counted from 0.
        """
        own, above = self.layers[layer], self.layers[layer + 1]
        return [
            *(self.weight(layer, unit, i) for i in range(own.inputs)),
            *([self.bias(layer, unit)] if own.bias else []),
            *(self.weight(layer + 1, k, unit) for k in range(above.units)),
        ]

    def without(self, layer: int, units: Sequence[int]) -> tuple[TrainedProblem, list[int]]:
        """The problem without these units of a hidden layer (all counted from 0), and the places in
        theta that are left.
        """
        gone = {place for unit in units for place in self.units_of(layer, unit)}
        own, above = self.layers[layer], self.layers[layer + 1]
        layers = list(self.layers)
        layers[layer] = replace(own, units=own.units - len(units))
        layers[layer + 1] = replace(above, inputs=above.inputs - len(units))
        kept = [place for place in range(self.parameters) if place not in gone]
        return replace(self, layers=tuple(layers)), kept


def flat(layers: Layers) -> list[str]:
    """Parameters as the format writes them, in the order of theta."""
    return [
        value
        for layer in layers
        for value in (*(entry for row in layer["weights"] for entry in row), *layer["bias"])
    ]


def decimal_of_fraction(value: Fraction, digits: int = DIGITS) -> str:
    """The nearest decimal with so many digits behind the point."""
    return decimal_text(round(value * 10**digits), digits)
