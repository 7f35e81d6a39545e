"""gaussian-minimum: the ten inequalities of FORMAT 4.1 (theorem 1).

How the proof goes.  The gradient at the centre C is small (5) against the least eigenvalue of the
Hessian, which is bounded below on a ball around C (8): so there is exactly one critical point in
the ball, a strict minimum, close to C.  Its loss is enclosed by that at C (6, 7) and is above 0
(1), which the global minimum has: the minimum is spurious.  9 is for every larger dimension, 10
bounds the least eigenvalue above.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .arithmetic import GUARD_BITS, Arithmetic, Interval, add, scale, sub
from .bounds import MAX_ROWS, MOST_DENSE
from .gaussian import GaussianNetwork, spread
from .homogeneous import Activation, read_activation
from .matrices import SymmetricMatrix, lower_and_lower, prove_above
from .reader import fields, increasing, integer, real, vectors
from .verdict import Side, need, require
from .weights import Weights, read_weights

# steps at which inequality 10 takes a factor of its own, each as much work as inequality 8
MOVES = (8, 24)


@dataclass(frozen=True)
class DenseMinimum:
    """The claim of section 4.1 in exact numbers; loss, curvature and lambda_min are those of the
    loss without its factor (module homogeneous).
    """

    centre: list[list[Fraction]]
    targets: list[list[Fraction]]
    activation: Activation
    weights: Weights
    radius: Fraction
    distance: Fraction
    loss: tuple[Fraction, Fraction]
    curvature: Fraction
    lambda_min: tuple[Fraction, Fraction]
    every_dimension: bool
    bits: int
    summary: str

    @property
    def unit(self) -> str:
        return self.activation.unit


def read(tree: dict[str, Any]) -> DenseMinimum:
    """The certificate of section 4.1, within the bound on the work."""
    claim = read_claim(tree)
    require_effort(claim)
    return claim


def require_effort(claim: DenseMinimum) -> None:
    """The bound on the work of section 3.1."""
    unknowns = len(claim.centre) * len(claim.centre[0])
    need(
        unknowns**3 * (claim.bits + GUARD_BITS) ** 2 <= MOST_DENSE,
        "There are too many unknowns at this precision.",
    )


def read_claim(tree: dict[str, Any]) -> DenseMinimum:
    """The certificate of section 4.1; only its statement and its witness are looked at."""
    statement = fields(tree["statement"], "statement", "problem centre claims")
    problem = fields(statement["problem"], "problem", "n k d targets", "activation signs")
    claims = fields(
        statement["claims"], "claims", "radius distance loss curvature lambda_min every_dimension"
    )
    witness = fields(tree["witness"], "witness", "bits")
    n, k, d = (integer(problem[name], name, 1, MAX_ROWS) for name in ("n", "k", "d"))
    need(n >= k, "n is less than k.")
    kind = "orthonormal" if type(problem["targets"]) is str else "as given"
    if type(problem["targets"]) is str:
        need(problem["targets"] == "orthonormal", "targets is a string other than orthonormal.")
        need(d >= k, "The targets are orthonormal but d is less than k.")
        targets = [[Fraction(int(a == j)) for a in range(d)] for j in range(k)]
    else:
        targets = vectors(problem["targets"], "targets", k, d)
    radius, distance = real(claims["radius"], "radius"), real(claims["distance"], "distance")
    need(radius > 0 and distance > 0, "radius and distance are not both positive.")
    activation, weights = read_activation(problem), read_weights(problem, [1] * n, [1] * k)
    everywhere = claims["every_dimension"]
    need(type(everywhere) is bool, "every_dimension is not true or false.")
    return DenseMinimum(
        centre=vectors(statement["centre"], "centre", n, d),
        targets=targets,
        activation=activation,
        weights=weights,
        radius=radius,
        distance=distance,
        loss=activation.over(increasing(claims["loss"], "loss")),
        curvature=real(claims["curvature"], "curvature") / activation.share,
        lambda_min=activation.over(increasing(claims["lambda_min"], "lambda_min")),
        every_dimension=everywhere,
        bits=integer(witness["bits"], "bits", 128, 1024),
        summary=f"n={n} k={k} {'D>=' if everywhere else 'd='}{d} targets {kind}"
        f"{activation.summary}{weights.summary}: within {claims['radius']} of the centre exactly"
        f" one critical point, a spurious strict local minimum, within {claims['distance']};"
        f" {claims['loss'][0]} < loss < {claims['loss'][1]}; Hessian >= {claims['curvature']} on"
        f" the ball, its least eigenvalue at the minimum in [{claims['lambda_min'][0]},"
        f" {claims['lambda_min'][1]}]",
    )


def verify(claim: DenseMinimum) -> tuple[GaussianNetwork, SymmetricMatrix]:
    """The ten inequalities in their order; the first that fails raises a Verdict.
    Returned: C, H at C.
    """
    beyond = spread(claim.centre) + spread(claim.targets) + claim.activation.bits
    ar = Arithmetic(claim.bits + GUARD_BITS + beyond)
    mu, radius, distance, (low, high) = (
        claim.curvature,
        claim.radius,
        claim.distance,
        claim.lambda_min,
    )

    def exact(q: Fraction) -> Side:
        return q, q

    def enclose(q: Fraction) -> Interval:
        return ar.ratio(q.numerator, q.denominator)

    require("spurious", exact(Fraction(0)), exact(claim.loss[0]))  # 1
    require("strict-minimum", exact(Fraction(0)), exact(mu))  # 2
    require("distance-in-ball", exact(distance), exact(radius))  # 3
    net = GaussianNetwork(ar, claim.centre, claim.targets, claim.activation.tilt, claim.weights)
    for i in range(net.n):  # 4, with an enclosure of r: see GaussianNetwork.lipschitz
        require(
            "zero-neuron",
            ar.side(enclose(radius)),
            ar.side(net.size[i]),
            f", the norm of row {i + 1}",
        )
    g, value = net.gradient_norm(), net.loss()
    require("distance", ar.side(g), exact(mu * distance))  # 5
    # 6
    require(
        "loss-low", exact(claim.loss[0]), ar.side(sub(value, scale(ar.mul(g, g), 1 / (2 * mu))))
    )
    require("loss-high", ar.side(value), exact(claim.loss[1]))  # 7

    drift = scale(net.lipschitz(distance), distance)  # B(delta) delta
    on_ball = add(enclose(mu), scale(net.lipschitz(radius), radius))
    at_minimum = add(enclose(low), drift)
    code, shift = (
        ("curvature", on_ball) if on_ball[1] >= at_minimum[1] else ("lambda-min-low", at_minimum)
    )
    hessian = net.hessian()
    cholesky = prove_above(code, hessian, shift, ar)  # 8
    if claim.every_dimension:
        prove_above("padding", net.padding(), shift, ar)  # 9

    for found in lower_and_lower(hessian, cholesky, shift[1], ar.bits, MOVES):  # 10
        upper = add(found, drift)
        if ar.side(upper)[1] < high:
            break
    require("lambda-min-high", ar.side(upper), exact(high))
    return net, hessian
