"""A saddle near the weights (theorem 24)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from certify.attempt import Attempt
from certify.dense.case import (
    Case,
    distance_claim,
    document_of,
    interval,
    largest_proved,
    refused,
)
from certify.dense.minimum import modulo, slice_of
from certify.dense.polish import critical, newton, refined
from certify.dense.precise import Precise
from certify.dense.problem import decimal_of_fraction
from certify.floats import Array

__all__ = ["NEAR", "prove_saddle"]

NEAR = 1e-2  # of the weights' length: a critical point that is so near is what they stand for
_FLAT = 1e-10  # of the largest eigenvalue
_RADII = (1e-3, 1e-5, 1e-8, 1e-12)


def prove_saddle(case: Case, *, near: bool = False) -> Attempt:
    """The saddle that Newton's method comes to from the weights. near: only one that is within
    `NEAR`, by plain Newton; else also by damped Newton on the length of the gradient.
    """
    problem = case.problem
    place, shifts, rescaling = slice_of(case, problem, case.start)
    start = case.start[place.free]
    point = _found(case, near=near)
    if point is None:
        where = " near the weights" if near else ""
        return refused(f"Newton's method from the weights came to no critical point{where}")
    values = np.linalg.eigvalsh(place.hessian(point))
    index, flat = (
        int((values < 0).sum()),
        int((np.abs(values) <= _FLAT * np.abs(values).max()).sum()),
    )
    if flat:
        return refused(
            f"the critical point that Newton's method came to has a Hessian with {flat} eigenvalues"
            " as good as 0"
        )
    if not 1 <= index < len(start):
        what = "minimum" if index == 0 else "maximum"
        return refused(f"the critical point that Newton's method came to is a {what}")
    anchor = tuple(case.exact) if shifts else ()
    try:
        exact, slope = refined(Precise(problem, shifts=shifts, anchor=anchor), place, point)
    except ArithmeticError as error:
        return refused(str(error))
    texts = [decimal_of_fraction(value) for value in exact]
    centre = list(map(Fraction, texts))
    risk = Precise(problem).slope(centre)[0]
    location = Fraction(1, 10**18)

    def judge(radius: str) -> Attempt:
        case.run.tell(f"one critical point within {radius}?")
        statement = {
            "centre": problem.nested(texts),
            "modulo": modulo(shifts, rescaling),
            "claims": {
                "radius": radius,
                "index": index,
                "risk": interval(risk, abs(risk) / 10**12 + location, 10),
                "given": distance_claim(case, centre, location),
            },
        }
        document = document_of("smooth-saddle", problem, statement, {})
        return case.judged(document, {"polished": f"|gradient| {slope:.1e}"})

    return largest_proved(_RADII, judge)


def _found(case: Case, *, near: bool) -> Array | None:
    """The critical point in free coordinates."""
    place, _, _ = slice_of(case, case.problem, case.start)
    start = case.start[place.free]
    reach = NEAR * (1 + case.size) if near else np.inf
    point = newton(place, start, reach=reach)
    if point is not None or near:
        return point
    case.run.tell("damped Newton on the length of the gradient")
    end = critical(place, start)
    return newton(place, end, reach=1e-3 * (1 + float(np.linalg.norm(end))))
