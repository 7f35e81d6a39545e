"""The reader of points: students and teachers from the user's files, exactly. Every array or key is
understood or refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from certify.arrays import (
    Source,
    exact_matrix,
    is_missing,
    load_json,
    named_arrays,
    pick,
    refuse_unknown,
)
from certify.errors import UnusableInput
from certify.gaussian.activations import of_field, relation
from certify.gaussian.search.candidate import Candidate, make_candidate, make_matrix
from certify.gaussian.signs import signed, with_signs
from certify.kernel.gaussian.problem import MAX_SIZE
from certify.reading import Columns, Which
from certify.tables import read_table

__all__ = ["Which", "as_read", "fields_of", "read_candidate", "read_teachers"]

_STUDENTS = ("students", "student", "W", "weights", "centre", "center")
_TARGETS = ("targets", "target", "V", "teachers", "teacher")
_SIZES = ("n", "k", "d")
_ACTIVATION, _SIGNS = "activation", "signs"
_NEEDED = (
    f"students are named {', '.join(_STUDENTS)}, and teachers {', '.join(_TARGETS)}; or say which"
    " array with --variable"
)
_CERTIFICATE = {"format", "kind", "statement", "witness", "provenance"}


@dataclass(frozen=True)
class _Content:
    students: Any
    targets: Any = None
    sizes: tuple[tuple[str, int], ...] = ()
    activation: Any = None
    signs: Any = None


def read_candidate(
    source: Source,
    targets: Source | None = None,
    k: int | None = None,
    which: Which | None = None,
    shape: tuple[int | None, int | None] = (None, None),
    most: int = MAX_SIZE,
) -> Candidate:
    """The candidate in a file; targets from a second file, or from the same one, or orthonormal.
    Raises `UnusableInput`.

    which: which of several arrays or stacked points. shape: (n, d) as asked for, None where nothing
    was said. most: of n, k and d. Activation and signs are those of the file, ReLU and 1 where it
    names none.
    """
    content = _content(
        source, which or Which(), (shape[0], shape[1] if shape[1] is not None else k)
    )
    sizes = dict(content.sizes)
    goal = content.targets
    if targets is not None:
        goal = _teachers(targets)
    if isinstance(goal, str) and goal.strip() == "orthonormal":
        goal = None
    asked = k if k is not None or targets is not None else sizes.get("k")
    candidate = make_candidate(
        content.students, k=asked, targets=goal, provenance={"candidate": source.name}, most=most
    )
    for name, given in (("n", candidate.n), ("k", candidate.k), ("d", candidate.d)):
        if (
            name in sizes
            and sizes[name] != given
            and not (name == "k" and (k is not None or targets is not None))
        ):
            raise UnusableInput(
                f"{source.name} says {name} = {sizes[name]}, but its matrix has {name} = {given}"
            )
    if content.activation is not None:
        candidate = replace(candidate, activation=of_field(content.activation, source.name))
    if content.signs is not None:
        found = signed(content.signs, candidate.n, candidate.k, source.name)
        candidate = replace(candidate, signs=found)
    return candidate


def read_teachers(source: Source) -> tuple[tuple[str, ...], ...]:
    """Teachers as exact decimals, shape (k, d). Raises `UnusableInput`."""
    return make_matrix(_teachers(source), "teachers")


def _teachers(source: Source) -> Any:
    """The matrix of a file of teachers: its only array, the one whose name says so, or the targets
    of a certificate.
    """
    arrays = fields_of(source)
    if arrays is None or "" in arrays:
        return _content(source, Which(), (None, None)).students
    if "statement" in arrays:
        value = _of_certificate(arrays, source).targets
        if value is None:
            raise UnusableInput(
                f"{source.name} is a certificate for orthonormal teachers: it holds no matrix of"
                " them"
            )
        return value
    found = pick(arrays, _TARGETS, source.name)
    if found is None and len(arrays) == 1:
        found = next(iter(arrays.items()))
    if found is None:
        raise UnusableInput(
            f"{source.name} has no array of teachers ({', '.join(_TARGETS)}); it has"
            f" {', '.join(sorted(arrays)) or 'none'}"
        )
    beside = pick(arrays, _STUDENTS, source.name)
    refuse_unknown(
        arrays, {found[0], *([beside[0]] if beside else []), *_SIZES, "found"}, source.name, _NEEDED
    )
    return found[1]


def fields_of(source: Source) -> Mapping[str, Any] | None:
    """Arrays or keys by name; None for a plain table."""
    arrays = named_arrays(source)
    if arrays is None and source.data.lstrip()[:1] == b"{":
        loaded = load_json(source)
        return loaded if isinstance(loaded, dict) else None
    return arrays


def _content(source: Source, which: Which, shape: tuple[int | None, int | None]) -> _Content:
    fields = fields_of(source)
    if fields is None:
        rows = (
            load_json(source)
            if source.path.suffix.lower() == ".json" or source.data.lstrip()[:1] == b"["
            else _plain_table(source)
        )
        content = _Content(rows)
    elif "" in fields:
        content = _Content(fields[""])
    elif "statement" in fields:
        content = _of_certificate(fields, source)
    else:
        content = _of_names(fields, source, which)
    if which.variable is not None and (fields is None or "" in fields):
        raise UnusableInput(f"{source.name} holds one array without a name: give no --variable")
    return replace(content, students=_selected(content.students, source, which, shape))


def _plain_table(source: Source) -> list[list[Any]]:
    """The numbers of a text file, one row a neuron."""
    table = read_table(source, Columns(header=False))
    if len(table.rows) < 2:
        raise UnusableInput(
            f"{source.name} holds a single row of text, not a matrix with one row a neuron"
        )
    first = [str(entry).strip() for entry in table.rows[0]]
    if all(map(_is_name, first)):
        raise UnusableInput(
            f"{source.name} has names in its first row ({first[0][:40]}, ...): here a table"
            " holds numbers only, one neuron a row; for data see certify data"
        )
    return table.rows


def _is_name(entry: str) -> bool:
    """Whether it begins with a letter and stands for no number, as nan does."""
    return entry[:1].isalpha() and not is_missing(entry) and entry.casefold() != "inf"


def _of_names(fields: Mapping[str, Any], source: Source, which: Which) -> _Content:
    has = ", ".join(sorted(fields)) or "none"
    if which.variable is not None:
        if which.variable not in fields:
            raise UnusableInput(f"{source.name} has no array {which.variable}; it has {has}")
        # it was asked for by name; other arrays are not used
        named = fields.get(_ACTIVATION)
        activation = named if isinstance(named, str | Mapping) else None
        return _Content(fields[which.variable], activation=activation)
    students, targets = pick(fields, _STUDENTS, source.name), pick(fields, _TARGETS, source.name)
    if students is None and targets is None and len(fields) == 1:
        students = next(iter(fields.items()))
    if students is None:
        raise UnusableInput(
            f"{source.name} has no array named {' or '.join(_STUDENTS[:3:2])}; it has {has}"
            + (": say which with --variable" if len(fields) > 1 else "")
        )
    refuse_unknown(
        fields,
        {students[0], *([targets[0]] if targets else []), *_SIZES, _ACTIVATION, _SIGNS, "found"},
        source.name,
        _NEEDED,
    )
    return _Content(
        students[1],
        targets[1] if targets else None,
        _sizes(fields, source.name),
        fields.get(_ACTIVATION),
        fields.get(_SIGNS),
    )


def _sizes(fields: Mapping[str, Any], name: str) -> tuple[tuple[str, int], ...]:
    found = []
    for size in _SIZES:
        if size in fields:
            text = (
                str(np.asarray(fields[size]).item())
                if getattr(fields[size], "size", 1) == 1
                and not isinstance(fields[size], str | list | dict)
                else str(fields[size])
            )
            if re.fullmatch(r"[0-9]{1,6}", text) is None:
                raise UnusableInput(f"{name}: the {size} is no whole number")
            found.append((size, int(text)))
    return tuple(found)


def _of_certificate(fields: Mapping[str, Any], source: Source) -> _Content:
    """The centre of a dense certificate, with its teachers and its activation."""
    statement = fields["statement"]
    problem = statement.get("problem") if isinstance(statement, dict) else None
    if not isinstance(statement, dict) or not isinstance(problem, dict):
        raise UnusableInput(f"{source.name} is no certificate with a problem and a centre")
    if "blocks" in statement:
        raise UnusableInput(
            f"{source.name} is a certificate of a symmetric point: give --symmetric"
        )
    if "centre" not in statement or not fields.keys() <= _CERTIFICATE:
        raise UnusableInput(f"{source.name} is no certificate of a point with a centre")
    return _Content(
        statement["centre"],
        problem.get("targets"),
        _sizes({size: problem[size] for size in _SIZES if size in problem}, source.name),
        problem.get(_ACTIVATION),
        problem.get(_SIGNS),
    )


def _selected(
    students: Any, source: Source, which: Which, shape: tuple[int | None, int | None]
) -> Any:
    """One matrix with one row a neuron, from the array of the file. shape: (n, d) where they were
    asked for.
    """
    array = students
    # a cell array of MATLAB
    if getattr(array, "dtype", None) is not None and array.dtype.kind == "O":
        array = _cell(array, source, which)
    elif getattr(array, "ndim", 2) == 3:
        if which.index is None:
            raise UnusableInput(
                f"{source.name} holds points stacked in an array of shape {array.shape}: say which"
                " with --index, from 1"
            )
        axis = _axis(array.shape, source)
        _in_range(which.index, array.shape[axis], source)
        array = np.take(array, which.index - 1, axis=axis)
    elif which.index is not None:
        return _block(_transposed(array, which), source, which.index, shape)
    return _transposed(array, which)


def _axis(shape: tuple[int, int, int], source: Source) -> int:
    """The axis along which points are stacked: the one across the two equal sides. If all sides are
    equal, it cannot be told. Otherwise it is the last in MATLAB and the first in numpy.
    """
    if shape[0] == shape[1] == shape[2]:
        raise UnusableInput(
            f"{source.name} holds points stacked in an array of shape {shape}, which does not tell"
            " along which axis: give one point, as a matrix"
        )
    if shape[1] == shape[2]:
        return 0
    if shape[0] == shape[1]:
        return 2
    return 2 if source.data.startswith(b"MATLAB") else 0


def _transposed(array: Any, which: Which) -> Any:
    if not which.transpose:
        return array
    if hasattr(array, "T"):
        return array.T
    return [list(column) for column in zip(*array, strict=True)] if _rectangular(array) else array


def _rectangular(rows: Any) -> bool:
    return isinstance(rows, list) and all(
        isinstance(row, list) and len(row) == len(rows[0]) for row in rows
    )


def _cell(array: Any, source: Source, which: Which) -> Any:
    cells = array.ravel()
    if which.index is None and len(cells) > 1:
        raise UnusableInput(
            f"{source.name} holds {len(cells)} points: say which with --index, from 1"
        )
    _in_range(which.index or 1, len(cells), source)
    return cells[(which.index or 1) - 1]


def _block(array: Any, source: Source, index: int, shape: tuple[int | None, int | None]) -> Any:
    """One of several matrices of shape (n, d), neurons as rows, that stand below each other or
    beside each other.
    """
    rows = array if hasattr(array, "shape") else np.array(exact_matrix(array, "students"))
    n, d = shape
    if rows.ndim != 2:
        raise UnusableInput(
            f"{source.name} holds an array of shape {rows.shape}: --index takes one point of"
            " several stacked ones"
        )
    if d is None:
        raise UnusableInput(
            "--index takes one of several points in one matrix: say with -k or -d how many entries"
            " a neuron has"
        )
    count, width = rows.shape
    if width == d:
        each = n if n is not None else d
        parts = np.split(rows, count // each) if count % each == 0 else []
    else:
        parts = np.split(rows, width // d, axis=1) if width % d == 0 else []
    if not parts:
        raise UnusableInput(
            f"the array of {source.name}, with {count} rows of {width} entries, does not fall into"
            f" points whose neurons have {d} entries: -n, -d, --transpose"
        )
    _in_range(index, len(parts), source)
    return parts[index - 1].tolist() if parts[index - 1].dtype.kind == "U" else parts[index - 1]


def _in_range(index: int, count: int, source: Source) -> None:
    if not 1 <= index <= count:
        raise UnusableInput(
            f"{source.name} holds {count} point{'s' * (count != 1)}: there is none with the number"
            f" {index}"
        )


def as_read(candidate: Candidate, source: str) -> str:
    """One line: n, k, d, the teachers, activation, signs, and the norms of the rows."""
    norms = [sqrt(sum(float(entry) ** 2 for entry in row)) for row in candidate.students]
    teachers = "orthonormal teachers" if candidate.targets is None else "teachers as given"
    told = "" if candidate.activation.is_relu else f" {relation(candidate.activation)};"
    told += with_signs(candidate.signs).replace(",", ";")
    return (
        f"read {source}: n = {candidate.n} students (one a row), k = {candidate.k} {teachers}, d ="
        f" {candidate.d};{told} norms of the rows from {min(norms):.4g} to {max(norms):.4g}"
    )
