"""Where polishing ends, exact relations among targets, and what the documents say: nothing of this
asks the kernel.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from trained_networks import RELU, TANH, fitted

from certify.decimals import exact_decimal
from certify.dense.case import Case, shifts_of
from certify.dense.derivatives import Risk
from certify.dense.exact_fit import inapplicable, prove_exact_fit, relations
from certify.dense.kinks import at_kinks
from certify.dense.minimum import located, slice_of
from certify.dense.noncritical import directions, margins, scales
from certify.dense.polish import critical, newton
from certify.dense.precise import Precise
from certify.dense.problem import Layer, TrainedProblem, flat
from certify.dense.prove import estimate
from certify.empirical.attempts import QUIET


def case_of(*args, **options):
    problem, parameters, _ = fitted(*args, **options)
    return Case(problem, tuple(flat(parameters)))


@pytest.mark.parametrize(
    "name,widths,alpha",
    [("diabetes", (4,), "0.01"), ("diabetes", (4, 3), "0.1"), ("iris", (3,), "0.01")],
)
def test_descent_comes_to_a_strict_minimum_of_many_digits(name, widths, alpha):
    found = located(case_of(name, widths, alpha=alpha))
    assert found.slope < 1e-30
    assert found.values[0] > 0
    assert found.off == ()
    gradient = Precise(found.problem).slope(list(map(Fraction, found.texts)))[1]
    assert max(map(abs, gradient)) < Fraction(1, 10**30)


def test_a_slice_keeps_the_sum_of_the_outputs_biases():
    case = case_of("iris", (3,))
    shifts = shifts_of(case.problem)
    assert shifts == (tuple(range(case.problem.parameters - 3, case.problem.parameters)),)
    found = located(case)
    off = sum((found.theta[i] - case.exact[i] for i in shifts[0]), Fraction(0))
    assert abs(off) < Fraction(1, 10**30)


def test_a_unit_that_decay_switched_off_is_removed():
    case = case_of("iris2", (3,), alpha="1", seed=9)
    found = located(case)
    ((layer, unit, bias),) = found.off
    assert layer == 0
    assert found.problem.layers[0].units == 2
    assert found.problem.parameters == case.problem.parameters - 4 - 1 - 1
    assert found.values[0] > 1e-4
    whole = found.whole(case)
    assert whole[case.problem.bias(0, unit)] == pytest.approx(float(bias))
    slope = Precise(case.problem).slope(whole)[1]
    assert max(map(abs, slope)) < 1e-30
    theta = np.array(list(map(float, whole)))
    assert abs(np.linalg.eigvalsh(Risk(case.problem).hessian(theta))[0]) < 1e-12


@pytest.mark.parametrize("alpha", ["0.01", "1"])
def test_minima_on_kinks_solve_the_equations(alpha):
    case = case_of("diabetes", (4,), activation="relu", alpha=alpha)
    found = at_kinks(case.problem, case.start, case.exact, QUIET)
    assert not isinstance(found, str)
    assert len(found.kinks) >= 8
    assert list(found.kinks) == sorted(found.kinks)
    assert all(0 < gate < 1 for gate in found.gates)
    assert found.convex.min() > 0
    _, slope, at = Precise(found.problem, found.kinks).slope(found.theta, found.gates)
    assert max(map(abs, (*slope, *at))) < Fraction(1, 10**30)
    # the risk with true kinks grows in every direction
    risk = Risk(found.problem)
    theta = np.array(list(map(float, found.theta)))
    rng = np.random.default_rng(0)
    for _ in range(200):
        step = rng.normal(size=len(theta))
        assert risk.value(theta + 1e-5 * step / np.linalg.norm(step)) > risk.value(theta)


def test_relations_of_one_hot_targets_are_exact():
    problem = two_outputs([("1", "0", "0"), ("0", "1", "0"), ("0", "0", "1"), ("0", "1", "0")])
    (relation,) = relations(problem)
    assert relation.written == {"output": 3, "coefficients": ["-1", "-1", "0"], "constant": "1"}


def test_relations_need_finite_decimals_and_a_bias():
    thirds = [("3", "1"), ("6", "2"), ("9", "3")]
    assert relations(two_outputs(thirds)) == []
    halves = [("2", "1"), ("6", "3"), ("10", "5")]
    (relation,) = relations(two_outputs(halves, bias=False))
    assert relation.written == {"output": 2, "coefficients": ["0.5", "0"], "constant": "0"}
    shifted = [("2", "2"), ("6", "4"), ("10", "6")]
    assert relations(two_outputs(shifted, bias=False)) == []
    assert len(relations(two_outputs(shifted))) == 1


def two_outputs(targets, *, bias=True):
    """A problem with these targets."""
    outputs = len(targets[0])
    layers = (Layer(8, 1, TANH), Layer(outputs, 8, "t", bias))
    inputs = tuple((str(n),) for n in range(len(targets)))
    return TrainedProblem(
        layers, inputs, tuple(targets), (), "squared", Fraction(1), ((Fraction(0),) * 2,) * 2
    )


def test_an_exact_fit_has_small_residuals_and_dependent_rows():
    problem = two_outputs([("1", "0", "0"), ("0", "1", "0"), ("0", "0", "1"), ("0", "1", "0")])
    rng = np.random.default_rng(3)
    start = tuple(exact_decimal(float(v)) for v in rng.normal(size=problem.parameters))
    attempt = prove_exact_fit(Case(problem, start))
    statement = attempt.document["statement"]
    assert [relation["output"] for relation in statement["relations"]] == [3]
    last = statement["centre"][-1]
    for column in zip(*last["weights"], strict=True):
        assert sum(map(Fraction, column)) == 0
    assert sum(map(Fraction, last["bias"])) == 1
    residuals = Precise(problem).residuals(list(map(Fraction, flat(statement["centre"]))))
    assert max(map(abs, residuals)) < Fraction(1, 10**30)


def test_where_an_exact_fit_cannot_be():
    assert "decay" in inapplicable(case_of("diabetes", (4,)))
    assert "above 0" in inapplicable(case_of("iris", (3,)))
    assert "fewer" in inapplicable(case_of("diabetes", (4,), alpha="0", rows=100))


def test_damped_newton_finds_saddles():
    inputs = (("0", "0"), ("0", "1"), ("1", "0"), ("1", "1"))
    decay = (Fraction(1, 100), Fraction(1, 100))
    problem = TrainedProblem(
        (Layer(2, 2, TANH), Layer(1, 2, "t")),
        inputs,
        (("0",), ("1",), ("1",), ("0",)),
        (),
        "squared",
        Fraction(1, 4),
        (decay, decay),
    )
    indices = set()
    for seed in range(8):
        drawn = np.random.default_rng(seed).normal(size=problem.parameters)
        start = tuple(exact_decimal(float(v)) for v in drawn)
        case = Case(problem, start)
        place, _, _ = slice_of(case, problem, case.start)
        point = newton(place, critical(place, case.start))
        if point is not None:
            assert np.linalg.norm(place.slope(point)[1]) < 1e-9
            indices.add(int((np.linalg.eigvalsh(place.hessian(point)) < 0).sum()))
    assert max(indices) >= 1


def test_directions_go_along_the_gradient():
    case = case_of("iris2", (3,), alpha="0", solver="adam")
    risk = Risk(case.problem)
    gradient = risk.gradient(case.start)
    found = list(directions(case, risk, gradient))
    assert (found[0][0] == "scaling") == bool(margins(case, risk).min() > 0)
    assert scales(case)
    for direction, radius, claimed in found[-4:]:
        u = np.array(list(map(float, flat(direction))))
        assert claimed < u @ gradient / np.linalg.norm(u)
        assert radius > 0


def test_rescaling_fixes_one_weight_above_each_unit():
    problem = TrainedProblem(
        (Layer(3, 2, RELU), Layer(2, 3, RELU), Layer(1, 2, "t")),
        (("0", "1"), ("1", "2")),
        (("0",), ("1",)),
        (),
        "squared",
        Fraction(1, 2),
        ((Fraction(0),) * 2,) * 3,
    )
    start = tuple(str(v) for v in range(1, problem.parameters + 1))
    case = Case(problem, start)
    place, _, rescaling = slice_of(case, problem, case.start)
    assert [len(units) for units in rescaling] == [3, 2]
    assert len(place.free) == problem.parameters - 5
    for layer, units in enumerate(rescaling, 1):
        for unit, above in enumerate(units):
            assert problem.weight(layer, above - 1, unit) not in place.free


def test_the_estimate_grows_with_the_size():
    small, large = (case_of("diabetes", widths).problem for widths in ((4,), (4, 3)))
    assert 0 < estimate(small) < estimate(large)
