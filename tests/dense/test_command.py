"""`certify trained`, `certify.trained`: from files and estimators to a theorem, or a sentence."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from console import call

import certify
from certify.dense.matched import matched
from certify.errors import UnusableInput
from certify.networks import convention_of, read_network
from certify.tables import make_data


@pytest.fixture(autouse=True)
def _here(tmp_path):
    before = Path.cwd()
    os.chdir(tmp_path)
    yield
    os.chdir(before)


def estimator(kind="MLPRegressor", **options):
    """A small network of scikit-learn, and its data."""
    from sklearn import neural_network
    from sklearn.datasets import load_iris

    x, y = load_iris(return_X_y=True)
    x = np.round((x - x.mean(axis=0)) / x.std(axis=0), 6)
    regression = kind == "MLPRegressor"
    x, y = (x[:, :3], x[:, 3]) if regression else (x, np.array(["a", "b", "c"])[y])
    options = {"solver": "lbfgs", "max_iter": 2000, "random_state": 0, **options}
    net = getattr(neural_network, kind)(hidden_layer_sizes=[3], activation="tanh", **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of trainings that have not converged
        return net.fit(x, y), x, y


def saved(net, x, y):
    """net.npz with the arrays of scikit-learn, and data.npz."""
    arrays = {f"coefs_{i}": w for i, w in enumerate(net.coefs_)}
    arrays |= {f"intercepts_{i}": b for i, b in enumerate(net.intercepts_)}
    np.savez("net.npz", **arrays)
    np.savez("data.npz", X=x, y=y)


def test_a_file_of_arrays_with_what_was_trained():
    net, x, y = estimator(alpha=0.1)
    saved(net, x, y)
    told = ("--loss", "squared", "--activation", "tanh", "--decay", "0.1/N")
    result = call("trained", "net.npz", "data.npz", *told, "--decay-on", "weights", "-o", "c.json")
    assert result.returncode == 0, result.stderr
    assert "read net.npz: 3 inputs, 3 tanh units, 1 output" in result.stderr
    assert f"risk {net.loss_:.6g}" in result.stderr
    assert "from the weights given" in result.stdout
    document = json.loads(Path("c.json").read_text())
    assert document["kind"] == "smooth-strict-minimum"
    assert certify.check("c.json").verdict == "PROVED"
    # the risk is scikit-learn's, or the tool has proved something of another one
    own = read_network(net)
    met = matched(own, convention_of(own), make_data(x, y))
    assert met.risk == pytest.approx(net.loss_, rel=1e-12)
    assert met.problem.document == document["statement"]["problem"]


def test_classes_are_found_by_their_names_and_an_estimator_tells_its_risk():
    net, x, y = estimator("MLPClassifier", alpha=0.1)
    proof = certify.trained(net, x, y)
    assert proof.kind == "smooth-strict-minimum"
    own = read_network(net)
    met = matched(own, convention_of(own), make_data(x, None, y))
    assert met.risk == pytest.approx(net.loss_, rel=1e-12)
    mixed = np.array(["c", "a", "b"])[(np.arange(150) % 3)]
    other = matched(own, convention_of(own), make_data(x, None, mixed))
    assert other.problem.labels[:3] == (2, 0, 1)
    with pytest.raises(UnusableInput, match="the data have the class z"):
        matched(own, convention_of(own), make_data(x, None, np.where(y == "a", "z", y)))


def test_an_order_of_classes_that_is_not_read_is_said():
    """Arrays do not name their classes; numbers from 0 on name themselves."""
    net, x, y = estimator("MLPClassifier", alpha=0.1)
    arrays = {f"coefs_{i}": w for i, w in enumerate(net.coefs_)}
    arrays |= {f"intercepts_{i}": b for i, b in enumerate(net.intercepts_)}
    bare = read_network(arrays, activation=net.activation)
    convention = convention_of(
        bare, loss="cross-entropy", factor="1/N", decay="0.1/N", decay_on="weights"
    )
    (said,) = matched(bare, convention, make_data(x, None, y)).remarks
    assert "a, b, c are taken, in this order" in said
    proof = certify.trained(
        arrays, x, y, loss="cross-entropy", decay="0.1/N", decay_on="weights",
        activation=net.activation,
    )  # fmt: skip
    assert said in proof.document["provenance"]["remarks"]
    numbers = np.unique(y, return_inverse=True)[1]
    assert matched(bare, convention, make_data(x, None, numbers)).remarks == ()
    own = read_network(net)
    assert matched(own, convention_of(own), make_data(x, None, y)).remarks == ()


def test_training_that_stopped_early():
    net, x, y = estimator("MLPClassifier", solver="adam", max_iter=30)
    proof = certify.trained(net, x, y, theorem="no-critical-point")
    assert proof.kind == "smooth-no-critical-point"
    assert float(proof.document["statement"]["claims"]["radius"]) > 1e-3


def test_a_pipeline_is_a_network_with_its_scaler():
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    net, x, y = estimator(alpha=0.1)
    line = make_pipeline(StandardScaler(), net).fit(x, y)
    own = read_network(line)
    met = matched(own, convention_of(own), make_data(x, y))
    assert met.risk == pytest.approx(line[-1].loss_, rel=1e-12)
    assert met.problem.standard is not None


@pytest.mark.parametrize(
    "options,sentence",
    [
        ((), "say --activation tanh"),
        (("--activation", "tanh"), "say --loss squared"),
        (("--activation", "tanh", "--loss", "hinge"), "none of squared"),
        (("--activation", "tanh", "--loss", "squared", "--theorem", "best"), "none of fit"),
        (("--loss", "squared", "--theorem", "cell"), "without decay"),
        (("--activation", "tanh", "--loss", "squared", "--decay", "1"), "--decay-on"),
        (("--activation", "tanh", "--loss", "binary"), "the data have 22 classes"),
    ],
)
def test_what_is_not_told_is_asked_for(options, sentence):
    net, x, y = estimator()
    saved(net, x, y)
    result = call("trained", "net.npz", "data.npz", *options)
    assert result.returncode == 2
    assert sentence in result.stderr.splitlines()[-1]
    assert not list(Path().glob("*.json"))


def test_what_is_not_proved_has_reasons_and_no_file():
    net, x, y = estimator(alpha=0.1)
    saved(net, x, y)
    told = ("--loss", "squared", "--activation", "tanh", "--theorem", "fit")
    result = call("trained", "net.npz", "data.npz", *told)
    assert result.returncode == 1
    assert result.stdout.startswith("not proved: not shown to be an exact fit: 16 parameters are")
    assert not list(Path().glob("*.json"))


def test_another_network_of_another_shape_is_refused():
    net, x, y = estimator(alpha=0.1)
    own = read_network(net)
    met = matched(own, convention_of(own), make_data(x, y))
    wider = {"W1": np.ones((4, 3)), "b1": np.ones(4), "W2": np.ones((1, 4)), "b2": [0.0]}
    with pytest.raises(UnusableInput, match="has another shape"):
        met.like(read_network(wider, activation="tanh"))
    assert met.like(own) == met.parameters
