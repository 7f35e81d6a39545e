"""The second checker's activations: block forms and dense closed forms of the same matrix, scaled
certificates.
"""

from __future__ import annotations

import copy
import json
import random
from decimal import Context, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from standalone import claim_of, recheck

rc = recheck("activation")
ACCEPTED = Path(__file__).resolve().parents[1] / "corpus" / "accept"
BITS = 128
EXACT = Context(prec=1000)
SHAPES = [
    [("diagonal", 3), ("diagonal", 1)],
    [("diagonal", 4)],
    [("diagonal", 2), ("columns", 2), ("row", 1)],
    [("diagonal", 2), ("diagonal", 3), ("columns", 1)],
    [("diagonal", 3), ("diagonal", 2), ("copy", 1), ("copy", 0), ("copy", 1)],
]


def networks(blocks, tilt: Fraction):
    """A fixed matrix with the teachers of section 4.2: by blocks, and as a dense matrix."""
    rng, ar, shape = random.Random(str(blocks)), rc.arithmetic.Arithmetic(BITS), rc.blocks.Shape
    shape = shape(blocks)
    centre = {key: Fraction(rng.randint(-(2**20), 2**20), 2**20) for key in shape.count}
    start, columns = 0, {}
    for b, size in shape.width.items():
        columns[b], start = range(start, start + size), start + size
    matrix = []
    for i, height in shape.height.items():
        for r in range(height):
            row = [(b, at) for b in shape.width for at in range(len(columns[b]))]
            matrix += [[centre[i, b, shape.owner.get(i) == b and r == at] for b, at in row]]
    number = {key: rc.arithmetic.Num(ar, rc.arithmetic.exactly(ar, q)) for key, q in centre.items()}
    lean = rc.arithmetic.Num(ar, rc.arithmetic.exactly(ar, tilt))
    teachers = [[Fraction(int(a == b)) for a in range(shape.k)] for b in range(shape.k)]
    return (
        rc.tilted.TiltedNetwork(ar, shape, number, lean),
        rc.gaussian.GaussianNetwork(ar, matrix, teachers, tilt),
    )


def close(one, other) -> bool:
    """Two enclosures meet, and both are narrow."""
    (a, b), (c, d) = one, other
    return max(a, c) <= min(b, d) and max(b - a, d - c) < 2.0**-60


def trace(matrix) -> tuple[Fraction, Fraction]:
    """Those of a matrix and of its square, of the middles."""
    size = range(len(matrix))
    return (
        sum(matrix[i][i] for i in size),
        sum(matrix[i][j] * matrix[j][i] for i in size for j in size),
    )


def middle(number) -> Fraction:
    return Fraction(sum(number.ends), 2 ** (BITS + 1)) if not isinstance(number, int) else number


@pytest.mark.parametrize("tilt", [Fraction(3, 7), Fraction(-2, 9)])
@pytest.mark.parametrize("blocks", SHAPES, ids=str)
def test_the_blocks_are_those_of_the_dense_matrix(blocks, tilt):
    by_blocks, dense = networks(blocks, tilt)
    side, shape = dense.ar.side, by_blocks.shape
    assert close(by_blocks.loss().side(), side(dense.loss()))
    counts = shape.count.values()
    squares = sum(m * g.square() for m, g in zip(counts, by_blocks.gradient(), strict=True))
    assert close(squares.root().side(), side(dense.gradient_norm()))
    for components, full, dimensions in (
        (by_blocks.components(), dense.hessian(), {n: d for n, (_, d) in shape.types().items()}),
        (
            by_blocks.padding(),
            dense.padding(),
            {n: d for n, (_, d) in shape.types().items() if n in shape.padding_types()},
        ),
    ):
        assert set(components) == set(dimensions)
        size = range(len(full.rows))
        square = [[Fraction(full.rows[max(i, j)][min(i, j)], 2**BITS) for j in size] for i in size]
        found = [
            (dimensions[name], trace([[middle(x) for x in row] for row in matrix]))
            for name, (matrix, _) in components.items()
        ]
        for at, expected in enumerate(trace(square)):
            assert abs(sum(d * pair[at] for d, pair in found) - expected) < 2.0**-60


def with_activation(document, p: str, q: str, factor: Fraction):
    """The same minimum for p, q: losses and eigenvalues are multiplied by `factor`."""

    def times(value):
        if isinstance(value, str):
            power = Decimal(factor.numerator) / Decimal(factor.denominator)
            return format(EXACT.multiply(Decimal(value), power), "f")
        if isinstance(value, dict):
            return {name: times(part) for name, part in value.items()}
        return [times(part) for part in value]

    found = copy.deepcopy(document)
    statement = found["statement"]
    statement["problem"]["activation"] = {"positive": p, "negative": q}
    for name in ("loss", "curvature", "lambda_min"):
        statement["claims"][name] = times(statement["claims"][name])
    return found


def test_the_factor_is_taken_out():
    """p = 2 makes the loss of ReLU four times as large, p = -1/2 a quarter; so does q alone."""
    document = json.loads((ACCEPTED / "planar-teachers.json").read_text())
    relu = claim_of(rc, document)
    for p, q in (("2", "0"), ("0", "-2"), ("0", "1/2")):
        factor = (Fraction(p) + Fraction(q)) ** 2
        scaled = with_activation(document, p, q, factor)
        claim = claim_of(rc, scaled)
        assert (claim.activation.share, claim.activation.tilt) == (factor, 0)
        for name in ("loss", "lambda_min"):
            pairs = zip(getattr(claim, name), getattr(relu, name), strict=True)
            assert all(x == y for x, y in pairs)
        rc.kinds.judge(scaled)


def test_a_rejection_says_what_its_numbers_are():
    document = json.loads((ACCEPTED / "planar-teachers.json").read_text())
    wrong = with_activation(document, "1", "1", Fraction(4))
    with pytest.raises(rc.verdict.Verdict) as found:
        rc.kinds.judge(wrong)
    assert found.value.reason.endswith("divided by (p + q)^2")
