"""The Gaussian two-layer loss at an exact rational point: closed forms of its value and gradient as
balls.

For x ~ N(0, I_d), students w_1..w_n (rows of W) and teachers v_1..v_k (rows of V),

    F(W) = 1/2 E ( sum_i s_i sigma(w_i.x) - sum_j t_j sigma(v_j.x) )^2 .

Lemma 1 writes F, and lemma 2 its gradient, for ReLU without signs through three numbers of each
pair of rows:

    p = u.v ,    S = sqrt(|u|^2 |v|^2 - p^2) ,    A = pi - angle(u, v) = atan2(S, -p) .

The rows are exact rationals, so |u|^2 |v|^2 - p^2 is an exact rational too: S = 0 exactly for
parallel rows, where lemma 2 gives the continuous (C^2) extension.  Only the square root, the
arctangent and what is built of them are balls.
"""

from __future__ import annotations

from flint import arb, arb_mat

from certify.kernel.gaussian.pairs import Pairs

__all__ = ["gradient", "loss", "pad_block", "radial", "sign", "turn"]


def loss(point: Pairs) -> arb:
    """F(W), dimensionless (a mean square): lemmas 1, 24 and 25; without signs

    F = 1/2 sum f(w_i, w_j) - sum f(w_i, v_j) + 1/2 sum f(v_i, v_j),
    f(u, v) = share S/(2 pi) + turn p,    turn = share A/(2 pi) + tilt.
    """
    total, per_turn = arb(0), point.activation.per_turn
    for i in range(point.n):
        total += point.square[i] * point.activation.own / 2  # half of f(w, w)
        for j in range(i + 1, len(point.rows)):
            f = point.sine[i][j] * per_turn + turn(point, i, j) * point.inner[i][j]
            total += sign(point, i, j) * f
    return total + point.constant


def turn(point: Pairs, i: int, j: int) -> arb:
    """share A/(2 pi) + tilt of student i and row j: A/(2 pi) for ReLU (lemma 24)."""
    return point.activation.of_turn(point.angle[i][j] / (2 * arb.pi()))


def sign(point: Pairs, i: int, j: int) -> int:
    """With which sign the pair of student i and row j counts (lemma 25): without the field `signs`
    1 for students, -1 for teachers.
    """
    return point.output[i] * point.output[j]


def radial(point: Pairs, i: int) -> arb:
    """The radial coefficient of lemma 2, times the share of lemma 24; without signs

    kappa_i = 1/(2 pi |w_i|^2) ( sum_{j != i} S(w_i, w_j) - sum_j S(w_i, v_j) ).
    """
    total = arb(0)
    for j in range(len(point.rows)):
        if j != i:
            total += sign(point, i, j) * point.sine[i][j]
    return total * point.activation.per_turn / point.square[i]


def gradient(point: Pairs) -> list[list[arb]]:
    """n x d, lemmas 2, 24 and 25; for ReLU without signs

    grad_i = (1/2 + kappa_i) w_i
             + 1/(2 pi) ( sum_{j != i} A(w_i, w_j) w_j - sum_j A(w_i, v_j) v_j ).
    """
    coefficients = [
        [sign(point, i, j) * turn(point, i, j) for j in range(len(point.rows))]
        for i in range(point.n)
    ]
    for i in range(point.n):
        coefficients[i][i] = radial(point, i) + point.activation.own
    product = arb_mat(coefficients) * arb_mat([list(row) for row in point.rows])
    return [list(row) for row in product.tolist()]


def pad_block(point: Pairs) -> list[list[arb]]:
    """Lower triangle of the n x n matrix M of lemma 5: the Hessian in each coordinate beyond the d
    given ones; for ReLU without signs

    M_ii = 1/2 + kappa_i,  M_ij = A(w_i, w_j) / (2 pi).
    """
    return [
        [sign(point, i, j) * turn(point, i, j) for j in range(i)]
        + [radial(point, i) + point.activation.own]
        for i in range(point.n)
    ]
