"""What the two kinds for every k have in common: families, covers (sections 4.4 and 4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arithmetic import GUARD_BITS
from .blocks import Size
from .bounds import MOST_COVER
from .covers import Box, read_boxes
from .reader import fields, integer
from .verdict import need


@dataclass(frozen=True)
class Family:
    """A type of the setting of theorems 4 and 5, by its table."""

    fixed: int  # columns that do not belong to the growing block: c of section 4.5
    further: int  # n = k + further: one row, or a copy of the block of these columns
    vanish: tuple[int, ...]  # q of each X, G = O(1)
    order: int  # p, F = O(t^p)
    scale: tuple[int, ...]  # of each coordinate, the power of t in front of X
    # of each coordinate, (q, r) where the rest of it is q/2 + r/k
    limit: tuple[tuple[int, int], ...]
    # of each coordinate, the power of the root of t that bounds its pencil, type 1
    bounding: tuple[int, ...]
    root: int = 2  # t = k^(-1/root)
    # (a, b, q, n): X_a moves, beside its own coordinate, the coordinate b by q t^n X_a
    moves: tuple[tuple[int, int, int, int], ...] = ()
    soft: int = 0  # the smallest eigenvalue is claimed over t^soft
    enclosed: bool = False  # whether L is claimed, for want of a formula

    @property
    def rate(self) -> int:
        """r, k^(-1/2) = t^r."""
        return self.root // 2

    def blocks(self, k: Size) -> list[tuple[str, Size]]:
        """Those of section 4.2, for a k that is an integer or not."""
        alone = [("diagonal", self.fixed)] if self.fixed else []
        more = ("row", 1) if self.further == 1 else ("copy", 1)  # of block 1, counted from 0
        growing = k - self.fixed if self.fixed else k
        return [("diagonal", growing), *alone, *([more] if self.further else [])]


_TWO = (2, 2, 2, 2, 2)
_FIVE = (4, 6, 4, 2, 0)


def _companions(m: int) -> Family:
    """II_m+m'."""
    return Family(
        m,
        m,
        (1, 2, 1, 2, 1, 1, 2, 1, 1),
        2,
        (3, 4, 3, 2, 1, 1, 2, 1, 1),
        ((2, 0), (0, 0), (0, 2), (0, 0), (-2, 0), *[(0, 0)] * 4),
        (*_FIVE, 0, 2, 0, 0),
        enclosed=True,
    )


FAMILIES = {
    "II": Family(1, 0, _TWO, 2, (4, 4, 4, 2, 2), ((2, 0), (0, 0), (0, 2), (0, 0), (-2, 0)), _FIVE),
    "A": Family(0, 0, _TWO[:2], 0, (4, 4), ((-2, 2), (0, 2)), _FIVE[:2]),
    "I": Family(1, 0, _TWO, 0, (4, 4, 4, 2, 2), ((-2, 2), (0, 2), (0, 0), (0, 0), (2, 0)), _FIVE),
    "II+1": Family(
        1,
        1,
        (1, 2, 1, 2, 1, 2, 1),
        2,
        (3, 4, 3, 2, 1, 2, 1),
        ((2, 0), (0, 0), (0, 2), (0, 0), (-2, 0), (0, 0), (0, 0)),
        (*_FIVE, 2, 0),
        enclosed=True,
    ),
    "I+1": Family(
        1,
        1,
        (2, 4, 2, 4, 4, 4, 2),
        0,
        (6, 8, 6, 3, 1, 4, 2),
        ((-2, 2), (0, 2), (0, 1), (0, 0), (1, 0), (0, 0), (-1, 0)),
        (8, 12, 8, 3, -3, 4, 0),
        root=4,
        moves=((3, 5, 1, 3), (3, 1, -2, 7), (4, 6, 1, 1), (4, 2, -2, 5)),
        soft=3,
    ),
    **{f"II_{m}+{m}'": _companions(m) for m in (3, 4, 5, 6)},
}


@dataclass(frozen=True)
class Opened:
    """What sections 4.4 and 4.5 have in common: the family, claims and boxes still to be read."""

    name: str
    claims: Any
    cover: Any
    bits: int


def read_family(tree: dict[str, Any]) -> Opened:
    """The common part of the certificates of sections 4.4 and 4.5."""
    statement = fields(tree["statement"], "statement", "problem family claims")
    problem = fields(statement["problem"], "problem", "targets")
    witness = fields(tree["witness"], "witness", "bits cover")
    need(
        type(problem["targets"]) is str and problem["targets"] == "orthonormal",
        "targets is not orthonormal.",
    )
    name = statement["family"]
    need(type(name) is str and name in FAMILIES, "The family is unknown.")
    bits = integer(witness["bits"], "bits", 128, 1024)
    return Opened(name, statement["claims"], witness["cover"], bits)


def read_cover(opened: Opened, copies: int) -> list[Box]:
    """The boxes, within the bound on the work of section 3.1; `copies` as for `read_box`."""
    cover = read_boxes(opened.cover, len(FAMILIES[opened.name].scale), copies)
    need(all(box.end < 1 for box in cover), "Not to < 1 in a box.")
    work = sum(box.order**2 * box.parts for box in cover) * (opened.bits + GUARD_BITS)
    need(work <= MOST_COVER, "The orders and parts of the cover are too large at this precision.")
    return cover
