"""One view for each kind about trained networks."""

from __future__ import annotations

from typing import Any

from certify.report.trained import claims, latex, pictures
from certify.report.view import View

__all__ = ["VIEWS"]

VIEWS: dict[str, View[Any]] = {
    "smooth-strict-minimum": View(
        claims.strict_minimum, latex.strict_minimum, pictures.strict_minimum
    ),
    "smooth-exact-fit": View(claims.exact_fit, latex.exact_fit, pictures.exact_fit),
    "smooth-saddle": View(claims.saddle, latex.saddle, pictures.saddle),
    "smooth-no-critical-point": View(claims.noncritical, latex.noncritical, pictures.noncritical),
    "piecewise-kink-minimum": View(claims.kink_minimum, latex.kink_minimum, pictures.kink_minimum),
}
