"""Lemma 25: output weights 1 and -1, by oracles that know nothing of the closed forms
(`oracles/plane.py`: exact integrals in the plane), and by blocks against the dense formulas.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb, fmpq
from oracles.plane import Plane

from certify.kernel.check import check_document
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.words import plain
from certify.kernel.gaussian import closed_form
from certify.kernel.gaussian.blocks import Block, fixed_matrix, unknowns
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.counting import distinct_points
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotypic import neuron_block, padding_pencil, pencil_of
from certify.kernel.gaussian.lipschitz import hessian_lipschitz
from certify.kernel.gaussian.pairs import pairs
from certify.kernel.gaussian.problem import GaussianProblem
from certify.kernel.gaussian.signs import UNSIGNED, Signs, read_signs
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from tests.kernel.gaussian.test_activation import (
    activation,
    matrix,
    number,
    random_rows,
    require_enclosed,
)
from tests.triangles import hessian

PARTS = [("1", "0"), ("1", "-1/5"), ("1", "1"), ("-7/3", "-0.25")]
SIGNS = [((1, -1), (1, -1)), ((-1, 1, 1), (1, -1)), ((1, -1, -1, 1), (-1,)), ((1, -1), (1,))]


@pytest.fixture(autouse=True)
def _precision():
    with precision(256), mpmath.workdps(70):
        yield


def plane(students, teachers, parts, signs):
    rows = ([tuple(map(number, row)) for row in some] for some in (students, teachers))
    return Plane(*rows, *map(number, parts), list(signs[0]), list(signs[1]))


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("signs", SIGNS)
def test_the_dense_formulas_enclose_the_integrals(parts, signs):
    n, k = map(len, signs)
    students, teachers = random_rows(11 * n + k, n), random_rows(k, k)
    if n == 4:  # parallel rows: C^2 there, too
        students[1], students[2] = [-2 * x for x in students[0]], [3 * x for x in teachers[0]]
    here = plane(students, teachers, parts, signs)
    point = pairs(matrix(students), matrix(teachers), 256, activation(*parts), Signs(*signs))
    require_enclosed(here, point)


def test_signs_that_are_all_equal_change_nothing():
    students, teachers = matrix(random_rows(1, 3)), matrix(random_rows(2, 2))
    plus, minus = Signs((1, 1, 1), (1, 1)), Signs((-1, -1, -1), (-1, -1))
    found = [
        closed_form.gradient(pairs(students, teachers, 256, signs=signs))
        for signs in (UNSIGNED, plus, minus)
    ]
    assert str(found[0]) == str(found[1]) == str(found[2])


def test_the_lipschitz_constant_holds_with_signs():
    """The Hessian on 40 segments in the ball varies by less than B times their length."""
    rng, signs = random.Random(3), Signs((1, -1, -1), (1, -1))
    centre, teachers = random_rows(5, 3), random_rows(6, 2)
    with precision(64):
        radius = fmpq(1, 20)
        at = pairs(matrix(centre), matrix(teachers), 64, signs=signs)
        bound = float(hessian_lipschitz(at, radius).mid())
        for _ in range(40):
            ends = []
            for _ in range(2):
                move = [[Fraction(rng.randint(-20, 20), 1000) for _ in range(2)] for _ in range(3)]
                ends.append(
                    [
                        [x + y for x, y in zip(*two, strict=True)]
                        for two in zip(centre, move, strict=True)
                    ]
                )
            one, other = (
                full(hessian(pairs(matrix(end), matrix(teachers), 64, signs=signs))) for end in ends
            )
            length = np.linalg.norm(np.array(ends[0], float) - np.array(ends[1], float))
            assert np.linalg.norm(one - other, 2) <= bound * length * 1.000001


def full(rows):
    """The symmetric float matrix of a lower triangle of balls."""
    found = np.zeros((len(rows), len(rows)))
    for i, row in enumerate(rows):
        for j in range(i + 1):
            found[i, j] = found[j, i] = float(row[j].mid())
    return found


# (blocks, values): a diagonal block, single rows, columns without rows; every sort of sign
SHAPES = [
    (
        (
            Block(3, True, True, 0, 1, -1),
            Block(2, True, True, 1, -1, 1),
            Block(1, True, False, 2, -1),
        ),
        41,
    ),
    ((Block(4, True, True, 0, -1, -1), Block(1, True, True, 1, 1, 1)), 42),
    (
        (
            Block(2, True, True, 0, 1, 1),
            Block(2, False, True, 1, 1, -1),
            Block(1, True, False, 2, -1),
            Block(1, True, True, 3, 1, -1),
        ),
        43,
    ),
]


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize(("blocks", "seed"), SHAPES)
def test_blocks_have_the_dense_loss_gradient_and_spectrum(blocks, seed, parts):
    rng = random.Random(seed)
    values = {name: Fraction(rng.randint(-900, 900), 1000) for name in unknowns(blocks)}
    balls = {name: arb(fmpq(*x.as_integer_ratio())) for name, x in values.items()}
    sigma = activation(*parts)
    geometry = Geometry(blocks, fixed_matrix(blocks, balls), sigma)
    rows, columns = (
        [(b, i) for b, block in enumerate(blocks) for i in range(getattr(block, side))]
        for side in ("height", "width")
    )
    students = [[values[b, c, (b, i) == (c, j)] for c, j in columns] for b, i in rows]
    unit = [[Fraction(int(i == j)) for j in range(len(columns))] for i in range(len(columns))]
    signs = Signs(
        tuple(blocks[b].student for b, _ in rows), tuple(blocks[c].teacher for c, _ in columns)
    )
    dense = pairs(matrix(students), matrix(unit), 256, sigma, signs)
    assert geometry.loss().overlaps(closed_form.loss(dense))
    slope = closed_form.gradient(dense)
    for (i, j, diagonal), found in zip(unknowns(blocks), geometry.gradient(), strict=True):
        r = rows.index((i, 0))
        c = columns.index((j, 0 if diagonal or i != j else 1))
        assert found.overlaps(slope[r][c]), (i, j, diagonal)
    for expected, of, listed in (
        (full(hessian(dense)), pencil_of, components(blocks)),
        (full(closed_form.pad_block(dense)), padding_pencil, padding_components(blocks)),
    ):
        eigenvalues = []
        for component in listed:
            pencil = of(geometry, component)
            scale = [float(arb(x).mid()) ** -0.5 for x in pencil.norms]
            form = full(pencil.form) * np.outer(scale, scale)
            eigenvalues += list(np.linalg.eigvalsh(form)) * int(component.dimension)
        assert np.allclose(np.sort(eigenvalues), np.linalg.eigvalsh(expected), atol=1e-12)
    d = len(columns)
    for b in geometry.students:
        r = rows.index((b, 0))
        own = full(hessian(dense))[r * d : (r + 1) * d, r * d : (r + 1) * d]
        pencil = neuron_block(geometry, b)
        scale = [float(arb(x).mid()) ** -0.5 for x in pencil.norms]
        some = np.linalg.eigvalsh(full(pencil.form) * np.outer(scale, scale))
        every = np.linalg.eigvalsh(own)
        assert all(min(abs(every - value)) < 1e-12 for value in some)
        eta = float(sigma.own.mid())
        assert min(abs(some - eta)) < 1e-12  # lemma 15: w itself


# --------------------------------------------------------------------------------------------------
# Reading
# --------------------------------------------------------------------------------------------------


def field(students, teachers):
    return {"signs": {"students": students, "teachers": teachers}}


def test_which_signs_are_read():
    assert read_signs({}, [1, 1], [1]) == Signs((1, 1), (1,))
    assert read_signs(field([1, -1], [-1]), [1, 1], [1]) == Signs((1, -1), (-1,))
    # blocks without rows and without columns have no sign in the file
    found = read_signs(field([1, -1], [1, -1]), [3, 0, 2], [3, 1, 0], blocks=True)
    assert found == Signs((1, 1, -1), (1, -1, 1), blocks=True)


@pytest.mark.parametrize(
    ("students", "teachers", "told"),
    [
        ([1, 1], [1], "all equal"),
        ([-1, -1], [-1], "all equal"),
        ([1, 1], [-1], "fewer students than teachers have the sign -1"),
        ([-1, -1], [1], "fewer students than teachers have the sign 1"),
        ([1], [1], "not a list of 2"),
        ([1, True], [1], "neither 1 nor -1"),
        ([1, 0], [1], "neither 1 nor -1"),
        ([1, 2], [1], "neither 1 nor -1"),
        ([1, "-1"], [1], "neither 1 nor -1"),
        ("+-", [1], "not a list of 2"),
    ],
)
def test_which_signs_are_malformed(students, teachers, told):
    with pytest.raises(Malformed, match=told):
        read_signs(field(students, teachers), [1, 1], [1])


def test_blocks_count_with_their_sizes():
    """Two blocks of students of sign -1 against one of teachers, but 3 of them against 4."""
    read_signs(field([1, -1, -1], [1, -1]), [5, 2, 2], [5, 4], blocks=True)
    with pytest.raises(Malformed, match="fewer students"):
        read_signs(field([1, -1, -1], [1, -1]), [5, 2, 1], [5, 4], blocks=True)


def test_teachers_of_the_problem_decide():
    problem = {"n": 3, "k": 2, "d": 2, "targets": "orthonormal", **field([1, 1, -1], [1, 1])}
    assert GaussianProblem.read(problem).signs.mixed
    with pytest.raises(Malformed, match="have the sign -1"):
        GaussianProblem.read(problem | field([1, 1, 1], [1, -1]))


# --------------------------------------------------------------------------------------------------
# Words
# --------------------------------------------------------------------------------------------------


def test_the_theorem_says_the_signs(root):
    path = root / "proofs" / "signs" / "k03.json"
    outcome = check_document(json.loads(path.read_text()))
    assert outcome.verdict == "PROVED"
    assert "output weights 1 and -1" in outcome.summary


def test_orbits_are_of_equal_signs(root):
    claims = [
        GaussianSymmetric.read_minimum(
            json.loads((root / "proofs" / "signs" / f"{name}.json").read_text())["statement"]
        )
        for name in ("k03", "k10", "k100", "k1000000")
    ]
    assert claims[0].problem.orbit_formula() == "2! 1! 2! 1! / 2!"
    sizes = [claim.problem.orbit_size() for claim in claims]
    assert sizes == [2, 362880, None, None]
    # 99! and 999999!
    assert claims[2].problem.orbit_about() == "9.33e155"
    assert claims[3].problem.orbit_about() == "8.26e5565702"
    words = [plain(words) for words in claims[0].theorem()]
    assert any("rows and columns of equal output weight" in text for text in words)
    with pytest.raises(ValueError, match="signs"):
        distinct_points(claims[:1])
