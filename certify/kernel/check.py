"""Decide whether a certificate proves its statement.

`check_bytes` reads, dispatches on the kind and calls the one function that knows how to verify that
kind.  It answers `Proved`, `Rejected` or `Declined`, or raises `Malformed` when the input is no
certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from certify.kernel.effort import require_effort
from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.exact import digest, fields, parse_json, read_bytes
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import (
    Declined,
    Outcome,
    Proved,
    Rejected,
)
from certify.kernel.foundation.reals import GUARD_BITS, read_bits, read_curvature_witness
from certify.kernel.gaussian.birth import GaussianBirth, verify_gaussian_birth
from certify.kernel.gaussian.branch import read_cover
from certify.kernel.gaussian.consequences import (
    GaussianBasin,
    GaussianSplitting,
    verify_gaussian_basin,
    verify_gaussian_splitting,
)
from certify.kernel.gaussian.enumeration import GaussianEnumeration, verify_gaussian_enumeration
from certify.kernel.gaussian.family import (
    GaussianFamily,
    GaussianFamilySaddle,
    verify_gaussian_family,
    verify_gaussian_family_saddle,
)
from certify.kernel.gaussian.minimum import GaussianMinimum, verify_gaussian_minimum
from certify.kernel.gaussian.span import GaussianSpan, verify_gaussian_span
from certify.kernel.gaussian.symmetric import verify_gaussian_symmetric
from certify.kernel.gaussian.symmetric_statement import GaussianSymmetric
from certify.kernel.piecewise.entropy import DataEntropyMinimum, verify_data_entropy_minimum
from certify.kernel.piecewise.statements import (
    DataGlobalMinimum,
    DataMinimum,
    DataNoncritical,
    DataSaddle,
    verify_data_global_minimum,
    verify_data_minimum,
    verify_data_noncritical,
    verify_data_saddle,
)
from certify.kernel.smooth.constant import (
    DataConstantFamily,
    DataConstantMinimum,
    read_constant_witness,
    verify_data_constant_family,
    verify_data_constant_minimum,
)
from certify.kernel.smooth.splitting import DataSplittingFamily, verify_data_splitting_family

__all__ = ["FORMAT", "Claim", "check_bytes", "check_document", "check_file", "read_claim"]

FORMAT = "certify/1"


_Exact = DataMinimum | DataSaddle | DataGlobalMinimum | DataNoncritical
Claim = (
    GaussianMinimum
    | GaussianSymmetric
    | GaussianBirth
    | GaussianFamily
    | GaussianFamilySaddle
    | GaussianSplitting
    | GaussianBasin
    | GaussianSpan
    | GaussianEnumeration
    | _Exact
    | DataEntropyMinimum
    | DataConstantMinimum
    | DataConstantFamily
    | DataSplittingFamily
)

_KINDS: dict[str, Callable[[Any], Claim]] = {
    "gaussian-minimum": GaussianMinimum.read,
    "gaussian-symmetric-minimum": GaussianSymmetric.read_minimum,
    "gaussian-symmetric-saddle": GaussianSymmetric.read_saddle,
    "gaussian-birth": GaussianBirth.read,
    "gaussian-family-minimum": GaussianFamily.read,
    "gaussian-family-saddle": GaussianFamilySaddle.read,
    "gaussian-splitting": GaussianSplitting.read,
    "gaussian-basin": GaussianBasin.read,
    "gaussian-span-minimum": GaussianSpan.read,
    "gaussian-enumeration": GaussianEnumeration.read,
    "data-minimum": DataMinimum.read,
    "data-saddle": DataSaddle.read,
    "data-global-minimum": DataGlobalMinimum.read,
    "data-noncritical": DataNoncritical.read,
    "data-entropy-minimum": DataEntropyMinimum.read,
    "data-constant-minimum": DataConstantMinimum.read,
    "data-constant-family": DataConstantFamily.read,
    "data-splitting-family": DataSplittingFamily.read,
}


def _read_witness(claim: Claim, witness: Any) -> tuple[int, Any]:
    """The working precision (0: exact), and what else is there: the cover of a family, the
    curvature to try.
    """
    match claim:
        case GaussianFamily():
            return read_cover(witness, claim.family)
        case GaussianFamilySaddle():
            return read_cover(witness, claim.family, claim.directions())
        case DataEntropyMinimum() | DataSplittingFamily():
            return read_curvature_witness(witness)
        case DataConstantMinimum():
            return read_constant_witness(witness)
        case DataMinimum() | DataSaddle() | DataGlobalMinimum() | DataNoncritical():
            fields(witness, "the witness", [])
            return 0, None
        case _:
            return read_bits(witness), None


def _verify(claim: Claim, bits: int, hints: Any, ledger: Ledger) -> None:
    match claim:
        case GaussianMinimum():
            verify_gaussian_minimum(claim, bits, ledger)
        case GaussianSymmetric():
            verify_gaussian_symmetric(claim, ledger)
        case GaussianBirth():
            verify_gaussian_birth(claim, ledger)
        case GaussianFamily():
            verify_gaussian_family(claim, hints, ledger)
        case GaussianFamilySaddle():
            verify_gaussian_family_saddle(claim, hints, ledger)
        case GaussianSplitting():
            verify_gaussian_splitting(claim, bits, ledger)
        case GaussianBasin():
            verify_gaussian_basin(claim, bits, ledger)
        case GaussianSpan():
            verify_gaussian_span(claim, bits, ledger)
        case GaussianEnumeration():
            verify_gaussian_enumeration(claim, bits, ledger)
        case DataMinimum():
            verify_data_minimum(claim, ledger)
        case DataSaddle():
            verify_data_saddle(claim, ledger)
        case DataGlobalMinimum():
            verify_data_global_minimum(claim, ledger)
        case DataNoncritical():
            verify_data_noncritical(claim, ledger)
        case DataEntropyMinimum():
            verify_data_entropy_minimum(claim, bits, hints, ledger)
        case DataConstantMinimum():
            verify_data_constant_minimum(claim, bits, hints, ledger)
        case DataConstantFamily():
            verify_data_constant_family(claim, ledger)
        case DataSplittingFamily():
            verify_data_splitting_family(claim, bits, hints, ledger)


def _read(document: Any) -> Claim | Declined:
    """The claim of a certificate, or why this checker has nothing to say about it. Raises
    `Malformed`.
    """
    if not isinstance(document, dict):
        raise Malformed("the certificate is not an object")
    version, kind = document.get("format"), document.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str):
        raise Malformed("the certificate lacks a format or a kind")
    if version != FORMAT:
        return Declined("version", f"this checker knows the format {FORMAT} only")
    if kind not in _KINDS:
        return Declined("kind", f"this checker knows the kinds {', '.join(_KINDS)} only")
    fields(document, "the certificate", ["format", "kind", "statement", "witness"], ["provenance"])
    return _KINDS[kind](document["statement"])


def read_claim(document: Any) -> Claim:
    """What a parsed certificate claims, unchecked. Raises `Malformed`, also where the version or
    kind is unknown.
    """
    claim = _read(document)
    if isinstance(claim, Declined):
        raise Malformed(claim.reason)
    return claim


def check_document(document: Any) -> Outcome:
    """Verify a parsed certificate. Raises `Malformed` if it does not have the form FORMAT.md
    prescribes.
    """
    claim = _read(document)
    if isinstance(claim, Declined):
        return claim
    bits, hints = _read_witness(claim, document["witness"])
    require_effort(claim, bits, hints)
    ledger = Ledger()
    try:
        with precision(bits + GUARD_BITS):
            _verify(claim, bits, hints, ledger)
    except Unverified as failure:
        return Rejected(failure.inequality, tuple(ledger.inequalities))
    return Proved(claim.headline(), tuple(ledger.inequalities), digest(document), bits)


def check_bytes(data: bytes) -> Outcome:
    """Verify a certificate given as the bytes of its file."""
    return check_document(parse_json(data))


def check_file(path: Path) -> Outcome:
    """Verify the certificate in a file."""
    return check_bytes(read_bytes(path))
