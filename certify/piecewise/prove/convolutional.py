"""Local minima of networks that end with a dense layer, convolutional ones among them: random
hidden weights that keep every unit on one piece, and the best last layer behind them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import fmpq, fmpz_mat

from certify.attempt import Attempt, Refusal
from certify.empirical.attempts import QUIET, Run
from certify.empirical.parameters import Layers, nest
from certify.errors import UnusableInput
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.cells import evaluate
from certify.kernel.piecewise.layers import Activation, Affine
from certify.kernel.piecewise.network import Network
from certify.kernel.piecewise.paths import path_vectors
from certify.kernel.piecewise.problem import DataProblem
from certify.piecewise.construct import Piece, affine_features, mapped, written
from certify.piecewise.fits import NoFit, fit
from certify.piecewise.prove.better import trained_below
from certify.piecewise.prove.proposing import (
    claim_minimum,
    refuse_global,
    risk_at,
    statement_of,
)
from certify.tables import DataSet

__all__ = ["prove_convolutional"]


def prove_convolutional(
    data: DataSet,
    network: dict[str, Any],
    *,
    loss: dict[str, Any] | None = None,
    run: Run = QUIET,
) -> Attempt:
    """A local minimum of any network that ends with a dense layer: random hidden weights that keep
    every unit on one piece, and the best last layer on the features they make, which must span the
    vectors of all paths (enough channels).
    """
    statement, problem = statement_of(data, network, loss or {"type": "squared"})
    if not isinstance(problem.network.layers[-1], Affine):
        raise UnusableInput("the last layer has to be dense")
    run.tell("choosing hidden weights")
    hidden, features = _one_piece(problem, np.random.default_rng(run.seed))
    rows = affine_features(features)
    theta = [
        *hidden,
        written(
            [[fmpq(0)] * features.nrows()] * problem.targets.nrows(),
            [fmpq(0)] * problem.targets.nrows(),
        ),
    ]
    cell = problem.at(problem.network.read_parameters(theta, "the parameters"))
    paths = [list(vector.whole) for vector in path_vectors(cell, 0)]
    if rows.whole.rank() != fmpz_mat([*rows.rows, *paths]).rank():
        raise UnusableInput(
            "the last hidden layer does not span what the network can reach by its paths: give the"
            " layers more channels or units"
        )
    try:
        last = fit(rows, problem.targets, problem.loss)
    except NoFit as error:
        return Attempt(refusal=Refusal(str(error)))
    theta[-1] = written([row[:-1] for row in last.tolist()], [row[-1] for row in last.tolist()])
    risk = risk_at(problem, theta)
    if risk == 0:
        raise UnusableInput(
            "the features of one piece fit the data exactly: the minimum of this construction is"
            " global"
        )
    refuse_global(problem, mapped(last, rows))
    run.tell("training for a better point")
    better = trained_below(problem, risk, run.seed)
    return claim_minimum(
        statement,
        theta,
        {"risk": str(risk), "better": better, "linear_fit": False},
        run.command,
        {"seed": run.seed},
    )


def _one_piece(problem: DataProblem, rng: np.random.Generator) -> tuple[Layers, RationalMatrix]:
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
