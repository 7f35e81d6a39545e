"""What is printed of a certificate: the index in every dimension, names for units and
representations, numbers with their nouns, orbits evaluated, no riddles about files.
"""

from __future__ import annotations

import json
from math import factorial

import pytest
from console import call

from certify.kernel.check import check_document, read_claim
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import MAX_DEPTH, parse_json
from certify.kernel.foundation.words import plain
from certify.kernel.gaussian.activation import RELU
from certify.kernel.gaussian.blocks import Block
from certify.kernel.gaussian.partition import SymmetricProblem
from certify.kernel.gaussian.signs import Signs
from certify.kernel.piecewise.network import Network
from certify.report.page import _short
from certify.report.views import view_of
from certify.report.words import unicode


def statement(root, name):
    return read_claim(json.loads((root / name).read_text()))


def theorem(claim):
    return "\n".join(map(plain, claim.theorem()))


def latex(kind, claim):
    return view_of(kind).latex(claim, "")


def meanings(kind, claim):
    """What the rows mean, by their symbols."""
    return {row.symbol: unicode(row.meaning) for row in view_of(kind).claims(claim)}


def test_the_index_of_a_saddle_in_every_dimension(root):
    done = call("check", root / "proofs/symmetric/k08/I+2.json")
    assert "saddle of index 12 in R^(10 x 8), 12 + (d - 8) in dimension d, of" in done.stdout
    done = call("check", root / "proofs/symmetric/k06/I.json", "--checker", "second")
    assert "a saddle of index 6 in R^(6x6) and for every D>=k" in done.stdout
    done = call("atlas", "-k", "8", root / "proofs/symmetric/k08")
    assert "12 + (d - 8)" in done.stdout and "lambda_min, d = 8" in done.stdout


def units(kinks, slopes, value):
    layer = {"type": "units", "kinks": kinks, "slopes": slopes, "value": value}
    dense = {"type": "dense", "outputs": 1, "bias": True}
    return Network.read(
        {"input": [1], "layers": [dense, layer, {**dense, "outputs": 2, "bias": False}]}
    ).in_words()


@pytest.mark.parametrize(
    ("kinks", "slopes", "value", "name"),
    [
        (["0"], ["0", "1"], "0", "ReLU"),
        (["0.0"], ["0e5", "1.0"], "-0", "ReLU"),
        (["0"], ["0.01", "1"], "0", "leaky ReLU (slopes 0.01 and 1)"),
        (["0"], ["0.2", "1"], "0", "leaky ReLU (slopes 0.2 and 1)"),
        (["0"], ["-1", "1"], "0", "absolute value"),
        (["-1", "1"], ["0", "1", "0"], "-1", "hard tanh"),
        (["0", "6"], ["0", "1", "0"], "0", "ReLU6"),
        ([], ["1"], "0", "identity"),
        (["0"], ["0", "1"], "1", "units of slopes 0, 1 with a kink at 0 and the value 1 there"),
        (["1"], ["0", "1"], "0", "units of slopes 0, 1 with a kink at 1 and the value 0 there"),
        (["0"], ["0", "2"], "0", "units of slopes 0, 2 with a kink at 0 and the value 0 there"),
        (
            ["0"],
            ["1", "0.01"],
            "0",
            "units of slopes 1, 0.01 with a kink at 0 and the value 0 there",
        ),
        (
            ["-1", "0.5"],
            ["0", "1", "-2.5"],
            "0",
            "units of slopes 0, 1, -2.5 with kinks at -1, 0.5 and the value 0 at the first",
        ),
    ],
)
def test_units_by_the_name_that_the_field_has_for_them(kinks, slopes, value, name):
    assert (
        units(kinks, slopes, value)
        == f"1 input, dense layer of 1 unit, {name}, dense layer of 2 units without bias"
    )


def test_numbers_with_their_nouns(root):
    one = json.loads((root / "tests/corpus/accept/data-minimum-width-one.json").read_text())
    claim = read_claim(one)
    assert "dense layer of 1 unit," in plain(claim.headline())
    told = " ".join(meanings("data-minimum", claim).values())
    assert "1 target each" in told and "1 targets" not in told
    listed = json.loads((root / "proofs/enumeration/k05.json").read_text())
    del listed["statement"]["points"][1:]
    assert plain(read_claim(listed).headline()).startswith("exactly 1 critical point other than 0")
    assert "exactly $1$ critical point of" in latex("gaussian-enumeration", read_claim(listed))
    spectrum = theorem(statement(root, "proofs/symmetric/k06/I.json"))
    assert "once in [" in spectrum and " 1 times" not in spectrum


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n" + b"[" * 40,
        b"\x93NUMPY" + b"{" * 40,
        b"\x1f\x8b\xff" + b"[{" * 30,
        b"PK\x03\x04" + b"[" * 40,
        b"a,b\n" + b"[" * 40,
        b"\\section{" * 40,
    ],
)
def test_what_is_no_json_is_not_called_deep(tmp_path, data):
    file = tmp_path / "mine.json"
    file.write_bytes(data)
    done = call("show", file)
    assert done.returncode == 2
    assert "levels" not in done.stdout + done.stderr
    assert "JSON" in done.stdout + done.stderr


def test_what_is_deep_still_is():
    for data in (
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        b' \n{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}",
    ):
        with pytest.raises(Malformed, match="nested deeper"):
            parse_json(data)
    assert parse_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)


def problem(n, k, *sizes):
    blocks = tuple(Block(size, i < len(sizes), True, i) for i, size in enumerate(sizes))
    plus = (1,) * len(sizes)
    return SymmetricProblem(n, k, blocks, RELU, Signs(plus, plus, blocks=True))


@pytest.mark.parametrize(
    ("n", "sizes"),
    [
        (7, (6, 1)),
        (5, (1, 1, 1, 1, 1)),
        (26, (25, 1)),
        (18, (9, 9)),
        (28, (27, 1)),
        (29, (28, 1)),
        (100, (60, 40)),
        (700, (699, 1)),
    ],
)
def test_orbits_are_evaluated(n, sizes):
    size = factorial(n) ** 2
    for block in sizes:
        size //= factorial(block)
    text = problem(n, n, *sizes).orbit()
    if len(str(size)) <= 30:
        assert text.endswith(f" = {size}")
    else:
        digits, power = text.rsplit("(about ", 1)[1].removesuffix(")").split("e")
        assert (
            abs(int(digits.replace(".", "")) * 10 ** (int(power) - 2) - size)
            <= 10 ** (int(power) - 2) // 2
        )


def test_the_orbit_of_a_million_and_of_the_largest(root):
    claim = statement(root, "proofs/symmetric/k1000000/II.json")
    assert (
        "gives 1000000! 1000000! / 999999! different points W* in R^(1000000 x 1000000), about"
        " 8.26e5565714." in theorem(claim)
    )
    # by mpmath.loggamma it is 1.4036612e11565705518115
    assert problem(10**12, 10**12, 10**12 - 1, 1).orbit().endswith("(about 1.40e11565705518115)")
    assert r"\approx8.26\cdot10^{5565714}$ different" in latex("gaussian-symmetric-minimum", claim)
    small = statement(root, "proofs/symmetric/k07/II.json")
    assert r"=35280$ different" in latex("gaussian-symmetric-minimum", small)


@pytest.mark.parametrize(
    ("name", "end"),
    [
        (
            "proofs/family/saddle/II.json",
            (
                "for any whole k in [3, 5.585505247] and any d >= k: negative curvature of"
                " representation s1"
            ),
        ),
        (
            "proofs/symmetric/birth/II.json",
            (
                "at exactly one real k in [5.58550524742588000694117627762339182468033439076962,"
                " 5.58550524742588000694117627762339184468033439076962]"
            ),
        ),
        (
            "proofs/symmetric/k08/I+2.json",
            (
                "12 + (d - 8) in dimension d, of the Gaussian ReLU loss, n = 10, k = 8, every d >="
                " 8, orthonormal targets, fixed by S_7 x S_1"
            ),
        ),
        ("proofs/family/II.json", "every d >= k, orthonormal targets, type II"),
        ("proofs/data/xor-relu-2.json", "4 data, loss 1/2 (f - y)^2"),
        ("proofs/smooth/every-width-tanh.json", "data"),
    ],
)
def test_the_index_of_a_report_keeps_the_range_of_a_claim(root, name, end):
    assert plain(_short(statement(root, name).headline())).endswith(end)


@pytest.mark.parametrize(
    "name",
    [
        "proofs/symmetric/k06/I.json",
        "proofs/symmetric/birth/II.json",
        "proofs/family/saddle/A.json",
    ],
)
def test_representations_are_no_types(root, name):
    claim, kind = statement(root, name), json.loads((root / name).read_text())["kind"]
    printed = "\n".join(
        [
            plain(claim.headline()),
            theorem(claim),
            latex(kind, claim),
            *(f"{symbol} {meaning}" for symbol, meaning in meanings(kind, claim).items()),
        ]
    )
    assert "representation" in printed and "type" not in printed


def test_a_rejection_speaks_of_representations(root):
    document = json.loads((root / "tests/corpus/reject/birth-type.json").read_text())
    outcome = check_document(document)
    assert "types" not in outcome.summary and outcome.code == "other-eigenvalues"


def test_what_is_claimed_of_one_dimension_is_not_said_of_all(root):
    claim = statement(root, "proofs/symmetric/k08/I+2.json")
    told = meanings("gaussian-symmetric-saddle", claim)
    assert told["λ_min(W*)"].endswith("in ℝ^{10×8}")
    assert told["orbit"].startswith("points in ℝ^{10×8}")
    listed = statement(root, "proofs/enumeration/k06.json")
    assert plain(listed.headline()).endswith("n = k = d = 6, orthonormal targets")
    six = statement(root, "proofs/gaussian/n06-k06.json")
    assert "in every such dimension" in meanings("gaussian-minimum", six)["λ_min(W*)"]
