"""All certificates shipped, by kind, for both checkers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from benchmarks.measurement import Peer, Reach, Row
from benchmarks.timing import ROOT, Check, Command, Cost, Earlier, Side
from certify.judge import certificate_files

__all__ = ["Shipped", "rows", "shipped"]

SECOND = "second checker"


def rows() -> Iterator[Row]:
    """One row for all, and the start of the program."""
    check = ("-m", "certify", "check", str(ROOT / "proofs" / "gaussian" / "n06-k06.json"))
    bare = Peer(Command(("-c", "import flint")), "nothing")
    yield Row(
        "cold-check",
        "`certify check` of one file, cold",
        lambda _: (Command(check), {"python-flint loaded": bare}),
        Reach(seconds=0.2),
        quick=True,
    )
    nothing = Peer(Command(("-c", "pass")), "nothing")
    yield Row(
        "cold-help",
        "`certify --help`, cold",
        lambda _: (Command(("-m", "certify", "--help")), {"Python started": nothing}),
        Reach(seconds=0.25),
        quick=True,
    )
    yield Row(
        "shipped",
        f"check of all {len(list(certificate_files([ROOT / 'proofs'])))} certificates shipped",
        lambda _: (shipped(), {SECOND: Peer(shipped().second, "the same")}),
        Reach(seconds=25),
    )


@dataclass(frozen=True)
class Shipped:
    """The files of each kind; the seconds of the kernel and of the second checker, once they have
    been run.
    """

    files: Mapping[str, tuple[Path, ...]]
    kernel: dict[str, float] = field(default_factory=dict)
    recheck: dict[str, float] = field(default_factory=dict)

    def __call__(self) -> Cost:
        """The kernel, in this process."""
        for kind, paths in self.files.items():
            self.kernel[kind] = sum(Check(path).once() for path in paths)
        return Cost(sum(self.kernel.values()))

    def second(self) -> Cost:
        """The second checker, a process for each kind, two at a time."""
        program = ("-I", str(ROOT / "proofs" / "recheck"))
        commands = [Command((*program, *map(str, paths))) for paths in self.files.values()]
        with ThreadPoolExecutor(2) as pool:
            costs = pool.map(lambda command: command(), commands)
            self.recheck.update(
                (kind, cost.seconds) for kind, cost in zip(self.files, costs, strict=True)
            )
        return Cost(sum(self.recheck.values()))

    def at(self, earlier: Earlier) -> Side:
        """The kernel of an earlier checkout."""
        return lambda: Cost(
            sum(earlier.check(path).seconds for paths in self.files.values() for path in paths)
        )


@cache
def shipped() -> Shipped:
    """What is in proofs/."""
    files: dict[str, tuple[Path, ...]] = {}
    for path in certificate_files([ROOT / "proofs"]):
        kind = json.loads(path.read_text())["kind"]
        files[kind] = (*files.get(kind, ()), path)
    return Shipped(files)
