"""What a survey found, in numbers: counts, Clopper-Pearson intervals, averages; as a table, as
Markdown, as JSON.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path
from typing import Any

from scipy.special import betaincinv

from certify.gaussian.survey.basins import Basin
from certify.gaussian.survey.campaign import Surveyed
from certify.gaussian.survey.ledger import OUTCOMES
from certify.shipped import shipped_name
from certify.terminal import Column

__all__ = ["LEGEND", "Class", "Tally", "clopper_pearson", "markdown", "table_columns"]

LEGEND = (
    "hits: starts whose end point lies in the certified ball of a spurious minimum (exact test);"
    " probability: hits / starts with its Clopper-Pearson interval (95 %); classes: how many"
    " certified minima were met; F, lambda: loss and smallest Hessian eigenvalue of these, mean"
    " over the hits and range. global: in a ball around a permutation matrix where that is the only"
    " critical point (n = k); near global: loss below 1e-4, nothing proved (n > k); saddle: in the"
    " ball of a certified saddle; unmatched: at what looks like a critical point, but in no"
    " certified ball; unsettled: none of these."
)
_HEADS = (
    "k",
    "n",
    "starts",
    "hits",
    "probability",
    "classes",
    "mean F",
    "mean lambda",
    "F range",
    "lambda range",
    *OUTCOMES[1:],
)
# of a table that does not fit, the last is left out first
_SPARE = (
    "unmatched",
    "unsettled",
    "mean F",
    "classes",
    "saddle",
    "near-global",
    "mean lambda",
    "F range",
    "lambda range",
)


def clopper_pearson(hits: int, starts: int, level: float = 0.95) -> tuple[float, float]:
    """The exact (Clopper-Pearson) confidence interval of a probability from `hits` of `starts`.

    >>> clopper_pearson(0, 10)[0], round(clopper_pearson(0, 10)[1], 4)
    (0.0, 0.3085)
    """
    outside = (1 - level) / 2
    low = betaincinv(hits, starts - hits + 1, outside) if hits else 0.0
    high = betaincinv(hits + 1, starts - hits, 1 - outside) if hits < starts else 1.0
    return float(low), float(high)


@dataclass(frozen=True)
class Class:
    """A certified critical point that `hits` starts were matched to."""

    basin: Basin
    hits: int

    @property
    def record(self) -> dict[str, Any]:
        """For JSON."""
        basin = self.basin
        return {
            "class": basin.digest,
            "certificate": shipped_name(Path(basin.path)),
            "kind": basin.what,
            "fixed_by": basin.fixed_by,
            "hits": self.hits,
            "loss": basin.loss,
            "lambda_min": basin.lambda_min,
        }


@dataclass(frozen=True)
class Tally:
    """The counts and averages of one pair (k, n). Means and ranges are over the hits; None where
    there are none.
    """

    k: int
    n: int
    starts: int
    counts: dict[str, int]
    probability: tuple[float, float, float]
    classes: tuple[Class, ...]
    saddles: tuple[Class, ...]
    mean_loss: float | None
    mean_lambda: float | None
    loss_range: tuple[float, float] | None
    lambda_range: tuple[float, float] | None

    @classmethod
    def of(cls, surveyed: Surveyed) -> Tally:
        """From the records of the starts."""
        counts = Counter(record.outcome for record in surveyed.records)
        met = Counter(
            record.digest for record in surveyed.records if record.outcome in ("minimum", "saddle")
        )
        classes = [
            Class(surveyed.basins[digest], hits)
            for digest, hits in met.items()
            if digest is not None
        ]
        classes.sort(key=lambda item: (item.basin.loss, item.basin.digest))
        minima = tuple(item for item in classes if item.basin.what == "minimum")
        starts, hits = len(surveyed.records), counts["minimum"]
        losses, lows = [m.basin.loss for m in minima], [m.basin.lambda_min for m in minima]
        return cls(
            k=surveyed.k,
            n=surveyed.n,
            starts=starts,
            counts={outcome: counts[outcome] for outcome in OUTCOMES},
            probability=(hits / starts, *clopper_pearson(hits, starts)),
            classes=minima,
            saddles=tuple(item for item in classes if item.basin.what == "saddle"),
            mean_loss=fsum(m.hits * m.basin.loss for m in minima) / hits if hits else None,
            mean_lambda=fsum(m.hits * m.basin.lambda_min for m in minima) / hits if hits else None,
            loss_range=(min(losses), max(losses)) if hits else None,
            lambda_range=(min(lows), max(lows)) if hits else None,
        )

    @property
    def hits(self) -> int:
        """Starts that ended at a certified spurious minimum."""
        return self.counts["minimum"]

    @property
    def record(self) -> dict[str, Any]:
        """For JSON."""
        middle, low, high = self.probability
        return {
            "k": self.k,
            "n": self.n,
            "starts": self.starts,
            "hits": self.hits,
            "probability": middle,
            "interval": [low, high],
            "classes": len(self.classes),
            "mean_loss": self.mean_loss,
            "mean_lambda_min": self.mean_lambda,
            "loss_range": self.loss_range,
            "lambda_min_range": self.lambda_range,
            "outcomes": self.counts,
            "met": [item.record for item in (*self.classes, *self.saddles)],
        }

    @property
    def cells(self) -> list[str]:
        """As in the table, in the order of its heads."""
        middle, low, high = self.probability
        shown = [
            str(self.k),
            str(self.n),
            str(self.starts),
            str(self.hits),
            f"{middle:.3f} ({low:.3f}-{high:.3f})",
            str(len(self.classes)),
        ]
        shown += [
            "-" if mean is None else f"{mean:.6f}" for mean in (self.mean_loss, self.mean_lambda)
        ]
        shown += [_range(self.loss_range, 6), _range(self.lambda_range, 5)]
        return shown + [str(self.counts[outcome]) for outcome in OUTCOMES[1:]]


def _range(ends: tuple[float, float] | None, digits: int) -> str:
    if ends is None:
        return "-"
    low, high = (f"{end:.{digits}f}" for end in ends)
    return low if low == high else f"{low}-{high}"


def table_columns(rows: Sequence[Tally]) -> list[Column]:
    """The same for a terminal: means, ranges and counts of rarer outcomes may be left out."""
    cells = zip(*(row.cells for row in rows), strict=True)
    return [
        Column(head, told, _SPARE.index(head) + 1 if head in _SPARE else 0)
        for head, told in zip(_HEADS, cells, strict=True)
    ]


def markdown(rows: Sequence[Tally]) -> str:
    """The table and, for each pair, the classes met."""
    parts = [markdown_table(_HEADS, (row.cells for row in rows)), LEGEND, "## Classes met"]
    classes = [
        [
            str(row.k),
            str(row.n),
            item.basin.what,
            str(item.hits),
            f"{item.basin.loss:.12f}",
            f"{item.basin.lambda_min:.6g}",
            item.basin.fixed_by or "not stated",
            f"`{shipped_name(Path(item.basin.path))}`",
        ]
        for row in rows
        for item in (*row.classes, *row.saddles)
    ]
    parts.append(
        markdown_table(
            ("k", "n", "kind", "hits", "F", "lambda_min", "fixed by", "certificate"), classes
        )
    )
    return "\n\n".join(parts) + "\n"


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
