"""Hostile input for both readers: whatever the bytes, `Malformed` is the only exception, and both
agree on what is malformed.

Ordinary tier: hypothesis, and files that are no certificates. Slow tier (-m slow): more than a
million raw inputs, and files at the limits of size, each checked by both command lines in a process
with limited memory.
"""

from __future__ import annotations

import copy
import functools
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from unittest import mock

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standalone import claim_of, recheck

from certify.kernel import check as kernel_check
from certify.kernel.check import check_bytes, check_file
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import MAX_BYTES, decimal, digest, parse_json
from certify.kernel.gaussian.minimum import GaussianMinimum
from certify.kernel.kind import Kind
from certify.kernel.kinds import kind_of

ROOT = Path(__file__).resolve().parents[3]
SCHEMA = json.loads((ROOT / "proofs" / "certificate.schema.json").read_text())
QUICK = settings(max_examples=100, deadline=None, derandomize=True)


rc = recheck("readers")
Pick = Callable[[int, int], int]

# --------------------------------------------------------------------------------------------------
# What both readers say. Any other exception than the two named here ends the test.
# --------------------------------------------------------------------------------------------------

MALFORMED = ("MALFORMED", "malformed")


def kernel_says(data: bytes) -> tuple[str, str]:
    try:
        outcome = check_bytes(data)
    except Malformed as error:
        return (
            MALFORMED
            if str(error).isascii() and str(error).isprintable()
            else ("unprintable", str(error))
        )
    return outcome.verdict, getattr(outcome, "code", "")


def recheck_says(data: bytes, verify: Callable) -> tuple[str, str]:
    try:
        tree = rc.reader.parse(data)
        rc.reader.digest(tree)
        verify(claim_of(rc, tree))
    except rc.verdict.Verdict as found:
        return MALFORMED if found.verdict == "MALFORMED" else (found.verdict, found.code)
    return "PROVED", ""


def _kind_that_verifies_nothing(name: str) -> Kind | None:
    """Everything is read, and nothing is verified."""
    kind = kind_of(name)
    return None if kind is None else replace(kind, verify=_verify_nothing)


def _verify_nothing(*_: object) -> None:
    """In place of the ten inequalities."""


def _numbers(rows) -> list:
    return [[Fraction(int(x.p), int(x.q)) for x in row] for row in rows]


def agree(data: bytes) -> str:
    """Both parsers and both readers of certificates say the same, up to the numbers they read; no
    inequality is verified.
    """
    try:
        tree = parse_json(data)
    except Malformed:
        tree = Malformed
    try:
        other = rc.reader.parse(data)
    except rc.verdict.Verdict as found:
        other = Malformed if found.verdict == "MALFORMED" else found
    assert (tree is Malformed) == (other is Malformed), (
        f"one parser takes what the other refuses: {data!r}"
    )
    assert repr(tree) == repr(other), f"two readings of {data!r}"
    with mock.patch.object(kernel_check, "kind_of", _kind_that_verifies_nothing):
        first = kernel_says(data)
    second = recheck_says(data, _verify_nothing)
    assert first == second, f"kernel says {first}, recheck says {second}: {data!r}"
    if first[0] == "PROVED" and tree["kind"] == "gaussian-minimum":
        claim, twin = GaussianMinimum.read(tree["statement"]), claim_of(rc, other)
        assert (_numbers(claim.centre), _numbers(claim.problem.teachers)) == (
            twin.centre,
            twin.targets,
        )
        scalars = [
            claim.radius.value,
            claim.distance.value,
            claim.curvature.value,
            claim.loss.low,
            claim.loss.high,
            claim.lambda_min.low,
            claim.lambda_min.high,
        ]
        assert _numbers([scalars])[0] == [
            twin.radius,
            twin.distance,
            twin.curvature,
            *twin.loss,
            *twin.lambda_min,
        ]
        assert claim.every_dimension is twin.every_dimension
        assert digest(tree) == rc.reader.digest(other)
    return first[0] if tree is not Malformed else "NOT JSON"


# --------------------------------------------------------------------------------------------------
# Inputs
# --------------------------------------------------------------------------------------------------


def certificate(centre: list[list[str]], targets: object, k: int, **claims: object) -> dict:
    known = {
        "radius": "0.1",
        "distance": "0.01",
        "loss": ["1e-9", "9"],
        "curvature": "0.001",
        "lambda_min": ["-1", "9"],
        "every_dimension": True,
    }
    problem = {"n": len(centre), "k": k, "d": len(centre[0]), "targets": targets}
    statement = {"problem": problem, "centre": centre, "claims": known | claims}
    return {
        "format": "certify/1",
        "kind": "gaussian-minimum",
        "statement": statement,
        "witness": {"bits": 128},
    }


PLANAR = certificate(
    [
        [
            "-0.121285068862061273939580634810865661564",
            "-0.133771198834043395087514341617871460623",
        ],
        [
            "-0.358590400898795180245831142229459562380",
            "1.2230786867736615778601622273859727859071",
        ],
        [
            "2.7247015884035024806544629903465672864362",
            "0.1314769983301092936926285189803447165274",
        ],
    ],
    [["-0.59", "0.63"], ["1.04", "1.03"], ["1.82", "-0.39"]],
    3,
    radius="0.0003",
    distance="1e-30",
    loss=["0.0266", "0.0267"],
    curvature="0.0003",
    lambda_min=["0.0317", "0.0318"],
)
SEEDS = [
    certificate([["1"]], [["0.5"]], 1),
    certificate([["1", "0"], ["-0.2", "1e-3"]], "orthonormal", 2, every_dimension=False),
    certificate([["1", "0"], ["-0.2", "1e-3"]], [["3", "-4"]], 1)
    | {"provenance": {"note": ["\u00e9", None, -7, True, {"": '\\"\n'}]}},
    PLANAR,
]
REALS = [
    "0", "-0", "1", "-1", "0.5", "-0.0", "1e-300", "-1e300", "1e300", "1e301", "1e-301", "1e0",
    "1e-0", "0e5", "00", "01", "-", "+1", "1.", ".5", "1e", "1E5", "1e+5", "1e0001",
    "NaN", "inf", " 1", "1 ", "1\n", "1_0", "\u0661", "\uff11", "0x1", "1/2", "", "9" * 400,
    "9" * 401, "0." + "3" * 399, "0." + "3" * 400, "-0." + "3" * 399 + "e-300",
    "-0." + "3" * 399 + "e-3000", "0.999999999999999999999999999999999999999999", "1" + "0" * 39,
    "3.25e-40",
]  # fmt: skip
LEAVES = [
    None, True, False, 0, -1, 1, 2, 64, 65, 127, 128, 1024, 1025, 10**19, -(10**18), 10**20, [], {},
    [[]], [{}], {"a": {}}, "orthonormal", "Orthonormal", "certify/1", "certify/2",
    "gaussian-minimum", "\ud800", "\U0001f600", "\x00", "\u2028", *REALS,
]  # fmt: skip
NAMES = [
    "format",
    "kind",
    "statement",
    "witness",
    "provenance",
    "problem",
    "centre",
    "claims",
    "n",
    "k",
    "d",
    "targets",
    "radius",
    "bits",
    "",
    "x",
    "N",
    "\ud83d",
]
TOKENS = [
    *[bytes([c]) for c in b'{}[]",:\\-+.0123456789eEuntf \t\r\n\x0b\x00\x1f\x7f\x80\xc3\xff/'],
    b"true", b"false", b"null", b"NaN", b"Infinity", b"-Infinity", b"\\u", b"\\ud800",
    b"\\udc00", b"\\ud83d\\ude00", b"\\u0000", b"\\u00zz", b"\\x41", b"\\/", b"\xef\xbb\xbf",
    b"\xc3\xa9", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xf4\x90\x80\x80", b"\xc0\x80",
    b"\xe2\x80\xa8", b"\xd9\xa1", b"\xc2\xb2", b"\xc2\xa0", b"\xc2\x85", b'"a"', b'"a":', b'""',
    b"1.0", b"1e5", b"1E+5", b"-0", b"01", b"1" * 20, b"-" + b"1" * 19, b"1" * 21,
    b"[" * 16, b"]" * 16, b"{" * 3, b'{"a":' * 17, b"[]", b"{}", b"//", b"/*", b"*/", b"'", b"\\",
    b'"format"', b'"kind"', b'"certify/1"', b'"statement"', b'"bits"',
]  # fmt: skip


def _choice(pick: Pick, items: list):
    return items[pick(0, len(items) - 1)]


def _spots(tree: object, found: list | None = None) -> list[tuple[dict | list, object]]:
    """All (container, key) of a tree."""
    found = [] if found is None else found
    for key, value in (
        list(tree.items())
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    ):
        found.append((tree, key))
        _spots(value, found)
    return found


def mutated_tree(pick: Pick) -> dict:
    """An acceptable certificate with one to three changes of structure or leaves."""
    tree = copy.deepcopy(_choice(pick, SEEDS))
    for _ in range(pick(1, 3)):
        spots = _spots(tree)
        if not spots:
            break
        (holder, key), (other, name) = _choice(pick, spots), _choice(pick, spots)
        kind = pick(0, 7)
        if kind <= 2:
            holder[key] = copy.deepcopy(_choice(pick, LEAVES))
        elif kind == 3 and isinstance(holder[key], str):
            holder[key] = _choice(pick, REALS)
        elif kind == 4:
            del holder[key]
        elif kind == 5:
            holder[key] = copy.deepcopy(other[name])
        elif isinstance(holder, list):
            holder.insert(
                pick(0, len(holder)),
                copy.deepcopy(other[name]) if kind == 6 else copy.deepcopy(_choice(pick, LEAVES)),
            )
        else:
            holder[_choice(pick, NAMES)] = copy.deepcopy(_choice(pick, LEAVES))
    return tree


def mutated_text(data: bytes, pick: Pick) -> bytes:
    """Bytes cut out, doubled, flipped, tokens put in."""
    for _ in range(pick(1, 3)):
        at, length = pick(0, len(data)), pick(1, 12)
        kind = pick(0, 5)
        if kind == 0:
            data = data[:at] + data[at + length :]
        elif kind == 1:
            data = data[:at] + data[at : at + length] + data[at:]
        elif kind == 2:
            data = data[:at] + bytes([pick(0, 255)]) + data[at + 1 :]
        elif kind == 3:
            data = data[:at] + _choice(pick, TOKENS) + data[at + length - 1 :]
        elif kind == 4:
            data = data[:at]
        else:
            data = data[:at] + _choice(pick, TOKENS) + data[at:]
    return data


def encoded(tree: object, pick: Pick) -> bytes:
    text = json.dumps(
        tree,
        ensure_ascii=bool(pick(0, 2)),
        indent=pick(0, 2) or None,
        separators=(",", ":") if pick(0, 1) else None,
    )
    return text.encode("utf-8", "surrogatepass")


def hostile(pick: Pick) -> bytes:
    """One input: a mutated tree, its mutated text, a row of tokens, raw bytes."""
    kind = pick(0, 9)
    if kind <= 3:
        return encoded(mutated_tree(pick), pick)
    if kind <= 6:
        return mutated_text(encoded(_choice(pick, SEEDS), pick), pick)
    if kind <= 8:
        return b"".join(_choice(pick, TOKENS) for _ in range(pick(0, 14)))
    return bytes(pick(0, 255) for _ in range(pick(0, 20)))


@functools.cache
def defined(name: str) -> st.SearchStrategy:
    """Of a definition, which may hold itself (formulas do)."""
    return st.deferred(lambda: from_schema(SCHEMA["$defs"][name]))


def from_schema(schema: dict | bool) -> st.SearchStrategy:
    """JSON values that fit a schema, for the keywords certificate.schema.json uses; others are
    refused.
    """
    if schema is True:
        return st.recursive(
            st.sampled_from(LEAVES),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
            ),
            max_leaves=6,
        )
    if "allOf" in schema:  # the root: a kind, with its statement and witness
        branches = []
        for branch in schema["allOf"]:
            then = branch["then"]["properties"]
            parts = {
                "format": st.just("certify/1"),
                "kind": st.just(branch["if"]["properties"]["kind"]["const"]),
            }
            parts |= {name: from_schema(then[name]) for name in ("statement", "witness")}
            branches.append(
                st.fixed_dictionaries(
                    parts, optional={"provenance": from_schema(schema["properties"]["provenance"])}
                )
            )
        return st.one_of(branches)
    if "patternProperties" in schema:
        (values,) = schema["patternProperties"].values()
        return st.dictionaries(
            st.sampled_from(["1", "s1", "x1", "y1", "s2", "s1*s2"]), from_schema(values), max_size=4
        ).map(lambda made: {"1": [["0", "1"]]} | made)
    known = {
        "$schema",
        "title",
        "contains",
        "maxContains",
        "description",
        "$defs",
        "$ref",
        "const",
        "enum",
        "anyOf",
        "if",
        "then",
        "else",
        "type",
        "minimum",
        "maximum",
        "maxLength",
        "pattern",
        "required",
        "properties",
    }
    assert set(schema) <= known | {
        "additionalProperties",
        "prefixItems",
        "items",
        "minItems",
        "maxItems",
    }, schema
    if "$ref" in schema:
        return defined(schema["$ref"].removeprefix("#/$defs/"))
    if "const" in schema or "enum" in schema:
        return st.sampled_from([schema["const"]] if "const" in schema else schema["enum"])
    if "anyOf" in schema or "if" in schema:  # "then" and "else" say all that they need
        choices = schema.get("anyOf") or [schema["then"], schema["else"]]
        return st.one_of(*map(from_schema, choices))
    if schema["type"] == "object":
        required = {name: from_schema(schema["properties"][name]) for name in schema["required"]}
        return st.fixed_dictionaries(
            required,
            optional={
                name: from_schema(s)
                for name, s in schema["properties"].items()
                if name not in required
            },
        )
    if schema["type"] == "array":
        if "prefixItems" in schema:
            # sums and products go on behind the name of the operation
            missing = schema.get("minItems", 0) - len(schema["prefixItems"])
            return st.tuples(
                *map(from_schema, [*schema["prefixItems"], *[schema.get("items")] * missing])
            ).map(list)
        some = st.lists(
            from_schema(schema["items"]),
            min_size=schema.get("minItems", 0),
            max_size=min(max(2, schema.get("minItems", 0)), schema.get("maxItems", 2**31)),
        )
        return (
            st.tuples(from_schema(schema["contains"]), some).map(
                lambda made: [made[0], *[b for b in made[1] if isinstance(b["size"], int)]]
            )
            if "contains" in schema
            else some
        )
    return of_type(schema)


def of_type(schema: dict) -> st.SearchStrategy:
    """Values without parts."""
    if schema["type"] == "string":
        return st.from_regex(schema["pattern"]) if "pattern" in schema else st.text()
    if schema["type"] == "integer":
        least = schema["minimum"]
        return st.integers(least, max(least, min(schema.get("maximum", 130), 130)))
    return {"boolean": st.booleans(), "null": st.none()}[schema["type"]]


def made_to_fit(document: dict) -> dict:
    """n, k, d as the matrices have them (dense kind): more than a wrong size is read then."""
    if document["kind"] != "gaussian-minimum":
        return document
    problem, centre = document["statement"]["problem"], document["statement"]["centre"]
    problem["n"], problem["d"] = len(centre), len(centre[0])
    document["statement"]["centre"] = [(row * problem["d"])[: problem["d"]] for row in centre]
    if isinstance(problem["targets"], list):
        problem["k"] = len(problem["targets"])
        problem["targets"] = [(row * problem["d"])[: problem["d"]] for row in problem["targets"]]
    return document


schema_documents = from_schema(SCHEMA)
texts = st.lists(st.sampled_from(TOKENS), max_size=30).map(b"".join)
mutants = st.composite(lambda draw: hostile(lambda low, high: draw(st.integers(low, high))))()
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**21), 10**21) | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)

# --------------------------------------------------------------------------------------------------
# Ordinary tier
# --------------------------------------------------------------------------------------------------


def test_the_seeds_are_acceptable():
    assert [agree(json.dumps(seed).encode()) for seed in SEEDS] == ["PROVED"] * 4
    assert [kernel_says(json.dumps(seed).encode())[0] for seed in SEEDS] == ["REJECTED"] * 3 + [
        "PROVED"
    ]


@QUICK
@given(st.binary(max_size=64))
def test_raw_bytes(data):
    assert agree(data) in {"NOT JSON", "MALFORMED"}


@QUICK
@given(texts)
def test_rows_of_tokens(data):
    assert agree(data) in {"NOT JSON", "MALFORMED", "DECLINED"}


@QUICK
@given(json_values, st.booleans())
@pytest.mark.long
def test_any_json(value, ascii_only):
    assert agree(json.dumps(value, ensure_ascii=ascii_only).encode()) in {"NOT JSON", "MALFORMED"}


@QUICK
@given(mutants)
def test_mutated_certificates(data):
    agree(data)


def test_mutation_meets_every_verdict():
    """Or the test above would compare little."""
    rng = random.Random(4)
    seen = Counter(agree(hostile(rng.randint)) for _ in range(1000))
    assert min(seen[verdict] for verdict in ("PROVED", "DECLINED", "MALFORMED", "NOT JSON")) > 10, (
        seen
    )


@settings(QUICK, max_examples=60)
@given(schema_documents)
@pytest.mark.long
def test_documents_of_the_schema(document):
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert agree(json.dumps(document).encode()) in {"PROVED", "MALFORMED", "NOT JSON"}
    agree(json.dumps(made_to_fit(document)).encode())


@QUICK
@given(st.randoms(use_true_random=False))
def test_what_the_kernel_reads_fits_the_schema(rng):
    tree = mutated_tree(rng.randint)
    if agree(json.dumps(tree).encode()) == "PROVED":
        jsonschema.Draft202012Validator(SCHEMA).validate(tree)


@QUICK
@given(
    st.one_of(
        st.sampled_from(REALS),
        st.text("-+.eE0123456789_ \n", max_size=12),
        st.from_regex(rc.reader._REAL, fullmatch=True),
        st.text(max_size=6),
    )
)
def test_both_readers_read_the_same_reals(text):
    try:
        value = decimal(text, "x")
        first = Fraction(int(value.p), int(value.q))
    except Malformed:
        first = None
    try:
        second = rc.reader.real(text, "x")
    except rc.verdict.Verdict:
        second = None
    assert first == second


FAIR = ["1", "-1", "0.5", "-0.2", "1e-3", "3", "-7.25", "0.3333", "1.0000001", "0", "0"]
HOSTILE = [
    "1e-40", "1e300", "-1e-300", "1e-300", "-1e300", "0.99999999999999999999999999999999999999999",
    "1" + "0" * 39, "0." + "3" * 60, "7e-20", "0." + "9" * 58, "0." + "9" * 78 + "7",
    "0." + "0" * 80 + "1" * 40, "0",
]  # fmt: skip
FAIR_PAIRS = [["1e-300", "1e300"]] * 3 + [
    ["1e-9", "9"],
    ["-1", "9"],
    ["0.5", "0.6"],
    ["-1e300", "1e300"],
    ["9", "10"],
]
HOSTILE_PAIRS = [
    ["1e-40", "1e-39"],
    ["1e299", "1e300"],
    ["-1e-300", "0"],
    ["-1e-300", "1e-300"],
    ["1e-300", "2e-300"],
]


def numeric(pick: Pick, *, extreme: bool) -> dict:
    """A well-formed certificate with numbers that get far into the inequalities; extreme: of any
    size, at the limits of any precision.
    """
    reals, pairs = FAIR + HOSTILE * extreme, FAIR_PAIRS + HOSTILE_PAIRS * extreme
    positive = [x for x in HOSTILE[:-1] if x[0] != "-"] * extreme
    d, k = pick(1, 3), pick(1, 2)
    n = pick(k, 3)
    rows = [[_choice(pick, reals) for _ in range(d)] for _ in range(n + k)]
    for i, row in enumerate(rows):
        if not any(Fraction(x) for x in row):
            row[0] = "1"
        if i and pick(0, 3) == 0:
            rows[i] = list(rows[pick(0, i - 1)])
    known = certificate(rows[:n], rows[n:], k)
    known["witness"]["bits"] = _choice(pick, [128, 129, 200, 256])
    known["statement"]["claims"] |= {
        "radius": _choice(pick, ["0.1", "0.001", "1e-9", "0.5", *positive]),
        "distance": _choice(pick, ["0.0005", "1e-12", "0.01", *positive]),
        "curvature": _choice(pick, ["1e-9", "0.001", "1", "1e4", "1e30", *positive]),
        "loss": _choice(pick, pairs),
        "lambda_min": _choice(pick, pairs),
        "every_dimension": bool(pick(0, 1)),
    }
    return known


@settings(QUICK, max_examples=60)
@given(st.randoms(use_true_random=False))
def test_numbers_are_judged_alike(rng):
    """The same verdict, and the same inequality as the first that is not verified."""
    data = json.dumps(numeric(rng.randint, extreme=False)).encode()
    verdict = kernel_says(data)
    assert verdict[0] in {"PROVED", "REJECTED"}
    assert verdict == recheck_says(data, rc.dense.verify)


@settings(QUICK, max_examples=60)
@given(st.randoms(use_true_random=False))
def test_hostile_numbers_end_in_a_verdict(rng):
    """At the limits of the working precision the checkers may stop at different inequalities, but
    neither crashes or proves.
    """
    data = json.dumps(numeric(rng.randint, extreme=True)).encode()
    verdict = kernel_says(data)
    assert verdict[0] in {"PROVED", "REJECTED"}
    assert verdict[0] == recheck_says(data, rc.dense.verify)[0]


# --------------------------------------------------------------------------------------------------
# Files, through both command lines
# --------------------------------------------------------------------------------------------------

COMMANDS = {
    "certify": [sys.executable, "-m", "certify", "check"],
    "recheck": [sys.executable, str(ROOT / "proofs" / "recheck")],
}
SECONDS = 60
MEGABYTE = 2**20
_PEAK = """
import os, runpy, sys
kind, program, path = sys.argv[1:]
os._exit = sys.exit  # the program ends at once, and this one goes on
sys.argv = [program, *(["check"] if kind == "certify" else []), path]
try:
    if kind == "certify":
        runpy.run_module("certify", run_name="__main__")
    else:
        runpy.run_path(program, run_name="__main__")
except SystemExit:
    pass
print([line.split()[1] for line in open("/proc/self/status") if line.startswith("VmPeak")][0])
"""


@functools.cache
def address_space(kind: str) -> int:
    """What the checker needs for a small certificate, in bytes of address space."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as stream:
        json.dump(PLANAR, stream)
        stream.flush()
        command = [sys.executable, "-c", _PEAK, kind, COMMANDS[kind][-1], stream.name]
        run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    assert run.stdout.startswith("PROVED"), run.stdout
    return int(run.stdout.splitlines()[-1]) * 1024


def judged(kind: str, path: Path | str) -> subprocess.CompletedProcess:
    """The checker on one file, in a process with 1 GB more memory than it needs and 60 seconds."""
    limit = address_space(kind) + 1024 * MEGABYTE
    command = [
        "sh",
        "-c",
        f'ulimit -v {limit // 1024} && exec "$@"',
        "sh",
        *COMMANDS[kind],
        str(path),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert "Traceback" not in run.stderr, run.stderr[-2000:]
    return run


def assert_malformed(kind: str, path: Path | str) -> None:
    run = judged(kind, path)
    assert run.stdout.startswith(f"MALFORMED {path}: "), (run.stdout[:500], run.stderr[:500])
    assert run.stdout.count("\n") == 1
    assert run.returncode == 2
    assert run.stderr == ""


both = pytest.mark.parametrize("kind", sorted(COMMANDS))


@pytest.fixture
def scratch(tmp_path):
    """A file that is deleted afterwards, however large."""
    path = tmp_path / "hostile.json"
    yield path
    path.unlink(missing_ok=True)


@both
def test_memory_limit_is_in_force(kind, tmp_path):
    """A checker that needs 1 GB more than usual would be stopped: `ulimit` reaches it."""
    limit = address_space(kind) + 1024 * MEGABYTE
    assert 2**26 < limit < 2**33
    code = f"x = bytearray({limit})"
    run = subprocess.run(
        ["sh", "-c", f'ulimit -v {limit // 1024} && exec "$@"', "sh", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "MemoryError" in run.stderr


@both
def test_two_hundred_megabytes_of_brackets(kind, scratch):
    with scratch.open("wb") as stream:
        for _ in range(200):
            stream.write(b"[" * MEGABYTE)
    assert scratch.stat().st_size == 200 * MEGABYTE
    assert_malformed(kind, scratch)


@both
def test_a_sparse_file_of_a_terabyte(kind, scratch):
    with scratch.open("wb") as stream:
        try:
            stream.truncate(2**40)
        except OSError:
            pytest.skip("the file system has no sparse files of this size")
    assert_malformed(kind, scratch)


LIGHT = {
    "a number of 10^7 digits": lambda: b"1" * 10**7,
    "a real of 10^7 digits": (
        lambda: json.dumps(SEEDS[0]).encode().replace(b'"0.1"', b'"0.' + b"1" * 10**7 + b'"')
    ),
    "10^5 levels": lambda: b"[" * 10**5 + b"]" * 10**5,
    "10^5 fields": lambda: json.dumps(SEEDS[0] | {f"f{i}": i for i in range(10**5)}).encode(),
}
HEAVY = {
    "a number of 10^7 digits for n": lambda: (
        json.dumps(SEEDS[0]).encode().replace(b'"n": 1', b'"n": 1' + b"0" * 10**7)
    ),
    "an exponent of 10^6 digits": lambda: (
        json.dumps(SEEDS[0]).encode().replace(b'"0.1"', b'"1e' + b"9" * 10**6 + b'"')
    ),
    "10^5 levels of objects": lambda: b'{"a":' * 10**5 + b"1" + b"}" * 10**5,
    "10^5 fields, one twice": lambda: (
        b"{" + b"".join(b'"%d":0,' % i for i in range(10**5)) + b'"99999":0}'
    ),
    "16 MiB of fields, one twice": lambda: (
        b"{" + b"".join(b'"%06d":0,' % i for i in range(10**6)) + b'"999999":0}'
    ),
    "a string of 16 MiB": lambda: b'"' + b"a" * (MAX_BYTES - 2) + b'"',
    "a string beyond 16 MiB": lambda: b'"' + b"a" * MAX_BYTES + b'"',
    "a string of 16 MiB of escapes": lambda: b'"' + b"\\n" * (MAX_BYTES // 2 - 1) + b'"',
    "a key of 16 MiB": lambda: b'{"' + b"a" * (MAX_BYTES - 7) + b'":0}',
    "an open string of 16 MiB": lambda: b'"' + b"a" * (MAX_BYTES - 1),
    "an open string of 16 MiB of escaped quotes": lambda: b'"' + b'\\"' * (MAX_BYTES // 2 - 1),
    "16 MiB of quotes": lambda: b'"' * MAX_BYTES,
    "16 MiB of backslashes": lambda: b'["' + b"\\" * (MAX_BYTES - 2),
    "16 MiB of spaces": lambda: b" " * MAX_BYTES,
    "16 MiB of minus": lambda: b"-" * MAX_BYTES,
    "16 MiB of zero bytes": lambda: b"\0" * MAX_BYTES,
    "16 MiB of opening brackets": lambda: b"[" * MAX_BYTES,
    "16 MiB of closing brackets": lambda: b"]" * MAX_BYTES,
    "16 MiB of empty arrays": lambda: b"[" + b"[]," * (MAX_BYTES // 3 - 2) + b"[]]",
    "16 MiB of objects": lambda: b"[" + b'{"":0},' * (MAX_BYTES // 7 - 2) + b"[]]",
    "16 MiB of numbers": lambda: b"[" + b"1," * (MAX_BYTES // 2 - 2) + b"1]",
    "16 MiB of surrogates": lambda: b'"' + b"\\ud800" * (MAX_BYTES // 6 - 1) + b'"',
    "16 MiB of centre": lambda: (
        json.dumps(SEEDS[0]).encode().replace(b'["1"]', b'["1"' + b',"1"' * (MAX_BYTES // 5) + b"]")
    ),
    "16 MiB of an unknown field's name": lambda: (
        json.dumps(SEEDS[0]).encode()[:-1] + b',"' + b"x" * (MAX_BYTES - 2000) + b'":0}'
    ),
}


@both
@pytest.mark.parametrize("case", sorted(LIGHT))
@pytest.mark.first(2)
def test_large_inputs_are_malformed(kind, case, scratch):
    data = LIGHT[case]()
    assert 10**5 < len(data) <= MAX_BYTES
    scratch.write_bytes(data)
    assert_malformed(kind, scratch)


@pytest.mark.slow
@both
@pytest.mark.parametrize("case", sorted(HEAVY))
def test_inputs_at_the_limit_are_malformed(kind, case, scratch):
    scratch.write_bytes(HEAVY[case]())
    assert_malformed(kind, scratch)


FULL = {
    "string": (b'"', b"a", b'"'),
    "arrays": (b"[", b"[],", b"0]"),
    "objects": (b"[", b'{"":0},', b"0]"),
    "text": (b'"', "\u00e9".encode(), b'"'),
    "numbers": (b"[", b"7,", b"0]"),
}


@pytest.mark.slow
@both
@pytest.mark.parametrize("case", sorted(FULL))
def test_a_certificate_of_exactly_16_mib_is_judged(kind, case, scratch):
    """Provenance is not read, and may be as long as a file may be; one byte more is malformed."""
    known = json.dumps(PLANAR).encode()[:-1]
    first, unit, last = FULL[case]
    room = MAX_BYTES - len(known) - len(first) - len(last) - len(b',"provenance":}')
    data = (
        known
        + b',"provenance":'
        + first
        + unit * (room // len(unit))
        + last
        + b" " * (room % len(unit))
        + b"}"
    )
    assert len(data) == MAX_BYTES
    scratch.write_bytes(data)
    run = judged(kind, scratch)
    assert run.stdout.startswith("PROVED "), (run.stdout[:500], run.stderr[:500])
    assert run.returncode == 0
    scratch.write_bytes(data + b" ")
    assert_malformed(kind, scratch)


def _loop(path: Path) -> Path:
    path.symlink_to(path)
    return path


def _locked(path: Path) -> Path | str:
    """A regular file that cannot be read, also by root: the memory of the process that reads it."""
    if os.geteuid() == 0:
        return "/proc/self/mem"
    path.write_text("{}")
    path.chmod(0)
    return path


def _fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def _below_a_file(path: Path) -> Path:
    path.write_text("{}")
    return path / "x.json"


NO_FILES = {
    "a FIFO": _fifo,
    "a missing file": lambda path: path,
    "an unreadable file": _locked,
    "a loop of links": _loop,
    "a dangling link": lambda path: path.symlink_to(path.with_name("nowhere")) or path,
    "a path through a file": _below_a_file,
    "a name that is too long": lambda path: path.with_name("x" * 300),
    "a device": lambda _: "/dev/zero",
}


@both
@pytest.mark.parametrize(
    "case",
    ["a FIFO", "a device", "a missing file", "a name that is too long", "an unreadable file"],
)
def test_what_is_no_readable_file_is_malformed(kind, case, tmp_path):
    assert_malformed(kind, NO_FILES[case](tmp_path / "file.json"))


@pytest.mark.parametrize("case", sorted(NO_FILES))
def test_the_kernel_calls_it_malformed_in_process(case, tmp_path):
    with pytest.raises(Malformed):
        check_file(Path(NO_FILES[case](tmp_path / "file.json")))


def test_the_kernel_calls_a_folder_malformed(tmp_path):
    with pytest.raises(Malformed):
        check_file(tmp_path)


@both
def test_an_empty_folder_is_a_usage_error(kind, tmp_path):
    run = judged(kind, tmp_path)
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr != ""


@both
def test_a_folder_named_like_a_certificate_is_searched(kind, tmp_path):
    """Folders are searched, whatever their names; both checkers find the same files."""
    inner = tmp_path / "folder.json"
    inner.mkdir()
    (inner / "a.json").write_text("{}")
    run = judged(kind, tmp_path)
    assert run.returncode == 2
    assert [line.split(": ")[0] for line in run.stdout.splitlines()] == [
        f"MALFORMED {inner / 'a.json'}"
    ]


@both
@pytest.mark.parametrize(
    "name",
    [b"new\nline.json", b"\xff\xfe.json", "\u00e9\u202e.json".encode()],
    ids=["newline", "not-utf8", "bidi"],
)
def test_strange_names_are_one_line(kind, name, tmp_path):
    """Standard output is strict, as in every UTF-8 locale but C.UTF-8."""
    path = os.fsencode(tmp_path) + b"/" + name
    Path(os.fsdecode(path)).write_bytes(b"{}")
    environment = os.environ | {"LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8:strict"}
    run = subprocess.run(
        [*COMMANDS[kind], path], capture_output=True, timeout=SECONDS, check=False, env=environment
    )
    assert b"Traceback" not in run.stderr, run.stderr[-500:].decode(errors="replace")
    assert run.returncode == 2
    assert run.stdout.startswith(b"MALFORMED ")
    assert run.stdout.count(b"\n") == 1


# --------------------------------------------------------------------------------------------------
# Slow tier: more than 10^6 raw inputs
# --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("seed", range(4))
def test_bulk_raw_inputs(capsys, seed):
    """4 x 260 000 inputs."""
    rng, seen = random.Random(100 + seed), Counter()
    while seen.total() < 260_000:
        seen[agree(hostile(rng.randint))] += 1
    with capsys.disabled():
        print(
            f"\nreader fuzz, seed {seed}: {seen.total()} inputs, both readers agree: {dict(seen)}"
        )
    assert seen.total() >= 260_000
    assert min(seen[verdict] for verdict in ("PROVED", "DECLINED", "MALFORMED", "NOT JSON")) > 1000


@pytest.mark.slow
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("extreme", [False, True])
def test_bulk_numbers(capsys, extreme):
    """15 000 well-formed certificates, verified by both checkers: no crash, one verdict, and one
    reason unless the precision is at its limit.
    """
    rng, seen, reasons, apart = random.Random(7), Counter(), Counter(), []
    for _ in range(15_000):
        data = json.dumps(numeric(rng.randint, extreme=extreme)).encode()
        first, second = kernel_says(data), recheck_says(data, rc.dense.verify)
        seen[first] += 1
        reasons[first, second] += first != second
        if first != second if not extreme else first[0] != second[0]:
            apart.append((first, second, data))
    with capsys.disabled():
        differ = {key: count for key, count in reasons.items() if count}
        print(
            f"\nnumbers, extreme {extreme}: {seen.total()} certificates, {len(apart)} judged"
            f" differently, other reasons: {differ}, {dict(seen)}"
        )
    assert not apart, f"{len(apart)}: {apart[:2]}"
    # 1.2 % of the extreme ones: recheck adds bits for rows of odd lengths, the kernel does not,
    # so one gets past an inequality where the other stops
    assert reasons.total() <= seen.total() // (50 if extreme else 100)
    assert len(seen) >= 6
    assert {verdict for verdict, _ in seen} <= {"PROVED", "REJECTED"}
