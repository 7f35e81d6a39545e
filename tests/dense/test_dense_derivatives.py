"""Value, gradient, Hessian and Jacobian of the finder: against differences, against many digits,
and against scikit-learn's own loss.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from trained_networks import fitted

from certify.dense import derivatives
from certify.dense.derivatives import Risk
from certify.dense.precise import Precise
from certify.dense.problem import Layer, TrainedProblem, flat
from certify.errors import UnusableInput
from certify.networks.formulas import evaluated, slopes_of
from certify.smooth.activations import REGISTRY

STEP = 1e-5
OUTPUTS = {"squared": 2, "cross-entropy": 3, "binary": 1}
SHAPES = [
    ((), (True,)),
    ((4,), (True, True)),
    ((3, 4), (True, False, True)),
    ((2, 3, 2), (True, True, False, False)),
]


def drawn(loss, widths, biases, hidden, last="t", rows=7):
    """A small problem and a point, at random."""
    rng = np.random.default_rng(len(widths))
    sizes = [3, *widths, OUTPUTS[loss]]
    layers = tuple(
        Layer(above, below, hidden if m < len(widths) else last, biases[m])
        for m, (below, above) in enumerate(pairwise(sizes))
    )
    texts = lambda shape: tuple(tuple(f"{v:.3f}" for v in row) for row in rng.normal(size=shape))  # noqa: E731
    squared = loss == "squared"
    problem = TrainedProblem(
        layers,
        texts((rows, 3)),
        texts((rows, sizes[-1])) if squared else (),
        () if squared else tuple(rng.integers(0, max(sizes[-1], 2), rows).tolist()),
        loss,
        Fraction(1, rows),
        tuple((Fraction(1, 10), Fraction(m, 50)) for m in range(len(layers))),
        (("0.1", "0", "-1"), ("1.5", "2", "-0.5")),
    )
    return problem, 0.7 * rng.normal(size=problem.parameters)


def differences(function, theta):
    """Central ones, one row for each parameter."""
    return np.array(
        [
            (np.asarray(function(theta + e)) - np.asarray(function(theta - e))) / (2 * STEP)
            for e in STEP * np.eye(len(theta))
        ]
    )


@pytest.mark.parametrize("loss,shape", [*product(OUTPUTS, SHAPES)])
@pytest.mark.parametrize("last", ["t", ["tanh", "t"]], ids=["linear", "tanh"])
def test_derivatives_are_those_of_the_value(loss, shape, last):
    problem, theta = drawn(loss, *shape, REGISTRY["gelu"].formula, last)
    risk = Risk(problem)
    value, gradient = risk.slope(theta)
    hessian = risk.hessian(theta)
    assert np.abs(gradient - differences(risk.value, theta)).max() < 1e-8
    assert np.abs(hessian - differences(risk.gradient, theta)).max() < 1e-8
    assert (hessian == hessian.T).all()
    direction = np.sin(np.arange(len(theta)))
    assert np.abs(hessian @ direction - risk.times(theta, direction)).max() < 1e-12
    outputs = differences(lambda t: risk.outputs(t).ravel(), theta).T
    assert np.abs(risk.jacobian(theta) - outputs).max() < 1e-8
    exact = Precise(problem).slope([Fraction(v) for v in theta.tolist()])
    assert abs(float(exact[0]) - value) < 1e-13
    assert max(abs(float(a) - b) for a, b in zip(exact[1], gradient, strict=True)) < 1e-13


def test_shifts_are_the_squares_that_the_format_adds():
    problem, theta = drawn("cross-entropy", (4,), (True, True), ["tanh", "t"])
    anchor = theta + 0.3
    plain, shifts = Risk(problem), ((16, 17), (18, 19, 20))
    risk = Risk(problem, shifts=shifts, anchor=anchor)
    added = sum((0.3 * len(e)) ** 2 for e in shifts) / (2 * len(problem.inputs))
    assert risk.value(theta) == pytest.approx(plain.value(theta) + added, rel=1e-12)
    assert np.abs(risk.gradient(theta) - differences(risk.value, theta)).max() < 1e-8
    assert np.abs(risk.hessian(theta) - differences(risk.gradient, theta)).max() < 1e-8
    ones = np.ones(len(theta))
    assert np.abs(risk.hessian(theta) @ ones - risk.times(theta, ones)).max() < 1e-12
    exact = Precise(problem, shifts=shifts, anchor=tuple(map(Fraction, anchor.tolist())))
    slope = exact.slope([Fraction(v) for v in theta.tolist()])[1]
    assert max(abs(float(a) - b) for a, b in zip(slope, risk.gradient(theta), strict=True)) < 1e-13


def test_few_data_at_a_time_give_the_same(monkeypatch):
    problem, theta = drawn("cross-entropy", (3, 4), (True, False, True), ["tanh", "t"])
    whole = Risk(problem)
    monkeypatch.setattr(derivatives, "_ENTRIES", 100.0)
    parts = Risk(problem)
    assert np.abs(whole.hessian(theta) - parts.hessian(theta)).max() < 1e-15
    assert whole.value(theta) == pytest.approx(parts.value(theta), rel=1e-14)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_formulas_agree_with_sympy(name):
    own = REGISTRY[name]
    t = np.array([x for x in np.linspace(-6, 6, 61) if abs(x) > 1e-9])
    for found, wanted in zip(evaluated(own.formula, t), own.numeric, strict=True):
        assert np.abs(found - wanted(t)).max() <= 1e-9 * max(1, np.abs(wanted(t)).max())


def test_far_out_units_saturate_without_nan():
    for name in ("tanh", "sigmoid", "gelu", "erf", "elu"):
        for part in evaluated(REGISTRY[name].formula, np.array([-1e4, -800.0, 800.0])):
            assert np.isfinite(part).all(), name


def test_softplus_is_about_t_where_exp_overflows():
    """As the value of the network, so its slopes; what only looks like it is not taken for it."""
    softplus, t = ["log", ["+", "1", ["exp", "t"]]], np.array([-900.0, 900.0])
    assert [part.tolist() for part in evaluated(softplus, t)] == [[0, 900], [0, 1], [0, 0]]
    longer = ["log", ["+", "1", ["exp", "t"], "5"]]
    assert evaluated(longer, np.zeros(1))[0][0] == pytest.approx(np.log(7), rel=1e-15)
    assert evaluated(["exp", "t"], np.array([900.0]))[0][0] == np.inf


def test_slopes_of_two_lines():
    assert slopes_of(["piecewise", "0", "0", "t"]) == (0, 1)
    assert slopes_of(["piecewise", "0", ["*", "0.01", "t"], "t"]) == (Fraction(1, 100), 1)
    for other in ("t", ["tanh", "t"], ["piecewise", "1", "0", "t"], ["piecewise", "0", "1", "t"]):
        assert slopes_of(other) is None


@pytest.mark.parametrize(
    "name,widths", [("diabetes", (4,)), ("diabetes", (4, 3)), ("iris", (3,)), ("iris2", (3,))]
)
def test_the_risk_is_scikit_learns(name, widths):
    problem, parameters, loss = fitted(name, widths)
    theta = np.array(list(map(float, flat(parameters))))
    assert Risk(problem).value(theta) == pytest.approx(loss, rel=1e-12)


def test_what_does_not_fit_is_refused():
    problem, _, _ = fitted("iris2", (3,))
    from dataclasses import replace

    for wrong in (
        {"loss": "hinge"},
        {"loss": "squared"},
        {"loss": "cross-entropy"},
        {"labels": (2, *problem.labels[1:])},
        {"labels": problem.labels[1:]},
        {"factor": Fraction(0)},
        {"inputs": tuple(row[1:] for row in problem.inputs)},
    ):
        with pytest.raises(UnusableInput):
            replace(problem, **wrong)


def test_units_and_places():
    problem, theta = drawn("squared", (3, 4), (True, False, True), ["tanh", "t"])
    parts = problem.split(theta)
    assert parts[1][0][2, 1] == theta[problem.weight(1, 2, 1)]
    assert parts[0][1][2] == theta[problem.bias(0, 2)]
    smaller, left = problem.without(0, [1])
    assert smaller.parameters == len(left) == problem.parameters - 3 - 1 - 4
    still = theta.copy()
    still[problem.units_of(0, 1)] = 0
    assert np.abs(Risk(smaller).outputs(theta[left]) - Risk(problem).outputs(still)).max() < 1e-15
    texts = [str(i) for i in range(problem.parameters)]
    assert flat(problem.nested(texts)) == texts
