"""How a search for networks on data is run, and what is said when it ends nowhere lower."""

from __future__ import annotations

from dataclasses import dataclass

from certify.attempt import Say, silent

__all__ = ["QUIET", "Run", "not_spurious"]


@dataclass(frozen=True)
class Run:
    """The seed of what is drawn at random, the command for the provenance, and who is told each
    step.
    """

    seed: int = 0
    command: str = ""
    tell: Say = silent


QUIET = Run()


def not_spurious(why: str) -> str:
    """The sentence of a minimum beside which no better point was found."""
    return (
        "no point with a smaller risk was found, so the minimum is not claimed to be spurious:"
        f" {why}"
    )
