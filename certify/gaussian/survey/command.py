"""The command `certify survey`: progress, tables and files. Nothing is decided here."""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing, nullcontext
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from certify.errors import UnusableInput
from certify.files import refuse_folder, refuse_to_lose, write_result
from certify.gaussian.survey.campaign import (
    Plan,
    cluster,
    grid,
    run_survey,
)
from certify.gaussian.survey.ledger import Ledger
from certify.gaussian.survey.table import Row, markdown, rich_table
from certify.terminal import tell_table

__all__ = ["conduct"]


class _Rate(ProgressColumn):
    """Starts a second."""

    def render(self, task: Task) -> Text:
        return Text("" if task.speed is None else f"{task.speed:.1f}/s")


def _is_table(path: Path) -> bool:
    """Whether the file begins as tables of a survey do."""
    if not os.path.isfile(path):  # noqa: PTH113 - a pipe would be waited for
        return False
    try:
        with path.open("rb") as stream:
            return stream.readline().startswith(markdown([])[:20].encode())
    except OSError:
        return False


def conduct(
    *,
    ks: str,
    extra: str,
    trials: int,
    seed: int,
    jobs: int,
    dask: str | None,
    ledger: Path,
    folders: list[Path],
    certify_into: Path | None,
    as_json: bool,
    markdown_file: Path | None,
    force: bool,
    command: str,
) -> bool:
    """Run the survey and print its table; False if a new class was not proved. Raises
    `UnusableInput`, `Unwritable`.
    """
    sizes = grid(ks, extra)
    for folder in folders:
        if not os.path.exists(folder):  # noqa: PTH110 - Path.exists raises on names that are too long
            raise UnusableInput(f"{folder} does not exist")
        if folder.is_file() and folder.suffix != ".json":
            raise UnusableInput(f"{folder} is neither a folder nor a certificate (*.json)")
    for path in (certify_into, certify_into and certify_into.parent):
        if path is not None and os.path.exists(path) and not path.is_dir():  # noqa: PTH110
            raise UnusableInput(f"{path} is not a folder")
    outputs = [
        path.absolute() for path in (ledger, markdown_file, certify_into) if path is not None
    ]
    if len(set(outputs)) < len(outputs):
        raise UnusableInput(
            "the ledger, the Markdown file and the folder of new certificates are not three"
            " different names"
        )
    if certify_into is not None:
        refuse_folder(certify_into)
    if markdown_file is not None:
        if os.path.isdir(markdown_file) or not os.path.isdir(markdown_file.parent):  # noqa: PTH112
            raise UnusableInput(f"{markdown_file} is not a file that can be written")
        # the same tables may stand there
        refuse_to_lose(markdown_file, inputs=[ledger], force=force or _is_table(markdown_file))
    plan = Plan(sizes, trials, seed, tuple(folders), certify_into, command)
    rows: list[Row] = []
    refused: list[str] = []
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("starts"),
        _Rate(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)
    bar = Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        speed_estimate_period=120,
    )
    task = bar.add_task("survey", total=trials * len(sizes))

    def show(text: str, done: int) -> None:
        bar.update(task, description=text, advance=done)

    with (
        nullcontext() if dask is None else cluster(dask) as client,
        closing(Ledger(ledger)) as book,
        bar,
    ):
        for surveyed in run_survey(plan, book, jobs=jobs, client=client, progress=show):
            rows.append(Row.of(surveyed))
            refused += surveyed.refused
            if as_json:
                sys.stdout.write(json.dumps(rows[-1].record) + "\n")
                sys.stdout.flush()
    if markdown_file is not None:  # before anything is printed, which may fail
        write_result(markdown(rows), markdown_file, inputs=[ledger], force=force)
    if not as_json:
        tell_table(rich_table(rows), 190)
    for reason in refused:
        sys.stderr.write(f"not proved: {reason}\n")
    return not refused
