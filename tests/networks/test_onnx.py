"""Networks of ONNX, against the reference of the onnx package, and tensors of safetensors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from certify.errors import UnusableInput
from certify.networks import read_network

onnx = pytest.importorskip("onnx")
from onnx import TensorProto, helper, numpy_helper  # noqa: E402 - after importorskip
from onnx.reference import ReferenceEvaluator  # noqa: E402

RNG = np.random.default_rng(0)
W = [RNG.normal(size=(3, 3)).astype(np.float32) for _ in range(3)]
B = [RNG.normal(size=3).astype(np.float32) for _ in range(3)]
X = RNG.normal(size=(7, 3)).astype(np.float32)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def graph(*steps, name="net.onnx", outputs=("end",)):
    """A model of the chain of these steps: (operator, constants, attributes); a constant may be a
    name of another value.
    """
    nodes, tensors, at = [], [], "x"
    for i, (operator, constants, attributes) in enumerate(steps):
        after = "end" if i == len(steps) - 1 else f"v{i}"
        names = []
        for j, constant in enumerate(constants):
            if isinstance(constant, str):
                names.append(at if constant == "at" else constant)
                continue
            names.append(f"c{i}_{j}")
            tensors.append(numpy_helper.from_array(constant, names[-1]))
        domain = "ai.onnx.ml" if operator == "Scaler" else ""
        inputs = [at, *names] if at not in names and "x" not in names else names
        nodes.append(
            helper.make_node(operator, inputs, [after], f"n{i}", domain=domain, **attributes)
        )
        at = after
    model = helper.make_model(
        helper.make_graph(
            nodes,
            "net",
            [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3])],
            [helper.make_tensor_value_info(end, TensorProto.FLOAT, None) for end in outputs],
            tensors,
        ),
        opset_imports=[helper.make_opsetid("", 20), helper.make_opsetid("ai.onnx.ml", 3)],
    )
    onnx.save(model, name)
    return model


UNITS = {
    "relu": ("Relu", {}),
    "tanh": ("Tanh", {}),
    "sigmoid": ("Sigmoid", {}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "selu": ("Selu", {}),
    "gelu": ("Gelu", {}),
    "gelu-tanh": ("Gelu", {"approximate": "tanh"}),
    "sin": ("Sin", {}),
    "elu:1": ("Elu", {}),
    "elu:0.5": ("Elu", {"alpha": 0.5}),
    "leaky:0.01": ("LeakyRelu", {}),
    "leaky:0.25": ("LeakyRelu", {"alpha": 0.25}),
}


@pytest.mark.parametrize("unit", UNITS)
def test_operators_against_the_reference(unit):
    operator, attributes = UNITS[unit]
    model = graph(
        ("Gemm", [W[0], B[0]], {"transB": 1}),
        (operator, [], attributes),
        ("MatMul", [W[1]], {}),
        ("Add", [B[1]], {}),
        ("Identity", [], {}),
        (operator, [], attributes),
        ("Gemm", [W[2]], {}),
    )
    network = read_network("net.onnx")
    assert network == read_network(model)
    assert [layer.activation.name for layer in network.layers] == [unit, unit, "identity"]
    assert (network.layers[0].w == W[0]).all() and (network.layers[1].w == W[1].T).all()
    assert (network.layers[2].w == W[2].T).all() and network.layers[2].bias is None
    (expected,) = ReferenceEvaluator(model).run(None, {"x": X})
    assert np.allclose(network.values(X.astype(float)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "steps",
    [
        [("Sub", [B[0]], {}), ("Div", [B[1]], {})],
        [("Sub", [B[0]], {}), ("Mul", [B[1]], {})],
        [("Div", [np.float32([2.5])], {})],
        [("Scaler", [], {"offset": B[0].tolist(), "scale": B[1].tolist()})],
    ],
)
def test_a_standardisation_at_the_beginning(steps):
    model = graph(*steps, ("Gemm", [W[0], B[2]], {}), ("Softmax", [], {"axis": -1}))
    network = read_network("net.onnx")
    assert network.softmax and network.standard is not None
    (expected,) = ReferenceEvaluator(model).run(None, {"x": X})
    own = np.exp(network.values(X.astype(float)))
    assert np.allclose(own / own.sum(1, keepdims=True), expected, rtol=1e-4, atol=1e-6)


LAYER = ("Gemm", [W[0], B[0]], {})


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ([LAYER, ("Dropout", [], {})], "Dropout is not read"),
        ([("Conv", [np.ones((3, 3, 1), np.float32)], {})], "Conv is not read"),
        ([LAYER, ("Selu", [], {"alpha": 1.0})], "Selu is not read"),
        ([LAYER, ("Relu", [], {}), ("Tanh", [], {})], "Tanh is a second activation"),
        ([("Relu", [], {}), LAYER], "Relu stands before the first layer"),
        ([LAYER, ("Softmax", [], {}), LAYER], "Gemm stands behind the softmax"),
        ([LAYER, ("Softmax", [], {"axis": 0})], "Softmax is not read"),
        ([LAYER, ("Mul", [B[0]], {})], "Mul is read as a standardisation at the beginning only"),
        ([LAYER, ("Add", [B[0]], {})], "Add is not read"),
        ([("MatMul", [W[0]], {}), ("Add", [B[0][:2]], {})], "adds a bias of 2 entries"),
        ([("Gemm", [W[0]], {"alpha": 2.0})], "a Gemm with factors"),
        ([("Gemm", [W[0], "at"], {})], "a Gemm with factors"),
        ([("Gemm", [W[0]], {"transA": 1})], "a Gemm with factors"),
        ([("MatMul", [W[0], "at"], {})], "MatMul is not read"),
        ([("Sub", [B[0], "at"], {}), LAYER], "at the beginning only"),
        ([("Div", [0 * B[0]], {}), LAYER], "divisor of the standardisation is 0"),
        ([("Sub", [B[0]], {}), ("Sub", [B[0]], {}), LAYER], "once"),
        ([LAYER, ("Add", ["at", "x"], {})], "not a chain of layers: see the Add n1"),
        ([("Gemm", [W[0] * np.nan], {})], "is missing"),
        ([("Sub", [B[0]], {})], "no fully connected layer"),
        ([("Gemm", [np.ones((2, 3), np.float32)], {"transB": 1}), LAYER], "layer 2 has 3 inputs"),
    ],
)
def test_graphs_that_are_refused(steps, sentence):
    graph(*steps)
    with pytest.raises(UnusableInput, match=sentence) as caught:
        read_network("net.onnx")
    assert "\n" not in str(caught.value)


def test_odd_graphs():
    model = graph(LAYER, outputs=("end", "x"))
    with pytest.raises(UnusableInput, match="1 inputs and 2 outputs"):
        read_network(model)
    graph(LAYER)
    whole = Path("net.onnx").read_bytes()
    for cut in (1, 30, len(whole) // 2, len(whole) - 1):
        Path("cut.onnx").write_bytes(whole[:cut])
        with pytest.raises(UnusableInput, match=r"cut off|inputs and") as caught:
            read_network("cut.onnx")
        assert "\n" not in str(caught.value)
    with pytest.raises(UnusableInput, match="tells its activations"):
        read_network("net.onnx", activation="tanh")
    model = graph(("Scaler", [], {"scale": [1.0]}), LAYER)
    with pytest.raises(UnusableInput, match="cannot be read as an ONNX network"):
        read_network(model)
    model.graph.node[0].domain = "mine"
    with pytest.raises(UnusableInput, match=r"mine\.Scaler is not read"):
        read_network(model)
    model = graph(LAYER)
    del model.graph.initializer[1].dims[:]
    with pytest.raises(UnusableInput, match="cannot be read as an ONNX network"):
        read_network(model)
    model = graph(LAYER)
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/hostname")
    Path("net.onnx").write_bytes(model.SerializeToString())
    with pytest.raises(UnusableInput, match="keeps its weights in another file"):
        read_network("net.onnx")


def test_safetensors():
    numpy = pytest.importorskip("safetensors.numpy")
    kinds = (np.float16, np.float32, np.float64)
    arrays = {
        f"{i}.weight": w.astype(kind) for i, (w, kind) in enumerate(zip(W, kinds, strict=True))
    }
    numpy.save_file(arrays, "net.safetensors")
    network = read_network("net.safetensors", activation="tanh")
    for layer, array in zip(network.layers, arrays.values(), strict=True):
        assert (layer.w == array.astype(float)).all()
    # bfloat16 by hand: the upper halves of 1, -2.5 and 0.15625
    head = b'{"W1":{"dtype":"BF16","shape":[1,3],"data_offsets":[0,6]}}'
    data = len(head).to_bytes(8, "little") + head + bytes.fromhex("803f20c0203e")
    Path("short.safetensors").write_bytes(data)
    assert read_network("short.safetensors").layers[0].weights == (("1", "-2.5", "0.15625"),)
    for cut in (4, 20, len(data) - 1):
        Path("short.safetensors").write_bytes(data[:cut])
        with pytest.raises(UnusableInput, match="is no safetensors file"):
            read_network("short.safetensors")
    Path("short.safetensors").write_bytes(data.replace(b'"BF16"', b'"BOOL"').replace(b"3]", b"6]"))
    with pytest.raises(UnusableInput, match="of the type BOOL"):
        read_network("short.safetensors")
