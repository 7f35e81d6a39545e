"""What became of a candidate: the document proposed and the kernel's outcome, or a refusal.

All wings share it. Nothing here is trusted: only the kernel decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from certify.kernel.check import check_document
from certify.kernel.foundation.outcomes import Declined, Outcome, Proved, Rejected
from certify.version import __version__

__all__ = ["Attempt", "Refusal", "Say", "judged", "provenance", "silent"]

Say = Callable[[str], None]  # called with each step of a long proof, in a few words


def silent(_: str) -> None:
    """Say nothing of the steps."""


@dataclass(frozen=True)
class Refusal:
    """Why nothing was proved, in one sentence.

    `code` is the kernel's reason code (FORMAT 4); it is empty where the kernel was not asked. As
    text the code stands before the sentence, in brackets.
    """

    reason: str
    code: str = ""

    @classmethod
    def of(cls, outcome: Rejected | Declined) -> Refusal:
        """What the kernel says of a document that it did not prove."""
        if isinstance(outcome, Declined):
            return cls(outcome.reason, outcome.code)
        failed = outcome.failed
        sides = f": {failed}" if failed.relation else ""
        return cls(f"{failed.sentence}{sides}", outcome.code)

    def __str__(self) -> str:
        return f"[{self.code}] {self.reason}" if self.code else self.reason


@dataclass(frozen=True)
class Attempt:
    """What became of a candidate: the last document proposed, the kernel's outcome on it, and why
    nothing was proved (None where the outcome is `Proved`).

    trials: one line for each proposal that the kernel has judged. remarks: what the user should
    know of the point proved beside the theorem, a sentence each: how far it lies from theirs, its
    class, whether a better point was found.
    """

    document: dict[str, Any] | None = None
    outcome: Outcome | None = None
    refusal: Refusal | None = None
    trials: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why nothing was proved, in one line; empty where something was."""
        return "" if self.refusal is None else str(self.refusal)

    def signed(self, inputs: Iterable[dict[str, str]] = ()) -> dict[str, Any]:
        """The document with its provenance, to which the remarks are added, and the name and sha256
        of each file that was read. Raises `ValueError` where there is no document.
        """
        if self.document is None:
            raise ValueError("there is no document to sign")
        signature = dict(self.document.get("provenance", {}))
        files = list(inputs)
        if files:
            signature["inputs"] = files
        if self.remarks:
            signature["remarks"] = list(self.remarks)
        return {**self.document, "provenance": signature}

    def after(self, earlier: Attempt, tried: str) -> Attempt:
        """The attempt with the trials of an earlier one before its own, and a line on `tried`."""
        outcome = self.outcome
        told = "" if outcome is None else f": {outcome.verdict} {outcome.summary}"
        return replace(self, trials=(*earlier.trials, *self.trials, f"{tried}{told}"))


def provenance(command: str, found: dict[str, object]) -> dict[str, object]:
    """Where a certificate comes from: the tool, the command, the date, and how the candidate was
    found.
    """
    return {
        "tool": f"certify {__version__}",
        "command": command,
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        **found,
    }


def judged(
    document: dict[str, Any], command: str, found: dict[str, object], trials: tuple[str, ...] = ()
) -> Attempt:
    """Let the kernel judge a document proposed; what is proved gets its provenance."""
    outcome = check_document(document)
    if not isinstance(outcome, Proved):
        return Attempt(document, outcome, Refusal.of(outcome), trials)
    document["provenance"] = provenance(command, found)
    return Attempt(document, outcome, trials=trials)
