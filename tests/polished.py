"""Small certificates about trained networks, for tests of the second checker.

The centres come from scipy and from Newton's method with the checker's own derivatives, which the
tests compare with finite differences elsewhere.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
from mpmath import lu_solve, matrix, mp, mpf
from scipy.optimize import least_squares, minimize

DIGITS = 50
NOTHING = {"shift": False, "rescaling": None}


class Example:
    """A problem with random data, and certificates about it."""

    def __init__(self, rc: Any, problem: dict[str, Any]) -> None:
        self.rc, self.raw = rc, problem
        self.problem = rc.trained_problem.read_problem(problem)

    def sweep(self, theta: list[Fraction], radius: Any = Fraction(0), bits: int = 256) -> Any:
        return self.rc.trained_risk.Sweep(self.problem, theta, radius, bits)

    def evaluated(self, theta: Any, gate: Any = None) -> tuple[float, Any, Any]:
        """Risk, gradient and Hessian in floats."""
        sweep = self.sweep([Fraction(float(x)) for x in theta], bits=80)
        found = sweep.derivatives(gate)
        gradient = np.array([middle(x) for x in found.gradient()], dtype=float)
        hessian = np.array(
            [[middle(x) for x in row] + [0] * (len(theta) - len(row)) for row in found.hessian()],
            dtype=float,
        )
        return float(middle(sweep.risk(gate))), gradient, hessian + np.tril(hessian, -1).T

    def trained(self, start: Any, gate: Any = None) -> Any:
        """A minimum, in floats."""
        return minimize(
            lambda t: self.evaluated(t, gate)[:2],
            start,
            jac=True,
            hess=lambda t: self.evaluated(t, gate)[2],
            method="trust-exact",
            options={"gtol": 1e-10},
        ).x

    def start(self, seed: int) -> Any:
        return np.random.default_rng(seed).normal(size=self.problem.parameters)

    def critical(self, seed: int) -> Any:
        """Some point where the gradient is 0, in floats."""
        return least_squares(
            lambda t: self.evaluated(t)[1],
            self.start(seed),
            jac=lambda t: self.evaluated(t)[2],
            xtol=1e-15,
            ftol=1e-15,
            gtol=1e-15,
        ).x

    def polished(self, theta: Any, part: Any, steps: int = 6) -> list[Fraction]:
        """Newton's method for R~, in the coordinates of F."""
        exact = [Fraction(str(x)) for x in theta]
        with mp.workprec(300):
            for _ in range(steps):
                found = self.sweep(exact).derivatives()
                gradient = [middle(x) for x in part.vector(found.gradient())]
                lower = part.held(part.matrix(found.hessian()))
                size = len(lower)
                full = matrix(size)
                for i in range(size):
                    for j in range(i + 1):
                        full[i, j] = full[j, i] = middle(lower[i][j])
                step = lu_solve(full, matrix(gradient))
                for k, i in enumerate(part.free):
                    exact[i] = decimal(mpf(exact[i].numerator) / exact[i].denominator - step[k])
        return exact

    def gated(self, theta: Any, kinks: Any, gates: Any, slopes: tuple[Fraction, Fraction]) -> Any:
        """The network with gates at these parameters."""
        claim = SimpleNamespace(
            problem=self.problem,
            centre=theta,
            slice=self.rc.trained_slice.Slice(self.problem, [], set()),
            slopes=slopes,
            kinks=kinks,
            gates=gates,
            bits=256,
        )
        return self.rc.kinks.Gated(claim, Fraction(0), Fraction(0))

    def parameters(self, theta: Any) -> list[dict[str, Any]]:
        """In the form of a certificate."""
        return [
            {
                "weights": [
                    [number(theta[layer.weight(a, i)]) for i in range(layer.inputs)]
                    for a in range(layer.units)
                ],
                "bias": [number(theta[layer.offset(a)]) for a in range(layer.units * layer.bias)],
            }
            for layer in self.problem.layers
        ]

    def minimum(self, seed: int, modulo: dict[str, Any] | None = None) -> dict[str, Any]:
        """A certificate of 4.22."""
        modulo = modulo or NOTHING
        start = self.start(seed)
        part = self.rc.trained_slice.read_slice(modulo, self.problem, [Fraction(1)] * len(start))
        theta = self.polished(self.trained(start), part)
        risk, _, hessian = self.evaluated(theta)
        project = np.eye(len(start))
        for e in part.shifts:
            project[np.ix_(e, e)] -= 1 / len(e)
        values = np.linalg.eigvalsh((project @ hessian @ project)[np.ix_(part.free, part.free)])
        values = values[len(part.shifts) :]
        given = [x + Fraction(1, 100) for x in theta]
        away = len(theta) ** 0.5 / 100
        claims = {
            "radius": "1e-6",
            "convexity": number(0.9 * values[0]),
            "location": "1e-20",
            "risk": around(risk, 1e-9),
            "smallest": around(values[0], 1e-4 * values[0]),
            "largest": around(values[-1], 1e-4 * values[-1]),
            "given": {"parameters": self.parameters(given), "distance": around(away, 1e-9)},
            "better": None,
        }
        statement = {
            "problem": self.raw,
            "centre": self.parameters(theta),
            "modulo": modulo,
            "off": [],
            "claims": claims,
        }
        return certificate("smooth-strict-minimum", statement, {"bits": 128})

    def saddle(self, seed: int) -> dict[str, Any]:
        """A certificate of 4.24."""
        part = self.rc.trained_slice.Slice(self.problem, [], set())
        theta = self.polished(self.critical(seed), part)
        risk, _, hessian = self.evaluated(theta)
        claims = {
            "radius": "1e-6",
            "index": int((np.linalg.eigvalsh(hessian) < 0).sum()),
            "risk": around(risk, 1e-9),
            "given": None,
        }
        statement = {
            "problem": self.raw,
            "centre": self.parameters(theta),
            "modulo": NOTHING,
            "claims": claims,
        }
        return certificate("smooth-saddle", statement, {"bits": 128})

    def fit(self, seed: int, relations: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
        """A certificate of 4.23, by steps of Gauss and Newton with the checker's Jacobian."""
        theta = [Fraction(float(x)) for x in self.start(seed)]
        last, targets = self.problem.layers[-1], self.problem.targets
        claim = SimpleNamespace(problem=self.problem, bits=256)
        bound = {relation["output"] - 1 for relation in relations}
        claim.fitted = [k for k in range(last.units) if k not in bound]
        held = {i for k in bound for i in last.places(k)}
        claim.places = [i for i in range(len(theta)) if i not in held]
        for _ in range(40):
            sweep = self.sweep(theta)
            outputs = [sweep.forward(n, 0)[1] for n in range(len(targets))]
            rest = [
                middle(f[k]) - mpf(y[k].numerator) / y[k].denominator
                for k in claim.fitted
                for f, y in zip(outputs, targets, strict=True)
            ]
            found = self.rc.exact_fit.Jacobian(claim, sweep.derivatives(), 64)
            slopes = np.array(found.rows, dtype=float) * 2.0**found.e
            size = max(map(abs, rest))
            if size < mpf(10) ** -40:
                break
            step = np.linalg.lstsq(slopes, [float(x / size) for x in rest], rcond=None)[0]
            with mp.workprec(300):
                part = min(size, 1 / mpf(float(abs(step).max())))
                for i, s in zip(claim.places, step, strict=True):
                    here = mpf(theta[i].numerator) / theta[i].denominator
                    theta[i] = decimal(here - part * mpf(float(s)))
        for relation in relations:
            for column, places in enumerate(zip(*map(last.places, range(last.units)), strict=True)):
                theta[places[relation["output"] - 1]] = sum(
                    (
                        Fraction(c) * theta[places[j]]
                        for j, c in enumerate(relation["coefficients"])
                    ),
                    Fraction(relation["constant"]) if column == last.inputs else Fraction(0),
                )
        least = float(np.linalg.svd(slopes)[1][-1]) ** 2 * float(self.problem.factor)
        claims = {
            "distance": "1e-6",
            "eigenvalue": number(0.9 * least),
            "given": {"parameters": self.parameters(theta), "distance": "1e-5"},
        }
        statement = {
            "problem": self.raw,
            "centre": self.parameters(theta),
            "relations": list(relations),
            "claims": claims,
        }
        return certificate("smooth-exact-fit", statement, {"bits": 128, "radius": "1e-9"})

    def kinks(self, seed: int) -> dict[str, Any]:
        """A certificate of 4.26 for units max(0, t): they are softened where |z| < h, for smaller
        and smaller h; the pairs with |z| < h at the end are the kinks.
        """
        theta, h = self.start(seed), 0.1
        while h > 1e-6:
            h /= 10**0.5
            theta = self.trained(theta, softened(self.rc, h))
        kinks, gates = [], []

        def see(n: int, unit: int, z: Any) -> Any:
            x = float(middle(z))
            if abs(x) < h:
                kinks.append((n, unit))
                gates.append(Fraction(x / (2 * h) + 0.5))
            return softened(self.rc, h)(n, unit, z)

        self.sweep([Fraction(float(x)) for x in theta], bits=80).risk(see)
        unknowns, size = [Fraction(float(x)) for x in theta] + gates, len(theta)
        for _ in range(6):
            found = self.gated(unknowns[:size], kinks, unknowns[size:], (Fraction(0), Fraction(1)))
            with mp.workprec(300):
                full = matrix([[middle(x) for x in row] for row in found.jacobian()])
                step = lu_solve(full, matrix([*map(middle, found.gradient() + found.values())]))
                unknowns = [
                    decimal(mpf(x.numerator) / x.denominator - s)
                    for x, s in zip(unknowns, step, strict=True)
                ]
        centre, gates = unknowns[:size], unknowns[size:]
        found = self.gated(centre, kinks, gates, (Fraction(0), Fraction(1)))
        rows = np.array([[float(middle(x)) for x in row] for row in found.jacobian()])
        forms = rows[size:, :size]
        least = np.linalg.eigvalsh(rows[:size, :size] + 1e-3 * forms.T @ forms)[0]
        claims = {
            "radius": "1e-8",
            "growth": number(0.9 * least),
            "location": "1e-20",
            "risk": around(middle(found.sweep.risk(found.gate)), 1e-9),
            "given": None,
            "better": None,
        }
        told = [
            {"datum": n + 1, "unit": unit + 1, "gate": number(gate)}
            for (n, unit), gate in zip(kinks, gates, strict=True)
        ]
        statement = {
            "problem": self.raw,
            "centre": self.parameters(centre),
            "modulo": NOTHING,
            "kinks": told,
            "claims": claims,
        }
        witness = {"bits": 128, "tau": "1e-3", "radius": "1e-15"}
        return certificate("piecewise-kink-minimum", statement, witness)


def softened(rc: Any, h: float) -> Any:
    """max(0, t), a parabola for |t| < h."""

    def gate(_n: int, _unit: int, z: Any) -> Any:
        x = float(middle(z))
        share = min(1.0, max(0.0, x / (2 * h) + 0.5))
        value = x if x > h else 0.0 if x < -h else (x + h) ** 2 / (4 * h)
        bend = 1 / (2 * h) if abs(x) < h else 0.0
        return tuple(rc.wide.Wide.of(Fraction(y), 80) for y in (value, share, bend))

    return gate


def middle(x: Any) -> mpf:
    return mpf(x.lo + x.hi) / 2 * mpf(2) ** x.e


def decimal(x: mpf) -> Fraction:
    return Fraction(int(mp.nint(x * mpf(10) ** DIGITS)), 10**DIGITS)


def number(q: Fraction | float) -> str:
    """A decimal with at most DIGITS places."""
    scaled = Fraction(q) * 10**DIGITS
    digits = f"{abs(round(scaled)):0{DIGITS + 1}d}"
    text = f"{digits[:-DIGITS]}.{digits[-DIGITS:]}".rstrip("0").rstrip(".")
    return f"-{text}" if scaled < 0 and text != "0" else text


def around(value: float | mpf, width: float = 1e-3) -> list[str]:
    """An interval that holds the value."""
    value = float(value)
    return [number(Fraction(value) - Fraction(width)), number(Fraction(value) + Fraction(width))]


def problem(
    widths: list[int],
    count: int,
    loss: str = "squared",
    activation: Any = ("tanh", "t"),
    decay: tuple[str, str] = ("1/20", "1/30"),
    seed: int = 0,
) -> dict[str, Any]:
    """Random inputs, targets that depend on them."""
    rng = random.Random(seed)
    inputs = [[f"{rng.gauss(0, 1):.3f}" for _ in range(widths[0])] for _ in range(count)]
    outputs = widths[-1]
    if loss == "squared":
        targets: list[Any] = [
            [f"{float(row[0]) * float(row[-1]) + rng.gauss(0, 0.3):.3f}" for _ in range(outputs)]
            for row in inputs
        ]
    else:
        kinds = 2 if loss == "binary" else outputs
        targets = [int(abs(3 * float(row[0]) + rng.gauss(0, 1))) % kinds for row in inputs]
    last = len(widths) - 2
    activation = list(activation) if isinstance(activation, tuple) else activation
    return {
        "network": {
            "inputs": widths[0],
            "layers": [
                {"units": units, "activation": "t" if m == last else activation, "bias": True}
                for m, units in enumerate(widths[1:])
            ],
        },
        "inputs": inputs,
        "targets": targets,
        "loss": {"type": loss, "factor": f"1/{count}"},
        "decay": [list(decay) for _ in widths[1:]],
    }


def certificate(kind: str, statement: dict[str, Any], witness: dict[str, Any]) -> dict[str, Any]:
    tree = {"format": "certify/1", "kind": kind, "statement": statement, "witness": witness}
    return json.loads(json.dumps(tree))
