"""Functions of t near an origin, as a polynomial and a rest that is enclosed (lemma 13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from .arithmetic import ZERO, Arithmetic, Interval, Num, add, neg, sub
from .duals import Dual
from .verdict import NOTHING, reject


def power(ar: Arithmetic, x: Interval, n: int) -> Interval:
    """x^n for n >= 0; an even power of an interval that contains 0 begins at 0."""
    if n == 0:
        return ar.one
    low, high = sorted((x[0] ** n, x[1] ** n))
    return (0 if n % 2 == 0 and x[0] < 0 < x[1] else low) >> ar.bits * (n - 1), -(
        -high >> ar.bits * (n - 1)
    )


def horner(ar: Arithmetic, terms: Sequence[Interval], x: Interval) -> Interval:
    """The polynomial with these coefficients, constant term first, on x."""
    value = ZERO
    for term in reversed(terms):
        value = add(ar.mul(value, x), term)
    return value


def convolve(ar: Arithmetic, p: Sequence[Interval], q: Sequence[Interval], n: int) -> Interval:
    """The coefficient of s^n of the product of two polynomials; sums are exact before the shift."""
    low = high = 0
    for i in range(max(0, n - len(q) + 1), min(n + 1, len(p))):
        (a, b), (c, d) = p[i], q[n - i]
        if (a or b) and (c or d):
            corners = (a * c,) if a == b and c == d else (a * c, a * d, b * c, b * d)
            low, high = low + min(corners), high + max(corners)
    return low >> ar.bits, -(-high >> ar.bits)


def irregular(what: str, value: Num) -> NoReturn:
    reject("regular", NOTHING, value.side(), f", an expansion without its power of t: {what}")


class Expansion(Num):
    """A set of functions f(s) = s^v (p(s) + r(s) s^n), p = `terms` of degree < n, r(s) in `rest`
    for every s of `span` (lemma 13).  `span` contains 0; v differs from 0 only where it begins
    there.  `ends` encloses s^(-v) f(s) on `span`.

    If it does, terms that are exactly 0 are moved into v.  Other numbers are constants; 0 f is the
    integer 0.  As this is a subclass, Python prefers its methods where a Num is left of an
    Expansion.
    """

    __slots__ = ("rest", "span", "terms", "v")

    def __init__(
        self, ar: Arithmetic, span: Interval, v: int, terms: list[Interval], rest: Interval = ZERO
    ) -> None:
        zeros = next((i for i, term in enumerate(terms) if term != ZERO), 0) if span[0] == 0 else 0
        self.span, self.v, self.terms, self.rest = span, v + zeros, terms[zeros:], rest
        super().__init__(ar, self._core(ar, span))

    def _core(self, ar: Arithmetic, x: Interval) -> Interval:
        """s^(-v) f(s) for s in x."""
        return add(horner(ar, self.terms, x), ar.mul(self.rest, power(ar, x, len(self.terms))))

    def new(self, v: int, terms: list[Interval], rest: Interval) -> Expansion:
        return Expansion(self.ar, self.span, v, terms, rest)

    def _lift(self, other: Num | int) -> Expansion:
        if isinstance(other, Expansion):
            return other
        if isinstance(other, Dual):
            raise TypeError("a Dual is no constant; all numbers are to be Duals, or none")
        return self.new(0, [self._ends(other)] + [ZERO] * (len(self.terms) + abs(self.v)), ZERO)

    def _cut(self, v: int, n: int) -> tuple[list[Interval], Interval]:
        """The same function as s^v (p + r s^n): v at most the one it has, n at most what is
        known.
        """
        terms, ar = [ZERO] * (self.v - v) + self.terms, self.ar
        over = (
            ar.mul(self.rest, power(ar, self.span, len(terms) - n)) if self.rest != ZERO else ZERO
        )
        return terms[:n], add(horner(ar, terms[n:], self.span), over)

    def __add__(self, other: Num | int) -> Expansion:
        f = self._lift(other)
        v = min(self.v, f.v)
        n = min(self.v + len(self.terms), f.v + len(f.terms)) - v
        (p, r), (q, u) = self._cut(v, n), f._cut(v, n)
        return self.new(v, list(map(add, p, q)), add(r, u))

    __radd__ = __add__

    def __neg__(self) -> Expansion:
        return self.new(self.v, list(map(neg, self.terms)), neg(self.rest))

    def __sub__(self, other: Num | int) -> Expansion:
        return self + (-self._lift(other))

    def __rsub__(self, other: Num | int) -> Expansion:
        return -self + other

    def __mul__(self, other: Num | int) -> Any:
        if isinstance(other, int):
            ends = [(Num(self.ar, x) * other).ends for x in [*self.terms, self.rest]]
            return self.new(self.v, ends[:-1], ends[-1]) if other else 0
        f, ar = self._lift(other), self.ar
        n = min(len(self.terms), len(f.terms))
        (p, r), (q, u) = self._cut(self.v, n), f._cut(f.v, n)
        found = [convolve(ar, p, q, i) for i in range(2 * n - 1)]
        rest = add(
            horner(ar, found[n:], self.span), ar.mul(r, f.ends), ar.mul(horner(ar, p, self.span), u)
        )
        return self.new(self.v + f.v, found[:n], rest)

    __rmul__ = __mul__

    def __truediv__(self, other: Num) -> Expansion:
        return self * self._lift(other).inverse()

    def __rtruediv__(self, other: Num | int) -> Any:
        return self.inverse() * other

    def inverse(self) -> Expansion:
        """1/f; with f_0 = s^(-v) f and p q = 1 + s^n h: 1/f_0 = q - s^n (h + r q)/f_0 (lemma
        13).
        """
        ar, p, n = self.ar, self.terms, len(self.terms)
        if self.ends[0] <= 0 <= self.ends[1]:
            irregular("a divisor", self)
        if self.ends[1] < 0:
            return -((-self).inverse())
        q = [ar.div(ar.one, p[0])]
        for i in range(1, n):
            q.append(neg(ar.div(convolve(ar, p[1:], q, i - 1), p[0])))
        rest = add(
            horner(ar, [convolve(ar, p, q, i) for i in range(n, 2 * n - 1)], self.span),
            ar.mul(self.rest, horner(ar, q, self.span)),
        )
        return self.new(-self.v, q, neg(ar.div(rest, self.ends)))

    def square(self) -> Expansion:
        return self * self

    def root(self) -> Expansion:
        """With f_0 = s^(-v) f and q^2 = p + s^n h: sqrt f_0 = q + s^n (r - h)/(sqrt f_0 + q) (lemma
        13).
        """
        ar, p, n = self.ar, self.terms, len(self.terms)
        if self.v % 2 or self.ends[0] <= 0:
            irregular("a square", self)
        q = [Num(ar, p[0]).root().ends]
        for i in range(1, n):
            q.append(ar.div(sub(p[i], convolve(ar, q[1:], q[1:], i - 2)), add(q[0], q[0])))
        total = Num(ar, self.ends).root() + Num(ar, horner(ar, q, self.span))
        if total.ends[0] <= 0:
            irregular("a root with its polynomial", total)
        rest = sub(
            self.rest, horner(ar, [convolve(ar, q, q, i) for i in range(n, 2 * n - 1)], self.span)
        )
        return self.new(self.v // 2, q, ar.div(rest, total.ends))

    def outer_angle(self, s: Num) -> Expansion:
        """A = atan2(S, -p), p = self, S > 0: pi/2 + arctan f with f = p/S, or, where p is not 0, a
        constant less arctan f with f = S/p.  With c = f(0) the constant is the angle of p/S = c
        (S/p = c), and arctan f - arctan c = arctan z, z = (f - c)/(1 + c f), as long as
        1 + c f > 0: it is at s = 0, and is not 0 where inverse admits it.
        """
        s, ar = self._lift(s), self.ar
        lead, lead_s = sum(self.terms[0]), sum(s.terms[0])
        steep = not self.ends[0] <= 0 <= self.ends[1] and (s.v, -lead_s) > (self.v, -abs(lead))
        f = s / self if steep else self / s
        if f.v < 0:
            irregular("an unbounded quotient", f)
        c = f.terms[0] if f.v == 0 else ZERO
        z = f if c == ZERO else f.new(0, [ZERO, *f.terms[1:]], f.rest) / (Num(ar, c) * f + 1)
        if not steep:
            return z.arctan() + Num(ar, ar.outer_angles(c, ar.one))
        start = ar.outer_angles(ar.one, c) if lead > 0 else ar.outer_angles(neg(ar.one), neg(c))
        return Num(ar, start) - z.arctan()

    def arctan(self) -> Expansion:
        """arctan z for z(0) = 0, z = s^e z_1: by the proof in Arithmetic._arctan_series, for every
        real z, | arctan z - sum_{j<J} (-1)^j z^(2j+1)/(2j+1) | <= |z|^(2J+1)/(2J+1), and J is such
        that s^((2J+1) e) is enough.
        """
        ar, e = self.ar, max(self.v, 1)
        last = -(-(self.v + len(self.terms)) // e) | 1  # 2 J + 1
        square, series = self * self, Num(ar, ar.ratio(1, last)) * 0
        for odd in range(last - 2, 0, -2):
            series = series * square * -1 + Num(ar, ar.ratio(1, odd))
        found = self * series
        if self.v == 0 and self.terms[0] != ZERO:
            irregular("not 0 at 0", self)
        z_1 = self.ends if self.v else self.new(0, self.terms[1:], self.rest).ends
        spare = power(ar, self.span, last * e - found.v - len(found.terms))
        size = (
            Num(ar, ar.mul(power(ar, Num(ar, z_1).size().ends, last), spare)).size().ends[1] // last
            + 1
        )
        return found.new(found.v, found.terms, add(found.rest, (-size, size)))

    def from_order(self, n: int, what: str) -> Expansion:
        """The same function where it is known to be O(s^n): inequality 6.  Only terms below s^n are
        left out.
        """
        if self.span[0] or self.v >= n:
            return self
        for i, term in enumerate(self.terms[: n - self.v], self.v):
            if not term[0] <= 0 <= term[1]:
                reject(
                    "order",
                    self.ar.side(term),
                    NOTHING,
                    f" or =, the coefficient of t^{i} of {what}",
                )
        if len(self.terms) <= n - self.v:
            reject("order", NOTHING, NOTHING, f", too few coefficients of {what}")
        return self.new(n, self.terms[n - self.v :], self.rest)

    def at(self, x: Interval, code: str) -> Num:
        """f(s) for s in x, part of `span`."""
        if self.v < 0:
            reject(code, NOTHING, NOTHING, ", unbounded near t = 0")
        return Num(self.ar, self.ar.mul(power(self.ar, x, self.v), self._core(self.ar, x)))

    def size(self) -> NoReturn:
        raise TypeError("expansions have no absolute value")
