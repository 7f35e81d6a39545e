"""A kind of certificate is whole: all that CONTRIBUTING.md lists is there for each, and the list is
that of this file.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from costly import AT_THE_BOUND
from standalone import recheck

from certify.kernel.kinds import KINDS, kind_of
from certify.report.view import View
from certify.report.views import view_of

ROOT = Path(__file__).resolve().parents[2]
PROOFS, TESTS = ROOT / "proofs", ROOT / "tests"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

# what judges a kind's claims by other means than its checkers
ORACLES = {
    "gaussian-minimum": "tests/tamper.py",
    "gaussian-symmetric-minimum": "tests/tamper.py",
    "gaussian-symmetric-saddle": "tests/tamper.py",
    "gaussian-birth": "tests/tamper.py",
    "gaussian-family-minimum": "tests/oracles/branches.py",
    "gaussian-family-saddle": "tests/oracles/branches.py",
    "gaussian-splitting": "tests/oracles/gaussian.py",
    "gaussian-basin": "tests/oracles/gaussian.py",
    "gaussian-span-minimum": "tests/oracles/gaussian.py",
    "gaussian-enumeration": "tests/oracles/gaussian.py",
    "gaussian-slopes-minimum": "tests/oracles/slopes.py",
    "gaussian-slope-birth": "tests/oracles/slopes.py",
    "gaussian-birth-curve": "tests/oracles/slopes.py",
    "gaussian-family-slopes-minimum": "tests/oracles/plane.py",
    "data-minimum": "tests/oracles/piecewise.py",
    "data-saddle": "tests/oracles/piecewise.py",
    "data-global-minimum": "tests/oracles/piecewise.py",
    "data-noncritical": "tests/oracles/piecewise.py",
    "data-entropy-minimum": "tests/oracles/piecewise.py",
    "data-constant-minimum": "tests/oracles/smooth.py",
    "data-constant-family": "tests/oracles/smooth.py",
    "data-splitting-family": "tests/oracles/smooth.py",
    "smooth-strict-minimum": "tests/oracles/trained.py",
    "smooth-exact-fit": "tests/oracles/trained.py",
    "smooth-saddle": "tests/oracles/trained.py",
    "smooth-no-critical-point": "tests/oracles/trained.py",
    "piecewise-kink-minimum": "tests/oracles/trained.py",
    "gaussian-landscape": "tests/oracles/landscape.py",
    "gaussian-slopes-landscape": "tests/oracles/slopes_landscape.py",
}


@cache
def kinds_in(folder: Path) -> dict[str, int]:
    """How many certificates of each kind are in a folder."""
    found: dict[str, int] = {}
    for path in folder.rglob("*.json"):
        try:
            kind = json.loads(path.read_text(encoding="utf-8")).get("kind")
        except (ValueError, AttributeError, RecursionError):
            continue
        if isinstance(kind, str):
            found[kind] = found.get(kind, 0) + 1
    return found


def lemma(kind: str) -> bool:
    number = kind_of(kind).theorem
    pages = (path.read_text(encoding="utf-8") for path in (PROOFS / "lemmas").glob("*.md"))
    mine = [page for page in pages if f"\n## {number.capitalize()}\n" in page]
    return len(mine) == 1 and f"`{kind}`" in mine[0]


def page(kind: str) -> bool:
    text = (PROOFS / "format" / f"{kind}.md").read_text(encoding="utf-8")
    title = f"# {kind_of(kind).section} `{kind}`\n"
    return text.startswith(title) and bool(re.search(r"(?m)^## (?:Inequalities|Conditions)$", text))


def second_checker(kind: str) -> bool:
    return kind in recheck("kinds").kinds.KINDS and kind in recheck("explain").explain.EXPLAIN


def schema(kind: str) -> bool:
    document = json.loads((PROOFS / "certificate.schema.json").read_text(encoding="utf-8"))
    cases = json.dumps(document["allOf"])
    return f'"const": "{kind}"' in cases or f'"{kind}"' in cases


def accepted(kind: str) -> bool:
    return kinds_in(TESTS / "corpus" / "accept").get(kind, 0) > 0


def rejected(kind: str) -> bool:
    return kinds_in(TESTS / "corpus" / "reject").get(kind, 0) > 0


def malformed(kind: str) -> bool:
    return kinds_in(TESTS / "corpus" / "malformed").get(kind, 0) > 0


def oracle(kind: str) -> bool:
    return (ROOT / ORACLES[kind]).is_file()


def sentence(kind: str) -> bool:
    texts = [path.read_text(encoding="utf-8") for path in TESTS.glob("report/test_*sentences.py")]
    return kind in _examined() or any(f'"{kind}"' in text for text in texts)


@cache
def _examined() -> frozenset[str]:
    """The kinds of the certificates whose sentences a test takes apart."""
    named = set()
    for path in TESTS.glob("report/test_*sentences.py"):
        for name in re.findall(r'"((?:proofs|tests)/[^"]*\.json)"', path.read_text("utf-8")):
            if (ROOT / name).is_file():
                named.add(json.loads((ROOT / name).read_text("utf-8")).get("kind"))
    return frozenset(named)


def printed(kind: str) -> bool:
    view = view_of(kind)
    return isinstance(view, View) and callable(view.claims) and callable(view.latex)


def costly(kind: str) -> bool:
    return any(build()["kind"] == kind for build in AT_THE_BOUND.values())


def shipped(kind: str) -> bool:
    return kinds_in(PROOFS).get(kind, 0) > 0


# in the order in which they are done
PARTS = {
    "lemma": lemma,
    "page of the format": page,
    "second checker": second_checker,
    "schema": schema,
    "accepted": accepted,
    "rejected": rejected,
    "malformed": malformed,
    "oracle": oracle,
    "sentences": sentence,
    "LaTeX and claims": printed,
    "costliest file": costly,
    "shipped": shipped,
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_whole(kind, part):
    assert PARTS[part](kind), f"{kind} has no {part}: see CONTRIBUTING.md"


def test_the_list_is_that_of_this_file():
    listed = re.findall(r"(?m)^\d+\. \*\*([^*]+)\*\*", CONTRIBUTING)
    assert [name.rstrip(".").lower() for name in listed] == [name.lower() for name in PARTS]


def test_every_kind_has_an_oracle_here():
    assert set(ORACLES) == set(KINDS)
