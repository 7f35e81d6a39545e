"""The law of verdicts: who may say PROVED, what an outcome may be used for. What the source of the
kernel may hold is in test_kernel_source.py.
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
from law import tree

pytestmark = pytest.mark.quick


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


def test_only_the_kernel_says_proved(root):
    """The word PROVED as a string, and the class Proved as a call, stand in the kernel alone."""
    for path in sorted((root / "certify").rglob("*.py")):
        if "kernel" in path.parts:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "Proved", f"{path.name}:{node.lineno} makes a Proved"
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and "PROVED" in node.value
            ):
                assert ">>>" in node.value, f"{path.name}:{node.lineno} says PROVED"


INEQUALITY = Inequality("code", "sentence", ("1", "2"))


@pytest.mark.parametrize(
    "outcome", [Proved(("s",), (), "d", 128), Rejected(INEQUALITY), Declined("kind", "why")]
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
