"""The kernel of the kinds about data sets against an independent evaluation in Fractions
(oracles/piecewise.py), numpy, mpmath and sympy.
"""

from __future__ import annotations

import copy
import json
import random
from fractions import Fraction
from itertools import pairwise
from math import prod

import harness
import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, fmpq, fmpq_mat, fmpz
from oracles import piecewise as oracle

from certify.empirical.architectures import Convolutional, Dense, unit
from certify.kernel.check import check_bytes, check_document
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise import cross_entropy
from certify.kernel.piecewise import entropy as data_entropy
from certify.kernel.piecewise.cells import (
    Cell,
    evaluate,
    gradients,
    outputs_along,
)
from certify.kernel.piecewise.minimum import DataMinimum
from certify.kernel.piecewise.network import Network
from certify.kernel.piecewise.paths import path_vectors
from certify.kernel.piecewise.problem import DataProblem, Loss
from certify.piecewise.prove.convolutional import prove_convolutional
from certify.piecewise.prove.minimum import prove_minimum
from certify.tables import make_data

ACCEPTED = {
    case.path.stem: json.loads(case.path.read_text())
    for case in harness.cases()
    if case.path.parent.name == "accept" and case.path.stem.startswith("data-")
}
UNITS = {
    "relu": (["0"], ["0", "1"], "0"),
    "leaky": (["0"], ["0.125", "1"], "0"),
    "abs": (["0"], ["-1", "1"], "0"),
    "hard-tanh": (["-1", "1"], ["0", "1", "0"], "-1"),
    "shifted": (["-0.5", "0.25", "2"], ["3", "-0.5", "1", "0.25"], "0.7"),
    "straight": ([], ["2"], "0.3"),
}


# --------------------------------------------------------------------------------------------------
# Random networks
# --------------------------------------------------------------------------------------------------


def random_network(rng: random.Random) -> dict:
    """Dense or convolutional, with averages, residual connections and units of any kind."""

    def units() -> dict:
        kinks, slopes, value = UNITS[rng.choice(list(UNITS))]
        return {"type": "units", "kinks": kinks, "slopes": slopes, "value": value}

    layers: list[dict] = []
    if rng.random() < 0.5:
        shape = [rng.randint(1, 2), rng.randint(2, 4), rng.randint(2, 4)]
        for _ in range(rng.randint(1, 2)):
            layers.append(
                {
                    "type": "convolution",
                    "channels": rng.randint(1, 2),
                    "kernel": [rng.randint(1, 2), rng.randint(1, 2)],
                    "stride": [rng.randint(1, 2), 1],
                    "padding": [rng.randint(0, 1), rng.randint(0, 2)],
                    "bias": rng.random() < 0.7,
                }
            )
            layers.append(units())
            if rng.random() < 0.5:
                layers.append({"type": "residual", "source": len(layers) - 1})
        layers.append({"type": "average", "kernel": [1, 2], "stride": [1, rng.randint(1, 2)]})
    else:
        shape = [rng.randint(1, 3)]
    width = rng.randint(1, 3)
    for _ in range(rng.randint(1, 3)):
        layers += [{"type": "dense", "outputs": width, "bias": rng.random() < 0.8}, units()]
        sources = [
            i
            for i, layer in enumerate(layers)
            if i and layers[i - 1]["type"] == "units" and "outputs" in layers[i - 2]
        ]
        if sources and rng.random() < 0.5:
            layers.append({"type": "residual", "source": rng.choice(sources)})
    if rng.random() < 0.8:
        layers.append({"type": "dense", "outputs": rng.randint(1, 2), "bias": rng.random() < 0.8})
    return {"input": shape, "layers": layers}


def random_case(seed: int, count: int = 5) -> tuple[dict, Network, list[dict], list[list[str]]]:
    """A network as text and as the kernel reads it, parameters and inputs with few digits; units at
    a kink are possible, but rare.
    """
    rng = random.Random(seed)
    while True:
        text = random_network(rng)
        try:
            network = Network.read(text)
        except Malformed:  # a window larger than its input
            continue
        break

    def numbers(form: tuple[int, ...]) -> object:
        if not form:
            return f"{rng.randint(-20, 20)}/{rng.randint(1, 9)}"
        return [numbers(form[1:]) for _ in range(form[0])]

    theta = [
        {"weights": numbers(layer.form), "bias": numbers((len(layer.biases),))}
        for _, layer in network.affine
    ]
    inputs = [[str(rng.randint(-30, 30) / 10) for _ in range(network.inputs)] for _ in range(count)]
    return text, network, theta, inputs


def matrix(rows: list[list[Fraction]]) -> RationalMatrix:
    """Rows of data as units x data."""
    columns = [
        [fmpq(v.numerator, v.denominator) for v in column] for column in zip(*rows, strict=True)
    ]
    return RationalMatrix.of(fmpq_mat(columns))


def fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def cell_of(text: dict, theta: list[dict], inputs: list[list[str]]) -> Cell:
    network = Network.read(text)
    return evaluate(network, network.read_parameters(theta, "x"), matrix(oracle.parsed(inputs)))


def written(theta: list[dict]) -> list[dict]:
    """Fractions as the format writes them."""

    def texts(value: object) -> object:
        return [texts(part) for part in value] if isinstance(value, list) else str(value)

    return [{name: texts(part) for name, part in layer.items()} for layer in theta]


SEEDS = range(40)


@pytest.mark.parametrize("seed", SEEDS)
def test_evaluation_agrees_with_naive_loops(seed):
    text, _, theta, inputs = random_case(seed)
    cell = cell_of(text, theta, inputs)
    found = [oracle.outputs(text, oracle.parsed(theta), x) for x in oracle.parsed(inputs)]
    assert [[fraction(v) for v in row] for row in cell.outputs[-1].transpose().tolist()] == [
        out for out, _ in found
    ]
    assert (cell.margin == 0) == any(None in pieces for _, pieces in found)


def test_random_networks_have_every_layer():
    kinds = {layer["type"] for seed in SEEDS for layer in random_case(seed)[0]["layers"]}
    assert kinds == {"dense", "convolution", "average", "units", "residual"}


@pytest.mark.parametrize("seed", range(8))
def test_convolution_agrees_with_scipy(seed):
    rng = np.random.default_rng(seed)
    channels, height, width, out, r, s, p, q, a, b = (
        rng.integers(1, 4),
        *rng.integers(3, 7, 2),
        rng.integers(1, 4),
        *rng.integers(1, 4, 2),
        *rng.integers(1, 3, 2),
        *rng.integers(0, 3, 2),
    )
    layer = {
        "type": "convolution",
        "channels": int(out),
        "kernel": [int(r), int(s)],
        "stride": [int(p), int(q)],
        "padding": [int(a), int(b)],
        "bias": True,
    }
    x, w, bias = (
        rng.integers(-9, 10, (channels, height, width)),
        rng.integers(-9, 10, (out, channels, r, s)),
        rng.integers(-9, 10, out),
    )
    texts = [{"weights": w.astype(int).astype(str).tolist(), "bias": bias.astype(str).tolist()}]
    cell = cell_of(
        {"input": [int(channels), int(height), int(width)], "layers": [layer]},
        texts,
        [[str(v) for v in x.ravel()]],
    )
    from scipy.signal import correlate2d  # slow to import

    padded = np.pad(x, ((0, 0), (a, a), (b, b)))
    expected = [
        bias[o] + sum(correlate2d(padded[i], w[o, i], "valid") for i in range(channels))[::p, ::q]
        for o in range(out)
    ]
    assert [int(v.p) for v in cell.outputs[-1].entries()] == np.array(expected).ravel().tolist()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.first(12)
def test_gradients_are_exact_symmetric_differences(seed):
    """In the cell the outputs are affine in each single parameter."""
    text, network, theta, inputs = random_case(seed)
    cell = cell_of(text, theta, inputs)
    if cell.margin == 0:
        pytest.skip("a unit is at a kink")
    rng, step = random.Random(seed), Fraction(1, 10**50)
    slope = [[Fraction(rng.randint(-5, 5)) for _ in range(network.outputs)] for _ in inputs]

    def value(theta: list[dict]) -> Fraction:
        return sum(
            (
                s * f
                for row, x in zip(slope, oracle.parsed(inputs), strict=True)
                for s, f in zip(row, oracle.outputs(text, theta, x)[0], strict=True)
            ),
            Fraction(0),
        )

    exact = gradients(cell, matrix(slope))
    for place, (_, layer) in enumerate(network.affine):
        for part, form in (("weights", layer.form), ("bias", (len(layer.biases),))):
            for entry in rng.sample(range(prod(form)), min(3, prod(form))):
                ends = []
                for sign in (1, -1):
                    other = oracle.parsed(theta)
                    rows, index = other[place][part], entry
                    for size in (prod(form[i:]) for i in range(1, len(form))):
                        rows, index = rows[index // size], index % size
                    rows[index] += sign * step
                    ends.append(value(other))
                assert fraction(exact[place][part == "bias"][entry]) == (ends[0] - ends[1]) / (
                    2 * step
                )


@pytest.mark.parametrize("seed", SEEDS)
def test_outputs_along_a_curve_are_its_polynomial(seed):
    text, network, theta, inputs = random_case(seed)
    cell = cell_of(text, theta, inputs)
    if cell.margin == 0:
        pytest.skip("a unit is at a kink")
    rng = random.Random(seed)
    zero = oracle.along(oracle.parsed(theta), [oracle.parsed(theta)], Fraction(-1))
    curve = [oracle.moved(zero, Fraction(1), rng, 0.5) for _ in range(rng.randint(1, 3))]
    series = outputs_along(
        cell, tuple(network.read_parameters(written(step), "x") for step in curve)
    )
    for eps in (Fraction(1, 10**40), Fraction(-1, 10**41)):
        values = sum(
            (
                part.rational() * fmpq(eps.numerator, eps.denominator) ** power
                for power, part in enumerate(series)
            ),
            series[0].rational() * 0,
        )
        other = oracle.along(oracle.parsed(theta), curve, eps)
        assert [[fraction(v) for v in row] for row in values.transpose().tolist()] == [
            oracle.outputs(text, other, x)[0] for x in oracle.parsed(inputs)
        ]


def in_cell(
    cell: Cell, text: dict, theta: list[dict], inputs: list[list[str]], rng: random.Random
) -> Cell | None:
    """A random point of the cell; the farther ones are tried first."""
    for power in range(2, 40, 3):
        moved = cell_of(
            text, written(oracle.moved(oracle.parsed(theta), Fraction(1, 10**power), rng)), inputs
        )
        if moved.pieces == cell.pieces and moved.margin != 0:
            return moved
    return None


@pytest.mark.parametrize("seed", SEEDS)
def test_differences_lie_in_the_span_of_the_paths(seed):
    """Lemma 19: f_theta' - f_theta is a combination of the path vectors, for each output and theta'
    in the cell.
    """
    text, network, theta, inputs = random_case(seed, count=30)
    cell = cell_of(text, theta, inputs)
    if cell.margin == 0:
        pytest.skip("a unit is at a kink")
    rng = random.Random(seed)
    others = [in_cell(cell, text, theta, inputs, rng) for _ in range(5)]
    for output in range(network.outputs):
        vectors = [
            [vector.factor * entry for entry in vector.whole]
            for vector in path_vectors(cell, output)
        ]
        rank = fmpq_mat(vectors).rank() if vectors else 0
        for other in others:
            assert other is not None
            difference = (other.outputs[-1] - cell.outputs[-1]).tolist()[output]
            assert fmpq_mat([*vectors, list(difference)]).rank() == rank


# --------------------------------------------------------------------------------------------------
# Minima
# --------------------------------------------------------------------------------------------------

SPECIAL = [
    # data, inputs, outputs, widths, units, groups, residual, loss
    (9, 2, 1, [3], "relu", 1, False, {"type": "squared"}),
    (9, 2, 2, [4, 3], "leaky", 1, False, {"type": "squared"}),
    (14, 2, 1, [6, 2], "hard-tanh", 2, False, {"type": "squared"}),
    (14, 1, 1, [7], "abs", 3, False, {"type": "squared"}),
    (10, 2, 1, [3, 3], "relu", 1, True, {"type": "squared"}),
    (14, 2, 1, [6, 6], "leaky", 2, True, {"type": "squared"}),
    (10, 2, 1, [3], "2,-0.5", 1, False, {"type": "huber", "delta": "1"}),
]


def constructed(index: int, seed: int) -> dict:
    """A certified minimum on random data."""
    count, inputs, targets, widths, units, groups, residual, loss = SPECIAL[index]
    rng = np.random.default_rng([index, seed])
    data = make_data(
        np.round(rng.normal(size=(count, inputs)), 1),
        np.round(rng.normal(size=(count, targets)), 1),
    )
    attempt = prove_minimum(
        data, Dense(widths, unit(units), residual=residual), groups=groups, loss=loss
    )
    assert not attempt.reason, attempt.reason
    return attempt.document


def convolved(seed: int) -> dict:
    rng = np.random.default_rng(seed)
    data = make_data(
        rng.integers(-3, 4, (12, 8)).astype(float), rng.integers(-3, 4, 12).astype(float)
    )
    attempt = prove_convolutional(
        data,
        Convolutional(
            [1, 2, 4], [9], unit(("relu", "leaky", "hard-tanh")[seed % 3]), pool=2
        ).network(1),
    )
    assert not attempt.reason, attempt.reason
    return attempt.document


def lowest_in_cell(document: dict, rng: random.Random, count: int) -> tuple[int, Fraction]:
    """How many of the random points near theta were in its cell, and the least R(theta') - R(theta)
    among them.
    """
    problem, theta = (
        document["statement"]["problem"],
        oracle.parsed(document["statement"]["parameters"]),
    )
    here, pattern = oracle.risk(problem, theta)
    changes = [
        value - here
        for value, there in (
            oracle.risk(problem, other) for other in oracle.neighbours(theta, rng, count)
        )
        if there == pattern
    ]
    return len(changes), min(changes)


@pytest.mark.parametrize("index", [*range(len(SPECIAL)), "convolution"])
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.first(6)
def test_no_point_of_the_cell_is_below_a_certified_minimum(index, seed):
    document = convolved(seed) if index == "convolution" else constructed(index, seed)
    count, lowest = lowest_in_cell(
        document, random.Random(seed), 12 if index == "convolution" else 30
    )
    assert count >= 6
    assert lowest >= 0


def first_order_descent(document: dict) -> Fraction:
    """The change of R by a tiny step against the gradient, by exact evaluation; 0 if the gradient
    vanishes.
    """
    statement = document["statement"]
    problem = DataProblem.read(statement["problem"])
    cell = problem.at(problem.network.read_parameters(statement["parameters"], "x"))
    found = gradients(cell, problem.slope(cell.outputs[-1]))
    theta = oracle.parsed(statement["parameters"])
    steps = []
    for (weights, biases), (_, layer) in zip(found, problem.network.affine, strict=True):
        flat = [fraction(v) for v in weights]
        nested: list = flat
        for size in reversed(layer.form[1:]):
            nested = [nested[i : i + size] for i in range(0, len(nested), size)]
        steps.append({"weights": nested, "bias": [fraction(v) for v in biases]})
    return (
        oracle.risk(statement["problem"], oracle.along(theta, [steps], Fraction(-1, 10**30)))[0]
        - oracle.risk(statement["problem"], theta)[0]
    )


@pytest.mark.parametrize("index", range(len(SPECIAL)))
def test_around_rejected_twins_the_risk_falls(index):
    """A weight of the last layer, where the loss is convex, or one of the first changed: rejected,
    and the gradient leads down.
    """
    document = constructed(index, 5)
    for layer in (0, -1):
        twin = copy.deepcopy(document)
        statement = twin["statement"]
        weights = statement["parameters"][layer]["weights"]
        weights[0][0] = str(Fraction(weights[0][0]) + Fraction(1, 1000))
        statement["claims"]["risk"] = str(
            oracle.risk(statement["problem"], oracle.parsed(statement["parameters"]))[0]
        )
        outcome = check_document(twin)
        assert (outcome.verdict, outcome.code) == ("REJECTED", "stationary")
        assert first_order_descent(twin) < 0


@pytest.mark.parametrize("seed", range(25))
def test_orthogonality_is_necessary_with_one_hidden_layer(seed):
    """Lemma D4: where a path vector is not orthogonal to the slope of the loss, moving along it
    lowers the risk, and the kernel rejects.
    """
    rng = random.Random(seed)
    count, inputs, hidden = rng.randint(4, 7), rng.randint(1, 2), rng.randint(1, 3)
    x = [[str(rng.randint(-20, 20) / 10) for _ in range(inputs)] for _ in range(count)]
    kinks, slopes, value = UNITS[("relu", "leaky", "abs")[seed % 3]]
    network = {
        "input": [inputs],
        "layers": [
            {"type": "dense", "outputs": hidden, "bias": True},
            {"type": "units", "kinks": kinks, "slopes": slopes, "value": value},
            {"type": "dense", "outputs": 1, "bias": True},
        ],
    }
    theta = [
        {
            "weights": [
                [f"{rng.randint(-30, 30)}/7" for _ in range(inputs)] for _ in range(hidden)
            ],
            "bias": [f"{rng.randint(-30, 30)}/13" for _ in range(hidden)],
        },
        {"weights": [[rng.choice(["0", "0", "1", "-2"]) for _ in range(hidden)]], "bias": ["1/3"]},
    ]
    problem = {
        "network": network,
        "inputs": x,
        "targets": [[str(rng.randint(-2, 2))] for _ in range(count)],
        "loss": {"type": "squared"},
    }
    here, pattern = oracle.risk(problem, oracle.parsed(theta))
    if None in pattern:
        pytest.skip("a unit is at a kink")
    statement = {
        "problem": problem,
        "parameters": theta,
        "claims": {"risk": str(here), "better": None, "continuum": False, "linear_fit": False},
    }
    document = {
        "format": "certify/1",
        "kind": "data-minimum",
        "statement": statement,
        "witness": {},
    }
    claim = DataMinimum.read(statement)
    cell = claim.problem.at(claim.parameters)
    g = [fraction(v) for v in claim.problem.slope(cell.outputs[-1]).entries()]
    points, lowered, crossed = oracle.parsed(x), False, False
    units = claim.problem.network.layers[1]
    slopes = [[units.slopes[j] for j in row] for row in cell.pieces[2]]
    for j, (slope, i) in enumerate((s, i) for s in slopes for i in range(inputs + 1)):
        vector = [
            fraction(s) * (point[i] if i < inputs else 1)
            for s, point in zip(slope, points, strict=True)
        ]
        pull = sum(a * b for a, b in zip(g, vector, strict=True))
        if pull == 0:
            continue
        crossed = True
        place, t = j // (inputs + 1), Fraction(1, 10**20)
        for sign in (1, -1):  # v_j moves, too, in case it is 0; then by (eps, eps^(3/2)), say
            other = oracle.parsed(theta)
            other[1]["weights"][0][place] += sign * t if other[1]["weights"][0][place] == 0 else 0
            direction = -pull * other[1]["weights"][0][place]
            step = (Fraction(1, 10**3) if Fraction(theta[1]["weights"][0][place]) == 0 else t) * (
                1 if direction > 0 else -1
            )
            if i < inputs:
                other[0]["weights"][place][i] += step
            else:
                other[0]["bias"][place] += step
            value, there = oracle.risk(problem, other)
            lowered |= value < here and there == pattern
    outcome = check_document(document)
    assert lowered or not crossed or any(Fraction(v) == 0 for v in theta[1]["weights"][0])
    if crossed:
        assert (outcome.verdict, outcome.code) == ("REJECTED", "stationary")


def scaled_points(document: dict, factor: Fraction) -> dict:
    """Lemma 20: the first channel multiplied by the factor, what reads it divided by it."""
    statement = copy.deepcopy(document["statement"])
    theta, network = oracle.parsed(statement["parameters"]), statement["problem"]["network"]

    def times(value: object, by: Fraction) -> object:
        return [times(part, by) for part in value] if isinstance(value, list) else value * by

    claim = DataMinimum.read(statement)
    cell = claim.problem.at(claim.parameters)
    own = next(
        c
        for c, row in enumerate(theta[0]["bias"])
        if not any(
            intercept
            for unit in claim.problem.network.layers[0].channels[c]
            for _, intercept in claim.problem.network.layers[1].functions(cell.pieces[2][unit])
        )
        and (row or theta[0]["weights"][c])
    )
    theta[0]["weights"][own], theta[0]["bias"][own] = (
        times(theta[0]["weights"][own], factor),
        theta[0]["bias"][own] * factor,
    )
    for row in theta[1]["weights"]:
        row[own] = times(row[own], 1 / factor)
    assert network["layers"][2]["type"] in {"dense", "convolution"}
    return {
        **document,
        "statement": {
            **statement,
            "parameters": written(theta),
            "claims": {**statement["claims"], "better": None},
        },
    }


@pytest.mark.parametrize(
    "name",
    [
        "data-minimum-xor",
        "data-minimum-xor-leaky",
        "data-minimum-groups",
        "data-minimum-huber",
        "data-minimum-abs",
    ],
)
def test_scaled_points_are_minima_with_the_same_risk(name):
    document = ACCEPTED[name]
    assert document["statement"]["claims"]["continuum"]
    before = oracle.risk(
        document["statement"]["problem"], oracle.parsed(document["statement"]["parameters"])
    )
    for factor in (Fraction(1001, 1000), Fraction(2), Fraction(1, 3)):
        other = scaled_points(document, factor)
        assert other["statement"]["parameters"] != document["statement"]["parameters"]
        assert (
            oracle.risk(
                other["statement"]["problem"], oracle.parsed(other["statement"]["parameters"])
            )
            == before
        )
        assert check_document(other).verdict == "PROVED"


# --------------------------------------------------------------------------------------------------
# Losses
# --------------------------------------------------------------------------------------------------

LOSSES = [
    {"type": "squared"},
    {"type": "quartic"},
    {"type": "huber", "delta": "0.75"},
    {"type": "squared-hinge"},
]


@pytest.mark.parametrize("text", LOSSES, ids=lambda text: text["type"])
def test_losses_are_convex_with_the_derivative_claimed(text):
    """l(b) >= l(a) + l'(a)(b - a), exactly, for all pairs: convex, l' a subgradient; and
    continuous, so the derivative.
    """
    rng, kind = random.Random(3), Loss.read(text)

    def common(a: fmpq, y: fmpq) -> fmpz:
        return 7 * a.q.lcm(y.q).lcm(kind.delta.q)

    def value(a: fmpq, y: fmpq) -> fmpq:
        one = common(a, y)
        scaled = kind.value((a * one).p, (y * one).p, one)
        return fmpq(scaled, kind.degree * one**kind.degree)

    def slope(a: fmpq, y: fmpq) -> fmpq:
        one = common(a, y)
        return fmpq(kind.slope((a * one).p, (y * one).p, one), one ** (kind.degree - 1))

    for _ in range(300):
        y = (
            fmpq(rng.choice((1, -1)))
            if text["type"] == "squared-hinge"
            else fmpq(rng.randint(-30, 30), rng.randint(1, 9))
        )
        ends = [fmpq(rng.randint(-40, 40), rng.randint(1, 9)) for _ in range(3)] + [
            y,
            y + fmpq(3, 4),
            y - fmpq(3, 4),
        ]
        for a in ends:
            assert fraction(value(a, y)) == oracle.loss(text, fraction(a), fraction(y)) >= 0
            for b in ends:
                assert value(b, y) >= value(a, y) + slope(a, y) * (b - a)
                reach = 1 if text["type"] != "quartic" else 3 * max((a - y) ** 2, (b - y) ** 2)
                assert abs(slope(b, y) - slope(a, y)) <= reach * abs(b - a)


# --------------------------------------------------------------------------------------------------
# Cross-entropy
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_entropy_and_its_derivatives_are_those_of_the_formula(seed):
    """Value, norm of the gradient and Hessian by the free entries enclose what sympy
    differentiates.
    """
    rng = random.Random(seed)
    classes, features, count = 2 + seed % 2, rng.randint(1, 2), 3
    x = [[rng.randint(-9, 9) for _ in range(features)] for _ in range(count)]
    labels = [rng.randrange(classes) for _ in range(count)]
    outputs = classes - seed // 2 % 2
    a = sympy.symbols(f"a0:{(classes - 1) * (features + 1)}")
    point = [sympy.Rational(rng.randint(-9, 9), 7) for _ in a]
    rows = [a[u * (features + 1) : (u + 1) * (features + 1)] for u in range(classes - 1)]
    last = [
        sympy.Rational(rng.randint(-5, 5), 3) if outputs == classes else sympy.Integer(0)
        for _ in range(features + 1)
    ]
    total = sympy.Integer(0)
    for point_x, label in zip(x, labels, strict=True):
        z = [sum(c * v for c, v in zip(row, (1, *point_x), strict=True)) for row in (*rows, last)]
        total += sympy.log(sum(sympy.exp(v) for v in z)) - z[label]
    known = dict(zip(a, point, strict=True))
    value = total.subs(known).evalf(60)
    gradient = sympy.sqrt(sum(sympy.diff(total, v).subs(known) ** 2 for v in a)).evalf(60)
    hessian = [[sympy.diff(total, v, w).subs(known).evalf(60) for w in a] for v in a]

    numbers = {symbol: str(number) for symbol, number in known.items()}
    weights = [[numbers[c] for c in row[1:]] for row in rows] + [[str(c) for c in last[1:]]]
    bias = [numbers[row[0]] for row in rows] + [str(last[0])]
    network = {"input": [features], "layers": [{"type": "dense", "outputs": outputs, "bias": True}]}
    statement = {
        "problem": {
            "network": network,
            "inputs": [[str(v) for v in row] for row in x],
            "labels": labels,
            "classes": classes,
        },
        "parameters": [{"weights": weights[:outputs], "bias": bias[:outputs]}],
        "claims": {"distance": "1e-9", "risk": ["0", "1"], "better": None},
    }
    claim = data_entropy.DataEntropyMinimum.read(statement)
    with precision(192):
        outputs = evaluate(claim.network, claim.parameters, claim.inputs).outputs[-1]
        logits = cross_entropy.logits_of(outputs, claim.classes)
        shares = cross_entropy.shares_of(logits)
        table = [[arb(1), *map(arb, row)] for row in x]
        assert encloses(cross_entropy.risk_of(logits, claim.labels), value)
        assert encloses(cross_entropy.slope_of(shares, claim.labels, table), gradient, above=True)
        entries = iter(cross_entropy.hessian_of(shares, table))
        for i in range(len(a)):
            for j, entry in enumerate(next(entries)):
                assert j <= i
                assert encloses(entry, hessian[i][j])


def encloses(value: arb, number: sympy.Float, *, above: bool = False) -> bool:
    """The ball is thin and holds the number, up to 50 digits; above: it may be an upper bound."""
    reference, width = arb(str(number)), arb("1e-45")
    return bool(abs(value - reference) < width) or (
        above and bool(reference < value + width) and bool(value < reference + width)
    )


@pytest.mark.parametrize("name", sorted(name for name in ACCEPTED if "entropy" in name))
def test_the_minimum_of_the_entropy_is_where_it_is_claimed(name):
    """Newton's method in the last layer with mpmath: risk and distance as claimed."""
    statement = ACCEPTED[name]["statement"]
    problem, theta = statement["problem"], oracle.parsed(statement["parameters"])
    with mpmath.workdps(80):
        here = oracle.entropy(problem, theta)
        low, high = (mpmath.mpf(end) for end in statement["claims"]["risk"])
        assert low < here < high
        rng = random.Random(1)
        for scale in (10, 15):
            for _ in range(3):
                other = copy.deepcopy(theta)
                other[-1] = oracle.moved([theta[-1]], Fraction(1, 10**scale), rng)[0]
                # convex in the last layer, stationary up to a distance of 1e-40 or so
                assert oracle.entropy(problem, other) > here - mpmath.mpf(10) ** -60


# --------------------------------------------------------------------------------------------------
# Hostile files, mutants
# --------------------------------------------------------------------------------------------------


def campaign(seed: int, rounds: int) -> dict[str, int]:
    """Mutants of the accepted certificates: `Malformed` is the only exception, and what is proved
    is not false.
    """
    rng, counts = (
        random.Random(seed),
        dict.fromkeys(("PROVED", "REJECTED", "MALFORMED", "DECLINED"), 0),
    )
    small = [
        document for _, document in sorted(ACCEPTED.items()) if len(json.dumps(document)) < 6000
    ]
    assert {document["kind"] for document in small} == {
        document["kind"] for document in ACCEPTED.values()
    }
    for _ in range(rounds):
        document = oracle.mutated(rng.choice(small), rng)
        try:
            outcome = check_bytes(json.dumps(document).encode())
        except Malformed as error:
            counts["MALFORMED" if str(error).isascii() else "unprintable"] += 1
            continue
        counts[outcome.verdict] += 1
        if outcome.verdict == "PROVED":
            assert oracle.falsehood(document) is None, (
                oracle.falsehood(document),
                json.dumps(document),
            )
    return counts


def test_the_oracle_knows_truth_from_falsehood():
    for name, document in ACCEPTED.items():
        if len(json.dumps(document)) < 3000:
            assert oracle.falsehood(document) is None, name
    wrong = {
        "data-minimum-xor": {"risk": "0.51"},
        "data-saddle-relu": {
            "descent": ACCEPTED["data-saddle-relu"]["statement"]["claims"]["ascent"]
        },
        "data-noncritical-bias": {"derivative": "11"},
        "data-entropy-two": {"risk": ["0", "1"]},
        "data-global-linear": {"risk": "0"},
    }
    for name, claims in wrong.items():
        document = copy.deepcopy(ACCEPTED[name])
        document["statement"]["claims"].update(claims)
        assert oracle.falsehood(document) is not None, name
    rejected = {
        case.path.stem: json.loads(case.path.read_text())
        for case in harness.cases()
        if case.path.stem.startswith("data-minimum-") and case.code == "stationary"
    }
    assert any(oracle.falsehood(document) is not None for document in rejected.values())


def test_mutants_are_malformed_rejected_or_true():
    counts = campaign(0, 1000)
    assert min(counts["PROVED"], counts["REJECTED"], counts["MALFORMED"]) > 20, counts


@pytest.mark.slow
def test_many_mutants_are_malformed_rejected_or_true(capsys):
    counts = campaign(1, 100_000)
    with capsys.disabled():
        print(f"\n{counts}")


def test_cells_do_not_depend_on_the_order_of_data():
    """A permutation of the data changes neither verdict nor the number of inequalities."""
    for name in ("data-minimum-groups", "data-saddle-relu", "data-entropy-three"):
        document = copy.deepcopy(ACCEPTED[name])
        problem = document["statement"]["problem"]
        for part in {"inputs", "targets", "labels"} & set(problem):
            problem[part].reverse()
        first, second = check_document(ACCEPTED[name]), check_document(document)
        assert first.verdict == second.verdict == "PROVED"
        assert len(first.inequalities) == len(second.inequalities)


def test_kinks_of_a_unit_meet():
    """Pieces are continuous: slope and intercept on both sides of a kink give the same value, the
    first one `value`.
    """
    for kinks, slopes, value in UNITS.values():
        layer = Network.read(
            {
                "input": [1],
                "layers": [{"type": "units", "kinks": kinks, "slopes": slopes, "value": value}],
            }
        ).layers[0]
        for kink, below, above in zip(
            layer.kinks, pairwise(layer.slopes), pairwise(layer.intercepts), strict=True
        ):
            assert below[0] * kink + above[0] == below[1] * kink + above[1]
        at = layer.kinks[0] if layer.kinks else fmpq(0)
        assert fraction(layer.slopes[0] * at + layer.intercepts[0]) == Fraction(value)
