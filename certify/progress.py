"""What long work says on standard error while it goes on.

On a terminal work that can be counted has a bar. Everything else says every ten seconds, in a line,
how long it has gone on and how far it is. Work that is done sooner says nothing; where it is known
beforehand that it takes longer than two seconds, the estimate is said at once. Where the variable
CERTIFY_PROGRESS of the environment is "off", nothing is said: for scripts that take any word on
standard error for an error.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field

__all__ = ["EVERY", "alive", "at", "counted", "expected"]

EVERY = 10.0  # seconds between two lines
_LONG = 2.0  # seconds from which on an estimate is said before the work


@dataclass
class _Work:
    """Work that goes on. `far`: how far it is, in words; `shown`: a bar says it already."""

    name: str
    far: str = ""
    shown: bool = False
    began: float = field(default_factory=time.monotonic)
    over: threading.Event = field(default_factory=threading.Event)

    def tell(self) -> None:
        """Say it every so often, until it is over."""
        while not self.over.wait(EVERY):
            if not self.shown:
                seconds = time.monotonic() - self.began
                far = f": {self.far}" if self.far else ""
                # nobody may be reading any more
                with suppress(OSError, ValueError, AttributeError):
                    sys.stderr.write(f"  {seconds:.0f} s: {self.name}{far}\n")
                    sys.stderr.flush()


_WORK: ContextVar[_Work | None] = ContextVar("_WORK", default=None)


def _wanted() -> bool:
    """Whether anything is to be said."""
    return os.environ.get("CERTIFY_PROGRESS") != "off"


@contextmanager
def alive(name: str) -> Iterator[None]:
    """Work of this name: what runs in here says every ten seconds that it goes on."""
    work = _Work(name)
    token = _WORK.set(work)
    if _wanted():
        threading.Thread(target=work.tell, daemon=True).start()
    try:
        yield
    finally:
        work.over.set()
        _WORK.reset(token)


def at(step: str) -> None:
    """Say what the work is at, with the next line."""
    work = _WORK.get()
    if work is not None:
        work.far = step


def expected(what: str, seconds: float) -> None:
    """Say at once what the work is at, and how long it is going to take on an idle machine, where
    that is more than two seconds.
    """
    at(what)
    if _WORK.get() is not None and seconds > _LONG and _wanted():
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(f"  {what}: about {seconds:.0f} s\n")
            sys.stderr.flush()


@contextmanager
def counted(
    what: str, total: int, unit: str, *, bar: bool = True
) -> Iterator[Callable[[int, str], None]]:
    """Part of the work, of which `total` units are to be done. It yields a function of how many
    more are done and of what is worked on from here on ("": the same as before). bar: on a terminal
    a bar shows it; False where results are printed meanwhile.
    """
    work = _WORK.get() or _Work("")
    work.shown = bar and sys.stderr is not None and sys.stderr.isatty()
    done = 0
    with _drawn(total, unit) if work.shown else nullcontext(_not_drawn) as draw:

        def advance(more: int, then: str) -> None:
            nonlocal done, what
            done, what = done + more, then or what
            work.far = f"{what}, {done} of {total} {unit}"
            draw(more, what)

        draw(0, what)
        try:
            yield advance
        finally:
            work.far, work.shown = "", False


@contextmanager
def _drawn(total: int, unit: str) -> Iterator[Callable[[int, str], None]]:
    """A bar on the terminal. It yields a function that moves it."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,  # or results would go to standard error
        redirect_stderr=False,
        speed_estimate_period=120,
    ) as bar:
        task = bar.add_task("", total=total)
        yield lambda more, what: bar.update(task, advance=more, description=what)


def _not_drawn(_more: int, _what: str) -> None:
    """There is no bar."""
