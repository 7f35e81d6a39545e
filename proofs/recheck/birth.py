"""gaussian-birth: the nine inequalities of FORMAT 4.3 (theorem 3).

How the proof goes.  The size of a block is a real number of an interval; one branch of solutions
runs over it (2, 3).  The last pivot of one pencil rises, or falls, with k (6) and is 0 inside the
interval (9); all other pivots stay positive (4, 5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS, Arithmetic, Num
from .blocks import (
    LARGE,
    Block,
    Key,
    Shape,
    blocks_told,
    headroom,
    read_blocks,
    read_centre,
    require_effort,
)
from .crossing import Crossing, enclosed
from .homogeneous import Activation, read_activation
from .reader import fields, increasing, integer, real
from .tilted import TiltedNetwork
from .verdict import need


@dataclass(frozen=True)
class Birth:
    """The claim of section 4.3 in exact numbers; `shape` is that of LARGE."""

    shape: Shape
    blocks: list[Block]
    growing: int  # the number of the block of size k - fixed
    fixed: int
    activation: Activation
    centre: dict[Key, Fraction]
    k: tuple[Fraction, Fraction]
    crossing: str
    beyond: bool  # of the padding
    sign: int  # 1: it rises with k
    distance: Fraction
    bits: int
    summary: str

    @property
    def unit(self) -> str:
        return self.activation.unit


def read(tree: dict[str, Any]) -> Birth:
    """The certificate of section 4.3."""
    statement = fields(tree["statement"], "statement", "problem blocks centre claims")
    problem = fields(statement["problem"], "problem", "targets", "activation")
    claims = fields(statement["claims"], "claims", "k crossing distance", "beyond minimum")
    beyond, falls = "beyond" in claims, "minimum" in claims
    need(not beyond or claims["beyond"] is True, "beyond is not true.")
    need(not falls or claims["minimum"] == "below", "minimum is not below.")
    witness = fields(tree["witness"], "witness", "bits")
    need(
        type(problem["targets"]) is str and problem["targets"] == "orthonormal",
        "targets is not orthonormal.",
    )
    blocks = read_blocks(statement["blocks"], True)
    sizes = [block.get("size") for block in statement["blocks"]]
    words = [b for b, size in enumerate(sizes) if type(size) is str]
    need(
        len(words) == 1 and blocks[words[0]][0] == "diagonal",
        "Not exactly one block, a diagonal one, grows.",
    )
    need(("copy", words[0]) not in blocks, "A block is a copy of the one that grows.")
    match = re.fullmatch(r"k(?:-([1-9][0-9]{0,2}))?", sizes[words[0]])
    need(match is not None, "The size of the growing block is neither k nor k-c.")
    shape, fixed = Shape(blocks), int(match.group(1) or "0")
    need(shape.k - LARGE == fixed, "The other blocks do not have c columns.")
    need(shape.n - LARGE >= fixed, "The other blocks have less than c rows.")
    low, high = increasing(claims["k"], "k")
    need(fixed + 3 < low and high < LARGE, f"k is not between c + 3 and {LARGE}.")
    crossing, distance = claims["crossing"], real(claims["distance"], "distance")
    need(
        type(crossing) is str and crossing in (shape.padding_types() if beyond else shape.types()),
        "crossing is not a type of these blocks.",
    )
    need(distance > 0, "distance is not positive.")
    activation = read_activation(problem)
    parts = blocks_told(statement["blocks"])
    claim = Birth(
        shape=shape,
        blocks=blocks,
        growing=words[0],
        fixed=fixed,
        activation=activation,
        centre=read_centre(statement["centre"], shape),
        k=(low, high),
        crossing=crossing,
        beyond=beyond,
        sign=-1 if falls else 1,
        distance=distance,
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"targets orthonormal{activation.summary}, blocks {parts}: for each real k in"
        f" [{claims['k'][0]}, {claims['k'][1]}] exactly one solution of the reduced equations"
        f" within {claims['distance']} of the centre; at exactly one k* a pencil is singular, that"
        f" of representation {crossing}{' of the padding' * beyond}: all are positive definite for"
        f" k {'><'[falls]} k* in the interval, all but this one for k {'<>'[falls]} k* in it, with"
        f" one negative eigenvalue, which is simple and {('in', 'de')[falls]}creasing at k*",
    )
    require_effort(len(claim.centre), claim.bits)
    return claim


def verify(claim: Birth) -> None:
    """The nine inequalities in their order; the first that fails raises a Verdict."""
    more = headroom(claim.centre, claim.shape) + claim.activation.bits
    ar = Arithmetic(claim.bits + GUARD_BITS + more)
    tilt = enclosed(ar, claim.activation.tilt, claim.activation.tilt)

    def network(size: Num, entry: dict[Key, Num]) -> TiltedNetwork:
        blocks = [
            (block, size if b == claim.growing else p) for b, (block, p) in enumerate(claim.blocks)
        ]
        return TiltedNetwork(ar, Shape(blocks), entry, tilt)

    low, high = (end - claim.fixed for end in claim.k)
    centre, kind = claim.centre, claim.crossing
    Crossing(
        ar, network, centre, claim.distance, (low, high), kind, claim.sign, claim.beyond
    ).prove()
