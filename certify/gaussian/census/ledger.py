"""The ledger of a census: JSON Lines, the format first, then a line for each k. The file is
replaced whole after each k. It is a record, not a proof: a line counts only with its certificates,
proved again. Where its end is lost, as in a copy that broke off, the k of the line cut off is
searched again.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from certify.errors import UnusableInput
from certify.files import write_text
from certify.gaussian.census.starts import LARGEST, MOST
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.rationals import fraction

__all__ = ["Class", "Ledger", "Row", "ledger_text", "reserved"]

_HEAD = {"format": "certify census 1"}
_FIRST = '{"k": '
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Class:
    """A certified class. blocks: the sizes of its diagonal blocks. loss, lambda_min: the floats
    nearest to the middles of the certified intervals. exact: whether it is proved that no further
    permutation fixes its points.
    """

    digest: str
    blocks: tuple[int, ...]
    loss: float
    lambda_min: float
    exact: bool

    @classmethod
    def of(cls, digest: str, claim: GaussianSymmetric) -> Class:
        """What a certificate claims."""
        low = claim.lambda_min
        return cls(
            digest,
            tuple(int(block.size) for block in claim.problem.blocks),
            float(fraction(claim.loss.low + claim.loss.high) / 2),
            float(fraction(low.low + low.high) / 2),
            claim.exact_isotropy,
        )

    @property
    def file(self) -> str:
        """Of its certificate, in the folder of the census."""
        group = "-".join(f"S{size}" for size in self.blocks)
        return f"k{sum(self.blocks):02d}/{group}_{self.loss:.9f}.json"

    @classmethod
    def read(cls, value: Any, k: int) -> Class:
        """One of the objects in `classes` of a row. Raises ValueError."""
        digest, blocks, loss, low, exact = _fields(cls, value)
        if not (
            isinstance(digest, str)
            and _DIGEST.fullmatch(digest)
            and isinstance(blocks, list)
            and 1 <= len(blocks) <= MOST
            and all(type(size) is int and size >= 1 for size in blocks)
            and sum(blocks) == k
            and all(type(x) is float and math.isfinite(x) and x > 0 for x in (loss, low))
            and type(exact) is bool
        ):
            raise ValueError("no class of this k")
        return cls(digest, tuple(blocks), loss, low, exact)


@dataclass(frozen=True)
class Row:
    """What the census found at one k.

    starts: how many there were; unsettled: of these, how many ended at no minimum of their fixed
    space; points: how many different losses above 0 the others ended at; classes: the certified
    minima among these, the lowest loss first; refused: why a point that looked like a minimum was
    proved to be none and no saddle either.
    """

    k: int
    starts: int
    unsettled: int
    points: int
    classes: tuple[Class, ...]
    refused: tuple[str, ...] = ()

    def count(self, blocks: int) -> int:
        """How many classes have so many blocks."""
        return sum(len(item.blocks) == blocks for item in self.classes)

    @classmethod
    def read(cls, value: Any) -> Row:
        """One of the objects in `rows` of a ledger. Raises ValueError."""
        k, starts, unsettled, points, classes, refused = _fields(cls, value)
        counts = (k, starts, unsettled, points)
        if not (
            all(type(count) is int and count >= 0 for count in counts)
            and 2 <= k <= LARGEST
            and unsettled <= starts
            and isinstance(classes, list)
            and isinstance(refused, list)
            and all(isinstance(text, str) for text in refused)
        ):
            raise ValueError("no row")
        found = tuple(Class.read(item, k) for item in classes)
        files = {item.file for item in found}
        if len(files) < len(found) or list(found) != sorted(found, key=lambda item: item.loss):
            raise ValueError("a class twice, or out of order")
        return cls(k, starts, unsettled, points, found, tuple(refused))


def _fields(cls: type[Class | Row], value: Any) -> list[Any]:
    names = [field.name for field in fields(cls)]
    if not isinstance(value, dict) or list(value) != names:
        raise ValueError("wrong fields")
    return list(value.values())


def ledger_text(rows: dict[int, Row]) -> str:
    """As written, in the order of k."""
    return "".join(json.dumps(line) + "\n" for line in (_HEAD, *map(asdict, _ordered(rows))))


def _ordered(rows: dict[int, Row]) -> list[Row]:
    return [rows[k] for k in sorted(rows)]


@contextmanager
def reserved(folder: Path) -> Iterator[None]:
    """The folder of a census, made if need be, while no other census works in it. Raises
    `UnusableInput` where one does. (Where the file system has no locks nobody is kept out.)
    """
    folder.mkdir(exist_ok=True)
    place = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnusableInput(f"the folder {folder} is in use by another census") from None
        except OSError:
            pass
        yield
    finally:
        os.close(place)


class Ledger:
    """The rows in a file by k; a file that is not there has none.

    Raises `UnusableInput` where the file is no ledger, which leaves it as it was.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows: dict[int, Row] = {}
        try:
            text = path.read_bytes().decode("ascii")
        except FileNotFoundError:
            return
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            raise UnusableInput(f"cannot read the ledger {path}: {reason}") from None
        lines = text.splitlines() or [""]
        for number, line in enumerate(lines, start=1):
            try:
                self._read(number, line)
            except (ValueError, RecursionError) as error:
                cut_off = isinstance(error, json.JSONDecodeError) and line.startswith(_FIRST)
                if cut_off and number == len(lines) > 1 and not text.endswith("\n"):
                    break
                remedy = (
                    "move it away, and every k is searched again"
                    if number == 1
                    else "without that line its k is searched again"
                )
                raise UnusableInput(
                    f"{path} is no ledger of a census: line {number} is none that a census writes;"
                    f" it is left as it is ({remedy})"
                ) from None

    def _read(self, number: int, line: str) -> None:
        """Take over a line. Raises ValueError."""
        value = json.loads(line)
        if number == 1:
            if value != _HEAD:
                raise ValueError("another format")
            return
        row = Row.read(value)
        if row.k in self.rows:
            raise ValueError("a k twice")
        self.rows[row.k] = row

    def add(self, row: Row) -> None:
        """Add the row of a k, or put it in the place of an older one, and write the file. Raises
        `Unwritable`; then the file is as it was.
        """
        rows = self.rows | {row.k: row}
        write_text(ledger_text(rows), self.path)
        self.rows = rows
