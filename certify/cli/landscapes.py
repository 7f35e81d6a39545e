"""`certify enumerate` and `landscape`: theorems about all critical points, or all local minima."""

from __future__ import annotations

from typing import Annotated

from certify.cli.common import Force, Output, command_line, conclude, fail, target
from certify.cli.declared import Option
from certify.cli.options import RangeOfC, range_in_name
from certify.gaussian.names import whole_number

__all__ = ["enumerate_points", "landscape"]


def enumerate_points(
    k: Annotated[
        int,
        Option(
            "-k",
            parser=whole_number,
            metavar="INTEGER",
            help="Number of teachers and of students, 5 to 100.",
        ),
    ],
    output: Output = None,
    force: Force = False,
) -> None:
    """Prove how many critical points the symmetry S_k fixes (four), write the certificate and print
    the theorem.
    """
    from certify.gaussian.prove.enumeration import prove_enumeration

    goal = target(output, f"enumeration-k{k:02d}.json", force=force)
    attempt = prove_enumeration(k, command=command_line())
    conclude(attempt, goal)


def landscape(
    dimension: Annotated[
        str, Option("-d", "--dimension", help="2, or every: all dimensions from 2 on.")
    ] = "every",
    every_slope: Annotated[
        bool,
        Option(
            "--every-slope",
            help="No spurious minimum for every slope of leaky ReLU from -0.470798 on, in every"
            " dimension.",
        ),
    ] = False,
    c: RangeOfC = None,
    output: Output = None,
    force: Force = False,
) -> None:
    """Prove which critical points two neurons and two teachers have, all of them, and that every
    local minimum is global; or the latter for many activations at once.
    """
    from certify.gaussian.prove.landscape import (
        GLOBAL_ONLY,
        prove_landscape,
        prove_slopes_landscape,
    )

    if every_slope:
        if dimension != "every":
            fail("--every-slope is about every dimension: give no -d")
        goal = target(output, f"landscape-every-slope{range_in_name(c)}.json", force=force)
        conclude(prove_slopes_landscape(c or GLOBAL_ONLY, command=command_line()), goal)
        return
    if c is not None:
        fail("--c goes with --every-slope")
    goal = target(output, f"landscape-{dimension}.json", force=force)
    conclude(prove_landscape(dimension, command=command_line()), goal)
