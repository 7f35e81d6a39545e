"""How long the numbers of an exact least squares fit become, and how long it takes: estimated
before the work.

The coefficients are quotients of determinants (Cramer's rule), so their denominator is that of the
Gram matrix of the features, but for common divisors. A feature may be shifted by a multiple of the
constant one and divided by an integer: neither is seen in the coefficients' length for long.
"""

from __future__ import annotations

from math import gcd, log2

import numpy as np
from flint import fmpz

from certify.errors import UnusableInput
from certify.kernel.foundation.exact import MAX_FRACTION_DIGITS
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.progress import expected

__all__ = ["announce", "digits_of_fit"]

_PRECISE = 60  # bits of an entry that float64 is given
_FLAT = 1e-9  # eigenvalues below it, relative to the largest, may be 0
_SOLVED = 9e-11  # seconds, for each unknown and each square of a digit
_SURE = 1.01  # beyond so many times the bound the estimate is not mistaken


def digits_of_fit(features: RationalMatrix) -> int | None:
    """About how many digits the least common denominator has of the coefficients of a least squares
    fit on these features (features x data); None where they are nearly dependent.
    """
    bits, rows = 0.0, []
    shifted = any(row[0] and all(entry == row[0] for entry in row) for row in features.rows)
    for row in features.rows:
        base = row[0] if shifted and any(entry != row[0] for entry in row) else fmpz(0)
        entries = [int(entry - base) for entry in row]
        divisor = gcd(*entries)
        if divisor == 0:
            return None
        entries = [entry // divisor for entry in entries]
        bits += log2(sum(entry * entry for entry in entries))
        cut = max(0, max(map(abs, entries)).bit_length() - _PRECISE)
        numbers = np.array([float(entry >> cut) for entry in entries])
        rows.append(numbers / np.linalg.norm(numbers))
    unit = np.array(rows)
    values = np.linalg.eigvalsh(unit @ unit.T)
    if values[0] <= _FLAT * values[-1]:
        return None
    return int((bits + float(np.sum(np.log2(values)))) / log2(10)) + 1


def announce(features: RationalMatrix) -> None:
    """Say how long a fit on these features is going to take. Raises `UnusableInput` at once where
    its coefficients are longer than the format allows.
    """
    digits = digits_of_fit(features)
    if digits is None:
        return
    count = features.nrows()
    what = f"the best fit has {count} exact coefficients of about {digits} digits"
    if digits > MAX_FRACTION_DIGITS * _SURE:
        raise UnusableInput(
            f"{what}, and the format allows {MAX_FRACTION_DIGITS}: leave out inputs, or round them"
            " to fewer digits"
        )
    expected(what, _SOLVED * count * digits**2 * 5)
