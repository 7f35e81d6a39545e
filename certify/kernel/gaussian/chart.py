"""A box of a cover as the domain of expansions."""

from __future__ import annotations

from collections.abc import Iterable

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, less
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.expansion import Expansion, power
from certify.kernel.foundation.interval import domain, parameter, parts
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.cover import CoverBox
from certify.kernel.gaussian.geometry import Geometry

__all__ = ["BoxChart", "over", "product", "require_one_zero", "undefined"]


class BoxChart:
    """The interval of a box: s = t if it begins at 0, else s = t - the middle. t is the expansion
    of the parameter. orders: what says how quantities vanish at t = 0.
    """

    orders = "lemma 14"

    def __init__(self, box: CoverBox) -> None:
        self.box, self.at_zero = box, bool(box.low == 0)
        self.domain = domain(box.low, box.high)
        self.t = parameter(box.low, box.high, box.order)

    def parts(self) -> list[arb]:
        """Balls of s that cover the interval."""
        return parts(self.box.low, self.box.high, self.box.parts)

    def tube(self, radius: fmpq) -> list[Expansion]:
        """The branch of the box, with this radius around each coordinate."""
        spread, found = arb(0, ball(radius).upper()), []
        for coefficients in self.box.branch:
            start, *rest = [ball(c) for c in coefficients]
            found.append(Expansion.of([start + spread, *rest], self.box.order, self.domain))
        return found

    def power(self, exponent: int) -> Number:
        """The expansion of t^exponent."""
        power = product(self.t, abs(exponent))
        return 1 / power if exponent < 0 else power

    def require_smooth(self, geometry: Geometry, name: str) -> None:
        """No row is zero and no two are parallel on the tube; Unverified otherwise."""
        for value in (*geometry.square.values(), *geometry.sines()):
            # rows with equal entries in one block of columns: S is the number 0
            if not (value.positive() if isinstance(value, Expansion) else less(arb(0), value)):
                raise undefined("regular", f"no row is zero and no two are parallel on {name}")

    def require_one_zero(
        self, value: list[Number], derivative: list[list[Number]], name: str, ledger: Ledger
    ) -> arb:
        """For every t of the box the equations have exactly one zero in the tube (lemma 10). The
        result bounds its distance from the branch.

        value: the equations on the branch; derivative: their Jacobian on the tube.
        """
        systems = [
            ([over(v, s) for v in value], [[over(v, s) for v in row] for row in derivative])
            for s in self.parts()
        ]
        return require_one_zero(systems, self.box.radius, name, ledger)

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


def require_one_zero(
    systems: Iterable[tuple[list[arb], list[list[arb]]]], radius: fmpq, name: str, ledger: Ledger
) -> arb:
    """Krawczyk's test (lemma 10) on each part: values of equations, and their derivative on the
    tube of this radius. The result bounds the distance of the zeros from the branch.
    """
    contraction = reach = arb(0)
    for value, derivative in systems:
        theta, image = krawczyk(value, derivative, radius)
        contraction, reach = contraction.max(theta), reach.max(image)
    near = f"the preconditioned Jacobian is near the identity on {name}"
    ledger.require("contraction", near, contraction, fmpq(1))
    maps = f"Krawczyk's operator maps the tube into its interior on {name}"
    ledger.require("inclusion", maps, reach, radius)
    return reach


def product(t: Number, exponent: int) -> Number:
    """t^exponent, of an expansion or of what moves with t."""
    result: Number = 1
    for _ in range(exponent):
        result = result * t
    return result


def undefined(code: str, sentence: str) -> Unverified:
    """The error for an inequality whose enclosures are not defined."""
    return Unverified(Inequality(code, sentence, ("undefined", "undefined")))


def over(value: Number, s: arb) -> arb:
    """Encloses the value on the part; NaN where it need not be bounded."""
    if not isinstance(value, Expansion):
        return arb(value)
    return value.over(s) * power(s, value.valuation) if value.valuation >= 0 else arb("nan")
