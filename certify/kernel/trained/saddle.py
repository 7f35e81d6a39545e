"""The kind `smooth-saddle`: near a trained network there is exactly one critical point, a saddle of
known index (theorem 24).

How the proof goes. Krawczyk's test on the gradient finds the critical point; by the contraction it
lies within |C g| / (1 - q) of the centre. On that small box elimination counts the negative
eigenvalues of the Hessian.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.krawczyk import krawczyk
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.pivots import inertia
from certify.kernel.foundation.reals import Interval, Real, counted, read_interval, read_positive
from certify.kernel.foundation.witness import Bits, read_bits
from certify.kernel.foundation.words import Words, line
from certify.kernel.kind import Kind
from certify.kernel.trained.claims import Given, require_between
from certify.kernel.trained.hessian import hessian
from certify.kernel.trained.network import Parameters
from certify.kernel.trained.passes import empirical_risk, gradient
from certify.kernel.trained.problem import TrainedProblem
from certify.kernel.trained.symmetries import Slice

__all__ = ["SMOOTH_SADDLE", "Saddle", "verify_saddle"]


@dataclass(frozen=True)
class Saddle:
    """Kind `smooth-saddle`. With c the centre and S the slice: exactly one critical point theta* of
    R on S has |theta_i - c_i| <= radius for all i; the Hessian on S there is regular, with exactly
    `index` negative eigenvalues, and some positive ones; R(theta*) lies in `risk`.
    """

    problem: TrainedProblem
    centre: Parameters
    modulo: Slice
    radius: Real
    index: int
    risk: Interval
    given: Given | None

    @classmethod
    def read(cls, value: Any) -> Saddle:
        """From the field `statement` of a certificate (FORMAT 4.24). Raises `Malformed`."""
        known = fields(value, "the statement", ["problem", "centre", "modulo", "claims"])
        problem = TrainedProblem.read(known["problem"])
        centre = problem.network.read_parameters(known["centre"], "the centre")
        modulo = Slice.read(known["modulo"], problem, centre)
        claims = fields(known["claims"], "the claims", ["radius", "index", "risk", "given"])
        if modulo.dimension < 2:
            raise Malformed("there are no saddles in less than two dimensions")
        return cls(
            problem,
            centre,
            modulo,
            read_positive(claims["radius"], "the radius"),
            natural(claims["index"], "the index", 1, modulo.dimension - 1),
            read_interval(claims["risk"], "the risk"),
            Given.read(claims["given"], problem.network),
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            f"saddle of index {self.index}",
            *self.modulo.in_words(),
            f" of the risk of a network with {self.problem.network.in_words()};"
            f" {counted(self.problem.data, 'datum', 'data')}",
            ", risk in ",
            self.risk,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.problem.in_words()
        yield from self.modulo.told()
        inside, on = ("", "") if self.modulo.whole else (" in $S$", " on $S$")
        yield line(
            f"  (a)  Among the $θ${inside} that differ from $C$ by at most ",
            self.radius,
            " in each parameter, exactly one, $θ*$, is a critical point of $R$.",
        )
        negative = counted(self.index, "negative eigenvalue")
        yield line(
            f"  (b)  The Hessian of $R${on} at $θ*$ has exactly {negative},"
            f" {self.modulo.dimension - self.index} positive and none that is 0: $θ*$ is a saddle."
        )
        yield line("  (c)  $R(θ*)$ lies in ", self.risk, ".")
        if self.given is not None:
            yield self.given.in_words("d")


def verify_saddle(claim: Saddle, _: Bits, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 24 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    problem, modulo, network = claim.problem, claim.modulo, claim.problem.network
    thin = network.matrices(claim.centre)
    slope = modulo.gradient(gradient(problem, thin, ledger))
    radius = ball(claim.radius.value)
    wide = hessian(problem, network.matrices(claim.centre, lambda _: radius), ledger)
    contraction, image = krawczyk(slope, _full(modulo.lifted(wide)), claim.radius.value)
    ledger.require("contraction", "the norm of I - C H on the box is below 1", contraction, 1)
    inside = "the image of the box lies inside it"
    ledger.require("contraction", inside, image, claim.radius.value)
    # |theta* - c| <= |C g| + q |theta* - c|
    step = image - contraction * radius
    moved = (step / (1 - contraction)).upper()
    around = network.matrices(claim.centre, lambda _: moved)
    form = modulo.lifted(hessian(problem, around, ledger))
    found = inertia(form, [arb(1)] * len(form), fmpq(0))
    sentence = "negative eigenvalues of the Hessian at the critical point"
    ledger.require_equal("index", sentence, found, claim.index)
    risk = empirical_risk(problem, around, ledger)
    require_between(ledger, "risk", "the risk", risk, risk, claim.risk)
    if claim.given is not None:
        claim.given.require(ledger, claim.centre, moved * arb(len(form)).sqrt())


def _full(rows: list[list[arb]]) -> list[list[arb]]:
    """All of a symmetric matrix."""
    size = len(rows)
    return [[rows[i][j] if j <= i else rows[j][i] for j in range(size)] for i in range(size)]


def _read_witness(value: Any, statement: Saddle) -> Bits:
    witness = read_bits(value)
    statement.problem.require_room(witness.bits, eliminations=3)
    return witness


SMOOTH_SADDLE = Kind(
    name="smooth-saddle",
    section="4.24",
    theorem="theorem 24",
    read_statement=Saddle.read,
    read_witness=_read_witness,
    verify=verify_saddle,
)
