"""How a command that proves begins and ends. It says what it has read, writes the certificate where
nothing is lost, and prints the theorem.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

from certify.cli.declared import Option
from certify.errors import UnusableInput, Unwritable
from certify.files import (
    beside,
    digest_in,
    fitting,
    json_text,
    keep,
    refuse_to_lose,
    write_certificate,
)
from certify.judge import Line
from certify.kernel.foundation.outcomes import Proved
from certify.terminal import echo, printable, tell

if TYPE_CHECKING:
    from certify.arrays import Source
    from certify.attempt import Attempt

__all__ = [
    "Force",
    "Output",
    "Target",
    "command_line",
    "conclude",
    "default_name",
    "destination",
    "fail",
    "say",
    "target",
]

Output = Annotated[
    str | None,
    Option("-o", "--output", metavar="FILE", help="File or folder to write the certificate to."),
]
Force = Annotated[bool, Option("--force", help="Replace the file if it exists.")]


def fail(message: str, code: int = 2) -> NoReturn:
    """Print one sentence and exit."""
    echo(f"certify: {printable(message)}", err=True)
    raise SystemExit(code)


def say(line: str) -> None:
    """A line on standard error."""
    echo(f"  {printable(line)}", err=True)


def destination(word: str) -> Path:
    """The path of what is written to a file or a folder. Raises ValueError for standard output."""
    if word == "-":
        raise ValueError("- names no file")
    return Path(word)


@dataclass(frozen=True)
class Target:
    """Where a certificate goes. It is looked at before the work begins. inputs: the files that the
    command reads. force: what exists is replaced. chosen: the user gave the name or the folder.
    """

    path: Path
    inputs: tuple[Source, ...] = ()
    force: bool = False
    chosen: bool = True

    @property
    def paths(self) -> list[Path]:
        """The files that are read."""
        return [source.path for source in self.inputs]

    def apart_from(self, digest: str) -> Path:
        """Where the certificate of this digest goes. A default name is that of the data without
        their folder, so another certificate may stand there: then digits of the digest are added.
        """
        if self.chosen or self.force or digest_in(self.path) in (None, digest):
            return self.path
        return beside(self.path, digest)


def target(
    output: str | None, name: str, *, inputs: Sequence[Source] = (), force: bool = False
) -> Target:
    """The file asked for, or `name` in the folder asked for or in this one. Raises
    `UnusableInput` if there is no such folder, `Unwritable` if the file cannot be written or
    something would be lost.

    A certificate that stands there is no obstacle yet: the new one may be the same.
    """
    if output in ("", "-"):
        raise UnusableInput(f"-o {output or 'without a name'} names no file")
    path = Path(fitting(name)) if output is None else Path(output)
    if output is not None and (os.path.isdir(path) or output.endswith(os.sep)):  # noqa: PTH112 - Path.is_dir raises on names that are too long
        if not os.path.isdir(path):  # noqa: PTH112
            raise UnusableInput(f"there is no folder {output}")
        path = path / fitting(name)
    refuse_to_lose(
        path,
        inputs=[source.path for source in inputs],
        force=force or digest_in(path) is not None,
    )
    return Target(path, tuple(inputs), force, chosen=output is not None)


def conclude(attempt: Attempt, goal: Target) -> None:
    """Write the certificate and print the theorem, or say why there is none (exit code 1).

    A file with another certificate in it is left as it is. Where the user did not choose the name,
    the new certificate goes to a name of its own, and a line says so. Otherwise, and where nothing
    can be written, it is kept elsewhere: then `Unwritable` says where.
    """
    from certify.certificate import Certificate
    from certify.report.command import theorem_text

    for line in attempt.trials:
        say(line)
    if not isinstance(attempt.outcome, Proved) or attempt.document is None:
        echo(f"not proved: {attempt.reason}")
        for remark in attempt.remarks:
            echo(printable(remark))
        raise SystemExit(1)
    document = attempt.signed(source.record for source in goal.inputs)
    certificate = Certificate(document)
    path = goal.apart_from(certificate.digest)
    try:
        written = write_certificate(document, path, inputs=goal.paths, force=goal.force)
    except Unwritable as error:
        another = "another one and is " if os.path.isfile(path) else ""  # noqa: PTH113
        kept = keep(json_text(document), path.with_suffix(".json"), certificate.digest)
        raise Unwritable(f"{error}; the certificate just proved is {another}{kept}") from None
    tell(theorem_text(certificate))
    for remark in attempt.remarks:
        tell(f"\n{printable(remark)}")
    tell(
        f"\nCertificate {printable(str(path))}, digest"
        f" {certificate.digest}{'' if written else ' (unchanged: the file held it already)'}"
    )
    if path != goal.path:
        tell(f"{printable(str(goal.path))} holds another certificate and is left as it is.")
    tell(Line.of(str(path), attempt.outcome).text)


def default_name(subject: str, what: str, **variants: object) -> str:
    """SUBJECT.WHAT-VARIANTS.json: whatever makes the certificate another one is in its name.
    Variants that are None, False or "" are left out.

    >>> default_name("iris", "relu", widths=6, activation="1,0.5", origin=True, seed=None)
    'iris.relu-widths-6-activation-1,0.5-origin.json'
    """
    parts = [what]
    for name, value in variants.items():
        if value is None or value is False or value in ("", ()):
            continue
        text = ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        parts.append(
            name.replace("_", "-") if value is True else f"{name.replace('_', '-')}-{text}"
        )
    stem = re.sub(r"[^A-Za-z0-9.,+=_-]+", "_", f"{subject}.{'-'.join(parts)}")
    return fitting(f"{stem}.json")


def command_line() -> str:
    """The command as it was given, for the provenance. Paths are cut to their base names."""
    return " ".join(["certify", *map(_base, sys.argv[1:])])


_ATTACHED = re.compile(r"(--[a-z][a-z-]*=|-o)(.+)", re.DOTALL)


def _base(word: str) -> str:
    """The word without the folders of this machine."""
    attached = _ATTACHED.fullmatch(word)
    if attached:
        return attached[1] + _base(attached[2])
    if os.sep not in word:
        return word
    path = Path(word)
    try:
        known = (
            path.is_absolute()
            or word.startswith(("~", "./", "../"))
            or path.exists()
            or path.parent.is_dir()
        )
    except (OSError, ValueError):
        known = False
    return path.name if known else word
