"""Real numbers of a certificate: positive decimals, enclosures, matrices, and the working precision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, natural

__all__ = [
    "GUARD_BITS",
    "MAX_BITS",
    "MIN_BITS",
    "Interval",
    "Matrix",
    "counted",
    "no_zero_row",
    "read_bits",
    "read_curvature_witness",
    "read_interval",
    "read_positive",
]

MIN_BITS, MAX_BITS = 128, 1024
GUARD_BITS = 64  # worked with beyond the bits a witness asks for (FORMAT.md, section 4.1)


Matrix = tuple[tuple[fmpq, ...], ...]


@dataclass(frozen=True)
class Interval:
    """Rational bounds low < high; `texts` are the decimals as the file gives them."""

    low: fmpq
    high: fmpq
    texts: tuple[str, str]

    def __str__(self) -> str:
        return f"[{self.texts[0]}, {self.texts[1]}]"


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun: 1 class, 2 classes."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def read_interval(value: Any, where: str) -> Interval:
    """Two decimals in strictly increasing order."""
    if not isinstance(value, list) or len(value) != 2:
        raise Malformed(f"{where} is not a list of two numbers")
    low, high = (
        decimal(value[0], f"the lower end of {where}"),
        decimal(value[1], f"the upper end of {where}"),
    )
    if not low < high:
        raise Malformed(f"{where} is not an interval: its ends are not in increasing order")
    return Interval(low, high, (value[0], value[1]))


def read_positive(value: Any, where: str) -> fmpq:
    """A decimal above 0."""
    number = decimal(value, where)
    if not number > 0:
        raise Malformed(f"{where} is not positive")
    return number


def no_zero_row(matrix: Matrix, what: str) -> Matrix:
    """The matrix; `Malformed` if one of its rows is zero."""
    for i, row in enumerate(matrix):
        if all(entry == 0 for entry in row):
            raise Malformed(f"{what} {i + 1} is zero")
    return matrix


def read_bits(witness: Any) -> int:
    """The working precision, which is the whole witness of a dense certificate."""
    return natural(
        fields(witness, "the witness", ["bits"])["bits"], "the field bits", MIN_BITS, MAX_BITS
    )


def read_curvature_witness(witness: Any) -> tuple[int, fmpq]:
    """Working precision, and a bound of the curvature to try."""
    known = fields(witness, "the witness", ["bits", "curvature"])
    return natural(known["bits"], "the field bits", MIN_BITS, MAX_BITS), decimal(
        known["curvature"], "the curvature"
    )
