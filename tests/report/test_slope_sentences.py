"""What is printed about births in the slope, the curve of births, every k and every slope, and
output weights: every number and quantifier against the loss itself (`oracles/branches.py`,
`oracles/statements.py`, `oracles/gaussian.py`), and sentences made false on purpose.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp, mpf, sqrt
from oracles import branches, gaussian
from oracles.statements import birth_curve_falsehood, family_slopes_falsehood, written
from test_sentences import INTERVAL, NUMBER, activation, find, inside, load, parts_of, said

BIRTHS = "proofs/slopes-births/"
SHORT = "proofs/every-slope/every-k/short.json"
END = "tests/corpus/accept/birth-curve-end.json"


def formula_of_c(text):
    """c = ((p - q)/(p + q))^2, taken at its word."""
    (rule,) = find(r"c ?= ?(\(\(?p ?- ?q\).*?\^2(?:/\(p\+q\)\^2)?)(?=[,$ .])", text)
    for p, q in ((2, 1), (-1, 3)):
        assert eval(rule.replace("^", "**"), {"p": p, "q": q}) == ((p - q) / (p + q)) ** 2


def every_k(name, words):
    """The same first k and curvature in all texts; true at this k, the next and a larger one."""
    statement = load(name)["statement"]
    k, curvature = statement["claims"]["k_from"], statement["claims"]["curvature"]
    ways = r"σ|sigma"
    (of_headline,) = find(
        rf"for every n = k >= (\d+), every d >= k and every (?:{ways})\(t\) = p max\(0, t\) \+ q"
        r" max\(0, -t\) with p != \+-q: orthonormal targets, fixed by S_\(k-1\) x S_1$",
        words.headline,
    )
    (of_theorem,) = find(r"every integer k >= (\d+) and every D >= k let", words.theorem)
    (of_latex,) = find(r"every integer \$k\\ge (\d+)\$ and every \$D\\ge k\$ let", words.latex)
    (of_second,) = find(r"for each integer k>=(\d+), n=k, and every sigma", words.second)
    assert {of_headline, of_theorem, of_latex, of_second, words.row["k"].printed()} == {str(k)}
    assert words.row["k"].relation == "≥"
    for text in (words.theorem, words.second, words.latex.replace("\\ne", " != ").replace("$", "")):
        find(r"p ?\+ ?q ?!= ?0 and p ?!= *q\b", text)
    assert "for every D>=k" in words.second and "strict local minimum" in words.second
    bounds = {
        find(r"at W\* is above (\S+) \(p \+ q\)\^2\.$", words.theorem)[0],
        find(r"is above \$(\S+)\\,\(p\+q\)\^2\$", words.latex)[0],
        find(r"Hessian there > (\S+) \(p \+ q\)\^2$", words.second)[0],
    }
    assert bounds == {curvature}
    row = words.row["λ_min(W*)/(p + q)²"]
    assert row.relation == "≥" and Fraction(row.printed()) <= Fraction(curvature)
    for text in (row.meaning, words.row["spurious"].meaning):
        assert "for every k, every D ≥ k and every σ(t)" in text and "p ≠ ±q" in text
    for text in ("D - k zero columns, is a strict local minimum;", "F(W*) > 0, while inf F = 0"):
        assert text in words.theorem
    assert "first $k-1$ rows together with the first $k-1$ columns" in words.latex
    assert family_slopes_falsehood(statement) is None


def birth(name, words):
    """On both sides of the c said: the eigenvalue named, as often as it is said, below or above;
    dimensions k and beyond; the slope.
    """
    statement = load(name)["statement"]
    n, claims = statement["problem"]["n"], statement["claims"]
    size = statement["blocks"][0]["size"]
    rows, teachers, d, kind, low, high = find(
        r"n = (\d+), k = (\d+), every d >= (\d+), orthonormal targets, fixed by .*; an eigenvalue"
        rf" of representation (\S+) crosses 0 at exactly one c in {INTERVAL}$",
        words.headline,
    )
    assert rows == teachers == d == str(n) and kind == words.row["representation"].value
    group = find(r"fixed by (\S+(?: x \S+)*);", words.headline)[0].split(" x ")
    assert group == [f"S_{block['size']}" for block in statement["blocks"]]
    assert find(r"D >= (\d+), v_1, \.\.\., v_(\d+) .* W in R\^\((\d+) x D\)", words.theorem) == (
        (str(n),) * 3
    )
    assert find(rf"Let U = {INTERVAL}", words.theorem) == (low, high)
    assert find(rf"\^2 in {INTERVAL}: exactly one critical", words.second) == (low, high)
    for text in (words.theorem, words.latex, words.second):
        formula_of_c(text)
    # the side of the minimum, said four times
    sign, other = find(
        r"for c ([<>]) c\* in U, W\(c\) is a strict local minimum; for c ([<>]) c\* in U it is a"
        r" saddle",
        words.theorem,
    )
    assert find(
        r"\$c([<>])c\^\\ast\$ in \$U\$, \$W\(c\)\$ is a strict local minimum, and for"
        r" \$c([<>])c\^\\ast\$ in \$U\$ it is a saddle",
        words.latex,
    ) == (sign, other)
    side = {"<": "below", ">": "above"}
    assert find(r"a strict local minimum (\w+) exactly one c\*", words.second) == (side[sign],)
    assert find(r"strict local minimum (\w+) it, a saddle (\w+) it", words.row["c*"].meaning) == (
        side[sign],
        side[other],
    )
    many, of = find(r"exactly (\d+) negative eigenvalues?, of representation (\w+)", words.theorem)
    assert find(r"exactly (\d+) negative eigenvalues?, of the", words.latex) == (many,)
    assert of == kind == "s1" and int(many) == size - 1
    # the loss itself
    with mp.workdps(100):
        step = mpf(10) ** -25
        sizes, start = written(statement)
        for text, end in ((low, "<"), (high, ">")):
            blocks = branches.Blocks(sizes, branches.parts_of(mpf(text)))
            point = blocks.critical(start, step)
            (distance,) = find(r"fixed by .* within (\S+)\n", words.theorem)
            assert max(abs(point[e] - start[e]) for e in point) < mpf(distance)
            assert blocks.loss(point) > 0
            found = branches.forms(blocks, point, step)
            assert branches.negative(found.pop("s1, x1")) == (end != sign)
            assert not any(map(branches.negative, found.values()))
        slopes = find(rf"has the slope a\* in {INTERVAL}", words.theorem)
        assert find(rf"has a slope in {INTERVAL}$", words.second) == slopes
        for c, a, down in zip((low, high), slopes, (1, -1), strict=True):
            slope = (sqrt(mpf(c)) - 1) / (sqrt(mpf(c)) + 1)
            assert 0 <= down * (slope - mpf(a)) < mpf("1e-26")
    for symbol, ends in (("c*", (low, high)), ("a*", slopes)):
        value = words.row[symbol].value
        assert Fraction(value.low) <= Fraction(ends[0]) < Fraction(ends[1]) <= Fraction(value.high)
    assert words.row["D"].printed() == str(n) and claims["crossing"] == kind


def curve(name, words):
    """The first k, the values and the end in all texts; true on both sides of each."""
    claims = load(name)["statement"]["claims"]
    first = claims["values"][0]["k"]
    start, *limit = find(
        rf"for every real k from ({NUMBER}) up to k_1 in {INTERVAL} a branch .* ceases to be a"
        r" minimum at a slope that increases with k",
        words.headline,
    )
    assert find(rf"Let k_0 = ({NUMBER})\.", words.theorem) == (start,)
    assert find(rf"k_1 in {INTERVAL} and a strictly increasing", words.theorem) == tuple(limit)
    assert find(rf"each real k from (\S+) up to a limit in {INTERVAL} an", words.second) == (
        start,
        *limit,
    )
    assert find(rf"Let \$k_0=({NUMBER})\$", words.latex) == (start,)
    assert words.row["k"].printed() == start == first and words.row["k"].relation == "≥"
    values = re.findall(rf"For k = (\S+), c\*\(k\) is in {INTERVAL}\.", words.theorem)
    assert re.findall(rf"c\*\((\S+)\) in {INTERVAL}", words.second) == values
    assert [v[0] for v in values] == [value["k"] for value in claims["values"]]
    for text in (words.theorem, words.latex):
        assert "strictly increasing analytic function" in text
        assert "has a negative derivative by" in text
    assert "positive below, negative above" in words.theorem
    assert "crosses 0 downwards at c = c*(k), where all others are positive" in words.second
    value = words.row["k₁"].value
    assert Fraction(value.low) <= Fraction(limit[0]) < Fraction(limit[1]) <= Fraction(value.high)
    statement = {
        "claims": {
            "values": [{"k": k, "c": [low, high]} for k, low, high in values],
            "limit": limit,
        }
    }
    assert birth_curve_falsehood(statement) is None


def signed(name, words):
    """The output weights in all texts, and the loss, spectrum and orbit with these weights in
    dimensions k, k + 1, k + 2.
    """
    statement, parts = load(name)["statement"], parts_of(name)
    problem, symmetric = statement["problem"], "blocks" in statement
    assert "with output weights 1 and -1" in words.headline
    if parts != gaussian.RELU:
        activation(name, words)
    given = problem["signs"]
    plus = {s: ["+1" if x == 1 else "-1" for x in given[s]] for s in given}
    assert find(
        r"output weights ([+\-1 ]+) of students and ([+\-1 ]+) of teachers", words.second
    ) == (
        " ".join(plus["students"]),
        " ".join(plus["teachers"]),
    )
    for symbol, which, without in (("s", "students", "columns"), ("t", "teachers", "row")):
        signs = iter(given[which])  # a dot for a block that has none
        blocks = statement.get("blocks") or [{"type": "one"}] * len(given[which])
        shown = ["." if b["type"] == without else next(signs) for b in blocks]
        assert words.row[symbol].printed() == f"({', '.join(map(str, shown))})"
    assert find(r"s_i (?:sigma|max)\(.*t_j (?:sigma|max)\(", words.theorem) == ()
    for letter, index, which in (("s", "i", "students"), ("t", "j", "teachers")):
        where = [str(x) for x in np.flatnonzero(np.array(given[which]) == -1) + 1]
        for text in (words.theorem, words.latex.replace("$", "")):
            (said_where,) = find(
                rf"{letter}_{index} ?= ?-1 for (?:the (?:rows|columns) of blocks? )?"
                rf"(?:{index} ?= ?)?([\d, ]*\d)",
                text,
            )
            known = where
            if symmetric:
                without = "columns" if which == "students" else "row"
                blocks = [
                    str(i) for i, b in enumerate(statement["blocks"], 1) if b["type"] != without
                ]
                known = [blocks[int(x) - 1] for x in where]
            assert re.findall(r"\d+", said_where) == known
        assert "all other output weights are 1" in words.theorem
    if symmetric:
        point = gaussian.written_out(statement["blocks"], statement["centre"])
        weights = tuple(
            [
                sign
                for sign, b in zip(
                    given[which],
                    [b for b in statement["blocks"] if b["type"] != without],
                    strict=True,
                )
                for _ in range(b["size"])
            ]
            for which, without in (("students", "columns"), ("teachers", "row"))
        )
    else:
        point, weights = gaussian.exact(statement["centre"]), tuple(given.values())
    k = problem["k"]
    teachers = (
        gaussian.padded(np.eye(k, dtype=np.longdouble), point.shape[1])
        if problem["targets"] == "orthonormal"
        else gaussian.exact(problem["targets"])
    )
    d = point.shape[1]
    point = gaussian.newton(point, teachers, 30, parts, weights)
    assert abs(gaussian.gradient(point, teachers, parts, weights)).max() < 1e-15
    low, high = find(rf"F in {INTERVAL}$", words.headline)
    assert inside(gaussian.loss(point, teachers, parts, weights), low, high, 1e-12)
    assert float(low) > 0 or "saddle" in words.headline
    if symmetric or statement["claims"]["every_dimension"]:
        assert find(r"every d >= (\d+)", words.headline) == (str(d),)
        assert find(r"D\\ge (\d+)", words.latex) == (str(d),)
        dimensions = [d, d + 1, d + 2]
    else:
        assert find(r", d = (\d+),", words.headline) == (str(d),)
        dimensions = [d]
    values = gaussian.spectra(point, teachers, dimensions, parts, weights)
    negative = {int((found < 0).sum()) for found in values.values()}
    if "saddle of index" in words.headline:
        assert negative == {int(find(r"saddle of index (\d+) ", words.headline)[0])}
    else:
        assert negative == {0} and words.headline.startswith("spurious local minimum")
    row = words.row["λ_min(W*)"]
    assert inside(values[d][0], row.value.low, row.value.high, 1e-7)
    if "orbit" in words.row and max(point.shape) <= 6:
        (size,) = find(r" = (\d+)$", words.row["orbit"].printed())
        assert int(size) == orbit(point, weights)
        assert find(r" = (\d+) different points W\*", words.theorem) == (size,)


def orbit(point, weights):
    """How many matrices permuting rows of equal weight, and columns, gives."""
    from itertools import permutations

    found = set()
    for rows in permutations(range(len(point))):
        for columns in permutations(range(point.shape[1])):
            kept = all(weights[0][i] == weights[0][j] for i, j in enumerate(rows))
            if kept and all(weights[1][i] == weights[1][j] for i, j in enumerate(columns)):
                moved = point[np.ix_(rows, columns)]
                found.add(tuple(round(float(x), 9) for x in moved.ravel()))
    return len(found)


SIGNED = ("dense", "negated", "given", "slope", "symmetric", "symmetric-negated", "row", "saddle")
CASES = [
    (every_k, SHORT),
    *((birth, f"{BIRTHS}{name}.json") for name in ("II-k03", "A-k06")),
    (curve, END),
    *((signed, f"tests/corpus/accept/signs-{name}.json") for name in SIGNED),
]


@pytest.mark.parametrize(
    ("examine", "name"), CASES, ids=[f"{e.__name__}-{n.split('/')[-1][:-5]}" for e, n in CASES]
)
def test_what_is_said_of_slopes_is_true(examine, name):
    examine(name, said(load(name)))


THREE = f"{BIRTHS}II-k03.json"
ROW = "tests/corpus/accept/signs-row.json"
FALSE = [
    (every_k, SHORT, "headline", "k >= 1000000000", "k >= 100000000"),
    (every_k, SHORT, "headline", "every d >= k", "d = k"),
    (every_k, SHORT, "headline", "with p != ", "with p = "),
    (every_k, SHORT, "theorem", "every integer k >=", "every k >="),
    (every_k, SHORT, "theorem", "p + q != 0", "p - q != 0"),
    (every_k, SHORT, "theorem", "0.002 (p + q)^2", "0.002"),
    (every_k, SHORT, "latex", r"$D\ge k$", "$D=k$"),
    (every_k, SHORT, "latex", "$0.002", "$0.02"),
    (every_k, SHORT, "second", "for every D>=k", "for D=k"),
    (birth, THREE, "headline", "every d >= 3", "every d >= 2"),
    (birth, THREE, "headline", "representation s1", "representation 1"),
    (birth, THREE, "headline", "S_2 x S_1", "S_3"),
    (birth, THREE, "theorem", "for c < c* in U, W(c)", "for c > c* in U, W(c)"),
    (birth, THREE, "theorem", "exactly 1 negative", "exactly 2 negative"),
    (birth, THREE, "theorem", "within 1e-29", "within 1e-39"),
    (birth, THREE, "theorem", "a* in [-0.554274", "a* in [-0.554275"),
    (birth, THREE, "latex", r"for $c<c^\ast$", r"for $c>c^\ast$"),
    (birth, THREE, "second", "minimum below", "minimum above"),
    (curve, END, "headline", "from 5.777632", "from 5.777"),
    (curve, END, "headline", "5.78277]", "5.78276]"),
    (curve, END, "theorem", "[38.016, 38.216]", "[38.2, 38.216]"),
    (curve, END, "theorem", "a strictly increasing", "a strictly decreasing"),
    (curve, END, "theorem", "positive below, negative above", "negative below, positive above"),
    (curve, END, "second", "downwards", "upwards"),
    (signed, ROW, "headline", " with output weights 1 and -1", ""),
    (signed, ROW, "headline", "every d >= 3", "every d >= 4"),
    (signed, ROW, "theorem", "4 different points", "8 different points"),
    (signed, ROW, "latex", "blocks $2,3$", "block $3$"),
    (signed, ROW, "second", "+1 -1 -1 of students", "+1 -1 +1 of students"),
    (signed, ROW, "second", "+1 -1 of teachers", "-1 +1 of teachers"),
]


@pytest.mark.parametrize(("examine", "name", "part", "old", "new"), FALSE)
def test_a_false_sentence_of_slopes_is_found(examine, name, part, old, new):
    words = said(load(name))
    text = getattr(words, part)
    assert old in text, old
    with pytest.raises((AssertionError, ValueError)):
        examine(name, replace(words, **{part: text.replace(old, new)}))
