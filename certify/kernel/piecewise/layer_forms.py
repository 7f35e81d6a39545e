"""Layers read from a certificate (FORMAT 4.10): each with the shape of its output."""

from __future__ import annotations

from itertools import pairwise, product
from math import prod
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, flag, natural
from certify.kernel.piecewise.layers import Activation, Affine, Layer, Pair, Pooling, Residual

__all__ = ["MAX_TAPS", "MAX_UNITS", "read_layer", "read_shape"]


MAX_UNITS = 4096
MAX_TAPS = 10**6
_MAX_KINKS = 64


def read_shape(value: Any, where: str) -> tuple[int, ...]:
    """[units] or [channels, height, width]. Raises `Malformed`."""
    if not isinstance(value, list) or len(value) not in (1, 3):
        raise Malformed(
            f"{where} is not a list of one number of units, or of channels, height and width"
        )
    shape = tuple(natural(size, where, 1, MAX_UNITS) for size in value)
    if prod(shape) > MAX_UNITS:
        raise Malformed(f"{where} has more than {MAX_UNITS} units")
    return shape


def read_layer(
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
    outputs = natural(known["outputs"], f"the outputs of {where}", 1, MAX_UNITS)
    if outputs * inputs > MAX_TAPS:
        raise Malformed(f"{where} has more than {MAX_TAPS} connections")
    weights = tuple(((o, i),) for o in range(outputs) for i in range(inputs))
    channels = tuple((o,) for o in range(outputs))
    biases = channels if flag(known["bias"], f"the bias of {where}") else ()
    return Affine(outputs, weights, biases, (outputs, inputs), channels), (outputs,)


def _pair(value: Any, where: str, low: int) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed(f"{where} is not a list of two numbers")
    return natural(value[0], where, low, MAX_UNITS), natural(value[1], where, low, MAX_UNITS)


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
    channels = natural(known["channels"], f"the channels of {where}", 1, MAX_UNITS)
    up, left = known["padding"]
    if channels * shape[0] * rows * columns * height * width > MAX_TAPS:
        raise Malformed(f"{where} has more than {MAX_TAPS} connections")
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
    step = f" (stride ${stride[0]} × {stride[1]}$, padding ${up} × {left}$)"
    return Affine(
        channels * area, tuple(weights), biases, (channels, shape[0], rows, columns), units, step
    ), (channels, height, width)


def _average(
    known: dict[str, Any], where: str, shape: tuple[int, ...]
) -> tuple[Pooling, tuple[int, ...]]:
    (rows, columns), stride, (height, width) = _windows(known, where, shape)
    if shape[0] * rows * columns * height * width > MAX_TAPS:
        raise Malformed(f"{where} has more than {MAX_TAPS} connections")
    windows = tuple(
        tuple(
            (channel * shape[1] + y * stride[0] + i) * shape[2] + x * stride[1] + j
            for i, j in product(range(rows), range(columns))
        )
        for channel, y, x in product(range(shape[0]), range(height), range(width))
    )
    return Pooling(
        len(windows), windows, f" ${rows} × {columns}$ (stride ${stride[0]} × {stride[1]}$)"
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
