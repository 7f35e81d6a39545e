"""Decide whether a certificate proves its statement.

`check_document` reads the kind, imports the one module that knows how to verify it, and runs it. It
answers `Proved`, `Rejected` or `Declined`, or raises `Malformed` when the input is no certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from certify.kernel.foundation.balls import precision
from certify.kernel.foundation.errors import Malformed, Unverified
from certify.kernel.foundation.exact import digest, fields, parse_json, read_bytes
from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import (
    Declined,
    Inequality,
    Outcome,
    Proved,
    Rejected,
    Settled,
    Shard,
)
from certify.kernel.foundation.witness import GUARD_BITS
from certify.kernel.kind import Kind, Shards, Statement, Witness
from certify.kernel.kinds import KINDS, kind_of

__all__ = [
    "FORMAT",
    "check_bytes",
    "check_document",
    "check_file",
    "check_joined",
    "check_shard",
    "read_claim",
]

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
    return _concluded(kind, document, kind.verify)


def check_shard(document: Any, shard: Shard | None) -> Settled | Rejected | Declined:
    """Verify one shard of the search of a parsed certificate, or (None) all but the search. Raises
    `Malformed`, also where its kind has no search.
    """
    kind = _kind(document)
    if isinstance(kind, Declined):
        return kind
    shards = _shards_of(kind)

    def verify(statement: Any, witness: Any, ledger: Ledger) -> object:
        if shard is None:
            return shards.verify_rest(statement, witness, ledger)
        return shards.verify_shard(statement, witness, ledger, shard)

    _, _, ledger, failed = _entered(kind, document, verify)
    if failed is not None:
        return failed
    return Settled(shard, tuple(ledger.inequalities), digest(document))


def check_joined(document: Any, settled: Sequence[Settled]) -> Outcome:
    """Verify what is left of a parsed certificate of whose search `check_shard` has settled all
    shards in this run. Raises `Malformed`, also where they are not all of its shards.
    """
    kind = _kind(document)
    if isinstance(kind, Declined):
        return kind
    count, own = len(settled), digest(document)
    shards = {(one.shard, one.digest) for one in settled}
    if shards != {(Shard(i + 1, count), own) for i in range(count)} or not count:
        raise Malformed("these are not all shards of this certificate, each once")
    entries = tuple(entry for one in settled for entry in one.inequalities)
    return _concluded(kind, document, _shards_of(kind).verify_rest, entries)


def _concluded(
    kind: Kind[Any, Any],
    document: Any,
    verify: Callable[[Any, Any, Ledger], object],
    entries: tuple[Inequality, ...] = (),
) -> Outcome:
    """The outcome of a proof. entries: those of its search, where that has been done."""
    statement, witness, ledger, failed = _entered(kind, document, verify)
    if failed is not None:
        return failed
    found = (*ledger.inequalities, *entries)
    return Proved(tuple(statement.headline()), found, digest(document), witness.bits)


def _entered(
    kind: Kind[Any, Any], document: Any, verify: Callable[[Any, Any, Ledger], object]
) -> tuple[Statement, Witness, Ledger, Rejected | None]:
    """What a certificate claims and its witness, the inequalities that were verified, and the
    first that was not, if there is one.
    """
    statement = kind.read_statement(document["statement"])
    witness = kind.read_witness(document["witness"], statement)
    ledger = Ledger()
    try:
        with precision(witness.bits + GUARD_BITS):
            verify(statement, witness, ledger)
    except Unverified as failure:
        failed = Rejected(failure.inequality, tuple(ledger.inequalities))
        return statement, witness, ledger, failed
    return statement, witness, ledger, None


def _shards_of(kind: Kind[Any, Any]) -> Shards[Any, Any]:
    if kind.shards is None:
        raise Malformed(f"a certificate of kind {kind.name} has no search to be shared out")
    return kind.shards


def check_bytes(data: bytes) -> Outcome:
    """Verify a certificate given as the bytes of its file."""
    return check_document(parse_json(data))


def check_file(path: Path) -> Outcome:
    """Verify the certificate in a file."""
    return check_bytes(read_bytes(path))
