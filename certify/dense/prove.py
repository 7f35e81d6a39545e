"""What the point is where a training stopped: the theorems of trained networks, in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

from certify.attempt import Attempt, Refusal
from certify.dense import exact_fit, kinks
from certify.dense.balls import beyond
from certify.dense.case import BITS, Case, refused
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

_LONGEST = 1200.0  # seconds of a theorem that is tried without being asked for
_KINKS, _SADDLE = 10, 5  # how much longer these take than a strict minimum

THEOREMS: dict[str, Callable[[Case], Attempt]] = {
    "fit": prove_exact_fit,
    "minimum": prove_minimum,
    "kinks": prove_kink_minimum,
    "saddle": prove_saddle,
    "no-critical-point": prove_no_critical_point,
}
_ELIMINATIONS = {"minimum": 1, "kinks": 1, "saddle": 3}  # that the kernel does
_NAMES = {
    "fit": "an exact fit",
    "minimum": "a strict minimum",
    "kinks": "a minimum on kinks",
    "saddle": "a saddle",
    "no-critical-point": "far from critical points",
}


def prove_trained(
    problem: TrainedProblem,
    parameters: Any,
    *,
    better: Any = None,
    theorem: str = "",
    remarks: tuple[str, ...] = (),
    run: Run = QUIET,
) -> Attempt:
    """The first theorem that holds of the weights given, parameters as the format writes them, with
    the reasons why those before it do not. theorem: only this one of `THEOREMS`. better: parameters
    with a smaller risk. remarks: of the problem, to be said with the theorem. Raises
    `UnusableInput`.
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
    seconds = estimate(problem) * (_KINKS if case.kinked else 1)
    run.tell(
        f"{problem.parameters} parameters, {len(problem.inputs)} data, risk {value:.10g}: about"
        f" {min(seconds, _LONGEST):.0f} s"
    )
    reasons: list[str] = []
    for name, why, prove in [(theorem, "", THEOREMS[theorem])] if theorem else _in_order(case):
        why = why or _beyond(case, name)  # noqa: PLW2901 - what is asked for may be beyond, too
        attempt = refused(why) if why else prove(case)
        if isinstance(attempt.outcome, Proved):
            proved = _remarked(case, attempt, name, reasons)
            return replace(proved, remarks=(*remarks, *proved.remarks))
        reasons.append(f"not shown to be {_NAMES[name]}: {attempt.reason}")
        run.tell(reasons[-1])
    return Attempt(refusal=Refusal("; ".join(dict.fromkeys(reasons))))


def _in_order(case: Case) -> Iterator[tuple[str, str, Callable[[Case], Attempt]]]:
    """The theorems in the order in which they are tried: the name, why it is not tried (empty where
    it is), and the proof. A saddle comes first where the weights are near one.
    """
    problem, kinked = case.problem, case.kinked
    long = _too_long((_KINKS if kinked else 1) * estimate(problem))
    yield "fit", exact_fit.inapplicable(case), prove_exact_fit
    if kinked:
        yield "kinks", kinks.inapplicable(case) or long, prove_kink_minimum
    else:
        yield "saddle", long, lambda own: prove_saddle(own, near=True)
    yield "minimum", long, prove_minimum
    if not kinked:
        yield "saddle", _too_long(_SADDLE * estimate(problem)), prove_saddle
    yield "no-critical-point", "", prove_no_critical_point


def _beyond(case: Case, name: str) -> str:
    """Why the kernel checks no such document, before any is looked for."""
    if name not in _ELIMINATIONS:
        return ""
    return beyond(case.problem.document, BITS, _ELIMINATIONS[name])


def _too_long(seconds: float) -> str:
    """Why a theorem is not tried unless it is asked for; empty where it is."""
    if seconds <= _LONGEST:
        return ""
    return f"that would take about {seconds / 60:.0f} minutes, and is tried where it is asked for"


def estimate(problem: TrainedProblem) -> float:
    """Seconds for a strict minimum, about, on an idle machine: descent with Hessians in floats, a
    few Hessians in balls and their definiteness (measured for 49 to 441 parameters).
    """
    rows, size = len(problem.inputs), problem.parameters
    return 2 + 1.5e-7 * rows * size**2 + 5e-8 * size**3


def _remarked(case: Case, attempt: Attempt, name: str, reasons: list[str]) -> Attempt:
    """The attempt with what is to be said of the distance, and of the other theorems."""
    told = [*attempt.remarks]
    if name != "no-critical-point":
        told.insert(0, _distance(case, attempt, name))
    return replace(attempt, remarks=(*told, *dict.fromkeys(reasons)))


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
    if document["statement"].get("off"):  # a bias is free
        what = "local minimum"
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
