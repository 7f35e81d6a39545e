"""Networks of scikit-learn, MLPRegressor and MLPClassifier, alone or behind a StandardScaler in a
Pipeline. An estimator is known by its class; nothing is imported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from certify.arrays import decimal_of
from certify.errors import UnusableInput
from certify.networks.activations import activation_of
from certify.networks.dense import DenseNetwork, layer_of, network_of, standardisation_of
from certify.networks.told import ZERO, Amount, Told

__all__ = ["is_estimator", "read_estimator"]

_NETWORKS = ("MLPRegressor", "MLPClassifier")


def is_estimator(value: Any) -> bool:
    """Whether this is an estimator of scikit-learn."""
    return any(kind.__module__.startswith("sklearn.") for kind in type(value).__mro__)


def _is(value: Any, *names: str) -> bool:
    """Whether this is an instance of a class of scikit-learn with one of these names."""
    return any(
        kind.__name__ in names and kind.__module__.startswith("sklearn.")
        for kind in type(value).__mro__
    )


def read_estimator(estimator: Any) -> DenseNetwork:
    """The network of a fitted estimator, with its convention. Raises `UnusableInput`."""
    name = type(estimator).__name__
    if _is(estimator, "Pipeline"):
        return _of_pipeline(estimator)
    if _is(estimator, "TransformedTargetRegressor"):
        raise UnusableInput(
            "a TransformedTargetRegressor trains on other targets than yours: transform the targets"
            " yourself, and give its regressor_ with those"
        )
    if hasattr(estimator, "best_estimator_"):
        raise UnusableInput(f"{name} is a search over networks: give its best_estimator_")
    if not _is(estimator, *_NETWORKS):
        raise UnusableInput(f"{name} is no network: {' and '.join(_NETWORKS)} are read")
    if not hasattr(estimator, "coefs_"):
        raise UnusableInput(f"the {name} has not been fitted")
    last = len(estimator.coefs_) - 1
    layers = [
        layer_of(
            weights,
            bias,
            estimator.activation if number < last else None,
            f"layer {number + 1}",
            inputs_first=True,
        )
        for number, (weights, bias) in enumerate(
            zip(estimator.coefs_, estimator.intercepts_, strict=True)
        )
    ]
    network = network_of(layers, f"the {name}")
    softmax = estimator.out_activation_ == "softmax"
    if estimator.out_activation_ == "logistic":
        if network.outputs > 1:
            raise UnusableInput(
                f"the {name} was trained on several labels at once: one label a row is read"
            )
        ending = replace(layers[-1], activation=activation_of("sigmoid"))
        network = replace(network, layers=(*layers[:-1], ending))
    classes = tuple(str(word) for word in getattr(estimator, "classes_", ()))
    return replace(
        network, softmax=softmax, classes=classes, told=_told(estimator, network.outputs, last + 1)
    )


def _told(estimator: Any, outputs: int, layers: int) -> Told:
    """The risk whose gradient the solver follows."""
    regression = _is(estimator, "MLPRegressor")
    name = f"scikit-learn's {type(estimator).__name__}, {estimator.solver}"
    if regression and getattr(estimator, "loss", "squared_error") != "squared_error":
        raise UnusableInput(
            f"the MLPRegressor was trained on the loss {estimator.loss}: squared_error is treated"
        )
    loss = "squared" if regression else "binary" if outputs == 1 else "cross-entropy"
    factor: Amount | None = Amount(Fraction(1), (-1, 0, 0))
    ask, notes, batch = "", [], None
    full = estimator.solver == "lbfgs"
    if full and regression and outputs > 1:
        factor = None
        ask = (
            f"an MLPRegressor with {outputs} outputs follows no risk with the solver lbfgs, since"
            " its loss_ has the factor 1/(N K) and its gradient is that of 1/N: say --factor 1/N or"
            ' --factor "1/(N K)"'
        )
    alpha = Fraction(decimal_of(estimator.alpha, "alpha"))
    if not full:
        batch = "auto" if estimator.batch_size == "auto" else int(estimator.batch_size)
        notes.append(
            f"{estimator.solver} divides alpha by the size of a batch; loss_ is a running mean over"
            " the last epoch, and not this risk"
        )
        if estimator.early_stopping:
            notes.append(
                f"early_stopping keeps {estimator.validation_fraction:g} of the rows apart: the"
                " risk is that of the other rows"
            )
    decay = Amount(alpha, (-1, 0, 0) if full else (0, 0, -1))
    return Told(loss, factor, ((decay, ZERO),) * layers, batch, name, ask, tuple(notes))


def _of_pipeline(pipeline: Any) -> DenseNetwork:
    """A network behind at most one StandardScaler."""
    steps: Sequence[tuple[str, Any]] = pipeline.steps
    *before, (_, last) = [(name, step) for name, step in steps if step not in (None, "passthrough")]
    for name, step in before:
        if not _is(step, "StandardScaler"):
            raise UnusableInput(
                f"the step {name} of the Pipeline is a {type(step).__name__}: a StandardScaler and"
                " a network are read"
            )
    if len(before) > 1:
        raise UnusableInput("the Pipeline has two StandardScalers: one is read")
    network = read_estimator(last)
    if not before:
        return network
    (_, scaler), inputs = before[0], network.inputs
    if not hasattr(scaler, "n_features_in_"):
        raise UnusableInput("the StandardScaler has not been fitted")
    mean, scale = (
        ([default] * inputs if values is None else values)
        for values, default in ((scaler.mean_, "0"), (scaler.scale_, "1"))
    )
    if not scaler.with_mean:
        mean = ["0"] * inputs
    return replace(network, standard=standardisation_of(mean, scale, "the StandardScaler"))
