"""What a check can end in.

An outcome is never used as a truth value: `bool(outcome)` raises, because "rejected" means *not
proved*, which is not the negation of "proved".  Unusable input is not an outcome at all; it is the
exception `certify.kernel.foundation.exact.Malformed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NoReturn

from certify.kernel.foundation.balls import shortened

__all__ = ["Declined", "Inequality", "Outcome", "Proved", "Rejected"]


@dataclass(frozen=True)
class Inequality:
    """One inequality `left relation right`, strict between enclosures, printed outward; `=` and
    `<=` only between exact numbers. A fact that is no inequality has no relation and no sides.

    `code` is the stable reason code of FORMAT, `sentence` says in words what the inequality is
    for. Long numbers are rounded (`shortened`).
    """

    code: str
    sentence: str
    left: str
    right: str
    relation: str = "<"

    def __post_init__(self) -> None:
        for name in ("sentence", "left", "right"):
            object.__setattr__(self, name, shortened(getattr(self, name)))

    def __str__(self) -> str:
        return f"{self.left} {self.relation} {self.right}".strip()


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
    """Every claim of the statement holds; `inequalities` are the strict inequalities that were
    verified.
    """

    verdict: ClassVar[str] = "PROVED"
    exit_code: ClassVar[int] = 0
    sentence: str
    inequalities: tuple[Inequality, ...]
    digest: str
    bits: int

    @property
    def summary(self) -> str:
        """One line. No number is rounded, since a rounded range would claim more."""
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
