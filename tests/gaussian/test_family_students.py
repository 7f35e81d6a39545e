"""Every k at once with three students more than teachers and up to six: the shipped certificates,
and the points at single k.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest

import certify
from certify.gaussian.prove.covering import taylor
from certify.gaussian.prove.family import _path, _scaled
from certify.gaussian.search.families import family
from certify.kernel.check import read_claim
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.gaussian.cover import CoverBox
from certify.kernel.gaussian.family import GaussianFamily, verify_box
from certify.rationals import flint_rational

# the least k, how many more, the limit of k F
FURTHER = {
    "II_3+3'": (11, 3, "[0.774547358804, 0.774547358805]"),
    "II_4+4'": (22, 4, "[1.027254874371, 1.027254874372]"),
    "II_5+5'": (43, 5, "[1.279680333159, 1.27968033316]"),
    "II_6+6'": (73, 6, "[1.531765441338, 1.531765441339]"),
}


def named(family_name):
    """As its file is called."""
    return family_name.replace("'", "prime")


def load(root, path):
    return json.loads((root / "proofs" / path).read_text())


def exact(values):
    return [Fraction(int(v.p), int(v.q)) for v in values]


def with_further_students(k, values):
    """X of II_3+3' and its like from the coordinates, at the working precision."""
    t = 1 / mpmath.sqrt(k)
    a, b, c, d, e, beside_e, f, h, beside_h = (
        mpmath.mpf(x.numerator) / x.denominator for x in values
    )
    return [
        (a - 1) / t**3, b / t**4, (c - 2 * t**2) / t**3,
        d / t**2, (e + 1) / t, beside_e / t, f / t**2, h / t, beside_h / t,
    ]  # fmt: skip


def shipped(root, name, k):
    """The certificate of the member at k, if there is one."""
    paths = (
        root / "proofs" / "symmetric" / f"k{k:02d}" / f"{name}.json",
        root / "proofs/overparameterised/families" / f"k{k}" / f"{named(name)}.json",
    )
    found = [path for path in paths if path.exists()]
    return read_claim(json.loads(found[0].read_text())) if found else None


@pytest.mark.long
@pytest.mark.parametrize("name", list(FURTHER))
def test_every_k_with_more_students(root, name):
    least, more, limit = FURTHER[name]
    document = load(root, f"family/{named(name)}.json")
    assert certify.check(certify.Certificate(document)).verdict == "PROVED"
    cover = document["witness"]["cover"]
    assert Fraction(cover[0]["from"]) == 0
    assert all(a["to"] == b["from"] for a, b in pairwise(cover))
    assert Fraction(cover[-1]["to"]) ** 2 * least >= 1
    text = certify.Certificate(document).theorem()
    for words in (
        f"For every integer k >= {least} and every D >= k",
        f"W in R^((k+{more}) x D)",
        f"sum_(i=1..k+{more})",
        f"symmetry S_(k-{more}) x S_{more}",
        f"strict local minimum in R^((k+{more}) x D)",
        f"lies in {limit}",
        "strictly decreasing in k",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("name", "k"),
    [
        *(("II_3+3'", k) for k in (11, 12, 13, 20, 48, 100, 300, 1000, 10**4, 10**6, 10**9)),
        *(("II_4+4'", k) for k in (22, 23, 36, 300, 1000, 10**6)),
        *((name, k) for name in ("II_5+5'", "II_6+6'") for k in (73, 200, 10**4, 10**8)),
    ],
)
def test_the_tube_contains_the_point_with_more_students(root, name, k):
    """Against the certificates at single k where they are shipped, else the member of the family to
    20 digits; the loss and the limit within the claims.
    """
    document = load(root, f"family/{named(name)}.json")
    single = shipped(root, name, k)
    values = exact(single.centre.values()) if single else family(name, k).values
    claims = document["statement"]["claims"]
    with mpmath.workdps(60):
        x = with_further_students(k, values)
        t = 1 / mpmath.sqrt(k)
        for box in document["witness"]["cover"]:
            low, high = mpmath.mpf(box["from"]), mpmath.mpf(box["to"])
            if low <= t <= high:
                s = t if low == 0 else t - (low + high) / 2
                for polynomial, value in zip(box["branch"], x, strict=True):
                    centre = mpmath.polyval([mpmath.mpf(c) for c in reversed(polynomial)], s)
                    assert abs(centre - value) < mpmath.mpf(box["radius"]) + 10**-12
    if single:
        low, high = (Fraction(x) for x in claims["loss_times_k"])
        assert low < k * Fraction(single.loss.texts[0])
        assert k * Fraction(single.loss.texts[1]) < high
        limit = Fraction(claims["limit"][0])
        distance = abs(k * Fraction(single.loss.texts[0]) - limit)
        assert distance**2 * k < Fraction(claims["rate"]) ** 2
        low, high = (Fraction(x) for x in claims["lambda_min"])
        assert low < Fraction(single.lambda_min.texts[0]) < high


@pytest.mark.parametrize("name", list(FURTHER))
def test_at_the_k_before_companions_make_no_minimum(name):
    """The branch goes on to the k before the first one, where an eigenvalue is refused."""
    least, _, limit = FURTHER[name]
    claims = {
        "k_from": least - 1,
        "loss_times_k": ["0.1", "9"],
        "lambda_min": ["1e-9", "1"],
        "rate": "9",
        "limit": json.loads(limit.replace("[", '["').replace(", ", '", "').replace("]", '"]')),
    }
    statement = {"problem": {"targets": "orthonormal"}, "family": name, "claims": claims}
    middle = Fraction(str(mpmath.nstr(1 / mpmath.sqrt(least - 1), 12)))
    low, high = middle - Fraction(1, 10**6), middle + Fraction(1, 10**6)
    start = [flint_rational(x) for x in _scaled(name, middle, family(name, least - 1).values)]
    with precision(256):
        branch = taylor(_path(name, lambda *_: None).system, low, high, start)
        ends = flint_rational(low), flint_rational(high)
        box = CoverBox(*ends, 16, 4, flint_rational(Fraction(1, 10**10)), branch)
        with pytest.raises(Unverified) as failure:
            verify_box(GaussianFamily.read(statement), box, "the box", Ledger())
    assert failure.value.inequality.code == "lambda-min-low"
