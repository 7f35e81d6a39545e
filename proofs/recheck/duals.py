"""Numbers with a derivative, for the kinds where k or t is real."""

from __future__ import annotations

from typing import Any, NoReturn

from .arithmetic import Num
from .verdict import NOTHING, require


class Dual(Num):
    """The value of a function and, in `slope`, its derivative by k or t (forward differentiation):
    both are enclosed.

    Other numbers are constants.  As this is a subclass, Python prefers its methods where a Num is
    left of a Dual.
    """

    __slots__ = ("slope", "value")

    def __init__(self, value: Num, slope: Num | int) -> None:
        super().__init__(value.ar, value.ends)
        self.value, self.slope = value, slope

    def __add__(self, other: Num | int) -> Dual:
        v, dv = value_and_slope(other)
        return Dual(self.value + v, self.slope + dv)

    __radd__ = __add__

    def __sub__(self, other: Num | int) -> Dual:
        v, dv = value_and_slope(other)
        return Dual(self.value - v, self.slope - dv)

    def __rsub__(self, other: Num | int) -> Dual:
        v, dv = value_and_slope(other)
        return Dual(v - self.value, dv - self.slope)

    def __mul__(self, other: Num | int) -> Any:
        v, dv = value_and_slope(other)
        value = self.value * v
        # see Expansion
        return Dual(value, self.slope * v + self.value * dv) if isinstance(value, Num) else 0

    __rmul__ = __mul__

    def __truediv__(self, other: Num) -> Dual:
        v, dv = value_and_slope(other)
        quotient = self.value / v
        return Dual(quotient, (self.slope - quotient * dv) / v)

    def __rtruediv__(self, other: Num | int) -> Any:
        quotient = other / self.value
        if not isinstance(quotient, Num):
            return 0  # see Expansion
        return Dual(quotient, 0 - quotient * self.slope / self.value)

    def square(self) -> Dual:
        return Dual(self.value.square(), 2 * (self.value * self.slope))

    def root(self) -> Dual:
        """The square root of a positive number; only the S of pairs are roots."""
        value = self.value.root()
        require("parallel", NOTHING, value.side(), ", S")
        return Dual(value, self.slope / (2 * value))

    def outer_angle(self, s: Num) -> Dual:
        """A = pi/2 + arctan q, q = p/S, so dA = dq/(1 + q^2)."""
        q = self / s
        return Dual(self.value.outer_angle(value_and_slope(s)[0]), q.slope / (1 + q.value.square()))

    def size(self) -> NoReturn:
        raise TypeError("size() has no slope; gradient and loss do without it")


def value_and_slope(x: Any) -> tuple[Any, Any]:
    return (x.value, x.slope) if isinstance(x, Dual) else (x, 0)
