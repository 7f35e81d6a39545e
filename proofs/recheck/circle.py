"""Sine and cosine of exact parts of pi, and of all angles between two of them."""

from __future__ import annotations

from functools import cache

from .arithmetic import Arithmetic, Interval, Num, ceil_div

GUARD_DIGITS = 16  # of base 2, within a cosine

Span = tuple[int, int]  # all angles from the first to the second


def hull(a: Num, b: Num) -> Num:
    return Num(a.ar, (min(a.ends[0], b.ends[0]), max(a.ends[1], b.ends[1])))


class Circle:
    """Angles 0, ..., half stand for 0, ..., pi.  They are exact, and so is the question on which
    side of pi/2 an angle is: no enclosure is ever beyond the end of an interval of angles.
    """

    def __init__(self, ar: Arithmetic, half: int) -> None:
        """half is divisible by 4."""
        self.ar, self.half, self.right = ar, half, half // 2
        self.pi = Num(ar, ar.pi)
        self.cosine = cache(self._cosine)  # the same angles come again and again

    def angle(self, n: int) -> Num:
        return Num(self.ar, self._scaled(self.ar.pi, n))

    def angles(self, span: Span) -> Num:
        return hull(self.angle(span[0]), self.angle(span[1]))

    def _scaled(self, x: Interval, n: int) -> Interval:
        return x[0] * n // self.half, ceil_div(x[1] * n, self.half)

    def _cosine(self, n: int) -> Num:
        """By cos t = - cos(pi - t) and, for t <= pi/2, by the series."""
        if n > self.right:
            return 0 - self.cosine(self.half - n)
        return Num(self.ar, self._series(self.angle(n).ends))

    def _series(self, t: Interval) -> Interval:
        """sum_j (-1)^j t^(2j)/(2j)! for 0 <= t < 2: from j = 1 on the terms decrease, for
        t^2 < 4 < 3 4, so what is left out is at most the first term left out.  The series is cut
        where that is at most 1 unit, of GUARD_DIGITS more digits.
        """
        bits = self.ar.bits + GUARD_DIGITS
        low, high = (end << GUARD_DIGITS for end in t)
        square = low * low >> bits, -(-high * high >> bits)
        term = (1 << bits, 1 << bits)
        total, j = (0, 0), 0
        while j == 0 or term[1] > 1:
            down, up = term if j % 2 == 0 else (-term[1], -term[0])
            total, j = (total[0] + down, total[1] + up), j + 1
            by = 2 * j * (2 * j - 1)
            term = (
                (term[0] * square[0] >> bits) // by,
                ceil_div(-(-term[1] * square[1] >> bits), by),
            )
        low, high = total[0] - 1, total[1] + 1
        one = self.ar.one[0]
        return max(-one, low >> GUARD_DIGITS), min(one, -(-high >> GUARD_DIGITS))

    def sine(self, n: int) -> Num:
        return self.cosine(abs(self.right - n))

    def cosines(self, span: Span) -> Num:
        """On all of the span the cosine decreases."""
        return hull(self.cosine(span[0]), self.cosine(span[1]))

    def sines(self, span: Span) -> Num:
        """The sine grows up to pi/2, and decreases from there on."""
        found = hull(self.sine(span[0]), self.sine(span[1]))
        if span[0] <= self.right <= span[1]:
            return Num(self.ar, (found.ends[0], self.ar.one[1]))
        return found
