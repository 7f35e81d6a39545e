"""Networks on data sets once more, from FORMAT alone: naive loops over Fractions, datum by
datum; and what can be false about a certificate.

Nothing of the kernel is used, so that it can be compared with this.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

import mpmath

Document = dict[str, Any]
Parameters = list[Document]  # Fractions in the place of strings
Pattern = tuple[int | None, ...]  # the piece of each unit on each datum, None at a kink


def parsed(value: Any) -> Any:
    """Nested lists of strings as Fractions."""
    if isinstance(value, dict):
        return {name: parsed(part) for name, part in value.items()}
    return [parsed(part) for part in value] if isinstance(value, list) else Fraction(value)


def _shapes(network: Document) -> list[tuple[int, ...]]:
    shapes = [tuple(network["input"])]
    for layer in network["layers"]:
        shape = shapes[-1]
        if layer["type"] == "dense":
            shape = (layer["outputs"],)
        elif layer["type"] in {"convolution", "average"}:
            pad = layer.get("padding", [0, 0])
            high, wide = (
                (shape[1 + i] + 2 * pad[i] - layer["kernel"][i]) // layer["stride"][i] + 1
                for i in (0, 1)
            )
            shape = (layer.get("channels", shape[0]), high, wide)
        shapes.append(shape)
    return shapes


def _windowed(
    layer: Document,
    theta: Document | None,
    z: list[Fraction],
    shape: tuple[int, ...],
    out: tuple[int, ...],
) -> list[Fraction]:
    def at(channel: int, y: int, x: int) -> Fraction:
        inside = 0 <= y < shape[1] and 0 <= x < shape[2]
        return z[(channel * shape[1] + y) * shape[2] + x] if inside else Fraction(0)

    (r, s), (p, q) = layer["kernel"], layer["stride"]
    result = []
    for o, y, x in product(*map(range, out)):
        if theta is None:
            result.append(
                sum(
                    (at(o, y * p + u, x * q + v) for u, v in product(range(r), range(s))),
                    Fraction(0),
                )
                / (r * s)
            )
            continue
        a, b = layer["padding"]
        total = theta["bias"][o] if theta["bias"] else Fraction(0)
        for i, u, v in product(range(shape[0]), range(r), range(s)):
            total += theta["weights"][o][i][u][v] * at(i, y * p + u - a, x * q + v - b)
        result.append(total)
    return result


def _unit(layer: Document, z: Fraction) -> tuple[Fraction, int | None]:
    """Value and piece, by walking from the first kink."""
    kinks, slopes, value = parsed(layer["kinks"]), parsed(layer["slopes"]), Fraction(layer["value"])
    if not kinks:
        return value + slopes[0] * z, 0
    if z < kinks[0]:
        return value - slopes[0] * (kinks[0] - z), 0
    for i, (kink, slope) in enumerate(zip(kinks, slopes[1:], strict=True)):
        end = kinks[i + 1] if i + 1 < len(kinks) else None
        if end is None or z < end:
            return value + slope * (z - kink), None if z == kink else i + 1
        value += slope * (end - kink)
    raise AssertionError


def outputs(
    network: Document, theta: Parameters, x: list[Fraction]
) -> tuple[list[Fraction], Pattern]:
    """f_theta(x), and the pieces of its units."""
    shapes, values, pieces = _shapes(network), [x], []
    given = iter(theta)
    for number, layer in enumerate(network["layers"]):
        z = values[-1]
        if layer["type"] == "dense":
            own = next(given)
            bias = own["bias"] or [Fraction(0)] * len(own["weights"])
            z = [
                sum((w * h for w, h in zip(row, z, strict=True)), b)
                for row, b in zip(own["weights"], bias, strict=True)
            ]
        elif layer["type"] in {"convolution", "average"}:
            z = _windowed(
                layer,
                next(given) if layer["type"] == "convolution" else None,
                z,
                shapes[number],
                shapes[number + 1],
            )
        elif layer["type"] == "units":
            bent = [_unit(layer, h) for h in z]
            z = [value for value, _ in bent]
            pieces += [piece for _, piece in bent]
        else:
            z = [a + b for a, b in zip(z, values[layer["source"]], strict=True)]
        values.append(z)
    return values[-1], tuple(pieces)


def loss(kind: Document, f: Fraction, y: Fraction) -> Fraction:
    """As section 4.10 has it."""
    r = f - y
    if kind["type"] == "squared":
        return r**2 / 2
    if kind["type"] == "quartic":
        return r**4 / 4
    if kind["type"] == "huber":
        delta = Fraction(kind["delta"])
        return r**2 / 2 if -delta <= r <= delta else delta * abs(r) - delta**2 / 2
    return max(Fraction(0), 1 - y * f) ** 2 / 2


def risk(problem: Document, theta: Parameters) -> tuple[Fraction, Pattern]:
    """R(theta) and the pieces of all units on all data."""
    total, pattern = Fraction(0), []
    for x, y in zip(parsed(problem["inputs"]), parsed(problem["targets"]), strict=True):
        f, pieces = outputs(problem["network"], theta, x)
        total += sum((loss(problem["loss"], a, b) for a, b in zip(f, y, strict=True)), Fraction(0))
        pattern += pieces
    return total, tuple(pattern)


def entropy(problem: Document, theta: Parameters) -> mpmath.mpf:
    """The cross-entropy in the working precision of mpmath."""
    total = mpmath.mpf(0)
    for x, label in zip(parsed(problem["inputs"]), problem["labels"], strict=True):
        z = [
            mpmath.mpf(v.numerator) / v.denominator
            for v in outputs(problem["network"], theta, x)[0]
        ]
        z += [mpmath.mpf(0)] * (problem["classes"] - len(z))
        total += mpmath.log(sum(mpmath.exp(v - z[label]) for v in z))
    return total


def moved(theta: Parameters, step: Fraction, rng: random.Random, share: float = 1.0) -> Parameters:
    """All parameters, or a share of them, moved by multiples of step, 5 at most."""

    def shifted(value: Any) -> Any:
        if isinstance(value, list):
            return [shifted(part) for part in value]
        return value + step * rng.randint(-5, 5) if rng.random() < share else value

    return [{name: shifted(part) for name, part in layer.items()} for layer in theta]


def along(theta: Parameters, curve: list[Parameters], eps: Fraction) -> Parameters:
    """theta + eps curve[0] + eps^2 curve[1] + ..."""

    def added(a: Any, b: Any, factor: Fraction) -> Any:
        return (
            [added(x, y, factor) for x, y in zip(a, b, strict=True)]
            if isinstance(a, list)
            else a + factor * b
        )

    for power, step in enumerate(curve, 1):
        theta = [
            {name: added(layer[name], other[name], eps**power) for name in layer}
            for layer, other in zip(theta, step, strict=True)
        ]
    return theta


def neighbours(theta: Parameters, rng: random.Random, count: int = 30) -> Iterator[Parameters]:
    """Random points near theta, 1e-8 to 1e-2 away: all parameters move, or a few."""
    for i in range(count):
        yield moved(theta, Fraction(1, 10 ** (2 + i % 7)), rng, (1.0, 0.3, 0.1)[i % 3])


def _flat(value: Any) -> list[Fraction]:
    return (
        [entry for part in value for entry in _flat(part)] if isinstance(value, list) else [value]
    )


def _minimum_falsehood(
    problem: Document, theta: Parameters, claims: Document, rng: random.Random
) -> str | None:
    here, pattern = risk(problem, theta)
    if None in pattern:
        return "a unit is at a kink"
    for other in neighbours(theta, rng, 14):
        value, there = risk(problem, other)
        if there == pattern and value < here:
            return "a point of the cell has a smaller risk"
    if claims["better"] is not None and not risk(problem, parsed(claims["better"]))[0] < here:
        return "the better point is not better"
    return _fit_falsehood(problem, theta, here, rng) if claims["linear_fit"] else None


def _fit_falsehood(
    problem: Document, theta: Parameters, here: Fraction, rng: random.Random
) -> str | None:
    """An affine map added to the outputs lowers the risk."""
    x, y = parsed(problem["inputs"]), parsed(problem["targets"])
    f = [outputs(problem["network"], theta, row)[0] for row in x]
    for power in range(12):
        row, o = (
            [Fraction(rng.randint(-5, 5), 10**power) for _ in range(len(x[0]) + 1)],
            rng.randrange(len(y[0])),
        )
        values = [
            [
                v + (i == o) * (row[-1] + sum(a * b for a, b in zip(row, point, strict=False)))
                for i, v in enumerate(out)
            ]
            for out, point in zip(f, x, strict=True)
        ]
        if (
            sum(
                loss(problem["loss"], a, b)
                for out, goal in zip(values, y, strict=True)
                for a, b in zip(out, goal, strict=True)
            )
            < here
        ):
            return "an affine map has a smaller risk"
    return None


def _noncritical_falsehood(problem: Document, theta: Parameters, claims: Document) -> str | None:
    """In the cell R is twice differentiable or piecewise so along one parameter: symmetric
    differences, at steps that do not change a piece.
    """
    numbers = [
        i
        for i, layer in enumerate(problem["network"]["layers"], 1)
        if layer["type"] in {"dense", "convolution"}
    ]
    place = numbers.index(claims["layer"])
    step = Fraction(1, 10**60)
    values = []
    for sign in (1, -1):
        other = copy.deepcopy(theta)
        rows, index = other[place][claims["part"]], claims["entry"]
        while isinstance(rows[0], list):
            each = prod(_sizes(rows[0]))
            rows, index = rows[index // each], index % each
        rows[index] += sign * step
        values.append(risk(problem, other)[0])
    slope = (values[0] - values[1]) / (2 * step)
    return (
        None
        if slope != 0
        and abs(slope - Fraction(claims["derivative"])) <= Fraction(1, 10**40) * (1 + abs(slope))
        else "the derivative is another one, or 0"
    )


def _sizes(rows: Any) -> list[int]:
    return [len(rows), *_sizes(rows[0])] if isinstance(rows, list) else []


def _entropy_falsehood(statement: Document, rng: random.Random) -> str | None:
    problem, claims, theta = (
        statement["problem"],
        statement["claims"],
        parsed(statement["parameters"]),
    )
    with mpmath.workdps(60):
        low, high = (
            mpmath.mpf(Fraction(end).numerator) / Fraction(end).denominator
            for end in claims["risk"]
        )
        here = entropy(problem, theta)
        delta = (
            mpmath.mpf(Fraction(claims["distance"]).numerator)
            / Fraction(claims["distance"]).denominator
        )
        if not (low < here and here < high + mpmath.mpf(10) ** -50):
            return "the risk at the parameters is not in the claimed interval"
        for other in neighbours(theta, rng, 7):
            # the minimum is within delta of theta in the last layer: elsewhere R may be smaller by
            # what delta can make of it
            if entropy(problem, other) < low and delta < mpmath.mpf(10) ** -20:
                return "a neighbour has a smaller risk than the lower bound"
        if claims["better"] is not None and not entropy(problem, parsed(claims["better"])) < low:
            return "the better point is not better"
    return None


def falsehood(document: Document, seed: int = 0) -> str | None:
    """Why the statement is false, as far as numbers can tell; None if they agree with every claim
    looked at.
    """
    statement, rng = document["statement"], random.Random(seed)
    if document["kind"] == "data-entropy-minimum":
        return _entropy_falsehood(statement, rng)
    problem, claims, theta = (
        statement["problem"],
        statement["claims"],
        parsed(statement["parameters"]),
    )
    here, pattern = risk(problem, theta)
    if here != Fraction(claims["risk"]):
        return "the risk is another one"
    match document["kind"]:
        case "data-minimum":
            return _minimum_falsehood(problem, theta, claims, rng)
        case "data-noncritical":
            return (
                "a unit is at a kink"
                if None in pattern
                else _noncritical_falsehood(problem, theta, claims)
            )
        case "data-saddle":
            for name, sign in (("descent", -1), ("ascent", 1)):
                value, there = risk(
                    problem, along(theta, parsed(claims[name]), Fraction(1, 10**12))
                )
                if there != pattern or (value - here) * sign <= 0:
                    return f"no {name}"
            return None
        case _:
            for scale in range(-3, 3):
                for _ in range(5):
                    if risk(problem, moved(theta, Fraction(10) ** scale, rng))[0] < here:
                        return "another point has a smaller risk"
            return None


def mutated(document: Document, rng: random.Random) -> Document:
    """One to three changes that leave the file readable as often as not: digits, other numbers,
    entries dropped, doubled and exchanged.
    """
    result = copy.deepcopy(document)
    texts = ["0", "1", "-1", "0.5", "2", "1/2", "-22/7", "1e-30", "3/0", "x", "1e300"]
    others = [
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        5,
        4096,
        10**19,
        [],
        {},
        [[]],
        ["0"],
        "squared",
        "quartic",
        "dense",
        "units",
        "weights",
    ]
    for _ in range(rng.randint(1, 3)):
        spots = list(_spots(result["statement"])) + list(_spots(result["witness"]))
        holder, key = rng.choice(spots)
        source, name = rng.choice(spots)
        kind = rng.randint(0, 9)
        if kind <= 4 and isinstance(holder[key], str):
            digits = [i for i, c in enumerate(holder[key]) if c.isdigit()]
            if kind <= 2 and digits:
                at = rng.choice(digits)
                holder[key] = holder[key][:at] + str(rng.randint(0, 9)) + holder[key][at + 1 :]
            else:
                holder[key] = rng.choice(texts)
        elif kind <= 6:
            holder[key] = copy.deepcopy(rng.choice(others))
        elif kind == 7:
            holder[key] = (
                copy.deepcopy(source[name])
                if json.dumps(holder) != json.dumps(source)
                else holder[key]
            )
        elif kind == 8:
            del holder[key]
        elif isinstance(holder, list):
            holder.insert(key, copy.deepcopy(holder[key]))
    return result


def _spots(tree: Any) -> Iterator[tuple[Any, Any]]:
    for key, value in (
        list(tree.items())
        if isinstance(tree, dict)
        else list(enumerate(tree))
        if isinstance(tree, list)
        else ()
    ):
        yield tree, key
        yield from _spots(value)
