"""`certify show`, `trust`, `report`, `formal`, `atlas`, `doctor`: what certificates say."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from certify.cli.common import Force, destination, fail
from certify.cli.declared import Argument, Option
from certify.cli.options import JOBS, Activation, CheckedBy, Jobs, Slope, shipped, sigma_of
from certify.errors import Malformed
from certify.files import refuse_to_lose, write_result
from certify.gaussian.names import whole_number
from certify.judge import Checker, Line, certificate_files, exit_code
from certify.kernel.foundation.outcomes import Proved
from certify.kernel.foundation.words import plain
from certify.progress import at
from certify.shipped import at_hand
from certify.terminal import Column, echo, printable, tell, tell_table

if TYPE_CHECKING:
    from certify.kernel.foundation.reals import Interval
    from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

__all__ = ["atlas", "doctor", "formal", "report", "show", "trust"]


_LARGEST_COUNT = 1000  # beyond it the number of points is not computed


def show(
    file: Annotated[Path, Argument(callback=at_hand, help="A certificate; - for standard input.")],
    latex: Annotated[
        bool,
        Option(
            "--latex",
            help="Only the theorem, as a LaTeX environment (amsmath, amssymb, amsthm), and its"
            " corollaries.",
        ),
    ] = False,
) -> None:
    """The theorem, its corollaries, what it claims in numbers, every inequality that was verified
    (code, left < right), and the kernel's verdict.
    """
    from certify.report import command

    try:
        text, line = command.latex(file) if latex else command.show(file)
    except Malformed as error:
        fail(f"{file}: {error}")
    tell(text or line.text, err=not text)
    raise SystemExit(exit_code([line]))


def trust(
    what: Annotated[
        str | None,
        Argument(
            metavar="[FILE|KIND]",
            help="A certificate, or a kind (default: all kinds, about a minute).",
        ),
    ] = None,
) -> None:
    """What has to be read to believe a verdict: the path from the command to the
    inequality, the modules of both checkers in reading order, the lemmas.
    """
    from certify.cli.check import check
    from certify.report.trust import described, example, overview, trust_of

    if what is None:
        tell(overview(check))
        return
    path = at_hand(what)
    given = what == "-" or path.is_file()
    tell(described(trust_of(path if given else example(what), check)))


def report(
    paths: Annotated[list[Path], Argument(help="Certificates, or folders of them.")],
    output: Annotated[
        Path | None,
        Option(
            "-o",
            "--output",
            parser=destination,
            help="The report to write, .html or .tex (default: named after what it is about).",
        ),
    ] = None,
    checker: CheckedBy = Checker.all,
    jobs: Jobs = JOBS,
    force: Force = False,
) -> None:
    """Check certificates and write one file about them for people to read: theorems, claims,
    pictures, verdicts. Exit codes as `check`.
    """
    from certify.report import command

    code = command.report(paths, output, checker, jobs, force=force, tell=tell)
    raise SystemExit(code)


def formal(
    file: Annotated[
        Path,
        Argument(
            callback=at_hand,
            help=(
                "A certificate of the kind gaussian-minimum or gaussian-symmetric-minimum (types"
                " II, I, A of any k, others up to 420 entries), teachers orthonormal, every"
                " dimension claimed."
            ),
        ),
    ],
    reference: Annotated[
        bool,
        Option(
            "--reference",
            help="Compute on Coq's integers: slower, with Coq's standard axioms of the reals only.",
        ),
    ] = False,
    output: Annotated[
        Path | None,
        Option(
            "-o",
            "--output",
            parser=destination,
            help="File to write the Coq certificate to, as minimum.v.",
        ),
    ] = None,
    verbose: Annotated[
        bool,
        Option("--verbose", help="The statement and all axioms as Coq printed them."),
    ] = False,
    force: Force = False,
) -> None:
    """Prove the minimum of a certificate in Coq; print what Coq states, what it does not cover, and
    its assumptions.
    """
    from certify.gaussian.formal.coqc import (
        UNCOVERED,
        FormalProof,
        NotFormal,
        prove_formally,
    )
    from certify.gaussian.formal.told import told

    if output is not None:
        refuse_to_lose(output, inputs=[file], force=force)
    try:
        result = prove_formally(file, reference, at)
    except Malformed as error:
        fail(f"{file}: {error}")
    if isinstance(result, NotFormal):
        echo(f"not proved {printable(str(file))}: {result.reason}")
        raise SystemExit(1)
    if not isinstance(result, FormalProof):
        echo(Line.of(str(file), result).text)
        raise SystemExit(result.exit_code)
    if output is not None:
        write_result(result.source, output, inputs=[file], force=force)
    tell(told(result, UNCOVERED, verbose=verbose))
    tell(
        f"{Proved.verdict} {printable(str(file))}: accepted by coqc in {result.seconds:.0f} s, the"
        " statement equal to the file's field by field (of a symmetric point the distance is that"
        f" of matrices{'; ' * bool(result.remark)}{result.remark})"
    )


def atlas(
    k: Annotated[
        int, Option("-k", parser=whole_number, metavar="INTEGER", help="Number of teachers.")
    ],
    n: Annotated[int | None, Option("-n", help="Number of students; all by default.")] = None,
    paths: Annotated[
        list[Path] | None,
        Argument(
            help="Certificates, or folders of them.", show_default="those that come with certify"
        ),
    ] = None,
    activation: Activation = None,
    slope: Slope = None,
) -> None:
    """Every class certified at this k: symmetry, loss, smallest eigenvalue, index, orbit; each
    proof is checked again.
    """
    from certify.gaussian.activations import relation
    from certify.gaussian.atlas import atlas as collect
    from certify.gaussian.atlas import count
    from certify.kernel.gaussian.activation import RELU

    folders = [at_hand(path) for path in paths or [shipped()]]
    sigma = sigma_of(activation, slope) or RELU
    told = "" if sigma.is_relu else f", {relation(sigma)}"
    entries = collect(certificate_files(folders), k, n, sigma)
    for folder in folders:
        if not folder.exists():
            fail(f"{folder} does not exist")
    if not entries:
        fail(
            f"no certificate of a symmetric kind with k = {k}{told} in"
            f" {', '.join(map(str, folders))}"
        )
    proved = [(entry.path.stem, entry.claim) for entry in entries if entry.claim is not None]
    claims = [claim for _, claim in proved]
    tell_table(
        f"Certified critical points in R^(n x {k}), padded with zeros in R^(n x d), every d >= {k},"
        f" teachers orthonormal{told}",
        [
            Column("n", [str(claim.problem.n) for claim in claims]),
            Column("certificate", [name for name, _ in proved], left=True),
            Column("fixed by", [claim.problem.isotropy() for claim in claims], 2, left=True),
            Column(
                "kind", ["saddle" if claim.saddle else "minimum" for claim in claims], left=True
            ),
            Column("loss", [_figure(claim.loss) for claim in claims]),
            Column(f"lambda_min, d = {k}", [_figure(claim.lambda_min) for claim in claims], 1),
            Column("index", [_index(claim) for claim in claims], 3),
            Column(
                f"orbit, d = {k}",
                [
                    claim.problem.orbit() if claim.exact_isotropy else "not claimed"
                    for claim in claims
                ],
                4,
            ),
        ],
        whole="certify show has it of each certificate",
    )
    if k <= _LARGEST_COUNT:
        for students, points in count(entries).items():
            tell(
                f"n = {students}: at least {_at_least(points)} distinct spurious local minima in"
                f" R^({students} x {k})"
            )
    for entry in entries:
        if entry.claim is None:
            echo(f"not proved: {printable(str(entry.path))}: {entry.trouble}", err=True)
    raise SystemExit(0 if all(entry.claim for entry in entries) else 1)


def _index(claim: GaussianSymmetric) -> str:
    """Of the Hessian in R^(n x d): negative eigenvalues with their multiplicities."""
    return plain((claim.index_in("d"),)) if claim.saddle else "0"


def _at_least(count: int) -> str:
    """The number; one of more than 30 digits rounded down."""
    from certify.enclosure import rounded

    return str(count) if count < 10**30 else rounded(Fraction(count), 4, up=False)


def _figure(value: Interval) -> str:
    """The number that the interval holds: to 12 digits where both ends have the same, else the
    interval, rounded outward.
    """
    from certify.enclosure import Enclosure

    low, high = (f"{float(text):.12g}" for text in value.texts)
    return low if low == high else Enclosure.of(*value.texts).printed(6)


def doctor() -> None:
    """Is this installation fit to check proofs? Versions, precision, and each checker on a
    known-good and a known-bad file.
    """
    from certify.doctor import main

    raise SystemExit(main())
