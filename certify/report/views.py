"""The views of all kinds, found by their names."""

from __future__ import annotations

from typing import Any

from certify.report.view import View

__all__ = ["view_of"]


def view_of(kind: str) -> View[Any]:
    """The view of the kind of this name. A kind that has none is an error: `KeyError`."""
    match kind.split("-"):
        case ["gaussian", *_]:
            from certify.report.gaussian.views import VIEWS

            return VIEWS[kind]
        case ["data", "constant" | "splitting", *_]:
            from certify.report.smooth.views import VIEWS

            return VIEWS[kind]
        case ["smooth", *_] | ["piecewise", "kink", *_]:
            from certify.report.trained.views import VIEWS

            return VIEWS[kind]
        case _:
            from certify.report.piecewise.views import VIEWS

            return VIEWS[kind]
