"""The second checker's interval arithmetic, closed forms and matrix proof: rational arithmetic
decides where it can, else mpmath does.

The reference (other formulas, 1024 bits and more) is the one of test_enclosures.py in
tests/kernel/foundation.

Ordinary tier: hypothesis. Slow tier (-m slow): more than a million points, each one number of the
reference against one enclosure.
"""

from __future__ import annotations

import itertools
import json
import random
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from standalone import load, recheck

from certify.kernel.check import check_document

ROOT = Path(__file__).resolve().parents[2]


rc = recheck("enclosures")
shared = load("enclosure_reference", ROOT / "tests/kernel/foundation/test_enclosures.py")
Tally = shared.Tally

PRECISIONS = (24, 53, 64, 100, 192, 320, 512)
ARITHMETIC = {bits: rc.arithmetic.Arithmetic(bits) for bits in (*PRECISIONS, 1088)}
QUICK = settings(max_examples=40, deadline=None, derandomize=True)
SEVERAL = settings(max_examples=100, deadline=None, derandomize=True)

precisions = st.sampled_from(PRECISIONS)
whole = st.one_of(
    st.integers(-9, 9), st.integers(-(2**70), 2**70), st.integers(-(2**1500), 2**1500)
)
widths = st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 2**75))
intervals = st.builds(lambda low, width: (low, low + width), whole, widths)
parts = st.integers(0, 16).map(lambda t: Fraction(t, 16))


def inside(interval, part: Fraction, bits: int) -> Fraction:
    """The exact point of an interval at `part` of its length."""
    low, high = interval
    return (low + part * (high - low)) / Fraction(2**bits)


def encloses(interval, value: Fraction, bits: int) -> bool:
    assert type(interval[0]) is int
    assert type(interval[1]) is int
    return interval[0] <= value * 2**bits <= interval[1]


def one_last_place(interval) -> bool:
    return interval[1] - interval[0] <= 1


# --------------------------------------------------------------------------------------------------
# Arithmetic, decided exactly
# --------------------------------------------------------------------------------------------------


def check_arithmetic(a, b, s: Fraction, t: Fraction, q: Fraction, bits: int) -> int:
    """+, -, *, /, negation, scaling at a point of each operand; the number of comparisons."""
    ar, x, y = ARITHMETIC[bits], inside(a, s, bits), inside(b, t, bits)
    assert encloses(rc.arithmetic.add(a, b), x + y, bits)
    assert encloses(rc.arithmetic.add(a, b, a), x + y + x, bits)
    assert encloses(rc.arithmetic.sub(a, b), x - y, bits)
    assert encloses(rc.arithmetic.neg(a), -x, bits)
    assert encloses(rc.arithmetic.scale(a, abs(q)), x * abs(q), bits)
    assert encloses(ar.mul(a, b), x * y, bits)
    count = 6
    if b[0] > 0:
        assert encloses(ar.div(a, b), x / y, bits)
        count += 1
    return count


@SEVERAL
@given(intervals, intervals, parts, parts, st.fractions(), precisions)
def test_arithmetic_encloses(a, b, s, t, q, bits):
    assert check_arithmetic(a, b, s, t, q, bits) >= 6


@SEVERAL
@given(whole, whole, precisions)
def test_arithmetic_of_points_is_within_one_last_place(x, y, bits):
    ar = ARITHMETIC[bits]
    assert one_last_place(ar.mul((x, x), (y, y)))
    assert rc.arithmetic.add((x, x), (y, y)) == (x + y, x + y)
    if y > 0:
        assert one_last_place(ar.div((x, x), (y, y)))
        assert one_last_place(ar.ratio(x, y))
        assert encloses(ar.ratio(x, y), Fraction(x, y), bits)
    assert rc.arithmetic.ceil_div(x, y or 1) == -(-Fraction(x, y or 1) // 1)
    assert ar.one == (2**bits, 2**bits)


@SEVERAL
@given(whole.map(abs), whole, precisions)
def test_roots_enclose_and_exact_roots_are_points(num, den, bits):
    ar, den = ARITHMETIC[bits], abs(den) or 1
    low, high = ar.root(num, den)
    assert 0 <= low <= high <= low + 1
    assert low**2 * den <= num * 4**bits <= high**2 * den
    square = ar.root(num * num, 1)
    assert square == (num << bits, num << bits)
    for value in (num, -num):
        low, high = ar.signed_root(value, den)
        assert low * abs(low) * den <= value * abs(value) * 4**bits <= high * abs(high) * den


@SEVERAL
@given(st.lists(st.tuples(intervals, parts), min_size=0, max_size=6))
def test_norm_encloses(entries):
    low, high = rc.arithmetic.norm([interval for interval, _ in entries])
    square = sum((inside(interval, part, 0) ** 2 for interval, part in entries), Fraction(0))
    assert low >= 0
    assert low**2 <= square <= high**2


@SEVERAL
@given(shared.numbers, st.booleans())
def test_decimals_are_rounded_outward(value, up):
    text = rc.verdict.decimal(value, up)
    shown = Fraction(text)
    assert shown >= value if up else shown <= value
    assert abs(shown - value) * 10 ** (rc.verdict.PRINTED_DIGITS - 3) <= abs(value)


@SEVERAL
@given(*[shared.numbers] * 2, *[shared.radii] * 2)
def test_require_is_the_strict_order_of_all_members(x, y, r, s):
    left, right = (x - r, x + r), (y - s, y + s)
    if x + r < y - s:
        rc.verdict.require("code", left, right)
        return
    with pytest.raises(rc.verdict.Verdict) as caught:
        rc.verdict.require("code", left, right)
    assert (caught.value.verdict, caught.value.code) == ("REJECTED", "code")


# --------------------------------------------------------------------------------------------------
# Arctangents
# --------------------------------------------------------------------------------------------------


def mp_ends(mp, interval, bits: int):
    return tuple(mp.ldexp(mp.mpf(end), -bits) for end in interval)


def mp_of(mp, value: Fraction):
    return mp.mpf(value.numerator) / value.denominator


@pytest.mark.parametrize("bits", [*range(8, 80), *PRECISIONS, 1088, 2000])
def test_pi(bits):
    mp, ar = shared.CONTEXT[6000], rc.arithmetic.Arithmetic(bits)
    for interval, value in ((ar.pi, mp.pi), (ar.half_pi, mp.pi / 2)):
        low, high = mp_ends(mp, interval, bits)
        assert low <= value <= high
        assert high - low <= mp.ldexp(64 + 4 * bits, -bits)


def compare_arctangents(
    tally: Tally, low: Fraction, width: Fraction, part: Fraction, p: int, s2: int, bits: int
) -> None:
    """arctan at a point of an interval in [0, 1] and in [0, 1/4], and A = atan2(sqrt(s2), -p)."""
    ar = ARITHMETIC[bits]
    mp = shared.CONTEXT[6000 if max(abs(p), s2) > 2**900 else 1024]
    slack = mp.ldexp(1, 60 - mp.prec)

    def series(x):
        value, off = rc.arithmetic.arctan_series(x[0], bits)
        return value - off, value + off + x[1] - x[0]

    for top, function in ((1, ar.arctan), (Fraction(1, 4), series)):
        left, right = low * top, min(low + width, 1) * top
        # rounded towards 0: end points in [0, top]
        interval = (
            int(left * 2**bits),
            int(right * 2**bits),
        )
        value = inside(interval, part, bits)
        tally.compare(
            f"{function.__name__}{interval} at {bits}",
            mp_ends(mp, function(interval), bits),
            mp.atan(mp_of(mp, value)),
            slack,
        )
    if p or s2:
        expected = mp.atan2(mp.sqrt(s2), -p) if s2 else (mp.pi if p > 0 else mp.zero)
        tally.compare(
            f"outer_angle({p}, {s2}) at {bits}",
            mp_ends(mp, ar.outer_angle(p, s2), bits),
            expected,
            slack,
        )


unit_fractions = st.one_of(
    st.fractions(0, 1),
    st.builds(lambda k, e: Fraction(k, 10**e), st.integers(0, 9), st.integers(1, 60)),
    st.sampled_from([Fraction(0), Fraction(1)]),
)


@QUICK
@given(
    unit_fractions, st.one_of(st.just(Fraction(0)), unit_fractions), parts, whole, whole, precisions
)
def test_arctangents_enclose(low, width, part, p, s2, bits):
    tally = Tally()
    for pair in ((p, abs(s2)), (p, p * p), (p, 0), (p, 1)):
        compare_arctangents(tally, low, width, part, *pair, bits)
    tally.settle(8)


@QUICK
@given(whole, whole, precisions)
def test_angles_are_tight(p, s2, bits):
    assume(p or s2)
    low, high = ARITHMETIC[bits].outer_angle(p, abs(s2))
    assert high - low <= 400 + 40 * bits


@pytest.mark.parametrize("bits", PRECISIONS)
def test_angles_of_parallel_and_antiparallel_rows_are_exact(bits):
    ar = ARITHMETIC[bits]
    for p in (1, 10**40, 2**3000):
        assert ar.outer_angle(-p, 0) == (0, 0)
        assert ar.outer_angle(p, 0) == ar.pi


# --------------------------------------------------------------------------------------------------
# Closed forms
# --------------------------------------------------------------------------------------------------


def truth(point) -> tuple:
    """The reference's context, its numbers by name, each with the scale of what it is a sum of, and
    its error relative to the scale.
    """
    ref = point.reference()
    mp, n, d, total, size = ref.mp, ref.n, ref.d, ref.mp.fsum(ref.size), ref.size
    slope = [x for row in ref.gradient() for x in row]
    numbers = {
        ("loss",): (ref.loss(), total**2),
        ("gradient norm",): (mp.sqrt(mp.fdot(slope, slope)), total),
    }
    for i in range(n):
        curved = 1 + total / size[i]
        numbers["kappa", i] = (ref.pad_entry(i, i) - mp.mpf(1) / 2, curved)
        for j in range(i + 1):
            numbers["pad", i, j] = (ref.pad_entry(i, j), curved)
            for a in range(d):
                for b in range(a + 1 if i == j else d):
                    numbers["hessian", i, a, j, b] = (
                        ref.hessian_entry(i, a, j, b),
                        curved if i == j else 1,
                    )
        for j in range(len(ref.rows)):
            if j != i:
                numbers["angle", i, j] = (ref.angle[i, j], 1)
                numbers["sine", i, j] = (ref.sine[i, j], 1)
                numbers["over", i, j] = (ref.sine[i, j] * size[j] / size[i], 1 + size[j] / size[i])
                if not ref.parallel[i, j]:
                    numbers.update(
                        {("across", i, j, a): (x, 1) for a, x in enumerate(ref.across[i, j])}
                    )
    for j, unit in enumerate(ref.unit):
        numbers["size", j] = (size[j], size[j])
        numbers.update({("direction", j, a): (x, 1) for a, x in enumerate(unit)})
    bound = ref.lipschitz(point.radius)
    if bound is not None:
        low = min(size[:n]) - mp_of(mp, point.radius)
        numbers["lipschitz",] = (bound, bound * total**2 / low**2)
    return mp, numbers, mp.ldexp(1, 180 - mp.prec)


def found(point, bits: int) -> dict[tuple, tuple[int, int]]:
    """What recheck says of every number in `truth`."""
    ar = ARITHMETIC[bits]
    net = rc.gaussian.GaussianNetwork(ar, point.students, point.teachers)
    result = {("loss",): net.loss(), ("gradient norm",): net.gradient_norm()}
    pad, hessian = net.padding(), net.hessian()
    assert [len(row) for row in hessian.rows] == list(range(1, net.n * net.d + 1))
    for i in range(net.n):
        result["kappa", i] = net.kappa[i]
        rows = [
            [(x - hessian.slack, x + hessian.slack) for x in row]
            for row in hessian.rows[i * net.d : (i + 1) * net.d]
        ]
        for j in range(i + 1):
            result["pad", i, j] = (pad.rows[i][j] - pad.slack, pad.rows[i][j] + pad.slack)
            for a in range(net.d):
                for b in range(a + 1 if i == j else net.d):
                    result["hessian", i, a, j, b] = rows[a][j * net.d + b]
        for j, pair in net.pairs[i].items():
            result["angle", i, j], result["sine", i, j], result["over", i, j] = (
                pair.angle,
                pair.sine,
                pair.over,
            )
            result.update({("across", i, j, a): x for a, x in enumerate(pair.across)})
    for j, direction in enumerate(net.direction):
        result["size", j] = net.size[j]
        result.update({("direction", j, a): x for a, x in enumerate(direction)})
    radius = ar.ratio(point.radius.numerator, point.radius.denominator)
    # inequality 4, as `verify` decides it
    if all(radius[1] < size[0] for size in net.size[: net.n]):
        result["lipschitz",] = net.lipschitz(point.radius)
    return result


def compare(tally: Tally, point, expected: tuple, bits: int) -> None:
    mp, numbers, slack = expected
    enclosures = found(point, bits)
    assert set(enclosures) <= set(numbers), (
        "B of lemma 3 where a row vanishes, or a direction of parallel rows"
    )
    assert len(enclosures) >= len(numbers) - 1  # only B may be missing
    for name, interval in enclosures.items():
        assert interval[0] <= interval[1]
        number, scale = numbers[name]
        tally.compare(
            f"{name} at {bits} bits of {point}", mp_ends(mp, interval, bits), number, scale * slack
        )


def compare_matrix(tally: Tally, point, expected: tuple, bits: int) -> None:
    """The Hessian as a set: the largest row sum of | X - middle |, or its Frobenius norm, is at
    most `slack`, so that the operator norm is.
    """
    mp, numbers, slack = expected
    net = rc.gaussian.GaussianNetwork(ARITHMETIC[bits], point.students, point.teachers)
    matrix, d = net.hessian(), net.d
    order = net.n * d
    sums, scales, squares = [mp.zero] * order, [mp.zero] * order, mp.zero
    for row in range(order):
        for column in range(row + 1):
            number, scale = numbers["hessian", row // d, row % d, column // d, column % d]
            gap = abs(number - mp.ldexp(mp.mpf(matrix.rows[row][column]), -bits))
            for index in {row, column}:
                sums[index] += gap
                scales[index] += scale
                squares += gap * gap
    bound = mp.ldexp(mp.mpf(matrix.slack), -bits)
    tally.compare(
        f"norm at {bits} bits of {point}",
        (mp.zero, bound),
        min(max(sums), mp.sqrt(squares)),
        max(scales) * slack,
    )


@QUICK
@given(shared.networks, precisions)
def test_closed_forms_enclose_the_reference(point, bits):
    tally, expected = Tally(), truth(point)
    compare(tally, point, expected, bits)
    compare_matrix(tally, point, expected, bits)
    tally.settle(8)


@settings(QUICK, max_examples=10)
@given(shared.extreme_networks, precisions)
def test_closed_forms_enclose_the_reference_at_extreme_scales(point, bits):
    tally, expected = Tally(), truth(point)
    compare(tally, point, expected, bits)
    compare_matrix(tally, point, expected, bits)
    tally.settle(8)


@settings(QUICK, max_examples=30)
@given(shared.plain_networks, st.sampled_from((192, 320, 512)))
def test_closed_forms_are_tight_where_rows_are_independent(point, bits):
    """Otherwise an enclosure of everything would pass."""
    mp, numbers, _ = truth(point)
    for name, interval in found(point, bits).items():
        low, high = mp_ends(mp, interval, bits)
        assert high - low <= mp.ldexp(1 + numbers[name][1], 40 - bits), name


def test_nearly_parallel_rows():
    tally = Tally()
    for point in shared.nearly_parallel():
        expected = truth(point)
        for bits in PRECISIONS[::2]:
            compare(tally, point, expected, bits)
    tally.settle(18 * 4 * 30)


def test_nearly_parallel_rows_cost_no_accuracy():
    """Angles of 1e-40 at 192 bits: every entry of the Hessian is known to 2^-160."""
    tiny = Fraction(1, 10**40)
    students = [
        [Fraction(1), Fraction(2)],
        [Fraction(2) + tiny, Fraction(4)],
        [Fraction(-1), Fraction(-2) + tiny],
    ]
    net = rc.gaussian.GaussianNetwork(
        ARITHMETIC[192], students, [[Fraction(3), Fraction(6) - tiny]]
    )
    assert sum(map(len, net.hessian().rows)) == 21
    assert all(pair.s2 > 0 for pairs in net.pairs for pair in pairs.values())
    assert net.hessian().slack < 2**31


# --------------------------------------------------------------------------------------------------
# Matrices
# --------------------------------------------------------------------------------------------------


def symmetric(matrix, bits: int, radius: Fraction = Fraction(0)):
    """A SymmetricMatrix that contains all matrices whose entries are within `radius` of these."""
    rows = []
    for i, row in enumerate(matrix):
        rows.append(
            [((x - radius) * 2**bits // 1, -((-x - radius) * 2**bits // 1)) for x in row[: i + 1]]
        )
    return rc.matrices.SymmetricMatrix(
        [[(int(low), int(high)) for low, high in row] for row in rows]
    )


def proves(matrix, shift: int, bits: int) -> bool:
    cholesky = rc.matrices.Cholesky(matrix, shift, bits)
    assert (cholesky.failure is None) == (len(cholesky.factor) == len(matrix.rows))
    return cholesky.failure is None


@QUICK
@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(intervals, min_size=n, max_size=n), min_size=n, max_size=n)
    ),
    st.data(),
)
def test_slack_bounds_the_distance_of_members(rows, data):
    lower = [row[: i + 1] for i, row in enumerate(rows)]
    matrix = rc.matrices.SymmetricMatrix(lower)
    sums, squares = [0] * len(lower), 0
    for i, row in enumerate(lower):
        for j, interval in enumerate(row):
            gap = abs(data.draw(st.sampled_from(interval)) - matrix.rows[i][j])
            for index in {i, j}:
                sums[index] += gap
                squares += gap * gap
    # either bounds the operator norm
    assert max(sums) <= matrix.slack or squares <= matrix.slack**2


@pytest.mark.parametrize("least", shared.NEVER, ids=str)
@settings(QUICK, max_examples=15)
@given(
    data=st.data(),
    bits=precisions,
    shift=st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(-5, 8), Fraction(10**6)]),
)
def test_singular_and_indefinite_matrices_are_never_proved(least, data, bits, shift):
    matrix = data.draw(shared.spectra(least))
    moved = [
        [x + (shift if i == j else 0) for j, x in enumerate(row)] for i, row in enumerate(matrix)
    ]
    assert proves(symmetric(moved, bits), int(shift * 2**bits), bits) is False


@settings(QUICK, max_examples=40)
@given(
    data=st.data(),
    bits=st.sampled_from([192, 320, 512]),
    shift=st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(-5, 8)]),
)
def test_matrices_with_smallest_eigenvalue_1e_minus_9_are_proved(data, bits, shift):
    matrix = data.draw(shared.spectra(Fraction(1, 10**9)))
    moved = [
        [x + (shift if i == j else 0) for j, x in enumerate(row)] for i, row in enumerate(matrix)
    ]
    assert proves(symmetric(moved, bits), int(shift * 2**bits), bits) is True


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
    matrix = data.draw(shared.spectra(Fraction(1, 10**18)))
    assert proves(symmetric(matrix, bits, extra / 10**18), 0, bits) is False


def judge_rough(pick) -> tuple[bool, bool]:
    """(proved, true) of middle - (s + slack) I, integers of a few units in the last place: where
    roundings decide.
    """
    bits, size = pick(1, 30), pick(1, 5)
    unit = pick(1, 40) * size
    lower = [
        [pick(-unit, unit) for _ in range(i)] + [pick(0, (size + 2) * unit)] for i in range(size)
    ]
    slack = pick(0, 3)
    matrix = rc.matrices.SymmetricMatrix([[(x, x) for x in row] for row in lower])
    assert matrix.slack == 0
    matrix.slack, shift = slack, pick(-unit, unit)
    full = [
        [lower[max(i, j)][min(i, j)] - (shift + slack) * (i == j) for j in range(size)]
        for i in range(size)
    ]
    return proves(matrix, shift, bits), shared.is_positive_definite(full)


@SEVERAL
@given(st.randoms(use_true_random=False))
def test_what_is_proved_at_the_edge_of_the_precision_is_true(rng):
    proved, true = judge_rough(rng.randint)
    assert true or not proved


def test_the_edge_of_the_precision_is_met_from_both_sides():
    """Or the test above would compare nothing."""
    rng = random.Random(3)
    seen = [judge_rough(rng.randint) for _ in range(600)]
    assert sum(proved for proved, _ in seen) > 20
    assert sum(not true for _, true in seen) > 20
    assert sum(true and not proved for proved, true in seen) > 20
    assert not any(proved and not true for proved, true in seen)


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_all_two_by_two_matrices_of_small_integers(bits):
    """Exhaustive: nothing untrue is proved."""
    count = 0
    for a, b, c, slack in itertools.product(range(-1, 16), range(-12, 13), range(-1, 16), range(2)):
        matrix = rc.matrices.SymmetricMatrix([[(a, a)], [(b, b), (c, c)]])
        matrix.slack = slack
        if proves(matrix, 0, bits):
            assert a > slack
            assert (a - slack) * (c - slack) > b * b
            count += 1
    assert count > 50


@QUICK
@given(data=st.data(), bits=precisions, slack=st.integers(0, 2**20))
def test_quotient_encloses(data, bits, slack):
    matrix = data.draw(shared.spectra(Fraction(data.draw(st.integers(-5, 5)), 3), largest=5))
    size = len(matrix)
    x, v = ([data.draw(st.integers(-(2**40), 2**40)) for _ in range(size)] for _ in range(2))
    assume(any(x) and any(v))
    known = symmetric(matrix, bits)
    known.slack = slack
    low, high = rc.matrices.quotient(known, x)
    square = sum(y * y for y in x)
    middle = sum(
        x[i] * known.rows[max(i, j)][min(i, j)] * x[j] for i in range(size) for j in range(size)
    )
    turned = Fraction(
        slack * sum(a * b for a, b in zip(x, v, strict=True)) ** 2, sum(y * y for y in v)
    )
    # members: +- slack I, +- slack v v^T / |v|^2
    for change in (
        0,
        slack * square,
        -slack * square,
        turned,
        -turned,
    ):
        assert low <= Fraction(middle + change, square) <= high


# --------------------------------------------------------------------------------------------------
# Births on wide intervals of k, and directions of any length
# --------------------------------------------------------------------------------------------------


def code_of(tree) -> str:
    """The reason code, empty if proved."""
    try:
        rc.kinds.judge(rc.reader.parse(json.dumps(tree).encode()))
    except rc.verdict.Verdict as found:
        return found.code
    return ""


@pytest.mark.parametrize("name", ["A", "I", "II", "I-near"])
def test_wide_births_have_one_reason_code(name):
    """Whatever K is, for boxes X as thin as those shipped and somewhat wider (FORMAT 4.3)."""
    tree = json.loads((ROOT / "proofs" / "symmetric" / "birth" / f"{name}.json").read_text())
    claims, told = tree["statement"]["claims"], set()
    for low, high, distance in itertools.product(
        ("4.001", "4.5", "5.5", "100"), ("5.9", "20", "500", "999.9"), (claims["distance"], "1e-4")
    ):
        if float(low) < float(high):
            claims.update(k=[low, high], distance=distance)
            outcome = check_document(tree)
            assert outcome.verdict == "REJECTED"
            assert outcome.code == code_of(tree), (low, high, distance)
            told.add(outcome.code)
    assert "contraction" in told


def test_the_length_of_a_direction_does_not_count():
    tree = json.loads(
        (ROOT / "tests" / "corpus" / "accept" / "family-saddle-A-flipped.json").read_text()
    )
    for box in tree["witness"]["cover"]:
        box["direction"] = [f"{x}e-290" for x in box["direction"]]
    assert (check_document(tree).verdict, code_of(tree)) == ("PROVED", "")


# --------------------------------------------------------------------------------------------------
# The slow tier: more than 10^6 points
# --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_closed_forms(capsys):
    """650 000 points."""
    rng, tally = random.Random(21), Tally()
    while tally.points < 650_000:
        point = shared.network(rng.randint)
        expected = truth(point)
        for bits in rng.sample(PRECISIONS, 4):
            compare(tally, point, expected, bits)
        compare_matrix(tally, point, expected, rng.choice(PRECISIONS))
    with capsys.disabled():
        print(tally.told("recheck, closed forms"))
    tally.settle(650_000)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_closed_forms_at_extreme_scales(capsys):
    """150 000 points with norms of 1e-300..1e300."""
    rng, tally = random.Random(22), Tally()
    while tally.points < 150_000:
        point = shared.network(rng.randint, extreme=True)
        expected = truth(point)
        for bits in PRECISIONS:
            compare(tally, point, expected, bits)
            compare_matrix(tally, point, expected, bits)
    with capsys.disabled():
        print(tally.told("recheck, closed forms at extreme scales"))
    tally.settle(150_000)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_arctangents(capsys):
    """150 000 points."""
    rng, tally = random.Random(23), Tally()
    while tally.points < 150_000:
        low = rng.choice(
            (
                Fraction(rng.randint(0, 10**9), 10**9),
                Fraction(rng.randint(0, 9), 10 ** rng.randint(1, 60)),
                Fraction(1),
                Fraction(0),
            )
        )
        width = rng.choice(
            (
                Fraction(0),
                Fraction(rng.randint(0, 10**9), 10**9),
                Fraction(rng.randint(0, 9), 10 ** rng.randint(1, 60)),
            )
        )
        p = rng.randint(-(2 ** rng.randint(0, 400)), 2 ** rng.randint(0, 400))
        s2 = rng.choice(
            (
                0,
                p * p,
                rng.randint(0, 2 ** rng.randint(0, 800)),
                max(p * p + rng.randint(-3, 3), 0),
                rng.randint(0, 9),
            )
        )
        compare_arctangents(
            tally, low, width, Fraction(rng.randint(0, 16), 16), p, s2, rng.choice(PRECISIONS)
        )
    with capsys.disabled():
        print(tally.told("recheck, arctangents"))
    tally.settle(150_000)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_arithmetic(capsys):
    """400 000 points of + - * / negation and scaling."""
    rng, points = random.Random(24), 0

    def interval():
        size = 2 ** rng.choice((3, 30, 200, 700))
        low = rng.randint(-size, size)
        return low, low + rng.choice((0, rng.randint(0, 5), rng.randint(0, size), abs(low)))

    while points < 400_000:
        s, t = (Fraction(rng.choice((0, 16, rng.randint(0, 16))), 16) for _ in range(2))
        points += check_arithmetic(
            interval(),
            interval(),
            s,
            t,
            Fraction(rng.randint(0, 10**6), rng.randint(1, 10**6)),
            rng.choice(PRECISIONS),
        )
    with capsys.disabled():
        print(f"\nrecheck, arithmetic: {points} points, 0 misses")
    assert points >= 400_000


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_bulk_matrix_proof(capsys):
    """100 000 integer matrices at the edge of the precision, decided exactly, and 4 000 with known
    eigenvalues.
    """
    rng, told = random.Random(25), {"proved": 0, "not proved": 0, "wrong": 0, "untrue": 0}
    for _ in range(100_000):
        proved, true = judge_rough(rng.randint)
        told["proved" if proved else "not proved"] += 1
        told["untrue"] += not true
        told["wrong"] += proved and not true
    values = (*shared.NEVER, Fraction(1, 10**9), Fraction(1, 10**18))
    for _, least in zip(range(4_000), itertools.cycle(values), strict=False):
        others = [Fraction(rng.randint(1, 300), 100) for _ in range(rng.randint(0, 9))]
        matrix, bits, shift = (
            shared.with_eigenvalues([least, *others], rng.randint),
            rng.choice(PRECISIONS),
            Fraction(rng.randint(-50, 50), 8),
        )
        moved = [
            [x + (shift if i == j else 0) for j, x in enumerate(row)]
            for i, row in enumerate(matrix)
        ]
        radius = least if least == Fraction(1, 10**18) else Fraction(0)
        proved = proves(symmetric(moved, bits, radius), int(shift * 2**bits), bits)
        told["proved" if proved else "not proved"] += 1
        if least == Fraction(1, 10**9):
            assert proved is True or bits < 100
        else:
            told["wrong"] += proved
    with capsys.disabled():
        print(f"\nrecheck, matrix proof: {told['proved'] + told['not proved']} matrices, {told}")
    assert told["wrong"] == 0
    assert min(told["proved"], told["not proved"], told["untrue"]) > 1000
