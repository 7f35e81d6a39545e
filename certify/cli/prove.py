"""`certify prove`: a certificate for a candidate, found or given."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from functools import partial
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
    Activation,
    Count,
    Index,
    Jobs,
    Seed,
    Signs,
    Slope,
    Teachers,
    Transpose,
    Variable,
    sigma_of,
    stem,
    variant,
)
from certify.errors import UnusableInput
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.reals import counted
from certify.terminal import echo

if TYPE_CHECKING:
    from collections.abc import Callable

    from certify.attempt import Attempt
    from certify.gaussian.search.candidate import Candidate
    from certify.kernel.gaussian.activation import Activation as Sigma
    from certify.reading import Which

__all__ = ["prove"]


_ROUNDS = 20  # of a search for a candidate
_TRIALS = 1000  # starts a round
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
    activation: Activation = None,
    slope: Slope = None,
    signs: Signs = None,
    variable: Variable = None,
    index: Index = None,
    transpose: Transpose = False,
    trials: Annotated[
        int | None,
        Option(
            min=1,
            max=10**7,
            help=(
                "Run so many random starts, 20 rounds at most, and take the lowest minimum. Without"
                " it: 1000 a round, until a minimum is proved."
            ),
        ),
    ] = None,
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
    sigma = sigma_of(activation, slope)
    if file is None and which != Which():
        fail("--variable, --index and --transpose say what is meant in a FILE: give one")
    if file is None and signs is not None:
        fail("--signs says what the output weights of the rows in a FILE are: give one")
    if symmetric:
        if teachers is not None or n is not None or d is not None or not polish:
            fail(
                "--symmetric is for orthonormal teachers and polishes by itself: it takes no"
                " --teachers, -n, -d or --no-polish"
            )
        _prove_symmetric(file, k, which, (sigma, signs), (output, force))
        return
    sources = [read_source(path) for path in (file, teachers) if path is not None]
    prove_point = partial(prove_candidate, polished=polish, command=command_line(), progress=say)
    if file is None:
        name = _searched_name(k, n, d, teachers, seed, sigma)
        goal = target(output, name, inputs=sources, force=force)
        given = sources[0] if sources else None
        search = Search(k, n, d, given, trials or _TRIALS, seed, jobs, sigma)
        attempt = _searched(search, prove_point, lowest=trials is not None)
    else:
        candidate = read_candidate(
            sources[0], sources[1] if teachers is not None else None, k, which, (n, d)
        )
        candidate = _as_told(candidate, (sigma, signs))
        for letter, asked, has in (("n", n, candidate.n), ("d", d, candidate.d)):
            if asked is not None and asked != has:
                raise UnusableInput(
                    f"{letter} = {asked} was asked for, but the candidate has {letter} = {has}"
                )
        say(as_read(candidate, sources[0].name))
        variants = {
            "teachers": teachers and teachers.stem,
            **variant(sigma),
            "signs": signs is not None,
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
        attempt = prove_point(candidate)
    conclude(attempt, goal)


def _searched_name(
    k: int | None,
    n: int | None,
    d: int | None,
    teachers: Path | None,
    seed: int,
    sigma: Sigma | None,
) -> str:
    """The default name of what a search finds."""
    words = [word for word in variant(sigma) if word != "relu"]
    if k is None:
        if teachers is None:
            raise UnusableInput("give -k, or a file with a candidate")
        variants = {"n": n, "d": d, **dict.fromkeys(words, True), "seed": seed or None}
        return f"gaussian-{default_name(teachers.stem, 'teachers', **variants)}"
    parts = [f"gaussian-n{n if n is not None else k:02d}-k{k:02d}"]
    parts += [f"d{d:02d}"] if d not in (None, k) else []
    parts += [f"teachers-{teachers.stem}"] if teachers is not None else []
    parts += [*words, *([f"seed{seed}"] if seed else [])]
    return f"{'-'.join(parts)}.json"


def _prove_symmetric(
    file: Path | None,
    k: int | None,
    which: Which,
    told: tuple[Sigma | None, str | None],
    to: tuple[str | None, bool],
) -> None:
    """Prove the point in the file by its symmetry. told: activation and signs in the place of the
    file's. to: the output asked for, and whether to replace it.
    """
    from certify.arrays import read_source
    from certify.gaussian.block_points import read_block_point
    from certify.gaussian.points import as_read, read_candidate
    from certify.gaussian.prove.symmetric import prove_symmetric, prove_symmetric_matrix
    from certify.gaussian.signs import signed_blocks

    if file is None:
        raise UnusableInput("--symmetric takes a file with a candidate")
    source = read_source(file)
    output, force = to
    goal = target(
        output,
        default_name(
            stem(file),
            "symmetric",
            **variant(told[0]),
            signs=told[1] is not None,
            variable=which.variable,
            index=which.index,
            transpose=which.transpose,
        ),
        inputs=[source],
        force=force,
    )
    block = read_block_point(source)
    if block is not None:
        sigma, signs = told
        if sigma is not None:
            block = replace(block, activation=sigma)
        if signs is not None:
            block = replace(block, signs=signed_blocks(signs, block.parts))
        attempt = prove_symmetric(block, command=command_line(), progress=say)
    else:
        dense = read_candidate(source, None, k, which, most=_LARGEST_DENSE)
        dense = _as_told(dense, told)
        say(as_read(dense, source.name))
        attempt = prove_symmetric_matrix(dense, command=command_line(), progress=say)
    conclude(attempt, goal)


def _as_told(candidate: Candidate, told: tuple[Sigma | None, str | None]) -> Candidate:
    """With another activation and other signs, where these are told."""
    from certify.gaussian.signs import signed

    sigma, signs = told
    if sigma is not None:
        candidate = replace(candidate, activation=sigma)
    if signs is not None:
        candidate = replace(candidate, signs=signed(signs, candidate.n, candidate.k))
    return candidate


def _searched(
    search: Search, prove_point: Callable[[Candidate], Attempt], *, lowest: bool
) -> Attempt:
    """The attempt at a minimum that the search meets, which goes on with further seeds for 20
    rounds. lowest: at the lowest that the starts of a round meet; otherwise at one after the other
    as they are met, until one is proved. None met ends the command.
    """
    for seed in range(search.seed, search.seed + _ROUNDS):
        attempt = _round(replace(search, seed=seed), prove_point, lowest=lowest)
        if attempt is not None:
            return attempt
    tried = _ROUNDS * search.starts().trials
    echo(f"not proved: none of {tried} random starts ended at a minimum above the global one")
    raise SystemExit(1)


def _round(
    search: Search, prove_point: Callable[[Candidate], Attempt], *, lowest: bool
) -> Attempt | None:
    """The last attempt at minima that the starts with one seed meet; None if they meet none."""
    attempt, known, done = None, 0, 0
    starts = search.starts()
    with closing(search.portions(starts)) as portions:
        while done < starts.trials:
            found = search.more(portions, starts.trials, starts.trials if lowest else known)
            new, known, done = found.result(known), len(found.classes), found.done
            say(
                f"seed {search.seed}: {counted(done, 'start')},"
                f" {counted(known, 'class', 'classes')} of minima above the global one"
            )
            for candidate in new.candidates[: 1 if lowest else None]:
                attempt = prove_point(candidate)
                if isinstance(attempt.outcome, Proved) and done < starts.trials:
                    say(
                        f"stopped at the first minimum proved, after {done} of {starts.trials}"
                        f" starts; --trials {starts.trials} runs all and takes the lowest"
                    )
                if isinstance(attempt.outcome, Proved):
                    return attempt
    return attempt
