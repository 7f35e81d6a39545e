"""What a view of a kind consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from certify.kernel.foundation.words import Words
from certify.kernel.kind import Statement
from certify.report.drawing import Picture
from certify.report.rows import Row

__all__ = ["COROLLARIES", "View"]

COROLLARIES = "proofs/lemmas/corollaries.md"

S = TypeVar("S", bound=Statement)


def _nothing(statement: Statement, digest: str) -> Iterator[Picture]:
    del statement, digest
    return iter(())


def _none(statement: Statement) -> list[Words]:
    del statement
    return []


@dataclass(frozen=True)
class View(Generic[S]):
    """How the statements of a kind are reported.

    claims: the table of its claims, the most telling first.
    latex: what stands in a theorem environment; the digest names the file where a centre is too
    large to print.
    pictures: what can be drawn, for a page; raises `ImportError` without matplotlib.
    corollaries: what the theorem says besides, by lemmas that no checker needs, a paragraph each.
    """

    claims: Callable[[S], list[Row]]
    latex: Callable[[S, str], str]
    pictures: Callable[[S, str], Iterator[Picture]] = _nothing
    corollaries: Callable[[S], list[Words]] = _none
