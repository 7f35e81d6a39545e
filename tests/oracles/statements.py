"""Whether statements of 4.19 and 4.21 are true, as far as the loss tells at single k and slopes
(`oracles/branches.py`). Only the start of Newton's method comes from certificates, of the
repository and not of the statement.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from mpmath import mp, mpf

from oracles import branches
from oracles.branches import Blocks, Number

_PROOFS = Path(__file__).resolve().parents[2] / "proofs"
_DIGITS, _STEP = 70, mpf(10) ** -15
_FAR = "1e12"  # a c that stands for an infinite one


@cache
def _witness(name: str) -> dict:
    known: dict = json.loads((_PROOFS / f"{name}.json").read_text())["witness"]
    return known


@cache
def least(k: Number, c: Number, curvature: str) -> str | None:
    """Why type II at k is no spurious minimum for c with this curvature; None if it is."""
    with mp.workdps(_DIGITS):
        start, _ = branches.on_plane(_witness("every-slope/every-k/II")["plane"], k, c)
        blocks = Blocks((k - 1, mpf(1)), branches.parts_of(c))
        point = blocks.critical(start, _STEP)
        if not blocks.loss(point) > 0:
            return f"the loss is 0 at k = {k}, c = {c}"
        for name, form in branches.forms(blocks, point, _STEP).items():
            if branches.negative(form, mpf(curvature)):
                return f"an eigenvalue is below {curvature} at k = {k}, c = {c}: {name}"
    return None


def family_slopes_falsehood(statement: dict) -> str | None:
    """At the first k, the next and a much larger one; c from 1/10000 to 10000."""
    claims = statement["claims"]
    first, curvature = claims["k_from"], claims["curvature"]
    for k, c in ((first, "1e4"), (first + 1, "1e-4"), (1000 * first, "1")):
        if (what := least(mpf(k), mpf(c), curvature)) is not None:
            return what
    return None


@cache
def _counts(k: str, c: str) -> tuple[int, int]:
    with mp.workdps(_DIGITS):
        cover, at, slope = _witness("slopes-births/curve-II")["cover"], mpf(k), mpf(c)
        return branches.crossing(at, slope, branches.on_curve(cover, at, slope), _STEP)


def birth_curve_falsehood(statement: dict) -> str | None:
    """On both sides of each value, and of the limit: an eigenvalue odd under one transposition is
    positive below and negative above, no other is negative.
    """
    claims = statement["claims"]
    for value in claims["values"]:
        if [_counts(value["k"], c) for c in value["c"]] != [(0, 0), (1, 0)]:
            return f"c* of {value['k']} is not in {value['c']}"
    if [_counts(k, _FAR) for k in claims["limit"]] != [(1, 0), (0, 0)]:
        return f"the curve does not end in {claims['limit']}"
    orders = [mpf(value["c"][1]) for value in claims["values"]]
    return None if orders == sorted(orders) else "the values do not increase"
