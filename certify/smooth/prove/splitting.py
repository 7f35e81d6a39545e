"""Certificates for all larger widths: a small network's minimum, found in data or made for data,
with a neuron that may be split.

Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import floor, log10
from typing import Any

import numpy as np
from flint import arb, arb_mat

from certify.attempt import Attempt, Refusal, Say, judged, silent
from certify.decimals import (
    exact_decimal,
    round_down,
    round_up,
    significant,
)
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
from certify.smooth.network import SmoothNetwork, StandardSmooth, nested_layers
from certify.smooth.prove.constant import arrays, smooth_problem
from certify.tables import DataSet, make_data

__all__ = ["draw_data", "prove_generated", "prove_splitting"]

_BITS = 256
_DIGITS = 60  # of the parameters
# where the units of the data are far from standard ones: then some curvatures are much larger than
# others
_MORE_DIGITS = 85
_FAR = 20  # powers of two
# powers of ten of the targets' own size
_SPREADS = (
    -2,
    -3,
    -4,
    -5,
    -6,
    -7,
    -8,
    -10,
    -12,
    -16,
    -20,
    -24,
    -30,
)
_STEPS = 12  # of Newton's method
_DRAWS = 40
_HALVINGS = 8
_CONDITION = 1e-8  # least relative eigenvalue of a Hessian to work with


@dataclass(frozen=True)
class _Base:
    """A minimum of the base network; neuron: one whose inner Hessian, times its outgoing weight, is
    positive definite, or None.
    """

    layers: list[dict[str, Any]]
    neuron: int | None
    curvature: float
    risk: float


def prove_splitting(
    data: DataSet, widths: Sequence[int], function: ActivationFunction, *, spread: str | None = "0", start: Array | None = None, seed: int = 0,
    trials: int = 60, command: str = "", progress: Say = silent,
) -> Attempt:  # fmt: skip
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
    x, y = arrays(units.problem)
    network = SmoothNetwork(function, (x.shape[1], *widths, 1))
    digits = _DIGITS if units.far <= _FAR else _MORE_DIGITS
    options = [spread] if spread is not None else _spreads(fraction(units.standard.size))
    attempt = Attempt()
    minima = 0
    for base in _minima(
        units.problem,
        network,
        x,
        y,
        None if start is None else units.forth(start),
        seed,
        trials,
        progress,
        digits,
    ):
        minima += 1
        if base.neuron is None:
            continue
        progress("looking for a better point")
        better = _better(network, x, y, base.risk, seed)
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
        for option in options:
            progress(f"trying the spread {option}")
            statement = _claims(written, problem, widths, own, option)
            statement["claims"]["better"] = better
            witness = {
                "bits": _BITS,
                "curvature": significant(Fraction(own.curvature / 2), 3, up=False),
            }
            attempt = judged(
                {
                    "format": FORMAT,
                    "kind": "data-splitting-family",
                    "statement": statement,
                    "witness": witness,
                },
                command,
                {"seed": seed},
            )
            if isinstance(attempt.outcome, Proved):
                return attempt
    if attempt.refusal is not None:
        return attempt
    if not minima:
        where = "near the start" if start is not None else f"from {trials} starts"
        return Attempt(
            refusal=Refusal(f"no nondegenerate minimum of the small network was found {where}")
        )
    return Attempt(
        refusal=Refusal(
            f"{minima} nondegenerate minima of the small network were found, none with a neuron of"
            " definite inner Hessian (this is rare: see --generate)"
        )
    )


def _spreads(size: Fraction) -> list[str]:
    """Spreads of the targets to try, in their own units, which times `size` are about 1."""
    return [*(f"1e{power + round(-log10(size))}" for power in _SPREADS), "0"]


def _curvature(
    problem: SmoothProblem, widths: Sequence[int], layers: list[dict[str, Any]]
) -> float:
    """The smallest eigenvalue of the Hessian at a minimum, as the reciprocal of the largest of its
    inverse: float64 keeps only large ones.
    """
    with precision(_BITS + GUARD_BITS):
        theta = as_balls(read_parameters(layers, "the parameters", problem, tuple(widths)))
        inverse = derivatives(problem, theta, [ball(y) for y in problem.targets])[2].mid().inv()
        rows = [[midpoint(entry) for entry in row] for row in inverse.tolist()]
        largest = max(abs(entry) for row in rows for entry in row)
        return float(
            1
            / (
                largest
                * Fraction(
                    float(
                        np.linalg.eigvalsh(
                            np.array([[float(entry / largest) for entry in row] for row in rows])
                        )[-1]
                    )
                )
            )
        )


def prove_generated(
    inputs: int, points: int | None, widths: Sequence[int], function: ActivationFunction, *, spread: str | None = None, seed: int = 0,
    command: str = "", progress: Say = silent,
) -> Attempt:  # fmt: skip
    """The same on data made for it, which is an attempt without a document where none were found.
    Raises `UnusableInput`.
    """
    found = draw_data(inputs, points, widths, function, seed)
    if found is None:
        return Attempt(
            refusal=Refusal(
                "no data were found for which the equations have a well-conditioned solution: try"
                " another seed, more points, other widths or units (for some, as sin, exp, arctan"
                " and powers of t, there are none)"
            )
        )
    return prove_splitting(
        found[0],
        widths,
        function,
        spread=spread,
        start=found[1],
        seed=seed,
        command=command,
        progress=progress,
    )


def _minima(
    problem: SmoothProblem,
    network: SmoothNetwork,
    x: Array,
    y: Array,
    start: Array | None,
    seed: int,
    trials: int,
    progress: Say,
    digits: int = _DIGITS,
) -> Iterator[_Base]:
    """Nondegenerate minima of the base network, from random starts or from one, to so many digits."""
    for trial in range(1 if start is not None else trials):
        if trial % 10 == 0:
            progress(f"start {trial + 1} of {trials}" if start is None else "polishing the minimum")
        theta = network.start(np.random.default_rng([seed, trial]), x) if start is None else start
        risk, theta = network.train(theta, x, y)
        if not np.isfinite(risk) or risk < 1e-18 or np.abs(theta).max() > 1e4:
            continue
        try:
            layers, curvature = _polished(problem, network, theta, digits)
        except (ArithmeticError, ZeroDivisionError):
            continue
        if curvature > 0:
            yield _Base(layers, _definite(network, theta, x, y), curvature, risk)


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


def _polished(
    problem: SmoothProblem, network: SmoothNetwork, theta: Array, digits: int = _DIGITS
) -> tuple[list[dict[str, Any]], float]:
    """The critical point near theta to so many digits by Newton's method, and the smallest
    eigenvalue of the Hessian. ArithmeticError.
    """
    with precision(_BITS + GUARD_BITS):
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


def _claims(
    written: dict[str, Any], problem: SmoothProblem, widths: Sequence[int], base: _Base, spread: str
) -> dict[str, Any]:
    """The statement, but for the better point: distance and risk from the kernel's own enclosures."""
    curvature = Fraction(base.curvature / 2)
    with precision(_BITS + GUARD_BITS):
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


def draw_data(
    inputs: int, points: int | None, widths: Sequence[int], function: ActivationFunction, seed: int
) -> tuple[DataSet, Array] | None:
    """Data for which the network with these widths has a minimum that can be split, and flat
    parameters near it; None if none are found. Raises `UnusableInput`.

    Inputs and parameters are drawn at random; the residuals solve the linear equations: the risk is
    critical, and the inner Hessian of one neuron is a multiple of the unit matrix. Nothing special
    about the inputs is used: see Ding, Li and Sun.
    """
    read_widths(list(widths), "the widths")
    network = SmoothNetwork(function, (inputs, *widths, 1))
    features = (widths[-2] if len(widths) > 1 else inputs) + 1
    least = network.unknowns + features * (features + 1) // 2
    count = points or least + 4
    if count < least:
        raise UnusableInput(
            f"{count} points are too few for these widths: the equations for the residuals need at"
            f" least {least}"
        )
    best: tuple[float, Array, Array, Array] | None = None
    for trial in range(_DRAWS):
        rng = np.random.default_rng([seed, trial])
        x = np.round(rng.normal(size=(count, inputs)), 3)
        theta = np.round(network.start(rng, x), 3)
        made = _residuals(network, theta, x)
        if made is not None and (best is None or made[0] > best[0]):
            best = made[0], x, theta, made[1]
    if best is None:
        return None
    _, x, theta, rho = best
    y = np.round(network.outputs(theta, x) - rho, 9)
    return (
        make_data(
            [[exact_decimal(float(v)) for v in row] for row in x],
            [exact_decimal(float(v)) for v in y],
        ),
        theta,
    )


def _residuals(network: SmoothNetwork, theta: Array, x: Array) -> tuple[float, Array] | None:
    """Residuals at which theta is a critical point with a definite Hessian, and inner Hessian of
    the neuron that matters most; and how well conditioned this is (larger is better). None if there
    are none.
    """
    layers = network.layers(theta)
    below = network.hidden(theta, x, len(layers) - 2)
    extended = np.column_stack([below, np.ones(len(x))])
    jacobian = network.jacobian(theta, x)
    outgoing = layers[-1][0][0]
    j = int(np.argmax(np.abs(outgoing)))
    bend = network.activation.numeric[2](below @ layers[-2][0][j] + layers[-2][1][j])
    size = extended.shape[1]
    pairs = [(a, b) for a in range(size) for b in range(a, size)]
    rows = np.vstack([jacobian.T, *(bend * extended[:, a] * extended[:, b] for a, b in pairs)])
    goal = np.concatenate(
        [np.zeros(jacobian.shape[1]), [float(a == b) * np.sign(outgoing[j]) for a, b in pairs]]
    )
    if not np.isfinite(rows).all():
        return None
    rho, *_ = np.linalg.lstsq(rows, goal, rcond=None)
    if np.abs(rows @ rho - goal).max() > 1e-8:
        return None
    rho = rho * float(np.std(network.outputs(theta, x))) / np.abs(rho).max()
    # the Hessian of the risk is that at residuals 0 plus a part linear in them
    for _ in range(_HALVINGS):
        hessian = jacobian.T @ jacobian + _second(network, theta, x, rho)
        values = np.linalg.eigvalsh(hessian)
        if values[0] > _CONDITION * values[-1]:
            return float(values[0] / values[-1] * np.abs(rho).max()), np.asarray(rho)
        rho = rho / 2
    return None


def _second(network: SmoothNetwork, theta: Array, x: Array, rho: Array) -> Array:
    """sum_n rho_n Hess f(x_n), by differences of the Jacobian."""
    step = 1e-5
    columns = []
    for i in range(len(theta)):
        change = np.zeros(len(theta))
        change[i] = step
        columns.append(
            (network.jacobian(theta + change, x) - network.jacobian(theta - change, x)).T
            @ rho
            / (2 * step)
        )
    form = np.array(columns)
    return np.asarray((form + form.T) / 2)
