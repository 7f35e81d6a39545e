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

from flint import arb, arb_mat, arb_series, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.krawczyk import krawczyk
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

_CROSSING, _TERMS = "s1", 2
MAX_CURVE = 6 * 10**7  # FORMAT 3.1


@dataclass(frozen=True)
class Reached:
    """A box that is verified, and a bound of the distance of the solution from its branch."""

    box: CoverBox
    reach: arb


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
    for value in claim.values:
        _require_value(value, found, ledger)
    low, high = _k_at(found[-1], fmpq(1))
    ledger.require("limit", "the lower end of the limit is below k at w = 1", claim.limit.low, low)
    ledger.require("limit", "k at w = 1 is below the upper end of it", high, claim.limit.high)


def verify_curve_box(box: CoverBox, name: str, ledger: Ledger) -> Reached:
    """Enter the inequalities (2) to (8) of one box of the cover."""
    chart = BoxChart(box)
    centre = CurvePoint(chart.tube(fmpq(0)), chart.t, turn_of_expansions)
    value, tube = centre.equations(), chart.tube(box.radius)
    contraction = reach = arb(0)
    rising, growing, faster = [arb("inf")] * 3
    least = ball(box.low) / (1 - ball(box.low))
    for s in chart.parts():
        w, z = over(chart.t, s), [over(x, s) for x in tube]
        # (2): the closed forms are smooth
        point = CurvePoint(z, w)
        point.require_smooth(ledger, name)
        # (3), (4): one solution for every w
        derivative, by_w = derivatives(z, w)
        theta, image = krawczyk([over(v, s) for v in value], derivative, box.radius)
        contraction, reach = contraction.max(theta), reach.max(image)
        # (5): all other eigenvalues are positive, with the least c = 2 w/(k (1 - w)) of the box
        _require_positive(point, 2 * least / z[-1], name, ledger)
        # (6), (7): the pivot grows with k at fixed w; k and c grow with w
        rising = rising.min(_last_schur(derivative))
        speed = arb_mat(derivative).solve(arb_mat([[-x] for x in by_w])).entries()[-1]
        growing = growing.min(speed)
        faster = faster.min(z[-1] - w * (1 - w) * speed)
    near = f"the preconditioned Jacobian is near the identity on {name}"
    ledger.require("contraction", near, contraction, fmpq(1))
    maps = f"Krawczyk's operator maps the tube into its interior on {name}"
    ledger.require("inclusion", maps, reach, box.radius)
    rises = f"the last pivot of {_CROSSING} grows with k on {name}"
    ledger.require("crossing", rises, arb(0), rising)
    ledger.require("increasing", f"k grows with w on {name}", arb(0), growing)
    ledger.require("increasing", f"c grows with w on {name}", arb(0), faster)
    return Reached(box, reach)


def _require_positive(point: CurvePoint, c: arb, name: str, ledger: Ledger) -> None:
    """All pencils but that of s1 are positive with this c, and of that all pivots but the last."""
    tilted = point.zero.tilted(c / 4)
    others = [pencil_of(tilted, p) for p in components(point.blocks) if p.name != _CROSSING]
    others += [padding_pencil(tilted, part) for part in padding_components(point.blocks)]
    least = arb("inf")
    for pencil in others:
        for pivot in pivots(pencil.form):
            least = least.min(pivot)
    sentence = f"the pencils of the other representations are positive on {name}"
    ledger.require("other-eigenvalues", sentence, arb(0), least)
    first, *rest = point.pivots()
    for pivot in rest[:-1]:
        first = first.min(pivot)
    sentence = f"all pivots of {_CROSSING} but the last are positive on {name}"
    ledger.require("other-eigenvalues", sentence, arb(0), first)


def derivatives(z: list[arb], w: arb) -> tuple[list[list[arb]], list[arb]]:
    """The Jacobian of the equations by z, and their derivatives by w, by power series."""
    columns = []
    for j in range(UNKNOWN + 1):
        moved: list[Number] = [*z, w]
        moved[j] = arb_series([moved[j], arb(1)], _TERMS)
        columns.append([_slope(x) for x in CurvePoint(moved[:-1], moved[-1]).equations()])
    *by_z, by_w = columns
    return [list(row) for row in zip(*by_z, strict=True)], by_w


def _slope(value: Number) -> arb:
    """The derivative; NaN where the series has lost it."""
    if not isinstance(value, arb_series):
        return arb(0)
    return value[1] if value.prec >= _TERMS else arb("nan")


def _last_schur(matrix: list[list[arb]]) -> arb:
    """s - r A^-1 b of the matrix [[A, b], [r, s]], b a column: the derivative of the last equation
    by the last unknown along the zeros of the others.
    """
    *rows, (*r, last) = matrix
    solved = arb_mat([row[:-1] for row in rows]).solve(arb_mat([[row[-1]] for row in rows]))
    return last - (arb_mat([r]) * solved)[0, 0]


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
    work = sum((box.order + 10) * (box.parts + 2) for box in cover.boxes) * cover.working
    require_work("the cover", work, MAX_CURVE)
    return cover


GAUSSIAN_BIRTH_CURVE = Kind(
    name="gaussian-birth-curve",
    section="4.21",
    theorem="theorem 21",
    read_statement=GaussianBirthCurve.read,
    read_witness=_read_witness,
    verify=verify_birth_curve,
)
