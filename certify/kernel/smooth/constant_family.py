"""The kind `data-constant-family`: spurious minima of a smooth network for every depth and all
widths, in one certificate (lemma 22, theorem 16).

How the proof goes. The targets are uncorrelated with the inputs, and their moment is definite.
Where the first two derivatives of the activation are not 0 at one point, networks of every shape
have weights with which lemma 22 applies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.exact import decimal, fields, rational
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import counted
from certify.kernel.foundation.witness import Bits, read_bits
from certify.kernel.foundation.words import Words, equals, line, number
from certify.kernel.kind import Kind
from certify.kernel.smooth.moments import Moments, moments_of, require_minors
from certify.kernel.smooth.problem import SmoothProblem

__all__ = ["DATA_CONSTANT_FAMILY", "DataConstantFamily", "verify_data_constant_family"]


@dataclass(frozen=True)
class DataConstantFamily:
    """Kind `data-constant-family`. For every number L >= 1 of hidden layers and all widths d_1,
    ..., d_L >= 1 the risk R of the network has a spurious local minimum theta*: all units of hidden
    layers have the input `point`, f_theta*(x_n) is the mean of the targets for all n, and
    R(theta*) = risk.
    """

    problem: SmoothProblem
    moments: Moments
    point: fmpq
    risk: fmpq

    @classmethod
    def read(cls, value: Any) -> DataConstantFamily:
        """From the field `statement` of a certificate (FORMAT 4.16)."""
        known = fields(value, "the statement", ["problem", "point", "claims"])
        problem = SmoothProblem.read(
            fields(known["problem"], "the problem", ["activation", "inputs", "targets"])
        )
        claims = fields(known["claims"], "the claims", ["risk"])
        return cls(
            problem,
            moments_of(problem),
            decimal(known["point"], "the point"),
            rational(claims["risk"], "the risk"),
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            "spurious local minima for every depth and all widths, $h(t) = $",
            self.problem.activation.in_words(),
            f"; {counted(self.problem.data, 'datum', 'data')}",
            ", risk ",
            number(self.risk),
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.problem.in_words("$L$ hidden layers of $d₁, …, d_L$ units")
        yield line("Then for EVERY $L ≥ 1$ and ALL $d₁, …, d_L ≥ 1$")
        yield line(
            "  (a)  $R$ has a local minimum $θ*$, at which every hidden unit applies $h$ to ",
            number(self.point),
            " on all data;",
        )
        level, risk = equals(self.moments.level), equals(self.risk)
        yield line("  (b)  $f_θ*(xₙ)$ ", *level, " for all $n$, and $R(θ*)$ ", *risk, ";")
        yield line("  (c)  it is spurious: $R$ takes smaller values.")


def verify_data_constant_family(claim: DataConstantFamily, _witness: Bits, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 16 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    moments = claim.moments
    moments.require_uncorrelated(ledger)
    ledger.require_equal("risk", "the risk has the claimed value", moments.risk, claim.risk)
    negative = moments.moment[0, 0] < 0
    require_minors(
        ledger,
        "bounds",
        "minus the moment" if negative else "the moment",
        moments.moment * (-1) if negative else moments.moment,
    )
    _, slope, bend = claim.problem.activation.taylor(ball(claim.point))
    sentence = "the derivative of the activation at the point is not 0"
    ledger.require("slope", sentence, fmpq(0), abs(slope))
    sentence = "the second derivative of the activation at the point is not 0"
    ledger.require("bend", sentence, fmpq(0), abs(bend))


DATA_CONSTANT_FAMILY = Kind(
    name="data-constant-family",
    section="4.16",
    theorem="theorem 16",
    read_statement=DataConstantFamily.read,
    read_witness=lambda value, _statement: read_bits(value),
    verify=verify_data_constant_family,
)
