"""gaussian-enumeration: all critical points with one symmetry (FORMAT 4.9; lemma 17).

How the proof goes.  Each point listed has exactly one critical point in its ball (2 to 6).  Outside
the balls and inside an annulus that holds all critical points, boxes are halved until the gradient
is shown not to vanish on each (7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from operator import mul as times
from typing import Any, NoReturn

from .arithmetic import GUARD_BITS, ZERO, Arithmetic, Interval, Num, add, exactly, norm, scale, sub
from .bounds import MAX_ROWS
from .gaussian import GaussianNetwork, spread
from .matrices import SymmetricMatrix, eigenvalues_below
from .reader import fields, integer, real
from .verdict import Verdict, decimal, need, require

REGION_BITS = 96  # precision where critical points are excluded
REGION_BOXES = 20_000  # and the limit of boxes


@dataclass(frozen=True)
class Point:
    """A point of section 4.9: the k x k matrix W(a, b) with a on the diagonal and b off it."""

    a: Fraction
    b: Fraction
    radius: Fraction
    distance: Fraction
    gap: Fraction


@dataclass(frozen=True)
class Enumeration:
    """The claim of section 4.9 in exact numbers."""

    k: int
    points: list[Point]
    bits: int
    summary: str


def read_point(value: Any) -> Point:
    names = "a b radius distance gap"
    fields(value, "A point", names)
    point = Point(*(real(value[name], name) for name in names.split()))
    need(point.a != 0 or point.b != 0, "The numbers a and b of a point are both 0.")
    need(
        min(point.radius, point.distance, point.gap) > 0,
        "radius, distance and gap are not all positive.",
    )
    return point


def read(tree: dict[str, Any]) -> Enumeration:
    """The certificate of section 4.9."""
    statement = fields(tree["statement"], "statement", "problem points")
    problem = fields(statement["problem"], "problem", "k targets")
    witness = fields(tree["witness"], "witness", "bits")
    k = integer(problem["k"], "k", 3, MAX_ROWS)
    need(problem["targets"] == "orthonormal", "targets is not the string orthonormal.")
    listed = statement["points"]
    need(
        type(listed) is list and 1 <= len(listed) <= 16,
        "points is not an array of 1 to 16 objects.",
    )
    points = [read_point(value) for value in listed]
    return Enumeration(
        k,
        points,
        integer(witness["bits"], "bits", 128, 1024),
        f"n=k={k} targets orthonormal: exactly {len(points)} critical"
        f" point{'s' * (len(points) > 1)} among the matrices not 0 with one number on the"
        " diagonal and one off it: "
        + ", ".join(f"({p['a']}, {p['b']}) within {p['distance']}" for p in listed),
    )


def planar_hessian(net: GaussianNetwork) -> SymmetricMatrix:
    """H at C = W(a, b) on the matrices I and 11^T - I, divided by their norms: the pencil (T, N).

    All rows of C, Y, Z are alike, so D^2F[Y, Z] is k times the part of the first row, y_1 . sum_s
    H_1s z_s, with H_11 and H_1s as in GaussianNetwork; the entries of Y and Z are 0 and 1.
    """
    ar, k = net.ar, net.n
    tests = [
        [[int((r == t) == diagonal) for t in range(k)] for r in range(k)]
        for diagonal in (True, False)
    ]
    inv_2pi, kappa, half = (Num(ar, ends) for ends in (net.inv_2pi, net.kappa[0], net.half))

    def dot(x: Sequence[Interval], z: Sequence[int]) -> Num:
        return Num(ar, add(ZERO, *(end for end, chosen in zip(x, z) if chosen)))

    def form(y: list[list[int]], z: list[list[int]]) -> Num:
        e = net.direction[0]
        along = dot(e, y[0])
        total = (half + kappa) * sum(map(times, y[0], z[0])) - kappa * (along * dot(e, z[0]))
        for u, pair in net.pairs[0].items():
            # 0 for parallel rows, where `across` is empty and `sine`, `over` are 0
            across = dot(pair.across, y[0])
            square = Num(ar, pair.over) * (across * dot(pair.across, z[0]))
            total += inv_2pi * square * (1 if u < k else -1)
            if u < k:
                turn = along * dot(net.direction[u], z[u]) + across * dot(
                    net.pairs[u][0].across, z[u]
                )
                angle = Num(ar, pair.angle) * sum(map(times, y[0], z[u]))
                total += inv_2pi * (angle + Num(ar, pair.sine) * turn)
        return total

    norms = [k, k * (k - 1)]
    return SymmetricMatrix(
        [
            ar.mul(form(tests[i], tests[j]).ends, ar.root(k * k, norms[i] * norms[j]))
            for j in range(i + 1)
        ]
        for i in range(2)
    )


def prove_distinct(k: int, points: Sequence[Point]) -> None:
    """1, between exact numbers."""
    for i, p in enumerate(points):
        for j, q in enumerate(points[:i]):
            apart = k * (p.a - q.a) ** 2 + k * (k - 1) * (p.b - q.b) ** 2
            require(
                "distinct",
                ((p.distance + q.distance) ** 2,) * 2,
                (apart,) * 2,
                f", points {j + 1} and {i + 1}",
            )


def prove_point(claim: Enumeration, point: Point, note: str) -> None:
    """2 to 6 for one point."""
    k, radius, gap = claim.k, point.radius, point.gap
    centre = [[point.a if r == t else point.b for t in range(k)] for r in range(k)]
    ar = Arithmetic(claim.bits + GUARD_BITS + spread(centre))
    require("distance-in-ball", (point.distance,) * 2, (radius,) * 2, note)  # 2
    net = GaussianNetwork(ar, centre, [[Fraction(int(r == t)) for t in range(k)] for r in range(k)])
    # 3, as in GaussianNetwork.lipschitz
    require("zero-neuron", ar.side(exactly(ar, radius)), ar.side(net.size[0]), note)
    change = scale(net.lipschitz(radius), radius)
    require("uniqueness", ar.side(change), (gap,) * 2, note)  # 4
    matrix, (_, high) = planar_hessian(net), exactly(ar, gap)
    below, upto = (
        eigenvalues_below(matrix, -high, -1, ar.bits),
        eigenvalues_below(matrix, high, 1, ar.bits),
    )
    left, right = Fraction(3 if upto is None else upto), Fraction(0 if below is None else below + 1)
    require(
        "eigenvalue",
        (left,) * 2,
        (right,) * 2,  # 5
        f"{note} (on the left the eigenvalues that may be <= gap, on the right 1 + those proved"
        " to be < -gap)",
    )
    limit = scale(sub(exactly(ar, gap), change), point.distance)
    require("distance", ar.side(net.gradient_norm()), ar.side(limit), note)  # 6


class Region:
    """7: the search for critical points W(a, b) in boxes of (a, b)."""

    def __init__(self, claim: Enumeration) -> None:
        self.ar = ar = Arithmetic(REGION_BITS)
        self.k = k = claim.k
        self.pi, self.root, self.root_k = (
            Num(ar, ar.pi),
            Num(ar, ar.root(k - 1, 1)),
            Num(ar, ar.root(k, 1)),
        )
        self.half, self.inv_2pi = Num(ar, scale(ar.one, Fraction(1, 2))), 1 / (2 * self.pi)
        # c_k of lemma 17
        c = self.inv_2pi * k - self.half * self.half * (self.root_k - 1 / self.pi)
        # of |w|^2; c_k > 0 for k >= 3
        self.least = (Num(ar, scale((2 * c).ends, Fraction(1, k)))).square().ends[0]
        self.most = (1 + (k - 1) / self.pi).ends[1]
        self.points = [
            [Num(ar, exactly(ar, q)) for q in (p.a, p.b, p.radius)] for p in claim.points
        ]

    def _angle(self, p: Num, s: Num) -> Num:
        """A for S >= 0; nothing is known of it where p and S may both be 0."""
        if s.ends[0] > 0 or p.ends[0] > 0 or p.ends[1] < 0:
            return p.outer_angle(s)
        return Num(self.ar, (0, self.pi.ends[1]))

    def _excluded(self, a: Num, b: Num) -> bool:
        """One of a g_a + (k-1) b g_b, g_a and g_b has no zero in the box; g by (8.2), and

            a g_a + (k-1) b g_b
                = |w|^2/2 + (k-1) f(w_i, w_j) - f(w_i, e_i) - (k-1) f(w_i, e_j),    i != j,

        for f is homogeneous.  Where w may be 0 only this one is formed: it needs no division, and
        is 0 at w = 0 whatever the angles are, so that no box with w = 0 is excluded.
        """
        k, square = self.k, a.square() + (self.k - 1) * b.square()
        p = b * (2 * a + (k - 2) * b)
        s = (a - b).size() * ((a + b).square() + 2 * (k - 2) * b.square()).root()
        s_own, s_other = self.root * b.size(), (a.square() + (k - 2) * b.square()).root()
        angle, own, other = self._angle(p, s), self._angle(a, s_own), self._angle(b, s_other)
        students, teachers = (
            (k - 1) * (s + angle * p),
            s_own + own * a + (k - 1) * (s_other + other * b),
        )
        found = [self.half * square + self.inv_2pi * (students - teachers)]
        if square.ends[0] > 0:
            c = self.half + self.inv_2pi * ((k - 1) * (s - s_other) - s_own) / square
            found.append(c * a + self.inv_2pi * ((k - 1) * (angle * b) - own))
            found.append(c * b + self.inv_2pi * (angle * (a + (k - 2) * b) - other))
        return any(g.ends[0] > 0 or g.ends[1] < 0 for g in found)

    def _settled(self, a: Num, b: Num) -> bool:
        """The box is outside the annulus, or inside the ball of a point, or without critical
        points.
        """
        low, high = (a.square() + (self.k - 1) * b.square()).ends
        if high < self.least or low > self.most:
            return True
        for x, y, radius in self.points:
            apart = Num(self.ar, norm(((a - x).ends, (self.root * (b - y)).ends)))
            if (self.root_k * apart).ends[1] < radius.ends[0]:
                return True
        return self._excluded(a, b)

    def verify(self) -> None:
        """Halve boxes, first one around the annulus, along a or sqrt(k-1) b, whichever is
        longer.
        """
        reach, boxes = isqrt(self.most << REGION_BITS) + 1, 0
        waiting = [((-reach, reach), (-reach, reach))]
        while waiting:
            a, b = waiting.pop()
            boxes += 1
            if self._settled(Num(self.ar, a), Num(self.ar, b)):
                continue
            wide, high = a[1] - a[0], b[1] - b[0]
            if boxes >= REGION_BOXES or max(wide, high) <= 1:
                self._give_up(a, b, boxes)
            if wide**2 >= (self.k - 1) * high**2:
                middle = a[0] + a[1] >> 1
                waiting += [((a[0], middle), b), ((middle, a[1]), b)]
            else:
                middle = b[0] + b[1] >> 1
                waiting += [(a, (b[0], middle)), (a, (middle, b[1]))]

    def _give_up(self, a: Interval, b: Interval, boxes: int) -> NoReturn:
        ends = [decimal(end, up) for x in (a, b) for end, up in zip(self.ar.side(x), (False, True))]
        raise Verdict(
            "REJECTED",
            "region",
            f"not proved: after {boxes} boxes there may be another critical point with a in"
            f" [{ends[0]}, {ends[1]}], b in [{ends[2]}, {ends[3]}]",
        )


def verify(claim: Enumeration) -> None:
    """The seven inequalities in their order; the first that fails raises a Verdict."""
    prove_distinct(claim.k, claim.points)  # 1
    for number, point in enumerate(claim.points, 1):
        prove_point(claim, point, f", point {number}")  # 2 to 6
    Region(claim).verify()  # 7
