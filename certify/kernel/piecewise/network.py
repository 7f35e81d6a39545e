"""Networks of affine layers and piecewise-linear units, and their parameters, all exact
(FORMAT 4.10).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, rational
from certify.kernel.foundation.reals import counted
from certify.kernel.piecewise.layer_forms import MAX_TAPS, MAX_UNITS, read_layer, read_shape
from certify.kernel.piecewise.layers import Affine, Layer, Pooling

__all__ = ["Network", "Parameters"]

_MAX_LAYERS = 64
_MAX_NUMBERS = 10**7  # units of all layers, times data
_MAX_ENTRIES = 10**7  # of the matrices of convolutions and averages
_MAX_PRODUCTS = 2 * 10**9  # entries of all matrices, times data
_MAX_DENOMINATORS = 10**6  # bits of the different denominators in the parameters of one layer


# weights and biases, flat, of each affine layer in turn
Parameters = tuple[tuple[tuple[fmpq, ...], tuple[fmpq, ...]], ...]


@dataclass(frozen=True)
class Network:
    """shape: of the input, [units] or [channels, height, width]; layers in order. The output of
    layer i has layers[i - 1].units units, that of layer 0 is the input.
    """

    shape: tuple[int, ...]
    layers: tuple[Layer, ...]

    @property
    def inputs(self) -> int:
        """Number of input units."""
        return prod(self.shape)

    @classmethod
    def read(cls, value: Any) -> Network:
        """From the field `network` of a problem (FORMAT 4.10)."""
        known = fields(value, "the network", ["input", "layers"])
        shape = read_shape(known["input"], "the input of the network")
        layers = known["layers"]
        if not isinstance(layers, list) or not 1 <= len(layers) <= _MAX_LAYERS:
            raise Malformed(f"the layers are not a list of 1 to {_MAX_LAYERS} layers")
        shapes, result, pairs, entries = [shape], [], 0, 0
        for number, layer in enumerate(layers, start=1):
            read, shape = read_layer(layer, f"layer {number}", shapes)
            if prod(shape) > MAX_UNITS:
                raise Malformed(f"layer {number} has more than {MAX_UNITS} units")
            if isinstance(read, Affine | Pooling):
                pairs += read.pairs
                entries += (
                    0
                    if isinstance(read, Affine) and len(read.form) == 2
                    else read.units * prod(shapes[-1])
                )
            if pairs > MAX_TAPS or entries > _MAX_ENTRIES:
                raise Malformed(
                    f"the layers have more than {MAX_TAPS} connections, or {_MAX_ENTRIES} pairs of"
                    " units"
                )
            shapes.append(shape)
            result.append(read)
        return cls(shapes[0], tuple(result))

    def require_room(self, data: int) -> None:
        """`Malformed` where the network is too large to be evaluated on so many data."""
        sizes = [self.inputs, *(layer.units for layer in self.layers)]
        if sum(sizes) * data > _MAX_NUMBERS:
            raise Malformed(
                f"the units of all layers, times the data, are more than {_MAX_NUMBERS}"
            )
        entries = sum(
            above * below
            for layer, (below, above) in zip(self.layers, pairwise(sizes), strict=True)
            if isinstance(layer, Affine | Pooling)
        )
        if entries * data > _MAX_PRODUCTS:
            raise Malformed(
                "the pairs of units that layers connect, times the data, are more than"
                f" {_MAX_PRODUCTS}"
            )

    @property
    def outputs(self) -> int:
        """Number of output units."""
        return self.layers[-1].units

    @property
    def ends_dense(self) -> bool:
        """Whether the last layer is dense, so that all outputs have the same path vectors."""
        last = self.layers[-1]
        return isinstance(last, Affine) and len(last.form) == 2

    @property
    def affine(self) -> list[tuple[int, Affine]]:
        """The affine layers with their numbers, from 1 on."""
        return [
            (number, layer)
            for number, layer in enumerate(self.layers, start=1)
            if isinstance(layer, Affine)
        ]

    def read_parameters(self, value: Any, where: str) -> Parameters:
        """One object with weights and bias for each affine layer."""
        layers = self.affine
        if not isinstance(value, list) or len(value) != len(layers):
            raise Malformed(
                f"{where} are not a list of {len(layers)} entries, one for each dense or"
                " convolutional layer"
            )
        result = []
        for (number, layer), entry in zip(layers, value, strict=True):
            here = f"{where} of layer {number}"
            known = fields(entry, here, ["weights", "bias"])
            bias = (len(layer.biases),) if layer.biases else (0,)
            weights, biases = (
                _flat(known["weights"], f"weights, {here}", layer.form),
                _flat(known["bias"], f"bias, {here}", bias),
            )
            if (
                sum(
                    below.bit_length()
                    for below in {int(number.q) for number in (*weights, *biases)}
                )
                > _MAX_DENOMINATORS
            ):
                raise Malformed(
                    f"the different denominators in {here} have more than {_MAX_DENOMINATORS} bits"
                )
            result.append((weights, biases))
        return tuple(result)

    def in_words(self) -> str:
        """The architecture in one line, a text for `line`."""
        inputs = (
            counted(self.inputs, "input")
            if len(self.shape) == 1
            else f"${' × '.join(map(str, self.shape))}$ inputs"
        )
        return ", ".join([inputs, *(layer.in_words() for layer in self.layers)])


def _flat(value: Any, where: str, form: tuple[int, ...]) -> tuple[fmpq, ...]:
    """Nested lists of this shape, row by row."""
    if not form:
        return (rational(value, f"an entry of the {where}"),)
    if not isinstance(value, list) or len(value) != form[0]:
        raise Malformed(
            f"the {where} are not nested lists of the shape {' x '.join(map(str, form))}"
        )
    return tuple(number for part in value for number in _flat(part, where, form[1:]))
