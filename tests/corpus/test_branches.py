"""What certificates 4.18 to 4.21 claim at single k and slopes, by the loss of the activation itself
(`oracles/branches.py`): no G_c, no multipliers, no pencils.
"""

from __future__ import annotations

import json

import pytest
from mpmath import mp, mpf
from oracles import branches
from oracles.branches import TYPE_II, Blocks
from oracles.statements import slope_birth_falsehood

STEP = mpf(10) ** -25


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(100):
        yield


def load(root, name):
    return json.loads((root / "proofs" / f"{name}.json").read_text())


SLOW = pytest.mark.slow


@pytest.mark.parametrize(
    "name", ["A-k06", "I-k07", "II-k03", *(pytest.param(f"II-k0{k}", marks=SLOW) for k in (4, 5))]
)
def test_a_birth_in_the_slope_is_where_the_dense_loss_has_it(root, name):
    """The range of c is 2e-28 wide. Beside it, and with another slope, there is none."""
    statement = load(root, f"slopes-births/{name}")["statement"]
    assert slope_birth_falsehood(statement) is None
    claims = statement["claims"]
    for place, by in (("c", "3e-28"), ("slope", "1e-26")):
        with mp.workdps(60):
            moved = [str(mpf(x) + mpf(by)) for x in claims[place]]
        changed = {**statement, "claims": {**claims, place: moved}}
        assert slope_birth_falsehood(changed) is not None, place


@pytest.mark.parametrize("number", [1, pytest.param(0, marks=SLOW), pytest.param(2, marks=SLOW)])
def test_the_curve_of_births_at_its_points(root, number):
    """At the k of a value, on both sides of its range of c."""
    document = load(root, "slopes-births/curve-II")
    value = document["statement"]["claims"]["values"][number]
    cover, k = document["witness"]["cover"], mpf(value["k"])
    counts = [
        branches.crossing(k, c, branches.on_curve(cover, k, c), STEP) for c in map(mpf, value["c"])
    ]
    assert counts == [(0, 0), (1, 0)]


def test_the_curve_of_births_ends_where_no_slope_is_left(root):
    """At c = 1e40, at the two ends of the range of the limit: below it is a saddle, above it a
    minimum still.
    """
    document = load(root, "slopes-births/curve-II")
    limit, c = document["statement"]["claims"]["limit"], mpf("1e40")
    with mp.workdps(140):
        counts = [
            branches.crossing(k, c, branches.on_curve(document["witness"]["cover"], k, c), STEP)
            for k in map(mpf, limit)
        ]
    assert counts == [(1, 0), (0, 0)]


LARGE = [
    (10, "-0.95"),
    (10**6, "-0.999"),
    (10**9, "0.01"),
    (10**15, "0.999"),
]


@pytest.mark.parametrize(("k", "a"), LARGE)
@pytest.mark.first(2)
def test_points_of_the_plane_are_minima_of_the_loss_itself(root, k, a):
    """Leaky ReLU of slope a: the critical point is in the tube, every eigenvalue is above the
    bound, the loss above 0.
    """
    document = load(root, "every-slope/every-k/II")
    _minimum(k, a, document["statement"]["claims"]["curvature"], document["witness"]["plane"])


def _minimum(k, a, curvature, plane):
    k, c = mpf(k), ((1 + mpf(a)) / (1 - mpf(a))) ** 2
    start, reach = branches.on_plane(plane, k, c)
    _require(k, c, start, reach, curvature)


def _require(k, c, start, reach, curvature):
    blocks = Blocks((k - 1, mpf(1)), branches.parts_of(c))
    point = blocks.critical(start, STEP)
    assert all(abs(point[e] - start[e]) < r for e, r in zip(TYPE_II, reach, strict=True))
    assert blocks.loss(point) > 0
    found = branches.forms(blocks, point, STEP)
    assert len(found) == 5
    assert all(branches.negative(form, mpf(curvature)) == 0 for form in found.values())


COVERED = [(6, "-0.9"), (7, "0"), (8, "0.5"), (9, "0.99"), (20, "-0.2"), (100, "0.9")]


@pytest.mark.parametrize(("k", "a"), COVERED)
@pytest.mark.first(2)
def test_points_of_the_covers_of_one_k_are_minima_of_the_loss_itself(root, k, a):
    """k = 6 to 9 by their covers in the file of every k, the others by their own files."""
    whole = load(root, "every-slope/every-k/II")
    curvature, of_k = whole["statement"]["claims"]["curvature"], {}
    for cover in whole["witness"]["sizes"]:
        of_k[cover["k"]] = cover
    if k not in of_k:
        one = load(root, f"every-slope/k{k}/II")
        curvature, of_k[k] = one["statement"]["claims"]["curvature"], one["witness"]
    c, signs = ((1 + mpf(a)) / (1 - mpf(a))) ** 2, of_k[k]["signs"]
    w = k * c / (2 + k * c)
    box, y = branches.boxed(of_k[k]["cover"], w)
    values = [branches.polynomial(line, y) for line in box["branch"]]
    reach = mpf(box["radius"])
    if mpf(box["from"]) == 0:
        values, reach = [w * x for x in values], w * reach
        values[0], values[4] = values[0] + signs[0], values[4] + signs[1]
    start = dict(zip(TYPE_II, values, strict=False))
    _require(mpf(k), c, start, [reach] * 5, curvature)
