"""All certified classes at one k, from certificates that the kernel accepts now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from certify.kernel.check import check_document, read_claim
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import parse_json, read_bytes
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.counting import distinct_points
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

__all__ = ["Entry", "atlas", "count"]


@dataclass(frozen=True)
class Entry:
    """A certificate at this k and what became of it: the claim where the kernel has just proved it,
    else why it did not.
    """

    path: Path
    claim: GaussianSymmetric | None
    trouble: str = ""


def atlas(
    files: Iterable[Path], k: int, n: int | None = None, activation: Activation = RELU
) -> list[Entry]:
    """Every certificate of a symmetric kind with this k (and n) and activation among the files,
    judged by the kernel, in order of n and of the loss.

    Files that are no certificates, of other kinds, other k or other activations, or with signs, are
    left out; a certificate that is not proved is kept, with the reason.
    """
    entries = []
    for path in files:
        try:
            document = parse_json(read_bytes(path))
            claim = read_claim(document)
        except Malformed:
            continue
        if (
            not isinstance(claim, GaussianSymmetric)
            or claim.problem.k != k
            or n not in (None, claim.problem.n)
            or claim.problem.activation.parts != activation.parts
            or claim.problem.signs.mixed
        ):
            continue
        outcome = check_document(document)
        entries.append(
            Entry(path, claim)
            if isinstance(outcome, Proved)
            else Entry(path, None, outcome.summary)
        )
    return sorted(
        entries,
        key=lambda entry: (entry.claim.problem.n, entry.claim.loss.low) if entry.claim else (0, 0),
    )


def count(entries: Iterable[Entry]) -> dict[int, int]:
    """For each n: a lower bound of the number of distinct spurious local minima in R^(n x k)
    (lemma 12).
    """
    minima: dict[int, list[GaussianSymmetric]] = {}
    for entry in entries:
        if entry.claim is not None and not entry.claim.saddle:
            minima.setdefault(entry.claim.problem.n, []).append(entry.claim)
    return {n: distinct_points(claims) for n, claims in minima.items()}
