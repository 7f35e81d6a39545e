"""Lemmas 13 and 14: expansions enclose the functions they stand for, and the family's equations are the unscaled ones."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import arb, arb_poly, fmpq

from certify.kernel.balls import ball, precision
from certify.kernel.expansion import Expansion, power
from certify.kernel.gaussian_family import FAMILIES, GRADIENT_ORDER, Chart, CoverBox, derivative_by_x
from certify.kernel.isotypic import component, component_types, padding, padding_types
from certify.kernel.symmetry import Block, Geometry, fixed_matrix, unknowns


@pytest.fixture(autouse=True)
def _precision():
    with precision(200):
        yield


def at_zero(order):
    domain = ball(fmpq(1, 20)) + arb(0, ball(fmpq(1, 20)).upper())
    return Expansion(1, order, arb_poly([1]), arb(0), domain)


def around(centre, order):
    return Expansion(0, order, arb_poly([ball(centre), 1]), arb(0), arb(0, ball(fmpq(1, 30)).upper()))


def value(f, s):
    return f.over(s) * s**f.valuation if isinstance(f, Expansion) else arb(f)


def formulas(t):
    """Functions of t, written once for expansions and for balls."""
    u = 1 + t * t * 3 - t
    yield u
    yield u * u * u - u
    yield 1 / u
    yield u / (2 + t * 7)
    yield (u * 2 - 1).sqrt()
    yield (t / (1 + t)).asin()
    yield ((t - u) / 3).asin()
    yield (1 / (t * t) + 5) * t
    yield (1 / (t * t) - 1) * (t * t * 4) - 4
    yield (t * t * (1 + t)).sqrt() / t
    yield 1 - t
    yield t - 1
    yield -t * arb(2) / arb(3)
    yield (t * t - t * t) + u


@pytest.mark.parametrize("order", [4, 9, 10, 16, 31])
@pytest.mark.parametrize("centre", [None, fmpq(1, 5), fmpq(-1, 3)])
def test_expansions_enclose(order, centre):
    t = at_zero(order) if centre is None else around(centre, order)
    if centre is not None and centre < 0:  # the last root needs t > 0
        t = t * -1
    rng = random.Random(order)
    low, high = (1, 1000) if centre is None else (-333, 333)
    for _ in range(25):
        s = ball(fmpq(rng.randint(low, high), 10000))
        here = value(t, s)
        for f, exact in zip(formulas(t), formulas(here), strict=True):
            assert value(f, s).overlaps(exact)
            assert value(f, s).is_finite()


def test_high_order_means_small_remainder():
    """The order is really used: flint's default would cut power series at ten terms."""
    coarse, fine = (value((at_zero(order) / (1 + at_zero(order))).asin(), ball(fmpq(1, 100))).rad() for order in (8, 24))
    assert fine < coarse * arb(10) ** -12


def test_exact_cancellation_moves_into_the_valuation():
    t = at_zero(12)
    k = 1 / (t * t)
    assert (k.valuation, (k - 1).valuation, (k * (1 + t * t * 5) - k).valuation) == (-2, -2, 0)
    assert (t * t * 4 * (k - 1) / 4 - 1).valuation == 2


def test_remainders_enclose_every_member():
    """A function with a remainder stands for all functions between; products and roots of members stay inside."""
    t = at_zero(10)
    f = Expansion(0, 3, arb_poly([1, 2, ball(fmpq(1, 3))]), arb(0, 1), t.domain)
    for member in (arb(-1), arb(fmpq(1, 2)), arb(1)):
        for s in (fmpq(1, 1000), fmpq(1, 30), fmpq(1, 10)):
            x = ball(s)
            exact = 1 + 2 * x + x * x / 3 + member * x * x * x
            assert value(f, x).overlaps(exact)
            assert value(f * f, x).overlaps(exact * exact)
            assert value(1 / f, x).overlaps(1 / exact)
            assert value(f.sqrt(), x).overlaps(exact.sqrt())
            assert value((f / 2).asin(), x).overlaps((exact / 2).asin())


@pytest.mark.parametrize("zeros", [1, 16, 20, 31])
@pytest.mark.parametrize("bits", [256, 900, 1088])
def test_arcsines_of_functions_that_vanish_to_a_high_order(zeros, bits):
    """flint's own series of asin aborts the whole process here (found by an attack)."""
    with precision(bits):
        t = at_zero(32)
        for number in (arb(1), ball(fmpq(7, 10))):
            f = Expansion(0, 32, arb_poly([arb(0)] * zeros + [number]), arb(0), t.domain)
            s = ball(fmpq(1, 20))
            exact = (number * power(s, zeros)).asin()
            assert value(f.asin(), s).overlaps(exact)
            assert value((f + 1) / 3, s).is_finite()
            assert value(((f + 1) / 3).asin(), s).overlaps(((number * power(s, zeros) + 1) / 3).asin())


def test_what_is_not_defined_says_so():
    t = at_zero(8)
    with pytest.raises(ValueError, match="odd"):
        t.sqrt()
    with pytest.raises(ValueError, match="unbounded"):
        (1 / t).asin()
    s = around(fmpq(0), 8)  # of either sign: the root of s^2 is |s|, and s is not positive (found by the author of the second checker)
    with pytest.raises(ValueError, match="either sign"):
        (s * s).sqrt()
    assert not s.positive()
    assert not (s * s).positive()
    assert (s * s + 1).positive()
    wide = Expansion(0, 8, arb_poly([0.5, -10]), arb(0), t.domain)
    assert not wide.inverse().hull().is_finite()
    assert not wide.sqrt().hull().is_finite()
    assert not (t * 30 + 0.5).asin().hull().is_finite()
    assert not wide.positive()
    assert t.positive()
    assert Expansion(0, 4, arb_poly([0, 1, 2]), arb(0), t.domain).without(2) is None
    found = Expansion(0, 4, arb_poly([arb(0, 1), arb(0, 1), 2]), arb(0), t.domain).without(2)
    assert (found.valuation, found.order) == (2, 2)
    assert power(arb(0, 1), 2).contains(1)
    assert power(arb(3), 0) == 1


def chart(low, high, branch, order=14):
    return Chart(FAMILIES["II"], CoverBox(fmpq(low), fmpq(high), order, 4, fmpq(1, 1000), branch))


BRANCH = tuple((fmpq(round(x * 10**6), 10**6),) for x in (2.1, -1.3, -4.0, 1.3, 4.9))


@pytest.mark.parametrize("ends", [(fmpq(0), fmpq(1, 20)), (fmpq(1, 10), fmpq(3, 20)), (fmpq(19, 50), fmpq(41, 100))])
def test_the_regularised_equations_are_the_unscaled_ones(ends):
    """At points t > 0 the expansions of G = g/t^2, its derivative, all pencils, and k F enclose what the closed forms give there."""
    here = chart(*ends, BRANCH)
    geometry = here.geometry(fmpq(1, 10**4))
    gradient = [here.known_order(g, GRADIENT_ORDER) for g in here.geometry(fmpq(0)).gradient()]
    derivative = derivative_by_x(here, component(geometry, component_types(geometry.blocks)[0]))
    rng = random.Random(3)
    for share in (1, 30, 70, 99):
        t_exact = ends[0] + (ends[1] - ends[0]) * fmpq(share, 100)
        origin = fmpq(0) if ends[0] == 0 else (ends[0] + ends[1]) / 2
        s, t = ball(t_exact - origin), ball(t_exact)
        k = 1 / (t * t)
        for shift, compare_gradient in ((fmpq(0), True), (fmpq(rng.randint(-100, 100), 10**6), False)):
            xs = [ball(p[0] + shift) for p in BRANCH]
            coordinates = [1 + xs[0] * t**4, xs[1] * t**4, 2 * t**2 + xs[2] * t**4, xs[3] * t**2, -1 + xs[4] * t**2]
            blocks = (Block(k - 1, True, True, 0), Block(1, True, True, 1))
            point = Geometry(blocks, fixed_matrix(blocks, dict(zip(unknowns(blocks), coordinates, strict=True))))
            if compare_gradient:
                for f, g in zip(gradient, point.gradient(), strict=True):
                    assert value(f, s).overlaps(g / t**2)
                assert value(here.known_order(here.geometry(fmpq(0)).loss(), 2), s).overlaps(point.loss() * k)
            first = component(point, component_types(blocks)[0])
            for a, row in enumerate(derivative):
                for b, entry in enumerate(row):
                    exact = first.form[max(a, b)][min(a, b)] / first.norms[a] * t ** (FAMILIES["II"].scale[b] - 2)
                    assert value(entry, s).overlaps(exact)
            pairs = [(component(geometry, kind), component(point, kind)) for kind in component_types(blocks)]
            pairs += [(padding(geometry, kind), padding(point, kind)) for kind in padding_types(blocks)]
            for big, small in pairs:
                for row, exact_row in zip(big.form, small.form, strict=True):
                    assert all(value(f, s).overlaps(arb(x)) for f, x in zip(row, exact_row, strict=True))
                assert all(value(f, s).overlaps(arb(x)) for f, x in zip(big.norms, small.norms, strict=True))


def test_the_limit_at_infinite_k():
    """E.2: X(0) = (8/pi, -4/pi, -2 - 8/pi, 4/pi, 2 + 8/pi + 8/pi^2) solves the limit equations, and k F tends to 1/2 - 2/pi^2 there."""
    pi = Fraction(31415926535897932384626433832795028841971693993751, 10**49)
    limit = (8 / pi, -4 / pi, -2 - 8 / pi, 4 / pi, 2 + 8 / pi + 8 / pi**2)
    here = chart(fmpq(0), fmpq(1, 10**6), tuple((fmpq(x.numerator, x.denominator),) for x in limit))
    geometry = here.geometry(fmpq(0))
    for g in geometry.gradient():
        f = here.known_order(g, GRADIENT_ORDER)
        assert f.valuation > 0 or abs(f.polynomial[0]) < arb(10) ** -40
    loss = here.known_order(geometry.loss(), 2)
    assert abs(loss.polynomial[0] - (arb(1) / 2 - 2 / arb.pi() ** 2)) < arb(10) ** -40
