"""The kind `data-entropy-minimum`: local minima of the cross-entropy, whose last layer is
irrational (theorem 14 of LEMMAS.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import arb, arb_mat, fmpq, fmpq_mat

from certify.kernel.foundation.balls import ball
from certify.kernel.foundation.definite import require_definite
from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields, natural
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.reals import (
    Interval,
    counted,
    read_interval,
    read_positive,
)
from certify.kernel.piecewise.cells import (
    Cell,
    Vector,
    evaluate,
    path_vectors,
)
from certify.kernel.piecewise.network import Affine, Network, Parameters
from certify.kernel.piecewise.problem import read_data, require_differentiable
from certify.kernel.piecewise.room import length, require_room

__all__ = ["DataEntropyMinimum", "verify_data_entropy_minimum"]

_MAX_CLASSES = 64
_MAX_RATIOS = 2 * 10**6  # data times the square of the classes

Table = list[list[arb]]  # data x classes


@dataclass(frozen=True)
class DataEntropyMinimum:
    """Data x_n with labels in 0, ..., K - 1, logits z_n in R^K: the outputs of the network, and 0
    for class K - 1 where it has K - 1 outputs;
    R(theta) = sum_n ( log sum_u exp(z_nu) - z_n,label(n) ). The last layer is dense with a bias.
    Then

    there is a local minimum theta* of R, equal to `parameters` but for the last layer, where it is
    within `distance` of them (Euclidean norm);
    risk.low < R(theta*) < risk.high; better: R is below risk.low at these parameters, so that
    theta* is spurious (None: not claimed).
    """

    network: Network
    inputs: fmpq_mat
    labels: tuple[int, ...]
    classes: int
    parameters: Parameters
    distance: fmpq
    risk: Interval
    better: Parameters | None
    distance_text: str

    @classmethod
    def read(cls, value: Any) -> DataEntropyMinimum:
        """From the field `statement` of a certificate (FORMAT.md, section 4.14)."""
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
        inputs = read_data(problem["inputs"], "the inputs", network.inputs)
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
        long = length(inputs.entries())
        for point in filter(None, (parameters, better)):
            require_room(network, int(inputs.ncols()), long, [point])
        return cls(
            network,
            inputs,
            tuple(natural(label, "a label", 0, classes - 1) for label in labels),
            classes,
            parameters,
            read_positive(claims["distance"], "the distance"),
            read_interval(claims["risk"], "the risk"),
            better,
            claims["distance"],
        )

    @property
    def unknowns(self) -> int:
        """Weights and biases of the last layer, without the row of class K - 1."""
        return (self.classes - 1) * (len(self.parameters[-1][0]) // self.network.outputs + 1)

    def headline(self) -> str:
        """The theorem in one line."""
        what = "local minimum" if self.better is None else "spurious local minimum"
        return (
            f"{what} of the cross-entropy of a network: {self.network.in_words()};"
            f" {counted(int(self.inputs.ncols()), 'datum', 'data')}, {self.classes} classes, risk"
            f" in {self.risk}"
        )

    def theorem(self) -> str:
        """The theorem in words, several lines."""
        n, k = self.inputs.ncols(), self.classes
        zero = f" and 0 for class {k - 1}" if self.network.outputs < k else ""
        lines = [
            (
                f"THEOREM.  Let x_1, ..., x_{n} in R^{self.inputs.nrows()} be the data in the file,"
                f" with labels in 0, ..., {k - 1}, f_theta the network"
            ),
            f"    {self.network.in_words()},",
            (
                f"z_n in R^{k} the outputs at x_n{zero}, and R(theta) the sum of log sum_u"
                " exp(z_nu) - z_n,label(n) over the data."
            ),
            (
                "  (a)  R has a local minimum theta*, equal to the parameters in the file but for"
                f" the last layer, where it is within {self.distance_text} of them."
            ),
            f"  (b)  R(theta*) lies in {self.risk}.",
        ]
        if self.better is not None:
            lines.append(
                f"  (c)  It is spurious: R is below {self.risk.texts[0]} at the better parameters"
                " in the file."
            )
        return "\n".join(lines)


def verify_data_entropy_minimum(
    claim: DataEntropyMinimum, bits: int, curvature: fmpq, ledger: Ledger
) -> None:
    """Theorem 14, inequality by inequality; the caller has set the working precision."""
    zero, delta = fmpq(0), claim.distance
    cell = evaluate(claim.network, claim.parameters, claim.inputs)
    require_differentiable(ledger, cell)
    free = _require_span(ledger, cell)
    features = [[ball(entry) for entry in row] for row in zip(*free, strict=True)]
    lengths = [sum((entry * entry for entry in row), arb(0)).sqrt() for row in features]
    ledger.require("curvature", "the curvature is positive", zero, curvature)

    logits = _logits(claim, cell.outputs[-1])
    value, shares = _value(claim, logits), _shares(logits)
    slope = _slope(claim, shares, features)
    ledger.require(
        "distance",
        "the gradient by the last layer is below curvature * distance",
        slope,
        ball(curvature * delta),
    )
    # class K - 1 has no free row: its logit stays
    around = [
        [z + ball(delta) * size * arb(0, 1) for z in row[:-1]] + row[-1:]
        for row, size in zip(logits, lengths, strict=True)
    ]
    require_definite(
        ledger,
        "curvature",
        "the Hessian by the last layer",
        _hessian(claim, _shares(around), features),
        curvature,
        bits,
    )
    ledger.require(
        "risk-low",
        "the risk at the minimum is above its claimed lower bound",
        claim.risk.low,
        value - slope * slope / (2 * ball(curvature)),
    )
    ledger.require(
        "risk-high",
        "the risk at the minimum is below its claimed upper bound",
        value,
        claim.risk.high,
    )
    if claim.better is not None:
        outputs = evaluate(claim.network, claim.better, claim.inputs).outputs[-1]
        ledger.require(
            "spurious",
            "the risk at the better parameters is smaller",
            _value(claim, _logits(claim, outputs)),
            claim.risk.low,
        )


def _require_span(ledger: Ledger, cell: Cell) -> list[Vector]:
    """1 and the last hidden outputs that are no combination of 1 and those before them, on the
    data; they span the vectors of all paths.
    """
    rows = [tuple([fmpq(1)] * cell.data), *(tuple(row) for row in cell.outputs[-2].tolist())]
    matrix = fmpq_mat(rows)
    reduced, rank = (matrix * matrix.transpose()).rref()
    free = [rows[next(j for j in range(len(rows)) if reduced[i, j] != 0)] for i in range(rank)]
    raised = (
        fmpq_mat([*free, *path_vectors(cell, 0)]).transpose().rank()
    )  # which is faster than that of a wide matrix
    ledger.require_equal(
        "span",
        "the rank of the free last hidden outputs and 1, and with the vectors of the paths",
        fmpq(len(free)),
        fmpq(raised),
    )
    return free


def _logits(claim: DataEntropyMinimum, outputs: fmpq_mat) -> Table:
    """Data x classes."""
    rows = [[ball(entry) for entry in row] for row in outputs.transpose().tolist()]
    return rows if claim.network.outputs == claim.classes else [[*row, arb(0)] for row in rows]


def _value(claim: DataEntropyMinimum, logits: Table) -> arb:
    total = arb(0)
    for row, label in zip(logits, claim.labels, strict=True):
        total += sum(((z - row[label]).exp() for z in row), arb(0)).log()
    return total


def _shares(logits: Table) -> Table:
    """The probabilities exp(z_u) / sum_v exp(z_v)."""
    return [[1 / sum(((other - z).exp() for other in row), arb(0)) for z in row] for row in logits]


def _slope(claim: DataEntropyMinimum, shares: Table, features: Table) -> arb:
    """Upper bound of the norm of the gradient by the free entries of the rows 0, ..., K - 2 of the
    last layer.
    """
    total = arb(0)
    for u in range(claim.classes - 1):
        residual = [
            row[u] - int(label == u) for row, label in zip(shares, claim.labels, strict=True)
        ]
        for column in zip(*features, strict=True):
            size = sum((a * b for a, b in zip(residual, column, strict=True)), arb(0)).abs_upper()
            total += size * size
    return total.sqrt()


def _hessian(claim: DataEntropyMinimum, shares: Table, features: Table) -> Table:
    """Lower triangle of the Hessian by the free entries of the rows 0, ..., K - 2 of the last
    layer, row by row.
    """
    free, columns = range(claim.classes - 1), arb_mat(features).transpose()
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
