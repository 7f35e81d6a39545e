"""The help of commands: usage, what they do, their options, examples; in 80 columns."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING

from certify.cli.declared import HELP, Option, Parameter

if TYPE_CHECKING:
    from certify.cli.command import Group

__all__ = ["described", "grouped", "meaning", "shown"]

_COLUMN = 30  # the widest that an option may be to have its meaning beside it


def _width() -> int:
    return max(min(shutil.get_terminal_size().columns, 80) - 2, 50)


def _wrapped(text: str, width: int, first: str = "", then: str = "") -> str:
    return textwrap.fill(
        text, width, initial_indent=first, subsequent_indent=then, replace_whitespace=False
    )


def _paragraphs(text: str) -> Iterator[str]:
    """Those of a text, each indented and wrapped."""
    for part in text.split("\n\n"):
        yield _wrapped(" ".join(part.split()), _width(), "  ", "  ")


def _listed(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Names and what they mean, beside each other."""
    column = min(max(len(name) for name, _ in rows), _COLUMN) + 2
    for name, told in rows:
        lines = _wrapped(told, max(_width() - column - 2, 10)).splitlines() or [""]
        if len(name) > column - 2:
            yield f"  {name}"
        else:
            lines[0] = f"{name:{column}}{lines[0]}"
        first, *others = lines
        indent = " " * column
        yield f"  {indent if len(name) > column - 2 else ''}{first}".rstrip()
        yield from (f"  {indent}{line}" for line in others)


def shown(parameter: Parameter) -> str:
    """A parameter as the help lists it: -o, --output FILE."""
    if not parameter.spellings:
        return f"{parameter.called} {_type(parameter)}"
    name = ", ".join(sorted(parameter.spellings, key=lambda name: name.startswith("--")))
    if parameter.flag:
        return f"{name} / {parameter.off}" if parameter.off else name
    return f"{name} {parameter.called}"


def _type(parameter: Parameter) -> str:
    """What an argument is."""
    name: str = parameter.type.__name__
    return f"<list[{name}]>" if parameter.many else f"<{name.lower()}>"


def meaning(parameter: Parameter) -> str:
    """What it means, its default and its bounds."""
    declared = parameter.declared
    extra = []
    if default := _default(parameter):
        extra.append(f"default: {default}")
    if isinstance(declared, Option) and (bounds := _bounds(declared.min, declared.max)):
        extra.append(bounds)
    if parameter.required:
        extra.append("required")
    return f"{parameter.help}  [{'; '.join(extra)}]" if extra else parameter.help


def _default(parameter: Parameter) -> str:
    told, default = parameter.declared.show_default, parameter.default
    if isinstance(told, str):
        return f"({told})"
    if not told or parameter.required or default is None:
        return ""
    if parameter.flag:
        spelled = parameter.spellings[0] if default else parameter.off
        return spelled.lstrip("-") if parameter.off else ""
    return str(default.value if isinstance(default, Enum) else default)


def _bounds(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return ""
    if low is None or high is None:
        return f"x>={low}" if high is None else f"x<={high}"
    return f"{low}<=x<={high}"


def _usage(path: str, pieces: Iterable[str]) -> str:
    """The first line: how the command is written."""
    head = f"Usage: {path} "
    return _wrapped(" ".join(pieces), _width(), head, " " * len(head))


def described(
    path: str, about: str, parameters: Sequence[Parameter], examples: Sequence[str]
) -> str:
    """The help of one command."""
    arguments = [p for p in parameters if not p.spellings]
    options = [*(p for p in parameters if p.spellings), HELP]
    pieces = ["[OPTIONS]", *map(_piece, arguments)]
    blocks = [_usage(path, pieces), *_paragraphs(about)]
    for heading, those in (("Arguments", arguments), ("Options", options)):
        if those:
            rows = _listed([(shown(p), meaning(p)) for p in those])
            blocks.append("\n".join([f"{heading}:", *rows]))
    if examples:
        heading = "Example" if len(examples) == 1 else "Examples"
        blocks.append("\n".join([f"  {heading}:", *(f"    certify {line}" for line in examples)]))
    return "\n\n".join(blocks)


def _piece(argument: Parameter) -> str:
    """An argument in the line of usage."""
    name = f"{{{argument.called}}}" if argument.required else f"[{argument.called}]"
    return f"{name}..." if argument.many else name


def grouped(path: str, group: Group) -> str:
    """The help of a group of commands."""
    options = [*group.parameters, HELP]
    blocks = [_usage(path, ["[OPTIONS]", "COMMAND", "[ARGS]..."]), *_paragraphs(group.about)]
    blocks.append("\n".join(["Options:", *_listed([(shown(p), meaning(p)) for p in options])]))
    width = max(map(len, group.commands))
    for section in group.sections:
        rows = [(f"{name:{width}}", c.summary) for name, c in section.commands.items()]
        blocks.append("\n".join([f"{section.heading}:", *_listed(rows)]))
        blocks.append(f"  $ certify {section.example}")
    return "\n\n".join([*blocks, *(_paragraphs(group.end) if group.end else ())])
