"""Two angles x >= y >= 0 with x + y <= pi, and a subdivision of all such pairs.

The coordinates are s = (x + y)/2 and d = (x - y)/2: both kinds of neurons of a landscape, inside
the plane of the teachers and outside, have equations that are even or odd in d.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from .arithmetic import Num
from .circle import Circle, Span

HALF = 1 << 40  # pi, in the units of the angles: more than 32 halvings
MOST_CELLS = 40_000

Part = TypeVar("Part")


@dataclass(frozen=True)
class Cell:
    """s in [s, s + side], d in [d, d + side], and d <= s: a square, or the half of one below its
    diagonal, which the centre still belongs to.
    """

    s: int
    d: int
    side: int

    @property
    def sums(self) -> Span:
        """Of x + y."""
        return 2 * self.s, 2 * (self.s + self.side)

    @property
    def larger(self) -> Span:
        """Of x."""
        return self.s + self.d, self.s + self.d + 2 * self.side

    @property
    def smaller(self) -> Span:
        """Of y."""
        return max(0, self.s - self.d - self.side), self.s - self.d + self.side

    @property
    def centre(self) -> tuple[int, int]:
        """x and y."""
        return self.s + self.d + self.side, self.s - self.d

    def quarters(self) -> list[Cell]:
        """Those that have a pair in them; none where the side has no half: angles are integers."""
        if self.side % 2:
            return []
        half = self.side // 2
        corners = [(self.s + i, self.d + j) for i in (0, half) for j in (0, half)]
        return [Cell(s, d, half) for s, d in corners if d < s + half]

    def reach(self, circle: Circle) -> Num:
        """The numbers that s and d may differ by from those of the centre."""
        high = circle.angle(self.side).ends[1]
        return Num(circle.ar, (-(high // 2) - 1, high // 2 + 1))


ALL = Cell(0, 0, HALF // 2)


@dataclass(frozen=True)
class Stretch:
    """Angles from low to low + side."""

    low: int
    side: int

    @property
    def span(self) -> Span:
        return self.low, self.low + self.side

    @property
    def sums(self) -> Span:
        """Of twice the angle."""
        return 2 * self.low, 2 * (self.low + self.side)

    @property
    def centre(self) -> int:
        return self.low + self.side // 2

    def halves(self) -> list[Stretch]:
        """None where the side has none."""
        if self.side % 2:
            return []
        half = self.side // 2
        return [Stretch(self.low, half), Stretch(self.low + half, half)]

    def reach(self, circle: Circle) -> Num:
        high = circle.angle(self.side).ends[1]
        return Num(circle.ar, (-(high // 2) - 1, high // 2 + 1))


def differs(x: Num) -> bool:
    """From 0."""
    return x.ends[0] > 0 or x.ends[1] < 0


def spread(value: Num, by_larger: Num, by_smaller: Num, reach: Num) -> Num:
    """A function on a cell, by its value at the centre and its derivatives by x and y on the
    cell (mean value theorem; what belongs to a cell is convex).
    """
    return value + (by_larger + by_smaller) * reach + (by_larger - by_smaller) * reach


def undecided(
    start: Part,
    settled: Callable[[Part], bool],
    parts: Callable[[Part], list[Part]],
    depth: int,
    most: int = MOST_CELLS,
) -> Part | None:
    """A part that is not settled after so many subdivisions, or has no parts, or is one too many;
    None if all are settled.
    """
    todo, seen = [(start, 0)], 0
    while todo:
        part, level = todo.pop()
        seen += 1
        if not settled(part):
            smaller = [] if level == depth or seen > most else parts(part)
            if not smaller:
                return part
            todo += [(one, level + 1) for one in smaller]
    return None
