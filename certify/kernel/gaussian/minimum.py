"""The kind `gaussian-minimum`: theorem 1 of LEMMAS.md, inequality by inequality."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import (
    ball,
    interval_text,
    lower_rational,
    upper_rational,
)
from certify.kernel.foundation.definite import positive_definite, rayleigh_quotient
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.exact import (
    decimal,
    decimal_matrix,
    fields,
    flag,
)
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.foundation.reals import (
    Interval,
    Matrix,
    no_zero_row,
    read_interval,
    read_positive,
)
from certify.kernel.gaussian.closed_form import (
    Pairs,
    gradient,
    hessian,
    hessian_lipschitz,
    loss,
    pad_block,
    pairs,
)
from certify.kernel.gaussian.problem import GaussianProblem

__all__ = ["GaussianMinimum", "verify_gaussian_minimum"]


@dataclass(frozen=True)
class GaussianMinimum:
    """Kind `gaussian-minimum`. With C the centre and F the loss of the problem:

    (a) in the closed Euclidean ball |W - C| <= radius, F has exactly one critical point W*, a
        strict local minimum;
    (b) |W* - C| <= distance;
    (c) loss.low < F(W*) < loss.high with loss.low > 0 = inf F, so W* is spurious;
    (d) the smallest eigenvalue of the Hessian is >= curvature > 0 on the ball, and lies in
        lambda_min at W*;
    (e) if every_dimension: (a) to (d) hold in R^{n x D} for every D >= d, centre and teachers
        padded with zeros.
    """

    problem: GaussianProblem
    centre: Matrix
    radius: fmpq
    distance: fmpq
    loss: Interval
    curvature: fmpq
    lambda_min: Interval
    every_dimension: bool
    texts: dict[str, str]

    @classmethod
    def read(cls, value: Any) -> GaussianMinimum:
        """From the field `statement` of a certificate (FORMAT.md, section 4)."""
        known = fields(value, "the statement", ["problem", "centre", "claims"])
        problem = GaussianProblem.read(known["problem"])
        centre = decimal_matrix(known["centre"], "the centre", problem.n, problem.d)
        names = ["radius", "distance", "loss", "curvature", "lambda_min", "every_dimension"]
        claims = fields(known["claims"], "the claims", names)
        return cls(
            problem=problem,
            centre=no_zero_row(centre, "neuron"),
            radius=read_positive(claims["radius"], "the radius"),
            distance=read_positive(claims["distance"], "the distance"),
            loss=read_interval(claims["loss"], "the loss"),
            curvature=decimal(claims["curvature"], "the curvature"),
            lambda_min=read_interval(claims["lambda_min"], "lambda_min"),
            every_dimension=flag(claims["every_dimension"], "the field every_dimension"),
            texts={name: claims[name] for name in ("radius", "distance", "curvature")},
        )

    def headline(self) -> str:
        """The theorem in one line."""
        p = self.problem
        where = f"every d >= {p.d}" if self.every_dimension else f"d = {p.d}"
        kind = "orthonormal" if p.orthonormal else "given"
        return (
            f"spurious local minimum of the Gaussian ReLU loss, n = {p.n}, k = {p.k}, {where},"
            f" {kind} targets, F in {self.loss}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        p = self.problem
        dimension = f"For every D >= {p.d} let" if self.every_dimension else f"Let D = {p.d},"
        padded = f" (padded with D - {p.d} zero columns)" if self.every_dimension else ""
        targets = (
            f"v_1, ..., v_{p.k} orthonormal (the first unit vectors)"
            if p.orthonormal
            else f"v_j the rows of the targets V in the file{padded}"
        )
        return "\n".join(
            (
                f"THEOREM.  {dimension} x ~ N(0, I_D), {targets}, and for W in R^({p.n} x D)",
                "",
                (
                    f"    F(W) = 1/2 E( sum_(i=1..{p.n}) max(0, w_i.x) - sum_(j=1..{p.k}) max(0,"
                    " v_j.x) )^2."
                ),
                "",
                (
                    f"Let C be the {p.n} x {p.d} centre in the file{padded}. In the closed ball |W"
                    f" - C| <= {self.texts['radius']} (Frobenius norm)"
                ),
                "  (a)  F has exactly one critical point W*, and W* is a strict local minimum;",
                f"  (b)  |W* - C| <= {self.texts['distance']};",
                f"  (c)  F(W*) lies in {self.loss},",
                "       while inf F = 0 is attained: W* is a spurious local minimum;",
                (
                    f"  (d)  every eigenvalue of the Hessian is >= {self.texts['curvature']} on the"
                    " whole ball,"
                ),
                f"       and the smallest one at W* lies in {self.lambda_min}.",
            )
        )


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
    """Enter the inequalities (1) to (10) of theorem 1 into the ledger; `Unverified` at the first
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
        raise Unverified(
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
