"""A box of a cover as the domain of expansions."""

from __future__ import annotations

from flint import arb, arb_poly, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.expansion import Expansion, power
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.cover import CoverBox

__all__ = ["BoxChart", "over", "undefined"]


class BoxChart:
    """The interval of a box: s = t if it begins at 0, else s = t - the middle. t is the expansion
    of the parameter. orders: what says how quantities vanish at t = 0.
    """

    orders = "lemma 14"

    def __init__(self, box: CoverBox) -> None:
        self.box, self.at_zero = box, bool(box.low == 0)
        half = (box.high - box.low) / 2
        middle = half if self.at_zero else fmpq(0)
        self.start = middle - half
        self.domain = ball(middle) + arb(0, ball(half).upper())
        if self.at_zero:
            self.t = Expansion(1, box.order, arb_poly([1]), arb(0), self.domain)
        else:
            self.t = Expansion(0, box.order, arb_poly([ball(box.origin()), 1]), arb(0), self.domain)

    def parts(self) -> list[arb]:
        """Balls of s that cover the interval."""
        width = (self.box.high - self.box.low) / self.box.parts
        return [
            ball(self.start + width * i + width / 2) + arb(0, ball(width / 2).upper())
            for i in range(self.box.parts)
        ]

    def tube(self, radius: fmpq) -> list[Expansion]:
        """The branch of the box, with this radius around each coordinate."""
        spread, found = arb(0, ball(radius).upper()), []
        for coefficients in self.box.branch:
            start, *rest = [ball(c) for c in coefficients]
            found.append(Expansion.of([start + spread, *rest], self.box.order, self.domain))
        return found

    def power(self, exponent: int) -> Number:
        """The expansion of t^exponent."""
        result: Number = 1
        for _ in range(abs(exponent)):
            result = result * self.t
        return 1 / result if exponent < 0 else result

    def known_order(self, value: Expansion, order: int) -> Expansion:
        """F = O(t^order) (lemma 14, theorem 18) divided by t^order; Unverified if the expansion
        contradicts it.
        """
        if not self.at_zero:
            quotient: Expansion = value / self.power(order)
            return quotient
        found = value.without(order)
        if found is None:
            raise undefined("order", f"the expansion begins where {self.orders} says")
        return Expansion(
            found.valuation - order, found.order, found.polynomial, found.remainder, found.domain
        )


def undefined(code: str, sentence: str) -> Unverified:
    """The error for an inequality whose enclosures are not defined."""
    return Unverified(Inequality(code, sentence, ("undefined", "undefined")))


def over(value: Number, s: arb) -> arb:
    """Encloses the value on the part; NaN where it need not be bounded."""
    if not isinstance(value, Expansion):
        return arb(value)
    return value.over(s) * power(s, value.valuation) if value.valuation >= 0 else arb("nan")
