"""Certificates for networks on data sets, as verbs: each constructs or takes a point, the kernel
decides, and `NotProved` says why not.

>>> from certify.data import local_minimum
>>> proof = local_minimum([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], widths=[2])
>>> proof.kind, proof.risk
('data-minimum', '1/2')
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from certify.certificate import Certificate
from certify.errors import UnusableInput
from certify.verbs import certificate_of

if TYPE_CHECKING:
    from certify.arrays import Labels, Matrix, Number, Table, Vector

__all__ = [
    "activation_counterexample",
    "convolutional_minimum",
    "entropy_minimum",
    "every_architecture",
    "every_width",
    "linear_point",
    "local_minimum",
    "smooth_minimum",
    "trained",
    "trained_minimum",
]


def local_minimum(
    inputs: Table,
    targets: Table,
    *,
    widths: Sequence[int],
    activation: str = "relu",
    loss: dict[str, str] | None = None,
    groups: int = 1,
    residual: bool = False,
    seed: int = 0,
) -> Certificate:
    """A local minimum of a dense network on data of shape (N, d), targets (N,) or (N, outputs): the
    best affine map, or one on each group.

    activation: relu, leaky, hard-tanh, relu6, abs or two slopes "s+,s-". loss: {"type": "squared"},
    {"type": "huber", "delta": "1"} or {"type": "squared-hinge"}. Raises `certify.NotProved`, and
    `certify.UnusableInput` where a linear map fits or a layer is too narrow.

    >>> local_minimum([[0], [1], [2]], [0, 1, 0], widths=[4, 3], activation="hard-tanh").risk
    '1/3'
    """
    from certify.empirical.architectures import Dense, unit
    from certify.empirical.attempts import Run
    from certify.piecewise.prove.minimum import prove_minimum
    from certify.tables import make_data

    data = make_data(inputs, targets)
    dense = Dense(widths, unit(activation), residual=residual)
    run = Run(seed, "certify.data.local_minimum")
    return certificate_of(prove_minimum(data, dense, loss=loss, groups=groups, run=run))


def convolutional_minimum(
    inputs: Table,
    targets: Table,
    *,
    shape: Sequence[int],
    channels: Sequence[int],
    kernel: int = 3,
    pool: int = 1,
    widths: Sequence[int] = (),
    activation: str = "relu",
    seed: int = 0,
) -> Certificate:
    """A local minimum of a convolutional network, inputs of this shape (channels, height, width),
    each given as one flat row.

    >>> rows = [[i * j % 5 for j in range(4)] for i in range(12)]
    >>> convolutional_minimum(rows, [i % 3 for i in range(12)], shape=(1, 1, 4), channels=[3]).kind
    'data-minimum'
    """
    from certify.empirical.architectures import Convolutional, unit
    from certify.empirical.attempts import Run
    from certify.piecewise.prove.convolutional import prove_convolutional
    from certify.tables import make_data

    data = make_data(inputs, targets)
    architecture = Convolutional(
        shape, channels, unit(activation), kernel=kernel, pool=pool, widths=widths
    )
    network = architecture.network(len(data.targets[0]))
    run = Run(seed, "certify.data.convolutional_minimum")
    return certificate_of(prove_convolutional(data, network, run=run))


def trained_minimum(
    inputs: Table,
    targets: Table,
    w: Matrix,
    b: Vector,
    v: Vector,
    c: Number,
    *,
    activation: str = "relu",
    rounds: int = 0,
    better: tuple[Matrix, Vector, Vector, Number] | None = None,
    seed: int = 0,
) -> Certificate:
    """The exact local minimum beside a trained network sum_j v_j h(w_j . x + b_j) + c, w of shape
    (hidden, d); `NotProved` says why not.

    rounds: through how many more cells to go if the network's own holds no minimum. better: (w, b,
    v, c) of another network of the same shape, of smaller risk; without it one is looked for by
    training, which can take seconds. It is not claimed if its risk is not smaller.

    >>> x, y = [[-2], [-1], [1], [2], [3]], [1, 1, 1, 4, 3]
    >>> trained_minimum(x, y, [[1.0]], [0.01], [0.4], 0.3).risk
    '4/3'
    """
    from certify.empirical.architectures import unit
    from certify.empirical.attempts import Run
    from certify.networks import trained_network
    from certify.piecewise.prove.trained import prove_trained
    from certify.tables import make_data

    other = None if better is None else trained_network(*better)
    attempt = prove_trained(
        make_data(inputs, targets),
        trained_network(w, b, v, c),
        unit(activation),
        rounds=rounds,
        other=other,
        run=Run(seed, "certify.data.trained_minimum"),
    )
    return certificate_of(attempt)


def trained(
    network: object,
    inputs: Table,
    targets: Table | Labels,
    *,
    loss: str | None = None,
    factor: str | None = None,
    decay: str | None = None,
    decay_on: str | None = None,
    batch: int | None = None,
    activation: str | Sequence[str] | None = None,
    better: object = None,
    theorem: str = "",
    seed: int = 0,
) -> Certificate:
    """What the point is where the training of a network stopped: an exact fit, a strict local
    minimum, a minimum on kinks, a saddle, or no critical point nearby. `NotProved` says why none.

    network: a fitted MLPRegressor or MLPClassifier of scikit-learn (or a Pipeline with a
    StandardScaler), a Sequential of PyTorch, a file, or a mapping with arrays by name; targets:
    numbers (N,) or (N, K), or classes (N,). loss, factor, decay, decay_on, batch: the risk that was
    trained, as in `certify trained`, where the network does not tell it. better: another network of
    smaller risk. theorem: only this one, fit, minimum, kinks, saddle or no-critical-point.

    >>> net = {"W1": [[1.5]], "b1": [0.1], "W2": [[0.9]], "b2": [0.0]}
    >>> x, y = [[-1], [0], [1], [2]], [-1, 0, 1, 1]
    >>> trained(net, x, y, activation="tanh", loss="squared", decay="0.01", decay_on="all").kind
    'smooth-strict-minimum'
    """
    from certify.dense.matched import matched
    from certify.dense.prove import prove_trained
    from certify.empirical.attempts import Run
    from certify.networks import convention_of, read_network
    from certify.tables import make_data

    own = read_network(network, activation=activation)
    convention = convention_of(
        own, loss=loss, factor=factor, decay=decay, decay_on=decay_on, batch=batch
    )
    squared = convention.loss == "squared"
    data = make_data(inputs, targets if squared else None, None if squared else targets)
    met = matched(own, convention, data)
    lower = None
    if better is not None:
        lower = met.like(read_network(better, activation=activation))
    run = Run(seed, "certify.trained")
    return certificate_of(
        prove_trained(
            met.problem,
            met.parameters,
            better=lower,
            theorem=theorem,
            remarks=met.remarks,
            run=run,
        )
    )


def linear_point(
    inputs: Table, targets: Table, matrices: Sequence[Matrix], *, seed: int = 0
) -> Certificate:
    """What a point of a deep linear network without biases is: not critical, a global minimum, or a
    saddle. matrices: the first layer first, entries whole numbers, decimals or fractions as text.

    >>> linear_point([[1], [2]], [1, 3], [[[0]], [[0]]]).kind
    'data-saddle'
    """
    from certify.empirical.attempts import Run
    from certify.networks import linear_parameters
    from certify.piecewise.prove.linear import linear_network, prove_linear
    from certify.tables import make_data

    data = make_data(inputs, targets)
    parameters = linear_parameters(matrices)
    widths = [len(part["weights"]) for part in parameters[:-1]]
    network = linear_network(len(data.inputs[0]), widths, len(data.targets[0]))
    run = Run(seed, "certify.data.linear_point")
    return certificate_of(prove_linear(data, network, parameters, run=run))


def entropy_minimum(
    inputs: Table, labels: Labels, *, widths: Sequence[int], activation: str = "relu", seed: int = 0
) -> Certificate:
    """A local minimum of the cross-entropy: hidden layers as wide as there are inputs, logistic
    regression behind them.

    >>> entropy_minimum([[0], [1], [2], [3]], ["a", "b", "a", "b"], widths=[2]).kind
    'data-entropy-minimum'
    """
    from certify.empirical.architectures import Dense, unit
    from certify.empirical.attempts import Run
    from certify.piecewise.prove.entropy import prove_entropy
    from certify.tables import make_data

    data = make_data(inputs, None, labels)
    run = Run(seed, "certify.data.entropy_minimum")
    return certificate_of(prove_entropy(data, Dense(widths, unit(activation)), run=run))


def activation_counterexample(activation: str, at: Number | Sequence[Number] = ()) -> Certificate:
    """Three data, two hidden units with this activation: a spurious local minimum of risk 1/3
    beside risk 0 (Yun, Sra and Jadbabaie, theorem 2).

    activation: a registered name (`certify.smooth.activations.REGISTRY`) or an expression in t, as
    "t*exp(-t^2)". at: what the two hidden units are applied to on all data, one or two numbers or
    fractions as text; a good pair by default. Raises `certify.NotProved`.

    >>> activation_counterexample("tanh").risk
    '1/3'
    >>> activation_counterexample("sin", at=["1"])
    Traceback (most recent call last):
    ...
    certify.errors.NotProved: [definite] ...
    """
    from certify.empirical.attempts import Run
    from certify.smooth.activations import activation as named
    from certify.smooth.prove.counterexample import prove_activation

    values = [
        _fraction(value)
        for value in ([at] if isinstance(at, str | int | float | Fraction | Decimal) else at)
    ]
    if len(values) > 2:
        raise UnusableInput("there are two hidden units: give one or two numbers")
    return certificate_of(
        prove_activation(
            named(activation),
            points=(values[0], values[-1]) if values else None,
            run=Run(command="certify.data.activation_counterexample"),
        )
    )


def smooth_minimum(
    inputs: Table,
    targets: Table,
    *,
    widths: Sequence[int],
    activation: str,
    at: Number | None = None,
    seed: int = 0,
) -> Certificate:
    """A local minimum with constant output of a network with smooth units; the targets must be
    uncorrelated with the inputs, exactly.

    inputs of shape (N, d), targets (N,); at: what all hidden units are applied to, a good one by
    default.

    >>> smooth_minimum([[-1], [1], [0]], [0, 0, 1], widths=[4, 5, 3], activation="tanh").kind
    'data-constant-minimum'
    """
    from certify.empirical.attempts import Run
    from certify.smooth.activations import activation as named
    from certify.smooth.prove.constant import prove_wide
    from certify.tables import make_data

    place = None if at is None else _fraction(at)
    return certificate_of(
        prove_wide(
            make_data(inputs, targets),
            _sizes(widths),
            named(activation),
            point=place,
            run=Run(seed, "certify.data.smooth_minimum"),
        )
    )


def every_architecture(
    inputs: Table, targets: Table, *, activation: str, at: Number | None = None
) -> Certificate:
    """One certificate: a spurious local minimum for every depth and all widths. at: what all
    hidden units apply the activation to there, a decimal; a good one by default.

    >>> every_architecture([[-1], [1], [0]], [0, 0, 1], activation="sigmoid").kind
    'data-constant-family'
    """
    from certify.empirical.attempts import Run
    from certify.smooth.activations import activation as named
    from certify.smooth.prove.constant import prove_every_architecture
    from certify.tables import make_data

    place = None if at is None else _fraction(at)
    return certificate_of(
        prove_every_architecture(
            make_data(inputs, targets),
            named(activation),
            point=place,
            run=Run(command="certify.data.every_architecture"),
        )
    )


def every_width(
    inputs: Table | int,
    targets: Table | None = None,
    *,
    activation: str,
    widths: Sequence[int] = (1,),
    points: int | None = None,
    spread: str | None = None,
    seed: int = 0,
) -> Certificate:
    """A minimum of a small network that, a neuron split, is a spurious local minimum at every
    larger width of the last hidden layer.

    inputs: of shape (N, d) with targets (N,); or, without targets, a number d: then data are made
    for it, `points` of them. spread: how far all targets may move, a decimal; None for the largest
    that is proved (for made data) or 0 (for given data).

    >>> every_width(1, activation="tanh", seed=0).kind
    'data-splitting-family'
    """
    from certify.empirical.attempts import Run
    from certify.smooth.activations import activation as named
    from certify.smooth.prove.splitting import prove_generated, prove_splitting
    from certify.tables import make_data

    function, sizes, run = named(activation), _sizes(widths), Run(seed, "certify.data.every_width")
    if targets is None:
        if not isinstance(inputs, int):
            raise UnusableInput("inputs without targets are the number of inputs to make data for")
        return certificate_of(
            prove_generated(inputs, points, sizes, function, spread=spread, run=run)
        )
    data = make_data(inputs, targets)
    return certificate_of(prove_splitting(data, sizes, function, spread=spread or "0", run=run))


def _sizes(widths: Any) -> list[int]:
    """One width, or several."""
    if isinstance(widths, int):
        return [widths]
    if not isinstance(widths, Sequence) or not all(isinstance(width, int) for width in widths):
        raise UnusableInput("widths are a list of whole numbers, as [4, 5, 3]")
    return list(widths)


def _fraction(value: Any) -> Fraction:
    """A number, exactly, or a fraction as text."""
    from certify.arrays import decimal_of

    if isinstance(value, Fraction):
        return value
    if isinstance(value, str) and re.fullmatch(
        r"-?[0-9]{1,400}/[0-9]{0,399}[1-9][0-9]*", value.strip()
    ):
        return Fraction(value.strip())
    return Fraction(decimal_of(value, "the number"))


def __dir__() -> list[str]:
    return sorted(__all__)
