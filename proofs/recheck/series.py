"""Functions of two parameters as power series known up to a summable error (lemma 26)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate, count, zip_longest
from math import isqrt
from operator import add as plus
from operator import mul as times
from typing import Any, NoReturn

from .arithmetic import Arithmetic, Interval, Num, ceil_div
from .axes import Axis
from .expansions import (
    Rows,
    convolve,
    gathered,
    irregular,
    meet,
    over_all_powers,
    row_of_product,
)
from .verdict import NOTHING, reject

Powers = tuple[int, int]


class Domain:
    """A rectangle: what the series on it have in common."""

    def __init__(self, ar: Arithmetic, axes: tuple[Axis, Axis]) -> None:
        self.ar, self.axes = ar, axes
        # the number of columns with a bound of their own, see Series
        self.apart = axes[0].length if axes[0].outset else 0
        self._factors: dict[Powers, Series] = {}

    def series(self, powers: Powers, rows: Rows, first: int = 0, each: int = 0) -> Series:
        """The polynomial with an error of the constant term and one of each other coefficient."""
        off = [each * len(rows)] * len(rows[0])
        off[0] += first - each
        return Series(self, powers, rows, gathered(off, self.apart + 1))

    def polynomial(self, terms: Sequence[Sequence[Fraction]], radius: Fraction) -> Series:
        """From the coefficients of powers of t less its origin, list n those with the n-th power of
        w less its own, for all constant terms within the radius.
        """
        (s, y), length = (axis.width for axis in self.axes), max(map(len, terms))
        rows = []
        for n, row in enumerate(terms):
            q = [c * s**i * y**n for i, c in enumerate(row)] + [Fraction(0)] * (length - len(row))
            rows.append([(x.numerator << self.ar.bits) // x.denominator for x in q])
        off = self.ar.ratio(radius.numerator, radius.denominator)[1]
        return self.series((0, 0), rows, off + 1, 1)

    def power(self, t: int, w: int) -> Series:
        """t^t w^w."""
        scale = self.axes[0].scale ** t * self.axes[1].scale ** w
        low, high = self.ar.ratio(scale.numerator, scale.denominator)
        return self.series((t, w), [[low]], high - low)

    def factor(self, t: int, w: int) -> Series:
        """T^t for the axis of t times that of w, as a series without factors; 1 for an axis that
        begins at 0.
        """
        t, w = (0 if axis.outset else n for axis, n in zip(self.axes, (t, w)))
        if (t, w) not in self._factors:
            one, found = self.ar.one[0], self.series((0, 0), [list(self.ar.one[:1])])
            if t < 0 or w < 0:
                found = self.factor(max(0, -t), max(0, -w)).inverse()
                found = found * self.factor(max(0, t), max(0, w))
            elif t or w:
                axis = self.axes[0 if t else 1]
                start = axis.origin / axis.scale
                first = start.numerator * one // start.denominator
                rows = [[first, one - first]] if t else [[first], [one - first]]
                before = self.factor(t - 1, w) if t else self.factor(t, w - 1)
                found = before * self.series((0, 0), rows, 1, 1)
            self._factors[t, w] = found
        return self._factors[t, w]


class Series(Num):
    """A set of functions T^a W^b g, g = sum g_ij s^i y^j with a finite sum of the |g_ij|, for
    |s|, |y| <= 1.

    `powers` are a and b.  `rows` are the coefficients p_ij of a polynomial, in units of 2^-P.  The
    numbers of `off` bound what is missing, in this unit: the |g_ij - p_ij| sum over j to at most
    off[i] for i < m, m = len(off) - 1, and over j and all i >= m to at most off[m].  `slack` is the
    sum of off.  `ends` encloses g.  Where the rectangle begins at t = 0 columns that are exactly 0
    are moved into a.  Other numbers are constants; 0 f is the integer 0.
    """

    def __init__(self, domain: Domain, powers: Powers, rows: Rows, off: Sequence[int]) -> None:
        sizes, zeros = [[*map(abs, row)] for row in rows], 0
        # the sums of the |p_ij| over j, and over i
        self.by_column, self.by_row = [*map(sum, zip(*sizes))], [*map(sum, sizes)]
        while zeros < len(off) - 1 and not (off[zeros] or any(self.by_column[zeros : zeros + 1])):
            zeros += 1
        if zeros:
            rows, off = [row[zeros:] or [0] for row in rows], off[zeros:]
            self.by_column = self.by_column[zeros:] or [0]
        self.domain, self.rows, self.off, self.slack = domain, rows, off, sum(off)
        self.powers = powers[0] + zeros, powers[1]
        self.lead, self.norm = rows[0][0], sum(self.by_row) + self.slack
        self._inverse: Series | None = None
        self._lines: dict[Interval, tuple[list[int], int]] = {}
        rest = self.norm - abs(self.lead)
        super().__init__(domain.ar, (self.lead - rest, self.lead + rest))

    def new(self, powers: Powers, rows: Rows, off: Sequence[int]) -> Series:
        return Series(self.domain, powers, rows, off)

    def sizes(self) -> list[int]:
        """Bounds of p, like `off`."""
        return gathered(self.by_column, len(self.off))

    def bounds(self) -> list[int]:
        """Bounds of g, like `off`."""
        return [*map(plus, self.sizes(), self.off)]

    def _lift(self, other: Num | int) -> Series:
        if isinstance(other, Series):
            return other
        low, high = self._ends(other)
        middle = (low + high) >> 1  # high is the farther end
        return self.domain.series((0, 0), [[middle]], high - middle)

    def _shrunk(self, off: Sequence[int], rows: Sequence[list[int]] = ()) -> list[int]:
        """Units of 2^-2P to 2^-P, rounded up; with the errors of `rows`, which are rounded down by
        less than a unit each.
        """
        bits, part, m = self.ar.bits, self.ar.one[0] - 1, len(off) - 1
        found = [-(-x >> bits) for x in off]
        for row in rows:
            for i, x in enumerate(row):
                found[min(i, m)] += x & part > 0
        return found

    def _beyond(self, other: Series, length: int) -> list[int]:
        """At least the sums of the sizes of the coefficients of p q that are not kept, like `off`
        of this length: for i < m those of y^j s^i, and the others.
        """
        s, y = self.domain.axes
        found = [0] * length

        def overlap(a: list[int], b: list[int], kept: int) -> int:
            """Each entry i of the one meets those from kept - i on of the other."""
            tails = accumulate(reversed(b), initial=0)
            return sum(map(times, a[kept - len(b) :], tails))

        found[-1] = overlap(self.by_column, other.by_column, s.length)
        if length == 1:
            found[-1] += overlap(self.by_row, other.by_row, y.length)
            return found
        for n in range(y.length, len(self.rows) + len(other.rows) - 1):
            for i, x in enumerate(row_of_product(self.rows, other.rows, n, s.length)):
                found[min(i, length - 1)] += abs(x)
        return found

    def _raw(self, t: int, w: int) -> tuple[Rows, list[int]]:
        """`rows` and `off` of f/(T^t W^w), powers that are not above those of f."""
        (s, y), apart, f = self.domain.axes, self.domain.apart, self
        i, j = self.powers[0] - t, self.powers[1] - w
        if (i and not s.outset) or (j and not y.outset):
            f = f * self.domain.factor(i, j)
        i, j = i if s.outset else 0, j if y.outset else 0
        rows, off = [[0] * len(f.rows[0])] * j + f.rows, [0] * i + [*f.off]
        rows = [[0] * i + row for row in rows]
        off = gathered(off, min(len(off), apart + 1))
        for n, row in enumerate(rows):
            for m, x in enumerate(row):
                if n >= y.length or m >= s.length:
                    off[min(m, len(off) - 1)] += abs(x)
        return [row[: s.length] for row in rows[: y.length]] or [[0]], off

    def over(self, t: int, w: int, code: str) -> Series:
        """f/(T^t W^w) without factors other than powers of s and y."""
        more, (s, y) = (self.powers[0] - t, self.powers[1] - w), self.domain.axes
        if any(n < 0 and axis.outset for n, axis in zip(more, (s, y))):
            reject(code, NOTHING, NOTHING, ", unbounded near t = 0 or w = 0")
        f = self * self.domain.factor(*more)
        return self.new((more[0] if s.outset else 0, more[1] if y.outset else 0), f.rows, f.off)

    def __add__(self, other: Num | int) -> Series:
        f = self._lift(other)
        if f.norm == 0:
            return self
        if self.norm == 0:
            return f
        t, w = (min(a, b) for a, b in zip(self.powers, f.powers))
        (p, r), (q, u) = self._raw(t, w), f._raw(t, w)
        length, m = max(len(p[0]), len(q[0])), min(len(r), len(u))
        rows = [
            [*map(plus, *(x + [0] * (length - len(x)) for x in pair))]
            for pair in zip_longest(p, q, fillvalue=[])
        ]
        return self.new((t, w), rows, [*map(plus, gathered(r, m), gathered(u, m))])

    __radd__ = __add__

    def __neg__(self) -> Series:
        return self.new(self.powers, [[-x for x in row] for row in self.rows], self.off)

    def __sub__(self, other: Num | int) -> Series:
        return self + (-self._lift(other))

    def __rsub__(self, other: Num | int) -> Series:
        return -self + other

    def __mul__(self, other: Num | int) -> Any:
        """With h of `other` near q, g h - p q = (g - p) h + p (h - q)."""
        if isinstance(other, int):
            rows, size = [[x * other for x in row] for row in self.rows], abs(other)
            return self.new(self.powers, rows, [x * size for x in self.off]) if other else 0
        f, bits, (s, y) = self._lift(other), self.ar.bits, self.domain.axes
        many = min(y.length, len(self.rows) + len(f.rows) - 1)
        found = [row_of_product(self.rows, f.rows, n, s.length) for n in range(many)]
        error = [*map(plus, meet(self.off, f.bounds()), meet(self.sizes(), f.off))]
        error = [*map(plus, error, self._beyond(f, len(error)))]
        powers = self.powers[0] + f.powers[0], self.powers[1] + f.powers[1]
        rows = [[x >> bits for x in row] for row in found]
        return self.new(powers, rows, self._shrunk(error, found))

    __rmul__ = __mul__

    def __truediv__(self, other: Num) -> Series:
        return self * self._lift(other).inverse()

    def __rtruediv__(self, other: Num | int) -> Any:
        return self.inverse() * other

    def _missing(self, target: Rows, q: Series, f: Series) -> list[int]:
        """Bounds of the target (in units of 2^-2P) less q times the polynomial of f, like `off`."""
        (s, y), length = self.domain.axes, min(len(q.off), len(f.off))
        found = q._beyond(f, length)
        for n in range(min(y.length, max(len(target), len(q.rows) + len(f.rows) - 1))):
            row = row_of_product(q.rows, f.rows, n, s.length)
            given = target[n] if n < len(target) else []
            for i, (x, z) in enumerate(zip_longest(row, given, fillvalue=0)):
                found[min(i, length - 1)] += abs(x - z)
        return found

    def _lengths(self) -> Powers:
        """Of an inverse or a root: those of a constant are constants."""
        s, y = self.domain.axes
        return (1, 1) if len(self.rows) == len(self.rows[0]) == 1 else (s.length, y.length)

    def inverse(self) -> Series:
        """1/f.  Let q be near 1/p, and h = 1 - g q = (1 - p q) - (g - p) q.  If bounds of h sum to
        less than 1 then 1/g = q (1 + h + h^2 + ...), and g q > 0: g has the sign of p(0, 0).
        """
        if self._inverse is None:
            p, bits, one, (long, many) = self.rows, self.ar.bits, self.ar.one[0], self._lengths()
            if self.lead == 0:
                irregular("a divisor", self)
            first, rest = list[int](), one * one
            for _ in range(long):
                first.append(rest // self.lead)
                rest = -sum(map(times, p[0][1:], reversed(first)))
            q = [first]
            for n in range(1, many):
                known = row_of_product(p, q, n, long, 1)
                row = [-(x >> 2 * bits) for x in convolve(known, first, long)]
                q.append(gathered(row, long))
            near = self.new((0, 0), q, [0] * len(self.off))
            error = map(
                plus, self._missing([[one * one]], near, self), meet(self.off, near.sizes())
            )
            h = self._shrunk([*error])
            if sum(h) >= one:
                irregular("a divisor", self)
            off = self._shrunk(meet(near.sizes(), over_all_powers(h, one)))
            self._inverse = self.new((-self.powers[0], -self.powers[1]), q, off)
        return self._inverse

    def square(self) -> Series:
        return self * self

    def root(self) -> Series:
        """The square root, positive for t, w > 0.  Let q be near sqrt p, q(0, 0) > 0, d = g - q^2
        and x = d/q^2.  If bounds of x sum to less than 1 then sqrt g = q sqrt(1 + x) is positive,
        as q is, and the bounds of sqrt g - q are at most half of those of d/q (1 + x + x^2 + ...),
        as for `Expansion.root`.
        """
        if any(n % 2 for n in self.powers):
            if any(n % 2 and axis.outset for n, axis in zip(self.powers, self.domain.axes)):
                irregular("the square of an odd power", self)
            even = self.powers[0] // 2 * 2, self.powers[1] // 2 * 2
            return self.new(even, *self._raw(*even)).root()
        p, bits, one, (long, many) = self.rows, self.ar.bits, self.ar.one[0], self._lengths()
        if self.lead <= 0:
            irregular("a square", self)
        first = [isqrt(self.lead << bits)]
        for x in gathered(p[0], long)[1:]:
            rest = (x << bits) - sum(map(times, first[1:], reversed(first[1:])))
            first.append(rest // (2 * first[0]))
        q, half = [first], self.new((0, 0), [first], [0] * len(self.off)).inverse().rows[0]
        target = [[x << bits for x in row] for row in p]
        for n in range(1, many):
            given, known = target[n] if n < len(p) else [], row_of_product(q, q, n, long, 1)
            rest_row = [x - y for x, y in zip_longest(given, known, fillvalue=0)]
            row = [x >> 2 * bits + 1 for x in convolve(rest_row, half, long)]
            q.append(gathered(row, long))
        near = self.new((0, 0), q, [0] * len(self.off))
        over = near.inverse().bounds()
        d = [*map(plus, self._shrunk(self._missing(target, near, near)), self.off)]
        ratio = self._shrunk(meet(d, over))
        x_off = self._shrunk(meet(ratio, over))
        if sum(x_off) >= one:
            irregular("a square", self)
        more = self._shrunk(meet(ratio, over_all_powers(x_off, one)))
        off = [a + b + 1 >> 1 for a, b in zip(ratio, more)]
        return self.new((self.powers[0] // 2, self.powers[1] // 2), q, off)

    def middle(self) -> Fraction:
        """About |f| in the middle of the rectangle."""
        found = Fraction(abs(self.lead))
        for n, axis in zip(self.powers, self.domain.axes):
            found *= (Fraction(1, 2) if axis.outset else axis.origin / axis.scale) ** n
        return found

    def inclination(self, s: Num) -> Series:
        """arctan(p/S), p = self, S > 0; where |p| is larger, +-pi/2 - arctan(S/p)."""
        s = self._lift(s)
        if self.middle() <= s.middle():
            return (self / s).arctan()
        right = Num(self.ar, self.ar.half_pi)
        return (right if self.lead > 0 else right * -1) - (s / self).arctan()

    def arctan(self) -> Series:
        """arctan f; where f is large, arctan c + arctan z with a number c, z = (f - c)/(1 + c f),
        as 1 + c f > 0: `inverse` shows it.
        """
        if min(self.powers) < 0:
            irregular("an unbounded quotient", self)
        ar, f = self.ar, self.new((0, 0), *self._raw(0, 0))
        if 8 * self.norm < 3 * ar.one[0]:
            return self.small_arctan()
        c = Num(ar, (f.lead, f.lead))
        start = Num(ar, ar.outer_angles(c.ends, ar.one)) - Num(ar, ar.half_pi)
        return ((f - c) / (f * c + 1)).small_arctan() + start

    def small_arctan(self) -> Series:
        """The sum of (-1)^j z^(2j + 1)/(2j + 1), if bounds of z sum to less than 1: what is left
        out from j = J on is z times a series that sums to at most |z|^(2J)/((2J + 1) (1 - |z|^2)).
        """
        ar, one, many = self.ar, self.ar.one[0], 1
        if self.norm >= one:
            irregular("an angle that turns too far", self)
        size = rest = ceil_div(self.norm**2, one)
        while many < 2 * sum(axis.length for axis in self.domain.axes) and rest > self.slack:
            many, rest = many + 1, ceil_div(rest * size, one)
        square = self * self
        found = self._lift(Num(ar, ar.ratio(1, 2 * many - 1)))
        for odd in range(2 * many - 3, 0, -2):
            found = Num(ar, ar.ratio(1, odd)) - found * square
        more = ceil_div(rest * one, (2 * many + 1) * (one - size))
        return self * (found + self.domain.series((0, 0), [[0]], more))

    def from_order(self, t: int, w: int, what: str) -> Series:
        """The same function where it is known to be O(t^t w^w): inequality 4.  Only terms that are
        0 are left out.
        """
        s, y = self.domain.axes
        i = max(0, t - self.powers[0]) if s.outset else 0
        j = max(0, w - self.powers[1]) if y.outset else 0
        m = len(self.off) - 1
        for n, row in enumerate(self.rows):
            for at, term in enumerate(row):
                off = self.off[min(at, m)]
                if (n < j or at < i) and abs(term) > off:
                    side = self.ar.side((term - off, term + off))
                    note = f" or =, the coefficient of s^{at} y^{n} of {what}"
                    reject("order", side, NOTHING, note)
        rows = [row[i:] or [0] for row in self.rows[j:]] or [[0]]
        return self.new((self.powers[0] + i, self.powers[1] + j), rows, self.off[min(i, m) :])

    def at(self, x: Interval, y: Interval) -> Num:
        """f for the s of x and the y of y, within [-1, 1]; its factors are powers of s and y only.
        The value in the middle, and for the rest the sums of the sizes of what the derivatives
        add up; each step rounds down, by less than a unit.
        """
        bits, (v, u) = self.ar.bits, self.powers
        if y not in self._lines:
            middle, line = (y[0] + y[1]) >> 1, [0] * len(self.rows[0])
            for row in [*reversed(self.rows), *[[0] * len(line)] * u]:
                line = [(a * middle >> bits) + b for a, b in zip(line, row)]
            slope = sum(map(times, count(u), self.by_row))
            off = ceil_div(slope * (y[1] - middle), 1 << bits)
            self._lines[y] = line, off + len(line) * (len(self.rows) + u)
        middle, value, (line, off) = (x[0] + x[1]) >> 1, 0, self._lines[y]
        for term in [*reversed(line), *[0] * v]:
            value = (value * middle >> bits) + term
        slope = sum(map(times, count(v), self.by_column))
        off += ceil_div(slope * (x[1] - middle), 1 << bits) + len(line) + v + self.slack
        return Num(self.ar, (value - off, value + off))

    def size(self) -> NoReturn:
        raise TypeError("series have no absolute value")
