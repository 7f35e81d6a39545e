"""Messages stay short whatever the numbers are: what takes more than 60 characters is rounded, to
an interval that holds it, in one place of each checker. Only the line that says what was proved has
the numbers of the file: a range that is rounded outward says more.
"""

from __future__ import annotations

import copy
import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from console import call
from flint import arb
from standalone import recheck

from certify.kernel.check import check_document
from certify.kernel.foundation.balls import shortened
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.ledger import Ledger

ROOT = Path(__file__).resolve().parents[2]
ACCEPTED = ROOT / "tests" / "corpus" / "accept"
LONG = re.compile(r"[0-9.]{61,}")
A_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e-?[0-9]{1,3})?(?:/[0-9]+)?")
SEVENS, MANY = "7" * 330, "1" + "0" * 4998 + "7"


rc = recheck("messages")


def texts(tree, path: Path) -> list[tuple[str, str, str]]:
    """(verdict, code, text) for everything that the two checkers say about a document."""
    try:
        outcome = check_document(tree)
        found = [(outcome.verdict, getattr(outcome, "code", ""), outcome.summary)]
        inequalities = [outcome.failed] if outcome.verdict == "REJECTED" else outcome.inequalities
        found += [
            (outcome.verdict, i.code, text)
            for i in inequalities
            for text in (i.sentence, i.left, i.right)
        ]
    except Malformed as error:
        found = [("MALFORMED", "malformed", str(error))]
    path.write_text(json.dumps(tree))
    said = rc.command.check(str(path))
    return [*found, (said["verdict"], said["code"], said["message"])]


def numbers(node, way=()):
    """The places of numbers, one for each name of a field."""
    if isinstance(node, dict | list):
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            yield from numbers(value, (*way, key))
    elif isinstance(node, str) and A_NUMBER.fullmatch(node):
        yield tuple(step for step in way if isinstance(step, str)), way


def variants(text: str):
    """Equal to a number but for the last of hundreds of digits; a fraction of thousands of digits
    near it; small and large.
    """
    if "/" not in text:
        mantissa, mark, exponent = text.partition("e")
        yield (
            mantissa
            + ("" if "." in mantissa else ".")
            + "0" * (390 - len(mantissa))
            + "1"
            + mark
            + exponent
        )
    near = Fraction(text) if "/" not in text else Fraction(*map(int, text.split("/")))
    yield f"{written(near.numerator, MANY)}/{written(near.denominator, MANY)[:-1]}8"
    yield f"0.{SEVENS}e-300"
    yield f"-{SEVENS}"


def written(number: int, times: str) -> str:
    """The product with 10^n + 7, in digits: Python's own conversion has a limit."""
    sign, size = "-" if number < 0 else "", str(abs(number))
    low = str(7 * abs(number))
    return (
        sign + (size + low.rjust(len(times) - 1, "0") if number else "0" * len(times)).lstrip("0")
        if number
        else "0"
    )


QUICK = [
    "n06-k06",
    "planar-teachers",
    "symmetric-II-k06",
    "symmetric-k04",
    "birth-II",
    "splitting-II",
    "basin-II",
    "span-near",
    "data-minimum-xor",
    "data-global-linear",
    "data-saddle-origin",
    "data-noncritical-weight",
    "data-entropy-two",
    "smooth-constant-tanh",
    "smooth-constant-gelu",
    "smooth-family-tanh",
    "smooth-split-tanh",
]


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.first(6)
def test_no_text_has_a_long_number_and_no_refusal_is_long(name, tmp_path):
    tree = json.loads((ACCEPTED / f"{name}.json").read_text())
    tree.pop("provenance", None)
    for way in dict(
        reversed(list(numbers({part: tree[part] for part in ("statement", "witness")})))
    ).values():
        for text in variants(value_at(tree, way)):
            found = texts(with_value(tree, way, text), tmp_path / "certificate.json")
            for place, (verdict, _, said) in enumerate(found):
                if verdict == "PROVED" and place in (0, len(found) - 1):
                    continue  # what was proved
                assert not LONG.search(said), (way, said[:300])
                assert verdict == "PROVED" or len(said) <= 400, (way, said[:600])


def test_a_range_is_not_rounded_in_the_line_that_says_what_was_proved(tmp_path):
    """Nothing is claimed of k = 5 by a certificate for k from a little above 5 on."""
    tree = json.loads((ACCEPTED / "family-saddle-A-flipped.json").read_text())
    low = f"5.{'0' * 69}1"
    tree["statement"]["claims"]["k"][0] = low
    (kernel, *_, second) = texts(tree, tmp_path / "certificate.json")
    for verdict, _, said in (kernel, second):
        assert verdict == "PROVED"
        assert f"[{low}, " in said


def value_at(tree, way) -> str:
    for step in way:
        tree = tree[step]
    return tree


def with_value(tree, way, value):
    """A copy with one entry replaced."""
    tree = copy.deepcopy(tree)
    value_at(tree, way[:-1])[way[-1]] = value
    return tree


FAMILY = json.loads((ACCEPTED / "family-II-from-1112.json").read_text())
SADDLE = json.loads((ACCEPTED / "family-saddle-A-flipped.json").read_text())


@pytest.mark.parametrize(
    ("tree", "way", "value"),
    [
        (FAMILY, ("witness", "cover", 0, "from"), f"0.00{SEVENS}e-100"),
        (FAMILY, ("witness", "cover", 0, "to"), f"0.0003{SEVENS}"),
        (SADDLE, ("statement", "claims", "k", 0), f"4.1{SEVENS}"),
        (SADDLE, ("statement", "claims", "k", 1), f"9{SEVENS}"),
        (SADDLE, ("witness", "cover", 0, "from"), f"0.42{SEVENS}"),
    ],
    ids=["late", "short", "low", "high", "beyond"],
)
def test_covers_are_told_in_short_numbers(tree, way, value, tmp_path):
    for verdict, code, said in texts(with_value(tree, way, value), tmp_path / "certificate.json"):
        assert (verdict, code) == ("REJECTED", "cover")
        assert not LONG.search(said)
        assert len(said) <= 400


def test_a_region_is_told_in_decimals(root):
    """Two fractions of hundreds of digits stood there for each of a and b."""
    done = call("check", root / "tests/corpus/reject/enumeration-without-4.json")
    assert done.returncode == 1
    assert (
        "[region] not proved: a box of the region is decided: a in [-0.056840678003602923"
        in done.stdout
    )
    assert "/" not in done.stdout.partition("[region]")[2]
    assert len(done.stdout) < 400


@pytest.mark.parametrize("short", [shortened, rc.command.shortened], ids=["kernel", "recheck"])
def test_what_is_rounded_is_held(short):
    third, sevens = f"-{'1' * 5000}/{'3' * 5000}", f"0.{SEVENS}e-12"
    interval = re.compile(r"\[(\S+), (\S+)\]")
    for text in (third, sevens, f"-{sevens}", SEVENS, "0." + "0" * 200 + "3", f"12{'0' * 90}/11"):
        low, high = map(
            Fraction,
            (
                interval.fullmatch(short(text)).groups()
                if "," in short(text)
                else (short(text), short(text))
            ),
        )
        value = Fraction(-1, 3) if text == third else Fraction(text)
        assert low <= value <= high
        assert high - low <= abs(value) / 10**18
    low, high = map(Fraction, interval.fullmatch(short(f"[-1.{SEVENS}, -1.{'6' * 300}]")).groups())
    # the ends of an interval, outward
    assert low < Fraction(f"-1.{SEVENS}") < Fraction(f"-1.{'6' * 300}") < high
    same = (
        "k-1 in [2.5, 3/7] < 1e-300, 12345678901234567890123456789012345678901234567890 and digits"
        " of 2^-1000 of point 12"
    )
    assert short(same) == same
    assert short("") == ""


def test_what_is_too_large_to_be_printed_is_compared_all_the_same():
    ledger = Ledger()
    ledger.require("code", "a number is below another one", arb(1), arb(2) ** 2**21)
    assert str(ledger.inequalities[0]) == "1.00000 < undefined"
