"""The families that are followed to every k: their coordinates in t = k^(-1/root), and what is
known as t -> 0 (lemma 14).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.reals import Interval
from certify.kernel.foundation.words import Math
from certify.kernel.gaussian.blocks import Block, Blocks, Number
from certify.kernel.gaussian.problem import require_orthonormal

__all__ = ["FAMILIES", "Congruence", "Family", "Sums", "read_family", "read_problem"]

# (i, j, number, exponent): to test matrix i is added number t^exponent times test matrix j
Sums: TypeAlias = tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True)
class Congruence:
    """What keeps the pencil of a component bounded as t -> 0.

    exponents: of the root of t, in front of each test matrix. sums: made before. bounded: the
    entries that lemma 14 shows to be O(1) then, where this rests on terms that cancel.
    """

    exponents: tuple[int, ...]
    sums: Sums = ()
    bounded: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Family:
    """Coordinates base(t) + the sum of t^scale_j X_j Z_j with t = k^(-1/root), Z_j the test
    matrix of coordinate j after the `sums`, and what is known of them (lemma 14).

    beside: 0 for one block of size k, 1 for blocks of sizes k - 1 and 1.
    further: how many rows stand beside them, n = k + further.
    gradient: dF/dX_j is O(t^gradient_j) times the squared norm of coordinate j and t^scale_j.
    loss_order: F = O(t^loss_order), and F / t^loss_order tends to a limit, by O(k^(-1/2)).
    limit: its coefficients of 1, 1/pi and 1/pi^2; None where the statement encloses it.
    soft: the smallest eigenvalue times k^(soft/root) is what the statement bounds.
    softest: a component, and which of its test matrices after the `sums`: what bounds it above.
    decreasing: whether F falls as k grows.
    pencils, paddings: for each component what keeps its pencil bounded as t -> 0.
    """

    beside: int
    base: tuple[tuple[int | fmpq, ...], ...]
    scale: tuple[int, ...]
    gradient: tuple[int, ...]
    loss_order: int
    limit: tuple[fmpq, int, int] | None
    decreasing: bool
    pencils: dict[str, Congruence]
    paddings: dict[str, Congruence]
    further: int = 0
    root: int = 2
    sums: Sums = ()
    soft: int = 0
    softest: tuple[str, int] = ("x1", 0)

    @property
    def rate_order(self) -> int:
        """k^(-1/2) = t^rate_order."""
        return self.root // 2

    def blocks(self, k: Number) -> Blocks:
        """The blocks of the member at k, a number of any sort."""
        return (
            Block(k - self.beside, True, True, 0),
            *[Block(1, True, True, 1)] * self.beside,
            *[Block(1, True, False, 1 + self.beside)] * self.further,
        )

    def students(self) -> str:
        """n as a formula in k."""
        return f"k + {self.further}" if self.further else "k"

    def symmetry(self) -> Math:
        """The group that fixes the points of the family."""
        return Math("Sₖ₋₁ × S₁" if self.beside else "Sₖ")

    def loss_name(self) -> str:
        """The quantity that tends to the limit."""
        return "k F" if self.loss_order else "F"

    def loss_field(self) -> str:
        """Its name in the format."""
        return "loss_times_k" if self.loss_order else "loss"

    def eigenvalue_field(self) -> str:
        """The name of the bounds of the smallest eigenvalue in the format."""
        return "lambda_min_scaled" if self.soft else "lambda_min"

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
                tuple((a, b) for a in range(7) for b in range(a + 1)),
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
