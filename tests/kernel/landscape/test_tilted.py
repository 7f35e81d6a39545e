"""Two neurons and two teachers for many activations: the equations against the gradient of the
loss, the lemmas that are proved by hand at random points, and what must stay undecided.
"""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import numpy as np
import pytest
from flint import arb, fmpq
from mpmath import mp, mpf
from oracles.landscape import local
from oracles.slopes_landscape import falsehood, is_global, minima, tilted, unequal
from scipy.optimize import fsolve

from certify.kernel.check import check_document
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.outcomes import Proved, Rejected
from certify.kernel.landscape import tilted as kernel
from certify.kernel.landscape.newton import dot, inverse_near
from certify.kernel.landscape.tilted import TiltedBox, settle_tilted
from certify.kernel.landscape.tilts import directions, equations, jacobian, joined, tilt_of

ACCEPT = Path(__file__).resolve().parents[2] / "corpus" / "accept"
NEAR_RELU = json.loads((ACCEPT / "slopes-landscape-near-relu.json").read_text())
BIRTH = 0.129452864324602  # of II_2 at k = 2, in c
FULL = fmpq(1)


@pytest.fixture(autouse=True)
def bits():
    with precision(192):
        yield


def with_range(low: str, high: str) -> dict:
    document = copy.deepcopy(NEAR_RELU)
    document["statement"]["claims"]["c"] = [low, high]
    return document


def true_k(w, t):
    """4 (1 - w) kappa + (2 w - 1) cos, even and of period 2 pi."""
    t = abs(t) % (2 * mp.pi)
    t = min(t, 2 * mp.pi - t)
    kappa = (mp.sin(t) + (mp.pi - t) * mp.cos(t)) / (2 * mp.pi)
    return 4 * (1 - w) * kappa + (2 * w - 1) * mp.cos(t)


def true_equations(w, x, y):
    def pull(t):
        return true_k(w, t + mp.pi / 4) + true_k(w, t - mp.pi / 4)

    k, slope = true_k(w, x + y), mp.diff(lambda t: true_k(w, t), x + y)
    first, second = mp.diff(pull, x), mp.diff(pull, y)
    own = true_k(w, 0)
    return (
        (own * second + k * first - slope * pull(x)) / (4 * (1 - w)),
        (own * first + k * second - slope * pull(y)) / (4 * (1 - w)),
    )


def points(count: int, seed: int):
    rng = random.Random(seed)
    for _ in range(count):
        yield rng.uniform(0.02, 0.98), rng.uniform(-3.1, 3.1), rng.uniform(-3.1, 3.1)


def holds(ball: arb, value, slack=1e-12) -> bool:
    low, high = (mpf(str(end.str(40, radius=False))) for end in (ball.lower(), ball.upper()))
    return low - slack <= value <= high + slack


def at(w: float, x: float, y: float):
    return directions(arb(x), arb(y)), tilt_of(arb(w))


def test_equations_are_those_of_the_docstring():
    with mp.workdps(40):
        for w, x, y in points(60, 1):
            for ball, value in zip(equations(*at(w, x, y)), true_equations(w, x, y), strict=True):
                assert holds(ball, value)


def test_the_jacobian_has_the_derivatives():
    with mp.workdps(40):
        for w, x, y in points(30, 2):
            rows = jacobian(*at(w, x, y))
            for i in (0, 1):
                for t, order in enumerate(((0, 1, 0), (0, 0, 1), (1, 0, 0))):
                    value = mp.diff(lambda *z, i=i: true_equations(*z)[i], (w, x, y), order)
                    assert holds(rows[i][t], value, 1e-9)


def test_a_box_holds_the_values_and_slopes_of_its_points():
    rng = random.Random(3)
    for w, x, y in points(60, 4):
        wide = [arb(v).union(arb(v + 10 ** rng.uniform(-6, -1))) for v in (w, x, y)]
        inside = [
            v + rng.random() * (float(b.upper()) - v) for v, b in zip((w, x, y), wide, strict=True)
        ]
        box, point = (directions(wide[1], wide[2]), tilt_of(wide[0])), at(*inside)
        for one, other in zip(equations(*box), equations(*point), strict=True):
            assert one.overlaps(other)
        for row, thin in zip(jacobian(*box), jacobian(*point), strict=True):
            assert all(a.overlaps(b) for a, b in zip(row, thin, strict=True))


def rows_at(r, x, y):
    angles = np.pi / 4 + x, np.pi / 4 - y
    return np.array([[r[i] * np.cos(a), r[i] * np.sin(a)] for i, a in enumerate(angles)])


def test_critical_points_of_the_loss_solve_the_equations():
    """Found from the gradient alone: (41.1) and (41.2) hold there, T has the Hessian's signs."""
    seen = 0
    rng = np.random.default_rng(5)
    for c in (0.05, 0.13, 0.5, 1.0, 4.0, 50.0):
        for _ in range(25):
            start = rng.standard_normal(4)
            found, _, good, _ = fsolve(
                lambda v, c=c: tilted(v.reshape(2, 2), c)[1].ravel(), start, full_output=True
            )
            rows = found.reshape(2, 2)
            _, slope, hessian = tilted(rows, c)
            if (
                good != 1
                or np.abs(slope).max() > 1e-10
                or np.linalg.norm(rows, axis=1).min() < 0.01
            ):
                continue
            first, second = (float(np.arctan2(*row[::-1])) for row in rows)
            turn = (first - second) % (2 * np.pi)
            if not 0.8 < turn < np.pi - 0.01:
                continue
            x, y = first - np.pi / 4, np.pi / 4 - second
            x, y = ((v + np.pi) % (2 * np.pi) - np.pi for v in (x, y))
            w = c / (1 + c)
            parts, tilt = at(w, x, y)
            assert all(abs(float(e.mid())) < 1e-8 for e in equations(parts, tilt))
            lengths = kernel._lengths(joined(parts, tilt))
            assert np.allclose([float(r.mid()) for r in lengths], np.linalg.norm(rows, axis=1))
            lowest = np.linalg.eigvalsh(hessian)[0]
            if abs(lowest) > 1e-6:
                assert kernel._negative(joined(parts, tilt), lengths) == (lowest < 0)
                seen += 1
    assert seen > 20


def test_outside_the_plane_the_loss_falls_when_the_rows_are_turned(monkeypatch):
    """Lemma 39 at the saddle of ReLU, and its formula where the gradient is not 0."""
    rng = np.random.default_rng(6)
    for _ in range(20):
        c, rows = rng.uniform(0.05, 3), rng.standard_normal((2, 3))
        f = np.append(rng.standard_normal(2), 0)
        f, z = f / np.linalg.norm(f), np.array([0.0, 0.0, 1.0])

        def turned(t, rows=rows, f=f, z=z, c=c):
            teachers = np.eye(2, 3)
            part = teachers @ f
            moved = teachers + np.outer(part, (np.cos(t) - 1) * f + np.sin(t) * z)
            frame, _ = np.linalg.qr(np.vstack([moved, rng.standard_normal(3)]).T)
            signs = np.sign(np.sum(frame[:, :2] * moved.T, axis=0))
            frame = frame * np.append(signs, 1)
            return tilted(rows @ frame, c)[0]  # the teachers become e_1, e_2

        h = 1e-4
        second = (turned(h) - 2 * turned(0) + turned(-h)) / h**2
        total, b = 0.0, (c - 1) / 4
        for row in rows:
            length = np.linalg.norm(row)
            u = row / length
            for v in np.eye(2, 3):
                angle = np.arccos(u @ v)
                part = v @ f
                total -= length * (part * (u @ z)) ** 2 / (2 * np.pi * np.sin(angle))
                total += ((np.pi - angle) / (2 * np.pi) + b) * (row @ f) * part
        assert abs(second - total) < 1e-4 * max(1, abs(total))


def test_rows_that_are_0_parallel_or_opposite_are_no_minima():
    """Lemma 40, at points of each sort that are critical: the loss falls close by."""
    rng = np.random.default_rng(7)
    middle = np.array([1, 1]) / np.sqrt(2)
    across = np.array([1, -1]) / np.sqrt(2)
    along, against = (np.sqrt(2) / np.pi * (1 + v) for v in (3 * np.pi / 4, -np.pi / 4))
    for c in (0.01, 0.1294, 0.3, 1.0, 9.0, 100.0):
        w = c / (1 + c)
        alpha, beta = 4 * (1 - w), 2 * w - 1
        opposite = np.array([along * middle, -against * middle])
        value, slope, hessian = tilted(opposite, c)
        assert np.abs(slope).max() < 1e-12
        assert np.linalg.eigvalsh(hessian)[0] < -1e-4 / (1 + c)
        pull = np.sqrt(2) / (2 * np.pi) * (1 + 3 * np.pi / 4)
        length = alpha * pull + np.sqrt(2) * beta  # of one neuron along the middle
        share = rng.uniform(0.2, 0.8)
        parallel = np.array([share * length * middle, (1 - share) * length * middle])
        value, slope, _ = tilted(parallel, c)
        assert np.abs(slope).max() < 1e-9 * (1 + c)
        step = 1e-3 * np.array([across, -across])
        assert tilted(parallel + step, c)[0] < value
        alone = np.array([1e-9 * middle, length * middle])
        beside = np.array([1e-3 * (middle + 0.3 * across), length * middle])
        assert tilted(beside, c)[0] < tilted(alone, c)[0]


def test_nearly_parallel_rows_are_not_critical():
    """Lemma 41 (a) by numbers: the bound from below of r_1 + r_2 is above the one from above."""
    for delta in np.linspace(1e-3, np.pi / 4, 200):
        kappa = (np.sin(delta) + (np.pi - delta) * np.cos(delta)) / (2 * np.pi)
        slope = -(np.pi - delta) * np.sin(delta) / (2 * np.pi)
        half = np.tan(delta / 2)
        bracket = slope + half * (0.5 + kappa)
        assert abs(bracket - half * (delta + np.sin(delta)) / (2 * np.pi)) < 1e-12
        constant = np.sqrt(2) / np.pi * (1 + 3 * np.pi / 4) / 2 - 1 / np.pi
        least = (delta / np.pi - constant * delta**3 / 12) / bracket
        angles = np.linspace(-np.pi, np.pi, 721)
        for w in np.linspace(0.001, 0.999, 30):
            pull = np.array(
                [float(true_k(w, a)) + float(true_k(w, a - np.pi / 2)) for a in angles[::40]]
            )
            most = (
                2 * pull.max() / (4 * (1 - w) * (0.5 + kappa) + (2 * w - 1) * (1 + np.cos(delta)))
            )
            assert most < least and least > 2.24 and most < 2.13


@pytest.mark.parametrize("c", ["0.2", "1", "30"])
def test_a_box_around_the_teachers_is_settled_by_them(c):
    value = float(c)
    w = value / (1 + value)
    side = fmpq(1, 1024)
    around = TiltedBox(
        (fmpq(1, 4) - side / 2,) * 2 + (fmpq(round(w * 4096), 4096),), (side, side, fmpq(0))
    )
    assert settle_tilted(around) == "only the teachers"


def test_a_box_at_a_spurious_minimum_stays_undecided():
    """II_2 at slopes below its birth."""
    for c in (0.02, 0.08, 0.1294):
        spurious = [rows for rows, _ in minima(c, 2, 8, 0) if not is_global(rows)]
        assert spurious
        w = c / (1 + c)
        for pair in spurious:
            rows = pair
            if (np.arctan2(*rows[0][::-1]) - np.arctan2(*rows[1][::-1])) % (2 * np.pi) > np.pi:
                rows = rows[::-1]
            first, second = (float(np.arctan2(*row[::-1])) for row in rows)
            x, y = first - np.pi / 4, np.pi / 4 - second
            x, y = (((v + np.pi) % (2 * np.pi) - np.pi) / np.pi for v in (x, y))
            x, y = max(x, y), min(x, y)
            box = TiltedBox(
                (
                    fmpq(round(x * 2**20), 2**20) - fmpq(1, 2**12),
                    fmpq(round(y * 2**20), 2**20) - fmpq(1, 2**12),
                    fmpq(round(w * 2**30) - 2**8, 2**30),
                ),
                (fmpq(1, 2**11), fmpq(1, 2**11), fmpq(2**9, 2**30)),
            )
            todo, open_ = [(box, 0)], 0
            while todo:
                part, level = todo.pop()
                verdict = settle_tilted(part)
                if isinstance(verdict, str):
                    continue
                if level == 12:
                    open_ += 1
                    break
                todo += [(half, level + 1) for half in part.halves(verdict)]
            assert open_


@pytest.mark.parametrize("name", ["_TEACHERS", "_OPPOSITE"])
def test_a_box_at_a_known_point_is_undecided_without_it(name, monkeypatch):
    """At ReLU; opposite rows near slope 1, where their lengths are not told."""
    place, w = (
        ((fmpq(1, 4),) * 2, fmpq(1, 2)) if name == "_TEACHERS" else ((fmpq(1), fmpq(0)), FULL)
    )
    side = fmpq(1, 1024)
    box = TiltedBox((place[0] - side / 2, place[1] - side / 2, w - side), (side, side, side))
    assert (
        settle_tilted(box)
        == f"only {'the teachers' if name == '_TEACHERS' else 'opposite neurons'}"
    )
    monkeypatch.setattr(kernel, name, (fmpq(3), fmpq(3)) if name == "_TEACHERS" else ())
    assert not isinstance(settle_tilted(box), str)


def test_outside_is_exact():
    """Corners that touch the border belong to the boxes."""
    side = fmpq(1, 8)
    for x, y, inside in (
        (fmpq(1, 8), fmpq(1, 8), True),  # the angle is pi/4 at one corner, more beyond
        (fmpq(0), fmpq(1, 8), True),  # x = y at one corner
        (fmpq(0), fmpq(0), False),  # pi/4 at most
        (fmpq(1, 2), fmpq(1, 2), False),  # pi at least
        (fmpq(3, 8), fmpq(1, 2), True),  # x = y and pi at one corner
        (fmpq(0), fmpq(1, 4), False),  # x < y
        (fmpq(-1, 2), fmpq(-1), True),  # the angle modulo 2 pi
        (fmpq(-7, 8), fmpq(-1), True),  # above pi/4 modulo 2 pi
        (fmpq(-1), fmpq(-1), False),  # pi/4 at most, modulo 2 pi
        (fmpq(-1, 4), fmpq(-5, 8), False),  # between -pi and pi/4
    ):
        assert TiltedBox((x, y, FULL / 2), (side, side, FULL / 4)).outside() != inside, (x, y)


@pytest.mark.parametrize(
    ("ends", "true"),
    [
        (("1", "1.001"), True),
        (("5", "infinity"), True),
        (("0.1298", "0.13"), True),
        pytest.param(("0.1294", "0.12945"), False, marks=pytest.mark.slow),  # 40 s
        (("0", "infinity"), False),
    ],
)
def test_verdicts_and_the_oracle(ends, true):
    document = with_range(*ends)
    document["witness"]["depth"] = 32
    assert isinstance(check_document(document), Proved if true else Rejected)
    if true:
        assert falsehood(document) is None


def test_the_oracle_knows_what_is_false():
    for ends in (("0.02", "1"), ("0.12", "1"), ("0", "0.01")):
        assert falsehood(with_range(*ends)) is not None


def test_the_two_theorems_meet_at_the_birth():
    """Below the birth of II_2 there is a spurious minimum, above there is none."""
    folder = Path(__file__).resolve().parents[3] / "proofs"
    above = json.loads((folder / "landscape" / "slopes.json").read_text())
    below = json.loads((folder / "every-slope" / "k02" / "II_2.json").read_text())
    ends = float(below["statement"]["claims"]["c"][1]), float(above["statement"]["claims"]["c"][0])
    assert ends[0] < BIRTH < ends[1] and ends[1] - ends[0] < 2e-5
    assert float(below["statement"]["claims"]["c"][0]) == 0
    assert above["statement"]["claims"]["c"][1] == "infinity"


@pytest.mark.parametrize("c", [BIRTH + 0.01, 0.3, 1.0, 20.0])
@pytest.mark.parametrize("dimension", [2, 3, 5])
def test_descent_finds_no_other_minimum(c, dimension):
    found = minima(c, dimension, 9, 12)
    assert len(found) > 4
    assert all(is_global(rows) for rows, value in found)


def test_relu_is_the_plane_of_the_other_kind():
    """w = 1/2: the loss of the oracle is that of the landscape of ReLU."""
    rows = np.random.default_rng(10).standard_normal((2, 2))
    assert abs(tilted(rows, 1.0)[0] - local(rows).loss) < 1e-15


def test_the_first_boxes_cover_all_directions_and_slopes():
    low, high = fmpq(1, 3), FULL
    boxes = kernel.tilted_boxes(low, high)
    assert len({box.corner for box in boxes}) == len(boxes)
    assert sum(box.sides[0] * box.sides[1] for box in boxes) == 4
    assert all(-1 <= box.corner[t] <= 1 - box.sides[t] for box in boxes for t in (0, 1))
    assert {(box.corner[2], box.sides[2]) for box in boxes} == {(low, high - low)}


@pytest.mark.parametrize("side", [0, 1, 2])
def test_halves_are_all_of_a_box(side):
    box = TiltedBox((fmpq(1, 8), fmpq(-1, 3), fmpq(1, 5)), (fmpq(1, 4), fmpq(1, 8), fmpq(1, 7)))
    one, other = box.halves(side)
    assert one.corner == box.corner and one.sides == other.sides
    for t in range(3):
        half = box.sides[t] / 2 if t == side else box.sides[t]
        assert one.sides[t] == half
        assert other.corner[t] == box.corner[t] + (half if t == side else 0)


def test_no_angle_above_a_quarter_of_pi_is_outside():
    """The lemma excludes delta up to pi/4, not beyond."""
    small = fmpq(1, 10**6)
    for turn in (0, 1):
        x, y = fmpq(1, 8) - turn, fmpq(1, 8) - small - turn  # x + y is pi/4 modulo 2 pi, nearly
        assert not TiltedBox((x, y, FULL / 2), (small, small, FULL / 4)).outside()
        below = TiltedBox((x, y - small, FULL / 2), (small / 2, small / 2, FULL / 4))
        assert below.outside()


def reduced(c, x, y):
    """The least value of the loss over the lengths, times 4 (1 - w), but for a constant."""
    w = c / (1 + c)
    own, k = mpf(1), true_k(w, x + y)
    p, q = (true_k(w, t + mp.pi / 4) + true_k(w, t - mp.pi / 4) for t in (x, y))
    return -(own * (p * p + q * q) - 2 * k * p * q) / (2 * (own - k * k))


def test_the_curvature_is_that_of_the_loss_without_its_lengths():
    """At a minimum with rows of different lengths: one teacher flipped, c = 0.02 and 0.05."""
    seen = 0
    for c in (0.02, 0.05):
        for _, first, second in unequal(c):
            x, y = first - np.pi / 4, np.pi / 4 - second
            with mp.workdps(40):
                exact = mp.findroot(
                    lambda a, b, c=c: [
                        mp.diff(lambda *z: reduced(mpf(c), *z), (a, b), order)
                        for order in ((1, 0), (0, 1))
                    ],
                    (mpf(x), mpf(y)),
                )
                true = [
                    mp.diff(lambda *z, c=c: reduced(mpf(c), *z), tuple(exact), order)
                    for order in ((2, 0), (1, 1), (0, 2))
                ]
            w = c / (1 + c)
            parts, tilt = at(w, float(exact[0]), float(exact[1]))
            whole = joined(parts, tilt)
            found = kernel._curvature(whole, kernel._lengths(whole))
            for value, ball in zip(true, found, strict=True):
                assert abs(float(value) - float(ball.mid())) < 1e-9
            assert abs(float(found[0].mid()) - float(found[2].mid())) > 1e-3
            seen += 1
    assert seen >= 2


def test_one_to_one_needs_a_norm_below_1():
    """Around the teachers, on a hull where the norm is between 1 and 2."""
    side = fmpq(1, 64)
    box = TiltedBox((fmpq(1, 4) - side / 2, fmpq(1, 4) - side / 2, FULL / 2), (side, side, fmpq(0)))
    x, y, w = (kernel.span(a, s) for a, s in zip(box.corner, box.sides, strict=True))
    x, y = x * arb.pi(), y * arb.pi()
    slopes = [row[:2] for row in jacobian(directions(x, y), tilt_of(w))]
    inverse = inverse_near(slopes)
    totals = [
        float(
            sum(
                abs(dot(row, column) - int(i == j))
                for j, column in enumerate(zip(*slopes, strict=True))
            ).upper()
        )
        for i, row in enumerate(inverse)
    ]
    assert 1 < max(totals) < 4
    assert not kernel._only(box, x, y, tilt_of(w), (fmpq(1, 4), fmpq(1, 4)))


def test_the_range_of_w_ends_at_1_for_infinity(monkeypatch):
    from certify.kernel.landscape import slopes

    seen = []
    monkeypatch.setattr(slopes, "tilted_boxes", lambda *ends: seen.append(ends) or [])
    for high in ("3", "infinity"):
        check_document(with_range("1", high))
    assert seen == [(fmpq(1, 2), fmpq(3, 4)), (fmpq(1, 2), fmpq(1))]


def test_signs_differ_only_on_two_sides_of_0():
    from certify.kernel.landscape.tilts import Directions, Function

    def at(*slopes):
        k, x, y = (Function(arb(0), arb(slope), arb(0)) for slope in slopes)
        return Directions(arb(1), k, x, y)

    small, wide = arb("0.2"), arb(0).union(arb("0.3"))
    for slopes in ((small, small, small), (-small, -small, -small), (wide, small, small)):
        assert not kernel._signs_differ(at(*slopes))
    for slopes in ((small, -small, small), (-small, small, wide), (wide, -small, small)):
        assert kernel._signs_differ(at(*slopes))
