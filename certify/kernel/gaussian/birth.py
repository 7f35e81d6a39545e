"""The kind `gaussian-birth`: the real k at which a critical point of a symmetric family becomes a
minimum, or ceases to be one (theorem 3).

How the proof goes. The sizes of the blocks enter the closed forms as numbers, so k may be a ball
or a power series: the parameter of `crossing`.
"""

from __future__ import annotations

from typing import Any

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import Bits, read_bits
from certify.kernel.gaussian.birth_statement import GaussianBirth
from certify.kernel.gaussian.blocks import Number, fixed_matrix, unknowns
from certify.kernel.gaussian.crossing import Crossing, verify_crossing
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.partition import require_blocks_work
from certify.kernel.kind import Kind

__all__ = ["GAUSSIAN_BIRTH", "GaussianBirth", "verify_gaussian_birth"]


def verify_gaussian_birth(claim: GaussianBirth, _witness: Bits, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 3 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """

    def at(k: Number, coordinates: list[Number]) -> Geometry:
        blocks = claim.blocks(k)
        values = dict(zip(unknowns(blocks), coordinates, strict=True))
        return Geometry(blocks, fixed_matrix(blocks, values), claim.activation)

    crossing = Crossing(
        name="k",
        interval="K",
        low=claim.k.low,
        high=claim.k.high,
        centre=[ball(claim.centre[name]) for name in unknowns(claim.parts)],
        distance=claim.distance.value,
        component=claim.crossing,
        rises=claim.minimum == "above",
        at=at,
        beyond=claim.beyond,
    )
    verify_crossing(crossing, ledger)


def _read_witness(value: Any, statement: GaussianBirth) -> Bits:
    witness = read_bits(value)
    require_blocks_work(len(statement.centre), witness)
    return witness


GAUSSIAN_BIRTH = Kind(
    name="gaussian-birth",
    section="4.3",
    theorem="theorem 3",
    read_statement=GaussianBirth.read,
    read_witness=_read_witness,
    verify=verify_gaussian_birth,
)
