"""The bounds of FORMAT 4.15 to 4.17: just inside a statement is read, just beyond it
is malformed, with a sentence that names the bound.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from certify.kernel.check import read_claim
from certify.kernel.foundation.errors import Malformed
from certify.kernel.smooth.parameters import require_values_work

pytestmark = pytest.mark.quick


def layers(*sizes: int) -> list[dict[str, Any]]:
    return [
        {"weights": [["0"] * below] * above, "bias": ["0"] * above}
        for below, above in pairwise(sizes)
    ]


def data(count: int, inputs: int = 1) -> dict[str, Any]:
    return {"inputs": [[str(n)] * inputs for n in range(count)], "targets": [["0"]] * count}


def constant(
    count: int, inputs: int, widths: list[int], formula: Any = "t", *, fits: bool = False
) -> dict[str, Any]:
    theta = layers(inputs, *widths, 1)
    claims = {"distance": "1", "risk": "0", "better": theta if fits else None, "fits": fits}
    return document(
        "data-constant-minimum",
        {
            "problem": {"activation": formula, "widths": widths, **data(count, inputs)},
            "parameters": theta,
            "claims": claims,
        },
    )


def family(count: int, inputs: int, formula: Any = "t") -> dict[str, Any]:
    return document(
        "data-constant-family",
        {
            "problem": {"activation": formula, **data(count, inputs)},
            "point": "0",
            "claims": {"risk": "0"},
        },
    )


def splitting(count: int, widths: list[int], width: int, formula: Any = "t") -> dict[str, Any]:
    better = {"width": width, "parameters": layers(1, *widths[:-1], width, 1)}
    problem = {"activation": formula, "widths": widths, **data(count), "spread": "0"}
    return document(
        "data-splitting-family",
        {
            "problem": problem,
            "parameters": layers(1, *widths, 1),
            "neuron": 0,
            "claims": {"distance": "1", "risk": ["0", "1"], "better": better},
        },
    )


def document(kind: str, statement: dict[str, Any]) -> dict[str, Any]:
    return {"format": "certify/1", "kind": kind, "statement": statement, "witness": {}}


def total(nodes: int) -> Any:
    """A formula of so many nodes: t + ... + t, at least three."""
    return ["+", *["t"] * (nodes - 1)]


@pytest.mark.parametrize(
    ("inside", "beyond", "words"),
    [
        (family(10_000, 1), family(10_001, 1), "the data are more than 10000"),
        (family(3906, 16), family(3907, 16), "times the square of the inputs more than 1000000"),
        (family(3, 16), family(3, 17), "rows of 1 to 16 numbers"),
        (family(3, 1, total(200)), family(3, 1, total(201)), "more than 200 parts"),
        (constant(3, 1, [1] * 32), constant(3, 1, [1] * 33), "1 to 32 numbers of units"),
        (constant(2, 1, [256]), constant(2, 1, [257]), "not an integer in 1..256"),
        (
            constant(8130, 2, [12, 12, 6]),
            constant(8131, 2, [12, 12, 6]),
            "the weights of the parameters, times the data, are more than 2000000",
        ),
        (constant(2, 1, [256, 4]), constant(2, 1, [256, 5]), "times the square of the first width"),
        (constant(256, 1, [2], fits=True), constant(257, 1, [2], fits=True), "more than 256 data"),
        (
            splitting(61, [20, 1], 1),
            splitting(62, [20, 1], 1),
            "times their square more than 10000000",
        ),
        (splitting(3, [1], 256), splitting(3, [1], 257), "not an integer in 1..256"),
    ],
    ids=[
        "data",
        "data inputs",
        "inputs",
        "nodes",
        "layers",
        "width",
        "weights data",
        "expansion",
        "fits",
        "hessian",
        "better width",
    ],
)
def test_bounds(inside: dict[str, Any], beyond: dict[str, Any], words: str) -> None:
    with pytest.raises(Malformed, match=words):
        read_claim(beyond)
    try:
        read_claim(inside)
    except Malformed as error:
        pytest.fail(str(error))


@pytest.mark.parametrize(
    ("inside", "beyond"),
    [
        (constant(1500, 1, [10], total(10)), constant(1501, 1, [10], total(10))),
        (splitting(1500, [1], 10, total(10)), splitting(1501, [1], 10, total(10))),
    ],
    ids=["parameters", "better"],
)
def test_evaluations_are_bounded(inside: dict[str, Any], beyond: dict[str, Any]) -> None:
    """Section 3.1: data times hidden units times nodes, for the widths of the parameters and for
    those of `better`.
    """
    with pytest.raises(
        Malformed, match="the hidden units and the precision ask for is 150100, more than 150000"
    ):
        require_values(beyond)
    require_values(inside)


def require_values(document: dict[str, Any]) -> None:
    """The bound for the parameters, and for those of `better` where they have a width."""
    claim = read_claim(document)
    better = getattr(claim, "better_width", None)
    for widths in [claim.widths, *([(*claim.widths[:-1], better)] if better else [])]:
        require_values_work(claim.problem, widths, 128)


def test_nodes_are_counted_as_the_format_says() -> None:
    # the kink and the exponent are no nodes: 1 + 2 + 4
    piecewise = [
        "piecewise",
        "0",
        ["^", "t", 3],
        ["*", "2", "t", "pi"],
    ]
    claim = read_claim(constant(3, 1, [1], piecewise))
    assert claim.problem.activation.nodes == 7


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda s: s["problem"]["targets"].append(["0"]), "as many targets as inputs"),
        (lambda s: s["parameters"][0].pop("bias"), "fields weights and bias"),
        (lambda s: s["parameters"][0]["bias"].clear(), "is not a list of 2 numbers"),
        (lambda s: s["parameters"].append(s["parameters"][0]), "not a list of 2 layers"),
    ],
)
def test_shapes(change: Any, words: str) -> None:
    tree = constant(3, 1, [2])
    tree["statement"]["problem"]["targets"] = [["0"] for _ in range(3)]
    change(tree["statement"])
    with pytest.raises(Malformed, match=words):
        read_claim(tree)
