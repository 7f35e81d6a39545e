"""What a view of a kind consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from certify.kernel.kind import Statement
from certify.report.drawing import Picture
from certify.report.rows import Row

__all__ = ["View"]

S = TypeVar("S", bound=Statement)


def _nothing(statement: Statement, digest: str) -> Iterator[Picture]:
    del statement, digest
    return iter(())


@dataclass(frozen=True)
class View(Generic[S]):
    """How the statements of a kind are reported.

    claims: the table of its claims, the most telling first.
    latex: what stands in a theorem environment; the digest names the file where a centre is too
    large to print.
    pictures: what can be drawn, for a page; raises `ImportError` without matplotlib.
    """

    claims: Callable[[S], list[Row]]
    latex: Callable[[S, str], str]
    pictures: Callable[[S, str], Iterator[Picture]] = _nothing
