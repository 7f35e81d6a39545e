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

import typer
from typer.testing import CliRunner

from certify.__main__ import ending
from certify.cli import app
from certify.errors import CertifyError

__all__ = ["call", "process"]

_USAGE = typer.BadParameter.__mro__[2]  # of errors in the use, for which typer has no name


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
    with contextlib.chdir(cwd or "."), mock.patch.object(sys, "argv", ["certify", *words]):
        done = CliRunner().invoke(app, words, prog_name="certify", standalone_mode=False)
    if done.exception is None or isinstance(done.exception, SystemExit):
        code = done.exit_code or done.return_value or 0
        return subprocess.CompletedProcess(words, code, done.stdout, done.stderr)
    if not isinstance(done.exception, (CertifyError, _USAGE)):
        raise done.exception
    with contextlib.redirect_stderr(io.StringIO()) as shown:
        code, told = ending(done.exception)
    said = f"certify: {told}\n" if told else shown.getvalue()
    return subprocess.CompletedProcess(words, code, done.stdout, f"{done.stderr}{said}")
