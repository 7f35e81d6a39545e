"""The structures that the census tries: all sizes of up to three diagonal blocks, and for each of
them starts near points of known kinds.

    +   the block is near its teachers
    -   it is near minus its teachers (flipped)
    R   it is near the reflection (2/p) 11^T - I of its p >= 3 teachers

A block is one of these, or two blocks are reflected together: near 2 u u^T - I, u a unit vector
that is constant on each of them. Two blocks that both are near +, or both near -, are not tried: a
start of this kind is fixed by the larger group in which they are one block. Some starts are drawn
at random around these. What starts from elsewhere may lead to further minima.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from certify.floats import Array

__all__ = ["LARGEST", "MOST", "partitions", "starts"]

MOST = 3  # blocks
LARGEST = 200  # k
_REFLECTED = 3  # the least size of a reflected block
_SHARES = (0.2, 0.5, 0.8)  # of the second block, in |u|^2
_OFF = 0.01  # entries that no structure asks for: off the kinks of the loss
_RANDOM = 2  # starts for each partition
_NOISE = 0.5  # deviation of what is added to each coordinate, times sqrt(k)

Sizes = tuple[int, int, int]


def partitions(k: int) -> list[Sizes]:
    """All ways to write k as the sum of one, two or three sizes, the largest first; 0 for a block
    that is not there.
    """
    return [
        (first, second, k - first - second)
        for first in range(k, 0, -1)
        for second in range(min(first, k - first), -1, -1)
        if 0 <= k - first - second <= second
    ]


def starts(k: int) -> tuple[Array, Array]:
    """All starts for one k: sizes, shape (b, 3), and coordinates, shape (b, 12), as in `reduced`.
    The same each time: what is random has k and the number of the partition for its seed.
    """
    sizes, points = [], []
    for number, partition in enumerate(partitions(k)):
        generator = np.random.default_rng((k, number))
        for point in (*_apart(partition), *_together(partition), *_random(partition, generator)):
            sizes.append(partition)
            points.append(point)
    return np.array(sizes, dtype=float), np.array(points)


def _kinds(size: int) -> str:
    return "" if size == 0 else "+-" if size < _REFLECTED else "+-R"


def _point(sizes: Sizes, kinds: tuple[str, ...]) -> Array:
    """Each block of its kind."""
    across, own = np.full((3, 3), _OFF), np.zeros(3)
    np.fill_diagonal(across, 0)
    for i, (size, kind) in enumerate(zip(sizes, kinds, strict=False)):
        across[i, i] = 2 / size if kind == "R" else 0
        own[i] = across[i, i] + (1 if kind == "+" else -1)
    return np.concatenate([across.ravel(), own])


def _apart(sizes: Sizes) -> Iterator[Array]:
    for kinds in product(*filter(None, map(_kinds, sizes))):
        if kinds.count("+") < 2 and kinds.count("-") < 2:
            yield _point(sizes, kinds)


def _together(sizes: Sizes) -> Iterator[Array]:
    for third in range(MOST):
        first, second = (i for i in range(MOST) if i != third)
        if not (sizes[first] and sizes[second]) or sizes[first] + sizes[second] < _REFLECTED:
            continue
        for share, sign in product(_SHARES, (1, -1) if sizes[third] else (1,)):
            u = np.zeros(3)
            u[first] = np.sqrt((1 - share) / sizes[first])
            u[second] = np.sqrt(share / sizes[second])
            reflected = 2 * np.outer(u, u)
            own = np.diag(reflected) - 1
            own[third] = sign
            across = reflected + _OFF * (1 - np.eye(3))
            yield np.concatenate([across.ravel(), own])


def _random(sizes: Sizes, generator: np.random.Generator) -> Iterator[Array]:
    blocks, k = sum(map(bool, sizes)), sum(sizes)
    for _ in range(_RANDOM):
        kinds = tuple(generator.choice(list(_kinds(size))) for size in sizes[:blocks])
        yield _point(sizes, kinds) + _NOISE * generator.normal(size=12) / np.sqrt(k)
