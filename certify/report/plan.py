"""The text that a referee reads for one kind, in order, and how long that takes: the pages of the
format, then settings, lemmas and theorems.

Nothing here decides anything: pages are read and their words are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certify.kernel.gaussian.consequence import DENSE, SYMMETRIC
from certify.kernel.kind import Kind
from certify.report import lemmas
from certify.shipped import shipped

__all__ = ["Text", "minutes", "texts"]

_FORMAT = "proofs/format"
_PER_MINUTE = 200
# the pages that a page builds on; what follows from a minimum has those of the minimum's kind, too
_BEFORE = {
    SYMMETRIC.replace("minimum", "saddle"): (SYMMETRIC,),
    "gaussian-birth": (SYMMETRIC,),
    "gaussian-family-saddle": ("gaussian-family-minimum",),
    "gaussian-slopes-minimum": (SYMMETRIC, "gaussian-family-minimum"),
    "gaussian-slope-birth": (SYMMETRIC, "gaussian-birth"),
    "gaussian-family-slopes-minimum": (
        SYMMETRIC,
        "gaussian-family-minimum",
        "gaussian-slopes-minimum",
    ),
    "gaussian-birth-curve": (SYMMETRIC, "gaussian-family-minimum"),
    "gaussian-basin": ("gaussian-splitting",),
    "gaussian-enumeration": (DENSE,),
    "data-global-minimum": ("data-minimum",),
    "data-saddle": ("data-minimum",),
    "data-noncritical": ("data-minimum",),
    "data-entropy-minimum": ("data-minimum",),
    "data-constant-family": ("data-constant-minimum",),
    "data-splitting-family": ("data-constant-minimum",),
    "smooth-strict-minimum": ("data-constant-minimum",),
    "smooth-exact-fit": ("data-constant-minimum", "smooth-strict-minimum"),
    "smooth-saddle": ("data-constant-minimum", "smooth-strict-minimum"),
    "smooth-no-critical-point": ("data-constant-minimum", "smooth-strict-minimum"),
    "piecewise-kink-minimum": ("data-constant-minimum", "smooth-strict-minimum"),
}


@dataclass(frozen=True)
class Text:
    """Something to be read. name: in words. page: from the root of the repository on; anchor: its
    place there, if it is not all of the page. words: a formula counts as one.
    """

    name: str
    page: str
    anchor: str
    words: int


def texts(kind: Kind[Any, Any], named: Iterable[str], minimum: str = "") -> Iterator[Text]:
    """What is read for a kind, in order.

    named: the lemmas and theorems that the modules of the kernel name, as in "lemma 6". minimum:
    the kind of the minimum that a consequence is about.
    """
    for page in ("README", *([minimum] if minimum else []), *_BEFORE.get(kind.name, ()), kind.name):
        name = "the format: what is common" if page == "README" else f"the format of {page}"
        yield Text(name, f"{_FORMAT}/{page}.md", "", _format_words(page))
    read: set[str] = set()
    for name in sorted({*named, kind.theorem}, key=_place):
        page = lemmas.page_of(name)
        if page not in read:
            read.add(page)
            yield Text(f"setting of {Path(page).stem}", page, "", lemmas.setting(page))
        yield Text(name, page, name.replace(" ", "-"), lemmas.words(name))


def minutes(words: int) -> int:
    """How long a text takes, at 200 words a minute, rounded up."""
    return -(-words // _PER_MINUTE)


def _place(name: str) -> tuple[str, int]:
    what, _, number = name.partition(" ")
    return what, int(number)


def _format_words(page: str) -> int:
    """The words of a page of the format, without its example and without what is generated."""
    place = shipped(f"{_FORMAT}/{page}.md")
    if place is None:
        raise KeyError(page)
    text = place.read_text(encoding="utf-8")
    return lemmas.length(re.sub(r"(?s)```.*?```|<!-- reading -->.*?<!-- end -->", "", text))
