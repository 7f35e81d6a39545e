"""One view for each kind about piecewise linear networks; nothing is drawn."""

from __future__ import annotations

from typing import Any

from certify.report.piecewise import claims, latex
from certify.report.view import View

__all__ = ["VIEWS"]

VIEWS: dict[str, View[Any]] = {
    "data-minimum": View(claims.minimum, latex.minimum),
    "data-saddle": View(claims.saddle, latex.saddle),
    "data-global-minimum": View(claims.global_minimum, latex.global_minimum),
    "data-noncritical": View(claims.noncritical, latex.noncritical),
    "data-entropy-minimum": View(claims.entropy, latex.entropy),
}
