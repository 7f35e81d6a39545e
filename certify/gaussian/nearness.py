"""How far the point proved lies from the one the user gave, in exact rationals."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import isqrt, lcm

from certify.decimals import significant

__all__ = ["nearness", "root_up"]

_FAR = Fraction(1, 1000)  # of the norm of the matrix: from here on the user is warned


def root_up(square: Fraction) -> Fraction:
    """A rational at or above the square root, within 1e-170 of it."""
    return Fraction(isqrt(square.numerator * 10**340 // square.denominator) + 1, 10**170)


def nearness(
    gaps: Iterable[tuple[int, Fraction, Fraction]], away: Fraction, radius: Fraction
) -> tuple[str, ...]:
    """Sentences on the Frobenius distance between a given matrix G and the critical point W* that a
    certificate is about.

    gaps: how often, entry of G, entry of the centre C. away: a bound of |W* - C|. radius: of the
    certified ball around C.

    >>> gaps = [(4, Fraction(1), Fraction(1)), (2, Fraction(1, 2), Fraction(9, 16))]
    >>> nearness(gaps, Fraction(1, 10**20), Fraction(1, 100))[0]  # doctest: +NORMALIZE_WHITESPACE
    'The point proved is at most 0.0884 away from the matrix given (0.0417 of its norm), which lies
    outside the certified ball of radius 0.01.'
    """
    gaps = list(gaps)
    # sums of integers are a hundred times faster
    scale = lcm(*{value.denominator for _, *values in gaps for value in values})
    whole = [
        (count, *(value.numerator * (scale // value.denominator) for value in values))
        for count, *values in gaps
    ]
    square = Fraction(
        sum(count * (given - centre) ** 2 for count, given, centre in whole), scale**2
    )
    norm = Fraction(sum(count * given**2 for count, given, _ in whole), scale**2)
    distance = root_up(square) + away
    share = distance / (root_up(norm) - Fraction(1, 10**170)) if norm else Fraction(0)
    inside = square <= radius**2
    told = (
        f"The point proved is at most {significant(distance, 3, up=True)} away from the matrix"
        f" given ({significant(share, 3, up=True)} of its norm), which lies"
        f" {'inside' if inside else 'outside'} the certified ball of radius"
        f" {significant(radius, 3, up=False)}."
    )
    if share <= _FAR:
        return (told,)
    warning = (
        f"warning: the point proved is {float(distance):.2g} away from yours, {float(share):.2g} of"
        " the norm of your matrix: Newton's method has moved it. Is it the point that is meant?"
        " (Each row is a neuron, each column a coordinate of the input; --transpose exchanges"
        " them.)"
    )
    return told, warning
