"""Vectors of rationals, each a rational times integers without a common divisor. So equal vectors
are seen, and a product with a constant touches one number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul

from flint import fmpq, fmpz

__all__ = ["Vector", "Vectors", "total"]


@dataclass(frozen=True)
class Vector:
    """The vector factor * whole, not 0. whole: integers without a common divisor, of which the
    first that is not 0 is positive; so equal vectors have equal parts.
    """

    factor: fmpq
    whole: tuple[fmpz, ...]

    @classmethod
    def of(cls, factor: fmpq, entries: Sequence[fmpz]) -> Vector | None:
        """factor * entries; None if it is 0."""
        lead = next((entry for entry in entries if entry), fmpz(0))
        if lead == 0 or factor == 0:
            return None
        divisor = lead
        for entry in entries:
            if abs(divisor) == 1:
                break
            divisor = divisor.gcd(entry)
        divisor = abs(divisor) if lead > 0 else -abs(divisor)
        if divisor != 1:
            entries = [entry // divisor for entry in entries]
        return cls(factor * divisor, tuple(entries))

    def by(self, factor: fmpq) -> Vector:
        """The vector times a factor other than 0."""
        return Vector(self.factor * factor, self.whole)

    @property
    def lead(self) -> fmpq:
        """The first entry that is not 0."""
        return self.factor * next(entry for entry in self.whole if entry)


def total(vectors: Iterable[Vector | None]) -> Vector | None:
    """The sum, None if it is 0; None stands for 0 among the vectors, too."""
    parts = [vector for vector in vectors if vector is not None]
    if len(parts) <= 1:
        return parts[0] if parts else None
    factors: dict[tuple[fmpz, ...], fmpq] = {}  # parallel ones are added by their factors
    for vector in parts:
        factors[vector.whole] = factors.get(vector.whole, fmpq(0)) + vector.factor
    below = fmpz(1)
    for factor in factors.values():
        below = below.lcm(factor.q)
    shares = [factor.p * (below // factor.q) for factor in factors.values()]
    columns = zip(*factors, strict=True)
    sums = [sum(map(mul, shares, column), fmpz(0)) for column in columns]
    return Vector.of(fmpq(1, below), sums)


class Vectors:
    """Vectors of some length, once each, by their numbers. Equal integers are one object."""

    def __init__(self, length: int) -> None:
        self._vectors: list[Vector] = []
        self._numbers: dict[tuple[int, fmpq], int] = {}
        self._wholes: dict[tuple[fmpz, ...], tuple[fmpz, ...]] = {}
        self._known: set[int] = set()  # the same, by identity
        self.ones = Vector(fmpq(1), (fmpz(1),) * length)
        self.kept(self.ones)

    def __getitem__(self, number: int) -> Vector:
        return self._vectors[number]

    def kept(self, vector: Vector) -> Vector:
        """The same vector, whose integers are those that were seen first."""
        if id(vector.whole) in self._known:
            return vector
        whole = self._wholes.setdefault(vector.whole, vector.whole)
        self._known.add(id(whole))
        return Vector(vector.factor, whole)

    def read(self, factor: fmpq, entries: Sequence[fmpz]) -> Vector | None:
        """factor * entries; None if it is 0."""
        vector = Vector.of(factor, entries)
        return None if vector is None else self.kept(vector)

    def number(self, vector: Vector) -> int:
        """The number of this vector; equal vectors have the same."""
        vector = self.kept(vector)
        number = self._numbers.setdefault((id(vector.whole), vector.factor), len(self._vectors))
        if number == len(self._vectors):
            self._vectors.append(vector)
        return number

    def taken(self, table: Sequence[fmpz], below: fmpz, places: Sequence[int]) -> Vector | None:
        """The vector with the entries table[places[n]] / below; None if it is 0."""
        first = places[0]
        if places.count(first) == len(places):
            return self.ones.by(fmpq(table[first], below)) if table[first] else None
        return self.read(fmpq(1, below), [table[j] for j in places])

    def product(self, left: Vector | None, right: Vector) -> Vector | None:
        """Entry by entry; None stands for 0."""
        if left is None:
            return None
        if left.whole is self.ones.whole:
            return right.by(left.factor)
        if right.whole is self.ones.whole:
            return left.by(right.factor)
        return Vector.of(left.factor * right.factor, [*map(mul, left.whole, right.whole)])
