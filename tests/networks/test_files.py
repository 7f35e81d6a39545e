"""Networks in files: every array is understood or refused by name, which axis is which is told by
names, and odd files end in one sentence.
"""

from __future__ import annotations

import json
import pickle
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from certify.errors import UnusableInput
from certify.networks import DenseNetwork, read_network

RNG = np.random.default_rng(0)
SIZES = (3, 3, 3, 2)  # no shape tells anything
WEIGHTS = [RNG.normal(size=(o, i)) for i, o in pairwise(SIZES)]
BIASES = [RNG.normal(size=o) for o in SIZES[1:]]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def ours():
    return {
        **{f"W{i}": w for i, w in enumerate(WEIGHTS, 1)},
        **{f"b{i}": b for i, b in enumerate(BIASES, 1)},
    }


def saved(arrays, name="net.npz"):
    """In another order than that of the layers."""
    np.savez(name, **dict(sorted(arrays.items(), reverse=True)))
    return name


@pytest.fixture
def plain():
    return read_network(saved(ours()), activation="tanh,relu")


def test_names_tell_the_axes_and_the_order(plain):
    assert plain.as_read == "3 inputs, 3 tanh units, 3 relu units, 2 outputs"
    assert all((layer.w == w).all() for layer, w in zip(plain.layers, WEIGHTS, strict=True))
    assert all((layer.b == b).all() for layer, b in zip(plain.layers, BIASES, strict=True))
    assert (plain.theta == np.concatenate(
        [part for w, b in zip(WEIGHTS, BIASES, strict=True) for part in (w.ravel(), b)]
    )).all()  # fmt: skip
    others = {
        "torch": {
            f"body.{2 * i}.{part}": value
            for i in range(3)
            for part, value in (("weight", WEIGHTS[i]), ("bias", BIASES[i]))
        },
        "sklearn": {
            **{f"coefs_{i}": w.T for i, w in enumerate(WEIGHTS)},
            **{f"intercepts_{i}": b for i, b in enumerate(BIASES)},
        },
        "keras": {
            f"dense_{i}/{part}:0": value
            for i in range(3)
            for part, value in (("kernel", WEIGHTS[i].T), ("bias", BIASES[i]))
        },
        "flax": {
            f"params.Dense_{i}.{part}": value
            for i in range(3)
            for part, value in (("kernel", WEIGHTS[i].T), ("bias", BIASES[i]))
        },
        "long": {
            **{f"weights{i}": w for i, w in enumerate(WEIGHTS, 1)},
            **{f"bias{i}": b for i, b in enumerate(BIASES, 1)},
        },
    }
    for arrays in others.values():
        read = read_network(arrays, activation=["tanh", "relu"])
        assert read == plain


def test_files_and_mappings_are_the_same(plain):
    text = {name: value.tolist() for name, value in ours().items()}
    Path("net.json").write_text(json.dumps(text))
    assert read_network("net.json", activation="tanh,relu").theta.tolist() == plain.theta.tolist()
    assert read_network(Path("net.npz"), activation=["tanh", "relu", "identity"]) == plain
    assert read_network(ours(), activation="tanh,relu") == plain == read_network(plain)


def test_ten_layers_are_counted_not_spelt():
    arrays = {f"net.{i}.weight": [[float(i)]] for i in range(12)}
    network = read_network(arrays, activation="tanh")
    assert [layer.weights[0][0] for layer in network.layers] == [str(i) for i in range(12)]
    assert all(layer.bias is None for layer in network.layers)


def test_the_order_by_shapes_where_it_is_the_only_one():
    shapes = {"encoder.0": (4, 6), "encoder.2": (2, 4), "decoder.0": (4, 2), "decoder.2": (5, 4)}
    arrays = {f"{name}.weight": np.ones(shape) for name, shape in reversed(shapes.items())}
    network = read_network(arrays, activation="tanh")
    assert [len(layer.weights) for layer in network.layers] == [4, 2, 4, 5]
    arrays["decoder.2.weight"] = np.ones((6, 4))  # decoder, then encoder would do as well
    with pytest.raises(UnusableInput, match="with --layers NAME,NAME"):
        read_network(arrays, activation="tanh")
    square = {f"{name}.weight": np.full((3, 3), i) for i, name in enumerate(("a", "b", "c"))}
    with pytest.raises(UnusableInput, match="does not tell the order of its layers a, b, c"):
        read_network(square, activation="tanh")
    network = read_network(square, activation="tanh", order=["c", "a", "b"])
    assert [layer.weights[0][0] for layer in network.layers] == ["2", "0", "1"]
    with pytest.raises(UnusableInput, match="holds the layers a, b, c: order those"):
        read_network(square, activation="tanh", order=["c", "a"])


def test_json_layers():
    layers = [
        {"weights": [["0.1", 2]], "bias": [1e-3], "activation": "leaky:0.2"},
        {"weights": [[1]], "activation": ["^", "t", 2]},
        {"weights": [[3], [4]], "bias": [0, 1]},
    ]
    Path("net.json").write_text(
        json.dumps({"layers": layers, "standard": {"mean": [1, 2], "scale": [0.5, 2]}})
    )
    network = read_network("net.json")
    assert network.parameters == [
        {"weights": [["0.1", "2"]], "bias": ["0.001"]},
        {"weights": [["1"]], "bias": []},
        {"weights": [["3"], ["4"]], "bias": ["0", "1"]},
    ]
    assert network.architecture == {
        "inputs": 2,
        "layers": [
            {"units": 1, "activation": ["piecewise", "0", ["*", "0.2", "t"], "t"], "bias": True},
            {"units": 1, "activation": ["^", "t", 2], "bias": False},
            {"units": 2, "activation": "t", "bias": True},
        ],
    }
    # z = 0.1 (1 - 1)/0.5 + 2 (4 - 2)/2 + 0.001 = 2.001
    assert np.allclose(network.values(np.array([[1.0, 4.0]])), [[3 * 2.001**2, 4 * 2.001**2 + 1]])
    for layer in layers:
        layer.pop("activation", None)
    Path("net.json").write_text(json.dumps({"layers": layers}))
    assert read_network("net.json", activation="tanh").layers[1].activation.name == "tanh"


def test_a_standardisation_beside_the_arrays(plain):
    arrays = {**ours(), "mean": np.array([1.0, 2, 3]), "scale": np.array([0.5, 1, 2])}
    network = read_network(saved(arrays), activation="tanh,relu")
    x = RNG.normal(size=(4, 3))
    assert np.allclose(network.values(x), plain.values((x - [1, 2, 3]) / [0.5, 1, 2]))
    for change, sentence in (
        ({"scale": np.array([1.0, 0, 1])}, "a scale is 0"),
        ({"scale": np.array([1.0, 1])}, "mean and scale have 3 and 2 entries"),
        ({"scale": np.array([1.0, np.nan, 1])}, "entry 2 of the scale of net.npz is missing"),
    ):
        with pytest.raises(UnusableInput, match=sentence):
            read_network(saved(arrays | change), activation="tanh")
    with pytest.raises(UnusableInput, match="holds mean alone"):
        read_network({**ours(), "mean": [1, 2, 3]}, activation="tanh")


@pytest.mark.parametrize("short", [np.float16, np.float32, np.float64])
def test_short_floats_are_exact(short):
    values = np.array([[0.1, 1 / 3]], dtype=short)
    network = read_network(saved({"W1": values}))
    assert [float(entry) for entry in network.layers[0].weights[0]] == values.astype(float)[
        0
    ].tolist()
    assert network.layers[0].weights[0][0] == repr(float(values[0, 0]))


def without(*names):
    return {name: value for name, value in ours().items() if name not in names}


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        (ours, "does not tell the activations: say --activation tanh"),
        (lambda: without("W2"), "the weights are to be numbered from 1 on"),
        (lambda: without("W3"), "each bias belongs to weights"),
        (lambda: ours() | {"extra": BIASES[0]}, "holds extra, which is not understood"),
        (lambda: {"w1": WEIGHTS[0], **ours()}, "holds both w?W?1 and W?w?1|mean the same"),
        (lambda: {"a": WEIGHTS[0], "b": BIASES[0]}, "holds b, which is not understood"),
        (lambda: {"bn.running_mean": BIASES[0]}, "holds bn.running_mean"),
        (lambda: {"gru.weight_ih_l0": WEIGHTS[0]}, "holds gru.weight_ih_l0"),
        (
            lambda: {"conv.weight": np.ones((2, 3, 3, 3)), "conv.bias": BIASES[2]},
            "layer conv of net.npz have 4 axes.*a convolution",
        ),
        (
            lambda: {"0.weight": WEIGHTS[0], "1.weight": BIASES[0], "1.bias": BIASES[0]},
            "layer 1 of net.npz have 1 axis.*a normalisation",
        ),
        (lambda: {"a.weight": WEIGHTS[0], "b.kernel": WEIGHTS[1]}, "layers of two frameworks"),
        (lambda: {"a.weight": WEIGHTS[0], "b.bias": BIASES[1]}, "the bias of b alone"),
        (lambda: {"W1": np.ones((2, 3)), "b1": np.ones(3)}, "2 units by its weights and 3 by its"),
        (lambda: {"W1": np.ones((3, 2)), "b1": np.ones((3, 3))}, "no vector but 3 rows"),
        (lambda: {"W1": np.array([[1.0, np.nan]])}, r"entry \(1, 2\) of the weights .* is missing"),
        (lambda: {"W1": np.array([[1.0, np.inf]])}, "is not finite"),
        (lambda: {"W1": np.ones((2, 0))}, "must be a matrix"),
        (lambda: {"W1": np.ones((2, 2), dtype=complex)}, "complex"),
        (lambda: {"W1": np.ones((2, 20_000))}, "larger than 10000 x 10000"),
    ],
)
def test_arrays_that_are_refused(arrays, sentence):
    with pytest.raises(UnusableInput, match=sentence) as caught:
        read_network(saved(arrays()))
    assert "\n" not in str(caught.value)


def test_layers_that_do_not_fit():
    with pytest.raises(UnusableInput, match="layer 2 has 2 inputs, and 3 units are below it"):
        read_network({"W1": np.ones((3, 2)), "W2": np.ones((1, 2))}, activation="tanh")
    with pytest.raises(UnusableInput, match="2 hidden layers, and 4 activations are given"):
        read_network(ours(), activation=["tanh"] * 4)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[1, 2]", 'is not an object with "layers"'),
        ('{"layers": []}', "no fully connected layer"),
        ('{"layers": [[1]]}', "not a list of objects"),
        ('{"layers": {"a": 1}}', "not a list of objects"),
        ('{"layers": [{"bias": [1]}]}', "layer 1 of net.json has no weights"),
        ('{"layers": [{"weights": [[1]], "gain": 2}]}', "holds gain"),
        ('{"layers": [{"weights": [[1]]}], "format": 1}', "holds format"),
        ('{"layers": [{"weights": [[1, "x"]]}]}', "is not a number"),
        ('{"layers": [{"weights": [[1], [1, 2]]}]}', "different lengths"),
        ('{"layers": [{"weights": [[1]], "bias": [null]}]}', "is missing"),
        ('{"layers": [{"weights": [[NaN]]}]}', "holds a NaN"),
        ('{"layers": [{"weights": [[1]]}, {"weights": [[1]]}]}', "--activation"),
        ('{"layers": [{"weights": [[1]]}], "standard": [1]}', "not an object with mean and scale"),
        (
            '{"layers": [{"weights": [[1]]}], "standard": {"mean": 1, "scale": 2}}',
            "are not two lists",
        ),
        (
            '{"layers": [{"weights": 1, "activation": "tanh"}, {"weights": 1}, {"weights": 1}]}',
            "a hidden layer of net.json has no activation",
        ),
        ('{"layers": [{"weights"', "not valid JSON"),
    ],
)
def test_json_that_is_refused(text, sentence):
    Path("net.json").write_text(text)
    with pytest.raises(UnusableInput, match=sentence):
        read_network("net.json")


def test_pickles_are_not_opened():
    """The sentence holds what exports the network, and that runs."""

    class Loud:
        def __reduce__(self):
            return Path.write_text, (Path("opened"), "")

    for name in ("net.pkl", "net.joblib", "net.bin", "net.npz"):
        Path(name).write_bytes(pickle.dumps(Loud()))
        with pytest.raises(UnusableInput, match="is a pickle, which runs code") as caught:
            read_network(name)
        assert not Path("opened").exists()
    code = str(caught.value).partition("say ")[2]
    fitted = type("M", (), {"coefs_": [w.T for w in WEIGHTS], "intercepts_": BIASES})
    exec(code, {"numpy": np, "m": fitted})
    assert read_network("net.npz", activation="tanh,relu") == read_network(
        ours(), activation="tanh,relu"
    )


def test_odd_files(plain):
    whole = Path("net.npz").read_bytes()
    for cut in range(1, len(whole), 97):
        Path("cut.npz").write_bytes(whole[:cut])
        with pytest.raises(UnusableInput) as caught:
            read_network("cut.npz", activation="tanh")
        assert "\n" not in str(caught.value)
    with pytest.raises(UnusableInput, match="is not a file"):
        read_network("none.npz")
    np.save("one.npy", WEIGHTS[0])
    with pytest.raises(UnusableInput, match="one array without a name"):
        read_network("one.npy")
    for odd in (3, None, [WEIGHTS[0]], object()):
        with pytest.raises(UnusableInput, match="is no network that is read"):
            read_network(odd)
    assert isinstance(plain, DenseNetwork)
