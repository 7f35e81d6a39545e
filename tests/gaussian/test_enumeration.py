"""All critical points fixed by S_k: the claims in floats, the enclosures on boxes, the command
line.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from console import call, process
from flint import arb, fmpq

import certify
from certify.gaussian.search.loss import GaussianLoss
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.gaussian.annulus import _slopes, _square
from certify.kernel.gaussian.closed_form import gradient
from certify.kernel.gaussian.pairs import pairs


def matrix(k, a, b):
    return np.full((k, k), float(b)) + (float(a) - float(b)) * np.eye(k)


@pytest.mark.parametrize("k", range(5, 21))
def test_four_critical_points_for_each_k(root, k):
    document = json.loads((root / "proofs" / "enumeration" / f"k{k:02d}.json").read_text())
    assert certify.check(certify.Certificate(document)).verdict == "PROVED"
    points = document["statement"]["points"]
    assert len(points) == 4
    loss = GaussianLoss(np.eye(k))
    values = []
    for point in points:
        value, slope = loss.value_and_gradient(matrix(k, point["a"], point["b"]))
        assert np.abs(slope).max() < 1e-13
        values.append(float(value))
    assert values[0] < 1e-12 < values[1] < values[2] < values[3]
    # from many starts of the fixed space, Newton's method on the two coordinates finds no other
    rng, found = np.random.default_rng(k), set()
    for _ in range(60):
        x = rng.normal(size=2) * (1.0, (k - 1) ** -0.5)
        for _ in range(60):
            slope = loss.value_and_gradient(matrix(k, *x))[1]
            g = np.array([slope[0, 0], slope[0, 1]])
            h = 1e-6
            jacobian = (
                np.array(
                    [
                        [
                            loss.value_and_gradient(matrix(k, *(x + h * e)))[1][0, i]
                            for e in np.eye(2)
                        ]
                        for i in (0, 1)
                    ]
                )
                - g[:, None]
            )
            step = np.linalg.lstsq(jacobian / h, g, rcond=None)[0]
            x = x - step
            if np.abs(step).max() < 1e-9 or not np.isfinite(x).all() or np.abs(x).max() > 100:
                break
        if (
            np.isfinite(x).all()
            and np.abs(loss.value_and_gradient(matrix(k, *x))[1]).max() < 1e-9
            and np.abs(x).max() > 1e-6
        ):
            nearest = min(
                range(4),
                key=lambda i: abs(x[0] - float(points[i]["a"])) + abs(x[1] - float(points[i]["b"])),
            )
            assert abs(x[0] - float(points[nearest]["a"])) < 1e-6
            found.add(nearest)
    assert len(found) >= 2


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
    for bad in (4, 65, 0):
        done = call("enumerate", "-k", bad, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
