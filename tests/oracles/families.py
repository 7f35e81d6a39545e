"""Whether claims for every k are true, as far as single k tell: minima by certificates of single k
in the repository, whose losses and spectra both checkers prove by themselves; saddles by the loss
itself at real k (`oracles/branches.py`).
"""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from pathlib import Path

from mpmath import mp, mpf

from oracles import branches

_PROOFS = Path(__file__).resolve().parents[2] / "proofs"
_DIGITS, _STEP = 50, mpf(10) ** -12
_RELU = (mpf(1), mpf(0))
_FAR = 0.01  # from a centre farther away Newton's method may lead to another critical point
_ON_DIAGONAL: tuple[branches.Entry, ...] = ((0, 0, True), (0, 0, False))
# the directions that `branches.forms` tells apart, by representation
_DIRECTIONS = {"s1": "s1, x1", "x1": "x1, y1", "y1": "x1, y1"}


def _named(family: str) -> str:
    return family.replace("'", "prime")


@cache
def _starts(family: str) -> int:
    """The first k of the shipped family: at the one before, it is no minimum."""
    known = json.loads((_PROOFS / "family" / f"{_named(family)}.json").read_text())
    return int(known["statement"]["claims"]["k_from"])


@cache
def _single(family: str) -> dict[int, tuple[Fraction, Fraction]]:
    """Loss and smallest eigenvalue at the k for which there is a certificate."""
    found = {}
    for folder in ("symmetric", "overparameterised/families"):
        for path in (_PROOFS / folder).glob(f"k*/{_named(family)}.json"):
            claims = json.loads(path.read_text())["statement"]["claims"]
            values = [pair for name in ("spectrum", "padding") for pair in claims[name].values()]
            least = min(Fraction(pair[0]) for pairs in values for pair in pairs)
            found[int(path.parent.name[1:])] = (Fraction(claims["loss"][0]), least)
    return found


def family_falsehood(statement: dict) -> str | None:
    family, claims = statement["family"], statement["claims"]
    if claims["k_from"] < _starts(family):
        return f"no minimum at k = {_starts(family) - 1}"
    scaled = "loss_times_k" in claims
    low, high = map(Fraction, claims["loss_times_k" if scaled else "loss"])
    soft = "lambda_min_scaled" in claims
    smallest = [mpf(x) for x in claims["lambda_min_scaled" if soft else "lambda_min"]]
    last = max(_single(family))
    limit = _single(family)[last][0] * (last if scaled else 1)
    slack = Fraction(1, 10**30)  # of the enclosures of the single certificates
    for k, (loss, least) in sorted(_single(family).items()):
        if k < claims["k_from"]:
            continue
        value = loss * (k if scaled else 1)
        allowed = mpf(claims["rate"]) * (1 / mp.sqrt(k) + 1 / mp.sqrt(last))
        if abs(mpf(float(value - limit))) > allowed:
            return f"the rate is too small at k = {k}"
        if not low - slack < value < high + slack:
            return f"the loss at k = {k} is {float(value)}"
        eigenvalue = mpf(least.numerator) / least.denominator * (mpf(k) ** 0.75 if soft else 1)
        if not smallest[0] * (1 - mpf("1e-30")) < eigenvalue < smallest[1] * (1 + mpf("1e-30")):
            return f"the smallest eigenvalue at k = {k} is {mp.nstr(eigenvalue, 8)}"
    if "limit" in claims:
        ends = list(map(Fraction, claims["limit"]))
        apart = max(ends[0] - limit, limit - ends[1], Fraction(0))
        if float(apart) > float(claims["rate"]) / last**0.5:
            return "another limit"
    return None


@cache
def _followed(family: str, centre: tuple[str, ...], ends: tuple[str, str]) -> tuple:
    """For the upper end of k, and the lower one: the critical point, and how many eigenvalues are
    negative, by directions.
    """
    with mp.workdps(_DIGITS):
        low, high = map(mpf, ends)
        names = _ON_DIAGONAL if family == "A" else branches.TYPE_II
        point = dict(zip(names, map(mpf, centre), strict=True))
        found = []
        for step in range(9):
            k = high + (low - high) * step / 8
            blocks = branches.Blocks((k,) if family == "A" else (k - 1, mpf(1)), _RELU)
            point = blocks.critical(point, _STEP)
            if step in (0, 8):
                forms = branches.forms(blocks, point, _STEP)
                negative = {name: branches.negative(form) for name, form in forms.items()}
                found.append(([point[name] for name in names], negative))
        return tuple(found)


def family_saddle_falsehood(statement: dict) -> str | None:
    claims = statement["claims"]
    centre = tuple(claims["centre"])
    if float(claims["distance"]) > _FAR:
        return None
    with mp.workdps(_DIGITS):
        for number, (point, negative) in enumerate(
            _followed(statement["family"], centre, tuple(claims["k"]))
        ):
            apart = max(abs(x - mpf(y)) for x, y in zip(point, centre, strict=True))
            if number == 0 and not apart < mpf(claims["distance"]):
                return f"the critical point is {mp.nstr(apart, 3)} away"
            name = _DIRECTIONS[claims["type"]]
            if name in negative and not negative[name]:
                return f"nothing is negative in the directions {name}"
    return None
