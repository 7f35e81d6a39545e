"""Trained networks in mpmath, written from FORMAT 4.22 to 4.26 alone: values of the risk by plain
loops, everything else by differences of values. Nothing of the checkers is used.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cached_property
from typing import Any

from mpmath import mp, mpf

from oracles.smooth import Undefined, function, number

DIGITS = 60
STEP = mpf(10) ** -15  # of differences: errors of about 1e-30 for numbers of the size of 1

Vector = list[Any]


def flat(parameters: list[dict]) -> Vector:
    """All parameters: of each layer the weights row by row, then the biases."""
    return [
        number(entry)
        for layer in parameters
        for entry in (*(w for row in layer["weights"] for w in row), *layer["bias"])
    ]


def norm(v: Vector) -> Any:
    return mp.sqrt(mp.fdot(v, v))


class Model:
    """A problem: theta is a list of all parameters, gates replace h by a slope at (datum, unit) of
    the first layer.
    """

    def __init__(self, problem: dict) -> None:
        self.layers = problem["network"]["layers"]
        self.h = [function(layer["activation"]) for layer in self.layers]
        self.sizes = [problem["network"]["inputs"], *(layer["units"] for layer in self.layers)]
        standard = problem.get("standard")
        rows = [[number(v) for v in row] for row in problem["inputs"]]
        if standard:
            mean, scale = ([number(v) for v in standard[name]] for name in ("mean", "scale"))
            rows = [[(x - m) / s for x, m, s in zip(r, mean, scale, strict=True)] for r in rows]
        self.inputs = rows
        self.type, self.factor = problem["loss"]["type"], number(problem["loss"]["factor"])
        self.targets = problem["targets"]
        if self.type == "squared":
            self.targets = [[number(v) for v in row] for row in self.targets]
        self.decay = [[number(v) for v in pair] for pair in problem["decay"]]

    @cached_property
    def size(self) -> int:
        return sum(
            above * (below + layer["bias"])
            for below, above, layer in zip(
                self.sizes[:-1], self.sizes[1:], self.layers, strict=True
            )
        )

    def parts(self, theta: Vector) -> list[tuple[list[Vector], Vector]]:
        found, i = [], 0
        for below, above, layer in zip(self.sizes[:-1], self.sizes[1:], self.layers, strict=True):
            rows = [theta[i + j * below : i + (j + 1) * below] for j in range(above)]
            i += above * below
            many = above if layer["bias"] else 0
            found.append((rows, theta[i : i + many]))
            i += many
        return found

    def place(self, layer: int, unit: int, column: int) -> int:
        """Where a weight stands, or (column = number of inputs) a bias; from 0."""
        before = 0
        for below, above, each in zip(self.sizes[:-1], self.sizes[1:], self.layers, strict=True):
            if layer == 0:
                return before + (unit * below + column if column < below else above * below + unit)
            before += above * (below + each["bias"])
            layer -= 1
        raise IndexError

    def outputs(self, theta: Vector, n: int, gates: dict | None = None) -> Vector:
        a = self.inputs[n]
        for number_, (rows, biases) in enumerate(self.parts(theta)):
            z = [mp.fdot(row, a) + (biases[j] if biases else 0) for j, row in enumerate(rows)]
            gated = gates or {}
            a = [
                gated[n, j] * t if number_ == 0 and (n, j) in gated else self.h[number_](t)
                for j, t in enumerate(z)
            ]
        return a

    def loss(self, f: Vector, n: int) -> Any:
        y = self.targets[n]
        if self.type == "squared":
            return sum((v - t) ** 2 for v, t in zip(f, y, strict=True)) / 2
        if self.type == "binary":
            return mp.log(1 + mp.exp(f[0])) - y * f[0]
        return mp.log(sum(map(mp.exp, f))) - f[y]

    def risk(self, theta: Vector, gates: dict | None = None) -> Any:
        total = self.factor * sum(
            self.loss(self.outputs(theta, n, gates), n) for n in range(len(self.inputs))
        )
        for (rows, biases), (own, other) in zip(self.parts(theta), self.decay, strict=True):
            total += own * sum(w * w for row in rows for w in row) / 2
            total += other * sum(b * b for b in biases) / 2
        return total

    def moved(self, theta: Vector, *steps: tuple[int, Any]) -> Vector:
        result = list(theta)
        for i, step in steps:
            result[i] += step
        return result

    def gradient(self, theta: Vector, gates: dict | None = None) -> Vector:
        def at(i: int, step: Any) -> Any:
            return self.risk(self.moved(theta, (i, step)), gates)

        # the error of one difference is of second order, of this combination of fourth
        return [
            (8 * (at(i, STEP) - at(i, -STEP)) - at(i, 2 * STEP) + at(i, -2 * STEP)) / (12 * STEP)
            for i in range(len(theta))
        ]

    def hessian(self, theta: Vector, gates: dict | None = None) -> Any:
        size, h = len(theta), STEP
        matrix = mp.matrix(size, size)
        for i in range(size):
            for j in range(i + 1):
                values = [
                    self.risk(self.moved(theta, (i, s), (j, t)), gates)
                    for s, t in ((h, h), (h, -h), (-h, h), (-h, -h))
                ]
                value = (values[0] - values[1] - values[2] + values[3]) / (4 * h * h)
                matrix[i, j] = matrix[j, i] = value
        return matrix

    def slice(self, modulo: dict, centre: Vector) -> Any:
        """An orthonormal basis of the directions of S, as columns."""
        size, last = self.size, len(self.layers) - 1
        normals = []
        if modulo["shift"]:
            below = self.sizes[-2]
            columns = [c for c in range(below) if self.decay[-1][0] == 0]
            columns += [below] if self.layers[-1]["bias"] and self.decay[-1][1] == 0 else []
            for column in columns:
                e = [mpf(0)] * size
                for unit in range(self.sizes[-1]):
                    e[self.place(last, unit, column)] = 1 / mp.sqrt(self.sizes[-1])
                normals.append(e)
        for layer, units in enumerate(modulo["rescaling"] or []):
            for j, k in enumerate(units):
                e = [mpf(0)] * size
                e[self.place(layer + 1, k - 1, j)] = mpf(1)
                normals.append(e)
        basis: list[Vector] = []
        for i in range(size):
            v = [mpf(int(i == j)) for j in range(size)]
            for _ in range(2):
                for u in normals + basis:
                    c = mp.fdot(u, v)
                    v = [a - c * b for a, b in zip(v, u, strict=True)]
            if norm(v) > mpf(10) ** -20:
                basis.append([a / norm(v) for a in v])
        return mp.matrix(basis).T


def critical(model: Model, start: Vector, basis: Any, steps: int = 5) -> tuple[Vector, Any]:
    """Newton's method on the slice; the point, and the Hessian on the slice there."""
    theta = list(start)
    for _ in range(steps):
        form = basis.T * model.hessian(theta) * basis
        step = basis * mp.lu_solve(form, basis.T * mp.matrix(model.gradient(theta)))
        theta = [a - b for a, b in zip(theta, step, strict=True)]
        if mp.norm(step) < mpf(10) ** -25:
            break
    return theta, basis.T * model.hessian(theta) * basis


def inside(value: Any, interval: list[str]) -> bool:
    slack = mpf(10) ** -20
    return number(interval[0]) - slack < value < number(interval[1]) + slack


def apart(one: Vector, other: Vector) -> Any:
    return norm([a - b for a, b in zip(one, other, strict=True)])


def near(theta: Vector, radius: Any, basis: Any, rng: random.Random) -> Vector:
    """A point of the sphere around it, on the slice."""
    v = mp.matrix([mpf(rng.gauss(0, 1)) for _ in range(basis.cols)])
    v = basis * (v / mp.norm(v) * radius)
    return [a + b for a, b in zip(theta, v, strict=True)]


def falsehood(document: dict) -> str | None:
    """Why the statement is not true; None where nothing was found against it."""
    with mp.workdps(DIGITS):
        statement = document["statement"]
        model, rng = Model(statement["problem"]), random.Random(1)
        try:
            return _KINDS[document["kind"]](statement, model, rng)
        except Undefined:
            return "something is undefined at the point"
        except ZeroDivisionError:
            return "a matrix is singular"


def _minimum(statement: dict, model: Model, rng: random.Random) -> str | None:
    claims, centre = statement["claims"], flat(statement["centre"])
    basis = model.slice(statement["modulo"], centre)
    point, form = critical(model, centre, basis)
    eigenvalues = sorted(mp.eigsy(form, eigvals_only=True))
    if not eigenvalues[0] > 0:
        return "not a minimum"
    if not apart(point, centre) < number(claims["location"]):
        return "the point is farther from the centre"
    for what, value in (
        ("risk", model.risk(point)),
        ("smallest", eigenvalues[0]),
        ("largest", eigenvalues[-1]),
    ):
        if not inside(value, claims[what]):
            return f"another {what}"
    for scale in (1, mpf(1) / 2):
        other = near(centre, number(claims["radius"]) * scale, basis, rng)
        bent = basis.T * model.hessian(other) * basis
        if not min(mp.eigsy(bent, eigvals_only=True)) > number(claims["convexity"]):
            return "an eigenvalue on the ball is not above the convexity"
    if statement["off"]:
        model, point = _larger(statement, model, point)
        if (what := _switched_off(model, point, rng)) is not None:
            return what
    return _besides(claims, model, point)


def _larger(statement: dict, model: Model, point: Vector) -> tuple[Model, Vector]:
    """The network with the units that are off, and the point in it."""
    off, problem = statement["off"], statement["problem"]
    number_ = off[0]["layer"] - 1
    layers = [dict(layer) for layer in problem["network"]["layers"]]
    layers[number_]["units"] += len(off)
    network = {**problem["network"], "layers": layers}
    parts = [([list(row) for row in rows], list(b)) for rows, b in model.parts(point)]
    for entry in off:
        place = entry["unit"] - 1
        parts[number_][0].insert(place, [mpf(0)] * model.sizes[number_])
        parts[number_][1].insert(place, number(entry["bias"]))
        for row in parts[number_ + 1][0]:
            row.insert(place, mpf(0))
    larger = [v for rows, b in parts for v in (*(w for row in rows for w in row), *b)]
    return Model({**problem, "network": network}), larger


def _switched_off(model: Model, point: Vector, rng: random.Random) -> str | None:
    """The point is critical, and no direction of negative curvature is seen."""
    if norm(model.gradient(point)) > mpf(10) ** -20:
        return "the point is not critical in the larger network"
    if min(mp.eigsy(model.hessian(point), eigvals_only=True)) < -(mpf(10) ** -20):
        return "the larger network has a direction of negative curvature"
    whole, level = mp.eye(model.size), model.risk(point)
    for exponent in (2, 3, 4):
        for _ in range(4):
            other = near(point, mpf(10) ** -exponent, whole, rng)
            if model.risk(other) < level - mpf(10) ** -40:
                return "there is a lower point nearby"
    return None


def _besides(claims: dict, model: Model, point: Vector, risk: Any = None) -> str | None:
    """Where the parameters given lie, and the better ones; risk: at the point, if it is known."""
    given, better = claims["given"], claims.get("better")
    if given and not inside(apart(point, flat(given["parameters"])), given["distance"]):
        return "the parameters given lie elsewhere"
    level = model.risk(point) if better and risk is None else risk
    if better and not model.risk(flat(better)) < level:
        return "the better parameters are not better"
    return None


def _exact_fit(statement: dict, model: Model, _: random.Random) -> str | None:
    claims, theta = statement["claims"], flat(statement["centre"])
    centre, relations = list(theta), statement["relations"]
    dependent = {relation["output"] - 1: relation for relation in relations}
    fitted = [k for k in range(model.sizes[-1]) if k not in dependent]
    last, below = len(model.layers) - 1, model.sizes[-2]
    bias = model.layers[-1]["bias"]
    taken = {model.place(last, k, c) for k in dependent for c in range(below + bool(bias))}
    free = [i for i in range(model.size) if i not in taken]
    if not all(_obeyed(model, k, relation) for k, relation in dependent.items()):
        return "the targets do not obey a relation"

    def residuals(v: Vector) -> Vector:
        return [
            model.outputs(v, n)[k] - model.targets[n][k]
            for n in range(len(model.inputs))
            for k in fitted
        ]

    def jacobian(v: Vector) -> Any:
        columns = []
        for i in free:
            ends = [residuals(model.moved(v, (i, s))) for s in (STEP, -STEP)]
            columns.append([(a - b) / (2 * STEP) for a, b in zip(*ends, strict=True)])
        return mp.matrix(columns).T

    for _ in range(4):
        slopes = jacobian(theta)
        step = slopes.T * mp.lu_solve(slopes * slopes.T, mp.matrix(residuals(theta)))
        theta = model.moved(theta, *((i, -s) for i, s in zip(free, step, strict=True)))
    for k, relation in dependent.items():
        coefficients = list(map(number, relation["coefficients"]))
        for c in range(below + bool(bias)):
            value = sum(a * theta[model.place(last, j, c)] for j, a in enumerate(coefficients))
            constant = number(relation["constant"]) if c == below else 0
            theta[model.place(last, k, c)] = value + constant
    if norm([v for n in range(len(model.inputs)) for v in _errors(model, theta, n)]) > STEP:
        return "no exact fit was found"
    if not apart(theta, centre) < number(claims["distance"]):
        return "the fit is farther from the centre"
    slopes = jacobian(theta)
    lowest = min(mp.eigsy(model.factor * slopes * slopes.T, eigvals_only=True))
    if not lowest > number(claims["eigenvalue"]):
        return "an eigenvalue is smaller"
    given = claims["given"]
    if given and not apart(theta, flat(given["parameters"])) < number(given["distance"]):
        return "the parameters given lie farther away"
    return None


def _obeyed(model: Model, k: int, relation: dict) -> bool:
    coefficients = list(map(number, relation["coefficients"]))
    rest = number(relation["constant"])
    slack = mpf(10) ** -50
    return all(abs(row[k] - rest - mp.fdot(coefficients, row)) < slack for row in model.targets)


def _errors(model: Model, theta: Vector, n: int) -> Vector:
    return [a - b for a, b in zip(model.outputs(theta, n), model.targets[n], strict=True)]


def _saddle(statement: dict, model: Model, rng: random.Random) -> str | None:
    claims, centre = statement["claims"], flat(statement["centre"])
    basis, radius = model.slice(statement["modulo"], centre), number(claims["radius"])
    point, form = critical(model, centre, basis)
    if max(abs(a - b) for a, b in zip(point, centre, strict=True)) > radius:
        return "the critical point is outside"
    eigenvalues = mp.eigsy(form, eigvals_only=True)
    if sum(e < 0 for e in eigenvalues) != claims["index"]:
        return "another index"
    if not inside(model.risk(point), claims["risk"]):
        return "another risk"
    other, _ = critical(model, near(centre, radius, basis, rng), basis)
    within = max(abs(a - b) for a, b in zip(other, centre, strict=True)) <= radius
    if within and norm(model.gradient(other)) < mpf(10) ** -20 and apart(other, point) > STEP:
        return "a second critical point"
    return _besides(claims, model, point)


def _noncritical(statement: dict, model: Model, rng: random.Random) -> str | None:
    claims, theta = statement["claims"], flat(statement["parameters"])
    radius, least = number(claims["radius"]), number(claims["gradient"])
    slope = mp.matrix(model.gradient(theta))
    form = model.hessian(theta)
    # towards the critical point of the quadratic model, and down the length of the gradient
    towards = [form * slope] + [
        mp.lu_solve(form * form + shift * mp.eye(model.size), form * slope)
        for shift in (mpf(10) ** -6, mpf(1) / 100, mpf(1))
    ]
    points = [theta] + [near(theta, radius, mp.eye(model.size), rng) for _ in range(3)]
    for direction in towards:
        length = mp.norm(direction)
        scale = min(1, radius / length) if length else mpf(0)
        points.append([a - b * scale for a, b in zip(theta, direction, strict=True)])
    for point in points:
        if not norm(model.gradient(point)) > least:
            return "the gradient is shorter somewhere"
    return None


def _kinks(statement: dict, model: Model, rng: random.Random) -> str | None:
    claims, centre = statement["claims"], flat(statement["centre"])
    basis = model.slice(statement["modulo"], centre)
    pairs = [(kink["datum"] - 1, kink["unit"] - 1) for kink in statement["kinks"]]
    gates = [number(kink["gate"]) for kink in statement["kinks"]]
    forms = mp.matrix(len(pairs), model.size)
    for row, (n, j) in enumerate(pairs):
        for c, value in enumerate(
            [*model.inputs[n], *([mpf(1)] if model.layers[0]["bias"] else [])]
        ):
            forms[row, model.place(0, j, c)] = value
    theta, across = list(centre), forms * basis
    for _ in range(5):
        known = dict(zip(pairs, gates, strict=True))
        slope = basis.T * mp.matrix(model.gradient(theta, known))
        size, many = basis.cols, len(pairs)
        system, right = mp.zeros(size + many), mp.matrix(size + many, 1)
        system[:size, :size] = basis.T * model.hessian(theta, known) * basis
        for k, pair in enumerate(pairs):
            ends = [model.gradient(theta, {**known, pair: known[pair] + s}) for s in (STEP, -STEP)]
            column = [(a - b) / (2 * STEP) for a, b in zip(*ends, strict=True)]
            system[:size, size + k] = basis.T * mp.matrix(column)
        system[size:, :size] = across
        values = forms * mp.matrix(theta)
        for i in range(size):
            right[i] = slope[i]
        for k in range(many):
            right[size + k] = values[k]
        step = mp.lu_solve(system, right)
        theta = [a - b for a, b in zip(theta, basis * step[:size], strict=True)]
        gates = [g - s for g, s in zip(gates, step[size:], strict=True)]
    if max(abs(a - b) for a, b in zip(theta, centre, strict=True)) > number(claims["location"]):
        return "the point is farther from the centre"
    known = dict(zip(pairs, gates, strict=True))
    level = model.risk(theta, known)
    if not inside(level, claims["risk"]):
        return "another risk"
    growth, radius = number(claims["growth"]), number(claims["radius"])
    form = basis.T * model.hessian(theta, known) * basis
    _, vectors = mp.eigsy(form + 1000 * across.T * across)
    softest = basis * vectors[:, 0]
    points = [near(theta, radius, basis, rng) for _ in range(6)]
    points += [[a + s * radius * b for a, b in zip(theta, softest, strict=True)] for s in (1, -1)]
    for point in points:
        try:
            value = model.risk(point)
        except Undefined:  # on another kink exactly
            continue
        if value - level < growth * radius**2 / 2 * (1 - mpf(10) ** -9):
            return "the risk grows more slowly"
    return _besides(claims, model, theta, level)


_KINDS: dict[str, Callable[[dict, Model, random.Random], str | None]] = {
    "smooth-strict-minimum": _minimum,
    "smooth-exact-fit": _exact_fit,
    "smooth-saddle": _saddle,
    "smooth-no-critical-point": _noncritical,
    "piecewise-kink-minimum": _kinks,
}
