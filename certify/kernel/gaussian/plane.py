"""The branch of type II in a rectangle of (t, w), t = k^(-1/2), c = 2 w t^2/(1 - w): one critical
point for every k and every slope there, with its eigenvalues and its loss (theorem 19).

In the coordinates

    a = 1 + w t^4 X_1,  b = w t^4 X_2,  c = w t^2 X_3,  d = w t^2 X_4,  e = -1 + w t^2 X_5

and with the multipliers w t^4 X_6, w t^2 X_7 everything is analytic for t, w >= 0, and what
vanishes at t = 0 and at w = 0 is known (lemma 27).
"""

from __future__ import annotations

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, less
from certify.kernel.foundation.expansion import Expansion
from certify.kernel.foundation.interval import parts
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.nested import Nested
from certify.kernel.foundation.pivots import pivots
from certify.kernel.foundation.plane import Plane
from certify.kernel.gaussian.blocks import Block, Number, fixed_matrix, unknowns
from certify.kernel.gaussian.chart import over, require_one_zero, undefined
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.geometry import Geometry, turn_of_balls
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of
from certify.kernel.gaussian.multipliers import Multipliers
from certify.kernel.gaussian.rectangles import Rectangle

__all__ = ["BASE", "SCALE", "UNKNOWN", "PlaneChart", "verify_rectangle"]

BASE = (1, 0, 0, 0, -1, 0, 0)
SCALE = (4, 4, 2, 2, 2, 4, 2)  # powers of t in the unknowns
_ORDER = (2, 4, 2, 2, 2, 2, 0)  # powers of t in the equations (lemma 27)
_LOSS_ORDER = 2
UNKNOWN = len(SCALE)
# powers of t that keep the pencils bounded as t -> 0
_PENCILS = {"1": (2, 2, 1, 1, 0), "s1": (0, 0, 0, 1, 1), "x1": (0,), "y1": (0,)}
_PADDINGS = {"1": (1, 0), "s1": (0,)}


class PlaneChart:
    """A rectangle as the domain of nested expansions."""

    def __init__(self, rectangle: Rectangle) -> None:
        self.rectangle = rectangle
        self.plane = Plane(rectangle.t, rectangle.w, *rectangle.orders)
        self.w, k = self.power(0, 1), self.power(-2, 0)
        self.blocks = (Block(k - 1, True, True, 0), Block(1, True, True, 1))
        self.system = Multipliers(self.blocks, self.w, (1 - self.w) * k / 2)

    def power(self, t: int, w: int) -> Nested:
        """t^t w^w."""
        return Nested.of(self.plane, self.plane.number(1), (t, w))

    def at(self, radii: tuple[fmpq, ...]) -> tuple[Geometry, list[Number]]:
        """The point, for the loss F - |s|^2/8, and the multipliers, with these radii."""
        plane, values = self.plane, []
        for base, scale, along, radius in zip(
            BASE, SCALE, self.rectangle.branch, radii, strict=True
        ):
            rows = [[ball(c) for c in p] for p in along]
            rows[0][0] = rows[0][0] + arb(0, ball(radius).upper())
            x: list[Number] = [Expansion.of(row, plane.order, plane.s) for row in rows]
            x += [0] * (plane.length - len(x))
            values.append(Nested(plane, (scale, 1), x, 0) + base)
        names = unknowns(self.blocks)
        point = fixed_matrix(self.blocks, dict(zip(names, values, strict=False)))
        return self.system.point(point, turn_of_nested), values[len(names) :]

    def reduced(self, value: Nested, order: int) -> Nested:
        """F = O(t^order w) divided by t^order w (lemma 27); `Unverified` if the expansion
        contradicts it.
        """
        found = value.known_order(order, 1)
        if found is None:
            raise undefined("order", "the expansion begins where lemma 27 says")
        return found

    def equations(self, geometry: Geometry, multipliers: list[Number]) -> list[Number]:
        """Those of the system, reduced."""
        values = self.system.equations(geometry, multipliers)
        return [self.reduced(value, order) for value, order in zip(values, _ORDER, strict=True)]

    def jacobian(self, first: Pencil) -> list[list[Number]]:
        """The derivative of the equations by the X."""
        return [
            [entry * self.power(scale - order, 0) for entry, scale in zip(row, SCALE, strict=True)]
            for row, order in zip(self.system.jacobian(first), _ORDER, strict=True)
        ]

    def parts(self, axis: int) -> list[arb]:
        """Balls that cover the domain of s (axis 0) or of y (1)."""
        return parts(*(self.rectangle.t, self.rectangle.w)[axis], self.rectangle.parts[axis])

    def on_parts(self, rows: list[list[Number]]) -> list[list[list[arb]]]:
        """The rows of a matrix on each part of the rectangle."""
        found = []
        for y in self.parts(1):
            along = [[x.at(y) if isinstance(x, Nested) else x for x in row] for row in rows]
            found += [[[over(x, s) for x in row] for row in along] for s in self.parts(0)]
        return found


def turn_of_nested(s: Number, p: Number, both: Number) -> Number:
    """A/(2 pi) as in `turn_of_balls`, of nested expansions."""
    if isinstance(s, arb):
        return turn_of_balls(s, p, both)
    lengths = both.sqrt()
    return Nested.turn(s / lengths, p / lengths)


def verify_rectangle(curvature: fmpq, rectangle: Rectangle, name: str, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 19 on one rectangle."""
    chart = PlaneChart(rectangle)
    centre, tube = chart.at((fmpq(0),) * UNKNOWN), chart.at(rectangle.radii)
    geometry, multipliers = tube
    # (3): the loss is smooth
    for value in (*geometry.square.values(), *geometry.sines()):
        if not (value.positive() if isinstance(value, Nested) else less(arb(0), value)):
            raise undefined("regular", f"no row is zero and no two are parallel on {name}")
    # (4), (5): one solution for all t and w
    first = pencil_of(geometry, components(chart.blocks)[0])
    _require_one_zero(chart, chart.equations(*centre), chart.jacobian(first), name, ledger)
    # (6): the eigenvalues, with a c that is not above any of the rectangle at the same t
    low = rectangle.below
    lowest = geometry.tilted(chart.power(2, 0) * ball(low / (2 * (1 - low))))
    for part in components(chart.blocks):
        pencil = pencil_of(lowest, part)
        which = f"{part.name} on {name}"
        _require_above(chart, pencil, _PENCILS[part.name], curvature, which, ledger)
    for part in padding_components(chart.blocks):
        pencil = padding_pencil(lowest, part)
        which = f"{part.name} (further dimensions) on {name}"
        _require_above(chart, pencil, _PADDINGS[part.name], curvature, which, ledger)
    # (7): the loss at the solution
    loss = chart.reduced(chart.system.loss(geometry, multipliers), _LOSS_ORDER)
    least = arb("inf")
    for [[value]] in chart.on_parts([[loss]]):
        least = least.min(value)
    ledger.require("spurious", f"the loss is above inf F = 0 on {name}", arb(0), least)


def _require_one_zero(
    chart: PlaneChart,
    value: list[Number],
    derivative: list[list[Number]],
    name: str,
    ledger: Ledger,
) -> None:
    """Krawczyk's test in the unknowns divided by their radii (lemma 10)."""
    radii = [ball(radius) for radius in chart.rectangle.radii]
    whole = [[v, *row] for v, row in zip(value, derivative, strict=True)]
    systems = [
        (
            [row[0] for row in rows],
            [[x * r for x, r in zip(row[1:], radii, strict=True)] for row in rows],
        )
        for rows in chart.on_parts(whole)
    ]
    require_one_zero(systems, fmpq(1), name, ledger)


def _require_above(
    chart: PlaneChart,
    pencil: Pencil,
    exponents: tuple[int, ...],
    curvature: fmpq,
    which: str,
    ledger: Ledger,
) -> None:
    """All pivots of D (form - curvature diag(norms)) D are positive on every part, D = diag of
    powers of t > 0.
    """
    full = pencil.matrix()
    for a, norm in enumerate(pencil.norms):
        full[a][a] = full[a][a] - norm * ball(curvature)
    scaled = [
        [x * chart.power(exponents[a] + exponents[b], 0) for b, x in enumerate(row[: a + 1])]
        for a, row in enumerate(full)
    ]
    least = arb("inf")
    for rows in chart.on_parts(scaled):
        for pivot in pivots(rows):
            least = least.min(pivot)
    sentence = f"the eigenvalues of representation {which} are above the claimed bound"
    ledger.require("curvature", sentence, arb(0), least)
