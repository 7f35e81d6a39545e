"""Networks that scikit-learn trained on its own data, as problems."""

from __future__ import annotations

import warnings
from fractions import Fraction
from functools import cache
from itertools import pairwise

import numpy as np

from certify.decimals import exact_decimal
from certify.dense.problem import Layer, TrainedProblem

TANH = ["tanh", "t"]
RELU = ["piecewise", "0", "0", "t"]
LONG = {"max_iter": 20_000, "tol": 1e-12, "max_fun": 10**6}


def _standard(x):
    spread = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1)


@cache
def _data(name: str):
    """Inputs, targets or classes, and the loss."""
    from sklearn.datasets import load_diabetes, load_iris

    if name == "diabetes":
        x, y = load_diabetes(return_X_y=True)
        return _standard(x), (y - y.mean()) / y.std(), "squared"
    x, y = load_iris(return_X_y=True)
    if name == "iris":
        return _standard(x), y, "cross-entropy"
    return _standard(x[y > 0]), y[y > 0] - 1, "binary"


@cache
def fitted(name, widths, activation="tanh", alpha="0.01", seed=0, rows=None, solver="lbfgs"):
    """A problem, the parameters that training ended at, and the loss_ of scikit-learn."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    x, y, loss = _data(name)
    x, y = np.round(x[:rows], 6), y[:rows]
    make = MLPRegressor if loss == "squared" else MLPClassifier
    options = LONG if solver == "lbfgs" else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = make(
            hidden_layer_sizes=widths,
            activation=activation,
            solver=solver,
            alpha=float(alpha),
            random_state=seed,
            **options,
        ).fit(x, y)
    sizes = [x.shape[1], *widths, net.coefs_[-1].shape[1]]
    hidden = {"tanh": TANH, "relu": RELU}[activation]
    layers = tuple(
        Layer(above, below, hidden if m < len(widths) else "t")
        for m, (below, above) in enumerate(pairwise(sizes))
    )
    decay = Fraction(alpha) / len(x)
    squared = loss == "squared"
    problem = TrainedProblem(
        layers,
        tuple(tuple(map(exact_decimal, row)) for row in x.tolist()),
        tuple((exact_decimal(v),) for v in y.tolist()) if squared else (),
        () if squared else tuple(map(int, y)),
        loss,
        Fraction(1, len(x)),
        ((decay, Fraction(0)),) * len(layers),
    )
    parameters = [
        {
            "weights": [list(map(exact_decimal, row)) for row in w.T.tolist()],
            "bias": list(map(exact_decimal, b.tolist())),
        }
        for w, b in zip(net.coefs_, net.intercepts_, strict=True)
    ]
    return problem, parameters, net.loss_
