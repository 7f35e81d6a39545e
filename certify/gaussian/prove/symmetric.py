"""From a block-symmetric candidate, or a dense matrix that has a symmetry, to a certificate, and
what is to be known of its point: how far it lies from the one given, and its class. Nothing here is
trusted.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from certify.attempt import Attempt, Refusal, Say, silent
from certify.gaussian.classes import class_remarks
from certify.gaussian.nearness import nearness, root_up
from certify.gaussian.prove.at_global import EXACTLY_GLOBAL, is_global
from certify.gaussian.prove.blocks import prove_block_point
from certify.gaussian.search.candidate import Candidate
from certify.gaussian.search.detection import symmetric_point
from certify.gaussian.search.polish import NotPolished
from certify.gaussian.search.symmetric import SymmetricCandidate, expanded, multiplicities
from certify.kernel.check import read_claim
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.rationals import fraction

__all__ = ["prove_symmetric", "prove_symmetric_matrix"]


def prove_symmetric(
    candidate: SymmetricCandidate, *, command: str = "", progress: Say = silent
) -> Attempt:
    """Try to certify the critical point of this symmetry near `candidate`, as `prove_block_point`
    does; remarks say how far it lies from a block point of the user's, and which class it belongs
    to. Raises `UnusableInput` where the blocks are out of range.
    """
    attempt = prove_block_point(candidate, command=command, progress=progress)
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        return attempt
    remarks = (*_nearness(candidate, attempt.document), *class_remarks(attempt.document))
    return replace(attempt, remarks=remarks)


def prove_symmetric_matrix(
    given: Candidate, *, command: str = "", progress: Say = silent
) -> Attempt:
    """Try to certify the critical point near a dense matrix by the symmetry that it has: polished,
    detected, proved.

    Raises `UnusableInput` for other teachers, for points off their span, and for a symmetry too
    small for the format.
    """
    if is_global(given):
        return Attempt(refusal=EXACTLY_GLOBAL)
    try:
        found = symmetric_point(given, progress)
    except NotPolished as error:
        return Attempt(refusal=Refusal(str(error)))
    attempt = prove_symmetric(found.candidate, command=command, progress=progress)
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        return attempt
    claims = attempt.document["statement"]["claims"]
    told = (
        f"The symmetry was detected in the {'polished' if found.polished else 'given'} matrix with"
        f" the tolerance {found.tolerance:g}, and "
        + (
            "that nothing else fixes the point is proved."
            if claims["exact_isotropy"]
            else "it is not proved that nothing else fixes the point."
        )
    )
    near = _matrix_nearness(given, found.candidate, attempt.document)
    return replace(attempt, remarks=(*near, told, *attempt.remarks))


def _centre(document: dict[str, Any]) -> tuple[GaussianSymmetric, list[Fraction]]:
    """The claim of a document just proved, and the coordinates of its centre."""
    claim = read_claim(document)
    if not isinstance(claim, GaussianSymmetric):
        raise TypeError("not a certificate of a symmetric kind")
    return claim, [fraction(value) for value in claim.centre.values()]


def _ball(document: dict[str, Any]) -> tuple[Fraction, Fraction]:
    """A bound of |W* - C|, where entries differ by at most the distance claimed, and the radius."""
    problem, claims = document["statement"]["problem"], document["statement"]["claims"]
    entries = Fraction(problem["n"] * problem["k"])
    return Fraction(claims["distance"]) * root_up(entries), Fraction(claims["radius"])


def _nearness(candidate: SymmetricCandidate, document: dict[str, Any]) -> tuple[str, ...]:
    """How far the point lies from a block point that the user gave. Nothing is said of a member of
    a family, or of what a search has found.
    """
    if candidate.rows or "candidate" not in candidate.provenance:
        return ()
    claim, centre = _centre(document)
    given = map(Fraction, candidate.values)
    gaps = zip(multiplicities(claim.problem.blocks), given, centre, strict=True)
    return nearness(gaps, *_ball(document))


def _matrix_nearness(
    given: Candidate, found: SymmetricCandidate, document: dict[str, Any]
) -> tuple[str, ...]:
    """How far the point lies from a dense matrix. Its rows and columns are put in the order of the
    blocks; its columns beyond the k-th are compared with zeros.
    """
    claim, coordinates = _centre(document)
    centre = expanded(claim.problem.blocks, coordinates)
    gaps = [
        (1, Fraction(given.students[i][j]), c)
        for i, row in zip(found.rows, centre, strict=True)
        for j, c in zip(found.columns, row, strict=True)
    ]
    gaps += [
        (1, Fraction(entry), Fraction(0)) for row in given.students for entry in row[given.k :]
    ]
    return nearness(gaps, *_ball(document))
