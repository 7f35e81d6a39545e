"""Shared paths, and the slow tier: left out unless asked for with -m slow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import settings

# how long an example takes says how busy the machine is, and no test is about that
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture
def six() -> dict:
    """The shipped proof for k = 6, parsed."""
    return json.loads((ROOT / "proofs" / "gaussian" / "n06-k06.json").read_text())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test first, so that no processor waits for it in the end."""
    items.sort(key=lambda item: item.name != "test_coqchk")
