"""Help of the command line: commands under headings, with examples, in 80 columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer
from typer.core import TyperCommand, TyperGroup
from typer.models import ArgumentInfo, OptionInfo

from certify.progress import alive

__all__ = ["Command", "Section", "group"]


@dataclass(frozen=True)
class Command:
    """A command: what runs it (a function, or a group of commands), what it does in a few words
    without a capital or a point, and command lines that show it, without the word `certify`.
    """

    runs: Callable[..., None] | typer.Typer
    summary: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """Commands under one heading, and the command line that is shown below them."""

    heading: str
    commands: dict[str, Command]
    example: str


# for which typer has no name of its own
_UsageError: Any = typer.BadParameter.__mro__[1]


@contextmanager
def _of(ctx: Any) -> Iterator[None]:
    """A usage error in here knows its command: the parser of arguments does not tell."""
    try:
        yield
    except _UsageError as error:
        error.ctx = error.ctx or ctx
        raise


class _Running(TyperCommand):
    """A command that says now and then that it goes on."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse its arguments."""
        with _of(ctx):
            return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run it."""
        with alive(ctx.command_path):
            return super().invoke(ctx)


def group(*sections: Section, about: str, end: str = "") -> typer.Typer:
    """A group of the commands in `sections`. Its help says what it is `about`, lists the commands
    under their headings, and closes with `end`.
    """

    class Grouped(TyperGroup):
        """The group as typer runs it."""

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            """Parse the options before the command."""
            with _of(ctx):
                return super().parse_args(ctx, args)

        def format_commands(self, ctx: Any, formatter: Any) -> None:
            """The commands under their headings."""
            del ctx
            width = max(len(name) for section in sections for name in section.commands)
            for section in sections:
                with formatter.section(section.heading):
                    formatter.write_dl(
                        [(f"{n:{width}}", c.summary) for n, c in section.commands.items()]
                    )
                    formatter.write_paragraph()
                    formatter.write_text(f"$ certify {section.example}")

    made = typer.Typer(
        cls=Grouped,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        help=about,
        epilog=end or None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for section in sections:
        for name, command in section.commands.items():
            if isinstance(command.runs, typer.Typer):
                made.add_typer(command.runs, name=name)
            else:
                epilog = _examples(command.examples)
                made.command(name, cls=_Running, epilog=epilog)(_with_metavars(command.runs))
    return made


def _with_metavars(command: Callable[..., None]) -> Callable[..., None]:
    """The command; what stands for a value in its help is a word for its type, and for an argument
    its name.
    """
    hints = get_type_hints(command, include_extras=True)
    for name, hint in hints.items():
        kind, *infos = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        for info in infos:
            if info.metavar is None and isinstance(info, ArgumentInfo):
                info.metavar = name.upper()
            elif info.metavar is None and isinstance(info, OptionInfo):
                info.metavar = next((w for t, w in _WORDS.items() if t in str(kind)), None)
    command.__annotations__ = hints
    return command


# for the types of options; a flag and a choice have none
_WORDS = {"int": "INTEGER", "float": "NUMBER", "Path": "FILE", "str": "TEXT"}


def _examples(lines: tuple[str, ...]) -> str | None:
    """The command lines, which the formatter does not join (the backspace tells it)."""
    if not lines:
        return None
    return "\n".join(
        [
            "\b",
            "Example:" if len(lines) == 1 else "Examples:",
            *(f"  certify {line}" for line in lines),
        ]
    )
