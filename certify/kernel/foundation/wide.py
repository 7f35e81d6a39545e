"""Positive definiteness of a symmetric matrix whose entries may be wide balls of very different
sizes (lemma 6, with rows and columns scaled).
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb, arb_mat, fmpq, fmpz

from certify.kernel.foundation.balls import ball, interval_text, less, upper_rational
from certify.kernel.foundation.definite import above, fixed_bits, positive_definite
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.rounded import TINY, Rounded, nearest
from certify.kernel.foundation.triangle import require_triangle

__all__ = ["require_blocks_definite", "require_definite", "triangle"]

_WIDEST = arb(fmpz(2) ** 64)  # norm of the radii of a matrix


def triangle(matrix: arb_mat) -> list[list[arb]]:
    """The rows of the lower triangle."""
    return [row[: i + 1] for i, row in enumerate(matrix.tolist())]


def require_definite(
    ledger: Ledger, code: str, what: str, matrix: list[list[arb]], bound: fmpq, bits: int
) -> None:
    """Verify that A - bound I is positive definite for every symmetric A in the balls, which may be
    wide: the matrix of the midpoints is above bound I by more than the norm of the radii.

    Row i and column i are multiplied by the same positive number s_i; this does not change whether
    a matrix is positive definite.
    matrix: lower triangle; what: its name in the sentences of the ledger.
    """
    require_triangle(matrix)
    total = arb(0)
    for row in matrix:
        for j, entry in enumerate(row):
            radius = entry.rad() if entry.is_finite() else arb.nan()
            total += radius * radius * (1 if j == len(row) - 1 else 2)
    spread = total.sqrt()
    if not less(spread, _WIDEST):
        ledger.require(code, f"the enclosure of {what} is not too wide", spread, _WIDEST)
    shift = bound + upper_rational(spread)
    offset = ball(shift)
    lowered = [[*(entry.mid() for entry in row[:-1]), row[-1].mid() - offset] for row in matrix]
    scales = [_root_of_size(row[-1]) for row in lowered]
    scaled = [
        [entry * ball(scales[i] * scales[j]) for j, entry in enumerate(row)]
        for i, row in enumerate(lowered)
    ]
    definite = positive_definite(scaled, fmpq(0), bits, seek=False)
    above = "positive definite" if bound == 0 else f"above {interval_text(bound)}"
    sentence = f"{what} is {above}: with rows and columns scaled, a residual (lemma 6)"
    if not definite.proved:
        sentence = (
            f"{what} is {above}: with rows and columns scaled, what its smallest eigenvalue has to"
            " exceed, and an upper bound of it"
        )
    definite.require(ledger, code, sentence)


def _root_of_size(value: arb) -> fmpq:
    """A power of two, about 1/sqrt(value); 1 where that is not a positive number. Lemma 6 allows
    any positive scales.
    """
    middle = value.mid()
    if not (middle.is_finite() and less(TINY, middle) and less(middle, 1 / TINY)):
        return fmpq(1)
    mantissa, exponent = middle.man_exp()
    half = (int(mantissa).bit_length() + int(exponent)) // 2
    return fmpq(1, fmpz(2) ** half) if half >= 0 else fmpq(fmpz(2) ** -half)


def require_blocks_definite(
    ledger: Ledger,
    told: tuple[str, str],
    lower: Iterator[list[arb_mat]],
    shift: fmpq,
    bits: int,
    unit: fmpq,
) -> None:
    """A - shift I is positive definite for all symmetric A in the balls: their midpoints less the
    Frobenius norm of the radii. told: code and sentence; lower: the rows of the lower triangle of
    the blocks; unit: both sides are printed times this.
    """
    total, rounded, fixed = arb(0), [], fixed_bits(bits)
    for i, row in enumerate(lower):
        middles = [block.mid() for block in row]
        for j, (block, middle) in enumerate(zip(row, middles, strict=True)):
            away = (block - middle).entries()
            square = arb_mat([away]) * arb_mat([[entry] for entry in away])
            total += square[0, 0].abs_upper() * (1 if i == j else 2)
        try:
            rounded.append([nearest(middle, fixed) for middle in middles])
        except ArithmeticError:  # a middle is not finite, or too large for integers
            ledger.refuse(*told, UNDEFINED, 0)
    if not total.is_finite():
        ledger.refuse(*told, UNDEFINED, 0)
    definite = above(Rounded.of(rounded), shift + upper_rational(total.sqrt()), seek=False)
    definite.times(unit).require(ledger, *told)
