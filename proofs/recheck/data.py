"""Networks with their data and parameters, and the bounds on their size (FORMAT 4.10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm, prod
from typing import Any

from .bounds import (
    MAX_DATA,
    MAX_NUMBERS,
    MOST_DENOMINATORS,
    MOST_EFFORT,
    MOST_HELD,
    MOST_PRODUCTS,
    MOST_RATIOS,
    MOST_SIZE,
    WORD,
)
from .layers import Affine, Average, Layer, Units, read_network
from .reader import array, fields, integer, rational, real
from .verdict import need

# weights, bias of a layer, by its number (from 1)
Parameters = dict[int, tuple[list[Fraction], list[Fraction]]]


@dataclass(frozen=True)
class Data:
    """Network, data and loss of section 4.10.  Data are integers over `unit`, targets over
    `target_unit`.
    """

    shapes: list[tuple[int, ...]]  # of the input and of the output of each layer
    layers: list[Layer]
    rows: list[list[int]]  # one for each datum
    unit: int
    targets: list[list[int]]
    target_unit: int
    loss: str  # "" in section 4.14
    delta: Fraction  # of the Huber loss
    labels: list[int]
    classes: int

    @cached_property
    def input_length(self) -> int:
        """`length` of all inputs."""
        return length(Fraction(x, self.unit) for row in self.rows for x in row)

    @property
    def size(self) -> str:
        rows, layers = len(self.rows), len(self.layers)
        data, plural = "datum" if rows == 1 else "data", "s" * (layers > 1)
        loss = self.loss or "cross-entropy"
        return f"{rows} {data}, network of {layers} layer{plural}, {loss} loss"


def read_rows(value: Any, name: str, count: int, length: int) -> tuple[list[list[int]], int]:
    """`count` arrays of `length` real numbers, as integers over one denominator."""
    array(value, name, count)
    need(count * length <= MAX_NUMBERS, f"{name} has more than {MAX_NUMBERS} numbers.")
    for row in value:
        array(row, f"a row of {name}", length)
    rows = [[real(x, f"an entry of {name}") for x in row] for row in value]
    unit = lcm(*{x.denominator for row in rows for x in row})
    return [[x.numerator * (unit // x.denominator) for x in row] for row in rows], unit


def read_data(value: Any, entropy: bool) -> Data:
    """`problem` of section 4.10 or of section 4.14."""
    problem = fields(
        value,
        "problem",
        "network inputs labels classes" if entropy else "network inputs targets loss",
    )
    shapes, layers = read_network(problem["network"])
    listed, ends = problem["inputs"], prod(shapes[-1])
    need(
        type(listed) is list and 1 <= len(listed) <= MAX_DATA,
        f"inputs is not an array of 1 to {MAX_DATA} arrays.",
    )
    rows, unit = read_rows(listed, "inputs", len(listed), prod(shapes[0]))
    need(
        sum(map(prod, shapes)) * len(rows) <= MOST_HELD,
        f"The units of all layers, times the data, are more than {MOST_HELD}.",
    )
    need(
        sum(
            prod(before) * prod(layer.outputs)
            for before, layer in zip(shapes, layers)
            if isinstance(layer, Affine | Average)
        )
        * len(rows)
        <= MOST_PRODUCTS,
        f"The pairs of units, times the data, are more than {MOST_PRODUCTS}.",
    )
    if entropy:
        classes = integer(problem["classes"], "classes", 2, 64)
        labels = [
            integer(x, "a label", 0, classes - 1)
            for x in array(problem["labels"], "labels", len(rows))
        ]
        last = layers[-1]
        need(ends in (classes - 1, classes), "The network has neither K - 1 nor K outputs.")
        need(
            isinstance(last, Affine) and last.window is None and last.bias,
            "The last layer is not dense with a bias.",
        )
        need(len(rows) * classes**2 <= MOST_RATIOS, "There are too many data and classes.")
        return Data(shapes, layers, rows, unit, [], 1, "", Fraction(0), labels, classes)
    targets, target_unit = read_rows(problem["targets"], "targets", len(rows), ends)
    loss, delta = problem["loss"], Fraction(0)
    kind = loss.get("type") if type(loss) is dict else None
    need(
        type(kind) is str and kind in ("squared", "quartic", "huber", "squared-hinge"),
        "The loss is unknown.",
    )
    fields(loss, "loss", "type delta" if kind == "huber" else "type")
    if kind == "huber":
        delta = real(loss["delta"], "delta")
        need(delta > 0, "delta is not positive.")
    need(
        kind != "squared-hinge" or all(abs(y) == target_unit for row in targets for y in row),
        "A target of the squared hinge is not 1 or -1.",
    )
    return Data(shapes, layers, rows, unit, targets, target_unit, kind, delta, [], 0)


def flat(value: Any, name: str, lengths: Sequence[int]) -> list[Fraction]:
    """Nested arrays of rationals, in their order."""
    array(value, name, lengths[0])
    if len(lengths) == 1:
        return [rational(x, f"an entry of {name}") for x in value]
    return [x for entry in value for x in flat(entry, name, lengths[1:])]


def read_parameters(value: Any, name: str, layers: Sequence[Layer]) -> Parameters:
    affine = {number: layer for number, layer in enumerate(layers, 1) if isinstance(layer, Affine)}
    found: Parameters = {}
    for (number, layer), entry in zip(affine.items(), array(value, name, len(affine))):
        fields(entry, f"An entry of {name}", "weights bias")
        found[number] = (
            flat(entry["weights"], "weights", layer.nested),
            flat(entry["bias"], "bias", [layer.outputs[0] if layer.bias else 0]),
        )
        below = {x.denominator for part in found[number] for x in part}
        need(
            sum(map(int.bit_length, below)) <= MOST_DENOMINATORS,
            f"The denominators of {name} are too long.",
        )
    return found


def length(numbers: Iterable[Fraction]) -> int:
    """Of a set of rationals, section 4.10: the bits of their common denominator D, and the most
    bits of p and D/q.
    """
    pairs = {(x.denominator, abs(x.numerator).bit_length()) for x in numbers}
    whole = lcm(*{den for den, _ in pairs})
    return (
        whole.bit_length() + max(top + (whole // den).bit_length() for den, top in pairs)
        if pairs
        else 0
    )


def require_room(data: Data, curve: Sequence[Parameters]) -> None:
    """The bounds on size and effort of section 4.10, for parameters, or parameters and coefficients
    of a curve.
    """
    count, power = len(data.rows), len(curve) - 1
    total = data.input_length
    size, effort, layers = count * prod(data.shapes[0]) * (total + WORD), 0, 0
    for number, layer in enumerate(data.layers, 1):
        before, after = prod(data.shapes[number - 1]), prod(data.shapes[number])
        if isinstance(layer, Affine):
            own = length(x for point in curve for part in point[number] for x in part)
            size += (power + 1) * layer.count() * own
            growth, pairs, layers = (
                own + (layer.count() // after).bit_length(),
                before * after,
                layers + 1,
            )
        elif isinstance(layer, Average):
            growth, pairs = 2 * prod(layer.kernel).bit_length(), before * after
        elif isinstance(layer, Units):
            growth, pairs = length(layer.slopes + layer.intercepts) + 1, 8 * after
        else:
            growth, pairs = 1, 0
        total, terms = total + growth, 1 + layers * power
        size += count * after * terms * (total + WORD)
        effort += (
            count
            * (power + 1)
            * terms
            * (1024 * pairs * (total + WORD) + after * (total + WORD) ** 2)
        )
    need(
        size <= MOST_SIZE,
        "The outputs of all layers on the data, and the pairs, may have too many bits.",
    )
    need(effort <= MOST_EFFORT, "There are too many data, connections and digits.")
