"""The closed forms on a box of a cover, in t = k^(-1/2), and the branch in it (sections 4.4
and 4.5).
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS, Arithmetic
from .blocks import Shape
from .covers import Box, Chart
from .duals import Dual, value_and_slope
from .expansions import Expansion
from .families import Family
from .isotypic import IsotypicNetwork
from .verdict import Verdict, require


class Tube(Chart):
    """The closed forms on one box of the cover, and what both kinds verify of it."""

    def __init__(self, family: Family, box: Box, bits: int) -> None:
        """`regular` is verified here, and `order` for g on the branch."""
        super().__init__(Arithmetic(bits + GUARD_BITS), box)
        self.family, t = family, self.t
        self.powers = {0: self._polynomial([Fraction(1)]), 1: t, -1: 1 / t}
        for n in range(2, 7):
            self.powers[n] = self.powers[n - 1] * t
        self.powers[-2] = 1 / self.powers[2]
        self.tube: Any = self._network(box.radius, False)
        self.branch: Any = self._network(Fraction(0), False)  # part of it
        self.components = self.tube.components()
        self.squares = [self.powers[0] * square for square in self.components["1"][1]]  # N_a
        letters = "a b c d e e' f h h'" if self.family.fixed > 1 else "a b c d e f h"
        self.names = ["g_" + letter for letter in letters.split()[: len(self.squares)]]
        # G
        self.g = [
            g.from_order(q, name) * self.powers[-q]
            for name, q, g in zip(self.names, family.vanish, self.branch.gradient())
        ]

    def _network(self, radius: Fraction, moving: bool) -> IsotypicNetwork:
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
        shape = Shape(self.family.blocks(t[-2]))
        try:
            return IsotypicNetwork(self.ar, shape, dict(zip(shape.count, entry)))
        except Verdict as found:
            raise Verdict(found.verdict, "regular", found.reason) from None

    def slopes(self) -> list[Expansion]:
        """The derivatives of Phi by X on the tube, N_b g_b t^(scale - p)."""
        family, t = self.family, self.powers
        return [
            g.from_order(q, name) * (square * t[n - family.order])
            for name, q, g, square, n in zip(
                self.names, family.vanish, self.tube.gradient(), self.squares, family.scale
            )
        ]

    def loss_and_slope(self) -> tuple[Expansion, Expansion]:
        """F and dF/dt at fixed X, on the tube."""
        loss, slope = value_and_slope(self._network(self.box.radius, True).loss())
        return loss.from_order(self.family.order, "F"), slope.from_order(
            max(self.family.order - 1, 0), "dF/dt"
        )

    def follow(self, before: Tube | None) -> None:
        """One solution in the tube, on one branch with that of the box before: `contraction`,
        `inclusion`, `joined`.

        dG_a/dX_b = J_ab t^(scale - q), and N_a J_ab = N_b J_ba: of the two the one that begins with
        the higher power of t is taken.
        """
        rows, squares, scale = self.components["1"][0], self.squares, self.family.scale
        order = range(len(rows))
        jacobian = [
            [
                (
                    max(rows[a][b], rows[b][a] * squares[b] / squares[a], key=lambda f: f.v)
                    * self.powers[scale[b] - q]
                ).from_order(0, f"d{self.names[a]}/dX_{b + 1}")
                for b in order
            ]
            for a, q in enumerate(self.family.vanish)
        ]
        self.prove_one(jacobian, self.g)
        if before is not None:
            t = self.box.start
            jump = max(abs(x - y) for x, y in zip(before.box.at(t), self.box.at(t)))
            require("joined", (before.reach + jump,) * 2, (self.box.radius,) * 2)
