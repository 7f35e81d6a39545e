"""The data of an empirical risk: a matrix of exact numbers."""

from __future__ import annotations

from typing import Any

from flint import fmpq_mat

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal_matrix

__all__ = ["read_data"]

_MAX_DATA = 10**5
_MAX_ENTRIES = 10**6


def read_data(value: Any, where: str, units: int) -> fmpq_mat:
    """A list of data, `units` decimals each, as a matrix units x data. Raises `Malformed`."""
    if (
        not isinstance(value, list)
        or not 1 <= len(value) <= _MAX_DATA
        or len(value) * units > _MAX_ENTRIES
    ):
        raise Malformed(
            f"{where} are not a list of 1 to {min(_MAX_DATA, _MAX_ENTRIES // units)} rows"
        )
    rows = decimal_matrix(value, where, len(value), units)
    return fmpq_mat(units, len(rows), [row[unit] for unit in range(units) for row in rows])
