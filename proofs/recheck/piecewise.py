"""data-minimum, -global-minimum, -saddle, -noncritical: FORMAT 4.10 to 4.13.

How the proofs go (lemmas 18 to 20).  All numbers are exact.  Where no unit is at a kink the outputs
are combinations of path vectors nearby; if the slopes of the loss are orthogonal to all of these
the risk cannot decrease (4.10).  Without kinked units the problem is convex in the outputs (4.11).
A saddle has gradient 0, and a curve on which the risk falls and one on which it rises (4.12).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from operator import mul as times
from typing import Any

from .bounds import MOST_ORDER
from .data import Data, Parameters, read_data, read_parameters, require_room
from .evaluation import Evaluation, Loss, evaluate
from .gradients import Gradient
from .layers import Affine, Residual, Units
from .networks import Model
from .paths import Paths, columns, starts
from .reader import boolean, fields, integer, rational, shown
from .verdict import brackets, need, refuse


@dataclass(frozen=True)
class DataPoint:
    """What the claims of sections 4.10 to 4.13 have in common."""

    data: Data
    parameters: Parameters
    risk: Fraction
    summary: str


@dataclass(frozen=True)
class DataMinimum(DataPoint):
    """The claim of section 4.10."""

    better: Parameters | None
    continuum: bool
    linear_fit: bool


@dataclass(frozen=True)
class DataGlobalMinimum(DataPoint):
    """The claim of section 4.11."""


@dataclass(frozen=True)
class DataSaddle(DataPoint):
    """The claim of section 4.12; the curves are lists of P_1, P_2, ...."""

    descent: list[Parameters]
    ascent: list[Parameters]


@dataclass(frozen=True)
class DataNoncritical(DataPoint):
    """The claim of section 4.13."""

    layer: int
    part: int  # 0 for weights, 1 for bias
    entry: int
    derivative: Fraction


@dataclass(frozen=True)
class Opened:
    """What the certificates of sections 4.10 to 4.13 have in common; other claims are unread."""

    claims: dict[str, Any]
    data: Data
    parameters: Parameters
    risk: Fraction

    def point(self, what: str, more: str = "") -> tuple[Data, Parameters, Fraction, str]:
        """The fields of DataPoint."""
        summary = f"{self.data.size}: {what}, risk {shown(self.claims['risk'])}{more}"
        return self.data, self.parameters, self.risk, summary


def read_point(tree: dict[str, Any], names: str) -> Opened:
    """The common part of a certificate of section 4.10, 4.11, 4.12 or 4.13; `names` of claims."""
    statement = fields(tree["statement"], "statement", "problem parameters claims")
    fields(tree["witness"], "witness", "")
    claims = fields(statement["claims"], "claims", "risk " + names)
    data = read_data(statement["problem"], False)
    risk = rational(claims["risk"], "risk")
    parameters = read_parameters(statement["parameters"], "parameters", data.layers)
    require_room(data, [parameters])
    return Opened(claims, data, parameters, risk)


def read_minimum(tree: dict[str, Any]) -> DataMinimum:
    """The certificate of section 4.10."""
    opened = read_point(tree, "better continuum linear_fit")
    claims, data, better = opened.claims, opened.data, opened.claims["better"]
    continuum, linear = (boolean(claims[name], name) for name in ("continuum", "linear_fit"))
    if better is not None:
        better = read_parameters(better, "better", data.layers)
        require_room(data, [better])
    more = ", one of a continuum" if continuum else ""
    more += ", affine on the data, where no affine map has a smaller risk" if linear else ""
    what = "a local minimum" if better is None else "a spurious local minimum"
    return DataMinimum(*opened.point(what, more), better, continuum, linear)


def read_global_minimum(tree: dict[str, Any]) -> DataGlobalMinimum:
    """The certificate of section 4.11."""
    return DataGlobalMinimum(*read_point(tree, "").point("a global minimum"))


def read_saddle(tree: dict[str, Any]) -> DataSaddle:
    """The certificate of section 4.12."""
    opened = read_point(tree, "descent ascent")
    data, parameters = opened.data, opened.parameters
    need(data.loss == "squared", "The loss of a saddle is not squared.")
    curves = []
    for name in ("descent", "ascent"):
        listed = opened.claims[name]
        need(type(listed) is list and 1 <= len(listed) <= 8, f"{name} is not an array of 1 to 8.")
        need(
            len(listed) * len(parameters) <= MOST_ORDER,
            f"The order along {name} may be above {MOST_ORDER}.",
        )
        curves.append([read_parameters(x, f"an entry of {name}", data.layers) for x in listed])
        require_room(data, [parameters, *curves[-1]])
    what = "a critical point, neither a local minimum nor a local maximum"
    return DataSaddle(*opened.point(what), *curves)


def read_noncritical(tree: dict[str, Any]) -> DataNoncritical:
    """The certificate of section 4.13."""
    opened = read_point(tree, "layer part entry derivative")
    claims, parameters = opened.claims, opened.parameters
    layer, part = integer(claims["layer"], "layer", 1, len(opened.data.layers)), claims["part"]
    need(layer in parameters, "layer is not the number of a dense or convolutional layer.")
    need(type(part) is str and part in ("weights", "bias"), "part is neither weights nor bias.")
    index = ("weights", "bias").index(part)
    entry = integer(claims["entry"], "entry", 0, len(parameters[layer][index]) - 1)
    derivative = rational(claims["derivative"], "derivative")
    by = f"the derivative by entry {entry} of the {part} of layer {layer}"
    what = f"{by} is {shown(claims['derivative'])}, so no local minimum"
    return DataNoncritical(*opened.point(what), layer, index, entry, derivative)


def prove_risk(claim: DataPoint) -> Evaluation:
    """1: R(theta) is the claimed risk."""
    found = evaluate(claim.data, claim.parameters, "risk")
    if found.risk * claim.risk.denominator != claim.risk.numerator * found.scale:
        refuse(
            "risk",
            f"{brackets(found.risk, found.scale)} ="
            f" {brackets(claim.risk.numerator, claim.risk.denominator)}, the risk and the claimed"
            " one",
        )
    return found


def prove_no_kink(found: Evaluation) -> None:
    """2."""
    if found.kink:
        refuse("kink", found.kink)


def prove_orthogonal(found: Evaluation) -> None:
    """3, 4 of section 4.10."""
    data = found.model.data
    inputs, outputs = columns(data), starts(data)
    several = [Paths(found, start) for start, _ in outputs] if len(outputs) == 1 else None
    if several is None:
        for (
            start,
            _,
        ) in (
            outputs
        ):  # 3 for all outputs before 4 for one; they are made again, not to hold all of them
            Paths(found, start)
    for start, served in outputs:
        paths = several[0] if several else Paths(found, start)
        slopes, cached = [found.slopes[u] for u in served], (-1, [[0]])
        for path in paths:
            sums = [0] * len(slopes)
            for v, i in path:
                if cached[0] != v:
                    cached = (
                        v,
                        [list(map(times, slope, paths.vectors.entries[v])) for slope in slopes],
                    )
                sums = [
                    value + sum(map(times, weighted, inputs[i]))
                    for value, weighted in zip(sums, cached[1])
                ]
            for u, value in zip(served, sums):
                if value:
                    refuse(
                        "stationary",
                        f"{brackets(value)} = 0, l' of output {u} times a path vector, up to a"
                        " factor",
                    )


def prove_affine_fit(code: str, found: Evaluation, constant: bool) -> None:
    """The vector of l' is, for each output, orthogonal to each input coordinate and (if `constant`)
    to 1.
    """
    inputs = columns(found.model.data)
    for u, slope in enumerate(found.slopes):
        for i, column in enumerate(inputs if constant else inputs[:-1]):
            value = sum(map(times, slope, column))
            if value:
                name = "1" if i == len(inputs) - 1 else f"input {i}"
                refuse(
                    code, f"{brackets(value)} = 0, l' of output {u} times {name}, up to a factor"
                )


def prove_linear_fit(found: Evaluation) -> None:
    """5."""
    for number, units in found.pieces.items():
        bend = found.model.bends[number]
        for u, unit in enumerate(units):
            if len({(bend.slopes[j], bend.intercepts[j]) for j in set(unit)}) > 1:
                refuse(
                    "linear-fit",
                    f"unit {u} of layer {number} has one slope and intercept on all data",
                )
    prove_affine_fit("linear-fit", found, True)


def prove_continuum(claim: DataMinimum, found: Evaluation) -> None:
    """6: lemma 20."""
    layers = claim.data.layers
    sources = {layer.source for layer in layers if isinstance(layer, Residual)}
    for number, (first, middle, last) in enumerate(zip(layers, layers[1:], layers[2:]), 1):
        if not (
            isinstance(first, Affine) and isinstance(middle, Units) and isinstance(last, Affine)
        ):
            continue
        if number in sources or number + 1 in sources:
            continue
        intercepts, pieces = found.model.bends[number + 1].intercepts, found.pieces[number + 1]
        weights, bias = claim.parameters[number]
        each, here = len(weights) // first.outputs[0], first.per_channel
        for c in range(first.outputs[0]):
            if any(weights[c * each : (c + 1) * each]) or (first.bias and bias[c]):
                met = set().union(*pieces[c * here : (c + 1) * here])
                if not any(intercepts[j] for j in met):
                    return
    refuse("continuum", "no channel can be rescaled by lemma 20")


def verify_minimum(claim: DataMinimum) -> None:
    """The seven conditions in their order; the first that fails raises a Verdict."""
    found = prove_risk(claim)  # 1
    prove_no_kink(found)  # 2
    prove_orthogonal(found)  # 3, 4
    if claim.linear_fit:
        prove_linear_fit(found)  # 5
    if claim.continuum:
        prove_continuum(claim, found)  # 6
    if claim.better is not None:  # 7
        better = evaluate(claim.data, claim.better, "spurious")
        if not better.risk * claim.risk.denominator < claim.risk.numerator * better.scale:
            refuse(
                "spurious",
                f"{brackets(better.risk, better.scale)} <"
                f" {brackets(claim.risk.numerator, claim.risk.denominator)}",
            )


def verify_global_minimum(claim: DataGlobalMinimum) -> None:
    """The three conditions."""
    found, layers = prove_risk(claim), claim.data.layers  # 1
    if claim.risk == 0:
        return
    if any(isinstance(layer, Units) for layer in layers):
        refuse("global-minimum", "no layer is of type units")  # 2
    constant = any(isinstance(layer, Affine) and layer.bias for layer in layers)
    prove_affine_fit("global-minimum", found, constant)  # 3


def prove_critical(found: Evaluation) -> None:
    """3 of section 4.12."""
    gradient = Gradient(found.model)
    for name, parts in (("weight", gradient.weights), ("bias", gradient.bias)):
        for number, numbers in parts.items():
            for entry, value in enumerate(numbers):
                if value:
                    _, scale_here = gradient.part(number, int(name == "bias"))
                    refuse(
                        "critical",
                        f"{brackets(value, scale_here)} = 0, the derivative by {name} {entry} of"
                        f" layer {number}",
                    )


def first_coefficient(claim: DataSaddle, curve: list[Parameters], code: str) -> tuple[int, int]:
    """R along theta + eps P_1 + ..., the pieces kept: the first power of eps with a coefficient not
    0, and its sign.
    """
    model, data = Model(claim.data, [claim.parameters, *curve], code), claim.data
    loss = Loss(data, model.units[-1])
    degree = 2 * len(curve) * len(model.stages)  # of R, at most
    order, known = 2, 0
    while known < degree:
        order = min(order, degree)
        model.limit(code, model.work * (order + 1) * (len(curve) + 1), 0)
        sums = [0] * (order + 1)
        for first, rows in model.blocks(order):
            series = model.forward(rows, order)[0][-1]
            parts = [[loss.own * f for row in part for f in row] for part in series]
            parts[0] = [
                d
                for row, targets in zip(series[0], data.targets[first:])
                for d in loss.differences(row, targets)
            ]
            for q in range(known + 1, order + 1):
                sums[q] += sum(
                    sum(map(times, parts[a], parts[q - a]))
                    for a in range(q + 1)
                    if a < len(parts) and q - a < len(parts)
                )
        for q, value in enumerate(sums):
            if value:
                return q, 1 if value > 0 else -1
        order, known = 2 * order, order
    return 0, 0


def verify_saddle(claim: DataSaddle) -> None:
    """The five conditions in their order."""
    found = prove_risk(claim)  # 1
    prove_no_kink(found)  # 2
    prove_critical(found)  # 3
    for code, curve, wanted in (
        ("descent", claim.descent, -1),
        ("ascent", claim.ascent, 1),
    ):  # 4, 5
        power_of_eps, sign = first_coefficient(claim, curve, code)
        if sign == 0:
            refuse(code, "R is constant along the curve, the pieces kept")
        if sign != wanted:
            refuse(
                code,
                f"R {'rises' if sign > 0 else 'falls'} along the curve, at first like"
                f" eps^{power_of_eps}",
            )


def verify_noncritical(claim: DataNoncritical) -> None:
    """The four conditions in their order."""
    found = prove_risk(claim)  # 1
    prove_no_kink(found)  # 2
    numbers, below = Gradient(found.model).part(claim.layer, claim.part)
    value, claimed = numbers[claim.entry], claim.derivative
    if value * claimed.denominator != claimed.numerator * below:  # 3
        refuse(
            "derivative",
            f"{brackets(value, below)} = {brackets(claimed.numerator, claimed.denominator)}, the"
            " derivative and the claimed one",
        )
    if value == 0:  # 4
        refuse("critical", "0 < |0|, the derivative")
