"""The Hessian of the risk by all parameters, layer by layer, each block of it one or two products
of matrices of balls (lemma 28).
"""

from __future__ import annotations

from collections.abc import Iterator

from flint import arb, arb_mat

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.trained.network import Network
from certify.kernel.trained.passes import (
    Around,
    Gates,
    Pass,
    backward,
    bare,
    by_outputs,
    forward,
    scaled,
)
from certify.kernel.trained.problem import TrainedProblem

__all__ = ["hessian", "sensitivities"]

Rows = list[list[arb]]
Blocks = dict[tuple[int, int], arb_mat]  # by the numbers of a later and an earlier layer
_AT_ONCE = 5 * 10**5  # balls in the largest table of a part of the data


def hessian(
    problem: TrainedProblem,
    layers: list[arb_mat],
    ledger: Ledger,
    gates: Gates | None = None,
    around: Around | None = None,
) -> Rows:
    """The lower triangle of the Hessian of R, in the order of the parameters (equation 28.6).

    layers: balls, thin or wide; gates, around: as in `forward`. Refuses in the ledger where a value
    is not defined.
    """
    network = problem.network
    bent: Blocks = {}
    crossed: Blocks = {}
    step = _step(network)
    for start in range(0, problem.data, step):
        part = problem.part(start, start + step)
        shifted = {
            (number, n - start, j): gate
            for (number, n, j), gate in (gates or {}).items()
            if start <= n < start + step
        }
        made = forward(part, layers, ledger, shifted, around)
        _add(bent, crossed, part, layers, made, ledger)
    rows: Rows = [[arb(0)] * (i + 1) for i in range(network.size)]
    for (later, earlier), block in bent.items():
        _place_bent(rows, network, later, earlier, block)
    for (later, earlier), block in crossed.items():
        _place_crossed(rows, network, later, earlier, block)
    for number, layer in enumerate(network.layers):
        for unit in range(layer.units):
            for column in range(layer.columns):
                place = network.place(number, unit, column)
                rows[place][place] += ball(problem.decay_at(number, column))
    return rows


def _step(network: Network) -> int:
    """How many data are taken at once."""
    widest = 1
    for later, layer in enumerate(network.layers):
        for other in network.layers[: later + 1]:
            for size in (layer.columns * other.columns, layer.units * other.units):
                widest = max(widest, size)
    return _AT_ONCE // widest + 2


def _add(
    bent: Blocks,
    crossed: Blocks,
    problem: TrainedProblem,
    layers: list[arb_mat],
    made: Pass,
    ledger: Ledger,
) -> None:
    """Add what these data contribute to each block: the curvature by the z of two layers (28.4),
    and the first derivatives of an a by an earlier z (28.5).
    """
    network = problem.network
    slopes, curvatures = map(list, zip(*by_outputs(problem, made, ledger), strict=True))
    by_value, deltas = backward(problem, layers, made, slopes)
    weights = [bare(network, layers, number) for number in range(len(layers))]
    for later, earlier, table in _curvatures(network, weights, made, by_value, curvatures):
        left = made.below[later].tolist()
        if later == earlier:
            pairs = [[x * y for i, x in enumerate(row) for y in row[: i + 1]] for row in left]
        else:
            pairs = _products(left, made.below[earlier].tolist())
        _accumulate(bent, (later, earlier), arb_mat(pairs).transpose() * table)
    for earlier in range(len(layers) - 1):
        inputs = made.below[earlier].tolist()
        for last, table in sensitivities(network, weights, made, earlier):
            if last + 1 < len(layers):
                pairs = _products(deltas[last + 1].tolist(), inputs)
                _accumulate(crossed, (last + 1, earlier), arb_mat(pairs).transpose() * table)


def _products(left: Rows, right: Rows) -> Rows:
    """Row by row all products of an entry of the left and one of the right."""
    return [[x * y for x in a for y in b] for a, b in zip(left, right, strict=True)]


def _accumulate(blocks: Blocks, where: tuple[int, int], block: arb_mat) -> None:
    blocks[where] = blocks[where] + block if where in blocks else block


def _under(entries: list[arb], slopes: list[arb], units: int) -> tuple[list[arb], Rows]:
    """Symmetric matrices S, one after the other, as D S D with the slopes on the diagonal of D: all
    entries, and for each matrix those of the lower triangle.
    """
    full: list[arb] = []
    halves = []
    for start in range(0, len(slopes), units):
        own = slopes[start : start + units]
        half: list[list[arb]] = []
        for i, slope in enumerate(own):
            place = (start + i) * units
            half.append(
                [
                    slope * entry * other
                    for entry, other in zip(entries[place : place + i + 1], own, strict=False)
                ]
            )
        full += [half[i][j] if j <= i else half[j][i] for i in range(units) for j in range(units)]
        halves.append([entry for row in half for entry in row])
    return full, halves


def _curvatures(
    network: Network,
    weights: list[arb_mat],
    made: Pass,
    by_value: list[arb_mat],
    curvatures: list[Rows],
) -> Iterator[tuple[int, int, arb_mat]]:
    """For layers m <= m' the second derivatives of R by z_m' and z_m as if they were independent:
    a table with a row for each datum and the columns (a', a), for m = m' only a <= a' (28.4).
    """
    data = len(curvatures)
    entries = [entry for matrix in curvatures for row in matrix for entry in row]
    for later in reversed(range(len(network.layers))):
        units = network.layers[later].units
        entries, half = _under(entries, made.first[later], units)
        for own, (slope, bend) in enumerate(
            zip(by_value[later].entries(), made.second[later], strict=True)
        ):
            n, i = own // units, own % units
            entry = entries[own * units + i] + slope * bend
            entries[own * units + i] = half[n][i * (i + 3) // 2] = entry
        yield later, later, arb_mat(half)
        stacked, above, turned = arb_mat(data * units, units, entries), later, arb_mat(0, 0)
        for earlier in reversed(range(later)):
            stacked = stacked * weights[above]
            below = network.layers[earlier].units
            if earlier == later - 1:
                turned = _exchanged(stacked, data, units, below)
            stacked = scaled(stacked, _repeated(made.first[earlier], below, units))
            yield later, earlier, arb_mat(data, units * below, stacked.entries())
            above = earlier
        if later:
            entries = (turned * weights[later]).entries()


def _exchanged(stacked: arb_mat, data: int, units: int, below: int) -> arb_mat:
    """From rows (n, a') and columns a to rows (n, a) and columns a'."""
    rows = stacked.tolist()
    return arb_mat(
        [[rows[n * units + i][j] for i in range(units)] for n in range(data) for j in range(below)]
    )


def _repeated(entries: list[arb], size: int, times: int) -> list[arb]:
    """Each stretch of `size` entries so many times."""
    return [
        entry
        for start in range(0, len(entries), size)
        for _ in range(times)
        for entry in entries[start : start + size]
    ]


def sensitivities(
    network: Network, weights: list[arb_mat], made: Pass, earlier: int
) -> Iterator[tuple[int, arb_mat]]:
    """For l = m, m + 1, ... the derivatives of a_l by z_m, m the earlier layer: a table with a row
    for each datum and the columns (unit of z_m, unit of a_l), for l = m the unit alone (28.5).
    """
    units = network.layers[earlier].units
    own = made.first[earlier]
    data = len(own) // units
    yield earlier, arb_mat(data, units, own)
    stacked = arb_mat(0, 0)
    for last in range(earlier + 1, len(network.layers)):
        turned = weights[last].transpose()
        if last == earlier + 1:
            rows = turned.tolist()
            stacked = arb_mat(
                [
                    [own[n * units + i] * w for w in rows[i]]
                    for n in range(data)
                    for i in range(units)
                ]
            )
        else:
            stacked = stacked * turned
        size = network.layers[last].units
        stacked = scaled(stacked, _repeated(made.first[last], size, units))
        yield last, arb_mat(data, units * size, stacked.entries())


def _place_bent(rows: Rows, network: Network, later: int, earlier: int, block: arb_mat) -> None:
    """Into the triangle, from rows (c', c) and columns (a', a); in one layer c <= c', a <= a'."""
    left, right = network.layers[later], network.layers[earlier]
    table = iter(block.tolist())
    for i in range(left.columns):
        for j in range(i + 1 if later == earlier else right.columns):
            entries = iter(next(table))
            for a in range(left.units):
                row, other = network.place(later, a, i), network.place(later, a, j)
                for b in range(a + 1 if later == earlier else right.units):
                    entry = next(entries)
                    rows[row][network.place(earlier, b, j)] += entry
                    if later == earlier and a != b and i != j:
                        rows[other][network.place(earlier, b, i)] += entry


def _place_crossed(rows: Rows, network: Network, later: int, earlier: int, block: arb_mat) -> None:
    """Into the triangle, from rows (a', c) and columns (a, c'), or (a) where c' = a."""
    left, right = network.layers[later], network.layers[earlier]
    table = iter(block.tolist())
    for a in range(left.units):
        for j in range(right.columns):
            entries = iter(next(table))
            for b in range(right.units):
                column = network.place(earlier, b, j)
                for i in (b,) if later == earlier + 1 else range(left.inputs):
                    rows[network.place(later, a, i)][column] += next(entries)
