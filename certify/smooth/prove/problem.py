"""The problem of a network with smooth units, as the format writes it and in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat

from certify.empirical.standard import why_global
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.smooth.problem import SmoothProblem
from certify.rationals import fraction
from certify.smooth.activations import ActivationFunction
from certify.tables import DataSet

__all__ = ["arrays", "correctly_rounded", "smooth_problem"]


def smooth_problem(
    data: DataSet, function: ActivationFunction
) -> tuple[dict[str, Any], SmoothProblem]:
    """The problem as the format writes it, without what is beyond data and activation, and as the
    kernel reads it. Raises `certify.Malformed`.
    """
    if len(data.targets[0]) != 1:
        raise UnusableInput("these networks have one output: give one target column")
    written = {
        "activation": function.formula,
        "inputs": [list(row) for row in data.inputs],
        "targets": [list(row) for row in data.targets],
    }
    problem = SmoothProblem.read(written)
    if len(set(problem.targets)) == 1:
        raise UnusableInput(
            "all targets are equal: a constant fits them, and there is nothing to prove"
        )
    level = sum(problem.targets, fmpq(0)) / problem.data
    why = why_global(
        problem.inputs, RationalMatrix.of(fmpq_mat([[level - y for y in problem.targets]]))
    )
    if why:
        raise UnusableInput(
            f"a network with a constant output is a global minimum: {why}, so no network has a"
            " smaller risk than the mean of the targets"
        )
    return written, problem


def correctly_rounded(matrix: fmpq_mat | RationalMatrix) -> Array:
    """The matrix in float64, each entry rounded correctly."""
    return np.array([[float(fraction(entry)) for entry in row] for row in matrix.tolist()])


def arrays(problem: SmoothProblem) -> tuple[Array, Array]:
    """Inputs of shape (N, d) and targets (N,) in float64."""
    return correctly_rounded(problem.inputs).T, np.array(
        [float(fraction(y)) for y in problem.targets]
    )
