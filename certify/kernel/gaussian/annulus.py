"""The annulus that holds every critical point W(a, b) but 0, cut into boxes until each is decided
(lemma 17).

W(a, b) is the k x k matrix with a on the diagonal and b off it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, less, upper_rational
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.reals import Real

__all__ = ["Listed", "require_rest", "square_of"]

_MAX_BOXES = 20_000

Box = tuple[fmpq, fmpq, fmpq, fmpq]  # a from, to, b from, to


@dataclass(frozen=True)
class Listed:
    """W(a, b) near a critical point: within `distance`, the only one with this symmetry within
    `radius`; no eigenvalue in [-gap, gap].
    """

    a: Real
    b: Real
    radius: Real
    distance: Real
    gap: Real


def square_of(k: int, a: fmpq, b: fmpq) -> fmpq:
    """|W(a, b)|^2, Frobenius norm."""
    return k * a * a + k * (k - 1) * b * b


def require_rest(k: int, points: Sequence[Listed], ledger: Ledger) -> None:
    """No other critical point in the annulus of lemma 17: boxes of (a, b), cut in two until each is
    decided.
    """
    outer = 1 + (k - 1) / arb.pi()
    inner = (arb(k) / (2 * arb.pi()) - arb(k).sqrt() / 4 + 1 / (4 * arb.pi())) * 2 / k
    if not less(arb(0), inner):
        ledger.refuse("region", "critical points are not near 0", UNDEFINED, 0)
    half = upper_rational(outer.sqrt())
    boxes = [(-half, half, -half, half)]  # |b| <= |w| too
    seen = 0
    while boxes:
        box = boxes.pop()
        seen += 1
        if _decided(k, points, box, (outer, inner * inner)):
            continue
        if seen > _MAX_BOXES:
            sentence = (
                f"a box of the region is decided: a in [{box[0]}, {box[1]}], b in [{box[2]},"
                f" {box[3]}]"
            )
            ledger.refuse("region", sentence, None, 0)
        a0, a1, b0, b1 = box
        if (a1 - a0) * (a1 - a0) > (b1 - b0) * (b1 - b0) * (k - 1):
            middle = (a0 + a1) / 2
            boxes += [(a0, middle, b0, b1), (middle, a1, b0, b1)]
        else:
            middle = (b0 + b1) / 2
            boxes += [(a0, a1, b0, middle), (a0, a1, middle, b1)]
    ledger.require_true("region", f"every box of the region is decided, {seen} of them", seen > 0)


def _decided(k: int, points: Sequence[Listed], box: Box, annulus: tuple[arb, arb]) -> bool:
    """Whether the box lies outside the annulus or inside the ball of a listed point, or is free of
    critical points.
    """
    (a0, a1, b0, b1), (outer, inner_square) = box, annulus
    a, b = (
        ball((low + high) / 2) + arb(0, ball((high - low) / 2).upper())
        for low, high in ((a0, a1), (b0, b1))
    )
    square = _square(a) + (k - 1) * _square(b)
    if less(outer, square) or less(square, inner_square):
        return True
    for point in points:
        far_a, far_b = _farther(a0, a1, point.a.value), _farther(b0, b1, point.b.value)
        if square_of(k, far_a, far_b) < point.radius.value * point.radius.value:
            return True
    slope_a, slope_b = _slopes(k, a, b, square)
    return any(
        less(arb(0), value) or less(value, arb(0))
        for value in (slope_a, slope_b, a * slope_a + (k - 1) * b * slope_b)
    )


def _farther(low: fmpq, high: fmpq, value: fmpq) -> fmpq:
    """The distance from the value to the farther end."""
    one, other = abs(low - value), abs(high - value)
    return max(other, one)


def _square(x: arb) -> arb:
    size = abs(x)
    return size * size


def _root(x: arb) -> arb:
    """The square root of a quantity that is not negative; its ball may reach below 0."""
    if less(arb(0), x):
        return x.sqrt()
    return arb(0).union(x.upper().sqrt())


def _angle(s: arb, p: arb, lengths: arb) -> arb:
    """A = pi - angle from S >= 0, p and |u||v|. It holds for parallel rows as well:

    tan(angle/2) = S/(|u||v| + p),  tan(A/2) = S/(|u||v| - p).
    """
    if less(arb(0), p.mid()):
        return arb.pi() - 2 * (s / (lengths + p)).atan()
    return 2 * (s / (lengths - p)).atan()


def _slopes(k: int, a: arb, b: arb, square: arb) -> tuple[arb, arb]:
    """The coordinates (8.2) of the gradient at W(a, b) for all a, b in the balls; not finite where
    |w| may vanish.
    """
    two_pi, length = 2 * arb.pi(), _root(square)
    p = b * (2 * a + (k - 2) * b)
    s = abs(a - b) * _root(_square(a + b) + 2 * (k - 2) * _square(b))
    own, other = arb(k - 1).sqrt() * abs(b), _root(_square(a) + (k - 2) * _square(b))
    turn, turn_own, turn_other = (
        _angle(s, p, square),
        _angle(own, a, length),
        _angle(other, b, length),
    )
    weight = arb(1) / 2 + ((k - 1) * (s - other) - own) / (two_pi * square)
    return (
        weight * a + (turn * (k - 1) * b - turn_own) / two_pi,
        weight * b + (turn * (a + (k - 2) * b) - turn_other) / two_pi,
    )
