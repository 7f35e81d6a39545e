"""The commands `certify data ...`: no mathematics, heavy imports inside the commands."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

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

if TYPE_CHECKING:
    from certify.arrays import Source
    from certify.reading import Columns
    from certify.tables import DataSet

__all__ = ["app", "read_columns", "table_options"]

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Certificates for networks on your own data: local minima, saddles, global minima.",
)

File = Annotated[
    Path,
    typer.Argument(
        help=(
            "The data: a table (.csv, .tsv, .txt, .data; gzipped or not), .npy (one row a datum),"
            " .npz or .json (X and y); - for standard input."
        )
    ),
]
Units = Annotated[
    str, typer.Option("--units", help="relu, leaky, hard-tanh, relu6, abs, or two slopes s+,s-.")
]
LossName = Annotated[
    str, typer.Option("--loss", help="squared, huber:DELTA or squared-hinge (targets 1 and -1).")
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of what is drawn at random.")]

_TARGET = Annotated[
    list[str] | None,
    typer.Option(
        "--target",
        help="Target column, by name or number from 1; may be given again. Default: the last.",
    ),
]
_LABEL = Annotated[
    str | None, typer.Option("--label", help="Column of the classes, by name or number.")
]
_TABLE: dict[str, tuple[Any, Any]] = {
    "inputs": (
        Annotated[
            str,
            typer.Option("--inputs", help="Input columns, as a,b,c or 1,2,5. Default: all others."),
        ],
        "",
    ),
    "drop": (
        Annotated[
            list[str] | None,
            typer.Option("--drop", help="Column to leave out; may be given again."),
        ],
        None,
    ),
    "one_hot": (
        Annotated[
            list[str] | None,
            typer.Option(
                "--one-hot",
                help="Column of words to code as columns of 0 and 1; may be given again.",
            ),
        ],
        None,
    ),
    "header": (
        Annotated[
            bool | None,
            typer.Option(
                "--header/--no-header",
                help="The first row holds names, or data. Default: found out, or refused.",
                show_default=False,
            ),
        ],
        None,
    ),
    "drop_missing": (
        Annotated[
            bool, typer.Option("--drop-missing", help="Leave out rows with a missing entry.")
        ],
        False,
    ),
    "decimal": (Annotated[str, typer.Option("--decimal", help='"." or ",".')], "."),
}


def read_columns(options: dict[str, Any]) -> Columns:
    """Take what the options of a table say out of `options`."""
    from certify.reading import Columns

    decimal = options.pop("decimal")
    if decimal not in (".", ","):
        fail(f"--decimal {decimal} is neither . nor ,")
    listed = options.pop("inputs")
    return Columns(
        target=tuple(options.pop("target", None) or ()),
        label=options.pop("label", None),
        inputs=tuple(part.strip() for part in listed.split(",")) if listed else (),
        drop=tuple(options.pop("drop") or ()),
        one_hot=tuple(options.pop("one_hot") or ()),
        header=options.pop("header"),
        drop_missing=options.pop("drop_missing"),
        decimal=decimal,
    )


def table_options(
    *, by_target: bool = True, by_label: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options that say how its table is read; the command gets them as its
    parameter `columns`.
    """

    def given(command: Callable[..., None]) -> Callable[..., None]:
        hints = get_type_hints(
            command, include_extras=True, localns={"Columns": Any, "Source": Any}
        )
        added = {
            **({"target": (_TARGET, None)} if by_target else {}),
            **({"label": (_LABEL, None)} if by_label else {}),
            **_TABLE,
        }
        own = [
            p.replace(annotation=hints[name], kind=p.KEYWORD_ONLY)
            for name, p in inspect.signature(command).parameters.items()
            if name != "columns"
        ]
        extra = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind
            )
            for name, (kind, default) in added.items()
        ]

        def wrapped(**options: Any) -> None:
            columns = read_columns(options)
            command(columns=columns, **options)

        wrapped.__name__, wrapped.__doc__, wrapped.__module__ = (
            command.__name__,
            command.__doc__,
            command.__module__,
        )
        wrapped.__signature__ = inspect.Signature([*own, *extra])  # type: ignore[attr-defined]
        wrapped.__annotations__ = {p.name: p.annotation for p in (*own, *extra)}
        return wrapped

    return given


def _numbers(text: str, what: str) -> list[int]:
    parts = text.split(",") if text else []
    if not all(
        re.fullmatch(r"[0-9]{1,9}", part.strip()) and 1 <= int(part) <= 4096 for part in parts
    ):
        fail(f"{what} {text} are not whole numbers from 1 to 4096 with commas between them")
    return [int(part) for part in parts]


def _loss(name: str) -> dict[str, Any]:
    kind, _, delta = name.partition(":")
    if kind not in ("squared", "huber", "squared-hinge") or (kind == "huber") != bool(delta):
        fail(f"the loss {name} is none of squared, huber:DELTA, squared-hinge")
    return {"type": kind, "delta": delta} if delta else {"type": kind}


def _data(file: Path, columns: Columns) -> tuple[DataSet, Source]:
    """The data set, and the file it was read from."""
    from certify.arrays import read_source
    from certify.tables import data_of

    source = read_source(file)
    return data_of(source, columns), source


def _tell(data: DataSet, *others: str) -> None:
    """What is odd about the data, and a line for each file that says what was understood of it."""
    for line in (*data.notes, data.as_read, *others):
        say(line)


def _stem(source: Source) -> str:
    return (
        "stdin" if str(source.path) == "-" else source.path.name.split(".")[0] or source.path.stem
    )


def _variants(columns: Columns) -> dict[str, object]:
    """What the options of the table put into the default name."""
    return {
        "target": columns.target, "label": columns.label, "inputs": columns.inputs, "drop": columns.drop, "one_hot": columns.one_hot,
        "header": columns.header is True, "no_header": columns.header is False, "drop_missing": columns.drop_missing,
    }  # fmt: skip


def _other(value: object, default: object) -> object:
    """The value where it is not the default one."""
    return None if value == default else value


@app.command()
@table_options()
def relu(
    file: File,
    columns: Columns,
    hidden: Annotated[int, typer.Option(min=1, max=4096, help="Units of the hidden layer.")] = 2,
    slopes: Annotated[str, typer.Option(help="Slopes of the units above and below 0.")] = "1,0",
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """One hidden layer: the local minimum with the risk of linear least squares, and a better point
    (Yun, Sra and Jadbabaie, theorem 1).
    """
    variants = {"hidden": _other(hidden, 2), "slopes": _other(slopes, "1,0")}
    _minimum(
        "minimum",
        file,
        columns,
        [hidden],
        slopes,
        variants=variants,
        seed=seed,
        output=output,
        force=force,
    )


@app.command()
@table_options()
def deep(
    file: File,
    columns: Columns,
    widths: Annotated[str, typer.Option(help="Units of the hidden layers, as 8,8.")] = "8,8",
    units: Units = "relu",
    loss: LossName = "squared",
    groups: Annotated[
        int,
        typer.Option(
            min=1,
            max=64,
            help="Groups of the data, by one input, each fitted by an affine map of its own.",
        ),
    ] = 1,
    residual: Annotated[
        bool, typer.Option("--residual", help="Residual connections (equal widths).")
    ] = False,
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """Hidden layers of any number and width: the local minimum that is the best affine map, or the
    best one on each group of the data.
    """
    variants = {
        "widths": widths,
        "units": _other(units, "relu"),
        "loss": _other(loss, "squared"),
        "groups": _other(groups, 1),
        "residual": residual,
    }
    _minimum(
        "minimum-deep",
        file,
        columns,
        _numbers(widths, "widths"),
        units,
        loss=loss,
        groups=groups,
        residual=residual,
        variants=variants,
        seed=seed,
        output=output,
        force=force,
    )


def _minimum(
    what: str, file: Path, columns: Columns, widths: list[int], units: str, *, variants: dict[str, object], seed: int, output: str | None, force: bool,
    loss: str = "squared", groups: int = 1, residual: bool = False,
) -> None:  # fmt: skip
    from certify.gaussian.search.candidate import UnusableInput
    from certify.kernel.foundation.errors import Malformed
    from certify.piecewise.architectures import unit
    from certify.piecewise.prove.minimum import prove_minimum

    if not widths:
        fail("give at least one hidden layer")
    try:
        data, source = _data(file, columns)
        _tell(data)
        goal = target(
            output,
            default_name(
                _stem(source), what, **variants, **_variants(columns), seed=_other(seed, 0)
            ),
            inputs=[source],
            force=force,
        )
        attempt = prove_minimum(
            data,
            widths,
            unit(units),
            loss=_loss(loss),
            groups=groups,
            residual=residual,
            seed=seed,
            command=command_line(),
            progress=say,
        )
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, goal)


@app.command()
@table_options()
def conv(
    file: File,
    columns: Columns,
    shape: Annotated[str, typer.Option(help="Channels, height and width of an input, as 1,8,8.")],
    channels: Annotated[str, typer.Option(help="Channels of the convolutions, as 9 or 4,4.")] = "9",
    kernel: Annotated[int, typer.Option(min=1, max=63, help="Their kernel, odd.")] = 3,
    pool: Annotated[
        int, typer.Option(min=1, max=64, help="Averages over pool x pool behind them.")
    ] = 1,
    widths: Annotated[
        str, typer.Option(help="Units of dense hidden layers behind those, as 8.")
    ] = "",
    units: Units = "relu",
    loss: LossName = "squared",
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """A convolutional network with average pooling: a local minimum with every unit on one piece
    for all data.
    """
    from certify.gaussian.search.candidate import UnusableInput
    from certify.kernel.foundation.errors import Malformed
    from certify.piecewise.architectures import convolutional_network, unit
    from certify.piecewise.prove.minimum import prove_convolutional

    sizes = _numbers(shape, "shape")
    if len(sizes) != 3:
        fail("the shape of an input is channels, height and width, as 1,8,8")
    variants = {
        "shape": shape, "channels": channels, "kernel": _other(kernel, 3), "pool": _other(pool, 1), "widths": widths,
        "units": _other(units, "relu"), "loss": _other(loss, "squared"), "seed": _other(seed, 0),
    }  # fmt: skip
    try:
        data, source = _data(file, columns)
        _tell(data)
        if len(data.inputs[0]) != sizes[0] * sizes[1] * sizes[2]:
            fail(f"the data have {len(data.inputs[0])} inputs, not {' x '.join(map(str, sizes))}")
        goal = target(
            output,
            default_name(_stem(source), "minimum-conv", **variants, **_variants(columns)),
            inputs=[source],
            force=force,
        )
        network = convolutional_network(
            sizes,
            _numbers(channels, "channels"),
            kernel,
            pool,
            _numbers(widths, "widths"),
            len(data.targets[0]),
            unit(units),
        )
        attempt = prove_convolutional(
            data, network, loss=_loss(loss), seed=seed, command=command_line(), progress=say
        )
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, goal)


@app.command()
@table_options()
def trained(
    net: Annotated[
        Path,
        typer.Argument(
            help="The network: .npz or .json with W1, b1, W2, b2, or a torch state_dict (.pt)."
        ),
    ],
    file: File,
    columns: Columns,
    units: Units = "relu",
    rounds: Annotated[
        int,
        typer.Option(
            min=0, max=200, help="If its cell holds no minimum, go on through so many cells."
        ),
    ] = 0,
    better: Annotated[
        Path | None, typer.Option(help="Another network, with a smaller risk.")
    ] = None,
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """A network that you trained, one hidden layer and one output: the exact local minimum beside
    it, or why there is none.
    """
    from certify.arrays import read_source
    from certify.gaussian.search.candidate import UnusableInput
    from certify.kernel.foundation.errors import Malformed
    from certify.networks import read_trained
    from certify.piecewise.architectures import unit
    from certify.piecewise.prove.trained import prove_trained

    try:
        data, source = _data(file, columns)
        files = [read_source(path) for path in (net, better) if path is not None]
        own, *others = [read_trained(one) for one in files]
        _tell(
            data,
            *(
                f"read {one.name}: {network.as_read}"
                for one, network in zip(files, (own, *others), strict=True)
            ),
        )
        variants = {
            "units": _other(units, "relu"),
            "rounds": _other(rounds, 0),
            "better": better and better.stem,
            "seed": _other(seed, 0),
        }
        goal = target(
            output,
            default_name(
                f"{net.stem}-{_stem(source)}", "minimum", **variants, **_variants(columns)
            ),
            inputs=[*files, source],
            force=force,
        )
        attempt = prove_trained(
            data,
            own,
            unit(units),
            rounds=rounds,
            other=others[0] if others else None,
            seed=seed,
            command=command_line(),
        )
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, goal)


@app.command()
@table_options()
def linear(
    file: File,
    columns: Columns,
    widths: Annotated[str, typer.Option(help="Units of the hidden layers, as 3,2.")] = "2",
    weights: Annotated[
        Path | None,
        typer.Option(
            help=(
                "A point: .json, a list with a matrix of decimals or fractions for each layer, or"
                " .npz with W1, W2, ..."
            )
        ),
    ] = None,
    origin: Annotated[
        bool,
        typer.Option(
            "--origin", help="The point where all weights are 0 (default: the best linear map)."
        ),
    ] = False,
    bias: Annotated[
        bool, typer.Option("--bias", help="Layers with a bias (0 in --weights).")
    ] = False,
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """A deep linear network at a point: not critical, a global minimum, or a saddle with curves
    along which the risk falls and rises.
    """
    from certify.arrays import read_source
    from certify.gaussian.search.candidate import UnusableInput
    from certify.kernel.foundation.errors import Malformed
    from certify.kernel.piecewise.network import Network
    from certify.networks import read_linear
    from certify.piecewise.prove.linear import linear_network, prove_linear, special_point

    if origin and weights is not None:
        fail("--origin and --weights are two points: give one")
    try:
        data, source = _data(file, columns)
        files = [source, *([] if weights is None else [read_source(weights)])]
        network = linear_network(
            len(data.inputs[0]), _numbers(widths, "widths"), len(data.targets[0]), bias=bias
        )
        point = (
            special_point(data, network, origin=origin)
            if weights is None
            else read_linear(files[1], bias=bias)
        )
        # shapes, before anything is said to be read
        Network.read(network).read_parameters(point, "the parameters")
        _tell(
            data,
            *(f"read {one.name}: a matrix for each of {len(point)} layers" for one in files[1:]),
        )
        variants = {
            "widths": _other(widths, "2"),
            "weights": weights and weights.stem,
            "origin": origin,
            "bias": bias,
            "seed": _other(seed, 0),
        }
        goal = target(
            output,
            default_name(_stem(source), "linear", **variants, **_variants(columns)),
            inputs=files,
            force=force,
        )
        attempt = prove_linear(data, network, point, seed=seed, command=command_line())
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, goal)


@app.command()
@table_options(by_target=False, by_label=True)
def entropy(
    file: File,
    columns: Columns,
    widths: Annotated[
        str, typer.Option(help="Units of the hidden layers, each at least as many as inputs.")
    ] = "8",
    units: Units = "relu",
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """Classes and the cross-entropy: the local minimum that is multinomial logistic regression,
    enclosed, and a better point.
    """
    from certify.gaussian.search.candidate import UnusableInput
    from certify.kernel.foundation.errors import Malformed
    from certify.piecewise.architectures import unit
    from certify.piecewise.prove.entropy import prove_entropy

    if columns.label is None:
        fail("say which column holds the classes: --label NAME")
    variants = {
        "widths": _other(widths, "8"),
        "units": _other(units, "relu"),
        "seed": _other(seed, 0),
    }
    try:
        data, source = _data(file, columns)
        _tell(data)
        goal = target(
            output,
            default_name(_stem(source), "entropy", **variants, **_variants(columns)),
            inputs=[source],
            force=force,
        )
        attempt = prove_entropy(
            data, _numbers(widths, "widths"), unit(units), seed=seed, command=command_line()
        )
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, goal)


ActivationName = Annotated[
    str,
    typer.Option(
        "--activation", help="tanh, sigmoid, gelu, ... or an expression in t, as t*exp(-t^2)."
    ),
]


def _rationals(text: str, what: str, counts: tuple[int, ...]) -> list[Fraction]:
    try:
        values = (
            [Fraction(part.strip()) for part in text.split(",")]
            if len(text) <= 100 and text.isascii() and not re.search(r"e[-+]?\d{3}|_", text.lower())
            else []
        )
    except (ValueError, ZeroDivisionError):
        values = []
    if len(values) not in counts:
        fail(
            f"{what} {text[:100]} is not"
            f" {'a number' if counts == (1,) else 'one or two numbers with a comma between them'},"
            " such as 1/2 or 0.5"
        )
    return values


def _written(name: str) -> str:
    """The activation in the name of a file: a registered name, or a few characters of an expression
    and its fingerprint.
    """
    from hashlib import sha256

    from certify.smooth.activations import REGISTRY

    if name.lower() in REGISTRY:
        return name.lower()
    return f"activation-{sha256(''.join(name.split()).encode()).hexdigest()[:8]}"


@app.command()
def activation(
    name: Annotated[
        str,
        typer.Option(
            "--name",
            "--activation",
            help="tanh, sigmoid, arctan, softplus, quadratic, elu, selu, gelu, silu, sin, ...",
        ),
    ] = "",
    expression: Annotated[
        str,
        typer.Option(
            "--expression",
            help=(
                "Your own: an expression in t, as t*exp(-t^2), of + - * / ^, exp log sqrt sin cos"
                " tan sinh cosh tanh asinh atan erf, abs max min, Piecewise, pi, E."
            ),
        ),
    ] = "",
    at: Annotated[
        str,
        typer.Option(
            "--at",
            help=(
                "What the two hidden units apply h to on all data, as 1/2 or 1/2,1/3 (default: a"
                " good pair)."
            ),
        ),
    ] = "",
    output: Output = None,
    force: Force = False,
) -> None:
    """Three data, two hidden units: a spurious local minimum of risk 1/3 beside risk 0 (Yun, Sra
    and Jadbabaie, theorem 2).
    """
    from certify.gaussian.search.candidate import UnusableInput
    from certify.kernel.foundation.errors import Malformed
    from certify.smooth.activations import activation as named
    from certify.smooth.prove.constant import prove_activation

    if bool(name) == bool(expression):
        fail("give a --name or an --expression")
    values = _rationals(at, "--at", (1, 2)) if at else []
    goal = target(
        output,
        default_name(_written(name or expression), "counterexample", at=at.replace("/", "over")),
        force=force,
    )
    try:
        attempt = prove_activation(
            named(name or expression),
            points=(values[0], values[-1]) if values else None,
            command=command_line(),
            progress=say,
        )
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, goal)


@app.command()
@table_options()
def wide(
    file: File,
    columns: Columns,
    name: ActivationName,
    widths: Annotated[str, typer.Option(help="Units of the hidden layers, as 4,5,3.")] = "",
    every: Annotated[
        bool,
        typer.Option("--all-architectures", help="One certificate for every depth and all widths."),
    ] = False,
    point: Annotated[
        str,
        typer.Option(
            "--point",
            help="What hidden units apply h to on all data, as 0.5 (default: a good one).",
        ),
    ] = "",
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """Smooth units, any widths: a spurious local minimum with constant output, on data whose
    targets are uncorrelated with the inputs.
    """
    from certify.gaussian.search.candidate import UnusableInput
    from certify.kernel.foundation.errors import Malformed
    from certify.smooth.activations import activation as named
    from certify.smooth.prove.constant import prove_every_architecture, prove_wide

    if bool(widths) == every:
        fail("give --widths, or --all-architectures")
    place = _rationals(point, "--point", (1,))[0] if point else None
    variants = {
        "activation": _written(name),
        "widths": widths,
        "point": point.replace("/", "over"),
        "seed": _other(seed, 0),
    }
    try:
        data, source = _data(file, columns)
        _tell(data)
        what = "every-architecture" if every else "wide"
        goal = target(
            output,
            default_name(_stem(source), what, **variants, **_variants(columns)),
            inputs=[source],
            force=force,
        )
        function = named(name)
        if every:
            attempt = prove_every_architecture(data, function, point=place, command=command_line())
        else:
            attempt = prove_wide(
                data,
                _numbers(widths, "widths"),
                function,
                point=place,
                seed=seed,
                command=command_line(),
                progress=say,
            )
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, goal)


@app.command()
@table_options()
def split(
    name: ActivationName,
    columns: Columns,
    file: Annotated[
        Path | None,
        typer.Argument(help="The data, a table or arrays X and y; none with --generate."),
    ] = None,
    widths: Annotated[
        str, typer.Option(help="Hidden layers of the small network, as 1 or 2,1.")
    ] = "1",
    generate: Annotated[
        int,
        typer.Option(
            "--generate", min=0, max=32, help="Make data for it: so many inputs, drawn at random."
        ),
    ] = 0,
    points: Annotated[
        int,
        typer.Option(
            "--points",
            min=0,
            max=1000,
            help="With --generate: how many data (default: a few more than needed).",
        ),
    ] = 0,
    spread: Annotated[
        str,
        typer.Option(
            "--spread",
            help=(
                "All targets this close to the given ones, or largest (default: largest with"
                " --generate, else 0)."
            ),
        ),
    ] = "",
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """Smooth units: a minimum of a small network that, a neuron split, is a spurious local minimum
    at every larger width.
    """
    from certify.gaussian.search.candidate import UnusableInput
    from certify.kernel.foundation.errors import Malformed
    from certify.smooth.activations import activation as named
    from certify.smooth.prove.splitting import prove_generated, prove_splitting

    if (file is None) == (generate == 0):
        fail("give a FILE, or --generate with a number of inputs")
    if file is not None and points:
        fail("--points goes with --generate: a FILE has its own")
    if file is None and not columns.plain:
        fail("with --generate there is no table: give no columns")
    sizes = _numbers(widths, "widths")
    if not sizes:
        fail("give at least one hidden layer")
    wanted = spread or ("largest" if generate else "0")
    variants = {
        "activation": _written(name),
        "widths": _other(widths, "1"),
        "points": points or None,
        "spread": spread,
        "seed": _other(seed, 0),
    }
    try:
        function = named(name)
        options: dict[str, Any] = {
            "spread": None if wanted == "largest" else wanted,
            "seed": seed,
            "command": command_line(),
            "progress": say,
        }
        if file is None:
            goal = target(
                output,
                default_name(f"generated-{generate}", "every-width", **variants),
                force=force,
            )
            attempt = prove_generated(generate, points or None, sizes, function, **options)
        else:
            data, source = _data(file, columns)
            _tell(data)
            goal = target(
                output,
                default_name(_stem(source), "every-width", **variants, **_variants(columns)),
                inputs=[source],
                force=force,
            )
            attempt = prove_splitting(data, sizes, function, **options)
    except (UnusableInput, Malformed) as error:
        fail(str(error))
    conclude(attempt, goal)
