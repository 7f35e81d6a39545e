"""The one reader of tables: data sets from the user's files and arrays, as the exact decimals they
are written in.

Whatever could be read in two ways is refused with the entry that makes it so, and an option that
says which way is meant.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from flint import fmpq, fmpq_mat, fmpz

from certify.arrays import (
    LARGEST_FILE,
    Source,
    as_array,
    decimal_of,
    is_missing,
    is_number,
    load_json,
    named_arrays,
    pick,
    read_source,
    refuse_unknown,
    table_rows,
)
from certify.decimals import shortest
from certify.errors import UnusableInput
from certify.kernel.foundation.reals import counted
from certify.reading import Columns

__all__ = [
    "Columns",
    "DataSet",
    "Table",
    "data_of",
    "exact",
    "make_data",
    "read_data",
    "read_table",
]

_MOST_ROWS, _MOST_ENTRIES = 10**5, 10**6  # of the format
_SAMPLE = 200  # lines by which the delimiter is found
_DELIMITERS = "\t;,"
_PAIRS = (("X", "y"), ("X_train", "y_train"), ("inputs", "targets"), ("data", "target"))
# known, and said not to be used
_BESIDE = (
    "X_test",
    "y_test",
    "X_val",
    "y_val",
    "X_valid",
    "y_valid",
)
_NEEDED = "inputs are X, X_train, inputs or data, targets y, y_train, targets or target"
_SHOWN = 6  # names of columns on a line
_YEARS = range(1500, 2201)


@dataclass(frozen=True)
class Table:
    """Rows of raw entries (texts, or entries of an array), the names of the columns (empty: none),
    and what was seen while reading it.
    """

    rows: list[list[Any]]
    header: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataSet:
    """inputs, targets: N rows of decimals. labels: class numbers, where the targets are classes,
    named by `classes`.

    notes: what the user should know of the data, a sentence each. input_names, target_names,
    origin, dropped, header: how they were read.
    """

    inputs: tuple[tuple[str, ...], ...]
    targets: tuple[tuple[str, ...], ...] = ()
    labels: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())
    input_names: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    origin: str = "the data"
    dropped: int = 0
    header: bool | None = None

    @property
    def x(self) -> fmpq_mat:
        """Inputs, units x data."""
        return _columns(self.inputs)

    @property
    def y(self) -> fmpq_mat:
        """Targets, outputs x data."""
        return _columns(self.targets)

    @property
    def as_read(self) -> str:
        """One line: rows, inputs and targets by name, classes with counts, the header, dropped
        rows.
        """
        parts = [
            (
                f"{counted(len(self.inputs), 'row')}, {counted(len(self.inputs[0]), 'input')}"
                f" ({_list(self.input_names)})"
            )
        ]
        if self.targets:
            parts.append(f"{counted(len(self.targets[0]), 'target')} ({_list(self.target_names)})")
        if self.classes:
            counts = Counter(self.labels)
            shown = [f"{name} ({counts[i]})" for i, name in enumerate(self.classes)]
            parts.append(
                f"{counted(len(self.classes), 'class', 'classes')} in {_list(self.target_names)}:"
                f" {_list(shown)}"
            )
        if self.header is not None:
            parts.append(f"header: {'yes' if self.header else 'no'}")
        if self.dropped:
            parts.append(f"{counted(self.dropped, 'row')} with missing entries dropped")
        return f"read {self.origin}: " + "; ".join(parts)


def exact(text: str) -> fmpq:
    """The rational of a decimal."""
    number = Fraction(text)
    return fmpq(fmpz(number.numerator), fmpz(number.denominator))


def _columns(rows: Sequence[Sequence[str]]) -> fmpq_mat:
    return fmpq_mat(
        len(rows[0]), len(rows), [exact(row[i]) for i in range(len(rows[0])) for row in rows]
    )


def _list(names: Sequence[str]) -> str:
    shown = [name if len(name) <= 30 else name[:27] + "..." for name in names]
    return (
        ", ".join(shown)
        if len(shown) <= _SHOWN + 2
        else f"{', '.join(shown[:_SHOWN])}, ..., {shown[-1]}"
    )


# ----------------------------------------------------------------------------------------------------------------------
# From arrays
# ----------------------------------------------------------------------------------------------------------------------


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
    return _assembled(
        rows, goals, [row[0] for row in marks], "the arrays", targeted=targets is not None, labelled=labels is not None,
        input_names=names or _numbered(rows), target_names=goal_names or mark_names or _numbered(goals or marks),
    )  # fmt: skip


def _numbered(rows: list[list[Any]]) -> list[str]:
    return [f"column {i}" for i in range(1, len(rows[0]) + 1)] if rows else []


def _assembled(
    inputs: list[list[Any]], targets: list[list[Any]], labels: list[Any], origin: str, *, targeted: bool, labelled: bool,
    input_names: Sequence[str] = (), target_names: Sequence[str] = (), dropped: int = 0, header: bool | None = None, notes: Sequence[str] = (),
    numbers: Sequence[int] = (), of_table: bool = False,
) -> DataSet:  # fmt: skip
    """The data set of raw entries. numbers: of the rows, for messages. Sizes are looked at before
    entries are read. Raises `UnusableInput`.
    """
    count = len(inputs)
    if count == 0:
        raise UnusableInput("there are no data")
    width = len(inputs[0])
    if any(len(row) != width for row in inputs) or not width:
        raise UnusableInput(
            "the rows of the inputs have different lengths" if width else "the inputs are empty"
        )
    if (targeted and len(targets) != count) or (labelled and len(labels) != count):
        others = counted(len(targets), "target") if targeted else counted(len(labels), "label")
        raise UnusableInput(
            f"there are {counted(count, 'input')} and {others}: one for each datum is needed"
        )
    if targets and any(len(row) != len(targets[0]) for row in targets):
        raise UnusableInput("the rows of the targets have different lengths")
    _require_room(count, width)
    numbers = numbers or range(1, count + 1)
    read_inputs = _decimals(inputs, "inputs", input_names if of_table else (), numbers)
    read_targets = _decimals(targets, "targets", target_names if of_table else (), numbers)
    marks = [_label(entry, f"row {n}") for n, entry in zip(numbers, labels, strict=False)]
    if count < 2:
        raise UnusableInput("a single datum is fitted by a linear map: there is nothing to prove")
    classes = _in_order(set(marks))
    if labelled and len(classes) < 2:
        raise UnusableInput(f"there is only one class, {classes[0]}")
    if 2 * len(classes) > count > 4:
        raise UnusableInput(
            f"there are {len(classes)} classes for {count} data: is the column of labels one of"
            " numbers?"
        )
    number = {name: i for i, name in enumerate(classes)}
    written = sorted(
        {
            str(entry).strip()
            for entry, mark in zip(labels, marks, strict=True)
            if isinstance(entry, str) and entry.strip() != mark
        }
    )
    codes = [
        name
        for name in classes
        if re.match(r"[+-]?0[0-9]", name) and is_number(name) and str(int(Fraction(name))) in number
    ]
    if codes:
        notes = [
            *notes,
            f"labels with a leading zero are codes, not numbers, and classes apart: {_list(codes)}",
        ]
    if written:
        notes = [
            *notes,
            f"labels that are the same number are one class: {_list(written)} among them",
        ]
    found = [*notes, *_oddities(read_inputs, read_targets)]
    return DataSet(
        read_inputs,
        read_targets,
        tuple(number[mark] for mark in marks),
        classes,
        tuple(found),
        tuple(input_names),
        tuple(target_names),
        origin,
        dropped,
        header,
    )


def _require_room(count: int, width: int) -> None:
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


def _label(entry: Any, where: str) -> str:
    """The name of a class: a word, or a number in its shortest form (0, 0.0 and -0 are one class)."""
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


def _in_order(names: set[str]) -> tuple[str, ...]:
    """Words by their letters, numbers by their values."""
    if all(map(is_number, names)):
        return tuple(sorted(names, key=Fraction))
    return tuple(sorted(names))


def _oddities(
    inputs: tuple[tuple[str, ...], ...], targets: tuple[tuple[str, ...], ...]
) -> Iterator[str]:
    for i, column in enumerate(zip(*inputs, strict=True), 1):
        if len(set(column)) == 1 or len({Fraction(entry) for entry in set(column)}) == 1:
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


# ----------------------------------------------------------------------------------------------------------------------
# From files
# ----------------------------------------------------------------------------------------------------------------------


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
    return _chosen(read_table(source, columns, arrays), source, columns)


def _from_pair(arrays: Mapping[str, Any], source: Source, columns: Columns) -> DataSet:
    found = [(pick(arrays, [x], source.name), pick(arrays, [y], source.name)) for x, y in _PAIRS]
    pairs = [(x, y) for x, y in found if x is not None and y is not None]
    if len(pairs) != 1:
        has = ", ".join(sorted(arrays)) or "none"
        lack = "lacks an array X or y" if not pairs else "holds inputs and targets twice"
        raise UnusableInput(f"{source.name} {lack}: {_NEEDED}; it has {has}")
    (x_name, x), (y_name, y) = pairs[0]
    beside = sorted(
        name for name in arrays if name.casefold() in {other.casefold() for other in _BESIDE}
    )
    refuse_unknown(arrays, {x_name, y_name, *beside}, source.name, _NEEDED)
    if (
        columns.target
        or columns.inputs
        or columns.drop
        or columns.one_hot
        or columns.header is not None
        or columns.label not in (None, y_name)
    ):
        raise UnusableInput(
            f"{source.name} has its targets in the array {y_name}: give no columns (and --label"
            f" {y_name} for classes)"
        )
    rows, names = table_rows(x, f"inputs {x_name}")
    goals, _ = table_rows(y, f"targets {y_name}", words=columns.label is not None)
    labelled = columns.label is not None
    if len(goals) == 1 != len(rows) == len(goals[0]):  # MATLAB keeps vectors as rows
        goals = [[entry] for entry in goals[0]]
    if labelled and any(len(row) != 1 for row in goals):
        raise UnusableInput(
            f"the labels {y_name} are not one for each datum, an array of shape (N,)"
        )
    dropped = 0
    if columns.drop_missing and len(rows) == len(goals):
        kept = [
            i
            for i, (row, goal) in enumerate(zip(rows, goals, strict=True))
            if not any(map(is_missing, [*row, *goal]))
        ]
        rows, goals, dropped = (
            [rows[i] for i in kept],
            [goals[i] for i in kept],
            len(rows) - len(kept),
        )
    if not rows or not goals:
        raise UnusableInput(
            "every row has a missing entry: none is left"
            if dropped
            else f"{source.name} holds no data: {y_name if rows else x_name} is empty"
        )
    return _assembled(
        rows, [] if labelled else goals, [row[0] for row in goals] if labelled else [], source.name, targeted=not labelled, labelled=labelled,
        input_names=names or [f"{x_name}[{i}]" for i in range(1, len(rows[0]) + 1)], dropped=dropped,
        target_names=[y_name] if len(goals[0]) == 1 else [f"{y_name}[{i}]" for i in range(1, len(goals[0]) + 1)],
        notes=[f"{', '.join(beside)} of {source.name} {'is' if len(beside) == 1 else 'are'} not used"] if beside else [],
    )  # fmt: skip


def read_table(source: Source, columns: Columns, arrays: Mapping[str, Any] | None = None) -> Table:
    """Rows and names of a file that is one table: text, .npy, a list of rows in JSON. Raises
    `UnusableInput`.
    """
    if arrays is not None:
        matrix = arrays[""]
        if matrix.dtype.names is not None:
            if matrix.ndim != 1:
                raise UnusableInput(
                    f"{source.name} holds records in an array of shape {matrix.shape}, not one"
                    " record a datum"
                )
            fields = [
                list(as_array(matrix[name], f"entries of {name}", words=True))
                for name in matrix.dtype.names
            ]
            return Table(
                [list(row) for row in zip(*fields, strict=True)],
                tuple(map(str, matrix.dtype.names)),
            )
        if matrix.ndim != 2:
            raise UnusableInput(
                f"{source.name} holds no matrix, one row a datum, but an array of shape"
                f" {matrix.shape}"
            )
        rows, _ = table_rows(matrix, "data")
        return _titled(Table(rows), source, columns) if columns.header else Table(rows)
    if source.data.lstrip()[:1] == b"[":
        value = load_json(source)
        if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
            raise UnusableInput(f"{source.name} is not a list of rows")
        return _titled(
            Table(
                [
                    [
                        (
                            str(entry)
                            if isinstance(entry, int | float) and not isinstance(entry, bool)
                            else entry
                        )
                        for entry in row
                    ]
                    for row in value
                ]
            ),
            source,
            columns,
        )
    return _titled(_text_table(source, columns), source, columns)


def _text_table(source: Source, columns: Columns) -> Table:
    text = _decoded(source)
    lines = [line for line in text.splitlines() if line.strip()]
    plain = [line for line in lines if not line.lstrip().startswith("#")]
    if not plain:
        raise UnusableInput(f"{source.name} is empty")
    delimiter = _delimiter(plain[:_SAMPLE], columns.decimal)
    width = Counter(len(row) for row in _split(plain[:_SAMPLE], delimiter, source)).most_common(1)[
        0
    ][0]
    comments = [
        line
        for line in lines
        if line.lstrip().startswith("#")
        and (width == 1 or len(_split([line], delimiter, source)[0]) != width)
    ]
    passed = set(comments)
    doubtful = next(
        (
            line
            for line in lines[1:]
            if line.lstrip().startswith("#")
            and line not in passed
            and not is_missing(_split([line], delimiter, source)[0][0])
        ),
        None,
    )
    if doubtful is not None:
        raise UnusableInput(
            f"a row of {source.name} begins with # ({doubtful.strip()[:40]}): is it a comment? Take"
            " it out, or the sign"
        )
    rows = _split(
        (
            [line for line in lines if line not in passed]
            if comments
            else text.splitlines(keepends=True)
        ),
        delimiter,
        source,
    )
    notes: list[str] = []
    if comments:
        named = (
            _split([comments[0].lstrip().lstrip("#").strip()], delimiter, source)
            if len(comments) == 1 and lines[0] == comments[0]
            else []
        )
        if (
            named
            and len(named[0]) == width > 1
            and not any(is_number(entry) for entry in named[0])
            and columns.header is not False
        ):
            rows.insert(0, named[0])  # as numpy.savetxt writes names
        else:
            verbs = ("begins", "is") if len(comments) == 1 else ("begin", "are")
            notes.append(
                f"{counted(len(comments), 'line')} of {source.name} {verbs[0]} with # and"
                f" {verbs[1]} passed over"
            )
    if width > 1 and all(len(row) == width and not row[-1].strip() for row in rows):
        rows = [row[:-1] for row in rows]
        notes.append(
            f"the last column of {source.name} is empty and left out: every line ends with a"
            " delimiter"
        )
    if columns.decimal == ",":
        rows = [
            [
                (
                    re.sub(r"^(\s*[+-]?[0-9]*),([0-9]+)", r"\1.\2", entry)
                    if "." not in entry
                    else _point(entry)
                )
                for entry in row
            ]
            for row in rows
        ]
    return Table(rows, notes=tuple(notes))


def _point(entry: str) -> str:
    """With decimal commas a point is no decimal point: such an entry is left to be refused as a
    number.
    """
    return (
        f"{entry} (a point, where commas are decimal)"
        if is_number(entry.replace(",", ""))
        else entry
    )


def _decoded(source: Source) -> str:
    data = source.data
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UnusableInput(
            f"{source.name} is not UTF-8 text, nor any format that is read here"
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


def _titled(table: Table, source: Source, columns: Columns) -> Table:
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
        any(_numeric(row[j]) for row in below if j < len(row))
        and all(_numeric(row[j]) or is_missing(row[j]) for row in below if j < len(row))
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
        _years(row) if _years(own) else _stepping(row) for row in rows if all(map(_numeric, row))
    )
    return (
        bool(strangers)
        or decimals
        or (not alike and (_years(own) or (len(places) > 2 and _beyond(own, rows))))
    )


def _numeric(entry: Any) -> bool:
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
        f"the columns are {_list(table.header)}"
        if table.header
        else f"there are {width} columns without names"
    )
    raise UnusableInput(f"there is no column {name}: {known}")


def _chosen(table: Table, source: Source, columns: Columns) -> DataSet:
    """The data set that the columns make of a table. Raises `UnusableInput`."""
    width = len(table.rows[0])
    names = [
        table.header[i] or f"column {i + 1}" if table.header else f"column {i + 1}"
        for i in range(width)
    ]
    targets = [_place(name, table, source) for name in columns.target]
    label = None if columns.label is None else _place(columns.label, table, source)
    dropped_columns = {_place(name, table, source) for name in columns.drop}
    inputs = [_place(name, table, source) for name in columns.inputs]
    if not targets and label is None:
        last = next(
            (i for i in range(width - 1, -1, -1) if i not in dropped_columns and i not in inputs),
            None,
        )
        if last is None:
            raise UnusableInput("no column is left for the target")
        targets = [last]
    used = {*targets, *([] if label is None else [label])}
    if not columns.inputs:
        inputs = [i for i in range(width) if i not in used and i not in dropped_columns]
    _distinct(targets, inputs, dropped_columns, label, names)
    if not inputs:
        raise UnusableInput("no column is left for the inputs")
    hot = {_place(name, table, source) for name in columns.one_hot}
    if not hot <= set(inputs):
        raise UnusableInput(f"--one-hot {names[min(hot - set(inputs))]} is no column of the inputs")
    kept = [
        n
        for n, row in enumerate(table.rows)
        if not (columns.drop_missing and any(is_missing(row[i]) for i in (*inputs, *used)))
    ]
    rows, gone = [table.rows[n] for n in kept], len(table.rows) - len(kept)
    if not rows:
        raise UnusableInput("every row has a missing entry: none is left")
    notes = [*table.notes, *_row_numbers(table, inputs, columns)]
    _require_room(len(rows), len(inputs))
    numbers = [n + 1 for n in kept]
    _require_numbers(rows, [i for i in inputs if i not in hot], names, "input", numbers)
    _require_numbers(rows, targets, names, "target", numbers)
    coded, coded_names = _coded(rows, inputs, hot, names)
    return _assembled(
        coded, [[row[i] for i in targets] for row in rows] if targets else [], [] if label is None else [row[label] for row in rows], source.name,
        targeted=bool(targets), labelled=label is not None, input_names=coded_names, target_names=[names[i] for i in (targets or [label or 0])],
        dropped=gone, header=bool(table.header), notes=notes, numbers=numbers, of_table=True,
    )  # fmt: skip


def _distinct(
    targets: list[int], inputs: list[int], dropped: set[int], label: int | None, names: list[str]
) -> None:
    if len(set(targets)) < len(targets):
        raise UnusableInput("a target column is named twice")
    if len(set(inputs)) < len(inputs):
        raise UnusableInput("an input column is named twice")
    for i in {*targets, *([] if label is None else [label])}:
        if i in inputs:
            raise UnusableInput(f"{names[i]} is an input and a target")
        if i in dropped:
            raise UnusableInput(f"{names[i]} is dropped and a target")
    both = dropped & set(inputs)
    if both:
        raise UnusableInput(f"{names[min(both)]} is dropped and an input")
    if label is not None and label in targets:
        raise UnusableInput(f"{names[label]} is the label and a target")


def _row_numbers(table: Table, inputs: list[int], columns: Columns) -> Iterator[str]:
    """Where the first column counts the rows and nobody asked for it: refused if it is the one
    without a name, else a note.
    """
    if 0 not in inputs or columns.inputs or len(table.rows) < 3:
        return
    entries = [row[0] for row in table.rows]
    if not all(_numeric(entry) for entry in entries):
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
    rows: list[list[Any]], places: list[int], names: list[str], what: str, numbers: list[int]
) -> None:
    """Raise `UnusableInput` for a column of words, with what can be done about it."""
    for i in places:
        words = sorted(
            {
                row[i].strip()
                for row in rows
                if isinstance(row[i], str) and not is_number(row[i]) and not is_missing(row[i])
            }
        )
        words = [word for word in words if word.casefold().lstrip("+-") not in ("inf", "infinity")]
        odd = next(
            (
                n
                for n, row in enumerate(rows, 1)
                if isinstance(row[i], str) and row[i].strip() in words
            ),
            0,
        )
        if not words:
            continue
        place = names[i] if names[i].startswith("column ") else f"column {names[i]}"
        if any(_numeric(row[i]) for row in rows):
            raise UnusableInput(_stray(rows[odd - 1][i], f"row {numbers[odd - 1]}, {place}"))
        if all(re.fullmatch(r"[+-]?[0-9.]*,[0-9]+|[+-]?[0-9]+", word) for word in words):
            raise UnusableInput(
                f"{place} holds decimal commas ({words[0]}): --decimal , reads them"
            )
        where = f"{place} holds words ({_list(words)})"
        if what == "input":
            raise UnusableInput(
                f"{where}: --one-hot {names[i].removeprefix('column ')} codes them as 0 and 1,"
                f" --drop {names[i].removeprefix('column ')} leaves the column out"
            )
        raise UnusableInput(
            f"{where}, and a target is a number: for classes use --label with `certify data"
            " entropy`"
        )


def _stray(entry: str, where: str) -> str:
    try:
        decimal_of(entry, where)
    except UnusableInput as error:
        return str(error)
    return f"{where} is not a number"


def _coded(
    rows: list[list[Any]], inputs: list[int], hot: set[int], names: list[str]
) -> tuple[list[list[Any]], list[str]]:
    """The inputs, columns of words replaced by one column of 0 and 1 for each word."""
    parts: list[list[list[Any]]] = []
    titles: list[str] = []
    for i in inputs:
        if i not in hot:
            parts.append([[row[i]] for row in rows])
            titles.append(names[i])
            continue
        marks = [_label(row[i], f"row {n}, column {names[i]}") for n, row in enumerate(rows, 1)]
        levels = _in_order(set(marks))
        parts.append([[str(int(mark == level)) for level in levels] for mark in marks])
        titles += [f"{names[i]}={level}" for level in levels]
    return [[entry for part in row for entry in part] for row in zip(*parts, strict=True)], titles
