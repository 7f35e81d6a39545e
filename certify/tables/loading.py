"""Data sets from files: tables, or inputs and targets as two arrays, told apart by content."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from certify.arrays import (
    Source,
    as_array,
    is_missing,
    load_json,
    named_arrays,
    pick,
    read_source,
    refuse_unknown,
    table_rows,
)
from certify.errors import UnusableInput
from certify.reading import Columns
from certify.tables.assembling import RawData, assembled
from certify.tables.columns import chosen
from certify.tables.dataset import DataSet, Table
from certify.tables.header import titled
from certify.tables.text import text_table

__all__ = ["data_of", "read_data", "read_table"]

_PAIRS = (("X", "y"), ("X_train", "y_train"), ("inputs", "targets"), ("data", "target"))
# arrays that are known, and said not to be used
_BESIDE = frozenset(("x_test", "y_test", "x_val", "y_val", "x_valid", "y_valid"))
_NEEDED = "inputs are X, X_train, inputs or data, targets y, y_train, targets or target"


def read_data(path: Path, columns: Columns | None = None) -> DataSet:
    """The data set in a file: a table (.csv, .tsv, .txt, .data, gzipped or not), .npy, .npz or
    .json, told apart by content.

    Raises `UnusableInput` with one sentence that names the entry, the column or the array.
    """
    return data_of(read_source(path), columns or Columns())


def data_of(source: Source, columns: Columns) -> DataSet:
    """The same from a file that has been read. Raises `UnusableInput`."""
    arrays = named_arrays(source)
    if arrays is None and (
        source.path.suffix.lower() == ".json" or source.data[:200].lstrip()[:1] == b"{"
    ):
        loaded = load_json(source)
        if not isinstance(loaded, dict | list):
            raise UnusableInput(f"{source.name} holds neither arrays X and y nor a list of rows")
        arrays = loaded if isinstance(loaded, dict) else None
    if arrays is not None and "" not in arrays:
        return _from_pair(arrays, source, columns)
    return chosen(read_table(source, columns, arrays), source, columns)


def _from_pair(arrays: Mapping[str, Any], source: Source, columns: Columns) -> DataSet:
    """The data set of inputs and targets that are two arrays of a file. Raises `UnusableInput`."""
    (x_name, x), (y_name, y), beside = _pair(arrays, source.name)
    labelled = columns.label is not None
    if columns not in (
        Columns(label=name, drop_missing=columns.drop_missing, decimal=columns.decimal)
        for name in (None, y_name)
    ):
        raise UnusableInput(
            f"{source.name} has its targets in the array {y_name}: give no columns (and --label"
            f" {y_name} for classes)"
        )
    rows, names = table_rows(x, f"inputs {x_name}")
    goals, _ = table_rows(y, f"targets {y_name}", words=labelled)
    if len(goals) == 1 != len(rows) == len(goals[0]):  # MATLAB keeps vectors as rows
        goals = [[entry] for entry in goals[0]]
    if labelled and any(len(row) != 1 for row in goals):
        raise UnusableInput(
            f"the labels {y_name} are not one for each datum, an array of shape (N,)"
        )
    dropped = 0
    if columns.drop_missing and len(rows) == len(goals):
        kept = [
            (row, goal)
            for row, goal in zip(rows, goals, strict=True)
            if not any(map(is_missing, [*row, *goal]))
        ]
        dropped = len(rows) - len(kept)
        rows, goals = [row for row, _ in kept], [goal for _, goal in kept]
    if not rows or not goals:
        raise UnusableInput(
            "every row has a missing entry: none is left"
            if dropped
            else f"{source.name} holds no data: {y_name if rows else x_name} is empty"
        )
    verb = "is" if len(beside) == 1 else "are"
    return assembled(
        RawData(
            rows,
            None if labelled else goals,
            [row[0] for row in goals] if labelled else None,
            origin=source.name,
            input_names=names or _numbered(x_name, rows[0]),
            target_names=[y_name] if len(goals[0]) == 1 else _numbered(y_name, goals[0]),
            dropped=dropped,
            notes=[f"{', '.join(beside)} of {source.name} {verb} not used"] if beside else [],
        )
    )


def _pair(
    arrays: Mapping[str, Any], name: str
) -> tuple[tuple[str, Any], tuple[str, Any], list[str]]:
    """The arrays of inputs and of targets with their names, and the names of known arrays beside
    them. Raises `UnusableInput` where they are not told apart.
    """
    found = [(pick(arrays, [x], name), pick(arrays, [y], name)) for x, y in _PAIRS]
    pairs = [(x, y) for x, y in found if x is not None and y is not None]
    if len(pairs) != 1:
        has = ", ".join(sorted(arrays)) or "none"
        lack = "lacks an array X or y" if not pairs else "holds inputs and targets twice"
        raise UnusableInput(f"{name} {lack}: {_NEEDED}; it has {has}")
    x, y = pairs[0]
    beside = sorted(own for own in arrays if own.casefold() in _BESIDE)
    refuse_unknown(arrays, {x[0], y[0], *beside}, name, _NEEDED)
    return x, y, beside


def _numbered(name: str, row: list[Any]) -> list[str]:
    return [f"{name}[{i}]" for i in range(1, len(row) + 1)]


def read_table(source: Source, columns: Columns, arrays: Mapping[str, Any] | None = None) -> Table:
    """Rows and names of a file that is one table: text, .npy, a list of rows in JSON. Raises
    `UnusableInput`.
    """
    if arrays is not None:
        return _of_array(arrays[""], source, columns)
    if source.data.lstrip()[:1] == b"[":
        return titled(_of_json(source), source, columns)
    return titled(text_table(source, columns), source, columns)


def _of_array(array: Any, source: Source, columns: Columns) -> Table:
    """The rows of a matrix, or of an array of records. Raises `UnusableInput`."""
    names = array.dtype.names
    if names is not None:
        if array.ndim != 1:
            raise UnusableInput(
                f"{source.name} holds records in an array of shape {array.shape}, not one record a"
                " datum"
            )
        fields = [list(as_array(array[name], f"entries of {name}", words=True)) for name in names]
        return Table([list(row) for row in zip(*fields, strict=True)], tuple(map(str, names)))
    if array.ndim != 2:
        raise UnusableInput(
            f"{source.name} holds no matrix, one row a datum, but an array of shape {array.shape}"
        )
    rows, _ = table_rows(array, "data")
    return titled(Table(rows), source, columns) if columns.header else Table(rows)


def _of_json(source: Source) -> Table:
    """The rows of a list of rows, numbers as text. Raises `UnusableInput`."""
    value = load_json(source)
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise UnusableInput(f"{source.name} is not a list of rows")
    return Table([[_as_text(entry) for entry in row] for row in value])


def _as_text(entry: Any) -> Any:
    number = isinstance(entry, int | float) and not isinstance(entry, bool)
    return str(entry) if number else entry
