"""Activations as formulas: read from a certificate, enclosed together with their first two
derivatives, said in words (FORMAT 4.15).

A formula is a tree: the variable "t", the constant "pi", a rational, or [operation, arguments ...].
Where an enclosure of the value and both derivatives is finite, the formula is infinitely often
differentiable near every point of the ball (lemma 21).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq, fmpz

from certify.kernel.foundation.balls import ball, bounds_text, less
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import natural, rational
from certify.kernel.foundation.words import Math, raised
from certify.kernel.smooth.functions import (
    FUNCTIONS,
    ONE,
    Taylor,
    chain,
    inverse,
    minus,
    plus,
    power,
    times,
    undefined,
)

__all__ = ["Formula"]

_MAX_NODES = 200
_MAX_POWER = 16
# beyond it, or below the inverse of its 4th power, exponents could grow out of memory
_HUGE = arb(fmpz(2) ** 16384)
_DUST = arb(0, 1) / arb(fmpz(2) ** 65536)

Node = Any  # "t", "pi", a rational, or a tuple (operation, arguments ...)


_OPERATIONS = ("+", "-", "*", "/", "^", "piecewise", *FUNCTIONS)


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
        """The number of nodes in the tree."""
        return _nodes(self.tree)

    @property
    def cost(self) -> int:
        """The number of nodes. erf counts as four, since its value takes four times as long."""
        return self.nodes + 3 * _count(self.tree, "erf")

    def in_words(self) -> Math:
        """The formula, every operation in brackets but for the outermost."""
        text = _text(self.tree)
        bracketed = isinstance(self.tree, tuple) and self.tree[0] in "+-*/^"
        return Math(text[1:-1] if bracketed else text)


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
    """Value and derivatives of a node. They are NaN where a number is 2^16384 or more in size. A
    tiny ball is widened to one around 0.
    """
    values = _bare_taylor(node, t)
    if not all(less(abs(value), _HUGE) for value in values):
        return undefined()
    value, first, second = (
        part + _DUST if less(abs(part), 1 / _HUGE) and not part.is_zero() else part
        for part in values
    )
    return value, first, second


def _bare_taylor(node: Node, t: arb) -> Taylor:
    if isinstance(node, str):
        return (t, ONE, arb(0)) if node == "t" else (arb.pi(), arb(0), arb(0))
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
            else undefined()
        )
    if name == "^":
        return chain(power(parts[1]), _taylor(parts[0], t))
    if parts[0] == "t" and name in FUNCTIONS and _plain(t):
        return FUNCTIONS[name](t)  # what the chain rule makes of (t, 1, 0)
    first, *rest = (_taylor(part, t) for part in parts)
    match name:
        case "+":
            for other in rest:
                first = plus(first, other)
            return first
        case "*":
            for other in rest:
                first = times(first, other)
            return first
        case "-":
            return minus(first, rest[0])
        case "/":
            return times(first, chain(inverse, rest[0]))
        case _:
            return chain(FUNCTIONS[name], first)


def _plain(t: arb) -> bool:
    """Whether `_taylor` takes t as it is."""
    return less(abs(t), _HUGE) and (t.is_zero() or not less(abs(t), 1 / _HUGE))


def _number_text(value: fmpq) -> str:
    """A decimal of up to 40 digits where that is exact, else a fraction."""
    low, high = bounds_text(value, 40)
    return (
        low.rstrip("0").rstrip(".") if low == high and "." in low and "e" not in low else str(value)
    )


_SIGNS = {"-": "−", "*": "·"}


def _text(node: Node) -> str:
    if isinstance(node, str):
        return "π" if node == "pi" else node
    if isinstance(node, fmpq):
        text = _number_text(node)
        return text if text.replace(".", "").isdigit() else f"({text})"
    name, *parts = node
    if name == "piecewise":
        return (
            f"{{{_text(parts[1])} where t < {_number_text(parts[0])}, {_text(parts[2])} elsewhere}}"
        )
    if name == "^":
        return f"({_text(parts[0])}{raised(parts[1])})"
    if name in FUNCTIONS:
        inner = _text(parts[0])
        bracketed = isinstance(parts[0], tuple) and parts[0][0] in "+-*/^"
        return f"{name}{inner}" if bracketed else f"{name}({inner})"
    sign, parts = ("-", parts[1:]) if name == "*" and parts[0] == -1 else ("", parts)
    operation = f" {_SIGNS.get(name, name)} "
    return f"({sign}{operation.join(map(_text, parts))})"
