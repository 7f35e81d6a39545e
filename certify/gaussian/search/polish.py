"""Newton's method to many digits: the kernel's closed form evaluates the gradient, of whose balls
the midpoints are taken; the float64 Hessian is the fixed preconditioner.

Each step gains about the digits of float64, so a few gradients in high precision give 40 or more;
nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from flint import fmpq
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.sparse.linalg import LinearOperator, minres

from certify.decimals import decimal_text
from certify.errors import NotProved
from certify.floats import Array
from certify.gaussian.search.batch import DEAD
from certify.gaussian.search.loss import GaussianLoss
from certify.kernel.foundation.balls import lower_rational, precision
from certify.kernel.foundation.reals import Matrix
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.closed_form import gradient
from certify.kernel.gaussian.pairs import pairs
from certify.rationals import flint_rational

__all__ = [
    "AtGlobalMinimum",
    "NoCriticalPoint",
    "NotPolished",
    "exact_rows",
    "krylov_newton",
    "newton",
    "polish",
    "settle",
]

_SPARE = 15  # digits beyond those that are wanted
_NEAR = 0.1  # how far from its beginning `settle` may go
_STEPS = 40  # each gains about 12 digits


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


def exact_rows(rows: Sequence[Sequence[str]]) -> Matrix:
    """The rationals that the decimals are."""
    return tuple(tuple(flint_rational(Fraction(entry)) for entry in row) for row in rows)


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


def settle(loss: GaussianLoss, w: Array) -> Array | None:
    """The minimum next to w: Newton's method while the Hessian is positive definite, or None.
    Shapes (n, k).
    """
    here = w
    for _ in range(12):
        gradient = loss.value_and_gradient(here)[1]
        try:
            factor = cho_factor(loss.hessian(here), check_finite=False)
        except LinAlgError:
            return None
        if np.linalg.norm(gradient) < 1e-14 * w.size:
            break
        here = here - cho_solve(factor, gradient.ravel(), check_finite=False).reshape(w.shape)
        if not np.linalg.norm(here - w) < _NEAR or np.linalg.norm(here, axis=1).min() < DEAD:
            return None
    return here if np.linalg.norm(loss.value_and_gradient(here)[1]) < 1e-12 * w.size else None


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
    unit = 10 ** (digits + _SPARE)
    exact = exact_rows(teachers)
    point = [[round(Fraction(float(entry)) * unit) for entry in row] for row in w]  # over `unit`
    for _ in range(_STEPS):
        slope = _slope(point, exact, unit, loss)
        size = max(abs(entry) for row in slope for entry in row)
        if size < 10 ** (_SPARE - 2):
            break
        # scaled to order one, so that float64 holds every digit it can
        scaled = np.array([[entry / size for entry in row] for row in slope])
        step = (inverse @ scaled.ravel()).reshape(w.shape)
        point = [
            [entry - round(Fraction(float(part)) * size) for entry, part in zip(*rows, strict=True)]
            for rows in zip(point, step, strict=True)
        ]
    else:
        raise NotPolished(
            "Newton's method in high precision did not converge: the Hessian may be singular here"
        )
    return [
        [decimal_text(round(Fraction(entry, 10**_SPARE)), digits) for entry in row] for row in point
    ]


def _slope(
    point: list[list[int]], teachers: Matrix, unit: int, loss: GaussianLoss
) -> list[list[int]]:
    """The gradient where the students are point / unit, shape (n, d), in whole numbers of
    1 / unit.
    """
    bits = unit.bit_length() + GUARD_BITS
    students = tuple(tuple(fmpq(entry, unit) for entry in row) for row in point)
    with precision(bits + GUARD_BITS):
        rows = gradient(pairs(students, teachers, bits, loss.activation, loss.signs))
        return [
            [int(lower_rational((entry * unit).mid()).floor()) for entry in row] for row in rows
        ]
