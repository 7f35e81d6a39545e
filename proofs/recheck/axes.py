"""The intervals of the two parameters of a rectangle."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Axis(NamedTuple):
    """An interval of t or of w, from 0 or not, with its place in a series.

    The parameter is `scale` times T, T = start + step s with |s| <= 1: at most 1.
    """

    low: Fraction
    high: Fraction
    length: int  # the number of powers of s that are kept

    @property
    def outset(self) -> bool:
        """T = s, which is meant for s > 0."""
        return self.low == 0

    @property
    def origin(self) -> Fraction:
        return Fraction(0) if self.outset else (self.low + self.high) / 2

    @property
    def scale(self) -> Fraction:
        """Where T = s the inverse of a number of few bits: negative powers of t are exact."""
        return 256 / Fraction(256 / self.high // 1) if self.outset else self.high

    @property
    def width(self) -> Fraction:
        """The parameter is origin + width s."""
        return self.scale if self.outset else self.high - self.origin
