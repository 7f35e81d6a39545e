"""Where each lemma and theorem stands in proofs/lemmas, and how long it is."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

__all__ = ["FOLDER", "at_hand", "length", "page_of", "sections", "setting", "words"]

FOLDER = "proofs/lemmas"
_PLACE = Path(str(files("certify"))).parent / FOLDER
# known without the pages, which an installed package does not hold
_PAGES = {
    "foundation": ([4, 6, 7, 10, 11, 13], []),
    "gaussian": ([1, 2, 3, 5], [1]),
    "symmetric": ([8, 9, 12], [2, 3]),
    "family": ([14], [4, 5]),
    "consequences": ([15], [6, 7]),
    "teachers": ([16], [8]),
    "enumeration": ([17], [9]),
    "piecewise": ([18, 19, 20], [10, 11, 12, 13, 14]),
    "smooth": ([21, 22, 23], [15, 16, 17]),
}
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)


def page_of(name: str) -> str:
    """The page of a lemma or theorem, from the root of the repository on.

    name: as in "lemma 6" or "theorem 1". Raises `KeyError` for one that does not exist.
    """
    what, _, number = name.partition(" ")
    for page, (lemmas, theorems) in _PAGES.items():
        if int(number) in {"lemma": lemmas, "theorem": theorems}[what]:
            return f"{FOLDER}/{page}.md"
    raise KeyError(name)


def at_hand() -> bool:
    """Whether the pages are there, as they are in the repository."""
    return _PLACE.is_dir()


def sections(text: str) -> dict[str, str]:
    """The sections of a page by the names of their lemmas and theorems."""
    found = {}
    for section in re.split(r"(?m)^#+ ", text):
        if title := re.match(r"(Lemma|Theorem) \d+$", section, re.MULTILINE):
            found[title[0].lower()] = section
    return found


@cache
def _lengths() -> dict[str, int]:
    pages = [_PLACE / f"{page}.md" for page in _PAGES] if at_hand() else []
    return {
        name: length(section)
        for page in pages
        for name, section in sections(page.read_text(encoding="utf-8")).items()
    }


def length(text: str) -> int:
    """How many words a text has; a formula counts as one."""
    return len(_FORMULA.sub("formula", text).split())


def setting(page: str) -> int | None:
    """How long a page is without its lemmas and theorems. None where it is not at hand.

    page: from the root of the repository on.
    """
    place = _PLACE / Path(page).name
    if not place.exists():
        return None
    text = place.read_text(encoding="utf-8")
    return length(text) - sum(map(length, sections(text).values()))


def words(name: str) -> int | None:
    """How long a lemma or theorem is, proof included, where a formula counts as one word.

    None where the pages are not at hand. name: as in "lemma 6".
    """
    return _lengths().get(name)
