"""Tampered certificates: a false one is never proved, and both checkers agree on each."""

from __future__ import annotations

import json
import random
import re

import pytest
import tamper


def test_mutator_is_deterministic_and_touches_every_leaf():
    path = tamper.accepted()[0]
    first, second = ([(m.what, m.data) for m in tamper.mutants(path)] for _ in range(2))
    assert first == second
    document = json.loads(path.read_text())
    leaves = [p for p in tamper._leaves(document) if p[0] in {"statement", "witness"}]
    touched = {what.split(":")[0] for what, _ in first}
    assert touched == {".".join(map(str, p)) for p in leaves}


def test_oracle_knows_truth_from_falsehood(six):
    assert tamper.falsehood(json.dumps(six).encode()) is None
    for name, value in (
        ("distance", "1e-60"),
        ("loss", ["0.02509", "1"]),
        ("loss", ["0.01", "0.025"]),
        ("lambda_min", ["0.0048", "1"]),
        ("lambda_min", ["1e-9", "0.0046"]),
        ("curvature", "0.005"),
        ("radius", "0.2"),
    ):
        changed = json.loads(json.dumps(six))
        changed["statement"]["claims"][name] = value
        assert tamper.falsehood(json.dumps(changed).encode()) is not None, name


@pytest.mark.parametrize("name", ["dense", "planar", "leaky", "near-linear", "saddle-k05", "birth"])
def test_oracle_knows_other_activations(root, name):
    """True as it stands, and with the two parts exchanged; false with another slope."""
    path = root / "tests" / "corpus" / "accept" / f"activation-{name}.json"
    document = json.loads(path.read_text())
    assert tamper.falsehood(json.dumps(document).encode()) is None
    problem = document["statement"]["problem"]
    first, second = problem["activation"]["positive"], problem["activation"]["negative"]
    for parts, holds in (
        ((second, first), True),
        ((first, second + "1"), False),
        ((first, "0"), False),
        ((first, "1"), False),
    ):
        problem["activation"] = dict(zip(("positive", "negative"), parts, strict=True))
        assert (tamper.falsehood(json.dumps(document).encode()) is None) == holds, parts


@pytest.mark.parametrize(
    "name",
    ["dense", "negated", "given", "saddle", "slope", "symmetric", "symmetric-negated", "row"],
)
def test_oracle_knows_output_weights(root, name):
    """True as it stands; false with all signs of the students turned, or without signs."""
    path = root / "tests" / "corpus" / "accept" / f"signs-{name}.json"
    document = json.loads(path.read_text())
    assert tamper.falsehood(json.dumps(document).encode()) is None
    problem = document["statement"]["problem"]
    problem["signs"]["students"] = [-s for s in problem["signs"]["students"]]
    assert tamper.falsehood(json.dumps(document).encode()) is not None
    del problem["signs"]
    assert tamper.falsehood(json.dumps(document).encode()) is not None


@pytest.mark.parametrize(
    ("name", "place", "value", "holds"),
    [
        ("slopes-near-birth", "c", ["0.258", "0.2586"], True),
        ("slopes-near-birth", "c", ["0.258", "0.2588"], False),  # the birth is at 0.25868
        ("slopes-near-birth", "curvature", "1e-5", False),
        ("slopes-II-k03", "c", ["0", "0.0001"], True),
        ("slopes-II-k03", "c", ["0", "0.1"], False),  # the birth is at 0.0822
        ("slopes-II-k03", "curvature", "0.083", False),
        ("slopes-II-k08", "curvature", "0.0214", False),  # 0.02135 at c = 1, lower beyond
        ("slopes-II-k08", "curvature", "0.0170", True),
        ("slopes-to-infinity", "curvature", "0.0013", False),  # 0.00123 at infinity
        ("slopes-to-infinity", "c", ["1", "infinity"], True),
        ("slopes-rows", "curvature", "0.01", False),
    ],
)
def test_oracle_knows_ranges_of_slopes(root, name, place, value, holds):
    path = root / "tests" / "corpus" / "accept" / f"{name}.json"
    document = json.loads(path.read_text())
    assert tamper.falsehood(json.dumps(document).encode()) is None
    document["statement"]["claims"][place] = value
    assert (tamper.falsehood(json.dumps(document).encode()) is None) == holds


def test_oracle_knows_births_in_the_slope(root):
    path = root / "tests" / "corpus" / "accept" / "slope-birth-II-k03.json"
    document = json.loads(path.read_text())
    assert tamper.falsehood(json.dumps(document).encode()) is None
    claims = document["statement"]["claims"]
    for name, value in (
        ("c", ["0.0823", "0.0824"]),
        ("slope", ["-0.56", "-0.555"]),
        ("crossing", "1"),
        ("minimum", "above"),
    ):
        changed = {**document["statement"], "claims": {**claims, name: value}}
        assert tamper.falsehood(json.dumps({**document, "statement": changed}).encode()), name


def test_oracle_knows_the_global_minima_of_slopes(root):
    """With no teacher negated the branch is the teachers themselves."""
    path = root / "tests" / "corpus" / "accept" / "slopes-II-k03.json"
    document = json.loads(path.read_text())
    document["witness"]["signs"] = [1, 1]
    for line in document["witness"]["cover"][0]["branch"]:
        line[:] = ["0"]
    assert "loss is 0" in tamper.falsehood(json.dumps(document).encode())


@pytest.mark.parametrize("name", ["dense", "given", "slope", "symmetric", "row", "saddle"])
def test_oracle_knows_signs(root, name):
    """True as it stands, and with all signs changed; false without signs, and with one changed."""
    path = root / "tests" / "corpus" / "accept" / f"signs-{name}.json"
    document = json.loads(path.read_text())
    assert tamper.falsehood(json.dumps(document).encode()) is None
    problem = document["statement"]["problem"]
    students, teachers = problem["signs"]["students"], problem["signs"]["teachers"]
    for change, holds in (
        (([-s for s in students], [-t for t in teachers]), True),
        (([*students[:-1], -students[-1]], teachers), False),
        ((students, [*teachers[:-1], -teachers[-1]]), False),
        (([1] * len(students), [1] * len(teachers)), False),
    ):
        problem["signs"] = dict(zip(("students", "teachers"), change, strict=True))
        assert (tamper.falsehood(json.dumps(document).encode()) is None) == holds, change


@pytest.mark.parametrize("value", ["-1", "1e-9", "0.0001"])
def test_a_weak_lower_end_does_not_hide_a_sharp_upper_one(root, value):
    """Both checkers find a vector for the upper end of the smallest eigenvalue."""
    path = root / "tests" / "corpus" / "accept" / "activation-dense-minus.json"
    weaker = tamper._set(
        json.loads(path.read_text()), ("statement", "claims", "lambda_min", 0), value
    )
    data = json.dumps(weaker).encode()
    assert tamper.kernel_verdict(data) == tamper.standalone_verdict(data) == ("PROVED", "")


FALSE = [
    ("family-II-from-700", "claims.k_from", 5),
    ("family-weaker", "claims.k_from", 5),
    ("family-weaker", "claims.loss_times_k", ["0.15", "0.29"]),
    ("family-weaker", "claims.lambda_min", ["0.0909", "0.1"]),
    ("family-weaker", "claims.lambda_min", ["0.004", "0.09"]),
    ("family-II-from-700", "claims.rate", "0.001"),
    ("family-II+1-from-1488", "claims.limit", ["0.3", "0.31"]),
    ("family-saddle-A", "claims.k", ["5", "6"]),
    ("family-saddle-A", "claims.centre.0", "-0.64519"),
    ("splitting-planar", "minimum.statement.problem.targets", [["1", "0"], ["0.7", "0.7"]]),
    ("signs-splitting", "minimum.statement.problem.signs.students", [1, 1, 1]),
    ("basin-dense", "claims.curvature", "0.0048"),
    ("basin-dense", "claims.smoothness", "1"),
    ("basin-II", "claims.radius", "0.3"),
    ("span-near", "claims.curvature", "0.0048"),
    ("span-near", "claims.distance", "1e-19"),
    ("span-near", "claims.loss", ["0.0251", "0.0252"]),
    ("span-given", "problem.targets.0.0", "1.2"),
    ("enumeration-k05", "points.0.a", "0.9"),
    ("enumeration-k05", "problem.k", 6),
    ("data-minimum-xor", "claims.risk", "0.51"),
    ("smooth-constant-tanh", "claims.risk", "0.1"),
]


@pytest.mark.parametrize(("name", "where", "value"), FALSE, ids=[f"{n}-{w}" for n, w, _ in FALSE])
def test_oracles_of_other_kinds_know_falsehoods(root, name, where, value):
    path = root / "tests" / "corpus" / "accept" / f"{name}.json"
    document = json.loads(path.read_text())
    assert tamper.falsehood(json.dumps(document).encode()) is None
    steps = [int(step) if step.isdigit() else step for step in where.split(".")]
    changed = tamper._set(document, ("statement", *steps), value)
    assert tamper.falsehood(json.dumps(changed).encode()) is not None


@pytest.mark.parametrize("count", [50, pytest.param(500, marks=pytest.mark.slow)])
def test_a_seeded_sample_of_mutants(count, capsys):
    pool = [
        m
        for path in tamper.accepted()
        if path.stem not in {"n09-k09", "n10-k10", "n11-k11", "n12-k12", "n13-k13"}
        for m in tamper.mutants(path)
    ]
    chosen = random.Random(20261123).sample(pool, 3 * count // 5)
    centres = re.compile(r"centre.*: (first digit|sign|exponent)").search  # mostly rejected
    chosen += random.Random(3).sample([m for m in pool if centres(m.what)], count // 5)
    claims = [m for m in pool if "claims" in m.what]
    chosen += random.Random(7).sample(claims, count // 5)
    counts, wrong = tamper.campaign(chosen)
    assert wrong == []
    assert counts["PROVED"] > 0
    assert (
        counts["DIFFERENT"] <= count // 50
    )  # of covers of slopes and births in them, at the limit
    assert min(counts["REJECTED"], counts["MALFORMED"]) > count // 5
    with capsys.disabled():
        print(f"\n{count} of {len(pool)} mutants: {dict(sorted(counts.items()))}")


@pytest.mark.parametrize("count", [1, pytest.param(150, marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", tamper.long_to_check(), ids=["every-k", "curve"])
def test_a_seeded_sample_of_mutants_that_take_long(path, count):
    """The one of the default tier is of the first box, where a false one ends the check."""
    pool = list(tamper.mutants(path))
    if count == 1:
        first = re.compile(r"(rectangles|cover)\.0\.branch\.\d\.0(\.0)?: (first digit|sign)")
        pool = [m for m in pool if first.search(m.what)]
    _, wrong = tamper.campaign(random.Random(1).sample(pool, count))
    assert wrong == []


@pytest.mark.parametrize(
    ("place", "value", "holds"),
    [
        ("curvature", "0.092", False),  # 0.0908 at k = infinity
        ("k_from", 6, True),
        ("k_from", 5, False),
    ],
)
def test_oracle_knows_every_k_and_slope(root, place, value, holds):
    path = root / "tests" / "corpus" / "accept" / "family-slopes-large.json"
    document = json.loads(path.read_text())
    document["statement"]["claims"][place] = value
    assert (tamper.falsehood(json.dumps(document).encode()) is None) == holds


@pytest.mark.parametrize(
    ("place", "value", "holds"),
    [
        ("limit", ["5.7827", "5.7828"], True),
        ("limit", ["5.78277", "5.79"], False),
        ("values", [{"k": "5.777632", "c": ["38.2", "39"]}], False),
    ],
)
def test_oracle_knows_the_curve_of_births(root, place, value, holds):
    path = root / "tests" / "corpus" / "accept" / "birth-curve-end.json"
    document = json.loads(path.read_text())
    document["statement"]["claims"][place] = value
    assert (tamper.falsehood(json.dumps(document).encode()) is None) == holds


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_every_mutant(capsys):
    everything = [m for path in tamper.accepted() for m in tamper.mutants(path)]
    assert len(everything) >= 20_000
    counts, wrong = tamper.campaign(everything, jobs=2)
    with capsys.disabled():
        print(f"\n{len(everything)} mutants: {dict(sorted(counts.items()))}")
    assert wrong == []
