"""The ledger: it compares by itself, nothing else enters a line, and each line is true as it is
printed.
"""

from __future__ import annotations

import ast
import json
import pickle
import re

import pytest
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st
from law import tree
from law.printed import is_true

from certify.judge import outcome_of
from certify.kernel import check
from certify.kernel.check import check_file
from certify.kernel.foundation import balls
from certify.kernel.foundation import ledger as ledger_module
from certify.kernel.foundation.balls import ball, precision
from certify.kernel.foundation.errors import Unverified
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Inequality, Proved
from certify.kernel.foundation.words import plain

RATIONALS = st.fractions().map(lambda x: fmpq(x.numerator, x.denominator))


def lines(ledger):
    return [(line.left, line.relation, line.right) for line in ledger.inequalities]


@pytest.mark.parametrize("name", ["k10/II", "k17/II_6"])
def test_every_line_of_a_shipped_proof_is_true_as_printed(root, name):
    """Those of all the others are read in the gate, from what `certify check --json proofs/`
    prints; those of the corpus where the kernel is tried on it (corpus/test_corpus.py).
    """
    outcome = check_file(root / "proofs" / "symmetric" / f"{name}.json")
    assert isinstance(outcome, Proved) and len(outcome.inequalities) > 10
    for line in outcome.inequalities:
        assert is_true(line.left, line.relation, line.right), line


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
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute):
                assert node.attr != "_enter", f"{path.name}:{node.lineno}"
                if node.attr == "inequalities":
                    read_in = {"check.py", "outcomes.py"}  # the latter: of an outcome itself
                    assert path.name in read_in and isinstance(node.ctx, ast.Load), (
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


def entered() -> list[Inequality]:
    """A line of each sort, at a precision that no test has otherwise."""
    ledger = Ledger()
    with precision(200):
        third, half = ball(fmpq(1, 3)), ball(fmpq(1, 2))
        ledger.require("ball", "a third is below a half", third, half, (30, 30))
        ledger.require("close", "told apart late", third, third + ball(fmpq(1, 10**40)))
        ledger.require("number", "a rational and an integer", fmpq(1, 3), 1)
        ledger.require_at_most("most", "a quarter is a quarter", fmpq(1, 4), fmpq(1, 4))
        ledger.require_equal("equal", "two is two", 2, 2)
        ledger.require_apart("apart", "the rows", {"norm": (half, third)})
        ledger.require_true("fact", "a fact " * 20 + "3" * 70, True)
    return ledger.inequalities


def test_a_text_is_made_when_it_is_read_and_depends_on_no_precision(monkeypatch):
    """The ends are found at the precision of the check; no text is made before it is read."""
    texts = balls.ends_text
    monkeypatch.setattr(ledger_module, "ends_text", None)  # nobody prints
    lines = entered()
    monkeypatch.setattr(ledger_module, "ends_text", texts)
    with precision(300):
        later = [line.record for line in lines]
    with precision(20):
        assert [line.record for line in entered()] == later
    assert (
        later[0]["left"] == "[0.333333333333333333333333333333, 0.333333333333333333333333333334]"
    )


def test_a_line_goes_to_another_process_as_texts():
    for line in entered():
        there = pickle.loads(pickle.dumps(line))
        assert there == line and hash(there) == hash(line) and repr(there) == repr(line)
        assert (there.record, str(there)) == (line.record, str(line))


def test_a_check_prints_nothing_and_reads_its_file_once(root, monkeypatch):
    """Where only verdicts are asked for, no text of an inequality is made."""
    reads = []
    parse = check.parse_json
    monkeypatch.setattr(check, "parse_json", lambda data: reads.append(1) or parse(data))
    monkeypatch.setattr(ledger_module, "ends_text", None)
    data = (root / "proofs/symmetric/k07/II.json").read_bytes()
    outcome, line = outcome_of("II.json", data)
    assert line.verdict == "PROVED" and len(reads) == 1 and not line.details
    assert (
        line.message == plain(outcome.headline) == plain(check.read_claim(parse(data)).headline())
    )
