"""Networks of scikit-learn: the risk is the framework's own number, and the gradient that its
solvers follow is that of the risk.
"""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from certify.errors import UnusableInput
from certify.networks import convention_of, read_network, risk

DIABETES = load_diabetes(return_X_y=True)
X, Y = DIABETES[0][:90], (DIABETES[1][:90] - 150) / 77
IRIS, LABELS = load_iris(return_X_y=True)
SEVERAL = np.column_stack([Y, Y**2, 1 - Y])
UNITS = ("identity", "logistic", "tanh", "relu")


def fitted(kind, x, y, **settings):
    settings = {"hidden_layer_sizes": (4,), "solver": "lbfgs", "random_state": 0} | settings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return kind(**settings).fit(x, y)


def own_risk(estimator, x, y, **said):
    network = read_network(estimator)
    return risk(network, x, y, convention_of(network, **said).at(network, len(x)))


@pytest.mark.parametrize("activation", UNITS)
@pytest.mark.parametrize("hidden", [(4,), (5, 3)])
@pytest.mark.parametrize(
    ("kind", "x", "y"),
    [
        (MLPRegressor, X, Y),
        (MLPClassifier, IRIS, LABELS),
        (MLPClassifier, IRIS, (LABELS > 1).astype(int)),
    ],
    ids=["regressor", "softmax", "binary"],
)
def test_the_risk_is_loss_(kind, x, y, hidden, activation):
    net = fitted(
        kind, x, y, hidden_layer_sizes=hidden, activation=activation, alpha=0.3, max_iter=40
    )
    assert own_risk(net, x, y) == pytest.approx(net.loss_, rel=1e-12)
    network = read_network(net)
    assert [layer.activation.name for layer in network.layers[:-1]] == [
        {"logistic": "sigmoid"}.get(activation, activation)
    ] * len(hidden)
    # the decay is part of the number
    assert own_risk(net, x, y, decay="0") < net.loss_ * (1 - 1e-7)


def test_outputs_are_the_predictions():
    net = fitted(MLPRegressor, X, SEVERAL, hidden_layer_sizes=(5, 3), max_iter=40)
    assert np.allclose(read_network(net).values(X), net.predict(X), rtol=1e-12)
    net = fitted(MLPClassifier, IRIS, LABELS, max_iter=40)
    network = read_network(net)
    odds = np.exp(network.values(IRIS))
    assert network.softmax and np.allclose(
        odds / odds.sum(1, keepdims=True), net.predict_proba(IRIS)
    )
    assert network.classes == ("0", "1", "2")
    net = fitted(MLPClassifier, IRIS, np.where(LABELS > 1, "yes", "no"), max_iter=40)
    network = read_network(net)
    assert np.allclose(network.values(IRIS)[:, 0], net.predict_proba(IRIS)[:, 1])
    assert network.classes == ("no", "yes") and network.as_read == (
        "4 inputs, 4 relu units, 1 output (sigmoid)"
    )


def test_weights_are_exact_and_turned():
    net = fitted(MLPRegressor, X, Y, max_iter=5)
    network = read_network(net)
    first = network.layers[0]
    assert (len(first.weights), len(first.weights[0])) == (4, 10) == net.coefs_[0].T.shape
    assert first.weights[1][7] == repr(float(net.coefs_[0][7, 1]))
    assert (first.w == net.coefs_[0].T).all() and (first.b == net.intercepts_[0]).all()


def test_several_outputs_by_lbfgs_have_two_risks():
    """Its loss_ is one, and its gradient is that of the other; so it is asked for."""
    net = fitted(MLPRegressor, X, SEVERAL, alpha=0.5, max_iter=40)
    with pytest.raises(UnusableInput, match=r'say --factor 1/N or --factor "1/\(N K\)"'):
        own_risk(net, X, SEVERAL)
    with pytest.raises(UnusableInput, match="follows no risk"):
        own_risk(net, X, SEVERAL, loss="squared")
    assert own_risk(net, X, SEVERAL, factor="1/(N K)") == pytest.approx(net.loss_, rel=1e-12)
    assert own_risk(net, X, SEVERAL, factor="1/N") > 1.5 * net.loss_


@pytest.mark.parametrize(
    ("kind", "x", "y"),
    [
        (MLPRegressor, X, Y),
        (MLPRegressor, X, SEVERAL),
        (MLPClassifier, IRIS[::3], LABELS[::3]),
        (MLPClassifier, IRIS[::3], (LABELS[::3] > 1).astype(int)),
    ],
    ids=["regressor", "outputs", "softmax", "binary"],
)
def test_steps_of_sgd_follow_the_gradient_of_the_risk(kind, x, y):
    """Two batches with the same rows: both steps of the one epoch are, for small rates, along the
    gradient of the risk, with the decay alpha/batch and not alpha/N.
    """
    settings = {
        "solver": "sgd",
        "alpha": 7.0,
        "momentum": 0,
        "max_iter": 1,
        "batch_size": len(x),
        "shuffle": False,
        "activation": "tanh",
    }
    twice, wanted = np.vstack([x, x]), np.concatenate([y, y])
    rates = (1e-6, 2e-6)
    near, far = (fitted(kind, twice, wanted, learning_rate_init=rate, **settings) for rate in rates)
    convention = convention_of(read_network(near))
    assert str(convention.decay[0][0]) == "7/batch" and convention.batch == len(x)
    for part, layer, place in (
        ("coefs_", 0, (1, 2)),
        ("coefs_", 1, (3, 0)),
        ("intercepts_", 0, (2,)),
        ("intercepts_", 1, (0,)),
    ):
        moved = getattr(far, part)[layer][place] - getattr(near, part)[layer][place]
        step = -moved / (2 * (rates[1] - rates[0]))
        values = []
        entry = getattr(near, part)[layer]
        kept = entry[place]
        for shift in (1e-5, -1e-5):
            entry[place] = kept + shift
            values.append(own_risk(near, twice, wanted))
        entry[place] = kept
        assert step == pytest.approx((values[0] - values[1]) / 2e-5, rel=1e-3, abs=1e-6)


def test_adam_and_sgd_say_what_their_alpha_is():
    net = fitted(MLPRegressor, X, Y, solver="adam", alpha=0.2, max_iter=3, early_stopping=True)
    convention = convention_of(read_network(net))
    assert convention.batch == "auto"
    assert convention.at(read_network(net), 90).decay == ((Fraction(2, 900), 0),) * 2
    assert convention.at(read_network(net), 1000).decay == ((Fraction(1, 1000), 0),) * 2
    assert "divides alpha by the size of a batch" in convention.notes[0]
    assert "keeps 0.1 of the rows apart" in convention.notes[1]
    assert convention.as_read == (
        "loss squared, factor 1/N, decay 0.2/batch on the weights and 0 on the biases, batch"
        " min(200, N) (scikit-learn's MLPRegressor, adam)"
    )


def test_a_scaler_is_part_of_the_network():
    pipe = fitted(
        lambda **kw: make_pipeline(StandardScaler(), MLPClassifier(**kw)), IRIS, LABELS, max_iter=30
    )
    network = read_network(pipe)
    assert network.as_read == "4 inputs (standardised), 4 relu units, 3 outputs (softmax)"
    assert network.standard.mean[0] == repr(float(pipe[0].mean_[0]))
    assert own_risk(pipe, IRIS, LABELS) == pytest.approx(pipe[-1].loss_, rel=1e-12)
    for settings in ({"with_mean": False}, {"with_std": False}):
        pipe = fitted(
            lambda **kw: make_pipeline(StandardScaler(**settings), MLPRegressor(**kw)),  # noqa: B023
            X,
            Y,
            max_iter=30,
        )
        assert np.allclose(read_network(pipe).values(X)[:, 0], pipe.predict(X), rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (MLPRegressor, "the MLPRegressor has not been fitted"),
        (lambda: Ridge().fit(X, Y), "Ridge is no network"),
        (
            lambda: TransformedTargetRegressor(MLPRegressor()),
            "transform the targets yourself",
        ),
        (
            lambda: make_pipeline(MinMaxScaler(), fitted(MLPRegressor, X, Y, max_iter=2)),
            "the step minmaxscaler of the Pipeline is a MinMaxScaler",
        ),
        (
            lambda: make_pipeline(
                StandardScaler(), StandardScaler(), fitted(MLPRegressor, X, Y, max_iter=2)
            ),
            "two StandardScalers",
        ),
        (
            lambda: make_pipeline(StandardScaler(), fitted(MLPRegressor, X, Y, max_iter=2)),
            "the StandardScaler has not been fitted",
        ),
        (
            lambda: fitted(
                lambda **kw: GridSearchCV(MLPRegressor(**kw), {"alpha": [1, 2]}, cv=2),
                X,
                Y,
                max_iter=2,
            ),
            "give its best_estimator_",
        ),
        (
            lambda: fitted(
                MLPClassifier,
                IRIS,
                np.column_stack([LABELS > 0, LABELS > 1]).astype(int),
                max_iter=2,
            ),
            "several labels at once",
        ),
    ],
)
def test_what_is_not_read_is_refused_by_name(make, sentence):
    with pytest.raises(UnusableInput, match=sentence):
        read_network(make())


def test_another_loss_is_refused():
    net = fitted(MLPRegressor, X, Y, max_iter=2)
    net.loss = "poisson"
    with pytest.raises(UnusableInput, match="the loss poisson"):
        read_network(net)


def test_the_loss_must_fit_the_outputs():
    net = fitted(MLPClassifier, IRIS, LABELS, max_iter=2)
    with pytest.raises(UnusableInput, match="ends with a softmax"):
        own_risk(net, IRIS, LABELS, loss="squared")
    with pytest.raises(UnusableInput, match="3 outputs: binary is the loss of one"):
        own_risk(net, IRIS, LABELS, loss="binary")
    with pytest.raises(UnusableInput, match="tells its activations"):
        read_network(net, activation="tanh")
