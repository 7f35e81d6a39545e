"""Theorem 18 and the kind `gaussian-slopes-minimum`, by the dense loss in long double
(`oracles/gaussian.py`), which knows nothing of c, w, multipliers or blocks.
"""

from __future__ import annotations

import json
import random
import re

import numpy as np
import pytest
from flint import arb, fmpq
from oracles import gaussian
from oracles.slopes import Covered

from certify.kernel.check import check_document, read_claim
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.expansion import Expansion
from certify.kernel.foundation.words import plain
from certify.kernel.gaussian.blocks import unknowns
from certify.kernel.gaussian.chart import over
from certify.kernel.gaussian.components import components
from certify.kernel.gaussian.cover import CoverBox
from certify.kernel.gaussian.isotypic import pencil_of
from certify.kernel.gaussian.partition import SymmetricProblem
from certify.kernel.gaussian.slopes import GaussianSlopes, SlopesChart

CORPUS = "tests/corpus/accept"


@pytest.fixture(autouse=True)
def _precision():
    with precision(256):
        yield


def covered(root, name):
    """An accepted file of the corpus."""
    return Covered(json.loads((root / CORPUS / f"slopes-{name}.json").read_text()))


def leaky(c):
    """Leaky ReLU with this c = ((1 + a)/(1 - a))^2, and its (p + q)^2."""
    root = np.sqrt(np.longdouble(c))
    slope = (root - 1) / (root + 1)
    return (1, -slope), float(1 - slope) ** 2


POINTS = [
    ("II-k03", "0.0001"),
    ("II-k03", "0.003"),
    ("II-k03", "0.01"),
    ("from-zero", "0.00001"),
    ("from-zero", "0.008"),
    ("near-birth", "0.2583"),
    ("rows", "0.95"),
    ("to-infinity", "1.2"),
    ("to-infinity", "30"),
    ("copy", "1"),
    ("copy", "1.007"),
    ("II-k08", "1"),
    ("II-k08", "1.3"),
    ("II-k08", "2"),
]


@pytest.mark.parametrize(("name", "c"), POINTS)
def test_the_tube_holds_a_spurious_minimum_of_the_dense_loss(root, name, c):
    file, (parts, share) = covered(root, name), leaky(c)
    centre, teachers = file.centre(c), file.teachers
    point = gaussian.newton(centre, teachers, activation=parts)
    assert abs(gaussian.gradient(point, teachers, parts)).max() < 1e-16 * share
    _, _, radius = file.place(c)
    assert abs(point - centre).max() < radius
    spectra = gaussian.spectra(point, teachers, [file.k, file.k + 1], parts)
    for values in spectra.values():
        assert values[0] / share > file.curvature
    assert gaussian.loss(point, teachers, parts) / share > 1e-9


@pytest.mark.parametrize("name", sorted({name for name, _ in POINTS}))
def test_the_files_are_proved(root, name):
    assert check_document(covered(root, name).document).verdict == "PROVED"


# k: smallest eigenvalue and loss of type II as c grows without bound, in units of (p + q)^2
AT_INFINITY = {
    6: (0.00237826886, 0.0256006671),
    7: (0.0117963048, 0.0237302644),
    10: (0.0302152324, 0.0191385675),
}


@pytest.mark.parametrize("k", sorted(AT_INFINITY))
def test_the_float_values_at_large_c(root, k):
    """Followed from ReLU to slope 0.999 by Newton's method; c is 4 million there, and what is left
    is of order 1/c.
    """
    teachers = np.eye(k, dtype=np.longdouble)
    file = root / "proofs" / "gaussian" / f"n{k:02d}-k{k:02d}.json"
    point = gaussian.exact(json.loads(file.read_text())["statement"]["centre"])
    for c in (3, 10, 100, 10**4, 4 * 10**6):
        parts, share = leaky(c)
        point = gaussian.newton(point, teachers, activation=parts)
    eigenvalue, loss = AT_INFINITY[k]
    smallest = gaussian.spectra(point, teachers, [k], parts)[k][0]
    assert smallest / share == pytest.approx(eigenvalue, abs=2e-6)
    assert gaussian.loss(point, teachers, parts) / share == pytest.approx(loss, abs=2e-6)


# k: c at which type II is born; a little below it is a minimum, a little above a saddle
BIRTHS = {3: 0.0822392559696140, 4: 0.119878321963451, 5: 0.258680671851817}


@pytest.mark.parametrize("k", sorted(BIRTHS))
def test_the_births_in_c(k):
    """By symmetry the branch is followed in the dense matrices from teachers with the last one
    negated.
    """
    teachers = np.eye(k, dtype=np.longdouble)
    point, found = teachers.copy(), []
    point[-1, -1] = -1
    small = 1e-3
    point[:-1, -1] += small
    point[-1, :-1] += 1e-9
    end = BIRTHS[k]
    for c in (small, *np.linspace(0.01, end, 8)[:-1], end * 0.999, end * 1.001):
        parts, share = leaky(c)
        point = gaussian.newton(point, teachers, activation=parts)
        found.append(gaussian.spectra(point, teachers, [k], parts)[k][0] / share)
    *below, above = found
    assert min(below) > 0 > above


# The equations of the chart, at any point, for blocks of every sort

SHAPES = [
    [("diagonal", 3), ("diagonal", 1)],
    [("diagonal", 2), ("diagonal", 2), ("row", 1)],
    [("diagonal", 2), ("columns", 2), ("row", 1), ("row", 1)],
    [("columns", 3), ("row", 1), ("row", 1), ("row", 1), ("diagonal", 1)],
]


def written(blocks, names, values):
    """The matrix with these coordinates, entry by entry."""
    heights = [0 if kind == "columns" else size for kind, size in blocks]
    widths = [0 if kind == "row" else size for kind, size in blocks]
    rows = [(i, r) for i, height in enumerate(heights) for r in range(height)]
    columns = [(j, t) for j, width in enumerate(widths) for t in range(width)]
    of = dict(zip(names, values, strict=True))

    def entry(i, r, j, t):
        return of[(i, j, i == j and (r == t or blocks[i][1] == 1))]

    matrix = [[entry(i, r, j, t) for j, t in columns] for i, r in rows]
    return np.array(matrix, dtype=np.longdouble), rows, columns


@pytest.mark.parametrize("blocks", SHAPES)
def test_equations_and_jacobian_are_those_of_the_dense_gradient(blocks):
    """At random points and multipliers, by the gradients of two activations, and differences."""
    sizes = [{"type": kind, "size": size} for kind, size in blocks]
    n = sum(size for kind, size in blocks if kind != "columns")
    k = sum(size for kind, size in blocks if kind != "row")
    problem = SymmetricProblem.read({"n": n, "k": k, "targets": "orthonormal"}, sizes)
    claim = GaussianSlopes.read(
        {
            "problem": {"n": n, "k": k, "targets": "orthonormal"},
            "blocks": sizes,
            "claims": {"c": ["1", "2"], "curvature": "1"},
        }
    )
    assert claim.problem == problem
    rng = random.Random(5)
    w = fmpq(1, 3)

    def chart_at(values):
        branch = tuple((fmpq(round(x * 10**15), 10**15),) for x in values)
        width = fmpq(1, 10**12)
        return SlopesChart(claim, CoverBox(w - width, w + width, 4, 1, fmpq(1), branch), ())

    chart = chart_at([0.0] * 64)
    names, of_columns = unknowns(chart.blocks), chart.system.columns
    count = len(names) + len(of_columns)
    start = [rng.randint(-1000, 1000) / 700 for _ in range(count)]

    def expected(values):
        point, rows, columns = written(blocks, names, values[: len(names)])
        of = dict(zip(of_columns, values[len(names) :], strict=True))
        teachers = np.eye(k, dtype=np.longdouble)
        # grad F - s/4 is the gradient for |t|, divided by its (p + q)^2
        slope = gaussian.gradient(point, teachers, (1, 1)) / 4
        s = point.sum(0) - 1
        found = []
        for i, j, diagonal in names:
            at = next(
                (a, b)
                for a, (x, r) in enumerate(rows)
                for b, (y, t) in enumerate(columns)
                if (x, y) == (i, j) and (i != j or (r == t) == diagonal)
            )
            found.append(slope[at] + of[j])
        q = np.longdouble(k) / 2 * (1 - np.longdouble(1) / 3)
        for j in chart.system.columns:
            at = next(b for b, (y, _) in enumerate(columns) if y == j)
            found.append(s[at] / 3 - 4 * q * of[j])
        return np.array(found)

    def kernel(values):
        here = chart_at(values)
        geometry, multipliers = here.at(fmpq(0))
        first = pencil_of(geometry, components(here.blocks)[0])
        zero = arb(0)
        value = [float(over(v, zero)) for v in here.equations(geometry, multipliers)]
        rows = [[float(over(v, zero)) for v in row] for row in here.system.jacobian(first)]
        assert isinstance(here.t, Expansion)
        return np.array(value), np.array(rows)

    start = [round(x, 12) for x in start]
    value, jacobian = kernel(start)
    assert np.allclose(value, expected(start).astype(float), atol=1e-12)
    step = 1e-6
    for column in range(count):
        up, down = list(start), list(start)
        up[column] += step
        down[column] -= step
        difference = (expected(up) - expected(down)) / (2 * step)
        assert np.allclose(jacobian[:, column], difference.astype(float), atol=1e-7)


@pytest.mark.parametrize(
    ("name", "below", "inside", "beyond"),
    [
        ("II-k08", "0.999", ["1", "2"], "2.001"),
        ("zero-unused", "0.0049", ["0.005", "0.01"], "0.0101"),
        ("II-k03", "0", ["1e-9", "0.01"], "0.0101"),
        ("to-infinity", "1.19", ["1.2", "1e9"], None),
    ],
)
def test_the_sentence_says_of_which_slopes(root, name, below, inside, beyond):
    """The condition on c in headline and theorem, taken apart."""
    document = covered(root, name).document
    claim, problem = read_claim(document), document["statement"]["problem"]
    theorem = "\n".join(map(plain, claim.theorem()))
    for text in (plain(claim.headline()), theorem):
        relation, low = re.search(r"c (>=|>) ([\d.]+)", text).groups()
        high = re.search(r"c <= ([\d.]+)", text)

        def holds(c, relation=relation, low=low, high=high):
            above = float(c) > float(low) if relation == ">" else float(c) >= float(low)
            return above and (high is None or float(c) <= float(high[1]))

        assert all(map(holds, inside)) and not holds(below)
        assert (beyond is None) == (high is None) and (beyond is None or not holds(beyond))
        assert f"k = {problem['k']}" in text or f"v_{problem['k']} orthonormal" in text
    (curvature,) = re.search(r"above (\S+) \(p \+ q\)\^2", theorem).groups()
    assert float(curvature) == covered(root, name).curvature
