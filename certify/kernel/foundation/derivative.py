"""A quantity together with its derivative by one parameter: arithmetic of pairs (the rules of
differentiation).
"""

from __future__ import annotations

from typing import Any

from flint import arb

from certify.kernel.foundation.expansion import Expansion

__all__ = ["Moving"]


class Moving:
    """Value and slope, each an Expansion or a number. int, arb and Expansion stand for constants.

    An operation raises the error that it raises for the value. The slope of the result is enclosed
    for all values and slopes that the operands enclose.
    """

    __slots__ = ("slope", "value")

    def __init__(self, value: Any, slope: Any) -> None:
        self.value, self.slope = value, slope

    def __add__(self, other: Any) -> Moving:
        f = _moving(other)
        return Moving(self.value + f.value, self.slope + f.slope)

    def __mul__(self, other: Any) -> Moving:
        if not isinstance(other, Moving):
            return Moving(self.value * other, self.slope * other)
        return Moving(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __sub__(self, other: Any) -> Moving:
        f = _moving(other)
        return Moving(self.value - f.value, self.slope - f.slope)

    def __rsub__(self, other: Any) -> Moving:
        return Moving(other - self.value, self.slope * -1)

    def __neg__(self) -> Moving:
        return self * -1

    def __truediv__(self, other: Any) -> Moving:
        return self * (1 / other if isinstance(other, Moving) else 1 / arb(other))

    def __rtruediv__(self, other: Any) -> Moving:
        inverse = 1 / self.value
        return Moving(inverse * other, self.slope * inverse * inverse * other * -1)

    __radd__ = __add__
    __rmul__ = __mul__

    def sqrt(self) -> Moving:
        """(root f)' = f' / (2 root f)."""
        root = self.value.sqrt()
        return Moving(root, self.slope / (root * 2))

    @staticmethod
    def turn(sine: Moving, cosine: Moving) -> Moving:
        """A/(2 pi) for the angle pi - A with this sine > 0 and cosine: dA = d(cosine)/sine."""
        return Moving(
            Expansion.turn(sine.value, cosine.value), cosine.slope / (sine.value * (2 * arb.pi()))
        )


def _moving(value: Any) -> Moving:
    return value if isinstance(value, Moving) else Moving(value, 0)
