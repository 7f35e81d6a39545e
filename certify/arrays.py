"""Numbers as the user gives them, as exact decimals: single entries, arrays of any library, and
files of arrays.

Nothing is rounded and nothing is guessed. A whole number keeps all its digits. A float is the
shortest decimal that reads back as it in float64 (float32 and shorter are widened first, which is
exact). What is no number is refused, with its place.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from certify.decimals import decimal_text, shortest
from certify.errors import UnusableInput
from certify.files import standard_input

__all__ = [
    "LARGEST_FILE",
    "Source",
    "as_array",
    "decimal_of",
    "exact_matrix",
    "is_missing",
    "is_number",
    "load_json",
    "named_arrays",
    "pick",
    "read_source",
    "refuse_unknown",
    "table_rows",
]

LARGEST_FILE = 2**26  # bytes, also of what is unpacked
MISSING = frozenset(
    [
        "",
        "?",
        "-",
        "--",
        ".",
        "..",
        "na",
        "n/a",
        "#n/a",
        "#n/a n/a",
        "#na",
        "#null!",
        "nan",
        "-nan",
        "1.#ind",
        "-1.#ind",
        "1.#qnan",
        "-1.#qnan",
        "<na>",
        "nat",
        "null",
        "none",
        "nil",
        "missing",
    ]
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,6})?")
_HINT = " (for a symmetric point with orthonormal teachers: --symmetric)"
_LONGEST = 400  # digits of a number in a certificate
_UNREADABLE = (
    ValueError,
    OSError,
    EOFError,
    KeyError,
    TypeError,
    SyntaxError,
    MemoryError,
    RuntimeError,
    OverflowError,
    IndexError,
    NotImplementedError,
    tokenize.TokenError,
    zlib.error,
    zipfile.BadZipFile,
)  # fmt: skip - what numpy, scipy and zipfile raise on files that are not what they begin like
_ELSEWHERE = {
    ".onnx": (
        "an ONNX network: save its arrays with numpy.savez(file, W1=..., b1=..., W2=..., b2=...)"
    ),
    ".nnet": (
        "an NNet network: save its arrays with numpy.savez(file, W1=..., b1=..., W2=..., b2=...)"
    ),
    ".h5": (
        "an HDF5 file: open it with h5py or Keras and save its arrays with numpy.savez(file,"
        " name=array, ...)"
    ),
    ".hdf5": (
        "an HDF5 file: open it with h5py or Keras and save its arrays with numpy.savez(file,"
        " name=array, ...)"
    ),
    ".keras": (
        "a Keras archive: save model.get_weights() with numpy.savez(file, W1=..., b1=..., W2=...,"
        " b2=...)"
    ),
    ".pkl": (
        "a pickle, which runs code when it is opened: save the arrays with numpy.savez(file,"
        " name=array, ...) where you trust it"
    ),
    ".pickle": (
        "a pickle, which runs code when it is opened: save the arrays with numpy.savez(file,"
        " name=array, ...) where you trust it"
    ),
    ".joblib": (
        "a pickle, which runs code when it is opened: save the arrays with numpy.savez(file,"
        " name=array, ...) where you trust it"
    ),
    ".safetensors": (
        "a safetensors file: load it with safetensors.numpy.load_file and save its arrays with"
        " numpy.savez(file, name=array, ...)"
    ),
    ".xlsx": "a spreadsheet: save the sheet as CSV",
    ".xls": "a spreadsheet: save the sheet as CSV",
    ".ods": "a spreadsheet: save the sheet as CSV",
    ".parquet": "a Parquet file: save it with pandas.read_parquet(file).to_csv(other, index=False)",
    ".feather": "a Feather file: save it with pandas.read_feather(file).to_csv(other, index=False)",
    ".arff": "an ARFF file: save its rows as CSV",
}


# ----------------------------------------------------------------------------------------------------------------------
# Entries
# ----------------------------------------------------------------------------------------------------------------------


def is_missing(entry: Any) -> bool:
    """Whether the entry says that there is no value: a marker such as ?, NA or an empty text, None,
    NaN.
    """
    if isinstance(entry, str):
        return entry.strip().casefold() in MISSING
    if entry is None or entry is np.ma.masked or type(entry).__name__ in ("NAType", "NaTType"):
        return True
    if isinstance(entry, float | np.floating):
        return bool(np.isnan(entry))
    return isinstance(entry, Decimal) and entry.is_nan()


def is_number(text: str) -> bool:
    """Whether the text is a decimal in ASCII digits, as 12, -0.5 or 1e-3; not 1_0, inf or other
    scripts' digits.
    """
    return _NUMBER.fullmatch(text.strip()) is not None


def decimal_of(entry: Any, where: str) -> str:
    """The entry as an exact decimal without exponent. Raises `UnusableInput` that names its place:
    missing, no number, not finite, too long.

    >>> decimal_of(2**60 + 1, "x"), decimal_of(0.1, "x"), decimal_of("-1.50e2", "x")
    ('1152921504606846977', '0.1', '-150')
    """
    if isinstance(entry, str):
        text = entry.strip()
        if _NUMBER.fullmatch(text) is None:
            raise UnusableInput(_not_a_number(text, where))
        return _plain(Decimal(text), where) if len(text) <= _LONGEST else _too_long(where)
    if is_missing(entry):
        raise UnusableInput(f"{where} is missing")
    if isinstance(entry, bool | np.bool_):
        raise UnusableInput(f"{where} is a truth value: write it as 0 or 1")
    # numpy counts durations among the integers
    if isinstance(entry, np.timedelta64 | np.datetime64):
        raise UnusableInput(f"{where} is a date or a duration: write it as a number")
    if isinstance(entry, int | np.integer):
        return str(int(entry)) if int(entry).bit_length() < 270 else _too_large(where)
    if isinstance(entry, float) or (
        isinstance(entry, np.floating) and entry.itemsize <= np.float64().itemsize
    ):
        return (
            shortest(_plain(Decimal(repr(float(entry))), where))
            if np.isfinite(entry)
            else _infinite(where)
        )
    if isinstance(entry, np.floating):
        return _extended(entry, where)
    if isinstance(entry, Decimal):
        return shortest(_plain(entry, where)) if entry.is_finite() else _infinite(where)
    if isinstance(entry, Fraction):
        return _terminating(entry, where)
    if getattr(entry, "ndim", None) == 0 and not isinstance(entry, np.generic):
        return decimal_of(np.asarray(_detached(entry))[()], where)
    raise UnusableInput(f"{where} is not a number")


def _not_a_number(text: str, where: str) -> str:
    if text.casefold() in MISSING:
        return f"{where} is missing"
    if text.casefold().lstrip("+-") in ("inf", "infinity"):
        return f"{where} is not finite"
    if re.fullmatch(r"[+-]?[0-9]*,[0-9]+", text):
        return f"{where} is not a number: {text} has a decimal comma (for a table: --decimal ,)"
    return (
        f"{where} is not a number: {text[:40]}"
        if text.isprintable()
        else f"{where} is not a number"
    )


def _plain(number: Decimal, where: str) -> str:
    if number and not -300 <= number.adjusted() <= 80:
        _too_large(where)
    text = format(number, "f")
    return text if len(text) <= _LONGEST else _too_long(where)


def _extended(entry: np.floating[Any], where: str) -> str:
    """A float longer than float64: the float64 it equals, or all its digits."""
    if not np.isfinite(entry):
        _infinite(where)
    near = float(entry)
    if np.isfinite(near) and type(entry)(near) == entry:
        return decimal_of(near, where)
    return _terminating(Fraction(*map(int, entry.as_integer_ratio())), where)


def _terminating(value: Fraction, where: str) -> str:
    twos, rest = 0, value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    fives = 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise UnusableInput(
            f"{where} is the fraction {str(value)[:40]}, which is no finite decimal"
        )
    digits = max(twos, fives)
    if digits > _LONGEST:
        _too_long(where)
    whole = value.numerator * 10**digits // value.denominator
    if whole.bit_length() > 4 * _LONGEST:
        _too_long(where)
    text = decimal_text(whole, digits)
    return text if len(text) <= _LONGEST else _too_long(where)


def _too_large(where: str) -> NoReturn:
    raise UnusableInput(f"{where} is too large or too small")


def _too_long(where: str) -> NoReturn:
    raise UnusableInput(f"{where} has more than {_LONGEST} digits")


def _infinite(where: str) -> NoReturn:
    raise UnusableInput(f"{where} is not finite")


# ----------------------------------------------------------------------------------------------------------------------
# Arrays of any library
# ----------------------------------------------------------------------------------------------------------------------


def _detached(value: Any) -> Any:
    """A tensor of torch, with or without a gradient, on whatever device, in the shortest numpy type
    that holds it; others as they are.
    """
    if hasattr(value, "detach") and hasattr(value, "cpu"):
        value = value.detach().cpu()
        if getattr(value, "is_floating_point", lambda: False)():
            value = value.double()  # exact: bfloat16 and half have no numpy type of their own
    return value


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
        array = np.asarray(_detached(values))
    except _UNREADABLE as error:
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


# ----------------------------------------------------------------------------------------------------------------------
# Files
# ----------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """A file as it was read, once: its path, its bytes (unpacked if it was gzipped), and the sha256
    of the file itself.
    """

    path: Path
    data: bytes
    sha256: str

    @property
    def name(self) -> str:
        """Its base name, for messages and for the provenance."""
        return self.path.name if str(self.path) != "-" else "standard input"

    @property
    def record(self) -> dict[str, str]:
        """For the provenance of a certificate."""
        return {"name": self.name, "sha256": self.sha256}


def read_source(path: Path) -> Source:
    """A regular file of at most 64 MiB, or standard input for `-`. Raises `UnusableInput`: formats
    of others are refused by name.
    """
    if str(path) == "-":
        return _unpacked(path, standard_input(LARGEST_FILE + 1))
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _ELSEWHERE:
        raise UnusableInput(f"{path} is {_ELSEWHERE[suffixes[-1]]}")
    try:
        if not path.is_file():
            raise UnusableInput(f"{path} is not a file")
        with path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise UnusableInput(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}"
        ) from None
    return _unpacked(path, data)


def _unpacked(path: Path, data: bytes) -> Source:
    if len(data) > LARGEST_FILE:
        raise UnusableInput(f"{path} is larger than {LARGEST_FILE // 2**20} MiB")
    digest = hashlib.sha256(data).hexdigest()
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
                data = stream.read(LARGEST_FILE + 1)
        except (OSError, EOFError, zlib.error):
            raise UnusableInput(f"{path} is not the gzip file that it begins like") from None
        if len(data) > LARGEST_FILE:
            raise UnusableInput(f"{path} unpacks to more than {LARGEST_FILE // 2**20} MiB")
    for start, suffix in (
        (b"\x89HDF", ".h5"),
        (b"PAR1", ".parquet"),
        (b"ARROW1", ".feather"),
        (b"\xd0\xcf\x11\xe0", ".xls"),
    ):
        if data.startswith(start):
            raise UnusableInput(f"{path} is {_ELSEWHERE[suffix]}")
    if re.match(rb"\x80[\x02-\x05]", data):
        raise UnusableInput(f"{path} is {_ELSEWHERE['.pkl']}")
    return Source(path, data, digest)


def named_arrays(source: Source) -> dict[str, Any] | None:
    """The arrays of a numpy or MATLAB file by name, that of an .npy file under the empty name; None
    for a text. Raises `UnusableInput`.
    """
    if source.data.startswith(b"\x93NUMPY"):
        return {"": _npy(io.BytesIO(source.data), len(source.data), source.name)}
    if source.data.startswith(b"PK"):
        return _npz(source)
    if source.data.startswith(b"MATLAB") or source.path.suffix.lower() == ".mat":
        return _mat(source)
    return None


def _npy(stream: Any, size: int, name: str) -> Any:
    """An array whose header does not promise more than there is: numpy would make room for it
    first.
    """
    try:
        version = np.lib.format.read_magic(stream)
        reader = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = reader(stream)
        count = 1
        for length in shape:
            count *= length
        if dtype.hasobject:
            raise UnusableInput(
                f"{name} holds an array of objects, which runs code when it is opened: save real"
                " numbers of one type"
            )
        if count * dtype.itemsize > size:
            raise UnusableInput(f"{name} is cut off, or no numpy file")
        stream.seek(0)
        return np.lib.format.read_array(stream, allow_pickle=False)
    except _UNREADABLE as error:
        raise UnusableInput(
            f"{name} cannot be read as a numpy file: {_first_line(error)}"
        ) from None


def _npz(source: Source) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            members = archive.infolist()
            if any(member.filename.endswith("data.pkl") for member in members):
                raise UnusableInput(
                    f"{source.name} is a file of torch: only `certify data trained` reads it, as a"
                    " network"
                )
            if any(member.filename.startswith("xl/") for member in members):
                raise UnusableInput(f"{source.name} is {_ELSEWHERE['.xlsx']}")
            if sum(member.file_size for member in members) > 4 * LARGEST_FILE:
                raise UnusableInput(
                    f"{source.name} unpacks to more than {4 * LARGEST_FILE // 2**20} MiB"
                )
            strange = [
                member.filename for member in members if not member.filename.endswith(".npy")
            ]
            if len({member.filename for member in members}) < len(members):
                raise UnusableInput(f"{source.name} holds two arrays of one name")
            if strange or not members:
                raise UnusableInput(f"{source.name} is a zip archive, and no .npz file of arrays")
            return {
                m.filename[:-4]: _npy(
                    io.BytesIO(archive.read(m)),
                    m.file_size,
                    f"array {m.filename[:-4]} of {source.name}",
                )
                for m in members
            }
    except _UNREADABLE as error:
        raise UnusableInput(
            f"{source.name} cannot be read as a numpy file: {_first_line(error)}"
        ) from None


def _mat(source: Source) -> dict[str, Any]:
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = loadmat(io.BytesIO(source.data))
    except (*_UNREADABLE, MatReadError) as error:
        raise UnusableInput(
            f"{source.name} cannot be read as a MATLAB file: {_first_line(error)}"
        ) from None
    return {name: value for name, value in loaded.items() if not name.startswith("__")}


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def load_json(source: Source) -> Any:
    """JSON with its numbers as the text they are written in. Raises `UnusableInput`, also for keys
    that occur twice.
    """

    def no_number(text: str) -> NoReturn:
        raise UnusableInput(f"{source.name} holds a {text}")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            raise UnusableInput(
                f"{source.name} holds the key {next(key for key in keys if keys.count(key) > 1)}"
                " twice"
            )
        return dict(pairs)

    try:
        text = source.data.decode(
            "utf-16" if source.data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
        )
        return json.loads(
            text, parse_float=str, parse_int=str, parse_constant=no_number, object_pairs_hook=once
        )
    except UnicodeDecodeError:
        raise UnusableInput(f"{source.name} is not JSON: it is no UTF-8 text") from None
    except RecursionError:
        raise UnusableInput(f"{source.name} is nested too deeply") from None
    except ValueError as error:
        raise UnusableInput(f"{source.name} is not valid JSON: {_first_line(error)}") from None


def pick(fields: Mapping[str, Any], names: Sequence[str], source: str) -> tuple[str, Any] | None:
    """The one field with one of these names, in capitals or not, and its own name; None if there is
    none. Raises `UnusableInput` for two.
    """
    wanted = {name.casefold() for name in names}
    found = [name for name in fields if name.casefold() in wanted]
    if len(found) > 1:
        raise UnusableInput(
            f"{source} holds both {found[0]} and {found[1]}, which mean the same: keep one"
        )
    return (found[0], fields[found[0]]) if found else None


def refuse_unknown(fields: Mapping[str, Any], known: set[str], source: str, needed: str) -> None:
    """Raise `UnusableInput` that names the fields not in `known`: what is not understood is not
    passed over.
    """
    unknown = sorted(set(fields) - known)
    if unknown:
        raise UnusableInput(
            f"{source} holds {', '.join(unknown[:5])}, which {'is' if len(unknown) == 1 else 'are'}"
            f" not understood: {needed}"
        )
