"""The kind `gaussian-family-slopes-minimum`: spurious minima for every k from some k on and every
slope of the activation, in one certificate (theorem 19).

How the proof goes. Each of the smallest k has a cover of all slopes of its own (theorem 18). For
the others t = k^(-1/2) and w = k c/(2 + k c) are the coordinates of a rectangle, t = 0 (k infinite)
and both ends of w included. It is covered by small rectangles; in each of them everything is an
expansion in w whose coefficients are expansions in t (lemma 26), and the branch is one critical
point for every k and every slope there (`plane`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import Real
from certify.kernel.foundation.witness import Bits, read_precision, require_work
from certify.kernel.gaussian.chart import undefined
from certify.kernel.gaussian.family_slopes_statement import GaussianFamilySlopes
from certify.kernel.gaussian.partition import SymmetricProblem
from certify.kernel.gaussian.plane import UNKNOWN, verify_rectangle
from certify.kernel.gaussian.rectangles import Strip, read_strips, require_plane
from certify.kernel.gaussian.slope_range import SlopeRange
from certify.kernel.gaussian.slopes import (
    GaussianSlopes,
    SlopesCover,
    read_slopes_cover,
    verify_gaussian_slopes,
    work_of,
)
from certify.kernel.kind import Kind

__all__ = ["GAUSSIAN_FAMILY_SLOPES_MINIMUM", "GaussianFamilySlopes", "verify_family_slopes"]

MAX_SIZES = 16
MAX_SIZES_WORK = 12 * 10**8  # FORMAT 3.1
MAX_PLANE = 22 * 10**7  # FORMAT 3.1


@dataclass(frozen=True)
class PlaneCover(Bits):
    """For each of the smallest k its claim and a cover of all slopes; and rectangles for the
    others.
    """

    sizes: tuple[tuple[GaussianSlopes, SlopesCover], ...]
    strips: tuple[Strip, ...]


def verify_family_slopes(claim: GaussianFamilySlopes, cover: PlaneCover, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 19 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    # (1), (2): every k has its cover of all slopes, or lies on the plane
    require_plane(cover.strips, claim.k_from + len(cover.sizes), ledger)
    for of_k, boxes in cover.sizes:
        verify_gaussian_slopes(of_k, boxes, ledger, f" of k = {of_k.problem.k}")
    for i, strip in enumerate(cover.strips):
        for j, rectangle in enumerate(strip):
            name = f"rectangle {j + 1} of strip {i + 1}"
            try:
                verify_rectangle(claim.curvature.value, rectangle, name, ledger)
            # an expansion that is not defined: a division by what may vanish, an odd root
            except (ValueError, ArithmeticError):
                raise undefined("regular", f"the closed forms are smooth on {name}") from None


def _read_witness(value: Any, statement: GaussianFamilySlopes) -> PlaneCover:
    known = fields(value, "the witness", ["bits", "sizes", "plane"])
    bits, sizes = read_precision(known["bits"]), known["sizes"]
    if not isinstance(sizes, list) or len(sizes) > MAX_SIZES:
        raise Malformed(f"the sizes are not a list of up to {MAX_SIZES} covers")
    covers = []
    for k, given in enumerate(sizes, start=statement.k_from):
        cover = fields(given, f"the cover of k = {k}", ["k", "signs", "cover"])
        natural(cover["k"], f"k of the cover of k = {k}", k, k)
        of_k = _every_slope(k, statement.curvature)
        covers.append((of_k, read_slopes_cover(of_k, bits, cover["cover"], cover["signs"])))
    work = sum(work_of(cover, of_k.problem.blocks) for of_k, cover in covers)
    require_work("the covers of the sizes", work, MAX_SIZES_WORK)
    strips = read_strips(known["plane"], UNKNOWN)
    effort = 0
    for strip in strips:
        for r in strip:
            (order, length), (along, across) = r.orders, r.parts
            effort += (order + 8) * length * (length + 16) + 6 * (length + along) * across
    require_work("the plane", effort * (bits + 500), MAX_PLANE)
    return PlaneCover(bits, tuple(covers), strips)


def _every_slope(k: int, curvature: Real) -> GaussianSlopes:
    """The claim of theorem 18 for type II at one k and every c > 0."""
    problem = {"n": k, "k": k, "targets": "orthonormal"}
    blocks = [{"type": "diagonal", "size": size} for size in (k - 1, 1)]
    return GaussianSlopes(
        problem=SymmetricProblem.read(problem, blocks),
        slopes=SlopeRange(Real(fmpq(0), "0"), None),
        curvature=curvature,
    )


GAUSSIAN_FAMILY_SLOPES_MINIMUM = Kind(
    name="gaussian-family-slopes-minimum",
    section="4.19",
    theorem="theorem 19",
    read_statement=GaussianFamilySlopes.read,
    read_witness=_read_witness,
    verify=verify_family_slopes,
)
