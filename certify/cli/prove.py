"""`certify prove`: a certificate for a candidate, found or given."""

from __future__ import annotations

from dataclasses import replace
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
from certify.cli.declared import Argument, Option
from certify.cli.find import Search
from certify.cli.options import (
    JOBS,
    Count,
    Index,
    Jobs,
    Seed,
    Teachers,
    Transpose,
    Variable,
    stem,
)
from certify.errors import UnusableInput
from certify.kernel.foundation.reals import counted
from certify.terminal import echo

if TYPE_CHECKING:
    from certify.gaussian.search.candidate import Candidate
    from certify.reading import Which

__all__ = ["prove"]


_ROUNDS = 20  # of a search for a candidate
_LARGEST_DENSE = 1000  # rows and columns of a dense matrix whose symmetry is looked for


def prove(
    file: Annotated[
        Path | None,
        Argument(
            help=(
                "A candidate of your own, one row a neuron: .npy, .npz, .mat, .json (students and"
                " targets, or rows), a table of numbers."
            )
        ),
    ] = None,
    k: Count = None,
    n: Annotated[int | None, Option("-n", help="Number of students (default k).")] = None,
    d: Annotated[int | None, Option("-d", help="Dimension of the input (default k).")] = None,
    teachers: Teachers = None,
    variable: Variable = None,
    index: Index = None,
    transpose: Transpose = False,
    trials: Annotated[
        int, Option(min=1, max=10**7, help="Random starts a round; 20 rounds at most.")
    ] = 1000,
    seed: Seed = 0,
    jobs: Jobs = JOBS,
    symmetric: Annotated[
        bool,
        Option("--symmetric", help="Detect the symmetry of the candidate in FILE and use it."),
    ] = False,
    polish: Annotated[
        bool, Option("--polish/--no-polish", help="Newton's method to 45 digits first.")
    ] = True,
    output: Output = None,
    force: Force = False,
) -> None:
    """Find (or take) a candidate, prove it, write the certificate and print the theorem."""
    from certify.arrays import read_source
    from certify.gaussian.points import as_read, read_candidate
    from certify.gaussian.prove.minimum import prove_candidate
    from certify.reading import Which

    which = Which(variable, index, transpose)
    if file is None and which != Which():
        fail("--variable, --index and --transpose say what is meant in a FILE: give one")
    if symmetric:
        if teachers is not None or n is not None or d is not None or not polish:
            fail(
                "--symmetric is for orthonormal teachers and polishes by itself: it takes no"
                " --teachers, -n, -d or --no-polish"
            )
        _prove_symmetric(file, k, which, output, force)
        return
    sources = [read_source(path) for path in (file, teachers) if path is not None]
    if file is None:
        name = _searched_name(k, n, d, teachers, seed)
        goal = target(output, name, inputs=sources, force=force) if name else None
        given = sources[0] if sources else None
        candidate = _found(Search(k, n, d, given, trials, seed, jobs))
    else:
        candidate = read_candidate(
            sources[0], sources[1] if teachers is not None else None, k, which, (n, d)
        )
        for letter, asked, has in (("n", n, candidate.n), ("d", d, candidate.d)):
            if asked is not None and asked != has:
                raise UnusableInput(
                    f"{letter} = {asked} was asked for, but the candidate has {letter} = {has}"
                )
        say(as_read(candidate, sources[0].name))
        variants = {
            "teachers": teachers and teachers.stem,
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
    k: int | None, n: int | None, d: int | None, teachers: Path | None, seed: int
) -> str | None:
    """The default name of what a search finds; None where k is told by a file of teachers only."""
    if k is None:
        return (
            None
            if teachers is None
            else f"gaussian-{default_name(teachers.stem, 'teachers', n=n, d=d, seed=seed or None)}"
        )
    parts = [f"gaussian-n{n if n is not None else k:02d}-k{k:02d}"]
    parts += [f"d{d:02d}"] if d not in (None, k) else []
    parts += [f"teachers-{teachers.stem}"] if teachers is not None else []
    parts += [f"seed{seed}"] if seed else []
    return f"{'-'.join(parts)}.json"


def _prove_symmetric(
    file: Path | None, k: int | None, which: Which, output: str | None, force: bool
) -> None:
    """Prove the point in the file by its symmetry."""
    from certify.arrays import read_source
    from certify.gaussian.points import as_read, read_block_point, read_candidate
    from certify.gaussian.prove.symmetric import prove_symmetric, prove_symmetric_matrix

    if file is None:
        raise UnusableInput("--symmetric takes a file with a candidate")
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
        dense = read_candidate(source, None, k, which, most=_LARGEST_DENSE)
        say(as_read(dense, source.name))
        attempt = prove_symmetric_matrix(dense, command=command_line(), progress=say)
    conclude(attempt, goal)


def _found(search: Search) -> Candidate:
    """The first candidate of the search, which goes on with further seeds for 20 rounds."""
    if search.k is None and search.teachers is None:
        raise UnusableInput("give -k, or a file with a candidate")
    for seed in range(search.seed, search.seed + _ROUNDS):
        result = replace(search, seed=seed).run()
        say(
            f"seed {seed}: {counted(result.trials, 'start')},"
            f" {counted(len(result), 'class', 'classes')} of minima above the global one"
        )
        if result.candidates:
            return result.candidates[0]
    echo(
        f"not proved: none of {_ROUNDS * search.trials} random starts ended at a minimum above the"
        " global one"
    )
    raise SystemExit(1)
