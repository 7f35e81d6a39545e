"""Reports of certificates for other activations than ReLU: text, LaTeX, rows and pictures are about
that activation.
"""

from __future__ import annotations

import pytest
from test_latex import require_structure

import certify
from certify.gaussian.activations import activation_of
from certify.gaussian.prove.birth import prove_birth
from certify.report.gaussian.pictures import minimum as pictures
from certify.report.latex import theorem
from certify.report.views import view_of
from certify.report.words import unicode

HALVES = "2:-1/3"
FORMULA = "2 max(0, t) - 1/3 max(0, -t)"
TEX = r"\sigma(t)=2\,\max(0,t)-\frac{1}{3}\,\max(0,-t)"


def dense():
    member = certify.prove(certify.family("II", 6, activation=HALVES))
    rows = [[f"{x:.12f}" for x in row] for row in member.students().tolist()]
    return certify.prove(rows, activation=HALVES)


def span(minimum):
    """The same minimum as one in the span of its teachers."""
    document = minimum.document
    statement = document["statement"]
    unit = [[str(int(i == j)) for j in range(6)] for i in range(6)]
    claims = {
        name: statement["claims"][name] for name in ("radius", "distance", "loss", "curvature")
    }
    document["kind"] = "gaussian-span-minimum"
    document["statement"] = {
        "problem": {**statement["problem"], "targets": unit},
        "coefficients": statement["centre"],
        "claims": claims | {"distance": "1e-38"},
    }
    return certify.Certificate(document)


@pytest.fixture(scope="module")
def proofs():
    minimum = dense()
    attempt = prove_birth("II", 10, activation_of(HALVES))
    return {
        "gaussian-minimum": minimum,
        "gaussian-symmetric-minimum": certify.prove(certify.family("II", 6, activation=HALVES)),
        "gaussian-span-minimum": span(minimum),
        "gaussian-splitting": certify.split(minimum),
        "gaussian-basin": certify.basin(minimum),
        "gaussian-birth": certify.Certificate(attempt.document),
    }


@pytest.mark.parametrize(
    "kind",
    [
        "gaussian-minimum",
        "gaussian-symmetric-minimum",
        "gaussian-span-minimum",
        "gaussian-splitting",
        "gaussian-basin",
        "gaussian-birth",
    ],
)
def test_every_text_is_about_the_activation(proofs, kind):
    proof = proofs[kind]
    assert proof.kind == kind
    assert certify.check(proof).verdict == "PROVED"
    latex = theorem(proof)
    require_structure(latex)
    assert TEX in latex and r"\max(0,w_i" not in latex
    words = proof.theorem() + repr(proof)
    assert f"sigma(t) = {FORMULA}" in words
    assert "ReLU" not in words and "max(0, w_i" not in words
    rows = view_of(kind).claims(proof.statement)
    assert [row.printed() for row in rows if row.symbol == "σ(t)"] == [FORMULA]


def test_the_spectrum_drawn_is_that_of_the_loss_proved(proofs):
    """Its smallest eigenvalue in float64 lies where it is proved to be."""
    proof = proofs["gaussian-minimum"]
    *_, spectrum = pictures(proof.statement, proof.digest)
    least = float(spectrum.alt.partition("eigenvalues from ")[2].split()[0])
    assert least == pytest.approx(proof.lambda_min.middle, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "teachers"),
    [
        ("signs-row", "(1, −1, ·)"),
        ("copy-signs", "(1, −1, ·)"),
        ("signs-symmetric", None),
        ("signs-dense", None),
    ],
)
def test_a_block_without_teachers_has_no_weight(root, name, teachers):
    """The weights in the order of the blocks; those that the certificate gives, and a dot."""
    certificate = certify.load(root / f"tests/corpus/accept/{name}.json")
    told = {
        claim.symbol: unicode(claim.words())
        for claim in view_of(certificate.kind).claims(certificate.statement)
    }
    assert teachers in (None, told["t"])
    for letter, who in (("s", "students"), ("t", "teachers")):
        shown = told[letter].strip("()").replace("−", "-").split(", ")
        signs = [int(sign) for sign in shown if sign != "·"]
        assert signs == certificate.document["statement"]["problem"]["signs"][who]
