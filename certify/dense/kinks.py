"""The minimum on kinks of a network with one hidden layer of two-slope units (theorem 26).

With decay such a network's minima lie where some pre-activations z_k = w_j.x_n + b_j are exactly 0.
There a gate gamma_k between the two slopes stands for the slope, and (theta, gamma) solve

    grad R^gamma(theta) = 0,   z_k(theta) = 0   for all kinks k = (n, j).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.linalg import lu_factor, lu_solve

from certify.attempt import Attempt
from certify.dense.balls import convex_radius
from certify.dense.below import better_point
from certify.dense.case import (
    Case,
    distance_claim,
    document_of,
    interval,
    largest_proved,
    refused,
    shifts_of,
)
from certify.dense.derivatives import Risk, Unit
from certify.dense.minimum import modulo
from certify.dense.polish import Slice, moved
from certify.dense.precise import Precise, floats
from certify.dense.problem import TrainedProblem, decimal_of_fraction
from certify.dense.softened import WIDTH, descended_softly, unit_of
from certify.empirical.attempts import Run
from certify.enclosure import rounded
from certify.floats import Array
from certify.kernel.foundation.outcomes import Proved
from certify.networks.formulas import Jet, slopes_of

__all__ = ["Kinked", "at_kinks", "inapplicable", "prove_kink_minimum"]

_IDLE = 1e-6  # weights in and out of a unit that does nothing
_BOX = Fraction(1, 10**22)  # half-width of the box of Krawczyk's test
_LOCATION = Fraction(1, 10**20)
_STEPS = 40


@dataclass(frozen=True)
class Kinked:
    """A candidate for a minimum on kinks. kinks: (datum, unit) from 0, in order; gates: the slope
    at each; convex: how much the risk rises with each output at its kink; size: of the residual.
    """

    problem: TrainedProblem
    theta: list[Fraction]
    kinks: tuple[tuple[int, int], ...]
    gates: list[Fraction]
    risk: Fraction
    size: float
    convex: Array
    hessian: Array
    rows: Array  # Z: the derivatives of the z_k, kinks x P
    margin: float  # of all other pre-activations, per length of (x, 1)
    shifts: tuple[tuple[int, ...], ...]
    kept: tuple[int, ...]  # the places in theta of the network given


def inapplicable(case: Case) -> str:
    """Why this theorem is not about the network; empty where it may be."""
    layers = case.problem.layers
    if len(layers) != 2 or layers[1].activation != "t":
        return "the theorem on kinks is for one hidden layer and linear outputs"
    slopes = slopes_of(layers[0].activation)
    if slopes is None or not slopes[0] < slopes[1]:
        return "the hidden units have no convex kink at 0"
    if not case.decays:
        return "there is no decay: hidden units can be rescaled, and no minimum on kinks is strict"
    return ""


def prove_kink_minimum(case: Case) -> Attempt:
    """The minimum on kinks that descent from the weights reaches."""
    why = inapplicable(case)
    if why:
        return refused(why)
    try:
        found = at_kinks(case.problem, case.start, case.exact, case.run)
    except (ArithmeticError, np.linalg.LinAlgError) as error:
        return refused(f"descent from the weights came to no minimum on kinks: {error}")
    if isinstance(found, str):
        return refused(found)
    tau, bent = _penalty(found)
    if not bent > 0:
        return refused(
            "the risk is not strictly convex along the kinks"
            f" (smallest eigenvalue {bent:.1e} with the penalty)"
        )
    own = _restricted(case, found)
    better, told = better_point(own, found.risk)
    slopes = slopes_of(found.problem.layers[0].activation) or (Fraction(0), Fraction(1))
    texts = [decimal_of_fraction(value) for value in found.theta]
    centre = list(map(Fraction, texts))
    tau_text = rounded(Fraction(tau), 1, up=True)
    claims: dict[str, Any] = {
        "growth": rounded(Fraction(bent / 2), 2, up=False),
        "location": rounded(_LOCATION, 1, up=True),
        "risk": interval(found.risk, abs(found.risk) / 10**14 + Fraction(1, 10**18), 12),
        "given": distance_claim(own, centre, _LOCATION),
        "better": better,
    }

    kinks = [
        {"datum": n + 1, "unit": j + 1, "gate": decimal_of_fraction(gate)}
        for (n, j), gate in zip(found.kinks, found.gates, strict=True)
    ]
    nested, across = found.problem.nested(texts), modulo(found.shifts, None)

    def judge(radius: str) -> Attempt:
        case.run.tell(f"a minimum on {len(found.kinks)} kinks within {radius}?")
        statement = {
            "centre": nested,
            "modulo": across,
            "kinks": kinks,
            "claims": {"radius": radius, **claims},
        }
        witness = {"tau": tau_text, "radius": rounded(_BOX, 1, up=True)}
        document = document_of("piecewise-kink-minimum", found.problem, statement, witness)
        return case.judged(document, {"polished": f"|equations| {found.size:.1e}"})

    known = convex_radius(found.problem.document, nested, across, bent / 2, kinks)
    attempt = largest_proved(_radii(found, float(Fraction(tau_text)), slopes, known), judge)
    if isinstance(attempt.outcome, Proved):
        attempt = replace(attempt, remarks=(*_of_idle(case, found), *told))
    return attempt


def _restricted(case: Case, found: Kinked) -> Case:
    """The weights given without the units that do nothing."""
    given = tuple(case.given[i] for i in found.kept)
    whole = len(given) == len(case.given)
    return replace(case, problem=found.problem, given=given, better=case.better if whole else None)


def _of_idle(case: Case, found: Kinked) -> tuple[str, ...]:
    """What is to be said of units that were removed."""
    gone = case.problem.layers[0].units - found.problem.layers[0].units
    if not gone:
        return ()
    units = [
        j
        for j in range(case.problem.layers[0].units)
        if case.problem.weight(0, j, 0) not in found.kept
    ]
    told = f"hidden units {_named(units)} do nothing at the point that descent reaches and were"
    return (f"{told} removed: the theorem, and the distance, are of the network without them",)


def _gated(gates: Array) -> Unit:
    """A unit whose slope at each datum is fixed."""

    def unit(z: Array, rows: slice) -> Jet:
        own = gates[rows]
        return own * z, own, np.zeros_like(z)

    return unit


def at_kinks(
    problem: TrainedProblem, start: Array, given: Sequence[Fraction], run: Run
) -> Kinked | str:
    """The point on kinks that softened descent and Newton's method reach; or why there is none.
    Raises `ArithmeticError`.
    """
    slopes = slopes_of(problem.layers[0].activation) or (Fraction(0), Fraction(1))
    shifts, everywhere = shifts_of(problem), np.arange(problem.parameters)
    anchor = floats(given) if shifts else None
    place = Slice(Risk(problem, shifts=shifts, anchor=anchor), start, everywhere)
    theta = descended_softly(place, start, run)
    z = place.risk.inner(theta)[0]
    gone = _idle(problem, theta)
    if gone:
        smaller, left = problem.without(0, gone)
        found = at_kinks(smaller, theta[left], [given[i] for i in left], run)
        if isinstance(found, str):
            return f"without hidden units {_named(gone)}, which do nothing: {found}"
        return replace(found, kept=tuple(left[i] for i in found.kept))
    always = np.flatnonzero((z > WIDTH).all(axis=0)).tolist()
    if always and problem.layers[0].bias and problem.layers[1].bias and not _biases_decay(problem):
        return (
            f"hidden units {_named(always)} are on at all data where descent from the weights ends:"
            " there their biases can be exchanged with the output's, so the minimum is not strict"
        )
    kinks = tuple((int(n), int(j)) for n, j in np.argwhere(np.abs(z) < WIDTH))
    if not kinks:
        return "descent from the weights ends at no kink: inside a cell"
    low, high = map(float, slopes)
    gates = np.where(z > 0, high, low)
    for n, j in kinks:
        gates[n, j] = low + (high - low) * (z[n, j] / (2 * WIDTH) + 0.5)
    return _solved(problem, theta, kinks, gates, shifts, given)


def _solved(
    problem: TrainedProblem,
    theta: Array,
    kinks: tuple[tuple[int, int], ...],
    gates: Array,
    shifts: tuple[tuple[int, ...], ...],
    given: Sequence[Fraction],
) -> Kinked | str:
    """Newton's method on the square system, then to many digits."""
    slopes = slopes_of(problem.layers[0].activation) or (Fraction(0), Fraction(1))
    last = unit_of(problem.layers[1].activation)
    at = tuple(np.array(kinks).T)
    rows = _rows(problem, kinks)
    size = problem.parameters
    anchor = floats(given) if shifts else None
    for _ in range(12):
        risk = Risk(problem, (_gated(gates), last), shifts, anchor)
        convex = _convex(risk, theta, at)
        system = np.block(
            [[risk.hessian(theta), rows.T * convex], [rows, np.zeros((len(kinks),) * 2)]]
        )
        miss = np.concatenate([risk.gradient(theta), risk.inner(theta)[0][at]])
        if np.linalg.norm(miss) < 1e-14 or not np.isfinite(miss).all():
            break
        step = np.linalg.lstsq(system, -miss, rcond=1e-15)[0]
        theta, gates = theta + step[:size], gates.copy()
        gates[at] += step[size:]
    z = risk.inner(theta)[0]
    lengths = np.sqrt(1 + (problem.x**2).sum(axis=1))
    side = np.where(gates == float(slopes[1]), z, -z) / lengths[:, None]
    side[at] = np.inf
    if not side.min() > 0:
        return "on the way to the kinks another pre-activation changed its sign"
    opened = gates[at]
    if not (opened.min() > float(slopes[0]) and opened.max() < float(slopes[1])):
        return (
            f"the gates at the kinks go from {opened.min():.3g} to {opened.max():.3g}, beyond the"
            " two slopes"
        )
    if not convex.min() > 0:
        return "at one of the kinks the risk bends down: no minimum is there"
    precise = Precise(problem, kinks, shifts, tuple(given) if shifts else ())
    exact, open_exact, left = _refined(precise, lu_factor(system), theta, opened)
    risk_there = precise.slope(exact, open_exact)[0]
    return Kinked(
        problem, exact, kinks, open_exact, risk_there, left, convex, risk.hessian(theta), rows,
        float(side.min()), shifts, tuple(range(size)),
    )  # fmt: skip


def _refined(
    precise: Precise, factors: Any, theta: Array, gates: Array
) -> tuple[list[Fraction], list[Fraction], float]:
    """theta and gates to many digits, and what is left of the equations."""
    size = len(theta)
    point = [Fraction(value) for value in (*theta.tolist(), *gates.tolist())]
    sizes: list[float] = []
    while len(sizes) < _STEPS:
        _, gradient, at = precise.slope(point[:size], point[size:])
        miss = floats([*gradient, *at])
        sizes.append(float(np.linalg.norm(miss)))
        if sizes[-1] < 1e-32 or (len(sizes) > 3 and sizes[-1] > sizes[-2] / 2):
            break
        moved(point, -np.asarray(lu_solve(factors, miss)), range(len(point)))
    if not sizes[-1] < 1e-26:
        raise ArithmeticError(f"Newton's method stops at |equations| = {sizes[-1]:.1e}")
    return point[:size], point[size:], sizes[-1]


def _convex(risk: Risk, theta: Array, at: tuple[Array, ...]) -> Array:
    """c_k: the derivative of the risk by the hidden output of each kink."""
    problem = risk.problem
    f = risk.outputs(theta)
    slope = float(problem.factor) * _output_slopes(problem, f)
    return np.asarray((slope @ problem.split(theta)[1][0])[at])


def _output_slopes(problem: TrainedProblem, f: Array) -> Array:
    from certify.dense.derivatives import loss_of

    return loss_of(problem.loss, f, problem.y)[1]


def _rows(problem: TrainedProblem, kinks: Sequence[tuple[int, int]]) -> Array:
    """Z, shape (kinks, P)."""
    result = np.zeros((len(kinks), problem.parameters))
    layer = problem.layers[0]
    for row, (n, j) in zip(result, kinks, strict=True):
        begin = problem.weight(0, j, 0)
        row[begin : begin + layer.inputs] = problem.x[n]
        if layer.bias:
            row[problem.bias(0, j)] = 1.0
    return result


def _penalty(found: Kinked) -> tuple[float, float]:
    """A weight tau of the penalty tau |Z d|^2 and the smallest eigenvalue with it: the least of a
    few that comes near the best.
    """
    square = found.rows.T @ found.rows
    tries = [10.0**k for k in range(-6, 4)]
    least = [float(np.linalg.eigvalsh(found.hessian + tau * square)[0]) for tau in tries]
    enough = 0.5 * max(least) if max(least) > 0 else max(least)
    return next((tau, own) for tau, own in zip(tries, least, strict=True) if own >= enough)


def _radii(
    found: Kinked, tau: float, slopes: tuple[Fraction, Fraction], known: float | None
) -> list[float]:
    """Radii to try, the largest first: within what gates, kinks and margins allow, and what is
    known of the Hessian (half of it, so that a checker with wider enclosures agrees).
    """
    opened = floats(found.gates)
    low, high = map(float, slopes)
    kappa = float((found.convex * np.minimum(opened - low, high - opened)).min())
    allowed = min(
        1.9 * kappa / (tau * float(np.linalg.norm(found.rows))),
        0.9 * found.margin,
        1.0 if known is None else 0.5 * known,
    )
    return [allowed * share for share in (1.0, 0.5, 0.2, 0.05, 1e-3, 1e-5, 1e-7)]


def _idle(problem: TrainedProblem, theta: Array) -> list[int]:
    """Hidden units (from 0) whose weights in and out are 0, or whose output is 0 at all data."""
    (weights, _), (above, _) = problem.split(theta)
    z, slopes = Risk(problem).inner(theta)[0], slopes_of(problem.layers[0].activation)
    still = (np.abs(weights).max(axis=1) < _IDLE) & (np.abs(above).max(axis=0) < _IDLE)
    if slopes is not None and slopes[0] == 0:
        still |= (z < -WIDTH).all(axis=0)
    return [] if still.all() else np.flatnonzero(still).tolist()


def _biases_decay(problem: TrainedProblem) -> bool:
    """Whether there is decay on any bias."""
    return any(biases > 0 for _, biases in problem.decay)


def _named(units: Sequence[int]) -> str:
    """Units, counted from 0, in words."""
    return ", ".join(str(unit + 1) for unit in units)
