"""The corpus of the kinds with smooth activations: built by build.py, or alone, which writes the
smooth-*.json only.

python tests/corpus/build_smooth.py
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from certify.empirical.attempts import Run
from certify.smooth.activations import activation
from certify.smooth.prove.constant import prove_every_architecture, prove_wide
from certify.smooth.prove.counterexample import prove_activation
from certify.smooth.prove.generated import draw_data
from certify.smooth.prove.splitting import prove_splitting
from certify.tables import DataSet, make_data

Document = dict[str, Any]
Add = Callable[[str, Any, str, str, str], None]

HAT = make_data([["-1"], ["1"], ["0"]], ["0", "0", "1"])
BOWL = make_data(
    [*([i, 0] for i in (-2, -1, 1, 2)), *([0, i] for i in (-2, -1, 1, 2)), [0, 0]],
    [4, 1, 1, 4, 4, 1, 1, 4, 0],
)
XOR = make_data([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0])
FLAT = make_data([[0], [1], [2]], ["0.5", "0.5", "0.5"])


def edit(document: Document, change: Callable[[Document], object]) -> Document:
    """A copy, its statement changed."""
    result = copy.deepcopy(document)
    change(result["statement"])
    return result


def proposed(attempt: Any) -> Document:
    assert attempt.document is not None, attempt.reason
    assert not attempt.reason, attempt.reason
    attempt.document.pop("provenance")
    return attempt.document


def wide(data: DataSet, widths: Sequence[int], name: str, **options: Any) -> Document:
    return proposed(prove_wide(data, widths, activation(name), **options))


def family(data: DataSet, name: str, point: str | None = None) -> Document:
    return proposed(
        prove_every_architecture(
            data, activation(name), point=None if point is None else Fraction(point)
        )
    )


def split(
    name: str, inputs: int, widths: Sequence[int], spread: str | None, seed: int = 0
) -> Document:
    data, start = draw_data(inputs, None, widths, activation(name), seed)
    return proposed(
        prove_splitting(data, widths, activation(name), spread=spread, start=start, run=Run(seed))
    )


def affine(weights: list[list[str]], bias: list[str]) -> Document:
    return {"weights": weights, "bias": bias}


def constant(name: str, data: DataSet, outer: str, at: str, **claims: Any) -> Document:
    """One hidden unit with the input `at` on all data and the outgoing weight `outer`; the claims
    as given.
    """
    h = activation(name)
    value = h.value(Fraction(at))
    level = sum(Fraction(row[0]) for row in data.targets) / len(data.targets)
    risk = sum((Fraction(row[0]) - level) ** 2 for row in data.targets) / 2
    bias = str(Fraction(round((level - Fraction(outer) * value) * 10**60), 10**60))
    from certify.decimals import round_down

    problem = {
        "activation": h.formula,
        "widths": [1],
        "inputs": [list(row) for row in data.inputs],
        "targets": [list(row) for row in data.targets],
    }
    theta = [
        affine([["0"] * len(data.inputs[0])], [at]),
        affine([[outer]], [round_down(Fraction(bias), 60)]),
    ]
    known = {"distance": "1e-50", "risk": str(risk), "better": None, "fits": False, **claims}
    return {
        "format": "certify/1",
        "kind": "data-constant-minimum",
        "statement": {"problem": problem, "parameters": theta, "claims": known},
        "witness": {"bits": 256, "low": "-1.01", "high": "1.01"},
    }


def huge(
    name: str,
    data: DataSet,
    weights: tuple[str, str],
    out: tuple[str, str, str],
    bits: int = 256,
    fits: bool = False,
) -> Document:
    """Two hidden units, and a better point with these weights behind the input, the biases 1/2,
    outgoing weights and last bias.
    """
    better = [affine([[w] for w in weights], ["0.5", "0.5"]), affine([list(out[:2])], [out[2]])]
    document = edit(wide(data, [2], name), lambda s: s["claims"].update(better=better, fits=fits))
    return {**document, "witness": {**document["witness"], "bits": bits}}


def with_copy(data: DataSet) -> DataSet:
    """A second input that is three times the first, and a constant one."""
    return make_data(
        [[row[0], str(3 * int(row[0])), "7"] for row in data.inputs],
        [row[0] for row in data.targets],
    )


def constants() -> dict[str, tuple[Document, str]]:
    """Accepted certificates of the kind `data-constant-minimum`."""
    counterexamples = {
        name: (
            proposed(prove_activation(activation(text))),
            f"Yun, Sra and Jadbabaie, theorem 2: {name}",
        )
        for name, text in (
            ("tanh", "tanh"), ("sigmoid", "sigmoid"), ("arctan", "arctan"),
            ("softplus", "softplus"), ("quadratic", "quadratic"), ("elu", "elu"), ("gelu", "gelu"),
            ("roots", "sqrt(1 + t^2)"), ("own", "t*exp(-t^2) + cos(pi*t)"),
        )
    }  # fmt: skip
    half = proposed(prove_activation(activation("sin"), points=(Fraction(1, 2), Fraction(1, 2))))
    xor = constant("tanh", XOR, "40", "0.5")
    # no input below 0, at which exp(1e200) would be met
    right = make_data([["0"], ["2"], ["1"]], ["0", "0", "1"])
    opposite = ("-1e200", "1e200")
    far = {
        **{
            name: huge(name, HAT, opposite, ("1", "1", "0"), fits=name == "tanh")
            for name in ("tanh", "arctan", "erf", "softsign", "gaussian")
        },
        "mish": huge("mish", right, ("-1e200", "-1e300"), ("-0.66", "-0.66", "0.5")),
        "gelu": huge("gelu", right, ("-1e200", "-1e200"), ("-0.7", "-0.7", "0.5"), bits=1024),
    }
    silent = edit(wide(HAT, [2], "tanh"), lambda s: s["claims"].update(better=None))
    return {
        **counterexamples,
        "sin-half": (half, "sin at 1/2"),
        "deep": (wide(HAT, [4, 5, 3], "tanh"), "hidden layers of 4, 5 and 3 units"),
        "narrow": (wide(HAT, [1, 2, 6], "sigmoid"), "hidden layers of 1, 2 and 6 units"),
        "bowl": (wide(BOWL, [3, 4], "silu"), "data in the plane"),
        "copies": (
            wide(with_copy(HAT), [3], "tanh"),
            "inputs that are multiples of each other, and a constant one",
        ),
        "silent": (silent, "no better point is claimed"),
        "deep-fits": (
            edit(wide(HAT, [2, 3], "tanh"), lambda s: s["claims"].update(fits=True)),
            "two hidden layers; three units and a bias fit three data",
        ),
        **{
            f"huge-{name}": (
                document,
                f"{name} at numbers of size 1e200, where a better point has them",
            )
            for name, document in far.items()
        },
        "xor-one-unit": (
            xor,
            "a moment of both signs: one unit in the first layer, with a large outgoing weight",
        ),
    }


def families() -> dict[str, tuple[Document, str]]:
    """Accepted certificates of the kind `data-constant-family`."""
    return {
        "tanh": (family(HAT, "tanh"), "three data, tanh"),
        "gelu": (family(BOWL, "gelu"), "data in the plane"),
        "elu": (family(HAT, "elu", "-0.5"), "left of the kink"),
        "cubic": (
            family(with_copy(HAT), "cubic"),
            "a polynomial; inputs that are multiples of each other",
        ),
        "upside-down": (
            family(make_data([[-1], [1], [0]], [0, 0, -1]), "sigmoid", "1"),
            "a positive moment",
        ),
        "far": (
            family(make_data([["1e6"], ["1000001"], ["1000002"]], ["0", "1e-6", "0"]), "softplus"),
            "data far from 0, targets of small size",
        ),
    }


def splits() -> dict[str, tuple[Document, str]]:
    """Accepted certificates of the kind `data-splitting-family`."""
    return {
        "tanh": (split("tanh", 1, [1], "0"), "one hidden unit"),
        "spread": (split("tanh", 1, [1], None), "one hidden unit, all targets near the given ones"),
        "plane": (split("sigmoid", 2, [1], None, 1), "data in the plane"),
        "two": (split("gelu", 1, [2], None), "two hidden units"),
        "three": (split("tanh", 2, [3], "0"), "three hidden units, data in the plane"),
        "unequal": (split("tanh", 2, [2, 1], None), "hidden layers of 2 and 1 units"),
        "deep": (
            split("gelu", 1, [1, 1], None),
            "two hidden layers; the better point has the same widths",
        ),
        "huge": (
            edit(split("tanh", 1, [1], "0"), saturated),
            "a better point with one unit more, of weights of size 1e200, that hardly counts",
        ),
    }


def saturated(statement: Document) -> None:
    better = statement["claims"]["better"]
    better["width"] += 1
    better["parameters"][-2]["weights"].append(
        ["1e200"] * len(better["parameters"][-2]["weights"][0])
    )
    better["parameters"][-2]["bias"].append("-1e200")
    better["parameters"][-1]["weights"][0].append("1e-60")


def flipped(statement: Document) -> None:
    """The same constant output: outgoing weights with the other sign, the last bias adjusted."""
    last = statement["parameters"][-1]
    level = sum(Fraction(row[0]) for row in statement["problem"]["targets"]) / len(
        statement["problem"]["targets"]
    )
    from certify.decimals import round_down

    last["bias"] = [round_down(2 * level - Fraction(last["bias"][0]), 50)]
    last["weights"] = [[w[1:] if w.startswith("-") else f"-{w}" for w in last["weights"][0]]]


def rejected(add: Add, true: dict[str, Document]) -> None:
    """One condition fails in each."""

    def reject(
        name: str,
        code: str,
        why: str,
        change: Callable[[Document], object],
        of: str,
        witness: Document | None = None,
    ) -> None:
        document = edit(true[of], change)
        add(
            f"reject/smooth-{name}",
            {**document, "witness": {**document["witness"], **(witness or {})}},
            "REJECTED",
            code,
            why,
        )

    def claims(**values: object) -> Callable[[Document], object]:
        return lambda s: s["claims"].update(**values)

    def nothing(_: Document) -> None:
        pass

    tanh, deep = "constant-tanh", "constant-deep"
    reject(
        "correlated",
        "uncorrelated",
        "a target moved, the risk made true again",
        lambda s: (
            s["problem"]["targets"][0].__setitem__(0, "0.1"),
            s["claims"].update(risk="91/300"),
        ),
        tanh,
    )
    reject(
        "input-moved",
        "uncorrelated",
        "the last digit of an input",
        lambda s: s["problem"]["inputs"][0].__setitem__(0, "1.0000000000000000000000000000001"),
        tanh,
    )
    reject(
        "risk-rounded",
        "risk",
        "the risk rounded",
        claims(risk="0.333333333333333333333333333333333333333333"),
        tanh,
    )
    reject("risk-twice", "risk", "the risk without the factor 1/2", claims(risk="2/3"), tanh)
    reject(
        "risk-long",
        "risk",
        "the risk less one in 5000 digits",
        claims(risk=f"1{'0' * 4999}/3{'0' * 4998}1"),
        tanh,
    )
    reject(
        "huge",
        "spurious",
        "a better point with weights of size 1e200 that is none",
        claims(
            better=[
                affine([["1e200", "0"], ["0", "1e200"]], ["0.5", "0.5"]),
                affine([["1", "1"]], ["0"]),
            ],
            fits=False,
        ),
        tanh,
    )
    reject(
        "varying",
        "constant",
        "a first-layer unit that varies a little over the data",
        lambda s: s["parameters"][0]["weights"][0].__setitem__(
            0, "0.7500000000000000000000000000001"
        ),
        tanh,
    )
    reject(
        "bounds-low",
        "bounds",
        "a lower bound above an eigenvalue",
        nothing,
        tanh,
        {"low": "-0.3333"},
    )
    reject(
        "bounds-high",
        "bounds",
        "an upper bound below an eigenvalue",
        nothing,
        tanh,
        {"high": "-0.3334"},
    )
    reject(
        "bounds-equal",
        "bounds",
        "a lower bound that is the eigenvalue",
        nothing,
        "constant-xor-one-unit",
        {"low": "-0.5"},
    )
    reject(
        "bounds-one-sign",
        "bounds",
        "a moment of both signs, bounds of one",
        nothing,
        "constant-xor-one-unit",
        {"low": "0.5"},
    )
    reject(
        "distance-small",
        "distance",
        "a distance below the one there is",
        claims(distance="1e-60"),
        tanh,
    )
    reject(
        "last-bias",
        "distance",
        "a last bias with a wrong digit",
        lambda s: s["parameters"][-1].update(bias=["1e-39"]),
        tanh,
    )
    reject(
        "inner-bias",
        "distance",
        "a bias of the second layer changed: the output is another constant",
        lambda s: s["parameters"][1]["bias"].__setitem__(0, "0.4"),
        deep,
    )
    reject(
        "flipped",
        "definite",
        "a saddle sold as a minimum: outgoing weights with the other sign",
        flipped,
        deep,
    )
    reject("flipped-bowl", "definite", "a saddle sold as a minimum", flipped, "constant-bowl")
    reject(
        "bounds-wide",
        "definite",
        "bounds so wide that the matrices at their ends are not definite",
        nothing,
        "constant-xor-one-unit",
        {"low": "-1000000"},
    )
    sin = prove_activation(activation("sin"), points=(Fraction(1), Fraction(1))).document
    assert sin is not None
    add("reject/smooth-sin-one", sin, "REJECTED", "definite", "sin at 1, which is no minimum")
    xor_two = edit(
        true["constant-xor-one-unit"],
        lambda s: (
            s["problem"].update(widths=[2]),
            s["parameters"][0].update(weights=[["0", "0"], ["0", "0"]], bias=["0.5", "0.5"]),
            s["parameters"][1].update(weights=[["20", "20"]]),
        ),
    )
    add(
        "reject/smooth-xor-two-units",
        xor_two,
        "REJECTED",
        "definite",
        "a moment of both signs and two units: a direction orthogonal to the gradient falls",
    )
    reject(
        "at-kink",
        "distance",
        "hidden units at the kink of elu",
        lambda s: (
            s["parameters"][0].update(weights=[["0", "0"], ["0", "0"]]),
            s["parameters"][1].update(
                bias=["0.33333333333333333333333333333333333333333333333333"]
            ),
        ),
        "constant-elu",
    )
    reject(
        "linear-unit",
        "definite",
        "a unit that is linear near its input",
        lambda s: s["problem"].update(activation="t"),
        "constant-silent-linear",
    )
    reject(
        "not-better",
        "spurious",
        "a better point with the same outputs",
        lambda s: s["claims"].update(better=s["parameters"], fits=False),
        tanh,
    )
    reject(
        "global",
        "spurious",
        "a global minimum sold as spurious: equal targets, a better point of risk 0",
        lambda s: s["claims"].update(better=s["parameters"]),
        "constant-flat",
    )
    far = str(2**300)  # 2^300 - 2^300 is 0 at the second of the data, and exp(-0^2) is 1
    cancelled = [affine([[far], ["10"]], [f"-{far}", "0"]), affine([["5", "1"]], ["0"])]
    reject(
        "zero-cancelled",
        "spurious",
        "a better point that would be one if exp(0) were 0, at a 0 that is a difference of large"
        " numbers",
        claims(better=cancelled),
        "constant-huge-gaussian",
    )
    reject(
        "fits-equal-units",
        "fits",
        "two equal hidden units and a bias fit three data",
        twins,
        "constant-fits-loosely",
    )
    reject(
        "fits-narrow",
        "fits",
        "three units, but a single one behind them, and a bias fit three data",
        nothing,
        "constant-narrow-end",
    )
    reject("fits-twice", "fits", "the same input with two targets", nothing, "constant-twice")

    hat = "family-tanh"
    reject(
        "family-correlated",
        "uncorrelated",
        "a target moved",
        lambda s: (s["problem"]["targets"][0].__setitem__(0, "1"), s["claims"].update(risk="1/3")),
        hat,
    )
    reject("family-risk", "risk", "another risk", claims(risk="1/2"), hat)
    reject(
        "family-both-signs",
        "bounds",
        "a moment of both signs: XOR",
        lambda s: (
            s["problem"].update(
                inputs=[list(r) for r in XOR.inputs], targets=[list(r) for r in XOR.targets]
            ),
            s["claims"].update(risk="1/2"),
        ),
        hat,
    )
    reject(
        "family-no-moment",
        "bounds",
        "equal targets: the constant is the global minimum",
        lambda s: (s["problem"].update(targets=[["1"]] * 3), s["claims"].update(risk="0")),
        hat,
    )
    reject(
        "family-half-definite",
        "bounds",
        "a moment that is 0 in one direction",
        lambda s: (
            s["problem"].update(
                inputs=[["-1", "1"], ["1", "1"], ["0", "1"], ["0", "-3"]],
                targets=[["1"], ["1"], ["-2"], ["0"]],
            ),
            s["claims"].update(risk="3"),
        ),
        hat,
    )
    for name, code, formula, point, why in (
        ("slope", "slope", ["^", "t", 2], "0", "a point where the activation has slope 0"),
        ("bend", "bend", ["sin", "t"], "0", "a point where the second derivative is 0"),
        ("line", "bend", "t", "1", "a linear activation"),
        ("relu", "bend", ["piecewise", "0", "0", "t"], "1", "relu, off its kink"),
        (
            "kink",
            "slope",
            ["piecewise", "0.5", ["^", "t", 2], ["^", "t", 3]],
            "0.5",
            "a point that is a kink",
        ),
        (
            "inner-kink",
            "slope",
            ["+", ["^", "t", 2], ["piecewise", "0.5", "0", "0"]],
            "0.5",
            "a kink at which nothing happens",
        ),
        ("log", "slope", ["log", "t"], "-1", "a point outside the domain of the logarithm"),
        ("log-zero", "slope", ["*", "0", ["log", "t"]], "0", "0 times what is not defined"),
        ("root", "slope", ["+", ["^", "t", 2], ["sqrt", "t"]], "0", "the root at 0"),
        ("pole", "slope", ["/", "1", ["-", "t", "1"]], "1", "a pole"),
        ("huge", "slope", ["exp", ["exp", "t"]], "30", "a value beyond 2^16384"),
    ):
        reject(
            f"family-{name}",
            code,
            why,
            lambda s, formula=formula, point=point: (
                s["problem"].update(activation=formula),
                s.update(point=point),
            ),
            hat,
        )

    base, spread = "split-tanh", "split-spread"
    reject(
        "split-curvature-zero", "curvature", "a curvature of 0", nothing, base, {"curvature": "0"}
    )
    reject(
        "split-curvature",
        "curvature",
        "a curvature beyond the smallest eigenvalue",
        claims(distance="1"),
        "split-thin",
        {"curvature": "1e4"},
    )
    reject(
        "split-distance",
        "distance",
        "a distance too small for the spread",
        claims(distance="1e-7"),
        spread,
    )
    reject(
        "split-moved",
        "distance",
        "a parameter moved",
        lambda s: s["parameters"][0]["bias"].__setitem__(0, s["parameters"][0]["bias"][0][:12]),
        base,
    )
    reject(
        "split-spread",
        "distance",
        "a larger spread of the targets",
        lambda s: s["problem"].update(spread="1"),
        spread,
    )
    reject(
        "split-target",
        "distance",
        "a target moved",
        lambda s: s["problem"]["targets"][0].__setitem__(0, "3"),
        base,
    )
    reject(
        "split-low",
        "risk-low",
        "a lower bound above the risk",
        lambda s: s["claims"].update(
            risk=[s["claims"]["risk"][1], str(int(float(s["claims"]["risk"][1])) + 1)]
        ),
        base,
    )
    reject(
        "split-high",
        "risk-high",
        "an upper bound below the risk",
        lambda s: s["claims"].update(risk=["0", s["claims"]["risk"][0]]),
        base,
    )
    reject(
        "split-same",
        "spurious",
        "a better point that is the minimum, with a unit of weight 0 beside it",
        same_outputs,
        base,
    )
    reject(
        "split-neuron",
        "inner",
        "the other neuron, whose inner Hessian is not definite",
        lambda s: s.update(neuron=(s["neuron"] + 1) % 3),
        "split-three",
    )
    reject(
        "split-mirrored",
        "inner",
        "data for which the inner Hessian has the other sign, at a minimum all the same",
        nothing,
        "split-ordinary",
    )


def twins(statement: Document) -> None:
    """The second hidden unit of the better point made equal to the first."""
    first = statement["claims"]["better"][0]
    first.update(weights=[first["weights"][0]] * 2, bias=[first["bias"][0]] * 2)


def same_outputs(statement: Document) -> None:
    better = copy.deepcopy(statement["parameters"])
    better[-2]["weights"].append(["1"])
    better[-2]["bias"].append("0")
    better[-1]["weights"][0].append("0")
    statement["claims"]["better"] = {"width": 2, "parameters": better}


def ordinary() -> Document:
    """A minimum of one tanh unit on ordinary data, whose inner Hessian is indefinite, claimed all
    the same.
    """
    from certify.smooth.network import SmoothNetwork
    from certify.smooth.prove import splitting
    from certify.smooth.prove.minima import Base, polished
    from certify.smooth.prove.problem import smooth_problem

    rng = np.random.default_rng(5)
    inputs = np.round(rng.normal(size=(12, 1)), 2)
    data = make_data(inputs, np.round(np.tanh(inputs[:, 0]) + 0.2 * rng.normal(size=12), 2))
    function = activation("tanh")
    written, problem = smooth_problem(data, function)
    network = SmoothNetwork(function, (1, 1, 1))
    x, y = (
        np.array([[float(v) for v in row] for row in data.inputs]),
        np.array([float(row[0]) for row in data.targets]),
    )
    for trial in range(50):
        risk, theta = network.train(network.start(np.random.default_rng(trial), x), x, y)
        if np.abs(theta).max() > 20:
            continue
        try:
            layers, curvature = polished(problem, network, theta)
        except (ArithmeticError, ZeroDivisionError):
            continue
        if curvature > 1e-3:
            base = Base(layers, 0, curvature, risk)
            statement = splitting._claims(written, problem, [1], base, "0")
            statement["claims"]["better"] = splitting._better(network, x, y, risk, 0)
            assert statement["claims"]["better"] is not None
            witness = {"bits": 256, "curvature": f"{curvature / 2:.3g}"}
            return {
                "format": "certify/1",
                "kind": "data-splitting-family",
                "statement": statement,
                "witness": witness,
            }
    raise AssertionError("no nondegenerate minimum")


def malformed(add: Add, true: dict[str, Document]) -> None:
    """What FORMAT 4.15 to 4.17 does not allow."""

    def bad(
        name: str, why: str, change: Callable[[Document], object], of: str = "constant-tanh"
    ) -> None:
        add(f"malformed/smooth-{name}", edit(true[of], change), "MALFORMED", "malformed", why)

    def claims(**values: object) -> Callable[[Document], object]:
        return lambda s: s["claims"].update(**values)

    def problem(**values: object) -> Callable[[Document], object]:
        return lambda s: s["problem"].update(**values)

    long = "t"
    for _ in range(10):
        long = ["+", long, *["t"] * 20]
    for name, formula, why in (
        ("word", "x", "a variable of another name"),
        ("name", "tanh", "the name of an activation instead of a formula"),
        ("number", 2, "a JSON number as a node"),
        ("null", None, "no formula"),
        ("empty", [], "an empty node"),
        ("object", {"tanh": "t"}, "an object as a node"),
        ("function", ["sinh", "t"], "a function that the format does not have"),
        ("parts-none", ["exp"], "a function without an argument"),
        ("parts-two", ["exp", "t", "t"], "a function of two arguments"),
        ("sum-one", ["+", "t"], "a sum of one part"),
        ("minus-three", ["-", "t", "t", "t"], "a difference of three parts"),
        ("power-text", ["^", "t", "2"], "an exponent that is a string"),
        ("power-one", ["^", "t", 1], "an exponent of 1"),
        ("power-large", ["^", "t", 17], "an exponent of 17"),
        ("power-true", ["^", "t", True], "true as an exponent"),
        ("pieces-two", ["piecewise", "0", "t"], "a piecewise node with one part"),
        ("pieces-kink", ["piecewise", "t", "t", "t"], "a kink that is a node"),
        ("zero-divisor", ["*", "t", "1/0"], "a fraction with denominator 0"),
        ("long", long, "more than 200 nodes"),
    ):
        bad(f"formula-{name}", why, problem(activation=formula))
    bad("widths-none", "no hidden layer", problem(widths=[]))
    bad("widths-zero", "a layer of no units", problem(widths=[0]))
    bad("widths-other", "widths that do not fit the parameters", problem(widths=[3]))
    bad("widths-true", "true as a width", problem(widths=[True]))
    bad("widths-large", "a layer of 257 units", problem(widths=[257]))
    bad("inputs-equal", "all inputs equal", problem(inputs=[["1", "0"]] * 3))
    bad("inputs-none", "no data", problem(inputs=[], targets=[]))
    bad(
        "inputs-ragged",
        "inputs of different lengths",
        lambda s: s["problem"]["inputs"][1].append("0"),
    )
    bad(
        "inputs-fraction",
        "an input that is a fraction",
        lambda s: s["problem"]["inputs"][2].__setitem__(0, "1/2"),
    )
    bad("inputs-many", "17 inputs", problem(inputs=[["1"] * 17, ["0"] * 17, ["2"] * 17]))
    bad(
        "work",
        "too many data for the formula",
        lambda s: s["problem"].update(
            activation=chain(60),
            inputs=[[str(n), "0"] for n in range(4200)],
            targets=[["0"]] * 4200,
        ),
    )
    bad("targets-fewer", "a target missing", lambda s: s["problem"]["targets"].pop())
    bad("targets-two", "two targets for a datum", lambda s: s["problem"]["targets"][0].append("0"))
    bad("loss", "a loss: it is always the squared one", problem(loss={"type": "squared"}))
    bad("parameters-layer", "a layer too few", lambda s: s["parameters"].pop())
    bad("parameters-bias", "a bias too many", lambda s: s["parameters"][0]["bias"].append("0"))
    bad(
        "parameters-fraction",
        "a weight that is a fraction",
        lambda s: s["parameters"][0]["weights"][0].__setitem__(0, "3/4"),
    )
    bad(
        "parameters-field",
        "a layer with a further field",
        lambda s: s["parameters"][0].update(name="first"),
    )
    bad("distance-zero", "a distance of 0", claims(distance="0"))
    bad("distance-number", "a distance that is a JSON number", claims(distance=1))
    bad("fits-nothing", "fits without a better point", claims(better=None, fits=True))
    bad("fits-text", "fits as a string", claims(fits="true"))
    bad(
        "better-widths",
        "a better point of other widths",
        claims(better=true["constant-deep"]["statement"]["claims"]["better"]),
    )
    bad("claim-unknown", "a claim that no checker verifies", claims(strict=True))
    family, base = "family-tanh", "split-tanh"
    bad("family-widths", "widths for all architectures", problem(widths=[2]), family)
    bad(
        "family-point-fraction",
        "a point that is a fraction",
        lambda s: s.update(point="1/2"),
        family,
    )
    bad("family-point-missing", "no point", lambda s: s.pop("point"), family)
    bad("family-inputs-equal", "all inputs equal", problem(inputs=[["1"]] * 3), family)
    bad("split-spread-negative", "a negative spread", problem(spread="-1e-9"), base)
    bad("split-spread-missing", "no spread", lambda s: s["problem"].pop("spread"), base)
    bad("split-neuron-far", "a neuron that is not there", lambda s: s.update(neuron=1), base)
    bad(
        "split-neuron-below",
        "a neuron that is there in the layer below only",
        lambda s: s.update(neuron=1),
        "split-unequal",
    )
    bad("split-neuron-negative", "a negative neuron", lambda s: s.update(neuron=-1), base)
    bad("split-neuron-true", "true as a neuron", lambda s: s.update(neuron=False), base)
    bad("split-better-null", "no better point", claims(better=None), base)
    bad(
        "split-better-width",
        "a width that does not fit the better parameters",
        lambda s: s["claims"]["better"].update(width=5),
        base,
    )
    bad(
        "split-risk-reversed",
        "an interval upside down",
        lambda s: s["claims"]["risk"].reverse(),
        base,
    )
    bad("split-unknowns", "more than 256 parameters", wide_base, base)
    for name, of, witness, why in (
        (
            "witness-bits-low",
            "constant-tanh",
            {"bits": 64, "low": "-1", "high": "1"},
            "too few bits",
        ),
        ("witness-bounds", "constant-tanh", {"bits": 256}, "no bounds"),
        (
            "witness-bounds-fraction",
            "constant-tanh",
            {"bits": 256, "low": "-1/3", "high": "0"},
            "a bound that is a fraction",
        ),
        ("family-witness", family, {}, "no bits"),
        ("split-witness", base, {"bits": 256}, "no curvature to try"),
    ):
        add(
            f"malformed/smooth-{name}",
            {**true[of], "witness": witness},
            "MALFORMED",
            "malformed",
            why,
        )


def chain(nodes: int) -> Any:
    """A formula of at least so many nodes: t + ... + t."""
    return ["+", *["t"] * nodes]


def wide_base(statement: Document) -> None:
    """A base network of 86 units."""
    statement["problem"]["widths"] = [86]
    statement["parameters"] = [affine([["1"]] * 86, ["0"] * 86), affine([["1"] * 86], ["0"])]


def smooth_kinds(add: Add) -> None:
    """All cases of the three kinds."""
    true: dict[str, Document] = {}
    for prefix, found in (
        ("constant-", constants()),
        ("family-", families()),
        ("split-", splits()),
    ):
        for name, (document, why) in found.items():
            true[prefix + name] = document
            add(f"accept/smooth-{prefix}{name}", document, "PROVED", "", why)
    # what only serves to make rejected files of
    level = fraction_of_level(HAT)
    true["constant-silent-linear"] = edit(
        true["constant-silent"],
        lambda s: s["parameters"][-1].update(
            bias=[
                str_decimal(
                    level
                    - sum(Fraction(w) for w in s["parameters"][-1]["weights"][0])
                    * Fraction(s["parameters"][0]["bias"][0])
                )
            ]
        ),
    )
    true["constant-flat"] = {
        **constant("tanh", FLAT, "1", "0.5"),
        "witness": {"bits": 256, "low": "-0.01", "high": "0.01"},
    }
    true["constant-fits-loosely"] = edit(
        true["constant-tanh"], lambda s: s["claims"].update(better=below(s))
    )
    twice = make_data([["-1"], ["-1"], ["1"], ["1"], ["0"], ["0"]], ["0", "0", "0", "0", "1", "2"])
    true["constant-twice"] = edit(wide(twice, [6], "tanh"), lambda s: s["claims"].update(fits=True))
    true["constant-narrow-end"] = edit(
        wide(HAT, [3, 1], "tanh"), lambda s: s["claims"].update(fits=True)
    )
    true["split-thin"] = true["split-tanh"]
    true["split-ordinary"] = ordinary()
    rejected(add, true)
    malformed(add, true)


def fraction_of_level(data: DataSet) -> Fraction:
    """The mean of the targets."""
    return sum((Fraction(row[0]) for row in data.targets), Fraction(0)) / len(data.targets)


def str_decimal(value: Fraction) -> str:
    from certify.decimals import round_down

    return round_down(value, 50)


def below(statement: Document) -> list[Document]:
    """A point of smaller risk whose two units may be made equal without losing that: one unit does
    the work.
    """
    from certify.smooth.network import SmoothNetwork

    x = np.array([[float(v) for v in row] for row in statement["problem"]["inputs"]])
    y = np.array([float(row[0]) for row in statement["problem"]["targets"]])
    found = SmoothNetwork(activation("tanh"), (2, 1, 1)).below(0.3, x, y, [], 0)
    assert found is not None
    first, last = found
    return [
        affine([first["weights"][0], ["1", "2"]], [first["bias"][0], "0"]),
        affine([[last["weights"][0][0], "0"]], last["bias"]),
    ]


def main() -> None:
    from build import EXPECTED, HERE, add, write_expected

    EXPECTED |= {
        name: row
        for name, row in json.loads((HERE / "expected.json").read_text()).items()
        if "/smooth-" not in name
    }
    for path in HERE.glob("*/smooth-*.json"):
        path.unlink()
    smooth_kinds(add)
    write_expected()


if __name__ == "__main__":
    main()
