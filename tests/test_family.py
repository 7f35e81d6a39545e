"""Every k at once: the shipped certificate, its overlap with the proofs at single k, the generator, the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest

import certify
from certify.kernel.check import read_claim
from certify.propose_family import prove_family
from certify.search.candidate import UnusableInput


@pytest.fixture(scope="module")
def document(root):
    return json.loads((root / "proofs" / "family" / "II.json").read_text())


def test_the_theorem_for_every_k(document):
    outcome = certify.check(certify.Certificate(document))
    assert outcome.verdict == "PROVED"
    assert document["statement"]["claims"]["k_from"] == 6
    assert len(document["witness"]["cover"]) <= 300
    text = read_claim(document).theorem()
    assert "For every integer k >= 6 and every D >= k" in text


def test_the_cover_has_no_gap_and_reaches_six(document):
    cover = document["witness"]["cover"]
    assert Fraction(cover[0]["from"]) == 0
    assert all(a["to"] == b["from"] for a, b in pairwise(cover))
    assert Fraction(cover[-1]["to"]) ** 2 * 6 >= 1


@pytest.mark.parametrize("k", [6, 7, 8, 10, 15, 20, 50, 100, 1000, 10**6])
def test_the_tube_contains_the_point_certified_at_this_k(root, document, k):
    """X = ((a - 1) k^2, b k^2, (c - 2/k) k^2, d k, (e + 1) k) lies within the radius of the branch, and k F within the claimed bounds."""
    claim = read_claim(json.loads((root / "proofs" / "symmetric" / f"k{k:02d}" / "II.json").read_text()))
    (a, b, c, d, e) = (Fraction(int(v.p), int(v.q)) for v in claim.centre.values())
    exact = ((a - 1) * k**2, b * k**2, (c - Fraction(2, k)) * k**2, d * k, (e + 1) * k)
    with mpmath.workdps(60):
        t = 1 / mpmath.sqrt(k)
        boxes = [box for box in document["witness"]["cover"] if mpmath.mpf(box["from"]) <= t <= mpmath.mpf(box["to"])]
        assert boxes
        for box in boxes:
            low, high = mpmath.mpf(box["from"]), mpmath.mpf(box["to"])
            s = t if low == 0 else t - (low + high) / 2
            for polynomial, x in zip(box["branch"], exact, strict=True):
                value = mpmath.polyval([mpmath.mpf(coefficient) for coefficient in reversed(polynomial)], s)
                assert abs(value - mpmath.mpf(x.numerator) / x.denominator) < mpmath.mpf(box["radius"])
    low, high = (Fraction(x) for x in document["statement"]["claims"]["loss_times_k"])
    assert low < k * Fraction(claim.loss.texts[0])
    assert k * Fraction(claim.loss.texts[1]) < high
    low, high = (Fraction(x) for x in document["statement"]["claims"]["lambda_min"])
    assert low < Fraction(claim.lambda_min.texts[0]) < high


def test_generator_and_command_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "certify", "prove", "--family", "II", "--k-from", "2000", "-o", tmp_path / "c.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("THEOREM.  For every integer k >= 2000")
    assert certify.check(tmp_path / "c.json").verdict == "PROVED"
    for bad in (["--family", "A", "--k-from", "6"], ["--k-from", "6"], ["--family", "II", "--k-from", "4"], ["--family", "II", "--k-from", "6", "-k", "7"]):
        done = subprocess.run([sys.executable, "-m", "certify", "prove", *bad], capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1


def test_k_five_is_out_of_reach():
    """Type II is a saddle at k = 5: no box that reaches t = 1/sqrt 5 is accepted."""
    with pytest.raises(UnusableInput):
        prove_family("I", 7)
    from certify.kernel.balls import precision
    from certify.kernel.gaussian_family import CoverBox, read_cover, verify_box
    from certify.kernel.ledger import Ledger, NotProved
    from certify.propose_family import _branch, _record
    from certify.search.rationals import flint_rational

    low, high = Fraction(4471, 10000), Fraction(4473, 10000)  # around 1/sqrt 5
    start = [Fraction(x) for x in ("-1.9", "-1.9", "-0.6", "1.35", "2.2")]
    with precision(256):
        branch = _branch("II", low, high, start)
        box = CoverBox(flint_rational(low), flint_rational(high), 16, 4, flint_rational(Fraction(1, 10**6)), branch)
        assert read_cover({"bits": 192, "cover": [_record(box)]})[1][0].branch == branch
        claim = read_claim(
            {
                "format": "certify/1",
                "kind": "gaussian-family-minimum",
                "statement": {"problem": {"targets": "orthonormal"}, "family": "II", "claims": {"k_from": 5, "loss_times_k": ["0.1", "0.3"], "lambda_min": ["1e-9", "1"]}},
                "witness": {},
            }
        )
        with pytest.raises(NotProved) as failure:
            verify_box(claim, box, "the box", Ledger())
    assert failure.value.inequality.code == "lambda-min-low"
