"""The kind `gaussian-minimum`: one strict spurious local minimum, given by all its entries
(theorem 1).

How the proof goes. At the exact centre C the loss, its gradient and its Hessian H are balls, from
closed forms (lemmas 1 and 2). H varies on the ball |W - C| <= r by at most B(r) r (lemma 3), so one
residual inequality (lemma 6) for H - s I shows that F is strongly convex there: there is at most
one critical point. The gradient at C is small against the curvature, so there is one, W*, near C,
and F(W*) is F(C) up to the square of the gradient (lemma 4). In further dimensions the Hessian has
the blocks M of lemma 5. The numbers (1) to (10) are those of FORMAT 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, interval_text, lower_rational, upper_rational
from certify.kernel.foundation.definite import above, fixed_bits, positive_definite
from certify.kernel.foundation.exact import decimal_matrix, fields, flag
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.reals import (
    Interval,
    Matrix,
    Real,
    no_zero_row,
    read_interval,
    read_positive,
    read_real,
)
from certify.kernel.foundation.rounded import Rounded
from certify.kernel.foundation.witness import MAX_DENSE, Bits, read_bits, require_work
from certify.kernel.foundation.words import Words, line, series
from certify.kernel.gaussian.closed_form import gradient, loss, pad_block
from certify.kernel.gaussian.hessian import Hessian
from certify.kernel.gaussian.lipschitz import hessian_lipschitz
from certify.kernel.gaussian.pairs import Pairs, pairs
from certify.kernel.gaussian.problem import GaussianProblem, loss_display
from certify.kernel.kind import Kind

__all__ = ["GAUSSIAN_MINIMUM", "GaussianMinimum", "verify_gaussian_minimum"]


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
    radius: Real
    distance: Real
    loss: Interval
    curvature: Real
    lambda_min: Interval
    every_dimension: bool

    @classmethod
    def read(cls, value: Any) -> GaussianMinimum:
        """From the field `statement` of a certificate (FORMAT 4.1)."""
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
            curvature=read_real(claims["curvature"], "the curvature"),
            lambda_min=read_interval(claims["lambda_min"], "lambda_min"),
            every_dimension=flag(claims["every_dimension"], "the field every_dimension"),
        )

    def neurons(self) -> list[int]:
        """The numbers of the rows, from 1 on."""
        return list(range(1, self.problem.n + 1))

    def headline(self) -> Words:
        """The theorem in one line."""
        p = self.problem
        where = f"every $d ≥ {p.d}$" if self.every_dimension else f"$d = {p.d}$"
        kind = "orthonormal" if p.orthonormal else "given"
        return line(
            "spurious local minimum of ",
            *p.activation.loss(),
            f"{p.signs.named()}, $n = {p.n}$, $k = {p.k}$, {where}, {kind} targets",
            ", $F$ in ",
            self.loss,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        p = self.problem
        dimension = f"For every $D ≥ {p.d}$ let" if self.every_dimension else f"Let $D = {p.d}$,"
        padded = f" (padded with $D − {p.d}$ zero columns)" if self.every_dimension else ""
        targets = (
            f"${series('v', p.k)}$ orthonormal (the first unit vectors)"
            if p.orthonormal
            else f"$vⱼ$ the rows of the targets $V$ in the file{padded}"
        )
        yield line(f"THEOREM.  {dimension} $x ∼ N(0, I_D)$, {targets}, and for $W ∈ ℝ^{{{p.n}×D}}$")
        yield from loss_display(p.n, p.k, p.activation, p.signs)
        yield line(
            f"Let $C$ be the ${p.n} × {p.d}$ centre in the file{padded}. In the closed ball"
            " $‖W − C‖ ≤ $",
            self.radius,
            " (Frobenius norm)",
        )
        yield line(
            "  (a)  $F$ has exactly one critical point $W*$, and $W*$ is a strict local minimum;"
        )
        yield line("  (b)  $‖W* − C‖ ≤ $", self.distance, ";")
        yield line("  (c)  $F(W*)$ lies in ", self.loss, ",")
        yield line("       while $inf F = 0$ is attained: $W*$ is a spurious local minimum;")
        yield line(
            "  (d)  every eigenvalue of the Hessian is $≥ $", self.curvature, " on the whole ball,"
        )
        yield line("       and the smallest one at $W*$ lies in ", self.lambda_min, ".")


def verify_gaussian_minimum(
    claim: GaussianMinimum, witness: Bits, ledger: Ledger
) -> tuple[Pairs, Rounded]:
    """Enter the inequalities (1) to (10) of theorem 1 into the ledger; `Unverified` at the first
    that is not verified. The caller has set the working precision.

    Returns the pairs at the centre, and the Hessian there over the share of the activation.
    """
    r, delta, mu = claim.radius.value, claim.distance.value, claim.curvature.value
    low, high = claim.loss.low, claim.loss.high
    # (1) to (3): between the claimed numbers
    ledger.require("spurious", "the loss at the minimum is above inf F = 0", fmpq(0), low)
    ledger.require("strict-minimum", "the claimed curvature is positive", fmpq(0), mu)
    ledger.require("distance-in-ball", "the claimed distance is below the radius", delta, r)

    # (4): F is smooth on the ball
    problem = claim.problem
    sigma, signs = problem.activation, problem.signs
    point = pairs(claim.centre, problem.teachers, witness.bits, sigma, signs)
    shortest = min(lower_rational(point.square[i].sqrt()) for i in range(point.n))
    ledger.require("zero-neuron", "no neuron is zero anywhere in the ball", r, shortest)
    lipschitz_r, lipschitz_delta = hessian_lipschitz(point, r), hessian_lipschitz(point, delta)
    if lipschitz_r is None or lipschitz_delta is None:
        ledger.refuse("zero-neuron", "no neuron is zero in the ball", r, UNDEFINED)

    # (5) to (7): the gradient and the loss at the centre
    slope, value = _gradient_norm(point), loss(point)
    small = "the gradient at the centre is below curvature * distance"
    ledger.require("distance", small, slope, ball(mu * delta))
    sentence = "the loss at the minimum is above its claimed lower bound"
    ledger.require("loss-low", sentence, low, value - slope * slope / (2 * ball(mu)))
    sentence = "the loss at the minimum is below its claimed upper bound"
    ledger.require("loss-high", sentence, value, high)

    # (8) to (10): the Hessian at the centre, in further dimensions, and its smallest eigenvalue
    on_ball = mu + upper_rational(lipschitz_r * r)
    at_minimum = claim.lambda_min.low + upper_rational(lipschitz_delta * delta)
    code, shift = ("curvature", on_ball)
    if on_ball < at_minimum:
        code, shift = ("lambda-min-low", at_minimum)
    share, bound = problem.activation.share, interval_text(shift)
    unit = replace(point, activation=problem.activation.normalised())
    at_centre = Hessian(unit, fixed_bits(witness.bits)).whole()
    definite = above(at_centre, shift / share).times(share)
    definite.require(ledger, code, f"the Hessian at the centre is above {bound}")
    if claim.every_dimension:
        padding = positive_definite(pad_block(unit), shift / share, witness.bits, seek=False)
        beyond = f"the Hessian in further dimensions is above {bound}"
        padding.times(share).require(ledger, "padding", beyond)
    ledger.require(
        "lambda-min-high",
        "the smallest Hessian eigenvalue at the minimum is below its claimed upper bound",
        definite.lowest + lipschitz_delta * delta,
        claim.lambda_min.high,
    )
    return point, at_centre


def _gradient_norm(point: Pairs) -> arb:
    """Upper bound of |grad F(C)|, Frobenius norm."""
    total = arb(0)
    for row in gradient(point):
        for entry in row:
            size = entry.abs_upper()
            total += size * size
    return total.sqrt()


def _read_witness(value: Any, statement: GaussianMinimum) -> Bits:
    witness = read_bits(value)
    unknowns = statement.problem.n * statement.problem.d
    require_work("n d", unknowns**3 * witness.working**2, MAX_DENSE)
    return witness


GAUSSIAN_MINIMUM = Kind(
    name="gaussian-minimum",
    section="4.1",
    theorem="theorem 1",
    read_statement=GaussianMinimum.read,
    read_witness=_read_witness,
    verify=verify_gaussian_minimum,
)
