"""What the landscape of two neurons and two teachers looks like in floating point
(`oracles/landscape.py`): nothing but the points of theorem 27, and what they are.
"""

from __future__ import annotations

import numpy as np
import pytest
from oracles import landscape
from oracles.landscape import descend, falsehood, index, known, local, name_of, newton
from scipy.optimize import minimize

from certify.gaussian.search.loss import GaussianLoss, orthonormal

LOSSES = {
    "G": 0.0,
    "O": 0.0861788163576622,
    "P+": 0.0885119366328834,
    "P-": 0.656821822816674,
    "S": 0.0736129325276493,
}


def document(dimension, level, **saddle) -> dict:
    claims = {"saddle": saddle or None, "level": level}
    problem = {"neurons": 2, "teachers": 2, "dimension": dimension}
    return {"statement": {"problem": problem, "claims": claims}}


RIGHT = {
    "plane": ["0.52457922254", "0.52457922255"],
    "beyond": ["0.40913247507", "0.40913247509"],
    "loss": ["0.0736129325", "0.0736129327"],
}


@pytest.mark.parametrize("dimension", [2, 3, 5])
def test_gradient_and_hessian_are_derivatives(dimension):
    rng = np.random.default_rng(dimension)
    step = 1e-5
    for _ in range(5):
        rows = rng.standard_normal((2, dimension))
        here, size = local(rows), rows.size
        for n in range(size):
            line = step * np.eye(size)[n].reshape(rows.shape)
            up, down = local(rows + line), local(rows - line)
            assert np.isclose(
                (up.loss - down.loss) / (2 * step), here.gradient.ravel()[n], atol=1e-8
            )
            by_line = (up.gradient - down.gradient).ravel() / (2 * step)
            assert np.allclose(by_line, here.hessian[n], atol=1e-7)


@pytest.mark.parametrize("dimension", [2, 3, 5])
def test_the_points_of_the_theorem(dimension):
    d = dimension
    expected = {"G": (0, 0), "O": (d - 1, 0), "P+": (d - 1, 1), "P-": (2 * d - 2, 1)}
    if d > 2:
        expected["S"] = (1, d - 3)
    for part in (0.03, 0.3, 0.5):
        points = known(d, part)
        assert points.keys() == expected.keys()
        for name, rows in points.items():
            here = local(rows)
            assert np.abs(here.gradient).max() < 1e-14
            assert np.isclose(here.loss, LOSSES[name], atol=1e-14)
            assert index(rows) == expected[name]
            assert name_of(rows) == name_of(rows[::-1]) == name
            assert name_of(rows + 1e-3) is None


def test_the_hessian_of_the_global_minimum():
    values = np.linalg.eigvalsh(local(known(4)["G"]).hessian)
    expected = [1 / 2 + s * (1 / 4 + t / (2 * np.pi)) for s in (1, -1) for t in (1, -1, 0, 0)]
    assert np.allclose(values, sorted(expected))


@pytest.mark.parametrize(("dimension", "met"), [(2, {"G"}), (3, {"G", "S"}), (5, {"G", "S"})])
def test_newton_meets_no_other_critical_point(dimension, met):
    found = [newton(rows) for rows in landscape.starts(dimension, 60, seed=dimension)]
    names = [name_of(rows) for rows in found if rows is not None]
    assert None not in names
    assert len(names) > 45
    assert met <= set(names)


def test_a_point_that_is_missing_from_the_list_is_seen(monkeypatch):
    """The search finds the saddle, where that is not on the list."""
    assert landscape.strays(3, 20, seed=3) == []
    real = landscape.name_of
    monkeypatch.setattr(
        landscape, "name_of", lambda rows: None if real(rows) == "S" else real(rows)
    )
    assert len(landscape.strays(3, 20, seed=3)) > 0


@pytest.mark.parametrize(
    ("dimension", "near", "level"), [(2, "O", 0.08617), (3, "S", 0.0736129), (5, "S", 0.0736129)]
)
def test_below_the_level_descent_ends_at_a_global_minimum(dimension, near, level):
    rng = np.random.default_rng(dimension)
    rows = known(dimension)[near]
    line = np.linalg.eigh(local(rows).hessian)[1][:, 0].reshape(rows.shape)
    sides = [rng.choice([-1, 1]) * rng.uniform(0.05, 0.5) for _ in range(40)]
    noise = [rng.uniform(0, 0.05) * rng.standard_normal(rows.shape) for _ in sides]
    moved = [rows + side * line + off for side, off in zip(sides, noise, strict=True)]
    below = [point for point in moved if local(point).loss < level][:10]
    assert len(below) == 10
    assert {name_of(descend(point), 1e-4) for point in below} == {"G"}


@pytest.mark.parametrize(("dimension", "name"), [(2, "O"), (3, "S"), (4, "S")])
def test_the_two_minima_meet_at_the_lowest_other_critical_point(dimension, name):
    """So no level above its loss has two components."""
    rows = known(dimension)[name]
    line = np.linalg.eigh(local(rows).hessian)[1][:, 0].reshape(rows.shape)
    ends = [descend(rows + sign * 0.01 * line) for sign in (1, -1)]
    assert [name_of(end, 1e-4) for end in ends] == ["G", "G"]
    assert np.abs(ends[0] - ends[1][::-1]).max() < 1e-3


def test_an_empty_row_is_no_minimum():
    """A small row against e_1 + e_2 lowers the loss beside one neuron that is critical."""
    rows = known(3)["P+"].sum(0)
    small = np.array([-1e-3, -1e-3, 0])
    assert local(np.array([small, rows])).loss < LOSSES["P+"] - 1e-6


def test_falsehood():
    assert falsehood(document("every", "0.0736129325", **RIGHT)) is None
    assert falsehood(document(2, "0.0861788163")) is None
    assert "opposite" in falsehood(document(2, "0.0861788164"))
    assert "there is a saddle" in falsehood(document("every", "0.073612933", **RIGHT))
    for name, ends in {
        "plane": ["0.52457922255", "0.52457922256"],
        "beyond": ["0.40913247506", "0.40913247507"],
        "loss": ["0.0736129326", "0.0736129327"],
    }.items():
        assert name in falsehood(document("every", "0.07", **{**RIGHT, name: ends}))


@pytest.mark.parametrize("students", [2, 3])
@pytest.mark.parametrize("dimension", [1, 2, 3, 5])
def test_with_one_teacher_every_descent_ends_at_a_global_minimum(dimension, students):
    """The section "One teacher" of the lemmas, by another implementation of the loss."""
    loss, rng = GaussianLoss(orthonormal(1, dimension)), np.random.default_rng(dimension)

    def value_and_slope(x):
        value, slope = loss.value_and_gradient(x.reshape(students, dimension))
        return value, slope.ravel()

    for _ in range(20):
        start = rng.standard_normal(students * dimension)
        found = minimize(value_and_slope, start, jac=True, options={"gtol": 1e-9, "maxiter": 3000})
        assert found.fun < 1e-10
