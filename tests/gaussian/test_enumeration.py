"""All critical points fixed by S_k: the claims in floats, the enclosures on boxes, the command
line.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from console import call, process
from flint import arb, fmpq
from oracles.gaussian import fixed_slope

import certify
from certify.gaussian.prove.enumeration import _fixed_hessian
from certify.gaussian.search.loss import GaussianLoss
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.gaussian.annulus import _slopes, _square
from certify.kernel.gaussian.closed_form import gradient
from certify.kernel.gaussian.pairs import pairs


def matrix(k, a, b):
    return np.full((k, k), float(b)) + (float(a) - float(b)) * np.eye(k)


def newton(k, x):
    """Where Newton's method for the slopes leads from many starts at once, x of shape (2, starts);
    the slopes that are left there.
    """
    near = 1e-6 * np.eye(2)[:, :, None]
    with np.errstate(all="ignore"):
        for _ in range(60):
            columns = [(fixed_slope(k, *(x + e)) - fixed_slope(k, *(x - e))) / 2e-6 for e in near]
            (p, r), (q, s) = columns
            g, h = fixed_slope(k, *x)
            x = x - np.array([s * g - q * h, p * h - r * g]) / (p * s - q * r)
        return x, np.abs(fixed_slope(k, *x)).max(axis=0)


@pytest.mark.parametrize("k", range(5, 21))
def test_four_critical_points_for_each_k(root, k):
    """The points of FORMAT 4.9 are critical, one of them is global, and Newton's method finds these
    four from a grid over the annulus of lemma 17, and no other.
    """
    document = json.loads((root / "proofs" / "enumeration" / f"k{k:02d}.json").read_text())
    assert certify.check(certify.Certificate(document)).verdict == "PROVED"
    points = np.array([[float(p["a"]), float(p["b"])] for p in document["statement"]["points"]])
    loss = GaussianLoss(np.eye(k))
    values, slopes = zip(*(loss.value_and_gradient(matrix(k, *p)) for p in points), strict=True)
    assert max(np.abs(slope).max() for slope in slopes) < 1e-13
    assert np.abs(fixed_slope(k, *points.T)).max() < 1e-13
    assert values[0] < 1e-12 < values[1] < values[2] < values[3]
    radius, angle = np.meshgrid(
        np.linspace(0.05, np.sqrt(1 + (k - 1) / np.pi), 20), np.linspace(0, 2 * np.pi, 90)
    )
    starts = radius.ravel() * [np.cos(angle.ravel()), np.sin(angle.ravel()) / np.sqrt(k - 1)]
    ends, left = newton(k, starts)
    ends = ends[:, left < 1e-11].T
    distance = np.abs(ends[:, None] - points).max(axis=2)
    assert distance.min(axis=1).max() < 1e-6
    assert set(distance.argmin(axis=1)) == {0, 1, 2, 3}


@pytest.mark.parametrize("k", [3, 5, 11])
def test_slopes_on_boxes_enclose_the_gradient(k):
    """Random boxes, many of which hold parallel rows (a = b, b = 0): the gradient of the dense
    kernel at points of the box lies inside.
    """
    rng = np.random.default_rng(k)
    unit = tuple(tuple(fmpq(int(i == j)) for j in range(k)) for i in range(k))
    finite = 0
    with precision(128):
        for trial in range(60):
            a, b = (fmpq(int(x), 1000) for x in rng.integers(-1500, 1500, size=2))
            if trial % 3 == 0:
                b = a
            if trial % 3 == 1:
                b = fmpq(0)
            radius = fmpq(int(rng.integers(0, 40)), 1000)
            box = [ball(x) + arb(0, ball(radius).upper()) for x in (a, b)]
            slopes = _slopes(k, *box, _square(box[0]) + (k - 1) * _square(box[1]))
            for _ in range(3):
                x, y = (
                    c + radius * fmpq(int(u), 100)
                    for c, u in zip((a, b), rng.integers(-100, 101, size=2), strict=True)
                )
                if x == 0 and y == 0:
                    continue
                exact = gradient(
                    pairs(
                        tuple(tuple(x if i == j else y for j in range(k)) for i in range(k)),
                        unit,
                        128,
                    )
                )
                for enclosure, value in zip(slopes, (exact[0][0], exact[0][1]), strict=True):
                    if enclosure.is_finite():
                        finite += 1
                        assert enclosure.overlaps(value)
    assert finite > 100


def test_commands(tmp_path):
    done = process("enumerate", "-k", 7, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "F has exactly 4 critical points W(a, b) other than 0" in done.stdout
    assert certify.check(tmp_path / "enumeration-k07.json").verdict == "PROVED"
    for bad in (4, 101, 0):
        done = call("enumerate", "-k", bad, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("a, b", [(1.0, 0.0), (0.95, -0.04), (0.2, 0.2), (-0.03, -0.03)])
def test_the_finder_needs_no_matrix_of_k_to_the_fourth_entries(a, b):
    """Its 2 x 2 Hessian is the whole one on the matrices that S_k fixes."""
    k = 7
    loss, eye = GaussianLoss(np.eye(k)), np.eye(k)
    w = np.full((k, k), b) + (a - b) * eye
    basis = np.stack([eye.ravel() / k**0.5, (1 - eye).ravel() / (k * (k - 1)) ** 0.5])
    whole = basis @ loss.hessian(w) @ basis.T
    assert _fixed_hessian(loss, w) == pytest.approx(whole, rel=1e-3, abs=1e-3)
