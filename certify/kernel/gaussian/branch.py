"""A family on one box of a cover: charts in t, and the branch that is one critical point for every
t (lemmas 10 and 14).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.derivative import Moving
from certify.kernel.foundation.expansion import Expansion
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.gaussian.blocks import Number, fixed_matrix, unknowns
from certify.kernel.gaussian.chart import BoxChart, product, undefined
from certify.kernel.gaussian.components import components
from certify.kernel.gaussian.cover import Cover, CoverBox
from certify.kernel.gaussian.families import Family, Sums
from certify.kernel.gaussian.geometry import Geometry, turn_of_balls
from certify.kernel.gaussian.isotypic import Pencil, pencil_of

__all__ = [
    "Branch",
    "Chart",
    "add_test",
    "derivative_by_x",
    "follow",
    "reduced_gradient",
    "turn_of_expansions",
    "verify_branch",
]

B = TypeVar("B")


class Chart(BoxChart):
    """A family on one box of its cover, t = k^(-1/root)."""

    def __init__(self, family: Family, box: CoverBox) -> None:
        super().__init__(box)
        self.family = family

    def geometry(self, radius: fmpq) -> Geometry:
        """The point with X within the radius of the branch, as expansions."""
        return self._geometry(self.t, radius)

    def moving(self, radius: fmpq) -> Geometry:
        """The same with derivatives by t at fixed X."""
        return self._geometry(Moving(self.t, 1), radius)

    def _geometry(self, t: Number, radius: fmpq) -> Geometry:
        family = self.family
        steps = [
            product(t, scale) * x for scale, x in zip(family.scale, self.tube(radius), strict=True)
        ]
        values = list(steps)
        for i, j, number, exponent in family.sums:
            values[j] = values[j] + product(t, exponent) * steps[i] * number
        for j, base in enumerate(family.base):
            for exponent, start in enumerate(base):
                if start:
                    values[j] = values[j] + product(t, exponent) * ball(start)
        blocks = family.blocks(1 / product(t, family.root))
        point = fixed_matrix(blocks, dict(zip(unknowns(blocks), values, strict=True)))
        return Geometry(blocks, point, turn_of=turn_of_expansions)

    def scaled(self, value: Number, exponent: int) -> Number:
        """The value times t^exponent in the chart at t = 0, where the value may be unbounded; the
        value itself in the other charts.
        """
        return value * self.power(exponent) if self.at_zero else value

    def combine(self, form: list[list[Number]], sums: Sums) -> None:
        """Other test matrices of a symmetric form, in place."""
        for i, j, number, exponent in sums:
            add_test(form, i, j, self.power(exponent) * number)


def add_test(form: list[list[Number]], i: int, j: int, factor: Number) -> None:
    """Test matrix i becomes i + factor j, in a symmetric form."""
    changed = [x + y * factor for x, y in zip(form[i], form[j], strict=True)]
    changed[i] = changed[i] + changed[j] * factor
    form[i] = changed
    for row, value in zip(form, changed, strict=True):
        row[i] = value


def turn_of_expansions(s: Number, p: Number, both: Number) -> Number:
    """A/(2 pi) as in `turn_of_balls`, of expansions and of what moves with t."""
    if isinstance(s, arb):
        return turn_of_balls(s, p, both)
    lengths = both.sqrt()
    cosine = p / lengths
    if isinstance(cosine, Moving):
        return Moving.turn(s / lengths, cosine)
    return Expansion.turn(s / lengths, cosine)


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


def follow(cover: Cover, verify: Callable[[CoverBox, str, B | None], B]) -> None:
    """Verify one box after the other, each with its name and what the box before gave."""
    before: B | None = None
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
    chart.require_smooth(tube, name)
    first = pencil_of(tube, components(tube.blocks)[0])
    value = reduced_gradient(chart, centre, first.norms)
    derivative = derivative_by_x(chart, first)
    reach = chart.require_one_zero(value, derivative, name, ledger)
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


def reduced_gradient(chart: Chart, geometry: Geometry, norms: list[Number]) -> list[Expansion]:
    """G_a = DF[Z_a]/N_a divided by the power of t that lemma 14 gives, Z_a after the sums; norms:
    N_a, those of the coordinates' own matrices.
    """
    entries = geometry.gradient()
    found = list(entries)
    for i, j, number, exponent in chart.family.sums:
        ratio = norms[j] / norms[i]
        found[i] = found[i] + entries[j] * ratio * chart.power(exponent) * number
    return [
        chart.known_order(entry, order)
        for entry, order in zip(found, chart.family.gradient, strict=True)
    ]


def derivative_by_x(chart: Chart, pencil: Pencil) -> list[list[Number]]:
    """d G_a / d X_b = D^2F[Z_a, Z_b]/N_a t^(scale_b - gradient_a), Z_a, Z_b after the sums."""
    family, form = chart.family, pencil.matrix()
    chart.combine(form, family.sums)
    return [
        [
            chart.known_order(entry / norm * chart.power(scale - order), 0)
            for entry, scale in zip(row, family.scale, strict=True)
        ]
        for row, norm, order in zip(form, pencil.norms, family.gradient, strict=True)
    ]
