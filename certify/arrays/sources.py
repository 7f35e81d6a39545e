"""The user's files, read once: their bytes, and the arrays or the JSON they hold."""

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
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from certify.errors import UnusableInput
from certify.files import standard_input
from certify.shipped import at_hand

__all__ = [
    "LARGEST_FILE",
    "UNREADABLE",
    "Source",
    "load_json",
    "named_arrays",
    "pick",
    "read_source",
    "refuse_unknown",
]

LARGEST_FILE = 2**26  # bytes, also of what is unpacked
UNREADABLE = (
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
_NETWORK = "save its arrays with numpy.savez(file, W1=..., b1=..., W2=..., b2=...)"
_ARRAYS = "save its arrays with numpy.savez(file, name=array, ...)"
_HDF5 = f"an HDF5 file: open it with h5py or Keras and {_ARRAYS}"
_PICKLE = (
    "a pickle, which runs code when it is opened: save the arrays with numpy.savez(file,"
    " name=array, ...) where you trust it"
)
_SHEET = "a spreadsheet: save the sheet as CSV"
_ELSEWHERE = {
    ".onnx": f"an ONNX network: {_NETWORK}",
    ".nnet": f"an NNet network: {_NETWORK}",
    ".h5": _HDF5,
    ".hdf5": _HDF5,
    ".keras": (
        "a Keras archive: save model.get_weights() with numpy.savez(file, W1=..., b1=..., W2=...,"
        " b2=...)"
    ),
    ".pkl": _PICKLE,
    ".pickle": _PICKLE,
    ".joblib": _PICKLE,
    ".safetensors": (
        "a safetensors file: load it with safetensors.numpy.load_file and save its arrays with"
        " numpy.savez(file, name=array, ...)"
    ),
    ".xlsx": _SHEET,
    ".xls": _SHEET,
    ".ods": _SHEET,
    ".parquet": "a Parquet file: save it with pandas.read_parquet(file).to_csv(other, index=False)",
    ".feather": "a Feather file: save it with pandas.read_feather(file).to_csv(other, index=False)",
    ".arff": "an ARFF file: save its rows as CSV",
}  # by suffix: what other programs write, and how to get at its numbers


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


def read_source(path: Path, *, understood: Collection[str] = ()) -> Source:
    """A regular file of at most 64 MiB, one that comes with this package too, or standard input for
    `-`. Raises `UnusableInput`; it names the format of other programs' files, but for those whose
    suffixes the caller understands.
    """
    path = at_hand(path)
    suffix = path.suffix.lower()
    if str(path) != "-" and suffix in _ELSEWHERE and suffix not in understood:
        raise UnusableInput(f"{path} is {_ELSEWHERE[suffix]}")
    if str(path) == "-":
        source = _unpacked(path, standard_input(LARGEST_FILE + 1))
    else:
        source = _unpacked(path, _contents(path))
    foreign = _foreign(source.data)
    if foreign and foreign not in understood:
        raise UnusableInput(f"{path} is {_ELSEWHERE[foreign]}")
    return source


def _contents(path: Path) -> bytes:
    """At most one byte more than the largest file has. Raises `UnusableInput`."""
    try:
        if not path.is_file():
            raise UnusableInput(f"{path} is not a file")
        with path.open("rb") as stream:
            return stream.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        raise UnusableInput(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}"
        ) from None


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
    return Source(path, data, digest)


def _foreign(data: bytes) -> str:
    """The suffix of the other programs' files that begin like this; empty for none of them."""
    for start, suffix in (
        (b"\x89HDF", ".h5"),
        (b"PAR1", ".parquet"),
        (b"ARROW1", ".feather"),
        (b"\xd0\xcf\x11\xe0", ".xls"),
    ):
        if data.startswith(start):
            return suffix
    return ".pkl" if re.match(rb"\x80[\x02-\x05]", data) else ""


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
    """The array of an .npy file. Raises `UnusableInput`, also where the header promises more data
    than the file has: numpy would allocate memory for them first.
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
    except UNREADABLE as error:
        raise UnusableInput(f"{name} cannot be read as a numpy file: {first_line(error)}") from None


def _npz(source: Source) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            members = archive.infolist()
            if any(member.filename.endswith("data.pkl") for member in members):
                raise UnusableInput(
                    f"{source.name} is a file of torch: only `certify trained` reads it, as a"
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
    except UNREADABLE as error:
        raise UnusableInput(
            f"{source.name} cannot be read as a numpy file: {first_line(error)}"
        ) from None


def _mat(source: Source) -> dict[str, Any]:
    from scipy.io import loadmat
    from scipy.io.matlab import MatReadError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loaded = loadmat(io.BytesIO(source.data))
    except (*UNREADABLE, MatReadError) as error:
        raise UnusableInput(
            f"{source.name} cannot be read as a MATLAB file: {first_line(error)}"
        ) from None
    return {name: value for name, value in loaded.items() if not name.startswith("__")}


def first_line(error: BaseException) -> str:
    """The first line of what an error says, at most 200 characters; its type if it says nothing."""
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
        raise UnusableInput(f"{source.name} is not valid JSON: {first_line(error)}") from None


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
    """Raise `UnusableInput` where there are fields that are not in `known`; it names them."""
    unknown = sorted(set(fields) - known)
    if unknown:
        raise UnusableInput(
            f"{source} holds {', '.join(unknown[:5])}, which {'is' if len(unknown) == 1 else 'are'}"
            f" not understood: {needed}"
        )
