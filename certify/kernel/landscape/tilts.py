"""The critical equations of two neurons and two teachers in one plane, for a range of activations
(lemma 41).

The activation is a number w in [0, 1]: what two unit vectors at the angle t have in common is, but
for a factor, k(t) = 4 (1 - w) kappa(t) + (2 w - 1) cos t; w = 1/2 is ReLU. The neurons point in the
directions pi/4 + x and pi/4 - y, at the angle delta = x + y (modulo 2 pi) between 0 and pi. With
q(x) = k(x + pi/4) + k(x - pi/4) a critical point satisfies

    k(0) r_1 + k(delta) r_2 = q(x),   k(0) r_2 + k(delta) r_1 = q(y),
    k'(delta) r_2 = q'(x),            k'(delta) r_1 = q'(y),

and without the lengths

    E_1 = k(0) q'(y) + k q'(x) - k' q(x) = 0,    E_2 = k(0) q'(x) + k q'(y) - k' q(y) = 0.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from certify.kernel.landscape.angles import kappa, kappa_second, kappa_slope

__all__ = [
    "Directions",
    "Function",
    "directions",
    "equations",
    "jacobian",
    "joined",
    "pair",
    "pair_slopes",
    "relu_directions",
    "tilt_of",
]


@dataclass(frozen=True)
class Function:
    """A function of an angle: its value and two derivatives, in one point or on a ball."""

    value: arb
    slope: arb
    bend: arb


@dataclass(frozen=True)
class Directions:
    """For one of the two parts of k, kappa or the cosine: k(0), k(delta), q(x) and q(y)."""

    own: arb
    between: Function
    first: Function
    second: Function


def tilt_of(w: arb) -> tuple[arb, arb]:
    """The factors of kappa and of the cosine in k."""
    return 4 * (1 - w), 2 * w - 1


def relu_directions(x: arb, y: arb) -> Directions:
    """Those for kappa alone, which are ReLU's."""
    quarter = arb.pi() / 4

    def common(t: arb) -> Function:
        return Function(kappa(t), kappa_slope(t), kappa_second(t))

    def pulls(t: arb) -> Function:
        return _added(common(t + quarter), common(t - quarter))

    return Directions(arb(1) / 2, common(x + y), pulls(x), pulls(y))


def directions(x: arb, y: arb) -> tuple[Directions, Directions]:
    """Those for kappa, and for the cosine."""

    def cosine(t: arb, factor: arb) -> Function:
        return Function(factor * t.cos(), -factor * t.sin(), -factor * t.cos())

    one, root = arb(1), arb(2).sqrt()
    linear = Directions(one, cosine(x + y, one), cosine(x, root), cosine(y, root))
    return relu_directions(x, y), linear


def _added(one: Function, other: Function, a: arb | int = 1, b: arb | int = 1) -> Function:
    """a one + b other."""
    return Function(
        a * one.value + b * other.value,
        a * one.slope + b * other.slope,
        a * one.bend + b * other.bend,
    )


def joined(parts: tuple[Directions, Directions], tilt: tuple[arb, arb]) -> Directions:
    """For k itself."""
    (one, other), (a, b) = parts, tilt
    return Directions(
        a * one.own + b * other.own,
        _added(one.between, other.between, a, b),
        _added(one.first, other.first, a, b),
        _added(one.second, other.second, a, b),
    )


def pair(at: Directions, teachers: Directions) -> list[arb]:
    """E_1, E_2 with the neurons' k from `at` and the teachers' from `teachers`."""
    k, x, y = at.between, teachers.first, teachers.second
    return [
        at.own * y.slope + k.value * x.slope - k.slope * x.value,
        at.own * x.slope + k.value * y.slope - k.slope * y.value,
    ]


def pair_slopes(at: Directions, teachers: Directions) -> list[list[arb]]:
    """The derivatives of E_1, E_2 by x and y."""
    k, x, y = at.between, teachers.first, teachers.second
    return [
        [
            k.value * x.bend - k.bend * x.value,
            at.own * y.bend + k.slope * x.slope - k.bend * x.value,
        ],
        [
            at.own * x.bend + k.slope * y.slope - k.bend * y.value,
            k.value * y.bend - k.bend * y.value,
        ],
    ]


def _mixed(parts: tuple[Directions, Directions]) -> tuple[list[arb], list[arb]]:
    """Both parts of E over 4 (1 - w): with kappa alone, and with one kappa and one cosine. The
    third, with two cosines, is 0.
    """
    one, other = parts
    both = [a + b for a, b in zip(pair(one, other), pair(other, one), strict=True)]
    return pair(one, one), both


def equations(parts: tuple[Directions, Directions], tilt: tuple[arb, arb]) -> list[arb]:
    """E over 4 (1 - w)."""
    alone, both = _mixed(parts)
    return [tilt[0] * a + tilt[1] * b for a, b in zip(alone, both, strict=True)]


def jacobian(parts: tuple[Directions, Directions], tilt: tuple[arb, arb]) -> list[list[arb]]:
    """The derivatives of E over 4 (1 - w) by x, y and w."""
    one, other = parts
    rows = []
    for alone, ahead, behind, a, b in zip(
        pair_slopes(one, one),
        pair_slopes(one, other),
        pair_slopes(other, one),
        *_mixed(parts),
        strict=True,
    ):
        by_angles = [tilt[0] * alone[t] + tilt[1] * (ahead[t] + behind[t]) for t in range(2)]
        rows.append([*by_angles, 2 * b - 4 * a])
    return rows
