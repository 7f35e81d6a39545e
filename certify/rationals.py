"""Rationals of Python and of flint, and the midpoints of balls as either: every conversion is
exact.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

from certify.errors import UnusableInput
from certify.kernel.foundation.balls import lower_rational
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal

__all__ = ["decimal_of", "flint_rational", "fraction", "midpoint"]


def decimal_of(text: object, what: str) -> Fraction:
    """The number that a text of the user stands for. Raises `UnusableInput`, for floats too, which
    are seldom the decimals they were written as.

    >>> decimal_of("3.001", "k")
    Fraction(3001, 1000)
    """
    try:
        return fraction(decimal(text, what))
    except Malformed:
        quoted = "" if isinstance(text, str) else " in quotation marks"
        raise UnusableInput(f"{what}: {text!r} is no decimal{quoted}, as 3.5 is") from None


def flint_rational(value: Fraction) -> fmpq:
    """The same number."""
    return fmpq(value.numerator, value.denominator)


def fraction(value: fmpq) -> Fraction:
    """The same number."""
    return Fraction(int(value.p), int(value.q))


def midpoint(value: arb) -> Fraction:
    """The midpoint of a ball; ArithmeticError if it is not finite."""
    return fraction(lower_rational(value.mid()))
