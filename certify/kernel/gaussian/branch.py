"""The families that are followed to every k: coordinates in t = k^(-1/2), what is known as t -> 0,
covers of an interval of t (lemma 14).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_poly, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.derivative import Moving
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.exact import decimal, fields, natural
from certify.kernel.foundation.expansion import Expansion, power
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.foundation.reals import MAX_BITS, MIN_BITS
from certify.kernel.gaussian.blocks import (
    Block,
    Geometry,
    Number,
    fixed_matrix,
    unknowns,
)
from certify.kernel.gaussian.isotypic import Pencil, component, component_types

__all__ = [
    "FAMILIES",
    "GRADIENT_ORDER",
    "Branch",
    "Chart",
    "Cover",
    "CoverBox",
    "Family",
    "derivative_by_x",
    "follow",
    "over",
    "read_cover",
    "read_family",
    "require_cover",
    "undefined",
    "verify_branch",
]

MAX_BOXES = 400
GRADIENT_ORDER = 2  # every entry of the gradient is O(t^2) (lemma 14)

Congruence = tuple[tuple[int, ...], tuple[tuple[int, int], ...]]


@dataclass(frozen=True)
class Family:
    """Coordinates base_j(t) + t^scale_j X_j with t = k^(-1/2); powers of t (and sums of test
    matrices) that keep each pencil bounded.

    beside: 0 for one block of size k, 1 for blocks of sizes k - 1 and 1; loss_order: F =
    O(t^loss_order), F / t^loss_order -> limit (lemma 14), `limit` being its coefficients of 1,
    1/pi, 1/pi^2; pencils, paddings: for each type the exponents, and pairs (i, j) where test matrix
    j is added to i; decreasing: whether F falls as k grows.
    """

    beside: int
    base: tuple[tuple[int, ...], ...]
    scale: tuple[int, ...]
    loss_order: int
    limit: tuple[fmpq, int, int]
    decreasing: bool
    pencils: dict[str, Congruence]
    paddings: dict[str, Congruence]

    def symmetry(self) -> str:
        """The group that fixes the points of the family."""
        return "S_(k-1) x S_1" if self.beside else "S_k"

    def loss_name(self) -> str:
        """The quantity that tends to the limit."""
        return "k F" if self.loss_order else "F"

    def loss_field(self) -> str:
        """Its name in the format."""
        return "loss_times_k" if self.loss_order else "loss"

    def limit_text(self) -> str:
        """The limit as a formula."""
        rational, first, second = self.limit
        parts = [
            f"{'-' if value < 0 else '+'} {abs(value)}/{name}"
            for value, name in ((first, "pi"), (second, "pi^2"))
            if value
        ]
        return " ".join([str(rational), *parts])

    def limit_ball(self) -> arb:
        """The limit at the working precision."""
        rational, first, second = self.limit
        return ball(rational) + first / arb.pi() + second / (arb.pi() * arb.pi())


_HALF = fmpq(1, 2)
FAMILIES = {
    "II": Family(
        beside=1,
        base=((1,), (), (0, 0, 2), (), (-1,)),
        scale=(4, 4, 4, 2, 2),
        loss_order=2,
        limit=(_HALF, 0, -2),
        decreasing=True,
        pencils={
            "1": ((2, 3, 2, 1, 0), ()),
            "s1": ((0, 0, 0, 1, 2), ((3, 4),)),
            "x1": ((0,), ()),
            "y1": ((0,), ()),
        },
        paddings={"1": ((2, 0), ()), "s1": ((0,), ())},
    ),
    "A": Family(
        beside=0,
        base=((-1, 0, 2), (0, 0, 2)),
        scale=(4, 4),
        loss_order=0,
        limit=(_HALF, -1, 0),
        decreasing=False,
        pencils={
            "1": ((2, 3), ()),
            "s1": ((0, 1, 2), ((1, 2),)),
            "x1": ((0,), ()),
            "y1": ((0,), ()),
        },
        paddings={"1": ((2,), ()), "s1": ((0,), ())},
    ),
    "I": Family(
        beside=1,
        base=((-1, 0, 2), (0, 0, 2), (), (), (1,)),
        scale=(4, 4, 4, 2, 2),
        loss_order=0,
        limit=(_HALF, -1, 0),
        decreasing=False,
        pencils={
            "1": ((2, 3, 2, 1, 0), ()),
            "s1": ((0, 0, 0, 1, 2), ((3, 4),)),
            "x1": ((0,), ()),
            "y1": ((0,), ()),
        },
        paddings={"1": ((2, 0), ()), "s1": ((0,), ())},
    ),
}


@dataclass(frozen=True)
class CoverBox:
    """An interval of t, the order of the expansions, the number of parts, the radius of the tube
    around the branch (coefficients).

    direction: for a saddle, the coordinates of a matrix of negative curvature on the test matrices
    of the type.
    """

    low: fmpq
    high: fmpq
    order: int
    parts: int
    radius: fmpq
    branch: tuple[tuple[fmpq, ...], ...]
    direction: tuple[fmpq, ...] = ()

    def origin(self) -> fmpq:
        """Where the branch's polynomials are centred: 0 for a box that begins at 0, else the
        middle.
        """
        return self.low if self.low == 0 else (self.low + self.high) / 2

    def at(self, t: fmpq) -> list[fmpq]:
        """The branch's polynomials at t, exactly."""
        values = []
        for coefficients in self.branch:
            value = fmpq(0)
            for coefficient in reversed(coefficients):
                value = value * (t - self.origin()) + coefficient
            values.append(value)
        return values


Cover = tuple[CoverBox, ...]


def read_family(value: Any) -> str:
    """The name of a family. Raises `Malformed`."""
    if not isinstance(value, str) or value not in FAMILIES:
        raise Malformed(f"the family is none of {', '.join(FAMILIES)}")
    return value


def read_cover(witness: Any, family: str, directions: int = 0) -> tuple[int, Cover]:
    """The working precision and the cover; directions: the length of each box's direction, 0 for
    none. Raises `Malformed`.
    """
    known = fields(witness, "the witness", ["bits", "cover"])
    bits = natural(known["bits"], "the field bits", MIN_BITS, MAX_BITS)
    if not isinstance(known["cover"], list) or not 1 <= len(known["cover"]) <= MAX_BOXES:
        raise Malformed(f"the cover is not a list of 1 to {MAX_BOXES} boxes")
    unknown = len(FAMILIES[family].scale)
    return bits, tuple(
        _read_box(value, f"box {i + 1}", unknown, directions)
        for i, value in enumerate(known["cover"])
    )


def _read_box(value: Any, where: str, unknown: int, directions: int) -> CoverBox:
    known = fields(
        value,
        where,
        ["from", "to", "order", "parts", "radius", "branch", *["direction"] * bool(directions)],
    )
    order = natural(known["order"], f"the order of {where}", 4, 32)
    if not isinstance(known["branch"], list) or len(known["branch"]) != unknown:
        raise Malformed(f"the branch of {where} is not a list of {unknown} polynomials")
    branch = []
    for coefficients in known["branch"]:
        if not isinstance(coefficients, list) or not 1 <= len(coefficients) <= order:
            raise Malformed(f"a polynomial of {where} does not have 1 to {order} coefficients")
        branch.append(tuple(decimal(c, f"a coefficient of {where}") for c in coefficients))
    direction = known.get("direction", [])
    if not isinstance(direction, list) or len(direction) != directions:
        raise Malformed(f"the direction of {where} is not a list of {directions} numbers")
    box = CoverBox(
        low=decimal(known["from"], f"the lower end of {where}"),
        high=decimal(known["to"], f"the upper end of {where}"),
        order=order,
        parts=natural(known["parts"], f"the parts of {where}", 1, 256),
        radius=decimal(known["radius"], f"the radius of {where}"),
        branch=tuple(branch),
        direction=tuple(decimal(c, f"the direction of {where}") for c in direction),
    )
    if not (0 <= box.low < box.high < 1 and box.radius > 0):
        raise Malformed(f"{where} is no interval in [0, 1) with a positive radius")
    if directions and box.low == 0:
        raise Malformed(f"{where} begins at 0, where k is infinite")
    return box


class Chart:
    """The family on one interval of t: s = t if it begins at 0, else s = t - the middle."""

    def __init__(self, family: Family, box: CoverBox) -> None:
        self.family, self.box = family, box
        self.at_zero = bool(box.low == 0)
        half = (box.high - box.low) / 2
        middle = half if self.at_zero else half * 0
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
        """T^exponent."""
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
        return Geometry(
            blocks, fixed_matrix(blocks, dict(zip(unknowns(blocks), values, strict=True)))
        )

    def known_order(self, value: Expansion, order: int) -> Expansion:
        """F = O(t^order) (lemma 14) divided by t^order; Unverified if the expansion contradicts it."""
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
        """T^exponent value near 0, where it may be needed to keep it bounded; the value itself
        elsewhere.
        """
        return value * self.power(exponent) if self.at_zero else value


def _product(t: Number, exponent: int) -> Number:
    result: Number = 1
    for _ in range(exponent):
        result = result * t
    return result


def undefined(code: str, sentence: str) -> Unverified:
    """What an enclosure that is not defined proves."""
    return Unverified(Inequality(code, sentence, "undefined", "undefined"))


def over(value: Number, s: arb) -> arb:
    """Encloses the value on the part; NaN where it need not be bounded."""
    if not isinstance(value, Expansion):
        return arb(value)
    return value.over(s) * power(s, value.valuation) if value.valuation >= 0 else arb("nan")


def require_cover(cover: Cover, ledger: Ledger, highest: fmpq | None, lowest: fmpq) -> None:
    """The boxes cover, without a gap, all t = k^(-1/2) with lowest <= k <= highest (None: all k >=
    lowest). Between exact numbers.
    """
    first, last = cover[0].low, cover[-1].high
    if highest is None:
        ledger.require_equal("cover", "the first box begins at t = 0", first, fmpq(0))
    else:
        ledger.require_at_most(
            "cover",
            f"the first box begins at t = 1/sqrt({highest}) or before",
            first * first,
            1 / highest,
        )
    for i in range(1, len(cover)):
        before, box = cover[i - 1], cover[i]
        ledger.require_equal(
            "cover", f"box {i + 1} begins where the one before ends", box.low, before.high
        )
    ledger.require_at_most(
        "cover", f"the boxes reach t = 1/sqrt({lowest})", 1 / lowest, last * last
    )


@dataclass(frozen=True)
class Branch:
    """What is proved of one box: the family on its centre and on its tube, and a bound of |X* -
    centre|, X* the critical point.
    """

    chart: Chart
    centre: Geometry
    tube: Geometry
    first: Pencil
    reach: arb


def follow(cover: Cover, verify: Callable[[CoverBox, str, Branch | None], Branch]) -> None:
    """Verify one box after the other, each with its name and the branch of the box before."""
    before: Branch | None = None
    for i, box in enumerate(cover):
        try:
            before = verify(box, f"box {i + 1}", before)
        except (
            ValueError,
            ArithmeticError,
        ):  # an expansion that is not defined: a division by what may vanish, an odd root
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
    first = component(tube, component_types(tube.blocks)[0])
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
    ledger.require(
        "contraction",
        f"the preconditioned Jacobian is near the identity on {name}",
        contraction,
        fmpq(1),
    )
    ledger.require(
        "inclusion",
        f"Krawczyk's operator maps the tube into its interior on {name}",
        reach,
        box.radius,
    )
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
    """D G_a / d X_b = D^2F[Z_a, Z_b]/N_a t^(scale_b - 2), G = gradient / t^2."""
    powers = [chart.power(scale - GRADIENT_ORDER) for scale in chart.family.scale]
    return [
        [entry * power for entry, power in zip(row, powers, strict=True)]
        for row in pencil.jacobian()
    ]
