"""The second checker on data sets: certificates made here, against a plain evaluation in fractions,
random perturbations, and mpmath.
"""

from __future__ import annotations

import copy
import itertools
import json
import math
import random
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
from oracles.networks import combine, draw, kept_pieces, risk, run, shapes_of
from standalone import recheck

ROOT = Path(__file__).resolve().parents[2]

rc = recheck("data")

RELU = {"type": "units", "kinks": ["0"], "slopes": ["0", "1"], "value": "0"}
LEAKY = {"type": "units", "kinks": ["0"], "slopes": ["1e-1", "1"], "value": "0"}
BENT = {
    "type": "units",
    "kinks": ["-1", "0.5", "2"],
    "slopes": ["0", "1", "-0.5", "2"],
    "value": "0.25",
}
LINE = {"type": "units", "kinks": [], "slopes": ["2"], "value": "-0.5"}


def verdict(kind: str, statement, witness=None) -> tuple[str, str | None]:
    tree = {
        "format": "certify/1",
        "kind": kind,
        "statement": statement,
        "witness": {} if witness is None else witness,
    }
    try:
        rc.kinds.judge(rc.reader.parse(json.dumps(tree).encode()))
    except rc.verdict.Verdict as found:
        return found.verdict, found.code
    return "PROVED", None


def dense(outputs: int, bias: bool = True):
    return {"type": "dense", "outputs": outputs, "bias": bias}


def convolution(channels: int, kernel=(2, 2), stride=(1, 1), padding=(0, 0), bias: bool = True):
    return {
        "type": "convolution",
        "channels": channels,
        "kernel": list(kernel),
        "stride": list(stride),
        "padding": list(padding),
        "bias": bias,
    }


def average(kernel=(2, 2), stride=(1, 1)):
    return {"type": "average", "kernel": list(kernel), "stride": list(stride)}


def texts(value):
    """Fractions as strings, in nested arrays and objects."""
    if isinstance(value, dict):
        return {key: texts(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [texts(entry) for entry in value]
    return str(value) if isinstance(value, Fraction) else value


NETWORKS = {
    "dense": {"input": [3], "layers": [dense(3), RELU, dense(2), BENT, dense(2)]},
    "without biases": {"input": [2], "layers": [dense(3, bias=False), LEAKY, dense(1, bias=False)]},
    "ends with units": {"input": [2], "layers": [dense(2), BENT, dense(2), LEAKY]},
    "residual": {
        "input": [2],
        "layers": [
            dense(2),
            LINE,
            {"type": "residual", "source": 0},
            dense(2),
            RELU,
            {"type": "residual", "source": 3},
            dense(1),
        ],
    },
    "residual twice": {
        "input": [2],
        "layers": [
            LEAKY,
            {"type": "residual", "source": 0},
            dense(2),
            {"type": "residual", "source": 1},
            BENT,
        ],
    },
    "convolution": {
        "input": [1, 3, 4],
        "layers": [convolution(2, (2, 3), (2, 1), (1, 1)), RELU, average((2, 2), (1, 2)), dense(1)],
    },
    "convolutions": {
        "input": [2, 3, 3],
        "layers": [
            convolution(2, (1, 2), bias=False),
            LEAKY,
            convolution(1, (2, 2), (1, 1), (0, 1)),
            BENT,
            average((2, 1)),
        ],
    },
    "average first": {
        "input": [1, 3, 3],
        "layers": [average(), BENT, convolution(2, (3, 3), (1, 1), (1, 1)), dense(1)],
    },
    "linear": {"input": [2], "layers": [dense(2), dense(2, bias=False), dense(1)]},
}
LOSSES = [
    {"type": "squared"},
    {"type": "quartic"},
    {"type": "huber", "delta": "1.5"},
    {"type": "squared-hinge"},
]


def problem_of(name: str, loss, rng: random.Random, count: int = 4):
    network = NETWORKS[name]
    outputs = math.prod(shapes_of(network)[1][-1])
    target = (
        (lambda: rng.choice(["1", "-1"]))
        if loss["type"] == "squared-hinge"
        else (lambda: f"{rng.randint(-30, 30) / 10:.1f}")
    )
    return {
        "network": network,
        "inputs": [
            [f"{rng.randint(-300, 300) / 100:.2f}" for _ in range(math.prod(network["input"]))]
            for _ in range(count)
        ],
        "targets": [[target() for _ in range(outputs)] for _ in range(count)],
        "loss": loss,
    }


def read(problem):
    return rc.data.read_data(rc.reader.parse(json.dumps(problem).encode()), entropy=False)


def fraction(rng: random.Random) -> Fraction:
    return Fraction(rng.randint(-40, 40), rng.randint(1, 30))


CASES = [(name, loss) for name in NETWORKS for loss in LOSSES]


@pytest.mark.parametrize("name, loss", CASES)
def test_risk_is_that_of_the_plain_evaluation(name, loss):
    """FORMAT 4.10 (1): the risk is the sum over data and outputs, in fractions."""
    rng = random.Random(name + loss["type"])
    for _ in range(3):
        problem = problem_of(name, loss, rng)
        parameters = draw(problem["network"], lambda: fraction(rng))
        data = read(problem)
        found = rc.evaluation.evaluate(
            data, rc.data.read_parameters(texts(parameters), "parameters", data.layers), "risk"
        )
        assert Fraction(found.risk, found.scale) == risk(problem, parameters)


def steps(parameters):
    """For each parameter: number among the layers, part, entry, and the unit vector."""
    for number, layer in enumerate(parameters):
        for part in ("weights", "bias"):
            flat = layer[part]
            count = len(json.dumps(texts(flat)).split(",")) if flat else 0
            for entry in range(count):
                counter = itertools.count()
                zero = combine(parameters, parameters, -1)
                zero[number][part] = unit_vector(flat, entry, counter)
                yield number, part, entry, zero


def unit_vector(value, entry, counter):
    if isinstance(value, list):
        return [unit_vector(x, entry, counter) for x in value]
    return Fraction(int(next(counter) == entry))


@pytest.mark.parametrize("name, loss", CASES)
@pytest.mark.first(12)
def test_gradient_is_that_of_exact_differences(name, loss):
    """R along a line is a polynomial in the cell where the loss is one: its derivative is a limit
    of central differences with error O(t^2).
    """
    rng = random.Random("gradient" + name + loss["type"])
    problem = problem_of(name, loss, rng, 3)
    data = read(problem)
    numbers = [
        number
        for number, layer in enumerate(problem["network"]["layers"], 1)
        if layer["type"] in ("dense", "convolution")
    ]
    parameters = draw(problem["network"], lambda: fraction(rng))
    claim = rc.data.read_parameters(texts(parameters), "parameters", data.layers)
    gradient, tiny, nonzero = (
        rc.gradients.Gradient(rc.networks.Model(data, [claim], "risk")),
        Fraction(1, 10**9),
        0,
    )
    pieces = kept_pieces(problem, parameters)
    for number, part, entry, direction in steps(parameters):
        values, below = gradient.part(numbers[number], int(part == "bias"))
        slope = Fraction(values[entry], below)
        ends = [risk(problem, combine(parameters, direction, t), pieces) for t in (-tiny, tiny)]
        assert abs((ends[1] - ends[0]) / (2 * tiny) - slope) <= Fraction(1, 10**7) * (
            1 + abs(slope)
        )
        nonzero += slope != 0
        if entry == 0:
            claims = {
                "risk": str(risk(problem, parameters)),
                "layer": numbers[number],
                "part": part,
                "entry": 0,
                "derivative": str(slope),
            }
            statement = {"problem": problem, "parameters": texts(parameters), "claims": claims}
            assert verdict("data-noncritical", statement) == (
                ("PROVED", None) if slope else ("REJECTED", "critical")
            )
            claims["derivative"] = str(slope + tiny)
            assert verdict("data-noncritical", statement) == ("REJECTED", "derivative")
    assert nonzero > 0 or loss["type"] == "squared-hinge"


def rank(vectors) -> int:
    """The rank over the rationals, by elimination."""
    rows, found = [list(map(Fraction, v)) for v in vectors], 0
    while rows:
        row = rows.pop()
        place = next((i for i, x in enumerate(row) if x), None)
        if place is not None:
            found += 1
            rows = [
                [x - other[place] / row[place] * y for x, y in zip(other, row, strict=True)]
                for other in rows
            ]
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_path_vectors_contain_all_outputs_of_the_cell(name):
    """Lemma 19. With pieces kept, outputs at random parameters lie in the span of the path vectors,
    for dense networks they fill it.
    """
    rng = random.Random("paths" + name)
    problem = problem_of(name, LOSSES[0], rng, 6)
    network, data = problem["network"], read(problem)
    parameters = draw(network, lambda: fraction(rng))
    pieces = kept_pieces(problem, parameters)
    found = rc.evaluation.evaluate(
        data, rc.data.read_parameters(texts(parameters), "parameters", data.layers), "risk"
    )
    inputs = rc.paths.columns(data)
    for start, served in rc.paths.starts(data):
        paths = rc.paths.Paths(found, start)
        vectors = [
            [sum(paths.vectors.entries[v][n] * inputs[i][n] for v, i in path) for n in range(6)]
            for path in paths
        ]
        whole = rank(vectors)
        for u in served:
            moved = []
            for _ in range(12):
                other = draw(network, lambda: fraction(rng))
                moved.append(
                    [
                        run(network, other, x, kept)[0][u]
                        for x, kept in zip(problem["inputs"], pieces, strict=True)
                    ]
                )
            assert rank(vectors + moved) == whole
            if name in ("dense", "linear", "without biases", "residual"):
                assert rank(moved) == whole
        span = rc.entropy.Span()
        for v in vectors:
            span.add(v)
        assert len(span.rows) == whole == len(rc.entropy.independent(vectors))


def test_span_and_modular_rank_of_random_matrices():
    """FORMAT 4.14 (2): the rank over the rationals, and which rows add to it."""
    rng = random.Random(5)
    for _ in range(60):
        few, length = rng.randint(1, 5), rng.randint(1, 8)
        basis = [[rng.randint(-3, 3) for _ in range(length)] for _ in range(few)]
        rows = [
            [sum(rng.randint(-2, 2) * x for x in column) for column in zip(*basis, strict=True)]
            for _ in range(3)
        ] + basis
        span = rc.entropy.Span()
        for row in rows:
            span.add(row)
        assert len(span.rows) == rank(rows)
        assert rc.entropy.independent(rows) == [
            i for i in range(len(rows)) if rank(rows[: i + 1]) > rank(rows[:i])
        ]


# --------------------------------------------------------------------------------------------------
# Minima
# --------------------------------------------------------------------------------------------------

XOR = {
    "network": {"input": [2], "layers": [dense(2), RELU, dense(1)]},
    "inputs": [["0", "0"], ["0", "1"], ["1", "0"], ["1", "1"]],
    "targets": [["0"], ["1"], ["1"], ["0"]],
    "loss": {"type": "squared"},
}
XOR_POINT = [
    {"weights": [["0", "0"], ["0", "0"]], "bias": ["3/2", "1"]},
    {"weights": [["1", "0"]], "bias": ["-1"]},
]
XOR_BETTER = [
    {"weights": [["1", "1"], ["1", "1"]], "bias": ["0", "-1"]},
    {"weights": [["1", "-2"]], "bias": ["0"]},
]


def xor(**claims):
    claims = {"risk": "1/2", "better": XOR_BETTER, "continuum": True, "linear_fit": True, **claims}
    return copy.deepcopy({"problem": XOR, "parameters": XOR_POINT, "claims": claims})


def solve(rows, right):
    """A solution of a system with a symmetric positive semidefinite matrix, by elimination; free
    unknowns are 0.
    """
    count = len(rows)
    system = [
        [*map(Fraction, row), Fraction(value)] for row, value in zip(rows, right, strict=True)
    ]
    chosen, at = [], 0
    for place in range(count):
        pivot = next((i for i in range(at, count) if system[i][place]), None)
        if pivot is None:
            continue
        system[at], system[pivot] = system[pivot], system[at]
        system[at] = [x / system[at][place] for x in system[at]]
        for i in range(count):
            if i != at and system[i][place]:
                system[i] = [
                    x - system[i][place] * y for x, y in zip(system[i], system[at], strict=True)
                ]
        chosen.append(place)
        at += 1
    solution = [Fraction(0)] * count
    for i, place in enumerate(chosen):
        solution[place] = system[i][-1]
    assert all(not row[-1] for row in system[at:])
    return solution


def least_squares(features, targets):
    gram = [
        [sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0)) for v in features]
        for u in features
    ]
    return solve(
        gram, [sum((a * b for a, b in zip(u, targets, strict=True)), Fraction(0)) for u in features]
    )


def random_perturbations_do_not_lower(problem, parameters, rng, count=60):
    least, pieces, inside = risk(problem, parameters), kept_pieces(problem, parameters), 0
    for step in range(count):
        size = Fraction(1, 10 ** (3 + step % 9))
        other = combine(
            parameters,
            draw(problem["network"], lambda: rng.choice([fraction(rng), Fraction(0)])),
            size,
        )
        if kept_pieces(problem, other) == pieces:
            inside += 1
            assert risk(problem, other) >= least
    assert inside >= count // 2


def test_xor():
    """FORMAT 4.10 on XOR, whose best affine map is the constant 1/2: each condition by name."""
    assert verdict("data-minimum", xor()) == ("PROVED", None)
    assert verdict(
        "data-minimum", xor(risk="0.5", better=None, continuum=False, linear_fit=False)
    ) == ("PROVED", None)
    assert verdict("data-minimum", xor(risk="5/11")) == ("REJECTED", "risk")
    assert verdict("data-minimum", xor(better=XOR_POINT)) == ("REJECTED", "spurious")
    random_perturbations_do_not_lower(XOR, XOR_POINT, random.Random(1))
    for bias, code in ((["3/2", "0"], "kink"), (["3/2", "-1"], None)):
        statement = xor(continuum=False)
        statement["parameters"][0]["bias"] = bias
        assert verdict("data-minimum", statement)[1] == code
    statement = xor()
    statement["parameters"][1]["bias"] = ["-3/4"]
    assert verdict("data-minimum", statement) == ("REJECTED", "risk")
    statement["claims"]["risk"] = str(risk(XOR, statement["parameters"]))
    assert verdict("data-minimum", statement) == ("REJECTED", "stationary")


def group_minimum():
    """Two groups of data on the line; a unit for each: y is fitted by least squares on each group.
    Between them no unit is active.
    """
    inputs, targets = [-4, -3, -2, 2, 3, 4], [Fraction(n) for n in (1, 5, 2, 1, 0, 4)]
    left, right = (
        [(x, y) for x, y in zip(inputs, targets, strict=True) if x < 0],
        [(x, y) for x, y in zip(inputs, targets, strict=True) if x > 0],
    )
    fits = [
        least_squares([[x for x, _ in group], [1] * len(group)], [y for _, y in group])
        for group in (left, right)
    ]
    # two units for each group, active on it only: relu(u + v) - relu(u), u with a large slope and v
    # the fit
    weights, bias = [], []
    for (slope, shift), sign in zip(fits, (-1, 1), strict=True):
        big = sign * (20 + abs(slope) + abs(shift))
        weights += [[big + slope], [big]]
        bias += [shift, Fraction(0)]
    last = [Fraction(1), Fraction(-1)] * 2
    problem = {
        "network": {"input": [1], "layers": [dense(4), RELU, dense(1, bias=False)]},
        "inputs": [[str(x)] for x in inputs],
        "targets": [[str(y)] for y in targets],
        "loss": LOSSES[0],
    }
    return problem, [{"weights": weights, "bias": bias}, {"weights": [last], "bias": []}]


def test_groups_of_data_on_different_pieces():
    """FORMAT 4.10 (4): a minimum whose units are on different pieces for two groups of data."""
    problem, parameters = group_minimum()
    value, rng = risk(problem, parameters), random.Random(3)
    statement = {
        "problem": problem,
        "parameters": texts(parameters),
        "claims": {"risk": str(value), "better": None, "continuum": True, "linear_fit": False},
    }
    assert verdict("data-minimum", statement) == ("PROVED", None)
    random_perturbations_do_not_lower(problem, parameters, rng, 30)
    statement["claims"]["linear_fit"] = True
    assert verdict("data-minimum", statement) == ("REJECTED", "linear-fit")
    parameters[0]["bias"][0] += Fraction(1, 10**9)
    statement["parameters"], statement["claims"]["risk"] = (
        texts(parameters),
        str(risk(problem, parameters)),
    )
    assert verdict("data-minimum", statement) == ("REJECTED", "stationary")


def linear_point(network, problem, rng):
    """Parameters with all units on their last piece, whose slopes fit the data linearly: the last
    layer's weights solve least squares.
    """
    parameters = draw(network, lambda: Fraction(rng.randint(1, 9), rng.randint(1, 4)))
    for layer in parameters[:-1]:
        layer["bias"] = [Fraction(100 + 7 * n) for n in range(len(layer["bias"]))]
    features = []
    for x in problem["inputs"]:
        hidden, _ = run({**network, "layers": network["layers"][:-1]}, parameters[:-1], x)
        features.append([*hidden, Fraction(1)])
    columns = list(zip(*features, strict=True))
    outputs = [
        least_squares(columns, [Fraction(t[u]) for t in problem["targets"]])
        for u in range(len(problem["targets"][0]))
    ]
    parameters[-1] = {
        "weights": [line[:-1] for line in outputs],
        "bias": [line[-1] for line in outputs],
    }
    return parameters


LINEAR_FITS = {
    "deep": {"input": [2], "layers": [dense(3), RELU, dense(3), LEAKY, dense(2)]},
    "bent": {"input": [2], "layers": [dense(3), BENT, dense(2)]},
    "convolution": {
        "input": [1, 2, 3],
        "layers": [convolution(3, (2, 2), (1, 1), (1, 1)), RELU, average((2, 2), (1, 1)), dense(1)],
    },
    "two convolutions": {
        "input": [1, 2, 2],
        "layers": [
            convolution(2, (2, 2), (1, 1), (1, 1)),
            RELU,
            convolution(2, (2, 2)),
            RELU,
            dense(1),
        ],
    },
    "residual": {
        "input": [2],
        "layers": [
            dense(2),
            RELU,
            {"type": "residual", "source": 0},
            dense(2),
            LEAKY,
            {"type": "residual", "source": 3},
            dense(1),
        ],
    },
    "linear": {"input": [2], "layers": [dense(2), dense(2), dense(1)]},
}


@pytest.mark.parametrize("name", LINEAR_FITS)
@pytest.mark.first(2)
def test_linear_fits_are_minima(name):
    """FORMAT 4.10 (5): where all units are linear on the data, least squares is a minimum."""
    network, rng = LINEAR_FITS[name], random.Random(name)
    width, ends = math.prod(network["input"]), math.prod(shapes_of(network)[1][-1])
    problem = {
        "network": network,
        "inputs": [[str(rng.randint(-5, 5)) for _ in range(width)] for _ in range(9)],
        "targets": [[str(rng.randint(-5, 5)) for _ in range(ends)] for _ in range(9)],
        "loss": {"type": "squared"},
    }
    parameters = linear_point(network, problem, rng)
    value = risk(problem, parameters)
    claims = {"risk": str(value), "better": None, "continuum": False, "linear_fit": True}
    statement = {"problem": problem, "parameters": texts(parameters), "claims": claims}
    assert value > 0
    assert verdict("data-minimum", statement) == ("PROVED", None)
    random_perturbations_do_not_lower(problem, parameters, rng, 20)
    claims["continuum"] = True
    continuum = name in ("deep", "two convolutions")
    assert verdict("data-minimum", statement) == (
        ("PROVED", None) if continuum else ("REJECTED", "continuum")
    )
    whole = {**statement, "claims": {"risk": str(value)}}
    assert verdict("data-global-minimum", whole) == (
        ("PROVED", None) if name == "linear" else ("REJECTED", "global-minimum")
    )
    parameters[-1]["bias"][0] += Fraction(1, 7)
    moved = {
        **statement,
        "parameters": texts(parameters),
        "claims": {**claims, "risk": str(risk(problem, parameters)), "continuum": False},
    }
    assert verdict("data-minimum", moved) == ("REJECTED", "stationary")


def orthogonal(vectors, length, rng):
    """A random integer vector that is orthogonal to all given ones; None if there is only 0."""
    rows, pivots = [], []
    for v in vectors:
        row = list(map(Fraction, v))
        for other, place in zip(rows, pivots, strict=True):
            row = [x - row[place] * y for x, y in zip(row, other, strict=True)]
        place = next((i for i, x in enumerate(row) if x), None)
        if place is not None:
            row = [x / row[place] for x in row]
            rows = [
                [x - other[place] * y for x, y in zip(other, row, strict=True)] for other in rows
            ] + [row]
            pivots.append(place)
    found = [Fraction(0 if i in pivots else rng.randint(-9, 9)) for i in range(length)]
    for row, place in zip(rows, pivots, strict=True):
        found[place] = -sum(x * y for x, y in zip(row, found, strict=True))
    scale = math.lcm(*(x.denominator for x in found))
    return [x * scale for x in found] if any(found) else None


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("loss", [{"type": "squared"}, {"type": "huber", "delta": "1"}])
@pytest.mark.first(3)
def test_random_points_are_minima_for_targets_off_by_an_orthogonal_vector(name, loss):
    """Any point is a minimum for the targets f - g, g orthogonal to all path vectors: g from our
    paths, the truth from perturbations.
    """
    rng, count = random.Random("orthogonal" + name), 48
    problem = problem_of(name, LOSSES[0], rng, count)
    for row in problem["inputs"]:
        row[:] = [str(rng.randint(-3000, 3000) / 1024 + 1 / 65536) for _ in row]
    network, data = problem["network"], read(problem)
    parameters = draw(network, lambda: Fraction(rng.randint(-30, 30), 20) + Fraction(1, 1024))
    outputs = [run(network, parameters, x)[0] for x in problem["inputs"]]
    found, inputs = (
        rc.evaluation.evaluate(
            data, rc.data.read_parameters(texts(parameters), "parameters", data.layers), "risk"
        ),
        rc.paths.columns(data),
    )
    assert not found.kink
    for start, served in rc.paths.starts(data):
        paths = rc.paths.Paths(found, start)
        vectors = [
            [sum(paths.vectors.entries[v][n] * inputs[i][n] for v, i in path) for n in range(count)]
            for path in paths
        ]
        for u in served:
            g = orthogonal(vectors, count, rng)
            assert g is not None
            digits = len(str(max(map(abs, g))))
            for n, value in enumerate(g):
                target = outputs[n][u] - value / 10**digits
                problem["targets"][n][u] = (
                    f"{target.numerator * 10**280 // target.denominator}e-280"
                )
                assert Fraction(problem["targets"][n][u]) == target, (
                    "the target is no decimal fraction"
                )
    problem["loss"] = loss
    claims = {
        "risk": str(risk(problem, parameters)),
        "better": None,
        "continuum": False,
        "linear_fit": False,
    }
    assert verdict(
        "data-minimum", {"problem": problem, "parameters": texts(parameters), "claims": claims}
    ) == ("PROVED", None)
    random_perturbations_do_not_lower(problem, parameters, rng, 8)
    near = texts(combine(parameters, draw(network, lambda: fraction(rng)), Fraction(1, 10**6)))
    claims["risk"] = str(risk(problem, near))
    assert verdict("data-minimum", {"problem": problem, "parameters": near, "claims": claims}) == (
        "REJECTED",
        "stationary",
    )


# --------------------------------------------------------------------------------------------------
# Other losses, saddles
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "loss, targets, value",
    [
        ({"type": "quartic"}, ["0", "1", "1", "0"], "1/16"),
        ({"type": "huber", "delta": "0.1"}, ["0", "1", "1", "0"], "0.18"),
        ({"type": "squared-hinge"}, ["-1", "1", "1", "-1"], "2"),
    ],
)
def test_xor_with_other_losses(loss, targets, value):
    """The constant that balances both classes, on the XOR data: a minimum over all affine maps for
    each of these losses.
    """
    problem = {**XOR, "targets": [[y] for y in targets], "loss": loss}
    parameters = copy.deepcopy(XOR_POINT)
    parameters[1]["bias"] = ["-1.5" if loss["type"] == "squared-hinge" else "-1"]
    claims = {"risk": value, "better": None, "continuum": True, "linear_fit": True}
    assert verdict(
        "data-minimum", {"problem": problem, "parameters": parameters, "claims": claims}
    ) == ("PROVED", None)
    random_perturbations_do_not_lower(problem, parameters, random.Random(2))
    better = copy.deepcopy(XOR_BETTER)
    if loss["type"] == "squared-hinge":
        better[1] = {"weights": [["2", "-4"]], "bias": ["-1"]}
    claims["better"] = better
    assert verdict(
        "data-minimum", {"problem": problem, "parameters": parameters, "claims": claims}
    ) == ("PROVED", None)


def linear_problem(depth: int):
    layers = [dense(2, bias=False) for _ in range(depth - 1)] + [dense(1, bias=False)]
    return {
        "network": {"input": [2], "layers": layers},
        "inputs": [["1", "0"], ["0", "1"]],
        "targets": [["1"], ["2"]],
        "loss": LOSSES[0],
    }


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_the_origin_of_deep_linear_networks_is_a_saddle(depth):
    """All weights eps: the product is a positive multiple of eps^depth, and the risk falls by such
    a multiple; with one sign changed it rises.
    """
    problem = linear_problem(depth)
    zero = texts(draw(problem["network"], lambda: Fraction(0)))
    down = texts(draw(problem["network"], lambda: Fraction(1)))
    up = copy.deepcopy(down)
    up[-1]["weights"] = [["-1", "-1"]]
    statement = {
        "problem": problem,
        "parameters": zero,
        "claims": {"risk": "5/2", "descent": [down], "ascent": [up]},
    }
    assert verdict("data-saddle", statement) == ("PROVED", None)
    statement["claims"]["ascent"] = [zero, zero, up]
    assert verdict("data-saddle", statement) == ("PROVED", None)
    statement["claims"]["ascent"] = [zero] * 8
    assert verdict("data-saddle", statement) == ("REJECTED", "ascent")
    statement["claims"].update(descent=[up], ascent=[up])
    assert verdict("data-saddle", statement) == ("REJECTED", "descent")
    minimum = {
        "problem": problem,
        "parameters": zero,
        "claims": {"risk": "5/2", "better": None, "continuum": False, "linear_fit": False},
    }
    assert verdict("data-minimum", minimum) == ("REJECTED", "stationary")
    statement["parameters"] = down
    statement["claims"]["risk"] = str(risk(problem, down))
    assert verdict("data-saddle", statement) == ("REJECTED", "critical")


def test_a_saddle_with_a_layer_that_is_not_zero():
    """W_1 sees one coordinate, the targets are the other one: W_2 = 0 is critical, and the second
    coordinate comes in with eps^2.
    """
    problem = {**linear_problem(2), "targets": [["0"], ["2"]]}
    zero = [["0", "0"], ["0", "0"]]
    parameters = [
        {"weights": [["1", "0"], ["0", "0"]], "bias": []},
        {"weights": [["0", "0"]], "bias": []},
    ]
    down = [
        {"weights": [["0", "0"], ["0", "1/3"]], "bias": []},
        {"weights": [["0", "1/7"]], "bias": []},
    ]
    up = [{"weights": zero, "bias": []}, {"weights": [["1", "0"]], "bias": []}]
    statement = {
        "problem": problem,
        "parameters": parameters,
        "claims": {"risk": "2", "descent": [down], "ascent": [up]},
    }
    assert verdict("data-saddle", statement) == ("PROVED", None)
    flat = {
        "problem": problem,
        "parameters": parameters,
        "claims": {"risk": "2", "descent": [up], "ascent": [up]},
    }
    assert verdict("data-saddle", flat) == ("REJECTED", "descent")


def coefficients(values):
    """Of the polynomial with these values at 0, 1, 2, ...: by divided differences."""
    table, result, basis = list(values), [Fraction(0)] * len(values), [Fraction(1)]
    for step in range(len(values)):
        result = [c + table[0] * b for c, b in itertools.zip_longest(result, basis, fillvalue=0)]
        basis = [b - step * c for b, c in zip([0, *basis], [*basis, 0], strict=True)]
        table = [(b - a) / (step + 1) for a, b in itertools.pairwise(table)]
    return result


@pytest.mark.parametrize("name", NETWORKS)
def test_first_coefficient_along_a_curve(name):
    """FORMAT 4.12 (4): the first coefficient is that of the polynomial through exact values."""
    rng = random.Random("curve" + name)
    problem = problem_of(name, LOSSES[0], rng, 2)
    data, theta = read(problem), draw(problem["network"], lambda: fraction(rng))
    pieces = kept_pieces(problem, theta)
    for zeros in (0, 1, 2):
        curve = [
            draw(problem["network"], lambda z=(j < zeros): Fraction(0) if z else fraction(rng))
            for j in range(zeros + 1)
        ]
        degree = 2 * len(curve) * len(theta)
        values = []
        for eps in range(degree + 1):
            point = theta
            for j, part in enumerate(curve, 1):
                point = combine(point, part, Fraction(eps) ** j)
            values.append(risk(problem, point, pieces))
        expected = coefficients(values)
        power = next(q for q, c in enumerate(expected) if q and c)
        claim = rc.piecewise.DataSaddle(
            data,
            rc.data.read_parameters(texts(theta), "theta", data.layers),
            Fraction(0),
            "",
            [],
            [],
        )
        read_curve = [rc.data.read_parameters(texts(part), "curve", data.layers) for part in curve]
        assert rc.piecewise.first_coefficient(claim, read_curve, "descent") == (
            power,
            1 if expected[power] > 0 else -1,
        )
        assert power == zeros + 1


# --------------------------------------------------------------------------------------------------
# Malformed files, limits
# --------------------------------------------------------------------------------------------------


def changed(statement, path, value):
    statement = copy.deepcopy(statement)
    place = statement
    for key in path[:-1]:
        place = place[key]
    if value is KeyError:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return statement


LAYERS = ("problem", "network", "layers")
WRONG = [
    (("problem", "network", "input"), []),
    (("problem", "network", "input"), [1, 2]),
    (("problem", "network", "input"), [True]),
    (("problem", "network", "input"), ["2"]),
    (("problem", "network", "input"), [0]),
    (("problem", "network", "input"), [4097]),
    (("problem", "network", "input"), [64, 64, 2]),
    (("problem", "network", "extra"), 1),
    (LAYERS, []),
    (LAYERS, {}),
    ((*LAYERS, 0), {"type": "residual", "source": 0}),
    ((*LAYERS, 0), None),
    ((*LAYERS, 0), {"type": ["dense"]}),
    ((*LAYERS, 1), {"type": "residual", "source": 1}),
    ((*LAYERS, 1), {"type": "residual", "source": -1}),
    ((*LAYERS, 1), {"type": "residual", "source": True}),
    ((*LAYERS, 1), {"type": "sigmoid"}),
    ((*LAYERS, 0, "bias"), 1),
    ((*LAYERS, 0, "outputs"), 0),
    ((*LAYERS, 0, "outputs"), True),
    ((*LAYERS, 0, "outputs"), 4097),
    ((*LAYERS, 0, "outputs"), "2"),
    ((*LAYERS, 0, "kernel"), [1, 1]),
    ((*LAYERS, 0), convolution(1)),
    ((*LAYERS, 0), average()),
    ((*LAYERS, 1, "kinks"), ["1", "0"]),
    ((*LAYERS, 1, "kinks"), ["0", "0.0"]),
    ((*LAYERS, 1, "kinks"), []),
    ((*LAYERS, 1, "kinks"), [0]),
    ((*LAYERS, 1, "slopes"), ["0"]),
    ((*LAYERS, 1, "slopes"), ["0", "1/2"]),
    ((*LAYERS, 1, "value"), "1/2"),
    ((*LAYERS, 1, "value"), KeyError),
    (("problem", "inputs"), []),
    (("problem", "targets"), []),
    (("problem", "inputs", 0), ["0"]),
    (("problem", "inputs", 0, 0), "1/2"),
    (("problem", "inputs", 0, 0), 0),
    (("problem", "inputs", 0), "00"),
    (("problem", "targets", 3), ["0", "0"]),
    (("problem", "targets", 3), []),
    (("problem", "targets", 3, 0), None),
    (("problem", "loss"), "squared"),
    (("problem", "loss"), {}),
    (("problem", "loss"), {"type": "absolute"}),
    (("problem", "loss"), {"type": "huber"}),
    (("problem", "loss"), {"type": "huber", "delta": "0"}),
    (("problem", "loss"), {"type": "squared", "delta": "1"}),
    (("problem", "loss"), {"type": "squared-hinge"}),
    (("problem", "loss"), {"type": []}),
    (("problem", "labels"), [0]),
    (("parameters",), []),
    (("parameters",), None),
    (("parameters", 0), []),
    (("parameters", 0, "bias"), []),
    (("parameters", 0, "bias"), ["1", "1", "1"]),
    (("parameters", 0, "weights"), [["0", "0"]]),
    (("parameters", 0, "weights", 0), ["0"]),
    (("parameters", 0, "weights", 0, 0), 0),
    (("parameters", 0, "weights", 0, 0), "1/0"),
    (("parameters", 0, "weights", 0, 0), "1/02"),
    (("parameters", 0, "weights", 0, 0), "1/-2"),
    (("parameters", 0, "weights", 0, 0), "+1/2"),
    (("parameters", 0, "weights", 0, 0), "1 /2"),
    (("parameters", 0, "weights", 0, 0), "1/2\n"),
    (("parameters", 0, "weights", 0, 0), "\u0661/2"),
    (("parameters", 0, "weights", 0, 0), "1.5/2"),
    (("parameters", 0, "weights", 0, 0), "1" * 10_001 + "/2"),
    (("parameters", 0, "weights", 0, 0), "1/" + "2" * 10_001),
    (("parameters", 0, "weights", 0, 0), ["0"]),
    (("parameters", 0, "extra"), []),
    (("claims", "risk"), "1/0"),
    (("claims", "risk"), KeyError),
    (("claims", "risk"), None),
    (("claims", "better"), []),
    (("claims", "better"), False),
    (("claims", "better", 0, "weights"), []),
    (("claims", "continuum"), 1),
    (("claims", "linear_fit"), "true"),
    (("claims", "extra"), 0),
]


@pytest.mark.parametrize("path, value", WRONG)
def test_malformed(path, value):
    """FORMAT 4.10, statement: one change, and it is malformed."""
    assert verdict("data-minimum", changed(xor(), path, value)) == ("MALFORMED", None)


@pytest.mark.parametrize(
    "kind, claims",
    [
        ("data-minimum", {"risk": "1/2"}),
        ("data-global-minimum", {"risk": "1/2", "better": None}),
        ("data-global-minimum", {}),
        ("data-saddle", {"risk": "1/2", "descent": [], "ascent": [XOR_POINT]}),
        ("data-saddle", {"risk": "1/2", "descent": [XOR_POINT] * 9, "ascent": [XOR_POINT]}),
        ("data-saddle", {"risk": "1/2", "descent": [XOR_POINT], "ascent": [XOR_POINT[:1]]}),
        ("data-saddle", {"risk": "1/2", "descent": [XOR_POINT], "ascent": None}),
        *(
            (
                "data-noncritical",
                {
                    "risk": "1/2",
                    "layer": layer,
                    "part": part,
                    "entry": entry,
                    "derivative": derivative,
                },
            )
            for layer, part, entry, derivative in (
                (0, "bias", 0, "1"),
                (2, "bias", 0, "1"),
                (4, "bias", 0, "1"),
                (True, "bias", 0, "1"),
                (1, "biases", 0, "1"),
                (1, "bias", 2, "1"),
                (1, "weights", 4, "1"),
                (1, "bias", -1, "1"),
                (1, "bias", False, "1"),
                (1, "bias", 0, 1),
                (1, ["bias"], 0, "1"),
                ("1", "bias", 0, "1"),
            )
        ),
    ],
)
def test_malformed_claims(kind, claims):
    """FORMAT 4.10 to 4.13: the claims of one kind are malformed in another."""
    statement = {**xor(), "claims": claims}
    assert verdict(kind, statement) == ("MALFORMED", None)


def test_malformed_witness_and_losses():
    """FORMAT 4.10: the witness is empty. FORMAT 4.12: the losses are fewer."""
    assert verdict("data-minimum", xor(), {"bits": 128}) == ("MALFORMED", None)
    assert verdict("data-minimum", xor(), []) == ("MALFORMED", None)
    curve = {"risk": "1/2", "descent": [XOR_POINT], "ascent": [XOR_POINT]}
    statement = {**xor(), "claims": curve}
    assert verdict("data-saddle", statement)[0] == "REJECTED"
    assert verdict("data-saddle", changed(statement, ("problem", "loss"), {"type": "quartic"})) == (
        "MALFORMED",
        None,
    )


@pytest.mark.parametrize(
    "layers",
    [
        [convolution(1, (4, 1))],
        [convolution(1, (6, 1), padding=(1, 0))],
        [average((4, 1))],
        [convolution(1, padding=(-1, 0))],
        [convolution(1, stride=(0, 1))],
        [convolution(4097)],
        [convolution(1, (1, 1), padding=(4096, 0))],
        [convolution(1, (2,))],
        [{**average(), "padding": [0, 0]}],
        [convolution(512, (2, 2), padding=(1, 1)), convolution(512, (2, 2))],
        [convolution(1), dense(2), convolution(1)],
        [dense(4096), dense(4096)],
        [dense(4096), *[dense(200), dense(4096)]],
        [dense(9), {"type": "residual", "source": 0}],
        [dense(1)] * 65,
        [average()] * 3,
    ],
)
def test_malformed_networks(layers):
    """FORMAT 4.10: layers that do not fit their input, or are none."""
    network = {"input": [1, 3, 3], "layers": layers}
    with pytest.raises(rc.verdict.Verdict) as found:
        rc.layers.read_network(network)
    assert found.value.verdict == "MALFORMED"


def test_networks_at_the_limits_are_read():
    """FORMAT 4.10: 64 layers, and kernels as large as the padded input."""
    shapes, layers = rc.layers.read_network(
        {
            "input": [1, 3, 3],
            "layers": (
                [
                    convolution(1, (5, 1), padding=(1, 0)),
                    convolution(4, (1, 3), padding=(0, 4)),
                    dense(2),
                ]
                + [dense(1)] * 61
            ),
        }
    )
    assert shapes[1:4] == [(1, 1, 3), (4, 1, 9), (2,)]
    # pairs, those of the kernel's rows 0 and 4 outside the input counted, too
    assert layers[0].count() == 15
    shapes, _ = rc.layers.read_network({"input": [4096], "layers": [dense(244), dense(1)]})
    assert shapes[1:] == [(244,), (1,)]


def test_long_fractions():
    """FORMAT 4.10: fractions of 10 000 digits are read and decided exactly."""
    digits = "7" * 10_000
    statement = xor()
    statement["parameters"][1]["weights"] = [[f"{digits}/{digits}", f"-0/{digits}"]]
    assert verdict("data-minimum", statement) == ("PROVED", None)
    statement["claims"]["risk"] = f"{digits[1:]}/{digits}"
    assert verdict("data-minimum", statement) == ("REJECTED", "risk")


def test_many_fields_are_refused(monkeypatch):
    """FORMAT 4.10 (3): the fields of lemma 19 are counted before the work."""
    monkeypatch.setattr(rc.paths, "MOST_FIELDS", 4 * 10**7)
    rng = random.Random(8)
    network = {"input": [4], "layers": [dense(64), RELU, dense(64), RELU, dense(1)]}
    problem = {
        "network": network,
        "inputs": [[str(rng.randint(-99, 99)) for _ in range(4)] for _ in range(50)],
        "targets": [["0"]] * 50,
        "loss": LOSSES[0],
    }
    parameters = draw(network, lambda: Fraction(rng.randint(-99, 99), 10))
    parameters[-1] = {"weights": [[Fraction(0)] * 64], "bias": [Fraction(0)]}
    claims = {"risk": "0", "better": None, "continuum": False, "linear_fit": False}
    statement = {"problem": problem, "parameters": texts(parameters), "claims": claims}
    assert verdict("data-minimum", statement) == ("REJECTED", "paths")
    problem["inputs"], problem["targets"] = problem["inputs"][:20], problem["targets"][:20]
    assert verdict("data-minimum", statement) == ("PROVED", None)
    assert verdict("data-global-minimum", {**statement, "claims": {"risk": "0"}}) == (
        "PROVED",
        None,
    )


def test_too_much_work_is_refused(monkeypatch):
    """FORMAT 3.1: beyond a bound the code is that of the condition to be decided."""
    monkeypatch.setattr(rc.networks, "MOST_WORK", 10)
    assert verdict("data-minimum", xor()) == ("REJECTED", "risk")
    monkeypatch.undo()
    monkeypatch.setattr(rc.networks, "MOST_BITS", 10)
    assert verdict("data-minimum", xor()) == ("REJECTED", "risk")
    monkeypatch.undo()
    monkeypatch.setattr(rc.networks, "LONGEST", 1)
    assert verdict("data-minimum", xor()) == ("REJECTED", "risk")


# --------------------------------------------------------------------------------------------------
# Exponentials and logarithms
# --------------------------------------------------------------------------------------------------

PRECISIONS = (24, 53, 64, 100, 192, 512, 1088)


@pytest.mark.parametrize("bits", PRECISIONS)
def test_exponentials_and_logarithms_enclose(bits):
    """In fixed point log, exp and ln 2 enclose those of mpmath."""
    ar, rng = rc.arithmetic.Arithmetic(bits), random.Random(bits)
    with mpmath.workprec(3 * bits + 400):
        unit = mpmath.ldexp(1, -bits)
        assert ar.ln2[0] * unit <= mpmath.log(2) <= ar.ln2[1] * unit
        assert ar.ln2[1] - ar.ln2[0] <= 8 + 4 * bits
        starts = [
            0,
            -1,
            -2,
            -(1 << bits),
            -(bits << bits),
            1 - (bits << bits),
            -(1 << 4 * bits),
            -ar.ln2[0],
            -ar.ln2[1],
            -7 * ar.ln2[1] - 1,
        ]
        starts += [-rng.randint(0, 1 << bits + rng.randint(-bits, 12)) for _ in range(150)]
        for x in starts:
            width = rng.choice([0, 0, 1, rng.randint(0, 1 << bits)])
            low, high = ar.exp((x - width, x))
            assert 0 <= low <= mpmath.exp((x - width) * unit) / unit
            assert mpmath.exp(x * unit) / unit <= high
            if not width:
                assert high - low <= 1 + mpmath.exp(x * unit) * 512 * (2 * bits + 40) * (
                    1 + bits // 8
                )
        numbers = [
            1,
            2,
            3,
            (1 << bits) - 1,
            1 << bits,
            (1 << bits) + 1,
            (4 << bits) // 3,
            (4 << bits) // 3 + 1,
            1 << 3 * bits,
        ]
        numbers += [rng.randint(1, 1 << rng.randint(1, 2 * bits)) for _ in range(150)]
        for x in numbers:
            low, high = ar.log((x, x + rng.choice([0, 1, x])))
            assert low * unit <= mpmath.log(x * unit) <= high * unit
            low, high = ar.log((x, x))
            assert high - low <= 8 + 8 * bits + 2 * (2 + 4 * bits) * bits


def test_wide_intervals_hold_the_values_at_both_ends():
    """log and exp are increasing: of an interval they hold the values at its ends."""
    ar, rng = rc.arithmetic.Arithmetic(64), random.Random(64)
    with mpmath.workprec(300):
        for _ in range(100):
            a, b = sorted((rng.randint(1, 1 << 70), rng.randint(1, 1 << 70)))
            for function, ends, reference in (
                (ar.log, (a, b), mpmath.log),
                (ar.exp, (-b, -a), mpmath.exp),
            ):
                low, high = function(ends)
                assert low <= mpmath.ldexp(reference(mpmath.ldexp(ends[0], -64)), 64)
                assert mpmath.ldexp(reference(mpmath.ldexp(ends[1], -64)), 64) <= high


# --------------------------------------------------------------------------------------------------
# Cross-entropy
# --------------------------------------------------------------------------------------------------


def entropy(outputs: int, classes: int, labels, better=None, **claims):
    problem = {
        "network": {"input": [2], "layers": [dense(2), RELU, dense(outputs)]},
        "inputs": XOR["inputs"],
        "labels": labels,
        "classes": classes,
    }
    parameters = [
        {"weights": [["1", "2"], ["-1", "1"]], "bias": ["3", "2"]},
        {"weights": [["0", "0"]] * outputs, "bias": ["0"] * outputs},
    ]
    return {
        "problem": problem,
        "parameters": parameters,
        "claims": {
            "distance": "1e-9",
            "risk": ["2.7725887222", "2.7725887223"],
            "better": better,
            **claims,
        },
    }


ENTROPY_WITNESS = {"bits": 128, "curvature": "0.01"}


def test_entropy_on_xor():
    """The linear logit 0 is best for XOR: 4 log 2 = 2.7725887222..."""
    better = copy.deepcopy(XOR_BETTER)
    better[1] = {"weights": [["10", "-20"]], "bias": ["-5"]}
    statement = entropy(1, 2, [1, 0, 0, 1])
    assert verdict("data-entropy-minimum", statement, ENTROPY_WITNESS) == ("PROVED", None)
    better = [better[0], {"weights": [["-10", "20"]], "bias": ["5"]}]
    statement = entropy(1, 2, [1, 0, 0, 1], better)
    # logit of class 0 against class 1: it is to be large for label 0, that is where x_1 + x_2 = 1
    assert verdict("data-entropy-minimum", statement, ENTROPY_WITNESS) == ("REJECTED", "spurious")
    better[1] = {"weights": [["10", "-20"]], "bias": ["-5"]}
    statement = entropy(1, 2, [1, 0, 0, 1], better)
    assert verdict("data-entropy-minimum", statement, ENTROPY_WITNESS) == ("PROVED", None)
    both = [better[0], {"weights": [["10", "-20"], ["0", "0"]], "bias": ["-5", "0"]}]
    assert verdict("data-entropy-minimum", entropy(2, 2, [1, 0, 0, 1], both), ENTROPY_WITNESS) == (
        "PROVED",
        None,
    )
    for claims, witness, code in [
        ({"risk": ["2.7725887223", "2.8"]}, {}, "risk-low"),
        ({"risk": ["2.7", "2.7725887222"]}, {}, "risk-high"),
        ({}, {"curvature": "0"}, "curvature"),
        ({}, {"curvature": "-1"}, "curvature"),
        ({}, {"curvature": "2"}, "curvature"),
        ({"distance": "10"}, {}, "curvature"),
        ({"distance": "1e300"}, {}, "curvature"),
    ]:
        assert verdict(
            "data-entropy-minimum",
            entropy(1, 2, [1, 0, 0, 1], **claims),
            {**ENTROPY_WITNESS, **witness},
        ) == ("REJECTED", code)
    assert verdict("data-entropy-minimum", entropy(1, 2, [1, 0, 0, 0]), ENTROPY_WITNESS) == (
        "REJECTED",
        "distance",
    )
    # a third unit that is a combination of the others is not free; its weight stays, and the others
    # make up for it
    more = entropy(1, 2, [1, 0, 0, 1])
    more["problem"]["network"]["layers"][0] = dense(3)
    more["parameters"] = [
        {"weights": [["1", "2"], ["-1", "1"], ["0", "3"]], "bias": ["3", "2", "7"]},
        {"weights": [["-1", "-1", "1"]], "bias": ["-2"]},
    ]
    assert verdict("data-entropy-minimum", more, ENTROPY_WITNESS) == ("PROVED", None)
    more["parameters"][0]["weights"][2] = ["0", "-9"]
    assert verdict("data-entropy-minimum", more, ENTROPY_WITNESS) == ("REJECTED", "span")
    statement["parameters"][0] = {"weights": [["1", "2"], ["2", "4"]], "bias": ["3", "2"]}
    assert verdict("data-entropy-minimum", statement, ENTROPY_WITNESS) == ("REJECTED", "span")
    statement["parameters"][0]["bias"] = ["0", "1"]
    assert verdict("data-entropy-minimum", statement, ENTROPY_WITNESS) == ("REJECTED", "kink")


@pytest.mark.parametrize(
    "path, value",
    [
        (("problem", "classes"), 1),
        (("problem", "classes"), 65),
        (("problem", "classes"), 4),
        (("problem", "classes"), True),
        (("problem", "labels"), [0, 1, 1]),
        (("problem", "labels", 0), 2),
        (("problem", "labels", 0), "0"),
        (("problem", "labels", 0), True),
        (("problem", "labels"), []),
        (("problem", "loss"), {"type": "squared"}),
        ((*LAYERS, 2, "bias"), False),
        (LAYERS, [dense(2), RELU, dense(1), RELU]),
        (("claims", "distance"), "0"),
        (("claims", "distance"), "1/2"),
        (("claims", "risk"), ["2", "2"]),
        (("claims", "risk"), "2"),
        (("claims", "better"), []),
    ],
)
def test_malformed_entropy(path, value):
    """FORMAT 4.14, statement: one change, and it is malformed."""
    assert verdict(
        "data-entropy-minimum", changed(entropy(1, 2, [1, 0, 0, 1]), path, value), ENTROPY_WITNESS
    ) == ("MALFORMED", None)


@pytest.mark.parametrize(
    "witness",
    [
        {},
        {"bits": 127, "curvature": "1"},
        {"bits": 128},
        {"bits": 128, "curvature": "1/2"},
        {"bits": "128", "curvature": "1"},
        {**ENTROPY_WITNESS, "x": 0},
    ],
)
def test_malformed_entropy_witness(witness):
    """FORMAT 4.14: the witness is bits in 128..1024 and a curvature, a decimal."""
    assert verdict("data-entropy-minimum", entropy(1, 2, [1, 0, 0, 1]), witness) == (
        "MALFORMED",
        None,
    )


def sums_of(statement, matrix):
    """Risk, gradient and Hessian by the first K - 1 rows of the last layer, at this matrix (rows
    with the bias first), in mpmath.
    """
    problem, classes, parameters = (
        statement["problem"],
        statement["problem"]["classes"],
        statement["parameters"],
    )
    network = {**problem["network"], "layers": problem["network"]["layers"][:-1]}
    free, total, slopes, curved = classes - 1, mpmath.mpf(0), None, None
    for x, label in zip(problem["inputs"], problem["labels"], strict=True):
        phi = [
            mpmath.mpf(h.numerator) / h.denominator
            for h in [Fraction(1), *run(network, parameters[:-1], x)[0]]
        ]
        if slopes is None:
            slopes, curved = mpmath.zeros(free * len(phi), 1), mpmath.zeros(free * len(phi))
        z = [mpmath.fdot(row, phi) for row in matrix] + (
            [mpmath.mpf(0)] if len(matrix) < classes else []
        )
        p = [mpmath.exp(z[u]) / mpmath.fsum(map(mpmath.exp, z)) for u in range(classes)]
        total -= mpmath.log(p[label])
        for (u, (j, a)), (v, (k, b)) in itertools.product(
            itertools.product(range(free), enumerate(phi)), repeat=2
        ):
            curved[u * len(phi) + j, v * len(phi) + k] += p[u] * ((u == v) - p[v]) * a * b
        for u, (j, a) in itertools.product(range(free), enumerate(phi)):
            slopes[u * len(phi) + j] += (p[u] - (u == label)) * a
    return total, slopes, curved


@pytest.mark.parametrize("outputs", [2, 3])
def test_entropy_of_three_classes(outputs):
    """Newton's method in mpmath finds the minimum; its sums there, and at other points of the ball,
    lie in the enclosures.
    """
    rng = random.Random(outputs)
    inputs = [[str(rng.randint(-9, 9)), f"{rng.randint(-90, 90) / 10:.1f}"] for _ in range(14)]
    problem = {
        "network": {"input": [2], "layers": [dense(2), LEAKY, dense(outputs)]},
        "inputs": inputs,
        "labels": [rng.randint(0, 2) for _ in inputs],
        "classes": 3,
    }
    hidden = {"weights": [["1", "0.5"], ["-1/3", "1"]], "bias": ["40", "30"]}
    statement = {"problem": problem, "parameters": [hidden, None]}
    with mpmath.workdps(110):
        fixed = [[mpmath.mpf(1) / 2, mpmath.mpf(1) / 8, mpmath.mpf(-1) / 4]][: outputs - 2]
        matrix = [[mpmath.mpf(0)] * 3 for _ in range(2)] + fixed
        for _ in range(60):
            _, slopes, curved = sums_of(statement, matrix)
            step = mpmath.lu_solve(curved, slopes)
            step *= min(1, 1 / (mpmath.norm(step) + mpmath.mpf(10) ** -40))
            for u, j in itertools.product(range(2), range(3)):
                matrix[u][j] -= step[3 * u + j]
        rows = [[Fraction(int(mpmath.nint(x * 10**45)), 10**45) for x in row] for row in matrix]
        statement["parameters"] = texts(
            [hidden, {"weights": [row[1:] for row in rows], "bias": [row[0] for row in rows]}]
        )
        total, slopes, curved = sums_of(statement, matrix)
        assert mpmath.norm(slopes) < mpmath.mpf(10) ** -40
        mu = mpmath.eigsy(curved, eigvals_only=True)[0] * mpmath.mpf("0.9")
        ends = [
            mpmath.nstr(total + t, 45) for t in (-(mpmath.mpf(10) ** -20), mpmath.mpf(10) ** -20)
        ]
        statement["claims"] = {"distance": "1e-25", "risk": ends, "better": None}
        witness = {"bits": 160, "curvature": mpmath.nstr(mu, 20, min_fixed=-30, max_fixed=30)}
        assert verdict("data-entropy-minimum", statement, witness) == ("PROVED", None)
        for distance in ("1e-25", "0.001"):
            statement["claims"]["distance"] = distance
            claim = rc.entropy.read({"statement": statement, "witness": witness})
            sums = rc.entropy.Entropy(claim)
            exact = [[mpmath.mpf(x.numerator) / x.denominator for x in row] for row in rows]
            total, slopes, _ = sums_of(statement, exact)
            unit = mpmath.ldexp(1, -sums.ar.bits)
            (g_low, g_high), (low, high) = sums.point()
            assert low * unit <= total <= high * unit
            assert g_low * unit <= mpmath.norm(slopes) <= g_high * unit
            assert high - low < 2**40
            hessian = sums.hessian()
            for _ in range(8):
                step = [[mpmath.mpf(rng.randint(-99, 99)) for _ in row] for row in exact[:2]]
                size = mpmath.sqrt(mpmath.fsum(x * x for row in step for x in row)) / mpmath.mpf(
                    distance
                )
                moved = [
                    [x + y / size for x, y in zip(row, line, strict=True)]
                    for row, line in zip(exact, step, strict=False)
                ] + exact[2:]
                _, _, curved = sums_of(statement, moved)
                rest = mpmath.matrix(6)
                for i, j in itertools.product(range(6), repeat=2):
                    rest[i, j] = (
                        curved[i, j] / mpmath.ldexp(1, -sums.ar.bits)
                        - hessian.rows[max(i, j)][min(i, j)]
                    )
                assert max(map(abs, mpmath.eigsy(rest, eigvals_only=True))) <= hessian.slack
            assert hessian.slack * unit < 10**8 * mpmath.mpf(distance)
