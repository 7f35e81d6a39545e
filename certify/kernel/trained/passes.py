"""Values and first derivatives of a network on all data at once: a forward and a backward pass in
matrices of balls (lemma 28).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from flint import arb, arb_mat

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.ledger import UNDEFINED, Ledger
from certify.kernel.smooth.functions import Taylor
from certify.kernel.trained.losses import loss, slope_and_curvature
from certify.kernel.trained.network import Network
from certify.kernel.trained.problem import TrainedProblem

__all__ = [
    "Around",
    "Gates",
    "Pass",
    "backward",
    "bare",
    "by_outputs",
    "empirical_risk",
    "enclosed",
    "forward",
    "gradient",
    "norm_of",
    "scaled",
]

# (layer, datum, unit), from 0, to a ball g: there h(z) is replaced by g z
Gates = dict[tuple[int, int, int], arb]
# a centre and a radius r: only parameters with |theta - centre| <= r are meant
Around = tuple[list[arb_mat], arb]


@dataclass(frozen=True)
class Pass:
    """One forward pass. For each layer l, N rows each:

    below: a_(l-1), with a column of ones behind it where the layer has biases; inner: z_l; first,
    second: h_l'(z_l) and h_l''(z_l), entries row by row. outputs: f(x_n).
    """

    below: list[arb_mat]
    inner: list[arb_mat]
    first: list[list[arb]]
    second: list[list[arb]]
    outputs: arb_mat


def enclosed(ledger: Ledger, what: str, *tables: list[arb]) -> None:
    """Verify that all these numbers are finite: a product of matrices may lose a NaN."""
    for entry in chain(*tables):
        if not entry.is_finite():
            ledger.refuse("undefined", f"{what} can be enclosed", UNDEFINED, 0)


def norm_of(entries: list[arb]) -> arb:
    """The Euclidean norm."""
    total = arb(0)
    for entry in entries:
        total += entry * entry
    return total.nonnegative_part().sqrt()


def bare(network: Network, layers: list[arb_mat], number: int) -> arb_mat:
    """The weights of a layer, without its biases."""
    layer = network.layers[number]
    if not layer.bias:
        return layers[number]
    return arb_mat([row[:-1] for row in layers[number].tolist()])


def scaled(matrix: arb_mat, factors: list[arb]) -> arb_mat:
    """Entry by entry the product, factors row by row."""
    entries = [a * b for a, b in zip(matrix.entries(), factors, strict=True)]
    return arb_mat(matrix.nrows(), matrix.ncols(), entries)


def forward(
    problem: TrainedProblem,
    layers: list[arb_mat],
    ledger: Ledger,
    gates: Gates | None = None,
    around: Around | None = None,
) -> Pass:
    """All values on the data, for all parameters in the balls `layers`; with `around` only for
    those of them in the Euclidean ball, which is smaller than the box. Refuses in the ledger where
    a value is not defined.
    """
    network, data = problem.network, problem.data
    below, inner, first, second = [], [], [], []
    values = problem.table()
    for number, (layer, matrix) in enumerate(zip(network.layers, layers, strict=True)):
        inputs = values
        if layer.bias:
            inputs = arb_mat([[*row, arb(1)] for row in values.tolist()])
        z = inputs * matrix.transpose()
        if around is not None:
            z = _in_ball(inputs, around[0][number], around[1])
        if layer.activation.tree == "t":
            values, slopes, bends = (
                z,
                [arb(1)] * (data * layer.units),
                [arb(0)] * (data * layer.units),
            )
        else:
            made = [layer.activation.taylor(entry) for entry in z.entries()]
            for (where, n, j), gate in (gates or {}).items():
                if where == number:
                    made[n * layer.units + j] = gate * z[n, j], gate, arb(0)
            results, slopes, bends = (list(part) for part in zip(*made, strict=True))
            _require_values(ledger, number, layer.units, z.entries(), made)
            values = arb_mat(data, layer.units, results)
        below.append(inputs)
        inner.append(z)
        first.append(slopes)
        second.append(bends)
    enclosed(ledger, "the output", values.entries())
    return Pass(below, inner, first, second, values)


def _require_values(
    ledger: Ledger, number: int, units: int, z: list[arb], made: list[Taylor]
) -> None:
    """Verify that value and derivatives of each unit are enclosed; else name the unit, the datum
    and its argument.
    """
    for place, values in enumerate(made):
        if not all(value.is_finite() for value in values):
            unit, datum = place % units + 1, place // units + 1
            where = f"unit {unit} of layer {number + 1} at datum {datum}"
            sentence = f"{where} is smooth near its argument (left)"
            ledger.refuse("undefined", sentence, z[place], UNDEFINED)


def _in_ball(inputs: arb_mat, centre: arb_mat, radius: arb) -> arb_mat:
    """z = W a for rows of W within the radius of those of the centre: |z - C a| <= radius |a|."""
    rows = (inputs * centre.transpose()).tolist()
    spreads = [arb(0, 1) * (radius * norm_of(row)).upper() for row in inputs.tolist()]
    return arb_mat([[z + spread for z in row] for row, spread in zip(rows, spreads, strict=True)])


def empirical_risk(
    problem: TrainedProblem, layers: list[arb_mat], ledger: Ledger, gates: Gates | None = None
) -> arb:
    """R(theta)."""
    outputs = forward(problem, layers, ledger, gates).outputs.tolist()
    total = arb(0)
    for f, target in zip(outputs, problem.targets, strict=True):
        total += loss(problem.loss, f, target)
    return ball(problem.factor) * total + problem.penalty(layers)


def by_outputs(
    problem: TrainedProblem, made: Pass, ledger: Ledger
) -> Iterator[tuple[list[arb], list[list[arb]]]]:
    """factor times the first and second derivatives of the loss by the outputs, datum by datum: a
    matrix for each datum is too much to be kept.
    """
    factor = ball(problem.factor)
    for f, target in zip(made.outputs.tolist(), problem.targets, strict=True):
        slope, curvature = slope_and_curvature(problem.loss, f, target)
        enclosed(ledger, "the loss", slope, *curvature)
        yield (
            [factor * value for value in slope],
            [[factor * value for value in row] for row in curvature],
        )


def backward(
    problem: TrainedProblem, layers: list[arb_mat], made: Pass, slopes: list[list[arb]]
) -> tuple[list[arb_mat], list[arb_mat]]:
    """For each layer the derivatives of R by a_l, and delta_l, those by z_l: N rows each."""
    back = arb_mat(slopes)
    by_value, by_inner = [], []
    for number in reversed(range(len(layers))):
        by_value.append(back)
        by_inner.append(scaled(back, made.first[number]))
        if number:
            back = by_inner[-1] * bare(problem.network, layers, number)
    return by_value[::-1], by_inner[::-1]


def gradient(
    problem: TrainedProblem, layers: list[arb_mat], ledger: Ledger, gates: Gates | None = None
) -> list[arb]:
    """The derivatives of R by all parameters, in their order (equation 28.2)."""
    made = forward(problem, layers, ledger, gates)
    slopes = [slope for slope, _ in by_outputs(problem, made, ledger)]
    _, deltas = backward(problem, layers, made, slopes)
    entries: list[arb] = []
    for number, (delta, below) in enumerate(zip(deltas, made.below, strict=True)):
        rows, own = (delta.transpose() * below).tolist(), layers[number].tolist()
        for row, parameters in zip(rows, own, strict=True):
            for column, (entry, parameter) in enumerate(zip(row, parameters, strict=True)):
                entries.append(entry + ball(problem.decay_at(number, column)) * parameter)
    return entries
