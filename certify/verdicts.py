"""Judge many files with one or both checkers, and say what came out, one line a file. No mathematics, no verdicts of its own."""

from __future__ import annotations

import enum
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from certify.kernel.check import check_file
from certify.kernel.exact import Malformed
from certify.kernel.outcomes import Declined, Outcome, Proved, Rejected

__all__ = ["Checker", "Line", "agreed", "certificate_files", "exit_code", "judge", "judge_all", "judge_standalone", "malformed", "printable", "shipped_file", "shipped_folder", "shipped_name", "standalone_path"]

_MALFORMED = "MALFORMED"
_EXIT = {Proved.verdict: 0, Rejected.verdict: 1, _MALFORMED: 2, Declined.verdict: 3}


class Checker(enum.StrEnum):
    """Which checker judges: the kernel, the standalone one, or both."""

    arb = "arb"
    standalone = "standalone"
    all = "all"


@dataclass(frozen=True)
class Line:
    """What is said of one file. `details` are further fields of the JSON record."""

    path: str
    verdict: str
    code: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, path: str, outcome: Outcome) -> Line:
        """The line for the kernel's outcome."""
        if isinstance(outcome, Proved):
            inequalities = [{"code": i.code, "left": i.left, "right": i.right} for i in outcome.inequalities]
            details: dict[str, Any] = {"digest": outcome.digest, "bits": outcome.bits, "inequalities": inequalities}
            return cls(path, outcome.verdict, "", outcome.summary, details)
        if isinstance(outcome, Rejected):
            failed = {"left": outcome.failed.left, "right": outcome.failed.right}
            return cls(path, outcome.verdict, outcome.code, outcome.summary, {"failed": failed})
        return cls(path, outcome.verdict, outcome.code, outcome.summary)

    @property
    def text(self) -> str:
        """As printed on standard output: one line, whatever the name of the file."""
        return f"{self.verdict} {printable(self.path)}: {self.message}"

    @property
    def record(self) -> dict[str, Any]:
        """As printed with --json."""
        return {"path": self.path, "verdict": self.verdict, "code": self.code, "message": self.message, **self.details}


def printable(path: str) -> str:
    """The path on one line: characters that cannot be printed are escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in path)


def certificate_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Files as given; folders are searched for *.json, but for JSON Schemas, in sorted order.

    A folder that cannot be listed stays in the list, to be reported: nothing is skipped in silence.
    """
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises on names that are too long
            closed: list[Path] = []
            walk = os.walk(path, onerror=lambda error, closed=closed: closed.append(Path(error.filename)))  # type: ignore[misc]
            found = [Path(folder) / name for folder, _, names in walk for name in names]
            yield from sorted(closed + [p for p in found if p.suffix == ".json" and not p.name.endswith(".schema.json")])
        else:
            yield path


def judge(path: Path) -> Line:
    """The kernel's verdict on one file."""
    try:
        return Line.of(str(path), check_file(path))
    except Malformed as error:
        return malformed(str(path), error)


def malformed(path: str, error: Malformed) -> Line:
    """The line for what is no certificate."""
    return Line(path, _MALFORMED, "malformed", str(error))


def shipped_file(in_checkout: str, in_package: str) -> Path | None:
    """A file of this checkout, or the copy that an installed package carries; None if there is neither."""
    here = Path(__file__).resolve().parent
    return next((p for p in (here.parent / in_checkout, here / in_package) if p.is_file()), None)


def shipped_folder() -> Path | None:
    """The certificates that come with this package: the folder proofs of this checkout, or what an installed package carries of it (symmetric,
    survey, gaussian); None if there is neither. Below the current folder the path is a relative one.
    """
    here = Path(__file__).resolve().parent
    found = next((p for p in (here.parent / "proofs", here / "proofs") if (p / "symmetric").is_dir()), None)
    return found.relative_to(Path.cwd()) if found is not None and found.is_relative_to(Path.cwd()) else found


def shipped_name(path: Path) -> str:
    """The path as it is in the repository (proofs/symmetric/k07/II.json), if it belongs to the certificates that come with this package."""
    folder = shipped_folder()
    if folder is not None and path.resolve().is_relative_to(folder.resolve()):
        return (Path("proofs") / path.resolve().relative_to(folder.resolve())).as_posix()
    return path.as_posix()


def standalone_path() -> Path | None:
    """Where proofs/recheck.py is."""
    return shipped_file("proofs/recheck.py", "recheck.py")


def judge_standalone(path: Path) -> Line:
    """The verdict of proofs/recheck.py, run by this Python in a process of its own."""
    program = standalone_path()
    if program is None:
        return Line(str(path), Declined.verdict, "checker", "[checker] proofs/recheck.py is not installed")
    run = subprocess.run(
        [sys.executable, "-I", str(program), "--json", "--", str(path)], capture_output=True, text=True, check=False
    )
    try:
        record = json.loads(run.stdout)
        line = Line(str(path), record["verdict"], record["code"], record["message"])
        agreed = _EXIT[line.verdict] == run.returncode
    except (ValueError, KeyError, TypeError):
        agreed = False
    if not agreed:
        last = (run.stderr.strip().splitlines() or ["no output"])[-1]
        return Line(str(path), Declined.verdict, "crash", f"[crash] the standalone checker failed (exit {run.returncode}): {last}")
    return line


def _judge_both(path: Path) -> Line:
    return agreed(judge(path), judge_standalone(path))


def agreed(first: Line, second: Line) -> Line:
    """What the kernel and the standalone checker say together; where they differ, neither counts and the file is not proved."""
    if (first.verdict, first.code) == (second.verdict, second.code):
        return Line(first.path, first.verdict, first.code, f"{first.message} (both checkers)", first.details)
    told = f"[disagreement] arb says {first.verdict} {first.code}, standalone says {second.verdict} {second.code}"
    return Line(first.path, Declined.verdict, "disagreement", told)


_JUDGES = {Checker.arb: judge, Checker.standalone: judge_standalone, Checker.all: _judge_both}


def judge_all(files: list[Path], checker: Checker, jobs: int) -> Iterator[Line]:
    """Lines in the order of the files, whatever the number of jobs."""
    one = _JUDGES[checker]
    if jobs == 1 or len(files) == 1:
        yield from map(one, files)
        return
    with ProcessPoolExecutor(min(jobs, len(files))) as pool:
        futures = [pool.submit(one, path) for path in files]
        for path, future in zip(files, futures, strict=True):
            try:
                yield future.result()
            except BrokenProcessPool:
                yield Line(str(path), Declined.verdict, "crash", "[crash] the process that checked this file died")


def exit_code(lines: Iterable[Line]) -> int:
    """0 if all are proved, else 2 if any is malformed, else 1 if any is rejected, else 3 (FORMAT.md, section 3)."""
    codes = {_EXIT[line.verdict] for line in lines}
    return next((code for code in (2, 1, 3) if code in codes), 0)
