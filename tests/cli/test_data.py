"""The commands `certify data ...` as a user runs them, on the user's own files; what is wrong with
a file is said in one sentence.
"""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from console import call
from oracles import piecewise as oracle

import certify

XOR = "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Every test in a folder of its own, with XOR in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "xor.csv").write_text(XOR)


def datasets():
    """Imported where they are used: scikit-learn takes seconds to load."""
    from sklearn import datasets

    return datasets


def data(*args: object) -> subprocess.CompletedProcess[str]:
    """In this process; an exception would be a traceback for the user."""
    return call("data", *args)


def proved(*args: object) -> dict:
    """The certificate that the command wrote, proved again from the file; what the command printed
    last is the verdict.
    """
    before = set(Path.cwd().glob("*.json"))
    result = data(*args)
    assert result.returncode == 0, result.stderr
    path = Path(result.stdout.splitlines()[-1].removeprefix("PROVED ").split(": ")[0]).resolve()
    assert path not in before or "unchanged" in result.stdout
    assert result.stdout.startswith("THEOREM.")
    assert result.stdout.splitlines()[-1].startswith(f"PROVED {path.name}: ")
    assert certify.check(path).verdict == "PROVED"
    return json.loads(path.read_text())


def least_squares(x: np.ndarray, y: np.ndarray) -> float:
    features = np.hstack([x, np.ones((len(x), 1))])
    return float(np.sum((features @ np.linalg.lstsq(features, y, rcond=None)[0] - y) ** 2)) / 2


def risk_of(document: dict) -> float:
    return float(Fraction(document["statement"]["claims"]["risk"]))


def test_main_job_in_a_shell():
    """A process of its own, from the file to the second look at the certificate."""
    run = subprocess.run(
        [sys.executable, "-m", "certify", "data", "relu", "xor.csv"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines()[-1].startswith("PROVED xor.minimum.json: spurious local minimum")
    again = subprocess.run(
        [sys.executable, "-m", "certify", "check", "xor.minimum.json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert again.stdout.startswith("PROVED ")
    shown = subprocess.run(
        [sys.executable, "-m", "certify", "show", "xor.minimum.json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "stationary" in shown.stdout


def test_iris_from_npz():
    table = datasets().load_iris().data
    np.savez("iris.npz", X=table[:, :3], y=table[:, 3])
    document = proved("relu", "iris.npz", "--widths", 16)
    assert risk_of(document) == pytest.approx(least_squares(table[:, :3], table[:, 3:]), rel=1e-10)
    claims, problem = document["statement"]["claims"], document["statement"]["problem"]
    assert claims["linear_fit"]
    assert claims["continuum"]
    assert problem["inputs"][0] == ["5.1", "3.5", "1.4"]  # as the file has them
    assert oracle.risk(problem, oracle.parsed(claims["better"]))[0] < Fraction(claims["risk"])


def test_diabetes_from_csv_with_names():
    table = datasets().load_diabetes(scaled=False)
    rows = [",".join([*table.feature_names, "progression"])] + [
        ",".join(f"{v:.10g}" for v in (*row, goal))
        for row, goal in zip(table.data, table.target, strict=True)
    ]
    Path("diabetes.csv").write_text("\n".join(rows))
    document = proved(
        "relu", "diabetes.csv", "--target", "progression", "--widths", 16, "--activation", "1,0.01"
    )
    assert risk_of(document) == pytest.approx(
        least_squares(table.data, table.target[:, None]), rel=1e-9
    )


def test_npy_with_two_targets():
    rng = np.random.default_rng(0)
    table = np.round(rng.normal(size=(12, 4)), 1)
    np.save("table.npy", table)
    document = proved(
        "deep",
        "table.npy",
        "--target",
        1,
        "--target",
        3,
        "--widths",
        "5,4",
        "--activation",
        "leaky",
    )
    assert risk_of(document) == pytest.approx(
        least_squares(table[:, [1, 3]], table[:, [0, 2]]), rel=1e-10
    )
    assert document["statement"]["problem"]["targets"][0] == [
        f"{table[0, 0]:g}",
        f"{table[0, 2]:g}",
    ]


def test_groups_are_lower_and_lower():
    table = datasets().load_iris().data
    np.save("iris.npy", table)
    risks = []
    for groups in (1, 2, 3):
        document = proved("deep", "iris.npy", "--widths", "8,8", "--groups", groups)
        risks.append(risk_of(document))
        assert document["statement"]["claims"]["linear_fit"] is (groups == 1)
    assert risks[0] > risks[1] > risks[2] > 0


@pytest.mark.parametrize(
    "options",
    [
        ["--residual", "--widths", "4,4"],
        ["--activation", "hard-tanh", "--widths", "4"],
        ["--activation", "abs", "--widths", "3"],
        ["--activation", "relu6", "--widths", "4"],
        ["--activation", "2,-1", "--widths", "3"],
        ["--loss", "huber:0.75", "--widths", "4"],
    ],
    ids=" ".join,
)
def test_every_kind_of_units_and_loss(options):
    rng = np.random.default_rng(1)
    np.save("cloud.npy", np.round(rng.normal(size=(10, 3)), 1))
    document = proved("deep", "cloud.npy", *options)
    assert oracle.falsehood(document) is None


def test_squared_hinge():
    Path("signs.csv").write_text("a,b,y\n0,0,-1\n1,0,1\n0,1,-1\n1,1,1\n2,1,-1\n1,2,1\n")
    assert (
        oracle.falsehood(proved("deep", "signs.csv", "--loss", "squared-hinge", "--widths", "4"))
        is None
    )


def test_convolution():
    rng = np.random.default_rng(2)
    np.savez("images.npz", X=rng.integers(-2, 3, (14, 8)), y=rng.integers(-2, 3, 14))
    document = proved("conv", "images.npz", "--shape", "1,2,4", "--channels", 9, "--pool", 2)
    assert [layer["type"] for layer in document["statement"]["problem"]["network"]["layers"]] == [
        "convolution",
        "units",
        "average",
        "dense",
    ]


def test_deep_linear_networks():
    kinds = {}
    for name, options in (
        ("global", ["--bias"]),
        ("origin", ["--origin"]),
        ("given", ["--weights", "point.txt"]),
    ):
        Path("point.txt").write_text('[[["1", "1/3"], [0, -2]], [[0.5, 1]]]')
        kinds[name] = proved("linear", "xor.csv", *options)["kind"]
    assert kinds == {
        "global": "data-global-minimum",
        "origin": "data-saddle",
        "given": "data-noncritical",
    }


def test_entropy_of_two_species():
    table = datasets().load_iris()
    rows = [
        ",".join(map(str, (*row, table.target_names[label])))
        for row, label in zip(table.data[50:], table.target[50:], strict=True)
    ]
    Path("species.csv").write_text("\n".join(["a,b,c,d,species", *rows]))
    document = proved("entropy", "species.csv", "--label", "species", "--widths", 6)
    low, high = map(Fraction, document["statement"]["claims"]["risk"])
    # logistic regression without penalty on these data: half of the deviance 11.8985...
    assert low < Fraction("5.949273395679422871279") < high < low + Fraction(1, 10**15)


def test_a_trained_network():
    """A network at the minimum of its cell, perturbed by rounding: the exact minimum beside it;
    another cell: the reason why not.
    """
    x = np.arange(8.0)[:, None]
    y = np.array([3, 2, 1, 0.25, 1, 2.25, 3, 4])
    np.savez("table.npz", X=x, y=y)
    net = {
        "W1": np.array([[1.0], [-1.0]]),
        "b1": np.array([-3.5, 3.5]),
        "W2": np.array([[1.0, 1.0]]),
        "b2": np.array([-0.1]),
    }
    np.savez("net.npz", **net)
    result = call("trained", "net.npz", "table.npz", "--rounds", 20)
    assert result.returncode == 0, result.stderr
    document = json.loads(Path("net-table.minimum-rounds-20.json").read_text())
    assert certify.check("net-table.minimum-rounds-20.json").verdict == "PROVED"
    assert oracle.falsehood(document) is None
    Path("net-table.minimum-rounds-20.json").unlink()
    np.savez("net.npz", **{**net, "b1": np.array([-3.0, 3.5])})
    result = call("trained", "net.npz", "table.npz")
    assert result.returncode == 1
    assert (
        result.stdout
        == "not proved: datum 4 is exactly at the kink of hidden unit 1: the risk need not be"
        " differentiable there\n"
    )
    assert not Path("net-table.minimum-rounds-20.json").exists()


def test_the_same_seed_gives_the_same_certificate():
    rng = np.random.default_rng(3)
    np.save("cloud.npy", np.round(rng.normal(size=(10, 3)), 1))
    first, second = (
        proved("deep", "cloud.npy", "--widths", "3", "--activation", "abs", "--seed", 7)
        for _ in range(2)
    )
    assert {name: first[name] for name in ("statement", "witness")} == {
        name: second[name] for name in ("statement", "witness")
    }


# --------------------------------------------------------------------------------------------------
# What is odd about the data is said, and does no harm
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (
            "a,b,y\n1,7,0\n1,7,2\n2,7,1\n3,7,5\n",
            "input 2 is constant: it does nothing that a bias does not",
        ),
        (
            "a,y\n1,0\n1,2\n2,1\n3,5\n",
            "rows 1 and 2 have the same inputs and different targets: no network fits both",
        ),
    ],
)
def test_notes(text, note):
    Path("odd.csv").write_text(text)
    result = data("relu", "odd.csv")
    assert result.returncode == 0
    assert result.stderr.splitlines()[0].strip() == note
    assert certify.check("odd.minimum.json").verdict == "PROVED"


def test_constant_columns_do_not_stop_the_entropy():
    Path("odd.csv").write_text("a,b,y\n1,7,p\n2,7,q\n3,7,p\n4,7,q\n")
    assert (
        proved("entropy", "odd.csv", "--label", "y", "--widths", 2)["kind"]
        == "data-entropy-minimum"
    )


@pytest.mark.parametrize(
    "text",
    [
        "0;0;0\n0;1;1\n1;0;1\n1;1;0\n",
        "0\t0\t0\n0\t1\t1\n1\t0\t1\n1\t1\t0\n",
        "\ufeff" + XOR,
        XOR.replace("\n", "\r\n"),
        XOR + "\n\n",
    ],
)
def test_dialects_of_csv(text):
    """Semicolons, tabs, a byte order mark, other ends of lines, empty lines at the end."""
    Path("xor.csv").write_bytes(text.encode())
    assert risk_of(proved("relu", "xor.csv")) == 0.5


# --------------------------------------------------------------------------------------------------
# Bad input: exit code 2, one sentence, no file
# --------------------------------------------------------------------------------------------------

BAD = {
    "linear": ("a,y\n1,2\n2,4\n3,6\n", ["relu"], "a linear map fits the data exactly"),
    "groups fit": (
        "a,y\n0,0\n1,1\n5,7\n6,3\n",
        ["deep", "--groups", 2],
        "affine maps fit every group of the data exactly",
    ),
    "missing": ("a,y\n1,2\n,3\n3,5\n", ["relu"], "row 2, column a is missing"),
    "missing word": ("a,y\n1,2\nNA,3\n3,5\n", ["relu"], "row 2, column a is missing"),
    "nan": ("a,y\n1,2\n2,nan\n3,5\n", ["relu"], "row 2, column y is missing"),
    "infinite": ("a,y\n1,2\n2,inf\n3,5\n", ["relu"], "row 2, column y is not finite"),
    "word": ("a,y\n1,2\ncat,3\n3,4\n", ["relu"], "row 2, column a is not a number"),
    "one row": ("a,y\n1,2\n", ["relu"], "a single datum"),
    "header only": ("a,y\n", ["relu"], "no data behind its header"),
    "empty": ("", ["relu"], "is empty"),
    "ragged": ("a,y\n1,2\n1\n2,3\n", ["relu"], "row 2 of file.csv has 1 entry, not 2"),
    "one column": ("y\n1\n2\n4\n", ["relu"], "no column is left for the inputs"),
    "latin": (b"a,y\n1,2\n\xe9,4\n", ["relu"], "(for example: iconv -f latin1 -t utf-8 FILE)"),
    "null": (b"a,y\n1,2\n\x00,4\n3,3\n", ["relu"], "row 2, column a is not a number"),
    "column": (XOR, ["relu", "--target", "z"], "there is no column z: the columns are a, b, y"),
    "column number": (XOR, ["relu", "--target", "4"], "there is no column 4"),
    "widths 0": (XOR, ["deep", "--widths", "0"], "widths 0 are not whole numbers from 1 to 4096"),
    "widths none": (XOR, ["deep", "--widths", ""], "give at least one hidden layer"),
    "widths words": (XOR, ["deep", "--widths", "4,x"], "are not whole numbers"),
    "narrow": (
        "a,y,z\n1,2,1\n2,3,5\n3,9,1\n4,1,1\n",
        ["deep", "--widths", "4,1", "--target", "y", "--target", "z"],
        "a hidden layer of 1 units does not carry 2 outputs",
    ),
    "narrow first": (
        "a,y\n0,0\n1,2\n2,1\n3,3\n4,0\n5,3\n",
        ["deep", "--widths", "1", "--groups", "2"],
        "units in the first hidden layer, which has 1",
    ),
    "residual widths": (
        XOR,
        ["deep", "--widths", "4,5", "--residual"],
        "residual connections need hidden layers of equal width",
    ),
    "groups": (XOR, ["deep", "--groups", "3"], "no input has 3 different values"),
    "units": (XOR, ["deep", "--activation", "tanh"], "tanh is none of relu"),
    "slopes": (XOR, ["relu", "--activation", "1,1"], "a unit with two equal slopes is linear"),
    "identity": (XOR, ["deep", "--activation", "identity"], "units without a kink are linear"),
    "loss": (XOR, ["deep", "--loss", "absolute"], "the loss absolute is none of"),
    "huber": (XOR, ["deep", "--loss", "huber:0"], "delta is not positive"),
    "hinge targets": (XOR, ["deep", "--loss", "squared-hinge"], "neither 1 nor -1"),
    "shape": (XOR, ["conv", "--shape", "1,3,3"], "the data have 2 inputs, not 1 x 3 x 3"),
    "shape two": (
        XOR,
        ["conv", "--shape", "1,2"],
        "the shape of an input is channels, height and width",
    ),
    "even kernel": (
        XOR,
        ["conv", "--shape", "1,1,2", "--kernel", "2"],
        "a kernel that keeps the size is odd",
    ),
    "separable": (
        "a,c\n1,p\n2,p\n3,q\n4,q\n",
        ["entropy", "--label", "c", "--widths", "3"],
        "separated",
    ),
    "one class": ("a,c\n1,p\n2,p\n", ["entropy", "--label", "c"], "there is only one class"),
    "label missing": ("a,c\n1,p\n2,\n3,q\n", ["entropy", "--label", "c"], "a label is missing"),
    "narrow entropy": (
        "a,b,c\n1,2,p\n2,1,q\n1,1,q\n3,2,p\n",
        ["entropy", "--label", "c", "--widths", "1"],
        "units in the first hidden layer, which has 1",
    ),
    "too wide": (XOR, ["deep", "--widths", "4097"], "from 1 to 4096"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence(name):
    text, args, sentence = BAD[name]
    Path("file.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    before = set(Path.cwd().iterdir())
    result = data(args[0], "file.csv", *args[1:])
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    last = result.stderr.splitlines()[-1]
    assert last.startswith("certify: ")
    assert sentence in last
    # notes and progress
    assert all(line.startswith("  ") for line in result.stderr.splitlines()[:-1])
    assert set(Path.cwd().iterdir()) == before


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: np.savez("file.npz", A=np.eye(3)), "lacks an array X or y"),
        (
            lambda: np.savez("file.npz", X=np.eye(3), y=np.ones(4)),
            "there are 3 inputs and 4 targets",
        ),
        (
            lambda: np.savez("file.npz", X=np.array([["a"], ["b"]]), y=np.ones(2)),
            "must be real numbers",
        ),
        (
            lambda: np.savez("file.npz", X=np.array([[1.0], [np.nan]]), y=np.ones(2)),
            "entry (2, 1) of the inputs is missing",
        ),
        (
            lambda: np.savez("file.npz", X=np.array([{}, {}], dtype=object), y=np.ones(2)),
            "file.npz",
        ),
        (lambda: None, "file.npz"),
    ],
)
def test_bad_archives_are_one_sentence(make, sentence):
    make()
    result = data("relu", "file.npz")
    assert result.returncode == 2, result.stderr
    assert result.stderr.startswith("certify: ")
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_broken_archive_is_one_sentence():
    """In a process of its own: numpy leaves the file open."""
    Path("file.npz").write_bytes(b"PK\x03\x04 no archive")
    run = subprocess.run(
        [sys.executable, "-m", "certify", "data", "relu", "file.npz"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 2
    assert run.stderr.startswith("certify: file.npz cannot be read")
    assert run.stderr.count("\n") == 1


def test_a_huge_file_is_not_read():
    with Path("huge.csv").open("wb") as stream:
        stream.truncate(2**26 + 1)
    result = data("relu", "huge.csv")
    assert result.returncode == 2
    assert result.stderr == "certify: huge.csv is larger than 64 MiB\n"


def test_too_many_rows_for_a_certificate():
    np.save("rows.npy", np.tile(np.array([[1.0, 2.0], [2.0, 5.0]]), (50_001, 1)))
    result = data("relu", "rows.npy")
    assert result.returncode == 2
    assert "at most 100000 rows" in result.stderr


def test_nothing_is_half_written():
    """A folder that cannot be written to, a name that is a folder's: one sentence, no file."""
    Path("folder.json").mkdir()
    (Path("folder.json") / "xor.minimum.json").mkdir()
    result = data("relu", "xor.csv", "--output", "folder.json")
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1].startswith("certify: cannot write ")
    assert list(Path("folder.json").rglob("*.tmp")) == []


def test_weights_of_another_shape():
    for text in (
        '[[["1"]]]',
        "{}",
        "[1]",
        '[[["1", "2"], ["1", "x"]], [["1", "1"]]]',
        "[" * 50,
        '[[["1", "2"], ["1", NaN]], [["1", "1"]]]',
    ):
        Path("point.txt").write_text(text)
        result = data("linear", "xor.csv", "--weights", "point.txt")
        assert result.returncode == 2, text
        assert result.stderr.startswith("certify: "), text
        assert result.stderr.count("\n") == 1
