"""Second-order expansions of a network: value, gradient and Hessian by any number of variables, on
balls (lemma 21).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat

from certify.kernel.smooth.formula import Formula

__all__ = ["Jet", "Layers", "constants", "features", "output", "output_jet", "variables"]


@dataclass(frozen=True)
class Jet:
    """Enclosures of a function of P variables at a ball: its value, its gradient (1 x P) and its
    Hessian (P x P).

    Where something is undefined the value is NaN. Sums and products of values keep a NaN; products
    of matrices may lose one.
    """

    value: arb
    gradient: arb_mat
    hessian: arb_mat

    def __add__(self, other: Jet) -> Jet:
        """The sum."""
        return Jet(
            self.value + other.value, self.gradient + other.gradient, self.hessian + other.hessian
        )

    def __radd__(self, number: arb) -> Jet:
        """The sum with a constant."""
        return Jet(number + self.value, self.gradient, self.hessian)

    def __rmul__(self, number: arb) -> Jet:
        """The product with a constant."""
        return Jet(number * self.value, self.gradient * number, self.hessian * number)

    def __mul__(self, other: Jet) -> Jet:
        """The product."""
        cross = self.gradient.transpose() * other.gradient
        hessian = (
            self.hessian * other.value + other.hessian * self.value + cross + cross.transpose()
        )
        return Jet(
            self.value * other.value,
            self.gradient * other.value + other.gradient * self.value,
            hessian,
        )

    def under(self, activation: Formula) -> Jet:
        """The activation of it, by the chain rule."""
        value, first, second = activation.taylor(self.value)
        hessian = self.hessian * first + (self.gradient.transpose() * self.gradient) * second
        return Jet(value, self.gradient * first, hessian)


Number = Any  # a ball or a jet
# weights (units x inputs) and biases of each layer
Layers = list[tuple[list[list[Number]], list[Number]]]


def variables(values: list[arb]) -> list[Jet]:
    """The coordinates, as functions of themselves."""
    size = len(values)
    zero = arb_mat(size, size)  # one for all: jets are never changed
    return [
        Jet(value, arb_mat(1, size, [int(i == j) for j in range(size)]), zero)
        for i, value in enumerate(values)
    ]


def constants(values: list[arb], size: int) -> list[Jet]:
    """Constant functions of `size` variables."""
    slope, hessian = arb_mat(1, size), arb_mat(size, size)
    return [Jet(value, slope, hessian) for value in values]


def _affine(weights: list[list[Number]], biases: list[Number], below: list[Number]) -> list[Number]:
    result = []
    for row, bias in zip(weights, biases, strict=True):
        total = bias
        for weight, unit in zip(row, below, strict=True):
            total = total + weight * unit
        result.append(total)
    return result


def features(activation: Formula, layers: Layers, inputs: list[Number]) -> list[Number]:
    """What the layers given, each followed by the activation, make of the inputs. Inputs or
    parameters may be jets instead of balls.
    """
    units = inputs
    for weights, biases in layers:
        units = [
            z.under(activation) if isinstance(z, Jet) else activation.taylor(z)[0]
            for z in _affine(weights, biases, units)
        ]
    return units


def output(activation: Formula, layers: Layers, inputs: list[Number]) -> Number:
    """The one output of the network: its last layer has no activation."""
    weights, biases = layers[-1]
    return _affine(weights, biases, features(activation, layers[:-1], inputs))[0]


def output_jet(activation: Formula, layers: Layers, start: list[arb]) -> Jet:
    """The one output by z = start, the inputs of a layer of units, with `layers` above these units.

    With z_0 = z, z_(l+1) = W_l h(z_l) + b_l, J_l = dz_l/dz and lambda_l = d(output)/dh(z_l), the
    Hessian is the sum over l of J_l^T diag(lambda_l h''(z_l)) J_l: lemma 21, for one output.
    """
    z, jacobian = start, _diagonal([arb(1)] * len(start))
    passed = []
    for rows, biases in layers:
        values, slopes, bends = zip(*(activation.taylor(entry) for entry in z), strict=True)
        # a product of matrices may lose a NaN
        if not all(entry.is_finite() for entry in (*values, *slopes, *bends)):
            return Jet(arb.nan(), arb_mat(1, len(start)), arb_mat(len(start), len(start)))
        weights = arb_mat(rows)
        passed.append((jacobian, slopes, bends, weights))
        jacobian = weights * (_diagonal(slopes) * jacobian)
        z = _affine(rows, biases, list(values))
    back, hessian = arb_mat([[1]]), arb_mat(len(start), len(start))
    for below, slopes, bends, weights in reversed(passed):
        by_units = (back * weights).entries()
        curved = [a * b for a, b in zip(by_units, bends, strict=True)]
        hessian += below.transpose() * (_diagonal(curved) * below)
        back = arb_mat([[a * b for a, b in zip(by_units, slopes, strict=True)]])
    return Jet(z[0], back, hessian)


def _diagonal(entries: Sequence[arb]) -> arb_mat:
    size = len(entries)
    return arb_mat([[entries[i] if i == j else 0 for j in range(size)] for i in range(size)])
