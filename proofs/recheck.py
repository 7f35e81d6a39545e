#!/usr/bin/env python3
"""Second, independent checker of `certify/1` certificates.  Usage: python recheck.py FILE_OR_FOLDER...

It follows FORMAT.md (the rules, the ten inequalities) and LEMMAS.md (the mathematics) and shares no code with the
other checker.  One file for Python 3.10 or later; it uses the standard library only, and no floats.

How to read it: section 1 reads JSON and the certificate, section 2 is interval arithmetic on integers, section 3 the
closed forms of the lemmas, section 4 the proof that a matrix is positive definite, section 5 the ten inequalities,
section 6 the command line.  What has to be believed beyond this file: Python's integers, math.isqrt, hashlib.
"""
from __future__ import annotations

import argparse
import hashlib
import json  # for output and for the canonical form of the digest only; input is read by JsonReader
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm
from operator import mul as times
from typing import Any, NoReturn

VERSION = "recheck 1 (certify/1)"
FORMAT, KIND = "certify/1", "gaussian-minimum"
MAX_BYTES, MAX_DEPTH, MAX_INTEGER = 16 * 1024 * 1024, 16, 20
GUARD_BITS = 64  # working precision = witness bits + GUARD_BITS
PRINTED_DIGITS = 40  # significant digits of the bounds in a rejection
ITERATIONS = 40  # of the search for the vector of inequality 10


class Verdict(Exception):
    """Anything but PROVED: the verdict, the reason code (None if malformed), the reason."""

    def __init__(self, verdict: str, code: str | None, reason: str) -> None:
        super().__init__(verdict, code, reason)
        self.verdict, self.code, self.reason = verdict, code, reason


def malformed(sentence: str) -> NoReturn:
    raise Verdict("MALFORMED", None, sentence)


def need(condition: bool, sentence: str) -> None:
    if not condition:
        malformed(sentence)


# ---------------------------------------------------------------------------------------------------------------------
# 1. Reading (FORMAT.md, sections 1, 2 and 4.1)
# ---------------------------------------------------------------------------------------------------------------------

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_HEX = re.compile(r"[0-9a-fA-F]{4}")
_REAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:e(-?[0-9]{1,3}))?")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = (("true", True), ("false", False), ("null", None))


class JsonReader:
    """RFC 8259 with the restrictions of FORMAT.md: integers only, no key twice, at most MAX_DEPTH levels.

    It reads from left to right with regular expressions that cannot backtrack, and calls itself only to enter an
    array or object, after the depth was checked: bounded time, memory and stack.
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
        head = self.text[self.at:self.at + 1]
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
        """Stops the caller at the beginning of each item up to the closing bracket, and reads the commas between."""
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
                self._fail("a key stands twice in one object")
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
            parts.append(self.text[self.at:end])
            self.at = end
            if self._take('"'):
                return "".join(parts)
            if not self._take("\\"):
                self._fail("a string is not closed or holds a control character")
            letter = self.text[self.at:self.at + 1]
            self.at += 1
            if letter != "u" and letter not in _ESCAPES:
                self._fail("unknown escape in a string")
            parts.append(self._character() if letter == "u" else _ESCAPES[letter])

    def _character(self) -> str:
        """The character whose \\u was just read; two surrogates that follow each other are one character."""
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


@dataclass(frozen=True)
class Certificate:
    """The claim of section 4.1 in exact numbers."""

    centre: list[list[Fraction]]
    targets: list[list[Fraction]]
    radius: Fraction
    distance: Fraction
    loss: tuple[Fraction, Fraction]
    curvature: Fraction
    lambda_min: tuple[Fraction, Fraction]
    every_dimension: bool
    bits: int
    summary: str


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
    """The exact value of a real number of FORMAT.md section 1."""
    match = _REAL.fullmatch(value) if type(value) is str and len(value) <= 410 else None
    need(match is not None, f"{name} is not a real number written as a string.")
    sign, whole, part, power = match.group(1), match.group(2), match.group(3) or "", int(match.group(4) or "0")
    need(len(whole) + len(part) <= 400, f"{name} has more than 400 digits.")
    need(-300 <= power <= 300, f"{name} has an exponent beyond 300.")
    power -= len(part)
    return Fraction(int(sign + whole + part) * 10 ** max(power, 0), 10 ** max(-power, 0))


def vectors(value: Any, name: str, count: int, length: int) -> list[list[Fraction]]:
    """`count` rows of `length` real numbers, none of the rows zero."""
    need(type(value) is list and len(value) == count, f"{name} is not an array of {count} rows.")
    for row in value:
        need(type(row) is list and len(row) == length, f"A row of {name} is not an array of {length} numbers.")
    rows = [[real(entry, f"An entry of {name}") for entry in row] for row in value]
    need(all(any(row) for row in rows), f"A row of {name} is zero.")
    return rows


def increasing(value: Any, name: str) -> tuple[Fraction, Fraction]:
    need(type(value) is list and len(value) == 2, f"{name} is not an array of two numbers.")
    low, high = real(value[0], name), real(value[1], name)
    need(low < high, f"The two numbers of {name} are not in strictly increasing order.")
    return low, high


def interpret(tree: Any) -> Certificate:
    """The certificate in a JSON value.  Version and kind come first (FORMAT.md section 2)."""
    need(type(tree) is dict, "The JSON text is not an object.")
    for field in ("format", "kind"):
        need(field in tree, f"The certificate lacks the field {field}.")
        need(type(tree[field]) is str, f"The field {field} is not a string.")
    if tree["format"] != FORMAT:
        raise Verdict("DECLINED", "version", f"this checker knows the format {FORMAT} only")
    if tree["kind"] != KIND:
        raise Verdict("DECLINED", "kind", f"this checker knows the kind {KIND} only")
    fields(tree, "The certificate", "format kind statement witness", "provenance")
    statement = fields(tree["statement"], "statement", "problem centre claims")
    problem = fields(statement["problem"], "problem", "n k d targets")
    claims = fields(statement["claims"], "claims", "radius distance loss curvature lambda_min every_dimension")
    witness = fields(tree["witness"], "witness", "bits")
    n, k, d = (integer(problem[name], name, 1, 64) for name in ("n", "k", "d"))
    need(n >= k, "n is less than k.")
    kind = "orthonormal" if type(problem["targets"]) is str else "as given"
    if type(problem["targets"]) is str:
        need(problem["targets"] == "orthonormal", "targets is a string other than orthonormal.")
        need(d >= k, "The targets are orthonormal but d is less than k.")
        targets = [[Fraction(int(a == j)) for a in range(d)] for j in range(k)]
    else:
        targets = vectors(problem["targets"], "targets", k, d)
    radius, distance = real(claims["radius"], "radius"), real(claims["distance"], "distance")
    need(radius > 0 and distance > 0, "radius and distance are not both positive.")
    everywhere = claims["every_dimension"]
    need(type(everywhere) is bool, "every_dimension is not true or false.")
    return Certificate(
        centre=vectors(statement["centre"], "centre", n, d),
        targets=targets,
        radius=radius,
        distance=distance,
        loss=increasing(claims["loss"], "loss"),
        curvature=real(claims["curvature"], "curvature"),
        lambda_min=increasing(claims["lambda_min"], "lambda_min"),
        every_dimension=everywhere,
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"n={n} k={k} {'D>=' if everywhere else 'd='}{d} targets {kind}: within {claims['radius']} of the"
                f" centre exactly one critical point, a spurious strict local minimum, within {claims['distance']};"
                f" {claims['loss'][0]} < loss < {claims['loss'][1]}; Hessian >= {claims['curvature']} on the ball,"
                f" its least eigenvalue at the minimum in [{claims['lambda_min'][0]}, {claims['lambda_min'][1]}]",
    )


def read_bytes(path: str) -> bytes:
    try:
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
    """SHA-256 of the canonical JSON of the four fields (FORMAT.md section 2); None if one of them is missing."""
    names = ("format", "kind", "statement", "witness")
    if type(tree) is not dict or any(name not in tree for name in names):
        return None
    four = {name: tree[name] for name in names}
    return hashlib.sha256(json.dumps(four, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


# ---------------------------------------------------------------------------------------------------------------------
# 2. Interval arithmetic
# ---------------------------------------------------------------------------------------------------------------------

Interval = tuple[int, int]  # (lo, hi) stands for the real numbers in [lo, hi] * 2^-P, P = Arithmetic.bits
Side = tuple[Fraction, Fraction]  # an enclosure in exact numbers, for comparing and printing
ZERO: Interval = (0, 0)


def ceil_div(a: int, b: int) -> int:
    return -(-a // b)


def add(*terms: Interval) -> Interval:
    return sum(t[0] for t in terms), sum(t[1] for t in terms)


def sub(a: Interval, b: Interval) -> Interval:
    return a[0] - b[1], a[1] - b[0]


def neg(a: Interval) -> Interval:
    return -a[1], -a[0]


def scale(a: Interval, q: Fraction) -> Interval:
    """A times the rational q >= 0."""
    return a[0] * q.numerator // q.denominator, ceil_div(a[1] * q.numerator, q.denominator)


def norm(entries: Iterable[Interval]) -> Interval:
    """The Euclidean norm; the squares are added exactly, so that small norms do not drown."""
    low = high = 0
    for lo, hi in entries:
        low += 0 if lo <= 0 <= hi else min(lo * lo, hi * hi)
        high += max(lo * lo, hi * hi)
    root = isqrt(high)
    return isqrt(low), root + (root * root < high)


class Arithmetic:
    """Intervals with end points in 2^-bits Z.  Every result contains every value the operands can give: products are
    exact before a shift, Python's >> and // round to minus infinity, and -(-x >> b), -(-x // y) to plus infinity.
    """

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.one: Interval = (1 << bits, 1 << bits)
        fifth, other = self._arctan_series(self.ratio(1, 5)), self._arctan_series(self.ratio(1, 239))
        self.pi = scale(sub(scale(fifth, Fraction(4)), other), Fraction(4))  # Machin: pi/4 = 4 atan 1/5 - atan 1/239
        self.half_pi = scale(self.pi, Fraction(1, 2))

    def ratio(self, num: int, den: int) -> Interval:
        """Num / den, den > 0."""
        return (num << self.bits) // den, ceil_div(num << self.bits, den)

    def root(self, num: int, den: int) -> Interval:
        """sqrt(num / den), num >= 0, den > 0: floor(sqrt(floor x)) = floor(sqrt x), and exact roots stay points."""
        square = num << 2 * self.bits
        low = isqrt(square // den)
        return low, low + (low * low * den < square)

    def signed_root(self, value: int, den: int) -> Interval:
        """Value / sqrt(den), den > 0, by one square root and no product of intervals."""
        size = self.root(value * value, den)
        return size if value >= 0 else neg(size)

    def mul(self, a: Interval, b: Interval) -> Interval:
        (p, q), (r, s) = a, b
        corners = (p * r, p * s, q * r, q * s)
        return min(corners) >> self.bits, -(-max(corners) >> self.bits)

    def div(self, a: Interval, b: Interval) -> Interval:
        """A / b for b > 0."""
        lo, hi = a[0] << self.bits, a[1] << self.bits
        return lo // (b[1] if lo >= 0 else b[0]), ceil_div(hi, b[0] if hi >= 0 else b[1])

    def _arctan_series(self, y: Interval) -> Interval:
        """Arctan y for 0 <= y <= 1/4.

        Integrating 1/(1+t^2) = sum_{j<J} (-t^2)^j + (-t^2)^J/(1+t^2) from 0 to y gives
            | arctan y - sum_{j<J} (-1)^j y^(2j+1)/(2j+1) | <= int_0^y t^(2J) dt = y^(2J+1)/(2J+1),
        the error is at most the first term left out.  Terms are enclosed with outward rounding; the series is cut when
        the enclosure of a term ends at 2^-bits or below.  (It gets there: while y^(2j+1) > 1 unit, the next power is
        at most a quarter of it, rounded up, and so smaller.)
        """
        square, power, total, j = self.mul(y, y), y, ZERO, 0
        while True:
            term = power[0] // (2 * j + 1), ceil_div(power[1], 2 * j + 1)
            if term[1] <= 1:
                return total[0] - term[1], total[1] + term[1]
            total = sub(total, term) if j % 2 else add(total, term)
            power, j = self.mul(power, square), j + 1

    def _arctan(self, x: Interval) -> Interval:
        """Arctan x for 0 <= x <= 1, by arctan x = 2 arctan( x / (1 + sqrt(1 + x^2)) ).

        The half-angle formula maps [0, t] into [0, t/2], so 5 steps bring the argument below 1/30.
        """
        for _ in range(5):
            x = self.div(x, add(self.one, norm((self.one, x))))
        return scale(self._arctan_series(x), Fraction(32))

    def outer_angle(self, p: int, s2: int) -> Interval:
        """A = atan2(sqrt(s2), -p) in [0, pi] for integers s2 >= 0 and p, not both 0.

        The arctangent is taken of the exact number min(sqrt(s2), |p|) / max(sqrt(s2), |p|), so no angle loses accuracy.
        If s2 = 0 the series is given the point 0 and returns it: A is exactly 0 (p < 0) or the enclosure of pi.
        """
        if s2 <= p * p:
            t = self._arctan(self.root(s2, p * p))
            return t if p < 0 else sub(self.pi, t)
        t = self._arctan(self.root(p * p, s2))
        return add(self.half_pi, t) if p > 0 else sub(self.half_pi, t)

    def side(self, a: Interval) -> Side:
        return Fraction(a[0], 1 << self.bits), Fraction(a[1], 1 << self.bits)


def decimal(q: Fraction, up: bool) -> str:
    """Q in PRINTED_DIGITS or a few more significant digits, rounded up or down."""
    num, den = abs(q.numerator), q.denominator
    shift = PRINTED_DIGITS - (num.bit_length() - den.bit_length()) * 30103 // 100000
    num, den = num * 10 ** max(shift, 0), den * 10 ** max(-shift, 0)
    digits = str(ceil_div(num, den) if up == (q > 0) else num // den)
    exponent = len(digits) - 1 - shift if q else 0
    text = (digits[0] + "." + digits[1:]).rstrip("0").rstrip(".")
    return ("-" if q < 0 else "") + text + (f"e{exponent}" if exponent else "")


def reject(code: str, left: Side, right: Side, note: str) -> NoReturn:
    show = ["[" + decimal(low, False) + ", " + decimal(high, True) + "]" for low, high in (left, right)]
    raise Verdict("REJECTED", code, f"not proved: {show[0]} < {show[1]}{note}")


def require(code: str, left: Side, right: Side, note: str = "") -> None:
    """The strict inequality left < right between enclosures, or a rejection."""
    if not left[1] < right[0]:
        reject(code, left, right, note)


# ---------------------------------------------------------------------------------------------------------------------
# 3. The closed forms (lemmas 1, 2, 3, 5)
# ---------------------------------------------------------------------------------------------------------------------


class SymmetricMatrix:
    """A set of symmetric matrices: the rows of the lower triangle of one of them in units of 2^-P, and `slack` in the
    same unit such that | X - middle |_op <= slack for all X in the set.

    (The operator norm of a symmetric matrix is at most its largest absolute row sum.)
    """

    def __init__(self, lower: Iterable[Sequence[Interval]]) -> None:
        self.rows: list[list[int]] = []
        sums: list[int] = []
        for row in lower:
            middle = [(lo + hi) >> 1 for lo, hi in row]
            widths = [hi - mid for (_, hi), mid in zip(row, middle)]  # >= mid - lo, because mid is rounded down
            sums = [s + w for s, w in zip(sums, widths)] + [sum(widths)]
            self.rows.append(middle)
        self.slack = max(sums)


class Pair:
    """What the lemmas need of two nonzero rows u, v, given as integer vectors over one common denominator D.

    The integers uu = |u|^2, vv = |v|^2, p = u.v and s2 = uu vv - p^2 = S^2 (in units of D^-2, D^-4) are exact; in
    particular s2 = 0 exactly if u and v are parallel.  `across` is the unit vector m = q/|q| along q = v - (p/|u|^2) u
    (if s2 > 0): the integer vector uu v - p u has the direction of q and the square norm uu (uu vv - p^2) = uu s2.
    """

    def __init__(self, ar: Arithmetic, u: Sequence[int], v: Sequence[int]) -> None:
        uu, vv, self.p = sum(map(times, u, u)), sum(map(times, v, v)), sum(map(times, u, v))
        self.s2 = uu * vv - self.p * self.p
        self.angle = ar.outer_angle(self.p, self.s2)  # A = pi - theta
        self.sine = ar.root(self.s2, uu * vv)  # sin theta
        self.over = ar.root(self.s2, uu * uu)  # S / |u|^2
        self.across = [ar.signed_root(uu * y - self.p * x, uu * self.s2) for x, y in zip(u, v)] if self.s2 else []


class Network:
    """Loss, gradient, Hessian and their constants at the point C.  Rows 0..n-1 are the students, n..n+k-1 the teachers.

    The Hessian is written with unit vectors only, so that nearly parallel rows cause no cancellation.  With e = u/|u|,
    b = v/|v|, m = q/|q|, m' = q'/|q'|, q' = u - (p/|v|^2) v (m, m' are `across` of (u, v) and (v, u)) lemma 2 reads:
      * |q|^2 = S^2/|u|^2, so  q q^T / S = (S/|u|^2) m m^T;
      * R = sin theta ( e b^T + m m'^T ).  For b = c e + s m, m' = (e - c b)/s = s e - c m (c, s = cos, sin theta), so
        that e b^T + m m'^T is [[c, s], [s, -c]] in the basis e, m: the reflection of lemma 2.
    """

    def __init__(self, ar: Arithmetic, centre: list[list[Fraction]], targets: list[list[Fraction]]) -> None:
        self.ar, self.n, self.d = ar, len(centre), len(centre[0])
        self.unit = lcm(*(x.denominator for row in centre + targets for x in row))  # the D of class Pair
        self.rows = [[int(x * self.unit) for x in row] for row in centre + targets]
        squares = [sum(map(times, row, row)) for row in self.rows]
        self.squares = sum(squares)
        self.size = [ar.root(square, self.unit ** 2) for square in squares]  # |w_i| and |v_j|
        self.direction = [[ar.signed_root(c, square) for c in row] for row, square in zip(self.rows, squares)]
        self.half, self.inv_2pi = scale(ar.one, Fraction(1, 2)), ar.div(ar.one, scale(ar.pi, Fraction(2)))
        self.pairs = [{u: Pair(ar, self.rows[i], other) for u, other in enumerate(self.rows) if u != i}
                      for i in range(self.n)]  # pairs[i][u] is the pair (w_i, u)
        self.kappa = [ar.mul(self.inv_2pi, add(ZERO, *(self._signed(u, pair.over) for u, pair in pairs.items())))
                      for pairs in self.pairs]

    def _signed(self, u: int, a: Interval) -> Interval:
        """+a for a student u, -a for a teacher u."""
        return a if u < self.n else neg(a)

    def _f(self, pair: Pair) -> Interval:
        """f(u, v) = (S + A p) / (2 pi)   (lemma 1)"""
        s, p = self.ar.root(pair.s2, self.unit ** 4), self.ar.ratio(pair.p, self.unit ** 2)
        return self.ar.mul(self.inv_2pi, add(s, self.ar.mul(pair.angle, p)))

    def loss(self) -> Interval:
        """F(C), lemma 1: f(u, u) = |u|^2/2, and the two orders of a pair are taken together."""
        terms = [self.ar.ratio(self.squares, 4 * self.unit ** 2)]
        terms += [self._signed(u, self._f(pair)) for i in range(self.n) for u, pair in self.pairs[i].items() if i < u]
        terms += [self._f(Pair(self.ar, v, other)) for j, v in enumerate(self.rows[self.n:], self.n + 1)
                  for other in self.rows[j:]]
        return add(*terms)

    def gradient_norm(self) -> Interval:
        """|grad F(C)|, lemma 2."""
        mul, entries = self.ar.mul, []
        x = [[self.ar.ratio(c, self.unit) for c in row] for row in self.rows]
        for i, pairs in enumerate(self.pairs):
            for a in range(self.d):
                inner = add(ZERO, *(self._signed(u, mul(pair.angle, x[u][a])) for u, pair in pairs.items()))
                entries.append(add(mul(add(self.half, self.kappa[i]), x[i][a]), mul(self.inv_2pi, inner)))
        return norm(entries)

    def hessian(self) -> SymmetricMatrix:
        """H of lemma 2; coordinate a of student i has the index i d + a."""
        return SymmetricMatrix(row for i in range(self.n) for row in self._hessian_rows(i))

    def _hessian_rows(self, i: int) -> Iterable[list[Interval]]:
        """The rows of student i, up to the diagonal: blocks (i, j) for j < i, and the lower triangle of block (i, i).

        H_ij = A/(2 pi) I + sin theta/(2 pi) (e b^T + m m'^T),
        H_ii = I/2 + kappa_i (I - e e^T) + sum_u (+-) (S/|w_i|^2)/(2 pi) m_u m_u^T;  parallel u contribute nothing.
        """
        mul, pairs, e = self.ar.mul, self.pairs[i], self.direction[i]
        weighted = [(self._signed(u, mul(self.inv_2pi, pair.over)), pair.across)
                    for u, pair in pairs.items() if pair.s2]
        for a in range(self.d):
            row: list[Interval] = []
            for j in range(i):
                block, pair = [ZERO] * self.d, pairs[j]
                if pair.s2:
                    sine = mul(self.inv_2pi, pair.sine)
                    se, sm = mul(sine, e[a]), mul(sine, pair.across[a])
                    block = [add(mul(se, b), mul(sm, m)) for b, m in zip(self.direction[j], self.pairs[j][i].across)]
                block[a] = add(block[a], mul(self.inv_2pi, pair.angle))
                row += block
            se = mul(neg(self.kappa[i]), e[a])
            block = [mul(se, x) for x in e[:a + 1]]
            block[a] = add(block[a], self.half, self.kappa[i])
            for weight, across in weighted:
                sm = mul(weight, across[a])
                block = [add(entry, mul(sm, m)) for entry, m in zip(block, across)]
            yield row + block

    def padding(self) -> SymmetricMatrix:
        """M of lemma 5."""
        return SymmetricMatrix([self.ar.mul(self.inv_2pi, self.pairs[i][j].angle) for j in range(i)]
                               + [add(self.half, self.kappa[i])] for i in range(self.n))

    def lipschitz(self, radius: Fraction) -> Interval:
        """B(radius) of lemma 3.  Inequality 4 must have been verified for this radius or a larger one: it was verified
        with the same enclosures, so every m_i here has a lower end >= 1 unit and the divisions are defined.
        """
        ar, r = self.ar, self.ar.ratio(radius.numerator, radius.denominator)
        m = [sub(size, r) for size in self.size[:self.n]]
        e = ar.div(scale(ar.one, Fraction(3)), ar.mul(ar.pi, (min(x[0] for x in m), min(x[1] for x in m))))
        everything = add(*self.size, *[r] * self.n)
        largest = [ar.div(ar.div(sub(everything, add(size, r)), x), x) for size, x in zip(self.size, m)]
        sup = max(x[0] for x in largest), max(x[1] for x in largest)
        c = ar.mul(ar.div(ar.root(27, 16), ar.pi), sup)  # 3 sqrt3 / 4 = sqrt(27/16)
        return norm([(max(c[0], e[0]), max(c[1], e[1]))] + [e] * (self.n - 1))


# ---------------------------------------------------------------------------------------------------------------------
# 4. Positive definite matrices
# ---------------------------------------------------------------------------------------------------------------------


class Cholesky:
    """A proof that X - s I is positive definite for every X of a SymmetricMatrix, or a vector that says why not.

    Let N be the order, `middle` and slack those of the set, t = 2^-P.  Put A = middle - (s + eps) I and run Cholesky's
    recursion on it with integers L_ij (in units of t) and these roundings:

        L_jj = isqrt( A_jj/t^2 - sum_{k<j} L_jk^2 ),
        L_ij = floor( ( A_ij/t^2 - sum_{k<j} L_ik L_jk ) / L_jj )   for i > j.

    If each number under isqrt is positive, the roundings alone make up E = A/t^2 - L L^T: its diagonal is >= 0, and the
    remainder of the division by L_jj gives 0 <= E_ij < L_jj <= top, where top = isqrt(max_j A_jj/t^2), because
    L_jj^2 <= A_jj/t^2.  Hence for every X of the set

        X - s I  =  t^2 L L^T  +  [ t^2 E + (eps - slack t) I ]  +  [ slack t I + (X - middle) ].

    The first and the last term are positive semidefinite (| X - middle |_op <= slack t).  The term in the middle is
    symmetric, its diagonal is >= eps - slack t, and the absolute values of the other entries of a row sum to less than
    t^2 N top; eps is chosen below so that eps - slack t > t^2 N top, so it is strictly diagonally dominant with a
    positive diagonal, hence positive definite (Gershgorin).  So X - s I is positive definite.  No residual is computed
    and nothing is assumed of eps: it is of the size of N t, far below the margins of certificates.

    If a number under isqrt is <= 0 nothing is proved; `failure` is then an approximation of (-A11^-1 a, 1, 0), where
    A11, a are the leading block and the column in question: a vector whose quotient tells how far off s was.
    """

    def __init__(self, matrix: SymmetricMatrix, shift: int, bits: int) -> None:
        """Shift is an integer multiple of 2^-bits and stands for s."""
        self.bits = bits
        self.factor: list[list[int]] = []
        self.failure: list[int] | None = None
        order = len(matrix.rows)
        top = isqrt(max(0, max(row[-1] for row in matrix.rows) - shift) << bits)  # A_jj <= matrix_jj - s
        epsilon = matrix.slack + 1 + (order * top >> bits)  # in units of t, so that (eps/t - slack) > t N top
        for i, row in enumerate(matrix.rows):
            line: list[int] = []
            for j in range(i):
                other = self.factor[j]
                line.append(((row[j] << bits) - sum(map(times, line, other))) // other[j])
            pivot = (row[i] - shift - epsilon << bits) - sum(map(times, line, line))
            if pivot <= 0:
                self.failure = [-z for z in self._back(line)] + [1 << bits] + [0] * (order - i - 1)
                return
            self.factor.append(line + [isqrt(pivot)])

    def _back(self, right: Sequence[int]) -> list[int]:
        """An approximate solution z of L^T z = right."""
        solution = [0] * len(right)
        rest = [value << self.bits for value in right]
        for i in reversed(range(len(right))):
            z = solution[i] = rest[i] // self.factor[i][i]
            rest = [value - z * entry for value, entry in zip(rest[:i], self.factor[i])]
        return solution

    def solve(self, right: Sequence[int]) -> list[int]:
        """An approximate solution of L L^T z = right, cut to `bits` bits.  Nothing depends on its accuracy."""
        middle: list[int] = []
        for row, value in zip(self.factor, right):
            middle.append(((value << self.bits) - sum(map(times, row, middle))) // row[-1])
        solution = self._back(middle)
        excess = max(map(abs, solution)).bit_length() - self.bits
        return [z >> excess if excess > 0 else z << -excess for z in solution]


def quotient(matrix: SymmetricMatrix, x: Sequence[int]) -> Interval:
    """x^T X x / x^T x for all X of the set, x not zero: the quotient of `middle` is exact, the rest is <= slack."""
    doubled = sum(x[i] * (2 * sum(map(times, row[:i], x)) + row[i] * x[i]) for i, row in enumerate(matrix.rows))
    square = sum(map(times, x, x))
    return doubled // square - matrix.slack, ceil_div(doubled, square) + matrix.slack


# ---------------------------------------------------------------------------------------------------------------------
# 5. The inequalities of FORMAT.md, section 4.1
# ---------------------------------------------------------------------------------------------------------------------


def prove_above(code: str, matrix: SymmetricMatrix, shift: Interval, ar: Arithmetic) -> Cholesky:
    """X - s I is positive definite for all X of the set and all s of the interval (its upper end is enough)."""
    cholesky = Cholesky(matrix, shift[1], ar.bits)
    if cholesky.failure is not None:
        reject(code, ar.side(shift), ar.side(quotient(matrix, cholesky.failure)),
               " (s on the left; on the right x^T X x / x^T x of a trial vector x, at least the smallest eigenvalue)")
    return cholesky


def spread(rows: Sequence[Sequence[Fraction]]) -> int:
    """Bits beyond the working precision that make up for rows far from length 1: about 2 | log2 |row| | of the worst.

    Fixed point has an absolute error; the closed forms divide by products of two lengths at most.  Nothing rests on it.
    """
    squares = [sum(x * x for x in row) for row in rows]
    return max(abs(q.numerator.bit_length() - q.denominator.bit_length()) for q in squares)


def verify(claim: Certificate) -> None:
    """The ten inequalities in their order; the first that is not verified ends the matter."""
    ar = Arithmetic(claim.bits + GUARD_BITS + spread(claim.centre) + spread(claim.targets))
    mu, radius, distance, (low, high) = claim.curvature, claim.radius, claim.distance, claim.lambda_min

    def exact(q: Fraction) -> Side:
        return q, q

    def enclose(q: Fraction) -> Interval:
        return ar.ratio(q.numerator, q.denominator)

    require("spurious", exact(Fraction(0)), exact(claim.loss[0]))  # 1
    require("strict-minimum", exact(Fraction(0)), exact(mu))  # 2
    require("distance-in-ball", exact(distance), exact(radius))  # 3
    net = Network(ar, claim.centre, claim.targets)
    for i in range(net.n):  # 4, with an enclosure of r: see Network.lipschitz
        require("zero-neuron", ar.side(enclose(radius)), ar.side(net.size[i]), f", the norm of row {i + 1}")
    g, value = net.gradient_norm(), net.loss()
    require("distance", ar.side(g), exact(mu * distance))  # 5
    require("loss-low", exact(claim.loss[0]), ar.side(sub(value, scale(ar.mul(g, g), 1 / (2 * mu)))))  # 6
    require("loss-high", ar.side(value), exact(claim.loss[1]))  # 7

    drift = scale(net.lipschitz(distance), distance)  # B(delta) delta
    on_ball = add(enclose(mu), scale(net.lipschitz(radius), radius))
    at_minimum = add(enclose(low), drift)
    code, shift = ("curvature", on_ball) if on_ball[1] >= at_minimum[1] else ("lambda-min-low", at_minimum)
    hessian = net.hessian()
    cholesky = prove_above(code, hessian, shift, ar)  # 8
    if claim.every_dimension:
        prove_above("padding", net.padding(), shift, ar)  # 9

    # 10: inverse iteration from an arbitrary vector.  By 8, s >= l is below every eigenvalue, so the parts of x that
    # belong to eigenvalues >= h shrink, against the best part, by (lambda_min - l)/(h - l) or more in each step.
    x = [((7919 * i * i + 104729 * i) % 2003 - 1001) << ar.bits for i in range(1, len(hessian.rows) + 1)]
    upper = add(quotient(hessian, x), drift)
    for _ in range(ITERATIONS):
        if ar.side(upper)[1] < high:
            break
        x = cholesky.solve(x)
        if not any(x):
            break
        upper = add(quotient(hessian, x), drift)
    require("lambda-min-high", ar.side(upper), exact(high))


# ---------------------------------------------------------------------------------------------------------------------
# 6. Command line
# ---------------------------------------------------------------------------------------------------------------------

EXIT = {"PROVED": 0, "MALFORMED": 2, "REJECTED": 1, "DECLINED": 3}  # in order of precedence after PROVED


def check(path: str) -> dict[str, str]:
    """The verdict on one file."""
    result = {"path": path, "verdict": "", "code": "", "message": "", "digest": ""}
    try:
        tree = parse(read_bytes(path))
        result["digest"] = digest(tree) or ""
        claim = interpret(tree)
        verify(claim)
        result.update(verdict="PROVED", message=claim.summary)
    except Verdict as found:
        code = found.code or "malformed"
        reason = found.reason if found.verdict == "MALFORMED" else f"[{code}] {found.reason}"
        result.update(verdict=found.verdict, code=code, message=reason)
    return result


def line(result: dict[str, str]) -> str:
    """The line for people; a path that cannot be printed is escaped."""
    path = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in result["path"])
    return f"{result['verdict']} {path}: {result['message']}"


def collect(arguments: Sequence[str]) -> list[str]:
    """The files named, and those in the folders named; a folder that cannot be listed stays, to be reported."""
    paths: list[str] = []
    for argument in arguments:
        if not os.path.isdir(argument):
            paths.append(argument)
            continue
        found: list[str] = []
        for folder, _, names in os.walk(argument, onerror=lambda error: found.append(error.filename)):
            found += [os.path.join(folder, name) for name in names
                      if name.endswith(".json") and not name.endswith(".schema.json")]
        paths += sorted(found)
    return paths


def main() -> int:
    parser = argparse.ArgumentParser(prog="recheck.py", allow_abbrev=False,
                                     description="Check certify/1 certificates (see FORMAT.md).")
    parser.add_argument("--version", action="version", version=VERSION)
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("paths", nargs="+", metavar="FILE", help="a certificate or a folder of certificates")
    options = parser.parse_args()
    if sys.stdout is None:
        return 2
    sys.stdout.reconfigure(errors="backslashreplace")
    paths = collect(options.paths)
    if not paths:
        parser.error("no certificate files there")
    verdicts = set()
    try:
        for path in paths:
            result = check(path)
            verdicts.add(result["verdict"])
            print(json.dumps(result) if options.json else line(result), flush=True)
    except OSError as error:  # of print; check() deals with those of reading
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"recheck.py: cannot write the verdicts ({error.strerror})", file=sys.stderr)
        return 2
    return next((code for verdict, code in EXIT.items() if verdict != "PROVED" and verdict in verdicts), 0)


if __name__ == "__main__":
    sys.exit(main())
