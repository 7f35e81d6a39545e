"""`certify` and `python -m certify`: each ends cleanly, with the exit code that says how."""

from __future__ import annotations

import errno
import os
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from certify.errors import CertifyError, ReaderLeft

__all__ = ["Ended", "ending", "run"]

_UNUSABLE = 2
_FAULT = 70  # an error that nobody has foreseen
_SIGNALLED = 128  # and the number of the signal, as shells say it
_INTERRUPTED = _SIGNALLED + signal.SIGINT
_READER_LEFT = _SIGNALLED + 13  # SIGPIPE
_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EROFS)


class Ended(BaseException):
    """A signal that asks this process to end. It is no `Exception`, so only `run` catches it."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = _SIGNALLED + number


def _ended(number: int, _: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)  # a second one ends the process at once
    raise Ended(number)


def run() -> NoReturn:
    """The console script. It ends with the exit code of the command. Other ends have codes of their
    own: 2 the output cannot be written, 70 a fault of ours, 130 interrupted, 141 the reader of the
    output left too early, 143 and 129 asked to end (SIGTERM, SIGHUP).
    """
    try:
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
                signal.signal(number, _ended)
        code, told = _command()
        if sys.stdout is not None:
            sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - what arrives here is not a verdict
        code, told = ending(error)
    _end(code, told)


def _command() -> tuple[int, str]:
    """Run the command; its exit code and a sentence, mostly empty. It imports what is heavy, so
    that an interrupt meanwhile is handled.
    """
    if sys.argv[1:] == ["doctor"]:  # before any library is imported: it says which one is missing
        from certify.doctor import main

        return main(), ""
    from certify import cli

    try:
        cli.run(sys.argv[1:])
    except SystemExit as end:
        return ending(end)
    return 0, ""


def ending(error: BaseException) -> tuple[int, str]:
    """The exit code of an error and one sentence about it; the sentence is empty where nothing is
    to be said.
    """
    if isinstance(error, SystemExit):
        return (
            (error.code, "")
            if isinstance(error.code, int)
            else (0 if error.code is None else _FAULT, str(error.code or ""))
        )
    if isinstance(error, CertifyError) and error.exit_code != _FAULT:
        from certify.terminal import printable

        return error.exit_code, printable(str(error))
    if isinstance(error, KeyboardInterrupt):
        return _INTERRUPTED, "interrupted"
    if isinstance(error, Ended):
        return error.exit_code, f"ended by {error}"
    if isinstance(error, (ReaderLeft, BrokenPipeError)):
        return _READER_LEFT, ""
    if isinstance(error, OSError):
        if isinstance(error.__context__, Ended):  # an error while ending is not reported
            return ending(error.__context__)
        if error.errno == errno.EIO:  # a terminal that is no longer there
            return _SIGNALLED + signal.SIGHUP, ""
        what = (
            "cannot write the output"
            if error.errno in _OF_WRITING
            else f"the system refuses{f' {error.filename}' if error.filename else ''}"
        )
        return _UNUSABLE, f"{what}: {error.strerror}"
    if isinstance(error, MemoryError):
        return _FAULT, "out of memory; nothing was written"
    if isinstance(error, ImportError):
        return _UNUSABLE, f"a library cannot be imported ({error}): certify doctor says more"
    return _FAULT, _fault(error)


def _fault(error: BaseException) -> str:
    import traceback
    from pathlib import Path

    place = traceback.extract_tb(error.__traceback__)[-1]
    told = " ".join("".join(c if c.isprintable() else " " for c in str(error)).split())[:200]
    return (
        f"a fault of ours ({type(error).__name__} in {Path(place.filename).name}, line"
        f" {place.lineno}: {told}); please report this line with the command and its input"
    )


def _end(code: int, told: str) -> NoReturn:
    """Write the sentence and end at once. Neither output that nobody reads nor a second interrupt
    changes the exit code, nor what happens while an interpreter is taken down; that would also take
    longer than the check of a small certificate.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError, ValueError, AttributeError):
        if told:
            sys.stderr.write(f"certify: {told}\n")
            sys.stderr.flush()
    with suppress(OSError, ValueError, AttributeError):
        sys.stdout.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
