"""The closed forms on a box of a cover, in t = k^(-1/2), and the branch in it (sections 4.4
and 4.5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from .arithmetic import GUARD_BITS, Arithmetic, Interval, Num, ceil_div
from .block_forms import SymmetricNetwork
from .blocks import Shape, Size
from .duals import Dual, value_and_slope
from .expansions import Expansion, Form, gathered
from .families import Family, FamilyBox
from .krawczyk import Preconditioner
from .verdict import Verdict, require

MORE_TERMS = 4  # of an expansion, beyond the order asked for
HALVINGS = 6  # of a part of a box where a test fails


def everywhere(test: Callable[[Interval], object], x: Interval, halvings: int = HALVINGS) -> None:
    """The test on all of x, in parts where it fails."""
    try:
        test(x)
    except Verdict:
        if halvings == 0:
            raise
        middle = sum(x) // 2
        everywhere(test, (x[0], middle), halvings - 1)
        everywhere(test, (middle, x[1]), halvings - 1)


def above(q: Fraction, digits: int) -> Fraction:
    """The least multiple >= q of 2^-(k + digits), where 2^-k is the least power of 2 that is >= q,
    0 < q < 1.
    """
    unit = 1 << (q.denominator // q.numerator).bit_length() - 1 + digits
    return Fraction(ceil_div(q.numerator * unit, q.denominator), unit)


class Tube:
    """The closed forms on one box of the cover, and what both kinds verify of it."""

    def __init__(self, family: Family, box: FamilyBox, bits: int) -> None:
        """`regular` is verified here, and `order` for g on the branch."""
        self.ar, self.family, self.box = Arithmetic(bits + GUARD_BITS), family, box
        low, high = box.start - box.origin, box.end - box.origin
        self.width = above(high, 16 if box.start else 0)
        self.span = self._enclose(low / self.width, high / self.width)
        length, outset = box.order + MORE_TERMS, box.start == 0
        self.form = Form(length, length if outset else 0, outset)
        t = self._polynomial([box.origin, Fraction(1)])
        self.powers = {0: self._polynomial([Fraction(1)]), 1: t, -1: 1 / t}
        for n in range(2, 7):
            self.powers[n] = self.powers[n - 1] * t
        self.powers[-2] = 1 / self.powers[2]
        self.tube: Any = self._network(box.radius, False)
        self.branch: Any = self._network(Fraction(0), False)  # part of it
        self.components = self.tube.components()
        self.squares = [self.powers[0] * square for square in self.components["1"][1]]  # N_a
        self.names = ["g_" + letter for letter in "abcde"[: len(self.squares)]]
        # G
        self.g = [
            g.from_order(2, name) * self.powers[-2]
            for name, g in zip(self.names, self.branch.gradient())
        ]
        self.reach = Fraction(0)  # e of `inclusion`, once verified

    def _enclose(self, low: Fraction, high: Fraction) -> Interval:
        ratio = self.ar.ratio
        return ratio(low.numerator, low.denominator)[0], ratio(high.numerator, high.denominator)[1]

    def number(self, q: Fraction) -> Num:
        return Num(self.ar, self._enclose(q, q))

    def _polynomial(self, terms: Sequence[Fraction], radius: Fraction = Fraction(0)) -> Expansion:
        powers = (self.width**i for i in range(len(terms)))
        ends = [
            self._enclose(q * power - radius * (i == 0), q * power + radius * (i == 0))
            for i, (q, power) in enumerate(zip(terms, powers))
        ]
        middles = [(low + high) >> 1 for low, high in ends]
        off = [high - middle for (_, high), middle in zip(ends, middles)]
        return Expansion(self.ar, self.form, 0, middles, gathered(off, self.form.apart + 1))

    def _network(self, radius: Fraction, moving: bool) -> SymmetricNetwork:
        """The closed forms on the tube, or on the branch; if `moving`, with derivatives by t at
        fixed X.
        """
        t: dict[int, Any] = self.powers
        if moving:
            # n = 0: the slope is the integer 0
            t = {n: Dual(f, n * (f * t[-1])) for n, f in t.items()}
        entry = []
        for terms, n, (q, r) in zip(self.box.branch, self.family.scale, self.family.limit):
            x: Any = self._polynomial(terms, radius)
            entry.append((Dual(x, 0) if moving else x) * t[n] + (r * t[2] + q if r else q))
        blocks: list[tuple[str, Size]] = [
            ("diagonal", t[-2] - self.family.fixed if self.family.fixed else t[-2])
        ]
        shape = Shape(blocks + [("diagonal", 1)] * self.family.fixed)
        try:
            return SymmetricNetwork(self.ar, shape, dict(zip(shape.count, entry)))
        except Verdict as found:
            raise Verdict(found.verdict, "regular", found.reason) from None

    def slopes(self) -> list[Expansion]:
        """The derivatives of Phi by X on the tube, N_b g_b t^(scale - p)."""
        family, t = self.family, self.powers
        return [
            g.from_order(2, name) * (square * t[n - family.order])
            for name, g, square, n in zip(
                self.names, self.tube.gradient(), self.squares, family.scale
            )
        ]

    def loss_and_slope(self) -> tuple[Expansion, Expansion]:
        """F and dF/dt at fixed X, on the tube."""
        loss, slope = value_and_slope(self._network(self.box.radius, True).loss())
        return loss.from_order(self.family.order, "F"), slope.from_order(
            max(self.family.order - 1, 0), "dF/dt"
        )

    def each_part(self, *tests: Callable[[Interval], object]) -> None:
        """Each test, in this order, on all parts of the box."""
        (low, high), parts = self.span, self.box.parts
        ends = [low + (high - low) * i // parts for i in range(parts + 1)]
        for test in tests:
            for x in zip(ends, ends[1:]):
                everywhere(test, x)

    def follow(self, before: Tube | None) -> None:
        """One solution in the tube, on one branch with that of the box before: `contraction`,
        `inclusion`, `joined`.

        dG_a/dX_b = J_ab t^(scale - 2), and N_a J_ab = N_b J_ba: of the two the one that begins with
        the higher power of t is taken.
        """
        rows, squares, delta, scale = (
            self.components["1"][0],
            self.squares,
            self.box.radius,
            self.family.scale,
        )
        order = range(len(rows))
        jacobian = [
            [
                max(rows[a][b], rows[b][a] * squares[b] / squares[a], key=lambda f: f.v)
                * self.powers[scale[b] - 2]
                for b in order
            ]
            for a in order
        ]

        @cache  # both tests need it on the same parts
        def newton(x: Interval) -> Preconditioner:
            found = Preconditioner(
                self.ar, [[entry.at(x, "contraction") for entry in row] for row in jacobian]
            )
            require(
                "contraction",
                (Fraction(0), found.theta),
                (Fraction(1),) * 2,
                " (theta on the left)",
            )
            return found

        def inclusion(x: Interval) -> None:
            found = newton(x)
            reach = found.size([value.at(x, "inclusion") for value in self.g]) + found.theta * delta
            require("inclusion", (Fraction(0), reach), (delta,) * 2)
            self.reach = max(self.reach, reach)

        self.each_part(newton, inclusion)
        if before is not None:
            t = self.box.start
            jump = max(abs(x - y) for x, y in zip(before.box.at(t), self.box.at(t)))
            require("joined", (before.reach + jump,) * 2, (delta,) * 2)
