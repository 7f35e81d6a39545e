"""Functions of s as power series that are known up to a summable error (lemma 13, second form)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, chain, count
from math import isqrt
from operator import add as plus
from operator import mul as times
from typing import Any, NamedTuple, NoReturn

from .arithmetic import Arithmetic, Interval, Num, ceil_div
from .duals import Dual
from .verdict import NOTHING, reject

Rows = list[list[int]]  # entry i of row j belongs to s^i y^j; all rows have the same length


def irregular(what: str, value: Num) -> NoReturn:
    reject("regular", NOTHING, value.side(), f", an expansion without its power of t: {what}")


def convolve(p: Sequence[int], q: Sequence[int], n: int) -> list[int]:
    """The first n coefficients of the product of two polynomials."""
    if len(p) < len(q):
        p, q = q, p
    if len(q) == 1:
        return [x * q[0] for x in p[:n]]
    last, turned = len(q) - 1, q[::-1]
    return [
        sum(map(times, p, turned[last - i :]))
        if i < last
        else sum(map(times, p[i - last :], turned))
        for i in range(min(n, len(p) + last) if q else 0)
    ]


def row_of_product(p: Rows, q: Rows, n: int, length: int, first: int = 0) -> list[int]:
    """Row n of the product, this many terms of it; `first`: the rows of p from there on only.

    Each term is one sum of products, of the entries of p in the order of the columns and of those
    of q in the opposite order.
    """
    low, high = max(first, n - len(q) + 1), min(n, len(p) - 1)
    if low > high:
        return []
    step, last = high - low + 1, len(q[0]) - 1
    a = [*chain.from_iterable(zip(*p[low : high + 1]))]
    b = [*chain.from_iterable(zip(*(q[n - j][::-1] for j in range(low, high + 1))))]
    return [
        sum(map(times, a[max(0, i - last) * step :], b[max(0, last - i) * step :]))
        for i in range(min(length, len(p[0]) + last))
    ]


def gathered(sizes: Sequence[int], length: int) -> list[int]:
    """So many numbers, the last of them a sum of those from there on; zeros follow `sizes`."""
    found = [*sizes[: length - 1], *[0] * (length - 1 - len(sizes))]
    return [*found, sum(sizes[length - 1 :])]


def meet(sizes: Sequence[int], others: Sequence[int]) -> list[int]:
    """Bounds of a product from those of its factors, see Expansion.off; in units of 2^-2P."""
    length = min(len(sizes), len(others))
    a, b = gathered(sizes, length), gathered(others, length)
    low = convolve(a, b, length - 1)
    return [*low, sum(a) * sum(b) - sum(low)]


def over_all_powers(sizes: Sequence[int], one: int) -> list[int]:
    """Bounds X of h + h^2 + ... = h + h (h + h^2 + ...) from bounds H of h, in units of 1/one:
    X_k = H_k + sum_i H_i X_(k-i), and for all from the m-th on X_m = H_m + sum_j X_j (H_(m-j) +
    H_(m-j+1) + ...), each solved for the X on the left.  The sum of H must be less than 1.
    """
    m, found = len(sizes) - 1, list[int]()
    tails = list(accumulate(reversed(sizes)))
    for k in range(m):
        part = sizes[k] * one + sum(map(times, sizes[1 : k + 1], reversed(found)))
        found.append(ceil_div(part, one - sizes[0]))
    part = sizes[m] * one + sum(map(times, tails, found))
    return [*found, ceil_div(part, one - tails[m])]


class Form(NamedTuple):
    """What the expansions on one box have in common."""

    length: int  # the number of terms that are kept
    apart: int  # the number of coefficients with a bound of their own; see Expansion.off
    outset: bool  # the box begins at t = 0, which is s = 0: the functions are meant for s >= 0


class Expansion(Num):
    """A set of functions f(s) = s^v g(s), |s| <= 1, g = sum_i g_i s^i with a finite sum of |g_i|.

    `terms` are the coefficients p_i of a polynomial, in units of 2^-P.  The numbers of `off` bound
    what is missing, in this unit: |g_i - p_i| <= off[i] for i < m, m = len(off) - 1, and
    the sum of |g_i - p_i| over i >= m is at most off[m].  (Of a product the coefficients are sums
    of products; their sizes sum to at most the product of the two sums.)  `slack` is the sum of
    off: at least |g(s) - p(s)|.  `ends` encloses g(s).

    Where `form.outset` v may differ from 0, and terms that are exactly 0 are moved into it.  Other
    numbers are constants; 0 f is the integer 0.  As this is a subclass, Python prefers its methods
    where a Num is left of an Expansion.
    """

    __slots__ = ("_inverse", "form", "off", "slack", "tails", "terms", "v")

    def __init__(
        self, ar: Arithmetic, form: Form, v: int, terms: list[int], off: Sequence[int]
    ) -> None:
        if form.outset:
            zeros = 0
            while zeros < len(off) - 1 and off[zeros] == 0 and not any(terms[zeros : zeros + 1]):
                zeros += 1
            terms, v, off = terms[zeros:], v + zeros, off[zeros:]
        self.form, self.v, self.terms, self.off, self.slack = form, v, terms, off, sum(off)
        # the sums of the last 0, 1, 2, ... of the |p_i|
        self.tails = list(accumulate(map(abs, reversed(terms)), initial=0))
        self._inverse: Expansion | None = None
        first = terms[0] if terms else 0
        rest = self.tails[-1] - abs(first) + self.slack
        super().__init__(ar, (first - rest, first + rest))

    def new(self, v: int, terms: list[int], off: Sequence[int]) -> Expansion:
        return Expansion(self.ar, self.form, v, terms, off)

    def _lift(self, other: Num | int) -> Expansion:
        if isinstance(other, Expansion):
            return other
        if isinstance(other, Dual):
            raise TypeError("a Dual is no constant; all numbers are to be Duals, or none")
        low, high = self._ends(other)
        middle = (low + high) >> 1  # high is the farther end
        off = [high - middle, *[0] * self.form.apart]
        return self.new(0, [middle] if middle else [], off)

    def sizes(self) -> list[int]:
        """Bounds of p, like `off`."""
        return gathered([*map(abs, self.terms)], len(self.off))

    def bounds(self) -> list[int]:
        """Bounds of g, like `off`."""
        return list(map(plus, self.sizes(), self.off))

    def _shrunk(self, off: Sequence[int], terms: Sequence[int] = (), cut: int = 0) -> list[int]:
        """Units of 2^-2P to 2^-P, rounded up; with the errors of `terms`, which are rounded down by
        less than a unit; with `cut`, a bound of terms from s^length on that are left out.
        """
        bits, part, m = self.ar.bits, self.ar.one[0] - 1, len(off) - 1
        found = [-(-x >> bits) for x in [*off[:m], off[m] + cut]]
        for i, x in enumerate(terms):
            found[min(i, m)] += x & part > 0
        return found

    def beyond(self, other: Expansion) -> int:
        """At least the sum of the sizes of the coefficients of p q from the length-th on: each p_i
        meets the q_j with j >= length - i.
        """
        sizes = map(abs, self.terms[self.form.length - len(other.terms) :])
        return sum(map(times, sizes, other.tails))

    def _from(self, v: int) -> tuple[list[int], list[int]]:
        """Terms and `off` of s^-v f, v at most the one that f has."""
        zeros, (length, apart, _) = [0] * (self.v - v), self.form
        terms, off = (
            zeros + self.terms,
            gathered([*zeros, *self.off], min(len(zeros) + len(self.off), apart + 1)),
        )
        cut = min(max(0, len(terms) - length), len(self.terms))
        off[-1] += self.tails[cut]
        return terms[:length], off

    def __add__(self, other: Num | int) -> Expansion:
        f = self._lift(other)
        if not f.terms and not f.slack:
            return self
        v = min(self.v, f.v)
        (p, r), (q, u) = self._from(v), f._from(v)
        m = min(len(r), len(u))
        off = list(map(plus, gathered(r, m), gathered(u, m)))
        return self.new(v, [*map(plus, p, q), *p[len(q) :], *q[len(p) :]], off)

    __radd__ = __add__

    def __neg__(self) -> Expansion:
        return self.new(self.v, [-x for x in self.terms], self.off)

    def __sub__(self, other: Num | int) -> Expansion:
        return self + (-self._lift(other))

    def __rsub__(self, other: Num | int) -> Expansion:
        return -self + other

    def __mul__(self, other: Num | int) -> Any:
        """With h of `other` near q, g h - p q = (g - p) h + p (h - q)."""
        if isinstance(other, int):
            found, size = [x * other for x in self.terms], abs(other)
            return self.new(self.v, found, [x * size for x in self.off]) if other else 0
        f, bits = self._lift(other), self.ar.bits
        found = convolve(self.terms, f.terms, self.form.length)
        error = list(map(plus, meet(self.off, f.bounds()), meet(self.sizes(), f.off)))
        off = self._shrunk(error, found, self.beyond(f))
        return self.new(self.v + f.v, [x >> bits for x in found], off)

    __rmul__ = __mul__

    def __truediv__(self, other: Num) -> Expansion:
        return self * self._lift(other).inverse()

    def __rtruediv__(self, other: Num | int) -> Any:
        return self.inverse() * other

    def inverse(self) -> Expansion:
        """1/f.  Let p q = 1 up to roundings and to terms from s^length on, and h = 1 - g q, of
        which these and (p - g) q make bounds H.  If they sum to less than 1 then
        1/g = q (1 + h + h^2 + ...).  And g(s) q(s) > 0 for |s| <= 1: there g has the sign of p(0).
        """
        if self._inverse is None:
            p, later, bits = self.terms, self.terms[1:], self.ar.bits
            if not p or p[0] == 0:
                irregular("a divisor", self)
            q, rest, left = list[int](), 1 << 2 * bits, list[int]()
            for i in range(self.form.length if later else 1):
                q.append(rest // p[0])
                left.append(abs(rest - p[0] * q[i]))
                rest = -sum(map(times, later, reversed(q)))
            near, one = self.new(-self.v, q, [0] * len(self.off)), self.ar.one[0]
            missing = list(map(plus, gathered(left, len(self.off)), meet(self.off, near.sizes())))
            h = self._shrunk(missing, cut=near.beyond(self))
            if sum(h) >= one:
                irregular("a divisor", self)
            off = self._shrunk(meet(near.sizes(), over_all_powers(h, one)))
            self._inverse = self.new(-self.v, q, off)
        return self._inverse

    def square(self) -> Expansion:
        return self * self

    def root(self) -> Expansion:
        """The square root, positive for s > 0.  Let q^2 = p up to roundings and to terms from
        s^length on, q(0) > 0, d = g - q^2 and x = d/q^2.  If bounds of x sum to less than 1 then
        sqrt g = q sqrt(1 + x) is positive, as q is, and sqrt g - q = d/q y(x), y(x) =
        (sqrt(1 + x) - 1)/x = sum_j (-1)^j C_j x^j/2^(2j+1), C_j the numbers of Catalan, below 4^j:
        its bounds are at most half of those of 1 + x + x^2 + ...
        """
        p, bits = self.terms, self.ar.bits
        if self.v % 2 or not p or p[0] <= 0:
            irregular("a square", self)
        q = [isqrt(p[0] << bits)]
        left = [(p[0] << bits) - q[0] ** 2]
        for i in range(1, self.form.length if len(p) > 1 else 1):
            rest = (p[i] << bits if i < len(p) else 0) - sum(map(times, q[1:], reversed(q[1:])))
            q.append(rest // (2 * q[0]))
            left.append(rest - 2 * q[0] * q[i])
        near = self.new(0, q, [0] * len(self.off))
        over = near.inverse().bounds()
        missing = [x + (y << bits) for x, y in zip(gathered(left, len(self.off)), self.off)]
        d = self._shrunk(missing, cut=near.beyond(near))
        ratio = self._shrunk(meet(d, over))
        x = self._shrunk(meet(ratio, over))
        if sum(x) >= self.ar.one[0]:
            irregular("a square", self)
        more = self._shrunk(meet(ratio, over_all_powers(x, self.ar.one[0])))
        return self.new(self.v // 2, q, [y + z + 1 >> 1 for y, z in zip(ratio, more)])

    def outer_angle(self, s: Num) -> Expansion:
        """A = atan2(S, -p), p = self, S > 0: pi/2 + arctan f with f = p/S, or, where p is not 0, a
        constant less arctan f with f = S/p.  With any number c, here about f(0), the constant is
        the angle of p/S = c (S/p = c), and arctan f - arctan c = arctan z, z = (f - c)/(1 + c f),
        as long as 1 + c f > 0: `inverse` shows it, the first of the terms being about 1 + c^2.
        """
        s, ar = self._lift(s), self.ar
        lead, lead_s = (x.terms[0] if x.terms else 0 for x in (self, s))
        steep = not self.ends[0] <= 0 <= self.ends[1] and (s.v, -lead_s) > (self.v, -abs(lead))
        f = s / self if steep else self / s
        if f.v < 0:
            irregular("an unbounded quotient", f)
        c = f.terms[0] if f.v == 0 and f.terms else 0
        if steep and c * lead < 0:  # f has the sign of p
            c = 0
        z = f if c == 0 else (f - Num(ar, (c, c))) / (Num(ar, (c, c)) * f + 1)
        if not steep:
            return z.arctan() + Num(ar, ar.outer_angles((c, c), ar.one))
        sign = 1 if lead > 0 else -1
        start = ar.outer_angles((sign << ar.bits,) * 2, (sign * c,) * 2)
        return Num(ar, start) - z.arctan()

    def arctan(self) -> Expansion:
        """arctan z, z = self, if bounds of z sum to less than 1: the terms (-1)^j z^(2j+1)/(2j+1)
        from j = J on have the bounds of z^(2J+1)/(2J+1) (1 + z^2 + z^4 + ...), or smaller ones.
        """
        ar, (terms, off), last = self.ar, self._from(0), 1  # 2 J + 1
        rest = list(map(plus, gathered([*map(abs, terms)], len(off)), off))  # of z^(2J+1)
        if sum(rest) >= ar.one[0]:
            irregular("an angle that turns too far", self)
        sizes = self._shrunk(meet(rest, rest))
        while last < 3 or (sum(rest) > self.slack and last < 2 * self.form.length):
            last, rest = last + 2, self._shrunk(meet(rest, sizes))
        square = self * self
        series = self._lift(Num(ar, ar.ratio(1, last - 2)))
        for odd in range(last - 4, 0, -2):
            series = Num(ar, ar.ratio(1, odd)) - series * square
        more = self._shrunk(meet(rest, over_all_powers(sizes, ar.one[0])))
        off = [ceil_div(x + y, last) for x, y in zip(rest, more)]
        return self * series + self.new(0, [], off)

    def from_order(self, n: int, what: str) -> Expansion:
        """The same function where it is known to be O(s^n): inequality 6.  Only terms below s^n,
        which are 0, are left out.
        """
        skipped = n - self.v
        if not self.form.outset or skipped <= 0:
            return self
        m = len(self.off) - 1
        for i, term in enumerate(self.terms[:skipped]):
            off = self.off[min(i, m)]
            if abs(term) > off:
                side = self.ar.side((term - off, term + off))
                note = f" or =, the coefficient of s^{i + self.v} of {what}"
                reject("order", side, NOTHING, note)
        if self.form.length <= skipped:
            reject("order", NOTHING, NOTHING, f", too few coefficients of {what}")
        return self.new(n, self.terms[skipped:], self.off[min(skipped, m) :])

    def at(self, x: Interval, code: str) -> Num:
        """f(s) for the s of x, within [-1, 1].  At the middle, by Horner's rule, each step rounds
        down, by less than a unit; and f' is at most the sum of |(v + i) p_i| there, slack aside.
        """
        if self.v < 0:
            reject(code, NOTHING, NOTHING, ", unbounded near t = 0")
        bits, middle, value = self.ar.bits, (x[0] + x[1]) >> 1, 0
        for term in [*reversed(self.terms), *[0] * self.v]:
            value = (value * middle >> bits) + term
        slope = sum(map(times, count(self.v), map(abs, self.terms)))
        off = ceil_div(slope * (x[1] - middle), 1 << bits) + len(self.terms) + self.v + self.slack
        return Num(self.ar, (value - off, value + off))

    def size(self) -> NoReturn:
        raise TypeError("expansions have no absolute value")
