"""What a check can end in.

An outcome is never used as a truth value: `bool(outcome)` raises, because "rejected" means *not
proved*, which is not the negation of "proved".  Unusable input is not an outcome at all; it is the
exception `certify.kernel.foundation.exact.Malformed`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NoReturn, TypeAlias

from certify.kernel.foundation.balls import shortened
from certify.kernel.foundation.words import Part, plain

__all__ = ["Declined", "Inequality", "Outcome", "Proved", "Rejected", "Settled", "Shard"]


Sides: TypeAlias = tuple[str, str] | Callable[[], tuple[str, str]]


@dataclass(frozen=True, eq=False, repr=False)
class Inequality:
    """One inequality `left relation right`, strict between enclosures, printed outward; `=` and
    `<=` only between exact numbers. A fact that is no inequality has no relation and no sides.

    `code` is the stable reason code of FORMAT, `sentence` says in words what the inequality is
    for. Long numbers in texts are rounded (`shortened`). All of this was decided before; the texts
    are made when they are first read, since most are never read and they cost more than many a
    decision.
    """

    code: str
    _sentence: str
    _sides: Sides
    relation: str = "<"

    @cached_property
    def sentence(self) -> str:
        """What the inequality is for, in words."""
        return shortened(self._sentence)

    @cached_property
    def _texts(self) -> tuple[str, str]:
        if not isinstance(self._sides, tuple):  # numbers, with the digits that tell them apart
            return self._sides()
        left, right = self._sides
        return shortened(left), shortened(right)

    @property
    def left(self) -> str:
        """The left side, rounded outward."""
        return self._texts[0]

    @property
    def right(self) -> str:
        """The right side, rounded outward."""
        return self._texts[1]

    @property
    def record(self) -> dict[str, str]:
        """All of it in words."""
        return {
            "code": self.code,
            "sentence": self.sentence,
            "left": self.left,
            "right": self.right,
            "relation": self.relation,
        }

    def __str__(self) -> str:
        return f"{self.left} {self.relation} {self.right}".strip()

    def __repr__(self) -> str:
        return f"Inequality({', '.join(f'{name}={v!r}' for name, v in self.record.items())})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Inequality) and self.record == other.record

    def __hash__(self) -> int:
        return hash((self.code, self._texts))

    def __reduce__(self) -> tuple[object, ...]:
        """Another process gets the texts."""
        sides = (self.left, self.right)
        return Inequality, (self.code, self.sentence, sides, self.relation)


class _Ending:
    """What all outcomes share: they have no truth value, and show their verdict and summary."""

    verdict: ClassVar[str]

    @property
    def summary(self) -> str:
        """One line that says what was proved, or what was not."""
        raise NotImplementedError

    def __bool__(self) -> NoReturn:
        raise TypeError(
            f"an outcome has no truth value: match on its class ({type(self).__name__})"
        )

    def __repr__(self) -> str:
        return f"<{self.verdict}: {self.summary}>"


@dataclass(frozen=True, repr=False)
class Proved(_Ending):
    """Every claim of the statement holds; `headline` is the theorem in one line, with its numbers
    as numbers, `inequalities` are the strict inequalities that were verified.
    """

    verdict: ClassVar[str] = "PROVED"
    exit_code: ClassVar[int] = 0
    headline: tuple[Part, ...]
    inequalities: tuple[Inequality, ...]
    digest: str
    bits: int

    @property
    def sentence(self) -> str:
        """What was proved. No number is rounded, since a rounded range would claim more."""
        return plain(self.headline)

    @property
    def summary(self) -> str:
        """One line."""
        return self.sentence


@dataclass(frozen=True, repr=False)
class Rejected(_Ending):
    """The statement was not proved. This is not a refutation.

    `failed` is the first inequality that could not be verified, with both sides; `proved_before`
    those that could.
    """

    verdict: ClassVar[str] = "REJECTED"
    exit_code: ClassVar[int] = 1
    failed: Inequality
    proved_before: tuple[Inequality, ...] = ()

    @property
    def code(self) -> str:
        """The stable reason code (FORMAT 4)."""
        return self.failed.code

    @property
    def summary(self) -> str:
        """One line: reason code, what was not proved, both sides."""
        sides = f": {self.failed}" if self.failed.relation else ""
        return f"[{self.code}] not proved: {self.failed.sentence}{sides}"


@dataclass(frozen=True)
class Shard:
    """One of `of` parts of a search that together are all of it; number = 1, ..., of."""

    number: int
    of: int

    def __str__(self) -> str:
        return f"shard {self.number} of {self.of}"


@dataclass(frozen=True, repr=False)
class Settled(_Ending):
    """A part of a proof: one shard of its search, or, without one, what there is besides the
    search. The statement is not proved by it. digest: of the certificate.
    """

    verdict: ClassVar[str] = "SETTLED"
    exit_code: ClassVar[int] = 0
    shard: Shard | None
    inequalities: tuple[Inequality, ...]
    digest: str

    @property
    def found(self) -> str:
        """How the boxes were settled."""
        return "; ".join(item.sentence for item in self.inequalities if not item.relation)

    @property
    def summary(self) -> str:
        """One line."""
        part = "what is not the search" if self.shard is None else str(self.shard)
        return f"{part}, and nothing else of the proof: {self.found or 'no boxes'}"


@dataclass(frozen=True, repr=False)
class Declined(_Ending):
    """The checker does not know this version or kind, so it says nothing about the statement."""

    verdict: ClassVar[str] = "DECLINED"
    exit_code: ClassVar[int] = 3
    code: str
    reason: str

    @property
    def summary(self) -> str:
        """One line."""
        return f"[{self.code}] {self.reason}"


Outcome = Proved | Rejected | Declined
