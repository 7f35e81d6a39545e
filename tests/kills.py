"""Kill -9 at random moments, again and again, on the commands that write: nothing is half-written,
and in the end there is what one undisturbed run writes.

    python tests/kills.py 200
"""

from __future__ import annotations

import json
import random
import signal
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ends import end

ROOT = Path(__file__).resolve().parents[1]
SYMMETRIC = ROOT / "proofs" / "symmetric"
SHARDED = ROOT / "tests" / "corpus" / "accept" / "slopes-landscape-near-relu.json"
# the longest moment at which a command is killed, as a share of the time that it takes alone
LATEST = 1.05


@dataclass(frozen=True)
class Work:
    """A command, started in a folder of its own; output: the one file that it writes, if that is no
    ledger.
    """

    arguments: list[str]
    output: str = ""


WORKS = {
    "survey": Work(["survey", "-k", "6,7", "--trials", "60", "--ledger", "out/starts.jsonl",
                    "--proofs", str(SYMMETRIC / "k06"), "--proofs", str(SYMMETRIC / "k07")]),
    "census": Work(["census", "--from", "6", "--to", "8", "-o", "out"]),
    "prove": Work(["prove", "w.npy", "-o", "out/found.json"], "out/found.json"),
    "check": Work(["check", "--jobs", "2", "given"]),
    "shards": Work(["check", "--shards", "4", "--ledger", "out/shards.jsonl", str(SHARDED)]),
}  # fmt: skip


def prepared(folder: Path) -> None:
    """The inputs of all commands."""
    (folder / "out").mkdir(parents=True)
    (folder / "given").mkdir()
    for path in (ROOT / "proofs" / "gaussian").glob("n0*.json"):
        (folder / "given" / path.name).write_bytes(path.read_bytes())
    w = np.full((6, 6), -0.0504)
    np.fill_diagonal(w, 0.9867)
    w[:-1, -1], w[-1, :-1], w[-1, -1] = 0.308, 0.227, -0.566
    np.save(folder / "w.npy", w)


def files(folder: Path) -> dict[str, bytes]:
    """What is there, without the temporary files that a killed process cannot take away."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".tmp"
    }


def meaning(name: str, data: bytes) -> object:
    """The content, but for when and where it was made."""
    if not name.endswith((".json", ".jsonl")):
        return data
    documents = [json.loads(line) for line in ([data] if name.endswith(".json") else
                                               data.splitlines())]  # fmt: skip
    for document in documents:
        for untold in ("provenance", "seconds", "time"):
            document.pop(untold, None)
    return documents


def broken(folder: Path) -> list[str]:
    """The certificates that are not whole. (Half a line at the end of a ledger is run again.)"""
    found = []
    for name, data in files(folder).items():
        if name.endswith(".json"):
            try:
                json.loads(data)
            except ValueError:
                found.append(name)
    return found


def campaign(name: str, kills: int, seed: int = 0) -> Counter[str]:
    """So many kills of a command; counts of kills, of runs that came to their end, and of what is
    wrong.
    """
    work, told, rng = WORKS[name], Counter[str](), random.Random(f"{seed} {name}")
    with tempfile.TemporaryDirectory(prefix="certify-kills-") as scratch:
        alone = Path(scratch) / "alone"
        prepared(alone)
        whole = end(work.arguments, 0, cwd=alone, after=0)
        if whole.code:
            raise RuntimeError(f"{name} fails undisturbed: {whole.err}")
        wanted = {key: meaning(key, data) for key, data in files(alone).items()}
        turn = 0
        while told["kills"] < kills:
            folder = Path(scratch) / str(turn)
            prepared(folder)
            turn += 1
            while told["kills"] < kills:
                moment = rng.uniform(0, LATEST * whole.seconds)
                ending = end(work.arguments, signal.SIGKILL, cwd=folder, after=moment)
                if work.output and (folder / work.output).exists():
                    told["whole"] += not broken(folder)
                told["wrong"] += len(broken(folder)) + len(ending.left)
                if ending.early:
                    told["ended"] += 1
                    break
                told["kills"] += 1
                if work.output and (folder / work.output).exists():
                    break  # the next run would not write over it
            if not (work.output and (folder / work.output).exists()):
                last = end(work.arguments, 0, cwd=folder, after=0)
                told["wrong"] += last.code != 0
            found = {key: meaning(key, data) for key, data in files(folder).items()}
            told["different"] += found != wanted
    return told


if __name__ == "__main__":
    total = int(sys.argv[1]) if sys.argv[1:] else 200
    good = True
    for name in WORKS:
        told = campaign(name, -(-total // len(WORKS)))
        print(name, dict(told), flush=True)
        good = good and not told["wrong"] and not told["different"]
    sys.exit(not good)
