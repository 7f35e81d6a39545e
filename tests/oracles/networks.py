"""Networks on data by the words of FORMAT 4.10, in fractions.

The values of a layer are a dictionary from places to numbers; nothing is shared with the checkers,
nor with the oracle of their mutants.
"""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

__all__ = [
    "combine",
    "draw",
    "kept_pieces",
    "nested",
    "risk",
    "run",
    "shapes_of",
]


def places(shape):
    return list(itertools.product(*map(range, shape)))


def bent(layer, z: Fraction) -> tuple[Fraction, int]:
    """The value h(z), by integrating the slope from t_1 (or 0), and the number of kinks below z."""
    kinks, slopes, value = (
        [Fraction(t) for t in layer["kinks"]],
        [Fraction(s) for s in layer["slopes"]],
        Fraction(layer["value"]),
    )
    start = kinks[0] if kinks else Fraction(0)
    ends = sorted(
        {min(start, z), max(start, z), *(t for t in kinks if min(start, z) < t < max(start, z))}
    )
    for left, right in itertools.pairwise(ends):
        middle = (left + right) / 2
        value += slopes[sum(t < middle for t in kinks)] * (right - left) * (1 if z > start else -1)
    return value, sum(t < z for t in kinks)


def run(network, parameters, x, pieces=None):
    """The outputs of the network, in order; pieces given are kept to (and else appended to)."""
    shape, rest = tuple(network["input"]), list(parameters)
    values = dict(zip(places(shape), map(Fraction, x), strict=True))
    seen, kept, numbers = [values], None if pieces is None else iter(pieces), []
    for layer in network["layers"]:
        new = {}
        if layer["type"] == "dense":
            part = rest.pop(0)
            for o in range(layer["outputs"]):
                new[o,] = sum(
                    (
                        Fraction(w) * z
                        for w, z in zip(part["weights"][o], values.values(), strict=True)
                    ),
                    Fraction(0),
                )
                new[o,] += Fraction(part["bias"][o]) if layer["bias"] else 0
            shape = (layer["outputs"],)
        elif layer["type"] in ("convolution", "average"):
            (r, s), (p, q), (a, b) = layer["kernel"], layer["stride"], layer.get("padding", [0, 0])
            part = rest.pop(0) if layer["type"] == "convolution" else None
            c, h, w = shape
            shape = (
                layer["channels"] if part else c,
                math.floor((h + 2 * a - r) / p) + 1,
                math.floor((w + 2 * b - s) / q) + 1,
            )
            for o, y, x_ in places(shape):
                total = Fraction(part["bias"][o]) if part and layer["bias"] else Fraction(0)
                for i, u, v in places((c, r, s)):
                    weight = (
                        Fraction(part["weights"][o][i][u][v])
                        if part
                        else Fraction(int(i == o), r * s)
                    )
                    total += weight * values.get((i, y * p + u - a, x_ * q + v - b), 0)
                new[o, y, x_] = total
        elif layer["type"] == "units":
            for place, z in values.items():
                value, piece = bent(layer, z)
                if kept is not None:
                    chosen = next(kept)
                    slope, kinks = (
                        Fraction(layer["slopes"][chosen]),
                        [Fraction(t) for t in layer["kinks"]],
                    )
                    at = kinks[chosen - 1] if chosen else (kinks[0] if kinks else Fraction(0))
                    value = bent(layer, at)[0] + slope * (z - at)
                numbers.append(piece)
                new[place] = value
        else:
            new = {place: z + seen[layer["source"]][place] for place, z in values.items()}
        values = dict(sorted(new.items()))
        seen.append(values)
    return list(values.values()), numbers


def loss_of(loss, f: Fraction, y: Fraction) -> Fraction:
    d = abs(f - y)
    if loss["type"] == "squared":
        return d**2 / 2
    if loss["type"] == "quartic":
        return d**4 / 4
    if loss["type"] == "huber":
        delta = Fraction(loss["delta"])
        return d**2 / 2 if d <= delta else delta * d - delta**2 / 2
    return max(Fraction(0), 1 - y * f) ** 2 / 2


def risk(problem, parameters, pieces=None) -> Fraction:
    total = Fraction(0)
    for n, (x, target) in enumerate(zip(problem["inputs"], problem["targets"], strict=True)):
        outputs, _ = run(problem["network"], parameters, x, None if pieces is None else pieces[n])
        total += sum(
            loss_of(problem["loss"], f, Fraction(y)) for f, y in zip(outputs, target, strict=True)
        )
    return total


def shapes_of(network):
    """The shapes of weights and biases of each dense or convolutional layer, and of the outputs of
    each layer.
    """
    shape, found, all_shapes = tuple(network["input"]), [], [tuple(network["input"])]
    for layer in network["layers"]:
        if layer["type"] == "dense":
            found.append(
                ((layer["outputs"], math.prod(shape)), layer["outputs"] if layer["bias"] else 0)
            )
            shape = (layer["outputs"],)
        elif layer["type"] in ("convolution", "average"):
            (r, s), (p, q), (a, b) = layer["kernel"], layer["stride"], layer.get("padding", [0, 0])
            channels = layer.get("channels", shape[0])
            if layer["type"] == "convolution":
                found.append(((channels, shape[0], r, s), channels if layer["bias"] else 0))
            shape = (channels, (shape[1] + 2 * a - r) // p + 1, (shape[2] + 2 * b - s) // q + 1)
        all_shapes.append(shape)
    return found, all_shapes


def nested(shape, entry):
    return [nested(shape[1:], entry) for _ in range(shape[0])] if shape else entry()


def draw(network, entry):
    """Parameters with entries drawn one by one."""
    return [
        {"weights": nested(weights, entry), "bias": nested((bias,), entry)}
        for weights, bias in shapes_of(network)[0]
    ]


def combine(one, other, factor):
    """one + factor times other."""
    if isinstance(one, dict):
        return {key: combine(one[key], other[key], factor) for key in one}
    if isinstance(one, list):
        return [combine(a, b, factor) for a, b in zip(one, other, strict=True)]
    return Fraction(one) + factor * Fraction(other)


def kept_pieces(problem, parameters):
    return [run(problem["network"], parameters, x)[1] for x in problem["inputs"]]
