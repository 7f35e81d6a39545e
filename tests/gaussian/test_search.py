"""The untrusted side: enough tests that it finds what is there, counts honestly and polishes to the
digits asked.
"""

from __future__ import annotations

import pickle

import mpmath
import numpy as np
import pytest
from console import call
from oracles.gaussian_digits import precise_gradient

import certify
from certify.attempt import Attempt, Refusal
from certify.errors import UnusableInput
from certify.gaussian.prove.minimum import prove_candidate
from certify.gaussian.search import search
from certify.gaussian.search.batch import Slope
from certify.gaussian.search.candidate import make_candidate
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.search.polish import NotPolished, newton, polish


def test_search_counts_every_start():
    found = search(9, trials=100, seed=2)
    assert found.at_global + found.unsettled + sum(c.hits for c in found.candidates) == 100
    assert found.end_points[0].loss == pytest.approx(0.020014175808511, abs=1e-12)
    assert [end.loss for end in found.end_points] == sorted(end.loss for end in found.end_points)


def test_points_that_differ_by_permutations_are_one_class():
    found = search(7, trials=300, seed=1)
    assert len(found.candidates) == 1 and found.candidates[0].hits > 5
    w = found.candidates[0].array
    assert np.argmax(np.abs(w), axis=1).tolist() == list(range(7)) and w[-1, -1] < 0 < w[0, 0]


def test_no_spurious_minimum_of_a_single_neuron():
    found = certify.search(k=1, trials=20)
    assert len(found) == 0 and found.at_global + found.unsettled == 20
    with pytest.raises(certify.NotProved, match="none of the 20 starts"):
        certify.prove(found)


@pytest.mark.parametrize("digits", [60, 155])
def test_polish_reaches_its_digits(digits):
    loss = GaussianLoss(orthonormal(7, 7))
    w = np.full((7, 7), -0.035) + np.diag([1.032] * 7)
    w[:-1, -1], w[-1, :-1], w[-1, -1] = 0.262, 0.186, -0.633
    eye = [[str(int(i == j)) for j in range(7)] for i in range(7)]
    students = polish(loss, w, eye, digits)
    with mpmath.workdps(digits + 30):
        gradient = precise_gradient(
            [[mpmath.mpf(x) for x in row] for row in students],
            [[mpmath.mpf(x) for x in row] for row in eye],
        )
        assert max(abs(x) for row in gradient for x in row) < mpmath.mpf(10) ** (3 - digits)
    with pytest.raises(NotPolished):
        newton(loss, np.ones((7, 7)) * 5 + np.eye(7))


@pytest.mark.parametrize(
    "k, n, d, unit", [(6, 6, 6, True), (5, 7, 9, False), (3, 3, 2, False), (1, 1, 1, True)]
)
def test_the_slope_of_a_batch_is_the_gradient(k, n, d, unit):
    rng = np.random.default_rng(k)
    teachers = orthonormal(k, d) if unit else rng.normal(size=(k, d))
    w = rng.normal(size=(5, n, d))
    w[1, 0] = teachers[0] * 3  # parallel
    w[2, 0] = -teachers[0]
    w[3] *= 1e-3
    exact = GaussianLoss(teachers).value_and_gradient(w)[1]
    for degree, error in ((8, 1e-7), (14, 1e-12)):
        slope = Slope(teachers, n, 8, degree)
        far = np.abs(slope(w) - exact).max((1, 2))
        assert far[[0, 3, 4]].max() < error and far.max() < 1e-7
        assert (slope(w[3:4]) == slope(w)[3:4]).all()


@pytest.mark.parametrize(
    "students",
    [
        np.ones(3),
        np.ones((2, 0)),
        np.array([[1.0, np.inf]]),
        np.zeros((1, 1)),
        np.array([["a"]]),
        np.ones((101, 2)),
    ],
)
def test_unusable_candidates(students):
    with pytest.raises(UnusableInput):
        make_candidate(students)


def test_objects_pickle(root):
    proof = certify.load(root / "proofs" / "gaussian" / "n06-k06.json")
    again = pickle.loads(pickle.dumps(proof))
    assert again.digest == proof.digest and certify.check(again).verdict == "PROVED"
    outcome = certify.check(proof)
    assert pickle.loads(pickle.dumps(outcome)) == outcome


def test_proof_of_a_tiny_problem_that_has_no_symmetry():
    """Bring your own teachers, not orthonormal, more students than dimensions."""
    rng = np.random.default_rng(5)
    rng.normal(size=(2, 2))
    targets = np.round(rng.normal(size=(3, 2)), 2)
    found = search(3, 3, 2, teachers=targets, trials=100, seed=1)
    assert found.candidates
    proof = certify.prove(found.candidates[0])
    assert certify.check(proof).verdict == "PROVED"
    assert [
        [float(x) for x in row] for row in proof.document["statement"]["problem"]["targets"]
    ] == targets.tolist()


def test_the_verbs_stay_functions_after_use(root):
    """The lazily loaded modules must not take the names of the verbs."""
    proof = certify.load(root / "proofs" / "gaussian" / "n07-k07.json")
    for _ in range(2):
        made = certify.prove(np.array(proof.document["statement"]["centre"], dtype=float))
        assert certify.check(made).verdict == "PROVED"
        assert len(certify.search(k=1, trials=2)) == 0
    assert all(callable(getattr(certify, verb)) for verb in ("search", "prove", "check", "load"))


# certify prove -k K


def test_proving_stops_at_the_first_minimum_that_is_proved(tmp_path):
    """Whatever the number of jobs: the same certificate, and what was done is said."""
    written = []
    for jobs in (1, 2):
        path = tmp_path / f"{jobs}.json"
        done = call("prove", "-k", 9, "--seed", 2, "--jobs", jobs, "-o", path)
        assert done.returncode == 0, done.stderr
        assert "stopped at the first minimum proved, after 10 of 1000 starts" in done.stderr
        assert "--trials 1000 runs all and takes the lowest" in done.stderr
        written.append(certify.load(path))
    assert written[0].digest == written[1].digest
    found = written[0].document["provenance"]["search"]
    assert found == {"trials": 10, "seed": 2, "start": "xavier", "hits": found["hits"]}


def test_proving_with_trials_takes_the_lowest_of_all(tmp_path):
    done = call("prove", "-k", 10, "--trials", 30, "-o", tmp_path / "c.json")
    assert done.returncode == 0, done.stderr
    assert "seed 0: 30 starts" in done.stderr and "stopped" not in done.stderr
    lowest = search(10, trials=30).end_points[0].loss
    assert certify.load(tmp_path / "c.json").loss.low == pytest.approx(lowest, abs=1e-9)


def test_a_minimum_that_is_not_proved_does_not_end_the_search(tmp_path, monkeypatch):
    tried = []

    def prove_third(candidate, **options):
        tried.append(candidate)
        if len(tried) < 3:
            return Attempt(refusal=Refusal("not this one"))
        return prove_candidate(candidate, **options)

    monkeypatch.setattr("certify.gaussian.prove.minimum.prove_candidate", prove_third)
    done = call("prove", "-k", 12, "--jobs", 1, "-o", tmp_path / "c.json")
    assert done.returncode == 0, done.stderr
    assert len(tried) == 3 and len({candidate.students for candidate in tried}) == 3


def test_a_round_whose_minima_are_not_proved_says_why(tmp_path, monkeypatch):
    """As with --trials: no other seed is tried."""
    monkeypatch.setattr("certify.cli.prove._TRIALS", 20)
    monkeypatch.setattr(
        "certify.gaussian.prove.minimum.prove_candidate",
        lambda *_, **__: Attempt(refusal=Refusal("not this one")),
    )
    done = call("prove", "-k", 12, "--jobs", 1, "-o", tmp_path / "c.json")
    assert done.returncode == 1 and done.stdout == "not proved: not this one\n"
    assert "seed 0: 20 starts" in done.stderr and "seed 1" not in done.stderr
    assert not (tmp_path / "c.json").exists()
