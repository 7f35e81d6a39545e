"""What a kind of certificate consists of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from certify.kernel.foundation.ledger import Ledger
from certify.kernel.foundation.outcomes import Shard
from certify.kernel.foundation.words import Words

__all__ = ["Kind", "Shards", "Statement", "Witness"]


class Statement(Protocol):
    """Everything a certificate claims; there is nothing in it that is not verified."""

    def headline(self) -> Words:
        """The theorem in one line."""
        ...

    def theorem(self) -> Iterator[Words]:
        """The theorem in words, line by line."""
        ...


class Witness(Protocol):
    """What helps to verify a statement; it can only make the proof fail."""

    @property
    def bits(self) -> int:
        """The working precision asked for; 0 where everything is exact."""
        ...


S = TypeVar("S", bound=Statement)
W = TypeVar("W", bound=Witness)


@dataclass(frozen=True)
class Shards(Generic[S, W]):
    """A proof of which a search is by far the longest part, and may be done in shards.

    verify_rest: enters all inequalities but those of the search. verify_shard: those of one shard
    of the search; with the others of as many, and with the rest, it is the whole proof.
    """

    verify_rest: Callable[[S, W, Ledger], object]
    verify_shard: Callable[[S, W, Ledger, Shard], object]


@dataclass(frozen=True)
class Kind(Generic[S, W]):
    """One kind of statement: how its parts are read, and the function that decides it.

    name: as in the field `kind`. section: of proofs/format. theorem: in proofs/lemmas.
    read_statement, read_witness: raise `Malformed`. verify: enters the inequalities of the theorem
    into the ledger, at the working precision that the caller has set; raises `Unverified` at the
    first that is not verified. shards: for kinds with a long search.
    """

    name: str
    section: str
    theorem: str
    read_statement: Callable[[Any], S]
    read_witness: Callable[[Any, S], W]
    verify: Callable[[S, W, Ledger], object]
    shards: Shards[S, W] | None = None
