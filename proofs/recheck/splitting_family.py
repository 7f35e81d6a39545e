"""data-splitting-family: the seven conditions of FORMAT 4.17 (lemma 23).

How the proof goes.  A narrow network has a strict minimum by gradient and curvature (1 to 3).  A
neuron can be split, as its own matrix is definite (6), so every wider network has a minimum of the
same risk; other parameters have a smaller one (7).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .bounds import MOST_SPLITTING
from .functions import Jet
from .reader import fields, increasing, integer, real
from .smooth_data import (
    Names,
    SmoothData,
    SmoothParameters,
    read_smooth,
    read_smooth_problem,
    require_values,
)
from .smooth_networks import (
    Balls,
    SmoothNetwork,
    condition,
    prove_below,
    prove_better,
    prove_definite,
)
from .verdict import NOTHING, brackets, need, refuse, require
from .wide import Wide


@dataclass(frozen=True)
class SplittingFamily:
    """The claim of section 4.17."""

    data: SmoothData
    parameters: SmoothParameters
    neuron: int
    distance: Fraction
    risk: tuple[Fraction, Fraction]
    better: SmoothParameters
    curvature: Fraction
    bits: int
    summary: str


def read(tree: dict[str, Any]) -> SplittingFamily:
    """The certificate of section 4.17."""
    names = Names("distance risk better", "parameters neuron", "widths spread", "curvature")
    opened = read_smooth_problem(tree, names)
    claims, data = opened.claims, opened.data
    parameters = read_smooth(opened.statement["parameters"], "parameters", data.widths, data)
    weights = sum(len(row) for rows, _ in parameters for row in rows)
    distance, better = real(claims["distance"], "distance"), claims["better"]
    need(distance > 0, "distance is not positive.")
    unknowns = weights + sum(data.widths) + 1
    need(
        unknowns <= 256 and len(data.inputs) * weights * unknowns**2 <= 10**7,
        "There are too many parameters.",
    )
    fields(better, "better", "width parameters")
    width = integer(better["width"], "width", 1, 256)
    neuron = integer(opened.statement["neuron"], "neuron", 0, data.widths[-1] - 1)
    shape, least = "-".join(map(str, data.widths)), max(width, data.widths[-1])
    claim = SplittingFamily(
        data=data,
        parameters=parameters,
        neuron=neuron,
        distance=distance,
        risk=increasing(claims["risk"], "risk"),
        better=read_smooth(better["parameters"], "better", [*data.widths[:-1], width], data),
        curvature=real(opened.witness["curvature"], "curvature"),
        bits=opened.bits,
        summary=f"{data.size}, hidden layers {shape}: for all targets within"
        f" {opened.problem['spread']} of those given a local minimum within {claims['distance']}"
        f" of the parameters, {claims['risk'][0]} < risk < {claims['risk'][1]}; split at neuron"
        f" {neuron} it is a spurious one for every width >= {least} of the last hidden layer",
    )
    require_effort(claim)
    return claim


def require_effort(claim: SplittingFamily) -> None:
    """The bounds on the work of section 3.1."""
    numbers = sum(len(bias) * (1 + len(weights[0])) for weights, bias in claim.parameters)
    need(max(claim.data.widths) * numbers**2 <= MOST_SPLITTING, "There are too many parameters.")
    for parameters in (claim.parameters, claim.better):
        require_values(claim.data, sum(len(bias) for _, bias in parameters[:-1]), claim.bits)


class Curve:
    """Outputs, errors and derivatives by all weights and biases of a network of section 4.17 on all
    data.
    """

    def __init__(self, claim: SplittingFamily, radius: Fraction) -> None:
        self.network = network = SmoothNetwork(
            claim.data.formula, claim.parameters, claim.bits, radius
        )
        self.widths = [len(rows) for rows in network.weights]
        # the numbers of the parameters: row by row with the bias behind the weights
        starts, total = ([], 0)
        for rows in network.weights:
            starts.append(total)
            total += len(rows) * (len(rows[0]) + 1)
        self.starts, self.total = starts, total
        self.jets: list[list[list[Jet]]] = []
        self.inputs: list[list[Wide]] = []
        self.errors: list[Wide] = []
        self.slopes: list[
            list[list[list[Wide]]]
        ] = []  # by datum, layer, unit: D z, by the parameters of this layer and below
        for row, low, high in claim.data.ranges(claim.bits):
            jets, value = network.at(row, 2)
            self.jets.append(jets)
            self.inputs.append(row)
            self.errors.append(value - low.hull(high))
            self.slopes.append(self._slopes(row, jets))

    def below(self, n: int, number: int) -> list[Wide]:
        """The outputs of the layer below at datum n, and 1."""
        values = [jet[0] for jet in self.jets[n][number - 1]] if number else self.inputs[n]
        return [*values, self.network.one]

    def _slopes(self, row: list[Wide], jets: list[list[Jet]]) -> list[list[list[Wide]]]:
        """D z of a unit is (outputs below, 1) by its own parameters, and the sum of w_j D u_j by
        those of the layers below, D u = h'(z) D z.
        """
        network, found = self.network, []
        moved: list[list[Wide]] = []  # D u of the layer below
        for number, rows in enumerate(network.weights):
            inputs = [*([jet[0] for jet in jets[number - 1]] if number else row), network.one]
            by = [Balls(column) for column in zip(*moved)]
            layer = []
            for i, weights in enumerate(rows):
                bare = Balls(weights)
                own = [network.zero] * (len(rows) * len(inputs))
                own[i * len(inputs) : (i + 1) * len(inputs)] = inputs
                layer.append([bare.dot(column) for column in by] + own)
            found.append(layer)
            if number < len(jets):
                moved = [[jet[1] * x for x in line] for jet, line in zip(jets[number], layer)]
        return found

    def gradient(self) -> list[Wide]:
        errors = Balls(self.errors)
        return [
            errors.dot(Balls(column)) for column in zip(*(slopes[-1][0] for slopes in self.slopes))
        ]

    def risk(self) -> Wide:
        total = self.network.zero
        for error in self.errors:
            total = total + error.power(2)
        return total.doubled(-1)

    def hessian(self) -> list[list[Wide]]:
        """The lower triangle: sum over n of Df Df^T + rho D^2 f, rho the error, f the number z of
        the output.

        D^2 f (p, q) is the sum over all hidden units of a h''(z) (D_p z)(D_q z), a the adjoint,
        and, as w_j u_j is a product, of d D_q u_j for p the weight w_j of a unit to the unit j
        below it, d = D f by the number z of this unit, and so with p and q exchanged; there D_q u_j
        is not 0 only for parameters q of layers below that of p.
        """
        network = self.network
        factors: list[list[Wide]] = [[] for _ in range(self.total)]
        weighted: list[list[Wide]] = [[] for _ in range(self.total)]
        deltas: list[list[list[Wide]]] = []  # by datum, layer, unit: rho d
        for jets, error, slopes in zip(self.jets, self.errors, self.slopes):
            adjoints = network.adjoints(jets)
            deltas.append(
                [[error * a * jet[1] for a, jet in zip(*pair)] for pair in zip(adjoints, jets)]
                + [[error]]
            )
            rows = [
                (error * a * jet[2], line)
                for line_of, pair in zip(slopes, zip(adjoints, jets))
                for line, a, jet in zip(line_of, *pair)
            ]
            for factor, line in [*rows, (network.one, slopes[-1][0])]:
                for p in range(self.total):
                    x = line[p] if p < len(line) else network.zero
                    factors[p].append(x)
                    weighted[p].append(factor * x)
        left, right = list(map(Balls, weighted)), list(map(Balls, factors))
        hessian = [[u.dot(v) for v in right[: p + 1]] for p, u in enumerate(left)]
        for number in range(1, len(network.weights)):
            for j in range(self.widths[number - 1]):
                moved = [
                    Balls(
                        [
                            jets[number - 1][j][1] * slopes[number - 1][j][q]
                            for jets, slopes in zip(self.jets, self.slopes)
                        ]
                    )
                    for q in range(self.starts[number])
                ]
                for i in range(self.widths[number]):
                    p = self.starts[number] + i * (self.widths[number - 1] + 1) + j
                    delta = Balls([line[number][i] for line in deltas])
                    for q, column in enumerate(moved):
                        hessian[p][q] = hessian[p][q] + delta.dot(column)
        return hessian

    def inner(self, neuron: int) -> list[list[Wide]]:
        """The lower triangle of v sum_n rho_n h''(w.u_n + c) (u_n, 1)(u_n, 1)^T."""
        last = len(self.widths) - 2
        out = self.network.weights[-1][0][neuron]
        factors = [
            out * error * jets[last][neuron][2] for error, jets in zip(self.errors, self.jets)
        ]
        columns_of = list(zip(*(self.below(n, last) for n in range(len(self.errors)))))
        right = list(map(Balls, columns_of))
        left = [Balls([c * x for c, x in zip(factors, column)]) for column in columns_of]
        return [[u.dot(v) for v in right[: i + 1]] for i, u in enumerate(left)]


def verify(claim: SplittingFamily) -> None:
    """The seven conditions of section 4.17."""
    mu, bits = claim.curvature, claim.bits
    require("curvature", NOTHING, (mu, mu))  # 1
    with condition("distance"):  # 2
        point = Curve(claim, Fraction(0))
        square = point.network.zero
        for x in point.gradient():
            square = square + x.power(2)
        if square.compare((mu * claim.distance) ** 2) >= 0:
            reach = (mu * claim.distance) ** 2
            refuse(
                "distance",
                f"|g|^2 in {square.shown()} is below (mu delta)^2 ="
                f" {brackets(reach.numerator, reach.denominator)}",
            )
    with condition("curvature"):  # 3
        box = Curve(claim, claim.distance)
        shift = Wide.of(mu, bits)
        prove_definite(
            "curvature",
            [[*row[:-1], row[-1] - shift] for row in box.hessian()],
            "the Hessian less mu on the box",
        )
    with condition("risk-low"):  # 4
        value = point.risk()
        least = value - square / Wide.of(2 * mu, bits)
        if least.compare(claim.risk[0]) <= 0:
            refuse(
                "risk-low",
                f"{brackets(claim.risk[0].numerator, claim.risk[0].denominator)} < {least.shown()}",
            )
    prove_below("risk-high", value, claim.risk[1])  # 5
    with condition("inner"):  # 6
        prove_definite("inner", box.inner(claim.neuron), "the matrix of the neuron on the box")
    prove_better(claim.better, claim.data, bits, claim.risk[0])  # 7
