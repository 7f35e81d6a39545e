"""What is printed is true of the point itself: every number and quantifier in a sentence against an
oracle that is no part of the package.

Headline, theorem, LaTeX, rows of the report and the second checker's sentence are taken apart;
their numbers are compared with dense Gaussian losses in R^(n x d) (`oracles/gaussian.py`), networks
by naive loops (`oracles/piecewise.py`) and mpmath (`oracles/smooth.py`), on both sides of the range
they are claimed for: d = k, k + 1, k + 2; the ends of a range of k and the next whole k; the next
width; shares of a neuron.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import factorial, pi
from pathlib import Path

import mpmath
import numpy as np
import pytest
from oracles import gaussian, piecewise, smooth
from oracles.slopes import Covered
from oracles.slopes import parts_of as parts_with
from standalone import claim_of, recheck

from certify.kernel.check import read_claim
from certify.kernel.foundation.reals import Interval, counted
from certify.kernel.foundation.words import Math, plain
from certify.report.views import view_of
from certify.report.words import unicode

ROOT = Path(__file__).resolve().parents[2]
NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
INTERVAL = rf"\[({NUMBER}), ({NUMBER})\]"
SADDLES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "proofs" / "symmetric").glob("k*/I*+2.json")
)
ORTHONORMAL_TOLERANCE = 1e-12  # of long double, far below every margin that is looked at


@dataclass(frozen=True)
class Said:
    """All that is printed about one certificate."""

    headline: str
    theorem: str
    latex: str
    rows: tuple
    second: str

    @property
    def row(self):
        """The rows by their symbols: the first of each."""
        return {row.symbol: row for row in reversed(self.rows)}


@cache
def second_checker():
    return recheck("sentences")


def load(name):
    return json.loads((ROOT / name).read_text())


def said(document):
    claim, view = read_claim(document), view_of(document["kind"])
    return Said(
        plain(claim.headline()),
        "\n".join(map(plain, claim.theorem())),
        view.latex(claim, "0" * 64),
        tuple(replace(row, meaning=unicode(row.meaning)) for row in view.claims(claim)),
        claim_of(second_checker(), document).summary,
    )


def find(pattern, text, flags=0):
    """The groups of the one place where the text says this."""
    match = re.search(pattern, text, flags)
    assert match, f"not said: {pattern} in {text}"
    return match.groups()


def growing(words, letter, d):
    """The value of 12, 12 + (d - 8) or 12 + 2(d - 8)."""
    start, _, times, k = find(rf"^(\d+)( \+ (\d*)\({letter} ?- ?(\d+)\))?$", words)
    return int(start) + (int(times or 1) * (d - int(k)) if k else 0)


def inside(value, low, high, slack=1e-9):
    return (
        float(low) - slack * max(1, abs(value)) <= value <= float(high) + slack * max(1, abs(value))
    )


def ascii_of(words):
    """Unicode signs of rows back to letters."""
    return words.translate(str.maketrans("ℝ×−≥≤", "Rx-><"))


# --------------------------------------------------------------------------------------------------
# The Gaussian loss
# --------------------------------------------------------------------------------------------------


def teachers_of(k, d):
    return gaussian.padded(np.eye(k, dtype=np.longdouble), d)


def parts_of(name):
    """The activation of a certificate's problem: its values at 1 and at -1."""
    statement = load(name)["statement"]
    statement = statement["minimum"]["statement"] if "minimum" in statement else statement
    known = statement["problem"].get("activation", {"positive": "1", "negative": "0"})
    values = (Fraction(known[part]) for part in ("positive", "negative"))
    return tuple(np.longdouble(x.numerator) / x.denominator for x in values)


def activation(name, words):
    """Headline, theorem and LaTeX name the activation; no text says ReLU of another one."""
    parts = parts_of(name)
    if parts == gaussian.RELU:
        assert "the Gaussian ReLU loss" in words.headline and "sigma" not in words.theorem
        return
    assert "max(0, w" not in words.theorem
    assert not any(
        "ReLU" in text for text in (words.headline, words.theorem, words.latex, words.second)
    )
    latex = re.sub(r"\\frac\{(\d+)\}\{(\d+)\}", r"\1/\2", words.latex)
    for old, new in ((r"\,", " "), ("\\", ""), (",", ", ")):
        latex = latex.replace(old, new)
    for text in (words.headline, words.theorem, latex):
        (formula,) = find(r"sigma\(t\) ?= ?(.*?max\(0, -?t\)(?: ?[+-] ?[^$]*?max\(0, -t\))?)", text)
        found = {}
        for sign, size, side in re.findall(r"([+-]?) ?([\d./e-]*) ?max\(0, (-?t)\)", formula):
            number = Fraction(size or "1") * (-1 if sign == "-" else 1)
            found[side] = np.longdouble(number.numerator) / number.denominator
        assert (found.get("t", 0), found.get("-t", 0)) == parts


@cache
def spectrum_of(name):
    """The point of a symmetric certificate; its eigenvalues in R^(n x d), d = k, k + 1, k + 2."""
    statement = load(name)["statement"]
    statement = statement["minimum"]["statement"] if "minimum" in statement else statement
    point = gaussian.written_out(statement["blocks"], statement["centre"])
    k, parts = point.shape[1], parts_of(name)
    assert abs(gaussian.gradient(point, teachers_of(k, k), parts)).max() < 1e-16
    return point, gaussian.spectra(point, teachers_of(k, k), [k, k + 1, k + 2], parts)


def multiset(lines, pattern):
    """Every interval as often as it is said to hold an eigenvalue."""
    found = []
    for times, low, high in re.findall(pattern, lines):
        found += [(float(low), float(high))] * (1 if times == "once" else int(times.split()[0]))
    return sorted(found)


def agree(intervals, values):
    """The eigenvalues, one by one, lie in the intervals."""
    assert len(intervals) == len(values), (len(intervals), len(values))
    assert all(
        inside(value, low, high, 1e-7)
        for (low, high), value in zip(intervals, sorted(values), strict=True)
    )


def copies(blocks, words):
    """Which blocks are said to copy which."""
    told = [(f"{i}", f"{b['of']}") for i, b in enumerate(blocks, 1) if b["type"] == "copy"]
    found = re.findall(
        r"Block (\d+) is a copy of block (\d+): S_(\d+) permutes the rows of both, (\d+) each, and"
        r" the columns of block (\d+) alike\.",
        words.theorem,
    )
    sizes = [str(blocks[int(of) - 1]["size"]) for _, of in told]
    assert found == [(i, of, size, size, of) for (i, of), size in zip(told, sizes, strict=True)]
    assert re.findall(r"block (\d+) of \$\d+\$ rows, a copy of block (\d+)", words.latex) == told


def fixed(blocks, point):
    """Whether the group, as it is said to act, fixes the matrix: the first two columns of a block
    with the first two rows of each block that goes with them.
    """
    sizes = [blocks[b["of"] - 1]["size"] if b["type"] == "copy" else b["size"] for b in blocks]
    rows, columns = [0], [0]
    for block, size in zip(blocks, sizes, strict=True):
        rows.append(rows[-1] + size * (block["type"] != "columns"))
        columns.append(columns[-1] + size * (block["type"] in ("diagonal", "columns")))
    for i, block in enumerate(blocks, 1):
        if block["type"] in ("diagonal", "columns") and sizes[i - 1] > 1:
            swapped, c = point.copy(), columns[i - 1]
            swapped[:, [c, c + 1]] = swapped[:, [c + 1, c]]
            for j, other in enumerate(blocks, 1):
                if (j == i and block["type"] == "diagonal") or other.get("of") == i:
                    r = rows[j - 1]
                    swapped[[r, r + 1]] = swapped[[r + 1, r]]
            assert (swapped == point).all()


def symmetric(name, words):
    document, parts = load(name), parts_of(name)
    activation(name, words)
    statement = document["statement"]
    point, values = spectrum_of(name)
    n, k = point.shape
    negative = {d: int((values[d] < 0).sum()) for d in values}
    value = gaussian.loss(point, teachers_of(k, k), parts)
    line = words.headline
    copies(statement["blocks"], words)
    fixed(statement["blocks"], point)
    if document["kind"].endswith("saddle"):
        index, rows, columns, further, least = find(
            r"^saddle of index (\d+) in R\^\((\d+) x (\d+)\)(?:, ([^,]*) in dimension d,| and in"
            r" every dimension d >= (\d+),)",
            line,
        )
        assert (int(index), int(rows), int(columns)) == (negative[k], n, k)
        assert {d: growing(further or index, "d", d) for d in values} == negative
        assert least is None or int(least) == k
        what, rest = find(
            r"it is a nondegenerate saddle of index (\d+ in R\^\(\d+ x \d+\))(.*);", words.theorem
        )
        assert what == f"{negative[k]} in R^({n} x {k})"
        if rest != f" and in every R^({n} x D)":
            (more,) = find(rf"^, (.*) in R\^\({n} x D\)$", rest)
            assert {d: growing(more, "D", d) for d in values} == negative
        else:
            assert set(negative.values()) == {negative[k]}
        exactly, space, more = find(
            r"with exactly \$(\d+)\$ negative eigenvalues? of the Hessian in \$(\S+ \d+)\}\$(.*);",
            words.latex,
        )
        assert (int(exactly), space) == (negative[k], rf"\mathbb{{R}}^{{{n}\times {k}")
        if not more.startswith(" and in every"):
            (more,) = find(rf"^, and \$(.*)\$ in \$\\mathbb{{R}}\^{{{n}\\times D}}\$$", more)
            assert {d: growing(more, "D", d) for d in values} == negative
        else:
            assert set(negative.values()) == {negative[k]}
        row = words.row["index"]
        assert row.value == str(negative[k])
        (more,) = find(
            rf"^negative eigenvalues of the Hessian in R\^{{{n}x{k}}}(.*)$", ascii_of(row.meaning)
        )
        if not more.startswith(" and in every"):
            (more,) = find(rf"^, (.*) in R\^{{{n}xD}}$", more)
            assert {d: growing(more, "D", d) for d in values} == negative
        else:
            assert set(negative.values()) == {negative[k]}
        index, more = find(rf"a saddle of index (\d+) in R\^\({n}x{k}\)(.*?);", words.second)
        assert int(index) == negative[k]
        if more != " and for every D>=k":
            (more,) = find(r"^, (.*) for D>=k$", more)
            assert {d: growing(more, "D", d) for d in values} == negative
        else:
            assert set(negative.values()) == {negative[k]}
    else:
        assert line.startswith("spurious local minimum of")
        assert set(negative.values()) == {0}
        assert "a strict local minimum;" in words.theorem and value > 0
    assert find(r"n = (\d+), k = (\d+), every d >= (\d+),", line) == (str(n), str(k), str(k))
    low, high = find(rf", F in {INTERVAL}$", line)
    assert inside(value, low, high, ORTHONORMAL_TOLERANCE)
    assert find(
        r"D >= (\d+), v_1, \.\.\., v_(\d+) orthonormal, and for W in R\^\((\d+) x D\)",
        words.theorem,
    ) == (str(k), str(k), str(n))
    assert find(r"Let \$D\\ge (\d+)\$", words.latex) == (str(k),)
    assert words.row["D"].printed() == str(k)
    # the spectrum and what each further dimension adds
    at, beyond = words.theorem.split(f"added by each dimension beyond {k},")
    table = rf"(once|\d+ times) in {INTERVAL}   \(representation"
    agree(multiset(at, table), values[k])
    every = multiset(at, table) + multiset(beyond, table)
    agree(sorted(every), values[k + 1])
    agree(sorted(every + multiset(beyond, table)), values[k + 2])
    times = [row.meaning for row in words.rows if row.symbol == "λ"]
    assert (
        sum(
            1 if "once" in meaning else int(find(r", (\d+) times", meaning)[0]) for meaning in times
        )
        == n * k
    )
    # the smallest eigenvalue: where, and of which
    row = words.row["λ_min(W*)"]
    assert find(
        r"smallest eigenvalue of the Hessian at W\* in R\^{(\d+)x(\d+)}$", ascii_of(row.meaning)
    ) == (str(n), str(k))
    assert inside(values[k][0], row.value.low, row.value.high, 1e-7)
    more = words.row.get("λ_min₊(W*)")
    least = row.value if more is None else more.value
    if more is not None:
        assert find(rf"in every R\^{{{n}xD}}, D > (\d+)$", ascii_of(more.meaning)) == (str(k),)
    for d in (k + 1, k + 2):
        assert inside(values[d][0], least.low, least.high, 1e-7)
    groups(statement, words, point)
    # nothing changes its sign in the ball
    (radius,) = find(r"\|W - C\| <= (\S+) \(Frobenius", words.theorem)
    rng = np.random.default_rng(0)
    if k <= 10:
        move = rng.normal(size=(n, k + 1))
        move *= float(radius) / np.linalg.norm(move)
        there = gaussian.spectra(
            gaussian.padded(point, k + 1) + move, teachers_of(k, k + 1), [k + 1], parts
        )
        assert int((there[k + 1] < 0).sum()) == negative[k + 1]


def groups(statement, words, point):
    """The group fixes the point; where no more is said to fix it, the orbit has as many points as
    are told.
    """
    n, k = point.shape
    parts = find(r"fixed by (.*?), F in", words.headline)[0].split(" x ")
    blocks = [block for block in statement["blocks"] if block["type"] not in ("row", "copy")]
    assert [part.split(" ")[0] for part in parts] == [f"S_{block['size']}" for block in blocks]
    heights, widths = gaussian.heights_and_widths(statement["blocks"])
    copied = False
    for i, width in enumerate(widths):
        if width > 1:
            moved, start = point.copy(), sum(widths[:i])
            moved[:, [start, start + 1]] = moved[:, [start + 1, start]]
            for j, block in enumerate(statement["blocks"], 1):
                if (block["type"] == "diagonal" and j == i + 1) or block.get("of") == i + 1:
                    start = sum(heights[: j - 1])
                    moved[[start, start + 1]] = moved[[start + 1, start]]
                    copied |= block["type"] == "copy"
            assert np.array_equal(moved, point)
    claimed, meaning = statement["claims"]["exact_isotropy"], words.row["G"].meaning
    assert (", and no others do" in meaning) == claimed
    assert meaning.endswith("; the rows of a copy go with those of its block") == copied
    for text, pattern in (
        (words.theorem, r"Block (\d+) is a copy of block (\d+)"),
        (words.latex, r"(\d+)\D+rows, a copy of block (\d+)"),
    ):
        told = {(int(i), int(of)) for i, of in re.findall(pattern, text)}
        assert {of for _, of in told} == {b["of"] for b in statement["blocks"] if "of" in b}
    assert (
        ("orbit" in words.row)
        == ("different points" in words.theorem)
        == ("different critical points" in words.latex)
        == claimed
    )
    if claimed and n <= 28:
        size, rows, columns = find(
            r"permuting rows and columns gives [\d!/() ]+ = (\d+) different points W\* in"
            r" R\^\((\d+) x (\d+)\)",
            words.theorem,
        )
        assert (int(rows), int(columns)) == (n, k)
        assert (
            size
            == find(r" = (\d+)$", words.row["orbit"].printed())[0]
            == find(r"=(\d+)\$ different", words.latex)[0]
        )
        if k <= 6:
            assert int(size) == factorial(n) * factorial(k) // gaussian.stabiliser(point)


def dense(name, words):
    statement, parts = load(name)["statement"], parts_of(name)
    activation(name, words)
    claims, problem = statement["claims"], statement["problem"]
    d, k = problem["d"], problem["k"]
    teachers = (
        teachers_of(k, d)
        if problem["targets"] == "orthonormal"
        else gaussian.exact(problem["targets"])
    )
    point = gaussian.newton(gaussian.exact(statement["centre"]), teachers, activation=parts)
    every = claims["every_dimension"]
    values = gaussian.spectra(point, teachers, [d, d + 1] if every else [d], parts)
    if every:
        assert (
            find(r"every d >= (\d+),", words.headline)
            == find(r"For every D >= (\d+) let", words.theorem)
            == find(r"Let \$D\\ge (\d+)\$", words.latex)
            == (str(d),)
        )
        assert words.row["λ_min(W*)"].meaning.endswith("in every such dimension D")
    else:
        assert (
            find(r", d = (\d+),", words.headline)
            == find(r"Let D = (\d+),", words.theorem)
            == find(r"Let \$D=(\d+)\$", words.latex)
            == (str(d),)
        )
        assert "every" not in words.row["λ_min(W*)"].meaning
    assert find(r"n = (\d+), k = (\d+)", words.headline) == (str(len(point)), str(k))
    low, high = find(rf"F in {INTERVAL}$", words.headline)
    value = gaussian.loss(point, teachers, parts)
    assert inside(value, low, high, ORTHONORMAL_TOLERANCE) and value > 0
    low, high = find(rf"the smallest one at W\* lies in {INTERVAL}", words.theorem)
    assert all(inside(found[0], low, high, 1e-7) for found in values.values())
    radius, curvature = (
        find(r"closed ball \|W - C\| <= (\S+) \(", words.theorem)[0],
        find(r"Hessian is >= (\S+) on the whole ball", words.theorem)[0],
    )
    largest = max(values)
    centre = gaussian.padded(gaussian.exact(statement["centre"]), largest)
    move = np.random.default_rng(1).normal(size=centre.shape)
    move *= float(radius) / np.linalg.norm(move)
    there = gaussian.spectra(centre + move, gaussian.padded(teachers, largest), [largest], parts)
    assert there[largest][0] > float(curvature) - 1e-9 > -1e-9
    (distance,) = find(r"\|W\* - C\| <= (\S+);", words.theorem)
    assert (
        np.linalg.norm((point - gaussian.exact(statement["centre"])).astype(float))
        <= float(distance) + 1e-15
    )


def birth(name, words):
    """At the whole k on both sides: the eigenvalue named, as often as its representation is large,
    is negative below and nothing above.
    """
    statement, parts = load(name)["statement"], parts_of(name)
    activation(name, words)
    kind, low, high = find(
        rf"an eigenvalue of representation (\S+) crosses 0 at exactly one real k in {INTERVAL}$",
        words.headline,
    )
    assert words.row["representation"].value == kind
    less = find(r"fixed by S_(?:k\b|\(k-(\d+)\))", words.headline)[0]
    for k in (int(float(low)), int(float(high)) + 1):
        blocks = [
            {"type": "diagonal", "size": k - int(less or 0)}
            if isinstance(b.get("size"), str)
            else b
            for b in statement["blocks"]
        ]
        point = gaussian.newton(
            gaussian.written_out(blocks, statement["centre"]), teachers_of(k, k), 30, parts
        )
        assert abs(gaussian.gradient(point, teachers_of(k, k), parts)).max() < 1e-15
        p, q = (block.get("size", 0) for block in (blocks * 2)[:2])
        dimension = {
            "s1": p - 1,
            "x1": (p - 1) * (p - 2) // 2,
            "y1": p * (p - 3) // 2,
            "s1*s2": (p - 1) * (q - 1),
            "x2": (q - 1) * (q - 2) // 2,
        }[kind]
        beside = k < float(low) if words.headline.startswith("birth") else k > float(high)
        for d, found in gaussian.spectra(point, teachers_of(k, k), [k, k + 1], parts).items():
            assert int((found < 0).sum()) == (dimension if beside else 0), (k, d)
    copies(statement["blocks"], words)


def shipped_point(kind, k):
    companions = kind.endswith("'")
    folder = "overparameterised/families" if companions else "symmetric"
    name = kind.replace("'", "prime")
    statement = load(f"proofs/{folder}/k{k:02d}/{name}.json")["statement"]
    return gaussian.written_out(*(statement[part] for part in ("blocks", "centre")))


def family(name, words):
    """From the first k on, not before; the rate, the sense and the smallest eigenvalue, in d = k
    and beyond.
    """
    start, kind, times, low, high = find(
        r"for every (?:n = )?k >= (\d+)(?:, n = k \+ \d)? and every d >= k, orthonormal targets,"
        rf" type (\S+), (k )?F in {INTERVAL}$",
        words.headline,
    )
    further = int(kind.rstrip("'").partition("+")[2] or 0)
    n, soft = f"k+{further}" if further else "k", kind == "I+1"
    assert (n.replace("+", " + ") if further else f"n = k >= {start}") in words.headline
    assert (f"R^(({n}) x D)" if further else "R^(k x D)") in words.theorem
    assert rf"\sum_{{i=1}}^{{{n}}}" in words.latex or n == "k"
    times_power = r" times k\^\(3/4\)" if soft else ""
    smallest = find(
        rf"the smallest eigenvalue of the Hessian at W\*\(k\){times_power} lies in {INTERVAL}",
        words.theorem,
    )
    assert soft == ("k^(3/4) λ_min(W*(k))" in words.row) == (r"k^{3/4}\,\lambda" in words.latex)
    limit, rate = find(r"F\(W\*\(k\)\) - (.*) \| < (\S+) k\^\(-1/2\)", words.theorem)
    if further and not soft:
        least_limit, largest = find(rf"L of this quantity, which lies in {INTERVAL}", words.theorem)
        limit = f"({least_limit} + {largest}) / 2"
    (sense,) = find(r"F\(W\*\(k\)\) is strictly (\w+) in k", words.theorem)
    assert words.row["k"].printed() == start
    assert find(r"k\\ge (\d+)\$ be an integer", words.latex) == (start,)
    # the sentence's own formula: digits and signs
    value = eval(limit.replace("pi^2", "9.8696044010893586").replace("pi", str(pi)), {}, {})
    losses = []
    for k in sorted({int(start), int(start) + 1, 12, 20}):
        point, teachers = shipped_point(kind, k), teachers_of(k, k)
        assert abs(gaussian.gradient(point, teachers)).max() < 1e-16
        losses.append(gaussian.loss(point, teachers))
        phi = losses[-1] * (k if times else 1)
        assert inside(phi, low, high, ORTHONORMAL_TOLERANCE)
        assert abs(phi - value) < float(rate) / k**0.5
        if k <= 12:
            assert all(
                inside(found[0] * (k**0.75 if soft else 1), *smallest, 1e-8)
                for found in gaussian.spectra(point, teachers, [k, k + 1]).values()
            )
    assert losses == sorted(losses, reverse=sense == "decreasing") and len(set(losses)) == len(
        losses
    )
    before = int(start) - 1
    least, *_ = gaussian.spectra(
        shipped_point(kind, before), teachers_of(before, before), [before]
    )[before]
    assert least < 0


def family_saddle(name, words):
    """At every whole k of the range, with as many negative eigenvalues as the representation has
    dimensions; at the next one none.
    """
    statement = load(name)["statement"]
    within, end, low, high, kind = find(
        r"within (\S+) of the centre in the file at k = (\S+) and continuous in k, is no local"
        rf" minimum for any whole k in {INTERVAL} and any d >= k: negative curvature of"
        r" representation (\w+)$",
        words.headline,
    )
    assert end == high and words.row["representation"].value == kind and float(within) > 0
    centre = statement["claims"]["centre"]
    k = int(float(high))
    beside = "S_(k-1)" in words.headline
    coordinates = [[centre[:2], centre[2]], [centre[3], centre[4]]] if beside else [[centre]]

    def point_at(k, start):
        blocks = (
            [{"type": "diagonal", "size": k - 1}, {"type": "diagonal", "size": 1}]
            if beside
            else [{"type": "diagonal", "size": k}]
        )
        point = gaussian.newton(gaussian.written_out(blocks, start), teachers_of(k, k), 30)
        assert abs(gaussian.gradient(point, teachers_of(k, k))).max() < 1e-15
        corner = (
            [[str(point[0, 0]), str(point[0, 1])], str(point[0, -1])]
            if beside
            else [[str(point[0, 0]), str(point[0, 1])]]
        )
        return point, [corner, [str(point[-1, 0]), str(point[-1, -1])]] if beside else [corner]

    here = coordinates
    while k >= float(low):
        point, here = point_at(k, here)
        p = k - 1 if beside else k
        dimension = {"s1": p - 1, "x1": (p - 1) * (p - 2) // 2}[kind]
        for found in gaussian.spectra(point, teachers_of(k, k), [k, k + 1]).values():
            assert int((found < -1e-9).sum()) >= dimension > 0, k
        k -= 1
    k = int(float(high)) + 1
    point, _ = point_at(k, coordinates)
    assert all(
        found[0] > 0 for found in gaussian.spectra(point, teachers_of(k, k), [k, k + 1]).values()
    )


def minimum_of(name):
    """The minimum of a consequence: point, teachers, whether every dimension is meant."""
    inner = load(name)["statement"]["minimum"]
    statement = inner["statement"]
    if inner["kind"] == "gaussian-symmetric-minimum":
        point = gaussian.written_out(statement["blocks"], statement["centre"])
        return point, teachers_of(point.shape[1], point.shape[1]), True
    problem = statement["problem"]
    teachers = (
        teachers_of(problem["k"], problem["d"])
        if problem["targets"] == "orthonormal"
        else gaussian.exact(problem["targets"])
    )
    return (
        gaussian.newton(gaussian.exact(statement["centre"]), teachers, activation=parts_of(name)),
        teachers,
        statement["claims"]["every_dimension"],
    )


def splitting(name, words):
    (point, teachers, every), parts = minimum_of(name), parts_of(name)
    activation(name, words)
    what, numbers = find(
        r"^splitting any (of the neurons|neuron of the blocks?) ([\d, ]+) gives saddles, of the"
        r" spurious local minimum",
        words.headline,
    )
    numbers = [int(number) for number in numbers.rstrip(", ").split(", ")]
    assert words.row["split"].value == ", ".join(map(str, numbers))
    assert find(r"(\d+(?:, \d+)*)\$ of \$W", words.latex)[0] == ", ".join(map(str, numbers))
    if what != "of the neurons":
        blocks = load(name)["statement"]["minimum"]["statement"]["blocks"]
        heights, _ = gaussian.heights_and_widths(blocks)
        numbers = [sum(heights[:number]) for number in numbers]  # the last row of each block named
    assert "0 < alpha < 1" in words.theorem
    here = gaussian.loss(point, teachers, parts)
    dimensions = [point.shape[1], point.shape[1] + 1] if every else [point.shape[1]]
    for i in numbers:
        for alpha in (0.001, 0.5, 0.8):
            split = np.concatenate([point, (1 - np.longdouble(alpha)) * point[i - 1 : i]])
            split[i - 1] *= np.longdouble(alpha)
            assert abs(gaussian.loss(split, teachers, parts) - here) < 1e-13
            assert abs(gaussian.gradient(split, teachers, parts)).max() < 1e-13
            for found in gaussian.spectra(split, teachers, dimensions, parts).values():
                assert found[0] < -1e-6 and found[-1] > 1e-6, (i, alpha)


def basin(name, words):
    (point, teachers, every), parts = minimum_of(name), parts_of(name)
    activation(name, words)
    radius, mu, smoothness = (
        float(text)
        for text in find(
            rf"^basin of radius ({NUMBER}), curvature ({NUMBER}), smoothness ({NUMBER}), of the"
            r" spurious",
            words.headline,
        )
    )
    assert find(
        r"\|W - W\*\| <= (\S+) all eigenvalues of the Hessian lie between (\S+) and (\S+)\.\n",
        words.theorem,
    ) == tuple(
        find(
            rf"^basin of radius ({NUMBER}), curvature ({NUMBER}), smoothness ({NUMBER})",
            words.headline,
        )
    )
    rng = np.random.default_rng(2)
    for d in [point.shape[1], point.shape[1] + 1] if every else [point.shape[1]]:
        centre, goals = gaussian.padded(point, d), gaussian.padded(teachers, d)
        for _ in range(2):
            move = rng.normal(size=centre.shape)
            move *= radius / np.linalg.norm(move)
            found = gaussian.spectra(centre + move, goals, [d], parts)[d]
            assert mu - 1e-9 < found[0] and found[-1] < smoothness + 1e-9
            slope = gaussian.gradient(centre + move, goals, parts)
            after = np.linalg.norm((move - slope / smoothness).astype(float))
            assert after <= (1 - mu / smoothness) * radius * (1 + 1e-9)


def span(name, words):
    statement, parts = load(name)["statement"], parts_of(name)
    activation(name, words)
    problem, claims = statement["problem"], statement["claims"]
    k = problem["k"]
    coefficients = gaussian.exact(statement["coefficients"])
    rng = np.random.default_rng(3)
    low, high = find(rf"F in {INTERVAL}$", words.headline)
    (curvature,) = find(r"Hessian is >= (\S+) on the whole ball", words.theorem)
    (distance,) = find(r"\|W\* - C\| <= (\S+);", words.theorem)
    if "rho" in problem:
        rho, least = find(
            r"all teachers with \|v_a\.v_b - \[a = b\]\| <= (\S+), every d >= (\d+),",
            words.headline,
        )
        assert find(r"Let D >= (\d+)", words.theorem) == (least,) == (str(k),)
        cases = []
        for d in (k, k + 1):
            noise = np.where(rng.normal(size=(k, k)) > 0, 1, -1) * float(rho) * 0.999
            gram = np.eye(k) + (np.tril(noise) + np.tril(noise, -1).T)
            cases.append((gaussian.padded(np.linalg.cholesky(gram).astype(np.longdouble), d), d))
    else:
        given, least = find(r"given targets in R\^(\d+), every d >= (\d+),", words.headline)
        assert given == least == str(problem["d"]) == find(r"Let D >= (\d+)", words.theorem)[0]
        cases = [(gaussian.exact(problem["targets"]), problem["d"])]
    for teachers, d in cases:
        centre = coefficients @ teachers
        dimensions = [d] if "rho" in problem else [d, d + 1]
        values = gaussian.spectra(centre, teachers, dimensions, parts)
        assert all(found[0] > float(curvature) for found in values.values())
        slope = gaussian.gradient(centre, teachers, parts)
        assert (
            np.linalg.norm(slope.astype(float))
            <= float(distance) * float(curvature) * (1 + 1e-6) + 1e-17
        )
        value = gaussian.loss(centre, teachers, parts)
        assert inside(value, low, high, ORTHONORMAL_TOLERANCE) and value > 0
    assert claims["curvature"] == curvature


def condition(text):
    """Which c a sentence says: (relation, low, high), high infinite where no bound is said."""
    relation, low, high = find(
        rf"\bc ?(>=|>) ?({NUMBER})(?:\$? and \$?c ?<= ?({NUMBER}))?"
        r"(?=[:,$]| and for| a spurious)",
        text,
    )
    return relation, Fraction(low), None if high is None else Fraction(high)


def plain_latex(text):
    """The signs of LaTeX that occur in conditions, as in the terminal."""
    for old, new in ((r"\ge", ">="), (r"\le", "<="), (r"\,", ""), (r"\cdot10^{", "e"), ("}", "")):
        text = text.replace(old, new)
    return text


def number_of(latex):
    """3.4 10^{-6} of LaTeX."""
    mantissa, _, power = latex.partition("10^{")
    digits = mantissa.replace(r"\cdot", "") or "1"
    return float(f"{digits}e{power.strip('}') or 0}")


def slopes(name, words):
    """The range of c that is said, both ends and beyond, in dimensions k, k + 1, k + 2, for several
    p + q: there is a spurious minimum with the curvature said, fixed by the group said.
    """
    document = load(name)
    statement, covered = document["statement"], Covered(document)
    n, k = statement["problem"]["n"], statement["problem"]["k"]
    first, last = statement["claims"]["c"]
    # the same range everywhere
    second = words.second.replace(" and <= ", " and c <= ").replace("))^2 >", "))^2, c >")
    latex = plain_latex(words.latex)
    ranges = {condition(text) for text in (words.headline, words.theorem, second, latex)}
    assert len(ranges) == 1
    ((relation, low, high),) = ranges
    assert (low, high) == (Fraction(first), None if last == "infinity" else Fraction(last))
    assert Fraction(words.row["c₀"].printed()) == low
    assert words.row["c₁"].printed() == ("∞" if high is None else last)
    assert ("0 itself is left out" in words.row["c₀"].meaning) == (relation == ">") == (low == 0)
    # the formula of c, taken at its word
    for text in (words.headline, words.theorem, second, ascii_of(words.row["c₀"].meaning)):
        (formula,) = find(r"c = (\(.*?\)\)(?:\^2|²))", text)
        rule = formula.replace("^", "**").replace("²", "**2")
        for total in (1, -2):
            p, q = parts_with(2.25, total)
            assert abs(eval(rule, {"p": p, "q": q}) - 2.25) < 1e-12
    assert "c=(p-q)^2/(p+q)^2" in latex and "p+q\\ne0" in latex
    assert "sigma(t) = p max(0, t) + q max(0, -t)" in words.headline
    assert "sigma(t) = p max(0, t) + q max(0, -t) with p + q != 0" in words.theorem
    # sizes and dimensions
    assert find(r"n = (\d+), k = (\d+), every d >= (\d+),", words.headline) == tuple(
        map(str, (n, k, k))
    )
    assert find(
        r"D >= (\d+), v_1, \.\.\., v_(\d+) orthonormal,.*\n.*W in R\^\((\d+) x D\)", words.theorem
    ) == tuple(map(str, (k, k, n)))
    assert find(r"padded with D - (\d+) zero columns", words.theorem) == (str(k),)
    assert find(
        r"D>= (\d+)\$.*v_{(\d+)\\in.*\n.*\{(\d+)\\times D",
        latex.replace("\\mathbb{R", "\\mathbb"),
    ) == tuple(map(str, (k, k, n)))
    assert find(r"padded with \$D-(\d+)\$", words.latex) == (str(k),)
    assert words.row["D"].relation == "≥" and words.row["D"].printed() == str(k)
    assert find(r"^n=(\d+) k=(\d+) ", words.second) == (str(n), str(k))
    assert "for every D>=k" in words.second
    sizes = [str(block["size"]) for block in statement["blocks"] if block["type"] != "row"]
    for text in (words.headline, words.theorem, ascii_of(words.row["G"].printed())):
        (group,) = find(r"(S[_₀-₉\d]+(?: x S[_₀-₉\d]+)*)", text)
        plain_group = group.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")).replace("_", "")
        assert plain_group.split(" x ") == [f"S{size}" for size in sizes]
    assert re.findall(r"S_\{(\d+)\}", words.latex.split("Let $G=")[1].split("$")[0]) == sizes
    said_blocks = [tuple(x.split()) for x in find(r"blocks (.*?):", words.second)[0].split(" + ")]
    assert said_blocks == [(b["type"], str(b["size"])) for b in statement["blocks"]]
    # the curvature, said five times
    (bound,) = find(r"above (\S+) \(p \+ q\)\^2\.$", words.theorem)
    (of_latex,) = find(r"is above \$(\S+)\\,\(p\+q\)\^2\$", words.latex)
    (of_second,) = find(r"Hessian there > (\S+) \(p \+ q\)\^2$", words.second)
    row = words.row["λ_min(W*)/(p + q)²"]
    assert row.relation == "≥"
    assert float(bound) == covered.curvature == number_of(of_latex) == float(of_second)
    assert Fraction(row.printed()) <= Fraction(bound)
    for text in ("strict local minimum", "inf F = 0 is attained", "F(W*) > 0"):
        assert text in words.theorem
    assert (
        r"strict local minimum" in words.latex and r"F(W^\ast)>0$, while $\inf F=0$" in words.latex
    )
    # leaky ReLU: rounded inward, by less than 1e-6
    if "slopes" in words.row:
        least, below, after, most = find(
            rf"^({NUMBER}) (<=|<) a (<=|<) ({NUMBER})$",
            words.row["slopes"].printed().replace("−", "-").replace("≤", "<="),
        )
        assert (below == "<") == (low == 0) and (after == "<") == (high is None)
        for slope, end, inward in ((least, low, 1), (most, high, -1)):
            if end is None or end == 0:
                assert slope == ("1" if end is None else "-1")
                continue
            root = float(end) ** 0.5
            assert 0 <= inward * (float(slope) - (root - 1) / (root + 1)) < 1.0001e-6
    # what is said is true: at the ends that are said to belong to it, and between
    said_range = [str(low), "infinity" if high is None else str(high)]
    changed_claims = {**statement["claims"], "c": said_range, "curvature": bound}
    claimed = Covered({**document, "statement": {**statement, "claims": changed_claims}})
    for c, total in zip(claimed.inside(), (1, -2, 3, 1), strict=False):
        assert claimed.falsehood(c, total) is None
    if low == 0:  # at c = 0 the limit is a global minimum: 0 must be left out
        teachers, signs = claimed.teachers, document["witness"]["signs"]
        point = teachers * np.repeat(signs, [int(size) for size in sizes])[:, None]
        assert gaussian.loss(point, teachers, (1, 1)) < 1e-17 and relation == ">"


def enumeration(name, words):
    """The critical points W(a, b) that Newton's method finds from a grid of starts are as many as
    are told, each in its ball.
    """
    how_many, group, k = find(
        r"^exactly (\d+) critical points? other than 0 of the Gaussian ReLU loss fixed by S_(\d+),"
        r" n = k = d = (\d+),",
        words.headline,
    )
    assert group == k == find(r"x ~ N\(0, I_(\d+)\)", words.theorem)[0]
    assert (
        words.row["number"].value
        == how_many
        == find(r"has exactly \$(\d+)\$ critical points?", words.latex)[0]
        == find(r"F has exactly (\d+) critical points? W", words.theorem)[0]
    )
    k = int(k)
    eye, rest = (
        np.eye(k, dtype=np.longdouble),
        np.ones((k, k), dtype=np.longdouble) - np.eye(k, dtype=np.longdouble),
    )

    def slope(x):
        found = gaussian.gradient(x[0] * eye + x[1] * rest, eye)
        return np.array([found[0, 0], found[0, 1]])

    found = []
    for a in np.linspace(-1.4, 1.4, 7):
        for b in np.linspace(-0.7, 0.7, 6):
            x = np.array([a, b + 1e-3], dtype=np.longdouble)
            for _ in range(60):
                if not np.isfinite(x).all() or abs(x).max() < 1e-3:
                    break
                step = np.longdouble("1e-8")
                jacobian = np.array(
                    [(slope(x + step * e) - slope(x - step * e)) / (2 * step) for e in np.eye(2)]
                ).T.astype(float)
                if abs(np.linalg.det(jacobian)) < 1e-14:
                    break
                move = np.linalg.solve(jacobian, slope(x).astype(float))
                x = x - move * min(1.0, 0.3 / (np.linalg.norm(move) + 1e-30))
            if (
                np.isfinite(x).all()
                and abs(x).max() > 1e-3
                and abs(slope(x)).max() < 1e-10
                and all(np.linalg.norm((x - y).astype(float)) > 1e-6 for y in found)
            ):
                found.append(x)
    assert len(found) == int(how_many)
    listed = [
        tuple(map(np.longdouble, pair))
        for pair in re.findall(rf"W\(({NUMBER}), ({NUMBER})\)\| <=", words.theorem)
    ]
    assert len(listed) == int(how_many)
    for x in found:
        assert min(np.hypot(float(x[0] - a), float(x[1] - b)) for a, b in listed) < 1e-6


# --------------------------------------------------------------------------------------------------
# Networks on data
# --------------------------------------------------------------------------------------------------

NAMED = {
    "ReLU": (["0"], ["0", "1"], "0"),
    "absolute value": (["0"], ["-1", "1"], "0"),
    "hard tanh": (["-1", "1"], ["0", "1", "0"], "-1"),
    "ReLU6": (["0", "6"], ["0", "1", "0"], "0"),
    "identity": ([], ["1"], "0"),
}


def network_in(words):
    """The network that the sentence describes (dense layers and units only; None if there are
    others).
    """
    if re.match(r"\d+ x \d+ x \d+ inputs, ", words):
        return None
    inputs, noun = find(r"^(\d+) (inputs?), ", words)
    assert (noun == "input") == (inputs == "1")
    layers = []
    for part in re.split(
        r", (?=dense|ReLU|leaky|absolute|hard|units|identity|convolution|average|plus)", words
    )[1:]:
        if part.startswith("dense layer of"):
            units, noun, bias = find(r"^dense layer of (\d+) (units?)( without bias)?$", part)
            assert (noun == "unit") == (units == "1")
            layers.append({"type": "dense", "outputs": int(units), "bias": bias is None})
        elif part in NAMED or part.startswith("leaky ReLU"):
            kinks, slopes, value = (
                NAMED[part]
                if part in NAMED
                else (["0"], list(find(r"^leaky ReLU \(slopes (\S+) and (\S+)\)$", part)), "0")
            )
            layers.append({"type": "units", "kinks": kinks, "slopes": slopes, "value": value})
        elif part.startswith("units of"):
            slopes, kinks, value = find(
                r"^units of slopes (.*) with (?:a kink|kinks) at (.*) and the value (\S+)"
                r" (?:there|at the first)$",
                part,
            )
            layers.append(
                {
                    "type": "units",
                    "kinks": kinks.split(", "),
                    "slopes": slopes.split(", "),
                    "value": value,
                }
            )
        else:
            return None
    return {"input": [int(inputs)], "layers": layers}


def number_in(words):
    """A rational, or an interval that holds it."""
    match = re.fullmatch(
        rf"(?:is a rational in |a rational in |= )?(?:{INTERVAL}|(-?\d\S*))", words
    )
    assert match, words
    low, high, exactly = match.groups()
    return (Fraction(exactly), Fraction(exactly)) if exactly else (Fraction(low), Fraction(high))


def data_point(document, words, start):
    """The problem of a piecewise-linear network with the layers told; what its risk at the
    parameters is.
    """
    problem, theta = (
        document["statement"]["problem"],
        piecewise.parsed(document["statement"]["parameters"]),
    )
    described, how_many, noun, risk = find(
        rf"^{start} of the empirical risk of a network: (.*); (\d+) (data|datum), loss .*, risk"
        r" (.*)$",
        words.headline,
    )
    assert int(how_many) == len(problem["inputs"]) and (noun == "datum") == (how_many == "1")
    network = network_in(described)
    if network is not None:
        problem = problem | {"network": network}
    here, _ = piecewise.risk(problem, theta)
    low, high = number_in(risk)
    assert low <= here <= high
    low, high = number_in(find(r"where R\(theta\) ((?:=|is) .*)\.", words.theorem)[0])
    assert low <= here <= high
    inputs, targets = find(
        r"^with (\d+) inputs? and (\d+) targets? each$", words.row["data"].meaning
    )
    assert (int(inputs), int(targets)) == (len(problem["inputs"][0]), len(problem["targets"][0]))
    return problem, theta, here


def data_minimum(name, words):
    document = load(name)
    claims = document["statement"]["claims"]
    start = (
        ("spurious " if claims["better"] else "")
        + "local minimum"
        + (", one of a continuum," if claims["continuum"] else "")
    )
    problem, theta, here = data_point(document, words, start)
    rng = random.Random(4)
    assert all(
        piecewise.risk(problem, near)[0] >= here for near in piecewise.neighbours(theta, rng, 4)
    )
    assert (
        ("is smaller at the better parameters" in words.theorem)
        == (claims["better"] is not None)
        == ("spurious" in words.row)
    )
    if claims["better"]:
        assert piecewise.risk(problem, piecewise.parsed(claims["better"]))[0] < here
    assert ("continuum" in words.theorem) == claims["continuum"] == ("continuum" in words.row)
    if claims["linear_fit"]:
        assert "no affine map has a smaller risk" in words.theorem
    if claims["linear_fit"] and problem["loss"] == {"type": "squared"}:
        x, y = (
            np.array(piecewise.parsed(problem[part]), dtype=float) for part in ("inputs", "targets")
        )
        extended = np.column_stack([x, np.ones(len(x))])
        fitted, *_ = np.linalg.lstsq(extended, y, rcond=None)
        assert abs(((extended @ fitted - y) ** 2).sum() / 2 - float(here)) < 1e-9 * max(
            1, float(here)
        )


def data_global(name, words):
    problem, theta, here = data_point(load(name), words, "global minimum")
    rng = random.Random(5)
    assert all(
        piecewise.risk(problem, piecewise.moved(theta, Fraction(1, 10**scale), rng))[0] >= here
        for scale in (0, 0, 1, 2, 4)
    )


def data_saddle(name, words):
    document = load(name)
    problem, theta, here = data_point(document, words, "saddle")
    assert (
        "along the curve `descent` of the file R falls\nbelow R(theta) at once, along the curve"
        " `ascent` it rises above" in words.theorem
    )
    claims = {
        part: piecewise.parsed(document["statement"]["claims"][part])
        for part in ("descent", "ascent")
    }
    for scale in (6, 8):
        assert (
            piecewise.risk(
                problem, piecewise.along(theta, claims["descent"], Fraction(1, 10**scale))
            )[0]
            < here
        )
        assert (
            piecewise.risk(
                problem, piecewise.along(theta, claims["ascent"], Fraction(1, 10**scale))
            )[0]
            > here
        )


def data_noncritical(name, words):
    problem, *_ = data_point(load(name), words, "not a critical point")
    part, entry, layer, told = find(
        r"its derivative by (weight|bias) (\d+) of layer (\d+) is (.*), not 0:", words.theorem
    )
    assert find(r"by (weight|bias) (\d+) of layer (\d+), not 0", words.row["∂R"].meaning) == (
        part,
        entry,
        layer,
    )
    place = [
        i
        for i, known in enumerate(problem["network"]["layers"], 1)
        if known["type"] in {"dense", "convolution"}
    ].index(int(layer))
    step = Fraction(1, 10**12)

    def moved(sign):
        changed = json.loads(json.dumps(load(name)["statement"]["parameters"]))
        rows = changed[place]["weights" if part == "weight" else "bias"]
        spots = (
            [(row, i) for row in rows for i in range(len(row))]
            if part == "weight"
            else [(rows, i) for i in range(len(rows))]
        )
        row, i = spots[int(entry) - 1]
        row[i] = str(Fraction(row[i]) + sign * step)
        return piecewise.risk(problem, piecewise.parsed(changed))[0]

    low, high = number_in(told)
    found = (moved(1) - moved(-1)) / (2 * step)
    assert low - Fraction(1, 10**6) < found < high + Fraction(1, 10**6) and found != 0


def data_entropy(name, words):
    document = load(name)
    statement = document["statement"]
    problem, claims = statement["problem"], statement["claims"]
    described, data, classes, low, high = find(
        r"local minimum of the cross-entropy of a network: (.*); (\d+) (?:data|datum), (\d+)"
        rf" classes, risk in {INTERVAL}$",
        words.headline,
    )
    assert (int(data), int(classes)) == (len(problem["inputs"]), problem["classes"])
    assert set(problem["labels"]) <= set(range(int(classes)))
    problem = problem | {"network": network_in(described) or problem["network"]}
    with mpmath.workdps(40):
        assert inside(
            float(piecewise.entropy(problem, piecewise.parsed(statement["parameters"]))),
            low,
            high,
            1e-9,
        )
        if words.headline.startswith("spurious"):
            assert float(piecewise.entropy(problem, piecewise.parsed(claims["better"]))) < float(
                low
            )
    assert piecewise.falsehood(document) is None


def smooth_problem(document, words):
    """Digits enough for differences of risks; the data told are those in the file."""
    problem = document["statement"]["problem"]
    data, noun = find(r"; (\d+) (data|datum), risk", words.headline)
    assert int(data) == len(problem["inputs"]) and (noun == "datum") == (data == "1")
    assert find(r"^with (\d+) inputs? and one target each$", words.row["data"].meaning) == (
        str(len(problem["inputs"][0])),
    )
    return problem, smooth.risk_of(problem)


def lower_near(risk, layers, count=10):
    """The largest fall of the risk near the point, relative to it."""
    rng = random.Random(6)
    return smooth.lowest(risk, layers, smooth.directions(layers, rng, count), (2, 3, 5))


def widths_in(words):
    one = re.search(r"one hidden layer of (\d+) (units?)", words)
    if one:
        assert (one[2] == "unit") == (one[1] == "1")
        return [int(one[1])]
    return [int(width) for width in find(r"hidden layers of ([\d, ]+) units", words)[0].split(", ")]


def data_constant(name, words):
    document = load(name)
    claims = document["statement"]["claims"]
    with mpmath.workdps(50):
        problem, risk = smooth_problem(document, words)
        assert widths_in(words.headline) == widths_in(words.theorem) == problem["widths"]
        layers = smooth.constant_on_data(
            problem, smooth.parsed(document["statement"]["parameters"])
        )
        here = risk(layers)
        low, high = number_in(find(r", risk (\S.*)$", words.headline)[0])
        assert inside(float(here), low, high, 1e-15)
        level, told = find(
            r"f_theta\*\(x_n\) (.*) for all n, and R\(theta\*\) (.*)\.", words.theorem
        )
        targets = [Fraction(row[0]) for row in problem["targets"]]
        low, high = number_in(level)
        assert low <= sum(targets) / len(targets) <= high
        low, high = number_in(told)
        assert inside(float(here), low, high, 1e-15)
        assert lower_near(risk, layers) > -1e-30
        assert ("spurious" in words.headline) == (claims["better"] is not None)
        if claims["better"] is not None:
            assert risk(smooth.parsed(claims["better"])) < here


def data_constant_family(name, words):
    """One point for each of several architectures, made as theorem 16 makes it: no point near by is
    lower, but one near its twin is.
    """
    document = load(name)
    statement = document["statement"]
    assert words.headline.startswith("spurious local minima for every depth and all widths,")
    assert "Then for EVERY L >= 1 and ALL d_1, ..., d_L >= 1" in words.theorem
    assert (words.row["L"].relation, words.row["L"].printed()) == ("≥", "1")
    with mpmath.workdps(60):
        problem, risk = smooth_problem(document, words)
        a = smooth.number(statement["point"])
        low, high = number_in(find(r"applies h to (.*) on all data", words.theorem)[0])
        assert low <= Fraction(statement["point"]) <= high
        h, d = smooth.function(problem["activation"]), len(problem["inputs"][0])
        low, high = number_in(find(r", risk (\S.*)$", words.headline)[0])
        for widths in ([1], [3], [2, 1], [1, 2, 2]):
            sizes = [d, *widths]
            found = {}
            for sign in (1, -1):
                layers = []
                for place, (below, above) in enumerate(zip(sizes, widths, strict=False)):
                    weight = {0: mpmath.mpf(0), 1: mpmath.mpf("1e-4")}.get(place, mpmath.mpf(1))
                    layers.append(
                        (
                            [[weight] * below for _ in range(above)],
                            [a - weight * below * h(a) if place else a] * above,
                        )
                    )
                outer = mpmath.mpf(sign) * (mpmath.mpf("1e-4") if len(widths) == 1 else 1)
                layers.append(([[outer] * widths[-1]], [mpmath.mpf(0)]))
                layers = smooth.constant_on_data(problem, layers)
                assert inside(float(risk(layers)), low, high, 1e-15)
                rng = random.Random(7)
                found[sign] = smooth.lowest(
                    risk, layers, smooth.directions(layers, rng, 24), (5, 7)
                )
            assert max(found.values()) > -1e-40 > min(found.values()), (widths, found)


def data_splitting(name, words):
    """At the least width and the next ones, in unequal shares; at the better width, and beyond it
    with idle units.
    """
    document = load(name)
    statement = document["statement"]
    base = statement["problem"]["widths"]
    least, low, high = find(
        rf"for every width k >= (\d+) of the last hidden layer, .* risk in {INTERVAL}$",
        words.headline,
    )
    assert (
        find(r"For EVERY k >= (\d+) R has a spurious", words.theorem)
        == find(r"every integer \$k\\ge (\d+)\$", words.latex)
        == (least,)
    )
    assert (words.row["k"].relation, words.row["k"].printed()) == ("≥", least)
    (first,), (better_width, bound) = (
        find(r"For k = (\d+) R has a local minimum", words.theorem),
        find(r"For k = (\d+) R is below (\S+) at the better", words.theorem),
    )
    assert int(first) == base[-1]
    neuron, copies = find(
        r"theta\* with neuron (\d+) of the last\s+hidden layer split into (.*?) copies",
        words.theorem,
    )
    assert words.row["split"].value == neuron
    less = 0 if copies == "k" else int(find(r"^k - (\d+)$", copies)[0])
    if len(base) > 1:
        assert [
            int(width)
            for width in find(r"behind (?:a )?hidden layers? of ([\d, ]+) units?,", words.headline)[
                0
            ].split(", ")
        ] == base[:-1]
    with mpmath.workdps(40):
        _, risk = smooth_problem(document, words)
        layers = smooth.newton(risk, smooth.parsed(statement["parameters"]), 2)
        here = risk(layers)
        assert inside(float(here), low, high, 1e-12)
        better = smooth.parsed(statement["claims"]["better"]["parameters"])
        assert (
            len(better[-1][0][0]) == int(better_width)
            and risk(better) < smooth.number(bound) <= here
        )
        for k in (int(first), int(least), int(least) + 1):
            shares = [mpmath.mpf(1 + i) for i in range(k - less)]
            split = smooth.split(layers, int(neuron) - 1, [share / sum(shares) for share in shares])
            assert len(split[-1][0][0]) == k
            assert abs(risk(split) - here) < mpmath.mpf("1e-25")
            assert lower_near(risk, split, 5) > -1e-20


# --------------------------------------------------------------------------------------------------

CASES = [
    *((symmetric, name) for name in SADDLES),
    *(
        (symmetric, f"proofs/symmetric/{name}.json")
        for name in (
            "k04/II",
            "k05/A",
            "k06/I",
            "k06/II+1",
            "k07/II",
            "k08/A+1",
            "k08/A_6",
            "k11/I+1",
        )
    ),
    *(
        (symmetric, f"tests/corpus/accept/{name}.json")
        for name in (
            *("symmetric-columns", "symmetric-small-blocks", "symmetric-finer-blocks"),
            *("copy-both", "copy-k10", "copy-k11", "copy-slope"),
        )
    ),
    (splitting, "tests/corpus/accept/copy-splitting.json"),
    (basin, "tests/corpus/accept/copy-basin.json"),
    *(
        (dense, name)
        for name in (
            "proofs/gaussian/n06-k06.json",
            *(
                f"tests/corpus/accept/{name}.json"
                for name in ("padded-d08", "planar-teachers", "one-dimension")
            ),
        )
    ),
    *((birth, f"proofs/symmetric/birth/{name}.json") for name in ("II", "A", "I-near", "II_3")),
    *(
        (birth, f"proofs/overparameterised/families/births/{name}.json")
        for name in ("II_2+2", "II_3+3-death", "II+1")
    ),
    *(
        (family, f"proofs/family/{name}.json")
        for name in ("II", "A", "I", "II+1", "I+1", "II_3+3prime")
    ),
    *((family_saddle, f"proofs/family/saddle/{name}.json") for name in ("II", "A", "I")),
    *(
        (splitting, f"proofs/consequences/{name}.splitting.json")
        for name in ("gaussian-n06-k06", "k07-A", "k07-II+1")
    ),
    *((basin, f"proofs/consequences/{name}.basin.json") for name in ("gaussian-n06-k06", "k07-I")),
    (span, "proofs/teachers/near-k06.json"),
    (span, "tests/corpus/accept/span-given.json"),
    *(
        (examine, f"tests/corpus/accept/activation-{name}.json")
        for examine, names in {
            symmetric: ("minus", "near-linear", "k03", "saddle-k05"),
            dense: ("dense", "planar"),
            birth: ("birth",),
            splitting: ("splitting", "splitting-symmetric"),
            basin: ("basin", "basin-dense"),
            span: ("span", "span-near"),
        }.items()
        for name in names
    ),
    *(
        (slopes, f"proofs/every-slope/{name}.json")
        for name in ("k05/II", "k06/II", "k06/A", "k07/I", "k03/II", "k10/II")
    ),
    *(
        (slopes, f"tests/corpus/accept/slopes-{name}.json")
        for name in (
            "rows",
            "weaker",
            "near-birth",
            "to-infinity",
            "from-zero",
            "II-k08",
            "zero-unused",
        )
    ),
    (enumeration, "proofs/enumeration/k05.json"),
    *(
        (data_minimum, name)
        for name in (
            "proofs/data/xor-relu-2.json",
            *(
                f"tests/corpus/accept/data-minimum-{name}.json"
                for name in (
                    "abs",
                    "width-one",
                    "two-outputs",
                    "xor-leaky",
                    "convolution",
                    "saturated",
                    "huber",
                    "hard-tanh",
                    "residual",
                )
            ),
        )
    ),
    (data_global, "tests/report/data/global-minimum.json"),
    (data_saddle, "tests/report/data/saddle.json"),
    (data_noncritical, "tests/report/data/noncritical.json"),
    (data_noncritical, "tests/corpus/accept/data-noncritical-bias.json"),
    (data_entropy, "tests/report/data/entropy-minimum.json"),
    (data_entropy, "tests/corpus/accept/data-entropy-three-logits.json"),
    (data_constant, "proofs/smooth/yun-sra-jadbabaie-selu.json"),
    (data_constant, "tests/report/data/constant-minimum.json"),
    (data_constant_family, "tests/report/data/constant-family.json"),
    (data_constant_family, "tests/corpus/accept/smooth-family-tanh.json"),
    (data_splitting, "tests/report/data/splitting-family.json"),
    (data_splitting, "tests/corpus/accept/smooth-split-deep.json"),
    (data_splitting, "tests/corpus/accept/smooth-split-unequal.json"),
]


def test_the_shipped_saddles_are_all_looked_at():
    assert len(SADDLES) == 26
    from certify.kernel.kinds import KINDS

    elsewhere = {
        *("gaussian-slope-birth", "gaussian-birth-curve", "gaussian-family-slopes-minimum"),
        *("gaussian-landscape", "gaussian-slopes-landscape", "smooth-strict-minimum"),
        *("smooth-exact-fit", "smooth-saddle"),
        *("smooth-no-critical-point", "piecewise-kink-minimum"),
    }
    assert {load(name)["kind"] for _, name in CASES} == set(KINDS) - elsewhere


@pytest.mark.parametrize(
    ("examine", "name"),
    CASES,
    ids=[
        f"{examine.__name__}-{Path(name).parent.name}-{Path(name).stem}" for examine, name in CASES
    ],
)
@pytest.mark.first(3, per="examine")
def test_what_is_said_is_true(examine, name):
    examine(name, said(load(name)))


def changed(words, part, old, new):
    text = getattr(words, part)
    assert old in text, old
    return replace(words, **{part: text.replace(old, new)})


FALSE = [
    # what was said once: of every d >= 8
    (
        "headline",
        "saddle of index 12 in R^(10 x 8), 12 + (d - 8) in dimension d, of",
        "saddle of index 12 of",
    ),
    (
        "headline",
        "12 in R^(10 x 8), 12 + (d - 8) in dimension d,",
        "12 in R^(10 x 8) and in every dimension d >= 8,",
    ),
    ("headline", "12 + (d - 8)", "12 + 2(d - 8)"),
    ("headline", "12 + (d - 8)", "12 + (d - 7)"),
    ("headline", "index 12", "index 13"),
    ("headline", "R^(10 x 8)", "R^(10 x 9)"),
    ("headline", "every d >= 8", "every d >= 7"),
    ("headline", "S_7 x S_1", "S_8 x S_1"),
    ("theorem", ", 12 + (D - 8) in R^(10 x D)", " and in every R^(10 x D)"),
    ("theorem", ", 12 + (D - 8) in", ", 12 + 3(D - 8) in"),
    ("theorem", "6 times in [-0.043", "5 times in [-0.043"),
    ("theorem", "once in [-0.00327", "2 times in [-0.00327"),
    ("theorem", "added by each dimension beyond 8", "added by each dimension beyond 9"),
    ("theorem", "29030400", "2903040"),
    ("latex", ", and $12 + (D - 8)$ in $", " and in every $"),
    ("latex", "exactly $12$", "exactly $13$"),
    ("latex", "29030400", "29030401"),
    ("second", ", 12 + (D-8) for D>=k", " and for every D>=k"),
    ("second", "12 + (D-8)", "13 + (D-8)"),
]


@pytest.mark.parametrize(("part", "old", "new"), FALSE)
def test_a_false_sentence_is_found(part, old, new):
    name = "proofs/symmetric/k08/I+2.json"
    words = changed(said(load(name)), part, old, new)
    with pytest.raises((AssertionError, ValueError)):
        symmetric(name, words)


def test_false_rows_are_found():
    name = "proofs/symmetric/k08/I+2.json"
    words = said(load(name))
    falsehoods = {
        "index": "negative eigenvalues of the Hessian in every ℝ^{10×D}",
        "λ_min(W*)": "smallest eigenvalue of the Hessian at W*",
    }
    for symbol, meaning in falsehoods.items():
        rows = tuple(
            replace(row, meaning=meaning) if row.symbol == symbol else row for row in words.rows
        )
        with pytest.raises(AssertionError):
            symmetric(name, replace(words, rows=rows))


OTHERS = [
    (family, "proofs/family/II.json", "headline", "k >= 6", "k >= 5"),
    (family, "proofs/family/II.json", "theorem", "strictly decreasing", "strictly increasing"),
    (family_saddle, "proofs/family/saddle/II.json", "headline", "5.585505247]", "6]"),
    (birth, "proofs/symmetric/birth/A.json", "headline", "representation x1", "representation s1"),
    (enumeration, "proofs/enumeration/k05.json", "headline", "exactly 4", "exactly 5"),
    (enumeration, "proofs/enumeration/k05.json", "headline", "n = k = d = 5", "n = k = 5"),
    (dense, "tests/corpus/accept/one-dimension.json", "headline", ", d = 1,", ", every d >= 1,"),
    (basin, "proofs/consequences/k07-I.basin.json", "headline", "curvature 0.000", "curvature 0.1"),
    (
        data_minimum,
        "tests/corpus/accept/data-minimum-hard-tanh.json",
        "headline",
        "hard tanh",
        "ReLU",
    ),
    (
        data_minimum,
        "tests/corpus/accept/data-minimum-width-one.json",
        "headline",
        "dense layer of 1 unit",
        "dense layer of 1 units",
    ),
    (
        data_splitting,
        "tests/report/data/splitting-family.json",
        "theorem",
        "split into k",
        "split into k - 7",
    ),
]


FIVE, ROWS = "proofs/every-slope/k05/II.json", "tests/corpus/accept/slopes-rows.json"
SLOPES = [
    # beyond the birth at 0.25868, and the global minimum at c = 0, said in one text or in all
    (FIVE, "all", "0.2586", "0.26"),
    (FIVE, "headline", "0.2586", "0.26"),
    (FIVE, "second", "0.2586", "0.26"),
    (FIVE, "headline", "c > 0", "c >= 0"),
    (FIVE, "headline", " and c <= 0.2586", ""),
    (FIVE, "theorem", "c > 0", "c >= 0"),
    (FIVE, "latex", "c>0", r"c\ge 0"),
    (FIVE, "latex", "0.2586", "0.258"),
    (FIVE, "second", "> 0 and <= 0.2586", "> 0"),
    (FIVE, "headline", "c = ((p - q)/(p + q))^2", "c = ((p + q)/(p - q))^2"),
    (FIVE, "theorem", "c = ((p - q)/(p + q))^2", "c = ((p - q)/(p + q))"),
    (FIVE, "second", "c = ((p - q)/(p + q))^2", "c = ((p - q)/(p - q))^2"),
    (FIVE, "theorem", "+ q max(0, -t)", "- q max(0, -t)"),
    (FIVE, "theorem", "p + q != 0", "p - q != 0"),
    (FIVE, "theorem", "3.4e-6 (p + q)^2", "3.5e-6 (p + q)^2"),
    (FIVE, "theorem", "3.4e-6 (p + q)^2", "3.4e-6"),
    (FIVE, "latex", r"3.4\cdot10^{-6}", r"3.4\cdot10^{-5}"),
    (FIVE, "second", "3.4e-6", "3.4e-5"),
    (FIVE, "theorem", "is a strict local minimum", "is a local minimum"),
    (FIVE, "theorem", "D - 5 zero", "D - 4 zero"),
    (FIVE, "headline", "every d >= 5", "every d >= 4"),
    (FIVE, "headline", "S_4 x S_1", "S_5"),
    (FIVE, "latex", "S_{4}", "S_{3}"),
    (FIVE, "second", "diagonal 4", "diagonal 5"),
    (FIVE, "second", "for every D>=k", "for D=k"),
    (ROWS, "headline", "n = 8, k = 7", "n = 7, k = 7"),
    (ROWS, "theorem", "R^(8 x D)", "R^(7 x D)"),
    (ROWS, "second", "n=8 k=7", "n=7 k=7"),
    (ROWS, "second", " + row 1", ""),
]


@pytest.mark.parametrize(("name", "part", "old", "new"), SLOPES)
def test_false_sentences_about_slopes_are_found(name, part, old, new):
    words = said(load(name))
    parts = ("headline", "theorem", "latex", "second") if part == "all" else (part,)
    for one in parts:
        words = changed(words, one, old, new)
    with pytest.raises(AssertionError):
        slopes(name, words)


@pytest.mark.parametrize(
    ("name", "end", "curvature"),
    [(FIVE, "0.2588", "3.4e-6"), ("proofs/every-slope/k06/II.json", "infinity", "0.0024")],
)
def test_a_claim_that_all_texts_agree_on_and_is_false_is_found(name, end, curvature, monkeypatch):
    """The document itself says it: only the dense loss knows."""
    document = load(name)
    claims = document["statement"]["claims"]
    claims["c"][1], claims["curvature"] = end, curvature
    monkeypatch.setitem(globals(), "load", lambda _: document)
    with pytest.raises(AssertionError, match="an eigenvalue is"):
        slopes(name, said(document))


@pytest.mark.parametrize(
    ("symbol", "old", "new"),
    [
        ("slopes", "−0.325797", "−0.325796"),
        ("slopes", "−0.325797", "−0.325799"),
        ("slopes", "−1 <", "−1 ≤"),
        ("c₀", "; 0 itself is left out", ""),
        ("G", "S₄", "S₅"),
    ],
)
def test_false_rows_about_slopes_are_found(symbol, old, new):
    words = said(load(FIVE))

    def falsified(row):
        if symbol == "c₀":
            assert old in row.meaning
            return replace(row, meaning=row.meaning.replace(old, new))
        assert old in row.value.text
        return replace(row, value=Math(row.value.text.replace(old, new)))

    rows = tuple(falsified(row) if row.symbol == symbol else row for row in words.rows)
    with pytest.raises((AssertionError, ValueError)):
        slopes(FIVE, replace(words, rows=rows))


@pytest.mark.parametrize(
    ("examine", "name", "part", "old", "new"),
    OTHERS,
    ids=[f"{case[0].__name__}-{case[4]}" for case in OTHERS],
)
def test_other_false_sentences_are_found(examine, name, part, old, new):
    with pytest.raises((AssertionError, KeyError, ValueError)):
        examine(name, changed(said(load(name)), part, old, new))


def test_where_the_padding_holds_the_smallest_eigenvalue():
    """A minimum or saddle whose smallest eigenvalue is one of further dimensions gets a row for
    these.
    """
    document = load("tests/corpus/accept/symmetric-II-k06.json")
    claim = read_claim(document)
    view = view_of("gaussian-symmetric-minimum")
    assert "λ_min₊(W*)" not in {row.symbol for row in view.claims(claim)}
    (kind, (_, *others)), *rest = claim.padding
    low = Interval(claim.lambda_min.low / 2, claim.lambda_min.low, ("0.00235", "0.00236"))
    lower = replace(claim, padding=((kind, (low, *others)), *rest))
    row = {row.symbol: row for row in view.claims(lower)}["λ_min₊(W*)"]
    assert unicode(row.meaning).endswith("in every ℝ^{6×D}, D > 6")
    assert str(row.value) == "[0.00235, 0.00236]"


@pytest.mark.parametrize(
    ("q", "text"), [(0, "5"), (1, "5 + (d - 5)"), (2, "5 + 2(d - 5)"), (7, "5 + 7(d - 5)")]
)
def test_the_index_grows_by_the_dimensions_below_zero(q, text):
    claim = read_claim(load("tests/corpus/accept/symmetric-columns.json"))
    kind, values = claim.padding[0]
    below = Interval(-values[-1].high, -values[-1].low, ("-2", "-1"))
    lowered = replace(
        claim, index=5, padding=((replace(kind, dimension=q), (below,)),) if q else ()
    )
    assert (lowered.index_beyond, plain((lowered.index_in("d"),))) == (q, text)


def test_the_oracle_of_the_loss_is_an_integral():
    """In the plane, by a fine rule over angles (the radial part is E r^2 = 2); gradient and Hessian
    are differences of the loss.
    """
    rng = np.random.default_rng(8)
    students, teachers = (
        rng.normal(size=(3, 2)).astype(np.longdouble),
        rng.normal(size=(2, 2)).astype(np.longdouble),
    )
    angles = 2 * np.pi * np.arange(200_000) / 200_000
    x = np.stack([np.cos(angles), np.sin(angles)])
    error = np.maximum(students.astype(float) @ x, 0).sum(0) - np.maximum(
        teachers.astype(float) @ x, 0
    ).sum(0)
    assert abs((error**2).mean() - gaussian.loss(students, teachers)) < 1e-9
    step = np.longdouble("1e-5")
    for place in np.ndindex(3, 2):
        move = np.zeros((3, 2), dtype=np.longdouble)
        move[place] = step
        slope = (
            gaussian.loss(students + move, teachers) - gaussian.loss(students - move, teachers)
        ) / (2 * step)
        assert abs(slope - gaussian.gradient(students, teachers)[place]) < 1e-8


@pytest.mark.parametrize(("number", "text"), [(0, "0 classes"), (1, "1 class"), (2, "2 classes")])
def test_numbers_agree_with_their_nouns(number, text):
    assert counted(number, "class", "classes") == text


SEVERAL = (
    "classes|data|inputs|targets|units|points|critical points|neurons|layers|times|intervals|pieces"
    "|rows|columns|eigenvalues|copies|boxes|students|teachers"
)
ONE_OF_SEVERAL = re.compile(rf"(?<![\w.,^)!-])(?<!- )1 (?:{SEVERAL})\b")


@pytest.mark.long
def test_no_sentence_counts_one_of_several():
    """Over everything that is shipped and accepted."""
    files = [
        *(ROOT / "proofs").rglob("*.json"),
        *(ROOT / "tests" / "corpus" / "accept").glob("*.json"),
        *(ROOT / "tests" / "report" / "data").glob("*.json"),
    ]
    looked = 0
    for path in sorted(files):
        document = json.loads(path.read_text())
        if "kind" not in document:
            continue
        words = said(document)
        texts = [words.headline, words.theorem, words.second, *(row.meaning for row in words.rows)]
        for text in texts:
            assert not ONE_OF_SEVERAL.search(text), (path.name, text)
            # a representation is called one
            assert not re.search(r"(?:\(|of )type [1sxy]\d*\b", text), text
            assert "units of slopes 0, 1 with a kink at 0 " not in text
        looked += 1
    assert looked > 400
