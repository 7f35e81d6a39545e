"""What the kind `gaussian-slopes-minimum` claims (FORMAT 4.18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.reals import Real, read_positive, read_real
from certify.kernel.foundation.words import Words, line, series
from certify.kernel.gaussian.partition import SymmetricProblem, copies

__all__ = ["GaussianSlopes"]


@dataclass(frozen=True)
class GaussianSlopes:
    """For every activation sigma(t) = p [t]_+ + q [-t]_+, p + q != 0, for which

    c = ((p - q)/(p + q))^2 > 0    lies in [low, high] (high None: no upper bound),

    and for every D >= k, the loss F of sigma has in R^(n x D) a critical point fixed by the group
    of the blocks and padded with zeros, that is a strict local minimum with F > 0 = inf F; the
    eigenvalues of the Hessian there are above curvature (p + q)^2.
    """

    problem: SymmetricProblem
    low: Real
    high: Real | None
    curvature: Real

    @classmethod
    def read(cls, value: Any) -> GaussianSlopes:
        """From the field `statement` of a certificate (FORMAT 4.18)."""
        known = fields(value, "the statement", ["problem", "blocks", "claims"])
        fields(known["problem"], "the problem", ["n", "k", "targets"])
        claims = fields(known["claims"], "the claims", ["c", "curvature"])
        ends = claims["c"]
        if not isinstance(ends, list) or len(ends) != 2:
            raise Malformed("c is not a list of two ends")
        low = read_real(ends[0], "the lower end of c")
        high = None if ends[1] == "infinity" else read_positive(ends[1], "the upper end of c")
        if low.value < 0 or not (high is None or low.value < high.value):
            raise Malformed("c is not a range of positive numbers")
        problem = SymmetricProblem.read(known["problem"], known["blocks"])
        if problem.k < 2:
            raise Malformed("k is not at least 2")
        return cls(
            problem=problem,
            low=low,
            high=high,
            curvature=read_positive(claims["curvature"], "the curvature"),
        )

    def _slopes(self) -> Words:
        """For which p and q, as a condition on c."""
        above = line("$c > 0$") if self.low.value == 0 else line("$c ≥ $", self.low)
        return above if self.high is None else (*above, *line(" and $c ≤ $", self.high))

    def headline(self) -> Words:
        """The theorem in one line."""
        p = self.problem
        return line(
            "spurious local minima of the Gaussian loss with every $σ(t) = p max(0, t) +"
            " q max(0, −t)$, $c = ((p − q)/(p + q))²$, ",
            *self._slopes(),
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
        yield line("$c = ((p − q)/(p + q))²$, ", *self._slopes(), f", and for $W ∈ ℝ^{{{p.n}×D}}$")
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
