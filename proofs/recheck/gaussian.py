"""Loss, gradient and Hessian of the Gaussian loss at one matrix (lemmas 1, 2, 3, 5, 24)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cached_property
from math import isqrt, lcm
from operator import mul as times
from typing import NamedTuple

from .arithmetic import ZERO, Arithmetic, Interval, add, ceil_div, exactly, neg, norm, scale, sub
from .matrices import SymmetricMatrix
from .weights import Weights


class Pair:
    """What the lemmas need of two nonzero rows u, v, given as integer vectors over one common
    denominator D.

    The integers uu = |u|^2, vv = |v|^2, p = u.v and s2 = uu vv - p^2 = S^2 (in units of D^-2, D^-4)
    are exact; in particular s2 = 0 exactly if u and v are parallel.  `across` is the unit vector m
    = q/|q| along q = v - (p/|u|^2) u (if s2 > 0): the integer vector uu v - p u has the direction
    of q and the square norm uu (uu vv - p^2) = uu s2.
    """

    def __init__(self, ar: Arithmetic, u: Sequence[int], v: Sequence[int]) -> None:
        uu, vv, self.p = sum(map(times, u, u)), sum(map(times, v, v)), sum(map(times, u, v))
        self.s2 = uu * vv - self.p * self.p
        self.angle = ar.outer_angle(self.p, self.s2)  # A = pi - theta
        self.sine = ar.root(self.s2, uu * vv)  # sin theta
        self.over = ar.root(self.s2, uu * uu)  # S / |u|^2
        self._ar, self._u, self._v, self._uu = ar, u, v, uu

    @cached_property
    def across(self) -> list[Interval]:
        if self.s2 == 0:
            return []
        uu, p, square = self._uu, self.p, self._uu * self.s2
        return [self._ar.signed_root(uu * y - p * x, square) for x, y in zip(self._u, self._v)]


class GaussianNetwork:
    """Loss, gradient, Hessian and their constants at the point C.  Rows 0..n-1 are the students,
    n..n+k-1 the teachers.

    The Hessian is written with unit vectors only, so that nearly parallel rows cause no
    cancellation.  With e = u/|u|, b = v/|v|, m = q/|q|, m' = q'/|q'|, q' = u - (p/|v|^2) v (m, m'
    are `across` of (u, v) and (v, u)) lemma 2 reads:
      * |q|^2 = S^2/|u|^2, so  q q^T / S = (S/|u|^2) m m^T;
      * R = sin theta ( e b^T + m m'^T ).  For b = c e + s m, m' = (e - c b)/s = s e - c m (c,
        s = cos, sin theta), so that e b^T + m m'^T is [[c, s], [s, -c]] in the basis e, m: the
        reflection of lemma 2.

    To the loss F of ReLU tilt/2 |s|^2 is added, s = sum_i w_i - sum_j v_j: to each row of the
    gradient tilt s, and to each block of the Hessian tilt I (lemma 24).

    With output weights s_i and t_j the pair (w_i, u) has the factor s_i s_u or - s_i t_u, s is
    sum_i s_i w_i - sum_j t_j v_j, row i of the gradient gets tilt s_i s, and block ij of the
    Hessian tilt s_i s_j I (lemma 25).
    """

    def __init__(
        self,
        ar: Arithmetic,
        centre: list[list[Fraction]],
        targets: list[list[Fraction]],
        tilt: Fraction = Fraction(0),
        weights: Weights | None = None,
    ) -> None:
        self.ar, self.n, self.d, self.tilt = ar, len(centre), len(centre[0]), tilt
        outer = weights or Weights([1] * len(centre), [1] * len(targets))
        self.weight = [*outer.students, *(-t for t in outer.teachers)]
        # the D of class Pair
        self.unit = lcm(*(x.denominator for row in centre + targets for x in row))
        self.rows = [[int(x * self.unit) for x in row] for row in centre + targets]
        squares = [sum(map(times, row, row)) for row in self.rows]
        self.squares = sum(squares)
        self.size = [ar.root(square, self.unit**2) for square in squares]  # |w_i| and |v_j|
        self.direction = [
            [ar.signed_root(c, square) for c in row] for row, square in zip(self.rows, squares)
        ]
        self.half, self.inv_2pi = (
            scale(ar.one, Fraction(1, 2)),
            ar.div(ar.one, scale(ar.pi, Fraction(2))),
        )
        # pairs[i][u] is the pair (w_i, u)
        self.pairs = [
            {u: Pair(ar, self.rows[i], other) for u, other in enumerate(self.rows) if u != i}
            for i in range(self.n)
        ]
        self.kappa = [
            ar.mul(
                self.inv_2pi,
                add(ZERO, *(self._signed(i, u, pair.over) for u, pair in pairs.items())),
            )
            for i, pairs in enumerate(self.pairs)
        ]

    def _signed(self, i: int, u: int, a: Interval) -> Interval:
        """a or -a, as the pair (w_i, u) counts: +a for a student, -a for a teacher u where all
        weights are 1.
        """
        return a if self.weight[i] == self.weight[u] else neg(a)

    def _f(self, pair: Pair) -> Interval:
        """f(u, v) = (S + A p) / (2 pi)   (lemma 1)"""
        s, p = self.ar.root(pair.s2, self.unit**4), self.ar.ratio(pair.p, self.unit**2)
        return self.ar.mul(self.inv_2pi, add(s, self.ar.mul(pair.angle, p)))

    def loss(self) -> Interval:
        """F(C), lemma 1: f(u, u) = |u|^2/2, and the two orders of a pair are taken together."""
        terms = [self.ar.ratio(self.squares, 4 * self.unit**2)]
        terms += [
            self._signed(i, u, self._f(pair))
            for i in range(self.n)
            for u, pair in self.pairs[i].items()
            if i < u
        ]
        terms += [
            self._signed(i, j, self._f(Pair(self.ar, self.rows[i], self.rows[j])))
            for j in range(self.n, len(self.rows))
            for i in range(self.n, j)
        ]
        square = sum(x * x for x in self._sum_less_teachers(self.rows)) if self.tilt else 0
        return add(*terms, exactly(self.ar, self.tilt * square / (2 * self.unit**2)))

    def _sum_less_teachers(self, vectors: Sequence[Sequence[int]]) -> list[int]:
        """The students less the teachers, times their weights, for the integers of all rows."""
        return [sum(map(times, self.weight, column)) for column in zip(*vectors)]

    def _leaning(self, vectors: Sequence[Sequence[int]], unit: int) -> list[Interval]:
        """tilt s, in coordinates of which the rows have the integers `vectors` over `unit`."""
        s = self._sum_less_teachers(vectors)
        return [exactly(self.ar, self.tilt * x / unit) for x in s]

    def gradient_norm(self) -> Interval:
        """|grad F(C)|, lemma 2."""
        lean = self._leaning(self.rows, self.unit)
        rows = [self._gradient(i, self.rows, self.unit) for i in range(self.n)]
        leaning = [lean if s > 0 else [neg(x) for x in lean] for s in self.weight[: self.n]]
        return norm([add(g, x) for row, by in zip(rows, leaning) for g, x in zip(row, by)])

    def _gradient(self, i: int, vectors: Sequence[Sequence[int]], unit: int) -> list[Interval]:
        """Row i of the gradient without tilt s, in coordinates of which the rows have the integers
        `vectors` over `unit`: a sum of numbers times these, exact but for the numbers.
        """
        factors = {i: add(self.half, self.kappa[i])}
        for u, pair in self.pairs[i].items():
            factors[u] = self._signed(i, u, self.ar.mul(self.inv_2pi, pair.angle))
        middles = [low + high >> 1 for low, high in factors.values()]
        offs = [high - middle for (_, high), middle in zip(factors.values(), middles)]
        found = []
        for column in zip(*(vectors[u] for u in factors)):
            value, error = sum(map(times, middles, column)), sum(map(times, offs, map(abs, column)))
            found.append(((value - error) // unit, ceil_div(value + error, unit)))
        return found

    def hessian(self, shift: Interval = ZERO) -> SymmetricMatrix:
        """H of lemma 2 less `shift` times I; coordinate a of student i has the index i d + a.

            H_ij = A/(2 pi) I + sin theta/(2 pi) (e b^T + m m'^T),
            H_ii = I/2 + kappa_i (I - e e^T) + sum_u (+-) (S/|w_i|^2)/(2 pi) m_u m_u^T.

        With weights H_ij gets the sign of the pair, too.  Parallel u contribute nothing.  The norm
        of the error is at most the largest sum of those of the blocks in a row, because
        |x^T Y x| <= sum |Y_ij| |x_i| |x_j|.
        """
        mul, n, d, rows = self.ar.mul, self.n, self.d, list[list[int]]()
        errors = [0] * n
        directions = [near(x) for x in self.direction]
        across = [
            {u: near(pair.across) for u, pair in pairs.items() if pair.s2} for pairs in self.pairs
        ]
        for i, (pairs, vectors) in enumerate(zip(self.pairs, across)):
            e, band = directions[i], [list[int]() for _ in range(d)]
            for j in range(i + 1):
                if j < i:
                    unit, sine = (
                        self._signed(i, j, mul(self.inv_2pi, x))
                        for x in (pairs[j].angle, pairs[j].sine)
                    )
                    terms = [(sine, e, directions[j])]
                    # nothing is left of parallel rows
                    terms = [*terms, (sine, vectors[j], across[j][i])] if j in vectors else []
                else:
                    unit = sub(add(self.half, self.kappa[i]), shift)
                    terms = [(neg(self.kappa[i]), e, e)]
                    for u, m in vectors.items():
                        terms.append((self._signed(i, u, mul(self.inv_2pi, pairs[u].over)), m, m))
                block, error = outer_products(terms, d, self.ar.bits)
                lean = self._signed(i, j, exactly(self.ar, self.tilt))
                for factor in (unit, lean) if self.tilt else (unit,):
                    error += self._add_unit(block, near([factor]))
                band = [[*row, *part] for row, part in zip(band, block)]
                for at in {i, j}:
                    errors[at] += error
            rows += [row[: i * d + a + 1] for a, row in enumerate(band)]
        return SymmetricMatrix.around(rows, max(errors))

    def _add_unit(self, block: list[list[int]], factor: Near) -> int:
        """The factor times the identity is added to a block; a bound of the norm of the error."""
        for a, row in enumerate(block):
            row[a] += factor.middles[0]
        return factor.off

    def padding(self) -> SymmetricMatrix:
        """M of lemma 5: tilt is added to all entries, all with the sign of the pair."""
        tilt = exactly(self.ar, self.tilt)
        rows = (
            [
                self._signed(i, j, add(self.ar.mul(self.inv_2pi, self.pairs[i][j].angle), tilt))
                for j in range(i)
            ]
            + [add(self.half, self.kappa[i], tilt)]
            for i in range(self.n)
        )
        return SymmetricMatrix(rows)

    def lipschitz(self, radius: Fraction) -> Interval:
        """B(radius) of lemma 3.  Inequality 4 must have been verified for this radius or a larger
        one: it was verified with the same enclosures, so every m_i here has a lower end >= 1 unit
        and the divisions are defined.
        """
        ar, r = self.ar, self.ar.ratio(radius.numerator, radius.denominator)
        m = [sub(size, r) for size in self.size[: self.n]]
        e = ar.div(
            scale(ar.one, Fraction(3)), ar.mul(ar.pi, (min(x[0] for x in m), min(x[1] for x in m)))
        )
        everything = add(*self.size, *[r] * self.n)
        largest = [
            ar.div(ar.div(sub(everything, add(size, r)), x), x) for size, x in zip(self.size, m)
        ]
        sup = max(x[0] for x in largest), max(x[1] for x in largest)
        c = ar.mul(ar.div(ar.root(27, 16), ar.pi), sup)  # 3 sqrt3 / 4 = sqrt(27/16)
        return norm([(max(c[0], e[0]), max(c[1], e[1]))] + [e] * (self.n - 1))


class Near(NamedTuple):
    """Integers near the entries of a vector: as a vector they are no farther off than `off`, and
    not longer than `size`, the vector neither.
    """

    middles: list[int]
    off: int
    size: int


def near(vector: Sequence[Interval]) -> Near:
    middles = [low + high >> 1 for low, high in vector]
    off = isqrt(sum((high - middle) ** 2 for (_, high), middle in zip(vector, middles))) + 1
    return Near(middles, off, isqrt(sum(map(times, middles, middles))) + 1 + off)


def outer_products(
    terms: Sequence[tuple[Interval, Near, Near]], d: int, bits: int
) -> tuple[list[list[int]], int]:
    """The sum of all c x y^T, a d x d matrix in units of 2^-bits, and a bound of the norm of its
    error.  The products are those of integers near the numbers, added exactly and then rounded
    down, by less than 1 unit.  With primes for the integers, the difference of c x y^T and
    c' x' y'^T is (c - c') x y^T + c' (x - x') y^T + c' x' (y - y')^T.
    """
    factors = [near([c]) for c, _, _ in terms]
    error = sum(
        c.off * x.size * y.size + c.size * (x.off * y.size + x.size * y.off)
        for c, (_, x, y) in zip(factors, terms)
    )
    left = [[c.middles[0] * entry for entry in x.middles] for c, (_, x, _) in zip(factors, terms)]
    right = list(zip(*(y.middles for _, _, y in terms)))
    found = [[sum(map(times, u, v)) >> 2 * bits for v in right] for u in zip(*left)]
    return found or [[0] * d for _ in range(d)], (error >> 2 * bits) + 1 + d


def spread(rows: Sequence[Sequence[Fraction]]) -> int:
    """Bits beyond the working precision that make up for rows far from length 1: about 2 | log2
    |row| | of the worst.

    Fixed point has an absolute error; the closed forms divide by products of at most two lengths.
    The number of bits affects the accuracy, not the correctness.
    """
    return beyond([sum(x * x for x in row) for row in rows])


def beyond(squares: Iterable[Fraction]) -> int:
    """The same for given square lengths, none of them 0."""
    return max(abs(q.numerator.bit_length() - q.denominator.bit_length()) for q in squares)
