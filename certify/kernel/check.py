"""Decide whether a certificate proves its statement.

`check_bytes` reads, dispatches on the kind and calls the one function that knows how to verify that kind.  It answers `Proved`,
`Rejected` or `Declined`, or raises `Malformed` when the input is no certificate.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from certify.kernel.balls import precision
from certify.kernel.exact import Malformed, digest, fields, parse_json, read_bytes
from certify.kernel.gaussian_minimum import verify_gaussian_minimum
from certify.kernel.gaussian_symmetric import verify_gaussian_symmetric
from certify.kernel.ledger import Ledger, NotProved
from certify.kernel.outcomes import Declined, Outcome, Proved, Rejected
from certify.kernel.statements import GUARD_BITS, GaussianMinimum, read_bits
from certify.kernel.symmetric_statements import GaussianSymmetric

__all__ = ["FORMAT", "check_bytes", "check_document", "check_file"]

FORMAT = "certify/1"


def _gaussian_minimum(statement: Any, witness: Any) -> tuple[int, str, Callable[[Ledger], None]]:
    claim, bits = GaussianMinimum.read(statement), read_bits(witness)
    return bits, claim.headline(), lambda ledger: verify_gaussian_minimum(claim, bits, ledger)


def _symmetric(claim: GaussianSymmetric, witness: Any) -> tuple[int, str, Callable[[Ledger], None]]:
    return read_bits(witness), claim.headline(), lambda ledger: verify_gaussian_symmetric(claim, ledger)


def _symmetric_minimum(statement: Any, witness: Any) -> tuple[int, str, Callable[[Ledger], None]]:
    return _symmetric(GaussianSymmetric.read(statement, saddle=False), witness)


def _symmetric_saddle(statement: Any, witness: Any) -> tuple[int, str, Callable[[Ledger], None]]:
    return _symmetric(GaussianSymmetric.read(statement, saddle=True), witness)


_KINDS = {
    "gaussian-minimum": _gaussian_minimum,
    "gaussian-symmetric-minimum": _symmetric_minimum,
    "gaussian-symmetric-saddle": _symmetric_saddle,
}


def check_document(document: Any) -> Outcome:
    """Verify a parsed certificate. Raises `Malformed` if it does not have the form FORMAT.md prescribes."""
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
    bits, headline, verify = _KINDS[kind](document["statement"], document["witness"])
    ledger = Ledger()
    try:
        with precision(bits + GUARD_BITS):
            verify(ledger)
    except NotProved as failure:
        return Rejected(failure.inequality, tuple(ledger.inequalities))
    return Proved(headline, tuple(ledger.inequalities), digest(document), bits)


def check_bytes(data: bytes) -> Outcome:
    """Verify a certificate given as the bytes of its file."""
    return check_document(parse_json(data))


def check_file(path: Path) -> Outcome:
    """Verify the certificate in a file."""
    return check_bytes(read_bytes(path))
