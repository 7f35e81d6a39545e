"""The second checker's series in two parameters (lemma 26), and its closed forms on a rectangle of
t and w: what they say at a point is what the closed forms of that point say.
"""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from mpmath import mp, mpf
from standalone import recheck

rc = recheck("plane")
Verdict, Num = rc.verdict.Verdict, rc.arithmetic.Num
BITS = 160
AR = rc.arithmetic.Arithmetic(BITS)
X = [Fraction(x) for x in ("1.25", "0.125", "0.875", "1.5", "0.625", "0.25", "-0.75")]
OUTSETS = [(False, False), (True, False), (False, True), (True, True)]


def ends(outset: bool) -> tuple[Fraction, Fraction]:
    return (Fraction(0), Fraction(3, 32)) if outset else (Fraction(1, 4), Fraction(9, 32))


def domain_of(outsets: tuple[bool, bool]):
    lengths = (7, 5)
    axes = [rc.axes.Axis(*ends(o), n) for o, n in zip(outsets, lengths, strict=True)]
    return rc.series.Domain(AR, tuple(axes))


def drawn(rng: random.Random, domain, powers=(0, 0), unit=False):
    """A set, and one of its members: a polynomial with its errors in s^i y^j."""
    s, y = (axis.length for axis in domain.axes)
    columns, many = rng.randint(1, s), rng.randint(1, y)
    size = rng.choice([2**-3, 2**-5])
    rows = [
        [int(rng.uniform(-1, 1) * size ** min(i + j, 3) * 2**BITS) for i in range(columns)]
        for j in range(many)
    ]
    if unit:
        rows[0][0] = (1 << BITS) + (rows[0][0] >> 3)
    wide = rng.choice([0, 2**20, 2**100])
    off = [rng.choice([0, rng.randint(0, wide)]) for _ in range(1 + rng.randint(0, domain.apart))]
    member = {(i, j): Fraction(x, 1 << BITS) for j, r in enumerate(rows) for i, x in enumerate(r)}
    for i, bound in enumerate(off):  # the last is for all columns from there on
        at = i if i < len(off) - 1 else rng.randint(i, i + 9)
        place = at, rng.randint(0, 9)
        part = rng.choice([-1, 1]) * Fraction(bound, 1 << BITS)
        member[place] = member.get(place, Fraction(0)) + part
    return rc.series.Series(domain, powers, rows, off), member, powers


def place(domain, point):
    """s and y, T and W of a point."""
    both = list(zip(point, domain.axes, strict=True))
    return [(q - a.origin) / a.width for q, a in both], [q / a.scale for q, a in both]


def real(q) -> mpf:
    return mpf(q.numerator) / q.denominator


def enclosure(f, point) -> tuple[Fraction, Fraction]:
    """Of f at a point, where t and w are positive."""
    (s, y), (t, w) = place(f.domain, point)
    bare = f.new((0, 0), f.rows, f.off)  # columns that are 0 go into its powers, as into those of f
    x, z = (rc.arithmetic.exactly(f.ar, q) for q in (s, y))
    low, high = bare.at(x, z).side()
    factor = t ** f.powers[0] * w ** f.powers[1]
    return low * factor, high * factor


def member_at(domain, member, powers, point) -> mpf:
    (s, y), (t, w) = place(domain, point)
    total = sum(x * s**i * y**j for (i, j), x in member.items())
    return real(Fraction(total) * t ** powers[0] * w ** powers[1])


def points(rng, domain):
    for part in (Fraction(1, 64), Fraction(rng.randint(1, 63), 64), Fraction(1)):
        yield [a.low + part * (a.high - a.low) for a in domain.axes]


def require_value(f, value, point) -> None:
    low, high = enclosure(f, point)
    unit = mpf(2) ** (8 - BITS) * (1 + abs(value))  # of the reference, and of the point
    assert real(low) - unit <= value <= real(high) + unit


@pytest.mark.parametrize("outsets", OUTSETS)
@pytest.mark.parametrize("seed", range(6))
def test_members_of_sets_give_members(outsets, seed):
    rng, domain = random.Random(seed), domain_of(outsets)
    f, *a_terms = drawn(rng, domain, (rng.randint(-2, 3), rng.randint(-1, 2)))
    g, *b_terms = drawn(rng, domain, (rng.randint(-2, 3), rng.randint(-1, 2)), unit=True)
    h, *c_terms = drawn(rng, domain, (2, 2), unit=True)
    u, *d_terms = drawn(rng, domain, (1, 1))
    results = {
        "sum": f + g,
        "difference": 3 - f,
        "product": f * g,
        "quotient": f / g,
        "root": h.root(),
        "angle": u.inclination(h / domain.power(2, 2)),
        "steep": (-h / domain.power(2, 2)).inclination(u.square() + h),
    }
    with mp.workdps(80):
        for point in points(rng, domain):
            a, b, c, d = (
                member_at(domain, *terms, point) for terms in (a_terms, b_terms, c_terms, d_terms)
            )
            over = c / real(point[0] ** 2 * point[1] ** 2)
            expected = {
                "sum": a + b,
                "difference": 3 - a,
                "product": a * b,
                "quotient": a / b,
                "root": mp.sqrt(c),
                "angle": mp.atan(d / over),
                "steep": mp.atan(-over / (d * d + c)),
            }
            for name, found in results.items():
                require_value(found, expected[name], point)


def rectangle(outsets, x=X):
    t, w = map(ends, outsets)
    branch = [[[c, Fraction(1, 3)], [Fraction(1, 5)]] for c in x]
    radii = [Fraction(1, 10**9)] * 7
    return rc.plane.Rectangle(t, w, w[0] / 2, (6, 4), (2, 2), radii, branch)


def at_a_point(chart, point):
    """By intervals, at the branch: the network of G_0, multipliers, the network of the least c."""
    (t, w), ar = point, chart.ar
    s, y = (q - a.origin for q, a in zip(point, chart.axes, strict=True))

    def number(q):
        return Num(ar, rc.arithmetic.exactly(ar, Fraction(q)))

    found = []
    for terms, scale in zip(chart.rectangle.branch, rc.plane.SCALE, strict=True):
        x = sum(c * s**i * y**n for n, row in enumerate(terms) for i, c in enumerate(row))
        found.append(x * w * t**scale)
    shape = rc.blocks.Shape([("diagonal", number(1 / t**2 - 1)), ("diagonal", 1)])
    pairs = zip(shape.count, found, rc.plane.BASE, strict=False)
    entry = {key: number(x + base) for key, x, base in pairs}
    flat = rc.tilted.TiltedNetwork(ar, shape, entry, number(Fraction(-1, 4)))
    low = chart.rectangle.below
    return flat, found[5:], flat.tilted(number(2 * low * t**2 / (1 - low) / 4 - Fraction(1, 4)))


def middle(x) -> Fraction:
    low, high = x.side()
    return (low + high) / 2


def require_same(f, number, point) -> None:
    """The enclosure on the rectangle, narrow, holds the number."""
    if isinstance(f, int):
        assert f == number == 0 or f == number
        return
    low, high = enclosure(f, point)
    at = middle(number) if isinstance(number, Num) else Fraction(number)
    assert low - Fraction(1, 10**25) <= at <= high + Fraction(1, 10**25)
    assert high - low < Fraction(1, 10**2)


@pytest.mark.parametrize("outsets", OUTSETS)
def test_the_closed_forms_are_those_of_each_point(outsets):
    chart = rc.plane.PlaneChart(rectangle(outsets), Fraction(1, 500), 128)
    point = [a.low + Fraction(3, 4) * (a.high - a.low) for a in chart.axes]
    (t, _), (flat, mu, lowest) = point, at_a_point(chart, point)
    k, tube = 1 / t**2, chart.tube
    for f, number in zip(tube.gradient(), flat.gradient(), strict=True):
        require_same(f, number, point)
    more = sum((k - 1, 1)[b] * mu[b] * middle(flat.lean(b)) for b in (0, 1))
    require_same(chart.loss(), middle(flat.loss()) + more / 2, point)
    # the pencils, times powers of t
    parts = [
        *lowest.components().values(),
        *lowest.padding().values(),
    ]
    assert len(parts) == len(chart.pencils)
    for (kind, lower), (rows, squares) in zip(chart.pencils, parts, strict=True):
        powers = rc.plane.BOUNDED[kind]
        for i, row in enumerate(lower):
            size = squares[i] if isinstance(squares[i], int) else middle(squares[i])
            for j, f in enumerate(row):
                entry = middle(rows[i][j]) - Fraction(int(i == j), 500)
                require_same(f, entry * size * t ** (powers[i] + powers[j]), point)


@pytest.mark.parametrize("outsets", OUTSETS)
def test_the_system_is_that_of_each_point(outsets):
    chart = rc.plane.PlaneChart(rectangle(outsets), Fraction(1, 500), 128)
    point = [a.low + Fraction(3, 4) * (a.high - a.low) for a in chart.axes]
    (t, w), (flat, mu, _) = point, at_a_point(chart, point)
    keys = list(flat.shape.count)
    q = (1 - w) / t**2 / 2
    rows = [
        [middle(g) + mu[key[1]], *map(middle, row), *(int(key[1] == b) for b in (0, 1))]
        for key, g, row in zip(keys, flat.gradient(), flat.jacobian(), strict=True)
    ]
    for b in (0, 1):
        total = w * middle(flat.lean(b)) - 4 * q * mu[b]
        sums = [
            w * (key[1] == b) * middle(Num(chart.ar, (0, 0)) + flat.shape.times(key))
            for key in keys
        ]
        rows.append([total, *sums, *(-4 * q * int(b == c) for c in (0, 1))])
    for found, row in zip(chart.system(), rows, strict=True):
        expected = [row[0], *(x * w * t**n for x, n in zip(row[1:], rc.plane.SCALE, strict=True))]
        # a row is known up to a positive factor
        at = max(range(1, 8), key=lambda j: abs(expected[j]))
        low, high = enclosure(found[at], point)
        factor = (low + high) / 2 / expected[at]
        assert factor > 0 and (high - low) / 2 < abs(low) / 100
        for f, x in zip(found, expected, strict=True):
            low, high = enclosure(f, point) if not isinstance(f, int) else (f, f)
            assert low - abs(x) * factor / 50 <= x * factor <= high + abs(x) * factor / 50


def test_orders_that_are_not_those_of_the_lemma_are_contradicted(monkeypatch):
    chart = rc.plane.PlaneChart(rectangle((True, False)), Fraction(1, 500), 128)
    chart.system()
    monkeypatch.setattr(rc.plane, "ORDER", (4, *rc.plane.ORDER[1:]))
    with pytest.raises(Verdict) as found:
        chart.system()
    assert found.value.code == "order"


def test_a_part_is_cut_where_a_test_fails():
    seen = []

    def narrow(cell):
        seen.append(cell)
        if max(high - low for low, high in cell) > 4:
            rc.verdict.refuse("curvature", "too wide")

    rc.plane.everywhere(narrow, ((0, 16), (-8, 8)))
    accepted = [cell for cell in seen if max(high - low for low, high in cell) <= 4]
    assert sum((x[1] - x[0]) * (y[1] - y[0]) for x, y in accepted) == 256
    with pytest.raises(Verdict):
        rc.plane.everywhere(narrow, ((0, 1000), (0, 1000)))
