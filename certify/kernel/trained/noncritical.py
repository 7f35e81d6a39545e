"""The kind `smooth-no-critical-point`: no critical point lies near the weights given (theorem 25).

How the proof goes. In one direction u the derivative of the risk stays positive on the ball: its
value at the weights given, less the radius times the norm of the Hessian in the direction u on the
box. Or, for a network that classifies all data right on the box: to scale up its last layer makes
the risk smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import Real, counted, read_positive
from certify.kernel.foundation.witness import Bits, read_precision
from certify.kernel.foundation.words import Words, line
from certify.kernel.kind import Kind
from certify.kernel.trained.losses import BINARY, SQUARED, slope_and_curvature
from certify.kernel.trained.network import Parameters, flat
from certify.kernel.trained.passes import (
    Around,
    backward,
    bare,
    by_outputs,
    enclosed,
    forward,
    gradient,
    norm_of,
    scaled,
)
from certify.kernel.trained.problem import TrainedProblem, is_identity

__all__ = ["SMOOTH_NO_CRITICAL_POINT", "Noncritical", "verify_noncritical"]

_SCALING = "scaling"


@dataclass(frozen=True)
class Direction(Bits):
    """Precision, and the direction u; None: up the scale of the last layer."""

    direction: Parameters | None


@dataclass(frozen=True)
class Noncritical:
    """Kind `smooth-no-critical-point`: |grad R(theta)| > gradient for all theta with
    |theta - parameters| <= radius.
    """

    problem: TrainedProblem
    parameters: Parameters
    radius: Real
    gradient: Real

    @classmethod
    def read(cls, value: Any) -> Noncritical:
        """From the field `statement` of a certificate (FORMAT 4.25). Raises `Malformed`."""
        known = fields(value, "the statement", ["problem", "parameters", "claims"])
        problem = TrainedProblem.read(known["problem"])
        parameters = problem.network.read_parameters(known["parameters"], "the parameters")
        claims = fields(known["claims"], "the claims", ["radius", "gradient"])
        radius = read_positive(claims["radius"], "the radius")
        return cls(problem, parameters, radius, read_positive(claims["gradient"], "the gradient"))

    def headline(self) -> Words:
        """The theorem in one line."""
        return line(
            "no critical point of the risk within ",
            self.radius,
            f" of the given parameters of a network with {self.problem.network.in_words()};"
            f" {counted(self.problem.data, 'datum', 'data')}, norm of the gradient above ",
            self.gradient,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.problem.in_words("the parameters")
        yield line(
            "  (a)  $R$ is differentiable at all $θ$ with $‖θ − C‖ ≤ $",
            self.radius,
            ", and there $‖grad R(θ)‖ > $",
            self.gradient,
            ".",
        )
        yield line("  (b)  So none of these $θ$ is a critical point of $R$.")


def verify_noncritical(claim: Noncritical, witness: Direction, ledger: Ledger) -> None:
    """Enter the inequalities of theorem 25 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    network, radius = claim.problem.network, ball(claim.radius.value)
    thin = network.matrices(claim.parameters)
    wide = network.matrices(claim.parameters, lambda _: radius)
    around = thin, radius
    if witness.direction is None:
        _by_scaling(claim, wide, around, ledger)
        return
    direction = [ball(value) for value in flat(witness.direction)]
    slope = arb(0)
    for entry, part in zip(gradient(claim.problem, thin, ledger), direction, strict=True):
        slope += entry * part
    by = network.matrices(witness.direction)
    turn = norm_of(turned(claim.problem, wide, by, around, ledger))
    sentence = "what is left of the derivative in the direction on the ball is above its length"
    least = ball(claim.gradient.value) * norm_of(direction)
    ledger.require("critical", sentence, least, slope - radius * turn)


def turned(
    problem: TrainedProblem,
    layers: list[arb_mat],
    direction: list[arb_mat],
    around: Around | None,
    ledger: Ledger,
) -> list[arb]:
    """The Hessian of R times a direction: the derivatives of both passes in it (lemma 28, equation
    28.7). layers, around: as in `forward`.
    """
    network = problem.network
    made = forward(problem, layers, ledger, None, around)
    inner: list[arb_mat] = []  # the derivatives of z_l and of (a_(l-1), 1) in the direction
    below: list[arb_mat] = []
    values = arb_mat(problem.data, network.layers[0].inputs)
    for number, layer in enumerate(network.layers):
        moved = values * bare(network, layers, number).transpose()
        inner.append(made.below[number] * direction[number].transpose() + moved)
        ones = [arb(0)] * layer.bias
        below.append(arb_mat([[*row, *ones] for row in values.tolist()]))
        values = scaled(inner[-1], made.first[number])
    slopes, rows = [], []
    for row, (slope, curvature) in zip(
        values.tolist(), by_outputs(problem, made, ledger), strict=True
    ):
        slopes.append(slope)
        rows.append((arb_mat([row]) * arb_mat(curvature)).entries())
    back = arb_mat(rows)
    by_value, deltas = backward(problem, layers, made, slopes)
    entries: list[list[arb]] = []
    for number in reversed(range(len(layers))):
        bends = scaled(scaled(by_value[number], made.second[number]), inner[number].entries())
        delta = scaled(back, made.first[number]) + bends
        turn = delta.transpose() * made.below[number] + deltas[number].transpose() * below[number]
        entries.append(
            [
                entry + ball(problem.decay_at(number, column)) * part
                for row, parts in zip(turn.tolist(), direction[number].tolist(), strict=True)
                for column, (entry, part) in enumerate(zip(row, parts, strict=True))
            ]
        )
        if number:
            back = delta * bare(network, layers, number)
            back += deltas[number] * bare(network, direction, number)
    return [entry for part in reversed(entries) for entry in part]


def _by_scaling(claim: Noncritical, wide: list[arb_mat], around: Around, ledger: Ledger) -> None:
    """The derivative of the loss along the last layer itself is minus the sum of
    p_nk (f_ny - f_nk) over the data and wrong labels k (lemma 32).
    """
    problem, total, narrowest = claim.problem, arb(0), arb.pos_inf()
    outputs = forward(problem, wide, ledger, None, around).outputs.tolist()
    for f, target in zip(outputs, problem.targets, strict=True):
        slope, _ = slope_and_curvature(problem.loss, f, target)
        enclosed(ledger, "the loss", slope)
        for margin, share in _margins(problem, f, slope, target):
            narrowest = narrowest.min(margin)
            total += share * margin
    sentence = "the least margin of the data on the box"
    ledger.require("margin", f"{sentence} is positive", 0, narrowest)
    length = norm_of(around[0][-1].entries()) + around[1]
    sentence = "the gradient claimed, times the norm of the last layer, is below the derivative"
    least = ball(claim.gradient.value) * length
    ledger.require("critical", sentence, least, ball(problem.factor) * total)


def _margins(
    problem: TrainedProblem, f: list[arb], slope: list[arb], target: Any
) -> list[tuple[arb, arb]]:
    """f_y - f_k and p_k for the wrong labels k; one pair, f or -f, where there is one output."""
    if problem.loss == BINARY:
        return [(f[0], -slope[0]) if target else (-f[0], slope[0])]
    return [(f[target] - f[k], slope[k]) for k in range(len(f)) if k != target]


def _read_witness(value: Any, statement: Noncritical) -> Direction:
    known = fields(value, "the witness", ["bits", "direction"])
    bits, problem = read_precision(known["bits"]), statement.problem
    problem.require_room_for_direction(bits)
    if known["direction"] != _SCALING:
        network = problem.network
        return Direction(bits, network.read_parameters(known["direction"], "the direction"))
    last = problem.network.layers[-1]
    if problem.loss == SQUARED or not is_identity(last) or problem.decay[-1] != (fmpq(0), fmpq(0)):
        raise Malformed(
            "the last layer is scaled only for labels, linear outputs and no decay of that layer"
        )
    return Direction(bits, None)


SMOOTH_NO_CRITICAL_POINT = Kind(
    name="smooth-no-critical-point",
    section="4.25",
    theorem="theorem 25",
    read_statement=Noncritical.read,
    read_witness=_read_witness,
    verify=verify_noncritical,
)
