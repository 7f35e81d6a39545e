"""Pictures of a minimum on kinks: the gates between the two slopes, and what the units apply their
activation to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from certify.kernel.foundation.reals import counted
from certify.kernel.trained.kinks import KinkMinimum
from certify.report.drawing import BLUE, GREY, RED, Picture, new_figure, picture
from certify.report.smooth.values import float_of
from certify.report.trained.curves import labelled, legend
from certify.report.trained.floats import Floats, array_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["gates", "kink_forms", "preactivations"]

_MOST_NAMED = 16  # kinks that are named at the axis


def kink_forms(claim: KinkMinimum) -> Array:
    """The gradients of the z_nj on kinks, a row each."""
    import numpy as np

    network, layer = claim.problem.network, claim.problem.network.layers[0]
    rows = np.zeros((len(claim.kinks), network.size))
    for row, kink in zip(rows, claim.kinks, strict=True):
        first = network.place(0, kink.unit, 0)
        inputs = [float_of(x) for x in claim.problem.points[kink.datum]]
        row[first : first + layer.columns] = inputs + [1.0] * layer.bias
    return rows


def gates(claim: KinkMinimum, digest: str) -> Picture:
    """Each gate between the slopes below and above the kink."""
    import numpy as np

    low, high = map(float_of, claim.slopes)
    values = [float_of(kink.gate) for kink in claim.kinks]
    places = np.arange(len(values))
    figure, axes = new_figure(3.6, max(1.2, min(2.6, 0.25 * len(values) + 0.5)))
    for end in (low, high):
        axes.axvline(end, color=GREY, linewidth=1.0)
    axes.hlines(places, low, high, color=GREY, linewidth=0.5)
    axes.scatter(values, places, s=24, c=RED, zorder=3)
    width = high - low
    axes.set_xlim(low - 0.06 * width, high + 0.06 * width)
    axes.set_ylim(len(values) - 0.4, -0.6)
    if len(values) <= _MOST_NAMED:
        names = [f"datum {kink.datum + 1}, unit {kink.unit + 1}" for kink in claim.kinks]
        axes.set_yticks(places, names)
    else:
        axes.set_yticks([])
    axes.set_xticks([low, (low + high) / 2, high])
    labelled(axes, f"gate, between the slopes {low:g} and {high:g} of the unit", "")
    alt = (
        f"The gates of {counted(len(values), 'kink')}, from {min(values):.4g} to {max(values):.4g},"
        f" between the slopes {low:g} and {high:g} (float64)."
    )
    return picture(figure, "The gates", alt, digest)


def preactivations(claim: KinkMinimum, floats: Floats, digest: str) -> Picture:
    """What each hidden unit applies its activation to, on all data."""
    import numpy as np

    inner = floats.inner(array_of(claim.centre))[0]
    figure, axes = new_figure(3.6, max(1.2, min(2.6, 0.3 * inner.shape[1] + 0.5)))
    axes.axvline(0, color=GREY, linewidth=0.8)
    on = np.zeros(inner.shape, dtype=bool)
    for kink in claim.kinks:
        on[kink.datum, kink.unit] = True
    data, units = np.nonzero(~on)
    axes.scatter(
        inner[data, units], units + 1, s=60, c=BLUE, marker="|", linewidths=0.9, label="off"
    )
    _, units = np.nonzero(on)
    axes.scatter(0 * units, units + 1, s=26, c=RED, zorder=3, label="on the kink")
    counts = on.sum(axis=0)
    for unit, count in enumerate(counts):
        if count:
            axes.annotate(
                f"{count}",
                (0, unit + 1),
                xytext=(4, 4),
                textcoords="offset points",
                fontsize=8,
                color=RED,
            )
    axes.set_ylim(inner.shape[1] + 0.6, 0.4)
    if inner.shape[1] <= _MOST_NAMED:
        axes.set_yticks(range(1, inner.shape[1] + 1))
    legend(axes)
    labelled(axes, "what the unit applies its activation to", "hidden unit")
    nearest = float(np.abs(inner[~on]).min()) if (~on).any() else 0.0
    alt = (
        f"What the {counted(inner.shape[1], 'hidden unit')} apply their activation to, on all data:"
        f" {counted(len(claim.kinks), 'pair')} of datum and unit at 0, the others at least"
        f" {nearest:.3g} away from it (float64)."
    )
    return picture(figure, "The kinks", alt, digest)
