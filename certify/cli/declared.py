"""What a command takes is declared once, in the signature of its function: as
`jobs: Annotated[int, Option("--jobs", min=1, help="...")] = 2`. Parser and help both read it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

__all__ = ["HELP", "Argument", "Option", "Parameter", "parameters_of"]

_REQUIRED = inspect.Parameter.empty
_WHOLE = re.compile(r"\s*[-+]?[0-9]{1,30}\s*")
# what stands for a value in the help
_WORDS = {int: "INTEGER", float: "NUMBER", Path: "FILE", str: "TEXT"}


@dataclass(frozen=True)
class Argument:
    """A parameter that is told by its place.

    metavar: what stands for its value in the help. callback: of the value. show_default: what the
    help says in the place of the default.
    """

    help: str = ""
    metavar: str = ""
    callback: Callable[[Any], Any] | None = None
    show_default: bool | str = True


@dataclass(frozen=True)
class Option:
    """A parameter that is told by its name; it has one or two spellings, "--x/--no-x" for a flag
    that can be turned off, and by default that of the parameter.

    min, max: of a number. parser: of the text; it raises `CertifyError`.
    """

    first: str = ""
    second: str = ""
    _: KW_ONLY
    help: str = ""
    metavar: str = ""
    min: int | None = None
    max: int | None = None
    parser: Callable[[str], Any] | None = None
    show_default: bool | str = True


@dataclass(frozen=True)
class Parameter:
    """A parameter of a command. type: of one value; many: it may be given again, or is a list of
    arguments; count: words of one value.
    """

    name: str
    type: Any
    declared: Argument | Option
    default: Any = _REQUIRED
    many: bool = False
    count: int = 1

    @property
    def help(self) -> str:
        """The sentence about it."""
        return self.declared.help

    @property
    def required(self) -> bool:
        """Whether it has to be given."""
        return self.default is _REQUIRED

    @property
    def flag(self) -> bool:
        """Whether it is an option without a value."""
        return self.type is bool

    @property
    def spellings(self) -> tuple[str, ...]:
        """Those of an option, without the one that turns it off; none for an argument."""
        if isinstance(self.declared, Argument):
            return ()
        given = self.declared.first.partition("/")[0] or f"--{self.name.replace('_', '-')}"
        return (given, self.declared.second) if self.declared.second else (given,)

    @property
    def off(self) -> str:
        """The spelling that turns a flag off; empty if there is none."""
        return self.declared.first.partition("/")[2] if isinstance(self.declared, Option) else ""

    @property
    def choices(self) -> tuple[str, ...]:
        """The values it may have; none if there are others."""
        return tuple(self.type) if issubclass(self.type, Enum) else ()

    @property
    def called(self) -> str:
        """What stands for an argument, or for the value of an option, in the help."""
        if self.declared.metavar or isinstance(self.declared, Argument):
            return self.declared.metavar or self.name.upper()
        return f"<{'|'.join(self.choices)}>" if self.choices else _WORDS[self.type]

    @property
    def quoted(self) -> str:
        """As sentences name it."""
        return " / ".join(f"'{name}'" for name in self.spellings or (self.called,))

    def value(self, given: Any) -> Any:
        """The value of what was given for it: a word, or words if there may be many, for an
        argument; a list of all that was given for an option, words each if a value has several;
        True or False for a flag. Raises `ValueError`, and what its parser raises.
        """
        if self.spellings and not self.flag and not self.many:
            given, *more = given
            if more:  # one of them would be left unheard
                raise ValueError("it is given twice")
        if self.many:
            value: Any = [self._read(word) for word in given]
        else:
            value = tuple(map(self._read, given)) if self.count > 1 else self._read(given)
        callback = self.declared.callback if isinstance(self.declared, Argument) else None
        return value if callback is None else callback(value)

    def _read(self, word: Any) -> Any:
        """One word, as its type is written."""
        if self.type is Path and not word:  # for pathlib it would be this folder
            raise ValueError("'' names no file: a variable that is not set?")
        if isinstance(self.declared, Option) and self.declared.parser is not None:
            return self.declared.parser(word)
        if self.choices and word not in self.choices:
            raise ValueError(
                f"{word!r} is not one of {', '.join(map(repr, map(str, self.choices)))}."
            )
        if self.type is int:
            return self._number(word)
        if self.type is float:
            try:
                return float(word)
            except ValueError:
                raise ValueError(
                    "Input should be a valid number, unable to parse string as a number"
                ) from None
        return self.type(word)

    def _number(self, word: str) -> int:
        """A whole number within its bounds."""
        if not _WHOLE.fullmatch(word):
            raise ValueError(
                "Input should be a valid integer, unable to parse string as an integer"
            )
        number = int(word)
        if isinstance(self.declared, Option):
            if self.declared.min is not None and number < self.declared.min:
                raise ValueError(f"Input should be greater than or equal to {self.declared.min}")
            if self.declared.max is not None and number > self.declared.max:
                raise ValueError(f"Input should be less than or equal to {self.declared.max}")
        return number


HELP = Parameter(
    "help", bool, Option("-h", "--help", help="Show this message and exit."), default=False
)


def parameters_of(command: Callable[..., None]) -> tuple[Parameter, ...]:
    """The parameters that its signature declares."""
    hints = get_type_hints(command, include_extras=True)
    return tuple(
        _parameter(name, hints[name], given.default)
        for name, given in inspect.signature(command).parameters.items()
    )


def _parameter(name: str, hint: Any, default: Any) -> Parameter:
    if get_origin(hint) is not Annotated:
        raise TypeError(f"{name} is not declared")
    of, declared = get_args(hint)
    of = next((t for t in get_args(of) if t is not type(None)), of) if _optional(of) else of
    parts = get_args(of)
    many = get_origin(of) is list
    count = len(parts) if get_origin(of) is tuple else 1
    return Parameter(name, parts[0] if parts else of, declared, default, many, count)


def _optional(of: Any) -> bool:
    return type(None) in get_args(of)
