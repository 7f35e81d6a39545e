"""Files are written readable and whole or not at all. Nothing that exists is replaced unless the
user says so.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from certify.errors import UnusableInput, Unwritable
from certify.shipped import at_hand

__all__ = [
    "beside",
    "digest_in",
    "existing",
    "fitting",
    "json_text",
    "keep",
    "refuse_folder",
    "refuse_to_lose",
    "require_folder",
    "standard_input",
    "write_certificate",
    "write_json",
    "write_result",
    "write_text",
]

_TRIAL = 2**16  # bytes written to see whether there is room
_LONGEST_NAME = 120  # bytes; file systems hold at least 255, some that encrypt 143
_LONGEST_SUFFIX = 8


_spent: object = None  # the standard input that was read: it can be read once


def standard_input(most: int) -> bytes:
    """At most `most` bytes of standard input. Raises `UnusableInput` where there is none, or where
    it was read before.
    """
    global _spent  # noqa: PLW0603 - of this process, as standard input is
    if sys.stdin is None:
        raise UnusableInput("there is no standard input")
    if sys.stdin is _spent:
        raise UnusableInput("standard input was read already: - stands for it once")
    _spent = sys.stdin
    return sys.stdin.buffer.read(most)


def existing(path: str | Path) -> Path:
    """The path, or that of what comes with this package under this name. Raises
    `FileNotFoundError` where nothing is there; other obstacles are left to the reader.
    """
    found = at_hand(path)
    try:
        found.stat()
    except FileNotFoundError:
        raise
    except (OSError, ValueError):
        pass
    return found


_ROW = re.compile(r"\[\n\s*([^\[\]{}]*?)\n\s*\]")


def json_text(document: dict[str, Any]) -> str:
    """Indented JSON with one matrix row a line, so that it can be read and compared."""
    text = json.dumps(document, indent=1, ensure_ascii=True)
    return _ROW.sub(lambda match: "[" + re.sub(r",\n\s*", ", ", match[1]) + "]", text) + "\n"


def fitting(name: str) -> str:
    """The name of a file where every file system can hold it; else its beginning, with a hash of
    the whole.

    >>> fitting("iris.minimum.json"), fitting(200 * "a" + ".json")[110:]
    ('iris.minimum.json', 'aaaaaaaaaa-c2a908d9.json')
    """
    if len(name.encode(errors="surrogateescape")) <= _LONGEST_NAME:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > _LONGEST_SUFFIX:
        stem, dot, suffix = name, "", ""
    written = stem.encode(errors="surrogateescape")
    beginning = written[:_LONGEST_NAME].decode(errors="ignore")
    return f"{beginning}-{sha256(written).hexdigest()[:8]}{dot}{suffix}"


def refuse_to_lose(path: Path, *, inputs: Iterable[Path] = (), force: bool = False) -> None:
    """Raise `Unwritable` if the path cannot be written to, if it is one of the inputs, or, without
    `force`, if it exists; `UnusableInput` if its folder does not. Whether it can be written to is
    tried: a file is made beside it and removed.
    """
    require_folder(path)
    _refuse_what_exists(path, inputs, force=force)
    try:
        _try_to_write_in(path.resolve().parent)
    except (OSError, RuntimeError, ValueError) as error:
        raise _unwritable(path, error) from None


def refuse_folder(folder: Path) -> None:
    """Raise `Unwritable` if no file can be written in the folder, which need not exist;
    `UnusableInput` if not even the folder that it is to be made in does.
    """
    require_folder(folder)
    try:
        _try_to_write_in(folder.resolve())
    except (OSError, RuntimeError, ValueError) as error:
        raise _unwritable(folder, error) from None


def require_folder(path: Path) -> None:
    """Raise `UnusableInput` if there is no folder for the path: none is made silently."""
    try:
        found = os.path.exists(path.parent)  # noqa: PTH110 - Path.exists raises on long names
    except ValueError as error:
        raise _unwritable(path, error) from None
    if not found:
        raise UnusableInput(f"there is no folder {path.parent}")


def _unwritable(path: Path, error: Exception) -> Unwritable:
    """The error for a path. Where the system gives no reason (a null character, a link to itself)
    the path is said to lead nowhere.
    """
    return Unwritable(
        f"cannot write {path}: {getattr(error, 'strerror', None) or 'it leads nowhere'}"
    )


def _refuse_what_exists(path: Path, inputs: Iterable[Path], *, force: bool) -> None:
    try:
        path.lstat()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None
    try:
        if not path.exists():
            raise Unwritable(f"cannot write {path}: it is a link to what does not exist")
        if not path.is_file():
            raise Unwritable(f"cannot write {path}: not a regular file")
        for source in inputs:
            if source.exists() and path.samefile(source):
                raise Unwritable(
                    f"{path} is what this command reads: it is not written over, give another name"
                )
    except OSError as error:
        raise _unwritable(path, error) from None
    if not force:
        raise Unwritable(
            f"{path} exists and is left as it is: --force replaces it, or give another name"
        )


def _try_to_write_in(folder: Path) -> None:
    """Write a file in the folder and remove it, together with folders made for it. Raises
    `OSError`.
    """
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _temporary(folder) as (stream, _):
            stream.write(bytes(_TRIAL))
            stream.flush()
            os.fsync(stream.fileno())
    finally:
        for place in missing:
            with suppress(OSError):
                place.rmdir()


@contextmanager
def _temporary(folder: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A new file in the folder, open for writing, and its path. It is removed in the end unless it
    was renamed.
    """
    # no longer than any name that the file may be given
    path = folder / f".certify-{os.urandom(8).hex()}.tmp"
    try:
        with path.open("xb") as stream:
            yield stream, path
    finally:
        with suppress(OSError):
            path.unlink()


def digest_in(path: Path) -> str | None:
    """The digest of the certificate in a file; None if there is none in it."""
    from certify.kernel.foundation.errors import Malformed
    from certify.kernel.foundation.exact import digest, parse_json, read_bytes

    try:
        document = parse_json(read_bytes(path))
        return (
            digest(document)
            if isinstance(document, dict)
            and document.keys() >= {"format", "kind", "statement", "witness"}
            else None
        )
    except (Malformed, KeyError):
        return None


def write_certificate(
    document: dict[str, Any], path: Path, *, inputs: Iterable[Path] = (), force: bool = False
) -> bool:
    """Write a certificate; return False if the file holds it already. Raises `Unwritable` if
    something else would be lost.
    """
    from certify.kernel.foundation.exact import digest

    if digest_in(path) == digest(document):
        return False
    _refuse_what_exists(path, inputs, force=force)
    write_json(document, path)
    return True


def write_json(document: dict[str, Any], path: Path) -> None:
    """Write a document as JSON. Raises `Unwritable`."""
    write_text(json_text(document), path)


def write_text(text: str, path: Path) -> None:
    """Write ASCII atomically: the file holds the whole text or is as it was before. Raises
    `Unwritable`.
    """
    data = text.encode("ascii")
    try:
        goal = path.resolve()  # a symbolic link stays, the file it points to is replaced
        if goal.exists() and not goal.is_file():
            raise Unwritable(f"cannot write {path}: not a regular file")
        goal.parent.mkdir(parents=True, exist_ok=True)
        with _temporary(goal.parent) as (stream, temporary):
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
            temporary.replace(goal)
    except (OSError, RuntimeError, ValueError) as error:
        raise _unwritable(path, error) from None


def write_result(
    text: str, path: Path, *, inputs: Iterable[Path] = (), force: bool = False
) -> None:
    """Write ASCII that took long to find, unless the file holds it already. Where it cannot be
    written there, or something would be lost, it is kept elsewhere; then `Unwritable` says where.
    """
    try:
        if not _holds(path, text):
            _refuse_what_exists(path, inputs, force=force)
            write_text(text, path)
    except Unwritable as error:
        raise Unwritable(
            f"{error}; what was to be in it is"
            f" {keep(text, path, sha256(text.encode()).hexdigest())}"
        ) from None


def _holds(path: Path, text: str) -> bool:
    try:
        return path.is_file() and path.read_bytes() == text.encode("ascii")
    except (OSError, ValueError):
        return False


def beside(path: Path, mark: str) -> Path:
    """The path with twelve digits of the mark added to its name."""
    return path.with_name(fitting(f"{path.stem}-{mark[:12]}{path.suffix}"))


def keep(text: str, path: Path, mark: str) -> str:
    """Keep a text that could not be written at the path, and say in words where it is. It is tried
    beside the path, in the current folder, in a new temporary one, and at last on standard output;
    twelve digits of the mark are added to the name.
    """
    name = beside(path, mark).name
    for folder in (path.parent, Path()):
        with suppress(Unwritable):
            write_text(text, folder / name)
            return f"in {folder / name}"
    from tempfile import mkdtemp

    with suppress(OSError):
        folder = Path(mkdtemp(prefix="certify-"))
        try:
            write_text(text, folder / name)
        except Unwritable:
            folder.rmdir()
        else:
            return f"in {folder / name}"
    sys.stdout.write(text)
    return "on standard output"
