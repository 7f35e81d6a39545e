"""A strictly better point beside a constructed minimum, by constructions and by training; its risk
is evaluated exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from flint import fmpq, fmpq_mat, fmpz

from certify.empirical.architectures import Dense
from certify.empirical.attempts import Run
from certify.empirical.parameters import Layers, in_float, nested
from certify.empirical.standard import Standard, weights_inside
from certify.errors import UnusableInput
from certify.kernel.piecewise.problem import DataProblem
from certify.piecewise.construct import (
    Bend,
    affine_features,
    bent_pair,
    best_split,
    grouped,
    layers_of,
    mapped,
)
from certify.piecewise.fits import NoFit, rounded
from certify.piecewise.prove.proposing import risk_at
from certify.piecewise.training import train

__all__ = ["better_point", "trained_below"]


_SHORT = 15  # decimals of what need not be exact
_FAR = 4  # spreads of an input between its mean and 0
_LARGE = 2000  # data from which on the first better point is taken, not the best of some


def better_point(
    standard: Standard,
    scaled: DataProblem,
    dense: Dense,
    maps: list[fmpq_mat],
    risk: fmpq,
    run: Run,
) -> Layers | None:
    """Parameters of the same network, on the user's data, with a smaller risk, by exact evaluation;
    None if none is found.

    The search goes on in the standardised problem. risk: of the minimum, in its units; maps: the
    best affine map of each group there, which it is.
    """
    run.tell("looking for a better point")
    best: tuple[fmpq, Layers] | None = None
    for short in (True, False):  # with all digits only where rounding loses what there is to gain
        for candidate in _candidates(scaled, dense, maps, short=short):
            value = risk_at(scaled, candidate)
            if value < risk and (best is None or value < best[0]):
                best = value, candidate
                if scaled.inputs.ncols() > _LARGE:
                    break
        if best is not None:
            theta = scaled.network.read_parameters(best[1], "the better parameters")
            return nested(scaled.network, standard.back(theta))
    run.tell("training")
    return _trained(standard, scaled, risk, run.seed)


def trained_below(problem: DataProblem, risk: fmpq, seed: int) -> Layers | None:
    """Parameters found by training whose exact risk is smaller; None if training finds none."""
    plain, shifted = (Standard.of_problem(problem, inside=inside) for inside in (False, True))
    ways = [plain]
    if (
        not plain[0].offset and shifted[0].offset > _FAR
    ):  # zeros that pad inputs far from 0 are in the way of training
        ways.insert(0, shifted)
    for standard, scaled in ways:
        better = _trained(standard, scaled, standard.risk(risk, problem.loss), seed)
        if better is not None:
            return better
    return None


def _trained(standard: Standard, scaled: DataProblem, risk: fmpq, seed: int) -> Layers | None:
    """The same, for the standardised problem and its risk; the parameters are the user's."""
    first = scaled.network.affine[0][1]
    held = [not inside for inside in weights_inside(first)] if standard.offset else []
    found = train(scaled, in_float(risk) * (1 - 1e-9), seed=seed, held=held)
    if found is None or not scaled.risk(scaled.at(found).outputs[-1]) < risk:
        return None
    return nested(scaled.network, standard.back(found))


def _candidates(
    problem: DataProblem,
    dense: Dense,
    best: list[fmpq_mat],
    *,
    short: bool,
) -> Iterator[Layers]:
    """Constructed points: more groups, and two bent units. best: the best affine map of each
    group. `short`: with few digits.
    """
    groups = len(best)
    for more in range(groups + 1, groups + 3):
        try:
            split = best_split(problem.inputs, problem.targets, more)
            maps = grouped(problem.inputs, problem.targets, problem.loss, split, short=short)
            yield layers_of(dense, problem.inputs, maps, split)
        except (UnusableInput, NoFit):
            break
    slopes = dense.unit.function.slopes
    if (
        groups == 1
        and dense.widths[0] > problem.targets.nrows()
        and len(slopes) == 2
        and slopes[0] + slopes[1] != 0
    ):
        yield from _bent(problem, dense, best[0], short=short)


def _bent(problem: DataProblem, dense: Dense, best: fmpq_mat, *, short: bool) -> Iterator[Layers]:
    """The points of Yun, Sra and Jadbabaie, theorem 1, cases 1 and 2. The caller evaluates their
    risk exactly.
    """
    maps = rounded(best, _SHORT) if short else best
    x, y = affine_features(problem.inputs), problem.targets
    slopes = dense.unit.function.slopes
    sigma = (slopes[1] - slopes[0]) / (slopes[1] + slopes[0])
    count, values = x.ncols(), mapped(maps, x)
    missing = values - y
    for output, row in enumerate(maps.tolist()):
        fitted, residuals = values.rows[output], missing.rows[output]
        order = sorted(range(count), key=fitted.__getitem__)
        sums, options = fmpz(0), []
        least = (fitted[order[-1]] - fitted[order[0]]) // 10**9 if short else fmpz(0)
        for here, after in pairwise(order):
            sums += residuals[here]
            if fitted[after] - fitted[here] > least:
                total = fmpq(sums, missing.below)
                gap = fmpq(fitted[after] - fitted[here], values.below)
                gamma = 2 * total / (count * sigma)
                gamma = max(min(gamma, gap * fmpq(49, 100)), -gap * fmpq(49, 100))
                gain = 2 * total * sigma * gamma - sigma * sigma * gamma * gamma * count / 2
                beta = fmpq(fitted[after] + fitted[here], 2 * values.below)
                options.append((gain, beta, gamma))
        if options:
            _, beta, gamma = max(options)
            yield bent_pair(dense, problem.inputs, maps, Bend(output, list(row), beta, gamma))
        for bend in _turned(problem, output, list(best.tolist()[output]), sigma):
            yield bent_pair(dense, problem.inputs, maps, bend)


def _turned(problem: DataProblem, output: int, row: list[fmpq], sigma: fmpq) -> Iterator[Bend]:
    """Case 2: some fitted values are equal; the map is turned a little so that they differ. row: of
    the best map.
    """
    x = affine_features(problem.inputs)
    values = mapped(fmpq_mat([row]), x)
    fitted, wanted = values.row(0), problem.targets.row(output)
    residuals = [
        a * problem.targets.below - b * values.below for a, b in zip(fitted, wanted, strict=True)
    ]
    levels: dict[fmpz, list[int]] = {}
    for n, value in enumerate(fitted):
        levels.setdefault(value, []).append(n)
    if len(levels) == len(fitted):  # no two are equal: case 1 does
        return
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
        gaps = (fmpq(b - a, values.below) for a, b in pairwise(sorted(levels)))
        gap = min(gaps, default=fmpq(4)) / 4
        largest = max(dot(p, p) for p in points)
        height = fmpq(level, values.below)
        turn = [gap / largest * entry for entry in points[first]]
        for power in range(24):
            alpha = fmpq(1, 2**power)
            along = [dot(tuple(turn), points[n]) for n in (first, second)]
            turned = [entry - alpha * t for entry, t in zip(row, [*turn, fmpq(0)], strict=True)]
            sign = 1 if residuals[first] * sigma > 0 else -1
            gamma = sign * alpha * (along[0] - along[1]) / 4
            yield Bend(output, turned, height - alpha * (along[0] + along[1]) / 2, gamma)
        return
