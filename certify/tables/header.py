"""Whether the first row of a table holds names, or data, or could be either."""

from __future__ import annotations

import re
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from typing import Any

from certify.arrays import Source, is_missing, is_number
from certify.errors import UnusableInput
from certify.kernel.foundation.reals import counted
from certify.reading import Columns
from certify.tables.dataset import Table

__all__ = ["is_value", "titled"]

_YEARS = range(1500, 2201)


def titled(table: Table, source: Source, columns: Columns) -> Table:
    """The table with its first row taken as names, or as data, or refused because it could be
    either.
    """
    rows = table.rows
    titled = _first_row(rows, source) if columns.header is None else columns.header
    names = tuple(str(entry).strip() for entry in rows[0]) if titled else ()
    if names and names[0].lstrip("# "):
        names = (names[0].lstrip("# "), *names[1:])  # a comment sign before the names
    rows = rows[1:] if titled else rows
    if not rows:
        raise UnusableInput(f"{source.name} has no data behind its header")
    width = len(names) or Counter(len(row) for row in rows).most_common(1)[0][0]
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise UnusableInput(
                f"row {number} of {source.name} has {counted(len(row), 'entry', 'entries')}, not"
                f" {width}"
            )
    return Table(rows, names, table.notes)


def _first_row(rows: list[list[Any]], source: Source) -> bool:
    """Whether the first row holds names: True, False, or `UnusableInput` that names the entry which
    makes it doubtful.

    It holds names if it cannot be data: a word stands above numbers, and no entry is a number or a
    missing marker (but that the first column may be without a name). It holds data if no word
    stands above numbers. Numbers in equal steps, or years, above columns that do not reach them can
    be either.
    """
    first, below = rows[0], rows[1:]
    numeric = [
        any(is_value(row[j]) for row in below if j < len(row))
        and all(is_value(row[j]) or is_missing(row[j]) for row in below if j < len(row))
        for j in range(len(first))
    ]
    words = [
        j
        for j, entry in enumerate(first)
        if isinstance(entry, str) and not is_number(entry) and not is_missing(entry)
    ]
    ask = "say --header or --no-header"
    if any(numeric[j] for j in words):
        others = [
            j for j in range(len(first)) if j not in words and not (j == 0 and first[j] == "")
        ]
        if others:
            j, above = others[0], next(w for w in words if numeric[w])
            raise UnusableInput(
                f"the first row of {source.name} holds {first[j] or 'nothing'!s} (column {j + 1})"
                f" beside the word {first[above]} above numbers (column {above + 1}): {ask}"
            )
        return True
    if len(words) == len(first) and not below:
        return True
    if len(words) == len(first):
        if any(
            re.fullmatch(r"[+-]?[0-9]+,[0-9]+", str(entry).strip())
            for row in below
            for entry in row
        ):
            raise UnusableInput(f"{source.name} holds decimal commas: --decimal , reads them")
        raise UnusableInput(
            f"the first row of {source.name} holds words only, and so do the columns below it:"
            f" {ask} (first entry: {first[0]})"
        )
    places = [
        j
        for j in range(len(first))
        if numeric[j] and isinstance(first[j], str) and is_number(first[j])
    ]
    if below and _counts_on(first, below, places, words):
        shown = ", ".join(first[j] for j in places[:2])
        raise UnusableInput(
            f"the first row of {source.name} counts on in equal steps or years ({shown}, ...), as a"
            f" header may do: {ask}"
        )
    return False


def _counts_on(
    first: list[str], below: list[list[Any]], places: list[int], words: list[int]
) -> bool:
    """Whether the numbers of the first row go up in equal steps, or are years, and something else
    speaks against a datum: its word stands in no row below, all columns are written with decimals
    where it is not, or no other row is like it and it holds years, or numbers that no column
    reaches.
    """
    own = [first[j] for j in places]
    if not _stepping(own):
        return False
    rows = [[row[j] for j in places] for row in below if len(row) == len(first)]
    strangers = [j for j in words if all(j < len(row) and row[j] != first[j] for row in below)]
    decimals = all(
        re.fullmatch(r"[0-9]+", entry) and any(re.search(r"[.eE]", str(row[i])) for row in rows)
        for i, entry in enumerate(own)
    )
    alike = any(
        _years(row) if _years(own) else _stepping(row) for row in rows if all(map(is_value, row))
    )
    return (
        bool(strangers)
        or decimals
        or (not alike and (_years(own) or (len(places) > 2 and _beyond(own, rows))))
    )


def is_value(entry: Any) -> bool:
    """Whether the entry is a number."""
    return is_number(entry) if isinstance(entry, str) else not is_missing(entry)


def _stepping(row: list[Any]) -> bool:
    """Whether two or more numbers are 0, 1, ... or 1, 2, ..., or three or more go up or down in
    equal steps, or all are different years.
    """
    if len(row) < 2 or not all(
        isinstance(entry, str) and is_number(entry) and len(entry) < 40 for entry in row
    ):
        return False
    values = [Fraction(entry) for entry in row]
    steps = {b - a for a, b in pairwise(values)}
    if _years(row):
        return True
    return (
        len(steps) == 1
        and steps != {Fraction(0)}
        and (len(values) > 2 or values in ([0, 1], [1, 2]))
    )


def _years(row: list[str]) -> bool:
    """Whether all are different years."""
    values = [Fraction(entry) for entry in row if is_number(entry)]
    return len(set(values)) == len(values) == len(row) and all(
        value.denominator == 1 and int(value) in _YEARS for value in values
    )


def _beyond(first: list[str], below: list[list[Any]]) -> bool:
    """Whether every number of the first row lies outside the range of its column."""
    for j, entry in enumerate(first):
        column = [
            Fraction(row[j])
            for row in below
            if j < len(row) and isinstance(row[j], str) and is_number(row[j])
        ]
        if not column or min(column) <= Fraction(entry) <= max(column):
            return False
    return True
