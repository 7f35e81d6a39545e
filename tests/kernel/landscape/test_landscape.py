"""The landscape of two neurons and two teachers: enclosures against mpmath, the equations against
the gradient of the loss, and what must stay undecided.
"""

from __future__ import annotations

import copy
import random

import pytest
from flint import arb, fmpq
from mpmath import mp, mpf
from oracles.smooth import as_mpf, encloses

from certify.kernel.check import check_document
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Proved, Rejected
from certify.kernel.landscape import plane
from certify.kernel.landscape.angles import (
    between,
    cosine,
    from_cosine,
    kappa,
    kappa_second,
    kappa_slope,
    root,
)
from certify.kernel.landscape.beyond import Box, settle_beyond
from certify.kernel.landscape.norms import longest, norms_equations, norms_slopes
from certify.kernel.landscape.plane import settle_in_plane
from certify.kernel.landscape.points import find_saddle, place_of

BITS = 192
PLANE = {
    "format": "certify/1",
    "kind": "gaussian-landscape",
    "statement": {
        "problem": {"neurons": 2, "teachers": 2, "dimension": 2},
        "claims": {"saddle": None, "level": "0.08617"},
    },
    "witness": {"bits": 128, "depth": 12},
}


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(60), precision(BITS):
        yield


def true_kappa(t):
    a = abs(t) % (2 * mp.pi)
    a = min(a, 2 * mp.pi - a)
    return (mp.sin(a) + (mp.pi - a) * mp.cos(a)) / (2 * mp.pi)


def balls(rng: random.Random, count: int):
    """Balls of all widths around points of [-2 pi, 2 pi], more of them around multiples of pi."""
    for _ in range(count):
        middle = rng.choice(
            [rng.uniform(-6.2, 6.2), rng.choice((-2, -1, 0, 1, 2)) * 3.14159265358979]
        )
        radius = 10 ** rng.uniform(-20, -0.3)
        low, high = max(middle - radius, -6.283), min(middle + radius, 6.283)
        if low < high:
            yield arb(low).union(arb(high)), mpf(low), mpf(high)


def test_kappa_and_its_derivatives_are_enclosed():
    rng = random.Random(1)
    for ball_, low, high in balls(rng, 400):
        for share in (0, 1, rng.random(), rng.random()):
            t = low + (high - low) * mpf(share)
            assert encloses(kappa(ball_), true_kappa(t), mpf(10) ** -45)
            a = abs(t) % (2 * mp.pi)
            a = min(a, 2 * mp.pi - a)
            sign = 1 if (t % (2 * mp.pi)) <= mp.pi else -1
            slope = -sign * (mp.pi - a) * mp.sin(a) / (2 * mp.pi)
            assert encloses(kappa_slope(ball_), slope, mpf(10) ** -45)
            bend = (mp.sin(a) - (mp.pi - a) * mp.cos(a)) / (2 * mp.pi)
            assert encloses(kappa_second(ball_), bend, mpf(10) ** -45)


@pytest.mark.parametrize("low, high", [("-1e-30", "1e-30"), ("0", "1"), ("-0.5", "0.1")])
def test_kappa_at_most_one_half_around_0(low, high):
    """A ball of absolute values around 0 has a negative end, where the formula is larger."""
    found = kappa(arb(low).union(arb(high)))
    assert encloses(found, mpf(1) / 2)
    assert as_mpf(found.upper()) < mpf(1) / 2 + mpf(10) ** -8  # a radius has 30 bits


def test_monotone_functions_and_their_ends():
    pi = arb.pi()
    assert encloses(cosine(arb(3).union(pi + 1)), mpf(-1))
    assert encloses(cosine(arb(-1).union(arb(1))), mpf(1))
    assert encloses(from_cosine(arb(-2).union(arb(0))), +mp.pi)
    assert encloses(from_cosine(arb("0.5").union(arb(2))), mpf(0))
    assert from_cosine(arb("1.5")) is None
    assert from_cosine(arb("-1.5")) is None
    assert encloses(root(arb(-1).union(arb(4))), mpf(2))
    assert encloses(root(arb(-1).union(arb(4))), mpf(0))
    assert root(arb(-2)) is None
    assert between(arb(3), arb(0), arb(1)) is None


def directions(rng: random.Random):
    """Angles and mu with room for both neurons outside the plane."""
    while True:
        b1, b2, mu = rng.uniform(0.5, 1), rng.uniform(0.5, 1), rng.uniform(0.34, 1)
        at = [mpf(b1) * mp.pi, mpf(b2) * mp.pi, mpf(mu)]
        if all(mp.cos(f * at[0]) ** 2 + mp.cos(f * at[1]) ** 2 < mpf("0.99") for f in (1, at[2])):
            return at


def true_equations(at):
    """The five rows and their right sides, as the lemma has them."""
    b1, b2, mu = at
    a1, a2 = mu * b1, mu * b2
    s1 = mp.sqrt(1 - mp.cos(b1) ** 2 - mp.cos(b2) ** 2)
    s2 = mp.sqrt(1 - mp.cos(a1) ** 2 - mp.cos(a2) ** 2)
    g = mp.acos(s1 * s2 - mp.cos(b1) * mp.cos(a1) - mp.cos(b2) * mp.cos(a2))
    return [
        [-g * mp.cos(b1), -g * mp.cos(a1), a1],
        [-g * mp.cos(b2), -g * mp.cos(a2), a2],
        [mu * mp.pi - g, mp.sin(g), mu * (mp.sin(b1) + mp.sin(b2))],
        [mp.sin(g), mp.pi / mu - g, mp.sin(a1) + mp.sin(a2)],
        [s1, -s2, mpf(0)],
    ]


def enclosed(x, spread):
    return arb(mp.nstr(x - spread, 50)).union(arb(mp.nstr(x + spread, 50)))


@pytest.mark.parametrize("seed", range(20))
def test_entries_and_slopes_of_the_equations(seed):
    rng = random.Random(seed)
    at, spread = directions(rng), mpf(10) ** rng.uniform(-12, -2)
    wide = tuple(enclosed(x, spread) for x in at)
    linear, slopes = norms_equations(wide), norms_slopes(wide)
    points = [[x + spread * rng.uniform(-1, 1) for x in at] for _ in range(3)]
    step = mpf(10) ** -20
    for point in points:
        truth = true_equations(point)
        for i, (p, q, right) in enumerate(truth):
            for found, value in zip(
                (*linear.matrix[i], linear.right[i]), (p, q, right), strict=True
            ):
                assert encloses(found, mp.re(value), mpf(10) ** -40)
        if slopes is None:
            continue
        for t in range(3):
            ends = [
                true_equations([x + s * step * (t == u) for u, x in enumerate(point)])
                for s in (1, -1)
            ]
            for i in range(5):
                by = [
                    (mp.re(a) - mp.re(b)) / (2 * step)
                    for a, b in zip(*(e[i] for e in ends), strict=True)
                ]
                found = [slopes.matrix[i][0][t], slopes.matrix[i][1][t], slopes.right[i][t]]
                assert all(encloses(f, v, mpf(10) ** -15) for f, v in zip(found, by, strict=True))


def gradient(rows):
    """That of F at two rows in R^3, by lemma 2."""
    teachers = [[mpf(1), mpf(0), mpf(0)], [mpf(0), mpf(1), mpf(0)]]
    found = []
    for i, w in enumerate(rows):
        length = mp.norm(mp.matrix(w))
        total = [x / 2 for x in w]
        for other, sign in ((rows[1 - i], 1), *((v, -1) for v in teachers)):
            far = mp.norm(mp.matrix(other))
            angle = mp.acos(mp.fdot(w, other) / length / far)
            total = [
                x + sign * (far * mp.sin(angle) * y / length + (mp.pi - angle) * z) / (2 * mp.pi)
                for x, y, z in zip(total, w, other, strict=True)
            ]
        found.append(total)
    return found


def test_the_equations_are_those_of_a_critical_point():
    """At neurons outside the plane whose five residuals are known, the gradient is what they say:
    2 pi times it is a combination of them (lemma 37).
    """
    rng = random.Random(7)
    for _ in range(40):
        at = directions(rng)
        b1, b2, mu = at
        rows_ = true_equations(at)
        r1 = mpf(rng.uniform(0.1, 2))
        s1, s2 = rows_[4][0], -rows_[4][1]
        rho = r1 * s1 / s2  # the last equation
        r2 = rho / mu
        first = [-r1 * mp.cos(b1), -r1 * mp.cos(b2), r1 * s1]
        second = [-r2 * mp.cos(mu * b1), -r2 * mp.cos(mu * b2), -r2 * s2]
        rest = [p * r1 + q * rho - y for p, q, y in rows_]
        g = gradient([first, second])
        for v in range(2):
            value = rest[v] / mu + rest[2] / (mu * r1) * first[v]
            assert abs(2 * mp.pi * g[0][v] - value) < mpf(10) ** -30
            value = rest[v] + rest[3] / r2 * second[v]
            assert abs(2 * mp.pi * g[1][v] - value) < mpf(10) ** -30
        assert abs(2 * mp.pi * g[0][2] - rest[2] / (mu * r1) * first[2]) < mpf(10) ** -30
        assert abs(2 * mp.pi * g[1][2] - rest[3] / r2 * second[2]) < mpf(10) ** -30


def test_the_saddle_is_critical_and_has_index_1():
    saddle = find_saddle(128, Ledger())
    place = place_of(saddle)
    a, c = as_mpf(place.plane.mid()), as_mpf(place.beyond.mid())
    assert max(abs(x) for row in gradient([[a, a, c], [a, a, -c]]) for x in row) < mpf(10) ** -30
    assert place.negative == 1
    assert abs(a - mpf("0.52457922254")) < mpf(10) ** -10
    at = (saddle.angle, saddle.angle, arb(1))
    linear, most = norms_equations(at), longest(at)
    for row, right in zip(linear.matrix, linear.right, strict=True):
        assert ((row[0] + row[1]) * saddle.length - right).contains(0)
    assert all(as_mpf(saddle.length.upper()) < as_mpf(bound) for bound in most)


@pytest.mark.parametrize("point", ["teachers", "opposite neurons"])
def test_a_box_at_a_known_point_is_undecided_without_it(point, monkeypatch):
    corner = {
        "teachers": (fmpq(1, 4), fmpq(1, 4), fmpq(1, 2048)),
        "opposite neurons": (fmpq(1023, 1024), fmpq(0), fmpq(1, 1024)),
    }[point]
    assert settle_in_plane(corner) == f"only {'the ' * (point == 'teachers')}{point}"
    monkeypatch.setattr(plane, "PLANE_KNOWN", {})
    assert settle_in_plane(corner) is None


def test_a_box_at_the_saddle_is_undecided_without_it():
    saddle = find_saddle(128, Ledger())
    side = fmpq(1, 2**17)
    low = fmpq(int(fmpq(712538184852559, 10**15) / side)) * side
    box = Box((low, low, 1 - side), (side, side, side))
    assert settle_beyond(box, saddle) == "only the saddle"
    assert isinstance(settle_beyond(box, None), int)


@pytest.mark.parametrize(
    "corner, sides, outside",
    [
        (("1/2", "3/4", "1/2"), ("1/8", "1/8", "1/8"), True),  # b_1 < b_2
        (("1/2", "5/8", "1/2"), ("1/8", "1/8", "1/8"), False),  # b_1 = b_2 is in it
        (("7/8", "3/4", "1/2"), ("1/8", "1/8", "1/8"), True),  # b_1 + b_2 > 3 pi/2
        (("7/8", "5/8", "1/2"), ("1/8", "1/8", "1/8"), False),
        (("1/2", "1/2", "1/4"), ("1/8", "1/8", "1/16"), True),  # mu < 1/3
        (("1/2", "1/2", "1/4"), ("1/8", "1/8", "1/12"), False),
    ],
)
def test_the_domain_is_closed(corner, sides, outside):
    numbers = [tuple(fmpq(*map(int, x.split("/"))) for x in part) for part in (corner, sides)]
    assert Box(*numbers).outside() == outside


def changed(**claims):
    document = copy.deepcopy(PLANE)
    document["statement"]["claims"].update(claims)
    return document


def test_the_plane_is_settled():
    outcome = check_document(PLANE)
    assert isinstance(outcome, Proved)
    assert any("60 value" in line.sentence for line in outcome.inequalities)


@pytest.mark.parametrize("level, code", [("0.0862", "level"), ("0.0861788164", "level")])
def test_a_level_above_another_critical_value_is_rejected(level, code):
    outcome = check_document(changed(level=level))
    assert isinstance(outcome, Rejected)
    assert outcome.code == code


def test_too_shallow_a_search_is_rejected():
    document = copy.deepcopy(PLANE)
    document["witness"]["depth"] = 3
    outcome = check_document(document)
    assert isinstance(outcome, Rejected)
    assert outcome.code == "settled"
