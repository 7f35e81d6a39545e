"""The command `certify survey`: progress, tables and files. Nothing is decided here."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from pathlib import Path

from certify.errors import UnusableInput
from certify.files import refuse_folder, refuse_to_lose, write_result
from certify.gaussian.survey.campaign import Plan, Workers, cluster, run_survey
from certify.gaussian.survey.ledger import SurveyLedger
from certify.gaussian.survey.table import LEGEND, Tally, markdown, table_columns
from certify.progress import counted
from certify.terminal import tell_table

__all__ = ["Destination", "conduct"]


def _is_table(path: Path) -> bool:
    """Whether the file begins as tables of a survey do."""
    if not os.path.isfile(path):  # noqa: PTH113 - a pipe would be waited for
        return False
    try:
        with path.open("rb") as stream:
            return stream.readline().startswith(markdown([])[:20].encode())
    except OSError:
        return False


@dataclass(frozen=True)
class Destination:
    """Where the survey goes: its ledger, a file of tables if asked for (`force`: what else stands
    there is replaced), and standard output, as a table or as JSON.
    """

    ledger: Path
    markdown: Path | None = None
    as_json: bool = False
    force: bool = False


def conduct(
    plan: Plan, destination: Destination, *, jobs: int = 1, dask: str | None = None
) -> bool:
    """Run the survey, on the Dask cluster at an address if one is given, and print its table; False
    if a new class was not proved. Raises `UnusableInput`, `Unwritable`.
    """
    _require_certificates(plan.folders)
    _require_outputs(plan.certify_into, destination)
    rows: list[Tally] = []
    refused: list[str] = []
    starts = plan.trials * len(plan.sizes)
    with (
        nullcontext() if dask is None else cluster(dask) as client,
        closing(SurveyLedger(destination.ledger)) as ledger,
        counted("survey", starts, "starts", bar=not destination.as_json) as advance,
    ):
        for surveyed in run_survey(plan, ledger, Workers(jobs, client), advance):
            rows.append(Tally.of(surveyed))
            refused += surveyed.refused
            if destination.as_json:
                sys.stdout.write(json.dumps(rows[-1].record) + "\n")
                sys.stdout.flush()
    # The file comes before anything is printed, which may fail.
    if destination.markdown is not None:
        write_result(
            markdown(rows),
            destination.markdown,
            inputs=[destination.ledger],
            force=destination.force,
        )
    if not destination.as_json:
        tell_table(
            "Where random starts end",
            table_columns(rows),
            LEGEND,
            "--json and --markdown have them",
        )
    for reason in refused:
        sys.stderr.write(f"not proved: {reason}\n")
    return not refused


def _require_certificates(folders: Iterable[Path]) -> None:
    """Raise `UnusableInput` unless each is a folder or a certificate."""
    for folder in folders:
        if not os.path.exists(folder):  # noqa: PTH110 - Path.exists raises on names that are too long
            raise UnusableInput(f"{folder} does not exist")
        if folder.is_file() and folder.suffix != ".json":
            raise UnusableInput(f"{folder} is neither a folder nor a certificate (*.json)")


def _require_outputs(certify_into: Path | None, destination: Destination) -> None:
    """Raise `UnusableInput` or `Unwritable` where something asked for could not be written."""
    for path in (certify_into, certify_into and certify_into.parent):
        if path is not None and os.path.exists(path) and not path.is_dir():  # noqa: PTH110
            raise UnusableInput(f"{path} is not a folder")
    written = (destination.ledger, destination.markdown, certify_into)
    names = [path.absolute() for path in written if path is not None]
    if len(set(names)) < len(names):
        raise UnusableInput(
            "the ledger, the Markdown file and the folder of new certificates are not three"
            " different names"
        )
    if certify_into is not None:
        refuse_folder(certify_into)
    tables = destination.markdown
    if tables is not None:
        if os.path.isdir(tables) or not os.path.isdir(tables.parent):  # noqa: PTH112
            raise UnusableInput(f"{tables} is not a file that can be written")
        # The same tables may stand there.
        refuse_to_lose(
            tables, inputs=[destination.ledger], force=destination.force or _is_table(tables)
        )
