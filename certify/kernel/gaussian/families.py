"""The families that are followed to every k: their coordinates in t = k^(-1/root), and what is
known as t -> 0 (lemma 14).
"""

from __future__ import annotations

from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.gaussian.family_orders import Congruence, Family, Sums
from certify.kernel.gaussian.problem import require_orthonormal

__all__ = ["FAMILIES", "Congruence", "Family", "Sums", "read_family", "read_problem"]

_HALF = fmpq(1, 2)


def _whole(size: int) -> tuple[tuple[int, int], ...]:
    """The entries of a lower triangle."""
    return tuple((a, b) for a in range(size) for b in range(a + 1))


def _with_companions(size: int) -> Family:
    """II_p+p' for p of this size: p flipped rows, and p further ones."""
    return Family(
        beside=size,
        further=size,
        base=((1,), (), (0, 0, 2), (), (-1,), (), (), (), ()),
        scale=(3, 4, 3, 2, 1, 1, 2, 1, 1),
        gradient=(1, 2, 1, 2, 1, 1, 2, 1, 1),
        loss_order=2,
        limit=None,
        decreasing=True,
        pencils={
            "1": Congruence((4, 6, 4, 2, 0, 0, 2, 0, 0), (), _whole(9)),
            "s1": Congruence((0, 0, 0, 0, 2, 4), ((4, 5, 1, 0),), ((0, 0), (1, 1))),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
            "s2": Congruence((4, 2, 0, 0, 0, 2, 0, 0, 0), (), _whole(9)),
            "x2": Congruence((0, 0), (), _whole(2)),
            "y2": Congruence((0, 0), (), _whole(2)),  # where size > 3
            "s1*s2": Congruence((0, 0, 0), (), ((1, 1), (2, 2))),
        },
        paddings={
            "1": Congruence((4, 0, 0), (), ((1, 1), (2, 2))),
            "s1": Congruence((0,)),
            "s2": Congruence((0, 0), (), ((0, 0), (1, 1))),
        },
    )


# a student and its companion move alike, and all students of the block against them: the sum of all
# students stays what it is
_SPLIT: Sums = ((3, 5, 1, 0), (3, 1, -2, 4), (4, 6, 1, 0), (4, 2, -2, 4))


FAMILIES = {
    "II": Family(
        beside=1,
        base=((1,), (), (0, 0, 2), (), (-1,)),
        scale=(4, 4, 4, 2, 2),
        gradient=(2, 2, 2, 2, 2),
        loss_order=2,
        limit=(_HALF, 0, -2),
        decreasing=True,
        pencils={
            "1": Congruence((4, 6, 4, 2, 0)),
            "s1": Congruence((0, 0, 0, 2, 4), ((3, 4, 1, 0),)),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
        },
        paddings={"1": Congruence((4, 0)), "s1": Congruence((0,))},
    ),
    "A": Family(
        beside=0,
        base=((-1, 0, 2), (0, 0, 2)),
        scale=(4, 4),
        gradient=(2, 2),
        loss_order=0,
        limit=(_HALF, -1, 0),
        decreasing=False,
        pencils={
            "1": Congruence((4, 6)),
            "s1": Congruence((0, 2, 4), ((1, 2, 1, 0),)),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
        },
        paddings={"1": Congruence((4,)), "s1": Congruence((0,))},
    ),
    "I": Family(
        beside=1,
        base=((-1, 0, 2), (0, 0, 2), (), (), (1,)),
        scale=(4, 4, 4, 2, 2),
        gradient=(2, 2, 2, 2, 2),
        loss_order=0,
        limit=(_HALF, -1, 0),
        decreasing=False,
        pencils={
            "1": Congruence((4, 6, 4, 2, 0)),
            "s1": Congruence((0, 0, 0, 2, 4), ((3, 4, 1, 0),)),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
        },
        paddings={"1": Congruence((4, 0)), "s1": Congruence((0,))},
    ),
    "II+1": Family(
        beside=1,
        further=1,
        base=((1,), (), (0, 0, 2), (), (-1,), (), ()),
        scale=(3, 4, 3, 2, 1, 2, 1),
        gradient=(1, 2, 1, 2, 1, 2, 1),
        loss_order=2,
        limit=None,
        decreasing=True,
        pencils={
            "1": Congruence((4, 6, 4, 2, 0, 2, 0), (), ((3, 3), (4, 4), (5, 5), (6, 5), (6, 6))),
            "s1": Congruence((0, 0, 0, 0, 2, 4), ((4, 5, 1, 0),), ((0, 0), (1, 1))),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
        },
        paddings={"1": Congruence((4, 0, 0), (), ((1, 1), (2, 2))), "s1": Congruence((0,))},
    ),
    "I+1": Family(
        beside=1,
        further=1,
        root=4,
        base=((-1, 0, 0, 0, 2), (0, 0, 0, 0, 2), (0, 0, 0, 0, 1), (), (_HALF,), (), (-_HALF,)),
        scale=(6, 8, 6, 3, 1, 4, 2),
        sums=_SPLIT,
        gradient=(2, 4, 2, 4, 4, 4, 2),
        loss_order=0,
        limit=(_HALF, -1, 0),
        decreasing=False,
        soft=3,
        softest=("1", 4),
        pencils={
            "1": Congruence(
                (8, 12, 8, 3, -3, 4, 0),
                _SPLIT,
                _whole(7),
            ),
            "s1": Congruence(
                (-1, 0, 0, 0, 4, 8),
                ((0, 1, 1, 0), (0, 3, -2, 4), (0, 4, 1, 4), (0, 5, -1, 4), (4, 5, 1, 0)),
                ((0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (1, 1)),
            ),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
        },
        paddings={
            "1": Congruence(
                (8, -1, 0), ((1, 2, 1, 0), (1, 0, -2, 4)), ((1, 0), (1, 1), (2, 1), (2, 2))
            ),
            "s1": Congruence((0,)),
        },
    ),
    **{f"II_{size}+{size}'": _with_companions(size) for size in (3, 4, 5, 6)},
}


def read_family(value: Any) -> str:
    """The name of a family. Raises `Malformed`."""
    if not isinstance(value, str) or value not in FAMILIES:
        raise Malformed(f"the family is none of {', '.join(FAMILIES)}")
    return value


def read_problem(value: Any) -> tuple[str, Any]:
    """The family's name and the claims."""
    known = fields(value, "the statement", ["problem", "family", "claims"])
    require_orthonormal(fields(known["problem"], "the problem", ["targets"]))
    return read_family(known["family"]), known["claims"]
