"""Two neurons and two teachers in one plane, for a range of activations: boxes of directions and
activations in which no local minimum is but the teachers (lemma 41).

x, y, w and the equations are those of `tilts`. What chooses the preconditioner, the direction and
the side to halve is not trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import less
from certify.kernel.landscape.angles import hull, span
from certify.kernel.landscape.tilts import (
    Directions,
    directions,
    equations,
    jacobian,
    joined,
    tilt_of,
)

__all__ = ["TiltedBox", "settle_tilted", "tilted_boxes", "tilted_halves"]

_CLOSE = fmpq(1, 4)  # of pi: up to there delta is excluded by lemma 41
_NEAR = fmpq(3, 10)  # of pi: farther away a known zero is not tried
_TEACHERS = fmpq(1, 4), fmpq(1, 4)
_OPPOSITE = (fmpq(1), fmpq(0)), (fmpq(0), fmpq(-1))  # the same point, named twice


@dataclass(frozen=True)
class TiltedBox:
    """Corner and sides in x/pi, y/pi, w; exact."""

    corner: tuple[fmpq, fmpq, fmpq]
    sides: tuple[fmpq, fmpq, fmpq]

    def outside(self) -> bool:
        """Whether all of it has x < y, or delta <= pi/4, or delta >= pi."""
        (x, y, _), (first, second, _) = self.corner, self.sides
        low, high = x + y, x + y + first + second
        inside = any(low < top and _CLOSE + top - 1 < high for top in (1, -1))
        return bool(x + first < y) or not inside


def tilted_boxes(low: fmpq, high: fmpq) -> list[TiltedBox]:
    """A first cover of [-pi, pi]^2 and w from low to high: neurons that are 0, parallel or opposite
    have no directions in it (lemma 40).
    """
    side = fmpq(1, 4)
    return [
        TiltedBox((i * side, j * side, low), (side, side, high - low))
        for i in range(-4, 4)
        for j in range(-4, 4)
    ]


def tilted_halves(box: TiltedBox, side: int) -> list[TiltedBox]:
    """The two halves across this side."""
    half = box.sides[side] / 2
    sides = tuple(half if t == side else x for t, x in enumerate(box.sides))
    moved = tuple(x + half if t == side else x for t, x in enumerate(box.corner))
    return [TiltedBox(box.corner, sides), TiltedBox(moved, sides)]


def settle_tilted(box: TiltedBox) -> str | int:
    """Why the box holds no local minimum but the teachers; else the side to halve."""
    if box.outside():
        return "outside"
    x, y, w = (span(a, side) for a, side in zip(box.corner, box.sides, strict=True))
    x, y = x * arb.pi(), y * arb.pi()
    here = directions(x, y)
    tilt = tilt_of(w)
    whole = joined(here, tilt)
    if _signs_differ(whole):
        return "signs"
    if _some_apart(equations(here, tilt)):
        return "value"
    moved = [ball - ball.mid() for ball in (x, y, w)]
    centre, middle = directions(x.mid(), y.mid()), tilt_of(w.mid())
    start, slopes = equations(centre, middle), jacobian(here, tilt)
    if _some_apart(_mean_value(start, slopes, moved)):
        return "mean value"
    inverse = _inverse([row[:2] for row in jacobian(centre, middle)])
    if inverse is not None and _some_apart(
        _mean_value(
            [_dot(row, start) for row in inverse],
            [[_dot(row, column) for column in zip(*slopes, strict=True)] for row in inverse],
            moved,
        )
    ):
        return "Newton"
    return _settle_point(box, x, y, tilt, whole) or _side(box, slopes, moved)


def _settle_point(
    box: TiltedBox, x: arb, y: arb, tilt: tuple[arb, arb], whole: Directions
) -> str | None:
    """Why a zero of the equations in the box is no local minimum, or is the teachers."""
    if _only(box, x, y, tilt, _TEACHERS):
        return "only the teachers"
    if any(_only(box, x, y, tilt, known) for known in _OPPOSITE):
        return "only opposite neurons"
    lengths = _lengths(whole)
    if lengths is None:
        return None
    if any(less(r, arb(0)) for r in lengths):
        return "lengths"
    return "curvature" if _negative(whole, lengths) else None


def _signs_differ(at: Directions) -> bool:
    """Whether k'(delta), q'(x) and q'(y) do not have one sign, as they do with positive lengths."""
    slopes = at.between.slope, at.first.slope, at.second.slope
    return any(less(x, arb(0)) for x in slopes) and any(less(arb(0), x) for x in slopes)


def _only(box: TiltedBox, x: arb, y: arb, tilt: tuple[arb, arb], known: tuple[fmpq, fmpq]) -> bool:
    """Whether, for each w of the box, E takes no value twice on the hull of the box and this point:
    |I - C E'| < 1 for some C (lemma 10).
    """
    if any(abs(a - b) > _NEAR for a, b in zip(box.corner[:2], known, strict=True)):
        return False
    wide = [hull(ball, b * arb.pi()) for ball, b in zip((x, y), known, strict=True)]
    slopes = [row[:2] for row in jacobian(directions(*wide), tilt)]
    inverse = _inverse(slopes)
    if inverse is None:
        return False
    for i, row in enumerate(inverse):
        total = arb(0)
        for j, column in enumerate(zip(*slopes, strict=True)):
            total += abs(_dot(row, column) - int(i == j))
        if not less(total, arb(1)):
            return False
    return True


def _lengths(at: Directions) -> tuple[arb, arb] | None:
    """r_1 and r_2 by the first two equations; None where they may be dependent."""
    own, k = at.own, at.between.value
    determinant = own * own - k * k
    if not less(arb(0), determinant):
        return None
    p, q = at.first.value, at.second.value
    return (own * p - k * q) / determinant, (own * q - k * p) / determinant


def _negative(at: Directions, lengths: tuple[arb, arb]) -> bool:
    """Whether the Hessian of the loss, at a critical point, is negative in one direction."""
    first, corner, last = _curvature(at, lengths)
    a, b, c = first.mid(), corner.mid(), last.mid()
    apart = (a - c) / 2
    lowest = (a + c) / 2 - (apart * apart + b * b).sqrt()
    # an eigenvector in the middle; the other one of two that are parallel, if it is 0
    u, v = (b.mid(), (lowest - a).mid()) if less(c, a) else ((lowest - c).mid(), b.mid())
    return less(u * u * first + 2 * u * v * corner + v * v * last, arb(0))


def _curvature(at: Directions, lengths: tuple[arb, arb]) -> tuple[arb, arb, arb]:
    """T_11, T_12, T_22: the Schur complement in x and y of the Hessian at a critical point, whose
    block of the lengths is positive definite (lemma 41).
    """
    own, k, (r, s) = at.own, at.between, lengths
    turn = k.slope * k.slope / (own * own - k.value * k.value)
    first = r * s * k.bend - r * at.first.bend - turn * r * r * own
    corner = r * s * (k.bend + turn * k.value)
    last = r * s * k.bend - s * at.second.bend - turn * s * s * own
    return first, corner, last


def _side(box: TiltedBox, slopes: list[list[arb]], moved: list[arb]) -> int:
    """The side that makes the equations uncertain most; w where it is long besides the others."""
    if all(4 * side < box.sides[2] for side in box.sides[:2]):
        return 2
    best, greatest = 0, arb(-1)
    for t in range(3):
        share = (abs(slopes[0][t]) + abs(slopes[1][t])).upper() * moved[t].rad()
        if less(greatest, share.mid()):
            best, greatest = t, share.mid()
    return best


def _inverse(matrix: list[list[arb]]) -> list[list[arb]] | None:
    """Near the inverse of the middle; None if it has none."""
    try:
        inverse = arb_mat(matrix).mid().inv().mid()
    except ZeroDivisionError:
        return None
    return [list(row) for row in inverse.tolist()]


def _dot(one: list[arb] | tuple[arb, ...], other: list[arb] | tuple[arb, ...]) -> arb:
    total = arb(0)
    for a, b in zip(one, other, strict=True):
        total += a * b
    return total


def _mean_value(start: list[arb], slopes: list[list[arb]], moved: list[arb]) -> list[arb]:
    return [x + _dot(row, moved) for x, row in zip(start, slopes, strict=True)]


def _some_apart(values: list[arb]) -> bool:
    """Whether one of them is not 0 for sure."""
    return any(less(arb(0), value) or less(value, arb(0)) for value in values)
