"""The kind `gaussian-slope-birth`: the slope of the activation at which a critical point becomes a
spurious minimum, or ceases to be one (theorem 20).

How the proof goes. Up to a factor, the loss of sigma(t) = p [t]_+ + q [-t]_+ is
G = F + (c - 1)/8 |s|^2, with F that of ReLU and s the sum of the students less that of the teachers
(lemma 24). The number c may be a ball or a power series: the parameter of `crossing`.
"""

from __future__ import annotations

from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import Bits, read_bits
from certify.kernel.gaussian.blocks import Number, fixed_matrix, unknowns
from certify.kernel.gaussian.crossing import Crossing, verify_crossing
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.partition import require_blocks_work
from certify.kernel.gaussian.slope_birth_statement import GaussianSlopeBirth
from certify.kernel.kind import Kind

__all__ = ["GAUSSIAN_SLOPE_BIRTH", "GaussianSlopeBirth", "verify_slope_birth"]


def verify_slope_birth(claim: GaussianSlopeBirth, _witness: Bits, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 20 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    blocks = claim.problem.blocks
    names = unknowns(blocks)

    def at(c: Number, coordinates: list[Number]) -> Geometry:
        point = fixed_matrix(blocks, dict(zip(names, coordinates, strict=True)))
        return Geometry(blocks, point).tilted((c - 1) / 4)

    # (1): the slopes at the ends of U, exact numbers
    within = "the slopes of U lie between those claimed"
    ledger.require_at_most("slope-range", within, _c_of(claim.slope.low), claim.c.low)
    ledger.require_at_most("slope-range", within, claim.c.high, _c_of(claim.slope.high))
    # (2) to (10)
    outer = verify_crossing(
        Crossing(
            name="c",
            interval="U",
            low=claim.c.low,
            high=claim.c.high,
            centre=[ball(claim.centre[name]) for name in names],
            distance=claim.distance.value,
            component=claim.crossing,
            rises=claim.minimum == "above",
            at=at,
        ),
        ledger,
    )
    # (11): positive
    above = "the loss is above inf F = 0, for all c in U"
    ledger.require("spurious", above, arb(0), outer.loss())


def _c_of(slope: fmpq) -> fmpq:
    """((1 + a)/(1 - a))^2, which grows with the slope a in (-1, 1)."""
    ratio = (1 + slope) / (1 - slope)
    return ratio * ratio


def _read_witness(value: Any, statement: GaussianSlopeBirth) -> Bits:
    witness = read_bits(value)
    require_blocks_work(len(statement.centre), witness)
    return witness


GAUSSIAN_SLOPE_BIRTH = Kind(
    name="gaussian-slope-birth",
    section="4.20",
    theorem="theorem 20",
    read_statement=GaussianSlopeBirth.read,
    read_witness=_read_witness,
    verify=verify_slope_birth,
)
