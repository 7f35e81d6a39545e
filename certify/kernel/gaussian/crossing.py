"""Exactly one value of a parameter makes a pencil of the Hessian singular along a branch of
critical points: what theorems 3 (the parameter is k) and 20 (it is c) verify.

How the proof goes. The parameter u is a ball, U. Krawczyk's operator shows one solution x(u) in a
box for all u in U (lemma 10). Every pencil of the Hessian but one is positive on the box (lemma
11). Of the one that crosses, all pivots but the last are positive; the last is monotone along x(u),
by implicit differentiation in power series, and has opposite signs at the ends of U. So exactly one
u* in U makes it 0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flint import arb, arb_mat, arb_series, fmpq

from certify.kernel.foundation.balls import ball, upper_rational
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.pivots import pivots
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.components import Component, components, padding_components
from certify.kernel.gaussian.geometry import Geometry, require_regular
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of

__all__ = ["Crossing", "elimination_order", "verify_crossing"]

_TERMS = 2  # value and derivative by the parameter


@dataclass(frozen=True)
class Crossing:
    """Where the parameter `name` is in the `interval` [low, high] and the coordinates are within
    `distance` of `centre`, an eigenvalue of `component` crosses 0: upwards if it `rises`, else
    downwards. It is one of the Hessian in R^(n x k), or `beyond`, in each dimension above k, of the
    matrix M of lemma 5.

    at: the closed forms for a parameter and coordinates, both balls or power series.
    """

    name: str
    interval: str
    low: fmpq
    high: fmpq
    centre: list[arb]
    distance: fmpq
    component: Component
    rises: bool
    at: Callable[[Number, list[Number]], Geometry]
    beyond: bool = False

    def pencil(self, geometry: Geometry) -> Pencil:
        """The pencil of the eigenvalue that crosses."""
        of = padding_pencil if self.beyond else pencil_of
        return of(geometry, self.component)

    @property
    def middle(self) -> fmpq:
        """Of the interval."""
        return (self.low + self.high) / 2

    def box(self, radius: fmpq) -> list[arb]:
        """The coordinates within the radius of the centre."""
        spread = arb(0, ball(radius).upper())
        return [value + spread for value in self.centre]


def verify_crossing(claim: Crossing, ledger: Ledger) -> Geometry:
    """Enter the inequalities (1) to (9) of theorem 3 into the ledger; `Unverified` at the first
    that is not verified. The result encloses the closed forms for the whole interval and box.
    """
    delta, half = claim.distance, (claim.high - claim.low) / 2
    everywhere = f"for all {claim.name} in {claim.interval}"
    u, box = ball(claim.middle) + arb(0, ball(half).upper()), claim.box(delta)
    outer = claim.at(u, box)
    require_regular(outer, ledger)

    # (1) to (3): one solution x(u) in the box, for all u in U
    pencils = {part.name: pencil_of(outer, part) for part in components(outer.blocks)}
    paddings = {part.name: padding_pencil(outer, part) for part in padding_components(outer.blocks)}
    derivative = pencils["1"].jacobian()
    contraction, reach = krawczyk(claim.at(u, claim.centre).gradient(), derivative, delta)
    near = f"the preconditioned Jacobian on the box is near the identity, {everywhere}"
    ledger.require("contraction", near, contraction, fmpq(1))
    maps = f"Krawczyk's operator maps the box into its interior, {everywhere}"
    ledger.require("inclusion", maps, reach, delta)

    # (4), (5): all eigenvalues but one are positive, for all u in U
    crossing = (paddings if claim.beyond else pencils).pop(claim.component.name)
    others = [*pencils.values(), *paddings.values()]
    for pivot in (pivot for pencil in others for pivot in pivots(pencil.form)):
        sentence = f"the Hessian is positive on the other representations, {everywhere}"
        ledger.require("other-eigenvalues", sentence, arb(0), pivot)
    order = elimination_order(crossing)
    for pivot in pivots(crossing.ordered(order))[:-1]:
        sentence = f"all eigenvalues of the representation but one are positive, {everywhere}"
        ledger.require("other-eigenvalues", sentence, arb(0), pivot)

    # (6) to (9): the last pivot is monotone, and changes its sign within U
    sign = 1 if claim.rises else -1
    slope = _slope(_along_branch(claim, (u, box, derivative, order), ledger)) * sign
    moves = "grows" if claim.rises else "falls"
    ledger.require("slope", f"the last pivot {moves} with {claim.name}", arb(0), slope)
    final = _at_the_middle(claim, (derivative, contraction, order), ledger) * sign
    room, ends = slope * ball(half), ("negative", "positive")[::sign]
    for sides, which, end in zip(
        ((final, room), (-room, final)), ends, ("lower", "upper"), strict=True
    ):
        sentence = f"the last pivot is {which} at the {end} end of {claim.interval}"
        ledger.require("crossing", sentence, *sides)
    return outer


def _at_the_middle(
    claim: Crossing, known: tuple[list[list[arb]], arb, list[int]], ledger: Ledger
) -> arb:
    """The last pivot at x(middle), to more digits: the same Jacobian, a box of twice Newton's
    step.

    known: the Jacobian on the box, its contraction, the order of elimination.
    """
    derivative, contraction, order = known
    delta, where = claim.distance, f"at the middle of {claim.interval}"
    middle = ball(claim.middle)
    _, step = krawczyk(claim.at(middle, claim.centre).gradient(), derivative, fmpq(0))
    inner = 2 * upper_rational(step) if step.is_finite() else delta
    ledger.require("inner-box", f"the box {where} lies in the box", inner, delta)
    maps = f"Krawczyk's operator maps the box {where} into its interior"
    ledger.require("inner-box", maps, step + contraction * ball(inner), inner)
    here = claim.at(middle, claim.box(inner))
    return pivots(claim.pencil(here).ordered(order))[-1]


def _along_branch(
    claim: Crossing, known: tuple[arb, list[arb], list[list[arb]], list[int]], ledger: Ledger
) -> Number:
    """The last pivot of the crossing pencil along x(u), for all u_0 in U, as a series

    value + slope (u - u_0),   with x' = -J^-1 dg/du.

    known: U, the box, the Jacobian on it, the order of elimination.
    """
    u, box, derivative, order = known
    moving = arb_series([u, arb(1)], _TERMS)
    try:
        change = [_slope(entry) for entry in claim.at(moving, box).gradient()]
        velocity = arb_mat(derivative).solve(arb_mat([[-entry] for entry in change])).entries()
        coordinates = [
            arb_series([value, speed], _TERMS) for value, speed in zip(box, velocity, strict=True)
        ]
        pencil = claim.pencil(claim.at(moving, coordinates))
        return pivots(pencil.ordered(order))[-1]
    # a Jacobian not proved regular, a division by a series that may vanish
    except (ZeroDivisionError, ValueError):
        ledger.refuse("slope", "the pencil can be followed along the branch", UNDEFINED, UNDEFINED)


def elimination_order(pencil: Pencil) -> list[int]:
    """Of the test matrices: each time the largest pivot over its norm, as far as midpoints tell.
    Theorems 3 and 20 hold with every order.
    """
    rows, order = pencil.matrix(), list(range(len(pencil.norms)))
    for k in range(len(order)):
        best = order[k]
        for a in order[k + 1 :]:
            if (rows[a][a] / pencil.norms[a]).mid() > (rows[best][best] / pencil.norms[best]).mid():
                best = a
        order.remove(best)
        order.insert(k, best)
        for a in order[k + 1 :]:
            ratio = rows[a][best] / rows[best][best]
            for b in order[k + 1 :]:
                rows[a][b] = rows[a][b] - ratio * rows[best][b]
    return order


def _slope(value: Number) -> arb:
    """The derivative by the parameter; NaN where the series has lost it."""
    if not isinstance(value, arb_series):
        return arb(0)
    return value[1] if value.prec >= _TERMS else arb("nan")
