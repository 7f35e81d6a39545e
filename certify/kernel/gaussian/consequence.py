"""What follows from a certified minimum: the statement holds that of the minimum, and only the kind
of the minimum is imported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import fields
from certify.kernel.foundation.witness import Bits
from certify.kernel.kind import Kind

if TYPE_CHECKING:
    from certify.kernel.gaussian.minimum import GaussianMinimum
    from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric

__all__ = ["DENSE", "SYMMETRIC", "Consequence", "Minimum", "read_minimum", "read_witness"]

DENSE, SYMMETRIC = "gaussian-minimum", "gaussian-symmetric-minimum"
Minimum: TypeAlias = "GaussianMinimum | GaussianSymmetric"


class Consequence(Protocol):
    """A statement about a minimum, and the kind of that."""

    @property
    def minimum_kind(self) -> Kind[Any, Any]:
        """The kind of the minimum."""
        ...

    @property
    def minimum(self) -> Minimum:
        """What is claimed of the minimum."""
        ...


def _kind_of(name: Any) -> Kind[Any, Any]:
    if name == DENSE:
        from certify.kernel.gaussian.minimum import GAUSSIAN_MINIMUM

        return GAUSSIAN_MINIMUM
    if name == SYMMETRIC:
        from certify.kernel.gaussian.symmetric import GAUSSIAN_SYMMETRIC_MINIMUM

        return GAUSSIAN_SYMMETRIC_MINIMUM
    raise Malformed(f"the kind of the minimum is none of {DENSE}, {SYMMETRIC}")


def read_minimum(value: Any, names: list[str]) -> tuple[Kind[Any, Any], Minimum, dict[str, Any]]:
    """The kind of the minimum, the minimum, and the claims about it. Raises `Malformed`."""
    known = fields(value, "the statement", ["minimum", "claims"])
    minimum = fields(known["minimum"], "the minimum", ["kind", "statement"])
    kind = _kind_of(minimum["kind"])
    return (
        kind,
        kind.read_statement(minimum["statement"]),
        fields(known["claims"], "the claims", names),
    )


def read_witness(value: Any, statement: Consequence) -> Bits:
    """The witness is that of the minimum, within the bound of its work. Raises `Malformed`."""
    witness: Bits = statement.minimum_kind.read_witness(value, statement.minimum)
    return witness
