"""Formulas in LaTeX and in pictures: read back, they have the values that the kernel encloses."""

from __future__ import annotations

import math
import re
import shutil
import subprocess

import numpy as np
import pytest
from flint import arb
from hypothesis import example, given, settings
from hypothesis import strategies as st

from certify.kernel.smooth.formula import Formula
from certify.report.smooth.formula import formula
from certify.report.smooth.values import values_of

NUMBERS = st.sampled_from(
    ["0", "1", "2", "-1", "-3", "0.5", "-0.25", "1/3", "-7/3", "0.044715", "12", "pi"]
)
UNARY = ("exp", "log", "sqrt", "sin", "cos", "tanh", "atan", "erf")
KINKS = st.sampled_from(["0", "-0.5", "1/3", "2"])


def _grown(part):
    return st.one_of(
        st.tuples(st.sampled_from("+*"), st.lists(part, min_size=2, max_size=3)).map(
            lambda pair: [pair[0], *pair[1]]
        ),
        st.tuples(st.sampled_from("-/"), part, part).map(list),
        st.tuples(st.just("^"), part, st.integers(2, 4)).map(list),
        st.tuples(st.sampled_from(UNARY), part).map(list),
        st.tuples(st.just("piecewise"), KINKS, part, part).map(list),
    )


TREES = st.recursive(st.one_of(st.just("t"), NUMBERS), _grown, max_leaves=10)
WIDELY_USED = {
    "gelu": ["*", ["/", "t", "2"], ["+", "1", ["erf", ["/", "t", ["sqrt", "2"]]]]],
    "gelu by tanh": [
        "*",
        "0.5",
        "t",
        [
            "+",
            "1",
            [
                "tanh",
                ["*", ["sqrt", ["/", "2", "pi"]], ["+", "t", ["*", "0.044715", ["^", "t", 3]]]],
            ],
        ],
    ],
    "sigmoid": ["/", "1", ["+", "1", ["exp", ["*", "-1", "t"]]]],
    "softplus": ["log", ["+", "1", ["exp", "t"]]],
    "elu": ["piecewise", "0", ["-", ["exp", "t"], "1"], "t"],
    "hard tanh": ["piecewise", "-1", "-1", ["piecewise", "1", "t", "1"]],
}


FUNCTIONS = {
    r"\log": math.log,
    r"\sin": math.sin,
    r"\cos": math.cos,
    r"\tanh": math.tanh,
    r"\arctan": math.atan,
    r"\operatorname{erf}": math.erf,
    r"\exp": math.exp,
}


class Reader:
    """Evaluates LaTeX as a reader would: powers before products, products before signs and sums,
    brackets and braces first.
    """

    def __init__(self, text: str, t: float) -> None:
        text = text.replace(r"\left(", "(").replace(r"\right)", ")").replace(r"\,", " ")
        self.tokens = re.findall(
            r"\\operatorname\{erf\}|\\text\{if"
            r" \}|\\(?:begin|end)\{cases\}|\\\\|\\[a-z]+|\d+(?:\.\d+)?|[^\s\\]",
            text,
        )
        assert "".join(self.tokens) == re.sub(r"(?<!if)\s", "", text)
        self.t = t

    def all(self) -> float:
        value = self.sum()
        assert not self.tokens
        return value

    def next(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, token: str) -> None:
        assert self.tokens.pop(0) == token

    def sum(self) -> float:
        sign = self.sign()
        total = sign * self.product()
        while self.next() in ("+", "-") and self.next():
            sign = 1 if self.tokens.pop(0) == "+" else -1
            assert self.next() not in ("+", "-")
            total += sign * self.product()
        return total

    def sign(self) -> int:
        if self.next() == "-":
            self.tokens.pop(0)
            return -1
        return 1

    def product(self) -> float:
        total = self.power()
        while self.next() and self.next() not in (
            "+",
            "-",
            ")",
            "}",
            "&",
            "<",
            r"\\",
            r"\le",
            r"\ge",
            r"\end{cases}",
        ):
            if self.next() == r"\cdot":
                self.tokens.pop(0)
            else:
                assert not self.next()[0].isdigit(), "two numbers side by side"
            total *= self.power()
        return total

    def power(self) -> float:
        if self.next() == "e":
            self.take("e")
            self.take("^")
            return math.exp(self.braces())
        value = self.atom()
        if self.next() == "^":
            self.take("^")
            value **= self.braces()
        assert self.next() != "^"
        return value

    def braces(self) -> float:
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def atom(self) -> float:
        token = self.tokens.pop(0)
        if token in FUNCTIONS:
            assert self.next() == "("
            return FUNCTIONS[token](self.atom())
        match token:
            case "(":
                value = self.sum()
                self.take(")")
                return value
            case "t":
                return self.t
            case r"\pi":
                return math.pi
            case r"\sqrt":
                return math.sqrt(self.braces())
            case r"\frac":
                above = self.braces()
                return above / self.braces()
            case r"\begin{cases}":
                return self.cases()
        return float(token)

    def cases(self) -> float:
        """Exactly one condition holds. Parts that do not count may be undefined, so each is read
        with the values as they come.
        """
        found = []
        while True:
            start = self.tokens.copy()
            self.skip("&")
            formula_tokens = start[: len(start) - len(self.tokens)]
            self.take("&")
            self.take(r"\text{if }")
            if self.condition():
                inner = Reader("", self.t)
                inner.tokens = formula_tokens
                found.append(inner.all())
            if self.tokens.pop(0) == r"\end{cases}":
                break
        (value,) = found
        return value

    def skip(self, end: str) -> None:
        depth = 0
        while depth or self.next() != end:
            token = self.tokens.pop(0)
            depth += {r"\begin{cases}": 1, r"\end{cases}": -1}.get(token, 0)

    def condition(self) -> bool:
        holds, left = True, self.sum()
        while self.next() in ("<", r"\le", r"\ge"):
            relation = self.tokens.pop(0)
            right = self.sum()
            holds &= {"<": left < right, r"\le": left <= right, r"\ge": left >= right}[relation]
            left = right
        return holds


@given(TREES, st.sampled_from([-2.3, -0.7, 0.1, 0.9, 3.1]))
@example(["^", ["*", "-1", "t"], 2], 0.9)
@example(["*", "2", ["*", "3", "1/3"]], 0.9)
@example(["-", "1", ["+", "t", ["*", "-1", "t"]]], 0.9)
@example(["piecewise", "2", ["piecewise", "0", "t", "1"], ["piecewise", "1/3", "2", "12"]], 0.1)
@example(["*", "t", ["piecewise", "0", ["log", "t"], ["^", "t", 2]]], 0.9)
@example(["^", ["exp", "t"], 2], 0.9)
@example(["*", "2", ["*", "-1", "t"]], 0.9)
@example(["-", "1", ["*", "-1", "t"]], 0.9)
@settings(max_examples=400, deadline=None)
def test_formulas_mean_in_latex_and_pictures_what_they_mean_in_the_kernel(tree, t):
    h = Formula.read(tree)
    value = h.taylor(arb(t))[0]
    text = formula(h)
    assert text.isascii() and text.count("{") == text.count("}") and "[" not in text
    if not value.is_finite() or abs(value) > 1e12:
        Reader(text, t)  # its signs are known, at least
        return
    with np.errstate(all="ignore"):
        drawn = float(values_of(h.tree, np.array([t]))[0])
    for other in (Reader(text, t).all(), drawn):
        assert abs(other - float(value.mid())) <= 1e-6 * (1 + abs(float(value.mid())))


def test_the_usual_activations_look_as_they_do_in_papers():
    made = {name: formula(Formula.read(tree)) for name, tree in WIDELY_USED.items()}
    assert made["sigmoid"] == r"\frac{1}{1+e^{-t}}"
    assert (
        made["gelu"]
        == r"\frac{t}{2}\,\left(1+\operatorname{erf}\left(\frac{t}{\sqrt{2}}\right)\right)"
    )
    assert (
        made["hard tanh"]
        == r"\begin{cases}-1 & \text{if }t<-1\\ t & \text{if }-1\le t<1\\ 1 & \text{if }t\ge"
        r" 1\end{cases}"
    )
    assert made["elu"] == r"\begin{cases}e^{t}-1 & \text{if }t<0\\ t & \text{if }t\ge 0\end{cases}"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_formulas_compile(tmp_path):
    nested = [
        "^",
        [
            "+",
            "t",
            [
                "piecewise",
                "0",
                ["exp", ["piecewise", "1", "t", "pi"]],
                ["atan", ["/", "1/3", "-7/3"]],
            ],
        ],
        2,
    ]
    shown = "\n".join(
        rf"\[ {formula(Formula.read(tree))} \]" for tree in [*WIDELY_USED.values(), nested]
    )
    (tmp_path / "formulas.tex").write_text(
        "\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\n"
        f"{shown}\n\\end{{document}}\n"
    )
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "formulas.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in (tmp_path / "formulas.log").read_text(errors="replace")
