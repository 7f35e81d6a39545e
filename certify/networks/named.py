"""Layers from arrays by name. Which axis of a matrix is that of the units is told by its name and
the convention of the framework that uses it, never by its shape.

W1, b1, W2, ...            units x inputs (ours)
LAYER.weight, LAYER.bias   units x inputs (PyTorch)
coefs_0, intercepts_0, ... inputs x units (scikit-learn)
LAYER/kernel, LAYER/bias   inputs x units (Keras, JAX)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from certify.arrays import refuse_unknown
from certify.errors import UnusableInput
from certify.networks.activations import IDENTITY, Activation, activation_of
from certify.networks.dense import DenseNetwork, Standardisation, layer_of, network_of
from certify.networks.dense import standardisation_of as exact_standardisation

__all__ = ["ActivationsUntold", "activations_for", "from_arrays", "ordered"]

_NEEDED = (
    "needed are W1, b1, W2, b2, ... (units x inputs), LAYER.weight and LAYER.bias (PyTorch),"
    " coefs_0, intercepts_0, ... (scikit-learn), or LAYER/kernel and LAYER/bias (Keras)"
)
_NUMBERED = (
    # weights, bias, the number of the first layer, whether the inputs come first
    (r"(?:W|weights)([0-9]{1,3})", r"(?:b|bias)([0-9]{1,3})", 1, False),
    (r"coefs_([0-9]{1,3})", r"intercepts_([0-9]{1,3})", 0, True),
)
_STANDARD = ("mean", "scale")


class ActivationsUntold(UnusableInput):
    """Neither the source nor the user tells the activations of the hidden layers."""


def from_arrays(
    arrays: Mapping[str, Any],
    name: str,
    *,
    activation: Any = None,
    order: Sequence[str] | None = None,
) -> DenseNetwork:
    """The network of these arrays, from the file `name`; mean and scale are its standardisation.

    activation: of the hidden layers, one or a list; order: the names of the layers from the input
    on, where the names do not tell it. Raises `UnusableInput`.
    """
    standard = _standard(arrays, name)
    rest = {key: value for key, value in arrays.items() if key not in _STANDARD}
    parts, inputs_first = _numbered(rest, name) or _layered(rest, name, order)
    activations = activations_for(activation, len(parts), name)
    layers = [
        layer_of(weights, bias, own, f"layer {layer} of {name}", inputs_first=inputs_first)
        for (layer, weights, bias), own in zip(parts, activations, strict=True)
    ]
    return network_of(layers, name, standard)


def activations_for(told: Any, layers: int, name: str) -> list[Activation]:
    """One for each layer, of one for all hidden layers, or a list (also as a text with commas) of
    the hidden layers or of all. Raises `UnusableInput`, and `ActivationsUntold`.
    """
    if isinstance(told, str) and "," in told:
        told = told.split(",")
    if told is None and layers > 1:
        raise ActivationsUntold(
            f"{name} does not tell the activations: say --activation tanh, or one for each hidden"
            " layer, as --activation tanh,relu"
        )
    formula = isinstance(told, list) and told and told[0] in ("+", "*", "-", "/", "^", "piecewise")
    if isinstance(told, str | Activation) or told is None or formula:
        return [activation_of(told)] * (layers - 1) + [IDENTITY]
    if len(told) not in (layers - 1, layers):
        raise UnusableInput(
            f"{name} has {layers - 1} hidden layers, and {len(told)} activations are given"
        )
    own = [activation_of(one) for one in told]
    return own if len(own) == layers else [*own, IDENTITY]


def _standard(arrays: Mapping[str, Any], name: str) -> Standardisation | None:
    found = [word for word in _STANDARD if word in arrays]
    if not found:
        return None
    if len(found) == 1:
        raise UnusableInput(f"{name} holds {found[0]} alone: a standardisation is mean and scale")
    mean, scale = (_entries(arrays[word]) for word in _STANDARD)
    return exact_standardisation(mean, scale, name)


def _entries(values: Any) -> list[Any]:
    return list(values.ravel()) if hasattr(values, "ravel") else list(values)


def _numbered(
    arrays: Mapping[str, Any], name: str
) -> tuple[list[tuple[str, Any, Any]], bool] | None:
    """Layers of arrays that are numbered, as (name, weights, bias or None); None for other names.
    Raises `UnusableInput`.
    """
    for weights_name, bias_name, first, inputs_first in _NUMBERED:
        found: list[dict[int, str]] = [{}, {}]
        for key in arrays:
            for which, pattern in enumerate((weights_name, bias_name)):
                if match := re.fullmatch(pattern, key, re.IGNORECASE):
                    if int(match[1]) in found[which]:
                        raise UnusableInput(
                            f"{name} holds both {found[which][int(match[1])]} and {key}, which mean"
                            " the same: keep one"
                        )
                    found[which][int(match[1])] = key
        weights, biases = found
        if not weights:
            continue
        known = {*weights.values(), *biases.values()}
        refuse_unknown(arrays, known, name, _NEEDED)
        numbers = list(range(first, first + len(weights)))
        if sorted(weights) != numbers or not set(biases) <= set(weights):
            raise UnusableInput(
                f"{name} holds {', '.join(sorted(known))}: the weights are to be numbered from"
                f" {first} on, and each bias belongs to weights"
            )
        pairs = [
            (str(i + 1 - first), arrays[weights[i]], arrays[biases[i]] if i in biases else None)
            for i in numbers
        ]
        return pairs, inputs_first
    return None


def _layered(
    arrays: Mapping[str, Any], name: str, order: Sequence[str] | None
) -> tuple[list[tuple[str, Any, Any]], bool]:
    """Layers of arrays LAYER.weight or LAYER/kernel, and LAYER.bias. Raises `UnusableInput`."""
    layers: dict[str, dict[str, Any]] = {}
    for key, value in arrays.items():
        layer, _, part = re.sub(r":0$", "", key).replace("/", ".").rpartition(".")
        if part not in ("weight", "kernel", "bias"):
            raise UnusableInput(
                f"{name} holds {key or 'one array without a name'}, which is not understood:"
                f" {_NEEDED}"
            )
        layers.setdefault(layer, {})[part] = value
    kinds = {part for parts in layers.values() for part in parts} - {"bias"}
    without = [layer for layer, parts in layers.items() if set(parts) == {"bias"}]
    if len(kinds) != 1 or without or any(len(parts) > 2 for parts in layers.values()):
        what = f"the bias of {without[0]} alone" if without else "layers of two frameworks"
        raise UnusableInput(f"{name} holds {what if layers else 'no arrays'}: {_NEEDED}")
    kind = kinds.pop()
    for layer, parts in layers.items():
        # a normalisation or a convolution is refused by its name, before the order is looked for
        if len(getattr(parts[kind], "shape", (0, 0))) != 2:
            layer_of(parts[kind], None, None, f"layer {layer} of {name}")
    names = ordered(
        {
            layer: _sides(parts[kind], inputs_first=kind == "kernel")
            for layer, parts in layers.items()
        },
        name,
        order,
    )
    return [(layer, layers[layer][kind], layers[layer].get("bias")) for layer in names], (
        kind == "kernel"
    )


def _sides(weights: Any, *, inputs_first: bool) -> tuple[int, int]:
    """The numbers of inputs and units of a layer."""
    if hasattr(weights, "shape"):
        rows, columns = weights.shape
    else:
        rows, columns = len(weights), len(weights[0]) if weights else 0
    return (rows, columns) if inputs_first else (columns, rows)


def ordered(
    sides: Mapping[str, tuple[int, int]], name: str, order: Sequence[str] | None = None
) -> list[str]:
    """The names of the layers from the input on: as given, else as the only order in which each
    layer has as many inputs as the one before it has units, and the numbers in names that differ in
    numbers only increase. Raises `UnusableInput`.

    >>> ordered({"out": (3, 1), "fc2": (3, 3), "fc1": (3, 3)}, "net")
    ['fc1', 'fc2', 'out']
    """
    if order is not None:
        if sorted(order) != sorted(sides):
            raise UnusableInput(f"{name} holds the layers {', '.join(sorted(sides))}: order those")
        return list(order)
    families: dict[str, list[str]] = {}
    for layer in sorted(sides, key=_numbers):
        families.setdefault(re.sub(r"[0-9]+", "#", layer), []).append(layer)
    if len(families) == 1:
        return next(iter(families.values()))
    chains = _chains(sides, list(families.values()), [])
    found, another = next(chains, None), next(chains, None)
    if found is None or another is not None:
        raise UnusableInput(
            f"{name} does not tell the order of its layers {', '.join(sorted(sides))}: say it, from"
            " the input on, with --layers NAME,NAME"
        )
    return found


def _numbers(layer: str) -> list[int]:
    return [int(number) for number in re.findall(r"[0-9]+", layer)]


def _chains(
    sides: Mapping[str, tuple[int, int]], families: Sequence[Sequence[str]], begun: list[str]
) -> Iterator[list[str]]:
    """All orders that go on from the layers begun; families: those of each that are left."""
    if not any(families):
        yield begun
    for number, family in enumerate(families):
        if family and (not begun or sides[family[0]][0] == sides[begun[-1]][1]):
            left = [*families[:number], family[1:], *families[number + 1 :]]
            yield from _chains(sides, left, [*begun, family[0]])
