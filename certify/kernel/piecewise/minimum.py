"""The kind `data-minimum`: a local minimum of the empirical risk of a piecewise linear network,
exactly (theorem 10).

How the proof goes. No unit is at a kink on the data, so in a neighbourhood, a cell, the outputs are
polynomials in the parameters (lemma 18). Every change of the outputs within the cell lies in the
span of finitely many vectors, those of the paths through the network (lemma 19). The slope of the
convex loss at the outputs is orthogonal to all of them, in rational arithmetic: no point of the
cell has a smaller risk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.exact import flag
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import Exact, read_exact
from certify.kernel.foundation.words import Words, line
from certify.kernel.kind import Kind
from certify.kernel.piecewise.cells import Cell
from certify.kernel.piecewise.layers import Activation, Affine, Residual
from certify.kernel.piecewise.network import Parameters
from certify.kernel.piecewise.point import (
    Point,
    affine_products,
    read_point,
    verify_point,
)
from certify.kernel.piecewise.problem import (
    path_products,
    require_differentiable,
    require_orthogonal,
)

__all__ = ["DATA_MINIMUM", "DataMinimum", "verify_data_minimum"]


@dataclass(frozen=True)
class DataMinimum(Point):
    """Kind `data-minimum`. theta is a local minimum of R, R(theta) = risk, and

    better: R is smaller at these parameters, so that the minimum is spurious (None: not claimed);
    continuum: theta is one of a continuum of local minima with the same risk;
    linear_fit: f_theta is an affine map on the data, and no affine map has a smaller risk.
    """

    better: Parameters | None
    continuum: bool
    linear_fit: bool

    @classmethod
    def read(cls, value: Any) -> DataMinimum:
        """From the field `statement` of a certificate (FORMAT 4.10)."""
        problem, parameters, risk, claims = read_point(value, ["better", "continuum", "linear_fit"])
        better = (
            None
            if claims["better"] is None
            else problem.read_parameters(claims["better"], "the better parameters")
        )
        continuum, fit = (
            flag(claims["continuum"], "the field continuum"),
            flag(claims["linear_fit"], "the field linear_fit"),
        )
        return cls(problem, parameters, risk, better, continuum, fit)

    def headline(self) -> Words:
        """The theorem in one line."""
        what = "local minimum" if self.better is None else "spurious local minimum"
        return line(
            f"{what}{', one of a continuum,' if self.continuum else ''} of the empirical risk of a"
            " network: ",
            *self.where(),
        )

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.words()
        yield line("  (a)  $θ$ is a local minimum of $R$.")
        if self.better is not None:
            yield line(
                "  (b)  It is spurious: $R$ is smaller at the better parameters in the file."
            )
        if self.continuum:
            yield line("  (c)  It is one of a continuum of local minima with the same risk.")
        if self.linear_fit:
            yield line(
                "  (d)  $f_θ$ is an affine map on the data, and no affine map has a smaller risk."
            )


def verify_data_minimum(claim: DataMinimum, _witness: Exact, ledger: Ledger) -> None:
    """Enter the equalities and inequalities of theorem 10 into the ledger; `Unverified` at the
    first that is not verified.
    """
    # (1), (2): the risk, and no unit at a kink
    cell = verify_point(claim, ledger)
    require_differentiable(ledger, cell)
    # (3), (4): the paths
    slope = claim.problem.slope(cell.outputs[-1])
    for output, products in enumerate(path_products(cell, slope), start=1):
        what = f"the vectors of the paths to output {output}"
        require_orthogonal(ledger, products, "stationary", what)
    # (5) to (7): what else is claimed
    if claim.linear_fit:
        changing = fmpq(int(not cell.one_piece()))
        sentence = "units that change their piece between data"
        ledger.require_equal("linear-fit", sentence, changing, fmpq(0))
        for products in affine_products(cell, slope):
            require_orthogonal(ledger, products, "linear-fit", "every affine map")
    if claim.continuum:
        ledger.require_true("continuum", "some hidden channel can be rescaled", _scalable(cell))
    if claim.better is not None:
        lower = claim.problem.risk(claim.problem.at(claim.better).outputs[-1])
        ledger.require(
            "spurious", "the risk at the better parameters is smaller", lower, claim.risk
        )


def _scalable(cell: Cell) -> bool:
    """Whether lemma 20 applies: some channel of an affine layer is not zero, and reaches another
    affine layer only through units without intercept.
    """
    layers = cell.network.layers
    tapped = {layer.source for layer in layers if isinstance(layer, Residual)}
    for (number, layer), (weights, biases) in zip(
        cell.network.affine, cell.parameters, strict=True
    ):
        if len(layers) < number + 2 or not isinstance(layers[number + 1], Affine):
            continue
        following = layers[number]
        if not isinstance(following, Activation):
            continue
        if not tapped.isdisjoint((number, number + 1)):
            continue
        pieces, each = cell.pieces[number + 1], len(weights) // layer.form[0]
        for channel, units in enumerate(layer.channels):
            own = [*weights[channel * each : (channel + 1) * each], *biases[channel : channel + 1]]
            functions = (pair for unit in units for pair in following.functions(pieces[unit]))
            if any(own) and not any(intercept for _, intercept in functions):
                return True
    return False


DATA_MINIMUM = Kind(
    name="data-minimum",
    section="4.10",
    theorem="theorem 10",
    read_statement=DataMinimum.read,
    read_witness=lambda value, _statement: read_exact(value),
    verify=verify_data_minimum,
)
