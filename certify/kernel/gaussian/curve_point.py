"""Type II at a real k and at w, and the equations of a birth there (theorem 21)."""

from __future__ import annotations

from flint import fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.pivots import pivots
from certify.kernel.gaussian.blocks import Block, Number, fixed_matrix, unknowns
from certify.kernel.gaussian.components import Component, representatives
from certify.kernel.gaussian.geometry import Geometry, TurnOf
from certify.kernel.gaussian.isotypic import pencil_of

__all__ = ["UNKNOWN", "CurvePoint"]

UNKNOWN = 8  # five coordinates of type II, two multipliers, k
_S1 = Component("s1", "s", (0,), 5, 0)  # its dimension plays no part
_ORDER = (4, 3, 2, 1)  # in which the test matrices of s1 but the first are eliminated


class CurvePoint:
    """Blocks of the sizes k - 1 and 1.

    z: the coordinates, the multipliers and k; w: as in theorem 18, c = 2 w/(k (1 - w)). All of them
    balls, power series or expansions. zero: the closed forms for c = 0.
    """

    def __init__(self, z: list[Number], w: Number, turn_of: TurnOf | None = None) -> None:
        *values, first, last, k = z
        self.w, self.k, self.multipliers = w, k, (first, last)
        self.blocks = (Block(k - 1, True, True, 0), Block(1, True, True, 1))
        self.names = unknowns(self.blocks)
        point = fixed_matrix(self.blocks, dict(zip(self.names, values, strict=True)))
        geometry = Geometry(self.blocks, point, turn_of=turn_of)
        self.zero = geometry.tilted(ball(fmpq(-1, 4)))

    def equations(self) -> list[Number]:
        """(18.1), grad G_0 + mu and w s - 2 k (1 - w) mu, and the last pivot of s1."""
        names, mu = self.names, self.multipliers
        gradient = self.zero.gradient()
        found = [g + mu[c] for g, (_, c, _) in zip(gradient, names, strict=True)]
        most, lone = self.zero.point
        for c, m in enumerate(mu):
            s = (self.k - 1) * most.across[c] + lone.across[c] + self.zero.point[c].extra - 1
            found.append(self.w * s - (1 - self.w) * self.k * m * 2)
        return [*found, self.pivots()[-1]]

    def pivots(self) -> list[Number]:
        """Of the pencil of s1, where the first of the five is multiplied by r = k (1 - w): regular
        at w = 1, where c is infinite.

        The sums of the columns of the test matrix Z_a are sigma_a epsilon, and sigma_0 = 1. With
        Z_a - sigma_a Z_0 in the place of Z_a the pencil of G_c is that of G_0, but for its first
        diagonal entry, to which c |epsilon|^2/4 = w/r is added.
        """
        form = pencil_of(self.zero, _S1).matrix()
        sums = self._sums()
        rows = [
            [x - t * y for x, y in zip(row, form[0], strict=True)]
            for row, t in zip(form, sums, strict=True)
        ]
        r = (1 - self.w) * self.k
        first = r * form[0][0] + self.w
        # the first row of the new form, and the rest after the first step of elimination
        beside = [x - t * form[0][0] for x, t in zip(form[0], sums, strict=True)]
        rest = [
            [rows[a][b] - sums[b] * rows[a][0] - r * beside[a] * beside[b] / first for b in _ORDER]
            for a in _ORDER
        ]
        return [first, *pivots([row[: i + 1] for i, row in enumerate(rest)])]

    def _sums(self) -> list[Number]:
        """sigma of each test matrix: the sum of a column in which epsilon is 1."""
        finer, tests = representatives(self.blocks, _S1)
        found = []
        for z in tests:
            total: Number = z[0].extra
            for block, row in zip(finer, z, strict=True):
                total = total + block.height * row.across[0]
            found.append(total)
        return found
