"""Whether statements of 4.19 to 4.21 are true, as far as the loss tells at single k and slopes
(`oracles/branches.py`). Only the start of Newton's method comes from elsewhere: for 4.20 from the
statement, for the others from certificates of the repository.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from mpmath import mp, mpf, sqrt

from oracles import branches
from oracles.branches import Blocks, Number, Point

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


# of a birth: the forms that have a negative eigenvalue, and the representation it has then
_TYPES = {
    ("fixed",): "1",
    ("s1, x1",): "s1",
    ("s1, x1", "x1, y1"): "x1",
    ("x1, y1",): "y1",
}


def written(statement: dict) -> tuple[tuple[Number, ...], Point]:
    """Sizes of the blocks, all diagonal, and the centre."""
    sizes = tuple(mpf(block["size"]) for block in statement["blocks"])
    point: Point = {}
    for i, row in enumerate(statement["centre"]):
        for j, x in enumerate(row):
            on, off = x if isinstance(x, list) else (x, None)
            point[i, j, i == j] = mpf(on)
            if off is not None:
                point[i, j, False] = mpf(off)
    return sizes, point


def slope_birth_falsehood(statement: dict) -> str | None:
    """At both ends of the range of c: a minimum at one, and at the other negative eigenvalues of
    the representation named and no other; the slope of the c between where it is 0.
    """
    with mp.workdps(100):
        return _slope_birth(statement["claims"], *written(statement), mpf(10) ** -25)


def _slope_birth(
    claims: dict, sizes: tuple[Number, ...], centre: Point, step: Number
) -> str | None:
    ends, found = [mpf(c) for c in claims["c"]], []
    for c in ends:
        blocks = Blocks(sizes, branches.parts_of(c))
        point = blocks.critical(centre, step)
        if not max(abs(point[e] - centre[e]) for e in point) < mpf(claims["distance"]):
            return "another point"
        if not blocks.loss(point) > mpf("1e-40"):
            return "the loss is 0"
        found.append(branches.forms(blocks, point, step))
    minimum, saddle = found if claims["minimum"] == "below" else found[::-1]
    if any(map(branches.negative, minimum.values())):
        return "no minimum on the side claimed"
    crossed = tuple(name for name, form in saddle.items() if branches.negative(form))
    if _TYPES.get(crossed) != claims["crossing"]:
        return f"negative eigenvalues of {crossed}, not of the type claimed"
    least = [min(mp.eigsy(form[crossed[0]], eigvals_only=True)) for form in found]
    width = ends[1] - ends[0]
    if not abs(least[1] - least[0]) > width * mpf("1e-4"):
        return "the eigenvalue has no derivative by c"
    root = sqrt(ends[0] - least[0] * width / (least[1] - least[0]))
    low, high = map(mpf, claims["slope"])
    slack = 10 * width**2 + mpf("1e-40")
    inside = low - slack < (root - 1) / (root + 1) < high + slack
    return None if inside else "the slope is outside its range"
