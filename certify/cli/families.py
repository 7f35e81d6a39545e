"""`certify birth`, `random-teacher`, `near-orthonormal`, `enumerate`: theorems about families of
critical points and of teachers.
"""

from __future__ import annotations

from typing import Annotated

import typer

from certify.cli.common import (
    Force,
    Output,
    command_line,
    conclude,
    default_name,
    target,
)
from certify.gaussian.names import family_name, whole_number

__all__ = ["birth", "enumerate_points", "near_orthonormal", "random_teacher"]


_DIGITS = 35  # to which the birth of a family is enclosed


def birth(
    family: Annotated[str, typer.Option(help="II, A or I.")],
    digits: Annotated[
        int,
        typer.Option(
            min=8, max=40, help="The interval around the crossing reaches 10^-DIGITS to both sides."
        ),
    ] = _DIGITS,
    output: Output = None,
    force: Force = False,
) -> None:
    """Prove at which real k a family of critical points becomes a minimum, write the certificate
    and print the theorem.
    """
    from certify.gaussian.prove.birth import prove_birth

    name = str(family_name(family))
    goal = target(
        output,
        default_name("birth", name, digits=None if digits == _DIGITS else digits),
        force=force,
    )
    attempt = prove_birth(name, digits, command=command_line())
    conclude(attempt, goal)


def random_teacher(
    k: Annotated[
        int,
        typer.Option(
            "-k", parser=whole_number, metavar="INTEGER", help="Number of teachers, 6 to 32; n = k."
        ),
    ],
    d: Annotated[int, typer.Option("-d", help="Dimension of the input, up to 4096.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draw.")] = 0,
    output: Output = None,
    force: Force = False,
) -> None:
    """Draw unit teachers at random, follow the type II minimum to them, prove it, write the
    certificate and print the theorem.
    """
    from certify.gaussian.prove.teachers import draw_teachers, prove_teachers

    goal = target(output, f"teacher-k{k:02d}-d{d:04d}-s{seed}.json", force=force)
    targets = draw_teachers(k, d, seed)
    conclude(prove_teachers(targets, command=command_line(), found={"seed": seed}), goal)


def near_orthonormal(
    k: Annotated[
        int,
        typer.Option(
            "-k", parser=whole_number, metavar="INTEGER", help="Number of teachers, 6 to 32; n = k."
        ),
    ],
    output: Output = None,
    force: Force = False,
) -> None:
    """Prove the type II minimum for all teachers at once whose inner products are within rho of
    orthonormal ones, rho as large as can be.
    """
    from certify.gaussian.prove.teachers import prove_near_orthonormal

    goal = target(output, f"near-orthonormal-k{k:02d}.json", force=force)
    attempt = prove_near_orthonormal(k, command=command_line())
    conclude(attempt, goal)


def enumerate_points(
    k: Annotated[
        int,
        typer.Option(
            "-k",
            parser=whole_number,
            metavar="INTEGER",
            help="Number of teachers and of students, 5 to 64.",
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
