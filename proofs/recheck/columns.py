"""Numbers that there is one of for each datum, as intervals with one exponent: `Column`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import mul as times

from .wide import Wide, shifted

COARSE = 29  # bits of radii and sizes; two of them are one digit of Python's integers

Coarse = tuple[list[int], int]  # numbers >= 0 and the exponent of their unit


def coarse(numbers: list[int], e: int) -> Coarse:
    """The numbers >= 0 in units of 2^e, rounded up to COARSE bits of the largest."""
    excess = max(numbers).bit_length() - COARSE
    return ([-(-x >> excess) for x in numbers], e + excess) if excess > 0 else (numbers, e)


def total(parts: Sequence[Coarse]) -> Coarse | None:
    """The sums of numbers >= 0, rounded up."""
    if not parts:
        return None
    if len(parts) == 1:
        return coarse(*parts[0])
    e = max(f + max(numbers).bit_length() for numbers, f in parts) - 2 * COARSE
    moved = [
        [x << f - e for x in numbers] if f >= e else [-(-x >> e - f) for x in numbers]
        for numbers, f in parts
    ]
    return coarse(list(map(sum, zip(*moved))), e)


def product(x: Coarse, y: Coarse) -> Coarse:
    return list(map(times, x[0], y[0])), x[1] + y[1]


class Column:
    """Numbers x_n with | x_n - middle_n 2^e | <= r_n, where `radius` holds r_n (None: all are 0).

    The middles are cut to `bits` bits of the largest: their accuracy is that of the largest.
    """

    def __init__(self, bits: int, middle: list[int], e: int, errors: Sequence[Coarse] = ()) -> None:
        excess = max(map(abs, middle)).bit_length() - bits
        if excess > 0:
            middle, e = [m >> excess for m in middle], e + excess
            errors = [*errors, ([1] * len(middle), e)]
        self.bits, self.middle, self.e = bits, middle, e
        self.radius = total([part for part in errors if any(part[0])])

    @classmethod
    def of(cls, numbers: Sequence[Wide]) -> Column:
        """The exponent keeps `bits` + 8 places of the largest."""
        bits = numbers[0].bits
        some = [x for x in numbers if not x.is_zero()]
        if not some:
            return cls(bits, [0] * len(numbers), 0)
        e = max(min(x.e for x in some), max(x.top for x in some) - bits - 8)
        ends = [shifted(x.lo, x.hi, x.e - e) if x.lo or x.hi else (0, 0) for x in numbers]
        middle = [low + high >> 1 for low, high in ends]
        # the larger half
        return cls(bits, middle, e, [([high - m for (_, high), m in zip(ends, middle)], e)])

    @classmethod
    def constant(cls, number: Wide, count: int) -> Column:
        one = cls.of([number])
        found = cls(one.bits, one.middle * count, one.e)
        found.radius = None if one.radius is None else (one.radius[0] * count, one.radius[1])
        return found

    @property
    def is_zero(self) -> bool:
        return self.radius is None and not any(self.middle)

    @cached_property
    def top(self) -> int:
        """The middles are below 2^top in size."""
        return max(map(abs, self.middle)).bit_length() + self.e

    @cached_property
    def size(self) -> Coarse:
        """Upper bounds of |x_n|."""
        parts = [(list(map(abs, self.middle)), self.e)]
        excess = self.top - self.e - COARSE
        if excess > 0:
            parts = [([(x >> excess) + 1 for x in parts[0][0]], self.e + excess)]
        return total(parts if self.radius is None else [*parts, self.radius]) or parts[0]

    def _errors(self, other: Column) -> list[Coarse]:
        """Bounds of |x y - m k| <= |x| |y - k| + |x - m| |k|."""
        found = [] if other.radius is None else [product(self.size, other.radius)]
        return found if self.radius is None else [*found, product(self.radius, other.size)]

    def __mul__(self, other: Column) -> Column:
        middle = list(map(times, self.middle, other.middle))
        return Column(self.bits, middle, self.e + other.e, self._errors(other))

    def times(self, number: Wide) -> Column:
        """The numbers times one number."""
        return self * Column.constant(number, len(self.middle))

    def __neg__(self) -> Column:
        found = Column(self.bits, [-m for m in self.middle], self.e)
        found.radius = self.radius
        return found

    def dot(self, other: Column) -> Wide:
        """The sum of x_n y_n."""
        e = self.e + other.e
        value, error = sum(map(times, self.middle, other.middle)), 0
        for one, two in ((self.size, other.radius), (self.radius, other.size)):
            if one is not None and two is not None:
                by = one[1] + two[1] - e
                part = sum(map(times, one[0], two[0]))
                error += part << by if by >= 0 else -(-part >> -by)
        return Wide(self.bits, value - error, value + error, e)

    def at(self, n: int) -> Wide:
        """x_n."""
        middle = Wide(self.bits, self.middle[n], self.middle[n], self.e)
        if self.radius is None:
            return middle
        radius = self.radius[0][n]
        return middle + Wide(self.bits, -radius, radius, self.radius[1])


def added(columns: Iterable[Column | None]) -> Column | None:
    """The sum of columns; None stands for 0."""
    parts = [x for x in columns if x is not None and not x.is_zero]
    if len(parts) < 2:
        return parts[0] if parts else None
    bits = parts[0].bits
    e = max(min(x.e for x in parts), max(x.top for x in parts) - bits - 8)
    errors = [x.radius for x in parts if x.radius is not None]
    lines = []
    for x in parts:
        if x.e >= e:
            lines.append([m << x.e - e for m in x.middle])
        else:
            lines.append([m >> e - x.e for m in x.middle])
            errors.append(([1] * len(x.middle), e))
    return Column(bits, list(map(sum, zip(*lines))), e, errors)


def multiplied(x: Column | None, y: Column | None) -> Column | None:
    """The product; None stands for 0."""
    return None if x is None or y is None else x * y
