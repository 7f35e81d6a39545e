"""How a command that proves ends: the certificate written, the theorem printed, or one sentence."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from certify.files import Unwritable, write_json
from certify.kernel.outcomes import Proved
from certify.verdicts import Line, printable

if TYPE_CHECKING:
    from certify.propose import Attempt

__all__ = ["command_line", "conclude", "fail", "output_path", "say"]


def fail(message: str, code: int = 2) -> NoReturn:
    """Print one sentence and exit."""
    typer.echo(f"certify: {printable(message)}", err=True)
    raise typer.Exit(code)


def conclude(attempt: Attempt, path: Path) -> None:
    """Write the certificate and print the theorem, or say why there is none (exit code 1)."""
    from certify.certificate import Certificate
    from certify.report.command import theorem_text

    for line in attempt.trials:
        say(line)
    if not isinstance(attempt.outcome, Proved) or attempt.document is None:
        typer.echo(f"not proved: {attempt.reason.replace('] not proved: ', '] ', 1)}")  # a kernel's summary says it, too
        raise typer.Exit(1)
    try:
        write_json(attempt.document, path)
    except Unwritable as error:
        fail(str(error))
    certificate = Certificate(attempt.document)
    typer.echo(theorem_text(certificate))
    for remark in attempt.remarks:
        typer.echo(f"\n{printable(remark)}")
    typer.echo(f"\nCertificate {printable(str(path))}, digest {certificate.digest}")
    typer.echo(Line.of(str(path), attempt.outcome).text)


def output_path(output: Path | None, name: str) -> Path:
    """Where the certificate goes: the file asked for, or `name` in the folder asked for or in this one."""
    if output is None:
        return Path(name)
    return output / name if output.is_dir() else output


def command_line() -> str:
    """The command as it was given, for the provenance."""
    return " ".join(["certify", *sys.argv[1:]])


def say(line: str) -> None:
    """A line on standard error."""
    typer.echo(f"  {line}", err=True)
