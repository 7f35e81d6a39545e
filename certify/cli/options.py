"""Options that several commands share, and the files they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from certify.cli.common import fail
from certify.judge import shipped_folder

if TYPE_CHECKING:
    from certify.arrays import Source

__all__ = ["Jobs", "Seed", "shipped", "sources", "stem"]

Jobs = Annotated[int, typer.Option("--jobs", min=1, max=256, help="Processes to share the work.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of what is drawn at random.")]


def stem(file: Path) -> str:
    """The name of the file without its suffix, for the names of certificates."""
    return "stdin" if str(file) == "-" else file.stem


def sources(paths: dict[str, Path]) -> dict[str, Source]:
    """The user's own files, read once. Raises `UnusableInput`."""
    from certify.arrays import read_source

    return {name: read_source(path) for name, path in paths.items()}


def shipped() -> Path:
    """The folder of the certificates that come with this package."""
    return shipped_folder() or fail(
        "this installation carries no certificates (the folder proofs of the repository,"
        " certify/proofs of a wheel): say which"
    )
