"""The named families of symmetric critical points, for every k up to 10^12: starts for Newton's
method in the fixed space.

    II_p    p flipped neurons: W near I, but for p rows that are near -e_j (II = II_1)
    A_q     q neurons reflected in the hyperplane across (1, ..., 1), next to k - q near I
            (A = A_k, I = A_(k-1))
    NAME+m  m further neurons, n = k + m (II+1, II+2, I+1, I+2, A+1)
    II_p+p  p further neurons beside p >= 2 flipped ones, n = k + p: the companions, each near a
            small multiple of -e_j for a flipped j of its own
    II_p+p' the same, but each companion is near minus the sum of the e_j of the p - 1 other flipped
            neurons (p >= 3; for p = 2 it is II_2+2 with the companions exchanged)

The names II, I and A, and the expansions in powers of k^(-1/2), are those of Arjevani and Field
(arXiv 2107.10370, 2210.06088). Block 1 is the block near the identity (for I and A_q: block 1 is
reflected). Companions are a copy of block 2, the flipped neurons. A start is the sum of the leading
terms of the expansion, or a neighbour in p. With further neurons it is extrapolated from the
members at other k.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from math import inf, pi

from certify.errors import UnusableInput
from certify.gaussian.activations import at_slope, slope_of
from certify.gaussian.names import FamilyName, family_name
from certify.gaussian.search.polish import NotPolished
from certify.gaussian.search.slopes import flipped, followed
from certify.gaussian.search.symmetric import (
    Parts,
    SymmetricCandidate,
    fixed_newton,
    make_blocks,
)
from certify.kernel.gaussian.activation import RELU, Activation

__all__ = ["family"]

_MOST = 200  # flipped neurons: II_p is found from II_q with q < p
_NO_FOLD = 15  # reflected neurons that are there for every k
_NEAR = 0.5  # a neuron is near e_j, or flipped, where its own entry is beyond this
_FIRST_K = 10  # where the families with further neurons are known
_FIRST_RELU = 4  # from here on ReLU's type II leads to that of negative slopes
_MOST_COMPANIONS = 200
_NEIGHBOUR = 0.5  # how much scaled coordinates change with one companion more

Member = tuple[Parts, tuple[Fraction, ...]]


@dataclass(frozen=True)
class _Expansion:
    """The coordinates of a family as functions of k:

    x = limit + s^power X,  X a power series in s = k^(-1/root).

    first: the coordinates at k = 10, to four digits: block row (diagonal, off, last), flipped or
    last row, further rows. size: k, where the members are numbered otherwise.
    """

    root: int
    limit: tuple[Fraction, ...]
    power: tuple[int, ...]
    first: tuple[float, ...] = ()
    size: int | None = None

    def scaled(self, number: int, values: tuple[Fraction, ...]) -> list[float]:
        """X of the coordinates of the member with this number."""
        k = self.size or number
        return [
            float(x - low) * k ** (p / self.root)
            for x, low, p in zip(values, self.limit, self.power, strict=True)
        ]

    def values(self, number: int, scaled: list[float]) -> tuple[Fraction, ...]:
        """The coordinates, from X."""
        k = self.size or number
        return tuple(
            low + Fraction(x * k ** (-p / self.root))
            for x, low, p in zip(scaled, self.limit, self.power, strict=True)
        )


@dataclass(frozen=True)
class _Walk:
    """From member to member of a family, up or down: longer and longer steps along the polynomial
    through the members found so far.

    parts: the blocks of the member with this number. variable: of the polynomial. ratio: of the
    first two numbers. leap: how much the first members may differ from their prediction.
    """

    law: _Expansion
    parts: Callable[[int], Parts]
    variable: Callable[[int], float] = float
    ratio: float = 1.15
    leap: float = 0.7

    def to(self, goal: int, first: int, values: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        """The coordinates of the member `goal`, from those of the member `first`. Raises
        `NotPolished`.
        """
        nodes, ratio = [(first, self.law.scaled(first, values))], self.ratio
        while nodes[-1][0] != goal:
            at = nodes[-1][0]
            here = (
                min(goal, max(at + 1, int(at * ratio)))
                if goal > at
                else max(goal, min(at - 1, int(at / ratio)))
            )
            try:
                values, found = self._member(here, nodes)
            except NotPolished:
                if abs(here - at) == 1:
                    raise
                ratio = 1 + (ratio - 1) / 2
                continue
            nodes.append((here, found))
            ratio = 1 + 1.5 * (ratio - 1) if ratio < 2 else ratio**2
        return values

    def _member(
        self, number: int, nodes: list[tuple[int, list[float]]]
    ) -> tuple[tuple[Fraction, ...], list[float]]:
        """The coordinates of a member, and X of them, by Newton's method from where the last nodes
        (number, X) lead. Raises `NotPolished`, also where it ends too far from there.
        """
        last = [(self.variable(known), x) for known, x in nodes[-6:]]
        guess = _extrapolated(last, self.variable(number))
        start = list(self.law.values(number, guess))
        digits = _digits(self.law.size or number)
        values = tuple(fixed_newton(make_blocks(self.parts(number)), start, digits, steps=8))
        found = self.law.scaled(number, values)
        if _moved(found, guess) > (self.leap if len(nodes) < 3 else 0.2):
            raise NotPolished("Newton's method leaves the family")
        return values, found


_HALF = Fraction(1, 2)
_ZERO, _ONE = Fraction(0), Fraction(1)
_EXTRA = {
    ("II", 1): _Expansion(
        2, (_ONE, _ZERO, _ZERO, _ZERO, -_ONE, _ZERO, _ZERO), (3, 4, 2, 2, 1, 2, 1),
        (0.9920, -0.0183, 0.1846, 0.0573, -0.5308, 0.0966, -0.1903),
    ),
    ("II", 2): _Expansion(
        2,
        (_ONE, _ZERO, _ZERO, _ZERO, -_ONE, _ZERO, _ZERO, _ZERO, _ZERO),
        (3, 4, 2, 2, 1, 2, 1, 2, 1),
        (0.9917, -0.0184, 0.1846, 0.0506, -0.4941, 0.0314, -0.1031, 0.0727, -0.1238),
    ),
    ("I", 1): _Expansion(
        4, (-_ONE, _ZERO, _ZERO, _ZERO, _HALF, _ZERO, -_HALF), (4, 4, 4, 3, 1, 3, 1),
        (-0.7666, 0.1803, 0.0351, 0.0694, 0.9528, 0.2264, -0.2779),
    ),
    ("I", 2): _Expansion(
        4,
        (-_ONE, _ZERO, _ZERO, _ZERO, _HALF, _ZERO, -_HALF, _ZERO, _ZERO),
        (4, 4, 4, 3, 1, 3, 1, 4, 2),
        (-0.7636, 0.1757, 0.0537, 0.0545, 0.8195, 0.1263, -0.3504, 0.1468, 0.0309),
    ),
    ("A", 1): _Expansion(2, (-_ONE, _ZERO, _ZERO), (2, 2, 2), (-0.7847, 0.1755, 0.1750)),
}  # fmt: skip
_COMPANIONS = _Expansion(
    2, (_ONE, _ZERO, _ZERO, _ZERO, -_ONE, _ZERO, _ZERO, _ZERO, _ZERO), (3, 4, 2, 2, 1, 1, 2, 1, 1)
)
# k; then, for companions of one flipped neuron and of all others, the least p and the coordinates
# at k, to four digits: block row (diagonal, off, last), flipped row (off, own, other), companion
_WITH_COMPANIONS = 64
_FIRST_COMPANIONS = {
    False: (2, (0.9995, -0.0007, 0.0308, 0.0113, -0.8386, 0.0556, 0.0113, -0.0995, -0.0407)),
    True: (3, (0.9993, -0.0011, 0.0307, 0.0112, -0.8470, 0.0482, 0.0103, -0.0014, -0.0703)),
}  # fmt: skip
_REFLECTED = _Expansion(2, (-_ONE, _ZERO, _ZERO, _ZERO, _ONE, _ZERO), (2, 2, 2, 2, 2, 2))
_FLIPPED = _Expansion(2, (_ONE, _ZERO, _ZERO, _ZERO, -_ONE, _ZERO), (4, 4, 2, 2, 2, 2))


def family(name: str, k: int, activation: Activation = RELU) -> SymmetricCandidate:
    """The member of a family at k, to 20 significant digits or more. Raises `UnusableInput`: no
    such family, or none found at this k.

    activation: for others than ReLU the member is followed from slope 0 on. II_p at a negative
    slope is followed from p flipped teachers at slope -1 (1 <= p <= k, k >= 2) for k < 4, and where
    ReLU's member is not there or is lost.
    """
    known = family_name(name)
    turned = _turned(known, k, activation)
    if not (2 if turned else 3) <= k <= 10**12:
        raise UnusableInput(f"k = {k} is not in 3..10^12")
    try:
        parts, values = _found(known, k, activation, turned)
    except NotPolished as error:
        raise UnusableInput(
            f"no member of the family {known} was found at k = {k}{at_slope(activation)}: {error}"
        ) from None
    return SymmetricCandidate(parts, values, {"family": str(known)}, activation=activation)


def _turned(name: FamilyName, k: int, activation: Activation) -> int:
    """p, if the member can be followed from p flipped teachers at slope -1; else 0."""
    p = 1 if name.index is None else name.index
    backward = name.base == "II" and not name.extra and slope_of(activation) < 0
    return p if backward and 1 <= p <= min(k, _MOST) else 0


def _found(name: FamilyName, k: int, activation: Activation, turned: int) -> Member:
    """The member for this activation. turned: how many flipped teachers lead to it, or 0."""
    if turned and k < _FIRST_RELU:
        return flipped(k, turned, activation, _digits(k))
    try:
        parts, values = _member(name, k)
        if slope_of(activation):
            values = followed(parts, values, activation, _digits(k))
    except (NotPolished, UnusableInput):
        if not turned:
            raise
        return flipped(k, turned, activation, _digits(k))
    return parts, values


def _member(name: FamilyName, k: int) -> Member:
    if name.companions:
        return _with_companions(name.extra, k, others=name.others)
    if name.extra:
        return _with_extra(name.base, name.extra, k)
    if name.base == "II":
        return _flipped(1 if name.index is None else name.index, k)
    if name.base == "I" and k < 4:
        raise UnusableInput("the family I starts at k = 4: it has k - 1 >= 3 reflected neurons")
    return _reflected(k - (name.base == "I") if name.index is None else name.index, k)


def _digits(k: int) -> int:
    """Decimals: the smallest coordinates are of the order k^-2."""
    return 20 + 2 * len(str(k))


def _settle(parts: Parts, start: tuple[float | Fraction, ...]) -> Member:
    (_, k), *_ = parts
    return parts, tuple(fixed_newton(make_blocks(parts), list(start), _digits(k), damping=True))


@cache
def _flipped(p: int, k: int) -> Member:
    """II_p: from the expansions in t, from II_(p-1), or for k < 6 from k + 1."""
    if not 1 <= p < k or p > _MOST or (p > 1 and k < 6):
        raise UnusableInput(
            f"II_p has 1 <= p < k flipped neurons, {_MOST} at most, and k >= 6 for p > 1, not p ="
            f" {p} and k = {k}"
        )
    parts = (("diagonal", k - p), ("diagonal", p))
    if k < 6:
        return _settle(parts, _flipped(p, k + 1)[1])
    t = k**-0.5
    if p == 1:
        diagonal, off = 1 + 8 / pi * t**4 - 3 * t**5, -4 / pi * t**4 - 32 / pi**3 * t**5
        last, row = 2 * t**2 - (2 + 8 / pi) * t**4 + 2.35 * t**5, 4 / pi * t**2 + 32 / pi**3 * t**3
        flipped = -1 + (2 + 8 / pi + 8 / pi**2) * t**2 - 1.69 * t**3 - 35 * t**4
        return _settle(parts, (diagonal, off, last, row, flipped))
    if p == 2:
        return _settle(parts, (*_flipped(1, k)[1], Fraction(1.92 * t**2 + 0.77 * t**3)))
    if k - p == 1:
        before = _flipped(p - 1, k)[1]
        return _settle(parts, (before[0], *before[2:]))

    walk = _Walk(
        replace(_FLIPPED, size=k), lambda q: (("diagonal", k - q), ("diagonal", q)), leap=inf
    )
    values = walk.to(p, 2, _flipped(2, k)[1])
    if 2 * p > k and not (values[0] > _NEAR and values[4] < -_NEAR):
        raise NotPolished("with so many flipped neurons Newton's method leaves the family")
    return parts, values


@cache
def _reflected(q: int, k: int) -> Member:
    """A_q: the reflection I - (2/q) 11^T of q neurons, turned round, next to the identity.

    Between q = 15 and about k / 2 the family ends in a fold as k grows (A_16 between k = 400 and
    450, A_20 between 120 and 140).
    """
    if not 3 <= q <= k:
        raise UnusableInput(f"A_q has 3 <= q <= k reflected neurons, not {q} of {k}")
    if q == k:
        return _settle((("diagonal", k),), (-1 + 2 / k, 2 / k) if k > 5 else (-0.6, 0.3))
    reflected, parts = (-1 + 2 / q, 2 / q), (("diagonal", q), ("diagonal", k - q))
    near = (0.0, 0.01, 1.02, 0.005) if k <= 64 else (0.0, 0.1 / k, 1 + 0.1 / k, 0.001 / k**2)
    if k <= 64 or q <= _NO_FOLD or 2 * q >= k:
        return _settle(parts, (*reflected, *(near if q < k - 1 else near[:3])))

    half = k // 2
    walk = _Walk(
        replace(_REFLECTED, size=k),
        lambda rest: (("diagonal", k - rest), ("diagonal", rest)),
        ratio=1.01,
        leap=0.1,
    )
    try:
        return parts, walk.to(k - q, half, _reflected(k - half, k)[1])
    except NotPolished as error:
        raise NotPolished(
            f"{error} (as k grows, the family ends in a fold for q from {_NO_FOLD + 1} to about k"
            " / 2)"
        ) from None


@cache
def _with_extra(base: str, extra: int, k: int) -> Member:
    """Further neurons: one after the other below k = 10; above, in longer and longer steps along
    the expansion through the members known.
    """
    if k < _FIRST_K:
        return _settle(_parts_with_extra(base, extra, k), _with_extra(base, extra, k + 1)[1])
    law = _EXTRA[base, extra]
    if k == _FIRST_K:
        return _settle(_parts_with_extra(base, extra, k), law.first)

    walk = _Walk(
        law, lambda size: _parts_with_extra(base, extra, size), lambda size: size ** (-1 / law.root)
    )
    first = _with_extra(base, extra, _FIRST_K)[1]
    return _parts_with_extra(base, extra, k), walk.to(k, _FIRST_K, first)


@cache
def _with_companions(p: int, k: int, *, others: bool) -> Member:
    """II_p+p and II_p+p': from the least p at k = 64 (or 8 p), one flipped neuron and its companion
    after the other, and then from there to k.
    """
    if p > _MOST_COMPANIONS or k - p < 2:
        raise UnusableInput(
            f"II_p+p has 2 <= p <= k - 2 flipped neurons, {_MOST_COMPANIONS} at most, not p = {p}"
            f" and k = {k}"
        )
    least, first = _FIRST_COMPANIONS[others]
    size = _WITH_COMPANIONS if p == least else max(_WITH_COMPANIONS, 8 * p)
    if (p, k) == (least, size):
        return _settle(_parts_with_companions(p, k), first)
    law, values = _COMPANIONS, _with_companions(least, size, others=others)[1]
    for q in range(least + 1, p + 1):
        before = law.scaled(size, values)
        values = _settle(_parts_with_companions(q, size), values)[1]
        if _moved(law.scaled(size, values), before) > _NEIGHBOUR:
            raise NotPolished("with one companion more Newton's method leaves the family")
    walk = _Walk(law, lambda at: _parts_with_companions(p, at), lambda at: at**-0.5)
    return _parts_with_companions(p, k), walk.to(k, size, values)


def _parts_with_companions(p: int, k: int) -> Parts:
    return ("diagonal", k - p), ("diagonal", p), ("copy", 2)


def _parts_with_extra(base: str, extra: int, k: int) -> Parts:
    return (
        (("diagonal", k), ("row", 1))
        if base == "A"
        else (("diagonal", k - 1), ("diagonal", 1), *[("row", 1)] * extra)
    )


def _moved(found: list[float], guess: list[float]) -> float:
    return max(abs(x - y) / (1 + abs(y)) for x, y in zip(found, guess, strict=True))


def _extrapolated(nodes: list[tuple[float, list[float]]], s: float) -> list[float]:
    """The polynomial through the nodes (place, values), at s."""
    result = [0.0] * len(nodes[0][1])
    for i, (a, values) in enumerate(nodes):
        weight = 1.0
        for j, (b, _) in enumerate(nodes):
            if j != i:
                weight *= (s - b) / (a - b)
        result = [total + weight * x for total, x in zip(result, values, strict=True)]
    return result
