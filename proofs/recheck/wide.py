"""Intervals with exponents, for numbers of all sizes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from .arithmetic import Arithmetic, Interval, ceil_div
from .verdict import decimal

RANGE = 1 << 20  # the largest exponent of 2 of any number here


class Undefined(Exception):
    """A value that is not defined, or not shown to be, or too large for this arithmetic; the
    reason.
    """


@lru_cache(maxsize=64)
def fixed_point(bits: int) -> Arithmetic:
    return Arithmetic(bits)


def precise(bits: int) -> Arithmetic:
    """Fixed point with at least so many bits, rounded up so that there are few of them."""
    step = 64 if bits <= 2048 else 1024
    return fixed_point(-(-bits // step) * step)


def shifted(lo: int, hi: int, by: int) -> Interval:
    """[lo, hi] * 2^by, rounded outwards to integers."""
    return (lo << by, hi << by) if by >= 0 else (lo >> -by, -(-hi >> -by))


class Wide:
    """The real numbers in [lo, hi] * 2^e.  Where an operation has a result of more than `bits` bits
    it is cut outwards, so that the accuracy is relative to the larger end.  |e| <= RANGE: below,
    ends are moved outwards to multiples of 2^-RANGE, and above the number counts as infinite
    (Undefined).
    """

    __slots__ = ("bits", "e", "hi", "lo")

    def __init__(self, bits: int, lo: int, hi: int, e: int) -> None:
        excess = max(-lo, hi).bit_length() - bits
        if excess > 0:
            lo, hi, e = lo >> excess, -(-hi >> excess), e + excess
        if not -RANGE <= e <= RANGE:
            if lo == hi == 0:
                e = 0
            elif e > 0:
                raise Undefined("a number is too large for this checker")
            else:
                lo, hi = shifted(lo, hi, e + RANGE)
                e = -RANGE
        self.bits, self.lo, self.hi, self.e = bits, lo, hi, e

    @classmethod
    def of(cls, q: Fraction | int, bits: int) -> Wide:
        """The rational q, as a point if it has so few bits."""
        num, den = q.numerator, q.denominator
        by = bits + 1 - num.bit_length() + den.bit_length()
        num, den = num << max(by, 0), den << max(-by, 0)
        return cls(bits, num // den, ceil_div(num, den), -by)

    @property
    def top(self) -> int:
        """|x| < 2^top for all its numbers.  (0 has any exponent: that of [0, 0] says nothing of its
        size.)
        """
        length = max(-self.lo, self.hi).bit_length()
        return length + self.e if length else -RANGE

    def is_zero(self) -> bool:
        return self.lo == 0 == self.hi

    def _aligned(self, other: Wide) -> tuple[int, int, int, int, int]:
        """The ends of both in units of 2^e, the last number, rounded outwards beyond `bits` + 2
        bits.
        """
        e = max(min(self.e, other.e), max(self.top, other.top) - self.bits - 2)
        return (
            *shifted(self.lo, self.hi, self.e - e),
            *shifted(other.lo, other.hi, other.e - e),
            e,
        )

    def __add__(self, other: Wide) -> Wide:
        if self.is_zero():
            return other
        if other.is_zero():
            return self
        a, b, c, d, e = self._aligned(other)
        return Wide(self.bits, a + c, b + d, e)

    def __neg__(self) -> Wide:
        return Wide(self.bits, -self.hi, -self.lo, self.e)

    def __sub__(self, other: Wide) -> Wide:
        return self + -other

    def hull(self, other: Wide) -> Wide:
        if self.is_zero() or other.is_zero():  # 0 has any exponent
            one = other if self.is_zero() else self
            return Wide(self.bits, min(0, one.lo), max(0, one.hi), one.e)
        a, b, c, d, e = self._aligned(other)
        return Wide(self.bits, min(a, c), max(b, d), e)

    def __mul__(self, other: Wide) -> Wide:
        a, b, c, d = self.lo, self.hi, other.lo, other.hi
        if a >= 0 and c >= 0:
            return Wide(self.bits, a * c, b * d, self.e + other.e)
        corners = (a * c, a * d, b * c, b * d)
        return Wide(self.bits, min(corners), max(corners), self.e + other.e)

    def times(self, n: int) -> Wide:
        """n times it, n >= 0."""
        return Wide(self.bits, self.lo * n, self.hi * n, self.e)

    def doubled(self, n: int) -> Wide:
        """It times 2^n."""
        return Wide(self.bits, self.lo, self.hi, self.e + n)

    def __truediv__(self, other: Wide) -> Wide:
        if other.hi < 0:
            return -self / -other
        if other.lo <= 0:
            raise Undefined("a divisor is not shown to be different from 0")
        by = self.bits + 1 + other.hi.bit_length()
        lo, hi = self.lo << by, self.hi << by
        return Wide(
            self.bits,
            lo // (other.hi if lo >= 0 else other.lo),
            ceil_div(hi, other.lo if hi >= 0 else other.hi),
            self.e - other.e - by,
        )

    def power(self, n: int) -> Wide:
        """The n-th power, n >= 0: it increases for odd n, and with the absolute value for even
        n.
        """
        a, b = self.lo**n, self.hi**n
        if n % 2 == 0 and n and self.lo < 0:
            a, b = (0 if self.hi >= 0 else b), max(a, b)
        return Wide(self.bits, a, b, self.e * n)

    def size(self) -> Wide:
        return Wide(self.bits, max(0, self.lo, -self.hi), max(-self.lo, self.hi), self.e)

    def compare(self, q: Fraction) -> int:
        """-1 if all its numbers are below q, 1 if all are above, else 0."""
        den, num = q.denominator << max(self.e, 0), q.numerator << max(-self.e, 0)
        return -1 if self.hi * den < num else int(self.lo * den > num)

    def within(self, bound: Wide) -> Wide:
        """Its numbers from -bound to bound (bound > 0), where what it encloses is known to be.

        Each end is chosen from two that are right, so it does not matter where rounding hides which
        is the sharper one.
        """
        if self.top < bound.top:
            return self
        low, high = self.ends()
        if (low + bound).hi <= 0:
            low = -bound
        if (high - bound).lo >= 0:
            high = bound
        return low.hull(high)

    def ends(self) -> tuple[Wide, Wide]:
        return Wide(self.bits, self.lo, self.lo, self.e), Wide(self.bits, self.hi, self.hi, self.e)

    def narrow(self) -> tuple[Wide, Wide] | None:
        """Middle and radius, if the radius is small against all its numbers."""
        lo, hi = self.lo, self.hi
        if lo == hi or (hi - lo) << (self.bits >> 1) > min(abs(lo), abs(hi)):
            return None
        return Wide(self.bits + 2, lo + hi, lo + hi, self.e - 1), Wide(
            self.bits + 2, hi - lo, hi - lo, self.e - 1
        )

    def spread(self, radius: Wide) -> Wide:
        """The numbers that differ by a number of `radius` at most."""
        return self + radius.hull(-radius)

    def monotone(self, function: Callable[[Wide], Wide]) -> Wide:
        """The values of a function that increases or decreases and is enclosed at points."""
        if self.lo == self.hi:
            return function(self)
        low, high = map(function, self.ends())
        return low.hull(high)

    def cut(self, bits: int) -> Wide:
        return Wide(bits, self.lo, self.hi, self.e)

    def fixed(self, ar: Arithmetic) -> Interval:
        """In units of 2^-P of that arithmetic, rounded outwards."""
        return shifted(self.lo, self.hi, self.e + ar.bits)

    def shown(self) -> str:
        if abs(self.top) > 4000 and not self.is_zero():
            return f"[a number of size below 2^{self.top}]"
        low, high = (
            Fraction(x << max(self.e, 0), 1 << max(-self.e, 0)) for x in (self.lo, self.hi)
        )
        return f"[{decimal(low, False)}, {decimal(high, True)}]"
