"""Two neurons and two teachers to many digits, for the tests of the second checker: the equations
that it brackets, and pairs of angles drawn for it.
"""

from __future__ import annotations

import random
from typing import Any

from mpmath import acos, cos, mpf, pi, sin, sqrt
from standalone import recheck

rc = recheck("landscape")
Num = rc.arithmetic.Num
HALF, ALL, Cell, Stretch = (getattr(rc.triangle, x) for x in ("HALF", "ALL", "Cell", "Stretch"))
AR = rc.arithmetic.Arithmetic(rc.landscape.SEARCH_BITS)
EIGHTHS = [n * HALF // 8 for n in range(9)]
ULP = mpf(2) ** -rc.landscape.SEARCH_BITS


def ends(x: Any) -> tuple[mpf, mpf]:
    return mpf(x.ends[0]) * ULP, mpf(x.ends[1]) * ULP


def holds(x: Any, value: mpf) -> bool:
    low, high = ends(x)
    return low <= value <= high


def angle(n: int) -> mpf:
    return pi * n / HALF


def inner(rng: random.Random) -> tuple[int, int]:
    """x > y > 0 with x + y < pi."""
    s = rng.randrange(2, HALF // 2)
    d = rng.randrange(1, s)
    return s + d, s - d


def drawn(rng: random.Random) -> tuple[tuple[int, int], int]:
    """Two ends, and an angle between them that is not 0 or pi."""
    low, high = sorted(rng.sample([*EIGHTHS, *(rng.randrange(HALF) for _ in EIGHTHS)], 2))
    return (low, high), rng.randint(max(low, 1), min(high, HALF - 1))


def overlap(t: mpf) -> mpf:
    """2 pi kappa, even and of period 2 pi."""
    t = abs(t) % (2 * pi)
    t = min(t, 2 * pi - t)
    return sin(t) + (pi - t) * cos(t)


def pull(x: mpf) -> mpf:
    """Q: both teachers, at pi/4 from the middle."""
    return overlap(x - pi / 4) + overlap(x + pi / 4)


def outer(x: mpf) -> mpf:
    return acos(-cos(x) / sqrt(2))


def entry(x: mpf, y: mpf) -> mpf:
    """E of module landscape_space."""
    a, b, g = outer(x), outer(y), pi - x - y
    first = sin(x) * (pi * a - g * b) + b * sin(y) * sin(g)
    return first - sqrt(2) * g * sin(g) * sin(b)
