"""Newton's method to many digits: mpmath evaluates the gradient, the float64 Hessian is the fixed
preconditioner.

Each step gains about the digits of float64, so a few gradients in high precision give 40 or more;
nothing here is trusted.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse.linalg import LinearOperator, minres

from certify.decimals import decimal_text
from certify.digits import many_digits
from certify.errors import NotProved
from certify.floats import Array
from certify.gaussian.search.loss import GaussianLoss

__all__ = [
    "AtGlobalMinimum",
    "NoCriticalPoint",
    "NotPolished",
    "krylov_newton",
    "newton",
    "polish",
    "precise_gradient",
    "precise_loss",
]

Rows = list[list[Any]]  # of numbers of one mpmath context, which they carry


class NotPolished(NotProved):
    """Newton's method did not converge to a critical point from here."""


class NoCriticalPoint(NotPolished):
    """Newton's method left the neighbourhood of the candidate, or did not settle there."""


class AtGlobalMinimum(NotPolished):
    """Newton's method ends at a point of loss 0."""

    def __init__(self) -> None:
        super().__init__(
            "Newton's method ends at a global minimum: the loss is 0 there (or not distinguishable"
            " from 0), so there is nothing spurious to prove"
        )


def _pair(u: list[Any], v: list[Any], uu: Any) -> tuple[Any, Any, Any]:
    """p, S and A of two rows (lemma 1); S from the component of v across u, free of
    cancellation.
    """
    mp = uu.context
    p = mp.fdot(u, v)
    ratio = p / uu
    across = mp.fsum((y - ratio * x) ** 2 for x, y in zip(u, v, strict=True))
    sine = mp.sqrt(across * uu)
    return p, sine, mp.atan2(sine, -p)


def _squares(rows: Rows) -> list[Any]:
    return [row[0].context.fdot(row, row) for row in rows]


def precise_loss(students: Rows, teachers: Rows) -> Any:
    """F(W) as an mpf at the precision of the entries' context."""
    rows, n, mp = students + teachers, len(students), students[0][0].context
    squares = _squares(rows)
    total = mp.mpf(0)
    for i, u in enumerate(rows):
        total += squares[i] * mp.pi / 2
        for j in range(i):
            p, sine, angle = _pair(u, rows[j], squares[i])
            total += (1 if (i < n) == (j < n) else -1) * (sine + angle * p)
    return total / (2 * mp.pi)


def precise_gradient(students: Rows, teachers: Rows) -> Rows:
    """grad F(W), n x d, at the precision of the entries' context."""
    rows, n, mp = students + teachers, len(students), students[0][0].context
    squares = _squares(rows)
    gradient = []
    angles: dict[tuple[int, int], tuple[Any, Any]] = {}
    for i in range(n):
        kappa = mp.mpf(0)
        columns = [mp.mpf(0)] * len(rows)
        for j in range(len(rows)):
            if j != i:
                if (j, i) not in angles:
                    angles[i, j] = _pair(rows[i], rows[j], squares[i])[1:]
                sine, angle = angles[i, j] if (i, j) in angles else angles[j, i]
                sign = 1 if j < n else -1
                kappa += sign * sine
                columns[j] = sign * angle
        columns[i] = mp.pi + kappa / squares[i]
        gradient.append(
            [mp.fdot(columns, [row[a] for row in rows]) / (2 * mp.pi) for a in range(len(rows[0]))]
        )
    return gradient


def newton(loss: GaussianLoss, w: Array, steps: int = 30) -> Array:
    """Float64 Newton iteration to a critical point near w; `NotPolished` if it wanders off or does
    not converge.
    """
    start = w
    for _ in range(steps):
        _, gradient = loss.value_and_gradient(w)
        size = float(np.linalg.norm(gradient))
        if not np.isfinite(size):
            break
        if size < 1e-13 * w.size:
            return w
        step = np.linalg.lstsq(loss.hessian(w), gradient.ravel(), rcond=1e-13)[0]
        w = w - step.reshape(w.shape)
        if np.linalg.norm(w - start) > 0.5:
            break
    raise NoCriticalPoint(
        "Newton's method found no critical point within a distance of 0.5 from the candidate (are"
        " -k and --teachers those it belongs to?)"
    )


def krylov_newton(loss: GaussianLoss, w: Array, steps: int = 30) -> Array:
    """The same where the Hessian is too large to be written out: MINRES on products with the
    Hessian, differences of gradients.
    """
    start, best = w, np.inf
    for _ in range(steps):
        gradient = loss.value_and_gradient(w)[1]
        size = float(np.linalg.norm(gradient))
        if size < 1e-9 and size > best / 4:
            return w
        best = min(best, size)
        if not np.isfinite(size) or np.linalg.norm(w - start) > 0.5 * max(1.0, w.size**0.25 / 4):
            break

        def product(v: Array, here: Array = w) -> Array:
            length = float(np.linalg.norm(v)) or 1.0
            shift = (3e-6 / length) * v.reshape(here.shape)
            return np.asarray(
                (
                    loss.value_and_gradient(here + shift)[1]
                    - loss.value_and_gradient(here - shift)[1]
                ).ravel()
                * (length / 6e-6)
            )

        step, _ = minres(
            LinearOperator((w.size, w.size), matvec=product, dtype=float),
            gradient.ravel(),
            rtol=max(1e-8, min(1e-2, size)),
            maxiter=400,
        )
        w = w - step.reshape(w.shape)
    raise NoCriticalPoint("Newton's method found no critical point near the candidate")


def polish(loss: GaussianLoss, w: Array, teachers: list[list[str]], digits: int) -> list[list[str]]:
    """Decimal strings, `digits` after the point, of the critical point next to w (shape (n, d)).

    teachers: the exact decimals, shape (k, d). Raises `NotPolished` if there is no critical point
    there to that many digits.
    """
    w = newton(loss, w)
    inverse = np.linalg.pinv(loss.hessian(w), rcond=1e-13, hermitian=True)
    with many_digits(digits + 15) as mp:
        exact = [[mp.mpf(entry) for entry in row] for row in teachers]
        point = [[mp.mpf(float(entry)) for entry in row] for row in w]
        goal = mp.mpf(10) ** -(digits + 2)
        for _ in range(12):
            gradient = precise_gradient(point, exact)
            size = max(abs(entry) for row in gradient for entry in row)
            if size < goal:
                break
            # scale to order one, so that float64 holds every digit it can
            scaled = np.array([[float(entry / size) for entry in row] for row in gradient])
            step = (inverse @ scaled.ravel()).reshape(w.shape)
            point = [
                [x - size * mp.mpf(float(s)) for x, s in zip(row, srow, strict=True)]
                for row, srow in zip(point, step, strict=True)
            ]
        else:
            raise NotPolished(
                "Newton's method in high precision did not converge: the Hessian may be singular"
                " here"
            )
        scale = mp.mpf(10) ** digits
        return [
            [decimal_text(int(mp.nint(entry * scale)), digits) for entry in row] for row in point
        ]
