"""Loss, gradient and Hessian at a point in the span of the teachers: lemmas 1, 2 and 5 through the
Gram matrix of the teachers, which may be balls (lemma 16).
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb, arb_mat, fmpq, fmpq_mat

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.reals import Matrix, Real
from certify.kernel.gaussian.activation import RELU, Activation

__all__ = ["Span", "gram"]


def gram(teachers: Matrix, rho: Real | None, k: int) -> arb_mat:
    """G as balls: exact inner products of the teachers, or the identity within rho."""
    if rho is not None:
        spread = arb(0, ball(rho.value).upper())
        return arb_mat([[arb(int(a == b)) + spread for b in range(k)] for a in range(k)])
    v = fmpq_mat([list(row) for row in teachers])
    return arb_mat([[ball(entry) for entry in row] for row in (v * v.transpose()).tolist()])


class Span:
    """Lemmas 1, 2 and 5 for rows u that are combinations of the teachers: students 0..n-1, teachers
    n..n+k-1.

    gram: G; shadow[u] = the inner products u.v_a; p, s, turn: of the pairs, the inner products, S,
    and A/(2 pi) or what lemma 24 makes of it; balls that hold for all G enclosed.
    """

    def __init__(self, coefficients: Matrix, gram: arb_mat, activation: Activation = RELU) -> None:
        self.n, self.k = len(coefficients), len(coefficients[0])
        self.own, self.per_turn = activation.own, activation.per_turn
        unit = [[fmpq(int(a == b)) for b in range(self.k)] for a in range(self.k)]
        rows = arb_mat([[ball(c) for c in row] for row in (*coefficients, *unit)])
        shadow = rows * gram
        table = (shadow * rows.transpose()).tolist()
        self.gram, self.rows = gram.tolist(), rows.tolist()
        self.shadow = shadow.tolist()
        self.size = self.n + self.k
        self.square = [table[u][u] for u in range(self.size)]
        self.p = table
        self.s = [[arb(0)] * self.size for _ in range(self.size)]
        self.turn = [[arb(0)] * self.size for _ in range(self.size)]
        for u in range(self.size):
            for v in range(u):
                s = (self.square[u] * self.square[v] - table[u][v] * table[u][v]).sqrt()
                self.s[u][v] = self.s[v][u] = s
                angle = arb.atan2(s, -table[u][v]) / (2 * arb.pi())
                self.turn[u][v] = self.turn[v][u] = activation.of_turn(angle)
        self.kappa = [
            self._signed([self.s[i][u] if u != i else arb(0) for u in range(self.size)])
            * self.per_turn
            / self.square[i]
            for i in range(self.n)
        ]

    def _signed(self, values: list[arb]) -> arb:
        """The sum over the students less that over the teachers."""
        return sum(values[: self.n], arb(0)) - sum(values[self.n :], arb(0))

    def loss(self) -> arb:
        """F, lemmas 1 and 24: signs +1 of students and -1 of teachers, f(u, v) = (S + A p)/(2 pi)
        for ReLU.
        """
        total = arb(0)
        for u in range(self.size):
            total += self.square[u] * self.own / 2
            for v in range(u):
                sign = 1 if (u < self.n) == (v < self.n) else -1
                f = self.s[u][v] * self.per_turn + self.turn[u][v] * self.p[u][v]
                total += sign * f
        return total

    def gradient_norm(self) -> arb:
        """Upper bound of |grad F|: lemma 2, each row a combination of the rows u."""
        total = arb(0)
        for i in range(self.n):
            weights = [(1 if u < self.n else -1) * self.turn[i][u] for u in range(self.size)]
            weights[i] = self.kappa[i] + self.own
            g = arb_mat([weights]) * arb_mat(self.rows)
            total += (g * arb_mat(self.gram) * g.transpose())[0, 0].abs_upper()
        return total.sqrt()

    def hessian(self, shift: fmpq) -> Iterator[list[arb_mat]]:
        """H - shift on the combinations z_i = sum_a y_ia v_a, in the coordinates y: the lower
        triangle of its k x k blocks (lemma 16).
        """
        for i in range(self.n):
            yield [*(self._mixed(i, j) for j in range(i)), self._diagonal(i, shift)]

    def _metric(self, weight: arb) -> arb_mat:
        return arb_mat(self.gram) * weight

    def _diagonal(self, i: int, shift: fmpq) -> arb_mat:
        kappa, w = self.kappa[i], self.shadow[i]
        directions, weights = [list(w)], [-kappa / self.square[i]]
        for u in range(self.size):
            if u != i:
                ratio = self.p[i][u] / self.square[i]
                directions.append([x - ratio * y for x, y in zip(self.shadow[u], w, strict=True)])
                weights.append((1 if u < self.n else -1) * self.per_turn / self.s[i][u])
        weighted = [
            [weight * x for x in row] for weight, row in zip(weights, directions, strict=True)
        ]
        block = arb_mat(directions).transpose() * arb_mat(weighted) + self._metric(
            kappa + self.own - ball(shift)
        )
        # wide balls are rounded coarsely, and differently on both sides of the diagonal
        rows, size = block.tolist(), range(self.k)
        return arb_mat([[rows[max(a, b)][min(a, b)] for b in size] for a in size])

    def _mixed(self, i: int, j: int) -> arb_mat:
        scale = self.per_turn / self.s[i][j]
        both = arb_mat([self.shadow[i], self.shadow[j]])
        core = arb_mat(
            [
                [-self.p[i][j] / self.square[i] * scale, scale],
                [scale, -self.p[i][j] / self.square[j] * scale],
            ]
        )
        return both.transpose() * core * both + self._metric(self.turn[i][j])

    def beyond(self) -> Iterator[list[arb_mat]]:
        """M, the Hessian in each direction orthogonal to the teachers, as one block (lemma 5)."""
        turns = [row[: self.n] for row in self.turn[: self.n]]
        for i, kappa in enumerate(self.kappa):
            turns[i][i] = kappa + self.own
        yield [arb_mat(turns)]
