"""Pencils that are positive definite on a box of a family's cover (theorem 4)."""

from __future__ import annotations

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.pivots import pivots
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.branch import Chart
from certify.kernel.gaussian.chart import over
from certify.kernel.gaussian.families import Congruence
from certify.kernel.gaussian.isotypic import Pencil

__all__ = ["least_pivot"]


def least_pivot(
    chart: Chart, pencil: Pencil, congruence: Congruence, bound: fmpq, parts: list[arb]
) -> arb:
    """A lower bound, over the parts, of the pivots of P^T (form - bound diag(norms)) P (lemma 11).

    P is unimodular times powers of t > 0: those of the table, then the elimination at the middle
    of the box, so that what moves with t cancels before it is enclosed.
    """
    full = pencil.matrix()
    for a, norm in enumerate(pencil.norms):
        full[a][a] = full[a][a] - norm * ball(bound)
    for i, j in congruence.sums:
        _add(full, i, j, arb(1))
    t, size = congruence.exponents, range(len(full))
    full = [[chart.scaled(full[a][b], t[a] + t[b]) for b in size] for a in size]
    for a, b in congruence.bounded:
        full[a][b] = full[b][a] = chart.known_order(full[a][b], 0)
    middle = [[over(value, chart.domain.mid()).mid() for value in row] for row in full]
    for k in size:
        for i in size[k + 1 :]:
            factor = -(middle[i][k] / middle[k][k]).mid()
            _add(full, i, k, factor)
            _add(middle, i, k, factor)
    least = arb(1)
    for s in parts:
        for pivot in pivots([[over(full[a][b], s) for b in size[: a + 1]] for a in size]):
            least = least.min(pivot)
    return least


def _add(form: list[list[Number]], i: int, j: int, factor: arb) -> None:
    """Test matrix i becomes i + factor j, in a symmetric form."""
    changed = [x + y * factor for x, y in zip(form[i], form[j], strict=True)]
    changed[i] = changed[i] + changed[j] * factor
    form[i] = changed
    for row, value in zip(form, changed, strict=True):
        row[i] = value
