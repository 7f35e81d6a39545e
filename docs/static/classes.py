"""Draw docs/static/classes.svg: the students of the named classes, from the certificates shipped.
Run from the root of the repository.
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np

mpl.use("svg")
import matplotlib.pyplot as plt

import certify

SHOWN = [
    ("global", None), ("II", "k08/II"), ("II_2", "k08/II_2"), ("A", "k08/A"), ("I = A_7", "k08/I"),
    ("A_6", "k08/A_6"), ("II+1", "k08/II+1"),
]  # fmt: skip


def draw(target: Path) -> list[str]:
    """One heat map for each class, students as rows, k = 8; the titles are returned."""
    mpl.rcParams["svg.hashsalt"] = "classes"
    figure, axes = plt.subplots(1, len(SHOWN), figsize=(11, 2.1), gridspec_kw={"wspace": 0.25})
    for axis, (title, name) in zip(axes, SHOWN, strict=True):
        matrix = (
            np.eye(8)
            if name is None
            else certify.load(Path("proofs/symmetric") / f"{name}.json").students()
        )
        image = axis.imshow(matrix, cmap="RdBu", vmin=-1.1, vmax=1.1)
        axis.set_title(title, fontsize=10)
        axis.set_xticks([])
        axis.set_yticks([])
    figure.colorbar(image, ax=axes, fraction=0.012, pad=0.01)
    figure.savefig(target, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
    return [title for title, _ in SHOWN]


if __name__ == "__main__":
    draw(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/static/classes.svg"))
