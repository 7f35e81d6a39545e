"""Candidates, families, the class's name, the user's own point: one small input for each fault,
with the right outcome.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from console import call

import certify
import certify.judge
from certify.errors import UnusableInput
from certify.gaussian.classes import class_remarks, same_point
from certify.gaussian.names import family_name, whole_number
from certify.gaussian.nearness import nearness
from certify.gaussian.prove.minimum import prove_candidate
from certify.gaussian.prove.symmetric import prove_symmetric, prove_symmetric_matrix
from certify.gaussian.search.candidate import make_candidate
from certify.gaussian.search.detection import detect, symmetric_point
from certify.gaussian.search.families import family
from certify.gaussian.search.polish import AtGlobalMinimum
from certify.gaussian.search.symmetric import SymmetricCandidate, expanded, multiplicities
from certify.kernel.check import check_document, read_claim


def dense(name, k):
    member = family(name, k)
    return np.array([[float(x) for x in row] for row in expanded(member.blocks, member.values)])


def shuffled(matrix, seed=0, noise=0.0):
    rng = np.random.default_rng(seed)
    return matrix[rng.permutation(len(matrix))][
        :, rng.permutation(matrix.shape[1])
    ] + noise * rng.normal(size=matrix.shape)


def given(matrix, k=None):
    return make_candidate(matrix, k=k, most=1000, provenance={"candidate": "w.npy"})


def sizes(attempt):
    return [(block["type"], block["size"]) for block in attempt.document["statement"]["blocks"]]


@pytest.mark.parametrize(
    ("name", "k", "noise"),
    [
        ("II", 30, 1e-4),
        ("II", 8, 0.05),
        ("II_3", 17, 1e-6),
        ("I", 7, 1e-3),
        ("II+1", 12, 1e-4),
        ("II+2", 10, 1e-5),
        ("A_6", 8, 1e-4),
        ("A", 64, 1e-4),
    ],
    ids=str,
)
def test_noise_is_polished_away_before_the_symmetry_is_sought(name, k, noise):
    attempt = prove_symmetric_matrix(given(shuffled(dense(name, k), 1, noise)))
    assert attempt.outcome.verdict == "PROVED", attempt.reason
    assert sorted(sizes(attempt)) == sorted(family(name, k).parts)
    assert any(
        "with the tolerance 1e-09" in remark and "nothing else fixes the point is proved" in remark
        for remark in attempt.remarks
    )
    assert sum(f"It is type {name} (" in remark for remark in attempt.remarks) == 1


def test_a_dense_matrix_of_any_size():
    attempt = prove_symmetric_matrix(given(shuffled(dense("A", 100))))
    assert attempt.outcome.verdict == "PROVED" and sizes(attempt) == [("diagonal", 100)]
    assert (
        "It is type A (S_100), by an exact match with the shipped certificate"
        " proofs/symmetric/k100/A.json; other certified points with k = 100, n = 100: I, II."
        in attempt.remarks
    )


def test_a_matrix_in_single_precision():
    """Published points are rounded: S_14 x S_3 must not fall apart."""
    rounded = shuffled(dense("II_3", 17)).astype(np.float32).astype(float)
    assert sizes(prove_symmetric_matrix(given(rounded))) == [("diagonal", 14), ("diagonal", 3)]


def test_what_roughness_has_parted_is_merged(monkeypatch):
    """A matrix too large to be polished first, one row of which is a little off: the point found
    has the larger group.
    """
    module = sys.modules[symmetric_point.__module__]
    for name, value in (("_DENSE", 0), ("_KRYLOV", 0)):
        monkeypatch.setattr(module, name, value)
    matrix = dense("II_3", 17)
    matrix[15] += 5e-9 * np.arange(17) / 17
    matrix[:14, 15] += 5e-9
    matrix = shuffled(matrix, 8)
    parted = detect(matrix, 1e-9)
    found = symmetric_point(given(matrix)).candidate
    assert len(parted.parts) > len(found.parts) == 2
    rows, columns = list(found.rows), list(found.columns)
    assert sorted(rows) == sorted(columns) == list(range(17))
    assert (
        np.abs(
            matrix[np.ix_(rows, columns)]
            - np.array(expanded(found.blocks, found.values), dtype=float)
        ).max()
        < 1e-8
    )


def test_blocks_that_exchange_are_told_apart():
    """Two blocks that a permutation exchanges look the same to every row and column: one is singled
    out, and the rest put together again.
    """
    block = np.full((4, 4), 0.1) + 0.9 * np.eye(4)
    matrix = np.block([[block, np.full((4, 4), 0.03)], [np.full((4, 4), 0.03), block]])
    assert sorted(detect(shuffled(matrix, 3)).parts) == [("diagonal", 4), ("diagonal", 4)]
    three = np.full((3, 3), 0.6) - 0.9 * np.eye(3)  # the own entry is not the largest
    assert sorted(detect(shuffled(np.kron(np.eye(2), three) + 0.01, 5)).parts) == [
        ("diagonal", 3),
        ("diagonal", 3),
    ]


def test_columns_beyond_the_teachers():
    wide = np.hstack([dense("II", 7), np.zeros((7, 2))])
    attempt = prove_symmetric_matrix(given(wide, k=7))
    assert (
        attempt.outcome.verdict == "PROVED" and attempt.document["statement"]["problem"]["k"] == 7
    )
    with pytest.raises(UnusableInput, match="beyond the k = 7 teachers"):
        symmetric_point(given(np.hstack([dense("II", 7), np.ones((7, 2))]), k=7))


def test_a_point_without_symmetry_says_so():
    rng = np.random.default_rng(0)
    with pytest.raises(UnusableInput, match="too little symmetry"):
        detect(rng.normal(size=(12, 12)), 1e-9)


def test_a_saddle_found_by_the_dense_kind_offers_the_symmetric_one(tmp_path):
    np.save(tmp_path / "w.npy", dense("II", 5))
    done = call("prove", tmp_path / "w.npy", cwd=tmp_path)
    assert (
        done.returncode == 1
        and "is a saddle, not a local minimum: `certify prove --symmetric w.npy` can prove that"
        in done.stdout
    )
    done = call("prove", "--symmetric", tmp_path / "w.npy", cwd=tmp_path)
    assert done.returncode == 0 and "It is type II (S_4 x S_1)" in done.stdout


@pytest.mark.parametrize(
    "name",
    [
        "II",
        "A",
        "I",
        "II_2",
        "II_50",
        "II_200",
        "A_6",
        "A_15",
        "A_999999999990",
        "A_600000000000",
        "II+1",
        "II+2",
        "I+1",
        "I+2",
        "A+1",
    ],
)
@pytest.mark.parametrize("k", [2_000_000, 10**12])
@pytest.mark.first(10)
def test_every_family_up_to_a_million_millions(name, k):
    name = (
        name
        if k == 10**12
        else name.replace("999999999990", "1999990").replace("600000000000", "1200000")
    )
    attempt = prove_symmetric(family(name, k))
    assert attempt.outcome.verdict == "PROVED", attempt.reason
    assert f"It is type {name} (" in attempt.remarks[-1]


def test_a_family_that_ends_says_why():
    with pytest.raises(UnusableInput, match="ends in a fold"):
        family("A_20", 10**6)
    with pytest.raises(UnusableInput, match="leaves the family"):
        family("II_6", 8)  # Newton's method ends at type A with two rows exchanged


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ii", "II"),
        ("type II", "II"),
        ("Type ii+1", "II+1"),
        ("  TYPE   a_7 ", "A_7"),
        ("i", "I"),
        ("II_1", "II"),
        ("A+1", "A+1"),
    ],
)
def test_names_as_people_write_them(text, name):
    assert str(family_name(text)) == name


@pytest.mark.parametrize(
    "text", ["II+3", "A+2", "I_2", "II_3+1", "type", "III", "II+0", "type II type II", "II 2", ""]
)
def test_names_that_are_none(text):
    with pytest.raises(UnusableInput):
        family_name(text)


def test_whole_numbers_as_people_write_them(tmp_path):
    assert [whole_number(text) for text in ("1e6", "10^6", "1000000", "1E+6", " 20 ", "0")] == [
        10**6
    ] * 4 + [20, 0]
    for text in ("1_000_000", "1,000", "1.5e3", "1e-3", "-5", "10^", "e6", "١٠", "10**6", ""):
        with pytest.raises(UnusableInput):
            whole_number(text)
    with pytest.raises(UnusableInput, match="-5 is negative: at least 1 is needed"):
        whole_number("-5")
    done = call("family", "type ii", "-k", "1e3", cwd=tmp_path)
    assert done.returncode == 0 and "It is type II (S_999 x S_1)" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["II-k1000.json"]
    assert (
        call("family", "type ii", "--birth", "-o", tmp_path / "birth.json", cwd=tmp_path).returncode
        == 0
    )
    done = call("family", "ii", "-k", "1_000", cwd=tmp_path)
    assert done.returncode == 2 and "no whole number" in done.stderr


@pytest.mark.parametrize("extra", [0, 2])
def test_the_class_of_a_dense_proof(extra):
    """Rows and columns in any order, in any dimension."""
    for name, others in (("II", "A, I"), ("A", "I, II"), ("I", "A, II")):
        matrix = np.hstack([shuffled(dense(name, 7), 4), np.zeros((7, extra))])
        attempt = prove_candidate(given(matrix, k=7))
        assert attempt.outcome.verdict == "PROVED", attempt.reason
        group = "S_7" if name == "A" else "S_6 x S_1"
        told = (
            f"It is type {name} ({group}), by an exact match with the shipped certificate"
            f" proofs/symmetric/k07/{name}.json; other certified points with k = 7, n = 7:"
            f" {others}."
        )
        assert told in attempt.remarks


def test_every_shipped_class_is_recognised_and_no_other(root):
    """Each of the certificates at k = 10 is about the point of its own file only."""
    claims = {
        path.stem: read_claim(json.loads(path.read_text()))
        for path in (root / "proofs" / "symmetric" / "k10").glob("*.json")
    }
    for name, claim in claims.items():
        assert [
            other
            for other, that in claims.items()
            if claim.problem.n == that.problem.n and same_point(claim, that)
        ] == [name]


def test_the_class_of_blocks_in_another_order():
    """The blocks of II+1 and of II_2 turned round: the small block first, single rows exchanged,
    the pairing of the two columns the other way.
    """
    for name, k in (("II+1", 8), ("II_2", 8), ("I+2", 9)):
        matrix = dense(name, k)[::-1, ::-1]
        found = detect(matrix)
        attempt = prove_symmetric(SymmetricCandidate(found.parts, found.values))
        assert f"It is type {name} (" in attempt.remarks[-1]


def test_a_class_without_a_name(root):
    path = next((root / "proofs" / "survey" / "k12-n13").glob("S10-S2-R*.json"))
    (told,) = class_remarks(json.loads(path.read_text()))
    assert (
        told.startswith("Its class has no name here: it is that of the shipped certificate")
        and f"proofs/survey/k12-n13/{path.name}" in told
    )


def test_a_class_without_a_shipped_certificate(monkeypatch):
    assert (
        prove_symmetric_matrix(given(shuffled(dense("II_2", 25)))).remarks[-1]
        == "It is type II_2 (S_23 x S_2), the member of that family at k = 25."
    )
    monkeypatch.setattr("certify.gaussian.classes.shipped_folder", lambda: None)
    assert (
        prove_candidate(given(shuffled(dense("II", 7), 2))).remarks[-1]
        == "It is type II (S_6 x S_1), the member of that family at k = 7."
    )


def test_no_class_for_other_teachers(root):
    document = json.loads(
        (root / "tests" / "corpus" / "accept" / "planar-teachers.json").read_text()
    )
    assert check_document(document).verdict == "PROVED" and class_remarks(document) == ()


def test_the_distance_from_the_users_point():
    """In the exact decimals of the matrix, and a bound from above."""
    matrix = shuffled(dense("II", 7), 1, 1e-5)
    for prove in (prove_candidate, prove_symmetric_matrix):
        attempt = prove(given(matrix))
        told = attempt.remarks[0]
        said = float(told.split("at most ")[1].split()[0])
        end = np.linalg.norm(matrix - shuffled(dense("II", 7), 1))
        assert end <= said < 1.02 * end + 1e-12 and "inside the certified ball" in told
        assert not any("warning" in remark for remark in attempt.remarks)


def test_a_transposed_matrix_is_not_proved_without_a_word(tmp_path):
    np.save(tmp_path / "w.npy", dense("II", 6).T)
    for options in ([], ["--symmetric"]):
        done = call("prove", *options, "w.npy", cwd=tmp_path)
        assert done.returncode == 0
        assert (
            "outside the certified ball" in done.stdout
            and "warning: the point proved is 0.26 away from yours" in done.stdout
        )
    done = call("prove", "--transpose", "w.npy", cwd=tmp_path)
    assert (
        done.returncode == 0
        and "inside the certified ball" in done.stdout
        and "warning" not in done.stdout
    )


def test_the_distance_of_a_block_point(tmp_path):
    member = family("II", 1000)
    candidate = SymmetricCandidate(
        member.parts,
        (member.values[0] + Fraction(1, 500), *member.values[1:]),
        {"candidate": "block.json"},
    )
    told, warning, _ = prove_symmetric(candidate).remarks
    assert "at most 0.0633 away" in told  # sqrt(999) / 500
    assert warning.startswith("warning: ")
    assert multiplicities(member.blocks) == [999, 999 * 998, 999, 999, 1]


def test_nothing_is_said_of_the_distance_of_what_a_search_has_found():
    found = make_candidate(dense("II", 7), provenance={"search": {"seed": 0}})
    assert not any("away from" in remark for remark in prove_candidate(found).remarks)


def test_nearness_on_the_edge():
    exactly = nearness(
        [(1, Fraction(1), Fraction(1) + Fraction(1, 10**4))], Fraction(0), Fraction(1, 10**4)
    )
    assert "inside" in exactly[0] and len(exactly) == 1
    assert (
        "outside"
        in nearness(
            [(1, Fraction(1), Fraction(1) + Fraction(1, 10**4))], Fraction(0), Fraction(9999, 10**8)
        )[0]
    )


GLOBAL = "global minimum"


@pytest.mark.parametrize("prove", [prove_candidate, prove_symmetric_matrix])
def test_a_global_minimum_is_called_one(prove):
    exactly = prove(given(np.eye(7)[[3, 1, 0, 2, 6, 5, 4]]))
    assert exactly.document is None and exactly.reason.startswith(
        "this is exactly a global minimum: the loss is 0 there"
    )
    near = prove(given(np.eye(7) + 1e-3 * np.random.default_rng(0).normal(size=(7, 7))))
    assert near.document is None and near.reason.startswith(
        "Newton's method ends at a global minimum"
    )


def test_global_minima_of_other_kinds(tmp_path):
    # one teacher in two parts
    split = np.vstack([np.eye(3), [[0, 0, 0.5]]]) * np.array([[1], [1], [0.5], [1]])
    assert "exactly a global minimum" in prove_candidate(given(split, k=3)).reason
    teachers = np.array([[1.0, 2.0], [2.0, -1.0]])
    assert (
        "exactly a global minimum"
        in prove_candidate(make_candidate(teachers[::-1], targets=teachers)).reason
    )
    assert (
        "ends at a global minimum"
        in prove_candidate(make_candidate(teachers + 1e-3, targets=teachers)).reason
    )
    for values in ((1, 0), (1.001, 0.0001)):
        attempt = prove_symmetric(SymmetricCandidate((("diagonal", 9),), values))
        assert attempt.document is None and GLOBAL in attempt.reason
    with pytest.raises(AtGlobalMinimum):
        symmetric_point(given(np.eye(100)))


def test_no_polish_does_not_polish(tmp_path):
    np.save(tmp_path / "w.npy", dense("II", 7))
    done = call("prove", "--no-polish", "w.npy", cwd=tmp_path)
    assert (
        done.returncode == 0
        and "polishing" not in done.stderr
        and "the matrix as given" in done.stderr
    )
    near = prove_candidate(given(np.eye(6) + 1e-13), polished=False)
    assert near.reason.startswith(
        "this is a global minimum, or next to one: the loss is not distinguishable from 0"
    )


@pytest.mark.long
def test_the_shipped_certificates_are_found_from_anywhere(tmp_path):
    done = call("atlas", "-k", 7, cwd=tmp_path)
    assert done.returncode == 0 and "n = 7: at least 75600" in done.stdout
    done = call("survey", "-k", 7, "--trials", 5, "--json", cwd=tmp_path)
    assert done.returncode == 0 and '"certificate": "proofs/symmetric/k07/II.json"' in done.stdout
    assert len(certify.atlas(7)) == 4


@pytest.mark.parametrize(
    "command",
    [
        "atlas -k 7 proofs/symmetric/k07",
        "survey -k 6 --trials 1 --json --proofs proofs/symmetric/k06",
        "check proofs/gaussian/n06-k06.json --candidate proofs/gaussian/n06-k06.json",
        "prove proofs/gaussian/n06-k06.json",
    ],
)
def test_a_shipped_name_will_do_wherever_a_file_is_read(command, tmp_path):
    done = call(*command.split(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_an_installation_without_certificates_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("certify.shipped.shipped_folder", lambda: None)
    monkeypatch.setattr("certify.cli.options.shipped_folder", lambda: None)
    for command in (["atlas", "-k", 7], ["survey", "-k", 7]):
        done = call(*command, cwd=tmp_path)
        assert (
            done.returncode == 2
            and "carries no certificates (the folder proofs of the repository" in done.stderr
        )
    with pytest.raises(certify.UnusableInput, match="carries no certificates"):
        certify.atlas(7)


@pytest.mark.long
def test_the_wheel_carries_them(root, tmp_path):
    """The folders that pyproject.toml puts into the package are where an installed one looks."""
    wheel = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]
    junk = shutil.ignore_patterns("__pycache__", *wheel["exclude"])
    for folder in wheel["only-include"]:
        shutil.copytree(root / folder, tmp_path / wheel["sources"].get(folder, folder), ignore=junk)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import certify; print(certify.__file__,"
        " len(certify.atlas(7)), len(certify.atlas(12, n=13)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert done.stdout.split() == [
        str(tmp_path / "certify" / "__init__.py"),
        "4",
        str(len(certify.atlas(12, n=13))),
    ]


@pytest.mark.parametrize("scale", ["1", "1e-3", "1e-7"])
def test_small_teachers_do_not_make_a_minimum_global(root, scale):
    """The loss is homogeneous: what is spurious for unit teachers is so for tiny ones, and their
    small loss is not 0.
    """
    centre = json.loads((root / "proofs/gaussian/n07-k07.json").read_text())["statement"]["centre"]
    factor = Decimal(scale)
    students = [[str(Decimal(entry) * factor) for entry in row] for row in centre]
    teachers = [[str(int(i == j) * factor) for j in range(7)] for i in range(7)]
    proof = certify.prove(students, teachers=teachers)
    assert proof.loss.low > 0
    with pytest.raises(certify.NotProved, match="exactly a global minimum"):
        certify.prove(teachers, teachers=teachers)
