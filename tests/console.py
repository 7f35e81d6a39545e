"""The command line in tests: `process` starts one as a user does, `call` runs the same commands in
this process, where a test needs many.
"""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from pathlib import Path
from unittest import mock

from certify.__main__ import ending
from certify.cli import run
from certify.errors import CertifyError

__all__ = ["call", "process"]


def process(*arguments: object, **options) -> subprocess.CompletedProcess[str]:
    """`certify ARGUMENTS` in a process of its own, which must not end in a traceback; options are
    those of subprocess.run.
    """
    done = subprocess.run(
        [sys.executable, "-m", "certify", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        **options,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def call(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The same without a process: parsing of arguments, output and exit code are the program's. An
    exception that is none of `CertifyError` comes out.
    """
    words = [str(argument) for argument in arguments]
    shown, said, empty = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(3))
    code = 0
    with (
        contextlib.chdir(cwd or "."),
        contextlib.redirect_stdout(shown),
        contextlib.redirect_stderr(said),
        mock.patch.object(sys, "stdin", empty),
        mock.patch.object(sys, "argv", ["certify", *words]),
    ):
        try:
            run(words)
        except (CertifyError, SystemExit) as error:
            code, told = ending(error)
            said.write(f"certify: {told}\n" if told else "")
    return subprocess.CompletedProcess(words, code, *map(_written, (shown, said)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
