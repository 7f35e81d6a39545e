"""smooth-strict-minimum: the conditions of FORMAT 4.22.

How the proof goes.  R~ is R and a square for each shift (trained_slice.py).  Its Hessian is larger
than mu on a box, so that it has at most one critical point in the ball, and one within |grad|/mu of
the centre: a strict minimum.  There R~ = R.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from .extremes import Lower, lowered, negative, prove_least
from .formulas import Activation
from .reader import fields, increasing, integer, real
from .smooth_networks import condition, prove_definite
from .trained_problem import (
    FullLayer,
    Given,
    TrainedProblem,
    Vector,
    prove_distance,
    read_bits,
    read_given,
    read_problem,
    read_vector,
)
from .trained_risk import Derivatives, Sweep, added_squares
from .trained_slice import Slice, read_slice
from .verdict import brackets, need, refuse
from .wide import Wide


@dataclass(frozen=True)
class Off:
    """Units of hidden layer `layer` (from 0) with weights 0 before and after, and these biases;
    places: of the units in the larger network, from 0.
    """

    layer: int
    places: list[int]
    biases: list[Fraction]

    def more(self, layers: int) -> list[int]:
        """How many units each layer of the larger network has more."""
        return [len(self.places) * (m == self.layer) for m in range(layers)]


@dataclass(frozen=True)
class StrictMinimum:
    """The claim of section 4.22 in exact numbers."""

    problem: TrainedProblem
    centre: Vector
    slice: Slice
    off: Off | None
    radius: Fraction
    convexity: Fraction
    location: Fraction
    risk: tuple[Fraction, Fraction]
    smallest: tuple[Fraction, Fraction]
    largest: tuple[Fraction, Fraction]
    given: Given | None
    better: Vector | None
    bits: int
    summary: str


def _read_off(value: Any, problem: TrainedProblem) -> Off | None:
    need(type(value) is list, "off is not an array.")
    if not value:
        return None
    layers, places, biases = problem.layers, [], []
    number = 0
    for entry in value:
        fields(entry, "An entry of off", "layer unit bias")
        layer = integer(entry["layer"], "layer of off", 1, len(layers) - 1)
        need(number in (0, layer), "The entries of off name more than one layer.")
        number = layer
        unit = integer(entry["unit"], "unit of off", 1, layers[layer - 1].units + len(value))
        need(not places or unit - 1 > places[-1], "The units of off do not increase.")
        places.append(unit - 1)
        biases.append(real(entry["bias"], "bias of off"))
    need(
        all(layer.bias for layer in layers[number - 1 : number + 1]),
        "A layer next to the units of off has no biases.",
    )
    return Off(number - 1, places, biases)


def enlarged(problem: TrainedProblem, off: Off | None) -> TrainedProblem:
    """The problem of the larger network."""
    if off is None:
        return problem
    layers, first = [], 0
    more = off.more(len(problem.layers))
    for layer, below, above in zip(problem.layers, [0, *more], more):
        layers.append(
            FullLayer(
                layer.inputs + below,
                layer.units + above,
                layer.activation,
                layer.bias,
                first,
                layer.decay,
            )
        )
        first += layers[-1].count
    return replace(problem, layers=layers)


def embedded(
    centre: Vector, problem: TrainedProblem, larger: TrainedProblem, off: Off | None
) -> Vector:
    """The parameters of the larger network, the new units with the weights 0."""
    if off is None:
        return centre
    found = [Fraction(0)] * larger.parameters
    for m, (layer, wide) in enumerate(zip(problem.layers, larger.layers)):
        new = set(off.places)
        old_units = [a for a in range(wide.units) if m != off.layer or a not in new]
        old_inputs = [i for i in range(wide.inputs) if m != off.layer + 1 or i not in new]
        for a, unit in enumerate(old_units):
            for i, place in enumerate(old_inputs):
                found[wide.weight(unit, place)] = centre[layer.weight(a, i)]
            if wide.bias:
                found[wide.offset(unit)] = centre[layer.offset(a)]
        if m == off.layer:
            for unit, bias in zip(off.places, off.biases):
                found[wide.offset(unit)] = bias
    return found


def _with(off: Off | None) -> str:
    """What the summary says of the units that are off."""
    if off is None:
        return ""
    count = len(off.places)
    units = "unit that is" if count == 1 else "units that are"
    return f"; with {count} more {units} off a local minimum that is not strict"


def read(tree: dict[str, Any]) -> StrictMinimum:
    """The certificate of section 4.22."""
    statement = fields(tree["statement"], "statement", "problem centre modulo off claims")
    claims = fields(
        statement["claims"],
        "claims",
        "radius convexity location risk smallest largest given better",
    )
    witness = fields(tree["witness"], "witness", "bits")
    problem = read_problem(statement["problem"])
    centre = read_vector(statement["centre"], "centre", problem.layers)
    modulo = read_slice(statement["modulo"], problem, centre)
    off = _read_off(statement["off"], problem)
    need(off is None or not modulo.fixed, "off stands with rescaling.")
    larger = enlarged(problem, off)
    radius, convexity, location = (
        real(claims[name], name) for name in ("radius", "convexity", "location")
    )
    need(radius > 0 and convexity > 0 and location > 0, "A claim is not positive.")
    need(location <= radius, "location is larger than radius.")
    better = claims["better"]
    return StrictMinimum(
        problem=problem,
        centre=centre,
        slice=modulo,
        off=off,
        radius=radius,
        convexity=convexity,
        location=location,
        risk=increasing(claims["risk"], "risk"),
        smallest=increasing(claims["smallest"], "smallest"),
        largest=increasing(claims["largest"], "largest"),
        given=read_given(claims["given"], larger.layers),
        better=None if better is None else read_vector(better, "better", larger.layers),
        bits=read_bits(witness["bits"], problem),
        summary=f"{problem.size}: a strict local minimum{modulo.where} within {claims['location']}"
        f" of the centre, the only critical point{' there' * bool(modulo.where)} within"
        f" {claims['radius']};"
        f" {claims['risk'][0]} < risk < {claims['risk'][1]}; Hessian >= {claims['convexity']} on"
        f" the ball, its least eigenvalue at the minimum in [{claims['smallest'][0]},"
        f" {claims['smallest'][1]}]{_with(off)}",
    )


def require_above(code: str, what: str, left: Fraction, right: Wide) -> None:
    """left < right."""
    if right.compare(left) <= 0:
        refuse(code, f"{brackets(left.numerator, left.denominator)} < {what} in {right.shown()}")


def require_below(code: str, what: str, left: Wide, right: Fraction) -> None:
    """left < right."""
    if left.compare(right) >= 0:
        refuse(code, f"{what} in {left.shown()} < {brackets(right.numerator, right.denominator)}")


def prove_off(claim: StrictMinimum, found: Derivatives) -> None:
    """`off`: h'(b)^2 |Q|^2 < the product of the decays of the weights before and after the units,
    Q = sum_n delta_n a_n^T, over the box of `location`.

    In the larger network put c' = c + v h(b) for the biases c after the unit, w and v its weights.
    Then the second derivatives by (w, v) are [[decay, h'(b) Q^T], [h'(b) Q, decay']], those by
    (w, v) and the others 0, and b does not occur where w = v = 0.
    """
    off, problem = claim.off, claim.problem
    layer, above = problem.layers[off.layer : off.layer + 2]
    deltas = [found.delta[found.number[off.layer + 1, k]] for k in range(above.units)]
    below = found.below[off.layer][: layer.inputs]
    size = added_squares(
        [delta.dot(x) for delta in deltas if delta is not None for x in below], claim.bits
    )
    h = Activation(layer.activation, claim.bits)
    for place, bias in zip(off.places, off.biases):
        slope = h(Wide.of(bias, claim.bits), 2)[1]
        require_below(
            "off",
            f"h'(b)^2 |Q|^2 of unit {place + 1}",
            slope.power(2) * size,
            layer.decay[0] * above.decay[0],
        )


def verify(claim: StrictMinimum) -> None:
    """The conditions in their order; the first that fails raises a Verdict."""
    with condition("undefined"):
        _verify(claim)


def prove_decay(problem: TrainedProblem, off: Off) -> None:
    """`off`: weights next to the units have decay, the biases of both layers none."""
    for layer in problem.layers[off.layer : off.layer + 2]:
        if layer.decay[0] == 0 or layer.decay[1] != 0:
            refuse("off", "next to the units that are off weights have decay, and biases none")


def _hessian(claim: StrictMinimum, radius: Fraction) -> tuple[Derivatives, Lower]:
    """On the ball of this radius."""
    radii = claim.slice.radii(radius)
    sweep = Sweep(claim.problem, claim.centre, radii, claim.bits, radius)
    found = sweep.derivatives()
    return found, claim.slice.matrix(found.hessian())


def _verify(claim: StrictMinimum) -> None:
    problem, part, mu, bits = claim.problem, claim.slice, claim.convexity, claim.bits
    if claim.off is not None:
        prove_decay(problem, claim.off)
    exact = Sweep(problem, claim.centre, Fraction(0), bits)
    square = added_squares(part.vector(exact.derivatives().gradient()), bits)
    require_below("location", "|grad R|^2", square, (mu * claim.location) ** 2)
    _, hessian = _hessian(claim, claim.radius)
    prove_definite("definite", lowered(part.held(hessian), mu), "H - mu I on the ball")
    value = exact.risk()
    least = value - square * Wide.of(1 / (2 * mu), bits)
    require_above("risk", "R less |grad R|^2/(2 mu)", claim.risk[0], least)
    require_below("risk", "R", value, claim.risk[1])
    found, hessian = _hessian(claim, claim.location)
    prove_least("smallest", part.held(hessian), claim.smallest, part.tangent, "H at the minimum")
    if part.shifts and problem.factor * len(part.shifts[0]) <= claim.smallest[1]:
        refuse("shift", "the factor of the loss times K is above the bounds of `smallest`")
    low, high = claim.largest
    prove_least("largest", negative(hessian), (-high, -low), part.tangent, "-H at the minimum")
    if claim.off is not None:
        prove_off(claim, found)
    larger = enlarged(problem, claim.off)
    if claim.given is not None:
        centre = embedded(claim.centre, problem, larger, claim.off)
        prove_distance(claim.given, centre, claim.location)
    if claim.better is not None:
        prove_better(larger, claim.better, claim.risk[0], bits)


def prove_better(problem: TrainedProblem, better: Vector, bound: Fraction, bits: int) -> None:
    """`spurious`: R(better) < bound."""
    value = Sweep(problem, better, Fraction(0), bits).risk()
    require_below("spurious", "R at better parameters", value, bound)
