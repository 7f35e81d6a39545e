"""The data of an empirical risk: a matrix of exact numbers."""

from __future__ import annotations

import re
from itertools import chain
from math import lcm
from typing import Any

from flint import fmpq_mat, fmpz, fmpz_mat

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal_matrix
from certify.kernel.foundation.rational_matrix import RationalMatrix

__all__ = ["read_data"]

_MAX_DATA = 10**5
_MAX_ENTRIES = 10**6
_MAX_SIZE = 2**30  # bits of all numbers over their common denominator; room of FORMAT 4.10
_SHORT = 64  # characters of a decimal that is read with its neighbours

# decimals of `exact.decimal` without an exponent, each with a comma behind it
_PLAIN = re.compile(r"(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?,)*")


def read_data(value: Any, where: str, units: int) -> RationalMatrix:
    """A list of data, `units` decimals each, as a matrix units x data. Raises `Malformed`."""
    if (
        not isinstance(value, list)
        or not 1 <= len(value) <= _MAX_DATA
        or len(value) * units > _MAX_ENTRIES
    ):
        raise Malformed(
            f"{where} are not a list of 1 to {min(_MAX_DATA, _MAX_ENTRIES // units)} rows"
        )
    if all(_is_plain(row, units) for row in value):
        return _read_plain(list(chain.from_iterable(value)), units)
    rows = decimal_matrix(value, where, len(value), units)
    common = lcm(*{int(entry.q) for row in rows for entry in row})
    if len(value) * units * common.bit_length() > _MAX_SIZE:
        raise Malformed(f"{where} over their common denominator have more than {_MAX_SIZE} bits")
    return RationalMatrix.of(
        fmpq_mat(units, len(rows), [row[unit] for unit in range(units) for row in rows])
    )


def _is_plain(row: Any, units: int) -> bool:
    """Whether the row holds so many short decimals without an exponent."""
    if not isinstance(row, list) or len(row) != units or {*map(type, row)} != {str}:
        return False
    text = ",".join(row) + ","
    # a comma inside an entry is one too many
    return (
        len(max(row, key=len)) <= _SHORT
        and text.count(",") == units
        and _PLAIN.fullmatch(text) is not None
    )


def _read_plain(texts: list[str], units: int) -> RationalMatrix:
    """These decimals, datum by datum, over one power of ten: their digits are integers, and those
    with fewer decimal places than others get zeros.
    """
    digits = map(int, ",".join(texts).replace(".", "").split(","))
    places = [len(text) - 1 - text.find(".") if "." in text else 0 for text in texts]
    most = max(places)
    powers = [10 ** (most - each) for each in range(most + 1)]
    entries = [whole * powers[each] for whole, each in zip(digits, places, strict=True)]
    matrix = fmpz_mat(len(texts) // units, units, entries)
    return RationalMatrix(matrix.transpose(), fmpz(10) ** most)
