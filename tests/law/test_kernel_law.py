"""The law of the codebase, as tests: what the kernel may import, what an outcome may be used for,
who may say PROVED.
"""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from certify.kernel.foundation.balls import less
from certify.kernel.foundation.outcomes import (
    Declined,
    Inequality,
    Proved,
    Rejected,
)

pytestmark = pytest.mark.quick

ALLOWED = {
    "__future__",
    "bisect",
    "collections",
    "contextlib",
    "dataclasses",
    "flint",
    "functools",
    "hashlib",
    "itertools",
    "json",
    "math",
    "operator",
    "pathlib",
    "re",
    "stat",
    "threading",
    "typing",
}


def kernel_files(root):
    files = sorted((root / "certify" / "kernel").rglob("*.py"))
    assert len(files) >= 60
    return files


def test_kernel_imports_only_itself_stdlib_and_flint(root):
    for path in kernel_files(root):
        for node in ast.walk(ast.parse(path.read_text())):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                assert name.startswith("certify.kernel") or name.split(".")[0] in ALLOWED, (
                    f"{path.name} imports {name}"
                )


def test_check_loads_no_numerical_library(root):
    """What the kernel reaches at run time: neither numpy nor mpmath nor the search side's heavy
    modules.
    """
    code = (
        "import sys, certify.kernel.check as c; from pathlib import Path\nassert"
        f" c.check_file(Path({str(root)!r}) / 'proofs/gaussian/n06-k06.json').verdict =="
        " 'PROVED'\nbad = {'numpy', 'scipy', 'mpmath', 'sympy', 'joblib', 'rich'} &"
        " set(sys.modules)\nassert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_kernel_has_no_floats_and_no_broad_except(root):
    for path in kernel_files(root):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (
                isinstance(node, ast.Constant) and isinstance(node.value, float | complex)
            ), f"{path.name}:{node.lineno} a float"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {
                    "float",
                    "round",
                    "eval",
                    "exec",
                }, f"{path.name}:{node.lineno} {node.func.id}()"
            if isinstance(node, ast.ExceptHandler):
                names = (
                    [n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)]
                    if node.type
                    else ["bare"]
                )
                assert not {"bare", "Exception", "BaseException"} & set(names), (
                    f"{path.name}:{node.lineno} a broad except"
                )


def test_only_the_kernel_says_proved(root):
    """The word PROVED as a string, and the class Proved as a call, stand in the kernel alone."""
    for path in sorted((root / "certify").rglob("*.py")):
        if "kernel" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "Proved", f"{path.name}:{node.lineno} makes a Proved"
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and "PROVED" in node.value
            ):
                assert ">>>" in node.value, f"{path.name}:{node.lineno} says PROVED"


INEQUALITY = Inequality("code", "sentence", "1", "2")


@pytest.mark.parametrize(
    "outcome", [Proved("s", (), "d", 128), Rejected(INEQUALITY), Declined("kind", "why")]
)
def test_an_outcome_has_no_truth_value(outcome):
    with pytest.raises(TypeError, match="no truth value"):
        bool(outcome)
    with pytest.raises(TypeError, match="no truth value"):
        assert not outcome


def test_exit_codes_are_those_of_the_contract():
    assert (Proved.exit_code, Rejected.exit_code, Declined.exit_code) == (0, 1, 3)


def test_less_fails_closed():
    from flint import arb

    assert less(arb(1), arb(2))
    for left, right in [
        (arb(2), arb(1)),
        (arb(1), arb(1)),
        (arb(1, 1), arb(2, 1)),
        (arb("nan"), arb(1)),
        (arb(1), arb("nan")),
        (arb(1), arb("inf")),
        (arb("-inf"), arb(1)),
    ]:
        assert not less(left, right)
