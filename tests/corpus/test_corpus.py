"""The checkers over the whole corpus, and seven bad checkers that the harness must catch."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from unittest import mock

import harness
import pytest
from console import call
from law.printed import is_true
from standalone import recheck

KERNEL = [sys.executable, "-m", "certify", "check", "--json"]
rc = recheck("corpus")
CASES = harness.cases()
# seconds in one of the checkers, and another case of the same kind and code takes less
COSTLY = {
    "accept/family-I-from-1112",
    "accept/family-II-from-700",
    "accept/family-weaker",
    *(f"reject/enumeration-without-{i}" for i in (1, 2, 3)),
    *(
        f"reject/family-{name}"
        for name in ("I-lambda", "I-loss", "I-moved", "I-rate", "lambda-low", "loss-low", "rate")
    ),
}


def kind_of(case):
    """The kind that a file of the corpus says to have; "" if none can be read."""
    try:
        return str(json.loads(case.path.read_bytes()).get("kind", ""))
    except (ValueError, AttributeError):
        return ""


def each(cases):
    """One test a case, so that the processors share them. The first case of each kind and verdict
    is of the quick tier; what takes seconds of the long one, beside a cheaper case of its code.
    """
    seen = set()
    for case in cases:
        name = f"{case.path.parent.name}/{case.path.stem}"
        new = (kind_of(case), case.verdict) not in seen and name not in COSTLY
        seen |= {(kind_of(case), case.verdict)} if new else set()
        marks = [pytest.mark.quick] if new else [pytest.mark.long] if name in COSTLY else []
        yield pytest.param(case, id=name, marks=marks)


def per_case(cases):
    return pytest.mark.parametrize("case", list(each(cases)))


@pytest.fixture(scope="module")
def some():
    """A few cases of every verdict, to try bad checkers on."""
    chosen = {}
    for case in harness.cases():
        chosen.setdefault(case.verdict, []).append(case)
    assert set(chosen) == set(harness.EXIT)
    return [case for group in chosen.values() for case in group[:2]]


def test_corpus_holds_every_verdict_and_reason():
    codes = {case.code for case in harness.cases()}
    reached = {
        "spurious",
        "strict-minimum",
        "distance-in-ball",
        "zero-neuron",
        "distance",
        "loss-low",
        "loss-high",
        "curvature",
        "lambda-min-low",
        "lambda-min-high",
    }
    # symmetric points
    reached |= {
        "degenerate",
        "index",
        "parallel",
        "contraction",
        "inclusion",
        "eigenvalue",
        "uniqueness",
        "isotropy",
    }
    # births; of their `slope` and of `inner-box` no case with an ordinary centre is known
    reached |= {
        "other-eigenvalues",
        "crossing",
    }
    # every k; `order` cannot fail by lemma 14, and no `monotone` that is false is known
    reached |= {
        "cover",
        "regular",
        "joined",
        "rate",
        "negative",
    }
    reached |= {"splitting", "smoothness"}  # consequences of minima
    reached |= {"distinct", "region", "saddle", "level", "settled"}  # all critical points
    reached |= {"slope-range", "value", "limit"}  # births in the slope, and their curve
    # data sets
    reached |= {
        "risk",
        "kink",
        "paths",
        "stationary",
        "linear-fit",
        "continuum",
        "global-minimum",
        "critical",
        "descent",
        "ascent",
        "derivative",
    }
    reached |= {"span", "risk-low", "risk-high"}  # the cross-entropy
    # smooth activations
    reached |= {
        "uncorrelated",
        "constant",
        "bounds",
        "definite",
        "fits",
        "slope",
        "bend",
        "inner",
    }
    # trained networks
    reached |= {
        "undefined",
        "location",
        "smallest",
        "largest",
        "shift",
        "off",
        "given",
        "fit",
        "relation",
        "margin",
        "gate",
        "convex-kink",
        "growth",
        "tau",
    }
    assert reached | {"", "malformed", "version", "kind"} == codes


def test_what_is_costly_has_a_cheaper_case_beside_it():
    """The default tier has every kind with every code."""
    names = {f"{case.path.parent.name}/{case.path.stem}": case for case in CASES}
    cheap = {(kind_of(case), case.code) for name, case in names.items() if name not in COSTLY}
    assert {(kind_of(names[name]), names[name].code) for name in COSTLY} <= cheap


@pytest.mark.timeout(120)
@per_case(CASES)
def test_kernel_is_right(case):
    """Without a process for each: fast enough to run for every mutant of the kernel. Each line of a
    proof is true as it is printed; those of the shipped proofs are read in the gate.
    """
    told = []

    def kernel(path):
        told.append(call("check", "--json", path))
        return told[-1]

    assert harness.failures(kernel, [case]) == []
    if case.verdict == "PROVED":
        lines = json.loads(told[0].stdout)["inequalities"]
        assert lines
        for line in lines:
            assert is_true(line["left"], line["relation"], line["right"]), line


def second(path):
    """The second checker's command in this process."""
    out, err = io.TextIOWrapper(io.BytesIO()), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["recheck", "--json", str(path)]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = rc.command.run()
        out.seek(0)
        return subprocess.CompletedProcess(sys.argv, code, out.read(), err.getvalue())


@per_case(CASES)
def test_second_checker_is_right(case):
    """FORMAT 3: verdict and reason code of every case."""
    assert harness.failures(second, [case]) == []


@per_case(CASES[::72])
def test_second_checker_is_right_as_a_program(root, case):
    """Started as its page says, alone and isolated."""
    program = [sys.executable, "-I", str(root / "proofs" / "recheck"), "--json"]
    assert harness.failures(program, [case]) == []


@per_case(CASES[::72])
def test_both_checkers_agree_through_the_command_line(case):
    """`certify check --checker all` starts the second checker as a program."""
    checker = lambda path: call("check", "--json", "--checker", "all", path)  # noqa: E731
    assert harness.failures(checker, [case]) == []


@per_case(CASES[::240])
def test_kernel_is_right_as_a_program(case):
    """`python -m certify check` in a process of its own."""
    assert harness.failures(KERNEL, [case]) == []


MOCKS = {
    "always PROVED": (
        "import json,sys; print(json.dumps({'verdict': 'PROVED', 'code': '', 'path':"
        " sys.argv[-1]}))"
    ),
    "always REJECTED": (
        "import json,sys; print(json.dumps({'verdict': 'REJECTED', 'code': 'distance'}));"
        " sys.exit(1)"
    ),
    "always crashing": "raise SystemError",
    "always silent": "pass",
    "right verdict, wrong reason": (
        "import json,sys; v = 'PROVED' if 'accept' in sys.argv[-1] else 'REJECTED';"
        " print(json.dumps({'verdict': v, 'code': 'x'})); sys.exit(v != 'PROVED')"
    ),
    "right line, wrong exit code": (
        "import json,sys; print(json.dumps({'verdict': 'REJECTED', 'code': 'distance'}))"
    ),
    "hanging": "import time; time.sleep(60)",
}


@pytest.mark.parametrize("name", MOCKS)
def test_bad_checkers_fail_the_harness(name, some):
    seconds = 1.0 if name == "hanging" else 60.0
    told = harness.failures(
        [sys.executable, "-c", MOCKS[name]], some[:2] if name == "hanging" else some, seconds
    )
    assert len(told) >= 2, name
    if name in {"always crashing", "always silent", "hanging"}:
        assert len(told) == len(some[:2] if name == "hanging" else some)


def test_padding_is_a_condition_of_its_own(six, monkeypatch):
    """No certificate is known whose matrix M fails where H does not, so the kernel is shown one."""
    from flint import arb

    from certify.kernel.check import check_document
    from certify.kernel.gaussian import minimum as gaussian_minimum

    assert check_document(six).verdict == "PROVED"
    real = gaussian_minimum.pad_block
    monkeypatch.setattr(
        gaussian_minimum,
        "pad_block",
        lambda point: [
            [entry * (1 if j < i else arb("0.5")) for j, entry in enumerate(row)]
            for i, row in enumerate(real(point))
        ],
    )
    outcome = check_document(six)
    assert (outcome.verdict, outcome.code) == ("REJECTED", "padding")
    six["statement"]["claims"]["every_dimension"] = False
    assert check_document(six).verdict == "PROVED"


def test_both_sides_are_what_they_were(six):
    """Every inequality of one proof and of one rejection, digit for digit: values come from closed
    forms, so they do not drift.
    """
    from certify.kernel.check import check_document

    claims = six["statement"]["claims"]
    claims.update(
        radius="0.0001",
        distance="1e-30",
        curvature="0.003",
        loss=["0.025", "0.0251"],
        lambda_min=["0.004", "0.005"],
    )
    outcome = check_document(six)
    assert [(i.code, i.left, i.right) for i in outcome.inequalities] == SIDES
    claims["curvature"] = "0.004"
    rejected = check_document(six)
    assert (rejected.code, rejected.failed.left, rejected.failed.right) == REJECTED_SIDES
    assert [i.code for i in rejected.proved_before] == [code for code, _, _ in SIDES[:7]]
    assert rejected.summary.startswith(
        "[curvature] not proved: the Hessian at the centre is above "
    )


SIDES = [
    ("spurious", "0", "0.0250000"),
    ("strict-minimum", "0", "0.00300000"),
    ("distance-in-ball", "1.00000e-30", "0.000100000"),
    ("zero-neuron", "0.000100000", "[0.783487, 0.783488]"),
    ("distance", "[2.73889e-45, 2.73890e-45]", "[2.99999e-33, 3.00001e-33]"),
    ("loss-low", "0.0250000", "[0.0250805, 0.0250806]"),
    ("loss-high", "[0.0250805, 0.0250806]", "0.0251000"),
    ("lambda-min-low", "[1.348471856e-16, 1.348471857e-16]", "[6.4971e-16, 6.4972e-16]"),
    ("padding", "[5.204170466e-18, 5.204170467e-18]", "[8.3266e-17, 8.3267e-17]"),
    ("lambda-min-high", "[0.00470035, 0.00470036]", "0.00500000"),
]
REJECTED_SIDES = (
    "curvature",
    "[0.004801928650, 0.004801928651]",
    "[0.004701296962, 0.004701296963]",
)
