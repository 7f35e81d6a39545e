"""Two neurons outside the plane of two teachers: boxes of directions that hold no critical point,
or only the saddle (lemma 37).

A box is excluded if the five linear equations of `norms` have no solution with lengths in their
range (by one combination of them, Farkas; or by enclosing the lengths), or if a preconditioned
equation is not 0. Near the saddle all five equations together are one to one in lengths and
directions. What chooses the combination, the preconditioner and the side to halve is not trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import less
from certify.kernel.landscape.angles import hull, span
from certify.kernel.landscape.equations import (
    combination,
    combined,
    lengths_within,
    met,
    unsolvable,
    weights_of,
)
from certify.kernel.landscape.newton import dot, some_apart
from certify.kernel.landscape.norms import (
    Directions,
    Linear,
    Slopes,
    longest,
    norms_equations,
    norms_slopes,
)
from certify.kernel.landscape.search import Cuboid

__all__ = ["Box", "Saddle", "beyond_boxes", "settle_beyond"]

_RANGE = (fmpq(1, 2), fmpq(1), fmpq(1, 4), fmpq(1))  # b_v / pi, mu
_SCALES = tuple(fmpq(x, 100) for x in (80, 100, 27, 27, 23))  # of r, rho, b_1, b_2, mu in a norm
_NEAR = fmpq(1, 10)  # from the saddle, in b / pi; 2/10 in mu


@dataclass(frozen=True)
class Box(Cuboid):
    """In b_1/pi, b_2/pi, mu."""

    def outside(self) -> bool:
        """Whether no point of it has b_2 <= b_1, b_1 + b_2 <= 3 pi/2 and mu >= 1/3."""
        (b, c, mu), (first, _, last) = self.corner, self.sides
        return bool(b + first < c or b + c > fmpq(3, 2) or 3 * (mu + last) < 1)

    def balls(self) -> Directions:
        """b_1, b_2, mu."""
        b, c, mu = (span(x, side) for x, side in zip(self.corner, self.sides, strict=True))
        return b * arb.pi(), c * arb.pi(), mu


@dataclass(frozen=True)
class Saddle:
    """The saddle with b_1 = b_2 = angle, mu = 1, r = rho = length: enclosures."""

    angle: arb
    length: arb


def beyond_boxes() -> list[Box]:
    """A first cover of [pi/2, pi]^2 x [1/4, 1]."""
    low, high, least, most = _RANGE
    side = high - low
    return [Box((low, low, least), (side, side, most - least))]


def settle_beyond(box: Box, saddle: Saddle | None) -> str | int:
    """Why the box holds no critical point but the saddle; else the side to halve."""
    if box.outside():
        return "outside"
    at = box.balls()
    plain = norms_equations(at)
    if plain is None:
        return "no such neurons"
    most = longest(at)
    middle: Directions = (at[0].mid(), at[1].mid(), at[2].mid())
    start, slopes = norms_equations(middle), norms_slopes(at)
    moved = [x - y for x, y in zip(at, middle, strict=True)]
    if start is None or slopes is None:
        return _without_slopes(plain, most, box)
    tight = met(plain, _mean_value(start, slopes, moved))
    if tight is None:
        return "no such neurons"
    for weights in (weights_of(tight), [arb(1)] * 5):
        y = combination(start, weights)
        if unsolvable(combined(start, slopes, moved, y), most):
            return "Farkas"
    lengths = lengths_within(tight, most)
    if lengths is None:
        return "lengths"
    return _by_newton(at, start, slopes, tight, lengths, saddle) or _side(
        box, slopes, moved, y, most
    )


def _without_slopes(plain: Linear, most: tuple[arb, arb], box: Box) -> str | int:
    """Where a root may vanish on the box: the plain enclosures alone."""
    for weights in (weights_of(plain), [arb(1)] * 5):
        y = combination(plain, weights)
        columns = [dot(y, [row[j] for row in plain.matrix]) for j in range(2)]
        if unsolvable((columns[0], columns[1], dot(y, plain.right)), most):
            return "Farkas"
    if lengths_within(plain, most) is None:
        return "lengths"
    return _longest_side(box)


def _mean_value(start: Linear, slopes: Slopes, moved: list[arb]) -> Linear:
    """The entries on the box, by those at its middle and their derivatives."""
    matrix = [
        [x + dot(d, moved) for x, d in zip(row, ds, strict=True)]
        for row, ds in zip(start.matrix, slopes.matrix, strict=True)
    ]
    return Linear(
        matrix, [x + dot(d, moved) for x, d in zip(start.right, slopes.right, strict=True)]
    )


def _jacobian(matrix: list[list[arb]], slopes: Slopes, lengths: list[arb]) -> arb_mat:
    """The derivatives of matrix (r, rho) - right by r, rho, b_1, b_2, mu."""
    return arb_mat(
        [
            [
                *row,
                *(d[0][t] * lengths[0] + d[1][t] * lengths[1] - e[t] for t in range(3)),
            ]
            for row, d, e in zip(matrix, slopes.matrix, slopes.right, strict=True)
        ]
    )


def _by_newton(
    at: Directions,
    start: Linear,
    slopes: Slopes,
    tight: Linear,
    lengths: list[arb],
    saddle: Saddle | None,
) -> str | None:
    """The preconditioned equations in all five unknowns; or that no zero but the saddle is near."""
    middle = [x.mid() for x in lengths]
    jacobian = _jacobian(tight.matrix, slopes, lengths)
    try:
        inverse = jacobian.mid().inv().mid()
    except ZeroDivisionError:
        return None
    value = [dot(row, middle) - y for row, y in zip(start.matrix, start.right, strict=True)]
    moved = [x - y for x, y in zip((*lengths, *at), (*middle, *(x.mid() for x in at)), strict=True)]
    turned = (inverse * jacobian).tolist()
    for row, first in zip(turned, (inverse * arb_mat([[v] for v in value])).entries(), strict=True):
        if some_apart([first + dot(row, moved)]):
            return "Newton"
    if saddle is not None and _only(at, lengths, saddle, inverse):
        return "only the saddle"
    return None


def _only(at: Directions, lengths: list[arb], saddle: Saddle, inverse: arb_mat) -> bool:
    """Whether the equations are one to one on a box around this one and the saddle: in a scaled
    maximum norm |I - C J| < 1.
    """
    close = _NEAR * arb.pi()
    if not (
        less(abs(at[0] - saddle.angle), close)
        and less(abs(at[1] - saddle.angle), close)
        and less(abs(at[2] - 1), arb(2 * _NEAR))
    ):
        return False
    wide = hull(at[0], saddle.angle), hull(at[1], saddle.angle), hull(at[2], arb(1))
    linear, slopes = norms_equations(wide), norms_slopes(wide)
    if linear is None or slopes is None:
        return False
    longer = [hull(x, saddle.length) for x in lengths]
    turned = (inverse * _jacobian(linear.matrix, slopes, longer)).tolist()
    for i, row in enumerate(turned):
        total = arb(0)
        for j, entry in enumerate(row):
            total += abs(entry - int(i == j)) * (_SCALES[j] / _SCALES[i])
        if not less(total, arb(1)):
            return False
    return True


def _side(box: Box, slopes: Slopes, moved: list[arb], y: list[arb], most: tuple[arb, arb]) -> int:
    """The side that makes the combination uncertain most; a long one where it is short."""
    best, greatest = 0, arb(-1)
    for t in range(3):
        total = abs(dot(y, [row[t] for row in slopes.right])).upper()
        for j in range(2):
            total += abs(dot(y, [row[j][t] for row in slopes.matrix])).upper() * most[j]
        share = (total * moved[t].rad()).mid()
        if less(greatest, share):
            best, greatest = t, share
    longest_ = _longest_side(box, equal=True)
    return longest_ if box.sides[best] * 16 < box.sides[longest_] else best


def _longest_side(box: Box, *, equal: bool = False) -> int:
    weights = (fmpq(1), fmpq(1), fmpq(1) if equal else fmpq(3, 5))
    best = 0
    for t in (1, 2):
        if box.sides[t] * weights[t] > box.sides[best] * weights[best]:
            best = t
    return best
