"""Expansions of second order: gradients and Hessians of random networks against differences in
mpmath and against sympy, on points and in boxes.
"""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from flint import arb, arb_mat, fmpq, fmpq_mat
from mpmath import mp, mpf
from oracles import smooth as oracle

from certify.kernel.foundation.balls import ball, precision
from certify.kernel.smooth.derivatives import derivatives
from certify.kernel.smooth.formula import Formula
from certify.kernel.smooth.jets import (
    constants,
    features,
    output,
    output_jet,
    variables,
)
from certify.kernel.smooth.problem import SmoothProblem

BITS = 160
TANH, SINE = ["tanh", "t"], ["sin", "t"]
SILU = ["/", "t", ["+", "1", ["exp", ["*", "-1", "t"]]]]
ELU = ["piecewise", "0", ["-", ["exp", "t"], "1"], "t"]
CUBE = ["+", ["^", "t", 3], ["*", "-1/3", "t"]]


def rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def fractions(rng: random.Random, count: int) -> list[Fraction]:
    return [Fraction(rng.randrange(-1500, 1501), 1000) for _ in range(count)]


def random_layers(
    rng: random.Random, sizes: list[int]
) -> list[tuple[list[list[Fraction]], list[Fraction]]]:
    return [
        ([fractions(rng, below) for _ in range(above)], fractions(rng, above))
        for below, above in pairwise(sizes)
    ]


def mapped(layers, change):
    return [
        ([[change(w) for w in row] for row in weights], [change(b) for b in biases])
        for weights, biases in layers
    ]


def as_mpf(value: Fraction):
    return mpf(value.numerator) / value.denominator


def jet_by_all(tree, layers, x: list[Fraction]):
    """The kernel's expansion of the output by all parameters; layers of balls."""
    flat = oracle.flat(layers)
    jets = oracle.nested(variables(flat), layers)
    return output(Formula.read(tree), jets, constants([ball(rational(v)) for v in x], len(flat)))


def assert_encloses(jet, value, gradient, hessian, slack):
    size = len(gradient)
    assert oracle.encloses(jet.value, value, slack)
    for i in range(size):
        assert oracle.encloses(jet.gradient[0, i], gradient[i], slack), (
            f"derivative by parameter {i}"
        )
        for j in range(size):
            assert oracle.encloses(jet.hessian[i, j], hessian[i, j], slack), (
                f"second derivative by parameters {i} and {j}"
            )


def widest(jet) -> float:
    entries = [jet.value, *jet.gradient.entries(), *jet.hessian.entries()]
    return max(
        float(oracle.as_mpf(entry.rad())) if entry.is_finite() else float("inf")
        for entry in entries
    )


@pytest.mark.parametrize(
    ("tree", "sizes"),
    [
        (TANH, [2, 3, 1]),
        (SINE, [1, 2, 2, 1]),
        (SILU, [3, 2, 1]),
        (ELU, [2, 2, 2, 1]),
        (CUBE, [1, 1, 1, 1, 1]),
        (["erf", "t"], [2, 1, 3, 1]),
    ],
    ids=["tanh", "sin", "silu", "elu", "cubic", "erf"],
)
def test_by_all_parameters_against_mpmath(tree, sizes):
    """2 to 4 layers: value, gradient, Hessian; tight at exact points."""
    rng = random.Random(str(sizes))
    layers, x = random_layers(rng, sizes), fractions(rng, sizes[0])
    with precision(BITS):
        jet = jet_by_all(tree, mapped(layers, lambda v: ball(rational(v))), x)
    with mp.workdps(100):
        point, h, exact = [as_mpf(v) for v in x], oracle.function(tree), mapped(layers, as_mpf)
        gradient, hessian = oracle.derivatives(lambda moved: oracle.output(h, moved, point), exact)
        assert_encloses(jet, oracle.output(h, exact, point), gradient, hessian, mpf(10) ** -44)
    assert widest(jet) < 1e-42
    size = len(gradient)
    assert (jet.gradient.ncols(), jet.hessian.nrows(), jet.hessian.ncols()) == (size, size, size)
    # not all products vanish
    assert any(abs(hessian[i, j]) > 1e-3 for i in range(size) for j in range(i))


class Symbols:
    """A network of sizes 2, 2, 2, 1 in sympy: output and derivatives by its 15 parameters, and
    risk, as functions of numbers in mpmath.
    """

    def __init__(self, activation):
        self.layers = random_layers(random.Random(0), [2, 2, 2, 1])
        names = iter(sympy.symbols("p:15", real=True))
        symbols = mapped(self.layers, lambda _: next(names))
        self.x, self.parameters = sympy.symbols("x:2", real=True), oracle.flat(symbols)
        units = list(self.x)
        for place, (weights, biases) in enumerate(symbols):
            sums = [
                sum(w * unit for w, unit in zip(row, units, strict=True)) + bias
                for row, bias in zip(weights, biases, strict=True)
            ]
            units = sums if place == 2 else [activation(s) for s in sums]
        gradient = [sympy.diff(units[0], p) for p in self.parameters]
        hessian = sympy.Matrix([[sympy.diff(g, p) for p in self.parameters] for g in gradient])
        self.all = sympy.lambdify(
            [*self.parameters, *self.x], (units[0], gradient, hessian), "mpmath", cse=True
        )

    def at(self, layers, x):
        return self.all(*oracle.flat(layers), *x)


@pytest.fixture(scope="module")
def symbols() -> Symbols:
    return Symbols(sympy.tanh)


@pytest.mark.parametrize("radius", [Fraction(1, 10), Fraction(1, 100), Fraction(1, 10**6)], ids=str)
def test_boxes_against_sympy(symbols, radius):
    """Every member of a box of parameters is enclosed, corners among them; and the enclosure is of
    the order of the box.
    """
    rng = random.Random(1)
    layers, x = symbols.layers, fractions(rng, 2)
    with precision(BITS):
        jet = jet_by_all(TANH, mapped(layers, lambda v: arb(rational(v), rational(radius))), x)
    assert widest(jet) < 3000 * float(radius)
    with mp.workdps(40):
        for trial in range(40):
            places = (-1, 1) if trial % 2 else [Fraction(n, 1000) for n in range(-1000, 1001)]
            moved = mapped(layers, lambda v, places=places: as_mpf(v + radius * rng.choice(places)))
            assert_encloses(jet, *symbols.at(moved, [as_mpf(v) for v in x]), mpf(10) ** -30)


def test_risk_and_its_derivatives_against_sympy(symbols):
    """Of the base network of a splitting: 1/2 sum (f - y)^2, over boxes of parameters and of
    targets.
    """
    rng = random.Random(2)
    layers, points = symbols.layers, [fractions(rng, 2) for _ in range(4)]
    targets, radius, spread = fractions(rng, 4), Fraction(1, 200), Fraction(1, 300)
    rows = fmpq_mat([[rational(point[i]) for point in points] for i in range(2)])
    problem = SmoothProblem(Formula.read(TANH), rows, tuple(map(rational, targets)))
    size = 15
    with precision(BITS):
        thin = derivatives(
            problem,
            mapped(layers, lambda v: ball(rational(v))),
            [ball(rational(y)) for y in targets],
        )
        wide = derivatives(
            problem,
            mapped(layers, lambda v: arb(rational(v), rational(radius))),
            [arb(rational(y), rational(spread)) for y in targets],
        )
    with mp.workdps(50):
        for trial in range(12):
            places = (-1, 1, Fraction(1, 3)) if trial else (0,)
            moved = mapped(layers, lambda v, places=places: as_mpf(v + radius * rng.choice(places)))
            goals = [as_mpf(y + spread * rng.choice(places)) for y in targets]
            risk, slope, hessian = mpf(0), mp.matrix(1, size), mp.matrix(size, size)
            for point, goal in zip(points, goals, strict=True):
                value, gradient, second = symbols.at(moved, [as_mpf(v) for v in point])
                row = mp.matrix([gradient])
                risk += (value - goal) ** 2 / 2
                slope += row * (value - goal)
                hessian += row.T * row + second * (value - goal)
            for found in (thin, wide) if trial == 0 else (wide,):
                assert oracle.encloses(found[0], risk, mpf(10) ** -40)
                for i in range(size):
                    assert oracle.encloses(found[1][0, i], slope[0, i], mpf(10) ** -40)
                    assert all(
                        oracle.encloses(found[2][i, j], hessian[i, j], mpf(10) ** -40)
                        for j in range(size)
                    )
    assert (
        max(
            float(oracle.as_mpf(entry.rad()))
            for entry in (thin[0], *thin[1].entries(), *thin[2].entries())
        )
        < 1e-40
    )


def test_balls_and_jets_agree():
    """The same layers with balls instead of jets: features and output, by mpmath."""
    rng = random.Random(3)
    layers, x = random_layers(rng, [3, 2, 4, 1]), fractions(rng, 3)
    with precision(BITS):
        balls, inputs = mapped(layers, lambda v: ball(rational(v))), [ball(rational(v)) for v in x]
        units, value = (
            features(Formula.read(SILU), balls[:-1], inputs),
            output(Formula.read(SILU), balls, inputs),
        )
    with mp.workdps(60):
        h, exact, point = oracle.function(SILU), mapped(layers, as_mpf), [as_mpf(v) for v in x]
        for weights, biases in exact[:-1]:
            point = [
                h(mp.fdot(row, point) + bias) for row, bias in zip(weights, biases, strict=True)
            ]
        assert len(units) == len(point) == 4
        assert all(
            oracle.encloses(unit, truth, mpf(10) ** -44)
            for unit, truth in zip(units, point, strict=True)
        )
        assert oracle.encloses(
            value, oracle.output(h, exact, [as_mpf(v) for v in x]), mpf(10) ** -44
        )


def test_a_kink_in_the_box_spoils_everything():
    """Not only the derivatives: a network with a unit that may be at a kink has no finite entry."""
    layers = [
        ([[Fraction(1)], [Fraction(2)]], [Fraction(0), Fraction(1)]),
        ([[Fraction(1), Fraction(1)]], [Fraction(0)]),
    ]
    for radius, finite in ((Fraction(1, 10), True), (Fraction(1), False)):
        with precision(BITS):
            jet = jet_by_all(
                ELU,
                mapped(layers, lambda v, radius=radius: arb(rational(v), rational(radius))),
                [Fraction(1)],
            )
        assert jet.value.is_finite() is finite
        assert jet.hessian[0, 0].is_finite() is finite


def test_products_and_sums_of_expansions():
    """(x + y) * x * x of three variables, by hand."""
    with precision(BITS):
        x, y, _ = variables([arb(2), arb(3), arb(5)])
        jet = (x + y) * x * x
    assert jet.value == 20
    assert jet.gradient == arb_mat(1, 3, [24, 4, 0])  # 3 x^2 + 2 x y, x^2
    assert jet.hessian == arb_mat(3, 3, [18, 4, 0, 4, 0, 0, 0, 0, 0])  # 6 x + 2 y, 2 x


@pytest.mark.parametrize(
    ("tree", "sizes"), [(TANH, [3, 2, 4, 1]), (SINE, [2, 1]), (SILU, [4, 3, 2, 2, 1])], ids=str
)
@pytest.mark.parametrize("radius", ["0", "1/100"], ids=["point", "box"])
def test_the_hessian_backwards_is_the_one_forwards(tree, sizes, radius):
    """Lemma 21 for one output: the sum over the layers against expansions sent through them, and
    against differences at the corners of a box.
    """
    rng = random.Random(str(sizes))
    layers, z = random_layers(rng, sizes), fractions(rng, sizes[0])
    h, spread = Formula.read(tree), Fraction(radius)
    with precision(BITS):
        balls = mapped(layers, lambda v: ball(rational(v)))
        start = [arb(rational(v), rational(spread)) for v in z]
        backwards = output_jet(h, balls, start)
        corner = [ball(rational(v + rng.choice([-1, 1]) * spread)) for v in z]
        forwards = output(h, balls, [unit.under(h) for unit in variables(corner)])
    pairs = [
        (backwards.value, forwards.value),
        *zip(backwards.gradient.entries(), forwards.gradient.entries(), strict=True),
        *zip(backwards.hessian.entries(), forwards.hessian.entries(), strict=True),
    ]
    assert len(pairs) == 1 + sizes[0] + sizes[0] ** 2
    assert all(one.overlaps(two) for one, two in pairs)
    if not spread:
        assert widest(backwards) < 1e-42
    else:
        assert all(one.contains(two.mid()) for one, two in pairs)
    assert any(abs(float(two.mid())) > 1e-3 for _, two in pairs[1 + sizes[0] :])


def test_what_is_undefined_in_a_layer_makes_the_value_undefined():
    """log at a negative number in the second layer, behind a weight 0: no NaN is lost."""
    h = Formula.read(["log", "t"])
    with precision(BITS):
        one, zero = arb(1), arb(0)
        layers = [([[zero]], [arb(-1)]), ([[zero]], [one])]
        assert not output_jet(h, layers, [arb(2)]).value.is_finite()
        assert output_jet(h, [([[zero]], [one]), ([[zero]], [one])], [arb(2)]).value == 1
