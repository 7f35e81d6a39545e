"""`--slope` and `--activation` as a user gives them: the same problem in each spelling, names of
files, provenance, and what is refused by name.
"""

from __future__ import annotations

import json

import pytest
from console import call

import certify

FIFTH = {"positive": "1", "negative": "-1/5"}


def problem(path):
    return json.loads(path.read_text())["statement"]["problem"]


def test_spellings_give_the_same_certificate(tmp_path):
    digests = set()
    for i, words in enumerate(
        [
            ("--slope", "0.2"),
            ("--slope=1/5",),
            ("--activation", "leaky:0.2"),
            ("--activation", "1:-.2"),
        ]
    ):
        path = tmp_path / f"{i}.json"
        done = call("family", "II", "-k", 6, *words, "-o", path)
        assert done.returncode == 0, done.stderr
        assert problem(path)["activation"] == FIFTH
        digests.add(call("check", "--json", path).stdout.split('"digest": "')[1][:64])
    assert len(digests) == 1


def test_names_of_files_and_provenance(tmp_path):
    assert call("family", "A", "-k", 8, "--slope", "-0.5", cwd=tmp_path).returncode == 0
    assert call("family", "A", "-k", 8, "--activation", "2:1", cwd=tmp_path).returncode == 0
    assert call("family", "A", "-k", 8, "--slope", "0", cwd=tmp_path).returncode == 0
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"A-k8-slope-minus-0.5.json", "A-k8-activation-2,1.json", "A-k8.json"}
    made = json.loads((tmp_path / "A-k8-slope-minus-0.5.json").read_text())["provenance"]
    assert made["command"] == "certify family A -k 8 --slope -0.5"
    assert "activation" not in problem(tmp_path / "A-k8.json")


def test_search_writes_the_activation_and_prove_reads_it(tmp_path):
    done = call(
        "search", "-k", 6, "--trials", 25, "--seed", 1, "--jobs", 1, "--slope", "-0.9",
        "-o", tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first = tmp_path / "n06-k06-slope-minus-0.9-seed1-class01.json"
    assert json.loads(first.read_text())["activation"] == {"positive": "1", "negative": "9/10"}
    proved = call("prove", first, "-o", tmp_path / "p.json")
    assert proved.returncode == 0, proved.stdout
    assert "sigma(t) = max(0, t) + 9/10 max(0, -t); norms" in proved.stderr
    assert problem(tmp_path / "p.json")["activation"]["negative"] == "9/10"


def test_shown_and_reported_with_the_activation(tmp_path):
    path = tmp_path / "six.json"
    assert call("family", "II", "-k", 6, "--slope", "0.2", "-o", path).returncode == 0
    assert "σ(t) = max(0, t) − 1/5 max(0, −t)" in call("show", path).stdout
    latex = call("show", "--latex", path).stdout
    assert r"where $\sigma(t)=\max(0,t)-\frac{1}{5}\,\max(0,-t)$." in latex
    assert r"\max(0,w_i" not in latex


def test_other_teachers_with_a_slope(tmp_path):
    done = call("random-teacher", "-k", 8, "-d", 1000, "--slope", "0.5", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    path = tmp_path / "teacher-k08-d1000-s0-slope-0.5.json"
    assert problem(path)["activation"] == {"positive": "1", "negative": "-1/2"}
    near = certify.near_orthonormal(8, activation="leaky:0.5")
    assert near.statement.rho is not None and "1/2 max(0, -t)" in repr(near)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("family", "A", "--every", "--from", 1112, "--slope", "0.2"), "are about ReLU"),
        (("family", "A", "--not-minimum", "5", "5.1", "--activation", "abs"), "are about ReLU"),
        (("enumerate", "-k", 6, "--slope", "0.2"), "certify enumerate is about ReLU"),
        (("survey", "-k", "6", "--activation", "abs"), "certify survey is about ReLU"),
        (("prove", "-k", 6, "--slope", "1"), "is linear"),
        (("prove", "-k", 6, "--activation", "tanh"), "no activation of the Gaussian loss"),
        (("search", "-k", 6, "--slope", "0.2", "--activation", "abs"), "give one of them"),
        (("check", "proofs/gaussian/n06-k06.json", "--slope", "0.2"), "--candidate is read"),
    ],
)
def test_refused_by_name(words, told, root):
    done = call(*words, cwd=root)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
