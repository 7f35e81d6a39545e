"""Shared paths, and what the marker `first` means. The tiers are in README.md."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# how long an example takes says how busy the machine is, and no test is about that
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")

# a busy machine makes short work long, and no test is about that either
os.environ["CERTIFY_PROGRESS"] = "off"

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture
def six() -> dict:
    """The shipped proof for k = 6, parsed."""
    return json.loads((ROOT / "proofs" / "gaussian" / "n06-k06.json").read_text())


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Examples in docstrings are those of certify/: the tests have none."""
    return [found for found in (yield) if type(found).__name__ != "DoctestModule"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Beyond the first parametrisations that a test asks for, it is of the long tier. What is long
    in one piece comes first, so that no processor waits for it in the end.
    """
    seen: Counter[tuple[object, ...]] = Counter()
    for item in items:
        for mark in item.iter_markers("first"):
            share = item.callspec.params[mark.kwargs["per"]] if mark.kwargs else None
            seen[group := (item.path, item.name.partition("[")[0], repr(share))] += 1
            if seen[group] > mark.args[0]:
                item.add_marker(pytest.mark.long)
    items.sort(
        key=lambda item: (not item.name.startswith("test_coqchk"), item.path.suffix != ".ipynb")
    )
