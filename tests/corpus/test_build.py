"""The corpus is what its tables say: every file with a parent is made again, byte for byte."""

from __future__ import annotations

import json
import re

import pytest
from build import CASES, HERE, expected_text, made, tables

from certify.kernel.kinds import KINDS

pytestmark = pytest.mark.quick
ROWS = dict(tables())


def test_every_file_is_its_parent_with_the_edits_of_its_row():
    files = made()
    assert len(files) > 550
    assert [
        name for name, data in files.items() if (HERE / f"{name}.json").read_bytes() != data
    ] == []


def test_every_file_has_a_row_and_every_row_a_file():
    files = {str(path.relative_to(HERE)) for path in HERE.glob("*/*.json")}
    assert files == {f"{name}.json" for name in ROWS}


def test_what_is_expected_is_what_the_rows_say():
    assert (HERE / "expected.json").read_text() == expected_text()


def test_every_kind_has_a_table_and_its_rows_are_of_that_kind():
    assert {path.stem for path in CASES.glob("*.toml")} == {*KINDS, "document"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_rejected_case_names_the_inequality_of_the_format_that_fails(kind, root):
    """`format = "4.1 (8)"`: row 8 of the page of section 4.1 has the code."""
    page = (root / "proofs" / "format" / f"{kind}.md").read_text()
    rows = dict(re.findall(r"^\| ([0-9, ]+) \| ([^|]*) \|", page, re.MULTILINE))
    for name, case in ROWS.items():
        if "format" not in case:
            continue
        if json.loads((HERE / f"{name}.json").read_bytes())["kind"] != kind:
            continue
        section, _, numbers = case["format"].rstrip(")").partition(" (")
        assert page.startswith(f"# {section} `"), name
        for number in filter(None, numbers.split(" or ")):
            assert f"`{case['code']}`" in rows[number], (name, number)
