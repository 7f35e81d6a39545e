"""Run any checker command over the corpus and compare verdict and reason code with what is
expected.

    python tests/harness.py COMMAND...

The paths of the corpus are appended; the command must understand --json.

A checker passes if, for every case, it prints one JSON object with the expected verdict and code,
and ends with the exit code that belongs to that verdict.  A crash, a timeout, a missing or surplus
line, or the right verdict for a wrong reason is a failure, and so is a message of more than 400
characters about what is rejected or malformed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CORPUS", "Case", "Checker", "cases", "failures"]

CORPUS = Path(__file__).parent / "corpus"
# a command, or what a command would do, in this process
Checker = list[str] | Callable[[Path], subprocess.CompletedProcess[str]]
EXIT = {"PROVED": 0, "REJECTED": 1, "MALFORMED": 2, "DECLINED": 3}


@dataclass(frozen=True)
class Case:
    """One file of the corpus and what a right checker says of it."""

    path: Path
    verdict: str
    code: str
    why: str


def cases(folder: Path = CORPUS) -> list[Case]:
    """The corpus, in sorted order; every file is expected, every expectation has its file."""
    expected = json.loads((folder / "expected.json").read_text())
    found = {str(p.relative_to(folder)) for p in folder.rglob("*.json")} - {"expected.json"}
    if found != set(expected):
        raise AssertionError(f"corpus and expectations differ: {sorted(found ^ set(expected))}")
    return [
        Case(folder / name, row["verdict"], row["code"], row["why"])
        for name, row in sorted(expected.items())
    ]


def _judge(checker: Checker, case: Case, seconds: float) -> str | None:
    """None if the checker is right about the case, else what is wrong."""
    try:
        if callable(checker):
            run = checker(case.path)
        else:
            run = subprocess.run(
                [*checker, str(case.path)],
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
    except subprocess.TimeoutExpired:
        return "timed out"
    lines = run.stdout.splitlines()
    if len(lines) != 1:
        return (
            f"printed {len(lines)} lines, exit {run.returncode}, stderr"
            f" {run.stderr.strip()[-200:]!r}"
        )
    try:
        record = json.loads(lines[0])
        verdict, code = record["verdict"], record["code"]
    except (ValueError, KeyError, TypeError):
        return f"printed {lines[0][:100]!r}"
    if (verdict, code) != (case.verdict, case.code):
        return f"said {verdict} [{code}], expected {case.verdict} [{case.code}] ({case.why})"
    if verdict in ("REJECTED", "MALFORMED") and len(record.get("message", "")) > 400:
        return f"has a message of {len(record['message'])} characters"
    if run.returncode != EXIT[verdict]:
        return f"said {verdict} but ended with exit code {run.returncode}"
    if "Traceback" in run.stderr:
        return "printed a traceback"
    return None


def failures(checker: Checker, todo: list[Case] | None = None, seconds: float = 120) -> list[str]:
    """What the checker got wrong, one line a case; an empty list means that it passed. As many
    cases at a time as there are processors.
    """
    chosen = cases() if todo is None else todo
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = list(pool.map(lambda case: _judge(checker, case, seconds), chosen))
    return [
        f"{case.path.relative_to(CORPUS)}: {problem}"
        for case, problem in zip(chosen, problems, strict=True)
        if problem is not None
    ]


if __name__ == "__main__":
    wrong = failures(sys.argv[1:])
    print(*wrong, sep="\n")
    total = len(cases())
    print(f"{total - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(bool(wrong))
