"""The kind `gaussian-slopes-landscape`: two neurons and two teachers have no spurious minimum, for
every slope of the activation in a range and in every dimension (theorem 28).

How the proof goes. Up to a factor the loss depends on one number c of the activation (lemma 24).
Every local minimum lies in the span of the teachers (lemma 39), so one plane is enough. Neurons
that are parallel or opposite, or 0, are none, and nearly parallel ones are not critical (lemmas 40
and 41), by hand. What is left are two directions and c: they are subdivided until each box holds no
critical point, or the teachers and no other, or only points where the loss is curved downwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Shard
from certify.kernel.foundation.words import Words, line
from certify.kernel.gaussian.slope_range import SlopeRange
from certify.kernel.kind import Kind, Shards
from certify.kernel.landscape.search import (
    WHOLE,
    Depth,
    read_depth,
    require_settled,
    search,
    share,
)
from certify.kernel.landscape.tilted import TiltedBox, settle_tilted, tilted_boxes

__all__ = ["GAUSSIAN_SLOPES_LANDSCAPE", "MAX_TILTED", "SlopesLandscape", "verify_slopes_landscape"]

MAX_TILTED = 70_000  # boxes of the search


@dataclass(frozen=True)
class SlopesLandscape:
    """Kind `gaussian-slopes-landscape`, for n = k = 2: for every activation of the range and every
    d >= 2 the loss has no local minima but (e_1, e_2) and (e_2, e_1), the global ones.
    """

    slopes: SlopeRange

    @classmethod
    def read(cls, value: Any) -> SlopesLandscape:
        """From the field `statement` of a certificate (FORMAT 4.28). Raises `Malformed`."""
        known = fields(value, "the statement", ["problem", "claims"])
        problem = fields(known["problem"], "the problem", ["neurons", "teachers"])
        natural(problem["neurons"], "the number of neurons", 2, 2)
        natural(problem["teachers"], "the number of teachers", 2, 2)
        return cls(SlopeRange.read(fields(known["claims"], "the claims", ["c"])["c"]))

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            "no spurious local minima of two neurons and two orthonormal teachers, every $d ≥ 2$,"
            " with every $σ(t) = p max(0, t) + q max(0, −t)$, $c = ((p − q)/(p + q))²$, ",
            *self.slopes.words(),
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield line(
            "THEOREM.  Let $d ≥ 2$, let $e₁, e₂ ∈ ℝ^d$ be orthonormal,"
            " $σ(t) = p max(0, t) + q max(0, −t)$ with $p + q ≠ 0$ and"
        )
        yield line(
            "$c = ((p − q)/(p + q))²$, ",
            *self.slopes.words(),
            ", and for $W = (w₁, w₂) ∈ ℝ^{2×d}$ let",
        )
        yield line("    $F(W) = ½ E( ∑ᵢ σ(wᵢ·x) − ∑ⱼ σ(eⱼ·x) )², x ∼ N(0, I)$.")
        yield line(
            "Then $F$ has no local minima on $ℝ^{2×d}$ but $(e₁, e₂)$ and $(e₂, e₁)$, and there"
            " $F = 0$."
        )


def verify_slopes_landscape(claim: SlopesLandscape, witness: Depth, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 28 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    _verify_shard(claim, witness, ledger, WHOLE)


def _verify_shard(claim: SlopesLandscape, witness: Depth, ledger: Ledger, shard: Shard) -> None:
    low, high = claim.slopes.low.value, claim.slopes.high
    last = fmpq(1) if high is None else _place(high.value)
    boxes = share(tilted_boxes(_place(low), last), shard)
    found = search(boxes, settle_tilted, TiltedBox.halves, 3 * witness.depth, MAX_TILTED)
    require_settled("directions and slopes", found, ledger)


def _verify_rest(_claim: SlopesLandscape, _witness: Depth, _ledger: Ledger) -> None:
    """The search is all of it."""


def _place(c: fmpq) -> fmpq:
    """w = c/(1 + c)."""
    return c / (1 + c)


GAUSSIAN_SLOPES_LANDSCAPE = Kind(
    name="gaussian-slopes-landscape",
    section="4.28",
    theorem="theorem 28",
    read_statement=SlopesLandscape.read,
    read_witness=read_depth,
    verify=verify_slopes_landscape,
    shards=Shards(_verify_rest, _verify_shard),
)
