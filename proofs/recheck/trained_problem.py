"""Networks, data, losses and parameters of FORMAT 4.22 to 4.26, and how they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

from .arithmetic import GUARD_BITS
from .bounds import MOST_DIRECTION, MOST_FIT, MOST_HESSIAN, MOST_PAIRS, MOST_UNITS
from .formulas import MOST_NODES, Formula, read_formula
from .reader import array, boolean, fields, increasing, integer, rational, real
from .verdict import brackets, need, refuse
from .wide import Wide

MOST_DATA = 10_000
MOST_ENTRIES = 10**6  # of inputs, and of targets
MOST_VALUES = 4 * 10**6  # data times units
MOST_OF_LAYER = 1024  # inputs, and units
MOST_LAYERS = 16
MOST_OF_NETWORK = 10**5  # parameters

Target = Any  # the numbers of a regression, or a label
Vector = list[Fraction]  # parameters in their order


@dataclass(frozen=True)
class FullLayer:
    """Layer l: z_l = W_l a_(l-1) + b_l, a_l = h_l(z_l)."""

    inputs: int
    units: int
    activation: Formula
    bias: bool
    first: int  # the place in theta of its first weight
    decay: tuple[Fraction, Fraction]  # of weights and of biases

    @property
    def count(self) -> int:
        return self.units * (self.inputs + self.bias)

    def weight(self, unit: int, below: int) -> int:
        """The place in theta; units count from 0 here."""
        return self.first + unit * self.inputs + below

    def offset(self, unit: int) -> int:
        """The place of a bias."""
        return self.first + self.units * self.inputs + unit

    def places(self, unit: int) -> list[int]:
        """Weights, then the bias if there is one: as many as `Sweep.below` has columns."""
        found = [self.weight(unit, i) for i in range(self.inputs)]
        return [*found, self.offset(unit)] if self.bias else found


@dataclass(frozen=True)
class TrainedProblem:
    """R(theta) = factor * sum_n l(f(x_n), y_n) + 1/2 sum_l (decay of W_l |W_l|^2 + of b_l |b_l|^2).

    inputs: N rows as the network sees them, standardised; targets: rows of K numbers for the loss
    "squared", labels for "cross-entropy" and "binary".
    """

    layers: list[FullLayer]
    inputs: list[list[Fraction]]
    targets: list[Target]
    loss: str
    factor: Fraction

    @property
    def parameters(self) -> int:
        return sum(layer.count for layer in self.layers)

    @property
    def units(self) -> list[tuple[int, int]]:
        """Layer and unit, both from 0, of all pre-activations in their order."""
        return [(m, a) for m, layer in enumerate(self.layers) for a in range(layer.units)]

    @property
    def decays(self) -> Vector:
        """Those of all parameters."""
        found: Vector = []
        for layer in self.layers:
            weights, biases = layer.decay
            found += [weights] * (layer.units * layer.inputs)
            found += [biases] * (layer.units * layer.bias)
        return found

    @property
    def size(self) -> str:
        widths = "-".join(str(x) for x in [self.layers[0].inputs, *(y.units for y in self.layers)])
        return f"{widths} network, {self.parameters} parameters, {len(self.inputs)} data"


def _read_layers(network: Any, decay: Any) -> list[FullLayer]:
    fields(network, "network", "inputs layers")
    listed = network["layers"]
    need(
        type(listed) is list and 1 <= len(listed) <= MOST_LAYERS,
        f"layers is not an array of 1 to {MOST_LAYERS} layers.",
    )
    below = integer(network["inputs"], "inputs of the network", 1, MOST_OF_LAYER)
    found: list[FullLayer] = []
    first = 0
    for entry, pair in zip(listed, array(decay, "decay", len(listed))):
        fields(entry, "A layer", "units activation bias")
        units = integer(entry["units"], "units", 1, MOST_OF_LAYER)
        bias = boolean(entry["bias"], "bias of a layer")
        formula = read_formula(entry["activation"], [MOST_NODES])
        weights, biases = (
            rational(x, "an entry of decay") for x in array(pair, "an entry of decay", 2)
        )
        need(weights >= 0 and biases >= 0, "An entry of decay is negative.")
        need(bias or biases == 0, "There is a decay of biases where the layer has none.")
        found.append(FullLayer(below, units, formula, bias, first, (weights, biases)))
        first, below = first + found[-1].count, units
        need(first <= MOST_OF_NETWORK, f"There are more than {MOST_OF_NETWORK} parameters.")
    return found


def _read_targets(value: Any, loss: str, count: int, outputs: int) -> list[Target]:
    listed = array(value, "targets", count)
    if loss == "squared":
        return [
            [real(y, "an entry of targets") for y in array(row, "a row of targets", outputs)]
            for row in listed
        ]
    if loss == "binary":
        need(outputs == 1, "The network has more than one output for the loss binary.")
        return [integer(y, "an entry of targets", 0, 1) for y in listed]
    need(outputs >= 2, "The network has a single output for the loss cross-entropy.")
    return [integer(y, "an entry of targets", 0, outputs - 1) for y in listed]


def read_problem(value: Any) -> TrainedProblem:
    fields(value, "problem", "network inputs targets loss decay", "standard")
    layers = _read_layers(value["network"], value["decay"])
    d, listed = layers[0].inputs, value["inputs"]
    need(
        type(listed) is list and 1 <= len(listed) <= MOST_DATA,
        f"inputs is not an array of 1 to {MOST_DATA} rows.",
    )
    need(
        len(listed) * sum(layer.units for layer in layers) <= MOST_VALUES
        and len(listed) * max(d, layers[-1].units) <= MOST_ENTRIES,
        "There are too many data for this network.",
    )
    inputs = [
        [real(x, "an entry of inputs") for x in array(row, "a row of inputs", d)] for row in listed
    ]
    if "standard" in value:
        standard = fields(value["standard"], "standard", "mean scale")
        mean, scale = (
            [rational(x, f"an entry of {name}") for x in array(standard[name], name, d)]
            for name in ("mean", "scale")
        )
        need(all(scale), "An entry of scale is 0.")
        inputs = [[(x - m) / s for x, m, s in zip(row, mean, scale)] for row in inputs]
    loss = fields(value["loss"], "loss", "type factor")
    need(
        loss["type"] in ("squared", "cross-entropy", "binary"),
        "type of the loss is not squared, cross-entropy or binary.",
    )
    factor = rational(loss["factor"], "factor")
    need(factor > 0, "factor is not positive.")
    targets = _read_targets(value["targets"], loss["type"], len(listed), layers[-1].units)
    return TrainedProblem(layers, inputs, targets, loss["type"], factor)


def read_vector(
    value: Any, name: str, layers: Sequence[FullLayer], more: Sequence[int] = ()
) -> Vector:
    """Parameters in their order.  more: how many units each layer has beyond those of `layers`."""
    extra = list(more) or [0] * len(layers)
    found: Vector = []
    for entry, layer, below, above in zip(
        array(value, name, len(layers)), layers, [0, *extra], extra
    ):
        fields(entry, f"An entry of {name}", "weights bias")
        units = layer.units + above
        for row in array(entry["weights"], f"weights of {name}", units):
            found += [
                real(x, f"a weight of {name}")
                for x in array(row, f"a row of weights of {name}", layer.inputs + below)
            ]
        found += [
            real(x, f"a bias of {name}")
            for x in array(entry["bias"], f"bias of {name}", units if layer.bias else 0)
        ]
    return found


def cost_of(formula: Formula) -> int:
    """The nodes of a formula, erf counted as four."""
    if not isinstance(formula, tuple):
        return 1
    name, *parts = formula
    nodes = {"piecewise": parts[1:], "^": parts[:1]}.get(name, parts)
    return (4 if name == "erf" else 1) + sum(map(cost_of, nodes))


def words_of(bits: int) -> int:
    """How many words of 256 bits the bounds count."""
    return -(-bits // 256)


def read_bits(value: Any, problem: TrainedProblem, eliminations: int = 1, fit: int = 0) -> int:
    """The precision that this checker works with; the bounds count the words of that number.
    eliminations: how often the parameters count beside the data; 0 if no Hessian is formed. fit:
    instead of both, the parameters times the squared residuals of an exact fit.
    """
    bits = integer(value, "bits", 128, 1024) + GUARD_BITS
    words, data, size = words_of(bits), len(problem.inputs), problem.parameters
    if fit:
        allowed = fit * words**2 <= MOST_FIT
    elif eliminations:
        allowed = (data + eliminations * size) * size**2 * words**2 <= MOST_HESSIAN
    else:
        allowed = data * size * words**2 <= MOST_DIRECTION
    need(allowed, "There are too many data, parameters and bits.")
    layers = problem.layers[-1:] if not eliminations else problem.layers
    units = 0 if fit else sum(y.units for y in layers)
    need(data * units**2 * words**2 <= MOST_PAIRS, "There are too many pairs of units.")
    nodes = sum(y.units * cost_of(y.activation) for y in problem.layers if y.activation != "t")
    need(data * nodes * words**2 <= MOST_UNITS, "The activations are to be evaluated too often.")
    return bits


@dataclass(frozen=True)
class Given:
    """Parameters that the theorem speaks of, and between which numbers their distance lies."""

    vector: Vector
    distance: tuple[Fraction, Fraction]


def read_given(value: Any, layers: Sequence[FullLayer], more: Sequence[int] = ()) -> Given | None:
    if value is None:
        return None
    fields(value, "given", "parameters distance")
    return Given(
        read_vector(value["parameters"], "given", layers, more),
        increasing(value["distance"], "distance"),
    )


def root_above(square: Fraction) -> Fraction:
    """A number of at least sqrt(square), off by 2^-200 of it or so."""
    by = 400 + max(0, square.denominator.bit_length() - square.numerator.bit_length())
    by += by & 1
    return Fraction(isqrt((square.numerator << by) // square.denominator) + 1, 1 << by // 2)


def upper_end(x: Wide) -> Fraction:
    return Fraction(x.hi << max(x.e, 0), 1 << max(-x.e, 0))


def square(vector: Iterable[Fraction]) -> Fraction:
    """The square of the Euclidean norm."""
    return sum((x * x for x in vector), Fraction(0))


def prove_distance(given: Given, centre: Vector, reach: Fraction) -> None:
    """`given`: low < |theta* - given| < high where |theta* - centre| <= reach."""
    low, high = given.distance
    apart = square(x - y for x, y in zip(centre, given.vector))
    near, far = low + reach, high - reach
    # squares of numbers >= 0 are in the order of the numbers
    if (near >= 0 and near**2 >= apart) or far <= 0 or apart >= far**2:
        low_side, high_side, between, off = (
            brackets(x.numerator, x.denominator) for x in (low, high, apart, reach)
        )
        refuse(
            "given",
            f"{low_side} < |theta* - given| < {high_side}: |centre - given|^2 is {between}, and"
            f" theta* within {off} of the centre",
        )
