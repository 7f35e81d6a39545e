"""Residuals of a network on the data, and their Jacobian."""

from __future__ import annotations

from flint import arb, arb_mat

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.trained.hessian import sensitivities
from certify.kernel.trained.passes import bare, forward
from certify.kernel.trained.problem import TrainedProblem

__all__ = ["jacobian", "residuals"]


def residuals(
    problem: TrainedProblem, fitted: list[int], layers: list[arb_mat], ledger: Ledger
) -> list[arb]:
    """f(x_n)_k - y_nk, datum by datum, for the outputs k that are fitted."""
    outputs = forward(problem, layers, ledger).outputs.tolist()
    return [
        row[k] - ball(target[k])
        for row, target in zip(outputs, problem.targets, strict=True)
        if not isinstance(target, int)
        for k in fitted
    ]


def jacobian(
    problem: TrainedProblem, fitted: list[int], layers: list[arb_mat], ledger: Ledger
) -> arb_mat:
    """The derivatives of these, a row each, by the parameters but for those of the outputs that are
    not fitted (equation 31.1).
    """
    network = problem.network
    made = forward(problem, layers, ledger)
    weights = [bare(network, layers, number) for number in range(len(layers))]
    rows: list[list[arb]] = [[] for _ in range(problem.data * len(fitted))]
    outputs, last = network.outputs, len(layers) - 1
    for number, layer in enumerate(network.layers):
        below = made.below[number].tolist()
        if number == last:
            for n, inputs in enumerate(below):
                for own, k in enumerate(fitted):
                    slope = made.first[last][n * outputs + k]
                    for other in fitted:
                        rows[n * len(fitted) + own] += [
                            slope * x if other == k else arb(0) for x in inputs
                        ]
            continue
        *_, (_, table) = sensitivities(network, weights, made, number)
        for n, (inputs, entries) in enumerate(zip(below, table.tolist(), strict=True)):
            for own, k in enumerate(fitted):
                for j in range(layer.units):
                    through = entries[j * outputs + k]
                    rows[n * len(fitted) + own] += [through * x for x in inputs]
    return arb_mat(rows)
