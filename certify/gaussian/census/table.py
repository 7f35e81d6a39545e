"""The counts of a census, beside the published ones: for a terminal, as Markdown, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from certify.gaussian.census.ledger import Row
from certify.gaussian.census.starts import MOST
from certify.terminal import Column

__all__ = ["LEGEND", "PUBLISHED", "markdown", "record", "table_columns"]

# Safran, Yehudai, Shamir (arXiv 2006.01005): classes that 500 random starts met, the global
# minimum among them
PUBLISHED = {6: 1, 10: 3, 15: 9, 20: 15, 30: 20, 40: 21, 50: 28, 75: 29, 100: 32}

LEGEND = (
    "classes: spurious minima certified in this run, n = k, no two of the same loss, by their"
    " number of diagonal blocks: at least so many there are. starts: structured points from which"
    " Newton's method was tried; points: different losses above 0 at which they ended, minima or"
    " not. met at random: classes that 500 random starts met in Safran, Yehudai, Shamir (arXiv"
    " 2006.01005), the global minimum among them."
)


def record(row: Row) -> dict[str, Any]:
    """For JSON: the row, and the file of each class in the folder of the census."""
    classes = [{"file": item.file, **asdict(item)} for item in row.classes]
    return {**asdict(row), "classes": classes}


def _table(rows: Sequence[Row]) -> list[tuple[str, list[str]]]:
    """Heads and cells of the columns."""
    lows = [min((item.lambda_min for item in row.classes), default=None) for row in rows]
    losses = [max((item.loss for item in row.classes), default=None) for row in rows]
    return [
        ("k", [str(row.k) for row in rows]),
        ("starts", [str(row.starts) for row in rows]),
        ("points", [str(row.points) for row in rows]),
        *(
            (f"{count} block{'s' * (count > 1)}", [str(row.count(count)) for row in rows])
            for count in range(1, MOST + 1)
        ),
        ("classes", [str(len(row.classes)) for row in rows]),
        ("least lambda", ["-" if low is None else f"{low:.3e}" for low in lows]),
        ("largest F", ["-" if loss is None else f"{loss:.6f}" for loss in losses]),
        ("met at random", [str(PUBLISHED.get(row.k, "")) for row in rows]),
    ]


def table_columns(rows: Sequence[Row]) -> list[Column]:
    """For a terminal: starts, points and extremes may be left out."""
    spare = ("points", "starts", "largest F", "least lambda")
    return [
        Column(head, cells, spare.index(head) + 1 if head in spare else 0)
        for head, cells in _table(rows)
    ]


def markdown(rows: Sequence[Row]) -> str:
    """The table in Markdown."""
    columns = _table(rows)
    heads = [head for head, _ in columns]
    lines = [heads, ["---"] * len(heads), *zip(*(cells for _, cells in columns), strict=True)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
