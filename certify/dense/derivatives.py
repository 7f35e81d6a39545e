"""The risk of a dense network in float64: value, gradient, Hessian, the Hessian times a vector, and
the Jacobian of the outputs.

The Hessian is made of one product for each pair of layers m <= m': with G the second derivatives of
the loss by the pre-activations z_m and z_m' of one datum and a~ = (a, 1) the inputs of a layer,

    sum_n G_n (x) a~_{m-1,n} (x) a~_{m'-1,n}

as the product of a Khatri-Rao matrix (rows n, columns pairs of inputs) with the matrix of the G_n,
and for m < m' also sum_n delta_{m',n} (x) da_{m'-1,n}/dz_m (x) a~_{m-1,n}.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, logsumexp

from certify.dense.problem import TrainedProblem
from certify.floats import Array
from certify.networks.formulas import Jet, evaluated

__all__ = ["Risk", "Unit", "loss_of"]

Unit = Callable[
    [Array, slice], Jet
]  # of pre-activations (rows x units), and which data they are of

_ENTRIES = 2e7  # floats of the largest matrix at a time


@dataclass(frozen=True)
class _Pass:
    """One run through the network. a: inputs of each layer and the outputs; jets: of each layer;
    delta: derivatives by the pre-activations, back: by the outputs of each layer.
    """

    a: list[Array]
    jets: list[Jet]
    delta: list[Array]
    back: list[Array]
    curvature: Array


@dataclass(frozen=True)
class Risk:
    """units: of each layer, in the place of the problem's activations. anchor: with it
    factor/2 (e.(theta - anchor))^2 is added for each direction e, a list of places, of `shifts`.
    """

    problem: TrainedProblem
    units: tuple[Unit, ...] = ()
    shifts: tuple[tuple[int, ...], ...] = ()
    anchor: Array | None = None

    def outputs(self, theta: Array) -> Array:
        """Shape (N, K)."""
        return self._forward(theta, slice(None))[0][-1]

    def inner(self, theta: Array) -> list[Array]:
        """The pre-activations of each layer, shape (N, units)."""
        a, _ = self._forward(theta, slice(None))
        return [
            below @ weights.T + bias
            for below, (weights, bias) in zip(a, self.problem.split(theta), strict=False)
        ]

    def value(self, theta: Array) -> float:
        """The risk."""
        return self.slope(theta)[0]

    def slope(self, theta: Array) -> tuple[float, Array]:
        """The risk and its gradient, shape (P,)."""
        problem = self.problem
        value, gradient = 0.0, np.zeros(problem.parameters)
        for rows in self._parts:
            more, part = self._run(theta, rows)
            value += more
            gradient += _joined(problem, part.delta, part.a)
        decay = problem.decay_of_each
        value += 0.5 * float(decay @ theta**2)
        gradient = gradient + decay * theta
        for places, off in self._off(theta):
            value += 0.5 * float(problem.factor) * off * off
            gradient[places] += float(problem.factor) * off
        return value, gradient

    def gradient(self, theta: Array) -> Array:
        """Shape (P,)."""
        return self.slope(theta)[1]

    def hessian(self, theta: Array) -> Array:
        """Shape (P, P), symmetric."""
        problem = self.problem
        result = np.zeros((problem.parameters, problem.parameters))
        for rows in self._parts:
            result += self._hessian(theta, self._run(theta, rows)[1])
        result = (result + result.T) / 2  # equal but for rounding
        result[np.diag_indices(problem.parameters)] += problem.decay_of_each
        for places in self.shifts if self.anchor is not None else ():
            result[np.ix_(places, places)] += float(problem.factor)
        return result

    def times(self, theta: Array, direction: Array) -> Array:
        """The Hessian times a direction, shape (P,), without the Hessian: the gradient's derivative
        carried along.
        """
        problem = self.problem
        result = problem.decay_of_each * direction
        layers, moves = problem.split(theta), problem.split(direction)
        for rows in self._parts:
            _, part = self._run(theta, rows)
            turned, bent = [np.zeros_like(part.a[0])], []
            for (weights, _), (dw, db), (_, first, _), below in zip(
                layers, moves, part.jets, part.a, strict=False
            ):
                bent.append(turned[-1] @ weights.T + below @ dw.T + db)
                turned.append(first * bent[-1])
            back = np.einsum("nij,nj->ni", part.curvature, turned[-1])
            for m in range(len(layers) - 1, -1, -1):
                _, first, second = part.jets[m]
                delta = back * first + part.back[m] * second * bent[m]
                result += _joined(problem, [delta], [part.a[m]], m)
                result += _joined(problem, [part.delta[m]], [turned[m]], m, bias=False)
                if m:
                    back = delta @ layers[m][0] + part.delta[m] @ moves[m][0]
        for places in self.shifts if self.anchor is not None else ():
            result[list(places)] += float(problem.factor) * direction[list(places)].sum()
        return result

    def pull(self, theta: Array, layer: int) -> Array:
        """sum_n delta_{layer+1,n} a_n^T with a_n the inputs of a layer and delta the derivatives by
        the pre-activations of the next, shape (units of the next, inputs).
        """
        parts = [self._run(theta, rows)[1] for rows in self._parts]
        return np.asarray(sum(part.delta[layer + 1].T @ part.a[layer] for part in parts))

    def jacobian(self, theta: Array) -> Array:
        """The derivatives of all outputs, shape (N K, P), datum by datum."""
        problem = self.problem
        a, jets = self._forward(theta, slice(None))
        rows, outputs = a[-1].shape
        back = np.broadcast_to(np.eye(outputs), (rows, outputs, outputs))
        parts: list[Array] = []
        for m in range(len(problem.layers) - 1, -1, -1):
            delta = back * jets[m][1][:, None, :]
            weights = (delta[:, :, :, None] * a[m][:, None, None, :]).reshape(rows * outputs, -1)
            bias = delta.reshape(rows * outputs, -1)
            parts += [bias, weights] if problem.layers[m].bias else [weights]
            back = delta @ problem.split(theta)[m][0]
        return np.hstack(parts[::-1])

    @cached_property
    def _parts(self) -> list[slice]:
        """Data that are worked on at a time."""
        widest = max(
            (layer.inputs + 1) ** 2 + layer.units**2 + layer.inputs * layer.units
            for layer in self.problem.layers
        )
        rows, each = len(self.problem.inputs), max(1, int(_ENTRIES / widest))
        return [slice(begin, min(begin + each, rows)) for begin in range(0, rows, each)]

    def _off(self, theta: Array) -> list[tuple[list[int], float]]:
        """Each shift, and how far theta is from the anchor along it."""
        anchor = self.anchor
        if anchor is None:
            return []
        return [(list(e), float((theta[list(e)] - anchor[list(e)]).sum())) for e in self.shifts]

    def _forward(self, theta: Array, rows: slice) -> tuple[list[Array], list[Jet]]:
        """The inputs of each layer and the outputs, and the jets of each layer."""
        a, jets = [self.problem.x[rows]], []
        for m, (weights, bias) in enumerate(self.problem.split(theta)):
            z = a[-1] @ weights.T + bias
            formula = self.problem.layers[m].activation
            jets.append(self.units[m](z, rows) if self.units else evaluated(formula, z))
            a.append(jets[-1][0])
        return a, jets

    def _run(self, theta: Array, rows: slice) -> tuple[float, _Pass]:
        """The losses of some data, times the factor, and all that derivatives need."""
        problem = self.problem
        a, jets = self._forward(theta, rows)
        value, slope, curvature = loss_of(problem.loss, a[-1], problem.y[rows])
        factor = float(problem.factor)
        back, delta = [factor * slope], [factor * slope * jets[-1][1]]
        for m in range(len(problem.layers) - 1, 0, -1):
            back.append(delta[-1] @ problem.split(theta)[m][0])
            delta.append(back[-1] * jets[m - 1][1])
        return factor * value, _Pass(a, jets, delta[::-1], back[::-1], factor * curvature)

    def _hessian(self, theta: Array, part: _Pass) -> Array:
        """The losses' share, of some data."""
        problem = self.problem
        layers = problem.split(theta)
        rows = len(part.a[0])
        extended = [np.hstack([a, np.ones((rows, 1))]) for a in part.a[:-1]]
        sizes = [(layer.units, layer.inputs + 1) for layer in problem.layers]
        starts = np.cumsum([0, *(units * inputs for units, inputs in sizes)])
        full = np.zeros((starts[-1], starts[-1]))
        inner = part.curvature  # by the outputs of the layer
        for top in range(len(layers) - 1, -1, -1):
            units, width = sizes[top]
            first, second = part.jets[top][1:]
            inner = inner * first[:, :, None] * first[:, None, :]
            inner[:, np.arange(units), np.arange(units)] += part.back[top] * second
            across = inner  # by the pre-activations of `top` and of m
            carried: Array | None = None  # da_{top-1} / dz_m, (rows, units of m, inputs of top)
            for m in range(top, -1, -1):
                below, wide = sizes[m]
                pairs = _paired(extended[m], extended[top])
                block = (pairs.T @ across.reshape(rows, -1)).reshape(wide, width, units, below)
                block = block.transpose(3, 0, 2, 1)
                if m < top:
                    slope = part.jets[m][1]
                    if carried is None:
                        carried = slope[:, :, None] * np.eye(below)
                    kinds = _paired(part.delta[top], extended[m])
                    more = (kinds.T @ carried.reshape(rows, -1)).reshape(units, wide, below, -1)
                    block = block.copy()
                    block[:, :, :, : width - 1] += more.transpose(2, 1, 0, 3)
                joint = block.reshape(below * wide, units * width)
                full[starts[m] : starts[m + 1], starts[top] : starts[top + 1]] = joint
                full[starts[top] : starts[top + 1], starts[m] : starts[m + 1]] = joint.T
                if m:
                    slope = part.jets[m - 1][1]
                    across = (across @ layers[m][0]) * slope[:, None, :]
                    if carried is not None:
                        carried = slope[:, :, None] * (layers[m][0].T @ carried)
            if top:
                inner = layers[top][0].T @ inner @ layers[top][0]
        order = self._order
        return np.asarray(full[np.ix_(order, order)])

    @cached_property
    def _order(self) -> Array:
        """The place of each parameter where every row of weights is followed by its bias."""
        places: list[int] = []
        start = 0
        for layer in self.problem.layers:
            grid = start + np.arange(layer.units * (layer.inputs + 1)).reshape(layer.units, -1)
            places += grid[:, :-1].ravel().tolist()
            places += grid[:, -1].tolist() if layer.bias else []
            start += grid.size
        return np.array(places)


def _paired(left: Array, right: Array) -> Array:
    """The Khatri-Rao product: row n holds all products of an entry of left with one of right."""
    return np.asarray((left[:, :, None] * right[:, None, :]).reshape(len(left), -1))


def _joined(
    problem: TrainedProblem,
    deltas: Sequence[Array],
    inputs: Sequence[Array],
    begin: int = 0,
    *,
    bias: bool = True,
) -> Array:
    """The gradient delta^T (a, 1) of some layers from `begin` on, in the order of theta, shape
    (P,). bias: False leaves those out.
    """
    result = np.zeros(problem.parameters)
    for m, (delta, below) in enumerate(zip(deltas, inputs, strict=False), begin):
        layer, place = problem.layers[m], problem.places[m]
        end = place + layer.units * layer.inputs
        result[place:end] = (delta.T @ below).ravel()
        if layer.bias and bias:
            result[end : end + layer.units] = delta.sum(axis=0)
    return result


def loss_of(name: str, f: Array, y: Array) -> tuple[float, Array, Array]:
    """The sum of the losses, their gradients (N, K) and Hessians (N, K, K) by the outputs f."""
    rows, outputs = f.shape
    if name == "squared":
        miss = f - y
        eye = np.broadcast_to(np.eye(outputs), (rows, outputs, outputs))
        return 0.5 * float((miss * miss).sum()), miss, eye
    if name == "binary":
        p = expit(f)
        value = float((np.logaddexp(0, f) - y * f).sum())
        return value, p - y, (p * (1 - p))[:, :, None]
    total = logsumexp(f, axis=1)
    p = np.exp(f - total[:, None])
    curvature = p[:, :, None] * np.eye(outputs) - p[:, :, None] * p[:, None, :]
    return float(total.sum() - (f * y).sum()), p - y, curvature
