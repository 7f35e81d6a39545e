"""Local minima at which a network with a smooth activation is constant on the data: the kinds
`data-constant-minimum`, for one architecture, and `data-constant-family`, for all of them at once
(lemma 22, theorems 15 and 16 of LEMMAS.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from certify.kernel.foundation.balls import ball, interval_text
from certify.kernel.foundation.definite import require_definite, triangle
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, flag, natural, rational
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import (
    MAX_BITS,
    MIN_BITS,
    counted,
    read_positive,
)
from certify.kernel.smooth.jets import (
    Jet,
    features,
    output,
    variables,
)
from certify.kernel.smooth.problem import (
    Moments,
    Parameters,
    SmoothProblem,
    as_balls,
    connections,
    read_parameters,
    read_widths,
    require_minors,
)

__all__ = [
    "DataConstantFamily",
    "DataConstantMinimum",
    "read_constant_witness",
    "verify_data_constant_family",
    "verify_data_constant_minimum",
]

_MAX_FITTED = 256  # data that a last layer is shown to fit
_MAX_EXPANSION = 10**8  # connections times the square of the first width

Bounds = tuple[fmpq, fmpq]


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
    distance: fmpq
    risk: fmpq
    better: Parameters | None
    fits: bool
    distance_text: str

    @classmethod
    def read(cls, value: Any) -> DataConstantMinimum:
        """From the field `statement` of a certificate (FORMAT.md, section 4.15)."""
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
            raise Malformed("the field fits speaks of better parameters, but there are none")
        if fits and problem.data > _MAX_FITTED:
            raise Malformed(f"the field fits is true, and there are more than {_MAX_FITTED} data")
        return cls(
            problem,
            widths,
            problem.moments(),
            read_parameters(known["parameters"], "the parameters", problem, widths),
            read_positive(claims["distance"], "the distance"),
            rational(claims["risk"], "the risk"),
            (
                None
                if better is None
                else read_parameters(better, "the better parameters", problem, widths)
            ),
            fits,
            claims["distance"],
        )

    def headline(self) -> str:
        """The theorem in one line."""
        what = "local minimum" if self.better is None else "spurious local minimum"
        return (
            f"{what} of a network with {_layers(self.widths)}, h(t) ="
            f" {self.problem.activation.in_words()}; {counted(self.problem.data, 'datum', 'data')},"
            f" risk {_number(self.risk)}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        lines = [
            *self.problem.in_words(_layers(self.widths)),
            (
                "  (a)  R has a local minimum theta*, equal to the parameters in the file but for"
                f" the last bias, which is within {self.distance_text} of the one there."
            ),
            (
                f"  (b)  f_theta*(x_n) {_is(self.moments.level)} for all n, and R(theta*)"
                f" {_is(self.risk)}."
            ),
        ]
        if self.better is not None:
            lines.append(
                "  (c)  It is spurious: R is smaller at the better parameters in the file."
            )
        if self.fits:
            lines.append(
                "  (d)  With the hidden layers of the better parameters, and another last layer, R"
                " is 0."
            )
        return "\n".join(lines)


@dataclass(frozen=True)
class DataConstantFamily:
    """Kind `data-constant-family`. For every number L >= 1 of hidden layers and all widths d_1,
    ..., d_L >= 1 the risk R of the network has a spurious local minimum theta*, at which all units of hidden layers have the input `point`, f_theta*(x_n) is the mean of the targets for
    all n, and R(theta*) = risk.
    """

    problem: SmoothProblem
    moments: Moments
    point: fmpq
    risk: fmpq

    @classmethod
    def read(cls, value: Any) -> DataConstantFamily:
        """From the field `statement` of a certificate (FORMAT.md, section 4.16)."""
        known = fields(value, "the statement", ["problem", "point", "claims"])
        problem = SmoothProblem.read(
            fields(known["problem"], "the problem", ["activation", "inputs", "targets"])
        )
        claims = fields(known["claims"], "the claims", ["risk"])
        return cls(
            problem,
            problem.moments(),
            decimal(known["point"], "the point"),
            rational(claims["risk"], "the risk"),
        )

    def headline(self) -> str:
        """The theorem in one line."""
        return (
            "spurious local minima for every depth and all widths, h(t) ="
            f" {self.problem.activation.in_words()}; {counted(self.problem.data, 'datum', 'data')},"
            f" risk {_number(self.risk)}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        return "\n".join(
            (
                *self.problem.in_words("L hidden layers of d_1, ..., d_L units"),
                "Then for EVERY L >= 1 and ALL d_1, ..., d_L >= 1",
                (
                    "  (a)  R has a local minimum theta*, at which every hidden unit applies h to"
                    f" {_number(self.point)} on all data;"
                ),
                (
                    f"  (b)  f_theta*(x_n) {_is(self.moments.level)} for all n, and R(theta*)"
                    f" {_is(self.risk)};"
                ),
                "  (c)  it is spurious: R takes smaller values.",
            )
        )


def _layers(widths: tuple[int, ...]) -> str:
    sizes = ", ".join(map(str, widths))
    return (
        f"hidden layers of {sizes} units"
        if len(widths) > 1
        else f"one hidden layer of {counted(widths[0], 'unit')}"
    )


def _number(value: fmpq) -> str:
    text = str(value)
    return text if len(text) <= 40 else interval_text(value, 20)


def _is(value: fmpq) -> str:
    text = _number(value)
    return f"is a rational in {text}" if text.startswith("[") else f"= {text}"


def read_constant_witness(value: Any) -> tuple[int, Bounds]:
    """Working precision, and bounds of the eigenvalues of the moment relative to the variance."""
    known = fields(value, "the witness", ["bits", "low", "high"])
    bounds = decimal(known["low"], "the lower bound"), decimal(known["high"], "the upper bound")
    return natural(known["bits"], "the field bits", MIN_BITS, MAX_BITS), bounds


def verify_data_constant_minimum(
    claim: DataConstantMinimum, bits: int, bounds: Bounds, ledger: Ledger
) -> None:
    """Theorem 15, inequality by inequality; the caller has set the working precision."""
    moments, (low, high) = claim.moments, bounds
    moments.require_uncorrelated(ledger)
    ledger.require_equal("risk", "the risk has the claimed value", moments.risk, claim.risk)
    start = _first_layer(claim, ledger)
    require_minors(
        ledger,
        "bounds",
        "the moment minus low times the variance",
        moments.moment - moments.variance * low,
    )
    require_minors(
        ledger,
        "bounds",
        "high times the variance minus the moment",
        moments.variance * high - moments.moment,
    )

    jet = _upper(claim, start)
    ledger.require(
        "distance",
        "the last bias that makes the output the mean of the targets is within the distance",
        abs(jet.value - ball(moments.level)),
        claim.distance,
    )
    outer = jet.gradient.transpose() * jet.gradient
    for name, bound in (("low", low), ("high", high)):
        require_definite(
            ledger,
            "definite",
            f"g g^T - {name} H",
            triangle(outer - jet.hessian * ball(bound)),
            fmpq(0),
            bits,
        )

    if claim.better is not None:
        ledger.require(
            "spurious",
            "the risk at the better parameters is smaller",
            claim.problem.risk(claim.better),
            claim.risk,
        )
        if claim.fits:
            _require_fit(claim.problem, claim.better, bits, ledger)


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


def _upper(claim: DataConstantMinimum, start: list[fmpq]) -> Jet:
    """The output as a function of the inputs of the first hidden layer, there (Phi of lemma 22)."""
    activation = claim.problem.activation
    units = [z.under(activation) for z in variables([ball(value) for value in start])]
    jet: Jet = output(activation, as_balls(claim.parameters[1:]), units)
    return jet


def _require_fit(problem: SmoothProblem, parameters: Parameters, bits: int, ledger: Ledger) -> None:
    """The last hidden units and 1, on the data, have full rank: their Gram matrix (data x data) is
    positive definite.
    """
    layers = as_balls(parameters)[:-1]
    table = [[arb(1), *features(problem.activation, layers, point)] for point in problem.points]
    size = sum(
        (abs(entry) for row in table for entry in row), arb(0)
    )  # NaN if one is: a product of matrices may lose that
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


def verify_data_constant_family(claim: DataConstantFamily, ledger: Ledger) -> None:
    """Theorem 16, inequality by inequality."""
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
    ledger.require(
        "slope", "the derivative of the activation at the point is not 0", fmpq(0), abs(slope)
    )
    ledger.require(
        "bend", "the second derivative of the activation at the point is not 0", fmpq(0), abs(bend)
    )
