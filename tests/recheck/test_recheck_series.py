"""The second checker's power series with summable errors (lemma 13): random members of random sets,
in exact numbers or at 700 bits, lie in the sets that are found for them, coefficient by
coefficient."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from mpmath import mp, mpf
from standalone import recheck

rc = recheck("series")
Arithmetic, Num = rc.arithmetic.Arithmetic, rc.arithmetic.Num
Expansion, Form = rc.expansions.Expansion, rc.expansions.Form
Verdict = rc.verdict.Verdict

BITS, TERMS = 96, 60  # terms of the reference
AR = Arithmetic(BITS)
FORMS = [Form(8, 0, False), Form(8, 8, True), Form(10, 3, True), Form(5, 0, True)]


def drawn(rng: random.Random, form: Form, unit: bool = False, v: int = 0) -> tuple[Expansion, list]:
    """A set, and the coefficients of s^-v of one of its members; with `unit` about 1 at 0."""
    size = rng.choice([2**-3, 2**-5, 2**-9])
    terms = [
        int(rng.uniform(-1, 1) * size ** min(i, 3) * 2**BITS)
        for i in range(rng.randint(1, form.length))
    ]
    if unit:
        terms[0] = (1 << BITS) + (terms[0] >> 3)
    wide = rng.choice([0, 1, 2**20, 2**70])
    off = [rng.choice([0, rng.randint(0, wide)]) for _ in range(rng.randint(0, form.apart) + 1)]
    member = [Fraction(x, 1 << BITS) for x in terms] + [Fraction(0)] * (TERMS - len(terms))
    m, left = len(off) - 1, Fraction(off[-1], 1 << BITS)
    for i in range(m):
        member[i] += rng.choice([-1, 0, 1]) * Fraction(off[i], 1 << BITS)
    for i in rng.sample(range(m, TERMS), 5):  # the rest is shared out, from the m-th on
        part = left * Fraction(rng.randint(0, 16), 16)
        member[i] += rng.choice([-1, 1]) * part
        left -= part
    return Expansion(AR, form, v, terms, off), [mpf(x.numerator) / x.denominator for x in member]


def times(a: list, b: list) -> list:
    return [sum(a[j] * b[i - j] for j in range(i + 1)) for i in range(TERMS)]


def over(a: list) -> list:
    found = [1 / a[0]]
    for i in range(1, TERMS):
        found.append(-sum(a[j] * found[i - j] for j in range(1, i + 1)) / a[0])
    return found


def root(a: list) -> list:
    found = [mp.sqrt(a[0])]
    for i in range(1, TERMS):
        found.append((a[i] - sum(found[j] * found[i - j] for j in range(1, i))) / (2 * found[0]))
    return found


def arctan(a: list) -> list:
    """By the derivative, a'/(1 + a^2)."""
    slope = [(i + 1) * x for i, x in enumerate(a[1:])] + [mpf(0)]
    square = times(a, a)
    square[0] += 1
    quotient = times(slope, over(square))
    return [mp.atan(a[0])] + [x / (i + 1) for i, x in enumerate(quotient[:-1])]


def shifted(a: list, v: int) -> list:
    return ([mpf(0)] * v + a)[:TERMS]


def require_member(found: Expansion, value: list, v: int) -> None:
    """s^v times the series is in the set; the reference has at least 500 bits, and what it leaves
    out is of the order TERMS."""
    unit, m = mpf(2) ** -BITS, len(found.off) - 1
    assert found.v >= v or found.form.outset
    if found.v >= v:
        assert all(abs(x) < mpf(2) ** -600 for x in value[: found.v - v])
        value = value[found.v - v :]
    else:
        value = shifted(value, v - found.v)
    terms = [x * unit for x in found.terms] + [mpf(0)] * TERMS
    missing = [abs(x - y) for x, y in zip(value, terms, strict=False)]
    spare = mpf(2) ** -500
    for i in range(m):
        assert missing[i] <= found.off[i] * unit + spare, i
    assert sum(missing[m:]) <= found.off[m] * unit + spare


@pytest.mark.parametrize("seed", range(60))
def test_members_stay_members(seed):
    rng = random.Random(seed)
    form = FORMS[seed % len(FORMS)]
    with mp.workprec(700):
        v, w = (rng.randint(0, 3), rng.randint(0, 2)) if form.outset else (0, 0)
        (f, a), (g, b) = drawn(rng, form, v=v), drawn(rng, form, unit=True, v=w)
        require_member(f, a, v)
        low = min(v, w)
        both = [x + y for x, y in zip(shifted(a, v - low), shifted(b, w - low), strict=True)]
        require_member(f + g, both, low)
        require_member(f * g, times(a, b), v + w)
        require_member(g * g, times(b, b), 2 * w)
        require_member(3 * f - 1, [3 * x - (i == 0) for i, x in enumerate(shifted(a, v))], 0)
        require_member(1 / g, over(b), -w)
        require_member(f / g, times(a, over(b)), v - w)
        require_member((g * g).root(), b, w)
        if w % 2 == 0:
            require_member(g.root(), root(b), w // 2)
        try:
            found = f.arctan()
        except Verdict:
            assert f.ends[1] >> BITS or -f.ends[0] >> BITS
        else:
            require_member(found, arctan(shifted(a, v)), 0)


@pytest.mark.parametrize("seed", range(40))
def test_values_and_angles_are_enclosed(seed):
    """f(s), and atan2(S, -p), at points of random parts of [-1, 1] or [0, 1]."""
    rng = random.Random(1000 + seed)
    form = FORMS[seed % len(FORMS)]
    with mp.workprec(700):
        v, w = (rng.randint(0, 3), rng.choice([0, 0, 1])) if form.outset else (0, 0)
        (p, a), (s, b) = drawn(rng, form, unit=rng.random() < 0.5, v=v), drawn(rng, form, True, w)
        p, a = (p, a) if rng.random() < 0.5 else (-p, [-x for x in a])
        try:
            angle = p.outer_angle(s)
        except Verdict:
            angle = None
        for _ in range(5):
            low, high = sorted(
                rng.randint(0 if form.outset else -(1 << BITS), 1 << BITS) for _ in "ab"
            )
            x = Fraction(rng.randint(low, high), 1 << BITS)
            x = mpf(x.numerator) / x.denominator
            if x == 0:
                continue
            at_x = [x**n * mp.polyval(c[::-1], x) for n, c in ((v, a), (w, b))]
            for f, value in ((p, at_x[0]), (s, at_x[1]), (angle, mp.atan2(at_x[1], -at_x[0]))):
                if f is not None:
                    ends = f.at((low, high), "bounds").ends
                    assert ends[0] <= value * 2**BITS <= ends[1]


@pytest.mark.parametrize("seed", range(20))
def test_a_known_order_moves_terms_and_bounds(seed):
    """A member that is O(s^n), in a set of which the terms below are within their bounds of 0."""
    rng = random.Random(2000 + seed)
    form = rng.choice([form for form in FORMS if form.outset])
    with mp.workprec(700):
        f, _ = drawn(rng, form)
        n = rng.randint(1, min(4, len(f.terms)))
        offs = [rng.randint(0, 2 ** rng.choice([3, 40, 70])) for _ in range(form.apart + 1)]
        low = [rng.randint(-offs[min(i, form.apart)], 0) for i in range(n)]
        if n > form.apart:  # they share the last bound
            low = [x // (n + 1) for x in low]
        terms = [*low, *f.terms[n:]]
        member = [mpf(0)] * n + [mpf(x) / 2**BITS for x in f.terms[n:]]
        member = (member + [mpf(0)] * TERMS)[:TERMS]
        for i in range(n, form.apart):
            member[i] += rng.choice([-1, 1]) * mpf(offs[i]) / 2**BITS
        if n <= form.apart:
            member[rng.randint(form.apart, TERMS - 1)] += mpf(offs[-1]) / 2**BITS
        f = Expansion(AR, form, 0, terms, offs)
        require_member(f, member, 0)
        require_member(f.from_order(n, "f"), member, 0)


def test_what_has_no_inverse_root_or_order():
    form = FORMS[1]
    zero_inside = Expansion(AR, FORMS[0], 0, [1 << BITS, 1 << BITS], [0])
    with pytest.raises(Verdict, match="a divisor"):
        zero_inside.inverse()
    with pytest.raises(Verdict, match="a square"):
        zero_inside.root()
    with pytest.raises(Verdict, match="a square"):
        Expansion(AR, form, 1, [1 << BITS], [0] * 9).root()
    small = Expansion(AR, form, 0, [5, 1 << BITS], [5, 0, 0])
    assert small.from_order(1, "f").v == 1
    with pytest.raises(Verdict, match="coefficient of s"):
        Expansion(AR, form, 0, [6, 1 << BITS], [5, 0, 0]).from_order(1, "f")
    with pytest.raises(Verdict, match="unbounded"):
        (Num(AR, AR.one) / Expansion(AR, form, 1, [1 << BITS], [0])).at((0, 1), "bounds")
