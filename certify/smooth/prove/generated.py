"""Data made for a small network: it has a minimum with a neuron that may be split."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from certify.decimals import exact_decimal
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.smooth.parameters import read_widths
from certify.smooth.activations import ActivationFunction
from certify.smooth.network import SmoothNetwork
from certify.tables import DataSet, make_data

__all__ = ["draw_data"]


_DRAWS = 40
_HALVINGS = 8
_CONDITION = 1e-8  # least relative eigenvalue of a Hessian to work with


def draw_data(
    inputs: int, points: int | None, widths: Sequence[int], function: ActivationFunction, seed: int
) -> tuple[DataSet, Array] | None:
    """Data for which the network with these widths has a minimum that can be split, and flat
    parameters near it; None if none are found. Raises `UnusableInput`.

    Inputs and parameters are drawn at random; the residuals solve the linear equations: the risk is
    critical, and the inner Hessian of one neuron is a multiple of the unit matrix. Nothing special
    about the inputs is used: see Ding, Li and Sun.
    """
    read_widths(list(widths), "the widths")
    network = SmoothNetwork(function, (inputs, *widths, 1))
    features = (widths[-2] if len(widths) > 1 else inputs) + 1
    least = network.unknowns + features * (features + 1) // 2
    count = points or least + 4
    if count < least:
        raise UnusableInput(
            f"{count} points are too few for these widths: the equations for the residuals need at"
            f" least {least}"
        )
    best: tuple[float, Array, Array, Array] | None = None
    for trial in range(_DRAWS):
        rng = np.random.default_rng([seed, trial])
        x = np.round(rng.normal(size=(count, inputs)), 3)
        theta = np.round(network.start(rng, x), 3)
        made = _residuals(network, theta, x)
        if made is not None and (best is None or made[0] > best[0]):
            best = made[0], x, theta, made[1]
    if best is None:
        return None
    _, x, theta, rho = best
    y = np.round(network.outputs(theta, x) - rho, 9)
    return (
        make_data(
            [[exact_decimal(float(v)) for v in row] for row in x],
            [exact_decimal(float(v)) for v in y],
        ),
        theta,
    )


def _residuals(network: SmoothNetwork, theta: Array, x: Array) -> tuple[float, Array] | None:
    """Residuals at which theta is a critical point with a definite Hessian, and inner Hessian of
    the neuron that matters most; and how well conditioned this is (larger is better). None if there
    are none.
    """
    layers = network.layers(theta)
    below = network.hidden(theta, x, len(layers) - 2)
    extended = np.column_stack([below, np.ones(len(x))])
    jacobian = network.jacobian(theta, x)
    outgoing = layers[-1][0][0]
    j = int(np.argmax(np.abs(outgoing)))
    bend = network.activation.numeric[2](below @ layers[-2][0][j] + layers[-2][1][j])
    size = extended.shape[1]
    pairs = [(a, b) for a in range(size) for b in range(a, size)]
    rows = np.vstack([jacobian.T, *(bend * extended[:, a] * extended[:, b] for a, b in pairs)])
    goal = np.concatenate(
        [np.zeros(jacobian.shape[1]), [float(a == b) * np.sign(outgoing[j]) for a, b in pairs]]
    )
    if not np.isfinite(rows).all():
        return None
    rho, *_ = np.linalg.lstsq(rows, goal, rcond=None)
    if np.abs(rows @ rho - goal).max() > 1e-8:
        return None
    rho = rho * float(np.std(network.outputs(theta, x))) / np.abs(rho).max()
    for _ in range(
        _HALVINGS
    ):  # the Hessian of the risk is that at residuals 0 plus a part linear in them
        hessian = jacobian.T @ jacobian + _second(network, theta, x, rho)
        values = np.linalg.eigvalsh(hessian)
        if values[0] > _CONDITION * values[-1]:
            return float(values[0] / values[-1] * np.abs(rho).max()), np.asarray(rho)
        rho = rho / 2
    return None


def _second(network: SmoothNetwork, theta: Array, x: Array, rho: Array) -> Array:
    """sum_n rho_n Hess f(x_n), by differences of the Jacobian."""
    step = 1e-5
    columns = []
    for i in range(len(theta)):
        change = np.zeros(len(theta))
        change[i] = step
        columns.append(
            (network.jacobian(theta + change, x) - network.jacobian(theta - change, x)).T
            @ rho
            / (2 * step)
        )
    form = np.array(columns)
    return np.asarray((form + form.T) / 2)
