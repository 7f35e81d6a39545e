"""`--signs` as a user gives them: the same problem from an option, a file and Python, and what is
refused by name.
"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from console import call

import certify
from certify.gaussian.classes import same_point
from certify.gaussian.formal.certificate import formal_statement
from certify.gaussian.search.candidate import make_candidate
from certify.gaussian.search.loss import GaussianLoss
from certify.gaussian.signs import signed
from certify.kernel.gaussian.signs import Signs
from tests.kernel.gaussian.test_activation import activation

PAIR = [[-0.389, 0.108], [-0.611, 0.892]]
FIELD = {"students": [1, -1], "teachers": [1, -1]}


@pytest.fixture
def pair(tmp_path):
    path = tmp_path / "pair.json"
    path.write_text(json.dumps(PAIR))
    return path


def problem(path):
    return json.loads(path.read_text())["statement"]["problem"]


def test_an_option_a_file_and_python_give_the_same_certificate(tmp_path, pair):
    assert call("prove", pair, "--signs", "+-:+-", "-o", tmp_path / "a.json").returncode == 0
    named = tmp_path / "named.json"
    named.write_text(json.dumps({"students": PAIR, "signs": "+-:+-"}))
    done = call("prove", named, "-o", tmp_path / "b.json")
    assert done.returncode == 0 and "signs +-:+-" in done.stderr
    certificate = certify.prove(PAIR, signs="+-:+-")
    again = call("prove", tmp_path / "a.json", "-o", tmp_path / "c.json")
    assert again.returncode == 0
    assert problem(tmp_path / "a.json")["signs"] == FIELD
    digests = {
        json.loads(call("check", "--json", tmp_path / f"{name}.json").stdout)["digest"]
        for name in "abc"
    }
    assert digests == {certificate.digest}


def test_symmetric_points_and_blocks(tmp_path, root):
    shipped = root / "proofs" / "signs" / "k04.json"
    dense = tmp_path / "four.json"
    students = certify.load(shipped).students()
    order = [3, 0, 1, 2]  # the subtracted neuron and the subtracted teacher first
    rows = np.array(students, dtype=float)[np.ix_(order, order)].tolist()
    dense.write_text(json.dumps({"students": rows, "signs": "-+++:-+++"}))
    done = call("prove", "--symmetric", dense, "-o", tmp_path / "s.json")
    assert done.returncode == 0, done.stdout
    assert problem(tmp_path / "s.json") == problem(shipped)
    statement = json.loads(shipped.read_text())["statement"]
    blocks = tmp_path / "blocks.json"
    blocks.write_text(json.dumps({"blocks": statement["blocks"], "centre": statement["centre"]}))
    assert (
        call(
            "prove", "--symmetric", blocks, "--signs", "+-:+-", "-o", tmp_path / "t.json"
        ).returncode
        == 0
    )
    assert problem(tmp_path / "t.json") == problem(shipped)
    assert call("prove", "--symmetric", blocks, "--signs", "-+:+-").returncode == 2


def test_candidates_are_compared_with_their_signs(tmp_path, pair, root):
    shipped = root / "proofs" / "signs" / "k02.json"
    done = call("check", shipped, "--candidate", pair, "--signs", "+-:+-")
    assert done.returncode == 0 and "lies in the certified ball" in done.stdout
    for words in ((), ("--signs", "+-:-+"), ("--signs=-+:-+",)):
        done = call("check", shipped, "--candidate", pair, *words)
        assert done.returncode == 1 and "--signs says which are meant" in done.stdout, words
    symmetric = root / "proofs" / "signs" / "k03.json"
    rows = tmp_path / "three.json"
    rows.write_text(json.dumps(np.array(certify.load(symmetric).students(), float).tolist()))
    assert call("check", symmetric, "--candidate", rows, "--signs", "++-:++-").returncode == 0
    assert call("check", symmetric, "--candidate", rows).returncode == 1


@pytest.mark.parametrize(
    ("signs", "told"),
    [
        ("+-", "not '+-'"),
        ("+-:+-+", "3 for teachers, of which there are 2"),
        ("+:+-", "1 for students, of which there are 2"),
        ("++:+-", "the sign -"),
        ("+-:++", "the sign +"),
        ("+1-1:+-", "output weights are written as"),
    ],
)
def test_what_is_refused(pair, signs, told):
    done = call("prove", pair, f"--signs={signs}")
    assert done.returncode == 2 and told in done.stderr


def test_signs_need_a_file_of_a_point(tmp_path, root):
    assert call("prove", "-k", 6, "--signs", "+-:+-").returncode == 2
    assert call("check", root / "proofs" / "signs" / "k02.json", "--signs", "+-:+-").returncode == 2
    with pytest.raises(certify.UnusableInput, match="signs go with a matrix"):
        certify.prove(make_candidate(PAIR), signs="+-:+-")


def test_equal_signs_are_none():
    assert signed("++:++", 2, 2) == signed("--:--", 2, 2) and not signed("++:++", 2, 2).mixed


def test_the_global_minimum_is_recognised():
    candidate = replace(make_candidate(np.eye(3)), signs=signed("++-:++-", 3, 3))
    with pytest.raises(certify.NotProved, match="exactly a global minimum"):
        certify.prove(candidate)
    # a neuron added and subtracted again
    rows = np.array([[1.0, 0], [0, 1.0], [0.3, 0.4], [0.6, 0.8], [0.3, 0.4]])
    candidate = replace(make_candidate(rows, k=2), signs=signed("++-+-:++", 5, 2))
    with pytest.raises(certify.NotProved, match="exactly a global minimum"):
        certify.prove(candidate)


@pytest.mark.parametrize("parts", [("1", "0"), ("1", "-1/5"), ("1", "1")])
def test_the_float_loss_has_the_derivatives_it_says(parts):
    signs = Signs((1, -1, 1, -1), (1, -1, 1))
    rng = np.random.default_rng(0)
    loss, w = (
        GaussianLoss(rng.normal(size=(3, 4)), activation(*parts), signs),
        rng.normal(size=(4, 4)),
    )
    slope = loss.value_and_gradient(w)[1].ravel()
    hessian = loss.hessian(w)
    for i in range(16):
        move = 1e-6 * np.eye(16)[i].reshape(4, 4)
        assert abs((loss.value(w + move) - loss.value(w - move)) / 2e-6 - slope[i]) < 1e-8
        ends = [loss.value_and_gradient(w + m)[1].ravel() for m in (move, -move)]
        assert abs((ends[0] - ends[1]) / 2e-6 - hessian[i]).max() < 1e-7
    x = rng.normal(size=(400_000, 4))
    sigma = [float(loss.activation.positive.value.p), float(loss.activation.negative.value.p)]
    if parts != ("1", "-1/5"):

        def unit(t):
            return sigma[0] * np.maximum(t, 0) + sigma[1] * np.maximum(-t, 0)

        error = unit(x @ w.T) @ signs.students - unit(x @ loss.teachers.T) @ signs.teachers
        assert abs((error**2).mean() / 2 - loss.value(w)) < 0.03 * loss.value(w)


def test_shown_reported_and_declined(tmp_path, root):
    path = root / "proofs" / "signs" / "k03.json"
    shown = call("show", path).stdout
    assert "Here sᵢ = −1 for the rows of block 2, tⱼ = −1 for the columns of block 2" in shown
    assert "rows and columns of equal output weight gives 2! 1! 2! 1! / 2! = 2 different" in shown
    latex = call("show", "--latex", path).stdout
    assert r"s_i\,\max(0,w_i\cdot x)" in latex and "for the rows of block $2$" in latex
    dense = root / "proofs" / "signs" / "k02.json"
    latex = call("show", "--latex", dense).stdout
    assert "where $s_i=-1$ for $i=2$, $t_j=-1$ for $j=2$" in latex
    declined = formal_statement(certify.load(dense).statement)
    assert "output weights" in declined.reason
    claim = certify.load(path).statement
    assert not same_point(claim, claim)  # no permutations are looked for
    assert call("report", path, "-o", tmp_path / "r.html").returncode == 0
