"""The law: what holds for the sources and for every printed line."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

__all__ = ["tree"]


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a source, which is parsed once for all tests. Nobody changes it."""
    return ast.parse(path.read_text(encoding="utf-8"))
