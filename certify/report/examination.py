"""One certificate put before the checkers: what each of them says, and how long it took."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from certify.certificate import Certificate
from certify.judge import (
    Checker,
    Line,
    agreed,
    crash,
    judge_second,
    malformed,
    outcome_of,
    read_input,
)
from certify.kernel.check import read_claim
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import parse_json
from certify.kernel.foundation.outcomes import Outcome
from certify.processes import WorkerDied, shared_out

__all__ = ["Examined", "Verdict", "examine", "examine_all", "examine_document"]


@dataclass(frozen=True)
class Verdict:
    """What one checker said, and the seconds it took (the kernel's CPU time; the second one is
    a process of its own, and its start counts).
    """

    checker: str
    line: Line
    seconds: float


@dataclass(frozen=True)
class Examined:
    """A file and what came out. `certificate` is None where the file is none that can be read;
    `outcome` is the kernel's, if it was asked.
    """

    name: str
    certificate: Certificate | None
    line: Line
    verdicts: tuple[Verdict, ...]
    outcome: Outcome | None


def examine(path: Path, checker: Checker) -> Examined:
    """Read a file once and put the very bytes before the checkers."""
    try:
        data = read_input(path)
    except Malformed as error:
        return Examined(str(path), None, malformed(str(path), error), (), None)
    return _examine(str(path), data, checker)


def examine_document(
    certificate: Certificate, name: str, checker: Checker = Checker.all
) -> Examined:
    """The same for a certificate in memory."""
    return _examine(name, json.dumps(certificate.document).encode(), checker)


def examine_all(
    files: list[Path], checker: Checker, jobs: int, progress: Callable[[], None]
) -> Iterator[Examined]:
    """In the order of the files, whatever the number of jobs."""
    tasks = [(path, checker) for path in files]
    for path, examined in zip(
        files, shared_out(examine, tasks, 1 if Path("-") in files else jobs), strict=True
    ):
        progress()
        if isinstance(examined, WorkerDied):
            yield Examined(str(path), None, crash(str(path), str(examined)), (), None)
        else:
            yield examined


def _examine(name: str, data: bytes, checker: Checker) -> Examined:
    verdicts, outcome = [], None
    if checker is not Checker.second:
        start = time.process_time()
        outcome, line = outcome_of(name, data)
        verdicts.append(Verdict("kernel", line, time.process_time() - start))
    if checker is not Checker.kernel:
        start = time.perf_counter()
        line = judge_second(name, data)
        verdicts.append(Verdict("recheck", line, time.perf_counter() - start))
    line = verdicts[0].line if len(verdicts) == 1 else agreed(verdicts[0].line, verdicts[1].line)
    return Examined(name, _readable(data), line, tuple(verdicts), outcome)


def _readable(data: bytes) -> Certificate | None:
    try:
        certificate = Certificate(parse_json(data))
        read_claim(certificate.document)
    except Malformed:
        return None
    return certificate
