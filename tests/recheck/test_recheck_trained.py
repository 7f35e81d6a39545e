"""The second checker on trained networks: certificates that it accepts, and for each condition
others that it does not.
"""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from functools import cache

import pytest
from polished import Example, number, problem
from standalone import recheck

rc = recheck("trained")
RELU = ["piecewise", "0", "0", "t"]
NO_DECAY = ("0", "0")
P = "statement/problem/"
C = "statement/claims/"


def verdict(tree) -> tuple[str, str | None]:
    try:
        rc.kinds.judge(rc.reader.parse(json.dumps(tree).encode()))
    except rc.verdict.Verdict as found:
        return found.verdict, found.code
    return "PROVED", None


def changed(tree, *edits):
    """A copy with entries replaced: path and value in turn; the value may be a function."""
    tree = copy.deepcopy(tree)
    for path, value in zip(edits[::2], edits[1::2], strict=True):
        *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
        place = tree
        for step in way:
            place = place[step]
        place[last] = value(place[last]) if callable(value) else value
    return tree


def times(factor: str):
    return lambda told: number(Fraction(told) * Fraction(factor))


def moved(by: str):
    return lambda told: number(Fraction(told) + Fraction(by))


@cache
def document(name: str):
    if name == "regression":
        return Example(rc, problem([2, 2, 1], 10)).minimum(0)
    if name == "softmax":
        raw = problem([2, 2, 3], 12, "cross-entropy", decay=("1/20", "0"))
        return Example(rc, raw).minimum(0, {"shift": True, "rescaling": None})
    if name == "columns":
        raw = problem([2, 3], 20, "cross-entropy", decay=NO_DECAY)
        raw["targets"] = [(5 * n) % 3 for n in range(20)]
        return Example(rc, raw).minimum(0, {"shift": True, "rescaling": None})
    if name == "deep":
        return Example(rc, problem([2, 2, 2, 1], 12, "binary")).minimum(0)
    if name == "off":
        return off()
    if name == "rescaling":
        return rescaled()
    if name == "saddle":
        raw = problem([2, 2, 1], 4, decay=("1/100", "1/100"))
        raw["inputs"] = [["0", "0"], ["0", "1"], ["1", "0"], ["1", "1"]]
        raw["targets"] = [["0"], ["1"], ["1"], ["0"]]
        return Example(rc, raw).saddle(0)
    if name == "fit":
        return Example(rc, problem([2, 5, 1], 8, decay=NO_DECAY)).fit(0)
    if name == "relation":
        raw = problem([2, 5, 2], 5, decay=NO_DECAY)
        raw["targets"] = [[y, number(Fraction("1.25") - Fraction(y))] for y, _ in raw["targets"]]
        relation = {"output": 2, "coefficients": ["-1", "0"], "constant": "1.25"}
        return Example(rc, raw).fit(0, (relation,))
    if name == "kinks":
        return Example(rc, problem([1, 2, 1], 9, activation=RELU, seed=2)).kinks(0)
    return noncritical(name)


def off():
    """A network with one unit less; unit 2 of three has the weights 0 and the bias 2.5."""
    tree = Example(rc, problem([2, 2, 1], 14, decay=("1/20", "0"), seed=1)).minimum(0)
    (first, last) = tree["statement"]["centre"]
    weights, bias = first["weights"], first["bias"]
    (out,) = last["weights"]
    given = [
        {"weights": [weights[0], ["0", "0.01"], weights[1]], "bias": [bias[0], "2.5", bias[1]]},
        {"weights": [[out[0], "0", out[1]]], "bias": last["bias"]},
    ]
    tree["statement"]["off"] = [{"layer": 1, "unit": 2, "bias": "2.5"}]
    told = {"parameters": given, "distance": ["0.00999", "0.01001"]}
    tree["statement"]["claims"]["given"] = told
    return tree


def rescaled():
    """f(x) = v max(0, w x) + b at w = v = 1, b = 0: residuals -1 and 1 in pairs, R = 2/5; by w and
    b the Hessian is [[10, 6], [6, 5]]/5, with the eigenvalues 1/5 and 14/5.
    """
    raw = problem([1, 1, 1], 5, activation=RELU, decay=NO_DECAY)
    raw["inputs"] = [["-1"], ["1"], ["1"], ["2"], ["2"]]
    raw["targets"] = [["0"], ["0"], ["2"], ["1"], ["3"]]
    raw["network"]["layers"][0]["bias"] = False
    claims = {
        "radius": "1e-3",
        "convexity": "0.15",
        "location": "1e-9",
        "risk": ["0.399", "0.401"],
        "smallest": ["0.199", "0.201"],
        "largest": ["2.799", "2.801"],
        "given": None,
        "better": None,
    }
    statement = {
        "problem": raw,
        "centre": [{"weights": [["1"]], "bias": []}, {"weights": [["1"]], "bias": ["0"]}],
        "modulo": {"shift": False, "rescaling": [[1]]},
        "off": [],
        "claims": claims,
    }
    return {
        "format": "certify/1",
        "kind": "smooth-strict-minimum",
        "statement": statement,
        "witness": {"bits": 128},
    }


def noncritical(name: str):
    if name == "direction":
        raw = problem([2, 3, 1], 12)
        example = Example(rc, raw)
        theta = example.start(0)
        direction = example.parameters(example.evaluated(theta)[1])
        claims = {"radius": "0.002", "gradient": "2"}
    else:  # all data on the right side
        raw = problem([1, 2, 3], 6, "cross-entropy", decay=("1", "1"))
        raw["decay"][1], raw["targets"] = ["0", "0"], [0] * 6
        theta = [0.5, 0.25, 0.125, 0.125, 1, 0, 0, 0.125, -1, 0, 3, 0, 0]
        if name == "binary":
            raw = problem([1, 2, 1], 6, "binary", decay=NO_DECAY)
            raw["targets"] = [int(float(x) > 0) for (x,) in raw["inputs"]]
            theta = [5, 0.125, -0.25, 0.125, 3, 0.125, 0]
        direction, claims = "scaling", {"radius": "0.001", "gradient": "0.001"}
        example = Example(rc, raw)
    statement = {"problem": raw, "parameters": example.parameters(theta), "claims": claims}
    return {
        "format": "certify/1",
        "kind": "smooth-no-critical-point",
        "statement": statement,
        "witness": {"bits": 128, "direction": direction},
    }


ACCEPTED = [
    *["regression", "softmax", "columns", "deep", "off", "rescaling", "saddle", "fit", "relation"],
    *["kinks", "direction", "scaling", "binary"],
]


@pytest.mark.parametrize("name", ACCEPTED)
def test_it_is_proved(name):
    assert verdict(document(name)) == ("PROVED", None)


WRONG = [
    # 4.22
    ("regression", "location", "factor 1/N for 1/(2N)", P + "loss/factor", "1/20"),
    ("regression", "location", "decay of biases", P + "decay/0/1", "0"),
    ("regression", "location", "target", P + "targets/3/0", moved("1e-6")),
    ("regression", "location", "centre", "statement/centre/0/weights/0/0", moved("1e-15")),
    ("regression", "location", "nearer", C + "location", "1e-60"),
    ("regression", "definite", "convexity", C + "convexity", times("1.2")),
    ("regression", "definite", "radius", C + "radius", "1"),
    ("regression", "risk", "risk above", C + "risk", ["0", "1e-3"]),
    ("regression", "risk", "risk below", C + "risk", ["10", "11"]),
    ("regression", "smallest", "smallest", C + "smallest/1", times("0.99989")),
    ("regression", "smallest", "smallest", C + "smallest/0", times("1.00011")),
    ("regression", "largest", "largest", C + "largest/1", times("0.99989")),
    ("regression", "largest", "largest", C + "largest/0", times("1.00011")),
    ("regression", "given", "too near", C + "given/distance/1", moved("-1.5e-9")),
    ("regression", "given", "too far", C + "given/distance/0", moved("1.5e-9")),
    ("regression", "undefined", "logarithm", P + "network/layers/0/activation", ["log", "t"]),
    ("softmax", "location", "label", P + "targets/0", lambda y: (y + 1) % 3),
    ("softmax", "definite", "flat direction", "statement/modulo/shift", False),
    ("softmax", "shift", "factor", C + "smallest/1", "0.3"),
    ("softmax", None, "squared", P + "loss/type", "squared"),
    ("softmax", None, "decay everywhere", P + "decay/1", ["1/20", "1/20"]),
    ("regression", None, "shift", "statement/modulo/shift", True),
    ("deep", "location", "label", P + "targets/0", lambda y: 1 - y),
    ("deep", None, "label", P + "targets/0", 2),
    ("off", "off", "slope", "statement/off/0/bias", "0"),
    ("off", "off", "decay", P + "decay/0/1", "1/50"),
    ("off", None, "place", "statement/off/0/unit", 4),
    ("off", "given", "place", "statement/off/0/unit", 1),
    ("off", None, "layer", "statement/off/0/layer", 2),
    ("rescaling", "definite", "free", "statement/modulo/rescaling", None),
    ("rescaling", None, "decay", P + "decay/0/0", "1"),
    ("rescaling", None, "unit", "statement/modulo/rescaling", [[2]]),
    ("rescaling", None, "weight 0", "statement/centre/1/weights/0/0", "0"),
    ("rescaling", "undefined", "kink", P + "inputs/0/0", "0"),
    # 4.23
    ("fit", "fit", "residual", P + "targets/0/0", moved("1e-3")),
    ("fit", "fit", "radius", "witness/radius", "1"),
    ("fit", "distance", "distance", C + "distance", "1e-60"),
    ("fit", "eigenvalue", "eigenvalue", C + "eigenvalue", times("1.2")),
    ("fit", "given", "given", C + "given/distance", "1e-60"),
    ("fit", "given", "given", C + "given/parameters/0/weights/0/0", moved("0.01")),
    ("fit", None, "decay", P + "decay/0/0", "1"),
    ("fit", None, "residuals", P + "network/layers/0/units", 1),
    ("relation", "relation", "target", P + "targets/2/1", moved("1e-30")),
    ("relation", "relation", "centre", "statement/centre/1/weights/1/0", moved("1e-30")),
    ("relation", "relation", "constant", "statement/relations/0/constant", "1.26"),
    ("relation", "relation", "sign", "statement/relations/0/coefficients/0", "1"),
    ("relation", None, "itself", "statement/relations/0/coefficients/1", "1"),
    ("relation", None, "output", "statement/relations/0/output", 3),
    # 4.24
    ("saddle", "index", "more", C + "index", lambda index: index + 1),
    ("saddle", None, "minimum", C + "index", 0),
    ("saddle", None, "maximum", C + "index", 9),
    ("saddle", "risk", "risk", C + "risk", ["0.2", "0.3"]),
    ("saddle", "contraction", "radius", C + "radius", "1"),
    ("saddle", "contraction", "radius", C + "radius", "1e-60"),
    ("saddle", "contraction", "decay", P + "decay/1/1", "0"),
    ("saddle", "contraction", "datum", P + "inputs/1/1", "0"),
    ("saddle", "contraction", "factor", P + "loss/factor", "1/8"),
    # 4.25
    ("direction", "critical", "radius", C + "radius", "1"),
    ("direction", "critical", "gradient", C + "gradient", "6"),
    ("direction", "critical", "sign", "witness/direction/1/bias/0", times("-9")),
    ("direction", "critical", "no direction", P + "loss/factor", "1e-9"),
    ("direction", None, "scaling", "witness/direction", "scaling"),
    ("scaling", "margin", "label", P + "targets/0", 1),
    ("scaling", "margin", "radius", C + "radius", "2"),
    ("scaling", "critical", "gradient", C + "gradient", "5"),
    ("scaling", None, "decay", P + "decay/1/0", "1"),
    ("binary", "margin", "label", P + "targets/0", lambda y: 1 - y),
    ("binary", "critical", "gradient", C + "gradient", "5"),
    # 4.26
    ("kinks", "contraction", "gate", "statement/kinks/0/gate", "0"),
    ("kinks", "contraction", "gate", "statement/kinks/0/gate", moved("1e-9")),
    ("kinks", "contraction", "centre", "statement/centre/0/bias/0", moved("1e-9")),
    ("kinks", "contraction", "decay", P + "decay/0/0", "0"),
    ("kinks", "contraction", "target", P + "targets/1/0", moved("1e-6")),
    ("kinks", "undefined", "another datum", "statement/kinks/0/datum", lambda n: n - 1 or n + 1),
    ("kinks", "location", "location", C + "location", "1e-60"),
    ("kinks", "undefined", "another kink in the ball", C + "radius", "1"),
    ("kinks", "growth", "growth", C + "growth", times("1.2")),
    ("kinks", "tau", "tau", "witness/tau", "1e9"),
    ("kinks", "risk", "risk", C + "risk", ["10", "11"]),
    ("kinks", None, "no kinks", "statement/kinks", []),
    ("kinks", None, "unit 0", "statement/kinks/0/unit", 0),
    ("kinks", None, "twice", "statement/kinks", lambda kinks: [kinks[0], *kinks]),
    ("kinks", None, "slopes", P + "network/layers/0/activation", ["piecewise", "0", "t", "0"]),
]


@pytest.mark.parametrize(("name", "code", "what", "path", "value"), WRONG)
def test_it_is_not_proved(name, code, what, path, value):
    """A code of None stands for a file that is malformed."""
    expected = ("MALFORMED", None) if code is None else ("REJECTED", code)
    assert verdict(changed(document(name), path, value)) == expected
