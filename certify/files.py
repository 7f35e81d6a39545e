"""Writing JSON files: readable, and all or nothing."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any

__all__ = ["Unwritable", "json_text", "write_json", "write_text"]


class Unwritable(Exception):
    """A file cannot be written; the message is one clear sentence (exit code 2)."""


_ROW = re.compile(r"\[\n\s*([^\[\]{}]*?)\n\s*\]")


def json_text(document: dict[str, Any]) -> str:
    """Indented JSON with one matrix row a line, so that it can be read and compared."""
    text = json.dumps(document, indent=1, ensure_ascii=True)
    return _ROW.sub(lambda match: "[" + re.sub(r",\n\s*", ", ", match[1]) + "]", text) + "\n"


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
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
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
    except OSError as error:
        raise Unwritable(f"cannot write {path}: {error.strerror}") from None
