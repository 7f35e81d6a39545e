"""The slope at which a member of a family ceases to be a minimum, or becomes one: the secant method
on an eigenvalue in c, and a proposed certificate. Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import isqrt
from typing import Any

from flint import arb_mat

from certify.attempt import Attempt, Refusal, judged
from certify.decimals import decimal_text
from certify.errors import UnusableInput
from certify.gaussian.names import family_name
from certify.gaussian.prove.blocks import nested_centre
from certify.gaussian.search.families import family
from certify.gaussian.search.polish import NotPolished
from certify.gaussian.search.slopes import near_flipped
from certify.gaussian.search.symmetric import Parts, blocks_field, make_blocks
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.pivots import pivots
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.blocks import fixed_matrix, unknowns
from certify.kernel.gaussian.components import Component, components
from certify.kernel.gaussian.crossing import elimination_order
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotypic import pencil_of
from certify.rationals import flint_rational, midpoint

__all__ = ["born", "prove_slope_birth"]

_BITS, _DIGITS, _EXACT = 256, 60, 10**60
_RATIO, _LEAST, _LARGEST = Fraction(11, 10), Fraction(1, 1000), 10**4  # steps in c
_LEAP = Fraction(1, 4)  # no coordinate moves farther in a step
_FLIPPED = "II"  # II_p is followed from c = 0 upward, the others from c = 1 downward
_MOST = 10**12  # k of a family
_MOST_DIGITS = 40  # a box may be too wide for Krawczyk's test, then a narrower one is tried
_LESS = (2, 3)  # digits less of the distance: near a fold the branch moves fast with c

Point = tuple[Fraction, ...]


@dataclass(frozen=True)
class _Branch:
    """The critical points of F + (c - 1)/8 |s|^2 with the symmetry of these blocks."""

    parts: Parts

    def geometry(self, c: Fraction, point: Point) -> Geometry:
        """The closed forms there."""
        blocks = make_blocks(self.parts)
        values = [ball(flint_rational(x)) for x in point]
        fixed = fixed_matrix(blocks, dict(zip(unknowns(blocks), values, strict=True)))
        return Geometry(blocks, fixed).tilted(ball(flint_rational((c - 1) / 4)))

    def at(self, c: Fraction, point: Point) -> Point:
        """The critical point at c near a point, by Newton's method. Raises `NotPolished`."""
        start = point
        with precision(_BITS + GUARD_BITS):
            for _ in range(30):
                geometry = self.geometry(c, point)
                first = pencil_of(geometry, components(geometry.blocks)[0])
                gradient = arb_mat([[g.mid()] for g in geometry.gradient()])
                try:
                    step = arb_mat(first.jacobian()).mid().solve(gradient).entries()
                except ZeroDivisionError:
                    break
                if not all(s.is_finite() for s in step):
                    break
                moved = [Fraction(round(midpoint(s) * _EXACT), _EXACT) for s in step]
                point = tuple(x - s for x, s in zip(point, moved, strict=True))
                if max(map(abs, moved)) < Fraction(1, 10 ** (_DIGITS - 5)):
                    if max(abs(x - y) for x, y in zip(point, start, strict=True)) < _LEAP:
                        return point
                    break
        raise NotPolished(f"the branch is lost near c = {float(c):.6g}")

    def last_pivot(self, c: Fraction, point: Point, component: Component) -> Fraction:
        """Of the component's pencil there."""
        with precision(_BITS + GUARD_BITS):
            pencil = pencil_of(self.geometry(c, point), component)
            return midpoint(pivots(pencil.ordered(elimination_order(pencil)))[-1])

    def crossings(self, c: Fraction, point: Point, ratio: Fraction) -> Iterator[Any]:
        """From c on, in steps of a ratio: (component, two c, point at the first) where the last
        pivot of a component changes its sign.
        """
        parts = [part for part in components(make_blocks(self.parts)) if part.letter != "1"]
        before = {part.name: self.last_pivot(c, point, part) for part in parts}
        while _LEAST <= c <= _LARGEST:
            there = Fraction(round(c * ratio * 10**12), 10**12)
            try:
                found = self.at(there, point)
            except NotPolished:
                if abs(ratio - 1) < Fraction(1, 1000):
                    raise
                ratio = 1 + (ratio - 1) / 2
                continue
            for part in parts:
                value = self.last_pivot(there, found, part)
                if value * before[part.name] < 0:
                    yield part, c, there, point
                before[part.name] = value
            c, point = there, found

    def zero(self, part: Component, c: Fraction, other: Fraction, point: Point) -> Any:
        """(c, point) where the last pivot is 0, between c and the other, to about 45 digits: by the
        secant method, or bisection where it leaves the two.
        """
        ends = sorted((c, other))
        last = self.last_pivot(c, point, part)
        rising = (last < 0) == (c < other)
        for _ in range(60):
            point = self.at(other, point)
            value = self.last_pivot(other, point, part)
            ends[(value > 0) == rising] = other
            onward = other - value * (other - c) / (value - last) if value != last else other
            if not ends[0] < onward < ends[1]:
                onward = (ends[0] + ends[1]) / 2
            c, last = other, value
            other = Fraction(round(onward * 10**50), 10**50)
            if abs(other - c) < Fraction(1, 10**45):
                return other, self.at(other, point)
        raise NotPolished("the secant method does not settle")


def prove_slope_birth(name: str, k: int, digits: int = 35, *, command: str = "") -> Attempt:
    """Certify the c, hence the slope, at which the member of the family at k ceases to be a
    minimum, within 10^-digits: II_p from p flipped teachers at c = 0 upward (k >= 2, p = k too),
    the others from ReLU downward. Raises `UnusableInput`.
    """
    name = str(family_name(name))
    branch, c, point, ratio = _start(name, k)
    trials: tuple[str, ...] = ()
    try:
        for part, low, high, near in branch.crossings(c, point, ratio):
            at = branch.zero(part, low, high, near)
            below = (ratio > 1) == (branch.last_pivot(low, near, part) > 0)
            for more, less in product(range(digits, _MOST_DIGITS + 1, 6), _LESS):
                document = _propose(branch, at, part, below, (more, more - less))
                told = f"type {part.name}, c about {float(at[0]):.12f}, within 10^-{more}"
                attempt = judged(document, command, {"family": name}).after(
                    Attempt(trials=trials), told
                )
                if isinstance(attempt.outcome, Proved):
                    return attempt
                trials = attempt.trials
    except NotPolished as error:
        return Attempt(refusal=Refusal(f"no crossing of an eigenvalue: {error}"), trials=trials)
    return Attempt(refusal=Refusal("no crossing of an eigenvalue was found"), trials=trials)


def born(name: str, k: int) -> tuple[Fraction, Point]:
    """c and the point where the first eigenvalue crosses. Raises `NotPolished`."""
    branch, c, point, ratio = _start(name, k)
    for found in branch.crossings(c, point, ratio):
        c, point = branch.zero(*found)
        return c, point
    raise NotPolished("no crossing of an eigenvalue was found")


def _start(name: str, k: int) -> tuple[_Branch, Fraction, Point, Fraction]:
    """A branch, c, the point there, and the ratio of the steps in c."""
    known = family_name(name)
    if known.base != _FLIPPED or known.extra:
        member = family(name, k)
        branch, one = _Branch(member.parts), Fraction(1)
        return branch, one, branch.at(one, tuple(map(Fraction, member.values))), 1 / _RATIO
    p = 1 if known.index is None else known.index
    if not 1 <= p <= k or not 2 <= k <= _MOST:
        raise UnusableInput(f"II_p from slope -1 on has 1 <= p <= k, 2 <= k <= {_MOST}")
    c = Fraction(1, 500)
    parts, near = near_flipped(k, p, c)
    branch = _Branch(parts)
    return branch, c, branch.at(c, tuple(near)), _RATIO


def _propose(
    branch: _Branch,
    at: tuple[Fraction, Point],
    part: Component,
    below: bool,
    digits: tuple[int, int],
) -> dict[str, Any]:
    """A certificate. below: a minimum at smaller c. digits: of the interval of c, and of the
    distance.
    """
    c, point = at
    width, blocks = Fraction(1, 10 ** digits[0]), make_blocks(branch.parts)
    # c in the middle, to 50 digits
    ends = [Fraction(int((c + side * width) * 10**50), 10**50) for side in (-1, 1)]
    n, k = sum(block.height for block in blocks), sum(block.width for block in blocks)
    return {
        "format": FORMAT,
        "kind": "gaussian-slope-birth",
        "statement": {
            "problem": {"n": n, "k": k, "targets": "orthonormal"},
            "blocks": blocks_field(branch.parts),
            "centre": nested_centre(
                blocks, [decimal_text(int(x * _EXACT), _DIGITS) for x in point]
            ),
            "claims": {
                "c": [decimal_text(int(end * 10**50), 50) for end in ends],
                "slope": [decimal_text(_slope(end) + up, 50) for up, end in enumerate(ends)],
                "crossing": part.name,
                "minimum": "below" if below else "above",
                "distance": f"1e-{digits[1]}",
            },
        },
        "witness": {"bits": _BITS},
    }


def _slope(c: Fraction) -> int:
    """The slope a in (-1, 1) with ((1 + a)/(1 - a))^2 = c, times 10^50, rounded down."""
    root = Fraction(isqrt(int(c * 10**140)), 10**70)  # below the root by less than 10^-69
    return int((root - 1) / (root + 1) * 10**50 // 1)
