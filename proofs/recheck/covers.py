"""Covers of an interval of a parameter t by boxes, and the expansions on a box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from .arithmetic import ZERO, Arithmetic, Interval, Num, ceil_div
from .expansions import Expansion, Form, gathered
from .krawczyk import Preconditioner
from .reader import fields, integer, real
from .verdict import Verdict, need, reject, require

MORE_TERMS = 4  # of an expansion, beyond the order asked for
HALVINGS = 6  # of a part of a box where a test fails


@dataclass(frozen=True)
class Box:
    """A box of a cover, start <= t <= end, and the branch as polynomials in t - origin."""

    start: Fraction
    end: Fraction
    order: int
    parts: int
    radius: Fraction
    branch: list[list[Fraction]]
    direction: list[Fraction]  # empty for a minimum

    @property
    def origin(self) -> Fraction:
        return (self.start + self.end) / 2 if self.start else Fraction(0)

    def at(self, t: Fraction) -> list[Fraction]:
        """The branch at t."""
        return [
            sum((c * (t - self.origin) ** i for i, c in enumerate(terms)), Fraction(0))
            for terms in self.branch
        ]


def read_box(value: Any, unknowns: int, copies: int) -> Box:
    """A box of the cover; `copies` is the length of the direction, 0 if there is none."""
    box = fields(
        value, "A box", "from to order parts radius branch" + (" direction" if copies else "")
    )
    start, end, radius = (real(box[name], f"{name} of a box") for name in ("from", "to", "radius"))
    need(0 <= start < end <= 1, "Not 0 <= from < to <= 1 in a box.")
    need(start > 0 or not copies, "A box of a saddle begins at 0.")
    need(radius > 0, "The radius of a box is not positive.")
    order, branch, direction = (
        integer(box["order"], "order", 4, 32),
        box["branch"],
        box.get("direction", []),
    )
    need(
        type(branch) is list and len(branch) == unknowns,
        f"branch is not an array of {unknowns} polynomials.",
    )
    for polynomial in branch:
        need(
            type(polynomial) is list and 1 <= len(polynomial) <= order,
            "Not 1 to `order` coefficients in branch.",
        )
    need(
        type(direction) is list and len(direction) == copies,
        f"direction is not an array of {copies} numbers.",
    )
    polynomials = [
        [real(c, "a coefficient of branch") for c in polynomial] for polynomial in branch
    ]
    return Box(
        start,
        end,
        order,
        integer(box["parts"], "parts", 1, 256),
        radius,
        polynomials,
        [real(c, "an entry of direction") for c in direction],
    )


def read_boxes(value: Any, unknowns: int, copies: int = 0) -> list[Box]:
    need(type(value) is list and 1 <= len(value) <= 400, "cover is not an array of 1 to 400 boxes.")
    return [read_box(box, unknowns, copies) for box in value]


def prove_joints(cover: Sequence[Box]) -> None:
    """Every box but the first begins where the one before ends."""
    for number, (before, box) in enumerate(zip(cover, cover[1:]), 2):
        if before.end != box.start:
            reject(
                "cover",
                (box.start,) * 2,
                (before.end,) * 2,
                f" or >, but =: box {number} begins where the one before ends",
            )


def prove_reach(left: Fraction, right: Fraction, what: str) -> None:
    """Left <= right for an end of the cover."""
    prove_below("cover", left, right, what)


def prove_below(code: str, left: Fraction, right: Fraction, what: str) -> None:
    """Left <= right."""
    if left > right:
        reject(code, (left,) * 2, (right,) * 2, f" or =, {what}")


def everywhere(test: Callable[[Interval], object], x: Interval, halvings: int = HALVINGS) -> None:
    """The test on all of x, in parts where it fails."""
    try:
        test(x)
    except Verdict:
        if halvings == 0:
            raise
        middle = sum(x) // 2
        everywhere(test, (x[0], middle), halvings - 1)
        everywhere(test, (middle, x[1]), halvings - 1)


def above(q: Fraction, digits: int) -> Fraction:
    """The least multiple >= q of 2^-(k + digits), where 2^-k is the least power of 2 that is >= q,
    0 < q <= 1.
    """
    unit = 1 << (q.denominator // q.numerator).bit_length() - 1 + digits
    return Fraction(ceil_div(q.numerator * unit, q.denominator), unit)


class Chart:
    """A box as the domain of expansions in s, where t = origin + width s."""

    def __init__(self, ar: Arithmetic, box: Box) -> None:
        self.ar, self.box = ar, box
        low, high = box.start - box.origin, box.end - box.origin
        self.width = above(high, 16 if box.start else 0)
        self.span = self._enclose(low / self.width, high / self.width)
        length, outset = box.order + MORE_TERMS, box.start == 0
        self.form = Form(length, length if outset else 0, outset)
        self.t = self._polynomial([box.origin, Fraction(1)])
        self.reach = Fraction(0)  # e of `inclusion`, once verified

    def _enclose(self, low: Fraction, high: Fraction) -> Interval:
        ratio = self.ar.ratio
        return ratio(low.numerator, low.denominator)[0], ratio(high.numerator, high.denominator)[1]

    def number(self, q: Fraction) -> Num:
        return Num(self.ar, self._enclose(q, q))

    def _polynomial(self, terms: Sequence[Fraction], radius: Fraction = Fraction(0)) -> Expansion:
        """In t - origin, for all constant terms within `radius`."""
        powers = (self.width**i for i in range(len(terms)))
        ends = [
            self._enclose(q * power - radius * (i == 0), q * power + radius * (i == 0))
            for i, (q, power) in enumerate(zip(terms, powers))
        ]
        middles = [(low + high) >> 1 for low, high in ends]
        off = [high - middle for (_, high), middle in zip(ends, middles)]
        return Expansion(self.ar, self.form, 0, middles, gathered(off, self.form.apart + 1))

    def value(self, f: Any, x: Interval, code: str) -> Num:
        """f on a part of the box; f may be a constant."""
        return f.at(x, code) if isinstance(f, Expansion) else Num(self.ar, ZERO) + f

    def each_part(self, *tests: Callable[[Interval], object]) -> None:
        """Each test, in this order, on all parts of the box."""
        (low, high), parts = self.span, self.box.parts
        ends = [low + (high - low) * i // parts for i in range(parts + 1)]
        for test in tests:
            for x in zip(ends, ends[1:]):
                everywhere(test, x)

    def prove_one(self, jacobian: Sequence[Sequence[Any]], values: Sequence[Any]) -> None:
        """One solution within the radius of the branch for every t of the box, from the Jacobian on
        this tube and the values on the branch: `contraction`, `inclusion`.
        """
        delta = self.box.radius

        @cache  # both tests need it on the same parts
        def newton(x: Interval) -> Preconditioner:
            rows = [[self.value(entry, x, "contraction") for entry in row] for row in jacobian]
            found = Preconditioner(self.ar, rows)
            require(
                "contraction",
                (Fraction(0), found.theta),
                (Fraction(1),) * 2,
                " (theta on the left)",
            )
            return found

        def inclusion(x: Interval) -> None:
            found = newton(x)
            step = found.size([self.value(value, x, "inclusion") for value in values])
            reach = step + found.theta * delta
            require("inclusion", (Fraction(0), reach), (delta,) * 2)
            self.reach = max(self.reach, reach)

        self.each_part(newton, inclusion)
