"""Arb balls: the few operations the proofs use, with their domains guarded.

A ball is an `flint.arb`: a set that contains the real number meant.  The working precision is
global in python-flint, so it is set in one place only, `precision`, around a whole check.
Comparisons go through `less`, which is false on NaN, on infinities and on balls that overlap;
Python's own `max`, `min`, `sorted`, `==` and truth values are never applied to balls.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import TypeAlias

from flint import arb, ctx, fmpq, fmpz

__all__ = [
    "MAX_ORDER",
    "Ends",
    "ball",
    "bounds_text",
    "ends",
    "ends_text",
    "interval_text",
    "less",
    "lower_rational",
    "number_in",
    "precision",
    "shortened",
    "upper_rational",
]


MAX_ORDER = 64
_SMALLEST = 2**20  # a ball may hold a number so small that its rational would not fit into memory
_LARGEST = arb(fmpz(2) ** 2**20)
_WIDEST = 60  # characters of a number in a message
_NUMBER = r"(-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]{1,3})?(?:/[0-9]+)?)"
_NUMBERS = re.compile(rf"\[{_NUMBER}, {_NUMBER}\]|{_NUMBER}")
_PRECISION = RLock()  # python-flint has one working precision for all threads, so they take turns


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Set the working precision to `bits` bits, and the length of power series to MAX_ORDER terms,
    inside the block. The earlier settings are restored after it.

    flint cuts every power series to `ctx.cap` terms, 10 by default, and does not say so.
    """
    with _PRECISION, ctx.workprec(bits):
        before, ctx.cap = ctx.cap, MAX_ORDER
        try:
            yield
        finally:
            ctx.cap = before


def ball(value: fmpq) -> arb:
    """The thinnest ball at the working precision that contains the rational `value`."""
    return arb(value)


def less(left: arb, right: arb) -> bool:
    """True only if every number in `left` is strictly below every number in `right`, both balls
    being finite.
    """
    return left.is_finite() and right.is_finite() and (left < right) is True


def _rational(exact: arb, up: bool) -> fmpq:
    """The number as a rational. A number that is closer to 0 than 2^-_SMALLEST is rounded to a
    multiple of 2^-_SMALLEST: up if `up`, else down.
    """
    mantissa, exponent = exact.man_exp()
    if int(mantissa).bit_length() + int(exponent) < -_SMALLEST:
        return fmpq((int(mantissa) > 0) if up else -(int(mantissa) < 0), fmpz(2) ** _SMALLEST)
    power = fmpz(2) ** abs(int(exponent))
    return fmpq(mantissa * power) if exponent >= 0 else fmpq(mantissa, power)


def upper_rational(value: arb) -> fmpq:
    """A rational at or above every number in the finite ball `value`; ArithmeticError if it is not
    finite.
    """
    if not value.is_finite():
        raise ArithmeticError("no upper bound: the enclosure is not finite")
    return _rational(value.upper(), up=True)


def lower_rational(value: arb) -> fmpq:
    """A rational at or below every number in the finite ball `value`; ArithmeticError if it is not
    finite.
    """
    if not value.is_finite():
        raise ArithmeticError("no lower bound: the enclosure is not finite")
    return _rational(value.lower(), up=False)


def _decimal_text(value: fmpq, digits: int, up: bool) -> str:
    """`value` to `digits` significant decimal digits, rounded towards +infinity if `up`, else
    towards -infinity.
    """
    if value == 0:
        return "0"
    size = abs(value)
    # e with 10^(e-1) <= size < 10^e: a guess from the bit lengths (30103/100000 ~ log10 2),
    # corrected by exact comparison
    e = (int(size.p.bit_length()) - int(size.q.bit_length())) * 30103 // 100000
    while size >= fmpq(10) ** e:
        e += 1
    while size < fmpq(10) ** (e - 1):
        e -= 1
    scaled = value * fmpq(10) ** (digits - e)
    whole = int(-((-scaled).floor())) if up else int(scaled.floor())
    sign, text = ("-" if whole < 0 else ""), str(abs(whole))
    point = len(text) - digits + e
    if not -5 < point <= digits + 5:
        return f"{sign}{text[0]}.{text[1:]}e{point - 1}".replace(".e", "e")
    if point <= 0:
        return f"{sign}0.{'0' * -point}{text}"
    if point >= len(text):
        return f"{sign}{text}{'0' * (point - len(text))}"
    return f"{sign}{text[:point]}.{text[point:]}"


Ends: TypeAlias = "tuple[arb, arb] | tuple[fmpq, fmpq] | None"


def ends(value: arb | fmpq) -> Ends:
    """Exact numbers at or below and at or above every number meant, found at the working precision;
    None if not finite, or beyond printing. From here on no precision matters.
    """
    if isinstance(value, arb):
        return (value.lower(), value.upper()) if less(abs(value), _LARGEST) else None
    return value, value


def ends_text(found: Ends, digits: int) -> tuple[str, str]:
    """Decimals at or below the lower and at or above the upper end, `digits` significant ones;
    twice "undefined" where there are none.
    """
    if found is None:
        return "undefined", "undefined"
    low, high = found
    if isinstance(low, arb):
        low, high = _rational(low, up=False), _rational(high, up=True)
    return _decimal_text(low, digits, up=False), _decimal_text(high, digits, up=True)


def bounds_text(value: arb | fmpq, digits: int) -> tuple[str, str]:
    """Decimals at or below and at or above every number meant, `digits` significant ones; twice
    "undefined" if not finite, or beyond printing.
    """
    return ends_text(ends(value), digits)


def interval_text(value: arb | fmpq, digits: int = 10) -> str:
    """The number or interval in decimals, rounded outward so that the text encloses it; "undefined"
    for NaN and infinities.
    """
    low, high = bounds_text(value, digits)
    return low if low == high else f"[{low}, {high}]"


def shortened(text: str) -> str:
    """A message in which every number of more than _WIDEST characters is rounded to 20 digits. A
    number becomes an interval that holds it; the ends of an interval are rounded outward. No
    decision depends on this text.
    """

    def short(match: re.Match[str]) -> str:
        low, high, alone = match.groups()
        if alone is not None:
            return alone if len(alone) <= _WIDEST else interval_text(number_in(alone), 20)
        if max(len(low), len(high)) <= _WIDEST:
            return match[0]
        return (
            f"[{_decimal_text(number_in(low), 20, up=False)},"
            f" {_decimal_text(number_in(high), 20, up=True)}]"
        )

    return text if len(text) <= _WIDEST else _NUMBERS.sub(short, text)


def number_in(number: str) -> fmpq:
    """The decimal or fraction that a printed text is."""
    above, _, below = number.partition("/")
    mantissa, _, exponent = above.partition("e")
    whole, _, part = mantissa.partition(".")
    return fmpq(fmpz(whole + part), fmpz(below or 1)) * fmpq(10) ** (int(exponent or 0) - len(part))
