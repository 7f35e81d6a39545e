"""Minima for teachers that are not orthonormal: type II followed to random teachers, and to all
that are nearly orthonormal. Not trusted.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb, arb_mat, fmpq_mat

from certify.attempt import Attempt, Refusal, judged
from certify.decimals import (
    decimal_text,
    round_down,
    round_up,
    significant,
)
from certify.errors import UnusableInput
from certify.floats import Array
from certify.gaussian.activations import activation_field
from certify.gaussian.search.families import family
from certify.gaussian.search.loss import GaussianLoss
from certify.gaussian.search.polish import NotPolished, newton
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import (
    ball,
    lower_rational,
    precision,
    upper_rational,
)
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import GUARD_BITS, Bits
from certify.kernel.gaussian.activation import RELU, Activation
from certify.kernel.gaussian.span import GaussianSpan, verify_gaussian_span
from certify.kernel.gaussian.span_point import Span
from certify.rationals import flint_rational, fraction

__all__ = [
    "draw_teachers",
    "follow_teachers",
    "prove_near_orthonormal",
    "prove_teachers",
    "type_two",
]

_BITS, _PLACES = 128, 18


def draw_teachers(k: int, d: int, seed: int) -> list[list[str]]:
    """k unit vectors in R^d, uniform on the sphere, rounded to 12 decimals. Raises `UnusableInput`
    for sizes out of range.
    """
    if not 6 <= k <= 32 or not k <= d <= 4096:
        raise UnusableInput(f"k = {k}, d = {d}: 6 <= k <= 32 and k <= d <= 4096 are needed")
    v = np.random.default_rng(seed).normal(size=(k, d))
    v /= np.linalg.norm(v, axis=1, keepdims=True)
    return [[decimal_text(round(float(x) * 10**12), 12) for x in row] for row in v]


def type_two(k: int, activation: Activation = RELU) -> list[list[Fraction]]:
    """The coefficients of type II for orthonormal teachers, k x k, exact decimals of 20 digits."""
    a, b, c, d, e = (Fraction(value) for value in family("II", k, activation).values)
    block = [[a if i == j else b for j in range(k - 1)] + [c] for i in range(k - 1)]
    return [*block, [d] * (k - 1) + [e]]


def follow_teachers(
    gram: Array, start: Array, steps: int = 8, activation: Activation = RELU
) -> tuple[Array, Array]:
    """The minimum that `start` is for orthonormal teachers, followed to teachers with this Gram
    matrix. Returns students and teachers, both of shape (k, k).

    Raises `NotPolished` where Newton's method loses it.
    """
    k = len(gram)
    w = teachers = coefficients = start
    for attempt in (1, steps):
        coefficients = start
        try:
            for step in range(1, attempt + 1):
                teachers = _root(np.eye(k) + (gram - np.eye(k)) * (step / attempt))
                w = newton(GaussianLoss(teachers, activation), coefficients @ teachers)
                coefficients = _in_terms_of(teachers, w)
        except (NotPolished, np.linalg.LinAlgError):
            continue
        if np.abs(coefficients - start).max() < 0.5:
            return w, teachers
    raise NotPolished("type II could not be followed to these teachers")


def _root(gram: Array) -> Array:
    """The lower triangular L with L L^T = gram."""
    return np.asarray(np.linalg.cholesky(gram), dtype=np.float64)


def _in_terms_of(teachers: Array, w: Array) -> Array:
    """C with w = C teachers."""
    return np.asarray(np.linalg.solve(teachers.T, w.T).T, dtype=np.float64)


def prove_teachers(
    targets: list[list[str]],
    activation: Activation = RELU,
    *,
    command: str = "",
    found: dict[str, object] | None = None,
) -> Attempt:
    """Certify the minimum that type II becomes for these teachers (k rows of decimals in R^d), for
    every D >= d; say so where it is none.
    """
    k, d = len(targets), len(targets[0])
    v = fmpq_mat([[flint_rational(Fraction(x)) for x in row] for row in targets])
    exact = (v * v.transpose()).tolist()
    gram = np.array([[float(fraction(entry)) for entry in row] for row in exact])
    try:
        start = np.array([[float(x) for x in row] for row in type_two(k, activation)])
        w, teachers = follow_teachers(gram, start, activation=activation)
    except (NotPolished, np.linalg.LinAlgError) as error:
        return Attempt(
            refusal=Refusal(f"no minimum of type II was found for these teachers: {error}")
        )
    coefficients = _in_terms_of(teachers, w)
    texts = [
        [decimal_text(round(Fraction(float(c)) * 10**_PLACES), _PLACES) for c in row]
        for row in coefficients
    ]
    loss = GaussianLoss(teachers, activation)
    least = min(
        float(np.linalg.eigvalsh(loss.hessian(w))[0]),
        float(np.linalg.eigvalsh(loss.padding_block(w))[0]),
    )
    if least <= 0:
        return Attempt(
            refusal=Refusal("the critical point of type II is no minimum for these teachers")
        )
    problem = {"n": k, "k": k, "d": d, "targets": targets, **activation_field(activation)}
    with precision(_BITS + GUARD_BITS):
        point = Span(
            tuple(tuple(flint_rational(Fraction(c)) for c in row) for row in texts),
            arb_mat([[ball(entry) for entry in row] for row in exact]),
            activation,
        )
        claims = _claims(point, least, loss.hessian_lipschitz(w, least / 20))
    return _conclude(problem, texts, claims, command, found or {})


def _claims(point: Span, least: float, lipschitz: float) -> dict[str, Any]:
    """Radius with B r = least/2, curvature below the rest, the distance the gradient allows."""
    curvature = Fraction(least) * Fraction(48, 100)
    slope = fraction(upper_rational(point.gradient_norm()))
    value = point.loss()
    low, high = (
        fraction(lower_rational(value)) - slope * slope / curvature,
        fraction(upper_rational(value)),
    )
    margin = max((high - low) / 10, Fraction(1, 10**30))
    places = 30 if high - low < Fraction(1, 10**20) else 12
    return {
        "radius": significant(Fraction(least / 2 / lipschitz), 3, up=False),
        "distance": significant(
            max(slope / curvature * Fraction(11, 10), Fraction(1, 10**30)), 2, up=True
        ),
        "loss": [round_down(low - margin, places), round_up(high + margin, places)],
        "curvature": significant(curvature, 3, up=False),
    }


def _conclude(
    problem: dict[str, Any],
    texts: list[list[str]],
    claims: dict[str, Any],
    command: str,
    found: dict[str, object],
) -> Attempt:
    statement = {"problem": problem, "coefficients": texts, "claims": claims}
    return judged(
        {
            "format": FORMAT,
            "kind": "gaussian-span-minimum",
            "statement": statement,
            "witness": {"bits": _BITS},
        },
        command,
        found,
    )


def prove_near_orthonormal(k: int, activation: Activation = RELU, *, command: str = "") -> Attempt:
    """Certify type II for all teachers at once whose inner products are within rho of orthonormal
    ones, with about the largest rho.

    Raises `UnusableInput` for k out of range.
    """
    if not 6 <= k <= 32:
        raise UnusableInput(f"k = {k} is not in 6..32")
    rows = type_two(k, activation)
    texts = [[decimal_text(int(x * 10**_PLACES), _PLACES) for x in row] for row in rows]
    w = np.array([[float(x) for x in row] for row in rows])
    loss = GaussianLoss(np.eye(k), activation)
    least = min(
        float(np.linalg.eigvalsh(loss.hessian(w))[0]),
        float(np.linalg.eigvalsh(loss.padding_block(w))[0]),
    )
    lipschitz = loss.hessian_lipschitz(w, least / 20)
    best: tuple[dict[str, Any], dict[str, Any]] | None = None
    low, high = -12.0, -2.0
    while high - low > 0.01:
        middle = (low + high) / 2
        rho = significant(Fraction(10**middle), 3, up=False)
        problem = {"n": k, "k": k, "rho": rho, **activation_field(activation)}
        claims = _near(problem, activation, texts, least, lipschitz)
        if claims is None:
            high = middle
        else:
            low, best = middle, (problem, claims)
    if best is None:
        return Attempt(refusal=Refusal("no rho was certified"))
    return _conclude(best[0], texts, best[1], command, {"family": "II"})


def _near(
    problem: dict[str, Any],
    activation: Activation,
    texts: list[list[str]],
    least: float,
    lipschitz: float,
) -> dict[str, Any] | None:
    """Claims that the kernel accepts for this rho."""
    with precision(_BITS + GUARD_BITS):
        spread = arb(0, ball(flint_rational(Fraction(problem["rho"]))).upper())
        gram = arb_mat(
            [[arb(int(i == j)) + spread for j in range(problem["k"])] for i in range(problem["k"])]
        )
        coefficients = tuple(tuple(flint_rational(Fraction(c)) for c in row) for row in texts)
        point = Span(coefficients, gram, activation)
        for share in (0.9, 0.98):
            claims = _claims(point, least * share, lipschitz * 1.01)
            try:
                claim = GaussianSpan.read(
                    {"problem": problem, "coefficients": texts, "claims": claims}
                )
                verify_gaussian_span(claim, Bits(_BITS), Ledger())
            except Unverified:
                continue
            return claims
    return None
