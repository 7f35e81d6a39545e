"""Local minima of dense networks whose outputs are the best affine map, or the best one on each
group of the data, and a strictly better point beside them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flint import fmpq, fmpq_mat

from certify.attempt import Attempt, Refusal
from certify.empirical.architectures import Dense
from certify.empirical.attempts import QUIET, Run
from certify.empirical.standard import Standard
from certify.errors import UnusableInput
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.problem import DataProblem
from certify.piecewise.construct import (
    Split,
    affine_features,
    best_split,
    cuts_between,
    grouped,
    layers_of,
    mapped,
    of_data,
)
from certify.piecewise.fits import NoFit
from certify.piecewise.prove.better import better_point
from certify.piecewise.prove.proposing import claim_minimum, refuse_global, statement_of
from certify.tables import DataSet

__all__ = ["prove_minimum"]


def prove_minimum(
    data: DataSet,
    dense: Dense,
    *,
    loss: dict[str, Any] | None = None,
    groups: int = 1,
    run: Run = QUIET,
) -> Attempt:
    """A local minimum of a dense network on the data whose outputs are the best affine map, or the
    best one on each of `groups` groups.

    Spurious if a better point is found: more groups, the two bent units of Yun, Sra and Jadbabaie,
    or training. Raises `UnusableInput`.
    """
    statement, problem = statement_of(
        data,
        dense.network(len(data.inputs[0]), len(data.targets[0])),
        loss or {"type": "squared"},
    )
    if not dense.unit.kinks:
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
    theta = layers_of(dense, problem.inputs, maps, split)
    there = [standard.forth_map(each) for each in maps]
    better = better_point(standard, scaled, dense, there, standard.risk(risk, problem.loss), run)
    claims = {"risk": str(risk), "better": better, "linear_fit": groups == 1}
    return claim_minimum(statement, theta, claims, run.command)


def _fitted(problem: DataProblem, maps: list[fmpq_mat], split: Split) -> RationalMatrix:
    """The outputs of group-wise affine maps."""
    x = affine_features(problem.inputs)
    rows = [[fmpq(0)] * x.ncols() for _ in range(problem.targets.nrows())]
    for part, group in zip(maps, split.groups, strict=True):
        values = mapped(part, of_data(x, group))
        for o in range(len(rows)):
            for place, n in enumerate(group):
                rows[o][n] = values[o, place]
    return RationalMatrix.of(fmpq_mat(rows))
