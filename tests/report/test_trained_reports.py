"""Trained networks, as objects and as pictures: what is drawn has the values that the kernel
encloses.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from conftest import DATA
from console import call
from flint import arb

from certify import Certificate, Enclosure, check, load
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.trained.gated import gates_of
from certify.kernel.trained.passes import empirical_risk
from certify.report.trained import floats as module
from certify.report.trained.floats import Floats, array_of, tangent
from certify.report.trained.kinked import kink_forms
from certify.report.views import view_of

PICTURES = {
    "strict-minimum": 3,
    "strict-minimum-off": 4,
    "strict-minimum-rescaling": 2,
    "exact-fit": 3,
    "trained-saddle": 3,
    "no-critical-point": 1,
    "kink-minimum": 5,
}


@pytest.fixture(params=PICTURES)
def name(request) -> str:
    return request.param


def pictures(certificate):
    return list(view_of(certificate.kind).pictures(certificate.statement, certificate.digest))


def centre(claim):
    return getattr(claim, "centre", None) or claim.parameters


def kernel_risk(claim):
    """The kernel's value at the centre; on kinks with gates, which change nothing there."""
    gates = gates_of(claim.kinks, arb(0)) if hasattr(claim, "kinks") else None
    with precision(128):
        layers = claim.problem.network.matrices(centre(claim))
        return float(empirical_risk(claim.problem, layers, Ledger(), gates).mid())


def test_objects_show_what_they_claim(name):
    certificate = load(DATA / f"{name}.json")
    assert check(certificate).verdict == "PROVED"
    assert certificate.theorem().startswith("THEOREM.  Let x_1, ..., x_")
    assert certificate.loss is certificate.lambda_min is None
    claims = certificate.document["statement"]["claims"]
    known = {"exact-fit": "0", "no-critical-point": None}
    expected = known[name] if name in known else str(Enclosure.of(*claims["risk"]))
    assert certificate.risk == expected
    shown = certificate._repr_html_()
    assert "Proved by the kernel" in shown and shown.count("<svg") == PICTURES[name]


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


def test_the_risk_that_is_drawn_is_that_of_the_kernel(name):
    claim = load(DATA / f"{name}.json").statement
    expected = kernel_risk(claim)
    assert abs(Floats(claim.problem).risk(array_of(centre(claim))) - expected) < 1e-13


def test_derivatives_that_are_drawn_are_those_of_the_risk(name):
    claim = load(DATA / f"{name}.json").statement
    floats, point = Floats(claim.problem), array_of(centre(claim))
    if hasattr(claim, "kinks"):
        form = floats.hessian(claim.centre, claim.kinks)
        inside = np.linalg.svd(kink_forms(claim))[2][len(claim.kinks) :].T
        direction = inside[:, 0]  # no kink is crossed
    else:
        form, direction = floats.hessian(centre(claim)), np.ones(len(point)) / len(point) ** 0.5
        step = 1e-6
        slope = (floats.risk(point + step * direction) - floats.risk(point - step * direction)) / (
            2 * step
        )
        assert abs(slope - floats.gradient(point) @ direction) < 1e-8
    step = 1e-4
    values = [floats.risk(point + t * direction) for t in (-step, 0, step)]
    bend = (values[0] - 2 * values[1] + values[2]) / step**2
    assert abs(bend - direction @ form @ direction) < 1e-5
    steps = np.array([-1e-9, 1e-9])
    rise = floats.above(centre(claim), direction, steps)
    if name != "no-critical-point":
        assert np.allclose(rise, 0.5 * bend * steps**2, rtol=1e-4, atol=1e-26)


def test_what_is_drawn_of_a_spectrum_is_enclosed():
    for name in ("strict-minimum", "strict-minimum-off", "strict-minimum-rescaling"):
        claim = load(DATA / f"{name}.json").statement
        basis = tangent(claim.modulo)
        assert np.allclose(basis.T @ basis, np.eye(claim.modulo.dimension))
        form = basis.T @ Floats(claim.problem).hessian(claim.centre) @ basis
        values = np.linalg.eigvalsh(form)
        assert float(claim.smallest.low) < values[0] < float(claim.smallest.high)
        assert float(claim.largest.low) < values[-1] < float(claim.largest.high)


def test_pictures_say_what_is_seen(name):
    drawn = pictures(load(DATA / f"{name}.json"))
    assert len(drawn) == PICTURES[name] == len({picture.title for picture in drawn})
    for picture in drawn:
        assert "float64" in picture.alt and not re.search(r"nan|inf\b", picture.svg + picture.alt)


def test_a_ball_that_is_seen_is_drawn_where_it_is():
    document = json.loads((DATA / "strict-minimum.json").read_text())
    document["statement"]["claims"]["radius"] = "0.125"
    (around, *_) = pictures(Certificate(document))
    assert "grey: the ball of radius 0.125" in around.alt and "magnified" not in around.alt
    (around, *_) = pictures(load(DATA / "strict-minimum.json"))
    assert "magnified, the ball of radius 10⁻⁵" in around.alt


def test_what_is_too_large_is_left_out(monkeypatch):
    monkeypatch.setattr(module, "_MOST_ENTRIES", 10)
    certificate = load(DATA / "strict-minimum-off.json")
    titles = [picture.title for picture in pictures(certificate)]
    assert titles == [
        "From the parameters given to the minimum",
        "From the minimum to better parameters",
    ]
    monkeypatch.setattr(module, "_MOST_VALUES", 10)
    assert pictures(certificate) == []


def test_pictures_of_what_is_undefined():
    """Where the activation has no value at the centre, what cannot be drawn is left out."""
    for name in ("strict-minimum-off", "trained-saddle", "exact-fit", "no-critical-point"):
        document = json.loads((DATA / f"{name}.json").read_text())
        document["statement"]["problem"]["network"]["layers"][0]["activation"] = [
            "log",
            ["-", "t", "1000"],
        ]
        assert pictures(Certificate(document)) == []
