"""Every exception of ours derives from one base class, which says how the command line ends."""

from __future__ import annotations

import ast
import builtins
from importlib import import_module
from pathlib import Path

import pytest

import certify
from certify.__main__ import ending
from certify.errors import CertifyError, NotProved, UnusableInput, Unwritable
from certify.gaussian.search.polish import AtGlobalMinimum
from certify.kernel.foundation.errors import Malformed
from law import tree

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parents[2]
BUILT_IN = {
    name
    for name, thing in vars(builtins).items()
    if isinstance(thing, type) and issubclass(thing, BaseException)
}
# Signals that ask this process to end: no errors, and nothing but the program's end may take them.
NO_ERROR = {"certify.__main__.Ended", "certify.errors.ReaderLeft"}


def exceptions() -> list[type[BaseException]]:
    """The classes defined in certify/ that are exceptions, by import."""
    found = []
    for path in sorted((ROOT / "certify").rglob("*.py")):
        names = [n.name for n in ast.walk(tree(path)) if isinstance(n, ast.ClassDef)]
        if not names:
            continue
        parts = path.relative_to(ROOT).with_suffix("").parts
        module = import_module(".".join(p for p in parts if p != "__init__"))
        classes = [vars(module)[name] for name in names if name in vars(module)]
        found += [c for c in classes if isinstance(c, type) and issubclass(c, BaseException)]
    return found


def test_every_exception_derives_from_one():
    found = exceptions()
    strange = {f"{c.__module__}.{c.__qualname__}" for c in found if not issubclass(c, CertifyError)}
    assert strange == NO_ERROR
    assert len(found) >= 10


def test_no_exception_is_defined_within_a_function():
    """Those would escape the test above: none has a built-in one as its base."""
    for path in sorted((ROOT / "certify").rglob("*.py")):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                allowed = {"CertifyError", "Ended", "ReaderLeft"}
                assert not bases & BUILT_IN or node.name in allowed, node.name


@pytest.mark.parametrize(
    "error, code",
    [
        (UnusableInput("k = 0 is not in 1..100"), 2),
        (Unwritable("cannot write a.json: it leads nowhere"), 2),
        (Malformed("not JSON"), 2),
        (NotProved("no radius was found"), 1),
        (AtGlobalMinimum(), 1),
    ],
)
def test_an_error_ends_the_command_with_its_code_and_its_sentence(error, code):
    assert ending(error) == (code, str(error))


def test_what_is_said_of_an_error_is_one_line():
    assert ending(UnusableInput("the file a\nb\x1b[2J")) == (2, r"the file a\nb\x1b[2J")


def test_an_error_that_nobody_has_foreseen_is_a_fault_of_ours():
    with pytest.raises(CertifyError) as raised:
        raise CertifyError("what?")
    code, told = ending(raised.value)
    assert code == CertifyError.exit_code == 70 and told.startswith("a fault of ours (CertifyError")


def test_the_public_names_are_these_classes():
    assert certify.NotProved is NotProved and certify.UnusableInput is UnusableInput
    assert certify.Malformed is Malformed
