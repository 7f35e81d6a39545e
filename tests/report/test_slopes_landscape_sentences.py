"""What is printed about two neurons and every slope: each sentence is taken apart, its range is the
file's, and descent finds no other minimum in it. And sentences made false on purpose.
"""

from __future__ import annotations

import copy
import re
from dataclasses import replace

import pytest
from oracles.slopes_landscape import falsehood
from test_sentences import load, said

FILES = [
    "proofs/landscape/slopes.json",
    "tests/corpus/accept/slopes-landscape-near-relu.json",
    "tests/corpus/accept/slopes-landscape-negative.json",
]
NUMBER = r"(\d+(?:\.\d+)?(?:e-?\d+)?)"
FROM = rf"c >= {NUMBER}(?: and c <= {NUMBER})?"
TEX = rf"\$c\\ge {NUMBER}\$(?: and \$c\\le {NUMBER}\$)?"

HEADLINE = (
    "no spurious local minima of two neurons and two orthonormal teachers, every d >= 2, with every"
    " sigma(t) = p max(0, t) + q max(0, -t), c = ((p - q)/(p + q))^2, #FROM#"
)
THEOREM = (
    "THEOREM. Let d >= 2, let e_1, e_2 in R^d be orthonormal, sigma(t) = p max(0, t) + q max(0, -t)"
    " with p + q != 0 and c = ((p - q)/(p + q))^2, #FROM#, and for W = (w_1, w_2) in R^(2 x d) let"
    " F(W) = 1/2 E( sum_i sigma(w_i.x) - sum_j sigma(e_j.x) )^2, x ~ N(0, I). Then F has no local"
    " minima on R^(2 x d) but (e_1, e_2) and (e_2, e_1), and there F = 0."
)
SECOND = (
    "n=2 k=2 targets orthonormal, every d>=2: for every sigma(t) = p [t]_+ + q [-t]_+ with p + q !="
    " 0 and c = ((p - q)/(p + q))^2 #SECOND# no local minima but the two global ones"
)


def taken(template, text, **patterns):
    """The numbers of a text that is the template word for word."""
    pattern = re.escape(" ".join(template.split()))
    for name, what in patterns.items():
        pattern = pattern.replace(rf"\#{name}\#", what)
    match = re.fullmatch(pattern, " ".join(text.split()))
    assert match, f"not said: {template} in {text}"
    return list(match.groups())


def examine(document, words):
    """All that is printed is about the file's range, and true as far as descent tells."""
    ends = document["statement"]["claims"]["c"]
    given = [ends[0], None if ends[1] == "infinity" else ends[1]]
    told = [
        taken(HEADLINE, words.headline, FROM=FROM),
        taken(THEOREM, words.theorem, FROM=FROM),
        taken(SECOND, words.second, SECOND=rf">= {NUMBER}(?: and <= {NUMBER})?"),
    ]
    latex = words.latex
    assert r"Let $d\ge2$" in latex and r"p+q\ne0$" in latex and r"$c=(p-q)^2/(p+q)^2$" in latex
    assert r"\sum_{i=1}^{2}\sigma(w_i\cdot x)-\sum_{j=1}^{2}\sigma(e_j\cdot x)\Bigr)^2" in latex
    assert latex.split("Then ")[1].startswith(
        r"$F$ has no local minima on $\mathbb{R}^{2\times d}$ but $(e_1,e_2)$ and $(e_2,e_1)$, and"
        " there $F=0$."
    )
    found = re.search(TEX, latex)
    assert found
    told.append(list(found.groups()))
    assert all(numbers == given for numbers in told), told
    meanings = " ".join(row.meaning for row in words.rows)
    assert "no local minimum of F on ℝ^{2×d} is spurious, for every such activation" in meanings
    assert "at (e₁, e₂) and (e₂, e₁), the only local minima" in meanings
    assert falsehood(document, 2) is None


@pytest.mark.parametrize("name", FILES)
def test_what_is_said_of_every_slope_is_true(name):
    document = load(name)
    examine(document, said(document))


FALSE = [
    ("headline", "no spurious", "no"),
    ("headline", "every d >= 2", "d = 2"),
    ("headline", "c >= 0.2", "c >= 0.1"),
    ("headline", "c <= 0.21", "c <= 0.31"),
    ("theorem", "d >= 2", "d >= 1"),
    ("theorem", "p + q != 0", "p + q != 1"),
    ("theorem", "(p - q)/(p + q)", "(p + q)/(p - q)"),
    ("theorem", "c <= 0.21", "c <= 0.22"),
    ("theorem", "no local", "no strict local"),
    ("theorem", "but (e_1, e_2) and (e_2, e_1)", "but (e_1, e_2)"),
    ("theorem", "there F = 0", "there F > 0"),
    ("theorem", "sigma(e_j.x)", "sigma(w_j.x)"),
    ("latex", r"d\ge2", r"d\ge1"),
    ("latex", r"c\ge 0.2$", r"c\ge 0.1$"),
    ("latex", r"p+q\ne0", r"p+q=0"),
    ("latex", "has no local minima", "has local minima"),
    ("second", ">= 0.2 ", ">= 0.1 "),
    ("second", "every d>=2", "d=2"),
    ("second", "two global ones", "global one"),
]


@pytest.mark.parametrize(("part", "old", "new"), FALSE)
def test_a_false_sentence_of_every_slope_is_found(part, old, new):
    document = load(FILES[2])
    words = said(document)
    assert old in getattr(words, part), old
    changed = replace(words, **{part: getattr(words, part).replace(old, new)})
    with pytest.raises(AssertionError):
        examine(document, changed)


@pytest.mark.parametrize("c", ["0.02", "0.1"])
def test_a_false_range_is_found(c):
    document = copy.deepcopy(load(FILES[2]))
    document["statement"]["claims"]["c"][0] = c
    assert falsehood(document, 2) is not None
