"""The tables of README.md in this folder, from the ledger: python proofs/survey/report.py (from the
root of the repository)

Needs the package, is no part of what a reader has to believe. The ledger is not trusted for what
the certificates say: every certificate is proved again here, a line of the ledger that names
another one is run again.

published.csv: the points that Safran and Shamir published with arXiv 1712.08968, one line a point
they list; runs of 1000 that ended there, loss and smallest Hessian eigenvalue (half of the paper's
loss, as everywhere in this project).
"""

from __future__ import annotations

import csv
import gzip
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from scipy.stats import fisher_exact

from certify.gaussian.survey.basins import Basin
from certify.gaussian.survey.campaign import Plan, Surveyed, run_survey
from certify.gaussian.survey.ledger import SurveyLedger
from certify.gaussian.survey.table import LEGEND, Tally, markdown_table

HERE = Path("proofs/survey")
SIZES = (*((k, k) for k in range(6, 21)), *((k, k + 1) for k in range(8, 20)))
# a published point and a certified one are listed as the same where they agree to this
SAME_LOSS, SAME_EIGENVALUE = (
    1e-9,
    1e-6,
)

# k, n: runs of 1000 that ended at a spurious point, classes, mean loss, mean of the smallest
# eigenvalue (table of the paper and its data)
PUBLISHED = {
    (6, 6): (3, 1, 0.025081, 0.004700), (7, 7): (55, 1, 0.023203, 0.014059),
    (8, 8): (126, 1, 0.021508, 0.021347), (9, 9): (218, 2, 0.020415, 0.026792),
    (10, 10): (346, 2, 0.020336, 0.030395), (11, 11): (455, 3, 0.020093, 0.033548),
    (12, 12): (585, 6, 0.021284, 0.035052), (13, 13): (730, 4, 0.021681, 0.036845),
    (14, 14): (736, 8, 0.023115, 0.037534), (15, 15): (803, 9, 0.024375, 0.038109),
    (16, 16): (851, 10, 0.026714, 0.037799), (17, 17): (897, 10, 0.027491, 0.038555),
    (18, 18): (900, 11, 0.028827, 0.038680), (19, 19): (934, 28, 0.030679, 0.038285),
    (20, 20): (949, 21, 0.032643, 0.038283),
    (8, 9): (1, 1, 0.020561, 0.005945), (10, 11): (1, 1, 0.017893, 0.005667),
    (11, 12): (1, 1, 0.016784, 0.005571), (12, 13): (3, 1, 0.015801, 0.005495),
    (13, 14): (15, 4, 0.038445, 0.001524), (14, 15): (55, 5, 0.032772, 0.002071),
    (15, 16): (102, 8, 0.032190, 0.003975), (16, 17): (180, 7, 0.030647, 0.005512),
    (17, 18): (233, 13, 0.031009, 0.007042), (18, 19): (369, 11, 0.027574, 0.006415),
    (19, 20): (491, 13, 0.027472, 0.007709),
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """A published class: points of one (k, n) with the same loss and eigenvalue."""

    k: int
    n: int
    runs: int
    loss: float
    lambda_min: float
    listed: int


def published() -> list[Point]:
    """The published points, those that agree taken together."""
    found: list[Point] = []
    for line in csv.DictReader((HERE / "published.csv").read_text().splitlines()):
        k, n, runs, loss, low = (
            int(line["k"]),
            int(line["n"]),
            int(line["runs"]),
            float(line["F"]),
            float(line["lambda_min"]),
        )
        same = next(
            (p for p in found if (p.k, p.n) == (k, n) and abs(p.loss - loss) < SAME_LOSS), None
        )
        if same is not None:
            found.remove(same)
        found.append(
            Point(
                k, n, runs + (same.runs if same else 0), loss, low, 1 + (same.listed if same else 0)
            )
        )
    return found


def certified(point: Point, basins: dict[str, Basin]) -> Basin | None:
    """The certified minimum with the loss and eigenvalue of a published point."""
    for basin in basins.values():
        if (
            basin.what == "minimum"
            and abs(basin.loss - point.loss) < SAME_LOSS
            and abs(basin.lambda_min - point.lambda_min) < SAME_EIGENVALUE
        ):
            return basin
    return None


def surveyed() -> tuple[list[Surveyed], list[Surveyed]]:
    """The survey from the ledger: 1000 starts of seed 0 for each pair, and those of seed 1."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.jsonl"
        with gzip.open(HERE / "ledger.jsonl.gz") as packed, path.open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        with closing(SurveyLedger(path)) as ledger:
            more = Counter((k, n) for k, n, seed, _ in ledger.records if seed == 1)
            first = list(run_survey(Plan(SIZES, 1000, 0), ledger))
            return first, [
                item
                for size, trials in more.items()
                for item in run_survey(Plan((size,), trials, 1), ledger)
            ]


def chance(row: Tally) -> float:
    """The p-value of Fisher's test for ours against the published hits."""
    hits = PUBLISHED.get((row.k, row.n), (0,))[0]
    return float(fisher_exact([[row.hits, row.starts - row.hits], [hits, 1000 - hits]]).pvalue)


def shown_chance(value: float) -> str:
    """Two digits after the point, more where it is small."""
    return f"{value:.2f}" if value >= 0.01 else f"{value:.1g}"


def comparison(rows: list[Tally]) -> str:
    """Ours beside the published numbers."""
    lines = []
    for row in rows:
        hits, classes, loss, low = PUBLISHED.get((row.k, row.n), (0, 0, None, None))
        shown = [
            ["-" if mean is None else f"{mean:.6f}" for mean in pair]
            for pair in ((row.mean_loss, loss), (row.mean_lambda, low))
        ]
        lines.append(
            [
                str(row.k),
                str(row.n),
                str(row.hits),
                str(hits),
                shown_chance(chance(row)),
                str(len(row.classes)),
                str(classes),
                *shown[0],
                *shown[1],
            ]
        )
    return markdown_table(
        (
            "k",
            "n",
            "hits",
            "published",
            "p",
            "classes",
            "published",
            "mean F",
            "published",
            "mean lambda_min",
            "published",
        ),
        lines,
    )


def counts(rows: list[Tally]) -> str:
    """How the starts of each pair ended."""
    heads = (
        "k",
        "n",
        "starts",
        "hits",
        "probability (95 %)",
        "classes",
        "F range",
        "lambda_min range",
        "global",
        "near global",
        "saddle",
        "unmatched",
        "unsettled",
    )
    return markdown_table(heads, [[*row.cells[:6], *row.cells[8:]] for row in rows])


def classes(rows: list[Tally]) -> str:
    """The certified points met."""
    lines = [
        [
            str(row.k),
            str(row.n),
            item.basin.what,
            str(item.hits),
            f"{item.basin.loss:.12f}",
            f"{item.basin.lambda_min:.6g}",
            item.basin.fixed_by or "not stated",
            f"`{item.basin.path}`",
        ]
        for row in rows
        for item in (*row.classes, *row.saddles)
    ]
    return markdown_table(
        ("k", "n", "kind", "hits", "F", "lambda_min", "fixed by", "certificate"), lines
    )


def main() -> None:
    """Write README.md and print the comparison."""
    found, more = surveyed()
    rows, further = [Tally.of(item) for item in found], [Tally.of(item) for item in more]
    basins = {(item.k, item.n): item.basins for item in found}
    matches = [(point, certified(point, basins[point.k, point.n])) for point in published()]
    missing = [point for point, basin in matches if basin is None]
    met = {item.basin.digest for row in (*rows, *further) for item in row.classes}
    unmet = [
        (point, basin) for point, basin in matches if basin is not None and basin.digest not in met
    ]
    values = {
        "comparison": comparison(rows),
        "counts": counts(rows),
        "classes": classes(rows),
        "more": counts(further),
        "further": classes(further),
        "legend": LEGEND,
        "starts": str(sum(row.starts for row in rows)),
        "met": str(sum(len(row.classes) for row in rows)),
        "all": str(len(met)),
        "hits": str(sum(row.hits for row in rows)),
        "points": str(len(matches)),
        "listed": str(sum(point.listed for point, _ in matches)),
        "newton": str(
            sum(
                record.newton
                for item in found
                for record in item.records
                if record.outcome == "minimum"
            )
        ),
        "pairs": str(len(rows)),
        "expected": f"{1 / len(rows):.2f}",
        "smallest": shown_chance(min(map(chance, rows))),
        "certified": str(len(matches) - len(missing)),
        "unmet": markdown_table(
            ("k", "n", "published runs", "F", "lambda_min", "certificate"),
            [
                [
                    str(p.k),
                    str(p.n),
                    str(p.runs),
                    f"{p.loss:.12f}",
                    f"{p.lambda_min:.6g}",
                    f"`{b.path}`",
                ]
                for p, b in unmet
            ],
        ),
        "missing": markdown_table(
            ("k", "n", "published runs", "F", "lambda_min"),
            [
                [str(p.k), str(p.n), str(p.runs), f"{p.loss:.12f}", f"{p.lambda_min:.6g}"]
                for p in missing
            ],
        ),
    }
    text = (HERE / "README.in.md").read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    (HERE / "README.md").write_text(text)
    sys.stdout.write(
        comparison(rows) + f"\n{len(missing)} published points without a certificate\n"
    )


if __name__ == "__main__":
    main()
