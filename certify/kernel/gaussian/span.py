"""The kind `gaussian-span-minimum`: one strict spurious local minimum in the span of given
teachers, or of all teachers that are nearly orthonormal (theorem 8).

How the proof goes. As for `gaussian-minimum`, but in the coordinates of the teachers: everything is
a function of their Gram matrix, which is exact for given teachers and a matrix of balls for all
teachers near orthonormal ones. Directions orthogonal to the span see the matrix M of lemma 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, interval_text, upper_rational
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal_matrix, fields, natural
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.reals import (
    Interval,
    Matrix,
    Real,
    no_zero_row,
    read_interval,
    read_positive,
)
from certify.kernel.foundation.wide import require_blocks_definite
from certify.kernel.foundation.witness import MAX_DENSE, Bits, read_bits, require_work
from certify.kernel.foundation.words import Words, line, raised, series
from certify.kernel.gaussian.activation import RELU, Activation, read_activation
from certify.kernel.gaussian.lipschitz import lipschitz_constant
from certify.kernel.gaussian.problem import loss_display, read_sizes
from certify.kernel.gaussian.span_point import Span, gram
from certify.kernel.kind import Kind

__all__ = ["GAUSSIAN_SPAN_MINIMUM", "GaussianSpan", "verify_gaussian_span"]

_MAX_DIMENSION = 4096
_LARGEST_RHO = fmpq(1, 8)


@dataclass(frozen=True)
class GaussianSpan:
    """For the teachers v_1, ..., v_k in R^d of the file, or (rho > 0) any v_1, ..., v_k in R^d,
    d >= k, with |v_a.v_b - [a = b]| <= rho, and C the matrix of the students w_i = sum_a c_ia v_a;
    in R^(n x D), for every D >= d, teachers and C padded with zeros:

    (a) in the closed ball |W - C| <= radius, F has exactly one critical point W*, a strict local
        minimum;
    (b) |W* - C| <= distance;
    (c) loss.low < F(W*) < loss.high with loss.low > 0 = inf F, so W* is spurious;
    (d) every eigenvalue of the Hessian is >= curvature > 0 on the ball.
    """

    n: int
    k: int
    d: int
    teachers: Matrix
    rho: Real | None
    coefficients: Matrix
    radius: Real
    distance: Real
    loss: Interval
    curvature: Real
    activation: Activation = RELU

    @classmethod
    def read(cls, value: Any) -> GaussianSpan:
        """From the field `statement` of a certificate (FORMAT 4.8)."""
        known = fields(value, "the statement", ["problem", "coefficients", "claims"])
        problem = known["problem"]
        teachers: Matrix = ()
        d, rho = 0, None
        if isinstance(problem, dict) and "rho" in problem:
            n, k = read_sizes(fields(problem, "the problem", ["n", "k", "rho"], ["activation"]))
            rho = read_positive(problem["rho"], "rho")
            if not rho.value < _LARGEST_RHO:
                raise Malformed(f"rho is not below {_LARGEST_RHO}")
        else:
            names = ["n", "k", "d", "targets"]
            n, k = read_sizes(fields(problem, "the problem", names, ["activation"]))
            d = natural(problem["d"], "the field d", k, _MAX_DIMENSION)
            teachers = no_zero_row(
                decimal_matrix(problem["targets"], "the targets", k, d), "target"
            )
        names = ["radius", "distance", "loss", "curvature"]
        claims = fields(known["claims"], "the claims", names)
        return cls(
            n=n,
            k=k,
            d=d,
            teachers=teachers,
            rho=rho,
            coefficients=no_zero_row(
                decimal_matrix(known["coefficients"], "the coefficients", n, k),
                "row of coefficients",
            ),
            radius=read_positive(claims["radius"], "the radius"),
            distance=read_positive(claims["distance"], "the distance"),
            loss=read_interval(claims["loss"], "the loss"),
            curvature=read_positive(claims["curvature"], "the curvature"),
            activation=read_activation(problem),
        )

    def _teachers(self) -> Words:
        return (
            line("all teachers with $|v_a·v_b − [a = b]| ≤ $", self.rho, f", every $d ≥ {self.k}$")
            if self.rho is not None
            else line(f"given targets in $ℝ{raised(self.d)}$, every $d ≥ {self.d}$")
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            "spurious local minimum of ",
            *self.activation.loss(),
            f", $n = {self.n}$, $k = {self.k}$, ",
            *self._teachers(),
            ", $F$ in ",
            self.loss,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        teachers = series("v", self.k)
        if self.rho is not None:
            yield line(
                f"THEOREM.  Let $D ≥ {self.k}$ and ${teachers} ∈ ℝ^D$ with $|v_a·v_b| ≤ $",
                self.rho,
                " for $a ≠ b$ and $|‖v_a‖² − 1| ≤ $",
                self.rho,
                ",",
            )
        else:
            yield line(
                f"THEOREM.  Let $D ≥ {self.d}$, ${teachers}$ the rows of the targets $V$ in the"
                " file, padded with zeros,"
            )
        yield line(f"$x ∼ N(0, I_D)$, and for $W ∈ ℝ^{{{self.n}×D}}$")
        yield from loss_display(self.n, self.k, self.activation)
        yield line(
            "Let $C$ have the rows $∑_a c_ia v_a$, with the coefficients of the file. In the closed"
            " ball $‖W − C‖ ≤ $",
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
            "  (d)  every eigenvalue of the Hessian is $≥ $", self.curvature, " on the whole ball."
        )


def verify_gaussian_span(claim: GaussianSpan, witness: Bits, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 8 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    r, delta, mu = claim.radius.value, claim.distance.value, claim.curvature.value
    low, high = claim.loss.low, claim.loss.high
    # (1), (2): between the claimed numbers
    ledger.require("spurious", "the loss at the minimum is above inf F = 0", fmpq(0), low)
    ledger.require("distance-in-ball", "the claimed distance is below the radius", delta, r)

    # (3), (4): F is smooth on the ball
    metric = gram(claim.teachers, claim.rho, claim.k)
    point = Span(claim.coefficients, metric, claim.activation)
    for i in range(point.n):
        alive = f"neuron {i + 1} is not zero anywhere in the ball"
        ledger.require("zero-neuron", alive, r, point.square[i].sqrt())
        for u in range(point.size):
            if u != i:
                alone = f"neuron {i + 1} is parallel to no other and no teacher"
                ledger.require("parallel", alone, arb(0), point.s[i][u])
    norms = [square.sqrt() for square in point.square]
    students = [(1, norm) for norm in norms[: point.n]]
    lipschitz = lipschitz_constant(students, sum(norms[point.n :], arb(0)), r)
    if lipschitz is None:
        ledger.refuse("zero-neuron", "no neuron is zero in the ball", r, UNDEFINED)
    lipschitz = lipschitz * ball(claim.activation.share)

    # (5) to (7): the gradient and the loss at the centre
    slope, value = point.gradient_norm(), point.loss()
    small = "the gradient at the centre is below curvature * distance"
    ledger.require("distance", small, slope, ball(mu * delta))
    least = value - slope * slope / (2 * ball(mu))
    ledger.require(
        "loss-low", "the loss at the minimum is above its claimed lower bound", low, least
    )
    ledger.require(
        "loss-high", "the loss at the minimum is below its claimed upper bound", value, high
    )

    # (8), (9): the Hessian on the span and beyond it
    shift = mu + upper_rational(lipschitz * r)
    bound, bits = interval_text(shift), witness.bits
    share, unit = claim.activation.share, point
    if share != 1:
        unit = Span(claim.coefficients, metric, claim.activation.normalised())
    inside = ("curvature", f"the Hessian at the centre is above {bound}")
    require_blocks_definite(ledger, inside, unit.hessian(shift / share), fmpq(0), bits, share)
    beyond = ("padding", f"the Hessian in further dimensions is above {bound}")
    require_blocks_definite(ledger, beyond, unit.beyond(), shift / share, bits, share)


def _read_witness(value: Any, statement: GaussianSpan) -> Bits:
    witness = read_bits(value)
    work = (statement.n * statement.k) ** 3 * witness.working**2
    require_work("n k", work, MAX_DENSE)
    return witness


GAUSSIAN_SPAN_MINIMUM = Kind(
    name="gaussian-span-minimum",
    section="4.8",
    theorem="theorem 8",
    read_statement=GaussianSpan.read,
    read_witness=_read_witness,
    verify=verify_gaussian_span,
)
