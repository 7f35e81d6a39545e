"""Networks of Keras: models in Python, .keras and .h5, and the losses they were compiled with."""

from __future__ import annotations

import json
import os
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

from certify.errors import UnusableInput
from certify.networks import convention_of, read_network, risk

h5py = pytest.importorskip("h5py")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras with torch below it

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 3)).astype(np.float32)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def keras():
    """With torch below it."""
    pytest.importorskip("torch")
    os.environ.setdefault("KERAS_BACKEND", "torch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("keras")


def each_way(model):
    """Read in Python and from both formats, which are the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.save("net.keras")
        model.save("net.h5")
    network = read_network(model)
    assert network == read_network("net.keras") == read_network("net.h5")
    return network


def check(model, y):
    """The risk is what Keras evaluates, in float32."""
    network = each_way(model)
    numbers = convention_of(network).at(network, len(X))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = float(np.ravel(model.evaluate(X, y, verbose=0, batch_size=len(X)))[0])
    assert risk(network, X, y, numbers) == pytest.approx(theirs, rel=1e-6)
    return network


UNITS = (
    *("linear", "relu", "tanh", "sigmoid", "softplus", "softsign", "selu", "elu", "silu"),
    *("gelu", "mish", "exponential", "leaky_relu"),
)


@pytest.mark.parametrize("unit", UNITS)
def test_activations_and_regularisers(keras, unit):
    layers, l2 = keras.layers, keras.regularizers.L2
    model = keras.Sequential(
        [
            keras.Input((3,)),
            layers.Dense(4, activation=unit, kernel_regularizer=l2(0.01)),
            layers.Dense(3, bias_regularizer=l2(0.03), name="own"),
            layers.LeakyReLU(negative_slope=0.1),
            layers.Dense(2, use_bias=False),
        ]
    )
    model.compile(loss="mse", optimizer="sgd")
    network = check(model, RNG.normal(size=(30, 2)))
    decay = convention_of(network).at(network, 30).decay
    assert [list(map(float, pair)) for pair in decay] == [[0.02, 0], [0, 0.06], [0, 0]]
    assert str(convention_of(network).factor) == "2/(N K)"
    assert network.layers[1].activation.name == "leaky:0.1" and network.layers[2].bias is None


def test_classes(keras):
    dense, losses = keras.layers.Dense, keras.losses
    three, two = np.arange(30) % 3, np.arange(30) % 2
    for last, loss in (
        ({"activation": "softmax"}, "sparse_categorical_crossentropy"),
        ({}, losses.SparseCategoricalCrossentropy(from_logits=True)),
    ):
        model = keras.Sequential([keras.Input((3,)), dense(4, activation="tanh"), dense(3, **last)])
        model.compile(loss=loss)
        check(model, three)
    inputs = keras.Input((3,))
    end = dense(1, activation="sigmoid")(keras.layers.ELU(alpha=0.7)(dense(5)(inputs)))
    model = keras.Model(inputs, end)
    model.compile(
        loss=losses.BinaryCrossentropy(), optimizer=keras.optimizers.AdamW(weight_decay=0.1)
    )
    network = check(model, two)
    assert "is decoupled from the loss" in network.told.notes[0]
    assert network.as_read == "3 inputs, 5 elu:0.7 units, 1 output (sigmoid)"


def test_losses_that_are_not_treated(keras):
    dense, losses = keras.layers.Dense, keras.losses
    for last, loss in (
        ({}, "mae"),
        ({}, losses.MeanSquaredError(reduction="sum")),
        ({"activation": "softmax"}, losses.CategoricalCrossentropy(label_smoothing=0.1)),
        ({"activation": "softmax"}, losses.SparseCategoricalCrossentropy(from_logits=True)),
        ({}, "sparse_categorical_crossentropy"),
    ):
        model = keras.Sequential([keras.Input((3,)), dense(3, **last)])
        model.compile(loss=loss)
        network = each_way(model)
        with pytest.raises(UnusableInput, match="as it was compiled, is not treated: say --loss"):
            convention_of(network)
    model = keras.Sequential([keras.Input((3,)), dense(3)])
    with pytest.raises(UnusableInput, match="on which loss it was trained"):
        convention_of(read_network(model))


def test_layers_that_are_refused(keras):
    layers = keras.layers
    for parts, sentence in (
        ([layers.Dropout(0.1), layers.Dense(2)], "is a Dropout, which is not read"),
        ([layers.Dense(2), layers.BatchNormalization()], "is a BatchNormalization"),
        ([layers.Dense(2, activation="hard_sigmoid")], "the activation hard_sigmoid"),
        ([layers.Dense(2, kernel_regularizer="l1")], "a regulariser that is not l2"),
        ([layers.Dense(2), layers.ReLU(max_value=6)], "is a ReLU"),
        ([layers.Dense(2, activation="tanh"), layers.ELU()], "no Dense layer without"),
        ([layers.Dense(2, activation="softmax"), layers.Dense(2)], "stands behind a softmax"),
    ):
        model = keras.Sequential([keras.Input((3,)), *parts])
        for way in ("model", "net.keras"):
            if way != "model":
                model.save(way)
            with pytest.raises(UnusableInput, match=sentence):
                read_network(model if way == "model" else way)
    inputs = keras.Input((3,))
    hidden = layers.Dense(3)(inputs)
    model = keras.Model(inputs, layers.Dense(1)(layers.Add()([inputs, hidden])))
    with pytest.raises(UnusableInput, match="are not a chain"):
        read_network(model)


def archive(config, arrays, name="net.keras"):
    """A .keras file by hand, in the layout of Keras 3.0: groups by class, counted, without
    names.
    """
    with h5py.File("w.h5", "w") as file:
        for group, values in arrays.items():
            for i, value in enumerate(values):
                file[f"layers/{group}/vars/{i}"] = value
    with zipfile.ZipFile(name, "w") as file:
        file.writestr("metadata.json", "{}")
        file.writestr("config.json", json.dumps(config))
        file.write("w.h5", "model.weights.h5")
    return name


def sequential(*layers):
    return {"class_name": "Sequential", "config": {"layers": list(layers)}}


def dense(name, **config):
    return {"class_name": "Dense", "config": {"name": name, **config}}


W, B = RNG.normal(size=(3, 3)), RNG.normal(size=3)


def test_archives_without_names():
    """No Keras is needed, and no shape tells which axis is which."""
    config = sequential(dense("z", activation="tanh"), dense("a", activation="linear"))
    network = read_network(archive(config, {"dense": [W, B], "dense_1": [2 * W, B]}))
    assert (network.layers[0].w == W.T).all() and (network.layers[1].w == 2 * W.T).all()
    assert network.as_read == "3 inputs, 3 tanh units, 3 outputs"
    with pytest.raises(UnusableInput, match="tells its activations"):
        read_network("net.keras", activation="tanh")


@pytest.mark.parametrize(
    ("config", "arrays", "sentence"),
    [
        (sequential(dense("a")), {}, "cannot be read as a model of Keras"),
        (sequential(dense("a")), {"dense": [W]}, "has 1 arrays, and not a kernel and a bias"),
        (sequential(dense("a")), {"dense": [W, B[:2]]}, "3 units by its weights and 2 by its bias"),
        (sequential(dense("a")), {"dense": [W * np.nan, B]}, "is missing"),
        (sequential(), {"dense": [W]}, "no fully connected layer"),
        ({"class_name": "Mine", "config": {}}, {"dense": [W]}, "is a Mine"),
        *(
            (odd, {"dense": [W]}, "cannot be read as a model of Keras")
            for odd in ({}, [], 1, sequential(1), {"class_name": "Sequential", "config": 1})
        ),
        (sequential(dense("a", kernel_regularizer=3)), {"dense": [W, B]}, "cannot be read"),
        (
            sequential(dense("a", kernel_regularizer={"config": {"l2": "x"}})),
            {"dense": [W, B]},
            "l2",
        ),
        (
            sequential({"class_name": "Lambda", "config": {"name": "l", "function": "x"}}),
            {"dense": [W]},
            "is a Lambda",
        ),
        (
            sequential(dense("a", activation={"class_name": "function", "config": "mine"})),
            {"dense": [W, B]},
            "the activation function of the layer a",
        ),
    ],
)
def test_odd_archives(config, arrays, sentence):
    with pytest.raises(UnusableInput, match=sentence):
        read_network(archive(config, arrays))


def test_files_that_are_cut_off():
    config = sequential(dense("a"))
    whole = Path(archive(config, {"dense": [W, B]})).read_bytes()
    inner = Path("w.h5").read_bytes()
    for name, data in (("net.keras", whole), ("net.h5", inner)):
        for cut in (3, 9, 100, len(data) // 2, len(data) - 7):
            Path(name).write_bytes(data[:cut])
            with pytest.raises(UnusableInput) as caught:
                read_network(name)
            assert "\n" not in str(caught.value)
    with zipfile.ZipFile("net.keras", "w") as file:
        file.writestr("config.json", "[" * 100_000)
        file.writestr("model.weights.h5", inner)
    with pytest.raises(UnusableInput, match="RecursionError"):
        read_network("net.keras")
    Path("net.h5").write_bytes(inner)
    with pytest.raises(UnusableInput, match="save the whole model"):
        read_network("net.h5")
