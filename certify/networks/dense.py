"""A fully connected network as it was read: exact decimals, activations as formulas, and what its
source tells of the training.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from certify.arrays import decimal_of, exact_matrix, is_number, table_rows
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.foundation.reals import counted
from certify.networks.activations import IDENTITY, SIGMOID, Activation, activation_of
from certify.networks.told import NOTHING, Told

__all__ = [
    "DenseNetwork",
    "Layer",
    "Standardisation",
    "layer_of",
    "network_of",
    "standardisation_of",
    "vector_of",
]

_MOST = 10_000  # inputs or units of a layer


@dataclass(frozen=True)
class Layer:
    """a_out = h(W a_in + b): weights (units, inputs) and bias (units,), None if it has none."""

    weights: tuple[tuple[str, ...], ...]
    bias: tuple[str, ...] | None
    activation: Activation

    @cached_property
    def w(self) -> Array:
        """Weights in float64, shape (units, inputs)."""
        return _kept([[float(entry) for entry in row] for row in self.weights])

    @cached_property
    def b(self) -> Array:
        """Bias in float64, shape (units,): zeros if the layer has none."""
        return _kept([float(entry) for entry in self.bias or ["0"] * len(self.weights)])


@dataclass(frozen=True)
class Standardisation:
    """The network sees (x - mean)/scale, exactly: mean (inputs,) decimals; scale (inputs,) decimals
    or, where a source multiplies by a number, its inverse as a fraction.
    """

    mean: tuple[str, ...]
    scale: tuple[str, ...]

    def __call__(self, x: Array) -> Array:
        """Rows x of shape (N, inputs) in float64, standardised."""
        mean, scale = (
            np.array([float(Fraction(entry)) for entry in part]) for part in (self.mean, self.scale)
        )
        return np.asarray((x - mean) / scale)


@dataclass(frozen=True)
class DenseNetwork:
    """Layers from the input on. A softmax at the end is no layer: it belongs to the loss.

    classes: the names of the outputs 0..K-1 (of 0 and 1 with one output), if the source has them.
    told: what the source tells of loss, factor and decay.
    """

    inputs: int
    layers: tuple[Layer, ...]
    standard: Standardisation | None = None
    softmax: bool = False
    classes: tuple[str, ...] = ()
    told: Told = field(default=NOTHING)

    @property
    def outputs(self) -> int:
        """K, the number of outputs."""
        return len(self.layers[-1].weights)

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """As the format writes them, exactly as read."""
        return [
            {"weights": [list(row) for row in layer.weights], "bias": list(layer.bias or ())}
            for layer in self.layers
        ]

    @property
    def architecture(self) -> dict[str, Any]:
        """The network without its parameters, as the format writes it."""
        return {
            "inputs": self.inputs,
            "layers": [
                {
                    "units": len(layer.weights),
                    "activation": layer.activation.formula,
                    "bias": layer.bias is not None,
                }
                for layer in self.layers
            ],
        }

    @property
    def theta(self) -> Array:
        """All parameters in float64: layer by layer, weights row by row, then biases."""
        parts = [
            part
            for layer in self.layers
            for part in (layer.w.ravel(), layer.b if layer.bias is not None else np.zeros(0))
        ]
        return np.concatenate(parts)

    def values(self, x: Array) -> Array:
        """The outputs for rows x of shape (N, inputs), in float64: shape (N, K); without the
        softmax.
        """
        a = x if self.standard is None else self.standard(x)
        for layer in self.layers:
            a = layer.activation(a @ layer.w.T + layer.b)
        return a

    @property
    def as_read(self) -> str:
        """The layers in words."""
        parts = [counted(self.inputs, "input")]
        if self.standard is not None:
            parts[0] += " (standardised)"
        for layer in self.layers[:-1]:
            parts.append(f"{len(layer.weights)} {layer.activation.name} unit")
            parts[-1] += "s" * (len(layer.weights) != 1) + " without bias" * (layer.bias is None)
        last = self.layers[-1]
        end = counted(self.outputs, "output")
        if self.softmax or last.activation.name != "identity":
            end += f" ({'softmax' if self.softmax else last.activation.name})"
        return ", ".join([*parts, end + " without bias" * (last.bias is None)])

    def outputs_of(self, classes: Sequence[str]) -> tuple[int, ...]:
        """For each class of a table, by name, the output that stands for it (0 or 1 with a single
        output): by the names of the network's own classes, else as the whole numbers that the
        names are. Raises `UnusableInput`.
        """
        count = max(2, self.outputs)
        own = {_plain(name): i for i, name in enumerate(self.classes or map(str, range(count)))}
        strange = [name for name in classes if _plain(name) not in own]
        if strange:
            known = ", ".join(self.classes) or f"0 to {count - 1}"
            raise UnusableInput(
                f"the data have the class {strange[0]}, and those of the network are {known}"
            )
        return tuple(own[_plain(name)] for name in classes)

    def for_loss(self, loss: str) -> DenseNetwork:
        """The network whose outputs the loss (squared, cross-entropy or binary) is a function of: a
        softmax or sigmoid at the end is taken off where it belongs to the loss. Raises
        `UnusableInput` where the loss does not fit the outputs.
        """
        last = self.layers[-1]
        if loss == "squared":
            if self.softmax:
                raise UnusableInput(
                    "the network ends with a softmax, of which the squared loss is not treated"
                )
            return self
        if (self.outputs == 1) != (loss == "binary"):
            raise UnusableInput(
                f"the network has {counted(self.outputs, 'output')}: binary is the loss of one"
                " output, cross-entropy that of two or more"
            )
        if loss == "binary" and last.activation == SIGMOID:
            return replace(self, layers=(*self.layers[:-1], replace(last, activation=IDENTITY)))
        if last.activation != IDENTITY:
            raise UnusableInput(
                f"the network ends with {last.activation.name}: the loss {loss} needs outputs"
                " without an activation"
            )
        return self


def _kept(values: list[Any]) -> Array:
    """An array that nobody writes to."""
    array = np.array(values)
    array.flags.writeable = False
    return array


def _plain(name: str) -> str:
    """1 and 1.0 are one class."""
    return str(Fraction(name)) if is_number(name) else name.strip()


def layer_of(
    weights: Any, bias: Any, activation: Any, what: str, *, inputs_first: bool = False
) -> Layer:
    """A layer from arrays or tensors: weights (units, inputs), or (inputs, units) with
    `inputs_first`; bias (units,) or None. Raises `UnusableInput`.
    """
    axes = getattr(weights, "ndim", 2)
    if axes != 2:
        kind = "a convolution has more" if axes > 2 else "a normalisation has one"
        raise UnusableInput(
            f"the weights of {what} have {counted(axes, 'axis', 'axes')}: those of a fully"
            f" connected layer have two, units and inputs ({kind})"
        )
    rows = exact_matrix(weights, f"weights of {what}", _MOST)
    if inputs_first:
        rows = tuple(zip(*rows, strict=True))
    offsets = None if bias is None else vector_of(bias, f"bias of {what}")
    if offsets is not None and len(offsets) != len(rows):
        raise UnusableInput(
            f"{what} has {counted(len(rows), 'unit')} by its weights and {len(offsets)} by its bias"
        )
    return Layer(rows, offsets, activation_of(activation))


def vector_of(values: Any, what: str) -> tuple[str, ...]:
    """The entries of a vector, of a matrix of one row or column, or of a single number. Raises
    `UnusableInput`.
    """
    if isinstance(values, int | float | str) or getattr(values, "ndim", None) == 0:
        return (decimal_of(values, f"the {what}"),)
    rows, _ = table_rows(values, what)
    if len(rows) > 1 and any(len(row) != 1 for row in rows):
        raise UnusableInput(f"the {what} is no vector but {len(rows)} rows")
    return tuple(
        decimal_of(entry, f"entry {i} of the {what}")
        for i, entry in enumerate((entry for row in rows for entry in row), 1)
    )


def standardisation_of(mean: Any, scale: Any, what: str) -> Standardisation:
    """Entries of mean and scale, exactly. Raises `UnusableInput`."""
    first, second = (
        tuple(
            decimal_of(entry, f"entry {i} of the {word} of {what}")
            for i, entry in enumerate(values, 1)
        )
        for word, values in (("mean", mean), ("scale", scale))
    )
    return Standardisation(first, second)


def network_of(
    layers: Sequence[Layer], name: str, standard: Standardisation | None = None, **further: Any
) -> DenseNetwork:
    """The network of these layers, if each has as many inputs as the one below has units. Raises
    `UnusableInput`.
    """
    if not layers:
        raise UnusableInput(f"{name} has no fully connected layer")
    inputs = len(layers[0].weights[0])
    below = inputs
    for number, layer in enumerate(layers, 1):
        if len(layer.weights[0]) != below:
            raise UnusableInput(
                f"{name}: layer {number} has {counted(len(layer.weights[0]), 'input')}, and"
                f" {counted(below, 'unit')} {'is' if below == 1 else 'are'} below it (weights have"
                " one row a unit)"
            )
        below = len(layer.weights)
    if standard is not None:
        if {len(standard.mean), len(standard.scale)} != {inputs}:
            raise UnusableInput(
                f"{name}: mean and scale have {len(standard.mean)} and {len(standard.scale)}"
                f" entries, and the network has {counted(inputs, 'input')}"
            )
        if any(not Fraction(entry) for entry in standard.scale):
            raise UnusableInput(f"{name}: a scale is 0")
    return DenseNetwork(inputs, tuple(layers), standard, **further)
