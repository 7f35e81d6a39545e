"""The Gaussian loss and a quadratic function, by blocks (lemma 24)."""

from __future__ import annotations

from copy import copy
from fractions import Fraction
from typing import Any

from .arithmetic import Arithmetic, Num
from .block_forms import Component, SymmetricNetwork
from .blocks import Key, Shape


class TiltedNetwork(SymmetricNetwork):
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

    def rows_of(self, key: Key) -> int:
        """The derivative of the entry of s in the columns of a coordinate by the coordinate."""
        return 1 if key[2] else self.shape.height[key[0]] - int(key[0] == key[1])

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
        more = self.tilt * self.rows_of(b)
        return [
            h + self.shape.weight(key[0], b[0]) * more if key[1] == b[1] else h
            for h, key in zip(super()._image(b), self.shape.count)
        ]

    def standard(
        self, b: int, a: dict[int, int], c: dict[int, int], inner: tuple[int, int, int]
    ) -> list[Num]:
        """The sums of the columns of b are a multiple of eps, and those of other columns are 0,
        because the c_L eps_s are summed over s: the matrix all of whose rows are this has this
        multiple as a_I, d and y, and 0 as c_L and x.
        """
        found, (d, x, y), height = super().standard(b, a, c, inner), inner, self.shape.height
        s = self.shape.s
        total = sum(s[i] * height[i] * m for i, m in a.items())
        if b in height:
            total += s[b] * (d - x + (self.shape.width[b] - 1) * y)
        more, others = self.tilt * total, [i for i in height if i != b]
        found[: len(others)] = [h + s[i] * more for i, h in zip(others, found)]
        if b in height:
            more = s[b] * more
            d_, less, both = found[-3:]
            found[-3:] = [d_ + more, less - self.half * more, both + self.half * more]
        return found

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
