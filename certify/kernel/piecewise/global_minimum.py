"""The kind `data-global-minimum`: a global minimum of the empirical risk of a network, exactly
(theorem 11).

How the proof goes. Either the risk is 0, or all units are affine, the network is an affine map on
the data, and the slope of the convex loss is orthogonal to all affine maps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.witness import Exact, read_exact
from certify.kernel.foundation.words import Words, line
from certify.kernel.kind import Kind
from certify.kernel.piecewise.layers import Activation
from certify.kernel.piecewise.point import (
    Point,
    affine_products,
    read_point,
    verify_point,
)
from certify.kernel.piecewise.problem import require_orthogonal

__all__ = ["DATA_GLOBAL_MINIMUM", "DataGlobalMinimum", "verify_data_global_minimum"]


@dataclass(frozen=True)
class DataGlobalMinimum(Point):
    """Kind `data-global-minimum`. theta is a global minimum of R, R(theta) = risk."""

    @classmethod
    def read(cls, value: Any) -> DataGlobalMinimum:
        """From the field `statement` of a certificate (FORMAT 4.11)."""
        return cls(*read_point(value, [])[:3])

    def headline(self) -> Words:
        """The theorem in one line."""
        return line("global minimum of the empirical risk of a network: ", *self.where())

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        yield from self.words()
        yield line("$θ$ is a global minimum of $R$.")


def verify_data_global_minimum(claim: DataGlobalMinimum, _witness: Exact, ledger: Ledger) -> None:
    """Theorem 11: the risk is 0, or the network has no units but affine ones and no affine map has
    a smaller risk.
    """
    cell = verify_point(claim, ledger)
    if claim.risk == 0:
        return
    bent = sum(isinstance(layer, Activation) for layer in cell.network.layers)
    ledger.require_equal(
        "global-minimum", "layers of units that are not affine", fmpq(bent), fmpq(0)
    )
    constant = any(layer.biases for _, layer in cell.network.affine)
    what = "every affine map" if constant else "every linear map"
    for products in affine_products(cell, claim.problem.slope(cell.outputs[-1])):
        own = products if constant else products[1:]
        require_orthogonal(ledger, own, "global-minimum", what)


DATA_GLOBAL_MINIMUM = Kind(
    name="data-global-minimum",
    section="4.11",
    theorem="theorem 11",
    read_statement=DataGlobalMinimum.read,
    read_witness=lambda value, _statement: read_exact(value),
    verify=verify_data_global_minimum,
)
