"""Words that the explanations of several kinds share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Told:
    """The subject (title and text of each part), and what is claimed of it."""

    setting: list[tuple[str, str]]
    claims: list[str]


def plural(count: int, one: str, many: str = "") -> str:
    """1 layer, 2 layers."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def interval(ends: list[str]) -> str:
    """Two numbers of the file as a closed interval."""
    return f"[{ends[0]}, {ends[1]}]"


def numbers_in(value: Any) -> int:
    """How many real numbers stand in a part of the file."""
    if isinstance(value, str):
        return 1
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(map(numbers_in, parts))


def table(value: Any, name: str) -> str:
    """Parameters that are too many to print."""
    return f"the {plural(numbers_in(value), 'number')} under `{name}` in the file"
