"""Deep linear networks. A point is not critical, a global minimum, or a saddle; each has an exact
certificate. A saddle is shown by curves along which the risk falls and rises.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from flint import fmpq

from certify.attempt import Attempt, Refusal, judged
from certify.empirical.architectures import Dense, unit
from certify.empirical.attempts import QUIET, Run
from certify.empirical.parameters import (
    Layers,
    floats,
    in_float,
    nested,
    parameters_of,
    significant_digits,
)
from certify.empirical.standard import Standard
from certify.errors import UnusableInput
from certify.kernel.check import FORMAT
from certify.kernel.piecewise.cells import Cell, gradients
from certify.kernel.piecewise.problem import DataProblem, Loss
from certify.kernel.piecewise.saddle import first_change
from certify.piecewise.construct import affine_features, written
from certify.piecewise.fits import fit
from certify.piecewise.prove.proposing import statement_of
from certify.piecewise.training import FloatNetwork
from certify.tables import DataSet

__all__ = ["linear_network", "prove_linear", "special_point"]

_TRIES = 3000


def linear_network(
    inputs: int, widths: list[int], outputs: int, *, bias: bool = False
) -> dict[str, Any]:
    """Affine layers without units between them."""
    network = Dense(widths, unit("identity"), bias=bias).network(inputs, outputs)
    network["layers"] = [layer for layer in network["layers"] if layer["type"] == "dense"]
    return network


def prove_linear(
    data: DataSet,
    network: dict[str, Any],
    parameters: Layers,
    *,
    run: Run = QUIET,
) -> Attempt:
    """What the point is: no critical point (with a derivative), a global minimum, or a saddle (with
    curves down and up).
    """
    problem_text, problem = statement_of(data, network, {"type": "squared"})
    theta = problem.network.read_parameters(parameters, "the parameters")
    cell = problem.at(theta)
    slope = problem.slope(cell.outputs[-1])
    risk = problem.risk(cell.outputs[-1])

    def document(kind: str, **claims: Any) -> dict[str, Any]:
        statement = {
            "problem": problem_text,
            "parameters": parameters,
            "claims": {"risk": str(risk), **claims},
        }
        return {"format": FORMAT, "kind": kind, "statement": statement, "witness": {}}

    largest, where = fmpq(0), (0, "weights", 0)
    for (number, _), parts in zip(problem.network.affine, gradients(cell, slope), strict=True):
        for name, values in zip(("weights", "bias"), parts, strict=True):
            for entry, value in enumerate(values):
                if abs(value) > abs(largest):
                    largest, where = value, (number, name, entry)
    if largest != 0:
        layer, part, entry = where
        return judged(
            document(
                "data-noncritical", layer=layer, part=part, entry=entry, derivative=str(largest)
            ),
            run.command,
            {},
        )
    constant = any(layer.biases for _, layer in problem.network.affine)
    features = affine_features(problem.inputs) if constant else problem.inputs
    if risk == 0 or not any((features * slope.transpose()).whole.entries()):
        return judged(document("data-global-minimum"), run.command, {})
    descent, ascent = (_germ(problem, cell, sign, run.seed) for sign in (-1, 1))
    if descent is None or ascent is None:
        return Attempt(
            refusal=Refusal(
                "critical, but no curve along which the risk falls (or rises) was found: not shown"
                " to be a saddle, nor to be global"
            )
        )
    return judged(
        document("data-saddle", descent=[descent], ascent=[ascent]),
        run.command,
        {"seed": run.seed},
    )


def special_point(data: DataSet, network: dict[str, Any], *, origin: bool) -> Layers:
    """All weights 0, or the best linear map carried through the layers by unit matrices. Raises
    `UnusableInput` where a layer is too narrow.
    """
    widths = [layer["outputs"] for layer in network["layers"]]
    sizes = [network["input"][0], *widths]
    constant = network["layers"][0]["bias"]

    def layer(matrix: list[list[fmpq]], bias: list[fmpq]) -> dict[str, Any]:
        return written(matrix, bias if constant else [])

    if origin:
        return [
            layer([[fmpq(0)] * below for _ in range(above)], [fmpq(0)] * above)
            for below, above in pairwise(sizes)
        ]
    features = affine_features(data.x) if constant else data.x
    best = fit(features, data.y, Loss("squared", fmpq(1))).tolist()
    outputs = len(best)
    if min(widths) < outputs:
        raise UnusableInput(
            f"a hidden layer of {min(widths)} units does not carry {outputs} outputs"
        )
    rows = [[*row[: sizes[0]]] for row in best] + [[fmpq(0)] * sizes[0]] * (widths[0] - outputs)
    biases = [row[-1] for row in best] + [fmpq(0)] * (widths[0] - outputs)
    rest = [
        layer([[fmpq(int(i == j)) for j in range(below)] for i in range(above)], [fmpq(0)] * above)
        for below, above in pairwise(widths)
    ]
    return [layer(rows, biases), *rest]


def _germ(problem: DataProblem, cell: Cell, sign: int, seed: int) -> Layers | None:
    """A direction along which the first coefficient of R that is not 0 has this sign; looked for in
    the standardised problem.
    """
    standard, scaled = Standard.of_problem(problem)
    for flat in _directions(scaled, scaled.at(standard.forth(cell.parameters)), seed):
        direction = standard.direction(
            parameters_of(FloatNetwork(problem.network).parts(significant_digits(flat, 3)))
        )
        _, first = first_change(problem, cell, (direction,))
        if first * sign > 0:
            return nested(problem.network, direction)
    return None


def _directions(problem: DataProblem, cell: Cell, seed: int) -> Iterator[Any]:
    """Eigenvectors of the Hessian (differences of the gradient), then random small integers in some
    of the layers, full or of rank one.
    """
    model, rng = FloatNetwork(problem.network), np.random.default_rng(seed)
    sizes = [sum(pair) for pair in zip(model.sizes[::2], model.sizes[1::2], strict=True)]
    theta = np.array(
        [in_float(v) for weights, biases in cell.parameters for v in (*weights, *biases)]
    )
    x, y, count = floats(problem.inputs), floats(problem.targets), sum(sizes)

    def gradient(at: Any) -> Any:
        outputs = model.forward(at, x)
        return model.backward(at, outputs, outputs[-1] - y)

    if count <= 500:
        step = 1e-5 * (1 + np.abs(theta).max())
        hessian = np.array(
            [
                (gradient(theta + step * e) - gradient(theta - step * e)) / (2 * step)
                for e in np.eye(count)
            ]
        )
        values, vectors = np.linalg.eigh((hessian + hessian.T) / 2)
        for i in (0, count - 1):
            if abs(values[i]) > 1e-6 * np.abs(values).max():
                yield vectors[:, i] / np.abs(vectors[:, i]).max()
    layers = range(len(sizes))
    subsets = [
        subset for length in range(1, len(sizes) + 1) for subset in combinations(layers, length)
    ]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    for trial in range(_TRIES):
        flat = np.zeros(count)
        for layer in subsets[trial % len(subsets)]:
            form = problem.network.affine[layer][1].form
            if rng.integers(2):
                part = rng.integers(-2, 3, size=sizes[layer]).astype(float)
            else:
                part = np.zeros(sizes[layer])
                part[: model.sizes[2 * layer]] = np.outer(
                    rng.integers(-2, 3, size=form[0]),
                    rng.integers(-2, 3, size=model.sizes[2 * layer] // form[0]),
                ).ravel()
            flat[starts[layer] : starts[layer + 1]] = part
        yield flat
