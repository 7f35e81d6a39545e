"""Loss, gradient and row angles at a block-symmetric point (lemma 8).

Lemma 8 reduces lemmas 1, 2 and 5 to inner products of the rows of a fixed matrix, where the sizes
of the blocks enter as numbers only; `isotypic` builds the Hessian of them. Everything is computed
with balls at the working precision set by the caller. A division by a ball that contains 0 gives a
ball that is not finite, and that proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from flint import arb

from certify.kernel.foundation.ledger import Ledger
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.blocks import (
    Blocks,
    Fixed,
    Number,
    inner,
    is_exactly,
    owner,
    partners,
    sum_of,
    unknowns,
)
from certify.kernel.gaussian.squares import lagrange, root_of_squares, sharper

__all__ = ["Geometry", "TurnOf", "require_regular", "turn_of_balls"]

TurnOf: TypeAlias = Callable[[Number, Number, Number], Number]


class Geometry:
    """The point and what the closed forms need of its pairs of rows (lemma 8): p, S and A as in
    lemma 1.

    For rows r of block i and s of block j, r != s, tied or not: inner[i, j, tied],
    sine[i, j, tied], turn[i, j, tied], which is A/(2 pi) for ReLU, and share A/(2 pi) + tilt for
    other activations (lemma 24). sine and turn are times the output weights of both rows, 1 without
    signs: all formulas are linear in them, or in 1/S, where p is not (lemma 25).
    For row r of block i and the teacher of a column of block c, not its own: teacher_sine[i, c],
    teacher_turn[i, c]; of its own column: own_sine[i], own_turn[i]; in the same way.
    square[i] = |w_r|^2; weight[i], the coefficient of w_r in the gradient: 1/2 + kappa_i for ReLU,
    own + share kappa_i for other activations. own: 1/2 for ReLU.
    turn_of: how A/(2 pi) is found from S, p and |u|^2 |v|^2, for numbers other than balls.
    Angles are kept in turns: a right angle is then exactly 1/4, and terms of a family that cancel
    as k grows cancel exactly.
    """

    def __init__(
        self,
        blocks: Blocks,
        point: Fixed,
        activation: Activation = RELU,
        turn_of: TurnOf | None = None,
    ) -> None:
        self.blocks, self.point, self.activation = blocks, point, activation
        self._angle_of, self.own = turn_of or turn_of_balls, activation.own
        self.per_turn = activation.per_turn
        self.indices = range(len(blocks))
        self.students = [i for i in self.indices if blocks[i].rows]
        self.square: dict[int, Number] = {
            i: sharper(inner(blocks, point[i], i, point[i], i, same=True), self._entries(i))
            for i in self.students
        }
        self.inner: dict[tuple[int, int, bool], Number] = {}
        self.sine: dict[tuple[int, int, bool], Number] = {}
        self.turn: dict[tuple[int, int, bool], Number] = {}
        self.teacher_sine: dict[tuple[int, int], Number] = {}
        self.teacher_turn: dict[tuple[int, int], Number] = {}
        self.own_sine: dict[int, Number] = {}
        self.own_turn: dict[int, Number] = {}
        for i in self.students:
            for j, tied, _ in partners(blocks, i):
                if j >= i:
                    p = inner(blocks, point[i], i, point[j], j, same=tied)
                    s = lagrange(list(self._columns(i, j, tied=tied))).sqrt()
                    turn = self._turn_of(s, p, self.square[i] * self.square[j])
                    weight = blocks[i].student * blocks[j].student
                    for pair in ((i, j, tied), (j, i, tied)):
                        self.inner[pair] = p
                        self.sine[pair], self.turn[pair] = _times(weight, s), _times(weight, turn)
            self._teachers(i)
        self.weight = {i: self.own + self._kappa(i) for i in self.students}

    def tilted(self, by: Number) -> Geometry:
        """The same point for the loss with by/2 |sum_i w_i - sum_j v_j|^2 added (lemma 24, theorem
        18), where all output weights are 1.
        """
        found: Geometry = object.__new__(Geometry)
        vars(found).update(vars(self))
        found.own = self.own + by
        for name in ("weight", "turn", "teacher_turn", "own_turn"):
            setattr(found, name, {at: value + by for at, value in getattr(self, name).items()})
        return found

    def _turn_of(self, s: Number, p: Number, both: Number) -> Number:
        return self.activation.of_turn(self._angle_of(s, p, both))

    def _columns(self, i: int, j: int, *, tied: bool) -> Iterator[tuple[Number, Number, Number]]:
        """(how many columns, entry of r, entry of s) for a row r of block i and another row s of
        block j.
        """
        blocks, x, y = self.blocks, self.point[i], self.point[j]
        own, others = owner(blocks, i), owner(blocks, j)
        for c in self.indices:
            count = blocks[c].width
            if c == own:
                yield 1, x.across[c] + x.extra, y.across[c] + (y.extra if tied else 0)
                count = count - 1
            if c == others and not tied:
                yield 1, x.across[c], y.across[c] + y.extra
                count = count - 1
            if not is_exactly(count, 0):
                yield count, x.across[c], y.across[c]

    def _entries(self, i: int) -> list[tuple[Number, Number]]:
        """(how many columns, entry) for a row of block i, its own column first if it has one."""
        blocks, x, own = self.blocks, self.point[i], owner(self.blocks, i)
        entries = [(blocks[c].width, x.across[c]) for c in self.indices]
        if own is None:
            return entries
        entries[own] = blocks[own].width - 1, x.across[own]
        return [(1, x.across[own] + x.extra), *entries]

    def _teachers(self, i: int) -> None:
        """S and A/(2 pi) for the teachers e_t: S^2 is the sum of the squares of the other
        entries.
        """
        entries, at = self._entries(i), owner(self.blocks, i)
        own = [] if at is None else entries[:1]
        others = entries[len(own) :]
        weights = [self.blocks[i].student * block.teacher for block in self.blocks]
        if at is not None:
            s = root_of_squares(others)
            turn = self._turn_of(s, own[0][1], self.square[i])
            self.own_sine[i], self.own_turn[i] = _times(weights[at], s), _times(weights[at], turn)
        for c in self.indices:
            count, value = others[c]
            if not is_exactly(count, 0):
                s = root_of_squares([*own, *others[:c], (count - 1, value), *others[c + 1 :]])
                turn = self._turn_of(s, value, self.square[i])
                self.teacher_sine[i, c] = _times(weights[c], s)
                self.teacher_turn[i, c] = _times(weights[c], turn)

    def _kappa(self, i: int) -> Number:
        """Lemma 2: 1/(2 pi |w|^2) times (the sum of S over the other students, minus that over the
        teachers), times the share of lemma 24.
        """
        total = arb(0)
        for j, tied, count in partners(self.blocks, i):
            total = total + count * self.sine[i, j, tied]
        for s, count, _, _ in self.teachers(i):
            total = total - count * s
        return total * self.per_turn / self.square[i]

    def teachers(self, i: int) -> Iterator[tuple[Number, Number, Number, int | None]]:
        """(sine, how many, turn, their column block; None for its own column) for a row of block i,
        as in the tables above.
        """
        if i in self.own_sine:
            yield self.own_sine[i], 1, self.own_turn[i], None
        for c in self.indices:
            if (i, c) in self.teacher_sine:
                yield (
                    self.teacher_sine[i, c],
                    self.blocks[c].width - (c == owner(self.blocks, i)),
                    self.teacher_turn[i, c],
                    c,
                )

    def loss(self) -> Number:
        """F, lemmas 1, 24 and 25, with k orthonormal teachers: their part of the sum is, for ReLU,
        k/4 + (k(k - 1) - 4 m(k - m))/(4 pi), if m of them have the output weight -1.
        """
        total, own = arb(0), self.own
        for i in self.students:
            height = self.blocks[i].height
            total = total + height * self.square[i] * own / arb(2)
            for j, tied, count in partners(self.blocks, i):
                pair = i, j, tied
                total = total + height * count * (
                    self.sine[pair] * self.per_turn + self.turn[pair] * self.inner[pair]
                ) / arb(2)
            entries = self._entries(i)
            for s, count, turn, c in self.teachers(i):
                p = entries[0][1] if c is None else self.point[i].across[c]
                total = total - height * count * (s * self.per_turn + turn * p)
        k = sum_of(block.width for block in self.blocks)
        m = sum(block.width for block in self.blocks if block.teacher < 0)
        couples = k * (k - 1) - 4 * m * (k - m) if m else k * (k - 1)
        return total + couples * self.per_turn / arb(2) + k * own / arb(2)

    def sines(self) -> Iterator[Number]:
        """S of every kind of pair, student with student or teacher."""
        blocks = self.blocks
        for (i, j, _), s in self.sine.items():
            yield _times(blocks[i].student * blocks[j].student, s)
        for i in self.students:
            own = owner(blocks, i)
            if own is not None:
                yield _times(blocks[i].student * blocks[own].teacher, self.own_sine[i])
        for (i, c), s in self.teacher_sine.items():
            yield _times(blocks[i].student * blocks[c].teacher, s)

    def gradient(self) -> list[Number]:
        """The gradient's entries at the `unknowns` (one for each, not summed over the block).

        Lemma 8.
        """
        entries = []
        for i, c, diagonal in unknowns(self.blocks):
            column = self.point[i].across[c] + (self.point[i].extra if diagonal else 0)
            total = self.weight[i] * column
            for j, tied, count in partners(self.blocks, i):
                y = self.point[j]
                # the column is the own one of one of them; of r's own column this is the tied one
                add = y.extra if owner(self.blocks, j) == c and tied == diagonal else 0
                total = total + self.turn[i, j, tied] * (count * y.across[c] + add)
            entries.append(total - (self.own_turn[i] if diagonal else self.teacher_turn[i, c]))
        return entries


def _times(weight: int, value: Number) -> Number:
    """The product with 1 or -1."""
    return value if weight > 0 else -value


def turn_of_balls(s: Number, p: Number, both: Number) -> Number:
    """A/(2 pi) in (0, 1/2), A = pi - theta, from S > 0, p and |u|^2|v|^2: balls or power series."""
    if isinstance(s, arb) and isinstance(p, arb | int):
        return arb.atan2(s, -arb(p)) / (2 * arb.pi())
    return arb(1) / 4 + (p / both.sqrt()).asin() / (2 * arb.pi())


def require_regular(geometry: Geometry, ledger: Ledger) -> None:
    """Verify that no row vanishes and no two rows are parallel, in the whole box."""
    for i in geometry.students:
        ledger.require(
            "zero-neuron", f"the rows of block {i + 1} are not zero", arb(0), geometry.square[i]
        )
    for s in geometry.sines():
        ledger.require("parallel", "two rows are not parallel", arb(0), s)
