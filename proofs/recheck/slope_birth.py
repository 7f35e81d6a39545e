"""gaussian-slope-birth: the eleven inequalities of FORMAT 4.20 (theorem 20).

How the proof goes.  Without its factor (module homogeneous) the loss of an activation is
G_c = F + (c - 1)/8 |s|^2 with one number c > 0, which takes the place of k in a birth.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS, Arithmetic, Num
from .blocks import Key, Shape, blocks_told, headroom, read_centre, read_problem, require_effort
from .covers import prove_below
from .crossing import Crossing, enclosed
from .reader import fields, increasing, integer, real
from .tilted import TiltedNetwork
from .verdict import NOTHING, need, require


@dataclass(frozen=True)
class SlopeBirth:
    """The claim of section 4.20 in exact numbers."""

    shape: Shape
    centre: dict[Key, Fraction]
    c: tuple[Fraction, Fraction]
    slope: tuple[Fraction, Fraction]
    crossing: str
    sign: int  # 1: a minimum above c*; -1: below
    distance: Fraction
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> SlopeBirth:
    """The certificate of section 4.20."""
    statement = fields(tree["statement"], "statement", "problem blocks centre claims")
    claims = fields(statement["claims"], "claims", "c slope crossing minimum distance")
    witness = fields(tree["witness"], "witness", "bits")
    shape = read_problem(statement["problem"], statement["blocks"])
    c, slope = increasing(claims["c"], "c"), increasing(claims["slope"], "slope")
    need(c[0] > 0, "c does not begin above 0.")
    need(slope[0] > -1 and slope[1] < 1, "slope is not inside (-1, 1).")
    kind, side, distance = (
        claims["crossing"],
        claims["minimum"],
        real(claims["distance"], "distance"),
    )
    need(
        type(kind) is str and kind in shape.types(),
        "crossing is not a type of these blocks.",
    )
    need(type(side) is str and side in ("below", "above"), "minimum is neither below nor above.")
    need(distance > 0, "distance is not positive.")
    parts = blocks_told(statement["blocks"])
    claim = SlopeBirth(
        shape=shape,
        centre=read_centre(statement["centre"], shape),
        c=c,
        slope=slope,
        crossing=kind,
        sign=1 if side == "above" else -1,
        distance=distance,
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"n={shape.n} k={shape.k} targets orthonormal, blocks {parts}, activations"
        " sigma(t) = p [t]_+ + q [-t]_+ with p + q != 0 and c = ((p - q)/(p + q))^2 in"
        f" [{claims['c'][0]}, {claims['c'][1]}]: exactly one critical point with this symmetry"
        f" within {claims['distance']} of the centre, with a positive loss; for every D>=k it is a"
        f" strict local minimum {side} exactly one c*, and on the other side a saddle with the"
        f" eigenvalue of representation {kind} negative and no other; leaky ReLU with this c* has"
        f" a slope in [{claims['slope'][0]}, {claims['slope'][1]}]",
    )
    require_effort(len(claim.centre), claim.bits)
    return claim


def verify(claim: SlopeBirth) -> None:
    """The eleven inequalities in their order; the first that fails raises a Verdict."""
    ar = Arithmetic(claim.bits + GUARD_BITS + headroom(claim.centre, claim.shape))

    def network(c: Num, entry: dict[Key, Num]) -> TiltedNetwork:
        return TiltedNetwork(ar, claim.shape, entry, (c - 1) * enclosed(ar, *[Fraction(1, 4)] * 2))

    # 1: 1 - a > 0 and 1 + a > 0
    (low, high), (first, last) = claim.c, claim.slope
    for left, right in (
        ((1 + first) ** 2, low * (1 - first) ** 2),
        (high * (1 - last) ** 2, (1 + last) ** 2),
    ):
        prove_below("slope-range", left, right, "slope and c")
    # 2 to 10
    crossing = Crossing(
        ar, network, claim.centre, claim.distance, claim.c, claim.crossing, claim.sign
    )
    box = crossing.prove()
    require("spurious", NOTHING, box.loss().side(), ", the loss")  # 11
