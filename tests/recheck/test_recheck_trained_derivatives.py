"""The second checker on trained networks: derivatives against differences of values that mpmath
computes, enclosures at random points of boxes, sums over the data, losses at all sizes.
"""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from mpmath import mp, mpf
from polished import Example, middle, problem
from standalone import recheck

rc = recheck("trained_derivatives")
Sweep = rc.trained_risk.Sweep
Column = rc.columns.Column
Wide = rc.wide.Wide


def exact(q: Fraction) -> mpf:
    return mpf(q.numerator) / q.denominator


def ends(x) -> tuple[mpf, mpf]:
    return mpf(x.lo) * mpf(2) ** x.e, mpf(x.hi) * mpf(2) ** x.e


ROOM = mpf(2) ** -150


def holds(x, value: mpf, room: mpf = ROOM) -> bool:
    low, high = ends(x)
    return low - room <= value <= high + room


FUNCTIONS = {"tanh": mp.tanh, "erf": mp.erf, "sin": mp.sin, "atan": mp.atan}


def risk(known, raw, theta: list[mpf]) -> mpf:
    """R by its definition."""
    total = mpf(0)
    for x, y in zip(known.inputs, known.targets, strict=True):
        a = [exact(entry) for entry in x]
        for layer, told in zip(known.layers, raw["network"]["layers"], strict=True):
            z = []
            for unit in range(layer.units):
                row = [theta[layer.weight(unit, i)] for i in range(layer.inputs)]
                z.append(mp.fdot(row, a) + (theta[layer.offset(unit)] if layer.bias else 0))
            h = told["activation"]
            a = z if h == "t" else [FUNCTIONS[h[0]](entry) for entry in z]
        if known.loss == "squared":
            total += sum((f - exact(t)) ** 2 for f, t in zip(a, y, strict=True)) / 2
        elif known.loss == "binary":
            total += mp.log(1 + mp.exp(a[0])) - y * a[0]
        else:
            total += mp.log(sum(map(mp.exp, a))) - a[y]
    decay = sum(exact(d) * t * t for d, t in zip(known.decays, theta, strict=True))
    return exact(known.factor) * total + decay / 2


def case(widths, loss, h="tanh", last="t", bias=None, standard=True):
    """A problem with five data, and parameters."""
    raw = problem(widths, 5, loss, (h, "t"))
    for layer, has in zip(raw["network"]["layers"], bias or [True] * 9, strict=False):
        layer["bias"] = has
    raw["network"]["layers"][-1]["activation"] = last
    raw["decay"] = [["1/7", "1/11" if layer["bias"] else "0"] for layer in raw["network"]["layers"]]
    if standard:
        raw["standard"] = {"mean": ["0.25"] * widths[0], "scale": ["1.37"] * widths[0]}
    known = rc.trained_problem.read_problem(raw)
    rng = random.Random(5)
    theta = [Fraction(rng.randint(-1500, 1500), 1000) for _ in range(known.parameters)]
    return raw, known, theta


CASES = [
    ([3, 2, 1], "squared"),
    ([3, 2], "squared", "tanh", "t"),
    ([3, 2, 2], "squared", "tanh", ["tanh", "t"]),
    ([2, 3, 3], "cross-entropy", "erf"),
    ([2, 2], "cross-entropy"),
    ([2, 2, 2, 3], "cross-entropy", "sin", ["atan", "t"], [True, False, True]),
    ([2, 3, 2, 2, 1], "binary", "tanh", "t", [False, True, True, False], False),
]


@pytest.mark.parametrize("told", CASES, ids=lambda told: f"{told[0]}-{told[1]}")
def test_derivatives_are_those_of_the_risk(told):
    """Central differences with the step 2^-60 are off by 2^-110 or so."""
    raw, known, theta = case(*told)
    sweep = Sweep(known, theta, Fraction(0), 192)
    found = sweep.derivatives()
    gradient, hessian = found.gradient(), found.hessian()
    with mp.workprec(400):
        point, step, room = [exact(x) for x in theta], mpf(2) ** -60, mpf(2) ** -100
        assert holds(sweep.risk(), risk(known, raw, point))

        def moved(*moves: tuple[int, int]) -> mpf:
            there = list(point)
            for i, sign in moves:
                there[i] += sign * step
            return risk(known, raw, there)

        for i in range(known.parameters):
            slope = (moved((i, 1)) - moved((i, -1))) / (2 * step)
            assert holds(gradient[i], slope, room)
            for j in range(i + 1):
                bend = sum(s * t * moved((i, s), (j, t)) for s in (1, -1) for t in (1, -1))
                assert holds(hessian[i][j], bend / (4 * step**2), room), (i, j)
        widths = [high - low for row in hessian for low, high in map(ends, row)]
        assert max(widths) < mpf(2) ** -170


@pytest.mark.parametrize("told", CASES, ids=lambda told: f"{told[0]}-{told[1]}")
@pytest.mark.parametrize("ball", [False, True])
def test_a_box_encloses_what_is_at_its_points(told, ball):
    """At its corners, or where the Euclidean norm is at most the radius."""
    _, known, theta = case(*told)
    radius = Fraction(1, 100)
    around = Sweep(known, theta, radius, 128, radius if ball else None)
    found = around.derivatives()
    gradient, hessian, value = found.gradient(), found.hessian(), around.risk()
    rng = random.Random(1)
    for _ in range(3):
        step = [Fraction(rng.choice([-1, 1])) * radius for _ in theta]
        if ball:  # one parameter at its end, or all of them at 1/P of it
            place = rng.randrange(len(step))
            step = [x if i == place else Fraction(0) for i, x in enumerate(step)]
        there = [x + y for x, y in zip(theta, step, strict=True)]
        thin = Sweep(known, there, Fraction(0), 128)
        inner = thin.derivatives()
        for one, two in zip(
            [*gradient, *(x for row in hessian for x in row), value],
            [*inner.gradient(), *(x for row in inner.hessian() for x in row), thin.risk()],
            strict=True,
        ):
            assert holds(one, middle(two), mpf(2) ** -100)


@pytest.mark.parametrize("told", CASES, ids=lambda told: f"{told[0]}-{told[1]}")
def test_a_turn_is_the_hessian_times_the_direction(told):
    _, known, theta = case(*told)
    rng = random.Random(2)
    direction = [Fraction(rng.randint(-9, 9), 7) for _ in theta]
    sweep = Sweep(known, theta, Fraction(0), 192)
    found = sweep.derivatives()
    lower = found.hessian()
    with mp.workprec(300):
        slope = sum(middle(g) * exact(u) for g, u in zip(found.gradient(), direction, strict=True))
        assert holds(rc.trained_noncritical.slope_along(sweep, direction), slope)
        for i, entry in enumerate(rc.trained_noncritical.Turn(sweep, direction).result):
            row = [lower[max(i, j)][min(i, j)] for j in range(len(theta))]
            value = sum(middle(x) * exact(u) for x, u in zip(row, direction, strict=True))
            assert holds(entry, value)
    radius = Fraction(1, 50)
    wide = Sweep(known, theta, radius, 128, radius)
    thin = rc.trained_noncritical.Turn(sweep, direction).result
    for one, two in zip(rc.trained_noncritical.Turn(wide, direction).result, thin, strict=True):
        assert holds(one, middle(two))
        assert one.hi - one.lo > 0


def test_the_derivatives_by_gates_are_those_of_the_gradient():
    """Differences in a gate; the other pre-activations do not depend on it."""
    raw = problem([2, 2, 3], 6, "cross-entropy", ["piecewise", "0", ["*", "0.125", "t"], "t"])
    example = Example(rc, raw)
    rng = random.Random(3)
    theta = [Fraction(rng.randint(-1500, 1500), 1000) for _ in range(example.problem.parameters)]
    kinks, gates = [(1, 0), (1, 1), (4, 0)], [Fraction(1, 2), Fraction(1, 3), Fraction(3, 4)]
    step = Fraction(1, 2**60)

    def gated(numbers):
        return example.gated(theta, kinks, numbers, (Fraction(1, 8), Fraction(1)))

    jacobian = gated(gates).jacobian()
    for k in range(3):
        ahead, behind = (
            gated([g + s * step * (j == k) for j, g in enumerate(gates)]).gradient()
            for s in (1, -1)
        )
        with mp.workprec(300):
            for i, (one, two) in enumerate(zip(ahead, behind, strict=True)):
                slope = (middle(one) - middle(two)) / (2 * exact(step))
                assert holds(jacobian[i][len(theta) + k], slope, mpf(2) ** -100)


# --------------------------------------------------------------------------------------------------
# Columns and losses
# --------------------------------------------------------------------------------------------------


def test_columns_enclose():
    rng = random.Random(4)

    def pick(count: int):
        pairs = []
        for _ in range(count):
            centre = Fraction(rng.randint(-99, 99), 7) * Fraction(10) ** rng.choice([-30, 0, 0, 20])
            width = rng.choice([0, Fraction(1, 10**9), Fraction(1, 3)]) * abs(centre)
            x = Wide.of(centre - width, 96).hull(Wide.of(centre + width, 96))
            pairs.append((x, centre + width * Fraction(rng.randint(-4, 4), 4)))
        return Column.of([x for x, _ in pairs]), [q for _, q in pairs]

    def inside(x, q: Fraction) -> bool:
        return x.compare(q) == 0

    for _ in range(300):
        count = rng.randint(1, 6)
        (x, p), (y, q), (z, r) = (pick(count) for _ in range(3))
        sums = rc.columns.added([x, None, y, z])
        product = x * y
        for n in range(count):
            assert inside(x.at(n), p[n])
            assert inside(product.at(n), p[n] * q[n])
            assert inside(sums.at(n), p[n] + q[n] + r[n])
            assert inside((-x).at(n), -p[n])
        assert inside(product.dot(z), sum(a * b * c for a, b, c in zip(p, q, r, strict=True)))
        one = Wide.of(Fraction(2, 3), 96)
        assert inside(x.times(one).at(0), p[0] * Fraction(2, 3))
    assert rc.columns.added([None]) is None
    assert Column.of([Wide.of(0, 96)] * 3).is_zero


@pytest.mark.parametrize("size", [0, 1, 30, 10**4, 10**6])
def test_losses_at_outputs_of_every_size(size):
    rng = random.Random(size)
    for _ in range(6):
        numbers = [Fraction(rng.randint(-1000, 1000), 1000) * size for _ in range(3)]
        radius = rng.choice([Fraction(0), Fraction(1, 10)])
        f = [Wide.of(x - radius, 128).hull(Wide.of(x + radius, 128)) for x in numbers]
        with mp.workprec(2000 + 3 * size if size < 10**5 else 300):
            point = [exact(x) for x in numbers]
            top = max(point)
            powers = [mp.exp(x - top) for x in point]
            shares = [x / sum(powers) for x in powers]
            value = mp.log(sum(powers)) + top - point[1]
            assert holds(rc.trained_losses.loss_of("cross-entropy", f, 1), value, mpf(2) ** -100)
            first, second = rc.trained_losses.slopes_of("cross-entropy", f, 1)
            for k in range(3):
                assert holds(first[k], shares[k] - (k == 1), mpf(2) ** -100)
                for j in range(3):
                    bend = shares[k] * ((k == j) - shares[j])
                    assert holds(second[k][j], bend, mpf(2) ** -100)
            binary = max(point[0], 0) + mp.log(1 + mp.exp(-abs(point[0]))) - point[0]
            assert holds(rc.trained_losses.loss_of("binary", f[:1], 1), binary, mpf(2) ** -100)
            (slope,), ((bend,),) = rc.trained_losses.slopes_of("binary", f[:1], 0)
            share = (
                mp.exp(-mp.log(1 + mp.exp(-point[0])))
                if point[0] > 0
                else (mp.exp(point[0]) / (1 + mp.exp(point[0])))
            )
            assert holds(slope, share, mpf(2) ** -100)
            assert holds(bend, share * (1 - share), mpf(2) ** -100)


@pytest.mark.parametrize("sign", [1, -1])
def test_extreme_eigenvalues_are_enclosed_and_nothing_else_is(sign):
    rng = np.random.default_rng(6)
    half = rng.normal(size=(12, 12))
    matrix = sign * (half + half.T)
    least = np.linalg.eigvalsh(matrix)[0]
    lower = [
        [Wide.of(Fraction(float(x)), 128) for x in row[: i + 1]] for i, row in enumerate(matrix)
    ]

    def verdict(low: float, high: float) -> str | None:
        bounds = Fraction(low), Fraction(high)
        try:
            rc.extremes.prove_least("smallest", lower, bounds, lambda x: x, "X")
        except rc.verdict.Verdict as found:
            return found.code
        return None

    assert verdict(least - 1e-9, least + 1e-9) is None
    assert verdict(least - 5, least + 5) is None
    assert verdict(least + 1e-9, least + 1) == "smallest"
    assert verdict(least - 1, least - 1e-9) == "smallest"
    assert verdict(least - 1e4, least + 1e-9) is None
    for row in lower:  # the same eigenvalue twice, nearly
        row[-1] = row[-1] if len(row) > 2 else Wide.of(Fraction(1000 + len(row), 10**6), 128)
        row[:-1] = [Wide.of(Fraction(0), 128) for _ in row[:-1]]
        row[-1] = row[-1] if len(row) < 3 else Wide.of(Fraction(len(row)), 128)
    assert verdict(-1, 1.001e-3 + 1e-9) is None
    assert verdict(-1, 1.001e-3 - 1e-9) == "smallest"
