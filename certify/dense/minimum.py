"""The strict local minimum that descent from the weights reaches (theorem 22)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

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
from certify.dense.derivatives import Risk
from certify.dense.noncritical import margins, scales
from certify.dense.polish import Slice, descended, newton, refined
from certify.dense.precise import Precise
from certify.dense.problem import TrainedProblem, decimal_of_fraction
from certify.dense.softened import WIDTH, descended_softly
from certify.empirical.parameters import Layers
from certify.enclosure import rounded
from certify.floats import Array
from certify.kernel.foundation.outcomes import Proved
from certify.networks.formulas import evaluated

__all__ = ["Located", "located", "modulo", "prove_minimum", "rescaling_of", "slice_of"]

_OFF = 1e-6  # weights in and out of a unit that decay has switched off
_FLAT = 1e-11  # of the largest eigenvalue: below it a direction is called flat
_THIN = Fraction(1, 10**20)  # how far the critical point is from the centre, where that holds


@dataclass(frozen=True)
class Located:
    """A critical point to many digits. off: layer, unit (from 0, in the larger network) and bias of
    each unit that decay switched off; kept: the places in the larger theta.
    """

    problem: TrainedProblem
    theta: list[Fraction]
    slope: float
    values: Array  # eigenvalues of the Hessian on the slice, with the terms of the shifts
    largest: float
    risk: Fraction
    shifts: tuple[tuple[int, ...], ...]
    rescaling: list[list[int]] | None
    place: Slice
    off: tuple[tuple[int, int, Fraction], ...] = ()
    kept: tuple[int, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The point as it is written."""
        return [decimal_of_fraction(value) for value in self.theta]

    @property
    def centre(self) -> Layers:
        """As the format writes it."""
        return self.problem.nested(self.texts)

    def whole(self, case: Case) -> list[Fraction]:
        """In the larger network."""
        if not self.off:
            return list(map(Fraction, self.texts))
        result = [Fraction(0)] * case.problem.parameters
        for place, text in zip(self.kept, self.texts, strict=True):
            result[place] = Fraction(text)
        for layer, unit, bias in self.off:
            result[case.problem.bias(layer, unit)] = Fraction(decimal_of_fraction(bias))
        return result


def rescaling_of(case: Case, problem: TrainedProblem, theta: Array) -> list[list[int]] | None:
    """For each hidden unit the unit above (from 1) whose weight is fixed, the largest one; None
    where units cannot be rescaled.
    """
    if case.decays or not case.homogeneous:
        return None
    weights = [part for part, _ in problem.split(theta)][1:]
    return [(np.abs(part).argmax(axis=0) + 1).tolist() for part in weights]


def slice_of(
    case: Case, problem: TrainedProblem, start: Array, anchor: Array | None = None
) -> tuple[Slice, tuple[tuple[int, ...], ...], list[list[int]] | None]:
    """The slice on which symmetries leave no flat directions, through a start; the outputs are
    shifted as at the anchor, by default the start.
    """
    shifts, rescaling = shifts_of(problem), rescaling_of(case, problem, start)
    fixed = {
        problem.weight(layer, above - 1, unit)
        for layer, units in enumerate(rescaling or [], 1)
        for unit, above in enumerate(units)
    }
    free = np.array([i for i in range(problem.parameters) if i not in fixed])
    hold = start if anchor is None else anchor
    risk = Risk(problem, shifts=shifts, anchor=hold if shifts else None)
    return Slice(risk, start, free), shifts, rescaling


def modulo(shifts: tuple[tuple[int, ...], ...], rescaling: list[list[int]] | None) -> Any:
    """The field of the format."""
    return {"shift": bool(shifts), "rescaling": rescaling}


def located(case: Case) -> Located:
    """The critical point that descent from the weights reaches, without the units that decay
    switched off. Raises `ArithmeticError` where it comes to none.
    """
    problem, start = case.problem, case.start
    kept = list(range(problem.parameters))
    off: list[tuple[int, int, Fraction]] = []
    while True:
        place, shifts, rescaling = slice_of(case, problem, start, case.start[kept])
        case.run.tell(f"descending from the weights: {problem.parameters} parameters")
        if case.kinked:
            start = descended_softly(place, start, case.run)
            on = sum(int((np.abs(z) < WIDTH).sum()) for z in place.risk.inner(start)[:-1])
            if on:
                raise ArithmeticError(
                    f"it ends on {on} kinks of units, where the risk is not differentiable"
                )
        point = descended(place, start[place.free], 1000 if case.decays else 300, run=case.run)
        better = newton(place, point, steps=6, reach=0.1 * (1 + float(np.linalg.norm(point))))
        theta = place.full(point if better is None else better)
        gone = [] if off else _switched_off(problem, theta)
        if not gone:
            break
        layer, units = gone
        off = [(layer, unit, Fraction(float(theta[problem.bias(layer, unit)]))) for unit in units]
        problem, left = problem.without(layer, units)
        kept, start = [kept[i] for i in left], theta[left]
    anchor = tuple(case.exact[i] for i in kept) if shifts else ()
    precise = Precise(problem, shifts=shifts, anchor=anchor)
    case.run.tell("Newton's method to many digits")
    exact, _ = refined(precise, place, theta[place.free])
    texts = [decimal_of_fraction(value) for value in exact]
    exact = list(map(Fraction, texts))
    risk, gradient, _ = precise.slope(exact)
    at = np.array([float(value) for value in exact])
    values = np.asarray(np.linalg.eigvalsh(place.hessian(at[place.free])), dtype=float)
    bare = Slice(Risk(problem), at, place.free).hessian(at[place.free]) if shifts else None
    top = values[-1] if bare is None else np.linalg.eigvalsh(bare)[-1]
    slope = float(np.linalg.norm([float(gradient[i]) for i in place.free]))
    off = [_nearest(case, problem, at, own) for own in off]
    return Located(
        problem, exact, slope, values, float(top), risk, shifts, rescaling, place, tuple(off),
        tuple(kept),
    )  # fmt: skip


def _nearest(
    case: Case, problem: TrainedProblem, theta: Array, own: tuple[int, int, Fraction]
) -> tuple[int, int, Fraction]:
    """The unit with its free bias as near the one given as the point is shown to be a minimum with
    it, h'(b)^2 |Q|^2 below the product of the decays, on the way to the bias that descent found.
    """
    layer, unit, bias = own
    formula = case.problem.layers[layer].activation
    pull = float(np.linalg.norm(Risk(problem).pull(theta, layer)))
    room = 0.8 * float(problem.decay[layer][0] * problem.decay[layer + 1][0]) ** 0.5
    begin, end = float(case.exact[case.problem.bias(layer, unit)]), float(bias)
    way = begin + (end - begin) * np.linspace(0, 1, 1001)
    fits = np.abs(evaluated(formula, way)[1]) * pull < room
    return layer, unit, Fraction(float(way[int(np.argmax(fits))] if fits.any() else end))


def _switched_off(problem: TrainedProblem, theta: Array) -> tuple[int, list[int]] | list[Any]:
    """The first hidden layer, and its units, whose weights in and out are all 0."""
    parts = problem.split(theta)
    for layer, ((weights, _), (above, _)) in enumerate(pairwise(parts)):
        own = problem.layers[layer]
        still = (np.abs(weights).max(axis=1) < _OFF) & (np.abs(above).max(axis=0) < _OFF)
        if still.any() and not still.all() and own.bias:
            return layer, np.flatnonzero(still).tolist()
    return []


def prove_minimum(case: Case) -> Attempt:
    """The strict minimum, with the largest ball of convexity that is proved."""
    if scales(case) and float(margins(case, Risk(case.problem)).min()) > 0:
        return refused(
            "all data are classified right and the last layer has no decay: to scale it up makes"
            " the risk smaller, and no critical point is like that"
        )
    try:
        found = located(case)
    except (ArithmeticError, np.linalg.LinAlgError) as error:
        return refused(f"descent from the weights came to no critical point: {error}")
    why = _not_strict(case, found)
    if why:
        return refused(why)
    least, top = float(found.values[0]), found.largest
    location = max(_THIN, Fraction(1e4 * found.slope / least))
    delta = rounded(location, 1, up=True)
    better, told = better_point(case, found.risk)
    claims: dict[str, Any] = {
        "convexity": rounded(Fraction(least / 2), 2, up=False),
        "location": delta,
        "risk": interval(found.risk, abs(found.risk) / 10**14 + Fraction(1, 10**25), 12),
        "smallest": interval(least, 1e-6 * least + 1e-13 * top, 4),
        "largest": interval(top, 1e-9 * top, 6),
        "given": distance_claim(case, found.whole(case), Fraction(delta)),
        "better": better,
    }
    off = [
        {"layer": layer + 1, "unit": unit + 1, "bias": decimal_of_fraction(bias)}
        for layer, unit, bias in sorted(found.off)
    ]
    rescaling = None if off else found.rescaling

    def judge(radius: str) -> Attempt:
        case.run.tell(f"convex within {radius}?")
        statement = {
            "centre": found.centre,
            "modulo": modulo(found.shifts, rescaling),
            "off": off,
            "claims": {"radius": radius, **claims},
        }
        document = document_of("smooth-strict-minimum", found.problem, statement, {})
        return case.judged(document, {"polished": f"|gradient| {found.slope:.1e}"})

    attempt = largest_proved(_radii(found, float(Fraction(delta))), judge)
    if isinstance(attempt.outcome, Proved):
        attempt = replace(attempt, remarks=(*_of_units(found), *told))
    return attempt


def _radii(found: Located, least: float) -> list[float]:
    """Radii to try, the largest first: half of what the kernel may prove, so that a checker whose
    enclosures are a little wider agrees.
    """
    lowest = float(found.values[0])
    written = modulo(found.shifts, None if found.off else found.rescaling)
    known = convex_radius(found.problem.document, found.centre, written, lowest / 2)
    first = 0.1 * min(lowest, 1.0) if known is None else known
    shares = (0.5, 0.2, 1e-3, 1e-6)
    return [first * share for share in shares if first * share > least] or [2 * least]


def _not_strict(case: Case, found: Located) -> str:
    """Why the critical point is no strict minimum; empty where it seems to be one."""
    values = found.values
    flat = int((np.abs(values) <= _FLAT * values[-1]).sum())
    down = int((values < -_FLAT * values[-1]).sum())
    if down:
        return f"descent from the weights ended at a saddle with {down} directions down"
    if flat:
        without = "" if case.decays else " (there is no decay, and minima are often flat then)"
        return (
            f"the Hessian at the point that descent reaches has {flat} eigenvalues as good as 0:"
            f" the minimum is not strict{without}"
        )
    return ""


def _of_units(found: Located) -> tuple[str, ...]:
    """What is to be said of units switched off."""
    if not found.off:
        return ()
    names = ", ".join(
        f"unit {unit + 1} of hidden layer {layer + 1}" for layer, unit, _ in found.off
    )
    told = f"weight decay has switched off {names}: all weights in and out are 0 there, and the"
    return (f"{told} bias is free; the other parameters have a strict minimum",)
