"""How fast the Hessian of the Gaussian loss varies: lemma 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball, less

if TYPE_CHECKING:
    from certify.kernel.gaussian.pairs import Pairs

__all__ = ["hessian_lipschitz", "lipschitz_constant"]


def hessian_lipschitz(point: Pairs, radius: fmpq) -> arb | None:
    """B of lemma 3 on the Frobenius ball of the given radius around W, times the share of lemma 24;
    None as in `lipschitz_constant`.
    """
    norms = [square.sqrt() for square in point.square]
    students = [(1, norm) for norm in norms[: point.n]]
    bound = lipschitz_constant(students, sum(norms[point.n :], arb(0)), radius)
    return None if bound is None else bound * ball(point.activation.share)


def lipschitz_constant(students: list[tuple[int, arb]], teachers: arb, radius: fmpq) -> arb | None:
    """B of lemma 3: the Hessian has Lipschitz constant B (operator norm) on the Frobenius ball of
    the given radius around W, in every dimension. None if a student's norm is not proved to stay
    positive on the ball, or the enclosure is not finite.

    students: (how many, their norm); teachers: the sum of their norms.

    With m_i = |w_i| - r and m = min m_i:

    B^2 = max(c, e)^2 + (n - 1) e^2,    e = 3 / (pi m),
    c = 3 sqrt3/(4 pi) max_i ( sum_{j != i} (|w_j| + r) + sum_j |v_j| ) / m_i^2.
    """
    r, total = ball(radius), arb(0)
    for count, norm in students:
        total += count * (norm + r)
    c = e = arb(0)
    for _, norm in students:
        low = norm - r
        if not less(arb(0), low):
            return None
        c = c.max((total - norm - r + teachers) / (low * low))
        e = e.max(3 / (arb.pi() * low))
    c *= 3 * arb(3).sqrt() / (4 * arb.pi())
    c = c.max(e)
    n = sum(count for count, _ in students)
    bound = (c * c + (n - 1) * e * e).sqrt()
    return bound if bound.is_finite() else None
