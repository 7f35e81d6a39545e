"""The kind `gaussian-minimum`: theorem 1 of LEMMAS.md, inequality by inequality."""

from __future__ import annotations

from flint import arb

from certify.kernel.balls import ball, interval_text, lower_rational, upper_rational
from certify.kernel.gaussian import (
    Pairs,
    gradient,
    hessian,
    hessian_lipschitz,
    loss,
    pad_block,
    pairs,
)
from certify.kernel.ledger import Ledger, NotProved
from certify.kernel.linalg import positive_definite, rayleigh_quotient
from certify.kernel.outcomes import Inequality
from certify.kernel.statements import GaussianMinimum

__all__ = ["verify_gaussian_minimum"]


def _gradient_norm(point: Pairs) -> arb:
    """Upper bound of |grad F(C)|, Frobenius norm."""
    total = arb(0)
    for row in gradient(point):
        for entry in row:
            size = entry.abs_upper()
            total += size * size
    return total.sqrt()


def verify_gaussian_minimum(
    claim: GaussianMinimum, bits: int, ledger: Ledger
) -> tuple[Pairs, list[list[arb]]]:
    """Enter the inequalities (1) to (10) of theorem 1 into the ledger; `NotProved` at the first
    that is not verified.

    Returns the pairs at the centre and the lower triangle of the Hessian there.

    The caller has set the working precision to `bits` + GUARD_BITS.
    """
    zero, r, delta, mu = claim.radius * 0, claim.radius, claim.distance, claim.curvature
    ledger.require("spurious", "the loss at the minimum is above inf F = 0", zero, claim.loss.low)
    ledger.require("strict-minimum", "the claimed curvature is positive", zero, mu)
    ledger.require("distance-in-ball", "the claimed distance is below the radius", delta, r)

    point = pairs(claim.centre, claim.problem.teachers, bits)
    shortest = min(lower_rational(point.square[i].sqrt()) for i in range(point.n))
    ledger.require("zero-neuron", "no neuron is zero anywhere in the ball", r, shortest)
    lipschitz_r, lipschitz_delta = hessian_lipschitz(point, r), hessian_lipschitz(point, delta)
    if lipschitz_r is None or lipschitz_delta is None:
        raise NotProved(
            Inequality(
                "zero-neuron", "no neuron is zero in the ball", interval_text(r), "undefined"
            )
        )

    slope, value = _gradient_norm(point), loss(point)
    ledger.require(
        "distance",
        "the gradient at the centre is below curvature * distance",
        slope,
        ball(mu * delta),
    )
    ledger.require(
        "loss-low",
        "the loss at the minimum is above its claimed lower bound",
        claim.loss.low,
        value - slope * slope / (2 * ball(mu)),
    )
    ledger.require(
        "loss-high",
        "the loss at the minimum is below its claimed upper bound",
        value,
        claim.loss.high,
    )

    on_ball = mu + upper_rational(lipschitz_r * r)
    at_minimum = claim.lambda_min.low + upper_rational(lipschitz_delta * delta)
    code, shift = (
        ("curvature", on_ball) if on_ball >= at_minimum else ("lambda-min-low", at_minimum)
    )
    lower = hessian(point)
    definite = positive_definite(lower, shift, bits)
    definite.require(ledger, code, f"the Hessian at the centre is above {interval_text(shift)}")
    if claim.every_dimension:
        padding = positive_definite(pad_block(point), shift, bits, seek=False)
        padding.require(
            ledger, "padding", f"the Hessian in further dimensions is above {interval_text(shift)}"
        )
    ledger.require(
        "lambda-min-high",
        "the smallest Hessian eigenvalue at the minimum is below its claimed upper bound",
        rayleigh_quotient(lower, definite.direction) + lipschitz_delta * delta,
        claim.lambda_min.high,
    )
    return point, lower
