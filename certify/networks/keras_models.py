"""Networks of Keras: .keras and .h5 files, whose description and arrays are read without running
anything of Keras, and models in Python.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from certify.arrays import LARGEST_FILE, Source, decimal_of
from certify.errors import UnusableInput
from certify.networks.activations import IDENTITY, activation_of
from certify.networks.dense import DenseNetwork, Layer, layer_of, network_of
from certify.networks.told import Amount, Told, amount

__all__ = ["is_model", "read_keras", "read_model"]

Weights = Callable[[str, str, int], list[Any]]  # of the layer's name, its class, its number there

_PLAIN = {
    "linear": "identity",
    "relu": "relu",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "softplus": "softplus",
    "softsign": "softsign",
    "selu": "selu",
    "elu": "elu:1",
    "silu": "silu",
    "swish": "silu",
    "gelu": "gelu",
    "mish": "mish",
    "exponential": "exp",
    "leaky_relu": "leaky:0.2",
}
_ODD = (
    OSError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    RuntimeError,
    zipfile.BadZipFile,
    zlib.error,
)  # fmt: skip - what h5py, zipfile and json raise, and a description that is of another form
_LOSSES = {
    "meansquarederror": ("squared", "2/(N K)"),
    "mse": ("squared", "2/(N K)"),
    "binarycrossentropy": ("binary", "1/N"),
    "categoricalcrossentropy": ("cross-entropy", "1/N"),
    "sparsecategoricalcrossentropy": ("cross-entropy", "1/N"),
}


def is_model(value: Any) -> bool:
    """Whether this is a model of Keras."""
    return any(
        kind.__name__ in ("Model", "Sequential") and "keras" in kind.__module__.split(".")
        for kind in type(value).__mro__
    )


def read_model(model: Any) -> DenseNetwork:
    """The network of a model in Python. Raises `UnusableInput`."""
    try:
        described = {"class_name": type(model).__name__, "config": model.get_config()}
    except NotImplementedError:
        raise UnusableInput(
            f"the {type(model).__name__} has no description of its layers: give a Sequential"
        ) from None
    compiled = None
    if getattr(model, "compiled", False):
        decoupled = getattr(model.optimizer, "weight_decay", None)
        optimizer = {"config": {"weight_decay": decoupled}}
        compiled = {**(model.get_compile_config() or {}), "optimizer": optimizer}
    return _network(
        described, compiled, lambda name, _, __: model.get_layer(name).get_weights(), "the model"
    )


def read_keras(source: Source) -> DenseNetwork:
    """The network of a .keras or .h5 file. Raises `UnusableInput`."""
    try:
        import h5py
    except ImportError:
        raise UnusableInput(
            f"{source.name} is a file of Keras: pip install 'certify[networks]' reads it"
        ) from None
    try:
        if source.data.startswith(b"PK"):
            return _of_archive(source, h5py)
        with h5py.File(io.BytesIO(source.data), "r") as file:
            return _of_hdf5(file, source.name)
    except _ODD as error:
        raise UnusableInput(
            f"{source.name} cannot be read as a model of Keras ({type(error).__name__})"
        ) from None


def _of_archive(source: Source, h5py: Any) -> DenseNetwork:
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > 4 * LARGEST_FILE:
            raise UnusableInput(
                f"{source.name} unpacks to more than {4 * LARGEST_FILE // 2**20} MiB"
            )
        described = json.loads(archive.read("config.json"))
        stored = archive.read("model.weights.h5")
    with h5py.File(io.BytesIO(stored), "r") as file:
        groups = file["layers"]
        named = {
            str(groups[key]["vars"].attrs["name"]): key
            for key in groups
            if "vars" in groups[key] and "name" in groups[key]["vars"].attrs
        }

        def weights(name: str, kind: str, number: int) -> list[Any]:
            # files of older versions have no names: classes, counted
            own = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()
            key = named.get(name, f"{own}_{number}" if number else own)
            variables = groups[key]["vars"]
            return [variables[str(i)][()] for i in range(len(variables))]

        return _network(described, described.get("compile_config"), weights, source.name)


def _of_hdf5(file: Any, name: str) -> DenseNetwork:
    if "model_config" not in file.attrs:
        raise UnusableInput(f"{name} has no description of a model: save the whole model of Keras")
    compiled = file.attrs.get("training_config")

    def weights(layer: str, _: str, __: int) -> list[Any]:
        group = file["model_weights"][layer]
        names = [n.decode() if isinstance(n, bytes) else n for n in group.attrs["weight_names"]]
        return [group[one][()] for one in names]

    return _network(
        json.loads(file.attrs["model_config"]),
        json.loads(compiled) if compiled else None,
        weights,
        name,
    )


def _network(described: Any, compiled: Any, weights: Weights, name: str) -> DenseNetwork:
    """A chain of Dense layers and activations. Raises `UnusableInput`."""
    layers: list[Layer] = []
    decay: list[tuple[Amount, Amount]] = []
    seen: dict[str, int] = {}
    notes: list[str] = []
    softmax = waiting = False  # waiting: the last layer has no activation as yet
    for kind, config in _chain(described, name):
        what = f"the layer {config.get('name')} of {name}"
        number = seen.get(kind, 0)
        seen[kind] = number + 1
        if kind in ("InputLayer", "Flatten"):
            continue
        if softmax:
            raise UnusableInput(f"{what} stands behind a softmax")
        if kind == "Dense":
            arrays = weights(str(config["name"]), kind, number)
            if len(arrays) != 1 + bool(config.get("use_bias", True)):
                raise UnusableInput(f"{what} has {len(arrays)} arrays, and not a kernel and a bias")
            bias = arrays[1] if len(arrays) > 1 else None
            layers.append(layer_of(arrays[0], bias, None, what, inputs_first=True))
            decay.append(_regularised(config, what, notes))
            ending = _named(config.get("activation"), what)
        else:
            ending = _activation(kind, config, what)
            if not waiting:
                raise UnusableInput(f"{what} has no Dense layer without an activation before it")
        softmax = ending == "softmax"
        activation = activation_of(None if softmax else ending)
        layers[-1] = replace(layers[-1], activation=activation)
        waiting = activation == IDENTITY and not softmax
    ends = "softmax" if softmax else layers[-1].activation.name if layers else ""
    told = _told(compiled, tuple(decay), notes, ends)
    return network_of(layers, name, softmax=softmax, told=told)


def _chain(described: Any, name: str) -> list[tuple[str, Mapping[str, Any]]]:
    """Classes and settings of the layers, from the input on. Raises `UnusableInput`."""
    kind, config = described["class_name"], described["config"]
    if kind not in ("Sequential", "Functional", "Model") or "layers" not in config:
        raise UnusableInput(f"{name} is a {kind}: a Sequential or a Functional model is read")
    parts: list[tuple[str, Mapping[str, Any]]] = []
    previous = None
    for layer in config["layers"]:
        own = {"name": layer.get("name")} | layer["config"]
        if kind != "Sequential":
            before = _before(layer.get("inbound_nodes", []))
            if before != ([] if previous is None else [previous]):
                raise UnusableInput(f"the layers of {name} are not a chain: see {own['name']}")
        previous = own["name"]
        parts.append((str(layer["class_name"]), own))
    return parts


def _before(nodes: Any) -> list[str]:
    """The layers whose outputs a layer of a Functional model takes."""
    found = []
    for node in nodes:
        if isinstance(node, Mapping):
            told = json.dumps(node, default=str)
            found += re.findall(r'"keras_history": \["([^"]*)"', told)
        else:  # as Keras 2 writes it
            found += [str(part[0]) for part in node]
    return found


def _named(told: Any, what: str) -> str:
    """The name of an activation that Keras knows by a word, or softmax. Raises `UnusableInput`."""
    if told is None:
        return "identity"
    if told == "softmax":
        return "softmax"
    if not isinstance(told, str) or told not in _PLAIN:
        word = told.get("class_name") if isinstance(told, Mapping) else told
        raise UnusableInput(f"the activation {word} of {what} is not read")
    return _PLAIN[told]


def _activation(kind: str, config: Mapping[str, Any], what: str) -> str:
    """The name of an activation, or softmax. Raises `UnusableInput`."""
    if kind == "Activation":
        return _named(config["activation"], what)
    if kind == "Softmax" and config.get("axis", -1) == -1:
        return "softmax"
    if kind == "LeakyReLU":
        return f"leaky:{config.get('negative_slope', config.get('alpha', 0.3))!r}"
    if kind == "ELU":
        return f"elu:{config.get('alpha', 1.0)!r}"
    if kind == "ReLU" and config.get("max_value") is None and not config.get("threshold"):
        slope = config.get("negative_slope") or 0
        return f"leaky:{slope!r}" if slope else "relu"
    raise UnusableInput(f"{what} is a {kind}, which is not read: Dense layers and activations are")


def _regularised(config: Mapping[str, Any], what: str, notes: list[str]) -> tuple[Amount, Amount]:
    """The decay of weights and biases: the regulariser l2 of c adds c |W|^2, a decay of 2c."""
    found = []
    for part in ("kernel", "bias"):
        regulariser = config.get(f"{part}_regularizer")
        size = Fraction(0)
        if regulariser:
            settings = regulariser.get("config", {})
            if Fraction(decimal_of(settings.get("l1") or 0, "l1")) or "l2" not in settings:
                raise UnusableInput(f"the {part} of {what} has a regulariser that is not l2")
            size = 2 * Fraction(decimal_of(settings["l2"], "l2"))
        found.append(Amount(size))
        if config.get(f"{part}_constraint"):
            notes.append(
                f"the {part} of {what} was held in a constraint, which is no part of a risk"
            )
    if config.get("activity_regularizer"):
        raise UnusableInput(f"{what} has a regulariser of its outputs, which is not treated")
    return found[0], found[1]


def _told(
    compiled: Any, decay: tuple[tuple[Amount, Amount], ...], notes: list[str], ends: str
) -> Told:
    """The risk of a compiled model: the loss, means over data and outputs, and the regularisers.

    ends: the activation of the last layer, or softmax.
    """
    if not isinstance(compiled, Mapping):
        return Told(decay=decay, source="Keras", notes=tuple(notes))
    optimizer = compiled.get("optimizer") or compiled.get("optimizer_config") or {}
    if isinstance(optimizer, Mapping) and optimizer.get("config", {}).get("weight_decay"):
        notes.append(
            "the weight_decay of an optimizer of Keras is decoupled from the loss: where it comes"
            " to rest is no critical point of a risk with that decay"
        )
    loss = compiled.get("loss")
    settings = loss.get("config", {}) if isinstance(loss, Mapping) else {}
    word = settings.get("name", loss.get("class_name")) if isinstance(loss, Mapping) else loss
    known = _LOSSES.get(re.sub(r"[^a-z]", "", str(word).lower()))
    mean = settings.get("reduction", "sum_over_batch_size") in ("sum_over_batch_size", "auto")
    plain = mean and not settings.get("label_smoothing") and not compiled.get("loss_weights")
    if known is not None and known[0] != "squared":
        # probabilities of a softmax or sigmoid, or logits
        head = {"cross-entropy": "softmax", "binary": "sigmoid"}[known[0]]
        plain = plain and ends == ("identity" if settings.get("from_logits") else head)
    if known is None or not plain:
        ask = f"the loss {word} of the model, as it was compiled, is not treated"
        return Told(decay=decay, source="Keras", ask=ask, notes=tuple(notes))
    return Told(known[0], amount(known[1]), decay, None, "Keras", notes=tuple(notes))
