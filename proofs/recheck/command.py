"""The command line: files and folders, one verdict for each, the exit code."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .kinds import judge
from .reader import digest, parse, read_bytes, whole
from .verdict import Verdict, decimal

VERSION = "recheck 1 (certify/1)"
PRINTED_LENGTH = 60  # characters of a number in a message

_NUMERAL = r"(-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]{1,3})?(?:/[0-9]+)?)"

_NUMERALS = re.compile(rf"\[{_NUMERAL}, {_NUMERAL}\]|{_NUMERAL}")


def shortened(text: str) -> str:
    """A message, with every number that takes more than PRINTED_LENGTH characters rounded: to an
    interval that holds it, the ends of an interval outwards.
    """

    def read(numeral: str) -> Fraction:
        above, _, below = numeral.lstrip("-").partition("/")
        mantissa, _, power = above.partition("e")
        integral, _, part = mantissa.partition(".")
        size = Fraction(whole(integral + part), whole(below or "1")) * Fraction(10) ** (
            int(power or 0) - len(part)
        )
        return -size if numeral[0] == "-" else size

    def short(match: re.Match[str]) -> str:
        low, high, alone = match.groups()
        low, high = (alone, alone) if alone else (low, high)
        if max(len(low), len(high)) <= PRINTED_LENGTH:
            return match[0]
        return f"[{decimal(read(low), False)}, {decimal(read(high), True)}]"

    return text if len(text) <= PRINTED_LENGTH else _NUMERALS.sub(short, text)


# in order of precedence after PROVED
EXIT = {"PROVED": 0, "MALFORMED": 2, "REJECTED": 1, "DECLINED": 3}


def check(path: str, explain: bool = False) -> dict[str, str]:
    """The verdict on one file.  With --explain its claim is printed before it is decided."""
    result = {"path": path, "verdict": "", "code": "", "message": "", "digest": ""}
    try:
        tree = parse(read_bytes(path))
        result["digest"] = digest(tree) or ""
        claim = judge(tree, tell if explain else None)
        result.update(verdict="PROVED", message=claim.summary)
    except Verdict as found:
        code = found.code or "malformed"
        reason = found.reason if found.verdict == "MALFORMED" else f"[{code}] {found.reason}"
        result.update(verdict=found.verdict, code=code, message=shortened(reason))
    return result


def tell(tree: dict[str, Any]) -> None:
    """Prints what a certificate claims, and which functions decide it."""
    from .explain import explained

    print(explained(tree), flush=True)


def line(result: dict[str, str]) -> str:
    """The printed line of a verdict.  A path that cannot be printed is escaped."""
    path = "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in result["path"]
    )
    return f"{result['verdict']} {path}: {result['message']}"


def collect(arguments: Sequence[str]) -> list[str]:
    """The files named, and those in the folders named; a folder that cannot be listed stays, to be
    reported.
    """
    paths: list[str] = []
    for argument in arguments:
        if not os.path.isdir(argument):
            paths.append(argument)
            continue
        found: list[str] = []
        for folder, _, names in os.walk(
            argument, onerror=lambda error: found.append(error.filename)
        ):
            found += [
                os.path.join(folder, name)
                for name in names
                if name.endswith(".json") and not name.endswith(".schema.json")
            ]
        paths += sorted(found)
    return paths


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="recheck",
        allow_abbrev=False,
        description="Check certify/1 certificates (see format/README.md beside this folder).",
    )
    parser.add_argument("--version", action="version", version=VERSION)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object a line")
    form.add_argument(
        "--explain",
        action="store_true",
        help="first say what the certificate claims, and which functions decide it",
    )
    parser.add_argument(
        "paths",
        nargs="+",
        metavar="FILE",
        help="a certificate, a folder of certificates, or - for standard input",
    )
    options = parser.parse_args()
    if sys.stdout is None:
        return 2
    sys.stdout.reconfigure(errors="backslashreplace")
    paths = collect(options.paths)
    if not paths:
        parser.error("no certificate files there")
    verdicts = set()
    try:
        for path in paths:
            result = check(path, options.explain)
            verdicts.add(result["verdict"])
            print(json.dumps(result) if options.json else line(result), flush=True)
    except OSError as error:  # of print; check() deals with those of reading
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"recheck: cannot write the verdicts ({error.strerror})", file=sys.stderr)
        return 2
    return next(
        (code for verdict, code in EXIT.items() if verdict != "PROVED" and verdict in verdicts), 0
    )


def run() -> int:
    """Exit codes of `main`; an end that is no verdict has 2, or 130 where it is an interrupt."""
    try:
        return main()
    except KeyboardInterrupt:
        print("recheck: interrupted", file=sys.stderr)
        return 130
    # a fault of this program, or no memory: it has judged nothing
    except Exception as error:  # noqa: BLE001
        print(f"recheck: no verdict ({type(error).__name__}: {str(error)[:200]})", file=sys.stderr)
        return 2
