"""Risk, gradient and Hessian of a smooth network by all its parameters."""

from __future__ import annotations

from flint import arb, arb_mat

from certify.kernel.smooth.jets import Jet, Layers, constants, output, variables
from certify.kernel.smooth.problem import SmoothProblem

__all__ = ["derivatives", "norm_of", "widened"]


def derivatives(
    problem: SmoothProblem, layers: Layers, targets: list[arb]
) -> tuple[arb, arb_mat, arb_mat]:
    """Risk, gradient (1 x P) and Hessian (P x P) by all parameters, layer by layer, weights row by
    row and then biases.
    """
    jets = iter(
        variables(
            [
                number
                for weights, biases in layers
                for number in (*(w for row in weights for w in row), *biases)
            ]
        )
    )
    inner = [
        ([[next(jets) for _ in row] for row in weights], [next(jets) for _ in biases])
        for weights, biases in layers
    ]
    size = sum(len(biases) * (len(weights[0]) + 1) for weights, biases in layers)
    risk, slope, hessian = arb(0), arb_mat(1, size), arb_mat(size, size)
    for point, target in zip(problem.points, targets, strict=True):
        jet: Jet = output(problem.activation, inner, constants(point, size))
        residual = jet.value - target
        risk += residual * residual / 2
        slope += jet.gradient * residual
        hessian += jet.gradient.transpose() * jet.gradient + jet.hessian * residual
    return risk, slope, hessian


def norm_of(vector: arb_mat) -> arb:
    """An upper bound of the Euclidean norm."""
    total = arb(0)
    for entry in vector.entries():
        total += entry.abs_upper() * entry.abs_upper()
    return total.sqrt()


def widened(layers: Layers, delta: arb) -> Layers:
    """Every weight and bias within delta."""
    spread = delta * arb(0, 1)
    return [
        ([[w + spread for w in row] for row in weights], [b + spread for b in biases])
        for weights, biases in layers
    ]
