"""Points and networks in files: every array is understood or refused by name, and nothing is taken
by its place in the file.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from console import call
from scipy.io import savemat

from certify.arrays import read_source
from certify.errors import UnusableInput
from certify.gaussian.points import Which, read_candidate
from certify.networks import read_trained


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def near_type_two(k=7):
    w = np.full((k, k), -0.035)
    np.fill_diagonal(w, 0.997)
    w[:-1, -1], w[-1, :-1], w[-1, -1] = 0.262, 0.186, -0.633
    return w


W, V = np.array([[1.0, 0.5], [0.25, 2.0], [3.0, 1.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])


def candidate(name, **which):
    return read_candidate(read_source(Path(name)), which=Which(**which))


@pytest.mark.parametrize(
    "names",
    [
        ("students", "targets"),
        ("Students", "TEACHERS"),
        ("W", "V"),
        ("w", "teachers"),
        ("weights", "Targets"),
        ("centre", "v"),
    ],
)
def test_names_of_students_and_teachers(names):
    np.savez("p.npz", **{names[0]: W, names[1]: V})
    Path("p.json").write_text(json.dumps({names[0]: W.tolist(), names[1]: V.tolist()}))
    for file in ("p.npz", "p.json"):
        read = candidate(file)
        assert (
            read.targets == (("1", "0"), ("0", "1"))
            or [list(map(float, row)) for row in read.targets] == V.tolist()
        )
        assert read.array.tolist() == W.tolist()


def test_what_is_not_understood_is_refused_by_name():
    np.savez("p.npz", students=W, other=V)
    Path("p.json").write_text(json.dumps({"students": W.tolist(), "other": V.tolist()}))
    for file in ("p.npz", "p.json"):
        done = call("prove", file)
        assert done.returncode == 2 and "holds other, which is not understood" in done.stderr, (
            done.stderr
        )
    np.savez("p.npz", students=W, W=W)
    assert "which mean the same" in call("prove", "p.npz").stderr
    np.savez("p.npz", first=W, second=V)
    assert "say which with --variable" in call("prove", "p.npz").stderr
    assert candidate("p.npz", variable="first").array.tolist() == W.tolist()
    Path("p.json").write_text('{"students": [[1, 2], [3, 4]], "students": [[1, 0], [0, 1]]}')
    assert "holds the key students twice" in call("prove", "p.json").stderr
    Path("p.json").write_text('{"students": [[1, 2], [3, 4]], "k": 1, "n": 5}')
    assert "says n = 5" in call("prove", "p.json").stderr


def test_the_teachers_of_a_second_file():
    np.savez("t.npz", teachers=V)
    np.save("w.npy", W)
    assert (
        read_candidate(read_source(Path("w.npy")), read_source(Path("t.npz"))).targets is not None
    )
    np.savez("t.npz", a=V, b=V)
    with pytest.raises(UnusableInput, match="no array of teachers"):
        read_candidate(read_source(Path("w.npy")), read_source(Path("t.npz")))


def test_the_file_of_teachers_is_read_once(monkeypatch):
    """What the provenance has the fingerprint of is what was searched with, however many rounds it
    takes.
    """
    from certify.arrays import sources

    np.savez("t.npz", teachers=np.eye(2))
    read = []
    monkeypatch.setattr(
        sources,
        "_unpacked",
        lambda path, data, plain=sources._unpacked: read.append(path.name) or plain(path, data),
    )
    done = call("prove", "--teachers", "t.npz", "--trials", 1, "--jobs", 1)
    assert done.returncode == 1 and done.stderr.count("start") == 20 and read == ["t.npz"]


def test_published_points_of_matlab():
    """One neuron a column, several points stacked: in pages, in cells, below each other."""
    w = near_type_two()
    stacked = np.stack([np.eye(7), w.T, np.eye(7)], axis=2)
    cells = np.empty((1, 3), dtype=object)
    for i in range(3):
        cells[0, i] = stacked[:, :, i]
    savemat(
        "points.mat", {"W": stacked, "cells": cells, "tall": np.vstack([np.eye(7), w.T, np.eye(7)])}
    )
    assert "say which" in call("prove", "points.mat").stderr
    assert (
        "say which with --index"
        in call("prove", "points.mat", "--variable", "W", "--transpose").stderr
    )
    assert (
        "none with the number 4"
        in call("prove", "points.mat", "--variable", "W", "--index", 4).stderr
    )
    for variable in ("W", "cells"):
        assert (
            candidate("points.mat", variable=variable, index=2, transpose=True).array.tolist()
            == w.tolist()
        )
    tall = read_candidate(
        read_source(Path("points.mat")), k=7, which=Which("tall", 2, transpose=True)
    )
    assert tall.array.tolist() == w.tolist()
    done = call(
        "prove", "points.mat", "--variable", "W", "--index", 2, "--transpose", "-o", "c.json"
    )
    assert done.returncode == 0 and "warning" not in done.stdout.replace("\n", " ")[:0], done.stderr
    assert (
        "read points.mat: n = 7 students (one a row), k = 7 orthonormal teachers, d = 7; norms of"
        " the rows from" in done.stderr
    )


def test_tables_of_numbers_are_points_too():
    np.savetxt("w.txt", W)
    assert candidate("w.txt").array.tolist() == W.tolist()
    Path("w.csv").write_text("1,0.5\n0.25,2\n3,1\n")
    assert candidate("w.csv").array.tolist() == W.tolist()
    Path("w.csv").write_text("a,b\n1,0.5\n0.25,2\n3,1\n")
    done = call("prove", "w.csv")
    assert done.returncode == 2
    assert done.stderr == (
        "certify: w.csv has names in its first row (a, ...): here a table holds numbers only, one"
        " neuron a row; for data see certify data\n"
    )


def test_a_certificate_of_a_symmetric_point_asks_for_the_option(root):
    done = call("prove", root / "proofs/symmetric/k07/II.json")
    assert done.returncode == 2 and "give --symmetric" in done.stderr


NET = {"W1": [[1.0], [-1.0]], "b1": [-3.5, 3.5], "W2": [[1.0, 1.0]], "b2": [-0.1]}


def trained(name):
    return read_trained(read_source(Path(name)))


def test_networks_are_matched_by_name():
    # in another order
    np.savez("net.npz", **{name: np.array(NET[name]) for name in ("b2", "W2", "b1", "W1")})
    plain = trained("net.npz")
    assert (plain.weights, plain.biases, plain.outer, plain.constant) == (
        (("1",), ("-1",)),
        ("-3.5", "3.5"),
        ("1", "1"),
        "-0.1",
    )
    np.savez("low.npz", **{name.lower(): np.array(value) for name, value in NET.items()})
    assert trained("low.npz") == plain
    Path("net.json").write_text(json.dumps(NET))
    # as it is written
    assert trained("net.json").w.tolist() == plain.w.tolist() and trained("net.json").weights == (
        ("1.0",),
        ("-1.0",),
    )
    np.savez(
        "layers.npz",
        **{
            "fc2.bias": NET["b2"],
            "fc2.weight": NET["W2"],
            "fc1.bias": NET["b1"],
            "fc1.weight": NET["W1"],
        },
    )
    assert trained("layers.npz") == plain
    np.savez(
        "words.npz",
        **{
            "out.bias": NET["b2"],
            "out.weight": NET["W2"],
            "hidden.bias": NET["b1"],
            "hidden.weight": NET["W1"],
        },
    )
    assert trained("words.npz") == plain


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"a": NET["W1"], "b": NET["b1"], "c": NET["W2"], "d": NET["b2"]}, "holds a, which is not"),
        ({"W1": NET["W1"], "W2": NET["W2"], "b2": NET["b2"]}, "say --activation"),
        ({**NET, "W3": [[1.0]]}, "say --activation"),
        ({"w1": NET["W1"], **NET}, "which mean the same"),
        (
            {"one.weight": [[1.0]], "one.bias": [1.0], "two.weight": [[2.0]], "two.bias": [1.0]},
            "does not tell the order of its layers",
        ),
        (
            {
                "0.weight": NET["W1"],
                "0.bias": NET["b1"],
                "2.weight": NET["W2"],
                "2.bias": NET["b2"],
                "4.weight": [[1.0]],
                "4.bias": [1.0],
            },
            "say --activation",
        ),
        (
            {
                "0.weight": NET["W1"],
                "0.bias": NET["b1"],
                "2.weight": NET["W2"],
                "2.running_mean": NET["b2"],
            },
            "running_mean",
        ),
        ({**NET, "W1": [[1.0, -1.0]]}, "1 unit by its weights and 2 by its bias"),
        # these are transposed: the framework has a column a unit
        (
            {
                "coefs_0": NET["W1"],
                "intercepts_0": NET["b1"],
                "coefs_1": NET["W2"],
                "intercepts_1": NET["b2"],
            },
            "1 unit by its weights and 2 by its bias",
        ),
        ({**NET, "W1": [[1.0], [float("nan")]]}, "missing"),
    ],
)
def test_networks_that_are_refused(arrays, sentence):
    np.savez("net.npz", **{name: np.array(value) for name, value in arrays.items()})
    Path("t.csv").write_text("x,y\n0,1\n1,0\n2,5\n")
    done = call("trained", "net.npz", "t.csv")
    assert done.returncode == 2 and sentence in done.stderr and done.stderr.count("\n") == 1, (
        done.stderr
    )


def test_torch_checkpoints():
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1))
    state = model.state_dict()
    for name, value in {
        "plain": state,
        "lightning": {"state_dict": state, "epoch": 3},
        "checkpoint": {"model_state_dict": state},
    }.items():
        torch.save(value, f"{name}.pt")
        assert trained(f"{name}.pt").w.shape == (4, 3)
    torch.save({name: value.to(torch.bfloat16) for name, value in state.items()}, "short.pt")
    assert trained("short.pt").weights[0][0] == str(
        float(state["0.weight"][0, 0].to(torch.bfloat16))
    )
    torch.save(model, "whole.pt")
    with pytest.raises(UnusableInput, match="state_dict"):
        trained("whole.pt")
