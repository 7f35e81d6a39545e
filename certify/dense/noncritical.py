"""No critical point around the weights given (theorem 25)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from certify.attempt import Attempt
from certify.dense.case import Case, document_of, refused
from certify.dense.derivatives import Risk
from certify.empirical.parameters import Layers
from certify.enclosure import rounded
from certify.floats import Array
from certify.kernel.foundation.outcomes import Proved
from certify.networks.formulas import evaluated, slopes_of

__all__ = ["directions", "margins", "prove_no_critical_point"]

_SHARES = (1.0, 0.1, 0.01)  # tau of the largest eigenvalue
_LARGE = 3000  # parameters from which on the gradient alone is a direction
_DIGITS = 6  # of a direction
_LEAST = 0.01  # of the gradient's length that is claimed
_TRIES = 12  # radii for each direction
_KEPT = 0.9  # of the largest radius that the kernel proves


def prove_no_critical_point(case: Case) -> Attempt:
    """The largest ball in which no gradient vanishes, for the best of a few directions."""
    risk = Risk(case.problem)
    gradient = risk.gradient(case.start)
    slope = float(np.linalg.norm(gradient))
    if not np.isfinite(slope):
        return refused("the gradient at the weights is not finite")
    if slope < 1e-12:
        return refused(f"the gradient at the weights is as good as 0: {slope:.1e}")
    best = refused("no direction was tried")
    reached = 0.0
    room = _to_kinks(case, risk)
    if room == 0:
        return refused("a datum is exactly on the kink of a hidden unit at the weights")
    for direction, most, least in directions(case, risk, gradient):
        guess = min(most, 0.999 * room)
        if guess <= 1.5 * reached:
            continue
        attempt, radius = _largest(case, direction, guess, least, reached)
        if radius > reached or best.document is None:
            best, reached = attempt, max(radius, reached)
    return best


def directions(
    case: Case, risk: Risk, gradient: Array
) -> Iterator[tuple[Layers | str, float, float]]:
    """Directions as they are written, a radius up to which they may hold, and the length of the
    gradient to be claimed: "scaling", (H^2 + tau^2)^-1 g, and g.
    """
    problem = case.problem
    if scales(case) and float(margins(case, risk).min()) > 0:
        last = np.concatenate([part.ravel() for part in problem.split(case.start)[-1]])
        size = float(np.linalg.norm(last))
        yield "scaling", 1.0, _LEAST * float(np.abs(gradient[-last.size :] @ last)) / size
    if problem.parameters <= _LARGE:
        values, vectors = np.linalg.eigh(risk.hessian(case.start))
        inside = vectors.T @ gradient
        top = float(np.abs(values).max())
        for share in _SHARES[::-1]:
            u = vectors @ (inside / (values**2 + (share * top) ** 2))
            yield _written(case, u, gradient, risk)
    yield _written(case, gradient, gradient, risk)


def _to_kinks(case: Case, risk: Risk) -> float:
    """No more than how far the nearest kink of a hidden unit of two slopes is; infinite without."""
    result, below = np.inf, case.problem.x
    parts = zip(case.problem.layers, risk.inner(case.start), strict=True)
    for layer, z in parts:
        slopes = slopes_of(layer.activation)
        if slopes is not None and slopes[0] != slopes[1]:
            lengths = np.sqrt(layer.bias + (below**2).sum(axis=1))
            result = min(result, float((np.abs(z) / lengths[:, None]).min()))
        below = evaluated(layer.activation, z)[0]
    return result


def _written(case: Case, u: Array, gradient: Array, risk: Risk) -> tuple[Layers, float, float]:
    u = u / np.abs(u).max()
    texts = [f"{value:.{_DIGITS}f}" for value in u.tolist()]
    u = np.array(list(map(float, texts)))
    size = float(np.linalg.norm(u))
    along = float(u @ gradient)
    bend = float(np.linalg.norm(risk.times(case.start, u)))
    texts = [rounded(Fraction(text), _DIGITS + 2, up=False) for text in texts]
    return case.problem.nested(texts), along / bend, _LEAST * along / size


def scales(case: Case) -> bool:
    """Whether the last layer may grow at no cost."""
    problem = case.problem
    return (
        problem.loss != "squared"
        and problem.layers[-1].activation == "t"
        and not any(problem.decay[-1])
    )


def margins(case: Case, risk: Risk) -> Array:
    """Of each datum: how much larger its class's output is than the others', shape (N,)."""
    f, problem = risk.outputs(case.start), case.problem
    if problem.loss == "binary":
        return np.asarray((2 * problem.y - 1)[:, 0] * f[:, 0])
    rows, labels = np.arange(len(f)), list(problem.labels)
    others = f.copy()
    others[rows, labels] = -np.inf
    return np.asarray(f[rows, labels] - others.max(axis=1))


def _largest(
    case: Case, direction: Layers | str, guess: float, least: float, floor: float
) -> tuple[Attempt, float]:
    """The attempt with the largest radius that is proved, by bisection on its logarithm; none that
    is not above `floor`.
    """

    def judge(radius: float) -> Attempt:
        text = rounded(Fraction(radius), 3, up=False)
        case.run.tell(f"no critical point within {text}?")
        statement: dict[str, Any] = {
            "parameters": case.problem.nested(case.given),
            "claims": {"radius": text, "gradient": rounded(Fraction(least), 2, up=False)},
        }
        document = document_of(
            "smooth-no-critical-point", case.problem, statement, {"direction": direction}
        )
        return case.judged(document, {})

    if case.kinked:  # up to the nearest kink, often
        best = judge(guess)
        if isinstance(best.outcome, Proved):
            return best, guess
    best = judge(max(1.1 * floor, guess * 1e-4))
    if not isinstance(best.outcome, Proved):
        small = judge(guess * 1e-8) if floor == 0 else best
        return small, guess * 1e-8 if isinstance(small.outcome, Proved) else 0.0
    low, high = max(1.1 * floor, guess * 1e-4), guess
    for _ in range(_TRIES):
        if high < 1.15 * low:
            break
        middle = float(np.sqrt(low * high))
        attempt = judge(middle)
        if isinstance(attempt.outcome, Proved):
            best, low = attempt, middle
        else:
            high = middle
    kept = judge(_KEPT * low)  # another checker may enclose less tightly
    return (kept, _KEPT * low) if isinstance(kept.outcome, Proved) else (best, low)
