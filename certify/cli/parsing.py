"""The words of a command line, read as the parameters of a command declare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from certify.cli.declared import HELP, Parameter
from certify.cli.usage import UsageError, missing, no_such_option

__all__ = ["Words", "values"]


class Words:
    """Words sorted out: what was given for each option (by the name of its parameter), in the order
    in which they were given first, and the words that belong to none.

    interspersed: options may follow such a word; otherwise it and all after it are left as they
    are. Raises `UsageError`.
    """

    def __init__(
        self,
        words: Sequence[str],
        parameters: Iterable[Parameter],
        path: str,
        *,
        interspersed: bool = True,
    ) -> None:
        self._path = path
        self._known: dict[str, tuple[Parameter, bool]] = {}
        for parameter in (*parameters, HELP):
            self._known |= dict.fromkeys(parameter.spellings, (parameter, True))
            if parameter.off:
                self._known[parameter.off] = (parameter, False)
        self._ahead = list(reversed(words))
        self.given: dict[str, list[Any]] = {}
        self.rest: list[str] = []
        while self._ahead:
            word = self._ahead.pop()
            if word == "--":
                break
            if word.startswith("--"):
                self._long(word)
            elif word.startswith("-") and len(word) > 1:
                self._short(word)
            else:
                self.rest.append(word)
                if not interspersed:
                    break
        self.rest += reversed(self._ahead)

    def _long(self, word: str) -> None:
        """--name, or --name=value."""
        name, attached, value = word.partition("=")
        parameter, on = self._of(name)
        if not parameter.flag:
            self._ahead += [value] if attached else []
        elif attached:
            raise UsageError(f"Option {name!r} does not take a value.", self._path)
        self._take(parameter, name, on=on)

    def _short(self, word: str) -> None:
        """-k, -kvalue, or several flags in one word."""
        for place, letter in enumerate(word[1:], start=2):
            parameter, on = self._of(f"-{letter}")
            if not parameter.flag and word[place:]:
                self._ahead.append(word[place:])
            self._take(parameter, f"-{letter}", on=on)
            if not parameter.flag:
                return

    def _of(self, name: str) -> tuple[Parameter, bool]:
        if name not in self._known:
            raise no_such_option(name, self._known, self._path)
        return self._known[name]

    def _take(self, parameter: Parameter, name: str, *, on: bool) -> None:
        """What follows the name of an option is its value, whatever it begins with."""
        given = self.given.setdefault(parameter.name, [])
        if parameter.flag:
            given.append(on)
            return
        count = parameter.count
        if len(self._ahead) < count:
            what = "an argument" if count == 1 else f"{count} arguments"
            raise UsageError(f"Option {name!r} requires {what}.", self._path)
        taken = [self._ahead.pop() for _ in range(count)]
        given.append(taken[0] if count == 1 else taken)


def values(words: Words, parameters: Sequence[Parameter], path: str) -> dict[str, Any]:
    """The values of the parameters, defaults where nothing was given. Raises `UsageError`, and what
    the parsers of the options raise.

    What is wrong is said in the order of the words, and before what is missing.
    """
    given, rest = dict(words.given), list(words.rest)
    for parameter in parameters:
        if not parameter.spellings and rest:
            taken = rest if parameter.many else rest[:1]
            given[parameter.name], rest = taken, rest[len(taken) :]
    by_name = {parameter.name: parameter for parameter in parameters}
    found: dict[str, Any] = {}
    arguments = [parameter.name for parameter in parameters if not parameter.spellings]
    for name in dict.fromkeys([*given, *arguments, *by_name]):
        parameter = by_name[name]
        if name not in given:
            if parameter.required:
                raise missing(parameter, path)
            found[name] = parameter.default
            continue
        try:
            found[name] = parameter.value(given[name])
        except ValueError as error:
            raise UsageError(f"Invalid value for {parameter.quoted}: {error}", path) from None
    if rest:
        raise UsageError(f"Got unexpected extra argument(s) ({' '.join(rest)})", path)
    return found
