"""Two neurons and two teachers in one plane: all critical points whose neurons are not parallel
(lemma 36).

The neurons point in the directions pi/4 + x and pi/4 - y, up to symmetry with 0 < y <= x and
x + y < pi; and not with x + y <= 1. Their lengths are eliminated: with Q(x) = kappa(x + pi/4) +
kappa(x - pi/4) and K = kappa(x + y)

    E_1 = Q'(y)/2 + K Q'(x) - K' Q(x) = 0,    E_2 = Q'(x)/2 + K Q'(y) - K' Q(y) = 0.

E is continuously differentiable on all of [0, pi]^2, and 0 at (pi/4, pi/4), the teachers, and at
(pi, 0), the opposite neurons. Each box is excluded, or holds no zero but one of these.
"""

from __future__ import annotations

from flint import arb, fmpq

from certify.kernel.landscape.angles import hull, span
from certify.kernel.landscape.newton import (
    dot,
    inverse_near,
    mean_value,
    one_to_one,
    product,
    some_apart,
)
from certify.kernel.landscape.tilts import pair, pair_slopes, relu_directions

__all__ = ["PLANE_KNOWN", "plane_boxes", "quarters", "settle_in_plane"]

Box = tuple[fmpq, fmpq, fmpq]  # x / pi, y / pi of a corner, and the side

PLANE_KNOWN = {"the teachers": (fmpq(1, 4), fmpq(1, 4)), "opposite neurons": (fmpq(1), fmpq(0))}
_CLOSE = fmpq(5, 16)  # of pi, below 1: x + y up to there is excluded by lemma 36
_NEAR = fmpq(3, 10)  # of pi: farther away a known zero is not tried


def plane_boxes() -> list[Box]:
    """A first cover of [0, pi]^2."""
    side = fmpq(1, 4)
    return [(i * side, j * side, side) for i in range(4) for j in range(4)]


def quarters(box: Box) -> list[Box]:
    """The four quarters."""
    x, y, side = box
    half = side / 2
    return [(x + i * half, y + j * half, half) for i in (0, 1) for j in (0, 1)]


def settle_in_plane(box: Box) -> str | None:
    """Why the box holds no zero of E but known ones; None if that is not decided."""
    x, y, side = box
    # exactly: no point of the box has y <= x, or x + y <= pi, or all have x + y <= 5 pi/16 < 1
    if x + side <= y or x + y > 1 or x + y + 2 * side <= _CLOSE:
        return "outside"
    here = [span(x, side) * arb.pi(), span(y, side) * arb.pi()]
    at = relu_directions(*here)
    if some_apart(pair(at, at)):
        return "value"
    centre = relu_directions(*(ball.mid() for ball in here))
    start, slopes = pair(centre, centre), pair_slopes(at, at)
    moved = [ball - ball.mid() for ball in here]
    if some_apart(mean_value(start, slopes, moved)):
        return "mean value"
    inverse = inverse_near(pair_slopes(centre, centre))
    if inverse is None:
        return None
    turned = [dot(row, start) for row in inverse]
    if some_apart(mean_value(turned, product(inverse, slopes), moved)):
        return "Newton"
    for name, known in PLANE_KNOWN.items():
        if all(abs(p - q) < _NEAR for p, q in zip((x, y), known, strict=True)):
            wide = [hull(ball, q * arb.pi()) for ball, q in zip(here, known, strict=True)]
            hulls = relu_directions(*wide)
            if one_to_one(pair_slopes(hulls, hulls)):
                return f"only {name}"
    return None
