"""The kind `gaussian-slopes-minimum`: spurious minima for every slope of the activation, from a
cover of the slopes (theorem 18).

How the proof goes. Up to a factor, the loss of sigma(t) = p [t]_+ + q [-t]_+ depends on the number
c = ((p - q)/(p + q))^2 alone (lemma 24). With multipliers its critical points solve a system that
is regular for all w = k c/(2 + k c) in [0, 1], c = 0 and c = infinity included (`multipliers`). On
each box of a cover of w all is an expansion in w with a proved remainder (lemma 13). Krawczyk's
operator shows one solution in a tube for every w (lemma 10). The pencils of the Hessian are
positive with the least c of the box, hence with every c of it (lemmas 9, 11). The value of G is
positive.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.pivots import pivots
from certify.kernel.foundation.witness import require_work
from certify.kernel.gaussian.blocks import Blocks, Number, fixed_matrix, unknowns
from certify.kernel.gaussian.branch import follow, turn_of_expansions
from certify.kernel.gaussian.chart import BoxChart, over
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.cover import Cover, CoverBox, read_boxes, require_no_gap
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of
from certify.kernel.gaussian.multipliers import Multipliers
from certify.kernel.gaussian.slopes_statement import GaussianSlopes
from certify.kernel.kind import Kind

__all__ = [
    "GAUSSIAN_SLOPES_MINIMUM",
    "MAX_SLOPES",
    "GaussianSlopes",
    "SlopesChart",
    "SlopesCover",
    "read_slopes_cover",
    "verify_gaussian_slopes",
    "verify_slopes_box",
    "work_of",
]

MAX_SLOPES = 32 * 10**8  # FORMAT 3.1


@dataclass(frozen=True)
class SlopesCover(Cover):
    """Boxes that cover an interval of w, and for each block the sign of the teachers at w = 0."""

    signs: tuple[int, ...]


class SlopesChart(BoxChart):
    """The point and the multipliers on one box. In a box that begins at 0 they are W_0 + w X and
    w M, with W_0 the teachers with signs.
    """

    orders = "theorem 18"

    def __init__(self, claim: GaussianSlopes, box: CoverBox, signs: tuple[int, ...]) -> None:
        super().__init__(box)
        self.blocks, self._signs = claim.problem.blocks, signs
        q = (1 - self.t) * ball(fmpq(claim.problem.k, 2))
        self.system = Multipliers(self.blocks, self.t, q)

    def at(self, radius: fmpq) -> tuple[Geometry, list[Number]]:
        """The point, for the loss F - |s|^2/8, and the multipliers."""
        names = unknowns(self.blocks)
        values = [x * self.t if self.at_zero else x for x in self.tube(radius)]
        if self.at_zero:
            for number, (i, _, diagonal) in enumerate(names):
                if diagonal:
                    values[number] = values[number] + self._signs[i]
        point = fixed_matrix(self.blocks, dict(zip(names, values, strict=False)))
        return self.system.point(point, turn_of_expansions), values[len(names) :]

    def reduced(self, value: Number) -> Number:
        """The value; divided by w in a box that begins at 0, where it is O(w) (theorem 18)."""
        return self.known_order(value, 1) if self.at_zero else value

    def equations(self, geometry: Geometry, multipliers: list[Number]) -> list[Number]:
        """Those of the system, divided by w in a box that begins at 0. There the unknowns are
        divided by w too, so that the Jacobian is that of the system.
        """
        return [self.reduced(value) for value in self.system.equations(geometry, multipliers)]


def verify_gaussian_slopes(
    claim: GaussianSlopes, cover: SlopesCover, ledger: Ledger, where: str = ""
) -> None:
    """Enter the inequalities of theorem 18 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision. where: said of each box.
    """
    _require_cover(claim, cover, ledger)

    def verify(box: CoverBox, name: str, _: bool | None) -> bool:
        verify_slopes_box(claim, SlopesChart(claim, box, cover.signs), name + where, ledger)
        return True

    follow(cover, verify)


def _require_cover(claim: GaussianSlopes, cover: SlopesCover, ledger: Ledger) -> None:
    """(1): the boxes cover, without a gap, w = k c/(2 + k c) for the claimed c. Exact numbers."""
    boxes, k = cover.boxes, claim.problem.k

    def place(c: fmpq) -> fmpq:
        return k * c / (2 + k * c)

    begins = "the first box begins at the least c or before"
    ledger.require_at_most("cover", begins, boxes[0].low, place(claim.slopes.low.value))
    require_no_gap(cover, ledger)
    last = fmpq(1) if claim.slopes.high is None else place(claim.slopes.high.value)
    ledger.require_at_most("cover", "the boxes reach the largest c", last, boxes[-1].high)


def verify_slopes_box(claim: GaussianSlopes, chart: SlopesChart, name: str, ledger: Ledger) -> None:
    """Enter the inequalities of one box of the cover."""
    centre, tube = chart.at(fmpq(0)), chart.at(chart.box.radius)
    geometry, multipliers = tube
    parts = chart.parts()
    # (2): the loss is smooth
    chart.require_smooth(geometry, name)
    # (3), (4): one solution for every w
    first = pencil_of(geometry, components(chart.blocks)[0])
    value, derivative = chart.equations(*centre), chart.system.jacobian(first)
    chart.require_one_zero(value, derivative, name, ledger)
    # (5): the eigenvalues, with the least c of the box
    least_c = 2 * chart.box.low / (claim.problem.k * (1 - chart.box.low))
    lowest = geometry.tilted(ball(least_c / 4))
    for part in components(chart.blocks):
        _require_above(claim, pencil_of(lowest, part), f"{part.name} on {name}", parts, ledger)
    for part in padding_components(chart.blocks):
        which = f"{part.name} (further dimensions) on {name}"
        _require_above(claim, padding_pencil(lowest, part), which, parts, ledger)
    # (6): G at the solution
    loss, low = chart.reduced(chart.system.loss(geometry, multipliers)), arb("inf")
    for s in parts:
        low = low.min(over(loss, s))
    ledger.require("spurious", f"the loss is above inf F = 0 on {name}", arb(0), low)


def _require_above(
    claim: GaussianSlopes, pencil: Pencil, which: str, parts: list[arb], ledger: Ledger
) -> None:
    """All pivots of form - curvature diag(norms) are positive on every part."""
    full = pencil.matrix()
    for a, norm in enumerate(pencil.norms):
        full[a][a] = full[a][a] - norm * ball(claim.curvature.value)
    least = arb("inf")
    for s in parts:
        for pivot in pivots([[over(x, s) for x in row[: a + 1]] for a, row in enumerate(full)]):
            least = least.min(pivot)
    sentence = f"the eigenvalues of representation {which} are above the claimed bound"
    ledger.require("curvature", sentence, arb(0), least)


def work_of(cover: Cover, blocks: Blocks) -> int:
    """What a cover of these blocks asks for, in the units of FORMAT 3.1."""
    first, *others = components(blocks)
    columns = sum(block.columns for block in blocks)  # as many multipliers
    sizes = [first.copies + columns]
    sizes += [part.copies for part in (*others, *padding_components(blocks))]
    effort = sum((box.order + 10) * (box.parts + 8) for box in cover.boxes)
    return effort * sum(m * (m + 10) for m in sizes) * cover.working


def read_slopes_cover(claim: GaussianSlopes, bits: int, boxes: Any, signs: Any) -> SlopesCover:
    """A cover for this claim, within the bound of the work (FORMAT 3.1). Raises `Malformed`."""
    blocks = claim.problem.blocks
    columns = sum(block.columns for block in blocks)
    unknown = len(unknowns(blocks)) + columns
    found = read_boxes({"bits": bits, "cover": boxes}, unknown)
    require_work("the cover", work_of(found, blocks), MAX_SLOPES)
    if not isinstance(signs, list) or any(type(s) is not int or s not in (1, -1) for s in signs):
        raise Malformed("the signs are not a list of 1 and -1")
    starts = found.boxes[0].low == 0
    if len(signs) != (len(blocks) if starts else 0):
        raise Malformed("there is not one sign for each block, if the first box begins at 0")
    if starts and not all(block.rows and block.columns for block in blocks):
        raise Malformed("a cover from 0 on needs diagonal blocks")
    return SlopesCover(found.bits, found.boxes, tuple(signs))


def _read_witness(value: Any, statement: GaussianSlopes) -> SlopesCover:
    known = fields(value, "the witness", ["bits", "cover", "signs"])
    return read_slopes_cover(statement, known["bits"], known["cover"], known["signs"])


GAUSSIAN_SLOPES_MINIMUM = Kind(
    name="gaussian-slopes-minimum",
    section="4.18",
    theorem="theorem 18",
    read_statement=GaussianSlopes.read,
    read_witness=_read_witness,
    verify=verify_gaussian_slopes,
)
