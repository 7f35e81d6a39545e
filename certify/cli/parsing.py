"""The words of a command line, read by argparse as the parameters of a command declare."""

from __future__ import annotations

import re
from argparse import SUPPRESS, ArgumentParser, HelpFormatter
from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn

from certify.cli.declared import HELP, Parameter
from certify.cli.usage import UsageError, missing, no_such_option

__all__ = ["values"]


class _Parser(ArgumentParser):
    """What is given for the options, as text and in the order of the words. The other words are
    left: `parse_intermixed_args` would read those after -- as options.
    """

    def __init__(self, parameters: Sequence[Parameter], path: str) -> None:
        super().__init__(
            path,
            usage=SUPPRESS,
            add_help=False,
            allow_abbrev=False,
            argument_default=SUPPRESS,
            formatter_class=partial(HelpFormatter, width=80),  # a terminal need not be asked
        )
        for parameter in (*parameters, HELP):
            name = parameter.name
            if parameter.flag:
                self.add_argument(*parameter.spellings, dest=name, action="store_true")
                if parameter.off:
                    self.add_argument(parameter.off, dest=name, action="store_false")
            elif parameter.spellings:
                self.add_argument(
                    *parameter.spellings,
                    dest=name,
                    action="append",
                    nargs=parameter.count if parameter.count > 1 else None,
                )
        # what may be a value though it begins with -: for argparse -1, here -1/2 and -t^2 as well
        self._negative_number_matcher = re.compile("-[^-]")

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, self.prog)


def values(
    words: Sequence[str], parameters: Sequence[Parameter], path: str
) -> dict[str, Any] | None:
    """The values of the parameters, defaults where nothing was given; None where the help is asked
    for. Raises `UsageError`, and what the parsers of the options raise.

    What is wrong is said in the order of the words, options first, and before what is missing.
    """
    end = list(words).index("--") if "--" in words else len(words)
    options, rest = _Parser(parameters, path).parse_known_args(words[:end])
    for word in rest:
        if word.startswith("-") and len(word) > 1:
            raise no_such_option(word, parameters, path)
    given, rest = vars(options), [*rest, *words[end + 1 :]]
    if HELP.name in given:
        return None
    for parameter in parameters:
        if not parameter.spellings and rest:
            given[parameter.name] = rest if parameter.many else rest[0]
            rest = [] if parameter.many else rest[1:]
    by_name = {parameter.name: parameter for parameter in parameters}
    found: dict[str, Any] = {}
    for name in dict.fromkeys([*given, *by_name]):
        parameter = by_name[name]
        if name in given:
            try:
                found[name] = parameter.value(given[name])
            except ValueError as error:
                raise UsageError(f"Invalid value for {parameter.quoted}: {error}", path) from None
        elif parameter.required:
            raise missing(parameter, path)
        else:
            found[name] = parameter.default
    if rest:
        raise UsageError(f"Got unexpected extra argument(s) ({' '.join(rest)})", path)
    return found
