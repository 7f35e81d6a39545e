"""An error in the use of the command line, as one sentence with a hint where one is known."""

from __future__ import annotations

from collections.abc import Iterable

from certify.cli.declared import HELP, Parameter
from certify.errors import CertifyError

__all__ = ["UsageError", "missing", "no_such_command", "no_such_option"]

# what was asked for before, and what asks for it now
_COMMANDS = {
    "certify birth": "family NAME --birth",
    "certify split": "consequence split FILE",
    "certify basin": "consequence basin FILE",
    "certify data activation": "data constant --activation NAME",
    "certify data wide": "data constant FILE --activation NAME --widths W,W",
    "certify data trained": "trained NET DATA",
}
_OPTIONS = {
    "--units": ("--activation",),
    "--slopes": ("--activation",),
    "--name": ("--activation",),
    "--expression": ("--activation",),
    "--hidden": ("--widths",),
    "--targets": ("--teachers", "--target"),
    "--out": ("--output",),
    "--point": ("--at",),
    "--k-from": ("--from",),
}
# commands about the Gaussian loss of ReLU only
_RELU = {"survey", "census", "enumerate"}
_MISSING = {
    "name": "one of II, A, I, II_p, A_q, II+1, ...",
    "activation": "for example gelu",
}


class UsageError(CertifyError):
    """What is wrong, and the command (`path`, as certify data relu) whose help says more."""

    exit_code = 2

    def __init__(self, what: str, path: str) -> None:
        super().__init__(f"{' '.join(what.split())} ({path} --help)")


def no_such_command(word: str, known: Iterable[str], path: str) -> UsageError:
    """The error; what is asked for now, or commands of a similar name."""
    what = f"No such command {word!r}"
    if now := _COMMANDS.get(f"{path} {word}"):
        return UsageError(f"{what}: now certify {now}", path)
    near = ", ".join(map(repr, _similar(word, known)))
    return UsageError(f"{what}. Did you mean {near}?" if near else f"{what}.", path)


def no_such_option(word: str, parameters: Iterable[Parameter], path: str) -> UsageError:
    """The error; what the option in the word is called now, or options of a similar name."""
    name = word.partition("=")[0] if word.startswith("--") else word[:2]
    known = [s for p in (*parameters, HELP) for s in (*p.spellings, p.off) if s]
    what = f"No such option: {name}"
    if name == "--family" and path == "certify prove":
        return UsageError(f"{what}: now certify family NAME -k K", path)
    if name in ("--slope", "--activation") and path.removeprefix("certify ") in _RELU:
        return UsageError(f"{what}: {path} is about ReLU", path)
    for now in _OPTIONS.get(name, ()):
        if now in known:
            return UsageError(f"{what}: now {now}", path)
    near = _similar(name, [option for option in known if option.startswith("--")])
    if near and name.startswith("--"):
        what += f" (Possible options: {', '.join(sorted(near))})"
    return UsageError(what, path)


def missing(parameter: Parameter, path: str) -> UsageError:
    """The error, with an example where it helps."""
    what = f"Missing {'option' if parameter.spellings else 'argument'} {parameter.quoted}"
    hint = _MISSING.get(parameter.name)
    return UsageError(f"{what}: {hint}" if hint else f"{what}.", path)


def _similar(word: str, known: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, list(known))
