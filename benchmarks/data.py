"""Certificates for networks on data: how long a check takes for 10 000 data in R^20 and 16 relus,
as ratios within one run.

python benchmarks/data.py [--rows 10000] [--repeat 3]
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from certify.empirical.architectures import Dense, unit
from certify.judge import judge_second
from certify.kernel.check import check_bytes
from certify.piecewise.construct import best_split, grouped, layers_of
from certify.piecewise.prove.proposing import risk_at, statement_of
from certify.tables import make_data


def document(rows: int, inputs: int, hidden: int) -> dict[str, Any]:
    """The best affine map on random data with two decimals, without a better point."""
    rng = np.random.default_rng(0)
    x = np.round(rng.normal(size=(rows, inputs)), 2)
    y = np.round(np.abs(x[:, 0]) + x @ rng.normal(size=inputs) + rng.normal(size=rows), 2)
    dense = Dense([hidden], unit("relu"))
    text, problem = statement_of(make_data(x, y), dense.network(inputs, 1), {"type": "squared"})
    split = best_split(problem.inputs, problem.targets, 1)
    maps = grouped(problem.inputs, problem.targets, problem.loss, split)
    theta = layers_of(dense, problem.inputs, maps, split)
    claims = {
        "risk": str(risk_at(problem, theta)),
        "better": None,
        "continuum": True,
        "linear_fit": True,
    }
    return {
        "format": "certify/1",
        "kind": "data-minimum",
        "statement": {"problem": text, "parameters": theta, "claims": claims},
        "witness": {},
    }


def seconds(work: Callable[[], object]) -> float:
    """Of one run."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=3)
    args = parser.parse_args()
    proof = document(args.rows, 20, 16)
    data = json.dumps(proof).encode()
    x = np.array([[*map(float, row), 1.0] for row in proof["statement"]["problem"]["inputs"]])
    y = np.array([float(row[0]) for row in proof["statement"]["problem"]["targets"]])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.json"
        path.write_bytes(data)
        print(
            f"{args.rows} data in R^20, 16 relus; {len(data) / 2**20:.1f} MiB; check:"
            f" {check_bytes(data).verdict}, recheck: {judge_second(path).verdict}"
        )
        work: dict[str, Callable[[], object]] = {
            "numpy lstsq": lambda: np.linalg.lstsq(x, y, rcond=None),
            "json.loads": lambda: json.loads(data),
            "check": lambda: check_bytes(data),
            "recheck": lambda: judge_second(path),
        }
        times: dict[str, list[float]] = {name: [] for name in work}
        for _ in range(args.repeat):  # in turns, so that other load meets all of them
            for name, run in work.items():
                times[name].append(seconds(run))
    for name, found in times.items():
        ratios = [own / other for own, other in zip(found, times["numpy lstsq"], strict=True)]
        print(
            f"{name:12} best {min(found):8.3f} s, median {median(found):8.3f} s, over lstsq"
            f" {median(ratios):8.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
        )


if __name__ == "__main__":
    main()
