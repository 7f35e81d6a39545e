"""The corpus of the kinds that are about data sets: built by build.py, or alone, which writes the
data-*.json only.

python tests/corpus/build_data.py
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from certify.empirical.architectures import Convolutional, Dense, unit
from certify.kernel.piecewise.problem import DataProblem
from certify.piecewise.prove.convolutional import prove_convolutional
from certify.piecewise.prove.entropy import prove_entropy
from certify.piecewise.prove.linear import linear_network, prove_linear, special_point
from certify.piecewise.prove.minimum import prove_minimum
from certify.tables import DataSet, make_data

Document = dict[str, Any]
Add = Callable[[str, Any, str, str, str], None]

XOR = ([["0", "0"], ["0", "1"], ["1", "0"], ["1", "1"]], [["0"], ["1"], ["1"], ["0"]])
RELU = {"type": "units", "kinks": ["0"], "slopes": ["0", "1"], "value": "0"}
# XOR
SOLVED = [
    {"weights": [["1", "1"], ["1", "1"]], "bias": ["0", "-1"]},
    {"weights": [["1", "-2"]], "bias": ["0"]},
]


def dense(outputs: int, *, bias: bool = True) -> Document:
    return {"type": "dense", "outputs": outputs, "bias": bias}


def network(inputs: list[int], *layers: Document) -> Document:
    return {"input": inputs, "layers": list(layers)}


def affine(weights: list[Any], bias: list[str]) -> Document:
    return {"weights": weights, "bias": bias}


def certificate(
    kind: str, problem: Document, parameters: list[Document], **claims: Any
) -> Document:
    """With the true risk, unless another is claimed."""
    if "risk" not in claims:
        claims["risk"] = true_risk(problem, parameters)
    statement = {"problem": problem, "parameters": parameters, "claims": claims}
    return {"format": "certify/1", "kind": kind, "statement": statement, "witness": {}}


def true_risk(problem: Document, parameters: list[Document]) -> str:
    read = DataProblem.read(problem)
    return str(
        read.risk(read.at(read.network.read_parameters(parameters, "the parameters")).outputs[-1])
    )


def minimum(problem: Document, parameters: list[Document], **claims: Any) -> Document:
    return certificate(
        "data-minimum",
        problem,
        parameters,
        **{"better": None, "continuum": False, "linear_fit": False, **claims},
    )


def data(
    net: Document, inputs: list[list[str]], targets: list[list[str]], loss: str = "squared"
) -> Document:
    return {"network": net, "inputs": inputs, "targets": targets, "loss": {"type": loss}}


def edit(document: Document, change: Callable[[Document], object]) -> Document:
    result = copy.deepcopy(document)
    change(result)
    return result


def restated(document: Document, change: Callable[[Document], object]) -> Document:
    """The statement changed, and the risk of the file made true again."""
    result = edit(document, lambda d: change(d["statement"]))
    statement = result["statement"]
    statement["claims"]["risk"] = true_risk(statement["problem"], statement["parameters"])
    return result


def proposed(attempt: Any) -> Document:
    assert attempt.document is not None, attempt.reason
    assert not attempt.reason, attempt.reason
    attempt.document.pop("provenance")
    return attempt.document


def cloud(count: int, inputs: int, outputs: int = 1, *, seed: int = 0, places: int = 1) -> DataSet:
    """Random data with short decimals."""
    rng = np.random.default_rng(seed)
    x, y = (np.round(rng.normal(size=(count, width)), places) for width in (inputs, outputs))
    return make_data(x, y)


def xor_minimum() -> Document:
    """The constant 1/2, with fractions that are no decimals."""
    net = network([2], dense(2), RELU, dense(1))
    theta = [affine([["0", "0"], ["0", "0"]], ["22/7", "1"]), affine([["1", "0"]], ["-37/14"])]
    return minimum(
        data(net, *XOR), theta, risk="1/2", better=SOLVED, continuum=True, linear_fit=True
    )


def dead_end() -> tuple[Document, list[Document]]:
    """One relu, active on all data, with outgoing weight 0 and constant output: all partial
    derivatives vanish, but it is a saddle.
    """
    problem = data(
        network([1], dense(1), RELU, dense(1)), [["1"], ["2"], ["3"]], [["1"], ["2"], ["4"]]
    )
    return problem, [affine([["0"]], ["1"]), affine([["0"]], ["7/3"])]


def origin(sizes: list[int]) -> tuple[Document, list[Document]]:
    """A deep linear network without biases at 0, on data of which a linear map can fit a part."""
    net = network([sizes[0]], *(dense(size, bias=False) for size in sizes[1:]))
    inputs = [["1", "0"], ["0", "1"], ["1", "2"], ["-1", "1"]]
    targets = [
        [str(int(a) + 2 * int(b) + i), str(int(a) - i)][: sizes[-1]]
        for i, (a, b) in enumerate(inputs)
    ]
    return data(net, inputs, targets), [
        affine([["0"] * below for _ in range(above)], []) for below, above in pairwise(sizes)
    ]


def direction(theta: list[Document], *entries: tuple[int, int, int, str]) -> list[Document]:
    """Parameters like theta, 0 but for weights[i][j] of some layers."""
    result = [
        affine([["0"] * len(row) for row in layer["weights"]], ["0"] * len(layer["bias"]))
        for layer in theta
    ]
    for layer, i, j, value in entries:
        result[layer]["weights"][i][j] = value
    return result


def minima() -> dict[str, tuple[Document, str]]:
    """Accepted certificates of the kind `data-minimum`, with what is special about them."""
    relu, leaky = unit("relu"), unit("leaky")
    xor, ten = make_data(*XOR), cloud(10, 2, seed=1)
    images = cloud(20, 16, seed=3, places=0)
    small = Convolutional([1, 4, 4], [9], relu, pool=2).network(1)
    flat = network([1], dense(1), unit("hard-tanh").layer, dense(1))
    quartic = xor_minimum()["statement"]
    quartic["problem"]["loss"] = {"type": "quartic"}
    conv = network(
        [1, 1, 4],
        {
            "type": "convolution",
            "channels": 1,
            "kernel": [1, 2],
            "stride": [1, 2],
            "padding": [0, 1],
            "bias": True,
        },
        dense(1),
    )
    three = [["1", "2", "0", "1"], ["0", "1", "1", "3"], ["2", "-1", "1", "0"]]
    bare = data(network([2], dense(1, bias=False)), XOR[0], [["0"], ["1"], ["1"], ["3"]])
    labels = make_data(
        [[0, 0], [1, 0], [0, 1], [1, 1], [2, 1], [1, 2]], [[-1], [1], [-1], [1], [-1], [1]]
    )
    return {
        "xor": (
            xor_minimum(),
            "four data, two relus, the constant 1/2; fractions that are no decimals",
        ),
        "xor-leaky": (proposed(prove_minimum(xor, Dense([2], leaky))), "leaky relus"),
        "two-outputs": (
            proposed(prove_minimum(cloud(9, 2, 2, seed=2), Dense([5], relu))),
            "two outputs",
        ),
        "groups": (
            proposed(prove_minimum(cloud(14, 2, seed=4), Dense([6, 3], leaky), groups=2)),
            "two hidden layers, an affine map on each of two groups",
        ),
        "residual": (
            proposed(prove_minimum(ten, Dense([4, 4], relu, residual=True))),
            "a residual connection",
        ),
        "convolution": (
            proposed(prove_convolutional(images, small)),
            "a convolution with padding and average pooling",
        ),
        "huber": (
            proposed(prove_minimum(ten, Dense([3], relu), loss={"type": "huber", "delta": "0.5"})),
            "Huber's loss, some data on its linear part",
        ),
        "hinge": (
            proposed(prove_minimum(labels, Dense([3], relu), loss={"type": "squared-hinge"})),
            "the squared hinge loss",
        ),
        "quartic": (
            minimum(quartic["problem"], quartic["parameters"], continuum=True, linear_fit=True),
            "the quartic loss, by the symmetry of XOR",
        ),
        "width-one": (
            proposed(
                prove_minimum(
                    make_data([[0], [1], [2], [3]], [[0], [1], [1], [2]]), Dense([1], relu)
                )
            ),
            "one relu, and no better point claimed",
        ),
        "abs": (proposed(prove_minimum(ten, Dense([3], unit("abs")))), "absolute values as units"),
        "hard-tanh": (
            proposed(prove_minimum(ten, Dense([4], unit("hard-tanh")))),
            "units with two kinks, on the middle piece with intercept",
        ),
        "saturated": (
            minimum(
                data(flat, [["0"], ["1"]], [["0"], ["2"]]),
                [affine([["1"]], ["5"]), affine([["3"]], ["-2"])],
            ),
            "a hard tanh saturated on all data: the mean",
        ),
        "linear-stride": (
            strided(conv, three),
            "stride and padding, no units: windows of which a part lies outside",
        ),
        "no-bias": (
            minimum(bare, [affine([["4/3", "4/3"]], [])], linear_fit=False),
            "no bias: the best linear map, not claimed to be the best affine one",
        ),
    }


def strided(net: Document, inputs: list[list[str]]) -> Document:
    """Three data in four variables: fitted exactly, with a convolution whose first window holds one
    input, its last two of them.
    """
    theta = [affine([[[["1", "1/2"]]]], ["1"]), affine([["0", "0", "0"]], ["3/2"])]
    return minimum(data(net, inputs, [["1.5"], ["1.5"], ["1.5"]]), theta, risk="0")


def others() -> dict[str, tuple[Document, str]]:
    """Accepted certificates of the kinds of saddles, global minima and points that are not
    critical.
    """
    problem, theta = dead_end()
    down = [direction(theta, (0, 0, 0, "10"), (1, 0, 0, "1"))]
    up = [direction(theta, (0, 0, 0, "-10"), (1, 0, 0, "1"))]
    flat, zero = origin([2, 2, 1])
    deep, nought = origin([2, 2, 1, 1])
    table, two = make_data([[1, 0], [0, 1], [1, 2]], [[1], [3], [4]]), linear_network(2, [2], 1)
    plain = cloud(8, 2, 2, seed=5)
    linear = linear_network(2, [3], 2, bias=True)
    exact = data(network([2], dense(2), RELU, dense(1)), *XOR)
    bent = [affine([["1", "0"], ["0", "1"]], ["1", "1"]), affine([["1", "1"]], ["0"])]
    return {
        "saddle-origin": (
            proposed(prove_linear(table, two, special_point(table, two, origin=True))),
            "two linear layers, all weights 0",
        ),
        "saddle-no-curvature": (
            saddle(deep, nought, [path(nought, "1")], [path(nought, "-1")]),
            "three linear layers, all weights 0: the Hessian vanishes, R falls with eps^3",
        ),
        "saddle-relu": (
            saddle(problem, theta, down, up),
            "a relu whose outgoing weight is 0: a saddle that no partial derivative shows",
        ),
        "saddle-curve": (
            saddle(
                flat,
                zero,
                [direction(zero, (0, 0, 0, "1")), direction(zero, (1, 0, 0, "1"))],
                [direction(zero, (0, 0, 0, "1")), direction(zero, (1, 0, 0, "-1"))],
            ),
            "curves with terms of eps and eps^2",
        ),
        "global-linear": (
            proposed(prove_linear(plain, linear, special_point(plain, linear, origin=False))),
            "a deep linear network that is the best affine map",
        ),
        "global-fit": (
            certificate("data-global-minimum", exact, SOLVED),
            "XOR fitted exactly, with a datum at a kink",
        ),
        "noncritical-weight": (
            proposed(
                prove_linear(
                    plain,
                    linear,
                    [
                        affine([["1", "0"], ["0", "1"], ["2", "1"]], ["0"] * 3),
                        affine([["1", "0", "0"], ["0", "1", "1/2"]], ["0", "0"]),
                    ],
                )
            ),
            "a weight with a derivative",
        ),
        "noncritical-bias": (
            certificate(
                "data-noncritical", exact, bent, layer=3, part="bias", entry=0, derivative="10"
            ),
            "a relu network, the derivative by its last bias",
        ),
    }


def saddle(
    problem: Document, theta: list[Document], descent: list[Any], ascent: list[Any]
) -> Document:
    return certificate("data-saddle", problem, theta, descent=descent, ascent=ascent)


def path(theta: list[Document], last: str) -> list[Document]:
    """The first weight of each layer 1, that of the last layer `last`."""
    return direction(
        theta,
        *((layer, 0, 0, "1") for layer in range(len(theta) - 1)),
        (len(theta) - 1, 0, 0, last),
    )


def entropies() -> dict[str, tuple[Document, str]]:
    """Accepted certificates of the kind `data-entropy-minimum`."""
    rng = np.random.default_rng(6)
    x = np.round(rng.normal(size=(14, 2)), 1)
    two, three = (
        ["a" if v > 0 else "b" for v in x[:, 0] + rng.normal(size=14)],
        [str(v) for v in rng.integers(3, size=14)],
    )
    first = proposed(prove_entropy(make_data(x, None, two), Dense([2], unit("relu"))))
    idle = proposed(prove_entropy(make_data(x, None, two), Dense([5, 4], unit("leaky"))))
    several = proposed(prove_entropy(make_data(x, None, three), Dense([3], unit("abs"))))
    return {
        "two": (first, "two classes, one logit"),
        "two-logits": (with_last_logit(first), "two classes, two logits, the second one not 0"),
        "three": (several, "three classes, two logits"),
        "three-logits": (with_last_logit(several), "three classes, three logits"),
        "idle": (idle, "two hidden layers with units that do nothing"),
    }


def with_last_logit(document: Document) -> Document:
    """A further output, -3: all others are lowered by 3."""

    def change(d: Document) -> None:
        statement = d["statement"]
        for theta in filter(None, (statement["parameters"], statement["claims"]["better"])):
            last = theta[-1]
            last["weights"].append(["0"] * len(last["weights"][0]))
            last["bias"] = [*(str(Fraction(b) - 3) for b in last["bias"]), "-3"]
        statement["problem"]["network"]["layers"][-1]["outputs"] += 1

    return edit(document, change)


def too_many_paths() -> Document:
    """4096 outputs, each followed on its own through 10 layers of units with a slope of 300
    decimals to 64 connections.
    """
    layer = {
        "type": "convolution",
        "channels": 64,
        "kernel": [1, 127],
        "stride": [1, 1],
        "padding": [0, 63],
        "bias": False,
    }
    net = network(
        [1, 1, 64],
        layer,
        *[RELU | {"slopes": ["0", "1e-300"], "value": "-1e-300", "kinks": ["-1"]}] * 10,
    )
    return minimum(data(net, [["1"] * 64], [["0"] * 4096]), [affine([[[["0"] * 127]]] * 64, [])])


def too_many_numbers() -> Document:
    """62 layers of 4095 units, 41 data: a small file that would take a lot of memory."""

    def convolution(stride: int, padding: int) -> Document:
        return {
            "type": "convolution",
            "channels": 1,
            "kernel": [1, 1],
            "stride": [1, stride],
            "padding": [0, padding],
            "bias": False,
        }

    net = network([1, 1, 1], convolution(1, 2047), *[RELU] * 61, convolution(4095, 0))
    theta = [affine([[[["1"]]]], []), affine([[[["1"]]]], [])]
    return minimum(data(net, [["1"]] * 41, [["0"]] * 41), theta, risk="0")


def rejected(add: Add, true: dict[str, Document]) -> None:
    def reject(name: str, code: str, why: str, document: Document) -> None:
        add(f"reject/data-{name}", document, "REJECTED", code, why)

    def claims(name: str, **values: Any) -> Document:
        return edit(true[name], lambda d: d["statement"]["claims"].update(values))

    def weight(layer: int, i: int, j: int, value: str) -> Callable[[Document], object]:
        return lambda s: s["parameters"][layer]["weights"][i].__setitem__(j, value)

    def datum(n: int, i: int, value: str) -> Callable[[Document], object]:
        return lambda s: s["problem"]["inputs"][n].__setitem__(i, value)

    def target(n: int, value: str) -> Callable[[Document], object]:
        return lambda s: s["problem"]["targets"][n].__setitem__(0, value)

    def tampered(name: str, change: Callable[[Document], object]) -> Document:
        return edit(true[name], lambda d: change(d["statement"]))

    xor = "minimum-xor"
    reject(
        "minimum-weight",
        "risk",
        "a weight changed by 1e-30",
        tampered(xor, weight(1, 0, 0, "1." + "0" * 29 + "1")),
    )
    reject(
        "minimum-datum",
        "risk",
        "one digit of a datum changed",
        tampered("minimum-groups", datum(0, 0, "9.9")),
    )
    reject("minimum-target", "risk", "one target changed", tampered(xor, target(3, "2")))
    reject(
        "minimum-weight-risk",
        "stationary",
        "a weight changed, with the true risk",
        restated(true[xor], weight(1, 0, 0, "1.1")),
    )
    reject(
        "minimum-datum-risk",
        "stationary",
        "a datum changed, with the true risk",
        restated(true["minimum-groups"], datum(0, 1, "9.9")),
    )
    reject(
        "minimum-target-risk",
        "stationary",
        "a target changed, with the true risk",
        restated(true[xor], target(3, "1")),
    )
    reject(
        "minimum-risk",
        "risk",
        "the risk claimed too small by 1e-30",
        claims(xor, risk="0.4" + "9" * 29),
    )
    reject(
        "minimum-residual-weight",
        "stationary",
        "a residual network with an idle weight changed, with the true risk",
        restated(true["minimum-residual"], weight(1, 0, 0, "1/1000")),
    )
    reject(
        "minimum-convolution-weight",
        "stationary",
        "a kernel changed, with the true risk",
        restated(
            true["minimum-convolution"],
            lambda s: s["parameters"][0]["weights"][0][0][0].__setitem__(0, "1/16"),
        ),
    )
    reject(
        "minimum-huber-delta",
        "stationary",
        "another delta, with the true risk",
        restated(true["minimum-huber"], lambda s: s["problem"]["loss"].update(delta="0.25")),
    )
    reject(
        "minimum-other-units",
        "risk",
        "relus sold as units with slope 2",
        tampered(xor, lambda s: s["problem"]["network"]["layers"][1].update(slopes=["0", "2"])),
    )
    reject(
        "minimum-other-loss",
        "risk",
        "the quartic loss with the risk of the squared one",
        tampered(xor, lambda s: s["problem"]["loss"].update(type="quartic")),
    )

    problem, theta = dead_end()
    reject(
        "saddle-sold",
        "stationary",
        "all partial derivatives of a relu network vanish, but it is a saddle",
        minimum(problem, theta),
    )
    zero = true["saddle-origin"]["statement"]
    reject(
        "saddle-linear-sold",
        "stationary",
        "two linear layers at 0, a saddle sold as a minimum",
        minimum(zero["problem"], zero["parameters"]),
    )
    nought = true["saddle-no-curvature"]["statement"]
    reject(
        "saddle-flat-sold",
        "stationary",
        "three linear layers at 0: the Hessian is positive semidefinite",
        minimum(nought["problem"], nought["parameters"]),
    )
    dead = data(
        network([1], dense(1), RELU, dense(1), RELU, dense(1)),
        [["1"], ["2"], ["3"]],
        [["1"], ["2"], ["4"]],
    )
    asleep = [affine([["1"]], ["1"]), affine([["0"]], ["1"]), affine([["0"]], ["7/3"])]
    reject(
        "saddle-dead-layer",
        "stationary",
        "a layer of weight 0 between relus: a path that is not orthogonal",
        minimum(dead, asleep),
    )
    split = data(
        network([1], dense(1), RELU, dense(1)), [["-1"], ["0"], ["1"]], [["0"], ["0"], ["1"]]
    )
    kinked = [affine([["1"]], ["0"]), affine([["1"]], ["0"])]
    reject("kink-exact", "kink", "a global minimum with a datum at a kink", minimum(split, kinked))
    line = data(
        network([1], dense(1), RELU, dense(1)), [["0"], ["1"], ["2"]], [["0"], ["0"], ["3"]]
    )
    reject(
        "kink-one-side",
        "kink",
        "the best affine map, critical on one side of a kink that a datum is at",
        minimum(line, [affine([["1"]], ["0"]), affine([["3/2"]], ["-1/2"])], continuum=True),
    )
    reject(
        "kink-second",
        "kink",
        "hard tanh at its upper kink",
        minimum(
            data(
                network([1], dense(1), unit("hard-tanh").layer, dense(1)),
                [["0"], ["1"]],
                [["0"], ["2"]],
            ),
            [affine([["0"]], ["1"]), affine([["1"]], ["0"])],
        ),
    )
    reject("paths", "paths", "more fields times connections than are followed", too_many_paths())

    reject(
        "global-same",
        "spurious",
        "a minimum that is spurious beside itself",
        edit(
            true[xor],
            lambda d: d["statement"]["claims"].update(better=d["statement"]["parameters"]),
        ),
    )
    equal = [affine([["0", "0"], ["0", "0"]], ["2", "1"]), affine([["1/4", "0"]], ["0"])]
    reject(
        "global-equal",
        "spurious",
        "another point with the same risk sold as better",
        claims(xor, better=equal),
    )
    fitted = edit(
        true["minimum-linear-stride"],
        lambda d: d["statement"]["claims"].update(better=d["statement"]["parameters"]),
    )
    reject("global-zero", "spurious", "a risk of 0 sold as spurious", fitted)
    reject(
        "better-worse",
        "spurious",
        "a worse point sold as a better one",
        claims(xor, better=[*SOLVED[:1], affine([["1", "-2"]], ["9"])]),
    )
    reject(
        "fit-groups",
        "linear-fit",
        "two affine maps sold as one",
        claims("minimum-groups", linear_fit=True, continuum=False),
    )
    reject(
        "fit-constant",
        "linear-fit",
        "saturated units: a constant sold as the best affine map",
        claims("minimum-saturated", linear_fit=True),
    )
    reject(
        "fit-no-bias",
        "linear-fit",
        "the best linear map sold as the best affine one",
        claims("minimum-no-bias", linear_fit=True),
    )
    reject(
        "continuum-saturated",
        "continuum",
        "units on pieces with an intercept only",
        claims("minimum-saturated", continuum=True),
    )
    reject(
        "continuum-no-units",
        "continuum",
        "no units to rescale through",
        claims("minimum-linear-stride", continuum=True),
    )
    nothing = minimum(
        data(network([1], dense(1), unit("leaky").layer, dense(1)), [["1"], ["2"]], [["1"], ["1"]]),
        [affine([["0"]], ["-1"]), affine([["0"]], ["1"])],
    )
    idle = restated(nothing, lambda s: s["parameters"][0].update(bias=["0"]))
    reject(
        "continuum-zero",
        "kink",
        "a channel that is 0 cannot be rescaled: it is at the kink",
        edit(idle, lambda d: d["statement"]["claims"].update(continuum=True)),
    )

    reject(
        "global-of-relu",
        "global-minimum",
        "the minimum of a relu network sold as global",
        certificate(
            "data-global-minimum",
            true[xor]["statement"]["problem"],
            true[xor]["statement"]["parameters"],
        ),
    )
    reject(
        "global-of-saddle",
        "global-minimum",
        "a saddle of a linear network sold as a global minimum",
        certificate("data-global-minimum", zero["problem"], zero["parameters"]),
    )
    linear = "global-linear"
    reject("global-weight", "risk", "a weight changed", tampered(linear, weight(1, 0, 0, "1.001")))
    reject("global-datum", "risk", "a datum changed", tampered(linear, datum(2, 0, "9.9")))
    reject("global-target", "risk", "a target changed", tampered(linear, target(2, "9.9")))
    reject(
        "global-weight-risk",
        "global-minimum",
        "a weight changed, with the true risk",
        restated(true[linear], weight(1, 0, 0, "1.001")),
    )
    reject(
        "global-target-risk",
        "global-minimum",
        "a target changed, with the true risk",
        restated(true[linear], target(2, "9.9")),
    )
    reject("global-zero-risk", "risk", "a risk claimed to be 0", claims(linear, risk="0"))

    relu = "saddle-relu"
    reject(
        "saddle-weight",
        "critical",
        "a weight changed, with the true risk",
        restated(true[relu], weight(1, 0, 0, "1/2")),
    )
    reject("saddle-datum", "risk", "a target changed", tampered(relu, target(0, "2")))
    reject(
        "saddle-target-risk",
        "critical",
        "a target changed, with the true risk",
        restated(true[relu], target(0, "2")),
    )
    reject(
        "saddle-swapped",
        "descent",
        "descent and ascent exchanged",
        edit(
            true[relu],
            lambda d: d["statement"]["claims"].update(
                descent=d["statement"]["claims"]["ascent"],
                ascent=d["statement"]["claims"]["descent"],
            ),
        ),
    )
    reject(
        "saddle-ascent",
        "ascent",
        "the descent sold as an ascent, too",
        edit(
            true[relu],
            lambda d: d["statement"]["claims"].update(ascent=d["statement"]["claims"]["descent"]),
        ),
    )
    reject(
        "saddle-constant",
        "descent",
        "a curve along which R does not change",
        edit(
            true[relu],
            lambda d: d["statement"]["claims"].update(
                descent=[direction(d["statement"]["parameters"])]
            ),
        ),
    )
    flat = true["saddle-curve"]["statement"]["parameters"]
    rising = [direction(flat, (0, 0, 0, "1"), (1, 0, 0, "-1")), direction(flat, (1, 0, 0, "1000"))]
    reject(
        "saddle-late-descent",
        "descent",
        "R rises with eps^2 and falls with a large multiple of eps^3",
        edit(true["saddle-curve"], lambda d: d["statement"]["claims"].update(descent=rising)),
    )
    best = true[linear]["statement"]
    up = [direction(best["parameters"], (0, 0, 0, "1"))]
    reject(
        "saddle-of-global",
        "descent",
        "a global minimum sold as a saddle",
        saddle(best["problem"], best["parameters"], up, up),
    )
    reject(
        "saddle-at-kink",
        "kink",
        "a saddle with a datum at a kink",
        restated(true[relu], lambda s: s["parameters"][0].update(bias=["0"])),
    )

    weighted, biased = "noncritical-weight", "noncritical-bias"
    reject(
        "noncritical-derivative",
        "derivative",
        "another derivative",
        claims(biased, derivative="11"),
    )
    reject(
        "noncritical-other-entry",
        "derivative",
        "the derivative by another parameter",
        claims(biased, part="weights"),
    )
    reject(
        "noncritical-zero",
        "critical",
        "a derivative that is 0, truthfully",
        certificate(
            "data-noncritical", problem, theta, layer=3, part="bias", entry=0, derivative="0"
        ),
    )
    reject(
        "noncritical-weight",
        "derivative",
        "a weight changed, with the true risk",
        restated(true[weighted], weight(1, 1, 1, "1.1")),
    )
    reject(
        "noncritical-datum",
        "derivative",
        "a datum changed, with the true risk",
        restated(true[weighted], datum(0, 0, "9.9")),
    )
    reject("noncritical-target", "risk", "a target changed", tampered(weighted, target(0, "9.9")))
    reject(
        "noncritical-kink",
        "kink",
        "XOR fitted exactly, a datum at a kink",
        certificate(
            "data-noncritical",
            true["global-fit"]["statement"]["problem"],
            SOLVED,
            layer=1,
            part="bias",
            entry=0,
            derivative="0",
        ),
    )

    two, three = "entropy-two", "entropy-three"
    low, high = true[two]["statement"]["claims"]["risk"]
    reject(
        "entropy-weight",
        "distance",
        "a weight of the last layer changed by 1e-20",
        tampered(two, lambda s: nudge(s["parameters"][-1]["bias"], 20)),
    )
    reject("entropy-datum", "distance", "a datum changed", tampered(three, datum(0, 0, "9.9")))
    reject(
        "entropy-label",
        "distance",
        "a label changed",
        tampered(
            three,
            lambda s: s["problem"]["labels"].__setitem__(0, (s["problem"]["labels"][0] + 1) % 3),
        ),
    )
    reject("entropy-distance", "distance", "a distance too small", claims(two, distance="1e-90"))
    reject(
        "entropy-distance-large",
        "curvature",
        "a ball in which the Hessian is not above the curvature",
        claims(two, distance="5"),
    )
    reject(
        "entropy-curvature",
        "curvature",
        "a curvature that is too large",
        edit(true[two], lambda d: d["witness"].update(curvature="5")),
    )
    reject(
        "entropy-curvature-zero",
        "curvature",
        "a curvature that shows nothing",
        edit(true[two], lambda d: d["witness"].update(curvature="0")),
    )
    reject(
        "entropy-risk-low",
        "risk-low",
        "the risk claimed too large",
        claims(two, risk=[high, "100"], better=None),
    )
    reject(
        "entropy-risk-high",
        "risk-high",
        "the risk claimed too small",
        claims(two, risk=["0", low], better=None),
    )
    reject(
        "entropy-same",
        "spurious",
        "a minimum that is spurious beside itself",
        edit(
            true[two],
            lambda d: d["statement"]["claims"].update(better=d["statement"]["parameters"]),
        ),
    )
    reject(
        "entropy-span",
        "span",
        "hidden units that hide an input",
        tampered(
            two,
            lambda s: s["parameters"][0]["weights"].__setitem__(
                1, s["parameters"][0]["weights"][0]
            ),
        ),
    )
    reject(
        "entropy-kink",
        "kink",
        "a hidden unit that is 0",
        tampered(
            two,
            lambda s: (
                s["parameters"][0]["weights"].__setitem__(1, ["0", "0"]),
                s["parameters"][0]["bias"].__setitem__(1, "0"),
            ),
        ),
    )
    reject(
        "entropy-bent",
        "span",
        "a hidden unit that bends between the data",
        tampered(two, lambda s: s["parameters"][0]["bias"].__setitem__(0, "1/97")),
    )
    separable = edit(
        true[two],
        lambda d: d["statement"]["problem"].update(
            labels=[0] * len(d["statement"]["problem"]["labels"])
        ),
    )
    reject("entropy-one-class", "distance", "all data of one class: there is no minimum", separable)


def nudge(bias: list[str], digit: int) -> None:
    bias[0] = str(Fraction(bias[0]) + Fraction(1, 10**digit))


def malformed(add: Add, true: dict[str, Document]) -> None:
    def bad(
        name: str, why: str, change: Callable[[Document], object], of: str = "minimum-xor"
    ) -> None:
        add(
            f"malformed/data-{name}",
            edit(true[of], lambda d: change(d["statement"])),
            "MALFORMED",
            "malformed",
            why,
        )

    def layer(number: int, **values: Any) -> Callable[[Document], object]:
        return lambda s: s["problem"]["network"]["layers"][number].update(values)

    def claims(**values: Any) -> Callable[[Document], object]:
        return lambda s: s["claims"].update(values)

    def layers(*found: Document) -> Callable[[Document], object]:
        return lambda s: s["problem"]["network"].update(layers=list(found))

    def weight(value: Any) -> Callable[[Document], object]:
        return lambda s: s["parameters"][0]["weights"][0].__setitem__(0, value)

    bad(
        "weights-short",
        "a row of weights too short",
        lambda s: s["parameters"][0]["weights"][0].pop(),
    )
    bad(
        "weights-rows",
        "a row of weights too many",
        lambda s: s["parameters"][0]["weights"].append(["0", "0"]),
    )
    bad(
        "weights-flat",
        "weights that are not nested",
        lambda s: s["parameters"][0].update(weights=["0"] * 4),
    )
    bad("bias-short", "a bias too short", lambda s: s["parameters"][0]["bias"].pop())
    bad("bias-surplus", "a bias for a layer without one", layer(2, bias=False))
    bad(
        "bias-missing",
        "no bias for a layer that has one",
        lambda s: s["parameters"][0].update(bias=[]),
    )
    bad("parameters-short", "parameters of one layer missing", lambda s: s["parameters"].pop())
    bad(
        "parameters-unknown",
        "an unknown field beside the weights",
        lambda s: s["parameters"][0].update(scale="1"),
    )
    bad("better-shape", "a better point of another shape", lambda s: s["claims"]["better"].pop())
    bad("better-false", "false instead of null", claims(better=False))
    bad("weight-number", "a JSON number for a weight", weight(0))
    bad("fraction-zero", "a denominator of 0", weight("1/0"))
    bad("fraction-leading", "a leading zero above the line", weight("01/2"))
    bad("fraction-leading-below", "a leading zero below the line", weight("1/02"))
    bad("fraction-negative-below", "a sign below the line", weight("1/-2"))
    bad("fraction-decimal", "a decimal above the line", weight("0.5/2"))
    bad("fraction-twice", "two lines", weight("1/2/3"))
    bad("fraction-digits", "more than 10 000 digits above the line", weight("1" * 10_001 + "/7"))
    bad(
        "fraction-digits-below",
        "more than 10 000 digits below the line",
        weight("7/" + "1" * 10_001),
    )
    bad("fraction-space", "white space around the line", weight("1 / 2"))
    bad(
        "datum-fraction",
        "a fraction among the data",
        lambda s: s["problem"]["inputs"][0].__setitem__(0, "1/2"),
    )
    bad("deep", "weights nested too deep", weight(json.loads("[" * 12 + "]" * 12)))
    bad("inputs-ragged", "a datum with an entry missing", lambda s: s["problem"]["inputs"][1].pop())
    bad("inputs-none", "no data", lambda s: s["problem"].update(inputs=[], targets=[]))
    bad("targets-fewer", "fewer targets than inputs", lambda s: s["problem"]["targets"].pop())
    bad(
        "targets-wide",
        "two targets a datum for one output",
        lambda s: s["problem"].update(targets=[["0", "1"]] * 4),
    )
    bad(
        "targets-flat",
        "targets that are no rows",
        lambda s: s["problem"].update(targets=["0", "1", "1", "0"]),
    )
    bad(
        "hinge-target",
        "a target of the squared hinge loss that is 0",
        lambda s: s["problem"]["loss"].update(type="squared-hinge"),
    )
    bad(
        "loss-unknown",
        "a loss that is not convex",
        lambda s: s["problem"]["loss"].update(type="absolute"),
    )
    bad(
        "loss-list",
        "a loss whose type is a list",
        lambda s: s["problem"]["loss"].update(type=["squared"]),
    )
    bad("loss-text", "a loss that is no object", lambda s: s["problem"].update(loss="squared"))
    bad(
        "huber-no-delta",
        "Huber's loss without delta",
        lambda s: s["problem"].update(loss={"type": "huber"}),
    )
    bad(
        "huber-delta-zero",
        "Huber's loss with delta 0",
        lambda s: s["problem"].update(loss={"type": "huber", "delta": "0"}),
    )
    bad(
        "delta-surplus",
        "a delta for the squared loss",
        lambda s: s["problem"]["loss"].update(delta="1"),
    )
    bad("kinks-order", "kinks out of order", layer(1, kinks=["1", "0"], slopes=["0", "1", "0"]))
    bad(
        "kinks-equal",
        "a kink that stands twice",
        layer(1, kinks=["0", "0.0"], slopes=["0", "1", "0"]),
    )
    bad("slopes-short", "as many slopes as kinks", layer(1, slopes=["1"]))
    bad(
        "kinks-many",
        "more than 64 kinks",
        layer(1, kinks=[str(i) for i in range(65)], slopes=["0"] * 66),
    )
    bad("units-unknown", "an unknown field of units", layer(1, name="relu"))
    bad(
        "units-no-value",
        "units without a value",
        lambda s: s["problem"]["network"]["layers"][1].pop("value"),
    )
    bad("layer-unknown", "a layer that is not piecewise linear", layer(1, type="sigmoid"))
    bad("layer-text", "a layer that is no object", layers("dense"))  # type: ignore[arg-type]
    bad("layers-none", "no layers", layers())
    bad("layers-many", "65 layers", layers(*[RELU] * 64, dense(1)))
    bad("outputs-true", "true for a width", layer(0, outputs=True))
    bad("outputs-text", "a string for a width", layer(0, outputs="2"))
    bad("outputs-zero", "a layer without units", layer(0, outputs=0))
    bad("outputs-wide", "a layer of 4097 units", layer(0, outputs=4097))
    bad(
        "connections",
        "a dense layer with more than a million connections",
        lambda s: (s["problem"]["network"].update(input=[4096]), layer(0, outputs=4096)(s)),
    )
    bad("bias-number", "1 for true", layer(0, bias=1))
    bad(
        "input-two", "an input of two sizes", lambda s: s["problem"]["network"].update(input=[1, 2])
    )
    bad(
        "input-wide",
        "an input of more than 4096 units",
        lambda s: s["problem"]["network"].update(input=[1, 65, 64]),
    )
    bad(
        "residual-ahead",
        "a residual connection to itself",
        lambda s: s["problem"]["network"]["layers"].append({"type": "residual", "source": 3}),
    )
    bad(
        "residual-shape",
        "a residual connection of another shape",
        lambda s: s["problem"]["network"]["layers"].append({"type": "residual", "source": 1}),
    )
    bad(
        "residual-first",
        "a residual connection before any layer",
        layers({"type": "residual", "source": 0}),
    )
    bad(
        "residual-negative",
        "a residual connection to a layer below the input",
        layer(2, source=-1),
        "minimum-residual",
    )
    conv = "minimum-convolution"
    bad("padding-negative", "a negative padding", layer(0, padding=[-1, 1]), conv)
    bad("stride-zero", "a stride of 0", layer(0, stride=[0, 1]), conv)
    bad("kernel-large", "a kernel larger than the padded input", layer(0, kernel=[7, 3]), conv)
    bad("kernel-one", "a kernel of one size", layer(0, kernel=[3]), conv)
    bad("average-padding", "averages with padding", layer(2, padding=[0, 0]), conv)
    bad(
        "convolution-flat",
        "a convolution of a flat input",
        lambda s: s["problem"]["network"].update(input=[16]),
        conv,
    )
    bad("continuum-null", "null for a flag", claims(continuum=None))
    bad("risk-number", "a JSON number for the risk", claims(risk=0))
    bad("claim-missing", "no word about a linear fit", lambda s: s["claims"].pop("linear_fit"))
    bad("claim-unknown", "a claim that no checker verifies", claims(strict=True))
    bad(
        "saddle-loss",
        "a saddle of another loss than the squared one",
        lambda s: s["problem"]["loss"].update(type="quartic"),
        "saddle-relu",
    )
    bad("saddle-no-curve", "a curve without coefficients", claims(descent=[]), "saddle-relu")
    bad(
        "saddle-long-curve",
        "a curve of nine coefficients",
        lambda s: s["claims"].update(descent=s["claims"]["descent"] * 9),
        "saddle-relu",
    )
    bad(
        "global-better",
        "a better point than a global minimum",
        claims(better=None),
        "global-linear",
    )
    bad(
        "noncritical-layer",
        "the derivative by a layer of units",
        claims(layer=2),
        "noncritical-bias",
    )
    bad(
        "noncritical-layer-far",
        "the derivative by a layer that is not there",
        claims(layer=4),
        "noncritical-bias",
    )
    bad(
        "noncritical-entry",
        "the derivative by an entry that is not there",
        claims(entry=1),
        "noncritical-bias",
    )
    bad("noncritical-entry-true", "true for a number", claims(entry=False), "noncritical-bias")
    bad(
        "noncritical-part",
        "the derivative by a part that is not there",
        claims(part="slopes"),
        "noncritical-bias",
    )
    bad(
        "noncritical-no-bias",
        "the derivative by a bias that is not there",
        claims(layer=1, part="bias"),
        "noncritical-of-plain",
    )
    two = "entropy-two"
    bad(
        "label-range",
        "a label out of range",
        lambda s: s["problem"]["labels"].__setitem__(0, 2),
        two,
    )
    bad(
        "label-negative",
        "a negative label",
        lambda s: s["problem"]["labels"].__setitem__(0, -1),
        two,
    )
    bad(
        "label-true", "true for a label", lambda s: s["problem"]["labels"].__setitem__(0, True), two
    )
    bad("labels-fewer", "a label missing", lambda s: s["problem"]["labels"].pop(), two)
    bad(
        "classes-one",
        "one class",
        lambda s: s["problem"].update(classes=1, labels=[0] * len(s["problem"]["labels"])),
        two,
    )
    bad(
        "classes-outputs",
        "more classes than outputs, by two",
        lambda s: s["problem"].update(classes=3),
        two,
    )
    bad(
        "entropy-targets",
        "targets instead of labels",
        lambda s: s["problem"].update(targets=s["problem"].pop("labels")),
        two,
    )
    bad(
        "entropy-no-bias",
        "a last layer without a bias",
        lambda s: (layer(2, bias=False)(s), s["parameters"][-1].update(bias=[])),
        two,
    )
    bad(
        "entropy-last-units",
        "a last layer of units",
        lambda s: s["problem"]["network"]["layers"].append(RELU),
        two,
    )
    bad("entropy-distance-zero", "a distance of 0", claims(distance="0"), two)
    bad("entropy-distance-fraction", "a distance that is a fraction", claims(distance="1/10"), two)
    bad(
        "entropy-risk-reversed",
        "an interval upside down",
        lambda s: s["claims"]["risk"].reverse(),
        two,
    )
    add(
        "malformed/data-room",
        too_many_numbers(),
        "MALFORMED",
        "malformed",
        "more than 10^7 numbers in all layers on all data",
    )
    for name, of, witness, why in (
        ("witness-bits", "minimum-xor", {"bits": 256}, "a witness for an exact kind"),
        ("witness-missing", two, {"bits": 256}, "no curvature to try"),
        ("witness-bits-low", two, {"bits": 64, "curvature": "0.1"}, "too few bits"),
        (
            "witness-curvature-number",
            two,
            {"bits": 256, "curvature": 1},
            "a curvature that is a JSON number",
        ),
    ):
        add(
            f"malformed/data-{name}",
            {**true[of], "witness": witness},
            "MALFORMED",
            "malformed",
            why,
        )


def data_kinds(add: Add) -> None:
    """All cases of the five kinds about data."""
    true: dict[str, Document] = {}
    groups = (("minimum-", minima()), ("", others()), ("entropy-", entropies()))
    for prefix, found in groups:
        for name, (document, why) in found.items():
            true[prefix + name] = document
            add(f"accept/data-{prefix}{name}", document, "PROVED", "", why)
    plain = true["saddle-origin"]["statement"]
    true["noncritical-of-plain"] = certificate(
        "data-noncritical",
        plain["problem"],
        plain["parameters"],
        layer=1,
        part="weights",
        entry=0,
        derivative="0",
    )
    rejected(add, true)
    malformed(add, true)


def main() -> None:
    from build import EXPECTED, HERE, add, write_expected

    EXPECTED |= {
        name: row
        for name, row in json.loads((HERE / "expected.json").read_text()).items()
        if "/data-" not in name
    }
    for path in HERE.glob("*/data-*.json"):
        path.unlink()
    data_kinds(add)
    write_expected()


if __name__ == "__main__":
    main()
