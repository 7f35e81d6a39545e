"""`certify check --shard` and `--shards`: one certificate with a long search, a part at a time."""

from __future__ import annotations

import json
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from certify.cli.common import fail
from certify.errors import Malformed, UnusableInput
from certify.judge import Line, read_input
from certify.kernel.check import check_shard
from certify.kernel.foundation.exact import parse_json
from certify.kernel.foundation.outcomes import Settled
from certify.processes import ClusterLost, WorkerDied
from certify.progress import counted
from certify.shards import MOST, Resumed, ShardLedger, in_shards, shard_of
from certify.terminal import echo

__all__ = ["Sharing", "check_in_shards"]


@dataclass(frozen=True)
class Sharing:
    """What was asked for: one shard, or all of so many; where they are recorded; who works."""

    shard: str | None
    shards: int | None
    ledger: Path | None
    dask: str | None
    jobs: int


def check_in_shards(paths: list[Path], sharing: Sharing, *, as_json: bool) -> int:
    """Judge one certificate, print its line; the exit code."""
    if (sharing.shard is None) == (sharing.shards is None):
        fail("give one of --shard I/N and --shards N; --ledger and --dask go with --shards")
    if sharing.shard is not None and not (sharing.ledger is None and sharing.dask is None):
        fail("--ledger and --dask go with --shards")
    if len(paths) != 1 or paths[0].is_dir():
        fail("--shard and --shards are about one certificate")
    try:
        line, code = _judged(paths[0], sharing)
    except Malformed as error:
        line, code = Line(str(paths[0]), "MALFORMED", "malformed", str(error)), 2
    except (WorkerDied, ClusterLost) as error:
        raise UnusableInput(f"a shard was not finished: {error}") from None
    echo(json.dumps(line.record) if as_json else line.text)
    return code


def _judged(path: Path, sharing: Sharing) -> tuple[Line, int]:
    document = parse_json(read_input(path))
    if sharing.shard is not None:
        outcome = check_shard(document, shard_of(sharing.shard))
        return Line.of(str(path), outcome), outcome.exit_code
    of = sharing.shards or 0
    if not 1 <= of <= MOST:
        fail(f"--shards is 1 to {MOST}")
    with (
        _workers(sharing.dask) as client,
        nullcontext() if sharing.ledger is None else closing(ShardLedger(sharing.ledger)) as ledger,
        counted("shards", of, "shards") as advance,
    ):
        found = in_shards(
            document, of, jobs=sharing.jobs, client=client, ledger=ledger, advance=advance
        )
    if isinstance(found, Resumed):
        return Line(str(path), Settled.verdict, "", found.sentence), Settled.exit_code
    return Line.of(str(path), found), found.exit_code


def _workers(dask: str | None) -> AbstractContextManager[Any]:
    if dask is None:
        return nullcontext()
    from certify.gaussian.survey.campaign import cluster

    return cluster(dask)
