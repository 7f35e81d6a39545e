"""data-constant-minimum, data-constant-family: FORMAT 4.15 and 4.16 (lemma 22).

How the proofs go.  The network is constant on the data, with the mean of the targets as its output.
If targets and inputs are uncorrelated (1), two definite matrices (4, 6) make it a local minimum;
other parameters with a smaller risk make it spurious (7, 8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import mul as times
from typing import Any

from .bounds import MOST_CONSTANT
from .formulas import Activation
from .reader import boolean, rational, real, shown
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
    more_bits,
    prove_below,
    prove_better,
    prove_definite,
    smooth_risk,
)
from .verdict import Verdict, brackets, need, refuse
from .wide import Wide


@dataclass(frozen=True)
class ConstantMinimum:
    """The claim of section 4.15."""

    data: SmoothData
    parameters: SmoothParameters
    distance: Fraction
    risk: Fraction
    better: SmoothParameters | None
    fits: bool
    low: Fraction
    high: Fraction
    bits: int
    summary: str


@dataclass(frozen=True)
class ConstantFamily:
    """The claim of section 4.16."""

    data: SmoothData
    point: Fraction
    risk: Fraction
    bits: int
    summary: str


def read_minimum(tree: dict[str, Any]) -> ConstantMinimum:
    """The certificate of section 4.15."""
    names = Names("distance risk better fits", "parameters", "widths", "low high")
    opened = read_smooth_problem(tree, names)
    claims, witness, data = opened.claims, opened.witness, opened.data
    parameters = read_smooth(opened.statement["parameters"], "parameters", data.widths, data)
    weights = sum(len(row) for rows, _ in parameters for row in rows)
    distance, better = real(claims["distance"], "distance"), claims["better"]
    need(distance > 0, "distance is not positive.")
    need(weights * data.widths[0] ** 2 <= 10**8, "K d_1^2 is more than 10^8.")
    fits = boolean(claims["fits"], "fits")
    need(
        not fits or (better is not None and len(data.inputs) <= 256),
        "fits is true, but better is null or there are more than 256 data.",
    )
    shape, spurious = "-".join(map(str, data.widths)), "" if better is None else "spurious "
    claim = ConstantMinimum(
        data=data,
        parameters=parameters,
        distance=distance,
        risk=rational(claims["risk"], "risk"),
        better=None if better is None else read_smooth(better, "better", data.widths, data),
        fits=fits,
        low=real(witness["low"], "low"),
        high=real(witness["high"], "high"),
        bits=opened.bits,
        summary=f"{data.size}, hidden layers {shape}: a {spurious}local minimum with constant"
        f" outputs, risk {shown(claims['risk'])}, but for the last bias the parameters, and that"
        f" within {claims['distance']}" + ("; some parameters have the risk 0" if fits else ""),
    )
    need(max(data.widths) * data.widths[0] ** 2 <= MOST_CONSTANT, "The first layer is too wide.")
    require_values(data, sum(data.widths), claim.bits)
    return claim


def read_family(tree: dict[str, Any]) -> ConstantFamily:
    """The certificate of section 4.16."""
    opened = read_smooth_problem(tree, Names("risk", "point"))
    data, claims = opened.data, opened.claims
    return ConstantFamily(
        data=data,
        point=real(opened.statement["point"], "point"),
        risk=rational(claims["risk"], "risk"),
        bits=opened.bits,
        summary=f"{data.size}: for every depth and all widths a spurious local minimum, every"
        f" hidden unit constant on the data, risk {shown(claims['risk'])}",
    )


class Moments:
    """The exact sums over the data of section 4.15, in integers: x_n and y_n over ux and uy, xi_n
    over N ux, Delta_n over N uy, C = sum xi xi^T over (N ux)^2 and M = sum Delta xi xi^T over (N
    uy) (N ux)^2, for all coordinates.
    """

    def __init__(self, data: SmoothData) -> None:
        rows, targets, n = data.inputs, data.targets, len(data.inputs)
        self.count = n
        self.ux, self.uy = (
            lcm(*{x.denominator for x in numbers})
            for numbers in ([x for row in rows for x in row], targets)
        )
        self.columns = [
            [x.numerator * (self.ux // x.denominator) for x in column] for column in zip(*rows)
        ]
        heights = [y.numerator * (self.uy // y.denominator) for y in targets]
        self.sums, self.height = [sum(column) for column in self.columns], sum(heights)
        self.xi = [
            [n * x - total for x in column] for column, total in zip(self.columns, self.sums)
        ]
        self.delta = [n * y - self.height for y in heights]

    def mean(self) -> list[Fraction]:
        return [Fraction(total, self.count * self.ux) for total in self.sums]

    def prove_uncorrelated(self) -> None:
        for i, column in enumerate(self.xi):
            total = sum(map(times, self.delta, column))
            if total:
                refuse(
                    "uncorrelated",
                    f"{brackets(total, self.count**2 * self.ux * self.uy)} = 0, the sum of"
                    f" Delta_n times the input coordinate {i}",
                )

    def prove_risk(self, risk: Fraction) -> None:
        square, below = sum(x * x for x in self.delta), 2 * (self.count * self.uy) ** 2
        if square * risk.denominator != risk.numerator * below:
            refuse(
                "risk",
                f"{brackets(square, below)} = {brackets(risk.numerator, risk.denominator)}, the"
                " risk and the claimed one",
            )

    def forms(self) -> tuple[list[list[int]], list[list[int]], list[list[int]]]:
        """C with all coordinates, and C and M with the coordinates i_1, i_2, ..."""
        gram = [[sum(map(times, u, v)) for v in self.xi] for u in self.xi]
        places = list(minors(gram, skip=True))
        weighted = [list(map(times, self.delta, self.xi[i])) for i in places]
        return (
            gram,
            [[gram[i][j] for j in places] for i in places],
            [[sum(map(times, u, self.xi[j])) for j in places] for u in weighted],
        )


def minors(matrix: Sequence[Sequence[int]], *, skip: bool = False) -> dict[int, int]:
    """The leading minors of a symmetric matrix, by elimination without fractions (Bareiss), up to
    one that is not positive.

    With `skip`, for a Gram matrix: a pivot 0 means that the vector is a combination of the ones
    before it, and it is left out; the minors are then those of the others, by their places.
    """
    rest, before, found = [list(row) for row in matrix], 1, {}
    for k in range(len(rest)):
        pivot = rest[k][k]
        if pivot == 0 and skip:
            continue
        found[k] = pivot
        if pivot <= 0:
            break
        for row in rest[k + 1 :]:
            factor = row[k]
            row[k + 1 :] = [
                (x * pivot - factor * y) // before for x, y in zip(row[k + 1 :], rest[k][k + 1 :])
            ]
        before = pivot
    return found


def all_positive(matrix: Sequence[Sequence[int]]) -> bool:
    return all(minor > 0 for minor in minors(matrix).values())


def verify_minimum(claim: ConstantMinimum) -> None:
    """The eight conditions of section 4.15."""
    data, bits = claim.data, claim.bits
    moments = Moments(data)
    moments.prove_uncorrelated()  # 1
    moments.prove_risk(claim.risk)  # 2
    gram, c, m = moments.forms()
    weights, bias = claim.parameters[0]
    for i, row in enumerate(weights):  # 3: w.xi_n = 0 for all n just if w^T (sum xi xi^T) = 0
        unit = lcm(*(w.denominator for w in row))
        whole_row = [w.numerator * (unit // w.denominator) for w in row]
        if any(sum(map(times, whole_row, line)) for line in gram):
            refuse("constant", f"unit {i} of the first layer is constant on the data")
    side = moments.count * moments.uy  # 4
    for bound, sign, what in ((claim.low, 1, "M - a C"), (claim.high, -1, "b C - M")):
        if not all_positive(
            [
                [sign * (bound.denominator * x - bound.numerator * side * y) for x, y in zip(*rows)]
                for rows in zip(m, c)
            ]
        ):
            refuse("bounds", f"{what} is positive definite")
    network, mean = SmoothNetwork(data.formula, claim.parameters, bits), moments.mean()
    start = [Wide.of(sum(map(times, row, mean)) + b, bits) for row, b in zip(weights, bias)]
    with condition("distance"):  # 5
        _, value = network.above(start, 0)
        centre = Wide.of(Fraction(moments.height, moments.count * moments.uy), bits)
        prove_below("distance", (value - centre).size(), claim.distance)
    with condition("definite"):  # 6
        gradient, hessian = network.expansion(network.above(start, 2)[0])
        for bound, what in ((claim.low, "g g^T - a H"), (claim.high, "g g^T - b H")):
            q = Wide.of(bound, bits)
            prove_definite(
                "definite",
                [
                    [gradient[i] * gradient[j] - q * x for j, x in enumerate(row)]
                    for i, row in enumerate(hessian)
                ],
                what,
            )
    if claim.better is None:
        return
    prove_better(claim.better, data, bits, claim.risk)  # 7
    if claim.fits:  # 8
        attempts = more_bits(data, claim.better, bits)
        for precision in attempts:
            try:
                prove_fit(claim.better, data, precision)
                break
            except Verdict:
                if precision == attempts[-1]:
                    raise


def prove_fit(layers: SmoothParameters, data: SmoothData, bits: int) -> None:
    """`fits`: the outputs of the last hidden layer and 1, on the data, are linearly independent."""
    features: list[list[Wide]] = []
    with condition("fits"):
        network = SmoothNetwork(data.formula, layers, bits)
        smooth_risk(network, data, lambda row: features.append([*row, network.one]))
        balls = list(map(Balls, features))
        prove_definite(
            "fits",
            [[u.dot(v) for v in balls[: i + 1]] for i, u in enumerate(balls)],
            "the Gram matrix of the outputs of the last hidden layer, with 1,",
        )


def verify_family(claim: ConstantFamily) -> None:
    """The five conditions of section 4.16."""
    moments = Moments(claim.data)
    moments.prove_uncorrelated()  # 1
    moments.prove_risk(claim.risk)  # 2
    m = moments.forms()[2]
    if not (all_positive(m) or all_positive([[-x for x in row] for row in m])):  # 3
        refuse("bounds", "M or -M is positive definite")
    for number, code in ((1, "slope"), (2, "bend")):  # 4, 5
        with condition(code):
            value = Activation(claim.data.formula, claim.bits)(Wide.of(claim.point, claim.bits), 2)[
                number
            ]
            if value.lo <= 0 <= value.hi:
                refuse(
                    code,
                    f"the derivative of order {number} of h at the point, in {value.shown()}, is"
                    " not 0",
                )
