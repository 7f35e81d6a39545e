"""The command line: no mathematics here, and heavy imports only inside the commands that need them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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
from certify.cli.data import app as data_app
from certify.cli.data import table_options
from certify.errors import UnusableInput
from certify.files import Unwritable, json_text, refuse_folder, refuse_to_lose, write_result
from certify.gaussian.names import family_name, whole_number
from certify.judge import (
    Checker,
    Line,
    certificate_files,
    exit_code,
    judge_all,
    printable,
    shipped_folder,
)
from certify.kernel.foundation.outcomes import Proved, Rejected
from certify.kernel.foundation.reals import counted
from certify.terminal import tell, tell_table, while_read
from certify.version import __version__

if TYPE_CHECKING:
    from certify.about import Finding
    from certify.arrays import Source
    from certify.gaussian.prove.minimum import Attempt
    from certify.gaussian.search.candidate import Candidate
    from certify.gaussian.search.starts import SearchResult
    from certify.kernel.foundation.reals import Interval
    from certify.reading import Columns, Which

__all__ = ["app"]

_LARGEST_DENSE = 1000  # rows and columns of a dense matrix whose symmetry is looked for
_DIGITS = 35  # to which the birth of a family is enclosed
_SHARE = 0.9  # of the largest basin
_LARGEST_COUNT = 1000  # beyond it the number of points has thousands of digits

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(data_app, name="data")

Jobs = Annotated[int, typer.Option("--jobs", min=1, max=256, help="Processes to share the work.")]


def _whole(text: str) -> int:
    """A whole number as people write it: 1000000, 1e6, 10^6."""
    try:
        return whole_number(text)
    except UnusableInput as error:
        fail(str(error))


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"certify {__version__}")
        raise typer.Exit(0)


_TAKE_PATHS = ("atlas", "basin", "check", "formal", "prove", "report", "show", "split")


@app.callback()
def main(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Computer-assisted proofs about neural-network loss landscapes.

    Exit codes: 0 everything proved, 1 something not proved, 2 unusable input or usage, 3 declined,
    70 a fault of ours, 130 interrupted.
    """
    if context.invoked_subcommand in _TAKE_PATHS and "" in sys.argv[1:]:
        # as a path it would mean this folder
        fail("an argument is empty: a variable that is not set?")
    del version  # its callback has answered


def _search(
    k: int | None,
    n: int | None,
    d: int | None,
    trials: int,
    seed: int,
    jobs: int,
    targets: Source | None = None,
) -> SearchResult:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from certify.gaussian.points import read_targets
    from certify.gaussian.search.starts import run_search

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("starts"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    try:
        teachers = None if targets is None else read_targets(targets)
        if k is None:
            if teachers is None:
                raise UnusableInput("give -k, or --targets")
            k = len(teachers)
            d = len(teachers[0]) if d is None else d
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as bar:
            task = bar.add_task("searching", total=trials)
            return run_search(
                k,
                n,
                d,
                targets=teachers,
                trials=trials,
                seed=seed,
                jobs=jobs,
                progress=lambda done: bar.advance(task, done),
            )
    except UnusableInput as error:
        fail(str(error))


@app.command()
def search(
    k: Annotated[
        int | None,
        typer.Option(
            "-k",
            parser=_whole,
            metavar="INTEGER",
            help="Number of teachers (default: as many as --targets has).",
        ),
    ] = None,
    n: Annotated[int | None, typer.Option("-n", help="Number of students (default k).")] = None,
    d: Annotated[int | None, typer.Option("-d", help="Dimension of the input (default k).")] = None,
    trials: Annotated[int, typer.Option(min=1, max=10**7, help="Random starts.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the starts.")] = 0,
    jobs: Jobs = 1,
    targets: Annotated[
        Path | None,
        typer.Option(help="Teachers, one row each (.npy, .npz, .json); orthonormal by default."),
    ] = None,
    digits: Annotated[
        int | None, typer.Option(min=1, max=150, help="Polish each point to this many digits.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write the candidates to, as .json.")
    ] = None,
    force: Force = False,
) -> None:
    """Look for local minima above the global one, numerically (distinct ones modulo permutations,
    with counts).
    """
    if out is not None:
        try:
            refuse_folder(out)
        except Unwritable as error:
            fail(str(error))
    result = _search(
        k,
        n,
        d,
        trials,
        seed,
        jobs,
        None if targets is None else _sources({"targets": targets})["targets"],
    )
    from rich.table import Table

    table = Table(
        title=(
            f"{result.trials} starts: {result.at_global} at the global minimum, {result.unsettled}"
            " unsettled"
        )
    )
    for name in ("class", "hits", "loss", "lambda_min"):
        table.add_column(name, justify="right")
    for i, (candidate, end) in enumerate(
        zip(result.candidates, result.end_points, strict=True), start=1
    ):
        table.add_row(str(i), str(candidate.hits), f"{end.loss:.12f}", f"{end.lambda_min:.9f}")
    tell_table(table)
    if digits is not None or out is not None:
        _write_candidates(result, digits, out, seed, force=force)
        if not result.candidates:
            typer.echo("no candidate, so nothing was written", err=True)


def _write_candidates(
    result: SearchResult, digits: int | None, out: Path | None, seed: int, *, force: bool
) -> None:
    from certify.gaussian.search.polish import NotPolished, polish

    unwritten: list[str] = []
    for i, candidate in enumerate(result.candidates, start=1):
        students: Any = [list(row) for row in candidate.students]
        if digits is not None:
            try:
                students = polish(candidate.loss(), candidate.array, candidate.teachers, digits)
            except NotPolished as error:
                typer.echo(f"class {i}: {error}", err=True)
        if out is None:
            typer.echo(json.dumps(students))
            continue
        path = (
            out
            / f"n{candidate.n:02d}-k{candidate.k:02d}{f'-seed{seed}' if seed else ''}-class{i:02d}.json"
        )
        targets = "orthonormal" if candidate.targets is None else candidate.teachers
        document = {"students": students, "targets": targets, "found": candidate.provenance}
        try:
            write_result(json_text(document), path, force=force)
        except Unwritable as error:
            unwritten.append(str(error))
        else:
            typer.echo(f"wrote {printable(str(path))}")
    if unwritten:
        fail("; ".join(unwritten))


@app.command()
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
        int | None, typer.Option("-k", parser=_whole, metavar="INTEGER", help="Number of teachers.")
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
        _prove_every(file, k, family, k_from, k_to, output, force)
        return
    if family is not None or symmetric:
        _prove_symmetric(file, k, family, which, output, force)
        return
    try:
        sources = [read_source(path) for path in (file, targets) if path is not None]
        if file is None:
            name = _searched_name(k, n, d, targets, seed)
            goal = target(output, name, inputs=sources, force=force) if name else None
            candidate = _found(k, n, d, sources[0] if sources else None, trials, seed, jobs)
        else:
            candidate = read_candidate(
                sources[0], sources[1] if targets is not None else None, k, which, (n, d)
            )
            for letter, asked, given in (("n", n, candidate.n), ("d", d, candidate.d)):
                if asked is not None and asked != given:
                    raise UnusableInput(
                        f"{letter} = {asked} was asked for, but the candidate has {letter} ="
                        f" {given}"
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
                default_name(_stem(file), "certificate", **variants),
                inputs=sources,
                force=force,
            )
    except UnusableInput as error:
        fail(str(error))
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


def _stem(file: Path) -> str:
    return "stdin" if str(file) == "-" else file.stem


def _prove_symmetric(
    file: Path | None,
    k: int | None,
    family: str | None,
    which: Which,
    output: str | None,
    force: bool,
) -> None:
    from certify.arrays import read_source
    from certify.gaussian.points import as_read, read_block_point, read_candidate
    from certify.gaussian.prove.symmetric import prove_symmetric, prove_symmetric_matrix
    from certify.gaussian.search.families import family as member

    try:
        if family is not None and (file is not None or k is None):
            raise UnusableInput("--family takes -k and no file")
        if family is None and file is None:
            raise UnusableInput("--symmetric takes a file with a candidate")
        if file is None:
            name = family_name(family or "")
            goal = target(output, f"{name}-k{k}.json", force=force)
            conclude(
                prove_symmetric(member(str(name), k or 0), command=command_line(), progress=say),
                goal,
            )
            return
        source = read_source(file)
        goal = target(
            output,
            default_name(
                _stem(file),
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
    except UnusableInput as error:
        fail(str(error))
    conclude(attempt, goal)


def _prove_every(
    file: Path | None,
    k: int | None,
    family: str | None,
    k_from: str | None,
    k_to: str | None,
    output: str | None,
    force: bool,
) -> None:
    from certify.gaussian.prove.family import prove_family, prove_family_saddle

    try:
        if file is not None or k is not None or family is None or k_from is None:
            raise UnusableInput(
                "--k-from needs --family, --k-to needs both, and neither takes a file or -k"
            )
        name = str(family_name(family))
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
    except UnusableInput as error:
        fail(str(error))
    conclude(attempt, goal)


def _found(
    k: int | None,
    n: int | None,
    d: int | None,
    targets: Source | None,
    trials: int,
    seed: int,
    jobs: int,
) -> Candidate:
    if k is None and targets is None:
        raise UnusableInput("give -k, or a file with a candidate")
    for rounds in range(20):
        result = _search(k, n, d, trials, seed + rounds, jobs, targets)
        say(
            f"seed {seed + rounds}: {counted(result.trials, 'start')},"
            f" {counted(len(result), 'class', 'classes')} of minima above the global one"
        )
        if result.candidates:
            return result.candidates[0]
    typer.echo(
        f"not proved: none of {20 * trials} random starts ended at a minimum above the global one"
    )
    raise typer.Exit(1)


@app.command()
@table_options(by_label=True)
def check(
    paths: Annotated[
        list[Path], typer.Argument(help="Certificates, or folders of them; - for standard input.")
    ],
    columns: Columns,
    checker: Annotated[
        Checker,
        typer.Option(help="arb: the kernel; standalone: proofs/recheck; all: both must agree."),
    ] = Checker.arb,
    jobs: Jobs = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            help=(
                "Your table: are its data those of the certificate? (with --target, --label, ... as"
                " they were proved)"
            ),
        ),
    ] = None,
    candidate: Annotated[
        Path | None,
        typer.Option(
            "--candidate", help="Your matrix of students: does it lie in the certified ball?"
        ),
    ] = None,
    teachers: Annotated[
        Path | None,
        typer.Option(
            "--targets",
            help="With --candidate: its teachers, where these are in a file of their own.",
        ),
    ] = None,
    variable: Annotated[
        str | None,
        typer.Option("--variable", help="With --candidate: the array that holds the students."),
    ] = None,
    index: Annotated[
        int | None,
        typer.Option(
            "--index", min=1, help="With --candidate: which of several stacked points, from 1."
        ),
    ] = None,
    transpose: Annotated[
        bool, typer.Option("--transpose", help="With --candidate: each column is a neuron.")
    ] = False,
    network: Annotated[
        Path | None,
        typer.Option(
            "--network",
            help="Your trained network: does it lie in the cell of the certified point?",
        ),
    ] = None,
) -> None:
    """Re-prove certificates from their files alone. One line a file, in the order given.

    With --data, --candidate or --network a further line says whether the certificate is about your
    file (exit code 1 if it is not).
    """
    files: list[Path] = []
    for path in paths:
        found = list(certificate_files([path]))
        if not found:
            fail(f"no certificate (*.json) in {path}")
        files += found
    own = {
        name: path
        for name, path in (("data", data), ("candidate", candidate), ("network", network))
        if path is not None
    }
    if data is None and not columns.plain:
        fail("options of a table say how --data is read: give it")
    if own and Path("-") in paths:
        fail(
            "--data, --candidate and --network are compared with certificates in files, not with"
            " one on standard input"
        )
    if candidate is None and (
        teachers is not None or variable is not None or index is not None or transpose
    ):
        fail(
            "--targets, --variable, --index and --transpose say how a --candidate is read: give it"
        )
    from certify.reading import Which

    sources = (
        _sources({**own, **({} if teachers is None else {"targets": teachers})}) if own else {}
    )
    lines, codes = [], [0]
    with while_read():
        for path, line in zip(files, judge_all(files, checker, jobs), strict=True):
            lines.append(line)
            findings = (
                _about(path, line, sources, columns, Which(variable, index, transpose))
                if own
                else []
            )
            codes += [finding.exit_code for finding in findings]
            record = (
                {
                    **line.record,
                    "about": [
                        {"holds": finding.holds, "sentence": finding.sentence}
                        for finding in findings
                    ],
                }
                if own
                else line.record
            )
            typer.echo(json.dumps(record) if as_json else line.text)
            if not as_json:
                for finding in findings:
                    typer.echo(f"  {printable(finding.text)}")
    raise typer.Exit(exit_code(lines) or max(codes))


def _sources(paths: dict[str, Path]) -> dict[str, Source]:
    """The user's own files, read once."""
    from certify.arrays import read_source

    try:
        return {name: read_source(path) for name, path in paths.items()}
    except UnusableInput as error:
        fail(str(error))


def _about(
    path: Path, line: Line, sources: dict[str, Source], columns: Columns, which: Which
) -> list[Finding]:
    """Whether the certificate, if it can be read, is about the user's own files."""
    from certify import about
    from certify.certificate import load
    from certify.kernel.foundation.errors import Malformed

    if line.verdict not in (Proved.verdict, Rejected.verdict):
        return []
    found = []
    for name, source in sources.items():
        try:
            certificate = load(path)
            if name == "data":
                found.append(about.about_data(certificate, source, columns))
            elif name == "candidate":
                found.append(
                    about.about_candidate(certificate, source, which, sources.get("targets"))
                )
            elif name == "network":
                found.append(about.about_network(certificate, source))
        except (UnusableInput, Malformed) as error:
            found.append(about.Finding(None, f"{source.name}: {error}"))
    return found


@app.command()
def show(
    file: Annotated[Path, typer.Argument(help="A certificate; - for standard input.")],
    latex: Annotated[
        bool,
        typer.Option(
            "--latex", help="Only the theorem, as a LaTeX environment (amsmath, amssymb, amsthm)."
        ),
    ] = False,
) -> None:
    """The theorem, what it claims in numbers, every inequality that was verified
    (code, left < right), and the kernel's verdict.
    """
    from certify.kernel.foundation.errors import Malformed
    from certify.report import command

    try:
        text, line = command.latex(file) if latex else command.show(file)
    except Malformed as error:
        fail(f"{file}: {error}")
    tell(text or line.text, err=not text)
    raise typer.Exit(exit_code([line]))


@app.command()
def report(
    paths: Annotated[list[Path], typer.Argument(help="Certificates, or folders of them.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="The report to write, .html or .tex (default: named after what it is about).",
        ),
    ] = None,
    checker: Annotated[
        Checker,
        typer.Option(help="arb: the kernel; standalone: proofs/recheck; all: both must agree."),
    ] = Checker.all,
    jobs: Jobs = 2,
    force: Force = False,
) -> None:
    """Check certificates and write one file about them for people to read: theorems, claims,
    pictures, verdicts. Exit codes as `check`.
    """
    from certify.report import command

    try:
        code = command.report(paths, output, checker, jobs, force=force, tell=tell)
    except (command.Unusable, Unwritable) as error:
        fail(str(error))
    raise typer.Exit(code)


@app.command()
def formal(
    file: Annotated[
        Path,
        typer.Argument(
            help=(
                "A certificate of the kind gaussian-minimum, teachers orthonormal, every dimension"
                " claimed."
            )
        ),
    ],
    reference: Annotated[
        bool,
        typer.Option(
            "--reference",
            help="Compute on Coq's integers: slower, with Coq's standard axioms of the reals only.",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="File to write the Coq certificate to, as minimum.v."),
    ] = None,
    force: Force = False,
) -> None:
    """Prove the minimum of a certificate in Coq; print the exact Coq statement, what it does not
    cover, and its assumptions.
    """
    from rich.console import Console

    from certify.gaussian.formal.coqc import (
        UNCOVERED,
        FormalProof,
        NotFormal,
        prove_formally,
    )
    from certify.kernel.foundation.errors import Malformed

    console = Console(stderr=True)
    try:
        if output is not None:
            refuse_to_lose(output, inputs=[file], force=force)
    except Unwritable as error:
        fail(str(error))
    try:
        with console.status("coqc") as status:
            result = prove_formally(file, reference, status.update)
    except Malformed as error:
        fail(f"{file}: {error}")
    if isinstance(result, NotFormal):
        typer.echo(f"not proved {printable(str(file))}: {result.reason}")
        raise typer.Exit(1)
    if not isinstance(result, FormalProof):
        typer.echo(Line.of(str(file), result).text)
        raise typer.Exit(result.exit_code)
    if output is not None:
        try:
            write_result(result.source, output, inputs=[file], force=force)
        except Unwritable as error:
            fail(str(error))
    tell(
        f"{result.statement}\n\nNot in the Coq statement: {UNCOVERED}\nAssumptions"
        f" ({len(result.assumptions)}): {', '.join(result.assumptions)}"
    )
    tell(
        f"{Proved.verdict} {printable(str(file))}: accepted by coqc in {result.seconds:.0f} s, the"
        " statement equal to the file's field by field"
    )


@app.command()
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

    try:
        name = str(family_name(family))
        goal = target(
            output,
            default_name("birth", name, digits=None if digits == _DIGITS else digits),
            force=force,
        )
        attempt = prove_birth(name, digits, command=command_line())
    except UnusableInput as error:
        fail(str(error))
    conclude(attempt, goal)


@app.command()
def split(
    file: Annotated[Path, typer.Argument(help="A certificate of a minimum.")],
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


@app.command()
def basin(
    file: Annotated[Path, typer.Argument(help="A certificate of a minimum.")],
    share: Annotated[
        float,
        typer.Option(
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


@app.command("random-teacher")
def random_teacher(
    k: Annotated[
        int,
        typer.Option(
            "-k", parser=_whole, metavar="INTEGER", help="Number of teachers, 6 to 32; n = k."
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
    try:
        targets = draw_teachers(k, d, seed)
    except UnusableInput as error:
        fail(str(error))
    conclude(prove_teachers(targets, command=command_line(), found={"seed": seed}), goal)


@app.command("near-orthonormal")
def near_orthonormal(
    k: Annotated[
        int,
        typer.Option(
            "-k", parser=_whole, metavar="INTEGER", help="Number of teachers, 6 to 32; n = k."
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
    try:
        attempt = prove_near_orthonormal(k, command=command_line())
    except UnusableInput as error:
        fail(str(error))
    conclude(attempt, goal)


@app.command("enumerate")
def enumerate_points(
    k: Annotated[
        int,
        typer.Option(
            "-k",
            parser=_whole,
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
    try:
        attempt = prove_enumeration(k, command=command_line())
    except UnusableInput as error:
        fail(str(error))
    conclude(attempt, goal)


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
    from certify.arrays import read_source
    from certify.kernel.foundation.errors import Malformed
    from certify.kernel.foundation.exact import parse_json

    try:
        source = read_source(file)
        goal = target(output, f"{_stem(file)}.{name}.json", inputs=[source], force=force)
        attempt = prove_it(parse_json(source.data))
    except (Malformed, UnusableInput, ValueError) as error:
        fail(f"{file}: {error}")
    conclude(attempt, goal)


def _shipped() -> Path:
    """The folder of the certificates that come with this package."""
    return shipped_folder() or fail(
        "this installation carries no certificates (the folder proofs of the repository,"
        " certify/proofs of a wheel): say which"
    )


@app.command()
def atlas(
    k: Annotated[
        int, typer.Option("-k", parser=_whole, metavar="INTEGER", help="Number of teachers.")
    ],
    n: Annotated[int | None, typer.Option("-n", help="Number of students; all by default.")] = None,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Certificates, or folders of them.", show_default="those that come with certify"
        ),
    ] = None,
) -> None:
    """Every class certified at this k: symmetry, loss, smallest eigenvalue, index, orbit; each
    proof is checked again.
    """
    from rich.table import Table

    from certify.gaussian.atlas import atlas as collect
    from certify.gaussian.atlas import count

    folders = paths or [_shipped()]
    entries = collect(certificate_files(folders), k, n)
    for folder in folders:
        if not folder.exists():
            fail(f"{folder} does not exist")
    if not entries:
        fail(f"no certificate of a symmetric kind with k = {k} in {', '.join(map(str, folders))}")
    table = Table(
        title=(
            f"Certified critical points in R^(n x {k}), padded with zeros in R^(n x d), every d >="
            f" {k}, teachers orthonormal"
        )
    )
    for name in (
        "n",
        "certificate",
        "fixed by",
        "kind",
        "loss",
        f"lambda_min, d = {k}",
        "index",
        f"orbit, d = {k}",
    ):
        table.add_column(
            name,
            justify="left" if name in ("certificate", "fixed by", "kind") else "right",
            no_wrap=True,
        )
    for entry in entries:
        if entry.claim is not None:
            claim, problem = entry.claim, entry.claim.problem
            orbit = problem.orbit() if claim.exact_isotropy else "not claimed"
            loss, lowest = (_figure(value) for value in (claim.loss, claim.lambda_min))
            what = "saddle" if claim.saddle else "minimum"
            table.add_row(
                str(problem.n),
                entry.path.stem,
                problem.isotropy(),
                what,
                loss,
                lowest,
                claim.index_in("d"),
                orbit,
            )
    tell_table(table, 200)
    if k <= _LARGEST_COUNT:
        for students, points in count(entries).items():
            tell(
                f"n = {students}: at least {points} distinct spurious local minima in R^({students}"
                f" x {k})"
            )
    for entry in entries:
        if entry.claim is None:
            typer.echo(f"not proved: {printable(str(entry.path))}: {entry.trouble}", err=True)
    raise typer.Exit(0 if all(entry.claim for entry in entries) else 1)


def _figure(value: Interval) -> str:
    """The number that the interval holds: to 12 digits where both ends have the same, else the
    interval, rounded outward.
    """
    from certify.enclosure import Enclosure

    low, high = (f"{float(text):.12g}" for text in value.texts)
    return low if low == high else Enclosure.of(*value.texts).printed(6)


@app.command()
def survey(
    k: Annotated[str, typer.Option("-k", help="Numbers of teachers, as 6-20 or 6,7,8.")],
    extra: Annotated[str, typer.Option(help="n = k + extra students, as 0 or 0,1.")] = "0",
    trials: Annotated[
        int, typer.Option(min=1, max=10**7, help="Random starts for each k and n.")
    ] = 1000,
    seed: Annotated[int, typer.Option(min=0, max=2**63, help="Seed of the starts.")] = 0,
    jobs: Jobs = 1,
    dask: Annotated[str | None, typer.Option(help="Address of a Dask cluster to run on.")] = None,
    ledger: Annotated[
        Path, typer.Option(help="One line a start, append-only; starts it has are not run again.")
    ] = Path("survey.jsonl"),
    proofs: Annotated[
        list[Path] | None,
        typer.Option(
            help="Certificates to match end points to, files or folders.",
            show_default="those that come with certify",
        ),
    ] = None,
    certify: Annotated[
        Path | None,
        typer.Option(
            help=(
                "Prove minima (and saddles) that match no certificate; write them into this folder."
            )
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, for each k and n.")
    ] = False,
    markdown: Annotated[
        Path | None, typer.Option(help="File to write the tables to, as Markdown.")
    ] = None,
    force: Force = False,
) -> None:
    """Where do random starts end? Each end point is matched exactly to a critical point certified
    in this run; with counts and intervals.
    """
    from certify.gaussian.survey.command import conduct

    try:
        proved = conduct(
            ks=k, extra=extra, trials=trials, seed=seed, jobs=jobs, dask=dask, ledger=ledger, folders=proofs or [_shipped()],
            certify_into=certify, as_json=as_json, markdown_file=markdown, force=force, command=command_line(),
        )  # fmt: skip
    except (UnusableInput, Unwritable) as error:
        fail(str(error))
    raise typer.Exit(0 if proved else 1)


@app.command()
def doctor() -> None:
    """Is this installation fit to check proofs? Versions, precision, and each checker on a
    known-good and a known-bad file.
    """
    from certify.doctor import main

    raise typer.Exit(main())
