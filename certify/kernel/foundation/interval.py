"""An interval of a parameter t >= 0 as the domain of expansions in s (lemma 13): s is t on an
interval that begins at 0, and t less the middle on another.
"""

from __future__ import annotations

from flint import arb, arb_poly, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.expansion import Expansion

__all__ = ["domain", "parameter", "parts"]


def domain(low: fmpq, high: fmpq) -> arb:
    """Encloses s: a ball with a positive midpoint, or a ball around 0."""
    half = (high - low) / 2
    return ball(half if low == 0 else fmpq(0)) + arb(0, ball(half).upper())


def parameter(low: fmpq, high: fmpq, order: int) -> Expansion:
    """t as an expansion of this order."""
    s = domain(low, high)
    if low == 0:
        return Expansion(1, order, arb_poly([1]), arb(0), s)
    return Expansion(0, order, arb_poly([ball((low + high) / 2), 1]), arb(0), s)


def parts(low: fmpq, high: fmpq, many: int) -> list[arb]:
    """Balls of s that cover the interval."""
    start, width = (fmpq(0) if low == 0 else (low - high) / 2), (high - low) / many
    return [
        ball(start + width * i + width / 2) + arb(0, ball(width / 2).upper()) for i in range(many)
    ]
