"""Real numbers of a certificate: single ones, enclosures, ranges and matrices, each as the file
writes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import MAX_DIGITS, decimal, rational

__all__ = [
    "Interval",
    "Matrix",
    "Range",
    "Real",
    "counted",
    "no_zero_row",
    "read_fraction",
    "read_interval",
    "read_positive",
    "read_range",
    "read_real",
]

Matrix = tuple[tuple[fmpq, ...], ...]


@dataclass(frozen=True)
class Real:
    """An exact rational, and the decimal by which the file gives it: the same number is decided
    and printed.
    """

    value: fmpq
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class _Ends:
    """Rationals low < high; `texts` are the decimals as the file gives them."""

    low: fmpq
    high: fmpq
    texts: tuple[str, str]

    def __str__(self) -> str:
        return f"[{self.texts[0]}, {self.texts[1]}]"

    @property
    def lower(self) -> Real:
        """The lower end."""
        return Real(self.low, self.texts[0])

    @property
    def upper(self) -> Real:
        """The upper end."""
        return Real(self.high, self.texts[1])


class Interval(_Ends):
    """Bounds of one real number: they may be rounded outward where they are printed."""


class Range(_Ends):
    """All the numbers for which something is claimed: it is printed as it is."""


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun: 1 class, 2 classes."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def read_real(value: Any, where: str) -> Real:
    """A decimal. Raises `Malformed`."""
    return Real(decimal(value, where), value)


def read_fraction(value: Any, where: str) -> Real:
    """A decimal, or a fraction of two integers that are not longer. Raises `Malformed`."""
    number = Real(rational(value, where), value)
    if len(value) > 2 * MAX_DIGITS:
        raise Malformed(f"{where} is longer than the limit of {MAX_DIGITS} digits")
    return number


def read_positive(value: Any, where: str) -> Real:
    """A decimal above 0. Raises `Malformed`."""
    number = read_real(value, where)
    if not number.value > 0:
        raise Malformed(f"{where} is not positive")
    return number


def read_interval(value: Any, where: str) -> Interval:
    """Two decimals in strictly increasing order. Raises `Malformed`."""
    return Interval(*_read_ends(value, where))


def read_range(value: Any, where: str) -> Range:
    """Two decimals in strictly increasing order. Raises `Malformed`."""
    return Range(*_read_ends(value, where))


def _read_ends(value: Any, where: str) -> tuple[fmpq, fmpq, tuple[str, str]]:
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed(f"{where} is not a list of two numbers")
    low = decimal(value[0], f"the lower end of {where}")
    high = decimal(value[1], f"the upper end of {where}")
    if not low < high:
        raise Malformed(f"{where} is not an interval: its ends are not in increasing order")
    return low, high, (value[0], value[1])


def no_zero_row(matrix: Matrix, what: str) -> Matrix:
    """The matrix; `Malformed` if one of its rows is zero."""
    for i, row in enumerate(matrix):
        if all(entry == 0 for entry in row):
            raise Malformed(f"{what} {i + 1} is zero")
    return matrix
