"""`certify check`: certificates are proved again, and compared with the user's own files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from certify.cli.common import fail
from certify.cli.datasets import table_options
from certify.cli.declared import Argument, Option
from certify.cli.options import (
    JOBS,
    Activation,
    CheckedBy,
    Index,
    Jobs,
    Signs,
    Slope,
    Teachers,
    Transpose,
    Variable,
    sigma_of,
    sources,
)
from certify.errors import Malformed, UnusableInput
from certify.judge import (
    Checker,
    Line,
    certificate_files,
    exit_code,
    judge_all,
    totals,
)
from certify.kernel.foundation.outcomes import Proved, Rejected
from certify.progress import counted
from certify.reading import Which
from certify.terminal import echo, printable, tell, while_read

if TYPE_CHECKING:
    from certify.about import Finding
    from certify.arrays import Source
    from certify.kernel.gaussian.activation import Activation as Sigma
from certify.reading import Columns

__all__ = ["check"]


@table_options(by_label=True)
def check(
    paths: Annotated[
        list[Path], Argument(help="Certificates, or folders of them; - for standard input.")
    ],
    columns: Columns,
    checker: CheckedBy = Checker.kernel,
    jobs: Jobs = JOBS,
    as_json: Annotated[bool, Option("--json", help="One JSON object a line.")] = False,
    data: Annotated[
        Path | None,
        Option(
            "--data",
            help=(
                "Your table: are its data those of the certificate? (with --target, --label, ... as"
                " they were proved)"
            ),
        ),
    ] = None,
    candidate: Annotated[
        Path | None,
        Option(
            "--candidate",
            help=(
                "Your matrix of students: does it lie in the certified ball? (with --teachers,"
                " --variable, --index, --transpose, --activation, --slope, --signs as for prove)"
            ),
        ),
    ] = None,
    teachers: Teachers = None,
    variable: Variable = None,
    index: Index = None,
    transpose: Transpose = False,
    activation: Activation = None,
    slope: Slope = None,
    signs: Signs = None,
    network: Annotated[
        Path | None,
        Option(
            "--network",
            help=(
                "Your trained network: are its weights those given, or does it lie in the cell of"
                " the certified point?"
            ),
        ),
    ] = None,
    shard: Annotated[
        str | None,
        Option(
            "--shard",
            metavar="I/N",
            help="Of one certificate with a long search: only shard I of N, which proves nothing by"
            " itself.",
        ),
    ] = None,
    shards: Annotated[
        int | None,
        Option("--shards", metavar="N", help="One certificate, its search in N shards (--jobs)."),
    ] = None,
    ledger: Annotated[
        Path | None,
        Option(
            "--ledger",
            help="With --shards: a file that records each shard that is settled. A run that was"
            " interrupted goes on from it.",
        ),
    ] = None,
    dask: Annotated[
        str | None, Option(help="With --shards: address of a Dask cluster to run on.")
    ] = None,
) -> None:
    """Re-prove certificates from their files alone. One line a file, in the order given.

    With --data, --candidate or --network a further line says whether the certificate is about your
    file (exit code 1 if it is not).
    """
    if any(given is not None for given in (shard, shards, ledger, dask)):
        from certify.cli.sharded import Sharing, check_in_shards

        if checker is not Checker.kernel or not (data is candidate is network is None):
            fail("--shard and --shards go with none of --checker, --data, --candidate, --network")
        sharing = Sharing(shard, shards, ledger, dask, jobs)
        raise SystemExit(check_in_shards(paths, sharing, as_json=as_json))
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
    sigma = sigma_of(activation, slope)
    if candidate is None and (
        not (teachers is None and sigma is None and signs is None)
        or Which(variable, index, transpose) != Which()
    ):
        fail(
            "--teachers, --variable, --index, --transpose, --activation, --slope and --signs say"
            " how a --candidate is read: give it"
        )
    read = sources({**own, **({} if teachers is None else {"teachers": teachers})}) if own else {}
    lines, codes = [], [0]
    with while_read(), counted("checking", len(files), "files", bar=False) as advance:
        for path, line in zip(files, judge_all(files, checker, jobs, details=as_json), strict=True):
            lines.append(line)
            advance(1, "")
            findings = (
                _about(path, line, read, columns, (Which(variable, index, transpose), sigma, signs))
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
            echo(json.dumps(record) if as_json else line.text)
            if not as_json:
                for finding in findings:
                    echo(f"  {printable(finding.text)}")
    if len(lines) > 1 and not as_json:
        tell(totals(lines))
    raise SystemExit(exit_code(lines) or max(codes))


def _about(
    path: Path,
    line: Line,
    read: dict[str, Source],
    columns: Columns,
    point: tuple[Which, Sigma | None, str | None],
) -> list[Finding]:
    """Whether the certificate, if it can be read, is about the user's own files."""
    from certify import about
    from certify.certificate import load

    if line.verdict not in (Proved.verdict, Rejected.verdict):
        return []
    found = []
    for name, source in read.items():
        try:
            certificate = load(path)
            if name == "data":
                found.append(about.about_data(certificate, source, columns))
            elif name == "candidate":
                which, sigma, signs = point
                teachers = read.get("teachers")
                found.append(
                    about.about_candidate(certificate, source, which, teachers, sigma, signs)
                )
            elif name == "network":
                found.append(about.about_network(certificate, source))
        except (UnusableInput, Malformed) as error:
            found.append(about.Finding(None, f"{source.name}: {error}"))
    return found
