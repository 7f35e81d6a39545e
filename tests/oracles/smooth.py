"""Networks with smooth activations in mpmath, written from FORMAT alone: values, risks, and an
attack that looks for lower points nearby.

Nothing of the kernel is used.  A formula is the tree of FORMAT 4.15; layers are lists
of (weights, biases) of mpf.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
from flint import arb
from mpmath import mp, mpf

Layers = list[tuple[list[list[Any]], list[Any]]]
Risk = Callable[[Layers], Any]

_FUNCTIONS = {
    "exp": mp.exp,
    "log": mp.log,
    "sqrt": mp.sqrt,
    "sin": mp.sin,
    "cos": mp.cos,
    "tanh": mp.tanh,
    "atan": mp.atan,
    "erf": mp.erf,
}


class Undefined(ArithmeticError):
    """A value that the format leaves undefined."""


def number(text: str) -> Any:
    """An mpf of a decimal or a fraction."""
    value = Fraction(text)
    return mpf(value.numerator) / value.denominator


def function(tree: Any) -> Callable[[Any], Any]:
    """The activation, from numbers to numbers. It raises `Undefined` at kinks and outside of
    domains.
    """
    if tree == "t":
        return lambda t: t
    if tree == "pi":
        return lambda t: +mp.pi
    if isinstance(tree, str):
        return lambda t: number(tree)
    name, *parts = tree
    if name == "piecewise":
        below, above = function(parts[1]), function(parts[2])

        def pieces(t: Any) -> Any:
            kink = number(parts[0])
            if t == kink:
                raise Undefined("at a kink")
            return below(t) if t < kink else above(t)

        return pieces
    if name == "^":
        base = function(parts[0])
        return lambda t: base(t) ** parts[1]
    first, *rest = map(function, parts)

    def evaluated(t: Any) -> Any:
        value = first(t)
        for other in rest:
            operand = other(t)
            if name == "/" and operand == 0:
                raise Undefined("division by 0")
            value = {
                "+": lambda a, b: a + b,
                "-": lambda a, b: a - b,
                "*": lambda a, b: a * b,
                "/": lambda a, b: a / b,
            }[name](value, operand)
        if name in ("log", "sqrt") and value <= 0:
            raise Undefined(name)
        return _FUNCTIONS[name](value) if name in _FUNCTIONS else value

    return evaluated


def as_mpf(exact: arb) -> Any:
    """A ball of radius 0, exactly (whatever the precision)."""
    mantissa, exponent = exact.man_exp()
    return mp.make_mpf(mpmath.libmp.from_man_exp(int(mantissa), int(exponent)))


def encloses(enclosure: arb, truth: Any, slack: Any = 0) -> bool:
    """Whether a finite ball holds a number that is known up to slack."""
    return abs(as_mpf(enclosure.mid()) - truth) <= as_mpf(enclosure.rad()) + slack


# --------------------------------------------------------------------------------------------------
# Networks
# --------------------------------------------------------------------------------------------------


def parsed(layers: list[dict]) -> Layers:
    """Parameters as a certificate has them."""
    return [
        ([[number(w) for w in row] for row in layer["weights"]], [number(b) for b in layer["bias"]])
        for layer in layers
    ]


def output(h: Callable[[Any], Any], layers: Layers, x: list[Any]) -> Any:
    units = x
    for place, (weights, biases) in enumerate(layers):
        sums = [mp.fdot(row, units) + bias for row, bias in zip(weights, biases, strict=True)]
        units = sums if place == len(layers) - 1 else [h(s) for s in sums]
    return units[0]


def risk_of(problem: dict, targets: list[Any] | None = None) -> Risk:
    """R, as a function of the layers."""
    h = function(problem["activation"])
    points = [[number(v) for v in row] for row in problem["inputs"]]
    goals = [number(row[0]) for row in problem["targets"]] if targets is None else targets
    return lambda layers: (
        sum(((output(h, layers, x) - y) ** 2 for x, y in zip(points, goals, strict=True)), mpf(0))
        / 2
    )


def constant_on_data(problem: dict, layers: Layers) -> Layers:
    """The same, but for the last bias, which makes the output at the first datum the mean of the
    targets.
    """
    goals = [number(row[0]) for row in problem["targets"]]
    level = sum(goals, mpf(0)) / len(goals)
    *below, (weights, [bias]) = layers
    value = output(
        function(problem["activation"]), layers, [number(v) for v in problem["inputs"][0]]
    )
    return [*below, (weights, [bias + level - value])]


def flipped(layers: Layers) -> Layers:
    """The output weights with the other sign."""
    *below, ([row], biases) = layers
    return [*below, ([[-w for w in row]], biases)]


def flat(layers: Layers) -> list[Any]:
    """Weights row by row, then biases, layer by layer."""
    return [
        value
        for weights, biases in layers
        for value in (*(w for row in weights for w in row), *biases)
    ]


def nested(values: list[Any], like: Layers) -> Layers:
    """The same the other way round."""
    left = iter(values)
    return [
        ([[next(left) for _ in row] for row in weights], [next(left) for _ in biases])
        for weights, biases in like
    ]


def split(layers: Layers, neuron: int, proportions: list[Any]) -> Layers:
    """The neuron of the last hidden layer replaced by copies, among which its outgoing weight is
    divided.
    """
    *below, (weights, biases), ([outer], last) = layers
    keep = [i for i in range(len(biases)) if i != neuron]
    copies = len(proportions)
    return [
        *below,
        (
            [*(weights[i] for i in keep), *[weights[neuron]] * copies],
            [*(biases[i] for i in keep), *[biases[neuron]] * copies],
        ),
        ([[*(outer[i] for i in keep), *(p * outer[neuron] for p in proportions)]], last),
    ]


# --------------------------------------------------------------------------------------------------
# Derivatives and attack
# --------------------------------------------------------------------------------------------------


def derivatives(risk: Risk, layers: Layers) -> tuple[list[Any], Any]:
    """Gradient and Hessian by central differences, with about half of the digits there are."""
    theta = flat(layers)
    step = mpf(10) ** (-mp.dps // 4)

    def at(*moves: tuple[int, int]) -> Any:
        moved = list(theta)
        for place, sign in moves:
            moved[place] += sign * step
        return risk(nested(moved, layers))

    size, middle = len(theta), risk(layers)
    ups, downs = [at((i, 1)) for i in range(size)], [at((i, -1)) for i in range(size)]
    hessian = mp.matrix(size, size)
    for i in range(size):
        hessian[i, i] = (ups[i] - 2 * middle + downs[i]) / step**2
        for j in range(i):
            mixed = (
                at((i, 1), (j, 1))
                - at((i, 1), (j, -1))
                - at((i, -1), (j, 1))
                + at((i, -1), (j, -1))
            )
            hessian[i, j] = hessian[j, i] = mixed / (4 * step**2)
    return [(up - down) / (2 * step) for up, down in zip(ups, downs, strict=True)], hessian


def newton(risk: Risk, layers: Layers, steps: int) -> Layers:
    """Towards a critical point."""
    for _ in range(steps):
        slope, hessian = derivatives(risk, layers)
        move = mp.lu_solve(hessian, mp.matrix(slope))
        layers = nested([value - move[i] for i, value in enumerate(flat(layers))], layers)
    return layers


def eigenvectors(risk: Risk, layers: Layers) -> list[list[float]]:
    """Of the Hessian, in float64: that of the smallest eigenvalue first; where it is singular, the
    first ones are the directions that do not count.
    """
    import numpy as np

    _, hessian = derivatives(risk, layers)
    _, vectors = np.linalg.eigh(np.array(hessian.tolist(), dtype=float))
    return [list(map(float, column)) for column in vectors.T]


def directions(layers: Layers, rng: random.Random, count: int) -> Iterable[list[float]]:
    """Random ones: of all parameters, of the first layer only, of one parameter, and of all with a
    size of its own for each layer.
    """
    places = [
        [place] * (len(biases) * (len(weights[0]) + 1))
        for place, (weights, biases) in enumerate(layers)
    ]
    layer = [place for block in places for place in block]
    size = len(layer)
    for number_ in range(count):
        whole = [rng.gauss(0, 1) for _ in range(size)]
        match number_ % 4:
            case 0:
                yield whole
            case 1:
                yield [value * (place == 0) for value, place in zip(whole, layer, strict=True)]
            case 2:
                one = rng.randrange(size)
                yield [float(i == one) for i in range(size)]
            case _:
                sizes = [10.0 ** -rng.randint(0, 4) for _ in layers]
                yield [value * sizes[place] for value, place in zip(whole, layer, strict=True)]


def lowest(risk: Risk, layers: Layers, ways: Iterable[list[float]], scales: Iterable[int]) -> Any:
    """The smallest R(theta + s * way) - R(theta), over the ways, both signs and s = 10^-scale, the
    longest entry of a way being 1; relative to the risk. Rounding makes about 10^(10 - dps) of it.
    """
    theta, middle = flat(layers), risk(layers)
    least = mpf("inf")
    exponents = list(scales)
    for way in ways:
        longest = max(map(abs, way))
        for exponent in exponents:
            for sign in (1, -1):
                length = sign * mpf(10) ** -exponent / longest
                moved = [value + length * part for value, part in zip(theta, way, strict=True)]
                least = min(least, (risk(nested(moved, layers)) - middle) / middle)
    return least


def sizes(layers: Layers) -> list[tuple[int, int]]:
    """Units below and units of each layer; AssertionError where layers do not fit each other."""
    shapes = [(len(weights[0]), len(biases)) for weights, biases in layers]
    assert all(above == below for (_, above), (below, _) in pairwise(shapes))
    return shapes
