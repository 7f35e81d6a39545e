"""What is printed about a whole landscape: each point that is listed is made from its formula and
is critical, of the index that is said, with the loss that is said; together they are those of
`oracles/landscape.py`. And sentences made false on purpose.
"""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from oracles.landscape import falsehood, index, known, local, name_of
from test_sentences import INTERVAL, NUMBER, load, said

PLANE, EVERY = "proofs/landscape/plane.json", "proofs/landscape/every.json"
SHARES = (0.03, 0.3, 0.5)
FORM = r"(\S[^:$]*?)"
TEX_INTERVAL = rf"\[({NUMBER}),\\ ({NUMBER})\]"


# --------------------------------------------------------------------------------------------------
# Formulas
# --------------------------------------------------------------------------------------------------


def value(formula, names):
    """A formula of the words, or of LaTeX, evaluated: r e is a product, (x, y) two rows."""
    for old, new in (
        (r"\tfrac14", "1/4 "),
        (r"\tfrac12", "1/2 "),
        (r"\frac12", "1/2"),
        (r"\frac1{2\pi}", "1/(2 pi)"),
        (r"\frac{\sqrt2}{\pi}", "sqrt(2)/pi "),
        (r"\frac{3\pi}{4}", "3 pi/4"),
        (r"\frac{\pi}{4}", "pi/4"),
        (r"\Bigl", ""),
        (r"\Bigr", ""),
    ):
        formula = formula.replace(old, new)
    tokens = re.findall(r"e_\d|pi|sqrt|[A-Za-z]|\d+(?:\.\d+)?|[-+*/^(),]|\S", formula)
    made = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        operand = token == "(" or token[0].isalnum()
        after = before is not None and (before == ")" or before[0].isalnum()) and before != "sqrt"
        made.append("*" * (operand and after) + {"^": "**"}.get(token, token))
    return eval("".join(made), {"__builtins__": {}}, {"pi": np.pi, "sqrt": np.sqrt, **names})


def letters(lengths, dimension, share, saddle):
    """What the letters mean: r, s as they are said, a and c in the middle of their intervals."""
    e_1, e_2 = np.eye(2, dimension)
    names = {"e_1": e_1, "e_2": e_2, "e": (e_1 + e_2) / np.sqrt(2), "t": share, "d": dimension}
    names |= {letter: value(formula, {}) for letter, formula in lengths.items()}
    if saddle:
        names |= {letter: middle(ends) for letter, ends in saddle.items() if letter != "loss"}
        z = np.zeros(dimension)
        z[2:] = np.random.default_rng(dimension).standard_normal(dimension - 2)
        names["z"] = z / np.linalg.norm(z) if dimension > 2 else z
    return names


def middle(ends):
    return float(sum(map(Fraction, ends)) / 2)


def listed(dimensions, points, lengths, saddle, losses=None):
    """Points: letter, formula of the rows, and of the numbers of eigenvalues that are negative and
    0. They are critical, of that kind, of that loss, and all that there are.
    """
    for dimension in dimensions:
        found = set()
        for letter, rows, negative, none in points:
            if letter == "S" and dimension == 2:
                continue
            for share in SHARES:
                names = letters(lengths, dimension, share, saddle)
                names["A"] = 1 / 2 + 1 / (2 * np.pi)
                point = np.array(value(rows, names))
                assert point.shape == (2, dimension)
                here = local(point)
                assert np.abs(here.gradient).max() < 1e-9
                assert name_of(point)[0] == letter[0]
                found.add(name_of(point))
                if negative is not None:
                    kinds = value(negative, names), value(none, names)
                    assert index(point) == kinds
                if losses is not None:
                    said_loss = losses[name_of(point)]
                    assert abs(here.loss - value(said_loss, names)) < 1e-9
        assert found == known(dimension).keys()


def eigenvalues(words):
    """ "d - 1 are negative, one is 0, the others are positive": formulas of the first two."""
    words = words.replace("eigenvalues ", "").replace("eigenvalue ", "")
    words = re.sub(r"\b(?:are|is) ", "", words)
    match = re.fullmatch(
        r"(\S.*?) negative(?: eigenvalues?)?, (?:(one|d - 3) 0, )?(the others|one) positive", words
    )
    assert match, words
    negative, none, rest = match.groups()
    assert (rest == "one") == (negative == "2(d - 1)")  # 2 d in all
    number = {"one": "1", None: "0"}
    return number.get(negative, negative), number.get(none, none)


# --------------------------------------------------------------------------------------------------
# What is said
# --------------------------------------------------------------------------------------------------


def theorem(text, *, plane):
    """The theorem, word by word; what stands in its gaps is returned."""
    where, end = ("d = 2", ".") if plane else ("d >= 2", ";")
    saddle = "" if plane else (
        "\n  (S)  if d >= 3: #FORM# for each unit vector z orthogonal to e_1 and e_2, with two"
        " numbers a in #INTERVAL# and c in #INTERVAL# that are the same for all z and d: #KINDS#,"
        " and F lies in #INTERVAL#."
    )  # fmt: skip
    template = (
        f"THEOREM.  Let {where}, let e_1, e_2 in R^d be orthonormal, e = 2^(-1/2) (e_1 + e_2),"
        " and for W = (w_1, w_2) in R^(2 x d) let\n"
        "    F(W) = 1/2 E( sum_i max(0, w_i.x) - sum_j max(0, e_j.x) )^2, x ~ N(0, I).\n"
        "The W with w_1, w_2 != 0 and gradient 0 are, up to exchanging w_1 and w_2, exactly these"
        " (eigenvalues are those of the Hessian):\n"
        "  (G)  #FORM#, a global minimum, with F = 0;\n"
        "  (O)  #FORM# with r = #FORM# and s = #FORM#: #KINDS#;\n"
        "  (P)  #FORM# for 0 < t < 1: #KINDS#; and #FORM# for 0 < t < 1: #KINDS#"
        f"{end}{saddle}\n"
        "Every local minimum of F on all of R^(2 x d) is global. The set of the W with F(W) <"
        " #NUMBER# has exactly two connected components: (e_1, e_2) is in one, (e_2, e_1) in the"
        " other."
    )
    return gaps(template, text)


def gaps(template, text):
    pattern = re.escape(template)
    for name, what in (
        ("FORM", FORM),
        ("KINDS", r"([^;:]*?)"),
        ("INTERVAL", INTERVAL),
        ("NUMBER", f"({NUMBER})"),
        ("TEX", TEX_INTERVAL),
        ("CELL", r"([^&]*?)"),
    ):
        pattern = pattern.replace(rf"\#{name}\#", what)
    match = re.fullmatch(pattern, text)
    assert match, f"not said: {template} in {text}"
    return list(match.groups())


def examine(document, words):
    """All that is printed about the landscape of two neurons."""
    plane = document["statement"]["problem"]["dimension"] == 2
    dimensions = (2,) if plane else (2, 3, 4, 6)
    g, o, r, s, o_kinds, p, p_kinds, q, q_kinds, *rest = theorem(words.theorem, plane=plane)
    points = [
        ("G", g, None, None),
        ("O", o, *eigenvalues(o_kinds)),
        ("P+", p, *eigenvalues(p_kinds)),
        ("P-", q, *eigenvalues(q_kinds)),
    ]
    saddle = {}
    if not plane:
        rows, a, a_, c, c_, kinds, low, high, *rest = rest
        saddle = {"a": (a, a_), "c": (c, c_), "loss": (low, high)}
        points.append(("S", rows, *eigenvalues(kinds)))
    (level,) = rest
    lengths = {"r": r, "s": s}
    listed(dimensions, points, lengths, saddle)
    true(document, saddle, level)
    where = "d = 2" if plane else "every d >= 2"
    assert words.headline == (
        f"the landscape of two ReLU neurons and two orthonormal teachers, {where}: all critical"
        " points with neurons other than 0; every local minimum is global"
    )
    latex(words.latex, dimensions, saddle, level)
    table(words, dimensions, saddle, level)
    second(words.second, saddle, level, plane=plane)


def true(document, saddle, level):
    """The oracle finds nothing false in the numbers that are said."""
    told = copy.deepcopy(document)
    claims = told["statement"]["claims"]
    claims["level"] = level
    if saddle:
        names = {"plane": "a", "beyond": "c", "loss": "loss"}
        claims["saddle"] = {name: list(saddle[letter]) for name, letter in names.items()}
    assert falsehood(told) is None


def latex(text, dimensions, saddle, level):
    """The theorem in LaTeX, with its table."""
    relation = r"\ge " if saddle else "="
    row = r" & #CELL# & #CELL# & #CELL# & #CELL#\\" + "\n"
    last = row[:-3] if not saddle else row
    template = (
        rf"Let $d{relation}2$, let $x\sim\mathcal{{N}}(0,I_d)$, let $e_1,e_2\in\mathbb{{R}}^d$ be"
        r" orthonormal, $e=(e_1+e_2)/\sqrt2$,"
        "\n"
        r"and for $W\in\mathbb{R}^{2\times d}$ with rows $w_1,\dots,w_{2}$ let"
        "\n\\[\n"
        r"  F(W)=\tfrac12\,\mathbb{E}\Bigl(\sum_{i=1}^{2}\max(0,w_i\cdot x)-\sum_{j=1}^{2}"
        r"\max(0,e_j\cdot x)\Bigr)^2."
        "\n\\]\n"
        r"The $W$ with $w_1,w_2\ne0$ and gradient $0$ are, up to exchanging $w_1$ and $w_2$,"
        " exactly those of the table\n\\[\n\\begin{array}{llccc}\n"
        r"  & \text{point} & F & \text{index} & \text{nullity}\\"
        f"\n  G{row}  O{row}  P_{{+}}{row}  P_{{-}}{last}"
    )
    if saddle:
        template += f"  S{row[:-3]}"
    template += (
        "\n\\end{array}\n\\]\nfor $0<t<1$, where\n\\begin{align*}\n  r&=#CELL#,\\\\\n  s&=#CELL#,"
        "\\\\\n  A&=#CELL#.\n\\end{align*}\n"
    )
    if saddle:
        template += (
            r"The points $S$ exist for $d\ge3$: $z$ is each unit vector orthogonal to $e_1$ and"
            r" $e_2$, and $a$, $c$ are two numbers, the same for all $z$ and $d$, with"
            "\n\\begin{align*}\n  a&\\in#TEX#,\\\\\n  c&\\in#TEX#,\\\\\n  I&=#TEX#."
            "\n\\end{align*}\n"
        )
    template += (
        "Index and nullity are the numbers of negative eigenvalues of the Hessian and of those that"
        r" are $0$. Every local minimum of $F$ on all of $\mathbb{R}^{2\times d}$ is global. The"
        " set of the $W$ with\n\\[ F(W)<#NUMBER# \\]\n"
        "has exactly two connected components: $(e_1,e_2)$ is in one, $(e_2,e_1)$ in the other."
    )
    found = gaps(template, text)
    points, losses = [], {}
    for letter in ("G", "O", "P+", "P-", *(["S"] if saddle else [])):
        rows, loss, negative, none, *found = found
        points.append((letter, rows, negative, none))
        losses[letter] = loss
    r, s, empty, *found = found
    assert value(empty, {}) == 1 / 2 + 1 / (2 * np.pi)
    if saddle:
        assert losses["S"] == r"\in I"
        a, a_, c, c_, low, high, *found = found
        assert {"a": (a, a_), "c": (c, c_), "loss": (low, high)} == saddle
        losses["S"] = str(middle(saddle["loss"]))
    assert found == [level]
    listed(dimensions, points, {"r": r, "s": s}, saddle, losses)


def ascii_form(text):
    signs = {"−": "-", "₁": "_1", "₂": "_2", "≥": ">=", "π": "pi", "ℝ": "R", "×": "x", "²": "^2"}
    for sign, plain in signs.items():
        text = text.replace(sign, plain)
    return text


def table(words, dimensions, saddle, level):
    """The rows of the report."""
    row = words.row
    lengths = {name: row[name].printed() for name in ("r", "s")}
    assert ascii_form(row["r"].meaning) == "length of one neuron that is critical"
    assert ascii_form(row["s"].meaning) == "of one that is critical and points against e"
    points, losses = [], {}
    for name, symbol in (("G", "F(G)"), ("O", "F(O)"), ("P+", "F(P₊)"), ("P-", "F(P₋)")):
        told = ascii_form(row[symbol].meaning)
        range_ = ", 0 < t < 1" if name[0] == "P" else ""
        if name == "G":
            (rows,) = gaps("at #FORM#, a global minimum", told)
            kinds = (None, None)
        else:
            rows, said_kinds = gaps(f"at #FORM#{range_}: #KINDS#", told)
            kinds = eigenvalues(said_kinds)
        points.append((name, rows, *kinds))
        losses[name] = row[symbol].printed()
    assert ("F(S)" in row) == ("a" in row) == ("c" in row) == bool(saddle)
    if saddle:
        for symbol, name in (("F(S)", "loss"), ("a", "a"), ("c", "c")):
            assert row[symbol].exactly == f"[{', '.join(saddle[name])}]"
        rows, kinds = gaps(
            "if d >= 3, at #FORM#, z a unit vector orthogonal to e_1 and e_2: #KINDS#",
            ascii_form(row["F(S)"].meaning),
        )
        points.append(("S", rows, *eigenvalues(kinds)))
        losses["S"] = str(middle(saddle["loss"]))
        assert row["a"].meaning == "of S, in the plane of the teachers"
        assert row["c"].meaning == "of S, beyond the plane"
    listed(dimensions, points, lengths, saddle, losses)
    assert row["level"].printed() == level
    assert row["level"].meaning == (
        "the set of the W with F(W) below it has exactly two connected components, one around each"
        " global minimum"
    )
    assert (row["d"].relation, row["d"].printed()) == ("≥" if saddle else "=", "2")
    assert row["d"].meaning == ("every one" if saddle else "dimension of the input")
    assert (
        ascii_form(row["global"].meaning) == "every local minimum of F on R^{2xd} is a global one"
    )


def second(text, saddle, level, *, plane):
    """The sentence of the second checker."""
    extra = (
        ""
        if plane
        else ", and for d>=3 the saddle (a (e1 + e2) + c z, a (e1 + e2) - c z), of index 1, with a"
        " in #INTERVAL#, c in #INTERVAL# and a loss in #INTERVAL#"
    )
    template = (
        f"n=2 k=2 targets orthonormal, {'d=2' if plane else 'every d>=2'}: the critical points"
        " without a zero row are the global minimum, one opposite pair and two segments of parallel"
        f" pairs{extra}; every local minimum is global; where the loss is below #NUMBER# there are"
        " two components, one around each global minimum"
    )
    *found, last = gaps(template, text)
    assert last == level
    assert found == [end for ends in saddle.values() for end in ends]


# --------------------------------------------------------------------------------------------------
# True, and false
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [PLANE, EVERY])
def test_what_is_said_of_a_landscape_is_true(name):
    document = load(name)
    examine(document, said(document))


FALSE = [
    (EVERY, "headline", "every d >= 2", "d = 2"),
    (PLANE, "headline", "d = 2", "every d >= 2"),
    (PLANE, "headline", " with neurons other than 0", ""),
    (EVERY, "theorem", "w_1, w_2 != 0 and", "w_1 != 0 and"),
    (EVERY, "theorem", "exactly these", "among others these"),
    (EVERY, "theorem", ", up to exchanging w_1 and w_2,", ""),
    (EVERY, "theorem", "(r e, -s e)", "(r e, s e)"),
    (EVERY, "theorem", "(1 + 3pi/4)", "(1 + pi/4)"),
    (EVERY, "theorem", "s = 2^(1/2)", "s = 2"),
    (EVERY, "theorem", "d - 1 eigenvalues are", "d eigenvalues are"),
    (EVERY, "theorem", "(1 - t) r e) for", "(2 - t) r e) for"),
    (EVERY, "theorem", "0 < t < 1: 2(d", "0 <= t < 1: 2(d"),
    (EVERY, "theorem", "2(d - 1) are", "d - 1 are"),
    (PLANE, "theorem", "one is 0, one is positive", "one is positive"),
    (EVERY, "theorem", "(S)  if d >= 3", "(S)  if d >= 2"),
    (EVERY, "theorem", "one is negative, d - 3", "one is negative, d - 2"),
    (EVERY, "theorem", "a(e_1 + e_2) - c z", "a(e_1 + e_2) + c z"),
    (EVERY, "theorem", "z orthogonal to e_1 and", "z orthogonal to e_1 or"),
    (EVERY, "theorem", "a in [0.52", "a in [0.53"),
    (EVERY, "theorem", "F lies in [0.0736", "F lies in [0.0726"),
    (EVERY, "theorem", "on all of R^(2 x d) is global", "on all of R^(2 x d) is strict"),
    (EVERY, "theorem", "F(W) < 0.0736", "F(W) < 0.0836"),
    (PLANE, "theorem", "F(W) < 0.086178816", "F(W) < 0.0861789"),
    (EVERY, "theorem", "exactly two", "at most two"),
    (EVERY, "latex", r"d\ge 2", "d=2"),
    (EVERY, "latex", r"A-\tfrac14r^2", r"A-\tfrac12r^2"),
    (EVERY, "latex", r"A-\tfrac14s^2 & 2(d-1)", r"A-\tfrac14s^2 & d-1"),
    (EVERY, "latex", "1 & d-3", "2 & d-3"),
    (PLANE, "latex", r"\frac{3\pi}{4}", r"\frac{\pi}{4}"),
    (EVERY, "latex", r"\frac12+\frac1{2\pi}", r"\frac12"),
    (EVERY, "latex", r"z$ is each", r"z$ is some"),
    (EVERY, "latex", "F(W)<0.0736", "F(W)<0.0746"),
    (EVERY, "latex", "c&\\in[0.40913", "c&\\in[0.40813"),
    (EVERY, "rows", "2(d − 1) negative", "d − 1 negative"),
    (EVERY, "rows", "d − 3 are 0", "d − 2 are 0"),
    (EVERY, "rows", "(r e, −s e)", "(r e, s e)"),
    (PLANE, "rows", "exactly two", "two"),
    (EVERY, "second", "of index 1", "of index 2"),
    (EVERY, "second", "every d>=2", "every d>=3"),
    (EVERY, "second", "without a zero row ", ""),
    (PLANE, "second", "below 0.086178816", "below 0.086178817"),
]
# numbers made false in every text at once, so that only the oracle can find it
WRONG = [
    (EVERY, "plane", ["0.5245792225437394", "0.5245792225437395"]),
    (EVERY, "beyond", ["0.40913247508", "0.409132475081"]),
    (EVERY, "loss", ["0.0736129325", "0.07361293252"]),
    (EVERY, "level", "0.0736129326"),
    (PLANE, "level", "0.0861788164"),
]


@pytest.mark.parametrize(("name", "part", "old", "new"), FALSE)
def test_a_false_sentence_of_a_landscape_is_found(name, part, old, new):
    document = load(name)
    words = said(document)
    if part == "rows":
        assert any(old in row.meaning for row in words.rows), old
        changed = tuple(replace(row, meaning=row.meaning.replace(old, new)) for row in words.rows)
    else:
        assert old in getattr(words, part), old
        changed = getattr(words, part).replace(old, new)
    with pytest.raises((AssertionError, TypeError)):
        examine(document, replace(words, **{part: changed}))


@pytest.mark.parametrize(("name", "claim", "number"), WRONG)
def test_a_false_number_of_a_landscape_is_found(name, claim, number):
    document = load(name)
    claims = document["statement"]["claims"]
    (claims if claim == "level" else claims["saddle"])[claim] = number
    with pytest.raises(AssertionError):
        examine(document, said(document))
