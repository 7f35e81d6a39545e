"""The kernel's enclosures against a reference in mpmath of 1024 bits and more, from other formulas
than the kernel's.

Ordinary tier: hypothesis, a few hundred cases. Slow tier (-m slow): more than a million points,
each one number of the reference against one enclosure. A point is counted only if the enclosure is
finite; enclosures that are not finite are counted apart and must be rare.

`Reference`, `network`, `matrices` are shared with tests/recheck/test_recheck_enclosures.py, which
loads this file by path.
"""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import mpmath
import pytest
from flint import arb, ctx, fmpq
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath.libmp import from_man_exp

from certify.kernel.check import check_bytes
from certify.kernel.foundation.balls import (
    ball,
    bounds_text,
    interval_text,
    less,
    lower_rational,
    precision,
    upper_rational,
)
from certify.kernel.foundation.definite import positive_definite
from certify.kernel.foundation.rounded import round_off
from certify.kernel.gaussian.closed_form import gradient, loss, pad_block
from certify.kernel.gaussian.lipschitz import hessian_lipschitz
from certify.kernel.gaussian.pairs import pairs
from tests.triangles import hessian

PRECISIONS = (24, 53, 64, 100, 128, 192, 256, 300, 512)
QUICK = settings(max_examples=40, deadline=None, derandomize=True)
SEVERAL = settings(max_examples=100, deadline=None, derandomize=True)

Pick = Callable[[int, int], int]
Row = list[Fraction]


# --------------------------------------------------------------------------------------------------
# Numbers
# --------------------------------------------------------------------------------------------------


def _context(bits: int) -> mpmath.ctx_mp.MPContext:
    context = mpmath.mp.clone()
    context.prec = bits
    return context


CONTEXT = {bits: _context(bits) for bits in (1024, 6000)}


def rational(value: Fraction | int) -> fmpq:
    value = Fraction(value)
    return fmpq(value.numerator, value.denominator)


def exact(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def dyadic(value: arb) -> Fraction:
    """The exact value of a ball of radius 0."""
    mantissa, exponent = (int(x) for x in value.man_exp())
    return Fraction(mantissa * 2 ** max(exponent, 0), 2 ** max(-exponent, 0))


def as_fraction(value: fmpq) -> Fraction:
    """The same rational."""
    return Fraction(int(value.p), int(value.q))


def ends(value: arb) -> tuple[Fraction, Fraction]:
    """The exact ends of a finite ball, from midpoint and radius, not by the functions tested."""
    middle, radius = dyadic(value.mid()), dyadic(value.rad())
    return middle - radius, middle + radius


def wide(middle: Fraction, radius: Fraction) -> arb:
    """A ball that contains [middle - radius, middle + radius]."""
    return arb(rational(middle), rational(radius))


@dataclass
class Tally:
    """What was compared: points, misses, enclosures that were not finite."""

    points: int = 0
    unbounded: int = 0
    misses: list[str] = field(default_factory=list)

    def compare(self, name: str, enclosure: tuple | None, truth: object, slack: object) -> None:
        """enclosure: (low, high) as numbers of the reference's context, None if not finite. slack:
        the reference's own error.
        """
        if enclosure is None:
            self.unbounded += 1
            return
        self.points += 1
        low, high = enclosure
        if not low - slack <= truth <= high + slack:
            self.misses.append(
                f"{name}: {mpmath.nstr(truth, 40)} not in [{mpmath.nstr(low, 40)},"
                f" {mpmath.nstr(high, 40)}]"
            )

    def settle(self, at_least: int, unbounded: int = 0) -> None:
        assert not self.misses, (
            f"{len(self.misses)} misses in {self.points} points, the first: {self.misses[:3]}"
        )
        assert self.points >= at_least > 0
        assert self.unbounded <= unbounded

    def told(self, name: str) -> str:
        return (
            f"\n{name}: {self.points} points, {len(self.misses)} misses, {self.unbounded}"
            " enclosures not finite"
        )


def arb_ends(mp: mpmath.ctx_mp.MPContext, value: arb) -> tuple | None:
    if not value.is_finite():
        return None
    middle, radius = (
        mp.make_mpf(from_man_exp(*(int(x) for x in part.man_exp())))
        for part in (value.mid(), value.rad())
    )
    return middle - radius, middle + radius


# --------------------------------------------------------------------------------------------------
# The reference: loss, gradient, Hessian as Safran and Shamir write them, with unit vectors and one
# arctangent a pair
# --------------------------------------------------------------------------------------------------


def is_parallel(u: Row, v: Row) -> bool:
    """Exact: all 2 x 2 minors vanish."""
    return all(u[a] * v[b] == u[b] * v[a] for a in range(len(u)) for b in range(a))


class Reference:
    """theta, sine, the part of v across u as unit vectors; then F, its derivatives, M of lemma 5
    and B of lemma 3.
    """

    def __init__(
        self, mp: mpmath.ctx_mp.MPContext, students: list[Row], teachers: list[Row]
    ) -> None:
        self.mp, self.n, self.d = mp, len(students), len(students[0])
        fractions = students + teachers
        self.rows = [[mp.mpf(x.numerator) / x.denominator for x in row] for row in fractions]
        self.size = [mp.sqrt(mp.fdot(row, row)) for row in self.rows]
        self.unit = [
            [x / size for x in row] for row, size in zip(self.rows, self.size, strict=True)
        ]
        self.parallel, self.sine, self.angle, self.cosine, self.across = {}, {}, {}, {}, {}
        for i, j in itertools.combinations(range(len(fractions)), 2):
            self._pair(i, j, is_parallel(fractions[i], fractions[j]))

    def _pair(self, i: int, j: int, parallel: bool) -> None:
        """`angle` is A = pi - theta; across[i, j] is the unit vector along the part of row j across
        row i.
        """
        mp, e, b = self.mp, self.unit[i], self.unit[j]
        c = mp.fdot(e, b)
        if parallel:
            s, c = mp.zero, mp.sign(c)
            outer = +mp.pi if c > 0 else mp.zero
        else:
            q = [y - c * x for x, y in zip(e, b, strict=True)]
            s = mp.sqrt(mp.fdot(q, q))
            outer = mp.pi - mp.atan2(s, c)
            self.across[i, j] = [x / s for x in q]
            self.across[j, i] = [(x - c * y) / s for x, y in zip(e, b, strict=True)]
        for key in ((i, j), (j, i)):
            self.parallel[key], self.sine[key], self.angle[key], self.cosine[key] = (
                parallel,
                s,
                outer,
                c,
            )

    def _others(self, i: int) -> Iterator[tuple[int, int]]:
        """(j, sign) for the rows other than student i."""
        for j in range(len(self.rows)):
            if j != i:
                yield j, (1 if j < self.n else -1)

    def f(self, i: int, j: int):
        return (
            self.size[i]
            * self.size[j]
            * (self.sine[i, j] + self.angle[i, j] * self.cosine[i, j])
            / (2 * self.mp.pi)
        )

    def constant(self):
        """Half the mean square of the teachers' sum."""
        span = range(self.n, len(self.rows))
        return self.mp.fsum(self.size[j] ** 2 / 4 for j in span) + self.mp.fsum(
            self.f(i, j) for i, j in itertools.combinations(span, 2)
        )

    def loss(self):
        total = self.mp.fsum(self.size[i] ** 2 / 4 for i in range(self.n))
        for i in range(self.n):
            total += self.mp.fsum(sign * self.f(i, j) for j, sign in self._others(i) if j > i)
        return total + self.constant()

    def gradient(self) -> list[list]:
        result = []
        for i in range(self.n):
            total = [x / 2 for x in self.rows[i]]
            for j, sign in self._others(i):
                radial = self.size[j] * self.sine[i, j]
                total = [
                    t + sign * (radial * e + self.angle[i, j] * x) / (2 * self.mp.pi)
                    for t, e, x in zip(total, self.unit[i], self.rows[j], strict=True)
                ]
            result.append(total)
        return result

    def _weight(self, i: int, j: int):
        return self.sine[i, j] * self.size[j] / (2 * self.mp.pi * self.size[i])

    def hessian_entry(self, i: int, a: int, j: int, b: int):
        delta, half = int(a == b), self.mp.mpf(1) / 2
        if i == j:
            total, e = delta * half, self.unit[i]
            for other, sign in self._others(i):
                if not self.parallel[i, other]:
                    m = self.across[i, other]
                    total += sign * self._weight(i, other) * (delta - e[a] * e[b] + m[a] * m[b])
            return total
        total = delta * self.angle[i, j]
        if not self.parallel[i, j]:
            total += self.across[j, i][a] * self.unit[j][b] + self.across[i, j][a] * self.unit[i][b]
        return total / (2 * self.mp.pi)

    def pad_entry(self, i: int, j: int):
        if i == j:
            return self.mp.mpf(1) / 2 + self.mp.fsum(
                sign * self._weight(i, other) for other, sign in self._others(i)
            )
        return self.angle[i, j] / (2 * self.mp.pi)

    def lipschitz(self, radius: Fraction):
        """B of lemma 3; None if a row vanishes somewhere in the ball."""
        mp, r = self.mp, self.mp.mpf(radius.numerator) / radius.denominator
        if min(self.size[: self.n]) <= r:
            return None
        ratio = max(
            mp.fsum(size + (r if j < self.n else 0) for j, size in enumerate(self.size) if j != i)
            / (self.size[i] - r) ** 2
            for i in range(self.n)
        )
        e = 3 / (mp.pi * (min(self.size[: self.n]) - r))
        return mp.sqrt(max(3 * mp.sqrt(3) / (4 * mp.pi) * ratio, e) ** 2 + (self.n - 1) * e**2)


@dataclass
class Network:
    """Students and teachers, exact, and a radius; `bits` of the reference are enough for their
    scales.
    """

    students: list[Row]
    teachers: list[Row]
    radius: Fraction
    bits: int

    def reference(self) -> Reference:
        return Reference(CONTEXT[self.bits], self.students, self.teachers)


def network(pick: Pick, *, extreme: bool = False, plain: bool = False) -> Network:
    """Rows of every kind: independent, scaled, parallel, antiparallel, nearly so (down to angles of
    1e-40).

    pick(low, high) chooses an integer. extreme: scales of 1e-300..1e300 instead of 1e-30..1e30.
    plain: independent rows only.
    """
    d, n, k = pick(1, 4), pick(1, 3), pick(1, 3)
    largest = 300 if extreme else 30
    rows: list[Row] = []
    for _ in range(n + k):
        base = [Fraction(pick(-60, 60), pick(1, 40)) for _ in range(d)]
        if not any(base):
            base[pick(0, d - 1)] = Fraction(1)
        kind = 0 if plain else pick(0, 6)
        if kind >= 3 and rows:
            sign = -1 if kind % 2 else 1
            other = [
                sign * Fraction(pick(1, 30), pick(1, 30)) * x for x in rows[pick(0, len(rows) - 1)]
            ]
            if kind >= 5:  # nearly parallel
                size, tiny = max(map(abs, other)), Fraction(1, 10 ** pick(1, 40))
                other = [x + size * tiny * y for x, y in zip(other, base, strict=True)]
            base = other if any(other) else base
        elif kind == 1:  # exact in binary: roundings of other numbers show
            base = [Fraction(pick(-2, 2)) for _ in range(d)]
            base = base if any(base) else [Fraction(2)] * d
        elif kind == 2:
            exponent = pick(-largest, largest)
            base = [x * Fraction(10) ** exponent for x in base]
        rows.append(base)
    least = min(max(map(abs, row)) for row in rows[:n])  # at most |w_i|
    radius = least * Fraction(pick(1, 150), 100) / 10 ** pick(0, 12)
    return Network(rows[:n], rows[n:], radius, 6000 if extreme else 1024)


def drawn_network(draw: st.DrawFn, **options: bool) -> Network:
    return network(lambda low, high: draw(st.integers(low, high)), **options)


networks = st.composite(drawn_network)()
extreme_networks = st.composite(lambda draw: drawn_network(draw, extreme=True))()
plain_networks = st.composite(lambda draw: drawn_network(draw, plain=True))()
precisions = st.sampled_from(PRECISIONS)
guards = st.sampled_from((0, 64))


@dataclass
class Truth:
    """The numbers of the reference by name, each with the scale of the terms it is a sum of."""

    mp: mpmath.ctx_mp.MPContext
    numbers: dict[tuple, tuple]

    @property
    def slack(self):
        """The reference loses 133 bits to angles of 1e-40, and a few to sums."""
        return self.mp.ldexp(self.mp.one, 180 - self.mp.prec)


def truth(point: Network) -> Truth:
    ref = point.reference()
    n, d, total, size = ref.n, ref.d, ref.mp.fsum(ref.size), ref.size
    numbers: dict[tuple, tuple] = {
        ("loss",): (ref.loss(), total**2),
        ("constant",): (ref.constant(), total**2),
    }
    for i, row in enumerate(ref.gradient()):
        numbers.update({("gradient", i, a): (entry, total) for a, entry in enumerate(row)})
    for i in range(n):
        curved = 1 + total / size[i]
        for j in range(i + 1):
            numbers["pad", i, j] = (ref.pad_entry(i, j), curved if i == j else 1)
            for a in range(d):
                for b in range(a + 1 if i == j else d):
                    numbers["hessian", i, a, j, b] = (
                        ref.hessian_entry(i, a, j, b),
                        curved if i == j else 1,
                    )
        for j in range(len(ref.rows)):
            if j != i:
                both = size[i] * size[j]
                numbers["sine", i, j] = (both * ref.sine[i, j], both)
                numbers["inner", i, j] = (both * ref.cosine[i, j], both)
                numbers["angle", i, j] = (ref.angle[i, j], 1)
    for j in range(len(ref.rows)):
        numbers["square", j] = (size[j] ** 2, size[j] ** 2)
    bound = ref.lipschitz(point.radius)
    if bound is not None:
        low = min(size[:n]) - ref.mp.mpf(point.radius.numerator) / point.radius.denominator
        numbers["lipschitz",] = (bound, bound * total**2 / low**2)
    return Truth(ref.mp, numbers)


def _rows(rows: list[Row]) -> tuple[tuple[fmpq, ...], ...]:
    return tuple(tuple(rational(x) for x in row) for row in rows)


def kernel_numbers(point: Network, bits: int, guard: int = 0) -> dict[tuple, arb]:
    """What the kernel says of every number in `truth`, at `bits` + `guard` bits (the guard bits of
    `check_document` are 64).
    """
    with precision(bits + guard):
        known = pairs(_rows(point.students), _rows(point.teachers), bits)
        n, d = known.n, known.d
        result = {("loss",): loss(known), ("constant",): known.constant}
        for i, row in enumerate(gradient(known)):
            result.update({("gradient", i, a): entry for a, entry in enumerate(row)})
        lower, pad = hessian(known), pad_block(known)
        assert [len(row) for row in lower] == list(range(1, n * d + 1))
        assert [len(row) for row in pad] == list(range(1, n + 1))
        for i in range(n):
            for j in range(i + 1):
                result["pad", i, j] = pad[i][j]
                for a in range(d):
                    for b in range(a + 1 if i == j else d):
                        result["hessian", i, a, j, b] = lower[i * d + a][j * d + b]
            for j in range(len(known.rows)):
                if j != i:
                    result["sine", i, j] = known.sine[i][j]
                    result["inner", i, j] = known.inner[i][j]
                    result["angle", i, j] = known.angle[i][j]
        result.update({("square", j): square for j, square in enumerate(known.square)})
        bound = hessian_lipschitz(known, rational(point.radius))
        if bound is not None:
            result["lipschitz",] = bound
    return result


def compare_kernel(tally: Tally, point: Network, expected: Truth, bits: int, guard: int) -> None:
    found = kernel_numbers(point, bits, guard)
    assert set(found) <= set(expected.numbers), "B of lemma 3 where a row vanishes"
    assert len(found) >= len(expected.numbers) - 1  # only B may be missing
    for name, value in found.items():
        number, scale = expected.numbers[name]
        tally.compare(
            f"{name} at {bits} + {guard} bits of {point}",
            arb_ends(expected.mp, value),
            number,
            scale * expected.slack,
        )


# --------------------------------------------------------------------------------------------------
# The reference itself
# --------------------------------------------------------------------------------------------------


def test_reference_loss_is_the_gaussian_integral():
    """In the plane, for g positively homogeneous, piece by piece between the kinks:

    E g(x)^2 = 1/pi int g^2 d phi.
    """
    mp, rng, count = CONTEXT[1024].clone(), random.Random(1), 0
    mp.prec = 100
    for _ in range(3):
        point = network(rng.randint, plain=True)
        rows = [[*row, Fraction(0)][:2] for row in point.students + point.teachers]
        rows = [row if any(row) else [Fraction(1), Fraction(2)] for row in rows]
        n = len(point.students)
        ref = Reference(mp, rows[:n], rows[n:])

        def integrand(phi, ref=ref, n=n):
            g = 0
            for j, row in enumerate(ref.rows):
                g += (1 if j < n else -1) * max(
                    0, row[0] * ref.mp.cos(phi) + row[1] * ref.mp.sin(phi)
                )
            return g * g

        kinks = [mp.atan2(row[1], row[0]) + q * mp.pi / 2 for row in ref.rows for q in (-1, 1)]
        corners = sorted(
            [
                -mp.pi,
                mp.pi,
                *(
                    x - 2 * mp.pi if x > mp.pi else x + 2 * mp.pi if x < -mp.pi else x
                    for x in kinks
                ),
            ]
        )
        integral = mp.quad(integrand, corners) / (2 * mp.pi)
        assert abs(integral - ref.loss()) < mp.mpf(10) ** -20 * (1 + integral)
        count += 1
    assert count == 3


def test_reference_derivatives_are_derivatives_of_its_loss():
    """Central differences, step 1e-60 at 1024 bits; also of the gradient at exactly parallel rows,
    where the loss is C^2 (lemma 2).
    """
    mp, rng, count, step = CONTEXT[1024], random.Random(2), 0, Fraction(1, 10**60)
    cases = [network(rng.randint, plain=True) for _ in range(6)]
    parallel = [
        [Fraction(3), Fraction(1)],
        [Fraction(6), Fraction(2)],
        [Fraction(-9), Fraction(-3)],
    ]
    cases.append(
        Network(
            parallel, [[Fraction(-3), Fraction(-1)], [Fraction(1), Fraction(4)]], Fraction(1), 1024
        )
    )
    for point in cases:
        ref = point.reference()
        for i in range(ref.n):
            for a in range(ref.d):
                ends_ = []
                for sign in (1, -1):
                    moved = copy.deepcopy(point.students)
                    moved[i][a] += sign * step
                    ends_.append(Reference(mp, moved, point.teachers))
                width = 2 * mp.mpf(step.numerator) / step.denominator
                tolerance = mp.mpf(10) ** -45
                if not any(ref.parallel.values()) or ref.d == 1:
                    slope = (ends_[0].loss() - ends_[1].loss()) / width
                    assert abs(slope - ref.gradient()[i][a]) < tolerance
                    count += 1
                changes = [
                    (x - y) / width
                    for p, q in zip(ends_[0].gradient(), ends_[1].gradient(), strict=True)
                    for x, y in zip(p, q, strict=True)
                ]
                for m, change in enumerate(changes):
                    assert abs(change - ref.hessian_entry(m // ref.d, m % ref.d, i, a)) < tolerance
                    count += 1
    assert count > 100


# --------------------------------------------------------------------------------------------------
# Closed forms
# --------------------------------------------------------------------------------------------------


@QUICK
@given(networks, precisions, guards)
def test_closed_forms_enclose_the_reference(point, bits, guard):
    tally = Tally()
    compare_kernel(tally, point, truth(point), bits, guard)
    tally.settle(8)


@settings(QUICK, max_examples=10)
@given(extreme_networks, precisions, guards)
def test_closed_forms_enclose_the_reference_at_extreme_scales(point, bits, guard):
    tally = Tally()
    compare_kernel(tally, point, truth(point), bits, guard)
    tally.settle(8)


def nearly_parallel() -> Iterator[Network]:
    """Students and a teacher at angles of 1e-1..1e-40 to each other, or 180 degrees less that."""
    u, v = [Fraction(3), Fraction(-1), Fraction(2)], [Fraction(1), Fraction(2), Fraction(-1, 3)]
    for exponent, sign in itertools.product((1, 2, 4, 6, 9, 15, 21, 30, 40), (1, -1)):
        tiny = Fraction(1, 10**exponent)
        near = [sign * (x + tiny * y) for x, y in zip(u, v, strict=True)]
        nearer = (
            [x * (1 - tiny) + tiny**2 * y for x, y in zip(u, reversed(v), strict=True)]
            if exponent <= 20
            else v
        )
        yield Network([u, near], [nearer], Fraction(1, 7), 1024)


def test_nearly_parallel_rows():
    tally = Tally()
    for point in nearly_parallel():
        expected = truth(point)
        for bits in PRECISIONS[::2]:
            compare_kernel(tally, point, expected, bits, 0)
    tally.settle(18 * 4 * 30)


@settings(QUICK, max_examples=30)
@given(plain_networks, st.sampled_from((100, 128, 256, 512)))
def test_closed_forms_are_tight_where_rows_are_independent(point, bits):
    """Otherwise an enclosure of everything would pass. 40 bits may be lost to cancellation of the
    rational entries.
    """
    assume(all(not p for p in point.reference().parallel.values()))
    expected = truth(point)
    found = kernel_numbers(point, bits)
    loose, halves = (CONTEXT[1024].ldexp(1, e) for e in (40 - bits, 16 - bits // 2))
    for name, value in found.items():
        low, high = arb_ends(expected.mp, value)
        # entries of the Hessian are integers over 2^(bits/2 - 4), but for products
        most = halves if name[0] == "hessian" else loose
        assert high - low <= most * expected.numbers[name][1], name


def test_exactly_parallel_rows_have_no_sine_and_an_exact_angle():
    u = [Fraction(1, 3), Fraction(-2, 7), Fraction(5)]
    same, opposite = [x * Fraction(7, 11) for x in u], [x * Fraction(-13, 3) for x in u]
    with precision(128):
        known = pairs(_rows([u, same, opposite]), _rows([same, opposite]), 128)
    low, high = arb_ends(CONTEXT[1024], known.angle[0][1])
    assert low < CONTEXT[1024].pi < high
    assert all(flag for row in known.parallel for flag in row)
    assert all(entry == 0 for row in known.sine for entry in row)
    assert known.angle[0][2] == 0
    assert known.angle[0][4] == 0
    assert all(
        ends(angle) == ends(known.angle[0][1]) for angle in (known.angle[0][3], known.angle[2][4])
    )


@pytest.mark.parametrize("exponent", [10, 20, 40, 200])
def test_nearly_parallel_rows_are_not_taken_for_parallel(exponent):
    u = [Fraction(1), Fraction(0)]
    near = [[Fraction(sign), Fraction(1, 10**exponent)] for sign in (1, -1)]
    with precision(24):
        known = pairs(_rows([u]), _rows(near), 24)
    assert known.parallel[0][1:] == (False, False)
    assert all(less(arb(0), sine) for sine in known.sine[0][1:])
    assert less(arb(0), known.angle[0][2])  # pi - theta, about 10^-exponent
    assert less(known.angle[0][1], arb.pi() + arb(rational(Fraction(1, 10**6))))


@pytest.mark.parametrize(
    "rows", [([[0, 0]], [[1, 2]]), ([[1, 2]], [[0, 0]]), ([[1, 2], [0, 0]], [[1, 1]])]
)
def test_a_zero_row_is_refused(rows):
    students, teachers = ([[Fraction(x) for x in row] for row in part] for part in rows)
    with precision(128), pytest.raises(ValueError, match="zero"):
        pairs(_rows(students), _rows(teachers), 128)


@pytest.mark.parametrize(
    "rows", [([[1, 2], [3]], [[1, 2]]), ([[1, 2]], [[1, 2, 3]]), ([[1, 2]], [[1]])]
)
def test_ragged_rows_are_refused(rows):
    students, teachers = ([[Fraction(x) for x in row] for row in part] for part in rows)
    with precision(128), pytest.raises(ValueError):
        pairs(_rows(students), _rows(teachers), 128)


@pytest.mark.parametrize("bits", [24, 128, 512])
def test_no_lipschitz_bound_where_a_row_may_vanish(bits):
    with precision(bits):
        known = pairs(
            _rows([[Fraction(3), Fraction(4)], [Fraction(50), Fraction(0)]]),
            _rows([[Fraction(1), Fraction(0)]]),
            bits,
        )
        for radius in (
            Fraction(5),
            Fraction(5) + Fraction(1, 10**200),
            Fraction(7),
            Fraction(10**300),
        ):
            assert hessian_lipschitz(known, rational(radius)) is None
        assert hessian_lipschitz(known, rational(Fraction(4))) is not None


@pytest.mark.parametrize("bits", [128, 256])
def test_lipschitz_bound_near_a_vanishing_row_is_finite_or_none(bits):
    """The smallest norm is 1; for 1 - r about the rounding of r, an enclosure that is neither must
    not come out.
    """
    count = 0
    for tail in range(1, 40):
        for exponent in range(bits * 3 // 10 - 3, bits * 3 // 10 + 3):
            radius = 1 - Fraction(tail, 10**exponent)
            with precision(bits):
                known = pairs(_rows([[Fraction(1)]]), _rows([[Fraction(1, 2)]]), bits)
                bound = hessian_lipschitz(known, rational(radius))
            assert bound is None or bound.is_finite(), f"1 - r = {tail}e-{exponent} at {bits} bits"
            count += 1
    assert count > 100


# --------------------------------------------------------------------------------------------------
# Balls
# --------------------------------------------------------------------------------------------------

integers = st.integers(-(10**12), 10**12)
fractions = st.builds(
    lambda p, q, e: Fraction(p, q) * Fraction(10) ** e,
    integers,
    st.integers(1, 10**12),
    st.one_of(st.integers(-3, 3), st.integers(-400, 400)),
)
near_one = st.builds(
    lambda sign, e, k: sign + Fraction(k, 10**e),
    st.sampled_from((-1, 1)),
    st.integers(1, 60),
    st.integers(-3, 3),
)
numbers = st.one_of(fractions, near_one, st.sampled_from([Fraction(0), Fraction(1), Fraction(-1)]))
radii = st.one_of(st.just(Fraction(0)), fractions.map(abs))
NOT_FINITE = [arb("nan"), arb("inf"), arb("-inf"), arb(0, "inf"), arb(1) / arb(0), arb(-1).sqrt()]


@SEVERAL
@given(numbers, precisions)
def test_ball_contains_the_rational_and_is_thin(value, bits):
    with precision(bits):
        low, high = ends(ball(rational(value)))
    assert low <= value <= high
    assert high - low <= abs(value) / 2 ** (bits - 2)


@SEVERAL
@given(numbers, radii, numbers, radii, precisions)
def test_less_is_the_strict_order_of_all_members(x, r, y, s, bits):
    with precision(bits):
        left, right = wide(x, r), wide(y, s)
        (_, top), (bottom, _) = ends(left), ends(right)
        assert less(left, right) is (top < bottom)
        assert less(left, left) is False
        if less(left, right):
            assert less(right, left) is False


@SEVERAL
@given(
    st.integers(-(2**70), 2**70),
    st.integers(-40, 40),
    st.integers(0, 2**20),
    st.integers(0, 2),
    precisions,
)
def test_less_is_false_for_balls_that_touch(m, e, r, gap, bits):
    """[a, b] and [b, c] touch: not less; one unit apart: less."""
    left = arb(arb((m, e)), arb((r, e)))
    _, top = ends(left)  # a dyadic rational
    scale = top.denominator.bit_length() - 1
    right = arb((top.numerator + gap, -scale))
    assert dyadic(right) == top + Fraction(gap, top.denominator)
    with precision(bits):
        assert less(left, right) is (gap > 0)
        assert less(right, left) is False


@pytest.mark.parametrize("bad", NOT_FINITE, ids=str)
@pytest.mark.parametrize(
    "good", [arb(0), arb("inf"), arb("-inf"), arb("nan"), arb(10) ** 300, arb(1, 5)], ids=str
)
def test_nothing_is_less_or_greater_than_what_is_not_finite(bad, good):
    assert less(bad, good) is False
    assert less(good, bad) is False


@pytest.mark.parametrize("bad", NOT_FINITE, ids=str)
def test_what_is_not_finite_has_no_bounds_and_says_so(bad):
    with pytest.raises(ArithmeticError):
        upper_rational(bad)
    with pytest.raises(ArithmeticError):
        lower_rational(bad)
    assert bounds_text(bad, 5) == ("undefined", "undefined")
    assert interval_text(bad) == "undefined"


@SEVERAL
@given(numbers, radii, precisions, precisions)
def test_rational_bounds_are_outside(x, r, bits, later):
    with precision(bits):
        value = wide(x, r)
    low, high = ends(value)
    with precision(later):
        lower, upper = exact(lower_rational(value)), exact(upper_rational(value))
    assert lower <= low
    assert high <= upper
    assert upper - high <= (abs(high) + abs(low)) / 2 ** (later - 3)
    assert low - lower <= (abs(high) + abs(low)) / 2 ** (later - 3)


def _check_texts(low: Fraction, high: Fraction, texts: tuple[str, str], digits: int) -> None:
    below, above = map(Fraction, texts)
    assert below <= low
    assert high <= above
    for value, shown in ((low, below), (high, above)):  # at most one unit in the last digit away
        assert abs(value - shown) * 10 ** (digits - 1) <= abs(value)


@SEVERAL
@given(numbers, st.integers(1, 60))
def test_rationals_are_printed_outward(value, digits):
    texts = bounds_text(rational(value), digits)
    _check_texts(value, value, texts, digits)
    whole = interval_text(rational(value), digits)
    assert whole == (texts[0] if texts[0] == texts[1] else f"[{texts[0]}, {texts[1]}]")


@SEVERAL
@given(numbers, radii, st.integers(1, 60), precisions)
def test_balls_are_printed_outward(x, r, digits, bits):
    with precision(bits):
        value = wide(x, r)
        low, high = ends(value)
        below, above = map(Fraction, bounds_text(value, digits))
        whole = interval_text(value, digits)
    assert below <= low
    assert high <= above
    inside = [Fraction(part) for part in whole.strip("[]").split(", ")]
    assert inside[0] == below
    assert inside[-1] == above
    room = (abs(low) + abs(high)) * (
        Fraction(2) / 10 ** (digits - 1) + Fraction(1, 2 ** (bits - 4))
    )
    assert above - high <= room
    assert low - below <= room


def test_precision_is_restored():
    before = ctx.prec
    with precision(200):
        assert ctx.prec == 200
        with precision(24):
            assert ctx.prec == 24
        assert ctx.prec == 200
    assert ctx.prec == before
    with pytest.raises(KeyError), precision(300):
        raise KeyError
    assert ctx.prec == before


@SEVERAL
@given(numbers, radii, numbers, radii, precisions, st.integers(-64, 64), st.integers(-64, 64))
def test_arithmetic_and_functions_of_balls_enclose(x, r, y, s, bits, t, u):
    tally = Tally()
    compare_functions(tally, x, r, y, s, bits, Fraction(t, 64), Fraction(u, 64))
    tally.settle(3, unbounded=5)


def compare_functions(
    tally: Tally,
    x: Fraction,
    r: Fraction,
    y: Fraction,
    s: Fraction,
    bits: int,
    t: Fraction,
    u: Fraction,
) -> None:
    """The operations the kernel is made of, at the points x + t r and y + u s of two balls."""
    mp = CONTEXT[6000 if max(r, s) > 10**90 or max(abs(x), abs(y)) > 10**90 else 1024]
    with precision(bits):
        a, b = wide(x, r), wide(y, s)
        root, outer = a.sqrt(), None
        if y + u * s >= 0 and (x + t * r, y + u * s) != (0, 0):
            outer = arb.atan2(b, a)
        values = [a + b, a - b, a * b, a / b, a.abs_upper(), a.max(b)]
    p, q = ((z.numerator, z.denominator) for z in (x + t * r, y + u * s))
    v, w = mp.mpf(p[0]) / p[1], mp.mpf(q[0]) / q[1]
    slack = mp.ldexp(1, 40 - mp.prec)
    tally.compare("sum", arb_ends(mp, values[0]), v + w, slack * (abs(v) + abs(w)))
    tally.compare("difference", arb_ends(mp, values[1]), v - w, slack * (abs(v) + abs(w)))
    tally.compare("product", arb_ends(mp, values[2]), v * w, slack * abs(v * w))
    if w:
        tally.compare("quotient", arb_ends(mp, values[3]), v / w, slack * abs(v / w))
    bound = arb_ends(mp, values[4])
    tally.compare("abs_upper", bound and (0, bound[1]), abs(v), slack * abs(v))
    tally.compare("max", arb_ends(mp, values[5]), max(v, w), slack * (abs(v) + abs(w)))
    if v >= 0:
        tally.compare("sqrt", arb_ends(mp, root), mp.sqrt(v), slack * mp.sqrt(v))
    if outer is not None:
        tally.compare("atan2", arb_ends(mp, outer), mp.atan2(w, v), 4 * slack)


@pytest.mark.parametrize("bits", PRECISIONS)
def test_pi(bits):
    with precision(bits):
        low, high = arb_ends(CONTEXT[1024], arb.pi())
    assert low <= CONTEXT[1024].pi <= high
    assert high - low <= CONTEXT[1024].ldexp(1, 4 - bits)


# --------------------------------------------------------------------------------------------------
# Matrices: rational, with eigenvalues known exactly
# --------------------------------------------------------------------------------------------------

Matrix = list[list[Fraction]]


def reflected(matrix: Matrix, v: list[int]) -> Matrix:
    """Q A Q with the reflection Q = I - 2 v v^T / |v|^2: rational, with the same eigenvalues."""
    norm, size = sum(x * x for x in v), len(v)
    image = [sum((matrix[i][j] * v[j] for j in range(size)), Fraction(0)) for i in range(size)]
    quadratic = sum(x * y for x, y in zip(image, v, strict=True))
    return [
        [
            matrix[i][j]
            - Fraction(2, norm) * (image[i] * v[j] + v[i] * image[j])
            + Fraction(4, norm * norm) * quadratic * v[i] * v[j]
            for j in range(size)
        ]
        for i in range(size)
    ]


def with_eigenvalues(values: list[Fraction], pick: Pick) -> Matrix:
    """A full symmetric matrix with exactly these eigenvalues."""
    size = len(values)
    matrix = [[values[i] if i == j else Fraction(0) for j in range(size)] for i in range(size)]
    for _ in range(1 if size > 20 else 2):
        v = [pick(-4, 4) for _ in range(size)]
        v[pick(0, size - 1)] = 5
        matrix = reflected(matrix, v)
    return matrix


def is_positive_definite(matrix: list[list[int]] | Matrix) -> bool:
    """Exact: all pivots of Gaussian elimination are positive."""
    rows = [[Fraction(x) for x in row] for row in matrix]
    for m, pivot in enumerate(rows):
        if pivot[m] <= 0:
            return False
        for row in rows[m + 1 :]:
            factor = row[m] / pivot[m]
            for j in range(m, len(rows)):
                row[j] -= factor * pivot[j]
    return True


def all_positive_definite(middle: Matrix, radius: Matrix) -> bool:
    """Exact: every symmetric matrix with |X - middle| <= radius entrywise is positive definite
    (Rohn 1994: 2^(size-1) corners).
    """
    size = len(middle)
    for tail in itertools.product((1, -1), repeat=size - 1):
        z = (1, *tail)
        if not is_positive_definite(
            [[middle[i][j] - z[i] * z[j] * radius[i][j] for j in range(size)] for i in range(size)]
        ):
            return False
    return True


def lower_balls(matrix: Matrix, radius: Fraction = Fraction(0)) -> list[list[arb]]:
    return [[wide(x, radius) for x in row[: i + 1]] for i, row in enumerate(matrix)]


@st.composite
def spectra(draw: st.DrawFn, least: Fraction, largest: int = 8) -> Matrix:
    size = draw(st.integers(1, largest))
    others = [Fraction(draw(st.integers(1, 300)), 100) for _ in range(size - 1)]
    return with_eigenvalues([least, *others], lambda low, high: draw(st.integers(low, high)))


NEVER = [
    Fraction(0),
    Fraction(-1, 10**30),
    Fraction(-1, 10**18),
    Fraction(-1, 10**9),
    Fraction(-1, 10),
    Fraction(-7),
]


@pytest.mark.parametrize("least", NEVER, ids=str)
@settings(QUICK, max_examples=15)
@given(
    data=st.data(),
    bits=precisions,
    shift=st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(-5, 7), Fraction(10**6)]),
)
def test_singular_and_indefinite_matrices_are_never_proved(least, data, bits, shift):
    matrix = data.draw(spectra(least))
    moved = [
        [x + (shift if i == j else 0) for j, x in enumerate(row)] for i, row in enumerate(matrix)
    ]
    with precision(bits):
        verdict = positive_definite(lower_balls(moved), rational(shift), bits)
    assert verdict.proved is False
    assert as_fraction(verdict.lowest) >= shift + least


@settings(QUICK, max_examples=30)
@given(
    data=st.data(),
    bits=st.sampled_from([128, 192, 300, 512]),
    shift=st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(-5, 7)]),
)
def test_matrices_with_smallest_eigenvalue_1e_minus_9_are_proved(data, bits, shift):
    matrix = data.draw(spectra(Fraction(1, 10**9)))
    moved = [
        [x + (shift if i == j else 0) for j, x in enumerate(row)] for i, row in enumerate(matrix)
    ]
    with precision(bits):
        verdict = positive_definite(lower_balls(moved), rational(shift), bits)
        assert verdict.proved is True
    assert shift + Fraction(1, 10**9) <= as_fraction(verdict.lowest)


@pytest.mark.parametrize("least", [Fraction(1, 10**9), Fraction(0), Fraction(-1, 10**18)], ids=str)
def test_matrices_larger_than_a_block(least):
    rng = random.Random(5)
    matrix = with_eigenvalues(
        [least, *(Fraction(rng.randint(1, 300), 100) for _ in range(99))], rng.randint
    )
    with precision(192):
        verdict = positive_definite(lower_balls(matrix), fmpq(0), 192)
    assert verdict.proved is (least > 0)


@settings(QUICK, max_examples=40)
@given(
    data=st.data(),
    bits=precisions,
    extra=st.sampled_from([Fraction(1), Fraction(2), Fraction(10**6)]),
)
def test_a_set_with_a_singular_matrix_is_never_proved(data, bits, extra):
    """Smallest eigenvalue 1e-18, every entry known to 1e-18 or worse: the set contains a singular
    matrix.
    """
    matrix = data.draw(spectra(Fraction(1, 10**18)))
    with precision(bits):
        assert positive_definite(lower_balls(matrix, extra / 10**18), fmpq(0), bits).proved is False


@settings(QUICK, max_examples=15)
@given(data=st.data())
def test_smallest_eigenvalue_1e_minus_18_is_too_close_for_128_bits(data):
    matrix = data.draw(spectra(Fraction(1, 10**18)))
    with precision(128):
        assert positive_definite(lower_balls(matrix), fmpq(0), 128).proved is False


def rough_matrix(pick: Pick, bits: int) -> tuple[Matrix, Matrix]:
    """Middle and radii of a small interval matrix at the edge of what `bits` bits can prove: of the
    size of a few last places.
    """
    size, unit = pick(1, 4), Fraction(2) ** (pick(6, 20) - bits // 2)
    middle = [[Fraction(0)] * size for _ in range(size)]
    radius = [[Fraction(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            middle[i][j] = middle[j][i] = unit * Fraction(pick(-64, 64), 16)
            radius[i][j] = radius[j][i] = unit * Fraction(pick(0, 16), 64)
        rest = sum((abs(x) for x in middle[i][:i]), Fraction(0))
        middle[i][i] = rest + unit * Fraction(pick(-16, 80), 16)
        radius[i][i] = unit * Fraction(pick(0, 16), 64)
    return middle, radius


def _judge_rough(pick: Pick) -> tuple[bool, bool]:
    """(proved, true), for all matrices of a set, exactly decided."""
    bits = 2 * pick(12, 60)
    middle, radius = rough_matrix(pick, bits)
    with precision(bits + 64 * pick(0, 1)):
        rows = [
            [wide(x, r) for x, r in zip(mids[: i + 1], rads, strict=False)]
            for i, (mids, rads) in enumerate(zip(middle, radius, strict=True))
        ]
        proved = positive_definite(rows, fmpq(0), bits).proved
    outer = [
        [
            max(map(abs, (end - x for end in ends(rows[max(i, j)][min(i, j)]))))
            for j, x in enumerate(row)
        ]
        for i, row in enumerate(middle)
    ]
    return proved, all_positive_definite(middle, outer)


@SEVERAL
@given(st.randoms(use_true_random=False))
def test_what_is_proved_at_the_edge_of_the_precision_is_true(rng):
    proved, true = _judge_rough(rng.randint)
    assert true or not proved


def test_the_edge_of_the_precision_is_met_from_both_sides():
    """Or the test above would compare nothing."""
    rng = random.Random(3)
    seen = [_judge_rough(rng.randint) for _ in range(600)]
    assert sum(proved for proved, _ in seen) > 20
    assert sum(not true for _, true in seen) > 20
    assert not any(proved and not true for proved, true in seen)


@QUICK
@given(
    data=st.data(),
    bits=precisions,
    radius=st.sampled_from([Fraction(0), Fraction(1, 10**20), Fraction(1, 3)]),
)
def test_rayleigh_quotient_is_an_upper_bound(data, bits, radius):
    """Of x^T A x / x^T x for each A in the balls, and no more than the rounding above it."""
    matrix = data.draw(spectra(Fraction(data.draw(st.integers(-5, 5)), 3), largest=5))
    size = len(matrix)
    x = [data.draw(st.integers(-(2**40), 2**40)) for _ in range(size)]
    assume(any(x))
    corner = [data.draw(st.integers(-8, 8)) for _ in range(size)]
    member = [
        [matrix[i][j] + radius * Fraction(corner[i] * corner[j], 64) for j in range(size)]
        for i in range(size)
    ]
    expected = sum(x[i] * member[i][j] * x[j] for i in range(size) for j in range(size)) / sum(
        value * value for value in x
    )
    with precision(bits):
        rounded = round_off(lower_balls(matrix, radius), 2 * (bits // 2 - 4))
        assert rounded is not None
    found, error = as_fraction(rounded.quotient(x)), int(rounded.error)
    assert (
        expected
        <= found
        <= expected + 2 * size * Fraction(error, 2**rounded.bits) + (2 * size * radius)
    )


WRONG_SHAPES = [
    [],
    [[]],
    [[arb(1)], [arb(1)]],
    [[arb(1), arb(0)], [arb(0), arb(1)]],
    [[arb(1)], []],
    [[arb(1)], [arb(0), arb(1)], [arb(0), arb(1)]],
]


@pytest.mark.parametrize(
    "rows", WRONG_SHAPES, ids=lambda rows: "-".join(str(len(row)) for row in rows) or "none"
)
def test_wrong_shapes_are_refused(rows):
    with precision(128):
        with pytest.raises(ValueError, match="triangle"):
            positive_definite(rows, fmpq(0), 128)
        with pytest.raises(ValueError, match="triangle"):
            round_off(rows, 120)


@pytest.mark.parametrize("direction", [[], [1], [0, 0], [1, 2, 3]], ids=str)
def test_wrong_directions_are_refused(direction):
    with precision(128):
        rounded = round_off([[arb(2)], [arb(0), arb(3)]], 120)
    with pytest.raises(ValueError, match="direction"):
        rounded.quotient(direction)


@pytest.mark.parametrize("bad", NOT_FINITE, ids=str)
@pytest.mark.parametrize("bits", [24, 128, 512])
def test_entries_that_are_not_finite_prove_nothing(bad, bits):
    for i, j in ((0, 0), (1, 0), (1, 1), (2, 0), (2, 2)):
        with precision(bits):
            rows = [[arb(3 if a == b else 0) for b in range(a + 1)] for a in range(3)]
            assert positive_definite(rows, fmpq(0), bits).proved is True
            rows[i][j] = bad
            assert positive_definite(rows, fmpq(0), bits).proved is False
            assert round_off(rows, bits) is None
            assert positive_definite([[bad]], fmpq(-(10**9)), bits).proved is False


def test_entries_far_beyond_the_precision_prove_nothing_and_do_not_crash():
    count = 0
    for bits in (24, 128, 512):
        for entry in (
            Fraction(10) ** 600,
            Fraction(10) ** -600,
            -(Fraction(10) ** 600),
            Fraction(0),
        ):
            with precision(bits):
                rows = [[arb(1)], [ball(rational(entry)), ball(rational(-(entry**2)))]]
                assert positive_definite(rows, fmpq(0), bits).proved is False
                count += 1
    assert count == 12


# --------------------------------------------------------------------------------------------------
# Traps of python-flint: what the kernel must not rely on. If one of these fails, the library has
# changed: read the kernel again.
# --------------------------------------------------------------------------------------------------


def test_trap_power_of_a_ball_around_zero():
    """`ball ** 2` is NaN for a ball that contains negative numbers, and `ball * ball` is wide:
    squares want care.
    """
    assert not (arb(0, 1) ** 2).is_finite()
    product = arb(0, 1) * arb(0, 1)
    assert ends(product)[0] < 0 < ends(product)[1]


def test_trap_nan_contains_everything():
    nan = arb("nan")
    assert nan.contains(arb(7)) is True
    assert nan.overlaps(arb(7)) is True
    assert (nan < 7) is False
    assert (nan > 7) is False
    assert (nan == nan) is False
    assert less(nan, arb(7)) is False


def test_trap_every_ball_is_true():
    for value in (arb(0), arb(0, 1), arb("nan")):
        assert bool(value) is True


def test_trap_not_less_or_equal_is_not_greater():
    left, right = arb(0, 1), arb(0)
    assert (left <= right) is False
    assert (left > right) is False
    assert (left == right) is False
    assert (left != right) is False
    assert less(left, right) is False
    assert less(right, left) is False


def test_trap_builtin_max_and_min_of_balls():
    """The builtins ask `>`, which is false for overlapping balls and NaN, so they return whichever
    comes first.
    """
    unsure, one = arb(1, 10), arb(1)
    assert max(one, unsure) is one
    assert ends(one.max(unsure))[1] >= 11
    assert min(one, unsure) is one
    nan = arb("nan")
    assert max(one, nan) is one
    assert min(one, nan) is one
    assert not one.max(nan).is_finite()


def test_trap_sorted_on_balls_is_not_an_order():
    wide_ball, zero = arb(1, 5), arb(0)
    assert [x is wide_ball for x in sorted([wide_ball, zero])] == [True, False]
    assert [x is wide_ball for x in sorted([zero, wide_ball])] == [False, True]


def test_trap_float_drops_the_radius():
    assert float(arb(1, 1000)) == 1.0
    assert float(arb(1, 1000)) == float(arb(1))


def test_trap_text_may_hide_the_radius():
    value = arb(1, Fraction(1, 8).numerator / 8)
    assert "+/-" in str(value)
    assert "+/-" not in value.str(5, radius=False)
    with pytest.raises(TypeError):
        str(value, 5)  # str of a ball takes no number of digits
    low, high = (Fraction(x) for x in interval_text(value, 5).strip("[]").split(", "))
    assert low <= Fraction(7, 8) < Fraction(9, 8) <= high


def test_trap_a_float_is_not_the_decimal():
    """arb(0.1) is the double next to 1/10, with radius 0; arb("0.1") and arb(fmpq(1, 10)) are balls
    around 1/10.
    """
    tenth = fmpq(1, 10)
    assert dyadic(arb(0.1)) == Fraction(0.1) != Fraction(1, 10)
    for value in (arb("0.1"), ball(tenth)):
        low, high = ends(value)
        assert low < Fraction(1, 10) < high
    # `contains` makes a ball of the rational first: of no use for such a test
    assert not arb("0.1").contains(tenth)


@SEVERAL
@given(numbers, radii, precisions)
def test_trap_a_radius_is_rounded_up(middle, radius, bits):
    """arb(mid, rad) keeps 30 bits of the radius, rounded up, and adds the midpoint's rounding."""
    with precision(bits):
        low, high = ends(arb(rational(middle), rational(radius)))
    assert low <= middle - radius
    assert middle + radius <= high


def test_trap_the_radius_of_a_radius_counts():
    low, high = ends(arb(0, arb(1, 1)))
    assert low <= -2
    assert high >= 2


def test_a_hostile_but_well_formed_certificate_is_judged_not_crashed_upon():
    """A radius that is the norm of the only neuron but for a rounding error: rejected, by whatever
    inequality.
    """
    count = 0
    for exponent in range(36, 62):  # 128 bits are 38.5 digits, 128 + 64 are 57.8
        for last in range(1, 10):
            claims = {
                "radius": "0." + "9" * (exponent - 1) + str(last),
                "distance": "0.01",
                "loss": ["1e-300", "1e300"],
                "curvature": "1e200",
                "lambda_min": ["-1e300", "1e300"],
                "every_dimension": True,
            }
            problem = {"n": 1, "k": 1, "d": 1, "targets": [["0.5"]]}
            statement = {"problem": problem, "centre": [["1"]], "claims": claims}
            document = {
                "format": "certify/1",
                "kind": "gaussian-minimum",
                "statement": statement,
                "witness": {"bits": 128},
            }
            assert check_bytes(json.dumps(document).encode()).verdict == "REJECTED"
            count += 1
    assert count == 234


# --------------------------------------------------------------------------------------------------
# The slow tier: more than 10^6 points
# --------------------------------------------------------------------------------------------------


def _fraction(rng: random.Random) -> Fraction:
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice((-1, 1)) + Fraction(rng.randint(-3, 3), 10 ** rng.randint(1, 60))
    if kind == 1:
        return Fraction(rng.randint(-(10**12), 10**12), rng.randint(1, 10**12)) * Fraction(
            10
        ) ** rng.randint(-80, 80)
    if kind == 2:
        return Fraction(rng.randint(-4, 4))
    return Fraction(rng.randint(-(10**6), 10**6), rng.randint(1, 10**6))


def _radius(rng: random.Random, near: Fraction) -> Fraction:
    kind = rng.randrange(5)
    if kind <= 1:
        return Fraction(0)
    if kind == 2:
        return abs(near)  # touches 0
    if kind == 3:
        return abs(1 - abs(near))  # touches +-1
    return abs(_fraction(rng))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_closed_forms(capsys):
    """650 000 points."""
    rng, tally = random.Random(11), Tally()
    while tally.points < 650_000:
        point = network(rng.randint)
        expected = truth(point)
        for bits in rng.sample(PRECISIONS, 5):
            compare_kernel(tally, point, expected, bits, rng.choice((0, 64)))
    with capsys.disabled():
        print(tally.told("kernel, closed forms"))
    tally.settle(650_000)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_closed_forms_at_extreme_scales(capsys):
    """150 000 points with norms of 1e-300..1e300."""
    rng, tally = random.Random(12), Tally()
    while tally.points < 150_000:
        point = network(rng.randint, extreme=True)
        expected = truth(point)
        for bits in PRECISIONS:
            compare_kernel(tally, point, expected, bits, rng.choice((0, 64)))
    with capsys.disabled():
        print(tally.told("kernel, closed forms at extreme scales"))
    tally.settle(150_000)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_functions_of_balls(capsys):
    """400 000 points of + - * / max abs_upper sqrt atan2, thin, wide, touching 0 and +-1."""
    rng, tally = random.Random(13), Tally()
    while tally.points < 400_000:
        x, y = _fraction(rng), _fraction(rng)
        t, u = (Fraction(rng.choice((-64, 64, 0, rng.randint(-64, 64))), 64) for _ in range(2))
        compare_functions(
            tally, x, _radius(rng, x), y, _radius(rng, y), rng.choice(PRECISIONS), t, u
        )
    with capsys.disabled():
        print(tally.told("kernel, functions of balls"))
    # quotients by and square roots of balls around 0
    tally.settle(400_000, unbounded=tally.points // 5)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_printing_and_rational_bounds(capsys):
    """200 000 points: four ends a ball."""
    rng, points, misses = random.Random(14), 0, []
    for _ in range(50_000):
        x = _fraction(rng)
        with precision(rng.choice(PRECISIONS)):
            value = wide(x, _radius(rng, x))
            low, high = ends(value)
            digits = rng.randint(1, 50)
            below, above = map(Fraction, bounds_text(value, digits))
            lower, upper = exact(lower_rational(value)), exact(upper_rational(value))
            text = [Fraction(part) for part in interval_text(value, digits).strip("[]").split(", ")]
        holds = [
            below <= low,
            high <= above,
            lower <= low,
            high <= upper,
            text[0] == below,
            text[-1] == above,
        ]
        points += 4
        if not all(holds):
            misses.append((value, digits, holds))
    with capsys.disabled():
        print(f"\nkernel, printing and rational bounds: {points} points, {len(misses)} misses")
    assert not misses, misses[:3]
    assert points >= 200_000


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_positive_definite(capsys):
    """20 000 interval matrices at the edge of the precision, decided exactly, and 4 000 with known
    eigenvalues.
    """
    rng, told = random.Random(15), {"proved": 0, "not proved": 0, "wrong": 0, "untrue": 0}
    for _ in range(20_000):
        proved, true = _judge_rough(rng.randint)
        told["proved" if proved else "not proved"] += 1
        told["untrue"] += not true
        told["wrong"] += proved and not true
    values: Iterable[Fraction] = (*NEVER, Fraction(1, 10**9), Fraction(1, 10**18))
    for count, least in zip(range(4_000), itertools.cycle(values), strict=False):
        others = [Fraction(rng.randint(1, 300), 100) for _ in range(rng.randint(0, 9))]
        matrix = with_eigenvalues([least, *others], rng.randint)
        bits = rng.choice(PRECISIONS)
        radius = Fraction(1, 10**18) if least == Fraction(1, 10**18) else Fraction(0)
        shift = Fraction(rng.randint(-50, 50), 7)
        moved = [
            [x + (shift if i == j else 0) for j, x in enumerate(row)]
            for i, row in enumerate(matrix)
        ]
        with precision(bits):
            proved = positive_definite(lower_balls(moved, radius), rational(shift), bits).proved
        told["proved" if proved else "not proved"] += 1
        if least == Fraction(1, 10**9):
            assert proved is True or bits < 128, count
        else:
            told["wrong"] += proved
    with capsys.disabled():
        print(
            f"\nkernel, positive_definite: {sum(told.values()) - told['wrong'] - told['untrue']}"
            f" matrices, {told}"
        )
    assert told["wrong"] == 0
    assert min(told["proved"], told["not proved"], told["untrue"]) > 1000


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_rayleigh_quotient(capsys):
    """60 000 points."""
    rng, points, misses = random.Random(16), 0, 0
    while points < 60_000:
        size = rng.randint(1, 5)
        matrix = with_eigenvalues([_fraction(rng) for _ in range(size)], rng.randint)
        top = max(abs(x) for row in matrix for x in row)
        for _ in range(10):
            x = [rng.randint(-(2**40), 2**40) for _ in range(size)]
            norm = sum(value * value for value in x)
            if not norm:
                continue
            radius = rng.choice((Fraction(0), top / 10**20, top / 3))
            corner = [Fraction(rng.choice((-1, 1)) * rng.randint(0, 8), 8) for _ in range(size)]
            expected = (
                sum(
                    x[i] * (matrix[i][j] + radius * corner[i] * corner[j]) * x[j]
                    for i in range(size)
                    for j in range(size)
                )
                / norm
            )
            with precision(rng.choice(PRECISIONS)):
                rounded = round_off(lower_balls(matrix, radius), rng.choice((16, 120, 200)))
            points += 1
            misses += not expected <= as_fraction(rounded.quotient(x))
    with capsys.disabled():
        print(f"\nkernel, rayleigh_quotient: {points} points, {misses} misses")
    assert misses == 0
    assert points >= 60_000
