"""A family on one box of a cover: charts in t, and the branch that is one critical point for every
t (lemmas 10 and 14).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb, arb_poly, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.derivative import Moving
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.expansion import Expansion, power
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.gaussian.blocks import (
    Block,
    Number,
    fixed_matrix,
    unknowns,
)
from certify.kernel.gaussian.components import components
from certify.kernel.gaussian.cover import Cover, CoverBox
from certify.kernel.gaussian.families import Family
from certify.kernel.gaussian.geometry import Geometry, turn_of_balls
from certify.kernel.gaussian.isotypic import Pencil, pencil_of

__all__ = [
    "GRADIENT_ORDER",
    "Branch",
    "Chart",
    "derivative_by_x",
    "follow",
    "over",
    "verify_branch",
]

GRADIENT_ORDER = 2  # every entry of the gradient is O(t^2) (lemma 14)


class Chart:
    """The family on one interval of t: s = t if it begins at 0, else s = t - the middle."""

    def __init__(self, family: Family, box: CoverBox) -> None:
        self.family, self.box = family, box
        self.at_zero = bool(box.low == 0)
        half = (box.high - box.low) / 2
        middle = half if self.at_zero else fmpq(0)
        self.start = middle - half
        self.domain = ball(middle) + arb(0, ball(half).upper())
        if self.at_zero:
            self.t = Expansion(1, box.order, arb_poly([1]), arb(0), self.domain)
        else:
            self.t = Expansion(0, box.order, arb_poly([ball(box.origin()), 1]), arb(0), self.domain)

    def parts(self) -> list[arb]:
        """Balls of s that cover the interval."""
        width = (self.box.high - self.box.low) / self.box.parts
        return [
            ball(self.start + width * i + width / 2) + arb(0, ball(width / 2).upper())
            for i in range(self.box.parts)
        ]

    def power(self, exponent: int) -> Number:
        """The expansion of t^exponent."""
        return _product(self.t, exponent)

    def geometry(self, radius: fmpq) -> Geometry:
        """The point with X within the radius of the branch, as expansions."""
        return self._geometry(self.t, radius)

    def moving(self, radius: fmpq) -> Geometry:
        """The same with derivatives by t at fixed X."""
        return self._geometry(Moving(self.t, 1), radius)

    def _geometry(self, t: Number, radius: fmpq) -> Geometry:
        spread = arb(0, ball(radius).upper())
        values = []
        for base, scale, coefficients in zip(
            self.family.base, self.family.scale, self.box.branch, strict=True
        ):
            start, *rest = [ball(c) for c in coefficients]
            value = _product(t, scale) * Expansion.of(
                [start + spread, *rest], self.box.order, self.domain
            )
            for exponent, number in enumerate(base):
                if number:
                    value = value + _product(t, exponent) * number
            values.append(value)
        k, beside = 1 / (t * t), self.family.beside
        blocks = (Block(k - beside, True, True, 0), *[Block(1, True, True, 1)] * beside)
        point = fixed_matrix(blocks, dict(zip(unknowns(blocks), values, strict=True)))
        return Geometry(blocks, point, turn_of=_turn_of_expansions)

    def known_order(self, value: Expansion, order: int) -> Expansion:
        """F = O(t^order) (lemma 14) divided by t^order; Unverified if the
        expansion contradicts it.
        """
        if not self.at_zero:
            quotient: Expansion = value / self.power(order)
            return quotient
        found = value.without(order)
        if found is None:
            raise undefined("order", "the expansion begins where lemma 14 says")
        return Expansion(
            found.valuation - order, found.order, found.polynomial, found.remainder, found.domain
        )

    def scaled(self, value: Number, exponent: int) -> Number:
        """The value times t^exponent in the chart at t = 0, where the value may be unbounded; the
        value itself in the other charts.
        """
        return value * self.power(exponent) if self.at_zero else value


def _product(t: Number, exponent: int) -> Number:
    result: Number = 1
    for _ in range(exponent):
        result = result * t
    return result


def _turn_of_expansions(s: Number, p: Number, both: Number) -> Number:
    """A/(2 pi) as in `turn_of_balls`, of expansions and of what moves with t."""
    if isinstance(s, arb):
        return turn_of_balls(s, p, both)
    lengths = both.sqrt()
    cosine = p / lengths
    if isinstance(cosine, Moving):
        return Moving.turn(s / lengths, cosine)
    return Expansion.turn(s / lengths, cosine)


def undefined(code: str, sentence: str) -> Unverified:
    """The error for an inequality whose enclosures are not defined."""
    return Unverified(Inequality(code, sentence, ("undefined", "undefined")))


def over(value: Number, s: arb) -> arb:
    """Encloses the value on the part; NaN where it need not be bounded."""
    if not isinstance(value, Expansion):
        return arb(value)
    return value.over(s) * power(s, value.valuation) if value.valuation >= 0 else arb("nan")


@dataclass(frozen=True)
class Branch:
    """What is proved of one box: the family on its centre and on its tube, and a bound of
    |X* - centre|, X* the critical point.
    """

    chart: Chart
    centre: Geometry
    tube: Geometry
    first: Pencil
    reach: arb


def follow(cover: Cover, verify: Callable[[CoverBox, str, Branch | None], Branch]) -> None:
    """Verify one box after the other, each with its name and the branch of the box before."""
    before: Branch | None = None
    for i, box in enumerate(cover.boxes):
        try:
            before = verify(box, f"box {i + 1}", before)
        # an expansion that is not defined: a division by what may vanish, an odd root
        except (ValueError, ArithmeticError):
            raise undefined("regular", f"the closed forms are smooth on box {i + 1}") from None


def verify_branch(
    family: Family, box: CoverBox, name: str, ledger: Ledger, before: Branch | None
) -> Branch:
    """One critical point in the tube for every t > 0 of the box (lemma 10), that of the box before
    where the two meet.
    """
    chart = Chart(family, box)
    centre, tube = chart.geometry(fmpq(0)), chart.geometry(box.radius)
    for value in (*tube.square.values(), *tube.sines()):
        if not value.positive():
            raise undefined("regular", f"no row is zero and no two are parallel on {name}")
    first = pencil_of(tube, components(tube.blocks)[0])
    value = [chart.known_order(entry, GRADIENT_ORDER) for entry in centre.gradient()]
    derivative = derivative_by_x(chart, first)
    contraction = reach = arb(0)
    for s in chart.parts():
        theta, image = krawczyk(
            [over(v, s) for v in value],
            [[over(v, s) for v in row] for row in derivative],
            box.radius,
        )
        contraction, reach = contraction.max(theta), reach.max(image)
    near = f"the preconditioned Jacobian is near the identity on {name}"
    ledger.require("contraction", near, contraction, fmpq(1))
    maps = f"Krawczyk's operator maps the tube into its interior on {name}"
    ledger.require("inclusion", maps, reach, box.radius)
    if before is not None:
        _verify_joined(before, box, name, ledger)
    return Branch(chart, centre, tube, first, reach)


def _verify_joined(before: Branch, box: CoverBox, name: str, ledger: Ledger) -> None:
    """At the t they share, the critical point of the box before lies in this box's tube: the
    branches are one.
    """
    t = box.low
    apart = fmpq(0)
    for x, y in zip(before.chart.box.at(t), box.at(t), strict=True):
        apart = max(apart, abs(x - y))
    ledger.require(
        "joined",
        f"the branch goes on in the tube of {name}",
        before.reach + ball(apart),
        box.radius,
    )


def derivative_by_x(chart: Chart, pencil: Pencil) -> list[list[Number]]:
    """d G_a / d X_b = D^2F[Z_a, Z_b]/N_a t^(scale_b - 2), G = gradient / t^2."""
    powers = [chart.power(scale - GRADIENT_ORDER) for scale in chart.family.scale]
    return [
        [entry * power for entry, power in zip(row, powers, strict=True)]
        for row in pencil.jacobian()
    ]
