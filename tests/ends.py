"""End a command of certify from outside and see what is left: signals, closed pipes, kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Ending", "end", "processes"]

_PATIENCE = 60  # seconds after which a process that has not ended is taken for one that never will
_MARK = "CERTIFY_TEST_MARK"


@dataclass(frozen=True)
class Ending:
    """Exit code (negative: the signal that killed it), standard error, seconds from the signal to
    the end, and the processes left 2 s later.
    """

    code: int
    err: str
    seconds: float
    left: tuple[str, ...]
    early: bool  # it had ended before the signal


def processes(mark: str, pids: set[int] = frozenset()) -> dict[int, str]:
    """The living processes that carry the mark in their environment, or are among or below `pids`:
    their command lines.
    """
    parents: dict[int, int] = {}
    commands: dict[int, str] = {}
    marked = set(pids)
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
            if state == "Z":
                continue
            commands[int(folder.name)] = (
                (folder / "cmdline")
                .read_bytes()
                .replace(b"\0", b" ")
                .decode(errors="replace")[:200]
            )
            parents[int(folder.name)] = int(parent)
            if f"{_MARK}={mark}".encode() in (folder / "environ").read_bytes():
                marked.add(int(folder.name))
        except OSError:
            continue
    while below := {
        pid for pid, parent in parents.items() if parent in marked and pid not in marked
    }:
        marked |= below
    return {pid: commands[pid] for pid in marked if pid in commands}


def end(
    arguments: list[object],
    how: int | str,
    *,
    after: float = 0.0,
    workers: int = 0,
    cwd: Path | None = None,
    group: bool = False,
) -> Ending:
    """Start `certify ARGUMENTS`, wait `after` seconds or until it has that many `workers` (other
    processes), and end it: a signal, or "pipe", the reader of its output leaving at the first line.
    group: the signal goes to all of its process group, as from a terminal.
    """
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        [sys.executable, "-m", "certify", *map(str, arguments)],
        stdout=subprocess.PIPE if how == "pipe" else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env=os.environ | {_MARK: mark},
        start_new_session=True,
        # a shell has SIGINT ignored by what it runs in the background
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    assert process.stderr is not None
    if process.stdout is not None:
        process.stdout.readline()
    deadline = time.monotonic() + _PATIENCE
    while (
        workers
        and len(processes(mark)) <= workers
        and process.poll() is None
        and time.monotonic() < deadline
    ):
        time.sleep(0.02)
    time.sleep(after)
    started = set(processes(mark))
    early = process.poll() is not None
    began = time.monotonic()
    if process.stdout is not None:
        process.stdout.close()
    if isinstance(how, int):
        with suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(process.pid, how)
    # ends when the last process that holds it does
    err = process.stderr.read().decode(errors="replace")
    process.stderr.close()
    code = process.wait(timeout=_PATIENCE)
    seconds = time.monotonic() - began
    while processes(mark, started) and time.monotonic() < began + seconds + 2:
        time.sleep(0.05)
    return Ending(code, err, seconds, tuple(processes(mark, started).values()), early)


if __name__ == "__main__":
    SIGNALS = {
        "SIGINT": signal.SIGINT,
        "SIGTERM": signal.SIGTERM,
        "kill -9": signal.SIGKILL,
        "pipe": "pipe",
    }
    for name in sys.argv[1].split(","):
        for after in map(float, sys.argv[2].split(",")):
            ending = end(list(sys.argv[3:]), SIGNALS[name], after=after, group=name == "SIGINT")
            print(
                f"{name:8} after {after:5.2f}: code {ending.code}, {ending.seconds:.2f} s, left"
                f" {ending.left}{', early' if ending.early else ''} {ending.err.strip()[-300:]!r}"
            )
