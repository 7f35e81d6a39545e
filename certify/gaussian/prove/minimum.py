"""From a candidate to a certificate: polish, propose claims, and let the kernel decide. Nothing
here is trusted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import brentq

from certify.attempt import Attempt, Refusal, Say, judged, silent
from certify.decimals import decimal_text, round_down, round_up, significant
from certify.errors import NotProved
from certify.gaussian.activations import activation_field
from certify.gaussian.classes import class_remarks
from certify.gaussian.nearness import nearness, root_up
from certify.gaussian.prove.at_global import (
    EXACTLY_GLOBAL,
    NEXT_TO_GLOBAL,
    ends_globally,
    is_global,
    loss_vanishes,
)
from certify.gaussian.search.candidate import Candidate
from certify.gaussian.search.loss import GaussianLoss
from certify.gaussian.search.polish import AtGlobalMinimum, NoCriticalPoint, NotPolished, polish
from certify.gaussian.signs import signs_field
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import lower_rational, precision, upper_rational
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal_matrix
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.closed_form import gradient, loss
from certify.kernel.gaussian.pairs import pairs
from certify.rationals import fraction

__all__ = ["prove_candidate"]

_DIGITS = {128: 45, 256: 80, 512: 155}  # digits of the centre at each working precision
_LOSS_DIGITS = {128: 40, 256: 76, 512: 150}
# How far float64 may be wrong about an eigenvalue, and the share of the largest radius to claim.
_SLACK_AND_SHARE = ((5e-14, 1.0), (5e-13, 0.99), (1e-10, 0.9))


@dataclass(frozen=True)
class _Curvature:
    """Float64 estimates at the centre: smallest eigenvalue in the given dimensions and in the
    further ones.
    """

    own: float
    further: float

    @classmethod
    def at(cls, model: GaussianLoss, w: Any) -> _Curvature:
        return cls(
            float(np.linalg.eigvalsh(model.hessian(w))[0]),
            float(np.linalg.eigvalsh(model.padding_block(w))[0]),
        )


def _ball_radius(model: GaussianLoss, w: Any, smallest: float) -> tuple[float, float]:
    """Largest radius r with B(r) r = 0.99 smallest (lemma 3), and B(r) there."""
    bound = 0.999 * float(np.linalg.norm(w, axis=1).min())

    def excess(r: float) -> float:
        return model.hessian_lipschitz(w, r) * r - 0.99 * smallest

    r = float(brentq(excess, 0.0, bound)) if excess(bound) > 0 else bound
    if r <= 0:
        raise ValueError("no positive radius")
    return r, model.hessian_lipschitz(w, r)


@dataclass(frozen=True)
class _Value:
    """At the centre: bounds of the loss, and a bound of the gradient's norm."""

    low: Fraction
    high: Fraction
    slope: Fraction

    @classmethod
    def at(cls, candidate: Candidate, students: list[list[str]], bits: int) -> _Value:
        with precision(bits + GUARD_BITS):
            point = pairs(
                decimal_matrix(students, "the centre", candidate.n, candidate.d),
                decimal_matrix(candidate.teachers, "the targets", candidate.k, candidate.d),
                bits,
                candidate.activation,
                candidate.signs,
            )
            value = loss(point)
            entries = [entry for row in gradient(point) for entry in row]
            squares = [fraction(upper_rational(entry.abs_upper())) ** 2 for entry in entries]
            return cls(
                fraction(lower_rational(value)),
                fraction(upper_rational(value)),
                root_up(sum(squares, Fraction(0))),
            )


def _no_strict_minimum(
    candidate: Candidate, students: list[list[str]], eigenvalue: float
) -> NotProved:
    """Why a point whose smallest Hessian eigenvalue is not positive is not proved."""
    if loss_vanishes(candidate, students):
        return AtGlobalMinimum()
    told = f"the smallest Hessian eigenvalue at the critical point is about {eigenvalue:.6g}: "
    if eigenvalue >= -1e-9:
        return NotProved(told + "not shown to be a strict local minimum")
    told += "it is a saddle, not a local minimum"
    if candidate.targets is not None:
        return NotProved(told)
    file = candidate.provenance.get("candidate", "FILE")
    return NotProved(
        f"{told}: `certify prove --symmetric {file}` can prove that, if permutations of rows and"
        " columns fix it"
    )


def _claims(
    candidate: Candidate, students: list[list[str]], bits: int, slack: float, share: float
) -> dict[str, Any]:
    """Claims about the critical point near the centre `students`: as much as float64 suggests can
    be proved.

    slack: how far float64 may be wrong about an eigenvalue. share: of the largest radius. Raises
    `NotProved` where nothing can be claimed, `AtGlobalMinimum` where the loss is 0.
    """
    model, w = candidate.loss(), np.array([[float(entry) for entry in row] for row in students])
    curvature = _Curvature.at(model, w)
    if curvature.own <= 4 * slack:
        raise _no_strict_minimum(candidate, students, curvature.own)
    everywhere = curvature.further > 4 * slack
    smallest = min(curvature.own, curvature.further) if everywhere else curvature.own
    base = Fraction(smallest) - Fraction(slack)
    radius, _ = _ball_radius(model, w, smallest)
    radius_text = significant(Fraction(radius * share), 3, up=False)
    r = Fraction(radius_text)
    room = base - Fraction(model.hessian_lipschitz(w, float(r))) * r * (1 + Fraction(1, 10**12))
    if room <= 0:
        raise NotProved("no radius leaves room for a positive curvature bound")
    mu_text = significant(room, 4, up=False)
    mu = Fraction(mu_text)

    value = _Value.at(candidate, students, bits)
    distance_text = significant(
        max(value.slope, Fraction(1, 10**160)) / mu * Fraction(3, 2), 1, up=True
    )
    distance = Fraction(distance_text)
    if distance >= r:
        raise NotProved(
            f"the gradient at the centre, about {float(value.slope):.3g}, is too large for the"
            " curvature there: polish the candidate first"
        )
    drift = (
        Fraction(model.hessian_lipschitz(w, float(distance))) * distance * (1 + Fraction(1, 10**9))
    )
    digits = 15 if slack < 1e-12 else 10
    low = round_down(base - drift, digits)
    high = round_up(Fraction(curvature.own) + Fraction(slack) + drift, digits)
    if Fraction(low) <= 0:
        raise NotProved(
            "the candidate is too far from the critical point to bound the smallest Hessian"
            " eigenvalue there: polish it first"
        )
    return {
        "radius": radius_text,
        "distance": distance_text,
        "loss": _loss_interval(candidate, students, value, mu, _LOSS_DIGITS[bits]),
        "curvature": mu_text,
        "lambda_min": [low, high],
        "every_dimension": everywhere,
    }


def _loss_interval(
    candidate: Candidate, students: list[list[str]], value: _Value, mu: Fraction, digits: int
) -> list[str]:
    """An interval around the loss at the critical point, with so many digits. Raises `NotProved`
    where its lower end is not positive.
    """
    margin = Fraction(1, 10 ** (digits + 2))
    low = round_down(value.low - value.slope**2 / (2 * mu) - margin, digits)
    if Fraction(low) > 0:
        return [low, round_up(value.high + margin, digits)]
    if loss_vanishes(candidate, students):
        raise AtGlobalMinimum
    raise NotProved(
        f"the loss at the critical point is about {float(value.high):.6g}: not shown to be above"
        " inf F = 0, so not spurious"
    )


def _document(
    candidate: Candidate, students: list[list[str]], bits: int, claims: dict[str, Any]
) -> dict[str, Any]:
    problem = {
        "n": candidate.n,
        "k": candidate.k,
        "d": candidate.d,
        "targets": "orthonormal" if candidate.targets is None else candidate.teachers,
        **activation_field(candidate.activation),
        **signs_field(candidate.signs),
    }
    return {
        "format": FORMAT,
        "kind": "gaussian-minimum",
        "statement": {"problem": problem, "centre": students, "claims": claims},
        "witness": {"bits": bits},
    }


def _full_digits(students: tuple[tuple[str, ...], ...], digits: int = 60) -> list[list[str]]:
    """The candidate's own decimals, cut to what the format allows."""
    return [
        [
            (
                entry
                if len(entry) <= 100
                else decimal_text(round(Fraction(entry) * 10**digits), digits)
            )
            for entry in row
        ]
        for row in students
    ]


def _nearness(candidate: Candidate, document: dict[str, Any]) -> tuple[str, ...]:
    """How far the minimum lies from the matrix given. Nothing is said of a candidate that a search
    has found.
    """
    if not candidate.provenance.keys().isdisjoint({"search", "survey"}):
        return ()
    claims, centre = document["statement"]["claims"], document["statement"]["centre"]
    gaps = (
        (1, Fraction(x), Fraction(c))
        for row, own in zip(candidate.students, centre, strict=True)
        for x, c in zip(row, own, strict=True)
    )
    return nearness(gaps, Fraction(claims["distance"]), Fraction(claims["radius"]))


def _not_polished(candidate: Candidate, error: Exception) -> Refusal:
    """Why Newton's method has led from the candidate to no critical point."""
    if ends_globally(candidate):
        return Refusal(str(AtGlobalMinimum()))
    if candidate.targets is None and isinstance(error, NoCriticalPoint):
        return Refusal(
            f"{error}; --symmetric looks from farther away, if permutations of rows and columns fix"
            " the point"
        )
    return Refusal(str(error))


def prove_candidate(
    candidate: Candidate, *, polished: bool = True, command: str = "", progress: Say = silent
) -> Attempt:
    """Try to certify the critical point at `candidate` (kind gaussian-minimum).

    polished: Newton's method first, to 45 digits or more; otherwise the candidate's own decimals
    are the centre. The precision is raised from 128 to 512 bits, the radius lowered, and the
    eigenvalue's enclosure widened as long as the kernel is not satisfied. The outcome is the
    kernel's own.
    """
    if is_global(candidate):
        return Attempt(refusal=EXACTLY_GLOBAL)
    attempt = Attempt()
    for bits, digits in _DIGITS.items():
        progress(
            f"polishing to {digits} digits, {bits} bits"
            if polished
            else f"the matrix as given, {bits} bits"
        )
        try:
            students = (
                polish(candidate.loss(), candidate.array, candidate.teachers, digits)
                if polished
                else _full_digits(candidate.students)
            )
        except (NotPolished, np.linalg.LinAlgError) as error:
            return replace(attempt, refusal=_not_polished(candidate, error))
        for slack, share in _SLACK_AND_SHARE:
            try:
                claims = _claims(candidate, students, bits, slack, share)
            except AtGlobalMinimum as error:
                refusal = Refusal(str(error)) if polished else NEXT_TO_GLOBAL
                return replace(attempt, refusal=refusal)
            except NotProved as error:
                return replace(attempt, refusal=Refusal(str(error)))
            except (np.linalg.LinAlgError, ArithmeticError, ValueError, Malformed) as error:
                told = f"float64 does not reach the scale of this candidate ({error})"
                return replace(attempt, refusal=Refusal(told))
            progress(f"checking a ball of radius {claims['radius']} at {bits} bits")
            document = _document(candidate, students, bits, claims)
            tried = f"{bits} bits, radius {claims['radius']}"
            attempt = judged(document, command, candidate.provenance).after(attempt, tried)
            if isinstance(attempt.outcome, Proved):
                remarks = (*_nearness(candidate, document), *class_remarks(document))
                return replace(attempt, remarks=remarks)
    return attempt
