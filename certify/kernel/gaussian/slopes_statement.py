"""What the kind `gaussian-slopes-minimum` claims (FORMAT 4.18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.reals import Real, read_positive
from certify.kernel.foundation.words import Words, line, series
from certify.kernel.gaussian.partition import SymmetricProblem, copies
from certify.kernel.gaussian.slope_range import SlopeRange

__all__ = ["GaussianSlopes"]


@dataclass(frozen=True)
class GaussianSlopes:
    """For every activation sigma(t) = p [t]_+ + q [-t]_+, p + q != 0, for which

    c = ((p - q)/(p + q))^2 > 0    lies in the range `slopes`,

    and for every D >= k, the loss F of sigma has in R^(n x D) a critical point fixed by the group
    of the blocks and padded with zeros, that is a strict local minimum with F > 0 = inf F; the
    eigenvalues of the Hessian there are above curvature (p + q)^2.
    """

    problem: SymmetricProblem
    slopes: SlopeRange
    curvature: Real

    @classmethod
    def read(cls, value: Any) -> GaussianSlopes:
        """From the field `statement` of a certificate (FORMAT 4.18)."""
        known = fields(value, "the statement", ["problem", "blocks", "claims"])
        fields(known["problem"], "the problem", ["n", "k", "targets"])
        claims = fields(known["claims"], "the claims", ["c", "curvature"])
        slopes = SlopeRange.read(claims["c"])
        problem = SymmetricProblem.read(known["problem"], known["blocks"])
        if problem.k < 2:
            raise Malformed("k is not at least 2")
        return cls(
            problem=problem,
            slopes=slopes,
            curvature=read_positive(claims["curvature"], "the curvature"),
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        p = self.problem
        return line(
            "spurious local minima of the Gaussian loss with every $σ(t) = p max(0, t) +"
            " q max(0, −t)$, $c = ((p − q)/(p + q))²$, ",
            *self.slopes.words(),
            f": $n = {p.n}$, $k = {p.k}$, every $d ≥ {p.k}$, orthonormal targets, fixed by ",
            p.group(),
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        p = self.problem
        yield line(
            f"THEOREM.  Let $x ∼ N(0, I_D)$, $D ≥ {p.k}$, ${series('v', p.k)}$ orthonormal,"
            " $σ(t) = p max(0, t) + q max(0, −t)$ with $p + q ≠ 0$ and"
        )
        yield line(
            "$c = ((p − q)/(p + q))²$, ", *self.slopes.words(), f", and for $W ∈ ℝ^{{{p.n}×D}}$"
        )
        yield ()
        yield line("    $F(W) = ½ E( ∑ᵢ σ(wᵢ·x) − ∑ⱼ σ(vⱼ·x) )²$.")
        yield ()
        yield from copies(p.blocks)
        yield line(
            f"Then $F$ has a spurious local minimum $W*$, in coordinates ${series('v', p.k)}$ fixed"
            f" by $G = {p.group()}$:"
        )
        yield line(f"  (a)  $W*$, padded with $D − {p.k}$ zero columns, is a strict local minimum;")
        yield line("  (b)  $F(W*) > 0$, while $inf F = 0$ is attained;")
        yield line(
            "  (c)  every eigenvalue of the Hessian at $W*$ is above ",
            self.curvature,
            "$ (p + q)²$.",
        )
