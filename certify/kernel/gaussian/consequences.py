"""What follows from a certified minimum: the kinds `gaussian-splitting` and `gaussian-basin`
(theorems 6 and 7 of LEMMAS.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, less
from certify.kernel.foundation.definite import positive_definite, rayleigh_quotient
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.foundation.pivots import inertia
from certify.kernel.foundation.reals import read_positive
from certify.kernel.gaussian.closed_form import (
    Pairs,
    diagonal_block,
    hessian_lipschitz,
    pad_block,
)
from certify.kernel.gaussian.isotypic import neuron_block
from certify.kernel.gaussian.minimum import GaussianMinimum, verify_gaussian_minimum
from certify.kernel.gaussian.symmetric import hessian_lipschitz_around, verify_gaussian_symmetric
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

__all__ = [
    "MINIMA",
    "GaussianBasin",
    "GaussianSplitting",
    "Minimum",
    "verify_gaussian_basin",
    "verify_gaussian_splitting",
]

Minimum = GaussianMinimum | GaussianSymmetric
_HALF = fmpq(1, 2)
_BELOW_HALF = _HALF - fmpq(
    1, 2**16
)  # w itself is an eigenvector of H_rr with the eigenvalue 1/2, so the count is taken below it
MINIMA: dict[str, Callable[[Any], Minimum]] = {
    "gaussian-minimum": GaussianMinimum.read,
    "gaussian-symmetric-minimum": GaussianSymmetric.read_minimum,
}


def _read(value: Any, names: list[str]) -> tuple[Minimum, dict[str, Any]]:
    """The minimum, and the claims about it."""
    known = fields(value, "the statement", ["minimum", "claims"])
    minimum = fields(known["minimum"], "the minimum", ["kind", "statement"])
    if not isinstance(minimum["kind"], str) or minimum["kind"] not in MINIMA:
        raise Malformed(f"the kind of the minimum is none of {', '.join(MINIMA)}")
    return MINIMA[minimum["kind"]](minimum["statement"]), fields(
        known["claims"], "the claims", names
    )


@dataclass(frozen=True)
class GaussianSplitting:
    """Of the minimum W* and each neuron i listed (a row; of a symmetric point: any row of the block
    with this number):

    for every alpha in (0, 1) the point W*(i, alpha) in R^((n+1) x D), where w_i is replaced by
    alpha w_i and (1 - alpha) w_i, is a critical point with the same loss and a saddle; for alpha =
    0 (a zero neuron added) it is no local minimum.
    """

    minimum: Minimum
    neurons: tuple[int, ...]

    @classmethod
    def read(cls, value: Any) -> GaussianSplitting:
        """From the field `statement` of a certificate (FORMAT.md, section 4.6)."""
        minimum, claims = _read(value, ["neurons"])
        neurons = claims["neurons"]
        if not isinstance(neurons, list) or not neurons:
            raise Malformed("the neurons are not a list of numbers")
        if isinstance(minimum, GaussianMinimum):
            rows = list(range(1, minimum.problem.n + 1))
        else:
            rows = [i + 1 for i, block in enumerate(minimum.problem.blocks) if block.rows]
        numbers = tuple(natural(i, "a neuron", 1, rows[-1]) for i in neurons)
        if list(numbers) != [i for i in rows if i in numbers]:
            raise Malformed(
                "the neurons are not numbers of rows, or of blocks with rows, in increasing order"
            )
        return cls(minimum, numbers)

    def _which(self) -> str:
        numbers = ", ".join(map(str, self.neurons))
        many = "s" if len(self.neurons) > 1 else ""
        return (
            f"any of the neurons {numbers}"
            if isinstance(self.minimum, GaussianMinimum)
            else f"any neuron of the block{many} {numbers}"
        )

    def headline(self) -> str:
        """The theorem in one line."""
        return f"splitting {self._which()} gives saddles, of the {self.minimum.headline()}"

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        return "\n".join(
            (
                self.minimum.theorem(),
                (
                    f"Moreover, let w be {self._which()} (a row of W*), 0 < alpha < 1, and F the"
                    " loss of one student more. The point that has the two rows"
                ),
                (
                    "alpha w and (1 - alpha) w in the place of w is a critical point of F with the"
                    " same loss, and a saddle. The point that has a row 0 added to W*"
                ),
                "is no local minimum of F.",
            )
        )


@dataclass(frozen=True)
class GaussianBasin:
    """Of the minimum W*, in R^(n x D) (every D >= k; or D = d, if a dense minimum is claimed for
    that dimension only):

    on the closed ball |W - W*| <= radius the eigenvalues of the Hessian lie between curvature > 0
    and smoothness. So from any point of the ball gradient flow stays in it and converges to W*,
    |W(t) - W*| <= e^(-curvature t) |W(0) - W*|; and so does gradient descent with steps 0 < eta <=
    1/smoothness, by a factor of at most 1 - eta curvature each.
    """

    minimum: Minimum
    radius: fmpq
    curvature: fmpq
    smoothness: fmpq
    texts: dict[str, str]

    @classmethod
    def read(cls, value: Any) -> GaussianBasin:
        """From the field `statement` of a certificate (FORMAT.md, section 4.7)."""
        names = ["radius", "curvature", "smoothness"]
        minimum, claims = _read(value, names)
        radius, curvature, smoothness = (
            read_positive(claims[name], f"the {name}") for name in names
        )
        return cls(minimum, radius, curvature, smoothness, {name: claims[name] for name in names})

    def headline(self) -> str:
        """The theorem in one line."""
        return (
            f"basin of radius {self.texts['radius']}, curvature {self.texts['curvature']},"
            f" smoothness {self.texts['smoothness']}, of the {self.minimum.headline()}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        mu = self.texts["curvature"]
        return "\n".join(
            (
                self.minimum.theorem(),
                (
                    f"Moreover, on the closed ball |W - W*| <= {self.texts['radius']} all"
                    f" eigenvalues of the Hessian lie between {mu} and {self.texts['smoothness']}."
                ),
                (
                    "Gradient flow from any point of the ball stays in it, |W(t) - W*| <="
                    f" exp(-{mu} t) |W(0) - W*|, and gradient descent with any step"
                ),
                (
                    f"0 < eta <= 1/{self.texts['smoothness']} too, with a factor of at most 1 -"
                    f" {mu} eta a step."
                ),
            )
        )


def verify_gaussian_splitting(claim: GaussianSplitting, bits: int, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 6 into the ledger; `Unverified` at the first that is not
    verified.

    The caller has set the working precision to `bits` + GUARD_BITS.
    """
    minimum = claim.minimum
    if isinstance(minimum, GaussianMinimum):
        point, _ = verify_gaussian_minimum(minimum, bits, ledger)
        lipschitz = hessian_lipschitz(point, minimum.distance)
        if lipschitz is None:
            raise Unverified(Inequality("splitting", "the Hessian varies little", "undefined", "0"))
        change, means = lipschitz * minimum.distance, pad_block(point)
        for i in claim.neurons:
            mean = means[i - 1][i - 1] + change
            bound = mean if less(mean, arb(_HALF)) else _least_of_row(point, i - 1) + change
            _require_splitting(ledger, f"neuron {i}", bound)
        return
    box = verify_gaussian_symmetric(minimum, ledger)
    for i in claim.neurons:
        if less(box.weight[i - 1], arb(_HALF)):
            _require_splitting(ledger, f"the neurons of block {i}", box.weight[i - 1])
            continue
        pencil = neuron_block(box, i - 1)
        below = inertia(pencil.form, pencil.norms, _BELOW_HALF)
        sentence = (
            f"the block of the Hessian of the neurons of block {i} has an eigenvalue below 1/2"
        )
        ledger.require("splitting", sentence, 0, below)


def _least_of_row(point: Pairs, i: int) -> arb:
    """An upper bound of the smallest eigenvalue of H_ii: a Rayleigh quotient."""
    lower = [row[: a + 1] for a, row in enumerate(diagonal_block(point, i))]
    return rayleigh_quotient(lower, positive_definite(lower, fmpq(-1), point.bits).direction)


def _require_splitting(ledger: Ledger, which: str, bound: arb) -> None:
    ledger.require(
        "splitting",
        f"the block of the Hessian of {which} has an eigenvalue below 1/2",
        bound,
        _HALF,
    )


def verify_gaussian_basin(claim: GaussianBasin, bits: int, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 7 into the ledger; `Unverified` at the first that is not
    verified.

    The caller has set the working precision to `bits` + GUARD_BITS.
    """
    minimum, rho = claim.minimum, claim.radius
    if isinstance(minimum, GaussianSymmetric):
        box = verify_gaussian_symmetric(minimum, ledger)
        change = _change(hessian_lipschitz_around(box, minimum.problem.k, rho), ball(rho))
        lowest, highest = _extremes(minimum)
        ledger.require(
            "curvature",
            "the curvature is below the least eigenvalue on the ball",
            claim.curvature,
            ball(lowest) - change,
        )
        ledger.require(
            "smoothness",
            "the smoothness is above the largest eigenvalue on the ball",
            ball(highest) + change,
            claim.smoothness,
        )
        return
    point, at_centre = verify_gaussian_minimum(minimum, bits, ledger)
    reach = rho + minimum.distance
    lipschitz = hessian_lipschitz(point, reach)
    ledger.require(
        "curvature",
        "the curvature is below the least eigenvalue on the ball",
        claim.curvature,
        ball(minimum.lambda_min.low) - _change(lipschitz, ball(rho)),
    )
    # the largest eigenvalue at the centre, by smoothness - change - H > 0, and the same for M
    from_centre = _change(lipschitz, ball(reach))
    matrices = [at_centre, *([pad_block(point)] if minimum.every_dimension else [])]
    for lower in matrices:
        below = [[*(-entry for entry in row[:-1]), -from_centre - row[-1]] for row in lower]
        definite = positive_definite(below, -claim.smoothness, bits, seek=False)
        definite.require(
            ledger, "smoothness", "the smoothness is above the largest eigenvalue on the ball"
        )


def _change(lipschitz: arb | None, distance: arb) -> arb:
    """How much eigenvalues vary over this distance."""
    if lipschitz is None:
        raise Unverified(Inequality("curvature", "no neuron is zero in the ball", "undefined", "0"))
    return lipschitz * distance


def _extremes(minimum: GaussianSymmetric) -> tuple[fmpq, fmpq]:
    """The least lower end and the largest upper end of all claimed eigenvalues, those of further
    dimensions included; exact.
    """
    intervals = minimum.eigenvalues()
    low, high = intervals[0].low, intervals[0].high
    for value in intervals[1:]:
        low, high = min(low, value.low), max(high, value.high)
    return low, high
