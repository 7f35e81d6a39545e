"""Expressions in t, by sympy: from the text of a user to the formula that the kernel reads.

Nothing here is trusted.
"""

from __future__ import annotations

import ast
import math
import re
import tokenize
from collections.abc import Iterable
from fractions import Fraction
from itertools import accumulate
from typing import Any

from certify.errors import UnusableInput

__all__ = ["kinks_of", "parsed", "tree_of"]


_LONGEST = 400  # characters of an expression


# brackets in brackets: second derivatives of a chain of functions grow with the cube of its length
_DEEPEST = 20


_LARGEST = 10**4  # bits of a number, or powers of t, that the parser may multiply out
_NAMES = (
    {"t", "pi", "E", "True", "Piecewise", "Abs", "Max", "Min", "abs", "max", "min"}
    | {"exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asinh", "atan"}
    | {"erf", "erfc"}
)
_TOKEN = re.compile(
    r"\s*([A-Za-z_]\w*|[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?|\.[0-9]+|\*\*|<=|>=|[-+*/^(),<>])"
)


def parsed(text: str, registered: Iterable[str]) -> Any:
    """The sympy expression of a text. registered: names that the message of `UnusableInput` lists.

    Sympy's parser evaluates Python, so only numbers, the names above and operators are passed on.
    """
    import sympy
    from sympy.parsing.sympy_parser import (
        convert_xor,
        parse_expr,
        rationalize,
        standard_transformations,
    )

    _require_harmless(text, registered)
    try:
        if _size(ast.parse(text.strip().replace("^", "**"), mode="eval").body) > _LARGEST:
            raise UnusableInput("the activation has powers too large to multiply out")
        expression = parse_expr(
            text,
            local_dict={
                "t": sympy.Symbol("t", real=True),
                "abs": sympy.Abs,
                "max": sympy.Max,
                "min": sympy.Min,
            },
            transformations=(*standard_transformations, convert_xor, rationalize),
        )
    except (
        SyntaxError,
        TypeError,
        ValueError,
        AttributeError,
        ZeroDivisionError,
        OverflowError,
        RecursionError,
        tokenize.TokenError,
    ) as error:
        raise UnusableInput(
            f"the activation {text!r} is not an expression in t: {type(error).__name__}"
        ) from None
    if not isinstance(expression, sympy.Expr) or not expression.free_symbols:
        raise UnusableInput(f"the activation {text!r} is not a function of t")
    if expression.has(sympy.zoo, sympy.oo, -sympy.oo, sympy.nan, sympy.I):
        raise UnusableInput(f"the activation {text!r} is not a real function of t")
    return expression


def _require_harmless(text: str, registered: Iterable[str]) -> None:
    """Raise `UnusableInput` for anything but short numbers, known names and operators."""
    if len(text) > _LONGEST:
        raise UnusableInput(f"the activation is longer than {_LONGEST} characters")
    place = 0
    while place < len(text.rstrip()):
        match = _TOKEN.match(text, place)
        if match is None:
            raise UnusableInput(
                f"the activation {text!r} has a character that is not understood at position"
                f" {place + 1}"
            )
        word = match[1]
        if re.match(r"[A-Za-z_]", word) and word not in _NAMES:
            raise UnusableInput(
                f"the activation {text!r} is neither registered ({', '.join(registered)}) nor an"
                f" expression in t: it has the name {word}"
            )
        if word[0].isdigit() and (len(word) > 40 or len(word.partition("e")[2].lstrip("-")) > 2):
            raise UnusableInput(
                "a number of the activation has more than 40 digits, or an exponent beyond 99"
            )
        place = match.end()
    if max(accumulate((char == "(") - (char == ")") for char in text), default=0) > _DEEPEST:
        raise UnusableInput(f"the activation has more than {_DEEPEST} brackets in each other")
    if re.search(r"(?:\*\*|\^)\s*\(?\s*[0-9]{3}", text) or len(re.findall(r"\*\*|\^", text)) > 20:
        raise UnusableInput("the activation has a power beyond 99, or too many powers")


def _size(node: ast.AST) -> float:
    """At least the bits of the numbers, and the degree in t, that an expression has when its powers
    are multiplied out.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return (
            1.0
            if not node.value
            else 1 + abs(math.log2(node.value)) + (53 if isinstance(node.value, float) else 0)
        )
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        base, exponent = _size(node.left), _size(node.right)
        if any(
            isinstance(part, ast.Name) for part in ast.walk(node.right)
        ):  # not a number: sympy leaves it alone
            return base + exponent
        bare = node.right.operand if isinstance(node.right, ast.UnaryOp) else node.right
        if isinstance(bare, ast.Constant) and isinstance(bare.value, int | float):
            return base * float(bare.value)
        return float(base * 2 ** min(exponent, 60.0))
    return 1.0 + sum(map(_size, ast.iter_child_nodes(node)))


def tree_of(expression: Any) -> Any:
    """The node of the format. Raises `UnusableInput`."""
    import sympy

    if expression == sympy.Symbol("t", real=True):
        return "t"
    if expression is sympy.pi:
        return "pi"
    if expression is sympy.E:
        return ["exp", "1"]
    if isinstance(expression, sympy.Rational):
        return str(expression)
    if isinstance(expression, sympy.Add):
        return _sum(expression)
    if isinstance(expression, sympy.Mul):
        return _product(expression)
    if isinstance(expression, sympy.Pow):
        return _power(expression)
    if isinstance(expression, sympy.Abs | sympy.Max | sympy.Min | sympy.Piecewise):
        return _pieces(expression)
    return _function(expression)


def _product(expression: Any) -> Any:
    """A product, or a quotient where factors have negative powers."""
    import sympy

    bottom = [
        base ** (-power)
        for base, power in (part.as_base_exp() for part in expression.args)
        if power.is_Rational and power < 0 and not base.is_Rational
    ]
    if bottom:
        top = expression * sympy.Mul(*bottom)
        return ["/", tree_of(top), tree_of(sympy.Mul(*bottom))]
    return ["*", *map(tree_of, expression.args)]


def _function(expression: Any) -> Any:
    """A function of the format, or one that is composed of those."""
    import sympy

    own = {
        sympy.exp: "exp",
        sympy.log: "log",
        sympy.sin: "sin",
        sympy.cos: "cos",
        sympy.tanh: "tanh",
        sympy.atan: "atan",
        sympy.erf: "erf",
    }
    others = {
        sympy.sinh: sympy.exp,
        sympy.cosh: sympy.exp,
        sympy.asinh: sympy.log,
        sympy.erfc: sympy.erf,
    }
    function = type(expression)
    if function in own:
        return [own[function], tree_of(expression.args[0])]
    if function is sympy.tan:
        return ["/", *(tree_of(part(expression.args[0])) for part in (sympy.sin, sympy.cos))]
    if function in others:
        return tree_of(expression.rewrite(others[function]))
    raise UnusableInput(f"the format has no word for {expression}")


def _sum(expression: Any) -> Any:
    """In the order sympy prints, with a minus before negative terms behind the first."""
    added: list[Any] = []
    subtracted: list[Any] = []
    for term in expression.as_ordered_terms():
        (subtracted if term.could_extract_minus_sign() else added).append(term)
    if not added:
        return ["+", *map(tree_of, subtracted)]
    node = tree_of(added[0]) if len(added) == 1 else ["+", *map(tree_of, added)]
    for term in subtracted:
        node = ["-", node, tree_of(-term)]
    return node


def _power(expression: Any) -> Any:
    """A root, a whole power, a quotient, or exp and log."""
    import sympy

    base, exponent = expression.args
    if exponent == sympy.Rational(1, 2):
        return ["sqrt", tree_of(base)]
    if isinstance(exponent, sympy.Integer) and exponent >= 2:
        powers = int(exponent)
        inner = tree_of(base)
        return (
            ["^", inner, powers]
            if powers <= 16
            else ["*", ["^", inner, 16], tree_of(base ** (powers - 16))]
        )
    if exponent.is_negative:
        return ["/", "1", tree_of(base ** (-exponent))]
    return ["exp", ["*", tree_of(exponent), ["log", tree_of(base)]]]


def _pieces(expression: Any) -> Any:
    """Nested pieces with rational kinks, compared with t itself."""
    import sympy

    try:
        pairs = sympy.piecewise_fold(expression.rewrite(sympy.Piecewise)).as_expr_set_pairs()
        parts = sorted(
            ((part, where) for part, where in pairs if where.measure != 0),
            key=lambda pair: pair[1].inf,
        )
        kinks = [where.inf for _, where in parts[1:]]
        whole = [where for _, where in parts]
    except (AttributeError, NotImplementedError, TypeError, ValueError):
        raise UnusableInput(f"the pieces of {expression} are not intervals of t") from None
    if not all(isinstance(where, sympy.Interval) for where in whole) or not all(
        kink.is_Rational for kink in kinks
    ):
        raise UnusableInput(f"the pieces of {expression} are not intervals of t with rational ends")
    if whole[0].inf != -sympy.oo or whole[-1].sup != sympy.oo:
        raise UnusableInput(f"{expression} is not defined for all t")
    node = tree_of(parts[-1][0])
    for (part, _), kink in reversed(list(zip(parts[:-1], kinks, strict=True))):
        node = ["piecewise", str(kink), tree_of(part), node]
    return node


def kinks_of(node: Any) -> set[Fraction]:
    """The kinks of all pieces of a node."""
    if not isinstance(node, list):
        return set()
    own = {Fraction(node[1])} if node[0] == "piecewise" else set()
    return own.union(*(kinks_of(part) for part in node[1:]))
