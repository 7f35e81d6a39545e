"""All kinds of certificates. Only the modules of the kind asked for are imported."""

from __future__ import annotations

from typing import Any

from certify.kernel.kind import Kind

__all__ = ["KINDS", "kind_of"]

KINDS = (
    "gaussian-minimum",
    "gaussian-symmetric-minimum",
    "gaussian-symmetric-saddle",
    "gaussian-birth",
    "gaussian-family-minimum",
    "gaussian-family-saddle",
    "gaussian-splitting",
    "gaussian-basin",
    "gaussian-span-minimum",
    "gaussian-enumeration",
    "gaussian-slopes-minimum",
    "gaussian-slope-birth",
    "gaussian-birth-curve",
    "gaussian-family-slopes-minimum",
    "data-minimum",
    "data-saddle",
    "data-global-minimum",
    "data-noncritical",
    "data-entropy-minimum",
    "data-constant-minimum",
    "data-constant-family",
    "data-splitting-family",
    "smooth-strict-minimum",
    "smooth-exact-fit",
    "smooth-saddle",
    "smooth-no-critical-point",
    "piecewise-kink-minimum",
    "gaussian-landscape",
    "gaussian-slopes-landscape",
)


def kind_of(name: str) -> Kind[Any, Any] | None:  # noqa: C901 - one case for each kind
    """The kind of this name; None if there is none."""
    match name:
        case "gaussian-minimum":
            from certify.kernel.gaussian.minimum import GAUSSIAN_MINIMUM

            return GAUSSIAN_MINIMUM
        case "gaussian-symmetric-minimum":
            from certify.kernel.gaussian.symmetric import GAUSSIAN_SYMMETRIC_MINIMUM

            return GAUSSIAN_SYMMETRIC_MINIMUM
        case "gaussian-symmetric-saddle":
            from certify.kernel.gaussian.symmetric import GAUSSIAN_SYMMETRIC_SADDLE

            return GAUSSIAN_SYMMETRIC_SADDLE
        case "gaussian-birth":
            from certify.kernel.gaussian.birth import GAUSSIAN_BIRTH

            return GAUSSIAN_BIRTH
        case "gaussian-family-minimum":
            from certify.kernel.gaussian.family import GAUSSIAN_FAMILY_MINIMUM

            return GAUSSIAN_FAMILY_MINIMUM
        case "gaussian-family-saddle":
            from certify.kernel.gaussian.family_saddle import GAUSSIAN_FAMILY_SADDLE

            return GAUSSIAN_FAMILY_SADDLE
        case "gaussian-splitting":
            from certify.kernel.gaussian.splitting import GAUSSIAN_SPLITTING

            return GAUSSIAN_SPLITTING
        case "gaussian-basin":
            from certify.kernel.gaussian.basin import GAUSSIAN_BASIN

            return GAUSSIAN_BASIN
        case "gaussian-span-minimum":
            from certify.kernel.gaussian.span import GAUSSIAN_SPAN_MINIMUM

            return GAUSSIAN_SPAN_MINIMUM
        case "gaussian-enumeration":
            from certify.kernel.gaussian.enumeration import GAUSSIAN_ENUMERATION

            return GAUSSIAN_ENUMERATION
        case "gaussian-slopes-minimum":
            from certify.kernel.gaussian.slopes import GAUSSIAN_SLOPES_MINIMUM

            return GAUSSIAN_SLOPES_MINIMUM
        case "gaussian-slope-birth":
            from certify.kernel.gaussian.slope_birth import GAUSSIAN_SLOPE_BIRTH

            return GAUSSIAN_SLOPE_BIRTH
        case "gaussian-birth-curve":
            from certify.kernel.gaussian.birth_curve import GAUSSIAN_BIRTH_CURVE

            return GAUSSIAN_BIRTH_CURVE
        case "gaussian-family-slopes-minimum":
            from certify.kernel.gaussian.family_slopes import GAUSSIAN_FAMILY_SLOPES_MINIMUM

            return GAUSSIAN_FAMILY_SLOPES_MINIMUM
        case "data-minimum":
            from certify.kernel.piecewise.minimum import DATA_MINIMUM

            return DATA_MINIMUM
        case "data-saddle":
            from certify.kernel.piecewise.saddle import DATA_SADDLE

            return DATA_SADDLE
        case "data-global-minimum":
            from certify.kernel.piecewise.global_minimum import DATA_GLOBAL_MINIMUM

            return DATA_GLOBAL_MINIMUM
        case "data-noncritical":
            from certify.kernel.piecewise.noncritical import DATA_NONCRITICAL

            return DATA_NONCRITICAL
        case "data-entropy-minimum":
            from certify.kernel.piecewise.entropy import DATA_ENTROPY_MINIMUM

            return DATA_ENTROPY_MINIMUM
        case "data-constant-minimum":
            from certify.kernel.smooth.constant import DATA_CONSTANT_MINIMUM

            return DATA_CONSTANT_MINIMUM
        case "data-constant-family":
            from certify.kernel.smooth.constant_family import DATA_CONSTANT_FAMILY

            return DATA_CONSTANT_FAMILY
        case "data-splitting-family":
            from certify.kernel.smooth.splitting import DATA_SPLITTING_FAMILY

            return DATA_SPLITTING_FAMILY
        case "smooth-strict-minimum":
            from certify.kernel.trained.minimum import SMOOTH_STRICT_MINIMUM

            return SMOOTH_STRICT_MINIMUM
        case "smooth-exact-fit":
            from certify.kernel.trained.exact_fit import SMOOTH_EXACT_FIT

            return SMOOTH_EXACT_FIT
        case "smooth-saddle":
            from certify.kernel.trained.saddle import SMOOTH_SADDLE

            return SMOOTH_SADDLE
        case "smooth-no-critical-point":
            from certify.kernel.trained.noncritical import SMOOTH_NO_CRITICAL_POINT

            return SMOOTH_NO_CRITICAL_POINT
        case "piecewise-kink-minimum":
            from certify.kernel.trained.kinks import PIECEWISE_KINK_MINIMUM

            return PIECEWISE_KINK_MINIMUM
        case "gaussian-landscape":
            from certify.kernel.landscape.landscape import GAUSSIAN_LANDSCAPE

            return GAUSSIAN_LANDSCAPE
        case "gaussian-slopes-landscape":
            from certify.kernel.landscape.slopes import GAUSSIAN_SLOPES_LANDSCAPE

            return GAUSSIAN_SLOPES_LANDSCAPE
        case _:
            return None
