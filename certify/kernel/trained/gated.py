"""Units on their kinks, replaced by linear ones: the smooth risk with gates, and its derivatives by
the gates (lemma 33).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.trained.passes import Gates, backward, by_outputs, forward
from certify.kernel.trained.problem import TrainedProblem

__all__ = ["Kink", "by_gates", "gain", "gates_of", "kink_forms", "read_kinks"]


@dataclass(frozen=True)
class Kink:
    """A datum and a hidden unit, from 0, with z_nj = 0; gate: about the slope of the unit there."""

    datum: int
    unit: int
    gate: fmpq


def read_kinks(value: Any, problem: TrainedProblem) -> tuple[Kink, ...]:
    """From the field `kinks`: at least one and no more than there are parameters."""
    most = problem.network.size
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        raise Malformed(f"the kinks are not a list of 1 to {most}")
    units, found = problem.network.layers[0].units, []
    for entry in value:
        known = fields(entry, "a kink", ["datum", "unit", "gate"])
        datum = natural(known["datum"], "the datum of a kink", 1, problem.data) - 1
        unit = natural(known["unit"], "the unit of a kink", 1, units) - 1
        found.append(Kink(datum, unit, decimal(known["gate"], "a gate")))
    places = [(kink.datum, kink.unit) for kink in found]
    if places != sorted(set(places)):
        raise Malformed("the kinks are not in increasing order of datum and unit")
    return tuple(found)


def gates_of(kinks: tuple[Kink, ...], spread: arb) -> Gates:
    """The gates, each within the spread of the one given, in the order of the kinks."""
    wide = arb(0, 1) * spread
    return {(0, kink.datum, kink.unit): ball(kink.gate) + wide for kink in kinks}


def kink_forms(problem: TrainedProblem, kinks: tuple[Kink, ...]) -> arb_mat:
    """The matrix Z with z_nj(theta) = (Z theta)_nj for each kink: the data, as the first layer is
    linear in its parameters. A row for each kink, a column for each parameter.
    """
    network, layer = problem.network, problem.network.layers[0]
    rows = []
    for kink in kinks:
        row = [arb(0)] * network.size
        first = network.place(0, kink.unit, 0)
        inputs = [ball(value) for value in problem.points[kink.datum]]
        row[first : first + layer.columns] = inputs + [arb(1)] * layer.bias
        rows.append(row)
    return arb_mat(rows)


def gain(
    problem: TrainedProblem,
    layers: list[arb_mat],
    kinks: tuple[Kink, ...],
    gates: Gates,
    ledger: Ledger,
) -> list[arb]:
    """For each kink the derivative of the risk with gates by the value of the unit at the datum."""
    made = forward(problem, layers, ledger, gates)
    slopes = [slope for slope, _ in by_outputs(problem, made, ledger)]
    by_value, _ = backward(problem, layers, made, slopes)
    return [by_value[0][kink.datum, kink.unit] for kink in kinks]


def by_gates(
    problem: TrainedProblem,
    layers: list[arb_mat],
    kinks: tuple[Kink, ...],
    gates: Gates,
    ledger: Ledger,
) -> list[list[arb]]:
    """For each kink (n, j) the derivatives of the gradient by its gate (equation 33.3).

    The gate times z = z_nj is the value a_nj. So a change of the gate moves the outputs by z V_j,
    the slopes of the loss by z L V_j, and what goes back to a_nu by z V_u . L V_j: L is the
    curvature of the loss at the datum, V_u the weights from unit u to the outputs.
    """
    network = problem.network
    hidden, last = network.layers
    made = forward(problem, layers, ledger, gates)
    slopes, by_curvature = [], []  # the second: L V_j, in the order of the kinks, that of the data
    for datum, (slope, curvature) in enumerate(by_outputs(problem, made, ledger)):
        slopes.append(slope)
        for kink in kinks:
            if kink.datum == datum:
                own = arb_mat([[layers[1][k, kink.unit]] for k in range(last.units)])
                by_curvature.append((arb_mat(curvature) * own).entries())
    by_value, _ = backward(problem, layers, made, slopes)
    columns = []
    for kink, turned in zip(kinks, by_curvature, strict=True):
        n, j = kink.datum, kink.unit
        value = made.inner[0][n, j]
        column = [arb(0)] * network.size
        # the last layer: dR/dV_ki = slope_k a_i
        for k in range(last.units):
            for i in range(last.columns):
                column[network.place(1, k, i)] = value * turned[k] * made.below[1][n, i]
            column[network.place(1, k, j)] += slopes[n][k] * value
        # the first: dR/dw_ui = dR/da_u h'_u x_i
        for u in range(hidden.units):
            moved = arb(0)
            for k in range(last.units):
                moved += layers[1][k, u] * turned[k]
            moved = moved * value * made.first[0][n * hidden.units + u]
            if u == j:
                moved += by_value[0][n, j]
            for i in range(hidden.columns):
                column[network.place(0, u, i)] = moved * made.below[0][n, i]
        columns.append(column)
    return columns
