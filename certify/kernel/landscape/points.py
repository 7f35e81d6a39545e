"""The critical points of two neurons and two teachers: their losses, and the signs of their
Hessians (lemmas 35 and 38).
"""

from __future__ import annotations

from dataclasses import dataclass

from flint import arb, fmpq

from certify.kernel.foundation.balls import less
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.pivots import inertia
from certify.kernel.landscape.beyond import Saddle

__all__ = ["Exact", "Place", "exact_points", "find_saddle", "place_of", "require_signs"]

_BRACKET = fmpq(7, 10), fmpq(18, 25)  # of the angle of the saddle, over pi


@dataclass(frozen=True)
class Exact:
    """Those in closed form: the lengths R+ and R- of one neuron that is critical, along the middle
    of the teachers and against it, and the losses of the points that they make up.
    """

    along: arb
    against: arb
    opposite: arb
    parallel: arb
    parallel_against: arb


def exact_points() -> Exact:
    """R+- = sqrt(2)/pi (1 +- ...) and F = (1/2 + 1/2 pi) - R^2/4 - ... (lemma 35)."""
    pi, root = arb.pi(), arb(2).sqrt()
    along, against = root / pi * (1 + 3 * pi / 4), root / pi * (1 - pi / 4)
    teachers = arb(1) / 2 + 1 / (2 * pi)
    first, second = along * along / 4, against * against / 4
    return Exact(along, against, teachers - first - second, teachers - first, teachers - second)


def require_signs(points: Exact, ledger: Ledger) -> None:
    """Verify the signs that tell the indices of the points in closed form (lemma 38): across the
    middle direction e a neuron of length R has the eigenvalue 1/2 + 2 h in the plane and 1/2 + h
    outside, h = - sqrt(2) / 2 pi R; two parallel ones have 1 + 4 h for a trace.
    """
    half = arb(1) / 2
    for name, length, sign in (("along", points.along, 1), ("against", points.against, -1)):
        h = -arb(2).sqrt() / (2 * arb.pi() * length)
        for where, value in (("in the plane", half + 2 * h), ("outside the plane", half + h)):
            sentence = f"the eigenvalue across e of a neuron {name} it, {where},"
            if sign > 0:
                ledger.require("index", f"{sentence} is positive", 0, value)
            else:
                ledger.require("index", f"{sentence} is negative", value, 0)
        if sign < 0:
            sentence = "the trace of two parallel neurons against e is negative"
            ledger.require("index", sentence, 1 + 4 * h, 0)


def find_saddle(bits: int, ledger: Ledger) -> Saddle:
    """Enclosures of a saddle with b_1 = b_2 = b, mu = 1 and r = rho: one equation for b, by the
    signs at both ends and halving. `Unverified` where the signs are not told.
    """
    pi = arb.pi()
    low, high = (arb(end) * pi for end in _BRACKET)
    ledger.require("saddle", "the equation of the saddle, at the lower end", _equation(low), 0)
    ledger.require("saddle", "the equation of the saddle, at the upper end", 0, _equation(high))
    low, high = low.lower(), high.upper()
    for _ in range(2 * bits):
        middle = ((low + high) / 2).mid()
        value = _equation(middle)
        if less(value, arb(0)):
            low = middle
        elif less(arb(0), value):
            high = middle
        else:
            break
    angle = low.union(high)
    length = angle / (2 * _between(angle) * -angle.cos())
    if not length.is_finite():
        ledger.refuse("saddle", "the lengths of its neurons can be enclosed", UNDEFINED, 0)
    return Saddle(angle, length)


def _between(angle: arb) -> arb:
    """g = pi - angle of the two neurons: sin(g/2) = sqrt(2) |cos b|."""
    return 2 * (-arb(2).sqrt() * angle.cos()).asin()


def _equation(angle: arb) -> arb:
    """4 g sin b |cos b| - b (pi - g + sin g), which is 0 at the saddle."""
    g = _between(angle)
    return 4 * g * angle.sin() * -angle.cos() - angle * (arb.pi() - g + g.sin())


@dataclass(frozen=True)
class Place:
    """The saddle (a, a, c), (a, a, -c) in coordinates e_1, e_2, z, its loss, and the eigenvalues of
    the Hessian in three dimensions below 0; None if they are not told.
    """

    plane: arb
    beyond: arb
    loss: arb
    negative: int | None


def place_of(saddle: Saddle) -> Place:
    """Where the saddle is, and of what kind."""
    cosine = saddle.angle.cos()
    a = -saddle.length * cosine
    c = saddle.length * (1 - 2 * cosine * cosine).sqrt()
    rows = [[a, a, c], [a, a, -c]]
    teachers = [[arb(1), arb(0), arb(0)], [arb(0), arb(1), arb(0)]]
    form = _hessian(rows, teachers)
    triangle = [row[: i + 1] for i, row in enumerate(form)]
    return Place(a, c, _loss(rows, teachers), inertia(triangle, [arb(1)] * 6, fmpq(0)))


def _dot(x: list[arb], y: list[arb]) -> arb:
    total = arb(0)
    for p, q in zip(x, y, strict=True):
        total += p * q
    return total


def _loss(rows: list[list[arb]], teachers: list[list[arb]]) -> arb:
    """F (lemma 1)."""

    def common(x: list[arb], y: list[arb]) -> arb:
        lengths = _dot(x, x).sqrt() * _dot(y, y).sqrt()
        angle = (_dot(x, y) / lengths).acos()
        return lengths * (angle.sin() + (arb.pi() - angle) * angle.cos()) / (2 * arb.pi())

    total = arb(1) / 2 + 1 / (2 * arb.pi())
    for row in rows:
        total += _dot(row, row) / 4
        for teacher in teachers:
            total -= common(row, teacher)
    return total + common(rows[0], rows[1])


def _hessian(rows: list[list[arb]], teachers: list[list[arb]]) -> list[list[arb]]:
    """That of F by both rows (lemma 2), 6 x 6."""
    size, twice = len(rows[0]), 2 * arb.pi()
    form = [[arb(0)] * (2 * size) for _ in range(2 * size)]
    for i, row in enumerate(rows):
        own, length = i * size, _dot(row, row).sqrt()
        for p in range(size):
            form[own + p][own + p] += arb(1) / 2
        for other, sign in ((rows[1 - i], 1), *((teacher, -1) for teacher in teachers)):
            far = _dot(other, other).sqrt()
            u, x = [p / length for p in row], [p / far for p in other]
            cosine = _dot(u, x)
            sine = (1 - cosine * cosine).sqrt()
            across = [(p - cosine * q) / sine for p, q in zip(x, u, strict=True)]
            factor = sign * sine * far / (twice * length)
            for p in range(size):
                for q in range(size):
                    entry = int(p == q) - u[p] * u[q] + across[p] * across[q]
                    form[own + p][own + q] += factor * entry
            if sign > 0:
                back = [(p - cosine * q) / sine for p, q in zip(u, x, strict=True)]
                for p in range(size):
                    for q in range(size):
                        entry = (arb.pi() - cosine.acos()) * int(p == q)
                        entry += back[p] * x[q] + across[p] * u[q]
                        form[own + p][(1 - i) * size + q] += entry / twice
    return form
