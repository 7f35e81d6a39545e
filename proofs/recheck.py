#!/usr/bin/env python3
"""Second, independent checker of `certify/1` certificates.  Usage: python recheck.py FILE_OR_FOLDER...

It follows FORMAT.md (the rules, the inequalities) and LEMMAS.md (the mathematics) and shares no code with the other
checker.  One file for Python 3.10 or later; it uses the standard library only, and no floats.

How to read it: section 1 reads JSON and the certificate, section 2 is interval arithmetic on integers.  For the kind
gaussian-minimum, section 3 has the closed forms of the lemmas, section 4 the proof that a matrix is positive definite,
section 5 the ten inequalities.  For the symmetric kinds, section 6 has the blocks and the closed forms, with H on each
isotypic component, section 7 the count of eigenvalues and the thirteen inequalities.  For the kind gaussian-birth,
where a size is real, section 8 has the branch of critical points, the pivots and the nine inequalities.  For the kinds
gaussian-family-minimum, where k is every number from some on, and gaussian-family-saddle, where k is every number of an
interval, section 9 has expansions in t = k^(-1/2), the numbers that the closed forms of section 6 are run on, and the
fifteen and eight inequalities.  For gaussian-splitting and gaussian-basin, which begin with a minimum, section 10 has
the one and the two inequalities that are added to those of its kind.  For gaussian-span-minimum, where only the inner
products of the teachers are known, section 11 has the closed forms and the nine inequalities.  For
gaussian-enumeration, which speaks of all critical points with one symmetry, section 12 has the Hessian and the gradient
in two variables and the seven inequalities.  For data-minimum, data-global-minimum, data-saddle, data-noncritical and
data-entropy-minimum, which speak of piecewise-linear networks on finite data, section 13 has networks in exact
integers, the path vectors, the gradient, curves, and the sums of exponentials.  For data-constant-minimum,
data-constant-family and data-splitting-family, which speak of smooth activations given by a formula, section 14 has
intervals with exponents, the functions, networks with their second derivatives, and the eight, five and seven
conditions.  Section 15 is the command line.
What has to be believed beyond this file: Python's integers, math.isqrt, hashlib.
"""
from __future__ import annotations

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - whoever runs it may have any
    sys.stderr.write("recheck.py: this checker needs Python 3.10 or later; nothing was checked\n")
    sys.exit(2)

import argparse
import hashlib
import json  # for output and for the canonical form of the digest only; input is read by JsonReader
import os
import re
import stat
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from math import gcd, isqrt, lcm, prod
from operator import itemgetter
from operator import mul as times
from typing import Any, NoReturn

VERSION = "recheck 1 (certify/1)"
FORMAT, KIND = "certify/1", "gaussian-minimum"
SYMMETRIC_MINIMUM, SYMMETRIC_SADDLE = "gaussian-symmetric-minimum", "gaussian-symmetric-saddle"
BIRTH, FAMILY_MINIMUM, FAMILY_SADDLE = "gaussian-birth", "gaussian-family-minimum", "gaussian-family-saddle"
SPLITTING, BASIN, SPAN = "gaussian-splitting", "gaussian-basin", "gaussian-span-minimum"
ENUMERATION = "gaussian-enumeration"
DATA_MINIMUM, DATA_GLOBAL, DATA_SADDLE = "data-minimum", "data-global-minimum", "data-saddle"
DATA_NONCRITICAL, ENTROPY = "data-noncritical", "data-entropy-minimum"
CONSTANT, CONSTANT_FAMILY, SPLITTING_FAMILY = "data-constant-minimum", "data-constant-family", "data-splitting-family"
KINDS = (KIND, SYMMETRIC_MINIMUM, SYMMETRIC_SADDLE, BIRTH, FAMILY_MINIMUM, FAMILY_SADDLE, SPLITTING, BASIN, SPAN,
         ENUMERATION, DATA_MINIMUM, DATA_GLOBAL, DATA_SADDLE, DATA_NONCRITICAL, ENTROPY, CONSTANT,
         CONSTANT_FAMILY, SPLITTING_FAMILY)
LARGE = 1000  # the size of a growing block when names are listed, and a bound of k
MAX_BYTES, MAX_DEPTH, MAX_INTEGER = 16 * 1024 * 1024, 16, 20
GUARD_BITS = 64  # working precision = witness bits + GUARD_BITS
PRINTED_DIGITS = 40  # significant digits of the bounds in a rejection
PRINTED_LENGTH = 60  # characters of a number in a message
ITERATIONS = 40  # of the search for the vector of inequality 10
REGION_BITS, REGION_BOXES = 96, 20_000  # precision and the limit of boxes where critical points are excluded
MAX_DIGITS, MAX_UNITS, MAX_CONNECTIONS, MAX_NUMBERS, MAX_DATA = 10_000, 4096, 10**6, 10**6, 100_000  # section 4.10
MOST_SIZE, MOST_EFFORT, WORD = 2**30, 2**46, 64  # of "room" in section 4.10
MOST_FIELDS, MOST_STEPS, PER_UNIT = 2**31, 2**32, 2**10  # of condition 3 of section 4.10
MOST_HELD, MOST_PRODUCTS, MOST_DENOMINATORS, MOST_RATIOS, MOST_ORDER = 10**7, 2 * 10**9, 10**6, 2 * 10**6, 64  # sections 4.10, 4.12, 4.14
MOST_DENSE, MOST_COVER, MOST_CLASSES = 6 * 10**11, 6 * 10**7, 10**10  # section 3.1
MOST_LAST_LAYER, MOST_EVALUATED, MOST_CONSTANT, MOST_SPLITTING, MOST_BLOCKS = 256, 15 * 10**4, 10**7, 4 * 10**6, 25 * 10**5
LONGEST, MOST_BITS, MOST_WORK = 1 << 22, 1 << 33, 3 * 10**9  # where this checker gives up: bits of a denominator, bits
# of many numbers together, products of 1024 bits
MODULUS = (1 << 61) - 1  # a prime, for ranks
MOST_NODES = 200  # of an activation
RANGE, LARGE_PART, LARGE_ANGLE = 1 << 20, 1 << 14, 1 << 12  # exponents of 2: of all numbers of section 14, of the parts
# of an activation and their derivatives, of arguments of sin and cos
QUICK_BITS, MOST_AGAIN = 96, 10**6  # of section 14: a first precision; the work of an attempt with more bits
MORE_TERMS, HALVINGS = 4, 6  # of an expansion, beyond the order asked for; of a part of a box where a test fails


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
# 1. Reading (FORMAT.md, sections 1, 2 and 4)
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


def require_effort(claim: Claim) -> None:
    """The bounds on the work of section 3.1."""
    if isinstance(claim, Splitting | Basin):
        require_effort(claim.minimum)
    elif isinstance(claim, Certificate):
        unknowns = len(claim.centre) * len(claim.centre[0])
        need(unknowns ** 3 * (claim.bits + GUARD_BITS) <= MOST_DENSE, "There are too many unknowns at this precision.")
    elif isinstance(claim, SymmetricCertificate | BirthCertificate):
        need(len(claim.centre) ** 2 * (claim.bits + GUARD_BITS) <= MOST_BLOCKS, "There are too many blocks at this precision.")
    elif isinstance(claim, SpanMinimum):
        unknowns = len(claim.coefficients) * len(claim.coefficients[0])
        need(unknowns ** 3 * (claim.bits + GUARD_BITS) <= MOST_DENSE, "There are too many coefficients at this precision.")
    elif isinstance(claim, FamilyMinimum | FamilySaddle):
        work = sum(box.order ** 2 * box.parts for box in claim.cover) * (claim.bits + GUARD_BITS)
        need(work <= MOST_COVER, "The orders and parts of the cover are too large at this precision.")
    elif isinstance(claim, EntropyMinimum):
        unknowns = (claim.data.classes - 1) * (prod(claim.data.shapes[-2]) + 1)
        need(unknowns <= MOST_LAST_LAYER, f"The last layer has more than {MOST_LAST_LAYER} unknowns.")
        need(len(claim.data.rows) * unknowns ** 2 * (claim.bits + GUARD_BITS) <= MOST_CLASSES, "There are too many data and unknowns.")
    elif isinstance(claim, ConstantMinimum):
        need(max(claim.data.widths) * claim.data.widths[0] ** 2 <= MOST_CONSTANT, "The first layer is too wide.")
        require_values(claim.data, sum(claim.data.widths), claim.bits)
    elif isinstance(claim, SplittingFamily):
        numbers = sum(len(bias) * (1 + len(weights[0])) for weights, bias in claim.parameters)
        need(max(claim.data.widths) * numbers ** 2 <= MOST_SPLITTING, "There are too many parameters.")
        for parameters in (claim.parameters, claim.better):
            require_values(claim.data, sum(len(bias) for _, bias in parameters[:-1]), claim.bits)


def erfs(node: Formula) -> int:
    """How often erf stands in a formula; in section 3.1 it counts as four nodes."""
    return (node[0] == "erf") + sum(map(erfs, node[1:])) if isinstance(node, tuple) else 0


def require_values(data: SmoothData, units: int, bits: int) -> None:
    """`bits` are those that this checker works with, p + 128; the bound counts p + 64."""
    words = -(-(bits - GUARD_BITS) // 256)
    nodes = data.nodes + 3 * erfs(data.formula)
    need(len(data.inputs) * units * nodes * words ** 2 <= MOST_EVALUATED, "The activation is to be evaluated too often.")


def interpret(tree: Any) -> Claim:
    """The certificate in a JSON value."""
    claim = claim_in(tree)
    require_effort(claim)
    return claim


def claim_in(tree: Any) -> Claim:
    """What is claimed.  Version and kind come first (FORMAT.md section 2)."""
    need(type(tree) is dict, "The JSON text is not an object.")
    for field in ("format", "kind"):
        need(field in tree, f"The certificate lacks the field {field}.")
        need(type(tree[field]) is str, f"The field {field} is not a string.")
    if tree["format"] != FORMAT:
        raise Verdict("DECLINED", "version", f"this checker knows the format {FORMAT} only")
    if tree["kind"] not in KINDS:
        raise Verdict("DECLINED", "kind", f"this checker knows the kinds {', '.join(KINDS)} only")
    fields(tree, "The certificate", "format kind statement witness", "provenance")
    if tree["kind"] == BIRTH:
        return interpret_birth(tree)
    if tree["kind"] in (FAMILY_MINIMUM, FAMILY_SADDLE):
        return interpret_family(tree)
    if tree["kind"] in (SPLITTING, BASIN):
        return interpret_consequence(tree)
    if tree["kind"] == SPAN:
        return interpret_span(tree)
    if tree["kind"] == ENUMERATION:
        return interpret_enumeration(tree)
    if tree["kind"] in (DATA_MINIMUM, DATA_GLOBAL, DATA_SADDLE, DATA_NONCRITICAL):
        return interpret_data(tree)
    if tree["kind"] == ENTROPY:
        return interpret_entropy(tree)
    if tree["kind"] in (CONSTANT, CONSTANT_FAMILY, SPLITTING_FAMILY):
        return interpret_smooth(tree)
    return interpret_dense(tree) if tree["kind"] == KIND else interpret_symmetric(tree)


def interpret_dense(tree: dict[str, Any]) -> Certificate:
    """The certificate of section 4.1."""
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


Key = tuple[int, int, bool]  # names a coordinate: row block I, column block L, "own"; see Shape
Size = Any  # an integer, but the class Num where a growing block is counted
Entries = list[tuple[Size, Key]]  # coordinates with how often each is meant
Intervals = dict[str, list[tuple[Fraction, Fraction]]]  # for each type


class Shape:
    """The blocks of section 4.2, numbered from 0, with everything that is counted.

    A row r of block I has, in a column of block L, the entry named (I, L, own); own is true if the column has the
    number of r in the diagonal block I = L.  So a diagonal block of size 1 has no coordinate (I, I, False).

    The size of a growing block is no integer but a Num.  It counts as large, and what is counted is then the value at
    a real k of the polynomial that counts at whole k (theorem 3); every Num is true, so none of these is left out.
    """

    def __init__(self, blocks: Sequence[tuple[str, Size]]) -> None:
        self.height = {b: size for b, (kind, size) in enumerate(blocks) if kind != "columns"}
        self.width = {b: size for b, (kind, size) in enumerate(blocks) if kind != "row"}
        self.n, self.k = sum(self.height.values()), sum(self.width.values())
        self.row: dict[int, Entries] = {}  # the entries of one row of I
        for i in self.height:
            own = [(1, (i, i, True))] if i in self.width else []
            self.row[i] = [entry for b, size in self.width.items()
                           for entry in [*(own if b == i else []), (size - int(b == i), (i, b, False))] if entry[0]]
        self.count = {key: m * self.height[i] for i, row in self.row.items() for m, key in row}  # N_a

    def others(self, i: int) -> list[tuple[int, Size]]:
        """The row blocks J, and how many rows of J differ from a given row of I."""
        return [(j, h - int(i == j)) for j, h in self.height.items() if h - int(i == j)]

    def columns(self, i: int, j: int) -> list[tuple[Size, Key, Key]]:
        """The columns as seen by two different rows, of I and of J: how many have which entries."""
        found = []
        for b, size in self.width.items():
            mine, yours = int(b == i), int(b == j)
            found += [(mine, (i, b, True), (j, b, False)), (yours, (i, b, False), (j, b, True)),
                      (size - mine - yours, (i, b, False), (j, b, False))]
        return [entry for entry in found if entry[0]]

    def part(self, i: int, b: int) -> Entries:
        """The entries of a row of I in the columns of block b, the one on the diagonal first."""
        return [(m, key) for m, key in self.row[i] if key[1] == b]

    def column(self, i: int, b: int) -> Entries:
        """The entries of a column of block b in the rows of I."""
        return [(1 if key[2] else self.height[i] - int(i == b), key) for _, key in self.part(i, b)]

    def above(self, j: int, key: Key) -> Entries:
        """The entries in the column of `key` in the rows of J other than the row of `key`."""
        i, b, own = key
        owner = int(j == b and not own)  # the row with the number of the column is one of them
        found = [(owner, (j, b, True)), (self.height[j] - int(i == j) - owner, (j, b, False))]
        return [entry for entry in found if entry[0]]

    def types(self) -> dict[str, tuple[int, int]]:  # this and the next for whole sizes only
        """Copies and dimension of each type of R^(n x k) (the table of lemma 9)."""
        found = {"1": (len(self.count), 1)}
        large = {b: p for b, p in self.width.items() if p >= 2}
        for b, p in large.items():
            more = len(self.width) + 1 - int(p == 2) if b in self.height else 0
            found[f"s{b + 1}"] = (len(self.height) + more, p - 1)
            if b in self.height and p >= 3:
                found[f"x{b + 1}"] = (1, (p - 1) * (p - 2) // 2)
            if b in self.height and p >= 4:
                found[f"y{b + 1}"] = (1, p * (p - 3) // 2)
            for c, q in large.items():
                copies = int(b in self.height) + int(c in self.height)
                if b < c and copies:
                    found[f"s{b + 1}*s{c + 1}"] = (copies, (p - 1) * (q - 1))
        return found

    def padding_types(self) -> dict[str, int]:
        """Copies of each type of R^n."""
        return {"1": len(self.height), **{f"s{b + 1}": 1 for b, h in self.height.items() if h >= 2}}

    def negative_beyond(self, padding: Intervals) -> int:
        """How many of these eigenvalues, which every dimension beyond k adds, are claimed below 0, multiplicities counted."""
        found = sum(high < 0 for _, high in padding["1"])
        return found + sum((h - 1) * sum(high < 0 for _, high in padding[f"s{b + 1}"]) for b, h in self.height.items() if h >= 2)


@dataclass(frozen=True)
class SymmetricCertificate:
    """The claim of section 4.2 in exact numbers; index is None for a minimum."""

    shape: Shape
    centre: dict[Key, Fraction]
    distance: Fraction
    radius: Fraction
    loss: tuple[Fraction, Fraction]
    spectrum: Intervals
    padding: Intervals
    exact_isotropy: bool
    index: int | None
    bits: int
    summary: str


def read_intervals(value: Any, name: str, copies: dict[str, int]) -> Intervals:
    """For each type as many intervals as it has copies."""
    fields(value, name, " ".join(copies))
    for kind, m in copies.items():
        need(type(value[kind]) is list and len(value[kind]) == m, f"{kind} of {name} is not an array of {m} intervals.")
    return {kind: [increasing(pair, f"an interval of {name}") for pair in value[kind]] for kind in copies}


def read_blocks(value: Any, growing: bool) -> list[tuple[str, int]]:
    """Type and size of each block; strings as sizes, if admitted, count as LARGE."""
    need(type(value) is list and 1 <= len(value) <= 8, "blocks is not an array of 1 to 8 blocks.")
    for block in value:
        kind = fields(block, "A block", "type size")["type"]
        need(type(kind) is str and kind in ("diagonal", "columns", "row"), "The type of a block is unknown.")
        if not growing or type(block["size"]) is not str:
            integer(block["size"], "size", 1, 1 if kind == "row" else 10**12)
    return [(block["type"], LARGE if type(block["size"]) is str else block["size"]) for block in value]


def read_centre(rows: Any, shape: Shape) -> dict[Key, Fraction]:
    """The coordinates of C."""
    centre = {}
    need(type(rows) is list and len(rows) == len(shape.height), "centre has not one array for each block with rows.")
    for i, row in zip(shape.height, rows):
        need(type(row) is list and len(row) == len(shape.width), "An array of centre has not one entry for each block.")
        for b, entry in zip(shape.width, row):
            keys = [key for _, key in shape.part(i, b)]
            if len(keys) == 2:  # on the diagonal and off it
                need(type(entry) is list and len(entry) == 2, "A diagonal entry of centre is not two numbers.")
            for key, number in zip(keys, entry if len(keys) == 2 else [entry]):
                centre[key] = real(number, "an entry of centre")
    return centre


def interpret_symmetric(tree: dict[str, Any]) -> SymmetricCertificate:
    """The certificate of section 4.2."""
    saddle = tree["kind"] == SYMMETRIC_SADDLE
    statement = fields(tree["statement"], "statement", "problem blocks centre claims")
    problem, blocks = fields(statement["problem"], "problem", "n k targets"), statement["blocks"]
    claims = fields(statement["claims"], "claims",
                    "distance radius loss spectrum padding exact_isotropy" + (" index" if saddle else ""))
    witness = fields(tree["witness"], "witness", "bits")
    n, k = (integer(problem[name], name, 1, 8 * 10**12) for name in ("n", "k"))
    need(n >= k, "n is less than k.")
    need(type(problem["targets"]) is str and problem["targets"] == "orthonormal", "targets is not orthonormal.")
    shape = Shape(read_blocks(blocks, False))
    need(shape.n == n and shape.k == k, "The blocks do not have n rows and k columns.")
    centre = read_centre(statement["centre"], shape)
    distance, radius = real(claims["distance"], "distance"), real(claims["radius"], "radius")
    need(distance > 0 and radius > 0, "distance and radius are not both positive.")
    isotropy = claims["exact_isotropy"]
    need(type(isotropy) is bool, "exact_isotropy is not true or false.")
    index = integer(claims["index"], "index", 1, 10**MAX_INTEGER - 1) if saddle else None
    parts = " + ".join(f"{block['type']} {block['size']}" for block in blocks)
    padding = read_intervals(claims["padding"], "padding", shape.padding_types())
    q = shape.negative_beyond(padding)
    growth = f" in R^({n}x{k}) and for every D>=k" if q == 0 else f" in R^({n}x{k}), {index} + {q if q > 1 else ''}(D-{k}) for D>=k"
    return SymmetricCertificate(
        shape=shape,
        centre=centre,
        distance=distance,
        radius=radius,
        loss=increasing(claims["loss"], "loss"),
        spectrum=read_intervals(claims["spectrum"], "spectrum", {kind: m for kind, (m, _) in shape.types().items()}),
        padding=padding,
        exact_isotropy=isotropy,
        index=index,
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"n={n} k={k} targets orthonormal, blocks {parts}: exactly one critical point with this symmetry has"
                f" all entries within {claims['distance']} of the centre's, "
                + (f"a saddle of index {index}{growth}" if saddle else "a spurious strict local minimum for every D>=k")
                + f"; {claims['loss'][0]} < loss < {claims['loss'][1]}; spectrum as stated; for every D>=k no other"
                f" critical point within {claims['radius']}" + ("; isotropy exactly this" if isotropy else ""),
    )


@dataclass(frozen=True)
class BirthCertificate:
    """The claim of section 4.3 in exact numbers; `shape` is that of LARGE."""

    shape: Shape
    blocks: list[tuple[str, int]]
    growing: int  # the number of the block of size k - fixed
    fixed: int
    centre: dict[Key, Fraction]
    k: tuple[Fraction, Fraction]
    crossing: str
    distance: Fraction
    bits: int
    summary: str


def interpret_birth(tree: dict[str, Any]) -> BirthCertificate:
    """The certificate of section 4.3."""
    statement = fields(tree["statement"], "statement", "problem blocks centre claims")
    problem = fields(statement["problem"], "problem", "targets")
    claims = fields(statement["claims"], "claims", "k crossing distance")
    witness = fields(tree["witness"], "witness", "bits")
    need(type(problem["targets"]) is str and problem["targets"] == "orthonormal", "targets is not orthonormal.")
    blocks = read_blocks(statement["blocks"], True)
    sizes = [block["size"] for block in statement["blocks"]]
    words = [b for b, size in enumerate(sizes) if type(size) is str]
    need(len(words) == 1 and blocks[words[0]][0] == "diagonal", "Not exactly one block, a diagonal one, grows.")
    match = re.fullmatch(r"k(?:-([1-9][0-9]{0,2}))?", sizes[words[0]])
    need(match is not None, "The size of the growing block is neither k nor k-c.")
    shape, fixed = Shape(blocks), int(match.group(1) or "0")
    need(shape.k - LARGE == fixed, "The other blocks do not have c columns.")
    need(shape.n - LARGE >= fixed, "The other blocks have less than c rows.")
    low, high = increasing(claims["k"], "k")
    need(fixed + 3 < low and high < LARGE, f"k is not between c + 3 and {LARGE}.")
    crossing, distance = claims["crossing"], real(claims["distance"], "distance")
    need(type(crossing) is str and crossing in shape.types(), "crossing is not a type of these blocks.")
    need(distance > 0, "distance is not positive.")
    parts = " + ".join(f"{kind} {size}" for (kind, _), size in zip(blocks, sizes))
    return BirthCertificate(
        shape=shape,
        blocks=blocks,
        growing=words[0],
        fixed=fixed,
        centre=read_centre(statement["centre"], shape),
        k=(low, high),
        crossing=crossing,
        distance=distance,
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"targets orthonormal, blocks {parts}: for each real k in [{claims['k'][0]}, {claims['k'][1]}] exactly"
                f" one solution of the reduced equations within {claims['distance']} of the centre; at exactly one k* a"
                f" pencil is singular, that of representation {crossing}: all are positive definite for k > k* in the interval, all but this"
                " one for k < k* in it, with one negative eigenvalue, which is simple and increasing at k*",
    )


@dataclass(frozen=True)
class Family:
    """A type of the setting of theorems 4 and 5, by its table."""

    fixed: int  # columns that do not belong to the block: c of section 4.5
    order: int  # p, F = O(t^p)
    scale: tuple[int, ...]  # of each coordinate, the power of t in front of X
    limit: tuple[tuple[int, int], ...]  # of each coordinate, (q, r) where the rest of it is q + r t^2


FAMILIES = {
    "II": Family(1, 2, (4, 4, 4, 2, 2), ((1, 0), (0, 0), (0, 2), (0, 0), (-1, 0))),
    "A": Family(0, 0, (4, 4), ((-1, 2), (0, 2))),
    "I": Family(1, 0, (4, 4, 4, 2, 2), ((-1, 2), (0, 2), (0, 0), (0, 0), (1, 0))),
}


@dataclass(frozen=True)
class FamilyBox:
    """A box of the cover of section 4.4: start <= t <= end, and the branch as polynomials in s = t - origin."""

    start: Fraction
    end: Fraction
    order: int
    parts: int
    radius: Fraction
    branch: list[list[Fraction]]
    direction: list[Fraction]  # empty for a minimum

    @property
    def origin(self) -> Fraction:
        return (self.start + self.end) / 2 if self.start else Fraction(0)

    def at(self, t: Fraction) -> list[Fraction]:
        """The branch at t."""
        return [sum((c * (t - self.origin) ** i for i, c in enumerate(terms)), Fraction(0)) for terms in self.branch]


@dataclass(frozen=True)
class FamilyMinimum:
    """The claim of section 4.4 in exact numbers."""

    family: Family
    k_from: int
    loss: tuple[Fraction, Fraction]  # of Phi
    lambda_min: tuple[Fraction, Fraction]
    rate: Fraction
    cover: list[FamilyBox]
    bits: int
    summary: str


@dataclass(frozen=True)
class FamilySaddle:
    """The claim of section 4.5 in exact numbers."""

    family: Family
    k: tuple[Fraction, Fraction]
    kind: str
    centre: list[Fraction]  # the coordinates at the upper end of k, not scaled
    distance: Fraction
    cover: list[FamilyBox]
    bits: int
    summary: str


def read_box(value: Any, unknowns: int, copies: int) -> FamilyBox:
    """A box of the cover; `copies` is the length of the direction, 0 if there is none."""
    box = fields(value, "A box", "from to order parts radius branch" + (" direction" if copies else ""))
    start, end, radius = (real(box[name], f"{name} of a box") for name in ("from", "to", "radius"))
    need(0 <= start < end < 1, "Not 0 <= from < to < 1 in a box.")
    need(start > 0 or not copies, "A box of a saddle begins at 0.")
    need(radius > 0, "The radius of a box is not positive.")
    order, branch, direction = integer(box["order"], "order", 4, 32), box["branch"], box.get("direction", [])
    need(type(branch) is list and len(branch) == unknowns, f"branch is not an array of {unknowns} polynomials.")
    for polynomial in branch:
        need(type(polynomial) is list and 1 <= len(polynomial) <= order, "Not 1 to `order` coefficients in branch.")
    need(type(direction) is list and len(direction) == copies, f"direction is not an array of {copies} numbers.")
    polynomials = [[real(c, "a coefficient of branch") for c in polynomial] for polynomial in branch]
    return FamilyBox(start, end, order, integer(box["parts"], "parts", 1, 256), radius, polynomials,
                     [real(c, "an entry of direction") for c in direction])


def interpret_family(tree: dict[str, Any]) -> FamilyMinimum | FamilySaddle:
    """The certificate of section 4.4 or 4.5."""
    statement = fields(tree["statement"], "statement", "problem family claims")
    problem = fields(statement["problem"], "problem", "targets")
    witness = fields(tree["witness"], "witness", "bits cover")
    need(type(problem["targets"]) is str and problem["targets"] == "orthonormal", "targets is not orthonormal.")
    name, cover = statement["family"], witness["cover"]
    need(type(name) is str and name in FAMILIES, "The family is unknown.")
    bits = integer(witness["bits"], "bits", 128, 1024)
    need(type(cover) is list and 1 <= len(cover) <= 400, "cover is not an array of 1 to 400 boxes.")
    read = read_family_saddle if tree["kind"] == FAMILY_SADDLE else read_family_minimum
    return read(name, statement["claims"], cover, bits)


def read_family_minimum(name: str, claims: Any, cover: list[Any], bits: int) -> FamilyMinimum:
    """The claims and boxes of section 4.4."""
    family = FAMILIES[name]
    bound, value = ("loss_times_k", "k loss") if family.order else ("loss", "loss")
    fields(claims, "claims", f"k_from {bound} lambda_min rate")
    rate = real(claims["rate"], "rate")
    need(rate > 0, "rate is not positive.")
    limit = "1/2 - 2/pi^2" if family.order else "1/2 - 1/pi"
    return FamilyMinimum(
        family=family,
        k_from=integer(claims["k_from"], "k_from", 5, 10**9),
        loss=increasing(claims[bound], bound),
        lambda_min=increasing(claims["lambda_min"], "lambda_min"),
        rate=rate,
        cover=[read_box(box, len(family.scale), 0) for box in cover],
        bits=bits,
        summary=f"targets orthonormal, family {name}: for each integer k>={claims['k_from']}, n=k, a spurious strict"
                f" local minimum for every D>=k; {claims[bound][0]} < {value} < {claims[bound][1]}, and {value} differs"
                f" from {limit} by less than {claims['rate']} k^(-1/2); the loss strictly"
                f" {'decreases' if family.order else 'increases'} with k; least eigenvalue of the Hessian there in"
                f" [{claims['lambda_min'][0]}, {claims['lambda_min'][1]}]",
    )


def read_family_saddle(name: str, claims: Any, cover: list[Any], bits: int) -> FamilySaddle:
    """The claims and boxes of section 4.5."""
    family, kind = FAMILIES[name], fields(claims, "claims", "k type centre distance")["type"]
    copies = {"s1": 3 + 2 * family.fixed, "x1": 1, "y1": 1}
    need(type(kind) is str and kind in copies, "type is none of s1, x1, y1.")
    low, high = increasing(claims["k"], "k")
    need(low >= family.fixed + 2 + list(copies).index(kind), "k is too small for this type.")
    centre, distance, unknowns = claims["centre"], real(claims["distance"], "distance"), len(family.scale)
    need(type(centre) is list and len(centre) == unknowns, f"centre is not an array of {unknowns} numbers.")
    need(distance > 0, "distance is not positive.")
    return FamilySaddle(
        family=family,
        k=(low, high),
        kind=kind,
        centre=[real(x, "an entry of centre") for x in centre],
        distance=distance,
        cover=[read_box(box, len(family.scale), copies[kind]) for box in cover],
        bits=bits,
        summary=f"targets orthonormal, family {name}: for each real k in [{claims['k'][0]}, {claims['k'][1]}] a"
                f" solution of the reduced equations, continuous in k, at k={claims['k'][1]} within"
                f" {claims['distance']} of the centre; the pencil of representation {kind} takes a negative value there, so that"
                " for integers k in the interval, n=k, it is a critical point and no local minimum, for every D>=k",
    )


@dataclass(frozen=True)
class Splitting:
    """The claim of section 4.6; the neurons are numbers, from 0, of rows or of blocks."""

    minimum: Certificate | SymmetricCertificate
    neurons: list[int]
    summary: str


@dataclass(frozen=True)
class Basin:
    """The claim of section 4.7 in exact numbers."""

    minimum: Certificate | SymmetricCertificate
    radius: Fraction
    curvature: Fraction
    smoothness: Fraction
    summary: str


def interpret_consequence(tree: dict[str, Any]) -> Splitting | Basin:
    """The certificate of section 4.6 or 4.7."""
    statement = fields(tree["statement"], "statement", "minimum claims")
    inner = fields(statement["minimum"], "minimum", "kind statement")
    kind = inner["kind"]
    need(type(kind) is str and kind in (KIND, SYMMETRIC_MINIMUM), "minimum is not of the kind of a minimum.")
    minimum = (interpret_dense if kind == KIND else interpret_symmetric)({**inner, "witness": tree["witness"]})
    read = read_splitting if tree["kind"] == SPLITTING else read_basin
    return read(minimum, statement["claims"])


def read_splitting(minimum: Certificate | SymmetricCertificate, claims: Any) -> Splitting:
    neurons = fields(claims, "claims", "neurons")["neurons"]
    known = range(len(minimum.centre)) if isinstance(minimum, Certificate) else minimum.shape.height
    need(type(neurons) is list and len(neurons) > 0, "neurons is not an array with entries.")
    need(all(type(i) is int and i - 1 in known for i in neurons), "An entry of neurons is no number of a neuron.")
    need(all(i < j for i, j in zip(neurons, neurons[1:])), "neurons is not in increasing order.")
    what = "neurons" if isinstance(minimum, Certificate) else "the neurons of the blocks"
    return Splitting(minimum, [i - 1 for i in neurons],
                     f"splitting {what} {', '.join(map(str, neurons))} of a minimum makes saddles; {minimum.summary}")


def read_basin(minimum: Certificate | SymmetricCertificate, claims: Any) -> Basin:
    fields(claims, "claims", "radius curvature smoothness")
    found = [real(claims[name], name) for name in ("radius", "curvature", "smoothness")]
    need(all(x > 0 for x in found), "radius, curvature and smoothness are not all positive.")
    return Basin(minimum, *found, f"within {claims['radius']} of a minimum the eigenvalues of the Hessian lie between"
                 f" {claims['curvature']} and {claims['smoothness']}, and gradient flow and descent converge to it;"
                 f" {minimum.summary}")


@dataclass(frozen=True)
class SpanMinimum:
    """The claim of section 4.8 in exact numbers: the Gram matrix is any within `rho`, entry by entry, of `gram`."""

    gram: list[list[Fraction]]
    rho: Fraction  # 0 in the first form
    coefficients: list[list[Fraction]]
    radius: Fraction
    distance: Fraction
    loss: tuple[Fraction, Fraction]
    curvature: Fraction
    bits: int
    summary: str


@dataclass(frozen=True)
class Point:
    """A point of section 4.9: the k x k matrix W(a, b) with a on the diagonal and b off it."""

    a: Fraction
    b: Fraction
    radius: Fraction
    distance: Fraction
    gap: Fraction


@dataclass(frozen=True)
class Enumeration:
    """The claim of section 4.9 in exact numbers."""

    k: int
    points: list[Point]
    bits: int
    summary: str


def interpret_span(tree: dict[str, Any]) -> SpanMinimum:
    """The certificate of section 4.8."""
    statement = fields(tree["statement"], "statement", "problem coefficients claims")
    problem = statement["problem"]
    near = type(problem) is dict and "rho" in problem
    fields(problem, "problem", "n k rho" if near else "n k d targets")
    claims = fields(statement["claims"], "claims", "radius distance loss curvature")
    witness = fields(tree["witness"], "witness", "bits")
    n, k = (integer(problem[name], name, 1, 64) for name in ("n", "k"))
    need(n >= k, "n is less than k.")
    if near:
        rho, gram = real(problem["rho"], "rho"), [[Fraction(int(a == b)) for b in range(k)] for a in range(k)]
        need(0 < rho < Fraction(1, 8), "rho is not between 0 and 1/8.")
        where = f"D>={k}, all targets orthonormal up to {problem['rho']}"
    else:
        d = integer(problem["d"], "d", k, 4096)
        targets, rho = vectors(problem["targets"], "targets", k, d), Fraction(0)
        unit = lcm(*(x.denominator for row in targets for x in row))
        rows = [[int(x * unit) for x in row] for row in targets]
        half = [[Fraction(sum(map(times, u, v)), unit * unit) for v in rows[:a + 1]] for a, u in enumerate(rows)]
        gram = [[half[max(a, b)][min(a, b)] for b in range(k)] for a in range(k)]
        where = f"D>={d} targets as given"
    radius, distance, curvature = (real(claims[name], name) for name in ("radius", "distance", "curvature"))
    need(radius > 0 and distance > 0 and curvature > 0, "radius, distance and curvature are not all positive.")
    return SpanMinimum(
        gram=gram,
        rho=rho,
        coefficients=vectors(statement["coefficients"], "coefficients", n, k),
        radius=radius,
        distance=distance,
        loss=increasing(claims["loss"], "loss"),
        curvature=curvature,
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"n={n} k={k} {where}: within {claims['radius']} of the combinations exactly one critical point, a"
                f" spurious strict local minimum, within {claims['distance']}; {claims['loss'][0]} < loss <"
                f" {claims['loss'][1]}; Hessian >= {claims['curvature']} on the ball",
    )


def read_point(value: Any) -> Point:
    names = "a b radius distance gap"
    fields(value, "A point", names)
    point = Point(*(real(value[name], name) for name in names.split()))
    need(point.a != 0 or point.b != 0, "The numbers a and b of a point are both 0.")
    need(min(point.radius, point.distance, point.gap) > 0, "radius, distance and gap are not all positive.")
    return point


def interpret_enumeration(tree: dict[str, Any]) -> Enumeration:
    """The certificate of section 4.9."""
    statement = fields(tree["statement"], "statement", "problem points")
    problem = fields(statement["problem"], "problem", "k targets")
    witness = fields(tree["witness"], "witness", "bits")
    k = integer(problem["k"], "k", 3, 64)
    need(problem["targets"] == "orthonormal", "targets is not the string orthonormal.")
    listed = statement["points"]
    need(type(listed) is list and 1 <= len(listed) <= 16, "points is not an array of 1 to 16 objects.")
    points = [read_point(value) for value in listed]
    return Enumeration(k, points, integer(witness["bits"], "bits", 128, 1024),
                       f"n=k={k} targets orthonormal: exactly {len(points)} critical point{'s' * (len(points) > 1)} among the matrices not 0"
                       " with one number on the diagonal and one off it: "
                       + ", ".join(f"({p['a']}, {p['b']}) within {p['distance']}" for p in listed))


_FRACTION = re.compile(r"(-?)(0|[1-9][0-9]*)/([1-9][0-9]*)")


def rational(value: Any, name: str) -> Fraction:
    """The exact value of a real number or a fraction of section 4.10."""
    match = _FRACTION.fullmatch(value) if type(value) is str and len(value) <= 2 * MAX_DIGITS + 2 else None
    if match is None:
        return real(value, name)
    sign, above, below = match.groups()
    need(max(len(above), len(below)) <= MAX_DIGITS, f"{name} is a fraction with more than {MAX_DIGITS} digits.")
    return Fraction(whole(above) if not sign else -whole(above), whole(below))


def whole(digits: str) -> int:
    """The integer with these digits, in pieces that Python converts whatever its limit is."""
    number = 0
    for start in range(0, len(digits), 600):
        piece = digits[start:start + 600]
        number = number * 10 ** len(piece) + int(piece)
    return number


def array(value: Any, name: str, length: int) -> list[Any]:
    need(type(value) is list and len(value) == length, f"{name} is not an array of {length} entries.")
    return value


def boolean(value: Any, name: str) -> bool:
    need(type(value) is bool, f"{name} is not true or false.")
    return value


def axis(size: int, kernel: int, stride: int, padding: int) -> list[list[tuple[int, int]]]:
    """Along one axis, for each output place the pairs (place in the kernel, input place) that are inside."""
    count = (size + 2 * padding - kernel) // stride + 1
    return [[(u, y * stride + u - padding) for u in range(kernel) if 0 <= y * stride + u - padding < size]
            for y in range(count)]


@dataclass(frozen=True)
class Affine:
    """A dense layer (no `window`) or a convolution.  Its weights are numbered in the order of the nested arrays."""

    inputs: tuple[int, ...]  # shapes
    outputs: tuple[int, ...]
    window: tuple[tuple[int, int], tuple[int, int], tuple[int, int]] | None  # kernel, stride, padding
    bias: bool

    @property
    def nested(self) -> tuple[int, ...]:
        """The lengths of the nested arrays of weights."""
        if self.window is None:
            return self.outputs[0], prod(self.inputs)
        return (self.outputs[0], self.inputs[0], *self.window[0])

    @property
    def per_channel(self) -> int:
        """Output units with the same weights."""
        return prod(self.outputs[1:])

    @cached_property
    def _axes(self) -> list[list[list[tuple[int, int]]]]:
        return [axis(*numbers) for numbers in zip(self.inputs[1:], *self.window)]

    def count(self) -> int:
        """The number of pairs, those outside the input counted, too."""
        if self.window is None:
            return prod(self.nested)
        return prod(self.outputs) * self.inputs[0] * prod(self.window[0])

    @cached_property
    def connections(self) -> list[list[tuple[int, int]]]:
        """For each output unit the pairs (weight, input unit)."""
        if self.window is None:
            n = prod(self.inputs)
            return [[(o * n + i, i) for i in range(n)] for o in range(self.outputs[0])]
        (r, s), (c, h, w) = self.window[0], self.inputs
        down, across = self._axes
        return [[(((o * c + i) * r + u) * s + v, (i * h + y) * w + x) for i in range(c) for u, y in ys for v, x in xs]
                for o in range(self.outputs[0]) for ys in down for xs in across]


@dataclass(frozen=True)
class Average:
    """The mean over each window of each channel."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    kernel: tuple[int, int]
    stride: tuple[int, int]

    def count(self) -> int:
        """The number of pairs."""
        return prod(self.outputs) * prod(self.kernel)

    @cached_property
    def windows(self) -> list[list[int]]:
        """For each output unit the input units of its window."""
        c, h, w = self.inputs
        down, across = (axis(*numbers, 0) for numbers in zip((h, w), self.kernel, self.stride))
        return [[(i * h + y) * w + x for _, y in ys for _, x in xs] for i in range(c) for ys in down for xs in across]


@dataclass(frozen=True)
class Units:
    """Piecewise-linear units: s z + c on piece j, with s, c = slopes[j], intercepts[j], between kinks j - 1 and j."""

    outputs: tuple[int, ...]
    kinks: list[Fraction]
    slopes: list[Fraction]
    intercepts: list[Fraction]


@dataclass(frozen=True)
class Residual:
    """The input plus the output of an earlier layer."""

    outputs: tuple[int, ...]
    source: int


Layer = Affine | Average | Units | Residual
Parameters = dict[int, tuple[list[Fraction], list[Fraction]]]  # weights, bias of a layer, by its number (from 1)


@dataclass(frozen=True)
class Data:
    """Network, data and loss of section 4.10.  Data are integers over `unit`, targets over `target_unit`."""

    shapes: list[tuple[int, ...]]  # of the input and of the output of each layer
    layers: list[Layer]
    rows: list[list[int]]  # one for each datum
    unit: int
    targets: list[list[int]]
    target_unit: int
    loss: str  # "" in section 4.14
    delta: Fraction  # of the Huber loss
    labels: list[int]
    classes: int

    @cached_property
    def input_length(self) -> int:
        """`length` of all inputs."""
        return length(Fraction(x, self.unit) for row in self.rows for x in row)

    @property
    def size(self) -> str:
        rows, layers = len(self.rows), len(self.layers)
        return f"{rows} {'datum' if rows == 1 else 'data'}, network of {layers} layer{'s' * (layers > 1)}, {self.loss or 'cross-entropy'} loss"


def sizes(value: Any, name: str, low: int = 1) -> tuple[int, int]:
    first, second = array(value, name, 2)
    return integer(first, name, low, MAX_UNITS), integer(second, name, low, MAX_UNITS)


def bounded(shape: tuple[int, ...]) -> tuple[int, ...]:
    need(prod(shape) <= MAX_UNITS, f"A shape has more than {MAX_UNITS} units.")
    return shape


def read_window(entry: dict[str, Any], shape: tuple[int, ...], channels: int | None) -> Affine | Average:
    """A convolution with this many channels, or (None) an average."""
    need(len(shape) == 3, "A convolution or average does not act on [channels, height, width].")
    kernel, stride = sizes(entry["kernel"], "kernel"), sizes(entry["stride"], "stride")
    padding = (0, 0) if channels is None else sizes(entry["padding"], "padding", 0)
    room = [size + 2 * a - r for size, a, r in zip(shape[1:], padding, kernel)]
    need(min(room) >= 0, "A kernel is larger than the input with its padding.")
    outputs = bounded((shape[0] if channels is None else channels, *(x // p + 1 for x, p in zip(room, stride))))
    need(prod(outputs) * prod(kernel) * (1 if channels is None else shape[0]) <= MAX_CONNECTIONS,
         f"A convolution or average has more than {MAX_CONNECTIONS} pairs.")
    if channels is None:
        return Average(shape, outputs, kernel, stride)
    return Affine(shape, outputs, (kernel, stride, padding), boolean(entry["bias"], "bias"))


def read_units(entry: dict[str, Any], shape: tuple[int, ...]) -> Units:
    kinks = entry["kinks"]
    need(type(kinks) is list and len(kinks) <= 64, "kinks is not an array of at most 64 numbers.")
    kinks = [real(t, "a kink") for t in kinks]
    need(all(s < t for s, t in zip(kinks, kinks[1:])), "The kinks are not in strictly increasing order.")
    slopes = [real(s, "a slope") for s in array(entry["slopes"], "slopes", len(kinks) + 1)]
    value = real(entry["value"], "value")
    intercepts = [value - slopes[0] * kinks[0] if kinks else value]
    for t, left, right in zip(kinks, slopes, slopes[1:]):  # both sides are left t + c at t
        intercepts.append(intercepts[-1] + (left - right) * t)
    return Units(shape, kinks, slopes, intercepts)


def read_layer(entry: Any, shapes: list[tuple[int, ...]]) -> Layer:
    """The layer behind layers of these shapes (of the input first)."""
    kind, shape = entry.get("type") if type(entry) is dict else None, shapes[-1]
    if type(kind) is not str:
        malformed("A layer is not an object with a type.")
    if kind == "dense":
        fields(entry, "A dense layer", "type outputs bias")
        outputs = integer(entry["outputs"], "outputs", 1, MAX_UNITS)
        need(outputs * prod(shape) <= MAX_CONNECTIONS, f"A dense layer has more than {MAX_CONNECTIONS} weights.")
        return Affine(shape, (outputs,), None, boolean(entry["bias"], "bias"))
    if kind == "convolution":
        fields(entry, "A convolution", "type channels kernel stride padding bias")
        return read_window(entry, shape, integer(entry["channels"], "channels", 1, MAX_UNITS))
    if kind == "average":
        fields(entry, "An average", "type kernel stride")
        return read_window(entry, shape, None)
    if kind == "units":
        return read_units(fields(entry, "A layer of units", "type kinks slopes value"), shape)
    need(kind == "residual", "The type of a layer is unknown.")
    fields(entry, "A residual layer", "type source")
    source = integer(entry["source"], "source", 0, len(shapes) - 2)  # this layer has the number len(shapes)
    need(shapes[source] == shape, "The source of a residual layer has another shape.")
    return Residual(shape, source)


def read_network(value: Any) -> tuple[list[tuple[int, ...]], list[Layer]]:
    network = fields(value, "network", "input layers")
    shape, listed = network["input"], network["layers"]
    need(type(shape) is list and len(shape) in (1, 3), "input is not an array of one or three sizes.")
    shapes = [bounded(tuple(integer(size, "a size of input", 1, MAX_UNITS) for size in shape))]
    need(type(listed) is list and 1 <= len(listed) <= 64, "layers is not an array of 1 to 64 objects.")
    layers: list[Layer] = []
    for entry in listed:
        layers.append(read_layer(entry, shapes))
        shapes.append(layers[-1].outputs)
    need(sum(layer.count() for layer in layers if isinstance(layer, Affine | Average)) <= MAX_CONNECTIONS,
         f"The layers have more than {MAX_CONNECTIONS} pairs.")
    need(sum(prod(before) * prod(layer.outputs) for before, layer in zip(shapes, layers) if isinstance(layer, Average)
             or (isinstance(layer, Affine) and layer.window is not None)) <= MOST_HELD, "Convolutions and averages are too large.")
    return shapes, layers


def read_rows(value: Any, name: str, count: int, length: int) -> tuple[list[list[int]], int]:
    """`count` arrays of `length` real numbers, as integers over one denominator."""
    array(value, name, count)
    need(count * length <= MAX_NUMBERS, f"{name} has more than {MAX_NUMBERS} numbers.")
    for row in value:
        array(row, f"a row of {name}", length)
    rows = [[real(x, f"an entry of {name}") for x in row] for row in value]
    unit = lcm(*{x.denominator for row in rows for x in row})
    return [[x.numerator * (unit // x.denominator) for x in row] for row in rows], unit


def read_data(value: Any, entropy: bool) -> Data:
    """`problem` of section 4.10 or of section 4.14."""
    problem = fields(value, "problem", "network inputs labels classes" if entropy else "network inputs targets loss")
    shapes, layers = read_network(problem["network"])
    listed, ends = problem["inputs"], prod(shapes[-1])
    need(type(listed) is list and 1 <= len(listed) <= MAX_DATA, f"inputs is not an array of 1 to {MAX_DATA} arrays.")
    rows, unit = read_rows(listed, "inputs", len(listed), prod(shapes[0]))
    need(sum(map(prod, shapes)) * len(rows) <= MOST_HELD, f"The units of all layers, times the data, are more than {MOST_HELD}.")
    need(sum(prod(before) * prod(layer.outputs) for before, layer in zip(shapes, layers) if isinstance(layer, Affine | Average))
         * len(rows) <= MOST_PRODUCTS, f"The pairs of units, times the data, are more than {MOST_PRODUCTS}.")
    if entropy:
        classes = integer(problem["classes"], "classes", 2, 64)
        labels = [integer(x, "a label", 0, classes - 1) for x in array(problem["labels"], "labels", len(rows))]
        last = layers[-1]
        need(ends in (classes - 1, classes), "The network has neither K - 1 nor K outputs.")
        need(isinstance(last, Affine) and last.window is None and last.bias, "The last layer is not dense with a bias.")
        need(len(rows) * classes**2 <= MOST_RATIOS, "There are too many data and classes.")
        return Data(shapes, layers, rows, unit, [], 1, "", Fraction(0), labels, classes)
    targets, target_unit = read_rows(problem["targets"], "targets", len(rows), ends)
    loss, delta = problem["loss"], Fraction(0)
    kind = loss.get("type") if type(loss) is dict else None
    need(type(kind) is str and kind in ("squared", "quartic", "huber", "squared-hinge"), "The loss is unknown.")
    fields(loss, "loss", "type delta" if kind == "huber" else "type")
    if kind == "huber":
        delta = real(loss["delta"], "delta")
        need(delta > 0, "delta is not positive.")
    need(kind != "squared-hinge" or all(abs(y) == target_unit for row in targets for y in row),
         "A target of the squared hinge is not 1 or -1.")
    return Data(shapes, layers, rows, unit, targets, target_unit, kind, delta, [], 0)


def flat(value: Any, name: str, lengths: Sequence[int]) -> list[Fraction]:
    """Nested arrays of rationals, in their order."""
    array(value, name, lengths[0])
    if len(lengths) == 1:
        return [rational(x, f"an entry of {name}") for x in value]
    return [x for entry in value for x in flat(entry, name, lengths[1:])]


def read_parameters(value: Any, name: str, layers: Sequence[Layer]) -> Parameters:
    affine = {number: layer for number, layer in enumerate(layers, 1) if isinstance(layer, Affine)}
    found: Parameters = {}
    for (number, layer), entry in zip(affine.items(), array(value, name, len(affine))):
        fields(entry, f"An entry of {name}", "weights bias")
        found[number] = (flat(entry["weights"], "weights", layer.nested),
                         flat(entry["bias"], "bias", [layer.outputs[0] if layer.bias else 0]))
        below = {x.denominator for part in found[number] for x in part}
        need(sum(map(int.bit_length, below)) <= MOST_DENOMINATORS, f"The denominators of {name} are too long.")
    return found


def length(numbers: Iterable[Fraction]) -> int:
    """Of a set of rationals, section 4.10: the bits of their common denominator D, and the most bits of p and D/q."""
    pairs = {(x.denominator, abs(x.numerator).bit_length()) for x in numbers}
    whole = lcm(*{den for den, _ in pairs})
    return whole.bit_length() + max(top + (whole // den).bit_length() for den, top in pairs) if pairs else 0


def require_room(data: Data, curve: Sequence[Parameters]) -> None:
    """The bounds on size and effort of section 4.10, for parameters, or parameters and coefficients of a curve."""
    count, power = len(data.rows), len(curve) - 1
    total = data.input_length
    size, effort, layers = count * prod(data.shapes[0]) * (total + WORD), 0, 0
    for number, layer in enumerate(data.layers, 1):
        before, after = prod(data.shapes[number - 1]), prod(data.shapes[number])
        if isinstance(layer, Affine):
            own = length(x for point in curve for part in point[number] for x in part)
            size += (power + 1) * layer.count() * own
            growth, pairs, layers = own + (layer.count() // after).bit_length(), before * after, layers + 1
        elif isinstance(layer, Average):
            growth, pairs = 2 * prod(layer.kernel).bit_length(), before * after
        elif isinstance(layer, Units):
            growth, pairs = length(layer.slopes + layer.intercepts) + 1, 8 * after
        else:
            growth, pairs = 1, 0
        total, terms = total + growth, 1 + layers * power
        size += count * after * terms * (total + WORD)
        effort += count * (power + 1) * terms * (1024 * pairs * (total + WORD) + after * (total + WORD) ** 2)
    need(size <= MOST_SIZE, "The outputs of all layers on the data, and the pairs, may have too many bits.")
    need(effort <= MOST_EFFORT, "There are too many data, connections and digits.")


def shown(value: str) -> str:
    """A rational of the file, in the file's form if that is short."""
    return value if len(value) <= 48 else "about " + decimal(rational(value, "a number"), False)


@dataclass(frozen=True)
class DataPoint:
    """What the claims of sections 4.10 to 4.13 have in common."""

    data: Data
    parameters: Parameters
    risk: Fraction
    summary: str


@dataclass(frozen=True)
class DataMinimum(DataPoint):
    """The claim of section 4.10."""

    better: Parameters | None
    continuum: bool
    linear_fit: bool


@dataclass(frozen=True)
class DataGlobalMinimum(DataPoint):
    """The claim of section 4.11."""


@dataclass(frozen=True)
class DataSaddle(DataPoint):
    """The claim of section 4.12; the curves are lists of P_1, P_2, ...."""

    descent: list[Parameters]
    ascent: list[Parameters]


@dataclass(frozen=True)
class DataNoncritical(DataPoint):
    """The claim of section 4.13."""

    layer: int
    part: int  # 0 for weights, 1 for bias
    entry: int
    derivative: Fraction


def interpret_data(tree: dict[str, Any]) -> DataPoint:
    """The certificate of section 4.10, 4.11, 4.12 or 4.13."""
    statement = fields(tree["statement"], "statement", "problem parameters claims")
    fields(tree["witness"], "witness", "")
    names = {DATA_MINIMUM: "better continuum linear_fit", DATA_GLOBAL: "", DATA_SADDLE: "descent ascent",
             DATA_NONCRITICAL: "layer part entry derivative"}[tree["kind"]]
    claims = fields(statement["claims"], "claims", "risk " + names)
    data = read_data(statement["problem"], False)
    risk = rational(claims["risk"], "risk")
    parameters = read_parameters(statement["parameters"], "parameters", data.layers)
    require_room(data, [parameters])
    start, end = f"{data.size}: ", f", risk {shown(claims['risk'])}"
    if tree["kind"] == DATA_GLOBAL:
        return DataGlobalMinimum(data, parameters, risk, start + "a global minimum" + end)
    if tree["kind"] == DATA_MINIMUM:
        continuum, linear = (boolean(claims[name], name) for name in ("continuum", "linear_fit"))
        better = claims["better"]
        if better is not None:
            better = read_parameters(better, "better", data.layers)
            require_room(data, [better])
        return DataMinimum(
            data, parameters, risk, start + ("a local minimum" if better is None else "a spurious local minimum") + end
            + (", one of a continuum" if continuum else "")
            + (", affine on the data, where no affine map has a smaller risk" if linear else ""),
            better, continuum, linear)
    if tree["kind"] == DATA_SADDLE:
        need(data.loss == "squared", "The loss of a saddle is not squared.")
        curves = []
        for name in ("descent", "ascent"):
            need(type(claims[name]) is list and 1 <= len(claims[name]) <= 8, f"{name} is not an array of 1 to 8.")
            need(len(claims[name]) * len(parameters) <= MOST_ORDER, f"The order along {name} may be above {MOST_ORDER}.")
            curves.append([read_parameters(entry, f"an entry of {name}", data.layers) for entry in claims[name]])
            require_room(data, [parameters, *curves[-1]])
        return DataSaddle(data, parameters, risk, start + "a critical point, neither a local minimum nor a local"
                          " maximum" + end, *curves)
    layer, part = integer(claims["layer"], "layer", 1, len(data.layers)), claims["part"]
    need(layer in parameters, "layer is not the number of a dense or convolutional layer.")
    need(type(part) is str and part in ("weights", "bias"), "part is neither weights nor bias.")
    index = ("weights", "bias").index(part)
    entry = integer(claims["entry"], "entry", 0, len(parameters[layer][index]) - 1)
    derivative = rational(claims["derivative"], "derivative")
    return DataNoncritical(data, parameters, risk, start + f"the derivative by entry {entry} of the {part} of layer"
                           f" {layer} is {shown(claims['derivative'])}, so no local minimum" + end,
                           layer, index, entry, derivative)


@dataclass(frozen=True)
class EntropyMinimum:
    """The claim of section 4.14 in exact numbers."""

    data: Data
    parameters: Parameters
    distance: Fraction
    risk: tuple[Fraction, Fraction]
    better: Parameters | None
    curvature: Fraction
    bits: int
    summary: str


def interpret_entropy(tree: dict[str, Any]) -> EntropyMinimum:
    """The certificate of section 4.14."""
    statement = fields(tree["statement"], "statement", "problem parameters claims")
    claims = fields(statement["claims"], "claims", "distance risk better")
    witness = fields(tree["witness"], "witness", "bits curvature")
    data = read_data(statement["problem"], True)
    distance, better = real(claims["distance"], "distance"), claims["better"]
    need(distance > 0, "distance is not positive.")
    parameters = read_parameters(statement["parameters"], "parameters", data.layers)
    better = None if better is None else read_parameters(better, "better", data.layers)
    for point in (parameters, better):
        if point is not None:
            require_room(data, [point])
    return EntropyMinimum(
        data=data,
        parameters=parameters,
        distance=distance,
        risk=increasing(claims["risk"], "risk"),
        better=better,
        curvature=real(witness["curvature"], "curvature"),
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"{data.size}: a {'' if better is None else 'spurious '}local minimum within {claims['distance']} of"
                f" the parameters, in the last layer, {claims['risk'][0]} < risk < {claims['risk'][1]}",
    )


Formula = Any  # "t", "pi", a Fraction, or a tuple of the name of an operation and its parts
Parameters15 = list[tuple[list[list[Fraction]], list[Fraction]]]  # for each layer weights [units][below] and bias

_PARTS = {"-": 2, "/": 2, "exp": 1, "log": 1, "sqrt": 1, "sin": 1, "cos": 1, "tanh": 1, "atan": 1, "erf": 1}


def read_formula(value: Any, left: list[int]) -> Formula:
    """A node of section 4.15; `left` holds how many nodes may still come."""
    left[0] -= 1
    need(left[0] >= 0, f"The activation has more than {MOST_NODES} nodes.")
    if type(value) is str:
        return value if value in ("t", "pi") else rational(value, "a number of the activation")
    need(type(value) is list and len(value) > 0 and type(value[0]) is str, "A node of the activation is none.")
    name, *parts = value
    if name == "piecewise":
        need(len(parts) == 3, "piecewise does not have a number and two parts.")
        return name, rational(parts[0], "a kink of the activation"), *(read_formula(part, left) for part in parts[1:])
    if name == "^":
        need(len(parts) == 2, "^ does not have two parts.")
        return name, read_formula(parts[0], left), integer(parts[1], "an exponent of the activation", 2, 16)
    need(name in ("+", "*", *_PARTS), "An operation of the activation is unknown.")
    need(len(parts) == _PARTS[name] if name in _PARTS else len(parts) >= 2, f"{name} has a wrong number of parts.")
    return name, *(read_formula(part, left) for part in parts)


@dataclass(frozen=True)
class SmoothData:
    """The data of sections 4.15 to 4.17; a target may be anything within `spread` of the number given."""

    formula: Formula
    nodes: int  # of the formula
    widths: list[int]
    inputs: list[list[Fraction]]
    targets: list[Fraction]
    spread: Fraction

    @property
    def size(self) -> str:
        d = len(self.inputs[0])
        return f"{len(self.inputs)} {'datum' if len(self.inputs) == 1 else 'data'} with {d} {'input' if d == 1 else 'inputs'}"

    def ranges(self, bits: int) -> Iterator[tuple[list[Wide], Wide, Wide]]:
        """Inputs, least and largest target."""
        for row, y in zip(self.inputs, self.targets):
            yield [Wide.of(x, bits) for x in row], Wide.of(y - self.spread, bits), Wide.of(y + self.spread, bits)


@dataclass(frozen=True)
class ConstantMinimum:
    """The claim of section 4.15."""

    data: SmoothData
    parameters: Parameters15
    distance: Fraction
    risk: Fraction
    better: Parameters15 | None
    fits: bool
    low: Fraction
    high: Fraction
    bits: int
    summary: str


@dataclass(frozen=True)
class ConstantFamily:
    """The claim of section 4.16."""

    data: SmoothData
    point: Fraction
    risk: Fraction
    bits: int
    summary: str


@dataclass(frozen=True)
class SplittingFamily:
    """The claim of section 4.17."""

    data: SmoothData
    parameters: Parameters15
    neuron: int
    distance: Fraction
    risk: tuple[Fraction, Fraction]
    better: Parameters15
    curvature: Fraction
    bits: int
    summary: str


def read_smooth_data(problem: dict[str, Any]) -> SmoothData:
    left = [MOST_NODES]
    formula = read_formula(problem["activation"], left)
    widths: list[int] = []
    if "widths" in problem:
        need(type(problem["widths"]) is list and 1 <= len(problem["widths"]) <= 32, "widths is not an array of 1 to 32 integers.")
        widths = [integer(x, "an entry of widths", 1, 256) for x in problem["widths"]]
    listed = problem["inputs"]
    need(type(listed) is list and 1 <= len(listed) <= 10_000, "inputs is not an array of 1 to 10000 arrays.")
    need(type(listed[0]) is list and 1 <= len(listed[0]) <= 16, "The first of the inputs is not an array of 1 to 16 numbers.")
    count, d = len(listed), len(listed[0])
    need(count * d * d <= 10**6, "N d^2 is more than 10^6.")
    inputs = [[real(x, "an entry of inputs") for x in array(row, "a row of inputs", d)] for row in listed]
    targets = [real(array(row, "a row of targets", 1)[0], "an entry of targets") for row in array(problem["targets"], "targets", count)]
    spread_out = real(problem["spread"], "spread") if "spread" in problem else Fraction(0)
    need(spread_out >= 0, "spread is negative.")
    need("spread" in problem or any(row != inputs[0] for row in inputs), "All inputs are equal.")
    return SmoothData(formula, MOST_NODES - left[0], widths, inputs, targets, spread_out)


def read_smooth(value: Any, name: str, widths: Sequence[int], data: SmoothData) -> Parameters15:
    """Parameters for hidden layers of these widths."""
    units = [len(data.inputs[0]), *widths, 1]
    need(len(data.inputs) * sum(map(times, units, units[1:])) <= 2 * 10**6, f"The weights of {name}, times the data, are more than 2 * 10^6.")
    found: Parameters15 = []
    for entry, below, above in zip(array(value, name, len(units) - 1), units, units[1:]):
        fields(entry, f"An entry of {name}", "weights bias")
        weights = [[real(x, f"a weight of {name}") for x in array(row, "a row of weights", below)]
                   for row in array(entry["weights"], "weights", above)]
        found.append((weights, [real(x, f"a bias of {name}") for x in array(entry["bias"], "bias", above)]))
    return found


def interpret_smooth(tree: dict[str, Any]) -> ConstantMinimum | ConstantFamily | SplittingFamily:
    """The certificate of section 4.15, 4.16 or 4.17."""
    kind = tree["kind"]
    statement = fields(tree["statement"], "statement", "problem claims " + {
        CONSTANT: "parameters", CONSTANT_FAMILY: "point", SPLITTING_FAMILY: "parameters neuron"}[kind])
    problem = fields(statement["problem"], "problem", "activation inputs targets" + {
        CONSTANT: " widths", CONSTANT_FAMILY: "", SPLITTING_FAMILY: " widths spread"}[kind])
    claims = fields(statement["claims"], "claims", {
        CONSTANT: "distance risk better fits", CONSTANT_FAMILY: "risk", SPLITTING_FAMILY: "distance risk better"}[kind])
    witness = fields(tree["witness"], "witness", "bits" + {
        CONSTANT: " low high", CONSTANT_FAMILY: "", SPLITTING_FAMILY: " curvature"}[kind])
    bits = integer(witness["bits"], "bits", 128, 1024) + 2 * GUARD_BITS
    data = read_smooth_data(problem)
    if kind == CONSTANT_FAMILY:
        return ConstantFamily(
            data, real(statement["point"], "point"), rational(claims["risk"], "risk"), bits,
            f"{data.size}: for every depth and all widths a spurious local minimum, every hidden unit constant on the data,"
            f" risk {shown(claims['risk'])}")
    parameters = read_smooth(statement["parameters"], "parameters", data.widths, data)
    count, weights = len(data.inputs), sum(len(row) for rows, _ in parameters for row in rows)
    distance, shape = real(claims["distance"], "distance"), "-".join(map(str, data.widths))
    need(distance > 0, "distance is not positive.")
    better = claims["better"]
    if kind == CONSTANT:
        need(weights * data.widths[0] ** 2 <= 10**8, "K d_1^2 is more than 10^8.")
        fits = boolean(claims["fits"], "fits")
        need(not fits or (better is not None and count <= 256), "fits is true, but better is null or there are more than 256 data.")
        return ConstantMinimum(
            data, parameters, distance, rational(claims["risk"], "risk"),
            None if better is None else read_smooth(better, "better", data.widths, data), fits,
            real(witness["low"], "low"), real(witness["high"], "high"), bits,
            f"{data.size}, hidden layers {shape}: a {'' if better is None else 'spurious '}local minimum with constant outputs,"
            f" risk {shown(claims['risk'])}, but for the last bias the parameters, and that within {claims['distance']}"
            + ("; some parameters have the risk 0" if fits else ""))
    unknowns = weights + sum(data.widths) + 1
    need(unknowns <= 256 and count * weights * unknowns**2 <= 10**7, "There are too many parameters.")
    fields(better, "better", "width parameters")
    width, neuron = integer(better["width"], "width", 1, 256), integer(statement["neuron"], "neuron", 0, data.widths[-1] - 1)
    return SplittingFamily(
        data, parameters, neuron, distance, increasing(claims["risk"], "risk"),
        read_smooth(better["parameters"], "better", [*data.widths[:-1], width], data),
        real(witness["curvature"], "curvature"), bits,
        f"{data.size}, hidden layers {shape}: for all targets within {problem['spread']} of those given a local minimum within"
        f" {claims['distance']} of the parameters, {claims['risk'][0]} < risk < {claims['risk'][1]}; split at neuron {neuron}"
        f" it is a spurious one for every width >= {max(width, data.widths[-1])} of the last hidden layer")


Claim = (Certificate | SymmetricCertificate | BirthCertificate | FamilyMinimum | FamilySaddle | Splitting | Basin
         | SpanMinimum | Enumeration | DataPoint | EntropyMinimum | ConstantMinimum | ConstantFamily | SplittingFamily)


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
NOTHING: Side = (Fraction(0), Fraction(0))


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

    def arctan(self, x: Interval) -> Interval:
        """For 0 <= x <= 1, by the half-angle formula: twice the arctangent of x / (1 + sqrt(1 + x^2)).

        It maps [0, t] into [0, t/2], so 5 steps bring the argument below 1/30.
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
            t = self.arctan(self.root(s2, p * p))
            return t if p < 0 else sub(self.pi, t)
        t = self.arctan(self.root(p * p, s2))
        return add(self.half_pi, t) if p > 0 else sub(self.half_pi, t)

    def outer_angles(self, p: Interval, s: Interval) -> Interval:
        """A = atan2(S, -p) for all p and S of two intervals, S > 0: A = pi/2 + arctan(p/S) increases with p/S, and p/S
        is least and largest at the corners taken here.  By continuity also for S >= 0, unless p may be 0 where S may.
        """
        low, high = s[1 if p[0] >= 0 else 0], s[0 if p[1] >= 0 else 1]
        return self.outer_angle(p[0], low * low)[0], self.outer_angle(p[1], high * high)[1]

    def _artanh_series(self, y: Interval) -> Interval:
        """Artanh y = sum_j y^(2j+1)/(2j+1) for 0 <= y <= 1/3.

        From any term on the sum is at most the term times 1 + y^2 + y^4 + ... <= 9/8.  The series is cut where the
        enclosure of a term ends at 2^-bits or below, so that what is left out lies between 0 and 2 units.
        """
        square, power, total, j = self.mul(y, y), y, ZERO, 0
        while True:
            term = power[0] // (2 * j + 1), ceil_div(power[1], 2 * j + 1)
            if term[1] <= 1:
                return total[0], total[1] + 2
            total, power, j = add(total, term), self.mul(power, square), j + 1

    @cached_property
    def ln2(self) -> Interval:
        """Log 2 = 2 artanh 1/3, because artanh y = log((1 + y)/(1 - y))/2."""
        return scale(self._artanh_series(self.ratio(1, 3)), Fraction(2))

    def log(self, a: Interval) -> Interval:
        """The logarithm of a positive interval: it increases."""
        low = self._log(a[0])
        return low if a[0] == a[1] else (low[0], self._log(a[1])[1])

    def _log(self, x: int) -> Interval:
        """Log of x 2^-bits, x > 0.  With w the power of 2 for which 2/3 <= x/w < 4/3, log(x/w) = 2 artanh y with
        y = (x - w)/(x + w), -1/5 <= y < 1/7; artanh is odd.
        """
        power = x.bit_length() - 1
        power += 3 * x >= 4 << power
        num, den = x - (1 << power), x + (1 << power)
        part = scale(self._artanh_series(self.ratio(abs(num), den)), Fraction(2))
        low, high = (end * (power - self.bits) for end in self.ln2)
        return add((min(low, high), max(low, high)), part if num >= 0 else neg(part))

    def exp(self, a: Interval) -> Interval:
        """The exponential of an interval without positive numbers: it increases."""
        return self._exp(a[0])[0], self._exp(a[1])[1]

    def _exp(self, x: int) -> Interval:
        """Exp of x 2^-bits, x <= 0.

        Below -bits it is between 0 and e^-bits < 2^-bits.  Otherwise, for any integer k, exp x = 2^-k exp(x + k log 2),
        and k is chosen so that x + k log 2 is between -1 and 0, up to the error of the enclosure of log 2: that of
        bits 2^-bits or so, k times.  It is divided by 256 and exp of it squared 8 times.  For |t| <= 1/2 the terms of
        the series of exp t from t^j/j! on sum to at most | t^j/j! | (1 + 1/2 + 1/4 + ...), twice the first of them; the
        series is cut where the enclosure of a term is within 1 unit of 0.
        """
        if x <= -(self.bits << self.bits):
            return 0, 1
        k = -x // self.ln2[1]
        t = scale((x + k * self.ln2[0], x + k * self.ln2[1]), Fraction(1, 256))
        if t[0] < -(self.one[0] >> 1):  # |t| <= 1/2 is needed; t <= 0 by the choice of k
            return 0, self.one[1]
        term, total, j = self.one, ZERO, 0
        while max(-term[0], term[1]) > 1:
            total, j = add(total, term), j + 1
            term = self.mul(term, t)
            term = term[0] // j, ceil_div(term[1], j)
        low, high = max(0, total[0] - 2), total[1] + 2
        for _ in range(8):
            low, high = low * low >> self.bits, -(-high * high >> self.bits)
        return low >> k, -(-high >> k)

    def side(self, a: Interval) -> Side:
        return Fraction(a[0], 1 << self.bits), Fraction(a[1], 1 << self.bits)


class Num:
    """An interval with its arithmetic, for formulas.  Integer operands are exact; divisors must be positive."""

    __slots__ = ("ar", "ends")

    def __init__(self, ar: Arithmetic, ends: Interval) -> None:
        self.ar, self.ends = ar, ends

    def _ends(self, other: Num | int) -> Interval:
        return (other << self.ar.bits,) * 2 if isinstance(other, int) else other.ends

    def __add__(self, other: Num | int) -> Num:
        return Num(self.ar, add(self.ends, self._ends(other)))

    __radd__ = __add__

    def __sub__(self, other: Num | int) -> Num:
        return Num(self.ar, sub(self.ends, self._ends(other)))

    def __rsub__(self, other: int) -> Num:
        return Num(self.ar, sub(self._ends(other), self.ends))

    def __mul__(self, other: Num | int) -> Num:
        if not isinstance(other, int):
            return Num(self.ar, self.ar.mul(self.ends, other.ends))
        ends = self.ends[0] * other, self.ends[1] * other
        return Num(self.ar, ends if other >= 0 else ends[::-1])

    __rmul__ = __mul__

    def __truediv__(self, other: Num) -> Num:
        return Num(self.ar, self.ar.div(self.ends, other.ends))

    def __rtruediv__(self, other: int) -> Num:
        return Num(self.ar, self.ar.div(self._ends(other), self.ends))

    def square(self) -> Num:
        low, high = self.size().ends
        return Num(self.ar, (low * low >> self.ar.bits, -(-high * high >> self.ar.bits)))

    def root(self) -> Num:
        """The square root of a number >= 0.  If the lower end is positive so is that of the root: isqrt(2^P) >= 1."""
        low, high = (max(0, end) << self.ar.bits for end in self.ends)
        return Num(self.ar, (isqrt(low), isqrt(high) + (isqrt(high) ** 2 < high)))

    def size(self) -> Num:
        """The absolute value."""
        low, high = self.ends
        return Num(self.ar, (max(0, low, -high), max(-low, high)))

    def outer_angle(self, s: Num) -> Num:
        """A = atan2(S, -p) for p = self and S > 0."""
        return Num(self.ar, self.ar.outer_angles(self.ends, s.ends))

    def side(self) -> Side:
        return self.ar.side(self.ends)


class Dual(Num):
    """The value of a function and, in `slope`, its derivative by k or t (forward differentiation): both are enclosed.

    Other numbers are constants.  As this is a subclass, Python prefers its methods where a Num is left of a Dual.
    """

    __slots__ = ("slope", "value")

    def __init__(self, value: Num, slope: Num | int) -> None:
        super().__init__(value.ar, value.ends)
        self.value, self.slope = value, slope

    def __add__(self, other: Num | int) -> Dual:
        v, dv = value_and_slope(other)
        return Dual(self.value + v, self.slope + dv)

    __radd__ = __add__

    def __sub__(self, other: Num | int) -> Dual:
        v, dv = value_and_slope(other)
        return Dual(self.value - v, self.slope - dv)

    def __rsub__(self, other: Num | int) -> Dual:
        v, dv = value_and_slope(other)
        return Dual(v - self.value, dv - self.slope)

    def __mul__(self, other: Num | int) -> Any:
        v, dv = value_and_slope(other)
        value = self.value * v
        return Dual(value, self.slope * v + self.value * dv) if isinstance(value, Num) else 0  # see Expansion

    __rmul__ = __mul__

    def __truediv__(self, other: Num) -> Dual:
        v, dv = value_and_slope(other)
        quotient = self.value / v
        return Dual(quotient, (self.slope - quotient * dv) / v)

    def __rtruediv__(self, other: Num | int) -> Dual:
        return Dual(self.value * 0 + other, 0) / self

    def square(self) -> Dual:
        return Dual(self.value.square(), 2 * (self.value * self.slope))

    def root(self) -> Dual:
        """The square root of a positive number; only the S of pairs are roots."""
        value = self.value.root()
        require("parallel", NOTHING, value.side(), ", S")
        return Dual(value, self.slope / (2 * value))

    def outer_angle(self, s: Num) -> Dual:
        """A = pi/2 + arctan q, q = p/S, so dA = dq/(1 + q^2)."""
        q = self / s
        return Dual(self.value.outer_angle(value_and_slope(s)[0]), q.slope / (1 + q.value.square()))

    def size(self) -> NoReturn:
        raise TypeError("size() has no slope; gradient and loss do without it")


def value_and_slope(x: Any) -> tuple[Any, Any]:
    return (x.value, x.slope) if isinstance(x, Dual) else (x, 0)


def decimal(q: Fraction, up: bool) -> str:
    """Q in PRINTED_DIGITS or a few more significant digits, rounded up or down."""
    num, den = abs(q.numerator), q.denominator
    shift = PRINTED_DIGITS - (num.bit_length() - den.bit_length()) * 30103 // 100000
    num, den = num * 10 ** max(shift, 0), den * 10 ** max(-shift, 0)
    digits = str(ceil_div(num, den) if up == (q > 0) else num // den)
    exponent = len(digits) - 1 - shift if q else 0
    text = (digits[0] + "." + digits[1:]).rstrip("0").rstrip(".")
    return ("-" if q < 0 else "") + text + (f"e{exponent}" if exponent else "")


_NUMERAL = r"(-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]{1,3})?(?:/[0-9]+)?)"
_NUMERALS = re.compile(rf"\[{_NUMERAL}, {_NUMERAL}\]|{_NUMERAL}")


def shortened(text: str) -> str:
    """A message, with every number that takes more than PRINTED_LENGTH characters rounded: to an interval that holds it,
    the ends of an interval outwards.
    """
    def read(numeral: str) -> Fraction:
        above, _, below = numeral.lstrip("-").partition("/")
        mantissa, _, power = above.partition("e")
        integral, _, part = mantissa.partition(".")
        size = Fraction(whole(integral + part), whole(below or "1")) * Fraction(10) ** (int(power or 0) - len(part))
        return -size if numeral[0] == "-" else size

    def short(match: re.Match[str]) -> str:
        low, high, alone = match.groups()
        low, high = (alone, alone) if alone else (low, high)
        if max(len(low), len(high)) <= PRINTED_LENGTH:
            return match[0]
        return f"[{decimal(read(low), False)}, {decimal(read(high), True)}]"

    return text if len(text) <= PRINTED_LENGTH else _NUMERALS.sub(short, text)


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

    (The operator norm of a symmetric matrix is at most its largest absolute row sum, and at most its Frobenius norm.)
    """

    def __init__(self, lower: Iterable[Sequence[Interval]]) -> None:
        self.rows: list[list[int]] = []
        sums: list[int] = []
        squares = 0
        for row in lower:
            middle = [(lo + hi) >> 1 for lo, hi in row]
            widths = [hi - mid for (_, hi), mid in zip(row, middle)]  # >= mid - lo, because mid is rounded down
            sums = [s + w for s, w in zip(sums, widths)] + [sum(widths)]
            squares += 2 * sum(map(times, widths, widths)) - widths[-1] ** 2
            self.rows.append(middle)
        self.slack = min(max(sums), isqrt(squares) + 1)

    def _like(self, rows: list[list[int]]) -> SymmetricMatrix:
        """Another set with the same slack."""
        other = SymmetricMatrix([[(x, x) for x in row] for row in rows])
        other.slack = self.slack
        return other

    def negative(self) -> SymmetricMatrix:
        """All -X."""
        return self._like([[-x for x in row] for row in self.rows])

    def block(self, start: int, size: int) -> SymmetricMatrix:
        """The diagonal blocks of all X: the norm of a block is at most that of the whole."""
        return self._like([row[start:] for row in self.rows[start:start + size]])


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

    def hessian(self, shift: Interval = ZERO) -> SymmetricMatrix:
        """H of lemma 2 less `shift` times I; coordinate a of student i has the index i d + a."""
        return SymmetricMatrix(row for i in range(self.n) for row in self._hessian_rows(i, shift))

    def _add_unit(self, block: list[Interval], a: int, x: Interval) -> list[Interval]:
        """Row a of a block and of X times the identity, added."""
        block[a] = add(block[a], x)
        return block

    def _hessian_rows(self, i: int, shift: Interval) -> Iterable[list[Interval]]:
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
                row += self._add_unit(block, a, mul(self.inv_2pi, pair.angle))
            se = mul(neg(self.kappa[i]), e[a])
            block = self._add_unit([mul(se, x) for x in e[:a + 1]], a, sub(add(self.half, self.kappa[i]), shift))
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
    return beyond([sum(x * x for x in row) for row in rows])


def beyond(squares: Iterable[Fraction]) -> int:
    """The same for given square lengths, none of them 0."""
    return max(abs(q.numerator.bit_length() - q.denominator.bit_length()) for q in squares)


def verify(claim: Certificate) -> tuple[Network, SymmetricMatrix]:
    """The ten inequalities in their order; the first that is not verified ends the matter.  Returned: C, H at C."""
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
    return net, hessian


# ---------------------------------------------------------------------------------------------------------------------
# 6. Symmetric points: loss, gradient and Hessian by blocks (lemmas 8, 9)
# ---------------------------------------------------------------------------------------------------------------------

Component = tuple[list[list[Num]], list[Size]]  # B, N: test matrices T_i with H T_j = sum_i B_ij T_i, N_i = |T_i|^2


def large(p: Size, least: int) -> bool:
    """A block of this size is not smaller than `least`; a growing one is large."""
    return not isinstance(p, int) or p >= least


class SymmetricNetwork:
    """The closed forms, for all fixed matrices whose coordinates lie in given intervals.

    H comes from differentiating the gradient of lemma 2.  Along a matrix Z, with a_r = w_r.z_r and, for two rows,
    dp = w_s.z_r + w_r.z_s (for a row and a teacher e_t, which does not move: dp = z_rt, a = 0 for e_t),

        dS = (|w_s|^2 a_r + |w_r|^2 a_s - p dp)/S,         dA = (dp - p (a_r/|w_r|^2 + a_s/|w_s|^2))/S,
        d kappa_r = ( (sum of dS, students less teachers)/(2 pi) - 2 kappa_r a_r ) / |w_r|^2,
        (H Z)_rt = c_r z_rt + d kappa_r w_rt + ( sum_s (A z_st + dA w_st) - dA(w_r, e_t) )/(2 pi),   c = 1/2 + kappa.

    (dS and dA are those of the proof of lemma 2, in both arguments.)  Pairs of rows are named by their blocks, with
    I = J for two rows of one block; a row and a teacher are named by the coordinate where they meet.
    """

    def __init__(self, ar: Arithmetic, shape: Shape, entry: dict[Key, Num]) -> None:
        """Inequalities 5 and 6 are verified here: all later divisions are by |w|^2, S, pi and, in B(R), |w| - R."""
        self.ar, self.shape, self.zero, self.pi = ar, shape, Num(ar, ZERO), Num(ar, ar.pi)
        self.half, self.inv_2pi = Num(ar, scale(ar.one, Fraction(1, 2))), 1 / (2 * self.pi)
        self.w, squares = entry, {key: x.square() for key, x in entry.items()}
        self.square = {i: self._total(row, squares) for i, row in shape.row.items()}  # |w|^2
        for i, square in self.square.items():
            require("zero-neuron", NOTHING, square.side(), f", |w|^2 for the rows of block {i + 1}")
        self.p: dict[tuple[int, int], Num] = {}
        self.s: dict[tuple[int, int], Num] = {}
        self.angle: dict[tuple[int, int], Num] = {}
        for i in shape.height:
            for j, _ in shape.others(i):
                columns = [(m, self.w[u], self.w[v]) for m, u, v in shape.columns(i, j)]
                self.p[i, j] = p = sum((m * (u * v) for m, u, v in columns), self.zero)
                self.s[i, j] = s = sum(((m * h) * (u * y - x * v).square() for at, (m, u, v) in enumerate(columns)
                                        for h, x, y in columns[:at]), self.zero).root()  # Lagrange's identity
                require("parallel", NOTHING, s.side(), f", S for rows of the blocks {i + 1} and {j + 1}")
                self.angle[i, j] = p.outer_angle(s)
        self.s_teacher: dict[Key, Num] = {}
        self.angle_teacher: dict[Key, Num] = {}
        for key in shape.count:  # S^2 = |w|^2 - w_t^2 is the sum of the other squares
            rest = [(m - int(name == key), name) for m, name in shape.row[key[0]]]
            self.s_teacher[key] = s = self._total(rest, squares).root()
            require("parallel", NOTHING, s.side(), f", S for a row of block {key[0] + 1} and a teacher of {key[1] + 1}")
            self.angle_teacher[key] = self.w[key].outer_angle(s)
        self.kappa = {i: self.inv_2pi * (sum(m * self.s[i, j] for j, m in shape.others(i))
                                         - self._total(shape.row[i], self.s_teacher)) / self.square[i]
                      for i in shape.height}
        self.c = {i: self.half + kappa for i, kappa in self.kappa.items()}

    def _total(self, entries: Entries, values: dict[Key, Num]) -> Num:
        return sum((m * values[key] for m, key in entries), self.zero)

    def loss(self) -> Num:
        """F, lemma 1: |w|^2/4 for a row, f = (S + A p)/(2 pi) for a pair; the teachers: k/4 + k (k - 1)/(4 pi)."""
        shape, quarter = self.shape, self.half * self.half
        f = {key: s + self.angle_teacher[key] * self.w[key] for key, s in self.s_teacher.items()}
        rows, pairs = quarter * shape.k, self.half * (shape.k * (shape.k - 1))
        for i, h in shape.height.items():
            students = sum((m * (self.s[i, j] + self.angle[i, j] * self.p[i, j]) for j, m in shape.others(i)),
                           self.zero)
            rows += h * (quarter * self.square[i])
            pairs += h * (students * self.half - self._total(shape.row[i], f))
        return rows + self.inv_2pi * pairs

    def gradient(self) -> list[Num]:
        """The coordinates of grad F (8.2)."""
        shape, found = self.shape, []
        for key in shape.count:
            turn = sum((self.angle[key[0], j] * self._total(shape.above(j, key), self.w)
                        for j, _ in shape.others(key[0])), self.zero)
            found.append(self.c[key[0]] * self.w[key] + self.inv_2pi * (turn - self.angle_teacher[key]))
        return found

    def jacobian(self) -> list[list[Num]]:
        """The derivatives of the coordinates of grad F by the coordinates of W: H on the component of type 1."""
        return [list(row) for row in zip(*map(self._image, self.shape.count))]

    def _image(self, b: Key) -> list[Num]:
        """The coordinates of H Z_b.  Only the rows of b's block i have z_r != 0, so only pairs with one of them change;
        for two of them a_r = a_s and the two parts of dp are equal: dp, dS, dA are twice what one of the two makes.
        """
        i, shape, w = b[0], self.shape, self.w
        alpha = next(m for m, key in shape.row[i] if key == b) * w[b]  # a_r
        rel = alpha / self.square[i]
        ds: dict[int, Num] = {}
        da: dict[int, Num] = {}
        for j, _ in shape.others(i):
            beta = self._total([(m, v) for m, u, v in shape.columns(i, j) if u == b], w)  # w_s.z_r
            twice, p, s = 1 + int(i == j), self.p[i, j], self.s[i, j]
            ds[j], da[j] = twice * (self.square[j] * alpha - p * beta) / s, twice * (beta - p * rel) / s
        ds_teacher = {a: (alpha - int(a == b) * w[a]) / self.s_teacher[a] for _, a in shape.row[i]}
        moved = sum(m * ds[j] for j, m in shape.others(i)) - self._total(shape.row[i], ds_teacher)
        dk = {j: self.inv_2pi * (shape.height[i] * ds[j]) / self.square[j] for j in shape.height if j != i}
        dk[i] = self.inv_2pi * moved / self.square[i] - 2 * (self.kappa[i] * rel)
        image = []
        for a in shape.count:
            j = a[0]
            own = sum(m for m, key in shape.above(i, a) if key == b)
            turn = own * self.angle[j, i] if own else self.zero
            for moving in da if j == i else [i]:  # the rows r whose A with a row of j changes
                turn += da[moving if j == i else j] * self._total(shape.above(moving, a), w)
            if j == i:
                turn -= (int(a == b) - w[a] * rel) / self.s_teacher[a]
            image.append(int(a == b) * self.c[i] + dk[j] * w[a] + self.inv_2pi * turn)
        return image

    def standard(self, b: int, a: dict[int, int], c: dict[int, int], inner: tuple[int, int, int]) -> list[Num]:
        """H applied to a matrix of type s_b.  With a vector eps on the indices of b, sum eps = 0, p the size of b, let

            z_rt = a_I eps_t  (r in I != b, t in b),      z_st = c_L eps_s  (s in b, t in L != b; c and inner are for
            z_ss = d eps_s,   z_st = x eps_s + y eps_t  (s != t in b),     diagonal b only);     inner = (d, x, y).

        Sums of eps over b are 0, but for one index s -eps_s, but for two -eps_s - eps_t.  So with the entries D and o
        of w on and off the diagonal of b, the angle A of two rows of b, and s, s' in b, r in I != b, t in L != b:

            a_r = 0,   a_s = alpha eps_s,   dp(r, s) = dp_I eps_s,   dp(s, s') = dp_b (eps_s + eps_s'),   d kappa_r = 0

        (the same for dS and dA), and H Z has the form of Z.  Returned are its a_I, c_L, d, (x - y)/2, (x + y)/2: these
        are the coefficients of the test matrices of lemma 9.
        """
        shape, w, p, (d, x, y), i2 = self.shape, self.w, self.shape.width[b], inner, self.inv_2pi
        rows = [i for i in shape.height if i != b]
        turn = {i: sum(m * self.angle[i, j] * a[j] for j, m in shape.others(i) if j != b)
                - a[i] / self.s_teacher[i, b, False] for i in rows}
        if b not in shape.height:
            return [a[i] * self.c[i] + i2 * turn[i] for i in rows]
        own, off, square, angle = w[b, b, True], w[b, b, False], self.square[b], self.angle[b, b]
        s_own, s_off = self.s_teacher[b, b, True], self.s_teacher[b, b, False]
        gap, row = own - off, d + (p - 1) * x - y  # row: the sum of z_s in the columns of b, over eps_s
        far = {i: sum((m * self._total(shape.part(i, j), w) for j, m in c.items()), self.zero) for i in shape.height}
        alpha = far[b] + own * d + off * (row - d)
        dp = {i: far[i] + w[i, b, False] * row + gap * (x + y if i == b else a[i]) for i in shape.height}
        rel = alpha / square
        ds = {i: (self.square[i] * alpha - self.p[i, b] * dp[i]) / self.s[i, b] for i in dp}
        da = {i: (dp[i] - self.p[i, b] * rel) / self.s[i, b] for i in dp}
        times_b = {i: p - 2 if i == b else h for i, h in shape.height.items()}  # sum of dS over the rows of I, over ds
        moved = sum(m * ds[i] for i, m in times_b.items()) - (alpha - own * d) / s_own
        moved -= ((p - 1) * (alpha - off * x) + off * y) / s_off
        moved -= sum(shape.width[j] * (alpha - w[b, j, False] * m) / self.s_teacher[b, j, False] for j, m in c.items())
        dk = i2 * moved / square - 2 * (self.kappa[b] * rel)
        image = [a[i] * self.c[i] + i2 * (turn[i] + (d - x + (p - 1) * y) * self.angle[i, b] + da[i] * gap)
                 for i in rows]
        for j, m in c.items():
            w_j = w[b, j, False]
            here = (p - 2) * da[b] * w_j - m * angle - (m - w_j * rel) / self.s_teacher[b, j, False]
            there = sum(da[i] * self._total(shape.column(i, j), w) for i in rows)
            image.append(m * self.c[b] + dk * w_j + i2 * (here + there))
        by_a = sum(shape.height[i] * a[i] * self.angle[i, b] for i in rows)
        by_da = sum(shape.height[i] * (da[i] * w[i, b, False]) for i in rows)
        new_d = (p - 2) * da[b] * off + ((p - 1) * y - x) * angle + by_a + by_da - (d - own * rel) / s_own
        new_x = da[b] * (own + (p - 3) * off) - x * angle + by_da - (x - off * rel) / s_off
        new_y = da[b] * gap + (d - x + (p - 2) * y) * angle + by_a - y / s_off
        new_d, new_x = self.c[b] * d + dk * own + i2 * new_d, self.c[b] * x + dk * off + i2 * new_x
        new_y = self.c[b] * y + i2 * new_y
        return [*image, new_d, self.half * (new_x - new_y), self.half * (new_x + new_y)]

    def _standard_component(self, b: int) -> Component:
        """H on s_b in the test matrices of lemma 9, in the order there; squares over |eps|^2."""
        shape, p, rows = self.shape, self.shape.width[b], [i for i in self.shape.height if i != b]
        squares, columns, inner = [shape.height[i] for i in rows], [], []
        if b in shape.height:
            columns = [j for j in shape.width if j != b]
            inner = [(1, 0, 0), (0, 1, -1), (0, 1, 1)][:2 + int(large(p, 3))]  # diag(eps), eps_r - eps_t, eps_r + eps_t
            squares += [shape.width[j] for j in columns] + [1, 2 * p, 2 * p - 4][:len(inner)]
        images = []
        for number in range(len(squares)):
            unit = [int(number == m) for m in range(len(squares))]
            last = number - len(rows) - len(columns)
            images.append(self.standard(b, dict(zip(rows, unit)), dict(zip(columns, unit[len(rows):])),
                                        inner[last] if last >= 0 else (0, 0, 0))[:len(squares)])
        return [list(row) for row in zip(*images)], squares

    def components(self) -> dict[str, Component]:
        """H on each type of R^(n x k).

        On x_b, y_b and s_b*s_c all a_r and all sums of dS are 0.  With D, o the entries on and off the diagonal, dp is
        (D - o)(z_rs + z_sr): 0 on x_b, and 2 (D - o) z_rs on y_b, where the sum of dA w_st is 2 (D - o)^2 z_rt/S.  On
        s_b*s_c, with z_st = m eps_s eta_t in the rows of b and n eps_t eta_s in those of c, for s in b and t in c
        dp = (m (D - o)_c + n (D - o)_b) eps_s eta_t; the sum of dA over rows of c times w is that times (D - o)_c/S.
        """
        shape, found = self.shape, {"1": (self.jacobian(), list(self.shape.count.values()))}
        several = {b: p for b, p in shape.width.items() if large(p, 2)}
        gap = {b: self.w[b, b, True] - self.w[b, b, False] for b in several if b in shape.height}
        flat = {(b, j): self.c[b] - self.inv_2pi * (self.angle[b, b] + 1 / self.s_teacher[b, j, False])
                for b in gap for j in several}
        for b, p in several.items():
            found[f"s{b + 1}"] = self._standard_component(b)
            if b in gap and large(p, 3):
                found[f"x{b + 1}"] = [[flat[b, b]]], [1]
            if b in gap and large(p, 4):
                found[f"y{b + 1}"] = [[flat[b, b] + self.inv_2pi * (2 * gap[b].square() / self.s[b, b])]], [1]
            for c in several:
                if b < c and b in gap and c in gap:
                    over, mixed = self.inv_2pi / self.s[b, c], gap[b] * gap[c]
                    found[f"s{b + 1}*s{c + 1}"] = [[flat[b, c] + gap[c].square() * over, mixed * over],
                                                   [mixed * over, flat[c, b] + gap[b].square() * over]], [1, 1]
                elif b < c and (b in gap or c in gap):  # no rows in the other one, so no such terms
                    found[f"s{b + 1}*s{c + 1}"] = [[flat[(b, c) if b in gap else (c, b)]]], [1]
        return found

    def padding(self) -> dict[str, Component]:
        """M of lemma 5 on each type of R^n."""
        height = self.shape.height
        rows = [[int(i == j) * self.c[i] for j in height] for i in height]
        for at, i in enumerate(height):
            for j, m in self.shape.others(i):
                rows[at][list(height).index(j)] += m * (self.inv_2pi * self.angle[i, j])
        found: dict[str, Component] = {"1": (rows, list(height.values()))}
        for b in height:
            if large(height[b], 2):
                found[f"s{b + 1}"] = [[self.c[b] - self.inv_2pi * self.angle[b, b]]], [1]
        return found

    def row_block(self, i: int) -> SymmetricMatrix:
        """The block H_rr (lemma 2) of a row r of block i on the vectors that the permutations fixing r leave fixed, in
        the normed indicators z_a/|z_a| of the classes of columns in which such vectors are constant.

        The other rows of a block J, and the teachers of a class, all give the same products with these vectors.
        """
        shape, w, row, square = self.shape, self.w, self.shape.row[i], self.square[i]
        own = [m * w[key] for m, key in row]  # w_r.z_a

        def q(p: Num, other: Sequence[Num | int]) -> list[Num]:
            """The products of q = u - (p/|w_r|^2) w_r with the z_a, from those of u."""
            return [y - p / square * x for x, y in zip(own, other)]

        terms = [(0 - self.kappa[i] / square, own)]
        for j, m in shape.others(i):
            seen = [self._total([(h, v) for h, u, v in shape.columns(i, j) if u == key], w) for _, key in row]
            terms.append((m * self.inv_2pi / self.s[i, j], q(self.p[i, j], seen)))
        for m, key in row:
            terms.append((-m * self.inv_2pi / self.s_teacher[key], q(w[key], [int(key == a) for _, a in row])))

        def entry(a: int, b: int) -> Interval:
            found = int(a == b) * row[a][0] * self.c[i] + sum(weight * (x[a] * x[b]) for weight, x in terms)
            return (found / Num(self.ar, self.ar.root(row[a][0] * row[b][0], 1))).ends

        return SymmetricMatrix([entry(a, b) for b in range(a + 1)] for a in range(len(row)))

    def lipschitz(self, radius: Num) -> Num:
        """B(radius) of lemma 3; radius < |w| must have been verified for every row."""
        shape, size = self.shape, {i: square.root() for i, square in self.square.items()}
        m = {i: x - radius for i, x in size.items()}
        e = 3 / (self.pi * extreme(min, m.values()))
        sup = extreme(max, [(sum(times * (size[j] + radius) for j, times in shape.others(i)) + shape.k) / m[i] / m[i]
                            for i in m])
        c = Num(self.ar, self.ar.root(27, 16)) / self.pi * sup  # 3 sqrt3 / 4 = sqrt(27/16)
        return (extreme(max, [c, e]).square() + (shape.n - 1) * e.square()).root()

    def isotropy(self) -> None:
        """Inequality 13."""
        shape, w, squares = self.shape, self.w, {key: x.square() for key, x in self.w.items()}
        for b, p in shape.width.items():
            if b in shape.height and p >= 2:
                differ(f"the entries on and off the diagonal of block {b + 1}", (w[b, b, True],), (w[b, b, False],))
        rows = shape.row.items()
        columns = [(b, [entry for i in shape.height for entry in shape.column(i, b)]) for b in shape.width]
        for what, group in (("rows", rows), ("columns", columns)):
            marks = {b: (self._total(line, squares), self._total(line, w)) for b, line in group}
            for i, one in marks.items():
                for j, other in marks.items():
                    if i < j:
                        differ(f"square norm or sum of the {what} of blocks {i + 1} and {j + 1}", one, other)


def extreme(of: Any, numbers: Iterable[Num]) -> Num:
    """The least or the largest of some numbers."""
    found = list(numbers)
    return Num(found[0].ar, (of(x.ends[0] for x in found), of(x.ends[1] for x in found)))


def differ(what: str, one: Sequence[Num], other: Sequence[Num]) -> None:
    """One of the first numbers differs from its fellow, or a rejection with the first two."""
    if not any(x.ends[1] < y.ends[0] or y.ends[1] < x.ends[0] for x, y in zip(one, other)):
        low, high = sorted((one[0].side(), other[0].side()))
        reject("isotropy", low, high, f" or >, {what}")


# ---------------------------------------------------------------------------------------------------------------------
# 7. Symmetric points: the inequalities of FORMAT.md, section 4.2
# ---------------------------------------------------------------------------------------------------------------------


def symmetric_matrix(ar: Arithmetic, component: Component) -> SymmetricMatrix:
    """H on a component in the normed test matrices T_i/|T_i|: its entries are B_ij sqrt(N_i/N_j), and symmetric, so of
    the two expressions for an entry the one that does not enlarge errors is taken.
    """
    def entry(i: int, j: int) -> Interval:
        i, j = (i, j) if squares[i] <= squares[j] else (j, i)
        return ar.mul(matrix[i][j].ends, ar.root(squares[i], squares[j]))

    matrix, squares = component
    return SymmetricMatrix([entry(i, j) for j in range(i + 1)] for i in range(len(squares)))


def pivots(matrix: SymmetricMatrix, shift: int, bits: int) -> tuple[list[int], int] | None:
    """Integers d_j and eps (units t = 2^-bits) with | middle - shift I - L diag(d) L^T |_op < eps, L unit triangular,
    or None if a pivot is 0.  With A = middle - shift I, exact sums and L_ij rounded down to a multiple of t,

        d_j = A_jj - sum_{k<j} L_jk^2 d_k,     L_ij = ( A_ij - sum_{k<j} L_ik d_k L_jk )/d_j     leave

    less than t |d_j| of A_ij; rounding d_j leaves less than t.  So a row of the residual sums to t (N max |d_j| + 1) at
    most, N the order.
    """
    lower: list[list[int]] = []
    found: list[int] = []
    for i, row in enumerate(matrix.rows):
        line: list[int] = []
        weighted: list[int] = []  # L_ij d_j in units of t^2
        for j in range(i):
            line.append(((row[j] << 2 * bits) - sum(map(times, weighted, lower[j]))) // (found[j] << bits))
            weighted.append(line[j] * found[j])
        found.append(((row[i] - shift << 2 * bits) - sum(map(times, weighted, line))) >> 2 * bits)
        if found[i] == 0:
            return None
        lower.append(line)
    return found, (len(found) * max(map(abs, found)) >> bits) + 2


def eigenvalues_below(matrix: SymmetricMatrix, bound: int, sign: int, bits: int) -> int | None:
    """For every X of the set: at least the number of eigenvalues <= bound if sign is 1, at most the number of those
    < bound if sign is -1 (bound in units t = 2^-bits).  In place of lemma 11; None if no elimination served.

    With eps of `pivots` at the shift bound + sign m and m > slack + eps, X - bound I = L diag(d) L^T + Y, where
    Y = (residual) + (X - middle) + sign m I is positive definite for sign 1, negative definite for -1.  So each
    eigenvalue of X - bound I lies above (below) that of L diag(d) L^T with the same number; and this matrix has as many
    negative eigenvalues as there are negative d_j, and none is 0 (Sylvester).
    """
    margin = 2 * matrix.slack + 16
    for _ in range(ITERATIONS):
        result = pivots(matrix, bound + sign * margin, bits)
        if result is not None and matrix.slack + result[1] < margin:
            return sum(d < 0 for d in result[0])
        margin = 3 * margin if result is None else 2 * (matrix.slack + result[1])
    return None


def prove_eigenvalues(ar: Arithmetic, components: dict[str, Component], claimed: Intervals, where: str) -> None:
    """Inequality 11 for `spectrum` or for `padding`.  The two counts at an end agree just if no eigenvalue is equal."""
    for kind, intervals in claimed.items():
        matrix = symmetric_matrix(ar, components[kind])
        for j, ends in enumerate(intervals, 1):
            for q, name in zip(ends, ("lower", "upper")):
                low, high = ar.ratio(q.numerator, q.denominator)
                below, upto = eigenvalues_below(matrix, low, -1, ar.bits), eigenvalues_below(matrix, high, 1, ar.bits)
                note = f" (numbers of eigenvalues below the {name} end of interval {j} of {kind} in {where})"
                known = Fraction(below or 0), Fraction(len(intervals) if upto is None else upto)
                if below is None or below != upto:
                    reject("eigenvalue", known, known, note + ", an eigenvalue may be equal to it")
                if name == "lower":
                    require("eigenvalue", known, (Fraction(j),) * 2, note)
                else:
                    require("eigenvalue", (Fraction(j - 1),) * 2, known, note)


def approximate_inverse(matrix: Sequence[Sequence[int]], bits: int) -> list[list[int]] | None:
    """The inverse in units of 2^-bits, by elimination with exchanges of rows.  Nothing depends on its accuracy."""
    order = len(matrix)
    rows = [[*row, *(int(i == j) << bits for j in range(order))] for i, row in enumerate(matrix)]
    for j in range(order):
        best = max(range(j, order), key=lambda i: abs(rows[i][j]))
        rows[j], rows[best] = rows[best], rows[j]
        pivot = rows[j][j]
        if pivot == 0:
            return None
        rows[j] = [(x << bits) // pivot for x in rows[j]]
        for i in range(order):
            if i != j:
                factor = rows[i][j]
                rows[i] = [x - (factor * y >> bits) for x, y in zip(rows[i], rows[j])]
    return [row[order:] for row in rows]


class Preconditioner:
    """C and theta of lemma 10 for a set of Jacobians, C about an inverse; C = 0 and theta = 1 if there is none."""

    def __init__(self, ar: Arithmetic, jacobian: list[list[Num]]) -> None:
        self.ar, order, columns = ar, len(jacobian), [self._split(column) for column in zip(*jacobian)]
        self.inverse = (approximate_inverse(list(zip(*(middles for middles, _ in columns))), ar.bits)
                        or [[0] * order] * order)
        self.theta = max(sum((self._largest(row, column, int(i == j)) for j, column in enumerate(columns)), Fraction(0))
                         for i, row in enumerate(self.inverse))

    @staticmethod
    def _split(numbers: Sequence[Num]) -> tuple[list[int], list[int]]:
        middles = [sum(x.ends) >> 1 for x in numbers]
        return middles, [x.ends[1] - middle for x, middle in zip(numbers, middles)]  # ends[1] is the farther end

    def _largest(self, row: Sequence[int], vector: tuple[list[int], list[int]], value: int) -> Fraction:
        """The largest |value - row.x| for x in a vector of intervals."""
        off, bits = sum(map(times, map(abs, row), vector[1])), 2 * self.ar.bits
        return Fraction(abs((value << bits) - sum(map(times, row, vector[0]))) + off, 1 << bits)

    def size(self, vector: Sequence[Num]) -> Fraction:
        """At least |C x|, the largest entry, for all x in a vector of intervals."""
        return max(self._largest(row, self._split(vector), 0) for row in self.inverse)

    def solve(self, jacobian: list[list[Num]], right: list[Num]) -> list[Num]:
        """The solutions x of J x = right; theta < 1.  With y about C right, e = x - y and C J = I - E, |E| <= theta:
        e - E e = C (right - J y), so |e| <= |C (right - J y)|/(1 - theta) (largest entries).
        """
        middles, _ = self._split(right)
        y = [sum(map(times, row, middles)) >> self.ar.bits for row in self.inverse]
        rest = [b - sum(x * Num(self.ar, (z, z)) for x, z in zip(row, y)) for row, b in zip(jacobian, right)]
        bound = self.size(rest) / (1 - self.theta)
        error = self.ar.ratio(bound.numerator, bound.denominator)[1]
        return [Num(self.ar, (z - error, z + error)) for z in y]


def prove_unique(ar: Arithmetic, jacobian: list[list[Num]], gradient: list[Num], distance: Fraction) -> Preconditioner:
    """Krawczyk's test (lemma 10): inequalities 7 and 8 of section 4.2, 2 and 3 of section 4.3."""
    newton = Preconditioner(ar, jacobian)
    step = newton.size(gradient)
    require("contraction", (Fraction(0), newton.theta), (Fraction(1),) * 2, " (theta on the left)")
    require("inclusion", (Fraction(0), step + newton.theta * distance), (distance,) * 2)
    return newton


def headroom(claim: SymmetricCertificate | BirthCertificate) -> int:
    """Bits beyond the working precision for large counts and for coordinates far from 1, in the spirit of `spread`."""
    sizes = [abs(q.numerator.bit_length() - q.denominator.bit_length()) for q in claim.centre.values() if q]
    return 4 * (claim.shape.n.bit_length() + claim.shape.k.bit_length() + min(256, max(sizes, default=0)))


def verify_symmetric(claim: SymmetricCertificate) -> SymmetricNetwork:
    """The thirteen inequalities in their order; the first that is not verified ends the matter.  Returned: all of X."""
    ar, shape, delta = Arithmetic(claim.bits + GUARD_BITS + headroom(claim)), claim.shape, claim.distance
    claimed = [(kind, pair) for part in (claim.spectrum, claim.padding) for kind in part for pair in part[kind]]

    def enclose(low: Fraction, high: Fraction) -> Interval:
        return ar.ratio(low.numerator, low.denominator)[0], ar.ratio(high.numerator, high.denominator)[1]

    if claim.index is None:
        require("spurious", NOTHING, (claim.loss[0],) * 2)  # 1
    for kind, (low, high) in claimed:  # 2
        if claim.index is None or high >= 0:
            code = "strict-minimum" if claim.index is None else "degenerate"
            require(code, NOTHING, (low,) * 2, f", the lower end of an interval of representation {kind}")
    if claim.index is not None:  # 3
        found = sum(dimension * sum(high < 0 for _, high in claim.spectrum[kind])
                    for kind, (_, dimension) in shape.types().items())
        if found != claim.index:
            reason = f"not proved: {claim.index} = {found} (the dimensions of the negative intervals on the right)"
            raise Verdict("REJECTED", "index", reason)
    reach = Num(ar, enclose(delta, delta)) * Num(ar, ar.root(shape.n * shape.k, 1))
    require("distance-in-ball", reach.side(), (claim.radius,) * 2)  # 4
    around = {key: Num(ar, enclose(q - delta, q + delta)) for key, q in claim.centre.items()}
    box = SymmetricNetwork(ar, shape, around)  # 5, 6
    point = SymmetricNetwork(ar, shape, {key: Num(ar, enclose(q, q)) for key, q in claim.centre.items()})  # part of it
    components = box.components()
    prove_unique(ar, components["1"][0], point.gradient(), delta)  # 7, 8

    # 9, 10: by the mean value theorem |F - F(c)| on X is at most delta times the sum of N_a |g_a| over the coordinates.
    width, value = Num(ar, enclose(delta, delta)), point.loss()
    drift = width * sum(m * g.size() for m, g in zip(shape.count.values(), box.gradient()))
    require("loss-low", (claim.loss[0],) * 2, (value - drift).side())
    require("loss-high", (value + drift).side(), (claim.loss[1],) * 2)
    prove_eigenvalues(ar, components, claim.spectrum, "spectrum")  # 11
    prove_eigenvalues(ar, box.padding(), claim.padding, "padding")
    radius = Num(ar, enclose(claim.radius, claim.radius)) + reach  # R
    for i, square in box.square.items():  # 12
        require("uniqueness", radius.side(), square.root().side(), f", R and the norm of the rows of block {i + 1}")
    mu = min(abs(end) for _, pair in claimed for end in pair)
    require("uniqueness", (box.lipschitz(radius) * radius).side(), (mu,) * 2, ", B(R) R and mu")
    if claim.exact_isotropy:
        box.isotropy()  # 13
    return box


# ---------------------------------------------------------------------------------------------------------------------
# 8. Births: the inequalities of FORMAT.md, section 4.3
# ---------------------------------------------------------------------------------------------------------------------


def last_pivot(component: Component, kind: str, order: Sequence[int] = (),
               code: str = "other-eigenvalues") -> tuple[Num, list[int]]:
    """Elimination on the matrix B of a component in the order given, else with the largest pivot first: the last pivot
    and the order.  Inequalities 4 and 5 for the pivots before.

    B = N^-1 T, where T is the pencil of theorem 3 in the same test matrices and N the diagonal of their square norms,
    positive as the growing block is larger than 3; so each pivot is that of T over its N_i.  Theorem 3 holds with these
    pivots: their signs are those of T, and their product is det T / det N, the product of the eigenvalues.
    """
    rows, done = [list(row) for row in component[0]], list[int]()
    left = list(range(len(rows)))
    while True:
        at = order[len(done)] if order else max(left, key=lambda i: rows[i][i].ends[0])
        left.remove(at)
        done.append(at)
        pivot = rows[at][at]
        if not left:
            return pivot, done
        require(code, NOTHING, pivot.side(), f", pivot {len(done)} of representation {kind}")
        for i in left:
            factor = rows[i][at] / pivot
            rows[i] = [x - factor * y for x, y in zip(rows[i], rows[at])]


def verify_birth(claim: BirthCertificate) -> None:
    """The nine inequalities in their order; the first that is not verified ends the matter.

    Derivatives are taken on the box: the size of the growing block has slope 1, like k, and the coordinates have 0 for
    dg/dk and then the slopes of the branch, x' = - J^-1 dg/dk.
    """
    ar, kind, delta = Arithmetic(claim.bits + GUARD_BITS + headroom(claim)), claim.crossing, claim.distance
    middle, half = (claim.k[0] + claim.k[1]) / 2, (claim.k[1] - claim.k[0]) / 2

    def number(low: Fraction, high: Fraction) -> Num:
        return Num(ar, (ar.ratio(low.numerator, low.denominator)[0], ar.ratio(high.numerator, high.denominator)[1]))

    def network(size: Num, radius: Fraction, slopes: Sequence[Num | int] = ()) -> SymmetricNetwork:
        blocks = [(block, size if b == claim.growing else p) for b, (block, p) in enumerate(claim.blocks)]
        entry = {key: number(q - radius, q + radius) for key, q in claim.centre.items()}
        entry.update((key, Dual(entry[key], slope)) for key, slope in zip(claim.shape.count, slopes))
        return SymmetricNetwork(ar, Shape(blocks), entry)

    size, size_0 = (number(low - claim.fixed, high - claim.fixed) for low, high in (claim.k, (middle, middle)))
    moving = Dual(size, Num(ar, ar.one))
    box = network(size, delta)  # 1
    components = box.components()
    jacobian = components["1"][0]
    newton = prove_unique(ar, jacobian, network(size, Fraction(0)).gradient(), delta)  # 2, 3
    for name, component in [*components.items(), *((f"{name} of the padding", x) for name, x in box.padding().items())]:
        if name != kind:  # 4
            pivot, _ = last_pivot(component, name)
            require("other-eigenvalues", NOTHING, pivot.side(), f", last pivot of representation {name}")
    _, order = last_pivot(components[kind], kind)  # 5

    by_k = [value_and_slope(g)[1] for g in network(moving, delta, [0] * len(jacobian)).gradient()]
    slopes = newton.solve(jacobian, [0 - g for g in by_k])  # x'
    slope = value_and_slope(last_pivot(network(moving, delta, slopes).components()[kind], kind, order)[0])[1]
    require("slope", NOTHING, slope.side(), f", the derivative of the last pivot of representation {kind}")  # 6
    step = newton.size(network(size_0, Fraction(0)).gradient())
    inner = (2 * step + Fraction(1, 1 << ar.bits)) / (1 - newton.theta)  # e; inequality 8 holds for it
    require("inner-box", (inner,) * 2, (delta,) * 2)  # 7
    require("inner-box", (Fraction(0), step + newton.theta * inner), (inner,) * 2)  # 8
    value = last_pivot(network(size_0, inner).components()[kind], kind, order)[0].side()
    climb = slope.side()[0] * half
    require("crossing", value, (climb,) * 2, f", last pivot of representation {kind} at the middle of K, and its least rise")  # 9
    require("crossing", (-climb,) * 2, value, f", least rise, and the last pivot of representation {kind} at the middle of K")


# ---------------------------------------------------------------------------------------------------------------------
# 9. Every k at once: expansions (lemma 13) and the inequalities of FORMAT.md, sections 4.4 and 4.5
# ---------------------------------------------------------------------------------------------------------------------

Pencil = tuple[str, list[list["Expansion"]]]  # a type, the lower triangle of a symmetric matrix


def power(ar: Arithmetic, x: Interval, n: int) -> Interval:
    """X^n for n >= 0; an even power of an interval that contains 0 begins at 0."""
    if n == 0:
        return ar.one
    low, high = sorted((x[0]**n, x[1]**n))
    return (0 if n % 2 == 0 and x[0] < 0 < x[1] else low) >> ar.bits * (n - 1), -(-high >> ar.bits * (n - 1))


def horner(ar: Arithmetic, terms: Sequence[Interval], x: Interval) -> Interval:
    """The polynomial with these coefficients, constant term first, on x."""
    value = ZERO
    for term in reversed(terms):
        value = add(ar.mul(value, x), term)
    return value


def convolve(ar: Arithmetic, p: Sequence[Interval], q: Sequence[Interval], n: int) -> Interval:
    """The coefficient of s^n of the product of two polynomials; sums are exact before the shift."""
    low = high = 0
    for i in range(max(0, n - len(q) + 1), min(n + 1, len(p))):
        (a, b), (c, d) = p[i], q[n - i]
        if (a or b) and (c or d):
            corners = (a * c,) if a == b and c == d else (a * c, a * d, b * c, b * d)
            low, high = low + min(corners), high + max(corners)
    return low >> ar.bits, -(-high >> ar.bits)


def irregular(what: str, value: Num) -> NoReturn:
    reject("regular", NOTHING, value.side(), f", an expansion without its power of t: {what}")


class Expansion(Num):
    """A set of functions f(s) = s^v (p(s) + r(s) s^n), p = `terms` of degree < n, r(s) in `rest` for every s of `span`
    (lemma 13).  `span` contains 0; v differs from 0 only where it begins there.  `ends` encloses s^(-v) f(s) on `span`.

    If it does, terms that are exactly 0 are moved into v.  Other numbers are constants; 0 f is the integer 0.  As
    this is a subclass, Python prefers its methods where a Num is left of an Expansion.
    """

    __slots__ = ("rest", "span", "terms", "v")

    def __init__(self, ar: Arithmetic, span: Interval, v: int, terms: list[Interval], rest: Interval = ZERO) -> None:
        zeros = next((i for i, term in enumerate(terms) if term != ZERO), 0) if span[0] == 0 else 0
        self.span, self.v, self.terms, self.rest = span, v + zeros, terms[zeros:], rest
        super().__init__(ar, self._core(ar, span))

    def _core(self, ar: Arithmetic, x: Interval) -> Interval:
        """S^(-v) f(s) for s in x."""
        return add(horner(ar, self.terms, x), ar.mul(self.rest, power(ar, x, len(self.terms))))

    def new(self, v: int, terms: list[Interval], rest: Interval) -> Expansion:
        return Expansion(self.ar, self.span, v, terms, rest)

    def _lift(self, other: Num | int) -> Expansion:
        if isinstance(other, Expansion):
            return other
        if isinstance(other, Dual):
            raise TypeError("a Dual is no constant; all numbers are to be Duals, or none")
        return self.new(0, [self._ends(other)] + [ZERO] * (len(self.terms) + abs(self.v)), ZERO)

    def _cut(self, v: int, n: int) -> tuple[list[Interval], Interval]:
        """The same function as s^v (p + r s^n): v at most the one it has, n at most what is known."""
        terms, ar = [ZERO] * (self.v - v) + self.terms, self.ar
        over = ar.mul(self.rest, power(ar, self.span, len(terms) - n)) if self.rest != ZERO else ZERO
        return terms[:n], add(horner(ar, terms[n:], self.span), over)

    def __add__(self, other: Num | int) -> Expansion:
        f = self._lift(other)
        v = min(self.v, f.v)
        n = min(self.v + len(self.terms), f.v + len(f.terms)) - v
        (p, r), (q, u) = self._cut(v, n), f._cut(v, n)
        return self.new(v, list(map(add, p, q)), add(r, u))

    __radd__ = __add__

    def __neg__(self) -> Expansion:
        return self.new(self.v, list(map(neg, self.terms)), neg(self.rest))

    def __sub__(self, other: Num | int) -> Expansion:
        return self + (-self._lift(other))

    def __rsub__(self, other: Num | int) -> Expansion:
        return -self + other

    def __mul__(self, other: Num | int) -> Any:
        if isinstance(other, int):
            ends = [(Num(self.ar, x) * other).ends for x in [*self.terms, self.rest]]
            return self.new(self.v, ends[:-1], ends[-1]) if other else 0
        f, ar = self._lift(other), self.ar
        n = min(len(self.terms), len(f.terms))
        (p, r), (q, u) = self._cut(self.v, n), f._cut(f.v, n)
        found = [convolve(ar, p, q, i) for i in range(2 * n - 1)]
        rest = add(horner(ar, found[n:], self.span), ar.mul(r, f.ends), ar.mul(horner(ar, p, self.span), u))
        return self.new(self.v + f.v, found[:n], rest)

    __rmul__ = __mul__

    def __truediv__(self, other: Num) -> Expansion:
        return self * self._lift(other).inverse()

    def __rtruediv__(self, other: Num | int) -> Any:
        return self.inverse() * other

    def inverse(self) -> Expansion:
        """1/f; with f_0 = s^(-v) f and p q = 1 + s^n h: 1/f_0 = q - s^n (h + r q)/f_0 (lemma 13)."""
        ar, p, n = self.ar, self.terms, len(self.terms)
        if self.ends[0] <= 0 <= self.ends[1]:
            irregular("a divisor", self)
        if self.ends[1] < 0:
            return -((-self).inverse())
        q = [ar.div(ar.one, p[0])]
        for i in range(1, n):
            q.append(neg(ar.div(convolve(ar, p[1:], q, i - 1), p[0])))
        rest = add(horner(ar, [convolve(ar, p, q, i) for i in range(n, 2 * n - 1)], self.span),
                   ar.mul(self.rest, horner(ar, q, self.span)))
        return self.new(-self.v, q, neg(ar.div(rest, self.ends)))

    def square(self) -> Expansion:
        return self * self

    def root(self) -> Expansion:
        """With f_0 = s^(-v) f and q^2 = p + s^n h: sqrt f_0 = q + s^n (r - h)/(sqrt f_0 + q) (lemma 13)."""
        ar, p, n = self.ar, self.terms, len(self.terms)
        if self.v % 2 or self.ends[0] <= 0:
            irregular("a square", self)
        q = [Num(ar, p[0]).root().ends]
        for i in range(1, n):
            q.append(ar.div(sub(p[i], convolve(ar, q[1:], q[1:], i - 2)), add(q[0], q[0])))
        total = Num(ar, self.ends).root() + Num(ar, horner(ar, q, self.span))
        if total.ends[0] <= 0:
            irregular("a root with its polynomial", total)
        rest = sub(self.rest, horner(ar, [convolve(ar, q, q, i) for i in range(n, 2 * n - 1)], self.span))
        return self.new(self.v // 2, q, ar.div(rest, total.ends))

    def outer_angle(self, s: Num) -> Expansion:
        """A = atan2(S, -p), p = self, S > 0: pi/2 + arctan f with f = p/S, or, where p is not 0, a constant less
        arctan f with f = S/p.  With c = f(0) the constant is the angle of p/S = c (S/p = c), and arctan f - arctan c
        = arctan z, z = (f - c)/(1 + c f), as long as 1 + c f > 0: it is at s = 0, and is not 0 where inverse admits it.
        """
        s, ar = self._lift(s), self.ar
        lead, lead_s = sum(self.terms[0]), sum(s.terms[0])
        steep = not self.ends[0] <= 0 <= self.ends[1] and (s.v, -lead_s) > (self.v, -abs(lead))
        f = s / self if steep else self / s
        if f.v < 0:
            irregular("an unbounded quotient", f)
        c = f.terms[0] if f.v == 0 else ZERO
        z = f if c == ZERO else f.new(0, [ZERO, *f.terms[1:]], f.rest) / (Num(ar, c) * f + 1)
        if not steep:
            return z.arctan() + Num(ar, ar.outer_angles(c, ar.one))
        start = ar.outer_angles(ar.one, c) if lead > 0 else ar.outer_angles(neg(ar.one), neg(c))
        return Num(ar, start) - z.arctan()

    def arctan(self) -> Expansion:
        """Arctan z for z(0) = 0, z = s^e z_1: by the proof in Arithmetic._arctan_series, for every real z,
        | arctan z - sum_{j<J} (-1)^j z^(2j+1)/(2j+1) | <= |z|^(2J+1)/(2J+1), and J is such that s^((2J+1) e) is enough.
        """
        ar, e = self.ar, max(self.v, 1)
        last = -(-(self.v + len(self.terms)) // e) | 1  # 2 J + 1
        square, series = self * self, Num(ar, ar.ratio(1, last)) * 0
        for odd in range(last - 2, 0, -2):
            series = series * square * -1 + Num(ar, ar.ratio(1, odd))
        found = self * series
        if self.v == 0 and self.terms[0] != ZERO:
            irregular("not 0 at 0", self)
        z_1 = self.ends if self.v else self.new(0, self.terms[1:], self.rest).ends
        spare = power(ar, self.span, last * e - found.v - len(found.terms))
        size = Num(ar, ar.mul(power(ar, Num(ar, z_1).size().ends, last), spare)).size().ends[1] // last + 1
        return found.new(found.v, found.terms, add(found.rest, (-size, size)))

    def from_order(self, n: int, what: str) -> Expansion:
        """The same function where it is known to be O(s^n): inequality 6.  Only terms below s^n are left out."""
        if self.span[0] or self.v >= n:
            return self
        for i, term in enumerate(self.terms[:n - self.v], self.v):
            if not term[0] <= 0 <= term[1]:
                reject("order", self.ar.side(term), NOTHING, f" or =, the coefficient of t^{i} of {what}")
        if len(self.terms) <= n - self.v:
            reject("order", NOTHING, NOTHING, f", too few coefficients of {what}")
        return self.new(n, self.terms[n - self.v:], self.rest)

    def at(self, x: Interval, code: str) -> Num:
        """F(s) for s in x, part of `span`."""
        if self.v < 0:
            reject(code, NOTHING, NOTHING, ", unbounded near t = 0")
        return Num(self.ar, self.ar.mul(power(self.ar, x, self.v), self._core(self.ar, x)))

    def size(self) -> NoReturn:
        raise TypeError("expansions have no absolute value")


def everywhere(test: Callable[[Interval], object], x: Interval, halvings: int = HALVINGS) -> None:
    """The test on all of x, in parts where it fails."""
    try:
        test(x)
    except Verdict:
        if halvings == 0:
            raise
        middle = sum(x) // 2
        everywhere(test, (x[0], middle), halvings - 1)
        everywhere(test, (middle, x[1]), halvings - 1)


class Tube:
    """The closed forms on one box of the cover, and what both kinds verify of it."""

    def __init__(self, family: Family, box: FamilyBox, bits: int) -> None:
        """`regular` is verified here, and `order` for g on the branch."""
        self.ar, self.family, self.box = Arithmetic(bits + GUARD_BITS), family, box
        self.span = self._enclose(box.start - box.origin, box.end - box.origin)
        t = self._polynomial([box.origin, Fraction(1)])
        self.powers = {0: self._polynomial([Fraction(1)]), 1: t, -1: 1 / t}
        for n in range(2, 7):
            self.powers[n] = self.powers[n - 1] * t
        self.powers[-2] = 1 / self.powers[2]
        self.tube: Any = self._network(box.radius, False)
        self.branch: Any = self._network(Fraction(0), False)  # part of it
        self.components = self.tube.components()
        self.squares = [self.powers[0] * square for square in self.components["1"][1]]  # N_a
        self.names = ["g_" + letter for letter in "abcde"[:len(self.squares)]]
        self.g = [g.from_order(2, name) * self.powers[-2] for name, g in zip(self.names, self.branch.gradient())]  # G
        self.reach = Fraction(0)  # e of `inclusion`, once verified

    def _enclose(self, low: Fraction, high: Fraction) -> Interval:
        ratio = self.ar.ratio
        return ratio(low.numerator, low.denominator)[0], ratio(high.numerator, high.denominator)[1]

    def number(self, q: Fraction) -> Num:
        return Num(self.ar, self._enclose(q, q))

    def _polynomial(self, terms: Sequence[Fraction], radius: Fraction = Fraction(0)) -> Expansion:
        found = [self._enclose(q - radius, q + radius) if i == 0 else self._enclose(q, q)
                 for i, q in enumerate(terms)]
        length = self.box.order + MORE_TERMS + (found[0] == ZERO)
        return Expansion(self.ar, self.span, 0, found + [ZERO] * (length - len(found)))

    def _network(self, radius: Fraction, moving: bool) -> SymmetricNetwork:
        """The closed forms on the tube, or on the branch; if `moving`, with derivatives by t at fixed X."""
        t: dict[int, Any] = self.powers
        if moving:
            t = {n: Dual(f, n * (f * t[-1])) for n, f in t.items()}  # n = 0: the slope is the integer 0
        entry = []
        for terms, n, (q, r) in zip(self.box.branch, self.family.scale, self.family.limit):
            x: Any = self._polynomial(terms, radius)
            entry.append((Dual(x, 0) if moving else x) * t[n] + (r * t[2] + q if r else q))
        blocks: list[tuple[str, Size]] = [("diagonal", t[-2] - self.family.fixed if self.family.fixed else t[-2])]
        shape = Shape(blocks + [("diagonal", 1)] * self.family.fixed)
        try:
            return SymmetricNetwork(self.ar, shape, dict(zip(shape.count, entry)))
        except Verdict as found:
            raise Verdict(found.verdict, "regular", found.reason) from None

    def slopes(self) -> list[Expansion]:
        """The derivatives of Phi by X on the tube, N_b g_b t^(scale - p)."""
        family, t = self.family, self.powers
        return [g.from_order(2, name) * (square * t[n - family.order])
                for name, g, square, n in zip(self.names, self.tube.gradient(), self.squares, family.scale)]

    def loss_and_slope(self) -> tuple[Expansion, Expansion]:
        """F and dF/dt at fixed X, on the tube."""
        loss, slope = value_and_slope(self._network(self.box.radius, True).loss())
        return loss.from_order(self.family.order, "F"), slope.from_order(max(self.family.order - 1, 0), "dF/dt")

    def each_part(self, *tests: Callable[[Interval], object]) -> None:
        """Each test, in this order, on all parts of the box."""
        (low, high), parts = self.span, self.box.parts
        ends = [low + (high - low) * i // parts for i in range(parts + 1)]
        for test in tests:
            for x in zip(ends, ends[1:]):
                everywhere(test, x)

    def follow(self, before: Tube | None) -> None:
        """One solution in the tube, on one branch with that of the box before: `contraction`, `inclusion`, `joined`.

        dG_a/dX_b = J_ab t^(scale - 2), and N_a J_ab = N_b J_ba: of the two the one that begins with the higher power of
        t is taken.
        """
        rows, squares, delta, scale = self.components["1"][0], self.squares, self.box.radius, self.family.scale
        order = range(len(rows))
        jacobian = [[max(rows[a][b], rows[b][a] * squares[b] / squares[a], key=lambda f: f.v)
                     * self.powers[scale[b] - 2] for b in order] for a in order]

        def newton(x: Interval) -> Preconditioner:
            found = Preconditioner(self.ar, [[entry.at(x, "contraction") for entry in row] for row in jacobian])
            require("contraction", (Fraction(0), found.theta), (Fraction(1),) * 2, " (theta on the left)")
            return found

        def inclusion(x: Interval) -> None:
            found = newton(x)
            reach = found.size([value.at(x, "inclusion") for value in self.g]) + found.theta * delta
            require("inclusion", (Fraction(0), reach), (delta,) * 2)
            self.reach = max(self.reach, reach)

        self.each_part(newton, inclusion)
        if before is not None:
            t = self.box.start
            jump = max(abs(x - y) for x, y in zip(before.box.at(t), self.box.at(t)))
            require("joined", (before.reach + jump,) * 2, (delta,) * 2)


class FamilyTest(Tube):
    """The inequalities of section 4.4 on one box."""

    def __init__(self, claim: FamilyMinimum, box: FamilyBox) -> None:
        """5, 6: all closed forms are formed here.  On the tube Phi differs from `phi` by at most delta |slopes|."""
        super().__init__(claim.family, box, claim.bits)
        p, t, self.claim = claim.family.order, self.powers, claim
        self.low = self.number(claim.lambda_min[0])
        self.pencils = self._pencils()
        self.phi, self.by_x = self.branch.loss().from_order(p, "F") * t[-p], self.slopes()
        loss, slope = self.loss_and_slope()
        self.slope = slope * t[-1] if p else -slope  # positive if F is monotone as claimed
        over = p * loss * t[-1] if p else 0
        pi = Num(self.ar, self.ar.pi)
        limit = self.tube.half - (2 / pi.square() if p else 1 / pi)  # L
        # 14: dPhi/dt, or (Phi - L)/t on the branch
        self.rate = (self.phi - limit) * t[-1] if box.start else (slope - over).from_order(p, "t^p dPhi/dt") * t[-p]

    def _pencil(self, kind: str, images: Sequence[Sequence[Any]], squares: Sequence[Size], powers: Sequence[int],
                basis: Sequence[Sequence[int]] = ()) -> Pencil:
        """P^T (T - l N) P, the lower triangle, P the basis times powers of t.  H takes the j-th matrix of the basis to
        sum_i images[j][i] T_i; the basis holds coefficients of the test matrices T_i too, |T_i|^2 is squares[i].  It is
        symmetric: of the two expressions for an entry the one is taken that begins with the higher power of t.
        """
        order, t = range(len(squares)), self.powers
        basis = basis or [[int(i == j) for j in order] for i in order]
        full = [[sum(x * (squares[m] * (images[j][m] - basis[j][m] * self.low)) for m, x in enumerate(basis[i]) if x)
                 * t[powers[i] + powers[j]] for j in order] for i in order]
        return kind, [[max(full[i][j], full[j][i], key=lambda f: f.v) for j in range(i + 1)] for i in order]

    def _pencils(self) -> list[Pencil]:
        """Those of every type and of the padding, with powers of t that bound them.

        On s1 the antisymmetric test matrix, epsilon_r - epsilon_c, is replaced by its sum with the symmetric one: row r
        is 2 epsilon_r, so H of it has no sum over rows of the size of k, and a smaller power of t does.
        """
        found = []
        for kind, (rows, squares) in self.components.items():
            images: list[Any] = list(zip(*rows))
            order, basis, powers = len(images), list[list[int]](), [2, 3, 2, 1, 0][:len(images)]
            if kind == "s1":
                basis = [[int(i == j or (i, j) == (order - 2, order - 1)) for j in range(order)] for i in range(order)]
                others = dict.fromkeys(range(1, 1 + self.family.fixed), 0)
                images[-2], powers = self.tube.standard(0, others, others, (0, 2, 0)), [0] * (order - 2) + [1, 2]
            found.append(self._pencil(kind, images, squares, powers if order > 1 else [0], basis))
        for kind, (rows, squares) in self.tube.padding().items():
            powers = [2, 0] if kind == "1" else [0]
            found.append(self._pencil(f"{kind} of the padding", list(zip(*rows)), squares, powers))
        return found

    def verify(self, before: Tube | None) -> None:
        """7 to 15."""
        claim, radius, least = self.claim, self.number(self.box.radius), self.components["x1"][0][0][0]

        def drift(x: Interval, code: str) -> Num:
            """At least | Phi - Phi(branch) | on the tube, by the mean value theorem."""
            return radius * sum(slope.at(x, code).size() for slope in self.by_x)

        def definite(x: Interval) -> None:
            for kind, lower in self.pencils:
                rows = [[entry.at(x, "lambda-min-low") for entry in row] for row in lower]
                full = [[rows[max(i, j)][min(i, j)] for j in range(len(rows))] for i in range(len(rows))]
                pivot, _ = last_pivot((full, []), kind, (), "lambda-min-low")
                require("lambda-min-low", NOTHING, pivot.side(), f", last pivot of representation {kind}")

        def lambda_high(x: Interval) -> None:
            require("lambda-min-high", least.at(x, "lambda-min-high").side(), (claim.lambda_min[1],) * 2)

        def loss_low(x: Interval) -> None:
            require("loss-low", (claim.loss[0],) * 2, (self.phi.at(x, "loss-low") - drift(x, "loss-low")).side())

        def loss_high(x: Interval) -> None:
            require("loss-high", (self.phi.at(x, "loss-high") + drift(x, "loss-high")).side(), (claim.loss[1],) * 2)

        def rate(x: Interval) -> None:
            bound = self.rate.at(x, "rate").size()
            if self.box.start:
                bound += drift(x, "rate") * self.powers[-1].at(x, "rate")
            require("rate", bound.side(), (claim.rate,) * 2)

        def monotone(x: Interval) -> None:
            note = ", dF/dt over t" if claim.family.order else ", -dF/dt"
            require("monotone", NOTHING, self.slope.at(x, "monotone").side(), note)

        self.follow(before)  # 7 to 9
        self.each_part(definite, lambda_high, loss_low, loss_high, rate, monotone)  # 10 to 15


def prove_joints(cover: Sequence[FamilyBox]) -> None:
    """Every box but the first begins where the one before ends."""
    for number, (before, box) in enumerate(zip(cover, cover[1:]), 2):
        if before.end != box.start:
            reject("cover", (box.start,) * 2, (before.end,) * 2,
                   f" or >, but =: box {number} begins where the one before ends")


def prove_reach(left: Fraction, right: Fraction, what: str) -> None:
    """Left <= right for an end of the cover."""
    if left > right:
        reject("cover", (left,) * 2, (right,) * 2, f" or =, {what}")


def verify_family_minimum(claim: FamilyMinimum) -> None:
    """The fifteen inequalities in their order; the first that is not verified ends the matter."""
    require("spurious", NOTHING, (claim.loss[0],) * 2)  # 1
    require("strict-minimum", NOTHING, (claim.lambda_min[0],) * 2)  # 2
    prove_reach(claim.cover[0].start, Fraction(0), "the beginning of the first box on the left")  # 3
    prove_joints(claim.cover)
    prove_reach(Fraction(1), claim.cover[-1].end ** 2 * claim.k_from, "to^2 k_from on the right")  # 4
    before = None
    for box in claim.cover:  # 5 to 15
        test = FamilyTest(claim, box)
        test.verify(before)
        before = test


def prove_near(claim: FamilySaddle) -> None:
    """At k_hi, where t^2 = 1/k_hi exactly, the tube of the first box is near the centre."""
    box, ar, square = claim.cover[0], Arithmetic(claim.bits + GUARD_BITS), 1 / claim.k[1]
    prove_reach(Fraction(1), box.end ** 2 * claim.k[1], "to^2 k on the right")
    low, high = (x - box.origin for x in ar.side(ar.root(square.numerator, square.denominator)))
    step = ar.ratio(low.numerator, low.denominator)[0], ar.ratio(high.numerator, high.denominator)[1]
    for terms, n, (q, r), x in zip(box.branch, claim.family.scale, claim.family.limit, claim.centre):
        branch = ar.side(horner(ar, [ar.ratio(c.numerator, c.denominator) for c in terms], step))
        power_of_t = square ** (n // 2)
        ends = [q + r * square + power_of_t * end for end in (branch[0] - box.radius, branch[1] + box.radius)]
        require("distance", (Fraction(0), max(abs(end - x) for end in ends)), (claim.distance,) * 2)


def verify_family_saddle(claim: FamilySaddle) -> None:
    """The eight inequalities in their order; the first that is not verified ends the matter."""
    prove_reach(claim.cover[0].start ** 2 * claim.k[1], Fraction(1), "from^2 k on the left")  # 1
    prove_joints(claim.cover)
    prove_reach(Fraction(1), claim.cover[-1].end ** 2 * claim.k[0], "to^2 k on the right")  # 2
    prove_near(claim)  # 3
    before = None
    for box in claim.cover:  # 4 to 8; lemma 14 is not used for this kind
        tube = Tube(claim.family, box, claim.bits)
        tube.follow(before)
        rows, squares = tube.components[claim.kind]
        unit = max(map(abs, box.direction)) or 1  # a multiple of the direction, lest it vanish among the last places
        v = [tube.number(x / unit) for x in box.direction]
        form = sum(x * square * sum(entry * y for entry, y in zip(row, v)) for x, square, row in zip(v, squares, rows))
        tube.each_part(lambda x: require("negative", form.at(x, "negative").side(), NOTHING))
        before = tube


# ---------------------------------------------------------------------------------------------------------------------
# 10. Consequences of a minimum: the inequalities of FORMAT.md, sections 4.6 and 4.7
# ---------------------------------------------------------------------------------------------------------------------


def exactly(ar: Arithmetic, q: Fraction) -> Interval:
    return ar.ratio(q.numerator, q.denominator)


def prove_split_dense(minimum: Certificate, neurons: Sequence[int]) -> None:
    """1, 2.  A vector x is looked for by Cholesky's recursion on H_ii less a little less than 1/2 - B(delta) delta."""
    net, hessian = verify(minimum)
    ar, half = net.ar, (Fraction(1, 2),) * 2
    drift = scale(net.lipschitz(minimum.distance), minimum.distance)
    for i in neurons:
        note = f", neuron {i + 1}"
        if net.kappa[i][1] < 0:
            require("splitting", ar.side(add(net.half, net.kappa[i], drift)), half, note + ", 1/2 + kappa on the left")
            continue
        block = hessian.block(i * net.d, net.d)
        trial = Cholesky(block, net.half[0] - drift[1] - (1 << ar.bits // 2), ar.bits).failure
        if trial is None:
            reject("splitting", half, half, note + ": no x was found")
        require("splitting", ar.side(add(quotient(block, trial), drift)), half, note + ", x^T H x / x^T x on the left")


def prove_split_symmetric(minimum: SymmetricCertificate, neurons: Sequence[int]) -> None:
    """1, 2."""
    box = verify_symmetric(minimum)
    half, bits = Fraction(1, 2), box.ar.bits
    for i in neurons:
        if box.c[i].side()[1] < half:
            continue
        below = eigenvalues_below(box.row_block(i), (1 << bits - 1) - (1 << bits - 16), -1, bits)
        if not below:
            reject("splitting", box.c[i].side(), (half,) * 2, f", c of block {i + 1}; no smaller eigenvalue was found")


def verify_splitting(claim: Splitting) -> None:
    if isinstance(claim.minimum, Certificate):
        prove_split_dense(claim.minimum, claim.neurons)
    else:
        prove_split_symmetric(claim.minimum, claim.neurons)


def prove_basin_dense(claim: Basin, minimum: Certificate) -> None:
    """1 to 3."""
    net, hessian = verify(minimum)
    ar, reach = net.ar, claim.radius + minimum.distance
    for i in range(net.n):  # as in Network.lipschitz
        require("curvature", ar.side(exactly(ar, reach)), ar.side(net.size[i]), f", the norm of row {i + 1}")
    bound = net.lipschitz(reach)
    left = sub(exactly(ar, minimum.lambda_min[0]), scale(bound, claim.radius))
    require("curvature", (claim.curvature,) * 2, ar.side(left))  # 2
    shift = sub(scale(bound, reach), exactly(ar, claim.smoothness))  # -H - shift I is the matrix in question
    for matrix in [hessian, net.padding()] if minimum.every_dimension else [hessian]:
        prove_above("smoothness", matrix.negative(), shift, ar)  # 3


def prove_basin_symmetric(claim: Basin, minimum: SymmetricCertificate) -> None:
    """1 to 3."""
    box = verify_symmetric(minimum)
    rho = Num(box.ar, exactly(box.ar, claim.radius))
    for i, square in box.square.items():
        require("curvature", rho.side(), square.root().side(), f", the norm of the rows of block {i + 1}")
    low, high = (box.lipschitz(rho) * rho).side()
    ends = [end for part in (minimum.spectrum, minimum.padding) for pairs in part.values() for pair in pairs
            for end in pair]
    require("curvature", (claim.curvature,) * 2, (min(ends) - high, min(ends) - low))  # 2
    require("smoothness", (max(ends) + low, max(ends) + high), (claim.smoothness,) * 2)  # 3


def verify_basin(claim: Basin) -> None:
    if isinstance(claim.minimum, Certificate):
        prove_basin_dense(claim, claim.minimum)
    else:
        prove_basin_symmetric(claim, claim.minimum)


# ---------------------------------------------------------------------------------------------------------------------
# 11. Teachers known by their inner products: closed forms (lemma 16) and the inequalities of FORMAT.md, section 4.8
# ---------------------------------------------------------------------------------------------------------------------


class Row:
    """A row u = sum_a x_a v_a in integers: x in units 1/D, the products u.v_a (its shadow) in 1/(D E), |u|^2 in
    1/(D^2 E), E the denominator of the Gram matrix and of rho.  Shadow and square are intervals, for all Gram matrices.
    """

    def __init__(self, x: Sequence[int], gram: Sequence[Sequence[int]], rho: int) -> None:
        self.x, self.length, self.rho = x, sum(map(abs, x)), rho
        self.middle = [sum(map(times, line, x)) for line in gram]
        self.shadow = [(y - rho * self.length, y + rho * self.length) for y in self.middle]
        self.square = self.dot(self)

    def dot(self, other: Row) -> Interval:
        """The scalar product; |x|_1 |y|_1 rho is the least bound of its deviation."""
        middle, off = sum(map(times, self.middle, other.x)), self.rho * self.length * other.length
        return middle - off, middle + off


class SpanPair:
    """As class Pair, but `across` is the shadow of m; `s` is S and `f` is 2 pi f(u, v).  All Gram matrices are meant.

    A quantity that is monotone in |u|^2, |v|^2 and p is enclosed by its values at two corners of their box, which are
    Gram matrices of pairs, S^2 being >= 0 on the box (by `parallel`; or the box is a point).
      * A = pi - arccos(p/(|u||v|)) and sin^2 = 1 - p^2/(|u||v|)^2 in p, p^2 and |u||v|;
      * f: its derivatives are A/(2 pi) by p and S/(4 pi |u|^2) by |u|^2 (from S^2 = |u|^2|v|^2 - p^2), none negative.
    """

    def __init__(self, ar: Arithmetic, u: Row, v: Row, unit: int, scaled: int) -> None:
        """Unit is D^2 E, scaled is E.  S^2 is needed first: the rest is formed where it is known to be >= 0."""
        self.ar, self.unit, self.scaled = ar, unit, scaled
        (a, b), (c, d), (low, high) = u.square, v.square, u.dot(v)
        self.u, self.v, self.p = u, v, (low, high)
        self.corners = (a, c, low), (b, d, high)
        least = 0 if low <= 0 <= high else min(low * low, high * high)
        self.s2 = a * c - max(low * low, high * high), b * d - least

    def form(self) -> None:
        """All but `across`."""
        ar, (a, b), (c, d), (low, high) = self.ar, self.u.square, self.v.square, self.p
        first, last = (b * d if low >= 0 else a * c), (a * c if high >= 0 else b * d)
        self.angle = ar.outer_angle(low, first - low * low)[0], ar.outer_angle(high, last - high * high)[1]
        self.sine = ar.root(self.s2[0], a * c)[0], ar.root(self.s2[1], b * d)[1]
        self.s = ar.root(self.s2[0], self.unit ** 2)[0], ar.root(self.s2[1], self.unit ** 2)[1]
        self.over = ar.root(self.s2[0], b * b)[0], ar.root(self.s2[1], a * a)[1]
        f = [self._f(*corner) for corner in self.corners]
        self.f = f[0][0], f[1][1]

    def _f(self, uu: int, vv: int, p: int) -> Interval:
        s2 = uu * vv - p * p
        return add(self.ar.root(s2, self.unit ** 2),
                   self.ar.mul(self.ar.outer_angle(p, s2), self.ar.ratio(p, self.unit)))

    @cached_property
    def across(self) -> list[Interval]:
        """The shadow of m = (|u|^2 v - p u)/(|u| S), S > 0."""
        (a, b), (low, high) = self.u.square, self.p
        found = []
        for x, y in zip(self.u.shadow, self.v.shadow):
            plus, minus = [s * t for s in (a, b) for t in y], [s * t for s in (low, high) for t in x]
            found.append(over_root(self.ar, (min(plus) - max(minus), max(plus) - min(minus)),
                                   (self.scaled * a * self.s2[0], self.scaled * b * self.s2[1])))
        return found


def over_root(ar: Arithmetic, x: Interval, square: Interval) -> Interval:
    """X / sqrt(square) for intervals of integers, square > 0."""
    return (ar.signed_root(x[0], square[1] if x[0] >= 0 else square[0])[0],
            ar.signed_root(x[1], square[0] if x[1] >= 0 else square[1])[1])


class SpanNetwork(Network):
    """The closed forms of lemma 16: those of Network with shadows for vectors and G for the identity."""

    def __init__(self, ar: Arithmetic, claim: SpanMinimum) -> None:
        """`zero-neuron` and `parallel` are verified here: all later divisions are defined."""
        self.ar, self.n, self.d = ar, len(claim.coefficients), len(claim.gram)
        unit = lcm(*(x.denominator for row in claim.coefficients for x in row))
        scaled = lcm(claim.rho.denominator, *(x.denominator for row in claim.gram for x in row))
        gram, rho = [[int(x * scaled) for x in row] for row in claim.gram], int(claim.rho * scaled)
        unit_vectors = [[unit * int(a == b) for b in range(self.d)] for a in range(self.d)]
        self.members = [Row(x, gram, rho) for x in [[int(c * unit) for c in row] for row in claim.coefficients]
                        + unit_vectors]
        self.unit, self.scaled = unit * unit * scaled, scaled  # `unit`: of all scalar products
        self.gram = [[(ar.ratio(x - rho, scaled)[0], ar.ratio(x + rho, scaled)[1]) for x in row] for row in gram]
        self.x = [[ar.ratio(c, unit) for c in row.x] for row in self.members]
        self.size = [(ar.root(max(0, row.square[0]), self.unit)[0], ar.root(row.square[1], self.unit)[1])
                     for row in self.members]
        self.half, self.inv_2pi = scale(ar.one, Fraction(1, 2)), ar.div(ar.one, scale(ar.pi, Fraction(2)))
        self.pairs = [self._pairs_of(i, exactly(ar, claim.radius)) for i in range(self.n)]  # 3, 4
        for pairs in self.pairs:
            for pair in pairs.values():
                pair.form()
        self.direction = [[over_root(ar, y, (scaled * row.square[0], scaled * row.square[1])) for y in row.shadow]
                          for row in self.members[:self.n]]
        self.kappa = [self._kappa(i) for i in range(self.n)]

    def _pairs_of(self, i: int, radius: Interval) -> dict[int, SpanPair]:
        require("zero-neuron", self.ar.side(radius), self.ar.side(self.size[i]), f", the norm of row {i + 1}")
        pairs = {u: SpanPair(self.ar, self.members[i], row, self.unit, self.scaled)
                 for u, row in enumerate(self.members) if u != i}
        for u, pair in pairs.items():
            low, high = (Fraction(end, self.unit ** 2) for end in pair.s2)
            require("parallel", NOTHING, (low, high), f", S^2 of the rows {i + 1} and {u + 1}, students first")
        return pairs

    def _kappa(self, i: int) -> Interval:
        """The sum is formed before it is divided by |w_i|^2: most of it cancels."""
        total = add(ZERO, *(self._signed(u, pair.s) for u, pair in self.pairs[i].items()))
        (low, high), (a, b) = self.ar.mul(self.inv_2pi, total), self.members[i].square
        return low * self.unit // (b if low >= 0 else a), ceil_div(high * self.unit, a if high >= 0 else b)

    def loss(self) -> Interval:
        """F(C), lemma 1."""
        ends = [sum(row.square[end] for row in self.members) for end in (0, 1)]
        terms = [self._signed(u, pair.f) for i in range(self.n) for u, pair in self.pairs[i].items() if i < u]
        teachers = self.members[self.n:]
        for j, u in enumerate(teachers):
            for v in teachers[:j]:
                pair = SpanPair(self.ar, u, v, self.unit, self.scaled)
                pair.form()
                terms.append(pair.f)
        squares = self.ar.ratio(ends[0], 4 * self.unit)[0], self.ar.ratio(ends[1], 4 * self.unit)[1]
        return add(squares, self.ar.mul(self.inv_2pi, add(ZERO, *terms)))

    def gradient_norm(self) -> Interval:
        """|grad F(C)|: the root of the sum of all g_ia (G g_i)_a; these products are added exactly."""
        mul, low, high = self.ar.mul, 0, 0
        for i, pairs in enumerate(self.pairs):
            row = []
            for a in range(self.d):
                inner = add(ZERO, *(self._signed(u, mul(pair.angle, self.x[u][a])) for u, pair in pairs.items()))
                row.append(add(mul(add(self.half, self.kappa[i]), self.x[i][a]), mul(self.inv_2pi, inner)))
            for x, line in zip(row, self.gram):
                y = add(*(mul(g, entry) for g, entry in zip(row, line)))
                corners = [s * t for s in x for t in y]
                low, high = low + min(corners), high + max(corners)
        root = isqrt(max(0, high))
        return isqrt(max(0, low)), root + (root * root < high)

    def _add_unit(self, block: list[Interval], a: int, x: Interval) -> list[Interval]:
        return [add(entry, self.ar.mul(x, y)) for entry, y in zip(block, self.gram[a])]


def verify_span(claim: SpanMinimum) -> None:
    """The nine inequalities in their order; the first that is not verified ends the matter."""
    squares = [sum(x * y * z for x, line in zip(row, claim.gram) if x for y, z in zip(line, row) if z)
               for row in claim.coefficients] + [claim.gram[a][a] for a in range(len(claim.gram))]
    ar = Arithmetic(claim.bits + GUARD_BITS + beyond(q for q in squares if q))
    mu, radius = claim.curvature, claim.radius
    require("spurious", NOTHING, (claim.loss[0],) * 2)  # 1
    require("distance-in-ball", (claim.distance,) * 2, (radius,) * 2)  # 2
    net = SpanNetwork(ar, claim)  # 3, 4
    g, value = net.gradient_norm(), net.loss()
    require("distance", ar.side(g), (mu * claim.distance,) * 2)  # 5
    require("loss-low", (claim.loss[0],) * 2, ar.side(sub(value, scale(ar.mul(g, g), 1 / (2 * mu)))))  # 6
    require("loss-high", ar.side(value), (claim.loss[1],) * 2)  # 7
    _, s = add(exactly(ar, mu), scale(net.lipschitz(radius), radius))  # its upper end: G has no negative eigenvalue
    prove_above("curvature", net.hessian((s, s)), ZERO, ar)  # 8
    prove_above("padding", net.padding(), (s, s), ar)  # 9


# ---------------------------------------------------------------------------------------------------------------------
# 12. All critical points W(a, b): lemma 17 and the inequalities of FORMAT.md, section 4.9
# ---------------------------------------------------------------------------------------------------------------------


def planar_hessian(net: Network) -> SymmetricMatrix:
    """H at C = W(a, b) on the matrices I and 11^T - I, divided by their norms: the pencil (T, N).

    All rows of C, Y, Z are alike, so D^2F[Y, Z] is k times the part of the first row, y_1 . sum_s H_1s z_s, with H_11
    and H_1s as in Network; the entries of Y and Z are 0 and 1.
    """
    ar, k = net.ar, net.n
    tests = [[[int((r == t) == diagonal) for t in range(k)] for r in range(k)] for diagonal in (True, False)]
    inv_2pi, kappa, half = (Num(ar, ends) for ends in (net.inv_2pi, net.kappa[0], net.half))

    def dot(x: Sequence[Interval], z: Sequence[int]) -> Num:
        return Num(ar, add(ZERO, *(end for end, chosen in zip(x, z) if chosen)))

    def form(y: list[list[int]], z: list[list[int]]) -> Num:
        e = net.direction[0]
        along = dot(e, y[0])
        total = (half + kappa) * sum(map(times, y[0], z[0])) - kappa * (along * dot(e, z[0]))
        for u, pair in net.pairs[0].items():
            across = dot(pair.across, y[0])  # 0 for parallel rows, where `across` is empty and `sine`, `over` are 0
            square = Num(ar, pair.over) * (across * dot(pair.across, z[0]))
            total += inv_2pi * square * (1 if u < k else -1)
            if u < k:
                turn = along * dot(net.direction[u], z[u]) + across * dot(net.pairs[u][0].across, z[u])
                angle = Num(ar, pair.angle) * sum(map(times, y[0], z[u]))
                total += inv_2pi * (angle + Num(ar, pair.sine) * turn)
        return total

    norms = [k, k * (k - 1)]
    return SymmetricMatrix([ar.mul(form(tests[i], tests[j]).ends, ar.root(k * k, norms[i] * norms[j]))
                            for j in range(i + 1)] for i in range(2))


def prove_distinct(k: int, points: Sequence[Point]) -> None:
    """1, between exact numbers."""
    for i, p in enumerate(points):
        for j, q in enumerate(points[:i]):
            apart = k * (p.a - q.a) ** 2 + k * (k - 1) * (p.b - q.b) ** 2
            require("distinct", ((p.distance + q.distance) ** 2,) * 2, (apart,) * 2, f", points {j + 1} and {i + 1}")


def prove_point(claim: Enumeration, point: Point, note: str) -> None:
    """2 to 6 for one point."""
    k, radius, gap = claim.k, point.radius, point.gap
    centre = [[point.a if r == t else point.b for t in range(k)] for r in range(k)]
    ar = Arithmetic(claim.bits + GUARD_BITS + spread(centre))
    require("distance-in-ball", (point.distance,) * 2, (radius,) * 2, note)  # 2
    net = Network(ar, centre, [[Fraction(int(r == t)) for t in range(k)] for r in range(k)])
    require("zero-neuron", ar.side(exactly(ar, radius)), ar.side(net.size[0]), note)  # 3, as in Network.lipschitz
    change = scale(net.lipschitz(radius), radius)
    require("uniqueness", ar.side(change), (gap,) * 2, note)  # 4
    matrix, (_, high) = planar_hessian(net), exactly(ar, gap)
    below, upto = eigenvalues_below(matrix, -high, -1, ar.bits), eigenvalues_below(matrix, high, 1, ar.bits)
    left, right = Fraction(3 if upto is None else upto), Fraction(0 if below is None else below + 1)
    require("eigenvalue", (left,) * 2, (right,) * 2,  # 5
            f"{note} (on the left the eigenvalues that may be <= gap, on the right 1 + those proved to be < -gap)")
    limit = scale(sub(exactly(ar, gap), change), point.distance)
    require("distance", ar.side(net.gradient_norm()), ar.side(limit), note)  # 6


class Region:
    """7: the search for critical points W(a, b) in boxes of (a, b)."""

    def __init__(self, claim: Enumeration) -> None:
        self.ar = ar = Arithmetic(REGION_BITS)
        self.k = k = claim.k
        self.pi, self.root, self.root_k = Num(ar, ar.pi), Num(ar, ar.root(k - 1, 1)), Num(ar, ar.root(k, 1))
        self.half, self.inv_2pi = Num(ar, scale(ar.one, Fraction(1, 2))), 1 / (2 * self.pi)
        c = self.inv_2pi * k - self.half * self.half * (self.root_k - 1 / self.pi)  # c_k of lemma 17
        self.least = (Num(ar, scale((2 * c).ends, Fraction(1, k)))).square().ends[0]  # of |w|^2; c_k > 0 for k >= 3
        self.most = (1 + (k - 1) / self.pi).ends[1]
        self.points = [[Num(ar, exactly(ar, q)) for q in (p.a, p.b, p.radius)] for p in claim.points]

    def _angle(self, p: Num, s: Num) -> Num:
        """A for S >= 0; nothing is known of it where p and S may both be 0."""
        if s.ends[0] > 0 or p.ends[0] > 0 or p.ends[1] < 0:
            return p.outer_angle(s)
        return Num(self.ar, (0, self.pi.ends[1]))

    def _excluded(self, a: Num, b: Num) -> bool:
        """One of a g_a + (k-1) b g_b, g_a and g_b has no zero in the box; g by (8.2), and

            a g_a + (k-1) b g_b = |w|^2/2 + (k-1) f(w_i, w_j) - f(w_i, e_i) - (k-1) f(w_i, e_j),    i != j,

        for f is homogeneous.  Where w may be 0 only this one is formed: it needs no division, and is 0 at w = 0
        whatever the angles are, so that no box with w = 0 is excluded.
        """
        k, square = self.k, a.square() + (self.k - 1) * b.square()
        p = b * (2 * a + (k - 2) * b)
        s = (a - b).size() * ((a + b).square() + 2 * (k - 2) * b.square()).root()
        s_own, s_other = self.root * b.size(), (a.square() + (k - 2) * b.square()).root()
        angle, own, other = self._angle(p, s), self._angle(a, s_own), self._angle(b, s_other)
        students, teachers = (k - 1) * (s + angle * p), s_own + own * a + (k - 1) * (s_other + other * b)
        found = [self.half * square + self.inv_2pi * (students - teachers)]
        if square.ends[0] > 0:
            c = self.half + self.inv_2pi * ((k - 1) * (s - s_other) - s_own) / square
            found.append(c * a + self.inv_2pi * ((k - 1) * (angle * b) - own))
            found.append(c * b + self.inv_2pi * (angle * (a + (k - 2) * b) - other))
        return any(g.ends[0] > 0 or g.ends[1] < 0 for g in found)

    def _settled(self, a: Num, b: Num) -> bool:
        """The box is outside the annulus, or inside the ball of a point, or without critical points."""
        low, high = (a.square() + (self.k - 1) * b.square()).ends
        if high < self.least or low > self.most:
            return True
        for x, y, radius in self.points:
            apart = Num(self.ar, norm(((a - x).ends, (self.root * (b - y)).ends)))
            if (self.root_k * apart).ends[1] < radius.ends[0]:
                return True
        return self._excluded(a, b)

    def verify(self) -> None:
        """Halve boxes, first one around the annulus, along a or sqrt(k-1) b, whichever is longer."""
        reach, boxes = isqrt(self.most << REGION_BITS) + 1, 0
        waiting = [((-reach, reach), (-reach, reach))]
        while waiting:
            a, b = waiting.pop()
            boxes += 1
            if self._settled(Num(self.ar, a), Num(self.ar, b)):
                continue
            wide, high = a[1] - a[0], b[1] - b[0]
            if boxes >= REGION_BOXES or max(wide, high) <= 1:
                self._give_up(a, b, boxes)
            if wide ** 2 >= (self.k - 1) * high ** 2:
                middle = a[0] + a[1] >> 1
                waiting += [((a[0], middle), b), ((middle, a[1]), b)]
            else:
                middle = b[0] + b[1] >> 1
                waiting += [(a, (b[0], middle)), (a, (middle, b[1]))]

    def _give_up(self, a: Interval, b: Interval, boxes: int) -> NoReturn:
        ends = [decimal(end, up) for x in (a, b) for end, up in zip(self.ar.side(x), (False, True))]
        raise Verdict("REJECTED", "region", f"not proved: after {boxes} boxes there may be another critical point with"
                      f" a in [{ends[0]}, {ends[1]}], b in [{ends[2]}, {ends[3]}]")


def verify_enumeration(claim: Enumeration) -> None:
    """The seven inequalities in their order; the first that is not verified ends the matter."""
    prove_distinct(claim.k, claim.points)  # 1
    for number, point in enumerate(claim.points, 1):
        prove_point(claim, point, f", point {number}")  # 2 to 6
    Region(claim).verify()  # 7


# ---------------------------------------------------------------------------------------------------------------------
# 13. Data sets and piecewise-linear networks: lemmas 18 to 20 and the conditions of FORMAT.md, sections 4.10 to 4.14
# ---------------------------------------------------------------------------------------------------------------------

Rows = list[list[int]]  # for each datum a number for each unit, over a denominator that is known from elsewhere


def refuse(code: str, what: str) -> NoReturn:
    raise Verdict("REJECTED", code, f"not proved: {what}")


def enclosed(num: int, den: int) -> Side:
    """Num / den, den > 0, for printing, without the greatest common divisor of long numbers."""
    cut = max(0, min(num.bit_length(), den.bit_length()) - 256)
    if cut == 0:
        return (Fraction(num, den),) * 2
    low, high = num >> cut, -(-num >> cut)
    below, above = den >> cut, -(-den >> cut)
    return Fraction(low, above if low >= 0 else below), Fraction(high, below if high >= 0 else above)


def brackets(num: int, den: int = 1) -> str:
    low, high = enclosed(num, den)
    return f"[{decimal(low, False)}, {decimal(high, True)}]"


def common(numbers: Iterable[Fraction], code: str) -> int:
    """The least common denominator.  This checker gives up, with the code given, where it is too long."""
    unit = 1
    for den in {x.denominator for x in numbers}:
        unit = lcm(unit, den)
        if unit.bit_length() > LONGEST:
            refuse(code, f"this checker gives up, a common denominator of parameters has more than {LONGEST} bits")
    return unit


def picker(places: Sequence[int], length: int) -> Callable[[Sequence[int]], Sequence[int]]:
    """The entries at these places of a row."""
    if list(places) == list(range(length)):
        return lambda row: row
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: [row[place] for place in places]


class Stage:
    """A dense or convolutional layer with its numbers, integers over a common denominator; weights 0 are left out."""

    def __init__(self, layer: Affine, weights: Sequence[int], bias: Sequence[int]) -> None:
        self.weights, self.layer = weights, layer
        self.bias = [bias[o // layer.per_channel] if layer.bias else 0 for o in range(prod(layer.outputs))]
        used = [[(weights[t], i) for t, i in pairs if weights[t]] for pairs in layer.connections]
        length = prod(layer.inputs)
        self.lines = [([w for w, _ in pairs], picker([i for _, i in pairs], length)) for pairs in used]

    def of(self, rows: Rows, scale: int) -> Rows:
        """The outputs; `scale` is the denominator of the rows, or 0 to leave out the bias."""
        lines = [(*line, bias * scale) for line, bias in zip(self.lines, self.bias)]
        return [[sum(map(times, weights, pick(row)), bias) for weights, pick, bias in lines] for row in rows]


class Bend:
    """A layer of units for inputs over `unit`, with slopes and intercepts as integers over `scale`.

    An integer z is above t unit, t a kink, if and only if it is above floor(t unit), and at it if t unit is whole.
    """

    def __init__(self, layer: Units, unit: int) -> None:
        ends = [(t.numerator * unit, t.denominator) for t in layer.kinks]
        self.floors, self.exact = [num // den for num, den in ends], [num % den == 0 for num, den in ends]
        self.scale = lcm(*(x.denominator for x in layer.slopes + layer.intercepts))
        self.slopes = [int(s * self.scale) for s in layer.slopes]
        self.intercepts = [int(c * self.scale) for c in layer.intercepts]
        self.shifts = [c * unit for c in self.intercepts]

    def piece(self, z: int) -> int:
        return bisect_left(self.floors, z)

    def at_kink(self, z: int, piece: int) -> bool:
        """Where several kinks have the same floor only the first of them can be whole, and `piece` is its number."""
        return piece < len(self.floors) and self.floors[piece] == z and self.exact[piece]


class Model:
    """A network with the parameters theta, or on a curve theta + eps P_1 + eps^2 P_2 + ..., in integers.

    The outputs of layer l (0: the data) are integers over self.units[l], each a multiple of the one before it.
    """

    def __init__(self, data: Data, curve: Sequence[Parameters], code: str) -> None:
        self.data, self.layers = data, data.layers
        self.units = [data.unit]
        self.stages: dict[int, list[Stage]] = {}
        self.bends: dict[int, Bend] = {}
        self.factors: list[int] = []  # of each layer, by which the denominator grows
        for number, layer in enumerate(data.layers, 1):
            factor, unit = 1, self.units[-1]
            if isinstance(layer, Affine):
                numbers = [x for point in curve for part in point[number] for x in part]
                factor = common(numbers, code)
                self.limit(code, 0, len(numbers) * factor.bit_length())
                self.stages[number] = [Stage(layer, *([x.numerator * (factor // x.denominator) for x in part]
                                                      for part in point[number])) for point in curve]
            elif isinstance(layer, Average):
                factor = prod(layer.kernel)
            elif isinstance(layer, Units):
                self.bends[number] = Bend(layer, unit)
                factor = self.bends[number].scale
            self.factors.append(factor)
            self.units.append(unit * factor)
        length = self.units[-1].bit_length()
        self.units_in_all = sum(map(prod, data.shapes))
        pairs = sum(layer.count() for layer in data.layers if isinstance(layer, Affine)) + self.units_in_all
        self.work = len(data.rows) * pairs * (1 + length // 1024)
        self.limit(code, self.work, max(self.units_in_all, len(data.rows) * prod(data.shapes[-1])) * length)

    @staticmethod
    def limit(code: str, work: int, bits: int) -> None:
        if work > MOST_WORK or bits > MOST_BITS:
            refuse(code, "this checker gives up, there are too many data, connections and digits")

    def blocks(self, order: int = 0) -> Iterator[tuple[int, Rows]]:
        """The data in groups that bound the memory, each with the number of its first datum."""
        bits = self.units_in_all * (512 + self.units[-1].bit_length()) * (order + 1)
        step = max(1, min(1024, (1 << 31) // bits))
        for first in range(0, len(self.data.rows), step):
            yield first, self.data.rows[first:first + step]

    def forward(self, rows: Rows, order: int = 0) -> tuple[list[list[Rows]], dict[int, Rows]]:
        """For each layer, from 0, the coefficients of the powers of eps up to `order`; the pieces of units at theta."""
        found, pieces = [[rows]], {}
        for number, layer in enumerate(self.layers, 1):
            series, unit = found[-1], self.units[number - 1]
            if isinstance(layer, Affine):
                stages = self.stages[number]
                new = [self._coefficient(stages, series, d, unit)
                       for d in range(min(order, len(series) + len(stages) - 2) + 1)]
            elif isinstance(layer, Average):
                picks = [picker(window, prod(layer.inputs)) for window in layer.windows]
                new = [[[sum(pick(row)) for pick in picks] for row in part] for part in series]
            elif isinstance(layer, Units):
                bend = self.bends[number]
                chosen = pieces[number] = [[bend.piece(z) for z in row] for row in series[0]]
                slopes, shifts = bend.slopes, bend.shifts
                new = [[[slopes[j] * z for z, j in zip(row, js)] for row, js in zip(part, chosen)] for part in series]
                new[0] = [[z + shifts[j] for z, j in zip(row, js)] for row, js in zip(new[0], chosen)]
            else:
                source, factor = found[layer.source], unit // self.units[layer.source]
                new = [[[x + factor * y for x, y in zip(*pair)] for pair in zip(part, source[d])]
                       if d < len(source) else part for d, part in enumerate(series)]
            found.append(new)
        return found, pieces

    @staticmethod
    def _coefficient(stages: list[Stage], series: list[Rows], d: int, unit: int) -> Rows:
        parts = [stage.of(series[d - j], unit if d == j else 0) for j, stage in enumerate(stages)
                 if 0 <= d - j < len(series)]
        return [list(map(sum, zip(*rows))) for rows in zip(*parts)] if len(parts) > 1 else parts[0]

    def kink(self, inputs: Rows, chosen: Rows, number: int, first: int) -> str:
        """Where a unit of this layer is at a kink, for people; empty if none is."""
        bend = self.bends[number]
        for n, (row, js) in enumerate(zip(inputs, chosen)):
            for u, (z, j) in enumerate(zip(row, js)):
                if bend.at_kink(z, j):
                    return f"unit {u} of layer {number} is at a kink on datum {first + n} (counted from 0)"
        return ""


class Loss:
    """A loss of section 4.10 for outputs over `unit`: d is f - y over `self.unit`, for the squared hinge 1 - y f."""

    def __init__(self, data: Data, unit: int) -> None:
        self.kind, self.unit = data.loss, lcm(unit, data.target_unit, data.delta.denominator)
        self.own, self.other, self.target_unit = self.unit // unit, self.unit // data.target_unit, data.target_unit
        self.delta = int(data.delta * self.unit)
        power = 4 if self.kind == "quartic" else 2
        self.scale = power * self.unit ** power  # l is an integer over this
        self.slope_scale = self.unit ** (power - 1)  # l' likewise

    def differences(self, outputs: Sequence[int], targets: Sequence[int]) -> list[int]:
        own, other = self.own, self.other
        if self.kind == "squared-hinge":
            return [self.unit - (own * f if y > 0 else -own * f) for f, y in zip(outputs, targets)]
        return [own * f - other * y for f, y in zip(outputs, targets)]

    def value(self, d: int) -> int:
        if self.kind == "quartic":
            return d ** 4
        if self.kind == "huber" and abs(d) > self.delta:
            return (2 * abs(d) - self.delta) * self.delta
        return d * d if self.kind != "squared-hinge" or d > 0 else 0

    def slope(self, d: int, y: int) -> int:
        if self.kind == "quartic":
            return d ** 3
        if self.kind == "huber":
            return max(-self.delta, min(self.delta, d))
        if self.kind == "squared-hinge":
            return 0 if d <= 0 else -d if y > 0 else d
        return d


class Evaluation:
    """What the conditions need of a network on all data: the risk is `risk` over `scale`."""

    def __init__(self, model: Model) -> None:
        self.model, self.risk, self.scale = model, 0, 1
        self.slopes: list[list[int]] = []  # l' for each output on all data, over a common denominator
        self.pieces: dict[int, list[bytearray]] = {}  # for each layer of units and unit, on all data
        self.kink = ""  # where there is one


def watch(model: Model, found: Evaluation, first: int, outputs: list[list[Rows]], chosen: dict[int, Rows]) -> None:
    """Keep the pieces, and the first kink."""
    for number, rows in chosen.items():
        kept = found.pieces.setdefault(number, [bytearray() for _ in rows[0]])
        for unit, column in zip(kept, zip(*rows)):
            unit.extend(column)
        found.kink = found.kink or model.kink(outputs[number - 1][0], rows, number, first)


def evaluate(data: Data, parameters: Parameters, code: str) -> Evaluation:
    model = Model(data, [parameters], code)
    loss, found = Loss(data, model.units[-1]), Evaluation(model)
    found.scale, found.slopes = loss.scale, [[] for _ in data.targets[0]]
    for first, rows in model.blocks():
        outputs, chosen = model.forward(rows)
        watch(model, found, first, outputs, chosen)
        for row, targets in zip(outputs[-1][0], data.targets[first:]):
            differences = loss.differences(row, targets)
            found.risk += sum(map(loss.value, differences))
            for kept, d, y in zip(found.slopes, differences, targets):
                kept.append(loss.slope(d, y))
    return found


def prove_risk(claim: DataPoint) -> Evaluation:
    """1: R(theta) is the claimed risk."""
    found = evaluate(claim.data, claim.parameters, "risk")
    if found.risk * claim.risk.denominator != claim.risk.numerator * found.scale:
        refuse("risk", f"{brackets(found.risk, found.scale)} = "
               f"{brackets(claim.risk.numerator, claim.risk.denominator)}, the risk and the claimed one")
    return found


def prove_no_kink(found: Evaluation) -> None:
    """2."""
    if found.kink:
        refuse("kink", found.kink)


class Vectors:
    """Vectors of N integers by numbers, each kept once; the divisor of its entries and the sign of its first one."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[int, ...], int] = {}
        self.entries: list[tuple[int, ...]] = []
        self.divisor: list[int] = []  # 0 for the vector 0
        self.sign: list[int] = []
        self._products: dict[tuple[int, int], int] = {}

    def number(self, vector: tuple[int, ...]) -> int:
        known = self._numbers.setdefault(vector, len(self.entries))
        if known == len(self.entries):
            self.entries.append(vector)
            self.divisor.append(gcd(*vector))
            self.sign.append(next((1 if x > 0 else -1 for x in vector if x), 1))
        return known

    def product(self, a: int, b: int) -> int:
        """The number of the product entry by entry."""
        if (a, b) not in self._products:
            self._products[a, b] = self.number(tuple(map(times, self.entries[a], self.entries[b])))
        return self._products[a, b]

    def total(self, numbers: Sequence[int]) -> int:
        """The number of the sum."""
        if len(numbers) == 1:
            return numbers[0]
        return self.number(tuple(map(sum, zip(*(self.entries[v] for v in numbers)))))

    def field(self, parts: Iterable[tuple[int, int]]) -> Field:
        """Units with numbers of vectors, without zeros, divided by the divisor of all entries and the first sign."""
        kept = sorted((u, v) for u, v in parts if self.divisor[v])
        divisor = gcd(*(self.divisor[v] for _, v in kept)) * (self.sign[kept[0][1]] if kept else 1)
        if divisor in (0, 1):
            return tuple(kept)
        return tuple((u, self.number(tuple(x // divisor for x in self.entries[v]))) for u, v in kept)


Field = tuple[tuple[int, int], ...]  # of lemma 19: units and the numbers of their vectors, the others are 0
Path = list[tuple[int, int]]  # the sum of v o x_i over pairs (number of v, i); for i = -1 of v alone


class Paths:
    """Lemma 19 for one output unit: the fields at each layer, no two of which are multiples, and the path vectors."""

    def __init__(self, found: Evaluation, output: int) -> None:
        """3 is verified while the fields are made, and before any path vector is."""
        data = found.model.data
        self.layers, self.shapes, self.n = data.layers, data.shapes, len(data.rows)
        self.vectors = Vectors()
        self.slopes: dict[int, list[int]] = {}
        self.shifts: dict[int, list[int]] = {}
        for number, units in found.pieces.items():
            bend, numbered = found.model.bends[number], self.vectors.number
            self.slopes[number] = [numbered(tuple(bend.slopes[j] for j in unit)) for unit in units]
            self.shifts[number] = [numbered(tuple(bend.intercepts[j] for j in unit)) for unit in units]
        self.fields: list[dict[Field, None]] = [{} for _ in self.shapes]  # in the order in which they are made
        self.held = self.steps = 0
        growth = [length(layer.slopes + layer.intercepts) + 1 if isinstance(layer, Units) else
                  (layer.count() // prod(layer.outputs)).bit_length() if isinstance(layer, Affine | Average) else 1 for layer in self.layers]
        self.cost = [self.n * (sum(growth[number:]) + WORD) + PER_UNIT for number in range(len(self.shapes))]
        times_over = len(starts(data))
        self._keep(len(self.layers), ((output, self.vectors.number((1,) * self.n)),))
        for number in range(len(self.layers), 0, -1):
            layer, ends = self.layers[number - 1], self._ends(self.layers[number - 1])
            self.steps += sum(ends[u] for made in self.fields[number] for u, _ in made) * self.cost[number - 1] * times_over
            if self.steps > MOST_STEPS:
                refuse("paths", f"{self.steps} <= {MOST_STEPS}, bits of what is added up for fields down to layer {number - 1}")
            if isinstance(layer, Residual):
                for made in self.fields[number]:
                    self._keep(layer.source, made)
            for parts in self._below(number):
                self._keep(number - 1, self.vectors.field(parts))

    def _keep(self, number: int, made: Field) -> None:
        if not made or made in self.fields[number]:
            return
        self.fields[number][made] = None
        self.held += len(made) * self.cost[number]
        if self.held > MOST_FIELDS:
            refuse("paths", f"{self.held} <= {MOST_FIELDS}, bits of the fields down to layer {number}")

    @staticmethod
    def _ends(layer: Layer) -> Sequence[int]:
        """For each output unit how many pairs end in it."""
        if isinstance(layer, Affine):
            return [len(pairs) for pairs in layer.connections]
        return [prod(layer.kernel) if isinstance(layer, Average) else 1] * prod(layer.outputs)

    def _below(self, number: int) -> Iterator[Iterable[tuple[int, int]]]:
        """The fields made at layer number - 1, not in the form of `Vectors.field`."""
        layer, vectors = self.layers[number - 1], self.vectors
        if isinstance(layer, Affine) and layer.window is None:  # each weight has one pair, so one unit and one vector
            alone = dict.fromkeys(vectors.field([(0, v)]) for made in self.fields[number] for _, v in made)
            for v in [parts[0][1] for parts in alone]:
                for i in range(prod(layer.inputs)):
                    yield [(i, v)]
            return
        for made in self.fields[number]:
            if isinstance(layer, Affine):  # a weight has each input unit in one pair at most: o is where the window is
                acted: dict[int, list[tuple[int, int]]] = {}
                for o, v in made:
                    for t, i in layer.connections[o]:
                        acted.setdefault(t, []).append((i, v))
                yield from acted.values()
            elif isinstance(layer, Average):
                held: dict[int, list[int]] = {}
                for o, v in made:
                    for i in layer.windows[o]:
                        held.setdefault(i, []).append(v)
                yield [(i, vectors.total(several)) for i, several in held.items()]  # times the size of the window
            elif isinstance(layer, Units):
                yield [(u, vectors.product(v, self.slopes[number][u])) for u, v in made]
            else:
                yield made

    def _alone(self, number: int) -> Iterator[int]:
        """The path vectors made at a layer: of biases and of intercepts."""
        layer, vectors = self.layers[number - 1], self.vectors
        for made in self.fields[number]:
            if isinstance(layer, Affine) and layer.bias:
                channels: dict[int, list[int]] = {}
                for o, v in made:
                    channels.setdefault(o // layer.per_channel, []).append(v)
                yield from map(vectors.total, channels.values())
            elif isinstance(layer, Units):
                shifts = self.shifts[number]
                terms = [vectors.product(v, shifts[u]) for u, v in made if vectors.divisor[shifts[u]]]
                if terms:
                    yield vectors.total(terms)

    def __iter__(self) -> Iterator[Path]:
        """All path vectors, up to multiples."""
        for number in range(len(self.layers), 0, -1):
            for v in self._alone(number):
                yield [(v, -1)]
        for made in self.fields[0]:
            yield [(v, i) for i, v in made]


def starts(data: Data) -> list[tuple[int, Sequence[int]]]:
    """The outputs of which path vectors are to be made, each with the outputs that they serve for (end of lemma 19)."""
    last, outputs = data.layers[-1], range(prod(data.shapes[-1]))
    if isinstance(last, Affine) and last.window is None:
        return [(0, outputs)]
    return [(u, [u]) for u in outputs]


def columns(data: Data) -> list[tuple[int, ...]]:
    """The input coordinates, and (at -1) the vector 1."""
    return [*zip(*data.rows), (1,) * len(data.rows)]


def prove_orthogonal(found: Evaluation) -> None:
    """3, 4 of section 4.10."""
    data = found.model.data
    inputs, outputs = columns(data), starts(data)
    several = [Paths(found, start) for start, _ in outputs] if len(outputs) == 1 else None
    if several is None:
        for start, _ in outputs:  # 3 for all outputs before 4 for one; they are made again, not to hold all of them
            Paths(found, start)
    for start, served in outputs:
        paths = several[0] if several else Paths(found, start)
        slopes, cached = [found.slopes[u] for u in served], (-1, [[0]])
        for path in paths:
            sums = [0] * len(slopes)
            for v, i in path:
                if cached[0] != v:
                    cached = v, [list(map(times, slope, paths.vectors.entries[v])) for slope in slopes]
                sums = [value + sum(map(times, weighted, inputs[i])) for value, weighted in zip(sums, cached[1])]
            for u, value in zip(served, sums):
                if value:
                    refuse("stationary", f"{brackets(value)} = 0, l' of output {u} times a path vector, up to a factor")


def prove_affine_fit(code: str, found: Evaluation, constant: bool) -> None:
    """The vector of l' is, for each output, orthogonal to each input coordinate and (if `constant`) to 1."""
    inputs = columns(found.model.data)
    for u, slope in enumerate(found.slopes):
        for i, column in enumerate(inputs if constant else inputs[:-1]):
            value = sum(map(times, slope, column))
            if value:
                name = "1" if i == len(inputs) - 1 else f"input {i}"
                refuse(code, f"{brackets(value)} = 0, l' of output {u} times {name}, up to a factor")


def prove_linear_fit(found: Evaluation) -> None:
    """5."""
    for number, units in found.pieces.items():
        bend = found.model.bends[number]
        for u, unit in enumerate(units):
            if len({(bend.slopes[j], bend.intercepts[j]) for j in set(unit)}) > 1:
                refuse("linear-fit", f"unit {u} of layer {number} has one slope and intercept on all data")
    prove_affine_fit("linear-fit", found, True)


def prove_continuum(claim: DataMinimum, found: Evaluation) -> None:
    """6: lemma 20."""
    layers = claim.data.layers
    sources = {layer.source for layer in layers if isinstance(layer, Residual)}
    for number, (first, middle, last) in enumerate(zip(layers, layers[1:], layers[2:]), 1):
        if not (isinstance(first, Affine) and isinstance(middle, Units) and isinstance(last, Affine)):
            continue
        if number in sources or number + 1 in sources:
            continue
        intercepts, pieces = found.model.bends[number + 1].intercepts, found.pieces[number + 1]
        weights, bias = claim.parameters[number]
        each, here = len(weights) // first.outputs[0], first.per_channel
        for c in range(first.outputs[0]):
            if any(weights[c * each:(c + 1) * each]) or (first.bias and bias[c]):
                met = set().union(*pieces[c * here:(c + 1) * here])
                if not any(intercepts[j] for j in met):
                    return
    refuse("continuum", "no channel can be rescaled by lemma 20")


def verify_data_minimum(claim: DataMinimum) -> None:
    """The seven conditions in their order; the first that is not verified ends the matter."""
    found = prove_risk(claim)  # 1
    prove_no_kink(found)  # 2
    prove_orthogonal(found)  # 3, 4
    if claim.linear_fit:
        prove_linear_fit(found)  # 5
    if claim.continuum:
        prove_continuum(claim, found)  # 6
    if claim.better is not None:  # 7
        better = evaluate(claim.data, claim.better, "spurious")
        if not better.risk * claim.risk.denominator < claim.risk.numerator * better.scale:
            refuse("spurious", f"{brackets(better.risk, better.scale)} < "
                   f"{brackets(claim.risk.numerator, claim.risk.denominator)}")


def verify_data_global_minimum(claim: DataGlobalMinimum) -> None:
    """The three conditions."""
    found, layers = prove_risk(claim), claim.data.layers  # 1
    if claim.risk == 0:
        return
    if any(isinstance(layer, Units) for layer in layers):
        refuse("global-minimum", "no layer is of type units")  # 2
    constant = any(isinstance(layer, Affine) and layer.bias for layer in layers)
    prove_affine_fit("global-minimum", found, constant)  # 3


class Gradient:
    """All partial derivatives of R, by the chain rule from the last layer down.

    The derivatives by the outputs of layer l are integers over E self.units[l], E the denominator of l'.  Those by the
    parameters of layer l are numerators over E self.units[l] times the denominator of the inputs (1 for the bias).
    """

    def __init__(self, model: Model) -> None:
        self.model, self.layers = model, model.layers
        self.units = [1]
        for factor in reversed(model.factors):
            self.units.insert(0, self.units[0] * factor)
        loss = self.loss = Loss(model.data, model.units[-1])
        self.weights = {number: [0] * len(stages[0].weights) for number, stages in model.stages.items()}
        self.bias = {number: [0] * layer.outputs[0] for number, layer in enumerate(self.layers, 1)
                     if isinstance(layer, Affine) and layer.bias}
        for first, rows in model.blocks():
            outputs, chosen = model.forward(rows)
            top = [[loss.slope(d, y) for d, y in zip(loss.differences(row, targets), targets)]
                   for row, targets in zip(outputs[-1][0], model.data.targets[first:])]
            self._add([series[0] for series in outputs], chosen, top)

    def _add(self, outputs: list[Rows], chosen: dict[int, Rows], top: Rows) -> None:
        """One group of data; `waiting` holds what residual layers send down."""
        waiting: dict[int, list[tuple[int, Rows]]] = {}
        rows = top
        for number in range(len(self.layers), 0, -1):
            layer = self.layers[number - 1]
            if isinstance(layer, Affine):
                self._parameters(number, layer, list(zip(*rows)), list(zip(*outputs[number - 1])))
                if number == 1:
                    return  # no parameters below
                acting = self.model.stages[number][0].weights
                pairs = [(i, o, acting[t]) for o, line in enumerate(layer.connections) for t, i in line if acting[t]]
                rows = scatter(rows, pairs, prod(layer.inputs))
            elif isinstance(layer, Average):
                pairs = [(i, o, 1) for o, window in enumerate(layer.windows) for i in window]
                rows = scatter(rows, pairs, prod(layer.inputs))
            elif isinstance(layer, Units):
                slopes = self.model.bends[number].slopes
                rows = [[slopes[j] * x for x, j in zip(row, js)] for row, js in zip(rows, chosen[number])]
            else:
                waiting.setdefault(layer.source, []).append((self.units[number], rows))
            for unit, sent in waiting.pop(number - 1, []):
                factor = self.units[number - 1] // unit
                rows = [[x + factor * y for x, y in zip(*pair)] for pair in zip(rows, sent)]

    def _parameters(self, number: int, layer: Affine, slopes: list[tuple[int, ...]],
                    inputs: list[tuple[int, ...]]) -> None:
        weights = self.weights[number]
        for o, line in enumerate(layer.connections):
            for t, i in line if any(slopes[o]) else []:
                weights[t] += sum(map(times, slopes[o], inputs[i]))
            if layer.bias:
                self.bias[number][o // layer.per_channel] += sum(slopes[o])

    def part(self, number: int, part: int) -> tuple[list[int], int]:
        """The derivatives by the weights (0) or the bias (1) of a layer as integers over a denominator."""
        below = self.loss.slope_scale * self.units[number]
        if part:
            return self.bias[number], below
        return self.weights[number], below * self.model.units[number - 1]


def scatter(rows: Rows, pairs: Iterable[tuple[int, int, int]], length: int) -> Rows:
    """For each row r the row with sum of w r_o over the triples (i, o, w) at i."""
    lines: list[tuple[list[int], list[int]]] = [([], []) for _ in range(length)]
    for i, o, w in pairs:
        lines[i][0].append(w)
        lines[i][1].append(o)
    width = len(rows[0])
    picks = [(weights, picker(places, width)) for weights, places in lines]
    return [[sum(map(times, weights, pick(row))) for weights, pick in picks] for row in rows]


def prove_critical(found: Evaluation) -> None:
    """3 of section 4.12."""
    gradient = Gradient(found.model)
    for name, parts in (("weight", gradient.weights), ("bias", gradient.bias)):
        for number, numbers in parts.items():
            for entry, value in enumerate(numbers):
                if value:
                    _, scale_here = gradient.part(number, int(name == "bias"))
                    refuse("critical", f"{brackets(value, scale_here)} = 0, the derivative by {name} {entry} of layer"
                           f" {number}")


def first_coefficient(claim: DataSaddle, curve: list[Parameters], code: str) -> tuple[int, int]:
    """R along theta + eps P_1 + ..., the pieces kept: the first power of eps with a coefficient not 0, and its sign."""
    model, data = Model(claim.data, [claim.parameters, *curve], code), claim.data
    loss = Loss(data, model.units[-1])
    degree = 2 * len(curve) * len(model.stages)  # of R, at most
    order, known = 2, 0
    while known < degree:
        order = min(order, degree)
        model.limit(code, model.work * (order + 1) * (len(curve) + 1), 0)
        sums = [0] * (order + 1)
        for first, rows in model.blocks(order):
            series = model.forward(rows, order)[0][-1]
            parts = [[loss.own * f for row in part for f in row] for part in series]
            parts[0] = [d for row, targets in zip(series[0], data.targets[first:])
                        for d in loss.differences(row, targets)]
            for q in range(known + 1, order + 1):
                sums[q] += sum(sum(map(times, parts[a], parts[q - a])) for a in range(q + 1)
                               if a < len(parts) and q - a < len(parts))
        for q, value in enumerate(sums):
            if value:
                return q, 1 if value > 0 else -1
        order, known = 2 * order, order
    return 0, 0


def verify_data_saddle(claim: DataSaddle) -> None:
    """The five conditions in their order."""
    found = prove_risk(claim)  # 1
    prove_no_kink(found)  # 2
    prove_critical(found)  # 3
    for code, curve, wanted in (("descent", claim.descent, -1), ("ascent", claim.ascent, 1)):  # 4, 5
        power_of_eps, sign = first_coefficient(claim, curve, code)
        if sign == 0:
            refuse(code, "R is constant along the curve, the pieces kept")
        if sign != wanted:
            refuse(code, f"R {'rises' if sign > 0 else 'falls'} along the curve, at first like eps^{power_of_eps}")


def verify_data_noncritical(claim: DataNoncritical) -> None:
    """The four conditions in their order."""
    found = prove_risk(claim)  # 1
    prove_no_kink(found)  # 2
    numbers, below = Gradient(found.model).part(claim.layer, claim.part)
    value, claimed = numbers[claim.entry], claim.derivative
    if value * claimed.denominator != claimed.numerator * below:  # 3
        refuse("derivative", f"{brackets(value, below)} = {brackets(claimed.numerator, claimed.denominator)},"
               " the derivative and the claimed one")
    if value == 0:  # 4
        refuse("critical", "0 < |0|, the derivative")


class Span:
    """Vectors of integers that are linearly independent, with the inverse of their Gram matrix G.

    A vector v is a combination of them if and only if e = |v|^2 det G - b^T adj(G) b = 0, b their products with v: e is
    the determinant of the Gram matrix with v added.  Otherwise, with y = adj(G) b, the adjugate of that matrix is
    [[(e adj(G) + y y^T) / det G, -y], [-y^T, det G]] (the inverse by blocks, times e), and the division is exact.
    """

    def __init__(self) -> None:
        self.rows: list[list[int]] = []
        self.adjugate: list[list[int]] = []
        self.determinant = 1

    def add(self, v: list[int]) -> None:
        b = [sum(map(times, row, v)) for row in self.rows]
        y = [sum(map(times, line, b)) for line in self.adjugate]
        e, det = sum(map(times, v, v)) * self.determinant - sum(map(times, b, y)), self.determinant
        if e:
            self.adjugate = [[(e * x + y_i * y_j) // det for x, y_j in zip(line, y)] + [-y_i]
                             for line, y_i in zip(self.adjugate, y)] + [[-x for x in y] + [det]]
            self.determinant = e
            self.rows.append(v)


def independent(rows: Sequence[Sequence[int]]) -> list[int]:
    """The numbers of those integer vectors that are no combination of the ones before them, found modulo MODULUS.

    Where these rows of the Gram matrix are independent modulo a prime so are the vectors, modulo it and hence over the
    rationals.  (They are all of them, unless MODULUS divides a certain minor.)
    """
    rows = [[x % MODULUS for x in row] for row in rows]
    half = [[sum(map(times, u, v)) % MODULUS for v in rows[:i + 1]] for i, u in enumerate(rows)]
    rest = [line + [half[j][i] for j in range(i + 1, len(half))] for i, line in enumerate(half)]
    found = []
    for i, line in enumerate(rest):
        place = next((j for j, x in enumerate(line) if x), None)
        if place is None:
            continue
        found.append(i)
        inverse = pow(line[place], -1, MODULUS)
        for k in range(i + 1, len(rest)):
            if rest[k][place]:
                q = rest[k][place] * inverse % MODULUS
                rest[k] = [(x - q * y) % MODULUS for x, y in zip(rest[k], line)]
    return found


class Entropy:
    """The sums over the data of section 4.14, in intervals."""

    def __init__(self, claim: EntropyMinimum) -> None:
        self.claim, self.data = claim, claim.data
        self.free = claim.data.classes - 1
        model = Model(claim.data, [claim.parameters], "kink")
        self.found = Evaluation(model)
        self.inputs: list[list[int]] = []  # phi_n over the denominator `unit`, at first with all inputs
        self.logits: list[list[int]] = []  # over model.units[-1]
        self.unit = model.units[-2]
        for first, rows in model.blocks():
            outputs, chosen = model.forward(rows)
            watch(model, self.found, first, outputs, chosen)
            self.inputs += [[self.unit, *row] for row in outputs[-2][0]]
            self.logits += outputs[-1][0]
        _, *given = zip(*self.inputs)
        pick = picker(independent([(1,) * len(self.inputs), *given]), len(given) + 1)
        self.inputs = [list(pick(row)) for row in self.inputs]
        squares = [Fraction(sum(x * x for x in column), self.unit ** 2) for column in zip(*self.inputs)]
        self.ar = Arithmetic(claim.bits + GUARD_BITS + min(4096, beyond(q for q in squares if q)))

    def prove_span(self) -> None:
        """2.  Each phi_j is a combination of path vectors (lemma 19 for unit j of layer L - 1, where a field 1 is made)
        and 1 is one.  So the phi_j, which are independent, span them if the rank of the path vectors is not larger.
        """
        paths, inputs, known = Paths(self.found, 0), columns(self.data), Span()
        entries = paths.vectors.entries
        least = len(self.inputs[0])
        for path in paths:
            terms = [map(times, entries[v], inputs[i]) for v, i in path]
            known.add(list(map(sum, zip(*terms))))
            if len(known.rows) > least:
                refuse("span", f"{len(known.rows)} <= {least}, numbers of independent path vectors and of independent"
                       " ones among 1 and the inputs of the last layer")

    def _ratios(self, numbers: Sequence[int], unit: int) -> list[Interval]:
        return [self.ar.ratio(x, unit) for x in numbers]

    def point(self) -> tuple[Interval, Interval]:
        """|g| and R at the parameters."""
        ar, width = self.ar, len(self.inputs[0])
        sums = [[ZERO] * width for _ in range(self.free)]
        terms = []
        for row, inputs, label in zip(self.logits, self.inputs, self.data.labels):
            logits = self._ratios(row, self.found.model.units[-1]) + [ZERO] * (self.data.classes - len(row))
            phi = self._ratios(inputs, self.unit)
            for u, p in enumerate(probabilities(ar, logits)[:self.free]):
                slope = sub(p, ar.one) if u == label else p
                sums[u] = [add(total, ar.mul(slope, x)) for total, x in zip(sums[u], phi)]
            terms.append(log_loss(ar, logits, label))
        return norm(x for line in sums for x in line), add(ZERO, *terms)

    def hessian(self) -> SymmetricMatrix:
        """H(A) for all A within delta of the centre: sum over n of (diag(p) - p p^T) (x) phi phi^T, where each logit
        but the last varies by delta |phi| on its own.  The entry at u, j and v, k is the sum of +-q phi_j phi_k with
        q = p_u (1 - p_u) or p_u p_v, signs + and -.  An integer s with |s - 2^P q| <= r, and integers f with
        |f - 2^P phi| <= 1, make up s f_j f_k with an error of at most
        r (|f_j| + 1)(|f_k| + 1) + |s| (|f_j| + |f_k| + 1).
        """
        ar, width, m = self.ar, len(self.inputs[0]), self.free
        signs = [(u, v) for u in range(m) for v in range(u + 1)]
        middle: dict[tuple[int, int], list[int]] = {pair: [] for pair in signs}
        radius: dict[tuple[int, int], list[int]] = {pair: [] for pair in signs}
        floors = []
        for row, inputs in zip(self.logits, self.inputs):
            phi = self._ratios(inputs, self.unit)
            floors.append([low for low, _ in phi])
            reach = scale((norm(phi)[1],) * 2, self.claim.distance)[1]
            logits = [(low - reach, high + reach) for low, high in self._ratios(row[:m], self.found.model.units[-1])]
            logits += [ar.ratio(row[m], self.found.model.units[-1]) if len(row) > m else ZERO]
            p = probabilities(ar, logits)
            for u, v in signs:
                low, high = ar.mul(p[u], sub(ar.one, p[u]) if u == v else neg(p[v]))
                middle[u, v].append(low + high >> 1)
                radius[u, v].append(high - low + 1 >> 1)
        return SymmetricMatrix(self._rows(middle, radius, list(zip(*floors)), width))

    def _rows(self, middle: dict[tuple[int, int], list[int]], radius: dict[tuple[int, int], list[int]],
              f: list[tuple[int, ...]], width: int) -> Iterator[list[Interval]]:
        """The rows of the lower triangle."""
        size = [[abs(x) + 1 for x in column] for column in f]
        weight = {pair: [abs(s) + r for s, r in zip(middle[pair], radius[pair])] for pair in middle}
        drift = {(pair, j): sum(map(times, weight[pair], size[j])) for pair in middle for j in range(width)}
        for u in range(self.free):
            for j in range(width):
                row: list[Interval] = []
                for v in range(u + 1):
                    pair = u, v
                    first = list(map(times, middle[pair], f[j]))
                    spread_out = list(map(times, radius[pair], size[j]))
                    for k in range(width if v < u else j + 1):
                        value = sum(map(times, first, f[k]))
                        error = sum(map(times, spread_out, size[k])) + drift[pair, j] + drift[pair, k]
                        row.append((value - error >> 2 * self.ar.bits, -(-value - error >> 2 * self.ar.bits)))
                yield row


def probabilities(ar: Arithmetic, logits: Sequence[Interval]) -> list[Interval]:
    """The probabilities exp z_u / sum_v exp z_v, where each logit varies on its own.

    Such a number increases with z_u and decreases with the others.  The largest upper end is subtracted from all.
    Upper ends of exp are positive, so no denominator is 0.
    """
    top = max(high for _, high in logits)
    powers = [ar.exp((low - top, high - top)) for low, high in logits]
    lows, highs = sum(low for low, _ in powers), sum(high for _, high in powers)
    return [((low << ar.bits) // (low + highs - high), ceil_div(high << ar.bits, high + lows - low))
            for low, high in powers]


def log_loss(ar: Arithmetic, logits: Sequence[Interval], label: int) -> Interval:
    """The loss log sum_u exp z_u - z_label, with t the largest upper end: log sum_u exp(z_u - t) + t - z_label."""
    top = max(high for _, high in logits)
    total = add(*(ar.exp((low - top, high - top)) for low, high in logits))
    return add(ar.log((max(1, total[0]), total[1])), sub((top, top), logits[label]))


def verify_entropy(claim: EntropyMinimum) -> None:
    """The eight conditions in their order; the first that is not verified ends the matter."""
    sums = Entropy(claim)
    ar, mu = sums.ar, claim.curvature
    prove_no_kink(sums.found)  # 1; `paths` in prove_span
    sums.prove_span()  # 2
    require("curvature", NOTHING, (mu, mu))  # 3
    g, value = sums.point()
    require("distance", ar.side(g), (mu * claim.distance,) * 2)  # 4
    prove_above("curvature", sums.hessian(), exactly(ar, mu), ar)  # 5
    require("risk-low", (claim.risk[0],) * 2, ar.side(sub(value, scale(ar.mul(g, g), 1 / (2 * mu)))))  # 6
    require("risk-high", ar.side(value), (claim.risk[1],) * 2)  # 7
    if claim.better is not None:  # 8
        model = Model(claim.data, [claim.better], "spurious")
        terms = [log_loss(ar, [ar.ratio(x, model.units[-1]) for x in row] + [ZERO] * (claim.data.classes - len(row)),
                          claim.data.labels[first + n])
                 for first, rows in model.blocks() for n, row in enumerate(model.forward(rows)[0][-1][0])]
        require("spurious", ar.side(add(*terms)), (claim.risk[0],) * 2)


# ---------------------------------------------------------------------------------------------------------------------
# 14. Smooth activations: lemmas 21 to 23 and the conditions of FORMAT.md, sections 4.15 to 4.17
# ---------------------------------------------------------------------------------------------------------------------


class Undefined(Exception):
    """A value that is not defined, or not shown to be, or too large for this arithmetic; the reason."""


@lru_cache(maxsize=64)
def fixed_point(bits: int) -> Arithmetic:
    return Arithmetic(bits)


def precise(bits: int) -> Arithmetic:
    """Fixed point with at least so many bits, rounded up so that there are few of them."""
    step = 64 if bits <= 2048 else 1024
    return fixed_point(-(-bits // step) * step)


def shifted(lo: int, hi: int, by: int) -> Interval:
    """[lo, hi] * 2^by, rounded outwards to integers."""
    return (lo << by, hi << by) if by >= 0 else (lo >> -by, -(-hi >> -by))


class Wide:
    """The real numbers in [lo, hi] * 2^e.  Where an operation has a result of more than `bits` bits it is cut outwards,
    so that the accuracy is relative to the larger end.  |e| <= RANGE: below, ends are moved outwards to multiples of
    2^-RANGE, and above the number counts as infinite (Undefined).
    """

    __slots__ = ("bits", "e", "hi", "lo")

    def __init__(self, bits: int, lo: int, hi: int, e: int) -> None:
        excess = max(-lo, hi).bit_length() - bits
        if excess > 0:
            lo, hi, e = lo >> excess, -(-hi >> excess), e + excess
        if not -RANGE <= e <= RANGE:
            if lo == hi == 0:
                e = 0
            elif e > 0:
                raise Undefined("a number is too large for this checker")
            else:
                lo, hi = shifted(lo, hi, e + RANGE)
                e = -RANGE
        self.bits, self.lo, self.hi, self.e = bits, lo, hi, e

    @classmethod
    def of(cls, q: Fraction | int, bits: int) -> Wide:
        """The rational q, as a point if it has so few bits."""
        num, den = q.numerator, q.denominator
        by = bits + 1 - num.bit_length() + den.bit_length()
        num, den = num << max(by, 0), den << max(-by, 0)
        return cls(bits, num // den, ceil_div(num, den), -by)

    @property
    def top(self) -> int:
        """|x| < 2^top for all its numbers.  (0 has any exponent: that of [0, 0] says nothing of its size.)"""
        length = max(-self.lo, self.hi).bit_length()
        return length + self.e if length else -RANGE

    def is_zero(self) -> bool:
        return self.lo == 0 == self.hi

    def _aligned(self, other: Wide) -> tuple[int, int, int, int, int]:
        """The ends of both in units of 2^e, the last number, rounded outwards beyond `bits` + 2 bits."""
        e = max(min(self.e, other.e), max(self.top, other.top) - self.bits - 2)
        return (*shifted(self.lo, self.hi, self.e - e), *shifted(other.lo, other.hi, other.e - e), e)

    def __add__(self, other: Wide) -> Wide:
        if self.is_zero():
            return other
        if other.is_zero():
            return self
        a, b, c, d, e = self._aligned(other)
        return Wide(self.bits, a + c, b + d, e)

    def __neg__(self) -> Wide:
        return Wide(self.bits, -self.hi, -self.lo, self.e)

    def __sub__(self, other: Wide) -> Wide:
        return self + -other

    def hull(self, other: Wide) -> Wide:
        if self.is_zero() or other.is_zero():  # 0 has any exponent
            one = other if self.is_zero() else self
            return Wide(self.bits, min(0, one.lo), max(0, one.hi), one.e)
        a, b, c, d, e = self._aligned(other)
        return Wide(self.bits, min(a, c), max(b, d), e)

    def __mul__(self, other: Wide) -> Wide:
        a, b, c, d = self.lo, self.hi, other.lo, other.hi
        if a >= 0 and c >= 0:
            return Wide(self.bits, a * c, b * d, self.e + other.e)
        corners = (a * c, a * d, b * c, b * d)
        return Wide(self.bits, min(corners), max(corners), self.e + other.e)

    def times(self, n: int) -> Wide:
        """N times it, n >= 0."""
        return Wide(self.bits, self.lo * n, self.hi * n, self.e)

    def doubled(self, n: int) -> Wide:
        """It times 2^n."""
        return Wide(self.bits, self.lo, self.hi, self.e + n)

    def __truediv__(self, other: Wide) -> Wide:
        if other.hi < 0:
            return -self / -other
        if other.lo <= 0:
            raise Undefined("a divisor is not shown to be different from 0")
        by = self.bits + 1 + other.hi.bit_length()
        lo, hi = self.lo << by, self.hi << by
        return Wide(self.bits, lo // (other.hi if lo >= 0 else other.lo), ceil_div(hi, other.lo if hi >= 0 else other.hi),
                    self.e - other.e - by)

    def power(self, n: int) -> Wide:
        """The n-th power, n >= 0: it increases for odd n, and with the absolute value for even n."""
        a, b = self.lo ** n, self.hi ** n
        if n % 2 == 0 and n and self.lo < 0:
            a, b = (0 if self.hi >= 0 else b), max(a, b)
        return Wide(self.bits, a, b, self.e * n)

    def size(self) -> Wide:
        return Wide(self.bits, max(0, self.lo, -self.hi), max(-self.lo, self.hi), self.e)

    def compare(self, q: Fraction) -> int:
        """-1 if all its numbers are below q, 1 if all are above, else 0."""
        den, num = q.denominator << max(self.e, 0), q.numerator << max(-self.e, 0)
        return -1 if self.hi * den < num else int(self.lo * den > num)

    def within(self, bound: Wide) -> Wide:
        """Its numbers from -bound to bound (bound > 0), where what it encloses is known to be.

        Each end is chosen from two that are right, so it does not matter where rounding hides which is the sharper one.
        """
        if self.top < bound.top:
            return self
        low, high = self.ends()
        if (low + bound).hi <= 0:
            low = -bound
        if (high - bound).lo >= 0:
            high = bound
        return low.hull(high)

    def ends(self) -> tuple[Wide, Wide]:
        return Wide(self.bits, self.lo, self.lo, self.e), Wide(self.bits, self.hi, self.hi, self.e)

    def narrow(self) -> tuple[Wide, Wide] | None:
        """Middle and radius, if the radius is small against all its numbers."""
        lo, hi = self.lo, self.hi
        if lo == hi or (hi - lo) << (self.bits >> 1) > min(abs(lo), abs(hi)):
            return None
        return Wide(self.bits + 2, lo + hi, lo + hi, self.e - 1), Wide(self.bits + 2, hi - lo, hi - lo, self.e - 1)

    def spread(self, radius: Wide) -> Wide:
        """The numbers that differ by a number of `radius` at most."""
        return self + radius.hull(-radius)

    def monotone(self, function: Callable[[Wide], Wide]) -> Wide:
        """The values of a function that increases or decreases and is enclosed at points."""
        if self.lo == self.hi:
            return function(self)
        low, high = map(function, self.ends())
        return low.hull(high)

    def cut(self, bits: int) -> Wide:
        return Wide(bits, self.lo, self.hi, self.e)

    def fixed(self, ar: Arithmetic) -> Interval:
        """In units of 2^-P of that arithmetic, rounded outwards."""
        return shifted(self.lo, self.hi, self.e + ar.bits)

    def shown(self) -> str:
        if abs(self.top) > 4000 and not self.is_zero():
            return f"[a number of size below 2^{self.top}]"
        low, high = (Fraction(x << max(self.e, 0), 1 << max(-self.e, 0)) for x in (self.lo, self.hi))
        return f"[{decimal(low, False)}, {decimal(high, True)}]"


# The functions of section 4.15.  For a point x (lo = hi) the value is computed in fixed point with P = bits + GUARD or
# more places; GUARD covers the rounding, and no proof needs that it does, as all steps round outwards.  Where x is small
# and the value about x, P is larger by the number of leading zeros of x, or else the value is enclosed by `nearly`.
GUARD = 40


def nearly(x: Wide) -> Wide:
    """[x (1 - 2^-bits), x] for x >= 0, and mirrored for x < 0.  If |x| < 2^-bits it holds sin x, tanh x, arctan x
    and (sqrt(pi)/2) erf x: for x > 0 these are between x - x^3/3 and x.  (Each of them is odd, and its derivative is
    between 1 - x^2 and 1: 1 - x^2/2 <= cos x <= 1; 1 - tanh^2 x with 0 <= tanh x <= x; 1/(1 + x^2); exp(-x^2).)
    """
    return x * Wide(x.bits, (1 << x.bits) - 1, 1 << x.bits, -x.bits)


def decay(ar: Arithmetic, x: Interval) -> Interval:
    """Exp x for the numbers x <= 0 of a short interval: the lower end counts, as the derivative is at most 1.

    Below -P it is less than 2^-P.  Else exp x = 2^-k exp(x + k log 2), k the largest integer for which this argument is
    not positive for sure; it is -y up to the error of log 2, k times, and 0 <= y <= 1.  And exp(-y) = exp(-a)^(2^s),
    a = y 2^-s.  In units of 2^-Q, Q = P + 2s, a is an integer; a term of the series is the one before times a, rounded
    down, through j, rounded down.  Its error e_j is less than 2: e_0 = e_1 = 0, and e_j <= e_(j-1) a/j + 1/j + 1 with
    a < 1/8.  Terms alternate and decrease.  Where one is rounded to 0, after j of them, what is left out is below 2, so
    that the sum has an error of at most 2j + 2.  The square of a number in [0, 1], known with an error d and rounded
    down, has an error of at most 2d + d^2 2^-Q + 1 <= 2d + 2 if d^2 <= 2^Q.
    """
    if x[0] <= -(ar.bits << ar.bits):
        return 0, 1 + x[1] - x[0]
    k = -x[0] // ar.ln2[1]
    more, y = k * (ar.ln2[1] - ar.ln2[0]), -x[0] - k * ar.ln2[0]
    s = 4 + isqrt(ar.bits) // 2
    q = ar.bits + 2 * s
    a, term, total, j = y << s, 1 << q, 0, 0
    while term:
        total += -term if j & 1 else term
        j += 1
        term = (term * a >> q) // j
    error = 2 * j + 2
    for _ in range(s):
        total = total * total >> q
        error = 2 * error + 2
    if y > 1 << ar.bits or error * error > 1 << q:  # not with these numbers
        return 0, ar.one[1]
    high = total + error + (more << 2 * s)
    return max(0, total - error >> 2 * s + k), -(-high >> 2 * s + k) + x[1] - x[0]


def below_one(bits: int) -> Wide:
    """It holds [1 - 2^-bits, 1]."""
    return Wide(bits, (1 << bits) - 1, 1 << bits, -bits)


def odd(function: Callable[[Wide], Wide]) -> Callable[[Wide], Wide]:
    """An increasing odd function with derivatives below 2, which is given at points x > 0, everywhere.

    On a narrow interval one value, at the middle, is enough, and two times the radius on either side; but not far from
    0, where the function hardly grows, unless the radius is below the last place.
    """

    def at_point(x: Wide) -> Wide:
        if x.lo == 0:
            return x
        return function(x) if x.lo > 0 else -function(-x)

    def everywhere(x: Wide) -> Wide:
        parts = x.narrow()
        if parts is None or (x.top > 2 and parts[1].top > -x.bits):
            return x.monotone(at_point)
        return at_point(parts[0]).spread(parts[1].times(2)).cut(x.bits)

    return everywhere


def exp_point(x: Wide) -> Wide:
    """Exp x = 2^k exp(x - k log 2) for any integer k, chosen so that the argument is not positive (decay) and
    above -2 or so.  If |x| >= 2^23 then exp |x| > 2^RANGE.
    """
    if x.top > 24:
        if x.hi > 0:
            raise Undefined("a value of exp is too large for this checker")
        return Wide(x.bits, 0, 1, -RANGE)
    ar = precise(x.bits + GUARD + 24)
    low, high = x.fixed(ar)
    k = high // ar.ln2[0] + 1
    while True:
        ends = [k * end for end in ar.ln2]
        rest = low - max(ends), high - min(ends)
        if rest[1] <= 0:
            return Wide(x.bits, *decay(ar, rest), k - ar.bits)
        k += 1


def exp(x: Wide) -> Wide:
    """On an interval; if its radius is r <= 1/2: e^r and e^(-r) are between 1 - 2r and 1 + 2r."""
    parts = x.narrow()
    if parts is None or parts[1].top >= 0:
        return x.monotone(exp_point)
    return (exp_point(parts[0]) * Wide.of(1, x.bits + 2).spread(parts[1].times(2))).cut(x.bits)


def log_point(x: Wide) -> Wide:
    """Log of m 2^e with n bits in m: log(m 2^-j) + (e + j) log 2, j = n or n - 1 such that 2/3 <= m 2^-j < 4/3.

    P is larger by the number of leading zeros of m 2^-j - 1.
    """
    m, e = x.lo, x.e
    j = m.bit_length()
    j -= 3 * m < 2 << j
    lost = j - abs(m - (1 << j)).bit_length() if j + e == 0 else 0
    ar = precise(x.bits + GUARD + max(lost, 0) + (j + e).bit_length())
    low, high = ar.log((m << ar.bits - j,) * 2)  # m has at most `bits` bits
    ends = [(j + e) * end for end in ar.ln2]
    return Wide(x.bits, low + min(ends), high + max(ends), -ar.bits)


def log(x: Wide) -> Wide:
    if x.lo <= 0:
        raise Undefined("an argument of log is not shown to be above 0")
    parts = x.narrow()
    if parts is None:
        return x.monotone(log_point)
    return log_point(parts[0]).spread(parts[1] / x.ends()[0]).cut(x.bits)  # the derivative is at most 1/(lower end)


def root_point(x: Wide) -> Wide:
    by = 2 * x.bits + (x.e & 1)
    low = isqrt(x.lo << by)
    return Wide(x.bits, low, low + (low * low < x.lo << by), x.e - by >> 1)


def root(x: Wide) -> Wide:
    """The square root of positive numbers; each end of the isqrt is positive."""
    if x.lo <= 0:
        raise Undefined("an argument of sqrt is not shown to be above 0")
    return x.monotone(root_point)


def tanh_point(x: Wide) -> Wide:
    """Tanh x = (1 - E)/(1 + E), E = exp(-2x), for x > 0.  It is at least 1 - 2E, and if x >= 2^23 E < 2^-bits/2."""
    if x.top <= -x.bits:
        return nearly(x)
    if x.top > 24:
        return below_one(x.bits)
    ar = precise(x.bits + GUARD + max(0, -x.top))
    low, high = x.fixed(ar)
    low, high = decay(ar, (-2 * high, -2 * low))
    one = ar.one[0]
    high = min(high, one)
    return Wide(x.bits, ar.ratio(one - high, one + high)[0], ar.ratio(one - low, one + low)[1], -ar.bits)


def arctan_point(x: Wide) -> Wide:
    """Arctan x for x > 0, as pi/2 - arctan 1/x if x >= 1."""
    if x.top <= -x.bits:
        return nearly(x)
    ar = precise(x.bits + GUARD + max(0, -x.top))
    if x.top <= 0:  # x < 1
        low, high = ar.arctan(x.fixed(ar))
    else:
        by = ar.bits - x.e  # 1/x = 2^(P - e)/m units
        inverse = (0, 1) if by < 0 else ((1 << by) // x.lo, ceil_div(1 << by, x.lo))
        low, high = sub(ar.half_pi, ar.arctan(inverse))
    return Wide(x.bits, low, high, -ar.bits)


def two_over_root_pi(bits: int) -> Wide:
    ar = precise(bits + GUARD)
    return Wide.of(2, bits) / root(Wide(bits + GUARD, *ar.pi, -ar.bits)).cut(bits)


def erf_point(x: Wide) -> Wide:
    """Erf x for x > 0: 2/sqrt(pi) exp(-x^2) S, S = sum of t_n, t_0 = x, t_(n+1) = t_n 2x^2/(2n + 3).

    (S satisfies S' = 1 + 2xS, S(0) = 0, as does exp(x^2) times the integral of exp(-s^2).)  All terms are positive.
    From an n on with 2n + 3 >= 4x^2 each is at most half of the one before, so that t_n + t_(n+1) + ... <= 2 t_n.
    If x^2 >= bits: 1 - erf x = 2/sqrt(pi) times the integral of exp(-(x + s)^2) over s > 0 <= exp(-x^2) < 2^-bits.
    """
    bits = x.bits
    if x.top <= -bits:
        return nearly(x) * two_over_root_pi(bits)
    if x.compare(Fraction(isqrt(bits) + 1)) > 0:
        return below_one(bits)
    x = x.cut(bits + GUARD)
    ar = precise(bits + GUARD + max(0, -x.top))
    term = x.fixed(ar)
    square = scale(ar.mul(term, term), Fraction(2))
    total, n = ZERO, 0
    while term[1] > 1 or (2 * n + 3) << ar.bits < 2 * square[1]:
        total = add(total, term)
        term = (term[0] * square[0] >> ar.bits) // (2 * n + 3), ceil_div(-(-term[1] * square[1] >> ar.bits), 2 * n + 3)
        n += 1
    series = Wide(bits + GUARD, total[0], total[1] + 2 * term[1], -ar.bits)
    return (series * exp(-x.power(2)) * two_over_root_pi(bits + GUARD)).cut(bits)


def sine_series(ar: Arithmetic, r: Interval) -> tuple[Interval, Interval]:
    """Sin r and cos r for |r| <= 1: sum of (-1)^j r^(2j+1)/(2j+1)! and of (-1)^j r^(2j)/(2j)!.

    Each term is at most half of the one before in size, so that if one is within a unit of 0 it makes up, with all that
    follow, at most 2 units.
    """
    square = ar.mul(r, r)
    square = max(0, square[0]), square[1]
    sums = []
    for first, n in ((r, 1), (ar.one, 0)):
        term, total = first, ZERO
        while max(-term[0], term[1]) > 1:
            total = add(total, term)
            low, high = ar.mul(term, square)
            n += 2  # noqa: PLW2901 - it counts on from its first value
            term = -high // (n * (n - 1)), ceil_div(-low, n * (n - 1))
        sums.append((total[0] - 2, total[1] + 2))
    return sums[0], sums[1]


def sine_point(x: Wide) -> tuple[Wide, Wide]:
    """Sin x and cos x, by x = q pi/2 + r.  P is larger by the number of digits of q.  Above 2^LARGE_ANGLE: [-1, 1]."""
    bits = x.bits
    anything = Wide(bits, -1, 1, 0)
    if x.top <= -bits:
        return nearly(x), below_one(bits)  # cos x >= 1 - x^2/2
    if x.top > LARGE_ANGLE:
        return anything, anything
    ar = precise(bits + GUARD + abs(x.top))
    low, high = x.fixed(ar)
    q = (2 * low + ar.half_pi[0]) // (2 * ar.half_pi[0])
    ends = [q * end for end in ar.half_pi]
    r = low - max(ends), high - min(ends)
    if max(-r[0], r[1]) > ar.one[0]:
        return anything, anything
    if x.top > 0:  # the digits of q are gone
        places, ar = ar.bits, precise(bits + GUARD)
        r = shifted(*r, ar.bits - places)
    s, c = (Wide(bits, low, high, -ar.bits) for low, high in sine_series(ar, r))
    return ((s, c), (c, -s), (-s, -c), (-c, s))[q % 4]


def sine(x: Wide) -> tuple[Wide, Wide]:
    """Sin and cos on an interval with middle c and radius r: |sin x - sin c| <= r max |cos|, |cos| <= |cos c| + r
    between x and c, and so with cos and sin exchanged.
    """
    s, c = sine_point(Wide(x.bits + 2, x.lo + x.hi, x.lo + x.hi, x.e - 1))
    if x.lo == x.hi:
        return s.cut(x.bits), c.cut(x.bits)
    r, one = Wide(x.bits + 2, x.hi - x.lo, x.hi - x.lo, x.e - 1), Wide.of(1, x.bits + 2)
    found = []
    for value, slope in ((s, c), (c, s)):
        reach = (slope.size() + r) * r
        near = value + Wide(x.bits + 2, -reach.hi, reach.hi, reach.e)
        found.append(near.within(one).cut(x.bits))
    return found[0], found[1]


tanh, arctan, erf = odd(tanh_point), odd(arctan_point), odd(erf_point)

Jet = tuple[Wide, ...]  # value, first and second derivative, or the value alone


# No |F|, |F'|, |F''| is larger at any real number.  tanh' = 1 - s^2 and tanh'' = -2s(1 - s^2), s = tanh x, |s| < 1, and
# |s|(1 - |s|) <= 1/4.  pi < 22/7, arctan' = 1/(1 + x^2), arctan'' = -2x/(1 + x^2)^2, and 2|x| <= 1 + x^2.
# erf' = (2/sqrt(pi)) exp(-x^2), erf'' = -2x erf', 2|x| <= 1 + x^2 <= exp(x^2), and 2/sqrt(pi) < 8/7 as pi > 49/16.
LARGEST = {"sin": (1, 1, 1), "cos": (1, 1, 1), "tanh": (1, 1, 1), "atan": (Fraction(11, 7), 1, 1),
           "erf": (1, Fraction(8, 7), Fraction(8, 7))}


@lru_cache(maxsize=64)
def largest(name: str, bits: int) -> Jet:
    return tuple(Wide.of(bound, bits) for bound in LARGEST.get(name, ()))


def derivatives(name: str, x: Wide, order: int) -> Jet:
    """F(x), and F'(x), F''(x) if the order is 2, for the functions F of section 4.15 and the reciprocal.

    What is known of F at all numbers counts where an interval is so wide that its enclosure says less.
    """
    jet, bounds = closed_forms(name, x, order), largest(name, x.bits)
    return tuple(value.within(bound) for value, bound in zip(jet, bounds)) if bounds else jet


def closed_forms(name: str, x: Wide, order: int) -> Jet:
    one = Wide.of(1, x.bits)
    if name in ("sin", "cos"):
        s, c = sine(x)
        return ((s, c, -s) if name == "sin" else (c, -s, -c))[:order + 1]
    value = {"exp": exp, "log": log, "sqrt": root, "tanh": tanh, "atan": arctan, "erf": erf,
             "reciprocal": lambda y: one / y}[name](x)
    if order == 0:
        return (value,)
    if name == "exp":
        return value, value, value
    if name == "log":
        return value, one / x, -(one / x.power(2))
    if name == "reciprocal":
        return value, -(one / x.power(2)), (one / x.power(3)).times(2)
    if name == "sqrt":
        slope = one / value.times(2)
        return value, slope, -(slope / x.times(2))
    if name == "tanh":  # tanh' = 4E/(1 + E)^2, E = exp(-2|x|), increases with E <= 1, and tanh'' = -2 tanh tanh'
        power = exp(-x.size().times(2)).within(one)
        slope = power.monotone(lambda y: y.times(4) / (one + y).power(2))
        return value, slope, -(value * slope).times(2)
    if name == "atan":
        slope = x.size().monotone(lambda y: one / (one + y.power(2)))
        return value, slope, -(x * slope.power(2)).times(2)
    slope = exp(-x.power(2)) * two_over_root_pi(x.bits)  # erf
    return value, slope, -(x * slope).times(2)


def product(f: Jet, g: Jet) -> Jet:
    if len(f) == 1:
        return (f[0] * g[0],)
    return f[0] * g[0], f[0] * g[1] + f[1] * g[0], f[0] * g[2] + (f[1] * g[1]).times(2) + f[2] * g[0]


def chain(outer: Jet, f: Jet) -> Jet:
    if len(f) == 1:
        return outer
    return outer[0], outer[1] * f[1], outer[2] * f[1].power(2) + outer[1] * f[2]


class Activation:
    """A formula of section 4.15 at a working precision (lemma 21)."""

    def __init__(self, formula: Formula, bits: int) -> None:
        self.bits = bits
        self._constants: dict[Fraction | str, Wide] = {}
        self._formula = formula

    def __call__(self, t: Wide, order: int) -> Jet:
        """H(t), and h'(t), h''(t) if the order is 2, for all t of the interval."""
        return self._part(self._formula, t, order)

    def _part(self, node: Formula, t: Wide, order: int) -> Jet:
        """A part of the formula that is needed at t: its value, and its derivatives if they are asked for, are bounded."""
        jet = self._at(node, t, order)
        if any(x.top > LARGE_PART and not x.is_zero() for x in jet):  # 0 has any exponent
            raise Undefined(f"a part of the activation, or a derivative, is not shown to be below 2^{LARGE_PART} in size")
        return jet

    def _constant(self, value: Fraction | str) -> Wide:
        if value not in self._constants:
            ar = precise(self.bits + GUARD)
            self._constants[value] = (Wide(self.bits, *ar.pi, -ar.bits) if isinstance(value, str)
                                      else Wide.of(value, self.bits))
        return self._constants[value]

    def _at(self, node: Formula, t: Wide, order: int) -> Jet:
        if not isinstance(node, tuple):
            if node == "t":
                return (t, Wide.of(1, self.bits), Wide.of(0, self.bits))[:order + 1]
            return (self._constant(node), *[Wide.of(0, self.bits)] * order)
        name, *parts = node
        if name == "piecewise":
            side = t.compare(parts[0])
            if side == 0:
                raise Undefined("a number is not shown to be different from a kink")
            return self._part(parts[1] if side < 0 else parts[2], t, order)
        first = self._part(parts[0], t, order)
        if name == "^":
            n, f = parts[1], first[0]
            outer = f.power(n), f.power(n - 1).times(n), f.power(n - 2).times(n * (n - 1))
            return chain(outer[:order + 1], first)
        for part in parts[1:]:
            other = self._part(part, t, order)
            if name == "+":
                first = tuple(x + y for x, y in zip(first, other))
            elif name == "-":
                first = tuple(x - y for x, y in zip(first, other))
            elif name == "*":
                first = product(first, other)
            else:
                first = product(first, chain(derivatives("reciprocal", other[0], order), other))
        return chain(derivatives(name, first[0], order), first) if len(parts) == 1 else first


class Balls:
    """Vectors of numbers that differ from middle_i 2^e by at most radius_i 2^e."""

    __slots__ = ("bits", "e", "exact", "middle", "radius", "size")

    def __init__(self, numbers: Sequence[Wide]) -> None:
        """The exponent keeps `bits` + 8 places of the largest."""
        self.bits = numbers[0].bits
        some = [x for x in numbers if not x.is_zero()]
        self.e = max(min(x.e for x in some), max(x.top for x in some) - self.bits - 8) if some else 0
        ends = [shifted(x.lo, x.hi, x.e - self.e) if x.lo or x.hi else ZERO for x in numbers]
        self.middle = [low + high >> 1 for low, high in ends]
        self.radius = [high - middle for (_, high), middle in zip(ends, self.middle)]  # the larger half
        self.exact = not any(self.radius)
        self.size = list(map(abs, self.middle))

    def dot(self, other: Balls) -> Wide:
        """Sum of x_i y_i: |x y - m k| <= |m| s + r (|k| + s) where |x - m| <= r, |y - k| <= s."""
        value, error = sum(map(times, self.middle, other.middle)), 0
        if not other.exact:
            error += sum(map(times, self.size, other.radius))
        if not self.exact:
            error += sum(map(times, self.radius, other.size)) + (0 if other.exact else sum(map(times, self.radius, other.radius)))
        return Wide(self.bits, value - error, value + error, self.e + other.e)


class SmoothNetwork:
    """A network of section 4.15, its parameters within `radius` of the given ones."""

    def __init__(self, formula: Formula, layers: Parameters15, bits: int, radius: Fraction = Fraction(0)) -> None:
        self.bits, self.h, self.radius = bits, Activation(formula, bits), radius
        self.one, self.zero = Wide.of(1, bits), Wide.of(0, bits)
        self.weights = [[list(map(self.number, row)) for row in rows] for rows, _ in layers]
        self.rows = [[Balls([*numbers, self.number(b)]) for numbers, b in zip(part, bias)]
                     for part, (_, bias) in zip(self.weights, layers)]

    def number(self, q: Fraction) -> Wide:
        if self.radius == 0:
            return Wide.of(q, self.bits)
        return Wide.of(q - self.radius, self.bits).hull(Wide.of(q + self.radius, self.bits))

    def layer(self, number: int, below: Sequence[Wide]) -> list[Wide]:
        inputs = Balls([*below, self.one])
        return [row.dot(inputs) for row in self.rows[number]]

    def above(self, z: list[Wide], order: int) -> tuple[list[list[Jet]], Wide]:
        """The jets of h at all hidden units, and the output, where the first layer gets the numbers z."""
        jets: list[list[Jet]] = []
        for number in range(1, len(self.rows)):
            jets.append([self.h(x, order) for x in z])
            z = self.layer(number, [jet[0] for jet in jets[-1]])
        return jets, z[0]

    def at(self, x: Sequence[Wide], order: int) -> tuple[list[list[Jet]], Wide]:
        return self.above(self.layer(0, x), order)

    def adjoints(self, jets: list[list[Jet]]) -> list[list[Wide]]:
        """For each hidden layer the derivatives of the output by the outputs of its units, from the last layer down."""
        found = [self.weights[-1][0]]
        for part, jet in zip(self.weights[-2:0:-1], jets[::-1]):
            slopes = Balls([a * d[1] for a, d in zip(found[0], jet)])
            found.insert(0, [Balls(column).dot(slopes) for column in zip(*part)])
        return found

    def expansion(self, jets: list[list[Jet]]) -> tuple[list[Wide], list[list[Wide]]]:
        """Gradient and lower triangle of the Hessian of the output by the numbers t that the first layer gets.

        With z the numbers that the units get and a the adjoints, D^2 f (p, q) is the sum over all hidden units of
        a h''(z) (D_p z)(D_q z): the only second derivatives are those of h.
        """
        order = len(jets[0])
        adjoints = self.adjoints(jets)
        gradient = [a * jet[1] for a, jet in zip(adjoints[0], jets[0])]
        hessian = [[self.zero] * i + [adjoints[0][i] * jets[0][i][2]] for i in range(order)]
        slopes = [[jets[0][i][1] if i == j else self.zero for i in range(order)] for j in range(order)]  # by t_j
        for number in range(1, len(jets)):
            bare = [Balls(row) for row in self.weights[number]]
            columns_of = [[row.dot(column) for row in bare] for column in map(Balls, slopes)]
            bends = [a * jet[2] for a, jet in zip(adjoints[number], jets[number])]
            right = [Balls(column) for column in columns_of]
            for i, column in enumerate(columns_of):
                left = Balls([c * x for c, x in zip(bends, column)])
                hessian[i] = [total + left.dot(other) for total, other in zip(hessian[i], right)]
            slopes = [[jet[1] * x for jet, x in zip(jets[number], column)] for column in columns_of]
        return gradient, hessian


def prove_definite(code: str, lower: list[list[Wide]], what: str) -> None:
    """The symmetric matrices with these lower triangles are positive definite.

    Rows and columns are multiplied by powers of 2 that bring the diagonal to about 1: this changes nothing.
    First try: class Cholesky, with the radii in `slack`.  Second, where radii matter: with middles M and radii R, and T
    any matrix, say an approximate inverse of the factor of M, the matrices T X T^T lie within |T| R |T|^T of T M T^T.
    If all of them are strictly diagonally dominant with positive diagonals they are positive definite (Gershgorin), so T
    is regular and the X are positive definite, too.
    """
    claim = f"{what} is positive definite"
    if any(row[-1].lo <= 0 for row in lower):
        refuse(code, f"{claim}: a number on the diagonal is in {next(row[-1] for row in lower if row[-1].lo <= 0).shown()}")
    powers = [row[-1].top // 2 for row in lower]
    bits = lower[0][0].bits
    if any(x.top - powers[i] - powers[j] > 4 for i, row in enumerate(lower) for j, x in enumerate(row)):
        refuse(code, f"{claim}: a number off the diagonal is too large for those on it")
    ends = [[shifted(x.lo, x.hi, x.e + bits - powers[i] - powers[j]) for j, x in enumerate(row)]
            for i, row in enumerate(lower)]
    if Cholesky(SymmetricMatrix(ends), 0, bits).failure is None:
        return
    middle = [[low + high >> 1 for low, high in row] for row in ends]
    factor = Cholesky(SymmetricMatrix([(x, x) for x in row] for row in middle), 0, bits)
    if factor.failure is not None:
        refuse(code, claim)
    order = len(lower)
    inverse: list[list[int]] = []  # rows of T in units of 2^-bits
    for i, row in enumerate(factor.factor):
        inverse.append([-sum(row[k] * inverse[k][j] for k in range(j, i)) // row[i] for j in range(i)] + [(1 << 2 * bits) // row[i]])
    full = [[row[j] if j <= i else middle[j][i] for j in range(order)] for i, row in enumerate(middle)]
    radius = [[high - m for (_, high), m in zip(row, line)] for row, line in zip(ends, middle)]
    wide = [[row[j] if j <= i else radius[j][i] for j in range(order)] for i, row in enumerate(radius)]
    for left, matrix_row in ((t, [sum(map(times, t, line)) for line in full]) for t in inverse):
        bold = list(map(abs, left))
        spread_row = [sum(map(times, bold, line)) for line in wide]
        own = len(left) - 1
        total = 0
        for j, right in enumerate(inverse):
            value = sum(map(times, matrix_row, right))
            error = sum(map(times, spread_row, map(abs, right)))
            total += (value if j == own else -abs(value)) - error
        if total <= 0:
            refuse(code, claim)


def prove_below(code: str, left: Wide, right: Fraction) -> None:
    if left.compare(right) >= 0:
        refuse(code, f"{left.shown()} < {brackets(right.numerator, right.denominator)}")


@contextmanager
def condition(code: str) -> Iterator[None]:
    """A condition in which something undefined occurs fails, with its own code."""
    try:
        yield
    except Undefined as found:
        refuse(code, str(found))


class Moments:
    """The exact sums over the data of section 4.15, in integers: x_n and y_n over ux and uy, xi_n over N ux, Delta_n over
    N uy, C = sum xi xi^T over (N ux)^2 and M = sum Delta xi xi^T over (N uy) (N ux)^2, for all coordinates.
    """

    def __init__(self, data: SmoothData) -> None:
        rows, targets, n = data.inputs, data.targets, len(data.inputs)
        self.count = n
        self.ux, self.uy = (lcm(*{x.denominator for x in numbers}) for numbers in ([x for row in rows for x in row], targets))
        self.columns = [[x.numerator * (self.ux // x.denominator) for x in column] for column in zip(*rows)]
        heights = [y.numerator * (self.uy // y.denominator) for y in targets]
        self.sums, self.height = [sum(column) for column in self.columns], sum(heights)
        self.xi = [[n * x - total for x in column] for column, total in zip(self.columns, self.sums)]
        self.delta = [n * y - self.height for y in heights]

    def mean(self) -> list[Fraction]:
        return [Fraction(total, self.count * self.ux) for total in self.sums]

    def prove_uncorrelated(self) -> None:
        for i, column in enumerate(self.xi):
            total = sum(map(times, self.delta, column))
            if total:
                refuse("uncorrelated", f"{brackets(total, self.count**2 * self.ux * self.uy)} = 0, the sum of Delta_n times"
                       f" the input coordinate {i}")

    def prove_risk(self, risk: Fraction) -> None:
        square, below = sum(x * x for x in self.delta), 2 * (self.count * self.uy) ** 2
        if square * risk.denominator != risk.numerator * below:
            refuse("risk", f"{brackets(square, below)} = {brackets(risk.numerator, risk.denominator)}, the risk and the claimed one")

    def forms(self) -> tuple[list[list[int]], list[list[int]], list[list[int]]]:
        """C with all coordinates, and C and M with the coordinates i_1, i_2, ..."""
        gram = [[sum(map(times, u, v)) for v in self.xi] for u in self.xi]
        places = list(minors(gram, skip=True))
        weighted = [list(map(times, self.delta, self.xi[i])) for i in places]
        return (gram, [[gram[i][j] for j in places] for i in places],
                [[sum(map(times, u, self.xi[j])) for j in places] for u in weighted])


def minors(matrix: Sequence[Sequence[int]], *, skip: bool = False) -> dict[int, int]:
    """The leading minors of a symmetric matrix, by elimination without fractions (Bareiss), up to one that is not positive.

    With `skip`, for a Gram matrix: a pivot 0 means that the vector is a combination of the ones before it, and it is left
    out; the minors are then those of the others, by their places.
    """
    rest, before, found = [list(row) for row in matrix], 1, {}
    for k in range(len(rest)):
        pivot = rest[k][k]
        if pivot == 0 and skip:
            continue
        found[k] = pivot
        if pivot <= 0:
            break
        for row in rest[k + 1:]:
            factor = row[k]
            row[k + 1:] = [(x * pivot - factor * y) // before for x, y in zip(row[k + 1:], rest[k][k + 1:])]
        before = pivot
    return found


def all_positive(matrix: Sequence[Sequence[int]]) -> bool:
    return all(minor > 0 for minor in minors(matrix).values())


def smooth_risk(network: SmoothNetwork, data: SmoothData, keep: Callable[[list[Wide]], object] | None = None) -> Wide:
    """R for all targets within the spread; the outputs of the last hidden layer are kept if asked for."""
    total = network.zero
    for row, low, high in data.ranges(network.bits):
        jets, value = network.at(row, 0)
        total = total + (value - low.hull(high)).power(2)
        if keep is not None:
            keep([jet[0] for jet in jets[-1]])
    return total.doubled(-1)


def more_bits(data: SmoothData, layers: Parameters15, bits: int) -> list[int]:
    """The bits given and, where numbers are far from 1, as many more as their sizes take: 1e200 (1 + erf(-1e200)), say,
    is enclosed by the number 1e200 times a last place.
    """
    def far(numbers: Iterable[Fraction]) -> int:
        return max((abs(x.numerator.bit_length() - x.denominator.bit_length()) for x in numbers if x), default=0)

    more = far(x for row in data.inputs for x in row) + sum(far([*bias, *(w for row in rows for w in row)]) for rows, bias in layers)
    more = min(more, LARGE_ANGLE)
    values = len(data.inputs) * sum(len(bias) for _, bias in layers[:-1]) * data.nodes
    return [bits, bits + more] if more > GUARD_BITS and values * ((bits + more) // 256 + 1) ** 2 <= MOST_AGAIN else [bits]


def prove_better(layers: Parameters15, data: SmoothData, bits: int, bound: Fraction) -> None:
    """`spurious`: R < bound at these parameters.  An enclosure with few bits may do; if not there is another one."""
    attempts = [QUICK_BITS, *more_bits(data, layers, bits)]
    for precision in attempts:
        try:
            value = smooth_risk(SmoothNetwork(data.formula, layers, precision), data)
        except Undefined as found:
            if precision == attempts[-1]:
                refuse("spurious", str(found))
            continue
        if precision == attempts[-1] or value.compare(bound) < 0:
            prove_below("spurious", value, bound)
            return


def verify_constant(claim: ConstantMinimum) -> None:
    """The eight conditions of section 4.15."""
    data, bits = claim.data, claim.bits
    moments = Moments(data)
    moments.prove_uncorrelated()  # 1
    moments.prove_risk(claim.risk)  # 2
    gram, c, m = moments.forms()
    weights, bias = claim.parameters[0]
    for i, row in enumerate(weights):  # 3: w.xi_n = 0 for all n just if w^T (sum xi xi^T) = 0
        unit = lcm(*(w.denominator for w in row))
        whole_row = [w.numerator * (unit // w.denominator) for w in row]
        if any(sum(map(times, whole_row, line)) for line in gram):
            refuse("constant", f"unit {i} of the first layer is constant on the data")
    side = moments.count * moments.uy  # 4
    for bound, sign, what in ((claim.low, 1, "M - a C"), (claim.high, -1, "b C - M")):
        if not all_positive([[sign * (bound.denominator * x - bound.numerator * side * y) for x, y in zip(*rows)] for rows in zip(m, c)]):
            refuse("bounds", f"{what} is positive definite")
    network, mean = SmoothNetwork(data.formula, claim.parameters, bits), moments.mean()
    start = [Wide.of(sum(map(times, row, mean)) + b, bits) for row, b in zip(weights, bias)]
    with condition("distance"):  # 5
        _, value = network.above(start, 0)
        centre = Wide.of(Fraction(moments.height, moments.count * moments.uy), bits)
        prove_below("distance", (value - centre).size(), claim.distance)
    with condition("definite"):  # 6
        gradient, hessian = network.expansion(network.above(start, 2)[0])
        for bound, what in ((claim.low, "g g^T - a H"), (claim.high, "g g^T - b H")):
            q = Wide.of(bound, bits)
            prove_definite("definite", [[gradient[i] * gradient[j] - q * x for j, x in enumerate(row)]
                                        for i, row in enumerate(hessian)], what)
    if claim.better is None:
        return
    prove_better(claim.better, data, bits, claim.risk)  # 7
    if claim.fits:  # 8
        attempts = more_bits(data, claim.better, bits)
        for precision in attempts:
            try:
                prove_fit(claim.better, data, precision)
                break
            except Verdict:
                if precision == attempts[-1]:
                    raise


def prove_fit(layers: Parameters15, data: SmoothData, bits: int) -> None:
    """`fits`: the outputs of the last hidden layer and 1, on the data, are linearly independent."""
    features: list[list[Wide]] = []
    with condition("fits"):
        network = SmoothNetwork(data.formula, layers, bits)
        smooth_risk(network, data, lambda row: features.append([*row, network.one]))
        balls = list(map(Balls, features))
        prove_definite("fits", [[u.dot(v) for v in balls[:i + 1]] for i, u in enumerate(balls)],
                       "the Gram matrix of the outputs of the last hidden layer, with 1,")


def verify_constant_family(claim: ConstantFamily) -> None:
    """The five conditions of section 4.16."""
    moments = Moments(claim.data)
    moments.prove_uncorrelated()  # 1
    moments.prove_risk(claim.risk)  # 2
    m = moments.forms()[2]
    if not (all_positive(m) or all_positive([[-x for x in row] for row in m])):  # 3
        refuse("bounds", "M or -M is positive definite")
    for number, code in ((1, "slope"), (2, "bend")):  # 4, 5
        with condition(code):
            value = Activation(claim.data.formula, claim.bits)(Wide.of(claim.point, claim.bits), 2)[number]
            if value.lo <= 0 <= value.hi:
                refuse(code, f"the derivative of order {number} of h at the point, in {value.shown()}, is not 0")


class Curve:
    """Outputs, errors and derivatives by all weights and biases of a network of section 4.17 on all data."""

    def __init__(self, claim: SplittingFamily, radius: Fraction) -> None:
        self.network = network = SmoothNetwork(claim.data.formula, claim.parameters, claim.bits, radius)
        self.widths = [len(rows) for rows in network.weights]
        starts, total = [], 0  # the numbers of the parameters: row by row with the bias behind the weights
        for rows in network.weights:
            starts.append(total)
            total += len(rows) * (len(rows[0]) + 1)
        self.starts, self.total = starts, total
        self.jets: list[list[list[Jet]]] = []
        self.inputs: list[list[Wide]] = []
        self.errors: list[Wide] = []
        self.slopes: list[list[list[list[Wide]]]] = []  # by datum, layer, unit: D z, by the parameters of this layer and below
        for row, low, high in claim.data.ranges(claim.bits):
            jets, value = network.at(row, 2)
            self.jets.append(jets)
            self.inputs.append(row)
            self.errors.append(value - low.hull(high))
            self.slopes.append(self._slopes(row, jets))

    def below(self, n: int, number: int) -> list[Wide]:
        """The outputs of the layer below at datum n, and 1."""
        values = [jet[0] for jet in self.jets[n][number - 1]] if number else self.inputs[n]
        return [*values, self.network.one]

    def _slopes(self, row: list[Wide], jets: list[list[Jet]]) -> list[list[list[Wide]]]:
        """D z of a unit is (outputs below, 1) by its own parameters, and the sum of w_j D u_j by those of the layers
        below, D u = h'(z) D z.
        """
        network, found = self.network, []
        moved: list[list[Wide]] = []  # D u of the layer below
        for number, rows in enumerate(network.weights):
            inputs = [*([jet[0] for jet in jets[number - 1]] if number else row), network.one]
            by = [Balls(column) for column in zip(*moved)]
            layer = []
            for i, weights in enumerate(rows):
                bare = Balls(weights)
                own = [network.zero] * (len(rows) * len(inputs))
                own[i * len(inputs):(i + 1) * len(inputs)] = inputs
                layer.append([bare.dot(column) for column in by] + own)
            found.append(layer)
            if number < len(jets):
                moved = [[jet[1] * x for x in line] for jet, line in zip(jets[number], layer)]
        return found

    def gradient(self) -> list[Wide]:
        errors = Balls(self.errors)
        return [errors.dot(Balls(column)) for column in zip(*(slopes[-1][0] for slopes in self.slopes))]

    def risk(self) -> Wide:
        total = self.network.zero
        for error in self.errors:
            total = total + error.power(2)
        return total.doubled(-1)

    def hessian(self) -> list[list[Wide]]:
        """The lower triangle: sum over n of Df Df^T + rho D^2 f, rho the error, f the number z of the output.

        D^2 f (p, q) is the sum over all hidden units of a h''(z) (D_p z)(D_q z), a the adjoint, and, as w_j u_j is a
        product, of d D_q u_j for p the weight w_j of a unit to the unit j below it, d = D f by the number z of this unit,
        and so with p and q exchanged; there D_q u_j is not 0 only for parameters q of layers below that of p.
        """
        network = self.network
        factors: list[list[Wide]] = [[] for _ in range(self.total)]
        weighted: list[list[Wide]] = [[] for _ in range(self.total)]
        deltas: list[list[list[Wide]]] = []  # by datum, layer, unit: rho d
        for jets, error, slopes in zip(self.jets, self.errors, self.slopes):
            adjoints = network.adjoints(jets)
            deltas.append([[error * a * jet[1] for a, jet in zip(*pair)] for pair in zip(adjoints, jets)] + [[error]])
            rows = [(error * a * jet[2], line) for line_of, pair in zip(slopes, zip(adjoints, jets))
                    for line, a, jet in zip(line_of, *pair)]
            for factor, line in [*rows, (network.one, slopes[-1][0])]:
                for p in range(self.total):
                    x = line[p] if p < len(line) else network.zero
                    factors[p].append(x)
                    weighted[p].append(factor * x)
        left, right = list(map(Balls, weighted)), list(map(Balls, factors))
        hessian = [[u.dot(v) for v in right[:p + 1]] for p, u in enumerate(left)]
        for number in range(1, len(network.weights)):
            for j in range(self.widths[number - 1]):
                moved = [Balls([jets[number - 1][j][1] * slopes[number - 1][j][q] for jets, slopes in zip(self.jets, self.slopes)])
                         for q in range(self.starts[number])]
                for i in range(self.widths[number]):
                    p = self.starts[number] + i * (self.widths[number - 1] + 1) + j
                    delta = Balls([line[number][i] for line in deltas])
                    for q, column in enumerate(moved):
                        hessian[p][q] = hessian[p][q] + delta.dot(column)
        return hessian

    def inner(self, neuron: int) -> list[list[Wide]]:
        """The lower triangle of v sum_n rho_n h''(w.u_n + c) (u_n, 1)(u_n, 1)^T."""
        last = len(self.widths) - 2
        out = self.network.weights[-1][0][neuron]
        factors = [out * error * jets[last][neuron][2] for error, jets in zip(self.errors, self.jets)]
        columns_of = list(zip(*(self.below(n, last) for n in range(len(self.errors)))))
        right = list(map(Balls, columns_of))
        left = [Balls([c * x for c, x in zip(factors, column)]) for column in columns_of]
        return [[u.dot(v) for v in right[:i + 1]] for i, u in enumerate(left)]


def verify_splitting_family(claim: SplittingFamily) -> None:
    """The seven conditions of section 4.17."""
    mu, bits = claim.curvature, claim.bits
    require("curvature", NOTHING, (mu, mu))  # 1
    with condition("distance"):  # 2
        point = Curve(claim, Fraction(0))
        square = point.network.zero
        for x in point.gradient():
            square = square + x.power(2)
        if square.compare((mu * claim.distance) ** 2) >= 0:
            reach = (mu * claim.distance) ** 2
            refuse("distance", f"|g|^2 in {square.shown()} is below (mu delta)^2 = {brackets(reach.numerator, reach.denominator)}")
    with condition("curvature"):  # 3
        box = Curve(claim, claim.distance)
        shift = Wide.of(mu, bits)
        prove_definite("curvature", [[*row[:-1], row[-1] - shift] for row in box.hessian()], "the Hessian less mu on the box")
    with condition("risk-low"):  # 4
        value = point.risk()
        least = value - square / Wide.of(2 * mu, bits)
        if least.compare(claim.risk[0]) <= 0:
            refuse("risk-low", f"{brackets(claim.risk[0].numerator, claim.risk[0].denominator)} < {least.shown()}")
    prove_below("risk-high", value, claim.risk[1])  # 5
    with condition("inner"):  # 6
        prove_definite("inner", box.inner(claim.neuron), "the matrix of the neuron on the box")
    prove_better(claim.better, claim.data, bits, claim.risk[0])  # 7


# ---------------------------------------------------------------------------------------------------------------------
# 15. Command line
# ---------------------------------------------------------------------------------------------------------------------

EXIT = {"PROVED": 0, "MALFORMED": 2, "REJECTED": 1, "DECLINED": 3}  # in order of precedence after PROVED


def judge(claim: Claim) -> None:
    """Verify the claim by the inequalities of its kind; a Verdict is raised where it is not proved."""
    if isinstance(claim, FamilyMinimum):
        verify_family_minimum(claim)
    elif isinstance(claim, FamilySaddle):
        verify_family_saddle(claim)
    elif isinstance(claim, BirthCertificate):
        verify_birth(claim)
    elif isinstance(claim, SymmetricCertificate):
        verify_symmetric(claim)
    elif isinstance(claim, Splitting):
        verify_splitting(claim)
    elif isinstance(claim, Basin):
        verify_basin(claim)
    elif isinstance(claim, SpanMinimum):
        verify_span(claim)
    elif isinstance(claim, Enumeration):
        verify_enumeration(claim)
    elif isinstance(claim, DataMinimum):
        verify_data_minimum(claim)
    elif isinstance(claim, DataGlobalMinimum):
        verify_data_global_minimum(claim)
    elif isinstance(claim, DataSaddle):
        verify_data_saddle(claim)
    elif isinstance(claim, DataNoncritical):
        verify_data_noncritical(claim)
    elif isinstance(claim, EntropyMinimum):
        verify_entropy(claim)
    elif isinstance(claim, ConstantMinimum):
        verify_constant(claim)
    elif isinstance(claim, ConstantFamily):
        verify_constant_family(claim)
    elif isinstance(claim, SplittingFamily):
        verify_splitting_family(claim)
    else:
        verify(claim)


def check(path: str) -> dict[str, str]:
    """The verdict on one file."""
    result = {"path": path, "verdict": "", "code": "", "message": "", "digest": ""}
    try:
        tree = parse(read_bytes(path))
        result["digest"] = digest(tree) or ""
        claim = interpret(tree)
        judge(claim)
        result.update(verdict="PROVED", message=shortened(claim.summary))
    except Verdict as found:
        code = found.code or "malformed"
        reason = found.reason if found.verdict == "MALFORMED" else f"[{code}] {found.reason}"
        result.update(verdict=found.verdict, code=code, message=shortened(reason))
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
    parser.add_argument("paths", nargs="+", metavar="FILE", help="a certificate, a folder of certificates, or - for standard input")
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


def run() -> int:
    """Exit codes of `main`; an end that is no verdict has 2, or 130 where it is an interrupt."""
    try:
        return main()
    except KeyboardInterrupt:
        print("recheck.py: interrupted", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - a fault of this program, or no memory: it has judged nothing
        print(f"recheck.py: no verdict ({type(error).__name__}: {str(error)[:200]})", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(run())
