"""Functions on an interval as t^v ( polynomial + remainder ): expansions with a proved remainder
(lemma 13).

An `Expansion` stands for the set of functions f on (0, t_max], or around a centre t_c > 0, of the
form

    f = s^v ( p(s) + r(s) s^L ),     s in the domain,

with the coefficients of p (degree < L) in balls and r(s) in a ball for every s of the domain.
There are two sorts of domains. One is [0, t_max], a ball with a positive midpoint. There the first
coefficients that are exactly 0 are moved into v: if numbers cancel exactly so that a function is of
order s^2, its v is 2. The other is a ball with midpoint 0: s = t - t_c has either sign, and v is 0.
"""

from __future__ import annotations

from typing import Any

from flint import arb, arb_poly, arb_series

from certify.kernel.foundation.balls import less
from certify.kernel.foundation.ring import Ring

__all__ = ["Expansion", "power"]


class Expansion(Ring):
    """One expansion. Arithmetic takes int, arb and other expansions on the same domain. It raises
    ValueError or ZeroDivisionError where a result is not defined on the whole domain. It gives a
    ball that is not finite where the enclosure fails.
    """

    __slots__ = ("_main", "domain", "order", "polynomial", "remainder", "valuation")

    def __init__(
        self, valuation: int, order: int, polynomial: arb_poly, remainder: arb, domain: arb
    ) -> None:
        front = 0
        if order and polynomial[0].is_zero() and less(arb(0), domain.mid()):
            while front < order and polynomial[front].is_zero():
                front += 1
        self.valuation, self.order = valuation + front, order - front
        self.polynomial = polynomial.right_shift(front) if front else polynomial
        self.remainder, self.domain = remainder, domain
        self._main: arb | None = None

    @classmethod
    def of(cls, coefficients: list[Any], order: int, domain: arb) -> Expansion:
        """A polynomial in s as an expansion of this order."""
        whole = arb_poly(coefficients)
        return cls(0, order, whole.truncate(order), whole.right_shift(order)(domain), domain)

    def main(self) -> arb:
        """Encloses p on the domain. It is needed for many products, and computed once."""
        if self._main is None:
            self._main = self.polynomial(self.domain)
        return self._main

    def hull(self) -> arb:
        """Encloses f / s^v on the domain."""
        return self.main() + power(self.domain, self.order) * self.remainder

    def over(self, s: arb) -> arb:
        """Encloses f / s^v on a ball s inside the domain."""
        return self.polynomial(s) + power(s, self.order) * self.remainder

    def _cut(self, order: int) -> tuple[arb_poly, arb]:
        """Polynomial and remainder of a lower order."""
        if order == self.order:
            return self.polynomial, self.remainder
        rest = (
            self.polynomial.right_shift(order)(self.domain)
            + power(self.domain, self.order - order) * self.remainder
        )
        return self.polynomial.truncate(order), rest

    def _constant(self, value: Any) -> Expansion:
        order = max(self.valuation + self.order, 0)
        number = arb(value)
        if order:
            return Expansion(0, order, arb_poly([number]), arb(0), self.domain)
        return Expansion(0, 0, arb_poly([]), number, self.domain)

    def __add__(self, other: Any) -> Expansion:
        if not isinstance(other, Expansion):
            return (
                self
                if isinstance(other, int) and other == 0
                else self.__add__(self._constant(other))
            )
        valuation = min(self.valuation, other.valuation)
        order = min(self.valuation + self.order, other.valuation + other.order) - valuation
        total, remainder = arb_poly([0]), arb(0)
        for f in (self, other):
            shift = f.valuation - valuation
            if shift >= order:
                remainder += power(self.domain, shift - order) * f.hull()
            else:
                low, rest = f._cut(order - shift)
                total, remainder = total + low.left_shift(shift), remainder + rest
        return Expansion(valuation, order, total, remainder, self.domain)

    def __mul__(self, other: Any) -> Expansion:
        if not isinstance(other, Expansion):
            number = arb(other)
            return Expansion(
                self.valuation,
                self.order,
                self.polynomial * number,
                self.remainder * number,
                self.domain,
            )
        order, s = min(self.order, other.order), self.domain
        (p, r), (q, u) = self._cut(order), other._cut(order)
        product = p * q
        on_p = self.main() if order == self.order else p(s)
        on_q = other.main() if order == other.order else q(s)
        remainder = product.right_shift(order)(s) + on_p * u + on_q * r + power(s, order) * r * u
        return Expansion(
            self.valuation + other.valuation, order, product.truncate(order), remainder, s
        )

    def __neg__(self) -> Expansion:
        return Expansion(self.valuation, self.order, -self.polynomial, -self.remainder, self.domain)

    def _series(self) -> arb_series:
        return arb_series([self.polynomial[i] for i in range(self.order)], self.order)

    def inverse(self) -> Expansion:
        """1/f = q + (1 - f q)/f, q the inverse of p to the order L: 1 - p q has no coefficient
        below L.
        """
        q, s = _polynomial(1 / self._series(), self.order), self.domain
        remainder = (
            -(self.polynomial * q).right_shift(self.order)(s) - self.remainder * q(s)
        ) / self.hull()
        return Expansion(-self.valuation, self.order, q, remainder, s)

    def sqrt(self) -> Expansion:
        """Root f = q + (f - q^2)/(root f + q), q the root of p to the order L. ValueError for an
        odd v, and where p(0) may be 0.
        """
        if self.valuation % 2 or (self.order and not less(arb(0), self.polynomial[0])):
            raise ValueError(
                "the square root of an odd power of t, or of what may vanish or be of either sign"
                " at 0, is no expansion"
            )
        q, s = _polynomial(self._series().sqrt(), self.order), self.domain
        remainder = (self.remainder - (q * q).right_shift(self.order)(s)) / (
            self.hull().sqrt() + q(s)
        )
        return Expansion(self.valuation // 2, self.order, q, remainder, s)

    def asin(self) -> Expansion:
        """Taylor's formula for asin p, whose coefficient of order L is taken at all points of the
        domain, and the mean value theorem for the rest. ValueError for v < 0.
        """
        if self.valuation < 0:
            raise ValueError("the arcsine of an unbounded function")
        order, s = self.valuation + self.order, self.domain
        p = self.polynomial.left_shift(self.valuation)
        q = _asin(p, order)
        moved = p(arb_poly([s, 1]))
        top = _asin(moved, order + 1)[order]
        between = p(s).union(p(s) + power(s, order) * self.remainder)
        return Expansion(0, order, q, top + self.remainder / (1 - between * between).sqrt(), s)

    @staticmethod
    def turn(sine: Expansion, cosine: Expansion) -> Expansion:
        """A/(2 pi) = 1/4 + asin(cosine)/(2 pi) for the angle pi - A with this sine > 0 and cosine,
        by the smaller of the two.
        """
        near = cosine.hull() if cosine.valuation == 0 else arb(0)
        per_turn, bound = 1 / (2 * arb.pi()), arb(4) / 5
        if less(bound, near):
            return sine.asin().__mul__(-per_turn).__add__(arb(1) / 2)
        if less(near, -bound):
            return sine.asin().__mul__(per_turn)
        return cosine.asin().__mul__(per_turn).__add__(arb(1) / 4)

    def positive(self) -> bool:
        """Whether f > 0 is proved on the whole domain (for s > 0 if v is not 0)."""
        return less(arb(0), self.hull())

    def without(self, below: int) -> Expansion | None:
        """The same function, known to be O(s^below) as s -> 0: its coefficients below are 0. None
        if one of their balls does not hold 0.
        """
        drop = max(below - self.valuation, 0)
        if drop > self.order or not all(
            self.polynomial[i].is_finite() and self.polynomial[i].contains(0) for i in range(drop)
        ):
            return None
        return Expansion(
            self.valuation + drop,
            self.order - drop,
            self.polynomial.right_shift(drop),
            self.remainder,
            self.domain,
        )


def power(s: arb, exponent: int) -> arb:
    """Encloses s^exponent, exponent >= 0 (arb's own operator gives NaN where a ball holds 0)."""
    if exponent < 2:
        return s if exponent else arb(1)
    half = power(s, exponent // 2)
    return half * half * s if exponent % 2 else half * half


def _polynomial(series: arb_series, order: int) -> arb_poly:
    """The coefficients below the order; ArithmeticError where flint has cut the series (see
    `precision`).
    """
    if series.prec < order:
        raise ArithmeticError("a power series lost its last terms")
    return arb_poly([series[i] for i in range(order)])


def _asin(p: arb_poly, order: int) -> arb_poly:
    """The Taylor polynomial of asin p of degree < order:

    asin p = asin p(0) + the integral of p'/sqrt(1 - p^2).

    (flint's own series aborts the process where p begins with many zeros.)
    """
    if not order:
        return arb_poly([])
    series = arb_series([p[i] for i in range(order)], order)
    slope = series.derivative() * (1 - series * series).rsqrt()
    return _polynomial(slope.integral() + p[0].asin(), order)
