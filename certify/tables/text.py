"""Tables in text: the delimiter, comments and decimal commas."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass

from certify.arrays import LARGEST_FILE, Source, is_missing, is_number
from certify.errors import UnusableInput
from certify.kernel.foundation.reals import counted
from certify.reading import Columns
from certify.tables.dataset import Table

__all__ = ["text_table"]

_SAMPLE = 200  # lines by which the delimiter is found
_DELIMITERS = "\t;,"


@dataclass(frozen=True)
class _Lines:
    """The lines of a text that are not empty, its delimiter, and the usual number of entries."""

    lines: list[str]
    delimiter: str
    width: int
    source: Source

    def parts(self, line: str) -> list[str]:
        """The entries of one line, none of an empty one."""
        return next(iter(_split([line], self.delimiter, self.source)), [])

    @property
    def comments(self) -> list[str]:
        """Lines that begin with # and are no rows. Raises `UnusableInput` for what can be both."""
        marked = [line for line in self.lines if line.lstrip().startswith("#")]
        comments = [
            line for line in marked if self.width == 1 or len(self.parts(line)) != self.width
        ]
        passed = set(comments)
        for line in self.lines[1:]:
            if not line.lstrip().startswith("#") or line in passed:
                continue
            if not is_missing(self.parts(line)[0]):
                raise UnusableInput(
                    f"a row of {self.source.name} begins with # ({line.strip()[:40]}): is it a"
                    " comment? Take it out, or the sign"
                )
        return comments

    def names(self, comments: list[str]) -> list[str]:
        """The names of the columns where they are the only comment, the first line, as
        numpy.savetxt writes them; else none.
        """
        if len(comments) != 1 or self.lines[0] != comments[0]:
            return []
        names = self.parts(comments[0].lstrip().lstrip("#").strip())
        named = len(names) == self.width > 1 and not any(map(is_number, names))
        return names if named else []


def text_table(source: Source, columns: Columns) -> Table:
    """The rows of a text, the names of its columns among them if it has any. Raises
    `UnusableInput`.
    """
    text = _decoded(source)
    lines = [line for line in text.splitlines() if line.strip()]
    plain = [line for line in lines if not line.lstrip().startswith("#")]
    if not plain:
        raise UnusableInput(f"{source.name} is empty")
    sample = plain[:_SAMPLE]
    delimiter = _delimiter(sample, columns.decimal)
    widths = Counter(len(row) for row in _split(sample, delimiter, source))
    width = widths.most_common(1)[0][0]
    layout = _Lines(lines, delimiter, width, source)
    comments = layout.comments
    passed = set(comments)
    kept = (
        [line for line in lines if line not in passed]
        if comments
        else text.splitlines(keepends=True)
    )
    rows = _split(kept, delimiter, source)
    notes: list[str] = []
    names = [] if columns.header is False else layout.names(comments)
    if names:
        rows.insert(0, names)
    elif comments:
        begin, are = ("begins", "is") if len(comments) == 1 else ("begin", "are")
        notes.append(
            f"{counted(len(comments), 'line')} of {source.name} {begin} with # and {are} passed"
            " over"
        )
    if width > 1 and all(len(row) == width and not row[-1].strip() for row in rows):
        rows = [row[:-1] for row in rows]
        notes.append(
            f"the last column of {source.name} is empty and left out: every line ends with a"
            " delimiter"
        )
    if columns.decimal == ",":
        rows = [[_with_point(entry) for entry in row] for row in rows]
    return Table(rows, notes=tuple(notes))


def _with_point(entry: str) -> str:
    """A decimal comma becomes a point. A point is no decimal point then: an entry with one is left
    to be refused as a number.
    """
    if "." not in entry:
        return re.sub(r"^(\s*[+-]?[0-9]*),([0-9]+)", r"\1.\2", entry)
    number = is_number(entry.replace(",", ""))
    return f"{entry} (a point, where commas are decimal)" if number else entry


def _decoded(source: Source) -> str:
    """The text of a file, UTF-8 or marked as UTF-16. Raises `UnusableInput`."""
    data = source.data
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UnusableInput(
            f"{source.name} is not UTF-8 text, nor any format that is read here; text in another"
            " encoding has to be converted (for example: iconv -f latin1 -t utf-8 FILE)"
        ) from None


def _delimiter(lines: list[str], decimal: str) -> str:
    """Tab, semicolon, comma or blanks: the first by which the lines fall into several parts, all
    into as many; else the commonest.
    """
    best, most = "", 0
    for delimiter in _DELIMITERS + " ":
        if delimiter == "," == decimal:
            continue
        try:
            counts = Counter(
                len(row)
                for row in csv.reader(
                    [_single(line) if delimiter == " " else line for line in lines],
                    delimiter=delimiter,
                    skipinitialspace=True,
                )
            )
        except csv.Error:
            continue
        width, agreeing = counts.most_common(1)[0]
        if width > 1 and agreeing == len(lines):
            return delimiter
        if width > 1 and agreeing > most:
            best, most = delimiter, agreeing
    return best or ","


def _single(line: str) -> str:
    """Blanks and tabs between the parts become one blank."""
    return " ".join(line.split())


def _split(lines: list[str], delimiter: str, source: Source) -> list[list[str]]:
    """The parts of the lines; empty lines hold no row, lines of delimiters only hold a row in which
    every entry is missing.
    """
    try:
        csv.field_size_limit(LARGEST_FILE)
        prepared = [_single(line) for line in lines] if delimiter == " " else lines
        return [
            row
            for row in csv.reader(prepared, delimiter=delimiter, skipinitialspace=True, strict=True)
            if len(row) > 1 or (row and row[0].strip())
        ]
    except csv.Error as error:
        raise UnusableInput(f"{source.name} is no table: {error}") from None
