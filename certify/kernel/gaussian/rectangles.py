"""Covers of the plane of (t, w) by rectangles, t = k^(-1/2): witness of the family of all slopes
(FORMAT 4.19).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, natural
from certify.kernel.foundation.ledger import Ledger

__all__ = ["Rectangle", "read_strips", "require_plane"]

MAX_STRIPS, MAX_RECTANGLES = 64, 64  # in all, and in each strip


@dataclass(frozen=True)
class Rectangle:
    """t and w between two ends, with what helps to follow the branch there.

    orders: of the expansions in t and in w. parts: into how many each interval is cut. radii: of
    the tube around the branch, one for each unknown. branch: for each unknown, and for each power
    of w, the coefficients of a polynomial in t. below: a w, not above those of the rectangle, with
    whose c the eigenvalues are bounded.
    """

    t: tuple[fmpq, fmpq]
    w: tuple[fmpq, fmpq]
    orders: tuple[int, int]
    parts: tuple[int, int]
    radii: tuple[fmpq, ...]
    branch: tuple[tuple[tuple[fmpq, ...], ...], ...]
    below: fmpq


Strip = tuple[Rectangle, ...]  # of the same t, one after the other from w = 0 on


def read_strips(value: Any, unknown: int) -> tuple[Strip, ...]:
    """The rectangles, strip by strip, with so many unknowns each. Raises `Malformed`."""
    strips = _entries(value, "the plane", 1, MAX_STRIPS)
    return tuple(_read_strip(strip, f"strip {i + 1}", unknown) for i, strip in enumerate(strips))


def _read_strip(value: Any, where: str, unknown: int) -> Strip:
    known = fields(value, where, ["from", "to", "rectangles"])
    t = _interval(known, where)
    boxes = _entries(known["rectangles"], f"the rectangles of {where}", 1, MAX_RECTANGLES)
    return tuple(
        _read_rectangle(box, f"rectangle {i + 1} of {where}", t, unknown)
        for i, box in enumerate(boxes)
    )


def _read_rectangle(value: Any, where: str, t: tuple[fmpq, fmpq], unknown: int) -> Rectangle:
    known = fields(value, where, ["from", "to", "below", "orders", "parts", "radii", "branch"])
    w, below = _interval(known, where), decimal(known["below"], f"the field below of {where}")
    if not 0 <= below <= w[0]:
        raise Malformed(f"the field below of {where} is not between 0 and its lower end")
    order, length = _pair(known["orders"], f"the orders of {where}", 2, 32)
    parts = _pair(known["parts"], f"the parts of {where}", 1, 64)
    radii = _decimals(known["radii"], f"the radii of {where}", unknown, unknown)
    if not all(radius > 0 for radius in radii):
        raise Malformed(f"the radii of {where} are not positive")
    branch = tuple(
        tuple(
            _decimals(p, f"a polynomial of {where}", 1, order)
            for p in _entries(along, f"a polynomial of {where}", 1, length)
        )
        for along in _entries(known["branch"], f"the branch of {where}", unknown, unknown)
    )
    return Rectangle(t, w, (order, length), parts, radii, branch, below)


def _interval(known: dict[str, Any], where: str) -> tuple[fmpq, fmpq]:
    low = decimal(known["from"], f"the lower end of {where}")
    high = decimal(known["to"], f"the upper end of {where}")
    if not 0 <= low < high <= 1:
        raise Malformed(f"{where} is no interval in [0, 1]")
    return low, high


def _pair(value: Any, where: str, least: int, most: int) -> tuple[int, int]:
    first, second = _entries(value, where, 2, 2)
    return natural(first, where, least, most), natural(second, where, least, most)


def _decimals(value: Any, where: str, least: int, most: int) -> tuple[fmpq, ...]:
    return tuple(decimal(c, where) for c in _entries(value, where, least, most))


def _entries(value: Any, where: str, least: int, most: int) -> list[Any]:
    if not isinstance(value, list) or not least <= len(value) <= most:
        size = str(least) if least == most else f"{least} to {most}"
        raise Malformed(f"{where}: not a list of length {size}")
    return value


def require_plane(strips: tuple[Strip, ...], least_k: int, ledger: Ledger) -> None:
    """The rectangles cover, without a gap, w from 0 to 1 for all t = k^(-1/2), k >= least_k.
    Between exact numbers.
    """
    ends = [strip[0].t for strip in strips]
    ledger.require_equal("cover", "the first strip begins at t = 0", ends[0][0], fmpq(0))
    for i, (before, after) in enumerate(pairwise(ends), start=2):
        sentence = f"strip {i} begins where the one before ends"
        ledger.require_equal("cover", sentence, after[0], before[1])
    last = ends[-1][1]
    reach = f"the strips reach t = 1/sqrt({least_k})"
    ledger.require_at_most("cover", reach, fmpq(1, least_k), last * last)
    for i, strip in enumerate(strips, start=1):
        name = f"in strip {i} the rectangles"
        ledger.require_equal("cover", f"{name} begin at w = 0", strip[0].w[0], fmpq(0))
        for one, two in pairwise(strip):
            ledger.require_equal("cover", f"{name} have no gap", two.w[0], one.w[1])
        ledger.require_equal("cover", f"{name} reach w = 1", strip[-1].w[1], fmpq(1))
