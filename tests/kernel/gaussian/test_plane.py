"""Theorem 19 and lemma 27: the plane of k and the slope, by the dense loss in long double
(`oracles/gaussian.py`), which knows nothing of t, w, multipliers or blocks.
"""

from __future__ import annotations

import json
import random

import numpy as np
import pytest
from flint import arb, fmpq
from oracles import gaussian

from certify.kernel.check import read_claim
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.words import plain
from certify.kernel.gaussian.blocks import Block, fixed_matrix, unknowns
from certify.kernel.gaussian.family_slopes import GaussianFamilySlopes
from certify.kernel.gaussian.geometry import turn_of_balls
from certify.kernel.gaussian.multipliers import Multipliers
from certify.kernel.gaussian.plane import BASE, SCALE, UNKNOWN
from certify.kernel.gaussian.rectangles import read_strips

FILE = "proofs/every-slope/every-k/II.json"
ORDERS = (2, 4, 2, 2, 2, 2, 0)  # lemma 27, in t; all are of order 1 in w


@pytest.fixture(scope="module")
def document(root):
    return json.loads((root / FILE).read_text())


@pytest.fixture(scope="module")
def strips(document):
    return read_strips(document["witness"]["plane"], UNKNOWN)


def polynomial(coefficients, x):
    """By Horner's rule, in long double."""
    total = np.longdouble(0)
    for c in reversed(coefficients):
        total = total * x + np.longdouble(int(c.p)) / np.longdouble(int(c.q))
    return total


def number(value):
    """A rational of flint, to 19 digits."""
    return np.longdouble(int(value.p)) / np.longdouble(int(value.q))


def branch(strips, k, c):
    """The k x k matrix on the branch, and by how much its entries may be wrong."""
    t, w = 1 / np.sqrt(np.longdouble(k)), k * np.longdouble(c) / (2 + k * np.longdouble(c))
    (found, *_) = [
        r
        for strip in strips
        for r in strip
        if number(r.t[0]) <= t <= number(r.t[1]) and number(r.w[0]) <= w <= number(r.w[1])
    ]
    s, y = (
        x - (0 if ends[0] == 0 else (number(ends[0]) + number(ends[1])) / 2)
        for x, ends in ((t, found.t), (w, found.w))
    )
    values, wrong = [], []
    for base, scale, along, radius in zip(BASE, SCALE, found.branch, found.radii, strict=True):
        x = np.longdouble(0)
        for p in reversed(along):
            x = x * y + polynomial(p, s)
        values.append(base + w * t**scale * x)
        wrong.append(w * t**scale * number(radius))
    a, b, last, row, corner = values[:5]
    centre = np.full((k, k), b)
    np.fill_diagonal(centre, a)
    centre[:, -1], centre[-1, :], centre[-1, -1] = last, row, corner
    return centre, max(wrong[:5])


@pytest.mark.parametrize(
    ("k", "slope"),
    [(10, -0.97), (10, 0.999), (11, -0.6), (12, 0.0), (13, 0.5), (13, -0.9), (14, 0.9),
     (15, 0.2), (16, 0.99), (17, -0.3)],
)  # fmt: skip
def test_a_spurious_minimum_of_the_dense_loss_lies_in_the_tube(document, strips, k, slope):
    c, parts = ((1 + slope) / (1 - slope)) ** 2, (1, -slope)
    share = (1 - slope) ** 2
    centre, wrong = branch(strips, k, c)
    teachers = np.eye(k, dtype=np.longdouble)
    point = gaussian.newton(centre, teachers, activation=parts)
    assert abs(point - centre).max() < wrong + 1e-15
    curvature = float(document["statement"]["claims"]["curvature"])
    for values in gaussian.spectra(point, teachers, [k, k + 1], parts).values():
        assert values[0] / share > curvature
    assert gaussian.loss(point, teachers, parts) / share > 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_orders_of_lemma_27(seed):
    """Bounded after division, as t and w become small, for points and multipliers at random."""
    rng = random.Random(seed)
    x = [arb(rng.choice([-1, 1]) * rng.uniform(0.5, 3)) for _ in SCALE]
    with precision(1200):
        places = ((1e-2, 1e-1), (1e-4, 1e-1), (1e-4, 1e-8), (1e-8, 1.0), (1e-9, 1e-9))
        for t, w in (map(arb, place) for place in places):
            k = 1 / (t * t)
            blocks = Block(k - 1, True, True, 0), Block(1, True, True, 1)
            system = Multipliers(blocks, w, (1 - w) * k / 2)
            values = [b + w * t**scale * v for b, scale, v in zip(BASE, SCALE, x, strict=True)]
            fixed = fixed_matrix(blocks, dict(zip(unknowns(blocks), values, strict=False)))
            point = system.point(fixed, turn_of_balls)
            found = [*system.equations(point, values[5:]), system.loss(point, values[5:])]
            for value, order in zip(found, (*ORDERS, 2), strict=True):
                assert abs(value / (w * t**order)) < 1000, (order, t, w)


def statement(**changes):
    claims = {"k_from": 6, "curvature": "0.002"} | changes
    return {"problem": {"targets": "orthonormal"}, "family": "II", "claims": claims}


def test_the_sentence_says_what_is_claimed(document):
    claim = read_claim(document)
    text = "\n".join(plain(words) for words in claim.theorem())
    assert "every integer k >= 6 and every D >= k" in text
    assert "p + q != 0 and p != q" in text.replace("≠", "!=")
    assert "strict local minimum" in text
    assert "inf F = 0 is attained" in text
    assert claim.curvature.value == fmpq(2, 1000)
    other = GaussianFamilySlopes.read(statement(k_from=11, curvature="0.01"))
    assert "every n = k >= 11" in plain(other.headline())
    assert "0.01" in "\n".join(plain(words) for words in other.theorem())


@pytest.mark.parametrize(
    "changes",
    [{"k_from": 4}, {"k_from": 6.0}, {"k_from": True}, {"curvature": "0"}, {"c": "1"}],
    ids=str,
)
def test_other_claims_are_malformed(changes):
    with pytest.raises(Malformed):
        GaussianFamilySlopes.read(statement(**changes))
