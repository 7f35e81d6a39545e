"""Teachers that are not orthonormal: random ones in many dimensions, all nearly orthonormal ones at
once.
"""

from __future__ import annotations

import json

import numpy as np
import pytest
from console import call, process
from flint import arb_mat, fmpq

import certify
from certify.errors import UnusableInput
from certify.gaussian.prove.teachers import draw_teachers, prove_teachers, type_two
from certify.gaussian.search.loss import GaussianLoss
from certify.kernel.check import check_document, read_claim
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.words import plain
from certify.kernel.gaussian.closed_form import gradient, loss, pad_block
from certify.kernel.gaussian.pairs import pairs
from certify.kernel.gaussian.span_point import Span
from tests.triangles import hessian


@pytest.mark.parametrize(("n", "k", "seed"), [(2, 2, 0), (3, 3, 1), (4, 3, 2), (5, 2, 3)])
def test_closed_forms_agree_with_the_dense_ones(n, k, seed):
    """Lemma 16: loss, gradient, Hessian on the span and M against those of the dense kernel at the
    same points, teachers in R^k.
    """
    rng = np.random.default_rng(seed)

    def rationals(rows, columns):
        return tuple(
            tuple(fmpq(int(x), 1000) for x in row)
            for row in rng.integers(-1500, 1500, size=(rows, columns))
        )

    teachers, coefficients = rationals(k, k), rationals(n, k)
    students = tuple(
        tuple(
            sum((c * v for c, v in zip(row, column, strict=True)), fmpq(0))
            for column in zip(*teachers, strict=True)
        )
        for row in coefficients
    )
    with precision(192):
        dense = pairs(students, teachers, 128)
        v = arb_mat([[ball(x) for x in row] for row in teachers])
        span = Span(coefficients, v * v.transpose())
        assert loss(dense).overlaps(span.loss())
        norm = sum(
            (entry * entry for row in gradient(dense) for entry in row), ball(fmpq(0))
        ).sqrt()
        assert abs(norm - span.gradient_norm()) < ball(fmpq(1, 10**40))
        lower = hessian(dense)
        full = [[lower[max(a, b)][min(a, b)] for b in range(n * k)] for a in range(n * k)]
        for shift in (fmpq(0), fmpq(1, 3)):
            found = [
                [entry for part in line for entry in part]
                for row in span.hessian(shift)
                for line in zip(*(block.tolist() for block in row), strict=True)
            ]
            for i in range(n):
                for j in range(i + 1):
                    block = arb_mat([row[j * k : (j + 1) * k] for row in full[i * k : (i + 1) * k]])
                    if i == j:
                        block = block - arb_mat(
                            [[ball(shift * (a == b)) for b in range(k)] for a in range(k)]
                        )
                    turned = (v * block * v.transpose()).tolist()
                    for a in range(k):
                        for b in range(k if i > j else a + 1):
                            assert turned[a][b].overlaps(found[i * k + a][j * k + b])
        for row, exact in zip(next(span.beyond())[0].tolist(), pad_block(dense), strict=True):
            assert all(x.overlaps(y) for x, y in zip(row[: len(exact)], exact, strict=True))


def test_type_two_in_terms_of_the_teachers():
    w = np.array([[float(x) for x in row] for row in type_two(9)])
    value, slope = GaussianLoss(np.eye(9)).value_and_gradient(w)
    assert abs(value - 0.020014) < 1e-6
    assert np.abs(slope).max() < 1e-12


def test_random_teachers(tmp_path):
    done = process("random-teacher", "-k", 10, "-d", 100, "--seed", 3, "-o", tmp_path / "c.json")
    assert done.returncode == 0, done.stderr
    assert "spurious local minimum" in done.stdout
    document = json.loads((tmp_path / "c.json").read_text())
    assert certify.check(tmp_path / "c.json").verdict == "PROVED"
    # in floats, in the full space R^100: a critical point with that loss, a minimum there
    v = np.array([[float(x) for x in row] for row in document["statement"]["problem"]["targets"]])
    assert np.abs(np.linalg.norm(v, axis=1) - 1).max() < 1e-10
    w = np.array([[float(x) for x in row] for row in document["statement"]["coefficients"]]) @ v
    value, slope = GaussianLoss(v).value_and_gradient(w)
    low, high = map(float, document["statement"]["claims"]["loss"])
    assert low - 1e-13 < value < high + 1e-13
    assert np.abs(slope).max() < 1e-11
    assert np.linalg.eigvalsh(GaussianLoss(v).hessian(w))[0] > float(
        document["statement"]["claims"]["curvature"]
    )
    assert draw_teachers(10, 100, 3) == draw_teachers(10, 100, 3) != draw_teachers(10, 100, 4)


def test_near_orthonormal_teachers(root, tmp_path):
    """One certificate for all of them: a random teacher within rho has its minimum in the ball, as
    the dense kind proves for it alone.
    """
    document = json.loads((root / "tests" / "corpus" / "accept" / "span-near.json").read_text())
    claim = read_claim(document)
    assert "every d >= 6" in plain(claim.headline())
    rng = np.random.default_rng(0)
    e = rng.uniform(-1, 1, size=(6, 6)) * 4e-10
    targets = [
        [
            f"{int(i == j)}.{0:012d}" if abs(x) < 1e-13 else f"{int(i == j) + round(x, 12):.12f}"
            for j, x in enumerate(row)
        ]
        for i, row in enumerate(e)
    ]
    attempt = prove_teachers(targets)
    assert attempt.outcome.verdict == "PROVED"
    v = np.array([[float(x) for x in row] for row in targets])
    assert np.abs(v @ v.T - np.eye(6)).max() < 1e-9
    one, other = (
        np.array([[float(x) for x in row] for row in c["statement"]["coefficients"]]) @ v
        for c in (document, attempt.document)
    )
    assert np.linalg.norm(one - other) < float(claim.distance.text)


def test_what_cannot_be_proved_says_so(tmp_path):
    done = call("random-teacher", "-k", 6, "-d", 20, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("not proved: ")
    assert list(tmp_path.iterdir()) == []
    for bad in (
        ("-k", 5, "-d", 20),
        ("-k", 10, "-d", 9),
        ("-k", 33, "-d", 100),
        ("-k", 10, "-d", 5000),
    ):
        done = call("random-teacher", *bad, cwd=tmp_path)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
    assert call("near-orthonormal", "-k", 5, cwd=tmp_path).returncode == 2
    with pytest.raises(UnusableInput):
        draw_teachers(10, 9, 0)


def test_large_radii_of_the_balls_prove_nothing(root):
    """Wider Gram matrices only make it harder: at the largest rho that the format admits nothing is
    proved, and no exception comes out.
    """
    document = json.loads((root / "tests" / "corpus" / "accept" / "span-near.json").read_text())
    for rho in ("0.1249", "0.01", "1e-4"):
        document["statement"]["problem"]["rho"] = rho
        assert check_document(document).verdict == "REJECTED"
