"""The classes of one k: descend from every start, keep what looks like a minimum, prove each; and
which k are missing.

What is counted is proved: a class is a certificate of the kind gaussian-symmetric-minimum that the
kernel has accepted in this run. No two classes of one k have the same loss: their enclosures are
disjoint. Whether a k has further minima is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeGuard

import numpy as np

from certify.errors import UnusableInput, Unwritable
from certify.files import write_certificate
from certify.gaussian.census.ledger import Class, Ledger, Row
from certify.gaussian.census.reduced import Ends, Marks, descend
from certify.gaussian.census.starts import starts
from certify.gaussian.prove.blocks import prove_block_point
from certify.gaussian.search.detection import detect
from certify.gaussian.search.symmetric import SymmetricCandidate, expanded, make_blocks
from certify.kernel.check import check_document, read_claim
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import parse_json, read_bytes
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.gaussian.blocks import unknowns
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.processes import WorkerDied, shared_out
from certify.rationals import fraction

__all__ = ["Plan", "census_of", "run_census"]

_GLOBAL = 1e-9  # losses below this, times k, count as 0
_SAME = 1e-8  # losses that differ by less are taken for those of one class
_EQUAL = 1e-6  # entries that differ by less are taken to be equal

Report = Callable[[int, str], None]


@dataclass(frozen=True)
class Plan:
    """Which k; folder: where the certificates are; jobs: so many processes."""

    ks: tuple[int, ...]
    folder: Path
    jobs: int = 1


def run_census(plan: Plan, ledger: Ledger, progress: Report) -> Iterator[Row]:
    """The row of each k, in order. A row of the ledger counts if the kernel proves each of its
    certificates again now; every other k is searched. The rows are the same for any number of jobs,
    and after any interruption. progress: called with the number of k done and a text.

    Raises `UnusableInput` where a process is lost, `Unwritable`, which leaves the ledger whole.
    """
    known = [ledger.rows[k] for k in plan.ks if k in ledger.rows]
    progress(0, "checking the certificates of the ledger")
    sound: dict[int, Row] = {}
    answers = _shared(stands, [(row, plan.folder) for row in known], plan.jobs)
    for row, stood in zip(known, answers, strict=True):
        if stood:
            sound[row.k] = row
            progress(1, "")
    missing = [k for k in plan.ks if k not in sound]
    found = _shared(census_of, [(k,) for k in missing], plan.jobs)
    for k in plan.ks:
        if k not in sound:
            progress(0, f"k = {k}")
            row, documents = next(found)
            for item in row.classes:
                _keep(documents[item.digest], plan.folder / item.file)
            ledger.add(row)
            sound[k] = row
            progress(1, "")
        yield sound[k]


def _keep(document: dict[str, Any], path: Path) -> None:
    """Write a certificate; what stands in its place is not the one found, and is left there."""
    try:
        write_certificate(document, path)
    except Unwritable:
        if not path.exists():
            raise
        raise Unwritable(
            f"{path} is not the certificate that the census found, and is left as it is: move it"
            " away and run the command again"
        ) from None


def _shared(function: Callable[..., Any], tasks: list[tuple[Any, ...]], jobs: int) -> Iterator[Any]:
    for result in shared_out(function, tasks, jobs):
        if isinstance(result, WorkerDied):
            raise UnusableInput(
                "a process of the census died; what has been done is in the ledger: run the command"
                " again"
            )
        yield result


def stands(row: Row, folder: Path) -> bool:
    """Whether the kernel proves now each certificate of the row, and it is about this row's class:
    a spurious minimum with n = k, of this loss, fixed by these blocks; no two of them the same.
    """
    claims = []
    for item in row.classes:
        try:
            document = parse_json(read_bytes(folder / item.file))
            claim = read_claim(document)
        except (Malformed, OSError):
            return False
        outcome = check_document(document)
        if not isinstance(outcome, Proved) or outcome.digest != item.digest:
            return False
        if not _is_class(claim, row.k) or Class.of(item.digest, claim) != item:
            return False
        claims.append(claim)
    return _apart(claims)


def _is_class(claim: object, k: int) -> TypeGuard[GaussianSymmetric]:
    """Whether it is about a minimum of the census: diagonal blocks, n = k, ReLU, no signs."""
    return (
        isinstance(claim, GaussianSymmetric)
        and not claim.saddle
        and (claim.problem.n, claim.problem.k) == (k, k)
        and claim.problem.activation.is_relu
        and not claim.problem.signs.mixed
        and all(block.rows and block.columns for block in claim.problem.blocks)
    )


def _apart(claims: list[GaussianSymmetric]) -> bool:
    """Whether the enclosures of the losses are disjoint: then no two claims are about one class."""
    ends = sorted((fraction(claim.loss.low), fraction(claim.loss.high)) for claim in claims)
    return all(first[1] < second[0] for first, second in pairwise(ends))


def census_of(k: int) -> tuple[Row, dict[str, dict[str, Any]]]:
    """What the census finds at one k: the row, and its certificates by their digests."""
    sizes, points = starts(k)
    ends = descend(sizes, points)
    found: list[tuple[Class, GaussianSymmetric]] = []
    documents: dict[str, dict[str, Any]] = {}
    refused: list[str] = []
    for candidate, loss in _candidates(ends):
        attempt = prove_block_point(candidate, command=f"certify census --from {k} --to {k}")
        if attempt.document is None or not isinstance(attempt.outcome, Proved):
            refused.append(f"k = {k}, loss {loss:.12f}: {attempt.reason}")
            continue
        claim = read_claim(attempt.document)
        if _is_class(claim, k) and _apart([claim, *(other for _, other in found)]):
            found.append((Class.of(attempt.outcome.digest, claim), claim))
            documents[attempt.outcome.digest] = attempt.signed()
    row = Row(
        k=k,
        starts=len(sizes),
        unsettled=int((~ends.settled).sum()),
        points=len(_distinct(ends, ends.settled & (ends.loss > _GLOBAL * k))),
        classes=tuple(item for item, _ in sorted(found, key=lambda pair: pair[0].loss)),
        refused=tuple(refused),
    )
    return row, documents


def _distinct(ends: Ends, chosen: Marks) -> list[Any]:
    """The numbers of the chosen end points, those of one loss together, the lowest first."""
    order = np.flatnonzero(chosen)
    order = order[np.argsort(ends.loss[order], kind="stable")]
    gaps = np.flatnonzero(np.diff(ends.loss[order]) > _SAME) + 1
    return [group for group in np.split(order, gaps) if len(group)]


def _candidates(ends: Ends) -> list[tuple[SymmetricCandidate, float]]:
    """One candidate for each loss of what looks like a spurious minimum, in the largest symmetry
    that it shows, with its loss.
    """
    k = int(ends.sizes[0].sum())
    minima = ends.minima() & (ends.loss > _GLOBAL * k)
    result = []
    for group in _distinct(ends, minima):
        best = min(group, key=lambda i: ((ends.sizes[i] > 0).sum(), i))
        result.append((_coarsest(ends, best), float(ends.loss[best])))
    return result


def _coarsest(ends: Ends, number: int) -> SymmetricCandidate:
    """The end point in the largest symmetry that the entries of its matrix show."""
    sizes = [int(size) for size in ends.sizes[number] if size]
    count = ends.sizes.shape[1]
    across = ends.coordinates[number, :-count].reshape(count, count)
    own = ends.coordinates[number, -count:]
    parts = tuple(("diagonal", size) for size in sizes)
    blocks = make_blocks(parts)
    values = [
        float(own[i] if i == j and diagonal else across[i, j])
        for i, j, diagonal in unknowns(blocks)
    ]
    found: dict[str, object] = {"census": {"blocks": sizes}}
    try:
        seen = detect(np.array(expanded(blocks, values)), _EQUAL)
    except UnusableInput:  # too much or too little symmetry for the format
        return SymmetricCandidate(parts, tuple(values), found)
    return SymmetricCandidate(seen.parts, seen.values, found)
