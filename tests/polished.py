"""Small certificates about trained networks, for tests of the second checker.

The centres come from scipy and from Newton's method with the checker's own derivatives, which the
tests compare with finite differences elsewhere.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from typing import Any

import numpy as np
from mpmath import lu_solve, matrix, mp, mpf
from numpy.typing import NDArray
from scipy.optimize import minimize

DIGITS = 50


class Example:
    """A problem with random data, and certificates about it."""

    def __init__(self, rc: Any, problem: dict[str, Any]) -> None:
        self.rc, self.raw = rc, problem
        self.problem = rc.trained_problem.read_problem(problem)

    def sweep(self, theta: list[Fraction], radius: Any = Fraction(0), bits: int = 256) -> Any:
        return self.rc.trained_risk.Sweep(self.problem, theta, radius, bits)

    def evaluated(self, theta: NDArray[np.float64]) -> tuple[float, Any, Any]:
        sweep = self.sweep([Fraction(float(x)) for x in theta], bits=80)
        found = sweep.derivatives()
        gradient = np.array([middle(x) for x in found.gradient()], dtype=float)
        hessian = np.array(
            [[middle(x) for x in row] + [0] * (len(theta) - len(row)) for row in found.hessian()],
            dtype=float,
        )
        return float(middle(sweep.risk())), gradient, hessian + np.tril(hessian, -1).T

    def trained(self, seed: int) -> NDArray[np.float64]:
        start = np.random.default_rng(seed).normal(size=self.problem.parameters)
        return minimize(
            lambda t: self.evaluated(t)[:2],
            start,
            jac=True,
            hess=lambda t: self.evaluated(t)[2],
            method="trust-exact",
            options={"gtol": 1e-10},
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
