"""Where each lemma and theorem stands in proofs/lemmas, and how long it is."""

from __future__ import annotations

import re
from functools import cache

from certify.shipped import shipped

__all__ = ["length", "page_of", "sections", "setting", "words"]

_FOLDER = "proofs/lemmas"
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)


def page_of(name: str) -> str:
    """The page of a lemma or theorem, from the root of the repository on.

    name: as in "lemma 6" or "theorem 1". Raises `KeyError` for one that does not exist.
    """
    return _found()[name][0]


def words(name: str) -> int:
    """How long a lemma or theorem is, proof included, where a formula counts as one word.

    name: as in "lemma 6". Raises `KeyError` for one that does not exist.
    """
    return _found()[name][1]


def sections(text: str) -> dict[str, str]:
    """The sections of a page by the names of their lemmas and theorems."""
    found = {}
    for section in re.split(r"(?m)^#+ ", text):
        if title := re.match(r"(Lemma|Theorem) \d+$", section, re.MULTILINE):
            found[title[0].lower()] = section
    return found


@cache
def _found() -> dict[str, tuple[str, int]]:
    """The page and the length of each lemma and theorem."""
    folder = shipped(_FOLDER)
    return {
        name: (f"{_FOLDER}/{page.name}", length(section))
        for page in sorted(folder.glob("*.md") if folder else [])
        for name, section in sections(page.read_text(encoding="utf-8")).items()
    }


def length(text: str) -> int:
    """How many words a text has; a formula counts as one."""
    return len(_FORMULA.sub("formula", text).split())


def setting(page: str) -> int:
    """How long a page is without its lemmas and theorems. Raises `KeyError` for one that does not
    exist.

    page: its path in the repository.
    """
    place = shipped(page)
    if place is None:
        raise KeyError(page)
    text = place.read_text(encoding="utf-8")
    return length(text) - sum(map(length, sections(text).values()))
