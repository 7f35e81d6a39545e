"""Single entries as exact decimals.

Nothing is rounded and nothing is guessed. A whole number keeps all its digits. A float is the
shortest decimal that reads back as it in float64 (float32 and shorter are widened first, which is
exact). An entry that is no number is refused, and the message names its place.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from certify.decimals import decimal_text, shortest
from certify.errors import UnusableInput

__all__ = ["MISSING", "decimal_of", "detached", "is_missing", "is_number"]


MISSING = frozenset(
    [
        "",
        "?",
        "-",
        "--",
        ".",
        "..",
        "na",
        "n/a",
        "#n/a",
        "#n/a n/a",
        "#na",
        "#null!",
        "nan",
        "-nan",
        "1.#ind",
        "-1.#ind",
        "1.#qnan",
        "-1.#qnan",
        "<na>",
        "nat",
        "null",
        "none",
        "nil",
        "missing",
    ]
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_LONGEST = 400  # digits of a number in a certificate


def is_missing(entry: Any) -> bool:
    """Whether the entry says that there is no value: None, NaN, an empty text, or a marker such as
    ? and NA.
    """
    if isinstance(entry, str):
        return entry.strip().casefold() in MISSING
    if entry is None or entry is np.ma.masked or type(entry).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(entry, float | np.floating):
        return bool(np.isnan(entry))
    return isinstance(entry, Decimal) and entry.is_nan()


def is_number(text: str) -> bool:
    """Whether the text is a decimal in ASCII digits, as 12, -0.5 or 1e-3; not 1_0, inf or other
    scripts' digits.
    """
    return _NUMBER.fullmatch(text.strip()) is not None


def decimal_of(entry: Any, where: str) -> str:
    """The entry as an exact decimal without exponent. Raises `UnusableInput` that names its place:
    missing, no number, not finite, too long.

    >>> decimal_of(2**60 + 1, "x"), decimal_of(0.1, "x"), decimal_of("-1.50e2", "x")
    ('1152921504606846977', '0.1', '-150')
    """
    if isinstance(entry, str):
        text = entry.strip()
        if _NUMBER.fullmatch(text) is None:
            raise UnusableInput(_not_a_number(text, where))
        return _plain(Decimal(text), where) if len(text) <= _LONGEST else _too_long(where)
    if is_missing(entry):
        raise UnusableInput(f"{where} is missing")
    if isinstance(entry, bool | np.bool_):
        raise UnusableInput(f"{where} is a truth value: write it as 0 or 1")
    if isinstance(
        entry, np.timedelta64 | np.datetime64
    ):  # numpy counts durations among the integers
        raise UnusableInput(f"{where} is a date or a duration: write it as a number")
    if isinstance(entry, int | np.integer):
        return str(int(entry)) if int(entry).bit_length() < 270 else _too_large(where)
    if isinstance(entry, float) or (
        isinstance(entry, np.floating) and entry.itemsize <= np.float64().itemsize
    ):
        return (
            shortest(_plain(Decimal(repr(float(entry))), where))
            if np.isfinite(entry)
            else _infinite(where)
        )
    if isinstance(entry, np.floating):
        return _extended(entry, where)
    if isinstance(entry, Decimal):
        return shortest(_plain(entry, where)) if entry.is_finite() else _infinite(where)
    if isinstance(entry, Fraction):
        return _terminating(entry, where)
    if getattr(entry, "ndim", None) == 0 and not isinstance(entry, np.generic):
        return decimal_of(np.asarray(detached(entry))[()], where)
    raise UnusableInput(f"{where} is not a number")


def detached(value: Any) -> Any:
    """A tensor of torch without its gradient and on the processor, so that numpy takes it exactly;
    other values unchanged.
    """
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        value = value.detach().cpu()
        if getattr(value, "is_floating_point", lambda: False)():
            value = value.double()  # exact: bfloat16 and half have no numpy type of their own
    return value


def _not_a_number(text: str, where: str) -> str:
    """Why the text is no number, with a hint where it nearly is one."""
    if text.casefold() in MISSING:
        return f"{where} is missing"
    if text.casefold().lstrip("+-") in ("inf", "infinity"):
        return f"{where} is not finite"
    if re.fullmatch(r"[+-]?[0-9]*,[0-9]+", text):
        return f"{where} is not a number: {text} has a decimal comma (for a table: --decimal ,)"
    return (
        f"{where} is not a number: {text[:40]}"
        if text.isprintable()
        else f"{where} is not a number"
    )


def _plain(number: Decimal, where: str) -> str:
    """Without an exponent. Raises `UnusableInput` where that takes too many digits."""
    if number and not -300 <= number.adjusted() <= 80:
        _too_large(where)
    text = format(number, "f")
    return text if len(text) <= _LONGEST else _too_long(where)


def _extended(entry: np.floating[Any], where: str) -> str:
    """A float longer than float64: the float64 it equals, or all its digits."""
    if not np.isfinite(entry):
        _infinite(where)
    near = float(entry)
    if np.isfinite(near) and type(entry)(near) == entry:
        return decimal_of(near, where)
    return _terminating(Fraction(*map(int, entry.as_integer_ratio())), where)


def _terminating(value: Fraction, where: str) -> str:
    """All digits of a fraction. Raises `UnusableInput` where they do not end."""
    twos, rest = 0, value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    fives = 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise UnusableInput(
            f"{where} is the fraction {str(value)[:40]}, which is no finite decimal"
        )
    digits = max(twos, fives)
    if digits > _LONGEST:
        _too_long(where)
    whole = value.numerator * 10**digits // value.denominator
    if whole.bit_length() > 4 * _LONGEST:
        _too_long(where)
    text = decimal_text(whole, digits)
    return text if len(text) <= _LONGEST else _too_long(where)


def _too_large(where: str) -> NoReturn:
    raise UnusableInput(f"{where} is too large or too small")


def _too_long(where: str) -> NoReturn:
    raise UnusableInput(f"{where} has more than {_LONGEST} digits")


def _infinite(where: str) -> NoReturn:
    raise UnusableInput(f"{where} is not finite")
