"""The command `certify census`: progress and tables. Nothing is decided here."""

from __future__ import annotations

import json
import sys

from certify.files import refuse_folder
from certify.gaussian.census.campaign import Plan, run_census
from certify.gaussian.census.ledger import Ledger, Row, reserved
from certify.gaussian.census.table import LEGEND, record, table_columns
from certify.progress import counted
from certify.terminal import tell_table

__all__ = ["LEDGER", "conduct"]

LEDGER = "ledger.jsonl"  # in the folder of the census


def conduct(plan: Plan, *, as_json: bool = False) -> bool:
    """Run the census and print its table; False if a point that looked like a minimum was not
    proved. Raises `UnusableInput`, `Unwritable`.
    """
    refuse_folder(plan.folder)
    rows: list[Row] = []
    with (
        reserved(plan.folder),
        counted("census", len(plan.ks), "values of k", bar=not as_json) as advance,
    ):
        for row in run_census(plan, Ledger(plan.folder / LEDGER), advance):
            rows.append(row)
            if as_json:
                sys.stdout.write(json.dumps(record(row)) + "\n")
                sys.stdout.flush()
    if not as_json:
        tell_table(
            "Certified classes with up to three blocks",
            table_columns(rows),
            LEGEND,
            "--json has them",
        )
    refused = [reason for row in rows for reason in row.refused]
    for reason in refused:
        sys.stderr.write(f"not proved: {reason}\n")
    return not refused
