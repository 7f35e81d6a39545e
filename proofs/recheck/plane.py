"""A rectangle of t = k^(-1/2) and w: the closed forms of type II, and what is verified there
(inequalities 3 to 8 of section 4.19).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from .arithmetic import GUARD_BITS, ZERO, Arithmetic, Interval, Num
from .blocks import Shape
from .isotypic import Component
from .krawczyk import Preconditioner
from .matrices import last_pivot
from .series import Axis, Domain, Series
from .tilted import LevelNetwork
from .verdict import NOTHING, Verdict, require

BASE = (1, 0, 0, 0, -1)  # of the coordinates, where t w = 0
SCALE = (4, 4, 2, 2, 2, 4, 2)  # powers of t in front of the unknowns
ORDER = (2, 4, 2, 2, 2, 2, 0)  # powers of t in the left sides, lemma 27
MORE_TERMS = (4, 4)
# powers of t that keep the pencils bounded
BOUNDED = {
    "1": (2, 2, 1, 1, 0),
    "s1": (0, 0, 0, 1, 1),
    "x1": (0,),
    "y1": (0,),
    "1 of the padding": (1, 0),
    "s1 of the padding": (0,),
}
HALVINGS = 6  # of a part where a test fails

Pencil = tuple[str, list[list[Series]]]  # a type, the lower triangle of a symmetric matrix
Cell = tuple[Interval, Interval]  # of s and of y


@dataclass(frozen=True)
class Rectangle:
    """A rectangle of the plane, and the branch as polynomials in t and w less their origins."""

    t: tuple[Fraction, Fraction]
    w: tuple[Fraction, Fraction]
    below: Fraction
    orders: tuple[int, int]
    parts: tuple[int, int]
    radii: list[Fraction]
    branch: list[list[list[Fraction]]]


def everywhere(test: Callable[[Cell], object], cell: Cell, halvings: int = HALVINGS) -> None:
    """The test on all of the cell, in parts where it fails; the sides are halved in turn."""
    try:
        test(cell)
    except Verdict:
        if halvings == 0:
            raise
        x, y = cell
        low, high = y if halvings % 2 else x
        for half in ((low, (low + high) // 2), ((low + high) // 2, high)):
            everywhere(test, (x, half) if halvings % 2 else (half, y), halvings - 1)


class PlaneChart:
    """A rectangle as the domain of series."""

    def __init__(self, rectangle: Rectangle, curvature: Fraction, bits: int) -> None:
        """3: all closed forms are formed here."""
        self.ar, self.rectangle = Arithmetic(bits + GUARD_BITS), rectangle
        lengths = [order + more for order, more in zip(rectangle.orders, MORE_TERMS)]
        self.axes = Axis(*rectangle.t, lengths[0]), Axis(*rectangle.w, lengths[1])
        self.domain = Domain(self.ar, self.axes)
        self.w, k = self.power(0, 1), self.power(-2, 0)
        self.shape = Shape([("diagonal", k - 1), ("diagonal", 1)])
        self.four_q = (1 - self.w) * k * 2
        self.tube, self.multipliers = self._network(rectangle.radii)
        low = rectangle.below
        tilt = self.power(2, 0) * self.number(low / (2 * (1 - low)))
        lowest, self.least = self.tube.tilted(tilt), self.number(curvature)
        self.pencils = [
            self._pencil(kind + note, component, BOUNDED[kind + note])
            for note, parts in (("", lowest.components()), (" of the padding", lowest.padding()))
            for kind, component in parts.items()
        ]

    def number(self, q: Fraction) -> Num:
        return Num(self.ar, self.ar.ratio(q.numerator, q.denominator))

    def power(self, t: int, w: int) -> Series:
        return self.domain.power(t, w)

    def _network(self, radii: Sequence[Fraction]) -> tuple[LevelNetwork, list[Series]]:
        """The closed forms of G_0 and the multipliers, mu_L, on the branch or on a tube."""
        found = [
            self.domain.polynomial(terms, radius) * self.power(n, 1)
            for terms, radius, n in zip(self.rectangle.branch, radii, SCALE)
        ]
        entry = {key: x + base for key, x, base in zip(self.shape.count, found, BASE)}
        try:
            network = LevelNetwork(self.ar, self.shape, entry, 0)
        except Verdict as verdict:
            raise Verdict(verdict.verdict, "regular", verdict.reason) from None
        return network, found[len(entry) :]

    def _pencil(self, kind: str, component: Component, powers: Sequence[int]) -> Pencil:
        """The lower triangle of P (T - l N) P.  It is symmetric: of the two expressions for an
        entry the one is taken that begins with the higher power of t.
        """
        rows, squares = component
        full = [
            [
                (x - self.least if i == j else x) * squares[i] * self.power(m + n, 0)
                for j, (x, n) in enumerate(zip(row, powers))
            ]
            for i, (row, m) in enumerate(zip(rows, powers))
        ]
        return kind, [
            [max(x, full[j][i], key=lambda f: f.powers[0]) for j, x in enumerate(row[: i + 1])]
            for i, row in enumerate(full)
        ]

    def system(self) -> list[list[Any]]:
        """For each left side (19.2) itself, on the branch, and its derivatives by the unknowns, on
        the tube; a row is divided by any positive function of t and w.
        """
        branch, mu = self._network([Fraction(0)] * len(SCALE))
        keys, columns = list(self.shape.count), list(self.shape.width)
        found: list[list[Any]] = [
            [g + mu[key[1]], *row, *(int(key[1] == b) for b in columns)]
            for key, g, row in zip(keys, branch.gradient(), self.tube.jacobian())
        ]
        for b, m in zip(columns, mu):
            by_x = [self.w * self.shape.times(key) * int(key[1] == b) for key in keys]
            by_mu = [-self.four_q * int(b == c) for c in columns]
            found.append([self.w * branch.lean(b) - self.four_q * m, *by_x, *by_mu])
        for number, (row, order) in enumerate(zip(found, ORDER), 1):
            for j, n in enumerate(SCALE, 1):
                row[j] = row[j] * self.power(n, 1)
            row[:] = [
                f.from_order(order, 1, f"left side {number}, derivative {j}")
                if isinstance(f, Series)
                else f
                for j, f in enumerate(row)
            ]
            powers = [f.powers for f in row if isinstance(f, Series)]
            low = min(p[0] for p in powers), min(p[1] for p in powers)
            row[:] = [f.over(*low, "contraction") if isinstance(f, Series) else f for f in row]
        return found

    def loss(self) -> Series:
        """G_0 + 1/2 sum_L l_L mu_L s_L on the tube, known to vanish as t^2 w does."""
        more = sum(
            p * (m * self.tube.lean(b))
            for m, (b, p) in zip(self.multipliers, self.shape.width.items())
        )
        loss: Any = self.tube.loss() + self.tube.half * more
        return loss.from_order(2, 1, "the loss")

    def value(self, f: Any, cell: Cell) -> Num:
        return f.at(*cell) if isinstance(f, Series) else Num(self.ar, ZERO) + f

    def cells(self) -> list[Cell]:
        one, sides = self.ar.one[0], []
        for axis, many in zip(self.axes, self.rectangle.parts):
            low, end = -one, (axis.high - axis.origin) / axis.width
            if axis.outset:
                low = 0
            high = self.ar.ratio(end.numerator, end.denominator)[1]
            ends = [low + (high - low) * i // many for i in range(many + 1)]
            sides.append(list(zip(ends, ends[1:])))
        return [(x, y) for y in sides[1] for x in sides[0]]

    def each_part(self, test: Callable[[Cell], object]) -> None:
        for cell in self.cells():
            everywhere(test, cell)

    def verify(self) -> None:
        """4 to 8."""
        system = self.system()
        radii = [self.number(radius) for radius in self.rectangle.radii]

        @cache  # both tests need it on the same parts
        def newton(cell: Cell) -> Preconditioner:
            rows = [
                [self.value(f, cell) * radius for f, radius in zip(row[1:], radii)]
                for row in system
            ]
            found = Preconditioner(self.ar, rows)
            theta = (Fraction(0), found.theta)
            require("contraction", theta, (Fraction(1),) * 2, " (theta on the left)")
            return found

        def inclusion(cell: Cell) -> None:
            found = newton(cell)
            reach = found.size([self.value(row[0], cell) for row in system]) + found.theta
            require("inclusion", (Fraction(0), reach), (Fraction(1),) * 2)

        pencils = [
            (kind, [[f.over(0, 0, "curvature") for f in row] for row in lower])
            for kind, lower in self.pencils
        ]

        def definite(cell: Cell) -> None:
            for kind, lower in pencils:
                rows = [[self.value(f, cell) for f in row] for row in lower]
                order = range(len(rows))
                full = [[rows[max(i, j)][min(i, j)] for j in order] for i in order]
                pivot, _ = last_pivot(full, kind, (), "curvature")
                note = f", last pivot of representation {kind}"
                require("curvature", NOTHING, pivot.side(), note)

        loss = self.loss()
        loss = loss.over(*loss.powers, "spurious")  # of the same sign

        def positive(cell: Cell) -> None:
            require("spurious", NOTHING, self.value(loss, cell).side(), ", the loss")

        for test in (newton, inclusion, definite, positive):
            self.each_part(test)
