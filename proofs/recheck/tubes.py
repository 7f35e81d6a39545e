"""The closed forms on a box of a cover, in t = k^(-1/root), and the branch in it (sections 4.4
and 4.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS, Arithmetic, Num
from .blocks import Shape
from .covers import Box, Chart
from .duals import Dual, value_and_slope
from .expansions import Expansion
from .families import Family
from .isotypic import IsotypicNetwork
from .verdict import Verdict, require


class Powers(dict[int, Any]):
    """t^n, formed when it is asked for."""

    def __missing__(self, n: int) -> Any:
        self[n] = self[n - 1] * self[1] if n > 0 else self[n + 1] * self[-1]
        return self[n]


class Tube(Chart):
    """The closed forms on one box of the cover, and what both kinds verify of it."""

    def __init__(self, family: Family, box: Box, bits: int) -> None:
        """`regular` is verified here, and `order` for g on the branch."""
        super().__init__(Arithmetic(bits + GUARD_BITS), box)
        self.family, t = family, self.t
        self.powers = Powers({0: self._polynomial([Fraction(1)]), 1: t, -1: 1 / t})
        self.tube: Any = self._network(box.radius, False)
        self.branch: Any = self._network(Fraction(0), False)  # part of it
        self.components = self.tube.components()
        self.squares = [self.powers[0] * square for square in self.components["1"][1]]  # N_a
        letters = "a b c d e e' f h h'" if family.fixed > 1 else "a b c d e f h"
        self.names = ["g_" + letter for letter in letters.split()[: len(self.squares)]]
        # what X_a moves, over t^scale: coefficients of the test matrices
        self.basis: list[dict[int, Any]] = [{a: 1} for a in range(len(self.squares))]
        for a, b, q, n in family.moves:
            self.basis[a][b] = q * self.powers[n - family.scale[a]]
        # G
        self.g = [
            f.from_order(q, name) * self.powers[-q]
            for name, q, f in zip(self.names, family.vanish, self._by_x(self.branch.gradient()))
        ]

    def _network(self, radius: Fraction, moving: bool) -> IsotypicNetwork:
        """The closed forms on the tube, or on the branch; if `moving`, with derivatives by t at
        fixed X.
        """
        family = self.family

        def power(n: int) -> Any:
            f = self.powers[n]
            # n = 0: the slope is the integer 0
            return Dual(f, n * (f * self.powers[-1])) if moving else f

        entry, half = [], Num(self.ar, self.ar.ratio(1, 2))
        x = [self._polynomial(terms, radius) for terms in self.box.branch]
        for f, n, (q, r) in zip(x, family.scale, family.limit):
            # q is odd for type I+1 only
            rest: Any = q * half if q % 2 else q // 2
            own = (Dual(f, 0) if moving else f) * power(n)
            entry.append(own + (r * power(family.root) + rest if r else rest))
        for a, b, q, n in family.moves:
            entry[b] += (Dual(x[a], 0) if moving else x[a]) * (q * power(n))
        shape = Shape(family.blocks(power(-family.root)))
        try:
            return IsotypicNetwork(self.ar, shape, dict(zip(shape.count, entry)))
        except Verdict as found:
            raise Verdict(found.verdict, "regular", found.reason) from None

    def _by_x(self, gradient: Sequence[Any]) -> list[Any]:
        """dF/dX_a over N_a t^scale, from the gradient: for most a it is g_a."""
        return [
            sum(
                gradient[b] if b == a else gradient[b] * (self.squares[b] / self.squares[a] * x)
                for b, x in moved.items()
            )
            for a, moved in enumerate(self.basis)
        ]

    def slopes(self) -> list[Expansion]:
        """The derivatives of Phi by X on the tube."""
        family, t = self.family, self.powers
        return [
            f.from_order(q, name) * (square * t[n - family.order])
            for name, q, f, square, n in zip(
                self.names,
                family.vanish,
                self._by_x(self.tube.gradient()),
                self.squares,
                family.scale,
            )
        ]

    def loss_and_slope(self) -> tuple[Expansion, Expansion]:
        """F and dF/dt at fixed X, on the tube."""
        loss, slope = value_and_slope(self._network(self.box.radius, True).loss())
        return loss.from_order(self.family.order, "F"), slope.from_order(self.steady, "dF/dt")

    @property
    def steady(self) -> int:
        """The order in t of dF/dt."""
        return (self.family.order or self.family.rate) - 1

    def follow(self, before: Tube | None) -> None:
        """One solution in the tube, on one branch with that of the box before: `contraction`,
        `inclusion`, `joined`.

        Where X_a and X_b move one coordinate each dG_a/dX_b = J_ab t^(scale - q). As
        N_a J_ab = N_b J_ba, of the two the one that begins with the higher power of t is taken.
        """
        rows, squares, scale = self.components["1"][0], self.squares, self.family.scale
        order = range(len(rows))
        by_a = [
            [
                max(rows[a][b], rows[b][a] * squares[b] / squares[a], key=lambda f: f.v)
                for b in order
            ]
            for a in order
        ]
        # the sum over what X_a moves, and over what X_b moves
        over_x = list(zip(*(self._by_x(column) for column in zip(*by_a))))
        jacobian = [
            [
                (
                    sum(over_x[a][i] if i == b else over_x[a][i] * x for i, x in moved.items())
                    * self.powers[scale[b] - q]
                ).from_order(0, f"d{self.names[a]}/dX_{b + 1}")
                for b, moved in enumerate(self.basis)
            ]
            for a, q in enumerate(self.family.vanish)
        ]
        self.prove_one(jacobian, self.g)
        if before is not None:
            t = self.box.start
            jump = max(abs(x - y) for x, y in zip(before.box.at(t), self.box.at(t)))
            require("joined", (before.reach + jump,) * 2, (self.box.radius,) * 2)
