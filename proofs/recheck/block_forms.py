"""Loss, gradient and Hessian of the Gaussian loss by blocks (lemmas 8 and 9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from .arithmetic import ZERO, Arithmetic, Interval, Num, scale
from .blocks import Entries, Key, Shape, Size
from .matrices import SymmetricMatrix
from .verdict import NOTHING, require

# B, N: test matrices T_i with H T_j = sum_i B_ij T_i, N_i = |T_i|^2
Component = tuple[list[list[Num]], list[Size]]


def large(p: Size, least: int) -> bool:
    """A block of this size is not smaller than `least`; a growing one is large."""
    return not isinstance(p, int) or p >= least


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
    I = J for two rows of one block; a row and a teacher by the coordinate where they meet.
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
        self.p: dict[tuple[int, int], Num] = {}
        self.s: dict[tuple[int, int], Num] = {}
        self.angle: dict[tuple[int, int], Num] = {}
        for i in shape.height:
            for j, _ in shape.others(i):
                columns = [(m, self.w[u], self.w[v]) for m, u, v in shape.columns(i, j)]
                self.p[i, j] = p = sum((m * (u * v) for m, u, v in columns), self.zero)
                s = sum(
                    (
                        (m * h) * (u * y - x * v).square()
                        for at, (m, u, v) in enumerate(columns)
                        for h, x, y in columns[:at]
                    ),
                    self.zero,
                ).root()  # Lagrange's identity
                which = f", S for rows of the blocks {i + 1} and {j + 1}"
                require("parallel", NOTHING, s.side(), which)
                weight = shape.weight(i, j)
                self.s[i, j], self.angle[i, j] = weight * s, weight * self.turn(p, s)
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
                sum(m * self.s[i, j] for j, m in shape.others(i))
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
                (m * (self.s[i, j] + self.angle[i, j] * self.p[i, j]) for j, m in shape.others(i)),
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
                    self.angle[key[0], j] * self.total(shape.above(j, key), self.w)
                    for j, _ in shape.others(key[0])
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
        ds: dict[int, Num] = {}
        da: dict[int, Num] = {}
        for j, _ in shape.others(i):
            beta = self.total([(m, v) for m, u, v in shape.columns(i, j) if u == b], w)  # w_s.z_r
            twice, p, s = 1 + int(i == j), self.p[i, j], self.s[i, j]
            ds[j], da[j] = (
                twice * (self.square[j] * alpha - p * beta) / s,
                twice * (beta - p * rel) / s,
            )
        # nothing is to cancel for a = b: S may be small
        ds_teacher = {a: (many - int(a == b)) * w[b] / self.s_teacher[a] for _, a in shape.row[i]}
        moved = sum(m * ds[j] for j, m in shape.others(i)) - self.total(shape.row[i], ds_teacher)
        dk = {
            j: self.inv_2pi * (shape.height[i] * ds[j]) / self.square[j]
            for j in shape.height
            if j != i
        }
        dk[i] = self.inv_2pi * moved / self.square[i] - 2 * (self.kappa[i] * rel)
        image = []
        for a in shape.count:
            j = a[0]
            own = sum(m for m, key in shape.above(i, a) if key == b)
            turn = own * self.angle[j, i] if own else self.zero
            for moving in da if j == i else [i]:  # the rows r whose A with a row of j changes
                turn += da[moving if j == i else j] * self.total(shape.above(moving, a), w)
            if j == i:
                s, own = (
                    self.s_teacher[a],
                    (many - 1) * w[a].square(),
                )  # |w|^2 - m w_a^2 = S^2 - own
                turn += (own / s - s) / self.square[i] if a == b else w[a] * rel / s
            image.append(int(a == b) * self.c[i] + dk[j] * w[a] + self.inv_2pi * turn)
        return image

    def standard(
        self, b: int, a: dict[int, int], c: dict[int, int], inner: tuple[int, int, int]
    ) -> list[Num]:
        """H applied to a matrix of type s_b.  With a vector eps on the indices of b, sum eps = 0, p
        the size of b, let

            z_rt = a_I eps_t  (r in I != b, t in b),
            z_st = c_L eps_s  (s in b, t in L != b),
            z_ss = d eps_s,   z_st = x eps_s + y eps_t  (s != t in b),     inner = (d, x, y);

        `c` and `inner` are for diagonal b only.

        Sums of eps over b are 0, but for one index s -eps_s, but for two -eps_s - eps_t.  So with
        the entries D and o of w on and off the diagonal of b, the angle A of two rows of b, and s,
        s' in b, r in I != b, t in L != b:

            a_r = 0,   a_s = alpha eps_s,   d kappa_r = 0,
            dp(r, s) = dp_I eps_s,   dp(s, s') = dp_b (eps_s + eps_s')

        (the same for dS and dA), and H Z has the form of Z.  Returned are its a_I, c_L, d,
        (x - y)/2, (x + y)/2: these are the coefficients of the test matrices of lemma 9.
        """
        shape, w, p, (d, x, y), i2 = self.shape, self.w, self.shape.width[b], inner, self.inv_2pi
        rows = [i for i in shape.height if i != b]
        turn = {
            i: sum(m * self.angle[i, j] * a[j] for j, m in shape.others(i) if j != b)
            - a[i] / self.s_teacher[i, b, False]
            for i in rows
        }
        if b not in shape.height:
            return [a[i] * self.c[i] + i2 * turn[i] for i in rows]
        own, off, square, angle = w[b, b, True], w[b, b, False], self.square[b], self.angle[b, b]
        s_own, s_off = self.s_teacher[b, b, True], self.s_teacher[b, b, False]
        # row: the sum of z_s in the columns of b, over eps_s
        gap, row = (own - off, d + (p - 1) * x - y)
        far = {
            i: sum((m * self.total(shape.part(i, j), w) for j, m in c.items()), self.zero)
            for i in shape.height
        }
        rest = far[b] + off * (row - d)
        alpha = rest + own * d
        dp = {
            i: far[i] + w[i, b, False] * row + gap * (x + y if i == b else a[i])
            for i in shape.height
        }
        rel = alpha / square
        ds = {i: (self.square[i] * alpha - self.p[i, b] * dp[i]) / self.s[i, b] for i in dp}
        da = {i: (dp[i] - self.p[i, b] * rel) / self.s[i, b] for i in dp}
        # sum of dS over the rows of I, over ds
        times_b = {i: p - 2 if i == b else h for i, h in shape.height.items()}
        moved = sum(m * ds[i] for i, m in times_b.items()) - rest / s_own
        moved -= ((p - 1) * (alpha - off * x) + off * y) / s_off
        moved -= sum(
            shape.width[j] * (alpha - w[b, j, False] * m) / self.s_teacher[b, j, False]
            for j, m in c.items()
        )
        dk = i2 * moved / square - 2 * (self.kappa[b] * rel)
        image = [
            a[i] * self.c[i]
            + i2 * (turn[i] + (d - x + (p - 1) * y) * self.angle[i, b] + da[i] * gap)
            for i in rows
        ]
        for j, m in c.items():
            w_j = w[b, j, False]
            here = (p - 2) * da[b] * w_j - m * angle - (m - w_j * rel) / self.s_teacher[b, j, False]
            there = sum(da[i] * self.total(shape.column(i, j), w) for i in rows)
            image.append(m * self.c[b] + dk * w_j + i2 * (here + there))
        by_a = sum(shape.height[i] * a[i] * self.angle[i, b] for i in rows)
        by_da = sum(shape.height[i] * (da[i] * w[i, b, False]) for i in rows)
        new_d = (
            (p - 2) * da[b] * off
            + ((p - 1) * y - x) * angle
            + by_a
            + by_da
            - (d * s_own - own * rest / s_own) / square  # d |w|^2 - own alpha = d S^2 - own rest
        )
        new_x = da[b] * (own + (p - 3) * off) - x * angle + by_da - (x - off * rel) / s_off
        new_y = da[b] * gap + (d - x + (p - 2) * y) * angle + by_a - y / s_off
        new_d, new_x = self.c[b] * d + dk * own + i2 * new_d, self.c[b] * x + dk * off + i2 * new_x
        new_y = self.c[b] * y + i2 * new_y
        return [*image, new_d, self.half * (new_x - new_y), self.half * (new_x + new_y)]

    def _standard_component(self, b: int) -> Component:
        """H on s_b in the test matrices of lemma 9, in the order there; squares over |eps|^2."""
        shape, p, rows = self.shape, self.shape.width[b], [i for i in self.shape.height if i != b]
        squares, columns, inner = [shape.height[i] for i in rows], [], []
        if b in shape.height:
            columns = [j for j in shape.width if j != b]
            # the matrices diag(eps), eps_r - eps_t and eps_r + eps_t
            inner = [(1, 0, 0), (0, 1, -1), (0, 1, 1)][: 2 + int(large(p, 3))]
            squares += [shape.width[j] for j in columns] + [1, 2 * p, 2 * p - 4][: len(inner)]
        images = []
        for number in range(len(squares)):
            unit = [int(number == m) for m in range(len(squares))]
            last = number - len(rows) - len(columns)
            images.append(
                self.standard(
                    b,
                    dict(zip(rows, unit)),
                    dict(zip(columns, unit[len(rows) :])),
                    inner[last] if last >= 0 else (0, 0, 0),
                )[: len(squares)]
            )
        return [list(row) for row in zip(*images)], squares

    def components(self) -> dict[str, Component]:
        """H on each type of R^(n x k).

        On x_b, y_b and s_b*s_c all a_r and all sums of dS are 0.  With D, o the entries on and off
        the diagonal, dp is (D - o)(z_rs + z_sr): 0 on x_b, and 2 (D - o) z_rs on y_b, where the sum
        of dA w_st is 2 (D - o)^2 z_rt/S.  On s_b*s_c, with z_st = m eps_s eta_t in the rows of b
        and n eps_t eta_s in those of c, for s in b and t in c dp = (m (D - o)_c + n (D - o)_b)
        eps_s eta_t; the sum of dA over rows of c times w is that times (D - o)_c/S.
        """
        shape, found = self.shape, {"1": (self.jacobian(), list(self.shape.count.values()))}
        several = {b: p for b, p in shape.width.items() if large(p, 2)}
        gap = {b: self.w[b, b, True] - self.w[b, b, False] for b in several if b in shape.height}
        flat = {
            (b, j): self.c[b] - self.inv_2pi * (self.angle[b, b] + 1 / self.s_teacher[b, j, False])
            for b in gap
            for j in several
        }
        for b, p in several.items():
            found[f"s{b + 1}"] = self._standard_component(b)
            if b in gap and large(p, 3):
                found[f"x{b + 1}"] = [[flat[b, b]]], [1]
            if b in gap and large(p, 4):
                found[f"y{b + 1}"] = (
                    [[flat[b, b] + self.inv_2pi * (2 * gap[b].square() / self.s[b, b])]],
                    [1],
                )
            for c in several:
                if b < c and b in gap and c in gap:
                    over, mixed = self.inv_2pi / self.s[b, c], gap[b] * gap[c]
                    found[f"s{b + 1}*s{c + 1}"] = (
                        [
                            [flat[b, c] + gap[c].square() * over, mixed * over],
                            [mixed * over, flat[c, b] + gap[b].square() * over],
                        ],
                        [1, 1],
                    )
                elif b < c and (b in gap or c in gap):  # no rows in the other one, so no such terms
                    found[f"s{b + 1}*s{c + 1}"] = [[flat[(b, c) if b in gap else (c, b)]]], [1]
        return found

    def padding(self) -> dict[str, Component]:
        """M of lemma 5 on each type of R^n."""
        height = self.shape.height
        rows = [[int(i == j) * self.c[i] for j in height] for i in height]
        for at, i in enumerate(height):
            for j, m in self.shape.others(i):
                rows[at][list(height).index(j)] += m * (self.inv_2pi * self.angle[i, j])
        found: dict[str, Component] = {"1": (rows, list(height.values()))}
        for b in height:
            if large(height[b], 2):
                found[f"s{b + 1}"] = [[self.c[b] - self.inv_2pi * self.angle[b, b]]], [1]
        return found

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
        for j, m in shape.others(i):
            seen = [
                self.total([(h, v) for h, u, v in shape.columns(i, j) if u == key], w)
                for _, key in row
            ]
            terms.append((m * self.inv_2pi / self.s[i, j], q(self.p[i, j], seen)))
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
                (sum(times * (size[j] + radius) for j, times in shape.others(i)) + shape.k)
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
