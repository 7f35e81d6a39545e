"""One view for each kind about the Gaussian loss."""

from __future__ import annotations

from typing import Any

from certify.report.gaussian import (
    claims,
    latex,
    latex_consequences,
    latex_symmetric,
    pictures,
    slope_births,
)
from certify.report.view import View

__all__ = ["VIEWS"]

_SYMMETRIC = View(claims.symmetric, latex_symmetric.symmetric, pictures.symmetric)

VIEWS: dict[str, View[Any]] = {
    "gaussian-minimum": View(claims.minimum, latex.minimum, pictures.minimum),
    "gaussian-symmetric-minimum": _SYMMETRIC,
    "gaussian-symmetric-saddle": _SYMMETRIC,
    "gaussian-birth": View(claims.birth, latex_symmetric.birth),
    "gaussian-family-minimum": View(claims.family, latex.family),
    "gaussian-family-saddle": View(claims.family_saddle, latex_symmetric.family_saddle),
    "gaussian-slopes-minimum": View(claims.slopes, latex_symmetric.slopes),
    "gaussian-birth-curve": View(slope_births.curve_claims, slope_births.curve_latex),
    "gaussian-slope-birth": View(slope_births.claims, slope_births.latex),
    "gaussian-splitting": View(
        claims.splitting, latex_consequences.splitting, pictures.consequence
    ),
    "gaussian-basin": View(claims.basin, latex_consequences.basin, pictures.consequence),
    "gaussian-span-minimum": View(claims.span, latex.span, pictures.span),
    "gaussian-enumeration": View(claims.enumeration, latex.enumeration, pictures.enumeration),
}
