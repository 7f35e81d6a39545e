"""Networks as JSON: {"layers": [{"weights": ..., "bias": ..., "activation": "tanh"}, ...]}, the
weights units x inputs, or W1, b1, W2, ... as in an .npz file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from certify.arrays import refuse_unknown
from certify.errors import UnusableInput
from certify.networks.dense import DenseNetwork, layer_of, network_of, standardisation_of
from certify.networks.named import activations_for, from_arrays

__all__ = ["from_json"]


def from_json(
    value: Any, name: str, *, activation: Any = None, order: Sequence[str] | None = None
) -> DenseNetwork:
    """The network of a JSON object. activation: of the hidden layers, where the layers do not say
    it. Raises `UnusableInput`.
    """
    if not isinstance(value, dict):
        raise UnusableInput(f'{name} is not an object with "layers", or with W1, b1, W2, ...')
    if "layers" not in value:
        return from_arrays(value, name, activation=activation, order=order)
    refuse_unknown(value, {"layers", "standard"}, name, "an object has layers and standard")
    layers = value["layers"]
    if not isinstance(layers, list) or not all(isinstance(layer, Mapping) for layer in layers):
        raise UnusableInput(f"the layers of {name} are not a list of objects")
    told = [layer.get("activation") for layer in layers]
    if all(one is None for one in told[:-1]) and len(layers) > 1:
        told = [*activations_for(activation, len(layers), name)[:-1], told[-1]]
    elif activation is not None:
        raise UnusableInput(f"{name} says its activations: --activation is for others")
    elif None in told[:-1]:
        raise UnusableInput(f"a hidden layer of {name} has no activation, and others have one")
    built = []
    for number, (layer, own) in enumerate(zip(layers, told, strict=True), 1):
        what = f"layer {number} of {name}"
        refuse_unknown(layer, {"weights", "bias", "activation"}, what, "weights, bias, activation")
        if "weights" not in layer:
            raise UnusableInput(f"{what} has no weights")
        built.append(layer_of(layer["weights"], layer.get("bias"), _formula(own), what))
    return network_of(built, name, _standard(value.get("standard"), name))


def _formula(node: Any) -> Any:
    """With the exponents of powers, which are read as text like all numbers, as whole numbers."""
    if not isinstance(node, list):
        return node
    parts = [_formula(part) for part in node]
    if len(parts) == 3 and parts[0] == "^" and str(parts[2]).isdecimal() and len(parts[2]) < 3:
        parts[2] = int(parts[2])
    return parts


def _standard(value: Any, name: str) -> Any:
    if value is None:
        return None
    if not isinstance(value, Mapping) or set(value) != {"mean", "scale"}:
        raise UnusableInput(f"the standard of {name} is not an object with mean and scale")
    if not all(isinstance(entries, list) for entries in value.values()):
        raise UnusableInput(f"mean and scale of {name} are not two lists")
    return standardisation_of(value["mean"], value["scale"], name)
