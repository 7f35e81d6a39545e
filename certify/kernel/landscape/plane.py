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

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import less
from certify.kernel.landscape.angles import hull, kappa, kappa_second, kappa_slope, span

__all__ = ["PLANE_KNOWN", "plane_boxes", "quarters", "settle_in_plane"]

Pair = tuple[arb, arb]
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
    here = span(x, side) * arb.pi(), span(y, side) * arb.pi()
    if _some_apart(_equations(here)):
        return "value"
    middle = here[0].mid(), here[1].mid()
    start, slopes = _equations(middle), _jacobian(here)
    moved = here[0] - middle[0], here[1] - middle[1]
    if _some_apart(_linear(slopes, moved, start)):
        return "mean value"
    inverse = _inverse(_jacobian(middle))
    if inverse is not None:
        turned = inverse * slopes
        values = (inverse * arb_mat([[v] for v in start])).entries()
        if _some_apart(_linear(turned, moved, (values[0], values[1]))):
            return "Newton"
        for name, (a, b) in PLANE_KNOWN.items():
            if (
                abs(x - a) < _NEAR
                and abs(y - b) < _NEAR
                and _one_to_one(
                    (hull(here[0], arb(a) * arb.pi()), hull(here[1], arb(b) * arb.pi()))
                )
            ):
                return f"only {name}"
    return None


def _value(x: arb) -> arb:
    quarter = arb.pi() / 4
    return kappa(x + quarter) + kappa(x - quarter)


def _slope(x: arb) -> arb:
    quarter = arb.pi() / 4
    return kappa_slope(x + quarter) + kappa_slope(x - quarter)


def _second(x: arb) -> arb:
    quarter = arb.pi() / 4
    return kappa_second(x + quarter) + kappa_second(x - quarter)


def _equations(at: Pair) -> Pair:
    """E_1, E_2."""
    x, y = at
    common, turn = kappa(x + y), kappa_slope(x + y)
    first, second = _slope(x), _slope(y)
    return (
        second / 2 + common * first - turn * _value(x),
        first / 2 + common * second - turn * _value(y),
    )


def _jacobian(at: Pair) -> arb_mat:
    """The derivatives of E_1, E_2 by x, y."""
    x, y = at
    common, turn, bend = kappa(x + y), kappa_slope(x + y), kappa_second(x + y)
    p, p_, p__ = _value(x), _slope(x), _second(x)
    q, q_, q__ = _value(y), _slope(y), _second(y)
    return arb_mat(
        [
            [common * p__ - bend * p, q__ / 2 + turn * p_ - bend * p],
            [p__ / 2 + turn * q_ - bend * q, common * q__ - bend * q],
        ]
    )


def _linear(slopes: arb_mat, moved: Pair, start: Pair) -> Pair:
    """The mean value form."""
    a, b, c, d = slopes.entries()
    return start[0] + a * moved[0] + b * moved[1], start[1] + c * moved[0] + d * moved[1]


def _inverse(matrix: arb_mat) -> arb_mat | None:
    try:
        return matrix.mid().inv().mid()
    except ZeroDivisionError:
        return None


def _one_to_one(at: Pair) -> bool:
    """Whether E takes no value twice there: |I - C E'| < 1 for some C (lemma 10)."""
    slopes = _jacobian(at)
    inverse = _inverse(slopes)
    if inverse is None:
        return False
    a, b, c, d = (inverse * slopes).entries()
    one = arb(1)
    return less(abs(1 - a) + abs(b), one) and less(abs(c) + abs(1 - d), one)


def _some_apart(values: Pair) -> bool:
    """Whether one of them is not 0 for sure."""
    return any(less(arb(0), value) or less(value, arb(0)) for value in values)
