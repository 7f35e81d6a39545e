"""`certify family`, `random-teacher`, `near-orthonormal`: theorems about families of critical
points and of teachers.
"""

from __future__ import annotations

import os
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
from certify.cli.declared import Argument, Option
from certify.cli.options import (
    JOBS,
    Activation,
    Jobs,
    RangeOfC,
    Seed,
    Slope,
    range_in_name,
    sigma_of,
    variant,
)
from certify.gaussian.names import family_name, whole_number

if TYPE_CHECKING:
    from certify.kernel.gaussian.activation import Activation as Sigma

__all__ = ["family", "near_orthonormal", "random_teacher"]


_DIGITS = 35  # to which the birth of a family is enclosed


def family(
    name: Annotated[
        str,
        Argument(
            help="II, A or I; with -k also II_3, A_7, II_2+2, ...; II+1, I+1 and II_3+3' to II_6+6'"
            " with -k and --every."
        ),
    ],
    k: Annotated[
        int | None,
        Option(
            "-k",
            parser=whole_number,
            metavar="INTEGER",
            help="The member of the family at k, up to 10^12.",
        ),
    ] = None,
    every: Annotated[
        bool, Option("--every", help="One certificate for every k, from --from on.")
    ] = False,
    first: Annotated[
        int | None,
        Option("--from", parser=whole_number, metavar="INTEGER", help="With --every: the first k."),
    ] = None,
    every_slope: Annotated[
        bool,
        Option(
            "--every-slope",
            help=(
                "With -k, or with --every (type II): one certificate for leaky ReLU with every"
                " slope a in (-1, 1). With --birth (type II): the curve of all its births."
            ),
        ),
    ] = False,
    c: RangeOfC = None,
    not_minimum: Annotated[
        tuple[str, str] | None,
        Option(
            "--not-minimum", metavar="A B", help="No minimum at any whole k from A to B (decimals)."
        ),
    ] = None,
    birth: Annotated[
        bool,
        Option(
            "--birth",
            help=(
                "The real k at which the family becomes a minimum; with -k, the slope of the"
                " activation at which its member at K ceases to be one; with --every-slope, that"
                " slope for all real k at once."
            ),
        ),
    ] = False,
    death: Annotated[
        bool,
        Option("--death", help="The real k at which the family ceases to be a minimum."),
    ] = False,
    digits: Annotated[
        int | None,
        Option(
            min=8,
            max=40,
            help="With --birth or --death: the interval reaches 10^-DIGITS to both sides.",
            show_default=str(_DIGITS),
        ),
    ] = None,
    jobs: Jobs = JOBS,
    activation: Activation = None,
    slope: Slope = None,
    output: Output = None,
    force: Force = False,
) -> None:
    """Prove a named family of critical points a minimum at one k or at every k (for every slope),
    or at none of an interval, or prove where it becomes one, or ceases to be one. Write the
    certificate and print the theorem.
    """
    everything, curve = every and every_slope, birth and every_slope
    tasks = {
        "-k": k is not None and not birth,
        "--every": every,
        "--not-minimum": not_minimum is not None,
        "--birth": birth,
        "--death": death,
    }
    asked = [task for task, given in tasks.items() if given]
    one = "give one of -k K, --every --from K, --not-minimum A B, --birth, --death"
    for wrong, sentence in (
        (every != (first is not None), "--every and --from go together: --every --from K"),
        (not asked, one),
        (len(asked) > 1, f"{' and '.join(asked)} are different theorems: {one}"),
        (
            curve and k is not None,
            "--birth --every-slope is the curve of births for all real k, --birth -k K one of them",
        ),
        (
            every_slope and (death or not_minimum is not None),
            f"--every-slope goes with -k, --every or --birth, not with {''.join(asked)}",
        ),
        (c is not None and (not every_slope or k is None), "--c goes with -k and --every-slope"),
        (digits is not None and not (birth or death), "--digits goes with --birth or --death"),
        (digits is not None and curve, "--digits goes with --birth, without --every-slope"),
    ):
        if wrong:
            fail(sentence)
    called, sigma = str(family_name(name)), sigma_of(activation, slope)
    if sigma is not None:
        _require_one_activation(every or not_minimum is not None, every_slope)
    if curve:
        _birth_curve(called, jobs, (output, force))
    elif death:
        _death(called, _DIGITS if digits is None else digits, sigma, (output, force))
    elif birth:
        _birth(called, k, _DIGITS if digits is None else digits, sigma, (output, force))
    elif k is not None and every_slope:
        _every_slope(called, k, c, (output, force))
    elif k is not None:
        _member(called, k, sigma, (output, force))
    elif first is not None and everything:
        _every_k_and_slope(called, first, jobs, (output, force))
    elif first is not None:
        _every(called, first, output, force)
    elif not_minimum is not None:
        _not_minimum(called, *not_minimum, output, force)


def _require_one_activation(relu: bool, every_slope: bool) -> None:
    """Refuse an activation with what is about ReLU, or about all activations."""
    if relu:
        fail(
            "--every and --not-minimum are about ReLU: --activation and --slope go with -k or"
            " --birth"
        )
    if every_slope:
        fail("--every-slope is about all activations: give no --activation and no --slope")


def _member(name: str, k: int, sigma: Sigma | None, to: tuple[str | None, bool]) -> None:
    """The member of the family at k, by its symmetry. to: the output asked for, and whether to
    replace it.
    """
    from certify.gaussian.prove.symmetric import prove_symmetric
    from certify.gaussian.search.families import family as member
    from certify.kernel.gaussian.activation import RELU

    output, force = to
    stem = family_name(name).stem
    goal = target(output, _with(f"{stem}-k{k}", sigma or RELU), force=force)
    found = member(name, k, sigma or RELU)
    conclude(prove_symmetric(found, command=command_line(), progress=say), goal)


def _every_slope(name: str, k: int, c: tuple[str, str] | None, to: tuple[str | None, bool]) -> None:
    """One certificate for every slope. to: the output asked for, and whether to replace it."""
    from certify.gaussian.prove.slopes import EVERY, prove_slopes

    output, force = to
    stem = f"{family_name(name).stem}-k{k}-every-slope{range_in_name(c)}"
    goal = target(output, f"{stem}.json", force=force)
    attempt = prove_slopes(name, k, c or EVERY, command=command_line(), progress=say)
    conclude(attempt, goal)


def _every_k_and_slope(name: str, first: int, jobs: int, to: tuple[str | None, bool]) -> None:
    """One certificate for every k >= first and every slope. to: the output asked for, and whether
    to replace it.
    """
    from certify.gaussian.prove.family_slopes import prove_family_slopes

    if name != "II":
        fail(f"every k and every slope are proved for type II alone, not for {name}")
    output, force = to
    goal = target(output, f"{name}-every-k-from-{first}-every-slope.json", force=force)
    attempt = prove_family_slopes(first, jobs=jobs, command=command_line(), progress=say)
    conclude(attempt, goal)


def _with(words: str, sigma: Sigma) -> str:
    """The name of a file that these words and the activation make; ReLU is not said."""
    return "-".join([words, *(word for word in variant(sigma) if word != "relu")]) + ".json"


def _every(name: str, first: int, output: str | None, force: bool) -> None:
    """One certificate for every k >= first."""
    from certify.gaussian.prove.family import prove_family

    goal = target(output, f"{name}-every-k-from-{first}.json", force=force)
    conclude(prove_family(name, first, command=command_line(), progress=say), goal)


def _not_minimum(name: str, low: str, high: str, output: str | None, force: bool) -> None:
    """No minimum at any whole k between two decimals."""
    from certify.gaussian.prove.family import prove_family_saddle, refuse_beyond_birth

    refuse_beyond_birth(name, low, high)
    file = f"{name}-no-minimum-from-{low}-to-{high}.json".replace(os.sep, "_")
    goal = target(output, file, force=force)
    conclude(prove_family_saddle(name, low, high, command=command_line(), progress=say), goal)


def _birth(
    name: str, k: int | None, digits: int, sigma: Sigma | None, to: tuple[str | None, bool]
) -> None:
    """The real k at which the family becomes a minimum; at a given k, the slope at which its member
    ceases to be one. to: the output asked for, and whether to replace it.
    """
    from certify.gaussian.prove.birth import prove_birth
    from certify.gaussian.prove.slope_birth import prove_slope_birth
    from certify.kernel.gaussian.activation import RELU

    if k is not None and sigma is not None:
        fail("-k with --birth is about all activations: give no --activation and no --slope")
    output, force = to
    stem = family_name(name).stem
    called = stem if k is None else f"{stem}-k{k}"
    file = default_name(
        "birth", called, **variant(sigma), digits=None if digits == _DIGITS else digits
    )
    goal = target(output, file, force=force)
    if k is None:
        conclude(prove_birth(name, digits, sigma or RELU, command=command_line()), goal)
    else:
        conclude(prove_slope_birth(name, k, digits, command=command_line()), goal)


def _death(name: str, digits: int, sigma: Sigma | None, to: tuple[str | None, bool]) -> None:
    """The real k at which the family ceases to be a minimum. to: the output asked for, and whether
    to replace it.
    """
    from certify.gaussian.prove.birth import prove_birth
    from certify.kernel.gaussian.activation import RELU

    output, force = to
    short, stem = None if digits == _DIGITS else digits, family_name(name).stem
    file = default_name("death", stem, **variant(sigma), digits=short)
    goal = target(output, file, force=force)
    attempt = prove_birth(name, digits, sigma or RELU, death=True, command=command_line())
    conclude(attempt, goal)


def _birth_curve(name: str, jobs: int, to: tuple[str | None, bool]) -> None:
    """The births in the slope for all real k. to: the output asked for, whether to replace it."""
    from certify.gaussian.prove.birth_curve import prove_birth_curve

    output, force = to
    goal = target(output, f"birth.{name}-every-slope.json", force=force)
    conclude(prove_birth_curve(name, jobs=jobs, command=command_line(), progress=say), goal)


def random_teacher(
    k: Annotated[
        int,
        Option(
            "-k", parser=whole_number, metavar="INTEGER", help="Number of teachers, 6 to 32; n = k."
        ),
    ],
    d: Annotated[int, Option("-d", help="Dimension of the input, up to 4096.")],
    seed: Seed = 0,
    activation: Activation = None,
    slope: Slope = None,
    output: Output = None,
    force: Force = False,
) -> None:
    """Draw unit teachers at random, follow the type II minimum to them, prove it, write the
    certificate and print the theorem.
    """
    from certify.gaussian.prove.teachers import draw_teachers, prove_teachers
    from certify.kernel.gaussian.activation import RELU

    sigma = sigma_of(activation, slope) or RELU
    goal = target(output, _with(f"teacher-k{k:02d}-d{d:04d}-s{seed}", sigma), force=force)
    teachers = draw_teachers(k, d, seed)
    attempt = prove_teachers(teachers, sigma, command=command_line(), found={"seed": seed})
    conclude(attempt, goal)


def near_orthonormal(
    k: Annotated[
        int,
        Option(
            "-k", parser=whole_number, metavar="INTEGER", help="Number of teachers, 6 to 32; n = k."
        ),
    ],
    activation: Activation = None,
    slope: Slope = None,
    output: Output = None,
    force: Force = False,
) -> None:
    """Prove the type II minimum for all teachers at once whose inner products are within rho of
    orthonormal ones, for the largest rho that it can prove.
    """
    from certify.gaussian.prove.teachers import prove_near_orthonormal
    from certify.kernel.gaussian.activation import RELU

    sigma = sigma_of(activation, slope) or RELU
    goal = target(output, _with(f"near-orthonormal-k{k:02d}", sigma), force=force)
    attempt = prove_near_orthonormal(k, sigma, command=command_line())
    conclude(attempt, goal)
