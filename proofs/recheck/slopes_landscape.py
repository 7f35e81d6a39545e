"""gaussian-slopes-landscape: two neurons and two teachers have no spurious minimum (FORMAT 4.28).

How the proof goes.  Without its factor (module homogeneous) the loss of an activation is
F + (c - 1)/8 |sum of the neurons - sum of the teachers|^2 with one number c > 0.  By lemma 39 a
local minimum lies in the span of the teachers; by lemma 40 its rows are not 0, nor parallel or
opposite.  What is left are two directions in a plane: module tilted_plane, with w = c/(1 + c).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import Arithmetic
from .homogeneous import SlopeRange, read_slope_range
from .reader import fields, integer
from .tilted_plane import open_in_plane
from .triangle import HALF
from .verdict import decimal, refuse

SEARCH_BITS = 64
HALVINGS = 3  # for each unit of the depth


@dataclass(frozen=True)
class SlopesLandscape:
    """The claim of section 4.28 in exact numbers."""

    c: SlopeRange
    depth: int
    summary: str


def read(tree: dict[str, Any]) -> SlopesLandscape:
    """The certificate of section 4.28."""
    statement = fields(tree["statement"], "statement", "problem claims")
    problem = fields(statement["problem"], "problem", "neurons teachers")
    c = read_slope_range(fields(statement["claims"], "claims", "c")["c"])
    witness = fields(tree["witness"], "witness", "bits depth")
    for name in ("neurons", "teachers"):
        integer(problem[name], name, 2, 2)
    integer(witness["bits"], "bits", 128, 1024)
    return SlopesLandscape(
        c=c,
        depth=integer(witness["depth"], "depth", 1, 32),
        summary="n=2 k=2 targets orthonormal, every d>=2: for every sigma(t) = p [t]_+ + q [-t]_+"
        f" with p + q != 0 and c = ((p - q)/(p + q))^2 {c.words} no local minima but the two global"
        " ones",
    )


def verify(claim: SlopesLandscape) -> None:
    """The search; a part that is left open raises a Verdict."""
    low, high = (Fraction(1) if c is None else c / (1 + c) for c in (claim.c.low, claim.c.high))
    part = open_in_plane(Arithmetic(SEARCH_BITS), low, high, HALVINGS * claim.depth)
    if part is not None:
        ends = [part.w, part.w + part.sides[2]]
        c = [decimal(w / (1 - w), False) if w < 1 else "infinity" for w in ends]
        angle = decimal(Fraction(2 * part.s, HALF), False)
        refuse(
            "settled",
            f"other local minima are not excluded, at the latest for c in [{c[0]}, {c[1]}] where"
            f" the angle of the neurons over pi is near {angle}",
        )
