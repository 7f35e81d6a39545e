"""Activations given by a formula, with their derivatives (lemma 21; FORMAT 4.15)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .functions import GUARD, Jet, chain, derivatives, product
from .reader import integer, rational
from .verdict import need
from .wide import Undefined, Wide, precise

MOST_NODES = 200  # of an activation
LARGE_PART = 1 << 14  # exponent of 2 of the parts of an activation and their derivatives


def erfs(node: Formula) -> int:
    """How often erf stands in a formula; in section 3.1 it counts as four nodes."""
    return (node[0] == "erf") + sum(map(erfs, node[1:])) if isinstance(node, tuple) else 0


Formula = Any  # "t", "pi", a Fraction, or a tuple of the name of an operation and its parts

_PARTS = {
    "-": 2,
    "/": 2,
    "exp": 1,
    "log": 1,
    "sqrt": 1,
    "sin": 1,
    "cos": 1,
    "tanh": 1,
    "atan": 1,
    "erf": 1,
}


def read_formula(value: Any, left: list[int]) -> Formula:
    """A node of section 4.15; `left` holds how many nodes may still come."""
    left[0] -= 1
    need(left[0] >= 0, f"The activation has more than {MOST_NODES} nodes.")
    if type(value) is str:
        return value if value in ("t", "pi") else rational(value, "a number of the activation")
    need(
        type(value) is list and len(value) > 0 and type(value[0]) is str,
        "A node of the activation is none.",
    )
    name, *parts = value
    if name == "piecewise":
        need(len(parts) == 3, "piecewise does not have a number and two parts.")
        return (
            name,
            rational(parts[0], "a kink of the activation"),
            *(read_formula(part, left) for part in parts[1:]),
        )
    if name == "^":
        need(len(parts) == 2, "^ does not have two parts.")
        return (
            name,
            read_formula(parts[0], left),
            integer(parts[1], "an exponent of the activation", 2, 16),
        )
    need(name in ("+", "*", *_PARTS), "An operation of the activation is unknown.")
    need(
        len(parts) == _PARTS[name] if name in _PARTS else len(parts) >= 2,
        f"{name} has a wrong number of parts.",
    )
    return name, *(read_formula(part, left) for part in parts)


class Activation:
    """A formula of section 4.15 at a working precision (lemma 21)."""

    def __init__(self, formula: Formula, bits: int) -> None:
        self.bits = bits
        self._constants: dict[Fraction | str, Wide] = {}
        self._formula = formula

    def __call__(self, t: Wide, order: int) -> Jet:
        """h(t), and h'(t), h''(t) if the order is 2, for all t of the interval."""
        return self._part(self._formula, t, order)

    def _part(self, node: Formula, t: Wide, order: int) -> Jet:
        """A part of the formula that is needed at t: its value, and its derivatives if they are
        asked for, are bounded.
        """
        jet = self._at(node, t, order)
        if any(x.top > LARGE_PART and not x.is_zero() for x in jet):  # 0 has any exponent
            raise Undefined(
                "a part of the activation, or a derivative, is not shown to be below"
                f" 2^{LARGE_PART} in size"
            )
        return jet

    def _constant(self, value: Fraction | str) -> Wide:
        if value not in self._constants:
            ar = precise(self.bits + GUARD)
            self._constants[value] = (
                Wide(self.bits, *ar.pi, -ar.bits)
                if isinstance(value, str)
                else Wide.of(value, self.bits)
            )
        return self._constants[value]

    def _at(self, node: Formula, t: Wide, order: int) -> Jet:
        if not isinstance(node, tuple):
            if node == "t":
                return (t, Wide.of(1, self.bits), Wide.of(0, self.bits))[: order + 1]
            return (self._constant(node), *[Wide.of(0, self.bits)] * order)
        name, *parts = node
        if name == "piecewise":
            side = t.compare(parts[0])
            if side == 0:
                raise Undefined("a number is not shown to be different from a kink")
            return self._part(parts[1] if side < 0 else parts[2], t, order)
        first = self._part(parts[0], t, order)
        if name == "^":
            n, f = parts[1], first[0]
            outer = f.power(n), f.power(n - 1).times(n), f.power(n - 2).times(n * (n - 1))
            return chain(outer[: order + 1], first)
        for part in parts[1:]:
            other = self._part(part, t, order)
            if name == "+":
                first = tuple(x + y for x, y in zip(first, other))
            elif name == "-":
                first = tuple(x - y for x, y in zip(first, other))
            elif name == "*":
                first = product(first, other)
            else:
                first = product(first, chain(derivatives("reciprocal", other[0], order), other))
        return chain(derivatives(name, first[0], order), first) if len(parts) == 1 else first
