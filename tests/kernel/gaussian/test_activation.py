"""Lemma 24 and the corollaries: every positively homogeneous activation, by oracles that know
nothing of the identity (`oracles/plane.py`: exact integrals in the plane; `oracles/gaussian.py`:
closed forms in long double, by quadrants).
"""

from __future__ import annotations

import json
import random
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from flint import arb, arb_mat, fmpq
from oracles import gaussian
from oracles.plane import Plane

from certify.kernel.check import check_document
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.reals import Real
from certify.kernel.gaussian import closed_form
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.blocks import Block, fixed_matrix, unknowns
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotypic import padding_pencil, pencil_of
from certify.kernel.gaussian.lipschitz import hessian_lipschitz
from certify.kernel.gaussian.pairs import pairs
from certify.kernel.gaussian.span_point import Span
from tests.triangles import hessian

CLOSE = arb(0, arb("1e-40"))
# positive and negative part: leaky, nearly |t|, |t|, nearly linear, mirrored, both negative
PARTS = [("1", "-1/5"), ("1", "9/10"), ("1", "1"), ("1", "-99/100"), ("0", "1"), ("-7/3", "-0.25")]


def activation(positive, negative):
    values = (fmpq(*Fraction(part).as_integer_ratio()) for part in (positive, negative))
    return Activation(*(Real(v, t) for v, t in zip(values, (positive, negative), strict=True)))


def number(value):
    """A rational or a string of one as mpmath has it."""
    p, q = Fraction(str(value)).as_integer_ratio()
    return mpmath.mpf(p) / q


def near(value):
    return arb(mpmath.nstr(value, 60)) + CLOSE


def random_rows(seed, count, columns=2):
    rng = random.Random(seed)
    return [
        [Fraction(rng.randint(-3000, 3000), 1000) for _ in range(columns)] for _ in range(count)
    ]


def matrix(rows):
    return tuple(tuple(fmpq(*x.as_integer_ratio()) for x in row) for row in rows)


def plane(students, teachers, parts, outputs=None):
    rows = ([tuple(map(number, row)) for row in some] for some in (students, teachers))
    return Plane(*rows, *map(number, parts), outputs)


def require_enclosed(here, point):
    """Loss, gradient, Hessian and the matrix of further dimensions: the kernel's balls at a point
    hold the integrals of the plane.
    """
    assert closed_form.loss(point).overlaps(near(here.loss()))
    for row, expected in zip(closed_form.gradient(point), here.gradient(), strict=True):
        assert all(x.overlaps(near(y)) for x, y in zip(row, expected, strict=True))
    for rows, expected in (
        (hessian(point), here.hessian()),
        (closed_form.pad_block(point), here.beyond()),
    ):
        for i, row in enumerate(rows):
            assert all(row[j].overlaps(near(expected[i][j])) for j in range(i + 1)), i


@pytest.fixture(autouse=True)
def _precision():
    with precision(256), mpmath.workdps(70):
        yield


# --------------------------------------------------------------------------------------------------
# Loss, gradient and Hessian
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize(("n", "k"), [(2, 2), (3, 2), (4, 1)])
def test_the_dense_formulas_enclose_the_integrals(parts, n, k):
    students, teachers = random_rows(7 * n, n), random_rows(k, k)
    if n == 4:  # parallel rows: C^2 there, too
        students[1], students[2] = [-2 * x for x in students[0]], [3 * x for x in teachers[0]]
    here = plane(students, teachers, parts)
    point = pairs(matrix(students), matrix(teachers), 256, activation(*parts))
    require_enclosed(here, point)


@pytest.mark.parametrize("parts", PARTS)
def test_teachers_known_by_inner_products(parts):
    """Coefficients by teachers: the same loss, gradient and Hessian, on the span and beyond."""
    coefficients, teachers = random_rows(3, 3), random_rows(4, 2)
    students = [
        [sum(c * v[a] for c, v in zip(row, teachers, strict=True)) for a in range(2)]
        for row in coefficients
    ]
    here = plane(students, teachers, parts)
    rows = arb_mat([[arb(fmpq(*x.as_integer_ratio())) for x in row] for row in teachers])
    span = Span(matrix(coefficients), rows * rows.transpose(), activation(*parts))
    assert span.loss().overlaps(near(here.loss()))
    length = mpmath.sqrt(sum(x * x for row in here.gradient() for x in row))
    assert span.gradient_norm().overlaps(near(length))
    whole = here.hessian()
    for i, line in enumerate(span.hessian(fmpq(0))):
        for j, block in enumerate(line):
            part = [[near(whole[2 * i + a][2 * j + b]) for b in range(2)] for a in range(2)]
            assert (rows * arb_mat(part) * rows.transpose()).overlaps(block), (i, j)
    for i, line in enumerate(next(span.beyond())[0].tolist()):
        assert all(x.overlaps(near(y)) for x, y in zip(line, here.beyond()[i], strict=True))


@pytest.mark.parametrize("parts", PARTS)
def test_symmetric_points_of_the_plane(parts):
    """Two students that are exchanged with the coordinates, and a third one on the diagonal."""
    on, off, third = Fraction(-7, 10), Fraction(1, 3), Fraction(2, 5)
    blocks = (Block(2, True, True, 0), Block(1, True, False, 1))
    values = dict(
        zip(
            unknowns(blocks),
            (arb(fmpq(*x.as_integer_ratio())) for x in (on, off, third)),
            strict=True,
        )
    )
    geometry = Geometry(blocks, fixed_matrix(blocks, values), activation(*parts))
    here = plane([[on, off], [off, on], [third, third]], [[1, 0], [0, 1]], parts)
    assert geometry.loss().overlaps(near(here.loss()))
    slope = here.gradient()
    expected = (slope[0][0], slope[0][1], slope[2][0])
    for x, y in zip(geometry.gradient(), expected, strict=True):
        assert x.overlaps(near(y))


# --------------------------------------------------------------------------------------------------
# Blocks against the dense matrix
# --------------------------------------------------------------------------------------------------


def eigenvalues(pencils):
    """All of them, each as often as the representation's dimension says."""
    found = []
    for pencil, dimension in pencils:
        norms = np.sqrt([float(x) for x in pencil.norms])
        form = np.array([[float(x) for x in row] for row in pencil.matrix()])
        found += [*np.linalg.eigvalsh(form / np.outer(norms, norms))] * dimension
    return np.sort(found)


@pytest.mark.parametrize("parts", PARTS)
def test_pencils_have_the_eigenvalues_of_the_dense_hessian(parts):
    """Diagonal blocks of sizes 4 and 1 and a single row, at random coordinates."""
    blocks = (Block(4, True, True, 0), Block(1, True, True, 1), Block(1, True, False, 2))
    names, rng = unknowns(blocks), random.Random(11)
    values = {name: Fraction(rng.randint(-1000, 1000), 700) for name in names}
    exact = {name: arb(fmpq(*x.as_integer_ratio())) for name, x in values.items()}
    geometry = Geometry(blocks, fixed_matrix(blocks, exact), activation(*parts))
    place = [(0, t) for t in range(4)] + [(1, 0), (2, 0)]
    point = np.array(
        [
            [np.longdouble(float(values[i, j, (i, r) == (j, t)])) for j, t in place[:5]]
            for i, r in place
        ]
    )
    pair = tuple(float(Fraction(part)) for part in parts)
    teachers = np.eye(5, dtype=np.longdouble)
    spectra = gaussian.spectra(point, teachers, [5, 6], pair)
    inside = [(pencil_of(geometry, part), part.dimension) for part in components(blocks)]
    beyond = [
        (padding_pencil(geometry, part), part.dimension) for part in padding_components(blocks)
    ]
    assert np.allclose(eigenvalues(inside), spectra[5], atol=1e-7)
    assert np.allclose(eigenvalues(inside + beyond), spectra[6], atol=1e-7)
    assert abs(float(geometry.loss()) - gaussian.loss(point, teachers, pair)) < 1e-12


def test_the_hessian_moves_no_faster_than_its_lipschitz_constant():
    """Lemma 3 with the share: near |t| the Hessian moves faster than that of ReLU may."""
    rng, radius = np.random.default_rng(5), 0.05
    point, teachers = np.array([[1.0, 0.1]]), np.array([[0.9, 0.5]])
    centre, rows = (matrix([map(Fraction, map(str, row)) for row in m]) for m in (point, teachers))
    worst = {}
    for name, parts in (("relu", ("1", "0")), ("near", ("1", "9/10"))):
        pair = tuple(float(Fraction(part)) for part in parts)
        bound = float(hessian_lipschitz(pairs(centre, rows, 256, activation(*parts)), fmpq(1, 20)))
        worst[name] = 0.0
        for _ in range(40):
            ends = [
                point + radius * step / np.linalg.norm(step) for step in rng.normal(size=(2, 1, 2))
            ]
            one, two = (gaussian.hessian(end.astype(np.longdouble), teachers, pair) for end in ends)
            change = np.linalg.norm(one - two, 2) / np.linalg.norm(ends[0] - ends[1])
            worst[name] = max(worst[name], change)
        assert 0 < worst[name] < bound
    assert worst["near"] > 3 * worst["relu"]


# --------------------------------------------------------------------------------------------------
# The identity
# --------------------------------------------------------------------------------------------------


def test_the_identity_by_quadrants():
    """f_sigma(u, v) = share f(u, v) + tilt u.v: [u.x]_+ [-v.x]_+ has the same S, the angle pi - A
    and the product -p.
    """
    a, b, s, angle, p, square = sympy.symbols("a b S A p square", real=True)
    equal = (s + angle * p) / (2 * sympy.pi)
    unequal = (s - (sympy.pi - angle) * p) / (2 * sympy.pi)
    whole = (a**2 + b**2) * equal + 2 * a * b * unequal
    share, tilt = (a + b) ** 2, -a * b
    assert sympy.expand(whole - share * equal - tilt * p) == 0
    turn = share * angle / (2 * sympy.pi) + tilt
    assert sympy.expand(whole - share * s / (2 * sympy.pi) - turn * p) == 0
    own = whole.subs({s: 0, angle: sympy.pi, p: square})
    assert sympy.expand(own - (a**2 + b**2) / 2 * square) == 0
    assert sympy.expand(share / 2 + tilt - (a**2 + b**2) / 2) == 0


def test_the_identity_by_parity():
    """sigma = e |t| + o t, and E D^2 = 8 F - |s|^2."""
    a, b, mean, length, t = sympy.symbols("a b F length t", real=True)
    e, o = (a + b) / 2, (a - b) / 2
    sigma = sympy.Piecewise((a * t, t > 0), (-b * t, True))
    assert (
        sympy.simplify(sigma - sympy.Piecewise((e * t + o * t, t > 0), (-e * t + o * t, True))) == 0
    )
    whole = e**2 / 2 * (8 * mean - length) + o**2 / 2 * length
    assert sympy.expand(whole - (a + b) ** 2 * mean + a * b / 2 * length) == 0


@pytest.mark.parametrize("parts", PARTS)
def test_the_numbers_of_an_activation(parts):
    sigma, (a, b) = activation(*parts), map(Fraction, parts)
    assert Fraction(str(sigma.share)) == (a + b) ** 2
    assert Fraction(str(sigma.tilt)) == -a * b
    assert Fraction(str(sigma.half_square)) == (a * a + b * b) / 2
    students, teachers = random_rows(1, 3), random_rows(2, 2)
    s = [sum(r[c] for r in students) - sum(r[c] for r in teachers) for c in range(2)]
    relu = closed_form.loss(pairs(matrix(students), matrix(teachers), 256, RELU))
    whole = closed_form.loss(pairs(matrix(students), matrix(teachers), 256, sigma))
    length = fmpq(*sum(x * x for x in s).as_integer_ratio())
    assert whole.overlaps(arb(sigma.share) * relu + arb(sigma.tilt * length) / 2)


# --------------------------------------------------------------------------------------------------
# Type II at k = 6, slope by slope
# --------------------------------------------------------------------------------------------------

# slope: the smallest eigenvalue over the share, the largest entry of s
TYPE_II = {
    "0": (0.004700, 0.0615), "0.3": (0.003032, 0.0176), "0.6": (0.002518, 0.003765),
    "0.9": (0.002384, 0.000167), "-0.1": (0.005915, 0.0927), "-0.3": (0.011135, 0.222),
    "-0.5": (0.027680, 0.598), "-0.9": (0.088426, 1.94),
}  # fmt: skip


def test_the_float_values_of_type_II(root):
    """Followed from ReLU by Newton's method in long double, upwards and downwards."""
    statement = json.loads((root / "proofs" / "gaussian" / "n06-k06.json").read_text())["statement"]
    teachers = np.eye(6, dtype=np.longdouble)
    for slopes in (
        ["0", "0.3", "0.6", "0.9"],
        ["0", "-0.1", "-0.3", "-0.5", "-0.7", "-0.8", "-0.9"],
    ):
        point = gaussian.exact(statement["centre"])
        for slope in slopes:
            parts = (1, -np.longdouble(slope))
            point = gaussian.newton(point, teachers, activation=parts)
            assert abs(gaussian.gradient(point, teachers, parts)).max() < 1e-16
            if slope not in TYPE_II:
                continue
            values = gaussian.spectra(point, teachers, [6, 7], parts)
            share = (1 - float(slope)) ** 2
            least, length = TYPE_II[slope]
            assert values[6][0] / share == pytest.approx(least, abs=6e-7)
            assert values[7][0] / share == pytest.approx(least, abs=6e-7)
            distance = abs(point.sum(0) - teachers.sum(0)).astype(float)
            assert distance.max() == pytest.approx(length, rel=6e-3)
            # spurious: the loss is at least o^2/2 |s|^2
            odd = (1 + float(slope)) ** 2 / 8 * (distance**2).sum()
            assert gaussian.loss(point, teachers, parts) >= odd > 0


@pytest.mark.parametrize(
    ("name", "slope"),
    [("leaky", "0.2"), ("minus", "-0.9"), ("near-linear", "0.99"), ("k03", "-0.7")],
)
def test_the_certificates_hold_what_the_dense_oracle_says(root, name, slope):
    """Loss and whole spectrum of the corpus' symmetric minima, with long doubles in R^(n x d)."""
    path = root / "tests" / "corpus" / "accept" / f"activation-{name}.json"
    document = json.loads(path.read_text())
    assert check_document(document).verdict == "PROVED"
    statement, parts = document["statement"], (1, -np.longdouble(slope))
    claims, point = (
        statement["claims"],
        gaussian.written_out(statement["blocks"], statement["centre"]),
    )
    k = point.shape[1]
    teachers = np.eye(k, dtype=np.longdouble)
    low, high = map(float, claims["loss"])
    assert low < gaussian.loss(point, teachers, parts) < high
    values = gaussian.spectra(point, teachers, [k, k + 1], parts)
    claimed = [*claims["spectrum"].values()], [*claims["padding"].values()]
    inside, beyond = ([tuple(map(float, i)) for rows in group for i in rows] for group in claimed)
    for found, intervals in ((values[k], inside), (values[k + 1], inside + beyond)):
        assert all(any(a - 1e-8 < v < b + 1e-8 for a, b in intervals) for v in found)
        assert all(any(a - 1e-8 < v < b + 1e-8 for v in found) for a, b in intervals)


def test_at_minus_one_the_flipped_teachers_are_a_global_minimum():
    """|t|: the loss is 0 there, and for every other slope it is not."""
    flipped, teachers = [[1, 0], [0, -1]], [[1, 0], [0, 1]]
    assert plane(flipped, teachers, ("1", "1")).loss() < mpmath.mpf(10) ** -60
    assert plane(flipped, teachers, ("1", "0.999")).loss() > mpmath.mpf(10) ** -8


@pytest.mark.parametrize("alpha", ["0.3", "0.5", "0.9"])
def test_splitting_lowers_the_loss_in_the_direction_of_theorem_6(root, alpha):
    """The planar minimum of the corpus, slope 1/5: neurons 2 and 3 have a block below
    (p^2 + q^2)/2 and a direction down, neuron 1 has none.
    """
    path = root / "tests" / "corpus" / "accept" / "activation-splitting.json"
    minimum = json.loads(path.read_text())["statement"]["minimum"]["statement"]
    students, teachers = minimum["centre"], minimum["problem"]["targets"]
    parts = ("1", "-1/5")
    whole = plane(students, teachers, parts).hessian()
    half, share = mpmath.mpf("0.52"), number(alpha)
    for i, down in enumerate((False, True, True)):
        block = mpmath.matrix(2)
        for a in range(2):
            for b in range(2):
                block[a, b] = whole[2 * i + a][2 * i + b]
        values, vectors = mpmath.eigsy(block)
        # the row itself is an eigenvector with the eigenvalue (p^2 + q^2)/2
        assert min(abs(v - half) for v in values) < mpmath.mpf(10) ** -30
        assert (values[0] < half - mpmath.mpf("1e-9")) == down
        w = [number(x) for x in students[i]]
        others = [row for j, row in enumerate(students) if j != i]
        move = [vectors[a, 0] * mpmath.mpf("1e-5") for a in range(2)]
        both = [
            [share * x + m for x, m in zip(w, move, strict=True)],
            [(1 - share) * x - m for x, m in zip(w, move, strict=True)],
        ]
        moved = Plane(
            [*both, *(tuple(map(number, row)) for row in others)],
            [tuple(map(number, row)) for row in teachers],
            *map(number, parts),
        )
        change = moved.loss() - plane(students, teachers, parts).loss()
        expected = (values[0] - half) * (1 / share + 1 / (1 - share)) / 2 * mpmath.mpf("1e-10")
        if down:
            assert change < 0 and abs(change / expected - 1) < mpmath.mpf("1e-2")
        else:
            assert change > -mpmath.mpf("1e-18")


# --------------------------------------------------------------------------------------------------
# Corollaries
# --------------------------------------------------------------------------------------------------

LEAKY = (1.0, -0.2)


def errors(x, students, teachers, outputs=None):
    """sum_i a_i sigma(w_i.x) - sum_j sigma(v_j.x), leaky ReLU with slope 1/5, for each row of x."""
    sigma = lambda t: LEAKY[0] * np.maximum(t, 0) + LEAKY[1] * np.maximum(-t, 0)  # noqa: E731
    weights = np.ones(len(students)) if outputs is None else outputs
    return sigma(x @ students.T) @ weights - sigma(x @ teachers.T).sum(1)


@pytest.mark.parametrize(
    "radii", [{2**0.5: 1.0}, {1.0: 0.5, 3**0.5: 0.5}, {0.0: 0.75, 8**0.5: 0.25}]
)
def test_other_inputs_of_the_plane(radii):
    """On circles, by a fine grid of angles: the same loss as with Gaussian inputs."""
    assert sum(p * r * r for r, p in radii.items()) == pytest.approx(2)
    rng = np.random.default_rng(1)
    students, teachers = rng.normal(size=(3, 2)), rng.normal(size=(2, 2))
    angles = (np.arange(40_000) + 0.5) * 2 * np.pi / 40_000
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    mean = sum(
        p * (errors(r * circle, students, teachers) ** 2).mean() / 2 for r, p in radii.items()
    )
    assert mean == pytest.approx(gaussian.loss(students, teachers, LEAKY), rel=1e-7)


def test_inputs_uniform_on_a_sphere():
    """In R^3, by points spread evenly on the sphere of radius sqrt 3."""
    rng, count = np.random.default_rng(2), 200_000
    students, teachers = rng.normal(size=(4, 3)), rng.normal(size=(3, 3))
    steps = np.arange(count) + 0.5
    height, angle = 1 - 2 * steps / count, np.pi * (1 + 5**0.5) * steps
    flat = np.sqrt(1 - height**2)
    points = 3**0.5 * np.stack([flat * np.cos(angle), flat * np.sin(angle), height], axis=1)
    mean = (errors(points, students, teachers) ** 2).mean() / 2
    assert mean == pytest.approx(gaussian.loss(students, teachers, LEAKY), rel=1e-5)


def test_noisy_labels_add_half_their_variance():
    rng = np.random.default_rng(3)
    students, teachers = rng.normal(size=(3, 2)), rng.normal(size=(2, 2))
    angles = (np.arange(40_000) + 0.5) * 2 * np.pi / 40_000
    points = 2**0.5 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    clean = errors(points, students, teachers)
    noise = {-1.0: 0.75, 3.0: 0.25}  # mean 0, variance 3
    mean = sum(p * ((clean - x) ** 2).mean() / 2 for x, p in noise.items())
    assert mean == pytest.approx(gaussian.loss(students, teachers, LEAKY) + 3 / 2, rel=1e-7)


def test_both_layers_trained(root):
    """The planar minimum with trained output weights: rescaled it has the same value, and no point
    near it has a smaller one.
    """
    path = root / "tests" / "corpus" / "accept" / "activation-planar.json"
    statement = json.loads(path.read_text())["statement"]
    centre, targets = statement["centre"], statement["problem"]["targets"]
    rng = random.Random(4)
    least = plane(centre, targets, ("1", "-1/5")).loss()
    teachers = [tuple(map(number, row)) for row in targets]
    for _ in range(4):
        outputs = [mpmath.mpf(rng.uniform(0.2, 5)) for _ in centre]
        students = [
            tuple(number(x) / a for x in row) for row, a in zip(centre, outputs, strict=True)
        ]
        same = Plane(students, teachers, mpmath.mpf(1), -mpmath.mpf(1) / 5, outputs).loss()
        assert abs(same - least) < mpmath.mpf(10) ** -60
        for scale in ("1e-3", "1e-5"):
            size = mpmath.mpf(scale)
            moved = Plane(
                [tuple(x + size * rng.gauss(0, 1) for x in row) for row in students],
                teachers,
                mpmath.mpf(1),
                -mpmath.mpf(1) / 5,
                [a + size * rng.gauss(0, 1) for a in outputs],
            )
            # the centre is within 1e-8 of the minimum, and the Hessian above 0.02
            assert moved.loss() > least - mpmath.mpf(10) ** -15
