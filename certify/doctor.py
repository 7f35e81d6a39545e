"""Is this installation fit to check proofs? Versions, a precision self-test, and each checker on a known-good and a known-bad certificate."""

from __future__ import annotations

import platform
import tempfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from flint import arb, fmpq

from certify.files import write_json
from certify.kernel.balls import less, precision
from certify.kernel.exact import parse_json, read_bytes
from certify.kernel.outcomes import Proved, Rejected
from certify.verdicts import Checker, judge, judge_standalone, shipped_file, standalone_path

__all__ = ["Finding", "examine"]

_LIBRARIES = ("python-flint", "numpy", "scipy", "mpmath", "sympy", "joblib", "typer", "rich")
_PI_50 = "3.14159265358979323846264338327950288419716939937510"

Finding = tuple[bool, str]  # whether all is well, and one line


def _versions() -> Iterator[Finding]:
    yield True, f"certify {version('certify')}, Python {platform.python_version()}"
    for name in _LIBRARIES:
        try:
            yield True, f"{name} {version(name)}"
        except PackageNotFoundError:
            yield False, f"{name} is not installed"


def _precision() -> Iterator[Finding]:
    """Balls behave as the kernel relies on them to: they enclose, comparisons of overlapping balls fail, the precision comes back."""
    before = arb.pi().rel_accuracy_bits()
    with precision(256):
        known = fmpq(int(_PI_50.replace(".", "")), 10**50)
        close = abs(arb.pi() - arb(known)) < arb(fmpq(1, 10**49))
        root = arb(2).sqrt()
        encloses = (root * root).contains(arb(2)) and not less(root * root, arb(2)) and not less(arb(2), root * root)
        closed = not less(arb("nan"), arb(1)) and not less(arb(0), arb("inf")) and (arb(1, 1) < arb(1)) is False
    yield close is True, "pi to 49 digits at 256 bits"
    yield encloses, "sqrt(2)^2 encloses 2 and is not told from it"
    yield closed, "NaN, infinity and overlapping balls compare as not proved"
    yield arb.pi().rel_accuracy_bits() == before, "the precision is restored"


def _checkers() -> Iterator[Finding]:
    good = shipped_file("proofs/gaussian/n06-k06.json", "known_good.json")
    if good is None:
        yield False, "no known-good certificate is installed"
        return
    document = parse_json(read_bytes(good))
    document["statement"]["claims"]["loss"] = [document["statement"]["claims"]["loss"][1], "1"]
    judges = {Checker.arb: judge}
    if standalone_path() is None:
        yield False, "the standalone checker, proofs/recheck.py, is not installed"
    else:
        judges[Checker.standalone] = judge_standalone
    with tempfile.TemporaryDirectory() as folder:
        bad = Path(folder) / "known_bad.json"
        write_json(document, bad)
        for name, one in judges.items():
            first, second = one(good), one(bad)
            yield first.verdict == Proved.verdict, f"{name}: the known-good certificate is {first.verdict}"
            right = (second.verdict, second.code) == (Rejected.verdict, "loss-low")
            yield right, f"{name}: the known-bad certificate is {second.verdict} [{second.code}]"


def examine() -> Iterator[Finding]:
    """All findings, in order. Nothing here proves anything about a certificate of yours."""
    yield from _versions()
    yield from _precision()
    yield from _checkers()
