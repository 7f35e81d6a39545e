"""The commands `certify data ...`: no mathematics, heavy imports inside the commands."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from certify.conclude import command_line, conclude, fail, output_path, say

if TYPE_CHECKING:
    from certify.data.tables import DataSet

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None, help="Certificates for networks on your own data: local minima, saddles, global minima.")

File = Annotated[Path, typer.Argument(help="The data: .csv, .npy (one row a datum) or .npz (arrays X and y).")]
Target = Annotated[list[str] | None, typer.Option("--target", help="Target column, by name or number from 1; may be given again. Default: the last.")]
Units = Annotated[str, typer.Option("--units", help="relu, leaky, hard-tanh, relu6, abs, or two slopes s+,s-.")]
LossName = Annotated[str, typer.Option("--loss", help="squared, huber:DELTA or squared-hinge (targets 1 and -1).")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of what is drawn at random.")]
Output = Annotated[Path | None, typer.Option("-o", "--output", help="File or folder to write the certificate to.")]


def _numbers(text: str, what: str) -> list[int]:
    parts = text.split(",") if text else []
    if not all(part.strip().isdigit() and 1 <= int(part) <= 4096 for part in parts):
        fail(f"{what} {text} are not whole numbers from 1 to 4096 with commas between them")
    return [int(part) for part in parts]


def _loss(name: str) -> dict[str, Any]:
    kind, _, delta = name.partition(":")
    if kind not in ("squared", "huber", "squared-hinge") or (kind == "huber") != bool(delta):
        fail(f"the loss {name} is none of squared, huber:DELTA, squared-hinge")
    return {"type": kind, "delta": delta} if delta else {"type": kind}


def _data(file: Path, target: list[str] | None, label: str | None = None) -> DataSet:
    from certify.data.tables import read_data

    data = read_data(file, target or [], label)
    for note in data.notes:
        say(note)
    return data


@app.command()
def relu(
    file: File,
    target: Target = None,
    hidden: Annotated[int, typer.Option(min=1, max=4096, help="Units of the hidden layer.")] = 2,
    slopes: Annotated[str, typer.Option(help="Slopes of the units above and below 0.")] = "1,0",
    seed: Seed = 0,
    output: Output = None,
) -> None:
    """One hidden layer: the local minimum with the risk of linear least squares, and a better point (Yun, Sra and Jadbabaie, theorem 1)."""
    _minimum(file, target, [hidden], slopes, "squared", 1, residual=False, seed=seed, output=output)


@app.command()
def deep(
    file: File,
    target: Target = None,
    widths: Annotated[str, typer.Option(help="Units of the hidden layers, as 8,8.")] = "8,8",
    units: Units = "relu",
    loss: LossName = "squared",
    groups: Annotated[int, typer.Option(min=1, max=64, help="Groups of the data, by one input, each fitted by an affine map of its own.")] = 1,
    residual: Annotated[bool, typer.Option("--residual", help="Residual connections (equal widths).")] = False,
    seed: Seed = 0,
    output: Output = None,
) -> None:
    """Hidden layers of any number and width: the local minimum that is the best affine map, or the best one on each group of the data."""
    _minimum(file, target, _numbers(widths, "widths"), units, loss, groups, residual=residual, seed=seed, output=output)


def _minimum(
    file: Path, target: list[str] | None, widths: list[int], units: str, loss: str, groups: int, *, residual: bool, seed: int, output: Path | None
) -> None:
    from certify.data.architectures import unit
    from certify.data.propose import prove_minimum
    from certify.kernel.exact import Malformed
    from certify.search.candidate import UnusableInput

    if not widths:
        fail("give at least one hidden layer")
    try:
        data = _data(file, target)
        attempt = prove_minimum(
            data, widths, unit(units), loss=_loss(loss), groups=groups, residual=residual, seed=seed, command=command_line(), progress=say
        )
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, output_path(output, f"{file.stem}.minimum.json"))


@app.command()
def conv(
    file: File,
    shape: Annotated[str, typer.Option(help="Channels, height and width of an input, as 1,8,8.")],
    target: Target = None,
    channels: Annotated[str, typer.Option(help="Channels of the convolutions, as 9 or 4,4.")] = "9",
    kernel: Annotated[int, typer.Option(min=1, max=63, help="Their kernel, odd.")] = 3,
    pool: Annotated[int, typer.Option(min=1, max=64, help="Averages over pool x pool behind them.")] = 1,
    widths: Annotated[str, typer.Option(help="Units of dense hidden layers behind those, as 8.")] = "",
    units: Units = "relu",
    loss: LossName = "squared",
    seed: Seed = 0,
    output: Output = None,
) -> None:
    """A convolutional network with average pooling: a local minimum with every unit on one piece for all data."""
    from certify.data.architectures import convolutional_network, unit
    from certify.data.propose import prove_convolutional
    from certify.kernel.exact import Malformed
    from certify.search.candidate import UnusableInput

    sizes = _numbers(shape, "shape")
    if len(sizes) != 3:
        fail("the shape of an input is channels, height and width, as 1,8,8")
    try:
        data = _data(file, target)
        if len(data.inputs[0]) != sizes[0] * sizes[1] * sizes[2]:
            fail(f"the data have {len(data.inputs[0])} inputs, not {' x '.join(map(str, sizes))}")
        network = convolutional_network(
            sizes, _numbers(channels, "channels"), kernel, pool, _numbers(widths, "widths"), len(data.targets[0]), unit(units)
        )
        attempt = prove_convolutional(data, network, loss=_loss(loss), seed=seed, command=command_line(), progress=say)
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, output_path(output, f"{file.stem}.minimum.json"))


@app.command()
def trained(
    net: Annotated[Path, typer.Argument(help="The network: .npz with W1, b1, W2, b2, or a torch state_dict (.pt).")],
    file: File,
    target: Target = None,
    units: Units = "relu",
    rounds: Annotated[int, typer.Option(min=0, max=200, help="If its cell holds no minimum, go on through so many cells.")] = 0,
    better: Annotated[Path | None, typer.Option(help="Another network, with a smaller risk.")] = None,
    seed: Seed = 0,
    output: Output = None,
) -> None:
    """A network that you trained, one hidden layer and one output: the exact local minimum beside it, or why there is none."""
    from certify.data.architectures import unit
    from certify.data.trained import prove_trained, read_trained
    from certify.kernel.exact import Malformed
    from certify.search.candidate import UnusableInput

    try:
        data, own = _data(file, target), read_trained(net)
        other = None if better is None else read_trained(better)
        attempt = prove_trained(data, own, unit(units), rounds=rounds, other=other, seed=seed, command=command_line())
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, output_path(output, f"{net.stem}.minimum.json"))


@app.command()
def linear(
    file: File,
    target: Target = None,
    widths: Annotated[str, typer.Option(help="Units of the hidden layers, as 3,2.")] = "2",
    weights: Annotated[Path | None, typer.Option(help="A point: .json, a list with a matrix of decimals or fractions for each layer.")] = None,
    origin: Annotated[bool, typer.Option("--origin", help="The point where all weights are 0 (default: the best linear map).")] = False,
    bias: Annotated[bool, typer.Option("--bias", help="Layers with a bias (0 in --weights).")] = False,
    seed: Seed = 0,
    output: Output = None,
) -> None:
    """A deep linear network at a point: not critical, a global minimum, or a saddle with curves along which the risk falls and rises."""
    from certify.data.linear import linear_network, prove_linear, special_point
    from certify.kernel.exact import Malformed
    from certify.search.candidate import UnusableInput

    if origin and weights is not None:
        fail("--origin and --weights are two points: give one")
    try:
        data = _data(file, target)
        network = linear_network(len(data.inputs[0]), _numbers(widths, "widths"), len(data.targets[0]), bias=bias)
        point = special_point(data, network, origin=origin) if weights is None else _weights(weights, bias=bias)
        attempt = prove_linear(data, network, point, seed=seed, command=command_line())
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, output_path(output, f"{file.stem}.linear.json"))


def _weights(path: Path, *, bias: bool) -> list[dict[str, Any]]:
    from certify.kernel.exact import read_bytes

    try:
        matrices = json.loads(read_bytes(path), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        fail(f"{path} is not valid JSON")
    if not isinstance(matrices, list) or not all(isinstance(matrix, list) for matrix in matrices):
        fail(f"{path} is not a list with a matrix for each layer")
    return [{"weights": matrix, "bias": ["0"] * len(matrix) if bias else []} for matrix in matrices]


@app.command()
def entropy(
    file: File,
    label: Annotated[str, typer.Option(help="Column of the classes, by name or number.")],
    widths: Annotated[str, typer.Option(help="Units of the hidden layers, each at least as many as inputs.")] = "8",
    units: Units = "relu",
    seed: Seed = 0,
    output: Output = None,
) -> None:
    """Classes and the cross-entropy: the local minimum that is multinomial logistic regression, enclosed, and a better point."""
    from certify.data.architectures import unit
    from certify.data.entropy import prove_entropy
    from certify.kernel.exact import Malformed
    from certify.search.candidate import UnusableInput

    try:
        attempt = prove_entropy(_data(file, None, label), _numbers(widths, "widths"), unit(units), seed=seed, command=command_line())
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, output_path(output, f"{file.stem}.entropy.json"))


ActivationName = Annotated[str, typer.Option("--activation", help="tanh, sigmoid, gelu, ... or an expression in t, as t*exp(-t^2).")]


def _rationals(text: str, what: str, counts: tuple[int, ...]) -> list[Fraction]:
    try:
        values = [Fraction(part.strip()) for part in text.split(",")] if len(text) <= 100 and not re.search(r"e[-+]?\d{3}", text.lower()) else []
    except (ValueError, ZeroDivisionError):
        values = []
    if len(values) not in counts:
        fail(f"{what} {text[:100]} is not {'a number' if counts == (1,) else 'one or two numbers with a comma between them'}, such as 1/2 or 0.5")
    return values


@app.command()
def activation(
    name: Annotated[str, typer.Option("--name", "--activation", help="tanh, sigmoid, arctan, softplus, quadratic, elu, selu, gelu, silu, sin, ...")] = "",
    expression: Annotated[str, typer.Option("--expression", help="Your own: an expression in t, as t*exp(-t^2), of + - * / ^, exp log sqrt sin cos tan sinh cosh tanh asinh atan erf, abs max min, Piecewise, pi, E.")] = "",
    at: Annotated[str, typer.Option("--at", help="What the two hidden units apply h to on all data, as 1/2 or 1/2,1/3 (default: a good pair).")] = "",
    output: Output = None,
) -> None:
    """Three data, two hidden units: a spurious local minimum of risk 1/3 beside risk 0 (Yun, Sra and Jadbabaie, theorem 2)."""
    from certify.data.activations import REGISTRY
    from certify.data.activations import activation as named
    from certify.data.constant import prove_activation
    from certify.kernel.exact import Malformed
    from certify.search.candidate import UnusableInput

    if bool(name) == bool(expression):
        fail("give a --name or an --expression")
    values = _rationals(at, "--at", (1, 2)) if at else []
    try:
        attempt = prove_activation(named(name or expression), points=(values[0], values[-1]) if values else None, command=command_line(), progress=say)
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, output_path(output, f"{name.lower() if name.lower() in REGISTRY else 'activation'}.counterexample.json"))


@app.command()
def wide(
    file: File,
    name: ActivationName,
    target: Target = None,
    widths: Annotated[str, typer.Option(help="Units of the hidden layers, as 4,5,3.")] = "",
    every: Annotated[bool, typer.Option("--all-architectures", help="One certificate for every depth and all widths.")] = False,
    point: Annotated[str, typer.Option("--point", help="What hidden units apply h to on all data, as 0.5 (default: a good one).")] = "",
    seed: Seed = 0,
    output: Output = None,
) -> None:
    """Smooth units, any widths: a spurious local minimum with constant output, on data whose targets are uncorrelated with the inputs."""
    from certify.data.activations import activation as named
    from certify.data.constant import prove_every_architecture, prove_wide
    from certify.kernel.exact import Malformed
    from certify.search.candidate import UnusableInput

    if bool(widths) == every:
        fail("give --widths, or --all-architectures")
    place = _rationals(point, "--point", (1,))[0] if point else None
    try:
        data, function = _data(file, target), named(name)
        if every:
            attempt = prove_every_architecture(data, function, point=place, command=command_line())
        else:
            attempt = prove_wide(data, _numbers(widths, "widths"), function, point=place, seed=seed, command=command_line(), progress=say)
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, output_path(output, f"{file.stem}.{'every-architecture' if every else 'wide'}.json"))


@app.command()
def split(
    name: ActivationName,
    file: Annotated[Path | None, typer.Argument(help="The data: .csv, .npy or .npz; none with --generate.")] = None,
    target: Target = None,
    widths: Annotated[str, typer.Option(help="Hidden layers of the small network, as 1 or 2,1.")] = "1",
    generate: Annotated[int, typer.Option("--generate", min=0, max=32, help="Make data for it: so many inputs, drawn at random.")] = 0,
    points: Annotated[int, typer.Option("--points", min=0, max=1000, help="With --generate: how many data (default: a few more than needed).")] = 0,
    spread: Annotated[str, typer.Option("--spread", help="All targets this close to the given ones, or largest (default: largest with --generate, else 0).")] = "",
    seed: Seed = 0,
    output: Output = None,
) -> None:
    """Smooth units: a minimum of a small network that, a neuron split, is a spurious local minimum at every larger width."""
    from certify.data.activations import activation as named
    from certify.data.splitting import prove_generated, prove_splitting
    from certify.kernel.exact import Malformed
    from certify.search.candidate import UnusableInput

    if (file is None) == (generate == 0):
        fail("give a FILE, or --generate with a number of inputs")
    if file is not None and points:
        fail("--points goes with --generate: a FILE has its own")
    sizes = _numbers(widths, "widths")
    if not sizes:
        fail("give at least one hidden layer")
    wanted = spread or ("largest" if generate else "0")
    try:
        function = named(name)
        options: dict[str, Any] = {"spread": None if wanted == "largest" else wanted, "seed": seed, "command": command_line(), "progress": say}
        if file is None:
            attempt = prove_generated(generate, points or None, sizes, function, **options)
        else:
            attempt = prove_splitting(_data(file, target), sizes, function, **options)
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, output_path(output, f"{'generated' if file is None else file.stem}.every-width.json"))
