"""Certificates for networks on data sets, as verbs: each constructs or takes a point, the kernel decides, and `NotProved` says why not.

>>> from certify.data import local_minimum
>>> proof = local_minimum([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], widths=[2])
>>> proof.kind, proof.risk
('data-minimum', '1/2')
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from certify.certificate import Certificate
from certify.verbs import certificate_of

__all__ = ["convolutional_minimum", "entropy_minimum", "linear_point", "local_minimum", "trained_minimum"]


def local_minimum(
    inputs: Any, targets: Any, *, widths: Sequence[int], units: str = "relu", loss: dict[str, Any] | None = None, groups: int = 1,
    residual: bool = False, seed: int = 0,
) -> Certificate:  # fmt: skip
    """A local minimum of a dense network on data of shape (N, d), targets (N,) or (N, outputs): the best affine map, or one on each group.

    units: relu, leaky, hard-tanh, relu6, abs or two slopes "s+,s-". loss: {"type": "squared"}, {"type": "huber", "delta": "1"} or
    {"type": "squared-hinge"}. Raises `certify.NotProved`, and `certify.UnusableInput` where a linear map fits or a layer is too narrow.

    >>> local_minimum([[0], [1], [2]], [0, 1, 0], widths=[4, 3], units="hard-tanh").document["statement"]["claims"]["risk"]
    '1/3'
    """
    from certify.data.architectures import unit
    from certify.data.propose import prove_minimum
    from certify.data.tables import make_data

    data = make_data(inputs, targets)
    return certificate_of(
        prove_minimum(data, widths, unit(units), loss=loss, groups=groups, residual=residual, seed=seed, command="certify.data.local_minimum")
    )


def convolutional_minimum(
    inputs: Any, targets: Any, *, shape: Sequence[int], channels: Sequence[int], kernel: int = 3, pool: int = 1,
    widths: Sequence[int] = (), units: str = "relu", seed: int = 0,
) -> Certificate:  # fmt: skip
    """A local minimum of a convolutional network, inputs of this shape (channels, height, width), each given as one flat row.

    >>> rows = [[i * j % 5 for j in range(4)] for i in range(12)]
    >>> convolutional_minimum(rows, [i % 3 for i in range(12)], shape=(1, 1, 4), channels=[3]).kind
    'data-minimum'
    """
    from certify.data.architectures import convolutional_network, unit
    from certify.data.propose import prove_convolutional
    from certify.data.tables import make_data

    data = make_data(inputs, targets)
    network = convolutional_network(shape, channels, kernel, pool, widths, len(data.targets[0]), unit(units))
    return certificate_of(prove_convolutional(data, network, seed=seed, command="certify.data.convolutional_minimum"))


def trained_minimum(
    inputs: Any, targets: Any, w: Any, b: Any, v: Any, c: float, *, units: str = "relu", rounds: int = 0,
    better: tuple[Any, Any, Any, float] | None = None, seed: int = 0,
) -> Certificate:  # fmt: skip
    """The exact local minimum beside a trained network sum_j v_j h(w_j . x + b_j) + c, w of shape (hidden, d); `NotProved` says why not.

    rounds: through how many more cells to go if the network's own holds no minimum. better: (w, b, v, c) of another network of the same
    shape, of smaller risk; without it one is looked for by training, which can take seconds. It is not claimed if its risk is not smaller.

    >>> trained_minimum([[-2], [-1], [1], [2], [3]], [1, 1, 1, 4, 3], [[1.0]], [0.01], [0.4], 0.3).risk
    '4/3'
    """
    import numpy as np

    from certify.data.architectures import unit
    from certify.data.tables import make_data
    from certify.data.trained import Trained, prove_trained

    def network(w: Any, b: Any, v: Any, c: float) -> Trained:
        return Trained(np.asarray(w, dtype=float), np.asarray(b, dtype=float), np.asarray(v, dtype=float).ravel(), float(c))

    other = None if better is None else network(*better)
    attempt = prove_trained(
        make_data(inputs, targets), network(w, b, v, c), unit(units), rounds=rounds, other=other, seed=seed, command="certify.data.trained_minimum"
    )
    return certificate_of(attempt)


def linear_point(inputs: Any, targets: Any, matrices: Sequence[Any], *, seed: int = 0) -> Certificate:
    """What a point of a deep linear network without biases is: not critical, a global minimum, or a saddle. matrices: the first layer first,
    entries whole numbers, decimals or fractions as text.

    >>> linear_point([[1], [2]], [1, 3], [[[0]], [[0]]]).kind
    'data-saddle'
    """
    from certify.data.linear import linear_network, prove_linear
    from certify.data.tables import make_data

    data = make_data(inputs, targets)
    parameters = [{"weights": [[str(entry) for entry in row] for row in matrix], "bias": []} for matrix in matrices]
    widths = [len(part["weights"]) for part in parameters[:-1]]
    network = linear_network(len(data.inputs[0]), widths, len(data.targets[0]))
    return certificate_of(prove_linear(data, network, parameters, seed=seed, command="certify.data.linear_point"))


def entropy_minimum(inputs: Any, labels: Any, *, widths: Sequence[int], units: str = "relu", seed: int = 0) -> Certificate:
    """A local minimum of the cross-entropy: hidden layers as wide as there are inputs, logistic regression behind them.

    >>> entropy_minimum([[0], [1], [2], [3]], ["a", "b", "a", "b"], widths=[2]).kind
    'data-entropy-minimum'
    """
    from certify.data.architectures import unit
    from certify.data.entropy import prove_entropy
    from certify.data.tables import make_data

    return certificate_of(prove_entropy(make_data(inputs, None, labels), widths, unit(units), seed=seed, command="certify.data.entropy_minimum"))
