"""Other activations than ReLU: how they are written, the loss in float64 and in many digits, the
finder, families followed in the slope, and which class is which.
"""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

import certify
from certify.about import about_candidate
from certify.arrays import read_source
from certify.errors import NotProved, UnusableInput
from certify.gaussian.activations import (
    activation_field,
    activation_of,
    chosen,
    named,
    same_minima,
    slope_of,
)
from certify.gaussian.atlas import atlas
from certify.gaussian.classes import same_point
from certify.gaussian.formal.certificate import formal_statement
from certify.gaussian.prove.birth import prove_birth
from certify.gaussian.prove.consequences import prove_basin, prove_splitting
from certify.gaussian.search.families import family
from certify.gaussian.search.loss import GaussianLoss
from certify.gaussian.survey.basins import basin_of
from certify.kernel.check import check_document, read_claim
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.gaussian.activation import RELU
from certify.kernel.gaussian.counting import distinct_points
from certify.kernel.gaussian.signs import Signs
from certify.rationals import fraction

FIFTH = "leaky:0.2"


def mean_square(w, v, p, q):
    """1/2 E (sum sigma(w.x) - sum sigma(v.x))^2 as a sum over rows u and -u, with the mean of
    [u.x]_+ [u'.x]_+ in closed form.
    """
    rows = np.concatenate([w, -w, v, -v])
    weights = np.repeat([p, q, -p, -q], [len(w), len(w), len(v), len(v)])
    norms = np.linalg.norm(rows, axis=1)
    angle = np.arccos(np.clip(rows @ rows.T / np.outer(norms, norms), -1, 1))
    means = np.outer(norms, norms) * (np.sin(angle) + (np.pi - angle) * np.cos(angle))
    return float(weights @ means @ weights / (4 * np.pi))


@pytest.fixture(scope="module")
def six():
    """Type II at k = 6 and slope 1/5, by its symmetry."""
    return certify.prove(certify.family("II", 6, activation=FIFTH))


@pytest.mark.parametrize(
    ("text", "parts", "name", "slope"),
    [
        ("relu", ("1", "0"), "", "0"),
        ("leaky:0.2", ("1", "-1/5"), "slope-0.2", "1/5"),
        ("LEAKY:1/5", ("1", "-1/5"), "slope-0.2", "1/5"),
        ("leaky:-.9", ("1", "9/10"), "slope-minus-0.9", "-9/10"),
        ("leaky:1/3", ("1", "-1/3"), "slope-1_3", "1/3"),
        ("abs", ("1", "1"), "abs", "-1"),
        ("2:-1", ("2", "-1"), "activation-2,minus-1", "1/2"),
        ("-1:5", ("-1", "5"), "activation-minus-1,5", "1/5"),
        ("0:1", ("0", "1"), "activation-0,1", "0"),
    ],
)
def test_spellings(text, parts, name, slope):
    sigma = activation_of(text)
    assert tuple(map(str, sigma.parts)) == parts
    assert (named(sigma), str(slope_of(sigma))) == (name, slope)
    assert ("activation" in activation_field(sigma)) is (text != "relu")


@pytest.mark.parametrize(
    "text", ["leaky", "leaky:1", "1:-1", "0:0", "gelu", "1/0:1", "leaky:1e-3", "leaky:nan", 0.2, 1]
)
def test_what_is_no_activation_is_refused_by_name(text):
    with pytest.raises(UnusableInput, match=r"activation|slope|p:q|linear"):
        activation_of(text)


def test_one_of_two_options():
    assert chosen(None, None) is None
    assert same_minima(chosen("leaky:0.2", None), chosen(None, "1/5"))
    with pytest.raises(UnusableInput, match="give one of them"):
        chosen("abs", "0.2")


@pytest.mark.parametrize("text", ["leaky:0.99", "leaky:-0.9", "abs", "2:-1/3"])
def test_loss_and_derivatives_in_float64(text):
    sigma = activation_of(text)
    rng = np.random.default_rng(0)
    v, w = rng.normal(size=(3, 4)), rng.normal(size=(4, 4))
    loss = GaussianLoss(v, sigma)
    value, gradient = loss.value_and_gradient(w)
    p, q = map(float, sigma.parts)
    assert value == pytest.approx(mean_square(w, v, p, q), rel=1e-6)
    step, size = 1e-5, w.size
    unit = step * np.eye(size).reshape(size, *w.shape)
    differences = (loss.value(w + unit) - loss.value(w - unit)) / (2 * step)
    assert differences == pytest.approx(gradient.ravel(), abs=1e-7)
    slopes = [loss.value_and_gradient(w + e)[1] - loss.value_and_gradient(w - e)[1] for e in unit]
    hessian = np.stack([difference.ravel() / (2 * step) for difference in slopes])
    assert loss.hessian(w) == pytest.approx(hessian, abs=1e-7)
    wide = [np.hstack([rows, np.zeros((len(rows), 1))]) for rows in (w, v)]
    beyond = GaussianLoss(wide[1], sigma).hessian(wide[0]).reshape(4, 5, 4, 5)[:, 4, :, 4]
    assert loss.padding_block(w) == pytest.approx(beyond, abs=1e-12)


def test_search_with_a_slope_and_proof_of_what_it_finds():
    found = certify.search(k=6, trials=25, seed=1, activation="leaky:-0.8")
    assert found[0].activation is not RELU and "4/5 max(0, -t)" in repr(found[0])
    proof = certify.prove(found)
    assert proof.document["statement"]["problem"]["activation"] == {
        "positive": "1",
        "negative": "4/5",
    }
    assert "and slope -4/5" in proof.remarks[0]
    with pytest.raises(UnusableInput, match="has its own"):
        certify.prove(found, activation="abs")


def test_descent_is_no_slower_where_the_loss_is_steep():
    assert certify.search(k=3, trials=10, activation="leaky:0.99").unsettled == 0


@pytest.mark.parametrize(
    ("name", "k", "slope", "saddle"),
    [
        ("II", 6, "0.99", False),
        ("II", 6, "-0.9", False),
        ("A", 6, "-0.5", False),
        ("I", 7, "-0.9", True),
        ("II", 4, "-0.5", False),
        ("II", 4, "-0.4", True),
        ("II", 3, "-0.9", False),
        ("II", 1000, "0.5", False),
    ],
)
def test_families_are_followed_in_the_slope(name, k, slope, saddle):
    member = family(name, k, activation_of(f"leaky:{slope}"))
    claim = certify.prove(member).statement
    assert claim.saddle is saddle


def test_type_two_ends_in_a_fold_at_three_teachers():
    with pytest.raises(UnusableInput, match=r"k = 3 and slope -1/2: it is lost near slope -0\.5"):
        family("II", 3, activation_of("leaky:-0.5"))


def test_absolute_value_has_type_two_as_a_global_minimum():
    with pytest.raises((NotProved, UnusableInput), match="global minimum"):
        certify.prove(certify.family("II", 6, activation="abs"))
    flipped = np.diag([1.0, 1, 1, -1])
    with pytest.raises(NotProved, match="exactly a global minimum"):
        certify.prove(flipped, activation="abs")


@pytest.mark.parametrize("text", ["0:3", "-2:0"])
def test_multiples_and_mirror_images_have_the_same_minima(text):
    proof = certify.prove(certify.family("II", 6, activation=text))
    assert (
        "exact match with the shipped certificate proofs/symmetric/k06/II.json"
        in (proof.remarks[0])
    )
    assert "is about sigma(t) = max(0, t)" in proof.remarks[0]


def test_the_class_of_another_slope_is_not_that_of_relu(six, root):
    relu = certify.load(root / "proofs" / "symmetric" / "k06" / "II.json")
    assert not same_point(six.statement, relu.statement)
    # the same centre and the same losses, but for the activation
    document = relu.document
    document["statement"]["problem"]["activation"] = {"positive": "1", "negative": "-1/5"}
    assert not same_point(read_claim(document), relu.statement)
    assert "symmetric/k06/II" not in " ".join(six.remarks)


def test_points_are_counted_for_one_loss_only(six, root):
    relu = certify.load(root / "proofs" / "symmetric" / "k06" / "II.json")
    with pytest.raises(ValueError, match="different activations"):
        distinct_points([six.statement, relu.statement])


def test_atlas_and_survey_take_certificates_of_their_loss_only(six, tmp_path):
    path = tmp_path / "six.json"
    six.save(path)
    assert not atlas([path], 6)
    assert len(atlas([path], 6, activation=activation_of(FIFTH))) == 1
    assert basin_of(six.document, str(path), 6, 6) is None


def test_consequences_of_a_minimum_of_another_slope(six):
    dense = certify.prove(_matrix(six), activation=FIFTH)
    for proof in (six, dense):
        for prove in (prove_splitting, prove_basin):
            assert isinstance(prove(proof.document).outcome, Proved)
    known = dense.statement.problem.activation
    formal = formal_statement(dense.statement)
    assert (formal.positive, formal.negative) == (
        fraction(known.positive.value),
        fraction(known.negative.value),
    )


def _matrix(proof):
    return [[f"{x:.12f}" for x in row] for row in proof.students().tolist()]


def test_birth_in_k_at_a_slope():
    attempt = prove_birth("II", 10, activation_of("leaky:0.5"))
    assert isinstance(attempt.outcome, Proved)
    low, high = map(Fraction, attempt.document["statement"]["claims"]["k"])
    assert low < Fraction("5.76100036784210126") < high


def test_a_matrix_is_compared_with_the_activation_it_belongs_to(six, tmp_path):
    rows = _matrix(six)
    plain, told = tmp_path / "plain.json", tmp_path / "told.json"
    plain.write_text(json.dumps({"students": rows}))
    told.write_text(json.dumps({"students": rows, "activation": FIFTH}))
    assert about_candidate(six, read_source(told)).holds is True
    other = about_candidate(six, read_source(plain))
    assert other.holds is False and "sigma(t) = max(0, t), that of the certificate" in other.text
    sigma = activation_of("-1:5")  # the mirror image
    assert about_candidate(six, read_source(plain), activation=sigma).holds is True


def test_a_file_says_which_activation_it_is_about(six, tmp_path):
    """A certificate, a block point and a matrix with an activation keep it; another is said by
    name.
    """
    path = tmp_path / "six.json"
    six.save(path)
    again = certify.prove(path, symmetric=True)
    assert again == six
    mine = tmp_path / "mine.json"
    mine.write_text(json.dumps({"students": _matrix(six), "activation": "tanh"}))
    with pytest.raises(UnusableInput, match="is no activation"):
        certify.prove(mine)
    relu = certify.prove(path, symmetric=True, activation="relu")
    assert "activation" not in relu.document["statement"]["problem"]
    assert check_document(relu.document).verdict == "PROVED"


@pytest.mark.parametrize("activation", ["relu", "leaky:-0.4", "abs", "2:-1/3"])
@pytest.mark.parametrize("signs", [Signs((), ()), Signs((1, -1, 1, 1), (1, 1, -1))])
def test_the_matrix_of_further_dimensions_is_a_mean_of_the_hessian(activation, signs):
    """Lemma 5, at a point and with teachers that are anything: M = tr H / d, block by block."""
    drawn = np.random.default_rng(5)
    n, k, d = 4, 3, 6
    w, v = drawn.normal(size=(n, d)), drawn.normal(size=(k, d))
    sigma = activation_of(activation)
    own = GaussianLoss(v, sigma, signs).hessian(w).reshape(n, d, n, d)
    padded = GaussianLoss(np.pad(v, ((0, 0), (0, 1))), sigma, signs)
    more = padded.hessian(np.pad(w, ((0, 0), (0, 1)))).reshape(n, d + 1, n, d + 1)
    beyond = more[:, d, :, d]
    assert np.abs(beyond).max() > 0.1
    assert np.einsum("itjt->ij", own) / d == pytest.approx(beyond, abs=1e-12)
