"""gaussian-family-saddle: the eight inequalities of FORMAT 4.5 (theorem 5).

How the proof goes.  As for family_minimum, on an interval of k; one quadratic form is negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS, ZERO, Arithmetic, Interval, add
from .covers import Box, prove_joints, prove_reach
from .families import FAMILIES, Family, read_cover, read_family
from .reader import fields, increasing, real
from .tubes import Tube
from .verdict import NOTHING, need, require


@dataclass(frozen=True)
class FamilySaddle:
    """The claim of section 4.5 in exact numbers."""

    family: Family
    k: tuple[Fraction, Fraction]
    kind: str
    centre: list[Fraction]  # the coordinates at the upper end of k, not scaled
    distance: Fraction
    cover: list[Box]
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> FamilySaddle:
    """The certificate of section 4.5."""
    opened = read_family(tree)
    name, claims = opened.name, opened.claims
    need(not FAMILIES[name].further, "The family has more rows than columns.")
    family, kind = FAMILIES[name], fields(claims, "claims", "k type centre distance")["type"]
    copies = {"s1": 3 + 2 * family.fixed, "x1": 1, "y1": 1}
    need(type(kind) is str and kind in copies, "type is none of s1, x1, y1.")
    low, high = increasing(claims["k"], "k")
    need(low >= family.fixed + 2 + list(copies).index(kind), "k is too small for this type.")
    centre, distance, unknowns = (
        claims["centre"],
        real(claims["distance"], "distance"),
        len(family.scale),
    )
    need(
        type(centre) is list and len(centre) == unknowns,
        f"centre is not an array of {unknowns} numbers.",
    )
    need(distance > 0, "distance is not positive.")
    return FamilySaddle(
        family=family,
        k=(low, high),
        kind=kind,
        centre=[real(x, "an entry of centre") for x in centre],
        distance=distance,
        cover=read_cover(opened, copies[kind]),
        bits=opened.bits,
        summary=f"targets orthonormal, family {name}: for each real k in [{claims['k'][0]},"
        f" {claims['k'][1]}] a solution of the reduced equations, continuous in k, at"
        f" k={claims['k'][1]} within {claims['distance']} of the centre; the pencil of"
        f" representation {kind} takes a negative value there, so that for integers k in the"
        " interval, n=k, it is a critical point and no local minimum, for every D>=k",
    )


def horner(ar: Arithmetic, terms: Sequence[Interval], x: Interval) -> Interval:
    """The polynomial with these coefficients, constant term first, on x."""
    value = ZERO
    for term in reversed(terms):
        value = add(ar.mul(value, x), term)
    return value


def prove_near(claim: FamilySaddle) -> None:
    """At k_hi, where t^2 = 1/k_hi exactly, the tube of the first box is near the centre."""
    box, ar, square = claim.cover[0], Arithmetic(claim.bits + GUARD_BITS), 1 / claim.k[1]
    prove_reach(Fraction(1), box.end**2 * claim.k[1], "to^2 k on the right")
    low, high = (x - box.origin for x in ar.side(ar.root(square.numerator, square.denominator)))
    step = (
        ar.ratio(low.numerator, low.denominator)[0],
        ar.ratio(high.numerator, high.denominator)[1],
    )
    for terms, n, (q, r), x in zip(
        box.branch, claim.family.scale, claim.family.limit, claim.centre
    ):
        branch = ar.side(horner(ar, [ar.ratio(c.numerator, c.denominator) for c in terms], step))
        power_of_t = square ** (n // 2)
        ends = [
            Fraction(q, 2) + r * square + power_of_t * end
            for end in (branch[0] - box.radius, branch[1] + box.radius)
        ]
        require("distance", (Fraction(0), max(abs(end - x) for end in ends)), (claim.distance,) * 2)


def verify(claim: FamilySaddle) -> None:
    """The eight inequalities in their order; the first that fails raises a Verdict."""
    prove_reach(claim.cover[0].start ** 2 * claim.k[1], Fraction(1), "from^2 k on the left")  # 1
    prove_joints(claim.cover)
    prove_reach(Fraction(1), claim.cover[-1].end ** 2 * claim.k[0], "to^2 k on the right")  # 2
    prove_near(claim)  # 3
    before = None
    for box in claim.cover:  # 4 to 8; lemma 14 is not used for this kind
        tube = Tube(claim.family, box, claim.bits)
        tube.follow(before)
        rows, squares = tube.components[claim.kind]
        # a multiple of the direction, lest it vanish among the last places
        unit = max(map(abs, box.direction)) or 1
        v = [tube.number(x / unit) for x in box.direction]
        form = sum(
            x * square * sum(entry * y for entry, y in zip(row, v))
            for x, square, row in zip(v, squares, rows)
        )
        tube.each_part(lambda x: require("negative", form.at(x, "negative").side(), NOTHING))
        before = tube
