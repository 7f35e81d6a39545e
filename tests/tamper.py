"""A deterministic mutator of certificates, and an oracle that does not share the checkers'
reasoning.

    python tests/tamper.py [--jobs 2]

judges every mutant of every accepted certificate by both checkers (the slow tier).

For each leaf of statement and witness the mutator changes digits, sign and exponent, swaps it with
the next leaf, strengthens or weakens a claim by 0.1 %, 1 % and 10x, drops, duplicates and retypes
it.  Whatever a checker proves is put before the oracle: high-precision Newton iteration, loss and
float64 eigenvalues at the point and at random points of the ball. For other activations than ReLU,
and with signs, the oracle works in long double (`oracles/gaussian.py`).
"""

from __future__ import annotations

import copy
import json
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import gcd
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
from oracles import gaussian
from oracles.consequences import (
    basin_falsehood,
    enumeration_falsehood,
    span_falsehood,
    splitting_falsehood,
)
from oracles.constant import falsehood as constant_falsehood
from oracles.families import family_falsehood, family_saddle_falsehood
from oracles.gaussian_digits import precise_loss
from oracles.landscape import falsehood as landscape_falsehood
from oracles.piecewise import falsehood as data_falsehood
from oracles.slopes import slopes_falsehood
from oracles.slopes_landscape import falsehood as slopes_landscape_falsehood
from oracles.statements import (
    birth_curve_falsehood,
    family_slopes_falsehood,
    slope_birth_falsehood,
)
from oracles.trained import falsehood as trained_falsehood
from standalone import recheck

from certify.decimals import decimal_text
from certify.gaussian.search.candidate import make_candidate
from certify.gaussian.search.polish import NotPolished, polish
from certify.kernel.check import check_bytes
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.outcomes import Declined, Rejected

ROOT = Path(__file__).resolve().parents[1]
WORDS = ("diagonal", "columns", "row", "copy", "k", "k-1", "k-2", "s1", "x1", "y1", "s2", "s1*s2")
OPERATIONS = (
    "t",
    "pi",
    "exp",
    "log",
    "sqrt",
    "sin",
    "cos",
    "tanh",
    "atan",
    "erf",
    "+",
    "-",
    "*",
    "/",
    "^",
    "piecewise",
)
TUBES = ("regular", "order", "contraction", "inclusion", "curvature", "spurious")  # FORMAT 4.18
BIRTHS = (  # FORMAT 4.20, 2 to 11
    "zero-neuron",
    "parallel",
    "contraction",
    "inclusion",
    "other-eigenvalues",
    "slope",
    "inner-box",
    "crossing",
    "spurious",
)
CURVES = (*TUBES, "other-eigenvalues", "increasing", "joined", "crossing", "value", "limit")
FACTORS = ("1.001", "1.01", "10", "0.999", "0.99", "0.1", "2", "1.0000001")


@dataclass(frozen=True)
class Mutant:
    """`what` says which leaf of which certificate was changed and how; changed: the document, or
    the file where no document has its text.
    """

    source: str
    what: str
    changed: dict | bytes

    @property
    def data(self) -> bytes:
        """The file, which is written for the few of a sample only."""
        written = self.changed
        return written if isinstance(written, bytes) else json.dumps(written).encode()


def accepted() -> list[Path]:
    """The certificates that are mutated: the accepted corpus and the shipped dense proofs up to
    k = 13.

    The symmetric one with a million neurons and those for every k are left out: the oracle works
    with the whole matrix, and it knows the kinds of minima, saddles and births, and minima for a
    range of slopes (`oracles/slopes.py`), only.
    Those about data sets have oracles of their own (kernel/piecewise/test_data_kernel.py,
    smooth/test_smooth_tampering.py, kernel/trained/test_trained_tampering.py).
    """
    shipped = sorted((ROOT / "proofs" / "gaussian").glob("*.json"))
    corpus = sorted((ROOT / "tests" / "corpus" / "accept").glob("*.json"))
    beyond = (
        "million",
        "landscape-every",  # ten seconds each, and item 28 of the divergences
        "curve",
        "1000000",
        "family",
        "splitting",
        "basin",
        "span",
        "enumeration",
        "data-",
    )
    beyond += ("smooth-", "trained-")
    return [p for p in corpus if not any(word in p.stem for word in beyond)] + [
        p for p in shipped if p.stem <= "n13-k13"
    ]


def long_to_check() -> list[Path]:
    """One certificate for every k and slope, and one of a curve of births: seconds for each mutant,
    so they have a sample of their own.
    """
    corpus = ROOT / "tests" / "corpus" / "accept"
    return [corpus / "family-slopes-large.json", corpus / "birth-curve-end.json"]


def _leaves(value: object, path: tuple = ()) -> Iterator[tuple]:
    if isinstance(value, dict):
        for name in value:
            yield from _leaves(value[name], (*path, name))
    elif isinstance(value, list):
        for i, entry in enumerate(value):
            yield from _leaves(entry, (*path, i))
    else:
        yield path


def _get(document: object, path: tuple) -> object:
    for step in path:
        document = document[step]  # type: ignore[index]
    return document


def _set(document: Any, path: tuple, value: object) -> Any:
    """The document with this value there. What is not on the path is shared, and nobody changes
    it.
    """
    if not path:
        return value
    result = copy.copy(document)
    result[path[0]] = _set(document[path[0]], path[1:], value)
    return result


def _decimal(value: Fraction) -> str:
    digits, below = 0, value.denominator
    while below > 1 and digits < 120:
        digits, below = digits + 1, below // gcd(below, 10)
    return decimal_text(int(value * 10**digits), digits)


def _texts(text: str) -> Iterator[tuple[str, str]]:
    """Changes of a decimal string."""
    mantissa, _, exponent = text.partition("e")
    places = [i for i, c in enumerate(mantissa) if c.isdigit()]
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?", text):  # a word
        yield "number", "1"
        yield "a letter more", text + "I"
        return
    for name, at in (
        ("first digit", places[0]),
        ("middle digit", places[len(places) // 2]),
        ("last digit", places[-1]),
    ):
        for step in (1, 9):
            digit = str((int(mantissa[at]) + step) % 10)
            yield (
                f"{name} {'+' if step == 1 else '-'}1",
                mantissa[:at] + digit + mantissa[at + 1 :] + ("e" + exponent if exponent else ""),
            )
    yield "sign", text[1:] if text.startswith("-") else "-" + text
    yield "exponent +1", f"{mantissa}e{int(exponent or 0) + 1}"
    yield "exponent -1", f"{mantissa}e{int(exponent or 0) - 1}"
    yield (
        "digit appended",
        mantissa + ("5" if "." in mantissa else ".5") + ("e" + exponent if exponent else ""),
    )
    for factor in FACTORS:
        yield f"times {factor}", _decimal(Fraction(text) * Fraction(factor))


def mutants(path: Path) -> Iterator[Mutant]:  # noqa: C901 - one case for each change
    """All mutants of one certificate, in a fixed order."""
    document = json.loads(path.read_text())
    document.pop("provenance", None)
    source = str(path.relative_to(ROOT))
    places = [p for p in _leaves(document) if p[0] in {"statement", "witness"}]

    def made(where: tuple, how: str, changed: dict | bytes) -> Mutant:
        return Mutant(source, f"{'.'.join(map(str, where))}: {how}", changed)

    for i, place in enumerate(places):
        leaf = _get(document, place)
        claim = "claims" in place
        if isinstance(leaf, bool):
            yield made(place, "flipped", _set(document, place, not leaf))
        elif isinstance(leaf, int):
            for value in (leaf + 1, leaf - 1, -leaf, leaf * 10, 0):
                yield made(place, f"= {value}", _set(document, place, value))
        elif isinstance(leaf, str) and (leaf in WORDS or leaf in OPERATIONS):
            for word in WORDS if leaf in WORDS else OPERATIONS:
                if word != leaf:
                    yield made(place, f"= {word}", _set(document, place, word))
        elif isinstance(leaf, str) and leaf != "orthonormal":
            for how, text in _texts(leaf):
                if claim or not how.startswith("times") or how in {"times 1.001", "times 10"}:
                    yield made(place, how, _set(document, place, text))
        other = places[(i + 1) % len(places)]
        yield made(
            place,
            "swapped with the next",
            _set(_set(document, place, _get(document, other)), other, leaf),
        )
        for value in (
            None,
            1.5,
            [leaf],
            True if not isinstance(leaf, bool) else "true",
            f" {leaf}",
        ):
            yield made(place, f"retyped {value!r}"[:40], _set(document, place, value))
        part: Any = copy.copy(_get(document, place[:-1]))
        del part[place[-1]]
        yield made(place, "dropped", _set(document, place[:-1], part))
        if isinstance(place[-1], int):
            part = copy.copy(_get(document, place[:-1]))
            part.insert(place[-1], leaf)
            yield made(place, "duplicated", _set(document, place[:-1], part))
        else:
            marked = json.dumps(_set(document, place, "@@"))
            twice = marked.replace(
                '"@@"', f'{json.dumps(leaf)}, "{place[-1]}": {json.dumps(leaf)}', 1
            )
            yield made(place, "duplicated", twice.encode())


@cache
def _second() -> Any:
    """The second checker, loaded once in each process."""
    return recheck("tamper")


def kernel_verdict(data: bytes) -> tuple[str, str]:
    """Verdict and reason code of the kernel."""
    try:
        outcome = check_bytes(data)
    except Malformed:
        return "MALFORMED", "malformed"
    return outcome.verdict, outcome.code if isinstance(outcome, Rejected | Declined) else ""


def standalone_verdict(data: bytes) -> tuple[str, str]:
    """Verdict and reason code of the second checker, run in this process."""
    rc = _second()
    try:
        rc.kinds.judge(rc.reader.parse(data))
    except rc.verdict.Verdict as found:
        return found.verdict, found.code or "malformed"
    return "PROVED", ""


@cache
def _reference(problem: str, centre: str) -> tuple[tuple[tuple[str, ...], ...], Fraction, float]:
    """Critical point near the centre (60 digits), its loss, its smallest Hessian eigenvalue
    (float64).
    """
    known = json.loads(problem)
    if _coarse(known):
        return _long_double_reference(known, centre)
    targets = None if known["targets"] == "orthonormal" else known["targets"]
    candidate = make_candidate(json.loads(centre), k=known["k"], targets=targets)
    students = polish(candidate.loss(), candidate.array, candidate.teachers, 60)
    with mpmath.workdps(75):
        value = precise_loss(
            [[mpmath.mpf(x) for x in row] for row in students],
            [[mpmath.mpf(x) for x in row] for row in candidate.teachers],
        )
        loss = Fraction(mpmath.nstr(value, 65))
    w = np.array([[float(x) for x in row] for row in students])
    return (
        tuple(map(tuple, students)),
        loss,
        float(np.linalg.eigvalsh(candidate.loss().hessian(w))[0]),
    )


def _same(parts: tuple[Any, Any]) -> list[tuple[Any, Any]]:
    """All activations with the same loss: x and -x have the same distribution, signs of error do
    not count.
    """
    p, q = parts
    return [(p, q), (q, p), (-p, -q), (-q, -p)]


def _long_double_reference(
    problem: dict, centre: str
) -> tuple[tuple[tuple[str, ...], ...], Fraction, float]:
    rough, parts, weights = (
        gaussian.exact(json.loads(centre)),
        gaussian.activation_of(problem),
        gaussian.weights_of(problem),
    )
    teachers = gaussian.teachers_of(problem, rough.shape[1])
    point = gaussian.newton(rough, teachers, 30, parts, weights)
    if not abs(gaussian.gradient(point, teachers, parts, weights)).max() < 1e-15:
        raise NotPolished("no critical point near by")
    return (
        tuple(tuple(np.format_float_positional(x) for x in row) for row in point),
        Fraction(gaussian.loss(point, teachers, parts, weights)),
        float(np.linalg.eigvalsh(gaussian.hessian(point, teachers, parts, weights))[0]),
    )


def _hessian(problem: dict, w: Any) -> Any:
    """The Hessian at w."""
    if not _coarse(problem):
        targets = None if problem["targets"] == "orthonormal" else problem["targets"]
        rough = [[str(float(x)) for x in row] for row in w]
        model = make_candidate(rough, k=problem["k"], targets=targets).loss()
        return model.hessian(w)
    teachers = gaussian.teachers_of(problem, w.shape[1])
    rows = w.astype(np.longdouble)
    return gaussian.hessian(
        rows, teachers, gaussian.activation_of(problem), gaussian.weights_of(problem)
    )


def _coarse(problem: dict) -> bool:
    """Whether the oracle works in long double, with derivatives by differences."""
    return "activation" in problem or "signs" in problem


def _of_ordinary_size(statement: dict) -> dict:
    """The statement with teachers of size about 1: students, teachers and radii divided by a power
    of ten, the loss by its square.
    """
    targets = statement["problem"]["targets"]
    if targets == "orthonormal":
        return statement
    tens = max(
        int(
            f"{mpmath.nstr(abs(mpmath.mpf(x)), 1, min_fixed=0, max_fixed=0)}".partition("e")[2] or 0
        )
        for row in targets
        for x in row
        if Fraction(x)
    )

    def divided(text: str, power: int = 1) -> str:
        mantissa, _, exponent = text.partition("e")
        return f"{mantissa}e{int(exponent or 0) - power * tens}"

    claims = statement["claims"]
    return {
        "problem": {
            **statement["problem"],
            "targets": [[divided(x) for x in row] for row in targets],
        },
        "centre": [[divided(x) for x in row] for row in statement["centre"]],
        "claims": {
            **claims,
            **{name: divided(claims[name]) for name in ("radius", "distance")},
            "loss": [divided(x, 2) for x in claims["loss"]],
        },
    }


@cache
def _dense_reference(
    rough: str, problem: str
) -> tuple[tuple[tuple[str, ...], ...], Fraction, tuple[float, ...], tuple[float, ...]]:
    """Critical point near a dense matrix (60 digits), its loss, the eigenvalues of the Hessian and
    of the matrix of further dimensions.
    """
    known = json.loads(problem)
    point, loss, _ = _reference(problem, rough)
    w = np.array([[float(x) for x in row] for row in point])
    if _coarse(known):
        k = known["k"]
        whole = gaussian.hessian(
            gaussian.padded(gaussian.exact(list(map(list, point))), k + 1),
            gaussian.teachers_of(known, k + 1),
            gaussian.activation_of(known),
            gaussian.weights_of(known),
        ).reshape(len(w), k + 1, len(w), k + 1)
        inside, beyond = whole[:, :k, :, :k].reshape(w.size, w.size), whole[:, k, :, k]
    else:
        model = make_candidate(json.loads(rough), k=known["k"]).loss()
        inside, beyond = model.hessian(w), model.padding_block(w)
    return point, loss, tuple(np.linalg.eigvalsh(inside)), tuple(np.linalg.eigvalsh(beyond))


def _spread_out(statement: dict) -> list[list[str]]:
    """The dense matrix of a symmetric statement."""
    rows, columns = (
        [(i, r) for i, number in enumerate(numbers) for r in range(number)]
        for numbers in gaussian.heights_and_widths(statement["blocks"])
    )
    row_blocks, column_blocks = sorted({i for i, _ in rows}), sorted({j for j, _ in columns})
    matrix = []
    for i, r in rows:
        line = []
        for j, t in columns:
            entry = statement["centre"][row_blocks.index(i)][column_blocks.index(j)]
            line.append((entry[0] if r == t else entry[1]) if isinstance(entry, list) else entry)
        matrix.append(line)
    return matrix


def symmetric_falsehood(statement: dict, *, saddle: bool) -> str | None:
    """The same for the symmetric kinds, by the dense formulas: nothing of blocks and types is used
    but the multiplicities.
    """
    claims, centre, problem = (
        statement["claims"],
        _spread_out(statement),
        gaussian.row_by_row(statement),
    )
    rough = json.dumps([[str(float(round(Fraction(x), 9))) for x in row] for row in centre])
    try:
        point, loss, eigenvalues, beyond = _dense_reference(
            rough, json.dumps(problem, sort_keys=True)
        )
    except NotPolished:
        return "no critical point near the centre"
    slack = Fraction(1, 10 ** (16 if _coarse(problem) else 54))
    close = 1e-8 if _coarse(problem) else 1e-10
    off = slack / Fraction(min(map(abs, eigenvalues)))  # what a gradient of that size leaves open
    if any(
        abs(Fraction(x) - Fraction(y)) > Fraction(claims["distance"]) + off
        for row, other in zip(point, centre, strict=True)
        for x, y in zip(row, other, strict=True)
    ):
        return "the critical point is farther from the centre than claimed"
    low, high = map(Fraction, claims["loss"])
    if not low - slack <= loss <= high + slack or (low <= 0 and not saddle):
        return "the loss is not in the claimed interval"
    for found, claimed in ((eigenvalues, claims["spectrum"]), (beyond, claims["padding"])):
        # as many eigenvalues as the intervals of a type say, whatever the type's multiplicity:
        # cover every eigenvalue, leave no interval empty
        intervals = [(float(a), float(b)) for values in claimed.values() for a, b in values]
        if any(not any(a - close <= value <= b + close for a, b in intervals) for value in found):
            return "an eigenvalue is in none of the intervals"
        if any(not any(a - close <= value <= b + close for value in found) for a, b in intervals):
            return "an interval holds no eigenvalue"
    index = sum(value < 0 for value in eigenvalues)
    if index != claims.get("index", 0) or saddle != bool(index):
        return "the index is wrong"
    rng, w = np.random.default_rng(0), np.array([[float(x) for x in row] for row in centre])
    for step in rng.normal(size=(5, *w.shape)):
        inside = w + float(claims["radius"]) * step / np.linalg.norm(step)
        if sum(np.linalg.eigvalsh(_hessian(problem, inside)) < 0) != index:
            return "the Hessian changes its signs in the ball"
    return None


def _coordinates(statement: dict) -> list[Fraction]:
    """Those of the centre. Where two rows own two columns, the lower of the two entries first: the
    other order is that of the two rows.
    """
    wide = [block for block in statement["blocks"] if block["type"] not in ("row", "copy")]
    found: list[Fraction] = []
    for row in statement["centre"]:
        for block, entry in zip(wide, row, strict=True):
            pair = [Fraction(x) for x in (entry if isinstance(entry, list) else [entry])]
            found += sorted(pair) if block["size"] == 2 else pair
    return found


def birth_falsehood(statement: dict) -> str | None:
    """Against the shipped births, and two of the corpus, with another activation and with a copy:
    the same k*, the same point, the same type.
    """
    claims = statement["claims"]
    shipped = sorted((ROOT / "proofs" / "symmetric" / "birth").glob("*.json"))
    corpus = ROOT / "tests" / "corpus" / "accept"
    for path in [
        *shipped,
        *(corpus / f"{name}.json" for name in ("activation-birth", "birth-copy")),
    ]:
        known = json.loads(path.read_text())["statement"]
        flat, other = map(_coordinates, (known, statement))
        low, high = (Fraction(x) for x in claims["k"])
        inside = (
            low < Fraction(known["claims"]["k"][1]) and Fraction(known["claims"]["k"][0]) < high
        )
        if (
            known["blocks"] == statement["blocks"]
            and gaussian.activation_of(statement["problem"])
            in _same(gaussian.activation_of(known["problem"]))
            and inside
            and all(
                known["claims"].get(name) == claims.get(name)
                for name in ("crossing", "beyond", "minimum")
            )
            and len(flat) == len(other)
        ):
            reach = Fraction(claims["distance"]) + Fraction(1, 10**29)
            return (
                None
                if all(abs(x - y) <= reach for x, y in zip(flat, other, strict=True))
                else "another point"
            )
    return "no such birth is known"


def any_slope_birth_falsehood(statement: dict) -> str | None:
    """Against the shipped births in the slope with copies: the same blocks, c*, slope, side, type
    and point. Without copies the loss itself tells (`oracles/statements.py`).
    """
    if all(block["type"] == "diagonal" for block in statement["blocks"]):
        return slope_birth_falsehood(statement)
    claims = statement["claims"]
    copies = ROOT / "proofs" / "overparameterised" / "families" / "slopes"
    for path in sorted(copies.glob("*-birth.json")):
        known = json.loads(path.read_text())["statement"]
        if known["problem"] != statement["problem"] or known["blocks"] != statement["blocks"]:
            continue
        for name in ("c", "slope"):
            low, high = map(Fraction, claims[name])
            if not low < Fraction(known["claims"][name][1]) or not (
                Fraction(known["claims"][name][0]) < high
            ):
                return f"{name} of the birth is not in the claimed range"
        if any(known["claims"][name] != claims[name] for name in ("crossing", "minimum")):
            return "another type, or the other side"
        flat, other = map(_coordinates, (known, statement))
        reach = Fraction(claims["distance"]) + Fraction(known["claims"]["distance"])
        near = all(abs(x - y) <= reach for x, y in zip(flat, other, strict=True))
        return None if near else "another point"
    return "no such birth is known"


def minimum_falsehood(given: dict) -> str | None:
    """What is false in a statement about a dense minimum."""
    statement = _of_ordinary_size(given)
    problem, claims = statement["problem"], statement["claims"]
    rough = [
        [str(round(Fraction(x), 9).limit_denominator(10**9).__float__()) for x in row]
        for row in statement["centre"]
    ]
    try:
        point, loss, lowest = _reference(json.dumps(problem, sort_keys=True), json.dumps(rough))
    except NotPolished:
        return "no critical point near the centre"
    square = sum(
        (Fraction(x) - Fraction(y)) ** 2
        for row, other in zip(point, statement["centre"], strict=True)
        for x, y in zip(row, other, strict=True)
    )
    slack = Fraction(1, 10 ** (16 if _coarse(problem) else 55))
    close = 1e-8 if _coarse(problem) else 2e-14
    if square > (Fraction(claims["distance"]) + slack / Fraction(abs(lowest))) ** 2:
        return "the critical point is farther from the centre than claimed"
    low, high = map(Fraction, claims["loss"])
    if not low - slack <= loss <= high + slack or low <= 0:
        return "the loss is not in the claimed interval"
    eigen_low, eigen_high = map(float, claims["lambda_min"])
    if (
        not eigen_low - close <= lowest <= eigen_high + close
        or float(claims["curvature"]) > lowest + close
    ):
        return "the smallest eigenvalue is not in the claimed interval"
    rng = np.random.default_rng(0)
    centre = np.array([[float(x) for x in row] for row in statement["centre"]])
    for step in rng.normal(size=(5, *centre.shape)):
        w = centre + float(claims["radius"]) * step / np.linalg.norm(step)
        lowest = np.linalg.eigvalsh(_hessian(problem, w))[0]
        if lowest < float(claims["curvature"]) - (1e-8 if _coarse(problem) else 1e-13):
            return "the curvature is lower on the sphere"
    return None


ORACLES = {
    "gaussian-minimum": minimum_falsehood,
    "gaussian-symmetric-minimum": lambda statement: symmetric_falsehood(statement, saddle=False),
    "gaussian-symmetric-saddle": lambda statement: symmetric_falsehood(statement, saddle=True),
    "gaussian-birth": birth_falsehood,
    "gaussian-slope-birth": any_slope_birth_falsehood,
    "gaussian-family-slopes-minimum": family_slopes_falsehood,
    "gaussian-birth-curve": birth_curve_falsehood,
    "gaussian-slopes-landscape": lambda statement: slopes_landscape_falsehood(
        {"statement": statement}
    ),
    "gaussian-landscape": lambda statement: landscape_falsehood({"statement": statement}),
    "gaussian-family-minimum": family_falsehood,
    "gaussian-family-saddle": family_saddle_falsehood,
    "gaussian-splitting": splitting_falsehood,
    "gaussian-basin": basin_falsehood,
    "gaussian-span-minimum": span_falsehood,
    "gaussian-enumeration": enumeration_falsehood,
}
_CONSTANT = ("data-constant-minimum", "data-constant-family", "data-splitting-family")


def falsehood(data: bytes) -> str | None:
    """Why the statement is false, as far as numbers tell; None if they agree with every claim."""
    document = json.loads(data)
    kind = document["kind"]
    if kind == "gaussian-slopes-minimum":  # its oracle reads the witness too
        return slopes_falsehood(document)
    if kind in _CONSTANT:
        return constant_falsehood(data, random.Random(1))
    if kind.startswith("data-"):
        return data_falsehood(document)
    if kind in ORACLES:
        return ORACLES[kind](document["statement"])
    return trained_falsehood(document)


def _may_differ(mutant: Mutant, verdicts: tuple[tuple[str, str], tuple[str, str]]) -> bool:
    """Items 7 to 10 of proofs/divergences.md, for covers of slopes, births in the slope and their
    curve: each checker encloses expansions in its own way, and finds its own e.
    """
    of = {"slopes-": TUBES, "slope-": BIRTHS, "family-slopes": TUBES, "birth-curve": CURVES}
    codes = next((of[name] for name in of if f"/{name}" in mutant.source), ())
    return all(
        verdict == "PROVED" or (verdict == "REJECTED" and code in codes)
        for verdict, code in verdicts
    )


def judge(mutant: Mutant) -> tuple[str, str | None]:
    """The verdict both checkers agree on, or DIFFERENT where they may differ; and what is wrong
    (disagreement, or a proved falsehood), if anything is.
    """
    first, second = kernel_verdict(mutant.data), standalone_verdict(mutant.data)
    if first != second and not _may_differ(mutant, (first, second)):
        return (
            first[0],
            f"{mutant.source} {mutant.what}: kernel says {first}, standalone says {second}",
        )
    verdict = first[0] if first == second else "DIFFERENT"
    if "PROVED" in (first[0], second[0]) and (lie := falsehood(mutant.data)) is not None:
        return verdict, f"{mutant.source} {mutant.what}: proved, but {lie}"
    return verdict, None


def campaign(chosen: list[Mutant], jobs: int = 1) -> tuple[Counter, list[str]]:
    """Counts of verdicts, and everything that is wrong."""
    from joblib import Parallel, delayed

    here = str(Path(__file__).parent)  # the workers import this module by name
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [here, os.environ.get("PYTHONPATH", "")])
    )
    results = Parallel(n_jobs=jobs, batch_size=64)(delayed(judge)(mutant) for mutant in chosen)
    return Counter(verdict for verdict, _ in results), [
        problem for _, problem in results if problem is not None
    ]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    import tamper

    everything = [mutant for path in tamper.accepted() for mutant in tamper.mutants(path)]
    counts, wrong = tamper.campaign(
        everything, int(sys.argv[2]) if sys.argv[1:2] == ["--jobs"] else 1
    )
    print(*wrong, sep="\n")
    print(f"{len(everything)} mutants: {dict(sorted(counts.items()))}")
    print(f"{len(everything) - len(wrong)} passed, {len(wrong)} failed")
    sys.exit(bool(wrong))
