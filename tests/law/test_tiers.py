"""The default tier leaves nothing out: every kind, every verdict and every command are in it, and
both checkers. What is of the long tier is marked `long`, `slow` or `with_coq`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus import test_corpus

from certify.cli import APP
from certify.kernel.kinds import KINDS
from law import tree

TESTS = Path(__file__).resolve().parents[1]
BEYOND = ("mark.long", "mark.slow", "with_coq")


@pytest.mark.parametrize(
    "test",
    [test_corpus.test_kernel_is_right, test_corpus.test_second_checker_is_right],
    ids=["kernel", "second"],
)
def test_each_checker_judges_every_kind_in_the_default_tier(test):
    """Of each kind there is a case that is proved, one rejected and one malformed (FORMAT 3)."""
    (cases,) = (mark.args[1] for mark in test.pytestmark if mark.name == "parametrize")
    found = {
        (test_corpus.kind_of(case), case.verdict)
        for case, marks in (
            (param.values[0], {mark.name for mark in param.marks}) for param in cases
        )
        if "long" not in marks
    }
    missing = {
        (kind, verdict) for kind in KINDS for verdict in ("PROVED", "REJECTED", "MALFORMED")
    } - found
    assert not missing


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """The functions of a file that are run by the default tier."""
    for node in tree(path).body:
        if isinstance(node, ast.FunctionDef):
            marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
            if not any(mark in marks for mark in BEYOND):
                yield node


def words(node: ast.Call | ast.List) -> tuple[str, ...]:
    """The words that a call or a list of arguments begins with; in tests/cli/test_data.py `data`
    goes without saying.
    """
    given = node.args if isinstance(node, ast.Call) else node.elts
    known = isinstance(node, ast.Call) and ast.unparse(node.func) in {"data", "proved"}
    said = [str(arg.value) for arg in given if isinstance(arg, ast.Constant)]
    return tuple([*(["data"] if known else []), *said][:2])


def commands(group, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command of the program: `check`, `data relu`."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*before, name))
        else:
            yield (*before, name)


def test_every_command_is_called_in_the_default_tier():
    called = {
        words(node)
        for path in TESTS.rglob("test_*.py")
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Call | ast.List)
    }
    called |= {first[:1] for first in called}
    missing = set(commands(APP)) - called
    assert not missing
