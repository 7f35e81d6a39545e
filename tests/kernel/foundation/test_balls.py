"""Printing, limits and the shape of things: what a mutation of one character in the kernel must not
survive.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil

import pytest
from flint import arb, fmpq, fmpz_mat

import certify.kernel
from certify.kernel.check import check_document
from certify.kernel.foundation import balls, exact, factor
from certify.kernel.foundation import definite as linalg
from certify.kernel.foundation.balls import (
    bounds_text,
    interval_text,
    less,
    lower_rational,
    precision,
    upper_rational,
)
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.exact import (
    MAX_BYTES,
    MAX_DIGITS,
    decimal,
    decimal_matrix,
    parse_json,
)
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import Interval, read_interval
from certify.kernel.foundation.rounded import _SIDE as SIDE
from certify.kernel.foundation.rounded import round_off
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.gaussian.hessian import Hessian
from certify.kernel.gaussian.lipschitz import lipschitz_constant
from certify.kernel.gaussian.pairs import pairs
from tests.triangles import block, hessian

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("value", "digits", "low", "high"),
    [
        (fmpq(0), 4, "0", "0"),
        (fmpq(1), 4, "1.000", "1.000"),
        (fmpq(-1), 4, "-1.000", "-1.000"),
        (fmpq(2, 3), 4, "0.6666", "0.6667"),
        (fmpq(-2, 3), 4, "-0.6667", "-0.6666"),
        (fmpq(200, 3), 4, "66.66", "66.67"),
        (fmpq(20000, 3), 4, "6666", "6667"),
        (fmpq(2000000, 3), 4, "666600", "666700"),
        (fmpq(10**9, 3), 4, "333300000", "333400000"),
        (fmpq(10**10, 3), 4, "3.333e9", "3.334e9"),
        (fmpq(-(10**10), 3), 4, "-3.334e9", "-3.333e9"),
        (fmpq(99999, 1), 4, "99990", "100000"),
        (fmpq(1, 15), 4, "0.06666", "0.06667"),
        (fmpq(1, 15000), 4, "0.00006666", "0.00006667"),
        (fmpq(1, 150000), 4, "6.666e-6", "6.667e-6"),
        (fmpq(1, 10**40), 3, "1.00e-40", "1.00e-40"),
        (fmpq(1, 3 * 10**40), 3, "3.33e-41", "3.34e-41"),
        (fmpq(10**40, 3), 3, "3.33e39", "3.34e39"),
        (fmpq(7), 1, "7", "7"),
        (fmpq(77), 1, "70", "80"),
        (fmpq(10**6, 3), 1, "300000", "400000"),
        (fmpq(10**7, 3), 1, "3e6", "4e6"),
    ],
)
def test_bounds_in_decimals(value, digits, low, high):
    assert bounds_text(value, digits) == (low, high)


@pytest.mark.parametrize("power", [*range(-50, 51), -300, 300, 1000, -1000])
@pytest.mark.parametrize("top", [1, 9, 10, 99, 123456789])
def test_bounds_are_next_to_the_value(power, top):
    value = fmpq(top) * fmpq(10) ** power / 7
    for sign in (1, -1):
        low, high = (
            decimal(text, "x") if abs(power) <= 290 else fmpq(*map(int, _fraction(text)))
            for text in bounds_text(sign * value, 6)
        )
        assert low < sign * value < high
        assert (high - low) * 10**5 <= abs(high) or (high - low) * 10**5 <= abs(low)


def _fraction(text):
    from fractions import Fraction

    return Fraction(text).as_integer_ratio()


def test_intervals_in_words():
    assert interval_text(fmpq(1, 4), 4) == "0.2500"
    assert interval_text(fmpq(1, 3), 4) == "[0.3333, 0.3334]"
    assert interval_text(fmpq(99999, 10000), 2) == "[9.9, 10.0]"
    assert interval_text(arb("nan")) == interval_text(arb("inf")) == "undefined"
    with precision(100):
        assert interval_text(arb(1, 1), 3) == "[-1.87e-9, 2.01]"
        assert interval_text(arb(fmpq(1, 2))) == "0.5000000000"


def test_rationals_of_balls():
    with precision(64):
        for exact_value in (arb(3), arb(fmpq(3, 8)), arb(-5) * 2**70, arb(0), arb(1), arb(2**90)):
            assert lower_rational(exact_value) == upper_rational(exact_value)
        assert upper_rational(arb(fmpq(3, 8))) == fmpq(3, 8)
        assert upper_rational(arb(5) * 2**70) == 5 * 2**70
        third = arb(fmpq(1, 3))
        assert lower_rational(third) < fmpq(1, 3) < upper_rational(third)
        assert less(arb(1), arb(2)) is True
        assert less(arb(1, 1), arb(2)) is False
        assert less(arb(1), arb("inf")) is False
        assert less(arb("-inf"), arb(1)) is False


@pytest.mark.parametrize("sign", [1, -1])
def test_rationals_of_what_is_nearly_0(sign):
    """Outwards, and to a number that is as small as the smallest kept."""
    tiny = arb(sign) * arb(2) ** -(10 * balls._SMALLEST)
    low, high = lower_rational(tiny), upper_rational(tiny)
    least = fmpq(1, 2**balls._SMALLEST)
    assert (low, high) == ((0, least) if sign > 0 else (-least, 0))


def test_both_sides_are_told_apart():
    close = [fmpq(1, 3), fmpq(1, 3) + fmpq(1, 10**20)]
    ledger = Ledger()
    ledger.require("code", "sentence", *close)
    (found,) = ledger.inequalities
    assert found.left == "[0.333333333333333333333333, 0.333333333333333333333334]"
    assert found.right == "[0.333333333333333333343333, 0.333333333333333333343334]"
    with pytest.raises(Unverified) as failure:
        ledger.require("code", "sentence", close[0], close[0])
    assert len(failure.value.inequality.left) == len("[0.333, 0.333]") + 2 * 45
    ledger.require("code", "sentence", fmpq(1), fmpq(2))
    assert (ledger.inequalities[-1].left, ledger.inequalities[-1].right) == ("1.00000", "2.00000")
    with precision(100):
        ledger.require("code", "sentence", arb(1), fmpq(2))
        ledger.require("code", "sentence", fmpq(1), arb(2))
        with pytest.raises(Unverified):
            ledger.require("code", "sentence", fmpq(1), arb(1))
        for left, right in ((arb("-inf"), fmpq(1)), (fmpq(1), arb("inf")), (arb("nan"), fmpq(1))):
            with pytest.raises(Unverified):
                ledger.require("code", "sentence", left, right)


def test_everything_that_is_claimed_or_decided_is_frozen():
    seen = 0
    for module in pkgutil.walk_packages(certify.kernel.__path__, "certify.kernel."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, type) and dataclasses.is_dataclass(value):
                assert value.__dataclass_params__.frozen, name
                seen += 1
    assert seen > 40


def test_limits_are_where_the_format_says():
    assert MAX_BYTES == 16_777_216
    assert len(b"".join(bytes([c]) for c in exact._NOT_NESTING)) == 251
    filler = b" " * (MAX_BYTES - 2)
    assert parse_json(b"{}" + filler) == {}
    with pytest.raises(Malformed, match="larger"):
        parse_json(b"{}" + filler + b" ")
    assert parse_json(b"[" * 16 + b"]" * 16) is not None
    with pytest.raises(Malformed, match="nested"):
        parse_json(b"[" * 17 + b"]" * 17)
    assert parse_json(b"[" + b"[]," * 40 + b"[]]") is not None
    with pytest.raises(Malformed, match="nested"):
        parse_json(b"[[]," * 17 + b"1" + b"]" * 17)
    digits = "1" * MAX_DIGITS
    assert decimal(digits, "x") == int(digits)
    assert decimal(f"-0.{digits[1:]}e-300", "x") < 0
    assert len(f"-0.{digits[1:]}e-300") == MAX_DIGITS + 7
    with pytest.raises(Malformed, match="longer"):
        decimal(digits + "1", "x")
    with pytest.raises(Malformed, match="longer"):
        decimal("0" + " " * (MAX_DIGITS + 10), "x")
    with pytest.raises(Malformed, match="not a decimal string"):
        decimal(" " * (MAX_DIGITS + 10), "x")
    assert decimal("5e2", "x") == 500
    assert decimal("5.25e1", "x") == fmpq(105, 2)
    assert decimal("5.25e2", "x") == 525


def test_long_names_are_cut():
    assert exact._shown("a" * 58) == "'" + "a" * 58 + "'"
    assert exact._shown("a" * 59) == "'" + "a" * 56 + "..."
    assert exact._shown(3) == "3"
    with pytest.raises(Malformed, match="real numbers are written as decimal strings") as error:
        parse_json(b"[" + b"1" * 50 + b".5]")
    assert "1" * 40 in str(error.value)
    assert "1" * 41 not in str(error.value)


@pytest.mark.parametrize(("rows", "columns"), [(1, 2), (3, 2), (2, 1), (2, 3), (500, 2), (2, 500)])
def test_matrices_have_their_shape(rows, columns):
    value = [["1", "2"], ["3", "4"]]
    assert decimal_matrix(value, "m", 2, 2) == ((1, 2), (3, 4))
    with pytest.raises(Malformed):
        decimal_matrix(value, "m", rows, columns)
    with pytest.raises(Malformed):
        read_interval(["1", "2", "3"], "i")
    with pytest.raises(Malformed):
        read_interval(["1"], "i")
    interval = read_interval(["1.50", "2e0"], "i")
    assert interval == Interval(fmpq(3, 2), fmpq(2), ("1.50", "2e0"))
    assert str(interval) == "[1.50, 2e0]"


def test_other_versions_are_declined_in_either_direction():
    for version in ("certify/0", "certify/2", "a", "z", ""):
        assert check_document({"format": version, "kind": "gaussian-minimum"}).verdict == "DECLINED"


def unit(k):
    return tuple(tuple(fmpq(int(i == j)) for j in range(k)) for i in range(k))


def test_parallel_and_nearly_parallel_neurons():
    """The Hessian is continuous: at parallel rows exactly, and beside them without cancellation."""
    with precision(256):
        exactly = pairs(
            ((fmpq(1), fmpq(2)), (fmpq(2), fmpq(4)), (fmpq(-1), fmpq(-2))), unit(2), 192
        )
        assert exactly.parallel[0] == (True, True, True, False, False)
        assert [bool(x == 0) for x in exactly.sine[0]] == [True, True, True, False, False]
        assert exactly.angle[0][1].overlaps(arb.pi())
        assert exactly.angle[0][2] == 0
        limit = hessian(exactly)
        assert all(entry.is_finite() for row in limit for entry in row)
        assert limit[2][0].overlaps(arb(fmpq(1, 2)))
        for size in (10**20, 10**35, 10**45, 10**60):
            beside = pairs(
                (
                    (fmpq(1), fmpq(2)),
                    (fmpq(2), fmpq(4) + fmpq(1, size)),
                    (fmpq(-1), fmpq(-2) + fmpq(1, size)),
                ),
                unit(2),
                192,
            )
            for row, other in zip(hessian(beside), limit, strict=True):
                for entry, value in zip(row, other, strict=True):
                    assert abs(entry - value) < arb(10) / size + arb(2) ** -80
                    assert entry.rad() < arb(10) / size + arb(2) ** -80
        for angle in (fmpq(1, 2**80), fmpq(1, 2**100), fmpq(1, 10**60)):
            near = pairs(((fmpq(1), fmpq(0)), (fmpq(1), angle)), unit(2), 192)
            mixed = block(Hessian(near, 184).other(1, 0))
            assert all(entry.rad() < arb(2) ** -88 for row in mixed for entry in row)
            sine = arb(angle) / (1 + arb(angle) * angle).sqrt()
            # A I plus sin(angle) times a reflection, (cos sin; sin -cos) here
            turn, share = near.angle[0][1] / (2 * arb.pi()), sine / (2 * arb.pi())
            cosine = (1 - sine * sine).sqrt()
            expected = [turn + share * cosine, share * sine, share * sine, turn - share * cosine]
            for entry, value in zip([*mixed[0], *mixed[1]], expected, strict=True):
                assert abs(entry - value) < arb(2) ** -87


def test_right_angles_and_short_rows():
    with precision(256):
        point = pairs(unit(2), unit(2), 192)
        assert point.angle[0][1].overlaps(arb.pi() / 2)
        assert point.angle[0][1].rad() < arb(2) ** -200
        tenth = fmpq(1, 10)
        short = pairs(((tenth, fmpq(0)), (tenth, tenth * fmpq(1, 2**100))), unit(2), 192)
        mixed = block(Hessian(short, 184).other(1, 0))
        turn, sine = short.angle[0][1] / (2 * arb.pi()), arb(fmpq(1, 2**100)) / (2 * arb.pi())
        assert abs(mixed[0][0] - turn - sine) < arb(2) ** -87
        assert abs(mixed[1][1] - turn + sine) < arb(2) ** -87
        assert lipschitz_constant([(1, arb(1) / 2)], arb(1), fmpq(3, 4)) is None
        assert lipschitz_constant([(1, arb(1) / 2)], arb(1), fmpq(1, 2)) is None
        assert lipschitz_constant([(1, arb(1) / 2)], arb("inf"), fmpq(1, 4)) is None


def test_messages_name_what_is_wrong(tmp_path):
    with pytest.raises(Malformed, match="No such file"):
        exact.read_bytes(tmp_path / "none.json")
    with pytest.raises(Malformed, match="lacks the field 'a'"):
        exact.fields({}, "it", ["b", "a", "c"])
    with pytest.raises(Malformed, match="unknown field 'x'"):
        exact.fields({"y": 1, "x": 2, "z": 3}, "it", [])
    full = tmp_path / "full.json"
    full.write_bytes(b" " * MAX_BYTES)
    assert len(exact.read_bytes(full)) == MAX_BYTES
    full.write_bytes(b" " * (MAX_BYTES + 1))
    with pytest.raises(Malformed, match="larger"):
        exact.read_bytes(full)
    assert GUARD_BITS == 64


def test_zero_rows_have_no_geometry():
    for students, teachers in (
        (((fmpq(0), fmpq(0)),), unit(2)),
        (((fmpq(1), fmpq(0)),), ((fmpq(0), fmpq(0)),)),
    ):
        with pytest.raises(ValueError, match="zero"):
            pairs(students, teachers, 128)


def test_broken_factorisations_prove_nothing():
    with precision(192):
        for rows in (
            [[arb(0)]],
            [[arb(fmpq(1, 2**70))]],
            [[arb("nan")]],
            [[arb(1)], [arb(1), arb(1)]],
            [[arb(1)], [arb(2), arb(1)]],
            [[arb("inf")]],
        ):
            found = linalg.positive_definite(rows, fmpq(0), 128)
            assert found.proved is False
            assert (
                found.lowest.is_finite() is rows[-1][-1].is_finite()
                if isinstance(found.lowest, arb)
                else found.lowest <= fmpq(1, 2**69)
            )
        found = linalg.positive_definite([[arb("nan")]], fmpq(0), 128)
        assert not found.left.is_finite() and not found.lowest.is_finite()
        for wrong in (
            [],
            [[arb(1), arb(2)]],
            [[arb(1)], [arb(2)]],
            [[arb(1)], [arb(1), arb(1), arb(1)]],
        ):
            with pytest.raises(ValueError, match="lower triangle"):
                linalg.positive_definite(wrong, fmpq(0), 128)
        whole = round_off([[arb(2)], [arb(1), arb(5)]], 60)
        for x, value in (([1, 1], fmpq(9, 2)), ([1, 0], fmpq(2))):
            assert value <= whole.quotient(x) <= value + fmpq(8, 2**60)


@pytest.mark.parametrize("where", ["corner", "below"])
def test_a_factor_that_writes_into_what_it_is_given_proves_nothing(where, monkeypatch):
    """Lemma 6 asks nothing of L; so the residual may not be in the hands of what proposes it."""
    real = getattr(linalg, where)

    def forge(rest, *others):
        found = real(fmpz_mat(rest), *others)
        if where == "corner":
            found = factor.Corner(fmpz_mat(rest.nrows(), rest.ncols()), fmpz_mat(rest))
        for i in range(rest.nrows()):
            for j in range(rest.ncols()):
                rest[i, j] = 0
        return found

    size = SIDE + 1
    rows = [[arb(3)] * i + [arb(1)] for i in range(size)]
    with precision(192):
        assert linalg.positive_definite(rows, fmpq(0), 128).proved is False
        monkeypatch.setattr(linalg, where, forge)
        assert linalg.positive_definite(rows, fmpq(0), 128).proved is False
        assert linalg.positive_definite([[arb(-1)]], fmpq(0), 128).proved is False


@pytest.mark.parametrize("exponent", [100, 200, 4000])
def test_a_huge_matrix_is_decided_in_its_own_size(exponent):
    """The slack follows the size of the entries. Inverse iteration may end at 0: then there is no
    upper bound.
    """
    with precision(192):
        huge = arb(2) ** exponent
        found = linalg.positive_definite([[huge]], fmpq(0), 128)
        assert found.proved is True
        assert isinstance(found.lowest, arb) or found.lowest >= fmpq(2) ** exponent
        assert linalg.positive_definite([[huge]], fmpq(2) ** exponent, 128).proved is False
        assert linalg.positive_definite([[huge], [huge, huge]], fmpq(0), 128).proved is False


@pytest.mark.parametrize("size", [1, 2, SIDE - 1, SIDE, SIDE + 1, 4 * SIDE + 1])
def test_blocks_of_columns_do_not_matter(size):
    """Definite matrices of every size are proved, the margin is the same, and the direction is the
    lowest eigenvector's.
    """
    with precision(256):
        rows = [
            [arb(fmpq(1, 1 + abs(i - j))) / 4 for j in range(i)]
            + [arb(1 if i == size // 2 else 4 + (i % 5))]
            for i in range(size)
        ]
        found = linalg.positive_definite(rows, fmpq(1, 10), 192)
        assert found.proved is True
        above = linalg.positive_definite(rows, found.lowest - fmpq(1, 10**6), 192)
        assert above.proved is True
        below = linalg.positive_definite(rows, found.lowest + fmpq(1, 10**12), 192)
        assert below.proved is False
        assert below.left < found.lowest + fmpq(1, 10**9)


def test_precision_is_restored():
    from flint import ctx

    before, cap = ctx.prec, ctx.cap
    with precision(777):
        assert ctx.prec == 777
        assert ctx.cap == balls.MAX_ORDER
        with precision(99):
            assert ctx.prec == 99
        assert ctx.prec == 777
    assert (ctx.prec, ctx.cap) == (before, cap)
    assert balls.less(arb(0), arb(1))


@pytest.mark.parametrize("cap", [1, 2, 10])
def test_the_ambient_length_of_power_series_does_not_matter(root, cap):
    """flint would cut the series that carry a derivative, silently."""
    from flint import ctx

    before = ctx.cap
    ctx.cap = cap
    try:
        document = parse_json((root / "proofs" / "symmetric" / "birth" / "A.json").read_bytes())
        assert check_document(document).verdict == "PROVED"
        assert ctx.cap == cap
        document["statement"]["claims"]["k"] = ["5.8", "5.80000000000000000000000000000001"]
        assert check_document(document).verdict == "REJECTED"
    finally:
        ctx.cap = before
