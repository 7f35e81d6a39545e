"""Networks that were trained, to the end: each theorem as the kernel proves it, with the distance
from the weights given, and the reasons why others do not hold.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from trained_networks import RELU, TANH, fitted

from certify.decimals import exact_decimal
from certify.dense.case import Case, shifts_of
from certify.dense.derivatives import Risk
from certify.dense.problem import Layer, TrainedProblem, flat
from certify.dense.prove import prove_trained
from certify.empirical.attempts import Run
from certify.errors import UnusableInput
from certify.kernel.check import check_document
from certify.kernel.foundation.outcomes import Proved

ROWS = {"diabetes": 100, "iris": None}


def proved(*args, theorem="", **options):
    """The attempt, which must have proved something, and the problem."""
    problem, parameters, _ = fitted(*args, **options)
    attempt = prove_trained(problem, parameters, theorem=theorem)
    assert isinstance(attempt.outcome, Proved), attempt.reason
    assert isinstance(check_document({**attempt.document, "provenance": {}}), Proved)
    return attempt, problem


def distance_to(parameters, centre):
    own, other = (np.array(list(map(float, flat(part)))) for part in (parameters, centre))
    return float(np.linalg.norm(own - other))


@pytest.mark.parametrize(
    "name,widths,alpha",
    [("diabetes", (4,), "0.1"), ("diabetes", (4, 3), "0.1"), ("iris", (3,), "0.01")],
)
def test_a_strict_minimum_and_how_far_it_is(name, widths, alpha):
    attempt, _ = proved(name, widths, alpha=alpha, rows=ROWS[name])
    assert attempt.document["kind"] == "smooth-strict-minimum"
    statement = attempt.document["statement"]
    claims = statement["claims"]
    _, parameters, _ = fitted(name, widths, alpha=alpha, rows=ROWS[name])
    low, high = map(float, claims["given"]["distance"])
    assert claims["given"]["parameters"] == parameters
    far = distance_to(parameters, statement["centre"])
    assert low - 1e-12 < far < high + 1e-12
    theta = np.array(list(map(float, flat(statement["centre"]))))
    length = np.linalg.norm(list(map(float, flat(parameters))))
    near = "it is the strict minimum that descent from your weights reaches"
    assert (near in attempt.remarks[0]) == (far / length > 1e-2)
    values = np.linalg.eigvalsh(Risk(attempt_problem(name, widths, alpha)).hessian(theta))
    least = values[len(shifts_of(attempt_problem(name, widths, alpha)))]
    assert float(claims["smallest"][0]) < least < float(claims["smallest"][1])
    assert float(claims["largest"][0]) < values[-1] < float(claims["largest"][1])
    assert float(claims["radius"]) > 1e-8


def attempt_problem(name, widths, alpha):
    return fitted(name, widths, alpha=alpha, rows=ROWS[name])[0]


def test_a_spurious_minimum_has_a_better_point():
    attempt, problem = proved("diabetes", (3,), alpha="0.1", rows=100)
    claims = attempt.document["statement"]["claims"]
    better = np.array(list(map(float, flat(claims["better"]))))
    assert Risk(problem).value(better) < float(claims["risk"][0])


def test_a_better_point_that_is_given_is_taken_or_refused():
    problem, parameters, _ = fitted("diabetes", (3,), alpha="0.1", rows=100)
    attempt = prove_trained(problem, parameters, better=parameters, theorem="minimum")
    assert attempt.document["statement"]["claims"]["better"] is None
    assert any("which is not smaller" in remark for remark in attempt.remarks)
    lower = proved("diabetes", (3,), alpha="0.1", rows=100)[0].document["statement"]["claims"][
        "better"
    ]
    attempt = prove_trained(problem, parameters, better=lower, theorem="minimum")
    assert attempt.document["statement"]["claims"]["better"] == lower


def test_a_unit_switched_off():
    attempt, problem = proved("iris2", (3,), alpha="1", seed=9)
    statement = attempt.document["statement"]
    ((entry,),) = [statement["off"]]
    assert entry["layer"] == 1
    assert statement["problem"]["network"]["layers"][0]["units"] == 2
    assert len(flat(statement["claims"]["given"]["parameters"])) == problem.parameters
    assert any("weight decay has switched off unit" in remark for remark in attempt.remarks)
    # its bias is free, and stays near the one given: the point is the one that training reached
    assert float(statement["claims"]["given"]["distance"][1]) < 1e-2


def test_a_minimum_on_kinks():
    attempt, _ = proved("diabetes", (3,), activation="relu", alpha="1", rows=100)
    assert attempt.document["kind"] == "piecewise-kink-minimum"
    assert len(attempt.document["statement"]["kinks"]) >= 4
    assert float(attempt.document["statement"]["claims"]["radius"]) > 1e-9


def test_a_minimum_inside_a_cell_up_to_rescaling():
    """Without decay, and no datum on a kink."""
    x = np.arange(10.0)
    noise = 0.1 * np.array([1, -1, 1, 1, -1, -1, 1, -1, 1, -1])
    y = np.round(np.maximum(x - 1.5, 0) - 2 * np.maximum(x - 4.5, 0) + noise, 6)
    none = (Fraction(0), Fraction(0))
    problem = TrainedProblem(
        (Layer(2, 1, RELU), Layer(1, 2, "t")),
        tuple((exact_decimal(v),) for v in x.tolist()),
        tuple((exact_decimal(v),) for v in y.tolist()),
        (),
        "squared",
        Fraction(1, 10),
        (none, none),
    )
    given = problem.nested(["1", "1", "-1.5", "-4.5", "1", "-2", "0"])
    attempt = prove_trained(problem, given)
    assert isinstance(attempt.outcome, Proved), attempt.reason
    assert attempt.document["statement"]["modulo"] == {"shift": False, "rescaling": [[1, 1]]}
    assert attempt.document["statement"]["centre"][1]["weights"] == [["1", "-2"]]


def test_an_exact_fit():
    attempt, problem = proved("diabetes", (20,), alpha="0", rows=60)
    statement = attempt.document["statement"]
    assert attempt.document["kind"] == "smooth-exact-fit"
    _, parameters, _ = fitted("diabetes", (20,), alpha="0", rows=60)
    far = distance_to(parameters, statement["centre"])
    assert far < float(statement["claims"]["given"]["distance"]) < far + 1e-6
    theta = np.array(list(map(float, flat(statement["centre"]))))
    values = np.linalg.svd(Risk(problem).jacobian(theta), compute_uv=False)
    least = float(problem.factor) * values[-1] ** 2
    assert 0.9 * least < float(statement["claims"]["eigenvalue"]) < least


def test_one_hot_targets_without_the_last_output():
    rng = np.random.default_rng(5)
    inputs = tuple(tuple(f"{v:.3f}" for v in row) for row in rng.normal(size=(8, 3)))
    targets = tuple(tuple(str(int(k == n % 3)) for k in range(3)) for n in range(8))
    layers = (Layer(6, 3, TANH), Layer(3, 6, "t"))
    none = (Fraction(0), Fraction(0))
    problem = TrainedProblem(layers, inputs, targets, (), "squared", Fraction(1, 8), (none, none))
    start = [exact_decimal(float(v)) for v in rng.normal(size=problem.parameters)]
    attempt = prove_trained(problem, problem.nested(start))
    assert isinstance(attempt.outcome, Proved), attempt.reason
    assert attempt.document["kind"] == "smooth-exact-fit"
    assert [one["output"] for one in attempt.document["statement"]["relations"]] == [3]


def xor(start, decay="0.01"):
    """Two tanh units on XOR, decay on all parameters."""
    own = (Fraction(decay), Fraction(decay))
    problem = TrainedProblem(
        (Layer(2, 2, TANH), Layer(1, 2, "t")),
        (("0", "0"), ("0", "1"), ("1", "0"), ("1", "1")),
        (("0",), ("1",), ("1",), ("0",)),
        (),
        "squared",
        Fraction(1, 4),
        (own, own),
    )
    return problem, problem.nested([exact_decimal(float(v)) for v in start])


def test_a_saddle_from_far_and_from_near():
    drawn = (np.random.default_rng(seed).normal(size=9) for seed in range(20))
    attempts = (prove_trained(*xor(start), theorem="saddle") for start in drawn)
    attempt = next(one for one in attempts if isinstance(one.outcome, Proved))
    statement = attempt.document["statement"]
    theta = np.array(list(map(float, flat(statement["centre"]))))
    problem, _ = xor(theta)
    values = np.linalg.eigvalsh(Risk(problem).hessian(theta))
    assert (values < 0).sum() == statement["claims"]["index"] >= 1
    near = prove_trained(*xor(theta + 1e-4))
    assert near.document["kind"] == "smooth-saddle"
    assert "the saddle lies" in near.remarks[0] and "from the weights given" in near.remarks[0]


def test_no_critical_point_where_training_was_stopped_early():
    attempt, problem = proved("iris2", (3,), solver="adam", theorem="no-critical-point")
    claims = attempt.document["statement"]["claims"]
    assert float(claims["radius"]) > 0.02
    _, parameters, _ = fitted("iris2", (3,), solver="adam")
    theta = np.array(list(map(float, flat(parameters))))
    risk, rng = Risk(problem), np.random.default_rng(0)
    for _ in range(50):
        step = rng.normal(size=len(theta))
        step *= float(claims["radius"]) / np.linalg.norm(step)
        assert np.linalg.norm(risk.gradient(theta + step)) > float(claims["gradient"])


def test_classes_with_a_margin_and_no_decay_have_no_minimum():
    none = (Fraction(0), Fraction(0))
    problem = TrainedProblem(
        (Layer(1, 1, TANH), Layer(1, 1, "t")),
        (("-1",), ("-2",), ("1",), ("2",)),
        (),
        (0, 0, 1, 1),
        "binary",
        Fraction(1, 4),
        (none, none),
    )
    attempt = prove_trained(problem, problem.nested(["2", "0.1", "6", "0"]))
    assert isinstance(attempt.outcome, Proved), attempt.reason
    assert attempt.document["witness"]["direction"] == "scaling"
    assert float(attempt.document["statement"]["claims"]["radius"]) > 0.1
    (reason,) = [one for one in attempt.remarks if "a strict minimum" in one]
    assert "the last layer has no decay: to scale it up" in reason


def test_nothing_is_proved_and_every_reason_is_said():
    problem, parameters, _ = fitted("diabetes", (3,), alpha="0.1", rows=100)
    attempt = prove_trained(problem, parameters, theorem="fit")
    assert attempt.reason.startswith("not shown to be an exact fit: there is decay: ")
    with pytest.raises(UnusableInput, match="the theorem best is none of fit, minimum"):
        prove_trained(problem, parameters, theorem="best")


def test_the_steps_and_an_estimate_are_told():
    problem, parameters, _ = fitted("iris", (3,), alpha="0.01")
    told = []
    prove_trained(problem, parameters, run=Run(tell=told.append))
    assert told[0].startswith(f"{problem.parameters} parameters, 150 data, risk ")
    assert told[0].endswith(" s")
    assert len(told) > 4


def test_the_same_seed_gives_the_same_document():
    problem, parameters, _ = fitted("iris", (3,), alpha="0.01")
    one, other = (prove_trained(problem, parameters).document for _ in range(2))
    assert one == other


def test_a_case_knows_its_kinks():
    smooth, relu = (
        Case(problem, tuple(flat(parameters)))
        for problem, parameters, _ in (
            fitted("diabetes", (4,)),
            fitted("diabetes", (4,), activation="relu", alpha="1"),
        )
    )
    assert (smooth.kinked, relu.kinked) == (False, True)
    assert relu.homogeneous and relu.decays
