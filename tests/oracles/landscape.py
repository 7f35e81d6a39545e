"""The landscape of two neurons and two orthonormal teachers in floating point: Newton's method and
gradient descent from many starts, and the numbers of the saddle to 40 digits from its gradient.

Nothing here knows of angles as coordinates, of symmetries or of boxes. W: 2 x d, the teachers are
e_1 and e_2. float64, but for `saddle` (mpmath).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import mpmath
import numpy as np

Matrix = Any  # an array of floats
_TURN = 2 * np.pi
_ALONG = np.sqrt(2) / np.pi * (1 + 3 * np.pi / 4)  # the lengths of one neuron that is critical,
_AGAINST = np.sqrt(2) / np.pi * (1 - np.pi / 4)  # along e_1 + e_2 and against it
_DIGITS = 40
_PARALLEL = 1e-12  # sine of an angle below which no direction across is formed


@dataclass(frozen=True)
class Local:
    """Loss, gradient (2 x d) and Hessian (2d x 2d)."""

    loss: float
    gradient: Matrix
    hessian: Matrix


def _across(u: Matrix, v: Matrix) -> tuple[float, Matrix]:
    """The sine of the angle of two unit vectors, and the unit vector across v towards u."""
    rest = u - (u @ v) * v
    sine = float(np.linalg.norm(rest))
    return sine, rest / sine if sine > _PARALLEL else 0 * rest


def local(rows: Matrix) -> Local:
    """By E max(0, w.x) max(0, v.x) = |w||v| (sin t + (pi - t) cos t)/(2 pi), t the angle, and its
    derivatives.
    """
    n, d = rows.shape
    everyone = [*((w, 1) for w in rows), *((v, -1) for v in np.eye(2, d))]
    total, gradient, hessian = 0.0, np.zeros((n, d)), np.zeros((n, d, n, d))
    for i, (w, sign) in enumerate(everyone):
        for j, (v, other) in enumerate(everyone):
            length, far = np.linalg.norm(w), np.linalg.norm(v)
            u, x = w / length, v / far
            sine, towards = _across(x, u)
            rest = np.pi - np.arctan2(sine, u @ x)
            total += sign * other * length * far * (sine + rest * (u @ x)) / (2 * _TURN)
            if i >= n:
                continue
            gradient[i] += other * (far * sine * u + rest * v) / _TURN
            if i == j:
                hessian[i, :, i] += np.eye(d) / 2
                continue
            turned = np.eye(d) - np.outer(u, u) + np.outer(towards, towards)
            hessian[i, :, i] += other * sine * far / (_TURN * length) * turned
            if j < n:
                back = _across(u, x)[1]
                mixed = rest * np.eye(d) + np.outer(u, towards) + np.outer(x, back)
                hessian[i, :, j] += mixed / _TURN
    return Local(total, gradient, hessian.reshape(n * d, n * d))


def newton(rows: Matrix, rounds: int = 100) -> Matrix | None:
    """A point with gradient 0 and rows that are not, by damped Newton steps for |gradient|^2; None
    where it does not converge.
    """
    here = local(rows)
    for _ in range(rounds):
        size = np.linalg.norm(here.gradient)
        if size < 1e-12:
            return rows
        values, vectors = np.linalg.eigh(here.hessian)
        kept = np.abs(values) > 1e-9
        part = vectors[:, kept].T @ here.gradient.ravel() / values[kept]
        step = -(vectors[:, kept] @ part).reshape(rows.shape)
        step /= max(1.0, np.linalg.norm(step))
        for _ in range(30):
            moved = rows + step
            if np.linalg.norm(moved, axis=1).min() > 1e-6:
                there = local(moved)
                if np.linalg.norm(there.gradient) < size:
                    break
            step = step / 2
        else:
            return None
        rows, here = moved, there
    return None


def descend(rows: Matrix, rounds: int = 4000) -> Matrix:
    """Where gradient descent ends: each step is shortened until the loss falls by enough."""
    here, rate = local(rows), 1.0
    for _ in range(rounds):
        square = float((here.gradient**2).sum())
        if square < 1e-18:
            break
        while local(rows - rate * here.gradient).loss > here.loss - rate * square / 4:
            rate /= 2
            if rate < 1e-9:
                return rows
        rows = rows - rate * here.gradient
        here, rate = local(rows), 2 * rate
    return rows


def index(rows: Matrix) -> tuple[int, int]:
    """How many eigenvalues of the Hessian are negative and how many are 0."""
    values = np.linalg.eigvalsh(local(rows).hessian)
    return int((values < -1e-6).sum()), int((np.abs(values) <= 1e-6).sum())


def starts(dimension: int, count: int, seed: int) -> Iterator[Matrix]:
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield rng.standard_normal((2, dimension)) * rng.choice([0.3, 1.0, 2.0])


def name_of(rows: Matrix, tolerance: float = 1e-5) -> str | None:
    """Which of the points of the theorem a matrix is, rows in any order; None for none of them."""
    dimension = rows.shape[1]
    middle = np.eye(1, dimension)[0] + np.eye(2, dimension)[1]
    middle /= np.sqrt(2)
    for one, two in (rows, rows[::-1]):
        if _near(one, np.eye(2, dimension)[0], two, np.eye(2, dimension)[1], tolerance):
            return "G"
        if _near(one, _ALONG * middle, two, -_AGAINST * middle, tolerance):
            return "O"
        for name, length in (("P+", _ALONG), ("P-", -_AGAINST)):
            part = one @ middle / length
            if 0 < part < 1 and _near(
                one, part * length * middle, two, (1 - part) * length * middle, tolerance
            ):
                return name
        place = saddle()
        a, beyond = float(place["plane"]), np.array([*one[:2], *two[:2]])
        if dimension > 2 and np.abs(beyond - a).max() < tolerance:
            sizes = [np.linalg.norm(row[2:]) for row in (one, two)]
            opposite = np.abs(one[2:] + two[2:]).max() < tolerance
            if opposite and abs(sizes[0] - float(place["beyond"])) < tolerance:
                return "S"
    return None


def _near(one: Matrix, first: Matrix, two: Matrix, second: Matrix, tolerance: float) -> bool:
    return max(np.abs(one - first).max(), np.abs(two - second).max()) < tolerance


def known(dimension: int, part: float = 0.3) -> dict[str, Matrix]:
    """The points of the theorem, those of the segments at t = part."""
    e1, e2 = np.eye(2, dimension)
    e = (e1 + e2) / np.sqrt(2)
    found = {
        "G": np.array([e1, e2]),
        "O": np.array([_ALONG * e, -_AGAINST * e]),
        "P+": np.array([part * _ALONG * e, (1 - part) * _ALONG * e]),
        "P-": -np.array([part * _AGAINST * e, (1 - part) * _AGAINST * e]),
    }
    if dimension > 2:
        place = {name: float(x) for name, x in saddle().items()}
        z = np.eye(3, dimension)[2]
        plane, beyond = place["plane"] * (e1 + e2), place["beyond"] * z
        found["S"] = np.array([plane + beyond, plane - beyond])
    return found


def _loss_at(a: Any, c: Any) -> Any:
    """F at (a, a, c), (a, a, -c), to many digits: products of pairs of rows one by one."""
    rows = [((a, a, c), 1), ((a, a, -c), 1), ((1, 0, 0), -1), ((0, 1, 0), -1)]
    total = mpmath.mpf(0)
    for u, sign in rows:
        for v, other in rows:
            dot = sum(x * y for x, y in zip(u, v, strict=True))
            both = sum(x * x for x in u) * sum(x * x for x in v)
            sine = mpmath.sqrt(max(mpmath.mpf(0), both - dot**2))
            rest = mpmath.pi - mpmath.atan2(sine, dot)
            total += sign * other * (sine + rest * dot)
    return total / (4 * mpmath.pi)


@cache
def saddle() -> dict[str, Any]:
    """plane, beyond and loss of S: the gradient by a and c is 0 (symmetric criticality)."""
    with mpmath.workdps(2 * _DIGITS):

        def gradient(a: Any, c: Any) -> list[Any]:
            return [mpmath.diff(_loss_at, (a, c), order) for order in ((1, 0), (0, 1))]

        a, c = mpmath.findroot(gradient, (mpmath.mpf("0.5"), mpmath.mpf("0.4")))
        return {"plane": a, "beyond": c, "loss": _loss_at(a, c)}


def strays(dimension: int, count: int, seed: int) -> list[Matrix]:
    """The critical points found from so many starts that are none of the theorem's."""
    found = map(newton, starts(dimension, count, seed))
    return [rows for rows in found if rows is not None and name_of(rows) is None]


def falsehood(document: dict) -> str | None:
    """Why the claims of a `gaussian-landscape` are not true; None if nothing says so."""
    statement = document["statement"]
    claims, dimension = statement["claims"], statement["problem"]["dimension"]
    with mpmath.workdps(_DIGITS):
        level = mpmath.mpf(claims["level"])
        place = saddle()
        if dimension != 2:
            for name, (low, high) in claims["saddle"].items():
                if not mpmath.mpf(low) <= place[name] <= mpmath.mpf(high):
                    return f"{name} of the saddle is not in [{low}, {high}]"
            if level > place["loss"]:
                return "below the level there is a saddle"
        pi = mpmath.pi
        along, against = ((4 + 3 * pi) ** 2, (4 - pi) ** 2)
        opposite = (1 + 1 / pi) / 2 - (along + against) / (32 * pi**2)
        if level > opposite:
            return "below the level there is a pair of opposite neurons that is critical"
    return None
