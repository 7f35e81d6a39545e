"""smooth-no-critical-point: the conditions of FORMAT 4.25.

How the proof goes.  With a direction u: u.grad R changes by at most r |H u| on the ball, so it
stays above g |u|.  With `scaling`: where all data are on the right side of all margins, larger
outputs have a smaller loss, so that the derivative along the last layer itself is negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .columns import Column
from .functions import derivatives
from .reader import fields, real
from .smooth_networks import Balls, condition
from .trained_losses import shares
from .trained_problem import (
    TrainedProblem,
    Vector,
    read_bits,
    read_problem,
    read_vector,
    root_above,
    square,
    upper_end,
)
from .trained_risk import Sweep, added_squares
from .verdict import need, refuse
from .wide import Wide


@dataclass(frozen=True)
class Noncritical:
    """The claim of section 4.25 in exact numbers; no direction stands for `scaling`."""

    problem: TrainedProblem
    parameters: Vector
    radius: Fraction
    gradient: Fraction
    direction: Vector | None
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> Noncritical:
    """The certificate of section 4.25."""
    statement = fields(tree["statement"], "statement", "problem parameters claims")
    claims = fields(statement["claims"], "claims", "radius gradient")
    witness = fields(tree["witness"], "witness", "bits direction")
    problem = read_problem(statement["problem"])
    radius, gradient = real(claims["radius"], "radius"), real(claims["gradient"], "gradient")
    need(radius > 0 and gradient > 0, "radius and gradient are not both positive.")
    direction = witness["direction"]
    if direction == "scaling":
        last = problem.layers[-1]
        need(problem.loss != "squared", "scaling stands with the loss squared.")
        need(last.activation == "t", "scaling stands with an activation of the last layer.")
        need(not any(last.decay), "scaling stands with decay of the last layer.")
        direction = None
    else:
        direction = read_vector(direction, "direction", problem.layers)
    return Noncritical(
        problem=problem,
        parameters=read_vector(statement["parameters"], "parameters", problem.layers),
        radius=radius,
        gradient=gradient,
        direction=direction,
        bits=read_bits(witness["bits"], problem, eliminations=0),
        summary=f"{problem.size}: |grad R| > {claims['gradient']} within {claims['radius']} of the"
        " parameters: no critical point there",
    )


class Turn:
    """H u for all theta of a sweep: the derivatives, along a step u, of what makes up the gradient.

    Along u the numbers of a layer change by z' = u (a, 1) + W a', a' = h'(z) z'; the derivatives g
    of the loss by the outputs by g' = (second ones) f'.  Downwards from g and g', with the
    derivatives y of the loss by the a of a layer,

        delta = h'(z) y,  delta' = h''(z) z' y + h'(z) y',  and below  W^T delta, U^T delta + W^T
    delta', U the part of u without biases.  H u is the sum of delta' (a, 1) + delta (a', 0).
    """

    def __init__(self, sweep: Sweep, direction: Vector) -> None:
        self.sweep, self.problem = sweep, sweep.problem
        number = [Wide.of(x, sweep.bits) for x in direction]
        layers = self.problem.layers
        self.steps = [
            [Balls([number[i] for i in layer.places(a)]) for a in range(layer.units)]
            for layer in layers
        ]
        # by the inputs of each layer: columns of W and of U
        self.columns = [
            [
                tuple(
                    Balls([part[layer.weight(a, i)] for a in range(layer.units)])
                    for part in (sweep.centre, number)
                )
                for i in range(layer.inputs)
            ]
            for layer in layers
        ]
        # by layer and unit, for each datum: delta and delta', a and a'
        self.deltas: list[list[list[tuple[Wide, Wide]]]] = [
            [[] for _ in range(layer.units)] for layer in layers
        ]
        self.inputs: list[list[list[tuple[Wide, Wide]]]] = [
            [[] for _ in range(layer.inputs)] for layer in layers
        ]
        for n in range(len(self.problem.inputs)):
            self._add(n)
        self.result = [
            x * Wide.of(decay, sweep.bits) for x, decay in zip(number, self.problem.decays)
        ]
        self._sum()

    def _add(self, n: int) -> None:
        sweep, layers = self.sweep, self.problem.layers
        jets, outputs = sweep.forward(n, 2)
        numbers = [Wide.of(x, sweep.bits) for x in self.problem.inputs[n]]
        moved = [sweep.zero] * len(numbers)
        turns: list[list[Wide]] = []  # z'
        for m, layer in enumerate(layers):
            for i, pair in enumerate(zip(numbers, moved)):
                self.inputs[m][i].append(pair)
            one, none = ([sweep.one], [sweep.zero]) if layer.bias else ([], [])
            inputs, change = Balls([*numbers, *one]), Balls([*moved, *none])
            spread = sweep.spread(moved)
            turns.append(
                [
                    step.dot(inputs) + row.dot(change).spread(spread)
                    for step, row in zip(self.steps[m], sweep.rows[m])
                ]
            )
            numbers = [jet[0] for jet in jets[m]]
            moved = [jet[1] * turn for jet, turn in zip(jets[m], turns[m])]
        first, second = sweep.slopes(outputs, self.problem.targets[n])
        end = Balls(moved)
        pairs = [(g, Balls(row).dot(end)) for g, row in zip(first, second)]
        for m in reversed(range(len(layers))):
            found = [
                (jet[1] * y, jet[2] * turn * y + jet[1] * change)
                for (y, change), jet, turn in zip(pairs, jets[m], turns[m])
            ]
            for unit, pair in zip(self.deltas[m], found):
                unit.append(pair)
            if m:
                pairs = self._below(m, *zip(*found))

    def _below(
        self, m: int, delta: Sequence[Wide], change: Sequence[Wide]
    ) -> list[tuple[Wide, Wide]]:
        one, two = Balls(delta), Balls(change)
        wide, wider = self.sweep.spread(delta), self.sweep.spread(change)
        return [
            (
                weights.dot(one).spread(wide),
                steps.dot(one) + weights.dot(two).spread(wider),
            )
            for weights, steps in self.columns[m]
        ]

    def _sum(self) -> None:
        for m, layer in enumerate(self.problem.layers):
            inputs = [tuple(map(Column.of, zip(*pairs))) for pairs in self.inputs[m]]
            ones = Column.constant(self.sweep.one, len(self.problem.inputs))
            for a, pairs in enumerate(self.deltas[m]):
                delta, change = map(Column.of, zip(*pairs))
                for i, (x, moved) in enumerate(inputs):
                    place = layer.weight(a, i)
                    part = change.dot(x) + delta.dot(moved)
                    self.result[place] = self.result[place] + part
                if layer.bias:
                    place = layer.offset(a)
                    self.result[place] = self.result[place] + change.dot(ones)


def slope_along(sweep: Sweep, direction: Vector) -> Wide:
    """u.grad R, forwards: the derivative of R along u."""
    problem, bits = sweep.problem, sweep.bits
    number = [Wide.of(x, bits) for x in direction]
    total = sweep.zero
    for x, u, decay in zip(sweep.theta, number, problem.decays):
        total = total + x * u * Wide.of(decay, bits)
    steps = [
        [Balls([number[i] for i in layer.places(a)]) for a in range(layer.units)]
        for layer in problem.layers
    ]
    for n, target in enumerate(problem.targets):
        jets, outputs = sweep.forward(n, 2)
        numbers = [Wide.of(x, bits) for x in problem.inputs[n]]
        moved = [sweep.zero] * len(numbers)
        for m, layer in enumerate(problem.layers):
            one, none = ([sweep.one], [sweep.zero]) if layer.bias else ([], [])
            inputs, change = Balls([*numbers, *one]), Balls([*moved, *none])
            turns = [
                step.dot(inputs) + row.dot(change) for step, row in zip(steps[m], sweep.rows[m])
            ]
            numbers = [jet[0] for jet in jets[m]]
            moved = [jet[1] * turn for jet, turn in zip(jets[m], turns)]
        total = total + Balls(sweep.slopes(outputs, target)[0]).dot(Balls(moved))
    return total


def verify(claim: Noncritical) -> None:
    """The conditions in their order; the first that fails raises a Verdict."""
    with condition("undefined"):
        if claim.direction is None:
            _verify_scaling(claim)
        else:
            _verify_direction(claim, claim.direction)


def _verify_direction(claim: Noncritical, direction: Vector) -> None:
    bits = claim.bits
    value = slope_along(Sweep(claim.problem, claim.parameters, Fraction(0), bits), direction)
    around = Sweep(claim.problem, claim.parameters, claim.radius, bits, claim.radius)
    size = added_squares(Turn(around, direction).result, bits)
    # |H u| r, with a root of a number with few digits
    length = Wide.of(root_above(upper_end(size)) * claim.radius, bits)
    least = value - length - Wide.of(root_above(square(direction)) * claim.gradient, bits)
    if least.lo <= 0:
        refuse("critical", f"u.grad R - r |H u| - g |u| in {least.shown()} is above 0")


def _verify_scaling(claim: Noncritical) -> None:
    """-dR along (W_L, b_L) = factor * sum of p_k (f_y - f_k), p the shares of exp f."""
    problem, bits = claim.problem, claim.bits
    around = Sweep(problem, claim.parameters, claim.radius, bits, claim.radius)
    total = around.zero
    for n, target in enumerate(problem.targets):
        f = around.forward(n, 0)[1]
        if problem.loss == "binary":  # the share of the wrong label is (1 - tanh(margin/2))/2
            margin = f[0] if target else -f[0]
            share = (around.one - derivatives("tanh", margin.doubled(-1), 0)[0]).doubled(-1)
            pairs = [(margin, share)]
        else:
            pairs = [
                (f[target] - x, p) for k, (x, p) in enumerate(zip(f, shares(f))) if k != target
            ]
        for margin, share in pairs:
            if margin.lo <= 0:
                refuse("margin", f"a margin of datum {n + 1}, in {margin.shown()}, is above 0")
            total = total + margin * share
    total = total * around.factor
    last = problem.layers[-1]
    length = root_above(square(claim.parameters[last.first :])) + claim.radius
    rest = total - Wide.of(claim.gradient * length, bits)
    if rest.lo <= 0:
        refuse("critical", f"-dR(W_L, b_L) - g |(W_L, b_L)| in {rest.shown()} is above 0")
