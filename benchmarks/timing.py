"""Processor time: of work in this process, of programs, and of checks by an earlier checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Protocol

from certify.kernel.check import check_file
from certify.processes import run_program

__all__ = [
    "ROOT",
    "Check",
    "Command",
    "Cost",
    "Earlier",
    "Failed",
    "Side",
    "Work",
    "environment",
]

ROOT = Path(__file__).resolve().parents[1]

_SHORT = 0.02  # seconds: what is shorter is run more often, and the mean taken
_MOST = 1000  # runs for one mean
_TOLD = 200  # characters of what a program that failed has said
_LIMIT = 900  # seconds of processor time of one program


class Failed(Exception):
    """Something could not be measured; the message says why."""


@dataclass(frozen=True)
class Cost:
    """Seconds of processor time, user and system; megabytes at the peak, if they were measured."""

    seconds: float
    megabytes: float | None = None


Side = Callable[[], Cost]  # runs once; raises `Failed`


class Own(Protocol):
    """What certify does, here or in an earlier checkout."""

    def __call__(self) -> Cost:
        """Run it once. Raises `Failed`."""
        ...

    def at(self, earlier: Earlier) -> Side:
        """The same work done by an earlier checkout."""
        ...


@dataclass(frozen=True)
class Work:
    """Some work in this process."""

    run: Callable[[], object]

    def __call__(self) -> Cost:
        """Of one run, the mean of several where one is short."""
        start = process_time()
        self.run()
        taken = process_time() - start
        if taken >= _SHORT:
            return Cost(taken)
        times = min(int(_SHORT / max(taken, _SHORT / _MOST)) + 1, _MOST)
        start = process_time()
        for _ in range(times):
            self.run()
        return Cost((process_time() - start) / times)


@dataclass(frozen=True)
class Check:
    """The kernel's check of a file in this process; the file is to be proved."""

    path: Path

    def __call__(self) -> Cost:
        """Read the file, and check it."""
        return Work(self._check)()

    def once(self) -> float:
        """Seconds of one run, however short."""
        start = process_time()
        self._check()
        return process_time() - start

    def _check(self) -> None:
        outcome = check_file(self.path)
        if outcome.verdict != "PROVED":
            raise Failed(f"{outcome.verdict}: {outcome.summary}")

    def at(self, earlier: Earlier) -> Side:
        """The check by the kernel of an earlier checkout."""
        return lambda: earlier.check(self.path)


@dataclass(frozen=True)
class Command:
    """A program, in a folder that is made for it and removed after it. It is to end with 0.

    arguments: of this Python. own: whether `certify` is to be found.
    """

    arguments: tuple[str, ...]
    root: Path = ROOT

    def __call__(self) -> Cost:
        """Of the program and of every process that it has waited for."""
        with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as used:
            leader = [sys.executable, "-I", "-S", "-c", _LEADER, used.name, folder]
            done = run_program(
                [*leader, sys.executable, *self.arguments],
                seconds=_LIMIT,
                environment=environment(self.root),
            )
            if done.returncode:
                said = (done.stdout + done.stderr).decode(errors="replace").strip().splitlines()
                raise Failed(f"exit code {done.returncode}: {' '.join(said[-1:])[-_TOLD:]}")
            seconds, megabytes = map(float, Path(used.name).read_text().split())
        return Cost(seconds, megabytes)

    def at(self, earlier: Earlier) -> Side:
        """The program of an earlier checkout."""
        return Command(self.arguments, earlier.root)


# Linux counts the memory of the process that starts a program as the program's: so that is small.
_LEADER = """
import os, sys
used, folder, *command = sys.argv[1:]
pid = os.fork()
if not pid:
    os.chdir(folder)
    os.execv(command[0], command)
_, status, cost = os.wait4(pid, 0)
unit = 2**20 if sys.platform == "darwin" else 2**10
with open(used, "w") as file:
    file.write(f"{cost.ru_utime + cost.ru_stime} {cost.ru_maxrss / unit}")
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
"""


def environment(root: Path) -> dict[str, str]:
    """For programs: `certify` is that of the checkout."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(root)}


@dataclass(frozen=True)
class Earlier:
    """An earlier checkout, with a process that checks files by its kernel."""

    root: Path
    process: subprocess.Popen[str]

    @classmethod
    @contextmanager
    def of(cls, root: Path) -> Iterator[Earlier]:
        """Start the process, and end it. Raises `Failed` where there is no `certify`."""
        root = root.resolve()
        if not (root / "certify" / "kernel" / "check.py").is_file():
            raise Failed(f"{root} is no checkout of certify")
        command = [sys.executable, "-c", _CHECKER]
        with subprocess.Popen(
            command,
            cwd=root,
            env=environment(root),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield cls(root, process)
            finally:
                with suppress(BrokenPipeError):
                    process.communicate()

    def check(self, path: Path) -> Cost:
        """Of its check of a file. Raises `Failed`."""
        if self.process.stdin is None or self.process.stdout is None:
            raise Failed("the earlier checkout cannot be asked")
        try:
            print(path.resolve(), file=self.process.stdin, flush=True)
            seconds, said = json.loads(self.process.stdout.readline())
        except (OSError, ValueError):
            raise Failed("the earlier checkout has ended") from None
        if said != "PROVED":
            raise Failed(said)
        return Cost(seconds)


_CHECKER = """
import json, sys
from pathlib import Path
from time import process_time
from certify.kernel.check import check_file
for line in sys.stdin:
    start = process_time()
    try:
        said = check_file(Path(line.rstrip("\\n"))).verdict
    except Exception as error:
        said = type(error).__name__
    print(json.dumps([process_time() - start, said]), flush=True)
"""
