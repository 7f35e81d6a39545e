"""Activations as formulas: read from a certificate, enclosed together with their first two
derivatives, said in words (FORMAT.md, section 4.15).

A formula is a tree: the variable "t", the constant "pi", a rational, or [operation, arguments ...].
 Where an enclosure of the value and both derivatives is finite, the formula is infinitely often
 differentiable near every point of the ball (lemma 21); where an argument
leaves, or may leave, the open domain of an operation, the enclosure is NaN, which proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq, fmpz

from certify.kernel.foundation.balls import ball, bounds_text, less
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import natural, rational

__all__ = ["Formula", "Taylor"]

_MAX_NODES = 200
_MAX_POWER = 16
_ONE = arb(1)  # exact at any precision
_HUGE = arb(
    fmpz(2) ** 16384
)  # beyond it, or below the inverse of its 4th power, exponents could grow out of memory
_DUST = arb(0, 1) / arb(fmpz(2) ** 65536)

Taylor = tuple[arb, arb, arb]  # a value, its first and its second derivative
Node = Any  # "t", "pi", a rational, or a tuple (operation, arguments ...)


def _undefined() -> Taylor:
    return arb.nan(), arb.nan(), arb.nan()


def _within(value: arb, bound: int, x: arb) -> arb:
    """The enclosure of a function at x, cut to what is known of it at all finite numbers: it is at
    most `bound` in size.
    """
    if less(abs(value), arb(bound)) or not x.is_finite():
        return value
    known = arb(-bound).union(arb(bound))
    return value.intersection(known) if value.is_finite() else known


def _nonnegative(value: arb) -> arb:
    """The enclosure of an even power, without negative numbers: products of balls do not know that
    their factors are equal.
    """
    return value.nonnegative_part() if value.is_finite() else value


def _exp(x: arb) -> Taylor:
    value = x.exp()
    return value, value, value


def _log(x: arb) -> Taylor:
    slope = 1 / x
    return (x.log(), slope, -slope * slope) if less(arb(0), x) else _undefined()


def _sqrt(x: arb) -> Taylor:
    root = x.sqrt()
    return (root, 1 / (2 * root), -1 / (4 * x * root)) if less(arb(0), x) else _undefined()


def _sin(x: arb) -> Taylor:
    value = x.sin()
    return value, x.cos(), -value


def _cos(x: arb) -> Taylor:
    value = x.cos()
    return value, -x.sin(), -value


# The bounds of what follows. tanh' = 1 - s^2 and tanh'' = -2s(1 - s^2) for s = tanh x, where
# |s| < 1 and |s|(1 - |s|) <= 1/4. In the second derivative of atan, -2x/(1 + x^2)^2, it is
# 2|x| <= 1 + x^2 that counts. Those of erf are 2/sqrt(pi) exp(-x^2) and -2x times that, where
# 2|x| <= 1 + x^2 <= exp(x^2) and 2/sqrt(pi) < 2.


def _tanh(x: arb) -> Taylor:
    value = _within(x.tanh(), 1, x)
    if less(abs(x), arb(1)):
        slope = 1 - value * value
    else:  # which cancels where the value is near 1 in size
        decay = (-2 * abs(x)).exp()
        slope = 4 * decay / ((1 + decay) * (1 + decay))
    slope = _within(slope, 1, x)
    return value, slope, _within(-2 * value * slope, 1, x)


def _atan(x: arb) -> Taylor:
    slope = _within(1 / (1 + _nonnegative(x * x)), 1, x)
    return x.atan(), slope, _within(-2 * x * slope * slope, 1, x)


def _erf(x: arb) -> Taylor:
    slope = _within(2 * (-_nonnegative(x * x)).exp() / arb.pi().sqrt(), 2, x)
    return _within(x.erf(), 1, x), slope, _within(-2 * x * slope, 2, x)


def _inverse(x: arb) -> Taylor:
    value = 1 / x
    return (
        (value, -value * value, 2 * value * value * value) if less(arb(0), abs(x)) else _undefined()
    )


_FUNCTIONS: dict[str, Callable[[arb], Taylor]] = {
    "exp": _exp, "log": _log, "sqrt": _sqrt, "sin": _sin, "cos": _cos, "tanh": _tanh, "atan": _atan, "erf": _erf,
}  # fmt: skip
_OPERATIONS = ("+", "-", "*", "/", "^", "piecewise", *_FUNCTIONS)


def _plus(f: Taylor, g: Taylor) -> Taylor:
    return f[0] + g[0], f[1] + g[1], f[2] + g[2]


def _minus(f: Taylor, g: Taylor) -> Taylor:
    return f[0] - g[0], f[1] - g[1], f[2] - g[2]


def _times(f: Taylor, g: Taylor) -> Taylor:
    return f[0] * g[0], f[0] * g[1] + f[1] * g[0], f[0] * g[2] + 2 * f[1] * g[1] + f[2] * g[0]


def _chain(outer: Callable[[arb], Taylor], f: Taylor) -> Taylor:
    value, first, second = outer(f[0])
    return value, first * f[1], second * f[1] * f[1] + first * f[2]


def _power(exponent: int) -> Callable[[arb], Taylor]:
    def power(x: arb) -> Taylor:
        low = _ONE
        for _ in range(exponent - 2):  # not by **, which is NaN on balls around 0; at most 14 times
            low = low * x
        first, second = low * x, low
        value = first * x
        if exponent % 2 == 0:
            value, second = _nonnegative(value), _nonnegative(second)
        return value, exponent * first, exponent * (exponent - 1) * second

    return power


@dataclass(frozen=True)
class Formula:
    """A function h of one real variable t."""

    tree: Node

    @classmethod
    def read(cls, value: Any) -> Formula:
        """From the field `activation` of a problem. Raises `Malformed`."""
        left = [_MAX_NODES]
        return cls(_read(value, left))

    def taylor(self, t: arb) -> Taylor:
        """Enclosures of h, h' and h'' on the ball t: NaN, or below 2^16384 and then h is smooth
        near each point of t (lemma 21).
        """
        return _taylor(self.tree, t)

    @property
    def nodes(self) -> int:
        """How many there are in the tree."""
        return _nodes(self.tree)

    @property
    def cost(self) -> int:
        """The nodes, each erf counted four times: so much longer its value takes."""
        return self.nodes + 3 * _count(self.tree, "erf")

    def in_words(self) -> str:
        """The formula, every operation in brackets but for the outermost."""
        text = _text(self.tree)
        return text[1:-1] if isinstance(self.tree, tuple) and self.tree[0] in "+-*/^" else text


def _read(value: Any, left: list[int]) -> Node:
    left[0] -= 1
    if left[0] < 0:
        raise Malformed(f"the activation has more than {_MAX_NODES} parts")
    if isinstance(value, str):
        return value if value in ("t", "pi") else rational(value, "a number of the activation")
    if (
        not isinstance(value, list)
        or not value
        or not isinstance(value[0], str)
        or value[0] not in _OPERATIONS
    ):
        raise Malformed(
            'a part of the activation is not "t", "pi", a number or a list that begins with one of'
            f" {' '.join(_OPERATIONS)}"
        )
    name, *parts = value
    match name:
        case "^":
            if len(parts) != 2:
                raise Malformed("a power in the activation does not have a base and an exponent")
            return (
                name,
                _read(parts[0], left),
                natural(parts[1], "an exponent of the activation", 2, _MAX_POWER),
            )
        case "piecewise":
            if len(parts) != 3:
                raise Malformed(
                    "a piecewise part of the activation does not have a kink and two parts"
                )
            return (
                name,
                rational(parts[0], "a kink of the activation"),
                _read(parts[1], left),
                _read(parts[2], left),
            )
        case "+" | "*":
            right = len(parts) >= 2
        case "-" | "/":
            right = len(parts) == 2
        case _:
            right = len(parts) == 1
    if not right:
        raise Malformed(f"the operation {name} in the activation has a wrong number of parts")
    return (name, *(_read(part, left) for part in parts))


def _parts(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node."""
    if not isinstance(node, tuple):
        return ()
    return node[2:] if node[0] == "piecewise" else node[1:2] if node[0] == "^" else node[1:]


def _nodes(node: Node) -> int:
    return 1 + sum(map(_nodes, _parts(node)))


def _count(node: Node, name: str) -> int:
    """How many nodes of this name there are."""
    return int(isinstance(node, tuple) and node[0] == name) + sum(
        _count(part, name) for part in _parts(node)
    )


def _taylor(node: Node, t: arb) -> Taylor:
    """Of a node: NaN where a number is 2^16384 or more in size; what is tiny is widened to a ball
    around 0.
    """
    values = _bare_taylor(node, t)
    if not all(less(abs(value), _HUGE) for value in values):
        return _undefined()
    value, first, second = (
        part + _DUST if less(abs(part), 1 / _HUGE) and not part.is_zero() else part
        for part in values
    )
    return value, first, second


def _bare_taylor(node: Node, t: arb) -> Taylor:
    if isinstance(node, str):
        return (t, _ONE, arb(0)) if node == "t" else (arb.pi(), arb(0), arb(0))
    if isinstance(node, fmpq):
        return ball(node), arb(0), arb(0)
    name, *parts = node
    if name == "piecewise":
        kink, below, above = ball(parts[0]), parts[1], parts[2]
        return (
            _taylor(below, t)
            if less(t, kink)
            else _taylor(above, t)
            if less(kink, t)
            else _undefined()
        )
    if name == "^":
        return _chain(_power(parts[1]), _taylor(parts[0], t))
    first, *rest = (_taylor(part, t) for part in parts)
    match name:
        case "+":
            for other in rest:
                first = _plus(first, other)
            return first
        case "*":
            for other in rest:
                first = _times(first, other)
            return first
        case "-":
            return _minus(first, rest[0])
        case "/":
            return _times(first, _chain(_inverse, rest[0]))
        case _:
            return _chain(_FUNCTIONS[name], first)


def _number_text(value: fmpq) -> str:
    """A decimal of up to 40 digits where that is exact, else a fraction."""
    low, high = bounds_text(value, 40)
    return (
        low.rstrip("0").rstrip(".") if low == high and "." in low and "e" not in low else str(value)
    )


def _text(node: Node) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, fmpq):
        text = _number_text(node)
        return text if text.replace(".", "").isdigit() else f"({text})"
    name, *parts = node
    if name == "piecewise":
        return (
            f"{{{_text(parts[1])} where t < {_number_text(parts[0])}, {_text(parts[2])} elsewhere}}"
        )
    if name == "^":
        return f"({_text(parts[0])}^{parts[1]})"
    if name in _FUNCTIONS:
        inner = _text(parts[0])
        bracketed = isinstance(parts[0], tuple) and parts[0][0] in "+-*/^"
        return f"{name}{inner}" if bracketed else f"{name}({inner})"
    sign, parts = ("-", parts[1:]) if name == "*" and parts[0] == -1 else ("", parts)
    return f"({sign}" + f" {name} ".join(_text(part) for part in parts) + ")"
