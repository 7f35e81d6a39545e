"""An error in the use of the command line, as one sentence with a hint where one is known."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["usage_sentence"]

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
_MISSING = {
    "name": "one of II, A, I, II_p, A_q, II+1, ...",
    "activation": "for example gelu",
}
_NO_COMMAND = re.compile(r"No such command '([^']*)'")


def usage_sentence(error: Any) -> str:
    """The sentence for a usage error of typer: what is wrong, a hint, and the command whose help
    says more.
    """
    context = getattr(error, "ctx", None)
    message = " ".join(error.format_message().replace("Value error, ", "").split())
    hint = _hint(error, context) if context is not None else ""
    if hint:
        # a hint of ours stands in the place of guesses
        message = f"{re.split(r'[.] | [(]Possible', message)[0].rstrip('.')}: {hint}"
    return f"{message} ({context.command_path if context is not None else 'certify'} --help)"


def _hint(error: Any, context: Any) -> str:
    """What to write in its place; empty if nothing is known."""
    command = _NO_COMMAND.match(error.message or "")
    if command is not None:
        now = _COMMANDS.get(f"{context.command_path} {command[1]}")
        return f"now certify {now}" if now else ""
    option = getattr(error, "option_name", None)
    if option is not None and (error.message or "").startswith("No such option"):
        if option == "--family" and context.info_name == "prove":
            return "now certify family NAME -k K"
        known = {name for parameter in context.command.params for name in parameter.opts}
        return next((f"now {now}" for now in _OPTIONS.get(option, ()) if now in known), "")
    if type(error).__name__ == "MissingParameter" and error.param is not None:
        return _MISSING.get(error.param.name, "")
    return ""
