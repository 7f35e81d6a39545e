"""The ledger: it compares by itself, nothing else enters a line, and each line is true as it is
printed.
"""

from __future__ import annotations

import ast
import json
import re

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st
from law.printed import is_true

from certify.kernel.check import check_file
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality, Proved

RATIONALS = st.fractions().map(lambda x: fmpq(x.numerator, x.denominator))


def lines(ledger):
    return [(line.left, line.relation, line.right) for line in ledger.inequalities]


def accepted(root):
    return sorted((root / "tests" / "corpus" / "accept").glob("*.json"))


def test_every_line_of_every_accepted_file_is_true_as_printed(root):
    """Those of the shipped files are read in the gate, from what `certify check --json proofs/`
    prints.
    """
    seen = 0
    for path in [
        *accepted(root),
        root / "proofs" / "symmetric" / "k10" / "II.json",
        root / "proofs" / "symmetric" / "k17" / "II_6.json",
    ]:
        outcome = check_file(path)
        assert isinstance(outcome, Proved)
        for line in outcome.inequalities:
            seen += 1
            assert is_true(line.left, line.relation, line.right), (path.name, line)
    assert seen > 2000


def test_the_reader_of_lines_is_no_yes_man():
    for line in [
        ("2", "<", "1"),
        ("1", "<", "1"),
        ("[0, 1]", "<", "[1, 2]"),
        ("1.0439", "<", "0.6316"),
        ("1", "=", "2"),
        ("2", "<=", "1"),
        ("1", "", "1"),
        ("1", "!=", "2"),
        ("[2, 1]", "<", "3"),
        ("-1e-3", "<", "-1e-2"),
    ]:
        assert not is_true(*line), line
    for line in [
        ("1", "<", "2"),
        ("[-2, -1.5]", "<", "[-1.4, 0]"),
        ("1e-30", "<", "1e-29"),
        ("3", "=", "3"),
        ("1", "<=", "1"),
        ("1", "<=", "2"),
        ("", "", ""),
    ]:
        assert is_true(*line), line
    for side in ("nan", "undefined", "1/3", "[1; 2]", "", "0x1"):
        with pytest.raises(ValueError):
            is_true(side, "<", "2")


@given(RATIONALS, RATIONALS)
def test_what_is_entered_is_so(x, y):
    ledger = Ledger()
    for method, holds in (
        (ledger.require, x < y),
        (ledger.require_equal, x == y),
        (ledger.require_at_most, x <= y),
    ):
        before = len(ledger.inequalities)
        if holds:
            method("code", "sentence", x, y)
        else:
            with pytest.raises(Unverified):
                method("code", "sentence", x, y)
        assert len(ledger.inequalities) == before + holds
    assert all(is_true(*line) for line in lines(ledger))


@pytest.mark.parametrize("digits", [7, 20, 30, 40])
def test_neighbours_are_told_apart_as_numbers(digits):
    """Ends that touch, as 1.000000 and 1.00000, are one number."""
    ledger = Ledger()
    for x in (fmpq(1), fmpq(999999, 1000000), fmpq(-1, 3), fmpq(10) ** 12 / 7):
        ledger.require("code", "sentence", x, x + abs(x) / 10**digits)
        ledger.require("code", "sentence", arb(x), x + abs(x) / 10**12)
    assert all(is_true(*line) for line in lines(ledger))


def test_apart_prints_the_pair_that_is_and_in_its_order():
    ledger = Ledger()
    ledger.require_apart(
        "isotropy",
        "the rows of blocks 1 and 2",
        {"norm": (arb(1), arb(1)), "sum": (arb(3), arb(2))},
    )
    assert [str(line) for line in ledger.inequalities] == [
        "2.00000 < 3.00000"
    ] and ledger.inequalities[0].sentence.endswith("differ in sum")
    for same in (
        (arb(1), arb(1)),
        (arb(0, 2), arb(1, 2)),
        (arb("nan"), arb(1)),
        (arb(1), arb("nan")),
        (arb("inf"), arb("inf")),
    ):
        with pytest.raises(Unverified) as failure:
            ledger.require_apart("isotropy", "the rows", {"norm": same, "sum": same})
        assert failure.value.inequality.sentence == "the rows differ in norm or sum"
    assert len(ledger.inequalities) == 1


def test_what_is_undecided_or_no_truth_satisfies_nothing():
    ledger = Ledger()
    for left, right in (
        (None, 1),
        (0, None),
        (None, None),
        (1, 1),
        (2, 1),
        (arb("nan"), 1),
        (0, arb("inf")),
    ):
        with pytest.raises(Unverified):
            ledger.require("code", "sentence", left, right)
    for left, right in ((None, None), (1, None), (1, 2)):
        with pytest.raises(Unverified):
            ledger.require_equal("code", "sentence", left, right)
    for value in (arb(1), 1, "yes", None, 0, False):
        with pytest.raises(Unverified):
            ledger.require_true("code", "a fact", value)
    with pytest.raises(Unverified):
        ledger.refuse("code", "sentence", 0, 1)
    assert ledger.inequalities == []
    ledger.require_true("code", "a fact", True)
    assert (
        ledger.inequalities == [Inequality("code", "a fact", ("", ""), "")]
        and str(ledger.inequalities[0]) == ""
    )


def test_nobody_else_enters_a_line(root):
    """In the kernel `_enter` and the list of inequalities are written to in ledger.py alone."""
    for path in sorted((root / "certify" / "kernel").rglob("*.py")):
        if path.name == "ledger.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute):
                assert node.attr != "_enter", f"{path.name}:{node.lineno}"
                if node.attr == "inequalities":
                    assert path.name == "check.py" and isinstance(node.ctx, ast.Load), (
                        f"{path.name}:{node.lineno}"
                    )


def test_json_has_the_whole_line(root):
    from console import call

    record = json.loads(
        call("check", "--json", root / "proofs" / "symmetric" / "k07" / "II.json").stdout
    )
    apart = [line for line in record["inequalities"] if line["code"] == "isotropy"]
    assert apart and all(
        line.keys() == {"code", "sentence", "left", "relation", "right"}
        for line in record["inequalities"]
    )
    assert any(
        re.fullmatch(r"the (rows|columns) of blocks 2 and 1 differ in (norm|sum)", line["sentence"])
        or "not constant" in line["sentence"]
        for line in apart
    )
