"""Networks of one hidden layer and one output, for `certify data trained`. Arrays are matched by
their names, not by their order in a file, and are read exactly.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from certify.arrays import (
    Source,
    decimal_of,
    exact_matrix,
    load_json,
    named_arrays,
    pick,
    refuse_unknown,
    table_rows,
)
from certify.errors import UnusableInput
from certify.floats import Array
from certify.networks.pytorch import state_dict_of

__all__ = ["Trained", "read_trained", "trained_network"]

_NAMES = {
    "W1": ("W1", "weights1"),
    "b1": ("b1", "bias1"),
    "W2": ("W2", "v", "weights2"),
    "b2": ("b2", "c", "bias2"),
}
_NEEDED = "arrays W1 (hidden x inputs), b1, W2, b2 of a network of one hidden layer and one output"


@dataclass(frozen=True)
class Trained:
    """f(x) = sum_j v_j h(w_j . x + b_j) + c as exact decimals: weights (hidden, inputs), biases
    (hidden,), outer (hidden,), constant.
    """

    weights: tuple[tuple[str, ...], ...]
    biases: tuple[str, ...]
    outer: tuple[str, ...]
    constant: str

    @property
    def w(self) -> Array:
        """Hidden weights in float64, shape (hidden, inputs)."""
        return np.array([[float(entry) for entry in row] for row in self.weights])

    @property
    def b(self) -> Array:
        """Hidden biases in float64, shape (hidden,)."""
        return np.array([float(entry) for entry in self.biases])

    @property
    def v(self) -> Array:
        """Outer weights in float64, shape (hidden,)."""
        return np.array([float(entry) for entry in self.outer])

    @property
    def c(self) -> float:
        """The output's bias in float64."""
        return float(self.constant)

    @property
    def parameters(self) -> list[dict[str, Any]]:
        """As the format writes them, exactly as read."""
        return [
            {"weights": [list(row) for row in self.weights], "bias": list(self.biases)},
            {"weights": [list(self.outer)], "bias": [self.constant]},
        ]

    @property
    def as_read(self) -> str:
        """The layers in a few words."""
        inputs, hidden = len(self.weights[0]), len(self.weights)
        return (
            f"{inputs} input{'s' * (inputs != 1)}, {hidden} hidden unit{'s' * (hidden != 1)}, 1"
            " output"
        )


def trained_network(w: Any, b: Any, v: Any, c: Any) -> Trained:
    """A network of one hidden layer from arrays or tensors: w of shape (hidden, inputs), b and v
    (hidden,) or (1, hidden), c a number.

    Raises `UnusableInput`: other shapes, no numbers, not finite.
    """
    weights = exact_matrix(w, "hidden weights w")
    hidden = len(weights)
    biases, outer, constant = (
        _flat(values, name)
        for values, name in ((b, "hidden biases b"), (v, "outer weights v"), (c, "output bias c"))
    )
    if len(outer) != hidden or len(biases) != hidden or len(constant) != 1:
        raise UnusableInput(
            f"the hidden weights have the shape ({hidden}, {len(weights[0])}), one row a unit; then"
            f" {hidden} hidden biases, {hidden} outer weights and 1 output bias are needed, not"
            f" {len(biases)}, {len(outer)} and {len(constant)}"
        )
    return Trained(weights, biases, outer, constant[0])


def _flat(values: Any, what: str) -> tuple[str, ...]:
    """All entries, of a number, a vector, or a matrix of one row or one column."""
    if isinstance(values, int | float | str) or getattr(values, "ndim", None) == 0:
        return (decimal_of(values, f"the {what}"),)
    rows, _ = table_rows(values, what)
    if (
        "outer" in what
        and len(rows) > 1
        and (getattr(values, "ndim", 1) == 2 or isinstance(values[0], list | tuple))
    ):
        raise UnusableInput(
            f"the {what} are a column of {len(rows)} rows: give them as one row; in a layout with"
            " columns the hidden weights are transposed, too"
        )
    if len(rows) > 1 and any(len(row) != 1 for row in rows):
        raise UnusableInput(
            f"the {what} are no vector but {len(rows)} rows of {len(rows[0])} entries: one output"
            " is needed"
        )
    return tuple(
        decimal_of(entry, f"entry {i} of the {what}")
        for i, entry in enumerate((entry for row in rows for entry in row), 1)
    )


def read_trained(source: Source) -> Trained:
    """From a .npz or .json file with W1, b1, W2, b2, or the state_dict of a torch model (alone or
    in a checkpoint). Raises `UnusableInput`.
    """
    if source.data.startswith(b"PK") and b"data.pkl" in source.data:
        arrays = state_dict_of(source)
    else:
        loaded = named_arrays(source)
        if loaded is None:
            value = load_json(source)
            if not isinstance(value, dict):
                raise UnusableInput(f"{source.name} is not an object: needed are {_NEEDED}")
            loaded = value
        arrays = loaded
    return _matched(arrays, source.name)


def _matched(arrays: Mapping[str, Any], name: str) -> Trained:
    """The network of these arrays, from the file `name`. Raises `UnusableInput`."""
    if any("." in key for key in arrays):
        return _of_layers(arrays, name)
    found = {part: pick(arrays, names, name) for part, names in _NAMES.items()}
    lacking = [part for part, pair in found.items() if pair is None]
    if lacking:
        has = ", ".join(sorted(key or "one array without a name" for key in arrays)) or "none"
        raise UnusableInput(
            f"{name} lacks {', '.join(lacking)}: needed are {_NEEDED}; it has {has}"
        )
    pairs = {part: pair for part, pair in found.items() if pair is not None}
    refuse_unknown(arrays, {own for own, _ in pairs.values()}, name, f"needed are {_NEEDED}")
    return _named(name, *(pairs[part][1] for part in _NAMES))


def _of_layers(arrays: Mapping[str, Any], name: str) -> Trained:
    """A state_dict: LAYER.weight and LAYER.bias of two layers; which is first is told by numbers in
    their names, else by their shapes.
    """
    layers: dict[str, dict[str, Any]] = {}
    for key, value in arrays.items():
        layer, _, part = key.rpartition(".")
        if part not in ("weight", "bias"):
            raise UnusableInput(
                f"{name} holds {key}, which is not understood: needed are the weight and bias of"
                " two linear layers"
            )
        layers.setdefault(layer, {})[part] = value
    if len(layers) != 2 or any(set(parts) != {"weight", "bias"} for parts in layers.values()):
        raise UnusableInput(
            f"{name} holds the layers {', '.join(sorted(layers))}: needed are two, each with weight"
            f" and bias ({_NEEDED})"
        )
    first, second = layers
    numbers = [re.findall(r"[0-9]+", layer) for layer in (first, second)]
    if re.sub(r"[0-9]+", "#", first) == re.sub(r"[0-9]+", "#", second) and numbers[0] != numbers[1]:
        order = sorted(
            (first, second),
            key=lambda layer: [int(number) for number in re.findall(r"[0-9]+", layer)],
        )
    else:
        fits = [
            pair
            for pair in ((first, second), (second, first))
            if _chained(layers[pair[0]]["weight"], layers[pair[1]]["weight"])
        ]
        if len(fits) != 1:
            raise UnusableInput(
                f"{name} does not tell which of its layers {first} and {second} is the first: save"
                " them as W1, b1, W2, b2 with numpy.savez"
            )
        order = list(fits[0])
    return _named(name, *(layers[layer][part] for layer in order for part in ("weight", "bias")))


def _chained(inner: Any, outer: Any) -> bool:
    """Whether the outer weights, of one output, fit behind the inner ones."""
    inner_shape, outer_shape = (tuple(getattr(value, "shape", ())) for value in (inner, outer))
    return len(inner_shape) == len(outer_shape) == 2 and outer_shape == (1, inner_shape[0])


def _named(name: str, w: Any, b: Any, v: Any, c: Any) -> Trained:
    try:
        return trained_network(w, b, v, c)
    except UnusableInput as error:
        raise UnusableInput(f"{name}: {error}") from None
