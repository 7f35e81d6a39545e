"""The kind `data-entropy-minimum`: local minima of the cross-entropy, whose last layer is
irrational (theorem 14).

How the proof goes. Within the cell of the hidden layers every change of the logits can be made by
the last layer alone, exactly: the path vectors lie in the span of its inputs (lemma 19). In the
last layer the risk is convex; near the parameters it is strongly convex, and its gradient is small,
so there is a minimum nearby, and it is a local minimum in all parameters.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import arb, fmpq, fmpz_mat

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.data import read_data
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.rational_matrix import RationalMatrix
from certify.kernel.foundation.reals import (
    Interval,
    Real,
    counted,
    read_interval,
    read_positive,
)
from certify.kernel.foundation.wide import require_definite
from certify.kernel.foundation.witness import Curvature, read_curvature, require_work
from certify.kernel.foundation.words import Words, line, raised, series
from certify.kernel.kind import Kind
from certify.kernel.piecewise.cells import Cell, evaluate
from certify.kernel.piecewise.cross_entropy import (
    hessian_of,
    logits_of,
    risk_of,
    shares_of,
    slope_of,
)
from certify.kernel.piecewise.layers import Affine
from certify.kernel.piecewise.network import Network, Parameters
from certify.kernel.piecewise.paths import path_vectors
from certify.kernel.piecewise.problem import require_differentiable
from certify.kernel.piecewise.room import MAX_SIZE, require_room

__all__ = ["DATA_ENTROPY_MINIMUM", "DataEntropyMinimum", "verify_data_entropy_minimum"]

_MAX_CLASSES = 64
_MAX_RATIOS = 2 * 10**6  # data times the square of the classes
MAX_LAST_LAYER = 256  # unknowns
MAX_CLASSES_WORK = 10**10  # data, times the square of the unknowns, times the working precision


@dataclass(frozen=True)
class DataEntropyMinimum:
    """Data x_n with labels in 0, ..., K - 1, logits z_n in R^K: the outputs of the network, and 0
    for class K - 1 where it has K - 1 outputs. The last layer is dense with a bias. The risk is

    R(theta) = sum_n ( log sum_u exp(z_nu) - z_n,label(n) ).

    Then there is a local minimum theta* of R, equal to `parameters` but for the last layer, where
    it is within `distance` of them (Euclidean norm);

    risk.low < R(theta*) < risk.high;
    better: R is below risk.low at these parameters, so that theta* is spurious (None: not claimed).
    """

    network: Network
    inputs: RationalMatrix
    labels: tuple[int, ...]
    classes: int
    parameters: Parameters
    distance: Real
    risk: Interval
    better: Parameters | None

    @classmethod
    def read(cls, value: Any) -> DataEntropyMinimum:
        """From the field `statement` of a certificate (FORMAT 4.14)."""
        known = fields(value, "the statement", ["problem", "parameters", "claims"])
        problem = fields(
            known["problem"], "the problem", ["network", "inputs", "labels", "classes"]
        )
        network = Network.read(problem["network"])
        classes = natural(problem["classes"], "the field classes", 2, _MAX_CLASSES)
        last = network.layers[-1]
        if network.outputs not in (classes - 1, classes):
            raise Malformed("the network has neither as many outputs as classes nor one less")
        if not isinstance(last, Affine) or len(last.form) != 2 or not last.biases:
            raise Malformed("the last layer is not dense with a bias")
        inputs = read_data(problem["inputs"], "the inputs", network.inputs, MAX_SIZE)
        network.require_room(int(inputs.ncols()))
        if int(inputs.ncols()) * classes**2 > _MAX_RATIOS:
            raise Malformed(f"the data times the square of the classes are more than {_MAX_RATIOS}")
        labels = problem["labels"]
        if not isinstance(labels, list) or len(labels) != inputs.ncols():
            raise Malformed("the labels are not a list of as many labels as inputs")
        parameters = network.read_parameters(known["parameters"], "the parameters")
        claims = fields(known["claims"], "the claims", ["distance", "risk", "better"])
        better = (
            None
            if claims["better"] is None
            else network.read_parameters(claims["better"], "the better parameters")
        )
        for point in filter(None, (parameters, better)):
            require_room(network, inputs, [point])
        return cls(
            network,
            inputs,
            tuple(natural(label, "a label", 0, classes - 1) for label in labels),
            classes,
            parameters,
            read_positive(claims["distance"], "the distance"),
            read_interval(claims["risk"], "the risk"),
            better,
        )

    @property
    def unknowns(self) -> int:
        """Weights and biases of the last layer, without the row of class K - 1."""
        return (self.classes - 1) * (len(self.parameters[-1][0]) // self.network.outputs + 1)

    def headline(self) -> Words:
        """The theorem in one line."""
        what = "local minimum" if self.better is None else "spurious local minimum"
        return line(
            f"{what} of the cross-entropy of a network: {self.network.in_words()};"
            f" {counted(int(self.inputs.ncols()), 'datum', 'data')}, {self.classes} classes",
            ", risk in ",
            self.risk,
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        n, k = self.inputs.ncols(), self.classes
        zero = f" and 0 for class {k - 1}" if self.network.outputs < k else ""
        yield line(
            f"THEOREM.  Let ${series('x', n)} ∈ ℝ{raised(self.inputs.nrows())}$ be the data in the"
            f" file, with labels in $0, …, {k - 1}$, $f_θ$ the network"
        )
        yield line(f"    {self.network.in_words()},")
        yield line(
            f"$zₙ ∈ ℝ{raised(k)}$ the outputs at $xₙ${zero}, and $R(θ)$ the sum of"
            " $log ∑ᵤ exp(zₙᵤ) − z_{n,label(n)}$ over the data."
        )
        yield line(
            "  (a)  $R$ has a local minimum $θ*$, equal to the parameters in the file but for the"
            " last layer, where it is within ",
            self.distance,
            " of them.",
        )
        yield line("  (b)  $R(θ*)$ lies in ", self.risk, ".")
        if self.better is not None:
            yield line(
                "  (c)  It is spurious: $R$ is below ",
                self.risk.lower,
                " at the better parameters in the file.",
            )


def verify_data_entropy_minimum(
    claim: DataEntropyMinimum, witness: Curvature, ledger: Ledger
) -> None:
    """Enter the inequalities of theorem 14 into the ledger; `Unverified` at the first that is not
    verified. The caller has set the working precision.
    """
    delta, curvature = claim.distance.value, witness.curvature
    # (1) to (3): no unit at a kink, the paths
    cell = evaluate(claim.network, claim.parameters, claim.inputs)
    require_differentiable(ledger, cell)
    free = _require_span(ledger, cell)
    features = [[ball(entry) for entry in row] for row in zip(*free, strict=True)]
    lengths = [sum((entry * entry for entry in row), arb(0)).sqrt() for row in features]
    ledger.require("curvature", "the curvature is positive", fmpq(0), curvature)

    # (4), (5): strong convexity in the last layer, and a small gradient
    logits = logits_of(cell.outputs[-1], claim.classes)
    value, shares = risk_of(logits, claim.labels), shares_of(logits)
    slope = slope_of(shares, claim.labels, features)
    small = "the gradient by the last layer is below curvature * distance"
    ledger.require("distance", small, slope, ball(curvature * delta))
    # class K - 1 has no free row: its logit stays
    around = [
        [z + ball(delta) * size * arb(0, 1) for z in row[:-1]] + row[-1:]
        for row, size in zip(logits, lengths, strict=True)
    ]
    hessian, what = hessian_of(shares_of(around), features), "the Hessian by the last layer"
    require_definite(ledger, "curvature", what, hessian, curvature, witness.bits)

    # (6) to (8): the risk, and a better point
    above = "the risk at the minimum is above its claimed lower bound"
    lowest = value - slope * slope / (2 * ball(curvature))
    ledger.require("risk-low", above, claim.risk.low, lowest)
    below = "the risk at the minimum is below its claimed upper bound"
    ledger.require("risk-high", below, value, claim.risk.high)
    if claim.better is not None:
        outputs = evaluate(claim.network, claim.better, claim.inputs).outputs[-1]
        better = risk_of(logits_of(outputs, claim.classes), claim.labels)
        smaller = "the risk at the better parameters is smaller"
        ledger.require("spurious", smaller, better, claim.risk.low)


def _require_span(ledger: Ledger, cell: Cell) -> list[list[fmpq]]:
    """1 and the last hidden outputs that are no combination of 1 and those before them, on the
    data; they span the vectors of all paths.
    """
    hidden = cell.outputs[-2]
    # 1 as well as the hidden outputs times their common denominator
    rows = [[hidden.below] * cell.data, *hidden.rows]
    matrix = fmpz_mat(rows)
    reduced, _, rank = (matrix * matrix.transpose()).rref()
    free = [rows[next(j for j in range(len(rows)) if reduced[i, j] != 0)] for i in range(rank)]
    # transposed, since the rank of a wide matrix takes longer; factors do not change it
    paths = [list(vector.whole) for vector in path_vectors(cell, 0)]
    raised = fmpz_mat([*free, *paths]).transpose().rank()
    ledger.require_equal(
        "span",
        "the rank of the free last hidden outputs and 1, and with the vectors of the paths",
        fmpq(len(free)),
        fmpq(raised),
    )
    return [[fmpq(entry, hidden.below) for entry in row] for row in free]


def _read_witness(value: Any, statement: DataEntropyMinimum) -> Curvature:
    witness, unknowns = read_curvature(value), statement.unknowns
    if unknowns > MAX_LAST_LAYER:
        raise Malformed(f"the last layer has more than {MAX_LAST_LAYER} unknowns")
    work = int(statement.inputs.ncols()) * unknowns**2 * witness.working
    require_work("the unknowns of the last layer", work, MAX_CLASSES_WORK)
    return witness


DATA_ENTROPY_MINIMUM = Kind(
    name="data-entropy-minimum",
    section="4.14",
    theorem="theorem 14",
    read_statement=DataEntropyMinimum.read,
    read_witness=_read_witness,
    verify=verify_data_entropy_minimum,
)
