"""What a certificate claims, row by row: a symbol, a value that is printed outward, and what it
means.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from flint import fmpq

from certify.enclosure import Enclosure, rounded
from certify.kernel.foundation.reals import Interval, Range, Real
from certify.kernel.foundation.words import Math, Numeral, Part, Words, line, plain

__all__ = ["Bound", "Row", "Value", "exact", "least", "most", "row", "within", "yes"]

_LONGEST = 40  # characters of a rational that is printed as it is
_ALL = 400  # digits, more than a certificate holds


@dataclass(frozen=True)
class Bound:
    """One end: the quantity is at most `end` (`above`), or at least. Rounded to the side on which
    the statement stays true.

    >>> Bound(Fraction("9.14e-41"), above=True).printed(2)
    '9.2e-41'
    """

    end: Fraction
    above: bool

    def printed(self, digits: int = 12) -> str:
        """The end with at most `digits` significant digits: up for an upper bound, down for a lower
        one.
        """
        return rounded(self.end, digits, up=self.above)


def most(value: object) -> Bound:
    """At most this decimal."""
    return Bound(Fraction(str(value)), above=True)


def least(value: object) -> Bound:
    """At least this decimal."""
    return Bound(Fraction(str(value)), above=False)


def within(value: Interval) -> Enclosure:
    """In this interval."""
    return Enclosure.of(*value.texts)


# What is neither an enclosure nor a bound is exact as it stands.
Value = Enclosure | Bound | Real | Range | Math | str | Words


@dataclass(frozen=True)
class Row:
    """One claim: `symbol` in Unicode, `latex` for mathematics mode, `value`, and its meaning in a
    few words.
    """

    symbol: str
    latex: str
    value: Value
    meaning: Words
    one_of_many: bool = False  # an eigenvalue among all of them

    @property
    def relation(self) -> str:
        """The sign between symbol and value."""
        if isinstance(self.value, Enclosure):
            return "∈"
        if isinstance(self.value, Bound):
            return "≤" if self.value.above else "≥"
        return "="

    def words(self, digits: int = 12) -> Words:
        """The value, an enclosure or bound rounded outward to `digits` significant digits."""
        if isinstance(self.value, Enclosure | Bound):
            return (Numeral(self.value.printed(digits)),)
        return self.value if isinstance(self.value, tuple) else (self.value,)

    def printed(self, digits: int = 12) -> str:
        """The same in ASCII."""
        return plain(self.words(digits))

    @property
    def exactly(self) -> str:
        """The value with all its digits, in ASCII."""
        return self.printed(_ALL)


def row(symbol: str, latex: str, value: Value, *meaning: Part) -> Row:
    """A row; the meaning is that of `line`, with formulas between dollars."""
    return Row(symbol, latex, value, line(*meaning))


def yes(name: str, meaning: str) -> Row:
    """A claim without a number."""
    return row(name, rf"\text{{{name}}}", "yes", meaning)


def exact(value: fmpq) -> Math | Enclosure:
    """A rational as it is where it is short, else enclosed."""
    text = str(value)
    return Math(text) if len(text) <= _LONGEST else Enclosure.of(text, text)
