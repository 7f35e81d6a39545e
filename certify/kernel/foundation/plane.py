"""A rectangle of two parameters t, w >= 0, and the expansions in the first that are coefficients of
expansions in the second (lemma 26).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb, arb_poly, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.expansion import Expansion, power
from certify.kernel.foundation.interval import domain, parameter

__all__ = [
    "Inner",
    "Plane",
    "convolved",
    "dot",
    "horner",
    "is_zero",
    "may_vanish",
    "plus",
    "times",
    "without",
]

Inner = Any  # an Expansion, or the integer 0


class Plane:
    """s is t on an interval that begins at 0, and t less the middle on another; y is that of w.

    order, length: of the expansions in s and in y. t: an expansion. w: the interval, as a ball.
    """

    def __init__(self, t: tuple[fmpq, fmpq], w: tuple[fmpq, fmpq], order: int, length: int) -> None:
        self.order, self.length = order, length
        self.t_from_zero, self.from_zero = bool(t[0] == 0), bool(w[0] == 0)
        self.s, self.y = domain(*t), domain(*w)
        self.middle = arb(0) if self.from_zero else ball((w[0] + w[1]) / 2)
        self.w = self.middle + self.y
        self.t = parameter(*t, order)
        self._powers = {0: self.number(1), 1: self.t, -1: 1 / self.t}

    def number(self, value: Any) -> Expansion:
        """A number as an expansion in s."""
        return Expansion(0, self.order, arb_poly([arb(value)]), arb(0), self.s)

    def power_of_t(self, exponent: int) -> Expansion:
        """t^exponent."""
        if exponent not in self._powers:
            step = 1 if exponent > 0 else -1
            self._powers[exponent] = self.power_of_t(exponent - step) * self._powers[step]
        return self._powers[exponent]


def is_zero(value: Any) -> bool:
    """Exactly 0, as every member of the set."""
    if isinstance(value, Expansion):
        p = value.polynomial
        return bool(value.remainder.is_zero()) and all(p[i].is_zero() for i in range(value.order))
    return bool(value == 0) if isinstance(value, int) else bool(value.is_zero())


def plus(a: Inner, b: Inner) -> Inner:
    """The sum."""
    if isinstance(a, int):
        return b
    return a if isinstance(b, int) else a + b


def times(a: Inner, b: Any) -> Inner:
    """The product with another one, or with a number."""
    if (isinstance(a, int) and a == 0) or (isinstance(b, int) and b == 0):
        return 0
    return a * b


def dot(f: Sequence[Inner], g: Sequence[Inner]) -> Inner:
    """The sum of the products f_i g_i, with the smallest power and to the smallest order of them.
    What lies beyond it is enclosed once.
    """
    pairs = [
        (a, b)
        for a, b in zip(f, g, strict=True)
        if not isinstance(a, int) and not isinstance(b, int)
    ]
    if not pairs:
        return 0
    valuation = min(a.valuation + b.valuation for a, b in pairs)
    order = min(a.valuation + b.valuation + min(a.order, b.order) for a, b in pairs) - valuation
    whole, rest, s = arb_poly([0]), arb(0), pairs[0][0].domain
    powers: dict[int, arb] = {}

    def raised(value: arb, exponent: int) -> arb:
        if not exponent:
            return value
        if exponent not in powers:
            powers[exponent] = power(s, exponent)
        return value * powers[exponent]

    for a, b in pairs:
        shift = a.valuation + b.valuation - valuation
        product = a.polynomial * b.polynomial
        whole += product.left_shift(shift) if shift else product
        # (p + r s^m)(q + u s^n) = p q + p u s^n + (q + u s^n) r s^m
        r, u = a.remainder, b.remainder
        if not u.is_zero():
            rest += raised(a.main() * u, b.order + shift - order)
        if not r.is_zero():
            rest += raised((b.main() + raised(u, b.order)) * r, a.order + shift - order)
    rest += whole.right_shift(order)(s)
    return Expansion(valuation, order, whole.truncate(order), rest, s)


def convolved(f: Sequence[Inner], g: Sequence[Inner], n: int) -> Inner:
    """The coefficient of y^n of the product of two polynomials."""
    low, high = max(0, n - len(g) + 1), min(n + 1, len(f))
    return dot(f[low:high], [g[n - i] for i in range(low, high)])


def horner(coefficients: Sequence[Inner], remainder: Inner, y: arb) -> Inner:
    """c_0 + c_1 y + ... + y^n remainder."""
    total = remainder
    for coefficient in reversed(coefficients):
        total = plus(coefficient, times(total, y))
    return total


def may_vanish(value: Inner) -> bool:
    """Whether all coefficients of the expansion may be 0."""
    if not isinstance(value, Expansion):
        return True
    return value.without(value.valuation + value.order) is not None


def without(value: Inner, order: int) -> Inner | None:
    """A function that is O(s^order), divided by it; None if its coefficients contradict that."""
    if not isinstance(value, Expansion):
        return value
    f = value.without(order)
    if f is None:
        return None
    return Expansion(f.valuation - order, f.order, f.polynomial, f.remainder, f.domain)
