"""Options that several commands share, each declared once, and the files they name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from certify.cli.common import fail
from certify.cli.declared import Option
from certify.gaussian.names import whole_number
from certify.judge import Checker
from certify.shipped import shipped_folder

if TYPE_CHECKING:
    from certify.arrays import Source
    from certify.kernel.gaussian.activation import Activation as Sigma

__all__ = [
    "JOBS",
    "Activation",
    "CheckedBy",
    "Count",
    "Index",
    "Jobs",
    "PiecewiseActivation",
    "RangeOfC",
    "Seed",
    "Signs",
    "Slope",
    "SmoothActivation",
    "Teachers",
    "Transpose",
    "Variable",
    "Widths",
    "range_in_name",
    "shipped",
    "sigma_of",
    "sources",
    "stem",
    "variant",
]

JOBS = 2  # by default, for every command that shares its work out
Count = Annotated[
    int | None,
    Option("-k", parser=whole_number, metavar="INTEGER", help="Number of teachers."),
]
Jobs = Annotated[int, Option("--jobs", min=1, max=256, help="Processes to share the work.")]
Seed = Annotated[int, Option("--seed", min=0, max=2**63, help="Seed of what is drawn at random.")]
CheckedBy = Annotated[
    Checker,
    Option("--checker", help="The kernel, the second checker, or both, which must agree."),
]
Widths = Annotated[
    str,
    Option("--widths", help="Units of the hidden layers, the first first, as 8 or 4,5,3."),
]
PiecewiseActivation = Annotated[
    str,
    Option(
        "--activation", help="relu, leaky, hard-tanh, relu6, abs, or two slopes s+,s- as 1,0.5."
    ),
]
SmoothActivation = Annotated[
    str,
    Option(
        "--activation",
        help=(
            "tanh, sigmoid, arctan, softplus, quadratic, elu, selu, gelu, silu, sin, ..., or an"
            " expression in t, as t*exp(-t^2)."
        ),
    ),
]
Teachers = Annotated[
    Path | None,
    Option("--teachers", help="File of the teachers, one row each; orthonormal by default."),
]
Variable = Annotated[
    str | None, Option("--variable", help="The array in the file that holds the students.")
]
Index = Annotated[
    int | None,
    Option("--index", min=1, help="Which of several points stacked in the file, from 1."),
]
Activation = Annotated[
    str | None,
    Option(
        "--activation",
        metavar="NAME",
        help=(
            "relu (the default), abs, leaky:0.2, or p:q for p max(0, t) + q max(0, -t); numbers are"
            " exact, as 0.2 or 1/5."
        ),
    ),
]
Slope = Annotated[
    str | None,
    Option(
        "--slope",
        metavar="A",
        help="max(0, t) - A max(0, -t): the same as --activation leaky:A.",
    ),
]
RangeOfC = Annotated[
    tuple[str, str] | None,
    Option(
        "--c",
        metavar="FROM TO",
        help=(
            "With --every-slope: for every slope with c = ((1 + a)/(1 - a))^2 in this range;"
            " decimals, TO may be infinity."
        ),
    ),
]
Signs = Annotated[
    str | None,
    Option(
        "--signs",
        metavar="S:T",
        help=(
            "Output weights 1 and -1 of the students and of the teachers, row by row, as ++-:+-;"
            " --signs=-+:-+ where the first is -."
        ),
    ),
]
Transpose = Annotated[bool, Option("--transpose", help="In the file each column is a neuron.")]


def sigma_of(activation: str | None, slope: str | None) -> Sigma | None:
    """What --activation and --slope say of the Gaussian loss; None where neither is given. Raises
    `UnusableInput`.
    """
    if activation is None and slope is None:
        return None
    from certify.gaussian.activations import chosen

    return chosen(activation, slope)


def range_in_name(c: tuple[str, str] | None) -> str:
    """What a default name says of a range of c, as the user gave it."""
    return "" if c is None else f"-c-from-{c[0]}-to-{c[1]}".replace(os.sep, "_")


def variant(sigma: Sigma | None) -> dict[str, bool]:
    """What the activation adds to the name of a certificate, for `default_name`."""
    if sigma is None:
        return {}
    from certify.gaussian.activations import named

    return {named(sigma) or "relu": True}


def stem(file: Path) -> str:
    """The name of the file without its suffix, for the names of certificates."""
    return "stdin" if str(file) == "-" else file.stem


def sources(paths: dict[str, Path]) -> dict[str, Source]:
    """The user's own files, read once; a network may be in the formats of its framework. Raises
    `UnusableInput`.
    """
    from certify.arrays import read_source

    read = {name: read_source(path) for name, path in paths.items() if name != "network"}
    if "network" in paths:
        from certify.networks import network_source

        read["network"] = network_source(paths["network"])
    return read


def shipped() -> Path:
    """The folder of the certificates that come with this package."""
    return shipped_folder() or fail(
        "this installation carries no certificates (the folder proofs of the repository): say which"
    )
