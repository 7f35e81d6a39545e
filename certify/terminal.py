"""Standard output: its width, tables that fit it, and a reader who may leave, as `head` does.

While work goes on, that ends it. Once everything is known, it changes nothing.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

from certify.errors import ReaderLeft

__all__ = [
    "Column",
    "echo",
    "fitting_columns",
    "printable",
    "tell",
    "tell_table",
    "terminal_width",
    "while_read",
]


def echo(text: str, *, err: bool = False) -> None:
    """Print a line (or more) at once. What the encoding of the output lacks is escaped."""
    file = sys.stderr if err else sys.stdout
    if file is None:
        return
    try:
        file.write(f"{text}\n")
    except UnicodeEncodeError:
        file.write(text.encode(file.encoding, "backslashreplace").decode(file.encoding) + "\n")
    file.flush()


def printable(path: str) -> str:
    """The path on one line: characters that cannot be printed are escaped."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in path
    )


def tell(text: str, *, err: bool = False) -> None:
    """Print a line (or more) of a result that is known. The exit code stays that of the result
    where the reader has left.
    """
    try:
        echo(text, err=err)
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)  # what is buffered, and what follows, goes there
        os.dup2(nowhere, (sys.stderr if err else sys.stdout).fileno())
        os.close(nowhere)


@dataclass(frozen=True)
class Column:
    """A column of a table: its head and its cells. spare: 0 if it is always shown; of the others
    those with the greatest number are the first to be left out where there is no room.
    """

    head: str
    cells: Sequence[str]
    spare: int = 0
    left: bool = False

    @property
    def width(self) -> int:
        """Characters of the widest cell."""
        return max(len(cell) for cell in (self.head, *self.cells))


def terminal_width() -> int | None:
    """Columns of the terminal that standard output is; None where it is none."""
    if sys.stdout is None or not sys.stdout.isatty():
        return None
    from shutil import get_terminal_size

    return get_terminal_size().columns


def fitting_columns(columns: Sequence[Column], room: int | None) -> list[Column]:
    """The columns that are shown in so much room (None: all of them). Only spare ones are left
    out.
    """
    shown = list(columns)
    while room is not None and _width(shown) > room and any(column.spare for column in shown):
        shown.remove(max(shown, key=lambda column: column.spare))
    return shown


def _width(columns: Sequence[Column]) -> int:
    """Of a table of these columns, with its lines."""
    return sum(column.width + 3 for column in columns) + 1


def tell_table(title: str, columns: Sequence[Column], caption: str = "", whole: str = "") -> None:
    """Print a table of results. A narrow terminal gets fewer columns, and a sentence that names the
    others and says where the whole table is. No cell is cut: what is wider than the terminal all
    the same is wrapped by it.
    """
    from rich.console import Console
    from rich.table import Table

    shown = fitting_columns(columns, terminal_width())
    missing = [column.head for column in columns if column not in shown]
    said = f"Not shown in this width: {'; '.join(missing)} ({whole})." if missing else ""
    # a title that the table cannot hold in one line stands above it
    within = len(title) <= _width(shown)
    table = Table(
        title=title if within else None, caption="\n".join(filter(None, (caption, said))) or None
    )
    for column in shown:
        table.add_column(column.head, justify="left" if column.left else "right", no_wrap=True)
    for cells in zip(*(column.cells for column in shown), strict=True):
        table.add_row(*cells)
    console = Console(emoji=False)
    console.width = max(console.width, _width(shown))
    with console.capture() as captured:
        console.print(table)
    printed = captured.get().rstrip("\n")
    tell(printed if within else f"{title}\n{printed}")


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
