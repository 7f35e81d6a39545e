"""The shipped proofs: all proved, their numbers equal to the reference values, their manifest in
order.
"""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction

import pytest

import certify
from certify.judge import certificate_files

# k: loss, smallest eigenvalue, as published or computed to 40 digits by other means (type II; every
# digit given must agree)
REFERENCE = {
    6: ("0.0250805810024630104194", "0.0047003547036"),
    7: ("0.0232027149135660758", "0.0140590132"), 8: ("0.021508", "0.02135"),
    9: ("0.020014", "0.02718"), 10: ("0.0187021945856069725", "0.0319640276"),
    11: ("0.017547", "0.03596"), 12: ("0.016524", "0.03935"),
    13: ("0.015613", "0.04226"), 14: ("0.014798", "0.04480"), 15: ("0.014064", "0.04703"),
    16: ("0.013400", "0.04900"),
    17: ("0.012796", "0.05077"), 18: ("0.012245", "0.05235"), 19: ("0.011740", "0.05379"),
    20: ("0.0112755819475817325503", "0.0550925814"),
}  # fmt: skip
WEIGHTS = {  # k: diagonal, off-diagonal, last column, last row, corner
    6: (
        "0.98670381888857684224",
        "-0.0504134032168087374",
        "0.30801099147906874583",
        "0.22451580759947788884",
        "-0.6015119235610937100",
    ),
    7: (
        "0.99692279880328565557",
        "-0.0350801559270465427",
        "0.26169107580655442428",
        "0.18599104629625106445",
        "-0.6327039049152541914",
    ),
    10: (
        "1.00435482326232390695",
        "-0.0158119258057531148",
        "0.18236775578871975520",
        "0.12604236084341794502",
        "-0.6990368174937945388",
    ),
}


def agrees(value: Fraction, text: str) -> bool:
    """`text` is `value` rounded or cut to the digits it has."""
    return abs(value - Fraction(text)) < Fraction(1, 10 ** len(text.split(".")[1]))


@pytest.fixture(scope="module")
def shipped(root):
    return {
        k: json.loads((root / "proofs" / "gaussian" / f"n{k:02d}-k{k:02d}.json").read_text())
        for k in REFERENCE
    }


@pytest.mark.parametrize("k", sorted(REFERENCE))
def test_loss_and_eigenvalue_agree_with_the_reference(shipped, k):
    claims = shipped[k]["statement"]["claims"]
    loss, eigenvalue = REFERENCE[k]
    for end in claims["loss"]:
        assert agrees(Fraction(end), loss)
    for end in claims["lambda_min"]:
        assert agrees(Fraction(end), eigenvalue)
    assert Fraction(claims["loss"][1]) - Fraction(claims["loss"][0]) <= Fraction(1, 10**32)
    assert Fraction(claims["distance"]) <= Fraction(1, 10**30)
    assert claims["every_dimension"] is True


@pytest.mark.parametrize("k", sorted(WEIGHTS))
def test_weights_agree_with_the_reference(shipped, k):
    centre = [[Fraction(x) for x in row] for row in shipped[k]["statement"]["centre"]]
    a, b, c, d, e = WEIGHTS[k]
    for i in range(k):
        for j in range(k):
            if i == j:
                expected = e if i == k - 1 else a
            elif j == k - 1:
                expected = c
            else:
                expected = d if i == k - 1 else b
            assert agrees(centre[i][j], expected), (i, j)


@pytest.mark.parametrize("k", [6, 7, 8, 10])
def test_small_ones_are_proved_in_process(shipped, k):
    outcome = certify.check(certify.Certificate(shipped[k]))
    assert outcome.verdict == "PROVED"
    codes = [inequality.code for inequality in outcome.inequalities]
    assert codes == [
        "spurious",
        "strict-minimum",
        "distance-in-ball",
        "zero-neuron",
        "distance",
        "loss-low",
        "loss-high",
        "lambda-min-low",
        "padding",
        "lambda-min-high",
    ]


def test_radius_is_as_large_as_promised(shipped):
    """At k = 10 a ball of strong convexity of radius 1e-3 at least."""
    assert Fraction(shipped[10]["statement"]["claims"]["radius"]) >= Fraction(1, 1000)


# name: how the headline begins, the risk where it is short
DATA = {
    "xor-relu-2": ("spurious local minimum", "1/2"),
    "xor-leaky-2": ("spurious local minimum", "1/2"),
    "iris-relu-16": ("spurious local minimum", None),
    "iris-groups-1": ("spurious local minimum", None),
    "iris-groups-2": ("spurious local minimum", None),
    "iris-groups-3": ("spurious local minimum", None),
    "iris-residual": ("spurious local minimum", None),
    "iris-huber": ("spurious local minimum", None),
    "diabetes-leaky-16": ("spurious local minimum", None),
    "images-convolution": ("spurious local minimum", None),
    "waves-trained": ("spurious local minimum", None),
    "iris-linear-global": ("global minimum", None),
    "iris-linear-saddle": ("saddle", None),
    "iris-linear-noncritical": ("not a critical point", None),
    "species-entropy": ("spurious local minimum of the cross-entropy", None),
}  # fmt: skip


def test_every_certificate_about_data_is_listed(root):
    assert {path.stem for path in (root / "proofs" / "data").glob("*.json")} == set(DATA)
    assert (
        sum(path.stat().st_size for path in (root / "proofs" / "data").iterdir() if path.is_file())
        < 10**6
    )


@pytest.mark.parametrize("name", sorted(DATA))
def test_certificates_about_data_are_proved(root, name):
    proof = certify.load(root / "proofs" / "data" / f"{name}.json")
    outcome = certify.check(proof)
    assert outcome.verdict == "PROVED"
    words, risk = DATA[name]
    assert outcome.summary.startswith(words)
    if risk is not None:
        assert proof.document["statement"]["claims"]["risk"] == risk


def test_risks_of_data_agree_with_least_squares(root):
    """The risks of affine and linear fits are those of numpy's lstsq; three minima of one network
    at three heights.
    """
    import numpy as np

    def read(name: str) -> tuple[np.ndarray, np.ndarray, float]:
        statement = json.loads((root / "proofs" / "data" / f"{name}.json").read_text())["statement"]
        x, y = (
            np.array([[float(v) for v in row] for row in statement["problem"][part]])
            for part in ("inputs", "targets")
        )
        return x, y, float(Fraction(statement["claims"]["risk"]))

    for name, constant in (
        ("iris-relu-16", True),
        ("iris-residual", True),
        ("diabetes-leaky-16", True),
        ("iris-linear-global", False),
    ):
        x, y, risk = read(name)
        features = np.hstack([x, np.ones((len(x), 1))]) if constant else x
        residual = features @ np.linalg.lstsq(features, y, rcond=None)[0] - y
        assert risk == pytest.approx(float(np.sum(residual**2)) / 2, rel=1e-9)
    heights = [read(f"iris-groups-{g}")[2] for g in (1, 2, 3)]
    assert heights[0] > heights[1] > heights[2]
    networks = [
        json.loads((root / "proofs" / "data" / f"iris-groups-{g}.json").read_text())["statement"][
            "problem"
        ]
        for g in (1, 2, 3)
    ]
    assert networks[0] == networks[1] == networks[2]


@pytest.mark.parametrize(
    ("name", "case"),
    [
        ("every-slope/every-k/short.json", "family-slopes-large.json"),
        ("slopes-births/curve/short.json", "birth-curve-end.json"),
    ],
)
def test_short_examples_are_of_the_corpus(root, name, case):
    corpus = root / "tests" / "corpus" / "accept"
    assert (root / "proofs" / name).read_bytes() == (corpus / case).read_bytes()


def test_manifest(root):
    lines = (root / "proofs" / "MANIFEST.sha256").read_text().splitlines()
    listed = dict(reversed(line.split("  ", 1)) for line in lines)
    files = {str(p.relative_to(root / "proofs")) for p in certificate_files([root / "proofs"])}
    files |= {f"recheck/{p.name}" for p in (root / "proofs" / "recheck").iterdir() if p.is_file()}
    assert set(listed) == files
    for name, value in listed.items():
        assert hashlib.sha256((root / "proofs" / name).read_bytes()).hexdigest() == value, name
