"""The closed forms: derivatives of each other (sympy), enclosures of mpmath values, the mean of
samples, the C^2 kernel at parallel neurons.
"""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, fmpq, fmpz, fmpz_mat
from oracles.gaussian_digits import precise_gradient, precise_loss

import certify.kernel.gaussian.closed_form as kernel
from certify.gaussian.search.loss import GaussianLoss
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.exact import decimal_matrix
from certify.kernel.gaussian.hessian import Hessian
from certify.kernel.gaussian.lipschitz import hessian_lipschitz
from certify.kernel.gaussian.pairs import pairs
from tests.triangles import hessian


def rational(matrix) -> tuple:
    return tuple(tuple(fmpq(round(x * 10**6), 10**6) for x in row) for row in matrix)


def random_rows(rng, n, d):
    return np.round(rng.normal(size=(n, d)), 6)


class _SymbolicArb:
    """Stands for flint.arb while the kernel's own formulas run on sympy expressions."""

    def __new__(cls, value=0):
        return sympy.sympify(value)

    @staticmethod
    def pi():
        return sympy.pi


@pytest.fixture(scope="module")
def symbolic():
    """The kernel's loss and gradient evaluated on symbols, n = 2 students, k = 1 teacher in the
    plane.
    """
    w = sympy.Matrix(2, 2, sympy.symbols("a b c d", real=True))
    v = sympy.Matrix(1, 2, sympy.symbols("u v", real=True))
    rows = [w.row(0), w.row(1), v.row(0)]
    gram = [[r.dot(s) for s in rows] for r in rows]
    sine, angle = [[None] * 3 for _ in range(2)], [[None] * 3 for _ in range(2)]
    for i in range(2):
        for j in range(3):
            sine[i][j] = (
                sympy.sqrt(gram[i][i] * gram[j][j] - gram[i][j] ** 2)
                if i != j
                else sympy.Integer(0)
            )
            angle[i][j] = sympy.atan2(sine[i][j], -gram[i][j]) if i != j else sympy.pi
    point = SimpleNamespace(
        n=2,
        d=2,
        bits=128,
        rows=[list(r) for r in rows],
        square=[gram[i][i] for i in range(3)],
        inner=gram,
        sine=sine,
        angle=angle,
        parallel=[[i == j for j in range(3)] for i in range(2)],
        constant=sympy.Symbol("constant"),
        output=(1, 1, -1),
        activation=SimpleNamespace(
            own=sympy.Rational(1, 2), per_turn=1 / (2 * sympy.pi), of_turn=lambda turn: turn
        ),
    )
    saved = {name: getattr(kernel, name) for name in ("arb", "arb_mat")}
    kernel.arb, kernel.arb_mat = _SymbolicArb, sympy.Matrix
    try:
        return point, list(w), kernel.loss(point), kernel.gradient(point)
    finally:
        for name, value in saved.items():
            setattr(kernel, name, value)


def vanishes(point, expression) -> bool:
    """Identity proved: roots and angles become symbols, S^2 is reduced, and the remaining
    polynomial is 0.
    """
    symbols = {}
    for i in range(2):
        for j in range(i + 1, 3):
            symbols[point.angle[i][j]] = sympy.Symbol(f"A{i}{j}")
    expression = expression.subs(symbols)
    squares = {}
    for i in range(2):
        for j in range(i + 1, 3):
            root = sympy.Symbol(f"S{i}{j}")
            squares[root] = point.sine[i][j] ** 2
            expression = expression.subs(point.sine[i][j], root)
    assert not expression.atoms(sympy.Pow) or all(
        power.exp.is_integer for power in expression.atoms(sympy.Pow)
    )
    numerator = sympy.numer(sympy.together(expression))
    for root, square in squares.items():
        numerator = sympy.rem(sympy.expand(numerator), root**2 - sympy.expand(square), root)
    return sympy.expand(numerator) == 0


@pytest.mark.long
def test_coded_gradient_is_the_derivative_of_the_coded_loss(symbolic):
    point, variables, loss, gradient = symbolic
    flat = [entry for row in gradient for entry in row]
    for variable, entry in zip(variables, flat, strict=True):
        assert vanishes(point, sympy.diff(loss, variable) - entry)
    assert not vanishes(point, sympy.diff(loss, variables[0]) - flat[1])  # the method can tell


@pytest.mark.long
def test_hessian_by_normals_is_the_derivative_of_the_coded_gradient(symbolic):
    """Lemma 2 in integers, as `Hessian` adds it up, on symbols."""
    point, variables, _, gradient = symbolic
    rows, two_pi = [sympy.Matrix([row]) for row in point.rows], 2 * sympy.pi
    normals = [
        [
            (-1 if j == 2 else 1)
            * (rows[j] - point.inner[i][j] / point.square[i] * rows[i])
            / (two_pi * point.sine[i][j])
            if j != i
            else sympy.zeros(1, 2)
            for j in range(3)
        ]
        for i in range(2)
    ]
    kappa = [
        sum((-1 if j == 2 else 1) * point.sine[i][j] for j in range(3) if j != i)
        / (two_pi * point.square[i])
        for i in range(2)
    ]

    def own(i):
        turned = kappa[i] / point.square[i] * rows[i]
        block = (kappa[i] + sympy.Rational(1, 2)) * sympy.eye(2)
        for j in range(3):
            turned += point.inner[i][j] / point.square[i] * normals[i][j]
            block += normals[i][j].T * rows[j]
        return block - turned.T * rows[i]

    turn = point.angle[1][0] / two_pi
    other = turn * sympy.eye(2) + rows[1].T * normals[1][0] + rows[0].T * normals[0][1]
    hessian = sympy.Matrix([[own(0), other.T], [other, own(1)]])
    flat = [entry for row in gradient for entry in row]
    for i in range(4):
        for j in range(4):
            assert vanishes(point, sympy.diff(flat[i], variables[j]) - hessian[i, j]), (i, j)


@pytest.mark.parametrize(
    "n,k,d", [(1, 1, 1), (2, 1, 3), (4, 3, 5), (6, 6, 6), (3, 2, 2), (5, 5, 2)]
)
def test_enclosures_contain_60_digit_values(n, k, d):
    rng = np.random.default_rng(100 * n + 10 * k + d)
    w, v = random_rows(rng, n, d), random_rows(rng, k, d)
    with mpmath.workdps(60):
        exact_w = [[mpmath.mpf(round(x * 10**6)) / 10**6 for x in row] for row in w]
        exact_v = [[mpmath.mpf(round(x * 10**6)) / 10**6 for x in row] for row in v]
        value, gradient = precise_loss(exact_w, exact_v), precise_gradient(exact_w, exact_v)
        step = mpmath.mpf(10) ** -20
        columns = []
        for m in range(n * d):
            ends = []
            for sign in (1, -1):
                moved = [list(row) for row in exact_w]
                moved[m // d][m % d] += sign * step
                ends.append([x for row in precise_gradient(moved, exact_v) for x in row])
            columns.append([(p - q) / (2 * step) for p, q in zip(*ends, strict=True)])
        text = lambda x: mpmath.nstr(x, 55, strip_zeros=False)  # noqa: E731
        with precision(256):
            wide = arb("1e-50")
            point = pairs(rational(w), rational(v), 256)
            assert kernel.loss(point).overlaps(arb(text(value)) + arb(0, wide))
            for row, reference in zip(kernel.gradient(point), gradient, strict=True):
                for entry, number in zip(row, reference, strict=True):
                    assert entry.overlaps(arb(text(number)) + arb(0, wide))
            for i, row in enumerate(hessian(point)):
                for j, entry in enumerate(row):  # central differences, error of order step^2 |D^4|
                    assert entry.overlaps(arb(text(columns[j][i])) + arb(0, arb("1e-30"))), (i, j)


# in float64 parallel rows cost half the digits
@pytest.mark.parametrize("n,k,d,close", [(3, 2, 4, 1e-12), (6, 6, 6, 1e-12), (2, 2, 1, 1e-7)])
def test_float_twin_agrees_with_the_kernel(n, k, d, close):
    rng = np.random.default_rng(n)
    w, v = random_rows(rng, n, d), random_rows(rng, k, d)
    model = GaussianLoss(v)
    with precision(128):
        point = pairs(rational(w), rational(v), 128)
        assert abs(float(kernel.loss(point)) - model.value(w)) < close
        assert (
            np.abs(
                np.array([[float(x) for x in row] for row in kernel.gradient(point)])
                - model.value_and_gradient(w)[1]
            ).max()
            < close
        )
        whole, pad = model.hessian(w), model.padding_block(w)
        for rows, dense in ((hessian(point), whole), (kernel.pad_block(point), pad)):
            for i, row in enumerate(rows):
                assert np.abs(np.array([float(x) for x in row]) - dense[i, : i + 1]).max() < close
        assert (
            abs(
                float(hessian_lipschitz(point, fmpq(1, 1000))) / model.hessian_lipschitz(w, 1e-3)
                - 1
            )
            < 1e-12
        )


def test_monte_carlo_mean_agrees_within_its_error_bar():
    rng = np.random.default_rng(3)
    w, v = random_rows(rng, 4, 5), random_rows(rng, 3, 5)
    x = rng.normal(size=(400_000, 5))
    samples = (np.maximum(x @ w.T, 0).sum(1) - np.maximum(x @ v.T, 0).sum(1)) ** 2 / 2
    error = samples.std() / np.sqrt(len(samples))
    value = float(GaussianLoss(v).value(w))
    assert abs(samples.mean() - value) < 4 * error
    # it is half of the mean square, not the mean square
    assert abs(samples.mean() - 2 * value) > 20 * error


def test_parallel_neurons_are_exact():
    """Parallel and antiparallel rows, students and teachers: S is exactly 0, and the Hessian is the
    limit of nearby ones.
    """
    w = decimal_matrix([["1", "2", "0"], ["-0.5", "-1", "0"], ["0.3", "0", "1"]], "w", 3, 3)
    v = decimal_matrix([["2", "4", "0"], ["-3", "-6", "0"]], "v", 2, 3)
    with precision(320):
        point = pairs(w, v, 256)
        assert [point.parallel[0][j] for j in range(5)] == [True, True, False, True, True]
        assert (
            point.sine[0][1].is_zero()
            and point.angle[0][1].is_zero()
            and point.angle[0][3].overlaps(arb.pi())
        )
        here = hessian(point)
        for gap in ("0.0000000001", "0.000000000000000000000000000001"):
            near = decimal_matrix(
                [["1", "2", gap], ["-0.5", "-1", "0"], ["0.3", "0", "1"]], "w", 3, 3
            )
            there = hessian(pairs(near, v, 256))
            for row, other in zip(here, there, strict=True):
                for x, y in zip(row, other, strict=True):
                    assert abs(x - y) < 10 * arb(gap) + arb("1e-25")


def test_nearly_parallel_students_stay_enclosed():
    """An angle below 2^-64: nothing cancels."""
    gap = "0." + "0" * 29 + "1"
    w = decimal_matrix([["1", "2"], ["1", "2" + gap[1:]]], "w", 2, 2)
    v = decimal_matrix([["0", "1"]], "v", 1, 2)
    with precision(192):
        coarse = hessian(pairs(w, v, 192))
    with precision(512):
        fine = hessian(pairs(w, v, 512))
        for row, other in zip(coarse, fine, strict=True):
            for x, y in zip(row, other, strict=True):
                assert x.overlaps(y) and x.is_finite() and x.rad() < arb("1e-25")


def test_zero_rows_raise():
    zero, one = ((fmpq(0), fmpq(0)),), ((fmpq(1), fmpq(0)),)
    with precision(128):
        for students, teachers in ((zero, one), (one, zero)):
            with pytest.raises(ValueError, match="zero"):
                pairs(students, teachers, 128)


def test_hessian_moves_no_faster_than_its_lipschitz_constant():
    """Lemma 3 against float64 Hessians at random pairs of points in the ball, and close to the
    reference for the unimproved constant.
    """
    rng = np.random.default_rng(8)
    model = GaussianLoss(np.eye(6))
    w = np.eye(6) + 0.3 * rng.normal(size=(6, 6))
    radius = 0.2
    bound, worst = model.hessian_lipschitz(w, radius), 0.0
    for _ in range(200):
        ends = [
            w + radius * (step / np.linalg.norm(step)) * rng.uniform()
            for step in rng.normal(size=(2, 6, 6))
        ]
        change = np.linalg.norm(model.hessian(ends[0]) - model.hessian(ends[1]), 2)
        worst = max(worst, float(change / np.linalg.norm(ends[0] - ends[1])))
    assert 0 < worst < bound


@pytest.mark.parametrize("exponent", [-3, 0, 5])
def test_scaled_rows_lie_within_their_error_and_need_it(six, exponent):
    """What was rounded away of 2^-e w is counted: more than nothing, and no more than told."""
    centre = [[Fraction(x) for x in row] for row in six["statement"]["centre"]]
    scale = 10**60
    whole = [[int(x * scale) for x in row] for row in centre]
    point = SimpleNamespace(d=6, whole=fmpz_mat(whole), scale=fmpz(scale))
    near = Hessian(point, 64)._near(exponent)
    off = [
        abs(x * Fraction(2) ** (near.bits - exponent) - int(near.whole[i, j]))
        for i, row in enumerate(centre)
        for j, x in enumerate(row)
    ]
    assert 0 < max(off) <= int(near.error)
