"""The list of strict inequalities a proof consists of, in the order in which they are verified."""

from __future__ import annotations

from flint import arb, fmpq

from certify.kernel.balls import ball, bounds_text, interval_text, less
from certify.kernel.outcomes import Inequality

__all__ = ["Ledger", "NotProved"]


class NotProved(Exception):
    """Carries the inequality that could not be verified out of a verification; never leaves `check_document`."""

    def __init__(self, inequality: Inequality) -> None:
        super().__init__(str(inequality))
        self.inequality = inequality


class Ledger:
    """Records each inequality verified; `require` raises `NotProved` at the first that is not."""

    def __init__(self) -> None:
        self.inequalities: list[Inequality] = []

    def enter(self, holds: bool, inequality: Inequality) -> None:
        """Record an inequality decided elsewhere (a matrix proof)."""
        if holds is not True:
            raise NotProved(inequality)
        self.inequalities.append(inequality)

    def require(self, code: str, sentence: str, left: arb | fmpq, right: arb | fmpq) -> None:
        """Verify left < right: exactly between rationals, for all members between balls."""
        if isinstance(left, fmpq) and isinstance(right, fmpq):
            holds = bool(left < right)
        else:
            holds = less(_as_ball(left), _as_ball(right))
        self.enter(holds, Inequality(code, sentence, *_texts(left, right)))

    def require_equal(self, code: str, sentence: str, left: fmpq, right: fmpq) -> None:
        """Verify left = right, exactly."""
        holds = bool(left == right)
        texts = (interval_text(left, 20), interval_text(right, 20)) if holds else _texts(left, right)
        self.enter(holds, Inequality(code, sentence, *texts, "="))

    def require_at_most(self, code: str, sentence: str, left: fmpq, right: fmpq) -> None:
        """Verify left <= right, exactly."""
        self.enter(bool(left <= right), Inequality(code, sentence, *_texts(left, right), "<="))


def _texts(left: arb | fmpq, right: arb | fmpq) -> tuple[str, str]:
    """Both sides, with as many digits as it takes to tell them apart (60 at most)."""
    digits = 6
    while digits < 48 and not set(bounds_text(left, digits)).isdisjoint(bounds_text(right, digits)):
        digits *= 2
    return interval_text(left, digits), interval_text(right, digits)


def _as_ball(value: arb | fmpq) -> arb:
    return value if isinstance(value, arb) else ball(value)
