"""Witnesses that several kinds share, and the bound of the work that a certificate may ask for
(FORMAT 3.1).

A witness can only make a proof fail. The bounds are on sizes and on the working precision alone:
a file that asks for more is malformed, before any work is done. They were chosen by measurement, so
that the costliest file takes about a minute and 1 GB in this checker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flint import fmpq

from certify.kernel.foundation.errors import Malformed
from certify.kernel.foundation.exact import decimal, fields, natural

__all__ = [
    "GUARD_BITS",
    "MAX_DENSE",
    "Bits",
    "Curvature",
    "Exact",
    "read_bits",
    "read_curvature",
    "read_exact",
    "read_precision",
    "require_work",
]

MIN_BITS, MAX_BITS = 128, 1024
GUARD_BITS = 64  # worked with beyond the bits a witness asks for (FORMAT 4.1)
MAX_DENSE = 2 * 10**15  # cube of the unknowns of a dense matrix, times the square of the precision


@dataclass(frozen=True)
class Bits:
    """The working precision alone."""

    bits: int

    @property
    def working(self) -> int:
        """The bits that are worked with."""
        return self.bits + GUARD_BITS


@dataclass(frozen=True)
class Curvature(Bits):
    """The working precision, and a lower bound of the curvature to try."""

    curvature: fmpq


@dataclass(frozen=True)
class Exact:
    """Nothing: the proof is exact."""

    bits: int = 0


def read_precision(value: Any) -> int:
    """The field `bits` of a witness. Raises `Malformed`."""
    return natural(value, "the field bits", MIN_BITS, MAX_BITS)


def read_bits(witness: Any) -> Bits:
    """The working precision is the whole witness. Raises `Malformed`."""
    return Bits(read_precision(fields(witness, "the witness", ["bits"])["bits"]))


def read_curvature(witness: Any) -> Curvature:
    """Working precision and curvature. Raises `Malformed`."""
    known = fields(witness, "the witness", ["bits", "curvature"])
    return Curvature(read_precision(known["bits"]), decimal(known["curvature"], "the curvature"))


def read_exact(witness: Any) -> Exact:
    """An object without fields. Raises `Malformed`."""
    fields(witness, "the witness", [])
    return Exact()


def require_work(of_what: str, work: int, most: int) -> None:
    """`Malformed` where the work is above its bound."""
    if work > most:
        raise Malformed(
            f"the work that {of_what} and the precision ask for is {work}, more than {most}"
        )
