"""smooth-saddle: the conditions of FORMAT 4.24.

How the proof goes.  Krawczyk's test (lemma 10) for the gradient of R~ (trained_slice.py) on a box:
exactly one zero, near the centre.  The signs of the pivots of an elimination there are the signs of
the eigenvalues.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import Num
from .extremes import Lower, integers
from .krawczyk import Preconditioner
from .matrices import eigenvalues_below
from .reader import fields, increasing, integer, real
from .smooth_networks import condition
from .trained_minimum import require_above, require_below
from .trained_problem import (
    Given,
    TrainedProblem,
    Vector,
    prove_distance,
    read_bits,
    read_given,
    read_problem,
    read_vector,
    root_above,
)
from .trained_risk import Sweep
from .trained_slice import Slice, read_slice
from .verdict import need, refuse, require
from .wide import Wide, precise


@dataclass(frozen=True)
class TrainedSaddle:
    """The claim of section 4.24 in exact numbers."""

    problem: TrainedProblem
    centre: Vector
    slice: Slice
    radius: Fraction
    index: int
    risk: tuple[Fraction, Fraction]
    given: Given | None
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> TrainedSaddle:
    """The certificate of section 4.24."""
    statement = fields(tree["statement"], "statement", "problem centre modulo claims")
    claims = fields(statement["claims"], "claims", "radius index risk given")
    witness = fields(tree["witness"], "witness", "bits")
    problem = read_problem(statement["problem"])
    centre = read_vector(statement["centre"], "centre", problem.layers)
    modulo = read_slice(statement["modulo"], problem, centre)
    radius = real(claims["radius"], "radius")
    need(radius > 0, "radius is not positive.")
    need(modulo.dimension >= 2, "A saddle needs two parameters.")
    return TrainedSaddle(
        problem=problem,
        centre=centre,
        slice=modulo,
        radius=radius,
        index=integer(claims["index"], "index", 1, modulo.dimension - 1),
        risk=increasing(claims["risk"], "risk"),
        given=read_given(claims["given"], problem.layers),
        bits=read_bits(witness["bits"], problem, eliminations=3),
        summary=f"{problem.size}: exactly one critical point{modulo.where} within"
        f" {claims['radius']} of the centre in each parameter, a saddle with {claims['index']}"
        f" negative eigenvalue{'s' * (claims['index'] > 1)};"
        f" {claims['risk'][0]} < risk < {claims['risk'][1]}",
    )


def prove_zero(
    jacobian: Sequence[Sequence[Wide]], values: Sequence[Wide], radius: Fraction
) -> Fraction:
    """`contraction`: where the Jacobian is that on the box of this radius, the values those at its
    middle, the box holds exactly one zero (lemma 10), and no coordinate of it is farther from the
    middle than the number returned.

    All is multiplied by a power of 2 that brings the largest entry to about 1.
    """
    bits = values[0].bits
    ar, top = precise(bits), max(x.top for row in jacobian for x in row)

    def number(x: Wide) -> Num:
        return Num(ar, x.doubled(-top).fixed(ar))

    newton = Preconditioner(ar, [[number(x) for x in row] for row in jacobian])
    step, one = newton.size([number(x) for x in values]), (Fraction(1),) * 2
    require("contraction", (Fraction(0), newton.theta), one, " (theta on the left)")
    require("contraction", (Fraction(0), step + newton.theta * radius), (radius,) * 2)
    return step / (1 - newton.theta)


def mirrored(lower: Lower) -> Lower:
    """All rows of the symmetric matrix."""
    return [row + [lower[k][i] for k in range(i + 1, len(lower))] for i, row in enumerate(lower)]


def rounded_up(q: Fraction) -> Fraction:
    """A number of at least q >= 0 with few digits."""
    by = q.denominator.bit_length() - q.numerator.bit_length() + 128
    return Fraction((q.numerator << by) // q.denominator + 1, 1 << by) if by > 0 else q


def verify(claim: TrainedSaddle) -> None:
    """The conditions in their order; the first that fails raises a Verdict."""
    with condition("undefined"):
        _verify(claim)


def _hessian(claim: TrainedSaddle, radius: Fraction) -> Lower:
    sweep = Sweep(claim.problem, claim.centre, claim.slice.radii(radius), claim.bits)
    return claim.slice.held(claim.slice.matrix(sweep.derivatives().hessian()))


def _verify(claim: TrainedSaddle) -> None:
    problem, part, bits = claim.problem, claim.slice, claim.bits
    exact = Sweep(problem, claim.centre, Fraction(0), bits)
    gradient = part.vector(exact.derivatives().gradient())
    reach = rounded_up(prove_zero(mirrored(_hessian(claim, claim.radius)), gradient, claim.radius))
    prove_index(_hessian(claim, reach), claim.index)
    value = Sweep(problem, claim.centre, part.radii(reach), bits).risk()
    require_above("risk", "R", claim.risk[0], value)
    require_below("risk", "R", value, claim.risk[1])
    if claim.given is not None:
        away = root_above(len(part.free) * reach**2)
        prove_distance(claim.given, claim.centre, away)


def prove_index(lower: Lower, index: int) -> None:
    """`index`: all the matrices have so many negative eigenvalues, and 0 is none."""
    matrix, _ = integers(lower)
    bits = lower[0][0].bits
    counts = [eigenvalues_below(matrix, 0, sign, bits) for sign in (-1, 1)]
    if counts != [index, index]:
        least, most = ("?" if x is None else x for x in counts)
        refuse(
            "index",
            f"{index} negative eigenvalues, and none is 0: at least {least}"
            f" are below 0, at most {most} are at most 0",
        )
