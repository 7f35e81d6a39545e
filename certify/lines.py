"""A file of lines that one process at a time adds to: each line is written whole, and is on the
disk before the work goes on.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from io import FileIO
from pathlib import Path

from certify.errors import UnusableInput, Unwritable

__all__ = ["Lines", "not_written"]


class Lines:
    """The file, open for appending and locked; what: whose ledger it is, for messages.

    Raises `UnusableInput` where another process has it open, `Unwritable` where it cannot be
    written.
    """

    def __init__(self, path: Path, what: str) -> None:
        self.path = path
        try:
            if path.exists() and not path.is_file():
                raise Unwritable(f"cannot write the ledger {path}: not a regular file")
            self._stream: FileIO = path.open("a+b", buffering=0)
        except (OSError, ValueError) as error:
            raise not_written(path, error) from None
        try:
            fcntl.flock(self._stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._stream.seek(0)
            self.text = self._stream.read()
        except BlockingIOError:
            self.close()
            raise UnusableInput(f"the ledger {path} is in use by another {what}") from None
        except OSError as error:
            self.close()
            raise not_written(path, error) from None
        self._size = len(self.text)

    def keep(self, size: int) -> None:
        """Only so many bytes of what was there; the rest is half a line."""
        if size < self._size:
            self._stream.truncate(size)
            self._size = size

    def append(self, data: bytes) -> None:
        """Write whole lines and wait until they are on the disk. Raises `OSError`."""
        left = memoryview(data)
        while left:
            left = left[self._stream.write(left) :]
        os.fsync(self._stream.fileno())
        self._size += len(data)

    def mend(self) -> int:
        """Drop half a line, so that what is added next begins a line. Returns how many of the lines
        that were being added are whole.
        """
        with suppress(OSError):
            self._stream.seek(self._size)
            added = self._stream.read()
            self._size += added.rfind(b"\n") + 1
            self._stream.truncate(self._size)
            return added.count(b"\n")
        return 0

    def close(self) -> None:
        """Close the file; another process may then open it."""
        self._stream.close()


def not_written(path: Path, error: Exception, further: str = "") -> Unwritable:
    """The error for a ledger; further: what else there is to say."""
    return Unwritable(
        f"cannot write the ledger {path}:"
        f" {getattr(error, 'strerror', None) or 'it leads nowhere'}{further}"
    )
