"""Measure, print the tables as Markdown, and write them into benchmarks/README.md.

Progress goes to standard error. A part (--quick, --only) is written only where -o says so.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from os import getloadavg
from pathlib import Path

from benchmarks import data, dense, gaussian, shipped, trained
from benchmarks.measurement import Effort, Measurement, Row, measure
from benchmarks.page import Run, commit, insert, markdown, require_page
from benchmarks.scaling import draw, growths
from benchmarks.timing import Cost, Earlier, Failed

__all__ = ["ROWS", "chosen", "main", "measured", "parser"]

README = Path(__file__).with_name("README.md")
FIGURE = "scaling.svg"
FULL, QUICK = Effort(7, 12), Effort(3, 2)
ROWS: tuple[Row, ...] = (
    *dense.rows(),
    *shipped.rows(),
    *gaussian.rows(),
    *data.rows(),
    *trained.rows(),
    *gaussian.searches(),
)


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog=f"Rows: {', '.join(row.name for row in ROWS)}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--quick", action="store_true", help="cheap rows, fewer rounds: a minute")
    made.add_argument(
        "--only", nargs="+", metavar="NAME", help="these rows: dense-20, or dense for all of them"
    )
    made.add_argument(
        "--against", type=Path, metavar="CHECKOUT", help="measure an earlier checkout beside it"
    )
    made.add_argument(
        "-o", dest="output", type=Path, metavar="PAGE", help="write into this page, figure beside"
    )
    return made


@dataclass(frozen=True)
class Choice:
    """The rows to measure, and why others are left out."""

    rows: tuple[Row, ...]
    skipped: tuple[str, ...]


def chosen(rows: Sequence[Row], only: Sequence[str] | None, *, quick: bool) -> Choice:
    """Those that are asked for. Raises `Failed` for a name that no row has."""
    names = {row.name for row in rows}
    for name in only or ():
        if name not in names and not any(one.startswith(f"{name}-") for one in names):
            raise Failed(f"{name} is none of the rows {', '.join(sorted(names))}")
    taken, costly, slow = [], [], []
    for row in rows:
        if row.name in (only or ()):
            taken.append(row)
        elif only and not any(row.name.startswith(f"{name}-") for name in only):
            continue
        elif row.named:
            costly.append(row.name)
        elif quick and not row.quick:
            slow.append(row.name)
        else:
            taken.append(row)
    skipped = [f"not part of --quick: {', '.join(slow)}"] if slow else []
    skipped += [f"measured only where named: {', '.join(costly)}"] if costly else []
    return Choice(tuple(taken), tuple(skipped))


def measured(
    rows: Sequence[Row], folder: Path, effort: Effort, earlier: Earlier | None
) -> list[Measurement]:
    """All rows, one after the other; one that fails is kept with its reason."""
    found = []
    for number, row in enumerate(rows, start=1):
        began = time.monotonic()
        print(f"{number}/{len(rows)} {row.name}: {row.what}", file=sys.stderr, flush=True)
        try:
            one = measure(row, folder, effort, earlier)
        except Failed as error:
            told = str(error).replace(f"{folder}/", "")
            one = Measurement(row, f"failed: {told}", {})
        except Exception as error:  # noqa: BLE001 - no row takes the others along
            one = Measurement(row, f"failed: {type(error).__name__}: {error}", {})
        found.append(one)
        told = f"{one.own.seconds:.3g} s" if isinstance(one.own, Cost) else one.own
        ratio = f", {one.ratio:.3g} x {one.peer[0]}" if one.ratio and one.peer else ""
        gain = f", {one.gain:.2f} x faster than before" if one.gain else ""
        wall = time.monotonic() - began
        print(f"    {told}{ratio}{gain} ({wall:.0f} s)", file=sys.stderr, flush=True)
    return found


def main(words: Sequence[str]) -> int:
    """The command; its exit code is 1 where a row failed, 2 for what cannot be asked for."""
    options = parser().parse_args(words)
    page = options.output or (None if options.quick or options.only else README)
    began, load, earlier = datetime.now(UTC), getloadavg(), None
    effort = QUICK if options.quick else FULL
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        try:
            choice = chosen(ROWS, options.only, quick=options.quick)
            if page is not None:
                require_page(page)
            if options.against is not None:
                earlier = stack.enter_context(Earlier.of(options.against))
        except Failed as error:
            parser().error(str(error))
        found = measured(choice.rows, folder, effort, earlier)
    failed = tuple(f"`{one.row.name}`: {one.own}" for one in found if isinstance(one.own, str))
    asked = ["python -m benchmarks", *(["--quick"] if options.quick else [])]
    if options.only:
        asked += ["--only", *options.only]
    run = Run(
        " ".join(asked),
        effort,
        began,
        load,
        (*choice.skipped, *failed),
        "" if earlier is None else commit(earlier.root),
        whole=not options.only,
    )
    curves = growths(found)
    text = markdown(run, found, curves)
    print(text)
    if page is not None:
        if curves:
            draw(curves, page.with_name(FIGURE))
        insert(page, text)
        print(f"wrote {page}", file=sys.stderr)
    return 1 if failed else 0
