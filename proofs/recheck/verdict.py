"""How a claim fails, and how it is said: verdicts, and numbers in messages.

The first inequality that is not verified raises a Verdict.  A certificate is proved if all its
conditions are verified.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

PRINTED_DIGITS = 40  # significant digits of the bounds in a rejection


class Verdict(Exception):
    """Anything but PROVED: the verdict, the reason code (None if malformed), the reason."""

    def __init__(self, verdict: str, code: str | None, reason: str) -> None:
        super().__init__(verdict, code, reason)
        self.verdict, self.code, self.reason = verdict, code, reason


def malformed(sentence: str) -> NoReturn:
    raise Verdict("MALFORMED", None, sentence)


def need(condition: bool, sentence: str) -> None:
    if not condition:
        malformed(sentence)


Side = tuple[Fraction, Fraction]  # an enclosure in exact numbers, for comparing and printing

NOTHING: Side = (Fraction(0), Fraction(0))


def decimal(q: Fraction, up: bool) -> str:
    """q in PRINTED_DIGITS or a few more significant digits, rounded up or down."""
    num, den = abs(q.numerator), q.denominator
    shift = PRINTED_DIGITS - (num.bit_length() - den.bit_length()) * 30103 // 100000
    num, den = num * 10 ** max(shift, 0), den * 10 ** max(-shift, 0)
    digits = str(-(-num // den) if up == (q > 0) else num // den)
    exponent = len(digits) - 1 - shift if q else 0
    text = (digits[0] + "." + digits[1:]).rstrip("0").rstrip(".")
    return ("-" if q < 0 else "") + text + (f"e{exponent}" if exponent else "")


def reject(code: str, left: Side, right: Side, note: str) -> NoReturn:
    show = [
        "[" + decimal(low, False) + ", " + decimal(high, True) + "]" for low, high in (left, right)
    ]
    raise Verdict("REJECTED", code, f"not proved: {show[0]} < {show[1]}{note}")


def require(code: str, left: Side, right: Side, note: str = "") -> None:
    """The strict inequality left < right between enclosures, or a rejection."""
    if not left[1] < right[0]:
        reject(code, left, right, note)


def refuse(code: str, what: str) -> NoReturn:
    raise Verdict("REJECTED", code, f"not proved: {what}")


def enclosed(num: int, den: int) -> Side:
    """num / den, den > 0, for printing, without the greatest common divisor of long numbers."""
    cut = max(0, min(num.bit_length(), den.bit_length()) - 256)
    if cut == 0:
        return (Fraction(num, den),) * 2
    low, high = num >> cut, -(-num >> cut)
    below, above = den >> cut, -(-den >> cut)
    return Fraction(low, above if low >= 0 else below), Fraction(
        high, below if high >= 0 else above
    )


def brackets(num: int, den: int = 1) -> str:
    low, high = enclosed(num, den)
    return f"[{decimal(low, False)}, {decimal(high, True)}]"
