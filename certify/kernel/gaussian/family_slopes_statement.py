"""What the kind `gaussian-family-slopes-minimum` claims (FORMAT 4.19)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.reals import Real, read_positive
from certify.kernel.foundation.words import Words, line
from certify.kernel.gaussian.problem import require_orthonormal

__all__ = ["GaussianFamilySlopes"]


@dataclass(frozen=True)
class GaussianFamilySlopes:
    """For every integer k >= k_from, every D >= k and every activation sigma(t) = p [t]_+ +
    q [-t]_+ with p + q != 0 and p != q, the loss F of sigma and orthonormal teachers has in
    R^(k x D) a critical point fixed by S_(k-1) x S_1 and padded with zeros, that is a strict local
    minimum with F > 0 = inf F; the eigenvalues of the Hessian there are above curvature (p + q)^2.
    """

    k_from: int
    curvature: Real

    @classmethod
    def read(cls, value: Any) -> GaussianFamilySlopes:
        """From the field `statement` of a certificate (FORMAT 4.19)."""
        known = fields(value, "the statement", ["problem", "family", "claims"])
        require_orthonormal(fields(known["problem"], "the problem", ["targets"]))
        if known["family"] != "II":
            raise Malformed("the family is not II")
        claims = fields(known["claims"], "the claims", ["k_from", "curvature"])
        return cls(
            k_from=natural(claims["k_from"], "k_from", 5, 10**9),
            curvature=read_positive(claims["curvature"], "the curvature"),
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            "spurious local minima of the Gaussian loss for every"
            f" $n = k ≥ {self.k_from}$, every $d ≥ k$ and every $σ(t) = p max(0, t) +"
            " q max(0, −t)$ with $p ≠ ±q$: orthonormal targets, fixed by $Sₖ₋₁ × S₁$"
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield line(
            f"THEOREM.  For every integer $k ≥ {self.k_from}$ and every $D ≥ k$ let"
            " $x ∼ N(0, I_D)$, $v₁, …, vₖ$ orthonormal in $ℝ^D$,"
        )
        yield line(
            "$σ(t) = p max(0, t) + q max(0, −t)$ with $p + q ≠ 0$ and $p ≠ q$ (neither linear nor"
            " a multiple of $|t|$), and for $W ∈ ℝ^{k×D}$"
        )
        yield ()
        yield line("    $F(W) = ½ E( ∑ᵢ σ(wᵢ·x) − ∑ⱼ σ(vⱼ·x) )²$.")
        yield ()
        yield line(
            "Then $F$ has a spurious local minimum $W*$, in coordinates $v₁, …, vₖ$ fixed by"
            " $Sₖ₋₁ × S₁$:"
        )
        yield line("  (a)  $W*$, padded with $D − k$ zero columns, is a strict local minimum;")
        yield line("  (b)  $F(W*) > 0$, while $inf F = 0$ is attained;")
        yield line(
            "  (c)  every eigenvalue of the Hessian at $W*$ is above ",
            self.curvature,
            "$ (p + q)²$.",
        )
