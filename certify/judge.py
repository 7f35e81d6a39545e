"""Judge many files with one or both checkers, one line a file: the verdicts are theirs."""

from __future__ import annotations

import enum
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from certify.enclosure import Enclosure
from certify.errors import UnusableInput
from certify.files import standard_input
from certify.kernel.check import check_bytes
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import MAX_BYTES, read_bytes
from certify.kernel.foundation.outcomes import (
    Declined,
    Outcome,
    Proved,
    Rejected,
    Settled,
)
from certify.kernel.foundation.reals import Interval, counted
from certify.kernel.foundation.words import Part, plain
from certify.shipped import at_hand, second_checker
from certify.terminal import printable

__all__ = [
    "Checker",
    "Line",
    "agreed",
    "certificate_files",
    "crash",
    "exit_code",
    "judge",
    "judge_all",
    "judge_file",
    "judge_second",
    "malformed",
    "outcome_of",
    "read_input",
    "totals",
]

_MALFORMED = "MALFORMED"
_DIGITS = 12  # of an interval on a line; --json and show have them all
# The second checker may take so many seconds of processor time and bytes of address space:
# either is far above what a legal file needs (FORMAT 3.1).
_SECONDS = 3600
_MEMORY = 8 * 2**30
_EXIT = {Proved.verdict: 0, Rejected.verdict: 1, _MALFORMED: 2, Declined.verdict: 3}


class Checker(enum.StrEnum):
    """Which checker judges: the kernel, the second one, or both."""

    kernel = "kernel"
    second = "second"
    all = "all"


@dataclass(frozen=True)
class Line:
    """What is said of one file. `details` are further fields of the JSON record, `short` is the
    message with fewer digits, if there is such a one.
    """

    path: str
    verdict: str
    code: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)
    short: str = ""

    @classmethod
    def of(cls, path: str, outcome: Outcome | Settled, *, details: bool = False) -> Line:
        """The line for the kernel's outcome, with or without details. Intervals of what was proved
        are rounded outward in the short message.
        """
        if isinstance(outcome, Proved):
            short = plain(map(_short, outcome.headline))
            known = _details(outcome) if details else {}
            return cls(path, outcome.verdict, "", outcome.summary, known, short)
        if isinstance(outcome, Settled):
            return cls(path, outcome.verdict, "", outcome.summary, {"digest": outcome.digest})
        if isinstance(outcome, Rejected):
            failed = {"left": outcome.failed.left, "right": outcome.failed.right}
            return cls(path, outcome.verdict, outcome.code, outcome.summary, {"failed": failed})
        return cls(path, outcome.verdict, outcome.code, outcome.summary)

    @property
    def text(self) -> str:
        """As printed on standard output: one line, whatever the name of the file."""
        return f"{self.verdict} {printable(self.path)}: {self.short or self.message}"

    @property
    def record(self) -> dict[str, Any]:
        """As printed with --json."""
        return {
            "path": self.path,
            "verdict": self.verdict,
            "code": self.code,
            "message": self.message,
            **self.details,
        }


def _details(outcome: Proved) -> dict[str, Any]:
    return {
        "digest": outcome.digest,
        "bits": outcome.bits,
        "inequalities": [inequality.record for inequality in outcome.inequalities],
    }


def _short(part: Part) -> Part:
    """Bounds of one number rounded outward, where that makes them shorter; all else as it is."""
    if not isinstance(part, Interval):
        return part
    return min(str(part), Enclosure.of(*part.texts).printed(_DIGITS), key=len)


def _noted(closed: list[Path]) -> Callable[[OSError], None]:
    """A handler for errors of a walk through folders: it keeps the names."""
    return lambda error: closed.append(Path(error.filename))


def certificate_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as given, and from folders all *.json that are no JSON Schema, in sorted order.

    A name such as proofs/family, where nothing is there, is that of what comes with this package. A
    folder that cannot be listed stays in the list, so that it is reported.
    """
    for path in map(at_hand, paths):
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises on names that are too long
            closed: list[Path] = []
            walk = os.walk(path, onerror=_noted(closed))
            found = [Path(folder) / name for folder, _, names in walk for name in names]
            yield from sorted(
                closed
                + [p for p in found if p.suffix == ".json" and not p.name.endswith(".schema.json")]
            )
        else:
            yield path


def read_input(path: Path) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises `Malformed`."""
    if str(path) != "-":
        return read_bytes(path)
    try:
        data = standard_input(MAX_BYTES + 1)
    except UnusableInput as error:
        raise Malformed(str(error)) from None
    if len(data) > MAX_BYTES:
        raise Malformed(f"larger than the limit of {MAX_BYTES} bytes")
    return data


def outcome_of(name: str, data: bytes, *, details: bool = False) -> tuple[Outcome | None, Line]:
    """What the kernel says of the bytes of a file: its outcome, None where it gives none, and the
    line, with or without details.
    """
    try:
        outcome = check_bytes(data)
    except Malformed as error:
        return None, malformed(name, error)
    except MemoryError:
        return None, crash(name, "the checker ran out of memory")
    return outcome, Line.of(name, outcome, details=details)


def judge(name: str, data: bytes, *, details: bool = False) -> Line:
    """The kernel's verdict on the bytes of a file."""
    return outcome_of(name, data, details=details)[1]


def crash(name: str, what: str) -> Line:
    """The line for a checker that ended without a verdict. It has failed; that is no rejection."""
    return Line(name, Declined.verdict, "crash", f"[crash] {what}")


def malformed(path: str, error: Malformed) -> Line:
    """The line for what is no certificate."""
    return Line(path, _MALFORMED, "malformed", str(error))


def judge_second(name: str, data: bytes) -> Line:
    """The verdict of proofs/recheck on the same bytes, run by this Python in a process of its
    own and within limits.
    """
    program = second_checker()
    if program is None:
        return Line(
            name, Declined.verdict, "checker", "[checker] the second checker is not installed"
        )
    from certify.processes import run_program

    run = run_program(
        [sys.executable, "-I", str(program), "--json", "-"],
        data=data,
        seconds=_SECONDS,
        memory=_MEMORY,
    )
    try:
        record = json.loads(run.stdout)
        line = Line(name, record["verdict"], record["code"], record["message"])
        if _EXIT[line.verdict] == run.returncode:
            return line
    except (ValueError, KeyError, TypeError):
        pass
    last = (run.stderr.decode(errors="replace").strip().splitlines() or ["no output"])[-1]
    return crash(name, f"the second checker failed (exit {run.returncode}): {last}")


def agreed(first: Line, second: Line) -> Line:
    """The verdict of both checkers. Where they differ, neither counts: the file is declined."""
    if (first.verdict, first.code) == (second.verdict, second.code):
        both = " (both checkers)"
        return replace(
            first,
            message=first.message + both,
            short=first.short and first.short + both,
        )
    if second.code == "checker":  # it is not there
        return second
    says = [f"{line.verdict} {line.code}".strip() for line in (first, second)]
    told = f"[disagreement] the kernel says {says[0]}, the second checker {says[1]}"
    return Line(first.path, Declined.verdict, "disagreement", told)


def judge_file(path: Path, checker: Checker, details: bool = False) -> Line:
    """The verdict on a file, read once: all checkers judge the same bytes."""
    name = str(path)
    try:
        data = read_input(path)
    except Malformed as error:
        return malformed(name, error)
    if checker is Checker.second:
        return judge_second(name, data)
    line = judge(name, data, details=details)
    return line if checker is Checker.kernel else agreed(line, judge_second(name, data))


def judge_all(
    files: list[Path], checker: Checker, jobs: int, *, details: bool = False
) -> Iterator[Line]:
    """Lines in the order of the files, whatever the number of jobs; with or without details, which
    are printed with --json only, and take longer than many a proof.
    """
    if Path("-") in files or len(files) == 1:
        jobs = 1  # standard input is this process's alone
    if jobs == 1:
        yield from (judge_file(path, checker, details) for path in files)
        return
    from certify.processes import WorkerDied, shared_out

    tasks = [(path, checker, details) for path in files]
    judged = shared_out(judge_file, tasks, jobs, weights=[_bytes(path) for path in files])
    for path, line in zip(files, judged, strict=True):
        yield crash(str(path), str(line)) if isinstance(line, WorkerDied) else line


def _bytes(path: Path) -> int:
    """How long a file is: the longer, the longer its proof takes, as a rule."""
    try:
        return path.stat().st_size
    except OSError:
        return 0  # whoever reads it says what is wrong


def totals(lines: Sequence[Line]) -> str:
    """How many files, and how many of each verdict: 3 files: 1 REJECTED, 2 DECLINED."""
    counts = Counter(line.verdict for line in lines)
    told = (f"{counts[verdict]} {verdict}" for verdict in _EXIT if counts[verdict])
    return f"{counted(len(lines), 'file')}: {', '.join(told)}"


def exit_code(lines: Iterable[Line]) -> int:
    """0 if all are proved, else 2 if any is malformed, else 1 if any is rejected, else 3
    (FORMAT 3).
    """
    codes = {_EXIT[line.verdict] for line in lines}
    return next((code for code in (2, 1, 3) if code in codes), 0)
