"""Certificates for data sets: constructed local minima, and a strictly better point beside them.
The kernel decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from certify.attempt import Attempt, Refusal, Say, judged, silent
from certify.errors import UnusableInput
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import interval_text
from certify.kernel.foundation.outcomes import Rejected
from certify.kernel.piecewise.cells import evaluate
from certify.kernel.piecewise.layers import Activation, Affine
from certify.kernel.piecewise.network import Network
from certify.kernel.piecewise.paths import path_vectors
from certify.kernel.piecewise.problem import DataProblem
from certify.piecewise.architectures import Unit, dense_network
from certify.piecewise.construct import (
    Parameters,
    Piece,
    Split,
    affine_features,
    bent_pair,
    best_split,
    cuts_between,
    grouped,
    layers_of,
    written,
)
from certify.piecewise.fits import (
    NoFit,
    fit,
    in_float,
    rounded,
)
from certify.piecewise.standard import Standard, weights_inside, why_global
from certify.piecewise.training import nest, nested, train
from certify.tables import DataSet

__all__ = [
    "claim_minimum",
    "not_spurious",
    "prove_convolutional",
    "prove_minimum",
    "refuse_global",
    "risk_at",
    "statement_of",
    "trained_below",
]

_SHORT = 15
_FAR = 4  # spreads of an input between its mean and 0
_LARGE = 2000  # data from which on the first better point is taken, not the best of some


def statement_of(
    data: DataSet, network: dict[str, Any], loss: dict[str, Any]
) -> tuple[dict[str, Any], DataProblem]:
    """The problem as the format writes it and as the kernel reads it. Raises `certify.Malformed`."""
    problem = {
        "network": network,
        "inputs": [list(row) for row in data.inputs],
        "targets": [list(row) for row in data.targets],
        "loss": loss,
    }
    return problem, DataProblem.read(problem)


def _fitted(problem: DataProblem, maps: list[fmpq_mat], split: Split) -> fmpq_mat:
    """The outputs of group-wise affine maps."""
    x = affine_features(problem.inputs)
    rows = [[fmpq(0)] * x.ncols() for _ in range(problem.targets.nrows())]
    for part, group in zip(maps, split.groups, strict=True):
        values = part * fmpq_mat([[row[n] for n in group] for row in x.tolist()])
        for o in range(len(rows)):
            for place, n in enumerate(group):
                rows[o][n] = values[o, place]
    return fmpq_mat(rows)


def prove_minimum(
    data: DataSet, widths: Sequence[int], unit: Unit, *, loss: dict[str, Any] | None = None, groups: int = 1, residual: bool = False,
    seed: int = 0, command: str = "", progress: Say = silent,
) -> Attempt:  # fmt: skip
    """A local minimum of a dense network on the data whose outputs are the best affine map, or the
    best one on each of `groups` groups.

    Spurious if a better point is found: more groups, the two bent units of Yun, Sra and Jadbabaie,
    or training. Raises `UnusableInput`.
    """
    statement, problem = statement_of(
        data,
        dense_network(len(data.inputs[0]), widths, len(data.targets[0]), unit, residual=residual),
        loss or {"type": "squared"},
    )
    if not unit.kinks:
        raise UnusableInput("units without a kink are linear: use `certify data linear`")
    standard, scaled = Standard.of_problem(problem)
    split = best_split(scaled.inputs, scaled.targets, groups)
    split = replace(split, cuts=cuts_between(problem.inputs.tolist()[split.column], split.groups))
    try:
        maps = grouped(problem.inputs, problem.targets, problem.loss, split)
    except NoFit as error:
        return Attempt(refusal=Refusal(str(error)))
    fitted = _fitted(problem, maps, split)
    risk = problem.risk(fitted)
    if risk == 0:
        what = (
            "a linear map fits the data"
            if groups == 1
            else "affine maps fit every group of the data"
        )
        raise UnusableInput(f"{what} exactly: the minimum of this construction is global")
    refuse_global(problem, fitted)
    theta = layers_of(unit, problem.inputs, maps, split, widths, residual=residual)
    better = _better(
        standard,
        scaled,
        unit,
        widths,
        groups,
        residual,
        standard.risk(risk, problem.loss),
        seed,
        progress,
    )
    claims = {"risk": str(risk), "better": better, "linear_fit": groups == 1}
    return claim_minimum(statement, theta, claims, command)


def refuse_global(
    problem: DataProblem, outputs: fmpq_mat, what: str = "the minimum of this construction"
) -> None:
    """Raises `UnusableInput` where no function of the inputs has a smaller risk than these outputs:
    then the minimum is global.
    """
    why = why_global(problem.inputs, problem.slope(outputs))
    if why:
        risk = interval_text(problem.risk(outputs))
        raise UnusableInput(
            f"{what} is a global minimum: {why}, so no network has a smaller risk (here {risk})"
        )


def claim_minimum(
    problem: dict[str, Any],
    parameters: Parameters,
    claims: dict[str, Any],
    command: str,
    found: dict[str, object] | None = None,
) -> Attempt:
    """Have the kernel judge the claims, with a continuum if it is one."""
    attempt = Attempt()
    for continuum in (True, False):
        document = {
            "format": FORMAT,
            "kind": "data-minimum",
            "statement": {
                "problem": problem,
                "parameters": parameters,
                "claims": {**claims, "continuum": continuum},
            },
            "witness": {},
        }
        attempt = judged(document, command, found or {})
        if not (isinstance(attempt.outcome, Rejected) and attempt.outcome.code == "continuum"):
            break
    if claims["better"] is None:
        attempt = replace(
            attempt,
            remarks=(
                *attempt.remarks,
                not_spurious("training from random starts ended nowhere lower"),
            ),
        )
    return attempt


def not_spurious(why: str) -> str:
    """The sentence of a minimum beside which no better point was found."""
    return (
        "no point with a smaller risk was found, so the minimum is not claimed to be spurious:"
        f" {why}"
    )


def _better(
    standard: Standard,
    scaled: DataProblem,
    unit: Unit,
    widths: Sequence[int],
    groups: int,
    residual: bool,
    risk: fmpq,
    seed: int,
    progress: Say,
) -> Parameters | None:
    """Parameters of the same network, on the user's data, with a smaller risk, by exact evaluation;
    None if none is found. risk: in the units of the standardised problem, in which the search goes
    on.
    """
    progress("looking for a better point")
    best: tuple[fmpq, Parameters] | None = None
    for short in (True, False):  # with all digits only where rounding loses what there is to gain
        for candidate in _candidates(scaled, unit, widths, groups, residual, short=short):
            value = risk_at(scaled, candidate)
            if value < risk and (best is None or value < best[0]):
                best = value, candidate
                if scaled.inputs.ncols() > _LARGE:
                    break
        if best is not None:
            theta = scaled.network.read_parameters(best[1], "the better parameters")
            return nested(scaled.network, standard.back(theta))
    progress("training")
    return _trained(standard, scaled, risk, seed)


def trained_below(problem: DataProblem, risk: fmpq, seed: int) -> Parameters | None:
    """Parameters found by training whose exact risk is smaller; None if training finds none."""
    plain, shifted = (Standard.of_problem(problem, inside=inside) for inside in (False, True))
    ways = [plain]
    # zeros that pad inputs far from 0 are in the way of training
    if not plain[0].offset and shifted[0].offset > _FAR:
        ways.insert(0, shifted)
    for standard, scaled in ways:
        better = _trained(standard, scaled, standard.risk(risk, problem.loss), seed)
        if better is not None:
            return better
    return None


def _trained(standard: Standard, scaled: DataProblem, risk: fmpq, seed: int) -> Parameters | None:
    """The same, for the standardised problem and its risk; the parameters are the user's."""
    first = scaled.network.affine[0][1]
    held = [not inside for inside in weights_inside(first)] if standard.offset else []
    found = train(scaled, in_float(risk) * (1 - 1e-9), seed=seed, held=held)
    if found is None or not scaled.risk(scaled.at(found).outputs[-1]) < risk:
        return None
    return nested(scaled.network, standard.back(found))


def risk_at(problem: DataProblem, parameters: Parameters) -> fmpq:
    """The exact risk at parameters as the format writes them."""
    theta = problem.network.read_parameters(parameters, "the parameters")
    return problem.risk(evaluate(problem.network, theta, problem.inputs).outputs[-1])


def _candidates(
    problem: DataProblem,
    unit: Unit,
    widths: Sequence[int],
    groups: int,
    residual: bool,
    *,
    short: bool,
) -> Iterator[Parameters]:
    for more in range(groups + 1, groups + 3):
        try:
            split = best_split(problem.inputs, problem.targets, more)
            yield layers_of(
                unit,
                problem.inputs,
                grouped(problem.inputs, problem.targets, problem.loss, split, short=short),
                split,
                widths,
                residual=residual,
            )
        except (UnusableInput, NoFit):
            break
    slopes = unit.function.slopes
    if (
        groups == 1
        and widths[0] > problem.targets.nrows()
        and len(slopes) == 2
        and slopes[0] + slopes[1] != 0
    ):
        yield from _bent(problem, unit, widths, residual, short=short)


def _bent(
    problem: DataProblem, unit: Unit, widths: Sequence[int], residual: bool, *, short: bool
) -> Iterator[Parameters]:
    """Points of Yun, Sra and Jadbabaie, theorem 1, cases 1 and 2; whatever they are, their risk is
    evaluated exactly.
    """
    best = fit(affine_features(problem.inputs), problem.targets, problem.loss)
    maps = rounded(best, _SHORT) if short else best
    x, y = affine_features(problem.inputs), problem.targets
    slopes = unit.function.slopes
    sigma = (slopes[1] - slopes[0]) / (slopes[1] + slopes[0])
    count, values = x.ncols(), maps * x
    for output, row in enumerate(maps.tolist()):
        fitted = values.tolist()[output]
        residuals = [a - b for a, b in zip(fitted, y.tolist()[output], strict=True)]
        order = sorted(range(count), key=fitted.__getitem__)
        total, options = fmpq(0), []
        least = (fitted[order[-1]] - fitted[order[0]]) / 10**9 if short else fmpq(0)
        for here, after in pairwise(order):
            total += residuals[here]
            gap = fitted[after] - fitted[here]
            if gap > least:
                gamma = 2 * total / (count * sigma)
                gamma = max(min(gamma, gap * fmpq(49, 100)), -gap * fmpq(49, 100))
                gain = 2 * total * sigma * gamma - sigma * sigma * gamma * gamma * count / 2
                options.append((gain, (fitted[after] + fitted[here]) / 2, gamma))
        if options:
            _, beta, gamma = max(options)
            yield bent_pair(
                unit,
                problem.inputs,
                maps,
                output,
                list(row),
                beta,
                gamma,
                widths,
                residual=residual,
            )
        yield from _tied(
            problem, unit, widths, residual, maps, output, list(best.tolist()[output]), sigma
        )


def _tied(
    problem: DataProblem,
    unit: Unit,
    widths: Sequence[int],
    residual: bool,
    maps: fmpq_mat,
    output: int,
    row: list[fmpq],
    sigma: fmpq,
) -> Iterator[Parameters]:
    """Case 2: equal fitted values, told apart by a small turn of the map."""
    x = affine_features(problem.inputs)
    fitted = (fmpq_mat([row]) * x).entries()
    residuals = [a - b for a, b in zip(fitted, problem.targets.tolist()[output], strict=True)]
    levels: dict[fmpq, list[int]] = {}
    for n, value in enumerate(fitted):
        levels.setdefault(value, []).append(n)
    points = list(zip(*problem.inputs.tolist(), strict=True))

    def dot(a: tuple[fmpq, ...], b: tuple[fmpq, ...]) -> fmpq:
        return sum((p * q for p, q in zip(a, b, strict=True)), fmpq(0))

    for level in sorted(levels):
        group = levels[level]
        wrong = [n for n in group if residuals[n] != 0]
        if not wrong:
            continue
        first = max(wrong, key=lambda n: dot(points[n], points[n]))
        below = [
            n for n in group if dot(points[n], points[first]) < dot(points[first], points[first])
        ]
        if not below:
            return
        second = max(below, key=lambda n: dot(points[n], points[first]))
        distinct = sorted(levels)
        gap = min((b - a for a, b in pairwise(distinct)), default=fmpq(4)) / 4
        largest = max(dot(p, p) for p in points)
        turn = [gap / largest * entry for entry in points[first]]
        for power in range(24):
            alpha = fmpq(1, 2**power)
            along = [dot(tuple(turn), points[n]) for n in (first, second)]
            turned = [entry - alpha * t for entry, t in zip(row, [*turn, fmpq(0)], strict=True)]
            sign = 1 if residuals[first] * sigma > 0 else -1
            gamma = sign * alpha * (along[0] - along[1]) / 4
            yield bent_pair(
                unit,
                problem.inputs,
                maps,
                output,
                turned,
                level - alpha * (along[0] + along[1]) / 2,
                gamma,
                widths,
                residual=residual,
            )
        return


def prove_convolutional(
    data: DataSet,
    network: dict[str, Any],
    *,
    loss: dict[str, Any] | None = None,
    seed: int = 0,
    command: str = "",
    progress: Say = silent,
) -> Attempt:
    """A local minimum of any network that ends with a dense layer: random hidden weights that keep
    every unit on one piece, and the best last layer on the features they make, which must span the
    vectors of all paths (enough channels).
    """
    statement, problem = statement_of(data, network, loss or {"type": "squared"})
    if not isinstance(problem.network.layers[-1], Affine):
        raise UnusableInput("the last layer has to be dense")
    progress("choosing hidden weights")
    hidden, features = _one_piece(problem, np.random.default_rng(seed))
    rows = [*features.tolist(), [fmpq(1)] * features.ncols()]
    theta = [
        *hidden,
        written(
            [[fmpq(0)] * features.nrows()] * problem.targets.nrows(),
            [fmpq(0)] * problem.targets.nrows(),
        ),
    ]
    cell = problem.at(problem.network.read_parameters(theta, "the parameters"))
    vectors = [list(vector) for vector in path_vectors(cell, 0)]
    if fmpq_mat(rows).rank() != fmpq_mat(rows + vectors).rank():
        raise UnusableInput(
            "the last hidden layer does not span what the network can reach by its paths: give the"
            " layers more channels or units"
        )
    try:
        last = fit(fmpq_mat(rows), problem.targets, problem.loss)
    except NoFit as error:
        return Attempt(refusal=Refusal(str(error)))
    theta[-1] = written([row[:-1] for row in last.tolist()], [row[-1] for row in last.tolist()])
    risk = risk_at(problem, theta)
    if risk == 0:
        raise UnusableInput(
            "the features of one piece fit the data exactly: the minimum of this construction is"
            " global"
        )
    refuse_global(problem, last * fmpq_mat(rows))
    progress("training for a better point")
    better = trained_below(problem, risk, seed)
    return claim_minimum(
        statement,
        theta,
        {"risk": str(risk), "better": better, "linear_fit": False},
        command,
        {"seed": seed},
    )


def _one_piece(problem: DataProblem, rng: np.random.Generator) -> tuple[Parameters, fmpq_mat]:
    """Random small rational weights for all but the last layer, biases so that every unit stays on
    one piece; and the last hidden outputs.
    """
    network = problem.network
    layers = network.layers
    parameters: list[tuple[tuple[fmpq, ...], tuple[fmpq, ...]]] = []
    for number, layer in network.affine[:-1]:
        weights = tuple(fmpq(int(v), 8) for v in rng.integers(-8, 9, size=len(layer.weights)))
        if not layer.biases:
            raise UnusableInput(
                f"layer {number} has no bias, so its units cannot be kept on one piece"
            )
        biases = [fmpq(0)] * len(layer.biases)
        following = layers[number]
        if isinstance(following, Activation):
            part = Network(network.shape, layers[:number])
            z = (
                evaluate(part, (*parameters, (weights, tuple(biases))), problem.inputs)
                .outputs[-1]
                .tolist()
            )
            scales = []
            for channel, units in enumerate(layer.channels):
                base, scale, centre, _ = Piece(following).place(
                    [value for u in units for value in z[u]]
                )
                scales.append(scale)
                biases[channel] = base - scale * centre
            each = len(weights) // len(layer.channels)
            weights = tuple(weight * scales[i // each] for i, weight in enumerate(weights))
        parameters.append((weights, tuple(biases)))
    last = network.affine[-1][0]
    features = evaluate(
        Network(network.shape, layers[: last - 1]), tuple(parameters), problem.inputs
    ).outputs[-1]
    nested = [
        {"weights": nest([str(w) for w in weights], layer.form), "bias": [str(b) for b in biases]}
        for (_, layer), (weights, biases) in zip(network.affine, parameters, strict=False)
    ]
    return nested, features
