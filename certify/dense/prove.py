"""What the point is where a training stopped: the theorems of trained networks, in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from certify.attempt import Attempt, Refusal
from certify.dense import exact_fit, kinks
from certify.dense.case import Case
from certify.dense.derivatives import Risk
from certify.dense.exact_fit import prove_exact_fit
from certify.dense.kinks import prove_kink_minimum
from certify.dense.minimum import prove_minimum
from certify.dense.noncritical import prove_no_critical_point
from certify.dense.problem import TrainedProblem, flat
from certify.dense.saddle import NEAR, prove_saddle
from certify.empirical.attempts import QUIET, Run
from certify.errors import UnusableInput
from certify.kernel.foundation.outcomes import Proved

__all__ = ["THEOREMS", "estimate", "prove_trained"]

THEOREMS: dict[str, Callable[[Case], Attempt]] = {
    "fit": prove_exact_fit,
    "minimum": prove_minimum,
    "kinks": prove_kink_minimum,
    "saddle": prove_saddle,
    "no-critical-point": prove_no_critical_point,
}
_NAMES = {
    "fit": "an exact fit",
    "minimum": "a strict minimum",
    "kinks": "a minimum on kinks",
    "saddle": "a saddle",
    "no-critical-point": "no critical point",
}


def prove_trained(
    problem: TrainedProblem,
    parameters: Any,
    *,
    better: Any = None,
    theorem: str = "",
    run: Run = QUIET,
) -> Attempt:
    """The first theorem that holds of the weights given, parameters as the format writes them, with
    the reasons why those before it do not. theorem: only this one of `THEOREMS`. better: parameters
    with a smaller risk. Raises `UnusableInput`.
    """
    if theorem and theorem not in THEOREMS:
        raise UnusableInput(f"the theorem {theorem} is none of {', '.join(THEOREMS)}")
    other = None if better is None else tuple(flat(better))
    case = Case(problem, tuple(flat(parameters)), other, run)
    for own in (case.given, other or case.given):
        if len(own) != problem.parameters:
            raise UnusableInput(f"{len(own)} parameters are not {problem.parameters}")
    value = Risk(problem).value(case.start)
    if not value < float("inf"):
        raise UnusableInput("the risk at the weights is not finite")
    run.tell(
        f"{problem.parameters} parameters, {len(problem.inputs)} data, risk {value:.10g}: about"
        f" {estimate(problem):.0f} s"
    )
    reasons = [] if theorem else _beforehand(case)
    attempt = Attempt(refusal=Refusal("no theorem was tried"))
    for name, prove in _in_order(case, theorem):
        attempt = prove(case)
        if isinstance(attempt.outcome, Proved):
            return _remarked(case, attempt, name, reasons)
        reasons.append(f"not shown to be {_NAMES[name]}: {attempt.reason}")
        run.tell(reasons[-1])
    return replace(attempt, refusal=Refusal("; ".join(reasons)), document=None, outcome=None)


def _beforehand(case: Case) -> list[str]:
    """Why theorems are not tried."""
    found = [("fit", exact_fit.inapplicable(case))]
    if case.kinked:
        found.append(("kinks", kinks.inapplicable(case)))
    return [f"not shown to be {_NAMES[name]}: {why}" for name, why in found if why]


def _in_order(case: Case, theorem: str) -> list[tuple[str, Callable[[Case], Attempt]]]:
    """The theorems to be tried: a saddle first where the weights are near one."""
    if theorem:
        return [(theorem, THEOREMS[theorem])]
    order: list[tuple[str, Callable[[Case], Attempt]]] = []
    if not exact_fit.inapplicable(case):
        order.append(("fit", prove_exact_fit))
    if case.kinked:
        order += [("kinks", prove_kink_minimum)] if not kinks.inapplicable(case) else []
    else:
        order.append(("saddle", lambda own: prove_saddle(own, near=True)))
    order.append(("minimum", prove_minimum))
    if not case.kinked:
        order.append(("saddle", prove_saddle))
    return [*order, ("no-critical-point", prove_no_critical_point)]


def estimate(problem: TrainedProblem) -> float:
    """Seconds for a proof, about, on an idle machine: of Hessians in balls and of their
    definiteness, several times.
    """
    rows, size = len(problem.inputs), problem.parameters
    return 1 + 8 * (2e-8 * rows * size**2 / 2 + 3e-9 * size**3)


def _remarked(case: Case, attempt: Attempt, name: str, reasons: list[str]) -> Attempt:
    """The attempt with what is to be said of the distance, and of the other theorems."""
    told = [*attempt.remarks]
    if name != "no-critical-point":
        told.insert(0, _distance(case, attempt, name))
    return replace(attempt, remarks=(*told, *reasons))


def _distance(case: Case, attempt: Attempt, name: str) -> str:
    """How far the point proved lies from the weights given."""
    document = attempt.document or {}
    given = document["statement"]["claims"]["given"]
    if given is None:
        return "the weights given are within the point's own accuracy"
    far = given["distance"] if isinstance(given["distance"], str) else given["distance"][1]
    distance = float(Fraction(far))
    relative = distance / case.size if case.size else float("inf")
    what = _NAMES[name].partition(" ")[2]
    if relative <= NEAR:
        return (
            f"the {what} lies {distance:.3g} from the weights given, {relative:.2g} of their length"
            f" {case.size:.4g}"
        )
    way = "Newton's method" if name in ("saddle", "fit") else "descent"
    return (
        f"the {what} lies {distance:.3g} from the weights given, {relative:.2g} of their length"
        f" {case.size:.4g}: it is the {what} that {way} from your weights reaches, not the network"
        " that you trained"
    )
