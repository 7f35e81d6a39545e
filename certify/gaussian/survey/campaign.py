"""Run a survey: find out which starts are missing, share them out, match what is new, and prove
minima that no certificate is known for.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from certify.attempt import Attempt
from certify.errors import NotProved, UnusableInput, Unwritable
from certify.files import digest_in, json_text, keep, write_certificate
from certify.gaussian.prove.minimum import prove_candidate
from certify.gaussian.prove.symmetric import prove_symmetric
from certify.gaussian.search.batch import Going, portion
from certify.gaussian.search.candidate import check_sizes, make_candidate
from certify.gaussian.search.detection import detect
from certify.gaussian.search.symmetric import SymmetricCandidate
from certify.gaussian.survey.basins import (
    Basin,
    ExactMatrix,
    certified_basins,
    global_basin,
    match,
)
from certify.gaussian.survey.descent import Ends, go_on, run_starts
from certify.gaussian.survey.ledger import Record, SurveyLedger
from certify.judge import certificate_files
from certify.kernel.foundation.outcomes import Proved
from certify.processes import ClusterLost, WorkerDied, shared_out, shared_out_on
from certify.shipped import shipped_folder

__all__ = ["Plan", "Surveyed", "Workers", "cluster", "grid", "numbers", "run_survey"]

T = TypeVar("T")

_SAME = 1e-6  # points whose invariants differ by less are tried as one class


@dataclass(frozen=True)
class Plan:
    """What is asked for: `trials` starts with this seed for each (k, n) of `sizes`, matched to the
    certificates in `folders`, by default those that come with this package.

    certify_into: a folder for certificates of new classes, or None. command: for their provenance.
    """

    sizes: tuple[tuple[int, int], ...]
    trials: int = 1000
    seed: int = 0
    folders: tuple[Path, ...] = field(
        default_factory=lambda: tuple(filter(None, [shipped_folder()]))
    )
    certify_into: Path | None = None
    command: str = ""


@dataclass(frozen=True)
class Workers:
    """What runs the starts: so many processes of this machine, or a `cluster`."""

    jobs: int = 1
    client: Any = None

    def run(self, descend: Callable[..., Ends], tasks: list[tuple[Any, ...]]) -> Iterator[Ends]:
        """descend(*task) for each task, in the order of the tasks, as they come. Raises
        `UnusableInput` where a process or the cluster is lost.
        """
        kept = "what has been done is in the ledger: run the command again"
        try:
            for ends in (
                shared_out(descend, tasks, self.jobs)
                if self.client is None
                else shared_out_on(self.client, descend, tasks)
            ):
                if isinstance(ends, WorkerDied):
                    raise UnusableInput(f"a process of the survey died; {kept}")
                yield ends
        except ClusterLost as lost:
            raise UnusableInput(f"the Dask cluster was lost ({lost}); {kept}") from None


@dataclass(frozen=True)
class Surveyed:
    """One pair (k, n): the record of every start in order, the certified points they were matched
    to, and why a new class was not proved.
    """

    k: int
    n: int
    records: tuple[Record, ...]
    basins: dict[str, Basin]
    refused: tuple[str, ...] = field(default=())


def numbers(text: str, what: str) -> list[int]:
    """The numbers that a text as 6-20 or 6,7,10-12 stands for, in increasing order. Raises
    `UnusableInput`.
    """
    found: set[int] = set()
    for part in text.split(","):
        ends = re.fullmatch(r"\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?", part, re.ASCII)
        if ends is None or int(ends[2] or ends[1]) < int(ends[1]):
            raise UnusableInput(
                f"{what} takes numbers and ranges, as 6-20 or 6,7,10-12, not {text!r}"
            )
        found |= set(range(int(ends[1]), int(ends[2] or ends[1]) + 1))
    return sorted(found)


def grid(ks: str, extra: str) -> tuple[tuple[int, int], ...]:
    """All (k, n) with n = k + extra. Raises `UnusableInput`."""
    sizes = tuple((k, k + more) for more in numbers(extra, "--extra") for k in numbers(ks, "-k"))
    for k, n in sizes:
        check_sizes(n, k, k, orthonormal=True)
    return sizes


@contextmanager
def cluster(address: str) -> Iterator[Any]:
    """The Dask cluster at this address, as a `distributed.Client`. Raises `UnusableInput` if dask
    is missing or the cluster does not answer.
    """
    try:
        from distributed import Client
    except ImportError:
        raise UnusableInput("--dask needs the extra certify[dask]") from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError, RuntimeError) as error:
        raise UnusableInput(
            f"no Dask cluster answers at {address}:"
            f" {str(error).splitlines()[0] if str(error) else type(error).__name__}"
        ) from None
    # if the cluster is lost we say one sentence, and its own long logs are silenced
    with (
        _silent("distributed"),
        client,
    ):
        yield client


@contextmanager
def _silent(package: str) -> Iterator[None]:
    """Within it the package logs nothing."""
    loggers = [
        logging.getLogger(name)
        for name in logging.root.manager.loggerDict
        if name.partition(".")[0] == package
    ]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _silent_progress(_done: int, _text: str) -> None:
    """Nothing is said."""


def run_survey(
    plan: Plan,
    ledger: SurveyLedger,
    workers: Workers | None = None,
    progress: Callable[[int, str], None] = _silent_progress,
) -> Iterator[Surveyed]:
    """One pair after the other; starts that the ledger has are not run again.

    A line of the ledger counts only if its certificate was proved in this run as well; otherwise
    its start is run once more. The result is the same for any workers, and after any interruption.
    progress: called with the number of starts done and a text.
    """
    for k, n in plan.sizes:
        yield _survey(plan, (k, n), ledger, workers or Workers(), progress)


def _basins(plan: Plan, k: int, n: int) -> list[Basin]:
    folders = list(plan.folders)
    if plan.certify_into is not None and plan.certify_into.is_dir():
        folders.append(plan.certify_into)
    files = {path.resolve(): path for path in certificate_files(folders)}
    return certified_basins(files.values(), k, n)


def _survey(
    plan: Plan,
    size: tuple[int, int],
    ledger: SurveyLedger,
    workers: Workers,
    progress: Callable[[int, str], None],
) -> Surveyed:
    k, n = size
    title = f"k = {k}, n = {n}"
    progress(0, f"{title}: checking certificates")
    everywhere = [global_basin(k)] if n == k else []
    basins = [*everywhere, *_basins(plan, k, n)]
    known = {basin.digest for basin in basins}
    keys = [(k, n, plan.seed, index) for index in range(plan.trials)]
    missing = [
        key[3]
        for key in keys
        if (old := ledger.records.get(key)) is None
        or (old.digest is not None and old.digest not in known)
    ]
    progress(plan.trials - len(missing), f"{title}: descending")
    going: list[Going] = []
    first = [(k, n, plan.seed, some, basins) for some in _portions(missing, k, n)]
    for records, left in workers.run(run_starts, first):
        ledger.add(records)
        going += left
        progress(len(records), "")
    longer = [(k, plan.seed, some, basins) for some in _portions(going, k, n)]
    for records, _ in workers.run(go_on, longer):
        ledger.add(records)
        progress(len(records), "")
    _rematch(ledger, keys, basins)
    refused: list[str] = []
    if plan.certify_into is not None:
        new = _classes(ledger.records[key] for key in keys)
        for i, record in enumerate(new, start=1):
            progress(0, f"{title}: proving new class {i} of {len(new)}")
            try:
                _certify(record, plan.certify_into, plan.command)
            except NotProved as error:
                refused.append(str(error))
        if new:
            basins = [*everywhere, *_basins(plan, k, n)]
            _rematch(ledger, keys, basins)
    return Surveyed(
        k,
        n,
        tuple(ledger.records[key] for key in keys),
        {basin.digest: basin for basin in basins},
        tuple(refused),
    )


def _portions(starts: list[T], k: int, n: int) -> list[list[T]]:
    size = portion(n, k)
    return [starts[i : i + size] for i in range(0, len(starts), size)]


def _rematch(
    ledger: SurveyLedger, keys: Iterable[tuple[int, int, int, int]], basins: list[Basin]
) -> None:
    """Try the unmatched points of earlier runs, and of this one, once more."""
    old = [record for key in keys if (record := ledger.records[key]).students is not None]
    found = [
        (record, match(ExactMatrix.from_floats(record.point), record.loss, basins))
        for record in old
    ]
    ledger.add(record.matched(basin) for record, basin in found if basin is not None)


def _classes(records: Iterable[Record]) -> list[Record]:
    """One unmatched record for each class, the lowest loss first: points with the same loss and the
    same set of entries, nearly.
    """
    kept: list[tuple[Any, Record]] = []
    for record in records:
        if record.students is not None:
            mark = np.concatenate([[record.loss, record.lambda_min], np.sort(record.point.ravel())])
            if all(np.abs(mark - other).max() > _SAME for other, _ in kept):
                kept.append((mark, record))
    return sorted((record for _, record in kept), key=lambda record: record.loss)


def _certify(record: Record, folder: Path, command: str) -> None:
    """Prove the point of an unmatched record and write its certificate. Raises `NotProved`, and
    `Unwritable`, which says where the certificate is kept.
    """
    found: dict[str, object] = {"survey": {"seed": record.seed, "start": record.start}}
    where = f"k = {record.k}, n = {record.n}, start {record.start}, loss {record.loss:.12f}"
    attempt, name = Attempt(), ""
    try:
        symmetric = detect(record.point)
        if all(block.size == 1 for block in symmetric.blocks):
            raise UnusableInput("no symmetry")
        name = "-".join(
            {"diagonal": f"S{number}", "columns": f"C{number}", "row": "R", "copy": f"of{number}"}[
                block_type
            ]
            for block_type, number in symmetric.parts
        )
        attempt = prove_symmetric(
            SymmetricCandidate(symmetric.parts, symmetric.values, found), command=command
        )
    except UnusableInput:
        pass  # no symmetry of the format: the dense kind will do
    if not isinstance(attempt.outcome, Proved):
        name = "dense"
        attempt = prove_candidate(
            make_candidate(record.point, k=record.k, provenance=found), command=command
        )
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        raise NotProved(f"{where}: {attempt.reason}")
    path = folder / f"k{record.k:02d}-n{record.n:02d}" / f"{name}_{record.loss:.9f}.json"
    # another point of about this loss: both are kept
    if path.is_file() and digest_in(path) != attempt.outcome.digest:
        path = path.with_name(f"{path.stem}-{attempt.outcome.digest[:12]}.json")
    document = attempt.signed()
    try:
        write_certificate(document, path)
    except Unwritable as error:
        raise Unwritable(
            f"{error}; the certificate just proved is"
            f" {keep(json_text(document), path, attempt.outcome.digest)}"
        ) from None
