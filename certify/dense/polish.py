"""From weights where a training stopped to a critical point: descent by a trust region, Newton's
method, and Newton's method to many digits with the Hessian in float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lu_factor, lu_solve, solve
from scipy.optimize import minimize

from certify.dense.derivatives import Risk
from certify.dense.precise import Precise, floats
from certify.empirical.attempts import Run
from certify.floats import Array

__all__ = ["Slice", "critical", "descended", "newton", "refined"]

_LARGE = 1500  # parameters from which on descent works without the Hessian
_AWAY = 1e3  # of the weights' length: descent stops there
_FINE = 1e-33  # of a gradient, relative to the size of the parameters and the Hessian


@dataclass(frozen=True)
class Slice:
    """The points that agree with `base` in all but the free places of theta."""

    risk: Risk
    base: Array
    free: NDArray[np.intp]

    def full(self, point: Array) -> Array:
        """theta of the free coordinates."""
        theta = self.base.copy()
        theta[self.free] = point
        return theta

    def slope(self, point: Array) -> tuple[float, Array]:
        """The risk and its gradient on the slice."""
        with np.errstate(all="ignore"):
            value, gradient = self.risk.slope(self.full(point))
        return value, np.asarray(gradient[self.free])

    def hessian(self, point: Array) -> Array:
        """On the slice."""
        with np.errstate(all="ignore"):
            return np.asarray(self.risk.hessian(self.full(point))[np.ix_(self.free, self.free)])

    def times(self, point: Array, direction: Array) -> Array:
        """The Hessian times a direction, on the slice."""
        whole = np.zeros(len(self.base))
        whole[self.free] = direction
        return np.asarray(self.risk.times(self.full(point), whole)[self.free])


def descended(place: Slice, start: Array, most: int = 1000, *, run: Run | None = None) -> Array:
    """A trust-region descent of the risk from free coordinates on. Raises `ArithmeticError` where
    the risk is not finite.
    """
    if not np.isfinite(place.slope(start)[0]):
        raise ArithmeticError("the risk is not finite at the weights given")
    steps, far = 0, _AWAY * (1 + float(np.linalg.norm(start)))

    def told(point: Array) -> None:
        nonlocal steps
        steps += 1
        if np.linalg.norm(point) > far:
            raise ArithmeticError("the weights run away: the risk falls without end")
        if run is not None and steps % 100 == 0:
            run.tell(f"descending from the weights: {steps} steps")

    large = len(start) > _LARGE
    end = minimize(
        place.slope,
        start,
        jac=True,
        method="trust-krylov" if large else "trust-exact",
        callback=told,
        options={"gtol": 1e-11, "maxiter": most},
        **({"hessp": place.times} if large else {"hess": place.hessian}),
    )
    return np.asarray(end.x)


def newton(place: Slice, start: Array, steps: int = 12, reach: float = np.inf) -> Array | None:
    """Newton's method; the point, or None where it goes farther than `reach` from the start or does
    not come to a critical point.
    """
    point, best = start.copy(), np.inf
    for _ in range(steps):
        size = float(np.linalg.norm(place.slope(point)[1]))
        if not np.isfinite(size) or np.linalg.norm(point - start) > reach:
            return None
        if size < 1e-15 or (size < 1e-11 and size > best / 2):
            break
        best = min(best, size)
        try:
            point = point - np.linalg.solve(place.hessian(point), place.slope(point)[1])
        except np.linalg.LinAlgError:
            return None
    return point if np.linalg.norm(place.slope(point)[1]) < 1e-9 else None


def critical(place: Slice, start: Array, most: int = 300) -> Array:
    """Damped Newton on |gradient|^2: a critical point of any index, or a point where the gradient
    is small and flat.
    """
    point, damping = start.copy(), 1e-2
    gradient, hessian = place.slope(point)[1], place.hessian(point)
    for _ in range(most):
        size = np.linalg.norm(gradient)
        if not np.isfinite(size) or size < 1e-14 or damping > 1e12:
            break
        system = hessian @ hessian + damping * np.eye(len(point))
        try:
            other = point - solve(system, hessian @ gradient, assume_a="pos")
        except np.linalg.LinAlgError:
            damping *= 4
            continue
        there = place.slope(other)[1]
        if np.linalg.norm(there) < size:
            point, gradient, hessian = other, there, place.hessian(other)
            damping = max(damping / 8, 1e-18)
        else:
            damping *= 4
    return point


def refined(
    precise: Precise, place: Slice, point: Array, steps: int = 40
) -> tuple[list[Fraction], float]:
    """theta at the critical point near free coordinates, to many digits, and the length of the
    gradient there. Raises `ArithmeticError` where the steps do not shrink.
    """
    hessian = place.hessian(point)
    if not np.isfinite(hessian).all():
        raise ArithmeticError("the Hessian is not finite")
    factors = lu_factor(hessian)
    theta = [Fraction(value) for value in place.full(point).tolist()]
    goal = _FINE * (1 + float(np.abs(place.base).max())) * (1 + float(np.abs(hessian).max()))
    sizes: list[float] = []
    while len(sizes) < steps:
        try:
            gradient = floats(precise.slope(theta)[1])[place.free]
        except OverflowError:
            raise ArithmeticError("Newton's method ran away") from None
        sizes.append(float(np.linalg.norm(gradient)))
        if sizes[-1] < goal or (
            len(sizes) > 3 and sizes[-1] > 0.5 * sizes[-2] and sizes[-1] < 1e-20
        ):
            return theta, sizes[-1]
        if not np.isfinite(sizes[-1]) or (len(sizes) > 4 and sizes[-1] > 0.9 * sizes[-3]):
            raise ArithmeticError("Newton's method did not come to a critical point")
        step = -np.asarray(lu_solve(factors, gradient))
        if not np.isfinite(step).all():
            raise ArithmeticError("the Hessian is singular")
        moved(theta, step, place.free.tolist())
    raise ArithmeticError("Newton's method did not come to a critical point")


def moved(theta: list[Fraction], step: Array, places: Sequence[int]) -> None:
    """Add a step to some places of theta, rounded to a grid finer than any digit asked for."""
    grid = 1 << 190
    for i, change in zip(places, step.tolist(), strict=True):
        theta[i] = Fraction(round((theta[i] + Fraction(change)) * grid), grid)
