"""One view for each kind about the Gaussian loss."""

from __future__ import annotations

from typing import Any

from certify.report.gaussian import (
    claims,
    corollaries,
    landscape,
    landscape_pictures,
    latex,
    latex_consequences,
    latex_symmetric,
    pictures,
    slope_births,
    slopes,
)
from certify.report.view import View

__all__ = ["VIEWS"]

_SYMMETRIC = View(
    claims.symmetric, latex_symmetric.symmetric, pictures.symmetric, corollaries.symmetric
)

VIEWS: dict[str, View[Any]] = {
    "gaussian-minimum": View(claims.minimum, latex.minimum, pictures.minimum, corollaries.minimum),
    "gaussian-symmetric-minimum": _SYMMETRIC,
    "gaussian-symmetric-saddle": _SYMMETRIC,
    "gaussian-birth": View(claims.birth, latex_symmetric.birth),
    "gaussian-family-minimum": View(claims.family, latex.family, corollaries=corollaries.family),
    "gaussian-family-saddle": View(
        claims.family_saddle, latex_symmetric.family_saddle, corollaries=corollaries.family_saddle
    ),
    "gaussian-slopes-minimum": View(
        slopes.slopes, latex_symmetric.slopes, corollaries=corollaries.slopes
    ),
    "gaussian-family-slopes-minimum": View(
        slopes.family_slopes,
        latex_symmetric.family_slopes,
        corollaries=corollaries.family_slopes,
    ),
    "gaussian-slope-birth": View(
        slope_births.claims, slope_births.latex, corollaries=corollaries.slope_birth
    ),
    "gaussian-birth-curve": View(slope_births.curve_claims, slope_births.curve_latex),
    "gaussian-splitting": View(
        claims.splitting,
        latex_consequences.splitting,
        pictures.consequence,
        corollaries.splitting,
    ),
    "gaussian-basin": View(
        claims.basin, latex_consequences.basin, pictures.consequence, corollaries.basin
    ),
    "gaussian-span-minimum": View(claims.span, latex.span, pictures.span, corollaries.span),
    "gaussian-enumeration": View(
        claims.enumeration, latex.enumeration, pictures.enumeration, corollaries.enumeration
    ),
    "gaussian-landscape": View(
        landscape.claims, landscape.latex, landscape_pictures.landscape, corollaries.landscape
    ),
    "gaussian-slopes-landscape": View(
        landscape.slopes_claims,
        landscape.slopes_latex,
        landscape_pictures.slopes,
        corollaries.slopes_landscape,
    ),
}
