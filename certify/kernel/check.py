"""Decide whether a certificate proves its statement.

`check_document` reads the kind, imports the one module that knows how to verify it, and runs it. It
answers `Proved`, `Rejected` or `Declined`, or raises `Malformed` when the input is no certificate.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.exact import digest, fields, parse_json, read_bytes
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Declined, Outcome, Proved, Rejected
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.kind import Kind, Statement
from certify.kernel.kinds import KINDS, kind_of

__all__ = ["FORMAT", "check_bytes", "check_document", "check_file", "read_claim"]

FORMAT = "certify/1"


def _kind(document: Any) -> Kind[Any, Any] | Declined:
    """The kind of a certificate, or `Declined` where its version or kind is unknown. Raises
    `Malformed`.
    """
    if not isinstance(document, dict):
        raise Malformed("the certificate is not an object")
    version, name = document.get("format"), document.get("kind")
    if not isinstance(version, str) or not isinstance(name, str):
        raise Malformed("the certificate lacks a format or a kind")
    if version != FORMAT:
        return Declined("version", f"this checker knows the format {FORMAT} only")
    kind = kind_of(name)
    if kind is None:
        return Declined("kind", f"this checker knows the kinds {', '.join(KINDS)} only")
    fields(document, "the certificate", ["format", "kind", "statement", "witness"], ["provenance"])
    return kind


def read_claim(document: Any) -> Statement:
    """What a parsed certificate claims, unchecked. Raises `Malformed`, also where the version or
    kind is unknown.
    """
    kind = _kind(document)
    if isinstance(kind, Declined):
        raise Malformed(kind.reason)
    statement: Statement = kind.read_statement(document["statement"])
    return statement


def check_document(document: Any) -> Outcome:
    """Verify a parsed certificate. Raises `Malformed` if it does not have the form
    that FORMAT prescribes.
    """
    kind = _kind(document)
    if isinstance(kind, Declined):
        return kind
    statement = kind.read_statement(document["statement"])
    witness = kind.read_witness(document["witness"], statement)
    ledger = Ledger()
    try:
        with precision(witness.bits + GUARD_BITS):
            kind.verify(statement, witness, ledger)
    except Unverified as failure:
        return Rejected(failure.inequality, tuple(ledger.inequalities))
    headline = tuple(statement.headline())
    return Proved(headline, tuple(ledger.inequalities), digest(document), witness.bits)


def check_bytes(data: bytes) -> Outcome:
    """Verify a certificate given as the bytes of its file."""
    return check_document(parse_json(data))


def check_file(path: Path) -> Outcome:
    """Verify the certificate in a file."""
    return check_bytes(read_bytes(path))
