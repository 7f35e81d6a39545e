"""The certified radii of the dense proofs beside those of the constant of the literature. Nothing
here depends on the machine.
"""

from __future__ import annotations

import json

import numpy as np
from scipy.optimize import brentq

from benchmarks.timing import ROOT
from certify.floats import Array
from certify.gaussian.search.loss import GaussianLoss, orthonormal

__all__ = ["table"]

SIZES = range(6, 21)


def table() -> list[str]:
    """Markdown. The limit is the r with r B(r) = lambda_min for the constant B of the literature;
    no ball certified with it reaches that.
    """
    lines = [
        "| k | lambda_min | r certified | B(r) | limit of the literature | quotient |",
        "|---|---|---|---|---|---|",
    ]
    for k in SIZES:
        path = ROOT / "proofs" / "gaussian" / f"n{k:02d}-k{k:02d}.json"
        statement = json.loads(path.read_text())["statement"]
        w, loss = np.array(statement["centre"], dtype=float), GaussianLoss(orthonormal(k, k))
        smallest = float(statement["claims"]["lambda_min"][0])
        radius = float(statement["claims"]["radius"])
        limit = _limit(w, smallest)
        lines.append(
            f"| {k} | {smallest:.6f} | {radius:.2e} | {loss.hessian_lipschitz(w, radius):.3f} |"
            f" {limit:.3e} | {radius / limit:.2f} |"
        )
    return lines


def _limit(w: Array, smallest: float) -> float:
    """The r with r B(r) = smallest, B = c + 3 sqrt(n)/(pi m), c and m as in lemma 3: the two
    contributions added, not combined under the root.
    """
    norms = np.linalg.norm(w, axis=1)

    def excess(r: float) -> float:
        low = norms - r
        reach = (norms + r).sum() - norms - r + len(w)  # teachers of norm 1
        c = 3 * np.sqrt(3) / (4 * np.pi) * float((reach / low**2).max())
        return float(r * (c + 3 * np.sqrt(len(w)) / (np.pi * low.min())) - smallest)

    return float(brentq(excess, 0.0, 0.99 * float(norms.min()), xtol=1e-15))
