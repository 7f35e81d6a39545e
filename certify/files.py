"""Writing files: readable, all or nothing, and never over what somebody else may still need."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

__all__ = ["Unwritable", "digest_in", "json_text", "refuse_to_lose", "write_certificate", "write_json", "write_text"]


class Unwritable(Exception):
    """A file cannot be written; the message is one clear sentence (exit code 2)."""


_ROW = re.compile(r"\[\n\s*([^\[\]{}]*?)\n\s*\]")


def json_text(document: dict[str, Any]) -> str:
    """Indented JSON with one matrix row a line, so that it can be read and compared."""
    text = json.dumps(document, indent=1, ensure_ascii=True)
    return _ROW.sub(lambda match: "[" + re.sub(r",\n\s*", ", ", match[1]) + "]", text) + "\n"


def refuse_to_lose(path: Path, *, inputs: Iterable[Path] = (), force: bool = False) -> None:
    """Raise `Unwritable` if writing to the path would destroy one of the inputs, or, without `force`, anything else that exists, or if it
    cannot be written to at all.
    """
    try:
        folder = next((parent for parent in path.resolve().parents if os.path.lexists(parent)), path)
    except (OSError, RuntimeError, ValueError):  # a link to itself, a name that no file can have
        raise Unwritable(f"cannot write {path}: it leads nowhere") from None
    if not folder.is_dir():
        raise Unwritable(f"cannot write {path}: {folder} is no folder")
    if not os.access(folder, os.W_OK):
        raise Unwritable(f"cannot write {path}: {folder} cannot be written to")
    if os.path.lexists(path) and not path.is_file():
        raise Unwritable(f"cannot write {path}: not a regular file")
    if not path.is_file():
        return
    for source in inputs:
        if source.exists() and path.samefile(source):
            raise Unwritable(f"{path} is what this command reads: it is not written over, give another name")
    if not force:
        raise Unwritable(f"{path} exists and is left as it is: --force replaces it, or give another name")


def digest_in(path: Path) -> str | None:
    """The digest of the certificate in a file; None if there is none in it."""
    from certify.kernel.exact import Malformed, digest, parse_json, read_bytes

    try:
        document = parse_json(read_bytes(path))
        return digest(document) if isinstance(document, dict) and document.keys() >= {"format", "kind", "statement", "witness"} else None
    except (Malformed, KeyError):
        return None


def write_certificate(document: dict[str, Any], path: Path, *, inputs: Iterable[Path] = (), force: bool = False) -> bool:
    """Write a certificate, unless the file holds it already (then False is returned). `Unwritable` if something else would be lost."""
    from certify.kernel.exact import digest

    if path.is_file() and digest_in(path) == digest(document):
        return False
    refuse_to_lose(path, inputs=inputs, force=force)
    write_json(document, path)
    return True


def write_json(document: dict[str, Any], path: Path) -> None:
    """Write a document as JSON. `Unwritable` if it cannot be written."""
    write_text(json_text(document), path)


def write_text(text: str, path: Path) -> None:
    """Write ASCII atomically: the file holds the whole text or is as it was before. `Unwritable` if it cannot be written."""
    try:
        path = path.resolve()  # a symbolic link stays, the file it points to is replaced
        if path.exists() and not path.is_file():
            raise Unwritable(f"cannot write {path}: not a regular file")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:60]}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except (OSError, RuntimeError, ValueError) as error:
        raise Unwritable(f"cannot write {path}: {getattr(error, 'strerror', None) or 'it leads nowhere'}") from None
