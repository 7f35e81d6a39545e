"""gaussian-splitting, gaussian-basin: what follows from a minimum (FORMAT 4.6, 4.7).

How the proof goes.  First the inequalities of the minimum, by its own module.  A neuron can be
split into a saddle where the Hessian of the neuron, for ReLU, has an eigenvalue below 1/2.  On a
ball around the minimum the Hessian is bounded below and above, so gradient flow and descent
converge.

Only the module of the minimum's kind is loaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .arithmetic import Num, add, exactly, scale, sub
from .matrices import Cholesky, eigenvalues_below, prove_above, quotient
from .reader import fields, real
from .verdict import need, reject, require

if TYPE_CHECKING:
    from .dense import DenseMinimum
    from .symmetric import SymmetricPoint

DENSE = "gaussian-minimum"


def module_of(kind: Any) -> ModuleType | None:
    """The module of a minimum of this kind."""
    if kind == DENSE:
        from . import dense

        return dense
    if kind == "gaussian-symmetric-minimum":
        from . import symmetric

        return symmetric
    return None


@dataclass(frozen=True)
class Splitting:
    """The claim of section 4.6; the neurons are numbers, from 0, of rows or of blocks."""

    minimum_kind: str
    minimum: DenseMinimum | SymmetricPoint
    neurons: list[int]
    summary: str

    @property
    def unit(self) -> str:
        return self.minimum.unit


@dataclass(frozen=True)
class Basin:
    """The claim of section 4.7 in exact numbers; curvature and smoothness are those of the loss
    without its factor (module homogeneous).
    """

    minimum_kind: str
    minimum: DenseMinimum | SymmetricPoint
    radius: Fraction
    curvature: Fraction
    smoothness: Fraction
    summary: str

    @property
    def unit(self) -> str:
        return self.minimum.unit


def read_minimum(tree: dict[str, Any]) -> tuple[str, DenseMinimum | SymmetricPoint, Any]:
    """The minimum that a certificate of section 4.6 or 4.7 begins with, its kind before it, and the
    claims, unread.
    """
    statement = fields(tree["statement"], "statement", "minimum claims")
    inner = fields(statement["minimum"], "minimum", "kind statement")
    kind = inner["kind"]
    module = module_of(kind)
    need(module is not None, "minimum is not of the kind of a minimum.")
    return kind, module.read_claim({**inner, "witness": tree["witness"]}), statement["claims"]


def require_effort(kind: str, minimum: DenseMinimum | SymmetricPoint) -> None:
    """The bound on the work is that of the minimum (section 3.1)."""
    if kind == DENSE:
        from . import dense

        dense.require_effort(minimum)
    else:
        from . import blocks

        blocks.require_effort(len(minimum.centre), minimum.bits)


def read_splitting(tree: dict[str, Any]) -> Splitting:
    """The certificate of section 4.6."""
    kind, minimum, claims = read_minimum(tree)
    neurons = fields(claims, "claims", "neurons")["neurons"]
    known = range(len(minimum.centre)) if kind == DENSE else minimum.shape.height
    need(type(neurons) is list and len(neurons) > 0, "neurons is not an array with entries.")
    need(
        all(type(i) is int and i - 1 in known for i in neurons),
        "An entry of neurons is no number of a neuron.",
    )
    need(all(i < j for i, j in zip(neurons, neurons[1:])), "neurons is not in increasing order.")
    what = "neurons" if kind == DENSE else "the neurons of the blocks"
    require_effort(kind, minimum)
    return Splitting(
        kind,
        minimum,
        [i - 1 for i in neurons],
        f"splitting {what} {', '.join(map(str, neurons))} of a minimum makes saddles;"
        f" {minimum.summary}",
    )


def read_basin(tree: dict[str, Any]) -> Basin:
    """The certificate of section 4.7."""
    kind, minimum, claims = read_minimum(tree)
    fields(claims, "claims", "radius curvature smoothness")
    radius, curvature, smoothness = (
        real(claims[name], name) for name in ("radius", "curvature", "smoothness")
    )
    need(
        radius > 0 and curvature > 0 and smoothness > 0,
        "radius, curvature and smoothness are not all positive.",
    )
    require_effort(kind, minimum)
    return Basin(
        kind,
        minimum,
        radius,
        curvature / minimum.activation.share,
        smoothness / minimum.activation.share,
        f"within {claims['radius']} of a minimum the eigenvalues of the Hessian lie between"
        f" {claims['curvature']} and {claims['smoothness']}, and gradient flow and descent"
        f" converge to it; {minimum.summary}",
    )


def prove_split_dense(minimum: DenseMinimum, neurons: Sequence[int]) -> None:
    """1, 2.  A vector x is looked for by Cholesky's recursion on H_ii less a little less than
    1/2 + tilt - B(delta) delta.  The two parts of a neuron move in opposite ways, which changes no
    tilt/2 |s|^2: what counts is H_ii less tilt I, the block of ReLU (theorem 6, lemma 24).
    """
    from . import dense

    net, hessian = dense.verify(minimum)
    ar, half, tilt = net.ar, (Fraction(1, 2),) * 2, exactly(net.ar, net.tilt)
    drift = scale(net.lipschitz(minimum.distance), minimum.distance)
    for i in neurons:
        note = f", neuron {i + 1}"
        if net.kappa[i][1] < 0:
            require(
                "splitting",
                ar.side(add(net.half, net.kappa[i], drift)),
                half,
                note + ", 1/2 + kappa on the left",
            )
            continue
        block, least = hessian.block(i * net.d, net.d), net.half[0] + tilt[0]
        trial = Cholesky(block, least - drift[1] - (1 << ar.bits // 2), ar.bits).failure
        if trial is None:
            reject("splitting", half, half, note + ": no x was found")
        require(
            "splitting",
            ar.side(sub(add(quotient(block, trial), drift), tilt)),
            half,
            note + ", x^T H x / x^T x on the left, of ReLU",
        )


def prove_split_symmetric(minimum: SymmetricPoint, neurons: Sequence[int]) -> None:
    """1, 2, for the blocks of ReLU, as for dense: c and `row_block` are without tilt."""
    from . import symmetric

    box = symmetric.verify(minimum)
    half, bits = Fraction(1, 2), box.ar.bits
    for i in neurons:
        if box.c[i].side()[1] < half:
            continue
        below = eigenvalues_below(box.row_block(i), (1 << bits - 1) - (1 << bits - 16), -1, bits)
        if not below:
            reject(
                "splitting",
                box.c[i].side(),
                (half,) * 2,
                f", c of block {i + 1}; no smaller eigenvalue was found",
            )


def verify_splitting(claim: Splitting) -> None:
    if claim.minimum_kind == DENSE:
        prove_split_dense(claim.minimum, claim.neurons)
    else:
        prove_split_symmetric(claim.minimum, claim.neurons)


def prove_basin_dense(claim: Basin, minimum: DenseMinimum) -> None:
    """1 to 3."""
    from . import dense

    net, hessian = dense.verify(minimum)
    ar, reach = net.ar, claim.radius + minimum.distance
    for i in range(net.n):  # as in GaussianNetwork.lipschitz
        require(
            "curvature",
            ar.side(exactly(ar, reach)),
            ar.side(net.size[i]),
            f", the norm of row {i + 1}",
        )
    bound = net.lipschitz(reach)
    left = sub(exactly(ar, minimum.lambda_min[0]), scale(bound, claim.radius))
    require("curvature", (claim.curvature,) * 2, ar.side(left))  # 2
    # -H - shift I is the matrix in question
    shift = sub(scale(bound, reach), exactly(ar, claim.smoothness))
    for matrix in [hessian, net.padding()] if minimum.every_dimension else [hessian]:
        prove_above("smoothness", matrix.negative(), shift, ar)  # 3


def prove_basin_symmetric(claim: Basin, minimum: SymmetricPoint) -> None:
    """1 to 3."""
    from . import symmetric

    box = symmetric.verify(minimum)
    rho = Num(box.ar, exactly(box.ar, claim.radius))
    for i, square in box.square.items():
        require(
            "curvature",
            rho.side(),
            square.root().side(),
            f", the norm of the rows of block {i + 1}",
        )
    low, high = (box.lipschitz(rho) * rho).side()
    ends = [
        end
        for part in (minimum.spectrum, minimum.padding)
        for pairs in part.values()
        for pair in pairs
        for end in pair
    ]
    require("curvature", (claim.curvature,) * 2, (min(ends) - high, min(ends) - low))  # 2
    require("smoothness", (max(ends) + low, max(ends) + high), (claim.smoothness,) * 2)  # 3


def verify_basin(claim: Basin) -> None:
    if claim.minimum_kind == DENSE:
        prove_basin_dense(claim, claim.minimum)
    else:
        prove_basin_symmetric(claim, claim.minimum)
