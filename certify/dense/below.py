"""A point with a smaller risk, given or found by training from random starts."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from scipy.optimize import minimize

from certify.decimals import exact_decimal
from certify.dense.case import Case
from certify.dense.derivatives import Risk
from certify.dense.problem import TrainedProblem
from certify.empirical.attempts import not_spurious
from certify.empirical.parameters import Layers
from certify.floats import Array

__all__ = ["better_point"]

_WORK = 1.5e8  # data times parameters times steps, about: of all starts
_STEPS = 300
_MOST = 12  # starts
_CLEAR = 1e-6  # by which a risk is smaller, relative
_DIGITS = 12  # of the parameters


def better_point(case: Case, risk: Fraction) -> tuple[Layers | None, tuple[str, ...]]:
    """Parameters whose risk in float64 is clearly smaller, or None and what is to be said."""
    problem = case.problem
    clear = float(risk) * (1 - _CLEAR)
    own = Risk(problem)
    if case.better is not None:
        theta = np.array([float(Fraction(value)) for value in case.better])
        if own.value(theta) < clear:
            return problem.nested(case.better), ()
        told = f"the network given as better has the risk {own.value(theta):.6g}"
        return None, (f"{told}, which is not smaller",)
    each = len(problem.inputs) * problem.parameters * _STEPS
    starts = int(np.clip(_WORK / each, 1, _MOST))
    case.run.tell(f"looking for a smaller risk from {starts} random starts")
    for trial in range(starts):
        rng = np.random.default_rng([case.run.seed, trial])
        with np.errstate(all="ignore"):
            end = minimize(
                own.slope,
                drawn(problem, rng),
                jac=True,
                method="L-BFGS-B",
                options={"maxiter": _STEPS},
            ).x
            short = np.array([float(f"{value:.{_DIGITS}g}") for value in end])
            value = own.value(short) if np.isfinite(short).all() else np.inf
        if value < clear:
            return problem.nested([exact_decimal(float(v)) for v in short]), ()
    return None, (not_spurious(f"training from {starts} random starts led no lower"),)


def drawn(problem: TrainedProblem, rng: np.random.Generator) -> Array:
    """Random parameters, as trainings begin with them (Glorot)."""
    parts = []
    for layer in problem.layers:
        bound = np.sqrt(6 / (layer.inputs + layer.units))
        parts.append(rng.uniform(-bound, bound, layer.units * layer.inputs))
        parts.append(rng.uniform(-bound, bound, layer.units * layer.bias))
    return np.concatenate(parts)
