"""Layers of piecewise-linear networks, and how they are read (FORMAT 4.10)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

from .bounds import MAX_CONNECTIONS, MAX_UNITS, MOST_HELD
from .reader import array, boolean, fields, integer, real
from .verdict import malformed, need


def axis(size: int, kernel: int, stride: int, padding: int) -> list[list[tuple[int, int]]]:
    """Along one axis, for each output place the pairs (place in the kernel, input place) that are
    inside.
    """
    count = (size + 2 * padding - kernel) // stride + 1
    return [
        [
            (u, y * stride + u - padding)
            for u in range(kernel)
            if 0 <= y * stride + u - padding < size
        ]
        for y in range(count)
    ]


@dataclass(frozen=True)
class Affine:
    """A dense layer (no `window`) or a convolution.  Its weights are numbered in the order of the
    nested arrays.
    """

    inputs: tuple[int, ...]  # shapes
    outputs: tuple[int, ...]
    # kernel, stride, padding
    window: tuple[tuple[int, int], tuple[int, int], tuple[int, int]] | None
    bias: bool

    @property
    def nested(self) -> tuple[int, ...]:
        """The lengths of the nested arrays of weights."""
        if self.window is None:
            return self.outputs[0], prod(self.inputs)
        return (self.outputs[0], self.inputs[0], *self.window[0])

    @property
    def per_channel(self) -> int:
        """Output units with the same weights."""
        return prod(self.outputs[1:])

    @cached_property
    def _axes(self) -> list[list[list[tuple[int, int]]]]:
        return [axis(*numbers) for numbers in zip(self.inputs[1:], *self.window)]

    def count(self) -> int:
        """The number of pairs, including those outside the input."""
        if self.window is None:
            return prod(self.nested)
        return prod(self.outputs) * self.inputs[0] * prod(self.window[0])

    @cached_property
    def connections(self) -> list[list[tuple[int, int]]]:
        """For each output unit the pairs (weight, input unit)."""
        if self.window is None:
            n = prod(self.inputs)
            return [[(o * n + i, i) for i in range(n)] for o in range(self.outputs[0])]
        (r, s), (c, h, w) = self.window[0], self.inputs
        down, across = self._axes
        return [
            [
                (((o * c + i) * r + u) * s + v, (i * h + y) * w + x)
                for i in range(c)
                for u, y in ys
                for v, x in xs
            ]
            for o in range(self.outputs[0])
            for ys in down
            for xs in across
        ]


@dataclass(frozen=True)
class Average:
    """The mean over each window of each channel."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    kernel: tuple[int, int]
    stride: tuple[int, int]

    def count(self) -> int:
        """The number of pairs."""
        return prod(self.outputs) * prod(self.kernel)

    @cached_property
    def windows(self) -> list[list[int]]:
        """For each output unit the input units of its window."""
        c, h, w = self.inputs
        down, across = (axis(*numbers, 0) for numbers in zip((h, w), self.kernel, self.stride))
        return [
            [(i * h + y) * w + x for _, y in ys for _, x in xs]
            for i in range(c)
            for ys in down
            for xs in across
        ]


@dataclass(frozen=True)
class Units:
    """Piecewise-linear units: s z + c on piece j, with s, c = slopes[j], intercepts[j], between
    kinks j - 1 and j.
    """

    outputs: tuple[int, ...]
    kinks: list[Fraction]
    slopes: list[Fraction]
    intercepts: list[Fraction]


@dataclass(frozen=True)
class Residual:
    """The input plus the output of an earlier layer."""

    outputs: tuple[int, ...]
    source: int


Layer = Affine | Average | Units | Residual


def sizes(value: Any, name: str, low: int = 1) -> tuple[int, int]:
    first, second = array(value, name, 2)
    return integer(first, name, low, MAX_UNITS), integer(second, name, low, MAX_UNITS)


def bounded(shape: tuple[int, ...]) -> tuple[int, ...]:
    need(prod(shape) <= MAX_UNITS, f"A shape has more than {MAX_UNITS} units.")
    return shape


def read_window(
    entry: dict[str, Any], shape: tuple[int, ...], channels: int | None
) -> Affine | Average:
    """A convolution with this many channels, or (None) an average."""
    need(len(shape) == 3, "A convolution or average does not act on [channels, height, width].")
    kernel, stride = sizes(entry["kernel"], "kernel"), sizes(entry["stride"], "stride")
    padding = (0, 0) if channels is None else sizes(entry["padding"], "padding", 0)
    room = [size + 2 * a - r for size, a, r in zip(shape[1:], padding, kernel)]
    need(min(room) >= 0, "A kernel is larger than the input with its padding.")
    outputs = bounded(
        (shape[0] if channels is None else channels, *(x // p + 1 for x, p in zip(room, stride)))
    )
    need(
        prod(outputs) * prod(kernel) * (1 if channels is None else shape[0]) <= MAX_CONNECTIONS,
        f"A convolution or average has more than {MAX_CONNECTIONS} pairs.",
    )
    if channels is None:
        return Average(shape, outputs, kernel, stride)
    return Affine(shape, outputs, (kernel, stride, padding), boolean(entry["bias"], "bias"))


def read_units(entry: dict[str, Any], shape: tuple[int, ...]) -> Units:
    kinks = entry["kinks"]
    need(type(kinks) is list and len(kinks) <= 64, "kinks is not an array of at most 64 numbers.")
    kinks = [real(t, "a kink") for t in kinks]
    need(
        all(s < t for s, t in zip(kinks, kinks[1:])),
        "The kinks are not in strictly increasing order.",
    )
    slopes = [real(s, "a slope") for s in array(entry["slopes"], "slopes", len(kinks) + 1)]
    value = real(entry["value"], "value")
    intercepts = [value - slopes[0] * kinks[0] if kinks else value]
    for t, left, right in zip(kinks, slopes, slopes[1:]):  # both sides are left t + c at t
        intercepts.append(intercepts[-1] + (left - right) * t)
    return Units(shape, kinks, slopes, intercepts)


def read_layer(entry: Any, shapes: list[tuple[int, ...]]) -> Layer:
    """The layer that follows layers of these shapes; the first shape is that of the input."""
    kind, shape = entry.get("type") if type(entry) is dict else None, shapes[-1]
    if type(kind) is not str:
        malformed("A layer is not an object with a type.")
    if kind == "dense":
        fields(entry, "A dense layer", "type outputs bias")
        outputs = integer(entry["outputs"], "outputs", 1, MAX_UNITS)
        need(
            outputs * prod(shape) <= MAX_CONNECTIONS,
            f"A dense layer has more than {MAX_CONNECTIONS} weights.",
        )
        return Affine(shape, (outputs,), None, boolean(entry["bias"], "bias"))
    if kind == "convolution":
        fields(entry, "A convolution", "type channels kernel stride padding bias")
        return read_window(entry, shape, integer(entry["channels"], "channels", 1, MAX_UNITS))
    if kind == "average":
        fields(entry, "An average", "type kernel stride")
        return read_window(entry, shape, None)
    if kind == "units":
        return read_units(fields(entry, "A layer of units", "type kinks slopes value"), shape)
    need(kind == "residual", "The type of a layer is unknown.")
    fields(entry, "A residual layer", "type source")
    # this layer has the number len(shapes)
    source = integer(entry["source"], "source", 0, len(shapes) - 2)
    need(shapes[source] == shape, "The source of a residual layer has another shape.")
    return Residual(shape, source)


def read_network(value: Any) -> tuple[list[tuple[int, ...]], list[Layer]]:
    network = fields(value, "network", "input layers")
    shape, listed = network["input"], network["layers"]
    need(
        type(shape) is list and len(shape) in (1, 3), "input is not an array of one or three sizes."
    )
    shapes = [bounded(tuple(integer(size, "a size of input", 1, MAX_UNITS) for size in shape))]
    need(
        type(listed) is list and 1 <= len(listed) <= 64,
        "layers is not an array of 1 to 64 objects.",
    )
    layers: list[Layer] = []
    for entry in listed:
        layers.append(read_layer(entry, shapes))
        shapes.append(layers[-1].outputs)
    need(
        sum(layer.count() for layer in layers if isinstance(layer, Affine | Average))
        <= MAX_CONNECTIONS,
        f"The layers have more than {MAX_CONNECTIONS} pairs.",
    )
    need(
        sum(
            prod(before) * prod(layer.outputs)
            for before, layer in zip(shapes, layers)
            if isinstance(layer, Average)
            or (isinstance(layer, Affine) and layer.window is not None)
        )
        <= MOST_HELD,
        "Convolutions and averages are too large.",
    )
    return shapes, layers
