"""Nondegenerate minima of a small network with smooth units, to many digits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import arb, arb_mat

from certify.decimals import round_down
from certify.empirical.attempts import Run
from certify.empirical.parameters import Layers
from certify.floats import Array
from certify.kernel.foundation.balls import ball, lower_rational, precision
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.smooth.derivatives import derivatives
from certify.kernel.smooth.problem import SmoothProblem
from certify.rationals import fraction
from certify.smooth.network import SmoothNetwork, StandardSmooth, nested_layers
from certify.smooth.prove.problem import arrays

__all__ = ["BITS", "TRIALS", "Base", "minima", "polished"]


BITS = 256  # of the kernel's balls
_DIGITS = 60  # of the parameters


# where the units of the data are far from standard ones: then some curvatures are much larger than
# others
_MORE_DIGITS = 85


_FAR = 20  # powers of two
_STEPS = 12  # of Newton's method
TRIALS = 60  # random starts


@dataclass(frozen=True)
class Base:
    """A minimum of the base network. neuron: one whose inner Hessian, times its outgoing weight, is
    positive definite, or None; curvature: the smallest eigenvalue of the Hessian.
    """

    layers: Layers
    neuron: int | None
    curvature: float
    risk: float


def minima(
    units: StandardSmooth, network: SmoothNetwork, start: Array | None, run: Run
) -> Iterator[Base]:
    """Nondegenerate minima of the network on the standardised data, from `TRIALS` random starts or
    from one, flat parameters of the user's problem.
    """
    problem, digits = units.problem, _DIGITS if units.far <= _FAR else _MORE_DIGITS
    x, y = arrays(problem)
    near = None if start is None else units.forth(start)
    for trial in range(1 if near is not None else TRIALS):
        if trial % 10 == 0:
            run.tell(f"start {trial + 1} of {TRIALS}" if near is None else "polishing the minimum")
        drawn = network.start(np.random.default_rng([run.seed, trial]), x) if near is None else near
        risk, theta = network.train(drawn, x, y)
        if not np.isfinite(risk) or risk < 1e-18 or np.abs(theta).max() > 1e4:
            continue
        try:
            layers, curvature = polished(problem, network, theta, digits)
        except (ArithmeticError, ZeroDivisionError):
            continue
        if curvature > 0:
            yield Base(layers, _definite(network, theta, x, y), curvature, risk)


def _definite(network: SmoothNetwork, theta: Array, x: Array, y: Array) -> int | None:
    """A neuron of the last hidden layer with v B positive definite, the best one."""
    layers = network.layers(theta)
    below = network.hidden(theta, x, len(layers) - 2)
    extended = np.column_stack([below, np.ones(len(x))])
    rho = network.outputs(theta, x) - y
    bends = network.activation.numeric[2](below @ layers[-2][0].T + layers[-2][1])
    forms = [
        v * (extended * (rho * bends[:, j])[:, None]).T @ extended
        for j, v in enumerate(layers[-1][0][0])
    ]
    least = [
        float(np.linalg.eigvalsh(form)[0]) if np.isfinite(form).all() else -np.inf for form in forms
    ]
    best = int(np.argmax(least))
    return best if least[best] > 0 else None


def polished(
    problem: SmoothProblem, network: SmoothNetwork, theta: Array, digits: int = _DIGITS
) -> tuple[Layers, float]:
    """The critical point near theta to so many digits by Newton's method, and the smallest
    eigenvalue of the Hessian. Raises `ArithmeticError`.
    """
    with precision(BITS + GUARD_BITS):
        targets = [ball(y) for y in problem.targets]
        flat = [arb(float(value)) for value in theta]
        for _ in range(_STEPS):
            _, slope, hessian = derivatives(problem, _nested(network, flat), targets)
            middle = arb_mat([[entry.mid() for entry in row] for row in hessian.tolist()])
            step = middle.solve(arb_mat([[entry.mid()] for entry in slope.entries()]))
            flat = [
                (value - change).mid() for value, change in zip(flat, step.entries(), strict=True)
            ]
        rough = np.array([[float(entry.mid()) for entry in row] for row in hessian.tolist()])
        curvature = float(np.linalg.eigvalsh(rough)[0])
        exact = [round_down(fraction(lower_rational(value)), digits) for value in flat]
        near = np.array([float(Fraction(value)) for value in exact])
        if not np.isfinite(near).all() or np.abs(near - theta).max() > 0.1 * (
            1 + np.abs(theta).max()
        ):
            raise ArithmeticError("Newton's method left the neighbourhood")
    return nested_layers(_nested(network, exact)), curvature


def _nested(network: SmoothNetwork, flat: Sequence[Any]) -> list[tuple[list[list[Any]], list[Any]]]:
    """Weights and biases of each layer, of flat parameters."""
    values = iter(flat)
    return [
        (
            [[next(values) for _ in range(below)] for _ in range(above)],
            [next(values) for _ in range(above)],
        )
        for below, above in pairwise(network.sizes)
    ]
