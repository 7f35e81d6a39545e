"""Networks of ONNX: one chain of operators from the input to the output."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from certify.arrays import Source
from certify.errors import UnusableInput
from certify.networks.activations import activation_of
from certify.networks.dense import (
    DenseNetwork,
    Layer,
    Standardisation,
    layer_of,
    network_of,
    vector_of,
)

__all__ = ["is_graph", "read_graph", "read_onnx"]

_PLAIN = {
    "Relu": "relu",
    "Tanh": "tanh",
    "Sigmoid": "sigmoid",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "Sin": "sin",
    "Mish": "mish",
}
_DOMAINS = ("", "ai.onnx", "ai.onnx.ml")
_PASSED = ("Identity", "Flatten", "Squeeze")
_SELU = (1.6732632423543772, 1.0507009873554805)


def is_graph(value: Any) -> bool:
    """Whether this is a model of ONNX."""
    return type(value).__name__ == "ModelProto"


def read_onnx(source: Source) -> DenseNetwork:
    """The network of an .onnx file. Raises `UnusableInput`."""
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError:
        raise UnusableInput(
            f"{source.name} is an ONNX network: pip install 'certify[networks]' reads it"
        ) from None
    try:
        model = onnx.load_model_from_string(source.data)
    except DecodeError:
        raise UnusableInput(f"{source.name} is no ONNX network, or cut off") from None
    return read_graph(model, source.name)


def read_graph(model: Any, name: str = "the model") -> DenseNetwork:
    """The network of a ModelProto. Raises `UnusableInput`."""
    try:
        return _network(model, name)
    except (ValueError, TypeError, KeyError, IndexError) as error:  # constants that are missing
        raise UnusableInput(
            f"{name} cannot be read as an ONNX network ({type(error).__name__})"
        ) from None


def _network(model: Any, name: str) -> DenseNetwork:
    from onnx import TensorProto, numpy_helper

    graph = model.graph
    constants: dict[str, Any] = {}
    tensors = [(tensor.name, tensor) for tensor in graph.initializer]
    tensors += [
        (node.output[0], attribute.t)
        for node in graph.node
        if node.op_type == "Constant"
        for attribute in node.attribute
        if attribute.name == "value"
    ]
    for key, tensor in tensors:
        if tensor.data_location == TensorProto.EXTERNAL:
            raise UnusableInput(f"{name} keeps its weights in another file: save them in one")
        constants[key] = numpy_helper.to_array(tensor)
    inputs = [one.name for one in graph.input if one.name not in constants]
    if len(inputs) != 1 or len(graph.output) != 1:
        raise UnusableInput(
            f"{name} has {len(inputs)} inputs and {len(graph.output)} outputs: one of each is read"
        )
    chain, at = _Chain(name), inputs[0]
    for node in graph.node:
        if node.op_type == "Constant":
            continue
        if node.domain not in _DOMAINS:
            raise UnusableInput(f"{name}: {node.domain}.{node.op_type} is not read")
        values = [one for one in node.input if one and one not in constants]
        if values != [at]:
            raise UnusableInput(
                f"{name} is not a chain of layers: see the {node.op_type} {node.name}"
            )
        others = [constants[one] for one in node.input if one in constants]
        chain.add(node.op_type, _attributes(node), others, first=node.input[0] == at)
        at = node.output[0]
    if graph.output[0].name != at:
        raise UnusableInput(f"{name} is not a chain of layers: its output is not at the end")
    return chain.network()


def _attributes(node: Any) -> dict[str, Any]:
    from onnx.helper import get_attribute_value

    return {attribute.name: get_attribute_value(attribute) for attribute in node.attribute}


class _Chain:
    """Layers as the graph goes through them. A matrix without its bias, and a bias without its
    activation, wait for what may follow.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.layers: list[Layer] = []
        self.mean: tuple[str, ...] = ()
        self.scale: tuple[str, ...] = ()
        self.softmax = self.biased = self.closed = False

    def add(
        self, operator: str, settings: Mapping[str, Any], others: list[Any], *, first: bool
    ) -> None:
        """One operator; others: its constant inputs; first: whether the chain is the first input.
        Raises `UnusableInput`.
        """
        if self.softmax:
            self._refuse(f"{operator} stands behind the softmax")
        if operator in _PASSED:
            return
        if operator == "Gemm":
            self._gemm(settings, others, first=first)
        elif operator == "MatMul" and first and len(others) == 1:
            self._layer(others[0], None, inputs_first=True)
        elif operator == "Add" and self.layers and not self.biased and not self.closed:
            self._bias(others[0])
        elif operator in ("Sub", "Div", "Mul", "Scaler"):
            self._standardise(operator, settings, others, first=first)
        elif operator in ("Softmax", "LogSoftmax") and settings.get("axis", -1) in (-1, 1):
            self._close(operator, "identity")
            self.softmax = True
        else:
            self._close(operator, _activation(operator, settings, self.name))

    def network(self) -> DenseNetwork:
        """The network that was gone through."""
        standard = None
        if self.layers and not self.mean == self.scale == ():
            inputs = len(self.layers[0].weights[0])
            mean, scale = self.mean or ("0",), self.scale or ("1",)
            standard = Standardisation(
                mean * inputs if len(mean) == 1 else mean,
                scale * inputs if len(scale) == 1 else scale,
            )
        return network_of(self.layers, self.name, standard, softmax=self.softmax)

    def _refuse(self, sentence: str) -> NoReturn:
        raise UnusableInput(f"{self.name}: {sentence}")

    def _gemm(self, settings: Mapping[str, Any], others: list[Any], *, first: bool) -> None:
        plain = settings.get("alpha", 1) == 1 and settings.get("beta", 1) == 1
        if not plain or settings.get("transA", 0) or not first or len(others) not in (1, 2):
            self._refuse("a Gemm with factors, or of a matrix that is turned, is not read")
        bias = others[1] if len(others) == 2 else None
        self._layer(others[0], bias, inputs_first=not settings.get("transB", 0))

    def _layer(self, weights: Any, bias: Any, *, inputs_first: bool) -> None:
        what = f"layer {len(self.layers) + 1} of {self.name}"
        self.layers.append(layer_of(weights, bias, None, what, inputs_first=inputs_first))
        self.biased, self.closed = bias is not None, False

    def _bias(self, bias: Any) -> None:
        layer = self.layers[-1]
        entries = vector_of(bias, f"bias of layer {len(self.layers)} of {self.name}")
        if len(entries) != len(layer.weights):
            self._refuse(f"layer {len(self.layers)} adds a bias of {len(entries)} entries")
        self.layers[-1] = replace(layer, bias=entries)
        self.biased = True

    def _standardise(
        self, operator: str, settings: Mapping[str, Any], others: list[Any], *, first: bool
    ) -> None:
        """(x - mean)/scale at the beginning: Sub, then Div or Mul; or a Scaler."""
        if self.layers or self.scale or not first:
            self._refuse(f"{operator} is read as a standardisation at the beginning only")
        subtracted, factors = (
            (np.float32(settings["offset"]), np.float32(settings["scale"]))
            if operator == "Scaler"
            else (others[0], others[0])
        )
        if operator in ("Sub", "Scaler"):
            if self.mean:
                self._refuse(f"{operator} is read as a standardisation once")
            self.mean = vector_of(subtracted, f"mean of {self.name}")
        if operator != "Sub":
            entries = vector_of(factors, f"scale of {self.name}")
            if any(not Fraction(entry) for entry in entries):
                self._refuse("a factor or divisor of the standardisation is 0")
            self.scale = (
                entries
                if operator == "Div"
                else tuple(str(1 / Fraction(entry)) for entry in entries)
            )

    def _close(self, operator: str, activation: str) -> None:
        if not self.layers:
            self._refuse(f"{operator} stands before the first layer")
        if self.closed:
            self._refuse(f"{operator} is a second activation behind one layer")
        self.layers[-1] = replace(self.layers[-1], activation=activation_of(activation))
        self.closed = True


def _activation(operator: str, settings: Mapping[str, Any], name: str) -> str:
    """The name of the activation. Raises `UnusableInput`."""
    if operator in _PLAIN:
        return _PLAIN[operator]
    if operator == "LeakyRelu":
        return f"leaky:{settings.get('alpha', 0.01)!r}"
    if operator == "Elu":
        return f"elu:{settings.get('alpha', 1.0)!r}"
    if operator == "Gelu":
        return "gelu-tanh" if settings.get("approximate", b"none") == b"tanh" else "gelu"
    if operator == "Selu":
        own = (settings.get("alpha", _SELU[0]), settings.get("gamma", _SELU[1]))
        if np.allclose(own, _SELU, rtol=1e-6, atol=0):
            return "selu"
    raise UnusableInput(f"{name}: {operator} is not read: Gemm, MatMul, Add and activations are")
