"""From a candidate to a certificate: polish, propose claims, and let the kernel decide. Nothing
here is trusted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import brentq

from certify.decimals import (
    decimal_text,
    exact_decimal,
    round_down,
    round_up,
    significant,
)
from certify.digits import many_digits
from certify.gaussian.classes import class_remarks
from certify.gaussian.nearness import nearness, root_up
from certify.gaussian.search.candidate import Candidate
from certify.gaussian.search.loss import GaussianLoss
from certify.gaussian.search.polish import (
    AtGlobalMinimum,
    NotPolished,
    newton,
    polish,
    precise_loss,
)
from certify.kernel.check import FORMAT, check_document
from certify.kernel.foundation.balls import lower_rational, precision, upper_rational
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal_matrix
from certify.kernel.foundation.outcomes import Outcome, Proved, Rejected
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.closed_form import gradient, loss, pairs
from certify.rationals import fraction
from certify.version import __version__

__all__ = ["EXACTLY_GLOBAL", "Attempt", "is_global", "judged", "prove_candidate", "provenance"]

_NEXT_TO_GLOBAL = (
    "this is a global minimum, or next to one: the loss is not distinguishable from 0, so there is"
    " nothing spurious to prove"
)
EXACTLY_GLOBAL = (
    "this is exactly a global minimum: the loss is 0 there, so there is nothing spurious to prove"
)


_DIGITS = {128: 45, 256: 80, 512: 155}  # digits of the centre at each working precision
_LOSS_DIGITS = {128: 40, 256: 76, 512: 150}
# of the teachers' sum of squares: what the loss is next to a global minimum known to float64
_LOSS_ZERO = Fraction(1, 10**24)


@dataclass(frozen=True)
class Attempt:
    """What became of a candidate: the last document proposed and the kernel's outcome, or why
    nothing was proposed.

    trials: one line for each proposal the kernel has judged. remarks: what the user should know of
    the point that was proved beside the theorem, a sentence each: how far it lies from theirs, its
    class, whether a better point was found.
    """

    document: dict[str, Any] | None
    outcome: Outcome | None
    reason: str
    trials: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def signed(self, inputs: Iterable[dict[str, str]] = ()) -> dict[str, Any]:
        """The document, its provenance with the remarks and with the name and sha256 of each file
        that was read.
        """
        if self.document is None:
            raise ValueError("there is no document to sign")
        provenance = dict(self.document.get("provenance", {}))
        files = list(inputs)
        if files:
            provenance["inputs"] = files
        if self.remarks:
            provenance["remarks"] = list(self.remarks)
        return {**self.document, "provenance": provenance}


def provenance(command: str, found: dict[str, object]) -> dict[str, object]:
    """Where a certificate comes from: the tool, the command, the date, and how the candidate was
    found.
    """
    return {
        "tool": f"certify {__version__}",
        "command": command,
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        **found,
    }


def judged(
    document: dict[str, Any], command: str, found: dict[str, object], trials: tuple[str, ...] = ()
) -> Attempt:
    """The kernel's outcome on a document proposed; what is proved gets its provenance."""
    outcome = check_document(document)
    if not isinstance(outcome, Proved):
        return Attempt(document, outcome, outcome.summary, trials)
    document["provenance"] = provenance(command, found)
    return Attempt(document, outcome, "", trials)


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
    """Largest radius r with B(r) r = 0.99 smallest (LEMMAS.md, lemma 3), and B(r) there."""
    bound = 0.999 * float(np.linalg.norm(w, axis=1).min())

    def excess(r: float) -> float:
        return model.hessian_lipschitz(w, r) * r - 0.99 * smallest

    r = float(brentq(excess, 0.0, bound)) if excess(bound) > 0 else bound
    if r <= 0:
        raise ValueError("no positive radius")
    return r, model.hessian_lipschitz(w, r)


def _propose(
    candidate: Candidate, students: list[list[str]], bits: int, slack: float, shrink: float
) -> dict[str, Any] | str:
    """A document that claims as much as float64 suggests can be proved, or the reason why nothing
    can be claimed.
    """
    model, w = candidate.loss(), np.array([[float(entry) for entry in row] for row in students])
    curvature = _Curvature.at(model, w)
    if curvature.own <= 4 * slack:
        if _at_zero(candidate, students):
            return str(AtGlobalMinimum())
        told = (
            f"the smallest Hessian eigenvalue at the critical point is about {curvature.own:.6g}: "
        )
        if curvature.own < -1e-9 and candidate.targets is None:
            file = candidate.provenance.get("candidate", "FILE")
            return (
                f"{told}it is a saddle, not a local minimum: `certify prove --symmetric {file}` can"
                " prove that, if permutations of rows and columns fix it"
            )
        return told + (
            "it is a saddle, not a local minimum"
            if curvature.own < -1e-9
            else "not shown to be a strict local minimum"
        )
    everywhere = curvature.further > 4 * slack
    smallest = min(curvature.own, curvature.further) if everywhere else curvature.own
    base = Fraction(smallest) - Fraction(slack)
    radius, _ = _ball_radius(model, w, smallest)
    radius_text = significant(Fraction(radius * shrink), 3, up=False)
    r = Fraction(radius_text)
    room = base - Fraction(model.hessian_lipschitz(w, float(r))) * r * (1 + Fraction(1, 10**12))
    if room <= 0:
        return "no radius leaves room for a positive curvature bound"
    mu_text = significant(room, 4, up=False)
    mu = Fraction(mu_text)

    with precision(bits + GUARD_BITS):
        point = pairs(
            decimal_matrix(students, "the centre", candidate.n, candidate.d),
            decimal_matrix(candidate.teachers, "the targets", candidate.k, candidate.d),
            bits,
        )
        value = loss(point)
        norm = root_up(
            sum(
                (
                    fraction(upper_rational(entry.abs_upper())) ** 2
                    for row in gradient(point)
                    for entry in row
                ),
                Fraction(0),
            )
        )
        value_low, value_high = fraction(lower_rational(value)), fraction(upper_rational(value))
    distance_text = significant(max(norm, Fraction(1, 10**160)) / mu * Fraction(3, 2), 1, up=True)
    if Fraction(distance_text) >= r:
        return (
            f"the gradient at the centre, about {float(norm):.3g}, is too large for the curvature"
            " there: polish the candidate first"
        )
    drift = (
        Fraction(model.hessian_lipschitz(w, float(Fraction(distance_text))))
        * Fraction(distance_text)
        * (1 + Fraction(1, 10**9))
    )
    lambda_digits = 15 if slack < 1e-12 else 10
    low = round_down(base - drift, lambda_digits)
    high = round_up(Fraction(curvature.own) + Fraction(slack) + drift, lambda_digits)
    if Fraction(low) <= 0:
        return (
            "the candidate is too far from the critical point to bound the smallest Hessian"
            " eigenvalue there: polish it first"
        )
    digits = _LOSS_DIGITS[bits]
    loss_low = round_down(value_low - norm**2 / (2 * mu) - Fraction(1, 10 ** (digits + 2)), digits)
    if Fraction(loss_low) <= 0 and _at_zero(candidate, students):
        return str(AtGlobalMinimum())
    if Fraction(loss_low) <= 0:
        return (
            f"the loss at the critical point is about {float(value_high):.6g}: not shown to be"
            " above inf F = 0, so not spurious"
        )
    claims = {
        "radius": radius_text,
        "distance": distance_text,
        "loss": [loss_low, round_up(value_high + Fraction(1, 10 ** (digits + 2)), digits)],
        "curvature": mu_text,
        "lambda_min": [low, high],
        "every_dimension": everywhere,
    }
    return {
        "format": FORMAT,
        "kind": "gaussian-minimum",
        "statement": {
            "problem": {
                "n": candidate.n,
                "k": candidate.k,
                "d": candidate.d,
                "targets": "orthonormal" if candidate.targets is None else candidate.teachers,
            },
            "centre": students,
            "claims": claims,
        },
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


def _at_zero(candidate: Candidate, students: Sequence[Sequence[str]]) -> bool:
    """Whether the loss at these students, to 60 digits, is one that rounding a global minimum to
    float64 leaves.

    The loss is homogeneous of degree 2 in students and teachers together, so it is measured by the
    teachers' squares.
    """
    if any(all(Fraction(entry) == 0 for entry in row) for row in students):
        return False
    with many_digits(60) as mp:
        rows, teachers = (
            [[mp.mpf(entry) for entry in row] for row in matrix]
            for matrix in (students, candidate.teachers)
        )
        size = mp.fsum(entry**2 for row in teachers for entry in row)
        return bool(precise_loss(rows, teachers) * _LOSS_ZERO.denominator < size)


def is_global(candidate: Candidate) -> bool:
    """Whether the loss is exactly 0 because the students add up to the teachers on every ray:

    [a x]_+ + [b x]_+ = [(a + b) x]_+ there.
    """
    if float(candidate.loss().value(candidate.array)) > 1e-6 * sum(
        float(entry) ** 2 for row in candidate.teachers for entry in row
    ):
        return False  # float64 is enough to see that, and fast
    return _by_ray(candidate.students) == _by_ray(candidate.teachers)


def _by_ray(rows: Iterable[Sequence[str]]) -> dict[tuple[Fraction, ...], Fraction]:
    """Rows that are positive multiples of each other, added up: the sum of the multiples by the
    direction, whose first entry is 1 or -1.
    """
    sums: dict[tuple[Fraction, ...], Fraction] = {}
    for row in rows:
        entries = [Fraction(entry) for entry in row]
        size = abs(next(entry for entry in entries if entry))
        direction = tuple(entry / size for entry in entries)
        sums[direction] = sums.get(direction, Fraction(0)) + size
    return sums


def _ends_globally(candidate: Candidate) -> bool:
    """Whether the loss is 0, as far as can be told, at the candidate or where Newton's method in
    float64 leads from it.
    """
    model, w = candidate.loss(), candidate.array
    try:
        end = newton(model, w)
    except (NotPolished, np.linalg.LinAlgError):
        end = w
    return _at_zero(candidate, [[exact_decimal(float(entry)) for entry in row] for row in end])


def _nearness(candidate: Candidate, document: dict[str, Any]) -> tuple[str, ...]:
    """How far the minimum lies from the matrix given; nothing of a candidate that a search has
    found.
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


def prove_candidate(
    candidate: Candidate,
    *,
    polished: bool = True,
    command: str = "",
    progress: Callable[[str], None] | None = None,
) -> Attempt:
    """Try to certify the critical point at `candidate` (kind gaussian-minimum).

    polished: Newton's method first, to 45 digits or more; otherwise the candidate's own decimals
    are the centre.
    The precision is raised from 128 to 512 bits, the radius lowered, and the eigenvalue's enclosure
    widened as long as the kernel is not satisfied. The returned outcome is the kernel's own.
    """
    if is_global(candidate):
        return Attempt(None, None, EXACTLY_GLOBAL)
    trials: list[str] = []
    document: dict[str, Any] | None = None
    outcome: Outcome | None = None
    for bits, digits in _DIGITS.items():
        if progress is not None:
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
            reason = str(AtGlobalMinimum()) if _ends_globally(candidate) else str(error)
            if candidate.targets is None and "no critical point" in reason:
                reason += (
                    "; --symmetric looks from farther away, if permutations of rows and columns fix"
                    " the point"
                )
            return Attempt(document, outcome, reason, tuple(trials))
        for slack, shrink in ((5e-14, 1.0), (5e-13, 0.99), (1e-10, 0.9)):
            try:
                proposal = _propose(candidate, students, bits, slack, shrink)
            except (np.linalg.LinAlgError, ArithmeticError, ValueError, Malformed) as error:
                proposal = f"float64 does not reach the scale of this candidate ({error})"
            if isinstance(proposal, str):
                reason = (
                    proposal if polished or proposal != str(AtGlobalMinimum()) else _NEXT_TO_GLOBAL
                )
                return Attempt(document, outcome, reason, tuple(trials))
            document = proposal
            if progress is not None:
                progress(
                    f"checking a ball of radius {document['statement']['claims']['radius']} at"
                    f" {bits} bits"
                )
            outcome = check_document(document)
            trials.append(
                f"{bits} bits, radius {document['statement']['claims']['radius']}:"
                f" {outcome.verdict} {outcome.summary}"
            )
            if isinstance(outcome, Proved):
                document["provenance"] = provenance(command, candidate.provenance)
                return Attempt(
                    document,
                    outcome,
                    "",
                    tuple(trials),
                    (*_nearness(candidate, document), *class_remarks(document)),
                )
    reason = (
        outcome.summary
        if isinstance(outcome, Rejected)
        else "the kernel did not accept any proposal"
    )
    return Attempt(document, outcome, reason, tuple(trials))
