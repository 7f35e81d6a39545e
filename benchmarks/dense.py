"""How long the dense proofs take, and how large their balls are.

    python benchmarks/dense.py [--repeat N] [--json FILE]

Times are taken in this process, but for the cold shell. numpy's linear algebra is held to one
thread unless the environment says otherwise: the check has one thread too, and with two, while
another process held one of two cores, OpenBLAS was seen to take from 25 ms to 1.7 s for the same
matrix. The ratio is formed round by round and its median taken: minima of different rounds do not
compare.
"""

# ruff: noqa: E402 (the number of threads has to be set before numpy is imported)

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

SHELL = dict(os.environ)  # for the cold shell: as the user has it
THREADS = {
    name: os.environ.setdefault(name, "1")
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")
}

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.optimize import brentq

import certify
from certify.gaussian.prove.minimum import prove_candidate
from certify.gaussian.search.candidate import make_candidate
from certify.gaussian.search.loss import GaussianLoss, orthonormal

ROOT = Path(__file__).resolve().parent.parent
CHECKED = (6, 10, 20)
SIZES = range(6, 21)


def name(k: int) -> str:
    return f"proofs/gaussian/n{k:02d}-k{k:02d}.json"


def times(action: Callable[[], Any], repeat: int) -> list[float]:
    """Seconds of each of `repeat` runs, after one that is not counted."""
    action()
    result = []
    for _ in range(repeat):
        start = perf_counter()
        action()
        result.append(perf_counter() - start)
    return result


def centre(k: int) -> np.ndarray:
    return np.array(certify.load(ROOT / name(k)).document["statement"]["centre"], dtype=float)


def check(k: int) -> None:
    outcome = certify.check(ROOT / name(k))
    if outcome.verdict != "PROVED":
        raise SystemExit(f"{name(k)}: {outcome.verdict}")


def cold_check() -> None:
    command = [sys.executable, "-m", "certify", "check", name(6)]
    subprocess.run(command, cwd=ROOT, env=SHELL, check=True, stdout=subprocess.DEVNULL)


def cold_python() -> None:
    subprocess.run([sys.executable, "-c", "pass"], cwd=ROOT, env=SHELL, check=True)


def float_hessian(k: int) -> Callable[[], Any]:
    """What a numerical analyst would do at the same point: the Hessian in float64 and its
    eigenvalues.
    """
    w, model = centre(k), GaussianLoss(orthonormal(k, k))
    return lambda: np.linalg.eigvalsh(model.hessian(w))


def prove_stored() -> None:
    """The work of `certify prove` behind the search: polish, propose, check; from the float64 of
    the stored centre.
    """
    attempt = prove_candidate(make_candidate(centre(6)))
    if attempt.reason:
        raise SystemExit(f"prove, k = 6: {attempt.reason}")


def literature_lipschitz(w: np.ndarray, teachers: np.ndarray, r: float) -> float:
    """c + 3 sqrt(n) / (pi m), c and m as in lemma 3: the two contributions added, not combined
    under the root.
    """
    norms = np.linalg.norm(w, axis=1)
    low = norms - r
    reach = (norms + r).sum() - norms - r + np.linalg.norm(teachers, axis=1).sum()
    c = 3 * np.sqrt(3) / (4 * np.pi) * float((reach / low**2).max())
    return c + 3 * np.sqrt(len(w)) / (np.pi * float(low.min()))


def radii(k: int) -> dict[str, float]:
    """The certified radius, and the r with r B(r) = lambda_min for the literature constant: no ball
    certified with it reaches that.
    """
    claims = certify.load(ROOT / name(k)).document["statement"]["claims"]
    w, teachers = centre(k), orthonormal(k, k)
    smallest, certified = float(claims["lambda_min"][0]), float(claims["radius"])

    def excess(r: float) -> float:
        return r * literature_lipschitz(w, teachers, r) - smallest

    limit = float(brentq(excess, 0.0, 0.99 * float(np.linalg.norm(w, axis=1).min()), xtol=1e-15))
    own = GaussianLoss(teachers).hessian_lipschitz(w, certified)
    return {
        "k": k,
        "lambda_min": smallest,
        "radius": certified,
        "B": own,
        "B_literature": literature_lipschitz(w, teachers, limit),
        "radius_literature": limit,
        "ratio": certified / limit,
    }


def measure(repeat: int) -> dict[str, Any]:
    checks = {k: times(lambda k=k: check(k), repeat) for k in CHECKED}
    # the two sides of the ratio in turns, so that both see the same machine
    largest = CHECKED[-1]
    numeric, pairs = float_hessian(largest), []
    numeric()
    for _ in range(repeat):
        start = perf_counter()
        numeric()
        middle = perf_counter()
        check(largest)
        pairs.append((middle - start, perf_counter() - middle))
    numeric_runs, check_runs = ([*column] for column in zip(*pairs, strict=True))
    rounds = sorted(second / first for first, second in pairs)
    return {
        "repeat": repeat,
        "threads": THREADS,
        "check_seconds": {k: summary(runs) for k, runs in checks.items()},
        "cold_check_seconds": summary(times(cold_check, repeat)),
        "cold_python_seconds": summary(times(cold_python, repeat)),
        "ratio": {
            "k": largest,
            "threads": THREADS["OPENBLAS_NUM_THREADS"],
            "numpy_seconds": summary(numeric_runs),
            "check_seconds": summary(check_runs),
            "median": median(rounds),
            "rounds": rounds,
        },
        "prove_seconds": summary(times(prove_stored, repeat)),
        "radii": [radii(k) for k in SIZES],
    }


def summary(runs: list[float]) -> dict[str, float]:
    return {"best": min(runs), "median": median(runs), "worst": max(runs)}


def seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.2f} s"


def show(figures: dict[str, Any]) -> None:
    console, ratio = Console(), figures["ratio"]
    table = Table(title=f"Times, {figures['repeat']} runs each")
    table.add_column("what")
    for column in ("best", "median", "worst"):
        table.add_column(column, justify="right")
    entries = [(f"check, k = {k}", runs) for k, runs in figures["check_seconds"].items()]
    entries += [
        ("certify check, k = 6, cold shell", figures["cold_check_seconds"]),
        ("python -c pass, cold shell", figures["cold_python_seconds"]),
        ("prove, k = 6, from the stored centre", figures["prove_seconds"]),
        (f"numpy Hessian + eigvalsh, k = {ratio['k']}", ratio["numpy_seconds"]),
        (f"check, k = {ratio['k']}, in turns with it", ratio["check_seconds"]),
    ]
    for what, runs in entries:
        table.add_row(what, *(seconds(runs[column]) for column in ("best", "median", "worst")))
    console.print(table)
    console.print(
        f"k = {ratio['k']}, check over numpy, round by round: median {ratio['median']:.1f}"
        f" ({ratio['rounds'][0]:.1f} to {ratio['rounds'][-1]:.1f}), BLAS threads:"
        f" {ratio['threads']}\n",
        highlight=False,
        soft_wrap=True,
    )
    table = Table(title="Radius certified, and the limit lambda/B with B = c + 3 sqrt(n)/(pi m)")
    for column in ("k", "lambda_min", "B", "radius", "B, literature", "lambda/B", "radius over it"):
        table.add_column(column, justify="right")
    for row in figures["radii"]:
        table.add_row(
            str(row["k"]),
            f"{row['lambda_min']:.6f}",
            f"{row['B']:.3f}",
            f"{row['radius']:.3e}",
            f"{row['B_literature']:.3f}",
            f"{row['radius_literature']:.3e}",
            f"{row['ratio']:.3f}",
        )
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Time the dense proofs and compare their radii with the literature constant."
    )
    parser.add_argument(
        "--repeat", type=int, default=7, help="runs of each measurement (default 7)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    options = parser.parse_args()
    if options.repeat < 1:
        parser.error("--repeat must be at least 1")
    figures = measure(options.repeat)
    show(figures)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
