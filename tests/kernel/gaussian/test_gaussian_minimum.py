"""Theorem 1 at its edges: every term of every inequality counts, limits are inclusive where
FORMAT says so, and the words are right.
"""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import numpy as np
import pytest

import certify
from certify.decimals import decimal_text
from certify.gaussian.search.loss import GaussianLoss
from certify.kernel.check import check_document
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import MAX_DEPTH, parse_json
from certify.kernel.foundation.words import plain
from certify.kernel.gaussian.minimum import GaussianMinimum

pytestmark = pytest.mark.quick


def text(value) -> str:
    return decimal_text(round(Fraction(value) * 10**30), 30)


@pytest.fixture
def rough(six):
    """A proof around a centre that is off by about 2e-7, so that the gradient, the drift of the
    Hessian and the distance are all visible.

    Returns the document and float64 values at its centre: gradient norm g, loss F, smallest
    eigenvalue, and B(delta).
    """
    document = copy.deepcopy(six)
    centre = document["statement"]["centre"]
    rng = np.random.default_rng(2)
    w = np.array(centre, dtype=float) + 3e-8 * rng.normal(size=(6, 6))
    document["statement"]["centre"] = [[text(x) for x in row] for row in w]
    model = GaussianLoss(np.eye(6))
    value, gradient = model.value_and_gradient(w)
    g, delta, mu, radius = float(np.linalg.norm(gradient)), 1e-4, 0.003, 1.5e-4
    lowest = float(np.linalg.eigvalsh(model.hessian(w))[0])
    drift = model.hessian_lipschitz(w, delta) * delta
    document["statement"]["claims"] = {
        "radius": text(radius),
        "distance": text(delta),
        "loss": ["0.025", "0.0251"],
        "curvature": text(mu),
        "lambda_min": ["0.0035", "0.006"],
        "every_dimension": True,
    }
    assert check_document(document).verdict == "PROVED"
    return document, {
        "g": g,
        "value": float(value),
        "lowest": lowest,
        "drift": drift,
        "mu": mu,
        "ball": model.hessian_lipschitz(w, radius) * radius,
    }


def verdict(document, **claims) -> str:
    changed = copy.deepcopy(document)
    changed["statement"]["claims"].update(claims)
    outcome = check_document(changed)
    return getattr(outcome, "code", outcome.verdict)


def test_distance_is_gradient_over_curvature(rough):
    document, known = rough
    exact = known["g"] / known["mu"]
    assert verdict(document, distance=text(exact * (1 + 1e-6))) == "PROVED"
    assert verdict(document, distance=text(exact * (1 - 1e-6))) == "distance"


def test_loss_bounds_hold_the_gradient_term(rough):
    document, known = rough
    drop = known["g"] ** 2 / (2 * known["mu"])
    assert drop > 1e-12  # visible in float64
    assert verdict(document, loss=[text(known["value"] - 1.01 * drop), "1"]) == "PROVED"
    assert verdict(document, loss=[text(known["value"] - 0.99 * drop), "1"]) == "loss-low"
    assert verdict(document, loss=["0.02", text(known["value"] + 1e-14)]) == "PROVED"
    assert verdict(document, loss=["0.02", text(known["value"] - 1e-14)]) == "loss-high"


def test_eigenvalue_bounds_hold_the_drift(rough):
    document, known = rough
    low, high = known["lowest"] - known["drift"], known["lowest"] + known["drift"]
    assert known["drift"] > 1e-4
    assert verdict(document, lambda_min=[text(low - 1e-12), "1"]) == "PROVED"
    assert verdict(document, lambda_min=[text(low + 1e-12), "1"]) == "lambda-min-low"
    assert verdict(document, lambda_min=["0.001", text(high + 1e-6)]) == "PROVED"
    assert verdict(document, lambda_min=["0.001", text(high - 1e-6)]) == "lambda-min-high"


def test_curvature_is_what_the_ball_leaves(rough):
    document, known = rough
    room = known["lowest"] - known["ball"]
    assert verdict(document, curvature=text(room - 1e-12)) == "PROVED"
    assert verdict(document, curvature=text(room + 1e-12)) == "curvature"


def test_strict_at_equality(rough):
    document, _ = rough
    assert verdict(document, distance="0.00015", radius="0.00015") == "distance-in-ball"
    assert verdict(document, loss=["0", "1"]) == "spurious"
    assert verdict(document, curvature="0") == "strict-minimum"


def test_ball_may_not_reach_a_vanishing_neuron(six):
    shortest = min(np.linalg.norm(np.array(six["statement"]["centre"], dtype=float), axis=1))
    assert verdict(six, radius=text(shortest + 1e-12)) == "zero-neuron"
    assert verdict(six, radius=text(shortest - 1e-12)) == "curvature"


@pytest.mark.parametrize("bits,fine", [(127, False), (128, True), (1024, True), (1025, False)])
def test_limits_of_bits_are_inclusive(six, bits, fine):
    six["witness"]["bits"] = bits
    if fine:
        assert check_document(six).verdict == "PROVED"
    else:
        with pytest.raises(Malformed, match=r"field bits is not an integer in 128\.\.1024"):
            check_document(six)


def problem(n, k, d, targets="orthonormal"):
    claims = {
        "radius": "0.1",
        "distance": "0.01",
        "loss": ["0.1", "0.2"],
        "curvature": "0.1",
        "lambda_min": ["0.1", "0.2"],
        "every_dimension": False,
    }
    return {
        "problem": {"n": n, "k": k, "d": d, "targets": targets},
        "centre": [["1"] * d] * n,
        "claims": claims,
    }


@pytest.mark.parametrize("n,k,d", [(100, 100, 100), (1, 1, 1), (2, 1, 1), (3, 3, 3)])
def test_limits_of_sizes_are_inclusive(n, k, d):
    read = GaussianMinimum.read(problem(n, k, d))
    assert (read.problem.n, read.problem.k, read.problem.d, len(read.centre)) == (n, k, d, n)


@pytest.mark.parametrize(
    "n,k,d",
    [(101, 1, 1), (100, 1, 101), (101, 101, 101), (0, 0, 1), (1, 1, 0), (2, 3, 3), (3, 3, 2)],
)
def test_sizes_out_of_range_are_malformed(n, k, d):
    with pytest.raises(Malformed):
        GaussianMinimum.read(problem(n, k, d))


def test_messages_count_from_one(six):
    for change, words in (
        (lambda s: s["centre"].__setitem__(1, ["0"] * 6), "neuron 2 is zero"),
        (lambda s: s["centre"][2].pop(), "row 3 of the centre is not a list of 6 numbers"),
        (
            lambda s: s["centre"][3].__setitem__(4, "x"),
            r"entry \(4, 5\) of the centre is not a decimal string: 'x'",
        ),
        (lambda s: s["problem"].update(targets=[["1"] * 6] * 5 + [["0"] * 6]), "target 6 is zero"),
    ):
        changed = copy.deepcopy(six)
        change(changed["statement"])
        with pytest.raises(Malformed, match=words):
            check_document(changed)


def theorem(claim):
    return "\n".join(map(plain, claim.theorem()))


def test_words_fit_the_claim(six, root):
    everywhere = GaussianMinimum.read(six["statement"])
    assert (
        "every D >= 6" in theorem(everywhere)
        and "padded with D - 6 zero columns" in theorem(everywhere)
        and "orthonormal" in theorem(everywhere)
    )
    assert "every d >= 6, orthonormal targets" in plain(everywhere.headline())
    six["statement"]["claims"]["every_dimension"] = False
    alone = GaussianMinimum.read(six["statement"])
    assert (
        "Let D = 6," in theorem(alone)
        and "padded" not in theorem(alone)
        and ", d = 6, orthonormal" in plain(alone.headline())
    )
    planar = certify.load(root / "tests" / "corpus" / "accept" / "planar-teachers.json")
    assert "rows of the targets V in the file" in planar.theorem() and "given targets" in plain(
        planar.statement.headline()
    )
    outcome = certify.check(planar)
    assert (
        outcome.summary == plain(planar.statement.headline())
        and outcome.digest == planar.digest
        and outcome.bits == 128
    )


def test_outcomes_cannot_be_altered(six):
    outcome = check_document(six)
    with pytest.raises(AttributeError):
        outcome.verdict = "PROVED"
    with pytest.raises(AttributeError):
        outcome.sentence = "another"


def test_reader_limits_are_inclusive():
    assert parse_json(b"12345678901234567890") == 12345678901234567890
    assert parse_json(b"-1234567890123456789") == -1234567890123456789
    for data in (b"123456789012345678901", b"-12345678901234567890"):
        with pytest.raises(Malformed, match="over the limit"):
            parse_json(data)
    nested: object = []
    for _ in range(MAX_DEPTH - 1):
        nested = [nested]
    assert parse_json(json.dumps(nested).encode()) == nested
    with pytest.raises(Malformed, match="deeper than the limit of 16"):
        parse_json(json.dumps([nested]).encode())
    assert parse_json(
        b'[[], [], {"a": []}, [], [], [], [], [], [], [], [], [], [], [], [], [], [], []]'
    )[2] == {"a": []}


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        "x",
        1,
        {"format": "certify/1"},
        {"kind": "gaussian-minimum"},
        {"format": None, "kind": "x"},
    ],
)
def test_no_certificate_at_all(bad):
    with pytest.raises(Malformed):
        check_document(bad)


def test_declining_names_what_is_known():
    for document, code, word in (
        ({"format": "certify/2", "kind": "y"}, "version", "certify/1"),
        ({"format": "certify/1", "kind": "y"}, "kind", "gaussian-minimum"),
    ):
        outcome = check_document(document)
        assert (outcome.verdict, outcome.code) == ("DECLINED", code) and word in outcome.summary
