"""The border of what a checker proves, for each number that a certificate claims: claims are
bisected to the last digits that the kernel proves. On both sides of the border both checkers judge,
and the oracle of the kind looks at what they prove.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import tamper
from campaign import agree

ACCEPTED = Path(__file__).parents[1] / "corpus" / "accept"
# relative steps of a claim, up to where it does not hold any more; bisections of the last step
STEPS = [Fraction(10) ** power for power in (-40, -25, -16, -12, -8, -6, -4, -3, -2, -1, 0, 1)]
BISECTIONS = 30
DIGITS = 60
# a claim is no number there, or a number that names something
NO_CLAIMS = {"k_from", "index", "split", "neuron", "neurons", "number"}


@dataclass
class Told:
    """What came of it: verdicts of both checkers, how many borders were found, what is wrong."""

    verdicts: Counter[str] = field(default_factory=Counter)
    borders: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def judged(self) -> int:
        return sum(self.verdicts.values())


def claims(document: Any) -> Iterator[tuple]:
    """The places of the decimals that are claimed."""
    for place in tamper._leaves(document):
        leaf = tamper._get(document, place)
        claimed = {"claims", "points"} & set(place) and not NO_CLAIMS & set(place)
        if claimed and isinstance(leaf, str):
            try:
                Fraction(leaf)
            except ValueError:
                continue
            yield place


def _moved(document: Any, place: tuple, value: Fraction) -> bytes:
    scaled = round(value * 10**DIGITS)
    return json.dumps(tamper._set(document, place, tamper._decimal(Fraction(scaled, 10**DIGITS)))
                      ).encode()  # fmt: skip


def _proves(data: bytes) -> bool:
    return tamper.kernel_verdict(data)[0] == "PROVED"


def border(document: Any, place: tuple, sign: int) -> tuple[Fraction, Fraction] | None:
    """The last value proved and the first one not, in a direction; None where all are proved."""
    here = Fraction(tamper._get(document, place))
    unit = abs(here) or Fraction(1, 1000)
    good = here
    for step in STEPS:
        there = here + sign * step * unit
        if not _proves(_moved(document, place, there)):
            break
        good = there
    else:
        return None
    bad = there
    for _ in range(BISECTIONS):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if _proves(_moved(document, place, middle)) else (good, middle)
    return good, bad


def judge(kind: str, where: str, data: bytes, told: Told, *, near: bool) -> None:
    """Both checkers; near: so near to a border that they may differ in what is not proved."""
    kernel, second = tamper.kernel_verdict(data), tamper.standalone_verdict(data)
    told.verdicts[kernel[0] if kernel == second else "DIFFERENT"] += 1
    decided = {kernel[0], second[0]} <= {"PROVED", "REJECTED", "MALFORMED"}
    if not (decided if near else agree(kind, kernel, second)):
        told.wrong.append(f"{where}: kernel says {kernel}, second {second}")
    if "PROVED" in (kernel[0], second[0]) and (lie := tamper.falsehood(data)) is not None:
        told.wrong.append(f"{where}: proved, but {lie}")


def attack(document: Any, name: str, rng: random.Random, most: int, told: Told) -> None:
    """Borders of a few claims: at each, the last value that is proved, the first that is not, and
    values on both sides, from near to far.
    """
    kind = document["kind"]
    places = list(claims(document))
    turns = [(place, sign) for place in places for sign in (1, -1)]
    for place, sign in rng.sample(turns, min(most, len(turns))):
        found = border(document, place, sign)
        if found is None:
            continue
        told.borders += 1
        good, bad = found
        here = Fraction(tamper._get(document, place))
        size = abs(bad - here) or Fraction(1)
        where = f"{name} {'.'.join(map(str, place))}"
        for value, near in (
            (good, True),
            (bad, True),
            (here + (good - here) * Fraction(rng.randint(1, 9), 10), False),
            (bad + sign * size * Fraction(rng.randint(1, 10), 100), False),
            (bad + sign * size * rng.randint(1, 10), False),
        ):
            judge(kind, f"{where} = {float(value)}", _moved(document, place, value), told,
                  near=near)  # fmt: skip


@cache
def accepted(kind: str) -> tuple[Path, ...]:
    """Files of the corpus, for kinds without a maker of random problems: the shortest two."""
    files = [path for path in ACCEPTED.glob("*.json") if kind_of(path) == kind]
    return tuple(sorted(files, key=lambda path: path.stat().st_size)[:2])


def kind_of(path: Path) -> str:
    return str(json.loads(path.read_bytes())["kind"])


def campaign(kind: str, seed: int, count: int, most: int = 3) -> Told:
    """At least so many files of a kind, judged by both checkers, of random problems where there is
    a maker. A problem that is not proved is left out.
    """
    from attack.problems import MAKERS
    from certify.errors import NotProved, UnusableInput

    told, turn = Told(), 0
    while told.judged < count and turn < 20 * count:
        rng = random.Random(f"{seed} {kind} {turn}")
        turn += 1
        if kind in MAKERS:
            try:
                document = MAKERS[kind](rng).document
            except (NotProved, UnusableInput):
                continue
            name = f"{kind} {seed} {turn - 1}"
        else:
            path = rng.choice(accepted(kind))
            document, name = json.loads(path.read_bytes()), path.stem
        document.pop("provenance", None)
        attack(document, name, rng, most, told)
    return told
