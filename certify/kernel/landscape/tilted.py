"""Two neurons and two teachers in one plane, for a range of activations: boxes of directions and
activations in which no local minimum is but the teachers (lemma 41).

x, y, w and the equations are those of `tilts`. What chooses the preconditioner, the direction and
the side to halve is not trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, fmpq

from certify.kernel.foundation.balls import less
from certify.kernel.landscape.angles import hull, span
from certify.kernel.landscape.newton import (
    dot,
    inverse_near,
    mean_value,
    one_to_one,
    product,
    some_apart,
)
from certify.kernel.landscape.search import Cuboid
from certify.kernel.landscape.tilts import (
    Directions,
    directions,
    equations,
    jacobian,
    joined,
    tilt_of,
)

__all__ = ["TiltedBox", "settle_tilted", "tilted_boxes"]

_CLOSE = fmpq(1, 4)  # of pi: up to there delta is excluded by lemma 41
_NEAR = fmpq(3, 10)  # of pi: farther away a known zero is not tried
_TEACHERS = fmpq(1, 4), fmpq(1, 4)
_OPPOSITE = (fmpq(1), fmpq(0)), (fmpq(0), fmpq(-1))  # the same point, named twice


@dataclass(frozen=True)
class TiltedBox(Cuboid):
    """In x/pi, y/pi, w."""

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
    if some_apart(equations(here, tilt)):
        return "value"
    moved = [ball - ball.mid() for ball in (x, y, w)]
    centre, middle = directions(x.mid(), y.mid()), tilt_of(w.mid())
    start, slopes = equations(centre, middle), jacobian(here, tilt)
    if some_apart(mean_value(start, slopes, moved)):
        return "mean value"
    inverse = inverse_near([row[:2] for row in jacobian(centre, middle)])
    if inverse is not None and some_apart(
        mean_value([dot(row, start) for row in inverse], product(inverse, slopes), moved)
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
    """Whether, for each w of the box, E takes no value twice on the hull of the box and this
    point.
    """
    if any(abs(a - b) > _NEAR for a, b in zip(box.corner[:2], known, strict=True)):
        return False
    wide = [hull(ball, b * arb.pi()) for ball, b in zip((x, y), known, strict=True)]
    return one_to_one([row[:2] for row in jacobian(directions(*wide), tilt)])


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
