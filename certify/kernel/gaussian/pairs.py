"""What the closed forms need of each pair of students and teachers (lemma 1).

The rows are exact rationals, so |u|^2 |v|^2 - p^2 is an exact rational, too: S = 0 exactly for
parallel rows. Only the square root, the arctangent and what is built of them are balls.
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, fmpq, fmpz, fmpz_mat

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.reals import Matrix
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.signs import UNSIGNED, Signs

__all__ = ["Pairs", "pairs"]


@dataclass(frozen=True)
class Pairs:
    """What the closed forms need of students and teachers; index i < n is student i, index n + j is
    teacher j.

    d: the length of a row. whole / scale: the exact rows, integers over an integer; gram: their
    inner products, times scale^2. rows: the same as balls. square[i] = |u_i|^2 for all rows.
    inner[i][j] = p, sine[i][j] = S, angle[i][j] = A for i < n and all j. parallel[i][j]: S is
    exactly 0.
    constant: 1/2 sum_ij t_i t_j f(v_i, v_j), the loss of the zero student.
    output: s_i for student i and - t_j for teacher j, 1 and -1 without signs (lemma 25).
    activation: sigma, with which f is that of lemma 24; p, S and A do not depend on it.
    """

    n: int
    d: int
    bits: int
    whole: fmpz_mat
    scale: fmpz
    gram: tuple[tuple[fmpz, ...], ...]
    rows: tuple[tuple[arb, ...], ...]
    square: tuple[arb, ...]
    inner: tuple[tuple[arb, ...], ...]
    sine: tuple[tuple[arb, ...], ...]
    angle: tuple[tuple[arb, ...], ...]
    parallel: tuple[tuple[bool, ...], ...]
    constant: arb
    output: tuple[int, ...]
    activation: Activation


def _output(signs: Signs, n: int, k: int) -> tuple[int, ...]:
    if signs == UNSIGNED:
        return (1,) * n + (-1,) * k
    return (*signs.students, *(-sign for sign in signs.teachers))


def _common_denominator(matrix: Matrix) -> tuple[fmpz, list[list[fmpz]]]:
    scale = fmpz(1)
    for row in matrix:
        for entry in row:
            scale = scale.lcm(entry.q)
    return scale, [[entry.p * (scale // entry.q) for entry in row] for row in matrix]


def pairs(
    students: Matrix,
    teachers: Matrix,
    bits: int,
    activation: Activation = RELU,
    signs: Signs = UNSIGNED,
) -> Pairs:
    """All pairs of rows at the working precision `bits`, set by the caller. No row may be zero
    (ValueError).
    """
    output = _output(signs, len(students), len(teachers))
    n, d = len(students), len(students[0])
    scale, whole = _common_denominator(students + teachers)
    table = fmpz_mat(whole)
    gram = (table * table.transpose()).tolist()
    if any(gram[i][i] == 0 for i in range(len(gram))):
        raise ValueError("a row of the students or teachers is zero")
    unit = arb(fmpq(1, scale * scale))

    def sine_angle(i: int, j: int) -> tuple[arb, arb, bool]:
        p = gram[i][j]
        discriminant = gram[i][i] * gram[j][j] - p * p  # >= 0, exact (Cauchy-Schwarz)
        if discriminant == 0:
            return arb(0), (arb.pi() if p > 0 else arb(0)), True
        root = arb(discriminant).sqrt()
        return root * unit, arb.atan2(root, arb(-p)), False

    sine: list[list[arb]] = []
    angle: list[list[arb]] = []
    parallel: list[list[bool]] = []
    for i in range(n):
        known = [(sine[j][i], angle[j][i], parallel[j][i]) for j in range(i)]
        triples = known + [sine_angle(i, j) for j in range(i, len(gram))]
        sine.append([s for s, _, _ in triples])
        angle.append([a for _, a, _ in triples])
        parallel.append([z for _, _, z in triples])
    constant = arb(0)
    for i in range(n, len(gram)):
        constant += gram[i][i] * unit * activation.own / 2  # half of f(v, v)
        for j in range(n, i):
            s, a, _ = sine_angle(i, j)
            p = gram[i][j] * unit
            f = s * activation.per_turn + activation.of_turn(a / (2 * arb.pi())) * p
            constant += output[i] * output[j] * f
    return Pairs(
        n=n,
        d=d,
        bits=bits,
        whole=table,
        scale=scale,
        gram=tuple(map(tuple, gram)),
        rows=tuple(tuple(ball(entry) for entry in row) for row in students + teachers),
        square=tuple(gram[i][i] * unit for i in range(len(gram))),
        inner=tuple(tuple(entry * unit for entry in gram[i]) for i in range(n)),
        sine=tuple(map(tuple, sine)),
        angle=tuple(map(tuple, angle)),
        parallel=tuple(map(tuple, parallel)),
        constant=constant,
        output=output,
        activation=activation,
    )
