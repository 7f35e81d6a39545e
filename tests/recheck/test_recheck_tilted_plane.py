"""The second checker's search for every slope: its equations and derivatives against mpmath at many
points, what it settles and what must stay open, and its agreement with the kernel's equations.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from mpmath import acos, asin, cos, diff, mp, mpf, pi, sin, sqrt
from oracles.slopes_landscape import is_global, minima, unequal
from standalone import recheck

rc = recheck("slopes_landscape")
AR = rc.arithmetic.Arithmetic(64)
HALF = rc.triangle.HALF
Block, Tilted = rc.tilted_plane.Block, rc.tilted_plane.Tilted
ULP = mpf(2) ** -64
SLACK = mpf(2) ** -40
ACCEPT = Path(__file__).resolve().parents[1] / "corpus" / "accept"


@pytest.fixture(scope="module")
def tilted():
    return Tilted(AR)


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(40):
        yield


def holds(num, value) -> bool:
    low, high = (mpf(end) * ULP for end in num.ends)
    return low - SLACK <= value <= high + SLACK


def overlap(w, t):
    """k times 2 pi."""
    t = abs(t) % (2 * pi)
    t = min(t, 2 * pi - t)
    return 4 * (1 - w) * (sin(t) + (pi - t) * cos(t)) + 2 * pi * (2 * w - 1) * cos(t)


def pull(w, x):
    return overlap(w, x - pi / 4) + overlap(w, x + pi / 4)


def sums(w, s, d):
    """A and B over 4 (1 - w), by their definitions."""
    k, slope = overlap(w, 2 * s), diff(lambda t: overlap(w, t), 2 * s)
    x, y = s + d, s - d
    first, second = (diff(lambda t: pull(w, t), z) for z in (x, y))
    own = overlap(w, mpf(0))
    a = (own + k) * (first + second) - slope * (pull(w, x) + pull(w, y))
    b = (own - k) * (second - first) - slope * (pull(w, x) - pull(w, y))
    return a / (4 * (1 - w)), b / (4 * (1 - w))


def drawn(count: int, seed: int):
    rng = random.Random(seed)
    for _ in range(count):
        s, d = rng.randrange(HALF // 8, HALF // 2), rng.randrange(HALF)
        yield s, d, Fraction(rng.randrange(1, 1000), 1001)


def angle(n):
    return pi * n / HALF


def test_equations_are_those_of_the_docstring(tilted):
    for s, d, w in drawn(80, 1):
        parts = tilted.parts(tilted.sums((s, s), (d, d)))
        weights = tilted.weights(w)
        values = [rc.tilted_plane._at_ends(part, (weights, weights))[0] for part in parts]
        for value, true in zip(
            values, sums(mpf(w.numerator) / w.denominator, angle(s), angle(d)), strict=True
        ):
            assert holds(value, true)


def test_slopes_are_the_derivatives(tilted):
    for s, d, w in drawn(40, 2):
        rows = tilted.slopes(tilted.sums((s, s), (d, d)))
        weights, number = tilted.weights(w), mpf(w.numerator) / w.denominator
        for i, row in enumerate(rows):
            for order, part in zip(((1, 0), (0, 1)), row, strict=True):
                value = rc.tilted_plane._at_ends(part, (weights, weights))[0]
                true = diff(
                    lambda p, q, i=i, n=number: sums(n, p, q)[i], (angle(s), angle(d)), order
                )
                low, high = (mpf(end) * ULP for end in value.ends)
                assert low - mpf(10) ** -9 <= true <= high + mpf(10) ** -9


def test_a_block_holds_what_its_points_have(tilted):
    rng = random.Random(3)
    for drawn_s, drawn_d, w in drawn(60, 4):
        side = HALF >> rng.randrange(3, 12)
        s, d = min(drawn_s, HALF // 2 - side), min(drawn_d, HALF - side)
        if s < HALF // 8:
            continue
        wide = tilted.sums((s, s + side), (d, d + side))
        at = s + rng.randrange(side), d + rng.randrange(side)
        thin = tilted.sums(*((n, n) for n in at))
        weights = tilted.weights(w)
        pairs = [*zip(tilted.parts(wide), tilted.parts(thin), strict=True)]
        for one, other in zip(tilted.slopes(wide), tilted.slopes(thin), strict=True):
            pairs += zip(one, other, strict=True)
        for one, other in pairs:
            (a, _), (b, _) = (rc.tilted_plane._at_ends(x, (weights, weights)) for x in (one, other))
            assert a.ends[0] <= b.ends[0] + 2**24 and b.ends[1] <= a.ends[1] + 2**24


def test_q_is_even_and_has_its_period(tilted):
    for n in (-HALF, -HALF // 3, -1, 0, 1, HALF // 5, HALF, HALF + 7, 3 * HALF // 2):
        with mp.workdps(40):
            assert holds(tilted.of.value(n), pull(mpf(1) / 2, angle(n)) / 2)
            if n % HALF:
                assert holds(tilted.of.slope(n), diff(lambda t: pull(mpf(1) / 2, t), angle(n)) / 2)
    wide = tilted.of.values((-HALF // 4, HALF // 8))
    assert holds(wide, pull(mpf(1) / 2, mpf(0)) / 2) and holds(wide, pull(mpf(1) / 2, pi / 4) / 2)


def block_at(rows, c, side=12, part=Fraction(1, 2**12)):
    """The block of side pi/2^side around the directions of two rows, named as in lemma 41."""
    first, second = (float(np.arctan2(*row[::-1])) for row in rows)
    if (first - second) % (2 * np.pi) > np.pi:
        first, second = second, first
    s = ((first - second) % (2 * np.pi)) / 2
    d = (first - s - np.pi / 4 + np.pi) % (2 * np.pi) - np.pi
    n = HALF >> side
    s, d = (int(z / np.pi * HALF) // n * n for z in (s, abs(d)))
    w = Fraction(c / (1 + c)).limit_denominator(10**9)
    return Block(min(s, HALF // 2 - n), min(d, HALF - n), w - part / 2, (n, n, part))


def is_open(tilted, block, depth=10):
    return rc.triangle.undecided(block, tilted.settled, Block.halves, depth, 20_000) is not None


@pytest.mark.parametrize("c", [0.02, 0.08, 0.12])
def test_spurious_minima_stay_open(tilted, c):
    spurious = [rows for rows, _ in minima(c, 2, 5, 0) if not is_global(rows)]
    assert spurious
    for rows in spurious:
        assert is_open(tilted, block_at(rows, c))


@pytest.mark.parametrize("c", [0.2, 1.0, 30.0])
def test_the_teachers_are_settled_as_what_they_are(tilted, c, monkeypatch):
    block = block_at(np.eye(2), c)
    assert not is_open(tilted, block)
    monkeypatch.setattr(rc.tilted_plane, "KNOWN", ())
    assert is_open(tilted, block)


def test_opposite_neurons_need_not_be_known_but_near_slope_1(tilted, monkeypatch):
    n = HALF >> 10
    near_one = Block(HALF // 2 - n, HALF // 2 - n, Fraction(1023, 1024), (n, n, Fraction(1, 1024)))
    relu = Block(HALF // 2 - n, HALF // 2 - n, Fraction(1, 2), (n, n, Fraction(1, 1024)))
    assert not is_open(tilted, near_one) and not is_open(tilted, relu)
    monkeypatch.setattr(rc.tilted_plane, "KNOWN", ())
    assert is_open(tilted, near_one) and not is_open(tilted, relu)


def test_halves_cover_a_block():
    start = Block(HALF // 8, HALF // 4, Fraction(1, 3), (HALF // 8, HALF // 4, Fraction(1, 5)))
    todo = [start]
    for _ in range(8):
        todo = [half for block in todo for half in block.halves()]
    assert len(todo) == 256
    volume = sum(a * b * w for a, b, w in (block.sides for block in todo))
    assert volume == start.sides[0] * start.sides[1] * start.sides[2]
    assert len({(block.s, block.d, block.w) for block in todo}) == 256


def test_few_blocks_are_looked_at(tilted, monkeypatch):
    seen = []
    settled = Tilted.settled

    def counted(self, block):
        seen.append(block)
        return settled(self, block)

    monkeypatch.setattr(Tilted, "settled", counted)
    assert rc.tilted_plane.open_in_plane(AR, Fraction(1, 2), Fraction(1), 48) is None
    assert len(seen) < 500


def test_the_first_blocks_cover_every_pair_of_directions(monkeypatch):
    """But for s <= pi/8, which is excluded by hand: s from pi/8 to pi/2, d from 0 to pi."""
    starts = []
    monkeypatch.setattr(
        rc.tilted_plane, "undecided", lambda start, *_: starts.append(start) and None
    )
    rc.tilted_plane.open_in_plane(AR, Fraction(1, 4), Fraction(1, 2), 8)
    assert sum(b.sides[0] * b.sides[1] for b in starts) == (HALF // 2 - HALF // 8) * HALF
    assert {(b.w, b.sides[2]) for b in starts} == {(Fraction(1, 4), Fraction(1, 4))}
    assert len({(b.s, b.d) for b in starts}) == len(starts)
    assert min(b.s for b in starts) == HALF // 8 and min(b.d for b in starts) == 0


@pytest.mark.parametrize("name", ["near-relu", "negative", "to-linear"])
def test_a_least_c_below_the_birth_is_refused(name):
    document = json.loads((ACCEPT / f"slopes-landscape-{name}.json").read_text())
    rc.slopes_landscape.verify(rc.slopes_landscape.read(document))
    document["statement"]["claims"]["c"][0] = "0.12"
    with pytest.raises(rc.verdict.Verdict) as refused:
        rc.slopes_landscape.verify(rc.slopes_landscape.read(document))
    assert refused.value.code == "settled"


def test_angles_of_two_neurons_and_a_teacher_are_as_said():
    """q is the overlap with both teachers: by integration, for slope -1/2."""
    c = mpf(1) / 9
    w = c / (1 + c)
    for x in (mpf("0.3"), mpf("1.2"), mpf("2.5")):
        total = mpf(0)
        for teacher in (x - pi / 4, x + pi / 4):
            # E sigma(u.x) sigma(v.x) for |t|/2 + root(c) t/2 at the angle t
            t = acos(cos(teacher))
            even = (sin(t) + asin(cos(t)) * cos(t)) * 2 / pi
            total += (even + c * cos(t)) / 4
        assert abs(pull(w, x) / (8 * pi) * (1 + c) - total) < mpf(10) ** -30
    assert sqrt(c) == mpf(1) / 3 or abs(sqrt(c) - mpf(1) / 3) < mpf(10) ** -30


def test_sides_of_one_unit_are_not_halved():
    """Angles are integers: a side without a half would lose what is between its ends."""
    part = Fraction(1, 10**30)
    assert Block(HALF // 4, 0, Fraction(1, 3), (1, 1, part)).halves() == []
    assert len(Block(HALF // 4, 0, Fraction(1, 3), (2, 1, part)).halves()) == 2
    assert rc.triangle.Stretch(3, 1).halves() == [] and rc.triangle.Cell(4, 2, 1).quarters() == []
    seen = []

    def settled(part):
        seen.append(part)
        return False

    left = rc.triangle.undecided(rc.triangle.Stretch(0, 4), settled, rc.triangle.Stretch.halves, 9)
    assert left is not None and left.side == 1 and len(seen) == 3


def test_too_many_blocks_leave_one_open():
    block = Block(HALF // 4, 0, Fraction(1, 3), (HALF // 8, HALF // 8, Fraction(1, 3)))
    assert rc.triangle.undecided(block, lambda _: False, Block.halves, 60, 5) is not None


def test_a_sign_is_told_by_both_ends_of_w(tilted):
    positive, negative = (rc.arithmetic.Num(AR, ends) for ends in ((1, 5), (-5, -1)))
    apart = rc.tilted_plane._apart
    assert apart([positive, positive]) and apart([negative, negative])
    assert not apart([positive, negative]) and not apart([rc.arithmetic.Num(AR, (-1, 5)), positive])
    # k' vanishes in between: its sign is not told
    n = HALF // 4
    ends = tilted.weights(Fraction(1, 100)), tilted.weights(Fraction(99, 100))
    t = tilted.sums((n + HALF // 8,) * 2, (HALF // 3,) * 2)
    slopes = [rc.tilted_plane._at_ends((t.dp, 0 - 2 * (t.s * t.c)), (end, end))[0] for end in ends]
    assert {rc.tilted_plane._sign(slope) for slope in slopes} == {1, -1}
    assert tilted.signs(t, ends)[0] == 0


def test_infinity_is_w_1(monkeypatch):
    seen = []
    monkeypatch.setattr(
        rc.slopes_landscape, "open_in_plane", lambda ar, low, high, depth: seen.append((low, high))
    )
    document = json.loads((ACCEPT / "slopes-landscape-to-linear.json").read_text())
    rc.slopes_landscape.verify(rc.slopes_landscape.read(document))
    document["statement"]["claims"]["c"] = ["1", "3"]
    rc.slopes_landscape.verify(rc.slopes_landscape.read(document))
    assert seen == [(Fraction(9, 10), Fraction(1)), (Fraction(1, 2), Fraction(3, 4))]


def test_sines_and_arcs_have_their_largest_values(tilted):
    circle = tilted.circle
    wide = circle.sines((HALF // 3, 2 * HALF // 3))
    assert holds(wide, mpf(1)) and holds(wide, sin(pi / 3))
    rng = random.Random(12)
    for _ in range(50):
        low, high = sorted(rng.sample(range(HALF), 2))
        for t in (angle(low), angle(high), angle((low + high) // 2)):
            most = 2 * sqrt(mpf(2)) * max(abs(sin(t)), abs(cos(t)))
            assert holds(tilted.plane.teachers.arcs((low, high)), most)


def reduced(w, s, d):
    """The least value of the loss over the lengths, times 8 pi (1 - w), but for a constant."""
    k, p, q = overlap(w, 2 * s), pull(w, s + d), pull(w, s - d)
    own = overlap(w, mpf(0))
    return -(own * (p * p + q * q) - 2 * k * p * q) / (2 * (own * own - k * k))


def test_the_curvature_is_that_of_the_loss_without_its_lengths(tilted):
    """At a minimum with rows of different lengths: one teacher flipped."""
    seen = 0
    for c in (0.02, 0.05):
        for rows, first, second in unequal(c):
            s = ((first - second) % (2 * np.pi)) / 2
            d = (first - s - np.pi / 4 + np.pi) % (2 * np.pi) - np.pi
            w = Fraction(c) / (1 + Fraction(c))
            number = mpf(w.numerator) / w.denominator
            place = mp.findroot(
                lambda a, b, n=number: [
                    diff(lambda s_, d_: reduced(n, s_, d_), (a, b), order)
                    for order in ((1, 0), (0, 1))
                ],
                (mpf(s), mpf(abs(d))),
            )
            true = [
                2 * diff(lambda *z, n=number: reduced(n, *z), tuple(place), order)
                for order in ((2, 0), (1, 1), (0, 2))
            ]
            at = [int(z / pi * HALF) for z in place]
            t = tilted.sums(*((n, n) for n in at))
            (total, apart), found = tilted.curvature(t, tilted.weights(w))
            for value, num in zip(true, found, strict=True):
                low, high = (mpf(end) * ULP for end in num.ends)
                assert low - mpf(10) ** -6 < value < high + mpf(10) ** -6
            sizes = sorted(
                float(mpf(sum((total + sign * apart).ends)) * ULP / 4) for sign in (1, -1)
            )
            assert np.allclose(sizes, sorted(np.linalg.norm(rows, axis=1)), atol=1e-5)
            seen += 1
    assert seen >= 2


def test_halves_begin_where_they_should():
    low, part = Fraction(1, 3), Fraction(1, 5)
    angles = HALF // 64
    for s, d, w, places in (
        (angles, angles, part, [(0, 0, 0), (0, 0, part / 2)]),
        (angles, 2 * angles, Fraction(0), [(0, 0, 0), (0, angles, 0)]),
        (2 * angles, angles, Fraction(0), [(0, 0, 0), (angles, 0, 0)]),
    ):
        halves = Block(HALF // 4, HALF // 8, low, (s, d, w)).halves()
        begin = [(b.s - HALF // 4, b.d - HALF // 8, b.w - low) for b in halves]
        assert begin == places
        assert all(2 * b.sides[0] * b.sides[1] == s * d or 2 * b.sides[2] == w for b in halves)


def test_angles_are_folded_whole(tilted):
    pieces = tilted.of.pieces
    assert list(pieces((-5, 7))) == [(-1, (0, 5)), (1, (0, 7))]
    assert list(pieces((3, 9))) == [(1, (3, 9))]
    assert list(pieces((HALF - 4, HALF + 6))) == [(1, (HALF - 4, HALF)), (-1, (HALF - 6, HALF))]
    assert list(pieces((-HALF, -HALF + 2))) == [(-1, (HALF - 2, HALF))]
    assert list(pieces((HALF + 1, HALF + 2))) == [(-1, (HALF - 2, HALF - 1))]
