"""Draw docs/static/landscape.svg: a certified spurious minimum for k = 6, and the loss in a plane
through it. Run from the root of the repository.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.colors import LogNorm

mpl.use("svg")
import matplotlib.pyplot as plt

import certify
from certify.gaussian.search.loss import GaussianLoss, orthonormal

CERTIFICATE = Path("proofs/gaussian/n06-k06.json")


def draw(target: Path) -> list[str]:
    """Two panels: the 6 x 6 weights W*, and F in the plane through the teachers V (the global
    minimum), W*, and W* with neurons and inputs 1 and 6 exchanged. The marks' names are returned.
    """
    mpl.rcParams["svg.hashsalt"] = "landscape"
    teachers = orthonormal(6, 6)
    spurious = np.asarray(certify.load(CERTIFICATE).students(), dtype=float)
    exchange = [5, 1, 2, 3, 4, 0]
    twin = spurious[np.ix_(exchange, exchange)]
    east = (spurious + twin) / 2 - teachers
    north = (twin - spurious) / 2
    east /= np.linalg.norm(east)
    north /= np.linalg.norm(north)
    x, y = np.meshgrid(np.linspace(-0.9, 3.1, 81), np.linspace(-2.0, 2.0, 81))
    plane = teachers + x[..., None, None] * east + y[..., None, None] * north
    loss = np.maximum(GaussianLoss(teachers).value(plane), 1e-6)  # it is 0 at V

    figure, (weights, landscape) = plt.subplots(
        1, 2, figsize=(8.2, 3.3), layout="constrained", width_ratios=[1, 1.35]
    )
    image = weights.imshow(spurious, cmap="RdBu", vmin=-1.1, vmax=1.1)
    weights.set_title("weights W*: one row a neuron", fontsize=10)
    weights.set_xticks([])
    weights.set_yticks([])
    figure.colorbar(image, ax=weights, fraction=0.046, pad=0.03)
    levels = np.geomspace(0.004, 2, 13)
    filled = landscape.contourf(x, y, loss, levels, norm=LogNorm(), cmap="viridis", extend="both")
    landscape.contour(x, y, loss, levels, colors="white", linewidths=0.4)
    figure.colorbar(filled, ax=landscape, ticks=[0.01, 0.1, 1], format="%g", label="loss F")
    marks = {
        "global minimum": (teachers, "*", (-42, 12)),
        "W*, F = 0.02508...": (spurious, "o", (-52, -19)),
        "its mirror image": (twin, "o", (-42, 9)),
    }
    for name, (point, sign, shift) in marks.items():
        at = ((point - teachers) * east).sum(), ((point - teachers) * north).sum()
        landscape.plot(
            *at, sign, color="white", markeredgecolor="black", markersize=13 if sign == "*" else 8
        )
        landscape.annotate(name, at, shift, textcoords="offset points", fontsize=9, color="white")
    landscape.set_title("a plane through it", fontsize=10)
    landscape.set_xticks([])
    landscape.set_yticks([])
    landscape.set_aspect("equal")
    figure.savefig(target, metadata={"Date": None})
    plt.close(figure)
    return list(marks)


if __name__ == "__main__":
    draw(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/static/landscape.svg"))
