"""Mutants of the certificates of every kind, before both checkers and the oracle of the kind:
seeded, in rounds, recorded in `campaign.jsonl`, from where it goes on.

    python tests/campaign.py --each 2000 --jobs 2
    python tests/campaign.py gaussian-basin --each 100
    python tests/campaign.py --table

A round is 100 mutants of one kind. Half of them are of claims and witness, one in five is changed
twice. What is wrong (a disagreement that FORMAT does not list, a falsehood that is proved, a crash,
more than a minute) is printed and recorded; the exit code is 1 then.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tamper

from certify.kernel.kinds import KINDS

ROOT = Path(__file__).resolve().parents[1]
RECORDS = ROOT / "tests" / "campaign.jsonl"
ROUND, SEED, SECONDS = 100, 20261130, 60
# files that take longer in one of the checkers are left to the corpus
LONGEST, MOST = 2.0, 12
TRAINED = {
    "definite",
    "growth",
    "tau",
    "critical",
    "contraction",
    "fit",
    "eigenvalue",
    "margin",
    "undefined",
}
LANDSCAPE = {"region", "saddle"}
# where two right checkers may differ, proofs/divergences.md: these reasons, or none, on either side
MAY_DIFFER = {
    "gaussian-birth": set(tamper.BIRTHS),
    "gaussian-family-minimum": {
        *tamper.TUBES,
        "joined",
        "lambda-min-low",
        "lambda-min-high",
        "loss-low",
        "loss-high",
        "rate",
        "monotone",
        "limit",
    },
    "gaussian-family-saddle": {*tamper.TUBES, "negative"},
    "gaussian-span-minimum": {
        "zero-neuron",
        "parallel",
        "distance",
        "loss-low",
        "loss-high",
        "curvature",
        "padding",
    },
    "data-splitting-family": {"distance", "curvature", "risk-low", "risk-high", "inner"},
    "gaussian-slopes-minimum": set(tamper.TUBES),
    "gaussian-slope-birth": set(tamper.BIRTHS),
    "gaussian-family-slopes-minimum": set(tamper.TUBES),
    "gaussian-birth-curve": set(tamper.CURVES),
    "gaussian-landscape": LANDSCAPE,
    "gaussian-slopes-landscape": LANDSCAPE,
    "smooth-strict-minimum": TRAINED,
    "smooth-exact-fit": TRAINED,
    "smooth-saddle": TRAINED,
    "smooth-no-critical-point": TRAINED,
    "piecewise-kink-minimum": TRAINED,
}


@cache
def bases(kind: str) -> tuple[Path, ...]:
    """The files of the accepted corpus that are mutated, the shortest first; at least one."""
    files = sorted((ROOT / "tests" / "corpus" / "accept").glob("*.json"))
    mine = [path for path in files if json.loads(path.read_bytes())["kind"] == kind]
    mine.sort(key=lambda path: path.stat().st_size)
    found: list[Path] = []
    for path in mine:
        began = time.monotonic()
        data = path.read_bytes()
        tamper.kernel_verdict(data)
        tamper.standalone_verdict(data)
        if time.monotonic() - began < LONGEST:
            found.append(path)
        if len(found) == MOST:
            break
    return tuple(found or mine[:1])


@cache
def _mutants(path: Path) -> tuple[list[tamper.Mutant], list[tamper.Mutant]]:
    """All, and those of claims and witness."""
    pool = list(tamper.mutants(path))
    return pool, [m for m in pool if "claims" in m.what or "witness" in m.what] or pool


def chosen(kind: str, number: int) -> Iterator[tamper.Mutant]:
    """The mutants of a round."""
    rng = random.Random(f"{SEED} {kind} {number}")
    for turn in range(ROUND):
        pool, claims = _mutants(rng.choice(bases(kind)))
        mutant = rng.choice(claims if turn % 2 else pool)
        if turn % 5 == 0 and isinstance(mutant.changed, dict):
            mutant = _again(mutant, rng)
        yield mutant


def _again(mutant: tamper.Mutant, rng: random.Random) -> tamper.Mutant:
    """Changed in a second place: a leaf takes the value of another one of its type."""
    document: Any = mutant.changed
    places = [p for p in tamper._leaves(document) if p[0] in {"statement", "witness"}]
    first = rng.choice(places)
    leaf = tamper._get(document, first)
    same = [p for p in places if type(tamper._get(document, p)) is type(leaf)]
    second = rng.choice(same)
    changed = tamper._set(document, first, tamper._get(document, second))
    what = f"{mutant.what}; {'.'.join(map(str, first))} from {'.'.join(map(str, second))}"
    return tamper.Mutant(mutant.source, what, changed)


def agree(kind: str, first: tuple[str, str], second: tuple[str, str]) -> bool:
    """Whether the two verdicts are the same, or apart as the divergences allow."""
    allowed = MAY_DIFFER.get(kind, set())
    return first == second or all(
        verdict == "PROVED" or (verdict == "REJECTED" and code in allowed)
        for verdict, code in (first, second)
    )


class TooLong(Exception):
    """More than SECONDS for one mutant."""


def _stop(*_: object) -> None:
    raise TooLong


def judge(kind: str, mutant: tamper.Mutant) -> tuple[str, str | None]:
    """The verdict, or DIFFERENT, and what is wrong, if anything is."""
    where = f"{mutant.source} {mutant.what}"
    signal.alarm(SECONDS)
    try:
        verdicts = tamper.kernel_verdict(mutant.data), tamper.standalone_verdict(mutant.data)
        signal.alarm(0)
    except TooLong:
        return "TOO LONG", f"{where}: more than {SECONDS} s"
    except Exception as error:  # noqa: BLE001 - whatever a checker raises is what is looked for
        return "CRASH", f"{where}: {error!r}"
    finally:
        signal.alarm(0)
    first, second = verdicts
    if not agree(kind, *verdicts):
        return first[0], f"{where}: kernel says {first}, second {second}"
    verdict = first[0] if first == second else "DIFFERENT"
    if "PROVED" in (first[0], second[0]) and (lie := tamper.falsehood(mutant.data)) is not None:
        return verdict, f"{where}: proved, but {lie}"
    return verdict, None


def one_round(kind: str, number: int) -> dict[str, Any]:
    """The record of a round."""
    sys.set_int_max_str_digits(0)
    signal.signal(signal.SIGALRM, _stop)
    began = time.monotonic()
    counts: Counter[str] = Counter()
    wrong = []
    for mutant in chosen(kind, number):
        verdict, problem = judge(kind, mutant)
        counts[verdict] += 1
        wrong += [problem] if problem else []
    return {
        "kind": kind,
        "round": number,
        "seed": SEED,
        **dict(sorted(counts.items())),
        "wrong": wrong,
        "seconds": round(time.monotonic() - began, 1),
    }


def records() -> list[dict[str, Any]]:
    if not RECORDS.exists():
        return []
    return [json.loads(line) for line in RECORDS.read_text(encoding="utf-8").splitlines()]


def run(kinds: list[str], each: int, jobs: int) -> bool:
    """Whether nothing is wrong in the rounds that are not recorded yet."""
    from joblib import Parallel, delayed

    here = str(Path(__file__).parent)  # the workers import this module by name
    os.environ["PYTHONPATH"] = os.pathsep.join(
        filter(None, [here, os.environ.get("PYTHONPATH", "")])
    )
    import campaign

    known = {(record["kind"], record["round"]) for record in records() if record["seed"] == SEED}
    rounds = [(kind, number) for number in range(-(-each // ROUND)) for kind in kinds]
    todo = [one for one in rounds if one not in known]
    done = Parallel(n_jobs=jobs, return_as="generator")(
        delayed(campaign.one_round)(*one) for one in todo
    )
    good = True
    with RECORDS.open("a", encoding="utf-8") as file:
        for number, record in enumerate(done, start=1):
            file.write(json.dumps(record) + "\n")
            file.flush()
            print(f"{number} of {len(todo)}: {record['kind']} {record['seconds']} s",
                  *record["wrong"], sep="\n  ", flush=True)  # fmt: skip
            good = good and not record["wrong"]
    return good


def table() -> str:
    """Counts for each kind."""
    names = ("MALFORMED", "REJECTED", "DECLINED", "PROVED", "DIFFERENT", "TOO LONG", "CRASH")
    lines = ["| kind | mutants | " + " | ".join(name.lower() for name in names) + " | wrong |",
             "|" + "---|" * (len(names) + 3)]  # fmt: skip
    total: Counter[str] = Counter()
    for kind in [*KINDS, "in all"]:
        mine = [record for record in records() if record["kind"] == kind]
        counts = Counter({name: sum(record.get(name, 0) for record in mine) for name in names})
        counts["wrong"] = sum(len(record["wrong"]) for record in mine)
        total += counts
        counts = total if kind == "in all" else counts
        numbers = [sum(counts[name] for name in names), *(counts[name] for name in names)]
        lines.append(f"| {kind} | {' | '.join(map(str, [*numbers, counts['wrong']]))} |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("kinds", nargs="*", help="all, if none is named")
    parser.add_argument("--each", type=int, default=0, help="mutants of each kind")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    good = run(given.kinds or list(KINDS), given.each, given.jobs)
    if given.table:
        print(table())
    sys.exit(not good)
