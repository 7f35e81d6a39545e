"""A data set from raw entries: sizes are looked at first, then every entry is read exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from certify.arrays import decimal_of, is_missing, is_number, table_rows
from certify.decimals import shortest
from certify.errors import UnusableInput
from certify.kernel.foundation.reals import counted
from certify.tables.dataset import DataSet, listed

__all__ = ["RawData", "assembled", "class_name", "in_order", "make_data", "require_room"]

_MOST_ROWS, _MOST_ENTRIES = 10**5, 10**6  # of the format


def make_data(inputs: Any, targets: Any = None, labels: Any = None) -> DataSet:
    """From what the user's program holds: inputs of shape (N, d), targets (N,) or (N, outputs),
    labels (N,). Raises `UnusableInput`.

    Arrays and tensors of any library, DataFrames, lists of rows; numbers exactly (see
    `certify.arrays`).
    """
    rows, names = table_rows(inputs, "inputs")
    goals, goal_names = table_rows(targets, "targets") if targets is not None else ([], [])
    marks, mark_names = table_rows(labels, "labels", words=True) if labels is not None else ([], [])
    if any(len(row) != 1 for row in marks):
        raise UnusableInput("the labels are not one for each datum, an array of shape (N,)")
    return assembled(
        RawData(
            rows,
            None if targets is None else goals,
            None if labels is None else [row[0] for row in marks],
            origin="the arrays",
            input_names=names or _numbered(rows),
            target_names=goal_names or mark_names or _numbered(goals or marks),
        )
    )


def _numbered(rows: list[list[Any]]) -> list[str]:
    return [f"column {i}" for i in range(1, len(rows[0]) + 1)] if rows else []


@dataclass(frozen=True)
class RawData:
    """Raw entries: inputs, N rows; targets, N rows, and labels, N entries, or None where there are
    none; and how they were read, as in `DataSet`.

    numbers: of the rows, for messages (default: 1, 2, ...). of_table: whether messages name the
    columns of a table, or the indices of an array.
    """

    inputs: list[list[Any]]
    targets: list[list[Any]] | None
    labels: list[Any] | None
    origin: str
    input_names: Sequence[str]
    target_names: Sequence[str]
    dropped: int = 0
    header: bool | None = None
    notes: Sequence[str] = ()
    numbers: Sequence[int] = ()
    of_table: bool = False


def assembled(raw: RawData) -> DataSet:
    """The data set of raw entries. Sizes are looked at before entries are read. Raises
    `UnusableInput`.
    """
    _require_shape(raw)
    count = len(raw.inputs)
    numbers = raw.numbers or range(1, count + 1)
    input_names, target_names = (raw.input_names, raw.target_names) if raw.of_table else ((), ())
    inputs = _decimals(raw.inputs, "inputs", input_names, numbers)
    targets = _decimals(raw.targets or [], "targets", target_names, numbers)
    marks = [
        class_name(entry, f"row {n}") for n, entry in zip(numbers, raw.labels or [], strict=False)
    ]
    if count < 2:
        raise UnusableInput("a single datum is fitted by a linear map: there is nothing to prove")
    classes = in_order(set(marks))
    if raw.labels is not None and len(classes) < 2:
        raise UnusableInput(f"there is only one class, {classes[0]}")
    if 2 * len(classes) > count > 4:
        raise UnusableInput(
            f"there are {len(classes)} classes for {count} data: is the column of labels one of"
            " numbers?"
        )
    number = {name: i for i, name in enumerate(classes)}
    notes = [
        *raw.notes,
        *_of_classes(classes, raw.labels or [], marks),
        *_oddities(inputs, targets),
    ]
    return DataSet(
        inputs,
        targets,
        tuple(number[mark] for mark in marks),
        classes,
        tuple(notes),
        tuple(raw.input_names),
        tuple(raw.target_names),
        raw.origin,
        raw.dropped,
        raw.header,
    )


def _require_shape(raw: RawData) -> None:
    """Raise `UnusableInput` where there are no data, rows differ in length, or there is not one
    target or label for each datum.
    """
    count = len(raw.inputs)
    if count == 0:
        raise UnusableInput("there are no data")
    width = len(raw.inputs[0])
    if any(len(row) != width for row in raw.inputs) or not width:
        raise UnusableInput(
            "the rows of the inputs have different lengths" if width else "the inputs are empty"
        )
    counts = [len(part) for part in (raw.targets, raw.labels) if part is not None]
    if any(other != count for other in counts):
        others = (
            counted(len(raw.labels or []), "label")
            if raw.targets is None
            else counted(len(raw.targets), "target")
        )
        raise UnusableInput(
            f"there are {counted(count, 'input')} and {others}: one for each datum is needed"
        )
    if raw.targets and any(len(row) != len(raw.targets[0]) for row in raw.targets):
        raise UnusableInput("the rows of the targets have different lengths")
    require_room(count, width)


def _of_classes(classes: Sequence[str], labels: list[Any], marks: list[str]) -> Iterator[str]:
    """What the user should know of labels that look like numbers."""
    codes = [
        name
        for name in classes
        if re.match(r"[+-]?0[0-9]", name)
        and is_number(name)
        and str(int(Fraction(name))) in classes
    ]
    if codes:
        yield (
            f"labels with a leading zero are codes, not numbers, and classes apart: {listed(codes)}"
        )
    written = sorted(
        {
            str(entry).strip()
            for entry, mark in zip(labels, marks, strict=True)
            if isinstance(entry, str) and entry.strip() != mark
        }
    )
    if written:
        yield f"labels that are the same number are one class: {listed(written)} among them"


def require_room(count: int, width: int) -> None:
    """Raise `UnusableInput` for more data than a certificate holds."""
    if count > _MOST_ROWS or count * width > _MOST_ENTRIES:
        raise UnusableInput(
            f"there are {count} rows of {width} inputs: a certificate holds at most {_MOST_ROWS}"
            f" rows and {_MOST_ENTRIES} numbers"
        )


def _decimals(
    rows: list[list[Any]], what: str, names: Sequence[str], numbers: Sequence[int]
) -> tuple[tuple[str, ...], ...]:
    """Exact decimals; an entry that is none is named by its row and column in a table, by its
    indices in an array.
    """
    result = []
    places = [name if name.startswith("column ") else f"column {name}" for name in names]
    for i, row in zip(numbers, rows, strict=False):
        try:
            result.append(tuple(decimal_of(entry, "") for entry in row))
        except UnusableInput:  # once more, to name the place
            for j, entry in enumerate(row, 1):
                decimal_of(
                    entry,
                    f"row {i}, {places[j - 1]}" if places else f"entry ({i}, {j}) of the {what}",
                )
            raise
    return tuple(result)


def class_name(entry: Any, where: str) -> str:
    """The name of a class: a word, or a number in its shortest form (0.0 and -0 are 0)."""
    if is_missing(entry):
        raise UnusableInput(
            f"{where}: a label is missing, and that is no class (--drop-missing leaves such rows"
            " out)"
        )
    if isinstance(entry, str):
        text = entry.strip()
        if not is_number(text) or re.match(r"[+-]?0[0-9]", text):  # 007 is a code, not the number 7
            return text
        entry = text
    elif isinstance(entry, bytes):
        raise UnusableInput(f"{where} is bytes, not a word")
    elif isinstance(entry, bool) or type(entry).__name__ in ("bool", "bool_"):
        return str(bool(entry))
    return shortest(decimal_of(entry, where))


def in_order(names: set[str]) -> tuple[str, ...]:
    """Words by their letters, numbers by their values."""
    if all(map(is_number, names)):
        return tuple(sorted(names, key=Fraction))
    return tuple(sorted(names))


def _oddities(
    inputs: tuple[tuple[str, ...], ...], targets: tuple[tuple[str, ...], ...]
) -> Iterator[str]:
    """What is odd about the data: constant inputs, the first two equal inputs with different
    targets.
    """
    for i, column in enumerate(zip(*inputs, strict=True), 1):
        value = Fraction(column[0])
        if all(entry == column[0] or Fraction(entry) == value for entry in column):
            yield f"input {i} is constant: it does nothing that a bias does not"
    first: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(inputs):
        known = first.setdefault(row, number)
        if targets and targets[known] != targets[number]:
            yield (
                f"rows {known + 1} and {number + 1} have the same inputs and different targets: no"
                " network fits both"
            )
            return
