"""Points with copies of a diagonal block (more students than teachers): detection, the families
II_p+p and II_p+p', their classes, births and deaths, what is printed of them, shipped files.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from console import call

from certify.errors import UnusableInput
from certify.gaussian.centre import written_out
from certify.gaussian.classes import same_point
from certify.gaussian.names import family_name
from certify.gaussian.prove import birth, slope_birth
from certify.gaussian.prove.blocks import prove_block_point
from certify.gaussian.prove.minimum import prove_candidate
from certify.gaussian.prove.symmetric import prove_symmetric
from certify.gaussian.search.candidate import make_candidate
from certify.gaussian.search.detection import detect
from certify.gaussian.search.families import family
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.search.symmetric import (
    SymmetricCandidate,
    expanded,
    make_blocks,
    multiplicities,
    parts_of,
)
from certify.gaussian.signs import block_signs_field, signed_blocks
from certify.gaussian.survey.basins import basin_of
from certify.judge import certificate_files
from certify.kernel.check import read_claim
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.words import plain
from certify.kernel.gaussian.blocks import unknowns
from certify.report.gaussian.claims import symmetric as rows_of
from certify.report.gaussian.latex_symmetric import symmetric as latex

PARTS = (("diagonal", 9), ("diagonal", 2), ("copy", 2))
# family, k: loss, smallest eigenvalue of the points that were found without the symmetry
REFERENCE = {
    ("II_2+2", 11): ("0.0307565216", "0.00195687"), ("II_2+2", 20): ("0.0203347894", "0.00192616"),
    ("II_3+3'", 12): ("0.0405336697", "0.00211235"), ("II_3+3", 15): ("0.0355402869", "0.00050880"),
    ("II_4+4", 26): ("0.0309137248", "0.00305072"), ("II_4+4'", 36): ("0.0239021848", "0.00292704"),
    ("II_5+5", 36): ("0.0292342413", "0.00330812"), ("II_3+3'", 11): ("0.0423901683", "0.00076606"),
}  # fmt: skip
SADDLES = {  # family, k: index, and by how much each dimension beyond k raises it
    ("II_2+2", 10): (7, 0), ("II_2+2", 101): (98, 0), ("II_2+2", 1000): (997, 1),
    ("II_2+2", 10**4): (9997, 1), ("II_3+3'", 10): (9, 0), ("II_4+4", 36): (3, 0),
}  # fmt: skip
LIVES = {
    "II_2+2": "10.0592148696183", "II_2+2-death": "100.779319929024", "II+1": "6.66536335422509",
    "II_3+3prime": "10.8557643835897", "I+1": "11.6105235485557", "II_3+3": "14.7643143794478",
    "II_3+3-death": "15.4080717202088", "II_4+4": "21.8256198655286",
}  # fmt: skip


def matrix_of(candidate):
    return np.array(expanded(candidate.blocks, list(map(float, candidate.values))))


def shuffled(candidate, seed=0):
    rng, matrix = np.random.default_rng(seed), matrix_of(candidate)
    n, k = matrix.shape
    return matrix[rng.permutation(n)][:, rng.permutation(k)]


def shipped(root, name, k):
    stem = family_name(name).stem
    path = root / "proofs" / "overparameterised" / "families" / f"k{k:02d}" / f"{stem}.json"
    return read_claim(json.loads(path.read_text()))


def proved(attempt):
    assert attempt.outcome.verdict == "PROVED", attempt.reason
    return read_claim(attempt.document)


@pytest.mark.parametrize(
    ("text", "name", "stem"),
    [
        ("II_2+2", "II_2+2", "II_2+2"), ("type ii_3+3'", "II_3+3'", "II_3+3prime"),
        ("II_3+3prime", "II_3+3'", "II_3+3prime"), ("II_3+3\u2032", "II_3+3'", "II_3+3prime"),
        ("II_2+2'", "II_2+2", "II_2+2"), ("II_1+1", "II+1", "II+1"),
        ("ii_100+100", "II_100+100", "II_100+100"),
    ],
)  # fmt: skip
def test_names(text, name, stem):
    assert (str(family_name(text)), family_name(text).stem) == (name, stem)
    assert family_name(stem) == family_name(name)


@pytest.mark.parametrize("text", ["II_2+3", "II_3+1'", "A_3+3", "I_2+2", "II+1'", "II_2'", "A+1'"])
def test_names_of_no_family(text):
    with pytest.raises(UnusableInput, match="is no family"):
        family_name(text)


@pytest.mark.parametrize(("name", "k"), [("II_2+2", 3), ("II_201+201", 4000), ("II_3+3'", 9)])
def test_members_that_are_not_there(name, k):
    with pytest.raises(UnusableInput, match=r"flipped neurons|no member"):
        family(name, k)


@pytest.mark.parametrize(("name", "k"), REFERENCE, ids=str)
def test_minima_agree_with_the_reference(root, name, k):
    claim, (loss, low) = shipped(root, name, k), REFERENCE[name, k]
    assert not claim.saddle
    assert abs(float(loss) - float(claim.loss.low)) < 2e-10
    assert abs(float(low) - float(claim.lambda_min.low)) < 2e-8
    assert claim.lambda_min_beyond.low > 0


@pytest.mark.parametrize(("name", "k"), SADDLES, ids=str)
def test_saddles(root, name, k):
    claim = shipped(root, name, k)
    assert (claim.index, claim.index_beyond) == SADDLES[name, k]


@pytest.mark.parametrize(("name", "k"), [("II_2+2", 10), ("II_2+2", 11), ("II_3+3'", 11)], ids=str)
def test_the_dense_hessian_says_the_same(root, name, k):
    claim, loss = shipped(root, name, k), GaussianLoss(orthonormal(k, k))
    w = written_out(claim)
    assert np.linalg.norm(loss.value_and_gradient(w)[1]) < 1e-13
    values = np.linalg.eigvalsh(loss.hessian(w))
    assert abs(values[0] - float(claim.lambda_min.low)) < 1e-11
    assert (values < 0).sum() == (claim.index or 0)


@pytest.mark.parametrize(("k", "negative"), [(100, 0), (101, 1)])
def test_two_companions_end_between_100_and_101(root, k, negative):
    """The three test matrices of s1*s2 by differences of the dense gradient."""
    claim, loss = shipped(root, "II_2+2", k), GaussianLoss(orthonormal(k, k))
    w, step, tests = written_out(claim), 2e-5, []
    for rows, columns in (((0, 1), (k - 2, k - 1)), ((k - 2, k - 1), (0, 1)), ((k, k + 1), (0, 1))):
        z = np.zeros_like(w)
        for (i, r), (j, c) in product(enumerate(rows), enumerate(columns)):
            z[r, c] = (-1) ** (i + j) / 2
        tests.append(z)
    along = [
        (loss.value_and_gradient(w + step * z)[1] - loss.value_and_gradient(w - step * z)[1])
        / (2 * step)
        for z in tests
    ]
    form = np.array([[float((y * z).sum()) for y in along] for z in tests])
    values = np.linalg.eigvalsh((form + form.T) / 2)
    assert (values < 0).sum() == negative
    assert abs(values[0] - float(claim.lambda_min.low)) < 1e-7


@pytest.mark.parametrize(("name", "k"), [("II_2+2", 11), ("II_3+3'", 12), ("II_4+4", 26)], ids=str)
def test_detection_in_a_shuffled_matrix(name, k):
    member = family(name, k)
    matrix = shuffled(member)
    found = detect(matrix + 1e-10 * np.random.default_rng(1).normal(size=matrix.shape), 1e-7)
    assert found.parts == member.parts
    assert np.allclose(found.values, list(map(float, member.values)), atol=1e-9)
    assert np.allclose(matrix[np.ix_(found.rows, found.columns)], matrix_of(member), atol=1e-12)


def test_prove_a_dense_point_by_its_symmetry(tmp_path):
    np.savetxt(tmp_path / "w.csv", shuffled(family("II_2+2", 11)), delimiter=",")
    done = call("prove", "--symmetric", tmp_path / "w.csv", "-o", tmp_path / "c.json")
    assert done.returncode == 0, done.stderr
    assert "type II_2+2 (S_9 x S_2), by an exact match with the shipped certificate" in done.stdout
    document = json.loads((tmp_path / "c.json").read_text())
    assert document["statement"]["blocks"] == [
        {"type": "diagonal", "size": 9},
        {"type": "diagonal", "size": 2},
        {"type": "copy", "of": 2},
    ]
    assert call("check", "--checker", "all", tmp_path / "c.json").returncode == 0
    # the certificate is a block point itself
    done = call("prove", "--symmetric", tmp_path / "c.json", "-o", tmp_path / "d.json")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "d.json").read_bytes() != b""


def test_a_dense_certificate_is_about_the_same_point(root):
    dense = proved(prove_candidate(make_candidate(shuffled(family("II_2+2", 11), 3))))
    member = shipped(root, "II_2+2", 11)
    assert same_point(dense, member)
    assert not same_point(dense, shipped(root, "II_2+2", 12))


def test_the_copy_and_its_block_may_change_places(root):
    """Which of the two classes of rows is called the diagonal block, and which column of two is
    called a row's own, does not make another point.
    """
    member = family("II_2+2", 11)
    a, b, c, *rest = member.values
    flipped, companion = rest[:3], rest[3:]
    other = SymmetricCandidate(PARTS, (a, b, c, *companion, flipped[0], flipped[2], flipped[1]))
    claim = proved(prove_block_point(other))
    assert same_point(claim, shipped(root, "II_2+2", 11))
    remark = prove_symmetric(other).remarks[-1]
    assert remark.startswith("It is type II_2+2 ")
    three = family("II_3+3'", 12).values
    swapped = SymmetricCandidate(
        (("diagonal", 9), ("diagonal", 3), ("copy", 2)), (*three[:3], *three[6:], *three[3:6])
    )
    assert same_point(proved(prove_block_point(swapped)), shipped(root, "II_3+3'", 12))


def test_a_class_without_a_shipped_file_is_found_by_its_blocks():
    remark = prove_symmetric(family("II_2+2", 13)).remarks[-1]
    assert remark.startswith("It is type II_2+2 (S_11 x S_2), the member of that family at k = 13")


def test_blocks_of_copies():
    blocks = make_blocks(PARTS)
    assert parts_of(blocks) == PARTS
    assert sum(multiplicities(blocks)) == 13 * 11
    assert "copy of 2" in repr(family("II_2+2", 11))
    signs = signed_blocks("++-:++", PARTS)
    assert block_signs_field(signs, PARTS) == {
        "signs": {"students": [1, 1, -1], "teachers": [1, 1]}
    }
    for parts in ((("copy", 1),), (("diagonal", 3), ("copy", 2)), (("diagonal", 1), ("copy", 1))):
        with pytest.raises(UnusableInput, match=r"which is no diagonal block of size 2"):
            make_blocks(parts)
    with pytest.raises(UnusableInput, match="which is no diagonal block"):
        make_blocks((*PARTS, ("copy", 3)))


def test_every_entry_of_the_matrix(root):
    path = root / "proofs" / "overparameterised" / "families" / "k11" / "II_2+2.json"
    document = json.loads(path.read_text())
    claim = read_claim(document)
    matrix = written_out(claim)
    basin = basin_of(document, str(path), 11, 13)
    assert basin is not None
    assert np.array_equal(matrix, basin.centre.array)
    centre = {name: float(value) for name, value in claim.centre.items()}
    assert list(centre) == unknowns(claim.problem.blocks)
    # rows 12 and 13 are tied to columns 10 and 11
    assert matrix[11, 9] == matrix[12, 10] == centre[2, 1, True]
    assert matrix[11, 10] == matrix[12, 9] == centre[2, 1, False]


def test_what_is_said_of_the_group(root):
    claim = shipped(root, "II_2+2", 11)
    told = [plain(words) for words in claim.theorem()]
    assert (
        "Block 3 is a copy of block 2: S_2 permutes the rows of both, 2 each, and the columns of"
        " block 2 alike."
    ) in told
    (group,) = [row for row in rows_of(claim) if row.symbol == "G"]
    assert "the rows of a copy go with those of its block" in plain(group.meaning)
    text = latex(claim, "")
    assert "block 3 of $2$ rows, a copy of block 2" in text
    assert "together with the rows of its copies" in text
    assert "d_{3}&=-0.16627918" in text


@pytest.mark.parametrize(("option", "start"), [("--birth", "10.05921"), ("--death", "100.77931")])
def test_birth_and_death(tmp_path, option, start):
    path = tmp_path / "b.json"
    done = call("family", "II_2+2", option, "--digits", 8, "-o", path)
    assert done.returncode == 0, done.stderr
    claim = read_claim(json.loads(path.read_text()))
    assert all(text.startswith(start) for text in claim.k.texts)
    assert claim.crossing.name == "s1*s2"
    assert claim.minimum == ("above" if option == "--birth" else "below")
    assert "S_(k-2) x S_2, n = k + 2" in done.stdout
    assert "Block 3 is a copy of block 2" in done.stdout


@pytest.mark.parametrize("name", LIVES)
def test_shipped_births_and_deaths(root, name):
    folder = root / "proofs" / "overparameterised" / "families" / "births"
    claim = read_claim(json.loads((folder / f"{name}.json").read_text()))
    assert all(text.startswith(LIVES[name]) for text in claim.k.texts)
    assert claim.minimum == ("below" if name.endswith("death") else "above")


def test_births_that_are_not_there(monkeypatch):
    monkeypatch.setattr(birth, "_LAST_BIRTH", 9)
    monkeypatch.setattr(birth, "_LAST", 12)
    with pytest.raises(UnusableInput, match="7 reflected neurons at every k"):
        birth.prove_birth("A_7")
    for name, death, reason in (("II+2", False, "is a minimum"), ("A", True, "no death was found")):
        attempt = birth.prove_birth(name, death=death)
        assert attempt.outcome is None and reason in str(attempt.refusal)


def test_small_shipped_certificates_are_proved(root):
    folder = root / "proofs" / "overparameterised" / "families"
    files = [path for path in certificate_files([folder]) if path.parent.name[0] == "k"]
    assert len(files) > 40
    done = call("check", *files[::8])
    assert done.returncode == 0
    for path in files:
        claim = read_claim(json.loads(path.read_text()))
        assert claim.problem.n - claim.problem.k == family_name(path.stem).extra


def test_slopes_of_copies_are_shipped(root):
    """Every slope from one on at k = 11; births below which, in the slope, there are minima."""
    folder = root / "proofs" / "overparameterised" / "families" / "slopes"
    table = (folder.parent / "README.md").read_text()
    files = sorted(folder.glob("*.json"))
    assert [path.stem.removeprefix("II_2+2-") for path in files] == [
        "k07-birth", "k08-birth", "k09-birth", "k10-birth", "k101-birth", "k11",
    ]  # fmt: skip
    assert all(f"(slopes/{path.name})" in table for path in files)
    assert call("check", *files[:5]).returncode == 0
    claims = [read_claim(json.loads(path.read_text())) for path in files]
    for claim in claims[:5]:
        assert claim.minimum == "below" and claim.crossing.name == "s1*s2"
        assert Fraction(claim.c.texts[1]) - Fraction(claim.c.texts[0]) < Fraction(1, 10**29)
    slopes = claims[5].slopes
    assert (claims[5].problem.n, slopes.low.text, slopes.high) == (13, "0.1", None)


def test_a_birth_in_the_slope_with_a_copy():
    """At k = 10 ReLU has a saddle: followed from there downward, it becomes a minimum."""
    attempt = slope_birth.prove_slope_birth("II_2+2", 10, 20)
    statement = attempt.document["statement"]
    assert isinstance(attempt.outcome, Proved)
    assert statement["problem"]["n"] == 12 and statement["claims"]["minimum"] == "below"
    assert statement["claims"]["slope"][0].startswith("-0.05889359")


def test_a_wide_interval_is_made_narrower_where_the_box_does_not_do():
    """Within 10^-10 Krawczyk's test fails: the coordinates move 180 times as fast as c."""
    attempt = slope_birth.prove_slope_birth("II_2+2", 10, 10)
    assert isinstance(attempt.outcome, Proved)
    low, high = attempt.document["statement"]["claims"]["c"]
    assert 0 < Fraction(high) - Fraction(low) <= Fraction(2, 10**10)
    assert "within 10^-10: REJECTED" in attempt.trials[0]
