"""Factors and decays as text, exactly (0.01/N, 2/(N K), alpha over the batch), and what the source
of a network tells of the risk that was trained.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from certify.decimals import exact_decimal
from certify.errors import UnusableInput

__all__ = ["NOTHING", "ONE", "ZERO", "Amount", "Told", "amount"]

_NAMES = ("N", "K", "batch")
_TOKEN = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?|\.[0-9]+|batch|N|K|[*/()])")
_LONGEST = 200  # characters
_LARGE = 10**300  # beyond it there are no floats


@dataclass(frozen=True)
class Amount:
    """coefficient N^n K^k batch^b: N the number of data, K that of outputs, batch that of the data
    in a step of training.

    >>> amount("0.01/N").at(rows=442, outputs=1)
    Fraction(1, 44200)
    >>> str(amount("2/(N K)")), str(amount("1/(2N)")), str(amount("0"))
    ('2/(N K)', '0.5/N', '0')
    """

    coefficient: Fraction
    powers: tuple[int, int, int] = (0, 0, 0)

    def __mul__(self, other: Amount) -> Amount:
        pairs = zip(self.powers, other.powers, strict=True)
        n, k, b = (one + two for one, two in pairs)
        return Amount(self.coefficient * other.coefficient, (n, k, b))

    def __truediv__(self, other: Amount) -> Amount:
        n, k, b = (-power for power in other.powers)
        return self * Amount(1 / other.coefficient, (n, k, b))

    def __str__(self) -> str:
        if not self.coefficient:
            return "0"
        up, down = (
            [
                name if abs(power) == 1 else " ".join([name] * abs(power))
                for name, power in zip(_NAMES, self.powers, strict=True)
                if power * sign > 0
            ]
            for sign in (1, -1)
        )
        number = self.coefficient
        short = exact_decimal(float(number)) if number < _LARGE else "0"
        text = short if Fraction(short) == number else f"{number}"
        if "/" in text and down:
            top, _, bottom = text.partition("/")
            text, down = top, [bottom, *down]
        top = "*".join([text, *up])
        below = " ".join(down)
        return f"{top}/({below})" if " " in below else f"{top}/{below}" if below else top

    def at(self, *, rows: int, outputs: int, batch: int | str | None = None) -> Fraction:
        """The number, for so many data and outputs. batch: a number (at most all data are in one),
        or "auto", scikit-learn's min(200, N). Raises `UnusableInput` where it is needed and None.
        """
        if batch is None and self.powers[2]:
            raise UnusableInput(f"{self} needs the size of a batch: say --batch")
        size = min(rows, 200 if batch in ("auto", None) else int(str(batch)))
        value = self.coefficient
        for base, power in zip((rows, outputs, size), self.powers, strict=True):
            value *= Fraction(base) ** power
        return value


def amount(text: str | Fraction) -> Amount:
    """The amount in a text: numbers and N, K, batch, with * / and brackets; N K and 2N are products
    (in brackets where they stand below a stroke). Raises `UnusableInput`.
    """
    if isinstance(text, Fraction):
        return Amount(text)
    tokens, place = [], 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None or len(text) > _LONGEST:
            raise UnusableInput(
                f"{text[:40]!r} is no amount: it has numbers, N, K, batch, *, / and brackets, as"
                " 0.01/N or 2/(N K)"
            )
        tokens.append(match[1])
        place = match.end()
    left = iter([*tokens, ""])
    value, end = _product(next(left), left, text)
    if end:
        raise UnusableInput(f"{text!r} is no amount: the brackets do not match")
    return value


def _product(word: str, left: Iterator[str], text: str) -> tuple[Amount, str]:
    """Factors up to a closing bracket or the end, and what ended them."""
    value, word = _factor(word, left, text)
    divided = False
    while word not in ("", ")"):
        sign, word = (word, next(left)) if word in ("*", "/") else ("", word)
        if not sign and divided:
            raise UnusableInput(
                f"{text!r} can be read in two ways: put what stands below the stroke in brackets,"
                " as 1/(2N)"
            )
        factor, word = _factor(word, left, text)
        if sign == "/" and not factor.coefficient:
            raise UnusableInput(f"{text!r} is no amount: it divides by 0")
        value = value / factor if sign == "/" else value * factor
        divided = sign == "/"
    return value, word


def _factor(word: str, left: Iterator[str], text: str) -> tuple[Amount, str]:
    """A number, a name or a bracket, and the word behind it."""
    if word == "(":
        value, end = _product(next(left, ""), left, text)
        if end != ")":
            raise UnusableInput(f"{text!r} is no amount: the brackets do not match")
        return value, next(left, "")
    if word in _NAMES:
        n, k, b = (int(word == name) for name in _NAMES)
        return Amount(Fraction(1), (n, k, b)), next(left, "")
    if word in ("", ")", "*", "/"):
        raise UnusableInput(f"{text!r} is no amount: a number or a name is missing")
    return Amount(Fraction(word)), next(left, "")


ZERO = Amount(Fraction(0))
ONE = Amount(Fraction(1))


@dataclass(frozen=True)
class Told:
    """What a source tells of the risk; None for what it does not.

    loss: squared, cross-entropy or binary; factor; decay: for each layer those of weights and of
    biases; batch: the data in a step ("auto": min(200, N)). source: where it comes from, as
    scikit-learn's MLPRegressor. ask: a sentence for the user where the factor cannot be told.
    notes: what the user should know, a sentence each.
    """

    loss: str | None = None
    factor: Amount | None = None
    decay: tuple[tuple[Amount, Amount], ...] | None = None
    batch: int | str | None = None
    source: str = ""
    ask: str = ""
    notes: tuple[str, ...] = ()


NOTHING = Told()
