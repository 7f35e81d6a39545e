"""Local minima of the cross-entropy: hidden units that carry the inputs on, and multinomial
logistic regression behind them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat

from certify.attempt import Attempt, Refusal, judged
from certify.decimals import significant
from certify.digits import many_digits
from certify.empirical.architectures import Dense
from certify.empirical.attempts import QUIET, Run, not_spurious
from certify.empirical.parameters import (
    Layers,
    floats,
    nested,
    parameters_of,
    significant_digits,
    spreads,
)
from certify.empirical.standard import Standard
from certify.errors import UnusableInput
from certify.floats import Array
from certify.kernel.check import FORMAT
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.piecewise.cells import evaluate
from certify.kernel.piecewise.network import Network
from certify.piecewise.construct import Split, layers_of
from certify.piecewise.fits import independent_rows
from certify.piecewise.training import FloatNetwork
from certify.tables import DataSet

__all__ = ["prove_entropy"]

_BITS = 256
_DIGITS = 50
_CERTAIN = 30  # decimals in which two risks agree that are taken for equal
# smallest eigenvalue of the Hessian, relative to the largest, below which there is no minimum
_FLAT = 1e-13
_NO_MINIMUM = (
    "some classes are separated, or nearly, by a linear map: no minimum of the cross-entropy over"
    " affine maps was found"
)
_SEPARABLE = 1e3  # coefficients beyond it, in standardised inputs, mean that there is no minimum


def prove_entropy(data: DataSet, dense: Dense, *, run: Run = QUIET) -> Attempt:
    """A local minimum of the cross-entropy of a dense network that is affine on the data; K - 1
    logits, class K - 1 having logit 0.

    Needs hidden layers as wide as there are inputs. Raises `UnusableInput`, also where classes can
    be separated (there is no minimum).
    """
    count = len(data.classes)
    inputs = data.x
    network = dense.network(inputs.nrows(), count - 1)
    last = dense.widths[-1]
    every = Split(0, (), (tuple(range(inputs.ncols())),))
    parsed = Network.read(network)
    standard = Standard.of(parsed, inputs)
    parameters = layers_of(dense, inputs, [_carried(standard)], every)
    parameters[-1] = _last(last, count - 1, {}, [])
    features = evaluate(
        parsed, parsed.read_parameters(parameters, "the parameters"), inputs
    ).outputs[-2]
    ones = [features.below] * inputs.ncols()
    rows = RationalMatrix(fmpz_mat([ones, *features.rows]), features.below)
    free = independent_rows(rows)
    phi = RationalMatrix(fmpz_mat([rows.rows[i] for i in free]), rows.below)
    coefficients = _regression(phi, np.array(data.labels), count)
    parameters[-1] = _last(
        last, count - 1, {i - 1: j for j, i in enumerate(free) if i}, coefficients
    )
    risk, slope, curvature = _at(phi, coefficients, data.labels, count)
    _refuse_global(data, risk)
    if curvature <= 0:
        return Attempt(
            refusal=Refusal(f"the Hessian's smallest eigenvalue is about {curvature:.3g}")
        )
    mp = slope.context
    distance = f"1e{int(mp.ceil(mp.log10(slope / mp.mpf(curvature) + mp.mpf(10) ** -60))) + 1}"
    better = _better(standard, data, float(risk), run.seed)
    bounds = [_decimal(risk, -1), _decimal(risk, 1)]
    document = {
        "format": FORMAT,
        "kind": "data-entropy-minimum",
        "statement": {
            "problem": {
                "network": network,
                "inputs": [list(row) for row in data.inputs],
                "labels": list(data.labels),
                "classes": count,
            },
            "parameters": parameters,
            "claims": {"distance": distance, "risk": bounds, "better": better},
        },
        "witness": {
            "bits": _BITS,
            "curvature": significant(Fraction(curvature * 0.9), 7, up=False),
        },
    }
    attempt = judged(document, run.command, {"classes": list(data.classes)})
    return (
        attempt
        if better is not None
        else replace(
            attempt,
            remarks=(not_spurious("training from random starts ended nowhere clearly lower"),),
        )
    )


def _carried(standard: Standard) -> fmpq_mat:
    """The standardised inputs as affine maps of the inputs: what the hidden layers carry on, so
    that the last layer sees no units.
    """
    scales, shifts = standard.scales, standard.shifts
    return fmpq_mat(
        [
            [scale if i == j else fmpq(0) for j in range(len(scales))] + [-scale * shifts[i]]
            for i, scale in enumerate(scales)
        ]
    )


def _refuse_global(data: DataSet, risk: Any) -> None:
    """Raises `UnusableInput` where the risk is that of the shares of the classes among the data of
    equal inputs: no function of them has less.
    """
    cells = Counter(data.inputs)
    mp = risk.context
    least = sum(
        -n * mp.log(mp.mpf(n) / cells[point])
        for (point, _), n in Counter(zip(data.inputs, data.labels, strict=True)).items()
    )
    if risk > least + mp.mpf(10) ** -_CERTAIN * len(data.labels):
        return
    why = (
        "all inputs are equal"
        if len(cells) == 1
        else (
            f"it gives the classes their shares among the data of each input (to {_CERTAIN} digits)"
        )
    )
    raise UnusableInput(
        f"the minimum of this construction is a global minimum: {why}, so no network has a smaller"
        f" risk (here {mp.nstr(risk, 10)})"
    )


def _last(
    width: int, outputs: int, places: dict[int, int], coefficients: list[list[str]]
) -> dict[str, Any]:
    """The last layer: coefficients[u] belong to 1 and the free features, of which feature i has
    number places[i].
    """
    weights = [
        [coefficients[u][places[i]] if i in places else "0" for i in range(width)]
        for u in range(outputs)
    ]
    return {
        "weights": weights,
        "bias": [coefficients[u][0] if coefficients else "0" for u in range(outputs)],
    }


def _regression(phi: RationalMatrix, labels: Array, count: int) -> list[list[str]]:
    """Logistic regression by Newton's method, to 50 decimals. Raises `UnusableInput` where there is
    no minimum.
    """
    rough = floats(phi)
    size = np.abs(rough).max(axis=1)
    a = np.zeros((count - 1, len(rough)))
    for _ in range(60):
        gradient, hessian = _newton(rough / size[:, None], a, labels, count)
        step = np.linalg.lstsq(hessian, gradient.ravel(), rcond=None)[0].reshape(a.shape)
        a = a - step * min(1.0, 5 / (np.abs(step).max() + 1e-300))
        if np.abs(a).max() > _SEPARABLE * 100:
            raise UnusableInput(
                "some classes are separated by a linear map: the cross-entropy has no minimum over"
                " affine maps"
            )
        if np.abs(step).max() < 1e-13 * (1 + np.abs(a).max()):
            break
    else:
        raise UnusableInput(_NO_MINIMUM)
    values = np.linalg.eigvalsh(_newton(rough / size[:, None], a, labels, count)[1])
    if values[0] < _FLAT * values[-1]:  # the shares of some data have become 0 and 1
        raise UnusableInput(_NO_MINIMUM)
    with many_digits(_DIGITS + 25) as mp:
        x = mp.matrix([[mp.mpf(int(v.p)) / int(v.q) for v in row] for row in phi.tolist()])
        exact_a = mp.matrix((a / size).tolist())
        inverse = mp.matrix(np.linalg.pinv(_newton(rough, a / size, labels, count)[1]).tolist())
        for _ in range(8):
            residual = _residual(x, exact_a, labels, count)
            flat = mp.matrix([value for u in range(count - 1) for value in residual[u, :] * x.T])
            step = inverse * flat
            for u in range(count - 1):
                for j in range(x.rows):
                    exact_a[u, j] -= step[u * x.rows + j]
        return [[_fixed(exact_a[u, j]) for j in range(x.rows)] for u in range(count - 1)]


def _newton(x: Array, a: Array, labels: Array, count: int) -> tuple[Array, Array]:
    """Gradient (K - 1 x features) and Hessian of the cross-entropy, in float64."""
    logits = np.vstack([a @ x, np.zeros(x.shape[1])])
    shares = np.exp(logits - logits.max(axis=0))
    shares /= shares.sum(axis=0)
    residual = shares[: count - 1] - (labels[None, :] == np.arange(count - 1)[:, None])
    blocks = [
        [(x * (shares[u] * ((u == v) - shares[v]))) @ x.T for v in range(count - 1)]
        for u in range(count - 1)
    ]
    return residual @ x.T, np.block(blocks)


def _residual(x: Any, a: Any, labels: Array, count: int) -> Any:
    """Shares minus labels (K - 1 x data), to many digits."""
    logits, mp = a * x, x.ctx
    result = mp.matrix(count - 1, x.cols)
    for n in range(x.cols):
        powers = [mp.exp(logits[u, n]) for u in range(count - 1)]
        total = 1 + sum(powers)
        for u in range(count - 1):
            result[u, n] = powers[u] / total - int(labels[n] == u)
    return result


def _at(
    phi: RationalMatrix, coefficients: list[list[str]], labels: tuple[int, ...], count: int
) -> tuple[Any, Any, float]:
    """Risk, norm of the gradient and smallest eigenvalue of the Hessian."""
    with many_digits(_DIGITS + 25) as mp:
        x = mp.matrix([[mp.mpf(int(v.p)) / int(v.q) for v in row] for row in phi.tolist()])
        a = mp.matrix([[_mpf(mp, Fraction(entry)) for entry in row] for row in coefficients])
        logits = a * x
        risk = mp.mpf(0)
        for n, label in enumerate(labels):
            row = [logits[u, n] for u in range(count - 1)] + [mp.mpf(0)]
            risk += mp.log(sum(mp.exp(z - row[label]) for z in row))
        gradient = _residual(x, a, np.array(labels), count) * x.T
        norm = mp.sqrt(sum(value**2 for value in gradient))
    rough = np.array([[float(Fraction(entry)) for entry in row] for row in coefficients])
    return (
        risk,
        norm,
        float(np.linalg.eigvalsh(_newton(floats(phi), rough, np.array(labels), count)[1])[0]),
    )


def _mpf(mp: Any, value: Fraction) -> Any:
    """The number to the working precision."""
    return mp.mpf(value.numerator) / value.denominator


def _fixed(value: Any) -> str:
    """The number to `_DIGITS` decimals."""
    mp = value.context
    whole = int(mp.nint(value * mp.mpf(10) ** _DIGITS))
    return str(Fraction(whole, 10**_DIGITS)) if whole % 10**_DIGITS else str(whole // 10**_DIGITS)


def _decimal(value: Any, sign: int) -> str:
    """The value 1e-20 of it lower or higher, as a decimal."""
    mp = value.context
    return str(
        mp.nstr(value * (1 + sign * mp.mpf(10) ** -20), 30, min_fixed=-(10**6), max_fixed=10**6)
    )


def _better(standard: Standard, data: DataSet, risk: float, seed: int) -> Layers | None:
    """Parameters whose cross-entropy in float64 is clearly smaller; None if training finds none."""
    from scipy.optimize import minimize

    model, x, labels = (
        FloatNetwork(standard.network),
        floats(standard.inputs(data.x)),
        np.array(data.labels),
    )
    middle, spread = x.mean(axis=1, keepdims=True), spreads(x)[:, None]
    scaled, count = (x - middle) / spread, len(data.classes)

    def value(theta: Array, at: Array, decay: float) -> tuple[float, Array]:
        outputs = model.forward(theta, at)
        logits = np.vstack([outputs[-1], np.zeros(x.shape[1])])
        top = logits.max(axis=0)
        total = top + np.log(np.exp(logits - top).sum(axis=0))
        slope = np.exp(logits - total) - (labels[None, :] == np.arange(count)[:, None])
        loss = float(np.sum(total - logits[labels, np.arange(len(labels))]))
        return (
            loss + decay * float(theta @ theta),
            model.backward(theta, outputs, slope[:-1]) + 2 * decay * theta,
        )

    for start in range(12):
        rng = np.random.default_rng([seed, start])
        flat = np.concatenate(
            [
                rng.normal(size=size) * (0.7 if i % 2 == 0 else 0.1)
                for i, size in enumerate(model.sizes)
            ]
        )
        end = minimize(
            value, flat, args=(scaled, 1e-6), jac=True, method="L-BFGS-B", options={"maxiter": 1000}
        ).x
        parts = model.parts(end)
        first = parts[0].reshape(-1, len(x)) / spread[:, 0]
        parts[0], parts[1] = first.ravel(), parts[1] - first @ middle[:, 0]
        theta = significant_digits(np.concatenate(parts), 8)
        if value(theta, x, 0)[0] < 0.99 * risk:
            return nested(standard.network, standard.back(parameters_of(model.parts(theta))))
    return None
