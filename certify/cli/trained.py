"""`certify trained`: what the point is where the training of a network stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from certify.cli.common import (
    Force,
    Output,
    Target,
    command_line,
    conclude,
    default_name,
    fail,
    say,
    target,
)
from certify.cli.datasets import File, UserData, other, table_options
from certify.cli.declared import Argument, Option
from certify.cli.options import Seed
from certify.empirical.attempts import Run

if TYPE_CHECKING:
    from certify.arrays import Source
    from certify.attempt import Attempt
    from certify.networks import Convention, DenseNetwork
    from certify.reading import Columns

__all__ = ["trained"]


@table_options(by_label=True)
def trained(
    net: Annotated[
        Path,
        Argument(
            help=(
                "The network: .npz or .json with W1, b1, W2, b2, ... or with the arrays of"
                " scikit-learn or Keras, or a torch state_dict (.pt)."
            )
        ),
    ],
    file: File,
    columns: Columns,
    loss: Annotated[
        str | None,
        Option(help="squared (1/(2N) sum of squares), mse, cross-entropy or binary."),
    ] = None,
    decay: Annotated[
        str | None,
        Option(help="Weight decay, the factor of |W|^2/2, as 0.001 or 0.01/N."),
    ] = None,
    decay_on: Annotated[
        str | None, Option("--decay-on", help="weights, or all (biases as well).")
    ] = None,
    factor: Annotated[
        str | None, Option(help="Factor of the sum of all losses, as 1/N (default) or 2/(N K).")
    ] = None,
    batch: Annotated[
        int | None, Option(min=1, help="Data in a step of training, where the decay needs it.")
    ] = None,
    activation: Annotated[
        str | None,
        Option(
            "--activation",
            help="Of the hidden layers, one or one for each: tanh, sigmoid, relu, gelu, leaky:0.01",
        ),
    ] = None,
    layers: Annotated[
        str, Option("--layers", help="Names of the layers, from the input on, as fc1,fc2.")
    ] = "",
    theorem: Annotated[
        str,
        Option(
            "--theorem",
            help="Only this one: cell, fit, minimum, kinks, saddle or no-critical-point.",
        ),
    ] = "",
    rounds: Annotated[
        int,
        Option(min=0, max=200, help="cell: if it holds no minimum, go on through so many cells."),
    ] = 0,
    better: Annotated[Path | None, Option(help="Another network, with a smaller risk.")] = None,
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """A network that you trained: what the point is where training stopped. An exact fit, a strict
    local minimum, a minimum on kinks, a saddle, or no critical point within a distance; each with
    its distance from your weights. Without --loss, for one hidden layer of two-slope units and one
    output, only the exact local minimum in its cell (squared loss, no decay).
    """
    from certify.networks import convention_of, network_source

    files = [network_source(path) for path in (net, better) if path is not None]
    how = (loss, factor, decay, decay_on, batch)
    variants: dict[str, object] = {
        "loss": loss,
        "factor": _written(factor),
        "decay": _written(decay),
        "decay_on": decay_on,
        "batch": batch,
        "activation": other(activation, "relu"),
        "layers": layers,
        "theorem": theorem,
        "rounds": other(rounds, 0),
        "better": better and better.stem,
        "seed": other(seed, 0),
    }
    run = Run(seed, command_line(), say)
    if theorem == "cell" and any(how):
        fail("the theorem cell is of the squared loss without decay: say no loss, factor or decay")
    alone = not any(how) and not theorem
    if theorem == "cell" or (alone and _is_cell(files[0], activation)):
        table = UserData.read(file, columns)
        goal = _goal((net, table, files), "minimum", variants, output, force=force)
        conclude(_in_cell(table, files, activation or "relu", rounds, run), goal)
        return
    order = [name.strip() for name in layers.split(",")] if layers else None
    networks = [_read(one, activation, order) for one in files]
    convention = convention_of(
        networks[0], loss=loss, factor=factor, decay=decay, decay_on=decay_on, batch=batch
    )
    table = UserData.read(file, _columns(columns, convention.loss, file))
    table.tell(
        *(f"read {one.name}: {own.as_read}" for one, own in zip(files, networks, strict=True)),
        *convention.notes,
    )
    goal = _goal((net, table, files), theorem or "trained", variants, output, force=force)
    conclude(_proved(table, networks, convention, theorem, run), goal)


def _read(source: Source, activation: str | None, order: list[str] | None) -> DenseNetwork:
    """The network in a file. What is wrong with the file is said before what it does not tell."""
    from certify.networks import ActivationsUntold, read_network

    try:
        return read_network(source, activation=activation, order=order)
    except ActivationsUntold:
        read_network(source, activation="relu", order=order)
        raise


def _goal(
    read: tuple[Path, UserData, Sequence[Source]],
    what: str,
    variants: dict[str, object],
    output: str | None,
    *,
    force: bool,
) -> Target:
    """Where the certificate goes. read: the network's path, the data, and the networks' files."""
    net, table, files = read
    name = default_name(f"{net.stem}-{table.stem}", what, **{**variants, **table.variants})
    return target(output, name, inputs=[*files, table.source], force=force)


def _proved(
    table: UserData,
    networks: Sequence[DenseNetwork],
    convention: Convention,
    theorem: str,
    run: Run,
) -> Attempt:
    """What the theorems say of the first network; the second, if there is one, is better."""
    from certify.dense.matched import matched
    from certify.dense.prove import prove_trained

    own = matched(networks[0], convention, table.data)
    say(convention.as_read)
    for remark in own.remarks:
        say(remark)
    others = [own.like(network) for network in networks[1:]]
    return prove_trained(
        own.problem,
        own.parameters,
        better=others[0] if others else None,
        theorem=theorem,
        remarks=own.remarks,
        run=run,
    )


def _is_cell(source: Source, activation: str | None) -> bool:
    """Whether the file holds one hidden layer and one output, and the units have two slopes: then
    the exact minimum in the network's cell is asked for where no loss is said.
    """
    from certify.empirical.architectures import unit
    from certify.errors import UnusableInput
    from certify.networks import read_trained

    try:
        unit(activation or "relu")
        read_trained(source)
    except UnusableInput:
        return False
    return True


def _in_cell(
    table: UserData, files: Sequence[Source], activation: str, rounds: int, run: Run
) -> Attempt:
    """The exact local minimum in the cell of a network, or why there is none."""
    from certify.empirical.architectures import unit
    from certify.networks import read_trained
    from certify.piecewise.prove.trained import prove_trained

    own, *others = [read_trained(one) for one in files]
    table.tell(
        *(
            f"read {one.name}: {network.as_read}"
            for one, network in zip(files, (own, *others), strict=True)
        )
    )
    return prove_trained(
        table.data,
        own,
        unit(activation),
        rounds=rounds,
        other=others[0] if others else None,
        run=Run(run.seed, run.command),
    )


def _columns(columns: Columns, loss: str, file: Path) -> Columns:
    """The target as the column of classes, where the loss is one of classes and no --label is
    given.
    """
    from certify.arrays import named_arrays, read_source

    if loss == "squared" or columns.label is not None:
        return columns
    if len(columns.target) == 1:
        return replace(columns, target=(), label=columns.target[0])
    arrays = named_arrays(read_source(file)) if str(file) != "-" else None
    names = [name for name in ("y", "y_train", "targets", "target") if name in (arrays or {})]
    if len(names) != 1 or columns.target:
        fail(f"say which column holds the classes of the loss {loss}: --label NAME")
    return replace(columns, label=names[0])


def _written(text: object) -> object:
    """A word in the name of a file."""
    return text.replace("/", "over").replace(" ", "") if isinstance(text, str) else text
