"""The command line. It reads options, calls what does the work, and prints.

Each group of commands is a file. Commands import what is heavy when they run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from certify.cli import (
    check,
    consequences,
    families,
    find,
    piecewise,
    prove,
    read,
    smooth,
)
from certify.cli.common import fail
from certify.version import __version__

__all__ = ["app"]

_COMMANDS: dict[str, Callable[..., None]] = {
    "search": find.search,
    "prove": prove.prove,
    "check": check.check,
    "show": read.show,
    "trust": read.trust,
    "report": read.report,
    "formal": read.formal,
    "birth": families.birth,
    "split": consequences.split,
    "basin": consequences.basin,
    "random-teacher": families.random_teacher,
    "near-orthonormal": families.near_orthonormal,
    "enumerate": families.enumerate_points,
    "atlas": read.atlas,
    "survey": find.survey,
    "doctor": read.doctor,
}
_DATA_COMMANDS: dict[str, Callable[..., None]] = {
    "relu": piecewise.relu,
    "deep": piecewise.deep,
    "conv": piecewise.conv,
    "trained": piecewise.trained,
    "linear": piecewise.linear,
    "entropy": piecewise.entropy,
    "activation": smooth.activation,
    "wide": smooth.wide,
    "split": smooth.split,
}
# an empty argument of these would mean this folder
_TAKE_PATHS = ("atlas", "basin", "check", "formal", "prove", "report", "show", "split", "trust")
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
data = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Certificates for networks on your own data: local minima, saddles, global minima.",
)
for _name, _command in _COMMANDS.items():
    app.command(_name)(_command)
for _name, _command in _DATA_COMMANDS.items():
    data.command(_name)(_command)
app.add_typer(data, name="data")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"certify {__version__}")
        raise typer.Exit(0)


@app.callback()
def main(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Computer-assisted proofs about neural-network loss landscapes.

    Exit codes: 0 everything proved, 1 something not proved, 2 unusable input or usage, 3 declined,
    70 a fault of ours, 130 interrupted.
    """
    if context.invoked_subcommand in _TAKE_PATHS and "" in sys.argv[1:]:
        fail("an argument is empty: a variable that is not set?")
    del version  # its callback has answered
