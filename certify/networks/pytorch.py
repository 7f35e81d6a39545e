"""Networks of PyTorch: the state_dict in a file, and modules in Python."""

from __future__ import annotations

import io
import pickle
from collections.abc import Mapping
from typing import Any

from certify.arrays import Source
from certify.errors import UnusableInput
from certify.networks.activations import Activation, activation_of
from certify.networks.dense import DenseNetwork, Layer, layer_of, network_of

__all__ = ["is_module", "read_module", "state_dict_of"]

_CHECKPOINTS = ("state_dict", "model_state_dict", "model")
_PLAIN = {
    "ReLU": "relu",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "SELU": "selu",
    "SiLU": "silu",
    "Mish": "mish",
    "Softsign": "softsign",
    "Identity": "identity",
    # functions and methods
    "relu": "relu",
    "tanh": "tanh",
    "sigmoid": "sigmoid",
    "selu": "selu",
    "silu": "silu",
    "mish": "mish",
    "softsign": "softsign",
    "sin": "sin",
}
_SOFTMAX = ("Softmax", "LogSoftmax", "softmax", "log_softmax")
_PASSED = ("Flatten", "flatten", "squeeze")  # rows stay rows
_NUMBERS = {
    "leaky_relu": ("leaky", "negative_slope", 0.01),
    "elu": ("elu", "alpha", 1.0),
}  # functions with a number: the name of the activation, that of the argument, the default


def state_dict_of(source: Source) -> dict[str, Any]:
    """The tensors of a file of torch by name. Raises `UnusableInput`."""
    try:
        import torch
    except ImportError:
        raise UnusableInput(
            f"{source.name} is a file of torch, which is not installed: save its arrays with"
            " numpy.savez(file, W1=..., b1=..., W2=..., b2=...)"
        ) from None
    try:
        loaded = torch.load(io.BytesIO(source.data), map_location="cpu", weights_only=True)
    except (
        OSError,
        RuntimeError,
        ValueError,
        EOFError,
        KeyError,
        TypeError,
        AttributeError,
        pickle.UnpicklingError,
    ) as error:
        raise UnusableInput(
            f"{source.name} cannot be read by torch as weights only ({type(error).__name__}): save"
            " model.state_dict()"
        ) from None
    for name in _CHECKPOINTS:
        if isinstance(loaded, Mapping) and isinstance(loaded.get(name), Mapping):
            loaded = loaded[name]
            break
    if (
        not isinstance(loaded, Mapping)
        or not loaded
        or not all(hasattr(value, "detach") for value in loaded.values())
    ):
        raise UnusableInput(
            f"{source.name} holds no state_dict: save model.state_dict() with torch.save"
        )
    return {str(key).removeprefix("module."): value for key, value in loaded.items()}


def is_module(value: Any) -> bool:
    """Whether this is a module of torch."""
    return any(
        kind.__module__.startswith("torch.nn.") and kind.__name__ == "Module"
        for kind in type(value).__mro__
    )


def read_module(module: Any) -> DenseNetwork:
    """The network that the module computes: a chain of nn.Linear and activations, whatever its
    forward is called by. Raises `UnusableInput` and names what is not read.
    """
    from torch.fx import symbolic_trace

    name = type(module).__name__
    if name == "Linear":
        return network_of([_linear(module, "layer 1")], f"the {name}")
    try:
        graph = symbolic_trace(module).graph
    except Exception as error:  # noqa: BLE001 - the user's own forward runs here
        raise UnusableInput(
            f"the forward of {name} is not a chain of layers ({type(error).__name__}: torch.fx"
            " cannot trace it): give an nn.Sequential"
        ) from None
    begun = _Chain(name)
    previous = None
    for node in graph.nodes:
        if node.op == "placeholder":
            if previous is not None:
                raise UnusableInput(f"{name} has two inputs: one is read")
        elif node.op == "output":
            if node.args != (previous,):
                raise UnusableInput(f"{name} has more than one output, or a branch")
        elif node.all_input_nodes != [previous]:
            raise UnusableInput(
                f"the forward of {name} is not a chain of layers: {node.name} has other inputs than"
                " the layer before it"
            )
        elif node.op == "call_module":
            begun.add(module.get_submodule(node.target), str(node.target))
        else:
            called = node.target if isinstance(node.target, str) else node.target.__name__
            settings = dict(node.kwargs)
            if len(node.args) > 1:
                settings[""] = node.args[1]
            begun.add_function(called, node.name, settings)
        previous = node
    return begun.network()


class _Chain:
    """Layers as the forward goes through them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.linear: list[tuple[Any, str]] = []
        self.activations: list[Activation | None] = []
        self.softmax = False

    def add(self, module: Any, where: str) -> None:
        """A module of the chain."""
        kind = type(module).__name__
        if kind == "Linear":
            self._open(where)
            if any(module is other for other, _ in self.linear):
                raise UnusableInput(f"{where} of {self.name} is used twice: its weights are tied")
            self.linear.append((module, where))
            self.activations.append(None)
        elif kind in _SOFTMAX:
            self._end(where, getattr(module, "dim", None))
        elif kind not in (*_PASSED, "Identity"):
            self._activation(_of_module(module, f"{where} of {self.name}"), where)

    def add_function(self, called: str, where: str, settings: dict[str, Any]) -> None:
        """A function of torch, or a method of a tensor; its second argument has the name ""."""
        if called in _SOFTMAX:
            self._end(where, settings.get("dim", settings.get("")))
        elif called == "gelu":
            self._activation(_gelu(settings.get("approximate", "none")), where)
        elif called in _NUMBERS:
            name, word, default = _NUMBERS[called]
            number = settings.get(word, settings.get("", default))
            self._activation(activation_of(f"{name}:{number!r}"), where)
        elif called in _PLAIN and set(settings) <= {"inplace"}:
            self._activation(activation_of(_PLAIN[called]), where)
        elif called not in _PASSED:
            raise UnusableInput(
                f"{called} in the forward of {self.name} is not read: nn.Linear and activations are"
            )

    def network(self) -> DenseNetwork:
        """The network that was gone through."""
        layers = [
            _linear(module, f"{where} of {self.name}", activation)
            for (module, where), activation in zip(self.linear, self.activations, strict=True)
        ]
        return network_of(layers, self.name, softmax=self.softmax)

    def _open(self, where: str) -> None:
        if self.softmax:
            raise UnusableInput(f"{where} of {self.name} stands behind a softmax")

    def _end(self, where: str, dim: Any) -> None:
        self._open(where)
        if dim not in (-1, 1):
            raise UnusableInput(f"the softmax {where} of {self.name} is not over the outputs")
        self.softmax = True
        self._activation(activation_of(None), where)

    def _activation(self, activation: Activation, where: str) -> None:
        if not self.linear:
            raise UnusableInput(f"{where} of {self.name} stands before the first nn.Linear")
        if self.activations[-1] is not None:
            raise UnusableInput(f"{where} of {self.name} is a second activation behind one layer")
        self.activations[-1] = activation


def _linear(module: Any, what: str, activation: Activation | None = None) -> Layer:
    return layer_of(module.weight, module.bias, activation, what)


def _gelu(approximate: str) -> Activation:
    return activation_of("gelu-tanh" if approximate == "tanh" else "gelu")


def _of_module(module: Any, what: str) -> Activation:
    """The activation of a module. Raises `UnusableInput`."""
    kind = type(module).__name__
    if kind in _PLAIN:
        return activation_of(_PLAIN[kind])
    if kind == "GELU":
        return _gelu(module.approximate)
    if kind == "LeakyReLU":
        return activation_of(f"leaky:{module.negative_slope!r}")
    if kind == "ELU":
        return activation_of(f"elu:{module.alpha!r}")
    if kind == "Softplus" and module.beta == 1:
        return activation_of("softplus")
    raise UnusableInput(f"{what} is a {kind}, which is not read: nn.Linear and activations are")
