"""Numbers as the exact decimal strings of the certificate format."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

__all__ = ["decimal_text", "exact_decimal", "round_down", "round_up", "shortest", "significant"]


def decimal_text(whole: int, digits: int) -> str:
    """whole * 10^-digits, without an exponent and without trailing zeros."""
    sign, text = ("-" if whole < 0 else ""), str(abs(whole)).rjust(digits + 1, "0")
    head, tail = text[: len(text) - digits], text[len(text) - digits :].rstrip("0")
    return f"{sign}{head}.{tail}" if tail else (f"{sign}{head}" if head != "0" else "0")


def round_down(value: Fraction, digits: int) -> str:
    """The largest multiple of 10^-digits at or below `value`."""
    return decimal_text(floor(value * 10**digits), digits)


def round_up(value: Fraction, digits: int) -> str:
    """The smallest multiple of 10^-digits at or above `value`."""
    return decimal_text(ceil(value * 10**digits), digits)


def significant(value: Fraction, digits: int, *, up: bool) -> str:
    """A positive number to `digits` significant digits, rounded up or down; as 1.2e-7 where it is
    small.
    """
    if value <= 0:
        raise ValueError("significant digits of a number that is not positive")
    exponent = 0
    while value >= 10:
        value, exponent = value / 10, exponent + 1
    while value < 1:
        value, exponent = value * 10, exponent - 1
    scaled = value * 10 ** (digits - 1)
    whole = ceil(scaled) if up else floor(scaled)
    if -5 < exponent < 0:
        return decimal_text(whole, digits - 1 - exponent)
    text = decimal_text(whole, digits - 1)
    return text if exponent == 0 else f"{text}e{exponent}"


def exact_decimal(value: float) -> str:
    """The shortest decimal that reads back as this float64 (its repr), without an exponent.

    >>> exact_decimal(1e-7), exact_decimal(2.0)
    ('0.0000001', '2')
    """
    return shortest(format(Decimal(repr(value)), "f"))


def shortest(text: str) -> str:
    """A decimal without exponent, without trailing zeros, and 0 without a sign."""
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
