"""`certify search`, `survey` and `census`: where random and structured starts end, numerically."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from certify.cli.common import Force, command_line, destination, fail
from certify.cli.declared import Option
from certify.cli.options import (
    JOBS,
    Activation,
    Jobs,
    Seed,
    Slope,
    Teachers,
    shipped,
    sigma_of,
    sources,
)
from certify.errors import UnusableInput, Unwritable
from certify.files import json_text, refuse_folder, write_result
from certify.gaussian.names import whole_number
from certify.kernel.foundation import reals
from certify.progress import counted
from certify.shipped import at_hand
from certify.terminal import Column, echo, printable, tell, tell_table

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from certify.arrays import Source
    from certify.gaussian.search.starts import Found, SearchResult, Starts
    from certify.kernel.gaussian.activation import Activation as Sigma

__all__ = ["Search", "census", "search", "survey"]


@dataclass(frozen=True)
class Search:
    """What is searched for: n students of k teachers in dimension d, where nothing is said by
    default; and how: `trials` random starts from `seed` on, shared by `jobs` processes.

    teachers: a file of teachers; orthonormal ones without it. activation: ReLU without it.
    structured: structured starts instead of random ones.
    """

    k: int | None
    n: int | None
    d: int | None
    teachers: Source | None
    trials: int | None
    seed: int
    jobs: int
    activation: Sigma | None = None
    structured: bool = False

    def run(self) -> SearchResult:
        """Search. What cannot be used ends the command."""
        starts = self.starts()
        return self.more(self.portions(starts), starts.trials, starts.trials).result()

    def more(self, portions: Iterator[Found], trials: int, classes: int) -> Found:
        """Go on until more than so many classes have been met, or to the last of the trials."""
        with counted("searching", trials, "starts") as advance:
            done = 0
            for found in portions:
                advance(found.done - done, "")
                done = found.done
                if len(found.classes) > classes:
                    break
        return found

    def starts(self) -> Starts:
        """The starts, and the problem they belong to."""
        from certify.gaussian.points import read_teachers
        from certify.gaussian.search.starts import Starts

        teachers = None if self.teachers is None else read_teachers(self.teachers)
        k, d = self.k, self.d
        if k is None:
            if teachers is None:
                raise UnusableInput("give -k, or --teachers")
            k = len(teachers)
            d = len(teachers[0]) if d is None else d
        starts = Starts.of(k, self.n, d, teachers, self.trials, self.seed)
        if self.structured:
            starts = starts.structured(self.trials)
        return starts if self.activation is None else replace(starts, activation=self.activation)

    def portions(self, starts: Starts) -> Generator[Found]:
        """Search; what has been found, after each portion of the starts."""
        from certify.gaussian.search.starts import portions_found

        return portions_found(starts, jobs=self.jobs)


def search(
    k: Annotated[
        int | None,
        Option(
            "-k",
            parser=whole_number,
            metavar="INTEGER",
            help="Number of teachers (default: as many as --teachers has).",
        ),
    ] = None,
    n: Annotated[int | None, Option("-n", help="Number of students (default k).")] = None,
    d: Annotated[int | None, Option("-d", help="Dimension of the input (default k).")] = None,
    trials: Annotated[
        int | None,
        Option(
            min=1,
            max=10**7,
            help="Starts (default 1000 random ones, or a structured one for each pattern).",
        ),
    ] = None,
    seed: Seed = 0,
    structured: Annotated[
        bool,
        Option(
            "--structured",
            help=(
                "Start from flipped teachers, and n - k <= 6 companions turned away from one, two"
                " or three of them: every pattern for n - k <= 4; beyond, see the documentation."
            ),
        ),
    ] = False,
    jobs: Jobs = JOBS,
    teachers: Teachers = None,
    activation: Activation = None,
    slope: Slope = None,
    digits: Annotated[
        int | None, Option(min=1, max=150, help="Polish each point to this many digits.")
    ] = None,
    output: Annotated[
        Path | None,
        Option(
            "-o",
            "--output",
            parser=destination,
            metavar="FOLDER",
            help="Folder to write the candidates to, as .json.",
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Look for local minima above the global one, numerically (distinct ones modulo permutations,
    with counts).
    """
    if output is not None:
        refuse_folder(output)
    file = None if teachers is None else sources({"teachers": teachers})["teachers"]
    sigma = sigma_of(activation, slope)
    result = Search(k, n, d, file, trials, seed, jobs, sigma, structured).run()
    _tell(result)
    if digits is not None or output is not None:
        _write_candidates(result, digits, output, seed, force=force)
        if not result.candidates:
            echo("no candidate, so nothing was written", err=True)


def _tell(result: SearchResult) -> None:
    """The starts, and a table of the classes met."""
    ends = result.end_points
    patterned = any(end.pattern for end in ends)
    starts = (
        f"{reals.counted(result.trials, 'start')}: {result.at_global} at the global minimum,"
        f" {result.unsettled} unsettled"
    )
    if not ends:
        tell(f"{starts}; none at a local minimum above the global one")
        return
    tell_table(
        starts,
        [
            Column("class", [str(i) for i in range(1, len(ends) + 1)]),
            Column("hits", [str(candidate.hits) for candidate in result.candidates]),
            Column("loss", [f"{end.loss:.12f}" for end in ends]),
            Column("lambda_min", [f"{end.lambda_min:.9f}" for end in ends]),
            *([Column("first start", [end.pattern for end in ends])] if patterned else []),
        ],
    )


def _write_candidates(
    result: SearchResult, digits: int | None, folder: Path | None, seed: int, *, force: bool
) -> None:
    from certify.gaussian.activations import activation_field, named
    from certify.gaussian.search.polish import NotPolished, polish

    unwritten: list[str] = []
    for i, candidate in enumerate(result.candidates, start=1):
        students: Any = [list(row) for row in candidate.students]
        if digits is not None:
            try:
                students = polish(candidate.loss(), candidate.array, candidate.teachers, digits)
            except NotPolished as error:
                echo(f"class {i}: {error}", err=True)
        if folder is None:
            echo(json.dumps(students))
            continue
        name = "-".join(filter(None, (named(candidate.activation), f"seed{seed}" if seed else "")))
        sizes = f"n{candidate.n:02d}-k{candidate.k:02d}"
        path = folder / f"{sizes}{f'-{name}' if name else ''}-class{i:02d}.json"
        targets = "orthonormal" if candidate.targets is None else candidate.teachers
        document = {
            "students": students,
            "targets": targets,
            **activation_field(candidate.activation),
            "found": candidate.provenance,
        }
        try:
            write_result(json_text(document), path, force=force)
        except Unwritable as error:
            unwritten.append(str(error))
        else:
            echo(f"wrote {printable(str(path))}")
    if unwritten:
        fail("; ".join(unwritten))


def survey(
    k: Annotated[str, Option("-k", help="Numbers of teachers, as 6-20 or 6,7,8.")],
    extra: Annotated[str, Option(help="n = k + extra students, as 0 or 0,1.")] = "0",
    trials: Annotated[int, Option(min=1, max=10**7, help="Random starts for each k and n.")] = 1000,
    seed: Seed = 0,
    jobs: Jobs = JOBS,
    dask: Annotated[str | None, Option(help="Address of a Dask cluster to run on.")] = None,
    ledger: Annotated[
        Path,
        Option(
            parser=destination,
            help="One line a start, append-only; starts it has are not run again.",
        ),
    ] = Path("survey.jsonl"),
    proofs: Annotated[
        list[Path] | None,
        Option(
            help="Certificates to match end points to, files or folders.",
            show_default="those that come with certify",
        ),
    ] = None,
    certify: Annotated[
        Path | None,
        Option(
            parser=destination,
            help=(
                "Prove minima (and saddles) that match no certificate; write them into this folder."
            ),
        ),
    ] = None,
    as_json: Annotated[
        bool, Option("--json", help="One JSON object a line, for each k and n.")
    ] = False,
    markdown: Annotated[
        Path | None,
        Option(parser=destination, help="File to write the tables to, as Markdown."),
    ] = None,
    force: Force = False,
) -> None:
    """Where do random starts end? Each end point is matched exactly to a critical point certified
    in this run; with counts and intervals.
    """
    from certify.gaussian.survey import command
    from certify.gaussian.survey.campaign import Plan, grid

    folders = tuple(map(at_hand, proofs or [shipped()]))
    plan = Plan(grid(k, extra), trials, seed, folders, certify, command_line())
    destination = command.Destination(ledger, markdown, as_json, force)
    proved = command.conduct(plan, destination, jobs=jobs, dask=dask)
    raise SystemExit(0 if proved else 1)


def census(
    first: Annotated[
        int, Option("--from", parser=whole_number, metavar="INTEGER", help="The first k.")
    ] = 6,
    last: Annotated[
        int, Option("--to", parser=whole_number, metavar="INTEGER", help="The last k, up to 200.")
    ] = 30,
    jobs: Jobs = JOBS,
    output: Annotated[
        Path,
        Option(
            "-o",
            "--output",
            parser=destination,
            metavar="FOLDER",
            help="Folder of the certificates and the ledger; each k it has is not searched again.",
        ),
    ] = Path("census"),
    as_json: Annotated[bool, Option("--json", help="One JSON object a line, for each k.")] = False,
) -> None:
    """Which symmetric spurious minima are there? From structured starts, n = k: every class with up
    to three diagonal blocks that is found is proved, written and counted.
    """
    from certify.gaussian.census.campaign import Plan
    from certify.gaussian.census.command import conduct
    from certify.gaussian.census.starts import LARGEST

    if not 2 <= first <= last <= LARGEST:
        raise UnusableInput(f"--from {first} --to {last}: 2 <= from <= to <= {LARGEST} is needed")
    proved = conduct(Plan(tuple(range(first, last + 1)), output, jobs), as_json=as_json)
    raise SystemExit(0 if proved else 1)
