"""What the two kinds for every k have in common: families, boxes, covers (sections 4.4 and 4.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS
from .bounds import MOST_COVER
from .reader import fields, integer, real
from .verdict import need, reject


@dataclass(frozen=True)
class Family:
    """A type of the setting of theorems 4 and 5, by its table."""

    fixed: int  # columns that do not belong to the block: c of section 4.5
    order: int  # p, F = O(t^p)
    scale: tuple[int, ...]  # of each coordinate, the power of t in front of X
    # of each coordinate, (q, r) where the rest of it is q + r t^2
    limit: tuple[tuple[int, int], ...]


FAMILIES = {
    "II": Family(1, 2, (4, 4, 4, 2, 2), ((1, 0), (0, 0), (0, 2), (0, 0), (-1, 0))),
    "A": Family(0, 0, (4, 4), ((-1, 2), (0, 2))),
    "I": Family(1, 0, (4, 4, 4, 2, 2), ((-1, 2), (0, 2), (0, 0), (0, 0), (1, 0))),
}


@dataclass(frozen=True)
class FamilyBox:
    """A box of the cover of section 4.4: start <= t <= end, and the branch as polynomials in s = t
    - origin.
    """

    start: Fraction
    end: Fraction
    order: int
    parts: int
    radius: Fraction
    branch: list[list[Fraction]]
    direction: list[Fraction]  # empty for a minimum

    @property
    def origin(self) -> Fraction:
        return (self.start + self.end) / 2 if self.start else Fraction(0)

    def at(self, t: Fraction) -> list[Fraction]:
        """The branch at t."""
        return [
            sum((c * (t - self.origin) ** i for i, c in enumerate(terms)), Fraction(0))
            for terms in self.branch
        ]


def read_box(value: Any, unknowns: int, copies: int) -> FamilyBox:
    """A box of the cover; `copies` is the length of the direction, 0 if there is none."""
    box = fields(
        value, "A box", "from to order parts radius branch" + (" direction" if copies else "")
    )
    start, end, radius = (real(box[name], f"{name} of a box") for name in ("from", "to", "radius"))
    need(0 <= start < end < 1, "Not 0 <= from < to < 1 in a box.")
    need(start > 0 or not copies, "A box of a saddle begins at 0.")
    need(radius > 0, "The radius of a box is not positive.")
    order, branch, direction = (
        integer(box["order"], "order", 4, 32),
        box["branch"],
        box.get("direction", []),
    )
    need(
        type(branch) is list and len(branch) == unknowns,
        f"branch is not an array of {unknowns} polynomials.",
    )
    for polynomial in branch:
        need(
            type(polynomial) is list and 1 <= len(polynomial) <= order,
            "Not 1 to `order` coefficients in branch.",
        )
    need(
        type(direction) is list and len(direction) == copies,
        f"direction is not an array of {copies} numbers.",
    )
    polynomials = [
        [real(c, "a coefficient of branch") for c in polynomial] for polynomial in branch
    ]
    return FamilyBox(
        start,
        end,
        order,
        integer(box["parts"], "parts", 1, 256),
        radius,
        polynomials,
        [real(c, "an entry of direction") for c in direction],
    )


@dataclass(frozen=True)
class Opened:
    """What sections 4.4 and 4.5 have in common: the family, claims and boxes still to be read."""

    name: str
    claims: Any
    cover: list[Any]
    bits: int


def read_family(tree: dict[str, Any]) -> Opened:
    """The common part of the certificates of sections 4.4 and 4.5."""
    statement = fields(tree["statement"], "statement", "problem family claims")
    problem = fields(statement["problem"], "problem", "targets")
    witness = fields(tree["witness"], "witness", "bits cover")
    need(
        type(problem["targets"]) is str and problem["targets"] == "orthonormal",
        "targets is not orthonormal.",
    )
    name, cover = statement["family"], witness["cover"]
    need(type(name) is str and name in FAMILIES, "The family is unknown.")
    bits = integer(witness["bits"], "bits", 128, 1024)
    need(type(cover) is list and 1 <= len(cover) <= 400, "cover is not an array of 1 to 400 boxes.")
    return Opened(name, statement["claims"], cover, bits)


def require_effort(cover: Sequence[FamilyBox], bits: int) -> None:
    """The bound on the work of section 3.1."""
    work = sum(box.order**2 * box.parts for box in cover) * (bits + GUARD_BITS)
    need(work <= MOST_COVER, "The orders and parts of the cover are too large at this precision.")


def prove_joints(cover: Sequence[FamilyBox]) -> None:
    """Every box but the first begins where the one before ends."""
    for number, (before, box) in enumerate(zip(cover, cover[1:]), 2):
        if before.end != box.start:
            reject(
                "cover",
                (box.start,) * 2,
                (before.end,) * 2,
                f" or >, but =: box {number} begins where the one before ends",
            )


def prove_reach(left: Fraction, right: Fraction, what: str) -> None:
    """Left <= right for an end of the cover."""
    if left > right:
        reject("cover", (left,) * 2, (right,) * 2, f" or =, {what}")
