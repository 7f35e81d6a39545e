"""`certify landscape` as a user gives it: the file, what is said of it, and what is refused."""

from __future__ import annotations

import json

import pytest
from console import call

import certify


def test_the_plane_is_proved_checked_and_shown(tmp_path):
    done = call("landscape", "-d", 2, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "landscape-2.json"
    document = json.loads(path.read_text())
    assert document["statement"]["problem"]["dimension"] == 2
    assert document["provenance"]["command"] == "certify landscape -d 2"
    checked = call("check", path)
    assert checked.returncode == 0 and "every local minimum is global" in checked.stdout
    shown = call("show", path)
    assert "F(P₋)" in shown.stdout and "2(d − 1) are negative" in shown.stdout
    assert "(S)" not in shown.stdout


def test_other_dimensions_are_refused(tmp_path):
    done = call("landscape", "-d", 3, cwd=tmp_path)
    assert done.returncode == 2 and "the dimension is 2 or every" in done.stderr
    assert not list(tmp_path.iterdir())


def test_many_slopes_are_proved_checked_and_shown(tmp_path):
    done = call("landscape", "--every-slope", "--c", "0.9", "1.2", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "as slopes a of leaky ReLU: -0.026334 <= a <= 0.045548" in done.stdout
    path = tmp_path / "landscape-every-slope-c-from-0.9-to-1.2.json"
    document = json.loads(path.read_text())
    assert document["statement"]["claims"] == {"c": ["0.9", "1.2"]}
    assert document["provenance"]["command"] == "certify landscape --every-slope --c 0.9 1.2"
    checked = call("check", path)
    assert checked.returncode == 0 and "no spurious local minima of two neurons" in checked.stdout
    shown = call("show", path)
    assert "has no local minima on ℝ^{2×d} but (e₁, e₂) and (e₂, e₁)" in shown.stdout


@pytest.mark.parametrize("low", ["0", "0.05", "0.12945"])
def test_slopes_with_spurious_minima_are_not_tried(tmp_path, low):
    done = call("landscape", "--every-slope", "--c", low, "1", cwd=tmp_path)
    assert done.returncode == 1 and "there are spurious minima" in done.stdout
    assert "slopes a" not in done.stdout and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--every-slope", "-d", "2"), "give no -d"),
        (("--c", "1", "2"), "--c goes with --every-slope"),
        (("--every-slope", "--c", "2", "1"), "in increasing order"),
        (("--every-slope", "--c", "1", "1"), "in increasing order"),
        (("--every-slope", "--c", "nan", "1"), "not a decimal"),
        (("--every-slope", "--c", "-1", "1"), "0 or more"),
        (("--every-slope", "--c", "infinity", "infinity"), "not a decimal"),
        (("--slope", "0.5"), "No such option: --slope"),
    ],
)
def test_nonsense_about_slopes_is_refused(tmp_path, options, sentence):
    done = call("landscape", *options, cwd=tmp_path)
    assert done.returncode == 2 and sentence in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("c", [12, "12", {"1": 1, "2": 2}, ("1",), (1, 2), None])
def test_a_range_in_python_is_a_pair_of_decimals(c):
    if c is None:
        assert certify.landscape("2").kind == "gaussian-landscape"
        return
    with pytest.raises(certify.UnusableInput):
        certify.landscape(c=c)
    with pytest.raises(certify.UnusableInput):
        certify.every_slope("II_2", 2, c)
