"""The kind `smooth-strict-minimum`: the one critical point near a trained network is a strict local
minimum (theorem 22).

How the proof goes. On a box around the centre the Hessian of the risk, on the slice across its
symmetries, is above mu. So the risk is strongly convex there, and a gradient below mu delta at the
centre leaves room for exactly one critical point, less than delta away. Eigenvalues are enclosed on
the box of size delta.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.definite import positive_definite
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import Interval, Real, counted, read_interval, read_positive
from certify.kernel.foundation.wide import require_definite
from certify.kernel.foundation.witness import Bits, read_bits
from certify.kernel.foundation.words import Words, line
from certify.kernel.kind import Kind
from certify.kernel.trained.claims import Given, besides, require_between, require_farther
from certify.kernel.trained.hessian import hessian
from certify.kernel.trained.network import Parameters
from certify.kernel.trained.off import Off
from certify.kernel.trained.passes import empirical_risk, gradient, norm_of
from certify.kernel.trained.problem import TrainedProblem
from certify.kernel.trained.symmetries import Slice

__all__ = ["SMOOTH_STRICT_MINIMUM", "StrictMinimum", "verify_strict_minimum"]


@dataclass(frozen=True)
class StrictMinimum:
    """Kind `smooth-strict-minimum`. With c the centre and S the slice:

    exactly one critical point theta* of R on S has |theta* - c| <= radius; it has
    |theta* - c| < location;
    the Hessian of R on S is above `convexity` for |theta - c| <= radius;
    R(theta*), and the smallest and the largest eigenvalue of the Hessian on S there, lie in the
    intervals; given: where the user's weights lie; better: R is smaller there (None: not claimed).
    off: units that the network has besides, switched off: the point is a local minimum with them,
    not strict. given and better are parameters of the network with them.
    """

    problem: TrainedProblem
    centre: Parameters
    modulo: Slice
    off: Off
    radius: Real
    convexity: Real
    location: Real
    risk: Interval
    smallest: Interval
    largest: Interval
    given: Given | None
    better: Parameters | None

    @classmethod
    def read(cls, value: Any) -> StrictMinimum:
        """From the field `statement` of a certificate (FORMAT 4.22). Raises `Malformed`."""
        known = fields(value, "the statement", ["problem", "centre", "modulo", "off", "claims"])
        problem = TrainedProblem.read(known["problem"])
        centre = problem.network.read_parameters(known["centre"], "the centre")
        modulo = Slice.read(known["modulo"], problem, centre)
        off = Off.read(known["off"], problem)
        if off.units and modulo.fixed:
            raise Malformed("units are switched off by decay, and rescaling has none")
        names = ["radius", "convexity", "location", "risk", "smallest", "largest"]
        claims = fields(known["claims"], "the claims", [*names, "given", "better"])
        radius, convexity, location = (
            read_positive(claims[name], f"the {name}") for name in names[:3]
        )
        if location.value > radius.value:
            raise Malformed("the location is above the radius")
        risk, smallest, largest = (read_interval(claims[name], f"the {name}") for name in names[3:])
        larger = off.larger(problem).network
        better = claims["better"]
        if better is not None:
            better = larger.read_parameters(better, "the better parameters")
        return cls(
            problem=problem,
            centre=centre,
            modulo=modulo,
            off=off,
            radius=radius,
            convexity=convexity,
            location=location,
            risk=risk,
            smallest=smallest,
            largest=largest,
            given=Given.read(claims["given"], larger),
            better=better,
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        problem = self.off.larger(self.problem)
        what = "local minimum" if self.off.units else "strict local minimum"
        if self.better is not None:
            what = f"spurious {what}"
        return line(
            what,
            *self.modulo.in_words(),
            f" of the risk of a network with {problem.network.in_words()}",
            self.off.counted(),
            f"; {counted(problem.data, 'datum', 'data')}",
            ", risk in ",
            self.risk,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.problem.in_words()
        yield from self.modulo.told()
        inside, on = ("", "") if self.modulo.whole else (" in $S$", " on $S$")
        yield line(
            f"  (a)  Among the $θ${inside} with $‖θ − C‖ ≤ $",
            self.radius,
            " exactly one, $θ*$, is a critical point of $R$, and $‖θ* − C‖ < $",
            self.location,
            ".",
        )
        yield line(
            f"  (b)  $θ*$ is a strict local minimum of $R${on}: all eigenvalues of the Hessian of"
            f" $R${on} are above ",
            self.convexity,
            " at all these $θ$.",
        )
        yield from self.modulo.consequence()
        yield line("  (c)  $R(θ*)$ lies in ", self.risk, ".")
        yield line(
            f"  (d)  The smallest eigenvalue of the Hessian of $R${on} at $θ*$ lies in ",
            self.smallest,
            ", the largest in ",
            self.largest,
            ".",
        )
        letters = iter("efg")
        yield from self.off.in_words(letters)
        yield from besides(letters, self.given, self.better)


def verify_strict_minimum(claim: StrictMinimum, witness: Bits, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 22 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    problem, modulo, bits = claim.problem, claim.modulo, witness.bits
    network, mu = problem.network, claim.convexity.value
    claim.off.require_decay(problem, ledger)
    thin = network.matrices(claim.centre)
    slope = norm_of(modulo.gradient(gradient(problem, thin, ledger)))
    # (1) one critical point, and where it is
    near = "the norm of the gradient at the centre is below the convexity times the location"
    ledger.require("location", near, slope, mu * claim.location.value)
    radius = ball(claim.radius.value)
    box = network.matrices(claim.centre, lambda _: radius)
    wide = hessian(problem, box, ledger, around=(thin, radius))
    what = "the Hessian on the ball of the radius"
    require_definite(ledger, "definite", what, modulo.lifted(wide), mu, bits)
    # (2) the risk there
    risk = empirical_risk(problem, thin, ledger)
    require_between(
        ledger, "risk", "the risk", risk - slope * slope / (2 * ball(mu)), risk, claim.risk
    )
    # (3) the eigenvalues there
    location = ball(claim.location.value)
    near_centre = network.matrices(claim.centre, lambda _: location)
    rows = hessian(problem, near_centre, ledger)
    _require_eigenvalues(claim, rows, bits, ledger)
    # (4) what else is claimed
    claim.off.require(problem, near_centre, ledger)
    if claim.given is not None:
        claim.given.require(ledger, claim.off.inserted(claim.centre), location)
    if claim.better is not None:
        larger = claim.off.larger(problem)
        better = empirical_risk(larger, larger.network.matrices(claim.better), ledger)
        require_farther(ledger, better, claim.risk)


def _require_eigenvalues(
    claim: StrictMinimum, rows: list[list[arb]], bits: int, ledger: Ledger
) -> None:
    """The smallest and the largest on the slice. Along a shift the Hessian of R is 0 and that of
    R~ is `lift`.
    """
    modulo, smallest, largest = claim.modulo, claim.smallest, claim.largest
    least = _require_least(
        "smallest", "the smallest eigenvalue", modulo.lifted(rows), smallest, bits, ledger
    )
    below = "an upper bound of the smallest eigenvalue is below the upper end"
    ledger.require("smallest", below, least, smallest.high)
    if modulo.shifts:
        sentence = "the smallest eigenvalue is below the one that is added along a shift"
        ledger.require("shift", sentence, smallest.high, modulo.lift)
    negated = [[-entry for entry in row] for row in modulo.hessian(rows)]
    turned = Interval(-largest.high, -largest.low, ("", ""))
    what = "minus the largest eigenvalue, the smallest of minus the Hessian,"
    least = _require_least("largest", what, negated, turned, bits, ledger)
    above = "a lower bound of the largest eigenvalue is above the lower end"
    ledger.require("largest", above, largest.low, -least)


def _require_least(
    code: str, what: str, rows: list[list[arb]], claim: Interval, bits: int, ledger: Ledger
) -> arb | fmpq:
    """Verify that the smallest eigenvalue is above the lower end; an upper bound of it (lemma 7).

    The bound comes from inverse iteration at the lower end; where that is far away, from the
    direction in which the matrix less the upper end is not positive.
    """
    found = positive_definite(rows, claim.low, bits)
    found.require(ledger, code, f"{what} is above the lower end: a residual (lemma 6)")
    if isinstance(found.lowest, fmpq) and found.lowest < claim.high:
        return found.lowest
    return positive_definite(rows, claim.high, bits).lowest


def _read_witness(value: Any, statement: StrictMinimum) -> Bits:
    witness = read_bits(value)
    statement.problem.require_room(witness.bits)
    return witness


SMOOTH_STRICT_MINIMUM = Kind(
    name="smooth-strict-minimum",
    section="4.22",
    theorem="theorem 22",
    read_statement=StrictMinimum.read,
    read_witness=_read_witness,
    verify=verify_strict_minimum,
)
