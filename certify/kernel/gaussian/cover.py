"""Covers of an interval of t = k^(-1/root) by boxes: the witness of a family (FORMAT 4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import Bits, read_precision, require_work
from certify.kernel.gaussian.families import FAMILIES

__all__ = [
    "MAX_BOXES",
    "MAX_COVER",
    "Cover",
    "CoverBox",
    "read_boxes",
    "read_cover",
    "require_cover",
    "require_no_gap",
]

MAX_BOXES = 400
MAX_COVER = 6 * 10**7  # over the boxes, the sum of order^2 * parts, times the working precision


@dataclass(frozen=True)
class CoverBox:
    """An interval of t with what helps to follow the branch there.

    order: of the expansions. parts: into how many the interval is cut. radius: of the tube around
    the branch. branch: the coefficients of its polynomials, one for each coordinate.
    direction: for a saddle, a matrix of negative curvature, by its coordinates on the test matrices
    of the component.
    """

    low: fmpq
    high: fmpq
    order: int
    parts: int
    radius: fmpq
    branch: tuple[tuple[fmpq, ...], ...]
    direction: tuple[fmpq, ...] = ()

    def origin(self) -> fmpq:
        """Where the branch's polynomials are centred: 0 for a box that begins at 0, else the
        middle.
        """
        return self.low if self.low == 0 else (self.low + self.high) / 2

    def at(self, t: fmpq) -> list[fmpq]:
        """The branch's polynomials at t, exactly."""
        values = []
        for coefficients in self.branch:
            value = fmpq(0)
            for coefficient in reversed(coefficients):
                value = value * (t - self.origin()) + coefficient
            values.append(value)
        return values


@dataclass(frozen=True)
class Cover(Bits):
    """The working precision, and boxes that cover an interval of t."""

    boxes: tuple[CoverBox, ...]


def read_cover(witness: Any, family: str, directions: int = 0) -> Cover:
    """The witness of a family, within the bound of the work (FORMAT 3.1).

    directions: the length of each box's direction, 0 for none. Raises `Malformed`.
    """
    cover = read_boxes(witness, len(FAMILIES[family].scale), directions)
    if any(box.high >= 1 for box in cover.boxes):
        raise Malformed("a box reaches t = 1, where k is 1")
    work = sum(box.order**2 * box.parts for box in cover.boxes) * cover.working
    require_work("the orders and parts of the cover", work, MAX_COVER)
    return cover


def read_boxes(witness: Any, unknown: int, directions: int = 0) -> Cover:
    """A cover by boxes with so many polynomials each. Raises `Malformed`."""
    known = fields(witness, "the witness", ["bits", "cover"])
    bits = read_precision(known["bits"])
    if not isinstance(known["cover"], list) or not 1 <= len(known["cover"]) <= MAX_BOXES:
        raise Malformed(f"the cover is not a list of 1 to {MAX_BOXES} boxes")
    boxes = tuple(
        _read_box(value, f"box {i + 1}", unknown, directions)
        for i, value in enumerate(known["cover"])
    )
    return Cover(bits, boxes)


def _read_box(value: Any, where: str, unknown: int, directions: int) -> CoverBox:
    known = fields(
        value,
        where,
        ["from", "to", "order", "parts", "radius", "branch", *["direction"] * bool(directions)],
    )
    order = natural(known["order"], f"the order of {where}", 4, 32)
    if not isinstance(known["branch"], list) or len(known["branch"]) != unknown:
        raise Malformed(f"the branch of {where} is not a list of {unknown} polynomials")
    branch = []
    for coefficients in known["branch"]:
        if not isinstance(coefficients, list) or not 1 <= len(coefficients) <= order:
            raise Malformed(f"a polynomial of {where} does not have 1 to {order} coefficients")
        branch.append(tuple(decimal(c, f"a coefficient of {where}") for c in coefficients))
    direction = known.get("direction", [])
    if not isinstance(direction, list) or len(direction) != directions:
        raise Malformed(f"the direction of {where} is not a list of {directions} numbers")
    box = CoverBox(
        low=decimal(known["from"], f"the lower end of {where}"),
        high=decimal(known["to"], f"the upper end of {where}"),
        order=order,
        parts=natural(known["parts"], f"the parts of {where}", 1, 256),
        radius=decimal(known["radius"], f"the radius of {where}"),
        branch=tuple(branch),
        direction=tuple(decimal(c, f"the direction of {where}") for c in direction),
    )
    if not (0 <= box.low < box.high <= 1 and box.radius > 0):
        raise Malformed(f"{where} is no interval in [0, 1] with a positive radius")
    if directions and box.low == 0:
        raise Malformed(f"{where} begins at 0, where k is infinite")
    return box


def require_cover(
    cover: Cover, ledger: Ledger, highest: fmpq | None, lowest: fmpq, root: int
) -> None:
    """The boxes cover, without a gap, all t = k^(-1/root) with lowest <= k <= highest (None: all
    k >= lowest). Between exact numbers.
    """
    boxes = cover.boxes
    first, last = boxes[0].low, boxes[-1].high
    if highest is None:
        ledger.require_equal("cover", "the first box begins at t = 0", first, fmpq(0))
    else:
        ledger.require_at_most(
            "cover",
            f"the first box begins at t = {highest}^(-1/{root}) or before",
            first**root,
            1 / highest,
        )
    require_no_gap(cover, ledger)
    ledger.require_at_most(
        "cover", f"the boxes reach t = {lowest}^(-1/{root})", 1 / lowest, last**root
    )


def require_no_gap(cover: Cover, ledger: Ledger) -> None:
    """Each box begins exactly where the one before ends."""
    for i, (before, box) in enumerate(pairwise(cover.boxes), start=2):
        sentence = f"box {i} begins where the one before ends"
        ledger.require_equal("cover", sentence, box.low, before.high)
