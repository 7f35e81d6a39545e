"""Is this installation fit to check proofs? It looks at the libraries, tests the precision, and
tries each checker on a known-good and a known-bad certificate.

Each library is first imported in another process, so that a failing import is a line of the report.
Until then only the standard library is needed, of any Python from 3.9 on.
"""

from __future__ import annotations

import json
import platform
import re
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from certify.files import write_json
from certify.processes import run_program
from certify.version import __version__

__all__ = ["Diagnosis", "Library", "diagnose", "main"]

Diagnosis = tuple[bool, str]  # whether all is well, and one line

_PYTHON = "3.11"
_PI_50 = "3.14159265358979323846264338327950288419716939937510"
_PATIENCE = 300  # seconds of processor time for all imports
_LONGEST = 200  # characters of another program's message

# Imports the modules that it is given, one after the other, by the path of this process; a line of
# JSON for each: version, and what went wrong.
_IMPORT = """
import sys
names, sys.path[:] = sys.argv[1].split(","), sys.argv[2:]
import importlib, json, os, warnings
warnings.simplefilter("ignore")
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
for name in names:
    try:
        importlib.import_module(name)
        told = [str(getattr(sys.modules[name.partition(".")[0]], "__version__", "")), ""]
    except BaseException as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        told = ["", type(error).__name__ + "".join(": " + line.strip() for line in lines[-1:])]
    out.write(json.dumps(told) + "\\n")
    out.flush()
os._exit(0)
"""


@dataclass(frozen=True)
class Library:
    """A library: the name it is installed under, and its module that certify imports (empty if
    none).

    Versions from `least` on and below `below` will do (empty: any). An optional library has a
    purpose.
    """

    name: str
    module: str = ""
    least: str = ""
    below: str = ""
    purpose: str = ""

    @property
    def wanted(self) -> str:
        """What will do, in words."""
        if self.purpose:
            return f"optional: {self.purpose}"
        return f"needed: {self.least} or later{f', below {self.below}' if self.below else ''}"

    @property
    def installed(self) -> str:
        """The version that is installed, "" if none is known."""
        with suppress(PackageNotFoundError):
            return version(self.name) or ""
        return ""

    @property
    def missing(self) -> bool:
        """Whether nothing of this name is there, neither a package nor a module."""
        with suppress(ValueError):  # in this process something else stands under the name
            return (
                not self.installed and find_spec(self.module.partition(".")[0] or self.name) is None
            )
        return False

    def unfit(self, found: str) -> str:
        """Why this version will not do, "" if it will.

        >>> flint = Library("python-flint", least="0.8", below="0.10")
        >>> flint.unfit("0.3.0"), flint.unfit("0.8.0rc1"), flint.unfit("0.9.1"), flint.unfit("0.10")
        ('too old', 'too old', '', 'too new')
        """
        numbers, final = _order(found)
        if self.least and (numbers, final) < _order(self.least):
            return "too old"
        return "too new" if self.below and numbers >= _order(self.below)[0] else ""


NEEDED = (
    Library("python-flint", "flint", "0.8", "0.10"),
    Library("numpy", "numpy", "1.26"),
    Library("scipy", "scipy.optimize", "1.11"),
    Library("mpmath", "mpmath", "1.3"),
    Library("sympy", "sympy", "1.12"),
    Library("joblib", "joblib", "1.4"),
    Library("rich", "rich.console", "13"),
    Library("jinja2", "jinja2", "3.1"),
    Library("matplotlib", "matplotlib.figure", "3.8"),
)
OPTIONAL = (
    Library("dask", "dask", "2024.1", purpose="for certify survey --dask"),
    Library("distributed", "distributed", "2024.1", purpose="for certify survey --dask"),
    Library("torch", "torch", purpose="to read .pt and .pth files"),
    Library("pandas", purpose="for data frames in Python, which certify takes"),
    Library("pyarrow", purpose="to save a Parquet or Feather file as a table"),
    Library("h5py", purpose="to save an HDF5 file as .npz"),
    Library("onnx", purpose="to save an ONNX network as .npz"),
    Library("safetensors", purpose="to save a safetensors file as .npz"),
)


def _order(text: str) -> tuple[tuple[int, ...], bool]:
    """What versions are ordered by: the numbers without zeros at the end, and whether the version
    is a final release.
    """
    found = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)*)(.*)", text, re.ASCII | re.DOTALL)
    if found is None:
        return (), False
    numbers = [int(part) for part in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return (
        tuple(numbers),
        re.match(r"[-_.]?(a|b|c|rc|alpha|beta|pre|preview|dev)", found[2]) is None,
    )


def _line(text: str) -> str:
    """One line in plain ASCII, whatever another program has said."""
    return " ".join(text.split()).encode("ascii", "backslashreplace").decode()[:_LONGEST]


def _python() -> Diagnosis:
    here = platform.python_version()
    old = _order(here) < _order(_PYTHON)
    return (
        not old,
        (
            f"certify {__version__}, Python"
            f" {here}{f', which is too old (needed: {_PYTHON} or later)' if old else ''}"
        ),
    )


def _imported(modules: Sequence[str]) -> Iterator[tuple[str, str]]:
    """For each module the version that it says it has, and what went wrong when it was imported;
    either may be "".
    """
    left = list(modules)
    while left:
        run = run_program(
            [sys.executable, "-c", _IMPORT, ",".join(left), *sys.path], seconds=_PATIENCE
        )
        lines = run.stdout.decode("ascii", "replace").splitlines()
        for line in lines:
            found, trouble = json.loads(line)
            yield found, trouble
        if len(lines) < len(left):
            yield "", f"Python ends with {_ended(run.returncode)}"
        left = left[len(lines) + 1 :]


def _ended(code: int) -> str:
    with suppress(ValueError):
        return signal.Signals(code - 128).name
    return f"code {code}"


def _finding(library: Library, own: str, trouble: str) -> Diagnosis:
    """What is said of a library. own: the version that it gives itself, which may differ from the
    one installed.
    """
    if library.missing:
        return bool(library.purpose), f"{library.name} is not installed ({library.wanted})"
    installed = library.installed
    name = f"{library.name} {own or installed}".strip()
    if own and installed and _order(own) != _order(installed):
        name += f" (installed as {installed})"
    if trouble:
        return False, f"{name} does not import: {_line(trouble)} ({library.wanted})"
    unfit = next(filter(None, (library.unfit(found) for found in (own, installed) if found)), "")
    if not unfit and library.least and not (own or installed):
        unfit = "of an unknown version"
    if unfit:
        least = f"; {library.least} or later will do" if library.purpose else ""
        return False, f"{name} is {unfit} ({library.wanted}{least})"
    return True, f"{name}{f' ({library.wanted})' if library.purpose else ''}"


def _imports() -> dict[str, tuple[str, str]]:
    """What `_imported` says of each library that certify imports, by its name. An optional library
    is left out where it is missing.
    """
    tried = [
        library
        for library in (*NEEDED, *OPTIONAL)
        if library.module and not (library.purpose and library.missing)
    ]
    told = _imported([library.module for library in tried])
    return {library.name: next(told) for library in tried}


def _coq() -> Iterator[Diagnosis]:
    purpose = "(optional: for certify formal)"
    for program, name in (("coqc", "Coq"), ("make", "make")):
        if shutil.which(program) is None:
            yield True, f"{name} is not installed {purpose}"
            continue
        run = run_program([program, "--version"], seconds=_PATIENCE)
        told = run.stdout.decode(errors="replace")
        number = re.search(r"\d+\.\d\S*", told)
        if run.returncode != 0 or number is None:
            said = _line(told + run.stderr.decode(errors="replace"))
            yield False, f"{program} does not run: {said or _ended(run.returncode)} {purpose}"
        else:
            yield True, f"{name} {_line(number[0])} {purpose}"


def _precision() -> Iterator[Diagnosis]:
    """Whether balls behave as the kernel needs: they enclose, comparisons of overlapping balls
    fail, and the precision is restored.
    """
    from flint import arb, fmpq

    from certify.kernel.foundation.balls import less, precision

    before = arb.pi().rel_accuracy_bits()
    with precision(256):
        known = fmpq(int(_PI_50.replace(".", "")), 10**50)
        close = abs(arb.pi() - arb(known)) < arb(fmpq(1, 10**49))
        root = arb(2).sqrt()
        encloses = (
            (root * root).contains(arb(2))
            and not less(root * root, arb(2))
            and not less(arb(2), root * root)
        )
        closed = (
            not less(arb("nan"), arb(1))
            and not less(arb(0), arb("inf"))
            and (arb(1, 1) < arb(1)) is False
        )
    yield close is True, "pi to 49 digits at 256 bits"
    yield encloses, "sqrt(2)^2 encloses 2 and is not told from it"
    yield closed, "NaN, infinity and overlapping balls compare as not proved"
    yield arb.pi().rel_accuracy_bits() == before, "the precision is restored"


def _checkers() -> Iterator[Diagnosis]:
    from certify.judge import (
        Checker,
        judge_file,
    )
    from certify.kernel.foundation.exact import parse_json, read_bytes
    from certify.kernel.foundation.outcomes import Proved, Rejected
    from certify.shipped import second_checker, shipped

    good = shipped("proofs/gaussian/n06-k06.json")
    if good is None:
        yield False, "no known-good certificate is installed"
        return
    document = parse_json(read_bytes(good))
    document["statement"]["claims"]["loss"] = [document["statement"]["claims"]["loss"][1], "1"]
    judges = [Checker.kernel]
    if second_checker() is None:
        yield False, "the second checker is not installed"
    else:
        judges.append(Checker.second)
    with tempfile.TemporaryDirectory() as folder:
        bad = Path(folder) / "known_bad.json"
        write_json(document, bad)
        for name in judges:
            called = "the second checker" if name is Checker.second else "the kernel"
            first, second = judge_file(good, name), judge_file(bad, name)
            yield (
                first.verdict == Proved.verdict,
                f"{called}: the known-good certificate is {first.verdict}",
            )
            right = (second.verdict, second.code) == (Rejected.verdict, "loss-low")
            yield right, f"{called}: the known-bad certificate is {second.verdict} [{second.code}]"


def _tried(test: Callable[[], Iterator[Diagnosis]], what: str) -> Iterator[Diagnosis]:
    try:
        yield from test()
    except Exception as error:  # noqa: BLE001 - whatever a library does that will not do
        yield False, f"{what} cannot be tried: {_line(f'{type(error).__name__}: {error}')}"


def diagnose() -> Iterator[Diagnosis]:
    """All findings, in order. Nothing here proves anything about a certificate of yours."""
    yield _python()
    imports = _imports()
    for library in (*NEEDED, *OPTIONAL):
        yield _finding(library, *imports.get(library.name, ("", "")))
    yield from _coq()
    if imports["python-flint"][1]:
        yield False, "the precision and the checkers cannot be tried: python-flint does not import"
        return
    yield from _tried(_precision, "the precision")
    yield from _tried(_checkers, "the checkers")


def main() -> int:
    """Print the findings as they come; the exit code: 0 if all is well, else 1."""
    code = 0
    for well, line in diagnose():
        if sys.stdout is not None:
            sys.stdout.write(f"{'ok  ' if well else 'FAIL'}  {line}\n")
            sys.stdout.flush()
        code = code if well else 1
    return code
