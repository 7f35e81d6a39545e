"""An interval with rational ends that is known, or claimed, to hold a real number; printed outward,
never to nearest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

__all__ = ["Enclosure", "rounded"]

_WIDEST = 400  # digits of the longest decimal a certificate holds


@dataclass(frozen=True, order=False)
class Enclosure:
    """Reals between the rationals low <= high (dimensionless, as every number here). Two enclosures
    are not compared by size.

    >>> Enclosure.of("0.02508058", "0.02508059").printed(3)
    '[0.0250, 0.0251]'
    """

    low: Fraction
    high: Fraction

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"{self.low} is above {self.high}: not an interval")

    @classmethod
    def of(cls, low: object, high: object) -> Enclosure:
        """From anything whose text is an exact decimal or a fraction: decimal strings, fmpq, int,
        Fraction.
        """
        return cls(Fraction(str(low)), Fraction(str(high)))

    @property
    def width(self) -> Fraction:
        """The upper end less the lower, exactly."""
        return self.high - self.low

    @property
    def middle(self) -> float:
        """The float nearest to the middle: for plots, never for proofs."""
        return float((self.low + self.high) / 2)

    def contains(self, number: Fraction | int | str) -> bool:
        """Whether low <= number <= high, exactly."""
        return self.low <= Fraction(number) <= self.high

    def printed(self, digits: int = 12) -> str:
        """Decimals with `digits` significant digits, the lower end rounded down and the upper end
        rounded up.
        """
        return f"[{rounded(self.low, digits, up=False)}, {rounded(self.high, digits, up=True)}]"

    def _repr_latex_(self) -> str:
        """For notebooks: 12 digits, rounded outward."""
        return (
            "$" + re.sub(r"e(-?\d+)", r"\\cdot10^{\1}", self.printed()).replace(", ", r",\ ") + "$"
        )

    def __str__(self) -> str:
        return self.printed(_WIDEST)

    __repr__ = __str__


def rounded(value: Fraction, digits: int, *, up: bool) -> str:
    """A decimal at or beside the value, on the side asked for, with at most `digits` significant
    digits.
    """
    context = Context(
        prec=digits, rounding=ROUND_CEILING if up else ROUND_FLOOR, Emin=-(10**6), Emax=10**6
    )
    result = context.divide(Decimal(value.numerator), Decimal(value.denominator))
    exponent = result.adjusted() if result else 0
    if -7 < exponent < 21:
        return f"{result:f}"
    return str(result.normalize(Context(prec=digits))).replace("E+", "e").replace("E", "e")
