"""The kind `gaussian-family-minimum`: spurious minima for every k from some k on, in one
certificate (theorem 4).

How the proof goes. In t = k^(-1/2), or k^(-1/4), the critical point is a branch that goes on to
t = 0, where k is infinite. On each box of a cover of the interval of t everything is an expansion
in t with a proved remainder (lemma 13), and powers of t that vanish exactly are taken out (lemma
14). Krawczyk's operator shows one critical point in a tube for every t, the pivots of each pencil
are positive after a congruence that keeps them bounded, and bounds of the loss, of its distance
from the limit and of its derivative by t follow on the tube.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import (
    Interval,
    Real,
    read_interval,
    read_positive,
)
from certify.kernel.foundation.words import Words, line
from certify.kernel.gaussian.branch import (
    Branch,
    follow,
    reduced_gradient,
    verify_branch,
)
from certify.kernel.gaussian.chart import over
from certify.kernel.gaussian.cover import Cover, CoverBox, read_cover, require_cover
from certify.kernel.gaussian.definite import require_smallest
from certify.kernel.gaussian.families import FAMILIES, Family, read_problem
from certify.kernel.gaussian.problem import loss_display
from certify.kernel.kind import Kind

__all__ = ["GAUSSIAN_FAMILY_MINIMUM", "GaussianFamily", "verify_box", "verify_gaussian_family"]


@dataclass(frozen=True)
class GaussianFamily:
    """For every integer k >= k_from, and orthonormal teachers v_1, ..., v_k, with n = k (types II+1
    and I+1: n = k + 1, II_m+m': n = k + m), p = 0 for types A, I and I+1, else p = 1:

    (a) F has in R^(n x D), for every D >= k, a critical point W*(k), fixed by the family's group
        and padded with zeros, that is a strict local minimum;
    (b) loss.low < k^p F(W*(k)) < loss.high, with loss.low > 0: it is spurious;
    (c) the smallest eigenvalue of the Hessian at W*(k), for type I+1 times k^(3/4), lies in
        lambda_min, for every D;
    (d) |k^p F(W*(k)) - L| < rate k^(-1/2), L the family's limit, or some L in `limit`;
    (e) F(W*(k)) is strictly increasing in k (types A, I, I+1), or strictly decreasing.
    """

    family: str
    k_from: int
    loss: Interval
    lambda_min: Interval
    rate: Real
    limit: Interval | None = None

    @classmethod
    def read(cls, value: Any) -> GaussianFamily:
        """From the field `statement` of a certificate (FORMAT 4.4)."""
        name, given = read_problem(value)
        loss, smallest = FAMILIES[name].loss_field(), FAMILIES[name].eigenvalue_field()
        names = ["k_from", loss, smallest, "rate"]
        enclosed = FAMILIES[name].limit is None
        claims = fields(given, "the claims", [*names, *["limit"] * enclosed])
        return cls(
            family=name,
            k_from=natural(claims["k_from"], "k_from", FAMILIES[name].least(), 10**9),
            loss=read_interval(claims[loss], loss),
            lambda_min=read_interval(claims[smallest], smallest),
            rate=read_positive(claims["rate"], "the rate"),
            limit=read_interval(claims["limit"], "the limit") if enclosed else None,
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            "spurious local minima of the Gaussian ReLU loss for every"
            f" ${self._sizes()}$ and every $d ≥ k$, orthonormal targets, type {self.family}",
            f", ${FAMILIES[self.family].loss_name()}$ in ",
            self.loss,
        )

    def _sizes(self) -> str:
        n = FAMILIES[self.family].students()
        return f"n = k ≥ {self.k_from}" if n == "k" else f"k ≥ {self.k_from}$, $n = {n}"

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        family = FAMILIES[self.family]
        n = family.students().replace(" ", "")
        space = f"ℝ^{{{n if n == 'k' else f'({n})'}×D}}"
        loss = "k F(W*(k))" if family.loss_order else "F(W*(k))"
        yield line(
            f"THEOREM.  For every integer $k ≥ {self.k_from}$ and every $D ≥ k$ let"
            f" $x ∼ N(0, I_D)$, $v₁, …, vₖ$ orthonormal in $ℝ^D$, and for $W ∈ {space}$"
        )
        yield from loss_display(n, "k")
        yield line(
            f"Then $F$ has a spurious local minimum $W*(k)$ (type {self.family}, symmetry ",
            family.symmetry(),
            "):",
        )
        yield line(f"  (a)  $W*(k)$ is a strict local minimum in ${space}$;")
        yield line(f"  (b)  ${loss}$ lies in ", self.loss, ",")
        yield line("       while $inf F = 0$ is attained;")
        times = f" times $k^({family.soft}/{family.root})$" if family.soft else ""
        yield line(
            f"  (c)  the smallest eigenvalue of the Hessian at $W*(k)${times} lies in ",
            self.lambda_min,
            ";",
        )
        if self.limit:
            yield line(f"  (d)  $| {loss} − L | < $", self.rate, "$ k^(−1/2)$ for the limit")
            yield line("       $L$ of this quantity, which lies in ", self.limit, ";")
        else:
            yield line(
                f"  (d)  $| {loss} − ({family.limit_formula()}) | < $", self.rate, "$ k^(−1/2)$;"
            )
        sense = "decreasing" if family.decreasing else "increasing"
        yield line(f"  (e)  $F(W*(k))$ is strictly {sense} in $k$.")


def verify_gaussian_family(claim: GaussianFamily, cover: Cover, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 4 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    # (1) to (4): between the claimed numbers, and the cover
    ledger.require("spurious", "the loss is above inf F = 0", fmpq(0), claim.loss.low)
    positive = "the claimed lower bound of the eigenvalues is positive"
    ledger.require("strict-minimum", positive, fmpq(0), claim.lambda_min.low)
    require_cover(cover, ledger, None, fmpq(claim.k_from), FAMILIES[claim.family].root)
    follow(cover, lambda box, name, before: verify_box(claim, box, name, ledger, before))


def verify_box(
    claim: GaussianFamily, box: CoverBox, name: str, ledger: Ledger, before: Branch | None = None
) -> Branch:
    """The inequalities of one box of the cover."""
    family = FAMILIES[claim.family]
    # (5) to (9): the branch
    branch = verify_branch(family, box, name, ledger, before)
    # (10), (11): the eigenvalues
    require_smallest(branch, claim.lambda_min, name, ledger)
    # (12) to (16): the loss
    _verify_loss(claim, family, branch, name, ledger)
    return branch


def _verify_loss(
    claim: GaussianFamily, family: Family, branch: Branch, name: str, ledger: Ledger
) -> None:
    """Bounds of Phi = F / t^p on the tube, its distance from the limit and its sense, p = 0 or 2
    the family's order of F. With r = root/2, k^(-1/2) is t^r.

    Phi at X* is Phi on the branch up to the mean value theorem with dF/dX_b = N_b g_b t^scale_b;
    its derivative by t at X* is that at fixed X (dF/dX = 0 there): t^p dPhi/dt = dF/dt - p F/t, and
    dPhi/d(t^r) = dPhi/dt / (r t^(r - 1)).
    """
    chart, p, quantity = branch.chart, family.loss_order, family.loss_name()
    r = family.rate_order
    centre = branch.centre.loss()
    value = chart.known_order(centre, p)
    slopes = [
        g * norm * chart.power(scale + order - p)
        for g, norm, scale, order in zip(
            reduced_gradient(chart, branch.tube, branch.first.norms),
            branch.first.norms,
            family.scale,
            family.gradient,
            strict=True,
        )
    ]
    moving = chart.moving(chart.box.radius).loss()
    steady = chart.known_order(moving.slope, p - 1 if p else r - 1)
    if chart.at_zero:
        change = chart.known_order(moving.slope - moving.value * p / chart.t, p + r - 1) / r
    else:
        change = (value - family.limit_ball(claim.limit)) / chart.power(r)
    rate = ball(claim.rate.value)
    low, high, far, sense = arb("inf"), arb("-inf"), arb(0), arb("inf")
    for s in chart.parts():
        drift = arb(0)
        for slope in slopes:
            drift += over(slope, s).abs_upper()
        spread = drift * ball(chart.box.radius)
        here = over(value, s)
        low, high = low.min(here - spread), high.max(here + spread)
        sense = sense.min(over(steady, s) * (1 if family.decreasing else -1))
        off = arb(0) if chart.at_zero else spread / over(chart.power(r), s)
        far = far.max(abs(over(change, s)) + off)
    sentence = f"{quantity} is above its claimed lower bound on {name}"
    ledger.require("loss-low", sentence, claim.loss.low, low)
    sentence = f"{quantity} is below its claimed upper bound on {name}"
    ledger.require("loss-high", sentence, high, claim.loss.high)
    ledger.require("rate", f"{quantity} is as near to its limit as claimed on {name}", far, rate)
    sentence = f"F {'decreases' if family.decreasing else 'increases'} with k on {name}"
    ledger.require("monotone", sentence, arb(0), sense)
    if claim.limit and chart.at_zero:
        here, spread = over(value, arb(0)), arb(0)
        for slope in slopes:
            spread += over(slope, arb(0)).abs_upper()
        spread = spread * ball(chart.box.radius)
        sentence = f"the limit of {quantity} is above its claimed lower bound"
        ledger.require("limit", sentence, claim.limit.low, here - spread)
        sentence = f"the limit of {quantity} is below its claimed upper bound"
        ledger.require("limit", sentence, here + spread, claim.limit.high)


GAUSSIAN_FAMILY_MINIMUM = Kind(
    name="gaussian-family-minimum",
    section="4.4",
    theorem="theorem 4",
    read_statement=GaussianFamily.read,
    read_witness=lambda value, statement: read_cover(value, statement.family),
    verify=verify_gaussian_family,
)
