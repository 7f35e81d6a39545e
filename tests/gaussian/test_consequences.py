"""Splitting and basins: the claims hold in floats too, and the commands say what they prove."""

from __future__ import annotations

import json

import numpy as np
import pytest
from console import call, process

import certify
from certify.errors import UnusableInput
from certify.gaussian.prove.consequences import prove_basin, prove_splitting
from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.survey.basins import _expanded
from certify.kernel.check import read_claim


def load(root, path):
    return json.loads((root / "proofs" / path).read_text())


def centre(document):
    return np.array([[float(x) for x in row] for row in document["statement"]["centre"]])


@pytest.mark.parametrize("k", [6, 9])
@pytest.mark.parametrize("alpha", [0.03, 0.5, 0.9])
def test_split_points_are_saddles(root, k, alpha):
    document = load(root, f"gaussian/n{k:02d}-k{k:02d}.json")
    attempt = prove_splitting(document)
    assert attempt.outcome.verdict == "PROVED"
    assert attempt.document["statement"]["claims"]["neurons"] == list(range(1, k + 1))
    w, loss = centre(document), GaussianLoss(orthonormal(k, k))
    for i in (0, k - 1):
        split = np.vstack([w[:i], alpha * w[i], (1 - alpha) * w[i], w[i + 1 :]])
        value, gradient = loss.value_and_gradient(split)
        assert abs(value - loss.value(w)) < 1e-13
        assert np.abs(gradient).max() < 1e-12
        eigenvalues = np.linalg.eigvalsh(loss.hessian(split))
        assert eigenvalues[0] < -1e-3
        assert eigenvalues[-1] > 0.5


@pytest.mark.parametrize(
    "path", ["gaussian/n07-k07.json", "symmetric/k07/A.json", "symmetric/k07/II+1.json"]
)
def test_basins_in_floats(root, path):
    """At random points of the ball the Hessian's eigenvalues lie between the constants, and descent
    contracts as claimed.
    """
    document = load(root, path)
    attempt = prove_basin(document)
    assert attempt.outcome.verdict == "PROVED"
    claim = read_claim(attempt.document)
    radius, mu, smoothness = (
        float(str(bound)) for bound in (claim.radius, claim.curvature, claim.smoothness)
    )
    w = (
        _expanded(read_claim(document)).array
        if "blocks" in document["statement"]
        else centre(document)
    )
    loss, rng = GaussianLoss(orthonormal(w.shape[1], w.shape[1])), np.random.default_rng(1)
    for _ in range(20):
        z = rng.normal(size=w.shape)
        start = w + z * (radius / np.linalg.norm(z))
        eigenvalues = np.linalg.eigvalsh(loss.hessian(start))
        assert mu < eigenvalues[0]
        assert eigenvalues[-1] < smoothness
        after = start - loss.value_and_gradient(start)[1] / smoothness
        assert np.linalg.norm(after - w) <= (1 - mu / smoothness) * radius * (1 + 1e-9)


def test_a_neuron_that_cannot_be_split_this_way_is_left_out(root):
    planar = json.loads((root / "tests" / "corpus" / "accept" / "planar-teachers.json").read_text())
    attempt = prove_splitting(planar)
    assert attempt.outcome.verdict == "PROVED"
    assert 1 not in attempt.document["statement"]["claims"]["neurons"]
    assert attempt.trials == ("not proved of 1",)
    w, teachers = (
        centre(planar),
        np.array([[float(x) for x in row] for row in planar["statement"]["problem"]["targets"]]),
    )
    block = GaussianLoss(teachers).hessian(w)[: w.shape[1], : w.shape[1]]
    assert np.linalg.eigvalsh(block)[0] > 0.5 - 1e-9


def test_commands(root, tmp_path):
    source = root / "proofs" / "symmetric" / "k10" / "II.json"
    for command, word in (("split", "splitting"), ("basin", "basin")):
        done = process("consequence", command, source, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "Moreover" in done.stdout
        assert certify.check(tmp_path / f"II.{word}.json").verdict == "PROVED"
        for bad in (root / "proofs" / "family" / "II.json", tmp_path / "missing.json", tmp_path):
            done = call("consequence", command, bad, cwd=tmp_path)
            assert done.returncode == 2
            assert done.stderr.count("\n") == 1
    for share in ("0", "1", "-1", "nan", "2"):
        done = call("consequence", "basin", source, "--share", share, cwd=tmp_path)
        assert done.returncode == 2, share
        assert done.stderr.count("\n") == 1
    assert certify.load(tmp_path / "II.basin.json").loss == certify.load(source).loss
    assert certify.load(root / "proofs" / "family" / "II.json").loss is None
    with pytest.raises(UnusableInput):
        prove_splitting(load(root, "family/II.json"))


def test_the_verbs_take_the_name_of_a_file_too(root):
    path = root / "proofs" / "symmetric" / "k07" / "II.json"
    assert certify.split(str(path)).digest == certify.split(certify.load(path)).digest
    assert certify.basin(path).kind == "gaussian-basin"
