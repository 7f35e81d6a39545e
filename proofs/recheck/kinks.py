"""piecewise-kink-minimum: the conditions of FORMAT 4.26.

How the proof goes.  Let R^g be the risk where the unit j of a pair k = (n, j) has the output g_k z,
and where other units stay on their side of 0.  At theta* the gradient of R^g is 0 for some g = g*,
and z_k = 0 for all pairs.  Near theta*, h(z) - g_k z >= min(g_k - p, q - g_k) |z|, and the loss is
convex in the outputs: R - R^g >= sum_k c_k (h(z_k) - g_k z_k) >= kappa |Z d| where d = theta -
theta*, Z d = (z_k).  And R^g - R(theta*) >= mu/2 |d|^2 - tau/2 |Z d|^2.  As |Z d| <= 2 kappa/tau
the sum is at least mu/2 |d|^2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .bounds import MOST_UNKNOWNS
from .extremes import Lower, lowered
from .functions import Jet
from .reader import fields, increasing, integer, real
from .smooth_networks import Balls, condition, prove_definite
from .trained_minimum import prove_better, require_above, require_below
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
    upper_end,
    words_of,
)
from .trained_risk import Sweep
from .trained_saddle import mirrored, prove_zero, rounded_up
from .trained_slice import Slice, read_slice, two_slopes
from .verdict import need, refuse, require
from .wide import Wide


@dataclass(frozen=True)
class KinkMinimum:
    """The claim of section 4.26 in exact numbers; kinks are pairs of datum and unit, from 0."""

    problem: TrainedProblem
    centre: Vector
    slice: Slice
    slopes: tuple[Fraction, Fraction]
    kinks: list[tuple[int, int]]
    gates: list[Fraction]
    radius: Fraction
    growth: Fraction
    location: Fraction
    risk: tuple[Fraction, Fraction]
    given: Given | None
    better: Vector | None
    tau: Fraction
    box: Fraction
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> KinkMinimum:
    """The certificate of section 4.26."""
    statement = fields(tree["statement"], "statement", "problem centre modulo kinks claims")
    claims = fields(statement["claims"], "claims", "radius growth location risk given better")
    witness = fields(tree["witness"], "witness", "bits tau radius")
    problem = read_problem(statement["problem"])
    need(len(problem.layers) == 2, "The network does not have two layers.")
    slopes = two_slopes(problem.layers[0].activation)
    need(
        slopes is not None and slopes[0] < slopes[1],
        "The activation is not linear on both sides of 0 with the larger slope above.",
    )
    need(problem.layers[1].activation == "t", "The last layer has an activation.")
    centre = read_vector(statement["centre"], "centre", problem.layers)
    modulo = read_slice(statement["modulo"], problem, centre)
    need(not modulo.fixed, "rescaling is not null.")
    listed = statement["kinks"]
    need(
        type(listed) is list and 1 <= len(listed) <= problem.parameters,
        "kinks is not an array of 1 to as many kinks as there are parameters.",
    )
    kinks, gates = [], []
    for entry in listed:
        fields(entry, "A kink", "datum unit gate")
        pair = (
            integer(entry["datum"], "datum", 1, len(problem.inputs)) - 1,
            integer(entry["unit"], "unit", 1, problem.layers[0].units) - 1,
        )
        need(not kinks or kinks[-1] < pair, "The kinks do not increase.")
        kinks.append(pair)
        gates.append(real(entry["gate"], "gate"))
    radius, growth, location, tau, box = (
        real(part[name], name)
        for part, name in (
            (claims, "radius"),
            (claims, "growth"),
            (claims, "location"),
            (witness, "tau"),
            (witness, "radius"),
        )
    )
    need(min(radius, growth, location, tau, box) > 0, "A claim is not positive.")
    bits = read_bits(witness["bits"], problem)
    need(
        (problem.parameters + len(kinks)) ** 3 * words_of(bits) ** 2 <= MOST_UNKNOWNS,
        "There are too many parameters, kinks and bits.",
    )
    better = claims["better"]
    return KinkMinimum(
        problem=problem,
        centre=centre,
        slice=modulo,
        slopes=slopes,
        kinks=kinks,
        gates=gates,
        radius=radius,
        growth=growth,
        location=location,
        risk=increasing(claims["risk"], "risk"),
        given=read_given(claims["given"], problem.layers),
        better=None if better is None else read_vector(better, "better", problem.layers),
        tau=tau,
        box=box,
        bits=bits,
        summary=f"{problem.size}: a strict local minimum{modulo.where}, on {len(kinks)}"
        f" kink{'s' * (len(kinks) > 1)}, within {claims['location']} of the centre in each"
        f" parameter; {claims['risk'][0]} < risk < {claims['risk'][1]}; risk(theta) - risk >="
        f" {claims['growth']}/2 |theta - theta*|^2 for |theta - theta*| <= {claims['radius']}",
    )


class Gated:
    """The network with the gates, its parameters and gates within `radius` and `gate_radius`."""

    def __init__(self, claim: KinkMinimum, radius: Fraction, gate_radius: Fraction) -> None:
        self.claim, bits = claim, claim.bits
        self.sweep = Sweep(claim.problem, claim.centre, radius, bits)
        self.slopes = [Wide.of(slope, bits) for slope in claim.slopes]
        self.gates = [
            Wide.of(g - gate_radius, bits).hull(Wide.of(g + gate_radius, bits)) for g in claim.gates
        ]
        self.number = {pair: k for k, pair in enumerate(claim.kinks)}

    def gate(self, n: int, unit: int, z: Wide) -> Jet:
        """z times the gate, or times the slope of its side."""
        k = self.number.get((n, unit))
        if k is not None:
            slope = self.gates[k]
        elif z.lo > 0 or z.hi < 0:
            slope = self.slopes[z.lo > 0]
        else:
            refuse(
                "undefined",
                f"the number that unit {unit + 1} gets from datum {n + 1}, in {z.shown()}, is"
                " different from 0",
            )
        return z * slope, slope, self.sweep.zero

    def hessian(self) -> Lower:
        return self.claim.slice.held(self.sweep.derivatives(self.gate).hessian())

    def gradient(self) -> list[Wide]:
        return self.sweep.derivatives(self.gate).gradient()

    def inputs(self, n: int) -> list[Wide]:
        """x, 1: the derivatives of z_k by the parameters of its unit."""
        sweep = self.sweep
        found = [Wide.of(x, sweep.bits) for x in self.claim.problem.inputs[n]]
        return [*found, sweep.one] if self.claim.problem.layers[0].bias else found

    def values(self) -> list[Wide]:
        """All z_k."""
        return [self.pre(n, unit) for n, unit in self.claim.kinks]

    def pre(self, n: int, unit: int) -> Wide:
        places = self.claim.problem.layers[0].places(unit)
        total = self.sweep.zero
        for place, x in zip(places, self.inputs(n)):
            total = total + self.sweep.theta[place] * x
        return total

    def outgoing(self, unit: int) -> list[Wide]:
        """v_o for each output."""
        last = self.claim.problem.layers[1]
        return [self.sweep.theta[last.weight(o, unit)] for o in range(last.units)]

    def convexities(self) -> list[Wide]:
        """c_k = factor sum_o l_o v_o."""
        found = []
        for n, unit in self.claim.kinks:
            total = self.sweep.zero
            first, _ = self.slopes_at(n)
            for slope, v in zip(first, self.outgoing(unit)):
                total = total + slope * v
            found.append(total)
        return found

    def slopes_at(self, n: int) -> tuple[list[Wide], list[list[Wide]]]:
        outputs = self.sweep.forward(n, 1, self.gate)[1]
        return self.sweep.slopes(outputs, self.claim.problem.targets[n])

    def by_gate(self, k: int) -> list[Wide]:
        """The derivative of the gradient by g_k.

        dR^g/dg_k = factor sum_o l_o(f_n) v_o z_k, to be differentiated by theta: f_o itself changes
        by its last bias, by v_oj' times the output of j', and by w_j' times g_j' v_oj' x.
        """
        (n, unit), sweep, problem = self.claim.kinks[k], self.sweep, self.claim.problem
        hidden, last = problem.layers
        first, second = self.slopes_at(n)
        outgoing, z, inputs = self.outgoing(unit), self.pre(n, unit), self.inputs(n)
        found = [sweep.zero] * problem.parameters
        pull = sweep.zero
        for o, (slope, v) in enumerate(zip(first, outgoing)):
            pull = pull + slope * v
            found[last.weight(o, unit)] = slope * z
        for place, x in zip(hidden.places(unit), inputs):
            found[place] = pull * x
        # z_k sum_o v_o l_oo' for each output o'
        changes = []
        for column in zip(*second):
            total = sweep.zero
            for v, x in zip(outgoing, column):
                total = total + v * x
            changes.append(total * z)
        jets = sweep.forward(n, 1, self.gate)[0][0]
        for j, jet in enumerate(jets):
            weight = sweep.zero
            for o, change in enumerate(changes):
                place = last.weight(o, j)
                found[place] = found[place] + change * jet[0]
                weight = weight + change * sweep.theta[place]
            weight = weight * jet[1]
            for place, x in zip(hidden.places(j), inputs):
                found[place] = found[place] + weight * x
        if last.bias:
            for o, change in enumerate(changes):
                found[last.offset(o)] = found[last.offset(o)] + change
        return found

    def jacobian(self) -> list[list[Wide]]:
        """Of (grad R~^g, all z_k) by (theta, g): [[H, B], [Z, 0]]."""
        claim, zero = self.claim, self.sweep.zero
        columns = [self.by_gate(k) for k in range(len(claim.kinks))]
        found = [
            row + [column[i] for column in columns]
            for i, row in enumerate(mirrored(self.hessian()))
        ]
        for n, unit in claim.kinks:
            row = [zero] * (claim.problem.parameters + len(claim.kinks))
            for place, x in zip(claim.problem.layers[0].places(unit), self.inputs(n)):
                row[place] = x
            found.append(row)
        return found


def verify(claim: KinkMinimum) -> None:
    """The conditions in their order; the first that fails raises a Verdict."""
    with condition("undefined"):
        _verify(claim)


def _verify(claim: KinkMinimum) -> None:
    exact = Gated(claim, Fraction(0), Fraction(0))
    values = exact.gradient() + exact.values()
    reach = rounded_up(prove_zero(Gated(claim, claim.box, claim.box).jacobian(), values, claim.box))
    require("location", (reach, reach), (claim.location,) * 2)
    prove_growth(claim, Gated(claim, claim.radius + reach, reach))
    near = Gated(claim, reach, reach)
    value = near.sweep.risk(near.gate)
    require_above("risk", "R", claim.risk[0], value)
    require_below("risk", "R", value, claim.risk[1])
    if claim.given is not None:
        away = root_above(claim.problem.parameters * reach**2)
        prove_distance(claim.given, claim.centre, away)
    if claim.better is not None:
        prove_better(claim.problem, claim.better, claim.risk[0], claim.bits)


def prove_growth(claim: KinkMinimum, around: Gated) -> None:
    """`gate`, `convex-kink`, `growth` and `tau`, on a box that holds the ball."""
    bits, layer = claim.bits, claim.problem.layers[0]
    low, high = (Wide.of(slope, bits) for slope in claim.slopes)
    hessian, tau, kappa = around.hessian(), Wide.of(claim.tau, bits), None
    for gate, c in zip(around.gates, around.convexities()):
        require_above("gate", "a gate", claim.slopes[0], gate)
        require_below("gate", "a gate", gate, claim.slopes[1])
        require_above("convex-kink", "c_k", Fraction(0), c)
        for side in (c * (gate - low), c * (high - gate)):
            least = Fraction(side.lo << max(side.e, 0), 1 << max(-side.e, 0))
            kappa = least if kappa is None else min(kappa, least)
    for n, unit in claim.kinks:
        row = list(zip(layer.places(unit), around.inputs(n)))
        for s, (i, x) in enumerate(row):
            for j, y in row[: s + 1]:
                hessian[max(i, j)][min(i, j)] = hessian[max(i, j)][min(i, j)] + tau * x * y
    prove_definite("growth", lowered(hessian, claim.growth), "H + tau Z^T Z - mu I on the ball")
    reach = norm_above(around) * claim.radius
    require("tau", (reach, reach), (2 * kappa / claim.tau,) * 2, " (|Z| rho, 2 kappa/tau)")


def norm_above(around: Gated) -> Fraction:
    """At least |Z|: the square root of the trace of Z Z^T, or of its largest row sum."""
    rows = [Balls(around.inputs(n)) for n, _ in around.claim.kinks]
    trace, largest = Fraction(0), Fraction(0)
    for k, (_, unit) in enumerate(around.claim.kinks):
        line = Fraction(0)
        for j, (_, other) in enumerate(around.claim.kinks):
            if other == unit:  # the rows of other units have other columns
                size = upper_end(rows[k].dot(rows[j]).size())
                line += size
                trace += size * (j == k)
        largest = max(largest, line)
    return root_above(min(trace, largest))
