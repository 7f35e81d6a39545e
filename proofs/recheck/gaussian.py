"""Loss, gradient and Hessian of the Gaussian loss at one matrix (lemmas 1, 2, 3, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from operator import mul as times

from .arithmetic import ZERO, Arithmetic, Interval, add, neg, norm, scale, sub
from .matrices import SymmetricMatrix


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
        self.across = (
            [ar.signed_root(uu * y - self.p * x, uu * self.s2) for x, y in zip(u, v)]
            if self.s2
            else []
        )


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
    """

    def __init__(
        self, ar: Arithmetic, centre: list[list[Fraction]], targets: list[list[Fraction]]
    ) -> None:
        self.ar, self.n, self.d = ar, len(centre), len(centre[0])
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
                self.inv_2pi, add(ZERO, *(self._signed(u, pair.over) for u, pair in pairs.items()))
            )
            for pairs in self.pairs
        ]

    def _signed(self, u: int, a: Interval) -> Interval:
        """+a for a student u, -a for a teacher u."""
        return a if u < self.n else neg(a)

    def _f(self, pair: Pair) -> Interval:
        """f(u, v) = (S + A p) / (2 pi)   (lemma 1)"""
        s, p = self.ar.root(pair.s2, self.unit**4), self.ar.ratio(pair.p, self.unit**2)
        return self.ar.mul(self.inv_2pi, add(s, self.ar.mul(pair.angle, p)))

    def loss(self) -> Interval:
        """F(C), lemma 1: f(u, u) = |u|^2/2, and the two orders of a pair are taken together."""
        terms = [self.ar.ratio(self.squares, 4 * self.unit**2)]
        terms += [
            self._signed(u, self._f(pair))
            for i in range(self.n)
            for u, pair in self.pairs[i].items()
            if i < u
        ]
        terms += [
            self._f(Pair(self.ar, v, other))
            for j, v in enumerate(self.rows[self.n :], self.n + 1)
            for other in self.rows[j:]
        ]
        return add(*terms)

    def gradient_norm(self) -> Interval:
        """|grad F(C)|, lemma 2."""
        mul, entries = self.ar.mul, []
        x = [[self.ar.ratio(c, self.unit) for c in row] for row in self.rows]
        for i, pairs in enumerate(self.pairs):
            for a in range(self.d):
                inner = add(
                    ZERO, *(self._signed(u, mul(pair.angle, x[u][a])) for u, pair in pairs.items())
                )
                entries.append(
                    add(mul(add(self.half, self.kappa[i]), x[i][a]), mul(self.inv_2pi, inner))
                )
        return norm(entries)

    def hessian(self, shift: Interval = ZERO) -> SymmetricMatrix:
        """H of lemma 2 less `shift` times I; coordinate a of student i has the index i d + a."""
        return SymmetricMatrix(row for i in range(self.n) for row in self._hessian_rows(i, shift))

    def _add_unit(self, block: list[Interval], a: int, x: Interval) -> list[Interval]:
        """Row a of a block and of X times the identity, added."""
        block[a] = add(block[a], x)
        return block

    def _hessian_rows(self, i: int, shift: Interval) -> Iterable[list[Interval]]:
        """The rows of student i, up to the diagonal: blocks (i, j) for j < i, and the lower
        triangle of block (i, i).

            H_ij = A/(2 pi) I + sin theta/(2 pi) (e b^T + m m'^T),
            H_ii = I/2 + kappa_i (I - e e^T) + sum_u (+-) (S/|w_i|^2)/(2 pi) m_u m_u^T.

        Parallel u contribute nothing.
        """
        mul, pairs, e = self.ar.mul, self.pairs[i], self.direction[i]
        weighted = [
            (self._signed(u, mul(self.inv_2pi, pair.over)), pair.across)
            for u, pair in pairs.items()
            if pair.s2
        ]
        for a in range(self.d):
            row: list[Interval] = []
            for j in range(i):
                block, pair = [ZERO] * self.d, pairs[j]
                if pair.s2:
                    sine = mul(self.inv_2pi, pair.sine)
                    se, sm = mul(sine, e[a]), mul(sine, pair.across[a])
                    block = [
                        add(mul(se, b), mul(sm, m))
                        for b, m in zip(self.direction[j], self.pairs[j][i].across)
                    ]
                row += self._add_unit(block, a, mul(self.inv_2pi, pair.angle))
            se = mul(neg(self.kappa[i]), e[a])
            block = self._add_unit(
                [mul(se, x) for x in e[: a + 1]], a, sub(add(self.half, self.kappa[i]), shift)
            )
            for weight, across in weighted:
                sm = mul(weight, across[a])
                block = [add(entry, mul(sm, m)) for entry, m in zip(block, across)]
            yield row + block

    def padding(self) -> SymmetricMatrix:
        """M of lemma 5."""
        return SymmetricMatrix(
            [self.ar.mul(self.inv_2pi, self.pairs[i][j].angle) for j in range(i)]
            + [add(self.half, self.kappa[i])]
            for i in range(self.n)
        )

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
