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
    vanish: tuple[int, ...]  # q of each coordinate, g = O(t^q)
    order: int  # p, F = O(t^p)
    scale: tuple[int, ...]  # of each coordinate, the power of t in front of X
    # of each coordinate, (q, r) where the rest of it is q + r t^2
    limit: tuple[tuple[int, int], ...]
    bounding: tuple[int, ...]  # of each coordinate, the power of t that bounds its pencil, type 1

    def blocks(self, k: Size) -> list[tuple[str, Size]]:
        """Those of section 4.2, for a k that is an integer or not."""
        alone = [("diagonal", self.fixed)] if self.fixed else []
        more = ("row", 1) if self.further == 1 else ("copy", 1)  # of block 1, counted from 0
        growing = k - self.fixed if self.fixed else k
        return [("diagonal", growing), *alone, *([more] if self.further else [])]


_TWO = (2, 2, 2, 2, 2)
_FIVE = (2, 3, 2, 1, 0)


def _companions(m: int) -> Family:
    """II_m+m'."""
    return Family(
        m,
        m,
        (1, 2, 1, 2, 1, 1, 2, 1, 1),
        2,
        (3, 4, 3, 2, 1, 1, 2, 1, 1),
        ((1, 0), (0, 0), (0, 2), (0, 0), (-1, 0), *[(0, 0)] * 4),
        (*_FIVE, 0, 1, 0, 0),
    )


FAMILIES = {
    "II": Family(1, 0, _TWO, 2, (4, 4, 4, 2, 2), ((1, 0), (0, 0), (0, 2), (0, 0), (-1, 0)), _FIVE),
    "A": Family(0, 0, _TWO[:2], 0, (4, 4), ((-1, 2), (0, 2)), _FIVE[:2]),
    "I": Family(1, 0, _TWO, 0, (4, 4, 4, 2, 2), ((-1, 2), (0, 2), (0, 0), (0, 0), (1, 0)), _FIVE),
    "II+1": Family(
        1,
        1,
        (1, 2, 1, 2, 1, 2, 1),
        2,
        (3, 4, 3, 2, 1, 2, 1),
        ((1, 0), (0, 0), (0, 2), (0, 0), (-1, 0), (0, 0), (0, 0)),
        (*_FIVE, 1, 0),
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
