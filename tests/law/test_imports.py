"""Who may import whom in certify/, and how long a file may be.

The graph is read from the syntax trees: imports at the head of a module and inside functions, but
not those for types only (`if TYPE_CHECKING`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from law import tree

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parents[2]
KERNEL_LINES, LINES = 250, 400

# Files that are still too long: the list is to become empty, and nothing is to be added.
TOO_LONG: set[str] = set()

# The wings beside the kernel. What networks on data share, whatever their units, is beside the
# wings: certify.empirical.
WINGS = ("gaussian", "piecewise", "smooth", "dense")

# What shows certificates: beside the commands, a certificate has a report, in its methods only.
MAY_REPORT = ("certify.report", "certify.cli", "certify.certificate")


def name_of(path: Path) -> str:
    """The dotted name of a file of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """Every module of the package, and its file."""
    return {name_of(path): path for path in sorted((ROOT / "certify").rglob("*.py"))}


def statements(body: Iterable[ast.AST], *, local: bool) -> Iterator[tuple[ast.stmt, bool]]:
    """The import statements in a body, and whether each stands in a function."""
    for node in body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node, local
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from statements(node.orelse, local=local)
        else:
            inside = local or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from statements(ast.iter_child_nodes(node), local=inside)


def targets(node: ast.stmt) -> set[str]:
    """The modules that an import statement names. A name imported from a package is a module of
    ours where there is one.
    """
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    assert node.level == 0, "imports are absolute"
    names = [f"{node.module}.{alias.name}" for alias in node.names]
    return {name if name in modules() else node.module for name in names}


@cache
def graph(*, local: bool) -> dict[str, set[str]]:
    """For each module what it imports at its head, and with `local` also in its functions."""
    return {
        name: {
            target
            for node, inside in statements(tree(path).body, local=False)
            if local or not inside
            for target in targets(node)
        }
        for name, path in modules().items()
    }


def reached(name: str, edges: dict[str, set[str]]) -> set[str]:
    """What a module imports, and what that imports, and so on."""
    seen: set[str] = set()
    left = [name]
    while left:
        new = edges.get(left.pop(), set()) - seen
        seen |= new
        left += new
    return seen


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """The sets of modules that import each other."""
    reach = {name: reached(name, edges) for name in edges}
    found = {
        frozenset(other for other in edges if other in reach[name] and name in reach[other])
        for name in edges
        if name in reach[name]
    }
    return sorted(map(sorted, found))


def wing(name: str) -> str | None:
    """The wing beside the kernel that a module belongs to."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in WINGS else None


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_nothing_imports_itself_in_a_circle():
    assert circles(graph(local=False)) == []


def test_but_for_the_report_of_a_certificate_there_is_no_circle_in_functions_either():
    edges = dict(graph(local=True))
    edges["certify.certificate"] = graph(local=False)["certify.certificate"]
    assert circles(edges) == []


def test_only_commands_and_certificates_have_reports():
    for name, imported in graph(local=True).items():
        if any(within(target, "certify.report") for target in imported):
            assert within(name, *MAY_REPORT), name
    assert not any(within(n, "certify.report") for n in graph(local=False)["certify.certificate"])


@pytest.mark.parametrize("own", WINGS)
def test_wings_keep_apart(own):
    for name, imported in graph(local=True).items():
        if wing(name) == own:
            others = {wing(target) for target in imported} - {None, own}
            assert not others, name


def test_proofs_and_searches_know_no_command_line():
    """The command line imports everything, and nothing but the program itself imports it."""
    for name, imported in graph(local=True).items():
        if any(within(target, "certify.cli") for target in imported):
            assert within(name, "certify.cli", "certify.__main__"), name


def test_files_are_read_in_one_sitting():
    found = {
        name
        for name, path in modules().items()
        if len(path.read_text().splitlines())
        > (KERNEL_LINES if within(name, "certify.kernel") else LINES)
    }
    assert found == TOO_LONG


def test_a_circle_is_found():
    edges = {"a": {"b", "x"}, "b": {"c"}, "c": {"b"}, "d": {"d"}, "e": {"a"}}
    assert circles(edges) == [["b", "c"], ["d"]]


def test_imports_for_types_are_none():
    source = (
        "import a\nif TYPE_CHECKING:\n    import b\nelse:\n    import c\ndef f():\n    import d\n"
    )
    found = [
        (name, local)
        for node, local in statements(ast.parse(source).body, local=False)
        for name in targets(node)
    ]
    assert found == [("a", False), ("c", False), ("d", True)]
