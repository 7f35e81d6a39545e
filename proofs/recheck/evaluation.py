"""The risk of a network on its data, with the slopes, pieces and kinks that occur."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from .data import Data, Parameters
from .networks import Model, Rows


class Loss:
    """A loss of section 4.10 for outputs over `unit`: d is f - y over `self.unit`, for the squared
    hinge 1 - y f.
    """

    def __init__(self, data: Data, unit: int) -> None:
        self.kind, self.unit = data.loss, lcm(unit, data.target_unit, data.delta.denominator)
        self.own, self.other, self.target_unit = (
            self.unit // unit,
            self.unit // data.target_unit,
            data.target_unit,
        )
        self.delta = int(data.delta * self.unit)
        power = 4 if self.kind == "quartic" else 2
        self.scale = power * self.unit**power  # l is an integer over this
        self.slope_scale = self.unit ** (power - 1)  # l' likewise

    def differences(self, outputs: Sequence[int], targets: Sequence[int]) -> list[int]:
        own, other = self.own, self.other
        if self.kind == "squared-hinge":
            return [self.unit - (own * f if y > 0 else -own * f) for f, y in zip(outputs, targets)]
        return [own * f - other * y for f, y in zip(outputs, targets)]

    def value(self, d: int) -> int:
        if self.kind == "quartic":
            return d**4
        if self.kind == "huber" and abs(d) > self.delta:
            return (2 * abs(d) - self.delta) * self.delta
        return d * d if self.kind != "squared-hinge" or d > 0 else 0

    def slope(self, d: int, y: int) -> int:
        if self.kind == "quartic":
            return d**3
        if self.kind == "huber":
            return max(-self.delta, min(self.delta, d))
        if self.kind == "squared-hinge":
            return 0 if d <= 0 else -d if y > 0 else d
        return d


class Evaluation:
    """What the conditions need of a network on all data: the risk is `risk` over `scale`."""

    def __init__(self, model: Model) -> None:
        self.model, self.risk, self.scale = model, 0, 1
        self.slopes: list[
            list[int]
        ] = []  # l' for each output on all data, over a common denominator
        self.pieces: dict[
            int, list[bytearray]
        ] = {}  # for each layer of units and unit, on all data
        self.kink = ""  # where there is one


def watch(
    model: Model, found: Evaluation, first: int, outputs: list[list[Rows]], chosen: dict[int, Rows]
) -> None:
    """Keep the pieces, and the first kink."""
    for number, rows in chosen.items():
        kept = found.pieces.setdefault(number, [bytearray() for _ in rows[0]])
        for unit, column in zip(kept, zip(*rows)):
            unit.extend(column)
        found.kink = found.kink or model.kink(outputs[number - 1][0], rows, number, first)


def evaluate(data: Data, parameters: Parameters, code: str) -> Evaluation:
    model = Model(data, [parameters], code)
    loss, found = Loss(data, model.units[-1]), Evaluation(model)
    found.scale, found.slopes = loss.scale, [[] for _ in data.targets[0]]
    for first, rows in model.blocks():
        outputs, chosen = model.forward(rows)
        watch(model, found, first, outputs, chosen)
        for row, targets in zip(outputs[-1][0], data.targets[first:]):
            differences = loss.differences(row, targets)
            found.risk += sum(map(loss.value, differences))
            for kept, d, y in zip(found.slopes, differences, targets):
                kept.append(loss.slope(d, y))
    return found
