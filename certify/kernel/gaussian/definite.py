"""The smallest eigenvalue on a box of a family's cover (theorem 4)."""

from __future__ import annotations

from flint import arb, fmpq

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.pivots import pivots
from certify.kernel.foundation.reals import Interval
from certify.kernel.gaussian.blocks import Number
from certify.kernel.gaussian.branch import Branch, Chart, add_test
from certify.kernel.gaussian.chart import over
from certify.kernel.gaussian.components import components, padding_components
from certify.kernel.gaussian.families import Congruence
from certify.kernel.gaussian.isotypic import Pencil, padding_pencil, pencil_of

__all__ = ["least_pivot", "require_smallest"]


def require_smallest(branch: Branch, bounds: Interval, name: str, ledger: Ledger) -> None:
    """All eigenvalues times k^(soft/root) are above the lower bound, and one is below the upper
    one: inequalities 10 and 11 of theorem 4.
    """
    chart, tube, family = branch.chart, branch.tube, branch.chart.family
    first = {"1": branch.first}
    known = [
        (part.name, first.get(part.name) or pencil_of(tube, part), family.pencils[part.name])
        for part in components(tube.blocks)
    ]
    further = [
        (
            f"{part.name} (further dimensions)",
            padding_pencil(tube, part),
            family.paddings[part.name],
        )
        for part in padding_components(tube.blocks)
    ]
    for which, pencil, congruence in (*known, *further):
        least = least_pivot(chart, pencil, congruence, bounds.low)
        sentence = (
            f"the eigenvalues of representation {which} are above the claimed bound on {name}"
        )
        ledger.require("lambda-min-low", sentence, arb(0), least)
    component, i = family.softest
    _, pencil, congruence = next(entry for entry in known if entry[0] == component)
    value, above = _shifted(chart, pencil, congruence, bounds.high)[i][i], arb(-1)
    for s in chart.parts():
        above = above.max(over(value, s))
    sentence = (
        f"the eigenvalue of representation {component} is below the claimed upper bound on {name}"
    )
    ledger.require("lambda-min-high", sentence, above, arb(0))


def least_pivot(chart: Chart, pencil: Pencil, congruence: Congruence, bound: fmpq) -> arb:
    """A lower bound, over the parts, of the pivots of P^T (form - bound t^soft diag(norms)) P
    (lemma 11).

    P is invertible: the sums and the powers of t > 0 of the table, then the elimination at the
    middle of the box, so that what moves with t cancels before it is enclosed. Near t = 0 it leaves
    alone the entries in which a root of t remains.
    """
    full, size = _shifted(chart, pencil, congruence, bound), range(len(pencil.norms))
    odd = [chart.at_zero and power % 2 == 1 for power in congruence.exponents]
    middle = [[over(value, chart.domain.mid()).mid() for value in row] for row in full]
    for k in size:
        for i in size[k + 1 :]:
            if odd[i] == odd[k]:
                factor = -(middle[i][k] / middle[k][k]).mid()
                add_test(full, i, k, factor)
                add_test(middle, i, k, factor)
    least = arb(1)
    for s in chart.parts():
        root = s.abs_lower().sqrt().union(s.abs_upper().sqrt())
        rows = [
            [over(full[a][b], s) * (root if odd[a] != odd[b] else 1) for b in size[: a + 1]]
            for a in size
        ]
        for pivot in pivots(rows):
            least = least.min(pivot)
    return least


def _shifted(
    chart: Chart, pencil: Pencil, congruence: Congruence, bound: fmpq
) -> list[list[Number]]:
    """P^T (form - bound t^soft diag(norms)) P, P the sums and the powers of t of the table, where
    they differ by an odd power of the root of t without that root.
    """
    full, shift = pencil.matrix(), chart.power(chart.family.soft) * ball(bound)
    for a, norm in enumerate(pencil.norms):
        full[a][a] = full[a][a] - norm * shift
    chart.combine(full, congruence.sums)
    power, size = congruence.exponents, range(len(full))
    full = [[chart.scaled(full[a][b], (power[a] + power[b]) // 2) for b in size] for a in size]
    for a, b in congruence.bounded:
        full[a][b] = full[b][a] = chart.known_order(full[a][b], 0)
    return full
