"""The source files of a checker: their sizes, what they are for, and the lemmas they name.

Nothing here decides anything: sources are read and counted.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from io import StringIO
from pathlib import Path
from textwrap import shorten

__all__ = ["Module", "in_order"]

_MENTION = re.compile(r"\b([Ll]emma|[Tt]heorem)s? (\d+)((?:,? (?:and|to)? ?\d+)*)")


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a source but those for type checkers only."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)):
            yield node
            yield from _run(node)


@dataclass(frozen=True)
class Module:
    """A source file that was loaded. name: as it is imported."""

    name: str
    path: Path

    @cached_property
    def _text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self._text)

    @property
    def short(self) -> str:
        """Its name without that of the package."""
        return self.name.removeprefix("certify.kernel.").removeprefix("recheck.")

    @property
    def statements(self) -> int:
        """How many statements it has, of every depth, docstrings and imports included."""
        return sum(isinstance(node, ast.stmt) for node in ast.walk(self.tree))

    @property
    def lines(self) -> int:
        """How many lines it has, those of docstrings and comments included."""
        return len(self._text.splitlines())

    @property
    def purpose(self) -> str:
        """The first sentence of its docstring."""
        whole = " ".join((ast.get_docstring(self.tree) or "").split("\n\n")[0].split())
        name, _, rest = whole.partition(": ")
        said = rest if rest and len(name.split()) <= 2 and not name.endswith(".") else whole
        first = re.split(r"(?<=[a-z)])[.:] ", said)[0].rstrip(".")
        return shorten(first, 72, placeholder=" ...")

    def imported(self) -> Iterator[str]:
        """What it imports, by names of modules, and of things in them."""
        for node in _run(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield node.module if not node.level else f"{self._package}.{node.module}"
            elif isinstance(node, ast.ImportFrom):
                yield from (f"{self._package}.{alias.name}" for alias in node.names)

    @property
    def _package(self) -> str:
        return self.name.rpartition(".")[0] or "recheck"

    def mentions(self) -> set[tuple[str, int]]:
        """The lemmas and theorems that its docstrings and comments name."""
        found = set()
        for what, first, rest in _MENTION.findall(" ".join(" ".join(self._prose()).split())):
            numbers = [int(first), *map(int, re.findall(r"\d+", rest))]
            if " to " in rest and len(numbers) == 2:
                numbers = list(range(numbers[0], numbers[1] + 1))
            found |= {(what.lower(), number) for number in numbers}
        return found

    def _prose(self) -> Iterator[str]:
        """Its docstrings and comments."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                yield ast.get_docstring(node) or ""
        for token in tokenize.generate_tokens(StringIO(self._text).readline):
            if token.type == tokenize.COMMENT:
                yield token.string.removeprefix("#")


def in_order(modules: Iterable[Module]) -> tuple[Module, ...]:
    """Each module after those it imports; where that leaves a choice, by name."""
    left = {module.name: module for module in modules}
    known, done = set(left), []
    needs = {name: (known & set(module.imported())) - {name} for name, module in left.items()}
    while left:
        ready = [name for name in sorted(left) if not needs[name] & left.keys()] or sorted(left)[:1]
        done.append(left.pop(ready[0]))
    return tuple(done)
