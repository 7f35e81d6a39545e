"""How long checking a symmetric certificate takes, as k grows: the sizes enter as numbers only, so
it should not grow.

    python benchmarks/symmetric.py [--repeat N] [--plot FILE.png]

For types II, A, I, II_2 and II+1: the kernel's check in this process, best and median of N, and the
ratio to the same type at k = 10, formed in each round, median taken.
"""

from __future__ import annotations

import argparse
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

from certify.gaussian.prove.symmetric import prove_symmetric
from certify.gaussian.search.families import family
from certify.kernel.check import check_document
from certify.kernel.foundation.outcomes import Proved

SIZES = (10, 100, 1000, 10**4, 10**5, 10**6)
FAMILIES = ("II", "A", "I", "II_2", "II+1")


def document(name: str, k: int) -> dict:
    attempt = prove_symmetric(family(name, k))
    if attempt.document is None or not isinstance(attempt.outcome, Proved):
        raise SystemExit(f"{name} at k = {k} was not proved: {attempt.reason}")
    return attempt.document


def seconds(certificate: dict) -> float:
    start = perf_counter()
    outcome = check_document(certificate)
    taken = perf_counter() - start
    if not isinstance(outcome, Proved):
        raise SystemExit(outcome.summary)
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=15)
    parser.add_argument("--plot", help="write a plot there (needs matplotlib)")
    options = parser.parse_args()
    table = Table(title=f"check in ms: best / median of {options.repeat} (median ratio to k = 10)")
    table.add_column("type")
    for k in SIZES:
        table.add_column(f"k = {k}", justify="right")
    curves = {}
    for name in FAMILIES:
        certificates = [document(name, k) for k in SIZES]
        rounds = [
            [seconds(certificate) for certificate in certificates] for _ in range(options.repeat)
        ]
        columns = list(zip(*rounds, strict=True))
        ratios = [median(times[i] / times[0] for times in rounds) for i in range(len(SIZES))]
        table.add_row(
            name,
            *[
                f"{1e3 * min(c):.1f} / {1e3 * median(c):.1f} ({r:.2f})"
                for c, r in zip(columns, ratios, strict=True)
            ],
        )
        curves[name] = [1e3 * median(c) for c in columns]
    console = Console()
    console.width = 140
    console.print(table)
    if options.plot:
        import matplotlib as mpl

        mpl.use("Agg")
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(figsize=(6.4, 3.6), layout="constrained")
        for name, values in curves.items():
            axes.plot(SIZES, values, "o-", label=name)
        axes.set(
            xscale="log",
            xlabel="k (number of neurons)",
            ylabel="check, ms (median)",
            ylim=(0, None),
            title="Checking a symmetric certificate",
        )
        axes.legend(ncols=len(FAMILIES), frameon=False)
        figure.savefig(options.plot, dpi=130)


if __name__ == "__main__":
    main()
