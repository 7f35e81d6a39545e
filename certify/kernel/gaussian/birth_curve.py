"""The kind `gaussian-birth-curve`: the slopes at which type II ceases to be a minimum, for all real
k up to the one where the slope is 1 (theorem 21).

How the proof goes. On each box of a cover of w up to w = 1, the equations of theorem 18 in the
point, the multipliers and k, together with one for the pencil of s1, the last pivot of a form of it
that is regular at c = infinity, have exactly one solution in a tube for every w, by Krawczyk's
operator. The solutions of neighbouring boxes join, k grows with w, and so does c: the curve is a
graph over k. That all other eigenvalues are positive, and the direction of the crossing, are
inequalities on each box.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.derivative import Moving
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.pivots import pivots
from certify.kernel.foundation.witness import require_work
from certify.kernel.gaussian.birth_curve_statement import CurveValue, GaussianBirthCurve
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.branch import follow, turn_of_expansions
from certify.kernel.gaussian.chart import BoxChart, over
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.cover import Cover, CoverBox, read_boxes, require_no_gap
from certify.kernel.gaussian.curve_point import UNKNOWN, CurvePoint
from certify.kernel.gaussian.isotypic import padding_pencil, pencil_of
from certify.kernel.kind import Kind

__all__ = [
    "GAUSSIAN_BIRTH_CURVE",
    "GaussianBirthCurve",
    "Reached",
    "derivatives",
    "verify_birth_curve",
    "verify_curve_box",
]

_CROSSING = "s1"
_FAR = fmpq(99, 100)  # w beyond which the pencils are tested with the c of this one, not of the box
MAX_CURVE = 4 * 10**6  # FORMAT 3.1


@dataclass(frozen=True)
class Reached:
    """A box that is verified, a bound of the distance of the solution from its branch, and the
    Jacobian on the tube.
    """

    box: CoverBox
    reach: arb
    derivative: list[list[Number]]


def verify_birth_curve(claim: GaussianBirthCurve, cover: Cover, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 21 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    # (1): exact numbers
    require_no_gap(cover, ledger)
    last = cover.boxes[-1]
    ledger.require_equal("cover", "the boxes end at w = 1", last.high, fmpq(1))
    found: list[Reached] = []

    def verify(box: CoverBox, name: str, before: Reached | None) -> Reached:
        found.append(verify_curve_box(box, name, ledger))
        if before is not None:
            _require_joined(before, found[-1], name, ledger)
        return found[-1]

    follow(cover, verify)
    _require_crossing(found[-1], ledger)
    for value in claim.values:
        _require_value(value, found, ledger)
    low, high = _k_at(found[-1], fmpq(1))
    ledger.require("limit", "the lower end of the limit is below k at w = 1", claim.limit.low, low)
    ledger.require("limit", "k at w = 1 is below the upper end of it", high, claim.limit.high)


def verify_curve_box(box: CoverBox, name: str, ledger: Ledger) -> Reached:
    """Enter the inequalities (2) to (6) of one box of the cover."""
    chart = BoxChart(box)
    centre = CurvePoint(chart.tube(fmpq(0)), chart.t, turn_of_expansions)
    # (2): the closed forms are smooth
    tube = chart.tube(box.radius)
    point = CurvePoint(tube, chart.t, turn_of_expansions)
    chart.require_smooth(point.zero, name)
    # (3), (4): one solution for every w
    derivative, by_w = derivatives(tube, chart.t)
    reach = chart.require_one_zero(centre.equations(), derivative, name, ledger)
    # (5): all other eigenvalues are positive
    _require_positive(chart, point, name, ledger)
    # (6): k and c grow with w
    growing, faster = arb("inf"), arb("inf")
    for s in chart.parts():
        w, k = over(chart.t, s), over(point.k, s)
        by_z = [[over(x, s) for x in row] for row in derivative]
        speed = _solved(by_z, [-over(x, s) for x in by_w])[-1]
        growing = growing.min(speed)
        faster = faster.min(k - w * (1 - w) * speed)
    ledger.require("increasing", f"k grows with w on {name}", arb(0), growing)
    ledger.require("increasing", f"c grows with w on {name}", arb(0), faster)
    return Reached(box, reach, derivative)


def _solved(rows: list[list[arb]], right: list[arb]) -> list[arb]:
    """The solution of a linear system, multiplied by an approximate inverse first."""
    matrix = arb_mat(rows)
    near = matrix.mid().inv().mid()
    found: list[arb] = (near * matrix).solve(near * arb_mat([[x] for x in right])).entries()
    return found


def _require_crossing(last: Reached, ledger: Ledger) -> None:
    """(7): along the zeros of the other equations the last pivot of s1 grows with k at fixed w, on
    the last box: r - s A^-1 b of the Jacobian [[A, b], [s, r]].
    """
    for s in BoxChart(last.box).parts():
        *rows, (*beside, corner) = [[over(x, s) for x in row] for row in last.derivative]
        solved = _solved([row[:-1] for row in rows], [row[-1] for row in rows])
        grows = corner - sum((x * y for x, y in zip(beside, solved, strict=True)), arb(0))
        sentence = f"the last pivot of {_CROSSING} grows with k on the last box"
        ledger.require("crossing", sentence, arb(0), grows)


def _require_positive(chart: BoxChart, point: CurvePoint, name: str, ledger: Ledger) -> None:
    """k > 3, all pencils but that of s1 are positive, and of that all pivots but the last."""
    parts, low = chart.parts(), min(chart.box.low, _FAR)
    least_k, most_k = arb("inf"), arb(0)
    for s in parts:
        k = over(point.k, s)
        least_k, most_k = least_k.min(k), most_k.max(k)
    ledger.require("regular", f"k is above 3 on {name}", fmpq(3), least_k)
    tilted = point.zero.tilted(ball(low / (1 - low)) / (2 * most_k))  # the least c, over 4
    least = arb("inf")
    others = [pencil_of(tilted, p) for p in components(point.blocks) if p.name != _CROSSING]
    others += [padding_pencil(tilted, part) for part in padding_components(point.blocks)]
    for s in parts:
        for pencil in others:
            for pivot in pivots([[over(x, s) for x in row] for row in pencil.form]):
                least = least.min(pivot)
    sentence = f"the pencils of the other representations are positive on {name}"
    ledger.require("other-eigenvalues", sentence, arb(0), least)
    least, first = arb("inf"), point.pivots()[:-1]
    for s in parts:
        for pivot in first:
            least = least.min(over(pivot, s))
    sentence = f"all pivots of {_CROSSING} but the last are positive on {name}"
    ledger.require("other-eigenvalues", sentence, arb(0), least)


def derivatives(z: list[Number], w: Number) -> tuple[list[list[Number]], list[Number]]:
    """The Jacobian of the equations by z, and their derivatives by w; z, w are expansions."""
    columns = []
    for j in range(UNKNOWN + 1):
        *moved, last = [Moving(x, int(i == j)) for i, x in enumerate((*z, w))]
        point = CurvePoint(moved, last, turn_of_expansions)
        columns.append([x.slope for x in point.equations()])
    *by_z, by_w = columns
    return [list(row) for row in zip(*by_z, strict=True)], by_w


def _require_joined(before: Reached, here: Reached, name: str, ledger: Ledger) -> None:
    """At the w they share, the solution of the box with the thinner tube lies in the other tube:
    there the two are one.
    """
    w, apart = here.box.low, fmpq(0)
    for x, y in zip(before.box.at(w), here.box.at(w), strict=True):
        apart = max(apart, abs(x - y))
    thin, wide = sorted((before, here), key=lambda found: found.box.radius)
    sentence = f"the curve goes on in the tube of {name}"
    ledger.require("joined", sentence, thin.reach + ball(apart), wide.box.radius)


def _require_value(value: CurveValue, found: list[Reached], ledger: Ledger) -> None:
    """k at the w of the two ends of c is below and above the k of the value."""
    k = value.k.value
    for side, c in enumerate((value.c.low, value.c.high)):
        w = k * c / (2 + k * c)
        places = [at for at in found if at.box.low <= w <= at.box.high]
        inside = f"the w of an end of c for k = {value.k} is in the cover"
        ledger.require_at_most("cover", inside, found[0].box.low, w)
        low, high = _k_at(min(places, key=lambda at: at.box.radius), w)
        end = "upper" if side else "lower"
        sentence = f"k = {value.k} is reached inside the range of c: at its {end} end"
        ledger.require("value", sentence, *((k, low) if side else (high, k)))


def _k_at(reached: Reached, w: fmpq) -> tuple[arb, arb]:
    """Two bounds of k at w."""
    k = ball(reached.box.at(w)[-1])
    return k - reached.reach, k + reached.reach


def _read_witness(value: Any, _statement: GaussianBirthCurve) -> Cover:
    cover = read_boxes(value, UNKNOWN)
    if cover.boxes[0].low == 0:
        raise Malformed("the cover begins at 0")
    effort = sum(5 * box.order + box.parts + 100 for box in cover.boxes)
    require_work("the cover", effort * (cover.bits + 500), MAX_CURVE)
    return cover


GAUSSIAN_BIRTH_CURVE = Kind(
    name="gaussian-birth-curve",
    section="4.21",
    theorem="theorem 21",
    read_statement=GaussianBirthCurve.read,
    read_witness=_read_witness,
    verify=verify_birth_curve,
)
