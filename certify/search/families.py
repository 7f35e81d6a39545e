"""The named families of symmetric critical points, for every k: rough starts for Newton's method in the fixed space.

    II_p    p flipped neurons: W near I, but for p rows that are near -e_j (II = II_1)
    A_q     q neurons reflected in the hyperplane across (1, ..., 1), next to k - q near I (A = A_k, I = A_(k-1))
    NAME+m  m further neurons, n = k + m (II+1, II+2, I+1, I+2, A+1)

Block 1 is the block near the identity (for I and A_q: block 1 is reflected). Starts are the leading terms in t = k^(-1/2), or a neighbour in
the family, reached by steps in k or p.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache
from math import pi

from certify.search.candidate import UnusableInput
from certify.search.polish import NotPolished
from certify.search.symmetric import Parts, SymmetricCandidate, make_blocks, newton

__all__ = ["family"]

_NAME = re.compile(r"(II|I|A)(?:_(\d{1,3}))?(?:\+([12]))?")
_DIGITS = 20
_MOST = 200  # flipped neurons: II_p is found from II_(p-1)

# at k = 10: block row (diagonal, off, last), flipped or last row, further rows
_EXTRA: dict[tuple[str, int], tuple[float, ...]] = {
    ("II", 1): (0.9920, -0.0183, 0.1846, 0.0573, -0.5308, 0.0966, -0.1903),
    ("II", 2): (0.9917, -0.0184, 0.1846, 0.0506, -0.4941, 0.0314, -0.1031, 0.0727, -0.1238),
    ("I", 1): (-0.7666, 0.1803, 0.0351, 0.0694, 0.9528, 0.2264, -0.2779),
    ("I", 2): (-0.7636, 0.1757, 0.0537, 0.0545, 0.8195, 0.1263, -0.3504, 0.1468, 0.0309),
    ("A", 1): (-0.7847, 0.1755, 0.1750),
}


def family(name: str, k: int) -> SymmetricCandidate:
    """The member of a family at k, to 20 digits. Raises `UnusableInput`: no such family, or none found at this k."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise UnusableInput(f"{name!r} is no family: II, I, A, II_p, A_q, or one of II, I, A with +1 or +2 neurons")
    kind, index, extra = match.group(1), match.group(2), int(match.group(3) or 0)
    if not 3 <= k <= 10**12:
        raise UnusableInput(f"k = {k} is not in 3..10^12")
    try:
        if extra:
            if index is not None or (kind, extra) not in _EXTRA:
                raise UnusableInput(f"{name!r} is no family with further neurons: these are II+1, II+2, I+1, I+2 and A+1")
            parts, values = _with_extra(kind, extra, k)
        elif kind == "II":
            parts, values = _flipped(int(index or 1), k)
        else:
            if kind == "I" and index is not None:
                raise UnusableInput(f"{name!r} is no family: I stands alone")
            parts, values = _reflected(int(index) if index else k - (kind == "I"), k)
    except NotPolished as error:
        raise UnusableInput(f"no member of the family {name} was found at k = {k}: {error}") from None
    return SymmetricCandidate(parts, values, {"family": name})


def _settle(parts: Parts, start: tuple[float | Fraction, ...]) -> tuple[Parts, tuple[Fraction, ...]]:
    return parts, tuple(newton(make_blocks(parts), list(start), _DIGITS, damping=True))


@cache
def _flipped(p: int, k: int) -> tuple[Parts, tuple[Fraction, ...]]:
    """II_p: from the expansions in t, from II_(p-1), or for k < 6 from k + 1."""
    if not 1 <= p < k or p > _MOST or (p > 1 and k < 6):
        raise UnusableInput(f"II_p has 1 <= p < k flipped neurons, {_MOST} at most, and k >= 6 for p > 1, not p = {p} and k = {k}")
    parts = (("diagonal", k - p), ("diagonal", p))
    if k < 6:
        return _settle(parts, _flipped(p, k + 1)[1])
    t = k**-0.5
    if p == 1:
        diagonal, off = 1 + 8 / pi * t**4 - 3 * t**5, -4 / pi * t**4 - 32 / pi**3 * t**5
        last, row = 2 * t**2 - (2 + 8 / pi) * t**4 + 2.35 * t**5, 4 / pi * t**2 + 32 / pi**3 * t**3
        return _settle(parts, (diagonal, off, last, row, -1 + (2 + 8 / pi + 8 / pi**2) * t**2 - 1.69 * t**3 - 35 * t**4))
    before: tuple[Fraction, ...] = ()
    for q in range(1, p):  # one after the other, so that the cache answers instead of a deep recursion
        before = _flipped(q, k)[1]
    if p == 2:
        return _settle(parts, (*before, Fraction(1.92 * t**2 + 0.77 * t**3)))
    return _settle(parts, before if k - p > 1 else (before[0], *before[2:]))


@cache
def _reflected(q: int, k: int) -> tuple[Parts, tuple[Fraction, ...]]:
    """A_q: the reflection I - (2/q) 11^T of q neurons, turned round, next to the identity."""
    if not 3 <= q <= k:
        raise UnusableInput(f"A_q has 3 <= q <= k reflected neurons, not {q} of {k}")
    if q == k:
        return _settle((("diagonal", k),), (-1 + 2 / k, 2 / k) if k > 5 else (-0.6, 0.3))
    if q == k - 1:
        return _settle((("diagonal", q), ("diagonal", 1)), (-1 + 2 / q, 2 / q, 0.0, 0.01, 1.03))
    return _settle((("diagonal", q), ("diagonal", k - q)), (-1 + 2 / q, 2 / q, 0.0, 0.01, 1.02, 0.005))


@cache
def _with_extra(kind: str, extra: int, k: int) -> tuple[Parts, tuple[Fraction, ...]]:
    """Further neurons: followed from k = 10 in steps of one downwards and of up to a seventh upwards."""
    parts: Parts = (("diagonal", k), ("row", 1)) if kind == "A" else (("diagonal", k - 1), ("diagonal", 1), *[("row", 1)] * extra)
    if k == 10:
        return _settle(parts, _EXTRA[kind, extra])
    return _settle(parts, _with_extra(kind, extra, k + 1 if k < 10 else max(10, k - max(1, k // 7)))[1])
