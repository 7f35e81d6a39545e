"""Rationals of Python and of flint, and the midpoints of balls as either: every conversion is
exact.
"""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

from certify.kernel.foundation.balls import lower_rational

__all__ = ["flint_rational", "fraction", "midpoint"]


def flint_rational(value: Fraction) -> fmpq:
    """The same number."""
    return fmpq(value.numerator, value.denominator)


def fraction(value: fmpq) -> Fraction:
    """The same number."""
    return Fraction(int(value.p), int(value.q))


def midpoint(value: arb) -> Fraction:
    """The midpoint of a ball; ArithmeticError if it is not finite."""
    return fraction(lower_rational(value.mid()))
