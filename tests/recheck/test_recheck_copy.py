"""The second checker's copies of blocks: loss, gradient and all eigenvalues at random block points
are those of the matrix written out, by an oracle that knows no blocks (`oracles/gaussian.py`).
"""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import pytest
from oracles import gaussian
from standalone import recheck

rc = recheck("copy")
BITS = 192


def diagonal(size):
    return {"type": "diagonal", "size": size}


def columns(size):
    return {"type": "columns", "size": size}


def copy(of):
    return {"type": "copy", "of": of}


ROW = {"type": "row", "size": 1}
SHAPES = {
    "companions": [diagonal(3), diagonal(4), copy(2)],
    "two-indices": [diagonal(2), copy(1), ROW],
    "three-rows-a-column": [diagonal(4), copy(1), copy(1), columns(3)],
    "both-copied": [diagonal(3), diagonal(2), copy(2), copy(1), columns(2)],
    "two-and-two": [diagonal(2), copy(1), diagonal(2), copy(3), columns(1)],
}
RELU, LEAKY = ("1", "0"), ("1", "-1/4")
CASES = [
    *((name, RELU, False) for name in SHAPES),
    *((name, LEAKY, False) for name in SHAPES),
    *((name, LEAKY, True) for name in SHAPES),
    ("companions", RELU, True),
]


class Point:
    """A random matrix with these blocks: by blocks, and written out."""

    def __init__(self, name, activation, signed):
        blocks, rng = SHAPES[name], random.Random(f"{name} {activation} {signed}")
        parts = rc.blocks.read_blocks(blocks, False)
        plain = rc.blocks.Shape(parts)
        n, k = plain.n, plain.k
        problem = {"n": n, "k": k, "targets": "orthonormal"}
        problem["activation"] = dict(zip(("positive", "negative"), activation, strict=True))
        students, teachers = [1] * len(plain.height), [1] * len(plain.width)
        if signed:  # rows that are in no diagonal block are subtracted, and so are such columns
            students = [1 if b in plain.width else -1 for b in plain.height]
            teachers = [1 if b in plain.height else -1 for b in plain.width]
            problem["signs"] = {"students": students, "teachers": teachers}
        self.shape = rc.blocks.read_problem(problem, blocks, "activation signs")

        centre = [
            [
                [str(rng.uniform(-1, 1)), str(rng.uniform(-1, 1))]
                if len(plain.part(i, b)) == 2
                else str(rng.uniform(-1, 1))
                for b in plain.width
            ]
            for i in plain.height
        ]
        ar = rc.arithmetic.Arithmetic(BITS)
        read = rc.blocks.read_centre(centre, self.shape)
        entry = {
            key: rc.arithmetic.Num(ar, rc.arithmetic.exactly(ar, q)) for key, q in read.items()
        }
        found = rc.homogeneous.read_activation(problem)
        tilt = rc.arithmetic.Num(ar, rc.arithmetic.exactly(ar, found.tilt))
        self.share = float(found.share)
        self.network = rc.tilted.TiltedNetwork(ar, self.shape, entry, tilt)
        self.matrix = gaussian.written_out(blocks, centre)
        self.names = gaussian.written_out(blocks, self.numbered())
        self.teachers = np.eye(k, dtype=np.longdouble)
        self.options = (
            tuple(map(float, map(Fraction, activation))),
            (
                [s for i, h in self.shape.height.items() for s in [self.shape.s[i]] * h],
                [t for b, w in self.shape.width.items() for t in [self.shape.t[b]] * w],
            ),
        )

    def numbered(self):
        """A centre whose entries are the numbers of the coordinates."""
        at = {key: number for number, key in enumerate(self.shape.count)}
        return [
            [
                [at[i, b, True], at[i, b, False]]
                if len(self.shape.part(i, b)) == 2
                else at[self.shape.part(i, b)[0][1]]
                for b in self.shape.width
            ]
            for i in self.shape.height
        ]

    def value(self, number) -> float:
        """The middle of a narrow enclosure, with the factor of the activation."""
        low, high = map(float, number.side())
        assert high - low < 1e-30
        return (low + high) / 2 * self.share

    def eigenvalues(self, component) -> list[float]:
        """Those of H on a component, in the normed test matrices, where H is symmetric."""
        rows, squares = component
        size = np.sqrt(np.array(squares, dtype=float))
        matrix = np.array([[self.value(x) for x in row] for row in rows])
        matrix = matrix * size[:, None] / size[None, :]
        assert abs(matrix - matrix.T).max() < 1e-12
        return [*np.linalg.eigvalsh(matrix)]


@pytest.fixture(scope="module", params=CASES, ids=str)
def point(request):
    return Point(*request.param)


def test_the_loss_and_the_gradient(point):
    loss = gaussian.loss(point.matrix, point.teachers, *point.options)
    assert point.value(point.network.loss()) == pytest.approx(loss, abs=1e-13)
    dense = gaussian.gradient(point.matrix, point.teachers, *point.options)
    for number, slope in enumerate(point.network.gradient()):
        entries = dense[point.names == number]
        assert len(entries) == [*point.shape.count.values()][number]
        assert abs(entries - point.value(slope)).max() < 1e-13


def test_all_eigenvalues(point):
    """The components with their dimensions have the n k eigenvalues of the Hessian; those of the
    padding, the n of a further dimension."""
    n, k = point.matrix.shape
    larger = (gaussian.padded(rows, k + 1) for rows in (point.matrix, point.teachers))
    whole = gaussian.hessian(*larger, *point.options).reshape(n, k + 1, n, k + 1)
    further = dict.fromkeys(["1"], 1) | {f"s{b + 1}": p - 1 for b, p in point.shape.width.items()}
    for components, dimensions, copies, dense in (
        (
            point.network.components(),
            {kind: many for kind, (_, many) in point.shape.types().items()},
            {kind: many for kind, (many, _) in point.shape.types().items()},
            whole[:, :k, :, :k].reshape(n * k, n * k),
        ),
        (
            point.network.padding(),
            further,
            point.shape.padding_types(),
            whole[:, k, :, k],
        ),
    ):
        assert {kind: len(rows) for kind, (rows, _) in components.items()} == copies
        found = [
            value
            for kind, component in components.items()
            for value in point.eigenvalues(component)
            for _ in range(dimensions[kind])
        ]
        expected = np.linalg.eigvalsh(dense)
        assert len(found) == len(expected)
        assert abs(np.sort(found) - expected).max() < 1e-8


def test_the_eigenvalues_of_one_neuron(point):
    """Those on vectors that the permutations fixing the neuron leave fixed are among all; without
    the tilt."""
    n, k = point.matrix.shape
    relu = gaussian.hessian(point.matrix, point.teachers, (1.0, 0.0), point.options[1])
    whole, start = relu.reshape(n, k, n, k), 0
    for i, h in point.shape.height.items():
        block = point.network.row_block(i).rows
        order = range(len(block))
        full = [
            [float(Fraction(block[max(r, c)][min(r, c)], 2**BITS)) for c in order] for r in order
        ]
        dense = np.linalg.eigvalsh(whole[start, :, start, :])
        for value in np.linalg.eigvalsh(np.array(full)):
            assert abs(dense - value).min() < 1e-8
        start += h


def test_the_lipschitz_constant_counts_all_pairs(point):
    """That of the dense form, which has one row for each."""
    ar, shape = point.network.ar, point.shape
    rows = [[Fraction(float(x)) for x in row] for row in point.matrix]
    teachers = [[Fraction(int(a == b)) for a in range(shape.k)] for b in range(shape.k)]
    dense = rc.gaussian.GaussianNetwork(ar, rows, teachers, Fraction(0))
    radius = Fraction(1, 100)
    half = rc.arithmetic.Num(ar, rc.arithmetic.exactly(ar, radius))
    one = [float(x) for x in point.network.lipschitz(half).side()]
    other = [float(x) for x in ar.side(dense.lipschitz(radius))]
    assert one == pytest.approx(other, rel=1e-12)
