"""The kind `gaussian-slopes-minimum`: spurious minima for every slope of the activation, from a
cover of the slopes (theorem 18).

How the proof goes. Up to a factor, the loss of sigma(t) = p [t]_+ + q [-t]_+ depends on the number
c = ((p - q)/(p + q))^2 alone (lemma 24): it is G = F - |s|^2/8 + c |s|^2/8 with F that of ReLU and
s the sum of the students less that of the teachers. With multipliers mu = c s/4 the equations

    grad F - s/4 + mu = 0,    w s = 4 q mu,    q = (k/2)(1 - w),    c = w/q,

are regular for all w in [0, 1], c = 0 and c = infinity included. On each box of a cover of w all is
an expansion in w with a proved remainder (lemma 13). Krawczyk's operator shows one solution in a
tube for every w (lemma 10). The pencils of the Hessian are positive with the least c of the box,
hence with every c of it (lemmas 9, 11). The value of G is positive.
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
from certify.kernel.gaussian.blocks import Number, fixed_matrix, unknowns
from certify.kernel.gaussian.branch import follow, turn_of_expansions
from certify.kernel.gaussian.chart import BoxChart, over
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.cover import Cover, CoverBox, read_boxes, require_no_gap
from certify.kernel.gaussian.geometry import Geometry
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of
from certify.kernel.gaussian.slopes_statement import GaussianSlopes
from certify.kernel.kind import Kind

__all__ = [
    "GAUSSIAN_SLOPES_MINIMUM",
    "GaussianSlopes",
    "SlopesChart",
    "SlopesCover",
    "verify_gaussian_slopes",
    "verify_slopes_box",
]

_QUARTER = fmpq(1, 4)
MAX_SLOPES = 2 * 10**9  # FORMAT 3.1


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
        self.names = unknowns(self.blocks)
        self.columns = [c for c, block in enumerate(self.blocks) if block.columns]
        self.q = (1 - self.t) * ball(fmpq(claim.problem.k, 2))

    def at(self, radius: fmpq) -> tuple[Geometry, list[Number]]:
        """The point, for the loss F - |s|^2/8, and the multipliers."""
        values = [x * self.t if self.at_zero else x for x in self.tube(radius)]
        if self.at_zero:
            for number, (i, _, diagonal) in enumerate(self.names):
                if diagonal:
                    values[number] = values[number] + self._signs[i]
        point = fixed_matrix(self.blocks, dict(zip(self.names, values, strict=False)))
        relu = Geometry(self.blocks, point, turn_of=turn_of_expansions)
        return relu.tilted(ball(-_QUARTER)), values[len(self.names) :]

    def reduced(self, value: Number) -> Number:
        """The value; divided by w in a box that begins at 0, where it is O(w) (theorem 18)."""
        return self.known_order(value, 1) if self.at_zero else value

    def sums(self, geometry: Geometry) -> list[Number]:
        """s in each block of columns: the sum of a column of W, less 1."""
        found = []
        for c in self.columns:
            total: Number = -1
            for i in geometry.students:
                total = total + geometry.point[i].across[c] * self.blocks[i].height
            found.append(total + geometry.point[c].extra)
        return found

    def equations(self, geometry: Geometry, multipliers: list[Number]) -> list[Number]:
        """grad F - s/4 + mu and w s - 4 q mu, in the coordinates of fixed matrices."""
        of = dict(zip(self.columns, multipliers, strict=True))
        found = [g + of[c] for g, (_, c, _) in zip(geometry.gradient(), self.names, strict=True)]
        for s, mu in zip(self.sums(geometry), multipliers, strict=True):
            found.append(self.t * s - self.q * mu * 4)
        return [self.reduced(value) for value in found]

    def jacobian(self, first: Pencil) -> list[list[Number]]:
        """Their derivative by the coordinates and the multipliers (by X and M in a box that begins
        at 0: both equations and unknowns are divided by w).
        """
        rows = [
            [*row, *(arb(int(c == column)) for column in self.columns)]
            for row, (_, c, _) in zip(first.jacobian(), self.names, strict=True)
        ]
        for column in self.columns:
            counts = [
                0 if c != column else 1 if diagonal else self.blocks[i].height - int(i == c)
                for i, c, diagonal in self.names
            ]
            by_mu = [self.q * -4 if c == column else arb(0) for c in self.columns]
            rows.append([*(self.t * count if count else arb(0) for count in counts), *by_mu])
        return rows


def verify_gaussian_slopes(claim: GaussianSlopes, cover: SlopesCover, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 18 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    _require_cover(claim, cover, ledger)

    def verify(box: CoverBox, name: str, _: bool | None) -> bool:
        verify_slopes_box(claim, SlopesChart(claim, box, cover.signs), name, ledger)
        return True

    follow(cover, verify)


def _require_cover(claim: GaussianSlopes, cover: SlopesCover, ledger: Ledger) -> None:
    """(1): the boxes cover, without a gap, w = k c/(2 + k c) for the claimed c. Exact numbers."""
    boxes, k = cover.boxes, claim.problem.k

    def place(c: fmpq) -> fmpq:
        return k * c / (2 + k * c)

    begins = "the first box begins at the least c or before"
    ledger.require_at_most("cover", begins, boxes[0].low, place(claim.low.value))
    require_no_gap(cover, ledger)
    last = fmpq(1) if claim.high is None else place(claim.high.value)
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
    value, derivative = chart.equations(*centre), chart.jacobian(first)
    chart.require_one_zero(value, derivative, name, ledger)
    # (5): the eigenvalues, with the least c of the box
    least_c = 2 * chart.box.low / (claim.problem.k * (1 - chart.box.low))
    lowest = geometry.tilted(ball(least_c / 4))
    for part in components(chart.blocks):
        _require_above(claim, pencil_of(lowest, part), f"{part.name} on {name}", parts, ledger)
    for part in padding_components(chart.blocks):
        which = f"{part.name} (further dimensions) on {name}"
        _require_above(claim, padding_pencil(lowest, part), which, parts, ledger)
    # (6): G = F - |s|^2/8 + mu s/2 at the solution
    loss = geometry.loss()
    for c, s, mu in zip(chart.columns, chart.sums(geometry), multipliers, strict=True):
        loss = loss + mu * s * chart.blocks[c].width / 2
    loss, low = chart.reduced(loss), arb("inf")
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


def _read_witness(value: Any, statement: GaussianSlopes) -> SlopesCover:
    blocks = statement.problem.blocks
    columns = sum(block.columns for block in blocks)
    known = fields(value, "the witness", ["bits", "cover", "signs"])
    unknown = len(unknowns(blocks)) + columns
    found = read_boxes({name: known[name] for name in ("bits", "cover")}, unknown)
    effort = sum((box.order + 10) * (box.parts + 8) for box in found.boxes)
    work = effort * unknown * (unknown + 10) * found.working
    require_work("the cover", work, MAX_SLOPES)
    signs = known["signs"]
    if not isinstance(signs, list) or any(type(s) is not int or s not in (1, -1) for s in signs):
        raise Malformed("the signs are not a list of 1 and -1")
    starts = found.boxes[0].low == 0
    if len(signs) != (len(blocks) if starts else 0):
        raise Malformed("there is not one sign for each block, if the first box begins at 0")
    if starts and not all(block.rows and block.columns for block in blocks):
        raise Malformed("a cover from 0 on needs diagonal blocks")
    return SlopesCover(found.bits, found.boxes, tuple(signs))


GAUSSIAN_SLOPES_MINIMUM = Kind(
    name="gaussian-slopes-minimum",
    section="4.18",
    theorem="theorem 18",
    read_statement=GaussianSlopes.read,
    read_witness=_read_witness,
    verify=verify_gaussian_slopes,
)
