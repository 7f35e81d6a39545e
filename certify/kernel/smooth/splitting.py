"""The kind `data-splitting-family`: a small network whose minimum, a neuron of it split, is a
spurious minimum at every larger width (lemma 23, theorem 17 of LEMMAS.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.definite import require_definite, triangle
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import (
    Interval,
    counted,
    read_interval,
    read_positive,
)
from certify.kernel.smooth.jets import (
    Jet,
    Layers,
    constants,
    features,
    output,
    variables,
)
from certify.kernel.smooth.problem import (
    Parameters,
    SmoothProblem,
    as_balls,
    connections,
    read_parameters,
    read_widths,
)

__all__ = ["DataSplittingFamily", "derivatives", "verify_data_splitting_family"]

_MAX_UNKNOWNS = 256
_MAX_HESSIAN = 10**7  # data times connections times the square of the unknowns


@dataclass(frozen=True)
class DataSplittingFamily:
    """Kind `data-splitting-family`. Base network: hidden layers of `widths` units, m in the last
    one. For all targets within `spread` of those in the file (each on its own), some point theta*,
    within `distance` of `parameters` (Euclidean norm), is a local minimum of the risk of the base
    network, with risk.low < R(theta*) < risk.high; and for every k >= max(m, better_width) the
    network with k units in the last hidden layer instead of m has a spurious local minimum of the
    same risk: theta* with neuron `neuron` of that layer split.
    """

    problem: SmoothProblem
    spread: fmpq
    widths: tuple[int, ...]
    parameters: Parameters
    neuron: int
    distance: fmpq
    risk: Interval
    better_width: int
    better: Parameters
    texts: dict[str, str]

    @classmethod
    def read(cls, value: Any) -> DataSplittingFamily:
        """From the field `statement` of a certificate (FORMAT.md, section 4.17)."""
        known = fields(value, "the statement", ["problem", "parameters", "neuron", "claims"])
        described = fields(
            known["problem"], "the problem", ["activation", "widths", "inputs", "targets", "spread"]
        )
        problem, widths = (
            SmoothProblem.read(described),
            read_widths(described["widths"], "the widths"),
        )
        spread = decimal(described["spread"], "the spread")
        if spread < 0:
            raise Malformed("the spread is negative")
        parameters = read_parameters(known["parameters"], "the parameters", problem, widths)
        weights = connections((problem.dimension, *widths, 1))
        unknowns = weights + sum(widths) + 1
        if unknowns > _MAX_UNKNOWNS or problem.data * weights * unknowns**2 > _MAX_HESSIAN:
            raise Malformed(
                f"the parameters are more than {_MAX_UNKNOWNS}, or the data times the weights times"
                f" their square more than {_MAX_HESSIAN}"
            )
        claims = fields(known["claims"], "the claims", ["distance", "risk", "better"])
        better = fields(claims["better"], "the better point", ["width", "parameters"])
        wider = (*widths[:-1], *read_widths([better["width"]], "the better width"))
        return cls(
            problem,
            spread,
            widths,
            parameters,
            natural(known["neuron"], "the neuron", 0, widths[-1] - 1),
            read_positive(claims["distance"], "the distance"),
            read_interval(claims["risk"], "the risk"),
            wider[-1],
            read_parameters(better["parameters"], "the better parameters", problem, wider),
            {"distance": claims["distance"], "spread": described["spread"]},
        )

    @property
    def unknowns(self) -> int:
        """All weights and biases of the base network."""
        return connections((self.problem.dimension, *self.widths, 1)) + sum(self.widths) + 1

    @property
    def least_width(self) -> int:
        """The least width of the last hidden layer from which on spurious minima are claimed."""
        return max(self.widths[-1], self.better_width)

    def headline(self) -> str:
        """The theorem in one line."""
        *below, _ = self.widths
        sizes = (
            f"hidden layers of {', '.join(map(str, below))} units"
            if len(below) > 1
            else f"a hidden layer of {counted(below[0], 'unit')}"
            if below
            else ""
        )
        behind = f"behind {sizes}, " if below else ""
        return (
            f"spurious local minima for every width k >= {self.least_width} of the last hidden"
            f" layer, {behind}h(t) = {self.problem.activation.in_words()};"
            f" {counted(self.problem.data, 'datum', 'data')}, risk in {self.risk}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        *below, last = self.widths
        sizes = ", ".join([*map(str, below), "k"])
        open_set = self.spread > 0
        copies, depends = (
            "k" if last == 1 else f"k - {last - 1}",
            (", which depends on y'," if open_set else ""),
        )
        which = (
            f"all y' with |y'_n - y_n| <= {self.texts['spread']} for all n (a set of positive"
            " measure) in place of y"
            if open_set
            else "the data in the file"
        )
        return "\n".join(
            (
                *self.problem.in_words(
                    f"hidden layers of {sizes} units" if below else "one hidden layer of k units"
                ),
                f"For {which}:",
                (
                    f"  (a)  For k = {last} R has a local minimum theta*{depends or ','} within"
                    f" {self.texts['distance']} of the parameters in the file; R(theta*) lies in"
                    f" {self.risk}."
                ),
                (
                    f"  (b)  For EVERY k >= {self.least_width} R has a spurious local minimum with"
                    f" the risk R(theta*): theta* with neuron {self.neuron + 1} of the last"
                ),
                (
                    f"       hidden layer split into {copies} copies, among which its outgoing"
                    " weight is divided in any positive proportions."
                ),
                (
                    f"  (c)  For k = {self.better_width} R is below {self.risk.texts[0]} at the"
                    " better parameters in the file, and for larger k with units of outgoing"
                    " weight 0 added."
                ),
            )
        )


def verify_data_splitting_family(
    claim: DataSplittingFamily, bits: int, curvature: fmpq, ledger: Ledger
) -> None:
    """Theorem 17, inequality by inequality; the caller has set the working precision."""
    delta, spread = ball(claim.distance), ball(claim.spread)
    targets = [ball(y) + spread * arb(0, 1) for y in claim.problem.targets]
    ledger.require("curvature", "the curvature is positive", fmpq(0), curvature)

    centre = as_balls(claim.parameters)
    risk, slope, _ = derivatives(claim.problem, centre, targets)
    norm = _norm(slope)
    ledger.require(
        "distance",
        "the gradient at the parameters is below curvature * distance",
        norm,
        ball(curvature) * delta,
    )
    around = [
        (
            [[w + delta * arb(0, 1) for w in row] for row in weights],
            [b + delta * arb(0, 1) for b in biases],
        )
        for weights, biases in centre
    ]
    largest, _, hessian = derivatives(claim.problem, around, targets)
    ledger.require(
        "curvature", "the risk within the distance is bounded", largest, arb(2) ** 4096
    )  # else a unit is undefined somewhere
    require_definite(
        ledger, "curvature", "the Hessian within the distance", triangle(hessian), curvature, bits
    )
    ledger.require(
        "risk-low",
        "the risk at the minimum is above its claimed lower bound",
        claim.risk.low,
        risk - norm * norm / (2 * ball(curvature)),
    )
    ledger.require(
        "risk-high",
        "the risk at the minimum is below its claimed upper bound",
        risk,
        claim.risk.high,
    )

    require_definite(
        ledger,
        "inner",
        "the outgoing weight of the neuron times its inner Hessian",
        triangle(_inner(claim, around, targets)),
        fmpq(0),
        bits,
    )
    ledger.require(
        "spurious",
        "the risk at the better parameters is smaller",
        claim.problem.risk(claim.better, targets),
        claim.risk.low,
    )


def _norm(vector: arb_mat) -> arb:
    total = arb(0)
    for entry in vector.entries():
        total += entry.abs_upper() * entry.abs_upper()
    return total.sqrt()


def derivatives(
    problem: SmoothProblem, layers: Layers, targets: list[arb]
) -> tuple[arb, arb_mat, arb_mat]:
    """Risk, gradient (1 x P) and Hessian (P x P) by all parameters, layer by layer, weights row by
    row and then biases.
    """
    jets = iter(
        variables(
            [
                number
                for weights, biases in layers
                for number in (*(w for row in weights for w in row), *biases)
            ]
        )
    )
    inner = [
        ([[next(jets) for _ in row] for row in weights], [next(jets) for _ in biases])
        for weights, biases in layers
    ]
    size = sum(len(biases) * (len(weights[0]) + 1) for weights, biases in layers)
    risk, slope, hessian = arb(0), arb_mat(1, size), arb_mat(size, size)
    for point, target in zip(problem.points, targets, strict=True):
        jet: Jet = output(problem.activation, inner, constants(point, size))
        residual = jet.value - target
        risk += residual * residual / 2
        slope += jet.gradient * residual
        hessian += jet.gradient.transpose() * jet.gradient + jet.hessian * residual
    return risk, slope, hessian


def _inner(claim: DataSplittingFamily, layers: Layers, targets: list[arb]) -> arb_mat:
    """v_j B_j of lemma 23 for the neuron j: its outgoing weight times the sum of residual *
    h''(z_j) * (features below, 1)^T (features below, 1).
    """
    activation = claim.problem.activation
    weights, biases = layers[-2]
    row, bias, total = (
        weights[claim.neuron],
        biases[claim.neuron],
        arb_mat(len(weights[0]) + 1, len(weights[0]) + 1),
    )
    for point, target in zip(claim.problem.points, targets, strict=True):
        below = features(activation, layers[:-2], point)
        residual = output(activation, layers, point) - target
        _, _, bend = activation.taylor(
            sum((w * unit for w, unit in zip(row, below, strict=True)), bias)
        )
        extended = arb_mat([[*below, arb(1)]])
        total += (extended.transpose() * extended) * (residual * bend)
    return total * layers[-1][0][0][claim.neuron]
