"""Starts with flipped teachers and companions, for more students than teachers.

A pattern says which of the flipped teachers each further student faces. Its start is a matrix of
round numbers near which descent ends at a minimum for some patterns; random starts do not come
there. Nothing here is trusted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, combinations, combinations_with_replacement, permutations

import numpy as np

from certify.errors import UnusableInput
from certify.floats import Array

__all__ = ["MOST_COMPANIONS", "Pattern", "Structured", "patterns"]

Companion = tuple[int, ...]  # the flipped teachers that it is turned away from, from 0 on

MOST_COMPANIONS = 6
_FEW = 4  # up to so many companions have every pattern, with up to so many flipped teachers
_FACED = 3  # flipped teachers that a companion faces, at most


@dataclass(frozen=True, order=True)
class Pattern:
    """Flipped teachers 0, ..., flipped - 1, and for each companion those that it faces."""

    flipped: int
    companions: tuple[Companion, ...]

    def __str__(self) -> str:
        """The companions as words of digits, one for each flipped teacher faced, from 1 on."""
        words = ("".join(str(i + 1) for i in one) for one in self.companions)
        return f"{self.flipped} flipped, companions {', '.join(words) or 'none'}"

    @property
    def regular(self) -> bool:
        """Whether no two companions face the same teachers, and equally many face each teacher."""
        faced = [i for one in self.companions for i in one]
        counts = {faced.count(i) for i in range(self.flipped)}
        return len(set(self.companions)) == len(self.companions) and len(counts) == 1

    def renumbered(self) -> Iterator[Pattern]:
        """The patterns that renumberings of the flipped teachers make of it."""
        for new in permutations(range(self.flipped)):
            faced = (tuple(sorted(new[i] for i in one)) for one in self.companions)
            yield Pattern(self.flipped, tuple(sorted(faced)))


def _every(flipped: int, companions: int) -> Iterator[Pattern]:
    """Every pattern with so many flipped teachers and companions."""
    faced = chain(*(combinations(range(flipped), size) for size in range(1, _FACED + 1)))
    for ones in combinations_with_replacement(sorted(faced), companions):
        yield Pattern(flipped, ones)


def _different(flipped: int, companions: int) -> Iterator[Pattern]:
    """The patterns in which no two companions face the same teachers."""
    for pattern in _every(flipped, companions):
        if len(set(pattern.companions)) == companions:
            yield pattern


def _regular(flipped: int, companions: int) -> Iterator[Pattern]:
    """The regular patterns in which all companions face equally many flipped teachers."""
    for size in range(1, _FACED + 1):
        for ones in combinations(combinations(range(flipped), size), companions):
            if (pattern := Pattern(flipped, ones)).regular:
                yield pattern


def patterns(k: int, n: int) -> list[Pattern]:
    """The patterns for n students of k teachers, one of those that renumberings make of each other:
    few flipped teachers first, regular ones before others.

    Up to four companions: every pattern with up to four flipped teachers. Five or six: those in
    which no two companions face the same, and the regular ones with up to as many flipped teachers.
    Raises `UnusableInput` beyond, and where no teacher is left that is not flipped.
    """
    companions = n - k
    if companions > MOST_COMPANIONS:
        raise UnusableInput(
            f"structured starts are made for up to {MOST_COMPANIONS} students more than teachers,"
            f" not for {companions}"
        )
    few = companions <= _FEW
    most = min(_FEW if few else companions, k - 1)
    if most < 1:
        raise UnusableInput("structured starts need two teachers: one that is flipped, one not")
    seen: set[Pattern] = set()
    found = []
    for flipped in range(1, most + 1):
        some = _regular if flipped > _FEW else _every if few else _different
        for pattern in some(flipped, companions):
            if pattern not in seen:
                found.append(pattern)
                seen.update(pattern.renumbered())
    return sorted(found, key=lambda pattern: (pattern.flipped, not pattern.regular))


@dataclass(frozen=True)
class Structured:
    """The start of a pattern. seed: by which its numbers are drawn around the plain ones."""

    pattern: Pattern
    seed: np.random.SeedSequence | None = None
    still: float = 1e-10  # rounding is slow to move it away from a saddle that it is symmetric to

    @property
    def words(self) -> str:
        """The pattern."""
        return str(self.pattern)

    def point(self, n: int, d: int) -> Array:
        """The start for n students in R^d, shape (n, d): rows near the teachers, then flipped ones,
        then companions.

        Further dimensions than k are 0. Equal entries stay equal where the numbers are drawn, so
        permutations of the teachers that are not flipped fix the start.
        """
        flipped, companions = self.pattern.flipped, self.pattern.companions
        k = n - len(companions)
        m = k - flipped
        plain = np.array([1.0, -3.5 / k**2, 2 / k, 0.5 / k, -0.7, 2 / k, 0.8 / k, -0.2])
        if self.seed is not None:
            plain = plain * np.random.default_rng(self.seed).uniform(0.5, 1.5, plain.size)
        own, rest, turned, low, back, among, along, away = plain
        w = np.zeros((n, d))
        w[:m, :m], w[:m, m:k] = rest, turned
        w[m:k, :m], w[m:k, m:k] = low, among
        w[range(m), range(m)], w[range(m, k), range(m, k)] = own, back
        w[k:, :m] = along
        for row, one in zip(w[k:], companions, strict=True):
            row[[m + i for i in one]] = away / len(one)
        return w
