"""The counterexample of Yun, Sra and Jadbabaie, theorem 2: three data, two hidden units."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np

from certify.attempt import Attempt, judged
from certify.empirical.attempts import QUIET, Run
from certify.empirical.parameters import Layers
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.smooth.moments import moments_of
from certify.smooth.activations import ActivationFunction
from certify.smooth.network import StandardSmooth
from certify.smooth.prove.construction import Construction, Entry, good_points, rounded_layers
from certify.smooth.prove.problem import smooth_problem
from certify.smooth.prove.proposing import claimed, document_of, moment_bounds
from certify.tables import make_data

__all__ = ["prove_activation"]

_TRIES = 500  # of weights with which two units fit the data
# of the first unit in the output 1/3
_SHARES = [Fraction(n, 6) for n in range(-12, 15) if n not in (0, 2)]


def prove_activation(
    function: ActivationFunction,
    *,
    points: tuple[Fraction, Fraction] | None = None,
    run: Run = QUIET,
) -> Attempt:
    """The three data of Yun, Sra and Jadbabaie, theorem 2, two hidden units: the local minimum with
    the risk 1/3 whose units are at `points` on all data, and a point of risk 0. Raises
    `UnusableInput`.
    """
    data = make_data([["1", "0"], ["0", "1"], ["0.5", "0.5"]], ["0", "0", "1"])
    written, problem = smooth_problem(data, function)
    moments = moments_of(problem)
    bounds = moment_bounds(StandardSmooth.of(problem, [2]))
    entries = {
        entry.point: entry
        for point in ([None] if points is None else points)
        for entry in good_points(function, point)
    }
    pairs = (
        product(entries.values(), repeat=2)
        if points is None
        else [(entries[points[0]], entries[points[1]])]
    )
    run.tell("looking for units at which the conditions hold")
    options = [(share, v1, v2) for v1, v2 in pairs if v1.value and v2.value for share in _SHARES]
    if not options:
        raise UnusableInput(
            f"{function.label} is 0 at the units asked for, so that their outputs cannot have the"
            " sum 1/3"
        )
    share, one, other = options[int(np.argmax(_smallest(options)))]
    first, second = one.point, other.point
    values = [function.value(v) for v in (first, second)]
    outer = [share / values[0], (Fraction(1, 3) - share) / values[1]]
    layers = rounded_layers(
        [([[first] * 2, [second] * 2], [Fraction(0)] * 2), ([outer], [Fraction(0)])], *values
    )
    plain = judged(document_of(written, (2,), layers, moments, bounds), run.command, {})
    if not isinstance(plain.outcome, Proved):
        return plain
    fitting = claimed(plain, _fitting(function), run.command, {}, fits=True)
    if not fitting.remarks:
        return fitting
    construction = Construction.best(function, (2,), None, bounds)
    return claimed(plain, construction.beside(problem, moments), run.command, {})


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


def _fitting(function: ActivationFunction) -> Layers | None:
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


def _last_layer(v: list[Fraction], matrix: list[list[Fraction]]) -> Layers:
    """The hidden weights v, and the last layer with the outputs 0, 0, 1 where the hidden units are
    the rows of the matrix.
    """
    # Cramer's rule: differences with the first datum leave two unknowns
    (p, q), (r, s) = ((matrix[i][0] - matrix[0][0], matrix[i][1] - matrix[0][1]) for i in (1, 2))
    u1, u2 = -q / (p * s - q * r), p / (p * s - q * r)
    bias = -u1 * matrix[0][0] - u2 * matrix[0][1]
    return rounded_layers(
        [([[v[0], v[1]], [v[2], v[3]]], [Fraction(0)] * 2), ([[u1, u2]], [bias])],
        *(value for row in matrix for value in row),
    )
