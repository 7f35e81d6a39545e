"""proofs/divergences.md: each item is tried at the place where two right checkers may differ. The
two of this repository end with a verdict, and with a code that the item allows.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from standalone import recheck

from certify.kernel.check import check_document

ROOT = Path(__file__).parents[2]
PROVED = ("PROVED", "")
CLAIMS = "/statement/claims/"
rc = recheck("divergences")


@dataclass(frozen=True)
class Case:
    """A certificate, changed, that tries an item. item: its title. base: a file, or the kind whose
    page has the example. edits: a value for each JSON pointer. codes: of a rejection.
    apart: the one checker that proves it, kernel or second; empty where neither need to.
    """

    item: str
    base: str
    edits: dict[str, Any]
    codes: tuple[str, ...]
    apart: str = ""


SIX = "proofs/gaussian/n06-k06.json"
CASES = [
    Case(
        "Rows of very different length",  # both stop before inequality 8: no such minimum is known
        "tests/corpus/accept/planar-teachers.json",
        {"/statement/problem/targets/0": ["-1e-150", "0.63"], "/statement/centre/0/1": "1e-150"},
        ("distance", "loss-low", "curvature", "zero-neuron"),
    ),
    Case(
        "Claims at the smallest eigenvalue",
        SIX,
        {
            CLAIMS + "radius": "1e-38",
            CLAIMS + "curvature": "0.00470035470358722134021",
            CLAIMS + "lambda_min": ["0.0046", "0.0048"],
            "/witness/bits": 128,
        },
        ("curvature",),
        apart="second",
    ),
    Case(
        "The code of inequality 8",
        SIX,
        {
            CLAIMS + "radius": "1e-30",
            CLAIMS + "distance": "1e-32",
            CLAIMS + "curvature": "0.004700399999999999999999999992063129360570373110234711363769"
            "6616585318094032354380153825615696971493182696738419168",
            CLAIMS + "lambda_min": ["0.0047004", "0.0048"],
            "/witness/bits": 128,
        },
        ("curvature", "lambda-min-low"),
    ),
    Case(
        "A sharp upper end of the smallest eigenvalue",
        SIX,
        {
            CLAIMS + "radius": "1e-28",
            CLAIMS + "distance": "1e-30",
            CLAIMS + "curvature": "1e-7",
            CLAIMS + "lambda_min": ["1e-7", "0.0047003547035874712996944557730216729396"],
            "/witness/bits": 128,
        },
        ("lambda-min-high",),
    ),
    Case(
        "Few bits for many digits",
        "proofs/symmetric/k10/II.json",
        {CLAIMS + "distance": "1e-55", "/witness/bits": 128},
        ("inclusion",),
        apart="second",
    ),
    Case(
        "An end of an interval at an eigenvalue",
        "gaussian-symmetric-minimum",
        {
            CLAIMS + "padding/s1": [["0.2186382373945707624996944589822795542796", "0.21864"]],
            "/witness/bits": 128,
        },
        ("eigenvalue",),
        apart="second",
    ),
    Case(
        "The order of the test matrices",
        "gaussian-birth",
        {CLAIMS + "distance": "1e-5"},
        ("contraction", "inclusion", "other-eigenvalues", "slope", "inner-box", "crossing"),
    ),
    Case(
        "A centre off the branch",
        "gaussian-birth",
        {"/statement/centre/0/0/0": "0.97905544435011"},
        ("inclusion", "inner-box", "crossing"),
    ),
    Case(
        "A wide box or a wide interval of k",
        "gaussian-birth",
        {CLAIMS + "distance": "1e-3", CLAIMS + "k": ["5.5", "5.9"]},
        ("zero-neuron", "parallel", "contraction", "inclusion", "other-eigenvalues", "slope"),
    ),
    Case(
        "Tubes near the limit",
        "gaussian-family-minimum",
        {"/witness/cover/0/radius": "0.000011"},
        ("rate",),
        apart="kernel",
    ),
    Case(
        "Low orders",
        "gaussian-family-minimum",
        {"/witness/cover/0/parts": 1},
        ("lambda-min-high",),
        apart="second",
    ),
    Case(
        "A margin within rounding",
        "tests/corpus/accept/splitting-planar.json",
        {CLAIMS + "neurons": [1, 2, 3]},
        ("splitting",),
    ),
    Case(
        "The largest rho",
        "gaussian-span-minimum",
        {"/statement/problem/rho": "0.0000000332162256259471178"},
        ("distance",),
        apart="second",
    ),
    Case(
        "Very small radii",
        "proofs/enumeration/k05.json",
        {f"/statement/points/{i}/radius": "1e-3" for i in range(4)},
        ("region", "uniqueness"),
    ),
    Case(
        "A gap at an eigenvalue",
        "gaussian-enumeration",
        {"/statement/points/0/gap": "1.759508184958272977382875978947"},
        ("eigenvalue",),
    ),
    Case(
        "Numbers of very many digits",
        "data-minimum",
        {CLAIMS + "better/0/weights/0/0": f"1{'0' * 9000}1/1{'0' * 9001}"},
        ("spurious",),
    ),
    Case(
        "Curvature over the ball",
        "data-entropy-minimum",
        {"/witness/curvature": "0.026"},
        ("curvature",),
        apart="second",
    ),
    Case(
        "Free inputs",
        "data-entropy-minimum",
        {"/statement/parameters/0": {"weights": [["1", "0"], ["2", "0"]], "bias": ["4", "8"]}},
        ("kink", "span", "curvature", "distance"),
    ),
    Case(
        "Giving up",
        "data-constant-minimum",
        {"/witness/high": f"1{'0' * 380}"},
        ("bounds", "definite"),
    ),
    Case(
        "What is defined",
        "data-constant-minimum",
        {
            "/statement/problem/activation": [
                "-",
                ["tanh", "t"],
                ["exp", ["-", "0", ["exp", "300"]]],
            ]
        },
        ("distance", "definite"),
    ),
    Case(
        "Many layers and scales",
        "data-constant-minimum",
        {"/statement/parameters/1/weights": [["4e250"]]},
        ("distance", "definite"),
    ),
    Case(
        "Enclosures over a box of parameters",
        "data-splitting-family",
        {CLAIMS + "distance": "1e-3"},
        ("curvature",),
        apart="second",
    ),
    Case(
        "Enclosures over a ball or a box",
        "smooth-strict-minimum",
        {CLAIMS + "radius": "0.003"},
        ("definite",),
        apart="second",
    ),
    Case(
        "An eigenvalue near an end of its interval",
        "smooth-strict-minimum",
        {CLAIMS + "smallest": ["0.015337", "0.0154"]},
        ("smallest",),
        apart="second",
    ),
    Case(
        "The right inverse of an exact fit",
        "smooth-exact-fit",
        {"/witness/radius": "0.01"},
        ("fit", "eigenvalue"),
        apart="second",
    ),
    Case(
        "The order of an elimination",
        "smooth-saddle",
        {"/statement/problem/decay/0/0": "0"},
        ("index",),
        apart="second",
    ),
    Case(
        "Units on the wrong side",
        "tests/corpus/accept/trained-kinks.json",
        {CLAIMS + "radius": "3"},
        ("undefined", "convex-kink"),
    ),
    Case(
        "Subdivision",
        "tests/corpus/accept/landscape-every.json",
        {"/witness/depth": 10},
        ("settled",),
        apart="second",
    ),
]


def changed(case: Case) -> dict[str, Any]:
    """The certificate of a case."""
    if case.base.endswith(".json"):
        tree = json.loads((ROOT / case.base).read_text())
        tree.pop("provenance", None)
    else:
        page = (ROOT / "proofs" / "format" / f"{case.base}.md").read_text()
        tree = json.loads(re.findall(r"(?s)```json\n(.*?)```", page)[0])
    tree = copy.deepcopy(tree)
    for pointer, value in case.edits.items():
        *parents, last = pointer.split("/")[1:]
        place = tree
        for name in parents:
            place = place[int(name) if isinstance(place, list) else name]
        place[int(last) if isinstance(place, list) else last] = value
    return tree


def second(tree: dict[str, Any]) -> tuple[str, str]:
    """Verdict and code of the second checker."""
    try:
        rc.kinds.judge(rc.reader.parse(json.dumps(tree).encode()))
    except rc.verdict.Verdict as found:
        return found.verdict, found.code
    return PROVED


def test_every_item_of_the_page_is_tried():
    page = (ROOT / "proofs" / "divergences.md").read_text()
    items = re.findall(r"(?ms)^(\d+)\. \*\*(.*?)\.\*\*(.*?)(?=^\d+\. \*\*|^## |\Z)", page)
    assert [int(number) for number, _, _ in items] == list(range(1, len(items) + 1))
    assert [title for _, title, _ in items] == [case.item for case in CASES]
    for _, title, text in items:
        found = [text.count(f"*{word}:*") for word in ("Where", "Why", "Still")]
        assert found == [1, 1, 1], title


@pytest.mark.parametrize("case", CASES, ids=[case.item for case in CASES])
def test_both_checkers_end_with_a_verdict_that_the_item_allows(case):
    tree = changed(case)
    outcome = check_document(tree)
    kernel = outcome.verdict, getattr(outcome, "code", "")
    told = (kernel, second(tree))
    allowed = {PROVED, *(("REJECTED", code) for code in case.codes)}
    assert set(told) <= allowed, told
    if case.apart:
        proving, other = told if case.apart == "kernel" else told[::-1]
        assert proving == PROVED and other[0] == "REJECTED", told
