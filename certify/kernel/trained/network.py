"""A fully connected network of any depth, and its parameters (FORMAT 4.22)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, decimal_matrix, fields, flag, natural
from certify.kernel.foundation.reals import counted
from certify.kernel.foundation.words import Words, line
from certify.kernel.smooth.formula import Formula

__all__ = ["Layer", "Network", "Parameters", "flat", "layers_in_words", "squared_length"]

_MAX_INPUTS = 1024
_MAX_UNITS = 1024
_MAX_LAYERS = 16
_MAX_PARAMETERS = 10**5

# of each layer: weights (units x inputs), biases (none where the layer has none)
Parameters = tuple[tuple[tuple[tuple[fmpq, ...], ...], tuple[fmpq, ...]], ...]


@dataclass(frozen=True)
class Layer:
    """Fully connected units, all with the same activation h_l; inputs: how many it gets."""

    inputs: int
    units: int
    activation: Formula
    bias: bool

    @property
    def columns(self) -> int:
        """Parameters of one unit: its weights, and its bias if it has one."""
        return self.inputs + self.bias


@dataclass(frozen=True)
class Network:
    """f_theta(x) = a_L with a_0 = x, z_l = W_l a_(l-1) + b_l, a_l = h_l(z_l).

    Its parameters theta are in the order of the rows of the matrices (W_l, b_l), layer by layer:
    the parameters of a unit stand side by side.
    """

    layers: tuple[Layer, ...]

    @classmethod
    def read(cls, value: Any) -> Network:
        """From the field `network` of a problem. Raises `Malformed`."""
        known = fields(value, "the network", ["inputs", "layers"])
        inputs = natural(known["inputs"], "the number of inputs", 1, _MAX_INPUTS)
        if not isinstance(known["layers"], list) or not 1 <= len(known["layers"]) <= _MAX_LAYERS:
            raise Malformed(f"the layers are not a list of 1 to {_MAX_LAYERS}")
        layers: list[Layer] = []
        for number, entry in enumerate(known["layers"], 1):
            here = f"layer {number}"
            each = fields(entry, here, ["units", "activation", "bias"])
            units = natural(each["units"], f"the units of {here}", 1, _MAX_UNITS)
            bias = flag(each["bias"], f"the bias of {here}")
            layers.append(Layer(inputs, units, Formula.read(each["activation"]), bias))
            inputs = units
        network = cls(tuple(layers))
        if network.size > _MAX_PARAMETERS:
            raise Malformed(f"the network has more than {_MAX_PARAMETERS} parameters")
        return network

    @property
    def outputs(self) -> int:
        """The number K of outputs."""
        return self.layers[-1].units

    @property
    def size(self) -> int:
        """The number P of parameters."""
        return sum(layer.units * layer.columns for layer in self.layers)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The place of the first parameter of each layer, and the number of all."""
        places = [0]
        for layer in self.layers:
            places.append(places[-1] + layer.units * layer.columns)
        return tuple(places)

    def place(self, layer: int, unit: int, column: int) -> int:
        """Where a parameter stands, all counted from 0; the bias is behind the weights."""
        return self.starts[layer] + unit * self.layers[layer].columns + column

    def wider(self, number: int, more: int) -> Network:
        """The network with so many more units in this hidden layer, counted from 0."""
        layers = list(self.layers)
        own, above = layers[number], layers[number + 1]
        layers[number] = Layer(own.inputs, own.units + more, own.activation, own.bias)
        layers[number + 1] = Layer(own.units + more, above.units, above.activation, above.bias)
        return Network(tuple(layers))

    def read_parameters(self, value: Any, where: str) -> Parameters:
        """An object with weights and bias for each layer. Raises `Malformed`."""
        if not isinstance(value, list) or len(value) != len(self.layers):
            raise Malformed(f"{where} are not a list of {counted(len(self.layers), 'layer')}")
        result = []
        for number, (entry, layer) in enumerate(zip(value, self.layers, strict=True), 1):
            here = f"layer {number} of {where}"
            known = fields(entry, here, ["weights", "bias"])
            weights = decimal_matrix(
                known["weights"], f"the weights, {here}", layer.units, layer.inputs
            )
            biases, most = known["bias"], layer.units * layer.bias
            if not isinstance(biases, list) or len(biases) != most:
                raise Malformed(f"the bias, {here}, is not a list of {most} numbers")
            result.append((weights, tuple(decimal(b, f"the bias, {here}") for b in biases)))
        return tuple(result)

    def matrices(
        self, parameters: Parameters, spread: Callable[[int], arb] | None = None
    ) -> list[arb_mat]:
        """The matrices (W_l, b_l) as balls. spread: how far each parameter, by its place, may be
        from the one given.
        """
        entries = [ball(value) for value in flat(parameters)]
        if spread is not None:
            entries = [entry + arb(0, 1) * spread(i) for i, entry in enumerate(entries)]
        return [
            arb_mat(layer.units, layer.columns, entries[first:last])
            for layer, first, last in zip(
                self.layers, self.starts[:-1], self.starts[1:], strict=True
            )
        ]

    def in_words(self) -> str:
        """10 inputs, hidden layers of 4 and 3 units, and 1 output."""
        *hidden, last = (layer.units for layer in self.layers)
        inputs, outputs = counted(self.layers[0].inputs, "input"), counted(last, "output")
        if not hidden:
            return f"{inputs} and {outputs}, without hidden layers"
        *first, width = hidden
        if first:
            told = f"hidden layers of {', '.join(map(str, first))} and {width} units"
        else:
            told = f"one hidden layer of {counted(width, 'unit')}"
        return f"{inputs}, {told}, and {outputs}"

    def activations_in_words(self) -> list[Words]:
        """A line for each run of layers with one activation."""
        lines: list[Words] = []
        number = 0
        while number < len(self.layers):
            formula = self.layers[number].activation
            last = number
            while last + 1 < len(self.layers) and self.layers[last + 1].activation == formula:
                last += 1
            which = layers_in_words(number, last)
            lines.append(line("    $h(t) = $", formula.in_words(), f" in {which}"))
            number = last + 1
        return lines


def layers_in_words(first: int, last: int) -> str:
    """Layer 1, layers 1 and 2, layers 1 to 3: both counted from 0."""
    if first == last:
        return f"layer {first + 1}"
    return f"layers {first + 1} {'and' if last == first + 1 else 'to'} {last + 1}"


def flat(parameters: Parameters) -> list[fmpq]:
    """All parameters in their order: unit by unit, the weights of each and then its bias."""
    entries: list[fmpq] = []
    for weights, biases in parameters:
        for number, row in enumerate(weights):
            entries += row
            if biases:
                entries.append(biases[number])
    return entries


def squared_length(one: Parameters, other: Parameters) -> fmpq:
    """|theta - theta'|^2, exactly."""
    pairs = zip(flat(one), flat(other), strict=True)
    return sum(((a - b) ** 2 for a, b in pairs), fmpq(0))
