"""The Gaussian loss and a quadratic function, by blocks (lemma 24)."""

from __future__ import annotations

from copy import copy
from fractions import Fraction
from typing import Any

from .arithmetic import Arithmetic, Num
from .blocks import Key, Shape
from .isotypic import Component, IsotypicNetwork


class TiltedNetwork(IsotypicNetwork):
    """F + tilt/2 |s|^2 with s = sum_i w_i - sum_j v_j.

    The gradient of |s|^2/2 by each row is s, and its Hessian maps Z to the matrix all of whose rows
    are the sum of the rows of Z.  On matrices that G leaves fixed s has one entry for each block of
    columns, the sum of a column less 1.

    With output weights s = sum_i s_i w_i - sum_j t_j v_j: the gradient by row i is s_i s, and row i
    of the image of Z is s_i sum_r s_r z_r.  For s and each image below that means a factor s_i
    before rows of block I.
    """

    def __init__(
        self, ar: Arithmetic, shape: Shape, entry: dict[Key, Num], tilt: Num | int
    ) -> None:
        super().__init__(ar, shape, entry)
        self.tilt = tilt

    def tilted(self, tilt: Num) -> TiltedNetwork:
        """The same matrices with another tilt."""
        found = copy(self)
        found.tilt = tilt
        return found

    def lean(self, b: int) -> Num:
        """The entry of s in a column of block b."""
        total = [s * self.total(self.shape.column(i, b), self.w) for i, s in self.shape.s.items()]
        return sum(total, self.zero) - self.shape.t[b]

    def loss(self) -> Num:
        square = sum((p * self.lean(b).square() for b, p in self.shape.width.items()), self.zero)
        return super().loss() + self.tilt * (self.half * square)

    def gradient(self) -> list[Num]:
        lean = {b: self.tilt * self.lean(b) for b in self.shape.width}
        s = self.shape.s
        return [
            g + s[key[0]] * lean[key[1]] for g, key in zip(super().gradient(), self.shape.count)
        ]

    def _image(self, b: Key) -> list[Num]:
        """The rows of Z_b add up to a multiple of the indicator of the columns of the block."""
        more = self.tilt * self.shape.times(b)
        return [
            h + self.shape.weight(key[0], b[0]) * more if key[1] == b[1] else h
            for h, key in zip(super()._image(b), self.shape.count)
        ]

    def standard(self, b: int) -> Component:
        """Only the columns of b have sums other than 0, multiples of eps.  Let U be the matrix with
        the rows s_I eps, which is a combination of the test matrices T_i: its coefficients are s_I
        for eps in the columns and diag(eps), s_I y/2 for eps_s -+ eps_t.  The sums of the columns
        of T_j are <U, T_j> eps, so that the tilt adds tilt u_i u_j |T_j|^2.
        """
        rows, squares = super().standard(b)
        twice = [
            self.shape.s[i] * (2 if z is None or z.d else z.y)
            for i, z, _ in self._standard_tests(b)
        ]
        tilt = self.half * (self.half * self.tilt)
        rows = [
            [
                x + tilt * (mine * yours * m) if mine and yours else x
                for x, yours, m in zip(row, twice, squares)
            ]
            for row, mine in zip(rows, twice)
        ]
        return rows, squares

    def padding(self) -> dict[str, Component]:
        """A further dimension adds tilt/2 (sum_i s_i z_i)^2: tilt times that of the s_i s_j."""
        found, s = super().padding(), [*self.shape.s.values()]
        rows, heights = found["1"]
        rows = [
            [x + self.tilt * (one * two * h) for x, h, two in zip(row, heights, s)]
            for row, one in zip(rows, s)
        ]
        return {**found, "1": (rows, heights)}


class LevelNetwork(TiltedNetwork):
    """G_0 + tilt/2 |s|^2, G_0 = F - |s|^2/8: the closed forms of F with A - pi/2 = arctan(p/S) in
    the place of A and 1/4 in that of 1/2 (lemma 24, the case of |t|).  Nothing cancels where rows
    are nearly orthogonal.
    """

    OWN = Fraction(1, 4)

    def turn(self, p: Any, s: Num) -> Num:
        """For series."""
        return p.inclination(s)
