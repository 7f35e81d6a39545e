"""The families that are followed to every k: their coordinates in t = k^(-1/2), and what is known
as t -> 0 (lemma 14).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.reals import Interval
from certify.kernel.foundation.words import Math
from certify.kernel.gaussian.blocks import Block, Blocks, Number
from certify.kernel.gaussian.problem import require_orthonormal

__all__ = ["FAMILIES", "Congruence", "Family", "read_family", "read_problem"]


@dataclass(frozen=True)
class Congruence:
    """What keeps the pencil of a component bounded as t -> 0.

    exponents: of t, in front of each test matrix. sums: pairs (i, j) where test matrix j is added
    to test matrix i before. bounded: the entries that lemma 14 shows to be O(1) then, where this
    rests on terms that cancel.
    """

    exponents: tuple[int, ...]
    sums: tuple[tuple[int, int], ...] = ()
    bounded: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Family:
    """Coordinates base_j(t) + t^scale_j X_j with t = k^(-1/2), and what is known of them
    (lemma 14).

    beside: 0 for one block of size k, else the size of a second one beside one of k - beside.
    further: how many rows stand beside them, n = k + further: one row, or more than one as a copy
        of the second block.
    gradient: its coordinates are O(t^gradient_j).
    loss_order: F = O(t^loss_order), and F / t^loss_order tends to a limit.
    limit: its coefficients of 1, 1/pi and 1/pi^2; None where the statement encloses it.
    decreasing: whether F falls as k grows.
    pencils, paddings: for each component what keeps its pencil bounded as t -> 0.
    """

    beside: int
    base: tuple[tuple[int, ...], ...]
    scale: tuple[int, ...]
    gradient: tuple[int, ...]
    loss_order: int
    limit: tuple[fmpq, int, int] | None
    decreasing: bool
    pencils: dict[str, Congruence]
    paddings: dict[str, Congruence]
    further: int = 0

    def blocks(self, k: Number) -> Blocks:
        """The blocks of the member at k, a number of any sort."""
        copy_of = 1 if self.further > 1 else None
        return (
            Block(k - self.beside, True, True, 0),
            *([Block(self.beside, True, True, 1)] if self.beside else []),
            *([Block(self.further, True, False, 2, copy_of=copy_of)] if self.further else []),
        )

    def least(self) -> int:
        """The k from which on all representations exist, 5 at least."""
        return self.beside + 4 if self.beside else 5

    def students(self) -> str:
        """n as a formula in k."""
        return f"k + {self.further}" if self.further else "k"

    def symmetry(self) -> Math:
        """The group that fixes the points of the family."""
        small = _SUBSCRIPTS[self.beside]
        return Math(f"Sₖ₋{small} × S{small}" if self.beside else "Sₖ")

    def loss_name(self) -> str:
        """The quantity that tends to the limit."""
        return "k F" if self.loss_order else "F"

    def loss_field(self) -> str:
        """Its name in the format."""
        return "loss_times_k" if self.loss_order else "loss"

    def limit_formula(self) -> Math:
        """The limit as a formula; L where the statement encloses it."""
        if self.limit is None:
            return Math("L")
        rational, first, second = self.limit
        parts = [
            f"{'−' if value < 0 else '+'} {abs(value)}/{name}"
            for value, name in ((first, "π"), (second, "π²"))
            if value
        ]
        return Math(" ".join([str(rational), *parts]))

    def limit_ball(self, claimed: Interval | None) -> arb:
        """The limit at the working precision: by its formula, or within what the statement
        claims.
        """
        if self.limit is not None:
            rational, first, second = self.limit
            return ball(rational) + first / arb.pi() + second / (arb.pi() * arb.pi())
        return ball(claimed.low).union(ball(claimed.high)) if claimed else arb("nan")


_HALF = fmpq(1, 2)
_SUBSCRIPTS = "₀₁₂₃₄₅₆"


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
            "1": Congruence((2, 3, 2, 1, 0, 0, 1, 0, 0), (), _whole(9)),
            "s1": Congruence((0, 0, 0, 0, 1, 2), ((4, 5),), ((0, 0), (1, 1))),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
            "s2": Congruence((2, 1, 0, 0, 0, 1, 0, 0, 0), (), _whole(9)),
            "x2": Congruence((0, 0), (), _whole(2)),
            "y2": Congruence((0, 0), (), _whole(2)),  # where size > 3
            "s1*s2": Congruence((0, 0, 0), (), ((1, 1), (2, 2))),
        },
        paddings={
            "1": Congruence((2, 0, 0), (), ((1, 1), (2, 2))),
            "s1": Congruence((0,)),
            "s2": Congruence((0, 0), (), ((0, 0), (1, 1))),
        },
    )


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
            "1": Congruence((2, 3, 2, 1, 0)),
            "s1": Congruence((0, 0, 0, 1, 2), ((3, 4),)),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
        },
        paddings={"1": Congruence((2, 0)), "s1": Congruence((0,))},
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
            "1": Congruence((2, 3)),
            "s1": Congruence((0, 1, 2), ((1, 2),)),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
        },
        paddings={"1": Congruence((2,)), "s1": Congruence((0,))},
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
            "1": Congruence((2, 3, 2, 1, 0)),
            "s1": Congruence((0, 0, 0, 1, 2), ((3, 4),)),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
        },
        paddings={"1": Congruence((2, 0)), "s1": Congruence((0,))},
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
            "1": Congruence((2, 3, 2, 1, 0, 1, 0), (), ((3, 3), (4, 4), (5, 5), (6, 5), (6, 6))),
            "s1": Congruence((0, 0, 0, 0, 1, 2), ((4, 5),), ((0, 0), (1, 1))),
            "x1": Congruence((0,)),
            "y1": Congruence((0,)),
        },
        paddings={"1": Congruence((2, 0, 0), (), ((1, 1), (2, 2))), "s1": Congruence((0,))},
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
