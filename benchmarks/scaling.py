"""How costs grow: exponents fitted to the measurements, and a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import nan
from pathlib import Path

import numpy as np

from benchmarks.measurement import Measurement
from benchmarks.timing import Cost

__all__ = ["Growth", "draw", "growths"]

AXES = ("N = n k", "k", "rows", "parameters")


@dataclass(frozen=True)
class Growth:
    """Costs of one thing at growing sizes; at least two of them."""

    name: str
    axis: str
    sizes: tuple[float, ...]
    seconds: tuple[float, ...]

    @property
    def exponent(self) -> float:
        """The p of seconds = c size^p, by least squares of the logarithms."""
        return float(np.polyfit(np.log(self.sizes), np.log(self.seconds), 1)[0])

    @property
    def error(self) -> float:
        """The standard error of the exponent; NaN for two sizes."""
        if len(self.sizes) < 3:
            return nan
        x, y = np.log(self.sizes), np.log(self.seconds)
        rest = y - np.polyval(np.polyfit(x, y, 1), x)
        return float(np.sqrt(rest @ rest / (len(x) - 2) / ((x - x.mean()) ** 2).sum()))

    @property
    def last(self) -> float:
        """The exponent between the two largest sizes."""
        (a, b), (s, t) = self.sizes[-2:], self.seconds[-2:]
        return float(np.log(t / s) / np.log(b / a))


def growths(measured: Iterable[Measurement]) -> list[Growth]:
    """The curves that the rows are points of, and those of their peers; by axis."""
    points: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for one in measured:
        curve = one.row.curve
        if curve is None or isinstance(one.own, str):
            continue
        sides = {curve.name: one.own} | {
            f"{name} (beside the {curve.name})": cost
            for name, cost in one.peers.items()
            if isinstance(cost, Cost)
        }
        for name, cost in sides.items():
            points.setdefault((curve.axis, name), []).append((curve.size, cost.seconds))
    found = [
        Growth(name, axis, *zip(*sorted(pairs), strict=True))
        for (axis, name), pairs in points.items()
        if len({size for size, _ in pairs}) > 1
    ]
    return sorted(found, key=lambda growth: AXES.index(growth.axis))


def draw(found: list[Growth], target: Path) -> None:
    """One panel for each axis, seconds against size, both logarithmic."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    mpl.rcParams.update(
        {"svg.hashsalt": "scaling", "svg.fonttype": "none", "font.family": "sans-serif"}
    )
    shown = [axis for axis in AXES if any(growth.axis == axis for growth in found)]
    figure, panels = plt.subplots(
        1, len(shown), figsize=(4 * len(shown), 4.8), layout="constrained", sharey=True
    )
    for axis, panel in zip(shown, np.atleast_1d(panels), strict=True):
        curves = [growth for growth in found if growth.axis == axis]
        for growth in curves:
            is_peer = "(beside" in growth.name
            panel.plot(
                growth.sizes,
                growth.seconds,
                "s--" if is_peer else "o-",
                markersize=4,
                alpha=0.6 if is_peer else 1,
                label=f"{growth.name.partition(' (')[0]}: {growth.exponent:.1f}",
            )
        panel.set(xscale="log", yscale="log", xlabel=axis)
        sizes = curves[0].sizes
        if sizes[-1] <= 200 * sizes[0]:
            panel.set_xticks(sizes, [f"{size:g}" for size in sizes])
            panel.minorticks_off()
        panel.grid(alpha=0.3)
        panel.legend(
            loc="upper left",
            bbox_to_anchor=(-0.02, -0.14),
            fontsize=8,
            frameon=False,
            title="fitted exponent",
            title_fontsize=8,
            alignment="left",
        )
    np.atleast_1d(panels)[0].set_ylabel("processor time, s")
    figure.savefig(target, metadata={"Date": None})
    plt.close(figure)
