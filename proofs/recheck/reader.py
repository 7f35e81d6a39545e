"""Reading: bytes, JSON, numbers and the digest (FORMAT 1 and 2)."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NoReturn

from .verdict import decimal, malformed, need

MAX_BYTES, MAX_DEPTH, MAX_INTEGER = 16 * 1024 * 1024, 16, 20
MAX_DIGITS = 10_000  # of each part of a fraction

_SPACE = re.compile(r"[ \t\n\r]*")

_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")

_HEX = re.compile(r"[0-9a-fA-F]{4}")

_REAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:e(-?[0-9]{1,3}))?")

_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

_WORDS = (("true", True), ("false", False), ("null", None))


class JsonReader:
    """RFC 8259 with the restrictions of FORMAT 1: integers only, no key twice, at most MAX_DEPTH
    levels.

    It reads from left to right with regular expressions that cannot backtrack, and calls itself
    only to enter an array or object, after the depth was checked: bounded time, memory and stack.
    """

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def document(self) -> Any:
        value = self._value(1)
        if self.at != len(self.text):
            self._fail("text after the end of the JSON value")
        return value

    def _fail(self, what: str) -> NoReturn:
        malformed(f"At character {self.at}: {what}.")

    def _space(self) -> None:
        self.at = _SPACE.match(self.text, self.at).end()

    def _take(self, token: str) -> bool:
        if not self.text.startswith(token, self.at):
            return False
        self.at += len(token)
        return True

    def _value(self, level: int) -> Any:
        self._space()
        head = self.text[self.at : self.at + 1]
        if head in ("{", "["):
            if level > MAX_DEPTH:
                self._fail(f"arrays and objects are nested deeper than {MAX_DEPTH} levels")
            self.at += 1
            if head == "{":
                value: Any = self._object(level)
            else:
                value = [self._value(level + 1) for _ in self._items("]")]
        elif self._take('"'):
            value = self._string()
        elif head == "-" or head.isdigit():
            value = self._integer()
        else:
            for word, value in _WORDS:
                if self._take(word):
                    break
            else:
                self._fail("not a JSON value")
        self._space()
        return value

    def _items(self, close: str) -> Iterator[None]:
        """Yields at the beginning of each item up to the closing bracket, and reads the commas
        between them.
        """
        self._space()
        if self._take(close):
            return
        while True:
            yield
            if self._take(close):
                return
            if not self._take(","):
                self._fail(f"a comma or {close} is missing")

    def _object(self, level: int) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for _ in self._items("}"):
            self._space()
            if not self._take('"'):
                self._fail("a key in double quotes is missing")
            key = self._string()
            if key in members:
                self._fail("duplicate key in an object")
            self._space()
            if not self._take(":"):
                self._fail("a colon is missing")
            members[key] = self._value(level + 1)
        return members

    def _integer(self) -> int:
        match = _NUMBER.match(self.text, self.at)
        if match is None:
            self._fail("not a JSON number")
        if match.group(1) or match.group(2):
            self._fail("a number is not an integer (real numbers are strings)")
        if match.end() - match.start() > MAX_INTEGER:
            self._fail(f"an integer has more than {MAX_INTEGER} characters")
        self.at = match.end()
        return int(match.group())

    def _string(self) -> str:
        """The string whose opening quote was just read."""
        parts: list[str] = []
        while True:
            end = _PLAIN.match(self.text, self.at).end()
            parts.append(self.text[self.at : end])
            self.at = end
            if self._take('"'):
                return "".join(parts)
            if not self._take("\\"):
                self._fail("a string is not closed or holds a control character")
            letter = self.text[self.at : self.at + 1]
            self.at += 1
            if letter != "u" and letter not in _ESCAPES:
                self._fail("unknown escape in a string")
            parts.append(self._character() if letter == "u" else _ESCAPES[letter])

    def _character(self) -> str:
        """The character whose \\u was just read; two surrogates that follow each other are one
        character.
        """
        code = self._hex()
        if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", self.at):
            before, self.at = self.at, self.at + 2
            low = self._hex()
            if 0xDC00 <= low < 0xE000:
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
            self.at = before
        return chr(code)

    def _hex(self) -> int:
        match = _HEX.match(self.text, self.at)
        if match is None:
            self._fail("\\u is not followed by four hexadecimal digits")
        self.at = match.end()
        return int(match.group(), 16)


def fields(value: Any, name: str, required: str, optional: str = "") -> dict[str, Any]:
    """`value` as an object that has exactly the fields listed."""
    need(type(value) is dict, f"{name} is not an object.")
    for field in required.split():
        need(field in value, f"{name} lacks the field {field}.")
    need(set(value) <= set((required + " " + optional).split()), f"{name} has an unknown field.")
    return value


def integer(value: Any, name: str, low: int, high: int) -> int:
    need(type(value) is int and low <= value <= high, f"{name} is not an integer in {low}..{high}.")
    return value


def real(value: Any, name: str) -> Fraction:
    """The exact value of a real number of FORMAT 1."""
    match = _REAL.fullmatch(value) if type(value) is str and len(value) <= 410 else None
    need(match is not None, f"{name} is not a real number written as a string.")
    sign, whole, part, power = (
        match.group(1),
        match.group(2),
        match.group(3) or "",
        int(match.group(4) or "0"),
    )
    need(len(whole) + len(part) <= 400, f"{name} has more than 400 digits.")
    need(-300 <= power <= 300, f"{name} has an exponent beyond 300.")
    power -= len(part)
    return Fraction(int(sign + whole + part) * 10 ** max(power, 0), 10 ** max(-power, 0))


def vectors(value: Any, name: str, count: int, length: int) -> list[list[Fraction]]:
    """`count` rows of `length` real numbers, none of the rows zero."""
    need(type(value) is list and len(value) == count, f"{name} is not an array of {count} rows.")
    for row in value:
        need(
            type(row) is list and len(row) == length,
            f"A row of {name} is not an array of {length} numbers.",
        )
    rows = [[real(entry, f"An entry of {name}") for entry in row] for row in value]
    need(all(any(row) for row in rows), f"A row of {name} is zero.")
    return rows


def increasing(value: Any, name: str) -> tuple[Fraction, Fraction]:
    need(type(value) is list and len(value) == 2, f"{name} is not an array of two numbers.")
    low, high = real(value[0], name), real(value[1], name)
    need(low < high, f"The two numbers of {name} are not in strictly increasing order.")
    return low, high


_FRACTION = re.compile(r"(-?)(0|[1-9][0-9]*)/([1-9][0-9]*)")


def rational(value: Any, name: str) -> Fraction:
    """The exact value of a real number or a fraction of section 4.10."""
    match = (
        _FRACTION.fullmatch(value)
        if type(value) is str and len(value) <= 2 * MAX_DIGITS + 2
        else None
    )
    if match is None:
        return real(value, name)
    sign, above, below = match.groups()
    need(
        max(len(above), len(below)) <= MAX_DIGITS,
        f"{name} is a fraction with more than {MAX_DIGITS} digits.",
    )
    return Fraction(whole(above) if not sign else -whole(above), whole(below))


def whole(digits: str) -> int:
    """The integer with these digits.  They are converted in pieces, below Python's limit."""
    number = 0
    for start in range(0, len(digits), 600):
        piece = digits[start : start + 600]
        number = number * 10 ** len(piece) + int(piece)
    return number


def array(value: Any, name: str, length: int) -> list[Any]:
    need(
        type(value) is list and len(value) == length, f"{name} is not an array of {length} entries."
    )
    return value


def boolean(value: Any, name: str) -> bool:
    need(type(value) is bool, f"{name} is not true or false.")
    return value


def shown(value: str) -> str:
    """A rational of the file, in the file's form if that is short."""
    return value if len(value) <= 48 else "about " + decimal(rational(value, "a number"), False)


def read_bytes(path: str) -> bytes:
    """The content of a file, or of standard input for -."""
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
            need(len(data) <= MAX_BYTES, f"The file is larger than {MAX_BYTES} bytes.")
            return data
        if not stat.S_ISREG(os.stat(path).st_mode):
            malformed("This is not a regular file.")
        with open(path, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        malformed(f"The file cannot be read ({error.strerror}).")
    need(len(data) <= MAX_BYTES, f"The file is larger than {MAX_BYTES} bytes.")
    return data


def parse(data: bytes) -> Any:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        malformed(f"The file is not UTF-8 (at byte {error.start}).")
    need(not text.startswith("\ufeff"), "The file begins with a byte order mark.")
    return JsonReader(text).document()


def digest(tree: Any) -> str | None:
    """SHA-256 of the canonical JSON of the four fields (FORMAT 2); None if one of them
    is missing.
    """
    names = ("format", "kind", "statement", "witness")
    if type(tree) is not dict or any(name not in tree for name in names):
        return None
    four = {name: tree[name] for name in names}
    return hashlib.sha256(
        json.dumps(four, sort_keys=True, separators=(",", ":")).encode("ascii")
    ).hexdigest()
