"""The Coq bridge: what coqc prints is believed only if it says what the file says. The parts with
coqc are skipped without it, with one line that says so.
"""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from console import call
from in_coq import FORMAL, axioms, coqc, with_coq

from certify import load
from certify.gaussian.formal import coqc as coq
from certify.gaussian.formal.certificate import (
    PREAMBLE,
    FormalStatement,
    certificate_term,
    coq_source,
    formal_statement,
    theorem_term,
)
from certify.gaussian.formal.told import told
from certify.kernel.foundation.outcomes import Declined
from certify.kernel.gaussian.minimum import GaussianMinimum

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.timeout(1500)  # Coq is slow, and slower beside other tests


# what the Coq statement does not speak of: tampering with these leaves it true
UNCOVERED = {
    "activation-dense-constant",  # the radius
    "curvature-negative",
    "curvature-up",
    "curvature-zero",
    "distance-over-radius",
    "lambda-high-down",
    "lambda-low-up",
    "radius-huge",
    "radius-x10",
}


def statement_of(path):
    return formal_statement(GaussianMinimum.read(json.loads(path.read_text())["statement"]))


def dense(folder):
    """The files of the corpus with a statement for Coq."""
    for path in sorted((ROOT / "tests" / "corpus" / folder).glob("*.json")):
        document = json.loads(path.read_text())
        if document["kind"] == "gaussian-minimum" and document["format"] == "certify/1":
            statement = statement_of(path)
            if isinstance(statement, FormalStatement):
                yield path, statement


def printed(statement):
    """What Coq prints for a statement, as far as the reader is concerned."""
    return "minimum\n     : " + "\n".join([theorem_term(statement), "Axioms:", *axioms()]) + "\n"


@pytest.fixture(scope="module")
def six():
    return statement_of(ROOT / "proofs" / "gaussian" / "n06-k06.json")


def test_the_statement_is_the_files(six):
    claims = json.loads((ROOT / "proofs" / "gaussian" / "n06-k06.json").read_text())["statement"][
        "claims"
    ]
    assert (six.positive, six.negative) == (1, 0) and (six.n, six.k, six.d) == (6, 6, 6)
    assert six.distance == Fraction(claims["distance"]) and [six.low, six.high] == [
        Fraction(x) for x in claims["loss"]
    ]


def test_what_is_printed_is_read_back(six):
    assert coq.read_back(printed(six)) == six
    believed = coq._believe(printed(six), six, True, FORMAL, "", 0.0)
    assert isinstance(believed, coq.FormalProof) and len(believed.assumptions) == 4


def test_the_activation_is_the_files(six):
    """The parts p and q, as fractions with their signs; nothing of ReLU is left."""
    leaky = statement_of(ROOT / "tests" / "corpus" / "accept" / "activation-dense.json")
    assert (leaky.positive, leaky.negative) == (1, Fraction(-1, 5))
    assert theorem_term(leaky).startswith("spurious_minimum (ratio 1 1) (ratio (-1) 5) 6 6 6 (")
    assert coq.read_back(printed(leaky)) == leaky
    for changed in (
        printed(leaky).replace("(ratio (-1) 5)", "(ratio 1 5)"),
        printed(leaky).replace("(ratio (-1) 5)", "(ratio (-1) 50)"),
        printed(leaky).replace("(ratio 1 1) (ratio (-1) 5)", "(ratio (-1) 5) (ratio 1 1)"),
        printed(leaky).replace("(ratio 1 1) (ratio (-1) 5) ", ""),
    ):
        assert changed != printed(leaky)
        assert isinstance(coq._believe(changed, leaky, True, FORMAL, "", 0.0), coq.NotFormal)


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(FormalStatement)])
def test_each_field_is_compared(six, name):
    value = getattr(six, name)
    other = (
        (*value[:-1], (*value[-1][:-1], value[-1][-1] + Fraction(1, 10**44)))
        if name == "centre"
        else value + 1
    )
    believed = coq._believe(
        printed(dataclasses.replace(six, **{name: other})), six, True, FORMAL, "", 0.0
    )
    assert isinstance(believed, coq.NotFormal) and believed.reason.endswith(
        f"differs from the file in {name}"
    )


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.replace("spurious_minimum", "spurious_maximum"),
        lambda text: text.replace("Axioms:", "Axioms:\nTop.cheat : False"),
        lambda text: text.replace("Axioms:", "Axioms:\ncheat"),
        lambda text: text.replace("forall P : Prop, P \\/ ~ P", "forall P : Prop, P"),
        lambda text: text.replace("classic : forall P", "classic : forall Q P"),
        lambda text: text[: text.index("Axioms:")],
        lambda text: text + text,
        lambda text: text.replace(" : spurious", " : True -> spurious"),
        lambda text: text.replace("ratio 9 ", "ratio 9 -"),
        lambda text: text.replace("(ratio 0 1)", "(ratio 0 0)"),
        lambda text: text.replace("(ratio 1 1)", "(ratio 1 (1))"),
    ],
)
def test_nothing_else_is_believed(six, spoil):
    changed = spoil(printed(six))
    assert changed != printed(six)
    assert isinstance(coq._believe(changed, six, True, FORMAL, "", 0.0), coq.NotFormal)


def machine(six):
    added = next(x for x in axioms("assumptions-machine.txt") if x.startswith("Uint63.add_spec :"))
    return printed(six).replace("Axioms:", f"Axioms:\n{added}")


def test_machine_numbers_are_no_assumption_of_the_reference(six):
    changed = machine(six)
    assert isinstance(coq._believe(changed, six, True, FORMAL, "", 0.0), coq.NotFormal)
    assert isinstance(coq._believe(changed, six, False, FORMAL, "", 0.0), coq.FormalProof)


@pytest.mark.parametrize(
    ("name", "code"), [("planar-teachers", "targets"), ("one-dimension", "dimension")]
)
def test_declined(name, code):
    outcome = statement_of(ROOT / "tests" / "corpus" / "accept" / f"{name}.json")
    assert isinstance(outcome, Declined) and outcome.code == code


SYMMETRIC = ROOT / "proofs" / "symmetric"


COPIES = "../overparameterised/families/k11/II_2+2"


@pytest.mark.parametrize("name", ["k07/II", "k08/II+1", "k20/A", COPIES])
def test_a_symmetric_point_is_written_out(name):
    """Every entry, exactly; the distance of the matrices is at most root(n k) times that of each
    entry.
    """
    certificate = load(SYMMETRIC / f"{name}.json")
    claims, claim = certificate.document["statement"]["claims"], certificate.statement
    found = formal_statement(claim)
    n, k = claim.problem.n, claim.problem.k
    assert (found.n, found.k, found.d) == (n, k, k)
    assert np.array_equal(np.array(found.centre, dtype=float), certificate.students())
    decimals = set(
        re.findall(r"-?\d[-.e\d]*", json.dumps(certificate.document["statement"]["centre"]))
    )
    assert {x for row in found.centre for x in row} == set(map(Fraction, decimals))
    ratio = found.distance / Fraction(claims["distance"])
    assert ratio.denominator == 1 and (ratio - 1) ** 2 < n * k <= ratio**2
    assert [found.low, found.high] == [Fraction(x) for x in claims["loss"]]


@pytest.mark.parametrize(("name", "code"), [("k100/II", "size"), ("k08/I+2", "kind")])
def test_large_points_and_saddles_are_declined(name, code):
    outcome = formal_statement(load(SYMMETRIC / f"{name}.json").statement)
    assert isinstance(outcome, Declined) and outcome.code == code


def test_what_is_told_is_abridged_and_true(six):
    believed = coq._believe(printed(six), six, True, FORMAL, "", 0.0)
    short, whole = (told(believed, coq.UNCOVERED, verbose=verbose) for verbose in (False, True))
    assert len(short) < 1500 < len(whole) and believed.statement in whole
    assert "spurious_minimum 1 0 6 6 6 C delta low high" in short
    numbers = re.search(r"low = (\S+) <= F\(W\) <= high = (\S+)", short)
    assert [Fraction(x) for x in numbers.groups()] == [six.low, six.high]
    assert Fraction(re.search(r"delta = (\S+),", short)[1]) == six.distance
    first = re.search(r"C = \[(\S+), (\S+), (\S+), \.\.\.; ", short)
    entries = zip(first.groups(), six.centre[0], strict=False)
    assert all(abs(Fraction(x) - y) < Fraction(1, 10**7) for x, y in entries)
    assert "(36 decimals: --verbose)" in short
    names = re.search(r"Assumptions \(4\): 4 of real numbers and logic \((.*)\)", short)
    assert names[1].split(", ") == [line.split(" : ")[0] for line in believed.assumptions]
    assert all(line in whole.splitlines() for line in axioms())
    believed = coq._believe(machine(six), six, False, FORMAL, "", 0.0)
    assert "; 1 that specify machine numbers (--verbose)" in told(
        believed, coq.UNCOVERED, verbose=False
    )


def test_another_kind_is_declined():
    done = call("formal", ROOT / "proofs" / "enumeration" / "k06.json")
    assert done.returncode == 3 and "[kind]" in done.stdout


def test_what_the_kernel_rejects_is_not_given_to_coq():
    done = call("formal", ROOT / "tests" / "corpus" / "reject" / "lambda-low-up.json")
    assert done.returncode == 1 and done.stdout.startswith("REJECTED ")


def test_without_coq(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    outcome = coq.prove_formally(ROOT / "proofs" / "gaussian" / "n06-k06.json", True)
    assert isinstance(outcome, Declined) and "apt-get install coq" in outcome.reason


def test_every_theorem_is_closed():
    for path in FORMAL.glob("*.v"):
        assert not re.search(
            r"\b(Admitted|admit|Axiom|Parameter|Conjecture|Abort)\b", path.read_text()
        ), path


@with_coq
@pytest.mark.timeout(1200)
def test_six_on_integers(tmp_path):
    out = tmp_path / "minimum.v"
    file = ROOT / "proofs" / "gaussian" / "n06-k06.json"
    done = call("formal", "--reference", "--verbose", file, "-o", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(
        "spurious_minimum (ratio 1 1) (ratio 0 1) 6 6 6 (rational [["
    ) and done.stdout.splitlines()[-1].startswith("PROVED ")
    assert done.stdout.count("Assumptions (4):\n" + "\n".join(axioms()) + "\n") == 1
    assert "Theorem minimum" in out.read_text()


@with_coq
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("k", [7, *(pytest.param(k, marks=pytest.mark.slow) for k in range(8, 13))])
def test_dense_on_machine_numbers(k):
    done = call("formal", ROOT / "proofs" / "gaussian" / f"n{k:02d}-k{k:02d}.json")
    assert (
        done.returncode == 0 and f"spurious_minimum 1 0 {k} {k} {k} C delta low high" in done.stdout
    ), done.stdout + done.stderr


@with_coq
@pytest.mark.timeout(1200)
def test_more_students_than_teachers(tmp_path):
    np.save(
        tmp_path / "w.npy", load(ROOT / "proofs" / "symmetric" / "k08" / "II+1.json").students()
    )
    file = tmp_path / "n09-k08.json"
    assert call("prove", tmp_path / "w.npy", "-o", file).returncode == 0
    done = call("formal", file)
    assert done.returncode == 0 and "spurious_minimum 1 0 9 8 8 C delta low high" in done.stdout, (
        done.stdout + done.stderr
    )


@with_coq
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("slope", ["-0.9", "0.99"])
def test_other_slopes(tmp_path, slope):
    """Close to |t|, and close to a linear activation, where the Hessian is the least definite."""
    name = slope.replace("-", "minus-")
    students = load(ROOT / "proofs" / "slopes" / "k06" / f"II-slope-{name}.json").students()
    np.save(tmp_path / "w.npy", students)
    file = tmp_path / "leaky.json"
    assert call("prove", tmp_path / "w.npy", f"--slope={slope}", "-o", file).returncode == 0
    done = call("formal", file)
    part = f"({-Fraction(slope)})" if slope == "0.99" else str(-Fraction(slope))
    said = f"spurious_minimum 1 {part} 6 6 6 C delta low high"
    assert done.returncode == 0 and said in done.stdout, done.stdout + done.stderr


@with_coq
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", ["k08/II+1"])
def test_symmetric_certificates(name):
    done = call("formal", SYMMETRIC / f"{name}.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("PROVED ")


@with_coq
@pytest.mark.timeout(1200)
def test_two_students_more_than_teachers():
    """143 unknowns."""
    done = call("formal", ROOT / "proofs" / "overparameterised" / "n13-k11-1-2.json")
    assert (
        done.returncode == 0 and "spurious_minimum 1 0 13 11 11 C delta low high" in done.stdout
    ), done.stdout + done.stderr


@with_coq
@pytest.mark.timeout(1200)
def test_tampered_certificates_check_to_false(tmp_path):
    cases = [
        (path.stem, statement) for path, statement in dense("reject") if path.stem not in UNCOVERED
    ]
    true = ["weaker-claims", *(f"activation-dense{x}" for x in ("", "-minus", "-mirrored"))]
    accepted = {path.stem: statement for path, statement in dense("accept")}
    cases += [(name, accepted[name]) for name in true]
    assert len(cases) > 25
    text = PREAMBLE + "".join(
        f"Compute check_fast 320 {certificate_term(statement)}.\n" for _, statement in cases
    )
    done = coqc(text, tmp_path)
    verdicts = re.findall(r"^     = (\w+)$", done.stdout, re.MULTILINE)
    assert dict(zip((name for name, _ in cases), verdicts, strict=True)) == {
        name: "true" if name in true else "false" for name, _ in cases
    }


@with_coq
@pytest.mark.timeout(600)
def test_coqc_accepts_no_tampered_theorem(six, tmp_path):
    """The hints of another point, and a statement that is not the certificate's."""
    text = coq_source(six, 256, reference=False, comment="")
    for changed in (
        text.replace("(ratio 0 1) 6 6 6", "(ratio 0 1) 6 6 5"),
        text.replace("(ratio 0 1) 6 6 6", "(ratio 1 5) 6 6 6"),
        text.replace("factor := [[[", "factor := [[[1"),
    ):
        assert changed != text
        assert coqc(changed, tmp_path).returncode != 0


@with_coq
@pytest.mark.timeout(2400)
@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("gaussian/n06-k06", "0.02508058100", "0.02508058101"),
        ("slopes/k03/II-slope-minus-0.9", "0.0049262903", "0.0049262904"),
    ],
    ids=["dense", "symmetric"],
)
def test_coqchk(tmp_path, name, low, high):
    """coqchk has no virtual machine: the same points with fewer digits of distance and loss, on
    integers, in two minutes and in 12 seconds.
    """
    wider = dataclasses.replace(
        formal_statement(load(ROOT / "proofs" / f"{name}.json").statement),
        distance=Fraction(1, 10**12),
        low=Fraction(low),
        high=Fraction(high),
    )
    (tmp_path / "wide.v").write_text(coq_source(wider, 64, reference=True, comment=""))
    assert coq.build(FORMAL, print) is None
    places = ["-Q", FORMAL, "Certify", "-Q", tmp_path, "Wide"]
    subprocess.run(["coqc", "-q", *places, tmp_path / "wide.v"], check=True, capture_output=True)
    done = subprocess.run(
        ["coqchk", "-silent", "-o", *places, "-norec", "Wide.wide"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and "type-in-type: <none>" in done.stdout + done.stderr


@with_coq
@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "reference_of_risk",
            """forall bits c, check_reference bits c = true ->
            spurious_minimum_of_risk (fraction (rising c)) (fraction (falling c))
              (students c) (teachers c) (dimension c) (rational (point c) (denominator c))
              (fraction (delta c)) (fraction (low c)) (fraction (high c))""",
        ),
        (
            "risk_slope",
            """forall d E, expectation d E -> forall p q n k V W, risk p q E n k d V W =
            (p + q) * (p + q) * risk 1 0 E n k d V W
            - p * q / 2 * dot d (gap n k V W) (gap n k V W)""",
        ),
        ("activation_relu", "forall t, activation 1 0 t = relu t"),
        (
            "block_padding_positive",
            """forall (t : Tilt) m a b c d e mu, (0 < m)%nat -> _ -> _ -> _ -> _ -> forall x,
            mu * dot (S m) x x <= sum (S m) (fun i => sum (S m) (fun j => _ * x i * x j))""",
        ),
        (
            "block_gradient",
            """forall (t : Tilt) m a b c d e i j, (i < S m)%nat -> (j < S m)%nat ->
            grad (S m) (S m) (S m) units (block m a b c d e) i j = block m _ _ _ _ _ i j""",
        ),
        (
            "variation_positive",
            """forall (t : Tilt) m a b c d e U,
            good (S m) (S m) (S m) units (block m a b c d e) -> forall mu, 2 < INR m -> _ -> _ ->
            _ -> _ -> mu * sq (S m) (S m) U <= D2 (S m) (S m) (S m) units (block m a b c d e) U""",
        ),
        (
            "strict_everywhere",
            """forall (t : Tilt) n k d D W, (k <= d)%nat -> (d <= D)%nat -> good n k d units W ->
            _ -> forall p q, p + q <> 0 -> _ -> forall mu, 0 < mu ->
            (forall U, mu * sq n d U <= D2 n k d units W U) -> _ ->
            (forall U, D1 n k d units W U = 0) -> strict_local_min n D (F p q n k D) W""",
        ),
        (
            "block_sound",
            """forall bits c, check_block bits c = true ->
            spurious_minimum (fraction (b_rising c)) (fraction (b_falling c)) (S (b_m c))
              (S (b_m c)) (S (b_m c)) (block (b_m c) _ _ _ _ _) (fraction (b_delta c))
              (fraction (b_low c)) (fraction (b_high c))""",
        ),
    ],
    ids=lambda text: text.split()[0],
)
def test_other_theorems_need_no_more_axioms(tmp_path, name, says):
    """The theorem about 1/2 E(...)^2 rests on the same four axioms, and so do those about every
    slope and about block-symmetric matrices for every k.
    """
    text = f"""Set Printing Width 100000000.
From Coq Require Import Reals.
From Certify Require Import Statement StatementOfRisk Certificate Carriers Expectation Slope.
From Certify Require Import Sums Pair Loss Forms Blocks Variation Growth BlockCheck AnyK.
Open Scope R_scope.
Check (@{name} : {says}).
Print Assumptions {name}.
"""
    done = coqc(text, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    used = set(coq.read_assumptions(done.stdout) or ())
    assert used <= set(axioms()) and used
    assert name == "activation_relu" or len(used) == 4
