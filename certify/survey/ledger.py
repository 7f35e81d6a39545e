"""The ledger of a survey: JSON Lines, one line a start, append-only; the last line about a start counts.

A line is written whole and flushed to the disk before the survey goes on.  What a killed run left half-written (the text behind the last
line break) is dropped when the ledger is opened again.  The ledger is a record of what was found, not a proof.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from certify.files import Unwritable
from certify.search.candidate import UnusableInput
from certify.search.gaussian import Array
from certify.survey.basins import Basin

__all__ = ["OUTCOMES", "Key", "Ledger", "Record"]

Key = tuple[int, int, int, int]  # k, n, seed, start

OUTCOMES = ("minimum", "global", "near-global", "saddle", "unmatched", "unsettled")
_FIRST = '{"k": '


@dataclass(frozen=True)
class Record:
    """Where one start ended.

    outcome: "minimum" or "saddle", with `digest` the certificate whose ball the end point lies in; "global", in the ball around a permutation
    matrix (n = k); "near-global", loss below 1e-4 (n > k), nothing proved; "unmatched", at what looks like a critical point with
    lambda_min as computed, in the ball of no certificate (`students` is the point); "unsettled", none of these.
    loss, lambda_min: of the certified point where there is one. newton: Newton's method went the last bit.
    """

    k: int
    n: int
    seed: int
    start: int
    outcome: str
    digest: str | None = None
    loss: float = math.nan
    lambda_min: float | None = None
    newton: bool = False
    students: tuple[tuple[float, ...], ...] | None = None

    @property
    def key(self) -> Key:
        """Which start it is."""
        return self.k, self.n, self.seed, self.start

    @property
    def point(self) -> Array:
        """The end point of an unmatched start, shape (n, k)."""
        return np.array(self.students)

    def matched(self, basin: Basin, *, newton: bool = False) -> Record:
        """The record of this start where it ended in the basin."""
        low = None if basin.what == "global" else basin.lambda_min
        return replace(
            self, outcome=basin.what, digest=basin.digest, loss=basin.loss, lambda_min=low, newton=newton or self.newton, students=None
        )

    def unmatched(self, point: Array, loss: float, lambda_min: float) -> Record:
        """The record of this start where no certificate is known for its end point."""
        students = tuple(tuple(row) for row in point.tolist())
        return replace(self, outcome="unmatched", loss=loss, lambda_min=lambda_min, newton=True, students=students)

    @property
    def line(self) -> str:
        """As written, without the line break."""
        fields: dict[str, Any] = {"k": self.k, "n": self.n, "seed": self.seed, "start": self.start, "outcome": self.outcome}
        fields |= {"class": self.digest, "loss": self.loss, "lambda_min": self.lambda_min, "newton": self.newton}
        if self.students is not None:
            fields["students"] = self.students
        return json.dumps(fields)

    @classmethod
    def read(cls, line: str) -> Record:
        """From a line. Raises ValueError."""
        fields = json.loads(line)
        if not isinstance(fields, dict):
            raise ValueError("not an object")  # noqa: TRY004 - one exception for whatever is wrong with a line
        students = fields.pop("students", None)
        names = ["k", "n", "seed", "start", "outcome", "class", "loss", "lambda_min", "newton"]
        if list(fields) != names or any(type(fields[name]) is not int or fields[name] < 0 for name in names[:4]):
            raise ValueError("wrong fields")
        k, n, seed, index, outcome, digest, loss, low, newton = fields.values()
        good = outcome in OUTCOMES and isinstance(digest, str | None) and isinstance(loss, float) and isinstance(low, float | None)
        if not good or type(newton) is not bool or (students is None) == (outcome == "unmatched") or (low is None and students is not None):
            raise ValueError("wrong values")
        if students is not None:
            if np.array(students, dtype=float).shape != (n, k):
                raise ValueError("wrong shape")
            students = tuple(tuple(map(float, row)) for row in students)
        return cls(k, n, seed, index, outcome, digest, loss, low, newton, students)


class Ledger:
    """The records of a file, and the file open for appending; without a path, records in memory only.

    Raises `UnusableInput` where the file is no ledger or another run has it open, `Unwritable` where it cannot be written. A file that is
    refused is left as it was.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.records: dict[Key, Record] = {}
        self._stream: IO[bytes] | None = None
        if path is None:
            return
        try:
            if path.exists() and not path.is_file():
                raise Unwritable(f"cannot write {path}: not a regular file")
            path.parent.mkdir(parents=True, exist_ok=True)
            stream = path.open("a+b")
        except OSError as error:
            raise Unwritable(f"cannot write {path}: {error.strerror}") from None
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._load(stream, path)
        except BlockingIOError:
            stream.close()
            raise UnusableInput(f"{path} is in use by another survey") from None
        except BaseException:
            stream.close()
            raise
        self._stream = stream

    def _load(self, stream: IO[bytes], path: Path) -> None:
        stream.seek(0)
        whole, line_break, torn = stream.read().rpartition(b"\n")
        for number, line in enumerate((whole + line_break).splitlines(), start=1):
            try:
                record = Record.read(line.decode("ascii"))
            except (ValueError, TypeError, RecursionError):
                raise UnusableInput(f"{path} is no ledger of a survey: line {number} cannot be read") from None
            self.records[record.key] = record
        if not torn.startswith(_FIRST.encode()[: len(torn)]):
            raise UnusableInput(f"{path} is no ledger of a survey: its last line cannot be read")
        if torn:
            stream.truncate(len(whole) + len(line_break))

    def add(self, records: Iterable[Record]) -> None:
        """Append the records and wait until they are on the disk."""
        records = list(records)
        if self._stream is not None:
            try:
                self._stream.write("".join(record.line + "\n" for record in records).encode("ascii"))
                self._stream.flush()
                os.fsync(self._stream.fileno())
            except OSError as error:
                raise Unwritable(f"cannot write the ledger: {error.strerror}") from None
        self.records |= {record.key: record for record in records}

    def close(self) -> None:
        """Close the file; another run may then open it."""
        if self._stream is not None:
            self._stream.close()
