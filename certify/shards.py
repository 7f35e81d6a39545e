"""A proof whose search is done in shards: one of them, or all, in processes or on a Dask cluster,
with a ledger of those that are settled, so that the work can be interrupted and resumed.

A ledger is a record, not a proof: what is taken from it is said to be, and nothing is called proved
that rests on it. JSON Lines, the format first, then one line for each shard, appended whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certify.errors import UnusableInput
from certify.kernel.check import check_joined, check_shard
from certify.kernel.foundation.outcomes import Declined, Outcome, Rejected, Settled, Shard
from certify.lines import Lines, not_written
from certify.processes import WorkerDied, shared_out, shared_out_on
from certify.version import __version__

__all__ = ["MOST", "Resumed", "ShardLedger", "in_shards", "shard_of"]

MOST = 100_000  # shards
_HEAD = {"format": "certify shards 1"}


@dataclass(frozen=True)
class Resumed:
    """All shards are settled, some of them in earlier runs, as a ledger says; and what is left of
    the proof is verified. Not a proof in this run.
    """

    earlier: int
    of: int
    ledger: Path

    @property
    def sentence(self) -> str:
        """One line."""
        return (
            f"all {self.of} shards, {self.earlier} of them in earlier runs, as {self.ledger} says,"
            " and what is not the search. It is proved if these records are right: each shard can"
            f" be checked again with --shard I/{self.of}"
        )


def shard_of(text: str) -> Shard:
    """The shard that "3/8" names. Raises `UnusableInput`.

    >>> shard_of("3/8")
    Shard(number=3, of=8)
    """
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and len(of) <= 6 and len(number) <= 6):
        raise UnusableInput(f"a shard is given as I/N, 3/8 say, not {text!r}")
    shard = Shard(int(number), int(of))
    if not 1 <= shard.number <= shard.of <= MOST:
        raise UnusableInput(f"a shard is one of 1/N to N/N, N at most {MOST}, not {text}")
    return shard


class ShardLedger:
    """Which shards of which certificates are settled. Raises `UnusableInput` for a file that is no
    such ledger, or that another run has open, `Unwritable`. A file that is refused is left as it
    was; half a line at its end is dropped.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._records = path, list[Any]()
        self._lines = Lines(path, "run")
        whole, line_break, _ = self._lines.text.rpartition(b"\n")
        try:
            head, *records = (json.loads(line) for line in whole.splitlines() or [b"{}"])
            if self._lines.text and head != _HEAD:
                raise ValueError
        except (ValueError, RecursionError):
            self.close()
            raise UnusableInput(f"{path} is no ledger of shards") from None
        self._records = records
        self._lines.keep(len(whole) + len(line_break))
        if not self._lines.text:
            self._append(_HEAD)

    def settled(self, certificate: str, of: int) -> set[int]:
        """The numbers of the shards of this certificate, out of so many, that this version of the
        program has settled.
        """
        return {
            record["shard"]
            for record in self._records
            if isinstance(record, dict)
            and record.get("digest") == certificate
            and record.get("of") == of
            and record.get("version") == __version__
            and type(record.get("shard")) is int
            and 1 <= record["shard"] <= of
        }

    def add(self, shard: Shard, settled: Settled) -> None:
        """Append the line of a shard. Raises `Unwritable`."""
        self._append(
            {
                "digest": settled.digest,
                "shard": shard.number,
                "of": shard.of,
                "version": __version__,
                "found": settled.found,
            }
        )

    def _append(self, record: dict[str, Any]) -> None:
        try:
            self._lines.append(json.dumps(record).encode() + b"\n")
        except OSError as error:
            self._lines.mend()
            raise not_written(self.path, error) from None

    def close(self) -> None:
        """Close the file; another run may then open it."""
        self._lines.close()


def in_shards(
    document: Any,
    of: int,
    *,
    jobs: int = 1,
    client: Any = None,
    ledger: ShardLedger | None = None,
    advance: Callable[[int, str], None] = lambda _more, _then: None,
) -> Outcome | Resumed:
    """Verify a certificate with its search in so many shards. Raises `Malformed`, `WorkerDied`."""
    rest = check_shard(document, None)
    if not isinstance(rest, Settled):
        return rest
    earlier = set() if ledger is None else ledger.settled(rest.digest, of)
    advance(len(earlier), "")
    todo = [Shard(number, of) for number in range(1, of + 1) if number not in earlier]
    done = []
    for shard, outcome in zip(todo, _outcomes(document, todo, jobs, client), strict=True):
        if isinstance(outcome, WorkerDied):
            raise outcome
        if not isinstance(outcome, Settled):
            return outcome
        done.append(outcome)
        if ledger is not None:
            ledger.add(shard, outcome)
        advance(1, "")
    if ledger is not None and earlier:
        return Resumed(len(earlier), of, ledger.path)
    return check_joined(document, done)


def _outcomes(
    document: Any, todo: Sequence[Shard], jobs: int, client: Any
) -> Iterator[Settled | Rejected | Declined | WorkerDied]:
    tasks = [(document, shard) for shard in todo]
    if client is not None:
        return shared_out_on(client, check_shard, tasks)
    return shared_out(check_shard, tasks, jobs)
