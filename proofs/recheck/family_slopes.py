"""gaussian-family-slopes-minimum: the eight inequalities of FORMAT 4.19 (theorem 19).

How the proof goes.  Each of the smallest k has a cover of all slopes of its own (section 4.18).
For the others t = k^(-1/2) and w = k c/(2 + k c) are the coordinates of a rectangle, t = 0 and both
ends of w included.  It is covered by small rectangles.  On each everything is a power series in
both parameters, and what section 4.18 verifies on a box is verified there (module plane).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .blocks import Shape
from .bounds import MOST_PLANE, MOST_SIZES_WORK
from .covers import prove_reach
from .plane import SCALE, PlaneChart, Rectangle
from .reader import fields, integer, real
from .slopes import Slopes, read_slopes_cover, work_of
from .slopes import verify as verify_slopes
from .verdict import Verdict, need, reject

MOST_SIZES, MOST_STRIPS = 16, 64  # covers of one k; strips, and rectangles of a strip


@dataclass(frozen=True)
class FamilySlopes:
    """The claim of section 4.19 in exact numbers."""

    k_from: int
    curvature: Fraction
    sizes: list[Slopes]  # for k_from, k_from + 1, ...
    strips: list[list[Rectangle]]
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> FamilySlopes:
    """The certificate of section 4.19."""
    statement = fields(tree["statement"], "statement", "problem family claims")
    problem = fields(statement["problem"], "problem", "targets")
    claims = fields(statement["claims"], "claims", "k_from curvature")
    witness = fields(tree["witness"], "witness", "bits sizes plane")
    need(
        type(problem["targets"]) is str and problem["targets"] == "orthonormal",
        "targets is not orthonormal.",
    )
    need(type(statement["family"]) is str and statement["family"] == "II", "The family is not II.")
    k_from = integer(claims["k_from"], "k_from", 5, 10**9)
    curvature = real(claims["curvature"], "curvature")
    need(curvature > 0, "curvature is not positive.")
    bits, sizes = integer(witness["bits"], "bits", 128, 1024), witness["sizes"]
    need(
        type(sizes) is list and len(sizes) <= MOST_SIZES,
        f"sizes is not an array of at most {MOST_SIZES} covers.",
    )
    covers = [_read_size(size, k, curvature, bits) for k, size in enumerate(sizes, k_from)]
    work = sum(work_of(size.cover, size.shape, bits) for size in covers)
    need(work <= MOST_SIZES_WORK, "The covers of sizes are too large at this precision.")
    strips = [_read_strip(strip) for strip in _array(witness["plane"], "plane", 1, MOST_STRIPS)]
    work = 0
    for rectangle in (r for strip in strips for r in strip):
        (order, length), (along, across) = rectangle.orders, rectangle.parts
        work += length * (length + 16) * (order + 8) + 6 * across * (length + along)
    need(work * (bits + 500) <= MOST_PLANE, "The plane is too large at this precision.")
    return FamilySlopes(
        k_from=k_from,
        curvature=curvature,
        sizes=covers,
        strips=strips,
        bits=bits,
        summary=f"targets orthonormal, family II: for each integer k>={k_from}, n=k, and every"
        " sigma(t) = p [t]_+ + q [-t]_+ with p + q != 0 and p != q a spurious strict local minimum"
        f" with this symmetry, for every D>=k; Hessian there > {claims['curvature']} (p + q)^2",
    )


def _array(value: Any, what: str, least: int, most: int) -> list[Any]:
    size = str(least) if least == most else f"{least} to {most}"
    need(type(value) is list and least <= len(value) <= most, f"{what} is not an array of {size}.")
    return list(value)


def _read_size(value: Any, k: int, curvature: Fraction, bits: int) -> Slopes:
    """The cover of all slopes of one k, as a claim of section 4.18."""
    size = fields(value, "An entry of sizes", "k signs cover")
    integer(size["k"], "k of an entry of sizes", k, k)
    shape = Shape([("diagonal", k - 1), ("diagonal", 1)])
    cover = read_slopes_cover(size["cover"], size["signs"], shape, 2, bits)
    return Slopes(shape, (Fraction(0), None), curvature, cover, size["signs"], bits, f"k={k}")


def _ends(value: Any, what: str) -> tuple[Fraction, Fraction]:
    low, high = real(value["from"], f"from of {what}"), real(value["to"], f"to of {what}")
    need(0 <= low < high <= 1, f"Not 0 <= from < to <= 1 in {what}.")
    return low, high


def _read_strip(value: Any) -> list[Rectangle]:
    strip = fields(value, "A strip", "from to rectangles")
    t = _ends(strip, "a strip")
    rectangles = _array(strip["rectangles"], "rectangles", 1, MOST_STRIPS)
    return [_read_rectangle(rectangle, t) for rectangle in rectangles]


def _read_rectangle(value: Any, t: tuple[Fraction, Fraction]) -> Rectangle:
    known = fields(value, "A rectangle", "from to below orders parts radii branch")
    w, below = _ends(known, "a rectangle"), real(known["below"], "below")
    need(0 <= below <= w[0], "below is not between 0 and from of its rectangle.")
    orders, parts = (_array(known[name], name, 2, 2) for name in ("orders", "parts"))
    order, length = (integer(n, "an order", 2, 32) for n in orders)
    along, across = (integer(n, "a number of parts", 1, 64) for n in parts)
    radii = [real(x, "a radius") for x in _array(known["radii"], "radii", len(SCALE), len(SCALE))]
    need(all(radius > 0 for radius in radii), "A radius is not positive.")
    branch = [
        [
            [real(c, "a coefficient of branch") for c in _array(row, "A row of branch", 1, order)]
            for row in _array(rows, "A polynomial of branch", 1, length)
        ]
        for rows in _array(known["branch"], "branch", len(SCALE), len(SCALE))
    ]
    return Rectangle(t, w, below, (order, length), (along, across), radii, branch)


def prove_ends(ends: list[tuple[Fraction, Fraction]], what: str) -> None:
    """The first begins at 0, every other one where the one before ends."""
    prove_reach(ends[0][0], Fraction(0), f"the beginning of the first {what} on the left")
    for number, (before, after) in enumerate(zip(ends, ends[1:]), 2):
        if before[1] != after[0]:
            note = f" or >, but =: {what} {number} begins where the one before ends"
            reject("cover", (after[0],) * 2, (before[1],) * 2, note)


@contextmanager
def within(part: str) -> Iterator[None]:
    """A rejection says in which part."""
    try:
        yield
    except Verdict as found:
        raise Verdict(found.verdict, found.code, f"{found.reason}, {part}") from None


def verify(claim: FamilySlopes) -> None:
    """The eight inequalities in their order; the first that fails raises a Verdict."""
    # 1
    prove_ends([strip[0].t for strip in claim.strips], "strip")
    least = Fraction(1, claim.k_from + len(claim.sizes))
    prove_reach(least, claim.strips[-1][0].t[1] ** 2, "the square of the end of the last strip")
    for strip in claim.strips:
        prove_ends([rectangle.w for rectangle in strip], "rectangle")
        prove_reach(Fraction(1), strip[-1].w[1], "the end of the last rectangle on the right")
    for size in claim.sizes:  # 2
        with within(size.summary):
            verify_slopes(size)
    for i, strip in enumerate(claim.strips, 1):  # 3 to 8
        for j, rectangle in enumerate(strip, 1):
            with within(f"rectangle {j} of strip {i}"):
                PlaneChart(rectangle, claim.curvature, claim.bits).verify()
