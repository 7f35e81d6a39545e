"""Searches on data: the units of the data do not matter, what was not found is said, global minima
are called so, and a trained network is compared with the point that was proved.
"""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from console import call
from oracles import piecewise as oracle

import certify
from certify.attempt import Attempt
from certify.empirical.architectures import Convolutional, Dense, unit
from certify.empirical.standard import Standard
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.piecewise.problem import DataProblem
from certify.piecewise.prove.convolutional import prove_convolutional
from certify.piecewise.prove.entropy import prove_entropy
from certify.piecewise.prove.linear import linear_network, prove_linear, special_point
from certify.piecewise.prove.minimum import prove_minimum
from certify.tables import make_data

XOR = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
CLOUD = (
    np.round(np.random.default_rng(0).normal(size=(12, 3)), 1),
    np.round(np.random.default_rng(1).normal(size=(12, 1)), 1),
)
HAT = [[-1], [1], [0]], [[0], [0], [1]]
NOT_FOUND = "no point with a smaller risk was found, so the minimum is not claimed to be spurious: "

# factors of the inputs, in turn; of the target; a shift of the inputs
UNITS = {
    "as they are": (["1"], "1", "0"),
    "tiny inputs": (["1e-12"], "1", "0"),
    "small inputs": (["1e-6"], "1", "0"),
    "large inputs": (["1e6"], "1", "0"),
    "huge inputs": (["1e9"], "1", "0"),
    "tiny targets": (["1"], "1e-12", "0"),
    "huge targets": (["1"], "1e9", "0"),
    "all tiny": (["1e-12"], "1e-12", "0"),
    "mixed": (["1e-12", "1e9", "1"], "1e6", "0"),
    "years": (["1"], "1", "1000000"),
    "narrow years": (["1e-6"], "1e-6", "1000000"),
}


def scaled(rows, factors: list[str], shift: str = "0") -> list[list[str]]:
    """factor * entry + shift, as decimals without an exponent."""
    return [
        [
            format(Decimal(str(entry)) * Decimal(factors[i % len(factors)]) + Decimal(shift), "f")
            for i, entry in enumerate(row)
        ]
        for row in rows
    ]


def in_units(name: str, data) -> tuple[list[list[str]], list[list[str]]]:
    factors, factor, shift = UNITS[name]
    return scaled(data[0], factors, shift), scaled(data[1], [factor])


def table(path: str, inputs, targets) -> None:
    names = [f"x{i}" for i in range(1, len(inputs[0]) + 1)] + [
        f"y{i}" for i in range(1, len(targets[0]) + 1)
    ]
    lines = [",".join(map(str, (*row, *goal))) for row, goal in zip(inputs, targets, strict=True)]
    Path(path).write_text("\n".join([",".join(names), *lines]) + "\n")


def spurious(attempt: Attempt) -> bool:
    assert isinstance(attempt.outcome, Proved), attempt.reason
    return attempt.outcome.summary.startswith("spurious local minim")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --------------------------------------------------------------------------------------------------
# The units of the data
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.first(4)
def test_spurious_in_all_units(name):
    """The same kind of claim for the same data in other units; the certificate is about the data as
    given, and its better point is better.
    """
    risks = {}
    for what, data, widths, options in (
        ("relu", XOR, [2], {}),
        ("leaky", CLOUD, [5, 4], {}),
        ("groups", CLOUD, [8], {"groups": 2}),
        ("residual", CLOUD, [4, 4], {}),
        ("hard-tanh", CLOUD, [4], {}),
        ("abs", CLOUD, [3], {}),
        (
            "huber",
            CLOUD,
            [4],
            {"loss": {"type": "huber", "delta": scaled([["0.75"]], [UNITS[name][1]])[0][0]}},
        ),
    ):
        inputs, targets = in_units(name, data)
        units = unit(what) if what in ("leaky", "hard-tanh", "abs") else unit("relu")
        dense = Dense(widths, units, residual=what == "residual")
        attempt = prove_minimum(make_data(inputs, targets), dense, **options)
        assert spurious(attempt), what
        statement = attempt.document["statement"]
        assert [list(map(Fraction, row)) for row in statement["problem"]["inputs"]] == [
            list(map(Fraction, row)) for row in inputs
        ]
        assert oracle.falsehood(attempt.document) is None, what
        risks[what] = Fraction(statement["claims"]["risk"]) / Fraction(UNITS[name][1]) ** 2
    assert risks["relu"] == Fraction(1, 2)


@pytest.mark.parametrize("name", ["tiny inputs", "huge inputs", "mixed", "years"])
def test_relu_at_the_console_in_all_units(name, here):
    table("units.csv", *in_units(name, CLOUD))
    result = call("data", "relu", "units.csv", "--widths", 4)
    assert result.returncode == 0, result.stdout + result.stderr
    assert ": spurious local minimum" in result.stdout.splitlines()[-1]
    assert NOT_FOUND not in result.stdout


def test_two_targets_in_different_units():
    """What there is to gain lies in the target whose units are small; the other one is affine in
    the inputs.
    """
    inputs = CLOUD[0]
    targets = np.column_stack([inputs @ [1, 2, -1], CLOUD[1]]).round(3)
    assert spurious(
        prove_minimum(
            make_data(scaled(inputs, ["1"]), scaled(targets, ["1e9", "1e-12"])),
            Dense([6, 4], unit("relu")),
        )
    )


@pytest.mark.parametrize(
    ("factor", "shift"), [("1", "0"), ("1e-12", "0"), ("1e9", "0"), ("1", "1000000"), ("1", "100")]
)
def test_convolutions_in_all_units(factor, shift):
    """Behind zeros that pad an input it cannot be shifted exactly; averages in front of a dense
    layer can.
    """
    rng = np.random.default_rng(2)
    data = make_data(scaled(rng.integers(-2, 3, (14, 8)), [factor], shift), rng.integers(-2, 3, 14))
    padded = Convolutional([1, 2, 4], [9], unit("relu"), pool=2).network(1)
    assert spurious(prove_convolutional(data, padded))
    assert spurious(
        prove_convolutional(
            data, Convolutional([1, 2, 4], [], unit("relu"), pool=2, widths=[8]).network(1)
        )
    )


SPECIES = (
    [
        [5.1, 3.0],
        [5.9, 3.2],
        [6.2, 2.2],
        [4.9, 3.1],
        [6.7, 3.0],
        [5.5, 2.4],
        [6.0, 2.9],
        [5.7, 2.8],
        [6.3, 3.3],
        [5.0, 2.0],
    ],
    list("ababbaabba"),
)


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.first(4)
def test_cross_entropy_in_all_units(name):
    """The risk is that of logistic regression, which no units change."""
    factors, _, shift = UNITS[name]
    attempt = prove_entropy(
        make_data(scaled(SPECIES[0], factors, shift), None, SPECIES[1]), Dense([3], unit("relu"))
    )
    assert spurious(attempt)
    low, high = map(Fraction, attempt.document["statement"]["claims"]["risk"])
    # Newton's method on the log-likelihood, in 30 digits
    assert low < Fraction("3.44823013102494573668731272107") < high


@pytest.mark.parametrize("factor", ["1e-12", "1", "1e12"])
def test_separated_classes_in_all_units(factor):
    with pytest.raises(certify.UnusableInput, match="separated"):
        prove_entropy(
            make_data(scaled([[1], [2], [3], [4]], [factor]), None, list("aabb")),
            Dense([3], unit("relu")),
        )


@pytest.mark.parametrize("factor", ["1e-12", "1", "1e12"])
def test_classes_separated_but_for_a_border_in_all_units(factor):
    """At 1 there is only class a, at 2 there are both: the weight that tells them apart has no best
    value.
    """
    with pytest.raises(certify.UnusableInput, match="separated"):
        prove_entropy(
            make_data(scaled([[1], [2], [2]], [factor]), None, list("aba")),
            Dense([2], unit("relu")),
        )


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.parametrize("widths", ["4", "3,4,2"])
@pytest.mark.first(8)
def test_smooth_minima_in_all_units(name, widths, here):
    table("hat.csv", *in_units(name, HAT))
    result = call("data", "constant", "hat.csv", "--activation", "tanh", "--widths", widths)
    assert result.returncode == 0, result.stdout + result.stderr
    assert ": spurious local minimum" in result.stdout.splitlines()[-1]
    result = call("data", "constant", "hat.csv", "--activation", "gelu", "--all-architectures")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("factor", "target", "shift"),
    [("1e-12", "1", "0"), ("1e9", "1e-6", "0"), ("1", "1", "1000000")],
)
def test_splitting_in_all_units(factor, target, shift):
    from certify.smooth.activations import activation
    from certify.smooth.prove.generated import draw_data
    from certify.smooth.prove.splitting import prove_splitting

    drawn = draw_data(1, None, [1], activation("tanh"), 0)
    data = make_data(scaled(drawn[0].inputs, [factor], shift), scaled(drawn[0].targets, [target]))
    attempt = prove_splitting(data, [1], activation("tanh"), spread=None)
    assert isinstance(attempt.outcome, Proved), attempt.reason
    # in the units of the targets
    assert Fraction(attempt.document["statement"]["problem"]["spread"]) < Fraction(target) / 1000


@pytest.mark.parametrize("factors", [["1", "1"], ["1e-12", "1e-12"], ["1e-12", "1e9"]])
def test_linear_saddles_in_all_units(factors):
    data = make_data(scaled([[1, 3], [2, 1], [4, 7], [5, -1]], factors), [1, 5, 2, -5])
    network = linear_network(2, [2, 2], 1)
    attempt = prove_linear(data, network, special_point(data, network, origin=True))
    assert isinstance(attempt.outcome, Proved), attempt.reason
    assert attempt.document["kind"] == "data-saddle"


@pytest.mark.parametrize("network", ["dense", "convolution", "average first"])
def test_standardised_problems_are_the_same_problem(network):
    """Back and forth is the identity, and outputs correspond exactly."""
    rng = np.random.default_rng(4)
    shapes = {"dense": None, "convolution": ([3], 1, []), "average first": ([], 2, [4])}
    inputs = scaled(rng.integers(-9, 9, (6, 8)), ["1e-5"], "1000")
    if shapes[network] is None:
        written = Dense([3], unit("relu")).network(8, 2)
    else:
        channels, pool, widths = shapes[network]
        written = Convolutional(
            [2, 2, 2], channels, unit("relu"), pool=pool, widths=widths
        ).network(2)
    targets = scaled(rng.integers(-9, 9, (6, 2)), ["1e7", "3"], "5")
    problem = DataProblem.read(
        {"network": written, "inputs": inputs, "targets": targets, "loss": {"type": "squared"}}
    )
    standard, other = Standard.of_problem(problem)
    flat = [
        (
            tuple(map(int, rng.integers(-4, 5, len(layer.weights)))),
            tuple(map(int, rng.integers(-4, 5, len(layer.biases)))),
        )
        for _, layer in problem.network.affine
    ]
    theta = problem.network.read_parameters(_nested(problem.network, flat), "the parameters")
    assert standard.back(standard.forth(theta)) == theta
    here, there = problem.at(theta), other.at(standard.forth(theta))
    assert standard.targets(here.outputs[-1]).rational() == there.outputs[-1].rational()
    assert standard.risk(problem.risk(here.outputs[-1]), problem.loss) == other.risk(
        there.outputs[-1]
    )


def _nested(network, flat):
    from certify.empirical.parameters import nest

    return [
        {"weights": nest([str(v) for v in weights], layer.form), "bias": [str(v) for v in biases]}
        for (_, layer), (weights, biases) in zip(network.affine, flat, strict=True)
    ]


# --------------------------------------------------------------------------------------------------
# What was not found, and what is global
# --------------------------------------------------------------------------------------------------


def test_no_better_point_is_said(here):
    """One unit on data at which none does better than the best affine map."""
    table("line.csv", [[0], [1], [2], [3]], [[0], [1], [1], [2]])
    result = call("data", "relu", "line.csv", "--widths", 1)
    assert result.returncode == 0, result.stderr
    assert NOT_FOUND in result.stdout
    assert ": local minimum" in result.stdout.splitlines()[-1]


GLOBAL = {
    "relu, all inputs equal": (
        ["relu"],
        [[1, 2]] * 3,
        [[0], [1], [3]],
        "global minimum: all inputs are equal",
    ),
    "deep, all inputs equal": (
        ["deep", "--widths", "3,3", "--activation", "leaky"],
        [[1, 2]] * 3,
        [[0], [1], [3]],
        "global minimum: all inputs are equal",
    ),
    "huber, all inputs equal": (
        ["deep", "--loss", "huber:1"],
        [[1, 2]] * 3,
        [[0], [1], [9]],
        "global minimum: all inputs are equal",
    ),
    "two equal data": (["relu"], [[5], [5]], [[0], [1]], "global minimum: all inputs are equal"),
    "every datum twice": (
        ["relu"],
        [[1], [1], [2], [2]],
        [[0], [2], [1], [5]],
        "global minimum: its outputs are the best ones for each of the different inputs",
    ),
    "three inputs, affine means": (
        ["relu"],
        [[0], [0], [1], [2]],
        [[-1], [1], [3], [6]],
        "global minimum: its outputs are the best ones",
    ),
    "convolution": (
        ["conv", "--shape", "1,1,2"],
        [[1, 2]] * 3,
        [[0], [1], [3]],
        "global minimum: all inputs are equal",
    ),
    "constant targets": (
        ["relu"],
        [[1], [2], [4]],
        [[3], [3], [3]],
        "a linear map fits the data exactly: the minimum of this construction is global",
    ),
    "zero targets": (
        ["relu"],
        [[1], [2], [4]],
        [[0], [0], [0]],
        "a linear map fits the data exactly",
    ),
    "smooth, all inputs equal": (
        ["constant", "--activation", "tanh", "--widths", "3"],
        [[1]] * 3,
        [[0], [1], [3]],
        "global minimum: all inputs are equal",
    ),
    "smooth, equal means": (
        ["constant", "--activation", "tanh", "--all-architectures"],
        [[1], [1], [2], [2]],
        [[0], [2], [-1], [3]],
        "global minimum: its outputs are the best ones",
    ),
    "smooth, constant targets": (
        ["constant", "--activation", "tanh", "--widths", "3"],
        [[1], [2]],
        [[4], [4]],
        "all targets are equal",
    ),
}


@pytest.mark.parametrize("name", GLOBAL)
def test_global_minima_are_called_so(name, here):
    words, inputs, targets, sentence = GLOBAL[name]
    table("table.csv", inputs, targets)
    result = call("data", words[0], "table.csv", *words[1:])
    assert result.returncode == 2, result.stdout + result.stderr
    assert sentence in result.stderr.splitlines()[-1]
    assert "local minimum" not in result.stdout
    assert not list(here.glob("*.json"))


@pytest.mark.parametrize(
    ("inputs", "labels", "sentence"),
    [
        ([[1, 2]] * 6, "aabbab", "global minimum: all inputs are equal"),
        (
            [[1], [1], [2], [2], [2]],
            "abaab",
            "global minimum: it gives the classes their shares among the data of each input",
        ),
    ],
)
def test_global_minima_of_the_cross_entropy(inputs, labels, sentence):
    with pytest.raises(certify.UnusableInput, match=sentence):
        prove_entropy(make_data(inputs, None, list(labels)), Dense([3], unit("relu")))


@pytest.mark.parametrize("options", [[], ["--origin"], ["--bias"]])
def test_linear_networks_on_inputs_that_are_0(options, here):
    table("zeros.csv", [[0, 0]] * 3, [[1], [2], [4]])
    result = call("data", "linear", "zeros.csv", *options)
    assert result.returncode == 0, result.stderr
    assert ": global minimum" in result.stdout.splitlines()[-1]


# --------------------------------------------------------------------------------------------------
# Networks that were trained
# --------------------------------------------------------------------------------------------------

BENT = [[n] for n in range(8)], [[3], [2], [1], [0.25], [1], [2.25], [3], [4]]


def network(path: str, w, b, v, c) -> None:
    np.savez(
        path,
        W1=np.array(w, dtype=float),
        b1=np.array(b, dtype=float),
        W2=np.array([v], dtype=float),
        b2=np.array([c], dtype=float),
    )


def test_a_network_is_compared_with_the_point_proved(here):
    table("bent.csv", *BENT)
    network("net.npz", [[1], [-1]], [-3.5, 3.5], [1, 1], -0.1)
    result = call("trained", "net.npz", "bent.csv", "--rounds", 20, "-o", "near.json")
    assert result.returncode == 0, result.stderr
    document = json.loads(Path("near.json").read_text())
    remark = next(
        line
        for line in result.stdout.splitlines()
        if line.startswith("the network as read has the risk ")
    )
    residuals = [
        abs(x - Fraction(7, 2)) - Fraction(1, 10) - Fraction(y)
        for (x,), (y,) in zip(*BENT, strict=True)
    ]
    own = sum(r * r for r in residuals) / 2
    assert remark.startswith(f"the network as read has the risk {own}, the point proved ")
    assert "apart in all parameters together" in remark
    assert remark.endswith(", 1 unit-datum piece changes between them: they lie in different cells")
    theta = [
        Fraction(entry)
        for part in document["statement"]["parameters"]
        for row in (*part["weights"], part["bias"])
        for entry in row
    ]
    distance = (
        sum(
            float(a - b) ** 2
            for a, b in zip(
                theta, [1, -1, Fraction(-7, 2), Fraction(7, 2), 1, 1, Fraction(-1, 10)], strict=True
            )
        )
        ** 0.5
    )
    assert f"they lie {distance:.3g} apart" in remark
    # it moved by more than 1e-3
    assert "warning: this is a theorem about the point in the certificate" in result.stdout


def test_a_network_at_its_minimum_gets_no_warning(here):
    table("bent.csv", *BENT)
    network("net.npz", [[1], [-1]], [-3.5, 3.5], [1, 1], -0.1)
    assert (
        call("trained", "net.npz", "bent.csv", "--rounds", 20, "-o", "first.json").returncode == 0
    )
    first, last = json.loads(Path("first.json").read_text())["statement"]["parameters"]
    exact = [
        [[float(Fraction(entry)) for entry in row] for row in part["weights"]]
        + [[float(Fraction(entry)) for entry in part["bias"]]]
        for part in (first, last)
    ]
    network("near.npz", exact[0][:-1], exact[0][-1], exact[1][0], exact[1][-1][0])
    result = call("trained", "near.npz", "bent.csv")
    assert result.returncode == 0, result.stderr
    assert "the network as read has the risk " in result.stdout
    assert "warning:" not in result.stdout


def test_a_network_in_the_cell_but_far_from_the_point(here):
    """No unit changes its piece, and the network is another one all the same."""
    table("bent.csv", *BENT)
    network("net.npz", [[1], [-1]], [-2.5, 2.5], [1, 1], -0.1)
    result = call("trained", "net.npz", "bent.csv")
    assert result.returncode == 0, result.stdout + result.stderr
    remark = next(
        line
        for line in result.stdout.splitlines()
        if line.startswith("the network as read has the risk ")
    )
    assert remark.endswith(", no unit changes its piece on any datum")
    assert "warning: " in result.stdout


def test_a_global_minimum_beside_the_network_is_called_so(here):
    """And the risk of the network itself is said: it is not the one that is global."""
    network("net.npz", [[1]], [5], [1], 1)
    table("line.csv", [[0], [1], [2]], [[1], [2], [3]])
    result = call("trained", "net.npz", "line.csv")
    assert result.returncode == 2, result.stdout
    assert result.stderr.splitlines()[-1].endswith(
        "the minimum beside the network fits the data exactly, so it is global; the network as read"
        " has the risk 75/2"
    )
    table("equal.csv", [[1], [1], [1]], [[1], [2], [6]])
    result = call("trained", "net.npz", "equal.csv")
    assert result.returncode == 2, result.stdout
    assert (
        "which as read has the risk 31, is a global minimum: all inputs are equal, so no network"
        " has a smaller risk" in result.stderr
    )


def test_weights_of_any_size_are_read_exactly(here):
    """1e-12 is not 0: the network in tiny units of its output is the same network."""
    inputs, targets = in_units("tiny targets", BENT)
    table("bent.csv", inputs, targets)
    network("net.npz", [[1], [-1]], [-3.5, 3.5], [1e-12, 1e-12], -1e-13)
    result = call("trained", "net.npz", "bent.csv", "--rounds", 20)
    assert result.returncode == 0, result.stdout + result.stderr
    table("bent.csv", *in_units("huge inputs", BENT))
    network("net.npz", [[1e-9], [-1e-9]], [-3.5, 3.5], [1, 1], -0.1)
    result = call("trained", "net.npz", "bent.csv", "--rounds", 20, "-o", "other.json")
    assert result.returncode == 0, result.stdout + result.stderr


def test_rounds_across_one_kink_say_that_the_minimum_is_there(here):
    table("kink.csv", [[n] for n in range(6)], [[3], [0], [-1], [0], [2], [3]])
    network("net.npz", [[1]], [-1.5], [1], 0)
    result = call("trained", "net.npz", "kink.csv", "--rounds", 9)
    assert result.returncode == 1
    assert (
        result.stdout
        == "not proved: the best points of two cells lie beyond their common kink (datum 4, hidden"
        " unit 1): the minimum between them is at that kink, where the risk is not"
        " differentiable, and this kind cannot prove it\n"
    )


def test_one_piece_changes_is_singular(here):
    table("kink.csv", [[n] for n in range(6)], [[3], [0], [-1], [0], [2], [3]])
    network("net.npz", [[1]], [-2.5], [1], 0)
    result = call("trained", "net.npz", "kink.csv")
    assert result.returncode == 1
    assert "1 piece changes, that of datum" in result.stdout


def test_another_network_that_is_not_better(here):
    table("bent.csv", *BENT)
    network("net.npz", [[1], [-1]], [-3.5, 3.5], [1, 1], -0.1)
    network("other.npz", [[1], [-1]], [-3.5, 3.5], [9, 9], -0.1)
    result = call("trained", "net.npz", "bent.csv", "--rounds", 20, "--better", "other.npz")
    assert result.returncode == 0, result.stderr
    assert "the network given as better has the risk " in result.stdout
    assert NOT_FOUND in result.stdout
