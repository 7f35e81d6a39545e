"""The kind `gaussian-span-minimum`: minima for teachers known by their inner products alone
(theorem 8 of LEMMAS.md).

The students are combinations w_i = sum_a c_ia v_a of the teachers with exact coefficients.
Everything the closed forms need is the Gram
matrix G of the teachers: of one given set of teachers in R^d, d as large as one likes, or of all
teachers at once whose Gram matrix lies within rho of the identity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from certify.kernel.foundation.balls import ball, interval_text, upper_rational
from certify.kernel.foundation.definite import positive_definite
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.exact import decimal_matrix, fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality
from certify.kernel.foundation.reals import (
    Interval,
    Matrix,
    no_zero_row,
    read_interval,
    read_positive,
)
from certify.kernel.gaussian.closed_form import lipschitz_constant, lower_triangle
from certify.kernel.gaussian.problem import read_sizes

__all__ = ["GaussianSpan", "Span", "verify_gaussian_span"]

_MAX_DIMENSION = 4096
_LARGEST_RHO = fmpq(1, 8)


@dataclass(frozen=True)
class GaussianSpan:
    """For the teachers v_1, ..., v_k in R^d of the file, or (rho > 0) any v_1, ..., v_k in R^d, d
    >= k, with |v_a.v_b - [a = b]| <= rho, and C the matrix of the students w_i = sum_a c_ia v_a; in
    R^(n x D), for every D >= d, teachers and C padded with zeros:

    (a) in the closed ball |W - C| <= radius, F has exactly one critical point W*, a strict local
        minimum;
    (b) |W* - C| <= distance;
    (c) loss.low < F(W*) < loss.high with loss.low > 0 = inf F, so W* is spurious;
    (d) every eigenvalue of the Hessian is >= curvature > 0 on the ball.
    """

    n: int
    k: int
    d: int
    teachers: Matrix
    rho: fmpq
    coefficients: Matrix
    radius: fmpq
    distance: fmpq
    loss: Interval
    curvature: fmpq
    texts: dict[str, str]

    @classmethod
    def read(cls, value: Any) -> GaussianSpan:
        """From the field `statement` of a certificate (FORMAT.md, section 4.8)."""
        known = fields(value, "the statement", ["problem", "coefficients", "claims"])
        problem = known["problem"]
        teachers: Matrix = ()
        d, rho = 0, fmpq(0)
        if isinstance(problem, dict) and "rho" in problem:
            n, k = read_sizes(fields(problem, "the problem", ["n", "k", "rho"]))
            rho = read_positive(problem["rho"], "rho")
            if not rho < _LARGEST_RHO:
                raise Malformed(f"rho is not below {_LARGEST_RHO}")
        else:
            n, k = read_sizes(fields(problem, "the problem", ["n", "k", "d", "targets"]))
            d = natural(problem["d"], "the field d", k, _MAX_DIMENSION)
            teachers = no_zero_row(
                decimal_matrix(problem["targets"], "the targets", k, d), "target"
            )
        names = ["radius", "distance", "loss", "curvature"]
        claims = fields(known["claims"], "the claims", names)
        return cls(
            n=n,
            k=k,
            d=d,
            teachers=teachers,
            rho=rho,
            coefficients=no_zero_row(
                decimal_matrix(known["coefficients"], "the coefficients", n, k),
                "row of coefficients",
            ),
            radius=read_positive(claims["radius"], "the radius"),
            distance=read_positive(claims["distance"], "the distance"),
            loss=read_interval(claims["loss"], "the loss"),
            curvature=read_positive(claims["curvature"], "the curvature"),
            texts={name: claims[name] for name in ("radius", "distance", "curvature")}
            | {"rho": problem.get("rho", "")},
        )

    def _teachers(self) -> str:
        return (
            f"all teachers with |v_a.v_b - [a = b]| <= {self.texts['rho']}, every d >= {self.k}"
            if self.rho > 0
            else f"given targets in R^{self.d}, every d >= {self.d}"
        )

    def headline(self) -> str:
        """The theorem in one line."""
        return (
            f"spurious local minimum of the Gaussian ReLU loss, n = {self.n}, k = {self.k},"
            f" {self._teachers()}, F in {self.loss}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        if self.rho > 0:
            which = (
                f"Let D >= {self.k} and v_1, ..., v_{self.k} in R^D with |v_a.v_b| <="
                f" {self.texts['rho']} for a != b and ||v_a|^2 - 1| <= {self.texts['rho']},"
            )
        else:
            which = (
                f"Let D >= {self.d}, v_1, ..., v_{self.k} the rows of the targets V in the file,"
                " padded with zeros,"
            )
        return "\n".join(
            (
                f"THEOREM.  {which}",
                f"x ~ N(0, I_D), and for W in R^({self.n} x D)",
                "",
                (
                    f"    F(W) = 1/2 E( sum_(i=1..{self.n}) max(0, w_i.x) - sum_(j=1..{self.k})"
                    " max(0, v_j.x) )^2."
                ),
                "",
                (
                    "Let C have the rows sum_a c_ia v_a, with the coefficients of the file. In the"
                    f" closed ball |W - C| <= {self.texts['radius']} (Frobenius norm)"
                ),
                "  (a)  F has exactly one critical point W*, and W* is a strict local minimum;",
                f"  (b)  |W* - C| <= {self.texts['distance']};",
                f"  (c)  F(W*) lies in {self.loss},",
                "       while inf F = 0 is attained: W* is a spurious local minimum;",
                (
                    f"  (d)  every eigenvalue of the Hessian is >= {self.texts['curvature']} on the"
                    " whole ball."
                ),
            )
        )


class Span:
    """Lemmas 1, 2 and 5 for rows u that are combinations of the teachers: students 0..n-1, teachers
    n..n+k-1.

    gram: G; shadow[u] = the inner products u.v_a; p, s, a: inner products, S and A of the pairs, as
    balls that hold for all G enclosed.
    """

    def __init__(self, coefficients: Matrix, gram: arb_mat) -> None:
        self.n, self.k = len(coefficients), len(coefficients[0])
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
        self.a = [[arb.pi()] * self.size for _ in range(self.size)]
        for u in range(self.size):
            for v in range(u):
                s = (self.square[u] * self.square[v] - table[u][v] * table[u][v]).sqrt()
                self.s[u][v] = self.s[v][u] = s
                self.a[u][v] = self.a[v][u] = arb.atan2(s, -table[u][v])
        self.kappa = [
            self._signed([self.s[i][u] if u != i else arb(0) for u in range(self.size)])
            / (2 * arb.pi() * self.square[i])
            for i in range(self.n)
        ]

    def _signed(self, values: list[arb]) -> arb:
        """The sum over the students less that over the teachers."""
        return sum(values[: self.n], arb(0)) - sum(values[self.n :], arb(0))

    def loss(self) -> arb:
        """F, lemma 1: signs +1 of students and -1 of teachers, f(u, v) = (S + A p)/(2 pi)."""
        total = arb(0)
        for u in range(self.size):
            total += self.square[u] / 4
            for v in range(u):
                sign = 1 if (u < self.n) == (v < self.n) else -1
                total += sign * (self.s[u][v] + self.a[u][v] * self.p[u][v]) / (2 * arb.pi())
        return total

    def gradient_norm(self) -> arb:
        """Upper bound of |grad F|: lemma 2, each row a combination of the rows u."""
        total = arb(0)
        for i in range(self.n):
            weights = [
                (1 if u < self.n else -1) * self.a[i][u] / (2 * arb.pi()) for u in range(self.size)
            ]
            weights[i] = self.kappa[i] + arb(1) / 2
            g = arb_mat([weights]) * arb_mat(self.rows)
            total += (g * arb_mat(self.gram) * g.transpose())[0, 0].abs_upper()
        return total.sqrt()

    def hessian(self, shift: fmpq) -> list[list[arb]]:
        """Lower triangle of H - shift on the combinations z_i = sum_a y_ia v_a, in the coordinates
        y (lemma 16).
        """
        return lower_triangle(self.n, lambda i: self._diagonal(i, shift), self._mixed)

    def _metric(self, weight: arb) -> arb_mat:
        return arb_mat(self.gram) * weight

    def _diagonal(self, i: int, shift: fmpq) -> list[list[arb]]:
        kappa, w = self.kappa[i], self.shadow[i]
        directions, weights = [list(w)], [-kappa / self.square[i]]
        for u in range(self.size):
            if u != i:
                ratio = self.p[i][u] / self.square[i]
                directions.append([x - ratio * y for x, y in zip(self.shadow[u], w, strict=True)])
                weights.append((1 if u < self.n else -1) / (2 * arb.pi() * self.s[i][u]))
        weighted = [
            [weight * x for x in row] for weight, row in zip(weights, directions, strict=True)
        ]
        block = arb_mat(directions).transpose() * arb_mat(weighted) + self._metric(
            kappa + arb(1) / 2 - ball(shift)
        )
        rows: list[list[arb]] = block.tolist()
        return rows

    def _mixed(self, i: int, j: int) -> list[list[arb]]:
        two_pi = 2 * arb.pi()
        scale = 1 / (two_pi * self.s[i][j])
        both = arb_mat([self.shadow[i], self.shadow[j]])
        core = arb_mat(
            [
                [-self.p[i][j] / self.square[i] * scale, scale],
                [scale, -self.p[i][j] / self.square[j] * scale],
            ]
        )
        rows: list[list[arb]] = (
            both.transpose() * core * both + self._metric(self.a[i][j] / two_pi)
        ).tolist()
        return rows

    def beyond(self) -> list[list[arb]]:
        """Lower triangle of M, the Hessian in each direction orthogonal to the teachers (lemma 5)."""
        return [
            [self.a[i][j] / (2 * arb.pi()) for j in range(i)] + [self.kappa[i] + arb(1) / 2]
            for i in range(self.n)
        ]


def _gram(claim: GaussianSpan) -> arb_mat:
    """G as balls: exact inner products, or the identity within rho."""
    if claim.rho > 0:
        spread = arb(0, ball(claim.rho).upper())
        return arb_mat(
            [[arb(int(a == b)) + spread for b in range(claim.k)] for a in range(claim.k)]
        )
    v = fmpq_mat([list(row) for row in claim.teachers])
    return arb_mat([[ball(entry) for entry in row] for row in (v * v.transpose()).tolist()])


def verify_gaussian_span(claim: GaussianSpan, bits: int, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 8 into the ledger; `Unverified` at the first that is not
    verified.

    The caller has set the working precision to `bits` + GUARD_BITS.
    """
    zero, r, mu = fmpq(0), claim.radius, claim.curvature
    ledger.require("spurious", "the loss at the minimum is above inf F = 0", zero, claim.loss.low)
    ledger.require(
        "distance-in-ball", "the claimed distance is below the radius", claim.distance, r
    )
    point = Span(claim.coefficients, _gram(claim))
    for i in range(point.n):
        ledger.require(
            "zero-neuron",
            f"neuron {i + 1} is not zero anywhere in the ball",
            r,
            point.square[i].sqrt(),
        )
        for u in range(point.size):
            if u != i:
                ledger.require(
                    "parallel",
                    f"neuron {i + 1} is parallel to no other and no teacher",
                    arb(0),
                    point.s[i][u],
                )
    norms = [square.sqrt() for square in point.square]
    lipschitz = lipschitz_constant(
        [(1, norm) for norm in norms[: point.n]], sum(norms[point.n :], arb(0)), r
    )
    if lipschitz is None:
        raise Unverified(
            Inequality(
                "zero-neuron", "no neuron is zero in the ball", interval_text(r), "undefined"
            )
        )

    slope, value = point.gradient_norm(), point.loss()
    ledger.require(
        "distance",
        "the gradient at the centre is below curvature * distance",
        slope,
        ball(mu * claim.distance),
    )
    ledger.require(
        "loss-low",
        "the loss at the minimum is above its claimed lower bound",
        claim.loss.low,
        value - slope * slope / (2 * ball(mu)),
    )
    ledger.require(
        "loss-high",
        "the loss at the minimum is below its claimed upper bound",
        value,
        claim.loss.high,
    )
    shift = mu + upper_rational(lipschitz * r)
    _require_definite(
        ledger,
        "curvature",
        f"the Hessian at the centre is above {interval_text(shift)}",
        point.hessian(shift),
        zero,
        bits,
    )
    _require_definite(
        ledger,
        "padding",
        f"the Hessian in further dimensions is above {interval_text(shift)}",
        point.beyond(),
        shift,
        bits,
    )


def _require_definite(
    ledger: Ledger, code: str, sentence: str, lower: list[list[arb]], shift: fmpq, bits: int
) -> None:
    """A - shift I is positive definite for all symmetric A in the balls: their midpoints less the
    Frobenius norm of the radii.
    """
    total = arb(0)
    for a, row in enumerate(lower):
        for b, entry in enumerate(row):
            if not entry.is_finite():
                raise Unverified(Inequality(code, sentence, "undefined", "0"))
            total += entry.rad() * entry.rad() * (1 if a == b else 2)
    spread = upper_rational(total.sqrt())
    result = positive_definite(
        [[entry.mid() for entry in row] for row in lower], shift + spread, bits, seek=False
    )
    result.require(ledger, code, sentence)
