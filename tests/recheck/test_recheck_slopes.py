"""The second checker's covers of slopes: on the branch, the dense closed forms of one activation
say the same.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from standalone import claim_of, recheck

rc = recheck("slopes")
ACCEPTED = Path(__file__).resolve().parents[1] / "corpus" / "accept"
FILES = ["slopes-from-zero", "slopes-rows", "slopes-to-infinity"]
BITS = 192


def point(claim, box, w: Fraction):
    """The matrix on the branch at w, and its multipliers."""
    shape, found = claim.shape, box.at(w)
    if box.start == 0:
        found = [x * w for x in found]
    entry = dict(zip(shape.count, found, strict=False))
    if box.start == 0:
        entry = {key: x + claim.signs[key[0]] * key[2] for key, x in entry.items()}
    columns = [(b, at) for b, size in shape.width.items() for at in range(size)]
    matrix = [
        [entry[i, b, b == i and r == at] for b, at in columns]
        for i, height in shape.height.items()
        for r in range(height)
    ]
    return matrix, dict(zip(shape.width, found[len(entry) :], strict=True))


@pytest.mark.parametrize("part", [Fraction(1, 1000), Fraction(1, 2), Fraction(999, 1000)])
@pytest.mark.parametrize("name", FILES)
def test_the_branch_is_a_minimum_of_each_activation(name, part):
    claim = claim_of(rc, json.loads((ACCEPTED / f"{name}.json").read_text()))
    box, k = claim.cover[0], claim.shape.k
    w = box.start + part * (box.end - box.start)
    c = 2 * w / (k * (1 - w))
    matrix, multipliers = point(claim, box, w)
    teachers = [[Fraction(int(a == b)) for a in range(k)] for b in range(k)]
    ar = rc.arithmetic.Arithmetic(BITS)
    dense = rc.gaussian.GaussianNetwork(ar, matrix, teachers, (c - 1) / 4)
    scale = w if box.start == 0 else 1
    # the solution is within the radius in every coordinate; eigenvalues are below 100 (1 + c)
    far = float(box.radius * scale * len(matrix) * k * 100 * (1 + c))
    assert float(ar.side(dense.gradient_norm())[1]) < far
    rc.matrices.prove_above(
        "curvature", dense.hessian(), rc.arithmetic.exactly(ar, claim.curvature), ar
    )
    rc.matrices.prove_above(
        "padding", dense.padding(), rc.arithmetic.exactly(ar, claim.curvature), ar
    )
    # mu = c s/4, and the loss by the multipliers
    for (b, mu), column in zip(multipliers.items(), columns_of(claim, matrix), strict=True):
        assert abs(float(mu - c * (sum(column) - 1) / 4)) < far, b
    chart = rc.slopes.SlopesChart(claim, box)
    x = rc.arithmetic.exactly(chart.ar, (w - box.origin) / chart.width)
    loss = chart.value(chart.loss(), x, "spurious").side()
    assert abs(float(sum(loss) / 2 * scale - sum(ar.side(dense.loss())) / 2)) < far


def columns_of(claim, matrix):
    """The first column of each block."""
    start = 0
    for size in claim.shape.width.values():
        yield [row[start] for row in matrix]
        start += size
