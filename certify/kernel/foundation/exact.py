"""Exact input: a strict JSON reader, decimal strings as rationals, digests (FORMAT 1, 2).

Everything a certificate says is an exact rational; nothing here rounds.  The reader is bounded: a
hostile file costs at most `MAX_BYTES` of reading, `MAX_DEPTH` levels and `MAX_DIGITS` digits a
number before it is refused with `Malformed`.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

from flint import fmpq, fmpz

from certify.kernel.foundation.errors import Malformed

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_DIGITS",
    "MAX_EXPONENT",
    "MAX_FRACTION_DIGITS",
    "canonical_json",
    "decimal",
    "decimal_matrix",
    "digest",
    "fields",
    "flag",
    "natural",
    "parse_json",
    "rational",
    "read_bytes",
]

MAX_BYTES = 16 * 2**20
MAX_DEPTH = 16
MAX_DIGITS = 400
MAX_EXPONENT = 300
MAX_FRACTION_DIGITS = 10_000

_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:e(-?[0-9]{1,3}))?")
_FRACTION = re.compile(r"(-?(?:0|[1-9][0-9]*))/([1-9][0-9]*)")
_NOT_NESTING = bytes(c for c in range(256) if c not in b'[]{}"')


def read_bytes(path: Path) -> bytes:
    """The content of a regular file of at most `MAX_BYTES` bytes; anything else is `Malformed`."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Malformed("not a regular file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Malformed(f"cannot be read: {error.strerror or type(error).__name__}") from None
    except ValueError:
        raise Malformed("no file has a name with a null character") from None
    if len(data) > MAX_BYTES:
        raise Malformed(f"larger than the limit of {MAX_BYTES} bytes")
    return data


def _depth(data: bytes) -> int:
    """Deepest nesting of brackets outside strings, in linear time and memory.

    Escaped backslashes are removed first, then escaped quotes. Each remaining quote opens or closes
    a string. Outside strings JSON has no backslash, so the count is right up to the first character
    that is not JSON, and the parser stops there. Pairs of quotes with no bracket between them are
    removed, too: the number of quotes before each bracket stays even or odd.
    """
    quotes = data.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NOT_NESTING)
    level = deepest = 0
    for char in b"".join(quotes.replace(b'""', b"").split(b'"')[::2]):
        level += 1 if char in b"[{" else -1
        if level > deepest:
            deepest = level
            if deepest > MAX_DEPTH:
                break
    return deepest


def _no_float(text: str) -> NoReturn:
    raise Malformed(
        f"the JSON number {text[:40]} is not an integer: real numbers are written as decimal"
        " strings"
    )


def _small_int(text: str) -> int:
    if len(text) > 20:
        raise Malformed(f"an integer of {len(text)} digits is over the limit")
    return int(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in pairs:
        if name in result:
            raise Malformed(f"duplicate field {_shown(name)}")
        result[name] = value
    return result


def _shown(value: object) -> str:
    """A short, printable, ASCII form of anything the file may hold."""
    text = ascii(value)
    return text if len(text) <= 60 else text[:57] + "..."


def parse_json(data: bytes) -> Any:
    """JSON without floats, NaN, infinities, duplicate keys, deep nesting or long numbers;
    `Malformed` otherwise.
    """
    if len(data) > MAX_BYTES:
        raise Malformed(f"larger than the limit of {MAX_BYTES} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed(
            f"not JSON text: its bytes are no UTF-8 from byte {error.start} on"
        ) from None
    # a text that begins otherwise has no brackets, or is not JSON
    if text.lstrip(" \t\n\r").startswith(("[", "{")) and _depth(data) > MAX_DEPTH:
        raise Malformed(f"nested deeper than the limit of {MAX_DEPTH} levels")
    try:
        return json.loads(
            text,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_small_int,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        raise Malformed(
            f"not valid JSON: {error.msg} at line {error.lineno} column {error.colno}"
        ) from None


def fields(
    value: Any, where: str, required: Iterable[str], optional: Iterable[str] = ()
) -> dict[str, Any]:
    """The object `value`, which must have exactly the fields named; `Malformed` otherwise."""
    if not isinstance(value, dict):
        raise Malformed(f"{where} is not an object")
    needed, allowed = set(required), {*required, *optional}
    if missing := sorted(needed - value.keys()):
        raise Malformed(f"{where} lacks the field {missing[0]!r}")
    if unknown := sorted(value.keys() - allowed):
        raise Malformed(f"{where} has the unknown field {_shown(unknown[0])}")
    return value


def natural(value: Any, where: str, low: int, high: int) -> int:
    """An integer in low..high (JSON true and false are not integers)."""
    if type(value) is not int or not low <= value <= high:
        raise Malformed(f"{where} is not an integer in {low}..{high}")
    return value


def flag(value: Any, where: str) -> bool:
    """A JSON true or false."""
    if type(value) is not bool:
        raise Malformed(f"{where} is neither true nor false")
    return value


def decimal(value: Any, where: str) -> fmpq:
    """The rational an exact decimal string stands for, as "-0.50", "12", "1e-30"."""
    if not isinstance(value, str):
        raise Malformed(f"{where} is not a decimal string")
    if len(value) > MAX_DIGITS + 10:
        raise Malformed(f"{where} is longer than the limit of {MAX_DIGITS} digits")
    match = _DECIMAL.fullmatch(value)
    if match is None:
        raise Malformed(f"{where} is not a decimal string: {_shown(value)}")
    sign, whole, part, exponent = match.groups()
    part = part or ""
    if len(whole) + len(part) > MAX_DIGITS:
        raise Malformed(f"{where} is longer than the limit of {MAX_DIGITS} digits")
    shift = int(exponent or 0)
    if abs(shift) > MAX_EXPONENT:
        raise Malformed(f"{where} has an exponent beyond the limit of {MAX_EXPONENT}")
    shift -= len(part)
    mantissa = fmpz(int(whole + part)) * (-1 if sign else 1)
    power = fmpz(10) ** abs(shift)
    return fmpq(mantissa * power) if shift >= 0 else fmpq(mantissa, power)


def rational(value: Any, where: str) -> fmpq:
    """The rational of a decimal string, or of a fraction of two integers as "-22/7" (denominator
    above 0, not necessarily in lowest terms).
    """
    if not isinstance(value, str) or "/" not in value:
        return decimal(value, where)
    if len(value) > 2 * MAX_FRACTION_DIGITS + 2:
        raise Malformed(
            f"{where} is longer than the limit of {MAX_FRACTION_DIGITS} digits above and below the"
            " line"
        )
    match = _FRACTION.fullmatch(value)
    if match is None:
        raise Malformed(f"{where} is neither a decimal string nor a fraction: {_shown(value)}")
    if max(len(match[1].lstrip("-")), len(match[2])) > MAX_FRACTION_DIGITS:
        raise Malformed(
            f"{where} is longer than the limit of {MAX_FRACTION_DIGITS} digits above and below the"
            " line"
        )
    return fmpq(fmpz(match[1]), fmpz(match[2]))


def decimal_matrix(value: Any, where: str, rows: int, columns: int) -> tuple[tuple[fmpq, ...], ...]:
    """A rows x columns array of decimal strings, as rationals."""
    if not isinstance(value, list) or len(value) != rows:
        raise Malformed(f"{where} is not a list of {rows} rows")
    for i, row in enumerate(value):
        if not isinstance(row, list) or len(row) != columns:
            raise Malformed(f"row {i + 1} of {where} is not a list of {columns} numbers")
    return tuple(
        tuple(decimal(entry, f"entry ({i + 1}, {j + 1}) of {where}") for j, entry in enumerate(row))
        for i, row in enumerate(value)
    )


def canonical_json(value: Any) -> bytes:
    """Sorted keys, no spaces, ASCII: the bytes a digest is taken of."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode(
        "ascii"
    )


def digest(document: dict[str, Any]) -> str:
    """sha256 (hex) of the canonical JSON of format, kind, statement and witness; provenance plays
    no part.
    """
    proof = {name: document[name] for name in ("format", "kind", "statement", "witness")}
    return hashlib.sha256(canonical_json(proof)).hexdigest()
