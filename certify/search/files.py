"""Candidates and targets from the user's files: .npy, .npz and .json. Numbers in JSON are taken as the exact decimals they are written in."""

from __future__ import annotations

import json
import os
import re
import tokenize
import zipfile
import zlib
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from certify.kernel.exact import MAX_BYTES, Malformed, read_bytes
from certify.kernel.symmetry import unknowns
from certify.search.candidate import Candidate, UnusableInput, make_candidate, make_matrix
from certify.search.gaussian import Array
from certify.search.symmetric import SymmetricCandidate, detect, make_blocks

__all__ = ["exact_text", "load_arrays", "read_candidate", "read_symmetric", "read_targets"]

# what numpy and zipfile raise on files that are not what their names say
_UNREADABLE = (
    ValueError, OSError, EOFError, KeyError, TypeError, SyntaxError, MemoryError, RuntimeError, tokenize.TokenError, zlib.error, zipfile.BadZipFile,
)  # fmt: skip
_STUDENTS = ("students", "W", "centre")
_TARGETS = ("targets", "V")

Matrix = Array | list[list[str]]
_Content = tuple[Matrix, Matrix | None, int | None]  # students, targets, k where the file says so


def exact_text(entry: Any, where: str) -> str:
    """A number or decimal string of the user's as a decimal string without exponent."""
    if not isinstance(entry, str) or len(entry) > 400:
        raise UnusableInput(f"{where} is not a number")
    try:
        number = Decimal(entry)
    except InvalidOperation:
        raise UnusableInput(f"{where} is not a number") from None
    if not number.is_finite():
        raise UnusableInput(f"{where} is not finite")
    if number and not -300 <= number.adjusted() <= 80:
        raise UnusableInput(f"{where} is too large or too small")
    return format(number, "f")


def _json_matrix(value: Any, what: str) -> list[list[str]]:
    if not (isinstance(value, list) and value and all(isinstance(row, list) and row for row in value)):
        raise UnusableInput(f"the {what} must be a list of rows, one a neuron")
    if len({len(row) for row in value}) > 1:
        raise UnusableInput(f"the rows of the {what} have different lengths")
    return [[exact_text(entry, f"entry ({i + 1}, {j + 1}) of the {what}") for j, entry in enumerate(row)] for i, row in enumerate(value)]


def _pick(fields: dict[str, Any], names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if name in fields), None)


def _load_json(path: Path) -> Any:
    """JSON with its numbers as the text they are written in."""

    def no_number(text: str) -> NoReturn:
        raise UnusableInput(f"{path} holds a {text}")

    try:
        return json.loads(read_bytes(path), parse_float=str, parse_int=str, parse_constant=no_number)
    except Malformed as error:
        raise UnusableInput(f"{path}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise UnusableInput(f"{path} is not valid JSON: {str(error).splitlines()[0]}") from None


def _read_json(path: Path) -> _Content:
    value = _load_json(path)
    targets = k = None
    if isinstance(value, dict):
        if "statement" in value:  # a certificate: take its centre and problem
            statement = value["statement"] if isinstance(value["statement"], dict) else {}
            problem = statement.get("problem") if isinstance(statement.get("problem"), dict) else {}
            value = {**statement, **(problem or {})}
            k = int(value["k"]) if str(value.get("k", "")).isdigit() and len(value["k"]) < 4 else None
        targets = _pick(value, _TARGETS)
        value = _pick(value, _STUDENTS)
    students = _json_matrix(value, "students")
    if targets is None or targets == "orthonormal":
        return students, None, k
    return students, _json_matrix(targets, "targets"), k


def load_arrays(path: Path) -> dict[str, Array]:
    """The arrays of a .npz file by name, or that of a .npy file under the empty name; arrays that are too large are left out. Raises `UnusableInput`."""
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises on names that are too long
        raise UnusableInput(f"{path} is not a file")
    try:
        loaded = np.load(path, allow_pickle=False, mmap_mode="r")
        if isinstance(loaded, np.ndarray):
            return {"": loaded}
        with loaded:
            return {name: loaded[name] for name in loaded.files if loaded.zip.getinfo(f"{name}.npy").file_size <= MAX_BYTES}
    except _UNREADABLE as error:
        raise UnusableInput(f"{path} cannot be read as a numpy file: {str(error).splitlines()[0] if str(error) else type(error).__name__}") from None


def _read_numpy(path: Path) -> _Content:
    arrays = load_arrays(path)
    if "" in arrays:
        return arrays[""], None, None
    students, targets = _pick(arrays, _STUDENTS), _pick(arrays, _TARGETS)
    if students is None and len(arrays) == 1:
        students = next(iter(arrays.values()))
    if students is None:
        raise UnusableInput(f"{path} has no array named {' or '.join(_STUDENTS[:2])}; it has {', '.join(sorted(arrays)) or 'none'}")
    return students, targets, None


def _read(path: Path) -> _Content:
    if not os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises on names that are too long
        raise UnusableInput(f"{path} is not a file")
    if path.stat().st_size > MAX_BYTES:
        raise UnusableInput(f"{path} is larger than the limit of {MAX_BYTES} bytes")
    if path.suffix == ".json":
        return _read_json(path)
    if path.suffix in {".npy", ".npz"}:
        return _read_numpy(path)
    raise UnusableInput(f"{path} is none of .npy, .npz, .json")


def read_candidate(path: Path, targets: Path | None, k: int | None) -> Candidate:
    """The candidate in a file; targets from a second file, or from the same one, or orthonormal. Raises `UnusableInput`."""
    students, own, known = _read(path)
    goal = _read(targets)[0] if targets is not None else own
    return make_candidate(students, k=known if k is None and targets is None else k, targets=goal, provenance={"candidate": path.name})


def read_targets(path: Path) -> Array:
    """Teachers as float64, shape (k, d), for a search. Raises `UnusableInput`."""
    rows = make_matrix(_read(path)[0], "targets")
    return np.array([[float(entry) for entry in row] for row in rows])


def read_symmetric(path: Path) -> SymmetricCandidate:
    """A block-symmetric candidate: a file with `blocks` and `centre` as in a certificate of a symmetric kind (or such a certificate), or a
    dense matrix of students whose symmetry is detected. Raises `UnusableInput`.
    """
    if path.suffix == ".json" and os.path.isfile(path):  # noqa: PTH113 - Path.is_file raises on names that are too long
        value = _load_json(path)
        if isinstance(value, dict) and isinstance(value.get("statement"), dict):
            value = value["statement"]
        if isinstance(value, dict) and "blocks" in value:
            return _block_point(value)
    candidate = read_candidate(path, None, None)
    if candidate.targets is not None or candidate.d != candidate.k:
        raise UnusableInput("a symmetric point has orthonormal targets and one column for each of them")
    found = detect(candidate.array)
    return SymmetricCandidate(found.parts, found.values, candidate.provenance)


def _block_point(value: dict[str, Any]) -> SymmetricCandidate:
    """Blocks and centre in the format's shapes; the kernel reads the centre strictly later."""
    parts = []
    for i, block in enumerate(value["blocks"] if isinstance(value["blocks"], list) else []):
        size = block.get("size") if isinstance(block, dict) else None
        if size is None or re.fullmatch("[0-9]{1,13}", str(size)) is None:
            raise UnusableInput(f"block {i + 1} has no size, a whole number")
        parts.append((str(block.get("type")), int(size)))
    blocks = make_blocks(tuple(parts))
    flat: list[str] = []
    for row in value["centre"] if isinstance(value.get("centre"), list) else []:
        for entry in row if isinstance(row, list) else [row]:
            flat += [exact_text(number, "an entry of the centre") for number in (entry if isinstance(entry, list) else [entry])]
    if len(flat) != len(unknowns(blocks)):
        raise UnusableInput(f"the centre has {len(flat)} numbers, but a point with these blocks has {len(unknowns(blocks))}")
    return SymmetricCandidate(tuple(parts), tuple(flat), {"candidate": "block point"})
