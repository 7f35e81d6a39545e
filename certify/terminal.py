"""Standard output whose reader may leave, as `head` does.

While work goes on, that ends it. Once everything is known, it changes nothing.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import typer

from certify.errors import ReaderLeft

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["tell", "tell_table", "while_read"]


def tell(text: str, *, err: bool = False) -> None:
    """Print a line (or more) of a result that is known. The exit code stays that of the result
    where the reader has left.
    """
    try:
        typer.echo(text, err=err)
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)  # what is buffered, and what follows, goes there
        os.dup2(nowhere, (sys.stderr if err else sys.stdout).fileno())
        os.close(nowhere)


def tell_table(table: Table, width: int = 0) -> None:
    """Print a table of results, at least `width` columns wide: a narrow terminal wraps its lines,
    so that no number is cut.
    """
    from rich.console import Console

    console = Console()
    console.width = max(console.width, width)
    with console.capture() as captured:
        console.print(table)
    tell(captured.get().rstrip("\n"))


@contextmanager
def while_read() -> Iterator[None]:
    """Work of which the only result is what it prints: `ReaderLeft` is raised in here as soon as
    the reader of standard output leaves.
    """
    if threading.current_thread() is not threading.main_thread() or not _is_pipe():
        yield
        return
    before = signal.signal(signal.SIGUSR1, _left)
    over, done = os.pipe()
    watcher = threading.Thread(target=_watch, args=(sys.stdout.fileno(), over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        os.close(done)
        watcher.join()
        os.close(over)
        signal.signal(signal.SIGUSR1, before)


def _is_pipe() -> bool:
    try:
        mode = os.fstat(sys.stdout.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _watch(output: int, over: int) -> None:
    """Wait until the other end of the output is closed, or until the work is over."""
    poll = select.poll()
    poll.register(output, 0)  # errors are always reported
    poll.register(over, 0)
    if output in dict(poll.poll()):
        os.kill(os.getpid(), signal.SIGUSR1)


def _left(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise ReaderLeft
