"""The data of an empirical risk: a matrix of exact numbers."""

from __future__ import annotations

import re
from itertools import repeat
from math import lcm
from typing import Any

from flint import fmpq_mat, fmpz, fmpz_mat

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal_matrix
from certify.kernel.foundation.rational_matrix import RationalMatrix

__all__ = ["read_data"]

_MAX_DATA = 10**5
_MAX_ENTRIES = 10**6

# decimals of `exact.decimal`, short ones without an exponent, each with a comma behind it
_PLAIN = re.compile(r"(?:-?(?:0|[1-9][0-9]{0,31}+)(?:\.[0-9]{1,32}+)?+,)*+")


def read_data(value: Any, where: str, units: int, most: int | None = None) -> RationalMatrix:
    """A list of data, `units` decimals each, as a matrix units x data. most: the bits that all
    denominators may have, where each is the common one. Raises `Malformed`.
    """
    if (
        not isinstance(value, list)
        or not 1 <= len(value) <= _MAX_DATA
        or len(value) * units > _MAX_ENTRIES
    ):
        raise Malformed(
            f"{where} are not a list of 1 to {min(_MAX_DATA, _MAX_ENTRIES // units)} rows"
        )
    texts = [_plain(row, units) for row in value]
    if None not in texts:
        return _read_plain("".join(filter(None, texts)), units)
    rows = decimal_matrix(value, where, len(value), units)
    common = lcm(*{int(entry.q) for row in rows for entry in row})
    if most is not None and len(value) * units * common.bit_length() > most:
        raise Malformed(f"{where} over their common denominator have more than {most} bits")
    return RationalMatrix.of(
        fmpq_mat(units, len(rows), [row[unit] for unit in range(units) for row in rows])
    )


def _plain(row: Any, units: int) -> str | None:
    """A row of so many short decimals without an exponent, with a comma behind each; None if it is
    anything else.
    """
    if not isinstance(row, list) or len(row) != units:
        return None
    try:
        text = ",".join(row) + ","
    except TypeError:  # not all are strings
        return None
    # a comma inside an entry is one too many
    return text if text.count(",") == units and _PLAIN.fullmatch(text) else None


def _read_plain(text: str, units: int) -> RationalMatrix:
    """These decimals, datum by datum, over one power of ten: the digits of each are an integer, to
    which zeros are added where others have more decimal places.
    """
    text = text[:-1]
    decimals, digits = text.split(","), map(int, text.replace(".", "").split(","))
    ends = zip(map(len, decimals), map(str.find, decimals, repeat(".")), strict=True)
    # find is -1 where there is no point
    places = [length - 1 - point if point > 0 else 0 for length, point in ends]
    most = max(places)
    powers = [10 ** (most - each) for each in range(most + 1)]
    entries = [whole * powers[each] for whole, each in zip(digits, places, strict=True)]
    matrix = fmpz_mat(len(entries) // units, units, entries)
    return RationalMatrix(matrix.transpose(), fmpz(10) ** most)
