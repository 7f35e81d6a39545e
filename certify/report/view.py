"""How a kind of certificate is reported: its view, found by the name of the kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from certify.kernel.kind import Statement
from certify.report.drawing import Picture
from certify.report.rows import Row

__all__ = ["View", "view_of"]

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


def view_of(kind: str) -> View[Any]:
    """The view of the kind of this name. A kind that has none is an error: `KeyError`."""
    match kind.split("-"):
        case ["gaussian", *_]:
            from certify.report.gaussian.views import VIEWS

            return VIEWS[kind]
        case ["data", "constant" | "splitting", *_]:
            from certify.report.smooth.views import VIEWS

            return VIEWS[kind]
        case _:
            from certify.report.piecewise.views import VIEWS

            return VIEWS[kind]
