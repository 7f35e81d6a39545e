"""The ledger of a survey: JSON Lines, one line a start, append-only; the last line about a start
counts.

A line is written whole and flushed to the disk before the survey goes on.  A killed run, a full
disk or a crash of the system may leave half a line or null characters after the last line break.
They are dropped when the ledger is opened again, and those starts are run once more.  The ledger is
a record of what was found, not a proof.

Lines are in the order in which starts end, the same for any number of jobs.  A ledger that an
earlier version has begun goes on: what it says of a start stays.  The steps are the same as before,
up to rounding, which may decide about starts that spend all their steps at a saddle.  Earlier
versions went on by Newton's method from a gradient norm of 1e-4, so they say `newton` of more.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from certify.errors import UnusableInput
from certify.floats import Array
from certify.gaussian.survey.basins import GLOBAL, Basin
from certify.lines import Lines, not_written

__all__ = ["OUTCOMES", "Key", "Record", "SurveyLedger"]

Key = tuple[int, int, int, int]  # k, n, seed, start

OUTCOMES = ("minimum", "global", "near-global", "saddle", "unmatched", "unsettled")
_FIRST = b'{"k": '
_NAMES = ["k", "n", "seed", "start", "outcome", "class", "loss", "lambda_min", "newton"]
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Record:
    """Where one start ended.

    outcome: "minimum" or "saddle", with `digest` the certificate whose ball the end point lies in;
    "global", in the ball around a permutation matrix (n = k); "near-global", loss below 1e-4
    (n > k), nothing proved; "unmatched", at what looks like a critical point with lambda_min as
    computed, in the ball of no certificate (`students` is the point); "unsettled", none of these.
    loss, lambda_min: of the certified point where there is one. newton: whether Newton's method
    made the last steps.
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
            self,
            outcome=basin.what,
            digest=basin.digest,
            loss=basin.loss,
            lambda_min=low,
            newton=newton or self.newton,
            students=None,
        )

    def unmatched(self, point: Array, loss: float, lambda_min: float) -> Record:
        """The record of this start where no certificate is known for its end point."""
        students = tuple(tuple(row) for row in point.tolist())
        return replace(
            self,
            outcome="unmatched",
            loss=loss,
            lambda_min=lambda_min,
            newton=True,
            students=students,
        )

    @property
    def line(self) -> str:
        """As written, without the line break."""
        fields: dict[str, Any] = {
            "k": self.k,
            "n": self.n,
            "seed": self.seed,
            "start": self.start,
            "outcome": self.outcome,
        }
        fields |= {
            "class": self.digest,
            "loss": self.loss,
            "lambda_min": self.lambda_min,
            "newton": self.newton,
        }
        if self.students is not None:
            fields["students"] = self.students
        return json.dumps(fields)

    @classmethod
    def read(cls, line: str) -> Record:
        """From a line. Raises ValueError (or RecursionError) for what no survey writes."""
        fields = json.loads(line, object_pairs_hook=_once, parse_constant=_no_number)
        if not isinstance(fields, dict):
            raise ValueError("not an object")  # noqa: TRY004 - one exception for whatever is wrong with a line
        names = [*_NAMES, "students"] if fields.get("outcome") == "unmatched" else _NAMES
        if list(fields) != names or any(
            type(fields[name]) is not int or fields[name] < 0 for name in _NAMES[:4]
        ):
            raise ValueError("wrong fields")
        k, n, seed, index, outcome, digest, loss, low, newton, *more = fields.values()
        if (
            not 1 <= k <= n
            or not _is_number(loss)
            or not (low is None or _is_number(low))
            or type(newton) is not bool
        ):
            raise ValueError("wrong values")
        students = _matrix(more[0], n, k) if more else None
        good = {
            "minimum": _is_digest(digest) and low is not None,
            "saddle": _is_digest(digest) and low is not None,
            "global": digest == GLOBAL and n == k and loss == 0 and low is None,
            "near-global": digest is None and n > k and low is None and not newton,
            "unmatched": digest is None and low is not None and newton,
            "unsettled": digest is None and low is None and not newton,
        }
        if not (isinstance(outcome, str) and good.get(outcome)):
            raise ValueError("values that do not belong together")
        return cls(k, n, seed, index, outcome, digest, loss, low, newton, students)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The fields of an object, each of which stands there once. Raises ValueError."""
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise ValueError("a field twice")
    return fields


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _is_number(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _matrix(rows: Any, n: int, k: int) -> tuple[tuple[float, ...], ...]:
    """The rows of an n x k matrix of numbers. Raises ValueError."""
    if not (
        isinstance(rows, list)
        and len(rows) == n
        and all(
            isinstance(row, list) and len(row) == k and all(map(_is_number, row)) for row in rows
        )
    ):
        raise ValueError("no matrix of this shape")
    return tuple(map(tuple, rows))


class SurveyLedger:
    """The records of a file, and the file open for appending; without a path, records in memory
    only.

    Raises `UnusableInput` where the file is no ledger or another run has it open, `Unwritable`
    where it cannot be written. A file that is refused is left as it was.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.records: dict[Key, Record] = {}
        self._lines: Lines | None = None
        if path is None:
            return
        lines = Lines(path, "survey")
        try:
            self._load(lines)
        except OSError as error:
            lines.close()
            raise not_written(path, error) from None
        except BaseException:
            lines.close()
            raise
        self._lines = lines

    def _load(self, lines: Lines) -> None:
        path = lines.path
        whole, line_break, torn = lines.text.rpartition(b"\n")
        for number, line in enumerate((whole + line_break).splitlines(), start=1):
            try:
                record = Record.read(line.decode("ascii"))
            except (ValueError, RecursionError):
                raise UnusableInput(
                    f"{path} is no ledger of a survey: line {number} {self._oddity(line)}"
                ) from None
            self.records[record.key] = record
        begun = torn.rstrip(b"\0")
        if not begun.startswith(_FIRST[: len(begun)]) or (torn and not begun and not self.records):
            raise UnusableInput(
                f"{path} is no ledger of a survey: its last line {self._oddity(begun)}"
            )
        lines.keep(len(whole) + len(line_break))

    def _oddity(self, line: bytes) -> str:
        """What is wrong with a line that no survey writes. Null characters behind lines of a survey
        are a trace of a crash.
        """
        if b"\0" in line and self.records:
            return (
                "holds null characters, as a crash of the system may leave them: without it, its"
                " starts are run again"
            )
        return "is none that a survey writes"

    def add(self, records: Iterable[Record]) -> None:
        """Append the records and wait until they are on the disk. Where that ends early, the lines
        that were written whole are kept.
        """
        records = list(records)
        try:
            if self._lines is not None:
                self._lines.append(
                    "".join(record.line + "\n" for record in records).encode("ascii")
                )
        except BaseException as error:
            records = records[: 0 if self._lines is None else self._lines.mend()]
            if isinstance(error, OSError) and self._lines is not None:
                raise not_written(
                    self._lines.path,
                    error,
                    "; what it holds is whole: the survey goes on from there when it is run again",
                ) from None
            raise
        finally:
            self.records |= {record.key: record for record in records}

    def close(self) -> None:
        """Close the file; another run may then open it."""
        if self._lines is not None:
            self._lines.close()
