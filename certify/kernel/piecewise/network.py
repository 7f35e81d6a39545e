"""Networks of affine layers and piecewise-linear units: their form, their outputs, and the vectors
that their paths span.

A layer acts on `units` numbers for each datum. Everything is exact: rationals (fmpq) and matrices
of them (fmpq_mat, units x data).
Lemmas 18 and 19 of LEMMAS.md.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, product
from math import prod
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, flag, natural, rational
from certify.kernel.foundation.reals import counted

__all__ = ["Activation", "Affine", "Layer", "Network", "Parameters", "Pooling", "Residual"]

_MAX_LAYERS = 64
_MAX_UNITS = 4096
_MAX_TAPS = 10**6
_MAX_KINKS = 64
_MAX_NUMBERS = 10**7  # units of all layers, times data
_MAX_ENTRIES = 10**7  # of the matrices of convolutions and averages
_MAX_PRODUCTS = 2 * 10**9  # entries of all matrices, times data
_MAX_DENOMINATORS = 10**6  # bits of the different denominators in the parameters of one layer

Pair = tuple[int, int]  # output unit, input unit


@dataclass(frozen=True)
class Affine:
    """Dense or convolutional: weight t acts on the pairs (output unit, input unit) of weights[t],
    bias t on the units of biases[t].

    form, bias_form: the shape of the parameters in the file. channels: for each output channel its
    units.
    """

    units: int
    weights: tuple[tuple[Pair, ...], ...]
    biases: tuple[tuple[int, ...], ...]
    form: tuple[int, ...]
    channels: tuple[tuple[int, ...], ...]
    step: str = ""  # stride and padding of a convolution, in words

    def in_words(self) -> str:
        """The layer in words."""
        kind = (
            f"dense layer of {counted(self.units, 'unit')}"
            if len(self.form) == 2
            else f"convolution {self.form[0]} x {self.form[2]} x {self.form[3]}{self.step}"
        )
        return kind if self.biases else f"{kind} without bias"

    @property
    def pairs(self) -> int:
        """How many pairs the weights act on, those outside the input counted, too."""
        return prod(self.form[1:]) * self.units

    @cached_property
    def reach(self) -> dict[int, tuple[int, ...]]:
        """For each output unit the numbers of the weights that end in it."""
        result: dict[int, list[int]] = {}
        for number, pairs in enumerate(self.weights):
            for out, _ in pairs:
                result.setdefault(out, []).append(number)
        return {out: tuple(numbers) for out, numbers in result.items()}


@dataclass(frozen=True)
class Pooling:
    """Averages: output unit o is the mean of the input units windows[o], which are equally many for
    all o.
    """

    units: int
    windows: tuple[tuple[int, ...], ...]
    step: str

    def in_words(self) -> str:
        """The layer in words."""
        return f"average{self.step}"

    @property
    def pairs(self) -> int:
        """How many pairs of an output and an input unit there are."""
        return len(self.windows[0]) * self.units


@dataclass(frozen=True)
class Activation:
    """A continuous piecewise-linear unit: on its piece j it is slopes[j] z + intercepts[j]; pieces
    meet at the kinks.
    """

    units: int
    kinks: tuple[fmpq, ...]
    slopes: tuple[fmpq, ...]
    intercepts: tuple[fmpq, ...]

    def in_words(self) -> str:
        """The layer in words."""
        form = (self.kinks, self.slopes, self.value)
        if name := next((name for name, known in _NAMED if known == form), ""):
            return name
        slopes, kinks = (
            [_decimal(number) for number in numbers] for numbers in (self.slopes, self.kinks)
        )
        if self.kinks == (0,) and self.value == 0 and 0 < self.slopes[0] < self.slopes[1] == 1:
            return f"leaky ReLU (slopes {slopes[0]} and 1)"
        value = _decimal(self.value)
        if not kinks:
            return f"units ({slopes[0]}) z + ({value})"
        where = (
            f"a kink at {kinks[0]} and the value {value} there"
            if len(kinks) == 1
            else f"kinks at {', '.join(kinks)} and the value {value} at the first"
        )
        return f"units of slopes {', '.join(slopes)} with {where}"

    @property
    def value(self) -> fmpq:
        """At the first kink; at 0 if there is none."""
        return (
            self.slopes[0] * self.kinks[0] + self.intercepts[0]
            if self.kinks
            else self.intercepts[0]
        )

    def piece(self, z: fmpq) -> int:
        """The number of the piece that z lies in (at a kink, the one below it)."""
        return bisect_left(self.kinks, z)


@dataclass(frozen=True)
class Residual:
    """Adds the output of layer `source` (0: the input)."""

    units: int
    source: int

    def in_words(self) -> str:
        """The layer in words."""
        return f"plus the output of layer {self.source}" if self.source else "plus the input"


_NAMED: tuple[
    tuple[str, tuple[tuple[int, ...], tuple[int, ...], int]], ...
] = (  # kinks, slopes, value
    ("identity", ((), (1,), 0)),
    ("ReLU", ((0,), (0, 1), 0)),
    ("absolute value", ((0,), (-1, 1), 0)),
    ("hard tanh", ((-1, 1), (0, 1, 0), -1)),
    ("ReLU6", ((0, 6), (0, 1, 0), 0)),
)

Layer = Affine | Pooling | Activation | Residual
Parameters = tuple[
    tuple[tuple[fmpq, ...], tuple[fmpq, ...]], ...
]  # weights and biases, flat, of each affine layer in turn


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
        """From the field `network` of a problem (FORMAT.md, section 4.10)."""
        known = fields(value, "the network", ["input", "layers"])
        shape = _shape(known["input"], "the input of the network")
        layers = known["layers"]
        if not isinstance(layers, list) or not 1 <= len(layers) <= _MAX_LAYERS:
            raise Malformed(f"the layers are not a list of 1 to {_MAX_LAYERS} layers")
        shapes, result, pairs, entries = [shape], [], 0, 0
        for number, layer in enumerate(layers, start=1):
            read, shape = _read_layer(layer, f"layer {number}", shapes)
            if prod(shape) > _MAX_UNITS:
                raise Malformed(f"layer {number} has more than {_MAX_UNITS} units")
            if isinstance(read, Affine | Pooling):
                pairs += read.pairs
                entries += (
                    0
                    if isinstance(read, Affine) and len(read.form) == 2
                    else read.units * prod(shapes[-1])
                )
            if pairs > _MAX_TAPS or entries > _MAX_ENTRIES:
                raise Malformed(
                    f"the layers have more than {_MAX_TAPS} connections, or {_MAX_ENTRIES} pairs of"
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
        """The architecture in one line."""
        inputs = (
            counted(self.inputs, "input")
            if len(self.shape) == 1
            else f"{' x '.join(map(str, self.shape))} inputs"
        )
        return ", ".join([inputs, *(layer.in_words() for layer in self.layers)])


def _decimal(value: fmpq) -> str:
    """The number exactly: as a decimal where it is a short one, else as a fraction."""
    for digits in range(20):
        scaled = value * 10**digits
        if scaled.q == 1:
            whole = f"{abs(int(scaled.p)):0{digits + 1}d}"
            sign = "-" if value < 0 else ""
            return f"{sign}{whole[:-digits]}.{whole[-digits:]}" if digits else sign + whole
    return str(value)


def _shape(value: Any, where: str) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) not in (1, 3):
        raise Malformed(
            f"{where} is not a list of one number of units, or of channels, height and width"
        )
    shape = tuple(natural(size, where, 1, _MAX_UNITS) for size in value)
    if prod(shape) > _MAX_UNITS:
        raise Malformed(f"{where} has more than {_MAX_UNITS} units")
    return shape


def _read_layer(
    value: Any, where: str, before: list[tuple[int, ...]]
) -> tuple[Layer, tuple[int, ...]]:
    """A layer and the shape of its output, from the shapes of the outputs before it."""
    if not isinstance(value, dict):
        raise Malformed(f"{where} is not an object")
    shape = before[-1]
    match value.get("type"):
        case "dense":
            return _dense(fields(value, where, ["type", "outputs", "bias"]), where, prod(shape))
        case "convolution":
            return _convolution(
                fields(value, where, ["type", "channels", "kernel", "stride", "padding", "bias"]),
                where,
                shape,
            )
        case "average":
            return _average(fields(value, where, ["type", "kernel", "stride"]), where, shape)
        case "units":
            return (
                _units(
                    fields(value, where, ["type", "kinks", "slopes", "value"]), where, prod(shape)
                ),
                shape,
            )
        case "residual":
            source = natural(
                fields(value, where, ["type", "source"])["source"],
                f"the source of {where}",
                0,
                len(before) - 2,
            )
            if before[source] != shape:
                raise Malformed(f"{where} adds an output of another shape")
            return Residual(prod(shape), source), shape
        case _:
            raise Malformed(
                f'the type of {where} is not "dense", "convolution", "average", "units" or'
                ' "residual"'
            )


def _dense(known: dict[str, Any], where: str, inputs: int) -> tuple[Affine, tuple[int, ...]]:
    outputs = natural(known["outputs"], f"the outputs of {where}", 1, _MAX_UNITS)
    if outputs * inputs > _MAX_TAPS:
        raise Malformed(f"{where} has more than {_MAX_TAPS} connections")
    weights = tuple(((o, i),) for o in range(outputs) for i in range(inputs))
    channels = tuple((o,) for o in range(outputs))
    biases = channels if flag(known["bias"], f"the bias of {where}") else ()
    return Affine(outputs, weights, biases, (outputs, inputs), channels), (outputs,)


def _pair(value: Any, where: str, low: int) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed(f"{where} is not a list of two numbers")
    return natural(value[0], where, low, _MAX_UNITS), natural(value[1], where, low, _MAX_UNITS)


def _windows(known: dict[str, Any], where: str, shape: tuple[int, ...]) -> tuple[Pair, Pair, Pair]:
    """Kernel and stride, and how many windows fit (with the padding there may be)."""
    if len(shape) != 3:
        raise Malformed(f"{where} acts on an input of channels, height and width only")
    kernel, stride = (
        _pair(known["kernel"], f"the kernel of {where}", 1),
        _pair(known["stride"], f"the stride of {where}", 1),
    )
    rows, columns = (
        _pair(known["padding"], f"the padding of {where}", 0) if "padding" in known else (0, 0)
    )
    height, width = shape[1] + 2 * rows - kernel[0], shape[2] + 2 * columns - kernel[1]
    if height < 0 or width < 0:
        raise Malformed(f"the kernel of {where} is larger than its input")
    return kernel, stride, (height // stride[0] + 1, width // stride[1] + 1)


def _convolution(
    known: dict[str, Any], where: str, shape: tuple[int, ...]
) -> tuple[Affine, tuple[int, ...]]:
    (rows, columns), stride, (height, width) = _windows(known, where, shape)
    channels = natural(known["channels"], f"the channels of {where}", 1, _MAX_UNITS)
    up, left = known["padding"]
    if channels * shape[0] * rows * columns * height * width > _MAX_TAPS:
        raise Malformed(f"{where} has more than {_MAX_TAPS} connections")
    weights = []
    for out, source, i, j in product(range(channels), range(shape[0]), range(rows), range(columns)):
        pairs = []
        for y, x in product(range(height), range(width)):
            row, column = y * stride[0] + i - up, x * stride[1] + j - left
            if 0 <= row < shape[1] and 0 <= column < shape[2]:
                pairs.append(
                    ((out * height + y) * width + x, (source * shape[1] + row) * shape[2] + column)
                )
        weights.append(tuple(pairs))
    area = height * width
    units = tuple(tuple(range(out * area, (out + 1) * area)) for out in range(channels))
    biases = units if flag(known["bias"], f"the bias of {where}") else ()
    step = f" (stride {stride[0]} x {stride[1]}, padding {up} x {left})"
    return Affine(
        channels * area, tuple(weights), biases, (channels, shape[0], rows, columns), units, step
    ), (channels, height, width)


def _average(
    known: dict[str, Any], where: str, shape: tuple[int, ...]
) -> tuple[Pooling, tuple[int, ...]]:
    (rows, columns), stride, (height, width) = _windows(known, where, shape)
    if shape[0] * rows * columns * height * width > _MAX_TAPS:
        raise Malformed(f"{where} has more than {_MAX_TAPS} connections")
    windows = tuple(
        tuple(
            (channel * shape[1] + y * stride[0] + i) * shape[2] + x * stride[1] + j
            for i, j in product(range(rows), range(columns))
        )
        for channel, y, x in product(range(shape[0]), range(height), range(width))
    )
    return Pooling(
        len(windows), windows, f" {rows} x {columns} (stride {stride[0]} x {stride[1]})"
    ), (shape[0], height, width)


def _units(known: dict[str, Any], where: str, units: int) -> Activation:
    for name, most in (("kinks", _MAX_KINKS), ("slopes", _MAX_KINKS + 1)):
        if not isinstance(known[name], list) or len(known[name]) > most:
            raise Malformed(f"the {name} of {where} are not a list of at most {most} numbers")
    kinks = tuple(decimal(kink, f"a kink of {where}") for kink in known["kinks"])
    slopes = tuple(decimal(slope, f"a slope of {where}") for slope in known["slopes"])
    if len(slopes) != len(kinks) + 1:
        raise Malformed(f"{where} does not have one slope more than kinks")
    if any(not low < high for low, high in pairwise(kinks)):
        raise Malformed(f"the kinks of {where} are not in increasing order")
    value = decimal(known["value"], f"the value of {where}")
    intercepts = [value - slopes[0] * kinks[0] if kinks else value]
    for kink, (below, above) in zip(kinks, pairwise(slopes), strict=True):
        intercepts.append(intercepts[-1] + (below - above) * kink)
    return Activation(units, kinks, slopes, tuple(intercepts))


def _flat(value: Any, where: str, form: tuple[int, ...]) -> tuple[fmpq, ...]:
    """Nested lists of this shape, row by row."""
    if not form:
        return (rational(value, f"an entry of the {where}"),)
    if not isinstance(value, list) or len(value) != form[0]:
        raise Malformed(
            f"the {where} are not nested lists of the shape {' x '.join(map(str, form))}"
        )
    return tuple(number for part in value for number in _flat(part, where, form[1:]))
