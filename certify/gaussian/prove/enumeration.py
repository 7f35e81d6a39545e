"""The four critical points with the symmetry of type A, and for each a radius within which it is
alone. Nothing here is trusted.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from certify.attempt import Attempt, judged
from certify.decimals import decimal_text, significant
from certify.digits import many_digits
from certify.errors import UnusableInput
from certify.floats import Array
from certify.gaussian.search.families import family
from certify.gaussian.search.loss import GaussianLoss
from certify.kernel.check import FORMAT
from certify.kernel.gaussian.problem import MAX_SIZE

__all__ = ["prove_enumeration"]

_PLACES = 40
_STEP = 1e-4  # rows that are parallel are told from others only so far in float64


def prove_enumeration(k: int, *, command: str = "") -> Attempt:
    """Certify that the global minimum, type A and two matrices of rank one are all critical points
    fixed by S_k. Raises `UnusableInput`.
    """
    if not 5 <= k <= MAX_SIZE:
        raise UnusableInput(f"k = {k} is not in 5..{MAX_SIZE}")
    points = [
        (Fraction(1), Fraction(0)),
        tuple(Fraction(value) for value in family("A", k).values),
        *((c, c) for c in _rank_one(k)),
    ]
    loss = GaussianLoss(np.eye(k))
    document = {
        "format": FORMAT,
        "kind": "gaussian-enumeration",
        "statement": {
            "problem": {"k": k, "targets": "orthonormal"},
            "points": [_listed(loss, k, a, b) for a, b in points],
        },
        "witness": {"bits": 128},
    }
    return judged(document, command, {})


def _rank_one(k: int) -> list[Fraction]:
    """The two c for which all neurons are c (1, ..., 1), to 40 digits."""
    with many_digits(60) as mp:
        root, angle = mp.sqrt(k - 1), mp.acos(1 / mp.sqrt(k))
        values = (root + mp.pi - angle) / (mp.pi * k), (-root + angle) / (mp.pi * k)
        return [Fraction(int(mp.nint(value * 10**_PLACES)), 10**_PLACES) for value in values]


def _fixed_hessian(loss: GaussianLoss, w: Array) -> Array:
    """The 2 x 2 Hessian on the matrices that S_k fixes, by differences of the gradient, to about
    1e-3: the whole Hessian has k^4 entries.
    """
    k = len(w)
    rest = np.ones((k, k)) - np.eye(k)
    basis = [np.eye(k) / np.sqrt(k), rest / np.sqrt(k * (k - 1))]
    ahead, back = (
        [loss.value_and_gradient(w + step * one)[1] for one in basis] for step in (_STEP, -_STEP)
    )
    slopes = [(x - y) / (2 * _STEP) for x, y in zip(ahead, back, strict=True)]
    return np.array([[(slope * one).sum() for one in basis] for slope in slopes])


def _listed(loss: GaussianLoss, k: int, a: Fraction, b: Fraction) -> dict[str, str]:
    """A point with its claims: a gap just below the eigenvalue nearest to 0 on the fixed matrices,
    and a radius r at which B(r) r is a little smaller.
    """
    w = np.full((k, k), float(b)) + (float(a) - float(b)) * np.eye(k)
    nearest = float(np.abs(np.linalg.eigvalsh(_fixed_hessian(loss, w))).min())
    low, high = 0.0, float(np.linalg.norm(w, axis=1).min())
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if loss.hessian_lipschitz(w, middle) * middle < nearest * 0.95
            else (low, middle)
        )
    return {
        "a": decimal_text(int(a * 10**_PLACES), _PLACES),
        "b": decimal_text(int(b * 10**_PLACES), _PLACES),
        "radius": significant(Fraction(low), 3, up=False),
        "distance": "1e-15",
        "gap": significant(Fraction(nearest * 0.99), 4, up=False),
    }
