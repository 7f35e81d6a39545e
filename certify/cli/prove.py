"""`certify prove`: a certificate for a candidate, found or given."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from certify.cli.find import Search
from certify.cli.options import Jobs, stem
from certify.errors import UnusableInput
from certify.gaussian.names import family_name, whole_number
from certify.kernel.foundation.reals import counted

if TYPE_CHECKING:
    from certify.gaussian.search.candidate import Candidate
    from certify.reading import Which

__all__ = ["prove"]


_ROUNDS = 20  # of a search for a candidate
_LARGEST_DENSE = 1000  # rows and columns of a dense matrix whose symmetry is looked for


def prove(
    file: Annotated[
        Path | None,
        typer.Argument(
            help=(
                "A candidate of your own, one row a neuron: .npy, .npz, .mat, .json (students and"
                " targets, or rows), a table of numbers."
            )
        ),
    ] = None,
    k: Annotated[
        int | None,
        typer.Option("-k", parser=whole_number, metavar="INTEGER", help="Number of teachers."),
    ] = None,
    n: Annotated[int | None, typer.Option("-n", help="Number of students (default k).")] = None,
    d: Annotated[int | None, typer.Option("-d", help="Dimension of the input (default k).")] = None,
    targets: Annotated[
        Path | None, typer.Option(help="Teachers, one row each; orthonormal by default.")
    ] = None,
    variable: Annotated[
        str | None, typer.Option("--variable", help="The array in FILE that holds the students.")
    ] = None,
    index: Annotated[
        int | None,
        typer.Option("--index", min=1, help="Which of several points stacked in FILE, from 1."),
    ] = None,
    transpose: Annotated[
        bool, typer.Option("--transpose", help="In FILE each column is a neuron.")
    ] = False,
    trials: Annotated[
        int, typer.Option(min=1, max=10**7, help="Random starts a round; 20 rounds at most.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the first round.")] = 0,
    jobs: Jobs = 2,
    family: Annotated[
        str | None,
        typer.Option(
            help=(
                "With -k: the member of a named family, as II, A, I, II_3, A_7, II+1; any k up to"
                " 10^12."
            )
        ),
    ] = None,
    k_from: Annotated[
        str | None,
        typer.Option(
            "--k-from", help="With --family II, A or I: one certificate for every k from here on."
        ),
    ] = None,
    k_to: Annotated[
        str | None,
        typer.Option("--k-to", help="With --k-from: no minimum for any real k between the two."),
    ] = None,
    symmetric: Annotated[
        bool,
        typer.Option(
            "--symmetric", help="Detect the symmetry of the candidate in FILE and use it."
        ),
    ] = False,
    polish: Annotated[
        bool, typer.Option("--polish/--no-polish", help="Newton's method to 45 digits first.")
    ] = True,
    output: Output = None,
    force: Force = False,
) -> None:
    """Find (or take) a candidate, prove it, write the certificate and print the theorem."""
    from certify.arrays import read_source
    from certify.gaussian.points import as_read, read_candidate
    from certify.gaussian.prove.minimum import prove_candidate
    from certify.reading import Which

    if (family is not None or symmetric) and (
        targets is not None or n is not None or d is not None or not polish
    ):
        fail(
            "--family and --symmetric are for orthonormal teachers and polish by themselves: they"
            " take no --targets, -n, -d or --no-polish"
        )
    which = Which(variable, index, transpose)
    if file is None and which != Which():
        fail("--variable, --index and --transpose say what is meant in a FILE: give one")
    if k_from is not None or k_to is not None:
        _prove_every(file, _Family(family, k, k_from, k_to), output, force)
        return
    if family is not None or symmetric:
        _prove_symmetric(file, _Family(family, k), which, output, force)
        return
    sources = [read_source(path) for path in (file, targets) if path is not None]
    if file is None:
        name = _searched_name(k, n, d, targets, seed)
        goal = target(output, name, inputs=sources, force=force) if name else None
        teachers = sources[0] if sources else None
        candidate = _found(Search(k, n, d, teachers, trials, seed, jobs))
    else:
        candidate = read_candidate(
            sources[0], sources[1] if targets is not None else None, k, which, (n, d)
        )
        for letter, asked, given in (("n", n, candidate.n), ("d", d, candidate.d)):
            if asked is not None and asked != given:
                raise UnusableInput(
                    f"{letter} = {asked} was asked for, but the candidate has {letter} = {given}"
                )
        say(as_read(candidate, sources[0].name))
        variants = {
            "targets": targets and targets.stem,
            "k": k,
            "variable": variable,
            "index": index,
            "transpose": transpose,
            "no_polish": not polish,
        }
        goal = target(
            output,
            default_name(stem(file), "certificate", **variants),
            inputs=sources,
            force=force,
        )
    if goal is None:
        goal = target(
            output,
            f"gaussian-n{candidate.n:02d}-k{candidate.k:02d}.json",
            inputs=sources,
            force=force,
        )
    conclude(
        prove_candidate(candidate, polished=polish, command=command_line(), progress=say), goal
    )


def _searched_name(
    k: int | None, n: int | None, d: int | None, targets: Path | None, seed: int
) -> str | None:
    """The default name of what a search finds; None where k is told by a file of teachers only."""
    if k is None:
        return (
            None
            if targets is None
            else f"gaussian-{default_name(targets.stem, 'teachers', n=n, d=d, seed=seed or None)}"
        )
    parts = [f"gaussian-n{n if n is not None else k:02d}-k{k:02d}"]
    parts += [f"d{d:02d}"] if d not in (None, k) else []
    parts += [f"teachers-{targets.stem}"] if targets is not None else []
    parts += [f"seed{seed}"] if seed else []
    return f"{'-'.join(parts)}.json"


@dataclass(frozen=True)
class _Family:
    """A named family as the options say it: its member at k; or every k from `k_from` on; or, with
    `k_to`, no minimum between the two.
    """

    name: str | None
    k: int | None
    k_from: str | None = None
    k_to: str | None = None


def _prove_symmetric(
    file: Path | None, family: _Family, which: Which, output: str | None, force: bool
) -> None:
    """Prove the member of a family at k, or the point in the file by its symmetry."""
    from certify.arrays import read_source
    from certify.gaussian.points import as_read, read_block_point, read_candidate
    from certify.gaussian.prove.symmetric import prove_symmetric, prove_symmetric_matrix
    from certify.gaussian.search.families import family as member

    if family.name is not None and (file is not None or family.k is None):
        raise UnusableInput("--family takes -k and no file")
    if family.name is None and file is None:
        raise UnusableInput("--symmetric takes a file with a candidate")
    if file is None:
        name = str(family_name(family.name or ""))
        goal = target(output, f"{name}-k{family.k}.json", force=force)
        point = member(name, family.k or 0)
        conclude(prove_symmetric(point, command=command_line(), progress=say), goal)
        return
    source = read_source(file)
    goal = target(
        output,
        default_name(
            stem(file),
            "symmetric",
            variable=which.variable,
            index=which.index,
            transpose=which.transpose,
        ),
        inputs=[source],
        force=force,
    )
    block = read_block_point(source)
    if block is not None:
        attempt = prove_symmetric(block, command=command_line(), progress=say)
    else:
        dense = read_candidate(source, None, family.k, which, most=_LARGEST_DENSE)
        say(as_read(dense, source.name))
        attempt = prove_symmetric_matrix(dense, command=command_line(), progress=say)
    conclude(attempt, goal)


def _prove_every(file: Path | None, family: _Family, output: str | None, force: bool) -> None:
    """Prove a family's members at every k from some on, or none a minimum between two k."""
    from certify.gaussian.prove.family import prove_family, prove_family_saddle

    k_from, k_to = family.k_from, family.k_to
    if file is not None or family.k is not None or family.name is None or k_from is None:
        raise UnusableInput(
            "--k-from needs --family, --k-to needs both, and neither takes a file or -k"
        )
    name = str(family_name(family.name))
    if k_to is not None:
        goal = target(
            output,
            f"{name}-no-minimum-from-{k_from}-to-{k_to}.json".replace(os.sep, "_"),
            force=force,
        )
        attempt = prove_family_saddle(name, k_from, k_to, command=command_line(), progress=say)
    else:
        first = whole_number(k_from)
        goal = target(output, f"{name}-every-k-from-{first}.json", force=force)
        attempt = prove_family(name, first, command=command_line(), progress=say)
    conclude(attempt, goal)


def _found(search: Search) -> Candidate:
    """The first candidate of the search, which goes on with further seeds for 20 rounds."""
    if search.k is None and search.targets is None:
        raise UnusableInput("give -k, or a file with a candidate")
    for seed in range(search.seed, search.seed + _ROUNDS):
        result = replace(search, seed=seed).run()
        say(
            f"seed {seed}: {counted(result.trials, 'start')},"
            f" {counted(len(result), 'class', 'classes')} of minima above the global one"
        )
        if result.candidates:
            return result.candidates[0]
    typer.echo(
        f"not proved: none of {_ROUNDS * search.trials} random starts ended at a minimum above the"
        " global one"
    )
    raise typer.Exit(1)
