"""Functions of two parameters t, w >= 0: expansions in the one whose coefficients are expansions in
the other (lemma 26).

A `Nested` stands for the set of functions

    f = t^a w^b ( E_0 + E_1 y + ... + E_(M-1) y^(M-1) + y^M R(y) ),    y in its domain,

with each E_j in an `Expansion` (in s), and R(y) in another one for every y. As for an `Expansion`,
the domain of y is [0, y_max], a ball with a positive midpoint, and w = y; or it is a ball around 0,
and w is y plus the middle. Coefficients that are exactly 0 are the integer 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import arb

from certify.kernel.foundation.balls import less
from certify.kernel.foundation.expansion import power
from certify.kernel.foundation.plane import (
    Inner,
    Plane,
    convolved,
    dot,
    horner,
    is_zero,
    may_vanish,
    plus,
    times,
    without,
)
from certify.kernel.foundation.ring import Ring

__all__ = ["Nested"]


class Nested(Ring):
    """One such set. Arithmetic takes int, arb and others on the same plane, and raises what that of
    `Expansion` raises. powers: a and b.
    """

    __slots__ = ("_tails", "coefficients", "plane", "powers", "remainder")

    def __init__(
        self, plane: Plane, powers: tuple[int, int], coefficients: Sequence[Inner], remainder: Inner
    ) -> None:
        front = 0
        if plane.from_zero:
            while front < len(coefficients) and is_zero(coefficients[front]):
                front += 1
        self.plane, self.powers = plane, (powers[0], powers[1] + front)
        self.coefficients, self.remainder = coefficients[front:], remainder
        self._tails: list[Inner] | None = None

    @classmethod
    def of(cls, plane: Plane, value: Inner, powers: tuple[int, int] = (0, 0)) -> Nested:
        """A function of s alone, times t^a w^b."""
        return cls(plane, powers, [value, *[0] * (plane.length - 1)], 0)

    @property
    def length(self) -> int:
        """M."""
        return len(self.coefficients)

    def tail(self, n: int) -> Inner:
        """Encloses E_n + E_(n+1) y + ... + y^(M - n) R for each y; n = 0: f / (t^a w^b)."""
        if self._tails is None:
            self._tails = [self.remainder]
            for coefficient in reversed(self.coefficients):
                self._tails.append(plus(coefficient, times(self._tails[-1], self.plane.y)))
        return self._tails[self.length - n]

    def at(self, y: arb) -> Inner:
        """Encloses f for each y of a ball inside the domain; `ArithmeticError` where it need not be
        bounded.
        """
        t, w = self.powers
        if w < 0 and self.plane.from_zero:
            raise ArithmeticError("a function that need not be bounded")
        here = self.plane.middle + y
        factor = power(here, w) if w >= 0 else 1 / power(here, -w)
        f = times(horner(self.coefficients, self.remainder, y), factor)
        return times(f, self.plane.power_of_t(t)) if t else f

    def lowered(self, t: int, w: int) -> tuple[list[Inner], Inner]:
        """The coefficients and the remainder of f / (t^t w^w), these powers being those of f or
        less.
        """
        found, rest = list(self.coefficients), self.remainder
        plane, many = self.plane, self.powers[1] - w
        if self.powers[0] > t:
            factor = plane.power_of_t(self.powers[0] - t)
            found, rest = [times(c, factor) for c in found], times(rest, factor)
        if plane.from_zero:
            return [*[0] * many, *found], rest
        for _ in range(many if found else 0):  # times middle + y
            last = found[-1]
            raised = [times(c, plane.middle) for c in found]
            found = [raised[0], *map(plus, raised[1:], found[:-1])]
            rest = plus(last, times(rest, plane.w))
        return found, rest

    def __add__(self, other: Any) -> Nested:
        if not isinstance(other, Nested):
            if is_zero(other):
                return self
            length = self.length + (self.powers[1] if self.plane.from_zero else 0)
            number = self.plane.number(other)
            if length > 0:
                other = Nested(self.plane, (0, 0), [number, *[0] * (length - 1)], 0)
            else:
                other = Nested(self.plane, (0, 0), [], number)
        low = min(self.powers[0], other.powers[0]), min(self.powers[1], other.powers[1])
        (f, r), (g, u) = self.lowered(*low), other.lowered(*low)
        length, y = min(len(f), len(g)), self.plane.y
        rest = plus(horner(f[length:], r, y), horner(g[length:], u, y))
        return Nested(self.plane, low, list(map(plus, f[:length], g)), rest)

    def __mul__(self, other: Any) -> Nested:
        if not isinstance(other, Nested):
            number = other if isinstance(other, int) else arb(other)
            scaled = [times(c, number) for c in self.coefficients]
            return Nested(self.plane, self.powers, scaled, times(self.remainder, number))
        length = min(self.length, other.length)
        f, g = self.coefficients[:length], other.coefficients[:length]
        rest = plus(_beyond(f, other, length), times(self.tail(length), other.tail(0)))
        powers = self.powers[0] + other.powers[0], self.powers[1] + other.powers[1]
        return Nested(self.plane, powers, [convolved(f, g, n) for n in range(length)], rest)

    def _first(self) -> Inner:
        if self.length and not is_zero(self.coefficients[0]):
            return self.coefficients[0]
        raise ValueError("division by what may vanish, or the root of it")

    def inverse(self) -> Nested:
        """1/f = q + (1 - f q)/f, as in `Expansion.inverse`."""
        first = 1 / self._first()
        q = [first]
        for n in range(1, self.length):
            q.append(times(times(convolved(self.coefficients[1:], q, n - 1), first), -1))
        defect = _beyond(q, self, self.length)
        rest = 0 if is_zero(defect) else times(defect, -1) / self.tail(0)
        return Nested(self.plane, (-self.powers[0], -self.powers[1]), q, rest)

    def sqrt(self) -> Nested:
        """Root f = q + (f - q^2)/(root f + q), as in `Expansion.sqrt`."""
        t, w = self.powers
        if self.plane.from_zero and w % 2:
            raise ValueError("the square root of an odd power is no expansion")
        if t % 2 or w % 2:
            even = t - t % 2, w - w % 2
            return Nested(self.plane, even, *self.lowered(*even)).sqrt()
        q = [self._first().sqrt()]
        half = 1 / (q[0] * 2)
        for n in range(1, self.length):
            known = convolved(q[1:], q[1:], n - 2) if n > 1 else 0
            q.append(times(plus(self.coefficients[n], times(known, -1)), half))
        root = Nested(self.plane, (t // 2, w // 2), q, 0)
        defect = plus(self.remainder, times(_beyond(q, root, self.length), -1))
        if is_zero(defect):
            return root
        return Nested(self.plane, root.powers, q, defect / (self.tail(0).sqrt() + root.tail(0)))

    def asin(self) -> Nested:
        """asin p = asin p(0) + the integral of p'/sqrt(1 - p^2) for the polynomial p, and

        asin f - asin p = (f - p) times the mean of 1/sqrt(1 - x^2) between p and f    (lemma 26).

        ValueError for negative powers.
        """
        if min(self.powers) < 0:
            raise ValueError("the arcsine of an unbounded function")
        plane, (known, above) = self.plane, self.lowered(0, 0)
        length, p = len(known), Nested(self.plane, (0, 0), known, 0)
        found: list[Inner] = [0 if is_zero(c) else c.asin() for c in known[:1]]
        rest: Inner = 0
        slope = Nested(plane, (0, 0), [times(c, i) for i, c in enumerate(known)][1:], 0)
        if not is_zero(slope.tail(0)):
            slope = slope / (1 - p * p).sqrt()
            if min(slope.powers) < 0:
                raise ValueError("the arcsine of a function whose slope is not bounded")
            terms, rest = slope.lowered(0, 0)
            if len(terms) < length - 1:
                raise ValueError("the slope of an arcsine lost its last terms")
            found += [times(c, arb(1) / (j + 1)) for j, c in enumerate(terms[: length - 1])]
            rest = times(horner(terms[length - 1 :], rest, plane.y), arb(1) / length)
        found += [0] * (length - len(found))
        if not is_zero(above):
            mean = arb(1) / 2 + arb(0, arb(1) / 2)  # encloses [0, 1]
            moved = times(times(above, power(plane.y, length)), mean)
            between = plus(horner(known, 0, plane.y), moved)
            rest = plus(rest, times(above, 1 / (1 - between * between).sqrt()))
        return Nested(plane, (0, 0), found, rest)

    @staticmethod
    def turn(sine: Nested, cosine: Nested) -> Nested:
        """A/(2 pi) as in `Expansion.turn`, by the smaller of sine and cosine."""
        whole = cosine.at(cosine.plane.y)
        near = arb(0) if is_zero(whole) or whole.valuation != 0 else whole.hull()
        per_turn, bound = 1 / (2 * arb.pi()), arb(4) / 5
        if less(bound, near):
            return sine.asin().__mul__(-per_turn).__add__(arb(1) / 2)
        if less(near, -bound):
            return sine.asin().__mul__(per_turn)
        return cosine.asin().__mul__(per_turn).__add__(arb(1) / 4)

    def known_order(self, t: int, w: int) -> Nested | None:
        """f = O(t^t w^w), divided by t^t w^w; None if the expansions contradict it (lemma 26)."""
        plane, (a, b) = self.plane, self.powers
        drop = max(w - b, 0) if plane.from_zero else 0
        if drop > self.length or not all(map(may_vanish, self.coefficients[:drop])):
            return None
        kept = [*self.coefficients[drop:], self.remainder]
        low = t - a if plane.t_from_zero and t > a else 0
        divided = [without(c, low) if low else c for c in kept]
        if any(c is None for c in divided):
            return None
        return Nested(plane, (a + low - t, b + drop - w), divided[:-1], divided[-1])

    def positive(self) -> bool:
        """Whether f > 0 is proved for all t > 0 and w > 0."""
        hull = self.tail(0)
        return not is_zero(hull) and bool(hull.positive())


def _beyond(q: Sequence[Inner], f: Nested, length: int) -> Inner:
    """Encloses (q g - its coefficients below the length)/y^length, q a polynomial of this length, g
    that of f without its powers.
    """
    return dot(q, [f.tail(length - i) for i in range(len(q))])
