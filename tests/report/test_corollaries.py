"""What a theorem says besides (proofs/lemmas/corollaries.md): which kind says what, where it is
printed, and that it is true, by oracles that do not use the lemmas.

Other inputs: the uniform sphere in R^D, plane by plane, where its density is known, and in R^3
point by point. Both layers: the loss of the larger network, its output weights being factors,
differentiated twice by differences.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from oracles import gaussian
from oracles.slopes import long_double

import certify
from certify import load
from certify.kernel.check import read_claim
from certify.kernel.foundation.words import plain
from certify.kernel.kinds import KINDS
from certify.report.command import show
from certify.report.document import latex_document
from certify.report.examination import examine_document
from certify.report.gaussian.views import VIEWS
from certify.report.latex import theorem
from certify.report.page import html_page
from certify.report.views import view_of

ROOT = Path(__file__).resolve().parents[2]
INPUTS, NOISE, LAYERS = "Other inputs:", "Noisy labels:", "Both layers trained:"
EXAMPLES = {
    "gaussian-minimum": "proofs/gaussian/n06-k06.json",
    "gaussian-symmetric-minimum": "proofs/symmetric/k07/II.json",
    "gaussian-symmetric-saddle": "proofs/symmetric/k08/I+2.json",
    "gaussian-birth": "proofs/symmetric/birth/II.json",
    "gaussian-family-minimum": "proofs/family/II.json",
    "gaussian-family-saddle": "proofs/family/saddle/II.json",
    "gaussian-slopes-minimum": "proofs/every-slope/k06/II.json",
    "gaussian-family-slopes-minimum": "tests/corpus/accept/family-slopes-large.json",
    "gaussian-slope-birth": "proofs/slopes-births/II-k03.json",
    "gaussian-splitting": "proofs/consequences/k07-A.splitting.json",
    "gaussian-basin": "proofs/consequences/k07-I.basin.json",
    "gaussian-span-minimum": "proofs/teachers/near-k06.json",
    "gaussian-enumeration": "proofs/enumeration/k05.json",
    "gaussian-landscape": "proofs/landscape/every.json",
    "gaussian-slopes-landscape": "proofs/landscape/slopes.json",
}


def paragraphs(name):
    """The corollaries as the terminal has them in ASCII."""
    document = json.loads((ROOT / name).read_text())
    found = view_of(document["kind"]).corollaries(read_claim(document))
    return [plain(words) for words in found]


# --------------------------------------------------------------------------------------------------
# Which kind says what, and where
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_every_gaussian_kind_but_births_has_its_corollaries(kind):
    if not kind.startswith("gaussian-"):
        assert view_of(kind).corollaries(None) == []
        return
    if kind == "gaussian-birth-curve":  # real k: no loss
        assert kind not in VIEWS or view_of(kind).corollaries(None) == []
        return
    found = paragraphs(EXAMPLES[kind])
    if kind == "gaussian-birth":  # the same
        assert found == []
        return
    assert [text.split(":")[0] + ":" for text in found] == [INPUTS, NOISE, LAYERS]
    inputs, _, layers = found
    minimum = kind not in {
        "gaussian-symmetric-saddle",
        "gaussian-family-saddle",
        "gaussian-enumeration",
        "gaussian-landscape",
        "gaussian-slopes-landscape",
    }
    assert ("is a spurious local minimum" in layers) == minimum
    assert ("saddle of the same index" in layers) == (
        kind in {"gaussian-symmetric-saddle", "gaussian-slope-birth"}
    )
    assert ("no local minimum." in layers) == (
        kind in {"gaussian-family-saddle", "gaussian-splitting"}
    )
    assert ("R^k" in inputs and "|x|^2 = k" in inputs) == (kind == "gaussian-enumeration")
    assert ("what the last sentence says" in inputs) == (kind == "gaussian-family-saddle")
    assert ("in R^d" in inputs and "|x|^2 = d" in inputs) == ("landscape" in kind)
    assert ("one of those above" in layers) == (kind == "gaussian-landscape")
    assert ("a local minimum above" in layers) == (kind == "gaussian-slopes-landscape")
    assert ("gradient flow" in layers) == (kind == "gaussian-basin")
    if count := re.search(r"(\w+) (?:more )?eigenvalues of the Hessian are 0", layers):
        document = json.loads((ROOT / EXAMPLES[kind]).read_text())["statement"]
        document = document.get("minimum", {}).get("statement", document)
        n = "k" if "family" in kind else str(document.get("problem", document).get("n"))
        assert count[1] == n


@pytest.mark.parametrize(
    ("path", "students"),
    [
        ("accept/family-II-from-1112", "k"),
        ("accept/family-II+1-from-2500", "k + 1"),
        ("accept/family-II_3+3prime-from-2500", "k + 3"),
    ],
)
def test_a_family_has_one_rescaling_for_each_student(path, students):
    *_, layers = paragraphs(f"tests/corpus/{path}.json")
    assert f": {students} eigenvalues of the Hessian are 0" in layers


def test_they_are_printed_below_a_theorem_that_is_proved():
    path = ROOT / EXAMPLES["gaussian-slopes-minimum"]
    told, _ = show(path)
    places = [
        "THEOREM",
        "digest",
        "COROLLARIES, by proofs/lemmas/corollaries.md; no",
        NOISE,
        "cover ",
    ]
    assert [told.index(text) for text in places] == sorted(told.index(text) for text in places)
    examined, proof = [examine_document(load(path), "x")], load(path)
    certify.check(proof)
    for text in (
        html_page(examined, "x"),
        latex_document(examined, "x"),
        theorem(proof),
        proof._repr_html_(),
    ):
        assert text.count("Corollaries") == 1 and all(x in text for x in (INPUTS, NOISE, LAYERS))


def test_they_are_not_printed_where_nothing_is_proved():
    path = ROOT / "tests" / "corpus" / "reject" / "slopes-gap.json"
    examined, proof = [examine_document(load(path), "x")], load(path)
    for text in (
        show(path)[0],
        html_page(examined, "x"),
        latex_document(examined, "x"),
        proof._repr_html_(),
    ):
        assert "orollaries" not in text and "COROLLARIES" not in text


# --------------------------------------------------------------------------------------------------
# That they are true
# --------------------------------------------------------------------------------------------------

NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)


def over_angles(u, v, sigma):
    """The mean of sigma(u.y) sigma(v.y) over the unit circle in the plane of u and v, piece by
    piece between the kinks.
    """
    size = np.linalg.norm(u) * np.linalg.norm(v)
    turn = np.arccos(np.clip(u @ v / size, -1, 1))
    quarter = np.pi / 2
    kinks = np.mod([quarter, -quarter, turn + quarter, turn - quarter], 2 * np.pi)
    ends = np.sort(kinks)
    total = 0.0
    for low, high in zip(ends, [*ends[1:], ends[0] + 2 * np.pi], strict=True):
        angle = (low + high) / 2 + (high - low) / 2 * NODES
        total += (high - low) / 2 * WEIGHTS @ (sigma(np.cos(angle)) * sigma(np.cos(angle - turn)))
    return size * total / (2 * np.pi)


def loss_on_the_sphere(students, teachers, d, sigma, square):
    """x uniform on |x|^2 = square in R^d, d >= 4: in a plane, |x|^2/square has the density
    (d - 2)/2 (1 - t)^((d - 4)/2).
    """
    t = (NODES + 1) / 2
    radial = square * (WEIGHTS / 2) @ (t * (d - 2) / 2 * (1 - t) ** ((d - 4) / 2))
    rows = np.concatenate([students, teachers]).astype(float)
    signs = [1] * len(students) + [-1] * len(teachers)
    return sum(
        e * f * radial * over_angles(u, v, sigma) / 2
        for e, u in zip(signs, rows, strict=True)
        for f, v in zip(signs, rows, strict=True)
    )


def homogeneous(p, q):
    return lambda t: p * np.maximum(t, 0) + q * np.maximum(-t, 0)


def point_of(name):
    """The critical point of a dense or symmetric certificate without signs in long double, its
    teachers, its activation, what is claimed.
    """
    statement = json.loads((ROOT / name).read_text())["statement"]
    known = statement["problem"].get("activation", {"positive": "1", "negative": "0"})
    parts = tuple(long_double(known[side]) for side in ("positive", "negative"))
    if "blocks" in statement:
        rough = gaussian.written_out(statement["blocks"], statement["centre"])
    else:
        rough = gaussian.exact(statement["centre"])
    teachers = np.eye(rough.shape[1], dtype=np.longdouble)
    return gaussian.newton(rough, teachers, 3, parts), teachers, parts, statement["claims"]


@pytest.mark.parametrize(
    ("name", "d"),
    [
        ("proofs/gaussian/n06-k06.json", 6),
        ("proofs/gaussian/n06-k06.json", 8),
        ("proofs/slopes/k06/II-slope-minus-0.5.json", 6),
        ("proofs/symmetric/k08/I+2.json", 8),
    ],
)
def test_other_inputs_have_the_loss_and_the_eigenvalue_of_the_certificate(name, d):
    """Loss on the sphere within the interval proved; along the eigenvector of the smallest
    eigenvalue its second difference is that eigenvalue; radius: a factor of all.
    """
    point, teachers, parts, claims = point_of(name)
    inputs = next(text for text in paragraphs(name) if text.startswith(INPUTS))
    assert "on the sphere |x|^2 = D, say" in inputs
    assert "If it is t |u|^2, then F and its derivatives are multiplied by t." in inputs
    sigma, rows = homogeneous(*map(float, parts)), gaussian.padded(teachers, d)
    students = gaussian.padded(point, d)

    def loss(w, square=d):
        return loss_on_the_sphere(w, rows, d, sigma, square)

    here, (low, high) = loss(students), map(float, claims["loss"])
    assert low - 1e-9 < here < high + 1e-9
    assert loss(students, 3 * d) == pytest.approx(3 * here, rel=1e-9)
    values, vectors = np.linalg.eigh(gaussian.hessian(point, teachers, parts))
    move = gaussian.padded(vectors[:, 0].reshape(point.shape), d) * 1e-2
    second = (loss(students + move) - 2 * here + loss(students - move)) / 1e-4
    assert second == pytest.approx(values[0], abs=2e-3 * max(1, abs(values[0])))
    assert (second > 0) == ("lambda_min" in claims or claims.get("index", 0) == 0)


def on_a_sphere(square, count=300):
    """Points and weights on |x|^2 = square in R^3: Gauss's nodes in height, even angles."""
    height, weights = np.polynomial.legendre.leggauss(count)
    angles = (np.arange(2 * count) + 0.5) * np.pi / count
    flat = np.sqrt(1 - height**2)
    x = np.stack(
        [
            np.outer(flat, np.cos(angles)).ravel(),
            np.outer(flat, np.sin(angles)).ravel(),
            np.repeat(height, len(angles)),
        ],
        axis=1,
    )
    return square**0.5 * x, np.repeat(weights / 2, len(angles)) / len(angles)


def test_inputs_and_noise_point_by_point_on_a_sphere():
    """k = D = 3, slope -0.9: the network evaluated at 180 000 points of the sphere, labels with
    noise of two values; gradients vanish in both.
    """
    name = "proofs/slopes/k03/II-slope-minus-0.9.json"
    point, teachers, parts, claims = point_of(name)
    noisy = next(text for text in paragraphs(name) if text.startswith(NOISE))
    assert "variance 2 m in the labels, the loss is F + m" in noisy
    assert "every value, and the infimum, is greater by m" in noisy
    x, weights = on_a_sphere(3)
    sigma = homogeneous(*map(float, parts))
    noise = {-1.0: 0.75, 3.0: 0.25}  # mean 0, variance 3: m = 1.5
    w, v = point.astype(float), teachers.astype(float)

    def loss(w):
        error = sigma(x @ w.T).sum(1) - sigma(x @ v.T).sum(1)
        clean = weights @ error**2 / 2
        noisy = sum(share * (weights @ (error - y) ** 2) / 2 for y, share in noise.items())
        return clean, noisy

    clean, noisy_loss = loss(w)
    low, high = map(float, claims["loss"])
    assert low - 1e-5 < clean < high + 1e-5
    assert noisy_loss == pytest.approx(clean + 1.5, abs=1e-9)
    assert loss(v)[0] == 0 and loss(v)[1] == pytest.approx(1.5)
    # the gradient, by expectation of the network's own derivative
    error = sigma(x @ w.T).sum(1) - sigma(x @ v.T).sum(1)
    slopes = np.where(x @ w.T > 0, float(parts[0]), -float(parts[1]))
    for labels in ({0.0: 1.0}, noise):
        gradient = sum(
            share * np.einsum("s,s,si,sj->ij", weights, error - y, slopes, x)
            for y, share in labels.items()
        )
        assert abs(gradient).max() < 1e-4


def weighted_loss(a, w, teachers, parts):
    """1/2 E( sum_i a_i sigma(w_i.x) - sum_j sigma(v_j.x) )^2: the a_i are factors."""
    rows = np.concatenate([w, teachers])
    signs = np.concatenate([a, -np.ones(len(teachers), dtype=np.longdouble)])
    p, s, angle = gaussian._pairs(rows, rows)
    s, angle = gaussian._mean(s, angle, parts)
    return signs @ (s + angle * p) @ signs / (4 * gaussian._PI)


STEP = np.longdouble("1e-4")


def second_differences(function, start, step=STEP):
    """Gradient and Hessian of a function of one vector of long doubles."""
    size, moves = len(start), np.eye(len(start), dtype=np.longdouble) * step
    here = function(start)
    up = [function(start + m) for m in moves]
    down = [function(start - m) for m in moves]
    hessian = np.empty((size, size))
    for i in range(size):
        hessian[i, i] = (up[i] - 2 * here + down[i]) / step**2
        for j in range(i):
            both = function(start + moves[i] + moves[j]) + function(start - moves[i] - moves[j])
            mixed = (both - up[i] - down[i] - up[j] - down[j] + 2 * here) / (2 * step**2)
            hessian[i, j] = hessian[j, i] = mixed
    gradient = [(u - d) / (2 * step) for u, d in zip(up, down, strict=True)]
    return np.array(gradient, dtype=float), hessian


@pytest.mark.parametrize(
    "name",
    [
        "proofs/gaussian/n06-k06.json",
        "proofs/slopes/k03/II-slope-minus-0.9.json",
        "proofs/slopes/k06/II-slope-0.5.json",
        "tests/corpus/accept/activation-saddle-k05.json",
    ],
)
def test_both_layers_have_the_eigenvalues_that_are_said(name):
    """n eigenvalues 0, as many negative as at the certified point, the others positive; the same
    value; the same along a whole rescaling.
    """
    point, teachers, parts, claims = point_of(name)
    n, k = point.shape
    index = int(claims.get("index", 0))
    (said,) = [text for text in paragraphs(name) if text.startswith(LAYERS)]
    assert f"{n} {'more ' if index else ''}eigenvalues of the Hessian are 0" in said
    rng = np.random.default_rng(9)
    a = np.exp(rng.uniform(-0.5, 0.5, n)).astype(np.longdouble)
    start = np.concatenate([a, (point / a[:, None]).ravel()])

    def loss(vector):
        return weighted_loss(vector[:n], vector[n:].reshape(n, k), teachers, parts)

    value = gaussian.loss(point, teachers, parts)
    assert float(loss(start)) == pytest.approx(value, abs=1e-15)
    scale = np.exp(rng.uniform(-1, 1, n)).astype(np.longdouble)
    moved = np.concatenate([a / scale, (point / a[:, None] * scale[:, None]).ravel()])
    assert float(loss(moved)) == pytest.approx(value, abs=1e-15)
    gradient, hessian = second_differences(loss, start)
    assert abs(gradient).max() < 1e-7
    values = np.linalg.eigvalsh(hessian)
    flat = abs(values) < 2e-6
    assert flat.sum() == n
    assert (values[~flat] < 0).sum() == index and (index > 0) == ("saddle" in said)


@pytest.mark.parametrize("name", ["proofs/signs/k03.json", "proofs/signs/k04.json"])
def test_both_layers_with_signs(name):
    """The centre has 55 digits; weights have the students' signs, the rows their positive parts."""
    document = json.loads((ROOT / name).read_text())
    statement = document["statement"]
    (said,) = [text for text in paragraphs(name) if text.startswith(LAYERS)]
    assert "s_i a_i > 0 and |a_i| w_i = w_i* for all i is a spurious" in said
    point = gaussian.written_out(statement["blocks"], statement["centre"])
    signs = {
        side: np.concatenate(
            [
                [sign] * block["size"]
                for sign, block in zip(
                    statement["problem"]["signs"][side], statement["blocks"], strict=True
                )
            ]
        ).astype(np.longdouble)
        for side in ("students", "teachers")
    }
    n, k = point.shape
    a = signs["students"] * np.exp(np.random.default_rng(4).uniform(-0.5, 0.5, n))
    start = np.concatenate([a, (point / abs(a)[:, None]).ravel()])

    def loss(vector):
        rows = np.concatenate([vector[n:].reshape(n, k), np.eye(k, dtype=np.longdouble)])
        factors = np.concatenate([vector[:n], -signs["teachers"]])
        p, s, angle = gaussian._pairs(rows, rows)
        return factors @ (s + angle * p) @ factors / (4 * gaussian._PI)

    low, high = map(float, statement["claims"]["loss"])
    assert low - 1e-15 < loss(start) < high + 1e-15
    gradient, hessian = second_differences(loss, start)
    assert abs(gradient).max() < 1e-7
    values = np.linalg.eigvalsh(hessian)
    assert (abs(values) < 2e-6).sum() == n and values[0] > -2e-6


def test_false_corollaries_would_be_found():
    """The oracles tell: another radius, noise with another variance, weights of the other sign."""
    point, teachers, parts, claims = point_of("proofs/gaussian/n06-k06.json")
    sigma = homogeneous(1, 0)
    wrong = loss_on_the_sphere(point, teachers, 6, sigma, 7)
    assert not float(claims["loss"][0]) - 1e-9 < wrong < float(claims["loss"][1]) + 1e-9
    a = -np.ones(6, dtype=np.longdouble)
    assert abs(weighted_loss(a, -point, teachers, parts) - float(claims["loss"][0])) > 1e-3
