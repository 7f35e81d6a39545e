"""All partial derivatives of the risk, exactly."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from operator import mul as times

from .evaluation import Loss
from .layers import Affine, Average, Units
from .networks import Model, Rows, picker


class Gradient:
    """All partial derivatives of R, by the chain rule from the last layer down.

    The derivatives by the outputs of layer l are integers over E self.units[l], E the denominator
    of l'.  Those by the parameters of layer l are numerators over E self.units[l] times the
    denominator of the inputs (1 for the bias).
    """

    def __init__(self, model: Model) -> None:
        self.model, self.layers = model, model.layers
        self.units = [1]
        for factor in reversed(model.factors):
            self.units.insert(0, self.units[0] * factor)
        loss = self.loss = Loss(model.data, model.units[-1])
        self.weights = {
            number: [0] * len(stages[0].weights) for number, stages in model.stages.items()
        }
        self.bias = {
            number: [0] * layer.outputs[0]
            for number, layer in enumerate(self.layers, 1)
            if isinstance(layer, Affine) and layer.bias
        }
        for first, rows in model.blocks():
            outputs, chosen = model.forward(rows)
            top = [
                [loss.slope(d, y) for d, y in zip(loss.differences(row, targets), targets)]
                for row, targets in zip(outputs[-1][0], model.data.targets[first:])
            ]
            self._add([series[0] for series in outputs], chosen, top)

    def _add(self, outputs: list[Rows], chosen: dict[int, Rows], top: Rows) -> None:
        """Add the derivatives of one group of data.  `waiting` holds those that residual layers
        pass on.
        """
        waiting: dict[int, list[tuple[int, Rows]]] = {}
        rows = top
        for number in range(len(self.layers), 0, -1):
            layer = self.layers[number - 1]
            if isinstance(layer, Affine):
                self._parameters(number, layer, list(zip(*rows)), list(zip(*outputs[number - 1])))
                if number == 1:
                    return  # no parameters below
                acting = self.model.stages[number][0].weights
                pairs = [
                    (i, o, acting[t])
                    for o, line in enumerate(layer.connections)
                    for t, i in line
                    if acting[t]
                ]
                rows = scatter(rows, pairs, prod(layer.inputs))
            elif isinstance(layer, Average):
                pairs = [(i, o, 1) for o, window in enumerate(layer.windows) for i in window]
                rows = scatter(rows, pairs, prod(layer.inputs))
            elif isinstance(layer, Units):
                slopes = self.model.bends[number].slopes
                rows = [
                    [slopes[j] * x for x, j in zip(row, js)]
                    for row, js in zip(rows, chosen[number])
                ]
            else:
                waiting.setdefault(layer.source, []).append((self.units[number], rows))
            for unit, sent in waiting.pop(number - 1, []):
                factor = self.units[number - 1] // unit
                rows = [[x + factor * y for x, y in zip(*pair)] for pair in zip(rows, sent)]

    def _parameters(
        self,
        number: int,
        layer: Affine,
        slopes: list[tuple[int, ...]],
        inputs: list[tuple[int, ...]],
    ) -> None:
        weights = self.weights[number]
        for o, line in enumerate(layer.connections):
            for t, i in line if any(slopes[o]) else []:
                weights[t] += sum(map(times, slopes[o], inputs[i]))
            if layer.bias:
                self.bias[number][o // layer.per_channel] += sum(slopes[o])

    def part(self, number: int, part: int) -> tuple[list[int], int]:
        """The derivatives by the weights (0) or the bias (1) of a layer as integers over a
        denominator.
        """
        below = self.loss.slope_scale * self.units[number]
        if part:
            return self.bias[number], below
        return self.weights[number], below * self.model.units[number - 1]


def scatter(rows: Rows, pairs: Iterable[tuple[int, int, int]], length: int) -> Rows:
    """For each row r the row with sum of w r_o over the triples (i, o, w) at i."""
    lines: list[tuple[list[int], list[int]]] = [([], []) for _ in range(length)]
    for i, o, w in pairs:
        lines[i][0].append(w)
        lines[i][1].append(o)
    width = len(rows[0])
    picks = [(weights, picker(places, width)) for weights, places in lines]
    return [[sum(map(times, weights, pick(row))) for weights, pick in picks] for row in rows]
