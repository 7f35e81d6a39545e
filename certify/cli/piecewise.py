"""`certify data relu`, `deep`, `conv`, `linear` and `entropy`: networks with piecewise-linear units
on the user's data.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from certify.cli.common import (
    Force,
    Output,
    command_line,
    conclude,
    default_name,
    fail,
    say,
    target,
)
from certify.cli.datasets import File, UserData, numbers, other, table_options
from certify.cli.declared import Option
from certify.cli.options import PiecewiseActivation, Seed, Widths

if TYPE_CHECKING:
    from certify.reading import Columns

__all__ = ["conv", "deep", "entropy", "linear", "relu"]


LossName = Annotated[
    str, Option("--loss", help="squared, huber:DELTA or squared-hinge (targets 1 and -1).")
]


@table_options()
def relu(
    file: File,
    columns: Columns,
    widths: Widths = "2",
    activation: PiecewiseActivation = "relu",
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """One hidden layer: the local minimum with the risk of linear least squares, and a better point
    (Yun, Sra and Jadbabaie, theorem 1).
    """
    from certify.empirical.architectures import Dense, unit
    from certify.empirical.attempts import Run
    from certify.piecewise.prove.minimum import prove_minimum

    sizes = numbers(widths, "widths")
    if len(sizes) != 1:
        fail("one hidden layer has one width: give --widths a single number, or use data deep")
    table = UserData.read(file, columns)
    table.tell()
    variants = {
        "widths": other(widths, "2"),
        "activation": other(activation, "relu"),
        **table.variants,
        "seed": other(seed, 0),
    }
    goal = table.goal("minimum", variants, output, force=force)
    attempt = prove_minimum(
        table.data, Dense(sizes, unit(activation)), run=Run(seed, command_line(), say)
    )
    conclude(attempt, goal)


@table_options()
def deep(
    file: File,
    columns: Columns,
    widths: Widths = "8,8",
    activation: PiecewiseActivation = "relu",
    loss: LossName = "squared",
    groups: Annotated[
        int,
        Option(
            min=1,
            max=64,
            help="Groups of the data, by one input, each fitted by an affine map of its own.",
        ),
    ] = 1,
    residual: Annotated[
        bool, Option("--residual", help="Residual connections (equal widths).")
    ] = False,
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """Hidden layers of any number and width: the local minimum that is the best affine map, or the
    best one on each group of the data.
    """
    from certify.empirical.architectures import Dense, unit
    from certify.empirical.attempts import Run
    from certify.piecewise.prove.minimum import prove_minimum

    sizes = numbers(widths, "widths")
    if not sizes:
        fail("give at least one hidden layer")
    table = UserData.read(file, columns)
    table.tell()
    variants = {
        "widths": widths,
        "activation": other(activation, "relu"),
        "loss": other(loss, "squared"),
        "groups": other(groups, 1),
        "residual": residual,
        **table.variants,
        "seed": other(seed, 0),
    }
    goal = table.goal("minimum-deep", variants, output, force=force)
    attempt = prove_minimum(
        table.data,
        Dense(sizes, unit(activation), residual=residual),
        loss=_loss(loss),
        groups=groups,
        run=Run(seed, command_line(), say),
    )
    conclude(attempt, goal)


@table_options()
def conv(
    file: File,
    columns: Columns,
    shape: Annotated[str, Option(help="Channels, height and width of an input, as 1,8,8.")],
    channels: Annotated[str, Option(help="Channels of the convolutions, as 9 or 4,4.")] = "9",
    kernel: Annotated[int, Option(min=1, max=63, help="Their kernel, odd.")] = 3,
    pool: Annotated[int, Option(min=1, max=64, help="Averages over pool x pool behind them.")] = 1,
    widths: Widths = "",
    activation: PiecewiseActivation = "relu",
    loss: LossName = "squared",
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """A convolutional network with average pooling, and dense hidden layers of --widths behind it:
    a local minimum with every unit on one piece for all data.
    """
    from certify.empirical.architectures import Convolutional, unit
    from certify.empirical.attempts import Run
    from certify.piecewise.prove.convolutional import prove_convolutional

    sizes = numbers(shape, "shape")
    if len(sizes) != 3:
        fail("the shape of an input is channels, height and width, as 1,8,8")
    table = UserData.read(file, columns)
    table.tell()
    inputs = len(table.data.inputs[0])
    if inputs != sizes[0] * sizes[1] * sizes[2]:
        fail(f"the data have {inputs} inputs, not {' x '.join(map(str, sizes))}")
    variants = {
        "shape": shape,
        "channels": channels,
        "kernel": other(kernel, 3),
        "pool": other(pool, 1),
        "widths": widths,
        "activation": other(activation, "relu"),
        "loss": other(loss, "squared"),
        "seed": other(seed, 0),
        **table.variants,
    }
    goal = table.goal("minimum-conv", variants, output, force=force)
    architecture = Convolutional(
        sizes,
        numbers(channels, "channels"),
        unit(activation),
        kernel=kernel,
        pool=pool,
        widths=numbers(widths, "widths"),
    )
    attempt = prove_convolutional(
        table.data,
        architecture.network(len(table.data.targets[0])),
        loss=_loss(loss),
        run=Run(seed, command_line(), say),
    )
    conclude(attempt, goal)


@table_options()
def linear(
    file: File,
    columns: Columns,
    widths: Widths = "2",
    weights: Annotated[
        Path | None,
        Option(
            help=(
                "A point: .json, a list with a matrix of decimals or fractions for each layer, or"
                " .npz with W1, W2, ..."
            )
        ),
    ] = None,
    origin: Annotated[
        bool,
        Option(
            "--origin", help="The point where all weights are 0 (default: the best linear map)."
        ),
    ] = False,
    bias: Annotated[bool, Option("--bias", help="Layers with a bias (0 in --weights).")] = False,
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """A deep linear network at a point: not critical, a global minimum, or a saddle with curves
    along which the risk falls and rises.
    """
    from certify.arrays import read_source
    from certify.empirical.attempts import Run
    from certify.kernel.piecewise.network import Network
    from certify.networks import read_linear
    from certify.piecewise.prove.linear import linear_network, prove_linear, special_point

    if origin and weights is not None:
        fail("--origin and --weights are two points: give one")
    table = UserData.read(file, columns)
    data = table.data
    files = [table.source, *([] if weights is None else [read_source(weights)])]
    network = linear_network(
        len(data.inputs[0]), numbers(widths, "widths"), len(data.targets[0]), bias=bias
    )
    point = (
        special_point(data, network, origin=origin)
        if weights is None
        else read_linear(files[1], bias=bias)
    )
    # shapes, before anything is said to be read
    Network.read(network).read_parameters(point, "the parameters")
    table.tell(*(f"read {one.name}: a matrix for each of {len(point)} layers" for one in files[1:]))
    variants = {
        "widths": other(widths, "2"),
        "weights": weights and weights.stem,
        "origin": origin,
        "bias": bias,
        "seed": other(seed, 0),
        **table.variants,
    }
    goal = target(output, default_name(table.stem, "linear", **variants), inputs=files, force=force)
    attempt = prove_linear(data, network, point, run=Run(seed, command_line()))
    conclude(attempt, goal)


@table_options(by_target=False, by_label=True)
def entropy(
    file: File,
    columns: Columns,
    widths: Widths = "8",
    activation: PiecewiseActivation = "relu",
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """Classes and the cross-entropy: the local minimum that is multinomial logistic regression,
    enclosed, and a better point. Each hidden layer has at least as many units as there are inputs.
    """
    from certify.empirical.architectures import Dense, unit
    from certify.empirical.attempts import Run
    from certify.piecewise.prove.entropy import prove_entropy

    if columns.label is None:
        fail("say which column holds the classes: --label NAME")
    table = UserData.read(file, columns)
    table.tell()
    variants = {
        "widths": other(widths, "8"),
        "activation": other(activation, "relu"),
        "seed": other(seed, 0),
        **table.variants,
    }
    goal = table.goal("entropy", variants, output, force=force)
    attempt = prove_entropy(
        table.data,
        Dense(numbers(widths, "widths"), unit(activation)),
        run=Run(seed, command_line()),
    )
    conclude(attempt, goal)


def _loss(text: str) -> dict[str, Any]:
    """The loss as the format writes it."""
    name, _, delta = text.partition(":")
    if name not in ("squared", "huber", "squared-hinge") or (name == "huber") != bool(delta):
        fail(f"the loss {text} is none of squared, huber:DELTA, squared-hinge")
    return {"type": name, "delta": delta} if delta else {"type": name}
