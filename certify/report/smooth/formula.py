r"""Activations in LaTeX: the kernel's tree of a formula as mathematics, with no more brackets than
it takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from flint import fmpq

from certify.kernel.smooth.formula import Formula
from certify.report.tex import rational

__all__ = ["formula"]

_NAMES = {
    "log": r"\log",
    "sin": r"\sin",
    "cos": r"\cos",
    "tanh": r"\tanh",
    "atan": r"\arctan",
    "erf": r"\operatorname{erf}",
    "exp": r"\exp",
}
# What stands without brackets: anything in a sum; what is no sum in a product; a sign alone under a
# power.
_SUM, _PRODUCT, _ATOM = range(3)
_LONGEST_EXPONENT = 40
_FLAT = re.compile(r"(?:[\w.+-]|\\,|\\pi)*")


def formula(activation: Formula) -> str:
    r"""The formula in mathematics mode; pieces as cases (amsmath).

    >>> formula(Formula.read(["/", "1", ["+", "1", ["exp", ["*", "-1", "t"]]]]))
    '\\frac{1}{1+e^{-t}}'
    """
    tree = activation.tree
    return _cases(tree) if _pieces(tree) else _set(tree, _SUM)


def _pieces(node: Any) -> bool:
    return isinstance(node, tuple) and node[0] == "piecewise"


def _branches(
    node: Any, low: fmpq | None, high: fmpq | None
) -> Iterator[tuple[fmpq | None, fmpq | None, Any]]:
    """The parts that count between `low` (with it) and `high` (without it), from left to right;
    pieces within pieces are taken apart.
    """
    if not _pieces(node):
        yield low, high, node
        return
    _, kink, below, above = node
    if low is None or low < kink:
        yield from _branches(below, low, kink if high is None or kink < high else high)
    if high is None or kink < high:
        yield from _branches(above, kink if low is None or low < kink else low, high)


def _cases(node: Any) -> str:
    lines = []
    for low, high, part in _branches(node, None, None):
        left = (
            ""
            if low is None
            else rf"{rational(low)}\le t"
            if high is not None
            else rf"t\ge {rational(low)}"
        )
        right = "" if high is None else f"<{rational(high)}" if left else f"t<{rational(high)}"
        lines.append(rf"{_set(part, _SUM)} & \text{{if }}{left}{right}")
    return r"\begin{cases}" + r"\\ ".join(lines) + r"\end{cases}"


def _set(node: Any, place: int) -> str:
    """The node where what is at `place` needs no brackets."""
    text, binds = _bare(node)
    return text if binds >= place else _bracketed(text)


def _bracketed(text: str) -> str:
    return f"({text})" if _FLAT.fullmatch(text) else rf"\left({text}\right)"


def _bare(node: Any) -> tuple[str, int]:
    """The text, and the closest place where it can stand without brackets."""
    if isinstance(node, str):
        return (r"\pi" if node == "pi" else node), _ATOM
    if isinstance(node, fmpq):
        text = rational(node)
        return text, _SUM if node < 0 else _PRODUCT if "frac" in text else _ATOM
    name, *parts = node
    match name:
        case "piecewise":
            return _bracketed(_cases(node)), _ATOM
        case "+":
            return _sum([_set(part, _SUM) for part in parts]), _SUM
        case "-":
            return f"{_set(parts[0], _SUM)}-{_set(parts[1], _PRODUCT)}", _SUM
        case "*":
            return _product(parts)
        case "/":
            return rf"\frac{{{_set(parts[0], _SUM)}}}{{{_set(parts[1], _SUM)}}}", _PRODUCT
        case "^":
            return f"{_set(parts[0], _ATOM)}^{{{parts[1]}}}", _PRODUCT
        case "sqrt":
            return rf"\sqrt{{{_set(parts[0], _SUM)}}}", _ATOM
        case "exp" if (
            len(inner := _set(parts[0], _SUM)) <= _LONGEST_EXPONENT and "cases" not in inner
        ):
            return f"e^{{{inner}}}", _PRODUCT
        case _:
            return _NAMES[name] + _bracketed(_set(parts[0], _SUM)), _PRODUCT


def _sum(terms: list[str]) -> str:
    return terms[0] + "".join(term if term.startswith("-") else f"+{term}" for term in terms[1:])


def _product(parts: list[Any]) -> tuple[str, int]:
    """Factors side by side, with a dot before what begins with a number; a leading -1 is a sign."""
    negative = parts[0] == fmpq(-1)
    factors = [_set(part, _PRODUCT) for part in parts[negative:]]
    text = factors[0]
    for before, factor in pairwise(factors):
        dot = factor[0].isdigit() or (factor.startswith(r"\frac") and before[-1].isdigit())
        text += (r"\cdot " if dot else r"\,") + factor
    return (f"-{text}", _SUM) if negative else (text, _PRODUCT)
