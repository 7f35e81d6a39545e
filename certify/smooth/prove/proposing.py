"""What is claimed of a constant minimum: the document, and the better point beside it."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from certify.attempt import Attempt, judged
from certify.empirical.attempts import not_spurious
from certify.empirical.parameters import Layers
from certify.kernel.check import FORMAT
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.smooth.moments import Moments, moments_of
from certify.rationals import fraction
from certify.smooth.network import StandardSmooth, significant_down, significant_up
from certify.smooth.prove.construction import BITS, Bounds
from certify.smooth.prove.problem import correctly_rounded

__all__ = ["claimed", "document_of", "explained", "moment_bounds"]

_DISTANCE = "1e-40"


def moment_bounds(units: StandardSmooth) -> Bounds:
    """Rationals on both sides of the eigenvalues of the moment relative to the variance, which
    depend on the units of the targets only.
    """
    from scipy.linalg import eigh

    moments, size = moments_of(units.problem), fraction(units.standard.size)
    values = eigh(
        correctly_rounded(moments.moment), correctly_rounded(moments.variance), eigvals_only=True
    )
    margin = 1e-9 * max(float(np.abs(values).max()), 1e-12)
    return (Fraction(float(values[0]) - margin) / size, Fraction(float(values[-1]) + margin) / size)


def document_of(
    problem: dict[str, Any],
    widths: Sequence[int],
    layers: Layers,
    moments: Moments,
    bounds: Bounds,
) -> dict[str, Any]:
    """The document of a minimum, without a better point."""
    claims = {
        "distance": _DISTANCE,
        "risk": str(fraction(moments.risk)),
        "better": None,
        "fits": False,
    }
    return {
        "format": FORMAT,
        "kind": "data-constant-minimum",
        "statement": {
            "problem": {**problem, "widths": list(widths)},
            "parameters": layers,
            "claims": claims,
        },
        "witness": {
            "bits": BITS,
            "low": significant_down(bounds[0], 16),
            "high": significant_up(bounds[1], 16),
        },
    }


def claimed(
    plain: Attempt,
    better: Layers | None,
    command: str,
    found: dict[str, object],
    *,
    fits: bool = False,
) -> Attempt:
    """The minimum proved, and that it is spurious if the kernel says so. better: a point with a
    smaller risk; fits: whether it fits the data. The other arguments are those of `judged`.
    """
    if better is not None and plain.document is not None:
        document = copy.deepcopy(plain.document)
        del document["provenance"]
        document["statement"]["claims"].update(better=better, fits=fits)
        attempt = judged(document, command, found)
        if isinstance(attempt.outcome, Proved):
            return attempt
    return replace(
        plain, remarks=(not_spurious("neither training nor the points beside it led lower"),)
    )


def explained(attempt: Attempt, moments: Moments, bounds: Bounds) -> Attempt:
    """The attempt with the reason behind a rejection added, where that is known."""
    refusal = attempt.refusal
    if refusal is None:
        return attempt
    hint = ""
    if refusal.code == "uncorrelated":
        centred, residuals = (
            correctly_rounded(moments.centred),
            np.array([float(fraction(r)) for r in moments.residuals]),
        )
        size = np.linalg.norm(centred, axis=1) * np.linalg.norm(residuals)
        if (np.abs(centred @ residuals) <= 1e-9 * size).all():
            hint = (
                " (as small as rounding errors: with the data rounded to a few digits it may be 0"
                " exactly)"
            )
    elif refusal.code in ("bounds", "definite") and bounds[0] < 0 < bounds[1]:
        hint = (
            " (the data curve up in one direction and down in another: a first layer of more than"
            " one unit has no such minimum)"
        )
    return replace(attempt, refusal=replace(refusal, reason=refusal.reason + hint))
