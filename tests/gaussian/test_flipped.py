"""Branches that begin at slope -1 with several teachers flipped: members of II_p at a negative
slope, their births in the slope, and the curve of births of type II.
"""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from console import call

import certify
from certify.errors import UnusableInput
from certify.gaussian.activations import with_slope
from certify.gaussian.names import family_name
from certify.gaussian.prove import birth_curve
from certify.gaussian.search.families import family
from certify.gaussian.search.slopes import flipped
from certify.gaussian.search.symmetric import expanded
from certify.kernel.foundation.balls import precision
from certify.rationals import flint_rational, fraction

CURVE = Path(__file__).parents[2] / "proofs" / "slopes-births" / "curve-II.json"


def test_both_of_two_teachers_flipped(tmp_path):
    """A spurious minimum for two teachers; its class has a name where random starts find it."""
    done = call("family", "II_2", "-k", "2", "--slope", "-0.5", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = certify.load(tmp_path / "II_2-k2-slope-minus-0.5.json")
    assert certify.check(found).verdict == "PROVED"
    assert found.document["statement"]["blocks"] == [{"type": "diagonal", "size": 2}]
    words = ("prove", "-k", "2", "--slope", "-0.5", "--trials", "40", "-o", tmp_path / "w.json")
    assert "It is type II_2 (S_2)" in call(*words).stdout


@pytest.mark.parametrize(("p", "k"), [(1, 2), (2, 3), (3, 3), (2, 5), (5, 5), (4, 6), (8, 8)])
def test_members_are_near_the_flipped_teachers(p, k):
    member = family(f"II_{p}", k, with_slope("-0.95"))
    students = np.array(expanded(member.blocks, member.values), float)
    teachers = np.diag([1.0] * (k - p) + [-1.0] * p)
    assert np.abs(students - teachers).max() < 0.02


def test_where_relu_has_a_member_it_leads_to_the_same_point():
    for name, k, slope in (("II", 6, "-0.5"), ("II_2", 6, "-0.6"), ("II_4", 7, "-0.9")):
        p = family_name(name).index or 1
        member = family(name, k, with_slope(slope))
        _, values = flipped(k, p, with_slope(slope), 22)
        gaps = [abs(x - y) for x, y in zip(member.values, values, strict=True)]
        assert max(gaps) < Fraction(1, 10**20)


@pytest.mark.parametrize(
    ("name", "k", "slope", "sentence"),
    [
        ("II_3", 2, "-0.9", "k = 2 is not in"),
        ("II", 2, "0.5", "k = 2 is not in"),
        ("II_2", 3, "0.2", "k >= 6 for p > 1"),
        ("II_8", 8, "0.2", "1 <= p < k"),
        ("II", 2, "-0.5", "it is lost near slope -0.589"),
        ("II_0", 4, "-0.9", "p >= 1 flipped"),
    ],
)
def test_no_member_is_told_in_a_sentence(name, k, slope, sentence):
    with pytest.raises(UnusableInput, match=sentence):
        family(name, k, with_slope(slope))


def test_births_of_several_flipped_teachers(tmp_path):
    done = call("family", "II_2", "-k", "2", "--birth", "-o", tmp_path / "b.json")
    assert done.returncode == 0, done.stderr
    slope = json.loads((tmp_path / "b.json").read_text())["statement"]["claims"]["slope"]
    assert slope[0].startswith("-0.4708093034902")
    near_a_fold = certify.birth("II_3", 20, k=5).document["statement"]["claims"]
    assert near_a_fold["c"][0].startswith("0.0458267498391424")
    assert near_a_fold["distance"] == "1e-17"  # the first, 1e-18, was too small
    for words in ("II_3 -k 2 --birth", "II -k 1 --birth"):
        done = call("family", *words.split())
        assert done.returncode == 2 and "1 <= p <= k" in done.stderr


def test_a_stretch_of_the_curve_is_that_of_the_file():
    """From the birth at k = 5 on, a little way; the boxes are verified one by one as they come."""
    shipped = certify.load(CURVE).document["witness"]["cover"]
    thin = [box for box in shipped if Fraction(box["radius"]) < Fraction(1, 10**30)][2]
    low = Fraction(thin["from"])
    half = (Fraction(thin["to"]) - low) / 2
    solution = [flint_rational(Fraction(terms[0])) for terms in thin["branch"]]
    begin = birth_curve._At(low + half, solution)
    end = birth_curve._At(low + half + Fraction(1, 1000), solution)
    made = birth_curve._stretch(begin, end)
    assert made[0]["from"] == thin["from"] and len(made) == 2
    with precision(256):
        again = birth_curve._newton(birth_curve._At(low, solution))
    beyond = next(box for box in shipped if Fraction(box["from"]) == low + 2 * half)
    ends = []
    for box in (made[1], beyond):
        y = (Fraction(box["from"]) - Fraction(box["to"])) / 2
        terms = box["branch"][-1]
        ends.append(sum(Fraction(x) * y**i for i, x in enumerate(terms)))
    assert abs(ends[0] - ends[1]) < Fraction(1, 10**9)
    assert abs(fraction(again.solution[-1]) - ends[0]) < Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("A --birth --every-slope", "type II alone"),
        ("II -k 4 --birth --every-slope", "the curve of births for all real k, --birth -k K one"),
        ("II --birth --every-slope --digits 9", "without --every-slope"),
        ("II --birth --every-slope --slope 0.2", "about all activations"),
        ("II --birth --every-slope --c 0 1", "--c goes with -k"),
    ],
)
def test_nonsense_about_the_curve_is_refused_in_a_sentence(words, sentence):
    done = call("family", *words.split())
    assert done.returncode == 2 and sentence in done.stderr


def test_the_curve_begins_between_3_and_4():
    for k_from in ("3", "4", "much"):
        with pytest.raises(UnusableInput):
            certify.birth_curve(k_from)


def test_a_number_in_the_wrong_place_is_said_to_be_none():
    for asked, told in (
        (lambda: certify.birth_curve("A"), "the curve of type II begins: 'A' is no decimal"),
        (lambda: certify.birth_curve(3.5), "3.5 is no decimal in quotation marks"),
        (lambda: certify.no_minimum("A", "3", 4.5), "4.5 is no decimal in quotation marks"),
        (lambda: certify.no_minimum("A", "3", "9/2"), "'9/2' is no decimal"),
    ):
        with pytest.raises(UnusableInput, match=told):
            asked()


def test_families_without_a_birth_in_k_say_why():
    for name, told in (
        ("II_0", "p >= 1 flipped"),
        ("II_0+1", "p >= 1 flipped"),
        ("A_0", "q >= 3"),
        ("A_7", "7 reflected neurons at every k"),
    ):
        with pytest.raises(UnusableInput, match=told):
            certify.birth(name)
