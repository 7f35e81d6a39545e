"""Certificates for local minima with constant outputs: for one architecture, for all of them, and
the counterexample of Yun, Sra and Jadbabaie.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from certify.attempt import Attempt, Say, judged, silent
from certify.decimals import round_down
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import ball, less, precision
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.smooth.moments import Moments, moments_of
from certify.kernel.smooth.parameters import read_parameters, read_widths
from certify.kernel.smooth.problem import SmoothProblem
from certify.piecewise.prove.minimum import not_spurious
from certify.piecewise.standard import why_global
from certify.rationals import fraction
from certify.smooth.activations import ActivationFunction
from certify.smooth.network import (
    SmoothNetwork,
    StandardSmooth,
    nested_layers,
    significant_down,
    significant_up,
)
from certify.tables import DataSet, make_data

__all__ = ["arrays", "prove_activation", "prove_every_architecture", "prove_wide", "smooth_problem"]

Entry = tuple[Fraction, float, float, float]  # a point, and h, h', h'' there
_BITS = 256
_DIGITS = 50  # of biases that hold units at a point
_DISTANCE = "1e-40"
# simple ones first
_POINTS = [Fraction(sign * n, 8) for n in (4, 8, 2, 6, 12, 16, 3, 5, 1, 24) for sign in (1, -1)]
_TRIES = 500
_LEAST = 1e-3  # of derivatives at a point, relative to the largest seen


def smooth_problem(
    data: DataSet, function: ActivationFunction
) -> tuple[dict[str, Any], SmoothProblem]:
    """The problem as the format writes it, without what is beyond data and activation, and as the
    kernel reads it. Raises `certify.Malformed`.
    """
    if len(data.targets[0]) != 1:
        raise UnusableInput("these networks have one output: give one target column")
    written = {
        "activation": function.formula,
        "inputs": [list(row) for row in data.inputs],
        "targets": [list(row) for row in data.targets],
    }
    problem = SmoothProblem.read(written)
    if len(set(problem.targets)) == 1:
        raise UnusableInput(
            "all targets are equal: a constant fits them, and there is nothing to prove"
        )
    level = sum(problem.targets, fmpq(0)) / problem.data
    why = why_global(problem.inputs, fmpq_mat([[level - y for y in problem.targets]]))
    if why:
        raise UnusableInput(
            f"a network with a constant output is a global minimum: {why}, so no network has a"
            " smaller risk than the mean of the targets"
        )
    return written, problem


def _floats(matrix: fmpq_mat) -> Array:
    return np.array([[float(fraction(entry)) for entry in row] for row in matrix.tolist()])


def arrays(problem: SmoothProblem) -> tuple[Array, Array]:
    """Inputs of shape (N, d) and targets (N,) in float64."""
    return _floats(problem.inputs).T, np.array([float(fraction(y)) for y in problem.targets])


def _bounds(units: StandardSmooth) -> tuple[Fraction, Fraction]:
    """Rationals on both sides of the eigenvalues of the moment relative to the variance, which
    depend on the units of the targets only.
    """
    from scipy.linalg import eigh

    moments, size = moments_of(units.problem), fraction(units.standard.size)
    values = eigh(_floats(moments.moment), _floats(moments.variance), eigvals_only=True)
    margin = 1e-9 * max(float(np.abs(values).max()), 1e-12)
    return (Fraction(float(values[0]) - margin) / size, Fraction(float(values[-1]) + margin) / size)


def _witness(bounds: tuple[Fraction, Fraction]) -> dict[str, Any]:
    return {
        "bits": _BITS,
        "low": significant_down(bounds[0], 16),
        "high": significant_up(bounds[1], 16),
    }


def _good_points(
    function: ActivationFunction, point: Fraction | None, least_slope: float = 0.0
) -> list[Entry]:
    """Points with h, h', h'' there, away from kinks, h'' not tiny."""
    found = []
    for a in _POINTS if point is None else [point]:
        if a in function.kinks:
            continue
        value, slope, bend = (float(part(float(a))) for part in function.numeric)
        if np.isfinite([value, slope, bend]).all() and (point is not None or bend):
            found.append((a, value, slope, bend))
    if point is None:
        steep = least_slope * min(1.0, max((abs(slope) for _, _, slope, _ in found), default=0.0))
        found = [entry for entry in found if abs(entry[2]) >= steep]
    largest = max((abs(bend) for *_, bend in found), default=0.0)
    good = [entry for entry in found if abs(entry[3]) > _LEAST * largest or point is not None]
    if not good:
        raise UnusableInput(
            f"{function.label} has no suitable point: its second derivative was not found to be"
            " different from 0"
            if point is None
            else f"{function.label} is not smooth at {point}"
        )
    return good


def prove_every_architecture(
    data: DataSet, function: ActivationFunction, *, point: Fraction | None = None, command: str = ""
) -> Attempt:
    """One certificate for all depths and all widths (theorem 16). Raises `UnusableInput`."""
    written, problem = smooth_problem(data, function)
    moments = moments_of(problem)
    points = _good_points(function, point, _LEAST)
    largest = max(min(abs(slope), abs(bend)) for _, _, slope, bend in points)
    a = next(
        a
        for a, _, slope, bend in points
        if min(abs(slope), abs(bend)) > largest / 3 or point is not None
    )
    document = {
        "format": FORMAT,
        "kind": "data-constant-family",
        "statement": {
            "problem": written,
            "point": _decimal(a),
            "claims": {"risk": str(fraction(moments.risk))},
        },
        "witness": {"bits": _BITS},
    }
    return _explained(
        judged(document, command, {}), moments, _bounds(StandardSmooth.of(problem, [1]))
    )


def _decimal(value: Fraction) -> str:
    text = round_down(value, _DIGITS)
    if Fraction(text) != value:
        raise UnusableInput(
            f"the point {value} is not a decimal of at most {_DIGITS} digits, which the certificate"
            " of all architectures needs"
        )
    return text


def prove_wide(
    data: DataSet,
    widths: Sequence[int],
    function: ActivationFunction,
    *,
    point: Fraction | None = None,
    seed: int = 0,
    command: str = "",
    progress: Say = silent,
) -> Attempt:
    """A local minimum with constant output for these hidden widths (theorem 15), and a better point
    by training. Raises `UnusableInput`.
    """
    read_widths(list(widths), "the widths")
    written, problem = smooth_problem(data, function)
    moments = moments_of(problem)
    units = StandardSmooth.of(problem, widths)
    bounds = _bounds(units)
    scale, entry = _best_construction(function, widths, point, bounds)
    level = fraction(moments.level)
    layers = _construction(function, len(data.inputs[0]), widths, scale, entry[0], level)
    plain = judged(_document(written, widths, layers, moments, bounds), command, {"seed": seed})
    if not isinstance(plain.outcome, Proved):
        return _explained(plain, moments, bounds)
    progress("training for a better point")
    scaled = moments_of(units.problem)
    network = SmoothNetwork(function, (len(data.inputs[0]), *widths, 1))
    x, y = arrays(units.problem)
    flipped = _construction(
        function, len(data.inputs[0]), widths, -scale, entry[0], fraction(scaled.level)
    )
    start = np.concatenate(
        [
            np.array(
                [
                    float(Fraction(v))
                    for v in (*(w for row in layer["weights"] for w in row), *layer["bias"])
                ]
            )
            for layer in flipped
        ]
    )
    noise = np.random.default_rng(seed).normal(size=len(start))
    better = network.below(
        float(fraction(scaled.risk)), x, y, [start + 0.1 * noise, start + 0.5 * noise], seed
    )
    if better is None:
        better = _beside(function, units.problem, scaled, widths, scale, entry[0])
    return _claimed(plain, None if better is None else units.back(better), command, {"seed": seed})


def _claimed(
    plain: Attempt,
    better: list[dict[str, Any]] | None,
    command: str,
    found: dict[str, object],
    *,
    fits: bool = False,
) -> Attempt:
    """The minimum proved, and that it is spurious if the kernel says so."""
    if better is not None and plain.document is not None:
        document = copy.deepcopy(plain.document)
        del document["provenance"]
        document["statement"]["claims"].update(better=better, fits=fits)
        attempt = judged(document, command, found)
        if isinstance(attempt.outcome, Proved):
            return attempt
    return replace(
        plain, remarks=(not_spurious("neither training nor the points beside it led lower"),)
    )


def _explained(attempt: Attempt, moments: Moments, bounds: tuple[Fraction, Fraction]) -> Attempt:
    """What is behind a rejection, where that is known."""
    refusal = attempt.refusal
    if refusal is None:
        return attempt
    hint = ""
    if refusal.code == "uncorrelated":
        centred, residuals = (
            _floats(moments.centred),
            np.array([float(fraction(r)) for r in moments.residuals]),
        )
        size = np.linalg.norm(centred, axis=1) * np.linalg.norm(residuals)
        if (np.abs(centred @ residuals) <= 1e-9 * size).all():
            hint = (
                " (as small as rounding errors: with the data rounded to a few digits it may be 0"
                " exactly)"
            )
    elif refusal.code in ("bounds", "definite") and bounds[0] < 0 < bounds[1]:
        hint = (
            " (the data curve up in one direction and down in another: a first layer of more than"
            " one unit has no such minimum)"
        )
    return replace(attempt, refusal=replace(refusal, reason=refusal.reason + hint))


def _beside(
    function: ActivationFunction,
    problem: SmoothProblem,
    moments: Moments,
    widths: Sequence[int],
    scale: Fraction,
    point: Fraction,
) -> list[dict[str, Any]] | None:
    """A point beside one with small outgoing weights of the other sign, as in lemma 22 (b), with a
    smaller risk; None if none of a few is.
    """
    varying = next(i for i, row in enumerate(moments.centred.tolist()) if any(row))
    spread = max(abs(fraction(entry)) for entry in moments.centred.tolist()[varying])
    mean = fraction(moments.centre[varying])
    for shrink, exponent in product((0, 4, 12, 24, 48), (1, 4, 8, 16)):
        step = Fraction(significant_down(Fraction(1, 2**exponent) / spread, 30))
        first, *above = _construction(
            function, problem.dimension, widths, -scale / 2**shrink, point, fraction(moments.level)
        )
        weights = [
            ["0"] * varying
            + [significant_down(step, 30)]
            + ["0"] * (problem.dimension - varying - 1)
        ] * widths[0]
        layers = [
            {
                "weights": weights,
                "bias": [round_down(Fraction(b) - step * mean, _DIGITS) for b in first["bias"]],
            },
            *above,
        ]
        with precision(_BITS):
            if less(
                problem.risk(read_parameters(layers, "the parameters", problem, tuple(widths))),
                ball(moments.risk),
            ):
                return layers
    return None


def _document(
    problem: dict[str, Any],
    widths: Sequence[int],
    layers: list[dict[str, Any]],
    moments: Moments,
    bounds: tuple[Fraction, Fraction],
) -> dict[str, Any]:
    """Without a better point."""
    claims = {
        "distance": _DISTANCE,
        "risk": str(fraction(moments.risk)),
        "better": None,
        "fits": False,
    }
    return {
        "format": FORMAT,
        "kind": "data-constant-minimum",
        "statement": {
            "problem": {**problem, "widths": list(widths)},
            "parameters": layers,
            "claims": claims,
        },
        "witness": _witness(bounds),
    }


def _best_construction(
    function: ActivationFunction,
    widths: Sequence[int],
    point: Fraction | None,
    bounds: tuple[Fraction, Fraction],
) -> tuple[Fraction, Entry]:
    """The weights of the second layer, with the sign of the output weights, and the point that make
    the matrices most definite.
    """
    options = [
        (_least_eigenvalue(widths, epsilon * sign, entry, bounds), -place, epsilon * sign, entry)
        for place, entry in enumerate(_good_points(function, point))
        for epsilon in (Fraction(1, 2**j) for j in range(8))
        for sign in (1, -1)
    ]
    _, _, scale, entry = max(options, key=lambda option: option[:2])
    return scale, entry


def _least_eigenvalue(
    widths: Sequence[int], scale: Fraction, entry: Entry, bounds: tuple[Fraction, Fraction]
) -> float:
    """Of the matrices g g^T - mu H of the construction: H = alpha I + beta 1 1^T, g = gamma 1."""
    _, _, slope, bend = entry
    # derivatives of the output by the sum the second layer takes of the first one's outputs
    first, second = (
        1.0,
        0.0,
    )
    for _ in widths[1:]:
        first, second = slope * first, bend * first * first + slope * second
    factor, d = float(abs(scale)) / widths[0], widths[0]
    sign = 1.0 if scale > 0 else -1.0
    first, second = sign * first, sign * second
    gamma, alpha, beta = (
        factor * first * slope,
        factor * first * bend,
        factor * factor * second * slope * slope,
    )
    values = [-float(mu) * alpha for mu in bounds] if d > 1 else []
    values += [-float(mu) * (alpha + d * beta) + d * gamma * gamma for mu in bounds]
    return min(values) / (1 + abs(gamma) + abs(alpha) + abs(beta))


def _construction(
    function: ActivationFunction,
    inputs: int,
    widths: Sequence[int],
    scale: Fraction,
    point: Fraction,
    level: Fraction,
) -> list[dict[str, Any]]:
    """All hidden units at `point`: weights 0 in the first layer, |scale| divided by the units below
    in the next one, 1 divided by them after that.
    """
    at_point = function.value(point)
    layers: list[tuple[list[list[Fraction]], list[Fraction]]] = [
        ([[Fraction(0)] * inputs for _ in range(widths[0])], [point] * widths[0])
    ]
    for number, (below, above) in enumerate(pairwise((*widths, 1))):
        last = above == 1 and number == len(widths) - 1
        weight = (
            (abs(scale) if number == 0 else 1) * (-1 if last and scale < 0 else 1) / Fraction(below)
        )
        weight = Fraction(round_down(weight, 30))
        layers.append(
            (
                [[weight] * below for _ in range(above)],
                [(level if last else point) - below * weight * at_point] * above,
            )
        )
    return _rounded(layers, at_point)


def _rounded(
    layers: list[tuple[list[list[Fraction]], list[Fraction]]], *values: Fraction
) -> list[dict[str, Any]]:
    """As the format writes them, more digits where weights meet large values of h."""
    digits = _DIGITS + min(max(len(str(int(abs(value)))) for value in values), 300)
    return nested_layers(layers, lambda value: round_down(value, digits))


def prove_activation(
    function: ActivationFunction,
    *,
    points: tuple[Fraction, Fraction] | None = None,
    command: str = "",
    progress: Say = silent,
) -> Attempt:
    """The three data of Yun, Sra and Jadbabaie, theorem 2, two hidden units: the local minimum with
    the risk 1/3 whose units are at `points` on all data, and a point of risk 0. Raises
    `UnusableInput`.
    """
    data = make_data([["1", "0"], ["0", "1"], ["0.5", "0.5"]], ["0", "0", "1"])
    written, problem = smooth_problem(data, function)
    moments = moments_of(problem)
    bounds = _bounds(StandardSmooth.of(problem, [2]))
    entries = {
        entry[0]: entry
        for point in ([None] if points is None else points)
        for entry in _good_points(function, point)
    }
    pairs = (
        product(entries.values(), repeat=2)
        if points is None
        else [(entries[points[0]], entries[points[1]])]
    )
    progress("looking for units at which the conditions hold")
    options = [(share, v1, v2) for v1, v2 in pairs if v1[1] and v2[1] for share in _SHARES]
    if not options:
        raise UnusableInput(
            f"{function.label} is 0 at the units asked for, so that their outputs cannot have the"
            " sum 1/3"
        )
    share, (first, *_), (second, *_) = options[int(np.argmax(_smallest(options)))]
    values = [function.value(v) for v in (first, second)]
    outer = [share / values[0], (Fraction(1, 3) - share) / values[1]]
    layers = _rounded(
        [([[first] * 2, [second] * 2], [Fraction(0)] * 2), ([outer], [Fraction(0)])], *values
    )
    plain = judged(_document(written, (2,), layers, moments, bounds), command, {})
    if not isinstance(plain.outcome, Proved):
        return plain
    fitting = _claimed(plain, _fitting(function), command, {}, fits=True)
    if not fitting.remarks:
        return fitting
    scale, entry = _best_construction(function, (2,), None, bounds)
    return _claimed(plain, _beside(function, problem, moments, (2,), scale, entry[0]), command, {})


# of the first unit in the output 1/3
_SHARES = [Fraction(n, 6) for n in range(-12, 15) if n not in (0, 2)]


def _smallest(options: list[tuple[Fraction, Entry, Entry]]) -> Array:
    """The smallest eigenvalues of g g^T - mu H, mu = -1/3, relative to their size: positive by
    conditions (C2.6) and (C2.7).
    """
    share, first, second = (
        np.array([[float(number) for number in np.atleast_1d(part)] for part in parts]).T
        for parts in zip(*options, strict=True)
    )
    u1, u2 = share[0] / first[1], (1 / 3 - share[0]) / second[1]
    g1, g2 = u1 * first[2], u2 * second[2]
    a, b, c = g1 * g1 + u1 * first[3] / 3, g1 * g2, g2 * g2 + u2 * second[3] / 3
    least = (a + c) / 2 - np.hypot((a - c) / 2, b)
    return np.asarray(np.nan_to_num(least / (1 + np.abs(a) + np.abs(b) + np.abs(c)), nan=-np.inf))


def _fitting(function: ActivationFunction) -> list[dict[str, Any]] | None:
    """Two hidden units, without biases, and the last layer that fits the three data: (0, 0, 1)."""
    grid = np.array(list(product(range(-6, 7), repeat=4)))  # halves: v1, v2, v3, v4
    quarters = np.stack(
        [2 * grid[:, [0, 2]], 2 * grid[:, [1, 3]], grid[:, [0, 2]] + grid[:, [1, 3]]], axis=1
    )
    places = np.arange(-12, 13) / 4
    values = np.array([part(places) for part in function.numeric])
    values[:, np.isin(places, [float(kink) for kink in function.kinks])] = np.nan
    rows, smooth = (
        values[0][quarters + 12],
        np.isfinite(values).all(axis=0)[quarters + 12].all(axis=(1, 2)),
    )
    with np.errstate(all="ignore"):
        size = np.abs(rows).max(axis=(1, 2))
        (a, b), (c, d) = ((rows[:, i] - rows[:, 0]).T for i in (1, 2))
        worth = np.where(smooth, np.abs(a * d - b * c) / (1 + size) ** 2, 0)
    for best in np.argsort(-np.round(worth, 6), kind="stable")[:_TRIES]:
        if not worth[best] > 1e-6:
            return None
        v = [Fraction(int(n), 2) for n in grid[best]]
        try:
            matrix = [
                [function.value(z) for z in row]
                for row in ((v[0], v[2]), (v[1], v[3]), ((v[0] + v[1]) / 2, (v[2] + v[3]) / 2))
            ]
        except UnusableInput:
            continue
        return _last_layer(v, matrix)
    return None


def _last_layer(v: list[Fraction], matrix: list[list[Fraction]]) -> list[dict[str, Any]]:
    """The hidden weights v, and the last layer with the outputs 0, 0, 1 where the hidden units are
    the rows of the matrix.
    """
    # Cramer's rule: differences with the first datum leave two unknowns
    (p, q), (r, s) = ((matrix[i][0] - matrix[0][0], matrix[i][1] - matrix[0][1]) for i in (1, 2))
    u1, u2 = -q / (p * s - q * r), p / (p * s - q * r)
    bias = -u1 * matrix[0][0] - u2 * matrix[0][1]
    return _rounded(
        [([[v[0], v[1]], [v[2], v[3]]], [Fraction(0)] * 2), ([[u1, u2]], [bias])],
        *(value for row in matrix for value in row),
    )
