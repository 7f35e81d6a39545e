"""How long the survey takes, as ratios to one eigendecomposition of the Hessian at n = k = 20,
taken in the same round.

    python benchmarks/survey.py [--repeat N] [--starts N] [--jobs N]

One exact distance test, one match (alignment and test), one step of Newton's method, and N starts
from beginning to end (default 1000).
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from statistics import median
from time import perf_counter

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # before NumPy is loaded

import numpy as np
from rich.console import Console
from rich.table import Table

from certify.gaussian.search.loss import GaussianLoss, orthonormal
from certify.gaussian.survey.basins import (
    ExactMatrix,
    align,
    certified_basins,
    inside,
    match,
)
from certify.gaussian.survey.campaign import Plan, Workers, run_survey
from certify.gaussian.survey.ledger import SurveyLedger
from certify.gaussian.survey.table import Tally
from certify.judge import certificate_files

K = 20


def seconds(work, times: int) -> float:
    begin = perf_counter()
    for _ in range(times):
        work()
    return (perf_counter() - begin) / times


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=9)
    parser.add_argument("--starts", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    basins = certified_basins(certificate_files([Path("proofs/symmetric/k20")]), K, K)
    loss, rng = GaussianLoss(orthonormal(K, K)), np.random.default_rng(0)
    basin = next(b for b in basins if b.path.endswith("II_3.json"))
    noise = rng.normal(size=(K, K))
    w = basin.centre.array + 0.5 * float(basin.reach) * noise / np.linalg.norm(noise)
    w = w[rng.permutation(K)][:, rng.permutation(K)]
    value = float(loss.value(w))
    rows, columns = align(w, basin.centre.array)
    if match(ExactMatrix.from_floats(w), value, basins) is not basin:
        raise SystemExit("the point was not matched")
    works = {
        "exact distance test": (
            lambda: inside(ExactMatrix.from_floats(w), basin, rows, columns),
            20,
        ),
        "match": (lambda: match(ExactMatrix.from_floats(w), value, basins), 20),
        "Hessian and one Newton step": (
            lambda: np.linalg.solve(loss.hessian(w), loss.value_and_gradient(w)[1].ravel()),
            3,
        ),
    }
    rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    eigen = []
    for _ in range(options.repeat):
        unit = seconds(lambda: np.linalg.eigh(loss.hessian(w)), 3)
        eigen.append(unit)
        for name, (work, times) in works.items():
            rounds[name].append((seconds(work, times), unit))
    table = Table(
        title=(
            f"n = k = {K}; the unit is one Hessian with its eigendecomposition,"
            f" {1e3 * median(eigen):.1f} ms (median of {options.repeat})"
        )
    )
    for head in ("what", "best, ms", "median, ms", "median ratio"):
        table.add_column(head, justify="left" if head == "what" else "right")
    for name, measured in rounds.items():
        times = [t for t, _ in measured]
        table.add_row(
            name,
            f"{1e3 * min(times):.2f}",
            f"{1e3 * median(times):.2f}",
            f"{median(t / u for t, u in measured):.3f}",
        )
    begin = perf_counter()
    (done,) = run_survey(
        Plan(((K, K),), options.starts, 1, (Path("proofs/symmetric/k20"),)),
        SurveyLedger(),
        Workers(options.jobs),
    )
    taken, row = perf_counter() - begin, Tally.of(done)
    table.add_row(
        f"{options.starts} starts, {options.jobs} jobs ({row.hits} matched to {len(row.classes)}"
        " classes)",
        "",
        f"{1e3 * taken:.0f}",
        f"{taken / median(eigen):.0f}",
    )
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
