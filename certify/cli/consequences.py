"""`certify consequence split` and `basin`: what follows from a certified minimum."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from certify.cli.common import Force, Output, command_line, conclude, fail, target
from certify.cli.declared import Argument, Option
from certify.cli.options import stem
from certify.errors import Malformed, UnusableInput
from certify.shipped import at_hand

if TYPE_CHECKING:
    from certify.attempt import Attempt

__all__ = ["basin", "split"]


_SHARE = 0.9  # of the largest basin


def split(
    file: Annotated[Path, Argument(callback=at_hand, help="A certificate of a minimum.")],
    output: Output = None,
    force: Force = False,
) -> None:
    """Prove that splitting a neuron of a certified minimum in two gives saddles, write the
    certificate and print the theorem.
    """
    from certify.gaussian.prove.consequences import prove_splitting

    _consequence(
        file,
        lambda document: prove_splitting(document, command=command_line()),
        output,
        force,
        "splitting",
    )


def basin(
    file: Annotated[Path, Argument(callback=at_hand, help="A certificate of a minimum.")],
    share: Annotated[
        float,
        Option(
            help=(
                "The basin's radius, as a share of the largest at which strong convexity is"
                " certain."
            )
        ),
    ] = _SHARE,
    output: Output = None,
    force: Force = False,
) -> None:
    """Prove a ball around a certified minimum in which gradient descent converges to it, write the
    certificate and print the theorem.
    """
    from certify.gaussian.prove.consequences import prove_basin

    name = "basin" if share == _SHARE else f"basin-share-{share:g}"
    _consequence(
        file,
        lambda document: prove_basin(document, _share(share), command=command_line()),
        output,
        force,
        name,
    )


def _share(value: float) -> Fraction:
    return (
        Fraction(str(value))
        if 0.001 <= value < 1
        else fail("--share is a number from 0.001 on and below 1")
    )


def _consequence(
    file: Path,
    prove_it: Callable[[dict[str, Any]], Attempt],
    output: str | None,
    force: bool,
    name: str,
) -> None:
    """Prove it of the certificate in the file."""
    from certify.arrays import read_source
    from certify.kernel.foundation.exact import parse_json

    with _named(file):
        source = read_source(file)
    goal = target(output, f"{stem(file)}.{name}.json", inputs=[source], force=force)
    with _named(file):
        attempt = prove_it(parse_json(source.data))
    conclude(attempt, goal)


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """Where the file cannot be used, the command ends with its name and the reason."""
    try:
        yield
    except (Malformed, UnusableInput, ValueError) as error:
        fail(f"{file}: {error}")
