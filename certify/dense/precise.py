"""The gradient of the risk to many digits: by midpoints of balls, so nothing is proved here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from flint import arb, arb_mat

from certify.dense.problem import TrainedProblem
from certify.floats import Array
from certify.kernel.foundation.balls import ball, lower_rational, precision
from certify.kernel.smooth.formula import Formula
from certify.rationals import flint_rational, fraction

__all__ = ["BITS", "Precise"]

BITS = 192

Rows = list[list[arb]]


@dataclass(frozen=True)
class Precise:
    """The risk of a problem at `BITS` bits. kinks: hidden units of the first layer whose gate at a
    datum is given, (datum, unit) counted from 0; shifts and anchor as in `Risk`.
    """

    problem: TrainedProblem
    kinks: tuple[tuple[int, int], ...] = ()
    shifts: tuple[tuple[int, ...], ...] = ()
    anchor: tuple[Fraction, ...] = ()

    @cached_property
    def _formulas(self) -> list[Formula]:
        return [Formula.read(layer.activation) for layer in self.problem.layers]

    @cached_property
    def _x(self) -> arb_mat:
        with precision(BITS):
            rows = self.problem.exact_inputs
            return arb_mat([[ball(flint_rational(value)) for value in row] for row in rows])

    @cached_property
    def _y(self) -> Rows:
        with precision(BITS):
            if self.problem.loss == "squared":
                return [
                    [ball(flint_rational(Fraction(v))) for v in r] for r in self.problem.targets
                ]
            return [[arb(value) for value in row] for row in self.problem.y.tolist()]

    def slope(
        self, theta: Sequence[Fraction], gates: Sequence[Fraction] = ()
    ) -> tuple[Fraction, list[Fraction], list[Fraction]]:
        """The risk, its gradient, and the pre-activations of the kinks; with kinks the gate of each
        stands for the slope of its unit. Raises `ArithmeticError` where something is undefined.
        """
        problem = self.problem
        with precision(BITS):
            flat = [arb(flint_rational(value)) for value in theta]
            layers = self._layers(flat)
            a: list[arb_mat] = [self._x]
            slopes: list[Rows] = []
            at: list[arb] = []
            for m, (weights, bias) in enumerate(layers):
                z = (a[-1] * weights.transpose()).tolist()
                z = [[_mid(value + b) for value, b in zip(row, bias, strict=True)] for row in z]
                values, first = self._applied(m, z)
                if m == 0 and self.kinks:
                    for (n, j), gate in zip(self.kinks, gates, strict=True):
                        opened = ball(flint_rational(gate))
                        values[n][j], first[n][j] = opened * z[n][j], opened
                        at.append(z[n][j])
                a.append(arb_mat(values))
                slopes.append(first)
            risk, back = self._loss(a[-1].tolist())
            gradient: list[list[arb]] = []
            for m in range(len(layers) - 1, -1, -1):
                delta = [
                    [_mid(u * v) for u, v in zip(one, other, strict=True)]
                    for one, other in zip(back, slopes[m], strict=True)
                ]
                turned = arb_mat(delta).transpose()
                own = (turned * a[m]).entries()
                if problem.layers[m].bias:
                    own += [_total(row) for row in turned.tolist()]
                gradient.append(own)
                back = (arb_mat(delta) * layers[m][0]).tolist() if m else []
            slope = [value for own in reversed(gradient) for value in own]
            decay = self._decay
            slope = [g + c * t for g, c, t in zip(slope, decay, flat, strict=True)]
            risk += _total([c * t * t for c, t in zip(decay, flat, strict=True)]) / 2
            slope = [_mid(value) for value in slope]
            result = [fraction(lower_rational(value)) for value in slope]
            for places in self.shifts if self.anchor else ():
                off = problem.factor * sum((theta[i] - self.anchor[i] for i in places), Fraction(0))
                for i in places:
                    result[i] += off
            return (
                fraction(lower_rational(risk.mid())),
                result,
                [fraction(lower_rational(value.mid())) for value in at],
            )

    def residuals(self, theta: Sequence[Fraction]) -> list[Fraction]:
        """f(x_n) - y_n, datum by datum (squared loss)."""
        with precision(BITS):
            a = self._x
            for m, (weights, bias) in enumerate(
                self._layers([arb(flint_rational(value)) for value in theta])
            ):
                z = (a * weights.transpose()).tolist()
                z = [[_mid(value + b) for value, b in zip(row, bias, strict=True)] for row in z]
                a = arb_mat(self._applied(m, z)[0])
            return [
                fraction(lower_rational((f - y).mid()))
                for own, wanted in zip(a.tolist(), self._y, strict=True)
                for f, y in zip(own, wanted, strict=True)
            ]

    @cached_property
    def _decay(self) -> list[arb]:
        problem = self.problem
        result: list[arb] = []
        with precision(BITS):
            for layer, pair in zip(problem.layers, problem.decay, strict=True):
                weights, biases = (ball(flint_rational(value)) for value in pair)
                result += [weights] * (layer.units * layer.inputs)
                result += [biases] * (layer.units * layer.bias)
        return result

    def _layers(self, flat: list[arb]) -> list[tuple[arb_mat, list[arb]]]:
        """Weights (units x inputs) and biases."""
        result = []
        for layer, place in zip(self.problem.layers, self.problem.places[:-1], strict=True):
            end = place + layer.units * layer.inputs
            bias = flat[end : end + layer.units] if layer.bias else [arb(0)] * layer.units
            result.append((arb_mat(layer.units, layer.inputs, flat[place:end]), bias))
        return result

    def _applied(self, m: int, z: Rows) -> tuple[Rows, Rows]:
        """The activation of a layer and its slope; at kinks NaN, which a gate replaces."""
        if self.problem.layers[m].activation == "t":
            return [list(row) for row in z], [[arb(1)] * len(row) for row in z]
        formula = self._formulas[m]
        pairs = [[formula.taylor(value)[:2] for value in row] for row in z]
        return (
            [[_mid(value) for value, _ in row] for row in pairs],
            [[_mid(slope) for _, slope in row] for row in pairs],
        )

    def _loss(self, f: Rows) -> tuple[arb, Rows]:
        """The sum of the losses and their gradients by the outputs, times the factor."""
        factor = ball(flint_rational(self.problem.factor))
        total, slopes = arb(0), []
        for own, wanted in zip(f, self._y, strict=True):
            value, slope = _LOSSES[self.problem.loss](own, wanted)
            total += value
            slopes.append([_mid(factor * s) for s in slope])
        return (factor * total).mid(), slopes


def _squared(f: list[arb], y: list[arb]) -> tuple[arb, list[arb]]:
    miss = [u - v for u, v in zip(f, y, strict=True)]
    return _total([m * m for m in miss]) / 2, miss


def _binary(f: list[arb], y: list[arb]) -> tuple[arb, list[arb]]:
    value = (1 + (-abs(f[0])).exp()).log() + (f[0] + abs(f[0])) / 2 - y[0] * f[0]
    return value, [((f[0] / 2).tanh() + 1) / 2 - y[0]]


def _entropy(f: list[arb], y: list[arb]) -> tuple[arb, list[arb]]:
    top = f[int(np.argmax([float(value) for value in f]))].mid()
    powers = [(value - top).exp() for value in f]
    total = _total(powers)
    shares = [p / total - v for p, v in zip(powers, y, strict=True)]
    return total.log() + top - _total([u * v for u, v in zip(f, y, strict=True)]), shares


_LOSSES: dict[str, Any] = {"squared": _squared, "binary": _binary, "cross-entropy": _entropy}


def _total(values: list[arb]) -> arb:
    result = arb(0)
    for value in values:
        result += value
    return result


def _mid(value: arb) -> arb:
    return value.mid()


def floats(values: Sequence[Fraction]) -> Array:
    """In float64."""
    return np.array([float(value) for value in values])
