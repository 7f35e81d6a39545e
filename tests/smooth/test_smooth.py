"""Smooth units end to end: the commands `certify data constant` and `split`, the verbs, and an
attack in 60 digits on every certified point.

The attack (oracles/smooth.py) is written from FORMAT and the lemmas, with nothing of the kernel:
around a certified minimum no point of many directions and scales is lower; around its twin that is
not certified, one is.
"""

from __future__ import annotations

import copy
import json
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from console import call
from mpmath import mp, mpf
from oracles import smooth as oracle

import certify
from certify.data import activation_counterexample, every_architecture, every_width, smooth_minimum
from certify.kernel.check import check_document
from certify.kernel.foundation.outcomes import Proved, Rejected
from certify.smooth.activations import REGISTRY
from certify.smooth.prove.generated import draw_data

HAT = ([[-1], [1], [0]], [0, 0, 1])
AXES = [[a, 0] for a in (1, -1, 2, -2)] + [[0, a] for a in (1, -1, 2, -2)] + [[0, 0]]
BOWL = (AXES, [a * a + b * b for a, b in AXES])
SADDLE = (AXES, [a * a - b * b for a, b in AXES])
SCALES = (2, 4, 8, 12)
ROUNDING = mpf(10) ** -40  # of risks, relative, with 60 digits


@pytest.fixture(autouse=True)
def _digits():
    with mp.workdps(60):
        yield


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with data in it."""
    monkeypatch.chdir(tmp_path)
    write("hat.csv", *HAT)
    write("bowl.csv", *BOWL)
    write("saddle.csv", *SADDLE)
    return tmp_path


def write(name: str, inputs, targets) -> None:
    header = ",".join([*(f"x{i}" for i in range(len(inputs[0]))), "y"])
    Path(name).write_text(
        "\n".join(
            [
                header,
                *(",".join(map(str, (*row, y))) for row, y in zip(inputs, targets, strict=True)),
            ]
        )
        + "\n"
    )


def proved(*words: object) -> dict:
    """The certificate that the command wrote, proved again from the file."""
    before = set(Path.cwd().glob("*.json"))
    result = call("data", *words)
    assert result.returncode == 0, result.stdout + result.stderr
    (path,) = set(Path.cwd().glob("*.json")) - before
    assert result.stdout.startswith("THEOREM.")
    assert result.stdout.splitlines()[-1].startswith(f"PROVED {path.name}: ")
    assert certify.check(path).verdict == "PROVED"
    return json.loads(path.read_text())


def proof(document: dict) -> dict:
    return {name: document[name] for name in ("kind", "statement", "witness")}


# --------------------------------------------------------------------------------------------------
# Constant outputs, one architecture
# --------------------------------------------------------------------------------------------------

WIDE = {
    "4,5,3": ("hat", "tanh", "1/3"),
    "1,2,6": ("hat", "tanh", "1/3"),
    "3": ("hat", "sigmoid", "1/3"),
    "3,4": ("hat", "silu", "1/3"),
    "1": ("hat", "tanh", "1/3"),
    "2,2": ("bowl", "tanh", "106/9"),
    "5": ("bowl", "sin", "106/9"),
}


@pytest.mark.parametrize("widths", WIDE)
def test_wide(widths, here):
    """Proved; in mpmath the output is the mean of the targets, the risk is the claimed one, the
    better point is lower, and no point nearby is.
    """
    data, name, risk_text = WIDE[widths]
    document = proved("constant", f"{data}.csv", "--activation", name, "--widths", widths)
    assert document["kind"] == "data-constant-minimum"
    problem, claims = document["statement"]["problem"], document["statement"]["claims"]
    assert (problem["widths"], claims["risk"]) == ([int(w) for w in widths.split(",")], risk_text)
    given, risk = oracle.parsed(document["statement"]["parameters"]), oracle.risk_of(problem)
    theta = oracle.constant_on_data(problem, given)
    assert [above for _, above in oracle.sizes(theta)] == [*problem["widths"], 1]
    assert abs(theta[-1][1][0] - given[-1][1][0]) < oracle.number(claims["distance"])
    level, h = oracle.number(risk_text), oracle.function(problem["activation"])
    mean = sum(oracle.number(row[0]) for row in problem["targets"]) / len(problem["targets"])
    assert all(
        abs(oracle.output(h, theta, [oracle.number(v) for v in x]) - mean) < mpf(10) ** -50
        for x in problem["inputs"]
    )
    assert abs(risk(theta) - level) < mpf(10) ** -50
    assert risk(oracle.parsed(claims["better"])) < level * (1 - mpf(10) ** -6)
    ways = list(oracle.directions(theta, random.Random(widths), 12))
    if len(ways[0]) < 12:
        ways += oracle.eigenvectors(risk, theta)
    assert oracle.lowest(risk, theta, ways, SCALES) > -ROUNDING


@pytest.mark.parametrize("widths", ["4,5,3", "3", "3,4", "2,2", "5"])
def test_flipped_twins_are_not_proved_and_are_no_minima(widths):
    """The other sign of the output weights: the kernel rejects it, and there are lower points
    nearby. (At width 1 both may be minima.)
    """
    data, name, _ = WIDE[widths]
    document = smooth_minimum(
        *(HAT if data == "hat" else BOWL),
        widths=[int(w) for w in widths.split(",")],
        activation=name,
    ).document
    statement = document["statement"]
    theta = oracle.constant_on_data(
        statement["problem"], oracle.flipped(oracle.parsed(statement["parameters"]))
    )
    twin = copy.deepcopy(document)
    twin["statement"]["parameters"] = [
        {
            "weights": [[mp.nstr(w, 50) for w in row] for row in weights],
            "bias": [mp.nstr(b, 50) for b in biases],
        }
        for weights, biases in theta
    ]
    outcome = check_document(twin)
    assert isinstance(outcome, Rejected)
    assert outcome.code == "definite"
    risk = oracle.risk_of(statement["problem"])
    # weights of the first layer of different signs, so that the sum the second layer takes does not
    # move in first order
    d, units = len(theta[0][0][0]), len(theta[0][1])
    way = [
        float((-1) ** unit * (unit < units - units % 2)) for unit in range(units) for _ in range(d)
    ]
    way += [0.0] * (len(oracle.flat(theta)) - len(way))
    for scale in (4, 6, 9, 12):
        assert oracle.lowest(risk, theta, [way], [scale]) < -ROUNDING


# --------------------------------------------------------------------------------------------------
# Constant outputs, all architectures: the point of the proof of theorem 16
# --------------------------------------------------------------------------------------------------


def point_of_the_proof(problem: dict, a, widths: list[int], sign: int, epsilon) -> oracle.Layers:
    """First layer 0; epsilon in the second (or, with one hidden layer, in the last) one; 1 after
    that; output weights of the sign.
    """
    value = oracle.function(problem["activation"])(a)
    layers, below = (
        [([[mpf(0)] * len(problem["inputs"][0]) for _ in range(widths[0])], [a] * widths[0])],
        widths[0],
    )
    for place, width in enumerate(widths[1:]):
        weight = epsilon if place == 0 else mpf(1)
        layers.append(
            ([[weight] * below for _ in range(width)], [a - below * weight * value] * width)
        )
        below = width
    last = sign * (epsilon if len(widths) == 1 else mpf(1))
    return oracle.constant_on_data(problem, [*layers, ([[last] * below], [mpf(0)])])


def random_widths(seed: int) -> list[int]:
    """One to four layers."""
    rng = random.Random(seed)
    return [rng.randint(1, 3) for _ in range(1 + seed % 4)]


ARCHITECTURES = [
    [1],
    [4],
    [1, 1],
    [2, 3],
    [3, 1, 2],
    [1, 2, 1, 3],
    *(random_widths(seed) for seed in range(12)),
]


@pytest.fixture(scope="module")
def families() -> dict:
    """One certificate for each activation, on data with M below 0 and above 0."""
    return {
        name: every_architecture(*data, activation=name).document
        for name, data in (("tanh", HAT), ("sigmoid", BOWL), ("elu", HAT))
    }


@pytest.mark.parametrize("widths", ARCHITECTURES, ids=lambda widths: ",".join(map(str, widths)))
def test_the_point_of_the_proof_is_a_minimum_and_the_flipped_one_is_not(widths, families):
    """For epsilon = 10^-3, at scales where it is small: no lower point beside the first, lower
    points beside the second.
    """
    name = ["tanh", "sigmoid", "elu"][sum(widths) % 3]
    problem, text = families[name]["statement"]["problem"], families[name]["statement"]["point"]
    a, h, risk = (
        oracle.number(text),
        oracle.function(problem["activation"]),
        oracle.risk_of(problem),
    )
    slope, bend = mp.diff(h, a, 1), mp.diff(h, a, 2)
    kappa = slope ** (len(widths) - 1)
    # of sum Delta xi xi^T: the bowl's targets grow outwards
    moment = 1 if name == "sigmoid" else -1
    sign = -moment * int(mp.sign(kappa * bend))
    claimed = oracle.number(families[name]["statement"]["claims"]["risk"])
    rng = random.Random(0)
    for s in (1, -1):
        theta = point_of_the_proof(problem, a, widths, s * sign, mpf(10) ** -3)
        assert abs(risk(theta) / claimed - 1) < mpf(10) ** -45
        if s == 1:
            assert (
                oracle.lowest(risk, theta, oracle.directions(theta, rng, 8), (5, 8, 12)) > -ROUNDING
            )
        else:
            first = [
                way for place, way in enumerate(oracle.directions(theta, rng, 8)) if place % 4 == 1
            ]
            assert all(
                oracle.lowest(risk, theta, [way], [scale]) < -ROUNDING
                for way in first
                for scale in (5, 8, 12)
            )


def test_every_architecture_by_command_and_verb(here):
    document = proved("constant", "bowl.csv", "--activation", "sigmoid", "--all-architectures")
    assert document["kind"] == "data-constant-family"
    assert document["statement"]["claims"]["risk"] == "106/9"
    assert proof(document) == proof(every_architecture(*BOWL, activation="sigmoid").document)
    document = proved(
        "constant",
        "bowl.csv",
        "--activation",
        "t*exp(-t^2)",
        "--all-architectures",
        "--at",
        "1/4",
        "-o",
        "other.json",
    )
    assert document["statement"]["point"] == "0.25"


# --------------------------------------------------------------------------------------------------
# Split neurons
# --------------------------------------------------------------------------------------------------

BASES = {
    "tanh": {"activation": "tanh", "widths": [1]},
    "deep": {"activation": "tanh", "widths": [1, 1], "spread": "0"},
    "two": {"activation": "tanh", "widths": [2], "spread": "0"},
}


@pytest.fixture(scope="module")
def base():
    """A certificate for made data, the minimum of the base network to 60 digits, and its risk as a
    function; made once.
    """
    known: dict = {}

    def made(name: str):
        if name not in known:
            document = every_width(1, seed=0, **BASES[name]).document
            problem = document["statement"]["problem"]
            with mp.workdps(160):
                known[name] = (
                    document,
                    oracle.newton(
                        oracle.risk_of(problem),
                        oracle.parsed(document["statement"]["parameters"]),
                        2,
                    ),
                )
        return known[name]

    return made


def proportions(rng: random.Random, copies: int) -> list:
    """Positive, with the sum 1."""
    parts = [mpf(rng.randrange(1, 1000)) for _ in range(copies)]
    return [part / sum(parts) for part in parts]


def apart(theta: oracle.Layers, copies: int, rng: random.Random) -> list[float]:
    """The first two of the copies moved against each other, so that what they add up to does not
    move in first order.
    """
    *_, (weights, biases), ([outer], _) = theta
    first = len(biases) - copies
    move = [rng.gauss(0, 1) for _ in range(len(weights[0]) + 1)]
    way = oracle.nested([0.0] * len(oracle.flat(theta)), theta)
    for unit, factor in ((first, outer[first + 1]), (first + 1, -outer[first])):
        way[-2][0][unit][:] = [float(factor) * part for part in move[:-1]]
        way[-2][1][unit] = float(factor) * move[-1]
    return oracle.flat(way)


@pytest.mark.parametrize("name", BASES)
@pytest.mark.first(1)
def test_the_base_point(name, base):
    """It is within the distance, its risk is in the interval, the better point is below, and it is
    a minimum.
    """
    document, theta = base(name)
    statement = document["statement"]
    claims, risk = statement["claims"], oracle.risk_of(statement["problem"])
    given = oracle.parsed(statement["parameters"])
    moved = mp.norm([a - b for a, b in zip(oracle.flat(theta), oracle.flat(given), strict=True)])
    assert moved < oracle.number(claims["distance"])
    low, high = map(oracle.number, claims["risk"])
    assert low < risk(theta) < high
    assert risk(oracle.parsed(claims["better"]["parameters"])) < low
    slope, _ = oracle.derivatives(risk, theta)
    assert max(map(abs, slope)) < mpf(10) ** -25
    ways = [*oracle.directions(theta, random.Random(name), 8), *oracle.eigenvectors(risk, theta)]
    assert oracle.lowest(risk, theta, ways, SCALES[1:]) > -ROUNDING


@pytest.mark.parametrize("name", BASES)
@pytest.mark.parametrize("copies", [2, 5])
def test_split_points_are_minima(name, copies, base):
    """Any positive proportions: the same risk, and no lower point nearby, the copies moved
    independently and against each other.
    """
    document, theta = base(name)
    statement = document["statement"]
    risk, rng = oracle.risk_of(statement["problem"]), random.Random(copies)
    for _ in range(2):
        wider = oracle.split(theta, statement["neuron"], proportions(rng, copies))
        assert len(wider[-2][1]) == statement["problem"]["widths"][-1] + copies - 1
        assert abs(risk(wider) / risk(theta) - 1) < mpf(10) ** -50
        ways = [*oracle.directions(wider, rng, 12), *(apart(wider, copies, rng) for _ in range(4))]
        assert oracle.lowest(risk, wider, ways, SCALES[1:]) > -ROUNDING


@pytest.mark.parametrize("name", BASES)
def test_negative_proportions_are_no_minima(name, base):
    """One proportion below 0: the same risk, and lower points at all scales."""
    document, theta = base(name)
    statement = document["statement"]
    risk, rng = oracle.risk_of(statement["problem"]), random.Random(1)
    wider = oracle.split(theta, statement["neuron"], [mpf("-0.5"), mpf("1.5")])
    assert abs(risk(wider) / risk(theta) - 1) < mpf(10) ** -50
    for scale in (4, 6, 9, 12):
        assert (
            oracle.lowest(risk, wider, [apart(wider, 2, rng) for _ in range(3)], [scale])
            < -ROUNDING
        )


def inner(problem: dict, theta: oracle.Layers, neuron: int):
    """v B of lemma 23 with one input and one hidden layer, 2 x 2."""
    h, total = oracle.function(problem["activation"]), mp.matrix(2, 2)
    weights, biases = theta[0]
    for row, goal in zip(problem["inputs"], problem["targets"], strict=True):
        x = oracle.number(row[0])
        residual = oracle.output(h, theta, [x]) - oracle.number(goal[0])
        column = mp.matrix([x, 1])
        total += (
            column * column.T * (residual * mp.diff(h, weights[neuron][0] * x + biases[neuron], 2))
        )
    return total * theta[1][0][0][neuron]


def test_an_indefinite_neuron_is_no_minimum_when_it_is_split(base):
    """The other neuron of the network with two: the kernel does not prove it, and the split point
    has lower ones nearby.
    """
    document, theta = copy.deepcopy(base("two"))
    statement = copy.deepcopy(document["statement"])
    other = 1 - statement["neuron"]
    assert (
        min(mp.eigsy(inner(statement["problem"], theta, statement["neuron"]), eigvals_only=True))
        > 0
    )
    values, vectors = mp.eigsy(inner(statement["problem"], theta, other))
    assert min(values) < 0
    document["statement"]["neuron"] = other
    outcome = check_document(document)
    assert isinstance(outcome, Rejected)
    assert outcome.code == "inner"
    risk = oracle.risk_of(statement["problem"])
    wider = oracle.split(theta, other, [mpf("0.5"), mpf("0.5")])
    way = oracle.nested([0.0] * len(oracle.flat(wider)), wider)
    place = min(range(2), key=lambda i: values[i])
    for unit, sign in ((1, 1), (2, -1)):
        way[0][0][unit][0], way[0][1][unit] = (
            sign * float(vectors[0, place]),
            sign * float(vectors[1, place]),
        )
    for scale in (4, 6, 9, 12):
        assert oracle.lowest(risk, wider, [oracle.flat(way)], [scale]) < -ROUNDING


def test_targets_within_the_spread(base):
    """Corners and members of the box of targets: the minimum has moved less than the distance, its
    risk is in the interval, and it can be split.
    """
    document, theta = base("tanh")
    statement = document["statement"]
    problem, claims, rng = statement["problem"], statement["claims"], random.Random(5)
    spread = oracle.number(problem["spread"])
    assert spread > 0
    given = oracle.flat(oracle.parsed(statement["parameters"]))
    low, high = map(oracle.number, claims["risk"])
    for trial in range(3):
        factors = (-1, 1) if trial % 2 else [mpf(n) / 10 for n in range(-10, 11)]
        targets = [
            oracle.number(row[0]) + spread * rng.choice(factors) for row in problem["targets"]
        ]
        risk = oracle.risk_of(problem, targets)
        moved = oracle.newton(risk, theta, 5)
        assert mp.norm(
            [a - b for a, b in zip(oracle.flat(moved), given, strict=True)]
        ) < oracle.number(claims["distance"])
        assert low < risk(moved) < high
        assert risk(oracle.parsed(claims["better"]["parameters"])) < low
        wider = oracle.split(moved, 0, proportions(rng, 3))
        ways = [*oracle.directions(wider, rng, 8), *(apart(wider, 3, rng) for _ in range(3))]
        assert oracle.lowest(risk, wider, ways, SCALES[1:]) > -ROUNDING


@pytest.mark.parametrize("name", ["sin", "arctan", "gaussian", "quadratic", "cubic"])
def test_activations_whose_neurons_cannot_be_split(name):
    """h'' is a combination of 1, h, h' and t h' (divided by 1 + t^2 for arctan, by t for t^3), so
    the inner Hessian of a critical point is never definite: with P = (0, 1)(0, 1)^T, or that and
    w w^T, or the null vector w, its product with P is 0. Nothing may be proved for them.
    """
    with pytest.raises(certify.NotProved, match="no data were found"):
        every_width(1, activation=name)


def test_split_by_command(here):
    """Data made for it, and the same certificate from the verb; then those data from a file."""
    document = proved("split", "--activation", "tanh", "--generate", 1, "--spread", "1e-6")
    assert document["kind"] == "data-splitting-family"
    assert document["statement"]["problem"]["spread"] == "1e-6"
    assert proof(document) == proof(every_width(1, activation="tanh", spread="1e-6").document)
    problem = document["statement"]["problem"]
    write("own.csv", problem["inputs"], [row[0] for row in problem["targets"]])
    result = call("data", "split", "own.csv", "--activation", "tanh")
    assert result.returncode in (0, 1)
    assert Path("own.every-width-activation-tanh.json").exists() == (result.returncode == 0)
    assert result.stdout.startswith("THEOREM." if result.returncode == 0 else "not proved: ")


# --------------------------------------------------------------------------------------------------
# Seeds, verbs
# --------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_certificate(here):
    first, second = (
        proved(
            "constant",
            "hat.csv",
            "--activation",
            "tanh",
            "--widths",
            "2,2",
            "--seed",
            3,
            "-o",
            f"{n}.json",
        )
        for n in (1, 2)
    )
    assert proof(first) == proof(second)
    assert proof(first) == proof(
        smooth_minimum(*HAT, widths=[2, 2], activation="tanh", seed=3).document
    )
    other = smooth_minimum(*HAT, widths=[2, 2], activation="tanh", seed=4).document
    assert other["statement"]["parameters"] == first["statement"]["parameters"]
    assert other["statement"]["claims"]["better"] != first["statement"]["claims"]["better"]


def test_data_made_with_another_seed_are_others():
    first, second, third = (
        draw_data(1, None, [1], REGISTRY["tanh"], seed)[0] for seed in (0, 1, 0)
    )
    assert first != second
    assert first == third


def test_verbs_take_arrays_and_say_why_not():
    made = smooth_minimum(
        np.array([[-1.0], [1.0], [0.0]]),
        np.array([0, 0, 1]),
        widths=[2],
        activation="sigmoid",
        at="1/2",
    )
    assert (made.kind, made.risk) == ("data-constant-minimum", "1/3")
    with pytest.raises(certify.NotProved, match="uncorrelated"):
        smooth_minimum([[0], [1], [2]], [0, 1, 3], widths=[2], activation="tanh")
    with pytest.raises(certify.NotProved, match="uncorrelated"):
        every_architecture([[0], [1], [2]], [0, 1, 3], activation="tanh")
    with pytest.raises(certify.UnusableInput, match="too few"):
        every_width(1, activation="tanh", points=3)


# --------------------------------------------------------------------------------------------------
# What is not proved, and what cannot be used
# --------------------------------------------------------------------------------------------------

CORRELATED = "x,y\n0,0\n1,1\n2,3\n"
NOT_PROVED = {
    "correlated": (
        CORRELATED,
        ["constant", "file.csv", "--activation", "tanh", "--widths", "2"],
        "[uncorrelated] the targets are uncorrelated with input 1",
    ),
    "correlated, all": (
        CORRELATED,
        ["constant", "file.csv", "--activation", "tanh", "--all-architectures"],
        "[uncorrelated]",
    ),
    "indefinite": (
        "",
        ["constant", "saddle.csv", "--activation", "tanh", "--widths", "2"],
        "[definite]",
    ),
    "indefinite, deep": (
        "",
        ["constant", "saddle.csv", "--activation", "tanh", "--widths", "3,2"],
        "[definite]",
    ),
    "indefinite, all": (
        "",
        ["constant", "saddle.csv", "--activation", "tanh", "--all-architectures"],
        "[bounds]",
    ),
    "no data": ("", ["split", "--activation", "sin", "--generate", "1"], "no data were found"),
    "no data at a kink": (
        "",
        ["split", "--activation", "Max(t, 0)", "--generate", "1"],
        "no data were found",
    ),
    "rounded data": (
        "x,y\n-1,0.5403023\n-0.1,0.9950041\n0.1,0.9950042\n1,0.5403022888888\n",
        ["constant", "file.csv", "--activation", "tanh", "--widths", "2"],
        "[uncorrelated]",
    ),
    "no slope": (
        "",
        ["constant", "hat.csv", "--activation", "t^2", "--all-architectures", "--at", "0"],
        "[slope]",
    ),
    "no bend": (
        "",
        ["constant", "hat.csv", "--activation", "tanh", "--all-architectures", "--at", "0"],
        "[bend]",
    ),
    "no bend, one": (
        "",
        ["constant", "hat.csv", "--activation", "sin", "--widths", "2", "--at", "0"],
        "[definite]",
    ),
}


@pytest.mark.parametrize("name", NOT_PROVED)
def test_not_proved(name, here):
    """Exit code 1, one sentence with the reason, nothing written, never a refutation."""
    text, words, sentence = NOT_PROVED[name]
    Path("file.csv").write_text(text)
    before = set(here.iterdir())
    result = call("data", *words)
    assert result.returncode == 1, result.stdout + result.stderr
    assert result.stdout.startswith(f"not proved: {sentence}")
    assert result.stdout.count("\n") == 1
    assert "refuted" not in result.stdout
    assert set(here.iterdir()) == before


WIDE_HAT = ["constant", "hat.csv", "--activation", "tanh"]
SPLIT = ["split", "--activation", "tanh"]
BAD = {
    "equal inputs": (
        "x,y\n1,0\n1,2\n1,1\n",
        ["constant", "file.csv", "--activation", "tanh", "--widths", "2"],
        "all inputs are equal",
    ),
    "equal inputs, all": (
        "x,y\n1,0\n1,2\n1,1\n",
        ["constant", "file.csv", "--activation", "tanh", "--all-architectures"],
        "all inputs are equal",
    ),
    "two outputs": (
        "x,y,z\n-1,0,0\n1,0,1\n0,1,1\n",
        [
            "constant",
            "file.csv",
            "--activation",
            "tanh",
            "--widths",
            "2",
            "--target",
            "y",
            "--target",
            "z",
        ],
        "these networks have one output: give one target column",
    ),
    "two outputs, split": (
        "x,y,z\n-1,0,0\n1,0,1\n0,1,1\n",
        ["split", "file.csv", "--activation", "tanh", "--target", "y", "--target", "z"],
        "these networks have one output",
    ),
    "NaN": (
        "x,y\n-1,0\n1,nan\n0,1\n",
        ["constant", "file.csv", "--activation", "tanh", "--widths", "2"],
        "row 2, column y is missing",
    ),
    "infinity": (
        "x,y\n-1,0\ninf,0\n0,1\n",
        ["constant", "file.csv", "--activation", "tanh", "--widths", "2"],
        "row 2, column x is not finite",
    ),
    "missing file": (
        "",
        ["constant", "none.csv", "--activation", "tanh", "--widths", "2"],
        "none.csv",
    ),
    "missing file, split": ("", ["split", "none.csv", "--activation", "tanh"], "none.csv"),
    "no widths": ("", WIDE_HAT, "give --widths, or --all-architectures"),
    "widths and all": (
        "",
        [*WIDE_HAT, "--widths", "2", "--all-architectures"],
        "give --widths, or --all-architectures",
    ),
    "width 0": ("", [*WIDE_HAT, "--widths", "2,0"], "widths 2,0 are not whole numbers"),
    "width -1": ("", [*WIDE_HAT, "--widths=-1"], "widths -1 are not whole numbers"),
    "width empty": ("", [*WIDE_HAT, "--widths", "2,,3"], "are not whole numbers"),
    "width word": ("", [*WIDE_HAT, "--widths", "two"], "widths two are not whole numbers"),
    "width huge": ("", [*WIDE_HAT, "--widths", "4097"], "are not whole numbers from 1 to 4096"),
    "width above the format's": ("", [*WIDE_HAT, "--widths", "257"], "256"),
    "many layers": ("", [*WIDE_HAT, "--widths", ",".join(["1"] * 33)], "32"),
    "many weights": ("", [*WIDE_HAT, "--widths", ",".join(["256"] * 5)], "the weights"),
    "kink": (
        "",
        ["constant", "hat.csv", "--activation", "elu", "--widths", "2", "--at", "0"],
        "is not smooth at 0",
    ),
    "kink, all": (
        "",
        ["constant", "hat.csv", "--activation", "elu", "--all-architectures", "--at", "0"],
        "is not smooth at 0",
    ),
    "undefined point": (
        "",
        ["constant", "hat.csv", "--activation", "log(t)", "--widths", "2", "--at=-1"],
        "is not smooth at -1",
    ),
    "point word": (
        "",
        [*WIDE_HAT, "--widths", "2", "--at", "half"],
        "--at half is not a number",
    ),
    "two points": (
        "",
        [*WIDE_HAT, "--widths", "2", "--at", "1,2"],
        "--at 1,2: with a FILE --at is one number",
    ),
    "no file": (
        "",
        ["constant", "nowhere.csv", "--activation", "tanh"],
        "nowhere.csv is not a file",
    ),
    "point no decimal": (
        "",
        [*WIDE_HAT, "--all-architectures", "--at", "1/3"],
        "1/3 is not a decimal of at most 50 digits",
    ),
    "activation": (
        "",
        ["constant", "hat.csv", "--activation", "swoosh", "--widths", "2"],
        "it has the name swoosh",
    ),
    "linear activation": (
        "",
        ["constant", "hat.csv", "--activation", "2*t", "--widths", "2"],
        "has no suitable point",
    ),
    "neither file nor generate": ("", SPLIT, "give a FILE, or --generate"),
    "file and generate": ("", [*SPLIT, "hat.csv", "--generate", "1"], "give a FILE, or --generate"),
    "few points": (
        "",
        [*SPLIT, "--generate", "1", "--points", "3"],
        "3 points are too few for these widths: the equations for the residuals need at least 7",
    ),
    "spread negative": ("", [*SPLIT, "--generate", "1", "--spread=-1e-3"], "the spread"),
    "spread nonsense": ("", [*SPLIT, "--generate", "1", "--spread", "much"], "the spread"),
    "spread NaN": ("", [*SPLIT, "--generate", "1", "--spread", "nan"], "the spread"),
    "spread fraction": ("", [*SPLIT, "--generate", "1", "--spread", "1/1000"], "the spread"),
    "spread tiny": ("", [*SPLIT, "--generate", "1", "--spread", "1e-999999999"], "the spread"),
    "split width 0": (
        "",
        [*SPLIT, "--generate", "1", "--widths", "0"],
        "widths 0 are not whole numbers",
    ),
    "split without widths": (
        "",
        [*SPLIT, "--generate", "1", "--widths", ""],
        "give at least one hidden layer",
    ),
    "split width huge": ("", [*SPLIT, "--generate", "1", "--widths", "300"], "256"),
    "points negative": ("", [*SPLIT, "--generate", "1", "--points=-1"], "--points"),
    "generate many": ("", [*SPLIT, "--generate", "33"], "--generate"),
    "constant targets": (
        "x,y\n0,1\n1,1\n2,1\n",
        ["constant", "file.csv", "--activation", "tanh", "--all-architectures"],
        "all targets are equal",
    ),
    "points of a file": ("", [*SPLIT, "hat.csv", "--points", "5"], "--points goes with --generate"),
    "relu": (
        "",
        ["constant", "hat.csv", "--activation", "relu", "--widths", "2"],
        "piecewise linear",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_sentence(name, here):
    """Exit code 2, nothing on standard output, one sentence, nothing written."""
    text, words, sentence = BAD[name]
    Path("file.csv").write_text(text)
    before = set(here.iterdir())
    result = call("data", *words)
    assert result.returncode == 2, result.stdout + result.stderr
    assert result.stdout == ""
    assert sentence in result.stderr.splitlines()[-1]
    assert set(here.iterdir()) == before


@pytest.mark.parametrize(
    "words",
    [
        ["constant", "--activation", "1000000*tanh(t/1000000)"],
        ["constant", "--activation", "sin(t)*1e-30"],
        ["constant", "hat.csv", "--activation", "log(t)", "--widths", "3,3"],
    ],
)
def test_spurious_where_training_is_blind(words, here):
    """The better point is then the one of lemma 22 (b)."""
    result = call("data", *words)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "spurious local minimum" in result.stdout.splitlines()[-1]


def test_what_is_not_claimed_is_said(here, monkeypatch):
    """Without a better point the certificate says less, and the command says so."""
    monkeypatch.setattr("certify.smooth.prove.construction.Construction.beside", lambda *_: None)
    monkeypatch.setattr("certify.smooth.network.SmoothNetwork.below", lambda *_, **__: None)
    result = call("data", "constant", "hat.csv", "--activation", "tanh", "--widths", "2")
    assert result.returncode == 0
    assert (
        "\nno point with a smaller risk was found, so the minimum is not claimed to be spurious: "
        in result.stdout
    )
    assert "spurious local minimum" not in result.stdout


def test_a_width_may_be_one_number():
    assert smooth_minimum(*HAT, widths=2, activation="tanh").kind == "data-constant-minimum"
    assert activation_counterexample("sin", at=0.5).risk == "1/3"
    for options in (
        {"widths": "2"},
        {"widths": [2.5]},
        {"widths": [2], "activation": ["tanh", "t"]},
        {"widths": [2], "at": "a"},
    ):
        with pytest.raises(certify.UnusableInput):
            smooth_minimum(*HAT, **{"activation": "tanh", **options})


def test_activations_are_wide():
    """One hidden layer of three units, every third activation."""
    for name in list(REGISTRY)[::3]:
        made = smooth_minimum(*HAT, widths=[3], activation=name)
        assert isinstance(check_document(made.document), Proved)
        assert Fraction(made.risk) == Fraction(1, 3)
