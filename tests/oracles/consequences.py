"""Whether what follows from a minimum, spans of teachers and lists of critical points are true, as
far as the loss in long doubles tells (`oracles/gaussian.py`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from oracles import gaussian

_NOISE = 1e-12  # of gradients and losses in long doubles
_LARGEST = 400  # entries of a matrix that is looked at
_SHARES = (0.001, 0.5, 0.8)


def _minimum(inner: dict) -> tuple[Any, Any, list[int], Any, Any] | None:
    """The point, teachers, dimensions, activation and signs of a minimum; None if it is large."""
    statement = inner["statement"]
    problem = statement["problem"]
    parts = gaussian.activation_of(problem)
    if inner["kind"] == "gaussian-symmetric-minimum":
        heights, widths = gaussian.heights_and_widths(statement["blocks"])
        if sum(heights) * sum(widths) > _LARGEST:
            return None
        rough = gaussian.written_out(statement["blocks"], statement["centre"])
        signs = gaussian.weights_of(gaussian.row_by_row(statement))
        every = True
    else:
        rough, signs = gaussian.exact(statement["centre"]), gaussian.weights_of(problem)
        every = statement["claims"]["every_dimension"]
    d = rough.shape[1]
    teachers = gaussian.teachers_of(problem, d)
    point = gaussian.newton(rough, teachers, activation=parts, weights=signs)
    return point, teachers, [d, d + 1] if every else [d], parts, signs


def splitting_falsehood(statement: dict) -> str | None:
    """A neuron split in two: the same loss, a critical point, curvature of both signs."""
    known = _minimum(statement["minimum"])
    if known is None:
        return None
    point, teachers, dimensions, parts, signs = known
    numbers = statement["claims"]["neurons"]
    if statement["minimum"]["kind"] == "gaussian-symmetric-minimum":
        heights, _ = gaussian.heights_and_widths(statement["minimum"]["statement"]["blocks"])
        numbers = [sum(heights[:number]) for number in numbers]  # the last row of each block
    here = gaussian.loss(point, teachers, parts, signs)
    for i in numbers:
        for share in _SHARES:
            split = np.concatenate([point, (1 - np.longdouble(share)) * point[i - 1 : i]])
            split[i - 1] *= np.longdouble(share)
            both = signs and ([*signs[0], signs[0][i - 1]], signs[1])
            if abs(gaussian.loss(split, teachers, parts, both) - here) > _NOISE:
                return f"another loss when neuron {i} is split"
            if abs(gaussian.gradient(split, teachers, parts, both)).max() > _NOISE:
                return f"no critical point when neuron {i} is split"
            for found in gaussian.spectra(split, teachers, dimensions, parts, both).values():
                if not (found[0] < -1e-9 and found[-1] > 1e-9):
                    return f"no saddle when neuron {i} is split"
    return None


def basin_falsehood(statement: dict) -> str | None:
    """Eigenvalues at points of the ball and of its boundary, and one step of descent."""
    known = _minimum(statement["minimum"])
    if known is None:
        return None
    point, teachers, dimensions, parts, signs = known
    claims = statement["claims"]
    radius, mu, smoothness = (float(claims[name]) for name in ("radius", "curvature", "smoothness"))
    rng = np.random.default_rng(2)
    for d in dimensions:
        centre, goals = gaussian.padded(point, d), gaussian.padded(teachers, d)
        for size in (0, 0.5, 1, 1):
            move = rng.normal(size=centre.shape)
            move *= size * radius / np.linalg.norm(move)
            found = gaussian.spectra(centre + move, goals, [d], parts, signs)[d]
            if not (mu - 1e-9 < found[0] and found[-1] < smoothness + 1e-9):
                return f"eigenvalues from {found[0]} to {found[-1]} in the ball"
            slope = gaussian.gradient(centre + move, goals, parts, signs)
            after = np.linalg.norm((move - slope / smoothness).astype(float))
            if after > (1 - mu / smoothness) * size * radius * (1 + 1e-9) + _NOISE:
                return "a step of descent is longer than told"
    return None


def span_falsehood(statement: dict) -> str | None:
    """The point C V: gradient, loss and curvature, for the teachers given or for some near to
    orthonormal ones.
    """
    problem, claims = statement["problem"], statement["claims"]
    parts, k = gaussian.activation_of(problem), problem["k"]
    coefficients = gaussian.exact(statement["coefficients"])
    rng = np.random.default_rng(3)
    if "rho" in problem:
        noise = np.where(rng.normal(size=(k, k)) > 0, 1, -1) * float(problem["rho"]) * 0.999
        gram = np.eye(k) + (np.tril(noise) + np.tril(noise, -1).T)
        teachers = np.linalg.cholesky(gram).astype(np.longdouble)
    else:
        teachers = gaussian.exact(problem["targets"])
    d = teachers.shape[1]
    centre = coefficients @ teachers
    point = gaussian.newton(centre, teachers, 30, parts)
    apart = np.linalg.norm((point - centre).astype(float))
    if not apart < float(claims["distance"]) * (1 + 1e-6) + 1e-17:
        return f"the critical point is {apart} away"
    for found in gaussian.spectra(centre, teachers, [d, d + 1], parts).values():
        if not found[0] > float(claims["curvature"]) - 1e-9:
            return f"an eigenvalue is {found[0]}"
    low, high = map(float, claims["loss"])
    value = float(gaussian.loss(point, teachers, parts))
    return None if low - 1e-16 < value < high + 1e-16 and value > 0 else f"the loss is {value}"


def enumeration_falsehood(statement: dict) -> str | None:
    """Newton's method from a grid of starts meets the points of the list, and no others."""
    k, points = statement["problem"]["k"], statement["points"]

    def slope(x: Any) -> Any:
        return gaussian.fixed_slope(k, *x)

    def found_from(x: Any) -> Any | None:
        for _ in range(60):
            if not np.isfinite(x).all() or abs(x).max() < 1e-3:
                return None
            step = 1e-7
            jacobian = np.array(
                [(slope(x + step * e) - slope(x - step * e)) / (2 * step) for e in np.eye(2)]
            ).T
            if abs(np.linalg.det(jacobian)) < 1e-14:
                return None
            move = np.linalg.solve(jacobian, slope(x))
            x = x - move * min(1.0, 0.3 / (np.linalg.norm(move) + 1e-30))
        return x if abs(slope(x)).max() < 1e-9 else None

    listed = [np.array([float(point["a"]), float(point["b"])]) for point in points]
    met: set[int] = set()
    for a in np.linspace(-1.4, 1.4, 7):
        for b in np.linspace(-0.7, 0.7, 6):
            x = found_from(np.array([a, b + 1e-3]))
            if x is None:
                continue
            near = [i for i, y in enumerate(listed) if np.linalg.norm(x - y) < 1e-6]
            if not near:
                return f"W({x[0]}, {x[1]}) is not in the list"
            met |= set(near)
    return None if met == set(range(len(listed))) else "a point of the list is none"
