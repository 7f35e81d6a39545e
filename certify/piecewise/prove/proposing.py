"""A proposal for the kernel: the problem as the format writes it, and the claims of a minimum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flint import fmpq

from certify.attempt import Attempt, judged
from certify.empirical.attempts import not_spurious
from certify.empirical.parameters import Layers
from certify.empirical.standard import why_global
from certify.errors import UnusableInput
from certify.kernel.check import FORMAT
from certify.kernel.foundation.balls import interval_text
from certify.kernel.foundation.outcomes import Rejected
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.cells import evaluate
from certify.kernel.piecewise.problem import DataProblem
from certify.tables import DataSet

__all__ = ["claim_minimum", "refuse_global", "risk_at", "statement_of"]


def statement_of(
    data: DataSet, network: dict[str, Any], loss: dict[str, Any]
) -> tuple[dict[str, Any], DataProblem]:
    """The problem as the format writes it and as the kernel reads it. Raises `Malformed`."""
    problem = {
        "network": network,
        "inputs": [list(row) for row in data.inputs],
        "targets": [list(row) for row in data.targets],
        "loss": loss,
    }
    return problem, DataProblem.read(problem)


def risk_at(problem: DataProblem, parameters: Layers) -> fmpq:
    """The exact risk at parameters as the format writes them."""
    theta = problem.network.read_parameters(parameters, "the parameters")
    return problem.risk(evaluate(problem.network, theta, problem.inputs).outputs[-1])


def refuse_global(
    problem: DataProblem, outputs: RationalMatrix, what: str = "the minimum of this construction"
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
    parameters: Layers,
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
