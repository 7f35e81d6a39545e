"""Smooth activations: a registry of named ones, and the user's own as sympy expressions, as
formulas that the kernel reads. Nothing here is trusted.

Adding an activation is one line of `REGISTRY`.  The kernel encloses its value and two derivatives
by rules of its own (lemma 21 of LEMMAS.md); sympy's derivatives are for the search, and for the
tests, which compare the two for every entry.
"""

from __future__ import annotations

import ast
import math
import re
import tokenize
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from typing import Any

from certify.errors import UnusableInput
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.smooth.formula import Formula
from certify.kernel.smooth.functions import Taylor

__all__ = ["REGISTRY", "ActivationFunction", "activation"]

_LONGEST = 400  # characters of an expression
# brackets in brackets: second derivatives of a chain of functions grow with the cube of its length
_DEEPEST = 20
_LARGEST = 10**4  # bits of a number, or powers of t, that the parser may multiply out
_NAMES = {
    "t", "pi", "E", "exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asinh", "atan", "erf", "erfc", "Abs", "Max", "Min", "Piecewise",
    "True", "abs", "max", "min",
}  # fmt: skip
_TOKEN = re.compile(
    r"\s*([A-Za-z_]\w*|[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?|\.[0-9]+|\*\*|<=|>=|[-+*/^(),<>])"
)


@dataclass(frozen=True)
class ActivationFunction:
    """An activation h(t).

    >>> h = activation("tanh")
    >>> h.kinks, h.formula
    ([], ['tanh', 't'])
    >>> print(h.enclosure(Fraction(1, 2))[1].str(10, radius=False))
    0.7864477330
    """

    name: str
    text: str

    @cached_property
    def expression(self) -> Any:
        """As a sympy expression in t. Raises `UnusableInput` where it is none."""
        return _parsed(self.text)

    @cached_property
    def formula(self) -> Any:
        """As the tree of FORMAT.md, section 4.15. Raises `UnusableInput` where the format has no
        word for it.
        """
        try:
            tree = _tree(self.expression)
            Formula.read(tree)
        except Malformed as error:
            raise UnusableInput(
                f"the activation {self.text} cannot be written in the format: {error}"
            ) from None
        except RecursionError:
            raise UnusableInput(f"the activation {self.text} is too large for the format") from None
        return tree

    @property
    def kernel(self) -> Formula:
        """What the kernel makes of the formula."""
        return Formula.read(self.formula)

    def enclosure(self, t: Fraction, bits: int = 128) -> Taylor:
        """Arb balls of h(t), h'(t) and h''(t), from the kernel; NaN where it does not show that h
        is smooth.
        """
        from certify.kernel.foundation.balls import ball
        from certify.rationals import flint_rational

        with precision(bits):
            return self.kernel.taylor(ball(flint_rational(t)))

    def value(self, t: Fraction, bits: int = 400) -> Fraction:
        """A rational within about 2^-bits of h(t). Raises `UnusableInput` where h is not shown to
        be smooth.
        """
        from certify.rationals import midpoint

        with precision(bits):
            try:
                return midpoint(self.enclosure(t, bits)[0])
            except ArithmeticError:
                raise UnusableInput(f"{self.label} is not smooth at {t}") from None

    @property
    def label(self) -> str:
        """Its name, or its expression."""
        return self.name or f"h = {self.text}"

    @property
    def kinks(self) -> list[Fraction]:
        """Where the formula changes: elsewhere on its domain it is infinitely often differentiable."""
        return sorted(_kinks(self.formula))

    @cached_property
    def numeric(self) -> tuple[Callable[[Any], Any], Callable[[Any], Any], Callable[[Any], Any]]:
        """h, h' and h'' on arrays of float64; the derivatives are sympy's."""
        import numpy as np
        import sympy

        t = sympy.Symbol("t", real=True)
        pieces = (
            sympy.piecewise_fold(self.expression.rewrite(sympy.Piecewise))
            if self.kinks
            else self.expression
        )

        def on_arrays(order: int) -> Callable[[Any], Any]:
            function = sympy.lambdify(t, sympy.diff(pieces, t, order), modules=["scipy", "numpy"])

            def evaluated(values: Any) -> Any:
                with np.errstate(all="ignore"):
                    found = np.asarray(function(np.asarray(values, dtype=float)))
                real = (
                    np.full(found.shape, np.nan) if np.iscomplexobj(found) else found.astype(float)
                )
                return np.broadcast_to(real, np.shape(values))

            return evaluated

        return on_arrays(0), on_arrays(1), on_arrays(2)


REGISTRY: dict[str, ActivationFunction] = {
    name: ActivationFunction(name, text)
    for name, text in {
        "tanh": "tanh(t)",
        "sigmoid": "1/(1 + exp(-t))",
        "arctan": "atan(t)",
        "softplus": "log(1 + exp(t))",
        "quadratic": "t^2",
        "cubic": "t^3",
        "elu": "Piecewise((t, t > 0), (exp(t) - 1, True))",
        "selu": "1.0507009873554805*Piecewise((t, t > 0), (1.6732632423543772*(exp(t) - 1), True))",
        "celu": "Piecewise((t, t > 0), (2*(exp(t/2) - 1), True))",
        "gelu": "t*(1 + erf(t/sqrt(2)))/2",
        "gelu-tanh": "t*(1 + tanh(sqrt(2/pi)*(t + 0.044715*t^3)))/2",
        "silu": "t/(1 + exp(-t))",
        "mish": "t*tanh(log(1 + exp(t)))",
        "sin": "sin(t)",
        "gaussian": "exp(-t^2)",
        "erf": "erf(t)",
        "softsign": "t/(1 + Abs(t))",
        "logcosh": "log(cosh(t))",
    }.items()
}


def activation(text: str) -> ActivationFunction:
    """The registered activation of this name, or the sympy expression in t. Raises `UnusableInput`.

    >>> activation("t*exp(-t^2)").formula
    ['*', 't', ['exp', ['*', '-1', ['^', 't', 2]]]]
    """
    if not isinstance(text, str):
        raise UnusableInput("an activation is a name or an expression in t, as text")
    name = text.strip()
    if name.lower() in ("relu", "leaky", "leaky-relu", "hard-tanh", "abs"):
        raise UnusableInput(
            f"{name} is piecewise linear: these networks are for `certify data relu`, `deep` and"
            " `trained`"
        )
    found = REGISTRY.get(name.lower()) or ActivationFunction("", name)
    _ = found.formula
    return found


def _parsed(text: str) -> Any:
    """By sympy's parser, which evaluates Python: so nothing but numbers, the names above and
    operators gets there.
    """
    import sympy
    from sympy.parsing.sympy_parser import (
        convert_xor,
        parse_expr,
        rationalize,
        standard_transformations,
    )

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
                f"the activation {text!r} is neither registered ({', '.join(REGISTRY)}) nor an"
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
        # not a number: sympy leaves it alone
        if any(isinstance(part, ast.Name) for part in ast.walk(node.right)):
            return base + exponent
        bare = node.right.operand if isinstance(node.right, ast.UnaryOp) else node.right
        if isinstance(bare, ast.Constant) and isinstance(bare.value, int | float):
            return base * float(bare.value)
        return float(base * 2 ** min(exponent, 60.0))
    return 1.0 + sum(map(_size, ast.iter_child_nodes(node)))


def _tree(expression: Any) -> Any:
    """The node of the format. Raises `UnusableInput`."""
    import sympy

    t = sympy.Symbol("t", real=True)
    simple = {
        sympy.exp: "exp", sympy.log: "log", sympy.sin: "sin", sympy.cos: "cos", sympy.tanh: "tanh", sympy.atan: "atan", sympy.erf: "erf",
    }  # fmt: skip
    if expression == t:
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
        bottom = [
            base ** (-power)
            for base, power in (part.as_base_exp() for part in expression.args)
            if power.is_Rational and power < 0 and not base.is_Rational
        ]
        top = expression * sympy.Mul(*bottom)
        if bottom:
            return ["/", _tree(top), _tree(sympy.Mul(*bottom))]
        return ["*", *map(_tree, expression.args)]
    if isinstance(expression, sympy.Pow):
        return _power(expression)
    if type(expression) in simple:
        return [simple[type(expression)], _tree(expression.args[0])]
    if isinstance(expression, sympy.Abs | sympy.Max | sympy.Min | sympy.Piecewise):
        return _pieces(expression)
    if isinstance(expression, sympy.tan):
        return ["/", *(_tree(part(expression.args[0])) for part in (sympy.sin, sympy.cos))]
    if isinstance(expression, sympy.sinh | sympy.cosh | sympy.asinh | sympy.erfc):
        other = {
            sympy.sinh: sympy.exp,
            sympy.cosh: sympy.exp,
            sympy.asinh: sympy.log,
            sympy.erfc: sympy.erf,
        }[type(expression)]
        return _tree(expression.rewrite(other))
    raise UnusableInput(f"the format has no word for {expression}")


def _sum(expression: Any) -> Any:
    """In the order sympy prints, with a minus before negative terms behind the first."""
    added: list[Any] = []
    subtracted: list[Any] = []
    for term in expression.as_ordered_terms():
        (subtracted if term.could_extract_minus_sign() else added).append(term)
    if not added:
        return ["+", *map(_tree, subtracted)]
    node = _tree(added[0]) if len(added) == 1 else ["+", *map(_tree, added)]
    for term in subtracted:
        node = ["-", node, _tree(-term)]
    return node


def _power(expression: Any) -> Any:
    import sympy

    base, exponent = expression.args
    if exponent == sympy.Rational(1, 2):
        return ["sqrt", _tree(base)]
    if isinstance(exponent, sympy.Integer) and exponent >= 2:
        powers = int(exponent)
        inner = _tree(base)
        return (
            ["^", inner, powers]
            if powers <= 16
            else ["*", ["^", inner, 16], _tree(base ** (powers - 16))]
        )
    if exponent.is_negative:
        return ["/", "1", _tree(base ** (-exponent))]
    return ["exp", ["*", _tree(exponent), ["log", _tree(base)]]]


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
    node = _tree(parts[-1][0])
    for (part, _), kink in reversed(list(zip(parts[:-1], kinks, strict=True))):
        node = ["piecewise", str(kink), _tree(part), node]
    return node


def _kinks(node: Any) -> set[Fraction]:
    if not isinstance(node, list):
        return set()
    own = {Fraction(node[1])} if node[0] == "piecewise" else set()
    return own.union(*(_kinks(part) for part in node[1:]))
