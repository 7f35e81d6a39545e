"""The strict reader: what it takes, what it refuses, and that it never rounds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import fmpq
from hypothesis import given
from hypothesis import strategies as st

from certify.decimals import (
    decimal_text,
    exact_decimal,
    round_down,
    round_up,
    significant,
)
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import (
    MAX_BYTES,
    MAX_FRACTION_DIGITS,
    canonical_json,
    decimal,
    digest,
    parse_json,
    rational,
    read_bytes,
)
from certify.kernel.foundation.reals import read_interval

pytestmark = pytest.mark.quick


@given(st.integers(-(10**30), 10**30), st.integers(0, 40), st.integers(-300, 300))
def test_decimal_is_exact(whole, digits, exponent):
    text = f"{decimal_text(whole, digits)}e{exponent}"
    value = decimal(text, "x")
    assert (
        Fraction(int(value.p), int(value.q))
        == Fraction(whole, 10**digits) * Fraction(10) ** exponent
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".5",
        "5.",
        "1e",
        "1e+5",
        "1E5",
        "0x1",
        "1_0",
        "--1",
        "1/2",
        "NaN",
        "nan",
        "inf",
        " 1",
        "1 ",
        "1\n",
        "٣",
        "1e301",
        "1e-301",
        "1e1000",
        "0" * 2,
        "1" * 401,
        "0." + "0" * 400,
    ],
)
def test_bad_decimals_are_malformed(text):
    with pytest.raises(Malformed):
        decimal(text, "x")


@pytest.mark.parametrize("value", [1, 1.5, None, True, ["1"], {"a": 1}, b"1"])
def test_only_strings_are_decimals(value):
    with pytest.raises(Malformed):
        decimal(value, "x")


def test_limits_are_inclusive():
    assert decimal("1" * 400, "x") == fmpq(int("1" * 400))
    assert decimal("1e300", "x") == fmpq(10) ** 300
    assert decimal("-1e-300", "x") == -(fmpq(10) ** -300)
    most = "9" * MAX_FRACTION_DIGITS
    assert (
        rational(f"-{most}/{most}", "x") == -1
        and rational(f"{most}/1", "x") == fmpq(10) ** len(most) - 1
    )
    for longer in (f"9{most}/1", f"1/9{most}"):
        with pytest.raises(Malformed, match="longer than the limit"):
            rational(longer, "x")


def test_the_ends_of_an_interval_are_printed_as_they_were_written():
    ends = read_interval(["1.50", "2e0"], "x")
    assert (str(ends.lower), str(ends.upper)) == ("1.50", "2e0")
    assert (ends.lower.value, ends.upper.value) == (fmpq(3, 2), 2)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"x":{"a":1,"a":2}}',
        "1.0",
        "1e5",
        "NaN",
        "[Infinity]",
        "-Infinity",
        "",
        "{}{}",
        "[1,]",
        "1" * 21,
        "'a'",
        '"\x01"',
        "\ufeff{}",
    ],
)
def test_bad_json_is_malformed(text):
    with pytest.raises(Malformed):
        parse_json(text.encode())


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b'"\xe9"',
        b"[" * 17 + b"]" * 17,
        b"[" * 10**6,
        b'{"a":' * 10**5,
        b"]" * 10 + b"[" * 100,
    ],
)
def test_bad_bytes_are_malformed(data):
    with pytest.raises(Malformed):
        parse_json(data)


def test_depth_counts_brackets_outside_strings_only():
    assert parse_json(b'"' + b"[" * 100 + b'"') == "[" * 100
    assert parse_json(b'["\\"[[[[[[[[[[[[[[[[[[[[[[[[["]') == ['"' + "[" * 25]
    assert parse_json(b"[" * 16 + b"]" * 16) is not None


def test_size_limit(tmp_path):
    big = tmp_path / "big.json"
    with big.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(Malformed, match="limit"):
        read_bytes(big)
    with pytest.raises(Malformed, match="limit"):
        parse_json(b" " * (MAX_BYTES + 1))
    for path in (tmp_path, tmp_path / "missing.json"):
        with pytest.raises(Malformed):
            read_bytes(path)


def test_digest_ignores_order_and_provenance(six):
    shuffled = dict(reversed(list(six.items())))
    shuffled["provenance"] = {"other": 1}
    assert digest(shuffled) == digest(six)
    six["witness"] = {"bits": 129}
    assert digest(shuffled) != digest(six)
    assert canonical_json({"b": 1, "a": "é"}) == b'{"a":"\\u00e9","b":1}'


@given(
    st.floats(allow_nan=False, allow_infinity=False, width=64).filter(
        lambda x: abs(x) < 1e50 and (x == 0 or abs(x) > 1e-50)
    )
)
def test_exact_decimal_reads_back(value):
    assert float(Fraction(exact_decimal(value))) == value


@given(st.fractions(min_value=Fraction(1, 10**12), max_value=10**6), st.integers(1, 20))
def test_rounding_is_outward(value, digits):
    assert Fraction(round_down(value, digits)) <= value <= Fraction(round_up(value, digits))
    low, high = (
        Fraction(significant(value, digits, up=False)),
        Fraction(significant(value, digits, up=True)),
    )
    assert low <= value <= high
    assert high - low <= value * Fraction(10) ** (2 - digits)


def test_hostile_texts_take_linear_time():
    """Quadratic scans would take hours on these."""
    many = ",".join(f'"{i}":0' for i in range(400_000))
    for data in (
        (f'{{{many},"399999":1}}').encode(),
        b'"' + b'\\"' * 4_000_000,
        b'"' + b"\\\\" * 4_000_000 + b'"' * 3,
        b'"' * 8_000_001,
    ):
        with pytest.raises(Malformed):
            parse_json(data)
