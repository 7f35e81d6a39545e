"""Symmetric proofs from the command line: families, detection, the shipped certificates, the atlas,
births.
"""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from math import comb, factorial

import numpy as np
import pytest
from console import call, process

import certify
from certify.errors import UnusableInput
from certify.gaussian.atlas import atlas, count
from certify.gaussian.prove.symmetric import prove_symmetric
from certify.gaussian.search.detection import detect
from certify.gaussian.search.families import family
from certify.gaussian.search.symmetric import fixed_newton, make_blocks
from certify.judge import certificate_files
from certify.kernel.check import read_claim
from certify.kernel.gaussian.blocks import unknowns
from certify.kernel.gaussian.counting import distinct_points

CENSUS = {
    6: 2,
    7: 3,
    8: 5,
    9: 6,
    10: 8,
    11: 10,
    12: 11,
    13: 13,
    14: 14,
    15: 16,
    16: 18,
    17: 19,
    18: 20,
    19: 22,
    20: 23,
}
# family, k: loss, lambda_min (to the digits given)
REFERENCE = {
    ("II", 50): ("0.00518359815947", "0.0714053788"),
    ("II", 100): ("0.00274167166656", "0.0781630101"),
    ("I", 7): ("0.0553216075479658553", "0.0016619751"),
    ("I", 10): ("0.0720567069928377913", "0.0148814237"),
    ("A", 6): ("0.0556685813222833780", "0.0015036524"),
    ("A", 10): ("0.0766366620210779524", "0.0174883386"),
    ("A", 20): ("0.10150546244913", "0.0344661376"),
    ("II_2", 8): ("0.039793", "0.00334"), ("A_6", 8): ("0.055046", "0.00179"),
    ("II_10", 20): ("0.093796", "0.00022"), ("II_4", 11): ("0.061", "0.00011"),
    ("II+1", 7): ("0.02214744336499", "0.0026085361"),
    ("II+1", 9): ("0.01914507375073", "0.0057886027"), ("II+1", 8): ("0.020561", "0.0059446"),
    ("II+1", 20): ("0.0107", "0.005192"),
    ("I+1", 12): ("0.07265", "0.000500"), ("I+1", 16): ("0.084", "0.004827"),
}  # fmt: skip
SADDLES = {  # family, k: index, lambda_min
    ("II", 5): (3, "-0.0077"), ("II", 4): (2, "-0.0244"), ("I", 6): (6, "-0.00583"),
    ("A", 5): (6, "-0.00583"), ("II+1", 6): (4, "-0.0060"), ("I+1", 11): (9, "-0.000824"),
    ("A+1", 8): (7, "-0.0149"), ("II+2", 8): (6, "-0.0499"), ("II+2", 10): (8, "-0.0452"),
    ("II+2", 16): (14, "-0.0475"), ("I+2", 12): (10, "-0.0369"),
}  # fmt: skip


def shipped(root, name, k):
    return json.loads((root / "proofs" / "symmetric" / f"k{k:02d}" / f"{name}.json").read_text())


def near(value, text):
    return abs(Fraction(value) - Fraction(text)) <= Fraction(
        11, 10 ** (len(text.split(".")[1]) + 1)
    )


@pytest.mark.parametrize(("name", "k"), REFERENCE, ids=str)
def test_minima_agree_with_the_reference(root, name, k):
    document = shipped(root, name, k)
    assert document["kind"] == "gaussian-symmetric-minimum"
    loss, lowest = REFERENCE[name, k]
    claim = read_claim(document)
    for interval, text in ((claim.loss, loss), (claim.lambda_min, lowest)):
        assert near(interval.texts[0], text), interval
        assert near(interval.texts[1], text)
    assert (
        Fraction(claim.loss.texts[1]) - Fraction(claim.loss.texts[0])
        < Fraction(claim.loss.texts[0]) / 10**30
    )
    assert Fraction(document["statement"]["claims"]["distance"]) <= Fraction(1, 10**50)


@pytest.mark.parametrize(("name", "k"), SADDLES, ids=str)
def test_saddles_agree_with_the_reference(root, name, k):
    document = shipped(root, name, k)
    assert document["kind"] == "gaussian-symmetric-saddle"
    claim = read_claim(document)
    index, lowest = SADDLES[name, k]
    assert claim.index == index
    assert near(claim.lambda_min.texts[0], lowest)


@pytest.mark.parametrize("k", CENSUS)
def test_census(root, k):
    """Every two-block class of E.5 is shipped, its kind is that of minima, and no two of them are
    the same.
    """
    claims = [
        read_claim(json.loads(p.read_text()))
        for p in (root / "proofs" / "symmetric" / f"k{k:02d}").glob("*.json")
        if "+" not in p.name
    ]
    minima = sorted(
        (claim for claim in claims if not claim.saddle), key=lambda claim: claim.loss.low
    )
    assert len(minima) == CENSUS[k]
    assert all(a.loss.high < b.loss.low for a, b in pairwise(minima))
    assert all(claim.exact_isotropy for claim in minima)
    blocks = [sorted((b.size for b in claim.problem.blocks), reverse=True) for claim in minima]
    assert distinct_points(minima) == sum(
        factorial(k) * comb(k, sizes[-1] if len(sizes) > 1 else 0) for sizes in blocks
    )


def test_counts_need_disjoint_losses_and_one_problem(root):
    six = [read_claim(shipped(root, name, 6)) for name in ("II", "A")]
    assert distinct_points(six) == factorial(6) * (6 + 1)
    assert distinct_points([*six, *six]) == distinct_points(six)
    assert distinct_points([]) == 0
    with pytest.raises(ValueError, match="different n or k"):
        distinct_points([*six, read_claim(shipped(root, "A", 7))])


@pytest.mark.parametrize("k", range(6, 21))
def test_dense_and_symmetric_proofs_agree(root, k):
    dense = json.loads((root / "proofs" / "gaussian" / f"n{k:02d}-k{k:02d}.json").read_text())[
        "statement"
    ]
    claim = read_claim(shipped(root, "II", k))
    for one, other in (
        (claim.loss, dense["claims"]["loss"]),
        (claim.lambda_min, dense["claims"]["lambda_min"]),
    ):
        assert max(Fraction(one.texts[0]), Fraction(other[0])) < min(
            Fraction(one.texts[1]), Fraction(other[1])
        )
    (a, b), c, d, e = (
        *shipped(root, "II", k)["statement"]["centre"][0],
        *shipped(root, "II", k)["statement"]["centre"][1],
    )
    square = Fraction(0)
    for i, row in enumerate(dense["centre"]):
        for j, entry in enumerate(row):
            last = (i == k - 1) + 2 * (j == k - 1)
            expected = (a if i == j else b, d, c, e)[last]
            square += (Fraction(entry) - Fraction(expected)) ** 2
    assert square < (Fraction(dense["claims"]["distance"]) + k * Fraction(1, 10**55)) ** 2


def test_small_shipped_certificates_are_proved(root):
    for path in certificate_files(
        [
            root / "proofs" / "symmetric" / folder
            for folder in ("k06", "k07", "k100", "k1000000", "birth")
        ]
    ):
        outcome = certify.check(path)
        assert outcome.verdict == "PROVED", path


@pytest.mark.parametrize(
    "name",
    [
        "X",
        "II_0",
        "II_9",
        "A_2",
        "A_99",
        "II_3+1",
        "I_2",
        "A+2",
        "",
        "II+3",
        "II II",
        "II+0",
        "II2",
    ],
)
def test_unknown_families(name):
    with pytest.raises(UnusableInput):
        family(name, 9)


def spread_out(candidate):
    """The dense matrix of a symmetric candidate."""
    values = dict(zip(unknowns(candidate.blocks), map(float, candidate.values), strict=True))
    rows = [(i, r) for i, b in enumerate(candidate.blocks) if b.rows for r in range(b.size)]
    columns = [(j, t) for j, b in enumerate(candidate.blocks) if b.columns for t in range(b.size)]
    return np.array([[values[i, j, i == j and r == t] for j, t in columns] for i, r in rows])


@pytest.mark.parametrize(
    ("name", "k"),
    [("II", 9), ("II_3", 11), ("A", 6), ("II+1", 8), ("II+2", 10), ("A+1", 9)],
    ids=str,
)
def test_detection_finds_the_symmetry_of_a_shuffled_matrix(name, k):
    member, rng = family(name, k), np.random.default_rng(k)
    matrix = spread_out(member)
    matrix = matrix[rng.permutation(len(matrix))][:, rng.permutation(k)] + 1e-9 * rng.normal(
        size=matrix.shape
    )
    found = detect(matrix)
    assert sorted(found.parts) == sorted(member.parts)
    assert np.allclose(sorted(found.values), sorted(map(float, member.values)), atol=1e-8)
    assert prove_symmetric(found).outcome.verdict == "PROVED"


def test_detection_of_no_symmetry_and_of_columns():
    rng = np.random.default_rng(0)
    assert detect(rng.normal(size=(4, 3))).parts[-1] == ("row", 1)
    parts = detect(
        np.array(
            [[1.0, 0.2, 0.2, 0.5], [0.3, 0.4, 0.4, 0.1], [0.9, 0.8, 0.8, 0.7], [0.2, 0.1, 0.1, 0.3]]
        )
    ).parts
    assert ("columns", 2) in parts
    with pytest.raises(UnusableInput, match="parallel"):
        detect(np.array([[1.0, 2.0], [1.0, 2.0]]))
    with pytest.raises(UnusableInput, match="fewer"):
        detect(np.ones((1, 2)))


def test_prove_a_family_from_the_command_line(tmp_path):
    done = process("family", "II", "-k", 1000, "-o", tmp_path / "c.json")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("THEOREM.")
    assert "1000! 1000! / 999! different points" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("PROVED ")
    assert process("check", tmp_path / "c.json").returncode == 0
    shown = process("show", tmp_path / "c.json")
    assert shown.returncode == 0
    assert "998 times in [0.0873773" in shown.stdout


def test_bring_your_own_symmetric_point(tmp_path):
    np.save(tmp_path / "w.npy", spread_out(family("II_2", 8)) + 1e-8)
    done = call("prove", "--symmetric", tmp_path / "w.npy", "-o", tmp_path / "c.json")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "c.json").read_text())["statement"]["blocks"] == [
        {"type": "diagonal", "size": 6},
        {"type": "diagonal", "size": 2},
    ]
    (tmp_path / "block.json").write_text(
        '{"blocks": [{"type": "diagonal", "size": 999999999}, {"type": "diagonal", "size": 1}],'
        ' "centre": [[[1, 0], 2e-9], [1.3e-9, -1]]}'
    )
    done = call("prove", "--symmetric", tmp_path / "block.json", "-o", tmp_path / "d.json")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["family", "II"], ["family", "II", "-k", 2], ["family", "Z", "-k", 9],
        ["prove", "--symmetric"], ["prove", "--symmetric", "missing.json"],
        ["prove", "--symmetric", "few.json"], ["prove", "--symmetric", "sizes.json"],
        ["prove", "--symmetric", "nan.json"],
        ["prove", "--symmetric", "wide.json"],
    ],
    ids=str,
)  # fmt: skip
def test_bad_symmetric_input(tmp_path, arguments):
    (tmp_path / "few.json").write_text(
        '{"blocks": [{"type": "diagonal", "size": 5}], "centre": [["1"]]}'
    )
    (tmp_path / "sizes.json").write_text(
        '{"blocks": [{"type": "diagonal", "size": 0}], "centre": [["1"]]}'
    )
    (tmp_path / "nan.json").write_text(
        '{"blocks": [{"type": "diagonal", "size": 1}], "centre": [[NaN]]}'
    )
    (tmp_path / "wide.json").write_text('[["1", "2", "3"], ["1", "3", "2"]]')
    done = call(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert sum(line.startswith("certify: ") for line in done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*certificate*"))


def test_a_global_minimum_is_not_proved(tmp_path):
    np.save(tmp_path / "eye.npy", np.eye(7))
    done = call("prove", "--symmetric", tmp_path / "eye.npy", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("not proved: ")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["eye.npy"]


@pytest.mark.long
def test_atlas(root, tmp_path):
    done = process("atlas", "-k", 10, cwd=root)
    assert done.returncode == 0, done.stderr
    assert "n = 10: at least 2035756800 distinct spurious local minima" in done.stdout
    assert "10! 10! / (8! 2!)" in done.stdout
    assert call("atlas", "-k", 10, "-n", 12, cwd=root).stdout.count("saddle") == 3
    assert call("atlas", "-k", 10, tmp_path).returncode == 2
    broken = shipped(root, "II", 10)
    broken["statement"]["claims"]["radius"] = "1"
    (tmp_path / "broken.json").write_text(json.dumps(broken))
    done = call("atlas", "-k", 10, tmp_path)
    assert done.returncode == 1
    assert "not proved" in done.stderr
    assert "distinct spurious" not in done.stdout
    entries = atlas(certificate_files([root / "proofs"]), 7)
    assert {entry.claim.problem.n for entry in entries} == {7, 8}
    assert count(entries)[7] == factorial(7) * (1 + 7 + 7)


@pytest.mark.parametrize(
    ("name", "digits"),
    [("II", "5.58550524742588"), ("A", "5.76381273491957"), ("I", "6.74483065624563")],
)
def test_births(root, tmp_path, name, digits):
    claim = read_claim(
        json.loads((root / "proofs" / "symmetric" / "birth" / f"{name}.json").read_text())
    )
    assert all(text.startswith(digits) for text in claim.k.texts)
    assert Fraction(claim.k.texts[1]) - Fraction(claim.k.texts[0]) < Fraction(1, 10**30)
    done = process("family", name, "--birth", "-o", tmp_path / "b.json")
    assert done.returncode == 0, done.stderr
    assert call("family", "A_7", "--birth").returncode == 2


def test_newton_says_when_it_fails():
    from certify.gaussian.search.polish import NotPolished

    with pytest.raises(NotPolished):
        fixed_newton(make_blocks((("diagonal", 4),)), [0.0, 0.0], 20)
