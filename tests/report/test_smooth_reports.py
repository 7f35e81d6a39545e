"""Networks with a smooth activation, as objects and as pictures: what is drawn has the values that
the kernel encloses.
"""

from __future__ import annotations

import copy
import json
import re
from fractions import Fraction

import numpy as np
import pytest
from conftest import DATA
from console import call
from flint import ctx

from certify import Certificate, Enclosure, check, load
from certify.kernel.smooth.splitting import DataSplittingFamily
from certify.report.smooth.pictures import _applied, _data, _layers, _outputs, _same_width
from certify.report.views import view_of

NAMES = ("constant-minimum", "constant-family", "splitting-family")


@pytest.fixture(params=NAMES)
def certificate(request) -> Certificate:
    return load(DATA / f"{request.param}.json")


def pictures(certificate):
    return view_of(certificate.kind).pictures(certificate.statement, certificate.digest)


def latex(certificate):
    return view_of(certificate.kind).latex(certificate.statement, "a" * 64)


def risk(claim, layers) -> float:
    inputs, targets = _data(claim.problem)
    return 0.5 * float(np.sum((_outputs(claim.problem, layers, inputs) - targets) ** 2))


def test_objects_show_and_name_what_they_claim(certificate):
    assert check(certificate).verdict == "PROVED"
    assert "proved" in repr(certificate) and "spurious" in repr(certificate)
    assert certificate.theorem().startswith("THEOREM.")
    if certificate.kind == "data-splitting-family":
        assert certificate.risk == str(Enclosure.of("0.346561", "0.350561"))
    else:
        assert certificate.risk == "1/3"
    assert certificate.loss is certificate.lambda_min is None
    assert certificate.students() is certificate.spectrum() is None
    shown = certificate._repr_html_()
    assert "Proved by the kernel" in shown and shown.count("<svg") == 2
    assert certificate._repr_latex_().startswith("\\[")


@pytest.mark.parametrize("name", NAMES)
def test_the_commands_show_and_report(name, tmp_path):
    def run(*args):
        done = call(*args)
        assert done.returncode == 0
        return done.stdout

    path = DATA / f"{name}.json"
    told = run("show", path)
    assert told.startswith("THEOREM.  Let x₁, …, x") and told.splitlines()[-1].startswith(
        f"PROVED {path}: "
    )
    assert run("show", "--latex", path).startswith("\\begin{theorem}")
    for suffix, start in (("html", "<!DOCTYPE html>"), ("tex", "\\documentclass")):
        run("report", path, "--checker", "kernel", "-o", tmp_path / f"report.{suffix}")
        assert (tmp_path / f"report.{suffix}").read_text().startswith(start)


def test_what_is_drawn_of_a_constant_minimum_is_what_is_claimed():
    claim = load(DATA / "constant-minimum.json").statement
    inputs, _ = _data(claim.problem)
    start, better = _layers(claim.parameters), _layers(claim.better)
    assert np.allclose(
        _outputs(claim.problem, start, inputs),
        float(Fraction(str(claim.moments.level))),
        atol=1e-12,
    )
    assert abs(risk(claim, start) - 1 / 3) < 1e-12
    assert _applied(claim.problem, start) == [0.549306]
    ctx.prec = 128
    assert abs(risk(claim, better) - float(claim.problem.risk(claim.better).mid())) < 1e-12


@pytest.mark.parametrize(
    ("neuron", "width", "better_width"), [(0, 1, 3), (1, 2, 2), (1, 3, 5), (2, 4, 1)]
)
def test_a_split_network_has_the_outputs_of_the_base(neuron, width, better_width):
    claim = load(DATA / "splitting-family.json").statement
    assert isinstance(claim, DataSplittingFamily)
    rng = np.random.default_rng(0)

    def network(units):
        return [
            (rng.normal(size=(units, 1)), rng.normal(size=units)),
            (rng.normal(size=(1, units)), rng.normal(size=1)),
        ]

    base, better = network(width), network(better_width)
    wide, other = _same_width(base, neuron, better)
    assert (
        [w.shape for w, _ in wide]
        == [w.shape for w, _ in other]
        == [(max(width, better_width), 1), (1, max(width, better_width))]
    )
    assert (
        abs(risk(claim, wide) - risk(claim, base)) < 1e-9
        and abs(risk(claim, other) - risk(claim, better)) < 1e-9
    )
    shares = wide[-1][0][0, [neuron, *range(width, max(width, better_width))]]
    assert np.allclose(shares, base[-1][0][0, neuron] / len(shares))


def test_pictures_say_what_is_seen(certificate):
    drawn = list(pictures(certificate))
    assert len(drawn) == 2 and len({picture.title for picture in drawn}) == 2
    for picture in drawn:
        assert "float64" in picture.alt and not re.search(r"nan|inf\b", picture.svg + picture.alt)


def test_pictures_of_what_is_undefined_beside_the_point():
    """log beside 0, and a risk that is not defined on the whole way: what cannot be drawn is left
    out.
    """
    document = json.loads((DATA / "constant-family.json").read_text())
    document["statement"]["problem"]["activation"] = ["log", "t"]
    certificate = Certificate(document)
    assert check(certificate).verdict == "PROVED"
    assert len(list(pictures(certificate))) == 2
    document = json.loads((DATA / "constant-minimum.json").read_text())
    document["statement"]["problem"]["activation"] = ["sqrt", "t"]
    assert [picture.title for picture in pictures(Certificate(document))] == [
        "The activation, and where the hidden units are"
    ]


def test_large_data_stay_in_the_certificate(certificate):
    document = copy.deepcopy(certificate.document)
    problem = document["statement"]["problem"]
    for name in ("inputs", "targets"):
        problem[name] = problem[name] * 12
    large = Certificate(document)
    made, small = latex(large), latex(certificate)
    assert (
        "be the data in the certificate with" in made
        and "be the data in the certificate with" not in small
    )
    assert made.count("aaaa") == 16
    first = problem["targets"][0][0]
    assert re.search(rf"\\,{re.escape(first)}\)\$", small) and not re.search(
        rf"\\,{re.escape(first)}\)\$", made
    )
