"""The second checker's proof of a whole landscape: enclosures, and equations against the gradient
of the loss.
"""

from __future__ import annotations

import random

import mpmath
import numpy as np
import pytest
from landscapes import (
    AR,
    EIGHTHS,
    HALF,
    ULP,
    angle,
    drawn,
    ends,
    entry,
    holds,
    inner,
    outer,
    overlap,
    pull,
    rc,
)
from mpmath import cos, mp, mpf, pi, sin
from oracles import landscape as oracle
from oracles.plane import Plane as ExactPlane


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(40):
        yield


@pytest.fixture
def plane():
    return rc.landscape_plane.Plane(AR)


@pytest.fixture
def space():
    return rc.landscape_space.Space(AR)


@pytest.fixture
def rng():
    return random.Random(27)


def thin(x, ulps) -> bool:
    return x.ends[1] - x.ends[0] <= ulps


# ------------------------------------------------------------------------------------------
# Enclosures
# ------------------------------------------------------------------------------------------


def test_sines_and_cosines(rng):
    for bits, half in ((64, HALF), (300, 1 << 200)):
        circle = rc.circle.Circle(rc.arithmetic.Arithmetic(bits), half)
        with mp.workdps(120):
            for n in [
                *(half * n // 8 for n in range(9)),
                1,
                *(rng.randrange(half) for _ in range(99)),
            ]:
                for found, value in (
                    (circle.cosine(n), cos(pi * n / half)),
                    (circle.sine(n), sin(pi * n / half)),
                    (circle.angle(n), pi * n / half),
                ):
                    low, high = (mpf(end) / 2**bits for end in found.ends)
                    assert low <= value <= high
                    assert thin(found, 8)


def test_sines_and_cosines_of_spans(plane, rng):
    circle = plane.circle
    for _ in range(100):
        span, n = drawn(rng)
        for point in (*span, n, min(max(HALF // 2, span[0]), span[1])):
            assert holds(circle.cosines(span), cos(angle(point)))
            assert holds(circle.sines(span), sin(angle(point)))
            assert holds(circle.angles(span), angle(point))


def test_the_pull_of_the_teachers_and_its_derivatives(plane, rng):
    of = plane.teachers
    for n in [*EIGHTHS, *(rng.randrange(HALF) for _ in range(60))]:
        assert holds(of.value(n), pull(angle(n)))
        slope = mpmath.diff(pull, angle(n))
        assert holds(of.slope(n), slope) or (n in (0, HALF) and abs(slope) < mpf(10) ** -15)
        assert n in (0, HALF) or slope < 0
        assert thin(of.value(n), 99)
        assert thin(of.slope(n), 99)
    for _ in range(60):
        span, n = drawn(rng)
        x = angle(n)
        # Q'' has kinks, Q'(x +- h) does not tell it to more than h
        bend = (mpmath.diff(pull, x + ULP) - mpmath.diff(pull, x - ULP)) / (2 * ULP)
        low_end, high_end = ends(of.bends(span))
        assert low_end - 4 * ULP <= bend <= high_end + 4 * ULP
        assert holds(of.values(span), pull(x))
        assert holds(of.slopes(span), mpmath.diff(pull, x))


def test_the_overlap_of_the_neurons(plane, rng):
    for _ in range(60):
        span, n = drawn(rng)
        for order, x in enumerate(plane.overlaps(span)):
            assert holds(x, mpmath.diff(overlap, angle(n), order))


def test_a_neuron_outside_the_plane(space, rng):
    functions = {
        "s": sin,
        "c": cos,
        "a": outer,
        "sa": lambda x: sin(outer(x)),
        "x": lambda x: sin(x) * outer(x),
        "da": lambda x: mpmath.diff(outer, x),
        "dsa": lambda x: mpmath.diff(lambda z: sin(outer(z)), x),
        "dx": lambda x: mpmath.diff(lambda z: sin(z) * outer(z), x),
    }
    for _ in range(60):
        span, n = drawn(rng)
        for name, function in functions.items():
            assert holds(getattr(space.neuron(span), name), function(angle(n))), name
            assert holds(getattr(space.at(n), name), function(angle(n))), name
            assert thin(getattr(space.at(n), name), 99)


# ------------------------------------------------------------------------------------------
# The equations are those of the gradient
# ------------------------------------------------------------------------------------------


def test_the_equations_of_the_plane_are_those_of_the_gradient(plane, rng):
    """Sums and differences of the four, with any lengths."""
    for _ in range(12):
        n, m = inner(rng)
        x, y, r1, r2 = angle(n), angle(m), mpf(rng.uniform(0.1, 2)), mpf(rng.uniform(0.1, 2))
        u1, u2 = (cos(pi / 4 + x), sin(pi / 4 + x)), (cos(pi / 4 - y), sin(pi / 4 - y))
        t1, t2 = (-u1[1], u1[0]), (u2[1], -u2[0])
        rows = [tuple(r1 * p for p in u1), tuple(r2 * p for p in u2)]
        unit = [(mpf(1), mpf(0)), (mpf(0), mpf(1))]
        one, two = ExactPlane(rows, unit, mpf(1), mpf(0)).gradient()
        radial, across = (
            [2 * pi * (g[0] * v[0] + g[1] * v[1]) for g, v in zip((one, two), vs, strict=True)]
            for vs in ((u1, u2), (t1, t2))
        )
        k, slope = overlap(x + y), mpmath.diff(overlap, x + y)
        even = slope * sum(radial) - (pi + k) * sum(across)
        odd = slope * (radial[0] - radial[1]) + (pi - k) * (across[0] - across[1])
        assert abs(even - sum(ends(plane.even(n, m))) / 2) < 1e-15
        assert abs(odd - sum(ends(plane.odd(n, m))) / 2) < 1e-15


def test_the_equations_outside_the_plane_are_those_of_the_gradient(space, rng):
    """With the lengths that solve the others, the gradient is radial, and E and E' are its two
    entries times a factor.
    """
    for _ in range(30):
        n, m = inner(rng)
        x, y = float(angle(n)), float(angle(m))
        a, b, g = float(outer(angle(n))), float(outer(angle(m))), np.pi - x - y
        r1, r2 = (np.sqrt(2) * z / (g * np.sin(g)) for z in (a * np.sin(x), b * np.sin(y)))
        e, z = np.array([1, 1, 0]) / np.sqrt(2), np.array([0, 0, 1])
        u1, u2 = np.cos(y) * e + np.sin(y) * z, np.cos(x) * e - np.sin(x) * z
        gradient = oracle.local(np.array([r1 * u1, r2 * u2])).gradient
        factor = np.sqrt(2) * np.pi * g * np.sin(g)
        for row, u, value in zip(
            gradient, (u1, u2), (entry(angle(n), angle(m)), entry(angle(m), angle(n))), strict=True
        ):
            size = 1 + np.abs(gradient).max() + r1 + r2
            assert np.allclose(row, (row @ u) * u, atol=1e-13 * size)
            assert np.isclose(factor * (row @ u), float(value), atol=1e-13 * size)
        p, q, gap = space.at(n), space.at(m), space.gap((n + m, n + m))
        both = entry(angle(n), angle(m)), entry(angle(m), angle(n))
        assert holds(space.even(p, q, gap), both[0] + both[1])
        assert holds(space.odd(p, q, gap), both[1] - both[0])
        assert holds(space.diagonal(m), entry(angle(m), angle(m)) / sin(angle(m)))


def test_critical_rows_have_one_angle_with_both_teachers(rng):
    """The determinant that has to be 0 is positive for b_1 > b_2, up to the edge of what third
    coordinates that are not 0 allow.
    """

    def h(t):
        return -cos(t) / t

    for _ in range(400):
        s = mpf(rng.choice([rng.uniform(0.02, 3.14), rng.uniform(2.3, 3.1415)]))
        edge = pi * 3 / 2 - s if s > 3 * pi / 4 else s
        t = edge * mpf(rng.choice([rng.uniform(0.01, 1), 1 - 10 ** rng.uniform(-9, -3)]))
        if cos(s) ** 2 + cos(t) ** 2 < 1:
            assert h(s) > h(t)
    for _ in range(60):
        b1, b2, weight = rng.uniform(0.8, 3.1), rng.uniform(0.8, 3.1), rng.uniform(1, 3)
        a1, a2 = b1 / weight, b2 / weight
        thirds = [1 - np.cos(p) ** 2 - np.cos(q) ** 2 for p, q in ((b1, b2), (a1, a2))]
        if min(thirds) > 0:
            s1, s2 = np.sqrt(thirds)
            vectors = [[-np.cos(b1), -np.cos(b2), s1], [-np.cos(a1), -np.cos(a2), -s2], [b1, b2, 0]]
            own = b1 * b2 * (s1 * float(h(a1) - h(a2)) / weight + s2 * float(h(b1) - h(b2)))
            assert np.isclose(np.linalg.det(vectors), own, atol=1e-13)
            assert np.sign(own) == np.sign(b1 - b2)


def test_the_symmetries_that_order_the_neurons(rng):
    """Rows, teachers and the sign of z may be exchanged; A and E + E' stay, B and E' - E change
    their sign.
    """
    rows = np.random.default_rng(3).standard_normal((2, 3))
    here = oracle.local(rows)
    for change in (
        lambda w: w[::-1],
        lambda w: w[:, [1, 0, 2]],
        lambda w: w * np.array([1, 1, -1]),
    ):
        there = oracle.local(change(rows))
        assert np.isclose(there.loss, here.loss, atol=1e-14)
        assert np.allclose(there.gradient, change(here.gradient), atol=1e-14)
    plane, space = rc.landscape_plane.Plane(AR), rc.landscape_space.Space(AR)
    for _ in range(20):
        n, m = inner(rng)
        p, q, gap = space.at(n), space.at(m), space.gap((n + m, n + m))
        for even, odd in (
            (plane.even(n, m) - plane.even(m, n), plane.odd(n, m) + plane.odd(m, n)),
            (
                space.even(p, q, gap) - space.even(q, p, gap),
                space.odd(p, q, gap) + space.odd(q, p, gap),
            ),
        ):
            assert holds(even, 0)
            assert holds(odd, 0)


def test_where_directions_in_the_plane_must_be(rng):
    """K' r = Q'(x) = Q'(y) with K' < 0 < r: x and y are between 0 and pi, whatever the turn."""
    for _ in range(200):
        x = mpf(rng.uniform(-3.14, 3.14))
        assert (mpmath.diff(pull, x) < 0) == (x > 0)
        assert abs(pull(x) - pull(-x)) < 1e-30
