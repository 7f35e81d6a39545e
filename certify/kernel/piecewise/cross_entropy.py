"""The cross-entropy of a table of logits (data x classes), and its gradient and Hessian by the free
entries of the last layer, as balls.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import arb, arb_mat

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.rational_matrix import RationalMatrix

__all__ = ["Table", "hessian_of", "logits_of", "risk_of", "shares_of", "slope_of"]


Table = list[list[arb]]  # data x classes


def logits_of(outputs: RationalMatrix, classes: int) -> Table:
    """The outputs, with 0 for the last class where the network has one output less."""
    rows = [[ball(entry) for entry in row] for row in outputs.transpose().tolist()]
    return rows if outputs.nrows() == classes else [[*row, arb(0)] for row in rows]


def risk_of(logits: Table, labels: Sequence[int]) -> arb:
    """The sum over the data of log sum_u exp(z_u) - z_label."""
    total = arb(0)
    for row, label in zip(logits, labels, strict=True):
        total += sum(((z - row[label]).exp() for z in row), arb(0)).log()
    return total


def shares_of(logits: Table) -> Table:
    """The probabilities exp(z_u) / sum_v exp(z_v)."""
    return [[1 / sum(((other - z).exp() for other in row), arb(0)) for z in row] for row in logits]


def slope_of(shares: Table, labels: Sequence[int], features: Table) -> arb:
    """Upper bound of the norm of the gradient by the free entries of the rows 0, ..., K - 2 of the
    last layer.
    """
    total = arb(0)
    for u in range(len(shares[0]) - 1):
        residual = [row[u] - int(label == u) for row, label in zip(shares, labels, strict=True)]
        for column in zip(*features, strict=True):
            size = sum((a * b for a, b in zip(residual, column, strict=True)), arb(0)).abs_upper()
            total += size * size
    return total.sqrt()


def hessian_of(shares: Table, features: Table) -> Table:
    """Lower triangle of the Hessian by the free entries of the rows 0, ..., K - 2 of the last
    layer, row by row.
    """
    free, columns = range(len(shares[0]) - 1), arb_mat(features).transpose()
    blocks = {}
    for u in free:
        for v in range(u + 1):
            weights = [share[u] * (int(u == v) - share[v]) for share in shares]
            weighted = arb_mat(
                [[w * entry for entry in row] for w, row in zip(weights, features, strict=True)]
            )
            blocks[u, v] = (columns * weighted).tolist()
    return [
        [entry for v in range(u + 1) for entry in blocks[u, v][i][: None if v < u else i + 1]]
        for u in free
        for i in range(len(features[0]))
    ]
