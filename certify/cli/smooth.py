"""`certify data constant` and `split`: networks with smooth units."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from certify.cli.datasets import UserData, numbers, other, table_options
from certify.cli.declared import Argument, Option
from certify.cli.options import Seed, SmoothActivation, Widths

if TYPE_CHECKING:
    from certify.reading import Columns

__all__ = ["constant", "split"]


@table_options()
def constant(
    activation: SmoothActivation,
    columns: Columns,
    file: Annotated[
        Path | None, Argument(help="The data, a table or arrays X and y; three without it.")
    ] = None,
    widths: Widths = "",
    every: Annotated[
        bool,
        Option(
            "--all-architectures", help="With FILE: one certificate for every depth and all widths."
        ),
    ] = False,
    at: Annotated[
        str,
        Option(
            "--at",
            help=(
                "What the hidden units apply the activation to on all data, as 1/2; without FILE"
                " also two, as 1/2,1/3 (default: a good choice)."
            ),
        ),
    ] = "",
    seed: Seed = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """Smooth units: a spurious local minimum with constant output. Without FILE for three data of
    its own and two hidden units, of risk 1/3 beside risk 0 (Yun, Sra and Jadbabaie, theorem 2);
    with FILE for networks of --widths, on data whose targets are uncorrelated with the inputs.
    """
    if file is None:
        if widths or every or seed or not columns.plain:
            fail(
                "without a FILE there are three data and two hidden units: --widths,"
                " --all-architectures, --seed and options of a table go with a FILE"
            )
        _three_data(activation, at, output, force)
        return
    table = UserData.read(file, columns)
    if bool(widths) == every:
        fail("give --widths, or --all-architectures")
    if "," in at:
        fail(f"--at {at[:100]}: with a FILE --at is one number, such as 1/2 or 0.5")
    _constant(table, activation, widths, at, seed, output, force)


def _three_data(name: str, at: str, output: str | None, force: bool) -> None:
    """The counterexample of three data and two hidden units."""
    from certify.empirical.attempts import Run
    from certify.smooth.activations import activation as named
    from certify.smooth.prove.counterexample import prove_activation

    values = _rationals(at, "--at", (1, 2)) if at else []
    goal = target(
        output,
        default_name(_written(name), "counterexample", at=at.replace("/", "over")),
        force=force,
    )
    attempt = prove_activation(
        named(name),
        points=(values[0], values[-1]) if values else None,
        run=Run(command=command_line(), tell=say),
    )
    conclude(attempt, goal)


def _constant(
    table: UserData,
    name: str,
    widths: str,
    at: str,
    seed: int,
    output: str | None,
    force: bool,
) -> None:
    """The minimum with constant output on the user's data; without widths for every one."""
    from certify.empirical.attempts import Run
    from certify.smooth.activations import activation as named
    from certify.smooth.prove.constant import prove_every_architecture, prove_wide

    place = _rationals(at, "--at", (1,))[0] if at else None
    table.tell()
    variants = {
        "activation": _written(name),
        "widths": widths,
        "at": at.replace("/", "over"),
        "seed": other(seed, 0),
        **table.variants,
    }
    goal = table.goal("constant" if widths else "every-architecture", variants, output, force=force)
    function, run = named(name), Run(seed, command_line(), say)
    if widths:
        attempt = prove_wide(table.data, numbers(widths, "widths"), function, point=place, run=run)
    else:
        attempt = prove_every_architecture(table.data, function, point=place, run=run)
    conclude(attempt, goal)


@table_options()
def split(
    activation: SmoothActivation,
    columns: Columns,
    file: Annotated[
        Path | None,
        Argument(help="The data, a table or arrays X and y; none with --generate."),
    ] = None,
    widths: Widths = "1",
    generate: Annotated[
        int,
        Option(
            "--generate", min=0, max=32, help="Make data for it: so many inputs, drawn at random."
        ),
    ] = 0,
    points: Annotated[
        int,
        Option(
            "--points",
            min=0,
            max=1000,
            help="With --generate: how many data (default: a few more than needed).",
        ),
    ] = 0,
    spread: Annotated[
        str,
        Option(
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
    """Smooth units: a minimum of a small network (of --widths) that, a neuron split, is a spurious
    local minimum at every larger width.
    """
    from certify.empirical.attempts import Run
    from certify.smooth.activations import activation as named
    from certify.smooth.prove.splitting import prove_generated, prove_splitting

    if (file is None) == (generate == 0):
        fail("give a FILE, or --generate with a number of inputs")
    if file is not None and points:
        fail("--points goes with --generate: a FILE has its own")
    if file is None and not columns.plain:
        fail("with --generate there is no table: give no columns")
    sizes = numbers(widths, "widths")
    if not sizes:
        fail("give at least one hidden layer")
    wanted = spread or ("largest" if generate else "0")
    variants = {
        "activation": _written(activation),
        "widths": other(widths, "1"),
        "points": points or None,
        "spread": spread,
        "seed": other(seed, 0),
    }
    largest = None if wanted == "largest" else wanted
    run = Run(seed, command_line(), say)
    function = named(activation)
    if file is None:
        goal = target(
            output,
            default_name(f"generated-{generate}", "every-width", **variants),
            force=force,
        )
        attempt = prove_generated(
            generate, points or None, sizes, function, spread=largest, run=run
        )
    else:
        table = UserData.read(file, columns)
        table.tell()
        goal = table.goal("every-width", {**variants, **table.variants}, output, force=force)
        attempt = prove_splitting(table.data, sizes, function, spread=largest, run=run)
    conclude(attempt, goal)


def _rationals(text: str, what: str, counts: tuple[int, ...]) -> list[Fraction]:
    """Rationals with commas between them, as many as `counts` allows."""
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
