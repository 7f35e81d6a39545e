"""The pages of the format: one for each kind, with the section, the theorem and the lemmas of the
kind, and an example that both checkers prove.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import harness
import pytest
from jsonschema import Draft202012Validator

from certify.kernel.check import check_document
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.kinds import KINDS, kind_of

PROOFS = Path(__file__).parents[2] / "proofs"
PAGES = PROOFS / "format"
LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")


def page_of(kind: str) -> str:
    return (PAGES / f"{kind}.md").read_text()


def anchors(page: str) -> set[str]:
    """What the headings of a page are called in links."""
    titles = re.findall(r"(?m)^#+ (.*)$", page)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_each_kind_has_one_page_and_the_schema_lists_the_same_kinds():
    schema = json.loads((PROOFS / "certificate.schema.json").read_text())
    assert {page.stem for page in PAGES.glob("*.md")} == {*KINDS, "README"}
    assert sorted(schema["properties"]["kind"]["enum"]) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_names_the_section_and_the_theorem_of_its_kind(kind):
    section, theorem = kind_of(kind).section, kind_of(kind).theorem
    page = page_of(kind)
    assert page.startswith(f"# {section} `{kind}`\n")
    assert re.search(rf"\[{theorem}\]\(../lemmas/\w+\.md#{theorem.replace(' ', '-')}\)", page)
    row = f"| {section} | [`{kind}`]({kind}.md) |"
    assert page_of("README").count(row) == 1


@pytest.mark.parametrize("kind", [*KINDS, "README"])
def test_what_a_page_links_to_exists(kind):
    for place, anchor in LINK.findall(page_of(kind)):
        target = PAGES / place if place else PAGES / f"{kind}.md"
        assert target.exists(), place
        if anchor:
            assert anchor in anchors(target.read_text()), f"{place}#{anchor}"


@pytest.mark.parametrize("kind", [*KINDS, "README"])
def test_lines_of_text_have_120_columns(kind):
    """Rows of tables cannot be broken."""
    lines = page_of(kind).splitlines()
    assert not [line for line in lines if len(line) > 120 and not line.startswith("|")]


LONG = {"gaussian-family-slopes-minimum": "tests/corpus/accept/family-slopes-large.json"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_page_is_proved_by_both_checkers(kind, tmp_path):
    """On the page; or a file of the corpus that the page names, which is too long for it: there
    both checkers prove it (corpus/test_corpus.py).
    """
    if kind in LONG:
        assert LONG[kind] in page_of(kind)
        path = PROOFS.parent / LONG[kind]
        (case,) = (case for case in harness.cases() if case.path.samefile(path))
        assert case.verdict == "PROVED"
        example = path.read_text()
    else:
        (example,) = re.findall(r"(?s)```json\n(.*?)```", page_of(kind))
    document = json.loads(example)
    assert document["kind"] == kind
    schema = json.loads((PROOFS / "certificate.schema.json").read_text())
    Draft202012Validator(schema).validate(document)
    if kind in LONG:
        return
    assert isinstance(check_document(document), Proved)
    file = tmp_path / "example.json"
    file.write_text(example)
    second = [sys.executable, "-I", PROOFS / "recheck", file]
    done = subprocess.run(second, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
