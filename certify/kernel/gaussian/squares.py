"""Sums of squares that stay positive: norms, and S by Lagrange's identity (lemma 8)."""

from __future__ import annotations

from collections.abc import Iterable

from flint import arb

from certify.kernel.foundation.balls import less
from certify.kernel.gaussian.blocks import Number, is_exactly, sum_of

__all__ = ["lagrange", "root_of_squares", "sharper"]


def lagrange(columns: list[tuple[Number, Number, Number]]) -> Number:
    """|u|^2 |v|^2 - (u.v)^2 as the sum of squares of Lagrange's identity: no cancellation."""
    total, terms = arb(0), []
    for t, (m, u, v) in enumerate(columns):
        for m2, u2, v2 in columns[:t]:
            minor = u * v2 - u2 * v
            total = total + m * m2 * minor * minor
            terms.append((m, m2, minor))
    return sharper(total, terms)


def root_of_squares(entries: list[tuple[Number, Number]]) -> Number:
    """The square root of the sum of m x^2 over these (m, x)."""
    return sharper(sum_of(m * x * x for m, x in entries if not is_exactly(m, 0)), entries).sqrt()


def sharper(total: Number, terms: Iterable[tuple[Number, ...]]) -> Number:
    """`total`, the sum of m ... x^2 over these (m, ..., x) with counts m >= 0.

    A product of two equal balls may contain negative numbers, since balls forget that the factors
    are equal. Where `total` is a ball that may be 0 or less, the sum is enclosed from the ends of
    its factors.
    """
    if not isinstance(total, arb) or less(arb(0), total):
        return total
    low = high = arb(0)
    for *counts, value in terms:
        least, most = (end * end for end in (arb(value).abs_lower(), arb(value).abs_upper()))
        for count in counts:
            if is_exactly(count, 0):
                least = most = arb(0)
            elif less(arb(0), arb(count)):
                least, most = least * arb(count).lower(), most * arb(count).upper()
            else:
                return total
        low, high = low + least, high + most
    return low.union(high)
