"""A matrix that the kernel keeps as integers, as the balls that it stands for."""

from __future__ import annotations

from flint import arb, fmpz

from certify.kernel.foundation.definite import fixed_bits
from certify.kernel.foundation.rounded import Rounded, Scaled
from certify.kernel.gaussian.hessian import Hessian
from certify.kernel.gaussian.pairs import Pairs

__all__ = ["balls", "block", "hessian"]


def block(scaled: Scaled) -> list[list[arb]]:
    """All entries of a matrix."""
    return [
        [arb(x, scaled.error) / fmpz(2) ** scaled.bits for x in row]
        for row in scaled.whole.tolist()
    ]


def balls(rounded: Rounded) -> list[list[arb]]:
    """The rows of the lower triangle."""
    rows: list[list[arb]] = []
    for row in rounded.blocks:
        parts = [block(Scaled(part, rounded.error, rounded.bits)) for part in row]
        for line in zip(*parts, strict=True):
            rows.append([entry for part in line for entry in part][: len(rows) + 1])
    return rows


def hessian(point: Pairs, bits: int = 0) -> list[list[arb]]:
    """The rows of the lower triangle of the Hessian at a point, at its bits or at others."""
    return balls(Hessian(point, fixed_bits(bits or point.bits)).whole())
