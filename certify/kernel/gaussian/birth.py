"""The kind `gaussian-birth`: the real k at which a critical point of a symmetric family becomes a
minimum (theorem 3).

How the proof goes. The sizes of the blocks enter the closed forms as numbers, so k may be a ball,
K. Krawczyk's operator shows one solution x(k) in a box for all k in K (lemma 10). Every pencil of
the Hessian but one is positive on the box (lemma 11). Of the one that crosses, all pivots but the
last are positive; the last has a positive derivative along x(k), by implicit differentiation in
power series, and opposite signs at the ends of K. So exactly one k* in K makes it 0.
"""

from __future__ import annotations

from typing import Any

from flint import arb, arb_mat, arb_series, fmpq

from certify.kernel.foundation.balls import ball, upper_rational
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.foundation.pivots import pivots
from certify.kernel.foundation.witness import Bits, read_bits
from certify.kernel.gaussian.birth_statement import GaussianBirth
from certify.kernel.gaussian.blocks import Number, fixed_matrix, unknowns
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.geometry import Geometry, require_regular
from certify.kernel.gaussian.isotypic import padding_pencil, pencil_of
from certify.kernel.gaussian.partition import (
    require_blocks_work,
)
from certify.kernel.kind import Kind

__all__ = ["GAUSSIAN_BIRTH", "GaussianBirth", "verify_gaussian_birth"]

_TERMS = 2  # value and derivative by k


def _at(claim: GaussianBirth, k: Number, coordinates: list[Number]) -> Geometry:
    blocks = claim.blocks(k)
    values = dict(zip(unknowns(blocks), coordinates, strict=True))
    return Geometry(blocks, fixed_matrix(blocks, values), claim.activation)


def verify_gaussian_birth(claim: GaussianBirth, _witness: Bits, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 3 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    delta, middle = claim.distance.value, (claim.k.low + claim.k.high) / 2
    half = (claim.k.high - claim.k.low) / 2
    centre = [ball(claim.centre[name]) for name in unknowns(claim.parts)]
    k = ball(middle) + arb(0, ball(half).upper())
    box = _box(centre, delta)
    outer = _at(claim, k, box)
    require_regular(outer, ledger)

    # (1) to (3): one solution x(k) in the box, for all k in K
    pencils = {part.name: pencil_of(outer, part) for part in components(outer.blocks)}
    derivative = pencils["1"].jacobian()
    contraction, reach = krawczyk(_at(claim, k, centre).gradient(), derivative, delta)
    near = "the preconditioned Jacobian on the box is near the identity, for all k in K"
    ledger.require("contraction", near, contraction, fmpq(1))
    maps = "Krawczyk's operator maps the box into its interior, for all k in K"
    ledger.require("inclusion", maps, reach, delta)

    # (4), (5): all eigenvalues but one are positive, for all k in K
    others = [pencil for name, pencil in pencils.items() if name != claim.crossing.name]
    others += [padding_pencil(outer, part) for part in padding_components(outer.blocks)]
    for pivot in (pivot for pencil in others for pivot in pivots(pencil.form)):
        sentence = "the Hessian is positive on the other representations, for all k in K"
        ledger.require("other-eigenvalues", sentence, arb(0), pivot)
    for pivot in pivots(pencils[claim.crossing.name].form)[:-1]:
        sentence = "all eigenvalues of the representation but one are positive, for all k in K"
        ledger.require("other-eigenvalues", sentence, arb(0), pivot)

    # (6) to (9): the last pivot grows, and changes its sign within K
    slope = _slope(_along_branch(claim, k, box, derivative, ledger))
    ledger.require("slope", "the last pivot grows with k", arb(0), slope)
    final = _at_the_middle(claim, (middle, centre, derivative, contraction), ledger)
    room = slope * ball(half)
    ledger.require("crossing", "the last pivot is negative at the lower end of K", final, room)
    ledger.require("crossing", "the last pivot is positive at the upper end of K", -room, final)


def _at_the_middle(
    claim: GaussianBirth,
    known: tuple[fmpq, list[arb], list[list[arb]], arb],
    ledger: Ledger,
) -> arb:
    """The last pivot at x(middle), to more digits: the same Jacobian, a box of twice Newton's
    step.

    known: the middle of K, the centre, the Jacobian on the box, and its contraction.
    """
    middle, centre, derivative, contraction = known
    delta = claim.distance.value
    _, step = krawczyk(_at(claim, ball(middle), centre).gradient(), derivative, fmpq(0))
    inner = 2 * upper_rational(step) if step.is_finite() else delta
    ledger.require("inner-box", "the box at the middle of K lies in the box", inner, delta)
    maps = "Krawczyk's operator maps the box at the middle of K into its interior"
    ledger.require("inner-box", maps, step + contraction * ball(inner), inner)
    here = _at(claim, ball(middle), _box(centre, inner))
    return pivots(pencil_of(here, claim.crossing).form)[-1]


def _box(centre: list[arb], radius: fmpq) -> list[arb]:
    spread = arb(0, ball(radius).upper())
    return [value + spread for value in centre]


def _along_branch(
    claim: GaussianBirth,
    k: arb,
    box: list[arb],
    derivative: list[list[arb]],
    ledger: Ledger,
) -> Number:
    """The last pivot of the crossing pencil along x(k), for all k_0 in K, as a series

    value + slope (k - k_0),   with x' = -J^-1 dg/dk.
    """
    moving = arb_series([k, arb(1)], _TERMS)
    try:
        change = [_slope(entry) for entry in _at(claim, moving, box).gradient()]
        velocity = arb_mat(derivative).solve(arb_mat([[-entry] for entry in change])).entries()
        coordinates = [
            arb_series([value, speed], _TERMS) for value, speed in zip(box, velocity, strict=True)
        ]
        return pivots(pencil_of(_at(claim, moving, coordinates), claim.crossing).form)[-1]
    # a Jacobian not proved regular, a division by a series that may vanish
    except (ZeroDivisionError, ValueError):
        ledger.refuse("slope", "the pencil can be followed along the branch", UNDEFINED, UNDEFINED)


def _slope(value: Number) -> arb:
    """The derivative by k; NaN where the series has lost it."""
    if not isinstance(value, arb_series):
        return arb(0)
    return value[1] if value.prec >= _TERMS else arb("nan")


def _read_witness(value: Any, statement: GaussianBirth) -> Bits:
    witness = read_bits(value)
    require_blocks_work(len(statement.centre), witness)
    return witness


GAUSSIAN_BIRTH = Kind(
    name="gaussian-birth",
    section="4.3",
    theorem="theorem 3",
    read_statement=GaussianBirth.read,
    read_witness=_read_witness,
    verify=verify_gaussian_birth,
)
