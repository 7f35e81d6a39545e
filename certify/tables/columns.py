"""The columns of a table: which are inputs, targets and labels, and what they may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from certify.arrays import Source, decimal_of, is_missing, is_number
from certify.errors import UnusableInput
from certify.reading import Columns
from certify.tables.assembling import RawData, assembled, class_name, in_order, require_room
from certify.tables.dataset import DataSet, Table, listed
from certify.tables.header import is_value

__all__ = ["chosen"]


@dataclass(frozen=True)
class _Roles:
    """The places (from 0) of the columns: targets and label; inputs, of which `hot` hold words that
    are coded; and what is left out. names: of all columns.
    """

    names: list[str]
    targets: list[int]
    label: int | None
    inputs: list[int]
    dropped: set[int]
    hot: set[int]

    @property
    def goals(self) -> set[int]:
        """Targets and label."""
        return {*self.targets, *([] if self.label is None else [self.label])}


def chosen(table: Table, source: Source, columns: Columns) -> DataSet:
    """The data set that the columns make of a table. Raises `UnusableInput`."""
    roles = _roles(table, source, columns)
    used = (*roles.inputs, *roles.goals)
    kept = [
        n
        for n, row in enumerate(table.rows)
        if not (columns.drop_missing and any(is_missing(row[i]) for i in used))
    ]
    rows, numbers = [table.rows[n] for n in kept], [n + 1 for n in kept]
    if not rows:
        raise UnusableInput("every row has a missing entry: none is left")
    notes = [*table.notes, *_row_numbers(table, roles.inputs, columns)]
    require_room(len(rows), len(roles.inputs))
    plain = [i for i in roles.inputs if i not in roles.hot]
    _require_numbers(rows, numbers, roles.names, plain, "input")
    _require_numbers(rows, numbers, roles.names, roles.targets, "target")
    inputs, input_names = _coded(rows, roles)
    label = roles.label
    return assembled(
        RawData(
            inputs,
            [[row[i] for i in roles.targets] for row in rows] if roles.targets else None,
            None if label is None else [row[label] for row in rows],
            origin=source.name,
            input_names=input_names,
            target_names=[roles.names[i] for i in (roles.targets or [label or 0])],
            dropped=len(table.rows) - len(kept),
            header=bool(table.header),
            notes=notes,
            numbers=numbers,
            of_table=True,
        )
    )


def _roles(table: Table, source: Source, columns: Columns) -> _Roles:
    """What each column is; what is not said is found where that is certain. Raises
    `UnusableInput`.
    """
    width = len(table.rows[0])
    names = [
        table.header[i] or f"column {i + 1}" if table.header else f"column {i + 1}"
        for i in range(width)
    ]
    targets = [_place(name, table, source) for name in columns.target]
    label = None if columns.label is None else _place(columns.label, table, source)
    dropped = {_place(name, table, source) for name in columns.drop}
    inputs = [_place(name, table, source) for name in columns.inputs]
    if not targets and label is None:
        left = [i for i in range(width) if i not in dropped and i not in inputs]
        if not left:
            raise UnusableInput("no column is left for the target")
        targets = left[-1:]
    if not columns.inputs:
        used = {*targets, label, *dropped}
        inputs = [i for i in range(width) if i not in used]
    roles = _Roles(names, targets, label, inputs, dropped, set())
    _require_distinct(roles)
    if not inputs:
        raise UnusableInput("no column is left for the inputs")
    hot = {_place(name, table, source) for name in columns.one_hot}
    if not hot <= set(inputs):
        raise UnusableInput(f"--one-hot {names[min(hot - set(inputs))]} is no column of the inputs")
    return replace(roles, hot=hot)


def _place(name: str, table: Table, source: Source) -> int:
    """The number (from 0) of the column meant by a name or a number from 1."""
    width = len(table.rows[0])
    wanted = name.strip()
    found = [i for i, known in enumerate(table.header) if known == wanted]
    if len(found) > 1:
        raise UnusableInput(
            f"{source.name} has {len(found)} columns named {wanted}: name it by its number"
            f" ({' or '.join(str(i + 1) for i in found)})"
        )
    if found:
        return found[0]
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:9]) <= width and len(wanted) < 9:
        return int(wanted) - 1
    known = (
        f"the columns are {listed(table.header)}"
        if table.header
        else f"there are {width} columns without names"
    )
    raise UnusableInput(f"there is no column {name}: {known}")


def _require_distinct(roles: _Roles) -> None:
    """Raise `UnusableInput` where a column is named for two things."""
    names, targets, inputs = roles.names, roles.targets, roles.inputs
    if len(set(targets)) < len(targets):
        raise UnusableInput("a target column is named twice")
    if len(set(inputs)) < len(inputs):
        raise UnusableInput("an input column is named twice")
    for i in roles.goals:
        if i in inputs:
            raise UnusableInput(f"{names[i]} is an input and a target")
        if i in roles.dropped:
            raise UnusableInput(f"{names[i]} is dropped and a target")
    both = roles.dropped & set(inputs)
    if both:
        raise UnusableInput(f"{names[min(both)]} is dropped and an input")
    if roles.label in targets:
        raise UnusableInput(f"{names[roles.label]} is the label and a target")


def _row_numbers(table: Table, inputs: list[int], columns: Columns) -> Iterator[str]:
    """Where the first column counts the rows and nobody asked for it: refused if it is the one
    without a name, else a note.
    """
    if 0 not in inputs or columns.inputs or len(table.rows) < 3:
        return
    entries = [row[0] for row in table.rows]
    if not all(is_value(entry) for entry in entries):
        return
    values = [Fraction(str(entry)) for entry in entries]
    if not any(values == list(range(start, start + len(values))) for start in (0, 1)):
        return
    title = table.header[0] if table.header else None
    if title is not None and re.fullmatch(r"(unnamed: ?0)?", title.casefold()):
        raise UnusableInput(
            "column 1 has no name and counts the rows: --drop 1 leaves it out, --inputs 1,... takes"
            " it as an input"
        )
    if len(inputs) > 1 and (
        title is None
        or re.fullmatch(r"index|row|row_?number|rownames|id|#|nr|no\.?", title.casefold())
    ):
        yield (
            f"{'column 1' if title is None else title} counts the rows: if it is a row number,"
            " --drop 1 leaves it out"
        )


def _require_numbers(
    rows: list[list[Any]], numbers: list[int], names: list[str], places: list[int], what: str
) -> None:
    """Raise `UnusableInput` for a column of words, with what can be done about it. numbers: of the
    rows; places: of the columns; what: input or target.
    """
    for i in places:
        words = sorted(
            {
                row[i].strip()
                for row in rows
                if isinstance(row[i], str) and not is_number(row[i]) and not is_missing(row[i])
            }
        )
        words = [word for word in words if word.casefold().lstrip("+-") not in ("inf", "infinity")]
        if not words:
            continue
        place = names[i] if names[i].startswith("column ") else f"column {names[i]}"
        if any(is_value(row[i]) for row in rows):
            odd = next(
                n
                for n, row in enumerate(rows)
                if isinstance(row[i], str) and row[i].strip() in words
            )
            raise UnusableInput(_stray(rows[odd][i], f"row {numbers[odd]}, {place}"))
        if all(re.fullmatch(r"[+-]?[0-9.]*,[0-9]+|[+-]?[0-9]+", word) for word in words):
            raise UnusableInput(
                f"{place} holds decimal commas ({words[0]}): --decimal , reads them"
            )
        where = f"{place} holds words ({listed(words)})"
        if what == "input":
            name = names[i].removeprefix("column ")
            raise UnusableInput(
                f"{where}: --one-hot {name} codes them as 0 and 1, --drop {name} leaves the column"
                " out"
            )
        raise UnusableInput(
            f"{where}, and a target is a number: for classes use --label with `certify data"
            " entropy`"
        )


def _stray(entry: str, where: str) -> str:
    """Why an entry among numbers is none."""
    try:
        decimal_of(entry, where)
    except UnusableInput as error:
        return str(error)
    return f"{where} is not a number"


def _coded(rows: list[list[Any]], roles: _Roles) -> tuple[list[list[Any]], list[str]]:
    """The inputs and their names, columns of words replaced by one column of 0 and 1 for each
    word.
    """
    parts: list[list[list[Any]]] = []
    titles: list[str] = []
    for i in roles.inputs:
        name = roles.names[i]
        if i not in roles.hot:
            parts.append([[row[i]] for row in rows])
            titles.append(name)
            continue
        marks = [class_name(row[i], f"row {n}, column {name}") for n, row in enumerate(rows, 1)]
        levels = in_order(set(marks))
        parts.append([[str(int(mark == level)) for level in levels] for mark in marks])
        titles += [f"{name}={level}" for level in levels]
    return [[entry for part in row for entry in part] for row in zip(*parts, strict=True)], titles
