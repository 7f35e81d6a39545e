"""Loss, gradient and Hessian of the Gaussian loss by blocks (lemma 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from .arithmetic import ZERO, Arithmetic, Interval, Num, scale
from .blocks import Entries, Key, Shape
from .matrices import SymmetricMatrix
from .verdict import NOTHING, require

Pair = tuple[int, int, bool]  # two different rows, by their blocks, and whether they are tied


class SymmetricNetwork:
    """The closed forms, for all fixed matrices whose coordinates lie in given intervals.

    H comes from differentiating the gradient of lemma 2.  Along a matrix Z, with a_r = w_r.z_r and,
    for two rows, dp = w_s.z_r + w_r.z_s (for a row and a teacher e_t, which does not move:
    dp = z_rt, a = 0 for e_t),

        dS = (|w_s|^2 a_r + |w_r|^2 a_s - p dp)/S,
        dA = (dp - p (a_r/|w_r|^2 + a_s/|w_s|^2))/S,
        d kappa_r = ( (sum of dS, students less teachers)/(2 pi) - 2 kappa_r a_r ) / |w_r|^2,
        (H Z)_rt = c_r z_rt + d kappa_r w_rt + ( sum_s (A z_st + dA w_st) - dA(w_r, e_t) )/(2 pi),
        c = 1/2 + kappa.

    (dS and dA are those of the proof of lemma 2, in both arguments.)  With output weights each pair
    has their product as a factor (lemma 25).  It is put into `s` and `angle`, those of teachers
    included: the loss, kappa and A are linear in S and A, and dS and dA have S below, so that all
    of them get the factor, which is its own inverse.  Pairs of rows are named by their blocks, with
    I = J for two rows of one block, and whether they are tied; a row and a teacher by the
    coordinate where they meet.
    """

    OWN = Fraction(1, 2)  # c less kappa

    def __init__(self, ar: Arithmetic, shape: Shape, entry: dict[Key, Num]) -> None:
        """Inequalities 5 and 6 are verified here: all later divisions are by |w|^2, S, pi and, in
        B(R), |w| - R.
        """
        self.ar, self.shape, self.zero, self.pi = ar, shape, Num(ar, ZERO), Num(ar, ar.pi)
        self.half, self.inv_2pi = Num(ar, scale(ar.one, Fraction(1, 2))), 1 / (2 * self.pi)
        self.w, squares = entry, {key: x.square() for key, x in entry.items()}
        self.square = {i: self.total(row, squares) for i, row in shape.row.items()}  # |w|^2
        for i, square in self.square.items():
            require("zero-neuron", NOTHING, square.side(), f", |w|^2 for the rows of block {i + 1}")
        self.p: dict[Pair, Num] = {}
        self.s: dict[Pair, Num] = {}
        self.angle: dict[Pair, Num] = {}
        for i in shape.height:
            for j, tied, _ in shape.others(i):
                pair = i, j, tied
                columns = [(m, self.w[u], self.w[v]) for m, u, v in shape.columns(*pair)]
                self.p[pair] = p = sum((m * (u * v) for m, u, v in columns), self.zero)
                s = sum(
                    (
                        (m * h) * (u * y - x * v).square()
                        for at, (m, u, v) in enumerate(columns)
                        for h, x, y in columns[:at]
                    ),
                    self.zero,
                ).root()  # Lagrange's identity
                which = f", S for{' tied' * tied} rows of the blocks {i + 1} and {j + 1}"
                require("parallel", NOTHING, s.side(), which)
                weight = shape.weight(i, j)
                self.s[pair], self.angle[pair] = weight * s, weight * self.turn(p, s)
        self.s_teacher: dict[Key, Num] = {}
        self.angle_teacher: dict[Key, Num] = {}
        for key in shape.count:  # S^2 = |w|^2 - w_t^2 is the sum of the other squares
            rest = [(m - int(name == key), name) for m, name in shape.row[key[0]]]
            s, weight = self.total(rest, squares).root(), shape.teacher_weight(key)
            which = f", S for a row of block {key[0] + 1} and a teacher of {key[1] + 1}"
            require("parallel", NOTHING, s.side(), which)
            self.s_teacher[key] = weight * s
            self.angle_teacher[key] = weight * self.turn(self.w[key], s)
        self.kappa = {
            i: self.inv_2pi
            * (
                sum(m * self.s[i, j, tied] for j, tied, m in shape.others(i))
                - self.total(shape.row[i], self.s_teacher)
            )
            / self.square[i]
            for i in shape.height
        }
        self.own = Num(ar, scale(ar.one, self.OWN))
        self.c = {i: self.own + kappa for i, kappa in self.kappa.items()}

    def turn(self, p: Num, s: Num) -> Num:
        """A of a pair."""
        return p.outer_angle(s)

    def total(self, entries: Entries, values: dict[Key, Num]) -> Num:
        return sum((m * values[key] for m, key in entries), self.zero)

    def loss(self) -> Num:
        """F, lemma 1: |w|^2/4 for a row, f = (S + A p)/(2 pi) for a pair; the teachers: k/4 + k (k
        - 1)/(4 pi), with weights k/4 + ((sum of t)^2 - k)/(4 pi).
        """
        shape, quarter = self.shape, self.half * self.own
        f = {key: s + self.angle_teacher[key] * self.w[key] for key, s in self.s_teacher.items()}
        rows, pairs = quarter * shape.k, self.half * shape.couples()
        for i, h in shape.height.items():
            students = sum(
                (
                    m * (self.s[i, j, tied] + self.angle[i, j, tied] * self.p[i, j, tied])
                    for j, tied, m in shape.others(i)
                ),
                self.zero,
            )
            rows += h * (quarter * self.square[i])
            pairs += h * (students * self.half - self.total(shape.row[i], f))
        return rows + self.inv_2pi * pairs

    def gradient(self) -> list[Num]:
        """The coordinates of grad F (8.2)."""
        shape, found = self.shape, []
        for key in shape.count:
            turn = sum(
                (
                    self.angle[key[0], j, tied] * self.total(shape.above(j, tied, key), self.w)
                    for j, tied, _ in shape.others(key[0])
                ),
                self.zero,
            )
            found.append(
                self.c[key[0]] * self.w[key] + self.inv_2pi * (turn - self.angle_teacher[key])
            )
        return found

    def jacobian(self) -> list[list[Num]]:
        """The derivatives of the coordinates of grad F by the coordinates of W: H on the component
        of type 1.
        """
        return [list(row) for row in zip(*map(self._image, self.shape.count))]

    def _image(self, b: Key) -> list[Num]:
        """The coordinates of H Z_b.  Only the rows of b's block i have z_r != 0, so only pairs with
        one of them change; for two of them a_r = a_s and the two parts of dp are equal: dp, dS, dA
        are twice what one of the two makes.
        """
        i, shape, w = b[0], self.shape, self.w
        alpha = (many := next(m for m, key in shape.row[i] if key == b)) * w[b]  # a_r
        rel = alpha / self.square[i]
        ds: dict[tuple[int, bool], Num] = {}
        da: dict[tuple[int, bool], Num] = {}
        for j, tied, _ in shape.others(i):
            seen = [(m, v) for m, u, v in shape.columns(i, j, tied) if u == b]
            beta = self.total(seen, w)  # w_s.z_r
            twice, p, s = 1 + int(i == j), self.p[i, j, tied], self.s[i, j, tied]
            ds[j, tied] = twice * (self.square[j] * alpha - p * beta) / s
            da[j, tied] = twice * (beta - p * rel) / s
        # nothing is to cancel for a = b: S may be small
        ds_teacher = {a: (many - int(a == b)) * w[b] / self.s_teacher[a] for _, a in shape.row[i]}
        moved = sum(m * ds[j, tied] for j, tied, m in shape.others(i))
        moved -= self.total(shape.row[i], ds_teacher)
        dk = {}
        for j in shape.height:
            by_row = (m * ds[j, tied] for x, tied, m in shape.others(j) if x == i != j)
            dk[j] = self.inv_2pi * sum(by_row, self.zero) / self.square[j]
        dk[i] = self.inv_2pi * moved / self.square[i] - 2 * (self.kappa[i] * rel)
        image = []
        for a in shape.count:
            j = a[0]
            turn = self.zero
            for moving, tied, _ in shape.others(j):
                seen = shape.above(moving, tied, a)
                own = sum(m for m, key in seen if key == b)
                turn += own * self.angle[j, moving, tied] if own else self.zero
                if i in (j, moving):  # one of the two rows moves
                    turn += da[moving if j == i else j, tied] * self.total(seen, w)
            if j == i:
                s, own = (
                    self.s_teacher[a],
                    (many - 1) * w[a].square(),
                )  # |w|^2 - m w_a^2 = S^2 - own
                turn += (own / s - s) / self.square[i] if a == b else w[a] * rel / s
            image.append(int(a == b) * self.c[i] + dk[j] * w[a] + self.inv_2pi * turn)
        return image

    def row_block(self, i: int) -> SymmetricMatrix:
        """The block H_rr (lemma 2) of a row r of block i on the vectors that the permutations
        fixing r leave fixed, in the normed indicators z_a/|z_a| of the classes of columns in which
        such vectors are constant.

        The other rows of a block J, and the teachers of a class, all give the same products with
        these vectors.
        """
        shape, w, row, square = self.shape, self.w, self.shape.row[i], self.square[i]
        own = [m * w[key] for m, key in row]  # w_r.z_a

        def q(p: Num, other: Sequence[Num | int]) -> list[Num]:
            """The products of q = u - (p/|w_r|^2) w_r with the z_a, from those of u."""
            return [y - p / square * x for x, y in zip(own, other)]

        terms = [(0 - self.kappa[i] / square, own)]
        for j, tied, m in shape.others(i):
            seen = [
                self.total([(h, v) for h, u, v in shape.columns(i, j, tied) if u == key], w)
                for _, key in row
            ]
            pair = i, j, tied
            terms.append((m * self.inv_2pi / self.s[pair], q(self.p[pair], seen)))
        for m, key in row:
            terms.append(
                (
                    -m * self.inv_2pi / self.s_teacher[key],
                    q(w[key], [int(key == a) for _, a in row]),
                )
            )

        def entry(a: int, b: int) -> Interval:
            found = int(a == b) * row[a][0] * self.c[i] + sum(
                weight * (x[a] * x[b]) for weight, x in terms
            )
            return (found / Num(self.ar, self.ar.root(row[a][0] * row[b][0], 1))).ends

        return SymmetricMatrix([entry(a, b) for b in range(a + 1)] for a in range(len(row)))

    def lipschitz(self, radius: Num) -> Num:
        """B(radius) of lemma 3; radius < |w| must have been verified for every row."""
        shape, size = self.shape, {i: square.root() for i, square in self.square.items()}
        m = {i: x - radius for i, x in size.items()}
        e = 3 / (self.pi * extreme(min, m.values()))
        sup = extreme(
            max,
            [
                (sum(times * (size[j] + radius) for j, _, times in shape.others(i)) + shape.k)
                / m[i]
                / m[i]
                for i in m
            ],
        )
        c = Num(self.ar, self.ar.root(27, 16)) / self.pi * sup  # 3 sqrt3 / 4 = sqrt(27/16)
        return (extreme(max, [c, e]).square() + (shape.n - 1) * e.square()).root()


def extreme(of: Any, numbers: Iterable[Num]) -> Num:
    """The least or the largest of some numbers."""
    found = list(numbers)
    return Num(found[0].ar, (of(x.ends[0] for x in found), of(x.ends[1] for x in found)))
