"""Wide tables: how long the exact numbers of a fit become is known before the work."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from flint import fmpq

from certify.errors import UnusableInput
from certify.kernel.piecewise.problem import Loss
from certify.piecewise import size
from certify.piecewise.construct import affine_features
from certify.piecewise.fits import fit
from certify.piecewise.size import announce, digits_of_fit
from certify.tables import make_data


def table(rows: int, inputs: int, decimals: int | None = None):
    """Random data; decimals: of the inputs."""
    rng = np.random.default_rng([rows, inputs])
    x = rng.normal(size=(rows, inputs))
    return make_data(x if decimals is None else np.round(x, decimals), rng.normal(size=rows))


@pytest.mark.parametrize(
    "data",
    [
        table(30, 4),
        table(60, 20, 2),
        table(90, 40),
        make_data(3 * np.arange(24).reshape(12, 2) % 17 + 100, np.arange(12) % 5),
    ],
    ids=["floats", "two decimals", "wide", "shifted multiples"],
)
def test_the_estimate_is_the_length_of_the_exact_fit(data):
    features = affine_features(data.x)
    found = fit(features, data.y, Loss("squared", fmpq(1)))
    longest = max(len(str(entry.q)) for entry in found.entries())
    estimate = digits_of_fit(features)
    assert estimate is not None
    # the denominators of the targets come on top, common divisors off
    assert longest - 25 <= estimate <= 1.05 * longest + 8


def test_dependent_features_are_not_estimated():
    data = make_data(np.array([[1, 2], [2, 4], [3, 6], [4, 8]]), np.arange(4))
    assert digits_of_fit(affine_features(data.x)) is None
    announce(affine_features(data.x))


def test_numbers_beyond_the_format_are_refused_before_the_work(monkeypatch):
    monkeypatch.setattr(size, "MAX_FRACTION_DIGITS", 100)
    with pytest.raises(UnusableInput, match="the best fit has 5 exact coefficients of about"):
        fit(affine_features(table(30, 4).x), table(30, 4).y, Loss("squared", fmpq(1)))


def test_a_table_too_wide_for_the_format_is_one_sentence(tmp_path):
    rng = np.random.default_rng(0)
    path = tmp_path / "wide.npy"
    np.save(path, rng.normal(size=(300, 281)))
    command = [sys.executable, "-m", "certify", "data", "relu", str(path)]
    run = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=tmp_path, timeout=300
    )
    assert run.returncode == 2
    assert "exact coefficients of about" in run.stderr
    assert "and the format allows 10000: leave out inputs, or round them to fewer digits" in (
        run.stderr
    )
    assert [file.name for file in tmp_path.iterdir()] == ["wide.npy"]
