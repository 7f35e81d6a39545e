"""Data sets from the user's files, as the exact decimals they are written in: .csv, .npy (a matrix, target columns by number), .npz (X and y)."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpz

from certify.search.candidate import UnusableInput
from certify.search.decimals import exact_decimal
from certify.search.files import exact_text as written
from certify.search.files import load_arrays

__all__ = ["DataSet", "exact", "make_data", "read_data"]

_LARGEST_FILE = 2**26
_MISSING = ("", "?", "na", "n/a", "nan", "null", "none")
_MOST_ROWS, _MOST_ENTRIES = 10**5, 10**6  # of the format


@dataclass(frozen=True)
class DataSet:
    """inputs, targets: N rows of decimals. labels: class numbers, where the targets are classes, named by `classes`.

    notes: what the user should know of the data, a sentence each.
    """

    inputs: tuple[tuple[str, ...], ...]
    targets: tuple[tuple[str, ...], ...] = ()
    labels: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def x(self) -> fmpq_mat:
        """Inputs, units x data."""
        return _columns(self.inputs)

    @property
    def y(self) -> fmpq_mat:
        """Targets, outputs x data."""
        return _columns(self.targets)


def exact(text: str) -> fmpq:
    """The rational of a decimal."""
    number = Fraction(text)
    return fmpq(fmpz(number.numerator), fmpz(number.denominator))


def _number(text: str, where: str) -> str:
    """The decimal as it is written, without an exponent. Raises `UnusableInput`."""
    text = text.strip()
    if text.lower() in _MISSING:
        raise UnusableInput(f"{where} is missing")
    return written(text, where)


def _columns(rows: Sequence[Sequence[str]]) -> fmpq_mat:
    return fmpq_mat(len(rows[0]), len(rows), [exact(row[i]) for i in range(len(rows[0])) for row in rows])


def make_data(inputs: Any, targets: Any = None, labels: Any = None) -> DataSet:
    """From arrays or lists: inputs of shape (N, d), targets (N,) or (N, outputs), labels (N,). Raises `UnusableInput`."""
    rows = _matrix(inputs, "inputs")
    goals = () if targets is None else _matrix(targets, "targets")
    names = [] if labels is None else [str(label) for label in labels]
    return _checked(rows, goals, names)


def _matrix(values: Any, what: str) -> tuple[tuple[str, ...], ...]:
    if values is None or isinstance(values, str | int | float):
        raise UnusableInput(f"the {what} are not an array or a list of rows")
    if isinstance(values, np.ndarray):
        if values.dtype.kind not in "fiu":
            raise UnusableInput(f"the {what} must be real numbers, not {values.dtype}")
        values = [[exact_decimal(float(v)) if np.isfinite(v) else "nan" for v in row] for row in values.reshape(len(values), -1)]
    result = [row if isinstance(row, list | tuple) else [row] for row in values]
    return tuple(tuple(_number(str(v), f"entry ({i}, {j}) of the {what}") for j, v in enumerate(row, 1)) for i, row in enumerate(result, 1))


def read_data(path: Path, target: Sequence[str] = (), label: str | None = None) -> DataSet:
    """The data set in a file. target: names or numbers (from 1) of the target columns; label: of the column of classes; the last column if
    neither is given. Raises `UnusableInput` with one sentence: missing, not readable, missing values, words, one row, other lengths.
    """
    if path.suffix == ".npz":
        arrays = load_arrays(path)
        if "X" not in arrays or "y" not in arrays:
            raise UnusableInput(f"{path} lacks an array X or y")
        if target or (label is not None and label != "y"):
            raise UnusableInput("an .npz file has its targets in the array y: give no --target (and --label y for classes)")
        return make_data(arrays["X"], None, arrays["y"]) if label else make_data(arrays["X"], arrays["y"])
    if path.suffix == ".npy":
        matrix = load_arrays(path)[""]
        if matrix.ndim != 2:
            raise UnusableInput(f"{path} holds no matrix, one row a datum")
        header: list[str] = []
        rows = [[str(v) for v in row] for row in _matrix(matrix, "data")]
    elif path.suffix == ".csv":
        header, rows = _read_csv(path)
    else:
        raise UnusableInput(f"{path} is neither .csv, .npy nor .npz")
    width = len(rows[0])
    wanted = [_column(name, header, width) for name in target] or ([width - 1] if label is None else [])
    if len(set(wanted)) < len(wanted):
        raise UnusableInput("a target column is named twice")
    classes = None if label is None else _column(label, header, width)
    used = {*wanted, classes}
    kept = [i for i in range(width) if i not in used]
    if not kept:
        raise UnusableInput("no column is left for the inputs")

    def numbers(columns: list[int]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(_number(row[i], _place(number, i, header)) for i in columns) for number, row in enumerate(rows, 1))

    names = [] if classes is None else [row[classes].strip() for row in rows]
    return _checked(numbers(kept), numbers(wanted) if wanted else (), names)


def _place(row: int, column: int, header: list[str]) -> str:
    return f"row {row}, column {header[column] if header else column + 1}"


def _read_csv(path: Path) -> tuple[list[str], list[list[str]]]:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise UnusableInput(f"{path} is larger than {_LARGEST_FILE // 2**20} MiB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnusableInput(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnusableInput(f"{path} is not UTF-8") from None
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(text.splitlines(), delimiter=delimiter) if any(entry.strip() for entry in row)]
    except csv.Error as error:
        raise UnusableInput(f"{path} is not CSV: {error}") from None
    if not rows:
        raise UnusableInput(f"{path} is empty")
    header = [] if all(_is_number(entry) for entry in rows[0]) else [entry.strip() for entry in rows.pop(0)]
    if not rows:
        raise UnusableInput(f"{path} has no data behind its header")
    for number, row in enumerate(rows, 1):
        if len(row) != len(rows[0]) or (header and len(row) != len(header)):
            raise UnusableInput(f"row {number} of {path} has {len(row)} entries, not {len(header) or len(rows[0])}")
    return header, rows


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _column(name: str, header: list[str], width: int) -> int:
    if name in header:
        return header.index(name)
    if name.isascii() and name.isdigit() and 1 <= int(name) <= width:
        return int(name) - 1
    known = f"the columns are {', '.join(header)}" if header else f"there are {width} columns without names"
    raise UnusableInput(f"there is no column {name}: {known}")


def _checked(inputs: tuple[tuple[str, ...], ...], targets: tuple[tuple[str, ...], ...], names: list[str]) -> DataSet:
    """The data set, with notes on what is odd about it. Raises `UnusableInput`."""
    count = len(inputs)
    if count < 2:
        raise UnusableInput("a single datum is fitted by a linear map: there is nothing to prove")
    if any(len(row) != len(inputs[0]) or not row for row in inputs):
        raise UnusableInput("the rows of the inputs have different lengths")
    if len(targets or inputs) != count or len(names or inputs) != count:
        raise UnusableInput(f"there are {count} inputs and {len(targets) or len(names)} targets")
    if count > _MOST_ROWS or count * len(inputs[0]) > _MOST_ENTRIES:
        raise UnusableInput(f"a certificate holds at most {_MOST_ROWS} rows and {_MOST_ENTRIES} numbers")
    if any(not name for name in names):
        raise UnusableInput("a label is missing")
    notes = [f"input {i} is constant: it does nothing that a bias does not" for i, column in enumerate(zip(*inputs, strict=True), 1) if len(set(column)) == 1]
    first: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(inputs):
        known = first.setdefault(row, number)
        if targets and targets[known] != targets[number]:
            notes.append(f"rows {known + 1} and {number + 1} have the same inputs and different targets: no network fits both")
            break
    classes = tuple(sorted(set(names)))
    if names and len(classes) < 2:
        raise UnusableInput("there is only one class")
    if 2 * len(classes) > count > 4:
        raise UnusableInput(f"there are {len(classes)} classes for {count} data: is the column of labels one of numbers?")
    return DataSet(inputs, targets, tuple(classes.index(name) for name in names), classes, tuple(notes))
