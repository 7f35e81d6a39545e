"""Interval arithmetic on integers: + - * /, roots, arctangents, exponentials and logarithms.

Python's integers are exact; what is not an integer is enclosed between two of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property
from math import isqrt

from .verdict import Side

GUARD_BITS = 64  # working precision = witness bits + GUARD_BITS
GUARD_DIGITS = 16  # of base 2, within an arctangent

# (lo, hi) stands for the real numbers in [lo, hi] * 2^-P, P = Arithmetic.bits
Interval = tuple[int, int]

ZERO: Interval = (0, 0)


def ceil_div(a: int, b: int) -> int:
    return -(-a // b)


def add(*terms: Interval) -> Interval:
    return sum(t[0] for t in terms), sum(t[1] for t in terms)


def sub(a: Interval, b: Interval) -> Interval:
    return a[0] - b[1], a[1] - b[0]


def neg(a: Interval) -> Interval:
    return -a[1], -a[0]


def scale(a: Interval, q: Fraction) -> Interval:
    """a times the rational q >= 0."""
    return a[0] * q.numerator // q.denominator, ceil_div(a[1] * q.numerator, q.denominator)


def norm(entries: Iterable[Interval]) -> Interval:
    """The Euclidean norm; the squares are added exactly, so that small norms do not drown."""
    low = high = 0
    for lo, hi in entries:
        low += 0 if lo <= 0 <= hi else min(lo * lo, hi * hi)
        high += max(lo * lo, hi * hi)
    root = isqrt(high)
    return isqrt(low), root + (root * root < high)


def arctan_series(y: int, bits: int) -> tuple[int, int]:
    """An approximation of the arctangent of y, 0 <= y <= 1/4, and a bound of its error, all in
    units of 2^-bits.

    Integrating 1/(1+t^2) = sum_{j<J} (-t^2)^j + (-t^2)^J/(1+t^2) from 0 to y gives
        | arctan y - sum_{j<J} (-1)^j y^(2j+1)/(2j+1) | <= int_0^y t^(2J) dt = y^(2J+1)/(2J+1),
    the error is at most the first term left out.  All is rounded down.  With y^2 off by less than
    1 unit a power is off by less than 1 + 1/4 + 1/16 of what the one before is, so by less than
    1.4; hence a term by less than 2, the first by 0.  The first that is rounded to 0 is left out.
    """
    square, power, total, j = y * y >> bits, y, 0, 0
    while True:
        term = power // (2 * j + 1)
        if term == 0:
            return total, 2 * j if y == 0 else 2 * j + 2
        total += -term if j % 2 else term
        power, j = power * square >> bits, j + 1


class Arithmetic:
    """Intervals with end points in 2^-bits Z.  Every result contains every value the operands can
    give: products are exact before a shift, Python's >> and // round to minus infinity, and -(-x >>
    b), -(-x // y) to plus infinity.
    """

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.one: Interval = (1 << bits, 1 << bits)
        self.pi = self._pi()
        self.half_pi = scale(self.pi, Fraction(1, 2))
        self._angles: dict[tuple[int, int], Interval] = {}

    def ratio(self, num: int, den: int) -> Interval:
        """num / den, den > 0."""
        return (num << self.bits) // den, ceil_div(num << self.bits, den)

    def root(self, num: int, den: int) -> Interval:
        """sqrt(num / den), num >= 0, den > 0: floor(sqrt(floor x)) = floor(sqrt x), and exact roots
        stay points.
        """
        square = num << 2 * self.bits
        low = isqrt(square // den)
        return low, low + (low * low * den < square)

    def signed_root(self, value: int, den: int) -> Interval:
        """value / sqrt(den), den > 0, by one square root and no product of intervals."""
        size = self.root(value * value, den)
        return size if value >= 0 else neg(size)

    def mul(self, a: Interval, b: Interval) -> Interval:
        (p, q), (r, s) = a, b
        corners = (p * r, p * s, q * r, q * s)
        return min(corners) >> self.bits, -(-max(corners) >> self.bits)

    def div(self, a: Interval, b: Interval) -> Interval:
        """a / b for b > 0."""
        lo, hi = a[0] << self.bits, a[1] << self.bits
        return lo // (b[1] if lo >= 0 else b[0]), ceil_div(hi, b[0] if hi >= 0 else b[1])

    def _pi(self) -> Interval:
        """By Machin's formula, pi/4 = 4 atan 1/5 - atan 1/239, with GUARD_DIGITS more digits."""
        bits = self.bits + GUARD_DIGITS
        # less than 1 unit is lost where 1/n is rounded down, for the slope is at most 1
        (a, e), (b, f) = (arctan_series((1 << bits) // n, bits) for n in (5, 239))
        low, high = 16 * (a - e) - 4 * (b + f + 1), 16 * (a + e + 1) - 4 * (b - f)
        return low >> GUARD_DIGITS, -(-high >> GUARD_DIGITS)

    def arctan(self, x: Interval) -> Interval:
        """For 0 <= x <= 1, by the half-angle formula: twice the arctangent of
        x / (1 + sqrt(1 + x^2)).

        It maps [0, t] into [0, t/2], so 5 steps bring the argument below 1/30.  A step shrinks an
        error to half or less and adds less than 1 unit: the root, rounded down, raises the
        quotient by less than that, and the quotient is rounded down.  So the errors of the 5 stay
        below 2 units.  They are taken with GUARD_DIGITS more digits.
        """
        if x[0] == 0:
            return 0, x[1]
        bits = self.bits + GUARD_DIGITS
        y, one = x[0] << GUARD_DIGITS, 1 << bits
        for _ in range(5):
            y = (y << bits) // (one + isqrt((one << bits) + y * y))
        value, off = arctan_series(y, bits)
        low, high = 32 * (value - off - 2), 32 * (value + off + 2)
        return max(0, low >> GUARD_DIGITS), -(-high >> GUARD_DIGITS) + x[1] - x[0]

    def outer_angle(self, p: int, s2: int) -> Interval:
        """A = atan2(sqrt(s2), -p) in [0, pi] for integers s2 >= 0 and p, not both 0.

        The arctangent is taken of the exact number min(sqrt(s2), |p|) / max(sqrt(s2), |p|), so no
        angle loses accuracy. If s2 = 0 the arctangent of the point 0 is 0: A is exactly
        0 (p < 0) or the enclosure of pi.  Points with symmetries ask for the same angles again.
        """
        known = self._angles.get((p, s2))
        if known is None:
            known = self._angles[p, s2] = self._outer_angle(p, s2)
        return known

    def _outer_angle(self, p: int, s2: int) -> Interval:
        if s2 <= p * p:
            t = self.arctan(self.root(s2, p * p))
            return t if p < 0 else sub(self.pi, t)
        t = self.arctan(self.root(p * p, s2))
        return add(self.half_pi, t) if p > 0 else sub(self.half_pi, t)

    def outer_angles(self, p: Interval, s: Interval) -> Interval:
        """A = atan2(S, -p) for all p and S of two intervals, S > 0: A = pi/2 + arctan(p/S)
        increases with p/S, and p/S is least and largest at the corners taken here.  By continuity
        also for S >= 0, unless p may be 0 where S may.
        """
        low, high = s[1 if p[0] >= 0 else 0], s[0 if p[1] >= 0 else 1]
        return self._outer_angle(p[0], low * low)[0], self._outer_angle(p[1], high * high)[1]

    def _artanh_series(self, y: Interval) -> Interval:
        """artanh y = sum_j y^(2j+1)/(2j+1) for 0 <= y <= 1/3.

        From any term on the sum is at most the term times 1 + y^2 + y^4 + ... <= 9/8.  The series
        is cut where the enclosure of a term ends at 2^-bits or below, so that what is left out lies
        between 0 and 2 units.
        """
        square, power, total, j = self.mul(y, y), y, ZERO, 0
        while True:
            term = power[0] // (2 * j + 1), ceil_div(power[1], 2 * j + 1)
            if term[1] <= 1:
                return total[0], total[1] + 2
            total, power, j = add(total, term), self.mul(power, square), j + 1

    @cached_property
    def ln2(self) -> Interval:
        """log 2 = 2 artanh 1/3, because artanh y = log((1 + y)/(1 - y))/2."""
        return scale(self._artanh_series(self.ratio(1, 3)), Fraction(2))

    def log(self, a: Interval) -> Interval:
        """The logarithm of a positive interval: it increases."""
        low = self._log(a[0])
        return low if a[0] == a[1] else (low[0], self._log(a[1])[1])

    def _log(self, x: int) -> Interval:
        """log of x 2^-bits, x > 0.  With w the power of 2 for which 2/3 <= x/w < 4/3, log(x/w) = 2
        artanh y with y = (x - w)/(x + w), -1/5 <= y < 1/7; artanh is odd.
        """
        power = x.bit_length() - 1
        power += 3 * x >= 4 << power
        num, den = x - (1 << power), x + (1 << power)
        part = scale(self._artanh_series(self.ratio(abs(num), den)), Fraction(2))
        low, high = (end * (power - self.bits) for end in self.ln2)
        return add((min(low, high), max(low, high)), part if num >= 0 else neg(part))

    def exp(self, a: Interval) -> Interval:
        """The exponential of an interval without positive numbers: it increases."""
        return self._exp(a[0])[0], self._exp(a[1])[1]

    def _exp(self, x: int) -> Interval:
        """exp of x 2^-bits, x <= 0.

        Below -bits it is between 0 and e^-bits < 2^-bits.  Otherwise, for any integer k, exp
        x = 2^-k exp(x + k log 2), and k is chosen so that x + k log 2 is between -1 and 0, up to
        the error of the enclosure of log 2: that of bits 2^-bits or so, k times.  It is divided by
        256 and exp of it squared 8 times.  For |t| <= 1/2 the terms of the series of exp t from
        t^j/j! on sum to at most | t^j/j! | (1 + 1/2 + 1/4 + ...), twice the first of them; the
        series is cut where the enclosure of a term is within 1 unit of 0.
        """
        if x <= -(self.bits << self.bits):
            return 0, 1
        k = -x // self.ln2[1]
        t = scale((x + k * self.ln2[0], x + k * self.ln2[1]), Fraction(1, 256))
        if t[0] < -(self.one[0] >> 1):  # |t| <= 1/2 is needed; t <= 0 by the choice of k
            return 0, self.one[1]
        term, total, j = self.one, ZERO, 0
        while max(-term[0], term[1]) > 1:
            total, j = add(total, term), j + 1
            term = self.mul(term, t)
            term = term[0] // j, ceil_div(term[1], j)
        low, high = max(0, total[0] - 2), total[1] + 2
        for _ in range(8):
            low, high = low * low >> self.bits, -(-high * high >> self.bits)
        return low >> k, -(-high >> k)

    def side(self, a: Interval) -> Side:
        return Fraction(a[0], 1 << self.bits), Fraction(a[1], 1 << self.bits)


class Num:
    """An interval with its arithmetic, for formulas.  Integer operands are exact; divisors must be
    positive.
    """

    __slots__ = ("ar", "ends")

    def __init__(self, ar: Arithmetic, ends: Interval) -> None:
        self.ar, self.ends = ar, ends

    def _ends(self, other: Num | int) -> Interval:
        return (other << self.ar.bits,) * 2 if isinstance(other, int) else other.ends

    def __add__(self, other: Num | int) -> Num:
        return Num(self.ar, add(self.ends, self._ends(other)))

    __radd__ = __add__

    def __sub__(self, other: Num | int) -> Num:
        return Num(self.ar, sub(self.ends, self._ends(other)))

    def __rsub__(self, other: int) -> Num:
        return Num(self.ar, sub(self._ends(other), self.ends))

    def __mul__(self, other: Num | int) -> Num:
        if not isinstance(other, int):
            return Num(self.ar, self.ar.mul(self.ends, other.ends))
        ends = self.ends[0] * other, self.ends[1] * other
        return Num(self.ar, ends if other >= 0 else ends[::-1])

    __rmul__ = __mul__

    def __truediv__(self, other: Num) -> Num:
        return Num(self.ar, self.ar.div(self.ends, other.ends))

    def __rtruediv__(self, other: int) -> Num:
        return Num(self.ar, self.ar.div(self._ends(other), self.ends))

    def square(self) -> Num:
        low, high = self.size().ends
        return Num(self.ar, (low * low >> self.ar.bits, -(-high * high >> self.ar.bits)))

    def root(self) -> Num:
        """The square root of a number >= 0.  If the lower end is positive so is that of the root:
        isqrt(2^P) >= 1.
        """
        low, high = (max(0, end) << self.ar.bits for end in self.ends)
        return Num(self.ar, (isqrt(low), isqrt(high) + (isqrt(high) ** 2 < high)))

    def size(self) -> Num:
        """The absolute value."""
        low, high = self.ends
        return Num(self.ar, (max(0, low, -high), max(-low, high)))

    def outer_angle(self, s: Num) -> Num:
        """A = atan2(S, -p) for p = self and S > 0."""
        return Num(self.ar, self.ar.outer_angles(self.ends, s.ends))

    def side(self) -> Side:
        return self.ar.side(self.ends)


def exactly(ar: Arithmetic, q: Fraction) -> Interval:
    return ar.ratio(q.numerator, q.denominator)
