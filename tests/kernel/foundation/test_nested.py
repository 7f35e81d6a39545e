"""Expansions in two parameters (lemma 26): what they enclose, against numbers at points."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import arb, fmpq

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.expansion import power
from certify.kernel.foundation.nested import Nested
from certify.kernel.foundation.plane import Plane, dot

RECTANGLES = [
    ((0, "0.05"), (0, "0.04")),
    ((0, "0.05"), ("0.3", "0.4")),
    (("0.2", "0.24"), (0, "0.04")),
    (("0.2", "0.24"), ("0.6", "1")),
]


@pytest.fixture(autouse=True)
def _precision():
    with precision(192):
        yield


def plane_of(t, w, order=9, length=5):
    """The plane of a rectangle."""
    ends = [tuple(fmpq(*Fraction(end).as_integer_ratio()) for end in pair) for pair in (t, w)]
    return Plane(*ends, order, length)


def constant(number):
    """A number as both."""
    return Both(arb(number), lambda *_: arb(number))


class Both:
    """A function as a nested expansion, and as a function of balls."""

    def __init__(self, nested, value):
        self.nested, self.value = nested, value

    def __add__(self, other):
        other = other if isinstance(other, Both) else constant(other)
        return Both(self.nested + other.nested, lambda *at: self.value(*at) + other.value(*at))

    def __mul__(self, other):
        other = other if isinstance(other, Both) else constant(other)
        return Both(self.nested * other.nested, lambda *at: self.value(*at) * other.value(*at))

    def __truediv__(self, other):
        return Both(self.nested / other.nested, lambda *at: self.value(*at) / other.value(*at))

    def sqrt(self):
        return Both(self.nested.sqrt(), lambda *at: self.value(*at).sqrt())

    def asin(self):
        return Both(self.nested.asin(), lambda *at: self.value(*at).asin())


def parameters(plane):
    """t and w themselves."""
    one = plane.number(1)
    return (
        Both(Nested.of(plane, one, (1, 0)), lambda t, _: t),
        Both(Nested.of(plane, one, (0, 1)), lambda _, w: w),
    )


def functions(plane):
    """What the closed forms are made of, in t and w."""
    t, w = parameters(plane)
    tilted = (w * t * t * 3 + 1) / (w * w + 2)
    root = (t * t * w * w * (w * 2 + t + 3)).sqrt()
    yield "product", tilted * (w * -1 + t * 5)
    yield "quotient", (w + t) / (t * w * 2 + 1)
    yield "root", root
    yield "root over its powers", root / (t * w)
    yield "arcsine", (root * tilted * 0.3).asin()
    yield "arcsine of no power", (w * 0.4 + t * -0.3 + 0.1).asin()
    yield "cancelled", ((t * w + 1).sqrt() + -1) / (t * w)
    yield "cancelled at both ends", ((w * t * t + 1) * (w * t * t * -1 + 1) + -1) / (w * t * t)


@pytest.mark.parametrize("rectangle", RECTANGLES, ids=str)
def test_values_lie_in_the_enclosures(rectangle):
    (t0, t1), (w0, w1) = rectangle
    plane, rng = plane_of(*rectangle), random.Random(1)
    for name, f in functions(plane):
        for _ in range(12):
            t, w = (
                Fraction(low) + (Fraction(high) - Fraction(low)) * Fraction(rng.randint(1, 99), 100)
                for low, high in ((t0, t1), (w0, w1))
            )
            at = [fmpq(*x.as_integer_ratio()) for x in (t, w)]
            s = arb(at[0]) - (0 if plane.t_from_zero else plane.t.polynomial[0])
            found = f.nested.at(arb(at[1]) - plane.middle)
            value = found.over(s) * power(s, found.valuation)
            with precision(400):
                true = f.value(*map(arb, at))
            assert value.is_finite(), name
            assert value.contains(true), (name, t, w)
            assert float(value.rad()) < 1e-3 * max(1, abs(float(true.mid()))), (name, value)


@pytest.mark.parametrize("rectangle", RECTANGLES, ids=str)
def test_a_thin_ball_stays_a_set(rectangle):
    """Every member of the tube lies in the enclosure, not only its middle."""
    plane = plane_of(*rectangle)
    t, w = parameters(plane)
    ball = arb(2, arb(1) / 10)
    spread = (w.nested * ball + t.nested + 1).sqrt()
    for inner in (arb("1.9"), arb("1.95"), arb(2), arb("2.1")):
        exact = (w.nested * inner + t.nested + 1).sqrt()
        y = plane.y.mid()
        left, right = spread.at(y), exact.at(y)
        s = plane.s.mid()
        assert left.over(s).contains(right.over(s).mid())


def test_known_orders_are_taken_out_and_contradictions_told():
    plane = plane_of((0, "0.05"), (0, "0.04"))
    t, w = (f.nested for f in parameters(plane))
    f = (t * t * w + 1) * (w + 1) - (w + 1)  # t^2 w (1 + w), not exactly
    blurred = f + arb(0, arb(1) / 10**9)
    assert blurred.known_order(2, 1) is not None
    assert f.known_order(2, 1).at(arb(0)).over(arb(0)).contains(1)
    assert (f + 1).known_order(2, 1) is None
    assert (f + t).known_order(2, 0) is None
    assert (w + 1).known_order(0, 1) is None


def test_off_zero_a_known_order_is_a_division():
    plane = plane_of(("0.2", "0.24"), ("0.6", "0.8"))
    t, w = (f.nested for f in parameters(plane))
    value = (t * t * w * 3).known_order(2, 1).at(plane.y.mid()).over(plane.s.mid())
    assert value.contains(3)
    assert (t + 1).known_order(2, 1) is not None  # no end where anything must vanish


@pytest.mark.parametrize(
    "made",
    [
        lambda _, w: 1 / (w - w),
        lambda t, w: (t * w * w * w).sqrt(),
        lambda _, w: (1 / w).asin(),
        lambda _, w: (w - 1).sqrt(),
        lambda _, w: (1 / w).at(w.plane.y),
    ],
    ids=["division by zero", "odd root", "unbounded arcsine", "negative root", "unbounded"],
)
def test_what_is_not_defined_raises(made):
    plane = plane_of((0, "0.05"), (0, "0.04"))
    with pytest.raises((ValueError, ArithmeticError)):
        made(*(f.nested for f in parameters(plane)))


def test_a_sum_of_products_is_that_of_expansions():
    """With other powers and orders, and remainders."""
    plane = plane_of((0, "0.05"), (0, "0.04"), order=6)
    t = plane.t
    f = [1 / (t + 1), t * t * (t + 3), 0, (t + 2).sqrt(), plane.number(5)]
    g = [t + 4, 1 / (t + 2), t, t * t * t, 0]
    found = dot(f, g)
    plain = f[0] * g[0] + f[1] * g[1] + f[3] * g[3]
    for place in ("0.01", "0.02", "0.049"):
        s = arb(place)
        assert found.over(s).overlaps(plain.over(s))
        with precision(400):
            true = (s + 4) / (s + 1) + s * s * (s + 3) / (s + 2) + s**3 * (s + 2).sqrt()
        assert found.over(s).contains(true)
    assert dot([0, t], [t, 0]) == 0
