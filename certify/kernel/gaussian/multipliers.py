"""The critical points of every slope as one system with multipliers (theorem 18).

Up to a factor, the loss of sigma(t) = p [t]_+ + q [-t]_+ is G = F - |s|^2/8 + c |s|^2/8, F that of
ReLU, s the sum of the students less that of the teachers, c = ((p - q)/(p + q))^2 (lemma 24). With
c = w/q, q = (k/2)(1 - w), and multipliers mu = c s/4 its critical points are the solutions of

    grad F - s/4 + mu = 0,    w s = 4 q mu.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.gaussian.blocks import Blocks, Fixed, Number, owner, unknowns
from certify.kernel.gaussian.geometry import Geometry, TurnOf
from certify.kernel.gaussian.isotypic import Pencil

__all__ = ["Multipliers"]

_QUARTER = fmpq(1, 4)


@dataclass(frozen=True)
class Multipliers:
    """The system, with w and q as numbers. There is one multiplier for each block of columns."""

    blocks: Blocks
    w: Number
    q: Number

    @property
    def columns(self) -> list[int]:
        """The blocks of columns."""
        return [c for c, block in enumerate(self.blocks) if block.columns]

    def point(self, fixed: Fixed, turn_of: TurnOf) -> Geometry:
        """A point, for the loss F - |s|^2/8."""
        return Geometry(self.blocks, fixed, turn_of=turn_of).tilted(ball(-_QUARTER))

    def sums(self, geometry: Geometry) -> list[Number]:
        """s in each block of columns: the sum of a column of W, less 1."""
        found = []
        for c in self.columns:
            total: Number = -1
            for i in geometry.students:
                total = total + geometry.point[i].across[c] * self.blocks[i].height
                if owner(self.blocks, i) == c:
                    total = total + geometry.point[i].extra
            found.append(total)
        return found

    def equations(self, geometry: Geometry, multipliers: list[Number]) -> list[Number]:
        """grad F - s/4 + mu and w s - 4 q mu, in the coordinates of fixed matrices."""
        of = dict(zip(self.columns, multipliers, strict=True))
        names = unknowns(self.blocks)
        found = [g + of[c] for g, (_, c, _) in zip(geometry.gradient(), names, strict=True)]
        for s, mu in zip(self.sums(geometry), multipliers, strict=True):
            found.append(self.w * s - self.q * mu * 4)
        return found

    def jacobian(self, first: Pencil) -> list[list[Number]]:
        """Their derivative by the coordinates and the multipliers. first: the Hessian of
        F - |s|^2/8 on the fixed matrices.
        """
        names = unknowns(self.blocks)
        rows = [
            [*row, *(arb(int(c == column)) for column in self.columns)]
            for row, (_, c, _) in zip(first.jacobian(), names, strict=True)
        ]
        for column in self.columns:
            counts = [
                0
                if c != column
                else 1
                if diagonal
                else self.blocks[i].height - (owner(self.blocks, i) == c)
                for i, c, diagonal in names
            ]
            by_mu = [self.q * -4 if c == column else arb(0) for c in self.columns]
            rows.append([*(self.w * count if count else arb(0) for count in counts), *by_mu])
        return rows

    def loss(self, geometry: Geometry, multipliers: list[Number]) -> Number:
        """G = F - |s|^2/8 + mu s/2 at a solution."""
        total = geometry.loss()
        for c, s, mu in zip(self.columns, self.sums(geometry), multipliers, strict=True):
            total = total + mu * s * self.blocks[c].width / 2
        return total
