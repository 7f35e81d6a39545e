"""Commands and groups of commands. What a command runs is imported when it runs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

from certify.cli.declared import HELP, Parameter, parameters_of
from certify.cli.parsing import values
from certify.cli.usage import UsageError, no_such_command, no_such_option
from certify.progress import alive
from certify.terminal import echo

__all__ = ["Command", "Group", "Section"]


@dataclass(frozen=True)
class Command:
    """A command: the module in this folder and the function in it that runs, as check:check, what
    it does in a few words without a capital or a point, and command lines that show it, without the
    word `certify`.
    """

    runs: str
    summary: str
    examples: tuple[str, ...] = ()

    @cached_property
    def function(self) -> Callable[..., None]:
        """What runs it."""
        module, name = self.runs.split(":")
        function: Callable[..., None] = getattr(import_module(f"certify.cli.{module}"), name)
        return function

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its arguments and options."""
        return parameters_of(self.function)

    @property
    def about(self) -> str:
        """What it does, in its docstring."""
        return inspect.cleandoc(self.function.__doc__ or "")

    def help(self, path: str) -> str:
        """Its help, as it is called: certify data relu."""
        from certify.cli.help import described

        return described(path, self.about, self.parameters, self.examples)

    def read(self, words: Sequence[str], path: str) -> dict[str, Any] | None:
        """The values of its parameters; None where its help is asked for. Raises `UsageError`."""
        return values(words, self.parameters, path)

    def run(self, words: Sequence[str], path: str) -> None:
        """Run it on the words. Raises what it raises: `SystemExit` where its exit code is not 0."""
        given = self.read(words, path)
        if given is None:
            echo(self.help(path))
            return
        with alive(path):  # it says now and then that it goes on
            self.function(**given)


@dataclass(frozen=True)
class Section:
    """Commands under one heading, and the command line that is shown below them."""

    heading: str
    commands: dict[str, Command | Group]
    example: str


@dataclass(frozen=True)
class Group:
    """Commands under their headings. about: what they have in common; end: the end of their help;
    summary: what stands beside the name of the group in a list; options: flags that are answered
    at once, with what is printed for them.
    """

    sections: tuple[Section, ...]
    about: str
    summary: str = ""
    end: str = ""
    options: tuple[tuple[Parameter, str], ...] = ()

    @property
    def commands(self) -> dict[str, Command | Group]:
        """All of them, by their names."""
        return {name: c for section in self.sections for name, c in section.commands.items()}

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those that stand before the command."""
        return tuple(parameter for parameter, _ in self.options)

    def help(self, path: str) -> str:
        """Its help, as it is called: certify data."""
        from certify.cli.help import grouped

        return grouped(path, self)

    def run(self, words: Sequence[str], path: str) -> None:
        """Run the command that the words begin with. Raises what the command raises: `SystemExit`
        where its exit code is not 0.
        """
        if not words:
            echo(self.help(path), err=True)
            raise SystemExit(UsageError.exit_code)
        name, *rest = words
        for parameter, told in (*self.options, (HELP, "")):
            if name in parameter.spellings:  # it is answered, and nothing else is done
                echo(told or self.help(path))
                return
        if name.startswith("-"):
            raise no_such_option(name, self.parameters, path)
        if name not in self.commands:
            raise no_such_command(name, self.commands, path)
        self.commands[name].run(rest, f"{path} {name}")
