"""Claims about certified minima: which neurons may be split, how large a basin is certain. Nothing
here is trusted.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from certify.attempt import Attempt, Refusal, judged
from certify.decimals import significant
from certify.errors import UnusableInput
from certify.kernel.check import check_document, read_claim
from certify.kernel.foundation.balls import ball, precision, upper_rational
from certify.kernel.foundation.outcomes import Proved, Rejected
from certify.kernel.foundation.rounded import Rounded, round_off
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.blocks import fixed_matrix, unknowns
from certify.kernel.gaussian.closed_form import pad_block
from certify.kernel.gaussian.consequence import DENSE, SYMMETRIC
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.hessian import Hessian
from certify.kernel.gaussian.lipschitz import hessian_lipschitz
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.gaussian.pairs import pairs
from certify.kernel.gaussian.symmetric import hessian_lipschitz_around
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.rationals import flint_rational, fraction

__all__ = ["prove_basin", "prove_splitting"]

_FIXED = 120  # bits of the integers whose largest eigenvalue is sought


def _minimum(document: Any) -> GaussianMinimum | GaussianSymmetric:
    claim = read_claim(document)
    if document["kind"] not in (DENSE, SYMMETRIC) or not isinstance(
        claim, GaussianMinimum | GaussianSymmetric
    ):
        raise UnusableInput(
            f"a certificate of a minimum is needed ({DENSE}, {SYMMETRIC}), not of the kind"
            f" {document['kind']}"
        )
    return claim


def _about(kind: str, document: dict[str, Any], claims: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": document["format"],
        "kind": kind,
        "statement": {
            "minimum": {"kind": document["kind"], "statement": document["statement"]},
            "claims": claims,
        },
        "witness": document["witness"],
    }


def prove_splitting(document: dict[str, Any], *, command: str = "") -> Attempt:
    """Certify that splitting any neuron of a certified minimum gives saddles, for as many neurons
    (or blocks of them) as possible.

    Raises `UnusableInput` for a certificate of another kind, `Malformed` for no certificate.
    """
    claim = _minimum(document)
    numbers = claim.neurons()
    whole = judged(_about("gaussian-splitting", document, {"neurons": numbers}), command, {})
    if not isinstance(whole.outcome, Rejected) or whole.outcome.failed.code != "splitting":
        return whole
    single = [
        i
        for i in numbers
        if isinstance(
            check_document(_about("gaussian-splitting", document, {"neurons": [i]})), Proved
        )
    ]
    if not single:
        return whole
    missing = ", ".join(str(i) for i in numbers if i not in single)
    return judged(
        _about("gaussian-splitting", document, {"neurons": single}),
        command,
        {},
        (f"not proved of {missing}",),
    )


def prove_basin(
    document: dict[str, Any], share: Fraction = Fraction(9, 10), *, command: str = ""
) -> Attempt:
    """Certify a basin of a certified minimum. Its radius is this share of the largest at which the
    argument gives convexity.

    Raises `UnusableInput` for a certificate of another kind or a share out of (0, 1), `Malformed`
    for no certificate.
    """
    claim = _minimum(document)
    if not 0 < share < 1:
        raise UnusableInput("the share of the largest radius is a number between 0 and 1")
    with precision(int(document["witness"]["bits"]) + GUARD_BITS):
        least, largest, lipschitz, slack = _bounds(claim)
        low, high = Fraction(0), fraction(claim.radius.value) * 2
        for _ in range(60):
            middle = (low + high) / 2
            change = lipschitz(middle)
            low, high = (
                (middle, high) if change is not None and change * middle < least else (low, middle)
            )
        radius = Fraction(significant(low * share, 3, up=False)) if low else low
        change = lipschitz(radius) if radius else None
        if change is None:
            return Attempt(refusal=Refusal("no ball of strong convexity was found"))
        curvature = significant((least - change * radius) * Fraction(999, 1000), 3, up=False)
        smoothness = significant(largest + change * (radius + slack), 4, up=True)
    claims = {
        "radius": significant(radius, 3, up=False),
        "curvature": curvature,
        "smoothness": smoothness,
    }
    return judged(_about("gaussian-basin", document, claims), command, {})


def _bounds(claim: GaussianMinimum | GaussianSymmetric) -> tuple[Fraction, Fraction, Any, Fraction]:
    """Bounds of the eigenvalues at the minimum, B(radius), and the distance from the centre that
    the kernel adds.
    """
    if isinstance(claim, GaussianSymmetric):
        blocks = claim.problem.blocks
        point = Geometry(
            blocks,
            fixed_matrix(blocks, {name: ball(claim.centre[name]) for name in unknowns(blocks)}),
            claim.problem.activation,
        )
        values = claim.eigenvalues()

        def symmetric(radius: Fraction) -> Fraction | None:
            bound = hessian_lipschitz_around(point, claim.problem.k, flint_rational(radius))
            return None if bound is None else fraction(upper_rational(bound)) * Fraction(1001, 1000)

        return (
            min(fraction(v.low) for v in values),
            max(fraction(v.high) for v in values),
            symmetric,
            Fraction(0),
        )
    p = claim.problem
    dense = pairs(claim.centre, p.teachers, 128, p.activation, p.signs)
    slack = fraction(claim.distance.value)

    def general(radius: Fraction) -> Fraction | None:
        bound = hessian_lipschitz(dense, flint_rational(radius + slack))
        return None if bound is None else fraction(upper_rational(bound)) * Fraction(1001, 1000)

    largest = max(
        _largest_eigenvalue(Hessian(dense, _FIXED).whole()),
        _largest_eigenvalue(round_off(pad_block(dense), _FIXED)),
    )
    return fraction(claim.lambda_min.low), largest, general, slack


def _largest_eigenvalue(rounded: Rounded | None) -> Fraction:
    """A number a little above the largest eigenvalue, computed in float64."""
    import numpy as np

    if rounded is None:
        raise UnusableInput("the Hessian at the centre is not finite")
    starts = np.cumsum([0, *(row[-1].nrows() for row in rounded.blocks)])
    lower = np.zeros((starts[-1], starts[-1]))
    for i, row in enumerate(rounded.blocks):
        for j, block in enumerate(row):
            entries = np.array(block.tolist(), dtype=float)
            lower[starts[i] : starts[i + 1], starts[j] : starts[j + 1]] = entries
    value = float(np.linalg.eigvalsh(lower / 2.0**rounded.bits)[-1])  # of the lower triangle
    return Fraction(value) * Fraction(1000001, 1000000) + Fraction(1, 10**12)
