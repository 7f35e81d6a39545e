"""The kind `gaussian-landscape`: all critical points of two neurons and two teachers, in every
dimension (theorem 27).

How the proof goes. The neurons are parallel or opposite, or in the plane of the teachers, or, in
one more dimension, outside. The first case is settled by hand; in the others the directions of the
neurons are subdivided until each box holds no critical point, or one that is known and no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Shard
from certify.kernel.foundation.reals import Interval, Real, read_interval, read_positive
from certify.kernel.foundation.words import Words, line
from certify.kernel.kind import Kind, Shards
from certify.kernel.landscape.beyond import Box, beyond_boxes, settle_beyond
from certify.kernel.landscape.plane import plane_boxes, quarters, settle_in_plane
from certify.kernel.landscape.points import exact_points, find_saddle, place_of, require_signs
from certify.kernel.landscape.search import (
    WHOLE,
    Depth,
    read_depth,
    require_settled,
    search,
    share,
)

__all__ = ["GAUSSIAN_LANDSCAPE", "Landscape", "verify_landscape"]

MAX_BOXES = 40_000  # of one search
_EVERY = "every"


@dataclass(frozen=True)
class SaddleClaims:
    """The saddle a (e_1 + e_2) +- c z outside the plane: a, c and F there."""

    plane: Interval
    beyond: Interval
    loss: Interval

    @classmethod
    def read(cls, value: Any) -> SaddleClaims:
        """From the claim `saddle`. Raises `Malformed`."""
        known = fields(value, "the saddle", ["plane", "beyond", "loss"])
        return cls(
            read_interval(known["plane"], "the coordinate in the plane"),
            read_interval(known["beyond"], "the coordinate beyond the plane"),
            read_interval(known["loss"], "the loss of the saddle"),
        )


@dataclass(frozen=True)
class Landscape:
    """Kind `gaussian-landscape`, for n = k = 2: the critical points with rows that are not 0 are
    those of theorem 27, with the saddle where it is claimed; every local minimum is global; below
    `level` there are two basins only. saddle: None for the plane, d = 2; else every d >= 2.
    """

    saddle: SaddleClaims | None
    level: Real

    @classmethod
    def read(cls, value: Any) -> Landscape:
        """From the field `statement` of a certificate (FORMAT 4.27). Raises `Malformed`."""
        known = fields(value, "the statement", ["problem", "claims"])
        problem = fields(known["problem"], "the problem", ["neurons", "teachers", "dimension"])
        natural(problem["neurons"], "the number of neurons", 2, 2)
        natural(problem["teachers"], "the number of teachers", 2, 2)
        claims = fields(known["claims"], "the claims", ["saddle", "level"])
        level = read_positive(claims["level"], "the level")
        if problem["dimension"] != _EVERY:
            natural(problem["dimension"], "the dimension, where it is not every one,", 2, 2)
            if claims["saddle"] is not None:
                raise Malformed("in the plane there is no saddle beyond the plane")
            return cls(None, level)
        return cls(SaddleClaims.read(claims["saddle"]), level)

    def headline(self) -> Words:
        """The theorem in one line."""
        where = "d = 2" if self.saddle is None else "every d ≥ 2"
        return line(
            "the landscape of two ReLU neurons and two orthonormal teachers,"
            f" ${where}$: all critical points with neurons other than 0; every local minimum is"
            " global"
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        where, end = ("d = 2", ".") if self.saddle is None else ("d ≥ 2", ";")
        yield line(
            f"THEOREM.  Let ${where}$, let $e₁, e₂ ∈ ℝ^d$ be orthonormal,"
            " $e = 2^{−1/2} (e₁ + e₂)$, and for $W = (w₁, w₂) ∈ ℝ^{2×d}$ let"
        )
        yield line("    $F(W) = ½ E( ∑ᵢ max(0, wᵢ·x) − ∑ⱼ max(0, eⱼ·x) )², x ∼ N(0, I)$.")
        yield line(
            "The $W$ with $w₁, w₂ ≠ 0$ and gradient 0 are, up to exchanging $w₁$ and $w₂$, exactly"
            " these (eigenvalues are those of the Hessian):"
        )
        yield line("  (G)  $(e₁, e₂)$, a global minimum, with $F = 0$;")
        yield line(
            "  (O)  $(r e, −s e)$ with $r = 2^{1/2} (1 + 3π/4)/π$ and $s = 2^{1/2} (1 − π/4)/π$:"
            " $d − 1$ eigenvalues are negative, the others positive;"
        )
        yield line(
            "  (P)  $(t r e, (1 − t) r e)$ for $0 < t < 1$: $d − 1$ are negative, one is 0, the"
            " others are positive; and $(−t s e, −(1 − t) s e)$ for $0 < t < 1$:"
            f" $2(d − 1)$ are negative, one is 0, one is positive{end}"
        )
        if self.saddle is not None:
            yield line(
                "  (S)  if $d ≥ 3$: $(a(e₁ + e₂) + c z, a(e₁ + e₂) − c z)$ for each unit vector $z$"
                " orthogonal to $e₁$ and $e₂$, with two numbers $a$ in ",
                self.saddle.plane,
                " and $c$ in ",
                self.saddle.beyond,
                " that are the same for all $z$ and $d$: one is negative, $d − 3$ are 0, the others"
                " are positive, and $F$ lies in ",
                self.saddle.loss,
                ".",
            )
        yield line(
            "Every local minimum of $F$ on all of $ℝ^{2×d}$ is global. The set of the $W$ with"
            " $F(W) < $",
            self.level,
            " has exactly two connected components: $(e₁, e₂)$ is in one, $(e₂, e₁)$ in the other.",
        )


def verify_landscape(claim: Landscape, witness: Depth, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 27 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    _verify_rest(claim, witness, ledger)
    _verify_shard(claim, witness, ledger, WHOLE)


def _verify_rest(claim: Landscape, witness: Depth, ledger: Ledger) -> None:
    """All but the search outside the plane."""
    points = exact_points()
    require_signs(points, ledger)
    level = claim.level.value
    ledger.require(
        "level", "the level is below the loss of the opposite neurons", level, points.opposite
    )
    ledger.require(
        "level", "the level is below the loss of the parallel neurons", level, points.parallel
    )
    against = "the level is below the loss of the parallel neurons against e"
    ledger.require("level", against, level, points.parallel_against)
    left = search(
        plane_boxes(), settle_in_plane, lambda box, _: quarters(box), witness.depth, MAX_BOXES
    )
    require_settled("the plane", left, ledger)
    if claim.saddle is None:
        return
    saddle = find_saddle(witness.bits, ledger)
    place = place_of(saddle)
    for name, value, interval in (
        ("a", place.plane, claim.saddle.plane),
        ("c", place.beyond, claim.saddle.beyond),
        ("the loss", place.loss, claim.saddle.loss),
    ):
        ledger.require("saddle", f"{name} is above the lower end", interval.low, value)
        ledger.require("saddle", f"{name} is below the upper end", value, interval.high)
    index = "negative eigenvalues of the Hessian of the saddle in three dimensions"
    ledger.require_equal("index", index, place.negative, 1)
    ledger.require("level", "the level is below the loss of the saddle", level, place.loss)


def _verify_shard(claim: Landscape, witness: Depth, ledger: Ledger, shard: Shard) -> None:
    """The search outside the plane, if the claim is about every dimension."""
    if claim.saddle is None:
        return
    saddle = find_saddle(witness.bits, Ledger())
    left = search(
        share(beyond_boxes(), shard),
        lambda box: settle_beyond(box, saddle),
        Box.halves,
        3 * witness.depth,
        MAX_BOXES,
    )
    require_settled("the space outside the plane", left, ledger)


GAUSSIAN_LANDSCAPE = Kind(
    name="gaussian-landscape",
    section="4.27",
    theorem="theorem 27",
    read_statement=Landscape.read,
    read_witness=read_depth,
    verify=verify_landscape,
    shards=Shards(_verify_rest, _verify_shard),
)
