"""Boxes that are settled, or split: what is common to all searches of a landscape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar

from flint import fmpq

from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Shard
from certify.kernel.foundation.witness import Bits, read_precision

__all__ = ["WHOLE", "Cuboid", "Depth", "read_depth", "require_settled", "search", "share"]

_PIECES = 64  # for each shard, so that shards are about equally long
WHOLE = Shard(1, 1)
B = TypeVar("B")


@dataclass(frozen=True)
class Cuboid:
    """Corner and sides in three coordinates; exact."""

    corner: tuple[fmpq, fmpq, fmpq]
    sides: tuple[fmpq, fmpq, fmpq]

    def halves(self, side: int) -> list[Self]:
        """The two halves across this side."""
        half = self.sides[side] / 2
        sides = tuple(half if t == side else x for t, x in enumerate(self.sides))
        moved = tuple(x + half if t == side else x for t, x in enumerate(self.corner))
        return [replace(self, sides=sides), replace(self, corner=moved, sides=sides)]


C = TypeVar("C", bound=Cuboid)


@dataclass(frozen=True)
class Depth(Bits):
    """Precision, and how often a box may be halved."""

    depth: int


def read_depth(value: Any, _: object) -> Depth:
    """The witness of a landscape (FORMAT 4.27). Raises `Malformed`."""
    known = fields(value, "the witness", ["bits", "depth"])
    return Depth(read_precision(known["bits"]), natural(known["depth"], "the depth", 1, 32))


def search(
    boxes: list[B],
    settle: Callable[[B], Any],
    split: Callable[[B, Any], list[B]],
    depth: int,
    most: int,
) -> Counter[str]:
    """How many boxes are settled in which way. The search ends at the first that is "undecided": it
    is not settled, and is split no more.

    settle: the way, a string, or anything else for `split`. depth: how often a box is split. most:
    about so many boxes in all.
    """
    found: Counter[str] = Counter()
    todo = [(box, 0) for box in boxes]
    while todo:
        box, level = todo.pop()
        verdict = settle(box)
        if isinstance(verdict, str):
            found[verdict] += 1
        elif level < depth and found.total() + len(todo) < most:
            todo += [(part, level + 1) for part in split(box, verdict)]
        else:
            found["undecided"] += 1
            break
    return found


def share(boxes: list[C], shard: Shard) -> list[C]:
    """The boxes of this shard: all are halved, across one of three sides after the other, until
    there are many for each shard, and dealt out by the sum of the digits of their place, so that
    neighbours go to different shards. WHOLE: the boxes as they are.
    """
    if shard.of == 1:
        return boxes
    pieces, side = boxes, 0
    while len(pieces) < _PIECES * shard.of:
        pieces = [half for box in pieces for half in box.halves(side)]
        side = (side + 1) % 3
    return [box for at, box in enumerate(pieces) if _dealt(at, shard.of) == shard.number - 1]


def _dealt(place: int, of: int) -> int:
    """The sum of the digits of a place, written with this base, modulo the base."""
    total = 0
    while place:
        total += place % of
        place //= of
    return total % of


def require_settled(where: str, found: Counter[str], ledger: Ledger) -> None:
    """Enter how the boxes were settled, and that all were."""
    ways = ", ".join(f"{count} {way}" for way, count in sorted(found.items()))
    ledger.require_true("settled", f"boxes of {where}: {ways}", found.total() > 0)
    ledger.require_equal("settled", f"boxes of {where} undecided", found["undecided"], 0)
