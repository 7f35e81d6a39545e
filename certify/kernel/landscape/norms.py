"""Critical points of two neurons outside the plane of two teachers: five equations that are linear
in the lengths of the neurons (lemma 37).

Let b_1, b_2 be pi minus the angles of the first neuron with the teachers, mu b_1, mu b_2 those of
the second. With g = pi - angle of the neurons, s_i the sine of neuron i with the plane, r the
length of the first and rho = mu times that of the second, the point is critical only if, for
v = 1, 2,

    A_v:  - g cos b_v r - g cos(mu b_v) rho = mu b_v
    B_1:  (mu pi - g) r + sin g rho         = mu (sin b_1 + sin b_2)
    B_2:  sin g r + (pi/mu - g) rho         = sin(mu b_1) + sin(mu b_2)
    C:    s_1 r - s_2 rho                   = 0

with s_1^2 = 1 - cos^2 b_1 - cos^2 b_2, s_2^2 the same of mu b_v, and
cos g = s_1 s_2 - cos b_1 cos(mu b_1) - cos b_2 cos(mu b_2).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb

from certify.kernel.foundation.balls import less
from certify.kernel.landscape.angles import cosine, from_cosine, root

__all__ = ["Directions", "Linear", "Slopes", "longest", "norms_equations", "norms_slopes"]

Directions = tuple[arb, arb, arb]  # b_1, b_2, mu


@dataclass(frozen=True)
class Linear:
    """matrix (r, rho) = right, five equations A_1, A_2, B_1, B_2, C."""

    matrix: list[list[arb]]
    right: list[arb]


@dataclass(frozen=True)
class Slopes:
    """The derivatives of the entries by b_1, b_2, mu: matrix[i][j][t] and right[i][t]."""

    matrix: list[list[list[arb]]]
    right: list[list[arb]]


def norms_equations(at: Directions) -> Linear | None:
    """Enclosures of the entries; None if no neurons have these angles."""
    b, mu = at[:2], at[2]
    a = [mu * angle for angle in b]
    cos_b, cos_a = [cosine(x) for x in b], [cosine(x) for x in a]
    sines = root(_rest(cos_b)), root(_rest(cos_a))
    if sines[0] is None or sines[1] is None:
        return None
    g = from_cosine(sines[0] * sines[1] - cos_b[0] * cos_a[0] - cos_b[1] * cos_a[1])
    if g is None:
        return None
    pi, sine = arb.pi(), g.sin()
    matrix = [[-g * x, -g * y] for x, y in zip(cos_b, cos_a, strict=True)]
    matrix += [[mu * pi - g, sine], [sine, pi / mu - g], [sines[0], -sines[1]]]
    right = [*a, mu * (b[0].sin() + b[1].sin()), a[0].sin() + a[1].sin(), arb(0)]
    return Linear(matrix, right)


def norms_slopes(at: Directions) -> Slopes | None:
    """Enclosures of the derivatives; None where a root may vanish."""
    b, mu, none = at[:2], at[2], arb(0)
    a = [mu * angle for angle in b]
    cos_b, cos_a = [cosine(x) for x in b], [cosine(x) for x in a]
    sin_b, sin_a = [x.sin() for x in b], [x.sin() for x in a]
    rest = _rest(cos_b), _rest(cos_a)
    if not (less(none, rest[0]) and less(none, rest[1])):
        return None
    s = [x.sqrt() for x in rest]
    cos_g = s[0] * s[1] - cos_b[0] * cos_a[0] - cos_b[1] * cos_a[1]
    square = 1 - cos_g * cos_g
    g = from_cosine(cos_g)
    if g is None or not less(none, square):
        return None
    sin_g = square.sqrt()
    # of s_1, s_2, the cosines, cos g and g
    ds = [
        [cos_b[0] * sin_b[0] / s[0], cos_b[1] * sin_b[1] / s[0], none],
        [
            mu * cos_a[0] * sin_a[0] / s[1],
            mu * cos_a[1] * sin_a[1] / s[1],
            (b[0] * cos_a[0] * sin_a[0] + b[1] * cos_a[1] * sin_a[1]) / s[1],
        ],
    ]
    db = [[-sin_b[0], none, none], [none, -sin_b[1], none]]
    da = [[-mu * sin_a[0], none, -b[0] * sin_a[0]], [none, -mu * sin_a[1], -b[1] * sin_a[1]]]
    dg = []
    for t in range(3):
        total = s[1] * ds[0][t] + s[0] * ds[1][t]
        for v in range(2):
            total -= db[v][t] * cos_a[v] + cos_b[v] * da[v][t]
        dg.append(-total / sin_g)
    turn = [cosine(g) * x for x in dg]  # of sin g
    by_b, by_mu = [[arb(1), none, none], [none, arb(1), none]], [none, none, arb(1)]
    pi = arb.pi()
    angles = [_sum(_times(mu, by_b[v]), _times(b[v], by_mu)) for v in range(2)]  # of a_v
    matrix = [
        [
            _times(arb(-1), _sum(_times(cos[v], dg), _times(g, slope[v])))
            for cos, slope in ((cos_b, db), (cos_a, da))
        ]
        for v in range(2)
    ]
    matrix.append([_sum(_times(pi, by_mu), _times(arb(-1), dg)), turn])
    matrix.append([turn, _sum(_times(-pi / (mu * mu), by_mu), _times(arb(-1), dg))])
    matrix.append([ds[0], _times(arb(-1), ds[1])])
    first = [mu * cos_b[0], mu * cos_b[1], sin_b[0] + sin_b[1]]
    second = _sum(_times(cos_a[0], angles[0]), _times(cos_a[1], angles[1]))
    return Slopes(matrix, [*angles, first, second, [none] * 3])


def longest(at: Directions) -> tuple[arb, arb]:
    """Upper bounds of r and rho: a neuron is at most twice as long as the sum of its kappas with
    the teachers, since those of two neurons are not negative.
    """
    b, mu = at[:2], at[2]
    first = 2 * (_common(b[0]) + _common(b[1]))
    second = 2 * mu * (_common(mu * b[0]) + _common(mu * b[1]))
    return first.upper(), second.upper()


def _common(angle: arb) -> arb:
    """kappa(pi - s) = (sin s - s cos s) / 2 pi at the upper end of s: it increases on [0, pi]."""
    pi, top = arb.pi(), angle.upper()
    s = top if less(top, pi) else pi
    return (s.sin() - s * s.cos()) / (2 * pi)


def _rest(cosines: list[arb]) -> arb:
    return 1 - cosines[0] * cosines[0] - cosines[1] * cosines[1]


def _times(factor: arb, row: list[arb]) -> list[arb]:
    return [factor * x for x in row]


def _sum(one: list[arb], other: list[arb]) -> list[arb]:
    return [x + y for x, y in zip(one, other, strict=True)]
