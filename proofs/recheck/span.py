"""gaussian-span-minimum: teachers known by inner products only (FORMAT 4.8).

How the proof goes (lemma 16, theorem 8).  As for dense, in coefficients of the teachers: every
scalar product is enclosed for all Gram matrices meant, and the Gram matrix stands for the identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import isqrt, lcm
from operator import mul as times
from typing import Any

from .arithmetic import GUARD_BITS, ZERO, Arithmetic, Interval, add, ceil_div, exactly, scale, sub
from .bounds import MAX_ROWS, MOST_DENSE
from .gaussian import GaussianNetwork, Near, beyond
from .homogeneous import Activation, read_activation
from .matrices import prove_above
from .reader import fields, increasing, integer, real, vectors
from .verdict import NOTHING, need, require


@dataclass(frozen=True)
class SpanMinimum:
    """The claim of section 4.8 in exact numbers: the Gram matrix is any within `rho`, entry by
    entry, of `gram`.  Loss and curvature are those of the loss without its factor.
    """

    gram: list[list[Fraction]]
    rho: Fraction  # 0 in the first form
    coefficients: list[list[Fraction]]
    activation: Activation
    radius: Fraction
    distance: Fraction
    loss: tuple[Fraction, Fraction]
    curvature: Fraction
    bits: int
    summary: str

    @property
    def unit(self) -> str:
        return self.activation.unit


def read(tree: dict[str, Any]) -> SpanMinimum:
    """The certificate of section 4.8."""
    statement = fields(tree["statement"], "statement", "problem coefficients claims")
    problem = statement["problem"]
    near = type(problem) is dict and "rho" in problem
    fields(problem, "problem", "n k rho" if near else "n k d targets", "activation")
    activation = read_activation(problem)
    claims = fields(statement["claims"], "claims", "radius distance loss curvature")
    witness = fields(tree["witness"], "witness", "bits")
    n, k = (integer(problem[name], name, 1, MAX_ROWS) for name in ("n", "k"))
    need(n >= k, "n is less than k.")
    if near:
        rho, gram = (
            real(problem["rho"], "rho"),
            [[Fraction(int(a == b)) for b in range(k)] for a in range(k)],
        )
        need(0 < rho < Fraction(1, 8), "rho is not between 0 and 1/8.")
        where = f"D>={k}, all targets orthonormal up to {problem['rho']}"
    else:
        d = integer(problem["d"], "d", k, 4096)
        targets, rho = vectors(problem["targets"], "targets", k, d), Fraction(0)
        unit = lcm(*(x.denominator for row in targets for x in row))
        rows = [[int(x * unit) for x in row] for row in targets]
        half = [
            [Fraction(sum(map(times, u, v)), unit * unit) for v in rows[: a + 1]]
            for a, u in enumerate(rows)
        ]
        gram = [[half[max(a, b)][min(a, b)] for b in range(k)] for a in range(k)]
        where = f"D>={d} targets as given"
    radius, distance, curvature = (
        real(claims[name], name) for name in ("radius", "distance", "curvature")
    )
    need(
        radius > 0 and distance > 0 and curvature > 0,
        "radius, distance and curvature are not all positive.",
    )
    claim = SpanMinimum(
        gram=gram,
        rho=rho,
        coefficients=vectors(statement["coefficients"], "coefficients", n, k),
        activation=activation,
        radius=radius,
        distance=distance,
        loss=activation.over(increasing(claims["loss"], "loss")),
        curvature=curvature / activation.share,
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"n={n} k={k} {where}{activation.summary}: within {claims['radius']} of the"
        " combinations exactly one critical point, a spurious strict local minimum, within"
        f" {claims['distance']}; {claims['loss'][0]} < loss < {claims['loss'][1]}; Hessian >="
        f" {claims['curvature']} on the ball",
    )
    require_effort(claim)
    return claim


def require_effort(claim: SpanMinimum) -> None:
    """The bound on the work of section 3.1."""
    unknowns = len(claim.coefficients) * len(claim.coefficients[0])
    need(
        unknowns**3 * (claim.bits + GUARD_BITS) ** 2 <= MOST_DENSE,
        "There are too many coefficients at this precision.",
    )


class Row:
    """A row u = sum_a x_a v_a in integers: x in units 1/D, the products u.v_a (its shadow) in 1/(D
    E), |u|^2 in 1/(D^2 E), E the denominator of the Gram matrix and of rho.  Shadow and square are
    intervals, for all Gram matrices.
    """

    def __init__(self, x: Sequence[int], gram: Sequence[Sequence[int]], rho: int) -> None:
        self.x, self.length, self.rho = x, sum(map(abs, x)), rho
        self.middle = [sum(map(times, line, x)) for line in gram]
        self.shadow = [(y - rho * self.length, y + rho * self.length) for y in self.middle]
        self.square = self.dot(self)

    def dot(self, other: Row) -> Interval:
        """The scalar product; |x|_1 |y|_1 rho is the least bound of its deviation."""
        middle, off = sum(map(times, self.middle, other.x)), self.rho * self.length * other.length
        return middle - off, middle + off


def integers(claim: SpanMinimum) -> tuple[list[list[int]], list[list[int]], int, int, int]:
    """The coefficients over D, the Gram matrix and rho over E, and D and E; see class Row."""
    unit = lcm(*(x.denominator for row in claim.coefficients for x in row))
    scaled = lcm(claim.rho.denominator, *(x.denominator for row in claim.gram for x in row))
    rows = [[int(x * unit) for x in row] for row in claim.coefficients]
    gram = [[int(x * scaled) for x in row] for row in claim.gram]
    return rows, gram, int(claim.rho * scaled), unit, scaled


class SpanPair:
    """As class Pair, but `across` is the shadow of m; `s` is S and `f` is 2 pi f(u, v).  All Gram
    matrices are meant.

    A quantity that is monotone in |u|^2, |v|^2 and p is enclosed by its values at two corners of
    their box, which are Gram matrices of pairs, S^2 being >= 0 on the box (by `parallel`; or the
    box is a point).
      * A = pi - arccos(p/(|u||v|)) and sin^2 = 1 - p^2/(|u||v|)^2 in p, p^2 and |u||v|;
      * f: its derivatives are A/(2 pi) by p and S/(4 pi |u|^2) by |u|^2 (from
        S^2 = |u|^2|v|^2 - p^2), none negative.
    """

    def __init__(self, ar: Arithmetic, u: Row, v: Row, unit: int, scaled: int) -> None:
        """`unit` is D^2 E, `scaled` is E.  S^2 is needed first: the rest is formed where it is
        known to be >= 0.
        """
        self.ar, self.unit, self.scaled = ar, unit, scaled
        (a, b), (c, d), (low, high) = u.square, v.square, u.dot(v)
        self.u, self.v, self.p = u, v, (low, high)
        self.corners = (a, c, low), (b, d, high)
        least = 0 if low <= 0 <= high else min(low * low, high * high)
        self.s2 = a * c - max(low * low, high * high), b * d - least

    def form(self) -> None:
        """All but `across`."""
        ar, (a, b), (c, d), (low, high) = self.ar, self.u.square, self.v.square, self.p
        first, last = (b * d if low >= 0 else a * c), (a * c if high >= 0 else b * d)
        self.angle = (
            ar.outer_angle(low, first - low * low)[0],
            ar.outer_angle(high, last - high * high)[1],
        )
        self.sine = ar.root(self.s2[0], a * c)[0], ar.root(self.s2[1], b * d)[1]
        self.s = ar.root(self.s2[0], self.unit**2)[0], ar.root(self.s2[1], self.unit**2)[1]
        self.over = ar.root(self.s2[0], b * b)[0], ar.root(self.s2[1], a * a)[1]
        f = [self._f(*corner) for corner in self.corners]
        self.f = f[0][0], f[1][1]

    def _f(self, uu: int, vv: int, p: int) -> Interval:
        s2 = uu * vv - p * p
        return add(
            self.ar.root(s2, self.unit**2),
            self.ar.mul(self.ar.outer_angle(p, s2), self.ar.ratio(p, self.unit)),
        )

    @cached_property
    def across(self) -> list[Interval]:
        """The shadow of m = (|u|^2 v - p u)/(|u| S), S > 0."""
        (a, b), (low, high) = self.u.square, self.p
        found = []
        for x, y in zip(self.u.shadow, self.v.shadow):
            plus, minus = (
                [s * t for s in (a, b) for t in y],
                [s * t for s in (low, high) for t in x],
            )
            found.append(
                over_root(
                    self.ar,
                    (min(plus) - max(minus), max(plus) - min(minus)),
                    (self.scaled * a * self.s2[0], self.scaled * b * self.s2[1]),
                )
            )
        return found


def over_root(ar: Arithmetic, x: Interval, square: Interval) -> Interval:
    """x / sqrt(square) for intervals of integers, square > 0."""
    return (
        ar.signed_root(x[0], square[1] if x[0] >= 0 else square[0])[0],
        ar.signed_root(x[1], square[0] if x[1] >= 0 else square[1])[1],
    )


class SpanNetwork(GaussianNetwork):
    """The closed forms of lemma 16: those of GaussianNetwork with shadows for vectors and G for the
    identity.
    """

    def __init__(self, ar: Arithmetic, claim: SpanMinimum) -> None:
        """`zero-neuron` and `parallel` are verified here: all later divisions are defined."""
        self.ar, self.n, self.d = ar, len(claim.coefficients), len(claim.gram)
        self.tilt, self.weight = claim.activation.tilt, [1] * self.n + [-1] * self.d
        rows, gram, rho, unit, scaled = integers(claim)
        self._integer_gram = gram, rho
        unit_vectors = [[unit * int(a == b) for b in range(self.d)] for a in range(self.d)]
        self.members = [Row(x, gram, rho) for x in rows + unit_vectors]
        self.own_unit = unit  # of the coefficients
        self.unit, self.scaled = unit * unit * scaled, scaled  # `unit`: of all scalar products
        self.gram = [
            [(ar.ratio(x - rho, scaled)[0], ar.ratio(x + rho, scaled)[1]) for x in row]
            for row in gram
        ]
        self.size = [
            (ar.root(max(0, row.square[0]), self.unit)[0], ar.root(row.square[1], self.unit)[1])
            for row in self.members
        ]
        self.half, self.inv_2pi = (
            scale(ar.one, Fraction(1, 2)),
            ar.div(ar.one, scale(ar.pi, Fraction(2))),
        )
        self.pairs = [self._pairs_of(i, exactly(ar, claim.radius)) for i in range(self.n)]  # 3, 4
        for pairs in self.pairs:
            for pair in pairs.values():
                pair.form()
        self.direction = [
            [over_root(ar, y, (scaled * row.square[0], scaled * row.square[1])) for y in row.shadow]
            for row in self.members[: self.n]
        ]
        self.kappa = [self._kappa(i) for i in range(self.n)]

    def _pairs_of(self, i: int, radius: Interval) -> dict[int, SpanPair]:
        require(
            "zero-neuron",
            self.ar.side(radius),
            self.ar.side(self.size[i]),
            f", the norm of row {i + 1}",
        )
        pairs = {
            u: SpanPair(self.ar, self.members[i], row, self.unit, self.scaled)
            for u, row in enumerate(self.members)
            if u != i
        }
        for u, pair in pairs.items():
            low, high = (Fraction(end, self.unit**2) for end in pair.s2)
            require(
                "parallel",
                NOTHING,
                (low, high),
                f", S^2 of the rows {i + 1} and {u + 1}, students first",
            )
        return pairs

    def _kappa(self, i: int) -> Interval:
        """The sum is formed before it is divided by |w_i|^2: most of it cancels."""
        total = add(ZERO, *(self._signed(i, u, pair.s) for u, pair in self.pairs[i].items()))
        (low, high), (a, b) = self.ar.mul(self.inv_2pi, total), self.members[i].square
        return low * self.unit // (b if low >= 0 else a), ceil_div(
            high * self.unit, a if high >= 0 else b
        )

    def loss(self) -> Interval:
        """F(C), lemma 1."""
        ends = [sum(row.square[end] for row in self.members) for end in (0, 1)]
        terms = [
            self._signed(i, u, pair.f)
            for i in range(self.n)
            for u, pair in self.pairs[i].items()
            if i < u
        ]
        teachers = self.members[self.n :]
        for j, u in enumerate(teachers):
            for v in teachers[:j]:
                pair = SpanPair(self.ar, u, v, self.unit, self.scaled)
                pair.form()
                terms.append(pair.f)
        squares = self.ar.ratio(ends[0], 4 * self.unit)[0], self.ar.ratio(ends[1], 4 * self.unit)[1]
        return add(squares, self._half_tilt(), self.ar.mul(self.inv_2pi, add(ZERO, *terms)))

    def _half_tilt(self) -> Interval:
        """tilt/2 |s|^2."""
        s = self._sum_less_teachers([member.x for member in self.members])
        ends = [self.tilt * end / (2 * self.unit) for end in Row(s, *self._integer_gram).square]
        return exactly(self.ar, min(ends))[0], exactly(self.ar, max(ends))[1]

    def gradient_norm(self) -> Interval:
        """|grad F(C)|: the root of the sum of all g_ia (G g_i)_a; these products are added
        exactly.
        """
        mul, low, high = self.ar.mul, 0, 0
        vectors = [member.x for member in self.members]
        lean = self._leaning(vectors, self.own_unit)
        for i in range(self.n):
            row = list(map(add, self._gradient(i, vectors, self.own_unit), lean))
            for x, line in zip(row, self.gram):
                y = add(*(mul(g, entry) for g, entry in zip(row, line)))
                corners = [s * t for s in x for t in y]
                low, high = low + min(corners), high + max(corners)
        root = isqrt(max(0, high))
        return isqrt(max(0, low)), root + (root * root < high)

    @cached_property
    def _near_gram(self) -> tuple[list[list[int]], int, int]:
        """Integers near G, and bounds of the norms of the difference and of both, by rows."""
        middles = [[low + high >> 1 for low, high in line] for line in self.gram]
        offs = [
            sum(high - x for (_, high), x in zip(line, row))
            for line, row in zip(self.gram, middles)
        ]
        sizes = [sum(max(-low, high) for low, high in line) for line in self.gram]
        return middles, max(offs), max(sizes)

    def _add_unit(self, block: list[list[int]], factor: Near) -> int:
        """The factor times G is added; a bound of the norm of the error."""
        x, bits, (middles, off, size) = factor.middles[0], self.ar.bits, self._near_gram
        for row, line in zip(block, middles):
            row[:] = [entry + (x * y >> bits) for entry, y in zip(row, line)]
        return (factor.off * size + factor.size * off >> bits) + 1 + self.d


def verify(claim: SpanMinimum) -> None:
    """The nine inequalities in their order; the first that fails raises a Verdict."""
    rows, gram, _, unit, scaled = integers(claim)
    shadows = [[sum(map(times, line, x)) for line in gram] for x in rows]
    squares = [Fraction(sum(map(times, x, y)), unit**2 * scaled) for x, y in zip(rows, shadows)]
    squares += [claim.gram[a][a] for a in range(len(claim.gram))]
    more = beyond(q for q in squares if q) + claim.activation.bits
    ar = Arithmetic(claim.bits + GUARD_BITS + more)
    mu, radius = claim.curvature, claim.radius
    require("spurious", NOTHING, (claim.loss[0],) * 2)  # 1
    require("distance-in-ball", (claim.distance,) * 2, (radius,) * 2)  # 2
    net = SpanNetwork(ar, claim)  # 3, 4
    g, value = net.gradient_norm(), net.loss()
    require("distance", ar.side(g), (mu * claim.distance,) * 2)  # 5
    # 6
    require(
        "loss-low", (claim.loss[0],) * 2, ar.side(sub(value, scale(ar.mul(g, g), 1 / (2 * mu))))
    )
    require("loss-high", ar.side(value), (claim.loss[1],) * 2)  # 7
    # its upper end: G has no negative eigenvalue
    _, s = add(exactly(ar, mu), scale(net.lipschitz(radius), radius))
    prove_above("curvature", net.hessian((s, s)), ZERO, ar)  # 8
    prove_above("padding", net.padding(), (s, s), ar)  # 9
