"""Symmetric points of any size in Coq: five numbers (formal/AnyK.v)."""

from __future__ import annotations

import dataclasses
import re
from fractions import Fraction
from pathlib import Path

import pytest
from console import call
from in_coq import FORMAL, axioms, coqc, with_coq

from certify.certificate import load
from certify.gaussian.formal import coqc as coq
from certify.gaussian.formal.block import (
    BlockStatement,
    block_source,
    block_statement,
    block_term,
)
from certify.gaussian.formal.told import told

ROOT = Path(__file__).resolve().parents[2]
SYMMETRIC = ROOT / "proofs" / "symmetric"
BITS = 320


def statement_of(path):
    return block_statement(load(path).statement)


def printed(statement):
    return "minimum\n     : " + "\n".join([block_term(statement), "Axioms:", *axioms()]) + "\n"


@pytest.fixture(scope="module")
def hundred():
    return statement_of(SYMMETRIC / "k100" / "II.json")[0]


@pytest.mark.parametrize("name", ["k06/A", "k06/II", "k20/I", "k100/II", "k1000/A", "k1000000/II"])
def test_the_statement_is_the_files(name):
    certificate = load(SYMMETRIC / f"{name}.json")
    statement, least = block_statement(certificate.statement)
    claims = certificate.document["statement"]["claims"]
    k = certificate.document["statement"]["problem"]["k"]
    assert (statement.positive, statement.negative, statement.k) == (1, 0, k)
    assert [statement.low, statement.high] == [Fraction(x) for x in claims["loss"]]
    told = set(re.findall(r"-?\d+\.\d[-e\d]*", str(certificate.document["statement"]["centre"])))
    assert {str(Fraction(x)) for x in told} == {str(x) for x in set(statement.centre)}
    assert least > 0 and statement.distance >= k * Fraction(claims["distance"])
    assert k > 10**5 or statement.distance == k * Fraction(claims["distance"])


def test_the_five_numbers_are_those_of_the_matrix():
    """On the diagonal, off it, last column, last row, corner."""
    certificate = load(SYMMETRIC / "k07" / "II.json")
    w, (statement, _) = certificate.students(), block_statement(certificate.statement)
    places = ((0, 0), (0, 1), (0, -1), (-1, 0), (-1, -1))
    assert [float(x) for x in statement.centre] == [float(w[place]) for place in places]


@pytest.mark.parametrize("name", ["k08/II+1", "k08/II_2", "k08/A_6", "k08/I+2", "k03/none"])
def test_other_points_are_left_to_the_matrix(name):
    path = SYMMETRIC / f"{name}.json"
    assert not path.exists() or statement_of(path) is None
    assert statement_of(ROOT / "proofs" / "slopes" / "k03" / "II-slope-minus-0.9.json") is None


def test_what_is_printed_is_read_back(hundred):
    assert coq.read_back(printed(hundred)) == hundred
    believed = coq._believe(printed(hundred), hundred, True, FORMAL, "", 0.0)
    assert isinstance(believed, coq.FormalProof)
    short = told(believed, coq.UNCOVERED, verbose=False)
    assert "spurious_minimum 1 0 100 100 100 C delta low high" in short
    for name, number in zip("abcde", hundred.centre, strict=True):
        assert Fraction(re.findall(rf"\b{name} = ([-.e\d]*\d)", short)[-1]) == number
    leaky, _ = statement_of(ROOT / "proofs" / "slopes" / "k04" / "II-slope-minus-0.9.json")
    assert (leaky.positive, leaky.negative) == (1, Fraction(9, 10))
    assert coq.read_back(printed(leaky)) == leaky


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(BlockStatement)])
def test_each_field_is_compared(hundred, name):
    value = getattr(hundred, name)
    other = (*value[:-1], value[-1] + Fraction(1, 10**60)) if name == "centre" else value + 1
    changed = printed(dataclasses.replace(hundred, **{name: other}))
    believed = coq._believe(changed, hundred, True, FORMAL, "", 0.0)
    assert isinstance(believed, coq.NotFormal)
    assert believed.reason.endswith(f"differs from the file in {name}")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("(S (Z.to_nat 99))", "(S (Z.to_nat 98))", 1),
        lambda text: text.replace("(block (Z.to_nat 99)", "(block (Z.to_nat 98)"),
        lambda text: text.replace("spurious_minimum", "spurious_maximum"),
        lambda text: text.replace("Axioms:", "Axioms:\nTop.cheat : False"),
        lambda text: text + text,
        lambda text: text.replace(" : spurious", " : True -> spurious"),
        lambda text: text.replace("(ratio 0 1)", "(ratio 0 0)"),
        lambda text: text.replace("ratio 1000", "ratio x1000"),
    ],
)
def test_nothing_else_is_believed(hundred, spoil):
    changed = spoil(printed(hundred))
    assert changed != printed(hundred)
    assert isinstance(coq._believe(changed, hundred, True, FORMAL, "", 0.0), coq.NotFormal)


def test_a_matrix_is_not_five_numbers(hundred):
    """The statement of another form is not believed, whichever was asked."""
    from certify.gaussian.formal.certificate import formal_statement, theorem_term

    whole = formal_statement(load(SYMMETRIC / "k07" / "II.json").statement)
    text = printed(hundred).replace(block_term(hundred), theorem_term(whole))
    assert coq.read_back(text) == whole
    assert isinstance(coq._believe(text, hundred, True, FORMAL, "", 0.0), coq.NotFormal)
    assert isinstance(coq._believe(printed(hundred), whole, True, FORMAL, "", 0.0), coq.NotFormal)


@with_coq
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    "name",
    [
        "symmetric/k1000000/II",
        "slopes/k04/II-slope-minus-0.9",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("symmetric/k06/A", "symmetric/k100/II", "symmetric/k10000/I")
        ),
    ],
)
def test_coq_proves_it(name):
    done = call("formal", ROOT / "proofs" / f"{name}.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("PROVED ")
    assert "Assumptions (4): 4 of real numbers and logic" in done.stdout
    # 60 digits of the centre do not show k times the distance of the file there
    assert ("delta is larger than k times" in done.stdout) == (name == "symmetric/k1000000/II")


@with_coq
@pytest.mark.timeout(1200)
def test_tampered_certificates_check_to_false(hundred, tmp_path):
    """Each is false, or is not shown by these hints; the first is the file's."""
    least = statement_of(SYMMETRIC / "k100" / "II.json")[1]
    first, *others = hundred.centre
    cases = {
        "as it is": (hundred, least, True),
        "low above the loss": (dataclasses.replace(hundred, low=hundred.high), least, False),
        "high below the loss": (dataclasses.replace(hundred, high=hundred.low), least, False),
        "too near": (dataclasses.replace(hundred, distance=Fraction(1, 10**70)), least, False),
        "another point": (
            dataclasses.replace(hundred, centre=(first + Fraction(1, 10**20), *others)),
            least,
            False,
        ),
        "another k": (dataclasses.replace(hundred, k=101), least, False),
        "another slope": (dataclasses.replace(hundred, negative=Fraction(-1, 100)), least, False),
        "an eigenvalue too large": (hundred, 3 * least, False),
        "the teachers": (
            dataclasses.replace(hundred, centre=(Fraction(1), *[Fraction(0)] * 3, Fraction(1))),
            least,
            False,
        ),
    }
    text, names = "", {}
    for number, (name, (statement, eigenvalue, holds)) in enumerate(cases.items()):
        try:
            source = block_source(statement, eigenvalue, BITS, "")
        except (ZeroDivisionError, ValueError):
            assert not holds
            continue
        head, term = source.split("Definition c : block_certificate := ")
        text = text or head
        text += f"Definition c{number} : block_certificate := {term.split('Lemma accepted')[0]}"
        text += f"Eval vm_compute in (check_block {BITS} c{number}).\n"
        names[name] = holds
    done = coqc(text, tmp_path)
    assert done.returncode == 0, done.stderr
    said = re.findall(r"= (true|false)", done.stdout)
    assert dict(zip(names, said, strict=True)) == {
        name: "true" if holds else "false" for name, holds in names.items()
    }
