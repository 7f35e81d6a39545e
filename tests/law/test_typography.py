"""The typography of Python files: lines of at most 100 columns, formulas that are not broken."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from law import tree

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("certify", "tests", "proofs", "benchmarks", "docs", "notebooks")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
COLUMNS = 100
UNSPLIT = re.compile(r"[\"'][^\"' ]{60,}[\"'].*# noqa: E501$")  # a literal without a blank
PRAGMA = re.compile(r"\s+# (?:noqa|type: ignore|fmt: ).*$")  # to a tool, not to a reader
OPERATOR = r"(?:=|<|>|<=|>=|!=|\+|\*|/)"


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(params=FILES, ids=name)
def path(request) -> Path:
    return request.param


def docstrings(path: Path) -> list[str]:
    """Every docstring of a file, as it is written."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(tree(path)) if isinstance(node, owners)]
    return [text for node in nodes if (text := ast.get_docstring(node, clean=False))]


def test_lines_fit_into_100_columns(path):
    long = [
        number
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(PRAGMA.sub("", line)) > COLUMNS and not UNSPLIT.search(line)
    ]
    assert not long, long


def test_no_formula_of_a_docstring_is_broken_at_its_operator(path):
    lines = [line for text in docstrings(path) for line in text.splitlines()]
    broken = [line for line in lines if re.search(rf"\w {OPERATOR}$", line)]
    assert not broken, broken


def test_formatter_and_linter_have_the_same_limit():
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]
    assert ruff["line-length"] == COLUMNS
    assert "E501" not in ruff["lint"]["ignore"]
    assert "E501" not in ruff["lint"]["per-file-ignores"].get("tests/**", [])
