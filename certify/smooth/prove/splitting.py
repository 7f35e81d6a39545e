"""Certificates for all larger widths: a small network's minimum, found in data or made for data,
with a neuron that may be split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import floor, log10
from typing import Any

import numpy as np
from flint import arb

from certify.attempt import Attempt, Refusal, judged
from certify.decimals import round_down, round_up, significant
from certify.empirical.attempts import QUIET, Run
from certify.empirical.parameters import Layers
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import (
    ball,
    lower_rational,
    precision,
    upper_rational,
)
from certify.kernel.foundation.exact import decimal
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.smooth.derivatives import derivatives
from certify.kernel.smooth.parameters import as_balls, read_parameters, read_widths
from certify.kernel.smooth.problem import SmoothProblem
from certify.rationals import flint_rational, fraction, midpoint
from certify.smooth.activations import ActivationFunction
from certify.smooth.network import SmoothNetwork, StandardSmooth
from certify.smooth.prove.generated import draw_data
from certify.smooth.prove.minima import BITS, TRIALS, Base, minima
from certify.smooth.prove.problem import arrays, smooth_problem
from certify.tables import DataSet

__all__ = ["prove_generated", "prove_splitting"]

# powers of ten of the targets' own size


_SPREADS = (-2, -3, -4, -5, -6, -7, -8, -10, -12, -16, -20, -24, -30)


def prove_splitting(
    data: DataSet,
    widths: Sequence[int],
    function: ActivationFunction,
    *,
    spread: str | None = "0",
    start: Array | None = None,
    run: Run = QUIET,
) -> Attempt:
    """Spurious local minima for every larger width of the last hidden layer (theorem 17), from a
    minimum of the network with these widths.

    spread: of the targets, a decimal, or None for the largest power of ten that is proved. start:
    flat parameters near the minimum; without it it is looked for from random starts. Raises
    `UnusableInput`; an attempt without a document where no suitable minimum was found.
    """
    read_widths(list(widths), "the widths")
    if spread is not None and decimal(spread, "the spread") < 0:
        raise UnusableInput("the spread is negative")
    written, problem = smooth_problem(data, function)
    units = StandardSmooth.of(problem, widths)
    network = SmoothNetwork(function, (problem.dimension, *widths, 1))
    spreads = [spread] if spread is not None else _spreads(fraction(units.standard.size))
    attempt, found = Attempt(), 0
    for base in minima(units, network, start, run):
        found += 1
        if base.neuron is None:
            continue
        run.tell("looking for a better point")
        better = _better(network, *arrays(units.problem), base.risk, run.seed)
        if better is None:
            attempt = Attempt(
                refusal=Refusal(
                    "no network, as wide or wider, with a smaller risk was found by training"
                )
            )
            continue
        better = {**better, "parameters": units.back(better["parameters"])}
        layers = units.back(base.layers)
        own = replace(base, layers=layers, curvature=_curvature(problem, widths, layers))
        for option in spreads:
            run.tell(f"trying the spread {option}")
            statement = _claims(written, problem, widths, own, option)
            statement["claims"]["better"] = better
            attempt = _judged(statement, own.curvature, run)
            if isinstance(attempt.outcome, Proved):
                return attempt
    return attempt if attempt.refusal is not None else Attempt(refusal=_none(found, start))


def _judged(statement: dict[str, Any], curvature: float, run: Run) -> Attempt:
    """What the kernel says of the statement; it is given half the curvature."""
    document = {
        "format": FORMAT,
        "kind": "data-splitting-family",
        "statement": statement,
        "witness": {
            "bits": BITS,
            "curvature": significant(Fraction(curvature / 2), 3, up=False),
        },
    }
    return judged(document, run.command, {"seed": run.seed})


def _none(found: int, start: Array | None) -> Refusal:
    """Why none of so many minima was proposed."""
    if not found:
        where = "near the start" if start is not None else f"from {TRIALS} starts"
        return Refusal(f"no nondegenerate minimum of the small network was found {where}")
    return Refusal(
        f"{found} nondegenerate minima of the small network were found, none with a neuron of"
        " definite inner Hessian (this is rare: see --generate)"
    )


def prove_generated(
    inputs: int,
    points: int | None,
    widths: Sequence[int],
    function: ActivationFunction,
    *,
    spread: str | None = None,
    run: Run = QUIET,
) -> Attempt:
    """The same on data made for it, which is an attempt without a document where none were found.
    Raises `UnusableInput`.
    """
    found = draw_data(inputs, points, widths, function, run.seed)
    if found is None:
        return Attempt(
            refusal=Refusal(
                "no data were found for which the equations have a well-conditioned solution: try"
                " another seed, more points, other widths or units (for some, as sin, exp, arctan"
                " and powers of t, there are none)"
            )
        )
    data, start = found
    return prove_splitting(data, widths, function, spread=spread, start=start, run=run)


def _spreads(size: Fraction) -> list[str]:
    """Spreads of the targets to try, in their own units, which times `size` are about 1."""
    return [*(f"1e{power + round(-log10(size))}" for power in _SPREADS), "0"]


def _curvature(problem: SmoothProblem, widths: Sequence[int], layers: Layers) -> float:
    """The smallest eigenvalue of the Hessian at a minimum, as the reciprocal of the largest of its
    inverse: float64 keeps only large ones.
    """
    with precision(BITS + GUARD_BITS):
        theta = as_balls(read_parameters(layers, "the parameters", problem, tuple(widths)))
        inverse = derivatives(problem, theta, [ball(y) for y in problem.targets])[2].mid().inv()
        rows = [[midpoint(entry) for entry in row] for row in inverse.tolist()]
        largest = max(abs(entry) for row in rows for entry in row)
        scaled = np.array([[float(entry / largest) for entry in row] for row in rows])
        return float(1 / (largest * Fraction(float(np.linalg.eigvalsh(scaled)[-1]))))


def _claims(
    written: dict[str, Any], problem: SmoothProblem, widths: Sequence[int], base: Base, spread: str
) -> dict[str, Any]:
    """The statement without the better point; distance and risk from the kernel's enclosures."""
    curvature = Fraction(base.curvature / 2)
    with precision(BITS + GUARD_BITS):
        targets = [
            ball(y) + ball(flint_rational(Fraction(spread))) * arb(0, 1) for y in problem.targets
        ]
        risk, slope, hessian = derivatives(
            problem,
            as_balls(read_parameters(base.layers, "the parameters", problem, tuple(widths))),
            targets,
        )
        norm = sum(
            (entry.abs_upper() * entry.abs_upper() for entry in slope.entries()), arb(0)
        ).sqrt()
        steepest = max(
            fraction(upper_rational(hessian[i, i].abs_upper())) for i in range(hessian.nrows())
        )
        # the more the curvatures differ, the sooner the smallest is lost
        least = Fraction(1, 10**40) * min(Fraction(1), 10**12 * curvature / steepest)
        distance = max(fraction(upper_rational(norm)) / curvature * Fraction(11, 10), least)
        low = fraction(lower_rational(risk - norm * norm / ball(flint_rational(curvature))))
        high = fraction(upper_rational(risk))
    digits = max((15 if Fraction(spread) else 45) - floor(log10(high)), 0)
    bounds = [
        round_down(low - Fraction(1, 10**digits), digits),
        round_up(high + Fraction(1, 10**digits), digits),
    ]
    return {
        "problem": {**written, "widths": list(widths), "spread": spread},
        "parameters": base.layers,
        "neuron": base.neuron,
        "claims": {"distance": significant(distance, 3, up=True), "risk": bounds, "better": None},
    }


def _better(
    base: SmoothNetwork, x: Array, y: Array, risk: float, seed: int
) -> dict[str, Any] | None:
    """The narrowest network of a few widths that training takes clearly below the risk."""
    for more in (0, 1, 2, 4, 8, 16):
        *below, last, one = base.sizes
        network = SmoothNetwork(base.activation, (*below, last + more, one))
        layers = network.below(0.9 * risk, x, y, [], seed, trials=8)
        if layers is not None:
            return {"width": last + more, "parameters": layers}
    return None
