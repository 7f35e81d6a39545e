"""The kind `data-splitting-family`: a small network whose minimum, a neuron of it split, is a
spurious minimum at every larger width (lemma 23, theorem 17).

How the proof goes. Within the distance of the parameters the Hessian of the risk is positive
definite, and the gradient at the parameters is small: the small network has one minimum there.
Splitting a neuron keeps it a local minimum where the outgoing weight times the inner Hessian of the
neuron is positive definite. Some network has a smaller risk, and so have all wider ones. Targets
are balls, so the theorem holds for all targets within the spread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import (
    Interval,
    Real,
    counted,
    read_interval,
    read_positive,
    read_real,
)
from certify.kernel.foundation.wide import require_definite, triangle
from certify.kernel.foundation.witness import Curvature, read_curvature, require_work
from certify.kernel.foundation.words import Words, line
from certify.kernel.kind import Kind
from certify.kernel.smooth.derivatives import derivatives, norm_of, widened
from certify.kernel.smooth.jets import Layers, features, output
from certify.kernel.smooth.parameters import (
    Parameters,
    as_balls,
    connections,
    read_parameters,
    read_widths,
    require_values_work,
)
from certify.kernel.smooth.problem import SmoothProblem

__all__ = ["DATA_SPLITTING_FAMILY", "DataSplittingFamily", "verify_data_splitting_family"]

_MAX_UNKNOWNS = 256
_MAX_HESSIAN = 10**7  # data times connections times the square of the unknowns
MAX_SPLITTING = 4 * 10**6  # the widest layer, times the square of the parameters


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
    spread: Real
    widths: tuple[int, ...]
    parameters: Parameters
    neuron: int
    distance: Real
    risk: Interval
    better_width: int
    better: Parameters

    @classmethod
    def read(cls, value: Any) -> DataSplittingFamily:
        """From the field `statement` of a certificate (FORMAT 4.17)."""
        known = fields(value, "the statement", ["problem", "parameters", "neuron", "claims"])
        described = fields(
            known["problem"], "the problem", ["activation", "widths", "inputs", "targets", "spread"]
        )
        problem, widths = (
            SmoothProblem.read(described),
            read_widths(described["widths"], "the widths"),
        )
        spread = read_real(described["spread"], "the spread")
        if spread.value < 0:
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
        )

    @property
    def unknowns(self) -> int:
        """All weights and biases of the base network."""
        return connections((self.problem.dimension, *self.widths, 1)) + sum(self.widths) + 1

    @property
    def least_width(self) -> int:
        """The least width of the last hidden layer from which on spurious minima are claimed."""
        return max(self.widths[-1], self.better_width)

    def headline(self) -> Words:
        """The theorem in one line."""
        *below, _ = self.widths
        behind = ""
        if len(below) == 1:
            behind = f"behind a hidden layer of {counted(below[0], 'unit')}, "
        elif below:
            behind = f"behind hidden layers of {', '.join(map(str, below))} units, "
        return line(
            f"spurious local minima for every width $k ≥ {self.least_width}$ of the last hidden"
            f" layer, {behind}$h(t) = $",
            self.problem.activation.in_words(),
            f"; {counted(self.problem.data, 'datum', 'data')}",
            ", risk in ",
            self.risk,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        *below, last = self.widths
        several = f"hidden layers of {', '.join(map(str, below))}, $k$ units"
        yield from self.problem.in_words(several if below else "one hidden layer of $k$ units")
        copies, depends = "k" if last == 1 else f"k − {last - 1}", ","
        if self.spread.value > 0:
            depends = ", which depends on $y'$,"
            yield line(
                "For all $y'$ with $|y'ₙ − yₙ| ≤ $",
                self.spread,
                " for all $n$ (a set of positive measure) in place of $y$:",
            )
        else:
            yield line("For the data in the file:")
        yield line(
            f"  (a)  For $k = {last}$ $R$ has a local minimum $θ*${depends} within ",
            self.distance,
            " of the parameters in the file; $R(θ*)$ lies in ",
            self.risk,
            ".",
        )
        yield line(
            f"  (b)  For EVERY $k ≥ {self.least_width}$ $R$ has a spurious local minimum with the"
            f" risk $R(θ*)$: $θ*$ with neuron {self.neuron + 1} of the last"
        )
        yield line(
            f"       hidden layer split into ${copies}$ copies, among which its outgoing weight is"
            " divided in any positive proportions."
        )
        yield line(
            f"  (c)  For $k = {self.better_width}$ $R$ is below ",
            self.risk.lower,
            " at the better parameters in the file, and for larger $k$ with units of outgoing"
            " weight 0 added.",
        )


def verify_data_splitting_family(
    claim: DataSplittingFamily, witness: Curvature, ledger: Ledger
) -> None:
    """Enter the inequalities of theorem 17 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    delta, spread = ball(claim.distance.value), ball(claim.spread.value)
    curvature = witness.curvature
    targets = [ball(y) + spread * arb(0, 1) for y in claim.problem.targets]
    ledger.require("curvature", "the curvature is positive", fmpq(0), curvature)

    # (1) to (3): the gradient is small, and the risk strongly convex within the distance
    centre = as_balls(claim.parameters)
    risk, slope, _ = derivatives(claim.problem, centre, targets)
    norm, small = norm_of(slope), "the gradient at the parameters is below curvature * distance"
    ledger.require("distance", small, norm, ball(curvature) * delta)
    around = widened(centre, delta)
    largest, _, hessian = derivatives(claim.problem, around, targets)
    # a bound of the risk shows that no unit is undefined anywhere
    bounded = "the risk within the distance is bounded"
    ledger.require("curvature", bounded, largest, arb(2) ** 4096)
    what, bits = "the Hessian within the distance", witness.bits
    require_definite(ledger, "curvature", what, triangle(hessian), curvature, bits)

    # (4), (5): the risk at the minimum
    above = "the risk at the minimum is above its claimed lower bound"
    lowest = risk - norm * norm / (2 * ball(curvature))
    ledger.require("risk-low", above, claim.risk.low, lowest)
    below = "the risk at the minimum is below its claimed upper bound"
    ledger.require("risk-high", below, risk, claim.risk.high)

    # (6), (7): splitting keeps it a minimum, and some wider network is better
    what = "the outgoing weight of the neuron times its inner Hessian"
    inner = triangle(_inner(claim, around, targets))
    require_definite(ledger, "inner", what, inner, fmpq(0), bits)
    smaller = "the risk at the better parameters is smaller"
    ledger.require("spurious", smaller, claim.problem.risk(claim.better, targets), claim.risk.low)


def _inner(claim: DataSplittingFamily, layers: Layers, targets: list[arb]) -> arb_mat:
    """v_j B_j of lemma 23 for the neuron j: its outgoing weight times the sum of

    residual * h''(z_j) * (features below, 1)^T (features below, 1).
    """
    activation = claim.problem.activation
    weights, biases = layers[-2]
    row, bias = weights[claim.neuron], biases[claim.neuron]
    total = arb_mat(len(weights[0]) + 1, len(weights[0]) + 1)
    for point, target in zip(claim.problem.points, targets, strict=True):
        below = features(activation, layers[:-2], point)
        residual = output(activation, layers, point) - target
        _, _, bend = activation.taylor(
            sum((w * unit for w, unit in zip(row, below, strict=True)), bias)
        )
        extended = arb_mat([[*below, arb(1)]])
        total += (extended.transpose() * extended) * (residual * bend)
    return total * layers[-1][0][0][claim.neuron]


def _read_witness(value: Any, statement: DataSplittingFamily) -> Curvature:
    witness, widths = read_curvature(value), statement.widths
    require_work("the parameters", max(widths) * statement.unknowns**2, MAX_SPLITTING)
    for hidden in (widths, (*widths[:-1], statement.better_width)):
        require_values_work(statement.problem, hidden, witness.bits)
    return witness


DATA_SPLITTING_FAMILY = Kind(
    name="data-splitting-family",
    section="4.17",
    theorem="theorem 17",
    read_statement=DataSplittingFamily.read,
    read_witness=_read_witness,
    verify=verify_data_splitting_family,
)
