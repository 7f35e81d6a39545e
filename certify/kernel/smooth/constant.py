"""The kind `data-constant-minimum`: a local minimum at which a network with a smooth activation is
constant on the data (lemma 22, theorem 15).

How the proof goes. All first-layer units have the same input on all data, so the network is
constant there, and with the right last bias its output is the mean of the targets. To second order
the risk changes by the square of a first-order term, minus the curvature of the output weighted
with the residuals. The latter is bounded by the eigenvalues of the moment relative to the variance,
so two matrices g g^T - low H and g g^T - high H that are positive definite show a local minimum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, flag, rational
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import Real, counted, read_positive
from certify.kernel.foundation.wide import require_definite, triangle
from certify.kernel.foundation.witness import Bits, read_precision, require_work
from certify.kernel.foundation.words import Words, equals, line, number
from certify.kernel.kind import Kind
from certify.kernel.smooth.jets import features, output_jet
from certify.kernel.smooth.moments import Moments, moments_of, require_minors
from certify.kernel.smooth.parameters import (
    Parameters,
    as_balls,
    connections,
    read_parameters,
    read_widths,
    require_values_work,
)
from certify.kernel.smooth.problem import SmoothProblem

__all__ = ["DATA_CONSTANT_MINIMUM", "DataConstantMinimum", "verify_data_constant_minimum"]

_MAX_FITTED = 256  # data that a last layer is shown to fit
_MAX_EXPANSION = 10**8  # connections times the square of the first width
MAX_CONSTANT = 10**7  # the widest layer, times the square of the first


@dataclass(frozen=True)
class Bounds(Bits):
    """Precision, and bounds of the eigenvalues of the moment relative to the variance."""

    low: fmpq
    high: fmpq


@dataclass(frozen=True)
class DataConstantMinimum:
    """Kind `data-constant-minimum`. With ybar the mean of the targets:

    R has a local minimum theta*, equal to `parameters` but for the bias of the last layer, which is
    within `distance` of the one there;
    f_theta*(x_n) = ybar for all n, and R(theta*) = risk;
    better: R is smaller at these parameters, so that theta* is spurious (None: not claimed);
    fits: with some other last layer, R is 0 at the better parameters.
    """

    problem: SmoothProblem
    widths: tuple[int, ...]
    moments: Moments
    parameters: Parameters
    distance: Real
    risk: fmpq
    better: Parameters | None
    fits: bool

    @classmethod
    def read(cls, value: Any) -> DataConstantMinimum:
        """From the field `statement` of a certificate (FORMAT 4.15)."""
        known = fields(value, "the statement", ["problem", "parameters", "claims"])
        described = fields(
            known["problem"], "the problem", ["activation", "widths", "inputs", "targets"]
        )
        problem, widths = (
            SmoothProblem.read(described),
            read_widths(described["widths"], "the widths"),
        )
        if connections((problem.dimension, *widths, 1)) * widths[0] ** 2 > _MAX_EXPANSION:
            raise Malformed(
                "the weights of the network, times the square of the first width, are more than"
                f" {_MAX_EXPANSION}"
            )
        claims = fields(known["claims"], "the claims", ["distance", "risk", "better", "fits"])
        better, fits = claims["better"], flag(claims["fits"], "the field fits")
        if fits and better is None:
            raise Malformed("the field fits is true, but the field better is null")
        if fits and problem.data > _MAX_FITTED:
            raise Malformed(f"the field fits is true, and there are more than {_MAX_FITTED} data")
        return cls(
            problem,
            widths,
            moments_of(problem),
            read_parameters(known["parameters"], "the parameters", problem, widths),
            read_positive(claims["distance"], "the distance"),
            rational(claims["risk"], "the risk"),
            (
                None
                if better is None
                else read_parameters(better, "the better parameters", problem, widths)
            ),
            fits,
        )

    def headline(self) -> Words:
        """The theorem in one line."""
        what = "local minimum" if self.better is None else "spurious local minimum"
        return line(
            f"{what} of a network with {_layers(self.widths)}, $h(t) = $",
            self.problem.activation.in_words(),
            f"; {counted(self.problem.data, 'datum', 'data')}",
            ", risk ",
            number(self.risk),
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.problem.in_words(_layers(self.widths))
        yield line(
            "  (a)  $R$ has a local minimum $θ*$, equal to the parameters in the file but for the"
            " last bias, which is within ",
            self.distance,
            " of the one there.",
        )
        level, risk = equals(self.moments.level), equals(self.risk)
        yield line("  (b)  $f_θ*(xₙ)$ ", *level, " for all $n$, and $R(θ*)$ ", *risk, ".")
        if self.better is not None:
            yield line(
                "  (c)  It is spurious: $R$ is smaller at the better parameters in the file."
            )
        if self.fits:
            yield line(
                "  (d)  With the hidden layers of the better parameters, and another last layer,"
                " $R$ is 0."
            )


def _layers(widths: tuple[int, ...]) -> str:
    sizes = ", ".join(map(str, widths))
    return (
        f"hidden layers of {sizes} units"
        if len(widths) > 1
        else f"one hidden layer of {counted(widths[0], 'unit')}"
    )


def verify_data_constant_minimum(
    claim: DataConstantMinimum, witness: Bounds, ledger: Ledger
) -> None:
    """Enter the inequalities of theorem 15 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    moments, low, high = claim.moments, witness.low, witness.high
    # (1) to (4): the data, exactly
    moments.require_uncorrelated(ledger)
    ledger.require_equal("risk", "the risk has the claimed value", moments.risk, claim.risk)
    start = _first_layer(claim, ledger)
    below = "the moment minus low times the variance"
    require_minors(ledger, "bounds", below, moments.moment - moments.variance * low)
    above = "high times the variance minus the moment"
    require_minors(ledger, "bounds", above, moments.variance * high - moments.moment)

    # (5), (6): the output as a function of the inputs of the first hidden layer (Phi of lemma 22)
    layers = as_balls(claim.parameters[1:])
    jet = output_jet(claim.problem.activation, layers, [ball(value) for value in start])
    sentence = "the last bias that makes the output the mean of the targets is within the distance"
    moved = abs(jet.value - ball(moments.level))
    ledger.require("distance", sentence, moved, claim.distance.value)
    outer = jet.gradient.transpose() * jet.gradient
    for name, bound in (("low", low), ("high", high)):
        form = triangle(outer - jet.hessian * ball(bound))
        what = f"g g^T - {name} H"
        require_definite(ledger, "definite", what, form, fmpq(0), witness.bits)

    # (7), (8): what else is claimed
    if claim.better is not None:
        smaller = "the risk at the better parameters is smaller"
        ledger.require("spurious", smaller, claim.problem.risk(claim.better), claim.risk)
        if claim.fits:
            _require_fit(claim.problem, claim.better, witness.bits, ledger)


def _first_layer(claim: DataConstantMinimum, ledger: Ledger) -> list[fmpq]:
    """Its output before the activation, the same on all data, exactly."""
    weights, biases = claim.parameters[0]
    matrix = fmpq_mat(weights)
    varying = sum(entry != 0 for entry in (matrix * claim.moments.centred).entries())
    ledger.require_equal(
        "constant",
        "inputs of first-layer units that differ from their mean over the data",
        fmpq(varying),
        fmpq(0),
    )
    column = matrix * fmpq_mat(len(claim.moments.centre), 1, list(claim.moments.centre))
    return [value + bias for value, bias in zip(column.entries(), biases, strict=True)]


def _require_fit(problem: SmoothProblem, parameters: Parameters, bits: int, ledger: Ledger) -> None:
    """The last hidden units and 1, on the data, have full rank: their Gram matrix (data x data) is
    positive definite.
    """
    layers = as_balls(parameters)[:-1]
    table = [[arb(1), *features(problem.activation, layers, point)] for point in problem.points]
    # NaN if one is: a product of matrices may lose that
    size = sum((abs(entry) for row in table for entry in row), arb(0))
    ledger.require("fits", "the outputs of the last hidden layer are bounded", size, arb(2) ** 4096)
    rows = arb_mat(table)
    require_definite(
        ledger,
        "fits",
        "the Gram matrix of the data in the last hidden layer",
        triangle(rows * rows.transpose()),
        fmpq(0),
        bits,
    )


def _read_witness(value: Any, statement: DataConstantMinimum) -> Bounds:
    known = fields(value, "the witness", ["bits", "low", "high"])
    low, high = decimal(known["low"], "the lower bound"), decimal(known["high"], "the upper bound")
    witness = Bounds(read_precision(known["bits"]), low, high)
    widths = statement.widths
    require_work("the widths", max(widths) * widths[0] ** 2, MAX_CONSTANT)
    require_values_work(statement.problem, widths, witness.bits)
    return witness


DATA_CONSTANT_MINIMUM = Kind(
    name="data-constant-minimum",
    section="4.15",
    theorem="theorem 15",
    read_statement=DataConstantMinimum.read,
    read_witness=_read_witness,
    verify=verify_data_constant_minimum,
)
