"""Every k at once: the shipped certificate, its overlap with the proofs at single k, the generator,
the command line.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from math import pi

import mpmath
import pytest
from console import call, process

import certify
from certify.errors import UnusableInput
from certify.gaussian.prove.family import prove_family, prove_family_saddle, refuse_beyond_birth
from certify.gaussian.search.families import family
from certify.kernel.check import read_claim
from certify.kernel.foundation.words import plain

FAMILIES = {"II": 6, "A": 6, "I": 7}
# n = k + 1: the least k, 2 rho of t = k^(-1/(2 rho)), the power of t in the smallest eigenvalue
FURTHER = {"II+1": (7, 2, 0), "I+1": (12, 4, 3)}


def each_family():
    """The families; those that take five seconds to check are of the long tier."""
    for name in FAMILIES:
        yield pytest.param(name, marks=[] if name == "A" else [pytest.mark.long])


def load(root, path):
    return json.loads((root / "proofs" / path).read_text())


def exact(values):
    return [Fraction(int(v.p), int(v.q)) for v in values]


def scaled(name, k, values):
    """X from the coordinates at a whole or real k; t = k^(-1/2) enters by t^2 and t^4 only."""
    if name == "A":
        a, b = values
        return (a + 1 - 2 / k) * k**2, (b - 2 / k) * k**2
    a, b, c, d, e = values
    if name == "II":
        return (a - 1) * k**2, b * k**2, (c - 2 / k) * k**2, d * k, (e + 1) * k
    return (a + 1 - 2 / k) * k**2, (b - 2 / k) * k**2, c * k**2, d * k, (e - 1) * k


def require_in_tube(document, k, x, within=None):
    """The point X lies in the tube in all boxes that hold t = k^(-1/2); with `within`, the tube
    lies within that distance of X.
    """
    with mpmath.workdps(60):
        t = 1 / mpmath.sqrt(mpmath.mpf(k.numerator) / k.denominator)
        boxes = [
            box
            for box in document["witness"]["cover"]
            if mpmath.mpf(box["from"]) <= t <= mpmath.mpf(box["to"])
        ]
        assert boxes
        for box in boxes:
            low, high = mpmath.mpf(box["from"]), mpmath.mpf(box["to"])
            s = t if low == 0 else t - (low + high) / 2
            for polynomial, value in zip(box["branch"], x, strict=True):
                centre = mpmath.polyval(
                    [mpmath.mpf(coefficient) for coefficient in reversed(polynomial)], s
                )
                distance, radius = (
                    abs(centre - mpmath.mpf(value.numerator) / value.denominator),
                    mpmath.mpf(box["radius"]),
                )
                assert (
                    distance < radius
                    if within is None
                    else distance + radius < mpmath.mpf(within.numerator) / within.denominator
                )


@pytest.mark.parametrize("name", list(each_family()))
def test_the_theorem_for_every_k(root, name):
    document = load(root, f"family/{name}.json")
    outcome = certify.check(certify.Certificate(document))
    assert outcome.verdict == "PROVED"
    assert document["statement"]["claims"]["k_from"] == FAMILIES[name]
    assert len(document["witness"]["cover"]) <= 300
    text = certify.Certificate(document).theorem()
    assert f"For every integer k >= {FAMILIES[name]} and every D >= k" in text
    assert (
        "| k F(W*(k)) - (1/2 - 2/pi^2) | < 0.361 k^(-1/2)"
        if name == "II"
        else "| F(W*(k)) - (1/2 - 1/pi) | < 0.4245 k^(-1/2)"
    ) in text
    assert f"strictly {'decreasing' if name == 'II' else 'increasing'} in k" in text


@pytest.mark.parametrize("name", list(FAMILIES))
def test_the_cover_has_no_gap_and_reaches_the_least_k(root, name):
    cover = load(root, f"family/{name}.json")["witness"]["cover"]
    assert Fraction(cover[0]["from"]) == 0
    assert all(a["to"] == b["from"] for a, b in pairwise(cover))
    assert Fraction(cover[-1]["to"]) ** 2 * FAMILIES[name] >= 1


@pytest.mark.parametrize("name", list(FAMILIES))
@pytest.mark.parametrize("k", [6, 7, 8, 10, 15, 20, 50, 100, 1000, 10**4, 10**6])
def test_the_tube_contains_the_point_certified_at_this_k(root, name, k):
    """X lies within the radius of the branch, and the loss and the eigenvalue within the claimed
    bounds.
    """
    if k < FAMILIES[name]:
        pytest.skip("no minimum")
    document = load(root, f"family/{name}.json")
    single = read_claim(load(root, f"symmetric/k{k:02d}/{name}.json"))
    require_in_tube(document, Fraction(k), scaled(name, Fraction(k), exact(single.centre.values())))
    claims = document["statement"]["claims"]
    low, high = (Fraction(x) for x in claims["loss_times_k" if name == "II" else "loss"])
    times = k if name == "II" else 1
    assert low < times * Fraction(single.loss.texts[0])
    assert times * Fraction(single.loss.texts[1]) < high
    limit = 0.5 - 2 / mpmath.pi**2 if name == "II" else 0.5 - 1 / mpmath.pi
    distance = abs(times * Fraction(single.loss.texts[0]) - Fraction(str(limit)))
    assert distance**2 * k < Fraction(claims["rate"]) ** 2
    low, high = (Fraction(x) for x in claims["lambda_min"])
    assert low < Fraction(single.lambda_min.texts[0]) < high


def with_a_further_student(name, t, values):
    """X of II+1 or I+1 from the coordinates, at the working precision."""
    a, b, c, d, e, f, h = (mpmath.mpf(x.numerator) / x.denominator for x in values)
    if name == "I+1":
        x, y = d / t**3, (e - 0.5) / t
        return [
            (a + 1 - 2 * t**4) / t**6, (b - 2 * t**4 + 2 * x * t**7) / t**8,
            (c - t**4 + 2 * y * t**5) / t**6, x, y, (f - d) / t**4, (h - e + 1) / t**2,
        ]  # fmt: skip
    return [
        (a - 1) / t**3, b / t**4, (c - 2 * t**2) / t**3, d / t**2, (e + 1) / t, f / t**2, h / t,
    ]  # fmt: skip


@pytest.mark.long
@pytest.mark.parametrize("name", list(FURTHER))
def test_every_k_with_one_student_more(root, name):
    document, (least, root_of_k, _) = load(root, f"family/{name}.json"), FURTHER[name]
    assert certify.check(certify.Certificate(document)).verdict == "PROVED"
    cover = document["witness"]["cover"]
    assert Fraction(cover[0]["from"]) == 0
    assert all(a["to"] == b["from"] for a, b in pairwise(cover))
    assert Fraction(cover[-1]["to"]) ** root_of_k * least >= 1
    text = certify.Certificate(document).theorem()
    own = {
        "II+1": ("lies in [0.267254813889, 0.26725481389]", "strictly decreasing in k"),
        "I+1": (
            "eigenvalue of the Hessian at W*(k) times k^(3/4) lies in [0.003, 0.302]",
            "| F(W*(k)) - (1/2 - 1/pi) | < 0.439 k^(-1/2)",
            "strictly increasing in k",
        ),
    }
    for words in (
        f"For every integer k >= {least} and every D >= k",
        "W in R^((k+1) x D)",
        "sum_(i=1..k+1)",
        "strict local minimum in R^((k+1) x D)",
        *own[name],
    ):
        assert words in text


@pytest.mark.parametrize("name", list(FURTHER))
@pytest.mark.parametrize("k", [7, 8, 12, 13, 20, 100, 10**4, 10**6, 10**9])
def test_the_tube_contains_the_point_with_one_student_more(root, name, k):
    """Against the certificates at single k where they are shipped, else the member of the family to
    20 digits; the loss, the smallest eigenvalue and the limit within the claims.
    """
    least, root_of_k, soft = FURTHER[name]
    if k < least:
        pytest.skip("no minimum")
    document = load(root, f"family/{name}.json")
    path = root / "proofs" / "symmetric" / f"k{k:02d}" / f"{name}.json"
    values = (
        exact(read_claim(json.loads(path.read_text())).centre.values())
        if path.exists()
        else family(name, k).values
    )
    claims = document["statement"]["claims"]
    with mpmath.workdps(60):
        t = mpmath.mpf(k) ** (mpmath.mpf(-1) / root_of_k)
        x = with_a_further_student(name, t, values)
        for box in document["witness"]["cover"]:
            low, high = mpmath.mpf(box["from"]), mpmath.mpf(box["to"])
            if low <= t <= high:
                s = t if low == 0 else t - (low + high) / 2
                for polynomial, value in zip(box["branch"], x, strict=True):
                    centre = mpmath.polyval([mpmath.mpf(c) for c in reversed(polynomial)], s)
                    assert abs(centre - value) < mpmath.mpf(box["radius"]) + 10**-12
    if path.exists():
        single, times = read_claim(json.loads(path.read_text())), k if name == "II+1" else 1
        low, high = (Fraction(x) for x in claims["loss_times_k" if times == k else "loss"])
        assert low < times * Fraction(single.loss.texts[0])
        assert times * Fraction(single.loss.texts[1]) < high
        limit = Fraction(claims["limit"][0]) if times == k else Fraction(0.5 - 1 / pi)
        distance = abs(times * Fraction(single.loss.texts[0]) - limit)
        assert distance**2 * k < Fraction(claims["rate"]) ** 2
        low, high = map(float, claims["lambda_min_scaled" if soft else "lambda_min"])
        assert low < float(single.lambda_min.texts[0]) * k ** (soft / root_of_k) < high


@pytest.mark.parametrize("name", list(each_family()))
def test_where_the_family_begins(root, name):
    """No minimum for real k from 3 (or 4) to just below k*, one crossing there, minima from the
    next whole k on: one branch throughout.
    """
    saddle, near, far = (
        load(root, f"family/saddle/{name}.json"),
        load(root, f"symmetric/birth/{name}-near.json"),
        load(root, f"family/{name}.json"),
    )
    assert certify.check(certify.Certificate(saddle)).verdict == "PROVED"
    assert "no local minimum" in certify.Certificate(saddle).theorem()
    # a name would say more than is proved (found by an attack)
    assert f"type {name}" not in plain(read_claim(saddle).headline())
    low, high = (Fraction(text) for text in saddle["statement"]["claims"]["k"])
    assert low == (4 if name == "I" else 3)
    birth = read_claim(near)
    first, last = (Fraction(text) for text in birth.k.texts)
    assert first < high < last < far["statement"]["claims"]["k_from"] < last + 1
    assert birth.crossing.name == saddle["statement"]["claims"]["type"]
    # at k = high the tube lies in the box in which the birth's solution is unique: the two are the
    # same (X = k or k^2 times coordinates)
    distance = Fraction(int(birth.distance.value.p), int(birth.distance.value.q))
    require_in_tube(
        saddle, high, scaled(name, high, exact(birth.centre.values())), within=distance * high
    )
    for text, value in zip(
        saddle["statement"]["claims"]["centre"], exact(birth.centre.values()), strict=True
    ):
        assert abs(Fraction(text) - value) < Fraction(1, 10**8)
    # and the saddles certified at single k lie in the tube
    for k in (4, 5, 6):
        path = root / "proofs" / "symmetric" / f"k{k:02d}" / f"{name}.json"
        if (
            low <= k <= high
            and path.exists()
            and json.loads(path.read_text())["kind"] == "gaussian-symmetric-saddle"
        ):
            require_in_tube(
                saddle,
                Fraction(k),
                scaled(
                    name,
                    Fraction(k),
                    exact(read_claim(json.loads(path.read_text())).centre.values()),
                ),
            )


def test_generator_and_command_line(tmp_path):
    done = process("family", "II", "--every", "--from", "2000", "-o", tmp_path / "c.json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("THEOREM.  For every integer k ≥ 2000")
    assert certify.check(tmp_path / "c.json").verdict == "PROVED"
    for bad in (
        ["A", "--every", "--from", "5"], ["II", "--from", "6"], ["II", "--every", "--from", "4"],
        ["II", "--every", "--from", "6", "-k", "7"], ["III", "--every", "--from", "6"],
        ["II", "--every", "--from", "six"], ["II", "--every", "--from", "6.5"],
        ["II", "--not-minimum", "5"], ["II", "--not-minimum", "5", "4"],
        ["II", "--not-minimum", "3", "9"],
        ["I", "--not-minimum", "3", "6"],
        ["A", "--not-minimum", "nan", "5"],
        ["A", "--not-minimum", "1/2", "5"],
        ["II"], ["II", "--every"], ["II", "-k", "7", "--not-minimum", "3", "4"],
        ["II", "-k", "7", "--digits", "9"],
    ):  # fmt: skip
        done = call("family", *bad, cwd=tmp_path)
        assert done.returncode == 2, bad
        assert done.stderr.count("\n") == 1, bad


def test_no_minimum_below(tmp_path):
    """The negative side from the command line (FORMAT 4.5)."""
    done = process("family", "A", "--not-minimum", "5.5", "5.7", "-o", tmp_path / "c.json")
    assert done.returncode == 0, done.stderr
    assert (
        "for every integer k in K, W*(k) is a critical point of F that is no local minimum"
        in done.stdout
    )
    assert certify.check(tmp_path / "c.json").verdict == "PROVED"


@pytest.mark.parametrize("name", ["II", "A", "I"])
def test_where_it_is_known_to_be_a_minimum_nothing_is_tried(name, root, tmp_path):
    """The number in the sentence is that of the shipped certificate, and below it nothing is
    refused.
    """
    birth = certify.load(root / f"proofs/symmetric/birth/{name}.json").document
    low, high = birth["statement"]["claims"]["k"]
    for beyond in ("7", high, low):
        done = call("family", name, "--not-minimum", "4", beyond, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (
            2,
            f"certify: type {name} becomes a minimum at k = {low[:6]}...: give A < B below that\n",
        )
    refuse_beyond_birth(name, "4", low[:20])
    done = call("family", name, "--not-minimum", "5", "3", cwd=tmp_path)
    assert done.stderr == "certify: no interval: A = 5 must be below B = 3\n"


@pytest.mark.long
def test_no_negative_direction_beyond_the_birth():
    attempt = prove_family_saddle("A", "5.9", "6.5")
    assert attempt.outcome is None
    assert "[negative]" in attempt.reason


@pytest.mark.parametrize("name", list(FAMILIES))
def test_the_sense_of_the_loss_is_an_inequality_of_its_own(root, name, monkeypatch):
    """The sense belongs to the family, no certificate can claim another: the kernel is shown
    families with the sense reversed.
    """
    import dataclasses

    from certify.kernel.gaussian import families

    monkeypatch.setitem(
        families.FAMILIES,
        name,
        dataclasses.replace(
            families.FAMILIES[name], decreasing=not families.FAMILIES[name].decreasing
        ),
    )
    corpus = root / "tests" / "corpus" / "accept" / f"family-{name}-from-1112.json"
    outcome = certify.check(corpus)
    assert (outcome.verdict, outcome.code) == ("REJECTED", "monotone")


def test_k_five_is_out_of_reach():
    """Type II is a saddle at k = 5: no box that reaches t = 1/sqrt 5 is accepted."""
    with pytest.raises(UnusableInput):
        prove_family("I", 6)
    from certify.gaussian.prove.covering import record, taylor
    from certify.gaussian.prove.family import _path
    from certify.kernel.foundation.balls import precision
    from certify.kernel.foundation.errors import Unverified
    from certify.kernel.foundation.ledger import Ledger
    from certify.kernel.gaussian.cover import CoverBox, read_cover
    from certify.kernel.gaussian.family import verify_box
    from certify.rationals import flint_rational

    low, high = Fraction(4471, 10000), Fraction(4473, 10000)  # around 1/sqrt 5
    rough = ("-1.9", "-1.9", "-0.6", "1.35", "2.2")
    start = [flint_rational(Fraction(x)) for x in rough]
    with precision(256):
        branch = taylor(_path("II", lambda *_: None).system, low, high, start)
        box = CoverBox(
            flint_rational(low),
            flint_rational(high),
            16,
            4,
            flint_rational(Fraction(1, 10**6)),
            branch,
        )
        assert read_cover({"bits": 192, "cover": [record(box)]}, "II").boxes[0].branch == branch
        claims = {
            "k_from": 5,
            "loss_times_k": ["0.1", "0.3"],
            "lambda_min": ["1e-9", "1"],
            "rate": "1",
        }
        statement = {"problem": {"targets": "orthonormal"}, "family": "II", "claims": claims}
        claim = read_claim(
            {
                "format": "certify/1",
                "kind": "gaussian-family-minimum",
                "statement": statement,
                "witness": {},
            }
        )
        with pytest.raises(Unverified) as failure:
            verify_box(claim, box, "the box", Ledger())
    assert failure.value.inequality.code == "lambda-min-low"
