"""The Gaussian two-layer ReLU loss at an exact rational point: closed forms of value, gradient and
Hessian as balls.

For x ~ N(0, I_d), students w_1..w_n (rows of W) and teachers v_1..v_k (rows of V),

    F(W) = 1/2 E ( sum_i [w_i.x]_+ - sum_j [v_j.x]_+ )^2 .

Lemma 1 writes F, and lemma 2 its gradient and Hessian, through three numbers of each pair of rows
u, v:

    p = u.v ,    S = sqrt(|u|^2 |v|^2 - p^2) ,    A = pi - angle(u, v) = atan2(S, -p) .

The rows are exact rationals, so |u|^2 |v|^2 - p^2 is an exact rational too: S = 0 exactly for
parallel rows, where lemma 2 gives the continuous (C^2) extension.  Only the square root, the
arctangent and what is built of them are balls.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, arb_mat, fmpq, fmpz

from certify.kernel.foundation.balls import less
from certify.kernel.gaussian.pairs import Pairs

__all__ = [
    "diagonal_block",
    "gradient",
    "hessian",
    "loss",
    "lower_triangle",
    "mixed_block",
    "pad_block",
]


def loss(point: Pairs) -> arb:
    """F(W), dimensionless (a mean square): lemma 1,

    F = 1/2 sum f(w_i, w_j) - sum f(w_i, v_j) + 1/2 sum f(v_i, v_j),  f(u, v) = (S + A p) / (2 pi).
    """
    total = arb(0)
    for i in range(point.n):
        total += point.square[i] * arb.pi() / 2  # 2 pi times half of f(w, w) = |w|^2 / 2
        for j in range(len(point.rows)):
            if i < j < point.n:
                total += point.sine[i][j] + point.angle[i][j] * point.inner[i][j]
            elif j >= point.n:
                total -= point.sine[i][j] + point.angle[i][j] * point.inner[i][j]
    return total / (2 * arb.pi()) + point.constant


def _sign(point: Pairs, j: int) -> int:
    """Students attract, teachers are subtracted."""
    return 1 if j < point.n else -1


def _radial(point: Pairs, i: int) -> arb:
    """The radial coefficient of lemma 2:

    kappa_i = 1/(2 pi |w_i|^2) ( sum_{j != i} S(w_i, w_j) - sum_j S(w_i, v_j) ).
    """
    total = arb(0)
    for j in range(len(point.rows)):
        if j != i:
            total += _sign(point, j) * point.sine[i][j]
    return total / (2 * arb.pi() * point.square[i])


def gradient(point: Pairs) -> list[list[arb]]:
    """n x d, lemma 2:

    grad_i = (1/2 + kappa_i) w_i
             + 1/(2 pi) ( sum_{j != i} A(w_i, w_j) w_j - sum_j A(w_i, v_j) v_j ).
    """
    coefficients = [
        [_sign(point, j) * point.angle[i][j] / (2 * arb.pi()) for j in range(len(point.rows))]
        for i in range(point.n)
    ]
    for i in range(point.n):
        coefficients[i][i] = _radial(point, i) + arb(1) / 2
    product = arb_mat(coefficients) * arb_mat([list(row) for row in point.rows])
    return [list(row) for row in product.tolist()]


def diagonal_block(point: Pairs, i: int) -> list[list[arb]]:
    """d x d, lemma 2, with q = u_j - (p/|w|^2) w:

    H_ii = (1/2 + kappa_i) I - kappa_i w w^T/|w|^2 + sum_j +-(1/(2 pi S)) q q^T.
    """
    kappa = _radial(point, i)
    w, square = point.rows[i], point.square[i]
    directions, weights = [list(w)], [-kappa / square]
    for j in range(len(point.rows)):
        if j != i and not point.parallel[i][j]:
            ratio = point.inner[i][j] / square
            directions.append([u - ratio * x for u, x in zip(point.rows[j], w, strict=True)])
            weights.append(_sign(point, j) / (2 * arb.pi() * point.sine[i][j]))
    weighted = [[weight * x for x in row] for weight, row in zip(weights, directions, strict=True)]
    rows: list[list[arb]] = (arb_mat(directions).transpose() * arb_mat(weighted)).tolist()
    for a in range(point.d):
        rows[a][a] += kappa + arb(1) / 2
    return rows


def mixed_block(point: Pairs, i: int, j: int) -> list[list[arb]]:
    """d x d, symmetric, lemma 2, for two students u, v:

    H_ij = 1/(2 pi) ( A I + (u v^T + v u^T - (p/|v|^2) v v^T - (p/|u|^2) u u^T) / S ).

    The second term is sin(angle) times a reflection on span(u, v), hence 0 for parallel rows and
    entrywise at most sin(angle) in size.
    """
    d, two_pi = point.d, 2 * arb.pi()
    along = point.angle[i][j] / two_pi
    p, s = point.inner[i][j], point.sine[i][j]
    if point.parallel[i][j]:
        rows = [[arb(0)] * d for _ in range(d)]
    else:
        both_squares = point.square[i] * point.square[j]
        # nearly parallel: the closed form would cancel
        if less(s * s, both_squares * arb(fmpq(1, fmpz(2) ** point.bits))):
            bound = arb(0, (s / both_squares.sqrt()).upper()) / two_pi
            rows = [[bound] * d for _ in range(d)]
        else:
            both = arb_mat([list(point.rows[i]), list(point.rows[j])])
            scale = 1 / (two_pi * s)
            core = arb_mat(
                [[-p / point.square[i] * scale, scale], [scale, -p / point.square[j] * scale]]
            )
            rows = (both.transpose() * core * both).tolist()
    for a in range(d):
        rows[a][a] += along
    return rows


def hessian(point: Pairs) -> list[list[arb]]:
    """Lower triangle (row m has m + 1 balls) of the nd x nd Hessian, coordinates ordered row by
    row: lemma 2.
    """
    return lower_triangle(
        point.n, lambda i: diagonal_block(point, i), lambda i, j: mixed_block(point, i, j)
    )


def lower_triangle(
    size: int,
    diagonal: Callable[[int], list[list[arb]]],
    mixed: Callable[[int, int], list[list[arb]]],
) -> list[list[arb]]:
    """The lower triangle of the symmetric matrix of square blocks, size x size of them:
    diagonal(i), and mixed(i, j) for j < i.
    """
    lower: list[list[arb]] = []
    for i in range(size):
        blocks = [mixed(i, j) for j in range(i)]
        for a, last in enumerate(diagonal(i)):
            row: list[arb] = []
            for block in blocks:
                row += block[a]
            lower.append(row + last[: a + 1])
    return lower


def pad_block(point: Pairs) -> list[list[arb]]:
    """Lower triangle of the n x n matrix M of lemma 5: the Hessian in each coordinate beyond the d
    given ones:

    M_ii = 1/2 + kappa_i,  M_ij = A(w_i, w_j) / (2 pi).
    """
    return [
        [point.angle[i][j] / (2 * arb.pi()) for j in range(i)] + [_radial(point, i) + arb(1) / 2]
        for i in range(point.n)
    ]
