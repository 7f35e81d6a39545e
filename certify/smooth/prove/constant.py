"""Local minima with constant outputs: for one architecture, and for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from certify.attempt import Attempt, judged
from certify.decimals import round_down
from certify.empirical.attempts import QUIET, Run
from certify.empirical.parameters import Layers
from certify.errors import UnusableInput
from certify.kernel.check import FORMAT
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.smooth.moments import moments_of
from certify.kernel.smooth.parameters import read_widths
from certify.kernel.smooth.problem import SmoothProblem
from certify.rationals import fraction
from certify.smooth.activations import ActivationFunction
from certify.smooth.network import SmoothNetwork, StandardSmooth
from certify.smooth.prove.construction import BITS, LEAST, Construction, good_points
from certify.smooth.prove.problem import arrays, smooth_problem
from certify.smooth.prove.proposing import claimed, document_of, explained, moment_bounds
from certify.tables import DataSet

__all__ = ["prove_every_architecture", "prove_wide"]

_DIGITS = 50  # of a point in a certificate


def prove_every_architecture(
    data: DataSet,
    function: ActivationFunction,
    *,
    point: Fraction | None = None,
    run: Run = QUIET,
) -> Attempt:
    """One certificate for all depths and all widths (theorem 16). Raises `UnusableInput`."""
    written, problem = smooth_problem(data, function)
    moments = moments_of(problem)
    points = good_points(function, point, LEAST)
    sizes = [min(abs(entry.slope), abs(entry.bend)) for entry in points]
    a = next(
        entry.point
        for entry, size in zip(points, sizes, strict=True)
        if size > max(sizes) / 3 or point is not None
    )
    document = {
        "format": FORMAT,
        "kind": "data-constant-family",
        "statement": {
            "problem": written,
            "point": _decimal(a),
            "claims": {"risk": str(fraction(moments.risk))},
        },
        "witness": {"bits": BITS},
    }
    bounds = moment_bounds(StandardSmooth.of(problem, [1]))
    return explained(judged(document, run.command, {}), moments, bounds)


def _decimal(value: Fraction) -> str:
    """The point, exactly. Raises `UnusableInput` where it is no short decimal."""
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
    run: Run = QUIET,
) -> Attempt:
    """A local minimum with constant output for these hidden widths (theorem 15), and a better point
    by training. Raises `UnusableInput`.
    """
    read_widths(list(widths), "the widths")
    written, problem = smooth_problem(data, function)
    moments = moments_of(problem)
    units = StandardSmooth.of(problem, widths)
    bounds = moment_bounds(units)
    construction = Construction.best(function, widths, point, bounds)
    layers = construction.layers(problem.dimension, fraction(moments.level))
    document = document_of(written, widths, layers, moments, bounds)
    found: dict[str, object] = {"seed": run.seed}
    plain = judged(document, run.command, found)
    if not isinstance(plain.outcome, Proved):
        return explained(plain, moments, bounds)
    run.tell("training for a better point")
    better = _trained(units.problem, construction, run.seed)
    return claimed(plain, None if better is None else units.back(better), run.command, found)


def _trained(problem: SmoothProblem, construction: Construction, seed: int) -> Layers | None:
    """A point of the standardised problem with a smaller risk, by training from beside the
    construction with the other sign, or else beside it; None if none is found.
    """
    moments = moments_of(problem)
    flipped = construction.flipped().layers(problem.dimension, fraction(moments.level))
    flat = [
        float(Fraction(value))
        for layer in flipped
        for value in (*(w for row in layer["weights"] for w in row), *layer["bias"])
    ]
    start, noise = np.array(flat), np.random.default_rng(seed).normal(size=len(flat))
    network = SmoothNetwork(construction.function, (problem.dimension, *construction.widths, 1))
    starts = [start + 0.1 * noise, start + 0.5 * noise]
    better = network.below(float(fraction(moments.risk)), *arrays(problem), starts, seed)
    return construction.beside(problem, moments) if better is None else better
