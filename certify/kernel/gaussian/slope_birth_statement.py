"""What the kind `gaussian-slope-birth` claims (FORMAT 4.20)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.reals import Range, Real, counted, read_positive, read_range
from certify.kernel.foundation.words import Words, line, series
from certify.kernel.gaussian.components import Component, components
from certify.kernel.gaussian.partition import Coordinates, SymmetricProblem, copies, read_centre

__all__ = ["GaussianSlopeBirth"]

_SIDES = ("below", "above")


@dataclass(frozen=True)
class GaussianSlopeBirth:
    """One k, and the activations sigma(t) = p [t]_+ + q [-t]_+ with c = ((p - q)/(p + q))^2 in
    U = [c.low, c.high]; C has the coordinates `centre`. F is the loss of sigma.

    (a) For every c in U exactly one critical point W(c) of F is fixed by the group of the blocks
        and differs from C by at most `distance` in each coordinate; it is smooth in c, and F > 0
        there.
    (b) There is c* inside U: for c in U below c* (`minimum` "below"; else above it) W(c) is a
        strict local minimum of F, in every dimension D >= k; on the other side of c* it is a
        saddle, with `crossing.dimension` negative eigenvalues, those of type `crossing`.
    (c) The eigenvalue that is 0 at c* is simple in its pencil, and its derivative by c is not 0.
    (d) Leaky ReLU with c = c* has its slope between slope.low and slope.high.
    """

    problem: SymmetricProblem
    centre: Coordinates
    c: Range
    slope: Range
    crossing: Component
    minimum: str
    distance: Real

    @classmethod
    def read(cls, value: Any) -> GaussianSlopeBirth:
        """From the field `statement` of a certificate (FORMAT 4.20)."""
        known = fields(value, "the statement", ["problem", "blocks", "centre", "claims"])
        fields(known["problem"], "the problem", ["n", "k", "targets"])
        claims = fields(
            known["claims"], "the claims", ["c", "slope", "crossing", "minimum", "distance"]
        )
        problem = SymmetricProblem.read(known["problem"], known["blocks"])
        c, slope = read_range(claims["c"], "c"), read_range(claims["slope"], "the slope")
        if c.low <= 0:
            raise Malformed("c is not a range of positive numbers")
        if slope.low <= -1 or slope.high >= 1:
            raise Malformed("the slope is not between -1 and 1")
        named = [part for part in components(problem.blocks) if part.name == claims["crossing"]]
        if len(named) != 1:
            raise Malformed("the crossing type is none of these blocks")
        if claims["minimum"] not in _SIDES:
            raise Malformed('the minimum is neither "below" nor "above"')
        return cls(
            problem=problem,
            centre=read_centre(known["centre"], problem.blocks),
            c=c,
            slope=slope,
            crossing=named[0],
            minimum=claims["minimum"],
            distance=read_positive(claims["distance"], "the distance"),
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        p = self.problem
        return line(
            f"birth of a spurious minimum in the slope of the activation: $n = {p.n}$,"
            f" $k = {p.k}$, every $d ≥ {p.k}$, orthonormal targets, fixed by ",
            p.group(),
            f"; an eigenvalue of representation {self.crossing.name} crosses 0 at exactly one $c$"
            " in ",
            self.c,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        p, side = self.problem, ("<", ">") if self.minimum == "below" else (">", "<")
        yield line(
            f"THEOREM.  Let $x ∼ N(0, I_D)$, $D ≥ {p.k}$, ${series('v', p.k)}$ orthonormal, and"
            f" for $W ∈ ℝ^{{{p.n}×D}}$ and $σ(t) = p max(0, t) + q max(0, −t)$, $p + q ≠ 0$,"
        )
        yield ()
        yield line("    $F(W) = ½ E( ∑ᵢ σ(wᵢ·x) − ∑ⱼ σ(vⱼ·x) )²$,    $c = ((p − q)/(p + q))²$.")
        yield ()
        yield from copies(p.blocks)
        yield line("Let $U = $", self.c, ". Matrices are padded with zero columns.")
        yield line(
            f"  (a)  For every $c$ in $U$, $F$ has in $ℝ^{{{p.n}×{p.k}}}$ exactly one critical"
            " point $W(c)$ fixed by ",
            p.group(),
            " within ",
            self.distance,
        )
        yield line(
            "       of the centre in the file. It is smooth in $c$, and $F(W(c)) > 0 = inf F$."
        )
        yield line(
            f"  (b)  There is one $c*$ inside $U$: for $c {side[0]} c*$ in $U$, $W(c)$ is a strict"
            f" local minimum; for $c {side[1]} c*$ in $U$ it is a saddle, whose Hessian"
        )
        yield line(
            f"       has exactly {counted(self.crossing.dimension, 'negative eigenvalue')}, of"
            f" representation {self.crossing.name}, and is positive on the other representations."
        )
        yield line(
            "  (c)  The eigenvalue that is 0 at $c*$ is simple in its pencil, and its derivative by"
            " $c$ is not 0."
        )
        yield line("  (d)  Leaky ReLU with $c = c*$ has the slope $a*$ in ", self.slope, ".")
