"""One certificate put before the checkers: what each of them says, and how long it took. No verdicts of its own."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from certify.certificate import Certificate
from certify.kernel.check import check_bytes, read_claim
from certify.kernel.exact import Malformed, parse_json, read_bytes
from certify.kernel.outcomes import Outcome
from certify.verdicts import Checker, Line, agreed, judge_standalone, malformed

__all__ = ["Examined", "Verdict", "examine", "examine_all", "examine_document"]


@dataclass(frozen=True)
class Verdict:
    """What one checker said, and the seconds it took (the kernel's CPU time; the standalone one is a process of its own, and its start counts)."""

    checker: str
    line: Line
    seconds: float


@dataclass(frozen=True)
class Examined:
    """A file and what came out. `certificate` is None where the file is none that can be read; `outcome` is the kernel's, if it was asked."""

    name: str
    certificate: Certificate | None
    line: Line
    verdicts: tuple[Verdict, ...]
    outcome: Outcome | None


def examine(path: Path, checker: Checker) -> Examined:
    """Read a file once and put the very bytes before the checkers."""
    try:
        data = read_bytes(path)
    except Malformed as error:
        return Examined(str(path), None, malformed(str(path), error), (), None)
    return _examine(str(path), data, checker)


def examine_document(certificate: Certificate, name: str, checker: Checker = Checker.all) -> Examined:
    """The same for a certificate in memory."""
    return _examine(name, json.dumps(certificate.document).encode(), checker)


def examine_all(files: list[Path], checker: Checker, jobs: int, progress: Callable[[], None]) -> Iterator[Examined]:
    """In the order of the files. The kernel's runs take turns (one precision for all threads), the standalone checker's do not."""
    with ThreadPoolExecutor(jobs) as pool:
        for examined in pool.map(lambda path: examine(path, checker), files):
            progress()
            yield examined


def _examine(name: str, data: bytes, checker: Checker) -> Examined:
    verdicts, outcome = [], None
    if checker is not Checker.standalone:
        start = time.thread_time()  # of this thread alone: the kernel's runs wait for each other
        try:
            outcome = check_bytes(data)
            line = Line.of(name, outcome)
        except Malformed as error:
            line = malformed(name, error)
        verdicts.append(Verdict("kernel", line, time.thread_time() - start))
    if checker is not Checker.arb:
        verdicts.append(_standalone(name, data))
    line = verdicts[0].line if len(verdicts) == 1 else agreed(verdicts[0].line, verdicts[1].line)
    return Examined(name, _readable(data), line, tuple(verdicts), outcome)


def _standalone(name: str, data: bytes) -> Verdict:
    """recheck.py on a copy of the bytes, so that it judges what the kernel has judged."""
    with tempfile.TemporaryDirectory(prefix="certify-") as folder:
        copy = Path(folder) / "certificate.json"
        copy.write_bytes(data)
        start = time.perf_counter()
        line = judge_standalone(copy)
        seconds = time.perf_counter() - start
    return Verdict("recheck.py", replace(line, path=name, message=line.message.replace(str(copy), name)), seconds)


def _readable(data: bytes) -> Certificate | None:
    try:
        certificate = Certificate(parse_json(data))
        read_claim(certificate.document)
    except Malformed:
        return None
    return certificate
