"""Arrays of any library as rows of entries: lists, numpy, DataFrames, tensors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from fractions import Fraction
from typing import Any, NoReturn, Protocol, TypeAlias

import numpy as np

from certify.arrays.entries import decimal_of, detached
from certify.arrays.sources import UNREADABLE
from certify.errors import UnusableInput

__all__ = [
    "Array",
    "Labels",
    "Matrix",
    "Number",
    "Rows",
    "Table",
    "Vector",
    "as_array",
    "exact_matrix",
    "table_rows",
]


class Array(Protocol):
    """An array, tensor or table of any library that numpy can read."""

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        """The numbers as an array of numpy."""
        ...


Number: TypeAlias = int | float | str | Fraction | Decimal
Vector: TypeAlias = Sequence[Number] | Array  # shape (N,)
Rows: TypeAlias = Sequence[Sequence[Number]]
Matrix: TypeAlias = Rows | Array  # shape (n, d)
Table: TypeAlias = Rows | Vector  # shape (N, d) or (N,): a row for each datum
Labels: TypeAlias = Sequence[str | int] | Array  # shape (N,): the class of each datum

_HINT = " (for a symmetric point with orthonormal teachers: --symmetric)"


def as_array(values: Any, what: str, *, words: bool = False) -> Any:
    """The values as a numpy array of real numbers (or of words, if these are allowed), whatever
    library they come from. Raises `UnusableInput`.
    """
    if isinstance(values, np.matrix):
        raise UnusableInput(f"the {what} are an np.matrix: give numpy.asarray of it")
    if isinstance(values, np.ma.MaskedArray):
        raise UnusableInput(
            f"the {what} are a masked array: fill in what is masked, or leave it out"
        )
    if hasattr(values, "toarray"):
        raise UnusableInput(f"the {what} are a sparse matrix: give its toarray()")
    try:
        array = np.asarray(detached(values))
    except UNREADABLE as error:
        raise UnusableInput(f"the {what} are not an array: {type(error).__name__}") from None
    if (
        array.dtype.kind == "V"
        and array.dtype.names is None
        and array.dtype.name.startswith(("bfloat", "float"))
    ):
        array = array.astype(np.float64)  # the short floats of machine learning: exact
    if array.dtype.kind == "c":
        raise UnusableInput(f"the {what} are complex numbers: real ones are needed")
    if words and (
        array.dtype.kind in "Ub"
        or (
            array.dtype.kind == "O"
            and all(isinstance(entry, str | int | float) for entry in array.ravel())
        )
    ):
        return array
    if array.dtype.kind == "b":
        raise UnusableInput(f"the {what} are truth values: write them as 0 and 1")
    if array.dtype.kind == "O":
        raise UnusableInput(f"the {what} are an array of objects: give real numbers of one type")
    if array.dtype.names is not None:
        raise UnusableInput(
            f"the {what} are a structured array: give its columns as a matrix, or a file of its own"
        )
    if array.dtype.kind not in "fiu":
        raise UnusableInput(
            f"the {what} must be real numbers, not"
            f" {'words' if array.dtype.kind == 'U' else array.dtype}"
        )
    return array


def table_rows(values: Any, what: str, *, words: bool = False) -> tuple[list[list[Any]], list[str]]:
    """Rows of raw entries, and the names of the columns if they have any; of a vector each entry is
    a row. Raises `UnusableInput`.

    values: a list of rows or of numbers, a DataFrame or Series, an array or tensor of any library;
    further axes of an array are flattened.
    words: whether an array may hold words (labels).
    """
    if values is None or isinstance(values, str | bytes | int | float | complex):
        raise UnusableInput(f"the {what} are not an array or a list of rows")
    if isinstance(values, Mapping):
        raise UnusableInput(
            f"the {what} are a mapping ({', '.join(map(str, list(values)[:3]))}, ...): give an"
            " array, a DataFrame or a list of rows"
        )
    if isinstance(values, AbstractSet):
        raise UnusableInput(f"the {what} are a set, which has no order: give a list of rows")
    if hasattr(values, "columns") and hasattr(values, "__len__"):  # a DataFrame of pandas or polars
        if len(set(values.columns)) < len(values.columns):
            _same_names(values, what)
        columns = [
            values[name].tolist() if hasattr(values[name], "tolist") else values[name].to_list()
            for name in values.columns
        ]
        return [list(row) for row in zip(*columns, strict=True)], [
            str(name) for name in values.columns
        ]
    if isinstance(values, Sequence) and not hasattr(values, "__array__"):
        return [_row(row, what) for row in values], []
    if hasattr(values, "to_list") or (
        hasattr(values, "tolist") and not hasattr(values, "__array__")
    ):
        return [
            [entry]
            for entry in (values.to_list() if hasattr(values, "to_list") else values.tolist())
        ], []
    if not hasattr(values, "__array__"):
        raise UnusableInput(
            f"the {what} are a {type(values).__name__}, not an array or a list of rows"
        )
    array = as_array(values, what, words=words)
    if array.ndim == 0:
        raise UnusableInput(f"the {what} are a single number, not an array of shape (N, ...)")
    if array.size == 0:
        raise UnusableInput(f"the {what} are empty: an array of shape {array.shape}")
    return [list(row) for row in array.reshape(len(array), -1)], []


def _same_names(values: Any, what: str) -> NoReturn:
    names = [str(name) for name in values.columns]
    twice = next(name for name in names if names.count(name) > 1)
    raise UnusableInput(f"the {what} have two columns named {twice}")


def _row(row: Any, what: str) -> list[Any]:
    if isinstance(row, Mapping | AbstractSet):
        raise UnusableInput(
            f"the {what} hold a {type(row).__name__}: give a list of rows of numbers"
        )
    if isinstance(row, Sequence) and not isinstance(row, str | bytes):
        return list(row)
    if getattr(row, "ndim", 0) >= 1:
        return list(as_array(row, what).ravel())
    return [row]


def exact_matrix(values: Any, what: str, most: int = 1000) -> tuple[tuple[str, ...], ...]:
    """Exact decimals of a matrix with one row a neuron, shape (n, d): an array or tensor of two
    axes or a list of rows.

    most: the largest n and d, looked at before an entry is read. Raises `UnusableInput`.
    """
    if (
        isinstance(values, str | bytes | int | float | complex | Mapping | AbstractSet)
        or values is None
    ):
        raise UnusableInput(f"the {what} must be a list of rows, one a neuron")
    if getattr(values, "ndim", 2) != 2 or 0 in getattr(values, "shape", ()):
        raise UnusableInput(
            f"the {what} must be a matrix, one row a neuron, not an array of shape"
            f" {tuple(values.shape)}"
        )
    if isinstance(values, Sequence) and not all(_is_row(row) for row in values):
        raise UnusableInput(f"the {what} must be a list of rows, one a neuron")
    if max(getattr(values, "shape", (0,))) > most:
        raise UnusableInput(
            f"the {what} are a matrix of shape {tuple(values.shape)}, larger than {most} x"
            f" {most}{_HINT if what == 'students' else ''}"
        )
    rows, _ = table_rows(values, what)
    if not rows or not rows[0]:
        raise UnusableInput(f"the {what} must be a list of rows, one a neuron")
    if len({len(row) for row in rows}) > 1:
        raise UnusableInput(f"the rows of the {what} have different lengths")
    if max(len(rows), len(rows[0])) > most:
        raise UnusableInput(
            f"the {what} are a matrix of shape ({len(rows)}, {len(rows[0])}), larger than {most} x"
            f" {most}{_HINT if what == 'students' else ''}"
        )
    return tuple(
        tuple(
            decimal_of(entry, f"entry ({i}, {j}) of the {what}") for j, entry in enumerate(row, 1)
        )
        for i, row in enumerate(rows, 1)
    )


def _is_row(row: Any) -> bool:
    return (isinstance(row, Sequence) and not isinstance(row, str | bytes)) or getattr(
        row, "ndim", 0
    ) == 1
