"""A row of the table: what is measured, and what came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.timing import Cost, Earlier, Failed, Own, Side

__all__ = ["Curve", "Effort", "Measurement", "Peer", "Reach", "Row", "measure"]

_OTHERS = 2  # rounds of the peers beyond the first


@dataclass(frozen=True)
class Reach:
    """The goal of a row: at most so many times its first peer, seconds, megabytes."""

    ratio: float | None = None
    seconds: float | None = None
    megabytes: float | None = None

    def __str__(self) -> str:
        """Short: <= 60 s, 1000 MB."""
        said = [
            f"{limit:g} {unit}"
            for limit, unit in ((self.ratio, "x"), (self.seconds, "s"), (self.megabytes, "MB"))
            if limit is not None
        ]
        return f"<= {', '.join(said)}" if said else "-"

    def missed(self, cost: Cost, ratio: float | None) -> float:
        """The largest quotient of what was measured to its limit; at most 1 where the goal is
        reached.
        """
        pairs = (
            (ratio, self.ratio),
            (cost.seconds, self.seconds),
            (cost.megabytes, self.megabytes),
        )
        return max(
            (found / limit for found, limit in pairs if found is not None and limit is not None),
            default=0.0,
        )


@dataclass(frozen=True)
class Curve:
    """A row is a point of this curve: the cost of `name` at `size`, a number of `axis`."""

    name: str
    axis: str
    size: float


@dataclass(frozen=True)
class Peer:
    """Another way to the same number. proves: what it shows, in a few words."""

    side: Side
    proves: str


@dataclass(frozen=True)
class Row:
    """One line of the table.

    prepare: makes what is needed in a folder; answers the work and its peers, the first of which
    the ratio is formed with. quick: whether it is part of a quick run. named: it is measured only
    where its full name is given.
    """

    name: str
    what: str
    prepare: Callable[[Path], tuple[Own, Mapping[str, Peer]]]
    reach: Reach = field(default_factory=Reach)
    curve: Curve | None = None
    quick: bool = False
    named: bool = False


@dataclass(frozen=True)
class Effort:
    """So many rounds at most; no further one once the row has taken so many seconds."""

    rounds: int
    seconds: float


@dataclass(frozen=True)
class Measurement:
    """The best of the rounds, for each side; a sentence where there is none."""

    row: Row
    own: Cost | str
    peers: Mapping[str, Cost | str]
    earlier: Cost | str | None = None
    rounds: int = 0
    proves: Mapping[str, str] = field(default_factory=dict)
    ratios: tuple[float, float] | None = None  # to the first peer, least and greatest of the rounds

    @property
    def peer(self) -> tuple[str, Cost] | None:
        """The first peer, if it was measured."""
        for name, cost in self.peers.items():
            return None if isinstance(cost, str) else (name, cost)
        return None

    @property
    def ratio(self) -> float | None:
        """Of the best processor times, to the first peer."""
        if isinstance(self.own, str) or self.peer is None:
            return None
        return self.own.seconds / self.peer[1].seconds

    @property
    def gain(self) -> float | None:
        """How many times longer the earlier checkout takes."""
        if isinstance(self.own, str) or not isinstance(self.earlier, Cost):
            return None
        return self.earlier.seconds / self.own.seconds


def measure(row: Row, folder: Path, effort: Effort, earlier: Earlier | None) -> Measurement:
    """Run all sides in turns, so that other load meets all of them, and keep the best of each.
    Raises `Failed` where the row's own work fails; a peer that fails is left out of what follows.
    """
    own, peers = row.prepare(folder)
    sides: dict[str, Side] = {"": own} | {name: peer.side for name, peer in peers.items()}
    before = " earlier"
    if earlier is not None:
        sides[before] = own.at(earlier)
    found: dict[str, list[Cost]] = {name: [] for name in sides}
    failed: dict[str, str] = {}
    compared = {"", before, *list(peers)[:1]}
    spent, rounds = 0.0, 0
    while rounds < effort.rounds and spent * (1 + 1 / max(rounds, 1)) <= effort.seconds:
        for name, side in sides.items():
            if name in failed or (rounds >= _OTHERS and name not in compared):
                continue
            try:
                cost = side()
            except Failed as error:
                if not name:
                    raise
                failed[name] = str(error)
            else:
                found[name].append(cost)
                spent += cost.seconds if name in compared else 0
        rounds += 1
    best = {name: failed.get(name) or _best(costs) for name, costs in found.items()}
    return Measurement(
        row,
        own=best.pop(""),
        earlier=best.pop(before, None),
        peers=best,
        rounds=rounds,
        proves={name: peer.proves for name, peer in peers.items()},
        ratios=_range(found[""], found[next(iter(peers))]) if peers else None,
    )


def _best(costs: list[Cost]) -> Cost:
    peaks = [cost.megabytes for cost in costs if cost.megabytes is not None]
    return Cost(min(cost.seconds for cost in costs), min(peaks, default=None))


def _range(own: list[Cost], peer: list[Cost]) -> tuple[float, float] | None:
    ratios = [a.seconds / b.seconds for a, b in zip(own, peer, strict=False)]
    return (min(ratios), max(ratios)) if ratios else None
