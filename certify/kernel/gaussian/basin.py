"""The kind `gaussian-basin`: a ball around a certified minimum from which gradient flow and
gradient descent converge to it (theorem 7).

How the proof goes. The minimum is verified first. The Hessian varies by at most B(rho) rho on the
ball of radius rho around it (lemma 3), so its eigenvalues there lie between the least and the
largest one at the minimum, moved by that much. Strong convexity and smoothness on a ball around a
critical point give both convergence rates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, upper_rational
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.reals import Real, read_positive
from certify.kernel.foundation.witness import Bits
from certify.kernel.foundation.words import Words, line
from certify.kernel.gaussian.consequence import DENSE, Minimum, read_minimum, read_witness
from certify.kernel.kind import Kind

__all__ = ["GAUSSIAN_BASIN", "GaussianBasin", "verify_gaussian_basin"]

_ABOVE = "the curvature is below the least eigenvalue on the ball"
_BELOW = "the smoothness is above the largest eigenvalue on the ball"


@dataclass(frozen=True)
class GaussianBasin:
    """Of the minimum W*, in R^(n x D) (every D >= k; or D = d, if a dense minimum is claimed for
    that dimension only):

    on the closed ball |W - W*| <= radius the eigenvalues of the Hessian lie between curvature > 0
    and smoothness. So from any point of the ball gradient flow stays in it and converges to W*,

    |W(t) - W*| <= e^(-curvature t) |W(0) - W*|;

    and so does gradient descent with steps 0 < eta <= 1/smoothness, by a factor of at most
    1 - eta curvature each.
    """

    minimum_kind: Kind[Any, Any]
    minimum: Minimum
    radius: Real
    curvature: Real
    smoothness: Real

    @classmethod
    def read(cls, value: Any) -> GaussianBasin:
        """From the field `statement` of a certificate (FORMAT 4.7)."""
        names = ["radius", "curvature", "smoothness"]
        kind, minimum, claims = read_minimum(value, names)
        return cls(kind, minimum, *(read_positive(claims[name], f"the {name}") for name in names))

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            "basin of radius ",
            self.radius,
            ", curvature ",
            self.curvature,
            ", smoothness ",
            self.smoothness,
            ", of the ",
            *self.minimum.headline(),
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        mu, smoothness = self.curvature, self.smoothness
        yield from self.minimum.theorem()
        yield line(
            "Moreover, on the closed ball $‖W − W*‖ ≤ $",
            self.radius,
            " all eigenvalues of the Hessian lie between ",
            mu,
            " and ",
            smoothness,
            ".",
        )
        yield line(
            "Gradient flow from any point of the ball stays in it, $‖W(t) − W*‖ ≤ exp(-$",
            mu,
            "$ t) ‖W(0) − W*‖$, and gradient descent with any step",
        )
        yield line(
            "$0 < η ≤ 1/L$, $L = $",
            smoothness,
            ", too, with a factor of at most $1 − $",
            mu,
            "$ η$ a step.",
        )


def verify_gaussian_basin(claim: GaussianBasin, witness: Bits, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 7 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    # (1), and then (2), (3)
    proved = claim.minimum_kind.verify(claim.minimum, witness, ledger)
    if claim.minimum_kind.name == DENSE:
        _verify_dense(claim, proved, witness, ledger)
    else:
        _verify_symmetric(claim, proved, ledger)


def _verify_dense(claim: GaussianBasin, proved: Any, witness: Bits, ledger: Ledger) -> None:
    from certify.kernel.foundation.definite import above, positive_definite
    from certify.kernel.gaussian.closed_form import pad_block
    from certify.kernel.gaussian.lipschitz import hessian_lipschitz

    minimum: Any = claim.minimum
    (point, at_centre), rho = proved, claim.radius.value
    reach = rho + minimum.distance.value
    lipschitz = hessian_lipschitz(point, reach)
    lowest = ball(minimum.lambda_min.low) - _change(lipschitz, ball(rho), ledger)
    ledger.require("curvature", _ABOVE, claim.curvature.value, lowest)
    # the largest eigenvalue at the centre, by smoothness - change - H > 0, and the same for M
    highest = claim.smoothness.value - upper_rational(_change(lipschitz, ball(reach), ledger))
    share = minimum.problem.activation.share
    definite = above(at_centre.negated(), -highest / share, seek=False)
    definite.times(share).require(ledger, "smoothness", _BELOW)
    if minimum.every_dimension:
        unit = replace(point, activation=minimum.problem.activation.normalised())
        below = [[-entry for entry in row] for row in pad_block(unit)]
        definite = positive_definite(below, -highest / share, witness.bits, seek=False)
        definite.times(share).require(ledger, "smoothness", _BELOW)


def _verify_symmetric(claim: GaussianBasin, box: Any, ledger: Ledger) -> None:
    from certify.kernel.gaussian.symmetric import hessian_lipschitz_around

    minimum: Any = claim.minimum
    rho = claim.radius.value
    lipschitz = hessian_lipschitz_around(box, minimum.problem.k, rho)
    change = _change(lipschitz, ball(rho), ledger)
    lowest, highest = _extremes(minimum)
    ledger.require("curvature", _ABOVE, claim.curvature.value, ball(lowest) - change)
    ledger.require("smoothness", _BELOW, ball(highest) + change, claim.smoothness.value)


def _change(lipschitz: arb | None, distance: arb, ledger: Ledger) -> arb:
    """How much eigenvalues vary over this distance."""
    if lipschitz is None:
        ledger.refuse("curvature", "no neuron is zero in the ball", UNDEFINED, 0)
    return lipschitz * distance


def _extremes(minimum: Any) -> tuple[fmpq, fmpq]:
    """The least lower end and the largest upper end of all claimed eigenvalues, those of further
    dimensions included; exact.
    """
    intervals = minimum.eigenvalues()
    low, high = intervals[0].low, intervals[0].high
    for value in intervals[1:]:
        low, high = min(low, value.low), max(high, value.high)
    return low, high


GAUSSIAN_BASIN = Kind(
    name="gaussian-basin",
    section="4.7",
    theorem="theorem 7",
    read_statement=GaussianBasin.read,
    read_witness=read_witness,
    verify=verify_gaussian_basin,
)
