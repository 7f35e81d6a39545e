"""One k, every slope: the generator, the command, what is refused, the slopes told."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from console import call
from hypothesis import given, settings
from hypothesis import strategies as st

import certify
from certify.gaussian.activations import slopes_within

SIZES = st.fractions(min_value=Fraction(1, 10**12), max_value=10**12)
NARROW = ("A", "-k", "6", "--every-slope", "--c", "0.9", "1.1")


def c_of(slope: str) -> Fraction:
    a = Fraction(slope)
    return ((1 + a) / (1 - a)) ** 2


@given(SIZES, SIZES)
@settings(max_examples=200)
def test_slopes_are_rounded_inward(one, other):
    low, high = sorted((one, other))
    told = slopes_within(low, high)
    if told:
        first, _, _, _, last = told.split()
        assert low <= c_of(first) < c_of(last) <= high
        with mpmath.workdps(60):
            for c, end in ((low, first), (high, last)):
                root = mpmath.sqrt(mpmath.mpf(c.numerator) / c.denominator)
                assert abs((root - 1) / (root + 1) - mpmath.mpf(end)) < 1e-6


def test_slopes_that_are_rational_are_told_exactly():
    assert slopes_within(Fraction("0.0625"), Fraction("2.25")) == "-0.6 <= a <= 0.2"
    assert slopes_within(Fraction(1), Fraction(1) + Fraction(1, 10**9)) == ""


def test_the_command_proves_and_tells_the_slopes(tmp_path):
    path = tmp_path / "A.json"
    done = call("family", *NARROW, "-o", path)
    assert done.returncode == 0 and "PROVED" in done.stdout
    assert "as slopes a of leaky ReLU: -0.026334 <= a <= 0.023823" in done.stdout
    certificate = certify.load(path)
    assert certificate.kind == "gaussian-slopes-minimum"
    assert certificate.document["statement"]["claims"]["c"] == ["0.9", "1.1"]
    assert certify.check(certificate).verdict == "PROVED"


def test_python_proves_the_same():
    certificate = certify.every_slope("A", 6, ("0.9", "1.1"))
    curvature = certificate.document["statement"]["claims"]["curvature"]
    assert Fraction(curvature) < Fraction("0.00146")  # the smallest eigenvalue at c = 1
    assert certificate.remarks == ("as slopes a of leaky ReLU: -0.026334 <= a <= 0.023823",)


def test_from_the_flipped_teacher_on():
    """Type II at k = 3 is a minimum down to slope -1, and ReLU's is none."""
    certificate = certify.every_slope("II", 3, ("0", "0.001"))
    assert certificate.document["witness"]["signs"] == [1, -1]
    assert certificate.document["witness"]["cover"][0]["from"] == "0"


@pytest.mark.parametrize(
    ("name", "k", "c"),
    [
        ("II", 3, ("0.005", "0.01")),
        ("II_2", 2, ("0", "0.05")),
        ("II_2", 2, ("0.05", "0.1")),
        ("II_2", 3, ("0.005", "0.01")),
    ],
)
def test_flipped_teachers_are_followed_from_slope_minus_1(name, k, c):
    """Where ReLU has no such minimum, or no member at all."""
    proof = certify.every_slope(name, k, c)
    assert certify.check(proof).verdict == "PROVED"
    assert proof.document["statement"]["claims"]["c"] == list(c)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("II --every-slope", "give one of -k K"),
        ("A --every --from 6 --every-slope", "type II alone"),
        ("II -k 6 --c 0 1", "--c goes with -k and --every-slope"),
        ("II -k 6 --every-slope --slope 0.2", "--every-slope is about all activations"),
        ("II -k 6 --every-slope --c 1 0.5", "in increasing order"),
        ("II -k 6 --every-slope --c -1 1", "0 or more"),
        ("II -k 6 --every-slope --c 0 much", "not a decimal"),
        (
            "II -k 5 --every-slope",
            "with fewer than 6 teachers type II is known to be a minimum at small c only",
        ),
        ("II_2 -k 8 --every-slope", "type II_2 is known to be a minimum at small c only"),
        ("II_3 -k 2 --every-slope --c 0 0.01", "II_p has 1 <= p <= k flipped neurons"),
        ("II_2+2 -k 11 --every-slope", "type II_2+2 is no minimum near c = 0"),
        ("A -k 6 --every-slope", "type A is no minimum near c = 0"),
        ("A -k 6 --every-slope --c 0.03 1", "no minimum at an end of the range"),
    ],
)
def test_nonsense_is_refused_in_a_sentence(words, sentence):
    done = call("family", *words.split())
    assert done.returncode == 2 and sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
