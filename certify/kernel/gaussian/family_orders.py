"""What is known of a family of critical points as k grows, by which it is followed to every k
(lemma 14).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.reals import Interval
from certify.kernel.foundation.words import Math
from certify.kernel.gaussian.blocks import Block, Blocks, Number

__all__ = ["Congruence", "Family", "Sums"]

_SUBSCRIPTS = "₀₁₂₃₄₅₆"

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

    beside: 0 for one block of size k, else the size of a second one beside one of k - beside.
    further: how many rows stand beside them, n = k + further: one row, or more than one as a copy
        of the second block.
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
